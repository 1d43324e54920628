//! The sending half: the send buffer, the peer's window, what may leave, and the timer. What acknowledgements say of
//! losses is in `recovery`.

use std::time::Duration;

use wire::SimTime;

use crate::config::{MSS_BYTES_MIN, Settings};
use crate::outgoing::timestamp;
use crate::records::Record;
use crate::recovery::{Flight, Phase};
use crate::ring::{ByteRing, Shared};
use crate::rtt::{MIN_RTO_US, Rtt};
use crate::segment::Payload;
use crate::state::Info;

/// Segments of the initial window (RFC 6928).
pub(crate) const INITIAL_WINDOW_SEGMENTS: u32 = 10;
/// What a peer takes that does not say (RFC 9293, 3.7.1).
const DEFAULT_MSS_BYTES: u16 = 536;
const TIMESTAMPS_OPTION_BYTES: u16 = 12;
/// What Linux counts for a full segment in a send buffer.
const BUFFER_BYTES_PER_SEGMENT: u32 = 2_304;
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

/// State of the sending half. Offsets count from our SYN, which is 0.
#[derive(Debug)]
pub(crate) struct Sender {
    /// SND.UNA.
    pub(crate) una: i64,
    /// SND.NXT; never goes back.
    pub(crate) nxt: i64,
    /// One past the last byte in the send buffer.
    end: i64,
    /// SND.WL1, SND.WL2.
    window_seq: i64,
    window_ack: i64,
    pub(crate) flight: Option<Box<Flight>>,
    pub(crate) timer_at: SimTime,
    /// When data last left.
    sent_at: SimTime,
    /// Segments that the peer is known to have.
    pub(crate) delivered: u64,
    ring: ByteRing,
    pub(crate) rtt: Rtt,
    window: u32,
    window_max: u32,
    isn: u32,
    pub(crate) cwnd: u32,
    pub(crate) ssthresh: u32,
    pub(crate) retransmits: u32,
    pub(crate) spurious: u32,
    pub(crate) timeouts: u32,
    pub(crate) recoveries: u32,
    pub(crate) mss: u16,
    pub(crate) timer: Timer,
    pub(crate) backoff: u8,
    /// The peer's shift of the window field.
    pub(crate) scale: u8,
    /// FIN follows what is in the send buffer.
    pub(crate) finishing: bool,
    /// A segment is to ask after the window.
    probe_due: bool,
    /// The peer acknowledges selectively.
    pub(crate) sack: bool,
    pub(crate) hystart: bool,
}

/// A piece of the stream that leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: i64,
    pub(crate) len: usize,
    pub(crate) fin: bool,
    pub(crate) push: bool,
}

impl Sender {
    pub(crate) fn new(settings: &Settings, isn: u32) -> Self {
        Self {
            una: 0,
            nxt: 0,
            end: 1,
            window_seq: 0,
            window_ack: 0,
            flight: None,
            timer_at: SimTime::MAX,
            sent_at: SimTime::ZERO,
            delivered: 0,
            ring: ByteRing::default(),
            rtt: Rtt::default(),
            window: 0,
            window_max: 0,
            isn,
            cwnd: INITIAL_WINDOW_SEGMENTS,
            ssthresh: u32::MAX,
            retransmits: 0,
            spurious: 0,
            timeouts: 0,
            recoveries: 0,
            mss: settings.mss,
            timer: Timer::Retransmit,
            backoff: 0,
            scale: 0,
            finishing: false,
            probe_due: false,
            sack: false,
            hystart: settings.hystart,
        }
    }

    /// What the peer's SYN says of its segments.
    pub(crate) fn agree(&mut self, mss: Option<u16>, timestamps: bool, sack: bool) {
        let options = if timestamps { TIMESTAMPS_OPTION_BYTES } else { 0 };
        let mss = mss.unwrap_or(DEFAULT_MSS_BYTES).min(self.mss);
        self.mss = mss.saturating_sub(options).max(MSS_BYTES_MIN);
        self.sack = sack;
    }

