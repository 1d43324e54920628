//! What acknowledgements say of a line: its rate, its round trip, its queue.
//!
//! *Rate.* When a frame is acknowledged, all that arrived since the frame that was the last to be acknowledged when it
//! was sent, over the time that it took. A higher rate is believed by half at once. A lower one counts only while there
//! is a queue: without one, the line carried all that it was given, and could have carried more. So a screen with
//! little to say can neither raise nor age the estimate.
//!
//! *Queue.* How long a frame took from the client's clock to the console's, less what the quickest of the last
//! [`BASE_WINDOW`] took, less [`OWN_TIME`]. What lies between the two clocks falls out, and so little time is too short
//! for one that runs fast to matter. A frame whose lost segment was sent again took long without a queue; so the
//! *standing* queue is the least of the last few frames'.

use std::collections::VecDeque;
use std::time::Duration;

use wire::SimTime;
use wire::tool::{FrameAck, Stamp};

use super::{BURST, SentFrame, nanos, nanos_of, rate_of};

/// What an unknown line is held to carry, in bits per second: a 3G telephone's.
const FIRST_RATE: u64 = 800_000;

/// The round trip of a line of which nothing is known yet (RFC 9002 begins with a third of a second; that is for
/// timers, and this is for a window).
const FIRST_ROUND_TRIP: Duration = Duration::from_millis(100);

/// A first frame that took longer has gone far, or over a narrow line: what was sent behind it tells which. Elsewhere the next
/// round trip does, and soon enough.
const FIRST_FLIGHT_TELLS: Duration = Duration::from_millis(330);

/// No line is held to carry less, in bits per second: a picture that stands still would teach nothing.
const RATE_MIN: u64 = 32_000;

/// No line is held to carry more, in bits per second.
const RATE_MAX: u64 = 1_000_000_000;

/// By how much a full frame's own bytes take longer than those of the small frame that was the quickest, on a line that
/// is nobody else's. A viewer who has half of a line sends frames half as long for it, sees less of a queue than there
/// is, and asks for more: so shares become equal.
const OWN_TIME: Duration = Duration::from_nanos(nanos(BURST) / 4 * 3);

/// How long the least delay is remembered.
const BASE_WINDOW: Duration = Duration::from_secs(10);

/// The least delays are kept by stretches of time of this length.
const BASE_STRETCH: Duration = Duration::from_millis(500);

/// The standing queue is the least of so many frames' at least.
const STANDING_FRAMES: usize = 2;

/// The standing queue is the least of the frames that came within this time, if those are more.
const STANDING_TIME: Duration = Duration::from_millis(100);

/// After so many round trips without an acknowledgement, and at least [`STALL_MIN`], the line stood still.
const STALL_ROUND_TRIPS: u32 = 4;

/// The shortest time without an acknowledgement that counts as standing still.
const STALL_MIN: Duration = Duration::from_millis(600);

/// A frame under way.
#[derive(Debug)]
struct Flight {
    sent: SentFrame,
    sent_at: SimTime,
    /// What had been acknowledged when it was sent: how much in all, and the last frame of it.
    delivered: u64,
    last: Option<Arrival>,
    app_limited: bool,
}

/// The last frame that was acknowledged.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    sent_at: SimTime,
    received: Stamp,
}

/// The quickest that frames of a stretch of time were.
#[derive(Clone, Copy, Debug)]
struct Quick {
    since: SimTime,
    /// From one clock to the other, in nanoseconds; means nothing by itself.
    one_way: i64,
    round_trip: Duration,
}

impl Quick {
    /// A frame's own bytes are no distance: takes what they took beyond what a frame is meant to take.
    fn less(self, over_long: Duration) -> Self {
        Self {
            one_way: self.one_way.saturating_sub(signed(nanos(over_long))),
            round_trip: self.round_trip.saturating_sub(over_long),
            ..self
        }
    }
}

/// What a frame says of the rate, in bits per second.
#[derive(Clone, Copy, Debug)]
struct Sample {
    /// What went over the line. Never more than was sent in that time, even if it was held up and came in one burst.
    carried: u64,
    /// How fast it came: with a queue, what the line can carry, even if less is being sent.
    arrived: u64,
    /// It came more slowly than it was sent.
    held_up: bool,
}

/// What became known by an acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Learnt {
    /// A frame was acknowledged that was sent after the last round began: a round trip is over, and another begins.
    pub(super) round_over: bool,
    /// There was always more to send.
    pub(super) busy: bool,
    /// The rate at which frames arrived last, if that was less than they were sent at.
    pub(super) arrived_bits_per_s: Option<u64>,
    /// The rate at which all has arrived since the first frame did, if that was late.
    pub(super) since_first_bits_per_s: Option<u64>,
    /// It was almost as quick as the quickest: there is no queue.
    pub(super) quick: bool,
    /// The line had stood still, and moves again.
    pub(super) stalled: bool,
}

