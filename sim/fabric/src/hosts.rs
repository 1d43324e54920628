//! Hosts and their interfaces: where they are, which address they have, and which way they go.

use std::collections::VecDeque;
use std::net::Ipv4Addr;

use wire::SimTime;

use crate::event::CloseReason;
use crate::fabric::{EPHEMERAL_PORTS, Fabric};
use crate::ids::{Direction, HostId, InterfaceId, InterfaceKind, LinkId, Place, ZoneId};
use crate::link::{AccessLink, Link};
use crate::sockets::Stage;
use crate::zone::Next;

/// What a host's system does with connections whose own address goes away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AddressLoss {
    /// It ends them and tells their programs at once, as Windows, macOS and phones do (`ECONNABORTED`).
    #[default]
    Abort,
    /// It leaves them alone, as Linux does: they go on if the address comes back, and time out if it does not.
    Keep,
}

pub(crate) struct Host {
    pub(crate) name: String,
    /// In the order of adding.
    pub(crate) interfaces: Vec<InterfaceId>,
    pub(crate) next_port: u16,
    pub(crate) powered: bool,
    pub(crate) asleep: bool,
    pub(crate) address_loss: AddressLoss,
    /// Timers that came up while it slept.
    pub(crate) overslept: Vec<Place>,
    /// Packets for a host that is not the fabric's own.
    pub(crate) foreign: Option<VecDeque<Vec<u8>>>,
}

/// What each packet has to ask of an interface: small, so that all of them fit into the cache.
#[derive(Clone, Copy)]
pub(crate) struct Interface {
    pub(crate) host: HostId,
    pub(crate) zone: ZoneId,
    /// The last one, while it has none.
    pub(crate) address: Ipv4Addr,
    pub(crate) kind: InterfaceKind,
    /// It has an address.
    pub(crate) up: bool,
    /// Something is at the other end of its cable.
    pub(crate) plugged_in: bool,
    /// Its host runs: it has power and does not sleep.
    pub(crate) awake: bool,
}

/// Hosts and interfaces.
impl Fabric {
    /// Puts a host on the public internet, switched on, by Ethernet.
    ///
    /// # Panics
    /// If another host has the address, or none can have it (`0.0.0.0`, broadcast, multicast).
    pub fn add_host(&mut self, name: &str, address: Ipv4Addr, link: AccessLink) -> HostId {
        self.add_host_in(ZoneId::INTERNET, name, InterfaceKind::Ethernet, address, link)
    }

    /// Puts a host into a zone, switched on, with one interface that is up.
    ///
    /// # Panics
    /// If another host there has the address, or none can have it.
    pub fn add_host_in(
        &mut self,
        zone: ZoneId,
        name: &str,
        kind: InterfaceKind,
        address: Ipv4Addr,
        link: AccessLink,
    ) -> HostId {
        let id = HostId(self.hosts.len() as u32);
        self.hosts.push(Host {
            name: name.to_owned(),
            interfaces: Vec::new(),
            next_port: *EPHEMERAL_PORTS.start(),
            powered: true,
            asleep: false,
            address_loss: AddressLoss::default(),
            overslept: Vec::new(),
            foreign: None,
        });
        self.add_interface(id, zone, kind, address, link);
        id
    }

    /// Gives a host one more interface, up.
    ///
    /// # Panics
    /// If it has one of this kind, another host in the zone has the address, or none can have it.
    pub fn add_interface(
        &mut self,
        host: HostId,
        zone: ZoneId,
        kind: InterfaceKind,
        address: Ipv4Addr,
        link: AccessLink,
    ) -> InterfaceId {
        let name = self.hosts[host.index()].name.clone();
        assert!(
            !address.is_unspecified() && !address.is_broadcast() && !address.is_multicast(),
            "expected the address of one host for {name}, got {address}"
        );
        assert!(
            self.interface(host, kind).is_none(),
            "expected one interface of each kind, {name} has {kind}"
        );
        let id = InterfaceId(self.interfaces.len() as u32);
        self.announce_address(zone, address, Next::Interface(id));
        let first = self.hosts[host.index()].interfaces.is_empty();
        for (config, direction) in [(link.up, Direction::Up), (link.down, Direction::Down)] {
            let seed = if first {
                format!("link/{name}/{direction}")
            } else {
                format!("link/{name}/{kind}/{direction}")
            };
            self.links.push(Link::new(self.now, config, self.seed.child(&seed)));
        }
        let Host { powered, asleep, .. } = self.hosts[host.index()];
        self.interfaces.push(Interface {
            host,
            zone,
            address,
            kind,
            up: true,
            plugged_in: true,
            awake: powered && !asleep,
        });
        self.hosts[host.index()].interfaces.push(id);
        id
    }

