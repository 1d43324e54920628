//! The viewer's side.

use image::RgbaImage;
use wire::{Rect, Size};

use super::body::{DecodeError, HALF_SIZE, Op, QUARTER_CHROMA, Reader, STORED, WHOLE};
use super::exact;
use super::jpeg::{Kind, ScanReader, scaled};
use super::motion::against;
use super::quality::{Chroma, Scale};
use super::raster::{Area, BLACK, Grid, Pixel, TILE_PX};
use super::stream::{Decompressor, Parts};

/// A frame writes no pixel more often than this on an average: four moves, what has changed, and with room to spare. The
/// smallest screens count as a tile.
const WRITES_MAX: usize = 8;

/// What is written counts as so many pixels at least, so that a frame of tiny pieces takes no more than others.
const WRITE_PX_MIN: usize = 16;

/// What a viewer sees of a stream.
///
/// It takes the frames of one [`Encoder`](super::Encoder) in their order, and leaves none out. After an error what it
/// shows is undefined, and it wants a new stream.
pub struct Decoder {
    grid: Grid,
    picture: RgbaImage,
    cache: Cache,
    decompressor: Decompressor,
    scans: ScanReader,
    pixels: Vec<Pixel>,
}

/// Tiles that were shown and may be shown again.
struct Cache {
    /// Each with the pixels in a row. It grows until there are as many as the encoder counts.
    slots: Vec<(usize, Vec<Pixel>)>,
    next: usize,
    slots_max: usize,
}

/// A picture that is written to.
struct Target<'a> {
    width: usize,
    pixels: &'a mut [Pixel],
}

impl Decoder {
    /// The viewer of a screen of this size: black.
    pub fn new(size: Size) -> Self {
        let grid = Grid::new(size);
        Self {
            grid,
            picture: RgbaImage::from_pixel(size.width.into(), size.height.into(), image::Rgba(BLACK)),
            cache: Cache { slots: Vec::new(), next: 0, slots_max: grid.cache_slots() },
            decompressor: Decompressor::new(),
            scans: ScanReader::default(),
            pixels: Vec::new(),
        }
    }

    /// What is shown.
    pub fn picture(&self) -> &RgbaImage {
        &self.picture
    }

    /// Shows a frame, and says what of the picture was written anew.
    ///
    /// # Errors
    /// If these are not the bytes of one whole frame that follows the last.
    pub fn decode(&mut self, bytes: &[u8]) -> Result<Vec<Rect>, DecodeError> {
        let Self { grid, picture, cache, decompressor, scans, pixels } = self;
        let target = Target { width: grid.width, pixels: picture.as_chunks_mut().0 };
        let mut screen =
            Screen { grid: *grid, target, cache, scans, scratch: pixels, written: Vec::new(), left: 0 };
        screen.left = (grid.width * grid.height).max(TILE_PX) * WRITES_MAX;
        let mut frame = Reader::new("a frame", bytes);
        while !frame.is_empty() {
            let mut parts = decompressor.read(&mut frame)?;
            while !parts.ops.is_empty() {
                match parts.ops.op()? {
                    Op::Move => screen.move_parts(&mut parts)?,
                    Op::Cached => screen.show_cached(&mut parts)?,
                    Op::Exact => screen.show_exact(&mut parts)?,
                    Op::Picture => screen.show_picture(&mut parts)?,
                    Op::Keep => screen.keep(&mut parts)?,
                }
            }
            parts.indices.end()?;
            parts.planes.end()?;
            parts.scans.end()?;
        }
        Ok(screen.written)
    }
}

/// A frame that is being shown.
struct Screen<'a> {
    grid: Grid,
    target: Target<'a>,
    cache: &'a mut Cache,
    scans: &'a mut ScanReader,
    scratch: &'a mut Vec<Pixel>,
    written: Vec<Rect>,
    /// Pixels that may yet be written.
    left: usize,
}

