//! Windows: a title bar, and a program below it.

use std::sync::Arc;

use wire::tool::DisplayId;
use wire::{Point, Rect, SimTime};

use super::draw::{Canvas, Colour, area, grown, moved};
use super::look::{Look, TitleButton};
use super::programs::{Content, Program, Running};
use super::scene::{self, Face, Layer, LayerKey};
use crate::DeviceKind;

/// A window that is open.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) id: u32,
    pub(super) display: DisplayId,
    /// Where it is on its display, without its shadow. A touch screen gives all of its room to each window.
    pub(super) place: Rect,
    pub(super) title: Arc<str>,
    /// Whether an administrator's program is behind it (ELV-03).
    pub(super) elevated: bool,
    pub(super) minimised: bool,
    pub(super) maximised: bool,
    pub(super) running: Running,
}

/// What part of a window is somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Title,
    Button(TitleButton),
    /// The program, at this place of the design.
    Content(Point),
}

impl Window {
    pub(super) fn new(id: u32, now: SimTime, program: Program, display: DisplayId, look: Look) -> Self {
        let (width, height) = program.window_size();
        let (width, height) = (look.px(width) + 2, look.px(height) + look.title_height() + 1);
        let room = look.work_area();
        let (room_width, room_height) = (room.width.cast_signed(), room.height.cast_signed());
        // Each a little further down than the last, and in the middle as far as there is room.
        let step = look.px(28) * (id % 5).cast_signed();
        let x = ((room_width - width) / 3 + step).min(room_width - width).max(0);
        let y = ((room_height - height) / 4 + step).min(room_height - height).max(0);
        let place = area(room.x + x, room.y + y, width.min(room_width), height.min(room_height));
        Self {
            id,
            display,
            place,
            title: program.title().into(),
            elevated: false,
            minimised: false,
            maximised: false,
            running: Running::new(now, program),
        }
    }

    /// Where it is on its display, without its shadow.
    pub(super) fn area(&self, look: Look) -> Rect {
        if look.touch() || self.maximised { look.work_area() } else { self.place }
    }

    /// What is at this place of its display.
    pub(super) fn part_at(&self, look: Look, at: Point) -> Option<Part> {
        let area = self.area(look);
        if !area.contains(at) {
            return None;
        }
        let inner = Point { x: at.x - area.x, y: at.y - area.y };
        if inner.y >= look.title_height() {
            return Some(Part::Content(self.content_point(look, at)));
        }
        let button = TitleButton::ALL.into_iter().find(|button| {
            let target = look.title_button(*button, area.width.cast_signed());
            target.is_some_and(|target| target.contains(inner))
        });
        Some(button.map_or(Part::Title, Part::Button))
    }

    /// A place of the display in the program's design; it may lie outside.
    pub(super) fn content_point(&self, look: Look, at: Point) -> Point {
        let content = self.content_area(look);
        look.design(Point { x: at.x - content.x, y: at.y - content.y })
    }

    /// Where its program is on the display.
    pub(super) fn content_area(&self, look: Look) -> Rect {
        moved(content_area(look, self.area(look)), Point { x: self.area(look).x, y: self.area(look).y })
    }

    /// How large its program's ground is, in the design.
    pub(super) fn content_size(&self, look: Look) -> (i32, i32) {
        let content = self.content_area(look);
        (content.width.cast_signed() / look.scale(), content.height.cast_signed() / look.scale())
    }

    /// What one sees of it.
    pub(super) fn layer(&self, look: Look, now: SimTime, front: bool) -> Layer {
        let solid = self.area(look);
        // Behind round corners something shows.
        let corner = look.corner();
        Layer {
            key: LayerKey::Window(self.id),
            bounds: grown(solid, look.shadow()),
            solid: Some(grown(solid, -corner)),
            face: Face::Window(WindowFace {
                title: Arc::clone(&self.title),
                elevated: self.elevated,
                front,
                content: self.running.content(now, self.content_size(look), front),
            }),
        }
    }
}

/// Where the program is in a window that fills `all`, from the window's corner.
fn content_area(look: Look, all: Rect) -> Rect {
    let rim = if look.touch() { 0 } else { 1 };
    let (width, height) = (all.width.cast_signed(), all.height.cast_signed());
    area(rim, look.title_height(), width - 2 * rim, height - look.title_height() - rim)
}

/// What one sees of a window.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WindowFace {
    title: Arc<str>,
    elevated: bool,
    front: bool,
    content: Content,
}

impl WindowFace {
    /// Adds where it looks other than `before`, from the corner of its layer.
    pub(super) fn changes(&self, look: Look, before: &Self, all: Rect, rects: &mut Vec<Rect>) {
        let window = grown(all, -look.shadow());
        if (&self.title, self.elevated, self.front) != (&before.title, before.elevated, before.front) {
            rects.push(area(window.x, window.y, window.width.cast_signed(), look.title_height()));
        }
        let content = content_area(look, window);
        let origin = Point { x: window.x + content.x, y: window.y + content.y };
        let ground = area(0, 0, content.width.cast_signed(), content.height.cast_signed());
        let from = rects.len();
        self.content.changes(look, &before.content, ground, rects);
        rects[from..].iter_mut().for_each(|rect| *rect = moved(*rect, origin));
    }

