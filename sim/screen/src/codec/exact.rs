//! Pixels to the bit: few colours as a palette and indices, many as planes of differences.

use super::body::{Body, DecodeError, Reader, index_bits};
use super::raster::{Area, Pixel};

/// More colours than this are a picture.
pub(super) const COLOURS_MAX: usize = 256;

/// Finds out which colours a tile has.
pub(super) struct Palette {
    /// By the colour's hash: whose turn it was, the colour, its place.
    table: Vec<(u32, u32, u8)>,
    turn: u32,
    colours: Vec<Pixel>,
    indices: Vec<u8>,
    /// How many pixels are of another colour than the one before them.
    changes: usize,
}

/// Fewer colours than this are no grain, whatever they do.
const GRAIN_COLOURS_MIN: usize = 13;
const TABLE: usize = 1_024;
/// Makes other numbers of colours that lie near one another (2^32 by the golden ratio).
pub(super) const SCATTER: u32 = 0x9e37_79b1;

impl Palette {
    pub(super) fn new() -> Self {
        let (table, colours, indices) = (vec![(0, 0, 0); TABLE], Vec::new(), Vec::new());
        Self { table, turn: 0, colours, indices, changes: 0 }
    }

    /// Whether rows of pixels have at most [`COLOURS_MAX`] colours. If so, they can be written.
    pub(super) fn fits<'a>(&mut self, rows: impl Iterator<Item = &'a [Pixel]> + Clone) -> bool {
        if has_many_colours(rows.clone()) {
            return false;
        }
        if self.turn == u32::MAX {
            self.table.fill((0, 0, 0));
            self.turn = 0;
        }
        self.turn += 1;
        self.colours.clear();
        self.indices.clear();
        self.changes = 0;
        let (mut last, mut place) = (None, 0);
        for row in rows {
            let start = self.indices.len();
            self.indices.resize(start + row.len(), 0);
            for (pixel, index) in row.iter().zip(&mut self.indices[start..]) {
                let colour = u32::from_le_bytes(*pixel);
                if last != Some(colour) {
                    let mut slot = (colour.wrapping_mul(SCATTER) >> 22) as usize;
                    loop {
                        let (turn, known, at) = self.table[slot];
                        if turn != self.turn {
                            if self.colours.len() == COLOURS_MAX {
                                return false;
                            }
                            place = self.colours.len() as u8;
                            self.table[slot] = (self.turn, colour, place);
                            self.colours.push(*pixel);
                            break;
                        }
                        if known == colour {
                            place = at;
                            break;
                        }
                        slot = (slot + 1) % TABLE;
                    }
                    last = Some(colour);
                    self.changes += 1;
                }
                *index = place;
            }
        }
        true
    }

    /// Whether the pixels that were found to fit are a picture all the same: a photograph's dark corner, a wallpaper with
    /// grain. There is no ground that lettering would stand on, and colours change at every few steps; to the pixel, such
    /// a tile weighs as much as any picture, and JPEG can hardly be told from it.
    pub(super) fn is_grainy(&self) -> bool {
        let pixels = self.indices.len();
        if self.colours.len() < GRAIN_COLOURS_MIN || self.changes * 4 < pixels {
            return false;
        }
        let mut counts = [0_usize; COLOURS_MAX];
        for index in &self.indices {
            counts[usize::from(*index)] += 1;
        }
        // Two colours make a ground: the rows of a table have one each.
        counts.sort_unstable_by(|a, b| b.cmp(a));
        (counts[0] + counts[1]) * 2 < pixels
    }

    /// Writes the pixels that were found to fit.
    pub(super) fn write(&self, body: &mut Body) {
        body.number(self.colours.len());
        for [red, green, blue, _] in &self.colours {
            body.ops.extend_from_slice(&[*red, *green, *blue]);
        }
        let indices = &self.indices;
        match index_bits(self.colours.len()) {
            0 => {}
            1 => body.indices.extend(indices.chunks(8).map(packed::<1>)),
            2 => body.indices.extend(indices.chunks(4).map(packed::<2>)),
            4 => body.indices.extend(indices.chunks(2).map(packed::<4>)),
            _ => body.indices.extend_from_slice(indices),
        }
    }
}

