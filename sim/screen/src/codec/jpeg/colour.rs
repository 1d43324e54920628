//! Red, green and blue to brightness and two differences of colour, and back.
//!
//! Weights are JPEG's, in parts of 256, and the way back is exact for just these: a blue or red lane is how far that
//! colour is from the brightness. Pixels of one grey have none of either.

use super::lanes::{Lane, SEGMENT_PX, lane, part, share};
use crate::codec::raster::Pixel;

/// Parts of 256 that brightness has of each colour.
const WEIGHTS: [u16; 3] = [77, 150, 29];
const RED: i32 = WEIGHTS[0] as i32;
const GREEN: i32 = WEIGHTS[1] as i32;
const BLUE: i32 = WEIGHTS[2] as i32;
/// Lanes that go into the transform have so many bits behind the point, those that come out of its inverse so many.
const BITS_IN: usize = 4;
const BITS_OUT: usize = 5;

/// Half of what brightness can be, as it comes out of the inverse: brightness is told from the middle.
pub(super) const MIDDLE_OUT: i16 = 128 << BITS_OUT;

type Pixels = [Pixel; SEGMENT_PX];
type Lanes = [Lane; SEGMENT_PX];

/// The brightness of each pixel.
pub(super) fn brightness(pixels: &Pixels, into: &mut Lanes) {
    for (into, pixel) in into.iter_mut().zip(pixels) {
        let pixel = u32::from_le_bytes(*pixel);
        let of = |place: u32| u16::from((pixel >> (8 * place)) as u8).wrapping_mul(WEIGHTS[place as usize]);
        // In parts of 256 it has sixteen bits, with room to round.
        let sum = of(0).wrapping_add(of(1)).wrapping_add(of(2)).wrapping_add(1 << (7 - BITS_IN));
        *into = lane((sum ^ 0x8000) as i16 >> (8 - BITS_IN));
    }
}

/// The colours of each pixel.
pub(super) fn colours(pixels: &Pixels, blues: &mut Lanes, reds: &mut Lanes) {
    for ((pixel, blue), red) in pixels.iter().zip(blues).zip(reds) {
        let pixel = u32::from_le_bytes(*pixel);
        let of = |place: u32| lane(i16::from((pixel >> (8 * place)) as u8)) << 7;
        (*blue, *red) = differences(of(0), of(1), of(2));
    }
}

/// The mean colours of two by two pixels: first all blues, then all reds.
pub(super) fn mean_colours(upper: &Pixels, lower: &Pixels, into: &mut Lanes) {
    let (blues, reds) = into.split_at_mut(SEGMENT_PX / 2);
    let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
    for ((([a, b], [c, d]), blue), red) in pairs.zip(blues).zip(reds) {
        let four = [*a, *b, *c, *d].map(u32::from_le_bytes);
        // Sums of four need ten bits: red and blue fit side by side.
        let sum = |of: fn(u32) -> u32| four.into_iter().map(of).fold(0, u32::wrapping_add);
        let (outer, green) = (sum(|pixel| pixel & 0x00ff_00ff), sum(|pixel| pixel >> 8 & 0xff));
        let [red_sum, green, blue_sum] =
            [outer as u16, green as u16, (outer >> 16) as u16].map(|sum| lane(sum as i16) << 5);
        (*blue, *red) = differences(red_sum, green, blue_sum);
    }
}

/// From colours of 15 bits.
fn differences(red: Lane, green: Lane, blue: Lane) -> (Lane, Lane) {
    let half = lane(1 << (7 - BITS_IN));
    let scaled = |difference: Lane| (difference + half) >> (8 - BITS_IN);
    let to_blue = blue - green - part(red - green, share(RED, RED + GREEN));
    let to_red = red - green - part(blue - green, share(BLUE, BLUE + GREEN));
    (scaled(to_blue), scaled(to_red))
}

/// Pixels of lanes that come out of the inverse and lie between the limits of a byte.
pub(super) fn pixels(lights: &[Lane], blues: &[Lane], reds: &[Lane], into: &mut [Pixel]) {
    let byte = |lane: Lane| u32::from((lane.0 >> BITS_OUT).clamp(-128, 127) as i8 as u8 ^ 0x80);
    for (((into, light), blue), red) in into.iter_mut().zip(lights).zip(blues).zip(reds) {
        let (light, blue, red) = (*light + lane(1 << (BITS_OUT - 1)), *blue, *red);
        // Red is 179/128 of its difference away, blue 227/128; green is what is left of the brightness.
        let to_red = red + part(red, share(GREEN + BLUE - 128, 128));
        let to_blue = blue + blue - part(blue, share(256 - RED - GREEN, 128));
        let to_green = red - part(red, share(GREEN * 128 - RED * (GREEN + BLUE), GREEN * 128))
            + part(blue, share(BLUE * (RED + GREEN), GREEN * 128));
        let [red, green, blue] = [light + to_red, light - to_green, light + to_blue].map(byte);
        // Put together in lanes, not from bytes: that is what the compiler makes vector code of.
        *into = (red | green << 8 | blue << 16 | 0xff << 24).to_le_bytes();
    }
}

/// Colours of two rows of one for two pixels, each pixel's from the three nearest and the nearest, and likewise within
/// the row: `columns` of them become twice as many.
pub(super) fn widened(near: &[Lane], far: &[Lane], scratch: &mut Vec<Lane>, into: &mut [Lane]) {
    let mixed = |near: Lane, far: Lane| (near + near + near + far + lane(2)) >> 2;
    let columns = near.len();
    // With a neighbour at either end.
    scratch.clear();
    scratch.resize(columns + 2, lane(0));
    for ((into, near), far) in scratch[1..].iter_mut().zip(near).zip(far) {
        *into = mixed(*near, *far);
    }
    scratch[0] = scratch[1];
    scratch[columns + 1] = scratch[columns];
    let (left, middle, right) = (&scratch[..columns], &scratch[1..=columns], &scratch[2..]);
    let pairs = into.as_chunks_mut::<2>().0;
    for (((pair, left), middle), right) in pairs.iter_mut().zip(left).zip(middle).zip(right) {
        *pair = [mixed(*middle, *left), mixed(*middle, *right)];
    }
}
