//! The console's state, and what its verbs and ears are made of.

use std::collections::{BTreeMap, BTreeSet};

use device::{
    Deadline, Device, Input, Lane, LostReason, Outbox, Party, Protocol, Shown, Timers, Transmit, Uplink,
};
use wire::rep::{ApplianceToRep, Attendance, Refusal, RepAsk, RepToAppliance};
use wire::{JumpClientId, QueueEntryId, RepId, RequestId, Role, Seed, SessionId, SimTime, Token};

use crate::assignments::Switch;
use crate::attendance::Timer;
use crate::config::RepConsoleConfig;
use crate::kept::{Credentials, Settings};
use crate::tools::screen::Pictures;
use crate::tools::{FilesShown, Waiting};
use crate::view::{Account, Notice, PageClosed, RepConsoleView};

/// How many notices the console keeps on the screen.
const NOTICES_MAX: usize = 50;

/// How many closed pages the console keeps, for notes and reports (SUM-04, SUM-06).
const CLOSED_PAGES_MAX: usize = 10;

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
    /// Sessions that were begun by jumping from here.
    pub(crate) jumped: BTreeSet<SessionId>,
    pub(crate) timers: Timers<Timer>,
    /// Lines that have waited too long, so that each sounds once (WSR-01).
    pub(crate) overdue: BTreeSet<QueueEntryId>,
    /// When a person last used the console.
    pub(crate) touched_at: SimTime,
    /// Whether that is longer ago than the account's idle limit (EQL-15).
    pub(crate) idle: bool,
    /// Whether the computer is locked (EQL-16).
    pub(crate) locked: bool,
    /// What the appliance knows of that, on the present connection.
    pub(crate) told_attendance: Option<Attendance>,
    /// Whether the machine was asked to keep its screen from dimming (SET-03).
    pub(crate) keeps_awake: bool,
    /// Where the secrets for invitations come from.
    pub(crate) invitations: Seed,
    pub(crate) invitations_drawn: u32,
    /// An invitation whose first try did not get through: the next one shows the same secret, in case it did (EXT-03).
    pub(crate) unused_invitation: Option<Login>,
    /// Whose the closed pages are.
    pub(crate) closed_of: Option<RepId>,
    pub(crate) tools_waiting: Waiting,
    /// Files that have half come, and of which nobody wants the rest.
    pub(crate) litter: Vec<String>,
    /// Transfers of pages that a break closed, in case the representative takes the sessions back.
    pub(crate) interrupted: BTreeMap<SessionId, FilesShown>,
    pub(crate) pictures: Pictures,
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

    fn lane(message: &RepToAppliance) -> Lane {
        match message {
            RepToAppliance::Tool { command, .. } => Lane::of_command(command),
            _ => Lane::Urgent,
        }
    }
}

/// Who signs in.
#[derive(Clone, Debug)]
pub(crate) enum Login {
    /// Somebody with an account.
    Account { credentials: Credentials, remember: bool },
    /// Somebody with an invitation (EXT-01).
    External { key: String, token: Token },
}

impl Login {
    pub(crate) fn is_invitation(&self, wanted: &str) -> bool {
        match self {
            Self::External { key, .. } => key == wanted,
            Self::Account { .. } => false,
        }
    }
}

/// What a question is about, as far as its answer or its loss needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    SignIn,
    Jump(JumpClientId),
    AutoAssignment(bool),
    ExtendedAvailability(bool),
    InviteExternal(SessionId),
    Report(SessionId),
    Unpin(JumpClientId),
    Other,
}

impl RepConsole {
    /// A console that is not running yet.
    pub fn new(config: RepConsoleConfig, seed: Seed, now: SimTime) -> Self {
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
            jumped: BTreeSet::new(),
            timers: Timers::default(),
            overdue: BTreeSet::new(),
            touched_at: now,
            idle: false,
            locked: false,
            told_attendance: None,
            keeps_awake: false,
            invitations: seed.child("invitations"),
            invitations_drawn: 0,
            unused_invitation: None,
            closed_of: None,
            tools_waiting: Waiting::default(),
            litter: Vec::new(),
            interrupted: BTreeMap::new(),
            pictures: Pictures::default(),
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
        self.show_settings();
        // What an earlier run held awake is not this one's.
        device.keep_awake(false);
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
        self.wake(now, device);
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.poll_transmit()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let deadlines = [self.uplink.deadline(), self.timers.deadline()];
        deadlines.into_iter().flatten().min_by_key(|deadline| deadline.at)
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

    /// How long a piece of something long is best.
    pub(crate) fn piece_bytes(&self, most: usize) -> usize {
        self.uplink.piece_bytes(most)
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

    /// Another page, or the queues, come to the front.
    pub(crate) fn bring_to_front(&mut self, front: Option<SessionId>) {
        if self.view.front != front {
            self.close_overlays();
            self.view.front = front;
        }
        if let Some(session) = front {
            self.read(session);
        }
    }

    pub(crate) fn close_page(&mut self, session: SessionId, why: String) {
        self.unconfirmed.remove(&session);
        self.drop_tools(session);
        self.keep_transfers(session, &why);
        let Some(place) = self.view.pages.iter().position(|page| page.session == session) else { return };
        let tabs = self.config.flavour.has_tabs();
        let view = &mut *self.view;
        let page = view.pages.remove(place);
        view.closed.retain(|before| before.session != session);
        if view.closed.len() == CLOSED_PAGES_MAX {
            view.closed.remove(0);
        }
        view.closed.push(PageClosed { session, customer: page.customer, why, unsent: page.pending });
        view.external_invitation = view.external_invitation.take().filter(|shown| shown.session != session);
        let front = view.front;
        // A tab's neighbour comes to the front; a phone goes back to its queues.
        let next = view.pages.get(place).or(view.pages.last()).filter(|_| tabs).map(|page| page.session);
        self.bring_to_front(if front == Some(session) { next } else { front });
        self.drop_void_removal();
        self.drop_void_unpinning();
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
        let login = self.login.take();
        // Let in or not: the answer may have been lost.
        let first_try = self.view.account == Account::SigningIn;
        self.unused_invitation = login.filter(|login| first_try && matches!(login, Login::External { .. }));
        self.admitted = false;
        self.told_attendance = None;
        self.asked.clear();
        self.overdue.clear();
        self.jumped.clear();
        self.forget_assignments();
        self.forget_transfers();
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
        view.unpin_to_confirm = None;
        view.auto_assignment = Switch::default();
        view.extended_availability = Switch::default();
        view.team_chat.clear();
        view.team_chat_open = None;
        view.report = None;
        self.watch_idling(now);
        self.notice(now, why);
        self.show_connection();
        self.event(RepConsoleEvent::SignedOut { why: why.to_owned() });
    }

    pub(crate) fn show_connection(&mut self) {
        let state = self.uplink.state();
        self.view.set(|view| &mut view.connection, state);
    }
}
