//! The console's state, and what its verbs and ears are made of.

use std::collections::{BTreeMap, BTreeSet};

use device::{Deadline, Device, Input, LostReason, Outbox, Party, Protocol, Shown, Transmit, Uplink};
use wire::rep::{ApplianceToRep, Refusal, RepAsk, RepToAppliance};
use wire::{JumpClientId, RequestId, Role, Seed, SessionId, SimTime};

use crate::config::RepConsoleConfig;
use crate::kept::{Credentials, Settings};
use crate::view::{Account, Notice, PageClosed, RepConsoleView};

/// How many notices the console keeps on the screen.
const NOTICES_MAX: usize = 50;

/// A representative console.
#[derive(Debug)]
pub struct RepConsole {
    pub(crate) config: RepConsoleConfig,
    pub(crate) uplink: Uplink<Rep>,
    pub(crate) outbox: Outbox<RepConsoleEvent>,
    pub(crate) view: Shown<RepConsoleView>,
    pub(crate) settings: Settings,
    /// What is offered for signing in (LOG-02).
    pub(crate) remembered: Option<Credentials>,
    /// Who signs in or is signed in: with this the console comes back by itself after a break.
    pub(crate) login: Option<Login>,
    /// Whether the appliance has let us in on the present connection.
    pub(crate) admitted: bool,
    pub(crate) asked: BTreeMap<RequestId, Asked>,
    next_request: RequestId,
    /// Pages from before a break, of which the appliance has not said yet that they go on.
    pub(crate) unconfirmed: BTreeSet<SessionId>,
}

/// What happened, for whoever drives the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepConsoleEvent {
    /// The representative is signed in; again, after a break.
    SignedIn,
    /// The representative is no longer signed in, or could not be.
    SignedOut {
        /// Why, in words.
        why: String,
    },
    /// The appliance could not be reached.
    NotReached(LostReason),
    /// The connection was lost; a signed-in console comes back by itself.
    ConnectionLost(LostReason),
    /// The appliance has answered a question.
    Answered {
        /// Which.
        request: RequestId,
        /// Why it will not, if so.
        refusal: Option<Refusal>,
    },
    /// The page of a session opened.
    PageOpened(SessionId),
    /// The page of a session closed.
    PageClosed(SessionId),
}

/// What a console's connection speaks.
#[derive(Debug)]
pub struct Rep;

impl Protocol for Rep {
    type ToAppliance = RepToAppliance;
    type FromAppliance = ApplianceToRep;
    const ROLE: Role = Role::RepConsole;
    const HEARTBEAT: RepToAppliance = RepToAppliance::Heartbeat;
}

/// Who signs in.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) credentials: Credentials,
    pub(crate) remember: bool,
}

/// What a question is about, as far as its answer or its loss needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    SignIn,
    Jump(JumpClientId),
    Other,
}

impl RepConsole {
    /// A console that is not running yet.
    pub fn new(config: RepConsoleConfig, seed: Seed, _now: SimTime) -> Self {
        Self {
            uplink: Uplink::new(config.uplink.clone(), seed.child("uplink")),
            outbox: Outbox::default(),
            view: Shown::new(RepConsoleView::new(config.flavour)),
            config,
            settings: Settings::default(),
            remembered: None,
            login: None,
            admitted: false,
            asked: BTreeMap::new(),
            next_request: RequestId(1),
            unconfirmed: BTreeSet::new(),
        }
    }

    /// What the representative sees.
    pub fn view(&self) -> &RepConsoleView {
        &self.view
    }

    /// Grows with every change of the view.
    pub fn view_revision(&self) -> u64 {
        self.view.revision()
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<RepConsoleEvent> {
        self.outbox.poll_event()
    }
}

impl Party for RepConsole {
    fn start(&mut self, _now: SimTime, device: &mut dyn Device) {
        self.begin();
        self.settings = Settings::load(device);
        self.remembered = Credentials::remembered(device);
        self.view.remembered_user = self.remembered.as_ref().map(|credentials| credentials.user_name.clone());
        self.view.sort = self.settings.sort;
        self.view.columns = self.settings.columns.clone();
    }

