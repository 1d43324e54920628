//! The receiving half: reassembly, what is acknowledged and when, and how large the window is.

use std::collections::VecDeque;
use std::time::Duration;

use wire::SimTime;

use crate::config::buffer_bytes;
use crate::ring::{ByteRing, Shared};
use crate::segment::{SackBlocks, Segment};

/// The receive buffer at first: what Linux offers before it knows how fast the program reads.
const INITIAL_BUFFER_BYTES: u32 = 64 * 1024;
/// Acknowledgements that are sent at once at the beginning, while the peer is in slow start (Linux's
/// `TCP_MAX_QUICKACKS`).
const QUICK_ACKS_MAX: u8 = 16;
/// Full segments that the window grows by beyond what was measured (dynamic right-sizing in Linux).
const HEADROOM_SEGMENTS: u32 = 16;
/// Segments of an initial window (RFC 6928), with which the measuring begins.
const INITIAL_SEGMENTS: u32 = 10;

/// State of the receiving half. Offsets count from the peer's SYN, which is 0.
#[derive(Debug)]
pub(crate) struct Receiver {
    /// RCV.NXT.
    pub(crate) nxt: i64,
    /// The first byte that the program has not read.
    pub(crate) read: i64,
    /// Right edge of the window that the peer was offered.
    advertised: i64,
    /// RCV.NXT as the peer was last told.
    acked: i64,
    ring: ByteRing,
    gaps: Option<Box<Gaps>>,
    /// When an acknowledgement that waits for company leaves.
    pub(crate) ack_at: SimTime,
    /// When data last came.
    data_at: SimTime,
    /// Begin of the current measuring of how fast the program reads.
    measured_at: SimTime,
    measured_from: i64,
    /// What it read in the round trip before.
    space: u32,
    /// Round-trip time as this side sees it, in microseconds; 0 before the first sample.
    rtt_us: u32,
    last_echo: u32,
    /// The peer's initial sequence number.
    irs: u32,
    /// How far the window may reach beyond what was read.
    limit: u32,
    limit_max: u32,
    /// Bytes in the largest segment seen, or expected.
    mss: u16,
    /// The shift of the window field (RFC 7323, 2).
    pub(crate) scale: u8,
    quick: u8,
    /// The program answers what it reads: acknowledgements travel with the answers.
    interactive: bool,
    /// An acknowledgement must leave now.
    pub(crate) ack_now: bool,
    /// Everything up to FIN has arrived.
    pub(crate) finished: bool,
    /// A range that came twice, to be told to the peer (RFC 2883).
    duplicate: Option<(u32, u32)>,
}

/// What has arrived beyond RCV.NXT.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    /// In order, apart from one another.
    ranges: VecDeque<(i64, i64)>,
    /// The ranges that were last added to, latest first (RFC 2018, 4).
    recent: [(i64, i64); 4],
    recent_len: usize,
    /// Where FIN is, if it came out of order.
    fin_at: Option<i64>,
}

impl Gaps {
    pub(crate) fn reset(&mut self) {
        self.ranges.clear();
        self.recent_len = 0;
        self.fin_at = None;
    }

    /// Adds a range and whatever touches it; false if all of it was there.
    fn insert(&mut self, begin: i64, end: i64) -> bool {
        let first = self.ranges.partition_point(|range| range.1 < begin);
        let mut merged = (begin, end);
        let mut last = first;
        while let Some(&(left, right)) = self.ranges.get(last).filter(|range| range.0 <= end) {
            if left <= begin && end <= right {
                self.note((left, right));
                return false;
            }
            merged = (merged.0.min(left), merged.1.max(right));
            last += 1;
        }
        if last == first {
            self.ranges.insert(first, merged);
        } else {
            self.ranges[first] = merged;
            self.ranges.drain(first + 1..last);
        }
        self.note(merged);
        true
    }

    /// Puts a range in front of the recent ones, in the place of those within it.
    fn note(&mut self, range: (i64, i64)) {
        let mut kept = 0;
        let old = self.recent;
        self.recent[0] = range;
        for &it in old[..self.recent_len].iter().filter(|it| it.1 < range.0 || range.1 < it.0) {
            kept += 1;
            if let Some(place) = self.recent.get_mut(kept) {
                *place = it;
            }
        }
        self.recent_len = (kept + 1).min(self.recent.len());
    }

    /// Takes out the range that now begins at `nxt` or before, and says where it ends.
    fn take_joined(&mut self, nxt: i64) -> i64 {
        let mut nxt = nxt;
        while let Some(&(begin, end)) = self.ranges.front().filter(|range| range.0 <= nxt) {
            debug_assert!(begin <= nxt);
            nxt = nxt.max(end);
            self.ranges.pop_front();
        }
        let mut kept = 0;
        for index in 0..self.recent_len {
            if self.recent[index].1 > nxt {
                self.recent[kept] = self.recent[index];
                kept += 1;
            }
        }
        self.recent_len = kept;
        nxt
    }
}

