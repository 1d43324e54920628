//! What is behind everything.

use std::sync::{Arc, Mutex};

use image::RgbaImage;

use super::draw::{Canvas, Colour, ripple, texture};
use super::look::Look;
use crate::DeviceKind;

/// In whose colours: each user of a machine has their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Ground {
    /// The owner's.
    #[default]
    Owner,
    /// Those of the users beside the owner, in turn.
    Other(u8),
}

/// Paints it.
pub(super) fn paint(look: Look, ground: Ground, canvas: &mut Canvas<'_>) {
    canvas.copy(&painted(look, ground));
}

/// What was painted last, for all machines: each is the same, whoever asked for it first.
static PAINTED: Mutex<Vec<(Look, Ground, Arc<RgbaImage>)>> = Mutex::new(Vec::new());

/// So many are kept.
const PAINTED_MAX: usize = 8;

fn painted(look: Look, ground: Ground) -> Arc<RgbaImage> {
    let mut kept = PAINTED.lock().expect("nobody panics while they paint");
    if let Some((.., picture)) = kept.iter().find(|(other, of, _)| (*other, *of) == (look, ground)) {
        return Arc::clone(picture);
    }
    let mut picture = RgbaImage::new(look.size.width.into(), look.size.height.into());
    paint_anew(look, &mut Canvas::new(&mut picture, look.size.bounds()));
    if let Ground::Other(turn) = ground {
        picture.pixels_mut().for_each(|pixel| pixel.0[..3].rotate_left(1 + usize::from(turn % 2)));
    }
    if kept.len() == PAINTED_MAX {
        kept.remove(0);
    }
    let picture = Arc::new(picture);
    kept.push((look, ground, Arc::clone(&picture)));
    picture
}

/// Each pixel follows from its place and the display's size.
fn paint_anew(look: Look, canvas: &mut Canvas<'_>) {
    let (width, height) = (look.width().max(1), look.height().max(1));
    let all = look.size.bounds();
    match look.kind {
        DeviceKind::WindowsPc => {
            let (deep, bright) = (Colour::hex(0x061a40), Colour::hex(0x4a9be8));
            canvas.shade(all, |x, y| {
                // Folds of cloth that open towards the lower right.
                let slant = x * 900 / width + y * 500 / height + texture(x / 3, y / 3) / 2;
                let fold = ripple(slant, 420, 150) + ripple(slant * 2 + y * 300 / height, 700, 80);
                let light = (fold + 40 - y * 60 / height).clamp(0, 255);
                deep.towards(bright, light as u8).lit(texture(x, y) / 40 - 3)
            });
        }
        DeviceKind::Mac => {
            let (dawn, dusk) = (Colour::hex(0xf6b07a), Colour::hex(0x4b3f8f));
            canvas.shade(all, |x, y| {
                let at = |part: i32| height * part / 100;
                let hill = |base: i32, swing: i32, period: i32, shift: i32| {
                    at(base) + ripple(x + shift, period, at(swing)) + texture(x / 2 + shift, shift) / 8
                };
                let sky = dusk.towards(dawn, (y * 255 / height) as u8);
                let ground = if y > hill(82, 12, width.max(2), 0) {
                    Colour::hex(0x241a4a)
                } else if y > hill(68, 16, (width * 2 / 3).max(2), 300) {
                    Colour::hex(0x4a2c6e)
                } else if y > hill(55, 14, (width / 2).max(2), 700) {
                    Colour::hex(0x864580)
                } else {
                    sky
                };
                ground.lit(texture(x, y) / 20 - 6)
            });
        }
        DeviceKind::LinuxPc => {
            let (plum, ember) = (Colour::hex(0x2a0a26), Colour::hex(0xc2482a));
            canvas.shade(all, |x, y| {
                // Facets, as of folded paper.
                let facet = ((x * 3 + y * 2) / 170 + (x - y * 2) / 230 + (y * 3) / 310) & 7;
                let part = (x * 130 / width + y * 70 / height + facet * 9).clamp(0, 255);
                plum.towards(ember, part as u8).lit(texture(x, y) / 28 - 4)
            });
        }
        DeviceKind::AndroidPhone | DeviceKind::AndroidTablet => {
            let (leaf, mint) = (Colour::hex(0x0e3b34), Colour::hex(0xb8e0c4));
            canvas.shade(all, |x, y| {
                // Leaves that lie over one another.
                let bend = |x: i32, y: i32| (x - width / 2) * (x - width / 2) / width + y;
                let leaf_edge = ripple(bend(x, y) + x / 3, (height / 3).max(2), 120)
                    + ripple(bend(width - x, y) - x / 2, (height / 2).max(2), 100);
                leaf.towards(mint, leaf_edge.clamp(0, 255) as u8).lit(texture(x, y) / 64 - 2)
            });
        }
        DeviceKind::Zebra => {
            let (night, steel) = (Colour::hex(0x121a22), Colour::hex(0x3a4a58));
            canvas.shade(all, |x, y| {
                let stripe = ripple(x * 2 + y + texture(x / 2, y / 2) / 3, 120.max(width / 5), 110);
                night
                    .towards(steel, (stripe + y * 80 / height).clamp(0, 255) as u8)
                    .lit(texture(x, y) / 72 - 2)
            });
        }
        DeviceKind::Iphone => {
            let (deep, rose) = (Colour::hex(0x1a2a6c), Colour::hex(0xf08a8a));
            canvas.shade(all, |x, y| {
                let bend = (x - width / 2).abs() * 120 / width + texture(x / 4, y / 4) / 4;
                deep.towards(rose, (y * 230 / height + bend / 3).clamp(0, 255) as u8)
                    .lit(texture(x, y) / 40 - 3)
            });
        }
    }
}
