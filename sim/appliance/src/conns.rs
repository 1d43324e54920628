//! The appliance's connections: who is at the other end, and when they were last heard.

use device::{CloseHow, Closed, ConnId};
use wire::customer::{ApplianceToCustomer, CustomerToAppliance};
use wire::frame::Message;
use wire::jump::{ApplianceToJump, JumpToAppliance};
use wire::rep::{ApplianceToRep, Goodbye, RepToAppliance};
use wire::{FrameReader, Hello, JumpClientId, RepId, Role, SessionId, SimTime, encode_frame};

use crate::{Appliance, ApplianceEvent, TimerKey};

/// A connection that the appliance has accepted.
#[derive(Debug)]
pub(crate) struct Conn {
    reader: FrameReader,
    pub(crate) from: [u8; 4],
    last_heard: SimTime,
    pub(crate) peer: Peer,
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
    /// How far the download of the client has come, in bytes.
    pub(crate) package_sent: Option<u32>,
}

impl Appliance {
    pub(crate) fn accept(&mut self, now: SimTime, conn: ConnId, from: [u8; 4]) {
        let opened = Conn { reader: FrameReader::default(), from, last_heard: now, peer: Peer::Stranger };
        self.conns.insert(conn, opened);
        self.timers.insert((now + self.site.connections.silent_after, TimerKey::Silent(conn)));
    }

    pub(crate) fn received(&mut self, now: SimTime, conn: ConnId, bytes: &[u8]) {
        let Some(state) = self.conns.get_mut(&conn) else { return };
        state.last_heard = now;
        state.reader.push(bytes);
        // A message may close the connection, so look it up for every frame.
        while let Some(state) = self.conns.get_mut(&conn) {
            let peer = state.peer;
            let frame = match state.reader.next_frame() {
                Ok(Some(body)) => Frame::read(peer, body),
                Ok(None) => return,
                Err(error) => Err(error.to_string()),
            };
            match frame {
                Ok(frame) => self.handle_frame(now, conn, frame),
                Err(reason) => return self.protocol_error(conn, &reason),
            }
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
                self.set_peer(conn, peer);
            }
            Frame::Rep(rep, message) => self.handle_rep(now, conn, rep, message),
            Frame::Customer(customer, message) => self.handle_customer(now, conn, customer, message),
            Frame::JumpClient(client, message) => self.handle_jump_client(now, conn, client, message),
        }
    }

    /// The network says that a connection is no more.
    pub(crate) fn closed(&mut self, now: SimTime, conn: ConnId, how: Closed) {
        if let Some(state) = self.conns.remove(&conn) {
            self.peer_lost(now, conn, state.peer, lost_words(how));
        }
    }

    /// Nothing was heard from a connection for a while: is it still alive?
    pub(crate) fn check_silence(&mut self, now: SimTime, conn: ConnId) {
        let Some(state) = self.conns.get(&conn) else { return };
        let lost_at = state.last_heard + self.site.connections.silent_after;
        if now < lost_at {
            self.timers.insert((lost_at, TimerKey::Silent(conn)));
            return;
        }
        let peer = state.peer;
        self.goodbye(conn, Goodbye::Silent);
        self.peer_lost(now, conn, peer, "nothing was heard for too long");
    }

    /// Somebody has broken the rules of the wire: that connection ends, and nothing else is touched.
    pub(crate) fn protocol_error(&mut self, conn: ConnId, what: &str) {
        let Some(state) = self.conns.get(&conn) else { return };
        let peer = state.peer;
        let from = state.from;
        self.outbox.event(ApplianceEvent::ProtocolError { from, what: what.to_owned() });
        self.goodbye(conn, Goodbye::ProtocolError);
        self.lost_later.push((conn, peer));
    }

    /// Says goodbye and closes.
    pub(crate) fn goodbye(&mut self, conn: ConnId, why: Goodbye) {
        let Some(state) = self.conns.remove(&conn) else { return };
        let frame = match state.peer {
            Peer::Stranger => None,
            Peer::RepConsole(_) => Some(encode_frame(&ApplianceToRep::Goodbye(why))),
            Peer::Customer(_) => Some(encode_frame(&ApplianceToCustomer::Goodbye(why))),
            Peer::JumpClient(_) => Some(encode_frame(&ApplianceToJump::Goodbye(why))),
        };
        if let Some(frame) = frame {
            self.outbox.send(conn, frame);
        }
        self.outbox.close(conn, CloseHow::Finish);
    }

    /// Forgets a connection whose peer has come back on another one.
    pub(crate) fn drop_conn(&mut self, conn: ConnId) {
        if self.conns.remove(&conn).is_some() {
            self.outbox.close(conn, CloseHow::Abort);
        }
    }

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

    pub(crate) fn set_peer(&mut self, conn: ConnId, peer: Peer) {
        if let Some(state) = self.conns.get_mut(&conn) {
            state.peer = peer;
        }
    }

    pub(crate) fn send(&mut self, conn: ConnId, message: &impl Message) {
        self.outbox.send(conn, encode_frame(message));
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
        Closed::Refused | Closed::TimedOut | Closed::Unreachable => "the connection timed out",
    }
}
