//! Screen sharing, and what acts on a shared screen: input, clipboard, privacy, special actions, reboot.

use serde::{Deserialize, Serialize};

use super::{Access, Stamp, Tool};
use crate::{Point, Size};

/// The longest piece of an encoded frame in one message, in bytes: what is urgent waits behind one piece at most.
/// At 1.5 Mbit/s this is 22 ms.
pub const FRAME_PIECE_BYTES_MAX: usize = 4 * 1024;

/// A display of a machine, counted from 0.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    arbitrary::Arbitrary,
)]
pub struct DisplayId(pub u8);

/// What a display is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct DisplayInfo {
    /// Which.
    pub id: DisplayId,
    /// What the machine calls it.
    pub name: String,
    /// Its size; of a phone, as it is held now.
    pub size: Size,
    /// Where its top left corner lies beside the other displays.
    pub origin: Point,
}

/// A button of a mouse.
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
#[expect(missing_docs, reason = "each is the button's own name")]
pub enum MouseButton {
    Left,
    Middle,
    Right,
}

/// A key of a keyboard.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, arbitrary::Arbitrary,
)]
#[expect(missing_docs, reason = "each is what is printed on the key")]
pub enum Key {
    /// One that writes this character.
    Char(char),
    /// F1 and so on.
    F(u8),
    Enter,
    Tab,
    Backspace,
    Delete,
    Insert,
    Escape,
    Home,
    End,
    PageUp,
    PageDown,
    Left,
    Right,
    Up,
    Down,
    Shift,
    Ctrl,
    Alt,
    /// The Windows key, or Command.
    Meta,
}

/// What hands do at a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum InputEvent {
    /// The pointer moves to this place on a display; on a touch screen, nothing moves before a finger is down.
    PointerTo {
        /// On which display.
        display: DisplayId,
        /// Where.
        at: Point,
    },
    /// A button goes down or up, where the pointer is.
    Button {
        /// Which.
        button: MouseButton,
        /// Whether it goes down.
        down: bool,
    },
    /// The wheel turns by so many notches, away from the person if above 0, where the pointer is.
    Wheel(i16),
    /// A key goes down or up.
    Key {
        /// Which.
        key: Key,
        /// Whether it goes down.
        down: bool,
    },
}

/// How good the picture is to be (DSP-02): a floor and a ceiling for what the line allows.
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
    strum::VariantArray,
)]
pub enum Performance {
    /// As fast as can be; pictures may be coarse.
    #[strum(to_string = "best performance")]
    BestPerformance,
    /// Fast, and good to look at.
    #[default]
    #[strum(to_string = "balanced")]
    Balanced,
    /// Exact wherever the line allows.
    #[strum(to_string = "best quality")]
    BestQuality,
}

/// As whom something runs on the machine (SPA-02, SPA-03).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub enum RunAs {
    /// As the user who is logged on.
    ActiveUser,
    /// As the system; only an elevated client can.
    System,
    /// As somebody else, by their password.
    User {
        /// The account.
        name: String,
        /// Its password.
        password: String,
    },
}

/// What a rep may have a machine do by one click (SPA-01). Which there are depends on the machine.
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
    strum::VariantArray,
)]
#[expect(missing_docs, reason = "each is the entry's own name in the menu")]
pub enum SpecialAction {
    #[strum(to_string = "Ctrl+Alt+Del")]
    CtrlAltDel,
    #[strum(to_string = "Task Manager")]
    TaskManager,
    #[strum(to_string = "Command Prompt")]
    CommandPrompt,
    #[strum(to_string = "Terminal")]
    Terminal,
    #[strum(to_string = "Control Panel")]
    ControlPanel,
    #[strum(to_string = "System Settings")]
    SystemSettings,
    #[strum(to_string = "Event Viewer")]
    EventViewer,
    #[strum(to_string = "Activity Monitor")]
    ActivityMonitor,
    #[strum(to_string = "Lock Screen")]
    LockScreen,
    #[strum(to_string = "Home")]
    Home,
    #[strum(to_string = "Back")]
    Back,
    #[strum(to_string = "Recent Apps")]
    RecentApps,
}

/// Of screen sharing, from the representative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum ScreenCommand {
    /// Show this display (DSP-01).
    ShowDisplay(DisplayId),
    /// Show it so well (DSP-02). Holds from the next frame on.
    SetPerformance(Performance),
    /// A frame is on the screen; more may come.
    FrameShown(FrameAck),
    /// Begin the picture anew: what came could not be decoded.
    Restart,
    /// Hands do something (SCR-02).
    Input(InputEvent),
    /// Text is typed, character by character.
    TypeText(String),
    /// Set the remote clipboard (SPA-05).
    PasteClipboard(String),
    /// Read the remote clipboard.
    FetchClipboard,
    /// Turn the customer's view and input off, or on again (PRV-01).
    SetPrivacy(bool),
    /// Do a special action (SPA-01 to SPA-03).
    SpecialAction {
        /// Which.
        action: SpecialAction,
        /// As whom.
        run_as: RunAs,
    },
    /// Run a canned script (SPA-04). The representative names it; the appliance puts in what it says.
    RunScript {
        /// Its name.
        name: String,
        /// What the appliance has under that name; empty on the way to the appliance.
        script: String,
        /// As whom.
        run_as: RunAs,
    },
    /// Restart the system (DSP-03).
    Reboot,
    /// Say again what special actions there are (SPA-01).
    ListSpecialActions,
}

