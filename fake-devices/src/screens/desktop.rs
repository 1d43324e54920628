//! All that one can see and touch on a machine: displays, windows, icons, prompts, pointer.

use std::sync::Arc;

use device::ScreenPermission;
use strum::VariantArray as _;
use wire::tool::{DisplayId, DisplayInfo};
use wire::{Point, Rect, SimTime, Size};

use super::bars::{self, BarFace, BarTarget, PINNED};
use super::covers::{Cover, UacAsks};
use super::draw::{area, centre, ripple};
use super::hands::Hand;
use super::icons::{self, Icon};
use super::keyboard::Held;
use super::look::{Bar, Look};
use super::menu::Menu;
use super::programs::{Editor, Program, Running};
use super::scene::{Face, Layer, LayerKey};
use super::wallpaper::Ground;
use super::windows::Window;
use super::workload::{self, Workload};
use crate::DeviceKind;

/// A display that is plugged in.
#[derive(Clone, Debug)]
pub(super) struct Display {
    pub(super) name: String,
    pub(super) size: Size,
    /// Its corner, beside the other displays.
    pub(super) origin: Point,
}

/// What the screens show that is not theirs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// Whether somebody is signed in, and the screen is not locked.
    pub(super) signed_in: bool,
    /// Hours and minutes of the clock on the wall.
    pub(super) clock: (u8, u8),
}

/// What somebody said to a prompt for administrative rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UacAnswer {
    /// No.
    Denied,
    /// Yes, and the user is an administrator.
    Allowed,
    /// Yes, with an administrator's account.
    Credentials {
        /// Its name.
        user: String,
        /// Its password.
        password: String,
    },
}

/// The state of it all.
#[derive(Clone, Debug)]
pub(super) struct Desktop {
    pub(super) kind: DeviceKind,
    pub(super) displays: Vec<Display>,
    /// From the back to the front.
    pub(super) windows: Vec<Window>,
    pub(super) icons: Vec<Icon>,
    pub(super) chosen_icon: Option<u32>,
    pub(super) menu: Option<Menu>,
    /// A prompt that must be answered first.
    pub(super) prompt: Option<Cover>,
    pub(super) sign_in: Cover,
    pub(super) pointer: (DisplayId, Point),
    pub(super) hand: Hand,
    /// The modifiers that programs hold down, and those that the person does.
    pub(super) held: [Held; 2],
    workload: Option<Moving>,
    /// Labels of the buttons that were pressed.
    pub(super) pressed: Vec<String>,
    pub(super) bin: Vec<String>,
    pub(super) uac_answer: Option<UacAnswer>,
    /// What the person has said to a program that wants to see the screen, where the system asks (AND-08).
    pub(super) permission: ScreenPermission,
    /// What the wallpaper is like: each user has their own.
    pub(super) ground: Ground,
    pub(super) privacy: bool,
    windows_opened: u32,
}

/// A workload that goes on, and the windows that it moves.
#[derive(Clone, Debug)]
struct Moving {
    workload: Workload,
    since: SimTime,
    windows: Vec<u32>,
}

/// The displays of a new machine.
pub(super) fn displays_of(kind: DeviceKind) -> Vec<Display> {
    let (name, width, height) = match kind {
        DeviceKind::WindowsPc | DeviceKind::LinuxPc => ("Display 1", 1920, 1080),
        DeviceKind::Mac => ("Built-in display", 1920, 1080),
        DeviceKind::AndroidPhone => ("Screen", 1080, 2400),
        DeviceKind::AndroidTablet => ("Screen", 2560, 1600),
        DeviceKind::Zebra => ("Screen", 720, 1280),
        DeviceKind::Iphone => ("Screen", 1170, 2532),
    };
    vec![Display { name: name.into(), size: Size { width, height }, origin: Point::default() }]
}

/// What a program hears of displays.
pub(super) fn infos(displays: &[Display]) -> Vec<DisplayInfo> {
    let info = |(id, display): (u8, &Display)| DisplayInfo {
        id: DisplayId(id),
        name: display.name.clone(),
        size: display.size,
        origin: display.origin,
    };
    (0..).zip(displays).map(info).collect()
}

