//! Our own controller.
//!
//! Frames are paced: each interval brings as many bytes as the line carries in that time. The pace follows the standing
//! queue: a little above the line's rate while the queue is shorter than it is meant to be, a little below while it is
//! longer, in proportion, so that the queue settles where it should and no sawtooth is needed. A queue that stays
//! empty makes the pace faster round by round, up to half as fast again; so a line that has become wider is found in
//! seconds. One that has become narrower is believed at once.
//!
//! How long the queue is meant to be falls with the rate ([`wanted_queue`]), and how long it seems to be grows with the
//! share of the line: of two viewers on one line, the one with more gives way until they are equal, without knowing of
//! each other. Every few seconds the queue is emptied for a moment, so that all of them know how quick the line can be.
//!
//! What is under way is bounded by a window. What does not fit is not captured: the next picture has it all, and no old
//! one waits.

use std::time::Duration;

use wire::SimTime;
use wire::tool::{FrameAck, Performance};

use super::estimate::{Estimate, Learnt};
use super::ladder::Ladder;
use super::pace::Bucket;
use super::{BURST, Controller, FrameBudget, NANOS_PER_MS, RateFigures, SentFrame, bytes_in, nanos};

/// What the first frame may hold, in bytes: TCP begins with ten segments (RFC 6928).
const FIRST_FRAME_BYTES: i64 = 14_000;

/// What may be under way before anything is known of the line, in bytes; with each byte that has come, two more. TCP's own slow
/// start is not ahead of that, and on a slow line more of it would be a queue.
const FIRST_FLIGHT_BYTES: u64 = 56_000;

/// A frame that would have to be smaller waits, in bytes.
const FRAME_BYTES_MIN: i64 = 1_000;

/// The window holds what the line carries while so many frames make the round trip, and the queue that is meant to be
/// there: with two, one may have lost a segment that is sent again.
const FRAMES_UNDER_WAY: u32 = 2;

/// The smallest window, in bytes: with less, even a slow line would stand still between two frames.
const WINDOW_MIN: u64 = 6_000;

/// How much faster than the line the pace becomes while the queue stays empty, in thousandths: at the beginning, and
/// later.
const FIRST_HASTE: i64 = 1_000;
const HASTE_MAX: i64 = 500;
const HASTE_STEP: i64 = 125;

/// The bounds of what the queue's length adds to the pace, in thousandths.
const CORRECTION_MIN: i64 = -500;
const CORRECTION_MAX: i64 = 125;

/// So often the queue is emptied while there is work, so that the empty line's delay stays known. Whoever comes to a
/// line that others use takes their queue for a part of it until then, and takes more than its share.
const DRAIN_EVERY: Duration = Duration::from_secs(5);

/// The pace while the queue is emptied, in thousandths of the rate.
const DRAIN_PACE: u64 = 250;

/// A queue that has stood for so long, and longer than it takes to empty it, though less was sent than the line carries, is
/// not made by this picture: others keep it (a file on the same connection, which is bounded by a delay of its own), or
/// the way has become longer.
const NOT_OURS_AFTER: Duration = Duration::from_millis(1_500);

/// So often a queue is taken for others' at the most.
const GIVES_WAY_EVERY: Duration = Duration::from_secs(10);

/// What a controller is told when it begins.
#[derive(Clone, Copy, Debug, Default)]
pub struct RateConfig {
    /// How good the picture is to be.
    pub performance: Performance,
    /// The most that may be used of the line, in bits per second, if somebody set that.
    pub cap_bits_per_s: Option<u64>,
    /// Any number, another for each viewer: frames of two who share a line must not meet the same way every time.
    pub dither: u64,
}