impl Screen<'_> {
    fn move_parts(&mut self, parts: &mut Parts<'_>) -> Result<(), DecodeError> {
        let ops = &mut parts.ops;
        let limit = i64::from(u16::MAX);
        let (dx, dy) = (ops.signed()?, ops.signed()?);
        if dx.abs() > limit || dy.abs() > limit {
            let found = dx.unsigned_abs().max(dy.unsigned_abs()) as usize;
            return Err(DecodeError::Large { what: "pixels in a move", most: limit as usize, found });
        }
        let vector = (dx as i32, dy as i32);
        let mut areas = Vec::new();
        for _ in 0..ops.number_up_to(super::motion::PARTS_MAX, "parts in a move")? {
            let area = area(ops, self.grid)?;
            if against(area, vector, self.grid).is_none_or(|source| source.pixels() != area.pixels()) {
                return Err(DecodeError::Short("the screen, to move from"));
            }
            self.write(area)?;
            areas.push(area);
        }
        // Every part is looked at for every row that they reach.
        let top = areas.iter().map(|area| area.y).min().unwrap_or(0);
        let bottom = areas.iter().map(|area| area.bottom()).max().unwrap_or(0);
        self.spend((bottom - top) * areas.len())?;
        self.target.move_all(&areas, vector);
        Ok(())
    }

    fn show_cached(&mut self, parts: &mut Parts<'_>) -> Result<(), DecodeError> {
        let area = self.grid.area(tile(&mut parts.ops, self.grid)?);
        let slot = parts.ops.number()?;
        self.write(area)?;
        match self.cache.slots.get(slot) {
            Some((width, pixels)) if *width == area.width && pixels.len() == area.pixels() => {
                self.target.put(area, pixels);
                Ok(())
            }
            _ => Err(DecodeError::Short("the cache")),
        }
    }

    fn show_exact(&mut self, parts: &mut Parts<'_>) -> Result<(), DecodeError> {
        let tile = tile(&mut parts.ops, self.grid)?;
        let whole = self.grid.area(tile);
        let flags = parts.ops.byte()?;
        let area = if flags & WHOLE != 0 { whole } else { part(&mut parts.ops, whole)? };
        self.write(area)?;
        self.scratch.clear();
        self.scratch.resize(area.pixels(), BLACK);
        exact::read(&mut parts.ops, &mut parts.indices, &mut parts.planes, area.width, self.scratch)?;
        self.target.put(area, self.scratch);
        if flags & STORED != 0 {
            self.cache.store(whole, &self.target);
        }
        Ok(())
    }

    fn show_picture(&mut self, parts: &mut Parts<'_>) -> Result<(), DecodeError> {
        let area = area(&mut parts.ops, self.grid)?;
        let flags = parts.ops.byte()?;
        let chroma = if flags & QUARTER_CHROMA != 0 { Chroma::Quarter } else { Chroma::Full };
        let scale = if flags & HALF_SIZE != 0 { Scale::Half } else { Scale::Full };
        let kind = Kind::new(parts.ops.byte()?, chroma);
        let length = parts.ops.number()?;
        let scan = parts.scans.bytes(length)?;
        self.write(area)?;
        let size = scaled(area, scale);
        let pixels = self.scans.read(scan, size, kind)?;
        match scale {
            Scale::Full => self.target.put(area, pixels),
            Scale::Half => {
                self.scratch.clear();
                for row in 0..area.height {
                    let row = &pixels[row / 2 * size.0..][..size.0];
                    self.scratch.extend((0..area.width).map(|column| row[column / 2]));
                }
                self.target.put(area, self.scratch);
            }
        }
        Ok(())
    }

    fn keep(&mut self, parts: &mut Parts<'_>) -> Result<(), DecodeError> {
        let first = tile(&mut parts.ops, self.grid)?;
        let number = parts.ops.number_up_to(self.grid.tiles() - first, "tiles to keep")?;
        for tile in first..first + number {
            let area = self.grid.area(tile);
            self.work(area)?;
            self.cache.store(area, &self.target);
        }
        Ok(())
    }

    /// Something is about to be written.
    fn write(&mut self, area: Area) -> Result<(), DecodeError> {
        self.written.push(area.rect());
        self.work(area)
    }

    /// Pixels are about to be copied.
    fn work(&mut self, area: Area) -> Result<(), DecodeError> {
        self.spend(area.pixels().max(WRITE_PX_MIN))
    }

    fn spend(&mut self, found: usize) -> Result<(), DecodeError> {
        let most = self.left;
        let large = DecodeError::Large { what: "pixels in the rest of a frame", most, found };
        self.left = most.checked_sub(found).ok_or(large)?;
        Ok(())
    }
}

