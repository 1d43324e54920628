//! What a gateway remembers: which end inside is which end outside, and who talks to whom.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use wire::SimTime;

use super::{Behaviour, GatewayConfig, Glance, MappingRow, PortAssignment, Protocol, Refusal};

/// Mappings, each with its flows. Where nothing is translated, an end inside is its own external end.
#[derive(Default)]
pub(super) struct Flows {
    mappings: BTreeMap<Key, Mapping>,
    by_external: BTreeMap<(Protocol, SocketAddrV4), Key>,
    /// Flows made since dead ones were cleared away.
    made: usize,
    /// Flows that were alive then.
    kept: usize,
    /// How often everything was forgotten: ports are others afterwards.
    restarts: u16,
    next_port: u16,
}

/// Whose mapping: an end inside, and as much of a remote as the mapping depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    protocol: Protocol,
    inside: SocketAddrV4,
    remote: Option<(Ipv4Addr, Option<u16>)>,
}

struct Mapping {
    external: SocketAddrV4,
    flows: BTreeMap<SocketAddrV4, Flow>,
}

/// Between an end inside and a remote.
#[derive(Clone, Copy, Debug, Default)]
struct Flow {
    /// When it was last kept alive.
    last: SimTime,
    seen_out: bool,
    seen_in: bool,
    fin_out: bool,
    fin_in: bool,
    reset: bool,
}

/// Which way a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Out,
    In { external: SocketAddrV4 },
}

/// Flows that may be made before dead ones are cleared away.
const MADE_BEFORE_CLEARING: usize = 64;

impl Flows {
    /// The external end of a flow that a packet from inside belongs to; `None` for one that is not known.
    pub(super) fn outside_of(
        &self,
        config: &GatewayConfig,
        now: SimTime,
        glance: &Glance,
    ) -> Option<SocketAddrV4> {
        let key = Key::new(config, glance.protocol, glance.source, glance.destination);
        let mapping = self.mappings.get(&key)?;
        let flow = mapping.flows.get(&glance.destination)?;
        flow.alive(config, glance.protocol, now).then_some(mapping.external)
    }

    /// The end inside that a packet from outside is for.
    pub(super) fn inside_of(
        &self,
        config: &GatewayConfig,
        now: SimTime,
        glance: &Glance,
    ) -> Result<SocketAddrV4, Refusal> {
        let key = self.by_external.get(&(glance.protocol, glance.destination)).ok_or(Refusal::NoMapping)?;
        let mapping = &self.mappings[key];
        let mut alive =
            mapping.flows.iter().filter(|(_, flow)| flow.alive(config, glance.protocol, now)).peekable();
        if alive.peek().is_none() {
            return Err(Refusal::NoMapping);
        }
        let filtering = config.nat.as_ref().map_or(Behaviour::AddressAndPortDependent, |nat| nat.filtering);
        let source = &glance.source;
        let lets_in = match filtering {
            Behaviour::EndpointIndependent => true,
            Behaviour::AddressDependent => alive.any(|(remote, _)| remote.ip() == source.ip()),
            Behaviour::AddressAndPortDependent => alive.any(|(remote, _)| remote == source),
        };
        if lets_in { Ok(key.inside) } else { Err(Refusal::Filtered) }
    }

    /// Whether there is a flow between an end inside, which is its own external end, and a remote.
    pub(super) fn knows(
        &self,
        config: &GatewayConfig,
        now: SimTime,
        protocol: Protocol,
        inside: SocketAddrV4,
        remote: SocketAddrV4,
    ) -> bool {
        let mapping = self.mappings.get(&Key::new(config, protocol, inside, remote));
        let flow = mapping.and_then(|mapping| mapping.flows.get(&remote));
        flow.is_some_and(|flow| flow.alive(config, protocol, now))
    }

    /// The external end for a packet from inside that begins a flow; `None` if there is no port left.
    pub(super) fn open(
        &mut self,
        config: &GatewayConfig,
        now: SimTime,
        glance: &Glance,
    ) -> Option<SocketAddrV4> {
        let key = Key::new(config, glance.protocol, glance.source, glance.destination);
        if let Some(mapping) = self.mappings.get(&key) {
            if mapping.alive(config, glance.protocol, now) {
                return Some(mapping.external);
            }
            self.remove(key);
        }
        let external = match self.draw(config, key) {
            Some(external) => external,
            None => {
                self.clear(config, now);
                self.draw(config, key)?
            }
        };
        self.insert(key, external);
        Some(external)
    }

    /// A packet of a flow has passed. The flow is made if it is new, and so is the mapping of one that came by a
    /// forward or an open port.
    pub(super) fn touch(
        &mut self,
        config: &GatewayConfig,
        now: SimTime,
        glance: &Glance,
        inside: SocketAddrV4,
        remote: SocketAddrV4,
        way: Way,
    ) {
        let key = Key::new(config, glance.protocol, inside, remote);
        if let (false, Way::In { external }) = (self.mappings.contains_key(&key), way) {
            self.insert(key, external);
        }
        let Some(mapping) = self.mappings.get_mut(&key) else { return };
        if !mapping.flows.contains_key(&remote) {
            self.made += 1;
            if self.made > MADE_BEFORE_CLEARING.max(self.kept) {
                let external = mapping.external;
                self.clear(config, now);
                if !self.mappings.contains_key(&key) {
                    self.insert(key, external);
                }
            }
        }
        let Some(mapping) = self.mappings.get_mut(&key) else { return };
        let flow = mapping.flows.entry(remote).or_default();
        if !flow.alive(config, glance.protocol, now) || glance.opens() && flow.is_over() {
            *flow = Flow::default();
        }
        let refreshes = match way {
            Way::Out => true,
            Way::In { .. } => {
                glance.protocol == Protocol::Tcp
                    || config.nat.as_ref().is_none_or(|nat| nat.udp_inbound_refreshes)
                    || !flow.seen_out
            }
        };
        if refreshes {
            flow.last = now;
        }
        match way {
            Way::Out => (flow.seen_out, flow.fin_out) = (true, flow.fin_out || glance.fin),
            Way::In { .. } => (flow.seen_in, flow.fin_in) = (true, flow.fin_in || glance.fin),
        }
        flow.reset |= glance.rst;
    }

