//! TCP as a state machine: segments in, segments out.
//!
//! An [`Endpoint`] is one end of one connection, from SYN to the end of TIME-WAIT, as a Linux kernel of today would
//! be it. It is told the time and given segments; it hands out segments and says when it wants to be called next.
//! After each call that changes something, [`Endpoint::poll_segment`] is asked until it gives nothing more.

mod codec;
mod config;
mod congestion;
mod cubic;
mod endpoint;
mod flight;
mod incoming;
mod outgoing;
mod receiver;
mod records;
mod recovery;
mod retransmission;
mod ring;
mod rtt;
mod segment;
mod sender;
mod state;
mod timers;

pub use codec::{HEADER_BYTES, ParseError};
pub use config::{
    CONNECT_TIMEOUT, Config, DELAYED_ACK, Keepalive, LINGER_TIMEOUT, MSS_BYTES, RECEIVE_BUFFER_BYTES_MAX,
    SEND_BUFFER_BYTES_MAX, TIME_WAIT, USER_TIMEOUT,
};
pub use endpoint::Endpoint;
pub use outgoing::answer_to_stray;
pub use ring::Shared;
pub use segment::{Flags, PAYLOAD_BYTES_MAX, Payload, PayloadPool, SackBlocks, Segment, Timestamps};
pub use state::{Error, Info, State};
