//! How a frame is laid out in bytes.
//!
//! A frame is a row of segments. A segment says what to do, in order, and brings the pixels for it:
//!
//! | part | what |
//! |---|---|
//! | five numbers | bytes of each of the five parts below, once they are out of zstd |
//! | operations | what to do (`Op`) |
//! | indices | places in palettes, packed to 1, 2, 4 or 8 bits |
//! | planes | green, red less green, blue less green; each as the difference to the pixel on the left |
//! | scans | of JPEGs, without markers (`jpeg`); what a header would say follows from the operation |
//!
//! Operations, indices and planes go through one zstd stream that lasts as long as the encoder and is flushed at the
//! end of each segment. Numbers are LEB128: seven bits a byte, the lowest first.

use thiserror::Error;

/// No segment has more in its operations, indices and planes together.
pub(super) const SEGMENT_RAW_BYTES_MAX: usize = 1 << 20;

/// What a segment has in it, while it is put together.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) ops: Vec<u8>,
    pub(super) indices: Vec<u8>,
    pub(super) planes: Vec<u8>,
    pub(super) scans: Vec<u8>,
}

impl Body {
    pub(super) fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// What zstd will be given.
    pub(super) fn raw_bytes(&self) -> usize {
        self.ops.len() + self.indices.len() + self.planes.len()
    }

    pub(super) fn clear(&mut self) {
        self.ops.clear();
        self.indices.clear();
        self.planes.clear();
        self.scans.clear();
    }

    /// Appends a number to the operations.
    pub(super) fn number(&mut self, number: usize) {
        put_number(&mut self.ops, number);
    }

    /// Appends a number that may be negative.
    pub(super) fn signed(&mut self, number: i32) {
        let folded = (i64::from(number) << 1) ^ (i64::from(number) >> 63);
        self.number(folded as usize);
    }
}

/// The kinds of operations, each followed by its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// A vector, how many rectangles, and each: what lies against the vector from a rectangle is copied into it. All
    /// copies of an operation happen at once.
    Move,
    /// A tile and a slot of the cache: the tile is what the slot holds.
    Cached,
    /// A tile, flags, the rectangle in it unless it is all of it, and the number of its colours: zero for planes.
    Exact,
    /// A rectangle, flags, a quality, the bytes of its scan.
    Picture,
    /// A tile, and how many: these, as they are shown now, go into the cache's next slots.
    Keep,
}

impl Op {
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Move => 0,
            Self::Cached => 1,
            Self::Exact => 2,
            Self::Picture => 3,
            Self::Keep => 4,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        let all = [Self::Move, Self::Cached, Self::Exact, Self::Picture, Self::Keep];
        all.into_iter().find(|op| op.byte() == byte)
    }
}

/// A flag of [`Op::Exact`]: the tile, as it is shown then, goes into the cache's next slot.
pub(super) const STORED: u8 = 1;
/// A flag of [`Op::Exact`]: it is the whole tile.
pub(super) const WHOLE: u8 = 2;
/// A flag of [`Op::Picture`]: one colour for four pixels.
pub(super) const QUARTER_CHROMA: u8 = 4;
/// A flag of [`Op::Picture`]: it has half as many columns and rows.
pub(super) const HALF_SIZE: u8 = 8;

/// How many bits an index into a palette of so many colours has.
pub(super) fn index_bits(colours: usize) -> usize {
    match colours {
        ..=1 => 0,
        2 => 1,
        3..=4 => 2,
        5..=16 => 4,
        _ => 8,
    }
}

/// Why bytes are no frame of this screen.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// A part ends before what it must hold.
    #[error("expected more bytes of {0}, found their end")]
    Short(&'static str),
    /// A part has more than what is used of it.
    #[error("expected the end of {0}, found more bytes")]
    Left(&'static str),
    /// A number is larger than it can be.
    #[error("expected {what} of at most {most}, found {found}")]
    Large {
        /// What it counts.
        what: &'static str,
        /// The most that it can be.
        most: usize,
        /// What it is.
        found: usize,
    },
    /// No operation has this number.
    #[error("expected an operation, found {0}")]
    Operation(u8),
    /// The stream of zstd is broken.
    #[error("expected zstd's stream to go on, found damage")]
    Zstd,
    /// The scan of a JPEG is broken.
    #[error("expected a JPEG's scan, found damage")]
    Jpeg,
}

/// Reads a part from its beginning.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    what: &'static str,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(what: &'static str, rest: &'a [u8]) -> Self {
        Self { what, rest }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn bytes(&mut self, number: usize) -> Result<&'a [u8], DecodeError> {
        let (bytes, rest) = self.rest.split_at_checked(number).ok_or(DecodeError::Short(self.what))?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        self.bytes(1).map(|bytes| bytes[0])
    }

    pub(super) fn number(&mut self) -> Result<usize, DecodeError> {
        const BYTES_MAX: u32 = 5;
        let mut number = 0;
        for place in 0..BYTES_MAX {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(DecodeError::Large { what: "bytes in a number", most: BYTES_MAX as usize, found: 6 })
    }

    /// A number that is at most this.
    pub(super) fn number_up_to(&mut self, most: usize, what: &'static str) -> Result<usize, DecodeError> {
        let found = self.number()?;
        if found <= most { Ok(found) } else { Err(DecodeError::Large { what, most, found }) }
    }

    pub(super) fn signed(&mut self) -> Result<i64, DecodeError> {
        let folded = self.number()? as i64;
        Ok((folded >> 1) ^ -(folded & 1))
    }

    pub(super) fn op(&mut self) -> Result<Op, DecodeError> {
        let byte = self.byte()?;
        Op::of(byte).ok_or(DecodeError::Operation(byte))
    }

    pub(super) fn end(&self) -> Result<(), DecodeError> {
        if self.is_empty() { Ok(()) } else { Err(DecodeError::Left(self.what)) }
    }
}

/// Appends a number.
pub(super) fn put_number(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}
