//! What a host does for its sockets: packets in, packets out, timers, and what the program gets to know.

use std::net::SocketAddrV4;

use tcp::{Endpoint, Segment, State};

use crate::event::{CloseReason, EventKind};
use crate::fabric::Fabric;
use crate::ids::{HostId, Place};
use crate::packet::{Body, Route};
use crate::sockets::{Socket, Stage};

impl Fabric {
    /// The host gives a segment to the socket that it is for; a stranger's is answered with a reset.
    pub(crate) fn deliver_segment(
        &mut self,
        to: HostId,
        source: SocketAddrV4,
        destination: SocketAddrV4,
        segment: &Segment,
        route: Route,
    ) {
        match self.sockets.find(to, destination, source, route.to) {
            Some(place) => self.receive(place, segment, route.from),
            None => match self.listeners.get(&(to, destination.port())) {
                Some(sizes) if segment.flags.syn() && !segment.flags.ack() => {
                    let config = sizes.config();
                    let endpoint = Endpoint::accept(&config, self.now, self.next_number(), segment);
                    let stage = Stage::Answering { listener: destination.port() };
                    let mut socket = Socket::new(to, destination, source, stage, Some(endpoint));
                    socket.peer = route.from;
                    socket.exit = self.exit(to, destination, source);
                    socket.remote_interface = self.near_interface(socket.exit, source);
                    let (_, place) = self.sockets.insert(socket);
                    self.settle(place);
                }
                _ => {
                    if let Some(answer) = tcp::answer_to_stray(segment) {
                        self.write(to, destination, source, Body::Tcp(answer), Route::default());
                        let exit = self.exit(to, destination, source);
                        self.transmit(exit);
                    }
                }
            },
        }
    }

    fn receive(&mut self, place: Place, segment: &Segment, peer: Option<Place>) {
        let Some(socket) = self.sockets.at(place) else { return };
        socket.peer = peer;
        let Some(endpoint) = &mut socket.endpoint else { return };
        let unread_before = endpoint.unread();
        endpoint.handle_segment(self.now, segment, &mut self.shared);
        let brought_bytes = endpoint.unread() > unread_before;
        self.settle_with(place, brought_bytes);
    }

    pub(crate) fn handle_timer(&mut self, place: Place) {
        let Some(socket) = self.sockets.at(place) else { return };
        let host = &mut self.hosts[socket.host.index()];
        if host.asleep {
            return host.overslept.push(place);
        }
        let Some(endpoint) = &mut socket.endpoint else { return };
        endpoint.handle_timeout(self.now, &mut self.shared);
        self.settle(place);
    }

    /// After something has been done to a socket: sends what its end wrote, tells the program what is new, sets the
    /// timer.
    pub(crate) fn settle(&mut self, place: Place) {
        self.settle_with(place, false);
    }

    fn settle_with(&mut self, place: Place, brought_bytes: bool) {
        self.send_written(place);
        let Some(socket) = self.sockets.at(place) else { return };
        let Some(endpoint) = &socket.endpoint else { return };
        let state = endpoint.state();
        match socket.stage {
            Stage::Dialling if state == State::Closed => {
                let reason = reason(endpoint);
                return self.end(place, reason);
            }
            Stage::Dialling if state.synchronised() => {
                socket.stage = Stage::Open;
                socket.wants_room = false;
                self.sockets.announce(place, EventKind::Connected);
            }
            Stage::Answering { .. } if state == State::Closed => return self.drop_socket(place),
            Stage::Answering { listener } if state.synchronised() => {
                socket.stage = Stage::Open;
                let peer = socket.remote;
                self.sockets.announce(place, EventKind::Accepted { listener, peer });
            }
            Stage::Lingering if state == State::Closed => return self.drop_socket(place),
            _ => {}
        }
        let Some(socket) = self.sockets.at(place) else { return };
        let Some(endpoint) = &socket.endpoint else { return };
        let deadline = endpoint.poll_timeout();
        if socket.stage == Stage::Open {
            let (unread, room, unacknowledged) =
                (endpoint.unread(), endpoint.room(), endpoint.unacknowledged());
            let announce_bytes = brought_bytes && !socket.readable_announced;
            let told = socket.bytes_out - unacknowledged as u64 >= socket.tells_at;
            let writable = told || socket.wants_room && room >= unacknowledged / 2 && room > 0;
            let finished = !socket.finish_announced && state.peer_finished();
            let failed = endpoint.error().is_some().then(|| reason(endpoint));
            socket.readable_announced |= brought_bytes;
            socket.wants_room &= !writable;
            if told {
                socket.tells_at = u64::MAX;
            }
            socket.finish_announced |= finished;
            if announce_bytes {
                self.sockets.announce(place, EventKind::Readable);
            }
            if writable {
                self.sockets.announce(place, EventKind::Writable);
            }
            if finished {
                self.sockets.announce(place, EventKind::Finished);
            }
            if let (State::Closed, Some(reason)) = (state, failed) {
                return self.end(place, reason);
            }
            if unread == 0 && matches!(state, State::Closed | State::TimeWait) {
                self.sockets.announce_closed(place, CloseReason::Finished);
            }
        }
        self.schedule.set_timer(place, deadline);
    }

    /// Puts on the way all that a socket's end has to send.
    fn send_written(&mut self, place: Place) {
        let Some(socket) = self.sockets.at(place) else { return };
        let Some(endpoint) = &mut socket.endpoint else { return };
        while let Some(segment) = endpoint.poll_segment(self.now, &mut self.shared) {
            let route = Route { from: Some(place), to: socket.peer, interface: socket.remote_interface };
            let body = Body::Tcp(segment);
            self.written.push(self.pool.create(socket.host, socket.local, socket.remote, body, route));
        }
        if !self.written.is_empty() {
            let exit = socket.exit;
            self.transmit(exit);
        }
    }

    /// The connection is over, and the program gets to know why. No packet is sent, and none finds it.
    pub(crate) fn end(&mut self, place: Place, reason: CloseReason) {
        self.schedule.set_timer(place, None);
        self.sockets.detach(place);
        self.sockets.announce_closed(place, reason);
    }

    /// The socket is gone without a packet or an event.
    pub(crate) fn drop_socket(&mut self, place: Place) {
        self.schedule.set_timer(place, None);
        if let Some(socket) = self.sockets.at(place) {
            if let Some(endpoint) = &mut socket.endpoint {
                endpoint.release(&mut self.shared);
            }
            if let Some(inbox) = socket.inbox.take() {
                inbox.empty(&mut self.shared.payloads);
                self.bound.remove(&(socket.host, socket.local.port()));
            }
        }
        self.sockets.remove(place);
    }

    /// The socket is gone, and the peer hears a reset if there is a connection to tear down.
    pub(crate) fn reset_socket(&mut self, place: Place) {
        let Some(socket) = self.sockets.at(place) else { return };
        match (socket.stage, &mut socket.endpoint) {
            (Stage::Answering { .. } | Stage::Open | Stage::Lingering, Some(endpoint)) => {
                endpoint.abort(self.now);
                self.send_written(place);
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
}

/// Why an end is closed, as its program is told.
fn reason(endpoint: &Endpoint) -> CloseReason {
    match endpoint.error() {
        Some(tcp::Error::Refused) => CloseReason::Refused,
        Some(tcp::Error::Reset) => CloseReason::Reset,
        Some(tcp::Error::ConnectTimedOut) => CloseReason::ConnectTimedOut,
        Some(tcp::Error::TimedOut) => CloseReason::TimedOut,
        None => CloseReason::Finished,
    }
}
