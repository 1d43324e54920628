//! What people do at screens, frame by frame.

use screen::{Decoder, Encoder, Quality, REFINE_AFTER, SimTime, Size, Wanted, psnr_db};
use twox_hash::XxHash3_128;

use crate::drawing::Workload;

const SMALL: Size = Size { width: 330, height: 250 };
const FULL: Size = Size { width: 1920, height: 1080 };
const FRAME_MS: u64 = 33;

pub(crate) const UNLIMITED: Wanted =
    Wanted { quality: Quality::LOSSLESS, budget_bytes: usize::MAX, refine_bytes: usize::MAX, focus: None };

fn at(number: u32) -> SimTime {
    SimTime::from_millis(u64::from(number) * FRAME_MS)
}

#[test]
fn without_loss_each_frame_is_the_picture() {
    for (size, frames) in [(SMALL, 9), (FULL, 4)] {
        for workload in Workload::ALL {
            let (mut encoder, mut decoder) = (Encoder::new(size), Decoder::new(size));
            for number in 0..frames {
                let picture = workload.frame(size, number);
                encoder.damaged(&[size.bounds()]);
                let frame = encoder.encode(at(number), &picture, &UNLIMITED);
                if let Some(frame) = frame {
                    assert!(frame.exact);
                    decoder.decode(&frame.bytes).expect("the encoder wrote it");
                }
                assert!(decoder.picture() == &picture, "{workload:?} {size:?}, frame {number}");
                assert!(encoder.is_exact());
                assert_eq!(encoder.has_work(at(number)), None);
            }
        }
    }
}

/// Bytes of the frames, the first one apart: a table that a person can argue with.
#[test]
fn what_frames_weigh() {
    let mut lines = Vec::new();
    for workload in Workload::ALL {
        for (name, quality) in [("lossless", Quality::LOSSLESS), ("balanced", Quality::BALANCED)] {
            let wanted = Wanted { quality, refine_bytes: 0, ..UNLIMITED };
            let (mut encoder, mut hash) = (Encoder::new(SMALL), 0);
            let bytes: Vec<usize> = (0..8)
                .map(|number| {
                    encoder.damaged(&[SMALL.bounds()]);
                    let frame = encoder.encode(at(number), &workload.frame(SMALL, number), &wanted);
                    let bytes = frame.map(|frame| frame.bytes).unwrap_or_default();
                    hash = XxHash3_128::oneshot_with_seed(hash as u64, &bytes);
                    bytes.len()
                })
                .collect();
            lines.push(format!(
                "{:<8} {name}  {bytes:?}  {hash:032x}",
                format!("{workload:?}").to_lowercase()
            ));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn balanced_keeps_text_and_what_is_still_becomes_exact() {
    let wanted = Wanted { quality: Quality::BALANCED, refine_bytes: 3_000, ..UNLIMITED };
    for workload in Workload::ALL {
        let (mut encoder, mut decoder) = (Encoder::new(SMALL), Decoder::new(SMALL));
        let show = |encoder: &mut Encoder, decoder: &mut Decoder, at: SimTime, picture: &_| {
            if let Some(frame) = encoder.encode(at, picture, &wanted) {
                decoder.decode(&frame.bytes).expect("the encoder wrote it");
            }
        };
        let mut picture = workload.frame(SMALL, 0);
        for number in 0..12 {
            picture = workload.frame(SMALL, number);
            encoder.damaged(&[SMALL.bounds()]);
            show(&mut encoder, &mut decoder, at(number), &picture);
            let apart = psnr_db(decoder.picture(), &picture);
            assert!(apart >= 38.0, "{workload:?}, frame {number}: {apart} dB");
            for (x, y) in few_coloured_tiles(&picture) {
                let tile = |of: &image::RgbaImage| image::imageops::crop_imm(of, x, y, 64, 64).to_image();
                assert!(
                    tile(decoder.picture()) == tile(&picture),
                    "{workload:?}, {number}: tile at {x}, {y}"
                );
            }
        }
        let (mut now, still_since) = (at(12), at(11));
        while let Some(due) = encoder.has_work(now) {
            now = due.max(now + std::time::Duration::from_millis(FRAME_MS));
            show(&mut encoder, &mut decoder, now, &picture);
            assert!(
                now <= still_since + REFINE_AFTER + std::time::Duration::from_millis(2_000),
                "{workload:?}"
            );
        }
        assert!(encoder.is_exact() && decoder.picture() == &picture, "{workload:?}");
    }
}

/// Tiles that are text, as anybody would see.
fn few_coloured_tiles(picture: &image::RgbaImage) -> Vec<(u32, u32)> {
    let places =
        (0..picture.height() / 64).flat_map(|y| (0..picture.width() / 64).map(move |x| (x * 64, y * 64)));
    let is_text = |(x, y): &(u32, u32)| {
        let tile = image::imageops::crop_imm(picture, *x, *y, 64, 64).to_image();
        let colours: std::collections::BTreeSet<[u8; 4]> = tile.pixels().map(|pixel| pixel.0).collect();
        colours.len() <= 256
    };
    places.filter(is_text).collect()
}