    /// Everything is forgotten.
    pub(super) fn forget(&mut self) {
        *self = Self { restarts: self.restarts.wrapping_add(1), ..Self::default() };
    }

    /// Every flow that is alive, in order.
    pub(super) fn rows(&self, config: &GatewayConfig, now: SimTime) -> impl Iterator<Item = MappingRow> {
        self.mappings.iter().flat_map(move |(key, mapping)| {
            let alive = move |(_, flow): &(&SocketAddrV4, &Flow)| flow.alive(config, key.protocol, now);
            mapping.flows.iter().filter(alive).map(move |(remote, flow)| MappingRow {
                protocol: key.protocol,
                inside: key.inside,
                external: mapping.external,
                remote: *remote,
                idle: now.since(flow.last),
                forgotten_after: flow.patience(config, key.protocol),
            })
        })
    }

    fn insert(&mut self, key: Key, external: SocketAddrV4) {
        self.by_external.insert((key.protocol, external), key);
        self.mappings.insert(key, Mapping { external, flows: BTreeMap::new() });
    }

    fn remove(&mut self, key: Key) {
        if let Some(mapping) = self.mappings.remove(&key) {
            self.by_external.remove(&(key.protocol, mapping.external));
        }
    }

    /// Clears away what is dead. It is done each time that as many flows were made as were alive the last time, so that
    /// memory is bounded by what is alive, at a cost that new flows pay.
    fn clear(&mut self, config: &GatewayConfig, now: SimTime) {
        (self.made, self.kept) = (0, 0);
        let kept = &mut self.kept;
        let by_external = &mut self.by_external;
        self.mappings.retain(|key, mapping| {
            mapping.flows.retain(|_, flow| flow.alive(config, key.protocol, now));
            *kept += mapping.flows.len();
            let keep = !mapping.flows.is_empty();
            if !keep {
                by_external.remove(&(key.protocol, mapping.external));
            }
            keep
        });
    }

    /// A free external end.
    fn draw(&mut self, config: &GatewayConfig, key: Key) -> Option<SocketAddrV4> {
        let Some(nat) = &config.nat else { return Some(key.inside) };
        let pair = key.inside.ip().to_bits() as usize % nat.external.len();
        let (first, last) = (*nat.port_range.start(), *nat.port_range.end());
        let count = u32::from(last - first) + 1;
        let wanted = match nat.ports {
            PortAssignment::Preserving => key.inside.port().wrapping_add(self.restarts),
            PortAssignment::Sequential => {
                self.next_port = self.next_port.wrapping_add(1);
                self.next_port.wrapping_add(self.restarts.wrapping_mul(1_000))
            }
        };
        let begin = u32::from(wanted.max(first) - first) % count;
        (0..count).find_map(|step| {
            let port = first + ((begin + step) % count) as u16;
            let external = SocketAddrV4::new(nat.external[pair], port);
            let taken = self.by_external.contains_key(&(key.protocol, external))
                || nat.forwards.contains_key(&(key.protocol, port));
            (!taken).then_some(external)
        })
    }
}

impl Key {
    fn new(config: &GatewayConfig, protocol: Protocol, inside: SocketAddrV4, remote: SocketAddrV4) -> Self {
        let mapping = config.nat.as_ref().map_or(Behaviour::EndpointIndependent, |nat| nat.mapping);
        let remote = match mapping {
            Behaviour::EndpointIndependent => None,
            Behaviour::AddressDependent => Some((*remote.ip(), None)),
            Behaviour::AddressAndPortDependent => Some((*remote.ip(), Some(remote.port()))),
        };
        Self { protocol, inside, remote }
    }
}

impl Mapping {
    fn alive(&self, config: &GatewayConfig, protocol: Protocol, now: SimTime) -> bool {
        self.flows.values().any(|flow| flow.alive(config, protocol, now))
    }
}

impl Flow {
    fn alive(&self, config: &GatewayConfig, protocol: Protocol, now: SimTime) -> bool {
        (self.seen_out || self.seen_in) && now.since(self.last) <= self.patience(config, protocol)
    }

    fn is_over(&self) -> bool {
        self.reset || self.fin_out && self.fin_in
    }

    fn patience(&self, config: &GatewayConfig, protocol: Protocol) -> Duration {
        let firewall = &config.firewall;
        match protocol {
            Protocol::Udp => firewall.udp_idle,
            Protocol::Tcp if self.is_over() || !(self.seen_out && self.seen_in) => {
                firewall.tcp_transitory_idle
            }
            Protocol::Tcp => firewall.tcp_established_idle,
        }
    }
}
