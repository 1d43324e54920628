//! One bulk transfer on a link of 1 Gbit/s: what a packet costs, acknowledgements included.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use fabric::{AccessLink, BufferUse, Direction, EventKind, Fabric, HostId, SocketId};
use wire::{Seed, SimTime};

const PORT: u16 = 443;
const TRANSFER_BYTES: usize = 64 * 1024 * 1024;
const WRITE_BYTES: usize = 64 * 1024;

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
#[expect(clippy::disallowed_methods, reason = "a bench reads the wall clock")]
fn print_figures() {
    const ROUNDS: u32 = 9;
    let (wall, Outcome { packets, virtual_time }) = (0..ROUNDS)
        .map(|_| {
            let transfer = Transfer::connected();
            let start = Instant::now();
            let outcome = transfer.run();
            (start.elapsed(), outcome)
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

/// A connection that stands, and nothing sent on it yet.
struct Transfer {
    fabric: Fabric,
    now: SimTime,
    hosts: [HostId; 2],
    sender: SocketId,
}

struct Outcome {
    /// Sent by either side during the transfer.
    packets: u64,
    virtual_time: Duration,
}

impl Transfer {
    fn connected() -> Self {
        let lan = AccessLink::preset("office LAN").expect("the preset exists");
        let mut fabric = Fabric::new(Seed::from_number(1));
        let receiver = fabric.add_host("receiver", Ipv4Addr::new(10, 0, 0, 1), lan.clone());
        let host = fabric.add_host("sender", Ipv4Addr::new(10, 0, 0, 2), lan);
        fabric.listen(receiver, PORT, BufferUse::Bulk).expect("the port is free");
        let address = SocketAddrV4::new(fabric.host_address(receiver), PORT);
        let sender = fabric.connect(SimTime::ZERO, host, address, BufferUse::Bulk);
        let mut now = SimTime::ZERO;
        while let Some(next) = fabric.poll_timeout() {
            now = next;
            fabric.handle_timeout(now);
            while fabric.poll_event().is_some() {}
        }
        Self { fabric, now, hosts: [receiver, host], sender }
    }

    fn run(mut self) -> Outcome {
        let chunk = [7; WRITE_BYTES];
        let (start, packets_before) = (self.now, self.packets());
        let (mut unsent, mut received) = (TRANSFER_BYTES, 0);
        let mut send = |fabric: &mut Fabric, now| {
            while unsent > 0 {
                let offered = unsent.min(WRITE_BYTES);
                let taken = fabric.send(now, self.sender, &chunk[..offered]);
                unsent -= taken;
                if taken < offered {
                    break;
                }
            }
        };
        send(&mut self.fabric, self.now);
        while received < TRANSFER_BYTES {
            while let Some(event) = self.fabric.poll_event() {
                match event.kind {
                    EventKind::Readable => {
                        received += self.fabric.read_with(self.now, event.socket, <[u8]>::len);
                    }
                    EventKind::Writable => send(&mut self.fabric, self.now),
                    _ => {}
                }
            }
            if let Some(next) = self.fabric.poll_timeout() {
                self.now = next;
                self.fabric.handle_timeout(next);
            }
        }
        Outcome { packets: self.packets() - packets_before, virtual_time: self.now.since(start) }
    }

    fn packets(&self) -> u64 {
        self.hosts.iter().map(|host| self.fabric.link_counters(*host, Direction::Up).packets).sum()
    }
}
