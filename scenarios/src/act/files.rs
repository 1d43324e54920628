//! What is done with files of a session, and what lies on machines to begin with.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest file that may lie on a device, in bytes. Each is in memory, as whole as on a disk.
pub(crate) const FILE_BYTES_MAX: u64 = 64 << 20;

/// The most files that may lie in a folder at once.
pub(crate) const FILES_MAX: u64 = 10_000;

/// One thing that somebody does about files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilesAct {
    /// A representative looks into a folder of the customer's machine.
    Lists { rep: String, customer: String, path: String },
    /// A representative sends a file of the console's machine.
    Uploads { rep: String, customer: String, local: String, remote: String, replaces: bool },
    /// A representative gets a file to the console's machine.
    Downloads { rep: String, customer: String, remote: String, local: String, replaces: bool },
    /// A representative calls off the transfer of a file, by its path on the customer's machine.
    Cancels { rep: String, customer: String, remote: String },
    /// A representative makes a folder on the customer's machine.
    MakesFolder { rep: String, customer: String, path: String },
    /// A representative deletes a file of the customer's machine.
    Deletes { rep: String, customer: String, path: String },
    /// A representative moves a file of the customer's machine.
    Moves { rep: String, customer: String, from: String, to: String },
    /// A file of so many bytes lies on somebody's device.
    Lies { person: String, path: String, bytes: u64 },
    /// So many files lie in a folder of somebody's device, with long names.
    ManyLie { person: String, folder: String, number: u64 },
    /// The disk of somebody's device has room for so much more.
    DiskHasRoom { person: String, bytes: u64 },
}

impl fmt::Display for FilesAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let replacing = |replaces: &bool| if *replaces { ", replacing what is there" } else { "" };
        match self {
            Self::Lists { rep, customer, path } => {
                write!(f, "{rep} looks into the folder {path:?} in {customer}'s session")
            }
            Self::Uploads { rep, customer, local, remote, replaces } => {
                let replacing = replacing(replaces);
                write!(f, "{rep} uploads {local:?} to {remote:?}{replacing} in {customer}'s session")
            }
            Self::Downloads { rep, customer, remote, local, replaces } => {
                let replacing = replacing(replaces);
                write!(f, "{rep} downloads {remote:?} to {local:?}{replacing} in {customer}'s session")
            }
            Self::Cancels { rep, customer, remote } => {
                write!(f, "{rep} cancels the transfer of {remote:?} in {customer}'s session")
            }
            Self::MakesFolder { rep, customer, path } => {
                write!(f, "{rep} makes the folder {path:?} in {customer}'s session")
            }
            Self::Deletes { rep, customer, path } => {
                write!(f, "{rep} deletes {path:?} in {customer}'s session")
            }
            Self::Moves { rep, customer, from, to } => {
                write!(f, "{rep} moves {from:?} to {to:?} in {customer}'s session")
            }
            Self::Lies { person, path, bytes } => {
                write!(f, "a file {path:?} of {bytes} bytes lies on {person}'s device")
            }
            Self::ManyLie { person, folder, number } => {
                write!(f, "{number} files with long names lie in {folder:?} on {person}'s device")
            }
            Self::DiskHasRoom { person, bytes } => {
                write!(f, "the disk of {person}'s device has room for {bytes} bytes")
            }
        }
    }
}
