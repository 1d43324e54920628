//! A driver for tests: runs a fabric, keeps its events, and prints them as a table.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use fabric::{
    AccessLink, BufferUse, EventKind, Fabric, FabricEvent, GatewayConfig, HostId, InterfaceKind, LinkConfig,
    SocketId, ZoneConfig, ZoneId,
};
use wire::{Seed, SimTime};

/// A link that is in nobody's way: 10 ms one way per link, no limits.
pub(crate) const PLAIN: LinkConfig = LinkConfig::unlimited().propagation(Duration::from_millis(10));

pub(crate) const PLAIN_LINK: AccessLink = AccessLink { up: PLAIN, down: PLAIN };

pub(crate) const PORT: u16 = 443;

pub(crate) struct Net {
    pub(crate) fabric: Fabric,
    pub(crate) now: SimTime,
    /// What has happened, and when.
    pub(crate) events: Vec<(SimTime, FabricEvent)>,
}

impl Net {
    pub(crate) fn new(seed: u64) -> Self {
        Self { fabric: Fabric::new(Seed::from_number(seed)), now: SimTime::ZERO, events: Vec::new() }
    }

    /// A server that listens on [`PORT`], a client, and the two ends of a connection between them.
    pub(crate) fn connected(seed: u64, sizes: BufferUse) -> (Self, Pair) {
        let mut net = Self::new(seed);
        let server = net.host("server", PLAIN_LINK);
        let client = net.host("client", PLAIN_LINK);
        net.fabric.listen(server, PORT, sizes).expect("the port is free");
        let pair = net.connect(client, server, sizes);
        net.events.clear();
        (net, pair)
    }

    pub(crate) fn host(&mut self, name: &str, link: AccessLink) -> HostId {
        let number = (1..=u8::MAX).find(|number| self.fabric.host_at(address(*number)).is_none());
        self.fabric.add_host(name, address(number.expect("fewer than 255 hosts")), link)
    }

    /// A server on the internet that listens on [`PORT`].
    pub(crate) fn server(&mut self, sizes: BufferUse) -> HostId {
        let server = self.host("server", PLAIN_LINK);
        self.fabric.listen(server, PORT, sizes).expect("the port is free");
        server
    }

    /// A zone right below the internet.
    pub(crate) fn zone(&mut self, name: &str, gateway: GatewayConfig) -> ZoneId {
        self.fabric.add_zone(name, ZoneConfig::new(gateway))
    }

    /// A host in a zone, by Ethernet: `192.168.1.` and its number.
    pub(crate) fn host_in(&mut self, zone: ZoneId, name: &str, number: u8) -> HostId {
        self.fabric.add_host_in(zone, name, InterfaceKind::Ethernet, private(number), PLAIN_LINK)
    }

    /// What the host heard, and when after `since`, one event a line.
    pub(crate) fn heard_by(&self, host: HostId, since: SimTime) -> String {
        let all = self.events.iter().filter(|(at, event)| event.host == host && *at >= since);
        all.map(|(at, event)| format!("after {:.2} s {}; ", at.since(since).as_secs_f64(), event.kind))
            .collect()
    }

    pub(crate) fn address_of(&self, host: HostId) -> SocketAddrV4 {
        SocketAddrV4::new(self.fabric.host_address(host), PORT)
    }

    pub(crate) fn dial(&mut self, client: HostId, server: HostId, sizes: BufferUse) -> SocketId {
        let address = self.address_of(server);
        self.fabric.connect(self.now, client, address, sizes)
    }

    /// Dials and waits for both ends to know.
    pub(crate) fn connect(&mut self, client: HostId, server: HostId, sizes: BufferUse) -> Pair {
        let near = self.dial(client, server, sizes);
        let seen = self.events.len();
        self.run_for_millis(100);
        let far = self.events[seen..]
            .iter()
            .find(|(_, event)| event.host == server && matches!(event.kind, EventKind::Accepted { .. }))
            .map(|(_, event)| event.socket)
            .expect("the server accepts");
        Pair { server, client, near, far }
    }

