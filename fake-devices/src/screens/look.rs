//! How each kind of machine looks: sizes, bars, colours. In our own design, and such that one knows it at a glance.

use wire::{Point, Rect, Size};

use super::draw::{Colour, Font, area};
use crate::DeviceKind;

/// The looks of one display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) kind: DeviceKind,
    pub(super) size: Size,
}

/// What stands at an edge of the display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bar {
    /// Windows' taskbar.
    Task,
    /// What macOS and Linux have at the top, and phones for their state.
    Top,
    /// Programs to start.
    Dock,
    /// Back, home, recent apps; on an iPhone a line to swipe from.
    Navigation,
}

/// What a window's title bar has buttons for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TitleButton {
    Close,
    Maximise,
    Minimise,
}

impl TitleButton {
    pub(super) const ALL: [Self; 3] = [Self::Close, Self::Maximise, Self::Minimise];
}

impl Look {
    /// Whether a finger does what a mouse does elsewhere, and programs fill the screen.
    pub(super) fn touch(self) -> bool {
        match self.kind {
            DeviceKind::WindowsPc | DeviceKind::LinuxPc | DeviceKind::Mac => false,
            DeviceKind::AndroidPhone | DeviceKind::AndroidTablet | DeviceKind::Zebra | DeviceKind::Iphone => {
                true
            }
        }
    }

    /// Pixels of the display for each one of a design at 96 dots per inch.
    pub(super) fn scale(self) -> i32 {
        let short = i32::from(self.size.width.min(self.size.height));
        let at_scale_one = match self.kind {
            DeviceKind::WindowsPc | DeviceKind::LinuxPc | DeviceKind::Mac => 1080,
            DeviceKind::AndroidTablet => 800,
            DeviceKind::AndroidPhone | DeviceKind::Zebra | DeviceKind::Iphone => 360,
        };
        (short / at_scale_one).max(1)
    }

    /// So many pixels of the design.
    pub(super) fn px(self, design: i32) -> i32 {
        design * self.scale()
    }

    /// An area of the design.
    pub(super) fn area(self, design: Rect) -> Rect {
        let (width, height) = (design.width.cast_signed(), design.height.cast_signed());
        area(self.px(design.x), self.px(design.y), self.px(width), self.px(height))
    }

    /// A place of the display, in the design.
    pub(super) fn design(self, at: Point) -> Point {
        Point { x: at.x.div_euclid(self.scale()), y: at.y.div_euclid(self.scale()) }
    }

    /// The typeface of windows, so large in the design.
    pub(super) fn ui(self, design: i32) -> Font {
        Font::ui(self.px(design))
    }

    /// The typeface of text files, so large in the design.
    pub(super) fn mono(self, design: i32) -> Font {
        Font::mono(self.px(design))
    }

    pub(super) fn width(self) -> i32 {
        self.size.width.into()
    }

    pub(super) fn height(self) -> i32 {
        self.size.height.into()
    }

    /// What stands at the edges, and where.
    pub(super) fn bars(self) -> Vec<(Bar, Rect)> {
        let (width, height) = (self.width(), self.height());
        let top = |design| (Bar::Top, area(0, 0, width, self.px(design)));
        match self.kind {
            DeviceKind::WindowsPc => {
                vec![(Bar::Task, area(0, height - self.px(48), width, self.px(48)))]
            }
            DeviceKind::Mac => {
                let dock = self.px(16) + DOCK_PLACES * self.px(60);
                vec![top(26), (Bar::Dock, area((width - dock) / 2, height - self.px(78), dock, self.px(70)))]
            }
            DeviceKind::LinuxPc => {
                vec![top(28), (Bar::Dock, area(0, self.px(28), self.px(64), height - self.px(28)))]
            }
            DeviceKind::AndroidPhone | DeviceKind::AndroidTablet | DeviceKind::Zebra => {
                vec![top(26), (Bar::Navigation, area(0, height - self.px(44), width, self.px(44)))]
            }
            DeviceKind::Iphone => {
                vec![top(40), (Bar::Navigation, area(0, height - self.px(24), width, self.px(24)))]
            }
        }
    }

