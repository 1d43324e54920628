//! What happens at a machine: what its user does, and what runs there.

use std::fmt;

use fake_devices::{Orientation, Program, Workload};
use serde::{Deserialize, Serialize};

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
    AddDisplay { width: u16, height: u16 },
    /// The display added last is unplugged.
    RemoveDisplay,
    /// A display has another size now, counted from 1.
    Resize { display: u8, width: u16, height: u16 },
    /// A phone is turned.
    Turn { landscape: bool },
    /// A program asks for administrative rights.
    AskForRights { program: String },
}

impl MachineDeed {
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
