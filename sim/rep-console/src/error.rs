//! Why the console does not do what the representative wants.

use wire::pin::PinObstacle;
use wire::session::{CHAT_LINE_BYTES_MAX, NOTE_BYTES_MAX};
use wire::tool::{FileRefusal, Tool};
use wire::{JumpClientId, MemberId, QueueEntryId, QueueId, SessionId};

/// Why the console does not do what the representative wants; always for something that they can see.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsoleError {
    /// Somebody is signed in, or about to be.
    #[error("expected nobody to be signed in, found somebody")]
    AlreadySignedIn,
    /// Nobody is signed in.
    #[error("expected a signed-in representative, found none")]
    NotSignedIn,
    /// No credentials were remembered (LOG-02).
    #[error("expected remembered credentials, found none")]
    NothingRemembered,
    /// The connection is lost; the console tries to come back.
    #[error("expected a connection, found it lost")]
    NotConnected,
    /// This console does not offer that: its flavour or the account's permissions have no such thing.
    #[error("expected something that this console offers, found {wanted}")]
    NotOffered {
        /// What was wanted.
        wanted: String,
    },
    /// No session key is on the screen.
    #[error("expected a session key on the screen, found none")]
    NoKey,
    /// No queue on the screen has such a line.
    #[error("expected a line of a queue on the screen, found no {0}")]
    NoSuchEntry(QueueEntryId),
    /// The line is no invitation, so there is nothing to decline.
    #[error("expected an invitation, found another kind of line at {0}")]
    NoInvitation(QueueEntryId),
    /// No such queue is on the screen.
    #[error("expected a queue on the screen, found no {0:?}")]
    NoSuchQueue(QueueId),
    /// The representative has no page of that session.
    #[error("expected the page of a session, found none of {0}")]
    NoSuchPage(SessionId),
    /// That prompt is not on the screen, or no longer (EQL-10).
    #[error("expected an assignment on the screen, found none of {0}")]
    NoSuchAssignment(QueueEntryId),
    /// The session has no such active invitation (SHR-10).
    #[error("expected an active invitation, found no {0}")]
    NoSuchInvitation(QueueEntryId),
    /// Nobody of that number is in the session.
    #[error("expected somebody in the session, found no {0}")]
    NoSuchMember(MemberId),
    /// Nobody was asked to be removed (RMV-04).
    #[error("expected a question to confirm, found none")]
    NothingToConfirm,
    /// The queues are in front, and not the page of a session.
    #[error("expected the page of a session in front, found none")]
    NoPageInFront,
    /// No such machine is on the list of Jump Items.
    #[error("expected a Jump Item on the screen, found no {0}")]
    NoSuchJumpItem(JumpClientId),
    /// That machine can not be pinned, or not so (JPN-04).
    #[error("expected a machine that can be pinned: {0}")]
    CanNotPin(PinObstacle),
    /// That tool is not open.
    #[error("expected {tool} to be open, found that it is not")]
    ToolNotOpen {
        /// Which tool.
        tool: Tool,
    },
    /// No such transfer is under way.
    #[error("expected a transfer that is under way, found none")]
    NoSuchTransfer,
    /// A file of this machine cannot be had.
    #[error("expected a file at {path}: {why}")]
    File {
        /// Where it should lie.
        path: String,
        /// Why not.
        why: FileRefusal,
    },
    /// The customer lets the screen be seen, and not touched.
    #[error("expected control of the screen, found that it is view only")]
    ViewOnly,
    /// More in one message than a tool carries.
    #[error("expected no more than {tool} carries in one message, found more")]
    TooMuch {
        /// Which tool.
        tool: Tool,
    },
    /// There is nothing on this machine's clipboard (SPA-05).
    #[error("expected text on this machine's clipboard, found none")]
    EmptyClipboard,
    /// An empty line of chat, or an empty note.
    #[error("expected text, found none")]
    EmptyLine,
    /// A line of chat above the limit.
    #[error("expected a line of at most {CHAT_LINE_BYTES_MAX} bytes, found one of {bytes}")]
    LineTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// A note above the limit (SUM-03).
    #[error("expected a note of at most {NOTE_BYTES_MAX} bytes, found one of {bytes}")]
    NoteTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
}