    /// Where its program is on the display, and how far down what it shows has moved since `before` in a window that
    /// lies in the same place; if that is all that happened to it.
    pub(super) fn scrolled(&self, look: Look, before: &Self, bounds: Rect) -> Option<(Rect, i32)> {
        let window = grown(bounds, -look.shadow());
        let ground = moved(content_area(look, window), Point { x: window.x, y: window.y });
        Some((ground, self.content.scrolled(look, &before.content)?))
    }

    /// Paints it.
    pub(super) fn paint(&self, look: Look, canvas: &mut Canvas<'_>) {
        let shadow = look.shadow();
        let all = canvas.bounds();
        let window = grown(all, -shadow);
        if canvas.only_shows(moved(content_area(look, window), Point { x: shadow, y: shadow })) {
            return self.paint_content(look, window, &mut canvas.within(window));
        }
        if shadow > 0 {
            canvas.shadow(window, look.corner(), shadow);
        }
        let mut canvas = canvas.within(window);
        let (width, height) = (window.width.cast_signed(), window.height.cast_signed());
        let whole = area(0, 0, width, height);
        let (ground, ink) = look.title_colours(self.front);
        for piece in scene::around(whole, content_area(look, whole)) {
            let mut frame = canvas.only(piece);
            // Round at the top only: programs fill their ground to the corners.
            let deeper = Rect { height: whole.height + look.corner().cast_unsigned(), ..whole };
            frame.round(deeper, look.corner(), Colour::hex(0x9a9ea6));
            frame.round(grown(deeper, -1), look.corner() - 1, ground);
            frame.fill(area(0, height - 1, width, 1), Colour::hex(0x9a9ea6));
        }
        self.paint_title(look, width, ground, ink, &mut canvas);
        self.paint_content(look, window, &mut canvas);
    }

    fn paint_content(&self, look: Look, window: Rect, canvas: &mut Canvas<'_>) {
        let content = content_area(look, window);
        let ground = area(0, 0, content.width.cast_signed(), content.height.cast_signed());
        self.content.paint(look, ground, &mut canvas.within(content));
    }

    fn paint_title(&self, look: Look, width: i32, ground: Colour, ink: Colour, canvas: &mut Canvas<'_>) {
        let bar = area(0, 0, width, look.title_height());
        if !canvas.touches(bar) {
            return;
        }
        let title =
            if self.elevated { format!("Administrator: {}", self.title) } else { self.title.to_string() };
        match look.kind {
            DeviceKind::WindowsPc => canvas.text_left(
                area(look.px(14), 0, width - look.px(160), look.title_height()),
                look.ui(14),
                ink,
                &title,
            ),
            DeviceKind::Mac | DeviceKind::LinuxPc => canvas.text_centred(bar, look.ui(14), ink, &title),
            DeviceKind::AndroidPhone | DeviceKind::AndroidTablet | DeviceKind::Zebra | DeviceKind::Iphone => {
                canvas.fill(bar, ground);
                canvas.text_left(area(look.px(18), 0, width, look.title_height()), look.ui(19), ink, &title);
            }
        }
        for button in TitleButton::ALL {
            let Some(place) = look.title_button(button, width) else { continue };
            paint_button(look, button, place, self.front, ink, canvas);
        }
    }
}

fn paint_button(
    look: Look,
    button: TitleButton,
    place: Rect,
    front: bool,
    ink: Colour,
    canvas: &mut Canvas<'_>,
) {
    let sign = match button {
        TitleButton::Close => "\u{D7}",
        TitleButton::Maximise => "\u{25A1}",
        TitleButton::Minimise => "\u{2212}",
    };
    match look.kind {
        DeviceKind::Mac => {
            let colour = match (button, front) {
                (_, false) => 0xc8c6ca,
                (TitleButton::Close, true) => 0xf25a52,
                (TitleButton::Maximise, true) => 0x2fc044,
                (TitleButton::Minimise, true) => 0xf5b92e,
            };
            canvas.round(place, look.px(6), Colour::hex(colour));
        }
        DeviceKind::LinuxPc => {
            let close = button == TitleButton::Close && front;
            let ground = if close { look.accent() } else { Colour::hex(0x5a545c) };
            canvas.round(place, look.px(11), ground);
            canvas.text_centred(place, look.ui(12), ink, sign);
        }
        DeviceKind::WindowsPc
        | DeviceKind::AndroidPhone
        | DeviceKind::AndroidTablet
        | DeviceKind::Zebra
        | DeviceKind::Iphone => canvas.text_centred(place, look.ui(13), ink, sign),
    }
}
