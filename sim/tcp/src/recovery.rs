//! What an acknowledgement says: what has arrived, what is lost, and what that means for the congestion window.
//!
//! SACK scoreboard (RFC 6675, 3, by the rules of RFC 2018 and RFC 2883), loss detection by time (RACK-TLP, RFC 8985),
//! Proportional Rate Reduction (RFC 9937), spurious timeouts told by F-RTO (RFC 5682), by timestamps (Eifel, RFC 3522
//! and RFC 4015) and by D-SACK (RFC 3708); for peers without SACK, NewReno (RFC 6582). The order of things is Linux's.

use std::time::Duration;

use wire::SimTime;

use crate::cubic::Cubic;
use crate::outgoing::timestamp;
use crate::records::{Record, Records};
use crate::ring::Shared;
use crate::segment::Segment;
use crate::sender::{Sender, TIMER_SLACK, Timer};

/// Duplicates that mean loss where there is no better way to tell (RFC 5681, 3.2; DupThresh of RFC 6675).
const DUPLICATES_THRESHOLD: u32 = 3;
/// Largest distance of reordering that is remembered (Linux's `tcp_max_reordering`).
const REORDERING_MAX: u32 = 300;
/// Recoveries for which a wider reordering window stays (RFC 8985, 6.2, step 4).
const REORDERING_PERSISTS: u8 = 16;

/// What is happening to the flight (Linux's congestion states; there is no ECN).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
pub(crate) enum Phase {
    /// All is well.
    #[default]
    Open,
    /// Something is out of order.
    Disorder,
    /// Fast recovery (RFC 6675, RFC 9937).
    Recovery,
    /// After a timeout (RFC 5681, 3.1; RFC 5682).
    Loss,
}

/// What is in flight, and what is known of it. An idle connection that never had trouble has none.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    pub(crate) records: Records,
    pub(crate) cubic: Cubic,
    /// Segments that the peer has out of order; without SACK, counted from duplicates.
    pub(crate) sacked: u32,
    /// Segments that are lost, sent again or not.
    pub(crate) lost: u32,
    /// Segments sent again that are on their way.
    pub(crate) retransmitted: u32,
    pub(crate) phase: Phase,
    /// Recovery ends when all up to here is acknowledged.
    high: i64,
    /// End of the highest segment that the peer has out of order.
    highest_sacked: i64,
    /// The blocks of the acknowledgement before: what is in them is marked.
    known_blocks: [(i64, i64); 4],
    /// No lost segment that waits to be sent again is before this record.
    lost_hint: u32,
    lost_hint_valid: bool,

    // PRR.
    prr_delivered: u32,
    prr_out: u32,
    prior_cwnd: u32,

    // RACK.
    rack_sent_at: SimTime,
    rack_end: i64,
    rack_rtt: Duration,
    rack_advanced: bool,
    reordering: u32,
    reordering_seen: bool,
    reordering_steps: u8,
    reordering_persists: u8,
    duplicate_seen: bool,
    /// The steps were last changed when this was SND.NXT.
    steps_changed_at: i64,

    // TLP.
    /// A probe must leave.
    pub(crate) probe_due: bool,
    /// SND.NXT after a probe that is not yet accounted for.
    pub(crate) probe_end: Option<i64>,
    /// That probe repeated a segment.
    pub(crate) probe_repeats: bool,

    // Undo.
    undo_from: Option<i64>,
    /// Segments sent again since, less those that came twice; `None` if that can't be known.
    undo_retransmits: Option<u32>,
    /// Timestamp of the first segment sent again.
    first_retransmit: Option<u32>,
    prior_ssthresh: u32,
    frto: bool,
    /// F-RTO tries something new before it repeats more.
    pub(crate) prefers_new: bool,

    // Use of the window (RFC 7661).
    /// The window, and not the program, holds back what is sent.
    pub(crate) limited: bool,
    was_limited: bool,
    most_out: u32,
    most_out_until: i64,
    /// There was loss: the state is worth keeping when nothing is in flight.
    troubled: bool,
}

impl Flight {
    pub(crate) fn reset(&mut self) {
        let mut records = std::mem::take(&mut self.records);
        records.clear();
        *self = Self { records, ..Self::default() };
    }

