//! Figures of links and connections over time, for plots.
//!
//! While something is carried, the links that carry it are looked at in regular intervals of virtual time. A look at
//! what nobody uses does not happen, and none changes what the world does. What a link did becomes an entry once it is
//! worth one: a link that carries a heartbeat now and then is told of in one long window, a transfer in short ones.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddrV4;
use std::time::Duration;

use fabric::{AccessLink, Direction, HostId, LinkConfig, LinkCounters, LinkSample, NetstatRow, Rate};
use recording::{Connection, EntryKind, LinkUse};
use wire::SimTime;

use crate::World;

/// How often links are looked at while something is carried.
const INTERVAL: Duration = Duration::from_millis(200);

/// After so many entries the interval doubles, so that the length of a recording is bounded.
const ENTRIES_PER_INTERVAL: u64 = 4_096;

/// A link that carries no more than this, and drops nothing, between two looks has done nothing worth an entry of its
/// own: a packet of full size.
const BYTES_WORTH_MIN: u64 = 1_500;

/// In a larger estate than this connections are not looked at: `netstat` of every busy host costs too much.
const MACHINES_WITH_CONNECTIONS_MAX: usize = 64;

/// What was seen so far.
#[derive(Default)]
pub(crate) struct Sampler {
    /// When to look next; nothing while nothing is carried.
    next: Option<SimTime>,
    /// The look before that, or where it would have been.
    slice_from: SimTime,
    /// By the machine's place.
    links: Vec<Watched>,
    /// Machines with something in their windows that has no entry yet.
    open: BTreeSet<usize>,
    /// By both ends, the host's first: what the last entry said.
    connections: BTreeMap<(SocketAddrV4, SocketAddrV4), Connection>,
    entries: u64,
    used: Vec<HostId>,
}

/// A machine's link.
#[derive(Clone, Copy, Default)]
struct Watched {
    /// When the window began that has no entry yet.
    from: SimTime,
    /// The last look.
    looked: SimTime,
    up: Window,
    down: Window,
}

/// One direction of it.
#[derive(Clone, Copy, Default)]
struct Window {
    /// At the beginning of the window.
    before: LinkSample,
    /// At the last look; the highs are those of the whole window.
    last: LinkSample,
}

impl World {
    /// Looks at what is due by `until`. To be called before the clock goes on.
    pub(crate) fn sample_until(&mut self, until: SimTime) {
        if !self.scribe.is_recording() {
            return;
        }
        if self.scribe.sampler.next.is_none() {
            if !self.fabric.has_used_links() {
                return;
            }
            self.scribe.sampler.begin(self.now);
        }
        while let Some(at) = self.scribe.sampler.next.filter(|at| *at <= until) {
            self.look(at);
            let sampler = &mut self.scribe.sampler;
            sampler.slice_from = at;
            sampler.next = self.fabric.has_used_links().then(|| at + sampler.interval());
        }
    }

    /// Writes down what links have carried up to now and no entry tells of.
    pub fn sample_links(&mut self) {
        if !self.scribe.is_recording() {
            return;
        }
        self.look(self.now);
        let open = std::mem::take(&mut self.scribe.sampler.open);
        for place in open {
            self.write_window(place, self.now, self.now);
        }
        self.scribe.sampler.slice_from = self.now;
    }

    /// Writes down what `netstat` prints on every machine with a connection.
    pub fn record_netstat(&mut self) {
        for place in 0..self.machines.len() {
            let rows = self.fabric.netstat(self.machines[place].host).rows;
            if rows.iter().any(|row| row.peer.is_some()) {
                let host = self.machines[place].name.clone();
                let rows = rows.iter().map(connection).collect();
                self.record(EntryKind::Netstat { host, rows });
            }
        }
    }

    /// Looks at every link that was used since the last look.
    fn look(&mut self, at: SimTime) {
        let mut used = std::mem::take(&mut self.scribe.sampler.used);
        self.fabric.take_used_links(at, &mut used);
        self.scribe.sampler.links.resize(self.machines.len(), Watched::default());
        for host in &used {
            let place = self.machine_of_host[host.index()].index();
            let up = self.fabric.sample_link(at, *host, Direction::Up);
            let down = self.fabric.sample_link(at, *host, Direction::Down);
            self.look_at(place, at, up, down);
        }
        self.scribe.sampler.used = used;
    }

    fn look_at(&mut self, place: usize, at: SimTime, up: LinkSample, down: LinkSample) {
        let sampler = &mut self.scribe.sampler;
        let watched = &mut sampler.links[place];
        let slice_from = watched.looked.max(sampler.slice_from);
        let is_busy = watched.up.is_busy(&up) || watched.down.is_busy(&down);
        let was_open = sampler.open.contains(&place);
        if is_busy && was_open {
            self.write_window(place, slice_from, at);
        }
        let sampler = &mut self.scribe.sampler;
        let watched = &mut sampler.links[place];
        if is_busy || !was_open {
            watched.from = slice_from;
        }
        watched.up.take(up);
        watched.down.take(down);
        watched.looked = at;
        if is_busy {
            self.write_window(place, at, at);
            self.sample_connections(place, at);
        } else {
            sampler.open.insert(place);
        }
    }

