//! Between a Jump Client and the appliance.

use serde::{Deserialize, Serialize};

use crate::frame::Message;
use crate::rep::Goodbye;
use crate::session::DeviceFacts;
use crate::{JumpClientId, JumpId, Token};

/// What a Jump Client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum JumpToAppliance {
    /// First start after the install: ask for a place in the list.
    Register {
        /// The token that its installer carries; it says which Jump Group or representative the client is for.
        installer: String,
        /// The machine.
        device: DeviceFacts,
        /// Whether somebody is logged on.
        user_present: bool,
    },
    /// Every later start, and every reconnect.
    Return {
        /// Who.
        id: JumpClientId,
        /// What [`ApplianceToJump::Registered`] gave.
        secret: Token,
        /// The machine, which may have changed.
        device: DeviceFacts,
        /// Whether somebody is logged on.
        user_present: bool,
    },
    /// Somebody has logged on or off (JMC-14).
    Presence {
        /// Whether somebody is logged on.
        user_present: bool,
    },
    /// The jump will not become a session.
    JumpFailed {
        /// Which try.
        jump: JumpId,
        /// Why.
        why: JumpFailure,
    },
    /// It has removed itself from its machine, as it was told to (JPN-03).
    Uninstalled {
        /// Who it was.
        id: JumpClientId,
        /// Its proof.
        secret: Token,
    },
    /// Still here.
    Heartbeat,
}

/// What the appliance says to a Jump Client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum ApplianceToJump {
    /// Registered. The client keeps both, and comes back with them.
    Registered {
        /// Who it is from now on.
        id: JumpClientId,
        /// Its proof.
        secret: Token,
    },
    /// Welcome back.
    Returned,
    /// Too many come back at once; come again later.
    NotNow {
        /// After this many milliseconds.
        retry_ms: u32,
    },
    /// The installer's token or the secret is wrong, or the client was removed. Nothing to come back for.
    Unknown,
    /// A representative jumps: ask the user if so told, then start the customer client with this.
    StartSession {
        /// Which try.
        jump: JumpId,
        /// What the customer client must show to join.
        token: Token,
        /// Who jumps, as the prompt shows it.
        representative: String,
        /// How to ask the user; `None`: not at all (JMC-12).
        prompt: Option<JumpPrompt>,
    },
    /// The jump was called off.
    CancelSession {
        /// Which try.
        jump: JumpId,
    },
    /// A representative has unpinned the machine: the client removes itself for good (JPN-03).
    Uninstall,
    /// Still here; the answer to a heartbeat.
    Heartbeat,
    /// The appliance closes the connection for this reason.
    Goodbye(Goodbye),
}

/// How the user of a machine is asked before a jump becomes a session (JMC-08 to JMC-13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct JumpPrompt {
    /// How long to wait for an answer, in seconds.
    pub timeout_s: u32,
    /// What silence means, or nobody being there: start, or call it off.
    pub silence_allows: bool,
}

/// Why a jump did not become a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum JumpFailure {
    /// The user said no.
    Declined,
    /// The user did not answer, or was not there, and silence means no.
    NoAnswer,
}

impl Message for JumpToAppliance {
    fn kind(&self) -> &'static str {
        match self {
            Self::Register { .. } => "Register",
            Self::Return { .. } => "Return",
            Self::Presence { .. } => "Presence",
            Self::JumpFailed { .. } => "JumpFailed",
            Self::Uninstalled { .. } => "Uninstalled",
            Self::Heartbeat => "Heartbeat",
        }
    }
}

impl Message for ApplianceToJump {
    fn kind(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "Registered",
            Self::Returned => "Returned",
            Self::NotNow { .. } => "NotNow",
            Self::Unknown => "Unknown",
            Self::StartSession { .. } => "StartSession",
            Self::CancelSession { .. } => "CancelSession",
            Self::Uninstall => "Uninstall",
            Self::Heartbeat => "Heartbeat",
            Self::Goodbye(_) => "Goodbye",
        }
    }
}
