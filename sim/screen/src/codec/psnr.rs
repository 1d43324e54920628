//! How far two pictures are apart.

use image::RgbaImage;

/// The peak signal-to-noise ratio of two pictures over red, green and blue, in decibels; infinite where they are the
/// same.
///
/// # Panics
/// If they are not of the same size.
pub fn psnr_db(a: &RgbaImage, b: &RgbaImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions(), "pictures of two sizes");
    let square = |(a, b): (&u8, &u8)| u64::from(a.abs_diff(*b)).pow(2);
    let row_bytes = (a.width() as usize * 4).max(1);
    let rows = a.as_raw().chunks(row_bytes).zip(b.as_raw().chunks(row_bytes));
    // Most rows of most pictures are the same. Alpha is the same everywhere and adds nothing.
    let differing = rows.filter(|(a, b)| a != b);
    let sum: u64 = differing.map(|(a, b)| a.iter().zip(b).map(square).sum::<u64>()).sum();
    let samples = u64::from(a.width()) * u64::from(a.height()) * 3;
    10.0 * libm::log10(255.0 * 255.0 * samples as f64 / sum as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_one_everywhere_is_48_decibels() {
        let picture = |value: u8| RgbaImage::from_pixel(8, 8, image::Rgba([value, value, value, 255]));
        assert!((psnr_db(&picture(7), &picture(8)) - 48.130_8).abs() < 0.001);
        assert_eq!(psnr_db(&picture(7), &picture(7)), f64::INFINITY);
    }
}
