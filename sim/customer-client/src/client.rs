//! The client's state, and what its verbs and its ears are made of.

use device::{
    App, Deadline, Device, Input, Lane, LostReason, Outbox, Party, Protocol, Shown, Transmit, Uplink,
};
use wire::customer::{
    ApplianceToCustomer, CustomerEnd, CustomerToAppliance, Join, PortalPage, Start, StartChecked,
    StartRefusal,
};
use wire::session::WebPage;
use wire::tool::{ClientKind, UpdateFor};
use wire::{LineId, Role, Seed, SessionId, SimTime, Token};

use crate::app::{FullClient, choices, keeps_apps, kind_of};
use crate::config::{Browser, CustomerClientConfig, StartedBy};
use crate::resume::Resume;
use crate::tools::Tools;
use crate::verbs::CustomerError;
use crate::view::{CustomerView, Stage};

/// A customer's browser and client.
#[derive(Debug)]
pub struct CustomerClient {
    config: CustomerClientConfig,
    pub(crate) uplink: Uplink<Customer>,
    pub(crate) outbox: Outbox<CustomerClientEvent>,
    pub(crate) view: Shown<CustomerView>,
    pub(crate) journey: Journey,
    pub(crate) member: Option<Membership>,
    pub(crate) tools: Tools,
    secrets: Seed,
    /// Where the chance comes from that keeps two viewers of one line from marching in step.
    pub(crate) frames: Seed,
    /// How many sessions were asked for: each has a secret of its own.
    asked: u32,
}

/// What happened, for whoever drives the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerClientEvent {
    /// The appliance could not be reached; the client goes on trying.
    NotReached(LostReason),
    /// The connection was lost; the client tries to come back.
    ConnectionLost(LostReason),
    /// The customer client was installed.
    ClientInstalled,
    /// The session was requested.
    Joined(SessionId),
    /// The session is over, and the client has removed itself from a PC (CLS-03).
    Ended(CustomerEnd),
    /// There is no session, for this reason.
    Refused(StartRefusal),
    /// Nobody can help now, and the browser shows what the portal says then.
    NobodyAvailable,
    /// The client is of another kind now, in the same session (C2C-09, ELV-02).
    Became(ClientKind),
    /// The person closed the window.
    WindowClosed,
}

/// What the person has chosen on the way to a session. A break of the connection makes the client go the same way
/// again, up to the first thing that nobody has answered yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journey {
    /// Where it leads.
    pub(crate) goal: Goal,
    /// The portal, once it was shown.
    pub(crate) page: Option<PortalPage>,
    /// The start method, once it was chosen.
    pub(crate) start: Option<Start>,
    /// What the appliance says of it.
    pub(crate) checked: Option<StartChecked>,
    /// The answer to the agreement prompt.
    pub(crate) agreement: Option<bool>,
    /// The answer to the recording prompt.
    pub(crate) recording: Option<bool>,
    /// The secret that the session was asked for with, once it was.
    pub(crate) asked_with: Option<Token>,
    /// What the customer's side was when it joined.
    pub(crate) joined_as: ClientKind,
    /// The person has typed their name, for a chat in the browser (C2C-04).
    pub(crate) named: bool,
    /// The person wants that chat.
    pub(crate) chat_accepted: bool,
    /// Which app the person goes on with, where they have said so (AND-06).
    pub(crate) app: Option<App>,
}

/// Where a person goes with their browser.
#[derive(Clone, Debug)]
pub(crate) enum Goal {
    /// To the portal of this name, or the site's first (POR-01).
    Portal(Option<String>),
    /// To where a session key's URL leads (KEY-09).
    KeyUrl(String),
    /// To where a Support Button on this machine leads (QUE-05, QUE-09).
    SupportButton(String),
    /// From a web page, by its help link, to a session that shares that page and nothing else (BRW-01).
    HelpLink {
        /// The link.
        link: String,
        /// The page as it is now; the person may go on reading.
        page: WebPage,
    },
    /// Into an app on the phone, and to the support site that it knows or was told (AND-01, AND-02).
    App {
        /// Which app.
        app: App,
        /// The name of the site's appliance.
        site: String,
    },
}

impl Default for Goal {
    fn default() -> Self {
        Self::Portal(None)
    }
}

