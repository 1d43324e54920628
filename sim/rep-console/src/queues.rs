//! What a representative can do with queues and their lines.

use device::Device;
use wire::rep::RepAsk;
use wire::session::QueueEntryKind;
use wire::{QueueEntryId, QueueId, RequestId, SimTime};

use crate::console::{Asked, RepConsole};
use crate::error::ConsoleError;
use crate::rows::{Column, SortBy};
use crate::view::StartMethod;

/// Queues.
impl RepConsole {
    /// Opens the details of a line (QUE-15). On a desktop, a second click closes them.
    ///
    /// # Errors
    /// No such line is on the screen.
    pub fn click_entry(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        entry: QueueEntryId,
    ) -> Result<(), ConsoleError> {
        self.must_see(entry)?;
        self.touched(now);
        let second = self.config.flavour.has_double_click() && self.view.details == Some(entry);
        self.view.set(|view| &mut view.details, (!second).then_some(entry));
        Ok(())
    }

    /// Closes the details, if they are open.
    pub fn close_details(&mut self, now: SimTime, _device: &mut dyn Device) {
        self.touched(now);
        self.view.set(|view| &mut view.details, None);
    }

    /// Takes a session from its queue, or follows an invitation (ACC-01). On a session that is under way already,
    /// goes back to its page (ACC-08).
    ///
    /// # Errors
    /// No such line is on the screen, or the connection is lost.
    pub fn accept(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        entry: QueueEntryId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.must_see(entry)?;
        self.touched(now);
        Ok(self.ask(RepAsk::Accept { entry }, Asked::Other))
    }

    /// Accepts by a double-click (ACC-04).
    ///
    /// # Errors
    /// As [`RepConsole::accept`], and on a console without double-click.
    pub fn double_click_entry(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        entry: QueueEntryId,
    ) -> Result<RequestId, ConsoleError> {
        if !self.config.flavour.has_double_click() {
            return Err(ConsoleError::NotOffered { wanted: "a double-click".to_owned() });
        }
        self.accept(now, device, entry)
    }

    /// Declines an invitation.
    ///
    /// # Errors
    /// No such invitation is on the screen, or the connection is lost.
    pub fn decline(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        entry: QueueEntryId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        let row = self.view.row(entry).ok_or(ConsoleError::NoSuchEntry(entry))?;
        let QueueEntryKind::Invitation { .. } = row.what else {
            return Err(ConsoleError::NoInvitation(entry));
        };
        self.touched(now);
        Ok(self.ask(RepAsk::Decline { entry }, Asked::Other))
    }

    /// Takes the oldest session that waits in the team queues (ACC-05).
    ///
    /// # Errors
    /// It is not offered to this account, or the connection is lost.
    pub fn get_next(&mut self, now: SimTime, _device: &mut dyn Device) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        if !self.view.start_methods.contains(&StartMethod::GetNext) {
            return Err(ConsoleError::NotOffered { wanted: StartMethod::GetNext.to_string() });
        }
        self.touched(now);
        Ok(self.ask(RepAsk::GetNext, Asked::Other))
    }

    /// Clicks on a criterion to sort the queues by it; on the one that is chosen already, to turn the order round
    /// (QUE-17). Kept for the next start (QUE-19).
    ///
    /// # Errors
    /// This console does not sort.
    pub fn sort_queues(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        by: SortBy,
    ) -> Result<(), ConsoleError> {
        self.must_sort()?;
        self.touched(now);
        let view = &mut *self.view;
        view.sort_reversed = view.sort == by && !view.sort_reversed;
        view.sort = by;
        let order = view.order();
        for queue in &mut view.queues {
            queue.sort(order);
        }
        self.settings.sort = by;
        self.settings.sort_reversed = order.reversed;
        self.settings.save(device);
        Ok(())
    }

    /// Arranges the columns, from left to right; kept for the next start (QUE-19).
    ///
    /// # Errors
    /// This console does not arrange columns.
    pub fn arrange_columns(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        columns: &[Column],
    ) -> Result<(), ConsoleError> {
        self.must_sort()?;
        self.touched(now);
        self.view.columns = columns.to_vec();
        self.settings.columns = columns.to_vec();
        self.settings.save(device);
        Ok(())
    }

    /// Taps the star beside a queue, which marks it or takes the mark away (QUE-13).
    ///
    /// # Errors
    /// This console has no stars, or no such queue is on the screen.
    pub fn tap_star(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        queue: QueueId,
    ) -> Result<(), ConsoleError> {
        if !self.config.flavour.has_favourites() {
            return Err(ConsoleError::NotOffered { wanted: "a star".to_owned() });
        }
        if self.view.queue(queue).is_none() {
            return Err(ConsoleError::NoSuchQueue(queue));
        }
        self.touched(now);
        let favourites = &mut self.settings.favourites;
        if !favourites.remove(&queue) {
            favourites.insert(queue);
        }
        for shown in &mut self.view.queues {
            shown.favourite = favourites.contains(&shown.id);
        }
        self.settings.save(device);
        Ok(())
    }
}

impl RepConsole {
    pub(crate) fn must_see(&self, entry: QueueEntryId) -> Result<(), ConsoleError> {
        self.view.row(entry).map(|_| ()).ok_or(ConsoleError::NoSuchEntry(entry))
    }

    fn must_sort(&self) -> Result<(), ConsoleError> {
        if self.config.flavour.sorts_queues() {
            Ok(())
        } else {
            Err(ConsoleError::NotOffered { wanted: "a choice of columns and order".to_owned() })
        }
    }
}
