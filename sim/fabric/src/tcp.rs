//! The TCP endpoint, behind a seam: [`Stack`] and [`Endpoint`] are all that the rest of the fabric knows of it.
//!
//! Today it is smoltcp with CUBIC and without Nagle's algorithm. One `Interface` serves every host (its address
//! is set before each call), and each endpoint has a socket set of its own with one socket in it, so that a call
//! costs the same at 10 connections and at 10,000. Checksums are neither made nor checked: no link of the fabric
//! damages bytes.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};

use serde::{Deserialize, Serialize};
use smoltcp::iface::{
    Config, Interface, PollIngressSingleResult, PollResult, SocketHandle, SocketSet, SocketStorage,
};
use smoltcp::phy::{self, ChecksumCapabilities, DeviceCapabilities, Medium};
use smoltcp::socket::tcp;
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr, IpEndpoint, IpListenEndpoint};
use wire::{Seed, SimTime};

use crate::packet::{Headers, MTU_BYTES, PacketIndex, Pool};

/// What a connection is for, which sizes its buffers.
///
/// An end sizes its own: `connect` says it for the dialling end, `listen` for the accepting one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BufferUse {
    /// Messages of a few kilobytes, mostly idle: [`CONTROL_BUFFER_BYTES`] each way.
    Control,
    /// Messages with a download among them, and the choice of a listener that does not know who will dial:
    /// [`MIXED_BUFFER_BYTES`] each way, which fills 5 Mbit/s at a round trip of 100 ms.
    Mixed,
    /// Screens and files: [`BULK_BUFFER_BYTES`] each way, which fills 80 Mbit/s at a round trip of 100 ms.
    Bulk,
}

/// Receive buffer, and send buffer, of a [`BufferUse::Control`] connection.
pub const CONTROL_BUFFER_BYTES: usize = 8 * 1024;
/// Receive buffer, and send buffer, of a [`BufferUse::Mixed`] connection.
pub const MIXED_BUFFER_BYTES: usize = 64 * 1024;
/// Receive buffer, and send buffer, of a [`BufferUse::Bulk`] connection.
pub const BULK_BUFFER_BYTES: usize = 1024 * 1024;

impl BufferUse {
    fn bytes(self) -> usize {
        match self {
            Self::Control => CONTROL_BUFFER_BYTES,
            Self::Mixed => MIXED_BUFFER_BYTES,
            Self::Bulk => BULK_BUFFER_BYTES,
        }
    }
}

/// Where a connection is in TCP's state machine (RFC 9293, 3.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum TcpState {
    Listen,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
    Closed,
}

impl TcpState {
    /// The peer's end of stream has arrived.
    pub(crate) fn peer_finished(self) -> bool {
        matches!(self, Self::CloseWait | Self::Closing | Self::LastAck | Self::TimeWait)
    }

    /// Both sides know that the other is there.
    pub(crate) fn synchronised(self) -> bool {
        !matches!(self, Self::Listen | Self::SynSent | Self::SynReceived | Self::Closed)
    }
}

/// As `netstat` prints it: `ESTABLISHED`, `FIN_WAIT_1`.
impl fmt::Display for TcpState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Listen => "LISTEN",
            Self::SynSent => "SYN_SENT",
            Self::SynReceived => "SYN_RECEIVED",
            Self::Established => "ESTABLISHED",
            Self::FinWait1 => "FIN_WAIT_1",
            Self::FinWait2 => "FIN_WAIT_2",
            Self::CloseWait => "CLOSE_WAIT",
            Self::Closing => "CLOSING",
            Self::LastAck => "LAST_ACK",
            Self::TimeWait => "TIME_WAIT",
            Self::Closed => "CLOSED",
        })
    }
}

/// What all endpoints share.
pub(crate) struct Stack {
    interface: Interface,
    address: Ipv4Addr,
    /// Answers packets that belong to no connection.
    nobody: SocketSet<'static>,
    /// Room for one socket each. Made many at a time, so that they lie side by side and not each between its
    /// buffers on a page of its own: with 10,000 connections, that is a quarter of the time.
    stock: Vec<Vec<SocketStorage<'static>>>,
}

