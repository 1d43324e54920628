//! Buttons, fields and check boxes, as forms and dialogs have them.

use std::sync::Arc;

use wire::tool::Key;
use wire::{Point, Rect};

use super::draw::{Canvas, Colour, area, centre, grown, width};
use super::look::Look;

/// Something in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Control {
    pub(super) kind: ControlKind,
    /// In the design, from the form's corner.
    pub(super) area: Rect,
    /// What is written on it, or beside it.
    pub(super) label: Arc<str>,
    /// What was typed into it.
    pub(super) text: String,
    /// Whether it is ticked.
    pub(super) ticked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ControlKind {
    Heading,
    Label,
    /// A line to type into; its label stands above.
    Field,
    /// One that shows dots.
    Secret,
    CheckBox,
    Button,
    /// The button that Enter presses.
    MainButton,
}

/// The height of a field's label, in the design.
const LABEL_HEIGHT: i32 = 18;

/// A form: what is in it, and where its keyboard and mouse are.
#[derive(Clone, Debug)]
pub(super) struct Controls {
    /// Shared with the last look, until something changes.
    items: Arc<Vec<Control>>,
    focus: Option<usize>,
    held: Option<usize>,
    /// Whether a key would add to what is in the field, or replace it.
    all_marked: bool,
}

impl PartialEq for Controls {
    fn eq(&self, other: &Self) -> bool {
        (self.focus, self.held, self.all_marked) == (other.focus, other.held, other.all_marked)
            && (Arc::ptr_eq(&self.items, &other.items) || self.items == other.items)
    }
}

impl Controls {
    /// A form of these, with the keyboard in the first field.
    pub(super) fn new(items: impl IntoIterator<Item = (ControlKind, Rect, &'static str)>) -> Self {
        let control = |(kind, area, label): (ControlKind, Rect, &str)| Control {
            kind,
            area,
            label: label.into(),
            text: String::new(),
            ticked: false,
        };
        let items: Vec<Control> = items.into_iter().map(control).collect();
        let focus = items.iter().position(|item| item.kind.takes_text());
        Self { items: Arc::new(items), focus, held: None, all_marked: false }
    }

    /// What was typed into a field, or `None` where there is no such field.
    pub(super) fn text(&self, label: &str) -> Option<&str> {
        let field = self.items.iter().find(|item| item.kind.takes_text() && *item.label == *label)?;
        Some(&field.text)
    }

    /// Writes something else on the control at this place of the list.
    pub(super) fn relabel(&mut self, place: usize, label: impl Into<Arc<str>>) {
        Arc::make_mut(&mut self.items)[place].label = label.into();
    }

    /// Empties all fields.
    pub(super) fn clear(&mut self) {
        Arc::make_mut(&mut self.items).iter_mut().for_each(|item| item.text.clear());
    }

    /// Where the middle of the control with this label is, in the design.
    pub(super) fn place_of(&self, label: &str) -> Option<Point> {
        let named = |item: &&Control| item.kind.reacts() && *item.label == *label;
        let item = self.items.iter().find(named)?;
        Some(centre(item.target()))
    }

    /// A button of the mouse goes down here.
    pub(super) fn press(&mut self, at: Point) {
        self.held = self.items.iter().position(|item| item.kind.reacts() && item.target().contains(at));
        if self.held.is_some() {
            self.focus = self.held;
            self.all_marked = false;
        }
    }

    /// It goes up again here. The name of a button if that was pressed.
    pub(super) fn release(&mut self, at: Point) -> Option<Arc<str>> {
        let held = self.held.take().filter(|held| self.items[*held].target().contains(at))?;
        self.use_item(held)
    }

    /// It goes up somewhere else.
    pub(super) fn let_go(&mut self) {
        self.held = None;
    }

    /// A character is typed.
    pub(super) fn type_char(&mut self, letter: char) -> Option<Arc<str>> {
        let focus = self.focus?;
        if !self.items[focus].kind.takes_text() {
            return if letter == ' ' { self.use_item(focus) } else { None };
        }
        let replaced = std::mem::take(&mut self.all_marked);
        let text = &mut Arc::make_mut(&mut self.items)[focus].text;
        if replaced {
            text.clear();
        }
        if text.len() < TEXT_BYTES_MAX {
            text.push(letter);
        }
        None
    }

    /// A key that writes nothing is struck. The name of a button if that pressed one.
    pub(super) fn strike(&mut self, key: Key, shift: bool) -> Option<Arc<str>> {
        match key {
            Key::Enter => {
                let is_button = |place: &usize| !self.items[*place].kind.takes_text();
                let main = || self.items.iter().position(|item| item.kind == ControlKind::MainButton);
                let place = self.focus.filter(is_button).or_else(main)?;
                self.use_item(place)
            }
            Key::Tab => {
                let places: Vec<usize> =
                    (0..self.items.len()).filter(|place| self.items[*place].kind.reacts()).collect();
                let at = self.focus.and_then(|focus| places.iter().position(|place| *place == focus));
                let step = if shift { places.len().saturating_sub(1) } else { 1 };
                let next = at.map_or(0, |at| at + step) % places.len().max(1);
                self.focus = places.get(next).copied();
                self.all_marked = false;
                None
            }
            Key::Backspace | Key::Delete => {
                let focus = self.focus?;
                let all = std::mem::take(&mut self.all_marked);
                let text = &mut Arc::make_mut(&mut self.items)[focus].text;
                if all {
                    text.clear();
                } else if key == Key::Backspace {
                    text.pop();
                }
                None
            }
            _ => None,
        }
    }

    /// Marks all of the text in the field, as Ctrl+A does.
    pub(super) fn mark_all(&mut self) {
        self.all_marked = self.focus.is_some_and(|focus| self.items[focus].kind.takes_text());
    }

    /// The text in the field where the keyboard is, unless it is secret.
    pub(super) fn marked_text(&self) -> Option<&str> {
        let item = &self.items[self.focus?];
        (self.all_marked && item.kind == ControlKind::Field).then_some(item.text.as_str())
    }

    fn use_item(&mut self, place: usize) -> Option<Arc<str>> {
        match self.items[place].kind {
            ControlKind::Button | ControlKind::MainButton => Some(Arc::clone(&self.items[place].label)),
            ControlKind::CheckBox => {
                let item = &mut Arc::make_mut(&mut self.items)[place];
                item.ticked = !item.ticked;
                None
            }
            ControlKind::Heading | ControlKind::Label | ControlKind::Field | ControlKind::Secret => None,
        }
    }
}

/// No field holds more, in bytes.
const TEXT_BYTES_MAX: usize = 4096;

/// Painting.
impl Controls {
    /// Adds where it looks other than `before`, in pixels from the form's corner.
    pub(super) fn changes(&self, look: Look, before: &Self, rects: &mut Vec<Rect>) {
        if self == before {
            return;
        }
        if self.items.len() != before.items.len() {
            let all = self.items.iter().chain(before.items.iter());
            rects.extend(all.map(|item| look.area(grown(item.area, 2))));
            return;
        }
        for (place, (new, old)) in self.items.iter().zip(before.items.iter()).enumerate() {
            if new != old || self.state(place) != before.state(place) {
                rects.extend([new, old].map(|item| look.area(grown(item.area, 2))));
            }
        }
    }

