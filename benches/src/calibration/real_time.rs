//! The wall clock, as a fabric counts time.

use std::time::{Duration, Instant};

use wire::SimTime;

/// Real time since it was made.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock that shows zero.
    #[expect(clippy::new_without_default, reason = "a clock that starts is not a default")]
    #[expect(clippy::disallowed_methods, reason = "a kernel lives in real time")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }

    /// What it shows.
    pub fn now(&self) -> SimTime {
        SimTime::from_nanos(u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    /// Does nothing for so long, or somewhat longer.
    #[expect(clippy::disallowed_methods, reason = "a kernel lives in real time")]
    pub fn nap(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
