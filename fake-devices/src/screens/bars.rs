//! Taskbar, menu bar, dock, and what phones have at their edges.

use std::sync::Arc;

use wire::{Point, Rect};

use super::draw::{Canvas, Colour, area, grown};
use super::look::{Bar, DOCK_PLACES, Look};
use super::programs::Program;
use crate::DeviceKind;

/// What stands in docks and taskbars, and on the home screens of phones.
pub(super) const PINNED: [Program; DOCK_PLACES as usize] = [
    Program::Editor,
    Program::Document,
    Program::Video,
    Program::Form,
    Program::TaskManager,
    Program::Properties,
];

/// What one sees of a bar.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BarFace {
    pub(super) bar: Bar,
    /// The hours and minutes that the clock shows; none where the bar has no clock.
    pub(super) clock: Option<(u8, u8)>,
    /// Which of the pinned programs are open.
    pub(super) running: [bool; PINNED.len()],
    /// Which of them is in front.
    pub(super) front: Option<Program>,
    /// The title of the window in front, where the bar shows it.
    pub(super) title: Option<Arc<str>>,
}

/// What there is to click on in a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BarTarget {
    /// The list of all programs.
    Start,
    Program(Program),
    Back,
    Home,
    Recent,
}

/// What is at a place of a bar, from its corner.
pub(super) fn target_at(look: Look, bar: Bar, size: Rect, at: Point) -> Option<BarTarget> {
    targets(look, bar, size).into_iter().find(|(_, place)| place.contains(at)).map(|(target, _)| target)
}

/// All that there is to click on, from the bar's corner.
pub(super) fn targets(look: Look, bar: Bar, size: Rect) -> Vec<(BarTarget, Rect)> {
    let (width, height) = (size.width.cast_signed(), size.height.cast_signed());
    let programs =
        || PINNED.into_iter().zip(0..).map(|(program, place)| (BarTarget::Program(program), place));
    let mut targets = Vec::new();
    match bar {
        Bar::Task => {
            targets.push((BarTarget::Start, area(look.px(8), look.px(4), look.px(40), look.px(40))));
            targets.extend(programs().map(|(target, place)| {
                (target, area(look.px(60 + place * 48), look.px(4), look.px(42), look.px(40)))
            }));
        }
        Bar::Dock if look.kind == DeviceKind::Mac => {
            targets.extend(programs().map(|(target, place)| {
                (target, area(look.px(12 + place * 60), look.px(9), look.px(52), look.px(52)))
            }));
        }
        Bar::Dock => {
            targets.extend(programs().map(|(target, place)| {
                (target, area(look.px(8), look.px(12 + place * 58), look.px(48), look.px(48)))
            }));
            targets
                .push((BarTarget::Start, area(look.px(8), height - look.px(58), look.px(48), look.px(48))));
        }
        Bar::Navigation if look.kind == DeviceKind::Iphone => {
            targets.push((BarTarget::Home, area(0, 0, width, height)));
        }
        Bar::Navigation => {
            let third = width / 3;
            targets.push((BarTarget::Back, area(0, 0, third, height)));
            targets.push((BarTarget::Home, area(third, 0, third, height)));
            targets.push((BarTarget::Recent, area(2 * third, 0, width - 2 * third, height)));
        }
        Bar::Top => {}
    }
    targets
}

impl BarFace {
    /// Adds where it looks other than `before`, from its corner.
    pub(super) fn changes(&self, look: Look, before: &Self, all: Rect, rects: &mut Vec<Rect>) {
        if self.clock != before.clock {
            rects.push(clock_area(look, self.bar, all));
        }
        if (&self.running, self.front, &self.title) != (&before.running, before.front, &before.title) {
            rects.push(all);
        }
    }

