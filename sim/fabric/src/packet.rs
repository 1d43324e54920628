//! Packets in flight: a pool of buffers, and lists of them without allocation.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::num::NonZeroU32;

use wire::SimTime;

use crate::ids::{HostId, Place};

/// The largest packet, IP header included: what Ethernet carries.
pub const MTU_BYTES: usize = 1500;

const IPV4_HEADER_BYTES: usize = 20;
const TCP_HEADER_BYTES: usize = 20;

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
}

/// Room for one packet: [`MTU_BYTES`].
pub(crate) type Buffer = Box<[u8]>;

/// One packet on its way.
pub(crate) struct Packet {
    buffer: Buffer,
    len: u16,
    next: Option<PacketIndex>,
    pub(crate) from: HostId,
    /// `None` for an address that no host has: such a packet crosses its sender's link and is gone.
    pub(crate) to: Option<HostId>,
    pub(crate) route: Route,
    /// When the link it is on took it.
    pub(crate) entered: SimTime,
    /// When its last bit has left the queue of the link it is on.
    pub(crate) leaves: SimTime,
    /// When it is at the far end of the link it is on.
    pub(crate) arrives: SimTime,
    /// Breaks ties of `arrives`.
    pub(crate) sequence: u64,
    /// The link it is on loses it: it takes its place and its time there, and does not come out.
    pub(crate) lost: bool,
}

impl Packet {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..usize::from(self.len)]
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.buffer[..usize::from(self.len)]
    }

    pub(crate) fn len(&self) -> usize {
        usize::from(self.len)
    }
}

/// Every packet that exists, and the buffers of those that no longer do.
#[derive(Default)]
pub(crate) struct Pool {
    packets: Vec<Packet>,
    free: Vec<PacketIndex>,
}

impl Pool {
    /// A packet of `len` bytes, written by `fill`. Its buffer holds an older packet's bytes until then.
    pub(crate) fn write<R>(&mut self, len: usize, fill: impl FnOnce(&mut [u8]) -> R) -> (PacketIndex, R) {
        let index = self.free.pop().unwrap_or_else(|| {
            self.packets.push(Packet {
                buffer: vec![0; MTU_BYTES].into_boxed_slice(),
                len: 0,
                next: None,
                from: HostId(0),
                to: None,
                route: Route::default(),
                entered: SimTime::ZERO,
                leaves: SimTime::ZERO,
                arrives: SimTime::ZERO,
                sequence: 0,
                lost: false,
            });
            let count = u32::try_from(self.packets.len()).ok().and_then(NonZeroU32::new);
            PacketIndex(count.expect("fewer packets than u32 counts"))
        });
        let packet = self.get_mut(index);
        packet.len = len as u16;
        let filled = fill(&mut packet.buffer[..len]);
        (index, filled)
    }

    pub(crate) fn get(&self, index: PacketIndex) -> &Packet {
        &self.packets[index.0.get() as usize - 1]
    }

    pub(crate) fn get_mut(&mut self, index: PacketIndex) -> &mut Packet {
        &mut self.packets[index.0.get() as usize - 1]
    }

    /// Takes a packet's buffer out, so that it can be read while others are written. An empty one stays behind.
    pub(crate) fn lend(&mut self, index: PacketIndex) -> Buffer {
        std::mem::take(&mut self.get_mut(index).buffer)
    }

    /// Puts back what [`Pool::lend`] took.
    pub(crate) fn give_back(&mut self, index: PacketIndex, buffer: Buffer) {
        self.get_mut(index).buffer = buffer;
    }

    /// A second packet like this one, wherever that is.
    pub(crate) fn duplicate(&mut self, index: PacketIndex) -> PacketIndex {
        let (copy, ()) = self.write(self.get(index).len(), |_| ());
        let mut buffer = self.lend(copy);
        let packet = self.get(index);
        buffer[..packet.len()].copy_from_slice(packet.bytes());
        let Packet { from, to, route, entered, leaves, arrives, sequence, lost, .. } = *packet;
        let next = None;
        *self.get_mut(copy) = Packet {
            buffer,
            len: packet.len,
            next,
            from,
            to,
            route,
            entered,
            leaves,
            arrives,
            sequence,
            lost,
        };
        copy
    }