    /// Segments that are thought to be on their way (RFC 6675, 4: pipe).
    pub(crate) fn in_flight(&self) -> u32 {
        (self.records.len() as u32 + self.retransmitted).saturating_sub(self.sacked + self.lost)
    }

    /// A new segment is on its way.
    pub(crate) fn note_new(&mut self, una: i64, nxt: i64, cwnd: u32) {
        if self.phase == Phase::Recovery {
            self.prr_out += 1;
        }
        let out = self.in_flight();
        let is_limited = out >= cwnd;
        if una > self.most_out_until || out > self.most_out || (is_limited && !self.was_limited) {
            self.most_out = out;
            self.most_out_until = nxt;
            self.was_limited = is_limited;
        }
    }

    /// The record at `place` is sent again.
    pub(crate) fn note_retransmission(&mut self, now: SimTime, stamp: u32, place: usize) {
        if self.phase == Phase::Recovery {
            self.prr_out += 1;
        }
        self.first_retransmit.get_or_insert(stamp);
        self.undo_retransmits = Some(self.undo_retransmits.unwrap_or(0) + 1);
        let record = self.records.get_mut(place);
        if !record.is(Record::RETRANSMITTED) {
            self.retransmitted += 1;
        }
        record.set(Record::RETRANSMITTED | Record::EVER_RETRANSMITTED);
        record.sent_at = now;
        self.records.link_last(place);
    }

    /// Place of the first segment that is lost and was not sent again.
    pub(crate) fn next_lost(&mut self) -> Option<usize> {
        let mut place = self.hint_place();
        while let Some(record) = self.records.get(place) {
            if record.is(Record::LOST) && !record.is(Record::SACKED | Record::RETRANSMITTED) {
                self.lost_hint = self.records.serial(place);
                self.lost_hint_valid = true;
                return Some(place);
            }
            place += 1;
        }
        None
    }

    fn hint_place(&self) -> usize {
        let place = self.lost_hint.wrapping_sub(self.records.serial(0)) as usize;
        if self.lost_hint_valid && place < self.records.len() { place } else { 0 }
    }

    fn mark_lost(&mut self, place: usize) {
        let record = self.records.get_mut(place);
        if record.is(Record::SACKED) {
            return;
        }
        if !record.is(Record::LOST) {
            record.set(Record::LOST);
            self.lost += 1;
        } else if record.is(Record::RETRANSMITTED) {
            record.clear(Record::RETRANSMITTED);
            self.retransmitted -= 1;
        } else {
            return;
        }
        self.records.unlink(place);
        if place < self.hint_place() {
            self.lost_hint_valid = false;
        }
    }

    /// RFC 8985, 6.2, step 2: the segment that was sent last of those known to have arrived.
    fn rack_advance(&mut self, now: SimTime, record: &Record, min_rtt: Option<Duration>) {
        let rtt = now.since(record.sent_at);
        if record.is(Record::EVER_RETRANSMITTED) && min_rtt.is_some_and(|min| rtt < min) {
            // More likely the first one's acknowledgement.
            return;
        }
        self.rack_advanced = true;
        self.rack_rtt = rtt;
        if (record.sent_at, record.end()) > (self.rack_sent_at, self.rack_end) {
            (self.rack_sent_at, self.rack_end) = (record.sent_at, record.end());
        }
    }

    /// The peer has the record at `place` out of order.
    fn mark_sacked(&mut self, now: SimTime, place: usize, min_rtt: Option<Duration>, news: &mut News) {
        let record = *self.records.get(place).expect("the place was looked up");
        if record.is(Record::SACKED) {
            return;
        }
        self.rack_advance(now, &record, min_rtt);
        if record.is(Record::LOST) {
            self.lost -= 1;
        }
        if record.is(Record::RETRANSMITTED) {
            self.retransmitted -= 1;
        }
        if !record.is(Record::EVER_RETRANSMITTED) {
            if record.start < self.highest_sacked {
                news.lowest_late = news.lowest_late.min(record.start);
            }
            news.original_arrived |= record.end() <= self.high;
            news.sack_sample = Some(record.sent_at);
        }
        let marked = self.records.get_mut(place);
        marked.clear(Record::LOST | Record::RETRANSMITTED);
        marked.set(Record::SACKED);
        self.records.unlink(place);
        self.sacked += 1;
        self.highest_sacked = self.highest_sacked.max(record.end());
        news.delivered += 1;
        news.sacked = true;
    }

