//! Click-to-chat: a chat in the browser, with nothing to download (C2C).

use device::Device;
use wire::SimTime;
use wire::customer::StartRefusal;
use wire::session::NAME_BYTES_MAX;
use wire::tool::ClientKind;

use crate::client::{CustomerClient, Goal};
use crate::config::Browser;
use crate::verbs::CustomerError;
use crate::view::Stage;

/// Verbs.
impl CustomerClient {
    /// Types one's name, before a chat in the browser (C2C-04).
    ///
    /// # Errors
    /// It is not asked for, or it is empty or above [`NAME_BYTES_MAX`].
    pub fn give_name(
        &mut self,
        _now: SimTime,
        device: &mut dyn Device,
        name: &str,
    ) -> Result<(), CustomerError> {
        let Stage::ChatName = self.stage() else { return Err(CustomerError::NothingAsked) };
        if name.is_empty() {
            return Err(CustomerError::EmptyLine);
        }
        if name.len() > NAME_BYTES_MAX {
            return Err(CustomerError::NameTooLong { bytes: name.len() });
        }
        self.begin();
        self.view.set(|view| &mut view.name, name.to_owned());
        self.journey.named = true;
        self.advance(device);
        Ok(())
    }

    /// Wants the chat in the browser, or does not: then there will be no session (C2C-04).
    ///
    /// # Errors
    /// The question is not on the screen.
    pub fn answer_chat_prompt(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        accept: bool,
    ) -> Result<(), CustomerError> {
        let Stage::ChatPrompt = self.stage() else { return Err(CustomerError::NothingAsked) };
        self.begin();
        if accept {
            self.journey.chat_accepted = true;
            self.advance(device);
        } else {
            self.refuse(now, device, StartRefusal::ChatDeclined);
        }
        Ok(())
    }
}

impl CustomerClient {
    /// Whether the way leads to a chat in the browser: the portal has it for this start method, and the browser can
    /// (C2C-03). Who is in the app already stays there.
    pub(crate) fn leads_to_chat(&self) -> bool {
        let offered = self.journey.checked.as_ref().is_some_and(|checked| checked.click_to_chat);
        let in_app = matches!(self.journey.goal, Goal::App { .. });
        offered && !in_app && self.browser() == Browser::Modern
    }

    /// What must be answered first, if anything.
    pub(crate) fn missing_for_chat(&self) -> Option<Stage> {
        if !self.journey.named {
            Some(Stage::ChatName)
        } else if !self.journey.chat_accepted {
            Some(Stage::ChatPrompt)
        } else {
            None
        }
    }

    /// Whether nothing of ours runs outside the browser.
    pub(crate) fn stays_in_browser(&self) -> bool {
        self.is_browser_only() || self.view.client == ClientKind::WebChat
    }
}
