//! The side of the machine that is looked at.

use std::ops::Range;
use std::time::Duration;

use image::RgbaImage;
use wire::{Point, Rect, SimTime, Size};

use super::body::Body;
use super::cache::{self, Cache, Key};
use super::exact::Palette;
use super::frame::Frame;
use super::jpeg::ScanWriter;
use super::motion::{self, Motion};
use super::quality::{Pictures, Quality, Shown, Text, Wanted};
use super::raster::{Area, Canvas, Grid, Pixel, Raster, SIDE};
use super::stream::Compressor;
use crate::Damage;

/// A tile that was still for so long is made exact.
pub const REFINE_AFTER: Duration = Duration::from_millis(300);
/// Moves in one frame at the most: two things may move at once, hardly more.
const MOVES_MAX: usize = 4;
/// A tile that changed in so many frames in a row without having been seen before is a moving picture, and not kept.
const STREAK_MAX: u8 = 4;
/// Tiles of which less than one part in so many has changed are neither looked for in the cache nor kept.
const CACHED_SHARE: usize = 8;
/// A change of less than one part in so many of a tile is small.
const SMALL_SHARE: usize = 8;
/// How far around the focus tiles go first, in tiles.
const NEAR_TILES: usize = 2;

/// Makes the frames of one stream: what changes on one screen, for one viewer.
pub struct Encoder {
    pub(super) grid: Grid,
    damage: Damage,
    /// What the viewer shows where a tile is exact, and what was meant where it is not.
    pub(super) shown: Canvas,
    pub(super) tiles: Vec<Tile>,
    pub(super) frames: u32,
    has_looked: bool,
    motion: Motion,
    pub(super) cache: Cache,
    pub(super) palette: Palette,
    pub(super) pixels: Vec<Pixel>,
    pub(super) run_pixels: Vec<Pixel>,
    pub(super) scans: ScanWriter,
    /// Where the last frame ended for want of budget.
    next_tile: usize,
    next_refined: usize,
    pub(super) compressor: Compressor,
    pub(super) body: Body,
    pub(super) estimate: super::frame::Estimate,
}

/// What is known of a tile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tile {
    /// Something may have changed that was not sent.
    pub(super) waits: bool,
    pub(super) shown: Shown,
    pub(super) changed_at: SimTime,
    /// The frame that last changed it.
    pub(super) changed_in: u32,
    /// Frames in a row that changed it before.
    pub(super) streak: u8,
}

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// For [`Decoder::decode`](super::Decoder::decode), all at once and in order.
    pub bytes: Vec<u8>,
    /// What it took to make.
    pub work: Work,
    /// After it the viewer shows the picture to the pixel.
    pub exact: bool,
    /// Nothing in it is new: it makes more exact what stood already.
    pub only_refines: bool,
}

/// What was done for a frame, for models of cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Pixels that were compared.
    pub scanned_px: usize,
    /// Pixels that were encoded to the bit.
    pub exact_px: usize,
    /// Pixels that were encoded as JPEG.
    pub jpeg_px: usize,
}

/// Something to be sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) tile: usize,
    pub(super) area: Area,
    /// Under which it may be kept.
    pub(super) key: Option<Key>,
    /// Whether it was found to have more colours than a palette; if not, that is still to be looked at.
    pub(super) is_picture: bool,
}

impl Encoder {
    /// The encoder of a screen of this size, of which the viewer has seen nothing: all of it is damaged.
    pub fn new(size: Size) -> Self {
        let grid = Grid::new(size);
        let mut damage = Damage::new(size);
        damage.add(size.bounds());
        let tile =
            Tile { waits: false, shown: Shown::Exact, changed_at: SimTime::ZERO, changed_in: 0, streak: 0 };
        Self {
            grid,
            damage,
            shown: Canvas::black(grid),
            tiles: vec![tile; grid.tiles()],
            frames: 0,
            has_looked: false,
            motion: Motion::default(),
            cache: Cache::new(grid),
            palette: Palette::new(),
            pixels: Vec::new(),
            run_pixels: Vec::new(),
            scans: ScanWriter::default(),
            next_tile: 0,
            next_refined: 0,
            compressor: Compressor::new(),
            body: Body::default(),
            estimate: super::frame::Estimate::default(),
        }
    }

