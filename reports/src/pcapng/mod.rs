//! Packet captures in pcapng, as Wireshark and tshark read them.
//!
//! The format is that of draft-ietf-opsawg-pcapng, the option numbers are its section 4. Every time is virtual and
//! counts from the Unix epoch: the moment 12.5 s of a recording is 12.5 s after 1970-01-01T00:00:00Z, so that
//! `frame.time_epoch` is what all our reports show, and the same recording gives the same bytes.

mod blocks;
mod checksums;
mod names;

use std::net::Ipv4Addr;

use wire::SimTime;

use self::blocks::{Block, Options};
use self::checksums::with_checksums;
use self::names::host_names;

/// What was seen on the interfaces of some hosts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capture {
    /// What this is a capture of, for whoever opens the file.
    pub comment: String,
    /// One for each host.
    pub interfaces: Vec<CaptureInterface>,
    /// Who has which address, as people say it; where two are given, the first counts.
    pub names: Vec<(Ipv4Addr, String)>,
    /// In the order of time.
    pub packets: Vec<CapturedPacket>,
}

/// Where packets are seen: a host's own interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureInterface {
    /// Whose: `Carla's device`.
    pub name: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// Bits per second from the host, where there is a limit.
    pub up_bits_per_s: Option<u64>,
    /// Bits per second to the host, where there is a limit.
    pub down_bits_per_s: Option<u64>,
}

/// A packet on an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedPacket {
    /// When.
    pub at: SimTime,
    /// The place of its interface.
    pub interface: usize,
    /// Whether the host sent it; else it got it.
    pub is_outbound: bool,
    /// All of it, from the IPv4 header on. Checksums that are zero are filled in.
    pub bytes: Vec<u8>,
    /// What a reader should know: the step that begins here, what becomes of the packet.
    pub comments: Vec<String>,
}

/// Raw IP, which begins with the IP header.
const LINKTYPE_RAW: u16 = 101;
/// Nanoseconds, as the negative power of ten.
const TSRESOL_NANOS: u8 = 9;

const FLAGS_INBOUND: u32 = 0b01;
const FLAGS_OUTBOUND: u32 = 0b10;

/// The file.
///
/// # Panics
///
/// If a packet names an interface that is not there.
pub fn pcapng(capture: &Capture) -> Vec<u8> {
    let mut file = Vec::new();
    section(&capture.comment).write(&mut file);
    for interface in &capture.interfaces {
        description(interface).write(&mut file);
    }
    if !capture.names.is_empty() {
        resolution(&capture.names).write(&mut file);
    }
    for packet in &capture.packets {
        assert!(packet.interface < capture.interfaces.len(), "expected an interface, came {packet:?}");
        enhanced(packet).write(&mut file);
    }
    file
}

/// Section Header Block.
fn section(comment: &str) -> Block {
    const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;
    const LENGTH_UNKNOWN: u64 = u64::MAX;
    let mut options = Options::default();
    if !comment.is_empty() {
        options.text(Options::COMMENT, comment);
    }
    options.text(4, "Rehearsal");
    let mut block = Block::new(0x0a0d_0d0a);
    block.u32(BYTE_ORDER_MAGIC);
    block.u16(1);
    block.u16(0);
    block.u64(LENGTH_UNKNOWN);
    block.options(options);
    block
}

/// Interface Description Block.
fn description(interface: &CaptureInterface) -> Block {
    let mut options = Options::default();
    options.text(2, &interface.name);
    let [a, b, c, d] = interface.address.octets();
    options.bytes(4, &[a, b, c, d, 255, 255, 255, 255]);
    options.bytes(9, &[TSRESOL_NANOS]);
    for (code, rate) in [(16, interface.up_bits_per_s), (17, interface.down_bits_per_s)] {
        if let Some(rate) = rate {
            options.bytes(code, &rate.to_le_bytes());
        }
    }
    let mut block = Block::new(1);
    block.u16(LINKTYPE_RAW);
    block.u16(0);
    // No limit to the length of a packet.
    block.u32(0);
    block.options(options);
    block
}

/// Name Resolution Block.
fn resolution(names: &[(Ipv4Addr, String)]) -> Block {
    const RECORD_END: u16 = 0;
    const RECORD_IPV4: u16 = 1;
    let mut block = Block::new(4);
    for (address, name) in host_names(names) {
        let value = [&address.octets()[..], name.as_bytes(), &[0]].concat();
        block.field(RECORD_IPV4, &value);
    }
    block.field(RECORD_END, &[]);
    block
}

/// Enhanced Packet Block.
fn enhanced(packet: &CapturedPacket) -> Block {
    let mut options = Options::default();
    for comment in &packet.comments {
        options.text(Options::COMMENT, comment);
    }
    let flags = if packet.is_outbound { FLAGS_OUTBOUND } else { FLAGS_INBOUND };
    options.bytes(2, &flags.to_le_bytes());
    let at = packet.at.as_nanos();
    let bytes = with_checksums(&packet.bytes);
    let length = u32::try_from(bytes.len()).expect("a packet is no longer than IP allows");
    let mut block = Block::new(6);
    block.u32(u32::try_from(packet.interface).expect("fewer interfaces than u32 counts"));
    block.u32((at >> 32) as u32);
    block.u32(at as u32);
    block.u32(length);
    block.u32(length);
    block.padded(&bytes);
    block.options(options);
    block
}
