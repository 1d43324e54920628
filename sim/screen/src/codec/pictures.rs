//! Tiles of many colours, sent as JPEG.
//!
//! Neighbours go into one JPEG. Where a picture has lettering in it, the blocks of few colours are sent to the pixel
//! beside it, and the JPEG has them in one colour, which costs next to nothing there.

use super::body::{Body, HALF_SIZE, Op, QUARTER_CHROMA};
use super::encode::{Change, Encoder};
use super::exact::SCATTER;
use super::frame::{Frame, put_area};
use super::jpeg::{self, Kind};
use super::motion::joined;
use super::quality::{Chroma, Scale, Shown};
use super::raster::{Area, Pixel, SIDE};

/// JPEG's blocks of 4:2:0, by which pictures are cut.
const BLOCK_PX: usize = 16;
/// Tiles in one JPEG at the most.
const RUN_TILES_MAX: usize = 1_000;
/// A block of at most so many colours is lettering, or flat.
const LETTERING_COLOURS_MAX: usize = 16;
/// Lettering stands out from its ground by so much, of 255.
const LETTERING_CONTRAST_MIN: u8 = 64;

impl Encoder {
    /// Sends tiles as JPEG, and says with which tile the next frame begins, if something waits.
    pub(super) fn send_pictures(
        &mut self,
        frame: &mut Frame<'_>,
        pictures: &[Change],
        kind: Kind,
        scale: Scale,
    ) -> Option<usize> {
        let mut rest = pictures;
        while let Some(first) = rest.first() {
            if !self.has_room(frame) {
                return Some(first.tile);
            }
            let spent = frame.bytes.len() + self.estimate.bytes(&self.body);
            let fitting = frame.budget.saturating_sub(spent) / self.estimate.jpeg_tile;
            let length = self.run(rest).min(fitting).clamp(1, RUN_TILES_MAX);
            let (run, others) = rest.split_at(length);
            self.send_run(frame, run, kind, scale);
            rest = others;
        }
        None
    }

    /// How many of the first changes lie side by side.
    fn run(&self, changes: &[Change]) -> usize {
        let columns = self.grid.columns;
        let goes_on = |pair: &[Change]| {
            pair[1].tile == pair[0].tile + 1
                && pair[0].tile / columns == pair[1].tile / columns
                && pair[0].key.is_some() == pair[1].key.is_some()
        };
        1 + changes.windows(2).take_while(|pair| goes_on(pair)).count()
    }

    fn send_run(&mut self, frame: &mut Frame<'_>, run: &[Change], kind: Kind, scale: Scale) {
        self.close_if_long(frame);
        let area = self.run_area(run);
        let mut pixels = std::mem::take(&mut self.run_pixels);
        pixels.clear();
        frame.picture.gather(area, &mut pixels);
        frame.work.jpeg_px += area.pixels();
        let lettering = flattened_lettering(&mut pixels, area);
        let scan = match scale {
            Scale::Full => self.scans.write(&pixels, area.width, kind),
            Scale::Half => {
                let halved = jpeg::halved(&pixels, area.width);
                self.scans.write(&halved, jpeg::scaled(area, scale).0, kind)
            }
        };
        let scan_bytes = scan.len();
        put_scan(&mut self.body, area, kind, scale, scan);
        self.run_pixels = pixels;
        for change in run {
            let whole = self.grid.area(change.tile);
            let (left, right) = (area.x.max(whole.x), area.right().min(whole.right()));
            self.sent(frame, change.tile, Area { x: left, width: right - left, ..area }, Shown::Approximate);
        }
        for area in lettering {
            self.close_if_long(frame);
            assert!(self.palette.fits(frame.picture.rows(area)), "sixteen blocks of sixteen colours fit");
            let tile = self.grid.tile_at(area.x, area.y);
            self.put_exact(frame, &Change { tile, area, key: None, is_picture: false }, true);
        }
        if run[0].key.is_some() {
            self.close_if_long(frame);
            self.body.ops.push(Op::Keep.byte());
            self.body.number(run[0].tile);
            self.body.number(run.len());
            run.iter().for_each(|change| self.keep(change));
        }
        self.estimate.jpeg_tile = (self.estimate.jpeg_tile + scan_bytes / run.len()).div_ceil(2);
    }

