//! Segments to bytes and back (RFC 9293, 3.1; options by RFC 7323, 2 and 3, and RFC 2018, 2 and 3).

use std::net::{Ipv4Addr, SocketAddrV4};

use crate::segment::{Flags, PAYLOAD_BYTES_MAX, PayloadPool, SackBlocks, Segment, Timestamps};

/// The header without options.
pub const HEADER_BYTES: usize = 20;
const OPTIONS_BYTES_MAX: usize = 40;
const PROTOCOL_TCP: u8 = 6;

const END: u8 = 0;
const NO_OPERATION: u8 = 1;
const MSS: u8 = 2;
const WINDOW_SCALE: u8 = 3;
const SACK_PERMITTED: u8 = 4;
const SACK: u8 = 5;
const TIMESTAMPS: u8 = 8;

/// Bytes that are not a TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Shorter than a header.
    #[error("expected at least {HEADER_BYTES} bytes of TCP header, found {found}")]
    Truncated {
        /// Bytes there are.
        found: usize,
    },
    /// The data offset points into the header or past the end.
    #[error("expected a data offset of 20 to {len} bytes, found {found}")]
    DataOffset {
        /// What it says.
        found: usize,
        /// Bytes there are.
        len: usize,
    },
    /// The sum over pseudo header and segment is not zero.
    #[error("expected a checksum of zero over the whole segment, found {found:#06x}")]
    Checksum {
        /// The sum.
        found: u16,
    },
    /// More than one Ethernet frame carries.
    #[error("expected a payload of at most {PAYLOAD_BYTES_MAX} bytes, found {found}")]
    PayloadTooLong {
        /// Its bytes.
        found: usize,
    },
}

impl Segment {
    /// Bytes of the TCP header with its options, and of the payload.
    pub fn wire_bytes(&self) -> usize {
        HEADER_BYTES + self.option_bytes() + self.payload.len()
    }

    /// Sequence numbers that the segment uses up: one for each byte, one for SYN, one for FIN.
    pub fn sequence_space(&self) -> u32 {
        self.payload.len() as u32 + u32::from(self.flags.syn()) + u32::from(self.flags.fin())
    }

    /// Writes header, options and payload behind what is in `into`, with the checksum that goes with the addresses.
    /// SACK ranges for which a header has no room are left out.
    pub fn emit(&self, source: SocketAddrV4, destination: SocketAddrV4, into: &mut Vec<u8>) {
        let begin = into.len();
        let header_bytes = HEADER_BYTES + self.option_bytes();
        into.extend_from_slice(&source.port().to_be_bytes());
        into.extend_from_slice(&destination.port().to_be_bytes());
        into.extend_from_slice(&self.seq.to_be_bytes());
        into.extend_from_slice(&self.ack.to_be_bytes());
        into.push((header_bytes as u8 / 4) << 4);
        into.push(self.flags.bits());
        into.extend_from_slice(&self.window.to_be_bytes());
        into.extend_from_slice(&[0; 4]);
        self.emit_options(into);
        debug_assert_eq!(into.len() - begin, header_bytes);
        into.extend_from_slice(self.payload.as_slice());
        let sum = checksum(*source.ip(), *destination.ip(), &into[begin..]);
        into[begin + 16..begin + 18].copy_from_slice(&sum.to_be_bytes());
    }

    /// Reads what an IPv4 packet carries; gives the ports of source and destination, too. Options that it does not
    /// know, or that are malformed, it passes over, as every stack does.
    ///
    /// # Errors
    /// If `bytes` are no segment, or a damaged one.
    pub fn parse(
        source: Ipv4Addr,
        destination: Ipv4Addr,
        bytes: &[u8],
        payloads: &mut PayloadPool,
    ) -> Result<(u16, u16, Self), ParseError> {
        let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else {
            return Err(ParseError::Truncated { found: bytes.len() });
        };
        let data_offset = usize::from(header[12] >> 4) * 4;
        if data_offset < HEADER_BYTES || data_offset > bytes.len() {
            return Err(ParseError::DataOffset { found: data_offset, len: bytes.len() });
        }
        let found = checksum(source, destination, bytes);
        if found != 0 {
            return Err(ParseError::Checksum { found });
        }
        let (options, data) = (&bytes[HEADER_BYTES..data_offset], &bytes[data_offset..]);
        if data.len() > PAYLOAD_BYTES_MAX {
            return Err(ParseError::PayloadTooLong { found: data.len() });
        }
        let mut segment = Self {
            seq: read_u32(&header[4..]),
            ack: read_u32(&header[8..]),
            flags: Flags::from_bits(header[13]),
            window: read_u16(&header[14..]),
            payload: payloads.lend(data.len(), |buffer| buffer.copy_from_slice(data)),
            ..Self::default()
        };
        segment.parse_options(options);
        Ok((read_u16(&header[0..]), read_u16(&header[2..]), segment))
    }

