//! madsim's published crate, through its patched tokio. A flush is a message that arrives as it was sent, after the
//! link's delay: no packets, no acknowledgements, no bandwidth, no window. The delay is set to that of two hosts on our
//! office LAN.

#[cfg(not(madsim))]
compile_error!(
    "expected RUSTFLAGS to hold `--cfg madsim`: without it this would measure tokio on real sockets"
);

use std::future::pending;
use std::io;
use std::time::Duration;

use answer::{Bulk, answer};
use madsim::Config;
use madsim::runtime::Runtime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use work::{Clients, HEARTBEAT, SEGMENT_BYTES, Stopwatch, busy_time};

#[path = "../../answer.rs"]
mod answer;
#[path = "../../../src/work.rs"]
mod work;

const SERVER: &str = "10.0.0.1:443";
const SEED: u64 = 1;

fn main() {
    assert!(SERVER.ends_with(&work::PORT.to_string()), "expected one port for all");
    answer(speed, bulk);
}

fn runtime() -> Runtime {
    let mut config = Config::default();
    config.net.send_latency = Duration::from_micros(200)..Duration::from_micros(201);
    Runtime::with_seed_and_config(SEED, config)
}

fn speed(clients: Clients) -> f64 {
    let runtime = runtime();
    let server = runtime.create_node().name("server").ip("10.0.0.1".parse().expect("an address")).build();
    server.spawn(async {
        let listener = TcpListener::bind(SERVER).await.expect("the port is free");
        loop {
            let (mut stream, _) = listener.accept().await.expect("it listens");
            tokio::spawn(async move {
                let mut heartbeat = HEARTBEAT;
                while stream.read_exact(&mut heartbeat).await.is_ok() {
                    stream.write_all(&heartbeat).await.expect("nobody closes");
                    stream.flush().await.expect("nobody closes");
                }
            });
        }
    });
    for number in 0..clients.number {
        let address = format!("10.1.{}.{}", number / 256, number % 256);
        let node = runtime.create_node().name(format!("client {number}"));
        let node = node.ip(address.parse().expect("an address")).build();
        node.spawn(async move { client(clients, number).await.expect("nobody closes") });
    }
    // Within `block_on` the wall clock is madsim's, so it is read between two of them.
    runtime.block_on(async move { sleep(clients.warm_up()).await });
    let mut stopwatch = Stopwatch::start();
    loop {
        runtime.block_on(async move { sleep(clients.step()).await });
        if !stopwatch.goes_on_after(clients.step()) {
            return stopwatch.best();
        }
    }
}

async fn client(clients: Clients, number: u32) -> io::Result<()> {
    // The server listens only then.
    sleep(Duration::from_millis(1) + clients.connects_at(number)).await;
    let mut stream = TcpStream::connect(SERVER).await?;
    let Some(period) = clients.period else { return pending().await };
    let mut heartbeat = HEARTBEAT;
    loop {
        stream.write_all(&HEARTBEAT).await?;
        stream.flush().await?;
        stream.read_exact(&mut heartbeat).await?;
        sleep(period).await;
    }
}

fn bulk(bytes: usize) -> Bulk {
    let runtime = runtime();
    let sink = runtime.create_node().name("sink").ip("10.0.0.1".parse().expect("an address")).build();
    let received = sink.spawn(async move {
        let listener = TcpListener::bind(SERVER).await.expect("the port is free");
        let (mut stream, _) = listener.accept().await.expect("it listens");
        let mut buffer = vec![0; 64 * 1024];
        let mut received = 0;
        while received < bytes {
            received += stream.read(&mut buffer).await.expect("nobody closes");
        }
    });
    let source = runtime.create_node().name("source").ip("10.0.0.2".parse().expect("an address")).build();
    source.spawn(async move {
        sleep(Duration::from_millis(1)).await;
        let mut stream = TcpStream::connect(SERVER).await.expect("it listens");
        let chunk = [7; SEGMENT_BYTES];
        let mut unsent = bytes;
        while unsent > 0 {
            let offered = unsent.min(SEGMENT_BYTES);
            stream.write_all(&chunk[..offered]).await.expect("nobody closes");
            stream.flush().await.expect("nobody closes");
            unsent -= offered;
        }
        pending::<()>().await
    });
    let start = busy_time();
    runtime.block_on(received).expect("it receives all");
    Bulk { wall: busy_time() - start, packets: None }
}