/// A line, as its acknowledgements show it.
#[derive(Debug)]
pub(super) struct Estimate {
    rate: u64,
    in_flight: VecDeque<Flight>,
    in_flight_bytes: u64,
    delivered: u64,
    last: Option<Arrival>,
    /// How large the first frame was, while it is not known how long a line carries so much.
    first_bytes: Option<usize>,
    /// What had been delivered when the first frame was, and when that was.
    first_arrived: Option<(u64, Stamp)>,
    /// The last time that something arrived, or that the line began to have something to carry.
    moved_at: SimTime,
    /// The last acknowledgement came after the line had stood still.
    stalled: bool,
    /// All that was delivered when the present round began.
    round_ends_at: u64,
    /// Frames sent before this much is delivered say nothing of the rate.
    app_limited_until: Option<u64>,
    quick: VecDeque<Quick>,
    /// When a frame came, and how long it waited in queues.
    waits: VecDeque<(SimTime, u64)>,
    round_trip: Duration,
}

impl Estimate {
    pub(super) fn new(now: SimTime) -> Self {
        Self {
            rate: FIRST_RATE,
            in_flight: VecDeque::new(),
            in_flight_bytes: 0,
            delivered: 0,
            last: None,
            first_bytes: None,
            first_arrived: None,
            moved_at: now,
            stalled: false,
            round_ends_at: 0,
            app_limited_until: Some(0),
            quick: VecDeque::new(),
            waits: VecDeque::new(),
            round_trip: FIRST_ROUND_TRIP,
        }
    }

    pub(super) fn rate(&self) -> u64 {
        self.rate
    }

    /// The line carries less than was believed.
    pub(super) fn lower_rate(&mut self, to: u64) {
        self.rate = self.rate.min(to).max(RATE_MIN);
    }

    pub(super) fn in_flight_bytes(&self) -> u64 {
        self.in_flight_bytes
    }

    /// Of the frame that was acknowledged last.
    pub(super) fn round_trip(&self) -> Duration {
        self.round_trip
    }

    /// The least of the last [`BASE_WINDOW`]: of a small frame on an empty line, if there was one.
    pub(super) fn min_round_trip(&self) -> Duration {
        self.quick.iter().map(|quick| quick.round_trip).min().unwrap_or(FIRST_ROUND_TRIP)
    }

    /// The first frame is large, and was sent to a line of which nothing was known. What it took becomes a distance once
    /// the next ones tell how fast such bytes arrive. (Where the first one counted as a stall, that is the next one's time.)
    fn weigh_first(&mut self, sample: Sample) {
        let Some(bytes) = self.first_bytes.take_if(|_| sample.held_up) else { return };
        let took = Duration::from_nanos(nanos_of(bytes as u64, sample.arrived));
        // Where it would have taken all of the time, or more, something was held up on the way, and nothing is known.
        if let Some(first) = self.quick.front_mut().filter(|first| took < first.round_trip) {
            *first = first.less(took.saturating_sub(BURST));
        }
    }

    /// How much has come in all.
    pub(super) fn delivered_bytes(&self) -> u64 {
        self.delivered
    }

    /// How long every frame waits now.
    pub(super) fn standing_queue(&self) -> Duration {
        Duration::from_nanos(self.waits.iter().map(|(_, wait)| *wait).min().unwrap_or(0))
    }

    pub(super) fn sent(&mut self, now: SimTime, sent: SentFrame) {
        if self.in_flight.is_empty() {
            self.moved_at = now;
        }
        let app_limited = self.app_limited_until.is_some_and(|until| until >= self.delivered);
        let (delivered, last) = (self.delivered, self.last);
        self.in_flight_bytes += sent.bytes as u64;
        self.in_flight.push_back(Flight { sent, sent_at: now, delivered, last, app_limited });
        if !sent.had_more {
            self.app_limited_until = Some(self.delivered + self.in_flight_bytes);
        } else if !app_limited {
            self.app_limited_until = None;
        }
    }

    /// The way is as long as it seems to be from now on.
    pub(super) fn forget_least_delay(&mut self) {
        self.quick.clear();
        self.waits.clear();
    }

    /// What is under way will not be acknowledged.
    pub(super) fn forget_in_flight(&mut self) {
        self.in_flight.clear();
        self.in_flight_bytes = 0;
        self.round_ends_at = self.delivered;
        self.app_limited_until = Some(self.delivered);
    }

