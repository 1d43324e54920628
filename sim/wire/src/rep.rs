//! Between a representative console and the appliance.

use serde::{Deserialize, Serialize};

use crate::frame::Message;
use crate::session::{Audience, LogEntry, QueueEntry, SessionState};
use crate::{
    JumpClientId, JumpId, LineId, PortalId, QueueEntryId, RepId, RequestId, SessionId, TeamId,
    session::Platform,
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
    /// Still here.
    Heartbeat,
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
    /// Invite a colleague into a session (SHR-05).
    Invite {
        /// Which session.
        session: SessionId,
        /// Whom.
        rep: RepId,
    },
    /// The Jump Items that this account may use (JMC-02, JMC-05).
    ListJumpItems,
    /// Begin a session with an unattended machine (JMC-07). Answered once the session runs or has failed.
    Jump {
        /// Which machine.
        jump_client: JumpClientId,
    },
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
    /// Who else is signed in, by name; after signing in and after every change.
    Colleagues(Vec<Colleague>),
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
    /// The session with the unattended machine runs; its page opens.
    Jumped {
        /// Which try.
        jump: JumpId,
        /// The session.
        session: SessionId,
    },
}

/// Why the appliance will not. Each is shown to the representative in words.
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
pub enum Refusal {
    /// User name or password are wrong (LOG-01).
    #[strum(to_string = "wrong user name or password")]
    WrongCredentials,
    /// The question needs a signed-in representative.
    #[strum(to_string = "not signed in")]
    NotSignedIn,
    /// The account lacks the permission.
    #[strum(to_string = "not permitted")]
    NotPermitted,
    /// The wanted validity is above the site's maximum (KEY-06).
    #[strum(to_string = "validity is above the site's maximum")]
    ValidityTooLong,
    /// The portal does not exist, or is not one that the account may use (KEY-07).
    #[strum(to_string = "portal is not available to this account")]
    PortalNotAllowed,
    /// Somebody else took it, or it went away (ACC-09, SHR-20).
    #[strum(to_string = "no longer available")]
    Gone,
    /// Get Next found nothing that waits.
    #[strum(to_string = "nobody is waiting")]
    NobodyWaiting,
    /// Only the session's owner may do this (SHR-11).
    #[strum(to_string = "only the owner may do this")]
    OwnerOnly,
    /// The asker is no member of that session.
    #[strum(to_string = "not a member of this session")]
    NotAMember,
    /// That colleague already has an active invitation to this session, or is in it (SHR-13).
    #[strum(to_string = "already invited")]
    AlreadyInvited,
    /// That colleague is not signed in.
    #[strum(to_string = "representative is not available")]
    RepNotAvailable,
    /// The Jump Client is not connected.
    #[strum(to_string = "the Jump Client is offline")]
    Offline,
    /// The user of that machine said no (JMC-10).
    #[strum(to_string = "the user declined")]
    Declined,
    /// The user of that machine did not answer, and silence means no (JMC-11, JMC-13).
    #[strum(to_string = "the user did not answer")]
    NoAnswer,
    /// The machine did not start the session in time.
    #[strum(to_string = "the machine did not respond")]
    NoResponse,
    /// The account may not sign in from where the console is, as the appliance sees it (LOG-07, LOG-08).
    #[strum(to_string = "this account may not sign in from this network")]
    NetworkRestricted,
}

/// A session key, as its representative sees it (KEY-01).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct KeyGenerated {
    /// What the customer types.
    pub key: String,
    /// What the customer may open instead (KEY-09).
    pub url: String,
    /// How long it stays valid, in seconds, from when this was sent.
    pub valid_s: u32,
    /// The portal that the customer enters through.
    pub portal: PortalId,
}

/// What a signed-in representative is and may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct RepProfile {
    /// The account.
    pub id: RepId,
    /// The name that others see.
    pub display_name: String,
    /// The teams whose queues are shown (QUE-07).
    pub teams: Vec<Team>,
    /// What the account may do.
    pub permissions: Vec<Permission>,
    /// The portals that keys may be made for (KEY-07).
    pub portals: Vec<Portal>,
    /// How long a key is valid where nothing is chosen, in seconds.
    pub key_valid_s_default: u32,
    /// The longest validity that may be chosen, in seconds (KEY-06).
    pub key_valid_s_max: u32,
}

/// A team, as its members know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// Its name.
    pub name: String,
}

/// A portal, as representatives know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Portal {
    /// Which.
    pub id: PortalId,
    /// Its name.
    pub name: String,
}

/// A colleague who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Colleague {
    /// The account.
    pub id: RepId,
    /// The name that others see.
    pub name: String,
}

/// Something that an account may be allowed to do. Named as the public configuration API names them.
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
    strum::EnumString,
    strum::VariantNames,
)]
pub enum Permission {
    /// Make session keys (KEY-01).
    #[strum(to_string = "generate session key")]
    GenerateSessionKey,
    /// Accept from team queues by hand (ACC-03).
    #[strum(to_string = "accept team sessions")]
    AcceptTeamSessions,
    /// Use Get Next (ACC-05).
    #[strum(to_string = "next session")]
    NextSession,
    /// Use Jump Clients (JMC-07).
    #[strum(to_string = "use Jump Clients")]
    UseJumpClients,
}

/// A Jump Client, as representatives see it who may use it (JMC-03, JMC-04).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct JumpItem {
    /// Which.
    pub id: JumpClientId,
    /// The machine's name.
    pub computer: String,
    /// Its operating system.
    pub platform: Platform,
    /// The Jump Group's name; `None` on the reader's personal list.
    pub group: Option<String>,
    /// Whether it is connected.
    pub online: bool,
    /// Whether somebody is logged on there (JMC-14).
    pub user_present: bool,
}

/// Why a representative is no longer in a session.
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
pub enum SessionClosed {
    /// The owner ended it (CLS-01, CLS-02).
    #[strum(to_string = "the session was ended")]
    Ended,
    /// The reader put it on hold (CLS-04).
    #[strum(to_string = "on hold")]
    OnHold,
    /// The reader left it (CLS-06).
    #[strum(to_string = "left")]
    Left,
}

/// Why the appliance closes a connection.
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
pub enum Goodbye {
    /// Something arrived that is no message, or not in its turn.
    #[strum(to_string = "protocol error")]
    ProtocolError,
    /// The same account signed in elsewhere.
    #[strum(to_string = "signed in elsewhere")]
    SignedInElsewhere,
    /// Nothing was heard for too long.
    #[strum(to_string = "nothing was heard for too long")]
    Silent,
}

impl Message for RepToAppliance {
    fn kind(&self) -> &'static str {
        match self {
            Self::Ask { ask, .. } => ask.into(),
            Self::Chat { .. } => "Chat",
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
            Self::Heartbeat => "Heartbeat",
            Self::Goodbye(_) => "Goodbye",
        }
    }
}
