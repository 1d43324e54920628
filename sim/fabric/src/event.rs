//! What the fabric tells the programs on its hosts.

use std::fmt;
use std::net::SocketAddrV4;

use serde::{Deserialize, Serialize};

use crate::ids::{HostId, SocketId};

/// Something that the program on `host` that owns `socket` gets to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FabricEvent {
    /// Whose program it is for.
    pub host: HostId,
    /// The connection's end on that host.
    pub socket: SocketId,
    /// What happened.
    pub kind: EventKind,
}

/// What happened to a connection.
///
/// Order is kept: bytes are announced ([`EventKind::Readable`]) before the peer's end of stream
/// ([`EventKind::Finished`]), and both before [`EventKind::Closed`], which is the last event of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// The connection asked for by `connect` stands.
    Connected,
    /// A peer connected to a port that the host listens on.
    Accepted {
        /// The port listened on.
        listener: u16,
        /// Who dialled.
        peer: SocketAddrV4,
    },
    /// Bytes, or datagrams, have come since the last `Readable`.
    Readable,
    /// There is room again after a `send` that took less than offered, or so much has been acknowledged as was waited
    /// for.
    Writable,
    /// The peer will send nothing more. What it sent before may still wait to be read.
    Finished,
    /// The connection is over. The id is good for a last `read` until this event has been handed out, and stale
    /// from then on.
    Closed {
        /// Why.
        reason: CloseReason,
    },
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connected => f.write_str("connected"),
            Self::Accepted { listener, peer } => write!(f, "accepted {peer} on port {listener}"),
            Self::Readable => f.write_str("readable"),
            Self::Writable => f.write_str("writable"),
            Self::Finished => f.write_str("peer finished"),
            Self::Closed { reason } => write!(f, "closed: {reason}"),
        }
    }
}

/// Why a connection is over, told apart as an operating system tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CloseReason {
    /// Both sides finished, and everything arrived.
    Finished,
    /// The host answered that nobody listens on the port (`ECONNREFUSED`).
    Refused,
    /// Nobody answered within [`CONNECT_TIMEOUT`](crate::CONNECT_TIMEOUT) (`ETIMEDOUT` of `connect`).
    ConnectTimedOut,
    /// The peer's side tore the connection down (`ECONNRESET`).
    Reset,
    /// Bytes stayed unanswered for [`UNANSWERED_TIMEOUT`](crate::UNANSWERED_TIMEOUT) (`ETIMEDOUT`).
    TimedOut,
    /// The host has no network of its own at the moment (`ENETUNREACH`).
    NetworkUnreachable,
    /// The address of this end is no longer the host's (`ECONNABORTED`).
    AddressLost,
    /// Every ephemeral port towards this peer is in use (`EADDRNOTAVAIL`).
    NoFreePort,
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Finished => "finished",
            Self::Refused => "connection refused",
            Self::ConnectTimedOut => "connect timed out",
            Self::Reset => "connection reset",
            Self::TimedOut => "connection timed out",
            Self::NetworkUnreachable => "network unreachable",
            Self::AddressLost => "address lost",
            Self::NoFreePort => "no free port",
        })
    }
}