/// A place in a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    pub(crate) session: SessionId,
    pub(crate) token: Token,
    pub(crate) next_line: LineId,
    /// The customer has said that they leave.
    pub(crate) leaving: bool,
}

/// What a customer's connection speaks.
#[derive(Debug)]
pub struct Customer;

impl Protocol for Customer {
    type ToAppliance = CustomerToAppliance;
    type FromAppliance = ApplianceToCustomer;
    const ROLE: Role = Role::Customer;
    const HEARTBEAT: CustomerToAppliance = CustomerToAppliance::Heartbeat;

    fn lane(message: &CustomerToAppliance) -> Lane {
        match message {
            CustomerToAppliance::Tool(UpdateFor { update, .. }) => Lane::of_update(update),
            _ => Lane::Urgent,
        }
    }
}

impl CustomerClient {
    /// A client that is not running yet.
    pub fn new(config: CustomerClientConfig, seed: Seed, _now: SimTime) -> Self {
        let view = CustomerView { name: config.name.clone(), ..CustomerView::default() };
        Self {
            uplink: Uplink::new(config.uplink.clone(), seed.child("uplink")),
            config,
            outbox: Outbox::default(),
            view: Shown::new(view),
            journey: Journey::default(),
            member: None,
            tools: Tools::default(),
            secrets: seed.child("secrets"),
            frames: seed.child("frames"),
            asked: 0,
        }
    }

    /// What the customer sees.
    pub fn view(&self) -> &CustomerView {
        &self.view
    }

    /// Grows with every change of the view.
    pub fn view_revision(&self) -> u64 {
        self.view.revision()
    }

    /// Whether the program is done: its session is over or refused for good, or its window is closed.
    pub fn is_finished(&self) -> bool {
        match &self.view.stage {
            Stage::Ended { .. } | Stage::NobodyAvailable { .. } | Stage::Closed => true,
            Stage::Refused { why: StartRefusal::SessionOver } => true,
            Stage::Refused { .. } => self.config.started_by != StartedBy::Person,
            _ => false,
        }
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<CustomerClientEvent> {
        self.outbox.poll_event()
    }
}

impl Party for CustomerClient {
    fn start(&mut self, now: SimTime, device: &mut dyn Device) {
        self.begin();
        if let Some(resume) = Resume::take(device) {
            return self.come_back(now, resume);
        }
        if let StartedBy::JumpClient { jump, token } = self.config.started_by {
            self.journey.start = Some(Start::Jump { jump, token });
            self.show(Stage::Joining);
            self.uplink.dial(now, &mut self.outbox);
            self.show_connection();
        }
    }

    fn handle_input(&mut self, now: SimTime, device: &mut dyn Device, input: Input<'_>) {
        self.begin();
        self.uplink.handle_input(now, input, &mut self.outbox);
        self.attend(now, device);
        self.work_with_tools(now, device);
    }

    fn handle_timeout(&mut self, now: SimTime, device: &mut dyn Device) {
        self.begin();
        self.uplink.handle_timeout(now, &mut self.outbox);
        self.attend(now, device);
        self.work_with_tools(now, device);
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.poll_transmit()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let deadlines = [self.uplink.deadline(), self.tools_deadline()];
        deadlines.into_iter().flatten().min_by_key(|deadline| deadline.at)
    }
}

/// What verbs are made of.
impl CustomerClient {
    /// The machine has restarted, and the session goes on (open point 16).
    fn come_back(&mut self, now: SimTime, resume: Resume) {
        let Resume { session, token, next_line, client } = resume;
        self.member = Some(Membership { session, token, next_line, leaving: false });
        self.view.session = Some(session);
        self.view.client = client;
        self.show(Stage::Reconnecting { was: Box::new(Stage::OnHold) });
        self.uplink.dial(now, &mut self.outbox);
        self.show_connection();
    }

    pub(crate) fn begin(&self) {
        self.outbox.begin("the customer client");
    }

    pub(crate) fn event(&mut self, event: CustomerClientEvent) {
        self.outbox.event(event);
    }

    pub(crate) fn say(&mut self, message: &CustomerToAppliance) {
        self.uplink.send(message, &mut self.outbox);
    }

    /// How long a piece of something long is best.
    pub(crate) fn piece_bytes(&self, most: usize) -> usize {
        self.uplink.piece_bytes(most)
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.uplink.is_up()
    }

    pub(crate) fn stage(&self) -> &Stage {
        &self.view.stage
    }

