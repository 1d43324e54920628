//! Clients of one server on the fabric.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use fabric::{AccessLink, BufferUse, EventKind, Fabric, SocketId};
use wire::{Seed, SimTime};

use crate::work::{Clients, HEARTBEAT, PORT, Stopwatch};

/// A server and its clients on an office LAN, each with a connection that stands, and their next heartbeats spread over
/// the period.
pub struct Estate {
    fabric: Fabric,
    now: SimTime,
    server: fabric::HostId,
    clients: Clients,
    /// Who sends when, soonest first: all have the same period.
    next: VecDeque<(SimTime, SocketId)>,
    buffer: Vec<u8>,
    echoes: u64,
}

impl Estate {
    /// The estate after its warm-up.
    pub fn connected(clients: Clients) -> Self {
        let lan = AccessLink::preset("office LAN").expect("the preset exists");
        let mut fabric = Fabric::new(Seed::from_number(1));
        let server = fabric.add_host("server", Ipv4Addr::new(10, 0, 0, 1), lan.clone());
        fabric.listen(server, PORT, BufferUse::Control).expect("the port is free");
        let address = SocketAddrV4::new(fabric.host_address(server), PORT);
        let mut estate = Self {
            fabric,
            now: SimTime::ZERO,
            server,
            clients,
            next: VecDeque::new(),
            buffer: Vec::new(),
            echoes: 0,
        };
        for client in 0..clients.number {
            let host_address = Ipv4Addr::from_bits(Ipv4Addr::new(10, 1, 0, 0).to_bits() + client);
            let host = estate.fabric.add_host(&format!("client {client}"), host_address, lan.clone());
            let dials_at = SimTime::ZERO + clients.connects_at(client);
            estate.run_until(dials_at);
            let socket = estate.fabric.connect(dials_at, host, address, BufferUse::Control);
            if let Some(period) = clients.period {
                estate.next.push_back((dials_at + period, socket));
            }
        }
        estate.run_until(SimTime::ZERO + clients.warm_up());
        assert_eq!(
            estate.fabric.stats().sockets,
            2 * clients.number as usize,
            "every client has its connection"
        );
        assert!(estate.echoes >= u64::from(clients.number) || clients.period.is_none(), "and its echo");
        estate
    }

    /// Virtual seconds per wall second.
    pub fn speed(clients: Clients) -> f64 {
        let mut estate = Self::connected(clients);
        let mut stopwatch = Stopwatch::start();
        loop {
            estate.run_for(clients.step());
            if !stopwatch.goes_on_after(clients.step()) {
                return stopwatch.best();
            }
        }
    }

    /// Lets this much virtual time pass.
    pub fn run_for(&mut self, time: Duration) {
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
            } else if let (Some((at, socket)), Some(period)) = (self.next.pop_front(), self.clients.period) {
                self.now = at;
                self.fabric.send(at, socket, &HEARTBEAT);
                self.next.push_back((at + period, socket));
            }
        }
        self.now = end;
    }
}