/// Whether rows have more colours than a palette for sure, told without a look at any colour twice: where they fall in
/// a table, there are at least as many colours as places. A few rows tell whether it is worth to look at the others.
fn has_many_colours<'a>(rows: impl Iterator<Item = &'a [Pixel]> + Clone) -> bool {
    const ROWS_APART: usize = 8;
    const SUSPECT: usize = 64;
    const PLACES_BITS: u32 = 12;
    let (mut is_taken, mut taken) = ([0_u8; 1 << PLACES_BITS], 0);
    let mut look = |row: &[Pixel]| {
        for pixel in row {
            let hash = u32::from_le_bytes(*pixel).wrapping_mul(SCATTER);
            let place = &mut is_taken[(hash >> (u32::BITS - PLACES_BITS)) as usize];
            taken += usize::from(1 - *place);
            *place = 1;
        }
        taken
    };
    let few = rows.clone().step_by(ROWS_APART).map(&mut look).find(|taken| *taken > COLOURS_MAX);
    few.is_some() || (look(&[]) > SUSPECT && rows.map(look).any(|taken| taken > COLOURS_MAX))
}

fn packed<const BITS: usize>(indices: &[u8]) -> u8 {
    indices.iter().enumerate().fold(0, |byte, (place, index)| byte | index << (place * BITS))
}

/// Writes rows of pixels of many colours.
pub(super) fn write_planes<'a>(rows: impl Iterator<Item = &'a [Pixel]>, area: Area, body: &mut Body) {
    body.number(0);
    let start = body.planes.len();
    body.planes.resize(start + area.pixels() * 3, 0);
    let (greens, rest) = body.planes[start..].split_at_mut(area.pixels());
    let (reds, blues) = rest.split_at_mut(area.pixels());
    for (row, pixels) in rows.enumerate() {
        let row = row * area.width..(row + 1) * area.width;
        differences(pixels, &mut greens[row.clone()], |[_, green, _, _]| green);
        differences(pixels, &mut reds[row.clone()], |[red, green, _, _]| red.wrapping_sub(green));
        differences(pixels, &mut blues[row], |[_, green, blue, _]| blue.wrapping_sub(green));
    }
}

/// No running value, so that several are computed at once.
fn differences(pixels: &[Pixel], into: &mut [u8], of: impl Fn(Pixel) -> u8) {
    into[0] = of(pixels[0]);
    for ((into, pixel), before) in into[1..].iter_mut().zip(&pixels[1..]).zip(pixels) {
        *into = of(*pixel).wrapping_sub(of(*before));
    }
}

/// Reads what was written of a rectangle, so many pixels in a row; `pixels` has room for just that.
pub(super) fn read(
    ops: &mut Reader<'_>,
    indices: &mut Reader<'_>,
    planes: &mut Reader<'_>,
    width: usize,
    pixels: &mut [Pixel],
) -> Result<(), DecodeError> {
    let colours = ops.number_up_to(COLOURS_MAX, "colours")?;
    if colours == 0 {
        return read_planes(planes.bytes(pixels.len() * 3)?, width, pixels);
    }
    let mut palette = [[0, 0, 0, 255]; COLOURS_MAX];
    for colour in &mut palette[..colours] {
        colour[..3].copy_from_slice(ops.bytes(3)?);
    }
    let bits = index_bits(colours);
    let indices = indices.bytes((pixels.len() * bits).div_ceil(8))?;
    match bits {
        0 => pixels.fill(palette[0]),
        1 => unpack::<1>(indices, &palette, pixels),
        2 => unpack::<2>(indices, &palette, pixels),
        4 => unpack::<4>(indices, &palette, pixels),
        _ => {
            for (pixel, index) in pixels.iter_mut().zip(indices) {
                *pixel = palette[usize::from(*index)];
            }
        }
    }
    Ok(())
}

