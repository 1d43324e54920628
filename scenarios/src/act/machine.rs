//! What happens at a machine: what its user does, and what runs there.

use std::fmt;
use std::ops::RangeInclusive;

use fake_devices::{Orientation, Program, Workload};
use serde::{Deserialize, Serialize};
use wire::Size;

use super::Whose;

/// One thing that happens at a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineAct {
    /// At whose.
    pub machine: Whose,
    /// What.
    pub what: MachineDeed,
}

/// What happens at a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MachineDeed {
    /// A program is opened, by its name.
    Open { program: String, elevated: bool },
    /// The window in front is closed.
    CloseFront,
    /// Something moves by itself from now on, by its name.
    Start { workload: String },
    /// It stands still again.
    Stop,
    /// The user clicks something with this name.
    Click { name: String },
    /// The user types.
    Type { text: String },
    /// The user presses Ctrl+Alt+Del.
    CtrlAltDel,
    /// The user copies something.
    Copy { text: String },
    /// A display is plugged in.
    AddDisplay { width: u64, height: u64 },
    /// The display added last is unplugged.
    RemoveDisplay,
    /// A display has another size now, counted from 1.
    Resize { display: u8, width: u64, height: u64 },
    /// A phone is turned.
    Turn { landscape: bool },
    /// A program asks for administrative rights.
    AskForRights { program: String },
}

/// The sides of the smallest display that a machine may have, and of the largest, in pixels: a picture of that one takes
/// 256 MiB.
const DISPLAY_SIDE_PX: RangeInclusive<u64> = 200..=8_192;

impl MachineDeed {
    /// The size of a display.
    ///
    /// # Errors
    /// No display is so small, or so large.
    pub(crate) fn size(width: u64, height: u64) -> Result<Size, String> {
        let side = |px: u64| u16::try_from(px).ok().filter(|_| DISPLAY_SIDE_PX.contains(&px));
        match (side(width), side(height)) {
            (Some(width), Some(height)) => Ok(Size { width, height }),
            (_, _) => {
                let (least, most) = (DISPLAY_SIDE_PX.start(), DISPLAY_SIDE_PX.end());
                Err(format!(
                    "expected a display with sides of {least} to {most} pixels, found one of {width} by {height}"
                ))
            }
        }
    }

    /// The program of a name.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn program(name: &str) -> Result<Program, String> {
        name.parse().map_err(|_| format!("machines have no program {name:?}"))
    }

    /// The workload of a name.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn workload(name: &str) -> Result<Workload, String> {
        name.parse().map_err(|_| format!("machines have nothing called {name:?} that moves by itself"))
    }

    pub(crate) const fn orientation(landscape: bool) -> Orientation {
        if landscape { Orientation::Landscape } else { Orientation::Portrait }
    }
}

impl fmt::Display for MachineAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { machine, what } = self;
        match what {
            MachineDeed::Open { program, elevated: false } => {
                write!(f, "the {program} is opened on {machine}")
            }
            MachineDeed::Open { program, elevated: true } => {
                write!(f, "the {program} is opened on {machine} with administrative rights")
            }
            MachineDeed::CloseFront => write!(f, "the window in front is closed on {machine}"),
            MachineDeed::Start { workload } => write!(f, "{machine} is {workload}"),
            MachineDeed::Stop => write!(f, "{machine} stands still"),
            MachineDeed::Click { name } => write!(f, "the user of {machine} clicks {name:?}"),
            MachineDeed::Type { text } => write!(f, "the user of {machine} types {text:?}"),
            MachineDeed::CtrlAltDel => write!(f, "the user of {machine} presses Ctrl+Alt+Del"),
            MachineDeed::Copy { text } => write!(f, "{text:?} is copied on {machine}"),
            MachineDeed::AddDisplay { width, height } => {
                write!(f, "{machine} gets a display of {width} by {height} pixels")
            }
            MachineDeed::RemoveDisplay => write!(f, "{machine} loses its last display"),
            MachineDeed::Resize { display, width, height } => {
                write!(f, "display {display} of {machine} has {width} by {height} pixels now")
            }
            MachineDeed::Turn { landscape: true } => write!(f, "{machine} is turned to landscape"),
            MachineDeed::Turn { landscape: false } => write!(f, "{machine} is turned to portrait"),
            MachineDeed::AskForRights { program } => {
                write!(f, "{program:?} asks for administrative rights on {machine}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_have_bounds() {
        assert_eq!(MachineDeed::size(200, 8_192), Ok(Size { width: 200, height: 8_192 }));
        let words = |width, height| {
            format!("expected a display with sides of 200 to 8192 pixels, found one of {width} by {height}")
        };
        for (width, height) in [(0, 0), (1_920, 199), (70_000, 1_080), (8_193, 200), (u64::MAX, 300)] {
            assert_eq!(MachineDeed::size(width, height), Err(words(width, height)));
        }
    }
}
