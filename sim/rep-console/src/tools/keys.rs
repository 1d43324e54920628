//! The extra row of keys above a phone's keyboard, for command shells (SHL-05).

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A key that a phone's own keyboard has not, or only behind others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[expect(missing_docs, reason = "each is the name of its key")]
pub enum ShellKey {
    Esc,
    Tab,
    /// The next character that is typed is a control character.
    Ctrl,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Delete,
    /// The character itself.
    Char(char),
}

/// Which way a finger goes over the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Swipe {
    /// To what is on the right of what is shown.
    Left,
    /// To what is on the left of it.
    Right,
}

/// The keys that are always there.
const ALWAYS: &[ShellKey] = &[ShellKey::Esc, ShellKey::Tab, ShellKey::Ctrl];

/// The sets at the top right, of which one is shown.
const SETS: &[&[ShellKey]] = &[
    &[ShellKey::Left, ShellKey::Up, ShellKey::Down, ShellKey::Right],
    &[
        ShellKey::Char('/'),
        ShellKey::Char('\\'),
        ShellKey::Char('|'),
        ShellKey::Char('-'),
        ShellKey::Char('~'),
        ShellKey::Char('>'),
        ShellKey::Char('*'),
    ],
    &[ShellKey::Home, ShellKey::End, ShellKey::PageUp, ShellKey::PageDown, ShellKey::Delete],
];

/// The row as it is shown (SHL-05).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KeyRow {
    /// Which of the sets at the top right is shown, counted from 0.
    pub set: usize,
    /// Whether Ctrl was pressed, and waits for a character.
    pub ctrl: bool,
}

impl KeyRow {
    /// The keys that can be pressed now: those that are always there, then the set at the top right.
    pub fn keys(self) -> Vec<ShellKey> {
        let set = SETS.get(self.set).copied().unwrap_or_default();
        ALWAYS.iter().chain(set).copied().collect()
    }

    /// Another set comes to the top right, as far as there is one on that side.
    pub(crate) fn swipe(&mut self, swipe: Swipe) {
        self.set = swiped(self.set, SETS.len(), swipe);
    }
}

/// The place beside this one of so many; the last one on each side is the end.
pub(crate) fn swiped(place: usize, of: usize, swipe: Swipe) -> usize {
    match swipe {
        Swipe::Left => (place + 1).min(of.saturating_sub(1)),
        Swipe::Right => place.saturating_sub(1),
    }
}

impl ShellKey {
    /// What a shell is sent. Ctrl by itself sends nothing.
    pub(crate) fn bytes(self) -> Vec<u8> {
        match self {
            Self::Esc => vec![0x1b],
            Self::Tab => vec![b'\t'],
            Self::Ctrl => vec![],
            Self::Up => b"\x1b[A".to_vec(),
            Self::Down => b"\x1b[B".to_vec(),
            Self::Right => b"\x1b[C".to_vec(),
            Self::Left => b"\x1b[D".to_vec(),
            Self::Home => b"\x1b[H".to_vec(),
            Self::End => b"\x1b[F".to_vec(),
            Self::Delete => b"\x1b[3~".to_vec(),
            Self::PageUp => b"\x1b[5~".to_vec(),
            Self::PageDown => b"\x1b[6~".to_vec(),
            Self::Char(character) => character.to_string().into_bytes(),
        }
    }
}

impl fmt::Display for ShellKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Char(character) => write!(f, "{character}"),
            Self::PageUp => f.write_str("Page Up"),
            Self::PageDown => f.write_str("Page Down"),
            Self::Esc
            | Self::Tab
            | Self::Ctrl
            | Self::Up
            | Self::Down
            | Self::Left
            | Self::Right
            | Self::Home
            | Self::End
            | Self::Delete => write!(f, "{self:?}"),
        }
    }
}

impl FromStr for ShellKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = ALWAYS.iter().chain(SETS.iter().copied().flatten());
        let key = known.copied().find(|key| key.to_string() == text);
        key.ok_or_else(|| format!("expected a key of the row, found {text:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_row_can_be_named() {
        for set in 0..SETS.len() {
            for key in (KeyRow { set, ctrl: false }).keys() {
                assert_eq!(key.to_string().parse(), Ok(key));
            }
        }
        assert!("F13".parse::<ShellKey>().is_err());
    }

    #[test]
    fn swiping_ends_at_the_ends() {
        let mut row = KeyRow::default();
        row.swipe(Swipe::Right);
        assert_eq!(row.set, 0);
        for _ in 0..5 {
            row.swipe(Swipe::Left);
        }
        assert_eq!(row.set, SETS.len() - 1);
        assert_eq!(swiped(0, 0, Swipe::Left), 0);
    }
}
