//! What an endpoint shows of itself.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Where a connection is in TCP's state machine (RFC 9293, 3.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum State {
    Listen,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
    Closed,
}

impl State {
    /// The peer's end of stream has arrived.
    pub fn peer_finished(self) -> bool {
        matches!(self, Self::CloseWait | Self::Closing | Self::LastAck | Self::TimeWait)
    }

    /// Both sides know that the other is there.
    pub fn synchronised(self) -> bool {
        !matches!(self, Self::Listen | Self::SynSent | Self::SynReceived | Self::Closed)
    }

    /// The program may still send.
    pub fn may_send(self) -> bool {
        matches!(self, Self::Established | Self::CloseWait)
    }
}

/// As `netstat` prints it: `ESTABLISHED`, `FIN_WAIT_1`.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Listen => "LISTEN",
            Self::SynSent => "SYN_SENT",
            Self::SynReceived => "SYN_RECEIVED",
            Self::Established => "ESTABLISHED",
            Self::FinWait1 => "FIN_WAIT_1",
            Self::FinWait2 => "FIN_WAIT_2",
            Self::CloseWait => "CLOSE_WAIT",
            Self::Closing => "CLOSING",
            Self::LastAck => "LAST_ACK",
            Self::TimeWait => "TIME_WAIT",
            Self::Closed => "CLOSED",
        })
    }
}

/// Why a connection is closed before its time, told apart as an operating system tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Error {
    /// The peer answered SYN with a reset (`ECONNREFUSED`).
    Refused,
    /// The peer tore the connection down (`ECONNRESET`).
    Reset,
    /// The handshake did not end in time (`ETIMEDOUT` of `connect`).
    ConnectTimedOut,
    /// Data, FIN or keepalive stayed unanswered (`ETIMEDOUT`).
    TimedOut,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "connection refused",
            Self::Reset => "connection reset",
            Self::ConnectTimedOut => "connect timed out",
            Self::TimedOut => "connection timed out",
        })
    }
}

/// What `ss -i` would print of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Largest payload of a segment, options taken off.
    pub mss_bytes: u32,
    /// Congestion window.
    pub cwnd_bytes: u64,
    /// Slow start threshold; `None` until there was congestion.
    pub ssthresh_bytes: Option<u64>,
    /// Smoothed round-trip time (RFC 6298, 2); `None` before the first sample.
    pub srtt: Option<Duration>,
    /// Least round-trip time.
    pub min_rtt: Option<Duration>,
    /// Retransmission timeout, without backoff.
    pub rto: Duration,
    /// Bytes sent, not acknowledged and not thought lost.
    pub in_flight_bytes: u64,
    /// The peer's receive window.
    pub send_window_bytes: u64,
    /// The window that the peer was offered.
    pub receive_window_bytes: u64,
    /// Segments sent again.
    pub retransmits: u32,
    /// Of these, those that the peer had received already, as far as it says (RFC 2883).
    pub spurious_retransmits: u32,
    /// Retransmission timeouts.
    pub timeouts: u32,
    /// Times that loss made the congestion window smaller.
    pub recoveries: u32,
    /// Bytes sent and acknowledged.
    pub bytes_acked: u64,
    /// Bytes that have arrived in order.
    pub bytes_received: u64,
    /// Segments that the peer is known to have, acknowledged or selectively acknowledged.
    pub delivered: u64,
}
