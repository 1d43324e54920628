//! The table of sockets, and how a packet finds its own.

#![expect(
    clippy::disallowed_types,
    reason = "a look-up per packet: the hasher is fixed, and the map is never iterated"
)]

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::net::SocketAddrV4;

use wire::SimTime;

use crate::event::{CloseReason, EventKind, FabricEvent};
use crate::fabric::{CONNECT_TIMEOUT, LINGER_TIMEOUT, UNANSWERED_TIMEOUT};
use crate::ids::{HostId, SocketId};
use crate::tcp::Endpoint;

/// One end of a connection, from the first packet to the last.
pub(crate) struct Socket {
    pub(crate) host: HostId,
    pub(crate) local: SocketAddrV4,
    pub(crate) remote: SocketAddrV4,
    /// Whose address `remote` is, once such a host exists.
    pub(crate) remote_host: Option<HostId>,
    pub(crate) stage: Stage,
    /// `None` only for a connection that could not even be tried.
    pub(crate) endpoint: Option<Endpoint>,
    /// Since when the peer owes an answer; [`SimTime::MAX`] while it owes none.
    pub(crate) unanswered_since: SimTime,
    /// A `Readable` waits to be handed out.
    pub(crate) readable_announced: bool,
    /// The peer's end of stream has been announced.
    pub(crate) finish_announced: bool,
    /// The program waits for a `Writable`.
    pub(crate) wants_room: bool,
    /// Bytes that the program has read.
    pub(crate) bytes_read: u64,
    /// Bytes that the program has sent.
    pub(crate) bytes_out: u64,
}

impl Socket {
    pub(crate) fn new(
        host: HostId,
        local: SocketAddrV4,
        remote: SocketAddrV4,
        stage: Stage,
        endpoint: Option<Endpoint>,
    ) -> Self {
        Self {
            host,
            local,
            remote,
            remote_host: None,
            stage,
            endpoint,
            unanswered_since: SimTime::MAX,
            readable_announced: false,
            finish_announced: false,
            wants_room: false,
            bytes_read: 0,
            bytes_out: 0,
        }
    }

    /// When the host stops waiting for the peer's answer.
    pub(crate) fn patience_ends(&self) -> SimTime {
        let patience = match self.stage {
            Stage::Dialling | Stage::Answering { .. } => CONNECT_TIMEOUT,
            Stage::Open | Stage::Closed => UNANSWERED_TIMEOUT,
            Stage::Lingering => LINGER_TIMEOUT,
        };
        self.unanswered_since.saturating_add(patience)
    }
}

/// How far a socket's life has come, as its program sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// `connect` waits for its outcome.
    Dialling,
    /// A peer dials the port listened on; the program knows nothing yet.
    Answering {
        /// The port listened on.
        listener: u16,
    },
    /// The program has it.
    Open,
    /// `Closed` waits to be handed out.
    Closed,
    /// The program is done with it and its id is stale; the host still sees to its end.
    Lingering,
}

/// Both addresses, packed so that hashing them is two multiplications.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tuple {
    local: u64,
    remote: u64,
}

impl Tuple {
    pub(crate) fn new(local: SocketAddrV4, remote: SocketAddrV4) -> Self {
        let pack =
            |address: SocketAddrV4| u64::from(address.ip().to_bits()) << 16 | u64::from(address.port());
        Self { local: pack(local), remote: pack(remote) }
    }
}

impl Hash for Tuple {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.local);
        state.write_u64(self.remote);
    }
}

/// Multiply and rotate: addresses are ours, nobody chooses them to collide.
#[derive(Default)]
pub(crate) struct TupleHasher(u64);

impl Hasher for TupleHasher {
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        const ODD: u64 = 0xf135_7aea_2e62_a9c5;
        self.0 = self.0.wrapping_add(value).wrapping_mul(ODD);
    }
}

struct Place {
    generation: u32,
    socket: Option<Socket>,
}

/// All sockets of all hosts, and the events that wait for their programs.
#[derive(Default)]
pub(crate) struct Sockets {
    places: Vec<Place>,
    free: Vec<u32>,
    by_tuple: HashMap<Tuple, u32, BuildHasherDefault<TupleHasher>>,
    events: VecDeque<FabricEvent>,
}