    /// How far things have come out of order (Linux: `tcp_check_sack_reordering`).
    fn note_reordering(&mut self, low: i64, high: i64, mss: u16) {
        if low >= high {
            return;
        }
        let segments = u32::try_from((high - low) / i64::from(mss.max(1))).unwrap_or(u32::MAX) + 1;
        self.reordering = self.reordering.max(segments.min(REORDERING_MAX));
        self.reordering_seen = true;
    }

    /// RFC 8985, 6.2, step 4.
    fn reordering_window(&self, sender: &Sender) -> Duration {
        if !self.reordering_seen {
            let threshold = self.reordering.max(DUPLICATES_THRESHOLD);
            if self.phase >= Phase::Recovery || self.sacked >= threshold {
                return Duration::ZERO;
            }
        }
        let min = sender.rtt.min().unwrap_or_default();
        let steps = u32::from(self.reordering_steps.max(1));
        (min / 4 * steps).min(sender.rtt.smoothed().unwrap_or_default())
    }

    /// RFC 8985, 6.2, step 5: what left long enough before something that has arrived is lost. Says how long the
    /// rest must be waited for.
    fn detect_loss(&mut self, now: SimTime, sender: &Sender) -> Option<Duration> {
        let window = self.reordering_window(sender);
        let mut wait = None;
        let mut next = self.records.oldest();
        while let Some(place) = next {
            next = self.records.later(place);
            let record = *self.records.get(place).expect("it is linked");
            if (record.sent_at, record.end()) >= (self.rack_sent_at, self.rack_end) {
                break;
            }
            let due = record.sent_at + self.rack_rtt + window;
            if due <= now {
                self.mark_lost(place);
            } else {
                wait = wait.max(Some(due.since(now)));
            }
        }
        wait
    }

    /// Takes back what was said of losses (RFC 4015, 3).
    fn undo(&mut self, sender: &mut Sender, forget_losses: bool) {
        if forget_losses {
            for place in 0..self.records.len() {
                let record = self.records.get_mut(place);
                let was_lost = record.is(Record::LOST);
                record.clear(Record::LOST);
                if was_lost && !record.is(Record::SACKED | Record::RETRANSMITTED) {
                    // It is waited for again, though out of its order: as the latest, it is not lost too soon.
                    self.records.link_last(place);
                }
            }
            self.lost = 0;
            self.lost_hint_valid = false;
        }
        if self.prior_ssthresh != 0 {
            sender.cwnd = sender.cwnd.max(self.prior_cwnd);
            sender.ssthresh = sender.ssthresh.max(self.prior_ssthresh);
        }
        self.undo_from = None;
        self.rack_advanced = true;
    }

    /// All that was sent again was sent in vain: each came twice (RFC 3708), or the acknowledgement answers what
    /// left before (RFC 3522).
    fn may_undo(&self, echo: Option<u32>) -> bool {
        self.undo_from.is_some() && (self.undo_retransmits == Some(0) || self.answers_original(echo))
    }

    fn answers_original(&self, echo: Option<u32>) -> bool {
        match (self.first_retransmit, echo) {
            (Some(first), Some(echo)) => (echo.wrapping_sub(first) as i32) < 0,
            _ => false,
        }
    }

    fn begin_undo(&mut self, una: i64) {
        self.undo_from = Some(una);
        self.undo_retransmits = (self.retransmitted > 0).then_some(self.retransmitted);
    }

    /// Nothing is amiss any more, or something still is.
    fn settle(&mut self, nxt: i64) {
        let phase =
            if self.sacked + self.lost + self.retransmitted > 0 { Phase::Disorder } else { Phase::Open };
        if self.phase != phase {
            self.phase = phase;
            self.high = nxt;
        }
        if self.retransmitted == 0 {
            self.first_retransmit = None;
        }
    }
}

/// What one acknowledgement brought.
struct News {
    advanced: bool,
    /// Neither data nor a new window nor progress: a duplicate (RFC 5681, 2).
    duplicate: bool,
    sacked: bool,
    /// Something came twice (RFC 2883).
    came_twice: bool,
    /// A segment that was sent only once, before recovery began, has arrived.
    original_arrived: bool,
    repeated_arrived: bool,
    /// A segment sent again was found lost again.
    lost_again: bool,
    delivered: u32,
    acked: u32,
    lowest_late: i64,
    first_sample: Option<SimTime>,
    last_sample: Option<SimTime>,
    sack_sample: Option<SimTime>,
    rearm: bool,
    echo: Option<u32>,
}

