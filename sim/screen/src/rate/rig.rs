//! A simulated line for tests: some hops with a rate, a delay and a drop-tail queue, sessions on it, and what came of
//! them. A transport that never loses: what is dropped is sent again a round trip later, and holds up what follows.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use wire::SimTime;
use wire::tool::{FrameAck, Stamp};

use super::{Controller, NANOS_PER_S, SentFrame, bytes_in, nanos, nanos_of};

const PACKET_BYTES: usize = 1_400;
const BIN: Duration = Duration::from_millis(100);

/// One hop. Its rates begin at the times given, the first at zero.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    pub(super) rates: Vec<(SimTime, u64)>,
    pub(super) propagation: Duration,
    pub(super) queue_bytes: usize,
}

impl Hop {
    pub(super) fn new(bits_per_s: u64, propagation_ms: u64, queue_bytes: usize) -> Self {
        let propagation = Duration::from_millis(propagation_ms);
        Self { rates: vec![(SimTime::ZERO, bits_per_s)], propagation, queue_bytes }
    }

    pub(super) fn then(mut self, at_s: u64, bits_per_s: u64) -> Self {
        self.rates.push((SimTime::from_secs(at_s), bits_per_s));
        self
    }

    /// The stretches of one rate from `from` on: until when, and the rate.
    fn stretches(&self, from: SimTime) -> impl Iterator<Item = (SimTime, u64)> {
        let ends = self.rates.iter().skip(1).map(|(at, _)| *at).chain([SimTime::MAX]);
        self.rates.iter().zip(ends).map(|((_, rate), end)| (end, *rate)).filter(move |(end, _)| *end > from)
    }

    /// When `bytes` are through that begin at `from`.
    fn through(&self, from: SimTime, bytes: usize) -> SimTime {
        let (mut at, mut left) = (from, bytes as u64);
        for (end, rate) in self.stretches(from) {
            let done = at + Duration::from_nanos(if rate == 0 { u64::MAX } else { nanos_of(left, rate) });
            if done <= end {
                return done;
            }
            left = left.saturating_sub(bytes_in(nanos(end - at), rate)).max(1);
            at = end;
        }
        SimTime::MAX
    }

    /// How many bytes it can carry in a time.
    pub(super) fn capacity(&self, from: SimTime, to: SimTime) -> u64 {
        let (mut at, mut bytes) = (from, 0);
        for (end, rate) in self.stretches(from) {
            let end = end.min(to);
            bytes += bytes_in(nanos(end - at), rate);
            at = at.max(end);
        }
        bytes
    }
}

/// What a session has to show at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// Nothing moves.
    Still,
    /// Something small: so many bytes.
    Little(usize),
    /// More than any line carries.
    Endless,
}

/// One session: who controls it, and what there is to show.
pub(super) struct Session {
    pub(super) controller: Box<dyn Controller>,
    pub(super) demand: fn(SimTime) -> Demand,
    /// By how much the console's clock runs fast.
    pub(super) fast_ppm: u64,
    frames: Vec<Frame>,
    /// The first frame that is not complete.
    arriving: usize,
    pub(super) delivered: Vec<u64>,
    pub(super) rungs: Vec<(SimTime, u8)>,
    pub(super) rates: Vec<(SimTime, u64)>,
    /// When each frame was sent, and how long its first byte waited in queues.
    pub(super) waits: Vec<(SimTime, Duration)>,
    /// The same of each packet.
    pub(super) packet_waits: Vec<(SimTime, Duration)>,
    ages: Vec<(SimTime, Duration)>,
    pub(super) in_flight_max: usize,
    wake_at: Option<SimTime>,
}

#[derive(Clone, Debug)]
struct Frame {
    sent_at: SimTime,
    missing: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Packet {
    session: usize,
    frame: usize,
    bytes: usize,
    first: bool,
    waited: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Reaches { hop: usize, packet: Packet },
    Acked { session: usize, frame: usize, received: Stamp },
    Wake { session: usize },
}

/// A line with sessions on it.
pub(super) struct Rig {
    pub(super) hops: Vec<Hop>,
    free_at: Vec<SimTime>,
    queued: Vec<VecDeque<(SimTime, usize)>>,
    loss_per_mille: u64,
    chance: u64,
    pub(super) sessions: Vec<Session>,
    events: BinaryHeap<Reverse<(SimTime, u64, Event)>>,
    sequence: u64,
    now: SimTime,
}

impl Rig {
    pub(super) fn new(hops: Vec<Hop>, loss_per_mille: u64) -> Self {
        Self {
            free_at: vec![SimTime::ZERO; hops.len()],
            queued: vec![VecDeque::new(); hops.len()],
            hops,
            loss_per_mille,
            chance: 1,
            sessions: Vec::new(),
            events: BinaryHeap::new(),
            sequence: 0,
            now: SimTime::ZERO,
        }
    }

