//! What is due when: one heap for arrivals and TCP timers, ties broken by sequence number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use wire::SimTime;

use crate::ids::Place;

/// What is due at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// The packet at the head of this link arrives at its far end.
    Arrival { link: u32 },
    /// The TCP timer of the socket at this place.
    Timer { socket: Place },
}

/// The agenda.
///
/// Timers are deleted lazily: moving one to a later time or cancelling it leaves its heap entry where it is, and
/// [`Schedule::prune`] drops or renews the entry when it surfaces. A heartbeat moves its timers several times and
/// lets almost none of them fire, so this is what keeps the heap short.
#[derive(Default)]
pub(crate) struct Schedule {
    heap: BinaryHeap<Reverse<(SimTime, u64, Due)>>,
    timers: Vec<Timer>,
    timers_set: usize,
    sequence: u64,
}

#[derive(Clone, Copy)]
struct Timer {
    /// When the socket wants to be called; [`SimTime::MAX`] for never.
    deadline: SimTime,
    /// The earliest heap entry that stands for this timer; [`SimTime::MAX`] for none.
    armed: SimTime,
}

const UNSET: Timer = Timer { deadline: SimTime::MAX, armed: SimTime::MAX };

impl Schedule {
    /// When the next thing is due. Exact, as long as [`Schedule::prune`] ended the last change.
    pub(crate) fn next(&self) -> Option<SimTime> {
        self.heap.peek().map(|Reverse((at, ..))| *at)
    }

    /// A number for something that will be due, greater than all before it.
    pub(crate) fn sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    pub(crate) fn push(&mut self, at: SimTime, sequence: u64, due: Due) {
        self.heap.push(Reverse((at, sequence, due)));
    }

    /// Sets, moves or cancels (`None`) the timer of the socket at `socket`.
    pub(crate) fn set_timer(&mut self, socket: Place, deadline: Option<SimTime>) {
        let index = socket.index();
        if index >= self.timers.len() {
            self.timers.resize(index + 1, UNSET);
        }
        let deadline = deadline.unwrap_or(SimTime::MAX);
        let timer = &mut self.timers[index];
        self.timers_set -= usize::from(timer.deadline != SimTime::MAX);
        self.timers_set += usize::from(deadline != SimTime::MAX);
        timer.deadline = deadline;
        if deadline < timer.armed {
            timer.armed = deadline;
            let sequence = self.sequence();
            self.push(deadline, sequence, Due::Timer { socket });
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
        let &Reverse((at, _, due)) = self.heap.peek()?;
        if at > now {
            return None;
        }
        self.heap.pop();
        if let Due::Timer { socket } = due {
            self.timers[socket.index()] = UNSET;
            self.timers_set -= 1;
        }
        Some((at, due))
    }

    /// Brings a live entry to the top of the heap. Every entry is dropped at most once, so that the cost is that
    /// of the `push` that made it.
    pub(crate) fn prune(&mut self) {
        while let Some(&Reverse((at, _, Due::Timer { socket }))) = self.heap.peek() {
            let timer = &mut self.timers[socket.index()];
            if timer.armed == at && timer.deadline == at {
                return;
            }
            self.heap.pop();
            if timer.armed == at {
                timer.armed = timer.deadline;
                let renewed = timer.deadline;
                if renewed != SimTime::MAX {
                    let sequence = self.sequence();
                    self.push(renewed, sequence, Due::Timer { socket });
                }
            }
        }
    }

    /// Timers that wait to fire.
    pub(crate) fn timers_set(&self) -> usize {
        self.timers_set
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
}
