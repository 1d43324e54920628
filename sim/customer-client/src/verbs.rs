//! What a person can do with the client.

use device::{App, Device, PackagedApp};
use wire::customer::{CustomerEnd, CustomerToAppliance, Start, StartRefusal};
use wire::session::CHAT_LINE_BYTES_MAX;
use wire::{LineId, SimTime};

use crate::client::{CustomerClient, CustomerClientEvent, Journey};
use crate::view::{PendingLine, Stage};

/// Why the client does not do what the person wants; always for something that they can see.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustomerError {
    /// There is a session, or a client that is closed.
    #[error("expected a client without a session, found one that has begun")]
    AlreadyStarted,
    /// The portal is not open.
    #[error("expected an open portal, found none")]
    NoPortal,
    /// The portal does not offer this.
    #[error("expected a start method that the portal offers, found {wanted}")]
    NotOffered {
        /// What was wanted.
        wanted: String,
    },
    /// No such question is on the screen.
    #[error("expected a question to answer, found none")]
    NothingAsked,
    /// This machine needs no app, or has it.
    #[error("expected to be asked for the app, found no such need")]
    NoAppNeeded,
    /// There is no session to talk in or to leave.
    #[error("expected a session, found none")]
    NoSession,
    /// An empty line of chat.
    #[error("expected text, found none")]
    EmptyLine,
    /// A line of chat above the limit.
    #[error("expected a line of at most {CHAT_LINE_BYTES_MAX} bytes, found one of {bytes}")]
    LineTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
}

/// Verbs: what a person does. Each fails only for what they can see; what the appliance says comes later and shows
/// in the view.
impl CustomerClient {
    /// Opens a portal in the browser, by its name; the site's first where none is named (POR-01).
    ///
    /// # Errors
    /// A session has begun.
    pub fn open_portal(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        portal: Option<&str>,
    ) -> Result<(), CustomerError> {
        self.open(now, Journey { portal: portal.map(str::to_owned), ..Journey::default() })
    }

    /// Follows a session key's URL (KEY-09).
    ///
    /// # Errors
    /// A session has begun.
    pub fn open_url(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        url: &str,
    ) -> Result<(), CustomerError> {
        self.open(now, Journey { url: Some(url.to_owned()), ..Journey::default() })
    }

    /// Types a session key on the portal (POR-03, KEY-03).
    ///
    /// # Errors
    /// No portal is open, or it has no field for keys.
    pub fn type_session_key(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        key: &str,
    ) -> Result<(), CustomerError> {
        let start = match self.page()? {
            page if page.offers_session_key => Start::Key(key.to_owned()),
            _ => return Err(CustomerError::NotOffered { wanted: "a session key".to_owned() }),
        };
        self.choose(start);
        Ok(())
    }

    /// Picks an issue from the portal's list, by its title (POR-04).
    ///
    /// # Errors
    /// No portal is open, or the list has no such issue.
    pub fn choose_issue(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        title: &str,
    ) -> Result<(), CustomerError> {
        let issue = self.page()?.issues.iter().find(|issue| issue.title == title);
        let issue = issue.ok_or_else(|| CustomerError::NotOffered { wanted: format!("issue {title:?}") })?;
        let start = Start::Issue(issue.id);
        self.choose(start);
        Ok(())
    }

    /// Clicks a representative on the portal's list, by name (POR-02).
    ///
    /// # Errors
    /// No portal is open, or the list has no such representative.
    pub fn choose_representative(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        name: &str,
    ) -> Result<(), CustomerError> {
        let rep = self.page()?.representatives.iter().find(|rep| rep.name == name);
        let rep =
            rep.ok_or_else(|| CustomerError::NotOffered { wanted: format!("representative {name:?}") })?;
        let start = Start::Representative(rep.id);
        self.choose(start);
        Ok(())
    }

    /// Installs the app that the client asks for, from the phone's store.
    ///
    /// # Errors
    /// The client does not ask for it.
    pub fn install_app(&mut self, _now: SimTime, device: &mut dyn Device) -> Result<(), CustomerError> {
        if *self.stage() != Stage::AppNeeded {
            return Err(CustomerError::NoAppNeeded);
        }
        self.begin();
        device.install(PackagedApp { app: App::CustomerClient, bytes: self.package_bytes() });
        self.advance(device);
        Ok(())
    }

    /// Accepts the agreement, or does not: then there will be no session (POR-06).
    ///
    /// # Errors
    /// No agreement is on the screen.
    pub fn answer_agreement(
        &mut self,
        _now: SimTime,
        device: &mut dyn Device,
        accept: bool,
    ) -> Result<(), CustomerError> {
        let Stage::Agreement(_) = self.stage() else { return Err(CustomerError::NothingAsked) };
        self.begin();
        if accept {
            self.journey.agreement = Some(true);
            self.advance(device);
        } else {
            self.refuse(device, StartRefusal::AgreementDeclined);
        }
        Ok(())
    }

    /// Allows the session to be recorded, or does not; it goes on either way (POR-07).
    ///
    /// # Errors
    /// The question is not on the screen.
    pub fn answer_recording(
        &mut self,
        _now: SimTime,
        device: &mut dyn Device,
        allow: bool,
    ) -> Result<(), CustomerError> {
        let Stage::RecordingPrompt = self.stage() else { return Err(CustomerError::NothingAsked) };
        self.begin();
        self.journey.recording = Some(allow);
        self.advance(device);
        Ok(())
    }

    /// Says something in the session's chat (CHT-01). Without a connection the line waits for it.
    ///
    /// # Errors
    /// There is no session, or the line is empty or too long.
    pub fn send_chat(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        text: &str,
    ) -> Result<LineId, CustomerError> {
        let Some(member) = &mut self.member else { return Err(CustomerError::NoSession) };
        if text.is_empty() {
            return Err(CustomerError::EmptyLine);
        }
        if text.len() > CHAT_LINE_BYTES_MAX {
            return Err(CustomerError::LineTooLong { bytes: text.len() });
        }
        let line = member.next_line;
        member.next_line.0 += 1;
        self.begin();
        self.view.pending.push(PendingLine { line, text: text.to_owned() });
        // After a break the line goes with the others, once the session is there again.
        if !matches!(self.view.stage, Stage::Reconnecting { .. }) {
            self.say(&CustomerToAppliance::Chat { line, text: text.to_owned() });
        }
        Ok(line)
    }

    /// Leaves the session for good.
    ///
    /// # Errors
    /// There is no session.
    pub fn leave(&mut self, _now: SimTime, device: &mut dyn Device) -> Result<(), CustomerError> {
        let Some(member) = &mut self.member else { return Err(CustomerError::NoSession) };
        member.leaving = true;
        self.begin();
        if self.is_connected() {
            self.say(&CustomerToAppliance::Leave);
        } else {
            // Nobody can be told: the appliance gives up on us by itself.
            self.end(device, CustomerEnd::Left);
        }
        Ok(())
    }

    /// Closes the window, wherever things stand; a session is left.
    pub fn close(&mut self, _now: SimTime, device: &mut dyn Device) {
        if self.view.stage == Stage::Closed {
            return;
        }
        self.begin();
        if self.member.take().is_some() {
            self.say(&CustomerToAppliance::Leave);
            self.uninstall(device);
        }
        self.hang_up();
        self.view.set(|view| &mut view.stage, Stage::Closed);
        self.event(CustomerClientEvent::WindowClosed);
    }
}
