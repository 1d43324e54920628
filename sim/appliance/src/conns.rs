//! The appliance's connections: who is at the other end, when they were last heard, and what they have not taken yet.

use std::collections::BTreeMap;
use std::time::Duration;

use device::{CloseHow, Closed, ConnId, Lane, Outbox, SendQueue};
use wire::customer::{ApplianceToCustomer, CustomerToAppliance};
use wire::frame::Message;
use wire::jump::{ApplianceToJump, JumpToAppliance};
use wire::rep::{ApplianceToRep, Attendance, Goodbye, RepToAppliance};
use wire::{FrameReader, Hello, JumpClientId, RepId, Role, SessionId, SimTime, encode_frame};

use crate::{Appliance, ApplianceEvent, TimerKey};

/// The most connections at a time; whoever comes then is turned away.
pub(crate) const CONNECTIONS_MAX: usize = 100_000;

/// A peer that has been sent so much and has taken none of it is cut off, in bytes. More than the longest log of a
/// session, which a member gets in one piece ([`crate::session::CHAT_LINES_MAX`]).
pub(crate) const UNTAKEN_BYTES_MAX: usize = 64 << 20;

/// How much is sent on a connection before the network is asked whether it was taken, in bytes. Small talk such as
/// heartbeats is not worth the question.
const BYTES_BEFORE_ASKING: usize = 64 << 10;

/// What a peer did that said something at the wrong time.
pub(crate) const OUT_OF_TURN: &str = "a message out of its turn";

/// What a peer did that called itself or its machine something too long.
pub(crate) const NAME_TOO_LONG: &str = "a name above the limit";

/// What a peer did that sent a line of chat above the limit.
pub(crate) const LINE_TOO_LONG: &str = "a line of chat above the limit";

/// Every connection, and what is to be sent on them.
#[derive(Debug, Default)]
pub(crate) struct Conns {
    open: BTreeMap<ConnId, Conn>,
    pub(crate) outbox: Outbox<ApplianceEvent>,
    /// Peers that were cut off by this mutation; whatever they had a part in does not know yet.
    pub(crate) cut_off: Vec<(ConnId, Peer)>,
}

/// A connection that the appliance has accepted.
#[derive(Debug)]
struct Conn {
    reader: FrameReader,
    from: [u8; 4],
    last_heard: SimTime,
    peer: Peer,
    /// Sent since the network last said that it had taken everything.
    untaken_bytes: usize,
    /// Whether the network was asked to say so.
    asked_writable: bool,
    /// What a console has said before signing in of whether anybody sits at it.
    attendance: Attendance,
    /// What goes out in turns; most connections never have anything of that kind.
    queue: Option<Box<SendQueue>>,
}

/// Who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Has not said yet.
    Stranger,
    /// A console; whose, once signed in.
    RepConsole(Option<RepId>),
    /// A browser on the portal, or a customer client.
    Customer(CustomerPeer),
    /// A Jump Client; which, once registered or returned.
    JumpClient(Option<JumpClientId>),
}

/// What a customer's connection is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CustomerPeer {
    /// The session that it is the customer's side of.
    pub(crate) session: Option<SessionId>,
    /// How far the download of the client has come, in pieces. It is over once the network has taken the last of them.
    pub(crate) package_sent: Option<usize>,
}

impl Conns {
    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// The address of a peer, if it is still there.
    pub(crate) fn address(&self, conn: ConnId) -> Option<[u8; 4]> {
        self.open.get(&conn).map(|state| state.from)
    }

    /// What a console has said of whether anybody sits at it, when that is needed before it signs in.
    pub(crate) fn attendance(&self, conn: ConnId) -> Attendance {
        self.open.get(&conn).map_or(Attendance::Attended, |state| state.attendance)
    }

    pub(crate) fn set_attendance(&mut self, conn: ConnId, attendance: Attendance) {
        if let Some(state) = self.open.get_mut(&conn) {
            state.attendance = attendance;
        }
    }

    pub(crate) fn set_peer(&mut self, conn: ConnId, peer: Peer) {
        if let Some(state) = self.open.get_mut(&conn) {
            state.peer = peer;
        }
    }

    /// Sends, if the peer is still there. One that takes nothing of what it is sent is cut off: otherwise whoever asks
    /// and does not read could fill the memory.
    pub(crate) fn send(&mut self, conn: ConnId, message: &impl Message) {
        if self.open.contains_key(&conn) {
            self.send_frame(conn, encode_frame(message));
        }
    }

    /// Sends what is of a tool, in its lane.
    pub(crate) fn send_in(&mut self, conn: ConnId, lane: Lane, message: &impl Message) {
        if self.open.contains_key(&conn) {
            self.send_frame_in(conn, lane, encode_frame(message));
        }
    }

