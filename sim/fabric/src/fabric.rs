//! The network as one state machine.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use wire::{Seed, SimTime};

use crate::event::{CloseReason, EventKind, FabricEvent};
use crate::ids::{Direction, HostId, SocketId};
use crate::link::{AccessLink, Link, LinkCounters, Offered};
use crate::packet::{Headers, PacketIndex};
use crate::schedule::{Due, Schedule};
use crate::sockets::{Socket, Sockets, Stage};
use crate::tcp::{BufferUse, Outbox, Stack, TcpState};

/// How long `connect` waits for an answer.
///
/// 21 s is what Windows waits, where most of the people that are helped sit: three attempts, 3, 6 and 12 seconds
/// long (Microsoft's `TcpMaxConnectRetransmissions` of 2 at an initial timeout of 3 s). Linux waits 127 s.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(21);

/// How long a connection lives while the peer answers nothing that is sent to it: the least that RFC 9293, 3.8.3,
/// asks for (R2).
pub const UNANSWERED_TIMEOUT: Duration = Duration::from_secs(100);

/// How long a host sees to a connection that its own program has let go of, while the peer says nothing:
/// Linux's `tcp_fin_timeout`.
pub const LINGER_TIMEOUT: Duration = Duration::from_secs(60);

/// What a packet from a host to itself takes.
pub const LOOPBACK_DELAY: Duration = Duration::from_micros(20);

/// The ports that outgoing connections use, in turn (RFC 6335, 6).
const EPHEMERAL_PORTS: std::ops::RangeInclusive<u16> = 49_152..=65_535;

/// Hosts, their access links, and the connections between them.
///
/// Sans-IO: it is told the time and what its programs do, and tells what happens to them. After each call, take
/// events until [`Fabric::poll_event`] has none; then wait for [`Fabric::poll_timeout`] and call
/// [`Fabric::handle_timeout`]. Time never runs backwards: a `now` before the last one counts as the last one.
///
/// A packet crosses its sender's up link, then its receiver's down link. Between the two lies a network that is
/// never the bottleneck, where partitions happen.
pub struct Fabric {
    now: SimTime,
    seed: Seed,
    hosts: Vec<Host>,
    /// Up and down link of every host in turn, then the loopback of all.
    links: Vec<Link>,
    by_address: BTreeMap<Ipv4Addr, HostId>,
    listeners: BTreeMap<(HostId, u16), BufferUse>,
    sockets: Sockets,
    schedule: Schedule,
    stack: Stack,
    outbox: Outbox,
}

struct Host {
    name: String,
    address: Ipv4Addr,
    next_port: u16,
}

/// Why a host cannot listen on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// Somebody on the host listens on it already.
    #[error("expected a free port on {host}, port {port} is being listened on")]
    PortTaken {
        /// The host asked.
        host: HostId,
        /// The port asked for.
        port: u16,
    },
}

/// How much of everything there is at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FabricStats {
    /// Ends of connections, those included that their programs are done with.
    pub sockets: usize,
    /// TCP timers that wait to fire.
    pub timers: usize,
    /// Packets between two hosts.
    pub packets: usize,
    /// Ports listened on.
    pub listeners: usize,
}

impl Fabric {
    /// A network without hosts.
    pub fn new(seed: Seed) -> Self {
        Self {
            now: SimTime::ZERO,
            stack: Stack::new(seed.child("tcp")),
            seed,
            hosts: Vec::new(),
            links: Vec::new(),
            by_address: BTreeMap::new(),
            listeners: BTreeMap::new(),
            sockets: Sockets::default(),
            schedule: Schedule::default(),
            outbox: Outbox::default(),
        }
    }

    /// Plugs a host into the network, switched on.
    ///
    /// # Panics
    /// If another host has the address, or none can have it (`0.0.0.0`, broadcast, multicast).
    pub fn add_host(&mut self, name: &str, address: Ipv4Addr, link: AccessLink) -> HostId {
        assert!(
            !address.is_unspecified() && !address.is_broadcast() && !address.is_multicast(),
            "expected the address of one host for {name}, got {address}"
        );
        let id = HostId(self.hosts.len() as u32);
        let taken = self.by_address.insert(address, id);
        assert!(taken.is_none(), "expected an address of its own for {name}, {address} is another host's");
        self.hosts.push(Host { name: name.to_owned(), address, next_port: *EPHEMERAL_PORTS.start() });
        for (config, direction) in [(link.up, Direction::Up), (link.down, Direction::Down)] {
            let seed = self.seed.child(&format!("link/{name}/{direction}"));
            self.links.push(Link::new(config, seed));
        }
        id
    }

