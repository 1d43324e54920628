//! One bulk transfer on the fabric.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use fabric::{AccessLink, BufferUse, Direction, EventKind, Fabric, HostId, SocketId};
use wire::{Seed, SimTime};

use crate::work::PORT;

/// What a transfer carries.
pub const TRANSFER_BYTES: usize = 64 * 1024 * 1024;
const WRITE_BYTES: usize = 64 * 1024;

/// A connection that stands on an office LAN, and nothing sent on it yet.
pub struct Transfer {
    fabric: Fabric,
    now: SimTime,
    hosts: [HostId; 2],
    sender: SocketId,
}

/// What a transfer took.
pub struct Outcome {
    /// Sent by either side during the transfer.
    pub packets: u64,
    /// From the first write to the last read.
    pub virtual_time: Duration,
}

impl Transfer {
    /// Connects, with buffers for bulk.
    pub fn connected() -> Self {
        let lan = AccessLink::preset("office LAN").expect("the preset exists");
        let mut fabric = Fabric::new(Seed::from_number(1));
        let receiver = fabric.add_host("receiver", Ipv4Addr::new(10, 0, 0, 1), lan.clone());
        let host = fabric.add_host("sender", Ipv4Addr::new(10, 0, 0, 2), lan.clone());
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

    /// Sends all, and reads it.
    pub fn run(mut self) -> Outcome {
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
