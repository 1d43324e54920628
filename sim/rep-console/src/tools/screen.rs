//! The remote screen on a session's page: its picture, and the hands that reach through it (SCR, DSP, PRV, SPA).

use std::collections::{BTreeMap, VecDeque};

use device::Device;
use image::RgbaImage;
use screen::Decoder;
use serde::Serialize;
use wire::rep::RepToAppliance;
use wire::tool::{
    Access, ClientKind, DisplayId, DisplayInfo, FrameAck, FramePiece, InputEvent, Key, MouseButton,
    Performance, PrivacyEnd, RunAs, ScreenCommand, ScreenUpdate, SpecialAction, Stamp, Tool, ToolCommand,
};
use wire::{Point, SessionId, SimTime, Size};

use crate::console::RepConsole;
use crate::error::ConsoleError;
use crate::tools::touch::{Fingers, Zoom};
use crate::view::Page;

/// The longest encoded frame that a console puts together, in bytes: three times a screen of 4K that nothing compresses.
const FRAME_BYTES_MAX: usize = 3 * 4 * 3840 * 2160;

/// The largest picture that a console decodes, in pixels: an 8K screen.
const PICTURE_PX_MAX: u64 = 7680 * 4320;

/// How many shown frames a console remembers: a minute and more of thirty a second.
pub const SHOWN_FRAMES_MAX: usize = 2_048;

/// How many outcomes of actions stay on the screen.
const OUTCOMES_MAX: usize = 20;

/// What is on the screen sharing page, but for the picture itself ([`RepConsole::picture`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScreenView {
    /// The displays of the remote machine (DSP-01).
    pub displays: Vec<DisplayInfo>,
    /// The one that is shown, once its picture has begun.
    pub showing: Option<DisplayId>,
    /// The size of the display whose picture was to begin, and is larger than a console can show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub too_large: Option<Size>,
    /// How good the picture is to be (DSP-02).
    pub performance: Performance,
    /// The protected window that keeps the picture still and hands off (ELV-03).
    pub protected: Option<String>,
    /// The remote machine's own system asks its user whether the screen may be seen (AND-08).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub permission_asked: bool,
    /// What hands did was kept from a protected window, or came before the user's permission.
    pub input_blocked: bool,
    /// Whether the customer's view and input are off (PRV-01).
    pub privacy: bool,
    /// How the customer got them back, if not by the representative (PRV-03).
    pub privacy_ended: Option<PrivacyEnd>,
    /// What was read from the remote clipboard.
    pub clipboard: Option<String>,
    /// The special actions of this machine, once they were asked for (SPA-01).
    pub special_actions: Vec<SpecialAction>,
    /// As whom actions and scripts can run (SPA-02, SPA-03).
    pub run_as: Vec<RunAsWay>,
    /// What became of special actions and scripts, the newest last.
    pub outcomes: Vec<ActionOutcome>,
    /// The machine restarts (DSP-03).
    pub rebooting: bool,
    /// How large the picture is shown, on a phone (GES-05).
    pub zoom: Zoom,
    /// Whether the keyboard is open, on a phone (GES-08).
    pub keyboard: bool,
    /// Where the pointer was last pointed out (GES-09).
    pub located: Option<Point>,
    /// The menu of choices that is open: qualities or displays (DSP-01, DSP-02).
    pub choices: Vec<String>,
}

/// A frame that a console has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownFrame {
    /// Of which stream.
    pub stream: u32,
    /// Which.
    pub frame: u32,
    /// When the screen was looked at for it, by the client's clock.
    pub captured: Stamp,
    /// When it was on this screen, by the console's clock.
    pub shown: Stamp,
    /// How long it was, encoded.
    pub bytes: usize,
}

/// As whom something can run on the remote machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display)]
pub enum RunAsWay {
    /// As the user who is logged on there.
    #[strum(to_string = "the active user")]
    ActiveUser,
    /// As the system, which only an elevated client can (SPA-02).
    #[strum(to_string = "System")]
    System,
    /// As somebody whose name and password the representative gives (SPA-03).
    #[strum(to_string = "another user")]
    AnotherUser,
}

