//! Pixels in rows, and rectangles of them that lie within the picture.

use image::RgbaImage;
use wire::{Rect, Size};

use crate::TILE_SIDE_PX;

/// Red, green, blue, and 255.
pub(super) type Pixel = [u8; 4];

/// The side of a tile, for counting.
pub(super) const SIDE: usize = TILE_SIDE_PX as usize;
/// Pixels of a whole tile.
pub(super) const TILE_PX: usize = SIDE * SIDE;
/// What a screen shows before anything was sent.
pub(super) const BLACK: Pixel = [0, 0, 0, 255];

/// A rectangle within a picture, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Area {
    pub(super) fn right(self) -> usize {
        self.x + self.width
    }

    pub(super) fn bottom(self) -> usize {
        self.y + self.height
    }

    pub(super) fn pixels(self) -> usize {
        self.width * self.height
    }

    pub(super) fn rows(self) -> std::ops::Range<usize> {
        self.y..self.bottom()
    }

    /// From edges; `None` if there is nothing between them.
    pub(super) fn between(left: usize, top: usize, right: usize, bottom: usize) -> Option<Self> {
        (left < right && top < bottom).then(|| Self {
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
        })
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// As everybody else knows it.
    pub(super) fn rect(self) -> Rect {
        Rect { x: self.x as i32, y: self.y as i32, width: self.width as u32, height: self.height as u32 }
    }
}

/// How a screen is cut into tiles, which are counted row after row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Grid {
    pub(super) fn new(size: Size) -> Self {
        let (width, height) = (usize::from(size.width), usize::from(size.height));
        Self { width, height, columns: width.div_ceil(SIDE), rows: height.div_ceil(SIDE) }
    }

    pub(super) fn tiles(self) -> usize {
        self.columns * self.rows
    }

    /// The pixels of a tile, cut at the screen's edges.
    pub(super) fn area(self, tile: usize) -> Area {
        let (x, y) = (tile % self.columns * SIDE, tile / self.columns * SIDE);
        Area { x, y, width: SIDE.min(self.width - x), height: SIDE.min(self.height - y) }
    }

    /// The tile that a pixel lies in.
    pub(super) fn tile_at(self, x: usize, y: usize) -> usize {
        y / SIDE * self.columns + x / SIDE
    }

    /// The tiles that have a pixel in common with the area.
    pub(super) fn touched(self, area: Area) -> impl Iterator<Item = usize> {
        let columns = area.x / SIDE..=(area.right() - 1) / SIDE;
        let rows = area.y / SIDE..=(area.bottom() - 1) / SIDE;
        rows.flat_map(move |row| columns.clone().map(move |column| row * self.columns + column))
    }

    /// As many slots of the cache as the screen has tiles four times over, within reason.
    pub(super) fn cache_slots(self) -> usize {
        const SLOTS_MAX: usize = 2_048;
        (self.tiles() * 4).min(SLOTS_MAX)
    }
}

/// A picture that is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raster<'a> {
    width: usize,
    pixels: &'a [Pixel],
}

impl<'a> Raster<'a> {
    pub(super) fn new(width: usize, pixels: &'a [Pixel]) -> Self {
        Self { width, pixels }
    }

    pub(super) fn of(picture: &'a RgbaImage) -> Self {
        Self::new(picture.width() as usize, picture.as_raw().as_chunks().0)
    }

    /// So many pixels of row `y`, from column `x`.
    pub(super) fn span(self, x: usize, y: usize, length: usize) -> &'a [Pixel] {
        let start = y * self.width + x;
        &self.pixels[start..start + length]
    }

    pub(super) fn row(self, area: Area, y: usize) -> &'a [Pixel] {
        self.span(area.x, y, area.width)
    }

    /// The rows of an area.
    pub(super) fn rows(self, area: Area) -> impl Iterator<Item = &'a [Pixel]> + Clone {
        area.rows().map(move |y| self.row(area, y))
    }

    /// Appends the pixels of the area, row after row.
    pub(super) fn gather(self, area: Area, into: &mut Vec<Pixel>) {
        self.rows(area).for_each(|row| into.extend_from_slice(row));
    }

    /// The least rectangle with all pixels of `area` that are not as in `other`, looked at so far from there.
    pub(super) fn difference(self, area: Area, other: Self, offset: (i32, i32)) -> Option<Area> {
        let (mut left, mut right, mut top, mut bottom) = (area.width, 0, None, 0);
        for y in area.rows() {
            let (ours, others) = (self.row(area, y), other.row(area.moved(offset), shifted(y, offset.1)));
            if ours == others {
                continue;
            }
            top.get_or_insert(y);
            bottom = y + 1;
            let differs = |(a, b): (&Pixel, &Pixel)| a != b;
            left = ours[..left].iter().zip(&others[..left]).position(differs).unwrap_or(left);
            let behind = ours[right..].iter().zip(&others[right..]).rposition(differs);
            right = behind.map_or(right, |place| right + place + 1);
        }
        Area::between(area.x + left, top?, area.x + right, bottom)
    }
}

impl Area {
    /// The area as far away, which the caller knows to lie within the picture.
    pub(super) fn moved(self, (dx, dy): (i32, i32)) -> Self {
        Self { x: shifted(self.x, dx), y: shifted(self.y, dy), ..self }
    }
}

fn shifted(place: usize, by: i32) -> usize {
    place.checked_add_signed(by as isize).expect("the caller looked that it is within the picture")
}

/// A picture of one's own.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    width: usize,
    pixels: Vec<Pixel>,
}

impl Canvas {
    pub(super) fn black(grid: Grid) -> Self {
        Self { width: grid.width, pixels: vec![BLACK; grid.width * grid.height] }
    }

    pub(super) fn raster(&self) -> Raster<'_> {
        Raster::new(self.width, &self.pixels)
    }

    /// Takes the area over from the other picture.
    pub(super) fn take(&mut self, area: Area, from: Raster<'_>) {
        for y in area.rows() {
            let start = y * self.width + area.x;
            self.pixels[start..start + area.width].copy_from_slice(from.row(area, y));
        }
    }
}
