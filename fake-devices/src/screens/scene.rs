//! What lies on a display, layer upon layer; what differs between two such piles; and painting a part of one.
//!
//! A layer says all that one can see of it, and nothing else: two piles that are equal look the same, however one came
//! there, and where they differ is damage.

use image::RgbaImage;
use wire::{Point, Rect};

use super::bars::BarFace;
use super::covers::CoverFace;
use super::draw::{Canvas, area, moved, union};
use super::icons::IconFace;
use super::look::{Bar, Look};
use super::menu::MenuFace;
use super::wallpaper::{self, Ground};
use super::windows::WindowFace;

/// More rectangles than so many are joined into one.
const RECTS_MAX: usize = 24;

/// Something that lies on a display.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) key: LayerKey,
    /// Where it is on the display, with its shadow.
    pub(super) bounds: Rect,
    /// Where nothing shines through, if anywhere; on the display.
    pub(super) solid: Option<Rect>,
    pub(super) face: Face,
}

/// By what a layer is known again in the next look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LayerKey {
    Wallpaper,
    Icon(u32),
    Window(u32),
    Bar(Bar),
    Menu,
    Cover,
}

/// What one sees of it.
#[derive(Clone, Debug)]
pub(super) enum Face {
    Wallpaper(Ground),
    Icon(IconFace),
    Window(WindowFace),
    Bar(BarFace),
    Menu(MenuFace),
    Cover(CoverFace),
}

/// Where two piles of layers differ.
pub(super) fn changes(look: Look, before: &[Layer], after: &[Layer]) -> Vec<Rect> {
    let same = |(a, b): &(&Layer, &Layer)| a.key == b.key;
    let head = before.iter().zip(after).take_while(same).count();
    let rest = before.len().min(after.len()) - head;
    let tail = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(same).count();
    let (before_tail, after_tail) = (before.len() - tail, after.len() - tail);

    let mut rects = Vec::new();
    // What came, went or lies elsewhere in the pile.
    rects.extend(before[head..before_tail].iter().map(|layer| layer.bounds));
    rects.extend(after[head..after_tail].iter().map(|layer| layer.bounds));
    // What is where it was in the pile.
    let below = before[..head].iter().zip(&after[..head]);
    for (old, new) in below.chain(before[before_tail..].iter().zip(&after[after_tail..])) {
        if old.bounds == new.bounds && old.solid == new.solid {
            let from = rects.len();
            new.face.changes(look, &old.face, new.bounds, &mut rects);
            let origin = Point { x: new.bounds.x, y: new.bounds.y };
            rects[from..].iter_mut().for_each(|rect| *rect = moved(*rect, origin));
        } else {
            rects.extend([old.bounds, new.bounds]);
        }
    }
    joined(rects, look.size.bounds())
}

/// Paints the part `clip` of what lies on a display.
pub(super) fn paint(look: Look, layers: &[Layer], picture: &mut RgbaImage, clip: Rect) {
    let Some((top, below)) = layers.split_last() else { return };
    // Below what nothing shines through, nothing need be painted.
    match top.solid.and_then(|solid| solid.intersection(clip)) {
        Some(hidden) if worth_leaving_out(hidden, clip) => {
            around(clip, hidden).into_iter().for_each(|rest| paint(look, below, picture, rest));
        }
        _ => paint(look, below, picture, clip),
    }
    let mut canvas = Canvas::new(picture, clip);
    if canvas.touches(top.bounds) {
        top.face.paint(look, &mut canvas.within(top.bounds));
    }
}

/// Whether so much is hidden that up to four pieces around it are cheaper than all.
fn worth_leaving_out(hidden: Rect, clip: Rect) -> bool {
    let pixels = |rect: Rect| u64::from(rect.width) * u64::from(rect.height);
    pixels(hidden) * 4 >= pixels(clip)
}