/// What became of a special action or a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActionOutcome {
    /// Which.
    pub name: String,
    /// Whether it was done.
    pub done: bool,
    /// What it said.
    pub says: String,
}

/// The pictures of all sessions whose screens are shared.
#[derive(Default)]
pub(crate) struct Pictures {
    of: BTreeMap<SessionId, Picture>,
}

struct Picture {
    stream: u32,
    decoder: Decoder,
    /// What has come of the next frame.
    frame: Vec<u8>,
    /// The last frames that were shown.
    shown: VecDeque<ShownFrame>,
    fingers: Fingers,
    /// What came could not be decoded: a new picture was asked for.
    broken: bool,
}

impl std::fmt::Debug for Pictures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pictures").field("of", &self.of.keys()).finish_non_exhaustive()
    }
}

/// What a person sees of the picture.
impl RepConsole {
    /// The remote screen as this console shows it; `None` while none is shown.
    pub fn picture(&self, session: SessionId) -> Option<&RgbaImage> {
        let picture = self.pictures.of.get(&session).filter(|picture| !picture.shown.is_empty())?;
        Some(picture.decoder.picture())
    }

    /// Where the remote pointer is on it.
    pub fn remote_pointer(&self, session: SessionId) -> Option<Point> {
        self.pictures.of.get(&session)?.fingers.pointer()
    }

    /// The last frames that were shown of a session's picture, the oldest first: at most [`SHOWN_FRAMES_MAX`].
    pub fn shown_frames(&self, session: SessionId) -> impl DoubleEndedIterator<Item = &ShownFrame> {
        self.pictures.of.get(&session).into_iter().flat_map(|picture| &picture.shown)
    }
}

/// Verbs.
impl RepConsole {
    /// Shows another display of the remote machine (DSP-01).
    ///
    /// # Errors
    /// The screen is not shared, or has no such display.
    pub fn show_display(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        display: DisplayId,
    ) -> Result<(), ConsoleError> {
        let screen = self.shared_screen(session)?;
        if !screen.displays.iter().any(|info| info.id == display) {
            return Err(ConsoleError::NotOffered { wanted: format!("display {}", display.0 + 1) });
        }
        self.touched(now);
        self.use_open_tool(session, ToolCommand::Screen(ScreenCommand::ShowDisplay(display)))
    }

    /// Chooses how good the picture is to be, from the next frame on (DSP-02).
    ///
    /// # Errors
    /// The screen is not shared.
    pub fn set_performance(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        performance: Performance,
    ) -> Result<(), ConsoleError> {
        self.touched(now);
        self.use_open_tool(session, ToolCommand::Screen(ScreenCommand::SetPerformance(performance)))?;
        self.change_screen(session, |screen| screen.performance = performance);
        Ok(())
    }

    /// Uses mouse or keyboard on the remote screen (SCR-02).
    ///
    /// # Errors
    /// The screen is not shared, or may only be looked at.
    pub fn remote_input(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        events: &[InputEvent],
    ) -> Result<(), ConsoleError> {
        self.touched(now);
        self.send_input(session, events)
    }

    /// Moves the pointer to a place on the shown display and clicks there, so many times.
    ///
    /// # Errors
    /// The screen is not shared, or may only be looked at.
    pub fn click_at(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        at: Point,
        button: MouseButton,
        times: u32,
    ) -> Result<(), ConsoleError> {
        let display = self.shared_screen(session)?.showing.unwrap_or_default();
        let mut events = vec![InputEvent::PointerTo { display, at }];
        for _ in 0..times {
            events.extend([true, false].map(|down| InputEvent::Button { button, down }));
        }
        self.remote_input(now, device, session, &events)
    }

    /// Types text on the remote screen (SCR-05).
    ///
    /// # Errors
    /// The screen is not shared, or may only be looked at.
    pub fn type_remotely(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        text: &str,
    ) -> Result<(), ConsoleError> {
        self.touched(now);
        self.use_open_tool(session, ToolCommand::Screen(ScreenCommand::TypeText(text.to_owned())))
    }

