//! What a line of a team's queue stands for, to whoever looks at lines: a session that waits, or an invitation.

use std::collections::BTreeSet;

use wire::session::Priority;
use wire::{QueueEntryId, RepId};

use crate::session::Session;
use crate::sharing::Invitation;

impl Session {
    /// The invitation that this line is, if it is one.
    pub(crate) fn invitation(&self, entry: QueueEntryId) -> Option<&Invitation> {
        self.record.invitations.iter().find(|invitation| invitation.entry == entry)
    }

    fn invitation_mut(&mut self, entry: QueueEntryId) -> Option<&mut Invitation> {
        self.record.invitations.iter_mut().find(|invitation| invitation.entry == entry)
    }

    /// How urgent a line is: an invitation goes by the issue that help is asked for.
    pub(crate) fn priority_of(&self, entry: QueueEntryId) -> Priority {
        self.invitation(entry).map_or(self.record.priority, |invitation| invitation.priority)
    }

    /// What it takes to help, the critical first.
    pub(crate) fn skills_of(&self, entry: QueueEntryId) -> &[usize] {
        self.invitation(entry).map_or(&self.record.skills, |invitation| &invitation.skills)
    }

    /// Who has turned it down and is not asked again (EQL-11).
    pub(crate) fn turned_down(&self, entry: QueueEntryId) -> &BTreeSet<RepId> {
        self.invitation(entry).map_or(&self.record.turned_down, |invitation| &invitation.turned_down)
    }

    /// Somebody has turned it down.
    pub(crate) fn turn_down(&mut self, entry: QueueEntryId, rep: RepId) {
        match self.invitation_mut(entry) {
            Some(invitation) => invitation.turned_down.insert(rep),
            None => self.record.turned_down.insert(rep),
        };
    }

    /// Whether everybody who could be asked has been (EQL-12).
    pub(crate) fn is_exhausted(&self, entry: QueueEntryId) -> bool {
        match self.invitation(entry) {
            Some(invitation) => invitation.exhausted,
            None => self.record.placement.is_some_and(|placement| placement.exhausted),
        }
    }

    /// Everybody who could be asked has been.
    pub(crate) fn exhaust(&mut self, entry: QueueEntryId) {
        if let Some(invitation) = self.invitation_mut(entry) {
            invitation.exhausted = true;
        } else if let Some(placement) = &mut self.record.placement {
            placement.exhausted = true;
        }
    }
}
