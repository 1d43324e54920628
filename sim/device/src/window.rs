//! How much of what can wait is on its way at a time: a window that keeps queues short.

use std::collections::VecDeque;
use std::time::Duration;

use wire::SimTime;

/// The window of a new connection, in bytes: TCP begins with ten segments (RFC 6928).
const FIRST_BYTES: usize = 14_000;

/// The smallest window, in bytes: with less than three segments a line stands still between them.
const BYTES_MIN: usize = 3_600;

/// The largest window, in bytes. Delay bounds it long before.
const BYTES_MAX: usize = 4 << 20;

/// How long the queue is meant to be: TigerVNC calls a line congested from here on, and people do not feel it.
const QUEUE: Duration = Duration::from_millis(15);

/// The least delay is believed for so long. Then less is sent for a moment, so that it is seen again: a queue that always
/// stands would in the end be taken for a part of the way.
const LEAST_HOLDS_FOR: Duration = Duration::from_secs(10);

/// So long while the window is as small as it can be: then it is more likely that the way has become longer.
const LEAST_HOLDS_AT_MIN_FOR: Duration = Duration::from_secs(1);

/// Rates of so many rounds are remembered. The highest of them counts, as with BBR: a round that jitter or a lost segment
/// made longer says less of the line than one that was lucky.
const ROUNDS: usize = 10;

/// After so long in which nothing waited for the window, it becomes twice what was under way at the most (RFC 7661 does so
/// for TCP's): who begins to send much then meets the line as it is now, and not as it was.
const UNTRIED_FOR: Duration = Duration::from_secs(1);

/// What is later by more has been lost and sent again, or its acknowledgement waited for company (RFC 9293, 3.8.6.3).
const JITTER_MAX: Duration = Duration::from_millis(20);

/// So much later than the least delay, all of a round is behind a queue: the line has become narrower, and what it
/// carried before does not count any more. More than a wireless line jitters by.
const NARROWER: Duration = Duration::from_millis(100);

/// So many messages are not late, or apart, by chance.
const MESSAGES: u32 = 3;

/// How many bytes may be under way, by how long they take.
///
/// Once in a round trip the window becomes what the line carries at its best, for the time of the least delay and of
/// [`QUEUE`]: BBR's product of rate and delay, with a queue that is bounded by time. Without a queue it grows by a
/// quarter, and it follows a line that becomes much narrower at once. The quickest message of a round tells the queue: one
/// whose lost segment was sent again took long without one.
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
    /// What the line carried in the last rounds that were full, in bytes per second.
    rates: VecDeque<u64>,
    /// Rounds in a row that were far behind the least delay.
    late_rounds: u32,
    /// By how much messages of a round are later than the quickest of it, on average.
    jitter: Duration,
    tried: Tried,
}

/// A message that is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivered {
    pub(crate) bytes: usize,
    pub(crate) took: Duration,
    /// All that came since it was sent, itself included.
    pub(crate) meanwhile_bytes: usize,
    /// How long that took to come, and no less than it took to send: acknowledgements that come together, or late, do not
    /// make it more.
    pub(crate) meanwhile: Duration,
}

/// How much of the window was in use since a moment.
#[derive(Debug, Default)]
struct Tried {
    since: SimTime,
    bytes: usize,
    /// Something waited for the window.
    all: bool,
}

/// What came since a round began: all that was under way then.
#[derive(Debug, Default)]
struct Round {
    left_bytes: usize,
    bytes: usize,
    messages: u32,
    /// How long all of them took.
    took: Duration,
    /// The most that the line has carried while a message was under way.
    bytes_per_s: u64,
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
            rates: VecDeque::new(),
            late_rounds: 0,
            jitter: Duration::ZERO,
            tried: Tried::default(),
        }
    }
}

impl DelayWindow {
    /// How many bytes may be under way.
    pub(crate) fn bytes(&self) -> usize {
        match self.draining {
            // Half of what fills the line without a queue; on a narrow one, one message after the other.
            Some(_) => (self.rates.iter().max().map_or(0, |rate| carried(*rate, self.least)) / 2).max(1),
            None => self.bytes,
        }
    }