    /// Presses keys together on the remote screen, such as Ctrl and C, and lets them go.
    ///
    /// # Errors
    /// The screen is not shared, or may only be looked at.
    pub fn press_remotely(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        keys: &[Key],
    ) -> Result<(), ConsoleError> {
        let down = keys.iter().map(|key| InputEvent::Key { key: *key, down: true });
        let up = keys.iter().rev().map(|key| InputEvent::Key { key: *key, down: false });
        let events: Vec<InputEvent> = down.chain(up).collect();
        self.remote_input(now, device, session, &events)
    }

    /// Puts what is on this machine's clipboard on the remote one (SPA-05, open point 14).
    ///
    /// # Errors
    /// The clipboard is not offered, or this machine's is empty.
    pub fn paste_clipboard(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        let text = device.clipboard_text().ok_or(ConsoleError::EmptyClipboard)?;
        self.touched(now);
        self.use_tool(session, ToolCommand::Screen(ScreenCommand::PasteClipboard(text)))
    }

    /// Puts what is on the remote clipboard on this machine's.
    ///
    /// # Errors
    /// The clipboard is not offered.
    pub fn fetch_clipboard(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        self.touched(now);
        self.use_tool(session, ToolCommand::Screen(ScreenCommand::FetchClipboard))
    }

    /// Turns the customer's view and input off, or on again (PRV-01).
    ///
    /// # Errors
    /// The privacy screen is not offered.
    pub fn set_privacy(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        on: bool,
    ) -> Result<(), ConsoleError> {
        self.touched(now);
        self.use_tool(session, ToolCommand::Screen(ScreenCommand::SetPrivacy(on)))
    }

    /// Opens the list of special actions (SPA-01). Opened again, it is the list of then.
    ///
    /// # Errors
    /// Special actions are not offered.
    pub fn open_special_actions(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        if page.tools.open(Tool::SpecialActions).is_none() {
            return self.open_tool(now, device, session, Tool::SpecialActions, Access::Full).map(drop);
        }
        self.touched(now);
        self.use_open_tool(session, ToolCommand::Screen(ScreenCommand::ListSpecialActions))
    }

    /// Has the remote machine do a special action (SPA-01 to SPA-03).
    ///
    /// # Errors
    /// The list is not open or has no such action, or it cannot run as that (SPA-02).
    pub fn special_action(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        action: SpecialAction,
        run_as: RunAs,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        if !page.tools.screen.special_actions.contains(&action) {
            return Err(ConsoleError::NotOffered { wanted: action.to_string() });
        }
        self.must_run_as(session, &run_as)?;
        self.touched(now);
        self.use_open_tool(session, ToolCommand::Screen(ScreenCommand::SpecialAction { action, run_as }))
    }

    /// Runs a canned script on the remote machine (SPA-04).
    ///
    /// # Errors
    /// The representative has no such script, or it cannot run as that.
    pub fn run_script(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        name: &str,
        run_as: RunAs,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        if !page.tools.scripts.iter().any(|known| known == name) {
            return Err(ConsoleError::NotOffered { wanted: format!("the script {name:?}") });
        }
        self.must_run_as(session, &run_as)?;
        self.touched(now);
        // What it says, the appliance knows and puts in.
        let (name, script) = (name.to_owned(), String::new());
        self.use_tool(session, ToolCommand::Screen(ScreenCommand::RunScript { name, script, run_as }))
    }

    /// Restarts the remote system (DSP-03).
    ///
    /// # Errors
    /// That is not offered.
    pub fn reboot_remote(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        self.touched(now);
        self.use_tool(session, ToolCommand::Screen(ScreenCommand::Reboot))
    }

    pub(super) fn send_input(
        &mut self,
        session: SessionId,
        events: &[InputEvent],
    ) -> Result<(), ConsoleError> {
        for event in events {
            self.use_open_tool(session, ToolCommand::Screen(ScreenCommand::Input(*event)))?;
        }
        Ok(())
    }

