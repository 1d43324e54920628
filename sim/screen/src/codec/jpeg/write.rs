//! Pixels to a scan.

use super::colour;
use super::dct;
use super::huffman::{self, Codes, END, Pair, SIXTEEN_ZEROS, WALK};
use super::lanes::{BLOCK_PX, BLOCK_SIDE, Lane, NO_BLOCKS, NO_STRIP, SEGMENT_PX, Strip};
use super::quantise::{Part, Quantiser};
use super::{Component, Kind, STRIPS};
use crate::codec::quality::Chroma;
use crate::codec::raster::Pixel;

/// Writes scans.
#[derive(Debug, Default)]
pub(crate) struct ScanWriter {
    quantisers: Option<(Kind, [Quantiser; 2])>,
    bits: BitWriter,
}

impl ScanWriter {
    /// The scan of a picture with so many pixels in a row.
    pub(crate) fn write(&mut self, pixels: &[Pixel], width: usize, kind: Kind) -> &[u8] {
        let known = self.quantisers.take().filter(|(known, _)| *known == kind);
        let new = || (kind, [Part::Brightness, Part::Colours].map(|part| Quantiser::new(part, kind.q)));
        let (_, quantisers) = self.quantisers.insert(known.unwrap_or_else(new));
        let mut scan = Scan { kind, quantisers, bits: &mut self.bits, means: [0; 3] };
        scan.bits.clear();
        let source = Source { pixels, width, height: pixels.len() / width };
        let side = kind.chroma.unit_px();
        for top in (0..source.height).step_by(side) {
            for left in (0..width).step_by(SEGMENT_PX) {
                let strips = source.strips(left, top, kind.chroma);
                let units = SEGMENT_PX.min(width - left).div_ceil(side);
                scan.put(strips, units);
            }
        }
        self.bits.finished()
    }
}

/// A picture, which beyond its edges goes on as it ends.
struct Source<'a> {
    pixels: &'a [Pixel],
    width: usize,
    height: usize,
}

impl Source<'_> {
    /// What a segment has to transform.
    fn strips(&self, left: usize, top: usize, chroma: Chroma) -> [Strip; STRIPS] {
        let mut strips = [NO_STRIP; STRIPS];
        let (mut upper, mut lower) = ([[0; 4]; SEGMENT_PX], [[0; 4]; SEGMENT_PX]);
        match chroma {
            Chroma::Full => {
                let [lights, blues, reds] = &mut strips;
                for (row, ((lights, blues), reds)) in lights.iter_mut().zip(blues).zip(reds).enumerate() {
                    let pixels = self.row(left, top + row, &mut upper);
                    colour::brightness(pixels, lights);
                    colour::colours(pixels, blues, reds);
                }
            }
            Chroma::Quarter => {
                let [first, second, colours] = &mut strips;
                let lights = first.as_chunks_mut::<2>().0.iter_mut().chain(second.as_chunks_mut().0);
                for (row, ([light, next], colours)) in lights.zip(colours).enumerate() {
                    let upper = self.row(left, top + 2 * row, &mut upper);
                    let lower = self.row(left, top + 2 * row + 1, &mut lower);
                    colour::brightness(upper, light);
                    colour::brightness(lower, next);
                    colour::mean_colours(upper, lower, colours);
                }
            }
        }
        strips
    }

    fn row<'a>(
        &'a self,
        left: usize,
        y: usize,
        room: &'a mut [Pixel; SEGMENT_PX],
    ) -> &'a [Pixel; SEGMENT_PX] {
        let row = &self.pixels[y.min(self.height - 1) * self.width..][..self.width];
        if let Some(whole) = row[left..].first_chunk() {
            return whole;
        }
        let rest = &row[left..];
        room[..rest.len()].copy_from_slice(rest);
        room[rest.len()..].fill(rest[rest.len() - 1]);
        room
    }
}

/// A scan while it is written.
struct Scan<'a> {
    kind: Kind,
    quantisers: &'a [Quantiser; 2],
    bits: &'a mut BitWriter,
    /// The last coefficient of frequency zero of each component.
    means: [i16; 3],
}

impl Scan<'_> {
    fn put(&mut self, mut strips: [Strip; STRIPS], units: usize) {
        let mut transformed = [NO_BLOCKS; STRIPS];
        let mut places = [[0; BLOCK_SIDE]; STRIPS];
        for (number, (strip, blocks)) in strips.iter_mut().zip(&mut transformed).enumerate() {
            dct::forward(strip, blocks);
            let quantiser = &self.quantisers[self.kind.chroma.part(number) as usize];
            for (block, places) in blocks.iter_mut().zip(&mut places[number]) {
                *places = quantiser.quantise(flat_mut(block));
            }
        }
        for unit in 0..units {
            for (component, strip, block) in self.kind.chroma.blocks(unit) {
                let codes = match component {
                    Component::Brightness => &huffman::BRIGHTNESS_CODES,
                    Component::Blue | Component::Red => &huffman::COLOURS_CODES,
                };
                let mean = &mut self.means[component as usize];
                self.bits.block(flat(&transformed[strip][block]), places[strip][block], mean, codes);
            }
        }
    }
}