    /// Paints it.
    pub(super) fn paint(&self, look: Look, canvas: &mut Canvas<'_>) {
        let all = canvas.bounds();
        match self.bar {
            Bar::Task => self.paint_taskbar(look, all, canvas),
            Bar::Top => self.paint_top(look, all, canvas),
            Bar::Dock => self.paint_dock(look, all, canvas),
            Bar::Navigation => paint_navigation(look, all, canvas),
        }
    }

    fn paint_taskbar(&self, look: Look, all: Rect, canvas: &mut Canvas<'_>) {
        canvas.gradient(all, Colour::hex(0x202a3c), Colour::hex(0x161e2c));
        canvas.fill(area(0, 0, all.width.cast_signed(), 1), Colour::hex(0x3c485c));
        for (target, place) in targets(look, self.bar, all) {
            match target {
                BarTarget::Start => {
                    // Four panes, the upper left one open.
                    for (place_x, place_y) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                        let pane = area(
                            place.x + look.px(9 + place_x * 12),
                            place.y + look.px(9 + place_y * 12),
                            look.px(10),
                            look.px(10),
                        );
                        let open = (place_x, place_y) == (0, 0);
                        canvas.round(pane, look.px(2), Colour::hex(if open { 0x9cd4ff } else { 0x4aa4ee }));
                    }
                }
                BarTarget::Program(program) => self.paint_program(look, program, place, canvas),
                BarTarget::Back | BarTarget::Home | BarTarget::Recent => {}
            }
        }
        if let Some(title) = &self.title {
            let x = look.px(60 + 48 * DOCK_PLACES + 14);
            let room = area(x, 0, all.width.cast_signed() - x - look.px(200), all.height.cast_signed());
            canvas.text_left(room, look.ui(13), Colour::hex(0xc8d2e0), title);
        }
        let right = all.width.cast_signed();
        let tray = area(right - look.px(168), 0, look.px(80), all.height.cast_signed());
        canvas.text_left(tray, look.ui(15), Colour::hex(0xdce4f0), "\u{1F50A} \u{1F512}");
        self.paint_clock(look, all, look.ui(15), Colour::WHITE, canvas);
    }

    fn paint_top(&self, look: Look, all: Rect, canvas: &mut Canvas<'_>) {
        let (width, height) = (all.width.cast_signed(), all.height.cast_signed());
        let left = area(look.px(14), 0, width, height);
        match look.kind {
            DeviceKind::Mac => {
                canvas.fill(all, Colour::hex(0xf0ecf2));
                canvas.round(
                    area(look.px(14), look.px(7), look.px(12), look.px(12)),
                    look.px(6),
                    Colour::hex(0x2a2830),
                );
                let ink = Colour::hex(0x2a2830);
                let name = self.title.as_deref().unwrap_or("Desk");
                let mut x = look.px(42);
                for (place, word) in [name, "File", "Edit", "View", "Window", "Help"].into_iter().enumerate()
                {
                    canvas.text_left(area(x, 0, look.px(300), height), look.ui(14), ink, word);
                    if place == 0 {
                        // As if bold.
                        canvas.text_left(area(x + 1, 0, look.px(300), height), look.ui(14), ink, word);
                    }
                    x += super::draw::width(look.ui(14), word) + look.px(20);
                }
                self.paint_clock(look, all, look.ui(14), ink, canvas);
            }
            DeviceKind::LinuxPc => {
                canvas.fill(all, Colour::hex(0x171218));
                canvas.text_left(left, look.ui(14), Colour::hex(0xf0ecf0), "Activities");
                if let Some(title) = &self.title {
                    let name = area(look.px(110), 0, look.px(400), height);
                    canvas.text_left(name, look.ui(14), Colour::hex(0xc8c0c8), title);
                }
                let tray = area(width - look.px(80), 0, look.px(80), height);
                canvas.text_left(tray, look.ui(14), Colour::WHITE, "\u{1F50A}  \u{1F512}");
                self.paint_clock(look, all, look.ui(14), Colour::WHITE, canvas);
            }
            DeviceKind::Iphone => {
                let ground = Colour::hex(0x16224e);
                canvas.fill(all, ground);
                canvas.round(
                    area(width / 2 - look.px(50), look.px(8), look.px(100), look.px(26)),
                    look.px(13),
                    Colour::BLACK,
                );
                paint_battery(look, all, Colour::WHITE, canvas);
                self.paint_clock(look, all, look.ui(16), Colour::WHITE, canvas);
            }
            DeviceKind::WindowsPc
            | DeviceKind::AndroidPhone
            | DeviceKind::AndroidTablet
            | DeviceKind::Zebra => {
                let ground = if look.kind == DeviceKind::Zebra { 0x0c1218 } else { 0x0a2a25 };
                canvas.fill(all, Colour::hex(ground));
                paint_battery(look, all, Colour::WHITE, canvas);
                self.paint_clock(look, all, look.ui(14), Colour::WHITE, canvas);
            }
        }
    }

    fn paint_dock(&self, look: Look, all: Rect, canvas: &mut Canvas<'_>) {
        if look.kind == DeviceKind::Mac {
            canvas.round_veil(all, look.px(18), Colour::hex(0xf4f0f8), 150);
        } else {
            canvas.fill(all, Colour::hex(0x241c26));
        }
        for (target, place) in targets(look, self.bar, all) {
            match target {
                BarTarget::Program(program) => self.paint_program(look, program, place, canvas),
                BarTarget::Start => {
                    for dot in 0..9 {
                        let (x, y) =
                            (place.x + look.px(9 + dot % 3 * 11), place.y + look.px(9 + dot / 3 * 11));
                        canvas.round(area(x, y, look.px(7), look.px(7)), look.px(3), Colour::hex(0xe8e0e8));
                    }
                }
                BarTarget::Back | BarTarget::Home | BarTarget::Recent => {}
            }
        }
    }

    fn paint_program(&self, look: Look, program: Program, place: Rect, canvas: &mut Canvas<'_>) {
        let running = PINNED.iter().zip(self.running).any(|(pinned, running)| *pinned == program && running);
        if look.kind != DeviceKind::Mac && self.front == Some(program) {
            canvas.round_veil(place, look.px(6), Colour::WHITE, 40);
        }
        paint_symbol(look, program, grown(place, -look.px(4)), canvas);
        if running {
            let (x, y) = (place.x + place.width.cast_signed() / 2, place.y + place.height.cast_signed());
            let mark = match self.bar {
                Bar::Dock if look.kind == DeviceKind::Mac => {
                    area(x - look.px(2), y + look.px(2), look.px(4), look.px(4))
                }
                Bar::Dock => area(
                    place.x - look.px(6),
                    y - place.height.cast_signed() / 2 - look.px(3),
                    look.px(4),
                    look.px(6),
                ),
                Bar::Task | Bar::Top | Bar::Navigation => {
                    area(x - look.px(8), y - look.px(2), look.px(16), look.px(3))
                }
            };
            let colour =
                if look.kind == DeviceKind::Mac { Colour::hex(0x302c38) } else { Colour::hex(0x7ac4ff) };
            canvas.round(
                mark,
                look.px(2),
                if look.kind == DeviceKind::LinuxPc { look.accent() } else { colour },
            );
        }
    }

    fn paint_clock(
        &self,
        look: Look,
        all: Rect,
        font: super::draw::Font,
        ink: Colour,
        canvas: &mut Canvas<'_>,
    ) {
        if let Some((hours, minutes)) = self.clock {
            let place = clock_area(look, self.bar, all);
            canvas.within(place).text_centred(
                area(0, 0, place.width.cast_signed(), place.height.cast_signed()),
                font,
                ink,
                &format!("{hours:02}:{minutes:02}"),
            );
        }
    }
}

