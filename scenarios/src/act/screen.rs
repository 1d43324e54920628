//! What representatives do with a shared screen.

use std::fmt;

use serde::{Deserialize, Serialize};
use wire::tool::{MouseButton, Performance};

/// One thing that a representative does with the screen of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenAct {
    /// Who.
    pub rep: String,
    /// Whose screen.
    pub customer: String,
    /// What.
    pub what: ScreenDeed,
}

/// What is done with a shared screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScreenDeed {
    /// Another display is shown.
    ShowDisplay { display: String },
    /// The picture is to be so good.
    SetPerformance { performance: Performance },
    /// Something with this name is clicked, so many times.
    Click { name: String, button: MouseButton, times: u32 },
    /// Something with this name is clicked, whether it can be seen or not.
    ClickUnseen { name: String },
    /// The pointer is moved to a place, in pixels.
    MovePointer { x: i32, y: i32 },
    /// Something with this name is dragged.
    Drag { name: String, right_px: i32, down_px: i32 },
    /// Text is typed.
    Type { text: String },
    /// Keys are pressed together: `Ctrl+C`.
    Press { keys: String },
    /// Keys are pressed and held down, or let go.
    HoldKeys { keys: String, down: bool },
    /// Fingers do something on a phone's screen, where the remote pointer is.
    Touch { gesture: String, right_px: i32, down_px: i32 },
    /// The remote pointer is put on something with this name, by a finger.
    PointAt { name: String },
    /// Something is double-tapped and dragged onto something else, by a finger.
    DoubleTapAndDrag { name: String, to: String },
    /// Two fingers pinch around something with this name.
    PinchAt { name: String },
    /// The clipboard goes to the remote machine.
    PasteClipboard,
    /// The remote clipboard comes here.
    FetchClipboard,
    /// The customer's view and input are turned off, or on.
    SetPrivacy { on: bool },
    /// The list of special actions is opened.
    OpenSpecialActions,
    /// A special action is done.
    SpecialAction { action: String, run_as: RunAsWho },
    /// A canned script is run.
    RunScript { name: String, run_as: RunAsWho },
    /// The machine is restarted.
    Reboot,
    /// One of the choices of an open menu is picked.
    PickChoice { choice: String },
}

/// As whom something runs on the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunAsWho {
    /// Whoever is logged on.
    ActiveUser,
    /// The system.
    System,
    /// Somebody, by their password.
    User { name: String, password: String },
}

impl fmt::Display for ScreenAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rep, customer, what } = self;
        match what {
            ScreenDeed::ShowDisplay { display } => {
                write!(f, "{rep} shows {display:?} of {customer}'s device")
            }
            ScreenDeed::SetPerformance { performance } => {
                write!(f, "{rep} sets the picture of {customer}'s screen to {performance}")
            }
            ScreenDeed::Click { name, button, times: 1 } => {
                write!(f, "{rep} clicks {name:?} on {customer}'s screen with the {button} button")
            }
            ScreenDeed::Click { name, button, times } => {
                write!(
                    f,
                    "{rep} clicks {name:?} on {customer}'s screen {times} times with the {button} button"
                )
            }
            ScreenDeed::ClickUnseen { name } => {
                write!(f, "{rep} clicks {name:?} on {customer}'s screen without seeing it")
            }
            ScreenDeed::MovePointer { x, y } => {
                write!(f, "{rep} moves the pointer to {x}, {y} on {customer}'s screen")
            }
            ScreenDeed::Drag { name, right_px, down_px } => write!(
                f,
                "{rep} drags {name:?} on {customer}'s screen {right_px} pixels right and {down_px} down"
            ),
            ScreenDeed::Type { text } => write!(f, "{rep} types {text:?} on {customer}'s screen"),
            ScreenDeed::Press { keys } => write!(f, "{rep} presses {keys} on {customer}'s screen"),
            ScreenDeed::HoldKeys { keys, down: true } => {
                write!(f, "{rep} holds {keys} down on {customer}'s screen")
            }
            ScreenDeed::HoldKeys { keys, down: false } => {
                write!(f, "{rep} lets {keys} go on {customer}'s screen")
            }
            ScreenDeed::Touch { gesture, right_px, down_px } => write!(
                f,
                "{rep}'s fingers {gesture} on {customer}'s screen, {right_px} pixels right and {down_px} down"
            ),
            ScreenDeed::PointAt { name } => {
                write!(f, "{rep} moves the pointer to {name:?} on {customer}'s screen")
            }
            ScreenDeed::DoubleTapAndDrag { name, to } => {
                write!(f, "{rep} double-taps {name:?} and drags it to {to:?} on {customer}'s screen")
            }
            ScreenDeed::PinchAt { name } => write!(f, "{rep} pinches around {name:?} on {customer}'s screen"),
            ScreenDeed::PasteClipboard => write!(f, "{rep} pastes the clipboard to {customer}'s device"),
            ScreenDeed::FetchClipboard => write!(f, "{rep} fetches the clipboard of {customer}'s device"),
            ScreenDeed::SetPrivacy { on } => {
                write!(f, "{rep} turns the privacy screen of {customer} {}", if *on { "on" } else { "off" })
            }
            ScreenDeed::OpenSpecialActions => {
                write!(f, "{rep} opens the special actions of {customer}'s session")
            }
            ScreenDeed::SpecialAction { action, run_as } => {
                write!(f, "{rep} runs {action:?} on {customer}'s device as {run_as}")
            }
            ScreenDeed::RunScript { name, run_as } => {
                write!(f, "{rep} runs the script {name:?} on {customer}'s device as {run_as}")
            }
            ScreenDeed::Reboot => write!(f, "{rep} restarts {customer}'s device"),
            ScreenDeed::PickChoice { choice } => write!(f, "{rep} picks {choice:?} in {customer}'s session"),
        }
    }
}

impl fmt::Display for RunAsWho {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ActiveUser => f.write_str("the active user"),
            Self::System => f.write_str("System"),
            Self::User { name, .. } => write!(f, "{name:?}"),
        }
    }
}