/// One end of a connection.
pub(crate) struct Endpoint {
    sockets: SocketSet<'static>,
    /// Bytes that were unread when TIME_WAIT began: smoltcp forgets its own when TIME_WAIT ends.
    kept: Option<Box<Kept>>,
    /// One past the highest sequence number sent, once something was sent.
    sent_up_to: Option<u32>,
    retransmits: u32,
}

#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    /// How many of them have been read.
    read: usize,
}

/// Where endpoints write their packets.
#[derive(Default)]
pub(crate) struct Outbox {
    pub(crate) pool: Pool,
    pub(crate) written: Vec<PacketIndex>,
}

impl Stack {
    pub(crate) fn new(seed: Seed) -> Self {
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = seed.as_u64();
        let mut outbox = Outbox::default();
        let interface =
            Interface::new(config, &mut Port { incoming: None, outbox: &mut outbox }, Instant::ZERO);
        Self {
            interface,
            address: Ipv4Addr::UNSPECIFIED,
            nobody: SocketSet::new(Vec::new()),
            stock: Vec::new(),
        }
    }

    /// An endpoint that dials; its first packet comes with the first [`Stack::poll`].
    pub(crate) fn connect(
        &mut self,
        local: SocketAddrV4,
        remote: SocketAddrV4,
        sizes: BufferUse,
    ) -> Endpoint {
        self.be(*local.ip());
        let mut endpoint = Endpoint::new(sizes, self.storage());
        endpoint
            .sockets
            .get_mut::<tcp::Socket<'_>>(only_socket())
            .connect(self.interface.context(), ip_endpoint(remote), ip_endpoint(local))
            .expect("a new socket with two full addresses can dial");
        endpoint
    }

    /// An endpoint that waits for the one peer whose first packet it is about to be given.
    pub(crate) fn listen(&mut self, local: SocketAddrV4, sizes: BufferUse) -> Endpoint {
        let mut endpoint = Endpoint::new(sizes, self.storage());
        endpoint
            .socket_mut()
            .listen(IpListenEndpoint::from(ip_endpoint(local)))
            .expect("a new socket can listen");
        endpoint
    }

    /// Hands `packet`, addressed to `local`, to the endpoint, then polls it.
    pub(crate) fn receive(
        &mut self,
        now: SimTime,
        local: Ipv4Addr,
        endpoint: &mut Endpoint,
        packet: &[u8],
        outbox: &mut Outbox,
    ) -> Option<SimTime> {
        self.be(local);
        let written_before = outbox.written.len();
        let mut port = Port { incoming: Some(packet), outbox };
        self.interface.poll_ingress_single(to_instant(now), &mut port, &mut endpoint.sockets);
        endpoint.keep_unread();
        self.write(now, endpoint, outbox, written_before)
    }

    /// Lets the endpoint write all that it may: new bytes, acknowledgements, what a timer asks for. Says when it
    /// wants to be polled next, which is always later than `now`.
    pub(crate) fn poll(
        &mut self,
        now: SimTime,
        local: Ipv4Addr,
        endpoint: &mut Endpoint,
        outbox: &mut Outbox,
    ) -> Option<SimTime> {
        self.be(local);
        let written_before = outbox.written.len();
        self.write(now, endpoint, outbox, written_before)
    }

    /// Answers a packet to `local` that belongs to no connection: a reset, or nothing if it was a reset itself.
    pub(crate) fn receive_stray(
        &mut self,
        now: SimTime,
        local: Ipv4Addr,
        packet: &[u8],
        outbox: &mut Outbox,
    ) {
        self.be(local);
        let mut port = Port { incoming: Some(packet), outbox };
        let answered = self.interface.poll_ingress_single(to_instant(now), &mut port, &mut self.nobody);
        debug_assert_ne!(answered, PollIngressSingleResult::None, "the packet was taken");
    }

