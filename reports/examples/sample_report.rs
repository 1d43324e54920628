//! Writes the reports of a made-up run, to look at: `cargo run -p reports --example sample_report -- FOLDER`.
//! With a number behind it, so many long scenarios.

#[path = "../tests/main/sample.rs"]
mod sample;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().map(PathBuf::from).ok_or("expected a folder to write to")?;
    let run = match args.next() {
        Some(number) => sample::large_run(number.parse()?),
        None => sample::run(),
    };
    reports::write_all(&folder, &run)?;
    Ok(())
}
