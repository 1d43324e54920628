//! The table of sockets, and how a packet finds its own.

#![expect(
    clippy::disallowed_types,
    reason = "a look-up per packet: the hasher is fixed, and the map is never iterated"
)]

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::net::SocketAddrV4;

use tcp::Endpoint;

use crate::datagrams::Inbox;
use crate::engine::Exit;
use crate::event::{CloseReason, EventKind, FabricEvent};
use crate::ids::{HostId, InterfaceId, Place, SocketId};

/// One end of a connection, from the first packet to the last; or of datagrams.
pub(crate) struct Socket {
    pub(crate) host: HostId,
    pub(crate) local: SocketAddrV4,
    pub(crate) remote: SocketAddrV4,
    /// How its packets leave the host.
    pub(crate) exit: Exit,
    /// Whose address `remote` is, as far as it is in the same zone.
    pub(crate) remote_interface: Option<InterfaceId>,
    /// Where the peer's end was when it was last heard.
    pub(crate) peer: Option<Place>,
    pub(crate) stage: Stage,
    /// `None` for datagrams, and for a connection that could not even be tried.
    pub(crate) endpoint: Option<Endpoint>,
    /// Datagrams that wait to be taken.
    pub(crate) inbox: Option<Box<Inbox>>,
    /// A `Readable` waits to be handed out.
    pub(crate) readable_announced: bool,
    /// The peer's end of stream has been announced.
    pub(crate) finish_announced: bool,
    /// The program waits for a `Writable`.
    pub(crate) wants_room: bool,
    /// The program waits for a `Writable` once so many bytes have been acknowledged; `u64::MAX` if it does not.
    pub(crate) tells_at: u64,
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
            exit: Exit::Nowhere,
            remote_interface: None,
            peer: None,
            stage,
            endpoint,
            inbox: None,
            readable_announced: false,
            finish_announced: false,
            wants_room: false,
            tells_at: u64::MAX,
            bytes_read: 0,
            bytes_out: 0,
        }
    }
}

