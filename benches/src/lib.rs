//! The work that benches share: heartbeats and idle hosts, one bulk transfer; on the fabric, and on turmoil. Peers that
//! need a build of their own stand in `peers/`. And two things to be held against: the calibration beside a kernel, and the
//! queue beside Erlang C. The screen codec has frames of its own, and a session in
//! which a screen is shared its own estate.

pub mod calibration;
pub mod codec;
pub mod erlang;
mod estate;
mod session;
pub mod table;
mod transfer;
pub mod turmoil;
pub mod work;

pub use estate::Estate;
pub use session::SharedScreen;
pub use transfer::{Outcome, TRANSFER_BYTES, Transfer};