    /// The name that the host was added with.
    pub fn host_name(&self, host: HostId) -> &str {
        &self.hosts[host.index()].name
    }

    /// The host's address.
    pub fn host_address(&self, host: HostId) -> Ipv4Addr {
        self.hosts[host.index()].address
    }

    /// The host that has this address.
    pub fn host_at(&self, address: Ipv4Addr) -> Option<HostId> {
        self.by_address.get(&address).copied()
    }

    /// Accepts connections to `port` from now on, with buffers of this size.
    ///
    /// # Errors
    /// If somebody on the host listens on the port already.
    pub fn listen(&mut self, host: HostId, port: u16, sizes: BufferUse) -> Result<(), ListenError> {
        if self.listeners.contains_key(&(host, port)) {
            return Err(ListenError::PortTaken { host, port });
        }
        self.listeners.insert((host, port), sizes);
        Ok(())
    }

    /// Refuses new connections to `port`. Those accepted live on.
    pub fn stop_listening(&mut self, host: HostId, port: u16) {
        self.listeners.remove(&(host, port));
    }

    /// Dials `remote`. What comes of it is an event: `Connected`, or `Closed` with the reason.
    pub fn connect(
        &mut self,
        now: SimTime,
        host: HostId,
        remote: SocketAddrV4,
        sizes: BufferUse,
    ) -> SocketId {
        self.advance(now);
        let address = self.hosts[host.index()].address;
        let port = self.free_port(host, remote);
        let local = SocketAddrV4::new(address, port.unwrap_or(0));
        let endpoint = port.map(|_| self.stack.connect(local, remote, sizes));
        let id = self.sockets.insert(Socket::new(host, local, remote, Stage::Dialling, endpoint));
        match port {
            Some(_) => self.poll_socket(id.index),
            None => self.sockets.announce_closed(id.index, CloseReason::NoFreePort),
        }
        self.schedule.prune();
        id
    }

    /// Sends as much of `bytes` as there is room for, and says how much that was. If it took less than offered, a
    /// `Writable` tells when to go on. Before `Connected` it takes nothing.
    pub fn send(&mut self, now: SimTime, socket: SocketId, bytes: &[u8]) -> usize {
        self.advance(now);
        let Some(state) = self.sockets.get_mut(socket) else { return 0 };
        let Some(endpoint) = &mut state.endpoint else { return 0 };
        let taken = endpoint.send(bytes);
        state.bytes_out += taken as u64;
        state.wants_room = taken < bytes.len();
        if taken > 0 {
            self.poll_socket(socket.index);
            self.schedule.prune();
        }
        taken
    }

    /// Appends everything that has arrived in order to `into`, and says how many bytes that was.
    pub fn read(&mut self, now: SimTime, socket: SocketId, into: &mut Vec<u8>) -> usize {
        self.read_with(now, socket, |bytes| {
            into.extend_from_slice(bytes);
            bytes.len()
        })
    }

    /// Shows `take` what has arrived in order, in one slice or two, and drops as many bytes as it says. What it
    /// leaves stays, and narrows the window that the peer may send into.
    pub fn read_with(&mut self, now: SimTime, socket: SocketId, take: impl FnMut(&[u8]) -> usize) -> usize {
        self.advance(now);
        let Some(state) = self.sockets.get_mut(socket) else { return 0 };
        let Some(endpoint) = &mut state.endpoint else { return 0 };
        let was_half_full = endpoint.unread() * 2 >= endpoint.receive_capacity();
        let taken = endpoint.read_with(take);
        state.bytes_in += taken as u64;
        // Only a window that at least doubles is worth a packet, and only then has the stack something to do.
        if taken > 0 && (was_half_full || state.finish_announced) {
            self.poll_socket(socket.index);
            self.schedule.prune();
        }
        taken
    }

    /// Says that no more will be sent. The connection is over once the peer has said so too.
    pub fn finish(&mut self, now: SimTime, socket: SocketId) {
        self.advance(now);
        let Some(state) = self.sockets.get_mut(socket) else { return };
        if state.stage == Stage::Dialling {
            self.drop_socket(socket.index);
        } else if let Some(endpoint) = &mut state.endpoint {
            endpoint.finish();
            self.poll_socket(socket.index);
        }
        self.schedule.prune();
    }

    /// Tears the connection down: the peer hears a reset, the id is stale, and no event follows.
    pub fn abort(&mut self, now: SimTime, socket: SocketId) {
        self.advance(now);
        if self.sockets.get(socket).is_some() {
            self.reset_socket(socket.index);
            self.schedule.prune();
        }
    }