impl Desktop {
    pub(super) fn new(kind: DeviceKind, displays: Vec<Display>) -> Self {
        let look = Look { kind, size: displays[0].size };
        Self {
            kind,
            icons: icons::fresh(look),
            chosen_icon: None,
            windows: Vec::new(),
            menu: None,
            prompt: None,
            sign_in: Cover::sign_in("carla"),
            pointer: (DisplayId(0), centre(look.size.bounds())),
            hand: Hand::default(),
            held: [Held::default(); 2],
            workload: None,
            pressed: Vec::new(),
            bin: Vec::new(),
            uac_answer: None,
            permission: ScreenPermission::NotAsked,
            ground: Ground::default(),
            privacy: false,
            windows_opened: 0,
            displays,
        }
    }

    /// How a display looks; `None` if there is none with that number.
    pub(super) fn look(&self, display: DisplayId) -> Option<Look> {
        let size = self.displays.get(usize::from(display.0))?.size;
        Some(Look { kind: self.kind, size })
    }

    /// How the display of a window looks.
    pub(super) fn look_of(&self, window: &Window) -> Look {
        self.look(window.display).expect("windows are on displays that are there")
    }

    /// Catches up with the time. In one step or in many, it comes to the same.
    pub(super) fn advance(&mut self, now: SimTime) {
        self.windows.iter_mut().for_each(|window| window.running.advance(now));
        let Some(moving) = self.workload.take() else { return };
        self.move_windows(&moving, now);
        self.workload = Some(moving);
    }

    /// Opens a program in a new window on the first display, in front of all others.
    pub(super) fn open(&mut self, now: SimTime, program: Program, elevated: bool) -> u32 {
        let display = DisplayId(0);
        let look = self.look(display).expect("a machine has a first display");
        let id = self.windows_opened;
        self.windows_opened += 1;
        let mut window = Window::new(id, now, program, display, look);
        window.elevated = elevated && self.knows_elevation();
        self.windows.push(window);
        self.menu = None;
        id
    }

    /// Brings a program to the front; opens it if need be.
    pub(super) fn open_or_raise(&mut self, now: SimTime, program: Program) -> u32 {
        let open = |window: &Window| window.running.program() == program && !window.elevated;
        match self.windows.iter().rposition(open) {
            Some(place) => {
                let id = self.windows[place].id;
                self.raise(id);
                id
            }
            None => self.open(now, program, false),
        }
    }

    /// Puts a window in front of all others.
    pub(super) fn raise(&mut self, id: u32) {
        if let Some(place) = self.place(id) {
            let mut window = self.windows.remove(place);
            window.minimised = false;
            self.windows.push(window);
        }
    }

    pub(super) fn close(&mut self, id: u32) {
        self.windows.retain(|window| window.id != id);
    }

    pub(super) fn window_mut(&mut self, id: u32) -> Option<&mut Window> {
        self.windows.iter_mut().find(|window| window.id == id)
    }

    /// The window in front of all others.
    pub(super) fn front(&self) -> Option<&Window> {
        self.windows.iter().rev().find(|window| !window.minimised)
    }

    pub(super) fn front_mut(&mut self) -> Option<&mut Window> {
        self.windows.iter_mut().rev().find(|window| !window.minimised)
    }

    /// The front-most of the editors.
    pub(super) fn editor(&self) -> Option<&Editor> {
        self.windows.iter().rev().find_map(|window| match &window.running {
            Running::Editor(editor) => Some(editor),
            _ => None,
        })
    }

    /// How far the front-most document is scrolled, in the design.
    pub(super) fn scrolled(&self, now: SimTime) -> Option<i64> {
        self.windows.iter().rev().find_map(|window| match &window.running {
            Running::Document(document) => Some(document.scrolled(now)),
            _ => None,
        })
    }