    pub(crate) fn release(&mut self, index: PacketIndex) {
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

/// The TCP control bits of a packet, in the order of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TcpFlags(u8);

impl TcpFlags {
    const FIN: u8 = 0x01;
    const SYN: u8 = 0x02;
    const RST: u8 = 0x04;
    const PSH: u8 = 0x08;
    const ACK: u8 = 0x10;

    /// The sender has no more data.
    pub const fn fin(self) -> bool {
        self.0 & Self::FIN != 0
    }

    /// Opens a connection.
    pub const fn syn(self) -> bool {
        self.0 & Self::SYN != 0
    }

    /// Tears a connection down.
    pub const fn rst(self) -> bool {
        self.0 & Self::RST != 0
    }

    /// The end of what the sender had to send.
    pub const fn psh(self) -> bool {
        self.0 & Self::PSH != 0
    }

    /// The acknowledgement number counts.
    pub const fn ack(self) -> bool {
        self.0 & Self::ACK != 0
    }
}

/// As tcpdump prints them: `S`, `S.`, `P.`, `F.`, `R`, `.` for a bare acknowledgement.
impl std::fmt::Display for TcpFlags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (set, letter) in
            [(self.syn(), "S"), (self.fin(), "F"), (self.psh(), "P"), (self.rst(), "R"), (self.ack(), ".")]
        {
            if set {
                f.write_str(letter)?;
            }
        }
        Ok(())
    }
}

/// The fields of a packet that the fabric looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Headers {
    pub(crate) source: SocketAddrV4,
    pub(crate) destination: SocketAddrV4,
    pub(crate) flags: TcpFlags,
    pub(crate) sequence_number: u32,
    /// As in the packet, not scaled.
    pub(crate) window: u16,
    pub(crate) payload_bytes: usize,
}

impl Headers {
    /// Sequence numbers that the packet uses up.
    pub(crate) fn sequence_space(&self) -> u32 {
        self.payload_bytes as u32 + u32::from(self.flags.syn()) + u32::from(self.flags.fin())
    }

    /// Changes the sequence number of a packet that [`Headers::parse`] has read.
    pub(crate) fn set_sequence_number(packet: &mut [u8], sequence_number: u32) {
        const AT: usize = IPV4_HEADER_BYTES + 4;
        packet[AT..AT + 4].copy_from_slice(&sequence_number.to_be_bytes());
    }

    /// Reads an IPv4 packet without options that carries TCP; `None` for anything else.
    pub(crate) fn parse(packet: &[u8]) -> Option<Self> {
        let (ip, tcp) = packet.split_first_chunk::<IPV4_HEADER_BYTES>()?;
        let tcp_header = tcp.first_chunk::<TCP_HEADER_BYTES>()?;
        if ip[0] != 0x45 || ip[9] != 6 {
            return None;
        }
        let data_offset = usize::from(tcp_header[12] >> 4) * 4;
        Some(Self {
            source: SocketAddrV4::new(
                Ipv4Addr::new(ip[12], ip[13], ip[14], ip[15]),
                u16::from_be_bytes([tcp_header[0], tcp_header[1]]),
            ),
            destination: SocketAddrV4::new(
                Ipv4Addr::new(ip[16], ip[17], ip[18], ip[19]),
                u16::from_be_bytes([tcp_header[2], tcp_header[3]]),
            ),
            flags: TcpFlags(tcp_header[13]),
            window: u16::from_be_bytes([tcp_header[14], tcp_header[15]]),
            sequence_number: u32::from_be_bytes([tcp_header[4], tcp_header[5], tcp_header[6], tcp_header[7]]),
            payload_bytes: tcp.len().saturating_sub(data_offset),
        })
    }
}
