//! With smoltcp at the other end, over bytes.

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use smoltcp::iface::{Config as InterfaceConfig, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::socket::tcp as smol;
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};
use tcp::{Config, Endpoint, Segment, Shared, State};
use wire::SimTime;

use crate::link::{Chance, pattern};

const OURS: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 4_000);
const THEIRS: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 2), 80);
const DELAY: Duration = Duration::from_millis(20);

/// A network card with a queue each way.
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
        capabilities.max_transmission_unit = 1_500;
        capabilities
    }
}

/// Ours at one end, smoltcp at the other, and a line that loses.
struct Meeting {
    now: SimTime,
    shared: Shared,
    ours: Option<Endpoint>,
    card: Card,
    interface: Interface,
    sockets: SocketSet<'static>,
    handle: SocketHandle,
    loss: f64,
    chance: Chance,
    /// By arrival: to us or not, and the packet.
    on_the_way: BTreeMap<(SimTime, u64), (bool, Vec<u8>)>,
    sequence: u64,
}

impl Meeting {
    fn new(we_dial: bool, loss: f64, seed: u64) -> Self {
        let now = SimTime::from_millis(10);
        let mut card = Card::default();
        let mut config = InterfaceConfig::new(HardwareAddress::Ip);
        config.random_seed = seed;
        let mut interface = Interface::new(config, &mut card, Instant::from_millis(10));
        interface.update_ip_addrs(|addresses| {
            addresses
                .push(IpCidr::new(IpAddress::Ipv4(*THEIRS.ip()), 24))
                .expect("there is room for one address");
        });
        let buffer = || smol::SocketBuffer::new(vec![0; 65_535]);
        let mut socket = smol::Socket::new(buffer(), buffer());
        socket.set_congestion_control(smol::CongestionControl::Cubic);
        let ours = if we_dial {
            socket.listen(THEIRS.port()).expect("a new socket can listen");
            Some(Endpoint::connect(&Config::default(), now, 0xffff_fff0))
        } else {
            socket
                .connect(interface.context(), (IpAddress::Ipv4(*OURS.ip()), OURS.port()), THEIRS.port())
                .expect("a new socket can dial");
            None
        };
        let mut sockets = SocketSet::new(Vec::new());
        let handle = sockets.add(socket);
        let mut this = Self {
            now,
            shared: Shared::default(),
            ours,
            card,
            interface,
            sockets,
            handle,
            loss,
            chance: Chance::new(5_000 + seed),
            on_the_way: BTreeMap::new(),
            sequence: 0,
        };
        this.flush();
        this
    }

    fn theirs(&mut self) -> &mut smol::Socket<'static> {
        self.sockets.get_mut(self.handle)
    }

    fn send_on(&mut self, to_us: bool, packet: Vec<u8>) {
        if self.chance.draw() >= self.loss {
            self.sequence += 1;
            self.on_the_way.insert((self.now + DELAY, self.sequence), (to_us, packet));
        }
    }

    /// Carries away what both have to say.
    fn flush(&mut self) {
        while let Some(ours) = &mut self.ours
            && let Some(segment) = ours.poll_segment(self.now, &mut self.shared)
        {
            let packet = ip_packet(&segment);
            assert_eq!(packet.len(), 20 + segment.wire_bytes());
            self.shared.payloads.take_back(segment.payload);
            self.send_on(false, packet);
        }
        let now = Instant::from_micros((self.now.as_nanos() / 1_000) as i64);
        self.interface.poll(now, &mut self.card, &mut self.sockets);
        for packet in std::mem::take(&mut self.card.outgoing) {
            self.send_on(true, packet);
        }
    }

    fn step(&mut self) -> bool {
        let now = Instant::from_micros((self.now.as_nanos() / 1_000) as i64);
        let theirs = self.interface.poll_at(now, &self.sockets).map(|at| {
            SimTime::from_nanos(at.total_micros().unsigned_abs() * 1_000)
                .max(self.now + Duration::from_micros(1))
        });
        let ours = self.ours.as_ref().and_then(Endpoint::poll_timeout);
        let arrival = self.on_the_way.first_key_value().map(|(key, _)| key.0);
        let Some(at) = [theirs, ours, arrival].into_iter().flatten().min() else { return false };
        self.now = at;
        if arrival == Some(at) {
            let (_, (to_us, packet)) = self.on_the_way.pop_first().expect("it was seen above");
            if to_us {
                self.receive(&packet[20..]);
            } else {
                self.card.incoming.push_back(packet);
            }
        } else if ours == Some(at)
            && let Some(ours) = &mut self.ours
        {
            ours.handle_timeout(at, &mut self.shared);
        }
        self.flush();
        true
    }

    fn receive(&mut self, bytes: &[u8]) {
        let (source, destination, segment) =
            Segment::parse(*THEIRS.ip(), *OURS.ip(), bytes, &mut self.shared.payloads)
                .expect("smoltcp writes segments");
        assert_eq!(destination, OURS.port());
        assert_eq!(source, THEIRS.port());
        match &mut self.ours {
            Some(ours) => ours.handle_segment(self.now, &segment, &mut self.shared),
            None => self.ours = Some(Endpoint::accept(&Config::default(), self.now, 7, &segment)),
        }
        self.shared.payloads.take_back(segment.payload);
    }
}

