//! What is due when: arrivals and TCP timers in one order, ties broken by sequence number.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use wire::SimTime;

use crate::ids::Place;

/// What is due at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// The packet at the head of this link arrives at its far end, unless the link has changed meanwhile.
    Arrival { link: u32 },
    /// A packet's turn comes at the near end of this link, unless the link has changed meanwhile.
    Departure { link: u32 },
    /// The TCP timer of the socket at this place.
    Timer { socket: Place },
}

/// The agenda.
///
/// Timers are deleted lazily: moving one to a later time or cancelling it leaves its entry where it is, and
/// [`Schedule::prune`] drops or renews the entry when it surfaces. A heartbeat moves its timers several times and
/// lets almost none of them fire.
#[derive(Default)]
pub(crate) struct Schedule {
    entries: Entries,
    timers: Vec<Timer>,
    /// For each timer, the sequence number of the entry that stands for it, shortened: an entry with another one is
    /// out of date. Apart from `timers` since it is asked for long after the rest, and is small enough to be near.
    armed_by: Vec<u32>,
    timers_set: usize,
    sequence: u64,
}

#[derive(Clone, Copy)]
struct Timer {
    /// When the socket wants to be called; [`SimTime::MAX`] for never.
    deadline: SimTime,
    /// When the entry that stands for this timer comes up; [`SimTime::MAX`] if there is none.
    armed: SimTime,
}

const UNSET: Timer = Timer { deadline: SimTime::MAX, armed: SimTime::MAX };

impl Schedule {
    /// When the next thing is due. Exact, as long as [`Schedule::prune`] ended the last change, but for links that
    /// have changed: nothing happens where they would have done something.
    pub(crate) fn next(&self) -> Option<SimTime> {
        self.entries.first().map(|entry| entry.at)
    }

    /// A number for something that will be due, greater than all before it.
    pub(crate) fn sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    pub(crate) fn push(&mut self, at: SimTime, sequence: u64, due: Due) {
        self.entries.push(Entry { at, sequence, due });
    }

    /// Sets, moves or cancels (`None`) the timer of the socket at `socket`.
    pub(crate) fn set_timer(&mut self, socket: Place, deadline: Option<SimTime>) {
        let index = socket.index();
        if index >= self.timers.len() {
            self.timers.resize(index + 1, UNSET);
            self.armed_by.resize(index + 1, 0);
        }
        let deadline = deadline.unwrap_or(SimTime::MAX);
        let timer = &mut self.timers[index];
        self.timers_set -= usize::from(timer.deadline != SimTime::MAX);
        self.timers_set += usize::from(deadline != SimTime::MAX);
        timer.deadline = deadline;
        if deadline < timer.armed {
            self.arm(socket, deadline);
        }
    }

    /// When the timer of the socket at `socket` fires.
    pub(crate) fn timer(&self, socket: Place) -> Option<SimTime> {
        let deadline = self.timers.get(socket.index())?.deadline;
        (deadline != SimTime::MAX).then_some(deadline)
    }

    /// Takes the next thing that is due by `now`. The timer that it is, if it is one, is unset by this.
    pub(crate) fn pop_due(&mut self, now: SimTime) -> Option<(SimTime, Due)> {
        self.prune();
        let Entry { at, due, .. } = self.entries.pop_by(now)?;
        if let Due::Timer { socket } = due {
            self.timers[socket.index()] = UNSET;
            self.timers_set -= 1;
        }
        Some((at, due))
    }

    /// Brings a live entry to the front. Every entry is dropped at most once, so that the cost is that of the
    /// `push` that made it.
    pub(crate) fn prune(&mut self) {
        while let Some(&Entry { at, sequence, due: Due::Timer { socket } }) = self.entries.first() {
            let stands = self.armed_by[socket.index()] == sequence as u32;
            if stands && self.timers[socket.index()].deadline == at {
                return;
            }
            self.entries.pop_by(at);
            if stands {
                let Timer { deadline, armed } = &mut self.timers[socket.index()];
                *armed = SimTime::MAX;
                let deadline = *deadline;
                if deadline != SimTime::MAX {
                    self.arm(socket, deadline);
                }
            }
        }
    }

    /// Timers that wait to fire.
    pub(crate) fn timers_set(&self) -> usize {
        self.timers_set
    }

