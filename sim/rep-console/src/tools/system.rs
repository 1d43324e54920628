//! System information of a session's machine (SYS).

use device::Device;
use serde::Serialize;
use wire::tool::{SystemCommand, SystemTable, SystemUpdate, ToolCommand};
use wire::{SessionId, SimTime};

use crate::console::RepConsole;
use crate::error::ConsoleError;

/// What a session's page shows of the machine's system information.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SystemShown {
    /// The categories of that machine, in its order (SYS-01).
    pub categories: Vec<String>,
    /// The category that is in front.
    pub chosen: Option<String>,
    /// The category whose data was asked for and has not come yet.
    pub fetching: Option<String>,
    /// The data of each category that was picked, as it last came (SYS-02).
    pub tables: Vec<FetchedTable>,
}

/// The data of a category, and when it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FetchedTable {
    /// When it came, by this console's clock.
    pub at: SimTime,
    /// The data.
    pub table: SystemTable,
}

/// Verbs.
impl RepConsole {
    /// Picks a category, whose data is fetched, or fetched anew (SYS-02).
    ///
    /// # Errors
    /// There is no such page, the console is not connected, system information is not open, or this machine has no such
    /// category.
    pub fn pick_category(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        category: &str,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        if !page.tools.system.categories.iter().any(|offered| offered == category) {
            return Err(ConsoleError::NotOffered { wanted: format!("the category {category:?}") });
        }
        self.touched(now);
        self.fetch(session, category.to_owned())
    }

    /// Taps Refresh: the data of the category in front is fetched anew (SYS-03).
    ///
    /// # Errors
    /// There is no such page, the console is not connected, system information is not open, or no category is in front.
    pub fn refresh_system_information(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        let chosen = page.tools.system.chosen.clone();
        let chosen = chosen.ok_or_else(|| ConsoleError::NotOffered { wanted: "Refresh".to_owned() })?;
        self.touched(now);
        self.fetch(session, chosen)
    }
}

impl RepConsole {
    /// System information is open: which categories are there?
    pub(super) fn ask_for_categories(&mut self, session: SessionId) {
        self.say_tool(session, ToolCommand::System(SystemCommand::Categories));
    }

    /// What was asked for will not come.
    pub(super) fn stop_fetching(&mut self, session: SessionId) {
        if let Some(system) = self.system_mut(session) {
            system.fetching = None;
        }
    }

    pub(super) fn hear_of_system(&mut self, now: SimTime, session: SessionId, update: SystemUpdate) {
        let Some(system) = self.system_mut(session) else { return };
        match update {
            SystemUpdate::Categories(categories) => system.categories = categories,
            SystemUpdate::Table(table) => {
                system.fetching = system.fetching.take().filter(|asked| *asked != table.category);
                let place = system.tables.iter().position(|other| other.table.category == table.category);
                let fetched = FetchedTable { at: now, table };
                match place {
                    Some(place) => system.tables[place] = fetched,
                    // Nobody has asked for more than there are categories.
                    None if system.categories.contains(&fetched.table.category) => {
                        system.tables.push(fetched);
                    }
                    None => {}
                }
            }
            SystemUpdate::Unknown { category } => {
                system.fetching = system.fetching.take().filter(|asked| *asked != category);
                self.notice(now, format!("this machine tells nothing of {category}"));
            }
        }
    }

    fn fetch(&mut self, session: SessionId, category: String) -> Result<(), ConsoleError> {
        let command = SystemCommand::Fetch { category: category.clone() };
        self.use_open_tool(session, ToolCommand::System(command))?;
        if let Some(system) = self.system_mut(session) {
            system.chosen = Some(category.clone());
            system.fetching = Some(category);
        }
        Ok(())
    }

    fn system_mut(&mut self, session: SessionId) -> Option<&mut SystemShown> {
        self.page_tools_mut(session).map(|tools| &mut tools.system)
    }
}

impl SystemShown {
    /// The data of a category, if it was ever fetched.
    pub fn table(&self, category: &str) -> Option<&FetchedTable> {
        self.tables.iter().find(|fetched| fetched.table.category == category)
    }
}