    fn storage(&mut self) -> Vec<SocketStorage<'static>> {
        const STOCK_SOCKETS: usize = 128;
        if self.stock.is_empty() {
            self.stock.extend((0..STOCK_SOCKETS).map(|_| Vec::with_capacity(1)));
            self.stock.reverse();
        }
        self.stock.pop().unwrap_or_default()
    }

    fn write(
        &mut self,
        now: SimTime,
        endpoint: &mut Endpoint,
        outbox: &mut Outbox,
        written_before: usize,
    ) -> Option<SimTime> {
        let now = to_instant(now);
        let mut port = Port { incoming: None, outbox };
        // To ask costs less than to try in vain.
        let deadline = loop {
            let deadline = self.interface.poll_at(now, &endpoint.sockets);
            if deadline.is_none_or(|deadline| deadline > now)
                || self.interface.poll_egress(now, &mut port, &mut endpoint.sockets) == PollResult::None
            {
                break deadline;
            }
        };
        for &index in &outbox.written[written_before..] {
            endpoint.mark(outbox.pool.get_mut(index).bytes_mut());
        }
        // The stack's clock ticks in microseconds. A tick later than its now is later than ours, too.
        let micros = deadline?.total_micros().max(now.total_micros() + 1);
        Some(SimTime::from_nanos(micros.unsigned_abs().saturating_mul(NANOS_PER_MICRO)))
    }

    /// Makes `address` the one that the next call speaks for.
    fn be(&mut self, address: Ipv4Addr) {
        if self.address != address {
            self.address = address;
            self.interface.update_ip_addrs(|addresses| {
                addresses.clear();
                addresses
                    .push(IpCidr::new(IpAddress::Ipv4(address), 32))
                    .expect("there is room for one address");
            });
        }
    }
}

impl Endpoint {
    fn new(sizes: BufferUse, storage: Vec<SocketStorage<'static>>) -> Self {
        let buffer = || tcp::SocketBuffer::new(vec![0; sizes.bytes()]);
        let mut socket = tcp::Socket::new(buffer(), buffer());
        socket.set_congestion_control(tcp::CongestionControl::Cubic);
        socket.set_nagle_enabled(false);
        let mut sockets = SocketSet::new(storage);
        let handle = sockets.add(socket);
        debug_assert_eq!(handle, only_socket());
        Self { sockets, kept: None, sent_up_to: None, retransmits: 0 }
    }

    pub(crate) fn state(&self) -> TcpState {
        match self.socket().state() {
            tcp::State::Listen => TcpState::Listen,
            tcp::State::SynSent => TcpState::SynSent,
            tcp::State::SynReceived => TcpState::SynReceived,
            tcp::State::Established => TcpState::Established,
            tcp::State::FinWait1 => TcpState::FinWait1,
            tcp::State::FinWait2 => TcpState::FinWait2,
            tcp::State::CloseWait => TcpState::CloseWait,
            tcp::State::Closing => TcpState::Closing,
            tcp::State::LastAck => TcpState::LastAck,
            tcp::State::TimeWait => TcpState::TimeWait,
            tcp::State::Closed => TcpState::Closed,
        }
    }

