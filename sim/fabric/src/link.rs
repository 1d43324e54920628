//! One direction of an access link: rate, queue, loss, propagation, jitter.

use std::num::NonZeroU64;
use std::time::Duration;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use wire::{Seed, SimTime};

use crate::packet::{PacketIndex, PacketList, Pool};

/// How one direction of a link behaves.
///
/// Rates and queues count IP packets with their headers, and nothing below IP.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkConfig {
    /// Bits per second; `None` for a link that is never the bottleneck.
    pub rate_bits_per_s: Option<u64>,
    /// Time from one end to the other for a bit that has left the queue.
    pub propagation: Duration,
    /// Each packet takes up to this much longer, evenly spread. Packets never overtake one another on a link.
    pub jitter: Duration,
    /// Share of packets that are lost on the way, each for itself; 0 to 1. They use the link all the same.
    pub loss: f64,
    /// Bytes that may be in the queue, the packet being sent included; a packet that finds no room is dropped. An
    /// idle link takes any packet.
    pub queue_bytes: usize,
}

/// A host's connection to the network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessLink {
    /// From the host.
    pub up: LinkConfig,
    /// To the host.
    pub down: LinkConfig,
}

/// What one direction of a link has done since its host was added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCounters {
    /// Packets that the link took into its queue.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Packets dropped since the queue was full.
    pub queue_drops: u64,
    /// Packets taken and then lost on the way.
    pub lost: u64,
    /// The most bytes that were in the queue at once.
    pub queue_bytes_high: usize,
    /// How long packets waited in the queue before their own turn to be sent came, summed up.
    pub wait_nanos: u64,
    /// The longest that one of them waited.
    pub wait_nanos_high: u64,
    /// How long it takes to send all that the link took: beside the time that has passed, its utilisation.
    pub sending_nanos: u64,
}

/// A look at one direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkSample {
    /// What it has done since its host was added.
    pub counters: LinkCounters,
    /// Bytes in the queue.
    pub queue_bytes: usize,
    /// The most bytes in the queue since the look before this one.
    pub queue_bytes_high: usize,
    /// The longest that a packet taken since the look before this one has to wait in the queue.
    pub wait_nanos_high: u64,
}

/// Highs since the last [`LinkSample`].
#[derive(Clone, Copy, Default)]
struct SinceSample {
    queue_bytes: usize,
    wait_nanos: u64,
}

/// What a link did with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offered {
    /// It is on its way; `first` if nothing is ahead of it, so that its arrival is the link's next.
    Taken {
        first: bool,
    },
    QueueFull,
}

/// In as few cache lines as it goes: with many hosts, each packet meets a link that nothing touched for long.
#[repr(align(64))]
pub(crate) struct Link {
    rate_bits_per_s: Option<NonZeroU64>,
    propagation_nanos: u64,
    /// When the last bit of the last packet leaves the queue.
    busy_until: SimTime,
    /// No packet arrives before this one did.
    last_arrival: SimTime,
    /// Everything between the two ends, in order.
    in_flight: PacketList,
    /// The first packet of `in_flight` that may still be in the queue.
    first_queued: Option<PacketIndex>,
    queued_bytes: usize,
    queue_bytes_max: usize,
    counters: LinkCounters,
    /// For [`Link::sample`], which begins both anew.
    high_since_sample: SinceSample,
    /// It is on the fabric's list of links to look at, see `sampling.rs`.
    pub(crate) listed: bool,
    /// There from when it is first needed, so that a link without loss and jitter draws nothing.
    chance: Option<Box<Chance>>,
    seed: u64,
}

struct Chance {
    loss: f64,
    jitter_nanos: u64,
    rng: Xoshiro256PlusPlus,
}

