//! Command shells on a session's page (SHL).

use device::{Device, Terminal};
use serde::Serialize;
use wire::tool::{
    SHELL_PIECE_BYTES_MAX, SHELL_WINDOW_BYTES, ShellCommand, ShellId, ShellUpdate, Tool, ToolCommand,
};
use wire::{SessionId, SimTime};

use super::keys::{KeyRow, ShellKey, Swipe, swiped};
use crate::console::RepConsole;
use crate::error::ConsoleError;

/// How many lines of a shell the console keeps.
pub const SHELL_LINES_MAX: usize = 500;

/// How many shells that have ended the console tells of; the oldest go first.
const ENDED_SHELLS_MAX: usize = 20;

/// The command shells of a session's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ShellsShown {
    /// Those that are open, in the order in which they were opened (SHL-02).
    pub open: Vec<ShellShown>,
    /// The one in front. Its name is at the lower left of the screen (SHL-04).
    pub current: Option<ShellId>,
    /// Those that have ended, the latest last.
    pub ended: Vec<ShellEnded>,
    /// The extra row of keys (SHL-05). Only phones show it.
    pub keys: KeyRow,
    /// Whether the phone's keyboard is shown (SHL-06).
    pub keyboard: bool,
    /// The shell menu, while it is open (SHL-06).
    pub menu: Vec<ShellMenuEntry>,
    /// The list of Shell Sessions, while it is open: the shells by name (SHL-06).
    pub sessions: Vec<String>,
    /// How many were opened on this page so far.
    #[serde(skip)]
    opened: u32,
}

/// A command shell that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShellShown {
    /// Its number.
    pub id: ShellId,
    /// What it is called: `cmd.exe`, and `cmd.exe 2` for the second one. Nothing until it is open.
    pub title: Option<String>,
    /// What it shows.
    pub terminal: Terminal,
    /// How much has come of it, in bytes.
    #[serde(skip)]
    received: u64,
    /// How much of that was told.
    #[serde(skip)]
    told: u64,
}

/// A command shell that is no longer open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShellEnded {
    /// What it was called.
    pub title: String,
    /// Why, in words.
    pub why: String,
}

/// An entry of the shell menu (SHL-06).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display, strum::EnumString,
)]
#[expect(missing_docs, reason = "each is the entry's own name, which is all there is to say")]
pub enum ShellMenuEntry {
    Keyboard,
    Fullscreen,
    #[strum(to_string = "Shell Sessions")]
    ShellSessions,
}

/// Verbs.
impl RepConsole {
    /// Opens one more shell, which comes to the front (SHL-01, SHL-02). The first one opens the tool, too, about which
    /// the customer may be asked.
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or command shells are not offered there.
    pub fn open_shell(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        let shell = ShellId(page.tools.shells.opened + 1);
        self.must_offer(session, Tool::CommandShell)?;
        self.touched(now);
        self.use_tool(session, ToolCommand::Shell(ShellCommand::Open { shell }))?;
        if let Some(shells) = self.shells_mut(session) {
            shells.opened = shell.0;
            let terminal = Terminal::new(SHELL_LINES_MAX);
            shells.open.push(ShellShown { id: shell, title: None, terminal, received: 0, told: 0 });
            shells.current = Some(shell);
            shells.close_menus();
        }
        Ok(())
    }

    /// Types into the shell in front (SHL-01). A line feed is Enter.
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or no shell is open there.
    pub fn type_in_shell(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        text: &str,
    ) -> Result<(), ConsoleError> {
        let shell = self.current_shell(session)?.id;
        let ctrl = self.view.page(session).is_some_and(|page| page.tools.shells.keys.ctrl);
        let mut bytes = text.as_bytes().to_vec();
        if let (true, Some(first @ (b'@'..=b'~'))) = (ctrl, bytes.first_mut()) {
            *first &= 0x1f;
        }
        self.touched(now);
        self.send_to_shell(session, shell, &bytes)?;
        if let Some(shells) = self.shells_mut(session).filter(|_| ctrl) {
            shells.keys.ctrl = false;
        }
        Ok(())
    }

