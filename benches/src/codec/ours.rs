//! Our own codec, and the compare that it is measured by.

use std::hint::black_box;
use std::time::Duration;

use image::RgbaImage;
use screen::{Decoder, Encoded, Encoder, Quality, Size, TILE_SIDE_PX, Wanted, psnr_db};
use wire::SimTime;

use super::{COMPARED_EACH, Codec, Figures, Footage, ms};
use crate::work::busy_time;

/// Virtual time between frames.
const FRAME: Duration = Duration::from_millis(33);

/// Our codec, with neither budget nor refinement.
#[derive(Clone, Copy, Debug)]
pub struct Ours {
    /// How good frames are.
    pub quality: Quality,
    /// Whether it is told where the picture has changed.
    pub has_hints: bool,
    /// The best of so many runs counts.
    pub runs: usize,
}

impl Codec for Ours {
    fn name(&self) -> String {
        "ours".to_owned()
    }

    fn is_lossless(&self) -> bool {
        self.quality == Quality::LOSSLESS
    }

    fn measure(&self, footage: &Footage) -> Result<Figures, String> {
        let mut best: Option<Figures> = None;
        for _ in 0..self.runs {
            let figures = self.once(footage);
            best = Some(best.map_or(figures, |best| best.better(figures)));
        }
        best.ok_or_else(|| "no runs".to_owned())
    }
}

impl Ours {
    fn once(self, footage: &Footage) -> Figures {
        let (width, height) = footage.frames[0].dimensions();
        let size = Size { width: width as u16, height: height as u16 };
        let mut encoder = Encoder::new(size);
        let (key_ms, key) = self.encode(&mut encoder, footage, 0..1);
        let (rest_ms, rest) = self.encode(&mut encoder, footage, 1..footage.frames.len());

        let mut decoder = Decoder::new(size);
        let mut decode = |encoded: &Option<Encoded>| {
            if let Some(frame) = encoded {
                decoder.decode(&frame.bytes).expect("our encoder wrote it");
            }
        };
        decode(&key[0]);
        let start = busy_time();
        rest.iter().for_each(&mut decode);
        let decode_ms = ms(busy_time() - start);
        let psnr_db = self.psnr_db(size, footage, key.iter().chain(&rest));

        let kb = |frames: &[Option<Encoded>]| {
            let bytes: usize = frames.iter().flatten().map(|frame| frame.bytes.len()).sum();
            bytes as f64 / 1_000.0
        };
        let number = rest.len() as f64;
        Figures {
            encode_ms: rest_ms / number,
            decode_ms: Some(decode_ms / number),
            frame_kb: kb(&rest) / number,
            key_ms,
            key_kb: kb(&key),
            psnr_db: Some(psnr_db),
        }
    }

    fn encode(
        self,
        encoder: &mut Encoder,
        footage: &Footage,
        frames: std::ops::Range<usize>,
    ) -> (f64, Vec<Option<Encoded>>) {
        let wanted = Wanted { quality: self.quality, budget_bytes: usize::MAX, refine_bytes: 0, focus: None };
        let whole = &footage.damage[0];
        let start = busy_time();
        let encoded = frames
            .map(|number| {
                encoder.damaged(if self.has_hints { &footage.damage[number] } else { whole });
                let now = SimTime::ZERO + FRAME * number as u32;
                encoder.encode(now, &footage.frames[number], &wanted)
            })
            .collect();
        (ms(busy_time() - start), encoded)
    }

    /// The least over a sample of frames; over all of them where nothing may be lost.
    fn psnr_db<'a>(
        self,
        size: Size,
        footage: &Footage,
        encoded: impl Iterator<Item = &'a Option<Encoded>>,
    ) -> f64 {
        let mut decoder = Decoder::new(size);
        let mut least = f64::INFINITY;
        for (number, (encoded, picture)) in encoded.zip(&footage.frames).enumerate() {
            if let Some(frame) = encoded {
                decoder.decode(&frame.bytes).expect("our encoder wrote it");
            }
            if self.is_lossless() {
                assert!(decoder.picture() == picture, "frame {number} is not the picture");
            } else if number.is_multiple_of(COMPARED_EACH) {
                least = least.min(psnr_db(decoder.picture(), picture));
            }
        }
        least
    }
}

/// `L`: milliseconds to find out, tile by tile, that two frames are the same. Both are read from memory: the frames are
/// many, and compared with their copies in turn.
pub fn tiled_compare_ms(frames: &[RgbaImage]) -> f64 {
    const RUNS: usize = 5;
    let copies: Vec<RgbaImage> = frames.to_vec();
    let once = || {
        let start = busy_time();
        for (frame, copy) in frames.iter().zip(&copies) {
            black_box(differing_tiles(black_box(frame), black_box(copy)));
        }
        ms(busy_time() - start) / frames.len() as f64
    };
    (0..RUNS).map(|_| once()).fold(f64::INFINITY, f64::min)
}

fn differing_tiles(a: &RgbaImage, b: &RgbaImage) -> usize {
    let side = TILE_SIDE_PX as usize;
    let row_bytes = a.width() as usize * 4;
    let strips = a.as_raw().chunks(row_bytes * side).zip(b.as_raw().chunks(row_bytes * side));
    let mut differing = vec![false; row_bytes.div_ceil(side * 4)];
    let mut count = 0;
    for (a, b) in strips {
        differing.fill(false);
        for (a, b) in a.chunks(row_bytes).zip(b.chunks(row_bytes)) {
            if a != b {
                for (differs, (a, b)) in differing.iter_mut().zip(a.chunks(side * 4).zip(b.chunks(side * 4)))
                {
                    *differs |= a != b;
                }
            }
        }
        count += differing.iter().filter(|differs| **differs).count();
    }
    count
}
