//! Between a customer and the appliance: the portal in a browser first, then the customer client.

use serde::{Deserialize, Serialize};

use crate::frame::Message;
use crate::pin::{PinObstacle, PinOrder};
use crate::rep::Goodbye;
use crate::session::{AfterSession, DeviceFacts, LogEntry, WebPage};
use crate::tool::{Access, ClientKind, CommandFrom, PromptAnswer, PromptId, Tool, ToolPrompt, UpdateFor};
use crate::{IssueId, JumpId, LineId, MemberId, PinId, PortalId, RepId, SessionId, Token};

/// The longest piece of the client's package in one message, in bytes.
pub const PACKAGE_PIECE_BYTES_MAX: usize = 16 * 1024;

/// What a customer's browser or client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum CustomerToAppliance {
    /// Open the portal with this name (the site's first where none is named), or the one behind a key's URL.
    OpenPortal {
        /// The portal's name.
        portal: Option<String>,
        /// The whole URL, when one was followed (KEY-09).
        url: Option<String>,
    },
    /// Choose a start method on the portal (POR-02, POR-03, POR-04). Answered by
    /// [`ApplianceToCustomer::StartChecked`].
    ChooseStart {
        /// Which method.
        start: Start,
        /// The portal that it was chosen on.
        portal: Option<PortalId>,
    },
    /// Download the customer client.
    FetchPackage,
    /// Ask for a session: the request is created by this, and a key is used up by this (POR-08, KEY-02). Sent again
    /// with the same secret, since the answer was lost, it leads to the same session.
    Join(Join),
    /// Come back into a session after a break.
    Resume {
        /// Which session.
        session: SessionId,
        /// The secret that the session was asked for with.
        token: Token,
        /// The last entry of the running log that was received; 0 for none.
        have_seq: u32,
    },
    /// A line of chat. It is kept once however often it is sent; its [`LogEntry`] coming back is the receipt.
    Chat {
        /// The sender's number for it.
        line: LineId,
        /// The line, at most [`crate::session::CHAT_LINE_BYTES_MAX`] bytes.
        text: String,
    },
    /// The web page that the customer shares is this one now (BRW-02). In browser sessions only.
    ShowPage(WebPage),
    /// The customer's answer to a question of [`ApplianceToCustomer::Prompt`].
    AnswerPrompt {
        /// To which.
        prompt: PromptId,
        /// What they say.
        answer: PromptAnswer,
    },
    /// The customer takes a tool back, whoever has it open.
    StopTool(Tool),
    /// What comes of a tool that is open.
    Tool(UpdateFor),
    /// The client is of another kind now: it was elevated (C2C-09, ELV-02), or is no longer.
    Became(ClientKind),
    /// What has become of an order to pin the machine: the Jump Client is installed and was started, or why not.
    PinDone {
        /// Which.
        pin: PinId,
        /// What became of it.
        outcome: Result<(), PinObstacle>,
    },
    /// Leave the session for good.
    Leave,
    /// Still here.
    Heartbeat,
}

/// How a session is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum Start {
    /// By a session key, typed (KEY-03).
    Key(String),
    /// By a key's URL (KEY-09).
    Url(String),
    /// By an issue from the portal's list (POR-04).
    Issue(IssueId),
    /// By a representative's name from the portal's list (POR-02).
    Representative(RepId),
    /// By a Support Button on the customer's machine, by its name (QUE-05, QUE-09).
    SupportButton(String),
    /// By a help link on a web page: a session that shares that page only (BRW-01).
    HelpLink(String),
    /// By a representative's jump to this machine (JMC-07).
    Jump {
        /// Which try.
        jump: JumpId,
        /// The appliance's proof that it asked for it.
        token: Token,
    },
}

/// A request for a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Join {
    /// A secret of the client's, new for each session; it lets the client come back.
    pub token: Token,
    /// How it began.
    pub start: Start,
    /// The portal that it began on; ignored for keys (a key carries its portal) and jumps.
    pub portal: Option<PortalId>,
    /// The customer's name.
    pub name: String,
    /// The answer to the agreement prompt; `None` where there was none (POR-06).
    pub agreement: Option<bool>,
    /// The answer to the recording prompt; `None` where there was none (POR-07).
    pub recording: Option<bool>,
    /// The machine.
    pub device: DeviceFacts,
    /// What joins.
    pub client: ClientKind,
}

