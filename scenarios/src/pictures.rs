//! Pictures of shared screens, as evidence: what the machine showed, and what the console made of it.

use base64::Engine as _;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageEncoder as _, RgbImage, RgbaImage};
use recording::EntryKind;
use wire::tool::DisplayId;

use crate::estate::Estate;

/// The longest side of a picture in a recording, in pixels: a person can read it, and a page of many stays small.
const SIDE_PX_MAX: u32 = 960;

/// How finely colours are kept in a recording: a wallpaper's grain would weigh more than all that one wants to see.
const COLOUR_STEP: u32 = 16;

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

    /// Keeps both pictures of every screen that is still shared: the end of a scenario.
    pub(crate) fn keep_all_pictures(&mut self) {
        let mut shared: Vec<(String, String)> = Vec::new();
        for rep in self.cast.reps.keys() {
            let Ok(console) = self.eyes().console_program(rep) else { continue };
            let with_picture =
                console.view().pages.iter().filter(|page| console.picture(page.session).is_some());
            shared.extend(with_picture.map(|page| (rep.clone(), page.customer.clone())));
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
    // Whole pixels are averaged, by integers: the same on every machine.
    let by = width.max(height).div_ceil(SIDE_PX_MAX).max(1);
    RgbImage::from_fn(width / by, height / by, |x, y| {
        let mut sums = [0u32; 3];
        for (dx, dy) in (0..by).flat_map(|dx| (0..by).map(move |dy| (dx, dy))) {
            let pixel = picture.get_pixel(x * by + dx, y * by + dy);
            for (sum, channel) in sums.iter_mut().zip(pixel.0) {
                *sum += u32::from(channel);
            }
        }
        let [red, green, blue] = sums.map(|sum| coarse(sum / (by * by)));
        image::Rgb([red, green, blue])
    })
}

/// A channel of a colour in steps, black and white as they are.
fn coarse(value: u32) -> u8 {
    (((value + COLOUR_STEP / 2) / COLOUR_STEP) * COLOUR_STEP).min(255) as u8
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive);
    encoder
        .write_image(picture, picture.width(), picture.height(), image::ExtendedColorType::Rgb8)
        .expect("writing to memory cannot fail");
    png
}