/// Decides when a frame may be captured and how large it may be, so that the line is used and nothing waits.
#[derive(Debug)]
pub struct RateController {
    cap_bits_per_s: u64,
    estimate: Estimate,
    ladder: Ladder,
    bucket: Bucket,
    next_at: SimTime,
    dither: u64,
    ask_again_at: Option<SimTime>,
    /// What the empty queue adds to the pace, in thousandths.
    haste: i64,
    /// What the line carried when there last was a queue, in bits per second.
    ceiling: u64,
    /// No queue was seen yet: the rate is doubled every round.
    starting: bool,
    drained_at: SimTime,
    drains_until: SimTime,
    /// How many quarters of a frame may be refinement: more, the longer nothing else goes out, and in the end all of it. What
    /// changes then meets a queue no longer than behind any other picture.
    refine_quarters: usize,
    /// Since when the queue has been too long without a break, and how long it was then.
    too_long: Option<(SimTime, Duration)>,
    /// When a queue was last taken for that of others.
    others_since: Option<SimTime>,
}

impl RateController {
    /// One for a picture that begins now.
    pub fn new(now: SimTime, config: RateConfig) -> Self {
        Self {
            cap_bits_per_s: config.cap_bits_per_s.unwrap_or(u64::MAX),
            estimate: Estimate::new(now),
            ladder: Ladder::new(now, config.performance),
            bucket: Bucket::new(now, FIRST_FRAME_BYTES),
            next_at: now,
            dither: config.dither,
            ask_again_at: None,
            haste: FIRST_HASTE,
            ceiling: 0,
            starting: true,
            drained_at: now,
            drains_until: SimTime::ZERO,
            refine_quarters: 1,
            too_long: None,
            others_since: None,
        }
    }

    /// What the line is held to carry, within what is allowed.
    fn rate(&self) -> u64 {
        self.estimate.rate().min(self.cap_bits_per_s)
    }

    /// How fast bytes go out now, in bits per second.
    fn pace(&self, now: SimTime) -> u64 {
        let rate = self.estimate.rate();
        if now < self.drains_until {
            return (rate / 1_000 * DRAIN_PACE).min(self.cap_bits_per_s);
        }
        let wanted = signed_nanos(wanted_queue(rate));
        let standing = signed_nanos(self.estimate.standing_queue());
        let correction = (wanted - standing).saturating_mul(1_000) / signed_nanos(self.patience());
        let thousandths = 1_000 + correction.clamp(CORRECTION_MIN, CORRECTION_MAX) + self.haste;
        (rate / 1_000).saturating_mul(thousandths.unsigned_abs()).min(self.cap_bits_per_s)
    }

    /// The time in which a queue that is too long or too short is made good: clearly longer than it takes to see what
    /// came of it, so that the queue does not swing.
    fn patience(&self) -> Duration {
        (self.estimate.min_round_trip() + BURST) * 3 + Duration::from_millis(150)
    }

    /// How much may be under way, in bytes.
    fn window(&self) -> u64 {
        let rate = self.rate();
        let frame = self.estimate.min_round_trip() + BURST;
        let held = frame * FRAMES_UNDER_WAY + wanted_queue(rate);
        let hasty = (rate / 1_000).saturating_mul((1_000 + self.haste).unsigned_abs());
        let window = bytes_in(nanos(held), hasty).max(WINDOW_MIN);
        if self.starting {
            window.min(FIRST_FLIGHT_BYTES + 2 * self.estimate.delivered_bytes())
        } else {
            window
        }
    }

