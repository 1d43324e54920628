//! A screen of characters: what the bytes of a command shell look like.

use std::collections::VecDeque;

use serde::Serialize;

/// The longest line that a terminal keeps, in characters; what is longer goes on in the next.
pub const TERMINAL_LINE_CHARS_MAX: usize = 512;

/// The longest control sequence that a terminal listens to, in characters.
const SEQUENCE_CHARS_MAX: usize = 32;

/// How far apart tabulators are, in characters.
const TAB_CHARS: usize = 8;

/// A screen of characters, with what has scrolled off it: a bounded number of lines. It takes what bytes there are;
/// control sequences that it does not know do nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Terminal {
    /// What was ever shown, the oldest first. There is always one.
    lines: VecDeque<String>,
    /// The first line that was written since the screen was last cleared.
    top: usize,
    /// Where the next character goes: a line, and a column in it.
    row: usize,
    column: usize,
    #[serde(skip)]
    lines_max: usize,
    /// The beginning of a character, or of a control sequence.
    #[serde(skip)]
    torn: Vec<u8>,
    #[serde(skip)]
    sequence: Sequence,
}

/// How far a control sequence has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Sequence {
    /// There is none.
    #[default]
    None,
    /// Escape was the last character.
    Escape,
    /// One that may change the screen, with its parameters so far.
    Control(String),
    /// One that says something to the window: it ends with a bell, or by escape.
    Window(usize),
}

impl Terminal {
    /// An empty screen that keeps so many lines at most, and one in any case.
    pub fn new(lines_max: usize) -> Self {
        Self {
            lines: VecDeque::from([String::new()]),
            top: 0,
            row: 0,
            column: 0,
            lines_max: lines_max.max(1),
            torn: Vec::new(),
            sequence: Sequence::None,
        }
    }

    /// Shows what a shell has said. A character may be cut by the end of the bytes: the next ones complete it.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.torn.extend_from_slice(bytes);
        let mut bytes = std::mem::take(&mut self.torn);
        while !bytes.is_empty() {
            match std::str::from_utf8(&bytes) {
                Ok(text) => {
                    text.chars().for_each(|character| self.take(character));
                    return;
                }
                Err(error) => {
                    let (good, rest) = bytes.split_at(error.valid_up_to());
                    let good = std::str::from_utf8(good).expect("it was just found to be text");
                    good.chars().for_each(|character| self.take(character));
                    let Some(wrong) = error.error_len() else {
                        self.torn = rest.to_vec();
                        return;
                    };
                    let rest = rest[wrong..].to_vec();
                    self.take(char::REPLACEMENT_CHARACTER);
                    bytes = rest;
                }
            }
        }
    }

    /// All lines that are kept, the oldest first, also those from before the screen was cleared.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    /// The lines since the screen was last cleared. The last one is where the shell waits.
    pub fn screen(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().skip(self.top).map(String::as_str)
    }

    /// The last line: a prompt, and what was typed behind it.
    pub fn last_line(&self) -> &str {
        self.lines.back().map_or("", String::as_str)
    }

    fn take(&mut self, character: char) {
        match std::mem::take(&mut self.sequence) {
            Sequence::None => self.show(character),
            Sequence::Escape => match character {
                '[' => self.sequence = Sequence::Control(String::new()),
                ']' => self.sequence = Sequence::Window(0),
                'c' => self.clear(),
                _ => {}
            },
            Sequence::Control(parameters) => self.control(parameters, character),
            Sequence::Window(length) => match character {
                '\u{7}' | '\u{1b}' => {}
                _ if length == SEQUENCE_CHARS_MAX => {}
                _ => self.sequence = Sequence::Window(length + 1),
            },
        }
    }

    fn show(&mut self, character: char) {
        match character {
            '\r' => self.column = 0,
            '\n' => self.next_line(),
            '\u{8}' => self.column = self.column.saturating_sub(1),
            '\t' => self.column = (self.column / TAB_CHARS + 1) * TAB_CHARS,
            '\u{c}' => self.clear(),
            '\u{1b}' => self.sequence = Sequence::Escape,
            _ if character.is_control() => {}
            _ => self.put(character),
        }
    }

    fn put(&mut self, character: char) {
        if self.column >= TERMINAL_LINE_CHARS_MAX {
            self.next_line();
        }
        let (column, line) = (self.column, self.line_mut());
        let length = line.chars().count();
        if column < length {
            let at = byte_of(line, column);
            let after = byte_of(line, column + 1);
            line.replace_range(at..after, character.encode_utf8(&mut [0; 4]));
        } else {
            line.extend(std::iter::repeat_n(' ', column - length));
            line.push(character);
        }
        self.column += 1;
    }

    fn control(&mut self, mut parameters: String, character: char) {
        let number = |place: usize| {
            let parameter = parameters.split(';').nth(place).unwrap_or_default();
            parameter.parse::<usize>().ok()
        };
        let steps = number(0).unwrap_or(1).clamp(1, TERMINAL_LINE_CHARS_MAX);
        let bottom = self.lines.len() - 1;
        match character {
            '0'..='?' if parameters.len() < SEQUENCE_CHARS_MAX => {
                parameters.push(character);
                self.sequence = Sequence::Control(parameters);
            }
            'A' => self.row = self.row.saturating_sub(steps).max(self.top),
            'B' => self.row = (self.row + steps).min(bottom),
            'C' => self.column = (self.column + steps).min(TERMINAL_LINE_CHARS_MAX - 1),
            'D' => self.column = self.column.saturating_sub(steps),
            'H' | 'f' => {
                let row = steps - 1;
                let column = number(1).unwrap_or(1).clamp(1, TERMINAL_LINE_CHARS_MAX) - 1;
                (self.row, self.column) = ((self.top + row).min(bottom), column);
            }
            'J' if number(0).unwrap_or(0) >= 2 => self.clear(),
            'K' => {
                let (column, whole) = (self.column, number(0) == Some(2));
                let line = self.line_mut();
                let at = if whole { 0 } else { byte_of(line, column) };
                line.truncate(at);
            }
            _ => {}
        }
    }

    /// The screen is empty, and what was on it is above it.
    fn clear(&mut self) {
        if self.lines.back().is_some_and(|line| !line.is_empty()) {
            self.row = self.lines.len() - 1;
            self.next_line();
        }
        (self.row, self.column) = (self.lines.len() - 1, 0);
        self.top = self.row;
    }

    fn next_line(&mut self) {
        self.column = 0;
        self.row += 1;
        if self.row == self.lines.len() {
            self.lines.push_back(String::new());
        }
        if self.lines.len() > self.lines_max {
            self.lines.pop_front();
            self.row -= 1;
            self.top = self.top.saturating_sub(1);
        }
    }

    fn line_mut(&mut self) -> &mut String {
        &mut self.lines[self.row]
    }
}

