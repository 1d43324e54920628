//! How customers begin where there is more to it than a portal: a chat in the browser, the app on a phone.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that a customer does on the way into a session, by a chat or by an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartAct {
    /// A customer types their name, before a chat in the browser.
    GivesName { customer: String, name: String },
    /// A customer wants to chat, or does not.
    AnswersChatPrompt { customer: String, accepts: bool },
    /// A customer opens the app on their phone.
    OpensApp { customer: String, app: PhoneApp },
    /// A customer types the support site into the app.
    ChoosesSite { customer: String, site: String },
    /// A customer says which of two apps to go on with.
    ChoosesApp { customer: String, app: PhoneApp },
}

/// An app of a phone.
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
    strum::Display,
    strum::EnumString,
)]
pub enum PhoneApp {
    /// The customer client.
    Support,
    /// The one that also transfers files.
    #[strum(to_string = "Support+")]
    SupportPlus,
}

impl PhoneApp {
    /// What the phone knows it as.
    pub(crate) fn on_device(self) -> device::App {
        match self {
            Self::Support => device::App::CustomerClient,
            Self::SupportPlus => device::App::SupportPlus,
        }
    }
}

impl fmt::Display for StartAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GivesName { customer, name } => write!(f, "{customer} gives the name {name:?}"),
            Self::AnswersChatPrompt { customer, accepts: true } => write!(f, "{customer} accepts the chat"),
            Self::AnswersChatPrompt { customer, accepts: false } => write!(f, "{customer} declines the chat"),
            Self::OpensApp { customer, app } => write!(f, "{customer} opens the app {app}"),
            Self::ChoosesSite { customer, site } => write!(f, "{customer} chooses the support site {site:?}"),
            Self::ChoosesApp { customer, app } => write!(f, "{customer} goes on with {app}"),
        }
    }
}
