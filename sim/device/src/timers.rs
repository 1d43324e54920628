//! A party's timers: an enum of what for, and a table of when.

use std::collections::BTreeMap;

use wire::SimTime;

use crate::Deadline;

/// The timers of one party. `K` says what each is for; its name is what deadlines show.
#[derive(Clone, Debug)]
pub struct Timers<K> {
    due: BTreeMap<K, SimTime>,
}

impl<K> Default for Timers<K> {
    fn default() -> Self {
        Self { due: BTreeMap::new() }
    }
}

impl<K: Copy + Ord + Into<&'static str>> Timers<K> {
    /// Sets a timer, or moves it.
    pub fn set(&mut self, timer: K, at: SimTime) {
        self.due.insert(timer, at);
    }

    /// Takes a timer off the table, if it is set.
    pub fn cancel(&mut self, timer: K) {
        self.due.remove(&timer);
    }

    /// The timer to wake up for: the earliest, among equals the first in the order of `K`.
    pub fn deadline(&self) -> Option<Deadline> {
        let (timer, at) = self.earliest()?;
        Some(Deadline { at, why: timer.into() })
    }

    /// Takes the earliest timer off the table if its time has come.
    pub fn pop_due(&mut self, now: SimTime) -> Option<K> {
        let (timer, at) = self.earliest()?;
        if at > now {
            return None;
        }
        self.due.remove(&timer);
        Some(timer)
    }

    fn earliest(&self) -> Option<(K, SimTime)> {
        self.due.iter().map(|(timer, at)| (*timer, *at)).min_by_key(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
    enum Timer {
        #[strum(serialize = "ping")]
        Ping,
        #[strum(serialize = "give up")]
        GiveUp,
    }

    #[test]
    fn the_earliest_comes_first_and_equals_come_in_order() {
        let mut timers = Timers::default();
        timers.set(Timer::GiveUp, SimTime::from_secs(5));
        timers.set(Timer::Ping, SimTime::from_secs(9));
        timers.set(Timer::Ping, SimTime::from_secs(5));
        assert_eq!(timers.deadline(), Some(Deadline { at: SimTime::from_secs(5), why: "ping" }));
        assert_eq!(timers.pop_due(SimTime::from_secs(4)), None);
        assert_eq!(timers.pop_due(SimTime::from_secs(5)), Some(Timer::Ping));
        timers.cancel(Timer::Ping);
        assert_eq!(timers.pop_due(SimTime::from_secs(5)), Some(Timer::GiveUp));
        assert_eq!(timers.deadline(), None);
    }
}
