//! Knobs and witnesses of screens: what the person at the machine does, and what one would see there.

use image::RgbaImage;
use wire::tool::{DisplayId, InputEvent, Key, MouseButton};
use wire::{Point, SimTime, Size};

use super::covers::{self, UacAsks};
use super::desktop::{self, Display, UacAnswer};
use super::draw::{Canvas, Colour, area};
use super::hands::{Navigation, Who};
use super::icons;
use super::programs::Program;
use super::workload::Workload;
use super::{look::Look, scene};
use crate::FakeDevice;

/// How a phone or tablet is held.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, strum::Display, strum::EnumString,
)]
#[strum(serialize_all = "lowercase")]
pub enum Orientation {
    /// Upright.
    Portrait,
    /// Across.
    Landscape,
}

/// Knobs.
impl FakeDevice {
    /// Somebody opens a program, in a window in front of all others.
    pub fn open_program(&mut self, now: SimTime, program: Program) {
        let desktop = &mut self.screens.state().desktop;
        desktop.advance(now);
        desktop.open(now, program, false);
    }

    /// Likewise, with administrative rights: users' programs can neither see nor touch it (ELV-03). Only Windows and macOS
    /// tell such windows from others.
    pub fn open_elevated_program(&mut self, now: SimTime, program: Program) {
        let desktop = &mut self.screens.state().desktop;
        desktop.advance(now);
        desktop.open(now, program, true);
    }

    /// Likewise, under another title: what a program of ours can stand for, as a terminal or a control panel.
    pub fn open_program_as(&mut self, now: SimTime, program: Program, title: &str, elevated: bool) {
        let desktop = &mut self.screens.state().desktop;
        desktop.advance(now);
        let id = desktop.open(now, program, elevated);
        desktop.window_mut(id).expect("it was opened just now").title = title.into();
    }

    /// Back, home or recent apps, as by the buttons of a touch screen; home shows the desktop on others.
    pub fn navigate(&mut self, now: SimTime, to: Navigation) {
        let desktop = &mut self.screens.state().desktop;
        desktop.advance(now);
        desktop.navigate(to);
    }

    /// Closes the window in front; `false` if there is none.
    pub fn close_front_window(&mut self, now: SimTime) -> bool {
        let desktop = &mut self.screens.state().desktop;
        desktop.advance(now);
        let front = desktop.front().map(|window| window.id);
        front.into_iter().for_each(|id| desktop.close(id));
        front.is_some()
    }

    /// Something moves by itself from now on, instead of what did so until now.
    pub fn start_workload(&mut self, now: SimTime, workload: Workload) {
        self.screens.state().desktop.start_workload(now, workload);
    }

    /// Nothing moves by itself any more.
    pub fn stop_workload(&mut self, now: SimTime) {
        self.screens.state().desktop.stop_workload(now);
    }

    /// A program asks for administrative rights (ELV-08): on Windows on the secure desktop, on macOS by a password.
    /// `false` where machines know no such thing (ELV-05).
    pub fn show_uac(&mut self, program: &str, asks: UacAsks) -> bool {
        self.screens.state().desktop.ask_elevation(program, asks)
    }

    /// What was said to it, once.
    pub fn take_uac_answer(&mut self) -> Option<UacAnswer> {
        self.screens.state.as_mut()?.desktop.uac_answer.take()
    }

    /// The prompt goes away unanswered, as when nobody was there for long.
    pub fn dismiss_prompt(&mut self) {
        if let Some(state) = &mut self.screens.state {
            state.desktop.dismiss_prompt();
        }
    }

    /// The phone or tablet is held otherwise: its display changes its size. Displays of other machines do not turn.
    pub fn set_orientation(&mut self, orientation: Orientation) {
        let desktop = &mut self.screens.state().desktop;
        let look = desktop.look(DisplayId(0)).expect("a machine has a first display");
        let Size { width, height } = look.size;
        let (short, long) = (width.min(height), width.max(height));
        let size = match orientation {
            Orientation::Portrait => Size { width: short, height: long },
            Orientation::Landscape => Size { width: long, height: short },
        };
        if look.touch() {
            self.set_display_size(DisplayId(0), size);
        }
    }

    /// Another display is plugged in, to the right of the others.
    pub fn add_display(&mut self, size: Size) -> DisplayId {
        let displays = &mut self.screens.state().desktop.displays;
        let right = |display: &Display| display.origin.x + i32::from(display.size.width);
        let origin = Point { x: displays.iter().map(right).max().unwrap_or(0), y: 0 };
        let number = displays.len() + 1;
        displays.push(Display { name: format!("Display {number}"), size, origin });
        DisplayId((number - 1) as u8)
    }

