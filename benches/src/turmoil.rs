//! The same work on turmoil 0.7.2: a tick of 1 ms, and 1 to 2 ms between hosts, the least that it can tell apart. A write
//! is a segment, whatever its size; there is no bandwidth, and nothing is acknowledged.

use std::cell::Cell;
use std::future::pending;
use std::io;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use turmoil::net::{TcpListener, TcpStream};

use crate::work::{Clients, HEARTBEAT, PORT, SEGMENT_BYTES, Stopwatch, busy_time};

const TICK: Duration = Duration::from_millis(1);

fn sim() -> turmoil::Sim<'static> {
    turmoil::Builder::new()
        .tick_duration(TICK)
        .min_message_latency(TICK)
        .max_message_latency(TICK * 2)
        .simulation_duration(Duration::from_secs(1 << 32))
        .tcp_capacity(1_024)
        .build()
}

/// Virtual seconds per wall second. It walks over all pairs of hosts in each tick: with many of them the warm-up is cut
/// short, and fewer heartbeats than that are measured.
pub fn speed(clients: Clients) -> f64 {
    const WARM_UP_AT_MOST: Duration = Duration::from_secs(6);
    let mut sim = sim();
    sim.host("server", || async {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
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
    for client in 0..clients.number {
        sim.host(format!("client-{client}"), move || async move {
            tokio::time::sleep(clients.connects_at(client)).await;
            let mut stream = TcpStream::connect(("server", PORT)).await?;
            let Some(period) = clients.period else { return pending().await };
            let mut heartbeat = HEARTBEAT;
            loop {
                stream.write_all(&HEARTBEAT).await?;
                stream.read_exact(&mut heartbeat).await?;
                tokio::time::sleep(period).await;
            }
        });
    }
    let warm_up_began = busy_time();
    let mut ticks = clients.warm_up().as_millis();
    while ticks > 0 && busy_time() - warm_up_began < WARM_UP_AT_MOST {
        sim.step().expect("nobody fails");
        ticks -= 1;
    }
    let mut stopwatch = Stopwatch::start();
    loop {
        sim.step().expect("nobody fails");
        if !stopwatch.goes_on_after(TICK) {
            return stopwatch.best();
        }
    }
}

/// What it takes to carry this many bytes through one connection, in writes that would fill a packet each.
pub fn bulk(bytes: usize) -> Duration {
    let received = Rc::new(Cell::new(0));
    let counted = received.clone();
    let mut sim = sim();
    sim.host("sink", move || {
        let counted = counted.clone();
        async move {
            let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
            let (mut stream, _) = listener.accept().await?;
            let mut buffer = vec![0; 64 * 1024];
            loop {
                counted.set(counted.get() + stream.read(&mut buffer).await?);
            }
        }
    });
    sim.host("source", move || async move {
        let mut stream = TcpStream::connect(("sink", PORT)).await?;
        let chunk = [7; SEGMENT_BYTES];
        let mut unsent = bytes;
        while unsent > 0 {
            let offered = unsent.min(SEGMENT_BYTES);
            stream.write_all(&chunk[..offered]).await?;
            unsent -= offered;
        }
        pending().await
    });
    let start = busy_time();
    while received.get() < bytes {
        sim.step().expect("nobody fails");
    }
    busy_time() - start
}
