//! The keyboard: what is held down, chords, and what is typed.

use wire::SimTime;
use wire::tool::{DisplayId, Key};

use super::desktop::{Around, Desktop};
use super::hands::{Reach, Who};
use super::menu::{Entry, Menu};
use crate::DeviceKind;

/// The modifiers that are held down.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    shift: bool,
    ctrl: bool,
    alt: bool,
    meta: bool,
    /// Nothing else was struck since Meta went down.
    meta_alone: bool,
}

impl Desktop {
    /// A key goes down or up.
    pub(super) fn key(
        &mut self,
        now: SimTime,
        who: Who,
        key: Key,
        down: bool,
        around: Around,
        reach: &mut Reach<'_>,
    ) {
        let held = &mut self.held[who as usize];
        match key {
            Key::Shift => held.shift = down,
            Key::Ctrl => held.ctrl = down,
            Key::Alt => held.alt = down,
            Key::Meta => {
                let alone = std::mem::replace(&mut held.meta_alone, down);
                held.meta = down;
                if !down && alone {
                    self.toggle_start(around);
                }
            }
            _ if down => {
                held.meta_alone = false;
                let held = *held;
                self.strike(now, who, key, held, around, reach);
            }
            _ => {}
        }
    }

    fn strike(
        &mut self,
        now: SimTime,
        who: Who,
        key: Key,
        held: Held,
        around: Around,
        reach: &mut Reach<'_>,
    ) {
        if key == Key::Delete && held.ctrl && held.alt {
            // Software cannot strike it: that is what it is for.
            if who == Who::Person {
                self.press_ctrl_alt_del(around);
            }
            return;
        }
        if who == Who::Person && self.privacy {
            return;
        }
        let key = match key {
            Key::Char('\n' | '\r') => Key::Enter,
            Key::Char('\t') => Key::Tab,
            other => other,
        };
        let command = if self.kind == DeviceKind::Mac { held.meta } else { held.ctrl };
        if let Some(cover) = self.cover_mut(around) {
            let label = match key {
                Key::Char('a') if command => {
                    cover.controls.mark_all();
                    None
                }
                Key::Char(letter) if !held.ctrl && !held.alt && !held.meta => {
                    cover.controls.type_char(shifted(letter, held.shift))
                }
                other => cover.controls.strike(other, held.shift),
            };
            if let Some(label) = label {
                self.answer(now, &label, around, reach);
            }
            return;
        }
        match key {
            Key::Escape if self.menu.take().is_some() => {}
            Key::F(4) if held.alt && self.kind != DeviceKind::Mac => self.close_front(),
            Key::Char('q') if held.meta && self.kind == DeviceKind::Mac => self.close_front(),
            Key::Tab if held.alt || held.meta => self.next_window(),
            Key::Char('l') if held.meta && self.kind == DeviceKind::WindowsPc => *reach.locked = true,
            Key::Char('a') if command => self.choose(now, Entry::MarkAll, reach),
            Key::Char('c') if command => self.choose(now, Entry::Copy, reach),
            Key::Char('x') if command => {
                self.choose(now, Entry::Copy, reach);
                if let Some(window) = self.front_mut().filter(|window| window.running.marked_text().is_some())
                {
                    window.running.strike(Key::Delete, false);
                }
            }
            Key::Char('v') if command => self.choose(now, Entry::Paste, reach),
            Key::Escape if self.kind.is_android() => self.close_front(),
            Key::Char(_) if held.ctrl || held.alt || held.meta => {}
            Key::Char(letter) => {
                let label =
                    self.front_mut().and_then(|window| window.running.type_char(shifted(letter, held.shift)));
                self.note(label);
            }
            other => {
                let label = self.front_mut().and_then(|window| window.running.strike(other, held.shift));
                self.note(label);
            }
        }
    }

    fn toggle_start(&mut self, around: Around) {
        let look = self.look(DisplayId(0)).expect("a machine has a first display");
        if self.cover(around).is_some() || look.touch() || self.kind == DeviceKind::Mac {
            return;
        }
        self.menu = if self.menu.is_some() { None } else { Some(Menu::start(look, DisplayId(0))) };
    }

    /// Does what an entry of a menu, or its chord, is for.
    pub(super) fn choose(&mut self, now: SimTime, entry: Entry, reach: &mut Reach<'_>) {
        match entry {
            Entry::Open(program) => {
                self.open_or_raise(now, program);
            }
            Entry::Copy => {
                if let Some(text) = self.front().and_then(|window| window.running.marked_text()) {
                    *reach.clipboard = Some(text);
                }
            }
            Entry::Paste => {
                let text = reach.clipboard.clone().unwrap_or_default();
                let Some(window) = self.front_mut() else { return };
                for letter in text.chars() {
                    window.running.type_char(letter);
                }
            }
            Entry::MarkAll => self.front_mut().into_iter().for_each(|window| window.running.mark_all()),
            Entry::Nothing => {}
        }
    }
}

/// What a key writes while Shift is held.
fn shifted(letter: char, shift: bool) -> char {
    if shift { letter.to_ascii_uppercase() } else { letter }
}