/// The sign of a program on its coloured ground.
pub(super) fn paint_symbol(look: Look, program: Program, place: Rect, canvas: &mut Canvas<'_>) {
    let colour = match program {
        Program::Editor => 0x2f6fb8,
        Program::Document => 0x8a3fa8,
        Program::Video => 0xc0384a,
        Program::Form => 0x2a8a5a,
        Program::TaskManager => 0x4a5668,
        Program::Properties => 0xb8761a,
    };
    let side = place.width.min(place.height).cast_signed();
    let tile = area(
        place.x + (place.width.cast_signed() - side) / 2,
        place.y + (place.height.cast_signed() - side) / 2,
        side,
        side,
    );
    let radius = match look.kind {
        DeviceKind::WindowsPc | DeviceKind::Zebra => side / 8,
        DeviceKind::LinuxPc | DeviceKind::Mac | DeviceKind::Iphone => side / 4,
        DeviceKind::AndroidPhone | DeviceKind::AndroidTablet => side / 2,
    };
    canvas.round(tile, radius, Colour::hex(colour));
    if radius < side / 2 {
        canvas.round_veil(area(tile.x, tile.y, side, side / 2), radius, Colour::WHITE, 22);
    }
    canvas.text_centred(tile, super::draw::Font::ui(side * 6 / 10), Colour::WHITE, program.symbol());
}

