//! A machine, from the program on it.

use wire::pin::PinMode;
use wire::session::DeviceFacts;
use wire::{JumpId, SimTime, Token};

use crate::{Screens, System};

/// What a program may ask of the machine under it.
///
/// A machine is a fake one in the simulator and a real one under a shell; a program can't tell.
pub trait Device: Screens + System {
    /// Name, operating system, address.
    fn facts(&self) -> DeviceFacts;

    /// What the clock on its wall shows, as time since the run began, when its monotonic clock shows `now`. It may be
    /// wrong, and may jump; timers are set by `now`.
    fn wall_clock(&self, now: SimTime) -> SimTime {
        now
    }

    /// Whether somebody is logged on and sits at it (JMC-14).
    fn user_present(&self) -> bool;

    /// The content of a file; `None` where there is none.
    fn read_file(&self, path: &str) -> Option<Vec<u8>>;

    /// Replaces a file's content. Not safe from power loss until [`Device::sync`].
    fn write_file(&mut self, path: &str, content: &[u8]);

    /// Adds to the end of a file, which it creates if need be. Not safe from power loss until [`Device::sync`].
    fn append_file(&mut self, path: &str, content: &[u8]);

    /// Removes a file, if it is there. Not safe from power loss until [`Device::sync`].
    fn remove_file(&mut self, path: &str);

    /// Makes all that was written safe from power loss.
    fn sync(&mut self);

    /// Whether an app is installed.
    fn is_installed(&self, app: App) -> bool;

    /// Installs an app from its downloaded package.
    fn install(&mut self, package: PackagedApp);

    /// Removes an app, if it is there.
    fn uninstall(&mut self, app: App);

    /// Puts text on the clipboard (KEY-10).
    fn set_clipboard(&mut self, text: &str);

    /// Plays a sound.
    fn play_sound(&mut self, sound: Sound);

    /// Locks the screen (SUM-02).
    fn lock_screen(&mut self);

    /// Logs the user out (SUM-02).
    fn log_out_user(&mut self);

    /// Keeps the screen from dimming while nobody touches it, or no longer (SET-03).
    fn keep_awake(&mut self, awake: bool);

    /// Starts another program on this machine.
    fn launch(&mut self, launch: Launch);
}

/// What a console sounds like (SET-01).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, strum::Display, strum::EnumString,
)]
pub enum Sound {
    /// A session is assigned (EQL-06).
    #[strum(to_string = "assignment")]
    Assignment,
    /// An assignment is about to expire (EQL-07).
    #[strum(to_string = "assignment expiring")]
    AssignmentExpiring,
    /// Somebody has waited too long (WSR-01).
    #[strum(to_string = "overdue")]
    Overdue,
    /// A message of team chat has come.
    #[strum(to_string = "team chat")]
    TeamChat,
}

/// The apps that come with a remote-support estate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, strum::Display)]
pub enum App {
    /// The representative console.
    #[strum(to_string = "representative console")]
    RepConsole,
    /// The customer client; `Support` on a phone.
    #[strum(to_string = "customer client")]
    CustomerClient,
    /// `Support+`: the customer client of an Android phone that also transfers files (AND-04, AND-05).
    #[strum(to_string = "Support+")]
    SupportPlus,
    /// The Jump Client.
    #[strum(to_string = "Jump Client")]
    JumpClient,
}

/// An app as it was downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackagedApp {
    /// Which app.
    pub app: App,
    /// How long its package is, in bytes.
    pub bytes: u32,
}

/// A program to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Launch {
    /// The customer client, for a jump that may go on to a session (JMC-07).
    CustomerClientForJump {
        /// Which try.
        jump: JumpId,
        /// What the client must show to join.
        token: Token,
    },
    /// The Jump Client that was just installed, for a pin (JPN-01). Whoever drives the machine starts it again when its
    /// mode says so.
    JumpClient {
        /// The name of the appliance that it belongs to.
        appliance_host: String,
        /// What it shows when it registers.
        installer: String,
        /// When it runs.
        mode: PinMode,
    },
}
