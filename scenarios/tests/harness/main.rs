//! The harness, on a stage of its own: what a user sees when all is well, and what when it is not.

mod calling;
mod checks;
mod editor;
mod export;
mod faces;
mod messages;
mod mock;
mod muddle;
mod running;
mod support;