fn paint_battery(look: Look, all: Rect, ink: Colour, canvas: &mut Canvas<'_>) {
    let (width, height) = (all.width.cast_signed(), all.height.cast_signed());
    let top = (height - look.px(11)) / 2;
    let battery = area(width - look.px(40), top, look.px(24), look.px(11));
    canvas.round(battery, look.px(3), ink);
    canvas.fill(area(battery.x + look.px(24), top + look.px(3), look.px(2), look.px(5)), ink);
    canvas
        .fill(area(battery.x + look.px(17), top + look.px(2), look.px(5), look.px(7)), Colour::hex(0x4a5458));
    for bar in 0..4 {
        let tall = look.px(3 + bar * 3);
        let x = width - look.px(64) + look.px(bar * 5);
        canvas.fill(area(x, top + look.px(12) - tall, look.px(3), tall), ink);
    }
}

fn paint_navigation(look: Look, all: Rect, canvas: &mut Canvas<'_>) {
    let (width, height) = (all.width.cast_signed(), all.height.cast_signed());
    if look.kind == DeviceKind::Iphone {
        canvas.fill(all, Colour::hex(0x2a2234));
        let line = area(width / 2 - look.px(66), height / 2 - look.px(2), look.px(132), look.px(5));
        canvas.round(line, look.px(2), Colour::WHITE);
        return;
    }
    let ground = if look.kind == DeviceKind::Zebra { 0x0c1218 } else { 0x0a2a25 };
    canvas.fill(all, Colour::hex(ground));
    let ink = Colour::hex(0xdce6e2);
    let third = width / 3;
    canvas.text_centred(area(0, 0, third, height), look.ui(20), ink, "\u{25C1}");
    let (x, y) = (third + third / 2, height / 2);
    canvas.round(area(x - look.px(9), y - look.px(9), look.px(18), look.px(18)), look.px(9), ink);
    canvas.round(
        area(x - look.px(7), y - look.px(7), look.px(14), look.px(14)),
        look.px(7),
        Colour::hex(ground),
    );
    canvas.text_centred(area(2 * third, 0, third, height), look.ui(20), ink, "\u{25A1}");
}

fn clock_area(look: Look, bar: Bar, all: Rect) -> Rect {
    let (width, height) = (all.width.cast_signed(), all.height.cast_signed());
    let x = match (bar, look.kind) {
        (Bar::Top, DeviceKind::LinuxPc) => (width - look.px(60)) / 2,
        (Bar::Top, DeviceKind::AndroidPhone | DeviceKind::AndroidTablet | DeviceKind::Zebra) => look.px(8),
        (Bar::Top, DeviceKind::Iphone) => look.px(24),
        _ => width - look.px(76),
    };
    area(x, 0, look.px(60), height)
}