impl Sender {
    /// Takes the acknowledgement of data (RFC 9293, 3.10.7.4); true if SND.UNA moved. `echo` is TSecr, if the two
    /// sides use timestamps.
    pub(crate) fn acknowledge(
        &mut self,
        now: SimTime,
        ack: i64,
        segment: &Segment,
        new_window: bool,
        echo: Option<u32>,
        shared: &mut Shared,
    ) -> bool {
        let advanced = ack > self.una;
        let Some(mut flight) = self.flight.take() else {
            self.una = self.una.max(ack);
            self.end_persisting();
            return advanced;
        };
        let una_before = self.una;
        let delivered_before = self.delivered;
        let highest_sacked_before = if flight.sacked > 0 { flight.highest_sacked } else { una_before };
        let mut news = News {
            advanced,
            duplicate: !advanced && !new_window && segment.sequence_space() == 0,
            sacked: false,
            came_twice: false,
            original_arrived: false,
            repeated_arrived: false,
            lost_again: false,
            delivered: 0,
            acked: 0,
            lowest_late: i64::MAX,
            first_sample: None,
            last_sample: None,
            sack_sample: None,
            rearm: false,
            echo,
        };
        if flight.sacked == 0 {
            flight.highest_sacked = una_before;
        }
        if self.sack {
            self.read_blocks(now, ack, segment, &mut flight, &mut news);
        }
        self.take_acknowledged(now, ack, &mut flight, &mut news);
        if news.lowest_late < highest_sacked_before && self.sack {
            flight.note_reordering(news.lowest_late, highest_sacked_before, self.mss);
        }
        self.sample(now, &news);
        self.adapt_reordering(&mut flight);
        if flight.probe_end.is_some() {
            self.account_for_probe(ack, &mut flight, &news);
        }
        let lost_before = flight.lost;
        flight.prefers_new = false;
        let alert = news.duplicate || news.sacked || news.came_twice || flight.phase != Phase::Open;
        if alert {
            self.alert(now, una_before, &mut flight, &mut news);
        }
        self.delivered = delivered_before + u64::from(news.delivered);
        let lost_more = flight.lost > lost_before;
        self.control(now, &mut flight, &news, lost_more);
        self.settle_flight(flight, shared);
        if news.rearm && self.timer != Timer::Reorder && !self.schedule_probe(now, true) {
            self.rearm(now);
        }
        self.end_persisting();
        self.drop_acknowledged(shared);
        advanced
    }

    /// Keeps the flight, or gives it back if there is nothing in it to remember.
    fn settle_flight(&mut self, flight: Box<Flight>, shared: &mut Shared) {
        if flight.records.is_empty() {
            self.timer_at = SimTime::MAX;
            self.timer = Timer::Retransmit;
            if !flight.troubled {
                shared.take_back_flight(flight);
                return;
            }
        }
        self.flight = Some(flight);
    }

    /// RFC 2018, 3, and RFC 2883, 4.
    fn read_blocks(
        &mut self,
        now: SimTime,
        ack: i64,
        segment: &Segment,
        flight: &mut Flight,
        news: &mut News,
    ) {
        let wire_blocks = segment.sack.as_slice();
        let mut blocks = [(0, 0); 4];
        let mut len = 0;
        for (index, &(left, right)) in wire_blocks.iter().enumerate() {
            let block = (self.offset_of(left), self.offset_of(right));
            if block.0 >= block.1 || block.1 > self.nxt {
                continue;
            }
            let within_next = wire_blocks.get(1).is_some_and(|&(left, right)| {
                self.offset_of(left) <= block.0 && block.1 <= self.offset_of(right)
            });
            if index == 0 && (block.0 < ack || within_next) {
                self.note_duplicate(block, ack, flight, news);
            }
            if block.0 >= self.una.max(ack) {
                blocks[len] = block;
                len += 1;
            }
        }
        let min_rtt = self.rtt.min();
        let known = flight.known_blocks;
        for &block in &blocks[..len] {
            for_each_new(block, &known, |left, right| {
                let mut place = flight.records.find(left);
                while flight.records.get(place).is_some_and(|record| record.end() <= right) {
                    flight.mark_sacked(now, place, min_rtt, news);
                    place += 1;
                }
            });
        }
        if len > 0 {
            flight.known_blocks = blocks;
        }
    }