impl Socket {
    /// How much of what the program has sent is with the peer's host.
    pub(crate) fn acknowledged(&self) -> u64 {
        let left = self.endpoint.as_ref().map_or(0, Endpoint::unacknowledged);
        self.bytes_out - left as u64
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
    /// `Closed` waits to be handed out; all that the program can do is read.
    Closed,
    /// The program is done with it and its id is stale; the host still sees to its end.
    Lingering,
    /// Not a connection: datagrams come and go.
    Bound,
}

/// All sockets of all hosts, and the events that wait for their programs.
#[derive(Default)]
pub(crate) struct Sockets {
    slots: Vec<Slot>,
    free: Vec<Place>,
    by_tuple: HashMap<Tuple, Place, BuildHasherDefault<TupleHasher>>,
    events: VecDeque<FabricEvent>,
}

/// As a link, in as few cache lines as it goes.
#[repr(align(64))]
struct Slot {
    generation: u32,
    /// Packets find it.
    attached: bool,
    socket: Option<Socket>,
}

impl Sockets {
    /// Puts a socket into a free place. If it has an endpoint, packets find it from now on.
    pub(crate) fn insert(&mut self, socket: Socket) -> (SocketId, Place) {
        let place = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, attached: false, socket: None });
            Place::new(self.slots.len() - 1)
        });
        let attached = socket.endpoint.is_some();
        if attached {
            self.by_tuple.insert(Tuple::of(&socket), place);
        }
        let slot = &mut self.slots[place.index()];
        slot.attached = attached;
        slot.socket = Some(socket);
        (SocketId { index: place.index() as u32, generation: slot.generation }, place)
    }

    /// Takes the socket out. Its id is stale, and events that wait for it go to nobody.
    pub(crate) fn remove(&mut self, place: Place) {
        self.detach(place);
        let slot = &mut self.slots[place.index()];
        if slot.socket.take().is_some() {
            slot.generation = slot.generation.wrapping_add(1);
            self.free.push(place);
        }
    }

    /// Makes the socket deaf: packets no longer find it.
    pub(crate) fn detach(&mut self, place: Place) {
        let slot = &mut self.slots[place.index()];
        if let (Some(socket), true) = (&slot.socket, slot.attached) {
            self.by_tuple.remove(&Tuple::of(socket));
            slot.attached = false;
        }
    }

    /// Takes the id from the program, and leaves the socket to its host.
    pub(crate) fn let_go(&mut self, place: Place) {
        let slot = &mut self.slots[place.index()];
        slot.generation = slot.generation.wrapping_add(1);
        if let Some(socket) = &mut slot.socket {
            socket.stage = Stage::Lingering;
        }
    }

    pub(crate) fn at(&mut self, place: Place) -> Option<&mut Socket> {
        self.slots[place.index()].socket.as_mut()
    }

    /// The socket that a program means, and where it is; `None` if the id is stale.
    pub(crate) fn get_mut(&mut self, id: SocketId) -> Option<(Place, &mut Socket)> {
        let slot = self.slots.get_mut(id.index())?;
        let socket = slot.socket.as_mut().filter(|_| slot.generation == id.generation)?;
        Some((Place::new(id.index()), socket))
    }

    /// As [`Sockets::get_mut`], to look at.
    pub(crate) fn get(&self, id: SocketId) -> Option<&Socket> {
        let slot = self.slots.get(id.index())?;
        slot.socket.as_ref().filter(|_| slot.generation == id.generation)
    }

    /// The id of whoever has the place.
    pub(crate) fn id_at(&self, place: Place) -> Option<SocketId> {
        let slot = self.slots.get(place.index())?;
        slot.socket.as_ref()?;
        Some(SocketId { index: place.index() as u32, generation: slot.generation })
    }

    /// Who on the host gets a packet with these addresses. The place to look at first may be long out of date.
    pub(crate) fn find(
        &self,
        host: HostId,
        local: SocketAddrV4,
        remote: SocketAddrV4,
        look_at: Option<Place>,
    ) -> Option<Place> {
        let is_it = |place: &Place| {
            let slot = &self.slots[place.index()];
            slot.attached
                && slot
                    .socket
                    .as_ref()
                    .is_some_and(|it| it.local == local && it.remote == remote && it.host == host)
        };
        look_at.filter(is_it).or_else(|| self.by_tuple.get(&Tuple::new(host, local, remote)).copied())
    }

    /// Sockets in the order of their places.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Place, &Socket)> {
        self.slots
            .iter()
            .enumerate()
            .filter_map(|(index, slot)| Some((Place::new(index), slot.socket.as_ref()?)))
    }

    /// Places of the host's sockets.
    pub(crate) fn places_of(&self, host: HostId) -> Vec<Place> {
        self.iter().filter(|(_, socket)| socket.host == host).map(|(place, _)| place).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub(crate) fn announce(&mut self, place: Place, kind: EventKind) {
        let slot = &self.slots[place.index()];
        if let Some(socket) = &slot.socket {
            let id = SocketId { index: place.index() as u32, generation: slot.generation };
            self.events.push_back(FabricEvent { host: socket.host, socket: id, kind });
        }
    }

    pub(crate) fn announce_closed(&mut self, place: Place, reason: CloseReason) {
        if let Some(socket) = self.at(place) {
            socket.stage = Stage::Closed;
        }
        self.announce(place, EventKind::Closed { reason });
    }

    /// The next event whose socket its program still has, and where that is.
    pub(crate) fn next_event(&mut self) -> Option<(Place, FabricEvent)> {
        loop {
            let event = self.events.pop_front()?;
            if let Some((place, socket)) = self.get_mut(event.socket) {
                if event.kind == EventKind::Readable {
                    socket.readable_announced = false;
                }
                return Some((place, event));
            }
        }
    }
}

/// A host and both addresses, packed so that hashing them is three multiplications. Private addresses are not the
/// host's alone.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Tuple {
    host: u32,
    local: u64,
    remote: u64,
}

impl Tuple {
    fn new(host: HostId, local: SocketAddrV4, remote: SocketAddrV4) -> Self {
        let pack =
            |address: SocketAddrV4| u64::from(address.ip().to_bits()) << 16 | u64::from(address.port());
        Self { host: host.0, local: pack(local), remote: pack(remote) }
    }

    fn of(socket: &Socket) -> Self {
        Self::new(socket.host, socket.local, socket.remote)
    }
}

impl Hash for Tuple {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.host));
        state.write_u64(self.local);
        state.write_u64(self.remote);
    }
}

/// Multiply and rotate: addresses are ours, nobody chooses them to collide.
#[derive(Default)]
struct TupleHasher(u64);

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
