//! The gateway of a zone: a NAT (RFC 4787 for UDP, RFC 5382 for TCP), and a stateful firewall.
//!
//! Pure logic: it is shown the addresses of each packet that leaves or enters, and says what becomes of it. It has no
//! timers; what has been idle for too long is found out when somebody asks for it, and cleared away as new flows come.

mod config;
mod flows;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use wire::SimTime;

pub use config::{
    Behaviour, Denial, FirewallConfig, GatewayConfig, Inbound, NatConfig, Outbound, PortAssignment,
};

use flows::{Flows, Way};

/// What a gateway tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Protocol {
    /// Connections.
    Tcp,
    /// Datagrams.
    Udp,
    /// Echoes: the asker's identifier stands for a port (RFC 5508, 3.1), the other end's is zero.
    Icmp,
}

/// What a gateway looks at of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glance {
    pub(crate) protocol: Protocol,
    pub(crate) source: SocketAddrV4,
    pub(crate) destination: SocketAddrV4,
    /// It begins a connection, or asks for an echo.
    pub(crate) syn: bool,
    pub(crate) ack: bool,
    pub(crate) fin: bool,
    pub(crate) rst: bool,
}

impl Glance {
    /// It asks for a new connection, or is of a kind that needs none.
    fn opens(&self) -> bool {
        self.protocol == Protocol::Udp || self.syn && !self.ack
    }
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes on, with these addresses.
    Pass { source: SocketAddrV4, destination: SocketAddrV4 },
    /// It is for the gateway's own external address, and goes back inside with these (RFC 4787, REQ-9).
    Hairpin { source: SocketAddrV4, destination: SocketAddrV4 },
    /// It is dropped, and nobody is told.
    Drop(Refusal),
    /// It is dropped, and its sender is told.
    Reject(Refusal),
}

/// Why a gateway let a packet not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// The rules let nobody out to that port.
    OutboundPolicy,
    /// The rules let nobody in to that port.
    InboundPolicy,
    /// Nothing inside is behind that external port.
    NoMapping,
    /// What is behind that external port does not talk to that sender.
    Filtered,
    /// It is in the middle of a connection that the gateway does not know, or no longer.
    NotAFlow,
    /// All external ports are in use.
    PortsExhausted,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutboundPolicy => "not let out by the firewall",
            Self::InboundPolicy => "not let in by the firewall",
            Self::NoMapping => "no mapping in the NAT",
            Self::Filtered => "filtered by the NAT",
            Self::NotAFlow => "of no connection that the gateway knows",
            Self::PortsExhausted => "the NAT has no port left",
        })
    }
}

/// A flow that a gateway knows, as `conntrack` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MappingRow {
    /// Of which protocol.
    pub protocol: Protocol,
    /// The end inside.
    pub inside: SocketAddrV4,
    /// What the outside sees of it: the same, where nothing is translated.
    pub external: SocketAddrV4,
    /// The end outside.
    pub remote: SocketAddrV4,
    /// How long nothing was heard of it.
    pub idle: Duration,
    /// After how long it is forgotten.
    pub forgotten_after: Duration,
}

/// A gateway.
pub(crate) struct Gateway {
    config: GatewayConfig,
    flows: Flows,
}

impl Gateway {
    pub(crate) fn new(config: GatewayConfig) -> Self {
        config.check();
        Self { config, flows: Flows::default() }
    }

    pub(crate) fn config(&self) -> &GatewayConfig {
        &self.config
    }

    pub(crate) fn external_addresses(&self) -> &[Ipv4Addr] {
        self.config.nat.as_ref().map_or(&[], |nat| &nat.external)
    }

    /// Other rules from now on. What is known of flows stays.
    pub(crate) fn configure(&mut self, config: GatewayConfig) {
        config.check();
        self.config = config;
    }

    /// The box restarts: every mapping and flow is forgotten, and others get other ports.
    pub(crate) fn rebind(&mut self) {
        self.flows.forget();
    }

    /// The provider gives another address; every mapping is forgotten.
    pub(crate) fn renumber(&mut self, external: Ipv4Addr) {
        if let Some(nat) = &mut self.config.nat {
            nat.external = vec![external];
        }
        self.flows.forget();
    }

    /// Every flow that is alive, in order.
    pub(crate) fn mappings(&self, now: SimTime) -> impl Iterator<Item = MappingRow> {
        self.flows.rows(&self.config, now)
    }

    /// A packet wants to leave.
    pub(crate) fn outbound(&mut self, now: SimTime, glance: &Glance) -> Verdict {
        let config = &self.config;
        if config.only_routes() {
            return Verdict::Pass { source: glance.source, destination: glance.destination };
        }
        let known = self.flows.outside_of(config, now, glance);
        if known.is_none() {
            if !config.firewall.outbound.lets(glance.destination.port()) {
                return self.deny(Refusal::OutboundPolicy);
            }
            if !glance.opens() && (glance.rst || !config.firewall.loose) {
                return Verdict::Drop(Refusal::NotAFlow);
            }
        }
        let external = match known {
            Some(external) => external,
            None => match self.flows.open(config, now, glance) {
                Some(external) => external,
                None => return Verdict::Drop(Refusal::PortsExhausted),
            },
        };
        self.flows.touch(config, now, glance, glance.source, glance.destination, Way::Out);
        let config = &self.config;
        match &config.nat {
            Some(nat) if nat.external.contains(glance.destination.ip()) => {
                if !nat.hairpinning {
                    return Verdict::Drop(Refusal::NoMapping);
                }
                let from_outside = Glance { source: external, ..*glance };
                match self.inbound(now, &from_outside) {
                    Verdict::Pass { source, destination } => Verdict::Hairpin { source, destination },
                    refused => refused,
                }
            }
            _ => Verdict::Pass { source: external, destination: glance.destination },
        }
    }

    /// A packet wants to enter.
    pub(crate) fn inbound(&mut self, now: SimTime, glance: &Glance) -> Verdict {
        let config = &self.config;
        if config.only_routes() {
            return Verdict::Pass { source: glance.source, destination: glance.destination };
        }
        let inside = match &config.nat {
            Some(nat) => match nat.forwards.get(&(glance.protocol, glance.destination.port())) {
                Some(inside) => {
                    let passes = glance.opens()
                        || config.firewall.loose
                        || self.flows.knows(config, now, glance.protocol, *inside, glance.source);
                    if !passes {
                        return self.deny(Refusal::NotAFlow);
                    }
                    *inside
                }
                None => match self.flows.inside_of(config, now, glance) {
                    Ok(inside) => inside,
                    Err(refusal) => return self.deny(refusal),
                },
            },
            None => {
                if !self.flows.knows(config, now, glance.protocol, glance.destination, glance.source) {
                    let FirewallConfig { inbound, echoes, .. } = &config.firewall;
                    let is_asked_for = *echoes && glance.protocol == Protocol::Icmp;
                    if !is_asked_for && !inbound.lets(glance.destination.port()) {
                        return self.deny(Refusal::InboundPolicy);
                    }
                    if !glance.opens() && !config.firewall.loose {
                        return self.deny(Refusal::NotAFlow);
                    }
                }
                glance.destination
            }
        };
        self.flows.touch(
            config,
            now,
            glance,
            inside,
            glance.source,
            Way::In { external: glance.destination },
        );
        Verdict::Pass { source: glance.source, destination: inside }
    }

    fn deny(&self, refusal: Refusal) -> Verdict {
        match self.config.firewall.denied {
            Denial::Drop => Verdict::Drop(refusal),
            Denial::Reject => Verdict::Reject(refusal),
        }
    }
}

#[cfg(test)]
mod tests;
