//! One direction of an access link: a queue, a transmitter, and the way to the other end.
//!
//! Two paths lead to the same behaviour. A link with a steady rate or none, a drop-tail queue and an order that is
//! kept can tell at once when a packet leaves and when it arrives: it is on its way from the moment it is taken,
//! costs one event, and what is still queued gets new times when the link changes. Any other link has a
//! [`Stepper`], which lets packets go when their turn comes, for one event more.

mod chance;
mod codel;
mod config;
mod counters;
mod stepped;
#[cfg(test)]
mod tests;
mod trace;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroU64;

use wire::{Seed, SimTime};

pub use self::config::{AccessLink, Jitter, LinkConfig, LinkError, Loss, Queue, Rate, Reordering};
pub use self::counters::{LinkCounters, LinkSample};
pub use self::trace::{CapacityTrace, OPPORTUNITY_BYTES, TraceError};

use self::chance::{Chance, Lot, nanos};
use self::codel::CoDel;
use self::stepped::{BIT_NANOS_PER_BYTE, Backlog, BitNanos, Speed, Stepper, Turn, nanos_at};
use self::trace::Cursor;
use crate::packet::{PacketIndex, PacketList, Pool};

/// What a link did with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offered {
    /// It is on its way; `first` if nothing is ahead of it, so that its arrival is the link's next.
    Taken {
        first: bool,
    },
    /// It waits for its turn: [`Link::depart`] tells.
    Waits,
    QueueFull,
}

/// What a packet did that had to wait for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Departed {
    /// It is on its way, and its copy right behind it; `first` as for [`Offered::Taken`].
    Sent { index: PacketIndex, copy: Option<PacketIndex>, first: bool },
    /// CoDel dropped it: it is the caller's.
    Dropped(PacketIndex),
}

/// In as few cache lines as it goes: with many hosts, each packet meets a link that nothing touched for long.
#[repr(align(64))]
pub(crate) struct Link {
    /// Of a link without a [`Stepper`]; `None` for unlimited.
    rate_bits_per_s: Option<NonZeroU64>,
    propagation_nanos: u64,
    /// When the last bit of the last packet leaves the queue.
    busy_until: SimTime,
    /// No packet that keeps its order arrives before this.
    last_arrival: SimTime,
    /// Everything on the way, in order, but what is late; without a [`Stepper`], then all that is in the queue.
    in_flight: PacketList,
    /// The first packet of `in_flight` that may still be in the queue.
    first_queued: Option<PacketIndex>,
    has_stepper: bool,
    has_chance: bool,
    queued_bytes: usize,
    queue_bytes_max: usize,
    packets: u64,
    bytes: u64,
    queue_bytes_high: usize,
    queue_nanos_sum: u64,
    queue_nanos_max: u64,
    /// Up to `busy_until`, or to when the stepper began to be busy.
    busy_nanos: u64,
    /// It is on the fabric's list of links to look at, see `sampling.rs`.
    pub(crate) listed: bool,
    /// When the last packet left the queue, if another was behind it.
    last_left: SimTime,
    rest: Box<Rest>,
}

/// What most packets have no need of.
struct Rest {
    config: LinkConfig,
    seed: u64,
    /// There from when it is first needed, so that a link without loss and jitter draws nothing.
    chance: Option<Chance>,
    stepper: Option<Stepper>,
    /// Packets on the way that others pass. An entry is as heavy as what it saves: their place in `in_flight` would
    /// have to be looked for.
    late: BinaryHeap<Reverse<(SimTime, u64, PacketIndex)>>,
    /// Of the packet that was sent last among those that have arrived.
    arrived_sequence: u64,
    queue_drops: u64,
    codel_drops: u64,
    codel_bytes: u64,
    lost: u64,
    duplicated: u64,
    reordered: u64,
    /// The most at the last [`Link::sample`]; [`Link`] has the most since.
    queue_bytes_high: usize,
    queue_nanos_max: u64,
}

