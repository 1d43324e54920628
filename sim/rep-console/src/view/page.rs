//! The page of a session, as the representative sees it.

use std::time::Duration;

use serde::Serialize;
use wire::pin::SessionPin;
use wire::session::{
    AfterSession, Audience, CustomerPresence, DeviceFacts, InvitationState, LogEntry, LogItem, Member,
    SessionKind, SessionState, WebPage,
};
use wire::tool::ClientKind;
use wire::{LineId, MemberId, SessionId, SimTime};

use crate::rows::{ago, listed_as};
use crate::tools::PageTools;

/// The page of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Which session.
    pub session: SessionId,
    /// The customer's name.
    pub customer: String,
    /// The customer's machine.
    pub device: DeviceFacts,
    /// The address that the appliance sees the customer at.
    pub public_ip: [u8; 4],
    /// Whether the customer can be reached.
    pub presence: CustomerPresence,
    /// Whether the customer allowed the session to be recorded (POR-07).
    pub recording_allowed: bool,
    /// The representative's own number in this session.
    pub me: MemberId,
    /// Who owns the session.
    pub owner: Option<MemberId>,
    /// Who is in it.
    pub members: Vec<Member>,
    /// Since when the session is up, by this console's clock.
    pub began: SimTime,
    /// The running log: chat and what happened, with times (CHT-05 to CHT-07).
    pub log: Vec<LogEntry>,
    /// The representative's own lines that the appliance has not confirmed yet, in order.
    pub pending: Vec<PendingLine>,
    /// Lines of others that came while the chat was not before the representative's eyes.
    pub unread: u32,
    /// Whether the chat is minimised.
    pub chat_minimised: bool,
    /// The line that popped up over the minimised chat (CHT-08).
    pub popup: Option<Popup>,
    /// Whether the tab is detached from the main window (ACC-07).
    pub detached: bool,
    /// What the customer shares: a machine, or no more than a web page.
    pub kind: SessionKind,
    /// Invitations that are still active, in the order in which they were sent (SHR-10).
    pub invitations: Vec<InvitationState>,
    /// What the customer's machine does when the session is over (SUM-02).
    pub after_session: AfterSession,
    /// The web page that the customer shares (BRW-02).
    pub web_page: Option<WebPage>,
    /// Whether the representative jumped to the machine from this console (JMC-07).
    pub jumped: bool,
    /// What the customer's side can do.
    pub client: ClientKind,
    /// Whether the machine has a Jump Client (JPN).
    pub pin: SessionPin,
    /// The tools of the session.
    pub tools: PageTools,
}

/// A line of chat that the appliance has not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingLine {
    /// Its number.
    pub line: LineId,
    /// Who may read it.
    pub audience: Audience,
    /// The line.
    pub text: String,
}

/// A line that popped up over minimised chat (CHT-08).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Popup {
    /// Who said it.
    pub from: String,
    /// What they said.
    pub text: String,
}

/// A page that closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageClosed {
    /// Of which session.
    pub session: SessionId,
    /// The customer's name.
    pub customer: String,
    /// Why, in words.
    pub why: String,
    /// The representative's own lines that were never confirmed.
    pub unsent: Vec<PendingLine>,
}

impl Page {
    pub(crate) fn new(now: SimTime, state: SessionState) -> Self {
        let SessionState { id, customer, device, public_ip, presence, recording_allowed, me, .. } = state;
        Self {
            session: id,
            customer,
            device,
            public_ip,
            presence,
            recording_allowed,
            me,
            owner: state.owner,
            members: state.members,
            began: ago(now, state.age_ms),
            log: Vec::new(),
            pending: Vec::new(),
            unread: 0,
            chat_minimised: false,
            popup: None,
            detached: false,
            kind: state.kind,
            invitations: state.invitations,
            after_session: state.after_session,
            web_page: None,
            jumped: false,
            client: state.client,
            pin: state.pin,
            tools: PageTools { offered: state.tools, scripts: state.scripts, ..PageTools::default() },
        }
    }

    /// How long the session is up.
    pub fn uptime(&self, now: SimTime) -> Duration {
        now.since(self.began)
    }

    /// Whether the representative owns the session.
    pub fn is_mine(&self) -> bool {
        self.owner == Some(self.me)
    }

    /// The customer's name as queues list it (BRW-04).
    pub fn listed_as(&self) -> String {
        listed_as(self.kind, &self.customer)
    }

    /// The chat: who said what, in order, without lines that are not confirmed yet.
    pub fn chat(&self) -> impl Iterator<Item = (&LogEntry, &str)> {
        self.log.iter().filter_map(|entry| match &entry.what {
            LogItem::Said { text, .. } => Some((entry, text.as_str())),
            LogItem::Happened { .. } => None,
        })
    }
}
