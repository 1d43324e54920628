//! The task manager: what runs, with figures that move.

use wire::{Point, Rect, SimTime};

use super::super::controls::{ControlKind, Controls};
use super::super::draw::{Canvas, Colour, area, grain};
use super::super::look::Look;

/// In the design.
const ROW_HEIGHT: i32 = 26;
const TABLE_TOP: i32 = 62;
const COLUMNS: [(&str, i32); 4] = [("Name", 18), ("PID", 260), ("CPU", 340), ("Memory", 430)];

const TASKS: [(&str, u32); 10] = [
    ("System", 4),
    ("Desktop shell", 1_284),
    ("Remote support client", 2_116),
    ("Mail", 2_480),
    ("Web browser", 3_012),
    ("Notes", 3_377),
    ("Printer spooler", 1_120),
    ("Update service", 988),
    ("Antivirus", 1_560),
    ("Backup agent", 1_744),
];

/// What is chosen, and what was ended.
#[derive(Clone, Debug)]
pub(in super::super) struct Tasks {
    pub(super) controls: Controls,
    chosen: Option<usize>,
    ended: Vec<usize>,
}

impl Default for Tasks {
    fn default() -> Self {
        let controls = Controls::new([
            (ControlKind::Heading, area(18, 10, 220, 28), "Processes"),
            (ControlKind::Button, area(250, 10, 100, 28), "End task"),
        ]);
        Self { controls, chosen: None, ended: Vec::new() }
    }
}

impl Tasks {
    pub(super) fn press(&mut self, at: Point) {
        let row = (at.y - TABLE_TOP).div_euclid(ROW_HEIGHT);
        if let Ok(row) = usize::try_from(row) {
            let task = self.running().nth(row);
            self.chosen = task;
        }
    }

    pub(super) fn pressed(&mut self, label: &str) {
        if label == "End task" {
            self.ended.extend(self.chosen.take());
        }
    }

    pub(super) fn face(&self, now: SimTime) -> TasksFace {
        let second = now.as_millis() / 1_000;
        let row = |task: usize| Row { task, chosen: self.chosen == Some(task), second };
        TasksFace { controls: self.controls.clone(), rows: self.running().map(row).collect() }
    }

    fn running(&self) -> impl Iterator<Item = usize> {
        (0..TASKS.len()).filter(|task| !self.ended.contains(task))
    }
}

/// What one sees of it.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct TasksFace {
    controls: Controls,
    rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq)]
struct Row {
    task: usize,
    chosen: bool,
    second: u64,
}

impl Row {
    /// Tenths of a percent, and tenths of a megabyte.
    fn figures(&self) -> (i32, i32) {
        let (task, second) = (self.task as i32, self.second as i32);
        let busy = grain(task, second, 11) * grain(task, second, 12) / 900;
        (busy, 180 + task * 311 + grain(task, second / 5, 13))
    }
}

impl TasksFace {
    pub(super) fn changes(&self, look: Look, before: &Self, rects: &mut Vec<Rect>) {
        self.controls.changes(look, &before.controls, rects);
        for place in 0..self.rows.len().max(before.rows.len()) {
            let (new, old) = (self.rows.get(place), before.rows.get(place));
            if new != old {
                rects.push(row_area(look, place));
            }
        }
    }

    pub(super) fn paint(&self, look: Look, all: Rect, canvas: &mut Canvas<'_>) {
        canvas.fill(all, Colour::WHITE);
        self.controls.paint(look, canvas);
        let quiet = Colour::hex(0x606670);
        let head = look.area(area(0, TABLE_TOP - 22, 640, 20));
        for (name, x) in COLUMNS {
            canvas.text_left(Rect { x: look.px(x), ..head }, look.ui(13), quiet, name);
        }
        canvas.fill(area(0, look.px(TABLE_TOP) - 1, all.width.cast_signed(), 1), Colour::hex(0xd8dce2));
        for (place, row) in self.rows.iter().enumerate() {
            let area_of_row = row_area(look, place);
            if canvas.touches(area_of_row) {
                row.paint(look, place, &mut canvas.within(area_of_row));
            }
        }
    }
}

impl Row {
    fn paint(&self, look: Look, place: usize, canvas: &mut Canvas<'_>) {
        let (width, height) = (look.px(640), look.px(ROW_HEIGHT));
        let striped = if place.is_multiple_of(2) { Colour::WHITE } else { Colour::hex(0xf6f8fa) };
        let ground = if self.chosen { look.accent().towards(Colour::WHITE, 190) } else { striped };
        canvas.fill(area(0, 0, width, height), ground);
        let (busy, memory) = self.figures();
        let heat = Colour::hex(0xffd9a0).towards(ground, (255 - busy.min(255)) as u8);
        canvas.fill(look.area(area(334, 0, 84, ROW_HEIGHT)), heat);
        let (name, pid) = TASKS[self.task];
        let cells = [
            name.to_owned(),
            pid.to_string(),
            format!("{}.{} %", busy / 10, busy % 10),
            format!("{}.{} MB", memory / 10, memory % 10),
        ];
        for (text, (_, x)) in cells.iter().zip(COLUMNS) {
            canvas.text_left(area(look.px(x), 0, width, height), look.ui(14), Colour::hex(0x202228), text);
        }
    }
}

fn row_area(look: Look, place: usize) -> Rect {
    look.area(area(0, TABLE_TOP + place as i32 * ROW_HEIGHT, 640, ROW_HEIGHT))
}
