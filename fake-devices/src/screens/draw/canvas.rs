//! A picture, or a part of one, to draw on.

use image::RgbaImage;
use wire::{Point, Rect};

use super::{Font, width};
use super::{area, glyphs, moved};

/// A colour without transparency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Colour {
    pub(crate) const WHITE: Self = Self(255, 255, 255);
    pub(crate) const BLACK: Self = Self(0, 0, 0);

    /// The colour that is written `#rrggbb`.
    pub(crate) const fn hex(rgb: u32) -> Self {
        let [_, r, g, b] = rgb.to_be_bytes();
        Self(r, g, b)
    }

    /// So much of the way to another colour, in 255ths.
    pub(crate) fn towards(self, other: Self, part: u8) -> Self {
        let mix = |from: u8, to: u8| {
            let part = u32::from(part);
            let sum = u32::from(from) * (255 - part) + u32::from(to) * part + 128;
            // A division by 255, rounded.
            ((sum + (sum >> 8)) >> 8) as u8
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// Brighter by so much in each channel, or darker.
    pub(crate) fn lit(self, by: i32) -> Self {
        let channel = |value: u8| (i32::from(value) + by).clamp(0, 255) as u8;
        Self(channel(self.0), channel(self.1), channel(self.2))
    }
}

/// Where one may draw: a place within a picture with its own coordinates, and what is not to be touched.
pub(crate) struct Canvas<'a> {
    picture: &'a mut RgbaImage,
    /// In the picture's coordinates, and within it.
    clip: Rect,
    /// Where the own (0, 0) is in the picture.
    origin: Point,
    /// How large it is, whatever of it shows.
    size: (u32, u32),
}

impl<'a> Canvas<'a> {
    /// The part `clip` of a picture, in the picture's coordinates.
    pub(crate) fn new(picture: &'a mut RgbaImage, clip: Rect) -> Self {
        let all = Rect { x: 0, y: 0, width: picture.width(), height: picture.height() };
        let clip = clip.intersection(all).unwrap_or(area(0, 0, 0, 0));
        let size = (all.width, all.height);
        Self { picture, clip, origin: Point::default(), size }
    }

