//! The screen codec on work at a screen, beside others on the same frames.

mod canvas;
mod ours;
mod peer;
mod tigervnc;
mod vpx;
mod workload;

pub use ours::{Ours, tiled_compare_ms};
pub use peer::NOT_INSTALLED;
pub use tigervnc::TigerVnc;
pub use vpx::Vp9;
pub use workload::{Footage, Workload};

use std::time::Duration;

/// A comparison costs more than a frame, so every so many frames are compared where loss is allowed.
const COMPARED_EACH: usize = 10;

/// What one codec needed for some footage.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Milliseconds to encode a frame after the first, on one core.
    pub encode_ms: f64,
    /// Milliseconds to decode it; `None` where that was not measured.
    pub decode_ms: Option<f64>,
    /// Kilobytes (of 1,000 bytes) of a frame after the first.
    pub frame_kb: f64,
    /// Milliseconds to encode the first frame.
    pub key_ms: f64,
    /// Kilobytes of the first frame.
    pub key_kb: f64,
    /// The least of a sample of frames, in decibels over red, green and blue; infinite where all is exact, `None` where
    /// that was not measured.
    pub psnr_db: Option<f64>,
}

/// Somebody who encodes footage: ours, or a column beside it.
pub trait Codec {
    /// What its column is called.
    fn name(&self) -> String;

    /// Whether what is shown is exact: a column stands beside those that promise the same.
    fn is_lossless(&self) -> bool;

    /// Encodes all frames in their order, the first one as the first of a stream.
    ///
    /// # Errors
    /// Why there are no figures: `NOT_INSTALLED`, or what went wrong.
    fn measure(&self, footage: &Footage) -> Result<Figures, String>;
}

/// The columns beside ours. Each is measured on the same frames and on one core, and the best of so many runs counts.
pub fn peers(runs: usize) -> Vec<Box<dyn Codec>> {
    vec![
        Box::new(TigerVnc { quality: None, runs }),
        Box::new(TigerVnc { quality: Some(5), runs }),
        Box::new(TigerVnc { quality: Some(TigerVnc::DEFAULT_QUALITY), runs }),
        Box::new(Vp9 { runs }),
    ]
}

impl Figures {
    /// The same, in the shorter of both times.
    fn better(self, other: Self) -> Self {
        Self {
            encode_ms: self.encode_ms.min(other.encode_ms),
            decode_ms: self.decode_ms.zip(other.decode_ms).map(|(a, b)| a.min(b)),
            key_ms: self.key_ms.min(other.key_ms),
            ..self
        }
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