fn ip_packet(segment: &Segment) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0];
    packet.extend_from_slice(&OURS.ip().octets());
    packet.extend_from_slice(&THEIRS.ip().octets());
    segment.emit(OURS, THEIRS, &mut packet);
    let len = (packet.len() as u16).to_be_bytes();
    packet[2..4].copy_from_slice(&len);
    let sum: u32 =
        packet[..20].chunks_exact(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]]))).sum();
    let sum = !((sum & 0xffff) + (sum >> 16)) as u16;
    packet[10..12].copy_from_slice(&sum.to_be_bytes());
    packet
}

/// Sends `there` bytes to smoltcp and `back` bytes the other way, both at once; then we finish, then it.
fn talk(we_dial: bool, loss: f64, seed: u64, there: usize, back: usize) -> Meeting {
    let mut meeting = Meeting::new(we_dial, loss, seed);
    let (mut sent, mut heard) = (0, Vec::new());
    let (mut their_sent, mut their_heard) = (0, Vec::new());
    for _ in 0..1_000_000 {
        let now = meeting.now;
        if let Some(ours) = &mut meeting.ours {
            if sent < there {
                sent += ours.send(now, &pattern(sent, (there - sent).min(20_000)), &mut meeting.shared);
            }
            ours.read_with(now, &mut meeting.shared, |bytes| {
                heard.extend_from_slice(bytes);
                bytes.len()
            });
            if sent == there && heard.len() == back {
                ours.finish(now);
            }
        }
        let theirs = meeting.theirs();
        if theirs.can_recv() {
            theirs
                .recv(|bytes| {
                    their_heard.extend_from_slice(bytes);
                    (bytes.len(), ())
                })
                .expect("it can");
        }
        if their_sent < back && theirs.can_send() {
            their_sent +=
                theirs.send_slice(&pattern(their_sent, (back - their_sent).min(20_000))).expect("it can");
        }
        if theirs.state() == smol::State::CloseWait {
            theirs.close();
        }
        meeting.flush();
        if their_heard.len() == there
            && meeting.ours.as_ref().is_some_and(|ours| ours.state() == State::Closed)
        {
            break;
        }
        if !meeting.step() {
            break;
        }
    }
    assert!(their_heard == pattern(0, there), "{} of {there} bytes arrived there", their_heard.len());
    assert!(heard == pattern(0, back), "{} of {back} bytes arrived here", heard.len());
    meeting
}

#[test]
fn smoltcp_is_talked_to_in_both_roles() {
    for we_dial in [true, false] {
        let mut meeting = talk(we_dial, 0.0, 1, 400_000, 400_000);
        assert_eq!(meeting.ours.as_ref().expect("they met").state(), State::Closed);
        assert_eq!(meeting.ours.as_ref().expect("they met").error(), None);
        assert_eq!(meeting.theirs().state(), smol::State::Closed);
        assert_eq!(meeting.ours.as_ref().expect("they met").info().retransmits, 0);
        assert_eq!(meeting.shared.lent(), 0);
    }
}

#[test]
fn smoltcp_is_talked_to_over_a_line_that_loses() {
    for we_dial in [true, false] {
        for seed in 1..=5 {
            let meeting = talk(we_dial, 0.03, seed, 300_000, 300_000);
            assert!(meeting.ours.expect("they met").info().retransmits > 0);
        }
    }
}