fn unpack<const BITS: usize>(indices: &[u8], palette: &[Pixel; COLOURS_MAX], pixels: &mut [Pixel]) {
    let mask = (1_u8 << BITS) - 1;
    for (pixels, byte) in pixels.chunks_mut(8 / BITS).zip(indices) {
        for (place, pixel) in pixels.iter_mut().enumerate() {
            *pixel = palette[usize::from(byte >> (place * BITS) & mask)];
        }
    }
}

fn read_planes(planes: &[u8], width: usize, pixels: &mut [Pixel]) -> Result<(), DecodeError> {
    let (greens, rest) = planes.split_at(pixels.len());
    let (reds, blues) = rest.split_at(pixels.len());
    let rows = greens.chunks_exact(width).zip(reds.chunks_exact(width)).zip(blues.chunks_exact(width));
    for (pixels, ((greens, reds), blues)) in pixels.chunks_exact_mut(width).zip(rows) {
        let (mut green, mut red, mut blue) = (0_u8, 0_u8, 0_u8);
        for (((pixel, d_green), d_red), d_blue) in pixels.iter_mut().zip(greens).zip(reds).zip(blues) {
            green = green.wrapping_add(*d_green);
            red = red.wrapping_add(*d_red);
            blue = blue.wrapping_add(*d_blue);
            *pixel = [red.wrapping_add(green), green, blue.wrapping_add(green), 255];
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grain_is_told_from_lettering() {
        let mut palette = Palette::new();
        let mut is_grainy = |colour: &dyn Fn(usize, usize) -> u8| {
            let pixel = |place: usize| {
                let value = colour(place % 64, place / 64);
                [value, value, value, 255]
            };
            let pixels: Vec<Pixel> = (0..64 * 64).map(pixel).collect();
            assert!(palette.fits(pixels.chunks_exact(64)));
            palette.is_grainy()
        };
        // Sixty shades that follow one another in no order.
        assert!(is_grainy(&|x, y| 30 + ((x * 37 + y * 101 + x * y) % 60) as u8));
        // Bands of shades from top to bottom, as on a button.
        assert!(!is_grainy(&|_, y| 30 + y as u8));
        // Twenty shades of stems and their edges, on a ground that shows between them.
        assert!(!is_grainy(&|x, y| if x % 5 < 3 { 255 } else { ((x * 7 + y * 13) % 20 * 12) as u8 }));
        // A dozen shades in no order: few enough to be written as they are.
        assert!(!is_grainy(&|x, y| ((x * 37 + y * 101 + x * y) % 12) as u8));
    }

    #[test]
    fn just_what_has_few_colours_fits() {
        let mut palette = Palette::new();
        arbtest::arbtest(|u| {
            let colours = *u.choose(&[1, 2, 60, 70, 250, COLOURS_MAX, COLOURS_MAX + 1, 300, 2_000])?;
            let (width, offset) = (u.int_in_range(1..=64)?, u.arbitrary::<u32>()?);
            // Each colour in turn, so far apart.
            let apart = u.int_in_range(1..=70_000)?;
            let colour = |place: usize| {
                let number = ((place % colours) as u32).wrapping_mul(apart).wrapping_add(offset);
                let [red, green, blue, _] = number.to_le_bytes();
                [red, green, blue, 255]
            };
            let pixels: Vec<Pixel> = (0..width * 64).map(colour).collect();
            let known: std::collections::BTreeSet<Pixel> = pixels.iter().copied().collect();
            assert_eq!(
                palette.fits(pixels.chunks_exact(width)),
                known.len() <= COLOURS_MAX,
                "{}",
                known.len()
            );
            Ok(())
        });
    }
}
