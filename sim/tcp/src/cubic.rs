//! CUBIC (RFC 9438), and the end of slow start (HyStart, as Linux has it; RFC 9406 is its descendant).

use std::time::Duration;

use wire::SimTime;

/// By how much a window shrinks on loss (RFC 9438, 4.6); Linux's 717/1024.
const BETA: f64 = 717.0 / 1024.0;
/// Segments per cubic second (RFC 9438, 4.1.2).
const C: f64 = 0.4;
/// Growth of the Reno-friendly window for each acknowledged window (RFC 9438, 4.3).
const ALPHA: f64 = 3.0 * (1.0 - BETA) / (1.0 + BETA);
/// The window grows by at most half a segment for each one acknowledged (RFC 9438, 4.4).
const GROWTH_MAX: f64 = 0.5;
/// And by a twentieth at least while it has never known a loss (Linux).
const GROWTH_MIN_AT_FIRST: f64 = 1.0 / 20.0;
const WINDOW_SEGMENTS_MIN: u32 = 2;

/// HyStart begins at this window (Linux's `hystart_low_window`).
const HYSTART_SEGMENTS_MIN: u32 = 16;
/// Acknowledgements closer than this are one train (Linux's `hystart_ack_delta_us`).
const TRAIN_GAP: Duration = Duration::from_millis(2);
/// Samples of the round trip before it is judged (RFC 9406, 4.2: `N_RTT_SAMPLE`).
const ROUND_SAMPLES: u8 = 8;
/// How much longer the round trip must be: an eighth of the least one, in these bounds (RFC 9406, 4.2).
const LONGER_MIN: Duration = Duration::from_millis(4);
const LONGER_MAX: Duration = Duration::from_millis(16);

/// Where on its curve a window is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cubic {
    /// W_max; 0 without a loss.
    w_max: f64,
    /// Begin of the current growth; `None` until the first acknowledgement after a loss.
    epoch: Option<SimTime>,
    /// K: seconds from there until the window is `origin` again.
    k: f64,
    origin: f64,
    /// W_est: what Reno would have.
    w_est: f64,
    /// Fractions of a segment by which the window is to grow.
    credit: f64,
    hystart: HyStart,
}

/// Whether slow start has gone far enough, told from the round trip.
#[derive(Clone, Copy, Debug, Default)]
struct HyStart {
    found: bool,
    samples: u8,
    /// End of the round trip that is looked at.
    round_end: i64,
    round_began: SimTime,
    last_ack: SimTime,
    /// The least round trip in it.
    least: Duration,
}

impl Cubic {
    /// The new threshold after loss (RFC 9438, 4.6), with fast convergence (4.7).
    pub(crate) fn on_loss(&mut self, cwnd: u32) -> u32 {
        let window = f64::from(cwnd);
        self.epoch = None;
        self.w_max = if window < self.w_max { window * (1.0 + BETA) / 2.0 } else { window };
        ((window * BETA) as u32).max(WINDOW_SEGMENTS_MIN)
    }

    /// A timeout: all that was learnt is void (RFC 9438, 4.8, as Linux has it).
    pub(crate) fn on_timeout(&mut self) {
        *self = Self::default();
    }

    /// The sender was idle for `idle`: the curve goes on where it was (RFC 9438, 5.8).
    pub(crate) fn on_idle(&mut self, now: SimTime, idle: Duration) {
        if let Some(epoch) = &mut self.epoch {
            *epoch = (*epoch + idle).min(now);
        }
    }

    /// Congestion avoidance: by how many segments the window grows now that `acked` were acknowledged.
    pub(crate) fn grow(&mut self, now: SimTime, cwnd: u32, acked: u32, min_rtt: Duration) -> u32 {
        let window = f64::from(cwnd);
        let epoch = *self.epoch.get_or_insert_with(|| {
            self.w_est = window;
            self.credit = 0.0;
            if self.w_max <= window {
                (self.k, self.origin) = (0.0, window);
            } else {
                (self.k, self.origin) = (libm::cbrt((self.w_max - window) / C), self.w_max);
            }
            now
        });
        // Where the curve is when what leaves now is acknowledged (RFC 9438, 4.2).
        let t = (now.since(epoch) + min_rtt).as_nanos() as f64 / 1e9 - self.k;
        let target = self.origin + libm::trunc(C * t * t * t);
        let mut rate = if target > window { (target - window) / window } else { 0.01 / window };
        if self.w_max == 0.0 {
            rate = rate.max(GROWTH_MIN_AT_FIRST);
        }
        self.w_est += ALPHA * f64::from(acked) / window;
        let w_est = libm::floor(self.w_est);
        if w_est > window {
            rate = rate.max((w_est - window) / window);
        }
        self.credit += rate.min(GROWTH_MAX) * f64::from(acked);
        let whole = self.credit as u32;
        self.credit -= f64::from(whole);
        whole
    }

    /// A sample of the round trip in slow start; true once slow start should end.
    pub(crate) fn hystart(
        &mut self,
        now: SimTime,
        sample: Duration,
        min_rtt: Duration,
        cwnd: u32,
        una: i64,
        nxt: i64,
    ) -> bool {
        let this = &mut self.hystart;
        if this.found {
            return false;
        }
        if una > this.round_end || this.least.is_zero() {
            *this = HyStart {
                found: false,
                samples: 0,
                round_end: nxt,
                round_began: now,
                last_ack: now,
                least: Duration::MAX,
            };
        }
        this.least = this.least.min(sample);
        this.samples = this.samples.saturating_add(1);
        if cwnd < HYSTART_SEGMENTS_MIN {
            return false;
        }
        if now.since(this.last_ack) <= TRAIN_GAP {
            this.last_ack = now;
            this.found = now.since(this.round_began) > min_rtt / 2;
        }
        if this.samples > ROUND_SAMPLES {
            let longer = (min_rtt / 8).clamp(LONGER_MIN, LONGER_MAX);
            this.found |= this.least > min_rtt + longer;
        }
        this.found
    }
}
