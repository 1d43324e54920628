//! Figures side by side, and against what they are to hold.

use std::fmt::Write as _;

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Virtual seconds per wall second.
    Speed,
    /// The same, told as a span of time.
    Span,
    /// Nanoseconds.
    Nanoseconds,
    /// A quotient.
    Times,
    /// Mebibytes.
    Mebibytes,
    /// Milliseconds.
    Milliseconds,
    /// Kilobytes, of 1,000 bytes.
    Kilobytes,
    /// Kilobits in a second.
    Kilobits,
    /// Decibels: how far from noise.
    Decibels,
}

/// What is to be held, or reached for.
#[derive(Clone, Copy, Debug)]
pub enum Mark {
    /// A figure of this size, or better.
    Figure(f64),
    /// So many times better than the peer of this column.
    Beside(f64, usize),
}

/// One kind of work.
#[derive(Clone, Debug)]
pub struct Row {
    /// What is done.
    pub work: &'static str,
    /// What the figures count.
    pub unit: Unit,
    /// Ours.
    pub ours: f64,
    /// Those of the peers, in the order of the table's columns; or why there is none.
    pub peers: Vec<Result<f64, String>>,
    /// What must hold.
    pub hold: Option<Mark>,
    /// What would be better still.
    pub reach: Option<Mark>,
}

/// The table in Markdown, as `benches/README.md` keeps it.
pub fn table(peers: &[&str], rows: &[Row]) -> String {
    let mut lines = vec![["work", "ours"].map(str::to_owned).to_vec()];
    lines[0].extend(peers.iter().map(|peer| (*peer).to_owned()));
    lines[0].extend(["to the best peer", "hold", "reach for"].map(str::to_owned));
    for row in rows {
        let mut cells = vec![row.work.to_owned(), row.unit.told(row.ours)];
        cells.extend(row.peers.iter().map(|peer| match peer {
            Ok(figure) => row.unit.told(*figure),
            Err(why) => why.clone(),
        }));
        cells.push(row.best_ratio().map_or("-".to_owned(), |ratio| format!("{}x", number(ratio))));
        cells.extend(
            [row.hold, row.reach].map(|mark| mark.map_or("-".to_owned(), |mark| row.judged(mark, peers))),
        );
        lines.push(cells);
    }
    aligned(&lines)
}

impl Row {
    /// How much better ours is than the figure.
    fn ratio(&self, figure: f64) -> f64 {
        if self.unit.more_is_better() { self.ours / figure } else { figure / self.ours }
    }

    fn best_ratio(&self) -> Option<f64> {
        self.peers.iter().flatten().map(|figure| self.ratio(*figure)).min_by(f64::total_cmp)
    }

    fn judged(&self, mark: Mark, peers: &[&str]) -> String {
        let (what, met) = match mark {
            Mark::Figure(figure) => (self.unit.told(figure), Some(self.ratio(figure) >= 1.0)),
            Mark::Beside(times, peer) => {
                let met = self.peers[peer].as_ref().ok().map(|figure| self.ratio(*figure) >= times);
                (format!("{}x {}", number(times), without_version(peers[peer])), met)
            }
        };
        let judgement = match met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "not known",
        };
        format!("{what}: {judgement}")
    }
}

/// `turmoil` of `turmoil 0.7.2`.
fn without_version(name: &str) -> &str {
    match name.rsplit_once(' ') {
        Some((name, version)) if version.starts_with(|first: char| first.is_ascii_digit()) => name,
        _ => name,
    }
}

impl Unit {
    fn more_is_better(self) -> bool {
        matches!(self, Self::Speed | Self::Span | Self::Decibels)
    }

    fn told(self, figure: f64) -> String {
        match self {
            Self::Speed => number(figure),
            Self::Span => span(figure),
            Self::Nanoseconds => format!("{} ns", number(figure)),
            Self::Times => format!("{figure:.2}x"),
            Self::Mebibytes => format!("{figure:.0} MiB"),
            Self::Milliseconds => format!("{} ms", number(figure)),
            Self::Kilobytes => format!("{} kB", number(figure)),
            Self::Kilobits => format!("{} kbit/s", number(figure)),
            Self::Decibels if figure.is_infinite() => "exact".to_owned(),
            Self::Decibels => format!("{figure:.1} dB"),
        }
    }
}

