//! What members of a session see of it, and the words for what happens in one.

use serde::{Deserialize, Serialize};

use crate::pin::SessionPin;
use crate::tool::{ClientKind, ToolOffer};
use crate::{MemberId, QueueId, RepId, SessionId, SimTime};

/// The longest line of chat, in bytes. Consoles and clients refuse a longer one; the appliance cuts off a peer
/// that sends it.
pub const CHAT_LINE_BYTES_MAX: usize = 4_096;

/// The longest name that a person or machine may give itself, in bytes.
pub const NAME_BYTES_MAX: usize = 256;

/// The longest note on a session, in bytes (SUM-03).
pub const NOTE_BYTES_MAX: usize = 4_096;

/// The longest text of a web page that a browser shows a representative, in bytes (BRW-02).
pub const WEB_PAGE_BYTES_MAX: usize = 64 * 1024;

/// The operating system of a device, as queues and summaries show it.
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
pub enum Platform {
    /// Windows.
    Windows,
    /// macOS.
    #[strum(to_string = "macOS")]
    Mac,
    /// Linux.
    Linux,
    /// Android.
    Android,
    /// iOS or iPadOS.
    #[strum(to_string = "iOS")]
    Ios,
}

/// What a client says of the machine that it runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct DeviceFacts {
    /// The machine's own name, such as `FRONT-DESK-3`.
    pub computer: String,
    /// Its operating system.
    pub platform: Platform,
    /// Its address on its own network. What the appliance sees may differ.
    pub private_ip: [u8; 4],
}

/// Whether the customer's side of a session can be reached.
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
pub enum CustomerPresence {
    /// The client is connected.
    #[strum(to_string = "connected")]
    Connected,
    /// The connection broke; the client may come back.
    #[strum(to_string = "connection lost")]
    Lost,
    /// The customer left, or did not come back in time. The session goes on without them.
    #[strum(to_string = "gone")]
    Gone,
}

/// A participant of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Member {
    /// Its number in this session.
    pub id: MemberId,
    /// The name that others see.
    pub name: String,
    /// The account, for a representative.
    pub rep: Option<RepId>,
}

/// A session as one of its representatives sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct SessionState {
    /// Which session.
    pub id: SessionId,
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
    /// Who the reader of this is.
    pub me: MemberId,
    /// Who owns the session; nobody while it waits.
    pub owner: Option<MemberId>,
    /// All present members but the system, in the order of arrival.
    pub members: Vec<Member>,
    /// Age of the session in milliseconds, when this was sent.
    pub age_ms: u64,
    /// What the customer shares: a machine, or no more than a web page.
    pub kind: SessionKind,
    /// Invitations that are still active, in the order in which they were sent (SHR-10).
    pub invitations: Vec<InvitationState>,
    /// What the customer's machine does when the session is over (SUM-02).
    pub after_session: AfterSession,
    /// What the customer's side can do.
    pub client: ClientKind,
    /// The tools that the reader may use, in the order of [`crate::tool::Tool`].
    pub tools: Vec<ToolOffer>,
    /// The canned scripts that the reader may run, by name (SPA-04).
    pub scripts: Vec<String>,
    /// Whether the machine has a Jump Client (JPN).
    pub pin: SessionPin,
}

/// What a customer shares in a session.
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
pub enum SessionKind {
    /// The machine, by the customer client.
    #[strum(to_string = "support")]
    Support,
    /// One web page, by the browser (BRW-02).
    #[strum(to_string = "browser")]
    Browser,
}

/// What the customer's machine does when the session is over (SUM-02).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    arbitrary::Arbitrary,
    strum::Display,
)]
pub enum AfterSession {
    /// Nothing.
    #[default]
    #[strum(to_string = "nothing")]
    Nothing,
    /// The user is logged out. Windows only.
    #[strum(to_string = "log out the user")]
    LogOut,
    /// The screen is locked.
    #[strum(to_string = "lock the computer")]
    Lock,
}

/// An active invitation, as the members of its session see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct InvitationState {
    /// Which: the line of a queue that it is, too.
    pub id: crate::QueueEntryId,
    /// To whom, in words: a name, `any representative of Network`, `VPN does not connect`.
    pub to: String,
    /// Whether it is for somebody without an account (EXT-01).
    pub external: bool,
}

/// A web page that a customer shares from the browser (BRW-02).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct WebPage {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What it says, at most [`WEB_PAGE_BYTES_MAX`] bytes with the rest.
    pub text: String,
}

/// Who may read a line of chat (CHT-03, CHT-04).
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
pub enum Audience {
    /// Everyone in the session.
    #[strum(to_string = "everyone")]
    Everyone,
    /// Representatives only; the customer never gets it.
    #[strum(to_string = "representatives only")]
    RepresentativesOnly,
}

/// One entry of a session's running log (CHT-06, CHT-07).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct LogEntry {
    /// Its number in the session, counted from 1 without gaps. A reader who is not entitled to an entry sees a gap.
    pub seq: u32,
    /// When, by the appliance's clock.
    #[arbitrary(with = |u: &mut arbitrary::Unstructured<'_>| Ok(SimTime::from_nanos(u.arbitrary()?)))]
    pub at: SimTime,
    /// Who said or did it.
    pub by: MemberId,
    /// That member's name, since members leave and entries stay.
    pub by_name: String,
    /// What was said or done.
    pub what: LogItem,
}

