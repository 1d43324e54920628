//! What has moved: a scrolled page, a dragged window.
//!
//! A vector is guessed from a few strips of pixels that are looked for in what was shown before. Then each changed tile
//! is looked at by itself: what of it is what lay against the vector from there, is copied. A guess that is wrong costs
//! time and never a pixel.

use super::raster::{Area, Grid, Raster, SIDE};

/// Columns to the right, rows down.
pub(super) type Vector = (i32, i32);

/// Fewer changed tiles than this are sent as they are.
pub(super) const TILES_MIN: usize = 4;
/// Vectors that are tried before any are looked for.
const RECENT_MAX: usize = 4;
/// Pixels in a strip.
const STRIP_PX: usize = 32;
/// Neighbours in a strip that differ, at the least: else it would be found everywhere.
const STRIP_EDGES_MIN: usize = 8;
const STRIPS_MAX: usize = 8;
/// Strips that must agree.
const VOTES_MIN: usize = 2;
/// So many are enough to stop looking.
const VOTES_ENOUGH: usize = 3;
/// How far a vector reaches that is neither level nor upright, in columns and in rows.
const REACH: (usize, usize) = (96, 96);
/// After a search without result, so many changed frames pass without one at the most.
const REST_MAX: u32 = 4;
/// Parts of fewer pixels are cheaper to send than to name.
const PART_PX_MIN: usize = 16;
/// Parts of one vector at the most.
pub(super) const PARTS_MAX: usize = 4_096;

/// Guesses vectors.
#[derive(Debug, Default)]
pub(super) struct Motion {
    /// The latest first.
    recent: Vec<Vector>,
    resting: u32,
    rest: u32,
}

/// A place with detail that has changed.
struct Strip<'a> {
    x: usize,
    y: usize,
    pixels: &'a [super::raster::Pixel],
}

impl Motion {
    /// A vector that several places of the changed tiles suggest.
    pub(super) fn guess(
        &mut self,
        shown: Raster<'_>,
        picture: Raster<'_>,
        grid: Grid,
        changed: &[usize],
        may_search: bool,
    ) -> Option<Vector> {
        let strips = strips(shown, picture, grid, changed);
        if strips.len() < VOTES_MIN {
            return None;
        }
        let agrees = |vector: &Vector, strip: &Strip<'_>| {
            let source = against(Area { x: strip.x, y: strip.y, width: STRIP_PX, height: 1 }, *vector, grid);
            source.is_some_and(|source| shown.row(source, source.y) == strip.pixels)
        };
        let votes = |vector: &Vector| strips.iter().filter(|strip| agrees(vector, strip)).count();
        let known = self.recent.iter().map(|vector| (votes(vector), *vector)).max_by_key(|(votes, _)| *votes);
        if let Some((votes, vector)) = known
            && votes >= VOTES_MIN
        {
            self.remember(vector);
            return Some(vector);
        }
        if !may_search || self.resting > 0 {
            self.resting = self.resting.saturating_sub(1);
            return None;
        }
        let found = search(shown, grid, &strips);
        if let Some(vector) = found {
            self.rest = 0;
            self.remember(vector);
        } else {
            self.rest = (self.rest + 1).min(REST_MAX);
            self.resting = self.rest;
        }
        found
    }

    fn remember(&mut self, vector: Vector) {
        self.recent.retain(|known| *known != vector);
        self.recent.insert(0, vector);
        self.recent.truncate(RECENT_MAX);
    }
}

/// What has moved into the tile by the vector, as far as `changed` is concerned: the pixels of the tile that differ
/// from what is shown.
pub(super) fn moved_parts(
    (shown, picture): (Raster<'_>, Raster<'_>),
    grid: Grid,
    tile: usize,
    vector: Vector,
    parts: &mut Vec<Area>,
) {
    let Some(source) = against(grid.area(tile), vector, grid) else { return };
    let back = (-vector.0, -vector.1);
    let area = source.moved(vector);
    let Some(others) = picture.difference(area, shown, back) else {
        parts.push(area);
        return;
    };
    let Some(changed) = picture.difference(area, shown, (0, 0)) else { return };
    let before = parts.len();
    around(area, others, |part| {
        if part.overlaps(changed) && part.pixels() >= PART_PX_MIN {
            parts.push(part);
        }
    });
    if parts.len() == before
        && let Some(others) = picture.difference(changed, shown, back)
    {
        around(changed, others, |part| {
            if part.pixels() >= PART_PX_MIN {
                parts.push(part);
            }
        });
    } else if parts.len() == before {
        parts.push(changed);
    }
}

/// What of the area lies around a hole in it.
fn around(area: Area, hole: Area, mut part: impl FnMut(Area)) {
    let pieces = [
        Area::between(area.x, area.y, area.right(), hole.y),
        Area::between(area.x, hole.y, hole.x, hole.bottom()),
        Area::between(hole.right(), hole.y, area.right(), hole.bottom()),
        Area::between(area.x, hole.bottom(), area.right(), area.bottom()),
    ];
    pieces.into_iter().flatten().for_each(&mut part);
}

