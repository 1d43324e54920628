//! What a representative can do in a session beside chat: the tools, who may use them, and what they say.
//!
//! A tool is opened, which may ask the customer, used, and closed. What a representative does with an open tool is a
//! [`ToolCommand`], and what comes of it a [`ToolUpdate`]. The appliance passes both on, and looks at each: whether
//! that member has that tool open, and far enough.

mod elevation;
mod files;
mod screen;
mod shell;
mod system;

use serde::{Deserialize, Serialize};

pub use elevation::{ElevationCommand, ElevationRefusal, ElevationUpdate, SwitchRefusal};
pub use files::{
    DirEntry, FILE_PIECE_BYTES_MAX, FILE_WINDOW_BYTES, FileChange, FileCommand, FileRefusal, FileUpdate,
    TransferDirection, TransferId,
};
pub use screen::{
    DisplayId, DisplayInfo, FRAME_PIECE_BYTES_MAX, FrameAck, FramePiece, InputEvent, Key, MouseButton,
    Performance, PrivacyEnd, RunAs, ScreenCommand, ScreenUpdate, SpecialAction,
};
pub use shell::{SHELL_PIECE_BYTES_MAX, SHELL_WINDOW_BYTES, ShellCommand, ShellId, ShellUpdate};
pub use system::{SystemCommand, SystemTable, SystemUpdate};

use crate::{MemberId, SimTime};

/// What session policies speak of. Names are those of the public configuration, as far as it has one.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    arbitrary::Arbitrary,
    strum::Display,
    strum::EnumString,
    strum::VariantArray,
    strum::VariantNames,
)]
pub enum Tool {
    /// See the screen, and use mouse and keyboard unless it is view only (SCR-01, SCR-02).
    #[strum(to_string = "screen sharing")]
    ScreenSharing,
    /// Turn the customer's view and input off (PRV-01).
    #[strum(to_string = "privacy screen")]
    PrivacyScreen,
    /// Read and set the remote clipboard (SPA-05).
    #[strum(to_string = "clipboard")]
    Clipboard,
    /// Special actions (SPA-01).
    #[strum(to_string = "special actions")]
    SpecialActions,
    /// Canned scripts (SPA-04).
    #[strum(to_string = "canned scripts")]
    CannedScripts,
    /// Restart the system (DSP-03).
    #[strum(to_string = "reboot")]
    Reboot,
    /// File transfer.
    #[strum(to_string = "file transfer")]
    FileTransfer,
    /// Command shell (SHL-01).
    #[strum(to_string = "command shell")]
    CommandShell,
    /// System information (SYS-01).
    #[strum(to_string = "system information")]
    SystemInformation,
    /// Elevation, both kinds (ELV-01, ELV-02).
    #[strum(to_string = "elevation")]
    Elevation,
}

/// How far a tool may be used.
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
    strum::EnumString,
)]
pub enum Access {
    /// The screen may be seen, and not touched. Of other tools there is no such half.
    #[strum(to_string = "view only")]
    ViewOnly,
    /// All of it.
    #[strum(to_string = "full")]
    Full,
}

/// A tool that the reader may use in a session; what is not listed is not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct ToolOffer {
    /// Which.
    pub tool: Tool,
    /// How far.
    pub access: Access,
    /// Whether the customer is asked first.
    pub prompts: bool,
}

/// How a tool stands for one representative in one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum ToolState {
    /// Not in use.
    Closed,
    /// The customer is being asked.
    Asking,
    /// In use.
    Open(Access),
    /// Not in use, and why not.
    Refused(ToolRefusal),
}

/// Why a tool is not open, or no longer.
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
pub enum ToolRefusal {
    /// The customer said no (SCR-03).
    #[strum(to_string = "the customer declined")]
    Declined,
    /// The customer did not answer in time, and silence means no (SCR-03).
    #[strum(to_string = "the customer did not answer")]
    NoAnswer,
    /// The customer took it back.
    #[strum(to_string = "the customer stopped it")]
    StoppedByCustomer,
    /// The customer's client, machine or app cannot do it.
    #[strum(to_string = "not possible on this machine")]
    NotPossible,
    /// A chat in a browser has no tools; elevation brings the full client (C2C-07).
    #[strum(to_string = "click-to-chat has no tools: elevate to the full client first")]
    ChatOnly,
    /// The customer is not connected.
    #[strum(to_string = "the customer is not connected")]
    CustomerAway,
}

/// Numbers a question to the customer within its session.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, arbitrary::Arbitrary,
)]
pub struct PromptId(pub u32);

/// A question to the customer: whether a representative may use a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct ToolPrompt {
    /// Which question.
    pub id: PromptId,
    /// Who asks.
    pub by: String,
    /// For what.
    pub tool: Tool,
    /// How far at most.
    pub access: Access,
    /// How long an answer is waited for, in milliseconds, when this was sent.
    pub answer_within_ms: u32,
    /// What silence means.
    pub silence_allows: bool,
}

/// What a customer says to a [`ToolPrompt`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, arbitrary::Arbitrary,
)]
pub enum PromptAnswer {
    /// Yes, so far.
    Allow(Access),
    /// No.
    Deny,
}