    pub(super) fn session(
        &mut self,
        controller: impl Controller + 'static,
        demand: fn(SimTime) -> Demand,
        starts: SimTime,
    ) {
        self.boxed_session(Box::new(controller), demand, starts);
    }

    pub(super) fn boxed_session(
        &mut self,
        controller: Box<dyn Controller>,
        demand: fn(SimTime) -> Demand,
        starts: SimTime,
    ) {
        self.sessions.push(Session {
            controller,
            demand,
            fast_ppm: 50,
            frames: Vec::new(),
            arriving: 0,
            delivered: Vec::new(),
            rungs: Vec::new(),
            rates: Vec::new(),
            waits: Vec::new(),
            packet_waits: Vec::new(),
            ages: Vec::new(),
            in_flight_max: 0,
            wake_at: None,
        });
        self.at(starts, Event::Wake { session: self.sessions.len() - 1 });
    }

    fn at(&mut self, time: SimTime, event: Event) {
        self.sequence += 1;
        self.events.push(Reverse((time, self.sequence, event)));
    }

    pub(super) fn run_to(&mut self, end_s: u64) {
        let end = SimTime::from_secs(end_s);
        while let Some(Reverse((time, _, event))) = self.events.peek().copied() {
            if time > end {
                break;
            }
            self.events.pop();
            self.now = time;
            match event {
                Event::Reaches { hop, packet } => self.reaches(hop, packet),
                Event::Acked { session, frame, received } => {
                    let ack = FrameAck { stream: 7, frame: frame as u32, received };
                    self.sessions[session].controller.acked(time, ack);
                    self.work(session);
                }
                Event::Wake { session } => {
                    if self.sessions[session].wake_at.is_none_or(|at| at <= time) {
                        self.sessions[session].wake_at = None;
                        self.work(session);
                    }
                }
            }
        }
        self.now = end;
    }

    fn work(&mut self, place: usize) {
        let now = self.now;
        loop {
            let session = &mut self.sessions[place];
            let Some(budget) = session.controller.next_frame(now) else {
                if let Some(at) = session.controller.poll_timeout() {
                    assert!(at > now, "to wait until now is no waiting");
                    self.wake(place, at);
                }
                break;
            };
            let (bytes, had_more) = match (session.demand)(now) {
                Demand::Still => {
                    self.wake(place, now + Duration::from_millis(20));
                    break;
                }
                Demand::Little(bytes) => (bytes.min(budget.bytes), bytes > budget.bytes),
                Demand::Endless => (budget.bytes, true),
            };
            self.send(place, bytes, had_more);
        }
        let session = &mut self.sessions[place];
        let figures = session.controller.figures();
        session.in_flight_max = session.in_flight_max.max(figures.in_flight_bytes);
        session.rates.push((now, figures.rate_bits_per_s));
        if session.rungs.last().is_none_or(|(_, level)| *level != figures.rung.level) {
            session.rungs.push((now, figures.rung.level));
        }
    }

    fn wake(&mut self, session: usize, at: SimTime) {
        if self.sessions[session].wake_at.is_none_or(|other| at < other) {
            self.sessions[session].wake_at = Some(at);
            self.at(at, Event::Wake { session });
        }
    }

    fn send(&mut self, place: usize, bytes: usize, had_more: bool) {
        assert!(bytes > 0, "a frame holds something");
        let session = &mut self.sessions[place];
        let frame = session.frames.len();
        let sent = SentFrame { stream: 7, frame: frame as u32, bytes, had_more, only_refined: false };
        session.controller.sent(self.now, sent);
        session.frames.push(Frame { sent_at: self.now, missing: bytes.div_ceil(PACKET_BYTES) });
        let mut left = bytes;
        while left > 0 {
            let size = left.min(PACKET_BYTES);
            let first = left == bytes;
            let packet = Packet { session: place, frame, bytes: size, first, waited: Duration::ZERO };
            self.at(self.now, Event::Reaches { hop: 0, packet });
            left -= size;
        }
    }

    fn round_trip(&self) -> Duration {
        self.hops.iter().map(|hop| hop.propagation * 2).sum()
    }

