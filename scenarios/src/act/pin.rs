//! What representatives do to leave Jump Clients on machines, and to take them off again.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that a representative does about pinning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinAct {
    /// A representative pins the machine of a session: to a Jump Group, or to the personal list.
    Pins { rep: String, customer: String, group: Option<String>, service: bool },
    /// A representative asks for a machine to be unpinned; nothing happens before that is confirmed.
    AsksToUnpin { rep: String, computer: String },
    /// A representative says Yes or No to that.
    Confirms { rep: String, yes: bool },
}

impl fmt::Display for PinAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pins { rep, customer, group, service } => {
                write!(f, "{rep} pins {customer}'s device to ")?;
                match group {
                    Some(group) => write!(f, "the Jump Group {group:?}")?,
                    None => f.write_str("the personal list")?,
                }
                write!(f, " in {} mode", if *service { "service" } else { "user" })
            }
            Self::AsksToUnpin { rep, computer } => write!(f, "{rep} asks to unpin {computer:?}"),
            Self::Confirms { rep, yes: true } => write!(f, "{rep} says Yes to unpinning"),
            Self::Confirms { rep, yes: false } => write!(f, "{rep} says No to unpinning"),
        }
    }
}