    pub(crate) fn wire(&self, offset: i64) -> u32 {
        self.isn.wrapping_add(offset as u32)
    }

    /// The offset that an acknowledgement number means, next to SND.UNA.
    pub(crate) fn offset_of(&self, ack: u32) -> i64 {
        self.una + i64::from(ack.wrapping_sub(self.wire(self.una)) as i32)
    }

    pub(crate) fn window_max(&self) -> i64 {
        i64::from(self.window_max)
    }

    pub(crate) fn unacknowledged(&self) -> usize {
        (self.end - self.una.max(1)).max(0) as usize
    }

    /// Room in the send buffer, which grows as Linux lets it: twice the congestion window, at what a segment costs.
    pub(crate) fn room(&self, settings: &Settings) -> usize {
        let limit = (2 * self.cwnd.max(INITIAL_WINDOW_SEGMENTS)).saturating_mul(BUFFER_BYTES_PER_SEGMENT);
        (limit.min(settings.send_max) as usize).saturating_sub(self.unacknowledged())
    }

    pub(crate) fn queue(&mut self, bytes: &[u8], settings: &Settings, shared: &mut Shared) -> usize {
        let bytes = &bytes[..bytes.len().min(self.room(settings))];
        if !bytes.is_empty() {
            let (begin, end) = (self.una.max(1), self.end);
            self.ring.reserve(begin, end, end + bytes.len() as i64, &mut shared.buffers);
            self.ring.write(end, bytes);
            self.end += bytes.len() as i64;
        }
        bytes.len()
    }

    /// FIN has been acknowledged.
    pub(crate) fn fin_acknowledged(&self) -> bool {
        self.finishing && self.una > self.end
    }

    /// Something has been sent and not acknowledged.
    pub(crate) fn outstanding(&self) -> bool {
        self.nxt > self.una
    }

    /// SYN has been acknowledged, after `elapsed` if it was sent once only.
    pub(crate) fn open(&mut self, elapsed: Option<Duration>) {
        (self.una, self.nxt) = (1, 1);
        self.timer_at = SimTime::MAX;
        self.backoff = 0;
        match elapsed {
            Some(elapsed) => self.rtt.sample(elapsed, 1, 1),
            // The path may be bad (RFC 5681, 3.1).
            None => self.cwnd = 1,
        }
    }

    /// Takes the window of an acceptable segment (RFC 9293, 3.10.7.4); true if it is another one.
    pub(crate) fn update_window(&mut self, seq: i64, ack: i64, field: u16, scale: u8) -> bool {
        let window = u32::from(field) << scale;
        let is_newer = ack > self.window_ack
            || seq > self.window_seq
            || (seq == self.window_seq && window > self.window && ack >= self.window_ack);
        if !is_newer {
            return false;
        }
        let changed = window != self.window;
        self.window = window;
        self.window_max = self.window_max.max(window);
        (self.window_seq, self.window_ack) = (seq, ack);
        changed
    }

    /// After an acknowledgement: a window that has opened needs no asking.
    pub(crate) fn end_persisting(&mut self) {
        if self.timer == Timer::Persist && (self.may_send_next() || self.nxt == self.stream_end()) {
            self.timer_at = SimTime::MAX;
            self.timer = Timer::Retransmit;
            self.backoff = 0;
            self.probe_due = false;
        }
    }

    /// The bytes up to SND.UNA are no longer needed.
    pub(crate) fn drop_acknowledged(&mut self, shared: &mut Shared) {
        if self.una >= self.end {
            self.ring.clear(&mut shared.buffers);
        }
    }

    fn stream_end(&self) -> i64 {
        self.end + i64::from(self.finishing)
    }

    fn window_end(&self) -> i64 {
        self.una + i64::from(self.window)
    }

    /// Data that a new segment would carry.
    fn next_data(&self) -> i64 {
        (self.end - self.nxt).clamp(0, i64::from(self.mss))
    }