    /// Paints it.
    pub(super) fn paint(&self, look: Look, canvas: &mut Canvas<'_>) {
        for (place, item) in self.items.iter().enumerate() {
            if canvas.touches(look.area(grown(item.area, 2))) {
                item.paint(look, self.state(place), canvas);
            }
        }
    }

    fn state(&self, place: usize) -> State {
        State {
            focus: self.focus == Some(place),
            held: self.held == Some(place),
            marked: self.all_marked && self.focus == Some(place),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    focus: bool,
    held: bool,
    marked: bool,
}

impl ControlKind {
    fn takes_text(self) -> bool {
        matches!(self, Self::Field | Self::Secret)
    }

    fn reacts(self) -> bool {
        !matches!(self, Self::Heading | Self::Label)
    }
}

impl Control {
    /// Where one has to click, in the design.
    fn target(&self) -> Rect {
        if !self.kind.takes_text() {
            return self.area;
        }
        let Rect { x, y, width, height } = self.area;
        Rect { x, y: y + LABEL_HEIGHT, width, height: height.saturating_sub(LABEL_HEIGHT.cast_unsigned()) }
    }

    fn paint(&self, look: Look, state: State, canvas: &mut Canvas<'_>) {
        let (ink, quiet) = (Colour::hex(0x1c1e22), Colour::hex(0x8a8e96));
        let place = look.area(self.area);
        let target = look.area(self.target());
        match self.kind {
            ControlKind::Heading => canvas.text_left(place, look.ui(19), ink, &self.label),
            ControlKind::Label => canvas.text_left(place, look.ui(14), Colour::hex(0x4a4e56), &self.label),
            ControlKind::Field | ControlKind::Secret => {
                let above = Rect { height: look.px(LABEL_HEIGHT).cast_unsigned(), ..place };
                canvas.text_left(above, look.ui(13), Colour::hex(0x4a4e56), &self.label);
                let edge = if state.focus { look.accent() } else { quiet };
                canvas.round(target, look.px(4), edge);
                let rim = if state.focus { 2 } else { 1 };
                canvas.round(grown(target, -rim * look.scale()), look.px(3), Colour::WHITE);
                let shown = match self.kind {
                    ControlKind::Secret => "\u{2022}".repeat(self.text.chars().count()),
                    _ => self.text.clone(),
                };
                let inside = grown(target, -look.px(4));
                let text_width = width(look.ui(15), &shown);
                // What is longer than the field shows its end.
                let start = (inside.width.cast_signed() - look.px(8) - text_width).min(look.px(4));
                let mut canvas = canvas.within(inside);
                let line = area(start, 0, text_width, inside.height.cast_signed());
                if state.marked {
                    canvas.fill(line, look.accent().towards(Colour::WHITE, 160));
                }
                canvas.text_left(
                    area(start, 0, text_width + 1, inside.height.cast_signed()),
                    look.ui(15),
                    ink,
                    &shown,
                );
                if state.focus {
                    let caret = area(
                        start + text_width + 1,
                        look.px(2),
                        look.scale(),
                        inside.height.cast_signed() - look.px(4),
                    );
                    canvas.fill(caret, ink);
                }
            }
            ControlKind::CheckBox => {
                let side = look.px(18);
                let mark = area(place.x, place.y + (place.height.cast_signed() - side) / 2, side, side);
                let ground = if self.ticked { look.accent() } else { Colour::WHITE };
                canvas.round(mark, look.px(4), if state.focus { look.accent() } else { quiet });
                canvas.round(
                    grown(mark, -look.scale()),
                    look.px(3),
                    if state.held { ground.lit(-30) } else { ground },
                );
                if self.ticked {
                    paint_tick(look, mark, canvas);
                }
                let beside = area(
                    place.x + side + look.px(8),
                    place.y,
                    place.width.cast_signed() - side - look.px(8),
                    place.height.cast_signed(),
                );
                canvas.text_left(beside, look.ui(14), ink, &self.label);
            }
            ControlKind::Button | ControlKind::MainButton => {
                let main = self.kind == ControlKind::MainButton;
                let ground = if main { look.accent() } else { Colour::hex(0xe9ecf0) };
                let ground = if state.held { ground.lit(-40) } else { ground };
                let round = look.px(if look.touch() { 16 } else { 5 });
                canvas.round(place, round, if state.focus { ink } else { ground.lit(-25) });
                canvas.round(grown(place, -look.scale()), round - look.scale(), ground);
                let ink = if main { Colour::WHITE } else { ink };
                canvas.text_centred(place, look.ui(14), ink, &self.label);
            }
        }
    }
}

/// A tick: down to the right, then up.
fn paint_tick(look: Look, mark: Rect, canvas: &mut Canvas<'_>) {
    for step in 0..look.px(11) {
        let (corner, down) = (look.px(4), step.min(look.px(8) - step) + look.px(5));
        canvas.fill(
            area(mark.x + look.px(3) + step, mark.y + down + corner - look.px(2), look.px(2), look.px(2)),
            Colour::WHITE,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_up() -> Controls {
        Controls::new([
            (ControlKind::Heading, area(0, 0, 200, 24), "Sign up"),
            (ControlKind::Field, area(0, 30, 200, 46), "Name"),
            (ControlKind::CheckBox, area(0, 90, 200, 24), "News"),
            (ControlKind::MainButton, area(0, 130, 90, 30), "OK"),
            (ControlKind::Button, area(100, 130, 90, 30), "Cancel"),
        ])
    }

    #[test]
    fn a_click_presses_the_button_under_it_and_no_other() {
        for y in 0..180 {
            for x in 0..220 {
                let at = Point { x, y };
                let mut form = sign_up();
                form.press(at);
                let pressed = form.release(at);
                let expected = if area(0, 130, 90, 30).contains(at) {
                    Some("OK")
                } else if area(100, 130, 90, 30).contains(at) {
                    Some("Cancel")
                } else {
                    None
                };
                assert_eq!(pressed.as_deref(), expected, "{at:?}");
            }
        }
    }

    #[test]
    fn a_button_that_is_left_before_the_mouse_goes_up_is_not_pressed() {
        let mut form = sign_up();
        form.press(Point { x: 10, y: 140 });
        assert_eq!(form.release(Point { x: 110, y: 140 }), None);
    }

    #[test]
    fn the_keyboard_goes_round_types_ticks_and_presses() {
        let mut form = sign_up();
        for letter in "Karla".chars() {
            assert_eq!(form.type_char(letter), None);
        }
        assert_eq!(form.strike(Key::Backspace, false), None);
        assert_eq!(form.text("Name"), Some("Karl"));
        assert_eq!(form.strike(Key::Enter, false).as_deref(), Some("OK"), "the main one");
        form.strike(Key::Tab, false);
        form.type_char(' ');
        assert!(form.items[2].ticked);
        form.strike(Key::Tab, false);
        form.strike(Key::Tab, false);
        assert_eq!(
            form.strike(Key::Enter, false).as_deref(),
            Some("Cancel"),
            "the one that the keyboard is on"
        );
        form.strike(Key::Tab, false);
        form.mark_all();
        form.type_char('X');
        assert_eq!(form.text("Name"), Some("X"));
        form.strike(Key::Tab, true);
        assert_eq!(form.strike(Key::Enter, false).as_deref(), Some("Cancel"));
    }
}