/// What the customer's side of a session can do: it changes when it is elevated.
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
)]
pub enum ClientKind {
    /// A chat in a web browser, with nothing downloaded (C2C-01).
    #[strum(to_string = "click-to-chat")]
    WebChat,
    /// The customer client, with the rights of its user.
    #[default]
    #[strum(to_string = "user mode")]
    UserMode,
    /// The customer client as a system service, with administrative rights (ELV-02).
    #[strum(to_string = "elevated")]
    Elevated,
    /// Support on a device with Android 11 or later, where it does not transfer files (AND-04).
    #[strum(to_string = "Support")]
    Support,
    /// Support+ on an Android device, which transfers files (AND-04).
    #[strum(to_string = "Support+")]
    SupportPlus,
}

/// What a representative does with an open tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum ToolCommand {
    /// Of screen sharing, and of what acts on a screen.
    Screen(ScreenCommand),
    /// Of a command shell.
    Shell(ShellCommand),
    /// Of system information.
    System(SystemCommand),
    /// Of file transfer.
    Files(FileCommand),
    /// Of elevation.
    Elevation(ElevationCommand),
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum ToolUpdate {
    /// Of screen sharing, and of what acts on a screen.
    Screen(ScreenUpdate),
    /// Of a command shell.
    Shell(ShellUpdate),
    /// Of system information.
    System(SystemUpdate),
    /// Of file transfer.
    Files(FileUpdate),
    /// Of elevation.
    Elevation(ElevationUpdate),
}

impl ToolCommand {
    /// The tool that must be open for it, and how far.
    pub fn needs(&self) -> (Tool, Access) {
        match self {
            Self::Screen(command) => command.needs(),
            Self::Shell(_) => (Tool::CommandShell, Access::Full),
            Self::System(_) => (Tool::SystemInformation, Access::Full),
            Self::Files(_) => (Tool::FileTransfer, Access::Full),
            Self::Elevation(_) => (Tool::Elevation, Access::Full),
        }
    }

    /// What a person calls it, for diagrams.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Screen(command) => command.into(),
            Self::Shell(command) => command.into(),
            Self::System(command) => command.into(),
            Self::Files(command) => command.into(),
            Self::Elevation(command) => command.into(),
        }
    }
}

impl ToolUpdate {
    /// The tool that it is of.
    pub fn tool(&self) -> Tool {
        match self {
            Self::Screen(update) => update.tool(),
            Self::Shell(_) => Tool::CommandShell,
            Self::System(_) => Tool::SystemInformation,
            Self::Files(_) => Tool::FileTransfer,
            Self::Elevation(_) => Tool::Elevation,
        }
    }

    /// What a person calls it, for diagrams.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Screen(update) => update.into(),
            Self::Shell(update) => update.into(),
            Self::System(update) => update.into(),
            Self::Files(update) => update.into(),
            Self::Elevation(update) => update.into(),
        }
    }
}

/// From a representative, through the appliance, to the customer's client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct CommandFrom {
    /// Whose.
    pub member: MemberId,
    /// What.
    pub command: ToolCommand,
}

/// From the customer's client, through the appliance, to a representative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct UpdateFor {
    /// For whom.
    pub member: MemberId,
    /// What.
    pub update: ToolUpdate,
}

/// A moment of the sender's own clock, as it travels: for the sender to know again, and nobody else.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, arbitrary::Arbitrary,
)]
pub struct Stamp(pub u64);

impl Stamp {
    /// Of this moment.
    pub fn of(now: SimTime) -> Self {
        Self(now.as_nanos())
    }
}

/// The most that a command or an update may hold, in bytes, beside pieces: with what travels around it, it fits a frame.
pub const TOOL_BYTES_MAX: usize = crate::frame::FRAME_BYTES_MAX - 1_024;

impl ToolCommand {
    /// Whether it is short enough to travel on.
    pub fn fits(&self) -> bool {
        match self {
            Self::Shell(ShellCommand::Input { bytes, .. }) => bytes.len() <= SHELL_PIECE_BYTES_MAX,
            Self::Files(FileCommand::Piece { bytes, .. }) => bytes.len() <= FILE_PIECE_BYTES_MAX,
            Self::Screen(_) | Self::Shell(_) | Self::System(_) | Self::Files(_) | Self::Elevation(_) => {
                encoded_bytes(self) <= TOOL_BYTES_MAX
            }
        }
    }
}

impl ToolUpdate {
    /// Whether it is short enough to travel on.
    pub fn fits(&self) -> bool {
        match self {
            Self::Screen(ScreenUpdate::Piece(piece)) => piece.bytes.len() <= FRAME_PIECE_BYTES_MAX,
            Self::Shell(ShellUpdate::Output { bytes, .. }) => bytes.len() <= SHELL_PIECE_BYTES_MAX,
            Self::Files(FileUpdate::Piece { bytes, .. }) => bytes.len() <= FILE_PIECE_BYTES_MAX,
            Self::Screen(_) | Self::Shell(_) | Self::System(_) | Self::Files(_) | Self::Elevation(_) => {
                encoded_bytes(self) <= TOOL_BYTES_MAX
            }
        }
    }
}

fn encoded_bytes(message: &impl Serialize) -> usize {
    let counter = postcard::ser_flavors::Size::default();
    postcard::serialize_with_flavor(message, counter).expect("counting cannot fail")
}
