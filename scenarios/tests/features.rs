//! Every scenario as a test: `cargo test NAME`, `cargo nextest run`.

use std::process::ExitCode;

fn main() -> ExitCode {
    scenarios::harness::libtest::main::<scenarios::Estate>()
}
