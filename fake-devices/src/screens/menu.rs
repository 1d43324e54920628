//! Menus: of the right mouse button, and of all programs.

use std::sync::Arc;

use strum::VariantArray as _;
use wire::tool::DisplayId;
use wire::{Point, Rect};

use super::draw::{Canvas, Colour, area, grown};
use super::look::Look;
use super::programs::Program;
use super::scene::{Face, Layer, LayerKey};
use crate::DeviceKind;

/// A menu that is open.
#[derive(Clone, Debug)]
pub(super) struct Menu {
    pub(super) display: DisplayId,
    /// Its corner on the display.
    at: Point,
    entries: Vec<(Arc<str>, Entry)>,
}

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Open(Program),
    Copy,
    Paste,
    MarkAll,
    /// Nothing but close the menu.
    Nothing,
}

/// In the design.
const WIDTH: i32 = 210;
const ROW_HEIGHT: i32 = 30;

impl Menu {
    /// Of the right mouse button, on text or on something else.
    pub(super) fn context(look: Look, display: DisplayId, at: Point, text: bool) -> Self {
        let entries: &[(&str, Entry)] = if text {
            &[("Copy", Entry::Copy), ("Paste", Entry::Paste), ("Select all", Entry::MarkAll)]
        } else {
            &[
                ("Refresh", Entry::Nothing),
                ("Paste", Entry::Paste),
                ("New text file", Entry::Open(Program::Editor)),
                ("Properties", Entry::Open(Program::Properties)),
            ]
        };
        let entries: Vec<_> = entries.iter().map(|(name, entry)| (Arc::from(*name), *entry)).collect();
        // It opens where there is room for it.
        let height = look.px(ROW_HEIGHT) * entries.len() as i32 + look.px(12);
        let x = at.x.min(look.width() - look.px(WIDTH)).max(0);
        let y = at.y.min(look.height() - height).max(0);
        Self { display, at: Point { x, y }, entries }
    }

    /// Of all programs.
    pub(super) fn start(look: Look, display: DisplayId) -> Self {
        let entries: Vec<_> = Program::VARIANTS
            .iter()
            .map(|program| (Arc::from(program.title()), Entry::Open(*program)))
            .collect();
        let height = look.px(ROW_HEIGHT) * entries.len() as i32 + look.px(12);
        let room = look.work_area();
        let at = match look.kind {
            DeviceKind::LinuxPc => Point { x: room.x + look.px(8), y: look.height() - height - look.px(8) },
            _ => Point { x: look.px(8), y: room.y + room.height.cast_signed() - height - look.px(8) },
        };
        Self { display, at, entries }
    }

    /// Where it is on its display.
    pub(super) fn area(&self, look: Look) -> Rect {
        area(
            self.at.x,
            self.at.y,
            look.px(WIDTH),
            look.px(ROW_HEIGHT) * self.entries.len() as i32 + look.px(12),
        )
    }

    /// The entry at this place of the display.
    pub(super) fn entry_at(&self, look: Look, at: Point) -> Option<(Arc<str>, Entry)> {
        let place = (0..self.entries.len()).find(|place| self.row(look, *place).contains(at))?;
        Some(self.entries[place].clone())
    }

    /// Where the entry with this name is on the display.
    pub(super) fn place_of(&self, look: Look, name: &str) -> Option<Point> {
        let place = self.entries.iter().position(|(entry, _)| **entry == *name)?;
        Some(super::draw::centre(self.row(look, place)))
    }

    fn row(&self, look: Look, place: usize) -> Rect {
        let Point { x, y } = self.at;
        area(x, y + look.px(6 + ROW_HEIGHT * place as i32), look.px(WIDTH), look.px(ROW_HEIGHT))
    }

    pub(super) fn layer(&self, look: Look) -> Layer {
        Layer {
            key: LayerKey::Menu,
            bounds: grown(self.area(look), look.px(6)),
            solid: None,
            face: Face::Menu(MenuFace {
                entries: self.entries.iter().map(|(name, _)| Arc::clone(name)).collect(),
            }),
        }
    }
}

/// What one sees of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MenuFace {
    entries: Vec<Arc<str>>,
}

impl MenuFace {
    pub(super) fn paint(&self, look: Look, canvas: &mut Canvas<'_>) {
        let all = grown(canvas.bounds(), -look.px(6));
        let round = look.px(if look.kind == DeviceKind::Mac { 8 } else { 5 });
        canvas.shadow(all, round, look.px(6));
        canvas.round(all, round, Colour::hex(0xb4b8c0));
        canvas.round(grown(all, -1), round - 1, Colour::hex(0xfafafc));
        for (entry, place) in self.entries.iter().zip(0..) {
            let row = area(
                all.x + look.px(16),
                all.y + look.px(6 + ROW_HEIGHT * place),
                look.px(WIDTH - 24),
                look.px(ROW_HEIGHT),
            );
            canvas.text_left(row, look.ui(14), Colour::hex(0x1c1e24), entry);
        }
    }
}