    /// All of it, in its own coordinates.
    pub(crate) fn bounds(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.size.0, height: self.size.1 }
    }

    /// An area of this canvas, with coordinates of its own; what is drawn there does not reach beyond it.
    pub(crate) fn within(&mut self, inner: Rect) -> Canvas<'_> {
        let inner = moved(inner, self.origin);
        let clip = self.clip.intersection(inner).unwrap_or(area(0, 0, 0, 0));
        let size = (inner.width, inner.height);
        Canvas { picture: self.picture, clip, origin: Point { x: inner.x, y: inner.y }, size }
    }

    /// The same with the same coordinates, but nothing is touched beyond this area.
    pub(crate) fn only(&mut self, inner: Rect) -> Canvas<'_> {
        let clip = self.seen(inner).unwrap_or(area(0, 0, 0, 0));
        Canvas { picture: self.picture, clip, origin: self.origin, size: self.size }
    }

    /// Whether nothing shows but what is drawn there.
    pub(crate) fn only_shows(&self, rect: Rect) -> bool {
        self.seen(rect) == Some(self.clip)
    }

    /// Whether anything drawn there would show.
    pub(crate) fn touches(&self, rect: Rect) -> bool {
        self.seen(rect).is_some()
    }

    /// Paints an area in one colour.
    pub(crate) fn fill(&mut self, rect: Rect, colour: Colour) {
        self.rows(rect, |row, _, _| row.fill([colour.0, colour.1, colour.2, 255]));
    }

    /// Lays a colour over an area, so dense (of 255).
    pub(crate) fn veil(&mut self, rect: Rect, colour: Colour, density: u8) {
        self.rows(rect, |row, _, _| row.iter_mut().for_each(|pixel| blend(pixel, colour, density)));
    }

    /// Paints an area in colours from top to bottom.
    pub(crate) fn gradient(&mut self, rect: Rect, top: Colour, bottom: Colour) {
        let rows = rect.height.max(1);
        self.rows(rect, |row, _, y| {
            let part = ((y - rect.y).cast_unsigned() * 255 / rows) as u8;
            let Colour(r, g, b) = top.towards(bottom, part);
            row.fill([r, g, b, 255]);
        });
    }

    /// Paints each pixel of an area by its place.
    pub(crate) fn shade(&mut self, rect: Rect, colour: impl Fn(i32, i32) -> Colour) {
        self.rows(rect, |row, x, y| {
            for (pixel, x) in row.iter_mut().zip(x..) {
                let Colour(r, g, b) = colour(x, y);
                *pixel = [r, g, b, 255];
            }
        });
    }

    /// Paints an area with round corners, smooth at the edge; a disc where the radius is half the side.
    pub(crate) fn round(&mut self, rect: Rect, radius: i32, colour: Colour) {
        self.round_veil(rect, radius, colour, 255);
    }

    /// Lays a colour over an area with round corners, so dense (of 255).
    pub(crate) fn round_veil(&mut self, rect: Rect, radius: i32, colour: Colour, density: u8) {
        let (width, height) = (rect.width.cast_signed(), rect.height.cast_signed());
        let radius = radius.min(width / 2).min(height / 2).max(0);
        self.rows(rect, |row, x, y| {
            let down = (y - rect.y).min(rect.y + height - 1 - y);
            // From the row's left end to its right one: a corner, the middle, a corner.
            let (left, right) =
                if down < radius { (rect.x + radius, rect.x + width - radius) } else { (x, i32::MAX) };
            for (pixel, x) in row.iter_mut().zip(x..) {
                let cover = if (left..right).contains(&x) {
                    16
                } else {
                    let across = (x - rect.x).min(rect.x + width - 1 - x);
                    corner(across, down, radius)
                };
                blend(pixel, colour, (cover * u32::from(density) / 16) as u8);
            }
        });
    }

    /// Copies a picture that begins in this canvas' corner, as far as it shows.
    pub(crate) fn copy(&mut self, picture: &RgbaImage) {
        let all = area(0, 0, picture.width().cast_signed(), picture.height().cast_signed());
        let (pixels, _) = picture.as_chunks::<4>();
        self.rows(all, |row, x, y| {
            let start = y as usize * picture.width() as usize + x as usize;
            row.copy_from_slice(&pixels[start..start + row.len()]);
        });
    }

    /// Lays a soft shadow around an area with round corners, `reach` pixels wide.
    pub(crate) fn shadow(&mut self, rect: Rect, radius: i32, reach: i32) {
        let (inner, outer) = (super::grown(rect, -radius), super::grown(rect, reach));
        let (right, bottom) =
            (inner.x + inner.width.cast_signed() - 1, inner.y + inner.height.cast_signed() - 1);
        let whole = radius + reach;
        let mut shade = |part: Rect| {
            self.rows(part, |row, x, y| {
                let down = (inner.y - y).max(y - bottom).max(0);
                for (pixel, x) in row.iter_mut().zip(x..) {
                    let across = (inner.x - x).max(x - right).max(0);
                    // How far from the edge, squared: what is further than the shadow reaches is left alone.
                    let far = across * across + down * down;
                    if far < whole * whole {
                        let part = (whole * whole - far) * 60 / (whole * whole - radius * radius).max(1);
                        blend(pixel, Colour::BLACK, part.clamp(0, 60) as u8);
                    }
                }
            });
        };
        // The window itself lies on the middle: only its corners let the shadow through.
        let (width, height) = (outer.width.cast_signed(), outer.height.cast_signed());
        shade(area(outer.x, outer.y, width, whole));
        shade(area(outer.x, outer.y + height - whole, width, whole));
        shade(area(outer.x, outer.y + whole, reach, height - 2 * whole));
        shade(area(outer.x + width - reach, outer.y + whole, reach, height - 2 * whole));
    }

    /// Writes a line of text, from `x` on, above this base line.
    pub(crate) fn text(&mut self, x: i32, base: i32, font: Font, colour: Colour, text: &str) {
        let height = glyphs::line_height(font);
        let (left, right) =
            (self.clip.x - self.origin.x, self.clip.x - self.origin.x + self.clip.width.cast_signed());
        if !self.touches(area(left, base - height, right - left, 2 * height)) {
            return;
        }
        let (mut pen, reach) = (x, height * 2);
        glyphs::each(font, text, |glyph| {
            if pen + glyph.advance + reach > left {
                self.stamp(Point { x: pen + glyph.left, y: base - glyph.top }, glyph, colour);
            }
            pen += glyph.advance;
            pen <= right + reach
        });
    }

    /// Writes a line of text in the middle of an area.
    pub(crate) fn text_centred(&mut self, rect: Rect, font: Font, colour: Colour, text: &str) {
        let x = rect.x + (rect.width.cast_signed() - width(font, text)) / 2;
        self.text(x, middle(rect, font), font, colour, text);
    }

    /// Writes a line of text at the left of an area, in the middle of its height.
    pub(crate) fn text_left(&mut self, rect: Rect, font: Font, colour: Colour, text: &str) {
        self.within(rect).text(0, middle(rect, font) - rect.y, font, colour, text);
    }

    fn stamp(&mut self, at: Point, glyph: &glyphs::Glyph, colour: Colour) {
        let whole = area(at.x, at.y, glyph.width, glyph.height);
        self.rows(whole, |row, x, y| {
            let from = ((y - at.y) * glyph.width + (x - at.x)) as usize;
            for (pixel, cover) in row.iter_mut().zip(&glyph.coverage[from..]) {
                if *cover != 0 {
                    blend(pixel, colour, *cover);
                }
            }
        });
    }

    /// The part of an area that shows, in the picture's coordinates.
    fn seen(&self, rect: Rect) -> Option<Rect> {
        moved(rect, self.origin).intersection(self.clip)
    }

    /// Calls `paint` with each row of pixels of an area that shows, and the place of its first pixel.
    fn rows(&mut self, rect: Rect, mut paint: impl FnMut(&mut [[u8; 4]], i32, i32)) {
        let Some(seen) = self.seen(rect) else { return };
        let stride = self.picture.width() as usize;
        let (pixels, _) = self.picture.as_chunks_mut::<4>();
        for y in seen.y..seen.y + seen.height.cast_signed() {
            // What shows lies within the picture, so that no coordinate is negative.
            let start = y as usize * stride + seen.x as usize;
            paint(&mut pixels[start..start + seen.width as usize], seen.x - self.origin.x, y - self.origin.y);
        }
    }
}