impl Link {
    pub(crate) fn new(config: LinkConfig, seed: Seed) -> Self {
        let mut link = Self {
            rate_bits_per_s: None,
            propagation_nanos: 0,
            busy_until: SimTime::ZERO,
            last_arrival: SimTime::ZERO,
            in_flight: PacketList::default(),
            first_queued: None,
            queued_bytes: 0,
            queue_bytes_max: 0,
            counters: LinkCounters::default(),
            high_since_sample: SinceSample::default(),
            listed: false,
            chance: None,
            seed: seed.as_u64(),
        };
        link.configure(config);
        link
    }

    /// Changes the link for the packets to come. Those in the queue keep their times.
    pub(crate) fn configure(&mut self, config: LinkConfig) {
        assert!((0.0..=1.0).contains(&config.loss), "expected a loss from 0 to 1, got {}", config.loss);
        let nanos = |duration: Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.rate_bits_per_s = config
            .rate_bits_per_s
            .map(|rate| NonZeroU64::new(rate).expect("a rate above zero, or none for unlimited"));
        self.propagation_nanos = nanos(config.propagation);
        self.queue_bytes_max = config.queue_bytes;
        if self.chance.is_some() || config.loss > 0.0 || config.jitter > Duration::ZERO {
            let seed = self.seed;
            let chance = self.chance.get_or_insert_with(|| {
                let rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                Box::new(Chance { loss: 0.0, jitter_nanos: 0, rng })
            });
            chance.loss = config.loss;
            chance.jitter_nanos = nanos(config.jitter);
        }
    }

    pub(crate) fn config(&self) -> LinkConfig {
        LinkConfig {
            rate_bits_per_s: self.rate_bits_per_s.map(NonZeroU64::get),
            propagation: Duration::from_nanos(self.propagation_nanos),
            jitter: Duration::from_nanos(self.chance.as_ref().map_or(0, |chance| chance.jitter_nanos)),
            loss: self.chance.as_ref().map_or(0.0, |chance| chance.loss),
            queue_bytes: self.queue_bytes_max,
        }
    }

    pub(crate) fn counters(&self) -> LinkCounters {
        self.counters
    }

    /// Offers a packet to the near end. Unless taken, it is still the caller's.
    pub(crate) fn offer(
        &mut self,
        now: SimTime,
        pool: &mut Pool,
        index: PacketIndex,
        sequence: u64,
    ) -> Offered {
        self.empty_queue(now, pool);
        let bytes = pool.get(index).len();
        if self.queued_bytes > 0 && self.queued_bytes + bytes > self.queue_bytes_max {
            self.counters.queue_drops += 1;
            return Offered::QueueFull;
        }
        self.counters.packets += 1;
        self.counters.bytes += bytes as u64;
        let sending_nanos = self.sending_nanos(bytes);
        self.note_wait(now, sending_nanos);
        let leaves = later(self.busy_until.max(now), sending_nanos);
        self.busy_until = leaves;
        let (lost, jitter_nanos) = self.chance.as_mut().map_or((false, 0), |chance| chance.draw());
        self.counters.lost += u64::from(lost);
        let arrives =
            later(leaves, self.propagation_nanos.saturating_add(jitter_nanos)).max(self.last_arrival);
        self.last_arrival = arrives;

        let packet = pool.get_mut(index);
        (packet.leaves, packet.arrives, packet.sequence, packet.lost) = (leaves, arrives, sequence, lost);
        let first = self.in_flight.head().is_none();
        self.in_flight.push(pool, index);
        if leaves > now {
            self.queued_bytes += bytes;
            self.note_queue();
            self.first_queued.get_or_insert(index);
        }
        Offered::Taken { first }
    }

    /// What the link has done, and how it stands `now`; the highs of the next sample begin here.
    pub(crate) fn sample(&mut self, now: SimTime, pool: &Pool) -> LinkSample {
        self.empty_queue(now, pool);
        let highs = std::mem::take(&mut self.high_since_sample);
        self.high_since_sample.queue_bytes = self.queued_bytes;
        LinkSample {
            counters: self.counters,
            queue_bytes: self.queued_bytes,
            queue_bytes_high: highs.queue_bytes,
            wait_nanos_high: highs.wait_nanos,
        }
    }