fn flat(block: &[[Lane; BLOCK_SIDE]; BLOCK_SIDE]) -> &[Lane; BLOCK_PX] {
    block.as_flattened().first_chunk().expect("a block has eight rows of eight")
}

fn flat_mut(block: &mut [[Lane; BLOCK_SIDE]; BLOCK_SIDE]) -> &mut [Lane; BLOCK_PX] {
    block.as_flattened_mut().first_chunk_mut().expect("a block has eight rows of eight")
}

/// Puts bits behind one another, the uppermost of a byte first.
#[derive(Debug, Default)]
struct BitWriter {
    bytes: Vec<u8>,
    tail: Tail,
}

/// Bits that do not fill a word yet: the lowest `count` of them.
#[derive(Clone, Copy, Debug, Default)]
struct Tail {
    bits: u64,
    count: u32,
}

impl Tail {
    const WORD_BITS: u32 = u32::BITS;

    /// Appends at most as many bits as a word has.
    #[inline(always)]
    fn put(&mut self, bits: u32, length: u32, bytes: &mut Vec<u8>) {
        self.bits = self.bits << length | u64::from(bits);
        self.count += length;
        if self.count >= Self::WORD_BITS {
            self.count -= Self::WORD_BITS;
            bytes.extend_from_slice(&((self.bits >> self.count) as u32).to_be_bytes());
        }
    }

    /// Appends a symbol and the number behind it.
    #[inline(always)]
    fn put_number(&mut self, zeros: u32, number: i16, codes: &Codes, bytes: &mut Vec<u8>) {
        let size = u16::BITS - number.unsigned_abs().leading_zeros();
        let (code, length) = codes.code((zeros << 4 | size) as u8);
        // What is below zero is told from the least number of its size.
        let number = (i32::from(number) + i32::from(number >> 15)) as u32 & ((1 << size) - 1);
        self.put(code << size | number, length + size, bytes);
    }
}

impl BitWriter {
    fn clear(&mut self) {
        self.bytes.clear();
        self.tail = Tail::default();
    }

    /// A block whose coefficients are not zero where the places are.
    fn block(&mut self, block: &[Lane; BLOCK_PX], places: u64, mean: &mut i16, codes: &Pair<Codes>) {
        let (bytes, mut tail) = (&mut self.bytes, self.tail);
        let value = |at: u32| block[usize::from(WALK[at as usize % BLOCK_PX]) % BLOCK_PX].0;
        tail.put_number(0, value(0) - *mean, &codes.means, bytes);
        *mean = value(0);
        let (mut left, mut next) = (walked(places) & !1, 1);
        while left > 0 {
            let at = left.trailing_zeros();
            left &= left - 1;
            let mut zeros = at - next;
            while zeros >= 16 {
                let (code, length) = codes.waves.code(SIXTEEN_ZEROS);
                tail.put(code, length, bytes);
                zeros -= 16;
            }
            tail.put_number(zeros, value(at), &codes.waves, bytes);
            next = at + 1;
        }
        if next < BLOCK_PX as u32 {
            let (code, length) = codes.waves.code(END);
            tail.put(code, length, bytes);
        }
        self.tail = tail;
    }

    /// What was written, the last byte filled up by ones.
    fn finished(&mut self) -> &[u8] {
        let Tail { bits, count } = self.tail;
        let filled = count.next_multiple_of(8);
        let bits = (bits << (filled - count) | ((1 << (filled - count)) - 1)) << (Tail::WORD_BITS - filled);
        self.bytes.extend_from_slice(&(bits as u32).to_be_bytes()[..filled as usize / 8]);
        self.tail = Tail::default();
        &self.bytes
    }
}

/// The places of a turned block, in the order of the walk.
fn walked(places: u64) -> u64 {
    let bytes = places.to_le_bytes();
    WALKED.iter().zip(bytes).fold(0, |walked, (of_row, byte)| walked | of_row[usize::from(byte)])
}

/// For each row of a turned block, and each set of places in it, where these are in the walk.
static WALKED: [[u64; 256]; BLOCK_SIDE] = {
    let (mut all, mut at) = ([[0; 256]; BLOCK_SIDE], 0);
    while at < BLOCK_PX {
        let (row, bit) = (WALK[at] as usize / BLOCK_SIDE, WALK[at] as usize % BLOCK_SIDE);
        let mut set = 0;
        while set < 256 {
            if set >> bit & 1 == 1 {
                all[row][set] |= 1 << at;
            }
            set += 1;
        }
        at += 1;
    }
    all
};
