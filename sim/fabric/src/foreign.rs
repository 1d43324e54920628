//! Foreign hosts: others' stacks on our links. What is for them comes out as bytes, what they send goes in as bytes.
//!
//! So a kernel behind a TUN device, or smoltcp in a test, talks to the fabric's own hosts, or two kernels talk to
//! each other over a link of the fabric.

use std::net::SocketAddrV4;

use tcp::Segment;
use wire::SimTime;

use crate::fabric::Fabric;
use crate::ids::HostId;
use crate::packet::{
    Body, Echo, Ipv4, MTU_BYTES, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, Route, parse_echo, parse_udp,
};
use crate::zone::Next;

/// Why a foreign host's packet was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InjectError {
    /// It is not IPv4, or not whole, or a fragment.
    #[error("expected a whole IPv4 packet of at most {MTU_BYTES} bytes, found {bytes} bytes that are none")]
    NoPacket {
        /// How many bytes came.
        bytes: usize,
    },
    /// It is from an address that the host does not have.
    #[error("expected a packet from an address of {host}, found one from {source_address}")]
    WrongSource {
        /// The host.
        host: HostId,
        /// The source in the packet.
        source_address: std::net::Ipv4Addr,
    },
    /// It is for one of the fabric's own hosts, or through a gateway, and broken or of a kind that they do not know.
    #[error("expected a TCP segment, a datagram or an echo, found one that is broken")]
    Broken,
}

impl Fabric {
    /// Makes a host foreign: whatever arrives for it is kept for [`Fabric::poll_foreign`], and what it sends comes by
    /// [`Fabric::inject`]. It has no sockets.
    pub fn make_foreign(&mut self, host: HostId) {
        self.hosts[host.index()].foreign.get_or_insert_default();
    }

    /// The next packet that has arrived at a foreign host, IP header included.
    pub fn poll_foreign(&mut self, host: HostId) -> Option<Vec<u8>> {
        self.hosts[host.index()].foreign.as_mut()?.pop_front()
    }

    /// A foreign host sends a packet. Between two foreign hosts of one zone it is carried as it is, byte for byte;
    /// through gateways and towards the fabric's own it is read as TCP, a datagram or an echo.
    ///
    /// # Errors
    /// If it is no packet, not from this host, or for one of the fabric's own hosts and broken. Then it is not sent.
    pub fn inject(&mut self, now: SimTime, host: HostId, bytes: &[u8]) -> Result<(), InjectError> {
        self.advance(now);
        let packet = Ipv4::parse(bytes).filter(|_| bytes.len() <= MTU_BYTES);
        let packet = packet.ok_or(InjectError::NoPacket { bytes: bytes.len() })?;
        let Some(interface) = self.own_interface(host, packet.source) else {
            return Err(InjectError::WrongSource { host, source_address: packet.source });
        };
        let zone = self.interface_zone(interface);
        // A gateway between the two reads what it forwards.
        let is_near_and_foreign = match self.zones[zone.index()].table.get(&packet.destination) {
            Some(Next::Interface(near)) => {
                let host = self.interfaces[near.index()].host;
                self.hosts[host.index()].foreign.is_some()
            }
            Some(Next::Below(_)) | None => false,
        };
        let body = if is_near_and_foreign {
            Body::Foreign(self.shared.payloads.lend(bytes.len(), |buffer| buffer.copy_from_slice(bytes)))
        } else {
            self.read_body(packet)?
        };
        let (from_port, to_port) = packet.ports();
        let source = SocketAddrV4::new(packet.source, from_port);
        let destination = SocketAddrV4::new(packet.destination, to_port);
        let exit = self.exit(host, source, destination);
        self.write(host, source, destination, body, Route::default());
        self.transmit(exit);
        self.schedule.prune();
        Ok(())
    }

    /// Reads what is in a packet for one of our own hosts.
    fn read_body(&mut self, packet: Ipv4<'_>) -> Result<Body, InjectError> {
        let payloads = &mut self.shared.payloads;
        match packet.protocol {
            PROTOCOL_TCP => Segment::parse(packet.source, packet.destination, packet.content, payloads)
                .map(|(_, _, segment)| Body::Tcp(segment))
                .map_err(|_| InjectError::Broken),
            PROTOCOL_UDP => {
                let content = parse_udp(packet).ok_or(InjectError::Broken)?;
                Ok(Body::Datagram(payloads.lend(content.len(), |buffer| buffer.copy_from_slice(content))))
            }
            PROTOCOL_ICMP => {
                let (is_request, sequence, content) = parse_echo(packet).ok_or(InjectError::Broken)?;
                let data = payloads.lend(content.len(), |buffer| buffer.copy_from_slice(content));
                Ok(Body::Echo(Echo { is_request, sequence, data }))
            }
            _ => Err(InjectError::Broken),
        }
    }

    pub(crate) fn hand_to_foreigner(&mut self, bytes: Vec<u8>, to: HostId) {
        if let Some(waiting) = &mut self.hosts[to.index()].foreign {
            waiting.push_back(bytes);
        }
    }
}
