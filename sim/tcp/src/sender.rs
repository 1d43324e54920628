//! The sending half: what is in flight, what may leave, what is lost.

use std::collections::VecDeque;
use std::time::Duration;

use wire::SimTime;

use crate::config::{MSS_BYTES_MIN, Settings};
use crate::ring::{ByteRing, Shared};
use crate::rtt::Rtt;
use crate::segment::{Payload, Segment};
use crate::state::Info;

/// Segments of the initial window (RFC 6928).
pub(crate) const INITIAL_WINDOW_SEGMENTS: u32 = 10;
/// What a peer takes that does not say (RFC 9293, 3.7.1).
const DEFAULT_MSS_BYTES: u16 = 536;
const TIMESTAMPS_OPTION_BYTES: u16 = 12;
/// The send buffer at least.
const SEND_BUFFER_BYTES_MIN: u32 = 46_080;
/// What Linux counts for a full segment in a send buffer.
const BUFFER_BYTES_PER_SEGMENT: u32 = 2_304;

/// What the sender's one timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// RFC 6298, 5: what is in flight, or SYN, is sent again.
    Retransmit,
    /// RFC 9293, 3.8.6.1: the peer's window is asked after.
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
    /// FIN follows what is in the send buffer.
    pub(crate) finishing: bool,
    window: u32,
    window_max: u32,
    /// SND.WL1, SND.WL2.
    window_seq: i64,
    window_ack: i64,
    ring: ByteRing,
    flight: Option<Box<Flight>>,
    pub(crate) rtt: Rtt,
    pub(crate) timer_at: SimTime,
    pub(crate) timer: Timer,
    pub(crate) backoff: u8,
    /// The peer's shift of the window field.
    pub(crate) scale: u8,
    pub(crate) mss: u16,
    isn: u32,
    cwnd: u32,
    ssthresh: u32,
    pub(crate) retransmits: u32,
    pub(crate) timeouts: u32,
    /// A segment without data is to ask after the window.
    probe_due: bool,
}

/// What is in flight.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    records: VecDeque<Record>,
    lost: u32,
}

#[derive(Clone, Copy, Debug)]
struct Record {
    start: i64,
    sent_at: SimTime,
    len: u16,
    lost: bool,
    again: bool,
}

