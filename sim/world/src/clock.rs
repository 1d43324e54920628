//! The clock of a machine, which need not tell the same time as the world's.

use std::time::Duration;

use wire::SimTime;

/// A machine's monotonic clock: it never jumps, but it may run fast or slow.
///
/// Programs are told its time, and what they ask to be woken at is its time too. What the clock on the machine's wall
/// shows beside it, with jumps, is the device's: `Device::wall_clock`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    /// How much faster than the world's, in parts per million.
    ppm: i32,
    /// When it began to run at this rate, by the world's time.
    since: SimTime,
    /// What it showed then.
    showed: SimTime,
}

/// The most that a clock may be off: a tenth. Quartz is off by some 50 ppm; what is off by more is broken.
pub const CLOCK_PPM_MAX: i32 = 100_000;

const MILLION: i128 = 1_000_000;

impl Clock {
    /// What it shows at a time of the world.
    pub(crate) fn shows(&self, now: SimTime) -> SimTime {
        if self.ppm == 0 && self.since == self.showed {
            return now;
        }
        let passed = i128::from(now.since(self.since).as_nanos() as u64);
        self.showed + nanos(passed * (MILLION + i128::from(self.ppm)) / MILLION)
    }

    /// The first time of the world at which it shows at least this.
    pub(crate) fn when(&self, shown: SimTime) -> SimTime {
        if self.ppm == 0 && self.since == self.showed {
            return shown;
        }
        let to_pass = i128::from(shown.since(self.showed).as_nanos() as u64) * MILLION;
        let rate = MILLION + i128::from(self.ppm);
        self.since + nanos((to_pass + rate - 1) / rate)
    }

    /// From now on it runs this much faster, or slower.
    pub(crate) fn run_at(&mut self, now: SimTime, ppm: i32) {
        *self = Self { ppm: ppm.clamp(-CLOCK_PPM_MAX, CLOCK_PPM_MAX), since: now, showed: self.shows(now) };
    }
}

fn nanos(nanos: i128) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_fast_is_woken_early_enough_and_never_early() {
        let mut clock = Clock::default();
        assert_eq!(clock.shows(SimTime::from_secs(10)), SimTime::from_secs(10));
        for (at, ppm) in [(10, 50), (1_000, -30_000), (5_000, 7), (9_000, 0)] {
            clock.run_at(SimTime::from_secs(at), ppm);
            for shown in [20_000_000_001, 77_777_777_777_777_u64, 80_000_000_000_000] {
                let shown = SimTime::from_nanos(shown).max(clock.shows(SimTime::from_secs(at)));
                let when = clock.when(shown);
                assert!(clock.shows(when) >= shown, "{ppm} ppm");
                let before =
                    SimTime::from_nanos(when.as_nanos().saturating_sub(1)).max(SimTime::from_secs(at));
                assert!(before == when || clock.shows(before) < shown, "{ppm} ppm");
            }
        }
    }

    #[test]
    fn a_percent_fast_is_a_percent() {
        let mut clock = Clock::default();
        clock.run_at(SimTime::ZERO, 10_000);
        assert_eq!(clock.shows(SimTime::from_secs(100)), SimTime::from_secs(101));
        assert_eq!(clock.when(SimTime::from_secs(101)), SimTime::from_secs(100));
    }
}
