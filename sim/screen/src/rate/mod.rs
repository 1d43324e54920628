//! How much of a screen goes out, and when.
//!
//! A controller sits in the customer's client, one per viewer. Frames travel to the appliance and on to the console,
//! over two TCP connections; the console acknowledges each frame that it shows. TCP hides what is lost, so that all
//! there is to see is time: how long frames took, and at what rate they arrived.
//!
//! [`RateController`] is ours. [`FixedRate`], [`RepliesController`] and [`VegasController`] do what others do, so that
//! scenarios can play them side by side; all of them are a [`Controller`].
//!
//! Controllers are sans-IO and count in integers. A viewer can lie about times; that makes its own picture worse, and
//! nothing else.

mod baseline;
mod controller;
mod estimate;
mod ladder;
mod pace;
mod pacing;

#[cfg(test)]
mod acceptance;
#[cfg(test)]
mod rig;

use std::time::Duration;

use wire::SimTime;
use wire::tool::{FrameAck, Performance};

pub use baseline::{FixedRate, RepliesController, VegasController};
pub use controller::{RateConfig, RateController};
pub use ladder::{RUNGS, Rung, first_coat};
pub use pacing::Pacing;

/// What decides when a frame may be captured, and how large it may be.
pub trait Controller {
    /// The representative chose how good the picture is to be (DSP-02). Holds from the next frame on.
    fn set_performance(&mut self, now: SimTime, performance: Performance);

    /// Whether a frame may be captured and sent now, and how much it may hold. `None`: ask again at
    /// [`Controller::poll_timeout`] or after the next acknowledgement, whichever comes first.
    fn next_frame(&mut self, now: SimTime) -> Option<FrameBudget>;

    /// A frame has gone out.
    fn sent(&mut self, now: SimTime, frame: SentFrame);

    /// A frame is on the viewer's screen. One that is not under way changes nothing.
    fn acked(&mut self, now: SimTime, ack: FrameAck);

    /// The picture begins anew: what is under way will not be acknowledged.
    fn forget_in_flight(&mut self, now: SimTime);

    /// When to ask again after [`Controller::next_frame`] said no. `None` if only an acknowledgement can help, or if
    /// it said yes.
    fn poll_timeout(&self) -> Option<SimTime>;

    /// What it makes of the line, for views and tests.
    fn figures(&self) -> RateFigures;
}

/// What the next frame may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameBudget {
    /// The most bytes that the frame may have. An encoder that cannot stop there pays with the frames that follow.
    pub bytes: usize,
    /// The most of them that may make what already stands more exact.
    pub refine_bytes: usize,
    /// How good it is to be.
    pub rung: Rung,
    /// The time from this frame to the next one, if all fits into it.
    pub interval: Duration,
}

/// A frame that went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentFrame {
    /// Of which stream.
    pub stream: u32,
    /// Which frame of it.
    pub frame: u32,
    /// Its size.
    pub bytes: usize,
    /// Whether more was there to be sent than the frame could hold. If not, how fast frames arrive says nothing of
    /// how fast the line is.
    pub had_more: bool,
    /// Nothing in it was new: it made more exact what stood already.
    pub only_refined: bool,
}

/// What a controller makes of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateFigures {
    /// What it holds for the line's rate.
    pub rate_bits_per_s: u64,
    /// From the last acknowledged frame's sending to its acknowledgement.
    pub rtt: Duration,
    /// The round trip on an empty line.
    pub min_rtt: Duration,
    /// How long frames wait behind others.
    pub queue_delay: Duration,
    /// How good the picture is now.
    pub rung: Rung,
    /// What was sent and is not acknowledged.
    pub in_flight_bytes: usize,
}

/// How long `bytes` take at a rate, in nanoseconds.
fn nanos_of(bytes: u64, bits_per_s: u64) -> u64 {
    let nanos = u128::from(bytes) * 8 * u128::from(NANOS_PER_S) / u128::from(bits_per_s.max(1));
    nanos.try_into().unwrap_or(u64::MAX)
}

/// How many bytes a rate carries in so many nanoseconds.
fn bytes_in(nanos: u64, bits_per_s: u64) -> u64 {
    let bytes = u128::from(nanos) * u128::from(bits_per_s) / (8 * u128::from(NANOS_PER_S));
    bytes.try_into().unwrap_or(u64::MAX)
}

/// The rate at which so many bytes take so many nanoseconds, in bits per second.
fn rate_of(bytes: u64, nanos: u64) -> u64 {
    let rate = u128::from(bytes) * 8 * u128::from(NANOS_PER_S) / u128::from(nanos.max(1));
    rate.try_into().unwrap_or(u64::MAX)
}

/// A duration in nanoseconds; 584 years where it is longer.
const fn nanos(duration: Duration) -> u64 {
    let nanos = duration.as_nanos();
    if nanos > u64::MAX as u128 { u64::MAX } else { nanos as u64 }
}

const NANOS_PER_S: u64 = 1_000_000_000;
const NANOS_PER_MS: u64 = 1_000_000;

/// A frame holds what the line carries in so long, however many frames there are in a second: what comes behind one, an
/// echo of a key perhaps, must not wait for longer. Where a picture needs more, its rest follows in the next frame after
/// so long, and not after the rung's interval.
const BURST: Duration = Duration::from_nanos(NANOS_PER_S / 30);
