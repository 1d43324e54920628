//! Fabrics that run in real time, with kernels at their ends.

use std::time::Duration;

use fabric::{Fabric, HostId};
use wire::SimTime;

use super::real_time::Clock;
use super::tun::Tun;

/// The longest nap between two looks at the devices, so the longest that a packet waits unseen.
const NAP: Duration = Duration::from_micros(50);

/// A fabric and the TUN devices behind which some of its hosts are.
pub struct Lane {
    /// The network.
    pub fabric: Fabric,
    /// Foreign hosts.
    pub ends: Vec<(HostId, Tun)>,
    /// When the first packet of over a thousand bytes came from the first of the ends: then a transfer begins.
    pub began: Option<SimTime>,
    /// How much later than it should have been each thing was done.
    pub lateness: Lateness,
}

impl Lane {
    /// Makes the hosts foreign.
    pub fn new(mut fabric: Fabric, ends: Vec<(HostId, Tun)>) -> Self {
        for (host, _) in &ends {
            fabric.make_foreign(*host);
        }
        Self { fabric, ends, began: None, lateness: Lateness::default() }
    }

    fn turn(&mut self, now: SimTime) {
        if let Some(due) = self.fabric.poll_timeout().filter(|due| *due <= now) {
            self.lateness.add(now.since(due));
            self.fabric.handle_timeout(now);
        }
        for (place, (host, tun)) in self.ends.iter_mut().enumerate() {
            let came = |packet: &[u8]| {
                if place == 0 && packet.len() > 1_000 {
                    self.began.get_or_insert(now);
                }
                // What is no IPv4 (a kernel looks for IPv6 routers) has no business here.
                let _ = self.fabric.inject(now, *host, packet);
            };
            let mut came = came;
            while tun.receive(&mut came) {}
        }
        self.hand_out();
    }

    /// What has arrived at foreign hosts goes to their kernels.
    pub fn hand_out(&mut self) {
        for (host, tun) in &mut self.ends {
            while let Some(packet) = self.fabric.poll_foreign(*host) {
                tun.send(&packet);
            }
        }
    }
}

/// Runs all lanes until `turn`, which is called after each look at them, says false.
pub fn run(clock: &Clock, lanes: &mut [Lane], mut turn: impl FnMut(&mut [Lane], SimTime) -> bool) {
    loop {
        let now = clock.now();
        for lane in &mut *lanes {
            lane.turn(now);
        }
        if !turn(lanes, now) {
            return;
        }
        let due = lanes.iter().filter_map(|lane| lane.fabric.poll_timeout()).min();
        let wait = due.map_or(NAP, |due| due.since(clock.now()).min(NAP));
        if wait > Duration::ZERO {
            clock.nap(wait);
        }
    }
}

/// How late things were, in classes of ten microseconds.
#[derive(Clone, Debug, Default)]
pub struct Lateness {
    classes: Vec<u64>,
    most: Duration,
}

impl Lateness {
    fn add(&mut self, late: Duration) {
        const CLASSES: usize = 10_000;
        let class = (late.as_micros() / 10).min(CLASSES as u128 - 1) as usize;
        if self.classes.len() <= class {
            self.classes.resize(class + 1, 0);
        }
        self.classes[class] += 1;
        self.most = self.most.max(late);
    }

    /// What this share of things was no later than, to ten microseconds.
    pub fn quantile(&self, share: f64) -> Duration {
        let all: u64 = self.classes.iter().sum();
        let mut left = (all as f64 * share) as u64;
        for (class, count) in self.classes.iter().enumerate() {
            if left < *count {
                return Duration::from_micros(class as u64 * 10 + 10).min(self.most);
            }
            left -= count;
        }
        self.most
    }

    /// The latest.
    pub fn most(&self) -> Duration {
        self.most
    }
}