/// The base line of text in the middle of an area.
fn middle(rect: Rect, font: Font) -> i32 {
    rect.y + (rect.height.cast_signed() + i32::from(font.px()) * 7 / 10) / 2
}

/// How much of a corner's pixel lies within the curve, in 16ths.
fn corner(across: i32, down: i32, radius: i32) -> u32 {
    let inside = |sub: i32| {
        let (x, y) = (8 * (radius - across) - 1 - 2 * (sub % 4), 8 * (radius - down) - 1 - 2 * (sub / 4));
        x * x + y * y <= 64 * radius * radius
    };
    (0..16).filter(|sub| inside(*sub)).count() as u32
}

fn blend(pixel: &mut [u8; 4], colour: Colour, density: u8) {
    if density == 255 {
        *pixel = [colour.0, colour.1, colour.2, 255];
        return;
    }
    let Colour(r, g, b) = Colour(pixel[0], pixel[1], pixel[2]).towards(colour, density);
    *pixel = [r, g, b, 255];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_in_pieces_is_what_is_drawn_at_once() {
        let draw = |canvas: &mut Canvas<'_>| {
            canvas.gradient(area(0, 0, 60, 40), Colour::hex(0x102030), Colour::hex(0xf0e0d0));
            canvas.shadow(area(10, 10, 30, 20), 7, 6);
            canvas.round(area(10, 10, 30, 20), 7, Colour::WHITE);
            canvas.within(area(12, 12, 26, 16)).text(1, 12, Font::ui(12), Colour::BLACK, "Wg jolly");
        };
        let mut whole = RgbaImage::new(60, 40);
        draw(&mut Canvas::new(&mut whole, area(0, 0, 60, 40)));
        let mut pieces = RgbaImage::new(60, 40);
        for y in (0..40).step_by(7) {
            for x in (0..60).step_by(11) {
                draw(&mut Canvas::new(&mut pieces, area(x, y, 11, 7)));
            }
        }
        assert_eq!(whole, pieces);
    }

    #[test]
    fn a_disc_is_round() {
        let mut picture = RgbaImage::new(16, 16);
        Canvas::new(&mut picture, area(0, 0, 16, 16)).round(area(0, 0, 16, 16), 8, Colour::WHITE);
        assert_eq!(picture.get_pixel(0, 0).0[0], 0);
        assert_eq!(picture.get_pixel(8, 0).0[0], 255);
        assert!((1..255).contains(&picture.get_pixel(2, 2).0[0]), "the edge is smooth");
        for (x, y, pixel) in picture.enumerate_pixels() {
            assert_eq!(pixel, picture.get_pixel(15 - x, y));
            assert_eq!(pixel, picture.get_pixel(y, x));
        }
    }
}
