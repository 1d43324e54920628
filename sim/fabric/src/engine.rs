//! How the network moves: what is due is handled, and packets go from link to link.

use std::net::SocketAddrV4;

use tcp::Segment;
use wire::SimTime;

use crate::fabric::Fabric;
use crate::faults::Passage;
use crate::gateway::{Glance, Protocol, Verdict};
use crate::hosts::Interface;
use crate::ids::{Direction, HostId, InterfaceId, LinkId, ZoneId};
use crate::link::{Departed, Link, LinkConfig, Offered};
use crate::packet::{Body, Packet, PacketIndex, Pool, Route};
use crate::schedule::Due;
use crate::tap::{Fate, PacketRecord};
use crate::zone::Next;

/// Place of the loopback among the links.
pub(crate) const LOOPBACK_LINK: u32 = 0;

/// From here on, numbers of links are those of lines.
const LINES: u32 = 1 << 31;

/// How packets leave their host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// They are for the host itself.
    Loopback,
    Interface(InterfaceId),
    /// The host no longer has the address that they are from.
    Nowhere,
}

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
            Due::Departure { link } => self.depart(link),
            Due::Arrival { link } => {
                let now = self.now;
                let (state, pool) = self.links_mut(link);
                let Some(index) = state.take_arrived(now, pool) else { return };
                let next = state.next_arrival(pool);
                if let Some((at, sequence)) = next {
                    self.schedule.push(at, sequence, Due::Arrival { link });
                }
                self.come_out(link, index);
            }
        }
    }

    /// A packet is at the far end of a link.
    fn come_out(&mut self, link: u32, index: PacketIndex) {
        let id = self.link_id(link);
        if self.pool.get(index).lost {
            return self.drop_packet(id, index, Fate::Lost);
        }
        match id {
            None => {
                let Packet { from, .. } = *self.pool.get(index);
                self.hand_in(None, from, index);
            }
            Some(LinkId::Interface(interface, Direction::Up)) => {
                let zone = self.interfaces[interface.index()].zone;
                self.route(zone, index, false);
            }
            Some(LinkId::Interface(interface, Direction::Down)) => self.arrive(interface, index),
            Some(LinkId::Line(zone, Direction::Up)) => {
                if let Some(above) = &self.zones[zone.index()].above {
                    let parent = above.parent;
                    self.route(parent, index, false);
                }
            }
            Some(LinkId::Line(zone, Direction::Down)) => self.enter(zone, index),
        }
    }

    /// A packet is in a zone, and goes on to whoever has its address: here, below, or else above, unless it comes
    /// from there.
    fn route(&mut self, zone: ZoneId, index: PacketIndex, from_above: bool) {
        let Packet { destination, from, route, .. } = *self.pool.get(index);
        if let Some(interface) = route.interface {
            let Interface { zone: near, address, up, .. } = self.interfaces[interface.index()];
            if up && near == zone && address == *destination.ip() {
                return self.cross(from, interface, index);
            }
        }
        match self.zones[zone.index()].table.get(destination.ip()) {
            Some(Next::Interface(interface)) => {
                let interface = *interface;
                self.cross(from, interface, index);
            }
            Some(Next::Below(below)) => {
                let below = *below;
                match self.zones[below.index()].above.as_ref().and_then(|above| above.line) {
                    Some(line) => self.offer(LINES + line + 1, index),
                    None => self.enter(below, index),
                }
            }
            None if zone == ZoneId::INTERNET || from_above => self.drop_packet(None, index, Fate::NoSuchHost),
            None => self.leave(zone, index),
        }
    }

    /// A packet leaves a zone by its gateway.
    fn leave(&mut self, zone: ZoneId, index: PacketIndex) {
        let Some(glance) = self.glance(index) else {
            return self.drop_packet(None, index, Fate::NotForwarded);
        };
        let Some(above) = &mut self.zones[zone.index()].above else { return };
        match above.gateway.outbound(self.now, &glance) {
            Verdict::Pass { source, destination } => {
                let (parent, line) = (above.parent, above.line);
                self.rewrite(index, source, destination);
                match line {
                    Some(line) => self.offer(LINES + line, index),
                    None => self.route(parent, index, false),
                }
            }
            Verdict::Hairpin { source, destination } => {
                self.rewrite(index, source, destination);
                self.route(zone, index, true);
            }
            Verdict::Drop(why) => self.drop_packet(None, index, Fate::Refused(why)),
            Verdict::Reject(why) => {
                if let Some(answer) = self.reject(index, Fate::Refused(why)) {
                    self.route(zone, answer, true);
                }
            }
        }
    }

    /// A packet comes to a zone's gateway from above.
    fn enter(&mut self, zone: ZoneId, index: PacketIndex) {
        let Some(glance) = self.glance(index) else {
            return self.drop_packet(None, index, Fate::NotForwarded);
        };
        let Some(above) = &mut self.zones[zone.index()].above else { return };
        match above.gateway.inbound(self.now, &glance) {
            Verdict::Pass { source, destination } | Verdict::Hairpin { source, destination } => {
                self.rewrite(index, source, destination);
                self.route(zone, index, true);
            }
            Verdict::Drop(why) => self.drop_packet(None, index, Fate::Refused(why)),
            Verdict::Reject(why) => {
                let (parent, line) = (above.parent, above.line);
                let Some(answer) = self.reject(index, Fate::Refused(why)) else { return };
                match line {
                    Some(line) => self.offer(LINES + line, answer),
                    None => self.route(parent, answer, false),
                }
            }
        }
    }

    /// A gateway drops a packet; back comes what tells its sender.
    fn reject(&mut self, index: PacketIndex, fate: Fate) -> Option<PacketIndex> {
        let Packet { source, destination, from, body, .. } = self.pool.get(index);
        let answer = match body {
            Body::Tcp(segment) => tcp::answer_to_stray(segment),
            Body::Nothing | Body::Datagram(_) | Body::Echo(_) | Body::Foreign(_) => None,
        };
        let (source, destination, from) = (*source, *destination, *from);
        self.drop_packet(None, index, fate);
        Some(self.pool.create(from, destination, source, Body::Tcp(answer?), Route::default()))
    }

    /// A gateway lets a packet pass, with these addresses.
    fn rewrite(&mut self, index: PacketIndex, source: SocketAddrV4, destination: SocketAddrV4) {
        let packet = self.pool.get_mut(index);
        packet.time_to_live -= 1;
        if (packet.source, packet.destination) != (source, destination) {
            (packet.source, packet.destination) = (source, destination);
            packet.route.interface = None;
        }
    }

    /// What a gateway sees of a packet; `None` for what gateways do not forward.
    fn glance(&self, index: PacketIndex) -> Option<Glance> {
        let Packet { source, destination, body, .. } = self.pool.get(index);
        let (source, destination) = (*source, *destination);
        let plain = Glance {
            protocol: Protocol::Udp,
            source,
            destination,
            syn: false,
            ack: false,
            fin: false,
            rst: false,
        };
        match body {
            Body::Tcp(Segment { flags, .. }) => Some(Glance {
                protocol: Protocol::Tcp,
                syn: flags.syn(),
                ack: flags.ack(),
                fin: flags.fin(),
                rst: flags.rst(),
                ..plain
            }),
            Body::Datagram(_) => Some(plain),
            Body::Echo(echo) => Some(Glance { protocol: Protocol::Icmp, syn: echo.is_request, ..plain }),
            Body::Nothing | Body::Foreign(_) => None,
        }
    }

    /// A packet has found its receiver, and goes onto their link unless a fault is between.
    fn cross(&mut self, from: HostId, to: InterfaceId, index: PacketIndex) {
        let host = self.interfaces[to.index()].host;
        match self.faults.pass(from, host, to, &mut self.pool, index) {
            Passage::Open => self.enter_down_link(to, index),
            Passage::Shut => self.drop_packet(None, index, Fate::Partitioned),
            Passage::Kept => self.show(None, index, Fate::Held),
        }
    }

    pub(crate) fn enter_down_link(&mut self, to: InterfaceId, index: PacketIndex) {
        self.offer(Self::link_number(to, Direction::Down), index);
    }

    fn offer(&mut self, link: u32, index: PacketIndex) {
        self.list_used(link);
        if self.links_mut(link).0.steps() {
            self.depart(link);
        }
        let sequence = self.schedule.sequence();
        let now = self.now;
        let (state, pool) = self.links_mut(link);
        match state.offer(now, pool, index, sequence) {
            Offered::Taken { first } => {
                let Packet { leaves, arrives, .. } = *self.pool.get(index);
                if first {
                    self.schedule.push(arrives, sequence, Due::Arrival { link });
                }
                if self.tap.is_some() {
                    self.show(self.link_id(link), index, Fate::Queued { leaves, arrives });
                }
            }
            Offered::Waits => {
                self.show(self.link_id(link), index, Fate::Waits);
                self.depart(link);
            }
            Offered::QueueFull => self.drop_packet(self.link_id(link), index, Fate::QueueFull),
        }
    }

    /// Lets all packets leave the link's queue whose turn has come.
    fn depart(&mut self, link: u32) {
        let on = self.link_id(link);
        let now = self.now;
        loop {
            let sequence = self.schedule.sequence();
            let (state, pool) = self.links_mut(link);
            match state.depart(now, pool, sequence) {
                Some(Departed::Sent { index, copy, first }) => {
                    let arrives = self.pool.get(index).arrives;
                    if first {
                        self.schedule.push(arrives, sequence, Due::Arrival { link });
                    }
                    self.show(on, index, Fate::Sent { arrives });
                    if let Some(copy) = copy {
                        self.show(on, copy, Fate::Duplicated { arrives });
                    }
                }
                Some(Departed::Dropped(index)) => self.drop_packet(on, index, Fate::CoDel),
                None => break,
            }
        }
        if let Some(at) = self.links_mut(link).0.arm() {
            let sequence = self.schedule.sequence();
            self.schedule.push(at, sequence, Due::Departure { link });
        }
    }

    /// Changes a link, and what is due on it.
    pub(crate) fn configure(&mut self, link: u32, config: LinkConfig) {
        self.depart(link);
        let now = self.now;
        let (state, pool) = self.links_mut(link);
        let before = state.next_arrival(pool);
        let waited = state.configure(now, config, pool);
        let after = state.next_arrival(pool);
        let steps = state.steps();
        if let Some((at, sequence)) = after
            && after != before
        {
            self.schedule.push(at, sequence, Due::Arrival { link });
        }
        if self.tap.is_some() {
            for index in waited {
                let Packet { leaves, arrives, .. } = *self.pool.get(index);
                let fate = if steps { Fate::Waits } else { Fate::Retimed { leaves, arrives } };
                self.show(self.link_id(link), index, fate);
            }
        }
        self.depart(link);
        self.schedule.prune();
    }

    /// A packet is at its receiver's end of the line.
    fn arrive(&mut self, interface: InterfaceId, index: PacketIndex) {
        let on = Some(LinkId::Interface(interface, Direction::Down));
        let Interface { host, address, up, plugged_in, awake, .. } = self.interfaces[interface.index()];
        if !awake {
            let asleep = self.hosts[host.index()].powered;
            self.drop_packet(on, index, if asleep { Fate::Asleep } else { Fate::NoPower });
        } else if !plugged_in {
            self.drop_packet(on, index, Fate::Unplugged);
        } else if !up || address != *self.pool.get(index).destination.ip() {
            self.drop_packet(on, index, Fate::NoSuchHost);
        } else {
            self.hand_in(on, host, index);
        }
    }

    /// A packet is with its host.
    fn hand_in(&mut self, on: Option<LinkId>, to: HostId, index: PacketIndex) {
        self.show(on, index, Fate::Delivered);
        if self.hosts[to.index()].foreign.is_some() {
            let mut bytes = Vec::with_capacity(self.pool.get(index).len());
            self.pool.get(index).emit(&mut bytes);
            self.hand_to_foreigner(bytes, to);
            return self.pool.release(index, &mut self.shared.payloads);
        }
        let packet = self.pool.get_mut(index);
        let body = std::mem::take(&mut packet.body);
        let (source, destination, route) = (packet.source, packet.destination, packet.route);
        let time_to_live = packet.time_to_live;
        self.pool.release(index, &mut self.shared.payloads);
        match body {
            Body::Nothing => {}
            Body::Tcp(segment) => {
                self.deliver_segment(to, source, destination, &segment, route);
                self.shared.payloads.take_back(segment.payload);
            }
            Body::Datagram(payload) => self.deliver_datagram(to, source, destination, payload),
            Body::Echo(echo) => self.deliver_echo(to, source, destination, echo, time_to_live),
            Body::Foreign(bytes) => self.shared.payloads.take_back(bytes),
        }
    }

    /// Writes a packet that [`Fabric::transmit`] will put on its way.
    pub(crate) fn write(
        &mut self,
        from: HostId,
        source: SocketAddrV4,
        destination: SocketAddrV4,
        body: Body,
        route: Route,
    ) {
        let index = self.pool.create(from, source, destination, body, route);
        self.written.push(index);
    }

    /// How packets from a host's address to another leave the host.
    pub(crate) fn exit(&self, host: HostId, local: SocketAddrV4, remote: SocketAddrV4) -> Exit {
        match self.own_interface(host, *remote.ip()) {
            Some(_) => Exit::Loopback,
            None => self.own_interface(host, *local.ip()).map_or(Exit::Nowhere, Exit::Interface),
        }
    }

    /// Sends all that was written on its way.
    pub(crate) fn transmit(&mut self, exit: Exit) {
        let mut written = std::mem::take(&mut self.written);
        for index in written.drain(..) {
            match exit {
                Exit::Loopback => self.offer(LOOPBACK_LINK, index),
                Exit::Interface(interface) => {
                    let Interface { plugged_in, up, address, .. } = self.interfaces[interface.index()];
                    if plugged_in && up && address == *self.pool.get(index).source.ip() {
                        self.offer(Self::link_number(interface, Direction::Up), index);
                    } else {
                        let on = LinkId::Interface(interface, Direction::Up);
                        self.drop_packet(Some(on), index, Fate::Unplugged);
                    }
                }
                Exit::Nowhere => self.drop_packet(None, index, Fate::Unplugged),
            }
        }
        self.written = written;
    }

    pub(crate) fn drop_packet(&mut self, on: Option<LinkId>, index: PacketIndex, fate: Fate) {
        self.show(on, index, fate);
        self.pool.release(index, &mut self.shared.payloads);
    }

    fn show(&mut self, link: Option<LinkId>, index: PacketIndex, fate: Fate) {
        let Some(look) = &mut self.tap else { return };
        let packet = self.pool.get(index);
        self.bytes.clear();
        packet.emit(&mut self.bytes);
        let Packet { from, source, destination, .. } = *packet;
        let flags = match &packet.body {
            Body::Tcp(segment) => Some(segment.flags),
            Body::Nothing | Body::Datagram(_) | Body::Echo(_) | Body::Foreign(_) => None,
        };
        let bytes = &self.bytes;
        let host = match link {
            Some(LinkId::Interface(interface, _)) => Some(self.interfaces[interface.index()].host),
            Some(LinkId::Line(..)) | None => None,
        };
        look(&PacketRecord { at: self.now, link, host, from, source, destination, flags, bytes, fate });
    }

    /// Whose interface the remote address is, if packets for it leave by an interface into its own zone.
    pub(crate) fn near_interface(&self, exit: Exit, remote: SocketAddrV4) -> Option<InterfaceId> {
        let Exit::Interface(own) = exit else { return None };
        let zone = self.interfaces[own.index()].zone;
        match self.zones[zone.index()].table.get(remote.ip()) {
            Some(Next::Interface(interface)) => Some(*interface),
            _ => None,
        }
    }

    pub(crate) fn link_number(interface: InterfaceId, direction: Direction) -> u32 {
        LOOPBACK_LINK + 1 + interface.0 * 2 + u32::from(direction == Direction::Down)
    }

    /// Whose link that is; `None` for the loopback.
    pub(crate) fn link_id(&self, link: u32) -> Option<LinkId> {
        if let Some(line) = link.checked_sub(LINES) {
            let zone = self.line_zones[line as usize];
            return Some(LinkId::Line(zone, if line % 2 == 0 { Direction::Up } else { Direction::Down }));
        }
        let place = link.checked_sub(LOOPBACK_LINK + 1)?;
        let direction = if place % 2 == 0 { Direction::Up } else { Direction::Down };
        Some(LinkId::Interface(InterfaceId(place / 2), direction))
    }

    /// The link of a number, and the packets.
    pub(crate) fn links_mut(&mut self, link: u32) -> (&mut Link, &mut Pool) {
        let state = match link.checked_sub(LINES) {
            Some(line) => &mut self.lines[line as usize],
            None => &mut self.links[link as usize],
        };
        (state, &mut self.pool)
    }

    /// The link, where there is one: a zone may have no line.
    pub(crate) fn link_state(&self, link: LinkId) -> Option<&Link> {
        match link {
            LinkId::Interface(interface, direction) => {
                self.links.get(Self::link_number(interface, direction) as usize)
            }
            LinkId::Line(zone, direction) => {
                let line = self.zones[zone.index()].above.as_ref()?.line?;
                self.lines.get(line as usize + usize::from(direction == Direction::Down))
            }
        }
    }

    /// The number of a link, where there is one.
    pub(crate) fn number_of(&self, link: LinkId) -> Option<u32> {
        match link {
            LinkId::Interface(interface, direction) => Some(Self::link_number(interface, direction)),
            LinkId::Line(zone, direction) => {
                let line = self.zones[zone.index()].above.as_ref()?.line?;
                Some(LINES + line + u32::from(direction == Direction::Down))
            }
        }
    }
}
