//! Fingers on a phone's screen, as hands on a remote machine (GES), and the menus of the screen sharing page (SCR-05).

use std::collections::VecDeque;

use device::Device;
use serde::Serialize;
use strum::VariantArray as _;
use wire::tool::{InputEvent, MouseButton, Performance, Tool};
use wire::{Point, SessionId, SimTime, Size};

use crate::console::RepConsole;
use crate::error::ConsoleError;
use crate::gestures::{Gesture, GestureEffect, pointer_movement_half_px};
use crate::options::OptionEntry;

/// How far three fingers move for one notch of the wheel, in pixels.
const NOTCH_PX: i32 = 40;

/// How many places of the pointer may be on their way and known; a machine without one never says where it is.
const SENT_MAX: usize = 64;

/// How large the remote screen is shown on a phone (GES-05).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Zoom {
    /// All of it fits the phone.
    #[default]
    Scaled,
    /// Pixel by pixel, around this place of the remote screen.
    Full {
        /// The middle of what is shown.
        centre: Point,
    },
}

/// What fingers do on a phone's screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// One of those that stay where they are.
    Still(Gesture),
    /// One of those that move: so many pixels to the right and downwards.
    Moved {
        /// Which.
        gesture: Gesture,
        /// To the right.
        dx_px: i32,
        /// Downwards.
        dy_px: i32,
    },
    /// Two fingers pinch around this place of the remote screen.
    Pinched(Point),
}

impl RepConsole {
    /// Does on the remote machine, or on this screen, what a gesture is for (GES-01 to GES-09).
    ///
    /// # Errors
    /// This console has no touch screen, or the remote screen is not shared or may only be looked at.
    pub fn touch(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        touch: Touch,
    ) -> Result<(), ConsoleError> {
        self.must_have_touch_screen("a finger's touch")?;
        if self.view.page(session).is_none_or(|page| page.tools.open(Tool::ScreenSharing).is_none()) {
            return Err(ConsoleError::ToolNotOpen { tool: Tool::ScreenSharing });
        }
        self.touched(now);
        self.bring_to_front(Some(session));
        self.mind_the_screen(device);
        let (gesture, dx_px, dy_px) = match touch {
            Touch::Still(gesture) => (gesture, 0, 0),
            Touch::Moved { gesture, dx_px, dy_px } => (gesture, dx_px, dy_px),
            Touch::Pinched(at) => {
                self.zoom(session, at);
                return Ok(());
            }
        };
        let button = |button, down| InputEvent::Button { button, down };
        let click = |which| [button(which, true), button(which, false)];
        match gesture.effect(self.settings.swap_scroll_and_pan) {
            GestureEffect::LeftClick => self.send_input(session, &click(MouseButton::Left)),
            GestureEffect::RightClick => self.send_input(session, &click(MouseButton::Right)),
            GestureEffect::DoubleClick => {
                let [down, up] = click(MouseButton::Left);
                self.send_input(session, &[down, up, down, up])
            }
            GestureEffect::MovePointer => {
                let to = self.pointer_moved(session, dx_px, dy_px);
                self.send_input(session, to.as_slice())
            }
            GestureEffect::DragAndDrop => {
                let Some(to) = self.pointer_moved(session, dx_px, dy_px) else { return Ok(()) };
                let [down, up] = click(MouseButton::Left);
                self.send_input(session, &[down, to, up])
            }
            GestureEffect::Scroll => {
                // Fingers that go up push the content up: the wheel turns towards the person.
                match self.notches(session, dy_px) {
                    0 => Ok(()),
                    notches => self.send_input(session, &[InputEvent::Wheel(notches)]),
                }
            }
            GestureEffect::Pan => {
                self.change_screen(session, |screen| {
                    if let Zoom::Full { centre } = &mut screen.zoom {
                        centre.x = centre.x.saturating_sub(dx_px);
                        centre.y = centre.y.saturating_sub(dy_px);
                    }
                });
                Ok(())
            }
            GestureEffect::Zoom => {
                let at = self.remote_pointer(session).unwrap_or_default();
                self.zoom(session, at);
                Ok(())
            }
            GestureEffect::ToggleKeyboard => {
                self.change_screen(session, |screen| screen.keyboard = !screen.keyboard);
                Ok(())
            }
            GestureEffect::LocatePointer => {
                let at = self.remote_pointer(session);
                self.change_screen(session, |screen| screen.located = at);
                Ok(())
            }
        }
    }

    /// Opens the keyboard, or puts it away (SCR-05).
    ///
    /// # Errors
    /// The remote screen is not shared.
    pub fn toggle_keyboard(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        self.touch(now, device, session, Touch::Still(Gesture::ThreeFingerTap))
    }