    /// Where programs' windows go.
    pub(super) fn work_area(self) -> Rect {
        let (width, height) = (self.width(), self.height());
        let (left, top, bottom) = match self.kind {
            DeviceKind::WindowsPc => (0, 0, self.px(48)),
            DeviceKind::Mac => (0, self.px(26), self.px(82)),
            DeviceKind::LinuxPc => (self.px(64), self.px(28), 0),
            DeviceKind::AndroidPhone | DeviceKind::AndroidTablet | DeviceKind::Zebra => {
                (0, self.px(26), self.px(44))
            }
            DeviceKind::Iphone => (0, self.px(40), self.px(24)),
        };
        area(left, top, width - left, height - top - bottom)
    }

    /// How high a window's title bar is.
    pub(super) fn title_height(self) -> i32 {
        self.px(match self.kind {
            DeviceKind::WindowsPc => 32,
            DeviceKind::Mac => 30,
            DeviceKind::LinuxPc => 38,
            DeviceKind::AndroidPhone | DeviceKind::AndroidTablet => 52,
            DeviceKind::Zebra | DeviceKind::Iphone => 46,
        })
    }

    /// How round a window's corners are.
    pub(super) fn corner(self) -> i32 {
        self.px(match self.kind {
            DeviceKind::WindowsPc => 7,
            DeviceKind::Mac => 10,
            DeviceKind::LinuxPc => 9,
            DeviceKind::AndroidPhone | DeviceKind::AndroidTablet | DeviceKind::Zebra | DeviceKind::Iphone => {
                0
            }
        })
    }

    /// How far a window's shadow reaches.
    pub(super) fn shadow(self) -> i32 {
        if self.touch() { 0 } else { self.px(10) }
    }

    /// Where a button of the title bar is, in a window so wide; none on a touch screen.
    pub(super) fn title_button(self, button: TitleButton, window_width: i32) -> Option<Rect> {
        let place = match button {
            TitleButton::Close => 0,
            TitleButton::Maximise => 1,
            TitleButton::Minimise => 2,
        };
        let from_right = |step: i32, side: i32, margin: i32| {
            let x = window_width - self.px(margin + side) - place * self.px(step);
            area(x, (self.title_height() - self.px(side)) / 2, self.px(side), self.px(side))
        };
        match self.kind {
            DeviceKind::WindowsPc => {
                let x = window_width - (place + 1) * self.px(44);
                Some(area(x, 0, self.px(44), self.title_height()))
            }
            DeviceKind::LinuxPc => Some(from_right(32, 22, 10)),
            DeviceKind::Mac => {
                // Close, minimise, maximise from the left.
                let place = [0, 2, 1][place as usize];
                let side = self.px(12);
                Some(area(self.px(12) + place * self.px(20), (self.title_height() - side) / 2, side, side))
            }
            DeviceKind::AndroidPhone | DeviceKind::AndroidTablet | DeviceKind::Zebra | DeviceKind::Iphone => {
                None
            }
        }
    }

    /// The colour of what wants to be noticed.
    pub(super) fn accent(self) -> Colour {
        Colour::hex(match self.kind {
            DeviceKind::WindowsPc => 0x005fb8,
            DeviceKind::Mac => 0x0a6cff,
            DeviceKind::LinuxPc => 0xd9511d,
            DeviceKind::AndroidPhone | DeviceKind::AndroidTablet => 0x1b6e5a,
            DeviceKind::Zebra => 0x007cb0,
            DeviceKind::Iphone => 0x0b72f0,
        })
    }

    /// Of title bars: the ground, and what is written on it.
    pub(super) fn title_colours(self, front: bool) -> (Colour, Colour) {
        let (ground, ink) = match (self.kind, front) {
            (DeviceKind::WindowsPc, true) => (0xe6eef8, 0x10141c),
            (DeviceKind::WindowsPc, false) => (0xf3f3f3, 0x70747c),
            (DeviceKind::Mac, true) => (0xdcdade, 0x28262c),
            (DeviceKind::Mac, false) => (0xf0eef2, 0x98969c),
            (DeviceKind::LinuxPc, true) => (0x302c32, 0xf4f0f0),
            (DeviceKind::LinuxPc, false) => (0x48444a, 0xa8a4a8),
            (DeviceKind::AndroidPhone | DeviceKind::AndroidTablet, _) => (0xe4f0ea, 0x16221e),
            (DeviceKind::Zebra, _) => (0x005a82, 0xffffff),
            (DeviceKind::Iphone, _) => (0xf8f8fa, 0x121214),
        };
        (Colour::hex(ground), Colour::hex(ink))
    }
}

/// How many programs a dock has room for.
pub(super) const DOCK_PLACES: i32 = 6;
