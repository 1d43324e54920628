//! A video: a landscape that passes by, something round in front of it, and grain.

use wire::{Rect, SimTime};

use super::super::draw::{Canvas, Colour, area, grain, texture};
use super::super::look::Look;
use super::super::workload::{self, Workload};

/// Of the moving picture, in pixels of the display: as many on every screen.
pub(in super::super) const WIDTH_PX: i32 = 640;
/// Likewise.
pub(in super::super) const HEIGHT_PX: i32 = 360;

/// When it was started.
#[derive(Clone, Debug)]
pub(in super::super) struct Video {
    since: SimTime,
    /// When it was paused, if it is.
    paused: Option<SimTime>,
}

impl Video {
    pub(super) fn new(now: SimTime) -> Self {
        Self { since: now, paused: None }
    }

    /// It shows the picture of this moment from now on.
    pub(in super::super) fn pause(&mut self, now: SimTime) {
        self.paused.get_or_insert(now);
    }

    pub(super) fn face(&self, now: SimTime) -> VideoFace {
        VideoFace {
            frame: workload::pictures(Workload::Video, self.since, self.paused.unwrap_or(now)) as u32,
        }
    }
}

/// What one sees of it.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct VideoFace {
    frame: u32,
}

impl VideoFace {
    pub(super) fn changes(&self, _look: Look, before: &Self, all: Rect, rects: &mut Vec<Rect>) {
        if self != before {
            let picture = picture_area(all);
            rects.push(picture);
            rects.push(progress_area(all));
        }
    }

    pub(super) fn paint(&self, look: Look, all: Rect, canvas: &mut Canvas<'_>) {
        canvas.fill(all, Colour::hex(0x121216));
        let place = picture_area(all);
        let frame = self.frame;
        let step = (frame % 100_000) as i32;
        canvas.within(place).shade(area(0, 0, WIDTH_PX, HEIGHT_PX), |x, y| pixel(x, y, step, frame));
        let bar = progress_area(all);
        canvas.fill(bar, Colour::hex(0x3a3a42));
        let gone =
            area(bar.x, bar.y, (step % 3_000) * bar.width.cast_signed() / 3_000, bar.height.cast_signed());
        canvas.fill(gone, look.accent());
    }
}

fn pixel(x: i32, y: i32, step: i32, frame: u32) -> Colour {
    // The round thing goes to and fro.
    let (across, down) = (x - 320 - ((step * 5) % 200 - 100), y - 180);
    let (light, warm) = if across * across + down * down < 90 * 90 {
        (texture(x - step * 5, y) / 2 + 90, 40)
    } else {
        let (x, y) = (x + step * 3, y + step);
        (texture(x, y), (texture(x / 2, y / 2) - 128) / 3)
    };
    let light = light + grain(x, y, frame) % 5 - 2;
    let channel = |value: i32| value.clamp(0, 255) as u8;
    Colour(channel(light + warm), channel(light), channel(light - warm))
}

/// The middle of the ground, as far as there is room.
fn picture_area(all: Rect) -> Rect {
    let (width, height) = (all.width.cast_signed(), all.height.cast_signed());
    area((width - WIDTH_PX) / 2, ((height - HEIGHT_PX) / 2 - 12).max(0), WIDTH_PX, HEIGHT_PX)
}

fn progress_area(all: Rect) -> Rect {
    let picture = picture_area(all);
    area(picture.x, picture.y + HEIGHT_PX + 12, WIDTH_PX, 6)
}
