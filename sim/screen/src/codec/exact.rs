//! Pixels to the bit: few colours as a palette and indices, many as planes of differences.

use super::body::{Body, DecodeError, Reader, index_bits};
use super::raster::Pixel;

/// More colours than this are a picture.
pub(super) const COLOURS_MAX: usize = 256;

/// Finds out which colours a tile has.
pub(super) struct Palette {
    /// By the colour's hash: whose turn it was, the colour, its place.
    table: Vec<(u32, u32, u8)>,
    turn: u32,
    colours: Vec<Pixel>,
    indices: Vec<u8>,
}

const TABLE: usize = 1_024;

impl Palette {
    pub(super) fn new() -> Self {
        let (table, colours, indices) = (vec![(0, 0, 0); TABLE], Vec::new(), Vec::new());
        Self { table, turn: 0, colours, indices }
    }

    /// Whether the pixels have at most [`COLOURS_MAX`] colours. If so, they can be written.
    pub(super) fn fits(&mut self, pixels: &[Pixel]) -> bool {
        if self.turn == u32::MAX {
            self.table.fill((0, 0, 0));
            self.turn = 0;
        }
        self.turn += 1;
        self.colours.clear();
        self.indices.clear();
        self.indices.resize(pixels.len(), 0);
        let (mut last, mut place) = (None, 0);
        for (pixel, index) in pixels.iter().zip(&mut self.indices) {
            let colour = u32::from_le_bytes(*pixel);
            if last != Some(colour) {
                let mut slot = (colour.wrapping_mul(0x9e37_79b1) >> 22) as usize;
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
            }
            *index = place;
        }
        true
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

fn packed<const BITS: usize>(indices: &[u8]) -> u8 {
    indices.iter().enumerate().fold(0, |byte, (place, index)| byte | index << (place * BITS))
}

/// Writes pixels of many colours, so many in a row.
pub(super) fn write_planes(pixels: &[Pixel], width: usize, body: &mut Body) {
    body.number(0);
    let start = body.planes.len();
    body.planes.resize(start + pixels.len() * 3, 0);
    let (greens, rest) = body.planes[start..].split_at_mut(pixels.len());
    let (reds, blues) = rest.split_at_mut(pixels.len());
    for (row, pixels) in pixels.chunks_exact(width).enumerate() {
        let row = row * width..(row + 1) * width;
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