impl Receiver {
    pub(crate) fn new(now: SimTime, mss: u16, buffer_max: usize) -> Self {
        let limit_max = buffer_bytes(buffer_max);
        let limit = limit_max.min(INITIAL_BUFFER_BYTES);
        let mut scale = 0;
        while scale < 14 && limit_max >> scale > u32::from(u16::MAX) {
            scale += 1;
        }
        Self {
            nxt: 0,
            read: 1,
            advertised: 0,
            acked: 0,
            ring: ByteRing::default(),
            gaps: None,
            ack_at: SimTime::MAX,
            data_at: SimTime::ZERO,
            measured_at: now,
            measured_from: 1,
            space: (INITIAL_SEGMENTS * u32::from(mss)).min(limit),
            rtt_us: 0,
            last_echo: 0,
            irs: 0,
            limit,
            limit_max,
            mss,
            scale,
            quick: QUICK_ACKS_MAX,
            interactive: false,
            ack_now: false,
            finished: false,
            duplicate: None,
        }
    }

    /// The peer's SYN is here.
    pub(crate) fn synchronise(&mut self, seq: u32) {
        self.irs = seq;
        self.nxt = 1;
        self.advertised = 1 + i64::from(self.syn_window());
    }

    /// The window field of SYN, which is never scaled (RFC 7323, 2.2).
    pub(crate) fn syn_window(&self) -> u16 {
        u16::try_from(self.limit).unwrap_or(u16::MAX)
    }

    /// The offset that a sequence number means, next to RCV.NXT.
    pub(crate) fn offset_of(&self, seq: u32) -> i64 {
        self.nxt + i64::from(seq.wrapping_sub(self.wire(self.nxt)) as i32)
    }

    pub(crate) fn wire(&self, offset: i64) -> u32 {
        self.irs.wrapping_add(offset as u32)
    }

    /// The acknowledgement number.
    pub(crate) fn ack(&self) -> u32 {
        self.wire(self.nxt)
    }

    /// As [`Receiver::ack`], when the peer gets to know it.
    pub(crate) fn note_acknowledged(&mut self) -> u32 {
        self.acked = self.nxt;
        self.ack()
    }

    /// End of the window that the peer may use.
    pub(crate) fn window_end(&self) -> i64 {
        self.advertised.max(self.nxt)
    }

    /// Whether a segment touches the window (RFC 9293, 3.10.7.4, with what Linux allows: anything that ends at what
    /// was last acknowledged, or later).
    pub(crate) fn acceptable(&self, begin: i64, end: i64) -> bool {
        end >= self.acked && begin <= self.window_end()
    }

    /// Bytes that the program has not read.
    pub(crate) fn unread(&self) -> usize {
        (self.data_end() - self.read).max(0) as usize
    }

    fn data_end(&self) -> i64 {
        self.nxt - i64::from(self.finished)
    }

    /// Bytes that have arrived in order.
    pub(crate) fn received(&self) -> u64 {
        (self.data_end() - 1).max(0) as u64
    }

    pub(crate) fn window(&self) -> u32 {
        (self.window_end() - self.nxt) as u32
    }

    /// RCV.NXT as the peer was last told (Last.ACK.sent of RFC 7323, 4.3).
    pub(crate) fn acked(&self) -> i64 {
        self.acked
    }

    /// The peer is to hear that it sent this twice (RFC 2883, 4).
    pub(crate) fn note_duplicate(&mut self, begin: i64, end: i64) {
        self.duplicate = Some((self.wire(begin), self.wire(end)));
    }

