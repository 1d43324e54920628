//! Names for hosts, their interfaces, zones, links and sockets.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A host of one [`Fabric`](crate::Fabric), good as long as the fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HostId(pub(crate) u32);

impl HostId {
    /// Position in the order in which hosts were added, for tables kept beside the fabric.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for HostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "host {}", self.0)
    }
}

/// A network interface of a host, good as long as the fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InterfaceId(pub(crate) u32);

impl InterfaceId {
    /// Position in the order in which interfaces were added, whosever they are.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for InterfaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "interface {}", self.0)
    }
}

/// What an interface is. A host uses the first kind that it has and that is up, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum InterfaceKind {
    /// A cable.
    Ethernet,
    /// A wireless LAN.
    WiFi,
    /// A mobile carrier's network.
    MobileData,
}

/// As people say it: `Ethernet`, `Wi-Fi`, `mobile data`.
impl fmt::Display for InterfaceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ethernet => "Ethernet",
            Self::WiFi => "Wi-Fi",
            Self::MobileData => "mobile data",
        })
    }
}

/// A place in the network with rules of its own, good as long as the fabric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ZoneId(pub(crate) u32);

impl ZoneId {
    /// The public internet, which every fabric has.
    pub const INTERNET: Self = Self(0);

    /// Position in the order in which zones were added; the internet is the first.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One direction of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LinkId {
    /// Between a host's interface and its zone.
    Interface(InterfaceId, Direction),
    /// Between a zone and the one above it; all of the zone's hosts share it.
    Line(ZoneId, Direction),
}

impl LinkId {
    /// Which way.
    pub const fn direction(self) -> Direction {
        match self {
            Self::Interface(_, direction) | Self::Line(_, direction) => direction,
        }
    }
}

/// One end of a connection, or of datagrams, as the program that owns it sees it.
///
/// A place in the fabric's table is used again and again; the generation tells its users apart. An id whose
/// connection is gone is stale: every call with it does nothing and takes nothing, whoever has the place now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SocketId {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

impl SocketId {
    /// Place in the fabric's table. Two ids of the same place never live at the same time, so that a driver may
    /// keep what it knows of sockets in a vector.
    pub const fn index(self) -> usize {
        self.index as usize
    }

    /// An id that names nothing.
    pub(crate) const STALE: Self = Self { index: u32::MAX, generation: u32::MAX };
}

impl fmt::Display for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "socket {}.{}", self.index, self.generation)
    }
}

/// Which way along a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// From the host, or from the zone, to the network above.
    Up,
    /// The other way.
    Down,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}

/// Where a socket is in the fabric's table, whoever has the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(std::num::NonZeroU32);

impl Place {
    pub(crate) fn new(index: usize) -> Self {
        let number = u32::try_from(index + 1).ok().and_then(std::num::NonZeroU32::new);
        Self(number.expect("fewer sockets than u32 counts"))
    }

    pub(crate) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}
