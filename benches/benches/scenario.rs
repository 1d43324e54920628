//! Scenarios from start to end, as `rehearse run` plays them: features read and checked, steps played, recordings and
//! reports written.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use scenarios::Estate;
use scenarios::harness::cli::{Surroundings, call};

/// Plays what the arguments say, and fails the bench if it does not pass.
fn rehearse(arguments: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let left_behind = std::env::temp_dir().join("rehearsal-bench");
    let mut words = Vec::new();
    let mut surroundings = Surroundings {
        folder,
        out: &mut words,
        err: &mut std::io::sink(),
        watched: false,
        wall_clock: Arc::new(|| Duration::ZERO),
    };
    let command = ["rehearse", "run", "--out"].map(OsString::from).into_iter();
    let arguments = command.chain([left_behind.into()]).chain(arguments.iter().map(OsString::from));
    let status = call::<Estate>(arguments, &mut surroundings);
    assert_eq!(status, 0, "{}", String::from_utf8_lossy(&words));
}

fn scenario(c: &mut Criterion) {
    let mut group = c.benchmark_group("scenario");
    group.sample_size(10);
    for (name, pattern) in [
        ("a session from key to end", "^The owner comes back to the same session$"),
        ("fifty lines over hotel Wi-Fi", "^Nothing is lost and nothing comes twice over a bad line$"),
        ("a quiet day", "^A quiet day passes in no time$"),
        ("a hundred Jump Clients come back", "^A hundred come back at once"),
    ] {
        group.bench_function(name, |b| b.iter(|| rehearse(&["--jobs", "1", "--name", pattern])));
    }
    group.finish();
}

fn every_scenario(c: &mut Criterion) {
    let mut group = c.benchmark_group("every scenario");
    group.sample_size(10);
    for jobs in ["1", "2"] {
        group.bench_function(format!("{jobs} at once"), |b| b.iter(|| rehearse(&["--jobs", jobs])));
    }
    group.finish();
}

criterion_group!(benches, scenario, every_scenario);
criterion_main!(benches);
