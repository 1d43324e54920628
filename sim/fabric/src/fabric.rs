//! The network as one state machine.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use wire::{Seed, SimTime};

use crate::event::{CloseReason, EventKind, FabricEvent};
use crate::faults::Faults;
use crate::ids::{Direction, HostId, SocketId};
use crate::link::{AccessLink, Link, LinkConfig, LinkCounters};
use crate::netstat::{Netstat, NetstatRow};
use crate::schedule::Schedule;
use crate::sockets::{Socket, Sockets, Stage};
use crate::tap::{PacketRecord, Tap};
use crate::tcp::{BufferUse, Endpoint, Outbox, Stack, TcpState};

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

const LOOPBACK: LinkConfig = LinkConfig {
    rate_bits_per_s: None,
    propagation: LOOPBACK_DELAY,
    jitter: Duration::ZERO,
    loss: 0.0,
    queue_bytes: usize::MAX,
};

/// The ports that outgoing connections use, in turn (RFC 6335, 6).
pub(crate) const EPHEMERAL_PORTS: std::ops::RangeInclusive<u16> = 49_152..=65_535;

/// Hosts, their access links, and the connections between them.
///
/// Sans-IO: it is told the time and what its programs do, and tells what happens to them. After each call, take
/// events until [`Fabric::poll_event`] has none; then wait for [`Fabric::poll_timeout`] and call
/// [`Fabric::handle_timeout`]. Time never runs backwards: a `now` before the last one counts as the last one.
///
/// A packet crosses its sender's up link, then its receiver's down link. Between the two lies a network that is
/// never the bottleneck, where partitions happen.
pub struct Fabric {
    pub(crate) now: SimTime,
    pub(crate) seed: Seed,
    pub(crate) hosts: Vec<Host>,
    pub(crate) conditions: Vec<Condition>,
    /// The loopback of all hosts, then up and down link of each host in turn.
    pub(crate) links: Vec<Link>,
    pub(crate) by_address: BTreeMap<Ipv4Addr, HostId>,
    pub(crate) listeners: BTreeMap<(HostId, u16), BufferUse>,
    pub(crate) sockets: Sockets,
    pub(crate) schedule: Schedule,
    pub(crate) stack: Stack,
    pub(crate) outbox: Outbox,
    pub(crate) faults: Faults,
    pub(crate) tap: Option<Tap>,
    /// Links that were offered a packet and not looked at since, see `sampling.rs`.
    pub(crate) used_links: Vec<u32>,
}

pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) address: Ipv4Addr,
    pub(crate) next_port: u16,
}

/// What each packet has to ask of a host: beside [`Host`] and not in it, so that all hosts' fit into the cache.
#[derive(Clone, Copy)]
pub(crate) struct Condition {
    pub(crate) powered: bool,
    pub(crate) plugged_in: bool,
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
            stack: Stack::new(seed.child("tcp")),
            links: vec![Link::new(LOOPBACK, seed.child("link/loopback"))],
            seed,
            hosts: Vec::new(),
            conditions: Vec::new(),
            by_address: BTreeMap::new(),
            listeners: BTreeMap::new(),
            sockets: Sockets::default(),
            schedule: Schedule::default(),
            outbox: Outbox::default(),
            faults: Faults::default(),
            tap: None,
            used_links: Vec::new(),
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
        self.conditions.push(Condition { powered: true, plugged_in: true });
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

    /// Both ends of a connection, this side's first; `None` for a stale id.
    pub fn addresses(&self, socket: SocketId) -> Option<(SocketAddrV4, SocketAddrV4)> {
        self.sockets.get(socket).map(|state| (state.local, state.remote))
    }

    /// Accepts connections to `port` from now on, with buffers of this size.
    ///
    /// # Errors
    /// If somebody on the host listens on the port already, or the host is switched off.
    pub fn listen(&mut self, host: HostId, port: u16, sizes: BufferUse) -> Result<(), ListenError> {
        if !self.conditions[host.index()].powered {
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
        let Condition { powered, plugged_in } = self.conditions[host.index()];
        let address = self.hosts[host.index()].address;
        if !powered {
            return SocketId::STALE;
        }
        let port = if plugged_in || *remote.ip() == address {
            self.free_port(host, remote).ok_or(CloseReason::NoFreePort)
        } else {
            Err(CloseReason::NetworkUnreachable)
        };
        let local = SocketAddrV4::new(address, port.unwrap_or(0));
        let endpoint = port.ok().map(|_| self.stack.connect(local, remote, sizes));
        let (id, place) = self.sockets.insert(Socket::new(host, local, remote, Stage::Dialling, endpoint));
        match port {
            Ok(_) => self.poll_socket(place),
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
        let taken = endpoint.send(bytes);
        state.bytes_out += taken as u64;
        state.wants_room = taken < bytes.len();
        if taken > 0 {
            self.poll_socket(place);
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
        let Some((place, state)) = self.sockets.get_mut(socket) else { return 0 };
        let Some(endpoint) = &mut state.endpoint else { return 0 };
        let was_half_full = endpoint.unread() * 2 >= endpoint.receive_capacity();
        let taken = endpoint.read_with(take);
        state.bytes_read += taken as u64;
        // Only a window that at least doubles is worth a packet, and only then has the stack something to do.
        if taken > 0 && state.stage == Stage::Open && (was_half_full || state.finish_announced) {
            self.poll_socket(place);
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
                endpoint.finish();
                self.poll_socket(place);
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
                endpoint.finish();
                self.sockets.let_go(place);
                self.poll_socket(place);
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

    /// What one direction of the host's link has done so far.
    pub fn link_counters(&self, host: HostId, direction: Direction) -> LinkCounters {
        self.links[Self::link_index(host, direction)].counters()
    }

    /// What `netstat` prints on the host.
    pub fn netstat(&self, host: HostId) -> Netstat {
        let address = self.hosts[host.index()].address;
        let listening = self.listeners.range((host, 0)..=(host, u16::MAX)).map(|((_, port), _)| NetstatRow {
            local: SocketAddrV4::new(address, *port),
            peer: None,
            state: TcpState::Listen,
            unread_bytes: 0,
            unacknowledged_bytes: 0,
            bytes_in: 0,
            bytes_out: 0,
            retransmits: 0,
        });
        let connected = self.sockets.iter().filter(|(_, socket)| socket.host == host).map(|(_, socket)| {
            let unread_bytes = socket.endpoint.as_ref().map_or(0, Endpoint::unread);
            NetstatRow {
                local: socket.local,
                peer: Some(socket.remote),
                state: socket.endpoint.as_ref().map_or(TcpState::Closed, Endpoint::state),
                unread_bytes,
                unacknowledged_bytes: socket.endpoint.as_ref().map_or(0, Endpoint::unacknowledged),
                bytes_in: socket.bytes_read + unread_bytes as u64,
                bytes_out: socket.bytes_out,
                retransmits: socket.endpoint.as_ref().map_or(0, Endpoint::retransmits),
            }
        });
        let mut rows: Vec<_> = listening.chain(connected).collect();
        rows.sort_by_key(|row| (row.local, row.peer));
        Netstat { rows }
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
            packets: self.outbox.pool.in_use(),
            listeners: self.listeners.len(),
        }
    }
}