/// Three digits at least, and thousands apart.
fn number(figure: f64) -> String {
    let decimals = match figure {
        ..0.1 => 4,
        ..1.0 => 3,
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    let plain = format!("{figure:.decimals$}");
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut told = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    // `10,000x` and not `10,000.0x`.
    let rest = if rest.trim_matches(['.', '0']).is_empty() { "" } else { rest };
    told + rest
}

fn span(seconds: f64) -> String {
    const UNITS: [(f64, &str); 5] = [
        (365.0 * 86_400.0, "years"),
        (30.0 * 86_400.0, "months"),
        (86_400.0, "days"),
        (3_600.0, "h"),
        (60.0, "min"),
    ];
    let (size, name) = UNITS.into_iter().find(|(size, _)| seconds >= *size).unwrap_or((1.0, "sec"));
    let told = number(seconds / size);
    let name = if told == "1" { name.trim_end_matches('s') } else { name };
    format!("{told} {name}")
}

fn aligned(lines: &[Vec<String>]) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
    let mut text = String::new();
    for (place, line) in lines.iter().enumerate() {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let _ = if column == 0 {
                write!(text, "| {cell:<width$} ")
            } else {
                write!(text, "| {cell:>width$} ")
            };
        }
        text.push_str("|\n");
        if place == 0 {
            for (column, width) in widths.iter().enumerate() {
                let _ =
                    write!(text, "|{:-<width$}{}", "", if column == 0 { "--" } else { "-:" }, width = *width);
            }
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_beside_others_and_are_judged() {
        let row = |work, unit, ours, peers: [Result<f64, &str>; 2], hold, reach| Row {
            work,
            unit,
            ours,
            peers: peers.map(|peer| peer.map_err(str::to_owned)).to_vec(),
            hold,
            reach,
        };
        let none = || Err("-");
        let rows = [
            row(
                "faster",
                Unit::Speed,
                12_345.6,
                [Ok(0.5), Ok(20_000.0)],
                Some(Mark::Beside(10_000.0, 0)),
                None,
            ),
            row(
                "unknown",
                Unit::Speed,
                7.0,
                [Err("not built: offline"), Ok(3.5)],
                Some(Mark::Beside(1.0, 0)),
                None,
            ),
            row(
                "at the mark",
                Unit::Nanoseconds,
                600.0,
                [none(), Ok(900.0)],
                Some(Mark::Figure(600.0)),
                Some(Mark::Figure(400.0)),
            ),
            row(
                "past it",
                Unit::Times,
                1.31,
                [none(), none()],
                Some(Mark::Figure(1.3)),
                Some(Mark::Figure(1.1)),
            ),
            row(
                "idle",
                Unit::Span,
                86_400.0 * 45.0,
                [Ok(3.0), none()],
                Some(Mark::Figure(86_400.0 * 30.0)),
                Some(Mark::Figure(86_400.0 * 365.0)),
            ),
        ];
        insta::assert_snapshot!(table(&["slow 1.0", "quick 2.0"], &rows), @r"
        | work        |        ours |           slow 1.0 | quick 2.0 | to the best peer |               hold |      reach for |
        |-------------|------------:|-------------------:|----------:|-----------------:|-------------------:|---------------:|
        | faster      |      12,346 |              0.500 |    20,000 |           0.617x |  10,000x slow: met |              - |
        | unknown     |           7 | not built: offline |      3.50 |               2x | 1x slow: not known |              - |
        | at the mark |      600 ns |                  - |    900 ns |            1.50x |        600 ns: met | 400 ns: MISSED |
        | past it     |       1.31x |                  - |         - |                - |      1.30x: MISSED |  1.10x: MISSED |
        | idle        | 1.50 months |              3 sec |         - |       1,296,000x |       1 month: met | 1 year: MISSED |
        ");
    }
}
