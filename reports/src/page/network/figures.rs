//! What a recording says of links and connections, by machine.

use std::collections::BTreeMap;
use std::time::Duration;

use recording::{EntryKind, LinkUse, Recording};
use wire::SimTime;

/// A queue that never held more than this is no queue: one packet that is being sent.
const QUEUE_BYTES_MIN: u64 = 1_500;

/// No more connections of one machine are drawn than this: those with the most to tell.
const CONNECTIONS_MAX: usize = 6;

/// All figures of a recording.
pub(super) struct Figures<'a> {
    /// By what they carried, the most first.
    pub(super) links: Vec<Link<'a>>,
    /// Where the axis of time ends.
    pub(super) end: SimTime,
    /// Over how long values are taken together.
    pub(super) bin: Duration,
}

/// A machine's link.
pub(super) struct Link<'a> {
    pub(super) host: &'a str,
    windows: Vec<Window>,
    bins: Bins,
    /// When packets were lost or dropped, and how many.
    pub(super) drops: Vec<(SimTime, u64)>,
    /// Of those connections of the machine for which it is known.
    pub(super) rtts: Vec<RoundTrips<'a>>,
}

/// How the round-trip time of a connection went.
pub(super) struct RoundTrips<'a> {
    /// The other end.
    pub(super) with: &'a str,
    /// In nanoseconds.
    pub(super) samples: Vec<(SimTime, u64)>,
}

/// Which direction of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

struct Window {
    from: SimTime,
    until: SimTime,
    up: LinkUse,
    down: LinkUse,
}

struct Bins {
    count: usize,
    nanos: u64,
}

impl<'a> Figures<'a> {
    /// What `recording` says, in at most so many bins of time.
    pub(super) fn of(recording: &'a Recording, bins_max: usize) -> Self {
        let end = recording.end();
        let nanos = end.as_nanos().div_ceil(bins_max.max(1) as u64).max(1);
        let count = usize::try_from(end.as_nanos().div_ceil(nanos)).unwrap_or(bins_max).max(1);
        let mut links: BTreeMap<&str, Link<'_>> = BTreeMap::new();
        let mut rtts: BTreeMap<(&str, (&str, Option<&str>)), RoundTrips<'_>> = BTreeMap::new();
        for entry in recording.entries() {
            match &entry.kind {
                EntryKind::LinkSample { host, from, until, up, down } => {
                    let bins = Bins { count, nanos };
                    let new =
                        || Link { host, windows: Vec::new(), bins, drops: Vec::new(), rtts: Vec::new() };
                    let link = links.entry(host).or_insert_with(new);
                    // In format 1.0 a sample tells of all since the one before.
                    let before = link.windows.last().map_or(SimTime::ZERO, |last| last.until);
                    let until = until.unwrap_or(entry.at).min(end);
                    let from = from.unwrap_or(before).min(until);
                    link.windows.push(Window { from, until, up: *up, down: *down });
                    if up.drops + down.drops > 0 {
                        link.drops.push((until, up.drops + down.drops));
                    }
                }
                EntryKind::ConnSample { host, with, connection } => {
                    let Some(rtt) = connection.rtt_ns else { continue };
                    let peer = connection.peer.as_deref();
                    let new =
                        || RoundTrips { with: with.as_deref().or(peer).unwrap_or("?"), samples: Vec::new() };
                    let trips = rtts.entry((host, (&connection.local, peer))).or_insert_with(new);
                    trips.samples.push((entry.at, rtt));
                }
                _ => {}
            }
        }
        for ((host, _), trips) in rtts {
            if let Some(link) = links.get_mut(host) {
                link.rtts.push(trips);
            }
        }
        let mut links: Vec<_> =
            links.into_values().filter(|link| link.bytes() > 0 || !link.drops.is_empty()).collect();
        for link in &mut links {
            link.rtts.sort_by_key(|trips| std::cmp::Reverse(trips.samples.len()));
            link.rtts.truncate(CONNECTIONS_MAX);
        }
        links.sort_by_key(|link| std::cmp::Reverse(link.bytes()));
        Self { links, end, bin: Duration::from_nanos(nanos) }
    }

