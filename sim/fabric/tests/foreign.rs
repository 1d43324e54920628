//! Others' stacks at the ends of our links: smoltcp talks to the fabric's own hosts.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use fabric::{
    AccessLink, BufferUse, CloseReason, Direction, EventKind, Fabric, HostId, InjectError, LinkConfig, Loss,
    SocketId,
};
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::socket::tcp::{Socket, SocketBuffer, State};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};
use wire::{Seed, SimTime};

use crate::net::{PORT, pattern};

const OWN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const FOREIGN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

/// One of the fabric's own hosts, and smoltcp as a foreign one.
struct Meeting {
    fabric: Fabric,
    now: SimTime,
    own: HostId,
    foreign: HostId,
    smol: Smol,
    /// This end of the connection.
    socket: Option<SocketId>,
    heard: Vec<u8>,
    to_send: VecDeque<u8>,
    closed: Option<CloseReason>,
}

impl Meeting {
    /// Whoever is foreign has the link.
    fn new(seed: u64, link: LinkConfig) -> Self {
        let mut fabric = Fabric::new(Seed::from_number(seed));
        let own = fabric.add_host("own", OWN, AccessLink::symmetric(LinkConfig::unlimited()));
        let foreign = fabric.add_host("foreign", FOREIGN, AccessLink::symmetric(link));
        fabric.make_foreign(foreign);
        Self {
            fabric,
            now: SimTime::from_millis(1),
            own,
            foreign,
            smol: Smol::new(seed),
            socket: None,
            heard: Vec::new(),
            to_send: VecDeque::new(),
            closed: None,
        }
    }

    /// Runs until `done`, or until nothing more happens.
    fn run(&mut self, mut done: impl FnMut(&mut Self) -> bool) {
        loop {
            self.exchange();
            if done(self) {
                return;
            }
            let timeouts = [self.fabric.poll_timeout(), self.smol.poll_timeout(self.now)];
            let Some(next) = timeouts.into_iter().flatten().min() else { return };
            self.now = next.max(self.now);
            self.fabric.handle_timeout(self.now);
        }
    }

    fn exchange(&mut self) {
        self.smol.poll(self.now);
        for packet in std::mem::take(&mut self.smol.card.outgoing) {
            self.fabric.inject(self.now, self.foreign, &packet).expect("smoltcp sends packets");
        }
        while let Some(packet) = self.fabric.poll_foreign(self.foreign) {
            self.smol.card.incoming.push_back(packet);
        }
        while let Some(event) = self.fabric.poll_event() {
            self.socket = Some(event.socket);
            match event.kind {
                EventKind::Readable => {
                    self.fabric.read(self.now, event.socket, &mut self.heard);
                }
                EventKind::Closed { reason } => self.closed = Some(reason),
                EventKind::Connected
                | EventKind::Accepted { .. }
                | EventKind::Writable
                | EventKind::Finished => self.push(),
            }
        }
        if !self.smol.card.incoming.is_empty() {
            self.exchange();
        }
    }

    fn push(&mut self) {
        if let Some(socket) = self.socket {
            let taken = self.fabric.send(self.now, socket, self.to_send.make_contiguous());
            self.to_send.drain(..taken);
        }
    }
}

/// smoltcp with one socket.
struct Smol {
    card: Card,
    interface: Interface,
    sockets: SocketSet<'static>,
    handle: SocketHandle,
    heard: Vec<u8>,
    to_send: VecDeque<u8>,
}

impl Smol {
    fn new(seed: u64) -> Self {
        let mut card = Card::default();
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = seed;
        let mut interface = Interface::new(config, &mut card, Instant::ZERO);
        interface.update_ip_addrs(|addresses| {
            addresses.push(IpCidr::new(IpAddress::Ipv4(FOREIGN), 24)).expect("there is room for one");
        });
        let buffer = || SocketBuffer::new(vec![0; 65_535]);
        let mut sockets = SocketSet::new(Vec::new());
        let handle = sockets.add(Socket::new(buffer(), buffer()));
        Self { card, interface, sockets, handle, heard: Vec::new(), to_send: VecDeque::new() }
    }