    /// The peer's window has room for the next segment (RFC 9293, 3.8.6.2.1): for all of it, or for half of the
    /// largest window there ever was.
    fn may_send_next(&self) -> bool {
        let (data, room) = (self.next_data(), self.window_end() - self.nxt);
        room >= data && (data > 0 || room >= 0) || room > 0 && room >= i64::from(self.window_max) / 2
    }

    /// The timer is due.
    pub(crate) fn handle_timeout(&mut self, now: SimTime) {
        self.timer_at = SimTime::MAX;
        match self.timer {
            Timer::Persist => {
                self.probe_due = true;
                self.backoff = (self.backoff + 1).min(DOUBLINGS_MAX);
            }
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

    /// For how long SYN waits for its answer.
    pub(crate) fn arm_for_syn(&mut self, now: SimTime) {
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
        let Some(flight) = self.flight.as_ref().filter(|flight| self.sack && !flight.records.is_empty()) else {
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

    /// What is to leave now: what is lost first, then what is new.
    pub(crate) fn next_piece(
        &mut self,
        now: SimTime,
        settings: &Settings,
        shared: &mut Shared,
    ) -> Option<Piece> {
        if let Some(piece) = self.probe_piece(now, shared) {
            return Some(piece);
        }
        let (lost, prefers_new, room) = self.flight.as_ref().map_or((false, false, true), |flight| {
            (flight.lost > flight.retransmitted, flight.prefers_new, flight.in_flight() < self.cwnd)
        });
        if room && lost && !(prefers_new && self.next_data() > 0 && self.may_send_next())
            && let Some(piece) = self.lost_piece(now)
        {
            return Some(piece);
        }
        self.new_piece(now, settings, room, shared)
    }

    /// The first segment that is lost and was not sent again since.
    fn lost_piece(&mut self, now: SimTime) -> Option<Piece> {
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

    fn retransmit(&mut self, now: SimTime, place: usize, start: i64, len: u16) -> Piece {
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
    fn probe_piece(&mut self, now: SimTime, shared: &mut Shared) -> Option<Piece> {
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
            let flight = self.flight.as_mut().expect("it was there a line above");
            let place = flight.records.len() - 1;
            let last = *flight.records.get(place)?;
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

    fn new_piece(
        &mut self,
        now: SimTime,
        settings: &Settings,
        room: bool,
        shared: &mut Shared,
    ) -> Option<Piece> {
        if self.nxt >= self.stream_end() {
            return None;
        }
        let (mss, data) = (i64::from(self.mss), self.next_data());
        if !room {
            if let Some(flight) = &mut self.flight {
                flight.limited = true;
            }
            return None;
        }
        if !self.may_send_next() {
            let fits = (self.window_end() - self.nxt).min(data);
            if fits > 0 && self.probe_due {
                self.probe_due = false;
                return Some(self.launch(now, fits, shared));
            }
            if !self.outstanding() && self.timer_at == SimTime::MAX && !self.probe_due {
                self.arm(now, Timer::Persist, self.rtt.rto_backed_off(self.backoff));
            }
            return None;
        }
        // Nagle: a small segment waits while another is on its way (RFC 9293, 3.7.4).
        if settings.nagle && data < mss && self.outstanding() && !self.finishing {
            return None;
        }
        let data = data.min(self.window_end() - self.nxt).max(0);
        self.restart_after_idle(now);
        let with_fin = i64::from(self.finishing && self.nxt + data == self.end);
        (data + with_fin > 0).then(|| self.launch(now, data + with_fin, shared))
    }

    /// A window that was not used for a timeout is no longer known to fit (RFC 5681, 4.1, and RFC 2861, as Linux
    /// has them): half of it goes for each timeout, down to the initial one.
    fn restart_after_idle(&mut self, now: SimTime) {
        if self.outstanding() || self.sent_at == SimTime::ZERO {
            return;
        }
        let (idle, rto) = (now.since(self.sent_at), self.rtt.rto());
        if let Some(flight) = &mut self.flight {
            flight.cubic.on_idle(idle);
        }
        if idle <= rto {
            return;
        }
        if self.ssthresh != u32::MAX {
            self.ssthresh = self.ssthresh.max(self.cwnd * 3 / 4);
        }
        let restart = self.cwnd.min(INITIAL_WINDOW_SEGMENTS);
        let mut left = idle.saturating_sub(rto);
        while !left.is_zero() && self.cwnd > restart {
            self.cwnd >>= 1;
            left = left.saturating_sub(rto);
        }
        self.cwnd = self.cwnd.max(restart);
    }

    /// A new segment leaves.
    fn launch(&mut self, now: SimTime, len: i64, shared: &mut Shared) -> Piece {
        let (start, was_idle) = (self.nxt, !self.outstanding());
        self.nxt += len;
        self.sent_at = now;
        let (una, nxt, cwnd) = (self.una, self.nxt, self.cwnd);
        let flight = self.flight.get_or_insert_with(|| shared.lend_flight());
        flight.records.push(start, len as u16, now);
        flight.note_new(una, nxt, cwnd);
        if was_idle || self.timer == Timer::Persist || self.timer_at == SimTime::MAX {
            self.timer = Timer::Retransmit;
            self.rearm(now);
        }
        if matches!(self.timer, Timer::Retransmit | Timer::Probe) && self.backoff == 0 {
            let before = (self.timer, self.timer_at);
            if !self.schedule_probe(now, false) {
                (self.timer, self.timer_at) = before;
            }
        }
        self.piece(start, len)
    }

    fn piece(&self, start: i64, len: i64) -> Piece {
        let fin = self.finishing && start + len > self.end;
        let len = (len - i64::from(fin)) as usize;
        Piece { start, len, fin, push: start + len as i64 >= self.end && len > 0 }
    }

    pub(crate) fn payload(&self, piece: Piece, shared: &mut Shared) -> Payload {
        shared.payloads.lend(piece.len, |into| self.ring.copy_to(piece.start, into))
    }

    /// Whether a segment without data is to ask after the peer's window (RFC 9293, 3.8.6.1).
    pub(crate) fn take_probe(&mut self, now: SimTime) -> bool {
        let due = std::mem::take(&mut self.probe_due) && !self.outstanding();
        if due {
            self.arm(now, Timer::Persist, self.rtt.rto_backed_off(self.backoff));
        }
        due
    }

    /// Fills in what this half knows.
    pub(crate) fn describe(&self, info: &mut Info) {
        let mss = u64::from(self.mss);
        info.mss_bytes = u32::from(self.mss);
        info.cwnd_bytes = u64::from(self.cwnd) * mss;
        info.ssthresh_bytes = (self.ssthresh != u32::MAX).then(|| u64::from(self.ssthresh) * mss);
        info.srtt = self.rtt.smoothed();
        info.min_rtt = self.rtt.min();
        info.rto = self.rtt.rto();
        let segments = self.flight.as_ref().map_or(0, |flight| u64::from(flight.in_flight()));
        info.in_flight_bytes = (segments * mss).min((self.nxt - self.una) as u64);
        info.send_window_bytes = u64::from(self.window);
        info.retransmits = self.retransmits;
        info.spurious_retransmits = self.spurious;
        info.timeouts = self.timeouts;
        info.recoveries = self.recoveries;
        info.bytes_acked = (self.una.min(self.end) - 1).max(0) as u64;
        info.delivered = self.delivered;
    }

    pub(crate) fn release(&mut self, shared: &mut Shared) {
        if let Some(flight) = self.flight.take() {
            shared.take_back_flight(flight);
        }
        self.ring.clear(&mut shared.buffers);
        self.end = self.end.min(self.una.max(1));
        self.timer_at = SimTime::MAX;
        self.probe_due = false;
    }
}
