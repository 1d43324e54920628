//! How much of what can wait is on its way at a time: a window that keeps queues short.

use std::time::Duration;

use wire::SimTime;

/// The window of a new connection, in bytes: TCP begins with ten segments (RFC 6928).
const FIRST_BYTES: usize = 14_000;

/// The smallest window, in bytes: with less than three segments a line stands still between them.
const BYTES_MIN: usize = 4_000;

/// The largest window, in bytes. Delay bounds it long before.
const BYTES_MAX: usize = 4 << 20;

/// How long the queue is meant to be: TigerVNC calls a line congested from here on, and people do not feel it.
const QUEUE: Duration = Duration::from_millis(25);

/// The least delay is believed for so long. Then less is sent for a moment, so that it is seen again: a queue that always
/// stands would in the end be taken for a part of the way.
const LEAST_HOLDS_FOR: Duration = Duration::from_secs(10);

/// So long while the window is as small as it can be: then it is more likely that the way has become longer.
const LEAST_HOLDS_AT_MIN_FOR: Duration = Duration::from_secs(1);

/// How many bytes may be under way, by how long they take.
///
/// Once in a round trip the window becomes what the line has carried in that round, for the time of the least delay and
/// of [`QUEUE`]: BBR's product of rate and delay, with a queue that is bounded by time. So it grows while there is no
/// queue, and follows a line that becomes narrow at once. The quickest message of a round counts: one whose lost segment
/// was sent again took long without a queue.
#[derive(Debug)]
pub(crate) struct DelayWindow {
    bytes: usize,
    /// No queue was seen yet: the window doubles every round.
    starting: bool,
    /// The quickest that a message was, and when one last was.
    least: Duration,
    least_at: SimTime,
    /// The queue is being emptied: the quickest of the last round of that.
    draining: Option<Duration>,
    round: Round,
}

/// What came since a round began: all that was under way then.
#[derive(Debug, Default)]
struct Round {
    began: SimTime,
    left_bytes: usize,
    bytes: usize,
    quickest: Option<Duration>,
    /// Something waited for the window.
    limits: bool,
}

impl Default for DelayWindow {
    fn default() -> Self {
        Self {
            bytes: FIRST_BYTES,
            starting: true,
            least: Duration::MAX,
            least_at: SimTime::ZERO,
            draining: None,
            round: Round::default(),
        }
    }
}

impl DelayWindow {
    /// How many bytes may be under way.
    pub(crate) fn bytes(&self) -> usize {
        match self.draining {
            // Half of what fills the line without a queue; on a narrow one, one message after the other.
            Some(_) => (carried(self.bytes, self.least, self.least + QUEUE) / 2).max(1),
            None => self.bytes,
        }
    }

    /// A message of so many bytes is there; so many are still under way, and perhaps more waits.
    pub(crate) fn delivered(
        &mut self,
        now: SimTime,
        bytes: usize,
        took: Duration,
        under_way_bytes: usize,
        more_waits: bool,
    ) {
        if took <= self.least {
            (self.least, self.least_at) = (took, now);
        }
        let round = &mut self.round;
        round.quickest = Some(round.quickest.map_or(took, |quickest| quickest.min(took)));
        round.limits |= more_waits;
        round.bytes += bytes;
        round.left_bytes = round.left_bytes.saturating_sub(bytes);
        if round.left_bytes == 0 {
            let over = std::mem::take(&mut self.round);
            (self.round.began, self.round.left_bytes) = (now, under_way_bytes);
            self.end(now, over);
        }
    }

    fn end(&mut self, now: SimTime, round: Round) {
        let quickest = round.quickest.expect("something came in the round");
        if let Some(before) = self.draining {
            // Until it gets no quicker.
            self.draining = (quickest < before / 8 * 7).then_some(quickest);
            if self.draining.is_none() {
                (self.least, self.least_at) = (quickest, now);
            }
            return;
        }
        let queue = quickest - self.least;
        self.starting &= queue <= QUEUE / 2;
        let wanted = if self.starting {
            self.bytes * 2
        } else {
            let carried = carried(round.bytes, self.least + QUEUE, now.since(round.began));
            // Up by halves, since a round is short of what was sent late in it.
            if carried > self.bytes {
                usize::midpoint(self.bytes, carried.min(self.bytes * 2))
            } else {
                carried
            }
        };
        // What nobody asks for is no reason to grow, and what nobody fills none to shrink: a little message may be late
        // since its acknowledgement was.
        let filled = round.bytes >= self.bytes / 2;
        let believed = if wanted > self.bytes { round.limits } else { filled && queue > QUEUE / 2 };
        if believed {
            self.bytes = wanted.clamp(BYTES_MIN, BYTES_MAX);
        }
        let holds_for = if self.bytes == BYTES_MIN { LEAST_HOLDS_AT_MIN_FOR } else { LEAST_HOLDS_FOR };
        if now.since(self.least_at) > holds_for {
            // An empty line is seen without that.
            if queue > QUEUE / 4 {
                self.draining = Some(Duration::MAX);
            } else {
                (self.least, self.least_at) = (quickest, now);
            }
        }
    }
}

/// What is carried in a time, if so many bytes take another.
fn carried(bytes: usize, time: Duration, taken: Duration) -> usize {
    let carried = bytes as u128 * time.as_nanos() / taken.as_nanos().max(1);
    usize::try_from(carried).unwrap_or(BYTES_MAX).min(BYTES_MAX)
}
