//! The screens of a fake machine.
//!
//! A [`Desktop`] is the state of all that one can see. What lies on a display is a pile of layers ([`scene`]), made anew
//! at each look from the state and the time; where it differs from the pile of the last look is damage, and only that is
//! painted. Nothing is there before somebody looks or touches.

mod bars;
mod controls;
mod cost;
mod covers;
mod desktop;
mod draw;
mod hands;
mod icons;
mod keyboard;
mod knobs;
mod look;
mod menu;
mod programs;
mod scene;
mod shift;
mod wallpaper;
mod windows;
mod workload;

use std::collections::BTreeMap;
use std::time::Duration;

use device::{
    Capture, CaptureRefused, Device as _, InputRefused, ProtectedWindow, Rights, ScreenPermission,
    ScreenWork, Screens,
};
use image::RgbaImage;
use wire::SimTime;
use wire::tool::{DisplayId, DisplayInfo, InputEvent};

pub use covers::UacAsks;
pub use desktop::UacAnswer;
pub use hands::Navigation;
pub use knobs::Orientation;
pub use programs::Program;
pub use workload::Workload;

pub(crate) use wallpaper::Ground;

use crate::{DeviceKind, FakeDevice};
use covers::Cover;
use desktop::{Around, Desktop};
use hands::{Reach, Who};
use scene::Layer;

/// The screens of a machine: nothing until somebody looks or touches.
#[derive(Debug)]
pub(crate) struct FakeScreens {
    kind: DeviceKind,
    state: Option<Box<State>>,
}

#[derive(Debug)]
struct State {
    desktop: Desktop,
    /// Those of the users who are signed in, too, and whose desktops are not shown (ELV-03).
    behind: BTreeMap<String, Desktop>,
    /// What was seen of each display that somebody has looked at.
    frames: Vec<(DisplayId, Frame)>,
}

/// What was seen of a display at the last look.
#[derive(Debug)]
struct Frame {
    picture: RgbaImage,
    layers: Vec<Layer>,
    /// The next look sees all as changed.
    anew: bool,
}

impl FakeScreens {
    pub(crate) fn new(kind: DeviceKind) -> Self {
        Self { kind, state: None }
    }

    /// The machine was switched off: displays stay, what they showed is gone.
    pub(crate) fn power_loss(&mut self, owner: &str) {
        if let Some(state) = &mut self.state {
            state.desktop = Desktop::new(self.kind, std::mem::take(&mut state.desktop.displays));
            state.desktop.sign_in = Cover::sign_in(owner);
            state.behind.clear();
            state.frames.clear();
        }
    }

    /// The user has logged off: what they had open is closed.
    pub(crate) fn signed_out(&mut self) {
        if let Some(state) = &mut self.state {
            state.desktop.sign_out();
        }
    }

    /// Another user's desktop is shown; that of the user before waits behind it, as they left it (ELV-03). A user who
    /// was not signed in begins with a desktop of their own.
    pub(crate) fn switch_user(&mut self, from: String, to: &str, ground: Ground) {
        let kind = self.kind;
        let State { desktop, behind, .. } = self.state();
        let next = behind.remove(to).unwrap_or_else(|| Desktop::new(kind, desktop.displays.clone()));
        let mut before = std::mem::replace(desktop, next);
        before.let_go();
        desktop.take_machine_from(&before);
        desktop.sign_in = Cover::sign_in(to);
        desktop.ground = ground;
        behind.insert(from, before);
    }

    /// The sign-in screen is this user's.
    pub(crate) fn sign_in_as(&mut self, user: &str) {
        self.state().desktop.sign_in = Cover::sign_in(user);
    }

    /// A user who waits behind others has signed out.
    pub(crate) fn forget_user(&mut self, user: &str) {
        if let Some(state) = &mut self.state {
            state.behind.remove(user);
        }
    }

    fn state(&mut self) -> &mut State {
        let kind = self.kind;
        self.state.get_or_insert_with(|| {
            let desktop = Desktop::new(kind, desktop::displays_of(kind));
            Box::new(State { desktop, behind: BTreeMap::new(), frames: Vec::new() })
        })
    }

    /// As it is, or as it would be had somebody looked before.
    fn desktop(&self) -> Desktop {
        match &self.state {
            Some(state) => state.desktop.clone(),
            None => Desktop::new(self.kind, desktop::displays_of(self.kind)),
        }
    }
}

impl State {
    /// Brings what is seen of a display up to date.
    fn look_at(
        &mut self,
        now: SimTime,
        display: DisplayId,
        around: Around,
    ) -> Option<(&RgbaImage, Vec<wire::Rect>)> {
        let look = self.desktop.look(display)?;
        self.desktop.advance(now);
        let layers = self.desktop.layers(now, display, around);
        let place = self.frames.iter().position(|(id, frame)| *id == display && fits(frame, look));
        let place = place.unwrap_or_else(|| {
            self.frames.retain(|(id, _)| *id != display);
            let picture = RgbaImage::new(look.size.width.into(), look.size.height.into());
            self.frames.push((display, Frame { picture, layers: Vec::new(), anew: true }));
            self.frames.len() - 1
        });
        let frame = &mut self.frames[place].1;
        let changed = scene::changes(look, &frame.layers, &layers);
        let shift = shift::shift(look, &frame.layers, &layers);
        if let Some(shift) = shift {
            shift.apply(&mut frame.picture);
        }
        for rect in &changed {
            let copied = shift.and_then(|shift| shift.to.intersection(*rect));
            let pieces = copied.map_or_else(|| vec![*rect], |copied| scene::around(*rect, copied));
            for piece in pieces {
                scene::paint(look, &layers, &mut frame.picture, piece);
            }
        }
        frame.layers = layers;
        let all_new = std::mem::take(&mut frame.anew);
        Some((&frame.picture, if all_new { vec![look.size.bounds()] } else { changed }))
    }
}

