//! What lies on a desktop, and on the home screens of phones.

use std::sync::Arc;

use wire::{Point, Rect};

use super::bars::{self, PINNED};
use super::draw::{Canvas, Colour, area};
use super::look::Look;
use super::programs::Program;
use super::scene::{Face, Layer, LayerKey};

/// The name of the icon in which things are thrown away.
pub(super) const BIN: &str = "Recycle bin";

/// Something to open, to drag, or to drop something on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Icon {
    pub(super) id: u32,
    pub(super) name: Arc<str>,
    /// What opens it; none for the bin.
    pub(super) program: Option<Program>,
    /// Its corner, in the design.
    pub(super) at: Point,
}

/// In the design.
const WIDTH: i32 = 84;
const HEIGHT: i32 = 88;

/// What is there when a machine is new.
pub(super) fn fresh(look: Look) -> Vec<Icon> {
    let room = look.work_area();
    let (room_width, room_height) =
        (room.width.cast_signed() / look.scale(), room.height.cast_signed() / look.scale());
    let icon = |id: usize, name: &str, program: Option<Program>, at: Point| Icon {
        id: id as u32,
        name: name.into(),
        program,
        at,
    };
    if look.touch() {
        let columns = (room_width / 96).clamp(3, 6);
        let step = room_width / columns;
        let place = |number: i32| Point {
            x: step * (number % columns) + (step - WIDTH) / 2,
            y: room.y / look.scale() + 36 + number / columns * 108,
        };
        return PINNED
            .iter()
            .enumerate()
            .map(|(id, program)| icon(id, short_name(*program), Some(*program), place(id as i32)))
            .collect();
    }
    let files = [
        ("Report.txt", Some(Program::Editor)),
        ("Guide", Some(Program::Document)),
        ("Training.mp4", Some(Program::Video)),
        ("Customers", Some(Program::Form)),
        (BIN, None),
    ];
    let rows = (room_height / 100).max(1);
    let place = |number: i32| Point {
        x: room.x / look.scale() + 16 + number / rows * 96,
        y: room.y / look.scale() + 16 + number % rows * 100,
    };
    let all = files.into_iter().enumerate();
    all.map(|(id, (name, program))| icon(id, name, program, place(id as i32))).collect()
}

fn short_name(program: Program) -> &'static str {
    match program {
        Program::Editor => "Notes",
        Program::Document => "Guide",
        Program::Video => "Videos",
        Program::Form => "Customers",
        Program::TaskManager => "Apps",
        Program::Properties => "About",
    }
}

impl Icon {
    /// Where it is on its display.
    pub(super) fn area(&self, look: Look) -> Rect {
        look.area(area(self.at.x, self.at.y, WIDTH, HEIGHT))
    }

    pub(super) fn layer(&self, look: Look, chosen: bool) -> Layer {
        Layer {
            key: LayerKey::Icon(self.id),
            bounds: self.area(look),
            solid: None,
            face: Face::Icon(IconFace { name: Arc::clone(&self.name), program: self.program, chosen }),
        }
    }
}

/// What one sees of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct IconFace {
    name: Arc<str>,
    program: Option<Program>,
    chosen: bool,
}

impl IconFace {
    pub(super) fn paint(&self, look: Look, canvas: &mut Canvas<'_>) {
        let all = canvas.bounds();
        if self.chosen {
            canvas.round_veil(all, look.px(6), Colour::hex(0xc8e0ff), 90);
        }
        let sign = look.area(area((WIDTH - 48) / 2, 8, 48, 48));
        match self.program {
            Some(program) => bars::paint_symbol(look, program, sign, canvas),
            None => {
                let ink = Colour::hex(0xe8eef4);
                canvas.text_centred(sign, look.ui(42), ink, "\u{1F5D1}");
            }
        }
        let name = look.area(area(0, 60, WIDTH, 22));
        let shade = Rect { x: name.x + look.scale(), y: name.y + look.scale(), ..name };
        canvas.text_centred(shade, look.ui(13), Colour::BLACK, &self.name);
        canvas.text_centred(name, look.ui(13), Colour::WHITE, &self.name);
    }
}
