//! The sender's timer, and what leaves a second time.

use std::time::Duration;

use wire::SimTime;

use crate::flight::Phase;
use crate::outgoing::timestamp;
use crate::records::Record;
use crate::ring::Shared;
use crate::rtt::MIN_RTO_US;
use crate::sender::{Piece, Sender};

/// A timeout is doubled at most so often; by then it has reached its maximum.
const DOUBLINGS_MAX: u8 = 15;
/// A timer of the kernel is late by up to two ticks (Linux's `TCP_TIMEOUT_MIN`).
pub(crate) const TIMER_SLACK: Duration = Duration::from_millis(2);

/// What the sender's one timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// What is in flight, or SYN, is sent again (RFC 6298, 5).
    Retransmit,
    /// What may only be late is looked at again (RFC 8985, 6.2).
    Reorder,
    /// The end of the flight is probed (RFC 8985, 7.2).
    Probe,
    /// The peer's window is asked after (RFC 9293, 3.8.6.1).
    Persist,
}

impl Sender {
    /// The timer is due.
    pub(crate) fn handle_timeout(&mut self, now: SimTime) {
        self.timer_at = SimTime::MAX;
        match self.timer {
            Timer::Persist => {
                self.probe_due = true;
                self.backoff = (self.backoff + 1).min(DOUBLINGS_MAX);
            }
            Timer::Retransmit if !self.outstanding() => {}
            Timer::Retransmit => {
                self.timeouts += 1;
                self.enter_loss(now);
                self.backoff = (self.backoff + 1).min(DOUBLINGS_MAX);
                self.arm(now, Timer::Retransmit, self.rtt.rto_backed_off(self.backoff));
            }
            Timer::Reorder => self.handle_reorder_timeout(now),
            Timer::Probe => {
                if let Some(flight) = &mut self.flight {
                    flight.probe_due = true;
                }
            }
        }
    }

    /// SYN is to be sent again.
    pub(crate) fn handle_syn_timeout(&mut self) {
        self.timer_at = SimTime::MAX;
        self.timeouts += 1;
        self.retransmits += 1;
        self.backoff = (self.backoff + 1).min(DOUBLINGS_MAX);
    }

    pub(crate) fn arm(&mut self, now: SimTime, timer: Timer, after: Duration) {
        self.timer = timer;
        self.timer_at = now + after.max(Duration::from_nanos(1));
    }

    /// SYN leaves, and waits for its answer.
    pub(crate) fn note_syn(&mut self, now: SimTime) {
        self.nxt = 1;
        self.sent_at = now;
        self.arm(now, Timer::Retransmit, self.rtt.rto_backed_off(self.backoff));
    }

    /// RFC 6298, 5.2 and 5.3; after a probe or a look at what is late, from when the first in flight left.
    pub(crate) fn rearm(&mut self, now: SimTime) {
        let Some(first) = self.flight.as_ref().and_then(|flight| flight.records.get(0)) else {
            self.timer_at = SimTime::MAX;
            return;
        };
        let rto = self.rtt.rto_backed_off(self.backoff);
        let after = match self.timer {
            Timer::Reorder | Timer::Probe => (first.sent_at + rto).since(now),
            Timer::Retransmit | Timer::Persist => rto,
        };
        self.arm(now, Timer::Retransmit, after);
    }

    /// Sets the timer for a probe of the flight's end (RFC 8985, 7.2); false if there is to be none.
    pub(crate) fn schedule_probe(&mut self, now: SimTime, advances: bool) -> bool {
        let Some(flight) = self.flight.as_ref().filter(|flight| self.sack && !flight.records.is_empty())
        else {
            return false;
        };
        if flight.phase != Phase::Open || flight.sacked > 0 {
            return false;
        }
        let rto = self.rtt.rto_backed_off(self.backoff);
        let mut after = match self.rtt.smoothed() {
            // One segment alone may wait for a delayed acknowledgement.
            Some(srtt) if flight.records.len() == 1 => {
                2 * srtt + Duration::from_micros(u64::from(MIN_RTO_US))
            }
            Some(srtt) => 2 * srtt + TIMER_SLACK,
            None => rto,
        };
        let first = flight.records.get(0).map_or(now, |record| record.sent_at);
        let until_rto = if advances { rto } else { (first + rto).since(now) };
        if !until_rto.is_zero() {
            after = after.min(until_rto);
        }
        self.arm(now, Timer::Probe, after);
        true
    }

    /// The first segment that is lost and was not sent again since.
    pub(crate) fn lost_piece(&mut self, now: SimTime) -> Option<Piece> {
        let window_end = self.window_end();
        let flight = self.flight.as_mut()?;
        let place = flight.next_lost()?;
        let (start, len) = flight.records.get(place).map(|record| (record.start, record.len))?;
        // A peer may take its window back; the first segment then asks after it.
        if start >= window_end && start > self.una {
            return None;
        }
        Some(self.retransmit(now, place, start, len))
    }

    pub(crate) fn retransmit(&mut self, now: SimTime, place: usize, start: i64, len: u16) -> Piece {
        let flight = self.flight.as_mut().expect("it has the record");
        flight.note_retransmission(now, timestamp(now), place);
        self.retransmits += 1;
        if place == 0 && self.timer != Timer::Reorder {
            self.arm(now, Timer::Retransmit, self.rtt.rto_backed_off(self.backoff));
        }
        self.sent_at = now;
        self.piece(start, i64::from(len))
    }

    /// A probe of the flight's end: something new if there is something, or the last segment again
    /// (RFC 8985, 7.3).
    pub(crate) fn probe_piece(&mut self, now: SimTime, shared: &mut Shared) -> Option<Piece> {
        let flight = self.flight.as_mut()?;
        if !std::mem::take(&mut flight.probe_due) {
            return None;
        }
        if flight.records.is_empty() {
            return None;
        }
        if flight.probe_end.is_some() {
            self.rearm(now);
            return None;
        }
        let (data, nxt) = (self.next_data(), self.nxt);
        let piece = if data > 0 && self.window_end() >= nxt + data {
            let with_fin = i64::from(self.finishing && nxt + data == self.end);
            self.launch(now, data + with_fin, shared)
        } else {
            let flight = self.flight.as_mut()?;
            let place = flight.records.len() - 1;
            let last = flight.records[place];
            if last.is(Record::SACKED) {
                self.rearm(now);
                return None;
            }
            flight.probe_repeats = true;
            self.retransmit(now, place, last.start, last.len)
        };
        let nxt = self.nxt;
        if let Some(flight) = &mut self.flight {
            flight.probe_end = Some(nxt);
        }
        // RFC 8985, 7.3: a whole timeout from now.
        self.timer = Timer::Retransmit;
        self.rearm(now);
        Some(piece)
    }
}
