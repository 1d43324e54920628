//! A window over the round trip, in the manner of TCP Vegas, as TigerVNC's server keeps one.

use std::time::Duration;

use wire::SimTime;
use wire::tool::{FrameAck, Performance};

use super::InFlight;
use crate::rate::ladder::first_rung;
use crate::rate::{Controller, FrameBudget, RateFigures, Rung, SentFrame, nanos, rate_of};

const KIB: u64 = 1024;
const WINDOW_FIRST: u64 = 16 * KIB;
const WINDOW_MIN: u64 = 4 * KIB;
const WINDOW_MAX: u64 = 4 * KIB * KIB;
const STEP: u64 = 4 * KIB;

/// Slow start ends, and the window stops to grow, where frames take so much longer than the quickest did.
const EXTRA_WANTED: Duration = Duration::from_millis(25);
/// Below this, the window grows by two steps.
const EXTRA_TINY: Duration = Duration::from_millis(5);
/// Above this, it shrinks by one.
const EXTRA_LARGE: Duration = Duration::from_millis(50);
/// Above this, and above half of the quickest round trip, it is scaled down.
const EXTRA_HUGE: Duration = Duration::from_millis(100);
/// Who has sent nothing for so long begins with what the line can be trusted to take.
const IDLE: Duration = Duration::from_millis(100);

/// Sends updates while less than a window is under way, and looks at the least round trip once in each. Frames'
/// acknowledgements stand in for the pings that TigerVNC's server puts behind its updates.
#[derive(Debug)]
pub struct VegasController {
    rung: Rung,
    in_flight: InFlight,
    window: u64,
    slow_start: bool,
    /// The least round trip since the window was looked at.
    least: Option<Duration>,
    look_again_at: SimTime,
    /// When something was sent or acknowledged last.
    active_at: SimTime,
    next_at: SimTime,
    ask_again_at: Option<SimTime>,
}

impl VegasController {
    /// One for a picture that begins now.
    pub fn new(now: SimTime, performance: Performance) -> Self {
        Self {
            rung: first_rung(performance),
            in_flight: InFlight::default(),
            window: WINDOW_FIRST,
            slow_start: true,
            least: None,
            look_again_at: now,
            active_at: now,
            next_at: now,
            ask_again_at: None,
        }
    }

    fn look(&mut self, now: SimTime) {
        let (Some(least), base) = (self.least.take(), self.in_flight.min_rtt()) else { return };
        self.look_again_at = now + self.in_flight.rtt;
        let extra = least.saturating_sub(base);
        if extra > EXTRA_HUGE && extra > base / 2 {
            let scaled = u128::from(self.window) * base.as_nanos() / least.as_nanos().max(1);
            self.window = u64::try_from(scaled).unwrap_or(WINDOW_MAX);
            self.slow_start = false;
        } else if self.slow_start {
            if extra > EXTRA_WANTED {
                self.slow_start = false;
            } else {
                self.window *= 2;
            }
        } else if extra > EXTRA_LARGE {
            self.window = self.window.saturating_sub(STEP);
        } else if extra < EXTRA_TINY {
            self.window += STEP * 2;
        } else if extra < EXTRA_WANTED {
            self.window += STEP;
        }
        self.window = self.window.clamp(WINDOW_MIN, WINDOW_MAX);
    }
}

impl Controller for VegasController {
    fn set_performance(&mut self, _now: SimTime, performance: Performance) {
        self.rung = first_rung(performance);
    }

    fn next_frame(&mut self, now: SimTime) -> Option<FrameBudget> {
        self.ask_again_at = None;
        if self.in_flight.bytes >= self.window {
            return None;
        }
        if now < self.next_at {
            self.ask_again_at = Some(self.next_at);
            return None;
        }
        // One update is under way while the next one is made.
        let bytes = usize::try_from((self.window / 2).max(WINDOW_MIN)).unwrap_or(usize::MAX);
        Some(FrameBudget { bytes, refine_bytes: bytes / 4, rung: self.rung, interval: self.rung.interval() })
    }

    fn sent(&mut self, now: SimTime, frame: SentFrame) {
        let idle = now - self.active_at;
        if self.in_flight.bytes == 0 && idle > IDLE && idle > self.in_flight.min_rtt() * 2 {
            self.window = self.window.min(WINDOW_FIRST);
            self.slow_start = true;
            self.least = None;
        }
        self.active_at = now;
        self.next_at = now + self.rung.interval();
        self.in_flight.sent(now, frame);
    }

    fn acked(&mut self, now: SimTime, ack: FrameAck) {
        let Some(rtt) = self.in_flight.acked(now, ack) else { return };
        self.active_at = now;
        self.least = Some(self.least.map_or(rtt, |least| least.min(rtt)));
        if now >= self.look_again_at {
            self.look(now);
        }
    }

    fn forget_in_flight(&mut self, _now: SimTime) {
        self.in_flight.forget();
    }

    fn poll_timeout(&self) -> Option<SimTime> {
        self.ask_again_at
    }

    fn figures(&self) -> RateFigures {
        let (rtt, min_rtt) = (self.in_flight.rtt, self.in_flight.min_rtt());
        RateFigures {
            rate_bits_per_s: rate_of(self.window, nanos(rtt)),
            rtt,
            min_rtt,
            queue_delay: rtt.saturating_sub(min_rtt),
            rung: self.rung,
            in_flight_bytes: usize::try_from(self.in_flight.bytes).unwrap_or(usize::MAX),
        }
    }
}
