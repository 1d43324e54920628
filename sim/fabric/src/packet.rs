//! Packets in flight: a pool of them, lists without allocation, and their bytes where somebody wants bytes.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::num::NonZeroU32;

use tcp::{Payload, PayloadPool, Segment};
use wire::SimTime;

use crate::ids::{HostId, InterfaceId, Place};

/// The largest packet, IP header included: what Ethernet carries.
pub const MTU_BYTES: usize = 1500;

pub(crate) const IPV4_HEADER_BYTES: usize = 20;
pub(crate) const UDP_HEADER_BYTES: usize = 8;
pub(crate) const ECHO_HEADER_BYTES: usize = 8;

/// How many gateways a packet may pass: what RFC 1700 recommends, and most systems begin with.
const TIME_TO_LIVE: u8 = 64;

// Types of ICMP messages (RFC 792).
const ECHO_REPLY: u8 = 0;
const ECHO_REQUEST: u8 = 8;

/// Place of a packet in the [`Pool`], counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PacketIndex(NonZeroU32);

/// Between which places a packet goes, as far as known: a look at a place is cheaper than a look-up by address.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Route {
    /// Where the socket that sent it is.
    pub(crate) from: Option<Place>,
    /// Where the socket that it is for was when it was last heard.
    pub(crate) to: Option<Place>,
    /// Where the address that it is for was when it was last seen.
    pub(crate) interface: Option<InterfaceId>,
}

/// What is in a packet, behind the IP header.
#[derive(Clone, Debug, Default)]
pub(crate) enum Body {
    /// It has been taken out.
    #[default]
    Nothing,
    Tcp(Segment),
    Datagram(Payload),
    Echo(Echo),
    /// From a foreign host to another: passed on as it came, IP header included.
    Foreign(Payload),
}

/// An echo request, or its reply (RFC 792). Its identifier stands where others have a port: the asker's, while the
/// other end's is zero.
#[derive(Clone, Debug)]
pub(crate) struct Echo {
    pub(crate) is_request: bool,
    pub(crate) sequence: u16,
    pub(crate) data: Payload,
}

/// One packet on its way.
pub(crate) struct Packet {
    pub(crate) source: SocketAddrV4,
    pub(crate) destination: SocketAddrV4,
    len: u16,
    /// How many gateways it may still pass.
    pub(crate) time_to_live: u8,
    /// The link it is on loses it: it takes its place and its time there, and does not come out.
    pub(crate) lost: bool,
    next: Option<PacketIndex>,
    pub(crate) from: HostId,
    pub(crate) route: Route,
    /// When the link it is on took it.
    pub(crate) entered: SimTime,
    /// When its last bit has left the queue of the link it is on.
    pub(crate) leaves: SimTime,
    /// When it is at the far end of the link it is on.
    pub(crate) arrives: SimTime,
    /// Breaks ties of `arrives`.
    pub(crate) sequence: u64,
    pub(crate) body: Body,
}

impl Packet {
    /// Bytes on a link, IP header included.
    pub(crate) fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// Its bytes, IP header included, as a capture shows them.
    pub(crate) fn emit(&self, into: &mut Vec<u8>) {
        let (protocol, source, destination) = match &self.body {
            Body::Nothing => return,
            Body::Foreign(bytes) => return into.extend_from_slice(bytes.as_slice()),
            Body::Tcp(_) => (PROTOCOL_TCP, self.source, self.destination),
            Body::Datagram(_) => (PROTOCOL_UDP, self.source, self.destination),
            Body::Echo(_) => (PROTOCOL_ICMP, self.source, self.destination),
        };
        let (from, to) = (*source.ip(), *destination.ip());
        emit_ipv4_header(protocol, from, to, self.len, self.time_to_live, into);
        match &self.body {
            Body::Tcp(segment) => segment.emit(source, destination, into),
            Body::Datagram(payload) => emit_udp(source, destination, payload.as_slice(), into),
            Body::Echo(echo) => emit_echo(source, destination, echo, into),
            Body::Nothing | Body::Foreign(_) => {}
        }
    }
}

/// Every packet that exists, and room for those to come.
#[derive(Default)]
pub(crate) struct Pool {
    packets: Vec<Packet>,
    free: Vec<PacketIndex>,
}