    /// Takes what a segment at `begin` brings, FIN and all; true if RCV.NXT moved.
    pub(crate) fn receive(
        &mut self,
        now: SimTime,
        begin: i64,
        segment: &Segment,
        delayed_ack: Duration,
        shared: &mut Shared,
    ) -> bool {
        let payload = segment.payload.as_slice();
        let end = begin + payload.len() as i64;
        let fin_at = segment.flags.fin().then_some(end);
        if self.finished || end + i64::from(fin_at.is_some()) <= self.nxt {
            // All of it was here before (RFC 2883, 4).
            if begin < end.min(self.nxt) {
                self.note_duplicate(begin, end.min(self.nxt));
            }
            self.quicken(2);
            self.ack_now = true;
            return false;
        }
        let (from, to) = (begin.max(self.nxt), end.min(self.window_end()));
        let fin_at = fin_at.filter(|&at| at <= self.window_end());
        if begin < self.nxt && !payload.is_empty() {
            self.duplicate = Some((self.wire(begin), self.wire(self.nxt)));
            self.ack_now = true;
        }
        if from >= to && fin_at.is_none() {
            self.ack_now = true;
            return false;
        }
        self.note_arrival(now, payload.len());
        if from < to {
            let kept_end = self.gaps.as_ref().and_then(|gaps| gaps.ranges.back()).map_or(self.nxt, |it| it.1);
            self.ring.reserve(self.read, kept_end, to.max(kept_end), &mut shared.buffers);
            self.ring.write(from, &payload[(from - begin) as usize..(to - begin) as usize]);
        }
        if from > self.nxt {
            self.keep_apart(from, to, fin_at, shared);
            return false;
        }
        let before = self.nxt;
        self.nxt = self.nxt.max(to);
        let mut reached_fin = fin_at.is_some_and(|at| at <= self.nxt);
        if let Some(gaps) = &mut self.gaps {
            // A hole was filled: the peer must know at once (RFC 5681, 4.2).
            self.ack_now = true;
            self.nxt = gaps.take_joined(self.nxt);
            gaps.fin_at = gaps.fin_at.or(fin_at);
            reached_fin |= gaps.fin_at.is_some_and(|at| at <= self.nxt);
            if gaps.ranges.is_empty() && (reached_fin || gaps.fin_at.is_none()) {
                shared.take_back_gaps(self.gaps.take().expect("it was there a line above"));
            }
        }
        if reached_fin {
            self.nxt += 1;
            self.finished = true;
            self.ack_now = true;
        }
        self.schedule_ack(now, delayed_ack);
        self.nxt > before
    }

    /// Keeps what lies behind a hole.
    fn keep_apart(&mut self, from: i64, to: i64, fin_at: Option<i64>, shared: &mut Shared) {
        // Each segment out of order is answered at once (RFC 5681, 4.2).
        self.ack_now = true;
        self.quicken(QUICK_ACKS_MAX);
        let gaps = self.gaps.get_or_insert_with(|| shared.lend_gaps());
        gaps.fin_at = gaps.fin_at.or(fin_at);
        if from < to && !gaps.insert(from, to) {
            self.duplicate = Some((self.wire(from), self.wire(to)));
        }
    }

    /// The next acknowledgements leave at once.
    fn quicken(&mut self, acks: u8) {
        self.quick = self.quick.max(acks);
        self.interactive = false;
    }

    /// A segment with data is here (Linux: `tcp_event_data_recv`).
    fn note_arrival(&mut self, now: SimTime, len: usize) {
        let len = len.min(usize::from(u16::MAX)) as u16;
        // The peer's segments may be smaller than ours.
        if len >= 536 {
            self.mss = len;
        }
        self.data_at = now;
    }

    /// Says when what came in order is acknowledged: every second full segment at once, others after a while
    /// (RFC 9293, 3.8.6.3; RFC 5681, 4.2), the first ones of a connection at once (as Linux does).
    fn schedule_ack(&mut self, now: SimTime, delayed_ack: Duration) {
        let is_due = self.nxt - self.acked > i64::from(self.mss);
        if is_due || self.gaps.is_some() || (self.quick > 0 && !self.interactive) {
            self.ack_now = true;
        } else if self.ack_at == SimTime::MAX {
            self.ack_at = now + delayed_ack;
        }
    }

    /// The acknowledgement has waited long enough.
    pub(crate) fn handle_ack_timeout(&mut self) {
        self.ack_at = SimTime::MAX;
        self.ack_now = true;
        // Company did not come: the program does not answer what it reads (as Linux does).
        self.interactive = false;
    }

    /// This side sends data.
    pub(crate) fn note_answer(&mut self, now: SimTime, delayed_ack: Duration) {
        if now.since(self.data_at) < delayed_ack && self.data_at != SimTime::ZERO {
            self.interactive = true;
        }
    }

    /// The fields of a segment that leaves: acknowledgement, window, SACK.
    pub(crate) fn write_to(&mut self, segment: &mut Segment, sack: bool, blocks_max: usize) {
        segment.ack = self.ack();
        let unit = 1_i64 << self.scale;
        let offered = (self.nxt + i64::from(self.free())).max(self.advertised) - self.nxt;
        let field = ((offered + unit - 1) >> self.scale).clamp(0, i64::from(u16::MAX));
        self.advertised = self.nxt + (field << self.scale);
        segment.window = field as u16;
        if sack {
            segment.sack = self.sack_blocks(blocks_max);
        }
        self.duplicate = None;
        if self.quick > 0 && (self.ack_now || self.ack_at != SimTime::MAX || self.acked < self.nxt) {
            self.quick -= 1;
        }
        self.acked = self.nxt;
        self.ack_now = false;
        self.ack_at = SimTime::MAX;
    }

