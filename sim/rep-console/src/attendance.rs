//! Whether anybody sits at the console, and what the console wakes up for by itself.

use std::time::Duration;

use device::Device;
use wire::rep::{Attendance, RepToAppliance};
use wire::{QueueEntryId, SimTime};

use crate::console::RepConsole;

/// What the console wakes up for, beside its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
pub(crate) enum Timer {
    /// The prompt for an assignment is about to expire (EQL-07).
    #[strum(serialize = "assignment expires soon")]
    AssignmentExpiring(QueueEntryId),
    /// Nobody has touched the console for the account's idle limit (EQL-15).
    #[strum(serialize = "nobody touches it")]
    Idle,
}

impl RepConsole {
    /// The operating system says that the computer was locked or shows its login screen, or no longer (EQL-16). On a
    /// console that is no desktop's, this means nothing.
    pub fn computer_locked(&mut self, now: SimTime, _device: &mut dyn Device, locked: bool) {
        if !self.config.flavour.minds_lock() {
            return self.begin();
        }
        self.locked = locked;
        // Whoever unlocks it is there; whoever locks it was, until now.
        self.touched(now);
    }

    /// A person uses the console: every verb begins with this.
    pub(crate) fn touched(&mut self, now: SimTime) {
        self.begin();
        self.touched_at = now;
        self.watch_idling(now);
        self.tell_attendance();
    }

    /// What is due apart from the connection's own.
    pub(crate) fn wake(&mut self, now: SimTime, device: &mut dyn Device) {
        while let Some(timer) = self.timers.pop_due(now) {
            match timer {
                Timer::AssignmentExpiring(entry) => self.warn_of_expiry(device, entry),
                Timer::Idle => {
                    self.idle = true;
                    self.tell_attendance();
                }
            }
        }
    }

    /// Sets the clock that finds nobody there, by when somebody was last (EQL-15).
    pub(crate) fn watch_idling(&mut self, now: SimTime) {
        let limit_s = self.view.profile.as_ref().and_then(|profile| profile.idle_after_s);
        let at = limit_s.map(|limit_s| self.touched_at + Duration::from_secs(limit_s.into()));
        self.idle = at.is_some_and(|at| at <= now);
        match at {
            Some(at) if !self.idle => self.timers.set(Timer::Idle, at),
            Some(_) | None => self.timers.cancel(Timer::Idle),
        }
    }

    /// Tells the appliance, if it has let us in and does not know yet. Nobody assigns to external representatives.
    pub(crate) fn tell_attendance(&mut self) {
        let attendance = self.attendance();
        let external = self.view.profile.as_ref().is_none_or(|profile| profile.external);
        if self.admitted && !external && self.told_attendance != Some(attendance) {
            self.told_attendance = Some(attendance);
            self.say(&RepToAppliance::Attendance(attendance));
        }
    }

    /// Says before signing in that nobody sits here, so that nothing is assigned in the meantime (EQL-13).
    pub(crate) fn tell_absence(&mut self) {
        let attendance = self.attendance();
        if attendance != Attendance::Attended {
            self.say(&RepToAppliance::Attendance(attendance));
        }
    }

    fn attendance(&self) -> Attendance {
        match (self.locked, self.idle) {
            (true, _) => Attendance::Locked,
            (false, true) => Attendance::Idle,
            (false, false) => Attendance::Attended,
        }
    }
}
