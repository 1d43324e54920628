//! Pictures of shared screens, as evidence: what the machine showed, and what the console made of it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use base64::Engine as _;
use image::{RgbImage, RgbaImage};
use recording::EntryKind;
use wire::tool::DisplayId;

use crate::estate::Estate;

/// The longest side of a picture in a recording, in pixels: a person can read it, and a page of many stays small.
const SIDE_PX_MAX: u32 = 960;

/// How finely colours are kept in a recording: a wallpaper's grain would weigh more than all that one wants to see.
const COLOUR_STEP: u32 = 16;

/// How many colours a picture in a recording has at most: what a palette holds. With one, screens weigh half as much.
const COLOURS_MAX: usize = 256;

impl Estate {
    /// Keeps what a customer's machine shows, and what a representative's console shows of it.
    pub(crate) fn keep_pictures(&mut self, rep: &str, customer: &str) {
        let eyes = self.eyes();
        let (Ok(page), Ok(device)) = (eyes.page(rep, customer), eyes.device(customer)) else { return };
        let display = page.tools.screen.showing.unwrap_or(DisplayId(0));
        let screen = device.picture(eyes.now(), display);
        let shown = eyes.remote_picture(rep, customer).ok().cloned();
        let machine = screen.map(|screen| (format!("{customer}'s screen"), screen));
        let console = shown.map(|shown| (format!("{customer}'s screen on {rep}'s console"), shown));
        for (of, picture) in machine.into_iter().chain(console) {
            self.keep_picture(of, &picture);
        }
    }

    /// Keeps both pictures of every screen that is still shared: the end of a scenario. Where it was about screens and
    /// nobody was seen to look at one, it keeps what the machines show.
    pub(crate) fn keep_all_pictures(&mut self) {
        let unseen = self.is_about_screens && self.last_pictures.is_empty();
        let mut shared: Vec<(String, String)> = Vec::new();
        for rep in self.cast.reps.keys() {
            let Ok(console) = self.eyes().console_program(rep) else { continue };
            let pages = console.view().pages.iter();
            let to_keep = pages.filter(|page| unseen || console.picture(page.session).is_some());
            shared.extend(to_keep.map(|page| (rep.clone(), page.customer.clone())));
        }
        for (rep, customer) in shared {
            self.keep_pictures(&rep, &customer);
        }
    }

    fn keep_picture(&mut self, of: String, picture: &RgbaImage) {
        let (width, height) = picture.dimensions();
        let small = shrunk(picture);
        let png = base64::engine::general_purpose::STANDARD.encode(png(&small));
        if self.last_pictures.insert(of.clone(), png.clone()).as_ref() != Some(&png) {
            self.world.record(EntryKind::Picture { of, width, height, png });
        }
    }
}

/// A picture that is no longer than [`SIDE_PX_MAX`] on either side.
fn shrunk(picture: &RgbaImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let by = width.max(height).div_ceil(SIDE_PX_MAX).max(1);
    // Whole pixels are averaged, by integers: the same on every machine.
    let (columns, rows, side) = ((width / by) as usize, (height / by) as usize, by as usize);
    let mut small = Vec::with_capacity(columns * rows * 3);
    let mut sums = vec![[0_u32; 3]; columns];
    for band in picture.as_raw().chunks_exact(width as usize * 4 * side).take(rows) {
        sums.fill([0; 3]);
        for row in band.chunks_exact(width as usize * 4) {
            for (sums, pixels) in sums.iter_mut().zip(row.chunks_exact(4 * side)) {
                for pixel in pixels.chunks_exact(4) {
                    for (sum, channel) in sums.iter_mut().zip(pixel) {
                        *sum += u32::from(*channel);
                    }
                }
            }
        }
        small.extend(sums.iter().flat_map(|sums| sums.map(|sum| coarse(sum / (by * by)))));
    }
    RgbImage::from_raw(width / by, height / by, small).expect("so many pixels were averaged")
}

/// A channel of a colour in steps, black and white as they are.
fn coarse(value: u32) -> u8 {
    (((value + COLOUR_STEP / 2) / COLOUR_STEP) * COLOUR_STEP).min(255) as u8
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let (palette, places) = indexed(picture);
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    encoder.set_compression(png::Compression::High);
    // Filters foresee a colour by its neighbours'; places in a palette are no such numbers.
    encoder.set_filter(png::Filter::NoFilter);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&places)?;
        writer.finish()
    });
    written.expect("writing to memory cannot fail");
    png
}

/// A palette of the colours that cover most of a picture, and of each pixel the place of the colour next to its own.
fn indexed(picture: &RgbImage) -> (Vec<u8>, Vec<u8>) {
    let mut counts: BTreeMap<[u8; 3], u32> = BTreeMap::new();
    for pixel in picture.pixels() {
        *counts.entry(pixel.0).or_default() += 1;
    }
    let mut colours: Vec<([u8; 3], u32)> = counts.into_iter().collect();
    // Equals stay in the order of their channels.
    colours.sort_by_key(|(_, count)| Reverse(*count));
    let palette: Vec<[u8; 3]> = colours.iter().take(COLOURS_MAX).map(|(colour, _)| *colour).collect();
    let places: BTreeMap<[u8; 3], u8> =
        colours.iter().map(|(colour, _)| (*colour, nearest(&palette, *colour))).collect();
    let indexed = picture.pixels().map(|pixel| places[&pixel.0]).collect();
    (palette.concat(), indexed)
}

fn nearest(palette: &[[u8; 3]], colour: [u8; 3]) -> u8 {
    let apart = |(_, kept): &(u8, &[u8; 3])| {
        kept.iter().zip(colour).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum::<u32>()
    };
    (0..=u8::MAX).zip(palette).min_by_key(apart).map_or(0, |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(picture: &RgbImage) -> RgbImage {
        image::load_from_memory(&png(picture)).expect("it is a PNG").into_rgb8()
    }

    #[test]
    fn up_to_256_colours_are_kept_and_of_more_the_rarest_give_way_to_the_next() {
        let few = RgbImage::from_fn(32, 8, |x, y| image::Rgb([(x * 8) as u8, (y * 32) as u8, 7]));
        assert!(decoded(&few) == few);
        // One more, of which there is one pixel only; of the others there are three.
        let mut many = RgbImage::from_fn(32, 24, |x, y| image::Rgb([(x * 8) as u8, (y / 3 * 32) as u8, 7]));
        many.put_pixel(5, 5, image::Rgb([0, 0, 8]));
        let shown = decoded(&many);
        many.put_pixel(5, 5, image::Rgb([0, 0, 7]));
        assert!(shown == many);
    }
}