/// What the appliance says to a customer's browser or client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum ApplianceToCustomer {
    /// The portal.
    PortalPage(PortalPage),
    /// What came of choosing a start method.
    StartChecked(Result<StartChecked, StartRefusal>),
    /// A piece of the client's package, in order.
    Package {
        /// Where this piece begins.
        offset: u32,
        /// The size of the whole.
        total: u32,
        /// At most [`PACKAGE_PIECE_BYTES_MAX`] bytes.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// The session was requested; the customer waits from now on.
    Joined {
        /// Which session.
        session: SessionId,
    },
    /// No session: the request, or the way back into one, is refused.
    Refused(StartRefusal),
    /// How it goes; after joining or coming back and after every change.
    Status(CustomerStatus),
    /// Entries of the running log that the customer may read.
    Log(Vec<LogEntry>),
    /// A line for somebody who waits: the greeting, or the hold message that comes again and again.
    HoldMessage(String),
    /// A representative wants to use a tool: the customer is asked (SCR-01).
    Prompt(ToolPrompt),
    /// That question is answered, timed out or taken back.
    PromptOver(PromptId),
    /// A representative has a tool open from now on, so far.
    ToolOpened {
        /// Who.
        member: MemberId,
        /// Which.
        tool: Tool,
        /// How far.
        access: Access,
    },
    /// A representative has a tool open no longer.
    ToolClosed {
        /// Who.
        member: MemberId,
        /// Which.
        tool: Tool,
    },
    /// A representative uses a tool that is open.
    Tool(CommandFrom),
    /// The client shall ask its customer for an administrator's credentials by itself (ELV-06).
    AskElevation {
        /// How long the customer's answer is waited for, in milliseconds.
        answer_within_ms: u32,
    },
    /// A representative pins the machine: the client shall install a Jump Client (JPN-01).
    InstallJumpClient(PinOrder),
    /// Nobody can help now: there is no session, or it is over before it was taken.
    NobodyAvailable {
        /// What the portal says then.
        message: String,
        /// Where the browser goes then, if anywhere.
        redirect: Option<String>,
    },
    /// The session is over for this customer.
    Ended {
        /// Why.
        why: CustomerEnd,
        /// What the machine does now (SUM-02).
        then: AfterSession,
    },
    /// Still here; the answer to a heartbeat.
    Heartbeat,
    /// The appliance closes the connection for this reason.
    Goodbye(Goodbye),
}

/// A portal, as a customer sees it (POR-01).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct PortalPage {
    /// Which portal.
    pub id: PortalId,
    /// Its name.
    pub name: String,
    /// Whether a session key may be typed.
    pub offers_session_key: bool,
    /// The issues to choose from; empty where that start method is off.
    pub issues: Vec<PortalIssue>,
    /// The representatives to choose from: those who are signed in (POR-02); empty where that method is off.
    pub representatives: Vec<PortalRepresentative>,
}

/// An issue on a portal's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct PortalIssue {
    /// Which.
    pub id: IssueId,
    /// What the customer reads.
    pub title: String,
}

/// A representative on a portal's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct PortalRepresentative {
    /// Which account.
    pub id: RepId,
    /// What the customer reads.
    pub name: String,
}

/// A start method that will do, and what the customer must be asked before joining.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct StartChecked {
    /// The size of the client's package in bytes, for machines that must download it.
    pub package_bytes: u32,
    /// The agreement to accept, where the portal has one (POR-06).
    pub agreement: Option<String>,
    /// Whether to ask for leave to record (POR-07).
    pub recording_prompt: bool,
    /// Whether a chat in the browser begins by it, with nothing to download, where the browser can (C2C-01, C2C-03).
    pub click_to_chat: bool,
}

