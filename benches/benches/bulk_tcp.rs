//! One bulk transfer on a link of 1 Gbit/s: what a packet costs, acknowledgements included.

use std::time::Duration;

use benches::work::busy_time;
use benches::{Outcome, TRANSFER_BYTES, Transfer};
use criterion::{Criterion, Throughput};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let packets = Transfer::connected().run().packets;
    let mut group = criterion.benchmark_group("bulk_tcp");
    group.sample_size(20).measurement_time(Duration::from_secs(5)).throughput(Throughput::Elements(packets));
    group.bench_function("1 Gbit/s", |bencher| {
        bencher.iter_batched(
            Transfer::connected,
            |transfer| transfer.run(),
            criterion::BatchSize::PerIteration,
        );
    });
    group.finish();
    criterion.final_summary();
    // `cargo bench -- --test` passes both.
    let asked_for = |flag: &str| std::env::args().any(|argument| argument == flag);
    if asked_for("--bench") && !asked_for("--test") {
        print_figures();
    }
}

#[expect(clippy::print_stdout, reason = "the figures are what the bench is for")]
fn print_figures() {
    const ROUNDS: u32 = 9;
    let (wall, Outcome { packets, virtual_time }) = (0..ROUNDS)
        .map(|_| {
            let transfer = Transfer::connected();
            let start = busy_time();
            let outcome = transfer.run();
            (busy_time() - start, outcome)
        })
        .min_by_key(|(wall, _)| *wall)
        .expect("there is more than one round");
    println!(
        "\n{} MiB in {packets} packets: {:.0} ns a packet, {:.0} Mbit/s of payload in virtual time",
        TRANSFER_BYTES >> 20,
        wall.as_nanos() as f64 / packets as f64,
        TRANSFER_BYTES as f64 * 8e-6 / virtual_time.as_secs_f64()
    );
}
