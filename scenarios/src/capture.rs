//! What a packet analyser on each machine would have seen, with what only a simulation can add: the steps of the
//! scenario, and what became of every packet.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use appliance::APPLIANCE_PORT;
use fabric::{Direction, Fate, HostId, PacketRecord, Rate};
use reports::{CaptureInterface, CapturedPacket};
use world::World;

use crate::harness::StepInfo;

/// A capture that is being made, shared between who shows packets and who wants them.
///
/// A packet is seen at its sender's interface as it goes into the up link, and at its receiver's when it arrives. One
/// that is dropped on the way carries the reason where it was sent. A host's packets to itself are not seen.
#[derive(Clone, Default)]
pub struct Capture(Arc<Mutex<Log>>);

#[derive(Default)]
struct Log {
    packets: Vec<Seen>,
    hosts: BTreeMap<HostId, CaptureInterface>,
    names: Vec<(Ipv4Addr, String)>,
    /// What the next packet is the first after.
    waiting: Vec<String>,
    /// How many packets there were when the last step began.
    step_from: usize,
    /// Places of packets that have left their senders and are not heard of since.
    under_way: BTreeMap<Trace, VecDeque<usize>>,
}

/// A captured packet; its interface is known by host only, until all hosts are.
struct Seen {
    host: HostId,
    packet: CapturedPacket,
    /// What it is the first packet after.
    begins: Vec<String>,
    /// What it is the last packet before.
    ends: Vec<String>,
}

/// By what a packet is known again: who sent it, and a hash of what no address translation changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Trace(HostId, u64);

