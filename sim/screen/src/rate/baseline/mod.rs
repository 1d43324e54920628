//! What others do, for comparison: the rules in few words, and nothing of how they are built.

mod fixed;
mod replies;
mod vegas;

use std::collections::VecDeque;
use std::time::Duration;

use wire::SimTime;
use wire::tool::FrameAck;

pub use fixed::FixedRate;
pub use replies::RepliesController;
pub use vegas::VegasController;

use super::SentFrame;

/// What is under way, and the round trips of what has come.
#[derive(Debug, Default)]
struct InFlight {
    frames: VecDeque<(SimTime, SentFrame)>,
    bytes: u64,
    rtt: Duration,
    min_rtt: Option<Duration>,
}

impl InFlight {
    fn sent(&mut self, now: SimTime, frame: SentFrame) {
        self.bytes += frame.bytes as u64;
        self.frames.push_back((now, frame));
    }

    /// The round trip of the frame that was acknowledged, if it was under way.
    fn acked(&mut self, now: SimTime, ack: FrameAck) -> Option<Duration> {
        let is_it = |(_, sent): &(SimTime, SentFrame)| (sent.stream, sent.frame) == (ack.stream, ack.frame);
        let place = self.frames.iter().position(is_it)?;
        let (sent_at, _) = self.frames[place];
        self.bytes -= self.frames.drain(..=place).map(|(_, sent)| sent.bytes as u64).sum::<u64>();
        self.rtt = now - sent_at;
        self.min_rtt = Some(self.min_rtt.map_or(self.rtt, |least| least.min(self.rtt)));
        Some(self.rtt)
    }

    fn forget(&mut self) {
        self.frames.clear();
        self.bytes = 0;
    }

    fn min_rtt(&self) -> Duration {
        self.min_rtt.unwrap_or_default()
    }
}
