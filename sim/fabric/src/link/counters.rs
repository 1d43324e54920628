//! What a link has done so far.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What one direction of a link has done since its host was added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCounters {
    /// Packets that the link took into its queue.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Packets dropped since the queue was full.
    pub queue_drops: u64,
    /// Packets taken and then dropped by CoDel, since they had waited too long.
    pub codel_drops: u64,
    /// Their bytes.
    pub codel_bytes: u64,
    /// Packets whose last bit has left the queue.
    pub sent: u64,
    /// Packets sent and then lost on the way, counted when they would have arrived.
    pub lost: u64,
    /// Copies made on the way.
    pub duplicated: u64,
    /// Packets that arrived after one that had been sent later (RFC 4737, 3.3).
    pub reordered: u64,
    /// The most bytes that were in the queue at once.
    pub queue_bytes_high: usize,
    /// For how long the packets sent had waited for their first bit to be sent, all together.
    pub queue_nanos_sum: u64,
    /// For how long the one that waited longest had.
    pub queue_nanos_max: u64,
    /// For how long there was something to send. On a link of a steady rate, this against the time gone by is the
    /// utilisation.
    pub busy_nanos: u64,
}

impl LinkCounters {
    /// For how long a packet waited on average before it was sent; `None` if none was.
    pub fn mean_queue_delay(&self) -> Option<Duration> {
        self.queue_nanos_sum.checked_div(self.sent).map(Duration::from_nanos)
    }
}

/// A look at one direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkSample {
    /// What it has done since its host was added.
    pub counters: LinkCounters,
    /// Bytes in the queue.
    pub queue_bytes: usize,
    /// The most bytes in the queue since the look before this one.
    pub queue_bytes_high: usize,
    /// The longest that a packet taken since the look before this one has to wait in the queue.
    pub wait_nanos_high: u64,
}

impl LinkCounters {
    /// What two links have done together.
    pub fn and(self, other: Self) -> Self {
        Self {
            packets: self.packets + other.packets,
            bytes: self.bytes + other.bytes,
            queue_drops: self.queue_drops + other.queue_drops,
            codel_drops: self.codel_drops + other.codel_drops,
            codel_bytes: self.codel_bytes + other.codel_bytes,
            sent: self.sent + other.sent,
            lost: self.lost + other.lost,
            duplicated: self.duplicated + other.duplicated,
            reordered: self.reordered + other.reordered,
            queue_bytes_high: self.queue_bytes_high.max(other.queue_bytes_high),
            queue_nanos_sum: self.queue_nanos_sum + other.queue_nanos_sum,
            queue_nanos_max: self.queue_nanos_max.max(other.queue_nanos_max),
            busy_nanos: self.busy_nanos + other.busy_nanos,
        }
    }
}
