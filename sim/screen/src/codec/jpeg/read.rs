//! A scan to pixels.

use super::colour::{self, MIDDLE_OUT};
use super::dct;
use super::huffman::{self, Lookup, Pair, SIZE_BITS_MAX, WALK, ZEROS_AT_END};
use super::lanes::{BLOCK_PX, BLOCK_SIDE, BLOCKS, Lane, NO_BLOCKS, NO_STRIP, SEGMENT_PX, Strip, lane};
use super::quantise::{Multipliers, Part};
use super::{Component, Kind, STRIPS};
use crate::codec::body::DecodeError;
use crate::codec::quality::Chroma;
use crate::codec::raster::Pixel;

/// Reads scans.
#[derive(Debug, Default)]
pub(crate) struct ScanReader {
    multipliers: Option<(Kind, [Multipliers; 2])>,
    planes: [Plane; 3],
    blues: Wide,
    reds: Wide,
    pixels: Vec<Pixel>,
}

impl ScanReader {
    /// The pixels of the scan of a picture of this size, row after row.
    pub(crate) fn read(
        &mut self,
        scan: &[u8],
        (width, height): (usize, usize),
        kind: Kind,
    ) -> Result<&[Pixel], DecodeError> {
        let known = self.multipliers.take().filter(|(known, _)| *known == kind);
        let new = || (kind, [Part::Brightness, Part::Colours].map(|part| Multipliers::new(part, kind.q)));
        let (_, multipliers) = self.multipliers.insert(known.unwrap_or_else(new));

        let side = kind.chroma.unit_px();
        let (columns, rows) = (width.next_multiple_of(SEGMENT_PX), height.next_multiple_of(side));
        let [lights, blues, reds] = &mut self.planes;
        lights.resize(columns, rows);
        blues.resize(columns * BLOCK_SIDE / side, rows * BLOCK_SIDE / side);
        reds.resize(columns * BLOCK_SIDE / side, rows * BLOCK_SIDE / side);
        let mut scan = Scan { kind, multipliers, bits: BitReader::new(scan), means: [0; 3] };
        for top in (0..height).step_by(side) {
            for left in (0..width).step_by(SEGMENT_PX) {
                let units = SEGMENT_PX.min(width - left).div_ceil(side);
                let strips = scan.strips(units)?;
                scan.show(strips, (left, top), &mut self.planes);
            }
        }
        scan.bits.end()?;
        self.pixels.resize(width * height, [0; 4]);
        self.show((width, height), kind.chroma);
        Ok(&self.pixels)
    }

    fn show(&mut self, (width, height): (usize, usize), chroma: Chroma) {
        let Self { planes: [lights, blues, reds], blues: wide_blues, reds: wide_reds, pixels, .. } = self;
        for (y, pixels) in pixels.chunks_exact_mut(width).enumerate() {
            let light = &lights.row(y)[..width];
            match chroma {
                Chroma::Full => colour::pixels(light, blues.row(y), reds.row(y), pixels),
                Chroma::Quarter => {
                    let (columns, last) = (width.div_ceil(2), (height - 1) / 2);
                    let near = y / 2;
                    let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(last) };
                    let blues = wide_blues.of(&blues.row(near)[..columns], &blues.row(far)[..columns]);
                    let reds = wide_reds.of(&reds.row(near)[..columns], &reds.row(far)[..columns]);
                    colour::pixels(light, blues, reds, pixels);
                }
            }
        }
    }
}

/// A component of a picture, in whole segments.
#[derive(Debug, Default)]
struct Plane {
    columns: usize,
    /// What is written is all of it, each time.
    lanes: Vec<Lane>,
}

impl Plane {
    fn resize(&mut self, columns: usize, rows: usize) {
        self.columns = columns;
        self.lanes.resize(columns * rows, lane(0));
    }

    fn row(&self, y: usize) -> &[Lane] {
        &self.lanes[y * self.columns..][..self.columns]
    }

    /// Writes blocks side by side.
    fn put(&mut self, blocks: &[[[Lane; BLOCK_SIDE]; BLOCK_SIDE]], (left, top): (usize, usize)) {
        for row in 0..BLOCK_SIDE {
            let start = (top + row) * self.columns + left;
            let into = &mut self.lanes[start..start + blocks.len() * BLOCK_SIDE];
            for (into, block) in into.as_chunks_mut::<BLOCK_SIDE>().0.iter_mut().zip(blocks) {
                *into = block[row];
            }
        }
    }
}

/// A row of colours that was made twice as wide.
#[derive(Debug, Default)]
struct Wide {
    scratch: Vec<Lane>,
    lanes: Vec<Lane>,
}

impl Wide {
    fn of(&mut self, near: &[Lane], far: &[Lane]) -> &[Lane] {
        self.lanes.resize(near.len() * 2, lane(0));
        colour::widened(near, far, &mut self.scratch, &mut self.lanes);
        &self.lanes
    }
}

/// A scan while it is read.
struct Scan<'a> {
    kind: Kind,
    multipliers: &'a [Multipliers; 2],
    bits: BitReader<'a>,
    /// The last coefficient of frequency zero of each component.
    means: [i16; 3],
}

