//! A small desktop, drawn without fonts: glyphs are blots with soft edges, pictures are smooth noise with grain.

use image::{Rgba, RgbaImage};
use screen::Size;

pub(crate) type Colour = [u8; 3];

pub(crate) const WHITE: Colour = [255, 255, 255];
pub(crate) const INK: Colour = [34, 34, 40];
const BAR: Colour = [31, 36, 48];

/// What somebody does at a screen while it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Workload {
    Idle,
    Typing,
    Scroll,
    Drag,
    Video,
    Switch,
}

impl Workload {
    pub(crate) const ALL: [Self; 6] =
        [Self::Idle, Self::Typing, Self::Scroll, Self::Drag, Self::Video, Self::Switch];

    /// The frame of this number.
    pub(crate) fn frame(self, size: Size, number: u32) -> RgbaImage {
        let (width, height) = (u32::from(size.width), u32::from(size.height));
        let step = number as i32;
        let mut screen = desktop(size);
        let (w, h) = (width as i32, height as i32);
        match self {
            Self::Idle => {
                let caret = if number.is_multiple_of(2) { INK } else { WHITE };
                fill(&mut screen, (w / 4, h / 4, 2, 14), caret);
            }
            Self::Typing => {
                for letter in 0..step {
                    glyph(&mut screen, w / 6 + letter % 20 * 8, h / 3 + letter / 20 * 16, letter as u32, INK);
                }
            }
            Self::Scroll => page(&mut screen, (w / 8, h / 8, w * 5 / 8, h * 5 / 8), step * 13),
            Self::Drag => {
                let window = (w / 10 + step * 7, h / 10 + step * 3, w / 2, h / 2);
                fill(&mut screen, window, WHITE);
                page(&mut screen, window, 400);
            }
            Self::Video => picture(&mut screen, (w / 4, h / 4, w / 3, h / 3), step),
            Self::Switch => match number % 3 {
                0 => {}
                1 => page(&mut screen, (0, 0, w, h - 20), 1_000),
                _ => picture(&mut screen, (0, 0, w, h), 7),
            },
        }
        screen
    }
}

fn desktop(size: Size) -> RgbaImage {
    let (w, h) = (i32::from(size.width), i32::from(size.height));
    let mut screen = RgbaImage::new(size.width.into(), size.height.into());
    picture(&mut screen, (0, 0, w, h), 0);
    fill(&mut screen, (0, h - 20, w, 20), BAR);
    fill(&mut screen, (w / 8, h / 8, w * 5 / 8, h * 5 / 8), WHITE);
    page(&mut screen, (w / 8, h / 8 + 12, w * 5 / 8, h / 8), 0);
    screen
}

/// Lines of text, scrolled so many pixels up.
fn page(screen: &mut RgbaImage, (x, y, w, h): (i32, i32, i32, i32), scrolled: i32) {
    fill(screen, (x, y, w, h), WHITE);
    for row in scrolled / 16..(scrolled + h) / 16 {
        let top = y + row * 16 - scrolled;
        for letter in 0..(w - 16) / 8 {
            let what = chance(letter as u32, row as u32, 5);
            if !what.is_multiple_of(6) && top >= y && top + 14 <= y + h {
                glyph(screen, x + 8 + letter * 8, top, what % 40, INK);
            }
        }
    }
}

fn glyph(screen: &mut RgbaImage, x: i32, y: i32, which: u32, ink: Colour) {
    for row in 0..12 {
        for column in 0..7 {
            let cover = chance(column, row / 2, which) % 4 * 85;
            let (x, y) = (x + column as i32, y + row as i32);
            if let Some(pixel) = at(screen, x, y) {
                for (channel, ink) in pixel.0.iter_mut().zip(ink) {
                    *channel = ((u32::from(*channel) * (255 - cover) + u32::from(ink) * cover) / 255) as u8;
                }
            }
        }
    }
}

pub(crate) fn fill(screen: &mut RgbaImage, (x, y, w, h): (i32, i32, i32, i32), [red, green, blue]: Colour) {
    for y in y..y + h {
        for x in x..x + w {
            if let Some(pixel) = at(screen, x, y) {
                *pixel = Rgba([red, green, blue, 255]);
            }
        }
    }
}

pub(crate) fn picture(screen: &mut RgbaImage, (x, y, w, h): (i32, i32, i32, i32), step: i32) {
    for row in 0..h {
        for column in 0..w {
            let (from_x, from_y) = ((column + step * 3) as u32, (row + step) as u32);
            let light = (smooth(from_x, from_y, 1) * 5 + smooth(from_x * 4, from_y * 4, 2)) / 6;
            let grain = chance(from_x, from_y, 100 + step as u32) % 5;
            let tint = |seed: u32| (light * 3 + smooth(from_x / 2, from_y / 2, seed)) / 4 + grain;
            if let Some(pixel) = at(screen, x + column, y + row) {
                *pixel = Rgba([tint(3) as u8, light as u8, tint(4) as u8, 255]);
            }
        }
    }
}

fn at(screen: &mut RgbaImage, x: i32, y: i32) -> Option<&mut Rgba<u8>> {
    let (x, y) = (u32::try_from(x).ok()?, u32::try_from(y).ok()?);
    screen.get_pixel_mut_checked(x, y)
}

/// From 0 to 250, without edges.
fn smooth(x: u32, y: u32, seed: u32) -> u32 {
    const CELL: u32 = 64;
    let corner = |right: u32, down: u32| chance(x / CELL + right, y / CELL + down, seed) % 251;
    let (right, down) = (x % CELL, y % CELL);
    let row = |down: u32| corner(0, down) * (CELL - right) + corner(1, down) * right;
    (row(0) * (CELL - down) + row(1) * down) / (CELL * CELL)
}

fn chance(a: u32, b: u32, c: u32) -> u32 {
    let mut mixed = a.wrapping_mul(0x9e37_79b1) ^ b.wrapping_mul(0x85eb_ca77) ^ c.wrapping_mul(0xc2b2_ae3d);
    for _ in 0..2 {
        mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d);
    }
    mixed ^ (mixed >> 16)
}
