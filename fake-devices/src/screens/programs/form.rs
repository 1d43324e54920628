//! A form with fields, a check box and buttons.

use wire::Rect;

use super::super::controls::{ControlKind, Controls};
use super::super::draw::{Canvas, Colour, area};
use super::super::look::Look;

/// Where in the list the line is that says what became of it.
const STATE: usize = 7;

/// What is in it.
#[derive(Clone, Debug)]
pub(in super::super) struct Form {
    pub(super) controls: Controls,
}

impl Default for Form {
    fn default() -> Self {
        let row = |y: i32, height: i32| area(24, y, 300, height);
        Self {
            controls: Controls::new([
                (ControlKind::Heading, row(16, 30), "Customer details"),
                (ControlKind::Field, row(58, 50), "Name"),
                (ControlKind::Field, row(118, 50), "Phone"),
                (ControlKind::Field, row(178, 50), "Problem"),
                (ControlKind::CheckBox, row(240, 26), "Call back today"),
                (ControlKind::MainButton, area(24, 282, 110, 34), "Save"),
                (ControlKind::Button, area(146, 282, 110, 34), "Cancel"),
                (ControlKind::Label, row(326, 24), "Not saved yet"),
            ]),
        }
    }
}

impl Form {
    pub(super) fn face(&self) -> FormFace {
        FormFace { controls: self.controls.clone() }
    }

    pub(super) fn pressed(&mut self, label: &str) {
        match label {
            "Save" => {
                let name = self.controls.text("Name").unwrap_or_default();
                let state = if name.is_empty() { "Saved".to_owned() } else { format!("Saved: {name}") };
                self.controls.relabel(STATE, state);
            }
            "Cancel" => {
                self.controls.clear();
                self.controls.relabel(STATE, "Nothing was saved");
            }
            _ => {}
        }
    }
}

/// What one sees of it.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct FormFace {
    controls: Controls,
}

impl FormFace {
    pub(super) fn changes(&self, look: Look, before: &Self, rects: &mut Vec<Rect>) {
        self.controls.changes(look, &before.controls, rects);
    }

    pub(super) fn paint(&self, look: Look, all: Rect, canvas: &mut Canvas<'_>) {
        canvas.fill(all, Colour::hex(0xfbfbfc));
        self.controls.paint(look, canvas);
    }
}
