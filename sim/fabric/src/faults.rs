//! What can go wrong with hosts and with the network between them.

use std::collections::BTreeMap;

use wire::SimTime;

use crate::fabric::Fabric;
use crate::hosts::Interface;
use crate::ids::{Direction, HostId, InterfaceId, LinkId, SocketId};
use crate::link::{AccessLink, LinkConfig, LinkCounters};
use crate::packet::{PacketIndex, PacketList, Pool};
use crate::sockets::Stage;
use crate::tap::Fate;

/// Which hosts do not reach which others. A packet meets its fault just before its receiver's link: what is on that
/// when a fault begins has passed it.
#[derive(Default)]
pub(crate) struct Faults {
    between: BTreeMap<(HostId, HostId), Fault>,
}

enum Fault {
    Partition,
    /// For each packet, the interface that it is for is in its route.
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
    pub(crate) fn pass(
        &mut self,
        from: HostId,
        to: HostId,
        by: InterfaceId,
        pool: &mut Pool,
        packet: PacketIndex,
    ) -> Passage {
        if self.between.is_empty() {
            return Passage::Open;
        }
        match self.between.get_mut(&(from, to)) {
            None => Passage::Open,
            Some(Fault::Partition) => Passage::Shut,
            Some(Fault::Hold(kept)) => {
                kept.push(pool, packet);
                pool.get_mut(packet).route.interface = Some(by);
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
        while let Some(packet) = kept.pop(&self.pool) {
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
            while let Some(packet) = kept.pop(&self.pool) {
                if let Some(interface) = self.pool.get(packet).route.interface {
                    self.enter_down_link(interface, packet);
                }
            }
        }
        self.schedule.prune();
    }

    /// How the link of the interface that the host goes out by is set.
    pub fn link(&self, host: HostId) -> AccessLink {
        let [up, down] =
            self.main_links(host).map(|link| self.link_config(link).expect("an interface has links"));
        AccessLink { up, down }
    }

    /// Changes both directions of the link that the host goes out by, from now on. Packets on the way keep their
    /// times, and none overtakes them but by [`Reordering`](crate::Reordering). Those in the queue stay there, whatever
    /// its new size, and are sent at the new rate: of a packet that is being sent, what is unsent.
    ///
    /// # Panics
    /// If there can be no such link ([`AccessLink::check`]).
    pub fn set_link(&mut self, now: SimTime, host: HostId, link: AccessLink) {
        let [up, down] = self.main_links(host);
        self.configure_link(now, up, link.up);
        self.configure_link(now, down, link.down);
    }

    /// Changes one direction of the link that the host goes out by, as [`Fabric::set_link`] changes both.
    ///
    /// # Panics
    /// If there can be no such link ([`LinkConfig::check`]).
    pub fn set_link_direction(&mut self, now: SimTime, host: HostId, direction: Direction, link: LinkConfig) {
        self.configure_link(now, LinkId::Interface(self.main_interface(host), direction), link);
    }

    /// How a link is set; `None` for the line of a zone that has none.
    pub fn link_config(&self, link: LinkId) -> Option<LinkConfig> {
        Some(self.link_state(link)?.config().clone())
    }

    /// Changes any link from now on. The line of a zone that has none stays as it is.
    ///
    /// # Panics
    /// If the rate is zero or a share is not between 0 and 1.
    pub fn configure_link(&mut self, now: SimTime, link: LinkId, config: LinkConfig) {
        self.advance(now);
        if let Some(number) = self.number_of(link) {
            self.configure(number, config);
        }
    }

    /// What one direction of the link that the host goes out by has done so far.
    pub fn link_counters(&self, host: HostId, direction: Direction) -> LinkCounters {
        self.counters(LinkId::Interface(self.main_interface(host), direction))
    }

    /// What a link has done so far; nothing, for the line of a zone that has none.
    pub fn counters(&self, link: LinkId) -> LinkCounters {
        self.link_state(link).map(|state| state.counters(self.now, &self.pool)).unwrap_or_default()
    }

    fn main_links(&self, host: HostId) -> [LinkId; 2] {
        let interface = self.main_interface(host);
        [Direction::Up, Direction::Down].map(|direction| LinkId::Interface(interface, direction))
    }
}

/// The hosts' faults.
impl Fabric {
    /// The host has no network: what it sends is lost, what comes for it is lost, and new connections of its own
    /// fail at once. Those that stand do not notice until an answer is missing.
    pub fn unplug(&mut self, now: SimTime, host: HostId) {
        self.advance(now);
        self.set_plugged_in(host, false);
    }

    /// The host has its network back.
    pub fn plug_in(&mut self, now: SimTime, host: HostId) {
        self.advance(now);
        self.set_plugged_in(host, true);
    }

    /// The host is dark at once: its connections and its listening ports vanish, no packet tells of it, and no
    /// event follows.
    pub fn power_off(&mut self, now: SimTime, host: HostId) {
        self.advance(now);
        let state = &mut self.hosts[host.index()];
        (state.powered, state.asleep) = (false, false);
        state.overslept.clear();
        self.set_awake(host);
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
        self.hosts[host.index()].powered = true;
        self.set_awake(host);
    }

    /// Whether the host has power.
    pub fn is_powered(&self, host: HostId) -> bool {
        self.hosts[host.index()].powered
    }

    /// The host sleeps: it hears nothing, says nothing, and no timer of its connections fires. Peers are not told.
    pub fn sleep(&mut self, now: SimTime, host: HostId) {
        self.advance(now);
        self.hosts[host.index()].asleep = self.hosts[host.index()].powered;
        self.set_awake(host);
    }

    /// The host is awake again. Timers that came up meanwhile fire now: what waited too long for an answer has timed
    /// out, the rest is sent again, and peers that have given up meanwhile answer with a reset.
    pub fn wake(&mut self, now: SimTime, host: HostId) {
        self.advance(now);
        self.hosts[host.index()].asleep = false;
        self.set_awake(host);
        for place in std::mem::take(&mut self.hosts[host.index()].overslept) {
            self.handle_timer(place);
        }
        self.schedule.prune();
    }

    /// Whether the host sleeps.
    pub fn is_asleep(&self, host: HostId) -> bool {
        self.hosts[host.index()].asleep
    }

    fn set_plugged_in(&mut self, host: HostId, plugged_in: bool) {
        for place in 0..self.hosts[host.index()].interfaces.len() {
            let interface = self.hosts[host.index()].interfaces[place];
            let Interface { plugged_in: state, .. } = &mut self.interfaces[interface.index()];
            *state = plugged_in;
        }
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