    /// What must be answered before anything else: the sign-in screen, or a prompt.
    pub(super) fn cover(&self, around: Around) -> Option<&Cover> {
        if around.signed_in { self.prompt.as_ref() } else { Some(&self.sign_in) }
    }

    pub(super) fn cover_mut(&mut self, around: Around) -> Option<&mut Cover> {
        if around.signed_in { self.prompt.as_mut() } else { Some(&mut self.sign_in) }
    }

    /// The window in front, if only an administrator's program may see and touch it (ELV-03).
    pub(super) fn protected_window(&self, around: Around) -> Option<String> {
        match self.cover(around) {
            Some(cover) => cover.protected_window(self.kind).map(str::to_owned),
            None => self.front().filter(|window| window.elevated).map(|window| window.title.to_string()),
        }
    }

    /// Nobody is signed in any more: what they had open is closed.
    pub(super) fn sign_out(&mut self) {
        self.windows.clear();
        self.menu = None;
        self.end_permission();
        self.prompt = None;
        self.workload = None;
        self.hand = Hand::default();
        self.sign_in.controls.clear();
    }

    /// Asks for administrative rights for a program; `false` where machines know no such thing (ELV-05).
    pub(super) fn ask_elevation(&mut self, program: &str, asks: UacAsks) -> bool {
        if self.knows_elevation() {
            // macOS never takes a mere yes.
            let asks = if self.kind == DeviceKind::Mac { UacAsks::Credentials } else { asks };
            self.prompt = Some(Cover::elevation(program, asks));
            self.menu = None;
            self.uac_answer = None;
        }
        self.knows_elevation()
    }

    /// Hands are on it no longer: what they held is let go.
    pub(super) fn let_go(&mut self) {
        self.hand = Hand::default();
        self.held = [Held::default(); 2];
    }

    /// What belongs to the machine and to none of its users: displays, pointer, privacy, and what was noted of all.
    pub(super) fn take_machine_from(&mut self, other: &Self) {
        self.displays.clone_from(&other.displays);
        self.pointer = other.pointer;
        self.privacy = other.privacy;
        self.pressed.clone_from(&other.pressed);
        let last = self.displays.len() as u8 - 1;
        self.windows.iter_mut().for_each(|window| window.display.0 = window.display.0.min(last));
    }

    /// Android asks whether an app may see the screen (AND-08).
    pub(super) fn ask_permission(&mut self, program: &str) {
        self.prompt = Some(Cover::consent(program));
        self.menu = None;
        self.permission = ScreenPermission::Asked;
    }

    /// For whom it asks.
    pub(super) fn asks_to_see(&self) -> Option<&str> {
        let asked = self.prompt.as_ref().filter(|_| self.permission == ScreenPermission::Asked);
        asked.map(|prompt| &*prompt.subject)
    }

    /// The app looks no longer: another time, it asks again.
    pub(super) fn end_permission(&mut self) {
        if self.permission == ScreenPermission::Asked {
            self.prompt = None;
        }
        self.permission = ScreenPermission::NotAsked;
    }

    /// What was asked goes away unanswered.
    pub(super) fn dismiss_prompt(&mut self) {
        self.prompt = None;
        if self.permission == ScreenPermission::Asked {
            self.permission = ScreenPermission::Denied;
        }
    }

    /// Whether some windows are an administrator's, and kept from users' programs.
    fn knows_elevation(&self) -> bool {
        match self.kind {
            DeviceKind::WindowsPc | DeviceKind::Mac => true,
            DeviceKind::LinuxPc
            | DeviceKind::AndroidPhone
            | DeviceKind::AndroidTablet
            | DeviceKind::Zebra
            | DeviceKind::Iphone => false,
        }
    }

