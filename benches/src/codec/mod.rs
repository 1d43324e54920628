//! The screen codec on work at a screen, beside others on the same frames.

mod canvas;
mod ours;
mod workload;

pub use ours::{Ours, tiled_compare_ms};
pub use workload::{Footage, Workload};

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

    /// Encodes all frames in their order, the first one as the first of a stream.
    ///
    /// # Errors
    /// Why there are no figures, in two words: `not installed`.
    fn measure(&self, footage: &Footage) -> Result<Figures, String>;
}

/// The columns beside ours. Each is measured on the same frames and on one core.
pub fn peers() -> Vec<Box<dyn Codec>> {
    Vec::new()
}
