//! What a link can be told to be.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::trace::CapacityTrace;

/// How one direction of a link behaves: a queue, a transmitter, and the way to the other end.
///
/// Rates and queues count IP packets with their headers, and nothing below IP.
///
/// ```
/// use std::time::Duration;
/// use fabric::{Jitter, LinkConfig, Loss};
///
/// let link = LinkConfig::rate(10_000_000)
///     .propagation(Duration::from_millis(20))
///     .jitter(Jitter::Uniform { max: Duration::from_millis(5) })
///     .loss(Loss::bursts(0.01, 8.0));
/// assert!(link.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkConfig {
    /// How fast packets leave the queue.
    pub rate: Rate,
    /// What is done with packets that have to wait.
    pub queue: Queue,
    /// Time from one end to the other for a bit that has left the queue.
    pub propagation: Duration,
    /// How much longer each packet takes.
    pub jitter: Jitter,
    /// Which packets are lost on the way. They use the link all the same.
    pub loss: Loss,
    /// Share of packets that arrive twice, 0 to 1. The copy comes right behind its original, and uses no rate.
    pub duplicate: f64,
    /// Whether packets overtake one another.
    pub reorder: Reordering,
}

/// A host's connection to the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessLink {
    /// From the host.
    pub up: LinkConfig,
    /// To the host.
    pub down: LinkConfig,
}

/// How fast packets leave a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rate {
    /// The link is never the bottleneck.
    Unlimited,
    /// The same at all times; above zero.
    BitsPerSecond(u64),
    /// As was measured somewhere. The trace begins when the link is set to it, and begins anew at its end.
    Trace(CapacityTrace),
}

/// What is done with packets that have to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Queue {
    /// A packet that finds no room is dropped.
    DropTail {
        /// Bytes that may be in the queue, the packet being sent included. An idle link takes any packet.
        bytes: usize,
    },
    /// Drop-tail, and packets that waited too long are dropped at the head as well, more and more of them while
    /// the delay stands: CoDel, by RFC 8289, with its target of 5 ms and its interval of 100 ms.
    CoDel {
        /// As for [`Queue::DropTail`].
        bytes: usize,
    },
}

/// How much longer than the propagation a packet takes, drawn for each packet.
///
/// Under [`Reordering::Never`] a packet also waits for the one ahead of it, so that jitter above the gap between
/// two packets comes out with a higher mean than it was drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Jitter {
    /// Nothing.
    None,
    /// Evenly from nothing to `max` (tc-netem's `uniform`, which spreads to both sides of its delay).
    Uniform {
        /// The most that there is.
        max: Duration,
    },
    /// Normal, cut off at three deviations from the mean and at nothing: drawn again until it is within (tc-netem's
    /// `normal`, which does not cut). Cut on both sides, what comes out deviates by 0.9866 of `deviation`.
    Normal {
        /// Middle of the bell.
        mean: Duration,
        /// Standard deviation before the cut.
        deviation: Duration,
    },
    /// Mostly little, at times very much: Pareto of the second kind (Lomax) with a shape of 3, which is the shape of
    /// tc-netem's `pareto`. Draws above `max` count as `max`.
    Pareto {
        /// Mean before the cut. The deviation before the cut is 1.73 times as much.
        mean: Duration,
        /// The most that there is.
        max: Duration,
    },
}

/// Which packets are lost on the way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Loss {
    /// None.
    None,
    /// Each packet for itself, with this probability (tc-netem's `loss random`).
    Independent(f64),
    /// Gilbert and Elliott's model of a link with good and bad times (tc-netem's `loss gemodel`, with `1-k` for
    /// `loss_good` and `1-h` for `loss_bad`). It begins good. A packet is lost or not by the state that it finds;
    /// then the state may change. The share of packets that find it bad is `p / (p + r)`.
    GilbertElliott {
        /// Probability that a packet ends a good time.
        p: f64,
        /// Probability that a packet ends a bad time: one lasts `1 / r` packets on average.
        r: f64,
        /// Probability that a packet is lost in a good time.
        loss_good: f64,
        /// Probability that a packet is lost in a bad time.
        loss_bad: f64,
    },
    /// Gilbert's model by the clock, as radio has it: a fade takes all that leaves the queue meanwhile, and is over by
    /// itself. Counted in packets, a burst waits for the next one, however long that takes: of a sender that backs off it
    /// takes one repetition after the other, for seconds. There is no fade at simulated time zero.
    Fades {
        /// Share of time, and so of packets, 0 to 1.
        share: f64,
        /// How long a fade lasts on average. With 0, each packet is lost or not for itself.
        mean: Duration,
    },
}

