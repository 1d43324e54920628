//! What a party has to say, until the driver polls it.

use std::collections::VecDeque;

use crate::{CloseHow, ConnId, Transmit};

/// The outputs of a party: transmits, and events of its own type. It keeps the law of [`crate::Party`]: one
/// mutation, then drain.
#[derive(Debug)]
pub struct Outbox<E> {
    transmits: VecDeque<Transmit>,
    events: VecDeque<E>,
}

impl<E> Default for Outbox<E> {
    fn default() -> Self {
        Self { transmits: VecDeque::new(), events: VecDeque::new() }
    }
}

impl<E> Outbox<E> {
    /// Called at the beginning of every mutation of the party called `who`.
    ///
    /// # Panics
    /// If the outputs of the last mutation were not drained: a bug of the driver's.
    #[track_caller]
    pub fn begin(&self, who: &str) {
        assert!(
            self.transmits.is_empty() && self.events.is_empty(),
            "{who} mutated before it was drained: {} transmits and {} events left",
            self.transmits.len(),
            self.events.len()
        );
    }

    /// Dials.
    pub fn connect(&mut self, conn: ConnId, host: impl Into<String>, port: u16) {
        self.transmits.push_back(Transmit::Connect { conn, host: host.into(), port });
    }

    /// Sends.
    pub fn send(&mut self, conn: ConnId, bytes: Vec<u8>) {
        self.transmits.push_back(Transmit::Send { conn, bytes });
    }

    /// Asks to be told when what was sent has gone out.
    pub fn notify_writable(&mut self, conn: ConnId) {
        self.transmits.push_back(Transmit::NotifyWritable { conn });
    }

    /// Asks to be told when what was sent so far is with the peer's machine.
    pub fn notify_delivered(&mut self, conn: ConnId) {
        self.transmits.push_back(Transmit::NotifyDelivered { conn });
    }

    /// Closes.
    pub fn close(&mut self, conn: ConnId, how: CloseHow) {
        self.transmits.push_back(Transmit::Close { conn, how });
    }

    /// Tells the driver of something.
    pub fn event(&mut self, event: E) {
        self.events.push_back(event);
    }

    /// The next transmit.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<E> {
        self.events.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "the console mutated before it was drained: 1 transmits and 0 events left")]
    fn a_second_mutation_before_draining_is_a_bug() {
        let mut outbox = Outbox::<()>::default();
        outbox.begin("the console");
        outbox.send(ConnId::Dialled(0), vec![1]);
        outbox.begin("the console");
    }
}
