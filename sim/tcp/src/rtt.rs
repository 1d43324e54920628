//! The round-trip time and the retransmission timeout (RFC 6298, as Linux computes them).

use std::time::Duration;

use wire::SimTime;

/// The timeout before the first sample (RFC 6298, 2.1).
pub(crate) const INITIAL_RTO: Duration = Duration::from_secs(1);
/// The least that the timeout lies above the smoothed round trip: Linux's `TCP_RTO_MIN`. RFC 6298, 2.4, would have
/// the whole timeout at least a second.
pub(crate) const MIN_RTO_US: u32 = 200_000;
/// The longest timeout, backoff and all: Linux's `TCP_RTO_MAX`; RFC 6298, 2.5, allows it.
pub(crate) const MAX_RTO: Duration = Duration::from_secs(120);

/// For how long the least round trip is kept, and up to twice as long: Linux keeps it for 300 s.
const MIN_WINDOW: Duration = Duration::from_secs(150);

/// The estimator. Microseconds; `srtt` and `deviation` are scaled by 8 and 4.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rtt {
    srtt: u32,
    deviation: u32,
    /// The largest deviation in this round trip, and what the timeout is made with.
    deviation_max: u32,
    variation: u32,
    /// The least sample of the last windows; 0 before the first.
    min_us: u32,
    /// The least of the window that is under way.
    next_min_us: u32,
    /// Which window that is.
    window: u32,
    /// Where the round trip ends in which `deviation_max` is taken.
    round_end: i64,
}

impl Rtt {
    /// A sample; `una` and `nxt` of the sender tell round trips apart.
    pub(crate) fn sample(&mut self, now: SimTime, sample: Duration, una: i64, nxt: i64) {
        // Above a timeout's maximum nothing is told apart, and the sums below stay in 32 bits.
        let sample = u32::try_from(sample.min(MAX_RTO).as_micros()).unwrap_or(u32::MAX).max(1);
        self.note_least(now, Duration::from_micros(u64::from(sample)));
        if self.srtt == 0 {
            self.srtt = sample << 3;
            self.deviation = sample << 1;
            self.variation = self.deviation.max(MIN_RTO_US);
            self.deviation_max = self.variation;
            self.round_end = nxt;
            return;
        }
        let error = i64::from(sample) - i64::from(self.srtt >> 3);
        self.srtt = u32::try_from(i64::from(self.srtt) + error).unwrap_or(1).max(1);
        let deviation = i64::from(self.deviation);
        let mut change = error.abs() - (deviation >> 2);
        // A sample below the average says little about how late one may come: it counts an eighth.
        if error < 0 && change > 0 {
            change >>= 3;
        }
        self.deviation = u32::try_from(deviation + change).unwrap_or(0);
        if self.deviation > self.deviation_max {
            self.deviation_max = self.deviation;
            self.variation = self.variation.max(self.deviation_max);
        }
        if una > self.round_end {
            if self.deviation_max < self.variation {
                self.variation -= (self.variation - self.deviation_max) >> 2;
            }
            self.round_end = nxt;
            self.deviation_max = MIN_RTO_US;
        }
    }

    /// A sample for the least round trip only. What was least is forgotten after one window to two: paths change
    /// (RFC 8985, 6.2, step 1).
    pub(crate) fn note_least(&mut self, now: SimTime, sample: Duration) {
        let sample = u32::try_from(sample.as_micros()).unwrap_or(u32::MAX).max(1);
        let window = (now.as_millis() / MIN_WINDOW.as_millis() as u64) as u32;
        if self.min_us == 0 || window.wrapping_sub(self.window) > 1 {
            (self.min_us, self.next_min_us) = (sample, sample);
        } else if window != self.window {
            (self.min_us, self.next_min_us) = (self.next_min_us, sample);
        }
        self.window = window;
        self.min_us = self.min_us.min(sample);
        self.next_min_us = self.next_min_us.min(sample);
    }

    /// SRTT; `None` before the first sample.
    pub(crate) fn smoothed(&self) -> Option<Duration> {
        (self.srtt > 0).then(|| Duration::from_micros(u64::from(self.srtt >> 3)))
    }

    /// The least sample so far.
    pub(crate) fn min(&self) -> Option<Duration> {
        (self.min_us > 0).then(|| Duration::from_micros(u64::from(self.min_us)))
    }

    /// The timeout without backoff (RFC 6298, 2.3).
    pub(crate) fn rto(&self) -> Duration {
        if self.srtt == 0 {
            INITIAL_RTO
        } else {
            Duration::from_micros(u64::from(self.srtt >> 3) + u64::from(self.variation)).min(MAX_RTO)
        }
    }

    /// The timeout after `doublings` of it (RFC 6298, 5.5).
    pub(crate) fn rto_backed_off(&self, doublings: u8) -> Duration {
        let rto = self.rto();
        rto.saturating_mul(1_u32.checked_shl(u32::from(doublings)).unwrap_or(u32::MAX)).min(MAX_RTO)
    }
}
