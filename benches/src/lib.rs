//! The work that benches share: heartbeats and idle hosts, one bulk transfer; on the fabric, and on turmoil. Peers that
//! need a build of their own stand in `peers/`. And the calibration beside a kernel.

pub mod calibration;
mod estate;
pub mod table;
mod transfer;
pub mod turmoil;
pub mod work;

pub use estate::Estate;
pub use transfer::{Outcome, TRANSFER_BYTES, Transfer};