impl Link {
    pub(crate) fn new(now: SimTime, config: LinkConfig, seed: Seed) -> Self {
        let rest = Rest {
            config: LinkConfig::unlimited(),
            seed: seed.as_u64(),
            chance: None,
            stepper: None,
            late: BinaryHeap::new(),
            arrived_sequence: 0,
            queue_drops: 0,
            codel_drops: 0,
            codel_bytes: 0,
            queue_bytes_high: 0,
            queue_nanos_max: 0,
            lost: 0,
            duplicated: 0,
            reordered: 0,
        };
        let mut link = Self {
            rate_bits_per_s: None,
            propagation_nanos: 0,
            busy_until: SimTime::ZERO,
            last_arrival: SimTime::ZERO,
            in_flight: PacketList::default(),
            first_queued: None,
            has_stepper: false,
            has_chance: false,
            queued_bytes: 0,
            queue_bytes_max: 0,
            packets: 0,
            bytes: 0,
            queue_bytes_high: 0,
            queue_nanos_sum: 0,
            queue_nanos_max: 0,
            busy_nanos: 0,
            last_left: SimTime::ZERO,
            listed: false,
            rest: Box::new(rest),
        };
        // There is no packet to be moved.
        link.configure(now, config, &mut Pool::default());
        link
    }

    /// Changes the link from now on. What has left the queue keeps its time of arrival, and none overtakes it but by
    /// [`Reordering`]. What is in the queue stays there, is sent as the link is now, and meets what the way is now;
    /// of a packet that is being sent, this is true of what is unsent.
    ///
    /// The caller asks [`Link::next_arrival`] and [`Link::arm`] anew. What was in the queue is given back, first the
    /// packet being sent: of some of it that may have been the end of its wait.
    ///
    /// # Panics
    /// If there can be no such link.
    pub(crate) fn configure(
        &mut self,
        now: SimTime,
        config: LinkConfig,
        pool: &mut Pool,
    ) -> Vec<PacketIndex> {
        if let Err(error) = config.check() {
            panic!("{error}");
        }
        self.empty_queue(now, pool);
        let (backlog, speed, codel) = self.take_queue(now, pool);
        let waited: Vec<_> = backlog.packets.iter(pool).collect();
        let is_plain = !matches!(config.rate, Rate::Trace(_))
            && !matches!(config.queue, Queue::CoDel { .. })
            && config.duplicate == 0.0
            && config.reorder == Reordering::Never;
        if config.reorder == Reordering::Never {
            self.put_late_in_order(pool);
        }
        self.propagation_nanos = nanos(config.propagation);
        self.queue_bytes_max = config.queue.bytes();
        self.rate_bits_per_s = match config.rate {
            Rate::BitsPerSecond(rate) => NonZeroU64::new(rate),
            Rate::Unlimited | Rate::Trace(_) => None,
        };
        self.has_chance = Chance::is_needed(&config);
        let Rest { chance, seed, .. } = &mut *self.rest;
        if self.has_chance || chance.is_some() {
            chance.get_or_insert_with(|| Chance::new(*seed)).configure(now, &config);
        }
        self.has_stepper = !is_plain;
        if is_plain {
            self.resume_plain(now, pool, backlog);
        } else {
            let speed = match (&config.rate, speed) {
                (Rate::Trace(trace), Some(Speed::Trace(cursor))) if cursor.trace() == trace => {
                    Speed::Trace(cursor)
                }
                (Rate::Trace(trace), _) => Speed::Trace(Cursor::new(trace.clone(), now)),
                (Rate::BitsPerSecond(_) | Rate::Unlimited, _) => {
                    self.rate_bits_per_s.map_or(Speed::Unlimited, Speed::BitsPerSecond)
                }
            };
            let codel = matches!(config.queue, Queue::CoDel { .. }).then(|| codel.unwrap_or_default());
            self.queued_bytes = backlog.packets.iter(pool).map(|index| pool.get(index).len()).sum();
            self.rest.stepper = Some(Stepper::new(now, pool, speed, codel, backlog));
        }
        self.rest.config = config;
        waited
    }

    pub(crate) fn config(&self) -> &LinkConfig {
        &self.rest.config
    }

    /// As they are at `now`, which is not before anything that the link was told.
    pub(crate) fn counters(&self, now: SimTime, pool: &Pool) -> LinkCounters {
        let Rest { queue_drops, codel_drops, codel_bytes, lost, duplicated, reordered, .. } = *self.rest;
        let mut counters = LinkCounters {
            packets: self.packets,
            bytes: self.bytes,
            queue_drops,
            codel_drops,
            codel_bytes,
            sent: 0,
            lost,
            duplicated,
            reordered,
            queue_bytes_high: self.queue_bytes_high.max(self.rest.queue_bytes_high),
            queue_nanos_sum: self.queue_nanos_sum,
            queue_nanos_max: self.queue_nanos_max.max(self.rest.queue_nanos_max),
            busy_nanos: self.busy_nanos - between(now, self.busy_until),
        };
        let mut queued = 0;
        if let Some(stepper) = &self.rest.stepper {
            counters.busy_nanos += stepper.busy_since().map_or(0, |since| between(since, now));
            queued = stepper.queued(pool).count() as u64;
        }
        let mut last_left = self.last_left;
        for index in PacketList::iter_from(pool, self.first_queued) {
            let packet = pool.get(index);
            if packet.leaves > now {
                queued += 1;
            } else {
                let waited = between(packet.entered, last_left);
                counters.queue_nanos_sum += waited;
                counters.queue_nanos_max = counters.queue_nanos_max.max(waited);
                last_left = packet.leaves;
            }
        }
        counters.sent = counters.packets - counters.codel_drops - queued;
        counters
    }