    /// The links that carried most.
    pub(super) fn shown(&self, links_max: usize) -> &[Link<'a>] {
        &self.links[..self.links.len().min(links_max)]
    }
}

impl Link<'_> {
    fn bytes(&self) -> u64 {
        self.total(Way::Up).bytes + self.total(Way::Down).bytes
    }

    /// All that the link did in one direction.
    pub(super) fn total(&self, way: Way) -> LinkUse {
        self.windows.iter().map(|window| way.of(window)).fold(LinkUse::default(), |sum, used| LinkUse {
            bytes: sum.bytes.saturating_add(used.bytes),
            drops: sum.drops.saturating_add(used.drops),
            lost: sum.lost.saturating_add(used.lost),
            wait_ns_max: sum.wait_ns_max.max(used.wait_ns_max),
            ..sum
        })
    }

    /// What the link can carry in bits per second: the most that it ever could.
    pub(super) fn limit(&self, way: Way) -> Option<u64> {
        self.windows.iter().filter_map(|window| way.of(window).rate_bits_per_s).max()
    }

    /// Bits per second, by bin: what a window carried is spread evenly over it.
    pub(super) fn rates(&self, way: Way) -> Vec<u64> {
        let bits = self.binned(|window, share_nanos| {
            let nanos = u128::from(window.until.as_nanos() - window.from.as_nanos()).max(1);
            u128::from(way.of(window).bytes) * 8 * 1_000_000_000 * u128::from(share_nanos) / nanos
        });
        let nanos = u128::from(self.bins.nanos);
        bits.into_iter().map(|bits| u64::try_from(bits / nanos).unwrap_or(u64::MAX)).collect()
    }

    /// The most bytes in the queue, by bin.
    pub(super) fn queues(&self, way: Way) -> Vec<u64> {
        let mut queues = vec![0; self.bins.count];
        for window in &self.windows {
            for bin in self.bins.of(window) {
                queues[bin] = way.of(window).queue_bytes_max.max(queues[bin]);
            }
        }
        queues
    }

    pub(super) fn rate_max(&self) -> u64 {
        let ways = [self.rates(Way::Up), self.rates(Way::Down)];
        ways.into_iter().flatten().max().unwrap_or_default()
    }

    pub(super) fn queue_max(&self) -> u64 {
        let windows = self.windows.iter();
        windows
            .map(|window| window.up.queue_bytes_max.max(window.down.queue_bytes_max))
            .max()
            .unwrap_or_default()
    }

    /// Whether there ever was one to speak of.
    pub(super) fn has_queue(&self) -> bool {
        self.queue_max() > QUEUE_BYTES_MIN
    }

    pub(super) fn rtt_max(&self) -> u64 {
        self.rtts.iter().flat_map(|trips| &trips.samples).map(|(_, rtt)| *rtt).max().unwrap_or_default()
    }

    /// Sums of `share` of each window over the nanoseconds that it has in each bin.
    fn binned(&self, share: impl Fn(&Window, u64) -> u128) -> Vec<u128> {
        let mut bins = vec![0_u128; self.bins.count];
        for window in &self.windows {
            let (from, until) = (window.from.as_nanos(), window.until.as_nanos());
            for bin in self.bins.of(window) {
                let begins = self.bins.nanos * bin as u64;
                let ends = begins.saturating_add(self.bins.nanos);
                // A window of no length lies in one bin, with all that it has.
                let nanos = if from == until { 1 } else { until.min(ends).saturating_sub(from.max(begins)) };
                bins[bin] = bins[bin].saturating_add(share(window, nanos));
            }
        }
        bins
    }
}

impl Bins {
    /// Those that a window lies in.
    fn of(&self, window: &Window) -> std::ops::RangeInclusive<usize> {
        let place =
            |nanos: u64| usize::try_from(nanos / self.nanos).unwrap_or(usize::MAX).min(self.count - 1);
        let last = window.until.as_nanos().saturating_sub(1).max(window.from.as_nanos());
        place(window.from.as_nanos())..=place(last)
    }
}

impl Way {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    fn of(self, window: &Window) -> &LinkUse {
        match self {
            Self::Up => &window.up,
            Self::Down => &window.down,
        }
    }
}
