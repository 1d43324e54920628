//! Elevation, from the representative's side: a chat becomes the full client (C2C-08), and the client gets administrative
//! rights (ELV).

use device::Device;
use serde::Serialize;
use wire::SessionId;
use wire::SimTime;
use wire::session::Platform;
use wire::tool::{
    ClientKind, ElevationCommand, ElevationRefusal, ElevationUpdate, SwitchRefusal, Tool, ToolCommand,
};

use crate::console::RepConsole;
use crate::error::ConsoleError;
use crate::view::Page;

/// What the page of a session shows of elevation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PageElevation {
    /// What has come of this representative's request, if there was one.
    pub state: ElevationState,
    /// The accounts of the machine, once the client is elevated (ELV-03).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Whose desktop is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_user: Option<String>,
    /// Why the desktop that was asked for last is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_switched: Option<SwitchRefusal>,
}

/// What has come of a request for elevation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum ElevationState {
    /// There was none.
    #[default]
    None,
    /// The customer is being asked.
    CustomerAsked,
    /// The customer has agreed, and the full client is on its way (C2C-10).
    Fetching,
    /// The client is of this kind now.
    Done(ClientKind),
    /// All is as it was.
    Refused(ElevationRefusal),
}

/// A way to elevate that a page offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::Display, strum::EnumString)]
pub enum ElevationWay {
    /// The chat in the browser becomes the full client (C2C-08).
    #[strum(to_string = "Elevate to Full Client")]
    FullClient,
    /// The customer is asked for an administrator's credentials (ELV-08).
    #[strum(to_string = "Prompt Customer")]
    PromptCustomer,
    /// The representative has such credentials (ELV-07).
    #[strum(to_string = "Provide Credentials")]
    ProvideCredentials,
}

/// Verbs.
impl RepConsole {
    /// Asks the customer to go on in the full client (C2C-08, ELV-01).
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or the page does not offer it.
    pub fn elevate_to_full_client(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        let command = ElevationCommand::ToFullClient { answer_within_ms: 0 };
        self.elevate(now, session, ElevationWay::FullClient, command)
    }

    /// Asks the customer for an administrator's credentials (ELV-08).
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or the page does not offer it (ELV-05).
    pub fn prompt_for_credentials(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<(), ConsoleError> {
        let command = ElevationCommand::PromptCustomer { answer_within_ms: 0 };
        self.elevate(now, session, ElevationWay::PromptCustomer, command)
    }

    /// Gives an administrator's credentials (ELV-07).
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or the page does not offer it (ELV-05).
    pub fn provide_credentials(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        user: &str,
        password: &str,
    ) -> Result<(), ConsoleError> {
        let command =
            ElevationCommand::ByCredentials { user: user.to_owned(), password: password.to_owned() };
        self.elevate(now, session, ElevationWay::ProvideCredentials, command)
    }

    /// Has another user's desktop shown (ELV-03).
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or the client is not elevated.
    pub fn switch_user(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        user: &str,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        if page.client != ClientKind::Elevated {
            return Err(ConsoleError::NotOffered { wanted: "switching users".to_owned() });
        }
        let command = ElevationCommand::SwitchUser { user: user.to_owned() };
        self.must_offer(session, Tool::Elevation)?;
        self.touched(now);
        self.use_tool(session, ToolCommand::Elevation(command))
    }

    fn elevate(
        &mut self,
        now: SimTime,
        session: SessionId,
        way: ElevationWay,
        command: ElevationCommand,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        if !page.elevation_ways().contains(&way) {
            return Err(ConsoleError::NotOffered { wanted: way.to_string() });
        }
        self.must_offer(session, Tool::Elevation)?;
        self.touched(now);
        self.set_elevation(session, ElevationState::None);
        self.use_tool(session, ToolCommand::Elevation(command))
    }
}

impl RepConsole {
    pub(super) fn hear_of_elevation(&mut self, now: SimTime, session: SessionId, update: ElevationUpdate) {
        match update {
            ElevationUpdate::CustomerAsked => self.set_elevation(session, ElevationState::CustomerAsked),
            ElevationUpdate::Fetching => self.set_elevation(session, ElevationState::Fetching),
            ElevationUpdate::Done(kind) => self.set_elevation(session, ElevationState::Done(kind)),
            ElevationUpdate::Refused(why) => {
                self.set_elevation(session, ElevationState::Refused(why));
                self.notice(now, format!("{}: {why}", Tool::Elevation));
            }
            ElevationUpdate::NotSwitched(why) => {
                if let Some(page) = self.view.pages.iter_mut().find(|page| page.session == session) {
                    page.tools.elevation.not_switched = Some(why);
                }
                self.notice(now, format!("switching users: {why}"));
            }
            ElevationUpdate::Users { accounts, active } => {
                if let Some(page) = self.view.pages.iter_mut().find(|page| page.session == session) {
                    page.tools.elevation.accounts = accounts;
                    page.tools.elevation.active_user = active;
                    page.tools.elevation.not_switched = None;
                }
            }
        }
    }

    /// Nobody is asked for this representative any more.
    pub(super) fn elevation_closed(&mut self, session: SessionId) {
        let page = self.view.page(session);
        let state = page.map_or(ElevationState::None, |page| page.tools.elevation.state);
        if let ElevationState::CustomerAsked | ElevationState::Fetching = state {
            self.set_elevation(session, ElevationState::None);
        }
    }

    fn set_elevation(&mut self, session: SessionId, state: ElevationState) {
        let page = self.view.pages.iter_mut().find(|page| page.session == session);
        if let Some(page) = page.filter(|page| page.tools.elevation.state != state) {
            page.tools.elevation.state = state;
        }
    }
}

impl Page {
    /// The ways to elevate that the page offers now; none where the client is as far as it can be (ELV-05).
    pub fn elevation_ways(&self) -> Vec<ElevationWay> {
        if !self.tools.offers(Tool::Elevation) {
            return Vec::new();
        }
        match (self.client, self.device.platform) {
            (ClientKind::WebChat, _) => vec![ElevationWay::FullClient],
            (ClientKind::UserMode, Platform::Windows | Platform::Mac) => {
                vec![ElevationWay::PromptCustomer, ElevationWay::ProvideCredentials]
            }
            (
                ClientKind::UserMode | ClientKind::Elevated | ClientKind::Support | ClientKind::SupportPlus,
                _,
            ) => Vec::new(),
        }
    }

    /// The ways that the banner over a shared screen offers; `None` while there is no banner (SCR-06).
    pub fn elevation_banner(&self) -> Option<Vec<ElevationWay>> {
        self.tools.open(Tool::ScreenSharing)?;
        let ways = self.elevation_ways();
        ways.contains(&ElevationWay::PromptCustomer).then_some(ways)
    }
}
