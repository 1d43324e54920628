//! How finely coefficients are kept.

use super::dct::{GAIN, INVERSE_GAIN, SCALE, SCALES};
use super::lanes::{BLOCK_PX, BLOCK_SIDE, Lane};

/// No coefficient of pixels of eight bits is larger.
const SIZE_MAX: i16 = 1_023;

/// By what the coefficients of brightness are divided at quality 50, row after row (ITU-T T.81, K.1).
const BRIGHTNESS: [u8; BLOCK_PX] = [
    16, 11, 10, 16, 24, 40, 51, 61, //
    12, 12, 14, 19, 26, 58, 60, 55, //
    14, 13, 16, 24, 40, 57, 69, 56, //
    14, 17, 22, 29, 51, 87, 80, 62, //
    18, 22, 37, 56, 68, 109, 103, 77, //
    24, 35, 55, 64, 81, 104, 113, 92, //
    49, 64, 78, 87, 103, 121, 120, 101, //
    72, 92, 95, 98, 112, 100, 103, 99,
];
/// The same of colours: what is beyond the first four rows and columns is always 99.
const COLOURS: [[u8; 4]; 4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]];
const COLOURS_ELSEWHERE: u8 = 99;

/// What coefficients belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Brightness,
    Colours,
}

/// By what a coefficient is divided, as libjpeg counts quality.
pub(super) fn step(part: Part, q: u8, (row, column): (usize, usize)) -> u16 {
    let at_50 = match part {
        Part::Brightness => BRIGHTNESS[row * BLOCK_SIDE + column],
        Part::Colours => {
            COLOURS.get(row).and_then(|row| row.get(column)).copied().unwrap_or(COLOURS_ELSEWHERE)
        }
    };
    let q = u16::from(q);
    let percent = if q < 50 { 5_000 / q } else { 200 - 2 * q };
    ((u32::from(at_50) * u32::from(percent) + 50) / 100).clamp(1, 255) as u16
}

/// The place of a coefficient in a turned block, as row and column.
fn frequency(place: usize) -> (usize, usize) {
    (place % BLOCK_SIDE, place / BLOCK_SIDE)
}

/// Divides coefficients, each by multiplying twice and keeping the upper half.
#[derive(Debug)]
pub(super) struct Quantiser {
    /// Half of what is divided by, so that the result is the nearest.
    halves: [u16; BLOCK_PX],
    /// What is divided by turned round, with as many bits as there are.
    reciprocals: [u16; BLOCK_PX],
    /// A power of two that takes the surplus of bits away.
    shifts: [u16; BLOCK_PX],
}

impl Quantiser {
    pub(super) fn new(part: Part, q: u8) -> Self {
        let (mut halves, mut reciprocals, mut shifts) = ([0; BLOCK_PX], [0; BLOCK_PX], [0; BLOCK_PX]);
        for place in 0..BLOCK_PX {
            let (row, column) = frequency(place);
            // Coefficients are doubled too, so that this is never less than two, and the reciprocal has a half to be
            // nearest by.
            let step = 2 * GAIN * u64::from(step(part, q, (row, column))) * SCALES[row] * SCALES[column];
            let bits = (step / (SCALE * SCALE)).ilog2();
            let whole = SCALE * SCALE;
            halves[place] = ((step + whole) / (2 * whole)) as u16;
            // At least half of what sixteen bits can be.
            let reciprocal = ((u128::from(whole) << (16 + bits)) + u128::from(step / 2)) / u128::from(step);
            reciprocals[place] = reciprocal.min(u128::from(u16::MAX)) as u16;
            shifts[place] = 1 << (16 - bits);
        }
        Self { halves, reciprocals, shifts }
    }

    /// Divides the coefficients of a block, and says which have something left: the first by the lowest bit.
    pub(super) fn quantise(&self, block: &mut [Lane; BLOCK_PX]) -> u64 {
        let upper = |a: u16, b: u16| ((u32::from(a) * u32::from(b)) >> 16) as u16;
        let steps = self.halves.iter().zip(&self.reciprocals).zip(&self.shifts);
        for (lane, ((half, reciprocal), shift)) in block.iter_mut().zip(steps) {
            let sign = lane.0 >> 15;
            let size = (lane.0 ^ sign).wrapping_sub(sign) as u16;
            let size = size.wrapping_add(size).wrapping_add(*half);
            let size = (upper(upper(size, *reciprocal), *shift) as i16).min(SIZE_MAX);
            lane.0 = (size ^ sign).wrapping_sub(sign);
        }
        places(block)
    }
}

/// Which lanes are not zero.
fn places(block: &[Lane; BLOCK_PX]) -> u64 {
    /// Brings the lowest bits of eight bytes together in the uppermost one, in their order.
    const TOGETHER: u64 = 0x0102_0408_1020_4080;
    let mut ones = [0_u8; BLOCK_PX];
    for (one, lane) in ones.iter_mut().zip(block) {
        *one = u8::from(lane.0 != 0);
    }
    let bytes = ones
        .as_chunks()
        .0
        .iter()
        .map(|eight| (u64::from_le_bytes(*eight).wrapping_mul(TOGETHER) >> 56) as u8);
    let mut places = [0; BLOCK_SIDE];
    places.iter_mut().zip(bytes).for_each(|(into, byte)| *into = byte);
    u64::from_le_bytes(places)
}

/// Multiplies coefficients back to what the inverse of the transform wants.
#[derive(Debug)]
pub(super) struct Multipliers([i32; BLOCK_PX]);

impl Multipliers {
    const BITS: u32 = 12;

    pub(super) fn new(part: Part, q: u8) -> Self {
        Self(std::array::from_fn(|place| {
            let (row, column) = frequency(place);
            let step = INVERSE_GAIN * u64::from(step(part, q, (row, column))) * SCALES[row] * SCALES[column];
            (step >> ((SCALE * SCALE).ilog2() - Self::BITS)) as i32
        }))
    }

    /// A coefficient of whatever size; of one that no pixels have, it makes anything.
    pub(super) fn multiplied(&self, place: usize, by: i16) -> i16 {
        let product = self.0[place % BLOCK_PX].wrapping_mul(by.into());
        (product.wrapping_add(1 << (Self::BITS - 1)) >> Self::BITS) as i16
    }
}