    /// Presses a key of the extra row (SHL-05). A desktop has a keyboard with all of them.
    ///
    /// # Errors
    /// There is no such page, the console is not connected, no shell is open there, or the row does not show that key now.
    pub fn press_shell_key(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        key: ShellKey,
    ) -> Result<(), ConsoleError> {
        let shell = self.current_shell(session)?.id;
        let row = self.view.page(session).map(|page| page.tools.shells.keys).unwrap_or_default();
        if self.config.flavour.has_touch_screen() && !row.keys().contains(&key) {
            return Err(ConsoleError::NotOffered { wanted: format!("the key {key}") });
        }
        self.touched(now);
        if key == ShellKey::Ctrl {
            if let Some(shells) = self.shells_mut(session) {
                shells.keys.ctrl = !row.ctrl;
            }
            return Ok(());
        }
        self.send_to_shell(session, shell, &key.bytes())
    }

    /// Swipes the set at the top right of the extra row (SHL-05).
    ///
    /// # Errors
    /// There is no such page, no shell is open there, or this console has no touch screen.
    pub fn swipe_shell_keys(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        swipe: Swipe,
    ) -> Result<(), ConsoleError> {
        self.must_have_touch_screen("the extra row of keys")?;
        self.current_shell(session)?;
        self.touched(now);
        if let Some(shells) = self.shells_mut(session) {
            shells.keys.swipe(swipe);
        }
        Ok(())
    }

    /// Swipes over the shell in front: the one beside it comes to the front (SHL-04). Beside the last one is none.
    ///
    /// # Errors
    /// There is no such page, no shell is open there, or this console has no touch screen.
    pub fn swipe_shell(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        swipe: Swipe,
    ) -> Result<(), ConsoleError> {
        self.must_have_touch_screen("a swipe")?;
        let current = self.current_shell(session)?.id;
        self.touched(now);
        if let Some(shells) = self.shells_mut(session) {
            let place = shells.open.iter().position(|shell| shell.id == current).unwrap_or_default();
            let beside = swiped(place, shells.open.len(), swipe);
            shells.current = shells.open.get(beside).map(|shell| shell.id);
        }
        Ok(())
    }

    /// Brings a shell to the front, by its name: from the list of Shell Sessions on a phone, by its tab elsewhere.
    ///
    /// # Errors
    /// There is no such page, no shell of that name, or the list is not open.
    pub fn show_shell(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        title: &str,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        let shells = &page.tools.shells;
        let listed = !self.config.flavour.has_touch_screen() || !shells.sessions.is_empty();
        let shell = shells.open.iter().find(|shell| shell.title.as_deref() == Some(title));
        let shell = shell.filter(|_| listed).map(|shell| shell.id);
        let shell = shell.ok_or_else(|| ConsoleError::NotOffered { wanted: format!("the shell {title}") })?;
        self.touched(now);
        if let Some(shells) = self.shells_mut(session) {
            shells.current = Some(shell);
            shells.close_menus();
        }
        Ok(())
    }

    /// Opens the shell menu (SHL-06).
    ///
    /// # Errors
    /// There is no such page, no shell is open there, or this console has no touch screen.
    pub fn open_shell_menu(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        self.must_have_touch_screen("the shell menu")?;
        self.current_shell(session)?;
        self.touched(now);
        if let Some(shells) = self.shells_mut(session) {
            shells.menu = vec![ShellMenuEntry::Keyboard, ShellMenuEntry::Fullscreen];
            if shells.open.len() > 1 {
                shells.menu.push(ShellMenuEntry::ShellSessions);
            }
        }
        Ok(())
    }

    /// Picks an entry of the shell menu, which closes it (SHL-06). Keyboard shows the phone's keyboard or hides it,
    /// Fullscreen lets the shell fill the device, Shell Sessions lists those that are open.
    ///
    /// # Errors
    /// There is no such page, or the menu is not open, or has no such entry.
    pub fn pick_from_shell_menu(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        entry: ShellMenuEntry,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        if !page.tools.shells.menu.contains(&entry) {
            return Err(ConsoleError::NotOffered { wanted: entry.to_string() });
        }
        if entry == ShellMenuEntry::Fullscreen {
            self.fullscreen(now, device, session, true)?;
        } else {
            self.touched(now);
        }
        if let Some(shells) = self.shells_mut(session) {
            shells.close_menus();
            match entry {
                ShellMenuEntry::Keyboard => shells.keyboard = !shells.keyboard,
                ShellMenuEntry::Fullscreen => {}
                ShellMenuEntry::ShellSessions => shells.list_sessions(),
            }
        }
        Ok(())
    }

