//! What an acknowledgement says: what has arrived, what is lost, and what that means for the congestion window.
//!
//! SACK scoreboard (RFC 6675, 3, by the rules of RFC 2018 and RFC 2883), loss detection by time (RACK-TLP, RFC 8985),
//! Proportional Rate Reduction (RFC 9937), spurious timeouts told by F-RTO (RFC 5682), by timestamps (Eifel, RFC 3522
//! and RFC 4015) and by D-SACK (RFC 3708); for peers without SACK, NewReno (RFC 6582). The order of things is Linux's.

use std::time::Duration;

use wire::SimTime;

use crate::flight::{DUPLICATES_THRESHOLD, Flight, News, Phase, REORDERING_PERSISTS};
use crate::outgoing::timestamp;
use crate::records::Record;
use crate::retransmission::{TIMER_SLACK, Timer};
use crate::ring::Shared;
use crate::segment::Segment;
use crate::sender::Sender;

/// What the endpoint has made of a segment's header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// SEG.ACK.
    pub(crate) ack: i64,
    /// It changed the window.
    pub(crate) new_window: bool,
    /// TSecr, if the two sides use timestamps.
    pub(crate) echo: Option<u32>,
}

impl Sender {
    /// Takes the acknowledgement of data (RFC 9293, 3.10.7.4); true if SND.UNA moved.
    pub(crate) fn acknowledge(
        &mut self,
        now: SimTime,
        segment: &Segment,
        Answer { ack, new_window, echo }: Answer,
        hystart: bool,
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
            // One that is older than what is known was overtaken, and says nothing (RFC 5681, 2).
            duplicate: ack == self.una && !new_window && segment.sequence_space() == 0,
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
        self.delivered = delivered_before.wrapping_add(news.delivered);
        let lost_more = flight.lost > lost_before;
        self.control(now, &mut flight, &news, lost_more, hystart);
        self.settle_flight(flight, shared);
        if news.rearm && self.timer != Timer::Reorder && !self.schedule_probe(now, true) {
            self.rearm(now);
        }
        self.end_persisting();
        self.drop_acknowledged(shared);
        advanced
    }

    /// Keeps the flight, or gives it back if there is nothing in it to remember.
    fn settle_flight(&mut self, mut flight: Box<Flight>, shared: &mut Shared) {
        if flight.records.is_empty() {
            self.timer_at = SimTime::MAX;
            self.timer = Timer::Retransmit;
            if !flight.troubled {
                shared.take_back_flight(flight);
                return;
            }
            shared.take_back_records(std::mem::take(&mut flight.records));
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
        if self.spurious >= self.retransmits {
            // The line has doubled it, not we.
            return;
        }
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
            flight.uncount(&record);
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
        self.rtt.sample(now, sample, self.una, self.nxt);
        self.backoff = 0;
        let fresh = last.or(news.sack_sample).map(|sent_at| now.since(sent_at));
        if let Some(fresh) = fresh {
            self.rtt.note_least(now, fresh);
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
    pub(crate) fn count_duplicate(&mut self, flight: &mut Flight, news: &mut News) {
        let out = flight.records.len() as u32;
        if news.duplicate && flight.sacked + flight.lost.max(1) < out {
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
}

/// The parts of `block` that are in none of `known`.
fn for_each_new(block: (i64, i64), known: &[(i64, i64); 4], mut each: impl FnMut(i64, i64)) {
    let (mut left, right) = block;
    while left < right {
        if let Some(cover) = known.iter().find(|it| it.0 <= left && left < it.1) {
            left = cover.1;
            continue;
        }
        let next =
            known.iter().map(|it| it.0).filter(|&begin| begin > left).min().unwrap_or(right).min(right);
        each(left, next);
        left = next;
    }
}
