//! Axes: round numbers that hold what is there.

use std::time::Duration;

use wire::SimTime;

use crate::human;

/// The axis of time has no more labels than this.
const TIME_TICKS_MAX: u64 = 6;

/// A vertical axis from zero to a round number.
pub(super) struct Scale {
    pub(super) max: u64,
    unit: Unit,
}

/// What an axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    BitsPerSecond,
    Bytes,
    Nanoseconds,
}

impl Scale {
    /// An axis that holds `max`.
    pub(super) fn new(max: u64, unit: Unit) -> Self {
        Self { max: round_up(max.max(1)), unit }
    }

    pub(super) fn ticks(&self) -> [u64; 3] {
        [0, self.max / 2, self.max]
    }

    pub(super) fn label(&self, value: u64) -> String {
        match (value, self.unit) {
            (0, _) => "0".to_owned(),
            (_, Unit::BitsPerSecond) => rate(value),
            (_, Unit::Bytes) => human::size(value),
            (_, Unit::Nanoseconds) => human::duration(Duration::from_nanos(value)),
        }
    }
}

/// The next of 2, 4, 10, 20, 40, 100 …, so that half of it is round too.
fn round_up(value: u64) -> u64 {
    let mut ten = 1_u64;
    loop {
        for first in [2, 4, 10] {
            let round = ten.saturating_mul(first);
            if round >= value {
                return round;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

/// A rate: `800 bit/s`, `1.5 Mbit/s`.
fn rate(bits_per_s: u64) -> String {
    let (unit, name) = match bits_per_s {
        0..1_000 => return format!("{bits_per_s} bit/s"),
        1_000..1_000_000 => (1_000, "kbit/s"),
        1_000_000..1_000_000_000 => (1_000_000, "Mbit/s"),
        _ => (1_000_000_000, "Gbit/s"),
    };
    match bits_per_s % unit * 10 / unit {
        0 => format!("{} {name}", bits_per_s / unit),
        tenths => format!("{}.{tenths} {name}", bits_per_s / unit),
    }
}

/// Round moments from zero to `end`.
pub(super) fn time_ticks(end: SimTime) -> impl Iterator<Item = SimTime> {
    let apart = tick_nanos(end.as_nanos());
    (0..=end.as_nanos() / apart).map(move |tick| SimTime::from_nanos(tick * apart))
}

/// How far apart: a round number of the unit in which people would say it.
fn tick_nanos(end: u64) -> u64 {
    const MICROSECOND: u64 = 1_000;
    const SECOND: u64 = 1_000_000_000;
    const SIXTIES: [u64; 9] = [1, 2, 5, 10, 15, 20, 30, 60, 120];
    let small = (0..6).flat_map(|power| [1, 2, 5].map(|first| first * 10_u64.pow(power) * MICROSECOND));
    let seconds = SIXTIES.map(|count| count * SECOND);
    let minutes = SIXTIES.map(|count| count * 60 * SECOND);
    let hours = (0..).flat_map(|power| {
        [1, 2, 3, 6, 12].map(|count| 24_u64.saturating_pow(power).saturating_mul(count * 3_600 * SECOND))
    });
    let all = small.chain(seconds).chain(minutes).chain(hours);
    all.into_iter().find(|apart| end / apart < TIME_TICKS_MAX).expect("hours go on for ever")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        let scale = |max, unit| {
            let scale = Scale::new(max, unit);
            scale.ticks().map(|tick| scale.label(tick)).join(", ")
        };
        assert_eq!(scale(0, Unit::Bytes), "0, 1 B, 2 B");
        assert_eq!(scale(2_001, Unit::Bytes), "0, 2 kB, 4 kB");
        assert_eq!(scale(1_234_567, Unit::BitsPerSecond), "0, 1 Mbit/s, 2 Mbit/s");
        assert_eq!(scale(500_000, Unit::BitsPerSecond), "0, 500 kbit/s, 1 Mbit/s");
        assert_eq!(scale(131_000_000, Unit::Nanoseconds), "0, 100 ms, 200 ms");
        assert!(Scale::new(u64::MAX, Unit::Bytes).max > 0);
    }

    #[test]
    fn time_is_marked_at_round_moments() {
        let ticks = |millis| {
            let ticks = time_ticks(SimTime::from_millis(millis));
            let ticks: Vec<_> = ticks.map(|at| human::duration(at.since(SimTime::ZERO))).collect();
            ticks.join(", ")
        };
        assert_eq!(ticks(0), "0 s");
        assert_eq!(ticks(98), "0 s, 20 ms, 40 ms, 60 ms, 80 ms");
        assert_eq!(ticks(13_181), "0 s, 5 s, 10 s");
        assert_eq!(ticks(61_450), "0 s, 15 s, 30 s, 45 s, 1 min");
        assert_eq!(ticks(86_400_091), "0 s, 6 h, 12 h, 18 h, 1 d");
        assert!(time_ticks(SimTime::MAX).count() <= 6);
    }
}