/// Whether packets overtake one another on the way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reordering {
    /// They don't, whatever the jitter: a packet that would arrive before the one ahead arrives with it.
    Never,
    /// A share of packets takes so much longer, and those behind pass them. The others keep their order.
    HeldBack {
        /// Share of packets that are held back, 0 to 1.
        share: f64,
        /// How long.
        by: Duration,
    },
    /// Each packet arrives when its own jitter says (what tc-netem does with jitter).
    ByJitter,
}

/// Why there cannot be such a link.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// Nothing would ever leave the queue.
    #[error("expected a rate above zero, or none for unlimited, got 0 bit/s")]
    NoRate,
    /// A share or a probability is none.
    #[error("expected a {what} from 0 to 1, got {got}")]
    Share {
        /// What it is a share of, or the probability of what.
        what: &'static str,
        /// As it came.
        got: f64,
    },
}

impl LinkConfig {
    /// A link of this rate, with a drop-tail queue for [`Queue::of_millis`] 250 and nothing else.
    pub const fn rate(bits_per_s: u64) -> Self {
        Self::bare(Rate::BitsPerSecond(bits_per_s), Queue::of_millis(bits_per_s, 250))
    }

    /// A link with the capacity of a trace, and a drop-tail queue for [`Queue::of_millis`] 250 of its mean rate.
    pub fn trace(trace: CapacityTrace) -> Self {
        let queue = Queue::of_millis(trace.bits_per_s(), 250);
        Self::bare(Rate::Trace(trace), queue)
    }

    /// A link that is never the bottleneck and takes no time.
    pub const fn unlimited() -> Self {
        Self::bare(Rate::Unlimited, Queue::DropTail { bytes: usize::MAX })
    }

    const fn bare(rate: Rate, queue: Queue) -> Self {
        Self {
            rate,
            queue,
            propagation: Duration::ZERO,
            jitter: Jitter::None,
            loss: Loss::None,
            duplicate: 0.0,
            reorder: Reordering::Never,
        }
    }

    /// With this propagation.
    pub const fn propagation(mut self, propagation: Duration) -> Self {
        self.propagation = propagation;
        self
    }

    /// With this jitter.
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// With this loss.
    pub const fn loss(mut self, loss: Loss) -> Self {
        self.loss = loss;
        self
    }

    /// With this share of packets that arrive twice.
    pub const fn duplicate(mut self, share: f64) -> Self {
        self.duplicate = share;
        self
    }

    /// With packets that overtake one another.
    pub const fn reorder(mut self, reorder: Reordering) -> Self {
        self.reorder = reorder;
        self
    }

    /// With this queue.
    pub const fn queue(mut self, queue: Queue) -> Self {
        self.queue = queue;
        self
    }

    /// Whether there can be such a link.
    ///
    /// # Errors
    /// If the rate is zero, or a share or a probability is not between 0 and 1.
    pub fn check(&self) -> Result<(), LinkError> {
        if self.rate == Rate::BitsPerSecond(0) {
            return Err(LinkError::NoRate);
        }
        let held_back = match self.reorder {
            Reordering::HeldBack { share, .. } => share,
            Reordering::Never | Reordering::ByJitter => 0.0,
        };
        let [loss, p, r, loss_good, loss_bad] = match self.loss {
            Loss::None => [0.0; 5],
            Loss::Independent(loss) | Loss::Fades { share: loss, .. } => [loss, 0.0, 0.0, 0.0, 0.0],
            Loss::GilbertElliott { p, r, loss_good, loss_bad } => [0.0, p, r, loss_good, loss_bad],
        };
        let shares = [
            ("loss", loss),
            ("probability p of bad times", p),
            ("probability r of good times", r),
            ("loss in good times", loss_good),
            ("loss in bad times", loss_bad),
            ("share of duplicates", self.duplicate),
            ("share of packets held back", held_back),
        ];
        match shares.into_iter().find(|(_, share)| !(0.0..=1.0).contains(share)) {
            Some((what, got)) => Err(LinkError::Share { what, got }),
            None => Ok(()),
        }
    }
}

impl AccessLink {
    /// The same both ways.
    pub fn symmetric(link: LinkConfig) -> Self {
        Self { up: link.clone(), down: link }
    }

    /// Whether there can be such a link.
    ///
    /// # Errors
    /// As [`LinkConfig::check`], for either direction.
    pub fn check(&self) -> Result<(), LinkError> {
        self.up.check()?;
        self.down.check()
    }
}