    /// Sends a message that is a frame already.
    pub(crate) fn send_frame(&mut self, conn: ConnId, frame: Vec<u8>) {
        self.send_frame_in(conn, Lane::Urgent, frame);
    }

    fn send_frame_in(&mut self, conn: ConnId, lane: Lane, frame: Vec<u8>) {
        let Some(state) = self.open.get_mut(&conn) else { return };
        state.untaken_bytes += frame.len();
        if state.untaken_bytes > UNTAKEN_BYTES_MAX {
            let (peer, from) = (state.peer, state.from);
            self.abandon(conn);
            return self.blame(conn, peer, from, "takes nothing of what it is sent");
        }
        let ask = state.untaken_bytes > BYTES_BEFORE_ASKING;
        match lane {
            Lane::Urgent => self.outbox.send(conn, frame),
            lane => state.queue.get_or_insert_default().send(conn, lane, frame, &mut self.outbox),
        }
        if ask {
            self.ask_writable(conn);
        }
    }

    /// Asks the network to say when it has taken everything; once is enough.
    pub(crate) fn ask_writable(&mut self, conn: ConnId) {
        let Some(state) = self.open.get_mut(&conn) else { return };
        if !std::mem::replace(&mut state.asked_writable, true) {
            self.outbox.notify_writable(conn);
        }
    }

    /// What was sent in turns is with the peer's machine, and more may follow.
    pub(crate) fn delivered(&mut self, now: SimTime, conn: ConnId, took: Duration) {
        if let Some(queue) = self.open.get_mut(&conn).and_then(|state| state.queue.as_mut()) {
            queue.delivered(now, conn, took, &mut self.outbox);
        }
    }

    /// Closes a connection after everything that was sent on it.
    pub(crate) fn finish(&mut self, conn: ConnId) {
        if self.open.remove(&conn).is_some() {
            self.outbox.close(conn, CloseHow::Finish);
        }
    }

    /// Forgets a connection whose peer has come back on another one.
    pub(crate) fn abandon(&mut self, conn: ConnId) {
        if self.open.remove(&conn).is_some() {
            self.outbox.close(conn, CloseHow::Abort);
        }
    }

    /// Says goodbye and closes. Who is still a stranger does not speak the language yet.
    pub(crate) fn goodbye(&mut self, conn: ConnId, why: Goodbye) {
        let Some(state) = self.open.get(&conn) else { return };
        match state.peer {
            Peer::Stranger => {}
            Peer::RepConsole(_) => self.send(conn, &ApplianceToRep::Goodbye(why)),
            Peer::Customer(_) => self.send(conn, &ApplianceToCustomer::Goodbye(why)),
            Peer::JumpClient(_) => self.send(conn, &ApplianceToJump::Goodbye(why)),
        }
        self.finish(conn);
    }

    /// Somebody has broken the rules of the wire: that connection ends, and nothing else is touched.
    pub(crate) fn protocol_error(&mut self, conn: ConnId, what: &str) {
        let Some(state) = self.open.get(&conn) else { return };
        let (peer, from) = (state.peer, state.from);
        self.goodbye(conn, Goodbye::ProtocolError);
        self.blame(conn, peer, from, what);
    }

    fn blame(&mut self, conn: ConnId, peer: Peer, from: [u8; 4], what: &str) {
        self.outbox.event(ApplianceEvent::ProtocolError { from, what: what.to_owned() });
        self.cut_off.push((conn, peer));
    }

    /// The next message on a connection; `None` when there is none, or the connection is no more.
    fn next_frame(&mut self, now: SimTime, conn: ConnId) -> Option<Frame> {
        let state = self.open.get_mut(&conn)?;
        let read = match state.reader.next_frame() {
            Ok(Some(body)) => Frame::read(state.peer, body),
            Ok(None) => return None,
            Err(error) => Err(error.to_string()),
        };
        match read {
            Ok(frame) => {
                // Only whole messages are signs of life: one that drips in byte by byte must not hold a place for ever.
                state.last_heard = now;
                Some(frame)
            }
            Err(reason) => {
                self.protocol_error(conn, &reason);
                None
            }
        }
    }
}

impl Appliance {
    pub(crate) fn accept(&mut self, now: SimTime, conn: ConnId, from: [u8; 4]) {
        if self.conns.open.len() >= CONNECTIONS_MAX {
            return self.conns.outbox.close(conn, CloseHow::Abort);
        }
        let reader = FrameReader::default();
        let peer = Peer::Stranger;
        let attendance = Attendance::Attended;
        let opened = Conn {
            reader,
            from,
            last_heard: now,
            peer,
            untaken_bytes: 0,
            asked_writable: false,
            attendance,
            queue: None,
        };
        self.conns.open.insert(conn, opened);
        self.timers.insert((now + self.site.connections.silent_after, TimerKey::Silent(conn)));
    }