    fn shared_screen(&self, session: SessionId) -> Result<&ScreenView, ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        let open = page.tools.open(Tool::ScreenSharing);
        open.map(|_| &page.tools.screen).ok_or(ConsoleError::ToolNotOpen { tool: Tool::ScreenSharing })
    }

    fn must_run_as(&self, session: SessionId, run_as: &RunAs) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        let way = match run_as {
            RunAs::ActiveUser => RunAsWay::ActiveUser,
            RunAs::System => RunAsWay::System,
            RunAs::User { .. } => RunAsWay::AnotherUser,
        };
        if page.run_as_ways().contains(&way) {
            Ok(())
        } else {
            Err(ConsoleError::NotOffered { wanted: format!("to run it as {way}") })
        }
    }
}

/// Ears.
impl RepConsole {
    pub(super) fn hear_of_screen(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        update: ScreenUpdate,
    ) {
        match update {
            ScreenUpdate::Displays(displays) => {
                self.change_screen(session, |screen| screen.displays = displays);
            }
            ScreenUpdate::StreamBegins { stream, display, size } => {
                self.begin_picture(session, stream, display, size);
            }
            ScreenUpdate::Piece(piece) => self.hear_piece(now, session, piece),
            ScreenUpdate::PointerAt(at) => {
                if let Some(picture) = self.pictures.of.get_mut(&session) {
                    picture.fingers.pointer_is(at);
                }
            }
            ScreenUpdate::Protected { window } => {
                self.change_screen(session, |screen| screen.protected = Some(window));
            }
            ScreenUpdate::Unprotected => self.change_screen(session, |screen| {
                (screen.protected, screen.input_blocked) = (None, false);
            }),
            ScreenUpdate::InputBlocked => {
                if let Some(fingers) = self.fingers_on(session) {
                    fingers.forget_sent();
                }
                self.change_screen(session, |screen| screen.input_blocked = true);
            }
            ScreenUpdate::PermissionAsked => {
                self.change_screen(session, |screen| screen.permission_asked = true);
            }
            ScreenUpdate::PermissionDenied => {
                self.change_screen(session, |screen| screen.permission_asked = false);
                let tool = Tool::ScreenSharing;
                self.notice(now, format!("{tool}: the customer's device was not allowed to show its screen"));
            }
            ScreenUpdate::Clipboard(text) => {
                if let Some(text) = &text {
                    device.set_clipboard(text);
                }
                self.change_screen(session, |screen| screen.clipboard = text);
            }
            ScreenUpdate::Privacy { on, ended } => self.change_screen(session, |screen| {
                (screen.privacy, screen.privacy_ended) = (on, ended);
            }),
            ScreenUpdate::SpecialActions(actions) => {
                let ways = self.view.page(session).map_or_else(Vec::new, Page::run_as_ways);
                self.change_screen(session, |screen| {
                    (screen.special_actions, screen.run_as) = (actions, ways);
                });
            }
            ScreenUpdate::ActionDone { name, outcome, .. } => {
                let (done, says) = match outcome {
                    Ok(says) => (true, says),
                    Err(says) => (false, says),
                };
                self.change_screen(session, |screen| {
                    if screen.outcomes.len() == OUTCOMES_MAX {
                        screen.outcomes.remove(0);
                    }
                    screen.outcomes.push(ActionOutcome { name, done, says });
                });
            }
            ScreenUpdate::Rebooting => self.change_screen(session, |screen| screen.rebooting = true),
        }
    }

    /// The screen is shared no longer: the picture leaves the page.
    pub(super) fn sharing_ended(&mut self, session: SessionId) {
        self.pictures.of.remove(&session);
        self.change_screen(session, |screen| {
            let performance = screen.performance;
            *screen = ScreenView {
                performance,
                rebooting: screen.rebooting,
                privacy_ended: screen.privacy_ended,
                special_actions: std::mem::take(&mut screen.special_actions),
                run_as: std::mem::take(&mut screen.run_as),
                outcomes: std::mem::take(&mut screen.outcomes),
                ..ScreenView::default()
            };
        });
    }

