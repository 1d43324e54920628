//! Rehearses remote support: plays scenarios in plain language on a simulated estate.

use std::process::ExitCode;

fn main() -> ExitCode {
    scenarios::harness::cli::main::<scenarios::Estate>()
}