    pub(crate) fn received(&mut self, now: SimTime, conn: ConnId, bytes: &[u8]) {
        let Some(state) = self.conns.open.get_mut(&conn) else { return };
        state.reader.push(bytes);
        // A message may close the connection, so look it up for every frame.
        while let Some(frame) = self.conns.next_frame(now, conn) {
            self.handle_frame(now, conn, frame);
        }
    }

    fn handle_frame(&mut self, now: SimTime, conn: ConnId, frame: Frame) {
        match frame {
            Frame::Hello(role) => {
                let peer = match role {
                    Role::RepConsole => Peer::RepConsole(None),
                    Role::Customer => Peer::Customer(CustomerPeer::default()),
                    Role::JumpClient => Peer::JumpClient(None),
                };
                self.conns.set_peer(conn, peer);
            }
            Frame::Rep(rep, message) => self.handle_rep(now, conn, rep, message),
            Frame::Customer(customer, message) => self.handle_customer(now, conn, customer, message),
            Frame::JumpClient(client, message) => self.handle_jump_client(now, conn, client, message),
        }
    }

    /// The network has taken all that was sent on this connection.
    pub(crate) fn writable(&mut self, conn: ConnId) {
        let Some(state) = self.conns.open.get_mut(&conn) else { return };
        state.untaken_bytes = state.queue.as_ref().map_or(0, |queue| queue.waiting_bytes());
        state.asked_writable = false;
        if let Peer::Customer(customer @ CustomerPeer { package_sent: Some(sent), .. }) = state.peer {
            self.send_package(conn, customer, sent);
        }
    }

    /// The network says that a connection is no more.
    pub(crate) fn closed(&mut self, now: SimTime, conn: ConnId, how: Closed) {
        if let Some(state) = self.conns.open.remove(&conn) {
            self.peer_lost(now, conn, state.peer, lost_words(how));
        }
    }

    /// Nothing was heard from a connection for a while: is it still alive?
    pub(crate) fn check_silence(&mut self, now: SimTime, conn: ConnId) {
        let Some(state) = self.conns.open.get(&conn) else { return };
        let lost_at = state.last_heard + self.site.connections.silent_after;
        if now < lost_at {
            self.timers.insert((lost_at, TimerKey::Silent(conn)));
            return;
        }
        let peer = state.peer;
        self.conns.goodbye(conn, Goodbye::Silent);
        self.peer_lost(now, conn, peer, "nothing was heard for too long");
    }

    /// A connection is no more: whoever had a part in something through it is missing there.
    pub(crate) fn peer_lost(&mut self, now: SimTime, conn: ConnId, peer: Peer, why: &str) {
        match peer {
            Peer::RepConsole(Some(rep)) => self.rep_lost(now, conn, rep, why),
            Peer::Customer(CustomerPeer { session: Some(session), .. }) => {
                self.customer_lost(now, conn, session, why);
            }
            Peer::JumpClient(Some(client)) => self.jump_client_lost(conn, client),
            Peer::Stranger | Peer::RepConsole(None) | Peer::Customer(_) | Peer::JumpClient(None) => {}
        }
    }
}

/// A frame, read as what its sender may say.
enum Frame {
    Hello(Role),
    Rep(Option<RepId>, RepToAppliance),
    Customer(CustomerPeer, CustomerToAppliance),
    JumpClient(Option<JumpClientId>, JumpToAppliance),
}

impl Frame {
    fn read(peer: Peer, body: &[u8]) -> Result<Self, String> {
        match peer {
            Peer::Stranger => Hello::accept(body).map(Self::Hello).map_err(|error| error.to_string()),
            Peer::RepConsole(rep) => parsed(body).map(|message| Self::Rep(rep, message)),
            Peer::Customer(customer) => parsed(body).map(|message| Self::Customer(customer, message)),
            Peer::JumpClient(client) => parsed(body).map(|message| Self::JumpClient(client, message)),
        }
    }
}

fn parsed<M: Message>(body: &[u8]) -> Result<M, String> {
    M::from_frame(body).map_err(|error| error.to_string())
}

fn lost_words(how: Closed) -> &'static str {
    match how {
        Closed::Finished => "the connection was closed",
        Closed::Reset => "the connection was reset",
        Closed::Refused
        | Closed::TimedOut
        | Closed::Unreachable
        | Closed::NameNotFound
        | Closed::NameUnresolved => "the connection timed out",
    }
}
