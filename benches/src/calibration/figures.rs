//! What was measured: as a file, as statistics, and side by side.

use std::fmt::Write as _;
use std::time::Duration;

use fabric::LinkCounters;

/// What came of one transfer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Payload that arrived, for each connection, in Mbit/s.
    pub flows_mbit_per_s: Vec<f64>,
    /// Mean time that a packet waited in the bottleneck's queue, in ms.
    pub queue_ms: f64,
    /// Packets that the queue dropped, CoDel's among them.
    pub dropped: u64,
    /// Packets lost on the way.
    pub lost: u64,
    /// Segments that the sender sent again.
    pub retransmits: u64,
    /// What 99.9 % of the packets were no later than by the emulator's fault, in ms; zero in simulated time.
    pub late_ms: f64,
}

impl Figures {
    /// The link's part.
    pub fn of_link(counters: &LinkCounters) -> Self {
        Self {
            queue_ms: millis(counters.mean_queue_delay().unwrap_or_default()),
            dropped: counters.queue_drops + counters.codel_drops,
            lost: counters.lost,
            ..Self::default()
        }
    }

    /// All connections together.
    pub fn mbit_per_s(&self) -> f64 {
        self.flows_mbit_per_s.iter().sum()
    }

    /// Jain's index of fairness: 1 if all got as much, 1/n if one of n got all.
    pub fn fairness(&self) -> f64 {
        let squares: f64 = self.flows_mbit_per_s.iter().map(|flow| flow * flow).sum();
        self.mbit_per_s() * self.mbit_per_s() / (self.flows_mbit_per_s.len() as f64 * squares)
    }
}

pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The middle of some figures, and how far they spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle one, or the mean of the two in the middle.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The greatest.
    pub most: f64,
    /// Standard error of the mean.
    pub error: f64,
    /// Mean of all.
    pub mean: f64,
}

impl Spread {
    /// Of at least one figure, none of which is NaN.
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut all: Vec<f64> = figures.into_iter().collect();
        all.sort_by(f64::total_cmp);
        let n = all.len();
        let mean = all.iter().sum::<f64>() / n as f64;
        let variance = all.iter().map(|it| (it - mean) * (it - mean)).sum::<f64>() / (n.max(2) - 1) as f64;
        Self {
            median: (all[n / 2] + all[(n - 1) / 2]) / 2.0,
            least: all[0],
            most: all[n - 1],
            error: (variance / n as f64).sqrt(),
            mean,
        }
    }
}

/// A case on both stacks.
pub struct Row {
    /// The case's name.
    pub name: String,
    /// The kernel's transfers.
    pub kernel: Vec<Figures>,
    /// Ours.
    pub ours: Vec<Figures>,
}

/// How well a case agrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Our median goodput against the kernel's: 0.1 is a tenth more.
    pub error: f64,
    /// The same of the mean queue delay; `None` where the kernel's is below a millisecond.
    pub queue_error: Option<f64>,
}

impl Row {
    /// How well it agrees.
    pub fn verdict(&self) -> Verdict {
        let of =
            |figures: &[Figures], which: fn(&Figures) -> f64| Spread::of(figures.iter().map(which)).median;
        let [kernel, ours] = [&self.kernel, &self.ours].map(|it| of(it, Figures::mbit_per_s));
        let [kernel_queue, our_queue] =
            [&self.kernel, &self.ours].map(|it| of(it, |figures| figures.queue_ms));
        Verdict {
            error: ours / kernel - 1.0,
            queue_error: (kernel_queue >= 1.0).then(|| our_queue / kernel_queue - 1.0),
        }
    }

    /// The row as Markdown; [`Row::HEAD`] stands above.
    pub fn markdown(&self) -> String {
        let Verdict { error, queue_error } = self.verdict();
        let both = |which: fn(&Figures) -> f64| {
            [&self.kernel, &self.ours].map(|all| Spread::of(all.iter().map(which)))
        };
        let [kernel, ours] = both(Figures::mbit_per_s);
        let [kernel_queue, our_queue] = both(|figures| figures.queue_ms);
        let [kernel_dropped, our_dropped] = both(|figures| figures.dropped as f64);
        let [kernel_lost, our_lost] = both(|figures| figures.lost as f64);
        let [kernel_again, our_again] = both(|figures| figures.retransmits as f64);
        let late = Spread::of(self.kernel.iter().map(|figures| figures.late_ms)).most;
        let goodput = |it: Spread| format!("{:.2} ({:.2} to {:.2})", it.median, it.least, it.most);
        let mut row = format!(
            "| {} | {} | {} | {:+.1} % | {:.1} | {:.1} | {} | {:.0}+{:.0} | {:.0}+{:.0} | {:.0} | {:.0} | {:.2} |",
            self.name,
            goodput(kernel),
            goodput(ours),
            error * 100.0,
            kernel_queue.median,
            our_queue.median,
            queue_error.map_or_else(|| "·".to_owned(), |error| format!("{:+.0} %", error * 100.0)),
            kernel_dropped.median,
            kernel_lost.median,
            our_dropped.median,
            our_lost.median,
            kernel_again.median,
            our_again.median,
            late,
        );
        if self.ours[0].flows_mbit_per_s.len() > 1 {
            let [kernel, ours] = both(Figures::fairness);
            write!(row, " fairness {:.3}, ours {:.3} |", kernel.median, ours.median)
                .expect("a string takes it");
        } else {
            row.push_str(" |");
        }
        row
    }

