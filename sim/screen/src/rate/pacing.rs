//! Which controller paces a picture.

use wire::SimTime;

use super::{Controller, FixedRate, RateConfig, RateController, RepliesController, VegasController};

/// Who paces pictures, under the name that scenarios use: ours, or one of those that it is held against.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    strum::Display,
    strum::EnumString,
)]
pub enum Pacing {
    /// [`RateController`].
    #[default]
    #[strum(to_string = "ours")]
    Ours,
    /// [`FixedRate`], at 3 Mbit/s.
    #[strum(to_string = "fixed 3 Mbit/s")]
    Fixed,
    /// [`RepliesController`], in the manner of RustDesk.
    #[strum(to_string = "replies")]
    Replies,
    /// [`VegasController`], in the manner of TigerVNC.
    #[strum(to_string = "Vegas window")]
    Vegas,
}

/// What [`Pacing::Fixed`] sends, in bits per second.
const FIXED_BITS_PER_S: u64 = 3_000_000;

impl Pacing {
    /// The controller of a picture that begins now. Only ours knows of caps and dithers.
    pub fn controller(self, now: SimTime, config: RateConfig) -> Box<dyn Controller> {
        match self {
            Self::Ours => Box::new(RateController::new(now, config)),
            Self::Fixed => Box::new(FixedRate::new(now, config.performance, FIXED_BITS_PER_S)),
            Self::Replies => Box::new(RepliesController::new(now, config.performance)),
            Self::Vegas => Box::new(VegasController::new(now, config.performance)),
        }
    }
}