    /// An interval, a quarter shorter to a quarter longer.
    fn dithered(&mut self, interval: Duration) -> Duration {
        // Steele, Lea and Flood's SplitMix.
        self.dither = self.dither.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.dither ^ (self.dither >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Duration::from_nanos(nanos(interval) / 1024 * (768 + (mixed >> 55)))
    }

    fn learn(&mut self, now: SimTime, learnt: Learnt) {
        let standing = self.estimate.standing_queue();
        let wanted = wanted_queue(self.estimate.rate());
        if self.starting && (standing > wanted || learnt.stalled) {
            self.starting = false;
            match learnt.since_first_bits_per_s {
                // TCP begins slowly, and a burst may be held up: only a queue that is longer than the way says that the
                // line is narrow, and then it is believed at once.
                Some(mean) if standing > self.estimate.min_round_trip() => {
                    self.haste = 0;
                    self.estimate.lower_rate(learnt.arrived_bits_per_s.unwrap_or(u64::MAX).max(mean));
                }
                Some(_) => {}
                None => self.believe_arrivals(learnt),
            }
        }
        if learnt.stalled {
            self.haste = 0;
            self.believe_arrivals(learnt);
        }
        if learnt.round_over {
            self.end_round(now, learnt);
        }
        self.find_queue_of_others(now, learnt, standing);
        self.drain(now, learnt, standing);
        self.ladder.judge(now, self.rate());
    }

    fn end_round(&mut self, now: SimTime, learnt: Learnt) {
        let standing = self.estimate.standing_queue();
        let wanted = wanted_queue(self.estimate.rate());
        if standing > wanted * 2 + Duration::from_millis(10) {
            self.haste = 0;
            self.ladder.over_used();
            self.believe_arrivals(learnt);
        } else if !learnt.busy || standing > wanted / 2 || self.is_draining(now) {
            self.haste = if self.starting { FIRST_HASTE } else { 0 };
        } else if !self.starting {
            let rate = self.estimate.rate();
            let near = self.ceiling / 10 * 8 < rate && rate < self.ceiling / 10 * 11;
            self.haste = (self.haste + HASTE_STEP).min(if near { HASTE_STEP } else { HASTE_MAX });
        }
        if standing > wanted / 2 {
            self.ceiling = self.estimate.rate();
        }
    }

    /// The line carries what arrived over it, and no more.
    fn believe_arrivals(&mut self, learnt: Learnt) {
        if let (true, Some(arrived)) = (learnt.busy, learnt.arrived_bits_per_s) {
            self.estimate.lower_rate(arrived);
        }
    }

    /// Takes a queue that no restraint makes shorter for a part of the way.
    fn find_queue_of_others(&mut self, now: SimTime, learnt: Learnt, standing: Duration) {
        let wanted = wanted_queue(self.estimate.rate());
        if self.starting || !learnt.busy || standing <= wanted * 5 / 4 {
            self.too_long = None;
            return;
        }
        let (since, at_first) = *self.too_long.get_or_insert((now, standing));
        // Half of what the line carries goes out while the queue is long: ours is gone after twice its length.
        if now - since > NOT_OURS_AFTER + self.patience() + at_first * 3 {
            self.too_long = None;
            // Ours would have become shorter meanwhile. Who took it for others' time and again would let it grow.
            let lately = self.others_since.is_some_and(|at| now - at < GIVES_WAY_EVERY);
            if standing * 4 >= at_first * 3 && !lately {
                self.others_since = Some(now);
                self.estimate.forget_least_delay();
            }
        }
    }

    /// Sees to it that the queue is empty from time to time.
    fn drain(&mut self, now: SimTime, learnt: Learnt, standing: Duration) {
        let wanted = wanted_queue(self.estimate.rate());
        // If another viewer empties it just now, both do it together, now and from now on.
        let joins = learnt.quick && now - self.drained_at > DRAIN_EVERY / 2;
        let due = joins || now - self.drained_at > DRAIN_EVERY;
        if !self.starting && learnt.busy && due && standing <= wanted * 2 {
            self.drained_at = now;
            self.drains_until = now + (standing + BURST) * 2;
        }
    }

    /// The queue is being emptied, or what was sent meanwhile has not come yet.
    fn is_draining(&self, now: SimTime) -> bool {
        now <= self.drains_until + self.estimate.min_round_trip() + BURST * 2
    }
}

impl Controller for RateController {
    fn set_performance(&mut self, now: SimTime, performance: Performance) {
        self.ladder.set_performance(now, performance);
    }