impl Scan<'_> {
    /// The coefficients of a segment, as the inverse wants them.
    fn strips(&mut self, units: usize) -> Result<[Strip; STRIPS], DecodeError> {
        let mut strips = [NO_STRIP; STRIPS];
        for unit in 0..units {
            for (component, strip, block) in self.kind.chroma.blocks(unit) {
                let lookup = match component {
                    Component::Brightness => &huffman::BRIGHTNESS_LOOKUP,
                    Component::Blue | Component::Red => &huffman::COLOURS_LOOKUP,
                };
                let multipliers = &self.multipliers[self.kind.chroma.part(strip) as usize];
                let mean = &mut self.means[component as usize];
                self.bits.block(&mut strips[strip], block, mean, lookup, multipliers)?;
            }
            // What is not there was read as zeros: no more than a unit of it.
            self.bits.expect_no_end()?;
        }
        Ok(strips)
    }

    fn show(&self, mut strips: [Strip; STRIPS], (left, top): (usize, usize), planes: &mut [Plane; 3]) {
        let mut blocks = NO_BLOCKS;
        let [lights, blues, reds] = planes;
        for (number, strip) in strips.iter_mut().enumerate() {
            dct::inverse(strip, MIDDLE_OUT, &mut blocks);
            match (self.kind.chroma, number) {
                (_, 0) => lights.put(&blocks, (left, top)),
                (Chroma::Quarter, 1) => lights.put(&blocks, (left, top + BLOCK_SIDE)),
                (Chroma::Quarter, _) => {
                    let (first, second) = blocks.split_at(BLOCKS / 2);
                    blues.put(first, (left / 2, top / 2));
                    reds.put(second, (left / 2, top / 2));
                }
                (Chroma::Full, 1) => blues.put(&blocks, (left, top)),
                (Chroma::Full, _) => reds.put(&blocks, (left, top)),
            }
        }
    }
}

/// Takes bits from bytes, the uppermost of each first; behind the last there are zeros.
#[derive(Clone, Copy, Debug)]
struct BitReader<'a> {
    bytes: &'a [u8],
    /// The next byte that was not taken, which may lie behind the last.
    at: usize,
    /// The next bits, the first of them uppermost.
    window: u64,
    /// How many bits of the window count.
    count: u32,
}

impl<'a> BitReader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, window: 0, count: 0 }
    }

    /// At least 56 bits count afterwards.
    #[inline(always)]
    fn fill(&mut self) {
        match self.bytes.get(self.at..).and_then(|rest| rest.first_chunk()) {
            Some(eight) => {
                // What does not count of it is the same the next time.
                self.window |= u64::from_be_bytes(*eight) >> self.count;
                self.at += (63 - self.count as usize) / 8;
                self.count |= 56;
            }
            None => self.fill_at_end(),
        }
    }

    #[cold]
    fn fill_at_end(&mut self) {
        while self.count < 56 {
            let byte = self.bytes.get(self.at).copied().unwrap_or(0);
            self.window |= u64::from(byte) << (56 - self.count);
            self.at += 1;
            self.count += 8;
        }
    }

    #[inline(always)]
    fn skip(&mut self, bits: u8) {
        self.window <<= bits;
        self.count -= u32::from(bits);
    }

    /// A number and the zeros before it.
    #[inline(always)]
    fn number(&mut self, lookup: &Lookup) -> Result<(i16, u8), DecodeError> {
        let found = lookup.find(self.window);
        if found.bits == 0 {
            return Err(DecodeError::Jpeg);
        }
        self.skip(found.bits);
        if found.value_bits == 0 {
            return Ok((found.value, found.zeros));
        }
        let bits = self.window >> (u64::BITS - u32::from(found.value_bits));
        self.skip(found.value_bits);
        Ok((huffman::value(bits as u32, found.value_bits.into()), found.zeros))
    }

    /// The coefficients of one block of a strip.
    fn block(
        &mut self,
        strip: &mut Strip,
        number: usize,
        mean: &mut i16,
        lookup: &Pair<Lookup>,
        multipliers: &Multipliers,
    ) -> Result<(), DecodeError> {
        /// The most that a symbol and its number have.
        const NUMBER_BITS_MAX: u32 = huffman::CODE_BITS_MAX + SIZE_BITS_MAX;
        let mut bits = *self;
        let mut put = |at: usize, value: i16| {
            let place = usize::from(WALK[at % BLOCK_PX]);
            let lane_of =
                &mut strip[place / BLOCK_SIDE % BLOCK_SIDE][number * BLOCK_SIDE + place % BLOCK_SIDE];
            *lane_of = lane(multipliers.multiplied(place, value));
        };
        bits.fill();
        *mean = mean.wrapping_add(bits.number(&lookup.means)?.0);
        put(0, *mean);
        let mut at = 1;
        while at < BLOCK_PX {
            if bits.count < NUMBER_BITS_MAX {
                bits.fill();
            }
            let (value, zeros) = bits.number(&lookup.waves)?;
            at += usize::from(zeros);
            if at >= BLOCK_PX {
                if zeros == ZEROS_AT_END {
                    break;
                }
                return Err(DecodeError::Jpeg);
            }
            put(at, value);
            at += 1;
        }
        *self = bits;
        Ok(())
    }

    /// How many bits were taken.
    fn taken(&self) -> usize {
        self.at * 8 - self.count as usize
    }

    fn expect_no_end(&self) -> Result<(), DecodeError> {
        if self.taken() <= self.bytes.len() * 8 { Ok(()) } else { Err(DecodeError::Jpeg) }
    }

    /// All that is left is what fills up the last byte.
    fn end(&self) -> Result<(), DecodeError> {
        if self.taken().div_ceil(8) == self.bytes.len() { Ok(()) } else { Err(DecodeError::Jpeg) }
    }
}
