//! Others' stacks on our links: smoltcp at either end of a connection, and bytes that are none.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use fabric::{AccessLink, BufferUse, EventKind, GatewayConfig, HostId, InjectError, Loss};
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::socket::tcp;
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};
use wire::SimTime;

use crate::net::{Net, PLAIN, PLAIN_LINK, PORT, Pair, Talkers, pattern, private, public};

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

/// A foreign host that runs smoltcp, with one socket that says something and hears all.
struct Foreigner {
    host: HostId,
    card: Card,
    interface: Interface,
    sockets: SocketSet<'static>,
    handle: SocketHandle,
    to_say: Vec<u8>,
    heard: Vec<u8>,
}

impl Foreigner {
    fn new(net: &mut Net, host: HostId, to_say: Vec<u8>) -> Self {
        net.fabric.make_foreign(host);
        let mut card = Card::default();
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = 3;
        let mut interface = Interface::new(config, &mut card, instant(net.now));
        let address = IpAddress::Ipv4(net.fabric.host_address(host));
        interface.update_ip_addrs(|own| own.push(IpCidr::new(address, 0)).expect("there is room for one"));
        let buffer = || tcp::SocketBuffer::new(vec![0; 65_535]);
        let mut sockets = SocketSet::new(Vec::new());
        let handle = sockets.add(tcp::Socket::new(buffer(), buffer()));
        Self { host, card, interface, sockets, handle, to_say, heard: Vec::new() }
    }

    fn listen(&mut self) {
        self.socket().listen(PORT).expect("a new socket can listen");
    }

    fn dial(&mut self, to: SocketAddrV4) {
        let socket = self.sockets.get_mut::<tcp::Socket<'static>>(self.handle);
        let remote = (IpAddress::Ipv4(*to.ip()), to.port());
        socket.connect(self.interface.context(), remote, 50_000).expect("a new socket can dial");
    }

    fn socket(&mut self) -> &mut tcp::Socket<'static> {
        self.sockets.get_mut(self.handle)
    }

    /// Takes what came, does what is due, sends what there is.
    fn run(&mut self, net: &mut Net) {
        while let Some(packet) = net.fabric.poll_foreign(self.host) {
            self.card.incoming.push_back(packet);
        }
        self.interface.poll(instant(net.now), &mut self.card, &mut self.sockets);
        let to_say = std::mem::take(&mut self.to_say);
        let mut heard = std::mem::take(&mut self.heard);
        let socket = self.socket();
        if socket.can_recv() {
            socket.recv(|bytes| (bytes.len(), heard.extend_from_slice(bytes))).expect("it can");
        }
        let mut said = 0;
        if socket.can_send() && !to_say.is_empty() {
            said = socket.send_slice(&to_say).expect("it can");
            if said == to_say.len() {
                socket.close();
            }
        }
        (self.heard, self.to_say) = (heard, to_say[said..].to_vec());
        self.interface.poll(instant(net.now), &mut self.card, &mut self.sockets);
        for packet in std::mem::take(&mut self.card.outgoing) {
            net.fabric.inject(net.now, self.host, &packet).expect("smoltcp writes packets");
        }
    }

    fn next(&mut self, now: SimTime) -> Option<SimTime> {
        let at = self.interface.poll_at(instant(now), &self.sockets)?;
        Some(
            SimTime::from_nanos(at.total_micros().unsigned_abs() * 1_000).max(now + Duration::from_micros(1)),
        )
    }
}

fn instant(now: SimTime) -> Instant {
    Instant::from_micros((now.as_nanos() / 1_000) as i64)
}

/// Runs both for a while, our side's programs as talkers.
fn converse(net: &mut Net, foreigner: &mut Foreigner, talkers: &mut Talkers, secs: u64) {
    let end = net.now + Duration::from_secs(secs);
    foreigner.run(net);
    while net.now < end {
        let ours = net.fabric.poll_timeout();
        let next = [ours, foreigner.next(net.now)].into_iter().flatten().min().unwrap_or(end).min(end);
        net.run_until(next, |fabric, now, event| talkers.react(fabric, now, event));
        foreigner.run(net);
    }
}