    /// It is shared: the machine is there again, if it was not.
    pub(super) fn sharing_began(&mut self, session: SessionId) {
        let performance =
            self.view.page(session).map_or_else(Performance::default, |page| page.tools.screen.performance);
        self.change_screen(session, |screen| screen.rebooting = false);
        if performance != Performance::default() {
            let command = ToolCommand::Screen(ScreenCommand::SetPerformance(performance));
            self.say(&RepToAppliance::Tool { session, command });
        }
    }

    pub(super) fn privacy_ended(&mut self, session: SessionId) {
        self.change_screen(session, |screen| screen.privacy = false);
    }

    fn begin_picture(&mut self, session: SessionId, stream: u32, display: DisplayId, size: Size) {
        if u64::from(size.width) * u64::from(size.height) > PICTURE_PX_MAX {
            self.pictures.of.remove(&session);
            return self.change_screen(session, |screen| {
                (screen.showing, screen.rebooting, screen.too_large) = (None, false, Some(size));
                screen.permission_asked = false;
            });
        }
        self.change_screen(session, |screen| {
            (screen.showing, screen.rebooting, screen.too_large) = (Some(display), false, None);
            (screen.permission_asked, screen.input_blocked) = (false, false);
        });
        let decoder = Decoder::new(size);
        let picture = Picture {
            stream,
            decoder,
            frame: Vec::new(),
            shown: VecDeque::new(),
            fingers: Fingers::on(size),
            broken: false,
        };
        self.pictures.of.insert(session, picture);
    }

    fn hear_piece(&mut self, now: SimTime, session: SessionId, piece: FramePiece) {
        let FramePiece { stream, frame, last, captured, bytes } = piece;
        let current = self.pictures.of.get_mut(&session);
        // Of a picture that was given up.
        let Some(picture) = current.filter(|picture| picture.stream == stream && !picture.broken) else {
            return;
        };
        picture.frame.extend_from_slice(&bytes);
        let command = if picture.frame.len() > FRAME_BYTES_MAX {
            picture.broken = true;
            ScreenCommand::Restart
        } else if !last {
            return;
        } else if picture.decoder.decode(&picture.frame).is_ok() {
            let bytes = picture.frame.len();
            picture.frame.clear();
            if picture.shown.len() == SHOWN_FRAMES_MAX {
                picture.shown.pop_front();
            }
            picture.shown.push_back(ShownFrame { stream, frame, captured, shown: Stamp::of(now), bytes });
            ScreenCommand::FrameShown(FrameAck { stream, frame, received: Stamp::of(now) })
        } else {
            picture.broken = true;
            ScreenCommand::Restart
        };
        self.say(&RepToAppliance::Tool { session, command: ToolCommand::Screen(command) });
    }

    /// What fingers do on the picture of a session.
    pub(super) fn fingers_on(&mut self, session: SessionId) -> Option<&mut Fingers> {
        self.pictures.of.get_mut(&session).map(|picture| &mut picture.fingers)
    }

    pub(super) fn change_screen(&mut self, session: SessionId, change: impl FnOnce(&mut ScreenView)) {
        let Some(page) = self.view.page(session) else { return };
        let mut screen = page.tools.screen.clone();
        change(&mut screen);
        if screen != page.tools.screen
            && let Some(page) = self.view.pages.iter_mut().find(|page| page.session == session)
        {
            page.tools.screen = screen;
        }
    }
}

impl Page {
    /// As whom special actions and scripts can run (SPA-02, SPA-03).
    pub fn run_as_ways(&self) -> Vec<RunAsWay> {
        match self.client {
            ClientKind::Elevated => vec![RunAsWay::ActiveUser, RunAsWay::System, RunAsWay::AnotherUser],
            ClientKind::UserMode | ClientKind::WebChat | ClientKind::Support | ClientKind::SupportPlus => {
                vec![RunAsWay::ActiveUser, RunAsWay::AnotherUser]
            }
        }
    }
}