    /// The peer got something twice.
    fn note_duplicate(&mut self, block: (i64, i64), ack: i64, flight: &mut Flight, news: &mut News) {
        news.came_twice = true;
        self.spurious += 1;
        flight.duplicate_seen = true;
        if let (Some(from), Some(count)) = (flight.undo_from, flight.undo_retransmits)
            && block.1 > from
            && block.1 <= ack
        {
            flight.undo_retransmits = Some(count.saturating_sub(1));
        }
    }

    /// Takes out what is acknowledged for good.
    fn take_acknowledged(&mut self, now: SimTime, ack: i64, flight: &mut Flight, news: &mut News) {
        let min_rtt = self.rtt.min();
        while let Some(front) = flight.records.front_mut() {
            let record = *front;
            if record.end() > ack {
                if record.start < ack {
                    front.start = ack;
                    front.len = (record.end() - ack) as u16;
                }
                break;
            }
            if record.is(Record::RETRANSMITTED) {
                flight.retransmitted -= 1;
            }
            if record.is(Record::EVER_RETRANSMITTED) {
                news.repeated_arrived = true;
            } else if !record.is(Record::SACKED) {
                news.first_sample.get_or_insert(record.sent_at);
                news.last_sample = Some(record.sent_at);
                news.lowest_late = news.lowest_late.min(record.start);
                news.original_arrived |= record.end() <= flight.high;
            }
            if record.is(Record::SACKED) {
                if self.sack {
                    flight.sacked -= 1;
                }
            } else {
                news.delivered += 1;
                flight.rack_advance(now, &record, min_rtt);
            }
            if record.is(Record::LOST) {
                flight.lost -= 1;
            }
            news.acked += 1;
            flight.records.pop_front();
        }
        if news.advanced {
            self.una = ack;
            news.rearm = true;
        }
        if !self.sack {
            // Without SACK, duplicates were counted: all but one of what is now acknowledged (RFC 6582).
            if news.acked > 0 {
                news.delivered = news.acked.saturating_sub(flight.sacked).max(1);
                flight.sacked = flight.sacked.saturating_sub(news.acked - 1);
            }
            flight.sacked = flight.sacked.min(flight.records.len() as u32);
        }
        if flight.sacked == 0 {
            flight.highest_sacked = self.una;
        }
    }

    /// RFC 6298, 3: no sample from what was sent more than once (Karn), except by timestamps (RFC 7323, 4).
    fn sample(&mut self, now: SimTime, news: &News) {
        let first = news.first_sample.filter(|_| !news.repeated_arrived);
        let last = news.last_sample.filter(|_| !news.repeated_arrived);
        let sample = first.or(news.sack_sample).map(|sent_at| now.since(sent_at));
        let by_stamp = || {
            let age = timestamp(now).wrapping_sub(news.echo.filter(|_| news.advanced)?);
            (age < u32::MAX / 2).then(|| Duration::from_millis(u64::from(age.max(1))))
        };
        let Some(sample) = sample.or_else(by_stamp) else { return };
        self.rtt.sample(sample, self.una, self.nxt);
        self.backoff = 0;
        let fresh = last.or(news.sack_sample).map(|sent_at| now.since(sent_at));
        if let Some(fresh) = fresh {
            self.rtt.note_least(fresh);
        }
    }

    /// RFC 8985, 6.2, step 4: the reordering window grows when something came twice, once in a round trip.
    fn adapt_reordering(&mut self, flight: &mut Flight) {
        if self.una < flight.steps_changed_at {
            flight.duplicate_seen = false;
        }
        if std::mem::take(&mut flight.duplicate_seen) {
            flight.reordering_steps = flight.reordering_steps.max(1).saturating_add(1);
            flight.reordering_persists = REORDERING_PERSISTS;
            flight.steps_changed_at = self.nxt;
            flight.troubled = true;
        } else if flight.reordering_persists == 0 {
            flight.reordering_steps = 1;
        }
    }