    pub(crate) fn browser(&self) -> Browser {
        self.config.browser
    }

    pub(crate) fn package_bytes(&self) -> u32 {
        self.journey.checked.as_ref().map_or(0, |checked| checked.package_bytes)
    }

    /// The portal, if the person can choose a start method there now.
    pub(crate) fn page(&self) -> Result<&PortalPage, CustomerError> {
        match (&self.view.stage, &self.journey.page) {
            (Stage::Portal(_) | Stage::Refused { .. }, Some(page)) if self.is_connected() => Ok(page),
            _ => Err(CustomerError::NoPortal),
        }
    }

    /// The person goes somewhere with their browser.
    pub(crate) fn open(&mut self, now: SimTime, goal: Goal) -> Result<(), CustomerError> {
        self.must_be_free()?;
        self.begin();
        self.look_for_site(&goal);
        let app = match &goal {
            Goal::App { app, .. } => Some(*app),
            Goal::Portal(_) | Goal::KeyUrl(_) | Goal::SupportButton(_) | Goal::HelpLink { .. } => None,
        };
        self.journey = Journey { goal, app, ..Journey::default() };
        if self.is_connected() {
            self.set_out();
        } else {
            self.show(match self.journey.goal {
                Goal::Portal(_) | Goal::KeyUrl(_) | Goal::App { .. } => Stage::OpeningPortal,
                Goal::SupportButton(_) | Goal::HelpLink { .. } => Stage::Checking,
            });
            self.uplink.dial(now, &mut self.outbox);
        }
        self.show_connection();
        Ok(())
    }

    /// Whether the person can still go somewhere else.
    pub(crate) fn must_be_free(&self) -> Result<(), CustomerError> {
        let begun = self.member.is_some() || self.is_finished();
        if begun || matches!(self.view.stage, Stage::Joining) || self.config.started_by != StartedBy::Person {
            return Err(CustomerError::AlreadyStarted);
        }
        Ok(())
    }

    /// An app may know another site than the browser has open.
    fn look_for_site(&mut self, goal: &Goal) {
        let site = match goal {
            Goal::App { site, .. } => site,
            Goal::Portal(_) | Goal::KeyUrl(_) | Goal::SupportButton(_) | Goal::HelpLink { .. } => {
                &self.config.uplink.appliance_host
            }
        };
        if self.uplink.looks_for() != site {
            self.uplink.hang_up(&mut self.outbox);
            self.uplink.look_for(site.clone());
        }
    }

    /// The first thing to say on the way. A help link or a Support Button says itself what is wanted; elsewhere the
    /// portal is shown first.
    pub(crate) fn set_out(&mut self) {
        let start = match &self.journey.goal {
            Goal::Portal(name) => return self.ask_for_portal(name.clone(), None),
            Goal::KeyUrl(url) => return self.ask_for_portal(None, Some(url.clone())),
            Goal::App { .. } => return self.ask_for_portal(None, None),
            Goal::SupportButton(name) => Start::SupportButton(name.clone()),
            Goal::HelpLink { link, .. } => Start::HelpLink(link.clone()),
        };
        self.journey.start = Some(start.clone());
        self.check(start);
    }

    fn ask_for_portal(&mut self, portal: Option<String>, url: Option<String>) {
        self.show(Stage::OpeningPortal);
        self.say(&CustomerToAppliance::OpenPortal { portal, url });
    }

    /// The person chooses a start method on the open portal.
    pub(crate) fn choose(&mut self, start: Start) {
        self.begin();
        self.journey.start = Some(start.clone());
        self.journey.forget_answers();
        self.check(start);
    }

    /// Goes on to the next thing that is missing before the session can be asked for.
    pub(crate) fn advance(&mut self, device: &mut dyn Device) {
        let (Some(checked), Some(start)) = (&self.journey.checked, &self.journey.start) else { return };
        let missing = match self.full_client(device) {
            _ if self.leads_to_chat() => self.missing_for_chat(),
            _ if self.is_browser_only() => None,
            FullClient::Is(_) => None,
            FullClient::Either => Some(Stage::ChooseApp(choices(device))),
            FullClient::Missing if keeps_apps(device) => Some(Stage::AppNeeded),
            FullClient::Missing => Some(Stage::Downloading { received: 0, total: checked.package_bytes }),
        };
        if let Some(stage) = missing {
            if matches!(stage, Stage::Downloading { .. }) {
                self.say(&CustomerToAppliance::FetchPackage);
            }
            self.show(stage);
        } else if let (Some(text), None) = (&checked.agreement, self.journey.agreement) {
            self.show(Stage::Agreement(text.clone()));
        } else if checked.recording_prompt && self.journey.recording.is_none() {
            self.show(Stage::RecordingPrompt);
        } else {
            self.join(start.clone(), device);
        }
    }