impl Sockets {
    /// Puts a socket into a free place. Its packets find it from now on.
    pub(crate) fn insert(&mut self, socket: Socket) -> SocketId {
        let tuple = Tuple::new(socket.local, socket.remote);
        let index = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { generation: 0, socket: None });
            self.places.len() as u32 - 1
        });
        if socket.endpoint.is_some() {
            self.by_tuple.insert(tuple, index);
        }
        let place = &mut self.places[index as usize];
        place.socket = Some(socket);
        SocketId { index, generation: place.generation }
    }

    /// An id that names nothing, for a host that cannot have sockets.
    pub(crate) const STALE: SocketId = SocketId { index: u32::MAX, generation: u32::MAX };

    /// Takes the socket out. Its id is stale, and events that wait for it go to nobody.
    pub(crate) fn remove(&mut self, index: u32) -> Option<Socket> {
        let place = &mut self.places[index as usize];
        let socket = place.socket.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(index);
        self.detach(index, &socket);
        Some(socket)
    }

    /// Makes the socket deaf: packets no longer find it.
    pub(crate) fn forget_tuple(&mut self, index: u32) {
        if let Some(socket) = &self.places[index as usize].socket {
            let tuple = Tuple::new(socket.local, socket.remote);
            if self.by_tuple.get(&tuple) == Some(&index) {
                self.by_tuple.remove(&tuple);
            }
        }
    }

    fn detach(&mut self, index: u32, socket: &Socket) {
        let tuple = Tuple::new(socket.local, socket.remote);
        if self.by_tuple.get(&tuple) == Some(&index) {
            self.by_tuple.remove(&tuple);
        }
    }

    /// Takes the id from the program, and leaves the socket to its host.
    pub(crate) fn let_go(&mut self, index: u32) {
        let place = &mut self.places[index as usize];
        place.generation = place.generation.wrapping_add(1);
        if let Some(socket) = &mut place.socket {
            socket.stage = Stage::Lingering;
        }
    }

    pub(crate) fn at(&mut self, index: u32) -> Option<&mut Socket> {
        self.places.get_mut(index as usize)?.socket.as_mut()
    }

    /// The socket that a program means, unless the id is stale.
    pub(crate) fn get(&self, id: SocketId) -> Option<&Socket> {
        let place = self.places.get(id.index as usize)?;
        if place.generation == id.generation { place.socket.as_ref() } else { None }
    }

    pub(crate) fn get_mut(&mut self, id: SocketId) -> Option<&mut Socket> {
        let place = self.places.get_mut(id.index as usize)?;
        if place.generation == id.generation { place.socket.as_mut() } else { None }
    }

    pub(crate) fn find(&self, local: SocketAddrV4, remote: SocketAddrV4) -> Option<u32> {
        self.by_tuple.get(&Tuple::new(local, remote)).copied()
    }

    /// Sockets in the order of their places.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Socket)> {
        self.places
            .iter()
            .enumerate()
            .filter_map(|(index, place)| Some((index as u32, place.socket.as_ref()?)))
    }

    /// Places of the host's sockets.
    pub(crate) fn places_of(&self, host: HostId) -> Vec<u32> {
        self.iter().filter(|(_, socket)| socket.host == host).map(|(index, _)| index).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    pub(crate) fn announce(&mut self, index: u32, kind: EventKind) {
        let place = &self.places[index as usize];
        if let Some(socket) = &place.socket {
            let id = SocketId { index, generation: place.generation };
            self.events.push_back(FabricEvent { host: socket.host, socket: id, kind });
        }
    }

    pub(crate) fn announce_closed(&mut self, index: u32, reason: CloseReason) {
        if let Some(socket) = self.at(index) {
            socket.stage = Stage::Closed;
        }
        self.announce(index, EventKind::Closed { reason });
    }

    /// The next event whose socket its program still has.
    pub(crate) fn next_event(&mut self) -> Option<FabricEvent> {
        loop {
            let event = self.events.pop_front()?;
            if let Some(socket) = self.get_mut(event.socket) {
                if event.kind == EventKind::Readable {
                    socket.readable_announced = false;
                }
                return Some(event);
            }
        }
    }
}