/// Why there is no session. Each is shown to the customer in words.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    arbitrary::Arbitrary,
    strum::Display,
)]
pub enum StartRefusal {
    /// No such key, or none at all (KEY-13).
    #[strum(to_string = "the session key is not known")]
    UnknownKey,
    /// The key's validity is over (KEY-04).
    #[strum(to_string = "the session key has expired")]
    KeyExpired,
    /// The key has started a session before (KEY-02).
    #[strum(to_string = "the session key has already been used")]
    KeyUsed,
    /// The portal does not offer this, or no such portal exists (POR-01).
    #[strum(to_string = "the portal does not offer this")]
    NotOffered,
    /// That representative is not signed in (POR-02).
    #[strum(to_string = "the representative is not available")]
    RepNotAvailable,
    /// The agreement was not accepted (POR-06).
    #[strum(to_string = "the agreement was not accepted")]
    AgreementDeclined,
    /// The jump was called off, or had run out of time.
    #[strum(to_string = "the jump is over")]
    JumpOver,
    /// There is nothing to come back to.
    #[strum(to_string = "the session is over")]
    SessionOver,
    /// Nobody of the team is there, and the queue keeps nobody waiting then.
    #[strum(to_string = "nobody is available")]
    NobodyAvailable,
    /// The chat in the browser was not wanted (C2C-04).
    #[strum(to_string = "the chat was declined")]
    ChatDeclined,
}

/// How a session goes, as its customer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum CustomerStatus {
    /// Nobody has taken it yet.
    Waiting {
        /// Place in the queue, counted from 1.
        position: u32,
        /// How long it took others lately to be taken from this queue, in seconds; not known where nobody was.
        estimate_s: Option<u32>,
    },
    /// Representatives are here.
    WithRepresentatives {
        /// Who, the owner first.
        representatives: Vec<RepresentativeCard>,
    },
    /// It was with a representative and waits for one again: on hold, or the representative's connection was lost.
    OnHold,
}

/// A representative, as the customer sees them (CHT-02).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct RepresentativeCard {
    /// The name that customers see.
    pub name: String,
    /// The photo, if the account has one.
    pub avatar: Option<Avatar>,
}

/// A small drawn portrait: initials on a colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Avatar {
    /// One to three letters.
    pub initials: String,
    /// Red, green, blue.
    pub colour: [u8; 3],
}

/// Why a session is over for its customer.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    arbitrary::Arbitrary,
    strum::Display,
)]
pub enum CustomerEnd {
    /// The representative ended it (CLS-03).
    #[strum(to_string = "ended by the representative")]
    EndedByRepresentative,
    /// The customer left.
    #[strum(to_string = "you left")]
    Left,
    /// The representative was lost, and no queue could take the session.
    #[strum(to_string = "the representative was lost")]
    RepresentativeLost,
    /// The owner removed the customer (RMV-02).
    #[strum(to_string = "removed by the representative")]
    Removed,
    /// Nobody of the team is left, and the queue keeps nobody waiting then.
    #[strum(to_string = "nobody is available")]
    NobodyAvailable,
}

impl Message for CustomerToAppliance {
    fn kind(&self) -> &'static str {
        match self {
            Self::OpenPortal { .. } => "OpenPortal",
            Self::ChooseStart { .. } => "ChooseStart",
            Self::FetchPackage => "FetchPackage",
            Self::Join(_) => "Join",
            Self::Resume { .. } => "Resume",
            Self::Chat { .. } => "Chat",
            Self::ShowPage(_) => "ShowPage",
            Self::AnswerPrompt { .. } => "AnswerPrompt",
            Self::StopTool(_) => "StopTool",
            Self::Tool(UpdateFor { update, .. }) => update.kind(),
            Self::Became(_) => "Became",
            Self::PinDone { .. } => "PinDone",
            Self::Leave => "Leave",
            Self::Heartbeat => "Heartbeat",
        }
    }
}

impl Message for ApplianceToCustomer {
    fn kind(&self) -> &'static str {
        match self {
            Self::PortalPage(_) => "PortalPage",
            Self::StartChecked(Ok(_)) => "StartChecked",
            Self::StartChecked(Err(_)) | Self::Refused(_) => "Refused",
            Self::Package { .. } => "Package",
            Self::Joined { .. } => "Joined",
            Self::Status(_) => "Status",
            Self::Log(_) => "Log",
            Self::HoldMessage(_) => "HoldMessage",
            Self::Prompt(_) => "Prompt",
            Self::PromptOver(_) => "PromptOver",
            Self::ToolOpened { .. } => "ToolOpened",
            Self::ToolClosed { .. } => "ToolClosed",
            Self::Tool(CommandFrom { command, .. }) => command.kind(),
            Self::AskElevation { .. } => "AskElevation",
            Self::InstallJumpClient(_) => "InstallJumpClient",
            Self::NobodyAvailable { .. } => "NobodyAvailable",
            Self::Ended { .. } => "Ended",
            Self::Heartbeat => "Heartbeat",
            Self::Goodbye(_) => "Goodbye",
        }
    }
}
