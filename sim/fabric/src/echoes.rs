//! Echoes: what `ping` asks a host for, and what every host answers by itself (RFC 792).

use std::net::{Ipv4Addr, SocketAddrV4};

use wire::SimTime;

use crate::fabric::Fabric;
use crate::hosts::Interface;
use crate::ids::HostId;
use crate::packet::{Body, ECHO_HEADER_BYTES, Echo, IPV4_HEADER_BYTES, MTU_BYTES, Route};

/// The most data that an echo can carry: what fits into one packet.
pub const ECHO_BYTES_MAX: usize = MTU_BYTES - IPV4_HEADER_BYTES - ECHO_HEADER_BYTES;

/// An echo that has come back to whoever asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EchoReply {
    /// Who asked.
    pub host: HostId,
    /// Who answered.
    pub from: Ipv4Addr,
    /// What the question was sent with.
    pub identifier: u16,
    /// What the question was sent with.
    pub sequence: u16,
    /// How many gateways the answer could still have passed.
    pub time_to_live: u8,
}

/// Why an echo cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EchoError {
    /// Its data does not fit into one packet.
    #[error("expected an echo of at most {ECHO_BYTES_MAX} bytes, found one of {bytes}")]
    TooLong {
        /// How much data.
        bytes: usize,
    },
    /// The host has no network of its own at the moment (`ENETUNREACH`).
    #[error("network unreachable")]
    NetworkUnreachable,
}

impl Fabric {
    /// Asks whoever has an address for an echo, with so many bytes of data. What comes back,
    /// [`Fabric::poll_echo`] tells; of what is lost on the way, and of a host that is not there, nobody does.
    ///
    /// # Errors
    /// If it is too long, or the host has no network.
    pub fn send_echo(
        &mut self,
        now: SimTime,
        host: HostId,
        to: Ipv4Addr,
        (identifier, sequence): (u16, u16),
        bytes: usize,
    ) -> Result<(), EchoError> {
        self.advance(now);
        if bytes > ECHO_BYTES_MAX {
            return Err(EchoError::TooLong { bytes });
        }
        let interface = self.interface_towards(host, to).ok_or(EchoError::NetworkUnreachable)?;
        let Interface { address, plugged_in, .. } = self.interfaces[interface.index()];
        if !plugged_in && self.own_interface(host, to).is_none() {
            return Err(EchoError::NetworkUnreachable);
        }
        let data = self.shared.payloads.lend(bytes, |buffer| {
            buffer.iter_mut().zip((b'a'..=b'z').cycle()).for_each(|(byte, letter)| *byte = letter);
        });
        let echo = Echo { is_request: true, sequence, data };
        self.write_echo(host, SocketAddrV4::new(address, identifier), SocketAddrV4::new(to, 0), echo);
        self.schedule.prune();
        Ok(())
    }

    /// The next echo that has come back to one of the hosts.
    pub fn poll_echo(&mut self) -> Option<EchoReply> {
        self.echoes.pop_front()
    }

    /// A question is answered by the host itself, whatever runs there; an answer waits for whoever asked.
    pub(crate) fn deliver_echo(
        &mut self,
        host: HostId,
        source: SocketAddrV4,
        destination: SocketAddrV4,
        echo: Echo,
        time_to_live: u8,
    ) {
        if echo.is_request {
            return self.write_echo(host, destination, source, Echo { is_request: false, ..echo });
        }
        self.shared.payloads.take_back(echo.data);
        let (identifier, sequence) = (destination.port(), echo.sequence);
        self.echoes.push_back(EchoReply { host, from: *source.ip(), identifier, sequence, time_to_live });
    }

    fn write_echo(&mut self, host: HostId, source: SocketAddrV4, destination: SocketAddrV4, echo: Echo) {
        let exit = self.exit(host, source, destination);
        self.write(host, source, destination, Body::Echo(echo), Route::default());
        self.transmit(exit);
    }
}