    /// What a JPEG of these tiles must cover, in whole blocks.
    fn run_area(&self, run: &[Change]) -> Area {
        let whole = self.grid.area(run[0].tile);
        let last = run[run.len() - 1];
        let top = run.iter().map(|change| change.area.y).min().unwrap_or(whole.y) / BLOCK_PX * BLOCK_PX;
        let bottom = run.iter().map(|change| change.area.bottom()).max().unwrap_or(whole.bottom());
        let bottom = bottom.next_multiple_of(BLOCK_PX).min(whole.bottom());
        let left = run[0].area.x / BLOCK_PX * BLOCK_PX;
        let right = last.area.right().next_multiple_of(BLOCK_PX).min(self.grid.area(last.tile).right());
        Area { x: left, y: top, width: right - left, height: bottom - top }
    }
}

fn put_scan(body: &mut Body, area: Area, kind: Kind, scale: Scale, scan: &[u8]) {
    body.ops.push(Op::Picture.byte());
    put_area(body, area);
    let chroma = match kind.chroma {
        Chroma::Full => 0,
        Chroma::Quarter => QUARTER_CHROMA,
    };
    let scale = match scale {
        Scale::Full => 0,
        Scale::Half => HALF_SIZE,
    };
    body.ops.extend([chroma | scale, kind.q]);
    body.number(scan.len());
    body.scans.extend_from_slice(scan);
}

/// Finds the blocks of few colours, each rectangle within a tile, and makes them flat.
fn flattened_lettering(pixels: &mut [Pixel], area: Area) -> Vec<Area> {
    let mut blocks = Vec::new();
    for top in (0..area.height).step_by(BLOCK_PX) {
        for left in (0..area.width).step_by(BLOCK_PX) {
            let height = BLOCK_PX.min(area.height - top);
            let width = BLOCK_PX.min(area.width - left);
            let rows = top..top + height;
            let row = |y: usize| y * area.width + left..y * area.width + left + width;
            let Some(colour) = most_frequent(rows.clone().map(|y| &pixels[row(y)])) else { continue };
            rows.for_each(|y| pixels[row(y)].fill(colour));
            blocks.push(Area { x: area.x + left, y: area.y + top, width, height });
        }
    }
    // What lies in two tiles stays apart.
    blocks.sort_by_key(|block| (block.y / SIDE, block.x / SIDE));
    blocks.chunk_by(|a, b| a.x / SIDE == b.x / SIDE && a.y / SIDE == b.y / SIDE).flat_map(joined).collect()
}

/// The colour that a block has most of, if it has only a few.
fn most_frequent<'a>(rows: impl Iterator<Item = &'a [Pixel]> + Clone) -> Option<Pixel> {
    // Where colours fall among 64 places, there are at least as many colours as places: most blocks are known by a few
    // rows.
    let mut places = 0_u64;
    for row in rows.clone() {
        for pixel in row {
            places |= 1 << (u32::from_le_bytes(*pixel).wrapping_mul(SCATTER) >> 26);
        }
        if places.count_ones() as usize > LETTERING_COLOURS_MAX {
            return None;
        }
    }
    let (mut colours, mut counts) = ([[0; 4]; LETTERING_COLOURS_MAX], [0_u32; LETTERING_COLOURS_MAX]);
    let mut known = 0;
    for pixel in rows.flatten() {
        let place = colours[..known].iter().position(|colour| colour == pixel);
        let place = match place {
            Some(place) => place,
            None if known == LETTERING_COLOURS_MAX => return None,
            None => {
                colours[known] = *pixel;
                known += 1;
                known - 1
            }
        };
        counts[place] += 1;
    }
    // Shades of one colour are a picture's grain, and JPEG keeps them well.
    let is_flat = known <= 2;
    if !is_flat && contrast(&colours[..known]) < LETTERING_CONTRAST_MIN {
        return None;
    }
    let most = (0..known).max_by_key(|place| (counts[*place], std::cmp::Reverse(*place)))?;
    Some(colours[most])
}

/// How far the brightest and the darkest of some colours are apart, in the channel in which that is most.
fn contrast(colours: &[Pixel]) -> u8 {
    let spread = |of: usize| {
        let values = colours.iter().map(|colour| colour[of]);
        values.clone().max().unwrap_or(0) - values.min().unwrap_or(0)
    };
    spread(0).max(spread(1)).max(spread(2))
}

const _: () = assert!(SIDE.is_multiple_of(BLOCK_PX), "blocks do not lie across tiles");
