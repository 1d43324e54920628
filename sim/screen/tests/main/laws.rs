//! What holds whatever happens.

use std::time::Duration;

use arbitrary::Unstructured;
use image::{Rgba, RgbaImage};
use screen::{Chroma, Decoder, Encoder, Pictures, Point, Quality, Rect, Scale, SimTime, Size, Text, Wanted};

use crate::drawing::{Workload, fill, picture};

fn any_size(u: &mut Unstructured<'_>) -> arbitrary::Result<Size> {
    Ok(Size { width: u.int_in_range(1..=260)?, height: u.int_in_range(1..=200)? })
}

fn any_quality(u: &mut Unstructured<'_>) -> arbitrary::Result<Quality> {
    let pictures = if u.arbitrary()? {
        Pictures::Exact
    } else {
        let chroma = *u.choose(&[Chroma::Full, Chroma::Quarter])?;
        Pictures::Jpeg { q: u.int_in_range(0..=110)?, chroma, scale: *u.choose(&[Scale::Full, Scale::Half])? }
    };
    Ok(Quality { pictures, text: *u.choose(&[Text::Exact, Text::Exact, Text::EightBit])? })
}

fn any_wanted(u: &mut Unstructured<'_>) -> arbitrary::Result<Wanted> {
    let bytes = |u: &mut Unstructured<'_>| u.choose(&[0, 100, 1_000, 5_000, usize::MAX]).copied();
    let focus =
        if u.arbitrary()? { None } else { Some(Point { x: u.arbitrary()?, y: u.int_in_range(-9..=300)? }) };
    Ok(Wanted { quality: any_quality(u)?, budget_bytes: bytes(u)?, refine_bytes: bytes(u)?, focus })
}

/// Draws something, and says where.
fn draw(u: &mut Unstructured<'_>, screen: &mut RgbaImage, size: Size) -> arbitrary::Result<Vec<Rect>> {
    let whole = size.bounds();
    let side = |u: &mut Unstructured<'_>, limit: u32| u.int_in_range(0..=limit);
    let (x, y) = (side(u, whole.width)?, side(u, whole.height)?);
    let (width, height) = (side(u, whole.width - x)?, side(u, whole.height - y)?);
    let place = (x as i32, y as i32, width as i32, height as i32);
    match u.int_in_range(0..=4)? {
        0 => fill(screen, place, u.arbitrary()?),
        1 => picture(screen, place, u.int_in_range(0..=9)?),
        2 => {
            let (from_x, from_y) = (side(u, whole.width - width)?, side(u, whole.height - height)?);
            let part = image::imageops::crop_imm(screen, from_x, from_y, width, height).to_image();
            image::imageops::replace(screen, &part, x.into(), y.into());
        }
        3 => {
            *screen = u.choose(&Workload::ALL)?.frame(size, u.int_in_range(0..=4)?);
            return Ok(vec![whole]);
        }
        _ => {
            let (x, y) = (x.min(whole.width - 1), y.min(whole.height - 1));
            let [red, green, blue] = u.arbitrary()?;
            screen.put_pixel(x, y, Rgba([red, green, blue, 255]));
            return Ok(vec![Rect { x: x as i32, y: y as i32, width: 1, height: 1 }]);
        }
    }
    Ok(vec![Rect { x: x as i32, y: y as i32, width, height }])
}

#[test]
fn whatever_happens_it_ends_exact() {
    arbtest::arbtest(|u| {
        let size = any_size(u)?;
        let (mut encoder, mut decoder) = (Encoder::new(size), Decoder::new(size));
        let mut screen = RgbaImage::from_pixel(size.width.into(), size.height.into(), Rgba([0, 0, 0, 255]));
        let mut now = SimTime::ZERO;
        let mut wanted = any_wanted(u)?;
        for _ in 0..u.int_in_range(1..=8)? {
            let damage = draw(u, &mut screen, size)?;
            encoder.damaged(&damage);
            now += Duration::from_millis(u.int_in_range(0..=500)?);
            if u.arbitrary()? {
                wanted = any_wanted(u)?;
            }
            if let Some(frame) = encoder.encode(now, &screen, &wanted) {
                decoder.decode(&frame.bytes).expect("the encoder wrote it");
                assert_eq!(frame.exact, encoder.is_exact());
            }
            // What the encoder believes of its viewer is true.
            assert!(!encoder.is_exact() || decoder.picture() == &screen);
        }
        // It is still now, and there is some budget.
        let wanted = Wanted {
            budget_bytes: wanted.budget_bytes.max(500),
            refine_bytes: wanted.refine_bytes.max(500),
            ..wanted
        };
        let mut frames = 0;
        while let Some(due) = encoder.has_work(now) {
            now = due;
            if let Some(frame) = encoder.encode(now, &screen, &wanted) {
                decoder.decode(&frame.bytes).expect("the encoder wrote it");
            }
            frames += 1;
            assert!(frames < 2_000, "it does not end");
        }
        assert!(encoder.is_exact());
        assert!(decoder.picture() == &screen);
        Ok(())
    });
}