impl Queue {
    /// Drop-tail, for what a link of this rate carries in so long, but at least 64 KiB.
    pub const fn of_millis(bits_per_s: u64, millis: u64) -> Self {
        const QUEUE_BYTES_MIN: u64 = 64 * 1024;
        let bytes = bits_per_s / 8 * millis / 1_000;
        Self::DropTail {
            bytes: if bytes > QUEUE_BYTES_MIN { bytes as usize } else { QUEUE_BYTES_MIN as usize },
        }
    }

    /// Bytes that may be in it.
    pub const fn bytes(self) -> usize {
        match self {
            Self::DropTail { bytes } | Self::CoDel { bytes } => bytes,
        }
    }
}

impl Jitter {
    /// Normal from nothing to `max`: its mean is in the middle, and its cuts at three deviations are the two ends.
    pub const fn normal_within(max: Duration) -> Self {
        let nanos = max.as_nanos() as u64;
        Self::Normal { mean: Duration::from_nanos(nanos / 2), deviation: Duration::from_nanos(nanos / 6) }
    }
}

impl Loss {
    /// Losses in bursts: Gilbert's model, in which all is lost in bad times and nothing in good ones.
    ///
    /// `share` of all packets is lost, below 1; a burst takes `mean_burst_packets` on average, 1 or more.
    pub const fn bursts(share: f64, mean_burst_packets: f64) -> Self {
        let r = 1.0 / mean_burst_packets;
        Self::GilbertElliott { p: share * r / (1.0 - share), r, loss_good: 0.0, loss_bad: 1.0 }
    }

    /// Share of packets that are lost in the long run.
    pub fn share(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Independent(share) | Self::Fades { share, .. } => share,
            Self::GilbertElliott { p: 0.0, loss_good, .. } => loss_good,
            Self::GilbertElliott { p, r, loss_good, loss_bad } => (p * loss_bad + r * loss_good) / (p + r),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_said_in_words() {
        let good = LinkConfig::rate(1_000_000);
        let table: String = [
            LinkConfig::rate(0),
            good.clone().loss(Loss::Independent(-0.5)),
            good.clone().loss(Loss::Fades { share: 1.5, mean: Duration::ZERO }),
            good.clone().loss(Loss::bursts(0.75, 1.0)),
            good.clone().loss(Loss::bursts(0.1, 0.5)),
            good.clone().loss(Loss::GilbertElliott { p: 0.1, r: 0.1, loss_good: 2.0, loss_bad: 0.0 }),
            good.clone().loss(Loss::GilbertElliott { p: 0.1, r: 0.1, loss_good: 0.0, loss_bad: 3.0 }),
            good.clone().duplicate(f64::NAN),
            good.clone().reorder(Reordering::HeldBack { share: 1.25, by: Duration::ZERO }),
        ]
        .map(|config| format!("{}\n", config.check().unwrap_err()))
        .concat();
        insta::assert_snapshot!(table, @r"
        expected a rate above zero, or none for unlimited, got 0 bit/s
        expected a loss from 0 to 1, got -0.5
        expected a loss from 0 to 1, got 1.5
        expected a probability p of bad times from 0 to 1, got 3
        expected a probability r of good times from 0 to 1, got 2
        expected a loss in good times from 0 to 1, got 2
        expected a loss in bad times from 0 to 1, got 3
        expected a share of duplicates from 0 to 1, got NaN
        expected a share of packets held back from 0 to 1, got 1.25
        ");
        assert_eq!(good.check(), Ok(()));
        let bad = AccessLink { up: good.clone(), down: good.clone().duplicate(2.0) };
        assert_eq!(bad.check(), Err(LinkError::Share { what: "share of duplicates", got: 2.0 }));
        assert_eq!(AccessLink::symmetric(good).check(), Ok(()));
    }

    #[test]
    fn a_loss_knows_its_share() {
        assert_eq!(Loss::None.share(), 0.0);
        assert_eq!(Loss::Independent(0.25).share(), 0.25);
        assert_eq!(Loss::Fades { share: 0.25, mean: Duration::ZERO }.share(), 0.25);
        assert!((Loss::bursts(0.02, 5.0).share() - 0.02).abs() < f64::EPSILON);
        let never_bad = Loss::GilbertElliott { p: 0.0, r: 0.0, loss_good: 0.125, loss_bad: 1.0 };
        assert_eq!(never_bad.share(), 0.125);
    }
}