    /// Offers a packet to the near end. Unless taken, it is still the caller's. What was due at the near end by now
    /// has been done.
    pub(crate) fn offer(
        &mut self,
        now: SimTime,
        pool: &mut Pool,
        index: PacketIndex,
        sequence: u64,
    ) -> Offered {
        self.empty_queue(now, pool);
        let packet = pool.get_mut(index);
        let bytes = packet.len();
        if self.queued_bytes > 0 && self.queued_bytes + bytes > self.queue_bytes_max {
            self.rest.queue_drops += 1;
            return Offered::QueueFull;
        }
        self.packets += 1;
        self.bytes += bytes as u64;
        (packet.entered, packet.sequence) = (now, sequence);
        if self.has_stepper {
            return self.join(now, pool, index);
        }
        let first = self.in_flight.head().is_none();
        self.send_ahead(now, pool, index, self.sending_nanos(bytes));
        Offered::Taken { first }
    }

    /// What the link has done, and how it stands `now`; the highs of the next sample begin here.
    pub(crate) fn sample(&mut self, now: SimTime, pool: &Pool) -> LinkSample {
        self.empty_queue(now, pool);
        let counters = self.counters(now, pool);
        let sample = LinkSample {
            counters,
            queue_bytes: self.queued_bytes,
            queue_bytes_high: self.queue_bytes_high,
            wait_nanos_high: self.queue_nanos_max,
        };
        self.rest.queue_bytes_high = counters.queue_bytes_high;
        self.rest.queue_nanos_max = counters.queue_nanos_max;
        (self.queue_bytes_high, self.queue_nanos_max) = (self.queued_bytes, 0);
        sample
    }

    /// Whether anything is in the queue.
    pub(crate) fn is_queued(&mut self, now: SimTime, pool: &Pool) -> bool {
        self.empty_queue(now, pool);
        self.queued_bytes > 0
    }

    /// The next packet whose turn came by `now`, until there is none; then [`Link::arm`] tells when to go on.
    pub(crate) fn depart(&mut self, now: SimTime, pool: &mut Pool, sequence: u64) -> Option<Departed> {
        let stepper = self.rest.stepper.as_mut()?;
        let busy_since = stepper.busy_since();
        let turn = stepper.step(now, pool)?;
        if let (Some(since), None) = (busy_since, stepper.busy_since()) {
            self.busy_nanos += between(since, now);
        }
        let (Turn::Dropped(index) | Turn::Left { index, .. }) = turn;
        self.queued_bytes -= pool.get(index).len();
        match turn {
            Turn::Dropped(index) => {
                self.rest.codel_drops += 1;
                self.rest.codel_bytes += pool.get(index).len() as u64;
                Some(Departed::Dropped(index))
            }
            Turn::Left { index, began } => {
                self.count_wait(between(pool.get(index).entered, began));
                Some(self.send_now(now, pool, index, sequence))
            }
        }
    }

    /// Whether packets wait for their turn, so that [`Link::depart`] has to be asked before each [`Link::offer`].
    pub(crate) fn steps(&self) -> bool {
        self.has_stepper
    }

    /// When [`Link::depart`] wants to be asked, unless this was said before.
    pub(crate) fn arm(&mut self) -> Option<SimTime> {
        self.rest.stepper.as_mut()?.arm()
    }

    /// Takes the packet that arrives at the far end now, if there is one.
    pub(crate) fn take_arrived(&mut self, now: SimTime, pool: &Pool) -> Option<PacketIndex> {
        self.empty_queue(now, pool);
        if self.has_stepper {
            return self.take_arrived_in_any_order(now, pool);
        }
        let packet = pool.get(self.in_flight.head()?);
        if packet.arrives > now {
            return None;
        }
        if packet.lost {
            self.rest.lost += 1;
        }
        self.in_flight.pop(pool)
    }

