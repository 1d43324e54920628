//! Command shells (SHL).

use serde::{Deserialize, Serialize};

/// The longest piece of a shell's input or output in one message, in bytes.
pub const SHELL_PIECE_BYTES_MAX: usize = 4 * 1024;

/// How much of what a shell says may be on its way at a time, in bytes: so much stands in front of hands on a line that
/// has just become narrow, for 170 ms at 384 kbit/s; and over a satellite it is still more than anybody reads. Consoles
/// tell at each half of it.
pub const SHELL_WINDOW_BYTES: u64 = 8 * 1024;

/// A command shell of one session. The console numbers those that it opens.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, arbitrary::Arbitrary,
)]
pub struct ShellId(pub u32);

/// Of a command shell, from the representative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum ShellCommand {
    /// Open one more (SHL-01, SHL-02).
    #[strum(serialize = "ShellOpen")]
    Open {
        /// Its number from now on.
        shell: ShellId,
    },
    /// Something is typed (SHL-01).
    #[strum(serialize = "ShellInput")]
    Input {
        /// Into which.
        shell: ShellId,
        /// What, at most [`SHELL_PIECE_BYTES_MAX`] bytes. Enter is a line feed, Ctrl+C byte 3.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Close one; the others go on (SHL-03).
    #[strum(serialize = "ShellClose")]
    Close {
        /// Which.
        shell: ShellId,
    },
    /// So much of what it says has come.
    #[strum(serialize = "ShellReceived")]
    Received {
        /// Of which.
        shell: ShellId,
        /// How much in all, in bytes.
        bytes: u64,
    },
}

/// Of a command shell, from the customer's client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum ShellUpdate {
    /// It is open.
    #[strum(serialize = "ShellOpened")]
    Opened {
        /// Which.
        shell: ShellId,
        /// What it is called: `cmd.exe`, `bash`.
        name: String,
    },
    /// It says something.
    #[strum(serialize = "ShellOutput")]
    Output {
        /// Which.
        shell: ShellId,
        /// What, at most [`SHELL_PIECE_BYTES_MAX`] bytes.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// It is closed, or never came to be.
    #[strum(serialize = "ShellClosed")]
    Closed {
        /// Which.
        shell: ShellId,
        /// Why, in words.
        why: String,
    },
}