    /// A message is there; so many bytes are still under way, and perhaps more waits.
    pub(crate) fn delivered(
        &mut self,
        now: SimTime,
        message: Delivered,
        under_way_bytes: usize,
        more_waits: bool,
    ) {
        let Delivered { bytes, took, .. } = message;
        if took <= self.least {
            (self.least, self.least_at) = (took, now);
        }
        self.note_use(now, under_way_bytes + bytes, more_waits);
        let round = &mut self.round;
        round.quickest = Some(round.quickest.map_or(took, |quickest| quickest.min(took)));
        round.limits |= more_waits;
        round.bytes += bytes;
        round.messages += 1;
        round.took += took;
        round.bytes_per_s = round.bytes_per_s.max(message.bytes_per_s());
        round.left_bytes = round.left_bytes.saturating_sub(bytes);
        // Where all is far behind, and not by a repetition, the end of the round would be so, too.
        let is_late = round.quickest.is_some_and(|quickest| quickest > self.least * 2 + NARROWER);
        if round.left_bytes == 0 || (is_late && round.messages >= MESSAGES) {
            let over = std::mem::take(&mut self.round);
            self.round.left_bytes = under_way_bytes;
            self.end(now, over);
        }
    }

    fn note_use(&mut self, now: SimTime, under_way_bytes: usize, more_waits: bool) {
        let tried = &mut self.tried;
        tried.bytes = tried.bytes.max(under_way_bytes);
        tried.all |= more_waits;
        if now.since(tried.since) >= UNTRIED_FOR {
            let Tried { bytes, all, .. } = std::mem::take(tried);
            tried.since = now;
            if !all {
                self.bytes = self.bytes.min((bytes * 2).max(FIRST_BYTES));
            }
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
        let filled = round.bytes >= self.bytes / 2;
        self.late_rounds = if queue > NARROWER { self.late_rounds + 1 } else { 0 };
        let narrower = self.late_rounds > 1 || (self.late_rounds == 1 && round.messages >= MESSAGES);
        if narrower {
            self.rates.clear();
        }
        let rises = self.learn_rate(&round, narrower || (filled && queue > QUEUE));
        self.learn_jitter(&round, quickest);
        let just_full = self.starting && queue > QUEUE;
        self.starting &= !just_full;
        let carries =
            self.rates.iter().max().map_or(0, |rate| carried(*rate, self.least + self.jitter + QUEUE));
        let wanted = if self.starting {
            self.bytes * 2
        } else if queue <= QUEUE / 2 && rises {
            carries.max(self.bytes / 4 * 5)
        } else {
            carries
        };
        // What nobody asks for is no reason to grow, and what nobody fills none to shrink: a little message may be late
        // since its acknowledgement was.
        // Nor is the line known in the round in which it became full.
        let shrinks = narrower || (filled && queue > QUEUE / 2 && !just_full);
        let believed = if wanted > self.bytes { round.limits } else { shrinks };
        if believed {
            self.bytes = wanted.min(self.bytes * 2).clamp(BYTES_MIN, BYTES_MAX);
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

    /// On a line that delays each message by another time, a window that is full of quick ones would be empty most of the
    /// time.
    fn learn_jitter(&mut self, round: &Round, quickest: Duration) {
        if round.limits && round.messages >= MESSAGES {
            let later = (round.took / round.messages - quickest).min(JITTER_MAX);
            self.jitter = (self.jitter * 7 + later) / 8;
        }
    }

    /// What a round says of the line, and whether that is clearly more than was known. One in which there was too little
    /// to send may only say that more is possible.
    fn learn_rate(&mut self, round: &Round, is_full: bool) -> bool {
        let best = self.rates.iter().max().copied().unwrap_or(0);
        // Behind a queue, what came is what the line carries, even if nothing waits here.
        if round.limits || is_full || round.bytes_per_s > best {
            self.rates.truncate(ROUNDS - 1);
            self.rates.push_front(round.bytes_per_s);
        }
        round.bytes_per_s > best + best / 32
    }
}

impl Delivered {
    /// What the line carried while the message was under way.
    fn bytes_per_s(&self) -> u64 {
        let rate = self.meanwhile_bytes as u128 * 1_000_000_000 / self.meanwhile.as_nanos().max(1);
        u64::try_from(rate).unwrap_or(u64::MAX)
    }
}

/// What is carried in a time, at so many bytes per second.
fn carried(bytes_per_s: u64, time: Duration) -> usize {
    let carried = u128::from(bytes_per_s) * time.as_nanos() / 1_000_000_000;
    usize::try_from(carried).unwrap_or(BYTES_MAX).min(BYTES_MAX)
}
