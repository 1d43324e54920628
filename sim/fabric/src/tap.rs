//! A look at every packet: for captures, digests, and checks that do not trust the links' own counting.

use std::net::SocketAddrV4;

use wire::SimTime;

use crate::gateway::Refusal;
use crate::ids::{Direction, HostId, LinkId};

/// Something that happened to a packet.
///
/// A packet that arrives is seen each time that a link takes it, from its sender's up link to its receiver's down link,
/// and once more as delivered. One that does not is last seen with the reason. On its way a gateway may give it other
/// addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketRecord<'a> {
    /// When.
    pub at: SimTime,
    /// On which link; `None` for the network between the links, and for a host's packets to itself.
    pub link: Option<LinkId>,
    /// Whose link that is, if it is a host's.
    pub host: Option<HostId>,
    /// Who sent it.
    pub from: HostId,
    /// Address and port that it is from.
    pub source: SocketAddrV4,
    /// Address and port that it is for.
    pub destination: SocketAddrV4,
    /// TCP's control bits; `None` for what is no TCP.
    pub flags: Option<tcp::Flags>,
    /// All of it, from the IP header on, checksums included.
    pub bytes: &'a [u8],
    /// What happened.
    pub fate: Fate,
}

/// What happened to a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// A link took it that can tell at once how long it takes.
    Queued {
        /// When its last bit has left the queue.
        leaves: SimTime,
        /// When it is at the far end.
        arrives: SimTime,
    },
    /// A link took it, or was changed to one, that tells when its turn has come.
    Waits,
    /// Its turn has come on such a link: its last bit leaves the queue now.
    Sent {
        /// When it is at the far end.
        arrives: SimTime,
    },
    /// The link was changed while it was in the queue: this holds now, and no longer what was told before.
    Retimed {
        /// When its last bit has left the queue.
        leaves: SimTime,
        /// When it is at the far end.
        arrives: SimTime,
    },
    /// It is a copy that the link made of the packet before it.
    Duplicated {
        /// When it is at the far end.
        arrives: SimTime,
    },
    /// It is with its host.
    Delivered,
    /// Dropped: the link's queue was full.
    QueueFull,
    /// Dropped by CoDel: it had waited too long, as others had.
    CoDel,
    /// Lost on the link, at its far end.
    Lost,
    /// Dropped: the two hosts are partitioned.
    Partitioned,
    /// Kept until the two hosts are healed.
    Held,
    /// Dropped: no host has the address.
    NoSuchHost,
    /// Dropped by a gateway.
    Refused(Refusal),
    /// Dropped by a gateway: it forwards TCP, datagrams and echoes only.
    NotForwarded,
    /// Dropped: the host whose link it is on is unplugged.
    Unplugged,
    /// Dropped: its host is without power.
    NoPower,
    /// Dropped: its host sleeps.
    Asleep,
}

/// Somebody who looks.
pub(crate) type Tap = Box<dyn FnMut(&PacketRecord<'_>) + Send>;

impl PacketRecord<'_> {
    /// Whose link it is on, and which way, if it is a host's.
    pub fn on(&self) -> Option<(HostId, Direction)> {
        Some((self.host?, self.link?.direction()))
    }
}
