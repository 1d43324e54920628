//! bach has no TCP, so this is UDP between groups, with the delay of two hosts on our office LAN. It counts datagrams;
//! there is no bandwidth, and nothing is acknowledged unless the programs do it.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use answer::{Bulk, answer};
use bach::environment::default::Runtime;
use bach::environment::net::queue::Fixed;
use bach::ext::*;
use bach::net::UdpSocket;
use bach::time::sleep;
use work::{Clients, HEARTBEAT, PORT, SEGMENT_BYTES, Stopwatch, busy_time};

#[path = "../../answer.rs"]
mod answer;
#[path = "../../../src/work.rs"]
mod work;

const SEED: u64 = 1;

fn main() {
    answer(speed, bulk);
}

fn runtime() -> Runtime {
    let queues = Fixed::default().with_net_latency(Duration::from_micros(200));
    Runtime::new().with_seed(SEED).with_net_queues(Some(Box::new(queues)))
}

fn speed(clients: Clients) -> f64 {
    let mut runtime = runtime();
    runtime.run(|| {
        async {
            let socket = UdpSocket::bind(("server", PORT)).await.expect("the port is free");
            let mut heartbeat = HEARTBEAT;
            loop {
                let (_, from) = socket.recv_from(&mut heartbeat).await.expect("it is bound");
                socket.send_to(&heartbeat, from).await.expect("it is bound");
            }
        }
        .group("server")
        .spawn();
        for number in 0..clients.number {
            client(clients, number).group(format!("client {number}")).spawn();
        }
    });
    runtime.block_on(async move { sleep(clients.warm_up()).await });
    let mut stopwatch = Stopwatch::start();
    loop {
        runtime.block_on(async move { sleep(clients.step()).await });
        if !stopwatch.goes_on_after(clients.step()) {
            return stopwatch.best();
        }
    }
}

/// What stands for a connection is a socket that has once sent, and heard an answer.
async fn client(clients: Clients, number: u32) {
    // The server is bound only then.
    sleep(Duration::from_millis(1) + clients.connects_at(number)).await;
    let socket = UdpSocket::bind(("0.0.0.0", 0)).await.expect("a port is free");
    let mut heartbeat = HEARTBEAT;
    loop {
        socket.send_to(&HEARTBEAT, ("server", PORT)).await.expect("it is bound");
        let (bytes, _) = socket.recv_from(&mut heartbeat).await.expect("it is bound");
        assert_eq!(bytes, HEARTBEAT.len());
        match clients.period {
            Some(period) => sleep(period).await,
            None => pending().await,
        }
    }
}

/// As many datagrams as a window of TCP might hold, then the receiver's word that they have come: more would overflow a
/// queue, and bach drops silently.
fn bulk(bytes: usize) -> Bulk {
    const WINDOW_DATAGRAMS: usize = 64;
    let packets = Rc::new(Cell::new(0));
    let counted = packets.clone();
    let datagrams = bytes.div_ceil(SEGMENT_BYTES);
    let mut runtime = runtime();
    runtime.run(|| {
        async move {
            let socket = UdpSocket::bind(("sink", PORT)).await.expect("the port is free");
            let mut datagram = [0; SEGMENT_BYTES];
            let mut received = 0;
            loop {
                let (_, from) = socket.recv_from(&mut datagram).await.expect("it is bound");
                received += 1;
                if received % WINDOW_DATAGRAMS == 0 || received == datagrams {
                    socket.send_to(&[1], from).await.expect("it is bound");
                }
            }
        }
        .group("sink")
        .spawn();
    });
    let start = busy_time();
    runtime.block_on(
        async move {
            let socket = UdpSocket::bind(("0.0.0.0", 0)).await.expect("a port is free");
            let datagram = [7; SEGMENT_BYTES];
            let mut unsent = datagrams;
            while unsent > 0 {
                let window = unsent.min(WINDOW_DATAGRAMS);
                for _ in 0..window {
                    socket.send_to(&datagram, ("sink", PORT)).await.expect("it is bound");
                }
                socket.recv_from(&mut [0]).await.expect("it is bound");
                counted.set(counted.get() + window as u64 + 1);
                unsent -= window;
            }
        }
        .group("source"),
    );
    Bulk { wall: busy_time() - start, packets: Some(packets.get()) }
}
