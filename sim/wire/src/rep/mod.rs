//! Between a representative console and the appliance.

mod profile;
mod refusal;
mod shown;

use serde::{Deserialize, Serialize};

use crate::frame::Message;
use crate::pin::{PinMode, PinTo};
use crate::session::{AfterSession, Audience, LogEntry, QueueEntry, SessionState, WebPage};
use crate::tool::{Access, Tool, ToolCommand, ToolState, ToolUpdate};
use crate::{
    IssueId, JumpClientId, JumpId, LineId, MemberId, PortalId, QueueEntryId, QueueId, RepId, RequestId,
    SessionId, TeamId, Token,
};

pub use profile::{Colleague, HelpIssue, JumpGroup, JumpItem, Permission, Portal, RepProfile, Team};
pub use refusal::{Goodbye, Refusal, SessionClosed};
pub use shown::{
    Assignment, ExternalInvitation, KeyGenerated, ReportHead, ReportedShell, ShellRecord, TeamChatLine,
};

/// What a representative console says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum RepToAppliance {
    /// A question; exactly one [`ApplianceToRep::Answer`] comes back, unless the connection breaks.
    Ask {
        /// Ties the answer to it.
        request: RequestId,
        /// What is asked.
        ask: RepAsk,
    },
    /// A line of chat. It is kept once however often it is sent; its [`LogEntry`] coming back is the receipt.
    Chat {
        /// In which session.
        session: SessionId,
        /// The sender's number for it.
        line: LineId,
        /// Who may read it.
        audience: Audience,
        /// The line, at most [`crate::session::CHAT_LINE_BYTES_MAX`] bytes.
        text: String,
    },
    /// Whether the person at the console can be given sessions: after signing in and after every change (EQL-15,
    /// EQL-16). A console that has said nothing is attended.
    Attendance(Attendance),
    /// Uses a tool that is open. What comes of it is told by [`ApplianceToRep::Tool`]; nothing does if the tool has been
    /// closed meanwhile.
    Tool {
        /// In which session.
        session: SessionId,
        /// What.
        command: ToolCommand,
    },
    /// Still here.
    Heartbeat,
}

/// Whether anybody sits at a console (EQL-15, EQL-16).
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
pub enum Attendance {
    /// Somebody does.
    #[strum(to_string = "attended")]
    Attended,
    /// Nobody has touched it for longer than the account's idle limit.
    #[strum(to_string = "idle")]
    Idle,
    /// The computer is locked, or shows its login screen.
    #[strum(to_string = "locked")]
    Locked,
}

