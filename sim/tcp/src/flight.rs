//! What is in flight, and what is known of it: the scoreboard (RFC 6675, 3), and loss by time (RACK, RFC 8985, 6).

use std::time::Duration;

use wire::SimTime;

use crate::cubic::Cubic;
use crate::records::{Record, Records};
use crate::sender::Sender;

/// Duplicates that mean loss where there is no better way to tell (RFC 5681, 3.2; DupThresh of RFC 6675).
pub(crate) const DUPLICATES_THRESHOLD: u32 = 3;
/// Largest distance of reordering that is remembered (Linux's `tcp_max_reordering`).
const REORDERING_MAX: u32 = 300;
/// Recoveries for which a wider reordering window stays (RFC 8985, 6.2, step 4).
pub(crate) const REORDERING_PERSISTS: u8 = 16;

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
    /// Of these, segments that were not sent again since.
    pub(crate) unrepaired: u32,
    /// Segments sent again that are on their way.
    pub(crate) retransmitted: u32,
    pub(crate) phase: Phase,
    /// Recovery ends when all up to here is acknowledged.
    pub(crate) high: i64,
    /// End of the highest segment that the peer has out of order.
    pub(crate) highest_sacked: i64,
    /// The blocks of the acknowledgement before: what is in them is marked.
    pub(crate) known_blocks: [(i64, i64); 4],
    /// No lost segment that waits to be sent again is before this record.
    pub(crate) lost_hint: u32,
    pub(crate) lost_hint_valid: bool,

    // PRR.
    pub(crate) prr_delivered: u32,
    pub(crate) prr_out: u32,
    pub(crate) prior_cwnd: u32,

    // RACK.
    pub(crate) rack_sent_at: SimTime,
    pub(crate) rack_end: i64,
    pub(crate) rack_rtt: Duration,
    pub(crate) rack_advanced: bool,
    pub(crate) reordering: u32,
    pub(crate) reordering_seen: bool,
    pub(crate) reordering_steps: u8,
    pub(crate) reordering_persists: u8,
    pub(crate) duplicate_seen: bool,
    /// The steps were last changed when this was SND.NXT.
    pub(crate) steps_changed_at: i64,

    // TLP.
    /// A probe must leave.
    pub(crate) probe_due: bool,
    /// SND.NXT after a probe that is not yet accounted for.
    pub(crate) probe_end: Option<i64>,
    /// That probe repeated a segment.
    pub(crate) probe_repeats: bool,

    // Undo.
    pub(crate) undo_from: Option<i64>,
    /// Segments sent again since, less those that came twice; `None` if that can't be known.
    pub(crate) undo_retransmits: Option<u32>,
    /// Timestamp of the first segment sent again.
    pub(crate) first_retransmit: Option<u32>,
    pub(crate) prior_ssthresh: u32,
    pub(crate) frto: bool,
    /// F-RTO tries something new before it repeats more.
    pub(crate) prefers_new: bool,

    // Use of the window (RFC 7661).
    /// The window, and not the program, holds back what is sent.
    pub(crate) limited: bool,
    pub(crate) was_limited: bool,
    pub(crate) most_out: u32,
    pub(crate) most_out_until: i64,
    /// There was loss: the state is worth keeping when nothing is in flight.
    pub(crate) troubled: bool,
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
            if record.is(Record::LOST) {
                self.unrepaired -= 1;
            }
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

    /// The segment at `place`, as it was last sent, is lost.
    pub(crate) fn mark_lost(&mut self, place: usize) {
        let record = self.records.get_mut(place);
        if record.is(Record::SACKED) || record.is(Record::LOST) && !record.is(Record::RETRANSMITTED) {
            return;
        }
        if record.is(Record::RETRANSMITTED) {
            record.clear(Record::RETRANSMITTED);
            self.retransmitted -= 1;
        }
        if !record.is(Record::LOST) {
            record.set(Record::LOST);
            self.lost += 1;
        }
        self.unrepaired += 1;
        self.records.unlink(place);
        if place < self.hint_place() {
            self.lost_hint_valid = false;
        }
    }

    /// A record leaves the counts of what is lost and of what was sent again.
    pub(crate) fn uncount(&mut self, record: &Record) {
        if record.is(Record::LOST) {
            self.lost -= 1;
            if !record.is(Record::RETRANSMITTED) {
                self.unrepaired -= 1;
            }
        }
        if record.is(Record::RETRANSMITTED) {
            self.retransmitted -= 1;
        }
    }

    /// RFC 8985, 6.2, step 2: the segment that was sent last of those known to have arrived.
    pub(crate) fn rack_advance(&mut self, now: SimTime, record: &Record, min_rtt: Option<Duration>) {
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
    pub(crate) fn mark_sacked(
        &mut self,
        now: SimTime,
        place: usize,
        min_rtt: Option<Duration>,
        news: &mut News,
    ) {
        let record = self.records[place];
        if record.is(Record::SACKED) {
            return;
        }
        self.rack_advance(now, &record, min_rtt);
        self.uncount(&record);
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
    pub(crate) fn note_reordering(&mut self, low: i64, high: i64, mss: u16) {
        if low >= high {
            return;
        }
        let segments = u32::try_from((high - low) / i64::from(mss.max(1))).unwrap_or(u32::MAX) + 1;
        self.reordering = self.reordering.max(segments.min(REORDERING_MAX));
        self.reordering_seen = true;
    }

    /// RFC 8985, 6.2, step 4.
    pub(crate) fn reordering_window(&self, sender: &Sender) -> Duration {
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
    pub(crate) fn detect_loss(&mut self, now: SimTime, sender: &Sender) -> Option<Duration> {
        let window = self.reordering_window(sender);
        let mut wait = None;
        let mut next = self.records.oldest();
        while let Some(place) = next {
            next = self.records.later(place);
            let record = self.records[place];
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
    pub(crate) fn undo(&mut self, sender: &mut Sender, forget_losses: bool) {
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
            (self.lost, self.unrepaired) = (0, 0);
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
    pub(crate) fn may_undo(&self, echo: Option<u32>) -> bool {
        self.undo_from.is_some() && (self.undo_retransmits == Some(0) || self.answers_original(echo))
    }

    pub(crate) fn answers_original(&self, echo: Option<u32>) -> bool {
        match (self.first_retransmit, echo) {
            (Some(first), Some(echo)) => (echo.wrapping_sub(first) as i32) < 0,
            _ => false,
        }
    }

    pub(crate) fn begin_undo(&mut self, una: i64) {
        self.undo_from = Some(una);
        self.undo_retransmits = (self.retransmitted > 0).then_some(self.retransmitted);
    }

    /// Nothing is amiss any more, or something still is.
    pub(crate) fn settle(&mut self, nxt: i64) {
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
pub(crate) struct News {
    pub(crate) advanced: bool,
    /// Neither data nor a new window nor progress: a duplicate (RFC 5681, 2).
    pub(crate) duplicate: bool,
    pub(crate) sacked: bool,
    /// Something came twice (RFC 2883).
    pub(crate) came_twice: bool,
    /// A segment that was sent only once, before recovery began, has arrived.
    pub(crate) original_arrived: bool,
    pub(crate) repeated_arrived: bool,
    /// A segment sent again was found lost again.
    pub(crate) lost_again: bool,
    pub(crate) delivered: u32,
    pub(crate) acked: u32,
    pub(crate) lowest_late: i64,
    pub(crate) first_sample: Option<SimTime>,
    pub(crate) last_sample: Option<SimTime>,
    pub(crate) sack_sample: Option<SimTime>,
    pub(crate) rearm: bool,
    pub(crate) echo: Option<u32>,
}
