//! The rules of gateways, and those that people know.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Protocol;

/// The rules of a gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayConfig {
    /// How addresses are translated; `None` where hosts inside keep theirs.
    pub nat: Option<NatConfig>,
    /// Who may talk to whom.
    pub firewall: FirewallConfig,
}

/// How a NAT translates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NatConfig {
    /// Its addresses outside; a host inside stays with one of them (RFC 4787, REQ-2).
    pub external: Vec<Ipv4Addr>,
    /// For which remotes one end inside keeps its external port (RFC 4787, 4.1).
    pub mapping: Behaviour,
    /// Which remotes get in by it (RFC 4787, 5).
    pub filtering: Behaviour,
    /// Which external port an end gets.
    pub ports: PortAssignment,
    /// The external ports that there are.
    pub port_range: RangeInclusive<u16>,
    /// A datagram from outside keeps a mapping alive, as one from inside does (RFC 4787, REQ-6).
    pub udp_inbound_refreshes: bool,
    /// Hosts inside reach one another by the external address (RFC 4787, REQ-9).
    pub hairpinning: bool,
    /// External ports that always lead inside.
    pub forwards: BTreeMap<(Protocol, u16), SocketAddrV4>,
}

/// On what a decision of a NAT depends, in the terms of RFC 4787.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Behaviour {
    /// On the end inside only.
    EndpointIndependent,
    /// On the remote's address too.
    AddressDependent,
    /// On the remote's address and port too.
    AddressAndPortDependent,
}

/// Which external port a mapping gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PortAssignment {
    /// The one of the end inside where it is free, else the next (RFC 4787, 4.2.1: "port preservation").
    Preserving,
    /// The next in turn.
    Sequential,
}

/// Who may talk to whom, and for how long a flow is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirewallConfig {
    /// What hosts inside may begin.
    pub outbound: Outbound,
    /// What others may begin, where no address is translated; a NAT has its forwards instead.
    pub inbound: Inbound,
    /// Others may ask hosts inside for an echo, whatever their ports are.
    pub echoes: bool,
    /// What is done with what is not allowed.
    pub denied: Denial,
    /// A TCP packet in the middle of a connection that is not known makes it known, as Linux's connection tracking has
    /// it. Otherwise it is dropped.
    pub loose: bool,
    /// After how long an idle connection is forgotten.
    pub tcp_established_idle: Duration,
    /// After how long one is forgotten that is being made, or was ended.
    pub tcp_transitory_idle: Duration,
    /// After how long idle datagrams are forgotten.
    pub udp_idle: Duration,
}

/// What hosts inside may begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outbound {
    /// Anything.
    Any,
    /// Anything to these ports.
    Ports(BTreeSet<u16>),
}

/// What hosts outside may begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inbound {
    /// Nothing: they may only answer.
    Nothing,
    /// Anything to these ports.
    Ports(BTreeSet<u16>),
    /// Anything.
    Any,
}

/// What is done with a packet that is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Denial {
    /// Nothing: its sender waits in vain.
    Drop,
    /// Its sender is told: a connection is refused at once.
    Reject,
}

impl Outbound {
    pub(super) fn lets(&self, port: u16) -> bool {
        match self {
            Self::Any => true,
            Self::Ports(ports) => ports.contains(&port),
        }
    }
}

impl Inbound {
    pub(super) fn lets(&self, port: u16) -> bool {
        match self {
            Self::Nothing => false,
            Self::Ports(ports) => ports.contains(&port),
            Self::Any => true,
        }
    }
}

/// RFC 5382, REQ-5: not less than 2 hours and 4 minutes.
const TCP_ESTABLISHED_IDLE: Duration = Duration::from_secs(2 * 3_600 + 4 * 60);

/// RFC 5382, REQ-5: not less than 4 minutes.
const TCP_TRANSITORY_IDLE: Duration = Duration::from_secs(4 * 60);

/// RFC 4787, REQ-5: 5 minutes are recommended.
const UDP_IDLE: Duration = Duration::from_secs(5 * 60);

/// All but the well-known ports (RFC 4787, 4.2.2).
const PORT_RANGE: RangeInclusive<u16> = 1_024..=u16::MAX;

impl FirewallConfig {
    /// Hosts inside may begin anything, those outside nothing; flows live as long as RFC 4787 and RFC 5382 ask for.
    fn outbound_only() -> Self {
        Self {
            outbound: Outbound::Any,
            inbound: Inbound::Nothing,
            echoes: false,
            denied: Denial::Drop,
            loose: true,
            tcp_established_idle: TCP_ESTABLISHED_IDLE,
            tcp_transitory_idle: TCP_TRANSITORY_IDLE,
            udp_idle: UDP_IDLE,
        }
    }
}

