//! Moving sessions into other queues (TRF).

use device::Device;
use wire::rep::{Colleague, Permission, RepAsk, Team};
use wire::{QueueEntryId, QueueId, RequestId, SessionId, SimTime};

use crate::console::{Asked, RepConsole};
use crate::error::ConsoleError;
use crate::view::RepConsoleView;

/// Where a session can be moved to (TRF-06).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransferTargets {
    /// The representative's own teams, then those that the permission opens.
    pub teams: Vec<Team>,
    /// Under Representative: who is signed in.
    pub representatives: Vec<Colleague>,
}

impl RepConsole {
    /// Moves the session of a page into another queue, and leaves it (TRF-03, TRF-04).
    ///
    /// # Errors
    /// There is no such page, or the connection is lost.
    pub fn transfer(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        to: QueueId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.must_have_page(session)?;
        self.touched(now);
        Ok(self.ask(RepAsk::Transfer { session, to }, Asked::Other))
    }

    /// Moves a session that waits into another queue (TRF-01, TRF-02).
    ///
    /// # Errors
    /// No such line is on the screen, or the connection is lost.
    pub fn transfer_entry(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        entry: QueueEntryId,
        to: QueueId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        let session = self.view.row(entry).ok_or(ConsoleError::NoSuchEntry(entry))?.session;
        self.touched(now);
        Ok(self.ask(RepAsk::Transfer { session, to }, Asked::Other))
    }
}

impl RepConsoleView {
    /// The transfer list: the available teams and, under Representative, who is signed in (TRF-06).
    pub fn transfer_targets(&self) -> TransferTargets {
        let Some(profile) = &self.profile else { return TransferTargets::default() };
        let others = profile.other_teams.iter().filter(|_| self.may(Permission::TransferToOtherTeams));
        TransferTargets {
            teams: profile.teams.iter().chain(others).cloned().collect(),
            representatives: self.colleagues.iter().filter(|other| other.signed_in).cloned().collect(),
        }
    }
}
