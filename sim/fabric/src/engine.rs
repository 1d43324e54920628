//! How the network moves: what is due is handled, packets go from link to link, sockets are seen to.

use std::net::SocketAddrV4;

use wire::SimTime;

use crate::event::{CloseReason, EventKind};
use crate::fabric::{EPHEMERAL_PORTS, Fabric};
use crate::faults::Passage;
use crate::ids::{Direction, HostId};
use crate::link::Offered;
use crate::packet::{Headers, PacketIndex};
use crate::schedule::Due;
use crate::sockets::{Socket, Stage};
use crate::tap::{Fate, PacketRecord};
use crate::tcp::{BufferUse, TcpState};

/// Place of the loopback among the links.
const LOOPBACK_LINK: usize = 0;

impl Fabric {
    /// Before a program acts at `now`, all that was due earlier has happened.
    pub(crate) fn advance(&mut self, now: SimTime) {
        if self.schedule.next().is_some_and(|next| next < now) {
            self.handle_timeout(SimTime::from_nanos(now.as_nanos() - 1));
        }
        self.now = self.now.max(now);
    }

    pub(crate) fn handle_due(&mut self, due: Due) {
        match due {
            Due::Timer { socket } => self.handle_timer(socket),
            Due::Arrival { link } => {
                let at_link = &mut self.links[link as usize];
                let Some(index) = at_link.take_arrived(self.now, &self.outbox.pool) else { return };
                if let Some((at, sequence)) = at_link.next_arrival(&self.outbox.pool) {
                    self.schedule.push(at, sequence, Due::Arrival { link });
                }
                let packet = self.outbox.pool.get(index);
                let (from, to) = (packet.from, packet.to);
                match (Self::link_at(link), to) {
                    (on, _) if packet.lost => self.drop_packet(on, index, Fate::Lost),
                    (Some((_, Direction::Up)), Some(to)) => self.cross(from, to, index),
                    (Some((_, Direction::Up)), None) => self.drop_packet(None, index, Fate::NoSuchHost),
                    (on, to) => self.arrive(on, to.unwrap_or(from), index),
                }
            }
        }
    }

    /// A packet has left its sender's link, and goes on to its receiver's unless a fault is between them.
    fn cross(&mut self, from: HostId, to: HostId, index: PacketIndex) {
        match self.faults.pass(from, to, &mut self.outbox.pool, index) {
            Passage::Open => self.enter_down_link(to, index),
            Passage::Shut => self.drop_packet(None, index, Fate::Partitioned),
            Passage::Kept => self.show(None, index, Fate::Held),
        }
    }

    pub(crate) fn enter_down_link(&mut self, to: HostId, index: PacketIndex) {
        self.offer(Self::link_index(to, Direction::Down), index);
    }

    fn offer(&mut self, link: usize, index: PacketIndex) {
        let sequence = self.schedule.sequence();
        match self.links[link].offer(self.now, &mut self.outbox.pool, index, sequence) {
            Offered::Taken { first } => {
                let packet = self.outbox.pool.get(index);
                let (leaves, arrives) = (packet.leaves, packet.arrives);
                if first {
                    self.schedule.push(arrives, sequence, Due::Arrival { link: link as u32 });
                }
                self.show(Self::link_at(link as u32), index, Fate::Queued { leaves, arrives });
            }
            Offered::QueueFull => self.drop_packet(Self::link_at(link as u32), index, Fate::QueueFull),
        }
    }

    /// A packet is at its receiver's end of the line.
    fn arrive(&mut self, on: Option<(HostId, Direction)>, to: HostId, index: PacketIndex) {
        let host = &self.hosts[to.index()];
        if !host.powered {
            self.drop_packet(on, index, Fate::NoPower);
        } else if !host.plugged_in && on.is_some() {
            self.drop_packet(on, index, Fate::Unplugged);
        } else {
            self.show(on, index, Fate::Delivered);
            let buffer = self.outbox.pool.lend(index);
            let packet = self.outbox.pool.get(index);
            let (from, len) = (packet.from, packet.len());
            self.deliver(from, to, &buffer[..len]);
            self.outbox.pool.give_back(index, buffer);
            self.outbox.pool.release(index);
        }
    }

