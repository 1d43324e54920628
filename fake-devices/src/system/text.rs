//! Numbers and tables, as people read them.

use std::time::Duration;

/// A number with its thousands apart: `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// So many bytes, in the unit that a person would choose: `1.5 GiB`.
pub(super) fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..=1_023 => return format!("{bytes} bytes"),
        1_024..=1_048_575 => (1 << 10, "KiB"),
        1_048_576..=1_073_741_823 => (1 << 20, "MiB"),
        _ => (1_u64 << 30, "GiB"),
    };
    format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
}

/// How long something has lasted: `2 days 03:04:05`.
pub(super) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    match seconds / 86_400 {
        0 => clock,
        1 => format!("1 day {clock}"),
        days => format!("{days} days {clock}"),
    }
}

/// A table for a shell. A head that begins with `>` is of a column that stands to the right; heads that are all empty
/// are not shown. `ruled` draws a line under them.
pub(super) fn plain_table(heads: &[&str], rows: &[Vec<String>], ruled: bool) -> String {
    let names: Vec<String> = heads.iter().map(|head| head.trim_start_matches('>').to_owned()).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| &row[column]).chain([&names[column]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).zip(heads).map(|((cell, &width), head)| {
            if head.starts_with('>') { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    let mut text = String::new();
    if names.iter().any(|name| !name.is_empty()) {
        text.push_str(&line(&names));
        if ruled {
            text.push_str(&line(&widths.iter().map(|&width| "=".repeat(width)).collect()));
        }
    }
    text.extend(rows.iter().map(line));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1_023, 1_536, 3 << 29].map(size), ["1023 bytes", "1.5 KiB", "1.5 GiB"]);
        assert_eq!(span(Duration::from_secs(86_400 + 3_661)), "1 day 01:01:01");
    }
}
