//! TCP as a state machine: segments in, segments out.

mod segment;

pub use segment::{Flags, PAYLOAD_BYTES_MAX, Payload, PayloadPool, SackBlocks, Segment, Timestamps};
