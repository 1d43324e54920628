//! What is done about elevation: asked for, agreed to, refused, used.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that somebody does about the elevation of a customer's client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElevationAct {
    /// A representative asks a customer to go on in the full client.
    ToFullClient { rep: String, customer: String },
    /// A representative has the customer asked for an administrator's credentials.
    PromptsCustomer { rep: String, customer: String },
    /// A representative gives an administrator's credentials.
    ProvidesCredentials { rep: String, customer: String, user: String, password: String },
    /// A representative has another user's desktop shown.
    SwitchesUser { rep: String, customer: String, user: String },
    /// A customer agrees to be elevated, or does not.
    Answers { customer: String, accepts: bool },
    /// A customer types an administrator's credentials.
    GivesCredentials { customer: String, user: String, password: String },
}

impl fmt::Display for ElevationAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ToFullClient { rep, customer } => {
                write!(f, "{rep} asks {customer} to go on in the full client")
            }
            Self::PromptsCustomer { rep, customer } => {
                write!(f, "{rep} has {customer} asked for an administrator's credentials")
            }
            Self::ProvidesCredentials { rep, customer, user, .. } => {
                write!(f, "{rep} elevates {customer}'s client as {user:?}")
            }
            Self::SwitchesUser { rep, customer, user } => {
                write!(f, "{rep} switches {customer}'s device to the user {user:?}")
            }
            Self::Answers { customer, accepts } => {
                write!(f, "{customer} {} elevation", if *accepts { "accepts" } else { "declines" })
            }
            Self::GivesCredentials { customer, user, .. } => {
                write!(f, "{customer} types the credentials of {user:?}")
            }
        }
    }
}
