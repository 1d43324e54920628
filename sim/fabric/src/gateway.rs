//! Stub.
use std::net::{Ipv4Addr, SocketAddrV4};
use wire::SimTime;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol { Tcp, Udp }
#[derive(Clone, Copy, Debug)]
pub struct Glance { pub protocol: Protocol, pub source: SocketAddrV4, pub destination: SocketAddrV4, pub syn: bool, pub ack: bool, pub fin: bool, pub rst: bool }
#[derive(Clone, Copy, Debug)]
pub enum Verdict { Pass { source: SocketAddrV4, destination: SocketAddrV4 }, Drop(Refusal), Reject(Refusal), Hairpin { source: SocketAddrV4, destination: SocketAddrV4 } }
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal { NoMapping }
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NatConfig {}
#[derive(Clone, Debug, PartialEq, Default)]
pub struct GatewayConfig { pub nat: Option<NatConfig> }
#[derive(Clone, Debug)]
pub struct MappingRow;
pub struct Gateway { config: GatewayConfig, external: Vec<Ipv4Addr> }
impl Gateway {
    pub fn new(config: GatewayConfig) -> Self { Self { config, external: vec![] } }
    pub fn outbound(&mut self, _: SimTime, g: &Glance) -> Verdict { Verdict::Pass { source: g.source, destination: g.destination } }
    pub fn inbound(&mut self, _: SimTime, g: &Glance) -> Verdict { Verdict::Pass { source: g.source, destination: g.destination } }
    pub fn rebind(&mut self) {}
    pub fn renumber(&mut self, e: Ipv4Addr) { self.external = vec![e]; }
    pub fn external_addresses(&self) -> &[Ipv4Addr] { &self.external }
    pub fn config(&self) -> &GatewayConfig { &self.config }
    pub fn configure(&mut self, c: GatewayConfig) { self.config = c; }
    pub fn mappings(&self, _: SimTime) -> impl Iterator<Item = MappingRow> { std::iter::empty() }
}