    /// Something moves by itself from now on, instead of what did so until now.
    pub(super) fn start_workload(&mut self, now: SimTime, workload: Workload) {
        self.stop_workload(now);
        let windows = match workload {
            Workload::Idle | Workload::Typing => vec![self.open_or_raise(now, Program::Editor)],
            Workload::Scroll => vec![self.open_or_raise(now, Program::Document)],
            Workload::Drag => {
                self.open_or_raise(now, Program::Editor);
                vec![self.open_or_raise(now, Program::Properties)]
            }
            Workload::Video => vec![self.open_or_raise(now, Program::Video)],
            Workload::Switch => [Program::Editor, Program::Document, Program::TaskManager]
                .map(|program| self.open_or_raise(now, program))
                .to_vec(),
        };
        for id in &windows {
            match self.window_mut(*id).map(|window| &mut window.running) {
                Some(Running::Editor(editor)) if workload == Workload::Typing => editor.type_by_itself(now),
                Some(Running::Document(document)) if workload == Workload::Scroll => {
                    document.scroll_by_itself(now);
                }
                _ => {}
            }
        }
        self.workload = Some(Moving { workload, since: now, windows });
        self.advance(now);
    }

    /// When what moves by itself changed the screen, after `from` and up to `to`.
    pub(super) fn workload_changes(&self, from: SimTime, to: SimTime) -> Vec<SimTime> {
        let moving = self.workload.as_ref();
        moving.map_or_else(Vec::new, |moving| workload::changes(moving.workload, moving.since, from, to))
    }

    /// Nothing moves by itself any more.
    pub(super) fn stop_workload(&mut self, now: SimTime) {
        self.advance(now);
        self.workload = None;
        for window in &mut self.windows {
            match &mut window.running {
                Running::Editor(editor) => editor.stop(),
                Running::Document(document) | Running::Properties(document) => document.stop(now),
                Running::Video(video) => video.pause(now),
                Running::Form(_) | Running::Tasks(_) => {}
            }
        }
    }

    /// A display has changed or is gone: what the pointer was about there is no more.
    pub(super) fn forget(&mut self, display: DisplayId) {
        self.menu = None;
        self.hand = Hand::default();
        if self.pointer.0 == display {
            let look = self.look(DisplayId(0)).expect("a machine has a first display");
            self.pointer = (DisplayId(0), centre(look.size.bounds()));
        }
    }

    fn place(&self, id: u32) -> Option<usize> {
        self.windows.iter().position(|window| window.id == id)
    }

    /// Puts windows where a workload has them at `now`, wherever they were.
    fn move_windows(&mut self, moving: &Moving, now: SimTime) {
        let pictures = workload::pictures(moving.workload, moving.since, now);
        match moving.workload {
            Workload::Idle | Workload::Typing | Workload::Scroll | Workload::Video => {}
            Workload::Drag => {
                let look = self.look(DisplayId(0)).expect("a machine has a first display");
                let room = look.work_area();
                let Some(window) = moving.windows.first().and_then(|id| self.window_mut(*id)) else { return };
                let Rect { width, height, .. } = window.place;
                let swing = |step: i32, room: u32, size: u32| {
                    let free = room.saturating_sub(size).cast_signed().max(1);
                    let gone = (pictures % 1_000_000) as i32 * look.px(step);
                    ripple(gone + free / 8, 2 * free, free)
                };
                window.place.x = room.x + swing(8, room.width, width);
                window.place.y = room.y + swing(3, room.height, height);
                window.display = DisplayId(0);
            }
            Workload::Switch => {
                let shown = (pictures % moving.windows.len().max(1) as u64) as usize;
                let mut order = moving.windows.clone();
                // The one that shows comes last, the others as they always do.
                order.rotate_left((shown + 1) % moving.windows.len().max(1));
                for (id, place) in order.iter().zip(0..) {
                    self.raise(*id);
                    let Some(window) = self.window_mut(*id) else { continue };
                    window.minimised = place + 1 < order.len();
                    window.maximised = window.running.program() != Program::TaskManager;
                }
            }
        }
    }
}