/// What is in `all` and not in `hole`, which is in it.
pub(super) fn around(all: Rect, hole: Rect) -> Vec<Rect> {
    let (right, bottom) = (hole.x + hole.width.cast_signed(), hole.y + hole.height.cast_signed());
    let (width, height) = (all.width.cast_signed(), hole.height.cast_signed());
    let pieces = [
        area(all.x, all.y, width, hole.y - all.y),
        area(all.x, bottom, width, all.y + all.height.cast_signed() - bottom),
        area(all.x, hole.y, hole.x - all.x, height),
        area(right, hole.y, all.x + width - right, height),
    ];
    pieces.into_iter().filter(|piece| piece.width > 0 && piece.height > 0).collect()
}

impl Face {
    /// Adds where it looks other than `before`, from the corner of its bounds.
    fn changes(&self, look: Look, before: &Self, bounds: Rect, rects: &mut Vec<Rect>) {
        let all = area(0, 0, bounds.width.cast_signed(), bounds.height.cast_signed());
        match (self, before) {
            (Self::Wallpaper(new), Self::Wallpaper(old)) => {
                if new != old {
                    rects.push(all);
                }
            }
            (Self::Icon(new), Self::Icon(old)) => {
                if new != old {
                    rects.push(all);
                }
            }
            (Self::Window(new), Self::Window(old)) => new.changes(look, old, all, rects),
            (Self::Bar(new), Self::Bar(old)) => new.changes(look, old, all, rects),
            (Self::Menu(new), Self::Menu(old)) => {
                if new != old {
                    rects.push(all);
                }
            }
            (Self::Cover(new), Self::Cover(old)) => new.changes(look, old, all, rects),
            (
                Self::Wallpaper(_)
                | Self::Icon(_)
                | Self::Window(_)
                | Self::Bar(_)
                | Self::Menu(_)
                | Self::Cover(_),
                _,
            ) => rects.push(all),
        }
    }

    fn paint(&self, look: Look, canvas: &mut Canvas<'_>) {
        match self {
            Self::Wallpaper(ground) => wallpaper::paint(look, *ground, canvas),
            Self::Icon(face) => face.paint(look, canvas),
            Self::Window(face) => face.paint(look, canvas),
            Self::Bar(face) => face.paint(look, canvas),
            Self::Menu(face) => face.paint(look, canvas),
            Self::Cover(face) => face.paint(look, canvas),
        }
    }
}

/// The same pixels in fewer rectangles, cut at the display's edges.
fn joined(rects: Vec<Rect>, display: Rect) -> Vec<Rect> {
    let mut out: Vec<Rect> = Vec::with_capacity(rects.len());
    for rect in rects {
        let Some(mut rect) = rect.intersection(display) else { continue };
        // What meets is joined, and what has grown may meet others.
        while let Some(place) = out.iter().position(|other| other.intersection(rect).is_some()) {
            rect = union(rect, out.swap_remove(place));
        }
        out.push(rect);
    }
    match out.as_slice() {
        [first, rest @ ..] if out.len() > RECTS_MAX => {
            vec![rest.iter().fold(*first, |all, rect| union(all, *rect))]
        }
        _ => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_that_meet_are_joined_and_too_many_become_one() {
        let display = area(0, 0, 1000, 1000);
        let apart = vec![area(0, 0, 10, 10), area(20, 0, 10, 10)];
        assert_eq!(joined(apart.clone(), display), apart);
        let bridge = [apart, vec![area(5, 5, 20, 2)]].concat();
        assert_eq!(joined(bridge, display), [area(0, 0, 30, 10)]);
        assert_eq!(joined(vec![area(-5, -5, 10, 10), area(2000, 0, 5, 5)], display), [area(0, 0, 5, 5)]);
        let many: Vec<Rect> = (0..30).map(|place| area(place * 20, place * 20, 10, 10)).collect();
        assert_eq!(joined(many, display), [area(0, 0, 590, 590)]);
    }
}
