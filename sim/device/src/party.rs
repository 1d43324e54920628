//! A program, from outside.

use std::time::Duration;

use wire::SimTime;

use crate::Device;

/// A program of the estate, driven from outside. All that a driver needs of any of them.
///
/// The law: **one mutation, then drain.** After `start`, a `handle_*` call or one of the party's own verbs, poll
/// transmits and events until `None` before the next mutation; then wait for input or for the deadline. Parties
/// assert it.
///
/// The outside world cannot make a party fail: trouble becomes an event, a changed view, or a closed connection.
pub trait Party {
    /// The program begins to run: once, before anything else.
    fn start(&mut self, now: SimTime, device: &mut dyn Device);

    /// Something came from the network.
    fn handle_input(&mut self, now: SimTime, device: &mut dyn Device, input: Input<'_>);

    /// The deadline of [`Party::poll_timeout`] has come. Calling it early does nothing.
    fn handle_timeout(&mut self, now: SimTime, device: &mut dyn Device);

    /// The next thing it wants the network to do.
    fn poll_transmit(&mut self) -> Option<Transmit>;

    /// When it wants to be woken, and what for.
    fn poll_timeout(&self) -> Option<Deadline>;
}

/// A connection of one party. The party numbers those that it dials; the driver those that it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConnId {
    /// The party dialled it.
    Dialled(u32),
    /// The driver accepted it for the party.
    Accepted(u32),
}

/// What the network has for a party.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// Somebody has connected to a port that the party listens on.
    Accepted {
        /// The new connection.
        conn: ConnId,
        /// The peer's address, as seen from here.
        from: [u8; 4],
    },
    /// A connection that the party dialled is open.
    Connected {
        /// Which.
        conn: ConnId,
    },
    /// Bytes, in order and whole, cut anywhere.
    Received {
        /// On which connection.
        conn: ConnId,
        /// What came; never empty.
        bytes: &'a [u8],
    },
    /// All that was sent has been taken by the network. Comes once for each [`Transmit::NotifyWritable`].
    Writable {
        /// On which connection.
        conn: ConnId,
    },
    /// What was sent before a [`Transmit::NotifyDelivered`] is with the peer's machine. Comes once for each, in order.
    Delivered {
        /// On which connection.
        conn: ConnId,
        /// How long it took from the asking on.
        took: Duration,
    },
    /// The connection is no more, or never came to be. Nothing follows on it.
    Closed {
        /// Which.
        conn: ConnId,
        /// How.
        how: Closed,
    },
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closed {
    /// The peer finished in order.
    Finished,
    /// The peer's machine cut it off: its program has gone.
    Reset,
    /// Nobody listens there.
    Refused,
    /// No answer to dialling, or to what was sent.
    TimedOut,
    /// Our own machine has no network.
    Unreachable,
    /// The peer's name leads nowhere: there is none such (`EAI_NONAME`).
    NameNotFound,
    /// Nobody could say where the peer's name leads (`EAI_AGAIN`).
    NameUnresolved,
}

/// What a party wants of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transmit {
    /// Dial.
    Connect {
        /// The party's own number for it.
        conn: ConnId,
        /// The peer's name, as people know it: `support.example.com`.
        host: String,
        /// The peer's port.
        port: u16,
    },
    /// Send. The driver takes all of it and sends on as the network allows; a party that sends much asks to be
    /// told when it may go on.
    Send {
        /// On which connection.
        conn: ConnId,
        /// What.
        bytes: Vec<u8>,
    },
    /// Say [`Input::Writable`] once all that was sent on this connection has been taken by the network.
    NotifyWritable {
        /// On which connection.
        conn: ConnId,
    },
    /// Say [`Input::Delivered`] once the peer's machine has acknowledged all that was sent on this connection so far
    /// (`SO_TIMESTAMPING` tells as much, or `SIOCOUTQ` to whoever looks).
    NotifyDelivered {
        /// On which connection.
        conn: ConnId,
    },
    /// Close. Nothing more comes from this connection, not even [`Input::Closed`].
    Close {
        /// Which.
        conn: ConnId,
        /// How.
        how: CloseHow,
    },
}

/// How a party closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseHow {
    /// After all that was sent.
    Finish,
    /// At once; what was sent may be lost.
    Abort,
}

/// When a party wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    /// The moment.
    pub at: SimTime,
    /// What for, in words for a person: `"heartbeat"`, `"key expires"`.
    pub why: &'static str,
}
