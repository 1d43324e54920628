//! A Linux kernel's TCP and ours on the same links.
//!
//! The kernel's packets come out of a TUN device, cross a link of the fabric in real time, and go into another; ours
//! cross the same link in simulated time. `CALIBRATION.md` says what came of it.

mod cases;
mod emulator;
mod figures;
mod kernel;
mod real_time;
mod simulated;
mod tun;

pub use self::cases::{Case, cases};
pub use self::emulator::{Lane, Lateness, run};
pub use self::figures::{Figures, FiguresError, Row, Spread, Verdict, read_figures, write_figures};
pub use self::kernel::{KernelError, measure, settings};
pub use self::real_time::Clock;
pub use self::simulated::simulate;
pub use self::tun::{Tun, what_is_missing};
