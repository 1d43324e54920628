//! How a screen travels: which parts of it have changed, and the codec that brings a viewer's picture up to it.
//!
//! A machine that draws reports rectangles; [`Damage`] keeps them as a set of square tiles, in memory that depends
//! on the screen's size and on nothing else. Whoever encodes takes the set, looks at those tiles and at no others,
//! and always in the same order, so that the same drawing gives the same bytes.
//!
//! ```
//! use screen::{Damage, Rect, Size};
//!
//! let mut damage = Damage::new(Size { width: 1920, height: 1080 });
//! damage.add(Rect { x: 60, y: 70, width: 8, height: 16 });
//! let dirty = damage.take();
//! assert!(damage.is_empty());
//! let tiles: Vec<Rect> = dirty.tiles().collect();
//! assert_eq!(tiles, [
//!     Rect { x: 0, y: 64, width: 64, height: 64 },
//!     Rect { x: 64, y: 64, width: 64, height: 64 },
//! ]);
//! ```

mod codec;
mod damage;
mod rate;

pub use codec::{
    Chroma, DecodeError, Decoder, Encoded, Encoder, Pictures, Quality, REFINE_AFTER, Scale, Text, Wanted,
    Work, psnr_db,
};
pub use damage::{Damage, TILE_SIDE_PX};
pub use rate::{
    Controller, FixedRate, FrameBudget, Pacing, RUNGS, RateConfig, RateController, RateFigures,
    RepliesController, Rung, SentFrame, VegasController, first_coat,
};
pub use wire::{Point, Rect, SimTime, Size};
