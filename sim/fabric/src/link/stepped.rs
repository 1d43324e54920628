//! A queue and a transmitter that decide when a packet's turn has come, and not before.

use std::num::NonZeroU64;

use wire::SimTime;

use super::codel::{CoDel, Verdict};
use super::later;
use super::trace::Cursor;
use crate::packet::{PacketIndex, PacketList, Pool};

/// The near end of a link whose departures cannot be told ahead.
#[derive(Debug)]
pub(super) struct Stepper {
    /// Packets whose turn has not come.
    waiting: PacketList,
    waiting_bytes: usize,
    sending: Option<Sending>,
    /// When there is something to do; `None` while there is nothing to send.
    next: Option<SimTime>,
    /// When the entry in the schedule that stands for `next` comes up.
    armed: Option<SimTime>,
    busy_since: SimTime,
    speed: Speed,
    codel: Option<CoDel>,
}

/// How fast a [`Stepper`] sends.
#[derive(Debug)]
pub(super) enum Speed {
    Unlimited,
    BitsPerSecond(NonZeroU64),
    Trace(Cursor),
}

#[derive(Debug)]
struct Sending {
    index: PacketIndex,
    began: SimTime,
    /// Bytes that wait for another opportunity; not kept up to date for other speeds than a trace.
    bytes_left: u32,
}

/// What a packet did at the near end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Left { index: PacketIndex, began: SimTime },
    Dropped(PacketIndex),
}

/// What a queue held when its link changed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Backlog {
    pub(super) packets: PacketList,
    /// When the first of them began to be sent, if it did, and what of it is unsent.
    pub(super) begun: Option<(SimTime, BitNanos)>,
}

/// Bits times nanoseconds per second: what a rate in bits per second works off in nanoseconds, so that a change of
/// the rate rounds nothing.
pub(super) type BitNanos = u128;

pub(super) const BIT_NANOS_PER_BYTE: BitNanos = 8 * 1_000_000_000;

impl Stepper {
    pub(super) fn new(
        now: SimTime,
        pool: &mut Pool,
        speed: Speed,
        codel: Option<CoDel>,
        backlog: Backlog,
    ) -> Self {
        let mut stepper = Self {
            waiting: backlog.packets,
            waiting_bytes: 0,
            sending: None,
            next: None,
            armed: None,
            busy_since: now,
            speed,
            codel,
        };
        stepper.waiting_bytes = stepper.waiting.iter(pool).map(|index| pool.get(index).len()).sum();
        if stepper.waiting.head().is_none() {
            return stepper;
        }
        stepper.wake(now);
        if let Some((began, work)) = backlog.begun
            && let Some(index) = stepper.pop(pool)
        {
            let bytes_left = work.div_ceil(BIT_NANOS_PER_BYTE) as u32;
            stepper.sending = Some(Sending { index, began, bytes_left });
            if let Speed::BitsPerSecond(rate) = stepper.speed {
                stepper.next = Some(later(now, nanos_at(rate, work)));
            }
        }
        stepper
    }

    /// Takes everything out, and the trace and the state of CoDel with it.
    pub(super) fn dismantle(mut self, now: SimTime, pool: &mut Pool) -> (Backlog, Speed, Option<CoDel>) {
        let mut packets = PacketList::default();
        let begun = self.sending.take().map(|Sending { index, began, bytes_left }| {
            packets.push(pool, index);
            let work = match (&self.speed, self.next) {
                (Speed::BitsPerSecond(rate), Some(ends)) => {
                    BitNanos::from(ends.as_nanos().saturating_sub(now.as_nanos()))
                        * BitNanos::from(rate.get())
                }
                (Speed::Trace(_), _) => BitNanos::from(bytes_left) * BIT_NANOS_PER_BYTE,
                (Speed::BitsPerSecond(_) | Speed::Unlimited, _) => 0,
            };
            (began, work)
        });
        while let Some(index) = self.waiting.pop(pool) {
            packets.push(pool, index);
        }
        (Backlog { packets, begun }, self.speed, self.codel)
    }

