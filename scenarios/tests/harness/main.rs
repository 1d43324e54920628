//! The harness, on a stage of its own: what a user sees when all is well, and what when it is not.

mod messages;
mod mock;
mod running;
mod support;
