//! Sessions and help invitations that are assigned to the representative (EQL).

use std::time::Duration;

use device::{Device, Sound};
use serde::Serialize;
use wire::rep::{Assignment, Permission, RepAsk};
use wire::session::{DeviceFacts, Priority, SessionKind};
use wire::{QueueEntryId, QueueId, RequestId, SessionId, SimTime};

use crate::attendance::Timer;
use crate::console::{Asked, RepConsole};
use crate::error::ConsoleError;
use crate::rows::listed_as;

/// The prompt for an assignment (EQL-05).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownAssignment {
    /// The line of a queue that it is about.
    pub entry: QueueEntryId,
    /// Which session.
    pub session: SessionId,
    /// The queue that it comes from.
    pub queue: QueueId,
    /// That queue's name; empty for one that this console does not show.
    pub queue_name: String,
    /// The customer's name.
    pub customer: String,
    /// That name as queues list it (BRW-04).
    pub listed_as: String,
    /// The customer's machine.
    pub device: DeviceFacts,
    /// What the customer shares.
    pub kind: SessionKind,
    /// The issue, if there is one.
    pub issue: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// Who asks for help, where it is a help invitation.
    pub from: Option<String>,
    /// When the prompt goes away unanswered, by this console's clock (EQL-10).
    pub expires: SimTime,
    /// Whether that is soon (EQL-07). Desktops only.
    pub expiring: bool,
}

/// Something that the account turns on and off, if it may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Switch {
    /// Whether it is offered; without the permission it is not.
    pub offered: bool,
    /// Whether it is on.
    pub on: bool,
}

/// Assignments.
impl RepConsole {
    /// Accepts an assignment (EQL-08), or rejects it (EQL-09).
    ///
    /// # Errors
    /// There is no such prompt, or the connection is lost.
    pub fn answer_assignment(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        entry: QueueEntryId,
        accept: bool,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        if !self.view.assignments.iter().any(|shown| shown.entry == entry) {
            return Err(ConsoleError::NoSuchAssignment(entry));
        }
        self.touched(now);
        Ok(self.ask(RepAsk::AnswerAssignment { entry, accept }, Asked::Other))
    }

    /// Lets sessions be assigned, or no longer (SET-02, EQL-17).
    ///
    /// # Errors
    /// It is not offered to this account, or the connection is lost.
    pub fn set_auto_assignment(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        on: bool,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.must_be_offered(Permission::DisableAutoAssignment, "auto assignment")?;
        self.touched(now);
        Ok(self.ask(RepAsk::SetAutoAssignment { on }, Asked::AutoAssignment(on)))
    }

    /// Lets colleagues invite while nobody is signed in here, or no longer (SHR-09).
    ///
    /// # Errors
    /// It is not offered to this account, or the connection is lost.
    pub fn set_extended_availability(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        on: bool,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.must_be_offered(Permission::ExtendedAvailability, "extended availability")?;
        self.touched(now);
        Ok(self.ask(RepAsk::SetExtendedAvailability { on }, Asked::ExtendedAvailability(on)))
    }
}

impl RepConsole {
    pub(crate) fn hear_assigned(&mut self, now: SimTime, device: &mut dyn Device, assignment: Assignment) {
        let entry = assignment.entry;
        let expires = now + Duration::from_millis(assignment.left_ms);
        let warned = Duration::from_millis(assignment.left_ms.saturating_sub(assignment.warning_ms));
        let shown = ShownAssignment {
            entry,
            session: assignment.session,
            queue: assignment.queue,
            queue_name: self.view.queue(assignment.queue).map_or(String::new(), |queue| queue.name.clone()),
            listed_as: listed_as(assignment.kind, &assignment.customer),
            customer: assignment.customer,
            device: assignment.device,
            kind: assignment.kind,
            issue: assignment.issue,
            priority: assignment.priority,
            from: assignment.from,
            expires,
            expiring: false,
        };
        match self.config.flavour.warns_of_expiry() && assignment.warning_ms > 0 {
            true => self.timers.set(Timer::AssignmentExpiring(entry), now + warned),
            false => self.timers.cancel(Timer::AssignmentExpiring(entry)),
        }
        let assignments = &mut self.view.assignments;
        match assignments.iter_mut().find(|before| before.entry == entry) {
            Some(before) => *before = shown,
            None => {
                assignments.push(shown);
                self.sound(device, Sound::Assignment);
            }
        }
    }

    pub(crate) fn hear_assignment_gone(&mut self, entry: QueueEntryId) {
        self.timers.cancel(Timer::AssignmentExpiring(entry));
        if self.view.assignments.iter().any(|shown| shown.entry == entry) {
            self.view.assignments.retain(|shown| shown.entry != entry);
        }
    }

    /// The appliance shows again what still is, once it has let us in again.
    pub(crate) fn forget_assignments(&mut self) {
        for entry in self.view.assignments.iter().map(|shown| shown.entry).collect::<Vec<_>>() {
            self.hear_assignment_gone(entry);
        }
    }

    pub(crate) fn warn_of_expiry(&mut self, device: &mut dyn Device, entry: QueueEntryId) {
        if let Some(shown) = self.view.assignments.iter_mut().find(|shown| shown.entry == entry) {
            shown.expiring = true;
            self.sound(device, Sound::AssignmentExpiring);
        }
    }
}
