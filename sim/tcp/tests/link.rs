//! Two endpoints and a link between them: rate, delay, loss, a drop-tail queue in bytes.

use std::collections::BTreeMap;
use std::time::Duration;

use tcp::{Config, Endpoint, Segment, Shared, State};
use wire::SimTime;

/// Bytes of an IPv4 header.
pub(crate) const IP_HEADER_BYTES: usize = 20;

/// One direction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Link {
    /// Unlimited without.
    pub(crate) bits_per_s: Option<u64>,
    pub(crate) delay: Duration,
    /// Share of segments that are lost, after the queue.
    pub(crate) loss: f64,
    /// Share that comes twice.
    pub(crate) duplication: f64,
    /// Up to so much more delay for each segment, so that they overtake one another.
    pub(crate) scatter: Duration,
    /// Up to so much more delay, in order.
    pub(crate) jitter: Duration,
    /// What waits, at most; unlimited without.
    pub(crate) queue_bytes: Option<usize>,
}

impl Link {
    pub(crate) fn with_delay(delay_ms: u64) -> Self {
        Self { delay: Duration::from_millis(delay_ms), ..Self::default() }
    }
}

/// What became of a direction's segments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    pub(crate) offered: u64,
    pub(crate) queue_drops: u64,
    pub(crate) lost: u64,
}

struct Line {
    link: Link,
    free_at: SimTime,
    last_arrival: SimTime,
    rng: Chance,
    counters: Counters,
}

/// Two ends: 0 dials, 1 answers.
pub(crate) struct Pair {
    pub(crate) now: SimTime,
    pub(crate) shared: Shared,
    pub(crate) ends: [Option<Endpoint>; 2],
    configs: [Config; 2],
    lines: [Line; 2],
    /// By time and sequence: whose, and what.
    on_the_way: BTreeMap<(SimTime, u64), (usize, Segment)>,
    sequence: u64,
    /// What left each end, as tcpdump would say it, if asked for.
    pub(crate) log: Option<Vec<String>>,
}

