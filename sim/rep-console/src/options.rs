//! A session page on a touch screen: its options and its full screen (SET-05 to SET-08).

use device::Device;
use serde::Serialize;
use wire::tool::Tool;
use wire::{SessionId, SimTime};

use crate::console::RepConsole;
use crate::error::ConsoleError;
use crate::gestures::Gesture;
use crate::view::Page;

/// An entry of the menu that Options opens (SET-06).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display, strum::EnumString,
)]
#[expect(missing_docs, reason = "each is the entry's own name, which is all there is to say")]
pub enum OptionEntry {
    Fullscreen,
    #[strum(to_string = "Special Actions")]
    SpecialActions,
    #[strum(to_string = "Paste Clipboard")]
    PasteClipboard,
    #[strum(to_string = "Privacy Screen")]
    PrivacyScreen,
    Performance,
    Displays,
    Reboot,
    #[strum(to_string = "Gestures Help")]
    GesturesHelp,
}

impl RepConsole {
    /// Opens the menu of options on a session's page, which comes to the front (SET-06).
    ///
    /// # Errors
    /// There is no such page, or this console has no touch screen.
    pub fn open_options(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        self.must_have_touch_screen("options")?;
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        let offered = page.options();
        self.touched(now);
        self.bring_to_front(Some(session));
        self.view.set(|view| &mut view.gestures_help, None);
        self.view.set(|view| &mut view.options, offered);
        self.mind_the_screen(device);
        Ok(())
    }

    /// Lets the display of a session's page fill the device, or shows the console around it again (SET-07).
    ///
    /// # Errors
    /// There is no such page, or this console has no touch screen.
    pub fn fullscreen(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        on: bool,
    ) -> Result<(), ConsoleError> {
        self.must_have_touch_screen(OptionEntry::Fullscreen.to_string())?;
        self.must_have_page(session)?;
        self.touched(now);
        self.bring_to_front(Some(session));
        self.view.set(|view| &mut view.options, Vec::new());
        self.view.set(|view| &mut view.gestures_help, None);
        self.view.set(|view| &mut view.fullscreen, on);
        self.mind_the_screen(device);
        Ok(())
    }

    /// Opens the walk-through of gestures (SET-08).
    ///
    /// # Errors
    /// No session's page is in front, or this console has no touch screen.
    pub fn gestures_help(&mut self, now: SimTime, _device: &mut dyn Device) -> Result<(), ConsoleError> {
        self.must_have_touch_screen(OptionEntry::GesturesHelp.to_string())?;
        if self.view.front.is_none() {
            return Err(ConsoleError::NoPageInFront);
        }
        self.touched(now);
        self.view.set(|view| &mut view.options, Vec::new());
        let help = Gesture::help(self.settings.swap_scroll_and_pan);
        self.view.set(|view| &mut view.gestures_help, Some(help));
        Ok(())
    }

    /// Goes back: from the options or the walk-through of gestures, or else from the full screen below them (SET-07).
    /// With none of them open, nothing happens.
    pub fn back(&mut self, now: SimTime, _device: &mut dyn Device) {
        self.touched(now);
        if self.view.gestures_help.is_some() {
            self.view.gestures_help = None;
        } else if !self.view.options.is_empty() {
            self.view.options.clear();
        } else {
            self.view.set(|view| &mut view.fullscreen, false);
        }
    }
}

impl RepConsole {
    pub(crate) fn must_have_touch_screen(&self, wanted: impl Into<String>) -> Result<(), ConsoleError> {
        if self.config.flavour.has_touch_screen() {
            Ok(())
        } else {
            Err(ConsoleError::NotOffered { wanted: wanted.into() })
        }
    }

    /// The walk-through says what gestures do now (SET-05, SET-08).
    pub(crate) fn follow_gestures(&mut self) {
        if self.view.gestures_help.is_some() {
            self.view.gestures_help = Some(Gesture::help(self.settings.swap_scroll_and_pan));
        }
    }

    /// What lies over a page goes with it.
    pub(crate) fn close_overlays(&mut self) {
        self.view.set(|view| &mut view.options, Vec::new());
        self.view.set(|view| &mut view.fullscreen, false);
        self.view.set(|view| &mut view.gestures_help, None);
    }
}

impl Page {
    /// What Options offers here. All but the first and the last act on a machine, and hang on what may be used there.
    fn options(&self) -> Vec<OptionEntry> {
        let entries = [
            (OptionEntry::Fullscreen, None),
            (OptionEntry::SpecialActions, Some(Tool::SpecialActions)),
            (OptionEntry::PasteClipboard, Some(Tool::Clipboard)),
            (OptionEntry::PrivacyScreen, Some(Tool::PrivacyScreen)),
            (OptionEntry::Performance, Some(Tool::ScreenSharing)),
            (OptionEntry::Displays, Some(Tool::ScreenSharing)),
            (OptionEntry::Reboot, Some(Tool::Reboot)),
            (OptionEntry::GesturesHelp, None),
        ];
        let offered = |tool: &Option<Tool>| tool.is_none_or(|tool| self.tools.offers(tool));
        entries.into_iter().filter(|(_, tool)| offered(tool)).map(|(entry, _)| entry).collect()
    }
}