    /// RFC 8985, 7.4: whether a probe has repaired a loss that nobody else noticed.
    fn account_for_probe(&mut self, ack: i64, flight: &mut Flight, news: &News) {
        let Some(end) = flight.probe_end.filter(|&end| ack >= end) else { return };
        if !flight.probe_repeats || news.came_twice {
            flight.probe_end = None;
        } else if ack > end || news.acked > 0 {
            // Both are not known to have come: one was lost.
            flight.probe_end = None;
            if flight.phase < Phase::Recovery && !flight.answers_original(news.echo) {
                flight.prior_ssthresh = 0;
                self.ssthresh = flight.cubic.on_loss(self.cwnd);
                self.cwnd = self.ssthresh;
                self.recoveries += 1;
                flight.troubled = true;
            }
        }
        flight.probe_repeats = false;
    }

    /// Something is out of order, or was. What Linux does in `tcp_fastretrans_alert`.
    fn alert(&mut self, now: SimTime, una_before: i64, flight: &mut Flight, news: &mut News) {
        if flight.phase == Phase::Open && flight.retransmitted == 0 {
            flight.first_retransmit = None;
        }
        if flight.phase == Phase::Recovery && self.una >= flight.high {
            self.end_recovery(flight, news);
        }
        match flight.phase {
            Phase::Recovery => {
                if news.advanced {
                    if flight.undo_from.is_some() && flight.answers_original(news.echo) {
                        // RFC 3522, in the midst of recovery: the segments were late.
                        flight.note_reordering(una_before, flight.highest_sacked.max(self.una), self.mss);
                        if flight.retransmitted > 0 {
                            return;
                        }
                        flight.undo(self, true);
                        flight.settle(self.nxt);
                        return;
                    }
                    if !self.sack && !flight.records.is_empty() {
                        // A partial acknowledgement: the next one is lost, too (RFC 6582, 3.2, step 3).
                        flight.mark_lost(0);
                    }
                } else if !self.sack {
                    self.count_duplicate(flight, news);
                }
                if flight.undo_from.is_some() && flight.undo_retransmits == Some(0) {
                    flight.reordering_persists = (flight.reordering_persists + 1).min(REORDERING_PERSISTS);
                    flight.undo(self, false);
                    flight.settle(self.nxt);
                }
                self.look_for_losses(now, flight, news);
                if flight.phase == Phase::Recovery || flight.lost == 0 {
                    return;
                }
            }
            Phase::Loss => {
                self.after_timeout(flight, news);
                self.look_for_losses(now, flight, news);
                if !(flight.phase == Phase::Open || news.lost_again) || flight.lost == 0 {
                    return;
                }
            }
            Phase::Open | Phase::Disorder => {
                if !self.sack {
                    self.count_duplicate(flight, news);
                }
                if flight.undo_from.is_some() && flight.undo_retransmits == Some(0) {
                    flight.undo(self, false);
                }
                self.look_for_losses(now, flight, news);
                if flight.lost == 0 {
                    flight.settle(self.nxt);
                    return;
                }
            }
        }
        self.enter_recovery(flight);
    }

    /// A duplicate acknowledgement from a peer without SACK stands for a segment (RFC 5681, 3.2).
    fn count_duplicate(&mut self, flight: &mut Flight, news: &mut News) {
        let out = flight.records.len() as u32;
        if news.duplicate && flight.sacked + flight.lost.max(1) < out + u32::from(flight.lost > 0) {
            flight.sacked += 1;
            news.delivered += 1;
        }
        let starts = flight.phase < Phase::Recovery && flight.sacked >= DUPLICATES_THRESHOLD;
        if starts && !flight.records.is_empty() {
            flight.mark_lost(0);
        }
    }

    fn look_for_losses(&mut self, now: SimTime, flight: &mut Flight, news: &mut News) {
        if !self.sack || !std::mem::take(&mut flight.rack_advanced) {
            return;
        }
        let before = flight.retransmitted;
        if let Some(wait) = flight.detect_loss(now, self) {
            self.arm(now, Timer::Reorder, wait + TIMER_SLACK);
            news.rearm = false;
        } else if self.timer == Timer::Reorder {
            news.rearm = true;
            self.timer = Timer::Probe;
        }
        news.lost_again |= flight.retransmitted < before;
    }

