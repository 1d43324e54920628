//! The cosine transform and its inverse, in the form of Arai, Agui and Nakajima: five multiplications for eight
//! numbers, and what is left of them is part of the quantisation ([`SCALES`]).
//!
//! Both ways go down the columns of a strip, turn its blocks, and go down their columns again. So what is meant for a
//! block's columns becomes its rows: coefficients lie in turned blocks, frequencies along the row from the top down.

use super::lanes::{BLOCK_SIDE, Blocks, Lane, Strip, lane, part, turned};

/// By how much the coefficients of each frequency are too large on the way there, and are to be too large on the way
/// back, in parts of [`SCALE`]: the square root of two times the cosine of so many sixteenths of half a turn.
pub(super) const SCALES: [u64; BLOCK_SIDE] =
    [1_048_576, 1_454_417, 1_370_031, 1_232_995, 1_048_576, 823_861, 567_485, 289_301];
pub(super) const SCALE: u64 = 1 << 20;

/// The coefficients of a forward transform are so many times too large, beside [`SCALES`].
pub(super) const GAIN: u64 = 16;
/// What goes into the inverse is to be so many times too large, beside [`SCALES`].
pub(super) const INVERSE_GAIN: u64 = 4;

/// Bits behind the point that the second pass has no room for.
const BITS_DROPPED: usize = 3;

/// Coefficients of blocks. The strip is scratch afterwards.
pub(super) fn forward(strip: &mut Strip, blocks: &mut Blocks) {
    forward_pass(strip, |lane_of| (lane_of + lane(1 << (BITS_DROPPED - 1))) >> BITS_DROPPED);
    turned(strip, blocks);
    for block in blocks {
        forward_pass(block, |lane| lane);
    }
}

/// Rows of pixels of blocks from their coefficients, none farther from zero than the limit. The strip is scratch
/// afterwards.
pub(super) fn inverse(strip: &mut Strip, limit: i16, blocks: &mut Blocks) {
    inverse_pass(strip, |lane| lane);
    turned(strip, blocks);
    for block in blocks {
        inverse_pass(block, |of| lane(of.0.clamp(-limit, limit)));
    }
}

/// What is multiplied by, in parts of 65,536. Where that is more than a half, whole numbers are added beside it.
mod angles {
    /// The square root of one half, less one.
    pub(super) const COS_4_LESS_1: i16 = -19_195;
    /// The cosine of six sixteenths of half a turn.
    pub(super) const COS_6: i16 = 25_080;
    /// The cosine of two sixteenths, and that of six taken from it, less one.
    pub(super) const COS_2_LESS_COS_6_LESS_1: i16 = -30_068;
    /// Both together, less one.
    pub(super) const COS_2_AND_COS_6_LESS_1: i16 = 20_091;
    /// The square root of two, less one.
    pub(super) const TWICE_COS_4_LESS_1: i16 = 27_146;
    /// And so on for the way back, where all is double.
    pub(super) const TWICE_COS_2_LESS_2: i16 = -9_977;
    pub(super) const TWICE_COS_2_LESS_COS_6_LESS_1: i16 = 5_400;
    pub(super) const TWICE_COS_2_AND_COS_6_LESS_3: i16 = -25_354;
}

#[inline(always)]
fn forward_pass<const LANES: usize>(rows: &mut [[Lane; LANES]; BLOCK_SIDE], finished: impl Fn(Lane) -> Lane) {
    let [row_0, row_1, row_2, row_3, row_4, row_5, row_6, row_7] = rows;
    for at in 0..LANES {
        // What is alike from both ends makes the even frequencies, what is not the odd ones.
        let (sum_0, odd_3) = (row_0[at] + row_7[at], row_0[at] - row_7[at]);
        let (sum_1, odd_2) = (row_1[at] + row_6[at], row_1[at] - row_6[at]);
        let (sum_2, odd_1) = (row_2[at] + row_5[at], row_2[at] - row_5[at]);
        let (sum_3, odd_0) = (row_3[at] + row_4[at], row_3[at] - row_4[at]);

        let (outer, outer_odd) = (sum_0 + sum_3, sum_0 - sum_3);
        let (inner, inner_odd) = (sum_1 + sum_2, sum_1 - sum_2);
        row_0[at] = finished(outer + inner);
        row_4[at] = finished(outer - inner);
        let both = inner_odd + outer_odd;
        let turned = both + part(both, angles::COS_4_LESS_1);
        row_2[at] = finished(outer_odd + turned);
        row_6[at] = finished(outer_odd - turned);

        let (low, middle, high) = (odd_0 + odd_1, odd_1 + odd_2, odd_2 + odd_3);
        let shared = part(low - high, angles::COS_6);
        let low = low + part(low, angles::COS_2_LESS_COS_6_LESS_1) + shared;
        let high = high + part(high, angles::COS_2_AND_COS_6_LESS_1) + shared;
        let middle = middle + part(middle, angles::COS_4_LESS_1);
        let (sum, difference) = (odd_3 + middle, odd_3 - middle);
        row_5[at] = finished(difference + low);
        row_3[at] = finished(difference - low);
        row_1[at] = finished(sum + high);
        row_7[at] = finished(sum - high);
    }
}

#[inline(always)]
fn inverse_pass<const LANES: usize>(rows: &mut [[Lane; LANES]; BLOCK_SIDE], finished: impl Fn(Lane) -> Lane) {
    let [row_0, row_1, row_2, row_3, row_4, row_5, row_6, row_7] = rows;
    for at in 0..LANES {
        let (outer, inner) = (row_0[at] + row_4[at], row_0[at] - row_4[at]);
        let (sum, difference) = (row_2[at] + row_6[at], row_2[at] - row_6[at]);
        let turned = difference + part(difference, angles::TWICE_COS_4_LESS_1) - sum;
        let (even_0, even_3) = (outer + sum, outer - sum);
        let (even_1, even_2) = (inner + turned, inner - turned);

        let (inner_sum, inner_difference) = (row_5[at] + row_3[at], row_5[at] - row_3[at]);
        let (outer_sum, outer_difference) = (row_1[at] + row_7[at], row_1[at] - row_7[at]);
        let odd_0 = outer_sum + inner_sum;
        let apart = outer_sum - inner_sum;
        let both = inner_difference + outer_difference;
        let shared = both + both + part(both, angles::TWICE_COS_2_LESS_2);
        let thrice = inner_difference + inner_difference + inner_difference;
        let odd_1 = shared - thrice - part(inner_difference, angles::TWICE_COS_2_AND_COS_6_LESS_3) - odd_0;
        let odd_2 = apart + part(apart, angles::TWICE_COS_4_LESS_1) - odd_1;
        let odd_3 =
            outer_difference + part(outer_difference, angles::TWICE_COS_2_LESS_COS_6_LESS_1) - shared + odd_2;

        row_0[at] = finished(even_0 + odd_0);
        row_7[at] = finished(even_0 - odd_0);
        row_1[at] = finished(even_1 + odd_1);
        row_6[at] = finished(even_1 - odd_1);
        row_2[at] = finished(even_2 + odd_2);
        row_5[at] = finished(even_2 - odd_2);
        row_4[at] = finished(even_3 + odd_3);
        row_3[at] = finished(even_3 - odd_3);
    }
}
