//! turmoil-net's fixture for several hosts, `ClientServer`, as it comes: a tick of 1 ms, and every packet that a host
//! has sent by then arrives at once. It counts packets of up to 1,500 bytes; there is no bandwidth and no queue, and the
//! window is 64 KiB.

use std::cell::Cell;
use std::future::pending;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use answer::{Bulk, answer};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::sleep;
use turmoil_net::fixture::ClientServer;
use turmoil_net::shim::tokio::net::{TcpListener, TcpStream};
use turmoil_net::{Packet, Verdict};
use work::{Clients, HEARTBEAT, PORT, SEGMENT_BYTES, Stopwatch, busy_time};

#[path = "../../answer.rs"]
mod answer;
#[path = "../../../src/work.rs"]
mod work;

fn main() {
    answer(speed, bulk);
}

fn speed(clients: Clients) -> f64 {
    // The fixture's clients are "servers" too: it has but one client, which is the clock here.
    let mut hosts = ClientServer::new().server("server", echo());
    for number in 0..clients.number {
        hosts = hosts.server(format!("client-{number}"), async move {
            client(clients, number).await.expect("nobody closes");
        });
    }
    hosts.run("clock", async move {
        sleep(clients.warm_up()).await;
        // An hour would take seconds here.
        let step = clients.step().min(Duration::from_secs(1));
        let mut stopwatch = Stopwatch::start();
        loop {
            sleep(step).await;
            if !stopwatch.goes_on_after(step) {
                break stopwatch.best();
            }
        }
    })
}

/// Serves all connections in one task: one that it spawned would run as another host.
async fn echo() {
    let listener = TcpListener::bind(("0.0.0.0", PORT)).await.expect("the port is free");
    let mut connections = FuturesUnordered::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (mut stream, _) = accepted.expect("it listens");
                connections.push(async move {
                    let mut heartbeat = HEARTBEAT;
                    while stream.read_exact(&mut heartbeat).await.is_ok() {
                        stream.write_all(&heartbeat).await.expect("nobody closes");
                    }
                });
            }
            Some(()) = connections.next() => panic!("nobody closes"),
        }
    }
}

async fn client(clients: Clients, number: u32) -> io::Result<()> {
    sleep(clients.connects_at(number)).await;
    let mut stream = TcpStream::connect(("server", PORT)).await?;
    let Some(period) = clients.period else { return pending().await };
    let mut heartbeat = HEARTBEAT;
    loop {
        stream.write_all(&HEARTBEAT).await?;
        stream.read_exact(&mut heartbeat).await?;
        sleep(period).await;
    }
}

fn bulk(bytes: usize) -> Bulk {
    let packets = Rc::new(Cell::new(0));
    let counted = packets.clone();
    let sink = async move {
        let listener = TcpListener::bind(("0.0.0.0", PORT)).await.expect("the port is free");
        let (mut stream, _) = listener.accept().await.expect("it listens");
        let mut buffer = vec![0; 64 * 1024];
        let mut received = 0;
        while received < bytes {
            received += stream.read(&mut buffer).await.expect("nobody closes");
        }
        stream.write_all(&[1]).await.expect("nobody closes");
        pending().await
    };
    let wall = ClientServer::new().server("sink", sink).run("source", async move {
        let mut stream = TcpStream::connect(("sink", PORT)).await.expect("it listens");
        let _rule = turmoil_net::rule(move |_: &Packet| {
            counted.set(counted.get() + 1);
            Verdict::Pass
        });
        let start = busy_time();
        let chunk = [7; SEGMENT_BYTES];
        let mut unsent = bytes;
        while unsent > 0 {
            let offered = unsent.min(SEGMENT_BYTES);
            stream.write_all(&chunk[..offered]).await.expect("nobody closes");
            unsent -= offered;
        }
        stream.read_exact(&mut [0]).await.expect("nobody closes");
        busy_time() - start
    });
    Bulk { wall, packets: Some(packets.get()) }
}
