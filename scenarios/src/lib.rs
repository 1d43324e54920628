//! The cast, the vocabulary of acts, step definitions, and the command rehearse.
//!
//! A feature's step makes an [`Act`] or looks through [`Eyes`]; an [`Estate`] is the world of one scenario; the
//! [`harness`] finds features, plays each in an estate of its own, and says what came of it.

mod act;
mod capture;
mod cast;
mod estate;
mod evidence;
mod eyes;
mod hands;
pub mod harness;
mod invariants;
mod params;
mod pictures;
mod places;
mod steps;
mod sweep;

pub use act::{
    Act, AfterSessionAction, ChatAudience, ConsoleKind, Interface, LinkChange, MailHostState,
    NameServerState, Preference, Target, Whose,
};
pub use capture::Capture;
pub use cast::{Cast, Part};
pub use estate::{Estate, PATIENCE, Unmet, WATCH};
pub use eyes::{Eyes, Seen};
pub use places::Place;
