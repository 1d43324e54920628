//! How fast a session runs in which a screen is shared: drawn, encoded, carried and decoded. One table.
//!
//! `cargo bench -p benches --bench session` prints all; names behind `--` choose kinds of work (`-- typing scrolling`).

use std::env;

use benches::SharedScreen;
use benches::table::{Mark, Row, Unit, table};
use fake_devices::Workload;
use strum::VariantArray as _;
use wire::tool::Performance;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let asked_for = |word: &str| arguments.iter().any(|argument| argument == word);
    let chosen: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with("--")).collect();
    let workloads = Workload::VARIANTS;
    if !chosen.iter().all(|name| workloads.iter().any(|workload| workload.to_string() == *name)) {
        // A filter that is meant for another bench.
        return;
    }
    // `cargo bench -- --test` passes both; `cargo test --benches` passes neither.
    if asked_for("--bench") && !asked_for("--test") {
        print_table(workloads, &chosen);
    } else {
        try_out();
    }
}

/// A session, once.
#[expect(clippy::print_stdout, reason = "what was tried is said")]
fn try_out() {
    let mut shared = SharedScreen::busy_with(Workload::Typing, Performance::Balanced);
    let frames = shared.frames_per_s();
    assert!(frames > 5.0, "{frames} frames a second of fifteen that are typed");
    assert!(shared.ends_exact(), "the console shows the machine's screen");
    println!("session: a screen with typing was drawn, encoded, carried and decoded");
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what the bench is for")]
fn print_table(workloads: &[Workload], chosen: &[&str]) {
    let mut rows = Vec::new();
    for workload in workloads {
        let name = workload.to_string();
        if !chosen.is_empty() && !chosen.contains(&name.as_str()) {
            continue;
        }
        eprintln!("measuring {name}");
        let mut shared = SharedScreen::busy_with(*workload, Performance::Balanced);
        let speed = shared.speed();
        let frames = shared.frames_per_s();
        assert!(shared.ends_exact(), "{name} ended in another picture than the machine's");
        let [hold, reach] = match workload {
            Workload::Typing => [Some(60.0), Some(1_000.0)],
            Workload::Scroll => [Some(8.0), Some(12.0)],
            Workload::Idle | Workload::Drag | Workload::Video | Workload::Switch => [None, None],
        }
        .map(|figure| figure.map(Mark::Figure));
        eprintln!("{name}: {frames} frames were shown in a virtual second");
        rows.push(Row {
            work: workload.into(),
            unit: Unit::Speed,
            ours: speed,
            peers: Vec::new(),
            hold,
            reach,
        });
    }
    println!("{}", table(&[], &rows));
}
