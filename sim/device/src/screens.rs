//! The screens of a machine, and the hands that reach them from afar.

use std::time::Duration;

use image::RgbaImage;
use wire::tool::{DisplayId, DisplayInfo, InputEvent};
use wire::{Point, Rect, SimTime};

/// The rights that a program runs with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, strum::Display)]
pub enum Rights {
    /// Those of the user who is logged on.
    #[default]
    #[strum(to_string = "user")]
    User,
    /// A service with administrative rights (ELV-02).
    #[strum(to_string = "administrator")]
    Administrator,
}

/// What a program may ask of the screens under it.
///
/// Pictures are drawn when somebody looks: [`Screens::capture`] brings a display up to date and says what has changed,
/// so that a screen that nobody watches costs nothing.
pub trait Screens {
    /// The displays that are plugged in, the first one first. None while the machine has no screen.
    fn displays(&self) -> Vec<DisplayInfo>;

    /// Looks at a display: what it shows at `now`, and where that differs from what the last look at it saw. The first
    /// look after [`Screens::look_anew`] sees all of it as changed.
    ///
    /// # Errors
    /// There is no such display, or what it shows is not for these rights to see.
    fn capture(
        &mut self,
        now: SimTime,
        display: DisplayId,
        rights: Rights,
    ) -> Result<Capture<'_>, CaptureRefused>;

    /// Whether programs may look at the screens and reach through them at all. Always, but where the system asks the person
    /// first (AND-08).
    fn screen_permission(&self) -> ScreenPermission;

    /// Has the system ask the person whether this program may see the screens, if it has not yet. Answered by
    /// [`Screens::screen_permission`].
    fn ask_for_screens(&mut self, program: &str);

    /// Nobody looks any more: a permission that the person gave is over, a question that they have not answered goes away.
    fn give_up_screens(&mut self);

    /// The next look at a display shall see all of it as changed.
    fn look_anew(&mut self, display: DisplayId);

    /// Does with mouse and keyboard what somebody at the machine would. What is let go is let go, whatever is in front:
    /// it may have been held when that was not there yet.
    ///
    /// # Errors
    /// What it would reach is not for these rights to touch, or the person has not permitted it.
    fn inject(&mut self, now: SimTime, rights: Rights, event: InputEvent) -> Result<(), InputRefused>;

    /// Turns the picture that the person at the machine sees, and their mouse and keyboard, off or on again (PRV-01).
    /// `false` where the machine has no such thing.
    fn set_privacy(&mut self, on: bool) -> bool;

    /// Whether they are off. A person's Ctrl+Alt+Del turns them on by itself (PRV-03).
    fn privacy(&self) -> bool;

    /// The text on the clipboard (SPA-05).
    fn clipboard_text(&self) -> Option<String>;

    /// How long this machine computes for so much work. The clock stands still while code runs, so whoever does the work
    /// waits for this long before it shows what came of it.
    fn working_time(&self, work: ScreenWork) -> Duration;
}

/// What the person at the machine has said to a program that wants to see their screen (AND-08).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScreenPermission {
    /// It may, or the system does not ask.
    Granted,
    /// The person was not asked yet.
    #[default]
    NotAsked,
    /// The question is on the screen.
    Asked,
    /// No.
    Denied,
}

/// What a look at a display has seen.
#[derive(Debug)]
pub struct Capture<'a> {
    /// The picture, without the pointer.
    pub picture: &'a RgbaImage,
    /// Where it may differ from the last look. Never less than what has changed.
    pub changed: Vec<Rect>,
    /// Where the pointer is, if on this display.
    pub pointer: Option<Point>,
}

/// Why there is nothing to see.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptureRefused {
    /// No such display.
    #[error("expected one of the machine's displays, found none with that number")]
    NoSuchDisplay,
    /// A window is in front that only an administrator's program may see (ELV-03).
    #[error(transparent)]
    Protected(#[from] ProtectedWindow),
    /// The person has not permitted it (AND-08).
    #[error("expected the person's permission to see the screen, found none")]
    NotPermitted,
}

/// Why hands do nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputRefused {
    /// A window is in front that only an administrator's program may touch (ELV-03).
    #[error(transparent)]
    Protected(#[from] ProtectedWindow),
    /// The person has not permitted it (AND-08).
    #[error("expected the person's permission to control the machine, found none")]
    NotPermitted,
}

/// A window that a user's program can neither see nor touch (ELV-03).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{window} is protected")]
pub struct ProtectedWindow {
    /// What it is: `User Account Control`.
    pub window: String,
}

/// What it took to look at a screen and to encode what was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScreenWork {
    /// Pixels that were compared or copied.
    pub scanned_px: u64,
    /// Pixels that were encoded without loss.
    pub exact_px: u64,
    /// Pixels that were encoded as JPEG.
    pub jpeg_px: u64,
}