    /// Something may have changed there. What is damaged nowhere is not looked at.
    pub fn damaged(&mut self, rects: &[Rect]) {
        for rect in rects {
            self.damage.add(*rect);
        }
    }

    /// Whether the viewer shows the picture of the last call of [`encode`](Self::encode) to the pixel, once it has all
    /// frames.
    pub fn is_exact(&self) -> bool {
        self.has_looked
            && self.damage.is_empty()
            && self.tiles.iter().all(|tile| !tile.waits && tile.shown == Shown::Exact)
    }

    /// When there is something to do without new damage: to look at what is damaged or waits, or to refine. `None`
    /// once all is exact.
    pub fn has_work(&self, now: SimTime) -> Option<SimTime> {
        if !self.damage.is_empty() || self.tiles.iter().any(|tile| tile.waits) {
            return Some(now);
        }
        let still = self.tiles.iter().filter(|tile| tile.shown != Shown::Exact);
        still.map(|tile| (tile.changed_at + REFINE_AFTER).max(now)).min()
    }

    /// The frame that brings the viewer nearer to the picture; `None` if there is nothing to say.
    ///
    /// Order: what moved, what the viewer has in its cache, what is near the focus, text, pictures, and what is to be
    /// refined. What the budget has no room for waits for the next call.
    ///
    /// # Panics
    /// If the picture is not of the screen's size.
    pub fn encode(&mut self, now: SimTime, picture: &RgbaImage, wanted: &Wanted) -> Option<Encoded> {
        let size = (self.grid.width as u32, self.grid.height as u32);
        assert_eq!(picture.dimensions(), size, "a picture of another screen");
        let picture = Raster::of(picture);
        self.has_looked = true;
        self.frames = self.frames.wrapping_add(1);
        let mut frame = Frame::new(now, picture, *wanted);

        let mut changed = self.look(&mut frame);
        self.find_moves(&mut frame, &mut changed);
        let mut changes = self.changes(&mut frame);
        self.in_order(&mut changes, wanted.focus);
        self.next_tile = self.send(&mut frame, &changes).unwrap_or(self.next_tile);
        let only_refines = frame.bytes.is_empty() && self.body.is_empty();
        self.refine(&mut frame);

        self.close(&mut frame);
        (!frame.bytes.is_empty()).then(|| Encoded {
            bytes: frame.bytes,
            work: frame.work,
            exact: self.is_exact(),
            only_refines,
        })
    }

    /// The tiles that are not as they are shown.
    fn look(&mut self, frame: &mut Frame<'_>) -> Vec<usize> {
        if !self.damage.is_empty() {
            for rect in self.damage.take().tiles() {
                let tile = self.grid.tile_at(rect.x as usize, rect.y as usize);
                self.tiles[tile].waits = true;
            }
        }
        let mut changed = Vec::new();
        for row in 0..self.grid.rows {
            let first = row * self.grid.columns;
            let mut column = 0;
            while let Some(start) =
                (column..self.grid.columns).find(|column| self.tiles[first + column].waits)
            {
                let waiting = self.tiles[first + start..first + self.grid.columns].iter();
                let length = waiting.take_while(|tile| tile.waits).count();
                self.look_at(first + start, length, frame, &mut changed);
                column = start + length;
            }
        }
        changed
    }

