//! System information (SYS).

use serde::{Deserialize, Serialize};

/// Of system information, from the representative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum SystemCommand {
    /// Which categories there are (SYS-01).
    #[strum(serialize = "SystemCategories")]
    Categories,
    /// The data of one, as it is now (SYS-02, SYS-03).
    #[strum(serialize = "SystemFetch")]
    Fetch {
        /// Its name.
        category: String,
    },
}

/// Of system information, from the customer's client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum SystemUpdate {
    /// The categories of this machine.
    #[strum(serialize = "SystemCategories")]
    Categories(Vec<String>),
    /// The data of one.
    #[strum(serialize = "SystemTable")]
    Table(SystemTable),
    /// There is no such category.
    #[strum(serialize = "SystemUnknown")]
    Unknown {
        /// What was asked for.
        category: String,
    },
}

/// The data of one category: rows under column heads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct SystemTable {
    /// Of which category.
    pub category: String,
    /// The heads.
    pub columns: Vec<String>,
    /// The rows, each as long as the heads.
    pub rows: Vec<Vec<String>>,
    /// There are more than one message holds.
    pub cut: bool,
}