    fn arm(&mut self, socket: Place, at: SimTime) {
        let sequence = self.sequence();
        self.timers[socket.index()].armed = at;
        self.armed_by[socket.index()] = sequence as u32;
        self.push(at, sequence, Due::Timer { socket });
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    at: SimTime,
    sequence: u64,
    due: Due,
}

impl Entry {
    /// What comes first: no two entries have the same sequence number.
    fn order(&self) -> (SimTime, u64) {
        (self.at, self.sequence)
    }
}

/// Entries in order.
///
/// Most of what a network does comes a fixed time after now: an arrival, a delayed acknowledgement, a timeout. Put
/// each kind into a line of its own, and each line is in order already. So an entry goes to the back of the line
/// that it fits most closely, and only what fits nowhere goes into a heap.
#[derive(Default)]
struct Entries {
    lines: [VecDeque<Entry>; LINES],
    heap: BinaryHeap<Reverse<Entry>>,
    /// The first entry, and the line it is in; [`LINES`] stands for the heap.
    first: Option<(Entry, usize)>,
}

/// As many as there are kinds of delay on a network of like links, and a few to spare.
const LINES: usize = 6;

impl Entries {
    fn push(&mut self, entry: Entry) {
        let mut fit = None;
        for (number, line) in self.lines.iter().enumerate() {
            let back = line.back().map(Entry::order);
            if back < Some(entry.order()) && fit.is_none_or(|(closest, _)| back > closest) {
                fit = Some((back, number));
            }
        }
        let number = fit.map_or(LINES, |(_, number)| number);
        match self.lines.get_mut(number) {
            Some(line) => line.push_back(entry),
            None => self.heap.push(Reverse(entry)),
        }
        if self.first.is_none_or(|(first, _)| entry.order() < first.order()) {
            self.first = Some((entry, number));
        }
    }

    fn first(&self) -> Option<&Entry> {
        self.first.as_ref().map(|(entry, _)| entry)
    }

    /// Takes the first entry if it is due by `now`.
    fn pop_by(&mut self, now: SimTime) -> Option<Entry> {
        let (first, number) = self.first?;
        if first.at > now {
            return None;
        }
        match self.lines.get_mut(number) {
            Some(line) => drop(line.pop_front()),
            None => drop(self.heap.pop()),
        }
        self.first = self.heap.peek().map(|Reverse(entry)| (*entry, LINES));
        for (number, line) in self.lines.iter().enumerate() {
            if let Some(front) = line.front()
                && self.first.is_none_or(|(first, _)| front.order() < first.order())
            {
                self.first = Some((*front, number));
            }
        }
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> SimTime {
        SimTime::from_millis(millis)
    }

    #[test]
    fn ties_go_in_sequence_and_moved_timers_fire_once_at_their_last_time() {
        let mut schedule = Schedule::default();
        schedule.set_timer(Place::new(0), Some(at(5)));
        schedule.set_timer(Place::new(1), Some(at(5)));
        let sequence = schedule.sequence();
        schedule.push(at(5), sequence, Due::Arrival { link: 9 });
        schedule.set_timer(Place::new(0), Some(at(8)));
        schedule.set_timer(Place::new(0), Some(at(3)));
        schedule.set_timer(Place::new(0), Some(at(7)));
        schedule.set_timer(Place::new(2), Some(at(1)));
        schedule.set_timer(Place::new(2), None);
        schedule.prune();
        assert_eq!(schedule.timers_set(), 2);
        assert_eq!(schedule.next(), Some(at(5)));

        let mut order = Vec::new();
        while let Some((at, due)) = schedule.pop_due(at(100)) {
            order.push((at.as_millis(), due));
        }
        assert_eq!(
            order,
            [
                (5, Due::Timer { socket: Place::new(1) }),
                (5, Due::Arrival { link: 9 }),
                (7, Due::Timer { socket: Place::new(0) })
            ]
        );
        assert_eq!((schedule.timers_set(), schedule.next()), (0, None));
    }

    #[test]
    fn a_timer_that_moves_for_ever_leaves_no_trail() {
        let mut schedule = Schedule::default();
        let socket = Place::new(0);
        for millis in (0..1_000).step_by(10) {
            // As a heartbeat does it: wait for the answer, then for the chance to acknowledge, then for nothing.
            schedule.set_timer(socket, Some(at(millis + 50)));
            schedule.set_timer(socket, Some(at(millis + 2)));
            schedule.set_timer(socket, None);
            let (sequence, due) = (schedule.sequence(), Due::Arrival { link: 9 });
            schedule.push(at(millis + 5), sequence, due);
            assert_eq!(schedule.pop_due(at(millis + 5)), Some((at(millis + 5), due)));
        }
        schedule.set_timer(socket, Some(at(2_000)));
        assert_eq!(schedule.pop_due(at(1_999)), None, "what was cancelled does not fire");
        let Entries { lines, heap, .. } = &schedule.entries;
        assert_eq!(lines.iter().map(VecDeque::len).sum::<usize>() + heap.len(), 1);
        assert_eq!(schedule.pop_due(at(2_000)), Some((at(2_000), Due::Timer { socket })));
    }

    #[test]
    fn what_fits_no_line_is_in_order_all_the_same() {
        let mut entries = Entries::default();
        let order = |entry: &Entry| (entry.at.as_millis(), entry.sequence);
        // Falling times: each line takes one, the heap takes the rest.
        for sequence in 0..20 {
            entries.push(Entry { at: at(100 - sequence), sequence, due: Due::Arrival { link: 0 } });
        }
        assert!(!entries.heap.is_empty());
        let taken: Vec<_> =
            std::iter::from_fn(|| entries.pop_by(at(1_000))).map(|entry| order(&entry)).collect();
        assert_eq!(taken, (0..20).rev().map(|sequence| (100 - sequence, sequence)).collect::<Vec<_>>());
    }
}
