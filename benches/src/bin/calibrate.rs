//! Measures a Linux kernel's TCP on links of the fabric, and ours beside it. See `CALIBRATION.md`.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use benches::calibration::{
    Case, Figures, Row, Spread, cases, measure, read_figures, settings, simulate, what_is_missing,
    write_figures,
};
use clap::Parser;

/// A kernel's TCP and ours on the same links.
#[derive(Parser)]
enum Arguments {
    /// Measure the kernel in real time, and add the figures to the file. Needs root, /dev/net/tun, ip, tc, iperf3.
    Measure {
        #[command(flatten)]
        which: Which,
        /// How often each case is measured.
        #[arg(long, default_value_t = 5)]
        repeats: u64,
        /// The seed of the first repeat's link; the others follow.
        #[arg(long, default_value_t = 1)]
        first_seed: u64,
        /// How many transfers run at once.
        #[arg(long, default_value_t = 8)]
        lanes: usize,
        /// A transfer is measured again if its emulator was later than so many ms for a thousandth of the packets.
        #[arg(long, default_value_t = 1.0)]
        late_ms_max: f64,
    },
    /// Simulate the same, and print the table.
    Table {
        #[command(flatten)]
        which: Which,
        /// Simulated transfers of each case.
        #[arg(long, default_value_t = 40)]
        seeds: u64,
    },
}

#[derive(clap::Args)]
struct Which {
    /// Where the kernel's figures are.
    #[arg(long, default_value = "benches/calibration.tsv")]
    file: PathBuf,
    /// Only cases whose names contain this.
    #[arg(long, default_value = "")]
    only: String,
    /// How long a transfer takes, in seconds.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
}

impl Which {
    fn cases(&self) -> Vec<Case> {
        cases().into_iter().filter(|case| case.name.contains(&self.only)).collect()
    }

    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    fn figures(&self) -> Result<Vec<(String, Figures)>, Box<dyn std::error::Error>> {
        if !self.file.exists() {
            return Ok(Vec::new());
        }
        Ok(read_figures(&std::fs::read_to_string(&self.file)?)?)
    }
}

#[expect(clippy::print_stderr, reason = "a command says what went wrong")]
fn main() -> ExitCode {
    let outcome = match Arguments::parse() {
        Arguments::Measure { which, repeats, first_seed, lanes, late_ms_max } => {
            measure_all(&which, first_seed..first_seed + repeats, lanes, late_ms_max)
        }
        Arguments::Table { which, seeds } => print_table(&which, seeds),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[expect(clippy::print_stdout, reason = "the figures are what the command is for")]
fn measure_all(which: &Which, seeds: std::ops::Range<u64>, lanes: usize, late_ms_max: f64) -> Outcome {
    /// After so many tries the machine is too busy.
    const TRIES: u32 = 3;
    if let Some(missing) = what_is_missing(&["ip", "iperf3"]) {
        return Err(missing.into());
    }
    ask_for_real_time();
    print!("{}", settings());
    let cases = which.cases();
    let mut left: Vec<(&Case, u64, u32)> =
        seeds.flat_map(|seed| cases.iter().map(move |case| (case, seed, 1))).collect();
    while !left.is_empty() {
        let batch: Vec<_> = left.drain(..left.len().min(lanes)).collect();
        let links: Vec<_> = batch.iter().map(|(case, seed, _)| (*case, *seed)).collect();
        let figures = match measure(&links, which.time()) {
            Ok(figures) => figures,
            Err(error) => {
                println!("{error}");
                left.extend(batch.iter().filter(|it| it.2 < TRIES).map(|it| (it.0, it.1, it.2 + 1)));
                continue;
            }
        };
        let mut all = which.figures()?;
        for ((case, seed, tries), figures) in batch.into_iter().zip(figures) {
            let (rate, late) = (figures.mbit_per_s(), figures.late_ms);
            println!("{:<60} seed {seed:>3} {rate:>7.2} Mbit/s {late:.2} ms late", case.name);
            if late > late_ms_max && tries < TRIES {
                left.push((case, seed, tries + 1));
            } else {
                all.push((case.name.clone(), figures));
            }
        }
        std::fs::write(&which.file, write_figures(&all))?;
    }
    Ok(())
}

/// Before the others on this machine, where we may; if not, the lateness tells. This is for the emulator, which naps: what
/// it starts runs as everything else does, or it would starve the kernel's own threads, and its packets with them.
fn ask_for_real_time() {
    let own = std::process::id().to_string();
    let _ = Command::new("chrt").args(["--reset-on-fork", "--fifo", "-p", "50", &own]).status();
}

#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
fn print_table(which: &Which, seeds: u64) -> Outcome {
    let kernel = which.figures()?;
    println!("{}", Row::HEAD);
    let mut verdicts = Vec::new();
    for case in which.cases() {
        let of_case = kernel.iter().filter(|(name, _)| *name == case.name);
        let kernel: Vec<Figures> = of_case.map(|(_, figures)| figures.clone()).collect();
        if kernel.is_empty() {
            continue;
        }
        let ours = (1..=seeds).map(|seed| simulate(&case, which.time(), seed)).collect();
        let row = Row { name: case.name, kernel, ours };
        println!("{}", row.markdown());
        verdicts.push(row.verdict());
    }
    if !verdicts.is_empty() {
        let goodput = Spread::of(verdicts.iter().map(|verdict| verdict.error.abs()));
        println!(
            "\ngoodput: median error {:.1} %, most {:.1} %",
            goodput.median * 100.0,
            goodput.most * 100.0
        );
        let queue: Vec<f64> =
            verdicts.iter().filter_map(|verdict| verdict.queue_error).map(f64::abs).collect();
        if !queue.is_empty() {
            let queue = Spread::of(queue);
            println!(
                "queue delay: median error {:.1} %, most {:.1} %",
                queue.median * 100.0,
                queue.most * 100.0
            );
        }
    }
    Ok(())
}
