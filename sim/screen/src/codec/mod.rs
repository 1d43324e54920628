//! The screen codec: pictures to frames of bytes, and back.
//!
//! An [`Encoder`] remembers what the viewer shows. It compares the damaged tiles with it, copies what has moved, names
//! what the viewer still has in its cache, and sends the rest: tiles of few colours as a palette, others as planes of
//! differences or as JPEG, all but the JPEGs through one zstd stream. What was shown approximately is made exact when
//! it is still. Each call has a budget of bytes, and what has no room waits; so a first picture spreads over frames by
//! itself, and a frame that was never made costs nothing.
//!
//! A [`Decoder`] shows what comes, and does not trust it.
//!
//! ```
//! use image::{Rgba, RgbaImage};
//! use screen::{Decoder, Encoder, Quality, SimTime, Size, Wanted};
//!
//! let size = Size { width: 320, height: 200 };
//! let (mut encoder, mut decoder) = (Encoder::new(size), Decoder::new(size));
//! let picture = RgbaImage::from_pixel(320, 200, Rgba([0, 90, 158, 255]));
//! let wanted =
//!     Wanted { quality: Quality::LOSSLESS, budget_bytes: 10_000, refine_bytes: 0, focus: None };
//! let frame = encoder.encode(SimTime::ZERO, &picture, &wanted).expect("the viewer has seen nothing yet");
//! decoder.decode(&frame.bytes).expect("the encoder wrote it");
//! assert!(frame.exact && frame.bytes.len() < 100);
//! assert_eq!(decoder.picture(), &picture);
//! assert_eq!(encoder.encode(SimTime::ZERO, &picture, &wanted), None);
//! ```

mod body;
mod cache;
mod decode;
mod encode;
mod exact;
mod frame;
mod jpeg;
mod motion;
mod pictures;
mod psnr;
mod quality;
mod raster;
mod stream;

pub use body::DecodeError;
pub use decode::Decoder;
pub use encode::{Encoded, Encoder, REFINE_AFTER, Work};
pub use psnr::psnr_db;
pub use quality::{Chroma, Pictures, Quality, Scale, Text, Wanted};
