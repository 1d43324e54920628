//! A frame while it is put together: what goes into it, and what room is left.

use wire::SimTime;

use super::body::{Body, Op, SEGMENT_RAW_BYTES_MAX, STORED, WHOLE};
use super::encode::{Change, Encoder, Work};
use super::exact;
use super::jpeg::Kind;
use super::motion::Vector;
use super::quality::{Pictures, Shown, Text, Wanted};
use super::raster::{Area, Pixel, Raster, TILE_PX};

/// What one operation adds at the most to the parts that zstd is given, but for moves.
const OPERATION_BYTES_MAX: usize = TILE_PX * 3 + 1_024;

/// What is being sent.
pub(super) struct Frame<'a> {
    pub(super) now: SimTime,
    pub(super) picture: Raster<'a>,
    pub(super) wanted: Wanted,
    pub(super) bytes: Vec<u8>,
    pub(super) work: Work,
    pub(super) budget: usize,
}

/// How well things have been compressing, in parts of 256.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    zstd: usize,
    /// Bytes of a tile in a JPEG.
    pub(super) jpeg_tile: usize,
}

impl Default for Estimate {
    fn default() -> Self {
        Self { zstd: 256, jpeg_tile: 1_000 }
    }
}

impl Estimate {
    /// What zstd makes of the parts, before it is known how well it does here.
    fn weight(body: &Body) -> usize {
        body.ops.len() / 2 + body.indices.len() / 4 + body.planes.len() * 5 / 8
    }

    pub(super) fn bytes(&self, body: &Body) -> usize {
        if body.is_empty() { 0 } else { Self::weight(body) * self.zstd / 256 + body.scans.len() + 16 }
    }

    /// Half of it is what was known, half what was seen.
    fn learn(&mut self, weight: usize, bytes: usize) {
        const WEIGHT_MIN: usize = 256;
        if weight >= WEIGHT_MIN {
            self.zstd = (self.zstd + (bytes * 256 / weight).clamp(16, 1_024)) / 2;
        }
    }
}

impl<'a> Frame<'a> {
    pub(super) fn new(now: SimTime, picture: Raster<'a>, wanted: Wanted) -> Self {
        let (bytes, work, budget) = (Vec::new(), Work::default(), wanted.budget_bytes);
        Self { now, picture, wanted, bytes, work, budget }
    }

    /// From here on only what may go to refinement is left.
    pub(super) fn limit(&mut self, body: &Body, estimate: &Estimate) {
        let spent = self.bytes.len() + estimate.bytes(body);
        self.budget = self.budget.min(spent.saturating_add(self.wanted.refine_bytes));
    }

    pub(super) fn put_move(&self, body: &mut Body, (dx, dy): Vector, parts: &[Area]) {
        body.ops.push(Op::Move.byte());
        body.signed(dx);
        body.signed(dy);
        body.number(parts.len());
        for part in parts {
            put_area(body, *part);
        }
    }

    pub(super) fn put_cached(&self, body: &mut Body, tile: usize, slot: usize) {
        body.ops.push(Op::Cached.byte());
        body.number(tile);
        body.number(slot);
    }
}

pub(super) fn put_area(body: &mut Body, area: Area) {
    for number in [area.x, area.y, area.width, area.height] {
        body.number(number);
    }
}

impl Encoder {
    /// Sends what the budget has room for, and says with which tile the next frame begins, if something waits.
    pub(super) fn send(&mut self, frame: &mut Frame<'_>, changes: &[Change]) -> Option<usize> {
        let mut pictures = Vec::new();
        for change in changes {
            if !self.has_room(frame) {
                return Some(change.tile);
            }
            if change.is_picture || !self.is_text(frame, change.area) {
                pictures.push(*change);
                continue;
            }
            let shown = match frame.wanted.quality.text {
                Text::Exact => Shown::Exact,
                Text::EightBit => {
                    self.pixels.clear();
                    frame.picture.gather(change.area, &mut self.pixels);
                    self.pixels.iter_mut().for_each(|pixel| *pixel = eight_bit(*pixel));
                    let rows = self.pixels.chunks_exact(change.area.width);
                    assert!(self.palette.fits(rows), "eight bits make 256 colours");
                    Shown::EightBit
                }
            };
            self.put_exact(frame, change, true);
            self.sent(frame, change.tile, change.area, shown);
            self.keep(change);
        }
        match frame.wanted.quality.pictures {
            Pictures::Exact => {
                for change in &pictures {
                    if !self.has_room(frame) {
                        return Some(change.tile);
                    }
                    self.put_exact(frame, change, false);
                    self.sent(frame, change.tile, change.area, Shown::Exact);
                    self.keep(change);
                }
                None
            }
            Pictures::Jpeg { q, chroma, scale } => {
                self.send_pictures(frame, &pictures, Kind::new(q, chroma), scale)
            }
        }
    }