    /// The last display is unplugged; its windows go to the first one. The first one stays.
    pub fn remove_last_display(&mut self) {
        let state = self.screens.state();
        let displays = &mut state.desktop.displays;
        if displays.len() > 1 {
            displays.pop();
            let gone = DisplayId(displays.len() as u8);
            state.frames.retain(|(id, _)| *id != gone);
            for window in state.desktop.windows.iter_mut().filter(|window| window.display == gone) {
                window.display = DisplayId(0);
            }
            state.desktop.forget(gone);
        }
    }

    /// A display gets another resolution.
    pub fn set_display_size(&mut self, display: DisplayId, size: Size) {
        let desktop = &mut self.screens.state().desktop;
        let Some(there) = desktop.displays.get_mut(usize::from(display.0)) else { return };
        there.size = size;
        let mut right = 0;
        for display in &mut desktop.displays {
            display.origin.x = right;
            right += i32::from(display.size.width);
        }
        if display == DisplayId(0) {
            desktop.icons = icons::fresh(Look { kind: self.kind, size });
        }
        desktop.forget(display);
    }

    /// The person at the machine does something. While privacy is on nothing comes of it, but of Ctrl+Alt+Del, which ends
    /// privacy (PRV-01, PRV-03).
    pub fn person_input(&mut self, now: SimTime, event: InputEvent) {
        let modifier = |key| matches!(key, Key::Ctrl | Key::Alt | Key::Delete);
        let heard = !self.privacy_is_on() || matches!(event, InputEvent::Key { key, .. } if modifier(key));
        if heard {
            self.hands(now, Who::Person, event);
        }
    }

    /// The person clicks where something with this name is: a button, a field, an icon. `false` if there is nothing.
    pub fn person_clicks(&mut self, now: SimTime, name: &str) -> bool {
        let Some((display, at)) = self.place_of(now, name) else { return false };
        self.person_input(now, InputEvent::PointerTo { display, at });
        for down in [true, false] {
            self.person_input(now, InputEvent::Button { button: MouseButton::Left, down });
        }
        true
    }

    /// The person types a text, key by key.
    pub fn person_types(&mut self, now: SimTime, text: &str) {
        for letter in text.chars() {
            for down in [true, false] {
                self.person_input(now, InputEvent::Key { key: Key::Char(letter), down });
            }
        }
    }

    /// Ctrl+Alt+Del on the machine's own keyboard, or as its system does it when a service asks: ends privacy (PRV-03);
    /// otherwise, Windows shows what one can do.
    pub fn press_ctrl_alt_del(&mut self, now: SimTime) {
        let around = self.around(now);
        self.screens.state().desktop.press_ctrl_alt_del(around);
    }
}

/// Witnesses.
impl FakeDevice {
    /// What a display shows, as a screenshot program of the machine would save it: without the pointer, whatever the
    /// person sees. Painted anew, whoever looked before. `None` if there is no such display.
    pub fn picture(&self, now: SimTime, display: DisplayId) -> Option<RgbaImage> {
        let mut desktop = self.screens.desktop();
        let look = desktop.look(display)?;
        desktop.advance(now);
        let layers = desktop.layers(now, display, self.around(now));
        let mut picture = RgbaImage::new(look.size.width.into(), look.size.height.into());
        scene::paint(look, &layers, &mut picture, look.size.bounds());
        Some(picture)
    }

    /// When what moves by itself changed the screen, after one moment and up to another.
    pub fn workload_changes(&self, from: SimTime, to: SimTime) -> Vec<SimTime> {
        self.screens.desktop().workload_changes(from, to)
    }

    /// What a display showed when a program last looked at it. `None` if none has.
    pub fn last_captured(&self, display: DisplayId) -> Option<&RgbaImage> {
        let mut frames = self.screens.state.iter().flat_map(|state| &state.frames);
        frames.find(|(id, _)| *id == display).map(|(_, frame)| &frame.picture)
    }

    /// What the person at the machine sees, with the pointer; while privacy is on, that the view is off (PRV-02).
    pub fn seen_by_person(&self, now: SimTime, display: DisplayId) -> Option<RgbaImage> {
        let mut picture = self.picture(now, display)?;
        let look = self.screens.desktop().look(display)?;
        let mut canvas = Canvas::new(&mut picture, look.size.bounds());
        if self.privacy_is_on() {
            covers::paint_curtain(look, &mut canvas);
        } else if let Some((_, at)) = self.pointer().filter(|(on, _)| *on == display && !look.touch()) {
            paint_pointer(look, at, &mut canvas);
        }
        Some(picture)
    }

