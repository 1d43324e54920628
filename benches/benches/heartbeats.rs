//! Heartbeats: each client sends 200 bytes every 5 s to one server, which echoes them. Criterion's figures for a period
//! of 5 s, so that a change can be told from noise; the bench `network` sets them beside others.

use std::time::Duration;

use benches::Estate;
use benches::work::Clients;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const SIZES: [u32; 4] = [10, 100, 1_000, 10_000];
const PERIOD: Duration = Duration::from_secs(5);

fn heartbeats(c: &mut Criterion) {
    let mut group = c.benchmark_group("heartbeats");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    for number in SIZES {
        group.throughput(Throughput::Elements(number.into()));
        group.bench_function(BenchmarkId::new("fabric", number), |bencher| {
            let mut estate = Estate::connected(Clients { number, period: Some(PERIOD) });
            bencher.iter(|| estate.run_for(PERIOD));
        });
    }
    group.finish();
}

criterion_group!(benches, heartbeats);
criterion_main!(benches);
