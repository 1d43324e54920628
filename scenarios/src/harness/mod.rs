//! The harness: plays plain-language features on any [`Stage`], and says what came of it.
//!
//! Around the `cucumber` crate, which brings the step attributes and the writers, stand: a look at features and step
//! definitions before anything is played ([`Problem`]), a runner with a thread per scenario ([`ThreadRunner`]), the
//! command `rehearse`, and a face that `cargo test` and `cargo nextest` know. A [`Stage`] is all that they ask
//! of the world played in.

mod brief;
mod check;
pub mod cli;
mod coverage;
mod definitions;
mod export;
pub mod libtest;
mod lines;
mod messages;
mod nearest;
mod output;
mod panics;
mod phrases;
mod play;
mod pool;
mod problem;
mod programme;
mod run;
mod runner;
mod script;
mod select;
mod slug;
mod stage;
mod stand_in;
mod steps;
mod sweep;
mod verify;

#[doc(hidden)]
pub use cucumber::codegen::submit as submit_step_source;

pub use definitions::{Definition, Definitions, Keyword};
pub use phrases::StepSource;
pub use play::{Failure, Performance, PlayedStep, StepStatus};
pub use pool::Pool;
pub use problem::Problem;
pub use programme::{Check, Programme};
pub use runner::ThreadRunner;
pub use script::Script;
pub use select::{PlaceError, Root, Selection};
pub use stage::{Finished, ScenarioInfo, Stage, StepInfo, Verdict};
