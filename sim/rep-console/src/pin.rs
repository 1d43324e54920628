//! Pinning the machine of a session, and unpinning it (JPN).

use device::Device;
use serde::Serialize;
use wire::pin::{PinMode, PinObstacle, PinTo, SessionPin};
use wire::rep::{JumpGroup, Permission, RepAsk};
use wire::session::CustomerPresence;
use wire::{JumpClientId, RequestId, SessionId, SimTime};

use crate::console::{Asked, RepConsole};
use crate::error::ConsoleError;
use crate::view::{Page, RepConsoleView};

/// What pinning is called where it is not offered.
const PINNING: &str = "pinning";

/// What the page of a session offers for pinning its machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinOptions {
    /// The Jump Groups to choose from (JPN-01). The personal list is always there (JPN-02).
    pub groups: Vec<JumpGroup>,
    /// How the Jump Client can run: as a service only where the client is elevated (JPN-04).
    pub modes: Vec<PinMode>,
}

/// A question that Yes or No answers: is the Jump Client of this machine to be uninstalled? (JPN-03)
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unpinning {
    /// Which.
    pub machine: JumpClientId,
    /// The machine's name.
    pub computer: String,
}

/// Verbs.
impl RepConsole {
    /// Pins the machine of a session: leaves a Jump Client on it (JPN-01, JPN-02).
    ///
    /// # Errors
    /// There is no such page, the connection is lost, the account may not pin, or not to that Jump Group, or that machine
    /// can not be pinned, or not so (JPN-04).
    pub fn pin(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        to: PinTo,
        mode: PinMode,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        self.must_be_offered(Permission::DeployJumpClients, PINNING)?;
        if let Some(obstacle) = page.pin_obstacle(mode) {
            return Err(ConsoleError::CanNotPin(obstacle));
        }
        let groups = self.view.profile.as_ref().map_or(&[][..], |profile| &profile.jump_groups);
        match to {
            PinTo::Group(group) if !groups.iter().any(|own| own.id == group) => {
                return Err(ConsoleError::NotOffered { wanted: format!("{PINNING} to {group}") });
            }
            PinTo::Group(_) | PinTo::Personal => {}
        }
        self.touched(now);
        Ok(self.ask(RepAsk::Pin { session, to, mode }, Asked::Other))
    }

    /// Asks for a machine to be unpinned. Nothing happens before [`RepConsole::confirm_unpin`] says Yes (JPN-03).
    ///
    /// # Errors
    /// The machine is neither on the list of Jump Items nor a session's, the account may not unpin, or the connection is
    /// lost.
    pub fn ask_to_unpin(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        machine: JumpClientId,
    ) -> Result<(), ConsoleError> {
        self.must_be_connected()?;
        self.must_be_offered(Permission::DeployJumpClients, "unpinning")?;
        let computer = self.view.pinned_machine(machine).ok_or(ConsoleError::NoSuchJumpItem(machine))?;
        let computer = computer.to_owned();
        self.touched(now);
        self.view.unpin_to_confirm = Some(Unpinning { machine, computer });
        Ok(())
    }

    /// Says Yes to the question whether a machine is to be unpinned, or No: then all stays as it is (JPN-03).
    ///
    /// # Errors
    /// There is no such question, or the connection is lost.
    pub fn confirm_unpin(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        yes: bool,
    ) -> Result<Option<RequestId>, ConsoleError> {
        let Unpinning { machine, .. } =
            self.view.unpin_to_confirm.clone().ok_or(ConsoleError::NothingToConfirm)?;
        if yes {
            self.must_be_connected()?;
        }
        self.touched(now);
        self.view.unpin_to_confirm = None;
        let ask = RepAsk::Unpin { jump_client: machine };
        Ok(yes.then(|| self.ask(ask, Asked::Unpin(machine))))
    }
}

impl RepConsole {
    /// A machine is pinned no longer: it leaves the list.
    pub(crate) fn hear_unpinned(&mut self, machine: JumpClientId) {
        self.view.jump_items.retain(|item| item.id != machine);
        self.drop_void_unpinning();
    }

    /// Of a machine that has gone already nobody asks.
    pub(crate) fn drop_void_unpinning(&mut self) {
        let Some(Unpinning { machine, .. }) = self.view.unpin_to_confirm else { return };
        if self.view.pinned_machine(machine).is_none() {
            self.view.unpin_to_confirm = None;
        }
    }
}

impl Page {
    /// What stands in the way of pinning the machine so, if anything.
    pub fn pin_obstacle(&self, mode: PinMode) -> Option<PinObstacle> {
        PinObstacle::of(self.kind, self.device.platform, self.client, mode).or(match self.pin {
            SessionPin::No if self.presence == CustomerPresence::Connected => None,
            SessionPin::No => Some(PinObstacle::CustomerAway),
            SessionPin::UnderWay => Some(PinObstacle::UnderWay),
            SessionPin::Pinned(_) => Some(PinObstacle::AlreadyThere),
        })
    }
}

impl RepConsoleView {
    /// What the page of a session offers for pinning; nothing where the account may not, or the machine can not be.
    pub fn pin_options(&self, session: SessionId) -> Option<PinOptions> {
        let page = self.page(session)?;
        let profile = self.profile.as_ref().filter(|_| self.may(Permission::DeployJumpClients))?;
        let possible = |mode: &PinMode| page.pin_obstacle(*mode).is_none();
        let modes: Vec<PinMode> = [PinMode::User, PinMode::Service].into_iter().filter(possible).collect();
        (!modes.is_empty()).then(|| PinOptions { groups: profile.jump_groups.clone(), modes })
    }

    /// The name of a machine that can be unpinned: one of the Jump Items, or of a session.
    fn pinned_machine(&self, machine: JumpClientId) -> Option<&str> {
        let listed = self.jump_items.iter().find(|item| item.id == machine).map(|item| &item.computer);
        let of_session = || self.pages.iter().find(|page| page.pin == SessionPin::Pinned(Some(machine)));
        Some(listed.or_else(|| of_session().map(|page| &page.device.computer))?.as_str())
    }
}
