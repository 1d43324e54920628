//! How the network moves: what is due is handled, and packets go from link to link.

use wire::SimTime;

use crate::fabric::Fabric;
use crate::faults::Passage;
use crate::ids::{Direction, HostId};
use crate::link::Offered;
use crate::packet::{Headers, PacketIndex, Route};
use crate::schedule::Due;
use crate::tap::{Fate, PacketRecord};

/// Place of the loopback among the links.
pub(crate) const LOOPBACK_LINK: usize = 0;

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
        self.list_used(link);
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
        let condition = self.conditions[to.index()];
        if !condition.powered {
            self.drop_packet(on, index, Fate::NoPower);
        } else if !condition.plugged_in && on.is_some() {
            self.drop_packet(on, index, Fate::Unplugged);
        } else {
            self.show(on, index, Fate::Delivered);
            let buffer = self.outbox.pool.lend(index);
            let packet = self.outbox.pool.get(index);
            let (from, route, len) = (packet.from, packet.route, packet.len());
            self.deliver(to, &buffer[..len], from, route);
            self.outbox.pool.give_back(index, buffer);
            self.outbox.pool.release(index);
        }
    }

    /// Sends all that the stack wrote on its way to `to`.
    pub(crate) fn transmit(&mut self, from: HostId, to: Option<HostId>, route: Route) {
        let mut written = std::mem::take(&mut self.outbox.written);
        let link = if to == Some(from) { LOOPBACK_LINK } else { Self::link_index(from, Direction::Up) };
        let plugged_in = self.conditions[from.index()].plugged_in || link == LOOPBACK_LINK;
        for index in written.drain(..) {
            let packet = self.outbox.pool.get_mut(index);
            (packet.from, packet.to, packet.route) = (from, to, route);
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

    pub(crate) fn link_index(host: HostId, direction: Direction) -> usize {
        LOOPBACK_LINK + 1 + host.index() * 2 + usize::from(direction == Direction::Down)
    }

    /// Whose link that is; `None` for the loopback.
    pub(crate) fn link_at(link: u32) -> Option<(HostId, Direction)> {
        let position = link.checked_sub(LOOPBACK_LINK as u32 + 1)?;
        Some((HostId(position / 2), if position % 2 == 0 { Direction::Up } else { Direction::Down }))
    }
}