    /// Time and sequence number of the next arrival.
    pub(crate) fn next_arrival(&self, pool: &Pool) -> Option<(SimTime, u64)> {
        let in_order = self.in_flight.head().map(|index| {
            let packet = pool.get(index);
            (packet.arrives, packet.sequence)
        });
        if !self.has_stepper {
            return in_order;
        }
        let late = self.rest.late.peek().map(|Reverse((at, sequence, _))| (*at, *sequence));
        in_order.into_iter().chain(late).min()
    }

    /// Everything in the queue, first the packet being sent.
    pub(crate) fn queued(&self, pool: &Pool) -> Vec<PacketIndex> {
        let stepped = self.rest.stepper.iter().flat_map(|stepper| stepper.queued(pool));
        stepped.chain(PacketList::iter_from(pool, self.first_queued)).collect()
    }

    /// Nothing that is on the link comes out of it: its far end is elsewhere now.
    pub(crate) fn lose_all(&self, pool: &mut Pool) {
        let queued = self.queued(pool);
        let on_the_way: Vec<_> = self.in_flight.iter(pool).collect();
        for index in queued.into_iter().chain(on_the_way) {
            pool.get_mut(index).lost = true;
        }
    }
}

/// Without a stepper: all is known ahead.
impl Link {
    /// Puts a packet on its way, behind all others.
    fn send_ahead(&mut self, now: SimTime, pool: &mut Pool, index: PacketIndex, sending_nanos: u64) {
        let begins = self.busy_until.max(now);
        let leaves = later(begins, sending_nanos);
        self.busy_until = leaves;
        self.busy_nanos += between(begins, leaves);
        let Lot { lost, jitter_nanos, .. } = self.draw(leaves);
        let arrives =
            later(leaves, self.propagation_nanos.saturating_add(jitter_nanos)).max(self.last_arrival);
        self.last_arrival = arrives;
        let packet = pool.get_mut(index);
        (packet.leaves, packet.arrives, packet.lost) = (leaves, arrives, lost);
        let bytes = packet.len();
        self.in_flight.push(pool, index);
        if leaves > now {
            self.queued_bytes += bytes;
            self.queue_bytes_high = self.queue_bytes_high.max(self.queued_bytes);
            self.first_queued.get_or_insert(index);
        }
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
            self.count_wait(between(packet.entered, self.last_left));
            self.last_left = packet.leaves;
            self.first_queued = PacketList::after(pool, index);
        }
    }

    /// Rounded up, so that no rounding lets the link carry more than its rate.
    fn sending_nanos(&self, bytes: usize) -> u64 {
        self.rate_bits_per_s.map_or(0, |rate| (bytes as u64 * BIT_NANOS_PER_BYTE as u64).div_ceil(rate.get()))
    }

    fn resume_plain(&mut self, now: SimTime, pool: &mut Pool, Backlog { mut packets, begun }: Backlog) {
        let mut unsent = None;
        if let Some((began, work)) = begun {
            (self.last_left, unsent) = (began, Some(work));
        }
        while let Some(index) = packets.pop(pool) {
            let work = unsent.take().unwrap_or(pool.get(index).len() as BitNanos * BIT_NANOS_PER_BYTE);
            let sending_nanos = self.rate_bits_per_s.map_or(0, |rate| nanos_at(rate, work));
            self.send_ahead(now, pool, index, sending_nanos);
            if pool.get(index).leaves <= now {
                self.count_wait(between(pool.get(index).entered, self.last_left));
                self.last_left = now;
            }
        }
    }
}

/// With a stepper.
impl Link {
    fn join(&mut self, now: SimTime, pool: &mut Pool, index: PacketIndex) -> Offered {
        let stepper = self.rest.stepper.as_mut().expect("a link that steps has a stepper");
        stepper.join(now, pool, index);
        self.queued_bytes += pool.get(index).len();
        if !stepper.is_unlimited() {
            self.queue_bytes_high = self.queue_bytes_high.max(self.queued_bytes);
        }
        Offered::Waits
    }

