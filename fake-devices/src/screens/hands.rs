//! What hands do: mouse or finger, and keyboard; whether a person's at the machine or a program's from afar.

use std::sync::Arc;

use device::ScreenPermission;
use wire::tool::{DisplayId, InputEvent, MouseButton};
use wire::{Point, SimTime};

use super::bars::{self, BarTarget};
use super::covers::CoverKind;
use super::desktop::{Around, Desktop, UacAnswer};
use super::icons::BIN;
use super::look::{Bar, Look, TitleButton};
use super::menu::Menu;
use super::programs::{Program, Running};
use super::windows::Part;
use crate::DeviceKind;

/// Whose hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// A program's.
    Program,
    /// Those of the person at the machine.
    Person,
}

/// Where the buttons of a touch screen lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Navigation {
    /// Out of the app in front.
    Back,
    /// To the home screen.
    Home,
    /// To the app that was in front before.
    RecentApps,
}

/// What hands reach beyond the screens.
pub(super) struct Reach<'a> {
    pub(super) clipboard: &'a mut Option<String>,
    pub(super) locked: &'a mut bool,
    pub(super) signed_on: &'a mut bool,
    /// What has to be typed on the sign-in screen; anything, where there are no accounts.
    pub(super) password: Option<String>,
}

/// What the left button, or the finger, holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Hand {
    grip: Option<Grip>,
    /// Where it went down.
    from: Point,
    /// Whether it has left that place.
    moved: bool,
    /// When and where it went down the last time.
    last: Option<(SimTime, DisplayId, Point)>,
}

#[derive(Clone, Debug)]
enum Grip {
    Cover,
    Menu,
    Bar(Bar, BarTarget),
    /// A window by its title bar, and how far its corner is from the pointer.
    Title(u32, Point),
    Button(u32, TitleButton),
    Content(u32),
    /// An icon, where it lay, and whether the click was the second of two.
    Icon {
        id: u32,
        lay: Point,
        twice: bool,
    },
}

/// Two clicks within so many milliseconds are one double click.
const DOUBLE_CLICK_MILLIS: u128 = 500;
/// A hand that has moved by so much has moved, in the design.
const SLACK: i32 = 5;
/// What a notch of the wheel scrolls, in the design.
const NOTCH: i32 = 72;

impl Desktop {
    /// Hands do something.
    pub(super) fn input(
        &mut self,
        now: SimTime,
        who: Who,
        event: InputEvent,
        around: Around,
        reach: &mut Reach<'_>,
    ) {
        match event {
            InputEvent::PointerTo { display, at } => self.point(display, at),
            InputEvent::Button { button: MouseButton::Left, down: true } => self.press(now, around),
            InputEvent::Button { button: MouseButton::Left, down: false } => self.release(now, around, reach),
            InputEvent::Button { button: MouseButton::Right, down: true } => self.context(around),
            InputEvent::Button { .. } => {}
            InputEvent::Wheel(notches) => self.wheel(notches, around),
            InputEvent::Key { key, down } => self.key(now, who, key, down, around, reach),
        }
    }

    /// Ctrl+Alt+Del on the machine's own keyboard: ends privacy (PRV-03); otherwise, Windows shows what one can do.
    pub(super) fn press_ctrl_alt_del(&mut self, around: Around) {
        if std::mem::take(&mut self.privacy) {
            return;
        }
        if self.kind == DeviceKind::WindowsPc && self.cover(around).is_none() {
            self.menu = None;
            self.prompt = Some(super::covers::Cover::security());
        }
    }

    fn point(&mut self, display: DisplayId, at: Point) {
        let Some(look) = self.look(display) else { return };
        let at = Point { x: at.x.clamp(0, look.width() - 1), y: at.y.clamp(0, look.height() - 1) };
        let was = std::mem::replace(&mut self.pointer, (display, at)).1;
        let Some(grip) = self.hand.grip.clone() else { return };
        let (across, down) = (at.x - self.hand.from.x, at.y - self.hand.from.y);
        self.hand.moved |= across.abs().max(down.abs()) > look.px(SLACK);
        if !self.hand.moved {
            return;
        }
        match grip {
            Grip::Title(id, offset) if !look.touch() => {
                if let Some(window) = self.window_mut(id) {
                    window.maximised = false;
                    window.display = display;
                    window.place.x = at.x - offset.x;
                    // A title bar that nobody can reach is of no use.
                    window.place.y = (at.y - offset.y).max(look.work_area().y);
                }
            }
            Grip::Icon { id, lay, .. } if display == DisplayId(0) => {
                if let Some(icon) = self.icons.iter_mut().find(|icon| icon.id == id) {
                    let by = look.design(Point { x: across, y: down });
                    icon.at = Point { x: lay.x + by.x, y: lay.y + by.y };
                }
            }
            Grip::Content(id) if look.touch() => {
                if let Some(window) = self.window_mut(id) {
                    window.running.let_go();
                    window.running.scroll((was.y - at.y).div_euclid(look.scale()));
                }
            }
            Grip::Cover
            | Grip::Menu
            | Grip::Bar(..)
            | Grip::Title(..)
            | Grip::Button(..)
            | Grip::Content(..)
            | Grip::Icon { .. } => {}
        }
    }

