//! Pinning: a Jump Client is left on the machine of a session, to come back to it later (JPN).
//!
//! A representative asks the appliance, which gives the customer's client an order; the client installs the Jump Client
//! and starts it, and only when that has registered is the machine pinned.

use serde::{Deserialize, Serialize};

use crate::session::{Platform, SessionKind};
use crate::tool::ClientKind;
use crate::{JumpClientId, JumpGroupId, PinId};

/// Whose a Jump Client becomes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, arbitrary::Arbitrary,
)]
pub enum PinTo {
    /// The members' of a Jump Group (JPN-01).
    Group(JumpGroupId),
    /// The asking representative's alone (JPN-02).
    Personal,
}

/// How a Jump Client runs on its machine.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    arbitrary::Arbitrary,
    strum::Display,
    strum::EnumString,
)]
pub enum PinMode {
    /// While a user is logged on.
    #[strum(to_string = "user")]
    User,
    /// Whenever the machine does, with nobody logged on as well (JMC-16, JPN-04).
    #[default]
    #[strum(to_string = "service")]
    Service,
}

/// What the appliance tells a customer's client to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct PinOrder {
    /// Which try. The same order may come again after a break.
    pub pin: PinId,
    /// What the Jump Client shows when it registers: it is good for one machine.
    pub installer: String,
    /// How it is to run.
    pub mode: PinMode,
}

/// How it stands with the machine of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum SessionPin {
    /// It was not pinned.
    #[default]
    No,
    /// A Jump Client is on its way onto it.
    UnderWay,
    /// It has a Jump Client: which, for readers who may use that one.
    Pinned(Option<JumpClientId>),
}

/// Why a machine cannot be pinned. Each is shown to the representative in words.
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
pub enum PinObstacle {
    /// The customer shares a web page, and no machine.
    #[strum(to_string = "a web page has no Jump Client")]
    WebPage,
    /// A chat in a browser installs nothing.
    #[strum(to_string = "elevate to the full client first")]
    ChatOnly,
    /// There are no Jump Clients for phones and tablets.
    #[strum(to_string = "this kind of machine can have no Jump Client")]
    NoSuchMachine,
    /// A service is an elevated client's to install (JPN-04).
    #[strum(to_string = "service mode needs an elevated client")]
    NotElevated,
    /// There is one already: each machine has one place for it.
    #[strum(to_string = "the machine has a Jump Client already")]
    AlreadyThere,
    /// Somebody is pinning it at the moment.
    #[strum(to_string = "the machine is being pinned already")]
    UnderWay,
    /// The customer's client is not there to install anything.
    #[strum(to_string = "the customer is not connected")]
    CustomerAway,
    /// The Jump Client was installed, and was not heard of in time.
    #[strum(to_string = "the Jump Client was not heard of")]
    NotHeardOf,
    /// The appliance has as many Jump Clients as it can have.
    #[strum(to_string = "there is no room for another Jump Client")]
    NoRoom,
}

impl PinObstacle {
    /// What the kind of session, machine and client puts in the way, if anything. Whoever could act on a pin asks this
    /// for itself: the console before it offers one, the appliance before it orders it, the client before it obeys.
    pub fn of(kind: SessionKind, platform: Platform, client: ClientKind, mode: PinMode) -> Option<Self> {
        match (kind, platform, client) {
            (SessionKind::Browser, _, _) => Some(Self::WebPage),
            (_, Platform::Android | Platform::Ios, _)
            | (_, _, ClientKind::Support | ClientKind::SupportPlus) => Some(Self::NoSuchMachine),
            (_, _, ClientKind::WebChat) => Some(Self::ChatOnly),
            (_, Platform::Windows | Platform::Linux | Platform::Mac, ClientKind::UserMode) => {
                (mode == PinMode::Service).then_some(Self::NotElevated)
            }
            (_, Platform::Windows | Platform::Linux | Platform::Mac, ClientKind::Elevated) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// JPN-04, and which machines can have a Jump Client at all.
    #[test]
    fn what_stands_in_the_way() {
        let mut table = String::new();
        for (platform, client) in [
            (Platform::Windows, ClientKind::UserMode),
            (Platform::Windows, ClientKind::Elevated),
            (Platform::Windows, ClientKind::WebChat),
            (Platform::Mac, ClientKind::UserMode),
            (Platform::Mac, ClientKind::Elevated),
            (Platform::Linux, ClientKind::UserMode),
            (Platform::Android, ClientKind::Support),
            (Platform::Android, ClientKind::SupportPlus),
            (Platform::Android, ClientKind::WebChat),
            (Platform::Ios, ClientKind::UserMode),
        ] {
            let says = |mode| {
                let obstacle = PinObstacle::of(SessionKind::Support, platform, client, mode);
                obstacle.map_or_else(|| "yes".to_owned(), |obstacle| obstacle.to_string())
            };
            let (user, service) = (says(PinMode::User), says(PinMode::Service));
            writeln!(table, "{platform:?}, {client}: user: {user}; service: {service}")
                .expect("writing to memory");
        }
        insta::assert_snapshot!(table, @r"
        Windows, user mode: user: yes; service: service mode needs an elevated client
        Windows, elevated: user: yes; service: yes
        Windows, click-to-chat: user: elevate to the full client first; service: elevate to the full client first
        Mac, user mode: user: yes; service: service mode needs an elevated client
        Mac, elevated: user: yes; service: yes
        Linux, user mode: user: yes; service: service mode needs an elevated client
        Android, Support: user: this kind of machine can have no Jump Client; service: this kind of machine can have no Jump Client
        Android, Support+: user: this kind of machine can have no Jump Client; service: this kind of machine can have no Jump Client
        Android, click-to-chat: user: this kind of machine can have no Jump Client; service: this kind of machine can have no Jump Client
        Ios, user mode: user: this kind of machine can have no Jump Client; service: this kind of machine can have no Jump Client
        ");
    }

    #[test]
    fn a_web_page_is_no_machine() {
        let obstacle =
            PinObstacle::of(SessionKind::Browser, Platform::Windows, ClientKind::UserMode, PinMode::User);
        assert_eq!(obstacle, Some(PinObstacle::WebPage));
    }
}
