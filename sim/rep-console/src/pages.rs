//! What a representative can do on session pages: tabs, chat, and what ends a session or a part in it.

use device::Device;
use wire::rep::{RepAsk, RepToAppliance};
use wire::session::{Audience, CHAT_LINE_BYTES_MAX, LogItem};
use wire::{LineId, RequestId, SessionId, SimTime};

use crate::console::{Asked, RepConsole};
use crate::error::ConsoleError;
use crate::view::{Page, PendingLine};

/// Session pages.
impl RepConsole {
    /// Brings a page to the front (ACC-06, ACC-08).
    ///
    /// # Errors
    /// There is no such page.
    pub fn show_session(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        self.must_have_page(session)?;
        self.touched(now);
        self.bring_to_front(Some(session));
        self.mind_the_screen(device);
        Ok(())
    }

    /// Brings the queues to the front; sessions go on.
    pub fn show_queues(&mut self, now: SimTime, device: &mut dyn Device) {
        self.touched(now);
        self.bring_to_front(None);
        self.mind_the_screen(device);
    }

    /// Drags a tab to another place, counted from 0 (ACC-07).
    ///
    /// # Errors
    /// There is no such page, or this console has no tabs.
    pub fn move_tab(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        place: usize,
    ) -> Result<(), ConsoleError> {
        self.must_have_tabs()?;
        self.must_have_page(session)?;
        self.touched(now);
        let pages = &mut self.view.pages;
        if let Some(from) = pages.iter().position(|page| page.session == session) {
            let page = pages.remove(from);
            pages.insert(place.min(pages.len()), page);
        }
        Ok(())
    }

    /// Drags a tab out of the main window, or back into it (ACC-07).
    ///
    /// # Errors
    /// There is no such page, or this console has no tabs.
    pub fn detach_tab(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        detached: bool,
    ) -> Result<(), ConsoleError> {
        self.must_have_tabs()?;
        self.must_have_page(session)?;
        self.touched(now);
        self.page_mut(session).detached = detached;
        if detached {
            self.read(session);
        }
        Ok(())
    }

    /// Minimises the chat of a page, or opens it again (CHT-08).
    ///
    /// # Errors
    /// There is no such page.
    pub fn minimise_chat(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        minimised: bool,
    ) -> Result<(), ConsoleError> {
        self.must_have_page(session)?;
        self.touched(now);
        self.page_mut(session).chat_minimised = minimised;
        self.read(session);
        Ok(())
    }

    /// Says something in a session's chat, to everyone or to representatives only (CHT-01, CHT-03, CHT-04). Without
    /// a connection the line waits for it.
    ///
    /// # Errors
    /// There is no such page, or the line is empty or too long.
    pub fn send_chat(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        audience: Audience,
        text: &str,
    ) -> Result<LineId, ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        if text.is_empty() {
            return Err(ConsoleError::EmptyLine);
        }
        if text.len() > CHAT_LINE_BYTES_MAX {
            return Err(ConsoleError::LineTooLong { bytes: text.len() });
        }
        let line = next_line(page);
        self.touched(now);
        let text = text.to_owned();
        self.page_mut(session).pending.push(PendingLine { line, audience, text: text.clone() });
        // After a break the line goes with the others, once the appliance says that the session goes on.
        if self.admitted && !self.unconfirmed.contains(&session) {
            self.say(&RepToAppliance::Chat { session, line, audience, text });
        }
        Ok(line)
    }

    /// Puts a session back into the owner's personal queue (CLS-04).
    ///
    /// # Errors
    /// There is no such page, or the connection is lost.
    pub fn hold(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.must_have_page(session)?;
        self.touched(now);
        Ok(self.ask(RepAsk::Hold { session }, Asked::Other))
    }

    /// Ends a session as its owner (CLS-01); from a session of somebody else's, departs (CLS-06).
    ///
    /// # Errors
    /// There is no such page, or the connection is lost.
    pub fn end(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.must_have_page(session)?;
        self.touched(now);
        Ok(self.ask(RepAsk::End { session }, Asked::Other))
    }

    /// Leaves a session that goes on (CLS-06). As its owner, the representative hands it to whoever shares it longest.
    ///
    /// # Errors
    /// There is no such page, or the connection is lost.
    pub fn leave(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.must_have_page(session)?;
        self.touched(now);
        Ok(self.ask(RepAsk::Leave { session }, Asked::Other))
    }
}

impl RepConsole {
    fn must_have_tabs(&self) -> Result<(), ConsoleError> {
        if self.config.flavour.has_tabs() {
            Ok(())
        } else {
            Err(ConsoleError::NotOffered { wanted: "a tab".to_owned() })
        }
    }

    fn page_mut(&mut self, session: SessionId) -> &mut Page {
        let page = self.view.pages.iter_mut().find(|page| page.session == session);
        page.expect("the verb has looked for it")
    }
}

/// The number for the representative's next line. It goes on from the log and not from a counter, so that a console
/// that was restarted does not use a number again.
fn next_line(page: &Page) -> LineId {
    let mine = page.log.iter().rev().find_map(|entry| match entry.what {
        LogItem::Said { line, .. } if entry.by == page.me => Some(line),
        LogItem::Said { .. } | LogItem::Happened { .. } => None,
    });
    let pending = page.pending.last().map(|pending| pending.line);
    LineId(mine.max(pending).map_or(1, |line| line.0 + 1))
}
