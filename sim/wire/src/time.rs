//! The one clock's readings.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment on the virtual clock: nanoseconds since the run began.
///
/// Our own type and not `std::time::Instant`, since a recording must store it and a replay must start at zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SimTime(u64);

impl SimTime {
    /// The moment at which every run begins.
    pub const ZERO: Self = Self(0);
    /// Later than anything that happens (584 years).
    pub const MAX: Self = Self(u64::MAX);

    /// The moment `nanos` nanoseconds into the run.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// The moment `millis` milliseconds into the run.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1_000_000)
    }

    /// The moment `secs` seconds into the run.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * 1_000_000_000)
    }

    /// Nanoseconds since the run began.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Whole milliseconds since the run began.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000_000
    }

    /// Time since `earlier`; zero if `earlier` is later than this.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// This moment put off by `by`; [`SimTime::MAX`] where it would run over.
    pub const fn saturating_add(self, by: Duration) -> Self {
        let nanos = by.as_nanos();
        if nanos > u64::MAX as u128 { Self::MAX } else { Self(self.0.saturating_add(nanos as u64)) }
    }
}

impl Add<Duration> for SimTime {
    type Output = Self;

    fn add(self, by: Duration) -> Self {
        self.saturating_add(by)
    }
}

impl AddAssign<Duration> for SimTime {
    fn add_assign(&mut self, by: Duration) {
        *self = *self + by;
    }
}

impl Sub for SimTime {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.since(earlier)
    }
}

/// Seconds with milliseconds, as reports print it: `12.345s`. A `width` is honoured.
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:03}s", self.0 / 1_000_000_000, self.0 / 1_000_000 % 1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stops_at_the_ends() {
        assert_eq!(SimTime::MAX + Duration::from_secs(1), SimTime::MAX);
        assert_eq!(SimTime::ZERO - SimTime::from_secs(1), Duration::ZERO);
        assert_eq!(SimTime::from_secs(2) + Duration::from_millis(5), SimTime::from_millis(2_005));
    }

    #[test]
    fn prints_seconds_with_milliseconds() {
        assert_eq!(SimTime::from_millis(61_007).to_string(), "61.007s");
        assert_eq!(format!("{:>10}", SimTime::from_millis(5)), "    0.005s");
    }
}
