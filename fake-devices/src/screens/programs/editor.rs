//! An editor: somebody types, or it types by itself.

use std::ops::Range;
use std::sync::Arc;

use wire::tool::Key;
use wire::{Point, Rect, SimTime};

use super::super::draw::{Canvas, Colour, Font, area, width};
use super::super::look::Look;
use super::super::workload::{self, Workload};

/// The lines that it keeps; what is typed beyond takes the first ones away.
const LINES_MAX: usize = 4_000;
/// Characters of a line; one that is typed beyond begins a new line.
const LINE_CHARS_MAX: usize = 200;
/// In the design.
const LINE_HEIGHT: i32 = 19;
const MENU_HEIGHT: i32 = 26;
const STATE_HEIGHT: i32 = 24;
const GUTTER: i32 = 56;
const TEXT_PX: i32 = 14;

/// What is in it.
#[derive(Clone, Debug)]
pub(in super::super) struct Editor {
    lines: Vec<Arc<str>>,
    /// Where the next character goes.
    line: usize,
    column: usize,
    all_marked: bool,
    /// How many lines the person has scrolled away from the end, up.
    scrolled: usize,
    typing: Option<Typing>,
}

/// It types by itself.
#[derive(Clone, Debug)]
struct Typing {
    since: SimTime,
    typed: u64,
}

impl Default for Editor {
    fn default() -> Self {
        Self { lines: vec!["".into()], line: 0, column: 0, all_marked: false, scrolled: 0, typing: None }
    }
}

impl Editor {
    /// Begins to type by itself.
    pub(in super::super) fn type_by_itself(&mut self, now: SimTime) {
        self.typing = Some(Typing { since: now, typed: 0 });
    }

    /// Stops that.
    pub(in super::super) fn stop(&mut self) {
        self.typing = None;
    }

    /// All that is in it.
    pub(in super::super) fn text(&self) -> String {
        self.lines.join("\n")
    }

    pub(super) fn advance(&mut self, now: SimTime) {
        let Some(Typing { since, typed }) = self.typing.take() else { return };
        // Two pictures for each character: fifteen a second.
        let due = workload::pictures(Workload::Typing, since, now) / 2;
        for place in typed..due {
            self.type_char(workload::letter(place));
        }
        self.typing = Some(Typing { since, typed: due.max(typed) });
    }

    pub(super) fn press(&mut self, at: Point, size: (i32, i32)) {
        self.all_marked = false;
        if at.y < MENU_HEIGHT + 4 {
            return;
        }
        let column = (at.x - GUTTER).max(0) as usize / width(Font::mono(TEXT_PX), "m").max(1) as usize;
        let row = ((at.y - MENU_HEIGHT - 4) / LINE_HEIGHT) as usize;
        self.line = (self.on_view(size).start + row).min(self.lines.len() - 1);
        self.column = column.min(self.chars(self.line));
    }

    pub(super) fn scroll(&mut self, by: i32) {
        let lines = (by / LINE_HEIGHT).unsigned_abs() as usize;
        self.scrolled = if by < 0 {
            (self.scrolled + lines).min(self.lines.len() - 1)
        } else {
            self.scrolled.saturating_sub(lines)
        };
    }

    pub(super) fn type_char(&mut self, letter: char) {
        self.replace_marked();
        if letter == '\n' || self.chars(self.line) >= LINE_CHARS_MAX {
            self.break_line();
        }
        if !letter.is_control() {
            let at = self.byte(self.column);
            self.edit(self.line, |text| text.insert(at, letter));
            self.column += 1;
        }
    }

    pub(super) fn strike(&mut self, key: Key) {
        match key {
            Key::Enter => self.type_char('\n'),
            Key::Tab => (0..4).for_each(|_| self.type_char(' ')),
            Key::Backspace if self.all_marked => self.replace_marked(),
            Key::Delete if self.all_marked => self.replace_marked(),
            Key::Backspace => {
                if self.step_back() {
                    self.delete();
                }
            }
            Key::Delete => self.delete(),
            Key::Left => {
                self.step_back();
            }
            Key::Right => self.step_on(),
            Key::Up => self.go_to(self.line.saturating_sub(1)),
            Key::Down => self.go_to(self.line + 1),
            Key::Home => self.column = 0,
            Key::End => self.column = self.chars(self.line),
            Key::PageUp => self.scroll(-20 * LINE_HEIGHT),
            Key::PageDown => self.scroll(20 * LINE_HEIGHT),
            Key::Escape => self.all_marked = false,
            Key::Char(_) | Key::F(_) | Key::Insert | Key::Shift | Key::Ctrl | Key::Alt | Key::Meta => {}
        }
    }

    pub(super) fn mark_all(&mut self) {
        self.all_marked = true;
    }

    pub(super) fn marked_text(&self) -> Option<String> {
        self.all_marked.then(|| self.text())
    }