impl Pool {
    /// A packet that is on no link yet.
    pub(crate) fn create(
        &mut self,
        from: HostId,
        source: SocketAddrV4,
        destination: SocketAddrV4,
        body: Body,
        route: Route,
    ) -> PacketIndex {
        let len = match &body {
            Body::Nothing => 0,
            Body::Tcp(segment) => IPV4_HEADER_BYTES + segment.wire_bytes(),
            Body::Datagram(payload) => IPV4_HEADER_BYTES + UDP_HEADER_BYTES + payload.len(),
            Body::Echo(echo) => IPV4_HEADER_BYTES + ECHO_HEADER_BYTES + echo.data.len(),
            Body::Foreign(bytes) => bytes.len(),
        } as u16;
        let packet = Packet {
            source,
            destination,
            len,
            time_to_live: TIME_TO_LIVE,
            lost: false,
            next: None,
            from,
            route,
            entered: SimTime::ZERO,
            leaves: SimTime::ZERO,
            arrives: SimTime::ZERO,
            sequence: 0,
            body,
        };
        match self.free.pop() {
            Some(index) => {
                *self.get_mut(index) = packet;
                index
            }
            None => {
                self.packets.push(packet);
                let count = u32::try_from(self.packets.len()).ok().and_then(NonZeroU32::new);
                PacketIndex(count.expect("fewer packets than u32 counts"))
            }
        }
    }

    /// The same packet once more, in a buffer of its own, with the same times.
    pub(crate) fn duplicate(&mut self, index: PacketIndex) -> PacketIndex {
        let Packet { source, destination, from, route, entered, leaves, arrives, sequence, lost, .. } =
            *self.get(index);
        let time_to_live = self.get(index).time_to_live;
        let body = self.get(index).body.clone();
        let copy = self.create(from, source, destination, body, route);
        let packet = self.get_mut(copy);
        (packet.entered, packet.leaves, packet.arrives) = (entered, leaves, arrives);
        (packet.sequence, packet.lost, packet.time_to_live) = (sequence, lost, time_to_live);
        copy
    }

    pub(crate) fn get(&self, index: PacketIndex) -> &Packet {
        &self.packets[index.0.get() as usize - 1]
    }

    pub(crate) fn get_mut(&mut self, index: PacketIndex) -> &mut Packet {
        &mut self.packets[index.0.get() as usize - 1]
    }

    /// The packet is no more; what it carried goes back to where its buffer came from.
    pub(crate) fn release(&mut self, index: PacketIndex, payloads: &mut PayloadPool) {
        match std::mem::take(&mut self.get_mut(index).body) {
            Body::Nothing => {}
            Body::Tcp(Segment { payload, .. })
            | Body::Datagram(payload)
            | Body::Echo(Echo { data: payload, .. })
            | Body::Foreign(payload) => payloads.take_back(payload),
        }
        self.free.push(index);
    }

    /// Packets that exist.
    pub(crate) fn in_use(&self) -> usize {
        self.packets.len() - self.free.len()
    }
}

/// A first-in-first-out list of packets, threaded through the pool.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PacketList {
    head: Option<PacketIndex>,
    tail: Option<PacketIndex>,
}

impl PacketList {
    pub(crate) fn head(&self) -> Option<PacketIndex> {
        self.head
    }

    pub(crate) fn tail(&self) -> Option<PacketIndex> {
        self.tail
    }

    pub(crate) fn push(&mut self, pool: &mut Pool, index: PacketIndex) {
        pool.get_mut(index).next = None;
        match self.tail {
            Some(tail) => pool.get_mut(tail).next = Some(index),
            None => self.head = Some(index),
        }
        self.tail = Some(index);
    }

    pub(crate) fn pop(&mut self, pool: &Pool) -> Option<PacketIndex> {
        let index = self.head?;
        self.head = pool.get(index).next;
        if self.head.is_none() {
            self.tail = None;
        }
        Some(index)
    }

    /// Cuts off `first`, which is on the list, and all behind it. Walks over all before it.
    pub(crate) fn split_off(&mut self, pool: &mut Pool, first: PacketIndex) -> Self {
        let before = self.iter(pool).take_while(|index| *index != first).last();
        let cut = Self { head: Some(first), tail: self.tail };
        match before {
            Some(before) => pool.get_mut(before).next = None,
            None => self.head = None,
        }
        self.tail = before;
        cut
    }

