//! File transfer.

use serde::{Deserialize, Serialize};

/// The longest piece of a file in one message, in bytes: what is urgent waits behind one piece at most.
/// At 1.5 Mbit/s this is 22 ms.
pub const FILE_PIECE_BYTES_MAX: usize = 4 * 1024;

/// How much of a file may be on its way at a time, in bytes: sent, and not yet known to have come. So much fills a
/// line of 10 Mbit/s at a round trip of 100 ms, and no more than that ever stands in front of what comes later.
pub const FILE_WINDOW_BYTES: u64 = 128 * 1024;

/// A transfer of one file. The console numbers those that it begins.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, arbitrary::Arbitrary,
)]
pub struct TransferId(pub u32);

/// Which way a file goes.
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
#[strum(serialize_all = "lowercase")]
pub enum TransferDirection {
    /// To the customer's machine.
    Upload,
    /// To the representative's.
    Download,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct DirEntry {
    /// Its name, without the folder.
    pub name: String,
    /// Whether it is a folder.
    pub folder: bool,
    /// Its size in bytes; 0 for folders.
    pub bytes: u64,
}

/// Why a file cannot be had, or put, or changed.
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
pub enum FileRefusal {
    /// There is no such file or folder.
    #[strum(to_string = "no such file or folder")]
    NotFound,
    /// The client's user may not.
    #[strum(to_string = "access is denied")]
    AccessDenied,
    /// There is one already.
    #[strum(to_string = "it exists already")]
    Exists,
    /// The disk has no room for it.
    #[strum(to_string = "the disk is full")]
    DiskFull,
    /// This machine's app does not transfer files (AND-04).
    #[strum(to_string = "this app does not transfer files")]
    NotPossible,
    /// One side called it off.
    #[strum(to_string = "cancelled")]
    Cancelled,
    /// The file changed while it was being transferred.
    #[strum(to_string = "the file has changed")]
    Changed,
    /// As many transfers are under way as the machine takes at a time.
    #[strum(to_string = "too many transfers at a time")]
    TooMany,
}

/// What can be done with a file or a folder on the customer's machine, beside transferring it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum FileChange {
    /// A folder is made.
    FolderMade,
    /// It is deleted.
    Deleted,
    /// It is moved, or gets another name.
    Moved {
        /// Its path from then on.
        to: String,
    },
}

/// Of file transfer, from the representative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum FileCommand {
    /// What is in a folder.
    #[strum(serialize = "FileList")]
    List {
        /// Its path; empty for where the machine's user is at home.
        path: String,
    },
    /// Send a file to the customer's machine.
    #[strum(serialize = "FileUpload")]
    Upload {
        /// Its number.
        transfer: TransferId,
        /// Where it will lie.
        path: String,
        /// Its size in bytes.
        bytes: u64,
        /// Whether one that lies there is replaced.
        overwrite: bool,
        /// Whether it goes on with what was sent before a break; otherwise nothing that is left there counts.
        resume: bool,
    },
    /// A piece of it.
    #[strum(serialize = "FilePiece")]
    Piece {
        /// Of which transfer.
        transfer: TransferId,
        /// Where this piece begins.
        offset: u64,
        /// At most [`FILE_PIECE_BYTES_MAX`] bytes.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Get a file from the customer's machine, from this place on.
    #[strum(serialize = "FileDownload")]
    Download {
        /// Its number.
        transfer: TransferId,
        /// Where it lies.
        path: String,
        /// What of it is here already, in bytes.
        from: u64,
    },
    /// So much of a download has come.
    #[strum(serialize = "FileReceived")]
    Received {
        /// Of which transfer.
        transfer: TransferId,
        /// How much in all, in bytes.
        bytes: u64,
    },
    /// Call a transfer off.
    #[strum(serialize = "FileCancel")]
    Cancel {
        /// Which.
        transfer: TransferId,
    },
    /// Make a folder.
    #[strum(serialize = "FileMakeFolder")]
    MakeFolder {
        /// Its path.
        path: String,
    },
    /// Delete a file.
    #[strum(serialize = "FileDelete")]
    Delete {
        /// Its path.
        path: String,
    },
    /// Move a file, or give it another name.
    #[strum(serialize = "FileMove")]
    Move {
        /// Its path.
        from: String,
        /// Its path from now on.
        to: String,
    },
}

/// Of file transfer, from the customer's client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum FileUpdate {
    /// What is in a folder.
    #[strum(serialize = "FileListed")]
    Listed {
        /// Its whole path.
        path: String,
        /// What is in it, or why that cannot be told.
        entries: Result<Vec<DirEntry>, FileRefusal>,
        /// There is more in it than one message holds.
        cut: bool,
    },
    /// So much of an upload has come.
    #[strum(serialize = "FileReceived")]
    Received {
        /// Of which transfer.
        transfer: TransferId,
        /// How much in all, in bytes.
        bytes: u64,
    },
    /// A download begins, or goes on.
    #[strum(serialize = "FileBegins")]
    Begins {
        /// Which.
        transfer: TransferId,
        /// The file's size in bytes.
        bytes: u64,
    },
    /// A piece of a download.
    #[strum(serialize = "FilePiece")]
    Piece {
        /// Of which transfer.
        transfer: TransferId,
        /// Where this piece begins.
        offset: u64,
        /// At most [`FILE_PIECE_BYTES_MAX`] bytes.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// The customer's client has lost its connection, and whatever was under way with it. The appliance says so; once
    /// the tool is open anew, transfers can go on under other numbers.
    #[strum(serialize = "FileInterrupted")]
    Interrupted,
    /// A transfer is over.
    #[strum(serialize = "FileDone")]
    Done {
        /// Which.
        transfer: TransferId,
        /// Which way it went.
        direction: TransferDirection,
        /// The file's path on the customer's machine.
        path: String,
        /// How much of it was transferred, in bytes.
        bytes: u64,
        /// Whether the whole file is there, or why not.
        outcome: Result<(), FileRefusal>,
    },
    /// What became of a folder that was to be made, or a file that was to be deleted or moved.
    #[strum(serialize = "FileChanged")]
    Changed {
        /// Its path.
        path: String,
        /// What was to be done with it.
        change: FileChange,
        /// Whether it is done, or why not.
        outcome: Result<(), FileRefusal>,
    },
}
