//! As fast as somebody said, whatever the line says.

use wire::SimTime;
use wire::tool::{FrameAck, Performance};

use super::InFlight;
use crate::rate::ladder::first_rung;
use crate::rate::{Controller, FrameBudget, RateFigures, Rung, SentFrame, bytes_in, nanos};

/// Sends at one rate and never waits for anybody.
#[derive(Debug)]
pub struct FixedRate {
    bits_per_s: u64,
    rung: Rung,
    in_flight: InFlight,
    next_at: SimTime,
    ask_again_at: Option<SimTime>,
}

impl FixedRate {
    /// One that sends so many bits per second.
    pub fn new(now: SimTime, performance: Performance, bits_per_s: u64) -> Self {
        Self {
            bits_per_s,
            rung: first_rung(performance),
            in_flight: InFlight::default(),
            next_at: now,
            ask_again_at: None,
        }
    }
}

impl Controller for FixedRate {
    fn set_performance(&mut self, _now: SimTime, performance: Performance) {
        self.rung = first_rung(performance);
    }

    fn next_frame(&mut self, now: SimTime) -> Option<FrameBudget> {
        self.ask_again_at = (now < self.next_at).then_some(self.next_at);
        if self.ask_again_at.is_some() {
            return None;
        }
        let interval = self.rung.interval();
        let bytes = usize::try_from(bytes_in(nanos(interval), self.bits_per_s)).unwrap_or(usize::MAX);
        Some(FrameBudget { bytes, refine_bytes: bytes / 4, rung: self.rung, interval })
    }

    fn sent(&mut self, now: SimTime, frame: SentFrame) {
        self.next_at = now + self.rung.interval();
        self.in_flight.sent(now, frame);
    }

    fn acked(&mut self, now: SimTime, ack: FrameAck) {
        self.in_flight.acked(now, ack);
    }

    fn forget_in_flight(&mut self, _now: SimTime) {
        self.in_flight.forget();
    }

    fn poll_timeout(&self) -> Option<SimTime> {
        self.ask_again_at
    }

    fn figures(&self) -> RateFigures {
        RateFigures {
            rate_bits_per_s: self.bits_per_s,
            rtt: self.in_flight.rtt,
            min_rtt: self.in_flight.min_rtt(),
            queue_delay: self.in_flight.rtt.saturating_sub(self.in_flight.min_rtt()),
            rung: self.rung,
            in_flight_bytes: usize::try_from(self.in_flight.bytes).unwrap_or(usize::MAX),
        }
    }
}
