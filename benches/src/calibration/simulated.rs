//! Our own endpoints on a case's link, in simulated time.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;
use std::time::Duration;

use fabric::{BufferUse, Direction, EventKind, SocketId};
use wire::SimTime;

use super::cases::Case;
use super::figures::Figures;

const PORT: u16 = 5_201;
static CHUNK: [u8; 65_536] = [0x5a; 65_536];

/// Sends for so long as fast as it goes, on each of the case's connections.
pub fn simulate(case: &Case, time: Duration, seed: u64) -> Figures {
    let (mut fabric, [sender, receiver]) = case.fabric(seed);
    fabric.listen(receiver, PORT, BufferUse::Bulk).expect("the port is free");
    let remote = SocketAddrV4::new(fabric.host_address(receiver), PORT);
    let mut now = SimTime::ZERO;
    for _ in 0..case.flows {
        fabric.connect(now, sender, remote, BufferUse::Bulk);
    }
    let mut heard: BTreeMap<SocketId, usize> = BTreeMap::new();
    let mut began = None;
    let mut steps_made = 0;
    loop {
        while let Some(event) = fabric.poll_event() {
            match event.kind {
                EventKind::Connected | EventKind::Writable => {
                    began.get_or_insert(now);
                    while fabric.send(now, event.socket, &CHUNK) == CHUNK.len() {}
                }
                EventKind::Readable => {
                    *heard.entry(event.socket).or_default() +=
                        fabric.read_with(now, event.socket, <[u8]>::len);
                }
                EventKind::Accepted { .. } | EventKind::Finished | EventKind::Closed { .. } => {}
            }
        }
        let next = fabric.poll_timeout().expect("a transfer goes on");
        let step = began.zip(case.steps.get(steps_made)).map(|(began, (at, _))| began.saturating_add(*at));
        now = step.map_or(next, |step| next.min(step));
        if let Some(began) = began {
            if now.since(began) >= time {
                break;
            }
            case.step(&mut fabric, now, sender, now.since(began), &mut steps_made);
        }
        fabric.handle_timeout(now);
    }
    let mbit_per_s = |bytes: usize| bytes as f64 * 8.0 / 1e6 / time.as_secs_f64();
    let retransmits = fabric.netstat(sender).rows.iter().map(|row| u64::from(row.retransmits)).sum();
    Figures {
        flows_mbit_per_s: heard.values().map(|bytes| mbit_per_s(*bytes)).collect(),
        retransmits,
        ..Figures::of_link(&fabric.link_counters(sender, Direction::Up))
    }
}