    /// What came twice first (RFC 2883, 4), then the ranges, those that grew last first (RFC 2018, 4).
    fn sack_blocks(&self, blocks_max: usize) -> SackBlocks {
        let mut blocks = SackBlocks::default();
        if let Some((left, right)) = self.duplicate {
            blocks.push(left, right);
        }
        if let Some(gaps) = &self.gaps {
            let room = blocks_max - blocks.as_slice().len();
            for &(left, right) in gaps.recent[..gaps.recent_len].iter().take(room) {
                blocks.push(self.wire(left), self.wire(right));
            }
        }
        blocks
    }

    /// Room for the window; nothing rather than little (RFC 9293, 3.8.6.2.2).
    fn free(&self) -> u32 {
        let free = self.limit.saturating_sub(self.unread() as u32);
        if free < (self.limit / 16).max(u32::from(self.mss).min(self.limit / 2)) { 0 } else { free }
    }

    /// Shows `take` the bytes that wait, in one slice or in two, and drops as much as it takes. `senders_rtt` stands in
    /// for what only timestamps can measure on this side.
    pub(crate) fn read_with(
        &mut self,
        now: SimTime,
        senders_rtt: Option<Duration>,
        shared: &mut Shared,
        mut take: impl FnMut(&[u8]) -> usize,
    ) -> usize {
        let end = self.data_end();
        if self.read >= end {
            return 0;
        }
        let (first, second) = self.ring.slices(self.read, end);
        let mut taken = take(first).min(first.len());
        if taken == first.len() && !second.is_empty() {
            taken += take(second).min(second.len());
        }
        self.read += taken as i64;
        if self.read == end && self.gaps.is_none() {
            self.ring.clear(&mut shared.buffers);
        }
        self.measure(now, senders_rtt);
        taken
    }

    /// After a read: whether the peer should hear of a window that has opened (RFC 9293, 3.8.6.2.2), or has waited
    /// for an acknowledgement of more than a segment.
    pub(crate) fn note_room(&mut self) {
        let now_offered = self.window();
        let free = self.free();
        if now_offered <= self.limit / 2 && free > 0 && free >= now_offered.saturating_mul(2).max(1) {
            self.ack_now = true;
        }
    }

    /// Dynamic right-sizing: the window is to hold twice what the program reads in a round trip, and more while
    /// that grows (Fisk and Feng, 2001, as Linux has it).
    fn measure(&mut self, now: SimTime, senders_rtt: Option<Duration>) {
        let rtt = match self.rtt_us {
            0 => senders_rtt,
            micros => Some(Duration::from_micros(u64::from(micros))),
        };
        if rtt.is_none_or(|rtt| now.since(self.measured_at) < rtt) {
            return;
        }
        let copied = u64::try_from(self.read - self.measured_from).unwrap_or(0);
        let space = u64::from(self.space.max(1));
        if copied > space {
            let window = 2 * copied + u64::from(HEADROOM_SEGMENTS * u32::from(self.mss));
            let window = window + 2 * (window * (copied - space) / space);
            let window = u32::try_from(window).unwrap_or(u32::MAX).min(self.limit_max);
            self.limit = self.limit.max(window);
            self.space = u32::try_from(copied).unwrap_or(u32::MAX);
        }
        self.measured_at = now;
        self.measured_from = self.read;
    }

    /// A data segment echoes a timestamp of ours: a sample of the round-trip time without data of ours
    /// (RFC 7323, 4.3, from the other side). `elapsed` is its age.
    pub(crate) fn sample_rtt(&mut self, len: usize, echo: u32, elapsed: Duration) {
        if echo == self.last_echo || len < usize::from(self.mss) {
            return;
        }
        self.last_echo = echo;
        let sample = u32::try_from(elapsed.as_micros()).unwrap_or(u32::MAX).max(1);
        self.rtt_us = if self.rtt_us == 0 { sample } else { self.rtt_us - self.rtt_us / 8 + sample / 8 };
    }

    /// Drops what is kept out of order; unread bytes stay until they are read.
    pub(crate) fn forget_gaps(&mut self, shared: &mut Shared) {
        if let Some(gaps) = self.gaps.take() {
            shared.take_back_gaps(gaps);
        }
        if self.unread() == 0 {
            self.ring.clear(&mut shared.buffers);
        }
    }

    pub(crate) fn release(&mut self, shared: &mut Shared) {
        self.read = self.data_end().max(self.read);
        self.forget_gaps(shared);
    }
}