    /// What stands above rows.
    pub const HEAD: &'static str = "\
| link | kernel, Mbit/s | ours, Mbit/s | error | queue, ms | ours | error | dropped+lost | ours | sent again | ours | late, ms | |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|";
}

/// Why a file of figures was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a line of a name and six figures with tabs between them, found `{line}` in line {number}")]
pub struct FiguresError {
    number: usize,
    line: String,
}

const HEAD: &str = "# case\tMbit/s by connection\tqueue ms\tdropped\tlost\tsent again\tlate ms";

/// Transfers with the names of their cases, one a line.
pub fn write_figures(all: &[(String, Figures)]) -> String {
    let mut file = format!("{HEAD}\n");
    for (name, figures) in all {
        let Figures { flows_mbit_per_s, queue_ms, dropped, lost, retransmits, late_ms } = figures;
        let flows: Vec<String> = flows_mbit_per_s.iter().map(|flow| format!("{flow:.4}")).collect();
        let flows = flows.join(" ");
        writeln!(file, "{name}\t{flows}\t{queue_ms:.3}\t{dropped}\t{lost}\t{retransmits}\t{late_ms:.3}")
            .expect("a string takes it");
    }
    file
}

/// What [`write_figures`] wrote. Lines that begin with `#` are for people.
///
/// # Errors
/// If a line is none of its.
pub fn read_figures(file: &str) -> Result<Vec<(String, Figures)>, FiguresError> {
    let lines = file.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    lines
        .map(|(place, line)| {
            read_line(line).ok_or_else(|| FiguresError { number: place + 1, line: line.to_owned() })
        })
        .collect()
}

fn read_line(line: &str) -> Option<(String, Figures)> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [name, flows, queue_ms, dropped, lost, retransmits, late_ms] = fields[..] else { return None };
    let figures = Figures {
        flows_mbit_per_s: flows.split(' ').map(|flow| flow.parse().ok()).collect::<Option<_>>()?,
        queue_ms: queue_ms.parse().ok()?,
        dropped: dropped.parse().ok()?,
        lost: lost.parse().ok()?,
        retransmits: retransmits.parse().ok()?,
        late_ms: late_ms.parse().ok()?,
    };
    Some((name.to_owned(), figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let figures = Figures {
            flows_mbit_per_s: vec![1.25, 3.5],
            queue_ms: 0.5,
            dropped: 7,
            lost: 0,
            retransmits: 9,
            late_ms: 0.125,
        };
        let all = vec![("10 Mbit/s, two".to_owned(), figures)];
        assert_eq!(read_figures(&write_figures(&all)), Ok(all));
        let error = read_figures("# nothing\n10 Mbit/s\t1\t2\n").unwrap_err();
        insta::assert_snapshot!(error, @"expected a line of a name and six figures with tabs between them, found `10 Mbit/s	1	2` in line 2");
    }

    #[test]
    fn the_middle_of_few_and_many() {
        assert_eq!(Spread::of([3.0]).median, 3.0);
        assert_eq!(Spread::of([3.0]).error, 0.0);
        assert_eq!(Spread::of([4.0, 1.0]).median, 2.5);
        let Spread { median, least, most, mean, error } = Spread::of([1.0, 9.0, 2.0]);
        assert_eq!((median, least, most, mean), (2.0, 1.0, 9.0, 4.0));
        // Deviations of -3, 5 and -2: √(38 / 2 / 3).
        assert!((error - 2.516_611).abs() < 1e-6, "{error}");
    }

    #[test]
    fn fairness_is_one_for_equals_and_half_for_one_of_two() {
        let of =
            |flows: &[f64]| Figures { flows_mbit_per_s: flows.to_vec(), ..Figures::default() }.fairness();
        assert_eq!(of(&[2.0, 2.0]), 1.0);
        assert_eq!(of(&[2.0, 0.0]), 0.5);
    }
}
