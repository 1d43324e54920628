//! The client's state, and what it does with what the appliance says.

use device::{
    App, Deadline, Device, Input, LostReason, Outbox, PackagedApp, Party, Protocol, Shown, Transmit, Uplink,
    UplinkEvent,
};
use wire::customer::{
    ApplianceToCustomer, CustomerEnd, CustomerStatus, CustomerToAppliance, Join, PACKAGE_PIECE_BYTES_MAX,
    PortalPage, Start, StartChecked, StartRefusal,
};
use wire::session::{LogEntry, LogItem, Platform};
use wire::{LineId, MemberId, Role, Seed, SessionId, SimTime, Token};

use crate::config::{CustomerClientConfig, StartedBy};
use crate::verbs::CustomerError;
use crate::view::{CustomerView, PendingLine, Stage};

/// The customer's number in a session. A session begins with its customer's request, so they arrive first.
const CUSTOMER: MemberId = MemberId(1);

/// A customer's browser and client.
#[derive(Debug)]
pub struct CustomerClient {
    config: CustomerClientConfig,
    uplink: Uplink<Customer>,
    outbox: Outbox<CustomerClientEvent>,
    pub(crate) view: Shown<CustomerView>,
    pub(crate) journey: Journey,
    pub(crate) member: Option<Membership>,
    secrets: Seed,
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
    /// The person closed the window.
    WindowClosed,
}

/// What the person has chosen on the way to a session. A break of the connection makes the client go the same way
/// again, up to the first thing that nobody has answered yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journey {
    /// The portal's name, if one was given.
    pub(crate) portal: Option<String>,
    /// The URL, if one was followed.
    pub(crate) url: Option<String>,
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
}

