//! What links and connections did, in figures.

use serde::{Deserialize, Serialize};

/// What one direction of a link did for a while.
///
/// The first three fields stand in every file, the others since 1.1 and only where they are not zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkUse {
    /// Bytes carried, headers included. What waits in the queue is not carried yet, what is lost behind it is.
    pub bytes: u64,
    /// Packets dropped, for whatever reason.
    pub drops: u64,
    /// The most bytes that its queue held at once; in 1.0 since the link was there.
    pub queue_bytes_max: u64,
    /// Of [`LinkUse::drops`], those that were lost on the way and not dropped by the queue.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lost: u64,
    /// Packets that the link took.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub packets: u64,
    /// Bytes in the queue at the end.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub queue_bytes: u64,
    /// The longest that a packet had to wait in the queue, in nanoseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub wait_ns_max: u64,
    /// How long all its packets had to wait in the queue, summed up, in nanoseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub wait_ns: u64,
    /// What the link can carry, in bits per second; nothing for a link that is never the bottleneck.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_bits_per_s: Option<u64>,
}

/// One end of a connection, or a port that is listened on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Address and port of this end.
    pub local: String,
    /// Those of the other end; nothing for a port that is listened on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// Where it is in TCP's state machine, as `netstat` prints it.
    pub state: String,
    /// Bytes that have arrived and were not read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unread_bytes: u64,
    /// Bytes that the program sent and the peer has not acknowledged.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unacknowledged_bytes: u64,
    /// Bytes that have arrived in order so far.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bytes_in: u64,
    /// Bytes that the program has sent so far.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bytes_out: u64,
    /// Segments sent more than once so far.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retransmits: u64,
    /// The smoothed round-trip time (RFC 6298), in nanoseconds, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_ns: Option<u64>,
    /// The congestion window, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub congestion_window_bytes: Option<u64>,
    /// Bytes on the way to the peer, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_flight_bytes: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