/// What a representative may ask of the appliance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum RepAsk {
    /// Sign in (LOG-01). Must be the first question on a connection.
    SignIn {
        /// The account's user name.
        user_name: String,
        /// Its password.
        password: String,
    },
    /// Join one session as an external representative, by an invitation's key (EXT-01). First question, too.
    SignInExternal {
        /// The invitation's one-time key.
        key: String,
        /// A secret of the console's, new for each invitation: asked again with the same, since the answer was lost or
        /// the connection broke, it is still one use (EXT-03).
        token: Token,
    },
    /// Sign out; the appliance answers, then the console closes the connection.
    SignOut,
    /// A new session key (KEY-01).
    GenerateKey {
        /// The portal that the customer enters through; the first allowed one where none is named (KEY-07).
        portal: Option<PortalId>,
        /// How long it stays valid, in seconds; the site's default where none is named (KEY-06).
        valid_s: Option<u32>,
    },
    /// Take a session or an invitation from a queue (ACC-01, SHR-18).
    Accept {
        /// Which line of which queue.
        entry: QueueEntryId,
    },
    /// Decline an invitation (SHR-19).
    Decline {
        /// Which line of which queue.
        entry: QueueEntryId,
    },
    /// Take the oldest session that waits in the representative's team queues (ACC-05).
    GetNext,
    /// Put a session back into the owner's personal queue (CLS-04).
    Hold {
        /// Which session.
        session: SessionId,
    },
    /// End a session, as its owner; for others: leave it (CLS-01, CLS-06).
    End {
        /// Which session.
        session: SessionId,
    },
    /// Accept or reject a session or help invitation that was assigned (EQL-08, EQL-09).
    AnswerAssignment {
        /// The line of a queue that it is about.
        entry: QueueEntryId,
        /// Whether it is accepted.
        accept: bool,
    },
    /// Turn automatic assignment on or off (SET-02, EQL-17). Kept until it is turned the other way.
    SetAutoAssignment {
        /// Whether sessions may be assigned.
        on: bool,
    },
    /// Turn extended availability on or off (SHR-09). Kept until it is turned the other way.
    SetExtendedAvailability {
        /// Whether colleagues may invite the account while it is not signed in.
        on: bool,
    },
    /// Move a session into another queue: one that waits (TRF-01, TRF-02), or the owner's own (TRF-03, TRF-04). A
    /// representative who is in the session already gets it at once.
    Transfer {
        /// Which session.
        session: SessionId,
        /// Where to.
        to: QueueId,
    },
    /// Leave a session that goes on: an owner hands it to whoever shares it longest (open point 9).
    Leave {
        /// Which session.
        session: SessionId,
    },
    /// Invite somebody into a session (SHR-03, SHR-05, SHR-06, EXT-02).
    Invite {
        /// Which session.
        session: SessionId,
        /// Whom.
        whom: Invitee,
    },
    /// Withdraw an active invitation (SHR-10, SHR-14).
    CancelInvitation {
        /// Which session.
        session: SessionId,
        /// Which invitation.
        invitation: QueueEntryId,
    },
    /// Remove somebody from a session (RMV-01, RMV-02).
    RemoveMember {
        /// Which session.
        session: SessionId,
        /// Whom; 1 is the customer.
        member: MemberId,
    },
    /// Add a note to a session, even after it has ended (SUM-03, SUM-04).
    AddNote {
        /// Which session.
        session: SessionId,
        /// The note, at most [`crate::session::NOTE_BYTES_MAX`] bytes.
        text: String,
    },
    /// Choose what the customer's machine does when the session is over (SUM-02).
    SetAfterSession {
        /// Which session.
        session: SessionId,
        /// What.
        action: AfterSession,
    },
    /// The report of a session that the asker took part in (SUM-06). Its parts come first, then the answer.
    OpenReport {
        /// Which session.
        session: SessionId,
    },
    /// Say something to colleagues (TMC-01, TMC-02). It comes back to the asker as to everyone who gets it.
    TeamChat {
        /// To whom.
        to: TeamChatTo,
        /// The line, at most [`crate::session::CHAT_LINE_BYTES_MAX`] bytes.
        text: String,
    },
    /// Open a tool (SCR-01), which may ask the customer. How that goes is told by [`ApplianceToRep::ToolState`].
    OpenTool {
        /// In which session.
        session: SessionId,
        /// Which.
        tool: Tool,
        /// How far.
        access: Access,
    },
    /// Close a tool, or stop asking for it (SCR-04). The session goes on.
    CloseTool {
        /// In which session.
        session: SessionId,
        /// Which.
        tool: Tool,
    },
    /// The Jump Items that this account may use (JMC-02, JMC-05).
    ListJumpItems,
    /// Begin a session with an unattended machine (JMC-07). Answered once the session runs or has failed.
    Jump {
        /// Which machine.
        jump_client: JumpClientId,
    },
    /// Leave a Jump Client on the machine of a session (JPN-01, JPN-02). Answered once it has registered, or is known
    /// not to come.
    Pin {
        /// Which session.
        session: SessionId,
        /// Whose it becomes.
        to: PinTo,
        /// How it runs there.
        mode: PinMode,
    },
    /// Take a machine off the list, and its Jump Client off the machine (JPN-03).
    Unpin {
        /// Which machine.
        jump_client: JumpClientId,
    },
}

/// Who is invited into a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum Invitee {
    /// A colleague by name (SHR-05).
    Rep(RepId),
    /// Any representative of a team (SHR-06).
    Team(TeamId),
    /// Whoever of the issue's team can help with it, by its skills and priority (SHR-03).
    Issue(IssueId),
    /// Somebody without an account on the appliance (EXT-01).
    External {
        /// What they are called in the session.
        name: String,
        /// Where the invitation is mailed; it is shown to the inviter in any case.
        email: Option<String>,
    },
}

/// Who gets a line of team chat.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, arbitrary::Arbitrary,
)]
pub enum TeamChatTo {
    /// All signed-in members of a team (TMC-01).
    Team(TeamId),
    /// One representative (TMC-02).
    Rep(RepId),
}

