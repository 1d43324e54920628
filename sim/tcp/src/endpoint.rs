//! One end of a connection: what its user sees of it.

use std::num::NonZeroU32;
use std::time::Duration;

use wire::SimTime;

use crate::config::{Config, Settings};
use crate::receiver::Receiver;
use crate::ring::Shared;
use crate::segment::Segment;
use crate::sender::Sender;
use crate::state::{Error, Info, State};

/// One end of one connection, from SYN to the end of TIME-WAIT (RFC 9293).
///
/// Sans-IO: [`Endpoint::poll_segment`] is asked until it gives nothing, after each call of another method that
/// takes the time; then [`Endpoint::poll_timeout`] says when to call [`Endpoint::handle_timeout`]. Buffers are lent
/// from a [`Shared`], always the same one, and go back when they are empty; before an endpoint is dropped, it must
/// [`release`](Endpoint::release) the rest.
#[derive(Debug)]
pub struct Endpoint {
    pub(crate) tx: Sender,
    pub(crate) rx: Receiver,
    /// Since when the peer owes an answer, or TIME-WAIT lasts; [`SimTime::MAX`] otherwise.
    pub(crate) unanswered_since: SimTime,
    /// When the peer was last heard.
    pub(crate) heard_at: SimTime,
    /// When a challenge was last sent (RFC 5961, 7), in milliseconds.
    pub(crate) challenged_at: Option<NonZeroU32>,
    /// TS.Recent (RFC 7323, 4.3).
    pub(crate) ts_recent: u32,
    /// When it came, in milliseconds.
    pub(crate) ts_recent_at: u32,
    /// A reset that answers a segment of another connection: its sequence number.
    pub(crate) stray_reset: Option<u32>,
    pub(crate) settings: Settings,
    pub(crate) state: State,
    pub(crate) error: Option<Error>,
    pub(crate) keepalives_sent: u8,
    pub(crate) keepalive_due: bool,
    /// SYN, or SYN-ACK, must leave.
    pub(crate) syn_due: bool,
    /// The peer must hear of the end.
    pub(crate) reset_due: bool,
    /// This end dialled.
    pub(crate) dialled: bool,
    /// The program has let go.
    pub(crate) orphan: bool,
    /// Agreed, or offered as long as the peer's SYN has not come.
    pub(crate) timestamps: bool,
    pub(crate) sack: bool,
    /// The peer scales its window, and we ours.
    pub(crate) scaling: bool,
}

impl Endpoint {
    /// An endpoint that dials. `isn` is the initial sequence number; SYN comes out of the first
    /// [`Endpoint::poll_segment`].
    pub fn connect(config: &Config, now: SimTime, isn: u32) -> Self {
        let mut this = Self::new(config, now, isn, State::SynSent);
        this.dialled = true;
        this
    }

    /// An endpoint that answers `syn`; SYN-ACK comes out of the first [`Endpoint::poll_segment`].
    pub fn accept(config: &Config, now: SimTime, isn: u32, syn: &Segment) -> Self {
        let mut this = Self::new(config, now, isn, State::SynReceived);
        this.take_syn(now, syn);
        this
    }

    fn new(config: &Config, now: SimTime, isn: u32, state: State) -> Self {
        let settings = Settings::new(config);
        Self {
            tx: Sender::new(&settings, isn),
            rx: Receiver::new(now, settings.mss, config.receive_buffer_max),
            unanswered_since: now,
            heard_at: now,
            challenged_at: None,
            ts_recent: 0,
            ts_recent_at: 0,
            stray_reset: None,
            settings,
            state,
            error: None,
            keepalives_sent: 0,
            keepalive_due: false,
            syn_due: true,
            reset_due: false,
            dialled: false,
            orphan: false,
            timestamps: config.timestamps,
            sack: config.sack,
            scaling: true,
        }
    }

    /// Takes as much of `bytes` as fits into the send buffer; nothing unless this side may send.
    pub fn send(&mut self, now: SimTime, bytes: &[u8], shared: &mut Shared) -> usize {
        if !self.state.may_send() {
            return 0;
        }
        let taken = self.tx.queue(bytes, &self.settings, shared);
        self.watch(now);
        taken
    }