    pub(super) fn is_unlimited(&self) -> bool {
        matches!(self.speed, Speed::Unlimited)
    }

    /// Puts a packet at the end of the queue. Its turn may be at once.
    pub(super) fn join(&mut self, now: SimTime, pool: &mut Pool, index: PacketIndex) {
        self.waiting_bytes += pool.get(index).len();
        self.waiting.push(pool, index);
        if self.next.is_none() {
            self.busy_since = now;
            self.wake(now);
        }
    }

    /// Does the next thing that is due by `now`.
    pub(super) fn step(&mut self, now: SimTime, pool: &mut Pool) -> Option<Turn> {
        if self.armed.is_some_and(|armed| armed <= now) {
            self.armed = None;
        }
        while self.next? <= now {
            let Some(sending) = &mut self.sending else {
                if let Some(dropped) = self.begin_next(now, pool) {
                    return Some(Turn::Dropped(dropped));
                }
                continue;
            };
            if let Speed::Trace(cursor) = &mut self.speed {
                sending.bytes_left -= cursor.take(sending.bytes_left);
                self.next = Some(cursor.next());
                if sending.bytes_left > 0 {
                    continue;
                }
            }
            let Sending { index, began, .. } = *sending;
            self.sending = None;
            if self.waiting.head().is_none() {
                self.next = None;
                if let Some(codel) = &mut self.codel {
                    codel.ran_empty();
                }
            }
            return Some(Turn::Left { index, began });
        }
        None
    }

    /// When [`Stepper::step`] wants to be called, if the schedule does not know yet.
    pub(super) fn arm(&mut self) -> Option<SimTime> {
        if self.armed == self.next {
            return None;
        }
        self.armed = self.next;
        self.next
    }

    /// When there is something to do.
    #[cfg(test)]
    pub(super) fn next(&self) -> Option<SimTime> {
        self.next
    }

    /// Since when there has been something to send.
    pub(super) fn busy_since(&self) -> Option<SimTime> {
        self.next.map(|_| self.busy_since)
    }

    /// Everything in the queue, the packet being sent first.
    pub(super) fn queued<'a>(&'a self, pool: &'a Pool) -> impl Iterator<Item = PacketIndex> + 'a {
        self.sending.iter().map(|sending| sending.index).chain(self.waiting.iter(pool))
    }

    /// There is something to send from now on. An opportunity of this very moment is missed.
    fn wake(&mut self, now: SimTime) {
        self.next = Some(match &mut self.speed {
            Speed::Unlimited | Speed::BitsPerSecond(_) => now,
            Speed::Trace(cursor) => {
                cursor.skip_past(now);
                cursor.next()
            }
        });
    }

    /// Begins to send the packet at the head, or drops it.
    fn begin_next(&mut self, now: SimTime, pool: &Pool) -> Option<PacketIndex> {
        let Some(index) = self.pop(pool) else {
            self.next = None;
            return None;
        };
        let packet = pool.get(index);
        if let Some(codel) = &mut self.codel
            && codel.judge(now, packet.entered, self.waiting_bytes) == Verdict::Drop
        {
            return Some(index);
        }
        let bytes = packet.len();
        self.sending = Some(Sending { index, began: now, bytes_left: bytes as u32 });
        if let Speed::BitsPerSecond(rate) = self.speed {
            self.next = Some(later(now, nanos_at(rate, bytes as BitNanos * BIT_NANOS_PER_BYTE)));
        }
        None
    }

    fn pop(&mut self, pool: &Pool) -> Option<PacketIndex> {
        let index = self.waiting.pop(pool)?;
        self.waiting_bytes -= pool.get(index).len();
        Some(index)
    }
}

/// Rounded up, so that no rounding lets a link carry more than its rate.
pub(super) fn nanos_at(rate: NonZeroU64, work: BitNanos) -> u64 {
    u64::try_from(work.div_ceil(rate.get().into())).unwrap_or(u64::MAX)
}