/// A frame that the representative's console shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct FrameAck {
    /// Of which stream.
    pub stream: u32,
    /// Which frame.
    pub frame: u32,
    /// When its last byte came, by the console's clock.
    pub received: Stamp,
}

/// A piece of an encoded frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct FramePiece {
    /// Of which stream: a picture that begins anew has another.
    pub stream: u32,
    /// Which frame, counted from 0 in its stream.
    pub frame: u32,
    /// Whether the frame is complete with this piece.
    pub last: bool,
    /// When the screen was looked at for it, by the client's clock.
    pub captured: Stamp,
    /// At most [`FRAME_PIECE_BYTES_MAX`] bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// Of screen sharing, from the customer's client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary, strum::IntoStaticStr)]
pub enum ScreenUpdate {
    /// The machine's displays: on opening and after every change.
    Displays(Vec<DisplayInfo>),
    /// A new picture begins: of this display, of this size. Pieces of frames follow.
    StreamBegins {
        /// Its number.
        stream: u32,
        /// What it shows.
        display: DisplayId,
        /// Its size.
        size: Size,
    },
    /// A piece of a frame.
    Piece(FramePiece),
    /// The pointer is here now.
    PointerAt(Point),
    /// The picture stands still: a protected window is open, and the client runs without the rights to see or touch it.
    Protected {
        /// What the window is, as far as the client may know.
        window: String,
    },
    /// It can be seen and touched again.
    Unprotected,
    /// What the representative's hands did was kept from a protected window, or from a machine whose user has not permitted
    /// it.
    InputBlocked,
    /// The machine's own system asks its user whether the screen may be seen; until they say yes there is nothing (AND-08).
    PermissionAsked,
    /// They said no: there will be nothing.
    PermissionDenied,
    /// What is on the remote clipboard.
    Clipboard(Option<String>),
    /// Whether the customer's view and input are off.
    Privacy {
        /// Whether they are.
        on: bool,
        /// Who turned them on again, if not the representative.
        ended: Option<PrivacyEnd>,
    },
    /// What there is to do on this machine (SPA-01): on opening, when asked again, and when the client has other rights.
    SpecialActions(Vec<SpecialAction>),
    /// What became of a special action or a script, in words.
    ActionDone {
        /// With which tool it was done: special actions, canned scripts or reboot.
        tool: Tool,
        /// Its name.
        name: String,
        /// What it came to; the error in words.
        outcome: Result<String, String>,
    },
    /// The machine restarts, and will be back.
    Rebooting,
}

/// How the customer got view and input back.
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
pub enum PrivacyEnd {
    /// By Ctrl+Alt+Del (PRV-03).
    #[strum(to_string = "the customer pressed Ctrl+Alt+Del")]
    CtrlAltDel,
    /// The connection was lost, or the representative left.
    #[strum(to_string = "nobody works behind it any more")]
    Deserted,
    /// This machine has no such screen.
    #[strum(to_string = "not possible on this machine")]
    NotPossible,
}

impl ScreenCommand {
    pub(super) fn needs(&self) -> (Tool, Access) {
        match self {
            Self::ShowDisplay(_) | Self::SetPerformance(_) | Self::FrameShown(_) | Self::Restart => {
                (Tool::ScreenSharing, Access::ViewOnly)
            }
            Self::Input(_) | Self::TypeText(_) => (Tool::ScreenSharing, Access::Full),
            Self::PasteClipboard(_) | Self::FetchClipboard => (Tool::Clipboard, Access::Full),
            Self::SetPrivacy(_) => (Tool::PrivacyScreen, Access::Full),
            Self::SpecialAction { .. } | Self::ListSpecialActions => (Tool::SpecialActions, Access::Full),
            Self::RunScript { .. } => (Tool::CannedScripts, Access::Full),
            Self::Reboot => (Tool::Reboot, Access::Full),
        }
    }
}

impl ScreenUpdate {
    pub(super) fn tool(&self) -> Tool {
        match self {
            Self::Displays(_)
            | Self::StreamBegins { .. }
            | Self::Piece(_)
            | Self::PointerAt(_)
            | Self::Protected { .. }
            | Self::Unprotected
            | Self::InputBlocked
            | Self::PermissionAsked
            | Self::PermissionDenied => Tool::ScreenSharing,
            Self::Clipboard(_) => Tool::Clipboard,
            Self::Privacy { .. } => Tool::PrivacyScreen,
            Self::SpecialActions(_) => Tool::SpecialActions,
            Self::ActionDone { tool, .. } => *tool,
            Self::Rebooting => Tool::Reboot,
        }
    }
}