    /// Compares tiles that lie side by side.
    fn look_at(&mut self, first: usize, length: usize, frame: &mut Frame<'_>, changed: &mut Vec<usize>) {
        let (left, right) = (self.grid.area(first), self.grid.area(first + length - 1));
        let strip = Area { width: right.right() - left.x, ..left };
        frame.work.scanned_px += strip.pixels();
        for tile in &mut self.tiles[first..first + length] {
            tile.waits = false;
        }
        let (shown, tiles) = (self.shown.raster(), &mut self.tiles[first..first + length]);
        // Runs of tiles that were the same so far: each is compared at once.
        let mut same: Vec<Range<usize>> = std::iter::once(0..length).collect();
        for y in strip.rows() {
            let (now, before) = (frame.picture.row(strip, y), shown.row(strip, y));
            let differ = |tiles: &Range<usize>| {
                let columns = tiles.start * SIDE..(tiles.end * SIDE).min(strip.width);
                now[columns.clone()] != before[columns]
            };
            let mut were_same = true;
            for run in same.iter().filter(|run| differ(run)) {
                were_same = false;
                for tile in run.clone().filter(|tile| differ(&(*tile..tile + 1))) {
                    tiles[tile].waits = true;
                }
            }
            if were_same {
                continue;
            }
            same.clear();
            let mut start = 0;
            for run in tiles.chunk_by(|a, b| a.waits == b.waits) {
                if !run[0].waits {
                    same.push(start..start + run.len());
                }
                start += run.len();
            }
            if same.is_empty() {
                break;
            }
        }
        changed.extend((first..first + length).filter(|tile| self.tiles[*tile].waits));
    }

    /// Copies what has moved. What is left in `changed` has not, or not all of it.
    fn find_moves(&mut self, frame: &mut Frame<'_>, changed: &mut Vec<usize>) {
        let mut parts = Vec::new();
        for moves in 0..MOVES_MAX {
            if changed.len() < motion::TILES_MIN {
                return;
            }
            let (shown, picture) = (self.shown.raster(), frame.picture);
            let Some(vector) = self.motion.guess(shown, picture, self.grid, changed, moves == 0) else {
                return;
            };
            parts.clear();
            for tile in &*changed {
                let from = parts.len();
                motion::moved_parts((shown, picture), self.grid, *tile, vector, &mut parts);
                if parts.len() > motion::PARTS_MAX {
                    parts.truncate(from);
                    break;
                }
            }
            if parts.is_empty() {
                return;
            }
            self.apply_move(frame, vector, &parts);
            let (shown, tiles) = (self.shown.raster(), &mut self.tiles);
            changed.retain(|tile| {
                let area = self.grid.area(*tile);
                tiles[*tile].waits = area.rows().any(|y| shown.row(area, y) != picture.row(area, y));
                tiles[*tile].waits
            });
        }
    }

    fn apply_move(&mut self, frame: &mut Frame<'_>, vector: motion::Vector, parts: &[Area]) {
        // How well the sources were shown before any of them was written over.
        let worst = |part: &Area| {
            let source = motion::against(*part, vector, self.grid).expect("a part comes from the screen");
            self.grid.touched(source).map(|tile| self.tiles[tile].shown).max().unwrap_or(Shown::Exact)
        };
        let shown: Vec<Shown> = parts.iter().map(worst).collect();
        for (part, shown) in parts.iter().zip(shown) {
            let tile = self.grid.tile_at(part.x, part.y);
            self.sent(frame, tile, *part, shown);
        }
        let joined = motion::joined(parts);
        frame.put_move(&mut self.body, vector, &joined);
        self.close_if_long(frame);
    }

    /// What must be sent, but for what the viewer finds in its cache.
    fn changes(&mut self, frame: &mut Frame<'_>) -> Vec<Change> {
        let mut changes = Vec::new();
        let quality = frame.wanted.quality;
        for tile in 0..self.tiles.len() {
            let Tile { waits, shown, changed_in, .. } = self.tiles[tile];
            let whole = self.grid.area(tile);
            if !waits {
                let has_moved = changed_in == self.frames;
                let is_blurred_text = has_moved && self.is_blurred(frame, tile) && self.is_text(frame, whole);
                if !quality.allows(shown) || is_blurred_text {
                    self.tiles[tile].waits = true;
                    changes.push(Change { tile, area: whole, key: None, is_picture: false });
                }
                continue;
            }
            let area = frame.picture.difference(whole, self.shown.raster(), (0, 0));
            let area = area.expect("a tile that waits differs");
            let (mut area, mut is_picture) = (area, false);
            if self.is_blurred(frame, tile) {
                if self.is_text(frame, whole) {
                    area = whole;
                } else {
                    is_picture = area == whole;
                }
            }
            let key = (area.pixels() * CACHED_SHARE >= whole.pixels()).then(|| {
                self.pixels.clear();
                frame.picture.gather(whole, &mut self.pixels);
                cache::key(&self.pixels, whole)
            });
            match key.and_then(|key| self.cache.find(key)) {
                Some((slot, shown)) if quality.allows(shown) => {
                    frame.put_cached(&mut self.body, tile, slot);
                    self.sent(frame, tile, whole, shown);
                    self.tiles[tile].streak = 0;
                    self.close_if_long(frame);
                }
                _ => {
                    let key = key.filter(|_| self.is_kept(tile));
                    changes.push(Change { tile, area, key, is_picture });
                }
            }
        }
        changes
    }