    /// Lets go of the connection, as closing a file descriptor does: what was sent still arrives, the peer hears
    /// the end of the stream, the id is stale, and no event follows. Bytes that the program has not read, or that
    /// still come, make it a reset.
    pub fn close(&mut self, now: SimTime, socket: SocketId) {
        self.advance(now);
        let Some(state) = self.sockets.get_mut(socket) else { return };
        match (&mut state.endpoint, state.stage) {
            (Some(endpoint), Stage::Open | Stage::Closed) if endpoint.unread() == 0 => {
                endpoint.finish();
                self.sockets.let_go(socket.index);
                self.poll_socket(socket.index);
            }
            _ => self.reset_socket(socket.index),
        }
        self.schedule.prune();
    }

    /// What happened, oldest first.
    pub fn poll_event(&mut self) -> Option<FabricEvent> {
        let event = self.sockets.next_event()?;
        if let EventKind::Closed { .. } = event.kind {
            self.sockets.let_go(event.socket.index);
            self.reap(event.socket.index);
            self.schedule.prune();
        }
        Some(event)
    }

    /// When [`Fabric::handle_timeout`] wants to be called next.
    pub fn poll_timeout(&self) -> Option<SimTime> {
        self.schedule.next()
    }

    /// Lets everything happen that is due by `now`, in order, each at its own time.
    pub fn handle_timeout(&mut self, now: SimTime) {
        while let Some((at, due)) = self.schedule.pop_due(now) {
            self.now = self.now.max(at);
            self.handle_due(due);
        }
        self.now = self.now.max(now);
    }

    /// What one direction of the host's link has done so far.
    pub fn link_counters(&self, host: HostId, direction: Direction) -> LinkCounters {
        self.links[link_index(host, direction) as usize].counters()
    }

    /// How much of everything there is, so that a test can see that nothing is left.
    pub fn stats(&self) -> FabricStats {
        FabricStats {
            sockets: self.sockets.len(),
            timers: self.schedule.timers_set(),
            packets: self.outbox.pool.in_use(),
            listeners: self.listeners.len(),
        }
    }
}

/// What happens when.
impl Fabric {
    /// Before a program acts at `now`, all that was due earlier has happened.
    fn advance(&mut self, now: SimTime) {
        if self.schedule.next().is_some_and(|next| next < now) {
            self.handle_timeout(SimTime::from_nanos(now.as_nanos() - 1));
        }
        self.now = self.now.max(now);
    }

    fn handle_due(&mut self, due: Due) {
        match due {
            Due::Timer { socket } => self.handle_timer(socket),
            Due::Arrival { link } => {
                let Some(index) = self.links[link as usize].take_arrived(self.now, &self.outbox.pool) else {
                    return;
                };
                if let Some((at, sequence)) = self.links[link as usize].next_arrival(&self.outbox.pool) {
                    self.schedule.push(at, sequence, Due::Arrival { link });
                }
                if self.outbox.pool.get(index).lost {
                    self.outbox.pool.release(index);
                } else if link % 2 == link_index(HostId(0), Direction::Up) {
                    self.cross(index);
                } else {
                    self.deliver(index);
                }
            }
        }
    }

    /// A packet has left its sender's link, and goes on to its receiver's.
    fn cross(&mut self, index: PacketIndex) {
        match self.outbox.pool.get(index).to {
            Some(to) => self.offer(link_index(to, Direction::Down), index),
            None => self.outbox.pool.release(index),
        }
    }

    fn offer(&mut self, link: u32, index: PacketIndex) {
        let sequence = self.schedule.sequence();
        match self.links[link as usize].offer(self.now, &mut self.outbox.pool, index, sequence) {
            Offered::Taken { first: true } => {
                let at = self.outbox.pool.get(index).arrives;
                self.schedule.push(at, sequence, Due::Arrival { link });
            }
            Offered::Taken { first: false } => {}
            Offered::QueueFull => self.outbox.pool.release(index),
        }
    }

    /// A packet is at its receiver.
    fn deliver(&mut self, index: PacketIndex) {
        if let Some(to) = self.outbox.pool.get(index).to
            && let Some(headers) = Headers::parse(self.outbox.pool.get(index).bytes())
        {
            let found = self.sockets.find(headers.destination, headers.source).or_else(|| {
                let opens = headers.flags.syn() && !headers.flags.ack();
                let sizes = *self.listeners.get(&(to, headers.destination.port()))?;
                opens.then(|| self.answer(to, headers, sizes))
            });
            let buffer = self.outbox.pool.lend(index);
            let bytes = &buffer[..self.outbox.pool.get(index).len()];
            match found {
                Some(socket) => self.receive(socket, bytes, headers),
                None => {
                    let local = *headers.destination.ip();
                    self.stack.receive_stray(self.now, local, bytes, &mut self.outbox);
                    let back_to = Some(self.outbox.pool.get(index).from);
                    self.transmit(to, back_to);
                }
            }
            self.outbox.pool.give_back(index, buffer);
        }
        self.outbox.pool.release(index);
    }