#[test]
fn smoltcp_talks_to_our_hosts_over_a_bad_link() {
    for we_dial in [true, false] {
        for behind_nat in [true, false] {
            let mut net = Net::new(5);
            let bad = AccessLink::symmetric(PLAIN.loss(Loss::Independent(0.03)));
            let server = net.host("server", bad);
            let home = net.zone("home", GatewayConfig::home_router(public(1)));
            let client =
                if behind_nat { net.host_in(home, "client", 10) } else { net.host("client", PLAIN_LINK) };
            let (foreign, ours) = if we_dial { (server, client) } else { (client, server) };
            let [question, answer] = [pattern(150_000, 1), pattern(100_000, 2)];
            let mut foreigner = Foreigner::new(&mut net, foreign, question.clone());
            let mut talkers = Talkers::default();
            let to = net.address_of(server);
            if we_dial {
                foreigner.listen();
                let near = net.dial(ours, server, BufferUse::Bulk);
                talkers.prepare(near, answer.clone());
            } else {
                net.fabric.listen(ours, PORT, BufferUse::Bulk).unwrap();
                foreigner.dial(to);
            }
            if !we_dial {
                converse(&mut net, &mut foreigner, &mut talkers, 10);
                let accepted =
                    net.events.iter().find(|(_, event)| matches!(event.kind, EventKind::Accepted { .. }));
                let (_, event) = accepted.expect("smoltcp's connection stands");
                let seen = net.fabric.addresses(event.socket).expect("it is open").1;
                assert_eq!(*seen.ip() == public(1), behind_nat);
                talkers.say(&mut net.fabric, net.now, event.socket, answer.clone());
            }
            converse(&mut net, &mut foreigner, &mut talkers, 120);
            let heard = talkers.heard.values().next().expect("something was heard");
            assert!(*heard == question, "{} bytes, we dial: {we_dial}, NAT: {behind_nat}", heard.len());
            assert!(foreigner.heard == answer, "{} bytes", foreigner.heard.len());
        }
    }
}

#[test]
fn smoltcp_answers_a_ping_through_a_nat() {
    let mut net = Net::new(1);
    let server = net.host("server", PLAIN_LINK);
    let home = net.zone("home", GatewayConfig::home_router(public(1)));
    let laptop = net.host_in(home, "laptop", 10);
    let mut foreigner = Foreigner::new(&mut net, server, Vec::new());
    let address = net.fabric.host_address(server);
    net.fabric.send_echo(net.now, laptop, address, (7, 2), 56).unwrap();
    converse(&mut net, &mut foreigner, &mut Talkers::default(), 1);
    let reply = net.fabric.poll_echo().expect("smoltcp answers by itself");
    assert_eq!((reply.host, reply.from, reply.identifier, reply.sequence), (laptop, address, 7, 2));
}

/// A whole packet around `content`, but for the header's checksum, which nobody asks for.
fn packet(protocol: u8, source: Ipv4Addr, destination: Ipv4Addr, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, protocol, 0, 0];
    bytes.extend_from_slice(&source.octets());
    bytes.extend_from_slice(&destination.octets());
    bytes.extend_from_slice(content);
    let len = (bytes.len() as u16).to_be_bytes();
    bytes[2..4].copy_from_slice(&len);
    bytes
}

