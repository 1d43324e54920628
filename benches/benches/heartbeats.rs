//! Heartbeats: each client sends 200 bytes every 5 s to one server, which echoes them. How much virtual time passes
//! in a second of wall time, beside turmoil in the same run, and how the cost of a host grows with their number.

use std::collections::VecDeque;
use std::hint::black_box;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use fabric::{AccessLink, BufferUse, EventKind, Fabric, SocketId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wire::{Seed, SimTime};

const SIZES: [u32; 4] = [10, 100, 1_000, 10_000];
/// turmoil walks over all pairs of hosts in each tick, so that more than these would take minutes.
const TURMOIL_SIZES: [u32; 2] = [10, 100];
const HEARTBEAT: [u8; 200] = [7; 200];
const PERIOD: Duration = Duration::from_secs(5);
const PORT: u16 = 443;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("heartbeats");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    for clients in SIZES {
        group.throughput(Throughput::Elements(clients.into()));
        group.bench_function(BenchmarkId::new("fabric", clients), |bencher| {
            let mut estate = Estate::connected(clients);
            bencher.iter(|| estate.run_for(PERIOD));
        });
    }
    group.finish();
    criterion.final_summary();

    // `cargo bench -- --test` passes both.
    let asked_for = |flag: &str| std::env::args().any(|argument| argument == flag);
    if asked_for("--test") {
        black_box(turmoil_speed(TURMOIL_SIZES[0], Duration::from_millis(100)));
    } else if asked_for("--bench") {
        print_table();
    }
}

#[expect(clippy::print_stdout, reason = "the table is what the bench is for")]
fn print_table() {
    println!("\nhosts    fabric, s/s   ns per host and s   turmoil 0.7.2, s/s        ratio");
    let costs = SIZES.map(|clients| {
        let speed = fabric_speed(clients);
        let turmoil = TURMOIL_SIZES.contains(&clients).then(|| turmoil_speed(clients, PERIOD));
        let cost = 1e9 / speed / f64::from(clients);
        let beside = turmoil.map_or_else(
            || format!("{:>21} {:>12}", "-", "-"),
            |turmoil| format!("{turmoil:>21.2} {:>11.0}x", speed / turmoil),
        );
        println!("{clients:>6} {speed:>13.0} {cost:>19.0} {beside}");
        cost
    });
    println!("cost of a host, 10,000 against 100: {:.2}x", costs[3] / costs[1]);
}

/// Virtual seconds per wall second: the best of several stretches, each long enough to time.
fn fabric_speed(clients: u32) -> f64 {
    const STRETCHES: u32 = 9;
    const HEARTBEATS_PER_STRETCH: u32 = 100_000;
    let mut estate = Estate::connected(clients);
    let virtual_time = PERIOD * (HEARTBEATS_PER_STRETCH / clients);
    let best = (0..STRETCHES)
        .map(|_| wall_time(|| estate.run_for(virtual_time)))
        .min()
        .expect("there is more than one stretch");
    virtual_time.as_secs_f64() / best.as_secs_f64()
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the wall clock")]
fn wall_time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// A server and its clients, each with a connection that stands, and their next heartbeats spread over the period.
struct Estate {
    fabric: Fabric,
    now: SimTime,
    server: fabric::HostId,
    /// Who sends when, soonest first: all have the same period.
    next: VecDeque<(SimTime, SocketId)>,
    buffer: Vec<u8>,
    echoes: u64,
}

impl Estate {
    fn connected(clients: u32) -> Self {
        let lan = AccessLink::preset("office LAN").expect("the preset exists");
        let mut fabric = Fabric::new(Seed::from_number(1));
        let server = fabric.add_host("server", Ipv4Addr::new(10, 0, 0, 1), lan.clone());
        fabric.listen(server, PORT, BufferUse::Control).expect("the port is free");
        let address = SocketAddrV4::new(fabric.host_address(server), PORT);
        let mut estate =
            Self { fabric, now: SimTime::ZERO, server, next: VecDeque::new(), buffer: Vec::new(), echoes: 0 };
        for client in 0..clients {
            let host_address = Ipv4Addr::from_bits(Ipv4Addr::new(10, 1, 0, 0).to_bits() + client);
            let host = estate.fabric.add_host(&format!("client {client}"), host_address, lan.clone());
            let dials_at = SimTime::ZERO + PERIOD * client / clients;
            estate.run_until(dials_at);
            let socket = estate.fabric.connect(dials_at, host, address, BufferUse::Control);
            estate.next.push_back((dials_at + PERIOD, socket));
        }
        estate.run_until(SimTime::ZERO + PERIOD * 3);
        assert!(estate.echoes >= u64::from(clients), "every client has its echo");
        estate
    }

    fn run_for(&mut self, time: Duration) {
        self.run_until(self.now + time);
    }

    fn run_until(&mut self, end: SimTime) {
        loop {
            while let Some(event) = self.fabric.poll_event() {
                if event.kind == EventKind::Readable {
                    self.buffer.clear();
                    self.fabric.read(self.now, event.socket, &mut self.buffer);
                    if event.host == self.server {
                        self.fabric.send(self.now, event.socket, &self.buffer);
                    } else {
                        self.echoes += 1;
                    }
                }
            }
            let network = self.fabric.poll_timeout().unwrap_or(SimTime::MAX);
            let person = self.next.front().map_or(SimTime::MAX, |(at, _)| *at);
            if network.min(person) > end {
                break;
            }
            if network <= person {
                self.now = network;
                self.fabric.handle_timeout(network);
            } else if let Some((at, socket)) = self.next.pop_front() {
                self.now = at;
                self.fabric.send(at, socket, &HEARTBEAT);
                self.next.push_back((at + PERIOD, socket));
            }
        }
        self.now = end;
    }
}

/// The same on turmoil: virtual seconds per wall second.
fn turmoil_speed(clients: u32, virtual_time: Duration) -> f64 {
    let mut sim = turmoil::Builder::new()
        .tick_duration(Duration::from_millis(1))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(2))
        .simulation_duration(virtual_time * 10)
        .tcp_capacity(1024)
        .build();
    sim.host("server", || async {
        let listener = turmoil::net::TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
        loop {
            let (mut stream, _) = listener.accept().await?;
            tokio::task::spawn_local(async move {
                let mut heartbeat = HEARTBEAT;
                while stream.read_exact(&mut heartbeat).await.is_ok() {
                    stream.write_all(&heartbeat).await?;
                }
                io::Result::Ok(())
            });
        }
    });
    for client in 0..clients {
        sim.host(format!("client-{client}"), move || async move {
            tokio::time::sleep(PERIOD * client / clients).await;
            let mut stream = turmoil::net::TcpStream::connect(("server", PORT)).await?;
            let mut heartbeat = HEARTBEAT;
            loop {
                stream.write_all(&HEARTBEAT).await?;
                stream.read_exact(&mut heartbeat).await?;
                tokio::time::sleep(PERIOD).await;
            }
        });
    }
    sim.client("clock", async move {
        tokio::time::sleep(virtual_time).await;
        Ok(())
    });
    let wall = wall_time(|| sim.run().expect("nobody fails"));
    virtual_time.as_secs_f64() / wall.as_secs_f64()
}