    /// A socket for somebody who dials a port that is listened on.
    fn answer(&mut self, host: HostId, headers: Headers, sizes: BufferUse) -> u32 {
        let (local, remote) = (headers.destination, headers.source);
        let endpoint = self.stack.listen(local, sizes);
        let stage = Stage::Answering { listener: local.port() };
        self.sockets.insert(Socket::new(host, local, remote, stage, Some(endpoint))).index
    }

    /// Gives a packet to the socket that it is for.
    fn receive(&mut self, index: u32, packet: &[u8], headers: Headers) {
        let Some(socket) = self.sockets.at(index) else { return };
        let Some(endpoint) = &mut socket.endpoint else { return };
        let (unread_before, unacknowledged_before) = (endpoint.unread(), endpoint.unacknowledged());
        let state_before = endpoint.state();
        self.stack.receive(self.now, *socket.local.ip(), endpoint, packet, &mut self.outbox);
        let brought_bytes = endpoint.unread() > unread_before;
        // A program waits as long as the peer says anything at all, even that its window is shut. A host that
        // sees to an orphan waits only as long as that leads somewhere.
        let is_answer = match socket.stage {
            Stage::Dialling => false,
            Stage::Answering { .. } | Stage::Open | Stage::Closed => true,
            Stage::Lingering => {
                endpoint.unacknowledged() < unacknowledged_before || endpoint.state() != state_before
            }
        };
        if socket.unanswered_since != SimTime::MAX && is_answer {
            socket.unanswered_since = self.now;
        }
        let announce = brought_bytes && !socket.readable_announced;
        self.settle(index, announce, headers.flags.rst());
    }

    fn poll_socket(&mut self, index: u32) {
        let Some(socket) = self.sockets.at(index) else { return };
        let Some(endpoint) = &mut socket.endpoint else { return };
        self.stack.poll(self.now, *socket.local.ip(), endpoint, &mut self.outbox);
        self.settle(index, false, false);
    }

    fn handle_timer(&mut self, index: u32) {
        let Some(socket) = self.sockets.at(index) else { return };
        if self.now >= socket.patience_ends() {
            match socket.stage {
                Stage::Dialling => self.end(index, CloseReason::ConnectTimedOut),
                Stage::Open => self.end(index, CloseReason::TimedOut),
                Stage::Answering { .. } | Stage::Closed | Stage::Lingering => self.drop_socket(index),
            }
        } else {
            self.poll_socket(index);
        }
    }

    /// After the stack has seen to a socket: sends what it wrote, tells the program what is new, sets the timer.
    fn settle(&mut self, index: u32, brought_bytes: bool, reset: bool) {
        let Some(socket) = self.sockets.at(index) else { return };
        let (host, remote) = (socket.host, *socket.remote.ip());
        if !self.outbox.written.is_empty() {
            let to = match socket.remote_host {
                Some(to) => Some(to),
                None => {
                    let to = self.by_address.get(&remote).copied();
                    socket.remote_host = to;
                    to
                }
            };
            for &packet in &self.outbox.written {
                socket.count_sent(self.outbox.pool.get(packet).bytes());
            }
            self.transmit(host, to);
        }
        let Some(socket) = self.sockets.at(index) else { return };
        let Some(endpoint) = &socket.endpoint else { return };
        let state = endpoint.state();

        match socket.stage {
            Stage::Dialling if state == TcpState::Closed => return self.end(index, CloseReason::Refused),
            Stage::Dialling if state.synchronised() => {
                socket.stage = Stage::Open;
                socket.wants_room = false;
                self.sockets.announce(index, EventKind::Connected);
            }
            Stage::Answering { .. } if matches!(state, TcpState::Closed | TcpState::Listen) => {
                return self.drop_socket(index);
            }
            Stage::Answering { listener } if state.synchronised() => {
                socket.stage = Stage::Open;
                let peer = socket.remote;
                self.sockets.announce(index, EventKind::Accepted { listener, peer });
            }
            Stage::Lingering if state == TcpState::Closed => return self.drop_socket(index),
            // Nobody will ever read it (RFC 9293, 3.6.1).
            Stage::Lingering if endpoint.unread() > 0 => return self.reset_socket(index),
            _ => {}
        }

        let Some(socket) = self.sockets.at(index) else { return };
        let Some(endpoint) = &socket.endpoint else { return };
        if socket.stage == Stage::Open {
            let (unread, room, unacknowledged) =
                (endpoint.unread(), endpoint.room(), endpoint.unacknowledged());
            let writable = socket.wants_room && room >= unacknowledged / 2 && room > 0;
            let finished = !socket.finish_announced && state.peer_finished();
            socket.readable_announced |= brought_bytes;
            socket.wants_room &= !writable;
            socket.finish_announced |= finished;
            if brought_bytes {
                self.sockets.announce(index, EventKind::Readable);
            }
            if writable {
                self.sockets.announce(index, EventKind::Writable);
            }
            if finished {
                self.sockets.announce(index, EventKind::Finished);
            }
            if state == TcpState::Closed && reset {
                return self.end(index, CloseReason::Reset);
            }
            if unread == 0 && matches!(state, TcpState::Closed | TcpState::TimeWait) {
                self.sockets.announce_closed(index, CloseReason::Finished);
            }
        }
        self.set_timer(index);
    }