    /// The end of the time that late segments are waited for (RFC 8985, 6.3).
    pub(crate) fn handle_reorder_timeout(&mut self, now: SimTime) {
        let Some(mut flight) = self.flight.take() else { return };
        let before = flight.in_flight();
        let wait = flight.detect_loss(now, self);
        if flight.in_flight() != before {
            if flight.phase < Phase::Recovery {
                self.enter_recovery(&mut flight);
            }
            if flight.phase == Phase::Recovery {
                self.reduce(&mut flight, 1, false, false);
            }
        }
        self.flight = Some(flight);
        match wait {
            Some(wait) => self.arm(now, Timer::Reorder, wait + TIMER_SLACK),
            None => {
                self.timer = Timer::Reorder;
                self.rearm(now);
            }
        }
    }

    /// Loss: the window shrinks, in proportion to what arrives (RFC 9438, 4.6; RFC 9937, 5).
    fn enter_recovery(&mut self, flight: &mut Flight) {
        let in_reduction = flight.phase == Phase::Recovery;
        flight.begin_undo(self.una);
        if !in_reduction {
            flight.prior_ssthresh = self.current_ssthresh();
            flight.prior_cwnd = self.cwnd;
            (flight.prr_delivered, flight.prr_out) = (0, 0);
            flight.high = self.nxt;
            flight.probe_end = None;
            self.ssthresh = flight.cubic.on_loss(self.cwnd);
            self.recoveries += 1;
        }
        flight.phase = Phase::Recovery;
        flight.troubled = true;
    }

    fn current_ssthresh(&self) -> u32 {
        self.ssthresh.max(self.cwnd / 2 + self.cwnd / 4)
    }

    /// All that was in flight when recovery began has arrived.
    fn end_recovery(&mut self, flight: &mut Flight, news: &News) {
        if flight.may_undo(news.echo) {
            flight.undo(self, false);
        } else {
            flight.reordering_persists = flight.reordering_persists.saturating_sub(1);
            self.cwnd = self.ssthresh;
        }
        if !self.sack && self.una == flight.high {
            // Duplicates of before may still come (RFC 6582, 3.2, step 6).
            flight.sacked = 0;
        }
        flight.undo_from = None;
        flight.phase = Phase::Open;
        flight.settle(self.nxt);
    }

    /// RFC 5682, 3.1, and what Linux does besides in `tcp_process_loss`.
    fn after_timeout(&mut self, flight: &mut Flight, news: &News) {
        let recovered = self.una >= flight.high;
        let undo = |flight: &mut Flight, sender: &mut Self| {
            flight.undo(sender, true);
            sender.backoff = 0;
            flight.frto = false;
            flight.phase = Phase::Open;
            flight.settle(sender.nxt);
        };
        if news.advanced && flight.may_undo(news.echo) {
            return undo(flight, self);
        }
        if flight.frto {
            if news.original_arrived && flight.undo_from.is_some() {
                return undo(flight, self);
            }
            if self.nxt > flight.high {
                if news.sacked || news.duplicate {
                    flight.frto = false;
                }
            } else if news.advanced && !recovered {
                flight.high = self.nxt;
                flight.prefers_new = true;
                return;
            }
        }
        if recovered {
            if flight.may_undo(news.echo) {
                flight.undo(self, false);
            }
            flight.undo_from = None;
            flight.frto = false;
            flight.phase = Phase::Open;
            flight.settle(self.nxt);
            return;
        }
        if !self.sack {
            if news.advanced && !flight.records.is_empty() {
                flight.mark_lost(0);
            } else if self.nxt > flight.high && news.duplicate {
                self.count_duplicate(flight, &mut News { delivered: 0, ..*news });
            }
        }
    }

