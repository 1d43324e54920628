//! Which links are compared.

use std::net::Ipv4Addr;
use std::time::Duration;

use fabric::{AccessLink, Direction, Fabric, HostId, Jitter, LinkConfig, Loss, Queue, Rate, Reordering};
use wire::Seed;

/// One bottleneck, and what is sent through it.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is called in tables and on the command line: rate, round trip, and what else there is.
    pub name: String,
    /// From sender to receiver.
    pub there: LinkConfig,
    /// From receiver to sender.
    pub back: LinkConfig,
    /// Connections that send at once.
    pub flows: usize,
    /// Changes of the rate in bits per second, and when they come after the transfer has begun.
    pub steps: Vec<(Duration, u64)>,
}

impl Case {
    /// Sender and receiver with the link between them, the sender first.
    pub fn fabric(&self, seed: u64) -> (Fabric, [HostId; 2]) {
        let mut fabric = Fabric::new(Seed::from_number(seed));
        let up_only = |up: &LinkConfig| AccessLink { up: up.clone(), down: LinkConfig::unlimited() };
        let [sender, receiver] = Self::ADDRESSES;
        let sender = fabric.add_host("sender", sender, up_only(&self.there));
        let receiver = fabric.add_host("receiver", receiver, up_only(&self.back));
        (fabric, [sender, receiver])
    }

    /// Of sender and receiver.
    pub const ADDRESSES: [Ipv4Addr; 2] = [Ipv4Addr::new(10, 77, 0, 1), Ipv4Addr::new(10, 77, 1, 1)];

    /// The link after a change of its rate.
    pub fn at_rate(&self, bits_per_s: u64) -> LinkConfig {
        LinkConfig { rate: Rate::BitsPerSecond(bits_per_s), ..self.there.clone() }
    }

    /// Makes the change that is due `after` the transfer has begun; `made` are behind us.
    pub fn step(
        &self,
        fabric: &mut Fabric,
        now: wire::SimTime,
        sender: HostId,
        after: Duration,
        made: &mut usize,
    ) {
        while let Some((at, rate)) = self.steps.get(*made)
            && *at <= after
        {
            fabric.set_link_direction(now, sender, Direction::Up, self.at_rate(*rate));
            *made += 1;
        }
    }

    /// Mbit/s, and a round trip in milliseconds; a drop-tail queue for `queue` products of the two.
    fn new(mbit_per_s: u64, rtt_ms: u64, queue: f64) -> Self {
        /// Four packets: below, a queue is none.
        const QUEUE_BYTES_MIN: usize = 6_000;
        let half = Duration::from_millis(rtt_ms) / 2;
        let product_bytes = mbit_per_s as f64 * 1e6 / 8.0 * rtt_ms as f64 / 1e3;
        let bytes = ((product_bytes * queue) as usize).max(QUEUE_BYTES_MIN);
        Self {
            name: format!("{mbit_per_s} Mbit/s, {rtt_ms} ms, {queue} BDP"),
            there: LinkConfig::rate(mbit_per_s * 1_000_000)
                .queue(Queue::DropTail { bytes })
                .propagation(half),
            back: LinkConfig::unlimited().propagation(half),
            flows: 1,
            steps: Vec::new(),
        }
    }

    fn with(mut self, what: &str, change: impl FnOnce(LinkConfig) -> LinkConfig) -> Self {
        self.name = format!("{}, {what}", self.name);
        self.there = change(self.there);
        self
    }

    fn losing(self, percent: f64) -> Self {
        self.with(&format!("{percent} % lost"), |link| link.loss(Loss::Independent(percent / 100.0)))
    }

    fn in_bursts(self, percent: f64, packets: f64) -> Self {
        self.with(&format!("{percent} % lost in bursts of {packets}"), |link| {
            link.loss(Loss::bursts(percent / 100.0, packets))
        })
    }

    fn codel(self) -> Self {
        self.with("CoDel", |link| {
            let bytes = link.queue.bytes();
            link.queue(Queue::CoDel { bytes })
        })
    }

    fn jitter(self, what: &str, jitter: Jitter) -> Self {
        self.with(&format!("jitter {what}"), |link| link.jitter(jitter))
    }

    fn two(mut self) -> Self {
        self.name = format!("{}, two flows", self.name);
        self.flows = 2;
        self
    }

    fn steps(mut self, mbit_per_s: &[u64]) -> Self {
        for (place, rate) in mbit_per_s.iter().enumerate() {
            self.steps.push((Duration::from_secs(10) * (place as u32 + 1), rate * 1_000_000));
            self.name = format!("{}, {rate} from {} s", self.name, 10 * (place + 1));
        }
        self
    }
}

/// All of them. The first thirteen are those that the endpoint was written for.
pub fn cases() -> Vec<Case> {
    let ms = Duration::from_millis;
    vec![
        Case::new(10, 50, 4.0),
        Case::new(10, 50, 0.5),
        Case::new(10, 50, 4.0).losing(0.1),
        Case::new(10, 50, 4.0).losing(0.5),
        Case::new(10, 50, 4.0).losing(1.0),
        Case::new(10, 50, 4.0).losing(2.0),
        Case::new(100, 80, 4.0),
        Case::new(100, 80, 0.5),
        Case::new(100, 80, 4.0).losing(0.01),
        Case::new(100, 80, 4.0).losing(0.5),
        Case::new(2, 100, 1.0),
        Case::new(2, 100, 2.0).losing(2.0),
        Case::new(1, 200, 2.0).losing(5.0),
        Case::new(10, 50, 4.0).codel(),
        Case::new(2, 100, 4.0).codel(),
        Case::new(50, 20, 4.0).codel(),
        Case::new(10, 50, 4.0).losing(0.5).codel(),
        Case::new(10, 50, 1.0).jitter("uniform to 10 ms", Jitter::Uniform { max: ms(10) }),
        Case::new(10, 50, 1.0).jitter("normal 15 ± 5 ms", Jitter::Normal { mean: ms(15), deviation: ms(5) }),
        Case::new(10, 50, 1.0)
            .jitter("Pareto 5, at most 100 ms", Jitter::Pareto { mean: ms(5), max: ms(100) }),
        Case::new(10, 50, 1.0).with("1 % held back 10 ms", |link| {
            link.reorder(Reordering::HeldBack { share: 0.01, by: ms(10) })
        }),
        Case::new(10, 50, 1.0).with("overtaking by jitter to 4 ms", |link| {
            link.jitter(Jitter::Uniform { max: ms(4) }).reorder(Reordering::ByJitter)
        }),
        Case::new(10, 50, 1.0).with("1 % twice", |link| link.duplicate(0.01)),
        Case::new(10, 50, 4.0).in_bursts(0.5, 4.0),
        Case::new(10, 50, 4.0).in_bursts(1.0, 8.0),
        Case::new(2, 100, 2.0).in_bursts(2.0, 4.0),
        Case::new(10, 50, 1.0).steps(&[2, 10]),
        Case::new(2, 50, 4.0).steps(&[10, 2]),
        Case::new(10, 50, 1.0).two(),
        Case::new(2, 100, 1.0).two(),
        Case::new(10, 50, 4.0).losing(0.5).two(),
        Case::new(10, 50, 4.0).codel().two(),
    ]
}