fn fits(frame: &Frame, look: look::Look) -> bool {
    frame.picture.dimensions() == (look.size.width.into(), look.size.height.into())
}

impl FakeDevice {
    fn around(&self, now: SimTime) -> Around {
        let minutes = self.wall_clock(now).as_millis() / 60_000;
        Around {
            signed_in: self.user_present && !self.locked,
            clock: ((minutes / 60 % 24) as u8, (minutes % 60) as u8),
        }
    }

    /// Fails while a window is in front that these rights do not reach.
    fn check_rights(&self, rights: Rights, around: Around) -> Result<(), ProtectedWindow> {
        let desktop = self.screens.state.as_ref().map(|state| &state.desktop);
        let window = match desktop {
            Some(desktop) => desktop.protected_window(around),
            None if around.signed_in => None,
            None => self.screens.desktop().protected_window(around),
        };
        match (rights, window) {
            (Rights::User, Some(window)) => Err(ProtectedWindow { window }),
            (Rights::User, None) | (Rights::Administrator, _) => Ok(()),
        }
    }

    fn hands(&mut self, now: SimTime, who: Who, event: InputEvent) {
        let around = self.around(now);
        let password = (!around.signed_in).then(|| self.password_of_user()).flatten();
        let desktop = &mut self.screens.state().desktop;
        desktop.advance(now);
        let was_present = self.user_present;
        let mut reach = Reach {
            clipboard: &mut self.clipboard,
            locked: &mut self.locked,
            signed_on: &mut self.user_present,
            password,
        };
        desktop.input(now, who, event, around, &mut reach);
        if was_present && !self.user_present {
            self.user_is_gone();
        }
    }

    /// AND-08: where the system asks the person first, a user's program waits for their yes.
    fn check_permission(&self, rights: Rights) -> Result<(), NotPermitted> {
        match (rights, self.screen_permission()) {
            (Rights::Administrator, _) | (Rights::User, ScreenPermission::Granted) => Ok(()),
            (
                Rights::User,
                ScreenPermission::NotAsked | ScreenPermission::Asked | ScreenPermission::Denied,
            ) => Err(NotPermitted),
        }
    }
}

struct NotPermitted;

impl From<NotPermitted> for CaptureRefused {
    fn from(NotPermitted: NotPermitted) -> Self {
        Self::NotPermitted
    }
}

impl From<NotPermitted> for InputRefused {
    fn from(NotPermitted: NotPermitted) -> Self {
        Self::NotPermitted
    }
}

impl Screens for FakeDevice {
    fn displays(&self) -> Vec<DisplayInfo> {
        match &self.screens.state {
            Some(state) => desktop::infos(&state.desktop.displays),
            None => desktop::infos(&desktop::displays_of(self.kind)),
        }
    }

    fn capture(
        &mut self,
        now: SimTime,
        display: DisplayId,
        rights: Rights,
    ) -> Result<Capture<'_>, CaptureRefused> {
        let around = self.around(now);
        self.check_permission(rights)?;
        self.check_rights(rights, around)?;
        let state = self.screens.state();
        let touch = state.desktop.look(display).ok_or(CaptureRefused::NoSuchDisplay)?.touch();
        let (on, at) = state.desktop.pointer;
        let pointer = (on == display && !touch).then_some(at);
        let (picture, changed) = state.look_at(now, display, around).ok_or(CaptureRefused::NoSuchDisplay)?;
        Ok(Capture { picture, changed, pointer })
    }

    fn screen_permission(&self) -> ScreenPermission {
        if self.kind.is_android() {
            self.screens.state.as_ref().map_or(ScreenPermission::NotAsked, |state| state.desktop.permission)
        } else {
            ScreenPermission::Granted
        }
    }

    fn ask_for_screens(&mut self, program: &str) {
        if self.screen_permission() == ScreenPermission::NotAsked {
            self.screens.state().desktop.ask_permission(program);
        }
    }

    fn give_up_screens(&mut self) {
        if let Some(state) = &mut self.screens.state {
            state.desktop.end_permission();
        }
    }

    fn look_anew(&mut self, display: DisplayId) {
        let frames = self.screens.state.iter_mut().flat_map(|state| &mut state.frames);
        frames.filter(|(id, _)| *id == display).for_each(|(_, frame)| frame.anew = true);
    }

    fn inject(&mut self, now: SimTime, rights: Rights, event: InputEvent) -> Result<(), InputRefused> {
        let lets_go =
            matches!(event, InputEvent::Button { down: false, .. } | InputEvent::Key { down: false, .. });
        if !lets_go {
            self.check_permission(rights)?;
            self.check_rights(rights, self.around(now))?;
        }
        // No program has hands on an iPhone.
        if self.kind != DeviceKind::Iphone {
            self.hands(now, Who::Program, event);
        }
        Ok(())
    }

    fn set_privacy(&mut self, on: bool) -> bool {
        let possible = match self.kind {
            DeviceKind::WindowsPc | DeviceKind::LinuxPc | DeviceKind::Mac => true,
            DeviceKind::AndroidPhone | DeviceKind::AndroidTablet | DeviceKind::Zebra | DeviceKind::Iphone => {
                false
            }
        };
        if possible && (on || self.privacy()) {
            self.screens.state().desktop.privacy = on;
        }
        possible
    }

    fn privacy(&self) -> bool {
        self.screens.state.as_ref().is_some_and(|state| state.desktop.privacy)
    }

    fn clipboard_text(&self) -> Option<String> {
        self.clipboard().map(str::to_owned)
    }

    fn working_time(&self, work: ScreenWork) -> Duration {
        cost::working_time(self.kind, work)
    }
}