    /// Picks an entry of the menu that Options has opened (SET-06, SCR-05). Those with choices open a menu of them.
    ///
    /// # Errors
    /// The menu is not open, has no such entry, or the function cannot be had now.
    pub fn pick_option(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        entry: OptionEntry,
    ) -> Result<(), ConsoleError> {
        if !self.view.options.contains(&entry) {
            return Err(ConsoleError::NotOffered { wanted: entry.to_string() });
        }
        match entry {
            OptionEntry::Fullscreen => return self.fullscreen(now, device, session, true),
            OptionEntry::GesturesHelp => return self.gestures_help(now, device),
            OptionEntry::SpecialActions => self.open_special_actions(now, device, session)?,
            OptionEntry::PasteClipboard => self.paste_clipboard(now, device, session)?,
            OptionEntry::PrivacyScreen => {
                let on = self.view.page(session).is_some_and(|page| page.tools.screen.privacy);
                self.set_privacy(now, device, session, !on)?;
            }
            OptionEntry::Performance => {
                let choices = Performance::VARIANTS.iter().map(ToString::to_string).collect();
                self.change_screen(session, |screen| screen.choices = choices);
            }
            OptionEntry::Displays => self.change_screen(session, |screen| {
                screen.choices = screen.displays.iter().map(|display| display.name.clone()).collect();
            }),
            OptionEntry::Reboot => self.reboot_remote(now, device, session)?,
        }
        self.view.set(|view| &mut view.options, Vec::new());
        Ok(())
    }

    /// Picks one of the choices that are open: a quality, or a display (DSP-01, DSP-02).
    ///
    /// # Errors
    /// No such choice is open.
    pub fn pick_choice(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        choice: &str,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        let screen = &page.tools.screen;
        let offered = screen.choices.iter().any(|offered| offered == choice);
        let display = screen.displays.iter().find(|display| display.name == choice).map(|display| display.id);
        match (offered, choice.parse::<Performance>(), display) {
            (true, Ok(performance), _) => self.set_performance(now, device, session, performance)?,
            (true, Err(_), Some(display)) => self.show_display(now, device, session, display)?,
            (true, Err(_), None) | (false, _, _) => {
                return Err(ConsoleError::NotOffered { wanted: choice.to_owned() });
            }
        }
        self.change_screen(session, |screen| screen.choices.clear());
        Ok(())
    }

    fn zoom(&mut self, session: SessionId, centre: Point) {
        self.change_screen(session, |screen| {
            screen.zoom = match screen.zoom {
                Zoom::Scaled => Zoom::Full { centre },
                Zoom::Full { .. } => Zoom::Scaled,
            };
        });
    }

    /// Where the remote pointer goes when a finger moves (SET-04, GES-03): from where it is, or will be once what fingers
    /// did before has come there, and no further than the display goes. Nowhere, where no picture is yet.
    fn pointer_moved(&mut self, session: SessionId, dx_px: i32, dy_px: i32) -> Option<InputEvent> {
        let half_px = [dx_px, dy_px].map(|px| pointer_movement_half_px(px, self.settings.scale_pointer));
        let display = self.view.page(session)?.tools.screen.showing?;
        let at = self.fingers_on(session)?.pull(half_px);
        Some(InputEvent::PointerTo { display, at })
    }

    /// How many notches the wheel turns when fingers move so far. What is less than one counts the next time.
    fn notches(&mut self, session: SessionId, dy_px: i32) -> i16 {
        self.fingers_on(session).map_or(0, |fingers| fingers.turn(dy_px))
    }
}

/// Where fingers have the remote pointer, and what they have moved and is not enough to be sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fingers {
    /// Where the remote machine was last heard to have it.
    pointer: Option<Point>,
    /// Where it was sent since, the latest last: hands are quicker than the line.
    sent: VecDeque<Point>,
    size: Size,
    /// What is left over of movements, in half pixels to the right and downwards: 0 or 1.
    left_half_px: [i32; 2],
    /// What is left over of turns of the wheel, in pixels.
    left_turn_px: i32,
}

impl Fingers {
    /// On a picture of this size.
    pub(crate) fn on(size: Size) -> Self {
        Self { size, ..Self::default() }
    }

    /// The remote machine has its pointer here. Where it was not sent, somebody else has moved it.
    pub(crate) fn pointer_is(&mut self, at: Point) {
        self.pointer = Some(at);
        match self.sent.iter().position(|sent| *sent == at) {
            Some(place) => drop(self.sent.drain(..=place)),
            None => self.forget_sent(),
        }
    }

    /// Nothing came of what was sent.
    pub(crate) fn forget_sent(&mut self) {
        self.sent.clear();
        self.left_half_px = [0, 0];
    }

    /// Where the remote machine was last heard to have its pointer.
    pub(crate) fn pointer(&self) -> Option<Point> {
        self.pointer
    }

    fn pull(&mut self, half_px: [i32; 2]) -> Point {
        let from = self.sent.back().copied().or(self.pointer).unwrap_or_default();
        let pulled = |place: i32, left: &mut i32, half_px: i32, size: u16| {
            let to_half_px = i64::from(place) * 2 + i64::from(*left) + i64::from(half_px);
            let most_half_px = (i64::from(size.max(1)) - 1) * 2;
            let to_half_px = to_half_px.clamp(0, most_half_px) as i32;
            *left = to_half_px % 2;
            to_half_px / 2
        };
        let [x_left, y_left] = &mut self.left_half_px;
        let x = pulled(from.x, x_left, half_px[0], self.size.width);
        let y = pulled(from.y, y_left, half_px[1], self.size.height);
        let to = Point { x, y };
        // Of a pointer that does not move, nothing is heard.
        if to != from {
            if self.sent.len() == SENT_MAX {
                self.sent.pop_front();
            }
            self.sent.push_back(to);
        }
        to
    }

    fn turn(&mut self, dy_px: i32) -> i16 {
        let turned_px = self.left_turn_px.saturating_add(dy_px);
        self.left_turn_px = turned_px % NOTCH_PX;
        (turned_px / NOTCH_PX).clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }
}