/// Where a character of a line begins, in bytes; the line's end where it has no such character.
fn byte_of(line: &str, column: usize) -> usize {
    line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8]) -> Vec<String> {
        let mut terminal = Terminal::new(100);
        terminal.feed(bytes);
        terminal.screen().map(str::to_owned).collect()
    }

    #[test]
    fn what_shells_do_to_a_screen() {
        assert_eq!(shown(b"one\r\ntwo"), ["one", "two"]);
        assert_eq!(shown(b"12345\rab"), ["ab345"], "written over");
        assert_eq!(shown(b"dit\x08r\x08 \x08"), ["di "], "taken back");
        assert_eq!(shown(b"a\tb"), ["a       b"]);
        assert_eq!(shown(b"old\r\n\x1b[2J\x1b[Hnew"), ["new"], "cleared");
        assert_eq!(shown(b"old\x0cnew"), ["new"]);
        assert_eq!(shown(b"\x1b[1;32mgreen\x1b[0m"), ["green"], "colours are not kept");
        assert_eq!(shown(b"\x1b]0;a title\x07text"), ["text"]);
        assert_eq!(shown(b"12345\r\x1b[2C\x1b[K"), ["12"]);
        assert_eq!(shown("grüße\r\u{1b}[2Cö".as_bytes()), ["größe"], "by character");
        assert_eq!(shown(b"\xffx"), ["\u{fffd}x"]);
    }

    #[test]
    fn what_was_cleared_is_above_the_screen() {
        let mut terminal = Terminal::new(100);
        terminal.feed(b"before\r\n> cls\r\n\x1b[2J\x1b[H> ");
        assert_eq!(terminal.screen().collect::<Vec<_>>(), ["> "]);
        assert_eq!(terminal.lines().collect::<Vec<_>>(), ["before", "> cls", "> "]);
    }

    /// However the bytes are cut, they show the same; however many there are, what is kept is bounded.
    #[test]
    fn arbitrary_bytes_in_arbitrary_pieces() {
        arbtest::arbtest(|u| {
            let bytes: Vec<u8> = u.arbitrary()?;
            let (mut whole, mut pieces) = (Terminal::new(5), Terminal::new(5));
            whole.feed(&bytes);
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let (piece, later) = rest.split_at(u.int_in_range(1..=rest.len())?);
                pieces.feed(piece);
                rest = later;
            }
            assert_eq!(whole, pieces);
            assert!((1..=5).contains(&whole.lines().count()));
            assert!(whole.lines().all(|line| line.chars().count() <= TERMINAL_LINE_CHARS_MAX));
            Ok(())
        });
    }
}
