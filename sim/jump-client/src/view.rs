//! What a user of the machine sees of the Jump Client.

use device::LinkState;
use serde::Serialize;
use wire::{JumpClientId, JumpId, SimTime};

/// What a user of the machine sees of the Jump Client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JumpClientView {
    /// How the connection does.
    pub connection: LinkState,
    /// How it stands with the appliance.
    pub standing: Standing,
    /// Who it is to the appliance, once it has registered.
    pub id: Option<JumpClientId>,
    /// What the user is asked, the oldest question first (JMC-08).
    pub prompts: Vec<Prompt>,
    /// How many questions the user has been asked since the client was started.
    pub asked: u32,
}

/// How a Jump Client stands with its appliance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display)]
pub enum Standing {
    /// The appliance has not answered on this connection, or there is none.
    #[default]
    #[strum(to_string = "not admitted")]
    NotAdmitted,
    /// In the appliance's list, and connected.
    #[strum(to_string = "admitted")]
    Admitted,
    /// Told to come back later: too many came back at once.
    #[strum(to_string = "told to wait")]
    ToldToWait,
    /// The appliance does not know it. It has stopped for good.
    #[strum(to_string = "unknown to the appliance")]
    Unknown,
    /// It has removed itself from its machine (JPN-03): unpinned, or brought by a pin that had failed meanwhile.
    #[strum(to_string = "removed")]
    Removed,
}

/// A question to the user of the machine (JMC-08).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prompt {
    /// Which try to jump.
    pub jump: JumpId,
    /// Who wants to.
    pub representative: String,
    /// When silence becomes an answer.
    pub until: SimTime,
    /// What silence means (JMC-11).
    pub silence_allows: bool,
}
