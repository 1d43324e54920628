//! The closed form, and how far a run is from it.

use std::fmt;
use std::time::Duration;

use super::HANDLING_MEAN;

/// Neighbours wait alike; the means of so many stretches hardly do.
const BATCHES: usize = 40;

/// A queue: so many representatives, and so much work for them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// Representatives, each with one session at a time.
    pub servers: usize,
    /// The offered load in Erlang: the sessions that would run at once, were nobody kept waiting.
    pub load: f64,
}

/// The cases of the table.
pub fn cases() -> [Case; 4] {
    [(1, 0.5), (3, 2.0), (5, 4.0), (10, 8.0)].map(|(servers, load)| Case { servers, load })
}

/// Erlang C: the probability of waiting, and the mean wait in handling times.
pub fn closed_form(Case { servers, load }: Case) -> (f64, f64) {
    let blocked = (1..=servers).fold(1.0, |blocked, server| {
        let weight = load * blocked;
        weight / (server as f64 + weight)
    });
    let busy = load / servers as f64;
    let waits = blocked / (1.0 - busy * (1.0 - blocked));
    (waits, waits / (servers as f64 - load))
}

/// How a run went.
#[derive(Clone, Debug)]
pub struct Figures {
    case: Case,
    waiting: Estimate,
    wait: Estimate,
}

/// A figure of the appliance, of its twin, and by how much chance may have moved the first.
#[derive(Clone, Copy, Debug)]
struct Estimate {
    ours: f64,
    twins: f64,
    standard_error: f64,
}

impl Figures {
    pub(crate) fn new(case: Case, waits: &[Duration], twin: &[Duration]) -> Self {
        let waited = |wait: &Duration| f64::from(u8::from(!wait.is_zero()));
        let length = |wait: &Duration| wait.as_secs_f64() / HANDLING_MEAN.as_secs_f64();
        Self { case, waiting: Estimate::of(waits, twin, waited), wait: Estimate::of(waits, twin, length) }
    }

    /// A row of the table.
    pub fn row(&self) -> Row {
        let (waiting, wait) = closed_form(self.case);
        Row {
            case: self.case,
            figures: [
                Compared { name: "P(wait)", estimate: self.waiting, closed: waiting },
                Compared { name: "mean wait", estimate: self.wait, closed: wait },
            ],
        }
    }
}

impl Estimate {
    fn of(waits: &[Duration], twin: &[Duration], figure: impl Fn(&Duration) -> f64) -> Self {
        let mean = |waits: &[Duration]| waits.iter().map(&figure).sum::<f64>() / waits.len() as f64;
        let batches: Vec<f64> = waits.chunks(waits.len().div_ceil(BATCHES)).map(mean).collect();
        let count = batches.len() as f64;
        let centre = batches.iter().sum::<f64>() / count;
        let variance =
            batches.iter().map(|batch| (batch - centre) * (batch - centre)).sum::<f64>() / (count - 1.0);
        Self { ours: mean(waits), twins: mean(twin), standard_error: (variance / count).sqrt() }
    }
}

/// A case with its figures beside the closed form.
#[derive(Clone, Debug)]
pub struct Row {
    case: Case,
    figures: [Compared; 2],
}

#[derive(Clone, Debug)]
struct Compared {
    name: &'static str,
    estimate: Estimate,
    closed: f64,
}

impl Compared {
    /// The appliance's figure, without what the twin says is chance.
    fn controlled(&self) -> f64 {
        self.estimate.ours - (self.estimate.twins - self.closed)
    }

    fn error(&self) -> f64 {
        (self.controlled() - self.closed).abs() / self.closed
    }

    fn chance(&self) -> f64 {
        (self.estimate.ours - self.closed).abs() / self.estimate.standard_error
    }
}

impl Row {
    /// The heading over rows.
    pub const HEADING: &str = "|  c |  a  | figure    | appliance | twin   | controlled | closed form | error   | without the twin |";

    /// The larger of the errors, in parts of the closed form.
    pub fn error(&self) -> f64 {
        self.figures.iter().map(Compared::error).fold(0.0, f64::max)
    }

    /// By how many standard errors the appliance's own figures are off, the worse of the two.
    pub fn chance(&self) -> f64 {
        self.figures.iter().map(Compared::chance).fold(0.0, f64::max)
    }
}

/// Two lines of the table.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, figure) in self.figures.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            let Case { servers, load } = self.case;
            let Estimate { ours, twins, .. } = figure.estimate;
            write!(
                f,
                "| {servers:>2} | {load:>3.1} | {:<9} | {ours:>9.4} | {twins:>6.4} | {:>10.4} | {:>11.4} | {:>5.2} % | {:>4.1} % = {:.1} s.e. |",
                figure.name,
                figure.controlled(),
                figure.closed,
                figure.error() * 100.0,
                (ours - figure.closed).abs() / figure.closed * 100.0,
                figure.chance(),
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As computed by hand, and in `anchors/domain.md` section 12 of the project's notes.
    #[test]
    fn the_closed_form_is_erlangs() {
        let expected = [(0.5, 1.0), (0.4444, 0.4444), (0.5541, 0.5541), (0.4092, 0.2046)];
        for (case, (waiting, wait)) in cases().into_iter().zip(expected) {
            let (found_waiting, found_wait) = closed_form(case);
            assert!((found_waiting - waiting).abs() < 5e-5, "{case:?}: {found_waiting}");
            assert!((found_wait - wait).abs() < 5e-5, "{case:?}: {found_wait}");
        }
    }
}
