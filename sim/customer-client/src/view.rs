//! What the customer sees.

use device::{App, LinkState};
use serde::Serialize;
use wire::customer::{CustomerEnd, PortalPage, RepresentativeCard, StartRefusal};
use wire::session::{LogEntry, LogItem, WebPage};
use wire::tool::{Access, ClientKind, PromptId, Tool};
use wire::{LineId, MemberId, SessionId, SimTime};

use crate::app::AppChoice;

/// How many hold messages a client keeps; the oldest go first.
pub const HOLD_MESSAGES_MAX: usize = 100;

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
    /// What was said to the customer while they waited, the greeting first: at most [`HOLD_MESSAGES_MAX`] messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hold_messages: Vec<String>,
    /// The web page that they share, in a session that shares one (BRW-02).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_page: Option<WebPage>,
    /// Questions whether a representative may use a tool, the oldest first (SCR-01).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prompts: Vec<PromptShown>,
    /// The tools that representatives have open on this machine.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<ToolInUse>,
    /// What the client is: a chat in the browser, the client, or the client with administrative rights.
    pub client: ClientKind,
    /// What the customer is asked about elevation, or how far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elevation: Option<ElevationShown>,
}

/// What the customer is asked about elevation, or how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ElevationShown {
    /// Who asks; nobody where the client does by itself (ELV-06).
    pub by: Option<String>,
    /// How far it is.
    pub step: ElevationStep,
    /// Until when an answer counts, by this machine's clock, where one is waited for.
    pub answer_by: Option<SimTime>,
}

/// How far an elevation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ElevationStep {
    /// Whether to go on in the full client (C2C-08).
    AskedForClient,
    /// For an administrator's user name and password (ELV-08).
    AskedForCredentials,
    /// Which of two apps to go on with (AND-06).
    ChooseApp(Vec<AppChoice>),
    /// The phone's store is open: the app is not there yet (C2C-10).
    AppNeeded,
    /// The full client is being downloaded (C2C-10).
    Downloading {
        /// Bytes so far.
        received: u32,
        /// Bytes in all.
        total: u32,
    },
}

/// A question to the customer: whether a representative may use a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PromptShown {
    /// Which question.
    pub id: PromptId,
    /// Who asks.
    pub by: String,
    /// For what.
    pub tool: Tool,
    /// How far at most.
    pub access: Access,
    /// Until when an answer counts, by this machine's clock.
    pub answer_by: SimTime,
    /// What silence means.
    pub silence_allows: bool,
}

/// A tool that a representative has open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ToolInUse {
    /// Who.
    pub member: MemberId,
    /// Which.
    pub tool: Tool,
    /// How far.
    pub access: Access,
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
    /// This phone has two apps, and the person says which to go on with (AND-06).
    ChooseApp(Vec<AppChoice>),
    /// The app was opened and knows no support site yet (AND-02).
    ChooseSite {
        /// Which app.
        app: App,
    },
    /// The browser asks for the customer's name, before a chat (C2C-04).
    ChatName,
    /// The browser asks whether the customer wants to chat with a representative (C2C-04).
    ChatPrompt,
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
        /// How long it took others lately to be taken from this queue, in seconds, if anybody was.
        estimate_s: Option<u32>,
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
    /// Nobody can help now: there is no session, or it is over before it was taken.
    NobodyAvailable {
        /// What the portal says then.
        message: String,
        /// Where the browser goes then, if anywhere.
        redirect: Option<String>,
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
