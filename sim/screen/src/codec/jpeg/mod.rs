//! Pictures as the scans of baseline JPEG, and nothing else of JPEG: quality and size say all that a header would.
//!
//! Both ends are ours, so a scan has no markers, and nothing is put behind a byte of ones. Otherwise a JPEG file whose
//! header names the tables of the standard could hold it (`zune-jpeg` reads one in the tests). All is arithmetic of
//! integers, the same on every machine, and most of it in loops over lanes that the compiler makes vector code of:
//!
//! | file | pixels to a scan | back |
//! |---|---|---|
//! | `colour` | brightness and colours, the latter perhaps of four pixels at a time | smooth colours, pixels |
//! | `dct` | eight blocks at a time, down their columns, turned (`lanes`), and down again | likewise |
//! | `quantise` | division by multiplying, and which coefficients are left | multiplication |
//! | `huffman`, `write`, `read` | what is left, along the diagonals | tables that know ten bits at a time |

mod colour;
mod dct;
mod huffman;
mod lanes;
mod quantise;
mod read;
mod write;

pub(super) use read::ScanReader;
pub(super) use write::ScanWriter;

use self::lanes::{BLOCK_SIDE, BLOCKS};
use self::quantise::Part;
use super::quality::{Chroma, Scale};
use super::raster::{Area, Pixel};

const Q_MAX: u8 = 100;

/// All that is known of a picture before its scan comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) q: u8,
    pub(super) chroma: Chroma,
}

impl Kind {
    pub(super) fn new(q: u8, chroma: Chroma) -> Self {
        Self { q: q.clamp(1, Q_MAX), chroma }
    }
}

/// Columns and rows that a picture of this size has at this scale.
pub(super) fn scaled(area: Area, scale: Scale) -> (usize, usize) {
    match scale {
        Scale::Full => (area.width, area.height),
        Scale::Half => (area.width.div_ceil(2), area.height.div_ceil(2)),
    }
}

/// Each pixel is the mean of the two by two that it stands for.
pub(super) fn halved(pixels: &[Pixel], width: usize) -> Vec<Pixel> {
    let mut halves = Vec::with_capacity(pixels.len().div_ceil(4) + width);
    for rows in pixels.chunks(width * 2) {
        let (upper, lower) = rows.split_at(width);
        // A last row or column that is odd stands twice.
        let lower = if lower.is_empty() { upper } else { lower };
        for (upper, lower) in upper.chunks(2).zip(lower.chunks(2)) {
            let [a, b, c, d] = [upper[0], upper[upper.len() - 1], lower[0], lower[lower.len() - 1]];
            let mean = |of: usize| {
                let sum = u16::from(a[of]) + u16::from(b[of]) + u16::from(c[of]) + u16::from(d[of]);
                ((sum + 2) / 4) as u8
            };
            halves.push([mean(0), mean(1), mean(2), 255]);
        }
    }
    halves
}

/// Strips of blocks that a segment of 64 columns has, whatever its colours: of brightness, blue and red; or two of
/// brightness, and one of blue and red side by side.
const STRIPS: usize = 3;

/// What a block is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Component {
    Brightness,
    Blue,
    Red,
}

impl Chroma {
    /// The least square with whole blocks of everything.
    fn unit_px(self) -> usize {
        match self {
            Self::Full => BLOCK_SIDE,
            Self::Quarter => 2 * BLOCK_SIDE,
        }
    }

    /// What is in a strip.
    fn part(self, strip: usize) -> Part {
        match (self, strip) {
            (_, 0) | (Self::Quarter, 1) => Part::Brightness,
            (Self::Quarter | Self::Full, _) => Part::Colours,
        }
    }

    /// The blocks of a unit in a segment, in their order in the scan: strip, and place in it.
    fn blocks(self, unit: usize) -> impl Iterator<Item = (Component, usize, usize)> {
        use Component::{Blue, Brightness, Red};
        let twice = unit * 2;
        let (blocks, number) = match self {
            Self::Full => {
                let none = (Brightness, 0, 0);
                ([(Brightness, 0, unit), (Blue, 1, unit), (Red, 2, unit), none, none, none], 3)
            }
            Self::Quarter => {
                let upper = [(Brightness, 0, twice), (Brightness, 0, twice + 1)];
                let lower = [(Brightness, 1, twice), (Brightness, 1, twice + 1)];
                ([upper[0], upper[1], lower[0], lower[1], (Blue, 2, unit), (Red, 2, BLOCKS / 2 + unit)], 6)
            }
        };
        blocks.into_iter().take(number)
    }
}

#[cfg(test)]
mod tests;
