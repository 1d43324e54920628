//! A segment as a struct: bytes only where a capture, a TUN device or a test wants them.

use std::fmt;

/// The most that a payload's buffer holds: an Ethernet frame's worth. A segment of the usual size has 1,460 bytes at
/// most, but the same buffers carry datagrams, and packets that are only passed through.
pub const PAYLOAD_BYTES_MAX: usize = 1_500;

/// One TCP segment, without its ports: those are the packet's, since a NAT rewrites them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// Number of the first byte, or of SYN.
    pub seq: u32,
    /// The next byte that the sender expects; meaningful if [`Flags::ack`].
    pub ack: u32,
    /// The control bits.
    pub flags: Flags,
    /// As in the header: not scaled.
    pub window: u16,
    /// Maximum segment size option, on SYN only (RFC 9293, 3.7.1).
    pub mss: Option<u16>,
    /// Window scale option, on SYN only (RFC 7323, 2).
    pub window_scale: Option<u8>,
    /// SACK-permitted option, on SYN only (RFC 2018, 2).
    pub sack_permitted: bool,
    /// Timestamps option (RFC 7323, 3).
    pub timestamps: Option<Timestamps>,
    /// SACK option (RFC 2018, 3).
    pub sack: SackBlocks,
    /// What it carries.
    pub payload: Payload,
}

/// The two values of the timestamps option (RFC 7323, 3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timestamps {
    /// TSval: the sender's clock.
    pub value: u32,
    /// TSecr: the peer's clock, echoed.
    pub echo: u32,
}

/// Ranges that the sender of the segment has received beyond its `ack`, left edge and right edge, at most four; with
/// timestamps, three fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SackBlocks {
    blocks: [(u32, u32); 4],
    len: u8,
}

impl SackBlocks {
    /// Adds a range, unless there are four already.
    pub fn push(&mut self, left: u32, right: u32) {
        if let Some(block) = self.blocks.get_mut(usize::from(self.len)) {
            *block = (left, right);
            self.len += 1;
        }
    }

    /// The ranges, in their order.
    pub fn as_slice(&self) -> &[(u32, u32)] {
        &self.blocks[..usize::from(self.len)]
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// TCP's control bits, in the order of the header.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Flags(u8);

impl Flags {
    /// The sender has no more data.
    pub const FIN: Self = Self(0x01);
    /// Opens a connection.
    pub const SYN: Self = Self(0x02);
    /// Tears a connection down.
    pub const RST: Self = Self(0x04);
    /// The end of what the sender had to send.
    pub const PSH: Self = Self(0x08);
    /// The acknowledgement number counts.
    pub const ACK: Self = Self(0x10);

    /// The bits of a header's byte.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The header's byte.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// These and those.
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// [`Flags::FIN`] is set.
    pub const fn fin(self) -> bool {
        self.0 & Self::FIN.0 != 0
    }

    /// [`Flags::SYN`] is set.
    pub const fn syn(self) -> bool {
        self.0 & Self::SYN.0 != 0
    }

    /// [`Flags::RST`] is set.
    pub const fn rst(self) -> bool {
        self.0 & Self::RST.0 != 0
    }

    /// [`Flags::PSH`] is set.
    pub const fn psh(self) -> bool {
        self.0 & Self::PSH.0 != 0
    }

    /// [`Flags::ACK`] is set.
    pub const fn ack(self) -> bool {
        self.0 & Self::ACK.0 != 0
    }
}

/// As tcpdump prints them: `S`, `S.`, `P.`, `F.`, `R`, `.` for a bare acknowledgement.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (set, letter) in
            [(self.syn(), "S"), (self.fin(), "F"), (self.psh(), "P"), (self.rst(), "R"), (self.ack(), ".")]
        {
            if set {
                f.write_str(letter)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

/// The bytes of a segment, in a buffer that a [`PayloadPool`] lends; empty ones have none.
#[derive(Clone, Default)]
pub struct Payload {
    buffer: Option<Box<[u8]>>,
    len: u16,
}

impl Payload {
    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        self.buffer.as_deref().map_or(&[], |buffer| &buffer[..usize::from(self.len)])
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Payload {}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len)
    }
}

/// Buffers for payloads, used again and again.
#[derive(Debug, Default)]
pub struct PayloadPool {
    free: Vec<Box<[u8]>>,
}

impl PayloadPool {
    /// A payload of `len` bytes, written by `fill`; its buffer holds an older payload's bytes until then.
    ///
    /// # Panics
    /// If `len` is above [`PAYLOAD_BYTES_MAX`].
    pub fn lend(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) -> Payload {
        assert!(len <= PAYLOAD_BYTES_MAX, "expected a payload of one packet, got {len} bytes");
        if len == 0 {
            return Payload::default();
        }
        let mut buffer = self.free.pop().unwrap_or_else(|| vec![0; PAYLOAD_BYTES_MAX].into_boxed_slice());
        fill(&mut buffer[..len]);
        Payload { buffer: Some(buffer), len: len as u16 }
    }

    /// Takes a payload's buffer back.
    pub fn take_back(&mut self, payload: Payload) {
        self.free.extend(payload.buffer);
    }
}
