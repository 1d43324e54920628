//! What is due when.

use std::time::Duration;

use wire::SimTime;

use crate::endpoint::Endpoint;
use crate::ring::Shared;
use crate::state::{Error, State};

impl Endpoint {
    /// When [`Endpoint::handle_timeout`] wants to be called next; later than the last call unless something is due.
    pub fn poll_timeout(&self) -> Option<SimTime> {
        if self.state == State::Closed {
            return None;
        }
        let deadline = self.tx.timer_at.min(self.rx.ack_at).min(self.gives_up_at()).min(self.keepalive_at());
        (deadline != SimTime::MAX).then_some(deadline)
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: SimTime, shared: &mut Shared) {
        if self.state == State::Closed {
            return;
        }
        if now >= self.gives_up_at() {
            let error = match self.state {
                State::TimeWait => None,
                State::SynSent | State::SynReceived => Some(Error::ConnectTimedOut),
                _ => Some(Error::TimedOut),
            };
            return self.end(error, shared);
        }
        if now >= self.tx.timer_at {
            if matches!(self.state, State::SynSent | State::SynReceived) {
                self.tx.handle_syn_timeout();
                self.syn_due = true;
            } else {
                if self.tx.persists() && self.unanswered_since == SimTime::MAX {
                    self.unanswered_since = now;
                }
                self.tx.handle_timeout(now);
            }
        }
        if now >= self.rx.ack_at {
            self.rx.handle_ack_timeout();
        }
        if now >= self.keepalive_at() {
            if self.keepalives_sent >= self.settings.keepalive_probes {
                self.reset_due = true;
                return self.end(Some(Error::TimedOut), shared);
            }
            self.keepalives_sent += 1;
            self.keepalive_due = true;
        }
    }

    /// Closes, and gives back what no longer has a use.
    pub(crate) fn end(&mut self, error: Option<Error>, shared: &mut Shared) {
        self.close(error);
        self.tx.release(shared);
        self.rx.forget_gaps(shared);
    }

    fn gives_up_at(&self) -> SimTime {
        self.unanswered_since.saturating_add(self.patience())
    }

    /// When an idle connection is asked whether it lives (RFC 9293, 3.8.4); data in flight asks by itself.
    fn keepalive_at(&self) -> SimTime {
        let idle = matches!(self.state, State::Established | State::CloseWait | State::FinWait2)
            && self.tx.unacknowledged() == 0;
        if self.settings.keepalive_probes == 0 || !idle {
            return SimTime::MAX;
        }
        let interval = self.settings.keepalive_interval.duration().max(Duration::from_millis(1));
        let idle = self.settings.keepalive_idle.duration().max(Duration::from_millis(1));
        self.heard_at.saturating_add(idle).saturating_add(interval * u32::from(self.keepalives_sent))
    }
}
