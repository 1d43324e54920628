//! Zones: places in the network with rules of their own, and how a packet finds its way between them.
//!
//! Zones are a tree whose root is the public internet. A zone's gateway stands between it and the zone above: it
//! translates addresses, filters, or only routes. Private addresses mean something in their own zone only, so that
//! two offices may both have a `192.168.1.10`. The line of a zone is what all of its hosts share on the way up.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use wire::SimTime;

use crate::fabric::Fabric;
use crate::gateway::{Gateway, GatewayConfig, MappingRow};
use crate::ids::{Direction, InterfaceId, ZoneId};
use crate::link::{AccessLink, Link};

/// What a zone is, for [`Fabric::add_zone`].
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneConfig {
    /// The zone above it: [`ZoneId::INTERNET`], or a carrier's network.
    pub parent: ZoneId,
    /// What stands between the two.
    pub gateway: GatewayConfig,
    /// The line between the two, which is all its hosts'; `None` for one that is never the bottleneck.
    pub line: Option<AccessLink>,
}

impl ZoneConfig {
    /// A zone right below the internet, with a line that is never the bottleneck.
    pub fn new(gateway: GatewayConfig) -> Self {
        Self { parent: ZoneId::INTERNET, gateway, line: None }
    }

    /// The same on this line.
    #[must_use]
    pub fn with_line(self, line: AccessLink) -> Self {
        Self { line: Some(line), ..self }
    }

    /// The same below this zone.
    #[must_use]
    pub fn below(self, parent: ZoneId) -> Self {
        Self { parent, ..self }
    }
}

/// A zone.
pub(crate) struct Zone {
    pub(crate) name: String,
    /// `None` for the internet.
    pub(crate) above: Option<Above>,
    /// Who is in it, and below it as far as its addresses mean something here.
    pub(crate) table: BTreeMap<Ipv4Addr, Next>,
}

pub(crate) struct Above {
    pub(crate) parent: ZoneId,
    pub(crate) gateway: Gateway,
    /// Place of the line's up direction among all lines; the down direction is next to it.
    pub(crate) line: Option<u32>,
}

/// Where to go for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Interface(InterfaceId),
    Below(ZoneId),
}

impl Zone {
    pub(crate) fn internet() -> Self {
        Self { name: "the internet".to_owned(), above: None, table: BTreeMap::new() }
    }
}

impl Fabric {
    /// A place with rules of its own.
    ///
    /// # Panics
    /// If an external address of its gateway is taken in the zone above.
    pub fn add_zone(&mut self, name: &str, config: ZoneConfig) -> ZoneId {
        let id = ZoneId(self.zones.len() as u32);
        let line = config.line.map(|line| {
            let place = self.lines.len() as u32;
            for (link, direction) in [(line.up, Direction::Up), (line.down, Direction::Down)] {
                let seed = self.seed.child(&format!("line/{name}/{direction}"));
                self.lines.push(Link::new(self.now, link, seed));
                self.line_zones.push(id);
            }
            place
        });
        let gateway = Gateway::new(config.gateway);
        let external = gateway.external_addresses().to_vec();
        self.zones.push(Zone {
            name: name.to_owned(),
            above: Some(Above { parent: config.parent, gateway, line }),
            table: BTreeMap::new(),
        });
        for address in external {
            self.announce_address(config.parent, address, Next::Below(id));
        }
        id
    }

    /// The name that the zone was added with.
    pub fn zone_name(&self, zone: ZoneId) -> &str {
        &self.zones[zone.index()].name
    }

    /// Every zone, the internet first.
    pub fn zones(&self) -> impl Iterator<Item = ZoneId> + use<> {
        (0..self.zones.len() as u32).map(ZoneId)
    }

    /// Changes the rules of a zone's gateway from now on; what it knows of flows stays.
    ///
    /// # Panics
    /// If the zone is the internet, which has no gateway, or if the new rules have other external addresses.
    pub fn set_gateway(&mut self, now: SimTime, zone: ZoneId, config: GatewayConfig) {
        self.advance(now);
        let gateway = self.gateway_mut(zone);
        let before = gateway.external_addresses().to_vec();
        gateway.configure(config);
        assert_eq!(before, gateway.external_addresses(), "an address is changed by `renumber_gateway`");
    }

    /// The rules of a zone's gateway; `None` for the internet.
    pub fn gateway(&self, zone: ZoneId) -> Option<&GatewayConfig> {
        self.zones[zone.index()].above.as_ref().map(|above| above.gateway.config())
    }

    /// A zone's gateway restarts: it forgets every mapping and flow, and what was open through it goes on from other
    /// ports, if at all.
    ///
    /// # Panics
    /// If the zone is the internet.
    pub fn restart_gateway(&mut self, now: SimTime, zone: ZoneId) {
        self.advance(now);
        self.gateway_mut(zone).rebind();
    }

    /// A zone's gateway is given another external address in place of all that it had, and forgets its mappings.
    ///
    /// # Panics
    /// If the zone's gateway translates no addresses, or the address is taken in the zone above.
    pub fn renumber_gateway(&mut self, now: SimTime, zone: ZoneId, external: Ipv4Addr) {
        self.advance(now);
        let above = self.zones[zone.index()].above.as_mut().expect("the internet has no gateway");
        assert!(above.gateway.config().nat.is_some(), "expected a zone with a NAT");
        let parent = above.parent;
        let before = above.gateway.external_addresses().to_vec();
        above.gateway.renumber(external);
        for address in before {
            self.withdraw_address(parent, address);
        }
        self.announce_address(parent, external, Next::Below(zone));
    }

    /// What a zone's gateway has open at the moment, for failure reports.
    pub fn gateway_mappings(&self, zone: ZoneId) -> Vec<MappingRow> {
        let above = self.zones[zone.index()].above.as_ref();
        above.map_or_else(Vec::new, |above| above.gateway.mappings(self.now).collect())
    }

    /// Makes an address known in a zone, and in those above in which it means the same.
    pub(crate) fn announce_address(&mut self, zone: ZoneId, address: Ipv4Addr, next: Next) {
        let state = &mut self.zones[zone.index()];
        let taken = state.table.insert(address, next);
        assert!(taken.is_none(), "expected an address of its own, {address} is taken in {}", state.name);
        if let Some(above) = &state.above
            && above.gateway.config().nat.is_none()
        {
            let parent = above.parent;
            self.announce_address(parent, address, Next::Below(zone));
        }
    }

    /// Takes an address back from a zone, and from those above.
    pub(crate) fn withdraw_address(&mut self, zone: ZoneId, address: Ipv4Addr) {
        let state = &mut self.zones[zone.index()];
        state.table.remove(&address);
        if let Some(above) = &state.above
            && above.gateway.config().nat.is_none()
        {
            let parent = above.parent;
            self.withdraw_address(parent, address);
        }
    }

    fn gateway_mut(&mut self, zone: ZoneId) -> &mut Gateway {
        &mut self.zones[zone.index()].above.as_mut().expect("the internet has no gateway").gateway
    }
}
