//! How a console is set up, and what its flavours can do.

use device::UplinkConfig;
use serde::Serialize;
use wire::session::Platform;

/// How a console is set up.
#[derive(Clone, Debug)]
pub struct RepConsoleConfig {
    /// Where the appliance is: the site's host name (LOG-01).
    pub uplink: UplinkConfig,
    /// What kind of console it is.
    pub flavour: Flavour,
}

impl RepConsoleConfig {
    /// A console of this flavour for this site.
    pub fn new(appliance_host: impl Into<String>, flavour: Flavour) -> Self {
        Self { uplink: UplinkConfig::new(appliance_host), flavour }
    }
}

/// The kinds of console. Each is a set of capabilities.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display, strum::EnumString,
)]
#[strum(serialize_all = "lowercase")]
pub enum Flavour {
    /// For desktops and laptops.
    Desktop,
    /// For phones and tablets.
    Mobile,
}

impl Flavour {
    /// Whether pages are tabs that can be reordered and detached (ACC-07). Otherwise one page fills the screen.
    pub const fn has_tabs(self) -> bool {
        matches!(self, Self::Desktop)
    }

    /// Whether a double-click on an entry accepts it (ACC-04).
    pub const fn has_double_click(self) -> bool {
        matches!(self, Self::Desktop)
    }

    /// Whether the portal of the last key is preselected for the next (KEY-08).
    pub const fn keeps_portal(self) -> bool {
        matches!(self, Self::Desktop)
    }

    /// Whether columns and sort order can be chosen, and are kept (QUE-17, QUE-19).
    pub const fn sorts_queues(self) -> bool {
        matches!(self, Self::Desktop)
    }

    /// Whether queues can be marked as favourites (QUE-13).
    pub const fn has_favourites(self) -> bool {
        matches!(self, Self::Mobile)
    }

    /// Whether a line that arrives while chat is minimised pops up (CHT-08).
    pub const fn pops_up_chat(self) -> bool {
        matches!(self, Self::Mobile)
    }

    /// Whether a line that has waited too long is marked for the eye, too, and not by a sound alone (WSR-01).
    pub const fn marks_overdue(self) -> bool {
        matches!(self, Self::Desktop)
    }

    /// Whether the prompt for an assignment warns before it expires (EQL-07).
    pub const fn warns_of_expiry(self) -> bool {
        matches!(self, Self::Desktop)
    }

    /// Whether nobody counts as being there while the computer is locked (EQL-16). Phones lock all the time.
    pub const fn minds_lock(self) -> bool {
        matches!(self, Self::Desktop)
    }

    /// Whether sessions are controlled by touching the screen: with options and settings for that (SET-03 to SET-08).
    pub const fn has_touch_screen(self) -> bool {
        matches!(self, Self::Mobile)
    }

    /// The ways to open key generation on a console of this flavour on this platform (KEY-14).
    pub fn key_generation_ways(self, platform: Platform) -> &'static [KeyGenerationWay] {
        use KeyGenerationWay::{CommandF4, CtrlF4, SessionKeyButton, StartButton, SupportMenu};
        match (self, platform) {
            (Self::Desktop, Platform::Mac) => &[SupportMenu, StartButton, SessionKeyButton, CommandF4],
            (Self::Desktop, _) => &[SupportMenu, StartButton, SessionKeyButton, CtrlF4],
            (Self::Mobile, _) => &[SessionKeyButton],
        }
    }
}

/// A way to open key generation (KEY-14).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display, strum::EnumString,
)]
pub enum KeyGenerationWay {
    /// The Support menu.
    #[strum(serialize = "Support menu")]
    SupportMenu,
    /// The Start button.
    #[strum(serialize = "Start button")]
    StartButton,
    /// The Session Key button.
    #[strum(serialize = "Session Key button")]
    SessionKeyButton,
    /// The keyboard, but for a Mac's.
    #[strum(serialize = "Ctrl+F4")]
    CtrlF4,
    /// A Mac's keyboard.
    #[strum(serialize = "Command+F4")]
    CommandF4,
}
