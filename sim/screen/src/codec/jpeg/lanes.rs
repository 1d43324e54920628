//! Numbers side by side, with which the same is done: loops over them are what the compiler makes vector code of.

use std::num::Wrapping;

/// Wide enough for what pictures are; what is beyond that wraps, and panics nowhere.
pub(super) type Lane = Wrapping<i16>;

/// Rows and columns of a block.
pub(super) const BLOCK_SIDE: usize = 8;
/// Pixels of a block.
pub(super) const BLOCK_PX: usize = BLOCK_SIDE * BLOCK_SIDE;
/// Blocks that are worked on at a time.
pub(super) const BLOCKS: usize = 8;
/// Columns that are worked on at a time.
pub(super) const SEGMENT_PX: usize = BLOCKS * BLOCK_SIDE;

/// Blocks side by side: eight rows that go through all of them.
pub(super) type Strip = [[Lane; SEGMENT_PX]; BLOCK_SIDE];
/// Blocks one after the other, each with its eight rows.
pub(super) type Blocks = [[[Lane; BLOCK_SIDE]; BLOCK_SIDE]; BLOCKS];

pub(super) const NO_STRIP: Strip = [[Wrapping(0); SEGMENT_PX]; BLOCK_SIDE];
pub(super) const NO_BLOCKS: Blocks = [[[Wrapping(0); BLOCK_SIDE]; BLOCK_SIDE]; BLOCKS];

pub(super) const fn lane(value: i16) -> Lane {
    Wrapping(value)
}

/// A share for [`part`]: less than one half.
pub(super) const fn share(of: i32, whole: i32) -> i16 {
    ((of * 0x1_0000 + whole / 2) / whole) as i16
}

/// So many parts of 65,536 of the lane, the upper half of the product.
#[inline(always)]
pub(super) fn part(of: Lane, parts: i16) -> Lane {
    Wrapping(((i32::from(of.0) * i32::from(parts)) >> 16) as i16)
}

/// Each block turned over its diagonal.
///
/// A lane's place is made of its row, its block and its column, three bits each. Dealing both halves out in turn brings
/// the first of these bits to the end; three times, and row after block after column has become block, column, row.
pub(super) fn turned(strip: &Strip, blocks: &mut Blocks) {
    const LANES: usize = SEGMENT_PX * BLOCK_SIDE;
    let (mut once, mut twice) = ([lane(0); LANES], [lane(0); LANES]);
    deal(strip.as_flattened(), &mut once);
    deal(&once, &mut twice);
    deal(&twice, blocks.as_flattened_mut().as_flattened_mut());
}

#[inline(always)]
fn deal(from: &[Lane], into: &mut [Lane]) {
    let (first, second) = from.split_at(SEGMENT_PX * BLOCK_SIDE / 2);
    for ((pair, first), second) in into.as_chunks_mut::<2>().0.iter_mut().zip(first).zip(second) {
        *pair = [*first, *second];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_turned() {
        let mut strip = NO_STRIP;
        for (place, lane) in strip.as_flattened_mut().iter_mut().enumerate() {
            lane.0 = place as i16;
        }
        let mut blocks = NO_BLOCKS;
        turned(&strip, &mut blocks);
        for (number, block) in blocks.iter().enumerate() {
            for row in 0..BLOCK_SIDE {
                for column in 0..BLOCK_SIDE {
                    assert_eq!(block[column][row], strip[row][number * BLOCK_SIDE + column]);
                }
            }
        }
    }
}
