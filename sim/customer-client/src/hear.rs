//! What the client does with what the appliance says, and with a connection that comes and goes.

use device::{App, Device, PackagedApp, UplinkEvent};
use wire::customer::{
    ApplianceToCustomer, CustomerEnd, CustomerStatus, CustomerToAppliance, PACKAGE_PIECE_BYTES_MAX,
    PortalPage, Start,
};
use wire::session::{AfterSession, LogEntry, LogItem, Platform};
use wire::{LineId, MemberId, SessionId, SimTime};

use crate::client::{CustomerClient, CustomerClientEvent, Goal, Membership};
use crate::view::{ElevationStep, HOLD_MESSAGES_MAX, PendingLine, Stage};

/// The customer's number in a session. A session begins with its customer's request, so they arrive first.
const CUSTOMER: MemberId = MemberId(1);

impl CustomerClient {
    /// Takes what the connection brings.
    pub(crate) fn attend(&mut self, now: SimTime, device: &mut dyn Device) {
        while let Some(event) = self.uplink.poll(now, &mut self.outbox) {
            match event {
                UplinkEvent::Up => {
                    self.view.set(|view| &mut view.trouble, None);
                    self.connected(device);
                }
                UplinkEvent::Received(message) => self.hear(now, device, message),
                UplinkEvent::Down(why) => {
                    self.event(CustomerClientEvent::ConnectionLost(why));
                    self.disconnected(now, device);
                }
                UplinkEvent::NotReached(why) => {
                    self.view.set(|view| &mut view.trouble, Some(why.to_string()));
                    self.event(CustomerClientEvent::NotReached(why));
                    if !self.asks_for_site_again(device) {
                        self.disconnected(now, device);
                    }
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
            self.set_out();
        }
    }

    /// Whether nothing is left to choose or answer: a session was asked for already, or a jump brought the client.
    fn is_past_the_portal(&self) -> bool {
        self.journey.asked_with.is_some() || matches!(self.journey.start, Some(Start::Jump { .. }))
    }

    fn disconnected(&mut self, now: SimTime, device: &mut dyn Device) {
        if self.member.is_some_and(|member| member.leaving) {
            self.end(now, device, CustomerEnd::Left);
        } else if !matches!(self.view.stage, Stage::Reconnecting { .. }) {
            self.drop_tools(now, device);
            let was = Box::new(self.view.stage.clone());
            self.show(Stage::Reconnecting { was });
        }
    }

    fn hear(&mut self, now: SimTime, device: &mut dyn Device, message: ApplianceToCustomer) {
        match message {
            ApplianceToCustomer::PortalPage(page) => self.hear_portal(device, page),
            ApplianceToCustomer::StartChecked(checked) if self.view.stage == Stage::Checking => match checked
            {
                Ok(checked) => {
                    self.journey.checked = Some(checked);
                    self.advance(device);
                }
                Err(why) => self.refuse(now, device, why),
            },
            ApplianceToCustomer::Package { offset, total, bytes } => {
                self.hear_package(now, device, offset, total, &bytes);
            }
            ApplianceToCustomer::Joined { session } if self.view.stage == Stage::Joining => {
                self.hear_joined(session);
            }
            ApplianceToCustomer::Refused(why)
                if matches!(
                    self.view.stage,
                    Stage::OpeningPortal | Stage::Joining | Stage::Reconnecting { .. }
                ) =>
            {
                self.refuse(now, device, why);
            }
            ApplianceToCustomer::Status(status) if self.member.is_some() => self.hear_status(now, status),
            ApplianceToCustomer::Log(entries) if self.member.is_some() => self.hear_log(entries),
            ApplianceToCustomer::HoldMessage(text) if self.member.is_some() => self.hear_hold_message(text),
            ApplianceToCustomer::NobodyAvailable { message, redirect }
                if self.member.is_some() || matches!(self.view.stage, Stage::Checking | Stage::Joining) =>
            {
                self.hear_nobody_available(now, device, message, redirect);
            }
            ApplianceToCustomer::Ended { why, then } if self.member.is_some() => {
                if why != CustomerEnd::Left {
                    act_after_session(device, then, self.stays_in_browser());
                }
                self.end(now, device, why);
            }
            message @ (ApplianceToCustomer::Prompt(_)
            | ApplianceToCustomer::PromptOver(_)
            | ApplianceToCustomer::ToolOpened { .. }
            | ApplianceToCustomer::ToolClosed { .. }
            | ApplianceToCustomer::Tool(_))
                if self.member.is_some() =>
            {
                self.hear_of_tools(now, device, message);
            }
            ApplianceToCustomer::AskElevation { answer_within_ms } if self.member.is_some() => {
                self.ask_for_elevation(now, device, answer_within_ms);
            }
            ApplianceToCustomer::InstallJumpClient(order) if self.member.is_some() => {
                self.hear_pin(device, order);
            }
            // Answers to what the person has since turned away from.
            ApplianceToCustomer::Prompt(_)
            | ApplianceToCustomer::PromptOver(_)
            | ApplianceToCustomer::ToolOpened { .. }
            | ApplianceToCustomer::ToolClosed { .. }
            | ApplianceToCustomer::Tool(_)
            | ApplianceToCustomer::AskElevation { .. }
            | ApplianceToCustomer::InstallJumpClient(_)
            | ApplianceToCustomer::StartChecked(_)
            | ApplianceToCustomer::Refused(_)
            | ApplianceToCustomer::Joined { .. }
            | ApplianceToCustomer::Status(_)
            | ApplianceToCustomer::Log(_)
            | ApplianceToCustomer::HoldMessage(_)
            | ApplianceToCustomer::NobodyAvailable { .. }
            | ApplianceToCustomer::Ended { .. } => {}
            // The connection's end follows a goodbye by itself.
            ApplianceToCustomer::Heartbeat | ApplianceToCustomer::Goodbye(_) => {}
        }
    }

    fn hear_portal(&mut self, device: &mut dyn Device, page: PortalPage) {
        self.remember_site(device);
        self.journey.page = Some(page.clone());
        match self.view.stage {
            Stage::OpeningPortal => {
                if self.journey.start.is_none() {
                    self.journey.start = match &self.journey.goal {
                        Goal::KeyUrl(url) => Some(Start::Url(url.clone())),
                        Goal::Portal(_)
                        | Goal::SupportButton(_)
                        | Goal::HelpLink { .. }
                        | Goal::App { .. } => None,
                    };
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
        let in_session = self.member.is_some();
        let received = match (&self.view.stage, self.elevation_step()) {
            (Stage::Downloading { received, .. }, _)
            | (_, Some(ElevationStep::Downloading { received, .. })) => *received,
            _ => return,
        };
        let received_now = received.saturating_add(bytes.len() as u32);
        if offset != received || bytes.len() > PACKAGE_PIECE_BYTES_MAX || received_now > total {
            let length = bytes.len();
            let why =
                format!("expected package bytes from {received} on, found {length} from {offset} of {total}");
            return self.uplink.reject(now, why, &mut self.outbox);
        }
        match received_now < total {
            true if in_session => {
                self.show_step(ElevationStep::Downloading { received: received_now, total })
            }
            true => self.show(Stage::Downloading { received: received_now, total }),
            false => {
                device.install(PackagedApp { app: App::CustomerClient, bytes: total });
                self.event(CustomerClientEvent::ClientInstalled);
                if in_session {
                    self.fetch_full_client(device);
                } else {
                    self.advance(device);
                }
            }
        }
    }

    fn hear_joined(&mut self, session: SessionId) {
        let token = self.journey.asked_with.expect("whoever joins has asked");
        self.member = Some(Membership { session, token, next_line: LineId(1), leaving: false });
        self.view.session = Some(session);
        self.share_page();
        self.event(CustomerClientEvent::Joined(session));
    }

    fn hear_status(&mut self, now: SimTime, status: CustomerStatus) {
        let back = matches!(self.view.stage, Stage::Reconnecting { .. });
        self.show(match status {
            CustomerStatus::Waiting { position, estimate_s } => Stage::Waiting { position, estimate_s },
            CustomerStatus::WithRepresentatives { representatives } => Stage::InSession { representatives },
            CustomerStatus::OnHold => Stage::OnHold,
        });
        if back {
            self.share_page();
            self.take_up_tools(now);
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

    fn hear_hold_message(&mut self, text: String) {
        let messages = &mut self.view.hold_messages;
        if messages.len() == HOLD_MESSAGES_MAX {
            messages.remove(0);
        }
        messages.push(text);
    }

    /// There is no session, or it is over before it was taken.
    fn hear_nobody_available(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        message: String,
        redirect: Option<String>,
    ) {
        // Who has asked for a session has the client already.
        if self.journey.asked_with.is_some() {
            self.leave_no_trace(now, device);
        }
        self.show(Stage::NobodyAvailable { message, redirect });
        self.hang_up();
        self.event(CustomerClientEvent::NobodyAvailable);
    }
}

/// SUM-02: what the representative chose for the machine. A browser has no say over it.
fn act_after_session(device: &mut dyn Device, then: AfterSession, browser_only: bool) {
    if browser_only {
        return;
    }
    match then {
        AfterSession::Nothing => {}
        AfterSession::Lock => device.lock_screen(),
        AfterSession::LogOut => {
            if device.facts().platform == Platform::Windows {
                device.log_out_user();
            }
        }
    }
}