    /// Writes an entry at `at` for a machine's window, which ends at `until`, and begins the next.
    fn write_window(&mut self, place: usize, until: SimTime, at: SimTime) {
        let AccessLink { up, down } = self.fabric.link(self.machines[place].host);
        let sampler = &mut self.scribe.sampler;
        let watched = &mut sampler.links[place];
        if watched.from >= until {
            // No time has passed: what has been carried since is the next entry's to tell.
            sampler.open.insert(place);
            return;
        }
        sampler.open.remove(&place);
        let from = std::mem::replace(&mut watched.from, until);
        let (up, down) = (watched.up.close(steady(&up)), watched.down.close(steady(&down)));
        if up.is_none() && down.is_none() {
            return;
        }
        sampler.entries += 1;
        let sample = EntryKind::LinkSample {
            host: self.machines[place].name.clone(),
            from: Some(from),
            until: (until != at).then_some(until),
            up: up.unwrap_or_default(),
            down: down.unwrap_or_default(),
        };
        self.scribe.write_at(at, sample);
    }

    /// Writes down how the connections of a busy machine stand, those that say something new.
    fn sample_connections(&mut self, place: usize, at: SimTime) {
        if self.machines.len() > MACHINES_WITH_CONNECTIONS_MAX {
            return;
        }
        for row in self.fabric.netstat(self.machines[place].host).rows {
            let Some(peer) = row.peer else { continue };
            let connection = connection(&row);
            let says_something = connection.rtt_ns.is_some() || connection.retransmits > 0;
            let sampler = &mut self.scribe.sampler;
            let known = sampler.connections.get(&(row.local, peer));
            let is_news = known.map_or(says_something, |known| says_something && differs(known, &connection));
            if is_news {
                sampler.connections.insert((row.local, peer), connection.clone());
                sampler.entries += 1;
                let with = self.fabric.host_at(*peer.ip());
                let with = with.map(|host| self.fabric.host_name(host).to_owned());
                let host = self.machines[place].name.clone();
                self.scribe.write_at(at, EntryKind::ConnSample { host, with, connection });
            }
        }
    }
}

impl Sampler {
    fn interval(&self) -> Duration {
        INTERVAL
            * 2_u32.saturating_pow(u32::try_from(self.entries / ENTRIES_PER_INTERVAL).unwrap_or(u32::MAX))
    }

    /// Something is carried again: the next look is at a round moment, whenever that began.
    fn begin(&mut self, now: SimTime) {
        let interval = self.interval();
        let nanos = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
        self.slice_from = SimTime::from_nanos(now.as_nanos() / nanos * nanos);
        self.next = Some(self.slice_from.saturating_add(interval));
    }
}

impl Window {
    /// Whether so much has happened since the last look that it is worth an entry.
    fn is_busy(&self, now: &LinkSample) -> bool {
        carried(now) - carried(&self.last) > BYTES_WORTH_MIN
            || drops(&now.counters) > drops(&self.last.counters)
    }

    fn take(&mut self, now: LinkSample) {
        let queue_bytes_high = self.last.queue_bytes_high.max(now.queue_bytes_high);
        let wait_nanos_high = self.last.wait_nanos_high.max(now.wait_nanos_high);
        self.last = LinkSample { queue_bytes_high, wait_nanos_high, ..now };
    }

    /// What happened since the window began, if anything; the next one begins.
    fn close(&mut self, rate_bits_per_s: Option<u64>) -> Option<LinkUse> {
        let Self { before, last } = *self;
        let next = LinkSample { queue_bytes_high: last.queue_bytes, wait_nanos_high: 0, ..last };
        *self = Self { before: next, last: next };
        let lost = last.counters.lost - before.counters.lost;
        let used = LinkUse {
            bytes: carried(&last) - carried(&before),
            drops: drops(&last.counters) - drops(&before.counters),
            queue_bytes_max: last.queue_bytes_high as u64,
            lost,
            packets: last.counters.packets - before.counters.packets,
            queue_bytes: last.queue_bytes as u64,
            wait_ns_max: last.wait_nanos_high,
            wait_ns: last.counters.queue_nanos_sum - before.counters.queue_nanos_sum,
            rate_bits_per_s: None,
        };
        (used != LinkUse::default()).then_some(LinkUse { rate_bits_per_s, ..used })
    }
}

/// The rate of a link that has one; a trace has none to draw as a line.
fn steady(link: &LinkConfig) -> Option<u64> {
    match link.rate {
        Rate::BitsPerSecond(rate) => Some(rate),
        Rate::Unlimited | Rate::Trace(_) => None,
    }
}

/// Bytes that are through: what waits in the queue is not.
fn carried(sample: &LinkSample) -> u64 {
    sample.counters.bytes - sample.counters.codel_bytes - sample.queue_bytes as u64
}

fn drops(counters: &LinkCounters) -> u64 {
    counters.queue_drops + counters.codel_drops + counters.lost
}

fn connection(row: &NetstatRow) -> Connection {
    Connection {
        local: row.local.to_string(),
        peer: row.peer.map(|peer| peer.to_string()),
        state: row.state.map_or_else(|| "UDP".to_owned(), |state| state.to_string()),
        unread_bytes: row.unread_bytes as u64,
        unacknowledged_bytes: row.unacknowledged_bytes as u64,
        bytes_in: row.bytes_in,
        bytes_out: row.bytes_out,
        retransmits: u64::from(row.retransmits),
        rtt_ns: row.path.and_then(|path| path.srtt).map(|srtt| srtt.as_nanos() as u64),
        congestion_window_bytes: row.path.map(|path| path.cwnd_bytes),
        in_flight_bytes: row.path.map(|path| path.in_flight_bytes),
    }
}

/// Whether two looks at a connection differ in what is plotted.
fn differs(one: &Connection, other: &Connection) -> bool {
    let plotted = |connection: &Connection| {
        let Connection { rtt_ns, congestion_window_bytes, in_flight_bytes, retransmits, .. } = connection;
        (*rtt_ns, *congestion_window_bytes, *in_flight_bytes, *retransmits)
    };
    plotted(one) != plotted(other)
}