    /// The retransmission timeout (RFC 6298, 5.4 to 5.7; RFC 5681, 3.1; RFC 8985, 6.3).
    pub(crate) fn enter_loss(&mut self, now: SimTime) {
        let Some(mut flight) = self.flight.take() else { return };
        let reneged = flight.records.get(0).is_some_and(|record| record.is(Record::SACKED));
        let is_new = flight.phase < Phase::Recovery;
        if reneged || !self.sack {
            // The peer may drop what it has out of order (RFC 2018, 8).
            flight.sacked = 0;
            flight.highest_sacked = self.una;
            flight.known_blocks = Default::default();
        }
        let reordering = self.rtt_for_rack(&flight);
        for place in 0..flight.records.len() {
            let record = flight.records.get_mut(place);
            if reneged {
                record.clear(Record::SACKED);
            }
            let record = *record;
            // What left only a moment ago may still arrive.
            if place > 0 && self.sack && !reneged && record.sent_at + reordering > now {
                continue;
            }
            flight.mark_lost(place);
        }
        if is_new || self.una >= flight.high || (flight.phase == Phase::Loss && self.backoff == 0) {
            flight.prior_ssthresh = self.current_ssthresh();
            flight.prior_cwnd = self.cwnd;
            self.ssthresh = flight.cubic.on_loss(self.cwnd);
            flight.begin_undo(self.una);
            self.recoveries += 1;
        }
        flight.cubic.on_timeout();
        self.cwnd = flight.in_flight() + 1;
        flight.frto = is_new || self.backoff > 0;
        flight.phase = Phase::Loss;
        flight.high = self.nxt;
        flight.probe_end = None;
        flight.prefers_new = false;
        flight.troubled = true;
        self.flight = Some(flight);
    }

    fn rtt_for_rack(&self, flight: &Flight) -> Duration {
        if flight.rack_rtt.is_zero() { self.rtt.smoothed().unwrap_or_default() } else { flight.rack_rtt }
    }

    /// What the acknowledgement does to the congestion window.
    fn control(&mut self, now: SimTime, flight: &mut Flight, news: &News, lost_more: bool) {
        if flight.phase == Phase::Recovery {
            self.reduce(flight, news.delivered, news.advanced, lost_more);
            return;
        }
        let may_raise = if flight.reordering > DUPLICATES_THRESHOLD {
            news.advanced || news.sacked
        } else {
            news.acked > 0
        };
        let in_slow_start = self.cwnd < self.ssthresh;
        let min_rtt = self.rtt.min().unwrap_or_default();
        if let Some(last) = news.last_sample.filter(|_| !news.repeated_arrived)
            && in_slow_start
            && self.hystart
        {
            let sample = now.since(last);
            if flight.cubic.hystart(now, sample, min_rtt, self.cwnd, self.una, self.nxt) {
                self.ssthresh = self.cwnd;
            }
        }
        let is_limited = std::mem::take(&mut flight.limited)
            || flight.was_limited
            || (in_slow_start && self.cwnd < 2 * flight.most_out);
        if !may_raise || !is_limited {
            return;
        }
        let mut acked = news.delivered;
        if self.cwnd < self.ssthresh {
            // Slow start (RFC 5681, 3.1; appropriate byte counting with no limit, as Linux has it).
            let grown = self.cwnd.saturating_add(acked).min(self.ssthresh);
            acked -= grown - self.cwnd;
            self.cwnd = grown;
        }
        if acked > 0 && self.cwnd >= self.ssthresh {
            self.cwnd = self.cwnd.saturating_add(flight.cubic.grow(now, self.cwnd, acked, min_rtt));
        }
    }

    /// Proportional Rate Reduction (RFC 9937, 5).
    fn reduce(&mut self, flight: &mut Flight, delivered: u32, advanced: bool, lost_more: bool) {
        if delivered == 0 || flight.prior_cwnd == 0 {
            return;
        }
        flight.prr_delivered += delivered;
        let in_flight = flight.in_flight();
        let mut out = if in_flight > self.ssthresh {
            let share = u64::from(self.ssthresh) * u64::from(flight.prr_delivered);
            let share = share.div_ceil(u64::from(flight.prior_cwnd)) as u32;
            share.saturating_sub(flight.prr_out)
        } else {
            let mut out = flight.prr_delivered.saturating_sub(flight.prr_out).max(delivered);
            if advanced && !lost_more {
                out += 1;
            }
            out.min(self.ssthresh - in_flight)
        };
        if flight.prr_out == 0 {
            // The first loss is always repaired at once.
            out = out.max(1);
        }
        self.cwnd = in_flight + out;
    }
}

/// The parts of `block` that are in none of `known`.
fn for_each_new(block: (i64, i64), known: &[(i64, i64); 4], mut each: impl FnMut(i64, i64)) {
    let (mut left, right) = block;
    while left < right {
        if let Some(cover) = known.iter().find(|it| it.0 <= left && left < it.1) {
            left = cover.1;
            continue;
        }
        let next = known.iter().map(|it| it.0).filter(|&begin| begin > left).min().unwrap_or(right).min(right);
        each(left, next);
        left = next;
    }
}
