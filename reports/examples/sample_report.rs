//! Writes the reports of a made-up run, to look at: `cargo run -p reports --example sample_report -- FOLDER`.

#[path = "../tests/main/sample.rs"]
mod sample;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).ok_or("expected a folder to write to")?;
    reports::write_all(&folder, &sample::run())?;
    Ok(())
}
