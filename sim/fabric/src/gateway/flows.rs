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
#[derive(Clone, Copy, Debug)]
struct Flow {
    /// What the remote sees of the end inside: the mapping's, or the port that a forward has.
    external: SocketAddrV4,
    /// When it was last kept alive.
    last: SimTime,
    seen_out: bool,
    seen_in: bool,
    established: bool,
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

/// After how long idle echoes are forgotten (RFC 5508, REQ-2: not less than a minute).
const ICMP_IDLE: Duration = Duration::from_secs(60);

/// Ports that are passed over at a restart where they are given out in turn.
const PORTS_SKIPPED: u16 = 1_000;

impl Flows {
    /// The external end of a flow that a packet from inside belongs to; `None` for one that is not known.
    pub(super) fn outside_of(
        &self,
        config: &GatewayConfig,
        now: SimTime,
        glance: &Glance,
    ) -> Option<SocketAddrV4> {
        let key = self.key_of(config, now, glance.protocol, glance.source, glance.destination)?;
        Some(self.mappings[&key].flows[&glance.destination].external)
    }

    /// In which mapping there is a flow between an end inside and a remote: in the remote's own, or, for a guest of
    /// the filter, in one that was made for others.
    fn key_of(
        &self,
        config: &GatewayConfig,
        now: SimTime,
        protocol: Protocol,
        inside: SocketAddrV4,
        remote: SocketAddrV4,
    ) -> Option<Key> {
        let has_it = |mapping: &Mapping| {
            mapping.flows.get(&remote).is_some_and(|flow| flow.alive(config, protocol, now))
        };
        let own = Key::new(config, protocol, inside, remote);
        if self.mappings.get(&own).is_some_and(has_it) {
            return Some(own);
        }
        own.remote?;
        let all = self.mappings.range(Key { remote: None, ..own }..);
        let mut of_inside = all.take_while(|(key, _)| (key.protocol, key.inside) == (protocol, inside));
        of_inside.find(|(_, mapping)| has_it(mapping)).map(|(key, _)| *key)
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
        let alive = |flow: &Flow| flow.alive(config, glance.protocol, now);
        let filtering = config.nat.as_ref().map_or(Behaviour::AddressAndPortDependent, |nat| nat.filtering);
        let source = glance.source;
        let lets_in = match filtering {
            Behaviour::EndpointIndependent => mapping.flows.values().any(alive),
            Behaviour::AddressDependent => {
                let [first, last] = [0, u16::MAX].map(|port| SocketAddrV4::new(*source.ip(), port));
                mapping.flows.range(first..=last).any(|(_, flow)| alive(flow))
            }
            Behaviour::AddressAndPortDependent => mapping.flows.get(&source).is_some_and(alive),
        };
        match lets_in {
            true => Ok(key.inside),
            false if mapping.flows.values().any(alive) => Err(Refusal::Filtered),
            false => Err(Refusal::NoMapping),
        }
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
        self.key_of(config, now, protocol, inside, remote).is_some()
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
        let external = self.draw(config, now, key)?;
        if let Some(dead) = self.by_external.get(&(key.protocol, external)).copied() {
            self.remove(dead);
        }
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
        let known = self.key_of(config, now, glance.protocol, inside, remote);
        let key = match way {
            Way::In { external } if known.is_none() && config.nat.is_some() => {
                self.by_external.get(&(glance.protocol, external)).filter(|key| key.inside == inside).copied()
            }
            _ => known,
        };
        let key = key.unwrap_or_else(|| Key::new(config, glance.protocol, inside, remote));
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
        let external = match way {
            Way::Out => mapping.external,
            Way::In { external } => external,
        };
        let nat = config.nat.as_ref();
        // A stranger that the filter lets in does not keep the mapping alive (RFC 4787, REQ-6), and so lives as long
        // as that does; who comes by a forward or an open port begins a flow of its own.
        let is_guest = way != Way::Out
            && glance.protocol == Protocol::Udp
            && nat.is_some_and(|nat| {
                !nat.udp_inbound_refreshes && !nat.forwards.contains_key(&(glance.protocol, external.port()))
            });
        let known = mapping.flows.get(&remote);
        if known
            .is_none_or(|flow| !flow.alive(config, glance.protocol, now) || glance.opens() && flow.is_over())
        {
            let last = if is_guest { mapping.last() } else { now };
            mapping.flows.insert(remote, Flow::new(external, last));
        }
        let Some(flow) = mapping.flows.get_mut(&remote) else { return };
        let refreshes = match way {
            Way::Out => true,
            Way::In { .. } => {
                glance.protocol == Protocol::Tcp
                    || nat.is_none_or(|nat| nat.udp_inbound_refreshes)
                    || !flow.seen_out && !is_guest
            }
        };
        if refreshes {
            flow.last = now;
        }
        // The opener's acknowledgement, and whatever comes after it (RFC 5382, REQ-5: until then, it is half open).
        flow.established |= flow.seen_out && flow.seen_in && !glance.syn;
        match way {
            Way::Out => (flow.seen_out, flow.fin_out) = (true, flow.fin_out || glance.fin),
            Way::In { .. } => (flow.seen_in, flow.fin_in) = (true, flow.fin_in || glance.fin),
        }
        flow.reset |= glance.rst;
    }