    /// There will be no session this way.
    pub(crate) fn refuse(&mut self, now: SimTime, device: &mut dyn Device, why: StartRefusal) {
        self.journey.start = None;
        self.journey.forget_answers();
        if self.member.is_some() {
            self.leave_no_trace(now, device);
        }
        self.show(Stage::Refused { why });
        if self.is_finished() {
            self.hang_up();
        }
        self.event(CustomerClientEvent::Refused(why));
    }

    /// The session is over.
    pub(crate) fn end(&mut self, now: SimTime, device: &mut dyn Device, why: CustomerEnd) {
        self.leave_no_trace(now, device);
        self.show(Stage::Ended { why });
        self.hang_up();
        self.event(CustomerClientEvent::Ended(why));
    }

    /// Takes the customer out of the session, and what was there for it off the screen and off the machine. CLS-03: a
    /// client that was downloaded for one session goes with it; an app on a phone stays. A browser has brought nothing.
    pub(crate) fn leave_no_trace(&mut self, now: SimTime, device: &mut dyn Device) {
        self.member = None;
        self.drop_tools(now, device);
        self.forget_elevation();
        self.view.set(|view| &mut view.shared_page, None);
        if !self.stays_in_browser() && !keeps_apps(device) {
            device.uninstall(App::CustomerClient);
        }
    }

    /// Whether no more than a web page is shared, by the browser (BRW-02).
    pub(crate) fn is_browser_only(&self) -> bool {
        matches!(self.journey.goal, Goal::HelpLink { .. })
    }

    /// Says which page is shared now.
    pub(crate) fn share_page(&mut self) {
        if let Goal::HelpLink { page, .. } = &self.journey.goal {
            let page = page.clone();
            self.say(&CustomerToAppliance::ShowPage(page.clone()));
            self.view.set(|view| &mut view.shared_page, Some(page));
        }
    }

    pub(crate) fn check(&mut self, start: Start) {
        self.show(Stage::Checking);
        let portal = self.journey.page.as_ref().map(|page| page.id);
        self.say(&CustomerToAppliance::ChooseStart { start, portal });
    }

    pub(crate) fn join(&mut self, start: Start, device: &mut dyn Device) {
        self.show(Stage::Joining);
        let client = match self.full_client(device) {
            _ if self.leads_to_chat() => ClientKind::WebChat,
            FullClient::Is(app) => kind_of(app, device),
            FullClient::Either | FullClient::Missing => ClientKind::UserMode,
        };
        self.journey.joined_as = client;
        self.view.set(|view| &mut view.client, client);
        let token = self.journey.asked_with.unwrap_or_else(|| {
            self.asked += 1;
            Token(self.secrets.child(&self.asked.to_string()).as_bytes16())
        });
        self.journey.asked_with = Some(token);
        self.say(&CustomerToAppliance::Join(Join {
            token,
            start,
            portal: self.journey.page.as_ref().map(|page| page.id),
            name: self.view.name.clone(),
            agreement: self.journey.agreement,
            recording: self.journey.recording,
            device: device.facts(),
            client,
        }));
    }

    pub(crate) fn hang_up(&mut self) {
        self.uplink.hang_up(&mut self.outbox);
        self.view.set(|view| &mut view.trouble, None);
        self.show_connection();
    }

    pub(crate) fn show(&mut self, stage: Stage) {
        self.view.set(|view| &mut view.stage, stage);
    }

    pub(crate) fn show_connection(&mut self) {
        let state = self.uplink.state();
        self.view.set(|view| &mut view.connection, state);
    }
}

impl Journey {
    /// The person starts anew: what was asked and answered before does not count, a refused request included.
    fn forget_answers(&mut self) {
        self.asked_with = None;
        self.checked = None;
        self.agreement = None;
        self.recording = None;
        self.named = false;
        self.chat_accepted = false;
    }
}