    fn handle_input(&mut self, now: SimTime, device: &mut dyn Device, input: Input<'_>) {
        self.begin();
        self.uplink.handle_input(now, input, &mut self.outbox);
        self.attend(now, device);
    }

    fn handle_timeout(&mut self, now: SimTime, device: &mut dyn Device) {
        self.begin();
        self.uplink.handle_timeout(now, &mut self.outbox);
        self.attend(now, device);
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.poll_transmit()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        self.uplink.deadline()
    }
}

/// What verbs and ears are made of.
impl RepConsole {
    pub(crate) fn begin(&self) {
        self.outbox.begin("the rep console");
    }

    pub(crate) fn event(&mut self, event: RepConsoleEvent) {
        self.outbox.event(event);
    }

    pub(crate) fn say(&mut self, message: &RepToAppliance) {
        self.uplink.send(message, &mut self.outbox);
    }

    pub(crate) fn ask(&mut self, ask: RepAsk, about: Asked) -> RequestId {
        let request = self.next_request;
        self.next_request.0 += 1;
        self.asked.insert(request, about);
        self.say(&RepToAppliance::Ask { request, ask });
        request
    }

    pub(crate) fn notice(&mut self, now: SimTime, text: impl Into<String>) {
        let notices = &mut self.view.notices;
        if notices.len() == NOTICES_MAX {
            notices.remove(0);
        }
        notices.push(Notice { at: now, text: text.into() });
    }

    pub(crate) fn close_page(&mut self, session: SessionId, why: String) {
        self.unconfirmed.remove(&session);
        let Some(place) = self.view.pages.iter().position(|page| page.session == session) else { return };
        let tabs = self.config.flavour.has_tabs();
        let view = &mut *self.view;
        let page = view.pages.remove(place);
        if view.front == Some(session) {
            // A tab's neighbour comes to the front; a phone goes back to its queues.
            let next = view.pages.get(place).or(view.pages.last()).filter(|_| tabs);
            view.front = next.map(|page| page.session);
        }
        view.last_closed = Some(PageClosed { session, why, unsent: page.pending });
        if let Some(front) = view.front {
            self.read(front);
        }
        self.event(RepConsoleEvent::PageClosed(session));
    }

    /// The chat of a page is before the representative's eyes, unless it is minimised.
    pub(crate) fn read(&mut self, session: SessionId) {
        let view = &mut *self.view;
        if let Some(page) = view.pages.iter_mut().find(|page| page.session == session)
            && !page.chat_minimised
        {
            page.unread = 0;
            page.popup = None;
        }
    }

    /// Nobody is signed in any more: all that belonged to them leaves the screen.
    pub(crate) fn signed_out(&mut self, now: SimTime, why: &str) {
        self.uplink.hang_up(&mut self.outbox);
        self.login = None;
        self.admitted = false;
        self.asked.clear();
        for session in self.view.pages.iter().map(|page| page.session).collect::<Vec<_>>() {
            self.close_page(session, why.to_owned());
        }
        let view = &mut *self.view;
        view.account = Account::SignedOut;
        view.profile = None;
        view.start_methods.clear();
        view.key_generation_ways.clear();
        view.key_dialog = None;
        view.key = None;
        view.queues.clear();
        view.details = None;
        view.colleagues.clear();
        view.jump_items.clear();
        view.jumping.clear();
        self.notice(now, why);
        self.show_connection();
        self.event(RepConsoleEvent::SignedOut { why: why.to_owned() });
    }

    pub(crate) fn show_connection(&mut self) {
        let state = self.uplink.state();
        self.view.set(|view| &mut view.connection, state);
    }
}
