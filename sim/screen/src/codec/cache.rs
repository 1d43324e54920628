//! Tiles that the viewer keeps, so that what was seen need not be sent again.

use std::collections::BTreeMap;

use twox_hash::XxHash3_128;

use super::quality::Shown;
use super::raster::{Area, Grid, Pixel};

/// A tile's content, by a hash of 128 bits: two contents that share one are not expected in the life of the world.
pub(super) type Key = u128;

/// The key of a tile of this size.
pub(super) fn key(pixels: &[Pixel], area: Area) -> Key {
    let size = (area.width as u64) << 32 | area.height as u64;
    XxHash3_128::oneshot_with_seed(size, pixels.as_flattened())
}

/// What the viewer has in its cache. Slots are filled in turn.
pub(super) struct Cache {
    slots: Vec<Option<(Key, Shown)>>,
    by_key: BTreeMap<Key, usize>,
    next: usize,
}

impl Cache {
    pub(super) fn new(grid: Grid) -> Self {
        Self { slots: vec![None; grid.cache_slots()], by_key: BTreeMap::new(), next: 0 }
    }

    /// Where this content is, and how well it is kept there.
    pub(super) fn find(&self, key: Key) -> Option<(usize, Shown)> {
        let slot = *self.by_key.get(&key)?;
        self.slots[slot].map(|(_, shown)| (slot, shown))
    }

    /// The viewer puts this content into its next slot.
    pub(super) fn store(&mut self, key: Key, shown: Shown) {
        let slot = self.next;
        self.next = (self.next + 1) % self.slots.len();
        let before = self.slots[slot].replace((key, shown));
        if let Some((before, _)) = before
            && self.by_key.get(&before) == Some(&slot)
        {
            self.by_key.remove(&before);
        }
        self.by_key.insert(key, slot);
    }
}