    pub(crate) fn iter<'a>(&self, pool: &'a Pool) -> impl Iterator<Item = PacketIndex> + use<'a> {
        Self::iter_from(pool, self.head)
    }

    /// `first` and all behind it in the list that it is on.
    pub(crate) fn iter_from(
        pool: &Pool,
        first: Option<PacketIndex>,
    ) -> impl Iterator<Item = PacketIndex> + use<'_> {
        std::iter::successors(first, |index| Self::after(pool, *index))
    }

    /// The packet behind `index` in the list that it is on.
    pub(crate) fn after(pool: &Pool, index: PacketIndex) -> Option<PacketIndex> {
        pool.get(index).next
    }
}

pub(crate) const PROTOCOL_ICMP: u8 = 1;
pub(crate) const PROTOCOL_TCP: u8 = 6;
pub(crate) const PROTOCOL_UDP: u8 = 17;

/// An IPv4 packet from outside, as far as the fabric looks into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ipv4<'a> {
    pub(crate) source: Ipv4Addr,
    pub(crate) destination: Ipv4Addr,
    pub(crate) protocol: u8,
    /// What is behind the header and its options.
    pub(crate) content: &'a [u8],
}

impl<'a> Ipv4<'a> {
    /// Reads a whole packet; `None` for anything else, fragments included.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let header = bytes.first_chunk::<IPV4_HEADER_BYTES>()?;
        let header_bytes = usize::from(header[0] & 0x0f) * 4;
        let total_bytes = usize::from(u16::from_be_bytes([header[2], header[3]]));
        let is_fragment = u16::from_be_bytes([header[6], header[7]]) & 0x3fff != 0;
        if header[0] >> 4 != 4 || header_bytes < IPV4_HEADER_BYTES || is_fragment {
            return None;
        }
        Some(Self {
            source: Ipv4Addr::new(header[12], header[13], header[14], header[15]),
            destination: Ipv4Addr::new(header[16], header[17], header[18], header[19]),
            protocol: header[9],
            content: bytes.get(header_bytes..total_bytes)?,
        })
    }

    /// Source and destination port, for protocols that have them; for an echo, see [`Echo`]; zero for others.
    pub(crate) fn ports(&self) -> (u16, u16) {
        match (self.protocol, self.content) {
            (PROTOCOL_TCP | PROTOCOL_UDP, [a, b, c, d, ..]) => {
                (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]))
            }
            (PROTOCOL_ICMP, [ECHO_REQUEST, 0, _, _, a, b, ..]) => (u16::from_be_bytes([*a, *b]), 0),
            (PROTOCOL_ICMP, [ECHO_REPLY, 0, _, _, a, b, ..]) => (0, u16::from_be_bytes([*a, *b])),
            _ => (0, 0),
        }
    }
}

/// RFC 791, 3.1: no options, not to be fragmented.
fn emit_ipv4_header(
    protocol: u8,
    source: Ipv4Addr,
    destination: Ipv4Addr,
    len: u16,
    time_to_live: u8,
    into: &mut Vec<u8>,
) {
    let mut header = [0; IPV4_HEADER_BYTES];
    header[0] = 0x45;
    header[2..4].copy_from_slice(&len.to_be_bytes());
    header[6] = 0x40;
    header[8] = time_to_live;
    header[9] = protocol;
    header[12..16].copy_from_slice(&source.octets());
    header[16..20].copy_from_slice(&destination.octets());
    let checksum = internet_checksum(0, &header);
    header[10..12].copy_from_slice(&checksum.to_be_bytes());
    into.extend_from_slice(&header);
}

/// RFC 768, with the pseudo header in the checksum.
fn emit_udp(source: SocketAddrV4, destination: SocketAddrV4, payload: &[u8], into: &mut Vec<u8>) {
    let len = (UDP_HEADER_BYTES + payload.len()) as u16;
    let begin = into.len();
    into.extend_from_slice(&source.port().to_be_bytes());
    into.extend_from_slice(&destination.port().to_be_bytes());
    into.extend_from_slice(&len.to_be_bytes());
    into.extend_from_slice(&[0; 2]);
    into.extend_from_slice(payload);
    let pseudo = udp_pseudo_sum(*source.ip(), *destination.ip(), len);
    // A sum of zero is sent as all ones: zero means that there is none.
    let checksum = match internet_checksum(pseudo, &into[begin..]) {
        0 => u16::MAX,
        sum => sum,
    };
    into[begin + 6..begin + 8].copy_from_slice(&checksum.to_be_bytes());
}