impl Flight {
    pub(crate) fn reset(&mut self) {
        self.records.clear();
        self.lost = 0;
    }
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
            finishing: false,
            window: 0,
            window_max: 0,
            window_seq: 0,
            window_ack: 0,
            ring: ByteRing::default(),
            flight: None,
            rtt: Rtt::default(),
            timer_at: SimTime::MAX,
            timer: Timer::Retransmit,
            backoff: 0,
            scale: 0,
            mss: settings.mss,
            isn,
            cwnd: INITIAL_WINDOW_SEGMENTS,
            ssthresh: u32::MAX,
            retransmits: 0,
            timeouts: 0,
            probe_due: false,
        }
    }

    /// What the peer's SYN says of its segments.
    pub(crate) fn agree(&mut self, mss: Option<u16>, timestamps: bool) {
        let options = if timestamps { TIMESTAMPS_OPTION_BYTES } else { 0 };
        let mss = mss.unwrap_or(DEFAULT_MSS_BYTES).min(self.mss);
        self.mss = mss.saturating_sub(options).max(MSS_BYTES_MIN);
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

    /// As Linux lets a send buffer grow: twice the congestion window, with what a segment costs it.
    pub(crate) fn room(&self, settings: &Settings) -> usize {
        let limit = (2 * self.cwnd.max(INITIAL_WINDOW_SEGMENTS)).saturating_mul(BUFFER_BYTES_PER_SEGMENT);
        let limit = limit.max(SEND_BUFFER_BYTES_MIN).min(settings.send_max);
        (limit as usize).saturating_sub(self.unacknowledged())
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

    /// All that there is has been sent, FIN too.
    fn stream_end(&self) -> i64 {
        self.end + i64::from(self.finishing)
    }

    pub(crate) fn outstanding(&self) -> bool {
        self.nxt > self.una
    }

    /// SYN has been acknowledged.
    pub(crate) fn open(&mut self) {
        self.una = 1;
        self.nxt = 1;
        self.timer_at = SimTime::MAX;
        self.backoff = 0;
    }

    /// Takes the window of an acceptable segment (RFC 9293, 3.10.7.4).
    pub(crate) fn update_window(&mut self, seq: i64, ack: i64, field: u16, scale: u8) {
        let window = u32::from(field) << scale;
        if self.window_seq < seq
            || (self.window_seq == seq
                && (self.window_ack < ack || (self.window_ack == ack && window > self.window)))
            || self.window_ack < ack
        {
            self.window = window;
            self.window_max = self.window_max.max(window);
            self.window_seq = seq;
            self.window_ack = ack;
        }
    }

    /// An acknowledgement of data of ours: true if SND.UNA moved.
    pub(crate) fn acknowledge(
        &mut self,
        now: SimTime,
        ack: i64,
        _segment: &Segment,
        shared: &mut Shared,
    ) -> bool {
        self.probe_due = false;
        if self.timer == Timer::Persist && self.window > 0 {
            self.timer_at = SimTime::MAX;
            self.backoff = 0;
        }
        if ack <= self.una {
            return false;
        }
        self.una = ack;
        if let Some(flight) = &mut self.flight {
            let mut sample = None;
            while let Some(front) = flight.records.front_mut() {
                let end = front.start + i64::from(front.len);
                if end > ack {
                    if front.start < ack {
                        front.len = (end - ack) as u16;
                        front.start = ack;
                    }
                    break;
                }
                if front.lost {
                    flight.lost -= 1;
                }
                if !front.again {
                    sample = Some(now.since(front.sent_at));
                }
                if self.cwnd < self.ssthresh {
                    self.cwnd += 1;
                }
                flight.records.pop_front();
            }
            if let Some(sample) = sample {
                self.rtt.sample(sample, self.una, self.nxt);
            }
            if flight.records.is_empty() {
                shared.take_back_flight(self.flight.take().expect("it was there a line above"));
            }
        }
        if self.una >= self.end {
            self.ring.clear(&mut shared.buffers);
        }
        self.backoff = 0;
        self.timer_at = if self.outstanding() { now + self.rtt.rto() } else { SimTime::MAX };
        self.timer = Timer::Retransmit;
        true
    }

    /// The timer is due.
    pub(crate) fn handle_timeout(&mut self, now: SimTime) {
        self.timer_at = SimTime::MAX;
        match self.timer {
            Timer::Persist => {
                self.probe_due = true;
                self.backoff = self.backoff.saturating_add(1).min(15);
            }
            Timer::Retransmit => {
                self.timeouts += 1;
                self.backoff = self.backoff.saturating_add(1).min(15);
                self.ssthresh = (self.cwnd / 2).max(2);
                self.cwnd = 1;
                if let Some(flight) = &mut self.flight {
                    for record in &mut flight.records {
                        flight.lost += u32::from(!record.lost);
                        record.lost = true;
                    }
                    self.timer_at = now + self.rtt.rto_backed_off(self.backoff);
                }
            }
        }
    }

    /// What is to leave now: lost pieces first, then new ones.
    pub(crate) fn next_piece(
        &mut self,
        now: SimTime,
        settings: &Settings,
        shared: &mut Shared,
    ) -> Option<Piece> {
        let in_flight = self.flight.as_ref().map_or(0, |flight| flight.records.len() as u32 - flight.lost);
        if in_flight >= self.cwnd {
            return None;
        }
        if let Some(flight) = &mut self.flight
            && flight.lost > 0
        {
            let record = flight.records.iter_mut().find(|record| record.lost).expect("the count says so");
            record.lost = false;
            record.again = true;
            record.sent_at = now;
            flight.lost -= 1;
            self.retransmits += 1;
            let (start, len) = (record.start, record.len);
            return Some(self.piece(start, i64::from(len)));
        }
        let mss = i64::from(self.mss);
        let stream_end = self.stream_end();
        let ready = (stream_end - self.nxt).min(mss);
        if ready <= 0 {
            return None;
        }
        let data = (self.end - self.nxt).min(mss);
        let ready = if self.nxt + data == self.end { data + i64::from(self.finishing) } else { data };
        let window_end = self.una + i64::from(self.window);
        let half_max = i64::from(self.window_max) / 2;
        if self.nxt + data > window_end {
            // Rather nothing than a piece of a segment (RFC 9293, 3.8.6.2.1), unless there is nothing else.
            let fits = window_end - self.nxt;
            if fits <= 0 || fits < mss.min(half_max) && !self.probe_due {
                self.await_window(now);
                return None;
            }
            self.probe_due = false;
            return Some(self.launch(now, fits, shared));
        }
        if settings.nagle && data < mss && self.outstanding() && !self.finishing {
            return None;
        }
        Some(self.launch(now, ready, shared))
    }

    fn await_window(&mut self, now: SimTime) {
        if !self.outstanding() && self.timer_at == SimTime::MAX {
            self.timer = Timer::Persist;
            self.timer_at = now + self.rtt.rto_backed_off(self.backoff);
        }
    }

    fn launch(&mut self, now: SimTime, len: i64, shared: &mut Shared) -> Piece {
        let start = self.nxt;
        let flight = self.flight.get_or_insert_with(|| shared.lend_flight());
        flight.records.push_back(Record { start, sent_at: now, len: len as u16, lost: false, again: false });
        self.nxt += len;
        if self.timer == Timer::Persist || self.timer_at == SimTime::MAX {
            self.timer = Timer::Retransmit;
            self.timer_at = now + self.rtt.rto_backed_off(self.backoff);
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

    pub(crate) fn take_probe(&mut self, now: SimTime) -> bool {
        let due = std::mem::take(&mut self.probe_due);
        if due {
            self.timer = Timer::Persist;
            self.timer_at = now + self.rtt.rto_backed_off(self.backoff);
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
        info.in_flight_bytes = (self.nxt - self.una) as u64;
        info.send_window_bytes = u64::from(self.window);
        info.retransmits = self.retransmits;
        info.timeouts = self.timeouts;
        info.bytes_acked = (self.una.min(self.end) - 1).max(0) as u64;
    }

    /// SYN had to be repeated: the round trip is unknown, and the first window is small (RFC 6298, 5.7; RFC 5681, 3.1).
    pub(crate) fn note_lost_syn(&mut self) {
        self.cwnd = 1;
    }

    /// For how long SYN waits for its answer.
    pub(crate) fn arm_for_syn(&mut self, now: SimTime) {
        self.timer = Timer::Retransmit;
        self.timer_at = now + self.rtt.rto_backed_off(self.backoff);
    }

    pub(crate) fn sample_syn(&mut self, elapsed: Duration) {
        self.rtt.sample(elapsed, self.una, self.nxt);
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