    fn option_bytes(&self) -> usize {
        let timestamps = if self.timestamps.is_some() { 12 } else { 0 };
        let sack_permitted = if self.sack_permitted && self.timestamps.is_none() { 4 } else { 0 };
        let others = if self.mss.is_some() { 4 } else { 0 }
            + timestamps
            + sack_permitted
            + if self.window_scale.is_some() { 4 } else { 0 };
        others + sack_option_bytes(self.sack_that_fits(others))
    }

    fn sack_that_fits(&self, other_option_bytes: usize) -> usize {
        let room = OPTIONS_BYTES_MAX - other_option_bytes;
        self.sack.as_slice().len().min(room.saturating_sub(4) / 8)
    }

    /// In the order that Linux uses, padded to whole words.
    fn emit_options(&self, into: &mut Vec<u8>) {
        let begin = into.len();
        if let Some(mss) = self.mss {
            into.extend_from_slice(&[MSS, 4]);
            into.extend_from_slice(&mss.to_be_bytes());
        }
        match (self.sack_permitted, self.timestamps.is_some()) {
            (true, true) => into.extend_from_slice(&[SACK_PERMITTED, 2]),
            (true, false) => into.extend_from_slice(&[NO_OPERATION, NO_OPERATION, SACK_PERMITTED, 2]),
            (false, true) => into.extend_from_slice(&[NO_OPERATION, NO_OPERATION]),
            (false, false) => {}
        }
        if let Some(Timestamps { value, echo }) = self.timestamps {
            into.extend_from_slice(&[TIMESTAMPS, 10]);
            into.extend_from_slice(&value.to_be_bytes());
            into.extend_from_slice(&echo.to_be_bytes());
        }
        if let Some(scale) = self.window_scale {
            into.extend_from_slice(&[NO_OPERATION, WINDOW_SCALE, 3, scale]);
        }
        let blocks = &self.sack.as_slice()[..self.sack_that_fits(into.len() - begin)];
        if !blocks.is_empty() {
            into.extend_from_slice(&[NO_OPERATION, NO_OPERATION, SACK, 2 + 8 * blocks.len() as u8]);
            for (left, right) in blocks {
                into.extend_from_slice(&left.to_be_bytes());
                into.extend_from_slice(&right.to_be_bytes());
            }
        }
    }

    fn parse_options(&mut self, mut options: &[u8]) {
        while let [kind, rest @ ..] = options {
            if *kind == NO_OPERATION {
                options = rest;
                continue;
            }
            let Some(&len) = rest.first() else { return };
            let len = usize::from(len);
            if *kind == END || len < 2 || len > options.len() {
                return;
            }
            let (option, behind) = options.split_at(len);
            let value = &option[2..];
            match (*kind, value.len()) {
                (MSS, 2) if self.flags.syn() => self.mss = Some(read_u16(value)),
                (WINDOW_SCALE, 1) if self.flags.syn() => self.window_scale = Some(value[0]),
                (SACK_PERMITTED, 0) if self.flags.syn() => self.sack_permitted = true,
                (TIMESTAMPS, 8) => {
                    self.timestamps =
                        Some(Timestamps { value: read_u32(value), echo: read_u32(&value[4..]) });
                }
                (SACK, bytes) if bytes > 0 && bytes % 8 == 0 => {
                    self.sack = SackBlocks::default();
                    for block in value.chunks_exact(8) {
                        self.sack.push(read_u32(block), read_u32(&block[4..]));
                    }
                }
                _ => {}
            }
            options = behind;
        }
    }
}

fn sack_option_bytes(blocks: usize) -> usize {
    if blocks == 0 { 0 } else { 4 + 8 * blocks }
}

fn read_u16(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

fn read_u32(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// The Internet checksum over pseudo header and segment (RFC 9293, 3.1): zero over a whole segment that is sound.
fn checksum(source: Ipv4Addr, destination: Ipv4Addr, segment: &[u8]) -> u16 {
    let halves =
        |address: Ipv4Addr| u64::from(address.to_bits() >> 16) + u64::from(address.to_bits() & 0xffff);
    let mut sum = halves(source) + halves(destination) + u64::from(PROTOCOL_TCP) + segment.len() as u64;
    let mut words = segment.chunks_exact(2);
    for word in &mut words {
        sum += u64::from(read_u16(word));
    }
    if let [last] = words.remainder() {
        sum += u64::from(*last) << 8;
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}
