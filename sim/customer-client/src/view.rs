//! What the customer sees.

use device::LinkState;
use serde::Serialize;
use wire::customer::{CustomerEnd, PortalPage, RepresentativeCard, StartRefusal};
use wire::session::{LogEntry, LogItem};
use wire::{LineId, SessionId};

/// What the customer sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CustomerView {
    /// What the customer calls themselves.
    pub name: String,
    /// How the connection does.
    pub connection: LinkState,
    /// Why the appliance could not be reached when it was last tried: `no such name`. Nothing while it is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Where they are on the way from the portal to the end of the session.
    pub stage: Stage,
    /// The session, once it was requested.
    pub session: Option<SessionId>,
    /// The running log, as far as the customer may read it: chat and what happened, with times (CHT-06, CHT-07).
    pub log: Vec<LogEntry>,
    /// The customer's own lines that the appliance has not confirmed yet, in order.
    pub pending: Vec<PendingLine>,
}

/// Where a customer is on the way from the portal to the end of the session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Stage {
    /// Nothing is open.
    #[default]
    Idle,
    /// The portal was asked for.
    OpeningPortal,
    /// The portal is open; the customer chooses how to start (POR-01).
    Portal(PortalPage),
    /// The chosen start method is being checked.
    Checking,
    /// The customer client is being downloaded (POR-02 to POR-04).
    Downloading {
        /// Bytes so far.
        received: u32,
        /// Bytes in all.
        total: u32,
    },
    /// This phone needs the app first.
    AppNeeded,
    /// The agreement waits for an answer (POR-06).
    Agreement(String),
    /// The question whether the session may be recorded waits for an answer (POR-07).
    RecordingPrompt,
    /// The session was asked for (POR-08).
    Joining,
    /// Nobody has taken the session yet.
    Waiting {
        /// Place in the queue, counted from 1.
        position: u32,
    },
    /// Representatives are here.
    InSession {
        /// Who, the owner first, with their portraits (CHT-02).
        representatives: Vec<RepresentativeCard>,
    },
    /// The session waits for a representative again.
    OnHold,
    /// The connection is lost, and the client tries to come back.
    Reconnecting {
        /// Where the customer was.
        was: Box<Stage>,
    },
    /// The session is over.
    Ended {
        /// Why.
        why: CustomerEnd,
    },
    /// There will be no session, unless the customer starts another way.
    Refused {
        /// Why.
        why: StartRefusal,
    },
    /// The window is closed.
    Closed,
}

/// A line of chat that the appliance has not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingLine {
    /// Its number.
    pub line: LineId,
    /// The line.
    pub text: String,
}

impl CustomerView {
    /// The chat: who said what, in order, without lines that are not confirmed yet.
    pub fn chat(&self) -> impl Iterator<Item = (&LogEntry, &str)> {
        self.log.iter().filter_map(|entry| match &entry.what {
            LogItem::Said { text, .. } => Some((entry, text.as_str())),
            LogItem::Happened { .. } => None,
        })
    }
}