    /// What it shows on a ground so large, in the design.
    pub(super) fn face(&self, now: SimTime, size: (i32, i32), front: bool) -> EditorFace {
        let view = self.on_view(size);
        let shows = front && workload::caret_shows(now) && view.contains(&self.line);
        EditorFace {
            first: view.start,
            caret: shows.then(|| (self.line - view.start, self.column)),
            lines: self.lines[view].to_vec(),
            place: (self.line, self.column),
            all_marked: self.all_marked,
        }
    }

    /// The lines that a ground so large shows: that which is typed in is among them, unless somebody has scrolled.
    fn on_view(&self, size: (i32, i32)) -> Range<usize> {
        let rows = ((size.1 - MENU_HEIGHT - STATE_HEIGHT - 4) / LINE_HEIGHT).max(1) as usize;
        let end = (self.line + 1).max(self.lines.len().min(rows)).saturating_sub(self.scrolled).max(1);
        let first = end.saturating_sub(rows);
        first..self.lines.len().min(first + rows)
    }

    fn chars(&self, line: usize) -> usize {
        let text = &self.lines[line];
        if text.is_ascii() { text.len() } else { text.chars().count() }
    }

    /// Where the character at this column of the current line begins.
    fn byte(&self, column: usize) -> usize {
        let text = &self.lines[self.line];
        text.char_indices().nth(column).map_or(text.len(), |(byte, _)| byte)
    }

    fn edit(&mut self, line: usize, change: impl FnOnce(&mut String)) {
        let mut text = self.lines[line].as_ref().to_owned();
        change(&mut text);
        self.lines[line] = text.into();
        self.scrolled = 0;
    }

    fn break_line(&mut self) {
        let at = self.byte(self.column);
        let mut rest = String::new();
        self.edit(self.line, |text| rest = text.split_off(at));
        self.lines.insert(self.line + 1, rest.into());
        (self.line, self.column) = (self.line + 1, 0);
        if self.lines.len() > LINES_MAX {
            self.lines.remove(0);
            self.line -= 1;
        }
    }

    fn delete(&mut self) {
        if self.column < self.chars(self.line) {
            let at = self.byte(self.column);
            self.edit(self.line, |text| {
                text.remove(at);
            });
        } else if self.line + 1 < self.lines.len() {
            let next = self.lines.remove(self.line + 1);
            self.edit(self.line, |text| text.push_str(&next));
        }
    }

    fn step_back(&mut self) -> bool {
        self.all_marked = false;
        if self.column > 0 {
            self.column -= 1;
        } else if self.line > 0 {
            self.line -= 1;
            self.column = self.chars(self.line);
        } else {
            return false;
        }
        true
    }

    fn step_on(&mut self) {
        self.all_marked = false;
        if self.column < self.chars(self.line) {
            self.column += 1;
        } else if self.line + 1 < self.lines.len() {
            (self.line, self.column) = (self.line + 1, 0);
        }
    }

    fn go_to(&mut self, line: usize) {
        self.all_marked = false;
        self.line = line.min(self.lines.len() - 1);
        self.column = self.column.min(self.chars(self.line));
    }

    fn replace_marked(&mut self) {
        if std::mem::take(&mut self.all_marked) {
            self.lines = vec!["".into()];
            (self.line, self.column, self.scrolled) = (0, 0, 0);
        }
    }
}

/// What one sees of it.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct EditorFace {
    /// How many lines are above.
    first: usize,
    lines: Vec<Arc<str>>,
    /// Its row and column, while it shows.
    caret: Option<(usize, usize)>,
    /// The line and the column that the bar at the bottom tells.
    place: (usize, usize),
    all_marked: bool,
}

impl EditorFace {
    pub(super) fn changes(&self, look: Look, before: &Self, all: Rect, rects: &mut Vec<Rect>) {
        if self.first != before.first || self.all_marked != before.all_marked {
            rects.push(all);
            return;
        }
        if self.place != before.place {
            rects.push(self.state_area(look, all));
        }
        if self.caret != before.caret {
            rects.extend(
                [before.caret, self.caret].into_iter().flatten().map(|caret| caret_area(look, caret)),
            );
        }
        let rows = self.lines.len().max(before.lines.len());
        for row in 0..rows {
            let (new, old) = (self.lines.get(row), before.lines.get(row));
            match (new, old) {
                (Some(new), Some(old)) => {
                    if !Arc::ptr_eq(new, old) && new != old {
                        let same = new.chars().zip(old.chars()).take_while(|(a, b)| a == b).count();
                        let end = new.chars().count().max(old.chars().count());
                        // A letter may reach a little into its neighbours.
                        let step = width(look.mono(TEXT_PX), "m");
                        let x = look.px(GUTTER) + (same as i32 - 1) * step;
                        let line = row_area(look, row, all);
                        rects.push(area(
                            x,
                            line.y,
                            (end as i32 - same as i32 + 2) * step,
                            line.height.cast_signed(),
                        ));
                    }
                }
                (Some(_), None) | (None, Some(_)) => rects.push(row_area(look, row, all)),
                (None, None) => {}
            }
        }
    }