/// The place of a tile.
fn tile(ops: &mut Reader<'_>, grid: Grid) -> Result<usize, DecodeError> {
    let tile = ops.number()?;
    if tile < grid.tiles() {
        Ok(tile)
    } else {
        Err(DecodeError::Large { what: "tiles", most: grid.tiles(), found: tile })
    }
}

/// A rectangle on the screen.
fn area(ops: &mut Reader<'_>, grid: Grid) -> Result<Area, DecodeError> {
    let (x, y) = (ops.number()?, ops.number()?);
    let width = ops.number_up_to(grid.width.saturating_sub(x), "columns")?;
    let height = ops.number_up_to(grid.height.saturating_sub(y), "rows")?;
    Area::between(x, y, x + width, y + height).ok_or(DecodeError::Short("a rectangle"))
}

/// A rectangle within a tile.
fn part(ops: &mut Reader<'_>, whole: Area) -> Result<Area, DecodeError> {
    let (x, y) = (usize::from(ops.byte()?), usize::from(ops.byte()?));
    let (width, height) = (usize::from(ops.byte()?), usize::from(ops.byte()?));
    let fits = |start: usize, length: usize, limit: usize, what| {
        let (most, found) = (limit.saturating_sub(start), length);
        if found <= most { Ok(()) } else { Err(DecodeError::Large { what, most, found }) }
    };
    fits(x, width, whole.width, "columns in a tile")?;
    fits(y, height, whole.height, "rows in a tile")?;
    let (x, y) = (whole.x + x, whole.y + y);
    Area::between(x, y, x + width, y + height).ok_or(DecodeError::Short("a rectangle"))
}

impl Target<'_> {
    fn put(&mut self, area: Area, pixels: &[Pixel]) {
        for (y, row) in area.rows().zip(pixels.chunks_exact(area.width)) {
            let start = y * self.width + area.x;
            self.pixels[start..start + area.width].copy_from_slice(row);
        }
    }

    /// Copies into all areas at once what lies against the vector from them. They do not overlap.
    ///
    /// Row by row from the side that the vector points to: what is read was not yet written. Within a row nothing that
    /// is read is written, unless the vector is level; then the columns go from that side too.
    fn move_all(&mut self, areas: &[Area], (dx, dy): (i32, i32)) {
        let mut sorted = areas.to_vec();
        sorted.sort_by_key(|area| if dx > 0 { usize::MAX - area.x } else { area.x });
        let top = areas.iter().map(|area| area.y).min().unwrap_or(0);
        let bottom = areas.iter().map(|area| area.bottom()).max().unwrap_or(0);
        for row in top..bottom {
            let y = if dy > 0 { bottom - 1 - (row - top) } else { row };
            for area in sorted.iter().filter(|area| area.rows().contains(&y)) {
                let to = y * self.width + area.x;
                let from = (to as i64 - i64::from(dy) * self.width as i64 - i64::from(dx)) as usize;
                self.pixels.copy_within(from..from + area.width, to);
            }
        }
    }
}

impl Cache {
    fn store(&mut self, area: Area, from: &Target<'_>) {
        if self.slots.len() == self.next {
            self.slots.push((0, Vec::with_capacity(TILE_PX)));
        }
        let (width, pixels) = &mut self.slots[self.next];
        *width = area.width;
        pixels.clear();
        for y in area.rows() {
            let start = y * from.width + area.x;
            pixels.extend_from_slice(&from.pixels[start..start + area.width]);
        }
        self.next = (self.next + 1) % self.slots_max;
    }
}