#[test]
fn what_is_no_packet_is_not_taken() {
    let mut net = Net::new(1);
    let [kernel, other] = ["kernel", "other"].map(|name| net.host(name, PLAIN_LINK));
    net.fabric.make_foreign(kernel);
    let [from, to] = [kernel, other].map(|host| net.fabric.host_address(host));
    let udp = |len: u16, checksum: u16| {
        let mut datagram = [0x13, 0x88, 0x13, 0x88, 0, 0, 0, 0, b'h', b'i'];
        datagram[4..6].copy_from_slice(&len.to_be_bytes());
        datagram[6..8].copy_from_slice(&checksum.to_be_bytes());
        datagram
    };
    let cases: [(&str, Vec<u8>); 11] = [
        ("nothing", vec![]),
        ("IPv6", vec![0x60; 60]),
        ("too long", packet(17, from, to, &[0; 1_500])),
        ("another's address", packet(17, to, from, &udp(10, 0))),
        ("a protocol that is not spoken", packet(2, from, to, &[8, 0, 0, 0])),
        ("an echo with a wrong checksum", packet(1, from, to, &[8, 0, 0, 0, 0, 1, 0, 1])),
        ("no echo, with a right one", packet(1, from, to, &[3, 1, 0xfc, 0xfe, 0, 0, 0, 0])),
        ("a piece of TCP", packet(6, from, to, &[0; 19])),
        ("a datagram longer than its packet", packet(17, from, to, &udp(11, 0))),
        ("a datagram shorter than its header", packet(17, from, to, &udp(7, 0))),
        ("a datagram with a wrong checksum", packet(17, from, to, &udp(10, 1))),
    ];
    let table: String = cases
        .iter()
        .map(|(case, bytes)| {
            let error = net.fabric.inject(net.now, kernel, bytes).expect_err(case);
            format!("{case:<35} {error}\n")
        })
        .collect();
    insta::assert_snapshot!(table, @"
    nothing                             expected a whole IPv4 packet of at most 1500 bytes, found 0 bytes that are none
    IPv6                                expected a whole IPv4 packet of at most 1500 bytes, found 60 bytes that are none
    too long                            expected a whole IPv4 packet of at most 1500 bytes, found 1520 bytes that are none
    another's address                   expected a packet from an address of host 0, found one from 10.0.0.2
    a protocol that is not spoken       expected a TCP segment, a datagram or an echo, found one that is broken
    an echo with a wrong checksum       expected a TCP segment, a datagram or an echo, found one that is broken
    no echo, with a right one           expected a TCP segment, a datagram or an echo, found one that is broken
    a piece of TCP                      expected a TCP segment, a datagram or an echo, found one that is broken
    a datagram longer than its packet   expected a TCP segment, a datagram or an echo, found one that is broken
    a datagram shorter than its header  expected a TCP segment, a datagram or an echo, found one that is broken
    a datagram with a wrong checksum    expected a TCP segment, a datagram or an echo, found one that is broken
    ");
    let not_foreign = packet(17, to, from, &udp(10, 0));
    assert_eq!(net.fabric.poll_foreign(other), None);
    net.fabric.inject(net.now, other, &not_foreign).expect("any host may be spoken for");
    let inbox = net.fabric.bind(net.now, other, Some(5_000)).unwrap();
    net.fabric.inject(net.now, kernel, &packet(17, from, to, &udp(10, 0))).unwrap();
    net.fabric.inject(net.now, kernel, &packet(17, from, to, &udp(9, 0))).unwrap();
    net.run_for_millis(100);
    let mut heard = Vec::new();
    while net.fabric.receive_datagram(inbox, &mut heard).is_some() {}
    assert_eq!(heard, b"hih", "the length in the datagram counts");
    assert!(net.fabric.poll_foreign(kernel).is_some());
    assert!(matches!(net.fabric.inject(net.now, kernel, &[]), Err(InjectError::NoPacket { bytes: 0 })));
}

#[test]
fn between_two_kernels_packets_are_carried_as_they_are() {
    let mut net = Net::new(1);
    let [a, b] = ["a", "b"].map(|name| net.host(name, PLAIN_LINK));
    let dmz = net.zone("DMZ", GatewayConfig::dmz([5_000]));
    let kind = fabric::InterfaceKind::Ethernet;
    let c = net.fabric.add_host_in(dmz, "c", kind, public(1), PLAIN_LINK);
    for host in [a, b, c] {
        net.fabric.make_foreign(host);
    }
    let [from, to] = [a, b].map(|host| net.fabric.host_address(host));
    let ping = packet(1, from, to, b"a ping, as far as we know");
    net.fabric.inject(net.now, a, &ping).unwrap();
    let datagram = [0x13, 0x88, 0x13, 0x88, 0, 10, 0, 0, b'h', b'i'];
    net.fabric.inject(net.now, a, &packet(17, from, public(1), &datagram)).unwrap();
    net.run_for_millis(100);
    assert_eq!(net.fabric.poll_foreign(b), Some(ping));
    let read = net.fabric.poll_foreign(c).expect("a gateway between reads what it forwards");
    assert_eq!((&read[16..20], &read[28..]), (&public(1).octets()[..], &b"hi"[..]));
    assert_eq!(net.fabric.stats().packets, 0);
}

#[test]
fn hostile_bytes_do_no_harm() {
    arbtest::arbtest(|bytes| {
        let (mut net, Pair { server, client, near, far }) = Net::connected(1, BufferUse::Control);
        let kernel = net.host("kernel", PLAIN_LINK);
        let home = net.zone("home", GatewayConfig::home_router(public(1)));
        let laptop = net.host_in(home, "laptop", 10);
        net.fabric.make_foreign(kernel);
        let own = net.fabric.host_address(kernel);
        net.fabric.bind(net.now, server, Some(5_000)).unwrap();
        let hosts = [server, client, kernel].map(|host| net.fabric.host_address(host));
        let aims = [hosts[0], hosts[1], hosts[2], public(1), private(10), Ipv4Addr::BROADCAST];
        while !bytes.is_empty() {
            let destination = *bytes.choose(&aims)?;
            let junk: Vec<u8> = bytes.arbitrary()?;
            let taken = match bytes.int_in_range(0..=3)? {
                0 => net.fabric.inject(net.now, kernel, &junk),
                1 => net.fabric.inject(net.now, kernel, &packet(bytes.arbitrary()?, own, destination, &junk)),
                2 => {
                    // Nearly a packet.
                    let mut broken = packet(bytes.arbitrary()?, own, destination, &junk);
                    for _ in 0..3 {
                        let place = bytes.int_in_range(0..=19)?;
                        broken[place] = bytes.arbitrary()?;
                    }
                    net.fabric.inject(net.now, kernel, &broken)
                }
                _ => {
                    // A segment that is sound, of anything: the checksum is put right.
                    let mut content = [&[0x13, 0x88, 0x01, 0xbb][..], &junk].concat();
                    content.resize(content.len().max(20), 0);
                    content[12] = content[12].max(0x50);
                    content[16..18].copy_from_slice(&[0; 2]);
                    let sum = checksum(own, destination, &content);
                    content[16..18].copy_from_slice(&sum.to_be_bytes());
                    net.fabric.inject(net.now, kernel, &packet(6, own, destination, &content))
                }
            };
            if taken.is_ok() {
                net.run_for_millis(50);
            }
        }
        net.send(near, b"unharmed");
        net.run_for_millis(200);
        assert_eq!(net.read(far), b"unharmed");
        assert_eq!(net.fabric.netstat(laptop).rows, []);
        Ok(())
    });
}

/// RFC 9293, 3.1, with the pseudo header.
fn checksum(source: Ipv4Addr, destination: Ipv4Addr, content: &[u8]) -> u16 {
    let pseudo =
        [&source.octets()[..], &destination.octets(), &[0, 6], &(content.len() as u16).to_be_bytes()];
    let all = [&pseudo.concat(), content].concat();
    let mut sum: u64 =
        all.chunks(2).map(|pair| u64::from(pair[0]) << 8 | pair.get(1).map_or(0, |&low| low.into())).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}
