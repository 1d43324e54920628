//! What is done with command shells, and with system information.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that a representative does with the shells of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShellAct {
    /// Opens one more.
    Opens { rep: String, customer: String },
    /// Types a line into the one in front, and Enter.
    Types { rep: String, customer: String, line: String },
    /// Types without Enter.
    TypesOnly { rep: String, customer: String, text: String },
    /// Presses a key of the extra row.
    Presses { rep: String, customer: String, key: String },
    /// Swipes the set of keys at the top right.
    SwipesKeys { rep: String, customer: String, left: bool },
    /// Swipes over the shell in front.
    Swipes { rep: String, customer: String, left: bool },
    /// Brings one to the front by its name.
    Shows { rep: String, customer: String, shell: String },
    /// Opens the shell menu.
    OpensMenu { rep: String, customer: String },
    /// Picks an entry of the shell menu.
    PicksFromMenu { rep: String, customer: String, entry: String },
    /// Closes the one in front.
    Closes { rep: String, customer: String },
}

/// One thing that a representative does with the system information of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemAct {
    /// Picks a category.
    Picks { rep: String, customer: String, category: String },
    /// Taps Refresh.
    Refreshes { rep: String, customer: String },
}

impl fmt::Display for ShellAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = |left: &bool| if *left { "left" } else { "right" };
        match self {
            Self::Opens { rep, customer } => write!(f, "{rep} opens a shell in {customer}'s session"),
            Self::Types { rep, customer, line } => {
                write!(f, "{rep} types {line:?} into the shell of {customer}'s session")
            }
            Self::TypesOnly { rep, customer, text } => {
                write!(f, "{rep} types only {text:?} into the shell of {customer}'s session")
            }
            Self::Presses { rep, customer, key } => {
                write!(f, "{rep} presses {key} on the key row of {customer}'s session")
            }
            Self::SwipesKeys { rep, customer, left } => {
                write!(f, "{rep} swipes the key row of {customer}'s session {}", way(left))
            }
            Self::Swipes { rep, customer, left } => {
                write!(f, "{rep} swipes {} over the shell of {customer}'s session", way(left))
            }
            Self::Shows { rep, customer, shell } => {
                write!(f, "{rep} goes to the shell {shell:?} of {customer}'s session")
            }
            Self::OpensMenu { rep, customer } => {
                write!(f, "{rep} opens the shell menu of {customer}'s session")
            }
            Self::PicksFromMenu { rep, customer, entry } => {
                write!(f, "{rep} picks {entry:?} from the shell menu of {customer}'s session")
            }
            Self::Closes { rep, customer } => {
                write!(f, "{rep} closes the shell in front of {customer}'s session")
            }
        }
    }
}

impl fmt::Display for SystemAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Picks { rep, customer, category } => {
                write!(f, "{rep} picks the category {category:?} in {customer}'s session")
            }
            Self::Refreshes { rep, customer } => {
                write!(f, "{rep} refreshes the system information in {customer}'s session")
            }
        }
    }
}