    /// Whether anything is in the queue.
    pub(crate) fn is_queued(&mut self, now: SimTime, pool: &Pool) -> bool {
        self.empty_queue(now, pool);
        self.queued_bytes > 0
    }

    /// A packet is about to join the queue.
    fn note_wait(&mut self, now: SimTime, sending_nanos: u64) {
        let wait_nanos = self.busy_until.as_nanos().saturating_sub(now.as_nanos());
        self.counters.wait_nanos += wait_nanos;
        self.counters.wait_nanos_high = self.counters.wait_nanos_high.max(wait_nanos);
        self.counters.sending_nanos += sending_nanos;
        self.high_since_sample.wait_nanos = self.high_since_sample.wait_nanos.max(wait_nanos);
    }

    /// A packet has joined the queue.
    fn note_queue(&mut self) {
        self.counters.queue_bytes_high = self.counters.queue_bytes_high.max(self.queued_bytes);
        self.high_since_sample.queue_bytes = self.high_since_sample.queue_bytes.max(self.queued_bytes);
    }

    /// Takes the packet that arrives at the far end now, which is the first in flight.
    pub(crate) fn take_arrived(&mut self, now: SimTime, pool: &Pool) -> Option<PacketIndex> {
        self.empty_queue(now, pool);
        self.in_flight.pop(pool)
    }

    /// Time and sequence number of the next arrival.
    pub(crate) fn next_arrival(&self, pool: &Pool) -> Option<(SimTime, u64)> {
        let packet = pool.get(self.in_flight.head()?);
        Some((packet.arrives, packet.sequence))
    }

    /// Moves the end of the queue past what has left it by `now`. A packet leaves no later than it arrives, so
    /// that `first_queued` is always in flight.
    fn empty_queue(&mut self, now: SimTime, pool: &Pool) {
        while let Some(index) = self.first_queued {
            let packet = pool.get(index);
            if packet.leaves > now {
                return;
            }
            self.queued_bytes -= packet.len();
            self.first_queued = PacketList::after(pool, index);
        }
    }

    /// Rounded up, so that no rounding lets the link carry more than its rate.
    fn sending_nanos(&self, bytes: usize) -> u64 {
        const BIT_NANOS_PER_BYTE_SECOND: u64 = 8 * 1_000_000_000;
        self.rate_bits_per_s.map_or(0, |rate| (bytes as u64 * BIT_NANOS_PER_BYTE_SECOND).div_ceil(rate.get()))
    }
}

impl Chance {
    /// Whether the next packet is lost, and how much longer it takes. What cannot happen draws nothing.
    fn draw(&mut self) -> (bool, u64) {
        let lost = self.loss > 0.0 && self.unit_interval() < self.loss;
        let jitter_nanos = if self.jitter_nanos > 0 { self.up_to(self.jitter_nanos) } else { 0 };
        (lost, jitter_nanos)
    }

    /// Evenly in `0.0..1.0`.
    fn unit_interval(&mut self) -> f64 {
        const STEPS: u64 = 1 << f64::MANTISSA_DIGITS;
        (self.rng.next_u64() % STEPS) as f64 / STEPS as f64
    }

    /// Evenly in `0..=max`, by the high half of a product (Lemire 2019, without the rejection of 1 in 2^64).
    fn up_to(&mut self, max: u64) -> u64 {
        ((u128::from(self.rng.next_u64()) * (u128::from(max) + 1)) >> u64::BITS) as u64
    }
}

/// `SimTime + Duration` counts in 128 bits, which a packet need not pay for.
fn later(at: SimTime, nanos: u64) -> SimTime {
    SimTime::from_nanos(at.as_nanos().saturating_add(nanos))
}