/// Where the pixels of an area come from that a vector moves there, as far as that is on the screen.
pub(super) fn against(area: Area, (dx, dy): Vector, grid: Grid) -> Option<Area> {
    let within = |start: usize, length: usize, by: i32, limit: usize| {
        let start = start as i64 - i64::from(by);
        let cut = |edge: i64| edge.clamp(0, limit as i64) as usize;
        (cut(start), cut(start + length as i64))
    };
    let (left, right) = within(area.x, area.width, dx, grid.width);
    let (top, bottom) = within(area.y, area.height, dy, grid.height);
    Area::between(left, top, right, bottom)
}

/// The same parts, in fewer pieces: neighbours that fit together are joined.
pub(super) fn joined(parts: &[Area]) -> Vec<Area> {
    /// The neighbour on the left came only a few parts ago.
    const LOOK_BACK: usize = 8;
    let mut rows: Vec<Area> = Vec::new();
    for part in parts {
        let from = rows.len().saturating_sub(LOOK_BACK);
        let left = rows[from..]
            .iter_mut()
            .find(|left| left.right() == part.x && left.y == part.y && left.height == part.height);
        match left {
            Some(left) => left.width += part.width,
            None => rows.push(*part),
        }
    }
    let mut joined: Vec<Area> = Vec::new();
    for part in rows {
        let above = joined
            .iter_mut()
            .rev()
            .find(|above| above.bottom() == part.y && above.x == part.x && above.width == part.width);
        match above {
            Some(above) => above.height += part.height,
            None => joined.push(part),
        }
    }
    joined
}

/// Strips from changed tiles that are far apart.
fn strips<'a>(shown: Raster<'_>, picture: Raster<'a>, grid: Grid, changed: &[usize]) -> Vec<Strip<'a>> {
    /// Text has blank rows, and not so many of them.
    const ROWS_APART: usize = 5;
    let mut strips = Vec::new();
    // Twice as many tiles as strips are wanted, since some have none.
    let apart = changed.len().div_ceil(STRIPS_MAX * 2).max(1);
    for tile in changed.iter().skip(apart / 2).step_by(apart) {
        let area = grid.area(*tile);
        let strip = area.rows().step_by(ROWS_APART).find_map(|y| {
            let row = picture.row(area, y);
            let start = row.windows(2).position(|pair| pair[0] != pair[1])?;
            let pixels = row.get(start..start + STRIP_PX)?;
            let edges = pixels.windows(2).filter(|pair| pair[0] != pair[1]).count();
            let x = area.x + start;
            let has_changed = || shown.span(x, y, STRIP_PX) != pixels;
            (edges >= STRIP_EDGES_MIN && has_changed()).then_some(Strip { x, y, pixels })
        });
        strips.extend(strip);
        if strips.len() == STRIPS_MAX {
            break;
        }
    }
    strips
}

/// Looks for the strips in what is shown: straight up and down, straight to the sides, then nearby.
fn search(shown: Raster<'_>, grid: Grid, strips: &[Strip<'_>]) -> Option<Vector> {
    let mut votes: Vec<(usize, Vector)> = Vec::new();
    let looks: [fn(&Strip<'_>, Grid) -> Option<Area>; 3] = [upright, level, nearby];
    for look in looks {
        for strip in strips {
            let Some(area) = look(strip, grid) else { continue };
            in_area(shown, area, strip, |vector| {
                match votes.iter_mut().find(|(_, known)| *known == vector) {
                    Some((count, _)) => *count += 1,
                    None => votes.push((1, vector)),
                }
            });
            if votes.iter().any(|(count, _)| *count >= VOTES_ENOUGH) {
                break;
            }
        }
        // The shortest of those with most votes.
        let best = votes.iter().max_by_key(|(count, (dx, dy))| {
            (*count, std::cmp::Reverse(dx.unsigned_abs() + dy.unsigned_abs()))
        });
        if let Some((count, vector)) = best
            && *count >= VOTES_MIN
        {
            return Some(*vector);
        }
    }
    None
}

fn upright(strip: &Strip<'_>, grid: Grid) -> Option<Area> {
    Area::between(strip.x, 0, strip.x + STRIP_PX, grid.height)
}

fn level(strip: &Strip<'_>, grid: Grid) -> Option<Area> {
    Area::between(0, strip.y, grid.width, strip.y + 1)
}

fn nearby(strip: &Strip<'_>, grid: Grid) -> Option<Area> {
    let (columns, rows) = REACH;
    let right = (strip.x + STRIP_PX + columns).min(grid.width);
    let bottom = (strip.y + rows + 1).min(grid.height);
    Area::between(strip.x.saturating_sub(columns), strip.y.saturating_sub(rows), right, bottom)
}

/// The vectors from the places in the area that look like the strip; a few, since what is everywhere says nothing.
fn in_area(shown: Raster<'_>, area: Area, strip: &Strip<'_>, mut found: impl FnMut(Vector)) {
    const HITS_MAX: usize = 6;
    let mut hits = 0;
    let (first, second) = (strip.pixels[0], strip.pixels[1]);
    for y in area.rows() {
        let row = shown.row(area, y);
        for (place, pixels) in row.windows(STRIP_PX).enumerate() {
            if pixels[0] == first && pixels[1] == second && pixels == strip.pixels {
                found((
                    (strip.x as i64 - (area.x + place) as i64) as i32,
                    (strip.y as i64 - y as i64) as i32,
                ));
                hits += 1;
                if hits == HITS_MAX {
                    return;
                }
            }
        }
    }
}

const _: () = assert!(STRIP_PX <= SIDE, "a strip lies within a tile");