    fn socket(&mut self) -> &mut Socket<'static> {
        self.sockets.get_mut(self.handle)
    }

    fn dial(&mut self, port: u16) {
        let socket: &mut Socket<'_> = self.sockets.get_mut(self.handle);
        let remote = (IpAddress::Ipv4(OWN), port);
        socket.connect(self.interface.context(), remote, 50_000).expect("a new socket can dial");
    }

    fn poll(&mut self, now: SimTime) {
        let at = instant(now);
        self.interface.poll(at, &mut self.card, &mut self.sockets);
        let Self { sockets, handle, heard, to_send, .. } = self;
        let socket: &mut Socket<'_> = sockets.get_mut(*handle);
        while socket.can_recv() {
            let all = |bytes: &mut [u8]| {
                heard.extend_from_slice(bytes);
                (bytes.len(), ())
            };
            socket.recv(all).expect("it can");
        }
        if socket.can_send() && !to_send.is_empty() {
            let taken = socket.send_slice(to_send.make_contiguous()).expect("it can");
            to_send.drain(..taken);
        }
        self.interface.poll(at, &mut self.card, &mut self.sockets);
    }

    fn poll_timeout(&mut self, now: SimTime) -> Option<SimTime> {
        let at = self.interface.poll_at(instant(now), &self.sockets)?;
        let at = SimTime::from_nanos(at.total_micros().unsigned_abs() * 1_000);
        Some(at.max(now.saturating_add(Duration::from_micros(1))))
    }
}

fn instant(now: SimTime) -> Instant {
    Instant::from_micros((now.as_nanos() / 1_000) as i64)
}

#[derive(Default)]
struct Card {
    incoming: VecDeque<Vec<u8>>,
    outgoing: Vec<Vec<u8>>,
}

struct Incoming(Vec<u8>);

struct Outgoing<'a>(&'a mut Vec<Vec<u8>>);

impl phy::RxToken for Incoming {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

impl phy::TxToken for Outgoing<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, fill: F) -> R {
        let mut packet = vec![0; len];
        let filled = fill(&mut packet);
        self.0.push(packet);
        filled
    }
}

impl phy::Device for Card {
    type RxToken<'t> = Incoming;
    type TxToken<'t> = Outgoing<'t>;

    fn receive(&mut self, _now: Instant) -> Option<(Incoming, Outgoing<'_>)> {
        Some((Incoming(self.incoming.pop_front()?), Outgoing(&mut self.outgoing)))
    }

    fn transmit(&mut self, _now: Instant) -> Option<Outgoing<'_>> {
        Some(Outgoing(&mut self.outgoing))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = fabric::MTU_BYTES;
        capabilities
    }
}

fn thin(loss: f64) -> LinkConfig {
    let link = LinkConfig::rate(5_000_000).propagation(Duration::from_millis(20));
    if loss > 0.0 { link.loss(Loss::Independent(loss)) } else { link }
}

#[test]
fn both_ways_over_a_link_that_loses_whoever_dials() {
    const BYTES: usize = 300_000;
    for (seed, loss, smol_dials) in [(1, 0.0, true), (2, 0.0, false), (3, 0.03, true), (4, 0.03, false)] {
        let mut meeting = Meeting::new(seed, thin(loss));
        let (there, back) = (pattern(BYTES, 1), pattern(BYTES, 2));
        meeting.to_send = there.iter().copied().collect();
        meeting.smol.to_send = back.iter().copied().collect();
        if smol_dials {
            meeting.fabric.listen(meeting.own, PORT, BufferUse::Bulk).unwrap();
            meeting.smol.dial(PORT);
        } else {
            meeting.smol.socket().listen(PORT).unwrap();
            let remote = SocketAddrV4::new(FOREIGN, PORT);
            meeting.fabric.connect(meeting.now, meeting.own, remote, BufferUse::Bulk);
        }
        meeting.run(|meeting| meeting.smol.heard.len() == BYTES && meeting.heard.len() == BYTES);
        assert!(meeting.smol.heard == there && meeting.heard == back, "seed {seed}");
        let counters = [Direction::Up, Direction::Down]
            .map(|direction| meeting.fabric.link_counters(meeting.foreign, direction));
        let all_lose = counters.iter().all(|it| it.lost > 0);
        assert_eq!(all_lose, loss > 0.0, "{counters:?}");
        // The one who dialled ends first.
        if smol_dials {
            meeting.smol.socket().close();
            meeting.run(|meeting| meeting.smol.socket().state() == State::FinWait2);
            meeting.fabric.finish(meeting.now, meeting.socket.unwrap());
        } else {
            meeting.fabric.finish(meeting.now, meeting.socket.unwrap());
            meeting.run(|meeting| meeting.smol.socket().state() == State::CloseWait);
            meeting.smol.socket().close();
        }
        meeting.run(|meeting| meeting.closed.is_some());
        assert_eq!(meeting.closed, Some(CloseReason::Finished));
        meeting.run(|meeting| !meeting.smol.socket().is_active());
        assert!(matches!(meeting.smol.socket().state(), State::Closed | State::TimeWait));
    }
}