    /// Everything is forgotten.
    pub(super) fn forget(&mut self) {
        let next_port = self.next_port.wrapping_add(PORTS_SKIPPED);
        *self = Self { restarts: self.restarts.wrapping_add(1), next_port, ..Self::default() };
    }

    /// Every flow that is alive, in order.
    pub(super) fn rows(&self, config: &GatewayConfig, now: SimTime) -> impl Iterator<Item = MappingRow> {
        self.mappings.iter().flat_map(move |(key, mapping)| {
            let alive = move |(_, flow): &(&SocketAddrV4, &Flow)| flow.alive(config, key.protocol, now);
            mapping.flows.iter().filter(alive).map(move |(remote, flow)| MappingRow {
                protocol: key.protocol,
                inside: key.inside,
                external: flow.external,
                remote: *remote,
                idle: now.since(flow.last),
                forgotten_after: flow.patience(config, key.protocol),
            })
        })
    }

    /// How many mappings, external ends and flows take up memory, dead ones included.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> [usize; 3] {
        let flows = self.mappings.values().map(|mapping| mapping.flows.len()).sum();
        [self.mappings.len(), self.by_external.len(), flows]
    }

    fn insert(&mut self, key: Key, external: SocketAddrV4) {
        self.by_external.insert((key.protocol, external), key);
        self.mappings.insert(key, Mapping { external, flows: BTreeMap::new() });
    }

    fn remove(&mut self, key: Key) {
        if let Some(mapping) = self.mappings.remove(&key) {
            vacate(&mut self.by_external, key, mapping.external);
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
                vacate(by_external, *key, mapping.external);
            }
            keep
        });
    }

    /// A free external end.
    fn draw(&mut self, config: &GatewayConfig, now: SimTime, key: Key) -> Option<SocketAddrV4> {
        let Some(nat) = &config.nat else { return Some(key.inside) };
        let pair = key.inside.ip().to_bits() as usize % nat.external.len();
        let (first, last) = (*nat.port_range.start(), *nat.port_range.end());
        let count = u32::from(last - first) + 1;
        let begin = match nat.ports {
            PortAssignment::Preserving => {
                u32::from(key.inside.port().wrapping_add(self.restarts).max(first) - first)
            }
            PortAssignment::Sequential => {
                let begin = u32::from(self.next_port);
                self.next_port = self.next_port.wrapping_add(1);
                begin
            }
        };
        (0..count).find_map(|step| {
            let port = first + ((begin % count + step) % count) as u16;
            let external = SocketAddrV4::new(nat.external[pair], port);
            // What nobody has used for too long is free, whether it was cleared away or not.
            let holder = self.by_external.get(&(key.protocol, external));
            let taken = holder.is_some_and(|holder| self.mappings[holder].alive(config, key.protocol, now))
                || nat.forwards.contains_key(&(key.protocol, port));
            (!taken).then_some(external)
        })
    }
}

/// The external end is free again, unless it is another's by now: a forward's is shared by all who came by it.
fn vacate(by_external: &mut BTreeMap<(Protocol, SocketAddrV4), Key>, key: Key, external: SocketAddrV4) {
    if by_external.get(&(key.protocol, external)) == Some(&key) {
        by_external.remove(&(key.protocol, external));
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

    /// When it was last kept alive.
    fn last(&self) -> SimTime {
        self.flows.values().map(|flow| flow.last).max().unwrap_or_default()
    }
}

impl Flow {
    fn new(external: SocketAddrV4, last: SimTime) -> Self {
        Self {
            external,
            last,
            seen_out: false,
            seen_in: false,
            established: false,
            fin_out: false,
            fin_in: false,
            reset: false,
        }
    }

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
            Protocol::Icmp => ICMP_IDLE,
            Protocol::Tcp if self.is_over() || !self.established => firewall.tcp_transitory_idle,
            Protocol::Tcp => firewall.tcp_established_idle,
        }
    }
}
