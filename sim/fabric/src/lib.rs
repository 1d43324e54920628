//! A packet-level network, sans-IO: hosts, links, TCP, faults.
//!
//! Programs are told what happens to their connections by [`FabricEvent`]s, and act by the methods of [`Fabric`].
//! Real TCP endpoints exchange real packets over links with a rate, a queue, a propagation delay, jitter and loss.
//! Nothing here reads a clock or draws from the system: the same calls with the same times and the same seed give
//! the same packets.
//!
//! What it does not model: anything but TCP over IPv4 in packets of up to [`MTU_BYTES`]; checksums and damaged
//! bytes; selective acknowledgement, so that a full drop-tail queue costs more goodput than it costs a Linux
//! kernel; a limit on connections that wait to be accepted, since they are handed over at once.
//!
//! ```
//! use std::net::{Ipv4Addr, SocketAddrV4};
//! use fabric::{AccessLink, BufferUse, EventKind, Fabric};
//! use wire::{Seed, SimTime};
//!
//! let mut fabric = Fabric::new(Seed::from_number(7));
//! let lan = AccessLink::preset("office LAN").unwrap();
//! let server = fabric.add_host("server", Ipv4Addr::new(10, 0, 0, 1), lan);
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
mod engine;
mod event;
mod fabric;
mod faults;
mod ids;
mod link;
mod netstat;
mod packet;
mod presets;
mod sampling;
mod schedule;
mod sockets;
mod tap;
mod tcp;

pub use event::{CloseReason, EventKind, FabricEvent};
pub use fabric::{
    CONNECT_TIMEOUT, Fabric, FabricStats, LINGER_TIMEOUT, LOOPBACK_DELAY, ListenError, UNANSWERED_TIMEOUT,
};
pub use ids::{Direction, HostId, SocketId};
pub use link::{AccessLink, LinkConfig, LinkCounters, LinkSample};
pub use netstat::{Netstat, NetstatRow};
pub use packet::{MTU_BYTES, TcpFlags};
pub use tap::{Fate, PacketRecord};
pub use tcp::{BULK_BUFFER_BYTES, BufferUse, CONTROL_BUFFER_BYTES, MIXED_BUFFER_BYTES, TcpState};