impl Capture {
    /// Somebody who looks at packets, for [`world::World::tap_packets`].
    pub fn tap(&self) -> impl FnMut(&PacketRecord<'_>) + Send + 'static {
        let log = Arc::clone(&self.0);
        move |record| lock(&log).note(record)
    }

    /// A step begins: the next packet is its first.
    pub fn step_begins(&self, step: &StepInfo) {
        let mut log = lock(&self.0);
        log.step_from = log.packets.len();
        log.waiting.push(step.to_string());
    }

    /// The step that began last is over, and why it failed, if it did: the last packet so far is its last.
    pub fn step_ends(&self, step: &StepInfo, failure: Option<&str>) {
        let mut log = lock(&self.0);
        let remark = match failure {
            None => format!("passed: {step}"),
            Some(failure) => format!("FAILED: {step}\n{failure}"),
        };
        let is_seen = log.step_from < log.packets.len();
        match log.packets.last_mut().filter(|_| is_seen) {
            Some(last) => last.ends.push(remark),
            // A step that sent nothing has not even its beginning on a packet yet.
            None if failure.is_some() => log.waiting.push(remark),
            None => {}
        }
    }

    /// How many packets were captured so far.
    pub fn packets(&self) -> usize {
        lock(&self.0).packets.len()
    }

    /// Says whose the packets are: machines, and names that are dialled.
    pub(crate) fn introduce_all(&self, world: &World) {
        let mut log = lock(&self.0);
        log.names.extend(world.dialled_names().map(|(name, address)| (address, name)));
        for (machine, name) in world.machines() {
            let (address, link) = (world.address(machine), world.link(machine));
            log.names.push((address, name.to_owned()));
            let interface = CaptureInterface {
                name: name.to_owned(),
                address,
                up_bits_per_s: steady(&link.up.rate),
                down_bits_per_s: steady(&link.down.rate),
            };
            log.hosts.insert(world.host(machine), interface);
        }
    }

    /// What was seen on one machine's interface, or, without one, every packet once, where it was sent.
    ///
    /// All interfaces at once would show a packet that arrives twice, which analysers take for a retransmission.
    ///
    /// # Errors
    /// There is no such machine.
    ///
    /// # Panics
    /// If a host sent or got packets and nobody said whose it is.
    pub fn take(&self, at: Option<&str>, comment: String) -> Result<reports::Capture, String> {
        let Log { packets: seen, mut hosts, names, waiting, .. } = std::mem::take(&mut *lock(&self.0));
        if let Some(name) = at {
            let known = hosts.values().map(|interface| interface.name.clone()).collect::<Vec<_>>().join(", ");
            hosts.retain(|_, interface| interface.name == name);
            if hosts.is_empty() {
                return Err(format!("expected a machine ({known}), found {name:?}"));
            }
        }
        let places: BTreeMap<HostId, usize> =
            hosts.keys().enumerate().map(|(place, host)| (*host, place)).collect();
        let mut packets: Vec<CapturedPacket> = Vec::new();
        let mut carried_over = Vec::new();
        for Seen { host, mut packet, begins, ends } in seen {
            carried_over.extend(begins);
            if let Some(place) = places.get(&host).filter(|_| at.is_some() || packet.is_outbound) {
                packet.interface = *place;
                packet.comments.splice(..0, carried_over.drain(..));
                packets.push(packet);
            }
            match packets.last_mut().filter(|_| carried_over.is_empty()) {
                Some(last) => last.comments.extend(ends),
                None => carried_over.extend(ends),
            }
        }
        carried_over.extend(waiting);
        if let Some(last) = packets.last_mut() {
            last.comments
                .extend(carried_over.into_iter().map(|remark| format!("after this packet: {remark}")));
        }
        Ok(reports::Capture { comment, interfaces: hosts.into_values().collect(), names, packets })
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").field("packets", &self.packets()).finish_non_exhaustive()
    }
}

impl Log {
    fn note(&mut self, record: &PacketRecord<'_>) {
        let trace = Trace(record.from, fingerprint(record.bytes));
        match (record.fate, record.on()) {
            (Fate::Queued { .. } | Fate::Waits, Some((host, Direction::Up))) => {
                let place = self.add(host, true, record);
                self.under_way.entry(trace).or_default().push_back(place);
            }
            (Fate::Delivered, Some((host, Direction::Down))) => {
                self.add(host, false, record);
                self.resolve(trace);
            }
            // On its way, or on no interface that anybody captures on.
            (
                Fate::Queued { .. }
                | Fate::Waits
                | Fate::Sent { .. }
                | Fate::Retimed { .. }
                | Fate::Duplicated { .. }
                | Fate::Delivered,
                _,
            ) => {}
            (Fate::Held, _) => {
                if let Some(place) = self.under_way.get(&trace).and_then(VecDeque::front) {
                    self.packets[*place].packet.comments.push(Dropped(record).to_string());
                }
            }
            (
                Fate::QueueFull
                | Fate::Lost
                | Fate::Partitioned
                | Fate::NoSuchHost
                | Fate::Unplugged
                | Fate::CoDel
                | Fate::Refused(_)
                | Fate::NotForwarded
                | Fate::Asleep
                | Fate::NoPower,
                link,
            ) => {
                let place = self.resolve(trace).or_else(|| {
                    // The up link did not even take it.
                    let (host, direction) = link?;
                    (direction == Direction::Up).then(|| self.add(host, true, record))
                });
                if let Some(place) = place {
                    self.packets[place].packet.comments.push(Dropped(record).to_string());
                }
            }
        }
    }

    fn add(&mut self, host: HostId, is_outbound: bool, record: &PacketRecord<'_>) -> usize {
        let begins = std::mem::take(&mut self.waiting);
        let (at, mut bytes) = (record.at, record.bytes.to_vec());
        mark_clear(&mut bytes);
        // The place of the interface is known when all hosts are.
        let packet = CapturedPacket { at, interface: usize::MAX, is_outbound, bytes, comments: Vec::new() };
        self.packets.push(Seen { host, packet, begins, ends: Vec::new() });
        self.packets.len() - 1
    }