    /// The name that the host was added with.
    pub fn host_name(&self, host: HostId) -> &str {
        &self.hosts[host.index()].name
    }

    /// Every host, in the order of adding.
    pub fn hosts(&self) -> impl Iterator<Item = HostId> + use<> {
        (0..self.hosts.len() as u32).map(HostId)
    }

    /// The host's address where it goes out: that of the interface that it uses now, or else of its first.
    pub fn host_address(&self, host: HostId) -> Ipv4Addr {
        self.interfaces[self.main_interface(host).index()].address
    }

    /// The host that has this address on the public internet.
    pub fn host_at(&self, address: Ipv4Addr) -> Option<HostId> {
        self.host_in(ZoneId::INTERNET, address)
    }

    /// The host that has this address in a zone, or below it as far as addresses mean the same.
    pub fn host_in(&self, zone: ZoneId, address: Ipv4Addr) -> Option<HostId> {
        match *self.zones[zone.index()].table.get(&address)? {
            Next::Interface(interface) => Some(self.interfaces[interface.index()].host),
            Next::Below(below) => self.host_in(below, address),
        }
    }

    /// The host's interface of a kind.
    pub fn interface(&self, host: HostId, kind: InterfaceKind) -> Option<InterfaceId> {
        let mut all = self.hosts[host.index()].interfaces.iter();
        all.find(|id| self.interfaces[id.index()].kind == kind).copied()
    }

    /// The host's interfaces, in the order of adding.
    pub fn interfaces_of(&self, host: HostId) -> &[InterfaceId] {
        &self.hosts[host.index()].interfaces
    }

    /// The interface that the host goes out by: the first kind that is up; its first one while none is.
    pub fn main_interface(&self, host: HostId) -> InterfaceId {
        self.outgoing_interface(host).unwrap_or(self.hosts[host.index()].interfaces[0])
    }

    /// What an interface is.
    pub fn interface_kind(&self, interface: InterfaceId) -> InterfaceKind {
        self.interfaces[interface.index()].kind
    }

    /// An interface's address; `None` while it is down.
    pub fn interface_address(&self, interface: InterfaceId) -> Option<Ipv4Addr> {
        let Interface { up, address, .. } = self.interfaces[interface.index()];
        up.then_some(address)
    }

    /// Where an interface is.
    pub fn interface_zone(&self, interface: InterfaceId) -> ZoneId {
        self.interfaces[interface.index()].zone
    }

    /// What the host's system does with connections whose own address goes away, from now on.
    pub fn set_address_loss(&mut self, host: HostId, policy: AddressLoss) {
        self.hosts[host.index()].address_loss = policy;
    }

    /// The interface is gone, and its address with it: what comes for it is lost, and nobody is told but, by
    /// [`AddressLoss`], the host's own programs.
    pub fn interface_down(&mut self, now: SimTime, interface: InterfaceId) {
        self.advance(now);
        let Interface { host, zone, address, up, .. } = self.interfaces[interface.index()];
        if !up {
            return;
        }
        self.interfaces[interface.index()].up = false;
        self.withdraw_address(zone, address);
        if self.hosts[host.index()].address_loss == AddressLoss::Abort {
            for place in self.sockets.places_of(host) {
                if self.sockets.at(place).is_some_and(|socket| *socket.local.ip() == address) {
                    self.lose_address(place);
                }
            }
        }
        self.schedule.prune();
    }