    /// Closes the shell in front; the others go on (SHL-03).
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or no shell is open there.
    pub fn close_shell(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        let shell = self.current_shell(session)?.id;
        self.touched(now);
        self.use_open_tool(session, ToolCommand::Shell(ShellCommand::Close { shell }))?;
        if let Some(shells) = self.shells_mut(session) {
            shells.remove(shell);
        }
        Ok(())
    }
}

impl RepConsole {
    pub(super) fn hear_of_shell(&mut self, session: SessionId, update: ShellUpdate) {
        let Some(shells) = self.shells_mut(session) else { return };
        match update {
            ShellUpdate::Opened { shell, name } => {
                let title = shells.title_for(&name);
                if let Some(shown) = shells.open.iter_mut().find(|shown| shown.id == shell) {
                    shown.title.get_or_insert(title);
                }
            }
            ShellUpdate::Output { shell, bytes } => {
                if let Some(shown) = shells.open.iter_mut().find(|shown| shown.id == shell) {
                    shown.terminal.feed(&bytes);
                    shown.received += bytes.len() as u64;
                    if shown.received - shown.told >= SHELL_WINDOW_BYTES / 2 {
                        shown.told = shown.received;
                        let received = ShellCommand::Received { shell, bytes: shown.received };
                        self.say_tool(session, ToolCommand::Shell(received));
                    }
                }
            }
            ShellUpdate::Closed { shell, why } => shells.end(shell, why),
        }
    }

    /// The tool is closed, or the connection is gone: no shell is left.
    pub(super) fn end_shells(&mut self, session: SessionId) {
        let why =
            if self.admitted { "command shell was closed" } else { "the connection was lost" }.to_owned();
        let Some(shells) = self.shells_mut(session) else { return };
        for shell in shells.open.iter().map(|shell| shell.id).collect::<Vec<_>>() {
            shells.end(shell, why.clone());
        }
    }

    fn send_to_shell(
        &mut self,
        session: SessionId,
        shell: ShellId,
        bytes: &[u8],
    ) -> Result<(), ConsoleError> {
        for piece in bytes.chunks(SHELL_PIECE_BYTES_MAX) {
            let command = ShellCommand::Input { shell, bytes: piece.to_vec() };
            self.use_open_tool(session, ToolCommand::Shell(command))?;
        }
        Ok(())
    }

    fn current_shell(&self, session: SessionId) -> Result<&ShellShown, ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        page.tools.shells.current().ok_or(ConsoleError::ToolNotOpen { tool: Tool::CommandShell })
    }

    fn shells_mut(&mut self, session: SessionId) -> Option<&mut ShellsShown> {
        self.page_tools_mut(session).map(|tools| &mut tools.shells)
    }
}

impl ShellsShown {
    /// The shell in front.
    pub fn current(&self) -> Option<&ShellShown> {
        self.open.iter().find(|shell| Some(shell.id) == self.current)
    }

    /// The names of those that are open.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        self.open.iter().filter_map(|shell| shell.title.as_deref())
    }

    /// What one more of that name is called.
    fn title_for(&self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name} {number}"));
        let mut titles = std::iter::once(name.to_owned()).chain(numbered);
        let free = titles.find(|title| !self.titles().any(|taken| taken == title));
        free.expect("there are more numbers than shells")
    }

    fn list_sessions(&mut self) {
        self.sessions = self.titles().map(str::to_owned).collect();
    }

    fn close_menus(&mut self) {
        self.menu.clear();
        self.sessions.clear();
    }

    fn end(&mut self, shell: ShellId, why: String) {
        let Some(shown) = self.remove(shell) else { return };
        if self.ended.len() == ENDED_SHELLS_MAX {
            self.ended.remove(0);
        }
        // One that never opened has no name.
        let title = shown.title.unwrap_or_else(|| Tool::CommandShell.to_string());
        self.ended.push(ShellEnded { title, why });
    }

    /// The one before it comes to the front, or else the one after it.
    fn remove(&mut self, shell: ShellId) -> Option<ShellShown> {
        let place = self.open.iter().position(|shown| shown.id == shell)?;
        let removed = self.open.remove(place);
        if self.current == Some(shell) {
            self.current = self.open.get(place.saturating_sub(1)).map(|shown| shown.id);
        }
        self.close_menus();
        Some(removed)
    }
}