    /// Whether some of a tile came when it was a picture, or from one. If it is text all over by now, it is sent anew.
    fn is_blurred(&self, frame: &Frame<'_>, tile: usize) -> bool {
        self.tiles[tile].shown != Shown::Exact && frame.wanted.quality.text != Text::EightBit
    }

    /// Whether an area goes as text does: it has no more colours than a palette, and is not a picture with few colours.
    /// To the pixel or in 256 colours, the palette is better for those, too.
    pub(super) fn is_text(&mut self, frame: &Frame<'_>, area: Area) -> bool {
        let Quality { pictures, text } = frame.wanted.quality;
        self.palette.fits(frame.picture.rows(area))
            && (pictures == Pictures::Exact || text == Text::EightBit || !self.palette.is_grainy())
    }

    /// Whether a tile is worth to be kept, or changes all the time.
    fn is_kept(&self, tile: usize) -> bool {
        self.tiles[tile].streak < STREAK_MAX
    }

    /// Near the focus first, and what is small: a letter that somebody types must not wait until a window is painted. Then
    /// in turn from where the last frame had to end.
    fn in_order(&self, changes: &mut [Change], focus: Option<Point>) {
        let split = changes.partition_point(|change| change.tile < self.next_tile);
        changes.rotate_left(split);
        let of = |place: i32| place.max(0) as usize / SIDE;
        let is_near = |tile: usize| {
            let (column, row) = (tile % self.grid.columns, tile / self.grid.columns);
            focus.is_some_and(|Point { x, y }| {
                column.abs_diff(of(x)) <= NEAR_TILES && row.abs_diff(of(y)) <= NEAR_TILES
            })
        };
        let is_small = |area: Area| area.pixels() * SMALL_SHARE <= SIDE * SIDE;
        changes.sort_by_key(|change| !is_near(change.tile) && !is_small(change.area));
    }

    /// Makes exact what was still for long enough.
    fn refine(&mut self, frame: &mut Frame<'_>) {
        let tiles = self.tiles.len();
        if frame.wanted.refine_bytes == 0 || self.tiles.iter().all(|tile| tile.shown == Shown::Exact) {
            return;
        }
        frame.limit(&self.body, &self.estimate);
        let start = self.next_refined;
        for place in 0..tiles {
            let tile = (start + place) % tiles;
            let Tile { waits, shown, changed_at, .. } = self.tiles[tile];
            if waits || shown == Shown::Exact || changed_at + REFINE_AFTER > frame.now {
                continue;
            }
            if !self.has_room(frame) {
                self.next_refined = tile;
                return;
            }
            self.send_exact(frame, tile);
        }
    }

    /// The viewer will show this part of a tile as the picture has it, this well.
    pub(super) fn sent(&mut self, frame: &Frame<'_>, tile: usize, area: Area, shown: Shown) {
        self.shown.take(area, frame.picture);
        let is_whole = area == self.grid.area(tile);
        let known = &mut self.tiles[tile];
        known.shown = if is_whole { shown } else { known.shown.max(shown) };
        known.waits = false;
        known.changed_at = frame.now;
        if known.changed_in != self.frames {
            let goes_on = known.changed_in == self.frames.wrapping_sub(1);
            known.streak = if goes_on { known.streak.saturating_add(1) } else { 0 };
            known.changed_in = self.frames;
        }
    }
}
