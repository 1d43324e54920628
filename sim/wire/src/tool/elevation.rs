//! Elevation, both kinds: from click-to-chat to the full client (C2C), and from user mode to administrative rights (ELV).

use serde::{Deserialize, Serialize};

use super::ClientKind;

/// Of elevation, from the representative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum ElevationCommand {
    /// From click-to-chat to the full client (C2C-08).
    #[strum(serialize = "ElevateToClient")]
    ToFullClient {
        /// How long the customer's answer is waited for, in milliseconds. The appliance puts in what the site says.
        answer_within_ms: u32,
    },
    /// To administrative rights, by these credentials (ELV-07).
    #[strum(serialize = "ElevateByCredentials")]
    ByCredentials {
        /// An administrator's account on the customer's machine.
        user: String,
        /// Its password.
        password: String,
    },
    /// To administrative rights, by credentials that the customer is asked for (ELV-08).
    #[strum(serialize = "ElevateByPrompt")]
    PromptCustomer {
        /// How long the customer's answer is waited for, in milliseconds. The appliance puts in what the site says.
        answer_within_ms: u32,
    },
    /// Let another user's screen be shown (ELV-03). Only an elevated client can.
    #[strum(serialize = "SwitchUser")]
    SwitchUser {
        /// Whose.
        user: String,
    },
}

/// Of elevation, from the customer's client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum ElevationUpdate {
    /// The customer is being asked.
    #[strum(serialize = "ElevationAsked")]
    CustomerAsked,
    /// The customer has agreed, and the full client is on its way.
    #[strum(serialize = "ElevationFetching")]
    Fetching,
    /// It is done: the client is of this kind now.
    #[strum(serialize = "Elevated")]
    Done(ClientKind),
    /// It is not done, and all is as it was.
    #[strum(serialize = "ElevationRefused")]
    Refused(ElevationRefusal),
    /// The screen of nobody else is shown, and all is as it was (ELV-03).
    #[strum(serialize = "NotSwitched")]
    NotSwitched(SwitchRefusal),
    /// The accounts of the machine, and whose screen is shown.
    #[strum(serialize = "Users")]
    Users {
        /// All of them.
        accounts: Vec<String>,
        /// Whose screen is shown.
        active: Option<String>,
    },
}

/// Why a client is not elevated.
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
pub enum ElevationRefusal {
    /// User name or password are wrong (ELV-07).
    #[strum(to_string = "wrong user name or password")]
    WrongCredentials,
    /// The account is no administrator's.
    #[strum(to_string = "not an administrator")]
    NotAdministrator,
    /// The customer said no (ELV-08, C2C-11).
    #[strum(to_string = "the customer declined")]
    Declined,
    /// The customer did not answer in time (C2C-11).
    #[strum(to_string = "the customer did not answer")]
    NoAnswer,
    /// This operating system knows no such thing (ELV-05).
    #[strum(to_string = "not possible on this machine")]
    NotPossible,
    /// It is elevated already.
    #[strum(to_string = "elevated already")]
    Already,
    /// A chat in a browser becomes the full client first (open point 17).
    #[strum(to_string = "elevate to the full client first")]
    FullClientFirst,
    /// Somebody's request waits for the customer already.
    #[strum(to_string = "the customer is being asked already")]
    UnderWay,
    /// The machine's system does not let the client have them.
    #[strum(to_string = "the system did not allow it")]
    NotAllowed,
}

/// Why another user's screen is not shown.
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
pub enum SwitchRefusal {
    /// Only an elevated client can do that (ELV-03).
    #[strum(to_string = "the client is not elevated")]
    NotElevated,
    /// The machine has no such account.
    #[strum(to_string = "there is no such user")]
    NoSuchUser,
    /// The machine has no users to switch between.
    #[strum(to_string = "not possible on this machine")]
    NotPossible,
}