    /// The host gives a packet to the socket that it is for; a stranger's gets an answer from the stack.
    fn deliver(&mut self, from: HostId, to: HostId, packet: &[u8]) {
        let Some(headers) = Headers::parse(packet) else { return };
        let found = self.sockets.find(headers.destination, headers.source).or_else(|| {
            let opens = headers.flags.syn() && !headers.flags.ack();
            let sizes = *self.listeners.get(&(to, headers.destination.port()))?;
            opens.then(|| self.answer(to, headers, sizes))
        });
        match found {
            Some(socket) => self.receive(socket, packet, headers),
            None => {
                self.stack.receive_stray(self.now, *headers.destination.ip(), packet, &mut self.outbox);
                self.transmit(to, Some(from));
            }
        }
    }

    /// A socket for somebody who dials a port that is listened on.
    fn answer(&mut self, host: HostId, headers: Headers, sizes: BufferUse) -> u32 {
        let (local, remote) = (headers.destination, headers.source);
        let endpoint = self.stack.listen(local, sizes);
        let stage = Stage::Answering { listener: local.port() };
        self.sockets.insert(Socket::new(host, local, remote, stage, Some(endpoint))).index
    }

    /// Gives a packet to the socket that it is for.
    fn receive(&mut self, index: u32, packet: &[u8], headers: Headers) {
        let Some(socket) = self.sockets.at(index) else { return };
        let Some(endpoint) = &mut socket.endpoint else { return };
        let (unread_before, unacknowledged_before) = (endpoint.unread(), endpoint.unacknowledged());
        let state_before = endpoint.state();
        self.stack.receive(self.now, *socket.local.ip(), endpoint, packet, &mut self.outbox);
        let brought_bytes = endpoint.unread() > unread_before;
        // A peer that shuts its window answers, too; but nobody waits for that on behalf of an orphan.
        let is_answer = endpoint.unacknowledged() < unacknowledged_before
            || endpoint.state() != state_before
            || headers.window == 0 && socket.stage != Stage::Lingering;
        if socket.unanswered_since != SimTime::MAX && is_answer {
            socket.unanswered_since = self.now;
        }
        let announce = brought_bytes && !socket.readable_announced;
        self.settle(index, announce, headers.flags.rst());
    }

    pub(crate) fn poll_socket(&mut self, index: u32) {
        let Some(socket) = self.sockets.at(index) else { return };
        let Some(endpoint) = &mut socket.endpoint else { return };
        self.stack.poll(self.now, *socket.local.ip(), endpoint, &mut self.outbox);
        self.settle(index, false, false);
    }

    fn handle_timer(&mut self, index: u32) {
        let Some(socket) = self.sockets.at(index) else { return };
        if self.now >= socket.patience_ends() {
            match socket.stage {
                Stage::Dialling => self.end(index, CloseReason::ConnectTimedOut),
                Stage::Open => self.end(index, CloseReason::TimedOut),
                Stage::Answering { .. } | Stage::Closed | Stage::Lingering => self.drop_socket(index),
            }
        } else {
            self.poll_socket(index);
        }
    }

    /// After the stack has seen to a socket: sends what it wrote, tells the program what is new, sets the timer.
    fn settle(&mut self, index: u32, brought_bytes: bool, reset: bool) {
        let Some(socket) = self.sockets.at(index) else { return };
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
            self.transmit(host, to);
        }
        let Some(socket) = self.sockets.at(index) else { return };
        let Some(endpoint) = &socket.endpoint else { return };
        let state = endpoint.state();

        match socket.stage {
            Stage::Dialling if state == TcpState::Closed => return self.end(index, CloseReason::Refused),
            Stage::Dialling if state.synchronised() => {
                socket.stage = Stage::Open;
                socket.wants_room = false;
                self.sockets.announce(index, EventKind::Connected);
            }
            Stage::Answering { .. } if matches!(state, TcpState::Closed | TcpState::Listen) => {
                return self.drop_socket(index);
            }
            Stage::Answering { listener } if state.synchronised() => {
                socket.stage = Stage::Open;
                let peer = socket.remote;
                self.sockets.announce(index, EventKind::Accepted { listener, peer });
            }
            Stage::Lingering if state == TcpState::Closed => return self.drop_socket(index),
            // Nobody will ever read it (RFC 9293, 3.6.1).
            Stage::Lingering if endpoint.unread() > 0 => return self.reset_socket(index),
            _ => {}
        }

