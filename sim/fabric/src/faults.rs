//! What can go wrong with hosts and with the network between them.

use std::collections::BTreeMap;

use wire::SimTime;

use crate::fabric::Fabric;
use crate::ids::{Direction, HostId, SocketId};
use crate::link::{AccessLink, LinkConfig};
use crate::packet::{PacketIndex, PacketList, Pool};
use crate::sockets::Stage;
use crate::tap::Fate;

/// Which hosts do not reach which others. A packet meets its fault between the two links: what has left its
/// sender's link when a fault begins has passed it.
#[derive(Default)]
pub(crate) struct Faults {
    between: BTreeMap<(HostId, HostId), Fault>,
}

enum Fault {
    Partition,
    Hold(PacketList),
}

/// What becomes of a packet between the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    Open,
    Shut,
    /// The packet is kept, and no longer the caller's.
    Kept,
}

impl Faults {
    pub(crate) fn pass(&mut self, from: HostId, to: HostId, pool: &mut Pool, packet: PacketIndex) -> Passage {
        match self.between.get_mut(&(from, to)) {
            None => Passage::Open,
            Some(Fault::Partition) => Passage::Shut,
            Some(Fault::Hold(kept)) => {
                kept.push(pool, packet);
                Passage::Kept
            }
        }
    }

    /// Puts a fault in place of what was there; what that kept comes back.
    fn replace(&mut self, from: HostId, to: HostId, fault: Option<Fault>) -> PacketList {
        let before = match fault {
            Some(fault) => self.between.insert((from, to), fault),
            None => self.between.remove(&(from, to)),
        };
        match before {
            Some(Fault::Hold(kept)) => kept,
            Some(Fault::Partition) | None => PacketList::default(),
        }
    }
}

/// The network's faults.
impl Fabric {
    /// No packet gets from either host to the other. What was held between them is lost.
    pub fn partition(&mut self, now: SimTime, a: HostId, b: HostId) {
        self.partition_one_way(now, a, b);
        self.partition_one_way(now, b, a);
    }

    /// No packet gets from one host to the other; the way back stays as it is.
    pub fn partition_one_way(&mut self, now: SimTime, from: HostId, to: HostId) {
        self.advance(now);
        let mut kept = self.faults.replace(from, to, Some(Fault::Partition));
        while let Some(packet) = kept.pop(&self.outbox.pool) {
            self.drop_packet(None, packet, Fate::Partitioned);
        }
    }

    /// Packets between the two hosts wait, both ways, until [`Fabric::heal`].
    pub fn hold(&mut self, now: SimTime, a: HostId, b: HostId) {
        self.advance(now);
        for (from, to) in [(a, b), (b, a)] {
            let kept = self.faults.replace(from, to, None);
            self.faults.replace(from, to, Some(Fault::Hold(kept)));
        }
    }

    /// Packets pass between the two hosts again, both ways. Those held go on now, in their order.
    pub fn heal(&mut self, now: SimTime, a: HostId, b: HostId) {
        self.advance(now);
        for (from, to) in [(a, b), (b, a)] {
            let mut kept = self.faults.replace(from, to, None);
            while let Some(packet) = kept.pop(&self.outbox.pool) {
                self.enter_down_link(to, packet);
            }
        }
        self.schedule.prune();
    }

    /// How the host's link is set.
    pub fn link(&self, host: HostId) -> AccessLink {
        let config = |direction| self.links[Self::link_index(host, direction)].config().clone();
        AccessLink { up: config(Direction::Up), down: config(Direction::Down) }
    }

    /// Changes both directions of the host's link from now on. Packets on the way keep their times, and none
    /// overtakes them but by [`Reordering`](crate::Reordering). Those in the queue stay there, whatever its new size,
    /// and are sent at the new rate: of a packet that is being sent, what is unsent.
    ///
    /// # Panics
    /// If there can be no such link ([`AccessLink::check`]).
    pub fn set_link(&mut self, now: SimTime, host: HostId, link: AccessLink) {
        self.set_link_direction(now, host, Direction::Up, link.up);
        self.set_link_direction(now, host, Direction::Down, link.down);
    }

    /// Changes one direction of the host's link, as [`Fabric::set_link`] changes both.
    ///
    /// # Panics
    /// If there can be no such link ([`LinkConfig::check`]).
    pub fn set_link_direction(&mut self, now: SimTime, host: HostId, direction: Direction, link: LinkConfig) {
        self.advance(now);
        self.configure(Self::link_index(host, direction), link);
    }
}

/// The hosts' faults.
impl Fabric {
    /// The host has no network: what it sends is lost, what comes for it is lost, and new connections of its own
    /// fail at once. Those that stand do not notice until an answer is missing.
    pub fn unplug(&mut self, now: SimTime, host: HostId) {
        self.advance(now);
        self.conditions[host.index()].plugged_in = false;
    }

    /// The host has its network back.
    pub fn plug_in(&mut self, now: SimTime, host: HostId) {
        self.advance(now);
        self.conditions[host.index()].plugged_in = true;
    }

    /// The host is dark at once: its connections and its listening ports vanish, no packet tells of it, and no
    /// event follows.
    pub fn power_off(&mut self, now: SimTime, host: HostId) {
        self.advance(now);
        self.conditions[host.index()].powered = false;
        self.listeners.retain(|(listens, _), _| *listens != host);
        for place in self.sockets.places_of(host) {
            self.drop_socket(place);
        }
        self.schedule.prune();
    }

    /// The host is up again, with nothing running on it: whoever believes in a connection from before is told by
    /// a reset as soon as they send.
    pub fn power_on(&mut self, now: SimTime, host: HostId) {
        self.advance(now);
        self.conditions[host.index()].powered = true;
    }

    /// Whether the host has power.
    pub fn is_powered(&self, host: HostId) -> bool {
        self.conditions[host.index()].powered
    }

    /// A process of the host dies: its sockets are reset by the host, as Windows does it, its ports are no longer
    /// listened on, and no event follows. Sockets and ports of other hosts are left alone.
    pub fn kill_process(&mut self, now: SimTime, host: HostId, sockets: &[SocketId], ports: &[u16]) {
        self.advance(now);
        for &socket in sockets {
            if let Some((place, state)) = self.sockets.get_mut(socket)
                && state.host == host
            {
                self.reset_socket(place);
            }
        }
        for &port in ports {
            self.stop_listening(now, host, port);
        }
        self.schedule.prune();
    }

    /// Refuses new connections to `port` from now on, and resets those that were half made. Those accepted live on.
    pub fn stop_listening(&mut self, now: SimTime, host: HostId, port: u16) {
        self.advance(now);
        self.listeners.remove(&(host, port));
        for place in self.sockets.places_of(host) {
            if self
                .sockets
                .at(place)
                .is_some_and(|socket| socket.stage == Stage::Answering { listener: port })
            {
                self.reset_socket(place);
            }
        }
        self.schedule.prune();
    }
}