    /// Runs until `end`, and lets `react` answer each event.
    pub(crate) fn run_until(
        &mut self,
        end: SimTime,
        mut react: impl FnMut(&mut Fabric, SimTime, FabricEvent),
    ) {
        loop {
            while let Some(event) = self.fabric.poll_event() {
                self.events.push((self.now, event));
                react(&mut self.fabric, self.now, event);
            }
            match self.fabric.poll_timeout() {
                Some(next) if next <= end => {
                    assert!(next >= self.now, "time stands still or runs backwards at {}", self.now);
                    self.now = next;
                    self.fabric.handle_timeout(next);
                }
                _ => break,
            }
        }
        self.now = end;
    }

    pub(crate) fn run_for_millis(&mut self, millis: u64) {
        self.run_until(self.now + Duration::from_millis(millis), |_, _, _| {});
    }

    pub(crate) fn run_for_secs(&mut self, secs: u64) {
        self.run_for_millis(secs * 1_000);
    }

    /// Runs until nothing is due any more.
    pub(crate) fn run_dry(&mut self) {
        while let Some(next) = self.fabric.poll_timeout() {
            self.run_until(next, |_, _, _| {});
        }
        self.run_for_millis(0);
    }

    pub(crate) fn read(&mut self, socket: SocketId) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.fabric.read(self.now, socket, &mut bytes);
        bytes
    }

    pub(crate) fn send(&mut self, socket: SocketId, bytes: &[u8]) {
        assert_eq!(self.fabric.send(self.now, socket, bytes), bytes.len(), "there is room");
    }

    /// The events so far, one a line.
    pub(crate) fn table(&self) -> String {
        self.events
            .iter()
            .map(|(at, event)| format!("{at:>9}  {:<8} {}\n", self.fabric.host_name(event.host), event.kind))
            .collect()
    }
}

/// The two ends of a connection.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) server: HostId,
    pub(crate) client: HostId,
    /// The client's end.
    pub(crate) near: SocketId,
    /// The server's end.
    pub(crate) far: SocketId,
}

/// Programs that send what they were given as room allows, finish, and keep what they hear.
#[derive(Default)]
pub(crate) struct Talkers {
    to_send: BTreeMap<SocketId, Vec<u8>>,
    pub(crate) heard: BTreeMap<SocketId, Vec<u8>>,
}

impl Talkers {
    /// Gives the program at `socket` something to say once it is connected.
    pub(crate) fn prepare(&mut self, socket: SocketId, bytes: Vec<u8>) {
        self.to_send.insert(socket, bytes);
    }

    /// Gives the program at `socket` something to say now.
    pub(crate) fn say(&mut self, fabric: &mut Fabric, now: SimTime, socket: SocketId, bytes: Vec<u8>) {
        self.prepare(socket, bytes);
        self.push(fabric, now, socket);
    }

    pub(crate) fn react(&mut self, fabric: &mut Fabric, now: SimTime, event: FabricEvent) {
        match event.kind {
            EventKind::Connected | EventKind::Accepted { .. } | EventKind::Writable => {
                self.push(fabric, now, event.socket);
            }
            EventKind::Readable => {
                fabric.read(now, event.socket, self.heard.entry(event.socket).or_default());
            }
            EventKind::Finished | EventKind::Closed { .. } => {}
        }
    }

    fn push(&mut self, fabric: &mut Fabric, now: SimTime, socket: SocketId) {
        if let Some(rest) = self.to_send.get_mut(&socket) {
            let taken = fabric.send(now, socket, rest);
            rest.drain(..taken);
            if rest.is_empty() {
                self.to_send.remove(&socket);
                fabric.finish(now, socket);
            }
        }
    }
}

/// Bytes in which every place is different for kilobytes around.
pub(crate) fn pattern(len: usize, salt: u8) -> Vec<u8> {
    (0..len).map(|place| (place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0] ^ salt).collect()
}

pub(crate) fn private(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(192, 168, 1, number)
}

/// An external address of a gateway.
pub(crate) fn public(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(203, 0, 113, number)
}

fn address(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, 0, number)
}
