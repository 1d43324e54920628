//! What a host does for its sockets: packets in, packets out, timers, and what the program gets to know.

use std::net::SocketAddrV4;

use wire::SimTime;

use crate::event::{CloseReason, EventKind};
use crate::fabric::{EPHEMERAL_PORTS, Fabric};
use crate::ids::{HostId, Place};
use crate::packet::{Headers, Route};
use crate::sockets::{Socket, Stage};
use crate::tcp::{BufferUse, TcpState};

impl Fabric {
    /// The host gives a packet to the socket that it is for; a stranger's gets an answer from the stack.
    pub(crate) fn deliver(&mut self, to: HostId, packet: &[u8], from: HostId, route: Route) {
        let Some(headers) = Headers::parse(packet) else { return };
        let found = self.sockets.find(headers.destination, headers.source, route.to).or_else(|| {
            let opens = headers.flags.syn() && !headers.flags.ack();
            let sizes = *self.listeners.get(&(to, headers.destination.port()))?;
            opens.then(|| self.answer(to, headers, sizes))
        });
        match found {
            Some(place) => self.receive(place, packet, headers, route.from),
            None => {
                self.stack.receive_stray(self.now, *headers.destination.ip(), packet, &mut self.outbox);
                self.transmit(to, Some(from), Route::default());
            }
        }
    }

    /// A socket for somebody who dials a port that is listened on.
    fn answer(&mut self, host: HostId, headers: Headers, sizes: BufferUse) -> Place {
        let (local, remote) = (headers.destination, headers.source);
        let endpoint = self.stack.listen(local, sizes);
        let stage = Stage::Answering { listener: local.port() };
        self.sockets.insert(Socket::new(host, local, remote, stage, Some(endpoint))).1
    }

    /// Gives a packet to the socket that it is for.
    fn receive(&mut self, place: Place, packet: &[u8], headers: Headers, peer: Option<Place>) {
        let Some(socket) = self.sockets.at(place) else { return };
        socket.peer = peer;
        let Some(endpoint) = &mut socket.endpoint else { return };
        let (unread_before, unacknowledged_before) = (endpoint.unread(), endpoint.unacknowledged());
        let state_before = endpoint.state();
        let wakes = self.stack.receive(self.now, *socket.local.ip(), endpoint, packet, &mut self.outbox);
        let brought_bytes = endpoint.unread() > unread_before;
        // A peer that shuts its window answers, too; but nobody waits for that on behalf of an orphan.
        let is_answer = endpoint.unacknowledged() < unacknowledged_before
            || endpoint.state() != state_before
            || headers.window == 0 && socket.stage != Stage::Lingering;
        if socket.unanswered_since != SimTime::MAX && is_answer {
            socket.unanswered_since = self.now;
        }
        let announce = brought_bytes && !socket.readable_announced;
        self.settle(place, wakes, announce, headers.flags.rst());
    }

    pub(crate) fn poll_socket(&mut self, place: Place) {
        let Some(socket) = self.sockets.at(place) else { return };
        let Some(endpoint) = &mut socket.endpoint else { return };
        let wakes = self.stack.poll(self.now, *socket.local.ip(), endpoint, &mut self.outbox);
        self.settle(place, wakes, false, false);
    }

    pub(crate) fn handle_timer(&mut self, place: Place) {
        let Some(socket) = self.sockets.at(place) else { return };
        if self.now >= socket.patience_ends() {
            match socket.stage {
                Stage::Dialling => self.end(place, CloseReason::ConnectTimedOut),
                Stage::Open => self.end(place, CloseReason::TimedOut),
                Stage::Answering { .. } | Stage::Closed | Stage::Lingering => self.drop_socket(place),
            }
        } else {
            self.poll_socket(place);
        }
    }

