//! Ids: small numbers that name a thing on the wire. Each is the appliance's to hand out.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($number:ty), $prefix:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, arbitrary::Arbitrary,
        )]
        pub struct $name(pub $number);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

id!(
    /// A support session, from the request to its end. Never used again, not even after a restart.
    SessionId(u64), "session-"
);
id!(
    /// A representative's account: its place in the site file.
    RepId(u32), "rep-"
);
id!(
    /// A support team, which has one queue.
    TeamId(u32), "team-"
);
id!(
    /// A public portal.
    PortalId(u32), "portal-"
);
id!(
    /// An issue that customers pick from a list; a team owns it.
    IssueId(u32), "issue-"
);
id!(
    /// A line in a queue: a session or an invitation, in one queue. A session that moves gets a new one.
    QueueEntryId(u64), "entry-"
);
id!(
    /// An installed Jump Client.
    JumpClientId(u32), "jump-client-"
);
id!(
    /// One try of a representative to jump to a Jump Client.
    JumpId(u64), "jump-"
);
id!(
    /// One try to pin a machine: to leave a Jump Client on it from within a session (JPN).
    PinId(u64), "pin-"
);
id!(
    /// A Jump Group: its place in the site file.
    JumpGroupId(u32), "jump-group-"
);
id!(
    /// A participant of one session, numbered in the order of arrival; 0 is the system. The public session
    /// report calls it `gsnumber`.
    MemberId(u32), "member-"
);
id!(
    /// Ties an answer to its question. Chosen by whoever asks, unique on its connection.
    RequestId(u32), "request-"
);
id!(
    /// Numbers what one sender says in one session, so that a line sent again after a break is kept once.
    LineId(u32), "line-"
);

impl MemberId {
    /// The appliance itself, as the speaker of log entries.
    pub const SYSTEM: Self = Self(0);
}

/// A queue: one representative's own, or a team's (QUE-01, QUE-07).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, arbitrary::Arbitrary,
)]
pub enum QueueId {
    /// The personal queue of this representative.
    Personal(RepId),
    /// The queue of this team.
    Team(TeamId),
}

/// A secret that lets a client come back as who it was. Never shown to a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Token(pub [u8; 16]);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