impl NatConfig {
    /// What RFC 4787 asks for, and most routers do: one external port for an end inside, whoever it talks to, open to
    /// those whom it has talked to.
    pub fn new(external: Vec<Ipv4Addr>) -> Self {
        Self {
            external,
            mapping: Behaviour::EndpointIndependent,
            filtering: Behaviour::AddressAndPortDependent,
            ports: PortAssignment::Preserving,
            port_range: PORT_RANGE,
            udp_inbound_refreshes: false,
            hairpinning: true,
            forwards: BTreeMap::new(),
        }
    }
}

impl GatewayConfig {
    /// Routes, and nothing else.
    pub fn open() -> Self {
        Self {
            nat: None,
            firewall: FirewallConfig { inbound: Inbound::Any, ..FirewallConfig::outbound_only() },
        }
    }

    /// A router at home, or in a hotel: a NAT that does what RFC 4787 and RFC 5382 ask for.
    pub fn home_router(external: Ipv4Addr) -> Self {
        Self { nat: Some(NatConfig::new(vec![external])), firewall: FirewallConfig::outbound_only() }
    }

    /// An office's: as at home, but connections in whose middle it comes are dropped, as firewalls with strict state
    /// do, and idle ones are forgotten after an hour: the default of Cisco's ASA (`timeout conn 1:00:00`).
    pub fn office(external: Ipv4Addr) -> Self {
        let firewall = FirewallConfig {
            loose: false,
            tcp_established_idle: Duration::from_secs(3_600),
            ..FirewallConfig::outbound_only()
        };
        Self { nat: Some(NatConfig::new(vec![external])), firewall }
    }

    /// A strict office's: the web and names only (ports 53, 80 and 443), anything else vanishes. Idle connections are
    /// forgotten after 30 minutes: ours, between the hour of common defaults and the minutes of the strictest.
    pub fn strict_office(external: Ipv4Addr) -> Self {
        let mut config = Self::office(external);
        config.firewall.outbound = Outbound::Ports(BTreeSet::from([53, 80, 443]));
        config.firewall.tcp_established_idle = Duration::from_secs(30 * 60);
        config
    }

    /// A carrier's: several addresses (RFC 6888, REQ-2 to 4), ports in turn, and another port for each remote, which many
    /// carriers do though RFC 6888, REQ-1, asks for endpoint-independent mapping. Idle connections are
    /// forgotten soon: Wang et al., "An Untold Story of Middleboxes in Cellular Networks" (SIGCOMM 2011), found
    /// carriers that take minutes; the 10 minutes, and the 2 for datagrams (RFC 4787's least), are our choice.
    pub fn carrier_grade(external: Vec<Ipv4Addr>) -> Self {
        let nat = NatConfig {
            mapping: Behaviour::AddressAndPortDependent,
            ports: PortAssignment::Sequential,
            ..NatConfig::new(external)
        };
        let firewall = FirewallConfig {
            tcp_established_idle: Duration::from_secs(10 * 60),
            udp_idle: Duration::from_secs(2 * 60),
            ..FirewallConfig::outbound_only()
        };
        Self { nat: Some(nat), firewall }
    }

    /// A DMZ: hosts have public addresses, others get in to these ports only. Whether the hosts are there, anybody may
    /// ask.
    pub fn dmz(open: impl IntoIterator<Item = u16>) -> Self {
        let inbound = Inbound::Ports(open.into_iter().collect());
        let firewall = FirewallConfig { inbound, echoes: true, ..FirewallConfig::outbound_only() };
        Self { nat: None, firewall }
    }

    /// Nothing is translated, nothing filtered, and so nothing remembered.
    pub(super) fn only_routes(&self) -> bool {
        let FirewallConfig { outbound, inbound, loose, .. } = &self.firewall;
        self.nat.is_none() && *outbound == Outbound::Any && *inbound == Inbound::Any && *loose
    }

    /// # Panics
    /// If a NAT has no address or no port.
    pub(super) fn check(&self) {
        if let Some(nat) = &self.nat {
            assert!(!nat.external.is_empty(), "expected an external address for a NAT, found none");
            assert!(!nat.port_range.is_empty(), "expected external ports for a NAT, found none");
        }
    }
}
