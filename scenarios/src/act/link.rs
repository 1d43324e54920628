//! What can be done to a link, and the interfaces that links hang on.

use std::time::Duration;

use fabric::{CapacityTrace, InterfaceKind, Jitter, LinkConfig, Loss, Queue, Rate, Reordering};
use serde::{Deserialize, Serialize};

/// A kind of interface of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
pub enum Interface {
    /// A cable.
    #[display("Ethernet")]
    Ethernet,
    /// A wireless LAN.
    #[display("Wi-Fi")]
    WiFi,
    /// A mobile carrier's network.
    #[display("mobile data")]
    MobileData,
}

impl Interface {
    /// As the fabric has it.
    pub(crate) const fn kind(self) -> InterfaceKind {
        match self {
            Self::Ethernet => InterfaceKind::Ethernet,
            Self::WiFi => InterfaceKind::WiFi,
            Self::MobileData => InterfaceKind::MobileData,
        }
    }
}

/// One thing about a link, both ways.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields say what the sentence of their change says")]
pub enum LinkChange {
    /// It carries so much.
    #[display("carries {bits_per_s} bit/s")]
    Rate { bits_per_s: u64 },
    /// Each packet takes so much longer.
    #[display("delays by {millis} ms")]
    Delay { millis: u64 },
    /// Packets take up to so much longer, each for itself.
    #[display("has {millis} ms of jitter")]
    Jitter { millis: u64 },
    /// It loses this share, each packet for itself.
    #[display("loses {percent} % of packets")]
    Loss { percent: f64 },
    /// It loses this share, in bursts of so many packets on average.
    #[display("loses {percent} % of packets in bursts of {packets}")]
    BurstLoss { percent: f64, packets: f64 },
    /// It delivers this share twice.
    #[display("duplicates {percent} % of packets")]
    Duplicates { percent: f64 },
    /// It holds this share back, so that others overtake.
    #[display("reorders {percent} % of packets")]
    Reorders { percent: f64 },
    /// Its queue holds so much and drops at the tail.
    #[display("queues up to {kib} KiB")]
    DropTail { kib: usize },
    /// Its queue is kept short by CoDel.
    #[display("queues by CoDel")]
    CoDel,
    /// What it carries follows a trace in mahimahi's format.
    #[display("follows the trace {name:?}")]
    Trace { name: String, text: String },
}

impl LinkChange {
    /// The link as it is afterwards.
    ///
    /// # Errors
    /// There cannot be such a link, or nothing of that name.
    pub(crate) fn apply(&self, link: LinkConfig) -> Result<LinkConfig, String> {
        let share = |percent: f64| percent / 100.0;
        let bytes = link.queue.bytes();
        let changed = match self {
            Self::Rate { bits_per_s } => LinkConfig { rate: Rate::BitsPerSecond(*bits_per_s), ..link },
            Self::Delay { millis } => link.propagation(Duration::from_millis(*millis)),
            Self::Jitter { millis } => link.jitter(Jitter::Uniform { max: Duration::from_millis(*millis) }),
            Self::Loss { percent } => link.loss(Loss::Independent(share(*percent))),
            Self::BurstLoss { percent, packets } => {
                // Good times cannot be shorter than a packet.
                let percent_max = 100.0 * packets / (packets + 1.0);
                if *packets < 1.0 {
                    return Err(format!("expected bursts of at least 1 packet, got {packets}"));
                } else if *percent > percent_max {
                    return Err(format!(
                        "expected at most {percent_max:.1} % in bursts of {packets}, got {percent} %"
                    ));
                }
                link.loss(Loss::bursts(share(*percent), *packets))
            }
            Self::Duplicates { percent } => link.duplicate(share(*percent)),
            Self::Reorders { percent } => {
                link.reorder(Reordering::HeldBack { share: share(*percent), by: HELD_BACK })
            }
            Self::DropTail { kib } => link.queue(Queue::DropTail { bytes: kib.saturating_mul(1_024) }),
            Self::CoDel => link.queue(Queue::CoDel { bytes }),
            Self::Trace { name, text } => {
                let trace =
                    CapacityTrace::parse(text).map_err(|error| format!("the trace {name:?}: {error}"))?;
                LinkConfig { rate: Rate::Trace(trace), ..link }
            }
        };
        changed.check().map_err(|error| error.to_string())?;
        Ok(changed)
    }
}

/// For how long packets are held back that others overtake: some ten of them at 10 Mbit/s.
const HELD_BACK: Duration = Duration::from_millis(12);