    /// The packet is not under way any more.
    fn resolve(&mut self, trace: Trace) -> Option<usize> {
        let places = self.under_way.get_mut(&trace)?;
        let place = places.pop_front();
        if places.is_empty() {
            self.under_way.remove(&trace);
        }
        place
    }
}

/// What became of a packet that did not arrive.
struct Dropped<'a>(&'a PacketRecord<'a>);

impl fmt::Display for Dropped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = match self.0.on() {
            Some((host, _)) if host == self.0.from => "the sender's",
            _ => "the receiver's",
        };
        let link = match (self.0.on(), self.0.link) {
            (Some((_, Direction::Up)), _) => "up link",
            (Some((_, Direction::Down)), _) => "down link",
            (None, Some(_)) => "line to the internet",
            (None, None) => "",
        };
        match self.0.fate {
            Fate::Queued { .. }
            | Fate::Waits
            | Fate::Sent { .. }
            | Fate::Retimed { .. }
            | Fate::Duplicated { .. }
            | Fate::Delivered => f.write_str("on its way"),
            Fate::CoDel => write!(f, "dropped: it waited too long at {whose} {link} (CoDel)"),
            Fate::Refused(why) => write!(f, "dropped by a gateway: {why}"),
            Fate::NotForwarded => f.write_str("dropped by a gateway: neither TCP nor UDP nor an echo"),
            Fate::Asleep => f.write_str("dropped: the receiver's host sleeps"),
            Fate::QueueFull => write!(f, "dropped: queue full at {whose} {link}"),
            Fate::Lost => write!(f, "lost on the link: {whose} {link}"),
            Fate::Partitioned => f.write_str("dropped: sender and receiver are partitioned"),
            Fate::Held => f.write_str("held until sender and receiver are healed"),
            Fate::NoSuchHost => f.write_str("dropped: nobody has the address"),
            Fate::Unplugged => write!(f, "dropped: {whose} host is unplugged"),
            Fate::NoPower => f.write_str("dropped: the receiver's host has no power"),
        }
    }
}

/// The port that stands for the appliance's in captures. What is said there is in clear, and analysers take 443 for TLS
/// and call it malformed; no capture format can tell them otherwise.
pub(crate) const PORT_IN_CLEAR: u16 = 44_300;

/// Puts [`PORT_IN_CLEAR`] in place of the appliance's port. Whoever writes the capture fills in a checksum of zero.
fn mark_clear(packet: &mut [u8]) {
    const TCP: u8 = 6;
    const CHECKSUM_AT: usize = 16;
    let header_bytes = packet.first().map_or(0, |first| usize::from(first & 0x0f) * 4);
    let is_tcp = packet.get(9) == Some(&TCP);
    let Some(segment) =
        packet.get_mut(header_bytes..).filter(|bytes| is_tcp && bytes.len() > CHECKSUM_AT + 1)
    else {
        return;
    };
    for at in [0, 2] {
        if segment[at..at + 2] == APPLIANCE_PORT.to_be_bytes() {
            segment[at..at + 2].copy_from_slice(&PORT_IN_CLEAR.to_be_bytes());
            segment[CHECKSUM_AT..CHECKSUM_AT + 2].fill(0);
        }
    }
}

/// The rate of a link that has one.
fn steady(rate: &Rate) -> Option<u64> {
    match rate {
        Rate::BitsPerSecond(rate) => Some(*rate),
        Rate::Unlimited | Rate::Trace(_) => None,
    }
}

/// FNV-1a over an IPv4 packet's transport part without what gateways change: ports and checksum, an echo's identifier.
fn fingerprint(packet: &[u8]) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    const ICMP: u8 = 1;
    const TCP: u8 = 6;
    /// Of an echo, the checksum stands there.
    const PORTS_BYTES: usize = 4;
    let header_bytes = packet.first().map_or(0, |first| usize::from(first & 0x0f) * 4);
    let changed_at = match packet.get(9) {
        Some(&TCP) => 16,
        Some(&ICMP) => 4,
        _ => 6,
    };
    let transport = packet.get(header_bytes..).unwrap_or_default().iter().enumerate().skip(PORTS_BYTES);
    transport
        .filter(|(place, _)| !(changed_at..changed_at + 2).contains(place))
        .fold(OFFSET, |hash, (_, byte)| (hash ^ u64::from(*byte)).wrapping_mul(PRIME))
}

fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    // Nothing that can panic leaves a capture half written.
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