    /// The program for which the system asks whether it may see the screen; `None` while it asks nothing (AND-08).
    pub fn asks_to_see(&self) -> Option<&str> {
        self.screens.state.as_ref().and_then(|state| state.desktop.asks_to_see())
    }

    /// The labels of all buttons and menu entries that were pressed, in order.
    pub fn pressed_buttons(&self) -> &[String] {
        self.screens.state.as_ref().map_or(&[], |state| &state.desktop.pressed)
    }

    /// What is in the front-most editor; `None` if none is open.
    pub fn editor_text(&self, now: SimTime) -> Option<String> {
        let mut desktop = self.screens.state.as_ref()?.desktop.clone();
        desktop.advance(now);
        Some(desktop.editor()?.text())
    }

    /// What is in the field with this label, of the window or prompt in front.
    pub fn field_text(&self, now: SimTime, label: &str) -> Option<String> {
        let desktop = &self.screens.state.as_ref()?.desktop;
        let controls = match desktop.cover(self.around(now)) {
            Some(cover) => &cover.controls,
            None => desktop.front()?.running.controls()?,
        };
        controls.text(label).map(str::to_owned)
    }

    /// Where the pointer is; on a touch screen, where the finger was last. `None` if nobody has touched anything.
    pub fn pointer(&self) -> Option<(DisplayId, Point)> {
        self.screens.state.as_ref().map(|state| state.desktop.pointer)
    }

    /// The title of the window in front; of the prompt, while one is open.
    pub fn front_window(&self, now: SimTime) -> Option<String> {
        let desktop = self.screens.desktop();
        match desktop.cover(self.around(now)) {
            Some(cover) => Some(cover.title().to_owned()),
            None => desktop.front().map(|window| window.title.to_string()),
        }
    }

    /// The titles of all windows that are open, from the back to the front.
    pub fn window_titles(&self) -> Vec<String> {
        let windows = self.screens.state.iter().flat_map(|state| &state.desktop.windows);
        windows.map(|window| window.title.to_string()).collect()
    }

    /// Where the corner of a window is, by its title.
    pub fn window_place(&self, now: SimTime, title: &str) -> Option<(DisplayId, Point)> {
        let mut desktop = self.screens.state.as_ref()?.desktop.clone();
        desktop.advance(now);
        let window = desktop.windows.iter().rev().find(|window| *window.title == *title)?;
        let area = window.area(desktop.look_of(window));
        Some((window.display, Point { x: area.x, y: area.y }))
    }

    /// How far the front-most document is scrolled, in pixels of a display without scaling.
    pub fn scrolled_px(&self, now: SimTime) -> Option<i64> {
        self.screens.state.as_ref()?.desktop.scrolled(now)
    }

    /// What lies on the desktop or home screen, and where its middle is.
    pub fn icons(&self) -> Vec<(String, Point)> {
        let desktop = self.screens.desktop();
        let look = desktop.look(DisplayId(0)).expect("a machine has a first display");
        let icon = |icon: &icons::Icon| (icon.name.to_string(), super::draw::centre(icon.area(look)));
        desktop.icons.iter().map(icon).collect()
    }

    /// What was thrown into the bin, in order (GES-04).
    pub fn bin(&self) -> &[String] {
        self.screens.state.as_ref().map_or(&[], |state| &state.desktop.bin)
    }

    /// Where one would click to use what has this name: a button, a field, an entry of a menu, the title bar of a window,
    /// an icon, a program in the taskbar. What is in front comes first.
    pub fn place_of(&self, now: SimTime, name: &str) -> Option<(DisplayId, Point)> {
        let mut desktop = self.screens.desktop();
        desktop.advance(now);
        desktop.place_of(name, self.around(now))
    }

    /// The program whose windows have this title.
    pub fn program_called(title: &str) -> Option<Program> {
        desktop::program_called(title)
    }

    fn privacy_is_on(&self) -> bool {
        self.screens.state.as_ref().is_some_and(|state| state.desktop.privacy)
    }
}

/// An arrow whose tip is at this place.
fn paint_pointer(look: Look, at: Point, canvas: &mut Canvas<'_>) {
    for row in 0..look.px(18) {
        let reach = (row * 2 / 3).min(look.px(12)) + 1;
        canvas.fill(area(at.x, at.y + row, reach + look.scale(), 1), Colour::BLACK);
        canvas.fill(area(at.x + look.scale(), at.y + row, reach - look.scale(), 1), Colour::WHITE);
    }
}
