//! Points, sizes and rectangles of screens, in pixels.

use serde::{Deserialize, Serialize};

/// A place on a screen, or beside it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, arbitrary::Arbitrary,
)]
pub struct Point {
    /// Columns from the left edge.
    pub x: i32,
    /// Rows from the top edge.
    pub y: i32,
}

/// The size of a screen. Its type bounds it, as RFB's does (RFC 6143, 7.3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u16,
    /// Pixels from top to bottom.
    pub height: u16,
}

impl Size {
    /// The rectangle of all pixels of a screen of this size.
    pub fn bounds(self) -> Rect {
        Rect { x: 0, y: 0, width: self.width.into(), height: self.height.into() }
    }
}

/// A rectangle. It may lie anywhere, as a window does that was dragged over the edge of its screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Rect {
    /// The first column of pixels, counted from the screen's left edge.
    pub x: i32,
    /// The first row of pixels, counted from the screen's top edge.
    pub y: i32,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Rect {
    /// Whether the pixel at `point` is in it.
    pub fn contains(self, point: Point) -> bool {
        let pixel = Self { x: point.x, y: point.y, width: 1, height: 1 };
        self.intersection(pixel).is_some()
    }

    /// The pixels that both have; `None` if there are none.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let (x, width) = overlap((self.x, self.width), (other.x, other.width))?;
        let (y, height) = overlap((self.y, self.height), (other.y, other.height))?;
        Some(Self { x, y, width, height })
    }
}

/// Where two stretches of one axis overlap, each a start and a length.
fn overlap(a: (i32, u32), b: (i32, u32)) -> Option<(i32, u32)> {
    let end = |(start, length): (i32, u32)| i64::from(start) + i64::from(length);
    let start = a.0.max(b.0);
    let length = end(a).min(end(b)) - i64::from(start);
    let length = u32::try_from(length).ok().filter(|length| *length > 0)?;
    Some((start, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intersection_is_what_both_have_even_at_the_ends_of_the_numbers() {
        let screen = Size { width: 100, height: 50 }.bounds();
        let over_the_corner = Rect { x: -5, y: 40, width: 10, height: 20 };
        assert_eq!(screen.intersection(over_the_corner), Some(Rect { x: 0, y: 40, width: 5, height: 10 }));
        let all = Rect { x: i32::MIN, y: i32::MIN, width: u32::MAX, height: u32::MAX };
        assert_eq!(screen.intersection(all), Some(screen));
        let beside = Rect { x: 100, y: 0, width: u32::MAX, height: 50 };
        assert_eq!(screen.intersection(beside), None);
        let empty = Rect { x: 10, y: 10, width: 0, height: 5 };
        assert_eq!(screen.intersection(empty), None);
    }
}
