//! What is done about tools: opened, allowed, declined, closed.

use std::fmt;

use serde::{Deserialize, Serialize};
use wire::tool::{Access, Tool};

/// One thing that somebody does about a tool of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolAct {
    /// A representative opens a tool.
    Opens { rep: String, customer: String, tool: Tool, access: Access },
    /// A representative closes a tool, or stops asking for it.
    Closes { rep: String, customer: String, tool: Tool },
    /// A customer says yes or no to a tool.
    Answers { customer: String, tool: Tool, allows: Option<Access> },
    /// A customer takes a tool back.
    Stops { customer: String, tool: Tool },
}

impl fmt::Display for ToolAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opens { rep, customer, tool, access } => {
                write!(f, "{rep} opens {tool}{} in {customer}'s session", Half(*access))
            }
            Self::Closes { rep, customer, tool } => write!(f, "{rep} closes {tool} in {customer}'s session"),
            Self::Answers { customer, tool, allows: Some(access) } => {
                write!(f, "{customer} allows {tool}{}", Half(*access))
            }
            Self::Answers { customer, tool, allows: None } => write!(f, "{customer} declines {tool}"),
            Self::Stops { customer, tool } => write!(f, "{customer} stops {tool}"),
        }
    }
}

/// How far, where it is not all the way.
struct Half(Access);

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Access::ViewOnly => f.write_str(", view only,"),
            Access::Full => Ok(()),
        }
    }
}
