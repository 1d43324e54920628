//! What a console is shown beside queues and sessions.

use serde::{Deserialize, Serialize};

use super::TeamChatTo;
use crate::session::{DeviceFacts, Priority, SessionKind};
use crate::{PortalId, QueueEntryId, QueueId, RepId, SessionId, SimTime};

/// An assignment, as the representative is prompted for it (EQL-05).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Assignment {
    /// The line of a queue that it is about.
    pub entry: QueueEntryId,
    /// The queue that it comes from.
    pub queue: QueueId,
    /// Which session.
    pub session: SessionId,
    /// Who asks for help, where it is a help invitation.
    pub from: Option<String>,
    /// The customer's name.
    pub customer: String,
    /// The customer's machine.
    pub device: DeviceFacts,
    /// What the customer shares.
    pub kind: SessionKind,
    /// The issue, if there is one.
    pub issue: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// How long the prompt stays, in milliseconds, from when this was sent (EQL-10).
    pub left_ms: u64,
    /// How long before its end the prompt warns, in milliseconds (EQL-07).
    pub warning_ms: u64,
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

/// An invitation for somebody without an account, as its inviter gets it (EXT-01).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct ExternalInvitation {
    /// Which invitation.
    pub invitation: QueueEntryId,
    /// The one-time key.
    pub key: String,
    /// What to open with it.
    pub url: String,
    /// How long it stays valid, in seconds, from when this was sent; the session's end closes it, too.
    pub valid_s: u32,
}

/// A line of team chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct TeamChatLine {
    /// When, by the appliance's clock.
    #[arbitrary(with = |u: &mut arbitrary::Unstructured<'_>| Ok(SimTime::from_nanos(u.arbitrary()?)))]
    pub at: SimTime,
    /// Who said it.
    pub from: RepId,
    /// Their name.
    pub from_name: String,
    /// To whom.
    pub to: TeamChatTo,
    /// What they said.
    pub text: String,
}

/// What a session's report says of the session as a whole (SUM-06).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct ReportHead {
    /// Which session.
    pub session: SessionId,
    /// The customer's name.
    pub customer: String,
    /// The customer's machine.
    pub device: DeviceFacts,
    /// The address that the appliance saw the customer at.
    pub public_ip: [u8; 4],
    /// What the customer shared.
    pub kind: SessionKind,
    /// The representatives who were in it, in the order of their numbers, by the names that others saw.
    pub representatives: Vec<String>,
    /// Whether it is over.
    pub ended: bool,
    /// The command shells that were recorded, in the order in which they ended (SHL-07, SHL-08).
    pub shells: Vec<ReportedShell>,
}

/// A recorded command shell of a session (SHL-07, SHL-08). What it says follows by [`super::ApplianceToRep::ReportShell`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct ReportedShell {
    /// What it was called: `cmd.exe`.
    pub name: String,
    /// Who opened it.
    pub by_name: String,
    /// When, by the appliance's clock.
    #[arbitrary(with = |u: &mut arbitrary::Unstructured<'_>| Ok(SimTime::from_nanos(u.arbitrary()?)))]
    pub began: SimTime,
    /// How long it was open, in milliseconds.
    pub lasted_ms: u64,
    /// Whether more was said in it than is kept.
    pub cut: bool,
}

/// What there is of a recorded command shell.
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
#[strum(serialize_all = "lowercase")]
pub enum ShellRecord {
    /// What was on its screen at each moment: an asciinema cast, version 2 (SHL-07).
    Video,
    /// What was said in it, as text (SHL-08).
    Transcript,
}
