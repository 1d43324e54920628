//! Times and sizes as people read them.

use std::time::Duration;

use recording::StepStatus;
use wire::SimTime;

/// A moment, as a player's clock shows it: `0:12.345`, `1:02:03.456`, `51:04:05.999`.
pub(crate) fn moment(at: SimTime) -> String {
    let (secs, millis) = (at.as_millis() / 1_000, at.as_millis() % 1_000);
    let (hours, minutes, seconds) = (secs / 3_600, secs / 60 % 60, secs % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}.{millis:03}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}.{millis:03}"),
    }
}

/// How long something took, to two units at most: `40 ms`, `12.3 s`, `2 min 5 s`, `1 d 2 h`.
pub(crate) fn duration(took: Duration) -> String {
    let nanos = took.as_nanos();
    let secs = took.as_secs();
    let two = |first: u64, unit: &str, second: u64, sub: &str| match second {
        0 => format!("{first} {unit}"),
        _ => format!("{first} {unit} {second} {sub}"),
    };
    match secs {
        0 if nanos == 0 => "0 s".to_owned(),
        0 if nanos < 1_000 => format!("{nanos} ns"),
        0 if nanos < 1_000_000 => format!("{} µs", nanos / 1_000),
        0 if nanos < 10_000_000 => tenths(nanos / 100_000, "ms"),
        0 => format!("{} ms", nanos / 1_000_000),
        1..60 => tenths(nanos / 100_000_000, "s"),
        60..3_600 => two(secs / 60, "min", secs % 60, "s"),
        3_600..86_400 => two(secs / 3_600, "h", secs / 60 % 60, "min"),
        _ => two(secs / 86_400, "d", secs / 3_600 % 24, "h"),
    }
}

fn tenths(tenths: u128, unit: &str) -> String {
    match tenths % 10 {
        0 => format!("{} {unit}", tenths / 10),
        rest => format!("{}.{rest} {unit}", tenths / 10),
    }
}

/// A size: `48 B`, `1.5 kB`, `20 MB`.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => tenths(u128::from(bytes / 100), "kB"),
        _ => tenths(u128::from(bytes / 100_000), "MB"),
    }
}

/// A number with its noun: `1 scenario`, `12 scenarios`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// How a step went; one without an end was under way when the run broke off.
pub(crate) fn status(status: Option<StepStatus>) -> &'static str {
    match status {
        Some(StepStatus::Passed) => "passed",
        Some(StepStatus::Failed) => "failed",
        Some(StepStatus::Skipped) => "skipped",
        Some(StepStatus::Undefined) => "undefined",
        Some(StepStatus::Ambiguous) => "ambiguous",
        None => "broke off",
    }
}

/// An identifier as words: `next_in_line` is `Next in line`.
pub(crate) fn words(identifier: &str) -> String {
    let spaced = identifier.replace(['_', '-'], " ");
    let mut chars = spaced.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_look_like_a_clock() {
        let shown = |millis| moment(SimTime::from_millis(millis));
        assert_eq!(shown(0), "0:00.000");
        assert_eq!(shown(62_007), "1:02.007");
        assert_eq!(shown(3_723_456), "1:02:03.456");
        assert_eq!(shown(2 * 86_400_000 + 11_045_999), "51:04:05.999");
    }

    #[test]
    fn durations_keep_two_units() {
        let shown = |nanos| duration(Duration::from_nanos(nanos));
        assert_eq!(shown(0), "0 s");
        assert_eq!(shown(1_200), "1 µs");
        assert_eq!(shown(1_250_000), "1.2 ms");
        assert_eq!(shown(40_900_000), "40 ms");
        assert_eq!(shown(12_345_000_000), "12.3 s");
        assert_eq!(shown(12_000_000_000), "12 s");
        assert_eq!(shown(125_000_000_000), "2 min 5 s");
        assert_eq!(shown(7_200_000_000_000), "2 h");
        assert_eq!(shown(93_600_000_000_000), "1 d 2 h");
    }

    #[test]
    fn sizes_counts_and_words() {
        assert_eq!([size(48), size(1_530), size(20_000_000)], ["48 B", "1.5 kB", "20 MB"]);
        assert_eq!([count(1, "step"), count(0, "step")], ["1 step", "0 steps"]);
        assert_eq!([words("next_in_line"), words("")], ["Next in line", ""]);
    }
}