    fn reaches(&mut self, place: usize, mut packet: Packet) {
        if place == self.hops.len() {
            return self.arrives(packet);
        }
        let now = self.now;
        let queue = &mut self.queued[place];
        while queue.front().is_some_and(|(done, _)| *done <= now) {
            queue.pop_front();
        }
        let held: usize = queue.iter().map(|(_, bytes)| bytes).sum();
        let full = held + packet.bytes > self.hops[place].queue_bytes;
        self.chance =
            self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let lost = place == 0 && (self.chance >> 33) % 1_000 < self.loss_per_mille;
        if full || lost {
            let again = now + self.round_trip() + (self.free_at[place] - now);
            return self.at(again, Event::Reaches { hop: 0, packet });
        }
        let start = self.free_at[place].max(now);
        let done = self.hops[place].through(start, packet.bytes);
        self.free_at[place] = done;
        self.queued[place].push_back((done, packet.bytes));
        packet.waited += start - now;
        self.at(done + self.hops[place].propagation, Event::Reaches { hop: place + 1, packet });
    }

    fn arrives(&mut self, packet: Packet) {
        let (now, back) = (self.now, self.round_trip() / 2);
        let session = &mut self.sessions[packet.session];
        let bin = usize::try_from(now.as_nanos() / nanos(BIN)).expect("a test is short");
        session.delivered.resize(session.delivered.len().max(bin + 1), 0);
        session.delivered[bin] += packet.bytes as u64;
        let sent_at = session.frames[packet.frame].sent_at;
        session.packet_waits.push((sent_at, packet.waited));
        if packet.first {
            session.waits.push((sent_at, packet.waited));
        }
        session.frames[packet.frame].missing -= 1;
        let skew = nanos(now - SimTime::ZERO) / 1_000_000 * session.fast_ppm;
        let received = Stamp(now.as_nanos() + skew + 5_000 * NANOS_PER_S);
        let mut complete = Vec::new();
        while session.frames.get(session.arriving).is_some_and(|frame| frame.missing == 0) {
            complete.push(session.arriving);
            let sent_at = session.frames[session.arriving].sent_at;
            session.ages.push((sent_at, (now - sent_at).saturating_sub(back)));
            session.arriving += 1;
        }
        for frame in complete {
            self.at(now + back, Event::Acked { session: packet.session, frame, received });
        }
    }

    /// What the sessions used of the first hop, in per cent.
    pub(super) fn use_percent(&self, from_s: u64, to_s: u64) -> u64 {
        let bytes: u64 = self.sessions.iter().map(|session| session.bytes(from_s * 10, to_s * 10)).sum();
        bytes * 100 / self.hops[0].capacity(SimTime::from_secs(from_s), SimTime::from_secs(to_s)).max(1)
    }

    /// How much later than light each frame of the first session came, its own bytes included; of those that did not
    /// come, how late they are by now.
    pub(super) fn ages(&self) -> Vec<(SimTime, Duration)> {
        let session = &self.sessions[0];
        let to_come = session.frames[session.arriving..].iter();
        let to_come = to_come
            .map(|frame| (frame.sent_at, (self.now - frame.sent_at).saturating_sub(self.round_trip() / 2)));
        session.ages.iter().copied().chain(to_come).collect()
    }

    /// How long after `from_s` the first session has settled: from there on it uses 90 % of the first hop within a
    /// second, nine frames of ten wait no longer than `wait`.
    pub(super) fn settled_after(&self, from_s: u64, to_s: u64, wait: Duration) -> Option<Duration> {
        let session = &self.sessions[0];
        (from_s * 10..=(to_s - 1) * 10).find_map(|bin| {
            let (from, to) = (SimTime::from_millis(bin * 100), SimTime::from_millis((bin + 10) * 100));
            let enough = session.bytes(bin, bin + 10) * 10 >= self.hops[0].capacity(from, to) * 9;
            let calm = percentile(&session.waits, from, to, 90) <= wait;
            (enough && calm).then(|| from - SimTime::from_secs(from_s))
        })
    }
}

impl Session {
    /// What came from one bin to another, in bytes.
    pub(super) fn bytes(&self, from: u64, to: u64) -> u64 {
        self.delivered.iter().skip(from as usize).take((to - from) as usize).sum()
    }

    pub(super) fn rate_at(&self, at: SimTime) -> u64 {
        self.rates.iter().rev().find(|(time, _)| *time <= at).map_or(0, |(_, rate)| *rate)
    }
}

/// The wait that so many per cent of those that were sent in a time do not exceed.
pub(super) fn percentile(
    waits: &[(SimTime, Duration)],
    from: SimTime,
    to: SimTime,
    per_cent: usize,
) -> Duration {
    let within = |(at, wait): &(SimTime, Duration)| (*at >= from && *at < to).then_some(*wait);
    let mut waits: Vec<Duration> = waits.iter().filter_map(within).collect();
    waits.sort_unstable();
    waits.get((waits.len() * per_cent / 100).min(waits.len().saturating_sub(1))).copied().unwrap_or_default()
}