/// What lies on a display.
impl Desktop {
    pub(super) fn layers(&self, now: SimTime, display: DisplayId, around: Around) -> Vec<Layer> {
        let Some(look) = self.look(display) else { return Vec::new() };
        let bounds = look.size.bounds();
        let mut layers = vec![Layer {
            key: LayerKey::Wallpaper,
            bounds,
            solid: Some(bounds),
            face: Face::Wallpaper(self.ground),
        }];
        let front = self.front();
        if display == DisplayId(0) {
            let chosen = |icon: &Icon| self.chosen_icon == Some(icon.id);
            layers.extend(self.icons.iter().map(|icon| icon.layer(look, chosen(icon))));
        }
        let shown = |window: &&Window| window.display == display && !window.minimised;
        layers.extend(self.windows.iter().filter(shown).map(|window| {
            let in_front = front.is_some_and(|front| front.id == window.id);
            window.layer(look, now, in_front)
        }));
        layers.extend(look.bars().into_iter().map(|(bar, place)| Layer {
            key: LayerKey::Bar(bar),
            bounds: place,
            solid: (bar != Bar::Dock || look.kind != DeviceKind::Mac).then_some(place),
            face: Face::Bar(self.bar_face(bar, look, around)),
        }));
        let menu = self.menu.as_ref().filter(|menu| menu.display == display);
        layers.extend(menu.map(|menu| menu.layer(look)));
        layers.extend(self.cover(around).map(|cover| cover.layer(look, around.clock)));
        layers
    }

    fn bar_face(&self, bar: Bar, look: Look, around: Around) -> BarFace {
        let (clock, title, programs) = match bar {
            Bar::Task => (true, true, true),
            Bar::Top => (true, !look.touch(), false),
            Bar::Dock => (false, false, true),
            Bar::Navigation => (false, false, false),
        };
        let open = |program: &Program| self.windows.iter().any(|window| window.running.program() == *program);
        let front = self.front();
        BarFace {
            bar,
            clock: clock.then_some(around.clock),
            running: PINNED.map(|program| programs && open(&program)),
            front: front.filter(|_| programs).map(|window| window.running.program()),
            title: front.filter(|_| title).map(|window| Arc::clone(&window.title)),
        }
    }

    /// Where one would click to use what has this name: a button, a field, an entry of a menu, an icon, a window's title
    /// bar. What is in front comes first.
    pub(super) fn place_of(&self, name: &str, around: Around) -> Option<(DisplayId, Point)> {
        let first = DisplayId(0);
        let look = self.look(first)?;
        if let Some(cover) = self.cover(around) {
            return Some((first, cover.place_of(look, name)?));
        }
        let menu = self.menu.as_ref();
        if let Some(found) =
            menu.and_then(|menu| Some((menu.display, menu.place_of(self.look(menu.display)?, name)?)))
        {
            return Some(found);
        }
        for window in self.windows.iter().rev().filter(|window| !window.minimised) {
            let look = self.look_of(window);
            let place = window.area(look);
            if *window.title == *name {
                let bar = area(place.x, place.y, place.width.cast_signed(), look.title_height());
                return Some((window.display, centre(bar)));
            }
            if let Some(Point { x, y }) =
                window.running.controls().and_then(|controls| controls.place_of(name))
            {
                let content = window.content_area(look);
                return Some((
                    window.display,
                    Point { x: content.x + look.px(x), y: content.y + look.px(y) },
                ));
            }
        }
        if let Some(icon) = self.icons.iter().find(|icon| *icon.name == *name) {
            return Some((first, centre(icon.area(look))));
        }
        look.bars().into_iter().find_map(|(bar, place)| {
            let mut targets = bars::targets(look, bar, place).into_iter();
            let named = |target: &BarTarget| match target {
                BarTarget::Program(program) => program.title() == name,
                BarTarget::Start => name == "Start",
                BarTarget::Back => name == "Back",
                BarTarget::Home => name == "Home",
                BarTarget::Recent => name == "Recent apps",
            };
            let (_, target) = targets.find(|(target, _)| named(target))?;
            let middle = centre(target);
            Some((first, Point { x: place.x + middle.x, y: place.y + middle.y }))
        })
    }
}

/// The program that has this title.
pub(super) fn program_called(title: &str) -> Option<Program> {
    Program::VARIANTS.iter().copied().find(|program| program.title() == title)
}
