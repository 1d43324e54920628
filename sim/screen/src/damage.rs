//! Which tiles of a screen have changed.

use wire::{Rect, Size};

/// The side of a tile, in pixels; tiles at the right and bottom edges may be smaller.
pub const TILE_SIDE_PX: u32 = 64;

/// The tiles of one screen that have changed: a bit for each, at most 128 KiB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    size: Size,
    /// Row after row, the lowest bit first.
    words: Vec<u64>,
}

impl Damage {
    /// A screen of this size with nothing changed.
    pub fn new(size: Size) -> Self {
        let bits = columns(size) * usize::from(size.height).div_ceil(TILE_SIDE_PX as usize);
        Self { size, words: vec![0; bits.div_ceil(u64::BITS as usize)] }
    }

    /// Something has changed within `rect`. What lies outside the screen does not count.
    pub fn add(&mut self, rect: Rect) {
        let Some(Rect { x, y, width, height }) = rect.intersection(self.size.bounds()) else { return };
        // Within the screen no coordinate is negative.
        let tiles = |start: i32, length: u32| {
            let start = start as u32;
            (start / TILE_SIDE_PX) as usize..=((start + length - 1) / TILE_SIDE_PX) as usize
        };
        for row in tiles(y, height) {
            for column in tiles(x, width) {
                let bit = row * columns(self.size) + column;
                self.words[bit / u64::BITS as usize] |= 1 << (bit % u64::BITS as usize);
            }
        }
    }

    /// What has changed in `other` has changed here too: a frame was skipped.
    ///
    /// # Panics
    /// If `other` is of a screen of another size.
    pub fn merge(&mut self, other: &Self) {
        assert_eq!(self.size, other.size, "damage of two screens");
        for (word, others) in self.words.iter_mut().zip(&other.words) {
            *word |= others;
        }
    }

    /// What has changed since the last time; from here on, nothing has.
    pub fn take(&mut self) -> Self {
        std::mem::replace(self, Self::new(self.size))
    }

    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The changed tiles, cut at the screen's edges: row after row from the top, each from the left.
    pub fn tiles(&self) -> impl Iterator<Item = Rect> {
        let bits = self.words.iter().enumerate().flat_map(|(place, word)| {
            let lowest_first = std::iter::successors(Some(*word), |rest| Some(rest & rest.wrapping_sub(1)));
            let set = lowest_first.take_while(|rest| *rest != 0).map(|rest| rest.trailing_zeros() as usize);
            set.map(move |bit| place * u64::BITS as usize + bit)
        });
        bits.map(|bit| {
            let start = |tile: usize| tile as i32 * TILE_SIDE_PX as i32;
            let (x, y) = (start(bit % columns(self.size)), start(bit / columns(self.size)));
            let whole = Rect { x, y, width: TILE_SIDE_PX, height: TILE_SIDE_PX };
            whole.intersection(self.size.bounds()).expect("a tile begins within its screen")
        })
    }
}

/// How many tiles lie side by side.
fn columns(size: Size) -> usize {
    usize::from(size.width).div_ceil(TILE_SIDE_PX as usize)
}

#[cfg(test)]
mod tests {
    use arbitrary::Unstructured;

    use super::*;

    /// The reference: a screen with a byte for each pixel, 1 where it changed.
    struct Bitmap {
        size: Size,
        rows: Vec<Vec<u8>>,
    }

    impl Bitmap {
        fn new(size: Size) -> Self {
            Self { size, rows: vec![vec![0; size.width.into()]; size.height.into()] }
        }

        fn paint(&mut self, rect: Rect) {
            let within = |start: i32, length: u32, limit: u16| {
                let cut = |edge: i64| edge.clamp(0, limit.into()) as usize;
                cut(start.into())..cut(i64::from(start) + i64::from(length))
            };
            for row in &mut self.rows[within(rect.y, rect.height, self.size.height)] {
                row[within(rect.x, rect.width, self.size.width)].fill(1);
            }
        }