    /// Sets the socket's timer to whichever comes first: the stack's deadline or the end of our patience.
    fn set_timer(&mut self, index: u32) {
        let Some(socket) = self.sockets.at(index) else { return };
        let Some(endpoint) = &socket.endpoint else { return };
        let state = endpoint.state();
        let awaits_answer = endpoint.unacknowledged() > 0
            || matches!(
                state,
                TcpState::SynSent
                    | TcpState::SynReceived
                    | TcpState::FinWait1
                    | TcpState::Closing
                    | TcpState::LastAck
            )
            || state == TcpState::FinWait2 && socket.stage == Stage::Lingering;
        if !awaits_answer || state == TcpState::Closed {
            socket.unanswered_since = SimTime::MAX;
        } else if socket.unanswered_since == SimTime::MAX {
            socket.unanswered_since = self.now;
        }
        let patience_ends = socket.patience_ends();
        let deadline = self.stack.deadline(self.now, endpoint).unwrap_or(SimTime::MAX).min(patience_ends);
        self.schedule.set_timer(index, (deadline != SimTime::MAX).then_some(deadline));
    }

    /// The connection is over, and the program gets to know why. No packet is sent, and none finds it.
    fn end(&mut self, index: u32, reason: CloseReason) {
        self.schedule.set_timer(index, None);
        self.sockets.forget_tuple(index);
        self.sockets.announce_closed(index, reason);
    }

    /// The socket is gone without a packet or an event.
    fn drop_socket(&mut self, index: u32) {
        self.schedule.set_timer(index, None);
        self.sockets.remove(index);
    }

    /// The socket is gone, and the peer hears a reset.
    fn reset_socket(&mut self, index: u32) {
        if let Some(socket) = self.sockets.at(index)
            && socket.stage != Stage::Dialling
            && let Some(endpoint) = &mut socket.endpoint
        {
            endpoint.abort();
            self.stack.poll(self.now, *socket.local.ip(), endpoint, &mut self.outbox);
            let (host, to) = (socket.host, socket.remote_host);
            self.transmit(host, to);
        }
        self.drop_socket(index);
    }

    /// Frees the place of a socket that nobody needs any more.
    fn reap(&mut self, index: u32) {
        let over = self.sockets.at(index).is_some_and(|socket| {
            socket.endpoint.as_ref().is_none_or(|endpoint| endpoint.state() == TcpState::Closed)
                || self.schedule.timer(index).is_none()
        });
        if over {
            self.drop_socket(index);
        }
    }

    /// Sends all that the stack wrote on its way to `to`.
    fn transmit(&mut self, from: HostId, to: Option<HostId>) {
        let mut written = std::mem::take(&mut self.outbox.written);
        for index in written.drain(..) {
            let packet = self.outbox.pool.get_mut(index);
            (packet.from, packet.to) = (from, to);
            self.offer(link_index(from, Direction::Up), index);
        }
        self.outbox.written = written;
    }

    fn free_port(&mut self, host: HostId, remote: SocketAddrV4) -> Option<u16> {
        let address = self.hosts[host.index()].address;
        for _ in EPHEMERAL_PORTS {
            let port = self.hosts[host.index()].next_port;
            self.hosts[host.index()].next_port =
                if port == *EPHEMERAL_PORTS.end() { *EPHEMERAL_PORTS.start() } else { port + 1 };
            if self.sockets.find(SocketAddrV4::new(address, port), remote).is_none() {
                return Some(port);
            }
        }
        None
    }
}

fn link_index(host: HostId, direction: Direction) -> u32 {
    host.0 * 2 + u32::from(direction == Direction::Down)
}
