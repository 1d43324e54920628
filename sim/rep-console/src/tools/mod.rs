//! The tools of a session's page: opened, used, closed (SCR, SHL, SYS, ELV and their like).

mod elevation;
mod files;
mod keys;
pub(crate) mod screen;
mod shell;
mod system;
pub(crate) mod touch;

use std::collections::BTreeMap;

use device::Device;
use serde::Serialize;
use wire::rep::{RepAsk, RepToAppliance};
use wire::session::CustomerPresence;
use wire::tool::{Access, PrivacyEnd, Tool, ToolCommand, ToolOffer, ToolState, ToolUpdate};
use wire::{RequestId, SessionId, SimTime};

use crate::console::{Asked, RepConsole};
use crate::error::ConsoleError;
use crate::tools::screen::ScreenView;
use crate::view::Page;

pub use elevation::{ElevationState, ElevationWay, PageElevation};
pub use files::{ChangeShown, FilesShown, FolderShown, TransferShown, TransferState};
pub use keys::{KeyRow, ShellKey, Swipe};
pub use shell::{SHELL_LINES_MAX, ShellEnded, ShellMenuEntry, ShellShown, ShellsShown};
pub use system::{FetchedTable, SystemShown};

/// The tools of a session's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PageTools {
    /// What may be used; what is not listed is not on the screen.
    pub offered: Vec<ToolOffer>,
    /// The canned scripts that may be run, by name (SPA-04).
    pub scripts: Vec<String>,
    /// How those stand that are in use, were asked for, or were refused, by tool.
    pub states: Vec<ToolShown>,
    /// What is on the screen sharing page.
    pub screen: ScreenView,
    /// Command shells (SHL).
    pub shells: ShellsShown,
    /// System information (SYS).
    pub system: SystemShown,
    /// File transfer.
    pub files: FilesShown,
    /// Elevation.
    pub elevation: PageElevation,
}

/// How one tool stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ToolShown {
    /// Which.
    pub tool: Tool,
    /// How.
    pub state: ToolState,
}

/// Commands that wait until their tool is open.
pub(crate) type Waiting = BTreeMap<(SessionId, Tool), Vec<ToolCommand>>;

/// Verbs.
impl RepConsole {
    /// Opens a tool on a session's page (SCR-01). The customer may be asked first.
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or the tool is not offered there.
    pub fn open_tool(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        tool: Tool,
        access: Access,
    ) -> Result<RequestId, ConsoleError> {
        self.must_offer(session, tool)?;
        self.touched(now);
        Ok(self.ask(RepAsk::OpenTool { session, tool, access }, Asked::Other))
    }

    /// Closes a tool, or stops asking for it (SCR-04). The session goes on.
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or the tool is not open.
    pub fn close_tool(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        tool: Tool,
    ) -> Result<RequestId, ConsoleError> {
        self.must_offer(session, tool)?;
        let state = self.view.page(session).and_then(|page| page.tools.state(tool));
        if !matches!(state, Some(ToolState::Open(_) | ToolState::Asking)) {
            return Err(ConsoleError::ToolNotOpen { tool });
        }
        self.touched(now);
        Ok(self.ask(RepAsk::CloseTool { session, tool }, Asked::Other))
    }
}

impl RepConsole {
    /// Uses a tool; one that is not open is opened first, and the command waits for that.
    pub(crate) fn use_tool(&mut self, session: SessionId, command: ToolCommand) -> Result<(), ConsoleError> {
        let (tool, access) = command.needs();
        self.must_offer(session, tool)?;
        if !command.fits() {
            return Err(ConsoleError::TooMuch { tool });
        }
        let state = self.view.page(session).and_then(|page| page.tools.state(tool));
        if matches!(state, Some(ToolState::Open(open)) if open >= access) {
            self.say_tool(session, command);
        } else {
            self.tools_waiting.entry((session, tool)).or_default().push(command);
            if state != Some(ToolState::Asking) {
                self.ask(RepAsk::OpenTool { session, tool, access }, Asked::Other);
            }
        }
        Ok(())
    }

    /// Opens a tool, unless it is open or asked for. What it is wanted for comes once it is open.
    pub(crate) fn want_tool(&mut self, session: SessionId, tool: Tool) {
        let state = self.view.page(session).and_then(|page| page.tools.state(tool));
        if !matches!(state, Some(ToolState::Open(_) | ToolState::Asking)) {
            self.ask(RepAsk::OpenTool { session, tool, access: Access::Full }, Asked::Other);
        }
    }

    fn say_tool(&mut self, session: SessionId, command: ToolCommand) {
        self.say(&RepToAppliance::Tool { session, command });
    }

    fn page_tools_mut(&mut self, session: SessionId) -> Option<&mut PageTools> {
        self.view.pages.iter_mut().find(|page| page.session == session).map(|page| &mut page.tools)
    }

    /// Uses a tool that must be open already.
    pub(crate) fn use_open_tool(
        &mut self,
        session: SessionId,
        command: ToolCommand,
    ) -> Result<(), ConsoleError> {
        let (tool, access) = command.needs();
        self.must_offer(session, tool)?;
        if !command.fits() {
            return Err(ConsoleError::TooMuch { tool });
        }
        match self.view.page(session).and_then(|page| page.tools.state(tool)) {
            Some(ToolState::Open(open)) if open >= access => {
                self.say_tool(session, command);
                Ok(())
            }
            Some(ToolState::Open(_)) => Err(ConsoleError::ViewOnly),
            Some(ToolState::Closed | ToolState::Asking | ToolState::Refused(_)) | None => {
                Err(ConsoleError::ToolNotOpen { tool })
            }
        }
    }

