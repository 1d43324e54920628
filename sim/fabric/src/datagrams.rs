//! Datagrams: UDP over IPv4 (RFC 768).

use std::collections::VecDeque;
use std::net::SocketAddrV4;

use tcp::{Payload, PayloadPool};
use wire::SimTime;

use crate::event::EventKind;
use crate::fabric::{EPHEMERAL_PORTS, Fabric};
use crate::hosts::Interface;
use crate::ids::{HostId, SocketId};
use crate::packet::{Body, IPV4_HEADER_BYTES, MTU_BYTES, Route, UDP_HEADER_BYTES};
use crate::sockets::{Socket, Stage};

/// The largest datagram's content: what fits into one packet. Nothing is fragmented.
pub const DATAGRAM_BYTES_MAX: usize = MTU_BYTES - IPV4_HEADER_BYTES - UDP_HEADER_BYTES;

/// Bytes of datagrams that wait to be taken from a socket; what comes on top is dropped. Linux's `rmem_default`.
pub const INBOX_BYTES_MAX: usize = 208 * 1024;

/// Datagrams that have come and wait to be taken.
#[derive(Default)]
pub(crate) struct Inbox {
    waiting: VecDeque<(SocketAddrV4, Payload)>,
    bytes: usize,
}

impl Inbox {
    pub(crate) fn empty(self, payloads: &mut PayloadPool) {
        for (_, payload) in self.waiting {
            payloads.take_back(payload);
        }
    }
}

/// Why a host cannot have a port for datagrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// Somebody on the host has it.
    #[error("expected a free port on {host}, port {port} is taken")]
    PortTaken {
        /// The host asked.
        host: HostId,
        /// The port asked for.
        port: u16,
    },
    /// Somebody on the host has each of those that are given out.
    #[error("expected a free port on {host}, all are taken")]
    NoFreePort {
        /// The host asked.
        host: HostId,
    },
    /// The host is switched off.
    #[error("expected {host} to have power")]
    NoPower {
        /// The host asked.
        host: HostId,
    },
}

/// Why a datagram cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatagramError {
    /// It does not fit into one packet.
    #[error("expected a datagram of at most {DATAGRAM_BYTES_MAX} bytes, found one of {bytes}")]
    TooLong {
        /// Its size.
        bytes: usize,
    },
    /// The host has no network of its own at the moment (`ENETUNREACH`).
    #[error("network unreachable")]
    NetworkUnreachable,
    /// The id names no socket for datagrams.
    #[error("expected a socket for datagrams, found {found}")]
    NotBound {
        /// What was named.
        found: SocketId,
    },
}

impl Fabric {
    /// A socket for datagrams, at any address of the host; without a port, at one that is free. `Readable` tells of
    /// what comes.
    ///
    /// # Errors
    /// If the port is taken, or the host is switched off.
    pub fn bind(&mut self, now: SimTime, host: HostId, port: Option<u16>) -> Result<SocketId, BindError> {
        self.advance(now);
        if !self.hosts[host.index()].powered {
            return Err(BindError::NoPower { host });
        }
        let port = match port {
            Some(port) if self.bound.contains_key(&(host, port)) => {
                return Err(BindError::PortTaken { host, port });
            }
            Some(port) => port,
            None => self.free_datagram_port(host).ok_or(BindError::NoFreePort { host })?,
        };
        let local = SocketAddrV4::new(self.host_address(host), port);
        let nobody = SocketAddrV4::new(std::net::Ipv4Addr::UNSPECIFIED, 0);
        let mut socket = Socket::new(host, local, nobody, Stage::Bound, None);
        socket.inbox = Some(Box::default());
        let (id, place) = self.sockets.insert(socket);
        self.bound.insert((host, port), place);
        Ok(id)
    }

    /// Sends a datagram from the address that the host goes out by. Nobody tells whether it arrives.
    ///
    /// # Errors
    /// If it is too long, the host has no network, or the id is not that of a socket for datagrams.
    pub fn send_datagram(
        &mut self,
        now: SimTime,
        socket: SocketId,
        to: SocketAddrV4,
        bytes: &[u8],
    ) -> Result<(), DatagramError> {
        self.advance(now);
        let state = self.sockets.get(socket).filter(|state| state.stage == Stage::Bound);
        let state = state.ok_or(DatagramError::NotBound { found: socket })?;
        if bytes.len() > DATAGRAM_BYTES_MAX {
            return Err(DatagramError::TooLong { bytes: bytes.len() });
        }
        let (host, port) = (state.host, state.local.port());
        let interface = self.interface_towards(host, *to.ip()).ok_or(DatagramError::NetworkUnreachable)?;
        let Interface { address, plugged_in, .. } = self.interfaces[interface.index()];
        if !plugged_in && self.own_interface(host, *to.ip()).is_none() {
            return Err(DatagramError::NetworkUnreachable);
        }
        let source = SocketAddrV4::new(address, port);
        if let Some((_, state)) = self.sockets.get_mut(socket) {
            state.bytes_out += bytes.len() as u64;
        }
        let payload = self.shared.payloads.lend(bytes.len(), |buffer| buffer.copy_from_slice(bytes));
        let exit = self.exit(host, source, to);
        self.write(host, source, to, Body::Datagram(payload), Route::default());
        self.transmit(exit);
        self.schedule.prune();
        Ok(())
    }

    /// Takes the next datagram: appends its bytes to `into`, and says whom it is from.
    pub fn receive_datagram(&mut self, socket: SocketId, into: &mut Vec<u8>) -> Option<SocketAddrV4> {
        let (_, state) = self.sockets.get_mut(socket)?;
        let inbox = state.inbox.as_mut()?;
        let (from, payload) = inbox.waiting.pop_front()?;
        inbox.bytes -= payload.len();
        state.bytes_read += payload.len() as u64;
        into.extend_from_slice(payload.as_slice());
        self.shared.payloads.take_back(payload);
        Some(from)
    }

    pub(crate) fn deliver_datagram(
        &mut self,
        to: HostId,
        source: SocketAddrV4,
        destination: SocketAddrV4,
        payload: Payload,
    ) {
        let place = self.bound.get(&(to, destination.port())).copied();
        let found = place.and_then(|place| Some((place, self.sockets.at(place)?)));
        let Some((place, state)) = found else { return self.shared.payloads.take_back(payload) };
        match &mut state.inbox {
            Some(inbox) if inbox.bytes + payload.len() <= INBOX_BYTES_MAX => {
                inbox.bytes += payload.len();
                inbox.waiting.push_back((source, payload));
                if !std::mem::replace(&mut state.readable_announced, true) {
                    self.sockets.announce(place, EventKind::Readable);
                }
            }
            _ => self.shared.payloads.take_back(payload),
        }
    }

    fn free_datagram_port(&mut self, host: HostId) -> Option<u16> {
        EPHEMERAL_PORTS.into_iter().find_map(|_| {
            let next = &mut self.hosts[host.index()].next_port;
            let port = *next;
            *next = if port == *EPHEMERAL_PORTS.end() { *EPHEMERAL_PORTS.start() } else { port + 1 };
            (!self.bound.contains_key(&(host, port))).then_some(port)
        })
    }
}