/// What the appliance says to a representative console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum ApplianceToRep {
    /// The answer to a question.
    Answer {
        /// To which.
        request: RequestId,
        /// What came of it.
        answer: Result<RepAnswer, Refusal>,
    },
    /// A line of a queue is new, or has changed.
    EntryShown(QueueEntry),
    /// A line is no longer in its queue.
    EntryGone {
        /// Which line.
        entry: QueueEntryId,
    },
    /// A session that the representative is a member of, on joining and after every change.
    SessionShown(SessionState),
    /// The representative is no longer a member of this session.
    SessionClosed {
        /// Which session.
        session: SessionId,
        /// Why.
        why: SessionClosed,
    },
    /// Entries of a session's running log; on joining, all earlier ones (CHT-05).
    Log {
        /// Which session.
        session: SessionId,
        /// In order, none twice on one connection.
        entries: Vec<LogEntry>,
    },
    /// Everyone who is signed in or has extended availability, but the reader; after signing in and after every change.
    Colleagues(Vec<Colleague>),
    /// A session or help invitation is assigned to the reader (EQL-05).
    Assigned(Assignment),
    /// An assignment is no more: answered, timed out, or taken back.
    AssignmentGone {
        /// The line of a queue that it was about.
        entry: QueueEntryId,
    },
    /// A line of team chat (TMC-01, TMC-02).
    TeamChat(TeamChatLine),
    /// The web page that a customer shares, on joining and after every change (BRW-02).
    WebPage {
        /// In which session.
        session: SessionId,
        /// The page.
        page: WebPage,
    },
    /// How a tool of the reader stands, after every change.
    ToolState {
        /// In which session.
        session: SessionId,
        /// Which.
        tool: Tool,
        /// How.
        state: ToolState,
    },
    /// What comes of a tool that is open.
    Tool {
        /// In which session.
        session: SessionId,
        /// What.
        update: ToolUpdate,
    },
    /// What a session's report says first; its entries follow (SUM-06).
    Report(ReportHead),
    /// Entries of the report that began last, in order.
    ReportEntries {
        /// Of which session.
        session: SessionId,
        /// In order.
        entries: Vec<LogEntry>,
    },
    /// A piece of what was recorded of a command shell, of the report that began last (SHL-07, SHL-08).
    ReportShell {
        /// Of which session.
        session: SessionId,
        /// Which of [`ReportHead::shells`], counted from 0.
        shell: u32,
        /// Of the video or of the transcript.
        record: ShellRecord,
        /// The next piece.
        text: String,
    },
    /// Still here; the answer to a heartbeat.
    Heartbeat,
    /// The appliance closes the connection for this reason.
    Goodbye(Goodbye),
}

/// What a question can bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum RepAnswer {
    /// Done; what it changed is told by other messages.
    Done,
    /// Signed in. Queue lines and sessions follow.
    SignedIn(RepProfile),
    /// A session key.
    KeyGenerated(KeyGenerated),
    /// The session or invitation is the asker's; its page opens.
    Accepted {
        /// Which session.
        session: SessionId,
    },
    /// The Jump Items that this account may use.
    JumpItems(Vec<JumpItem>),
    /// Somebody without an account is invited: this key lets one of them in, once (EXT-01).
    ExternalInvited(ExternalInvitation),
    /// The session with the unattended machine runs; its page opens.
    Jumped {
        /// Which try.
        jump: JumpId,
        /// The session.
        session: SessionId,
    },
    /// The machine of a session is pinned.
    Pinned {
        /// Its Jump Client.
        jump_client: JumpClientId,
    },
}

impl Message for RepToAppliance {
    fn kind(&self) -> &'static str {
        match self {
            Self::Ask { ask, .. } => ask.into(),
            Self::Chat { .. } => "Chat",
            Self::Attendance(_) => "Attendance",
            Self::Tool { command, .. } => command.kind(),
            Self::Heartbeat => "Heartbeat",
        }
    }
}

impl Message for ApplianceToRep {
    fn kind(&self) -> &'static str {
        match self {
            Self::Answer { answer: Ok(answer), .. } => answer.into(),
            Self::Answer { answer: Err(_), .. } => "Refused",
            Self::EntryShown(_) => "EntryShown",
            Self::EntryGone { .. } => "EntryGone",
            Self::SessionShown(_) => "SessionShown",
            Self::SessionClosed { .. } => "SessionClosed",
            Self::Log { .. } => "Log",
            Self::Colleagues(_) => "Colleagues",
            Self::Assigned(_) => "Assigned",
            Self::AssignmentGone { .. } => "AssignmentGone",
            Self::TeamChat(_) => "TeamChat",
            Self::WebPage { .. } => "WebPage",
            Self::ToolState { .. } => "ToolState",
            Self::Tool { update, .. } => update.kind(),
            Self::Report(_) => "Report",
            Self::ReportEntries { .. } => "ReportEntries",
            Self::ReportShell { .. } => "ReportShell",
            Self::Heartbeat => "Heartbeat",
            Self::Goodbye(_) => "Goodbye",
        }
    }
}