    pub(crate) fn hear_tool_state(&mut self, now: SimTime, session: SessionId, tool: Tool, state: ToolState) {
        let Some(page) = self.view.pages.iter_mut().find(|page| page.session == session) else { return };
        page.tools.put(tool, state);
        match state {
            ToolState::Open(_) => {
                self.tool_opened(now, session, tool);
                for command in self.tools_waiting.remove(&(session, tool)).unwrap_or_default() {
                    self.say_tool(session, command);
                }
            }
            ToolState::Asking => {}
            ToolState::Closed | ToolState::Refused(_) => {
                self.tools_waiting.remove(&(session, tool));
                self.tool_closed(session, tool);
            }
        }
        if let ToolState::Refused(why) = state {
            self.notice(now, format!("{tool}: {why}"));
        }
    }

    pub(crate) fn hear_of_tool(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        update: ToolUpdate,
    ) {
        match update {
            ToolUpdate::Screen(update) => self.hear_of_screen(now, device, session, update),
            ToolUpdate::Shell(update) => self.hear_of_shell(session, update),
            ToolUpdate::System(update) => self.hear_of_system(now, session, update),
            ToolUpdate::Files(update) => self.hear_of_files(device, session, update),
            ToolUpdate::Elevation(update) => self.hear_of_elevation(now, session, update),
        }
    }

    /// The connection or the page is gone, and with it all that was open there.
    pub(crate) fn drop_tools(&mut self, session: SessionId) {
        self.tools_waiting.retain(|(of, _), _| *of != session);
        let page = self.view.page(session);
        let shown: Vec<Tool> =
            page.map_or_else(Vec::new, |page| page.tools.states.iter().map(|shown| shown.tool).collect());
        if shown.is_empty() {
            return;
        }
        for tool in shown {
            self.tool_closed(session, tool);
        }
        if let Some(page) = self.view.pages.iter_mut().find(|page| page.session == session) {
            page.tools.states.clear();
        }
    }

    fn tool_opened(&mut self, _now: SimTime, session: SessionId, tool: Tool) {
        match tool {
            Tool::ScreenSharing => self.sharing_began(session),
            Tool::FileTransfer => self.go_on_transferring(session),
            Tool::SystemInformation => self.ask_for_categories(session),
            Tool::PrivacyScreen
            | Tool::Clipboard
            | Tool::SpecialActions
            | Tool::CannedScripts
            | Tool::Reboot
            | Tool::CommandShell
            | Tool::Elevation => {}
        }
    }

    fn tool_closed(&mut self, session: SessionId, tool: Tool) {
        match tool {
            Tool::ScreenSharing => self.sharing_ended(session),
            Tool::PrivacyScreen => self.privacy_ended(session),
            Tool::FileTransfer => self.stop_transferring(session),
            Tool::CommandShell => self.end_shells(session),
            Tool::Elevation => self.elevation_closed(session),
            Tool::SystemInformation => self.stop_fetching(session),
            Tool::Clipboard | Tool::SpecialActions | Tool::CannedScripts | Tool::Reboot => {}
        }
    }

    fn must_offer(&self, session: SessionId, tool: Tool) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        if !self.admitted {
            return Err(ConsoleError::NotConnected);
        }
        if page.tools.offers(tool) {
            Ok(())
        } else {
            Err(ConsoleError::NotOffered { wanted: tool.to_string() })
        }
    }
}

impl PageTools {
    /// Whether a tool is on the screen.
    pub fn offers(&self, tool: Tool) -> bool {
        self.offered.iter().any(|offer| offer.tool == tool)
    }

    /// How a tool stands; `None` where nobody has wanted it yet.
    pub fn state(&self, tool: Tool) -> Option<ToolState> {
        self.states.iter().find(|shown| shown.tool == tool).map(|shown| shown.state)
    }

    /// Whether a tool is open, and how far.
    pub fn open(&self, tool: Tool) -> Option<Access> {
        match self.state(tool)? {
            ToolState::Open(access) => Some(access),
            ToolState::Closed | ToolState::Asking | ToolState::Refused(_) => None,
        }
    }

    fn put(&mut self, tool: Tool, state: ToolState) {
        self.states.retain(|shown| shown.tool != tool);
        let place = self.states.partition_point(|shown| shown.tool < tool);
        self.states.insert(place, ToolShown { tool, state });
    }

    /// What the appliance says anew with every change of the session; the rest stays.
    pub(crate) fn follow(&mut self, page: &Page) {
        self.offered.clone_from(&page.tools.offered);
        self.scripts.clone_from(&page.tools.scripts);
        // A client that is not there holds no privacy screen.
        if page.presence != CustomerPresence::Connected && self.screen.privacy {
            (self.screen.privacy, self.screen.privacy_ended) = (false, Some(PrivacyEnd::Deserted));
        }
        // An elevated client can run things as the system (SPA-02).
        if !self.screen.special_actions.is_empty() {
            self.screen.run_as = page.run_as_ways();
        }
    }
}