/// Marsaglia's xorshift. Seeds below [`Chance::SKIPS`] draw what the emulator drew through which Linux was measured,
/// from that draw on.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const SKIPS: u64 = 1_000;

    pub(crate) fn new(seed: u64) -> Self {
        if seed >= Self::SKIPS {
            return Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        }
        let mut this = Self(88_172_645_463_325_252);
        for _ in 0..seed {
            this.draw();
        }
        this
    }

    pub(crate) fn next_u64(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 to below 1.
    pub(crate) fn draw(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl Pair {
    pub(crate) fn new(configs: [Config; 2], links: [Link; 2], seed: u64) -> Self {
        let line = |link, seed| Line {
            link,
            free_at: SimTime::ZERO,
            last_arrival: SimTime::ZERO,
            rng: Chance::new(seed),
            counters: Counters::default(),
        };
        let now = SimTime::from_millis(1_000);
        let mut this = Self {
            now,
            shared: Shared::default(),
            ends: [Some(Endpoint::connect(&configs[0], now, ISNS[0])), None],
            configs,
            lines: [line(links[0], seed), line(links[1], seed ^ 0x5555_0000)],
            on_the_way: BTreeMap::new(),
            sequence: 0,
            log: None,
        };
        this.flush(0);
        this
    }

    pub(crate) fn near(&self) -> &Endpoint {
        self.ends[0].as_ref().expect("it dialled")
    }

    pub(crate) fn far(&self) -> &Endpoint {
        self.ends[1].as_ref().expect("SYN has arrived")
    }

    pub(crate) fn counters(&self, from: usize) -> Counters {
        self.lines[from].counters
    }

    pub(crate) fn set_link(&mut self, from: usize, link: Link) {
        self.lines[from].link = link;
    }

    /// Calls an end, and carries away what it has to say.
    pub(crate) fn with<R>(
        &mut self,
        end: usize,
        call: impl FnOnce(&mut Endpoint, SimTime, &mut Shared) -> R,
    ) -> R {
        let endpoint = self.ends[end].as_mut().expect("the end is there");
        let result = call(endpoint, self.now, &mut self.shared);
        self.flush(end);
        result
    }

    pub(crate) fn flush(&mut self, end: usize) {
        while let Some(endpoint) = &mut self.ends[end]
            && let Some(segment) = endpoint.poll_segment(self.now, &mut self.shared)
        {
            self.transmit(end, segment);
        }
        if let Some(at) = self.ends[end].as_ref().and_then(Endpoint::poll_timeout) {
            assert!(at >= self.now, "end {end} wants to be called at {at}, and it is {}", self.now);
        }
    }

    pub(crate) fn transmit(&mut self, from: usize, segment: Segment) {
        if let Some(log) = &mut self.log {
            log.push(format!("{} {from} {}", self.now, describe(&segment, from)));
        }
        let line = &mut self.lines[from];
        line.counters.offered += 1;
        let link = line.link;
        let bytes = segment.wire_bytes() + IP_HEADER_BYTES;
        let mut leaves = self.now;
        if let Some(rate) = link.bits_per_s {
            let waiting_ns = line.free_at.since(self.now).as_nanos() as u64;
            let waiting_bytes = (u128::from(waiting_ns) * u128::from(rate) / 8_000_000_000) as usize;
            if link.queue_bytes.is_some_and(|limit| waiting_bytes > limit) {
                line.counters.queue_drops += 1;
                self.shared.payloads.take_back(segment.payload);
                return;
            }
            let begins = line.free_at.max(self.now);
            line.free_at = begins + Duration::from_nanos(bytes as u64 * 8_000_000_000 / rate);
            leaves = line.free_at;
        }
        if link.loss > 0.0 && line.rng.draw() < link.loss {
            line.counters.lost += 1;
            self.shared.payloads.take_back(segment.payload);
            return;
        }
        let twice = link.duplication > 0.0 && line.rng.draw() < link.duplication;
        for _ in 0..=usize::from(twice) {
            let line = &mut self.lines[from];
            let mut arrives = leaves + link.delay;
            if !link.scatter.is_zero() {
                arrives += link.scatter.mul_f64(line.rng.draw());
            }
            if !link.jitter.is_zero() {
                arrives = (arrives + link.jitter.mul_f64(line.rng.draw())).max(line.last_arrival);
                line.last_arrival = arrives;
            }
            self.sequence += 1;
            self.on_the_way.insert((arrives, self.sequence), (1 - from, segment.clone()));
        }
        self.shared.payloads.take_back(segment.payload);
    }

    /// When something happens next.
    pub(crate) fn next(&self) -> Option<SimTime> {
        let timers = self.ends.iter().flatten().filter_map(Endpoint::poll_timeout);
        let arrival = self.on_the_way.first_key_value().map(|(key, _)| key.0);
        timers.chain(arrival).min()
    }

    /// Lets happen what happens next; false if nothing ever will.
    pub(crate) fn step(&mut self) -> bool {
        let Some(at) = self.next() else { return false };
        self.now = at;
        if let Some(entry) = self.on_the_way.first_entry().filter(|entry| entry.key().0 <= at) {
            let (to, segment) = entry.remove();
            self.arrive(to, &segment);
            self.shared.payloads.take_back(segment.payload);
            return true;
        }
        for end in 0..2 {
            if let Some(endpoint) = &mut self.ends[end]
                && endpoint.poll_timeout().is_some_and(|due| due <= at)
            {
                endpoint.handle_timeout(at, &mut self.shared);
                self.flush(end);
                let next = self.ends[end].as_ref().and_then(Endpoint::poll_timeout);
                assert!(
                    next.is_none_or(|next| next > at),
                    "end {end} asks again for {at}: {:?}",
                    self.ends[end]
                );
            }
        }
        true
    }

    fn arrive(&mut self, to: usize, segment: &Segment) {
        match &mut self.ends[to] {
            // The host of an end that is over answers for it.
            Some(endpoint) if endpoint.state() == State::Closed => {
                if let Some(answer) = tcp::answer_to_stray(segment) {
                    self.transmit(to, answer);
                }
            }
            Some(endpoint) => endpoint.handle_segment(self.now, segment, &mut self.shared),
            None if segment.flags.syn() => {
                self.ends[to] = Some(Endpoint::accept(&self.configs[to], self.now, ISNS[1], segment));
            }
            None => {}
        }
        self.flush(to);
    }

    /// Runs until `done` or `until`.
    pub(crate) fn run_until(&mut self, until: SimTime, mut done: impl FnMut(&mut Self) -> bool) -> bool {
        loop {
            if done(self) {
                return true;
            }
            match self.next() {
                Some(at) if at <= until => {
                    self.step();
                }
                _ => {
                    self.now = self.now.max(until);
                    return false;
                }
            }
        }
    }

    pub(crate) fn run_for(&mut self, secs: f64) {
        let until = self.now + Duration::from_secs_f64(secs);
        self.run_until(until, |_| false);
    }

    pub(crate) fn read_all(&mut self, end: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.with(end, |endpoint, now, shared| {
            endpoint.read_with(now, shared, |slice| {
                bytes.extend_from_slice(slice);
                slice.len()
            })
        });
        bytes
    }
}

/// Initial sequence numbers of the two ends; the first soon wraps.
pub(crate) const ISNS: [u32; 2] = [0xffff_ff00, 7];

/// As tcpdump would say it, with numbers counted from each end's SYN.
fn describe(segment: &Segment, from: usize) -> String {
    let ack = |number: u32| number.wrapping_sub(ISNS[1 - from]);
    let mut text = format!("{} {}", segment.flags, segment.seq.wrapping_sub(ISNS[from]));
    if !segment.payload.is_empty() {
        text += &format!("+{}", segment.payload.len());
    }
    if segment.flags.ack() {
        text += &format!(" ack {}", ack(segment.ack));
    }
    for &(left, right) in segment.sack.as_slice() {
        text += &format!(" sack {}..{}", ack(left), ack(right));
    }
    text
}

/// Bytes that tell their place.
pub(crate) fn pattern(begin: usize, len: usize) -> Vec<u8> {
    (begin..begin + len).map(|at| (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[1]).collect()
}