/// The content of a datagram that is whole: its length is at most what the packet has, and its checksum, if it has
/// one, is right (RFC 768).
pub(crate) fn parse_udp(packet: Ipv4<'_>) -> Option<&[u8]> {
    let header = packet.content.first_chunk::<UDP_HEADER_BYTES>()?;
    let len = u16::from_be_bytes([header[4], header[5]]);
    let datagram = packet.content.get(..usize::from(len))?;
    let pseudo = udp_pseudo_sum(packet.source, packet.destination, len);
    if header[6..] != [0; 2] && internet_checksum(pseudo, datagram) != 0 {
        return None;
    }
    datagram.get(UDP_HEADER_BYTES..)
}

/// RFC 792, of type 8 or 0.
fn emit_echo(source: SocketAddrV4, destination: SocketAddrV4, echo: &Echo, into: &mut Vec<u8>) {
    let begin = into.len();
    let (kind, identifier) =
        if echo.is_request { (ECHO_REQUEST, source.port()) } else { (ECHO_REPLY, destination.port()) };
    into.extend_from_slice(&[kind, 0, 0, 0]);
    into.extend_from_slice(&identifier.to_be_bytes());
    into.extend_from_slice(&echo.sequence.to_be_bytes());
    into.extend_from_slice(echo.data.as_slice());
    let checksum = internet_checksum(0, &into[begin..]);
    into[begin + 2..begin + 4].copy_from_slice(&checksum.to_be_bytes());
}

/// An echo that is whole: whether it is a request, its sequence number and its data.
pub(crate) fn parse_echo(packet: Ipv4<'_>) -> Option<(bool, u16, &[u8])> {
    let (header, data) = packet.content.split_first_chunk::<ECHO_HEADER_BYTES>()?;
    let is_request = match header[..2] {
        [ECHO_REQUEST, 0] => true,
        [ECHO_REPLY, 0] => false,
        _ => return None,
    };
    let sequence = u16::from_be_bytes([header[6], header[7]]);
    (internet_checksum(0, packet.content) == 0).then_some((is_request, sequence, data))
}

fn udp_pseudo_sum(source: Ipv4Addr, destination: Ipv4Addr, len: u16) -> u32 {
    let [a, b, c, d] = source.octets();
    let [e, f, g, h] = destination.octets();
    let word = |high: u8, low: u8| u32::from(u16::from_be_bytes([high, low]));
    word(a, b) + word(c, d) + word(e, f) + word(g, h) + u32::from(PROTOCOL_UDP) + u32::from(len)
}

/// The ones' complement of the ones' complement sum (RFC 1071), on top of a sum that was begun elsewhere.
pub(crate) fn internet_checksum(begun: u32, bytes: &[u8]) -> u16 {
    let mut sum = u64::from(begun);
    for word in bytes.chunks(2) {
        let low = word.get(1).copied().unwrap_or(0);
        sum += u64::from(u16::from_be_bytes([word[0], low]));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_as_bytes_and_back() {
        let mut pool = Pool::default();
        let mut payloads = PayloadPool::default();
        let source = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 5_000);
        let destination = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 2), 53);
        let payload = payloads.lend(3, |buffer| buffer.copy_from_slice(b"abc"));
        let index = pool.create(HostId(0), source, destination, Body::Datagram(payload), Route::default());
        let mut bytes = Vec::new();
        pool.get(index).emit(&mut bytes);
        assert_eq!(bytes.len(), pool.get(index).len());
        assert_eq!(internet_checksum(0, &bytes[..IPV4_HEADER_BYTES]), 0, "a right header sums up to nothing");
        let parsed = Ipv4::parse(&bytes).expect("it is a packet");
        assert_eq!((parsed.source, parsed.destination), (*source.ip(), *destination.ip()));
        assert_eq!(parsed.ports(), (5_000, 53));
        assert_eq!(&parsed.content[UDP_HEADER_BYTES..], b"abc");
        pool.release(index, &mut payloads);
        assert_eq!(pool.in_use(), 0);
    }

    #[test]
    fn what_is_no_whole_packet_is_none() {
        for bytes in [&[][..], &[0x45; 19], &[0x60; 40], &[0x45; 40], &[0x4f; 30]] {
            assert_eq!(Ipv4::parse(bytes), None, "{bytes:?}");
        }
    }
}