#[test]
fn hints_that_cover_the_change_are_as_good_as_looking_everywhere() {
    arbtest::arbtest(|u| {
        let size = any_size(u)?;
        let mut screen = RgbaImage::from_pixel(size.width.into(), size.height.into(), Rgba([0, 0, 0, 255]));
        let (mut hinted, mut looking) = (Encoder::new(size), Encoder::new(size));
        for number in 0..u.int_in_range(1..=6)? {
            let damage = draw(u, &mut screen, size)?;
            let wanted = any_wanted(u)?;
            let now = SimTime::from_millis(number * 100);
            hinted.damaged(&damage);
            looking.damaged(&[size.bounds()]);
            let frames = [&mut hinted, &mut looking].map(|encoder| encoder.encode(now, &screen, &wanted));
            let [hinted, looking] = frames.map(|frame| frame.map(|frame| (frame.bytes, frame.exact)));
            assert!(hinted == looking, "frame {number}");
        }
        Ok(())
    });
}

#[test]
fn a_frame_says_whether_anything_in_it_is_new() {
    let size = Size { width: 320, height: 200 };
    let wanted = Wanted { quality: Quality::LOWEST, budget_bytes: 100_000, refine_bytes: 2_000, focus: None };
    let mut screen = RgbaImage::from_pixel(320, 200, Rgba([0, 0, 0, 255]));
    picture(&mut screen, (0, 0, 320, 200), 1);
    let mut encoder = Encoder::new(size);
    let mut said = String::new();
    for tenth in 0..8 {
        if tenth == 6 {
            fill(&mut screen, (10, 10, 20, 20), [255, 0, 0]);
            encoder.damaged(&[Rect { x: 10, y: 10, width: 20, height: 20 }]);
        }
        let frame = encoder.encode(SimTime::from_millis(tenth * 100), &screen, &wanted);
        said.push_str(match frame {
            None => "nothing, ",
            Some(frame) if frame.only_refines => "refined, ",
            Some(_) => "new, ",
        });
    }
    assert_eq!(said, "new, nothing, nothing, refined, refined, refined, new, refined, ");
}

/// A write counts as several pixels, and the smallest screens have fewer.
#[test]
fn a_screen_of_few_pixels_is_a_screen() {
    for (width, height) in [(1, 1), (1, 2), (2, 1), (3, 5)] {
        let size = Size { width, height };
        let (mut encoder, mut decoder) = (Encoder::new(size), Decoder::new(size));
        for number in 1..4 {
            let screen = RgbaImage::from_pixel(width.into(), height.into(), Rgba([number, 0, 0, 255]));
            encoder.damaged(&[size.bounds()]);
            let now = SimTime::from_millis(u64::from(number) * 100);
            let frame = encoder.encode(
                now,
                &screen,
                &Wanted {
                    quality: Quality::LOSSLESS,
                    budget_bytes: usize::MAX,
                    refine_bytes: 0,
                    focus: None,
                },
            );
            decoder.decode(&frame.expect("it has changed").bytes).expect("the encoder wrote it");
            assert!(decoder.picture() == &screen, "{size:?}");
        }
    }
}

#[test]
fn a_small_budget_is_held() {
    let size = Size { width: 640, height: 400 };
    let screen = Workload::Switch.frame(size, 2);
    for budget_bytes in [2_000, 8_000, 20_000] {
        for quality in [Quality::LOSSLESS, Quality::BALANCED, Quality::LOWEST] {
            let wanted = Wanted { quality, budget_bytes, refine_bytes: budget_bytes / 4, focus: None };
            let (mut encoder, mut frames) = (Encoder::new(size), 0);
            let mut now = SimTime::ZERO;
            while let Some(due) = encoder.has_work(now) {
                now = due;
                let Some(frame) = encoder.encode(now, &screen, &wanted) else { continue };
                frames += 1;
                // The last tile, or JPEG, may go over it.
                assert!(
                    frame.bytes.len() <= budget_bytes * 3 / 2 + 6_000,
                    "{budget_bytes}: {}",
                    frame.bytes.len()
                );
            }
            assert!(encoder.is_exact() && frames > 3, "{frames} frames");
        }
    }
}