    /// Shows `take` what has arrived in order, as one slice or as two, and drops as much as it takes. Works as long
    /// as there is something, in any state.
    pub fn read_with(
        &mut self,
        now: SimTime,
        shared: &mut Shared,
        take: impl FnMut(&[u8]) -> usize,
    ) -> usize {
        let taken = self.rx.read_with(now, self.tx.rtt.smoothed(), shared, take);
        if taken > 0 && matches!(self.state, State::Established | State::FinWait1 | State::FinWait2) {
            self.rx.note_room();
        }
        taken
    }

    /// Ends this side's stream behind what is in the send buffer (RFC 9293, 3.10.4).
    pub fn finish(&mut self, now: SimTime) {
        match self.state {
            State::SynSent => self.close(None),
            State::SynReceived => self.tx.finishing = true,
            State::Established => {
                self.tx.finishing = true;
                self.state = State::FinWait1;
            }
            State::CloseWait => {
                self.tx.finishing = true;
                self.state = State::LastAck;
            }
            State::Listen
            | State::FinWait1
            | State::FinWait2
            | State::Closing
            | State::LastAck
            | State::TimeWait
            | State::Closed => {}
        }
        self.watch(now);
    }

    /// Gives up: the peer hears a reset if it knows of a connection (RFC 9293, 3.10.5).
    pub fn abort(&mut self, now: SimTime) {
        // A reset that is due already stays due.
        self.reset_due |= matches!(
            self.state,
            State::SynReceived | State::Established | State::FinWait1 | State::FinWait2 | State::CloseWait
        );
        self.close(None);
        self.watch(now);
    }

    /// The program is done with it; the host sees it through. What it has not read, or what still comes, makes it a
    /// reset (RFC 9293, 3.6.1).
    pub fn let_go(&mut self, now: SimTime) {
        self.orphan = true;
        if self.rx.unread() > 0 && self.state != State::TimeWait {
            self.abort(now);
        }
        self.watch(now);
    }

    /// Gives back all that was lent, unread bytes too. Must be called before an endpoint is dropped.
    pub fn release(&mut self, shared: &mut Shared) {
        self.tx.release(shared);
        self.rx.release(shared);
    }

    /// Where it is in TCP's state machine.
    pub fn state(&self) -> State {
        self.state
    }

    /// Why it is closed before its time.
    pub fn error(&self) -> Option<Error> {
        self.error
    }

    /// Bytes that have arrived in order and wait to be read.
    pub fn unread(&self) -> usize {
        self.rx.unread()
    }

    /// Bytes in the send buffer: not sent, or sent and not acknowledged.
    pub fn unacknowledged(&self) -> usize {
        self.tx.unacknowledged()
    }

    /// Room in the send buffer, in bytes; it grows with the congestion window.
    pub fn room(&self) -> usize {
        self.tx.room(&self.settings)
    }

    /// What it measures and counts.
    pub fn info(&self) -> Info {
        let mut info = Info {
            receive_window_bytes: u64::from(self.rx.window()),
            bytes_received: self.rx.received(),
            ..Info::default()
        };
        self.tx.describe(&mut info);
        info
    }

    /// The state machine has come to its end.
    pub(crate) fn close(&mut self, error: Option<Error>) {
        self.state = State::Closed;
        self.error = error;
        self.tx.timer_at = SimTime::MAX;
        self.rx.ack_at = SimTime::MAX;
        self.rx.ack_now = false;
        self.syn_due = false;
        self.keepalive_due = false;
        self.stray_reset = None;
        self.unanswered_since = SimTime::MAX;
    }

    /// For how long the peer may owe an answer, or TIME-WAIT lasts (RFC 9293, 3.6.1).
    pub(crate) fn patience(&self) -> Duration {
        match self.state {
            State::SynSent | State::SynReceived => self.settings.connect_timeout,
            State::TimeWait => self.settings.time_wait,
            _ if self.orphan => self.settings.linger_timeout,
            _ => self.settings.user_timeout,
        }
        .duration()
    }

    /// Notes whether the peer owes an answer, from now on if it did not before.
    pub(crate) fn watch(&mut self, now: SimTime) {
        let owes = match self.state {
            State::SynSent
            | State::SynReceived
            | State::FinWait1
            | State::Closing
            | State::LastAck
            | State::TimeWait => true,
            State::FinWait2 => self.orphan,
            State::Established | State::CloseWait => self.tx.unacknowledged() > 0,
            State::Listen | State::Closed => false,
        };
        if !owes {
            self.unanswered_since = SimTime::MAX;
        } else if self.unanswered_since == SimTime::MAX && !self.tx.persists() {
            self.unanswered_since = now;
        }
    }
}