    fn press(&mut self, now: SimTime, around: Around) {
        let (display, at) = self.pointer;
        let look = self.look(display).expect("the pointer is on a display");
        let soon = |last: SimTime| now.since(last).as_millis() <= DOUBLE_CLICK_MILLIS;
        let near = |last: Point| (last.x - at.x).abs().max((last.y - at.y).abs()) <= look.px(SLACK);
        let twice = self
            .hand
            .last
            .is_some_and(|(when, where_, place)| soon(when) && where_ == display && near(place));
        // A third click is the first of the next two.
        self.hand.last = (!twice).then_some((now, display, at));
        self.hand.from = at;
        self.hand.moved = false;
        self.hand.grip = self.grip(look, around, twice);
    }

    /// What is under the pointer, and is held from now on.
    fn grip(&mut self, look: Look, around: Around, twice: bool) -> Option<Grip> {
        let (display, at) = self.pointer;
        if let Some(cover) = self.cover_mut(around) {
            let inner = cover.box_point(look, at);
            cover.controls.press(inner);
            return Some(Grip::Cover);
        }
        if let Some(menu) = &self.menu {
            if menu.display == display && menu.area(look).contains(at) {
                return Some(Grip::Menu);
            }
            self.menu = None;
            return None;
        }
        for (bar, place) in look.bars() {
            if place.contains(at) {
                let inner = Point { x: at.x - place.x, y: at.y - place.y };
                let target = bars::target_at(look, bar, place, inner)?;
                return Some(Grip::Bar(bar, target));
            }
        }
        let shown = self.windows.iter().rev().filter(|window| window.display == display && !window.minimised);
        let hit = shown.filter_map(|window| Some((window.id, window.part_at(look, at)?))).next();
        if let Some((id, part)) = hit {
            self.raise(id);
            self.chosen_icon = None;
            let window = self.window_mut(id)?;
            return Some(match part {
                Part::Button(button) => Grip::Button(id, button),
                Part::Title if twice && !look.touch() => {
                    window.maximised = !window.maximised;
                    return None;
                }
                Part::Title => {
                    let area = window.area(look);
                    Grip::Title(id, Point { x: at.x - area.x, y: at.y - area.y })
                }
                Part::Content(inner) => {
                    let size = window.content_size(look);
                    window.running.press(inner, size);
                    Grip::Content(id)
                }
            });
        }
        let icons = if display == DisplayId(0) { self.icons.as_slice() } else { &[] };
        let icon = icons.iter().rev().find(|icon| icon.area(look).contains(at));
        self.chosen_icon = icon.map(|icon| icon.id).filter(|_| !look.touch());
        icon.map(|icon| Grip::Icon { id: icon.id, lay: icon.at, twice: twice || look.touch() })
    }

    fn release(&mut self, now: SimTime, around: Around, reach: &mut Reach<'_>) {
        let Some(grip) = self.hand.grip.take() else { return };
        let (display, at) = self.pointer;
        let look = self.look(display).expect("the pointer is on a display");
        match grip {
            Grip::Cover => {
                let Some(cover) = self.cover_mut(around) else { return };
                let inner = cover.box_point(look, at);
                if let Some(label) = cover.controls.release(inner) {
                    self.answer(now, &label, around, reach);
                }
            }
            Grip::Menu => {
                let entry = self.menu.take().and_then(|menu| menu.entry_at(look, at));
                if let Some((name, entry)) = entry {
                    self.pressed.push(name.to_string());
                    self.choose(now, entry, reach);
                }
            }
            Grip::Bar(bar, target) => {
                let still = look.bars().into_iter().any(|(other, place)| {
                    let inner = Point { x: at.x - place.x, y: at.y - place.y };
                    other == bar && bars::target_at(look, bar, place, inner) == Some(target)
                });
                if still {
                    self.use_bar(now, look, display, target);
                }
            }
            Grip::Button(id, button) => {
                let part = self.window_mut(id).and_then(|window| window.part_at(look, at));
                if part == Some(Part::Button(button)) {
                    self.use_title_button(id, button);
                }
            }
            Grip::Content(id) => {
                let Some(window) = self.window_mut(id) else { return };
                let inner = window.content_point(look, at);
                let label = window.running.release(inner);
                self.note(label);
            }
            Grip::Icon { id, lay, twice } => self.drop_icon(now, look, id, lay, twice),
            Grip::Title(..) => {}
        }
    }

    fn use_title_button(&mut self, id: u32, button: TitleButton) {
        match button {
            TitleButton::Close => self.close(id),
            TitleButton::Maximise => {
                if let Some(window) = self.window_mut(id) {
                    window.maximised = !window.maximised;
                }
            }
            TitleButton::Minimise => {
                if let Some(window) = self.window_mut(id) {
                    window.minimised = true;
                }
            }
        }
    }

