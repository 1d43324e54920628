//! The sending half: the send buffer, the peer's window, and what may leave. What acknowledgements say is
//! in `recovery`, what leaves again in `retransmission`, the congestion window in `congestion`.

use std::time::Duration;

use wire::SimTime;

use crate::config::{MSS_BYTES_MIN, Settings};
use crate::flight::Flight;
use crate::retransmission::Timer;
use crate::ring::{ByteRing, Shared};
use crate::rtt::Rtt;
use crate::segment::Payload;
use crate::state::Info;

/// Segments of the initial window (RFC 6928).
pub(crate) const INITIAL_WINDOW_SEGMENTS: u32 = 10;
/// What a peer takes that does not say (RFC 9293, 3.7.1).
const DEFAULT_MSS_BYTES: u16 = 536;
const TIMESTAMPS_OPTION_BYTES: u16 = 12;
/// What Linux counts for a full segment in a send buffer.
const BUFFER_BYTES_PER_SEGMENT: u32 = 2_304;

/// State of the sending half. Offsets count from our SYN, which is 0.
#[derive(Debug)]
pub(crate) struct Sender {
    /// SND.UNA.
    pub(crate) una: i64,
    /// SND.NXT; never goes back.
    pub(crate) nxt: i64,
    /// One past the last byte in the send buffer.
    pub(crate) end: i64,
    /// SND.WL1.
    window_seq: u32,
    pub(crate) flight: Option<Box<Flight>>,
    pub(crate) timer_at: SimTime,
    /// When data last left.
    pub(crate) sent_at: SimTime,
    /// Segments that the peer is known to have.
    pub(crate) delivered: u32,
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
    pub(crate) probe_due: bool,
    /// The peer acknowledges selectively.
    pub(crate) sack: bool,
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
    /// Whether the peer has shut its window and is asked from time to time (RFC 9293, 3.8.6.1).
    pub(crate) fn persists(&self) -> bool {
        self.timer == Timer::Persist && self.timer_at != SimTime::MAX
    }

    pub(crate) fn new(settings: &Settings, isn: u32) -> Self {
        Self {
            una: 0,
            nxt: 0,
            end: 1,
            window_seq: 0,
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
    pub(crate) fn open(&mut self, now: SimTime, elapsed: Option<Duration>) {
        (self.una, self.nxt) = (1, 1);
        self.timer_at = SimTime::MAX;
        self.backoff = 0;
        match elapsed {
            Some(elapsed) => self.rtt.sample(now, elapsed, 1, 1),
            // The path may be bad (RFC 5681, 3.1).
            None => self.cwnd = 1,
        }
    }

    /// Takes the window of the peer's SYN.
    pub(crate) fn take_first_window(&mut self, seq: u32, window: u16) {
        self.window = u32::from(window);
        self.window_max = self.window;
        self.window_seq = seq;
    }

    /// Takes the window of an acceptable segment (RFC 9293, 3.10.7.4); true if it is another one.
    pub(crate) fn update_window(&mut self, seq: u32, ack: i64, field: u16, scale: u8) -> bool {
        let window = u32::from(field) << scale;
        let later = seq.wrapping_sub(self.window_seq) as i32;
        let is_newer = ack > self.una || later > 0 || later == 0 && (window > self.window || window == 0);
        if ack < self.una || !is_newer {
            return false;
        }
        let changed = window != self.window;
        self.window = window;
        self.window_max = self.window_max.max(window);
        self.window_seq = seq;
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

    pub(crate) fn stream_end(&self) -> i64 {
        self.end + i64::from(self.finishing)
    }

    pub(crate) fn window_end(&self) -> i64 {
        self.una + i64::from(self.window)
    }

    /// Data that a new segment would carry.
    pub(crate) fn next_data(&self) -> i64 {
        (self.end - self.nxt).clamp(0, i64::from(self.mss))
    }

    /// The peer's window has room for the next segment (RFC 9293, 3.8.6.2.1): for all of it, or for half of the
    /// largest window there ever was.
    pub(crate) fn may_send_next(&self) -> bool {
        let (data, room) = (self.next_data(), self.window_end() - self.nxt);
        room >= data && (data > 0 || room >= 0) || room > 0 && room >= i64::from(self.window_max) / 2
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
            (flight.unrepaired > 0, flight.prefers_new, flight.in_flight() < self.cwnd)
        });
        if room
            && lost
            && !(prefers_new && self.next_data() > 0 && self.may_send_next())
            && let Some(piece) = self.lost_piece(now)
        {
            return Some(piece);
        }
        self.new_piece(now, settings, room, shared)
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
            flight.cubic.on_idle(now, idle);
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
    pub(crate) fn launch(&mut self, now: SimTime, len: i64, shared: &mut Shared) -> Piece {
        let (start, was_idle) = (self.nxt, !self.outstanding());
        self.nxt += len;
        self.sent_at = now;
        let (una, nxt, cwnd) = (self.una, self.nxt, self.cwnd);
        let flight = self.flight.get_or_insert_with(|| shared.lend_flight());
        if flight.records.is_empty() && !flight.records.has_room() {
            flight.records = shared.lend_records();
        }
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

    pub(crate) fn piece(&self, start: i64, len: i64) -> Piece {
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
        info.delivered = u64::from(self.delivered);
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