    /// Sends a whole tile to the pixel, since it is shown otherwise.
    pub(super) fn send_exact(&mut self, frame: &mut Frame<'_>, tile: usize) {
        let area = self.grid.area(tile);
        let changed_at = self.tiles[tile].changed_at;
        self.pixels.clear();
        frame.picture.gather(area, &mut self.pixels);
        let key = super::cache::key(&self.pixels, area);
        let is_kept = self.cache.find(key).is_some_and(|(_, shown)| shown == Shown::Exact);
        let fits = self.palette.fits(frame.picture.rows(area));
        let change = Change { tile, area, key: (!is_kept).then_some(key), is_picture: !fits };
        self.put_exact(frame, &change, fits);
        self.sent(frame, tile, area, Shown::Exact);
        self.keep(&change);
        self.tiles[tile].changed_at = changed_at;
    }

    /// Whether the frame may have more. Something always has room.
    pub(super) fn has_room(&mut self, frame: &mut Frame<'_>) -> bool {
        let budget = frame.budget;
        if frame.bytes.is_empty() && self.body.is_empty() {
            return true;
        }
        if frame.bytes.len() + self.estimate.bytes(&self.body) < budget {
            return true;
        }
        // What it comes to is known only when it is compressed.
        self.close(frame);
        frame.bytes.len().saturating_add(budget / 8) < budget
    }

    /// Ends a segment.
    pub(super) fn close(&mut self, frame: &mut Frame<'_>) {
        if self.body.is_empty() {
            return;
        }
        let (weight, scans) = (Estimate::weight(&self.body), self.body.scans.len());
        let before = frame.bytes.len();
        self.compressor.write(&mut self.body, &mut frame.bytes);
        self.estimate.learn(weight, frame.bytes.len() - before - scans);
    }

    /// Ends a segment that has no room for another operation.
    pub(super) fn close_if_long(&mut self, frame: &mut Frame<'_>) {
        if self.body.raw_bytes() + OPERATION_BYTES_MAX > SEGMENT_RAW_BYTES_MAX {
            self.close(frame);
        }
    }

    /// Writes the pixels of a change, as the palette that they were found to fit, or as planes.
    pub(super) fn put_exact(&mut self, frame: &mut Frame<'_>, change: &Change, as_palette: bool) {
        self.close_if_long(frame);
        frame.work.exact_px += change.area.pixels();
        let whole = self.grid.area(change.tile);
        let is_whole = change.area == whole;
        let body = &mut self.body;
        body.ops.push(Op::Exact.byte());
        body.number(change.tile);
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        body.ops.push(flag(change.key.is_some(), STORED) | flag(is_whole, WHOLE));
        if !is_whole {
            let Area { x, y, width, height } = change.area;
            body.ops.extend([x - whole.x, y - whole.y, width, height].map(|number| number as u8));
        }
        if as_palette {
            self.palette.write(body);
        } else {
            exact::write_planes(frame.picture.rows(change.area), change.area, body);
        }
    }

    /// The viewer keeps the tile as it is shown now.
    pub(super) fn keep(&mut self, change: &Change) {
        if let Some(key) = change.key {
            self.cache.store(key, self.tiles[change.tile].shown);
        }
    }
}

/// Three bits of red, three of green, two of blue.
fn eight_bit([red, green, blue, alpha]: Pixel) -> Pixel {
    let three = |value: u8| ((u16::from(value >> 5) * 255 + 3) / 7) as u8;
    [three(red), three(green), (blue >> 6) * 85, alpha]
}
