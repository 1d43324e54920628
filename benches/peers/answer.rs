//! What a peer is asked for on its command line, and how it answers: a process for each figure.
//!
//! `heartbeats CLIENTS PERIOD_S`, `idle CLIENTS` or `bulk BYTES`. The answer is one line: the same words, then the
//! figures. Virtual seconds per wall second for the first two; for the last, ns for each 1,460 bytes of payload, and ns
//! for each packet or `-`. The bench `network` asks.

use std::time::Duration;

use crate::work::{Clients, SEGMENT_BYTES};

/// What one bulk transfer took.
pub struct Bulk {
    pub wall: Duration,
    /// Packets of both directions; `None` if the engine has none.
    pub packets: Option<u64>,
}

/// Of several bulk transfers, the quickest counts.
pub fn answer(speed: impl Fn(Clients) -> f64, bulk: impl Fn(usize) -> Bulk) {
    const TRANSFERS: u32 = 5;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |word: &str| -> u32 {
        word.parse().unwrap_or_else(|_| panic!("expected a whole number, found {word:?}"))
    };
    let figures = match asked[..] {
        ["heartbeats", clients, period_s] => {
            let period = Some(Duration::from_secs(number(period_s).into()));
            speed(Clients { number: number(clients), period }).to_string()
        }
        ["idle", clients] => speed(Clients { number: number(clients), period: None }).to_string(),
        ["bulk", bytes] => {
            let bytes = number(bytes) as usize;
            let transfers = (0..TRANSFERS).map(|_| bulk(bytes));
            let Bulk { wall, packets } = transfers.min_by_key(|done| done.wall).expect("there are some");
            let wall_ns = wall.as_nanos() as f64;
            let per_packet = packets.map_or("-".to_owned(), |packets| (wall_ns / packets as f64).to_string());
            format!("{} {per_packet}", wall_ns / (bytes as f64 / SEGMENT_BYTES as f64))
        }
        _ => {
            panic!("expected `heartbeats CLIENTS PERIOD_S`, `idle CLIENTS` or `bulk BYTES`, found {asked:?}")
        }
    };
    println!("{} {figures}", asked.join(" "));
}