    /// After the stack has seen to a socket: sends what it wrote, tells the program what is new, sets the timer.
    fn settle(&mut self, place: Place, wakes: Option<SimTime>, brought_bytes: bool, reset: bool) {
        let Some(socket) = self.sockets.at(place) else { return };
        let (host, remote) = (socket.host, *socket.remote.ip());
        if !self.outbox.written.is_empty() {
            let to = match socket.remote_host {
                Some(to) => Some(to),
                None => {
                    let to = self.by_address.get(&remote).copied();
                    socket.remote_host = to;
                    to
                }
            };
            let route = Route { from: Some(place), to: socket.peer };
            self.transmit(host, to, route);
        }
        let Some(socket) = self.sockets.at(place) else { return };
        let Some(endpoint) = &socket.endpoint else { return };
        let state = endpoint.state();

        match socket.stage {
            Stage::Dialling if state == TcpState::Closed => return self.end(place, CloseReason::Refused),
            Stage::Dialling if state.synchronised() => {
                socket.stage = Stage::Open;
                socket.wants_room = false;
                self.sockets.announce(place, EventKind::Connected);
            }
            Stage::Answering { .. } if matches!(state, TcpState::Closed | TcpState::Listen) => {
                return self.drop_socket(place);
            }
            Stage::Answering { listener } if state.synchronised() => {
                socket.stage = Stage::Open;
                let peer = socket.remote;
                self.sockets.announce(place, EventKind::Accepted { listener, peer });
            }
            Stage::Lingering if state == TcpState::Closed => return self.drop_socket(place),
            // Nobody will ever read it (RFC 9293, 3.6.1).
            Stage::Lingering if endpoint.unread() > 0 => return self.reset_socket(place),
            _ => {}
        }

        let Some(socket) = self.sockets.at(place) else { return };
        let Some(endpoint) = &socket.endpoint else { return };
        if socket.stage == Stage::Open {
            let (unread, room, unacknowledged) =
                (endpoint.unread(), endpoint.room(), endpoint.unacknowledged());
            let writable = socket.wants_room && room >= unacknowledged / 2 && room > 0;
            let finished = !socket.finish_announced && state.peer_finished();
            socket.readable_announced |= brought_bytes;
            socket.wants_room &= !writable;
            socket.finish_announced |= finished;
            if brought_bytes {
                self.sockets.announce(place, EventKind::Readable);
            }
            if writable {
                self.sockets.announce(place, EventKind::Writable);
            }
            if finished {
                self.sockets.announce(place, EventKind::Finished);
            }
            if state == TcpState::Closed && reset {
                return self.end(place, CloseReason::Reset);
            }
            if unread == 0 && matches!(state, TcpState::Closed | TcpState::TimeWait) {
                self.sockets.announce_closed(place, CloseReason::Finished);
            }
        }
        self.set_timer(place, wakes);
    }

    /// Sets the socket's timer to whichever comes first: the stack's deadline or the end of our patience.
    fn set_timer(&mut self, place: Place, wakes: Option<SimTime>) {
        let Some(socket) = self.sockets.at(place) else { return };
        let Some(endpoint) = &socket.endpoint else { return };
        let state = endpoint.state();
        let awaits_answer = endpoint.unacknowledged() > 0
            || matches!(
                state,
                TcpState::SynSent
                    | TcpState::SynReceived
                    | TcpState::FinWait1
                    | TcpState::Closing
                    | TcpState::LastAck
            )
            || state == TcpState::FinWait2 && socket.stage == Stage::Lingering;
        if !awaits_answer || state == TcpState::Closed {
            socket.unanswered_since = SimTime::MAX;
        } else if socket.unanswered_since == SimTime::MAX {
            socket.unanswered_since = self.now;
        }
        let deadline = socket.patience_ends().min(wakes.unwrap_or(SimTime::MAX));
        self.schedule.set_timer(place, (deadline != SimTime::MAX).then_some(deadline));
    }

    /// The connection is over, and the program gets to know why. No packet is sent, and none finds it.
    fn end(&mut self, place: Place, reason: CloseReason) {
        self.schedule.set_timer(place, None);
        self.sockets.detach(place);
        self.sockets.announce_closed(place, reason);
    }

    /// The socket is gone without a packet or an event.
    pub(crate) fn drop_socket(&mut self, place: Place) {
        self.schedule.set_timer(place, None);
        self.sockets.remove(place);
    }

    /// The socket is gone, and the peer hears a reset if there is a connection to tear down.
    pub(crate) fn reset_socket(&mut self, place: Place) {
        let Some(socket) = self.sockets.at(place) else { return };
        match (socket.stage, &mut socket.endpoint) {
            (Stage::Answering { .. } | Stage::Open | Stage::Lingering, Some(endpoint)) => {
                endpoint.abort();
                self.stack.poll(self.now, *socket.local.ip(), endpoint, &mut self.outbox);
                let (host, to, peer) = (socket.host, socket.remote_host, socket.peer);
                self.transmit(host, to, Route { from: Some(place), to: peer });
                self.drop_socket(place);
            }
            (Stage::Closed, _) => self.retire(place),
            _ => self.drop_socket(place),
        }
    }

    /// The program is done with a socket that is over. TIME_WAIT, which has a timer, is its host's to see through.
    pub(crate) fn retire(&mut self, place: Place) {
        self.sockets.let_go(place);
        if self.schedule.timer(place).is_none() {
            self.drop_socket(place);
        }
    }

    pub(crate) fn free_port(&mut self, host: HostId, remote: SocketAddrV4) -> Option<u16> {
        let address = self.hosts[host.index()].address;
        for _ in EPHEMERAL_PORTS {
            let port = self.hosts[host.index()].next_port;
            self.hosts[host.index()].next_port =
                if port == *EPHEMERAL_PORTS.end() { *EPHEMERAL_PORTS.start() } else { port + 1 };
            if self.sockets.find(SocketAddrV4::new(address, port), remote, None).is_none() {
                return Some(port);
            }
        }
        None
    }
}
