//! The cast, the vocabulary of acts, step definitions, and the command rehearse.

pub mod harness;
