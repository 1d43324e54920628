//! Noise that looks like something that was photographed.

use std::sync::LazyLock;

/// The side of the texture, which repeats after so many pixels; a power of two.
const SIDE: i32 = 512;

/// Clouds: smooth noise with fine detail, from 0 to 255, for any place.
pub(crate) fn texture(x: i32, y: i32) -> i32 {
    let (x, y) = (x & (SIDE - 1), y & (SIDE - 1));
    i32::from(TEXTURE[(y * SIDE + x) as usize])
}

/// The grain of a film: from 0 to 255, without any pattern, another one for each frame.
pub(crate) fn grain(x: i32, y: i32, frame: u32) -> i32 {
    (hash(x, y, frame) >> 24) as i32
}

/// A triangle wave: from 0 up to `height` and back, every `period` steps.
pub(crate) fn ripple(x: i32, period: i32, height: i32) -> i32 {
    let phase = x.rem_euclid(period);
    let up = phase.min(period - phase);
    up * height * 2 / period
}

static TEXTURE: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    let at = |place: i32| {
        let (x, y) = (place % SIDE, place / SIDE);
        let octaves = [(7, 8), (5, 4), (3, 2), (1, 1)];
        let sum: i32 = octaves.iter().map(|(shift, weight)| value_noise(x, y, *shift) * weight).sum();
        (sum / 15) as u8
    };
    (0..SIDE * SIDE).map(at).collect()
});

/// Random values on a grid of `1 << shift` pixels, smoothly joined; repeats with the texture.
fn value_noise(x: i32, y: i32, shift: i32) -> i32 {
    let side = 1 << shift;
    let cells = SIDE / side;
    let value =
        |column: i32, row: i32| (hash(column % cells, row % cells, 7 + shift.cast_unsigned()) & 255) as i32;
    let smooth = |along: i32| {
        let t = along * 256 / side;
        (t * t * (768 - 2 * t)) >> 16
    };
    let (column, row) = (x >> shift, y >> shift);
    let (across, down) = (smooth(x & (side - 1)), smooth(y & (side - 1)));
    let upper = value(column, row) * (256 - across) + value(column + 1, row) * across;
    let lower = value(column, row + 1) * (256 - across) + value(column + 1, row + 1) * across;
    (upper * (256 - down) + lower * down) >> 16
}

fn hash(x: i32, y: i32, salt: u32) -> u32 {
    let mut h = x.cast_unsigned().wrapping_mul(0x9E37_79B1);
    h ^= y.cast_unsigned().wrapping_mul(0x85EB_CA77) ^ salt.wrapping_mul(0xC2B2_AE3D);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2C1B_3C6D);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297A_2D39);
    h ^ (h >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texture_repeats_without_a_seam_and_uses_its_range() {
        let step = |x: i32, y: i32| (texture(x, y) - texture(x - 1, y)).abs();
        let seam = (0..SIDE).map(|y| step(0, y)).max();
        let elsewhere = (0..SIDE).flat_map(|y| (1..SIDE).map(move |x| (x, y))).map(|(x, y)| step(x, y)).max();
        assert!(seam <= elsewhere, "{seam:?} at the seam, {elsewhere:?} elsewhere");
        let values = || (0..SIDE).map(|x| texture(x, x * 7));
        assert!(values().min() < Some(80) && values().max() > Some(170));
        assert_eq!(texture(-1, -1), texture(SIDE - 1, SIDE - 1));
    }

    #[test]
    fn a_ripple_goes_up_and_down() {
        assert_eq!([0, 5, 10, 15, 20].map(|x| ripple(x, 20, 100)), [0, 50, 100, 50, 0]);
    }
}
