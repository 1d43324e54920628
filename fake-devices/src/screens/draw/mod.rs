//! Drawing into pictures: areas, colours, glyphs, textures.
//!
//! Everything is drawn by integers, or by floats that are only added, multiplied and divided, so that a picture is the
//! same on every machine; and everything is clipped, so that drawing a part costs what the part costs.

mod area;
mod canvas;
mod glyphs;
mod texture;

pub(crate) use area::{area, centre, grown, moved, union};
pub(crate) use canvas::{Canvas, Colour};
pub(crate) use glyphs::{Font, width};
pub(crate) use texture::{grain, ripple, texture};