/// What an entry of the running log holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum LogItem {
    /// A line of chat.
    Said {
        /// The line.
        text: String,
        /// Who may read it.
        audience: Audience,
        /// The sender's number for it, by which the sender knows its own line again.
        line: crate::LineId,
    },
    /// Something happened.
    Happened {
        /// What, under its public name.
        event: SessionEvent,
        /// More, for people; empty where the name says it all.
        detail: String,
    },
}

/// What can happen in a session, under the names of the public session report (`anchors/domain.md` section 9).
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
    strum::IntoStaticStr,
)]
#[expect(missing_docs, reason = "each variant is the public name of the event, which is all there is to say")]
pub enum SessionEvent {
    #[strum(to_string = "Session Start")]
    SessionStart,
    #[strum(to_string = "Session End")]
    SessionEnd,
    #[strum(to_string = "Conference Member Added")]
    ConferenceMemberAdded,
    #[strum(to_string = "Conference Member Departed")]
    ConferenceMemberDeparted,
    #[strum(to_string = "Conference Member State Changed")]
    ConferenceMemberStateChanged,
    #[strum(to_string = "Conference Owner Changed")]
    ConferenceOwnerChanged,
    #[strum(to_string = "Session Transferred to Queue")]
    SessionTransferredToQueue,
    #[strum(to_string = "Session Transferred Away from Queue")]
    SessionTransferredAwayFromQueue,
    #[strum(to_string = "Session Assigned")]
    SessionAssigned,
    #[strum(to_string = "Session Assignment Response")]
    SessionAssignmentResponse,
    #[strum(to_string = "Session Note Added")]
    SessionNoteAdded,
    // Invitations have no name in the public report; these are ours.
    #[strum(to_string = "Session Invitation Sent")]
    SessionInvitationSent,
    #[strum(to_string = "Session Invitation Closed")]
    SessionInvitationClosed,
    #[strum(to_string = "Legal Agreement Response")]
    LegalAgreementResponse,
    #[strum(to_string = "Chat Message")]
    ChatMessage,
    #[strum(to_string = "Service Access Allowed")]
    ServiceAccessAllowed,
    // The public report has no name for a refusal; this is ours.
    #[strum(to_string = "Service Access Refused")]
    ServiceAccessRefused,
    #[strum(to_string = "Command Shell Session Started")]
    CommandShellSessionStarted,
    #[strum(to_string = "System Information Retrieved")]
    SystemInformationRetrieved,
    #[strum(to_string = "Special Action Executed")]
    SpecialActionExecuted,
    #[strum(to_string = "File Upload")]
    FileUpload,
    #[strum(to_string = "File Upload Failed")]
    FileUploadFailed,
    #[strum(to_string = "File Download")]
    FileDownload,
    #[strum(to_string = "File Download Failed")]
    FileDownloadFailed,
    #[strum(to_string = "File Moved")]
    FileMoved,
    #[strum(to_string = "File Deleted")]
    FileDeleted,
    #[strum(to_string = "Directory Created")]
    DirectoryCreated,
    #[strum(to_string = "Session Pinned to Queue")]
    SessionPinnedToQueue,
    #[strum(to_string = "Session Unpinned from Queue")]
    SessionUnpinnedFromQueue,
}

/// How urgent a session is; 1 is the most urgent, as in the public session API.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    arbitrary::Arbitrary,
    strum::Display,
)]
pub enum Priority {
    /// 1.
    #[strum(to_string = "high")]
    High,
    /// 2.
    #[default]
    #[strum(to_string = "medium")]
    Medium,
    /// 3.
    #[strum(to_string = "low")]
    Low,
}

/// A line of a queue, as every representative sees it who may see that queue (QUE-16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct QueueEntry {
    /// Which line.
    pub id: crate::QueueEntryId,
    /// The queue it stands in.
    pub queue: QueueId,
    /// The session that it is about.
    pub session: SessionId,
    /// What accepting it means.
    pub what: QueueEntryKind,
    /// The customer's name.
    pub customer: String,
    /// The customer's machine.
    pub device: DeviceFacts,
    /// The issue that the customer picked, if that is how the session began.
    pub issue: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// Whether the customer can be reached.
    pub presence: CustomerPresence,
    /// How long it has stood in this queue, in milliseconds, when this was sent.
    pub waited_ms: u64,
    /// Age of the session in milliseconds, when this was sent.
    pub age_ms: u64,
    /// What the customer shares; what is no machine is listed with a prefix (BRW-04).
    pub kind: SessionKind,
    /// Whether it has waited longer than the queue's waiting rule allows (WSR-01).
    pub overdue: bool,
}

/// What a line of a queue stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum QueueEntryKind {
    /// A customer who waits.
    Waiting,
    /// A customer in session with the reader; personal queues list these too (QUE-01).
    InSession,
    /// An invitation to join somebody's session: in a personal queue for the reader alone (QUE-06), in a team's queue
    /// for whoever of the team takes it first (QUE-12).
    Invitation {
        /// The name of who invites.
        from: String,
    },
}