    fn next_frame(&mut self, now: SimTime) -> Option<FrameBudget> {
        self.ask_again_at = None;
        self.ladder.judge(now, self.rate());
        let rung = self.ladder.rung();
        let pace = self.pace(now);
        let share = signed(bytes_in(nanos(BURST), pace));
        let least_most = if self.starting { FIRST_FRAME_BYTES } else { FRAME_BYTES_MIN * 2 };
        self.bucket.fill(now, pace, (share / 4 * 5).max(least_most));
        let window = self.window();
        let room = window.saturating_sub(self.estimate.in_flight_bytes());
        let least = (share / 2).min(signed(window / 4)).max(FRAME_BYTES_MIN);
        if room < least.unsigned_abs() {
            return None;
        }
        if now < self.next_at || self.bucket.bytes() < least {
            self.ask_again_at = Some(self.next_at.max(self.bucket.full_at(least, pace)));
            return None;
        }
        // Two frames find room, so that the line has the next one before the last is acknowledged.
        let bytes = self.bucket.bytes().unsigned_abs().min(room).min(window / u64::from(FRAMES_UNDER_WAY));
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let refine_bytes = bytes / 4 * self.refine_quarters;
        Some(FrameBudget { bytes, refine_bytes, rung, interval: rung.interval() })
    }

    fn sent(&mut self, now: SimTime, frame: SentFrame) {
        let interval = self.ladder.rung().interval();
        self.next_at = now + self.dithered(if frame.had_more { interval.min(BURST) } else { interval });
        self.bucket.take(frame.bytes);
        self.estimate.sent(now, frame);
        // What is made more exact is no sign that the line is too narrow for what changes.
        self.ladder.sent(frame.bytes, frame.had_more && !frame.only_refined);
        self.refine_quarters = if frame.only_refined { (self.refine_quarters + 1).min(4) } else { 1 };
    }

    fn acked(&mut self, now: SimTime, ack: FrameAck) {
        let wanted = wanted_queue(self.estimate.rate());
        if let Some(learnt) = self.estimate.acked(now, ack, wanted) {
            self.learn(now, learnt);
        }
    }

    fn forget_in_flight(&mut self, now: SimTime) {
        self.estimate.forget_in_flight();
        self.next_at = now;
        self.drained_at = now;
    }

    fn poll_timeout(&self) -> Option<SimTime> {
        self.ask_again_at
    }

    fn figures(&self) -> RateFigures {
        RateFigures {
            rate_bits_per_s: self.rate(),
            rtt: self.estimate.round_trip(),
            min_rtt: self.estimate.min_round_trip(),
            queue_delay: self.estimate.standing_queue(),
            rung: self.ladder.rung(),
            in_flight_bytes: usize::try_from(self.estimate.in_flight_bytes()).unwrap_or(usize::MAX),
        }
    }
}

/// How long the queue is meant to be on a line of that rate: 2 ms at 100 Mbit/s and above, and 4 ms more for each
/// halving. Enough that the line never lacks work, and so steep that two who share it become equal.
fn wanted_queue(bits_per_s: u64) -> Duration {
    const FAST: u64 = 100_000_000;
    let halvings = log2_in_1024ths(FAST).saturating_sub(log2_in_1024ths(bits_per_s));
    Duration::from_nanos(2 * NANOS_PER_MS + 4 * NANOS_PER_MS * halvings / 1024)
}

/// The binary logarithm in 1024ths, straight between powers of two.
fn log2_in_1024ths(value: u64) -> u64 {
    let value = value.max(1);
    let whole = value.ilog2();
    let rest = value - (1 << whole);
    u64::from(whole) * 1024 + u64::try_from((u128::from(rest) * 1024) >> whole).unwrap_or(0)
}

fn signed_nanos(duration: Duration) -> i64 {
    signed(nanos(duration))
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
