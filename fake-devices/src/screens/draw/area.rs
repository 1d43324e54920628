//! Rectangles, as far as drawing needs more of them than `wire` has.

use wire::{Point, Rect};

/// The rectangle with this corner and size; empty if a side is negative.
pub(crate) fn area(x: i32, y: i32, width: i32, height: i32) -> Rect {
    Rect { x, y, width: width.max(0).cast_unsigned(), height: height.max(0).cast_unsigned() }
}

/// The same rectangle elsewhere.
pub(crate) fn moved(rect: Rect, by: Point) -> Rect {
    Rect { x: rect.x.saturating_add(by.x), y: rect.y.saturating_add(by.y), ..rect }
}

/// The rectangle with `by` more pixels on each side, or fewer if negative.
pub(crate) fn grown(rect: Rect, by: i32) -> Rect {
    let (width, height) = (rect.width.cast_signed(), rect.height.cast_signed());
    area(rect.x - by, rect.y - by, width + 2 * by, height + 2 * by)
}

/// The smallest rectangle around both.
pub(crate) fn union(a: Rect, b: Rect) -> Rect {
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    let right = (a.x + a.width.cast_signed()).max(b.x + b.width.cast_signed());
    let bottom = (a.y + a.height.cast_signed()).max(b.y + b.height.cast_signed());
    area(x, y, right - x, bottom - y)
}

/// The pixel in the middle.
pub(crate) fn centre(rect: Rect) -> Point {
    Point { x: rect.x + rect.width.cast_signed() / 2, y: rect.y + rect.height.cast_signed() / 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_grow_move_and_meet() {
        let desk = area(10, 20, 30, 40);
        assert_eq!(grown(desk, 5), area(5, 15, 40, 50));
        assert_eq!(grown(desk, -20), area(30, 40, -10, 0));
        assert_eq!(moved(desk, Point { x: -10, y: 1 }), area(0, 21, 30, 40));
        assert_eq!(union(desk, area(0, 30, 5, 5)), area(0, 20, 40, 40));
        assert_eq!(centre(desk), Point { x: 25, y: 40 });
    }
}
