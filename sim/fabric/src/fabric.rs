//! The network as one state machine.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;
use std::time::Duration;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use wire::{Seed, SimTime};

use crate::echoes::EchoReply;
use crate::event::{CloseReason, EventKind, FabricEvent};
use crate::faults::Faults;
use crate::hosts::{Host, Interface};
use crate::ids::{HostId, Place, SocketId, ZoneId};
use crate::link::{Link, LinkConfig};
use crate::options::BufferUse;
use crate::packet::{PacketIndex, Pool};
use crate::schedule::Schedule;
use crate::sockets::{Socket, Sockets, Stage};
use crate::tap::{PacketRecord, Tap};
use crate::zone::Zone;

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

const LOOPBACK: LinkConfig = LinkConfig::unlimited().propagation(LOOPBACK_DELAY);

/// The ports that outgoing connections use, in turn (RFC 6335, 6).
pub(crate) const EPHEMERAL_PORTS: std::ops::RangeInclusive<u16> = 49_152..=65_535;

/// Zones, hosts, their links, and the connections between them.
///
/// Sans-IO: it is told the time and what its programs do, and tells what happens to them. After each call, take
/// events until [`Fabric::poll_event`] has none; then wait for [`Fabric::poll_timeout`] and call
/// [`Fabric::handle_timeout`]. Time never runs backwards: a `now` before the last one counts as the last one.
///
/// A packet crosses its sender's up link, the gateways and lines between the two zones, and its receiver's down link.
/// Whatever else lies between is never the bottleneck; partitions happen there.
pub struct Fabric {
    pub(crate) now: SimTime,
    pub(crate) seed: Seed,
    pub(crate) hosts: Vec<Host>,
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) zones: Vec<Zone>,
    /// The loopback of all hosts, then up and down link of each interface in turn.
    pub(crate) links: Vec<Link>,
    /// Up and down direction of each line in turn.
    pub(crate) lines: Vec<Link>,
    /// Whose line that is.
    pub(crate) line_zones: Vec<ZoneId>,
    pub(crate) listeners: BTreeMap<(HostId, u16), BufferUse>,
    /// Who waits for datagrams.
    pub(crate) bound: BTreeMap<(HostId, u16), Place>,
    /// Echoes that have come back.
    pub(crate) echoes: VecDeque<EchoReply>,
    pub(crate) sockets: Sockets,
    pub(crate) schedule: Schedule,
    pub(crate) pool: Pool,
    /// What all ends of connections share: buffers.
    pub(crate) shared: tcp::Shared,
    /// What was just written and is not on its way yet.
    pub(crate) written: Vec<PacketIndex>,
    /// Where initial sequence numbers come from.
    pub(crate) numbers: Xoshiro256PlusPlus,
    pub(crate) faults: Faults,
    pub(crate) tap: Option<Tap>,
    /// A packet as bytes, for whoever looks.
    pub(crate) bytes: Vec<u8>,
    /// Links that were offered a packet and not looked at since, see `sampling.rs`.
    pub(crate) used_links: Vec<u32>,
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
    /// The host is switched off.
    #[error("expected {host} to have power")]
    NoPower {
        /// The host asked.
        host: HostId,
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
            links: vec![Link::new(SimTime::ZERO, LOOPBACK, seed.child("link/loopback"))],
            lines: Vec::new(),
            line_zones: Vec::new(),
            numbers: Xoshiro256PlusPlus::seed_from_u64(seed.child("tcp").as_u64()),
            seed,
            hosts: Vec::new(),
            interfaces: Vec::new(),
            zones: vec![Zone::internet()],
            listeners: BTreeMap::new(),
            bound: BTreeMap::new(),
            echoes: VecDeque::new(),
            sockets: Sockets::default(),
            schedule: Schedule::default(),
            pool: Pool::default(),
            shared: tcp::Shared::default(),
            written: Vec::new(),
            faults: Faults::default(),
            tap: None,
            bytes: Vec::new(),
            used_links: Vec::new(),
        }
    }

    /// Both ends of a connection, this side's first; `None` for a stale id.
    pub fn addresses(&self, socket: SocketId) -> Option<(SocketAddrV4, SocketAddrV4)> {
        self.sockets.get(socket).map(|state| (state.local, state.remote))
    }

    /// The other end of a connection, on whichever host; `None` for a stale id, and before it was heard of. For those
    /// who record: a program can't know it.
    pub fn peer(&self, socket: SocketId) -> Option<SocketId> {
        self.sockets.id_at(self.sockets.get(socket)?.peer?)
    }

    /// What TCP knows of the path of a connection; `None` for what is no connection.
    pub fn path(&self, socket: SocketId) -> Option<tcp::Info> {
        Some(self.sockets.get(socket)?.endpoint.as_ref()?.info())
    }

    /// Accepts connections to `port` from now on, at any address of the host, with buffers of this size.
    ///
    /// # Errors
    /// If somebody on the host listens on the port already, or the host is switched off.
    pub fn listen(&mut self, host: HostId, port: u16, sizes: BufferUse) -> Result<(), ListenError> {
        if !self.hosts[host.index()].powered {
            return Err(ListenError::NoPower { host });
        }
        if self.listeners.contains_key(&(host, port)) {
            return Err(ListenError::PortTaken { host, port });
        }
        self.listeners.insert((host, port), sizes);
        Ok(())
    }

    /// Dials `remote`. What comes of it is an event: `Connected`, or `Closed` with the reason. On a host that is
    /// switched off nothing comes of it, and the id is stale.
    pub fn connect(
        &mut self,
        now: SimTime,
        host: HostId,
        remote: SocketAddrV4,
        sizes: BufferUse,
    ) -> SocketId {
        self.advance(now);
        if !self.hosts[host.index()].powered {
            return SocketId::STALE;
        }
        let local = self.way_to(host, remote);
        let endpoint =
            local.ok().map(|_| tcp::Endpoint::connect(&sizes.config(), self.now, self.next_number()));
        let address = local.unwrap_or_else(|_| SocketAddrV4::new(self.host_address(host), 0));
        let mut socket = Socket::new(host, address, remote, Stage::Dialling, endpoint);
        socket.exit = self.exit(host, address, remote);
        socket.remote_interface = self.near_interface(socket.exit, remote);
        let (id, place) = self.sockets.insert(socket);
        match local {
            Ok(_) => self.settle(place),
            Err(reason) => self.sockets.announce_closed(place, reason),
        }
        self.schedule.prune();
        id
    }

    /// Sends as much of `bytes` as there is room for, and says how much that was. If it took less than offered, a
    /// `Writable` tells when to go on. Before `Connected` it takes nothing.
    pub fn send(&mut self, now: SimTime, socket: SocketId, bytes: &[u8]) -> usize {
        self.advance(now);
        let Some((place, state)) = self.sockets.get_mut(socket) else { return 0 };
        let (Stage::Open, Some(endpoint)) = (state.stage, &mut state.endpoint) else { return 0 };
        let taken = endpoint.send(self.now, bytes, &mut self.shared);
        state.bytes_out += taken as u64;
        state.wants_room = taken < bytes.len();
        if taken > 0 {
            self.settle(place);
            self.schedule.prune();
        }
        taken
    }

    /// How much of what was sent on a socket is with the peer's host, in bytes.
    pub fn acknowledged(&self, socket: SocketId) -> u64 {
        self.sockets.get(socket).map_or(0, Socket::acknowledged)
    }

    /// Has a `Writable` come once so many bytes of all that is sent on a socket have been acknowledged, if that is not
    /// so already.
    pub fn tell_when_acknowledged(&mut self, socket: SocketId, bytes: u64) {
        if let Some((_, socket)) = self.sockets.get_mut(socket) {
            socket.tells_at = bytes;
        }
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
        let Some((place, state)) = self.sockets.get_mut(socket) else { return 0 };
        let Some(endpoint) = &mut state.endpoint else { return 0 };
        let taken = endpoint.read_with(self.now, &mut self.shared, take);
        state.bytes_read += taken as u64;
        // The stack may have a window to announce, or the end to see.
        if taken > 0 && state.stage == Stage::Open {
            self.settle(place);
            self.schedule.prune();
        }
        taken
    }

    /// Says that no more will be sent. The connection is over once the peer has said so too. A connection that is
    /// still being made is given up, and no event follows.
    pub fn finish(&mut self, now: SimTime, socket: SocketId) {
        self.advance(now);
        match self.sockets.get_mut(socket) {
            Some((place, Socket { stage: Stage::Dialling, .. })) => self.drop_socket(place),
            Some((place, Socket { stage: Stage::Open, endpoint: Some(endpoint), .. })) => {
                endpoint.finish(self.now);
                self.settle(place);
            }
            _ => {}
        }
        self.schedule.prune();
    }

    /// Tears the connection down: the peer hears a reset, the id is stale, and no event follows.
    pub fn abort(&mut self, now: SimTime, socket: SocketId) {
        self.advance(now);
        if let Some((place, _)) = self.sockets.get_mut(socket) {
            self.reset_socket(place);
        }
        self.schedule.prune();
    }

    /// Lets go of the connection, as closing a file descriptor does: what was sent still arrives, the peer hears
    /// the end of the stream, the id is stale, and no event follows. Bytes that the program has not read, or that
    /// still come, make it a reset.
    pub fn close(&mut self, now: SimTime, socket: SocketId) {
        self.advance(now);
        match self.sockets.get_mut(socket) {
            Some((place, Socket { stage: Stage::Open, endpoint: Some(endpoint), .. }))
                if endpoint.unread() == 0 =>
            {
                endpoint.finish(self.now);
                endpoint.let_go(self.now);
                self.sockets.let_go(place);
                self.settle(place);
            }
            Some((place, _)) => self.reset_socket(place),
            None => {}
        }
        self.schedule.prune();
    }

    /// What happened, oldest first.
    pub fn poll_event(&mut self) -> Option<FabricEvent> {
        let (place, event) = self.sockets.next_event()?;
        if let EventKind::Closed { .. } = event.kind {
            self.retire(place);
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

    /// Shows every packet to `look`, whatever happens to it, instead of to whoever looked before.
    pub fn tap(&mut self, look: impl FnMut(&PacketRecord<'_>) + Send + 'static) {
        self.tap = Some(Box::new(look));
    }

    /// Shows packets to nobody any more, which is how a fabric starts.
    pub fn untap(&mut self) {
        self.tap = None;
    }

    /// How much of everything there is, so that a test can see that nothing is left.
    pub fn stats(&self) -> FabricStats {
        FabricStats {
            sockets: self.sockets.len(),
            timers: self.schedule.timers_set(),
            packets: self.pool.in_use(),
            listeners: self.listeners.len(),
        }
    }

    /// From where the host would dial `remote`.
    fn way_to(&mut self, host: HostId, remote: SocketAddrV4) -> Result<SocketAddrV4, CloseReason> {
        let own = self.own_interface(host, *remote.ip());
        let interface = own.or_else(|| self.interface_towards(host, *remote.ip()));
        let interface = interface.ok_or(CloseReason::NetworkUnreachable)?;
        let Interface { plugged_in, address, .. } = self.interfaces[interface.index()];
        if own.is_none() && !plugged_in {
            return Err(CloseReason::NetworkUnreachable);
        }
        for _ in EPHEMERAL_PORTS {
            let next = &mut self.hosts[host.index()].next_port;
            let local = SocketAddrV4::new(address, *next);
            *next = if *next == *EPHEMERAL_PORTS.end() { *EPHEMERAL_PORTS.start() } else { *next + 1 };
            if self.sockets.find(host, local, remote, None).is_none() {
                return Ok(local);
            }
        }
        Err(CloseReason::NoFreePort)
    }

    pub(crate) fn next_number(&mut self) -> u32 {
        self.numbers.next_u64() as u32
    }
}