    pub(super) fn paint(&self, look: Look, all: Rect, canvas: &mut Canvas<'_>) {
        let (font, ink, quiet) = (look.mono(TEXT_PX), Colour::hex(0x20242c), Colour::hex(0x9aa0aa));
        let (width, height) = (all.width.cast_signed(), all.height.cast_signed());
        let menu = area(0, 0, width, look.px(MENU_HEIGHT));
        canvas.fill(menu, Colour::hex(0xf4f5f7));
        let mut x = look.px(12);
        for name in ["File", "Edit", "View", "Help"] {
            canvas.text_left(area(x, 0, look.px(60), look.px(MENU_HEIGHT)), look.ui(13), ink, name);
            x += look.px(52);
        }
        let page =
            area(0, look.px(MENU_HEIGHT), width, height - look.px(MENU_HEIGHT) - look.px(STATE_HEIGHT));
        canvas.fill(page, Colour::WHITE);
        canvas.fill(area(0, page.y, look.px(GUTTER - 8), page.height.cast_signed()), Colour::hex(0xf8f9fb));
        let mut text = canvas.within(area(0, 0, width, page.y + page.height.cast_signed()));
        for (row, line) in self.lines.iter().enumerate() {
            let place = row_area(look, row, all);
            if !text.touches(place) {
                continue;
            }
            let base = place.y + look.px(LINE_HEIGHT - 5);
            let number = (self.first + row + 1).to_string();
            let step = super::super::draw::width(font, "m");
            let numbers = look.px(GUTTER - 14) - number.len() as i32 * step;
            text.text(numbers, base, font, quiet, &number);
            if self.all_marked {
                let marked = line.chars().count().max(1) as i32 * step;
                text.fill(
                    area(look.px(GUTTER), place.y, marked, place.height.cast_signed()),
                    Colour::hex(0xb8d6fb),
                );
            }
            text.text(look.px(GUTTER), base, font, ink, line);
        }
        if let Some(caret) = self.caret {
            text.fill(caret_area(look, caret), ink);
        }
        let state = self.state_area(look, all);
        canvas.fill(area(0, state.y, width, state.height.cast_signed()), Colour::hex(0xe9ecf1));
        let place = format!("Ln {}, Col {}", self.place.0 + 1, self.place.1 + 1);
        canvas.text_left(state, look.ui(13), ink, &place);
        let right = area(width - look.px(80), state.y, look.px(70), state.height.cast_signed());
        canvas.text_left(right, look.ui(13), ink, "UTF-8");
    }

    fn state_area(&self, look: Look, all: Rect) -> Rect {
        area(
            look.px(12),
            all.height.cast_signed() - look.px(STATE_HEIGHT),
            look.px(160),
            look.px(STATE_HEIGHT),
        )
    }
}

fn row_area(look: Look, row: usize, all: Rect) -> Rect {
    let y = MENU_HEIGHT + 4 + row as i32 * LINE_HEIGHT;
    area(0, look.px(y), all.width.cast_signed(), look.px(LINE_HEIGHT))
}

fn caret_area(look: Look, (row, column): (usize, usize)) -> Rect {
    let x = look.px(GUTTER) + column as i32 * width(look.mono(TEXT_PX), "m");
    let y = look.px(MENU_HEIGHT + 4 + row as i32 * LINE_HEIGHT);
    area(x, y + look.px(1), 2 * look.scale(), look.px(LINE_HEIGHT - 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Editor {
        let mut editor = Editor::default();
        text.chars().for_each(|letter| editor.type_char(letter));
        editor
    }

    #[test]
    fn keys_edit_as_one_expects() {
        let mut editor = typed("Hello\nwörld");
        for key in
            [Key::Left, Key::Left, Key::Backspace, Key::Home, Key::Backspace, Key::Delete, Key::Up, Key::End]
        {
            editor.strike(key);
        }
        editor.type_char('!');
        assert_eq!(editor.text(), "Helloöld!");
    }

    #[test]
    fn all_is_marked_and_replaced() {
        let mut editor = typed("a\nb");
        editor.mark_all();
        assert_eq!(editor.marked_text().as_deref(), Some("a\nb"));
        editor.type_char('c');
        assert_eq!(editor.text(), "c");
    }

    #[test]
    fn it_types_the_same_by_itself_in_one_step_or_in_many() {
        let mut at_once = Editor::default();
        at_once.type_by_itself(SimTime::from_secs(1));
        let mut bit_by_bit = at_once.clone();
        at_once.advance(SimTime::from_secs(21));
        for millis in (0..=21_000).step_by(37) {
            bit_by_bit.advance(SimTime::from_millis(millis));
        }
        bit_by_bit.advance(SimTime::from_secs(21));
        assert_eq!(at_once.text(), bit_by_bit.text());
        assert_eq!(at_once.text().chars().count(), 300, "fifteen characters a second");
    }
}