/// A place in a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    session: SessionId,
    token: Token,
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
            secrets: seed.child("secrets"),
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
            Stage::Ended { .. } | Stage::Closed => true,
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
    fn start(&mut self, now: SimTime, _device: &mut dyn Device) {
        self.begin();
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

/// What verbs are made of.
impl CustomerClient {
    pub(crate) fn begin(&self) {
        self.outbox.begin("the customer client");
    }

    pub(crate) fn event(&mut self, event: CustomerClientEvent) {
        self.outbox.event(event);
    }

    pub(crate) fn say(&mut self, message: &CustomerToAppliance) {
        self.uplink.send(message, &mut self.outbox);
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.uplink.is_up()
    }

    pub(crate) fn stage(&self) -> &Stage {
        &self.view.stage
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

    /// The person goes to a portal.
    pub(crate) fn open(&mut self, now: SimTime, journey: Journey) -> Result<(), CustomerError> {
        let begun = self.member.is_some() || self.is_finished();
        if begun || matches!(self.view.stage, Stage::Joining) || self.config.started_by != StartedBy::Person {
            return Err(CustomerError::AlreadyStarted);
        }
        self.begin();
        self.journey = journey;
        self.show(Stage::OpeningPortal);
        if self.is_connected() {
            self.say_open_portal();
        } else {
            self.uplink.dial(now, &mut self.outbox);
        }
        self.show_connection();
        Ok(())
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
        if !device.is_installed(App::CustomerClient) {
            if keeps_apps(device) {
                self.show(Stage::AppNeeded);
            } else {
                self.show(Stage::Downloading { received: 0, total: checked.package_bytes });
                self.say(&CustomerToAppliance::FetchPackage);
            }
        } else if let (Some(text), None) = (&checked.agreement, self.journey.agreement) {
            self.show(Stage::Agreement(text.clone()));
        } else if checked.recording_prompt && self.journey.recording.is_none() {
            self.show(Stage::RecordingPrompt);
        } else {
            self.join(start.clone(), device);
        }
    }

    /// There will be no session this way.
    pub(crate) fn refuse(&mut self, device: &mut dyn Device, why: StartRefusal) {
        self.journey.start = None;
        self.journey.forget_answers();
        if self.member.take().is_some() {
            self.uninstall(device);
        }
        self.show(Stage::Refused { why });
        if self.is_finished() {
            self.hang_up();
        }
        self.event(CustomerClientEvent::Refused(why));
    }

    /// The session is over.
    pub(crate) fn end(&mut self, device: &mut dyn Device, why: CustomerEnd) {
        self.member = None;
        self.uninstall(device);
        self.show(Stage::Ended { why });
        self.hang_up();
        self.event(CustomerClientEvent::Ended(why));
    }

    /// CLS-03: a client that was downloaded for one session goes with it; an app on a phone stays.
    pub(crate) fn uninstall(&mut self, device: &mut dyn Device) {
        if !keeps_apps(device) {
            device.uninstall(App::CustomerClient);
        }
    }

    pub(crate) fn hang_up(&mut self) {
        self.uplink.hang_up(&mut self.outbox);
        self.view.set(|view| &mut view.trouble, None);
        self.show_connection();
    }
}

/// What the connection brings.
impl CustomerClient {
    fn attend(&mut self, now: SimTime, device: &mut dyn Device) {
        while let Some(event) = self.uplink.poll(now, &mut self.outbox) {
            match event {
                UplinkEvent::Up => {
                    self.view.set(|view| &mut view.trouble, None);
                    self.connected(device);
                }
                UplinkEvent::Received(message) => self.hear(now, device, message),
                UplinkEvent::Down(why) => {
                    self.event(CustomerClientEvent::ConnectionLost(why));
                    self.disconnected(device);
                }
                UplinkEvent::NotReached(why) => {
                    self.view.set(|view| &mut view.trouble, Some(why.to_string()));
                    self.event(CustomerClientEvent::NotReached(why));
                    self.disconnected(device);
                }
            }
        }
        self.show_connection();
    }

    fn connected(&mut self, device: &mut dyn Device) {
        if let Some(member) = self.member {
            let have_seq = self.view.log.last().map_or(0, |entry| entry.seq);
            let Membership { session, token, .. } = member;
            self.say(&CustomerToAppliance::Resume { session, token, have_seq });
        } else if let (Some(start), true) = (&self.journey.start, self.is_past_the_portal()) {
            self.join(start.clone(), device);
        } else {
            self.show(Stage::OpeningPortal);
            self.say_open_portal();
        }
    }

    /// Whether nothing is left to choose or answer: a session was asked for already, or a jump brought the client.
    fn is_past_the_portal(&self) -> bool {
        self.journey.asked_with.is_some() || matches!(self.journey.start, Some(Start::Jump { .. }))
    }

    fn disconnected(&mut self, device: &mut dyn Device) {
        if self.member.is_some_and(|member| member.leaving) {
            self.end(device, CustomerEnd::Left);
        } else if !matches!(self.view.stage, Stage::Reconnecting { .. }) {
            let was = Box::new(self.view.stage.clone());
            self.show(Stage::Reconnecting { was });
        }
    }

    fn hear(&mut self, now: SimTime, device: &mut dyn Device, message: ApplianceToCustomer) {
        match message {
            ApplianceToCustomer::PortalPage(page) => self.hear_portal(page),
            ApplianceToCustomer::StartChecked(checked) if self.view.stage == Stage::Checking => match checked
            {
                Ok(checked) => {
                    self.journey.checked = Some(checked);
                    self.advance(device);
                }
                Err(why) => self.refuse(device, why),
            },
            ApplianceToCustomer::Package { offset, total, bytes } => {
                self.hear_package(now, device, offset, total, &bytes);
            }
            ApplianceToCustomer::Joined { session } if self.view.stage == Stage::Joining => {
                let token = self.journey.asked_with.expect("whoever joins has asked");
                self.member = Some(Membership { session, token, next_line: LineId(1), leaving: false });
                self.view.session = Some(session);
                self.event(CustomerClientEvent::Joined(session));
            }
            ApplianceToCustomer::Refused(why)
                if matches!(
                    self.view.stage,
                    Stage::OpeningPortal | Stage::Joining | Stage::Reconnecting { .. }
                ) =>
            {
                self.refuse(device, why);
            }
            ApplianceToCustomer::Status(status) if self.member.is_some() => self.hear_status(status),
            ApplianceToCustomer::Log(entries) if self.member.is_some() => self.hear_log(entries),
            ApplianceToCustomer::Ended(why) if self.member.is_some() => self.end(device, why),
            // Answers to what the person has since turned away from.
            ApplianceToCustomer::StartChecked(_)
            | ApplianceToCustomer::Refused(_)
            | ApplianceToCustomer::Joined { .. }
            | ApplianceToCustomer::Status(_)
            | ApplianceToCustomer::Log(_)
            | ApplianceToCustomer::Ended(_) => {}
            // The connection's end follows a goodbye by itself.
            ApplianceToCustomer::Heartbeat | ApplianceToCustomer::Goodbye(_) => {}
        }
    }

    fn hear_portal(&mut self, page: PortalPage) {
        self.journey.page = Some(page.clone());
        match self.view.stage {
            Stage::OpeningPortal => {
                if self.journey.start.is_none() {
                    self.journey.start = self.journey.url.clone().map(Start::Url);
                }
                match self.journey.start.clone() {
                    Some(start) => self.check(start),
                    None => self.show(Stage::Portal(page)),
                }
            }
            Stage::Portal(_) => self.show(Stage::Portal(page)),
            _ => {}
        }
    }

    fn hear_package(&mut self, now: SimTime, device: &mut dyn Device, offset: u32, total: u32, bytes: &[u8]) {
        let Stage::Downloading { received, .. } = self.view.stage else { return };
        let received_now = received.saturating_add(bytes.len() as u32);
        if offset != received || bytes.len() > PACKAGE_PIECE_BYTES_MAX || received_now > total {
            let length = bytes.len();
            let why =
                format!("expected package bytes from {received} on, found {length} from {offset} of {total}");
            return self.uplink.reject(now, why, &mut self.outbox);
        }
        if received_now < total {
            return self.show(Stage::Downloading { received: received_now, total });
        }
        device.install(PackagedApp { app: App::CustomerClient, bytes: total });
        self.event(CustomerClientEvent::ClientInstalled);
        self.advance(device);
    }

    fn hear_status(&mut self, status: CustomerStatus) {
        let back = matches!(self.view.stage, Stage::Reconnecting { .. });
        self.show(match status {
            CustomerStatus::Waiting { position } => Stage::Waiting { position },
            CustomerStatus::WithRepresentatives { representatives } => Stage::InSession { representatives },
            CustomerStatus::OnHold => Stage::OnHold,
        });
        if back {
            for PendingLine { line, text } in self.view.pending.clone() {
                self.say(&CustomerToAppliance::Chat { line, text });
            }
        }
    }

    fn hear_log(&mut self, entries: Vec<LogEntry>) {
        for entry in entries {
            if self.view.log.last().is_some_and(|last| last.seq >= entry.seq) {
                continue;
            }
            if let LogItem::Said { line, .. } = entry.what
                && entry.by == CUSTOMER
            {
                self.view.pending.retain(|pending| pending.line != line);
            }
            self.view.log.push(entry);
        }
    }

    fn check(&mut self, start: Start) {
        self.show(Stage::Checking);
        let portal = self.journey.page.as_ref().map(|page| page.id);
        self.say(&CustomerToAppliance::ChooseStart { start, portal });
    }

    fn join(&mut self, start: Start, device: &mut dyn Device) {
        self.show(Stage::Joining);
        let token = self.journey.asked_with.unwrap_or_else(|| {
            self.asked += 1;
            Token(self.secrets.child(&self.asked.to_string()).as_bytes16())
        });
        self.journey.asked_with = Some(token);
        self.say(&CustomerToAppliance::Join(Join {
            token,
            start,
            portal: self.journey.page.as_ref().map(|page| page.id),
            name: self.config.name.clone(),
            agreement: self.journey.agreement,
            recording: self.journey.recording,
            device: device.facts(),
        }));
    }

    fn say_open_portal(&mut self) {
        let Journey { portal, url, .. } = self.journey.clone();
        self.say(&CustomerToAppliance::OpenPortal { portal, url });
    }

    fn show(&mut self, stage: Stage) {
        self.view.set(|view| &mut view.stage, stage);
    }

    fn show_connection(&mut self) {
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
    }
}

/// Whether this machine gets its apps from a store and keeps them.
fn keeps_apps(device: &dyn Device) -> bool {
    matches!(device.facts().platform, Platform::Android | Platform::Ios)
}