    /// Puts a packet on its way that leaves the queue now, and its copy if there is one.
    fn send_now(&mut self, now: SimTime, pool: &mut Pool, index: PacketIndex, sequence: u64) -> Departed {
        let Lot { lost, twice, held_back_nanos, jitter_nanos } = self.draw(now);
        let next_before = self.next_arrival(pool);
        let prompt = later(now, self.propagation_nanos.saturating_add(jitter_nanos));
        let (arrives, is_late) = match (held_back_nanos, self.rest.config.reorder) {
            (Some(nanos), _) => (later(prompt, nanos), true),
            (None, Reordering::ByJitter) => (prompt, prompt < self.last_arrival),
            (None, Reordering::Never | Reordering::HeldBack { .. }) => (prompt.max(self.last_arrival), false),
        };
        let packet = pool.get_mut(index);
        (packet.leaves, packet.arrives, packet.sequence, packet.lost) = (now, arrives, sequence, lost);
        let copy = twice.then(|| pool.duplicate(index));
        self.rest.duplicated += u64::from(twice);
        for index in std::iter::once(index).chain(copy) {
            if is_late {
                self.rest.late.push(Reverse((arrives, sequence, index)));
            } else {
                self.last_arrival = arrives;
                self.in_flight.push(pool, index);
            }
        }
        Departed::Sent { index, copy, first: self.next_arrival(pool) != next_before }
    }

    fn take_arrived_in_any_order(&mut self, now: SimTime, pool: &Pool) -> Option<PacketIndex> {
        let next = self.next_arrival(pool)?;
        if next.0 > now {
            return None;
        }
        let late = self.rest.late.peek().is_some_and(|Reverse((at, sequence, _))| (*at, *sequence) == next);
        let index = if late {
            self.rest.late.pop().map(|Reverse((_, _, index))| index)
        } else {
            self.in_flight.pop(pool)
        }?;
        if pool.get(index).lost {
            self.rest.lost += 1;
        } else if next.1 < self.rest.arrived_sequence {
            self.rest.reordered += 1;
        } else {
            self.rest.arrived_sequence = next.1;
        }
        Some(index)
    }
}

/// For both.
impl Link {
    fn draw(&mut self, leaves: SimTime) -> Lot {
        if !self.has_chance {
            return Lot::default();
        }
        self.rest.chance.as_mut().map_or(Lot::default(), |chance| chance.draw(leaves))
    }

    fn count_wait(&mut self, nanos: u64) {
        self.queue_nanos_sum += nanos;
        self.queue_nanos_max = self.queue_nanos_max.max(nanos);
    }

    /// Takes out all that has not left by `now`, and the transmitter's state with it. The link is idle after that.
    fn take_queue(&mut self, now: SimTime, pool: &mut Pool) -> (Backlog, Option<Speed>, Option<CoDel>) {
        self.queued_bytes = 0;
        if let Some(stepper) = self.rest.stepper.take() {
            self.busy_nanos += stepper.busy_since().map_or(0, |since| between(since, now));
            let (backlog, speed, codel) = stepper.dismantle(now, pool);
            return (backlog, Some(speed), codel);
        }
        self.busy_nanos -= between(now, self.busy_until);
        self.busy_until = self.busy_until.min(now);
        let Some(first) = self.first_queued.take() else { return Default::default() };
        let packets = self.in_flight.split_off(pool, first);
        self.last_arrival = self.in_flight.tail().map_or(SimTime::ZERO, |index| pool.get(index).arrives);
        let (entered, leaves) = (pool.get(first).entered, pool.get(first).leaves);
        let rate = self.rate_bits_per_s.map_or(0, NonZeroU64::get);
        let unsent = BitNanos::from(between(now, leaves)) * BitNanos::from(rate);
        (Backlog { packets, begun: Some((entered.max(self.last_left), unsent)) }, None, None)
    }

    /// From now on nothing on the way is passed by what comes after it.
    fn put_late_in_order(&mut self, pool: &mut Pool) {
        if self.rest.late.is_empty() {
            return;
        }
        let mut on_the_way: Vec<_> =
            std::mem::take(&mut self.rest.late).into_iter().map(|Reverse(late)| late).collect();
        while let Some(index) = self.in_flight.pop(pool) {
            on_the_way.push((pool.get(index).arrives, pool.get(index).sequence, index));
        }
        on_the_way.sort_unstable();
        for (arrives, _, index) in on_the_way {
            self.last_arrival = self.last_arrival.max(arrives);
            self.in_flight.push(pool, index);
        }
    }
}

/// Nanoseconds from one moment to another, none if that is before it.
fn between(from: SimTime, to: SimTime) -> u64 {
    to.as_nanos().saturating_sub(from.as_nanos())
}

/// `SimTime + Duration` counts in 128 bits, which a packet need not pay for.
fn later(at: SimTime, nanos: u64) -> SimTime {
    SimTime::from_nanos(at.as_nanos().saturating_add(nanos))
}
