//! Holds the appliance's queue against Erlang C, and prints the table. Fails where a figure is too far off.

use std::process::ExitCode;

use benches::erlang::{CHANCE_MAX, ERROR_MAX, Row, cases, simulate};
use clap::Parser;
use wire::Seed;

/// The appliance's queue against Erlang C.
#[derive(Parser)]
struct Arguments {
    /// Customers of each case.
    #[arg(long, default_value_t = 200_000)]
    arrivals: usize,
    /// What all chance comes from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
fn main() -> ExitCode {
    let Arguments { arrivals, seed } = Arguments::parse();
    println!("{arrivals} customers each; waits in handling times; the twin is the control variate\n");
    println!("{}", Row::HEADING);
    let rows = cases().map(|case| {
        let row = simulate(case, arrivals, Seed::from_number(seed).child("erlang")).row();
        println!("{row}");
        row
    });
    let (error, chance) = rows
        .iter()
        .fold((0.0_f64, 0.0_f64), |(error, chance), row| (error.max(row.error()), chance.max(row.chance())));
    let holds = error <= ERROR_MAX && chance <= CHANCE_MAX;
    println!(
        "\nworst error {:.2} %, at most {:.0} % held: {}",
        error * 100.0,
        ERROR_MAX * 100.0,
        if holds { "yes" } else { "NO" }
    );
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
