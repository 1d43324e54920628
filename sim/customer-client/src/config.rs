//! How a customer's client is set up.

use device::UplinkConfig;
use wire::{JumpId, Token};

/// How a customer's client is set up.
#[derive(Clone, Debug)]
pub struct CustomerClientConfig {
    /// Where the appliance is.
    pub uplink: UplinkConfig,
    /// What the customer calls themselves, at most [`wire::session::NAME_BYTES_MAX`] bytes.
    pub name: String,
    /// What started it.
    pub started_by: StartedBy,
    /// Which browser the portal is opened in.
    pub browser: Browser,
}

/// What a browser is good for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Browser {
    /// A chat can run in it (C2C-03).
    #[default]
    Modern,
    /// It shows the portal, and cannot chat: the full client does.
    Unsupported,
}

/// What started a customer's client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartedBy {
    /// A person, who opens the portal or follows a link.
    Person,
    /// A Jump Client, for a representative's jump to this machine (JMC-07).
    JumpClient {
        /// Which try.
        jump: JumpId,
        /// The proof that the appliance asked for it.
        token: Token,
    },
}

impl CustomerClientConfig {
    /// A browser, in front of a customer of this name.
    pub fn browser(appliance_host: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            uplink: UplinkConfig::new(appliance_host),
            name: name.into(),
            started_by: StartedBy::Person,
            browser: Browser::default(),
        }
    }

    /// A client that a Jump Client launches.
    pub fn jump(
        appliance_host: impl Into<String>,
        name: impl Into<String>,
        jump: JumpId,
        token: Token,
    ) -> Self {
        Self { started_by: StartedBy::JumpClient { jump, token }, ..Self::browser(appliance_host, name) }
    }
}
