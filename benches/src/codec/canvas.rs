//! A screen to draw on, with real glyphs and something like photographs.

use std::collections::BTreeMap;

use ab_glyph::{Font as _, FontRef, PxScale, ScaleFont as _};
use epaint_default_fonts::{HACK_REGULAR, UBUNTU_LIGHT};
use image::{Rgba, RgbaImage};

/// Columns of the screen.
pub(super) const WIDTH: i32 = 1_920;
/// Rows of the screen.
pub(super) const HEIGHT: i32 = 1_080;

/// Red, green, blue: `0xrrggbb`.
pub(super) type Colour = u32;

/// Where to draw: left, top, width, height.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// A typeface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Face {
    /// For code.
    Mono,
    /// For all else.
    Sans,
}

/// Draws glyphs, and keeps them.
pub(super) struct Pen {
    mono: FontRef<'static>,
    sans: FontRef<'static>,
    glyphs: BTreeMap<(Face, u32, char), Glyph>,
}

/// How much of each pixel ink covers.
struct Glyph {
    left: i32,
    top: i32,
    width: i32,
    cover: Vec<u8>,
    advance: i32,
}

pub(super) const SCREEN: Place = place(0, 0, WIDTH, HEIGHT);

pub(super) const fn place(x: i32, y: i32, width: i32, height: i32) -> Place {
    Place { x, y, width, height }
}

impl Place {
    fn contains(self, x: i32, y: i32) -> bool {
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }

    fn pixels(self) -> impl Iterator<Item = (i32, i32)> {
        let (columns, rows) = (self.x..self.x + self.width, self.y..self.y + self.height);
        rows.flat_map(move |y| columns.clone().map(move |x| (x, y)))
    }
}

impl Pen {
    pub(super) fn new() -> Self {
        let font = |bytes| FontRef::try_from_slice(bytes).expect("the crate holds fonts");
        Self { mono: font(HACK_REGULAR), sans: font(UBUNTU_LIGHT), glyphs: BTreeMap::new() }
    }

    /// Writes on a line, as far as it lies in `clip`, and says where the text ends.
    pub(super) fn write(
        &mut self,
        screen: &mut RgbaImage,
        (face, px): (Face, u32),
        (mut x, y): (i32, i32),
        text: &str,
        ink: Colour,
        clip: Place,
    ) -> i32 {
        for letter in text.chars() {
            let Self { mono, sans, glyphs } = self;
            let font = match face {
                Face::Mono => mono,
                Face::Sans => sans,
            };
            let glyph = glyphs.entry((face, px, letter)).or_insert_with(|| Glyph::new(font, px, letter));
            for (place, cover) in glyph.cover.iter().enumerate().filter(|(_, cover)| **cover > 0) {
                let (column, row) = (place as i32 % glyph.width, place as i32 / glyph.width);
                let (x, y) = (x + glyph.left + column, y + glyph.top + row);
                if clip.contains(x, y) {
                    blend(screen, x, y, ink, *cover);
                }
            }
            x += glyph.advance;
        }
        x
    }
}

impl Glyph {
    fn new(font: &FontRef<'_>, px: u32, letter: char) -> Self {
        let scaled = font.as_scaled(PxScale::from(px as f32));
        let glyph = scaled.scaled_glyph(letter);
        let advance = scaled.h_advance(glyph.id).round() as i32;
        let Some(outline) = font.outline_glyph(glyph) else {
            return Self { left: 0, top: 0, width: 1, cover: Vec::new(), advance };
        };
        let bounds = outline.px_bounds();
        let (width, height) = (bounds.width() as usize, bounds.height() as usize);
        let mut cover = vec![0; width * height];
        outline.draw(|x, y, share| {
            cover[y as usize * width + x as usize] = (share * 255.0).round().clamp(0.0, 255.0) as u8;
        });
        Self { left: bounds.min.x as i32, top: bounds.min.y as i32, width: width as i32, cover, advance }
    }
}

fn blend(screen: &mut RgbaImage, x: i32, y: i32, ink: Colour, cover: u8) {
    if let Some(Rgba(pixel)) = pixel(screen, x, y) {
        let [_, inks @ ..] = ink.to_be_bytes();
        for (channel, ink) in pixel.iter_mut().zip(inks) {
            let mixed = u32::from(*channel) * u32::from(255 - cover) + u32::from(ink) * u32::from(cover);
            *channel = ((mixed + 127) / 255) as u8;
        }
    }
}

fn pixel(screen: &mut RgbaImage, x: i32, y: i32) -> Option<&mut Rgba<u8>> {
    screen.get_pixel_mut_checked(u32::try_from(x).ok()?, u32::try_from(y).ok()?)
}

pub(super) fn fill(screen: &mut RgbaImage, place: Place, colour: Colour) {
    let [_, red, green, blue] = colour.to_be_bytes();
    for (x, y) in place.pixels() {
        if let Some(pixel) = pixel(screen, x, y) {
            *pixel = Rgba([red, green, blue, 255]);
        }
    }
}

/// Paints each pixel by its column and row within the place, as far as it lies in `clip`. Values are cut to a byte.
pub(super) fn paint(
    screen: &mut RgbaImage,
    place: Place,
    clip: Place,
    colour: impl Fn(i32, i32) -> [i32; 3],
) {
    for (x, y) in place.pixels().filter(|(x, y)| clip.contains(*x, *y)) {
        if let Some(pixel) = pixel(screen, x, y) {
            let [red, green, blue] =
                colour(x - place.x, y - place.y).map(|colour| colour.clamp(0, 255) as u8);
            *pixel = Rgba([red, green, blue, 255]);
        }
    }
}

/// The colour of something natural: four octaves of noise, tinted by two.
pub(super) fn natural(x: i32, y: i32, seed: u32) -> [i32; 3] {
    let octave = |cell_log: u32, seed: u32| noise(x, y, cell_log, seed);
    let light =
        (octave(7, seed) * 8 + octave(5, seed + 1) * 4 + octave(3, seed + 2) * 2 + octave(1, seed + 3)) / 15;
    let (warm, cold) = (octave(8, seed + 5), octave(8, seed + 6));
    [light + (warm - 128) / 3, light, light + (cold - 128) / 3]
}

/// From 0 to 255, smooth between corners that are so many pixels apart, as a power of two.
fn noise(x: i32, y: i32, cell_log: u32, seed: u32) -> i32 {
    let cell = 1 << cell_log;
    let corner =
        |right: i32, down: i32| (chance((x >> cell_log) + right, (y >> cell_log) + down, seed) & 0xff) as i32;
    // Smoothstep, in parts of 256.
    let share = |place: i32| {
        let part = (place & (cell - 1)) * 256 / cell;
        (part * part * (768 - 2 * part)) >> 16
    };
    let (right, down) = (share(x), share(y));
    let row = |down: i32| corner(0, down) * (256 - right) + corner(1, down) * right;
    (row(0) * (256 - down) + row(1) * down) >> 16
}

/// The same number for the same three, and as good as any other for different ones.
pub(super) fn chance(a: i32, b: i32, seed: u32) -> u32 {
    let mut mixed = (a as u32).wrapping_mul(0x9e37_79b1)
        ^ (b as u32).wrapping_mul(0x85eb_ca77)
        ^ seed.wrapping_mul(0xc2b2_ae3d);
    mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d);
    mixed = (mixed ^ (mixed >> 12)).wrapping_mul(0x297a_2d39);
    mixed ^ (mixed >> 15)
}