    /// The interface is there again, with the address that it had or with another.
    ///
    /// # Panics
    /// If another host there has the address.
    pub fn interface_up(&mut self, now: SimTime, interface: InterfaceId, address: Option<Ipv4Addr>) {
        self.advance(now);
        let Interface { zone, address: before, up, .. } = self.interfaces[interface.index()];
        let address = address.unwrap_or(before);
        if up && address == before {
            return;
        }
        if up {
            self.interface_down(now, interface);
        }
        self.announce_address(zone, address, Next::Interface(interface));
        let state = &mut self.interfaces[interface.index()];
        (state.address, state.up) = (address, true);
    }

    /// Moves an interface into another zone, as a laptop that is carried from the office to a hotel.
    ///
    /// # Panics
    /// If another host there has the address.
    pub fn move_interface(&mut self, now: SimTime, interface: InterfaceId, zone: ZoneId, address: Ipv4Addr) {
        self.interface_down(now, interface);
        self.interfaces[interface.index()].zone = zone;
        self.interface_up(now, interface, Some(address));
    }

    /// By which interface the host would send to `remote`: one in whose zone it is, or else the one that it goes out
    /// by.
    pub(crate) fn interface_towards(&self, host: HostId, remote: Ipv4Addr) -> Option<InterfaceId> {
        let near = |id: &&InterfaceId| {
            let Interface { zone, up, .. } = self.interfaces[id.index()];
            up && zone != ZoneId::INTERNET
                && matches!(self.zones[zone.index()].table.get(&remote), Some(Next::Interface(_)))
        };
        let mut all = self.hosts[host.index()].interfaces.iter();
        all.find(near).copied().or_else(|| self.outgoing_interface(host))
    }

    fn outgoing_interface(&self, host: HostId) -> Option<InterfaceId> {
        let all = self.hosts[host.index()].interfaces.iter().copied();
        all.filter(|id| self.interfaces[id.index()].up).min_by_key(|id| self.interfaces[id.index()].kind)
    }

    /// The host's own interface that has this address.
    pub(crate) fn own_interface(&self, host: HostId, address: Ipv4Addr) -> Option<InterfaceId> {
        let mut all = self.hosts[host.index()].interfaces.iter();
        all.find(|id| {
            let Interface { up, address: own, .. } = self.interfaces[id.index()];
            up && own == address
        })
        .copied()
    }

    pub(crate) fn set_awake(&mut self, host: HostId) {
        let Host { powered, asleep, .. } = self.hosts[host.index()];
        for place in 0..self.hosts[host.index()].interfaces.len() {
            let interface = self.hosts[host.index()].interfaces[place];
            self.interfaces[interface.index()].awake = powered && !asleep;
        }
    }

    fn lose_address(&mut self, place: Place) {
        match self.sockets.at(place).map(|socket| socket.stage) {
            Some(Stage::Dialling | Stage::Open) => self.end(place, CloseReason::AddressLost),
            Some(Stage::Answering { .. } | Stage::Lingering) => self.drop_socket(place),
            Some(Stage::Closed | Stage::Bound) | None => {}
        }
    }
}

/// Links.
impl Fabric {
    /// Every link that there is: each interface's, then each zone's line.
    pub fn link_ids(&self) -> impl Iterator<Item = LinkId> + use<'_> {
        let both = [Direction::Up, Direction::Down];
        let interfaces = (0..self.interfaces.len() as u32)
            .flat_map(move |id| both.map(|direction| LinkId::Interface(InterfaceId(id), direction)));
        let lines = self.line_zones.iter().enumerate().map(|(place, zone)| {
            LinkId::Line(*zone, if place % 2 == 0 { Direction::Up } else { Direction::Down })
        });
        interfaces.chain(lines)
    }

    /// What people call the link: whose it is, and which where the host has several.
    pub fn link_name(&self, link: LinkId) -> String {
        match link {
            LinkId::Interface(interface, _) => {
                let Interface { host, kind, .. } = self.interfaces[interface.index()];
                let Host { name, interfaces, .. } = &self.hosts[host.index()];
                if interfaces.len() > 1 { format!("{name} ({kind})") } else { name.clone() }
            }
            LinkId::Line(zone, _) => format!("{} line", self.zones[zone.index()].name),
        }
    }
}