    /// Takes as much of `bytes` as fits into the send buffer; nothing unless this side may send.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> usize {
        self.socket_mut().send_slice(bytes).unwrap_or(0)
    }

    /// Shows `take` what has arrived in order, as one slice or as two, and drops as much as it takes.
    pub(crate) fn read_with(&mut self, mut take: impl FnMut(&[u8]) -> usize) -> usize {
        if let Some(kept) = &mut self.kept {
            let unread = &kept.bytes[kept.read..];
            let taken = take(unread).min(unread.len());
            kept.read += taken;
            return taken;
        }
        let socket = self.socket_mut();
        let mut taken_in_all = 0;
        while socket.can_recv() {
            let Ok((taken, shown)) = socket.recv(|bytes| {
                let taken = take(bytes).min(bytes.len());
                (taken, (taken, bytes.len()))
            }) else {
                break;
            };
            taken_in_all += taken;
            if taken < shown {
                break;
            }
        }
        taken_in_all
    }

    /// Ends this side's stream behind what is in the send buffer.
    pub(crate) fn finish(&mut self) {
        self.socket_mut().close();
    }

    /// Gives up; the next [`Stack::poll`] writes a reset.
    pub(crate) fn abort(&mut self) {
        self.socket_mut().abort();
    }

    /// Bytes that have arrived and wait to be read.
    pub(crate) fn unread(&self) -> usize {
        self.kept.as_ref().map_or(0, |kept| kept.bytes.len() - kept.read) + self.socket().recv_queue()
    }

    /// Bytes in the send buffer: not sent, or sent and not acknowledged.
    pub(crate) fn unacknowledged(&self) -> usize {
        self.socket().send_queue()
    }

    /// Room in the send buffer, in bytes.
    pub(crate) fn room(&self) -> usize {
        let socket = self.socket();
        socket.send_capacity() - socket.send_queue()
    }

    /// Segments sent again.
    pub(crate) fn retransmits(&self) -> u32 {
        self.retransmits
    }

    /// Size of the receive buffer, in bytes.
    pub(crate) fn receive_capacity(&self) -> usize {
        self.socket().recv_capacity()
    }

    /// Counts a segment about to leave, and corrects its sequence number if it has no length.
    ///
    /// After a retransmission timeout smoltcp sends its acknowledgements and resets from where it starts over,
    /// below what the peer has received. The peer finds them outside its window and ignores them; if both ends
    /// start over at once, neither ever hears the other again. They belong at the highest sequence number sent
    /// (SND.NXT of RFC 9293, 3.10.7.4).
    fn mark(&mut self, packet: &mut [u8]) {
        let Some(headers) = Headers::parse(packet) else { return };
        let is_below = |number: u32, bound: u32| bound.wrapping_sub(number).wrapping_sub(1) < u32::MAX / 2;
        let length = headers.sequence_space();
        let end = headers.sequence_number.wrapping_add(length);
        match self.sent_up_to {
            Some(up_to) if length == 0 && is_below(end, up_to) => Headers::set_sequence_number(packet, up_to),
            Some(up_to) if length > 0 && !is_below(up_to, end) => self.retransmits += 1,
            _ if length > 0 => self.sent_up_to = Some(end),
            _ => {}
        }
    }

    fn keep_unread(&mut self) {
        let socket: &mut tcp::Socket<'_> = self.sockets.get_mut(only_socket());
        if socket.state() == tcp::State::TimeWait {
            while socket.can_recv() {
                let kept = &mut self.kept.get_or_insert_default().bytes;
                let _ = socket.recv(|bytes| {
                    kept.extend_from_slice(bytes);
                    (bytes.len(), ())
                });
            }
        }
    }

    fn socket(&self) -> &tcp::Socket<'static> {
        self.sockets.get(only_socket())
    }

    fn socket_mut(&mut self) -> &mut tcp::Socket<'static> {
        self.sockets.get_mut(only_socket())
    }
}

/// The handle of the first socket of a set.
fn only_socket() -> SocketHandle {
    SocketHandle::default()
}

const NANOS_PER_MICRO: u64 = 1_000;

fn to_instant(at: SimTime) -> Instant {
    Instant::from_micros(i64::try_from(at.as_nanos() / NANOS_PER_MICRO).expect("a thousandth of u64 fits"))
}

fn ip_endpoint(address: SocketAddrV4) -> IpEndpoint {
    IpEndpoint::new(IpAddress::Ipv4(*address.ip()), address.port())
}

/// The network card that smoltcp sees during one call.
struct Port<'a> {
    incoming: Option<&'a [u8]>,
    outbox: &'a mut Outbox,
}

struct Incoming<'a>(&'a [u8]);

struct Outgoing<'a>(&'a mut Outbox);

impl phy::Device for Port<'_> {
    type RxToken<'t>
        = Incoming<'t>
    where
        Self: 't;
    type TxToken<'t>
        = Outgoing<'t>
    where
        Self: 't;

    fn receive(&mut self, _now: Instant) -> Option<(Incoming<'_>, Outgoing<'_>)> {
        Some((Incoming(self.incoming.take()?), Outgoing(self.outbox)))
    }

    fn transmit(&mut self, _now: Instant) -> Option<Outgoing<'_>> {
        Some(Outgoing(self.outbox))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = MTU_BYTES;
        capabilities.checksum = ChecksumCapabilities::ignored();
        capabilities
    }
}

impl phy::RxToken for Incoming<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(self.0)
    }
}

impl phy::TxToken for Outgoing<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, fill: F) -> R {
        let (index, filled) = self.0.pool.write(len, fill);
        self.0.written.push(index);
        filled
    }
}
