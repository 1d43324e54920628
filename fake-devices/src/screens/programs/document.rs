//! A long document with headings and pictures. It can be scrolled, or scrolls by itself.

use wire::tool::Key;
use wire::{Rect, SimTime};

use super::super::draw::{Canvas, Colour, area, texture};
use super::super::look::Look;
use super::super::workload::{self, Workload};

/// In the design.
const LINE_HEIGHT: i32 = 24;
/// What the longest document has, in the design.
const HEIGHT_PX: i64 = 20_000_000;
/// Every so many lines there is a picture.
const PICTURE_EVERY: i64 = 40;
const PICTURE_AT: i64 = 7;
const PICTURE_LINES: i64 = 9;

/// How far it is scrolled.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Document {
    by_hand: i64,
    by_itself_since: Option<SimTime>,
}

impl Document {
    /// Begins to scroll by itself.
    pub(in super::super) fn scroll_by_itself(&mut self, now: SimTime) {
        self.by_itself_since = Some(now);
    }

    /// Stops where it is.
    pub(in super::super) fn stop(&mut self, now: SimTime) {
        self.by_hand = self.scrolled(now);
        self.by_itself_since = None;
    }

    /// How far it is scrolled, in the design.
    pub(in super::super) fn scrolled(&self, now: SimTime) -> i64 {
        let pictures =
            self.by_itself_since.map_or(0, |since| workload::pictures(Workload::Scroll, since, now));
        (self.by_hand + pictures.cast_signed().saturating_mul(LINE_HEIGHT.into())).clamp(0, HEIGHT_PX)
    }

    pub(super) fn scroll(&mut self, by: i32) {
        self.by_hand = (self.by_hand + i64::from(by)).clamp(0, HEIGHT_PX);
    }

    pub(super) fn strike(&mut self, key: Key) {
        match key {
            Key::Up => self.scroll(-LINE_HEIGHT),
            Key::Down => self.scroll(LINE_HEIGHT),
            Key::PageUp => self.scroll(-20 * LINE_HEIGHT),
            Key::PageDown => self.scroll(20 * LINE_HEIGHT),
            Key::Home => self.by_hand = 0,
            _ => {}
        }
    }

    pub(super) fn face(&self, now: SimTime) -> DocumentFace {
        DocumentFace { scrolled: self.scrolled(now) }
    }
}

/// What one sees of it.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct DocumentFace {
    scrolled: i64,
}

impl DocumentFace {
    /// How many pixels further down all lines are than before.
    pub(super) fn scrolled(&self, look: Look, before: &Self) -> Option<i32> {
        let up = i32::try_from(self.scrolled - before.scrolled).ok().filter(|up| *up != 0)?;
        up.checked_mul(-look.px(1))
    }

    pub(in super::super) fn paint(&self, look: Look, all: Rect, canvas: &mut Canvas<'_>) {
        canvas.fill(all, Colour::WHITE);
        let line_height = look.px(LINE_HEIGHT);
        let rows = all.height.cast_signed() / line_height + 2;
        let first = self.scrolled / i64::from(LINE_HEIGHT);
        let off = look.px((self.scrolled % i64::from(LINE_HEIGHT)) as i32);
        let margin = look.px(if look.touch() { 16 } else { 40 });
        for row in -(PICTURE_LINES as i32)..rows {
            let number = first + i64::from(row);
            let top = row * line_height - off;
            if number >= 0 {
                paint_line(
                    look,
                    number,
                    area(margin, top, all.width.cast_signed() - margin - look.px(8), line_height),
                    canvas,
                );
            }
        }
    }
}

fn paint_line(look: Look, number: i64, place: Rect, canvas: &mut Canvas<'_>) {
    let within = number % PICTURE_EVERY;
    if within == PICTURE_AT {
        paint_picture(look, number as i32, canvas, place);
    } else if (PICTURE_AT + 1..PICTURE_AT + PICTURE_LINES).contains(&within) || !canvas.touches(place) {
        // Beside the picture there is no text.
    } else if number % 10 == 0 {
        let heading = HEADINGS[(number / 10) as usize % HEADINGS.len()];
        canvas.text_left(place, look.ui(21), Colour::hex(0x0b3d91), heading);
    } else {
        let chars = (place.width.cast_signed() / look.px(9)).min(104).cast_unsigned() as usize;
        canvas.text_left(place, look.ui(16), Colour::hex(0x222226), &sentence(number.cast_unsigned(), chars));
    }
}

fn paint_picture(look: Look, number: i32, canvas: &mut Canvas<'_>, line: Rect) {
    let (width, height) = (look.px(320), look.px(200));
    let place = area(line.x, line.y + look.px(4), width, height);
    let (across, down) = (number.wrapping_mul(97), number.wrapping_mul(61));
    canvas.within(place).shade(area(0, 0, width, height), |x, y| {
        let light = texture(x + across, y + down);
        let tint = texture(x / 2 + down, y / 2 + across);
        let channel = |value: i32| value.clamp(0, 255) as u8;
        let Colour(r, g, b) =
            Colour(channel(light + (tint - 128) / 2), channel(light), channel(light + (96 - tint) / 2));
        // Darker towards the bottom, as a landscape is.
        Colour(r, g, b).lit(30 - y * 60 / height.max(1))
    });
}

const HEADINGS: [&str; 6] = [
    "Configuring screen sharing quality",
    "Teams, queues and skills",
    "Before you begin",
    "Permissions of the customer client",
    "What the representative sees",
    "Troubleshooting a slow connection",
];

const WORDS: [&str; 24] = [
    "remote",
    "support",
    "session",
    "the",
    "customer",
    "client",
    "of",
    "a",
    "screen",
    "representative",
    "and",
    "console",
    "appliance",
    "network",
    "policy",
    "with",
    "each",
    "connect",
    "in",
    "portal",
    "before",
    "is",
    "asked",
    "waits",
];

/// A line of words that follows from its number.
fn sentence(number: u64, chars: usize) -> String {
    let mut draw = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut line = String::with_capacity(chars);
    while line.len() + 10 < chars {
        draw ^= draw << 13;
        draw ^= draw >> 7;
        draw ^= draw << 17;
        line.push_str(WORDS[(draw >> 32) as usize % WORDS.len()]);
        line.push(' ');
    }
    line
}