    /// Takes an acknowledgement. `wanted_queue` is the standing queue that is meant to be there. `None` if no such
    /// frame is under way.
    pub(super) fn acked(&mut self, now: SimTime, ack: FrameAck, wanted_queue: Duration) -> Option<Learnt> {
        let is_it = |flight: &Flight| (flight.sent.stream, flight.sent.frame) == (ack.stream, ack.frame);
        let place = self.in_flight.iter().position(is_it)?;
        // The way keeps order: what was sent before is there, too.
        for earlier in self.in_flight.drain(..place) {
            self.delivered += earlier.sent.bytes as u64;
            self.in_flight_bytes -= earlier.sent.bytes as u64;
        }
        let flight = self.in_flight.pop_front()?;
        self.delivered += flight.sent.bytes as u64;
        self.in_flight_bytes -= flight.sent.bytes as u64;

        self.round_trip = now - flight.sent_at;
        let stalled = now - self.moved_at > STALL_MIN.max(self.min_round_trip() * STALL_ROUND_TRIPS);
        self.moved_at = now;
        let arrival = Arrival { sent_at: flight.sent_at, received: ack.received };
        let begins_to_move = stalled && !self.stalled;
        self.stalled = stalled;
        let (mut sample, mut later) = (None, u64::MAX);
        let first = self.last.is_none() && self.round_trip > FIRST_FLIGHT_TELLS;
        if begins_to_move || first {
            // What follows is measured from here on: how long one took that was held up says nothing, and of what went out
            // before the first one came nothing else is known.
            for waiting in &mut self.in_flight {
                (waiting.delivered, waiting.last) = (self.delivered, Some(arrival));
            }
        }
        if begins_to_move {
            self.waits.clear();
        } else {
            later = self.note_delay(now, &flight, ack.received);
            sample = self.sample(&flight, ack.received);
        }
        if first {
            self.first_bytes = Some(flight.sent.bytes);
            self.first_arrived = Some((self.delivered, ack.received));
        }
        if let Some(sample) = sample {
            self.weigh_first(sample);
            self.believe(sample, flight.app_limited, wanted_queue);
        }
        self.last = Some(arrival);
        let round_over = flight.delivered >= self.round_ends_at;
        if round_over {
            self.round_ends_at = self.delivered;
        }
        let arrived_bits_per_s = sample.filter(|sample| sample.held_up).map(|sample| sample.arrived);
        Some(Learnt {
            round_over,
            busy: !flight.app_limited,
            arrived_bits_per_s,
            since_first_bits_per_s: self.since_first(ack.received),
            quick: later < nanos(OWN_TIME) / 2,
            stalled,
        })
    }

    fn since_first(&self, received: Stamp) -> Option<u64> {
        let (delivered, at) = self.first_arrived?;
        let time = received.0.saturating_sub(at.0);
        Some(if time == 0 { 0 } else { rate_of(self.delivered - delivered, time) })
    }

    /// The rates at which bytes went and came while a frame was under way.
    fn sample(&self, flight: &Flight, received: Stamp) -> Option<Sample> {
        let since = flight.last?;
        let arriving = received.0.saturating_sub(since.received.0);
        let sending = nanos(flight.sent_at - since.sent_at);
        let rate = |nanos| rate_of(self.delivered - flight.delivered, nanos).clamp(RATE_MIN, RATE_MAX);
        let held_up = arriving > sending;
        Some(Sample { carried: rate(arriving.max(sending)), arrived: rate(arriving), held_up })
    }

    fn believe(&mut self, sample: Sample, app_limited: bool, wanted_queue: Duration) {
        if sample.carried >= self.rate {
            self.rate += (sample.carried - self.rate) / 2;
        } else if !app_limited
            && sample.held_up
            && sample.arrived < self.rate
            && self.standing_queue() > wanted_queue / 2
        {
            self.rate -= (self.rate - sample.arrived) / 8;
        }
    }

    /// Takes note of how long a frame took, and says by how much it was later than the quickest, in nanoseconds.
    fn note_delay(&mut self, now: SimTime, flight: &Flight, received: Stamp) -> u64 {
        let (one_way, round_trip) = (one_way(flight.sent_at, received), self.round_trip);
        while self.quick.front().is_some_and(|oldest| now - oldest.since > BASE_WINDOW) {
            self.quick.pop_front();
        }
        match self.quick.back_mut() {
            Some(last) if now - last.since < BASE_STRETCH => {
                last.one_way = last.one_way.min(one_way);
                last.round_trip = last.round_trip.min(round_trip);
            }
            Some(_) | None => self.quick.push_back(Quick { since: now, one_way, round_trip }),
        }
        let least = self.quick.iter().map(|quick| quick.one_way).min().expect("one was pushed");
        let later = one_way.saturating_sub(least).unsigned_abs();
        self.waits.push_back((now, later.saturating_sub(nanos(OWN_TIME))));
        while self.waits.len() > STANDING_FRAMES
            && self.waits.front().is_some_and(|(at, _)| now - *at > STANDING_TIME)
        {
            self.waits.pop_front();
        }
        later
    }
}

/// How long a frame was under way, by two clocks: the difference between them is in it, too.
fn one_way(sent: SimTime, received: Stamp) -> i64 {
    signed(received.0).saturating_sub(signed(sent.as_nanos()))
}

fn signed(nanos: u64) -> i64 {
    i64::try_from(nanos).unwrap_or(i64::MAX)
}
