//! What looks as it did, elsewhere: a document that was scrolled, a window that was dragged. Its pixels are copied, which
//! costs a tenth of painting them.

use image::RgbaImage;
use wire::{Point, Rect};

use super::draw::moved;
use super::look::Look;
use super::scene::{Face, Layer};

/// Pixels that are somewhere else than at the last look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// Where they are now, all of it on the display.
    pub(super) to: Rect,
    /// How far they came.
    by: Point,
}

/// The topmost layer that was scrolled or moved, as far as nothing lay or lies over it.
pub(super) fn shift(look: Look, before: &[Layer], after: &[Layer]) -> Option<Shift> {
    let same = |(a, b): &(&Layer, &Layer)| a.key == b.key;
    let layers = before.iter().zip(after).take_while(same);
    let shifted = |(place, (old, new)): (usize, (&Layer, &Layer))| {
        let shift = of_layer(look, old, new)?;
        let free = |layers: &[Layer], rect| {
            layers[place + 1..].iter().all(|layer| layer.bounds.intersection(rect).is_none())
        };
        (free(before, shift.from()) && free(after, shift.to)).then_some(shift)
    };
    layers.enumerate().filter_map(shifted).last()
}

fn of_layer(look: Look, old: &Layer, new: &Layer) -> Option<Shift> {
    let (Face::Window(was), Face::Window(is)) = (&old.face, &new.face) else { return None };
    let display = look.size.bounds();
    if old.bounds == new.bounds {
        let (ground, down) = is.scrolled(look, was, new.bounds)?;
        let by = Point { x: 0, y: down };
        return Shift::of(ground, by, ground, display);
    }
    let (from, to) = (old.solid?, new.solid?);
    let by = Point { x: to.x - from.x, y: to.y - from.y };
    if was != is || moved(from, by) != to {
        return None;
    }
    Shift::of(from, by, display, display)
}

impl Shift {
    /// What was at `from` and is not beyond `within` by now.
    fn of(from: Rect, by: Point, within: Rect, display: Rect) -> Option<Self> {
        let from = from.intersection(display)?;
        let to = moved(from, by).intersection(within)?.intersection(display)?;
        Some(Self { to, by })
    }

    fn from(self) -> Rect {
        moved(self.to, Point { x: -self.by.x, y: -self.by.y })
    }

    /// Copies them.
    pub(super) fn apply(self, picture: &mut RgbaImage) {
        const BYTES: usize = 4;
        let stride = picture.width() as usize * BYTES;
        let (from, to) = (self.from(), self.to);
        let length = to.width as usize * BYTES;
        let pixels = &mut **picture;
        let mut copy = |row: u32| {
            let start = |rect: Rect| (rect.y as usize + row as usize) * stride + rect.x as usize * BYTES;
            pixels.copy_within(start(from)..start(from) + length, start(to));
        };
        // A row is read before another is written over it.
        if self.by.y > 0 { (0..to.height).rev().for_each(&mut copy) } else { (0..to.height).for_each(copy) }
    }
}
