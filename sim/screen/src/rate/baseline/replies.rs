//! A ratio of a base rate, set every few seconds by how late replies are, as RustDesk's service does.

use std::time::Duration;

use wire::SimTime;
use wire::tool::{FrameAck, Performance};

use super::InFlight;
use crate::rate::ladder::RUNGS;
use crate::rate::{Controller, FrameBudget, RateFigures, Rung, SentFrame, bytes_in, nanos};

/// What the ratio is of, in bits per second, for 1920 by 1080 pixels.
const BASE_BITS_PER_S: u64 = 2_073_000;
const FRAMES_PER_S: u32 = 30;
const RATIO_MIN: u64 = 100;
const RATIO_MAX: u64 = 2_000;
const ADJUST_EVERY: Duration = Duration::from_secs(3);
const SECOND: Duration = Duration::from_secs(1);
/// So many late replies in a row are believed; one of a second is believed at once.
const LATE_REPLIES: u32 = 3;

/// By how much the ratio changes, in per cent, where replies take less than so many milliseconds.
const STEPS: [(u64, u64); 6] = [(50, 115), (100, 110), (150, 105), (200, 100), (300, 90), (500, 80)];
/// And where they take longer.
const STEP_LAST: u64 = 50;

/// Sends at a ratio of a base rate. Late replies lower the ratio, missing ones the frame rate; neither bounds what is
/// under way.
#[derive(Debug)]
pub struct RepliesController {
    ratio: u64,
    frames_per_s: u32,
    in_flight: InFlight,
    /// The delay that is believed.
    delay: Duration,
    late: u32,
    adjusted_at: SimTime,
    slowed_at: SimTime,
    replied_at: SimTime,
    next_at: SimTime,
    ask_again_at: Option<SimTime>,
}

impl RepliesController {
    /// One for a picture that begins now.
    pub fn new(now: SimTime, performance: Performance) -> Self {
        Self {
            ratio: first_ratio(performance),
            frames_per_s: FRAMES_PER_S,
            in_flight: InFlight::default(),
            delay: Duration::ZERO,
            late: 0,
            adjusted_at: now,
            slowed_at: now,
            replied_at: now,
            next_at: now,
            ask_again_at: None,
        }
    }

    fn bits_per_s(&self) -> u64 {
        BASE_BITS_PER_S * self.ratio / 1_000 * u64::from(self.frames_per_s) / u64::from(FRAMES_PER_S)
    }

    /// The quality that the ratio stands for.
    fn rung(&self) -> Rung {
        let level = match self.ratio {
            1_000.. => 1,
            700.. => 2,
            500.. => 3,
            300.. => 4,
            _ => 5,
        };
        Rung { frames_per_s: self.frames_per_s, ..RUNGS[level] }
    }

    fn adjust(&mut self, now: SimTime) {
        if now - self.adjusted_at < ADJUST_EVERY {
            return;
        }
        self.adjusted_at = now;
        let millis = nanos(self.delay) / 1_000_000;
        let percent =
            STEPS.iter().find(|(below, _)| millis < *below).map_or(STEP_LAST, |(_, percent)| *percent);
        self.ratio = (self.ratio * percent / 100).clamp(RATIO_MIN, RATIO_MAX);
    }

    /// For each second without a reply, half the frames.
    fn miss_replies(&mut self, now: SimTime) {
        let waits = !self.in_flight.frames.is_empty() && now - self.replied_at >= SECOND;
        if waits && now - self.slowed_at >= SECOND {
            self.slowed_at = now;
            self.frames_per_s = (self.frames_per_s / 2).max(1);
        }
    }
}

fn first_ratio(performance: Performance) -> u64 {
    match performance {
        Performance::BestQuality => 1_500,
        Performance::Balanced => 670,
        Performance::BestPerformance => 500,
    }
}

impl Controller for RepliesController {
    fn set_performance(&mut self, _now: SimTime, performance: Performance) {
        self.ratio = first_ratio(performance);
    }

    fn next_frame(&mut self, now: SimTime) -> Option<FrameBudget> {
        self.adjust(now);
        self.miss_replies(now);
        self.ask_again_at = (now < self.next_at).then_some(self.next_at);
        if self.ask_again_at.is_some() {
            return None;
        }
        let rung = self.rung();
        let bytes =
            usize::try_from(bytes_in(nanos(rung.interval()), self.bits_per_s())).unwrap_or(usize::MAX);
        Some(FrameBudget { bytes, refine_bytes: bytes / 4, rung, interval: rung.interval() })
    }

    fn sent(&mut self, now: SimTime, frame: SentFrame) {
        if self.in_flight.frames.is_empty() {
            self.replied_at = now;
        }
        self.next_at = now + self.rung().interval();
        self.in_flight.sent(now, frame);
    }

    fn acked(&mut self, now: SimTime, ack: FrameAck) {
        let Some(rtt) = self.in_flight.acked(now, ack) else { return };
        self.replied_at = now;
        self.late = if rtt > self.delay { self.late + 1 } else { 0 };
        if rtt <= self.delay || rtt >= SECOND || self.late >= LATE_REPLIES {
            self.delay = rtt;
            self.late = 0;
        }
        if rtt < SECOND && now - self.slowed_at >= SECOND && self.frames_per_s < FRAMES_PER_S {
            // Back half the way, then all of it.
            self.slowed_at = now;
            let half = self.frames_per_s.midpoint(FRAMES_PER_S);
            self.frames_per_s = if self.frames_per_s * 2 > FRAMES_PER_S { FRAMES_PER_S } else { half };
        }
    }

    fn forget_in_flight(&mut self, now: SimTime) {
        self.in_flight.forget();
        self.replied_at = now;
    }

    fn poll_timeout(&self) -> Option<SimTime> {
        self.ask_again_at
    }

    fn figures(&self) -> RateFigures {
        RateFigures {
            rate_bits_per_s: self.bits_per_s(),
            rtt: self.in_flight.rtt,
            min_rtt: self.in_flight.min_rtt(),
            queue_delay: self.in_flight.rtt.saturating_sub(self.in_flight.min_rtt()),
            rung: self.rung(),
            in_flight_bytes: usize::try_from(self.in_flight.bytes).unwrap_or(usize::MAX),
        }
    }
}
