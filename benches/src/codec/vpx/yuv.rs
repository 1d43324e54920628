//! Pictures as video codecs take them: BT.601 in studio range, chroma of half the size, planes one after the other (I420).

use image::{Rgba, RgbaImage};

/// Shifted by this, coefficients are whole numbers.
const SHIFT: i32 = 16;

/// Bytes of a picture of this size, whose sides are even.
pub(super) fn i420_bytes((width, height): (u32, u32)) -> usize {
    (width * height + width / 2 * (height / 2) * 2) as usize
}

/// A picture's three planes. Chroma is of the mean of two by two pixels.
pub(super) fn i420(picture: &RgbaImage) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    let mut planes = Vec::with_capacity(i420_bytes((width, height)));
    planes.extend(picture.pixels().map(|Rgba([red, green, blue, _])| {
        sum([(16_829, *red), (33_039, *green), (6_416, *blue)].map(|(by, of)| by * i32::from(of)), 16)
    }));
    let blocks = || (0..height / 2).flat_map(|row| (0..width / 2).map(move |column| (column * 2, row * 2)));
    let means: Vec<[i32; 3]> = blocks()
        .map(|(x, y)| {
            let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| picture.get_pixel(x + dx, y + dy).0);
            [0, 1, 2].map(|channel| (four.iter().map(|pixel| i32::from(pixel[channel])).sum::<i32>() + 2) / 4)
        })
        .collect();
    planes.extend(
        means.iter().map(|[red, green, blue]| sum([-9_714 * red, -19_070 * green, 28_784 * blue], 128)),
    );
    planes.extend(
        means.iter().map(|[red, green, blue]| sum([28_784 * red, -24_103 * green, -4_681 * blue], 128)),
    );
    planes
}

/// The picture of three planes. Four pixels have the chroma of one.
pub(super) fn rgba(planes: &[u8], (width, height): (u32, u32)) -> RgbaImage {
    let (luma, chroma) = planes.split_at((width * height) as usize);
    let (blues, reds) = chroma.split_at(chroma.len() / 2);
    RgbaImage::from_fn(width, height, |x, y| {
        let of = (y / 2 * (width / 2) + x / 2) as usize;
        let light = 76_309 * (i32::from(luma[(y * width + x) as usize]) - 16);
        let (blue, red) = (i32::from(blues[of]) - 128, i32::from(reds[of]) - 128);
        let colour = [104_597 * red, -25_675 * blue - 53_279 * red, 132_201 * blue];
        let [red, green, blue] = colour.map(|colour| sum([light, colour, 0], 0));
        Rgba([red, green, blue, 255])
    })
}

fn sum(of: [i32; 3], offset: i32) -> u8 {
    let half = 1 << (SHIFT - 1);
    (((of.iter().sum::<i32>() + half) >> SHIFT) + offset).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_back_nearly_as_they_were() {
        let colours = [[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [90, 140, 30]];
        for [red, green, blue] in colours {
            let picture = RgbaImage::from_pixel(4, 2, Rgba([red, green, blue, 255]));
            let planes = i420(&picture);
            assert_eq!(planes.len(), i420_bytes((4, 2)));
            for (before, after) in picture.as_raw().iter().zip(rgba(&planes, (4, 2)).as_raw()) {
                assert!(before.abs_diff(*after) <= 2, "{before} became {after} in {red}, {green}, {blue}");
            }
        }
    }
}