        let Some(socket) = self.sockets.at(index) else { return };
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
                self.sockets.announce(index, EventKind::Readable);
            }
            if writable {
                self.sockets.announce(index, EventKind::Writable);
            }
            if finished {
                self.sockets.announce(index, EventKind::Finished);
            }
            if state == TcpState::Closed && reset {
                return self.end(index, CloseReason::Reset);
            }
            if unread == 0 && matches!(state, TcpState::Closed | TcpState::TimeWait) {
                self.sockets.announce_closed(index, CloseReason::Finished);
            }
        }
        self.set_timer(index);
    }

    /// Sets the socket's timer to whichever comes first: the stack's deadline or the end of our patience.
    fn set_timer(&mut self, index: u32) {
        let Some(socket) = self.sockets.at(index) else { return };
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
        let patience_ends = socket.patience_ends();
        let deadline = self.stack.deadline(self.now, endpoint).unwrap_or(SimTime::MAX).min(patience_ends);
        self.schedule.set_timer(index, (deadline != SimTime::MAX).then_some(deadline));
    }

    /// The connection is over, and the program gets to know why. No packet is sent, and none finds it.
    fn end(&mut self, index: u32, reason: CloseReason) {
        self.schedule.set_timer(index, None);
        self.sockets.forget_tuple(index);
        self.sockets.announce_closed(index, reason);
    }

    /// The socket is gone without a packet or an event.
    pub(crate) fn drop_socket(&mut self, index: u32) {
        self.schedule.set_timer(index, None);
        self.sockets.remove(index);
    }

    /// The socket is gone, and the peer hears a reset.
    pub(crate) fn reset_socket(&mut self, index: u32) {
        if let Some(socket) = self.sockets.at(index)
            && socket.stage != Stage::Dialling
            && let Some(endpoint) = &mut socket.endpoint
        {
            endpoint.abort();
            self.stack.poll(self.now, *socket.local.ip(), endpoint, &mut self.outbox);
            let (host, to) = (socket.host, socket.remote_host);
            self.transmit(host, to);
        }
        self.drop_socket(index);
    }

    /// Frees the place of a socket that nobody needs any more.
    pub(crate) fn reap(&mut self, index: u32) {
        let over = self.sockets.at(index).is_some_and(|socket| {
            socket.endpoint.as_ref().is_none_or(|endpoint| endpoint.state() == TcpState::Closed)
                || self.schedule.timer(index).is_none()
        });
        if over {
            self.drop_socket(index);
        }
    }

    /// Sends all that the stack wrote on its way to `to`.
    fn transmit(&mut self, from: HostId, to: Option<HostId>) {
        let mut written = std::mem::take(&mut self.outbox.written);
        let link = if to == Some(from) { LOOPBACK_LINK } else { Self::link_index(from, Direction::Up) };
        let plugged_in = self.hosts[from.index()].plugged_in || link == LOOPBACK_LINK;
        for index in written.drain(..) {
            let packet = self.outbox.pool.get_mut(index);
            (packet.from, packet.to) = (from, to);
            if plugged_in {
                self.offer(link, index);
            } else {
                self.drop_packet(Self::link_at(link as u32), index, Fate::Unplugged);
            }
        }
        self.outbox.written = written;
    }

    pub(crate) fn drop_packet(&mut self, on: Option<(HostId, Direction)>, index: PacketIndex, fate: Fate) {
        self.show(on, index, fate);
        self.outbox.pool.release(index);
    }

    fn show(&mut self, link: Option<(HostId, Direction)>, index: PacketIndex, fate: Fate) {
        let Some(look) = &mut self.tap else { return };
        let packet = self.outbox.pool.get(index);
        let Some(Headers { source, destination, flags, .. }) = Headers::parse(packet.bytes()) else { return };
        let (at, from, to, bytes) = (self.now, packet.from, packet.to, packet.bytes());
        look(&PacketRecord { at, link, from, to, source, destination, flags, bytes, fate });
    }

    pub(crate) fn free_port(&mut self, host: HostId, remote: SocketAddrV4) -> Option<u16> {
        let address = self.hosts[host.index()].address;
        for _ in EPHEMERAL_PORTS {
            let port = self.hosts[host.index()].next_port;
            self.hosts[host.index()].next_port =
                if port == *EPHEMERAL_PORTS.end() { *EPHEMERAL_PORTS.start() } else { port + 1 };
            if self.sockets.find(SocketAddrV4::new(address, port), remote).is_none() {
                return Some(port);
            }
        }
        None
    }

    pub(crate) fn link_index(host: HostId, direction: Direction) -> usize {
        LOOPBACK_LINK + 1 + host.index() * 2 + usize::from(direction == Direction::Down)
    }

    /// Whose link that is; `None` for the loopback.
    fn link_at(link: u32) -> Option<(HostId, Direction)> {
        let position = link.checked_sub(LOOPBACK_LINK as u32 + 1)?;
        Some((HostId(position / 2), if position % 2 == 0 { Direction::Up } else { Direction::Down }))
    }
}