        /// Every tile with a changed pixel in it, found by looking at each pixel.
        fn tiles(&self) -> Vec<Rect> {
            let (width, height) = (u32::from(self.size.width), u32::from(self.size.height));
            let mut tiles = Vec::new();
            for y in (0..height).step_by(TILE_SIDE_PX as usize) {
                for x in (0..width).step_by(TILE_SIDE_PX as usize) {
                    let (right, bottom) = ((x + TILE_SIDE_PX).min(width), (y + TILE_SIDE_PX).min(height));
                    let rows = &self.rows[y as usize..bottom as usize];
                    if rows.iter().any(|row| row[x as usize..right as usize].contains(&1)) {
                        let (x, y, width, height) = (x as i32, y as i32, right - x, bottom - y);
                        tiles.push(Rect { x, y, width, height });
                    }
                }
            }
            tiles
        }
    }

    /// An edge near one between two tiles, where mistakes are made.
    fn any_edge(u: &mut Unstructured<'_>) -> arbitrary::Result<i32> {
        Ok(u.int_in_range(-1..=4)? * TILE_SIDE_PX as i32 + u.int_in_range(-1..=1)?)
    }

    fn any_rect(u: &mut Unstructured<'_>) -> arbitrary::Result<Rect> {
        if u.ratio(1, 20)? {
            let (x, y) = (u.arbitrary()?, u.arbitrary()?);
            return Ok(Rect { x, y, width: u.arbitrary()?, height: u.arbitrary()? });
        }
        let (a, b, c, d) = (any_edge(u)?, any_edge(u)?, any_edge(u)?, any_edge(u)?);
        Ok(Rect { x: a.min(b), y: c.min(d), width: a.abs_diff(b), height: c.abs_diff(d) })
    }

    #[test]
    fn damage_is_the_tiles_of_the_changed_pixels() {
        arbtest::arbtest(|u| {
            let side = |u: &mut Unstructured<'_>| Ok(any_edge(u)?.max(0) as u16);
            let size = Size { width: side(u)?, height: side(u)? };
            let (mut damage, mut bitmap) = (Damage::new(size), Bitmap::new(size));
            for _ in 0..u.int_in_range(0..=6)? {
                let rect = any_rect(u)?;
                match u.int_in_range(0..=4)? {
                    0 => {
                        assert_eq!(damage.take().tiles().collect::<Vec<_>>(), bitmap.tiles());
                        bitmap = Bitmap::new(size);
                    }
                    1 => {
                        let mut skipped = Damage::new(size);
                        skipped.add(rect);
                        damage.merge(&skipped);
                        bitmap.paint(rect);
                    }
                    _ => {
                        damage.add(rect);
                        bitmap.paint(rect);
                    }
                }
                assert_eq!(damage.tiles().collect::<Vec<_>>(), bitmap.tiles());
                assert_eq!(damage.is_empty(), bitmap.tiles().is_empty());
            }
            Ok(())
        });
    }

    #[test]
    fn the_largest_screen_takes_no_more_than_is_said() {
        let mut damage = Damage::new(Size { width: u16::MAX, height: u16::MAX });
        assert_eq!(damage.words.len() * size_of::<u64>(), 128 * 1024);
        damage.add(Rect { x: i32::MIN, y: i32::MIN, width: u32::MAX, height: u32::MAX });
        assert_eq!(damage.tiles().count(), 1024 * 1024);
        let last = damage.tiles().last();
        assert_eq!(last, Some(Rect { x: 65_472, y: 65_472, width: 63, height: 63 }));
    }

    #[test]
    #[should_panic(expected = "damage of two screens")]
    fn screens_of_two_sizes_do_not_mix() {
        let small = Damage::new(Size { width: 64, height: 64 });
        Damage::new(Size { width: 65, height: 64 }).merge(&small);
    }
}