    fn use_bar(&mut self, now: SimTime, look: Look, display: DisplayId, target: BarTarget) {
        match target {
            BarTarget::Start => self.menu = Some(Menu::start(look, display)),
            BarTarget::Program(program) => {
                self.open_or_raise(now, program);
            }
            BarTarget::Back => self.navigate(Navigation::Back),
            BarTarget::Home => self.navigate(Navigation::Home),
            BarTarget::Recent => self.navigate(Navigation::RecentApps),
        }
    }

    pub(super) fn navigate(&mut self, to: Navigation) {
        match to {
            Navigation::Back => self.close_front(),
            Navigation::Home => self.windows.iter_mut().for_each(|window| window.minimised = true),
            Navigation::RecentApps => self.next_window(),
        }
    }

    /// An icon was clicked, or dragged somewhere.
    fn drop_icon(&mut self, now: SimTime, look: Look, id: u32, lay: Point, twice: bool) {
        let (display, at) = self.pointer;
        let Some(place) = self.icons.iter().position(|icon| icon.id == id) else { return };
        if !self.hand.moved {
            if let Some(program) = self.icons[place].program.filter(|_| twice) {
                self.open_or_raise(now, program);
            }
            return;
        }
        let bin = self.icons.iter().find(|icon| *icon.name == *BIN && icon.id != id);
        if display == DisplayId(0) && bin.is_some_and(|bin| bin.area(look).contains(at)) {
            let thrown = self.icons.remove(place);
            self.bin.push(thrown.name.to_string());
        } else if self
            .windows
            .iter()
            .any(|window| window.display == display && !window.minimised && window.area(look).contains(at))
        {
            // Windows take no icons: it goes back to where it lay.
            self.icons[place].at = lay;
        }
    }

    fn context(&mut self, around: Around) {
        let (display, at) = self.pointer;
        let look = self.look(display).expect("the pointer is on a display");
        if self.cover(around).is_some() || look.touch() {
            return;
        }
        let shown = self.windows.iter().rev().filter(|window| window.display == display && !window.minimised);
        let hit = shown.filter_map(|window| Some((window.id, window.part_at(look, at)?))).next();
        if let Some((id, _)) = hit {
            self.raise(id);
        }
        let text =
            hit.is_some() && self.front().is_some_and(|window| matches!(window.running, Running::Editor(_)));
        self.menu = Some(Menu::context(look, display, at, text));
    }

    fn wheel(&mut self, notches: i16, around: Around) {
        let (display, at) = self.pointer;
        let look = self.look(display).expect("the pointer is on a display");
        if self.cover(around).is_some() {
            return;
        }
        let mut shown =
            self.windows.iter_mut().rev().filter(|window| window.display == display && !window.minimised);
        if let Some(window) = shown.find(|window| window.area(look).contains(at)) {
            window.running.scroll(-i32::from(notches) * NOTCH);
        }
    }

    pub(super) fn close_front(&mut self) {
        if let Some(id) = self.front().map(|window| window.id) {
            self.close(id);
        }
    }

    /// The window that was in front before the one that is.
    pub(super) fn next_window(&mut self) {
        let mut others = self.windows.iter().rev();
        if self.front().is_some() {
            others.next();
        }
        if let Some(id) = others.next().map(|window| window.id) {
            self.raise(id);
        }
    }

    /// A button of a cover was pressed.
    pub(super) fn answer(&mut self, now: SimTime, label: &Arc<str>, around: Around, reach: &mut Reach<'_>) {
        self.pressed.push(label.to_string());
        let Some(cover) = self.cover(around) else { return };
        let typed = |field: &str| cover.controls.text(field).unwrap_or_default().to_owned();
        match (cover.kind, &**label) {
            (CoverKind::SignIn, _) => {
                let password = typed("Password");
                let right = match &reach.password {
                    Some(expected) => *expected == password,
                    None => !password.is_empty(),
                };
                self.sign_in.controls.clear();
                self.sign_in.controls.relabel(2, if right { "" } else { "The password is not right." });
                if right {
                    (*reach.locked, *reach.signed_on) = (false, true);
                }
                return;
            }
            (CoverKind::Elevation, "Yes") => {
                self.uac_answer = Some(if cover.controls.text("User name").is_some() {
                    UacAnswer::Credentials { user: typed("User name"), password: typed("Password") }
                } else {
                    UacAnswer::Allowed
                });
            }
            (CoverKind::Elevation, _) => self.uac_answer = Some(UacAnswer::Denied),
            (CoverKind::Consent, label) => {
                self.permission =
                    if label == "Start now" { ScreenPermission::Granted } else { ScreenPermission::Denied };
            }
            (CoverKind::Security, "Lock") => *reach.locked = true,
            (CoverKind::Security, "Sign out") => {
                *reach.signed_on = false;
                self.sign_out();
            }
            (CoverKind::Security, "Task Manager") => {
                self.open_or_raise(now, Program::TaskManager);
            }
            (CoverKind::Security, _) => {}
        }
        self.prompt = None;
    }

    pub(super) fn note(&mut self, label: Option<Arc<str>>) {
        self.pressed.extend(label.map(|label| label.to_string()));
    }
}
