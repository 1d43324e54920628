//! What a person can do with the client.

use device::Device;
use wire::customer::{CustomerEnd, CustomerToAppliance, Start, StartRefusal};
use wire::session::{CHAT_LINE_BYTES_MAX, NAME_BYTES_MAX, WEB_PAGE_BYTES_MAX, WebPage};
use wire::tool::Tool;
use wire::{LineId, SimTime};

use crate::client::{CustomerClient, CustomerClientEvent, Goal};
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
    /// An empty line of chat, or nothing where something was to be typed.
    #[error("expected text, found none")]
    EmptyLine,
    /// A name above the limit.
    #[error("expected a name of at most {NAME_BYTES_MAX} bytes, found one of {bytes}")]
    NameTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// A line of chat above the limit.
    #[error("expected a line of at most {CHAT_LINE_BYTES_MAX} bytes, found one of {bytes}")]
    LineTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// No web page is shared: the customer did not come by a help link, or the session is over.
    #[error("expected a customer who shares a web page, found none")]
    NoSharedPage,
    /// No representative uses that tool.
    #[error("expected a representative who uses {tool}, found none")]
    NotInUse {
        /// Which tool.
        tool: Tool,
    },
    /// A web page above the limit.
    #[error("expected a web page of at most {WEB_PAGE_BYTES_MAX} bytes, found one of {bytes}")]
    PageTooLarge {
        /// Its length in bytes: address, title and text.
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
        self.open(now, Goal::Portal(portal.map(str::to_owned)))
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
        self.open(now, Goal::KeyUrl(url.to_owned()))
    }

    /// Clicks a Support Button on the machine, by its name (QUE-05, QUE-09). From there on it is as on a portal.
    ///
    /// # Errors
    /// A session has begun.
    pub fn click_support_button(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        name: &str,
    ) -> Result<(), CustomerError> {
        self.open(now, Goal::SupportButton(name.to_owned()))
    }

    /// Follows the help link on a web page, for a session that shares that page and nothing else: nothing is downloaded
    /// or installed (BRW-01).
    ///
    /// # Errors
    /// A session has begun, or the page is above [`WEB_PAGE_BYTES_MAX`].
    pub fn follow_help_link(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        link: &str,
        page: WebPage,
    ) -> Result<(), CustomerError> {
        check_size(&page)?;
        self.open(now, Goal::HelpLink { link: link.to_owned(), page })
    }

    /// Goes on to another page in the tab that is shared, or sees the page change (BRW-02). Before the session begins,
    /// and without a connection, the page waits for it.
    ///
    /// # Errors
    /// No page is shared, or the page is above [`WEB_PAGE_BYTES_MAX`].
    pub fn show_page(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        page: WebPage,
    ) -> Result<(), CustomerError> {
        if self.is_finished() || matches!(self.stage(), Stage::Refused { .. }) {
            return Err(CustomerError::NoSharedPage);
        }
        let Goal::HelpLink { page: current, .. } = &mut self.journey.goal else {
            return Err(CustomerError::NoSharedPage);
        };
        check_size(&page)?;
        current.clone_from(&page);
        self.begin();
        if self.member.is_none() {
            return Ok(());
        }
        // After a break the page goes once the session is there again.
        if matches!(self.view.stage, Stage::Reconnecting { .. }) {
            self.view.set(|view| &mut view.shared_page, Some(page));
        } else {
            self.share_page();
        }
        Ok(())
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

    /// Accepts the agreement, or does not: then there will be no session (POR-06).
    ///
    /// # Errors
    /// No agreement is on the screen.
    pub fn answer_agreement(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        accept: bool,
    ) -> Result<(), CustomerError> {
        let Stage::Agreement(_) = self.stage() else { return Err(CustomerError::NothingAsked) };
        self.begin();
        if accept {
            self.journey.agreement = Some(true);
            self.advance(device);
        } else {
            self.refuse(now, device, StartRefusal::AgreementDeclined);
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
    pub fn leave(&mut self, now: SimTime, device: &mut dyn Device) -> Result<(), CustomerError> {
        let Some(member) = &mut self.member else { return Err(CustomerError::NoSession) };
        member.leaving = true;
        self.begin();
        if self.is_connected() {
            self.say(&CustomerToAppliance::Leave);
        } else {
            // Nobody can be told: the appliance gives up on us by itself.
            self.end(now, device, CustomerEnd::Left);
        }
        Ok(())
    }

    /// Closes the window, wherever things stand; a session is left.
    pub fn close(&mut self, now: SimTime, device: &mut dyn Device) {
        if self.view.stage == Stage::Closed {
            return;
        }
        self.begin();
        if self.member.is_some() {
            self.say(&CustomerToAppliance::Leave);
            self.leave_no_trace(now, device);
        }
        self.hang_up();
        self.view.set(|view| &mut view.stage, Stage::Closed);
        self.event(CustomerClientEvent::WindowClosed);
    }
}

fn check_size(page: &WebPage) -> Result<(), CustomerError> {
    let bytes = page.url.len() + page.title.len() + page.text.len();
    if bytes > WEB_PAGE_BYTES_MAX {
        return Err(CustomerError::PageTooLarge { bytes });
    }
    Ok(())
}