#[test]
fn a_port_without_a_listener_refuses_and_an_abort_is_heard() {
    let mut meeting = Meeting::new(1, thin(0.0));
    meeting.smol.dial(PORT);
    meeting.run(|meeting| meeting.smol.socket().state() == State::Closed);
    assert_eq!(meeting.smol.socket().state(), State::Closed, "our host refuses");

    let remote = SocketAddrV4::new(FOREIGN, PORT);
    meeting.fabric.connect(meeting.now, meeting.own, remote, BufferUse::Control);
    meeting.run(|meeting| meeting.closed.is_some());
    assert_eq!(meeting.closed.take(), Some(CloseReason::Refused), "smoltcp refuses");

    meeting.fabric.listen(meeting.own, PORT, BufferUse::Control).unwrap();
    meeting.smol.dial(PORT);
    meeting.run(|meeting| meeting.smol.socket().state() == State::Established);
    meeting.smol.socket().abort();
    meeting.run(|meeting| meeting.closed.is_some());
    assert_eq!(meeting.closed.take(), Some(CloseReason::Reset), "smoltcp aborts");

    let mut meeting = Meeting::new(2, thin(0.0));
    meeting.fabric.listen(meeting.own, PORT, BufferUse::Control).unwrap();
    meeting.smol.dial(PORT);
    meeting.run(|meeting| meeting.smol.socket().state() == State::Established && meeting.socket.is_some());
    meeting.fabric.abort(meeting.now, meeting.socket.unwrap());
    meeting.run(|meeting| meeting.smol.socket().state() == State::Closed);
    assert_eq!(meeting.smol.socket().state(), State::Closed, "our host aborts");
}

#[test]
fn what_is_no_packet_of_the_host_is_not_taken() {
    let mut meeting = Meeting::new(1, thin(0.0));
    meeting.smol.dial(PORT);
    meeting.smol.poll(meeting.now);
    let syn = meeting.smol.card.outgoing.pop().expect("it dials");
    let Meeting { fabric, foreign, now, .. } = &mut meeting;
    let mut inject = |bytes: &[u8]| fabric.inject(*now, *foreign, bytes);
    assert_eq!(inject(&[]), Err(InjectError::NoPacket { bytes: 0 }));
    assert_eq!(inject(&[0x60; 48]), Err(InjectError::NoPacket { bytes: 48 }), "IPv6");
    for len in 1..syn.len() {
        assert!(inject(&syn[..len]).is_err(), "{len} of {} bytes", syn.len());
    }
    let mut other = syn.clone();
    other[15] = 77;
    assert!(inject(&other).is_err(), "another's address");
    let mut broken = syn.clone();
    *broken.last_mut().expect("it has bytes") ^= 1;
    assert_eq!(inject(&broken), Err(InjectError::Broken));
    assert_eq!(fabric.link_counters(*foreign, Direction::Up).packets, 0);
    assert_eq!(fabric.inject(*now, *foreign, &syn), Ok(()));
    assert_eq!(fabric.link_counters(*foreign, Direction::Up).packets, 1);
}
