//! A packet-level network, sans-IO: zones, hosts, links, TCP, datagrams, faults.
//!
//! Programs are told what happens to their connections by [`FabricEvent`]s, and act by the methods of [`Fabric`].
//! Real TCP endpoints (crate `tcp`) exchange real segments over links with a rate, a queue, a propagation delay,
//! jitter and loss, through gateways that translate addresses and filter. Nothing here reads a clock or draws from the
//! system: the same calls with the same times and the same seed give the same packets.
//!
//! What it does not model: anything but TCP, UDP and echoes over IPv4 in packets of up to [`MTU_BYTES`]; any other
//! ICMP, so that a datagram to a port that nobody has is lost in silence; bytes that are damaged on the way; a limit on connections
//! that wait to be accepted, since they are handed over at once. [Foreign hosts](Fabric::make_foreign) put others'
//! stacks onto its links.
//!
//! ```
//! use std::net::{Ipv4Addr, SocketAddrV4};
//! use fabric::{AccessLink, BufferUse, EventKind, Fabric};
//! use wire::{Seed, SimTime};
//!
//! let mut fabric = Fabric::new(Seed::from_number(7));
//! let lan = AccessLink::preset("office LAN").unwrap();
//! let server = fabric.add_host("server", Ipv4Addr::new(10, 0, 0, 1), lan.clone());
//! let client = fabric.add_host("client", Ipv4Addr::new(10, 0, 0, 2), lan);
//! fabric.listen(server, 443, BufferUse::Control).unwrap();
//! let address = SocketAddrV4::new(fabric.host_address(server), 443);
//! let socket = fabric.connect(SimTime::ZERO, client, address, BufferUse::Control);
//!
//! let mut now = SimTime::ZERO;
//! let mut heard = Vec::new();
//! loop {
//!     while let Some(event) = fabric.poll_event() {
//!         match event.kind {
//!             EventKind::Connected => assert_eq!(fabric.send(now, socket, b"good morning"), 12),
//!             EventKind::Readable => assert_eq!(fabric.read(now, event.socket, &mut heard), 12),
//!             _ => {}
//!         }
//!     }
//!     let Some(next) = fabric.poll_timeout() else { break };
//!     now = next;
//!     fabric.handle_timeout(now);
//! }
//! assert_eq!(heard, b"good morning");
//! ```

mod connections;
mod datagrams;
mod echoes;
mod engine;
mod event;
mod fabric;
mod faults;
mod foreign;
mod gateway;
mod hosts;
mod ids;
mod link;
mod netstat;
mod options;
mod packet;
mod presets;
mod sampling;
mod schedule;
mod sockets;
mod tap;
mod zone;

pub use datagrams::{BindError, DATAGRAM_BYTES_MAX, DatagramError, INBOX_BYTES_MAX};
pub use echoes::{ECHO_BYTES_MAX, EchoError, EchoReply};
pub use event::{CloseReason, EventKind, FabricEvent};
pub use fabric::{
    CONNECT_TIMEOUT, Fabric, FabricStats, LINGER_TIMEOUT, LOOPBACK_DELAY, ListenError, UNANSWERED_TIMEOUT,
};
pub use foreign::InjectError;
pub use gateway::{
    Behaviour, Denial, FirewallConfig, GatewayConfig, Inbound, MappingRow, NatConfig, Outbound,
    PortAssignment, Protocol, Refusal,
};
pub use hosts::AddressLoss;
pub use ids::{Direction, HostId, InterfaceId, InterfaceKind, LinkId, SocketId, ZoneId};
pub use link::{
    AccessLink, CapacityTrace, Jitter, LinkConfig, LinkCounters, LinkError, LinkSample, Loss,
    OPPORTUNITY_BYTES, Queue, Rate, Reordering, TraceError,
};
pub use netstat::{Netstat, NetstatRow};
pub use options::{BULK_RECEIVE_BYTES, BULK_SEND_BYTES, BufferUse, CONTROL_BUFFER_BYTES, MIXED_BUFFER_BYTES};
pub use packet::MTU_BYTES;
pub use tap::{Fate, PacketRecord};
pub use tcp::{Flags, Info, State};
pub use zone::ZoneConfig;
