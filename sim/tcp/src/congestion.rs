//! What loss, timeouts and acknowledgements do to the congestion window: recovery and its end (RFC 6675, RFC 9937),
//! timeouts and their undoing (RFC 5681, 3.1; RFC 5682), growth (RFC 5681, RFC 9438).

use std::time::Duration;

use wire::SimTime;

use crate::flight::{DUPLICATES_THRESHOLD, Flight, News, Phase};
use crate::records::Record;
use crate::sender::Sender;

impl Sender {
    /// What the acknowledgement does to the congestion window.
    pub(crate) fn control(
        &mut self,
        now: SimTime,
        flight: &mut Flight,
        news: &News,
        lost_more: bool,
        hystart: bool,
    ) {
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
            && hystart
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
    pub(crate) fn reduce(&mut self, flight: &mut Flight, delivered: u32, advanced: bool, lost_more: bool) {
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

    /// Loss: the window shrinks, in proportion to what arrives (RFC 9438, 4.6; RFC 9937, 5).
    pub(crate) fn enter_recovery(&mut self, flight: &mut Flight) {
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

    pub(crate) fn current_ssthresh(&self) -> u32 {
        self.ssthresh.max(self.cwnd / 2 + self.cwnd / 4)
    }

    /// All that was in flight when recovery began has arrived.
    pub(crate) fn end_recovery(&mut self, flight: &mut Flight, news: &News) {
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
    pub(crate) fn after_timeout(&mut self, flight: &mut Flight, news: &News) {
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

    pub(crate) fn rtt_for_rack(&self, flight: &Flight) -> Duration {
        if flight.rack_rtt.is_zero() { self.rtt.smoothed().unwrap_or_default() } else { flight.rack_rtt }
    }
}
