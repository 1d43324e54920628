//! What holds for scans, whatever they show.

use arbitrary::Unstructured;
use twox_hash::XxHash3_128;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::*;
use crate::codec::body::DecodeError;

fn picture_of(width: usize, height: usize, of: impl Fn(usize, usize) -> [u8; 3]) -> Vec<Pixel> {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    places.map(|(x, y)| of(x, y)).map(|[red, green, blue]| [red, green, blue, 255]).collect()
}

/// Slopes and waves, as a photograph has them, with some grain.
fn photograph(width: usize, height: usize) -> Vec<Pixel> {
    picture_of(width, height, |x, y| {
        let grain = (x * 7 + y * 13 + x * y) % 5;
        let wave = |of: usize, length: usize| (of % (2 * length)).abs_diff(length) * 100 / length;
        [40 + wave(x + y / 2, 45) + grain, 60 + wave(y * 2 + x, 70) + grain, 30 + wave(x, 90) + wave(y, 50)]
            .map(|value| value as u8)
    })
}

/// Anything from noise to flat, in any colours.
fn any_pixels(u: &mut Unstructured<'_>, number: usize) -> arbitrary::Result<Vec<Pixel>> {
    let few: Vec<[u8; 3]> = (0..u.int_in_range(1..=9)?).map(|_| u.arbitrary()).collect::<Result<_, _>>()?;
    let (mut state, is_noise) = (u.arbitrary::<u32>()? | 1, u.arbitrary()?);
    let pixel = |_| {
        // Marsaglia's xorshift: `u` has not so many bytes.
        for shift in [13, -17, 5_i32] {
            state ^= if shift > 0 { state << shift } else { state >> -shift };
        }
        let [red, green, blue, which] = state.to_le_bytes();
        let [red, green, blue] =
            if is_noise { [red, green, blue] } else { few[usize::from(which) % few.len()] };
        [red, green, blue, 255]
    };
    Ok((0..number).map(pixel).collect())
}

fn any_kind(u: &mut Unstructured<'_>) -> arbitrary::Result<Kind> {
    Ok(Kind::new(u.int_in_range(0..=101)?, *u.choose(&CHROMAS)?))
}

fn scan(pixels: &[Pixel], width: usize, kind: Kind) -> Vec<u8> {
    ScanWriter::default().write(pixels, width, kind).to_vec()
}

fn shown(pixels: &[Pixel], width: usize, kind: Kind) -> Vec<Pixel> {
    let size = (width, pixels.len() / width);
    ScanReader::default().read(&scan(pixels, width, kind), size, kind).expect("the writer wrote it").to_vec()
}

/// The mean of the squares by which pixels differ, over red, green and blue.
fn apart(a: &[Pixel], b: &[Pixel]) -> f64 {
    assert_eq!(a.len(), b.len());
    let square = |(a, b): (&u8, &u8)| u64::from(a.abs_diff(*b)).pow(2);
    let sum: u64 = a.as_flattened().iter().zip(b.as_flattened()).map(square).sum();
    sum as f64 / (a.len() * 3) as f64
}

fn db(a: &[Pixel], b: &[Pixel]) -> f64 {
    10.0 * libm::log10(255.0 * 255.0 / apart(a, b))
}

const CHROMAS: [Chroma; 2] = [Chroma::Full, Chroma::Quarter];

#[test]
fn what_scans_weigh() {
    let hash = |bytes: &[u8]| XxHash3_128::oneshot(bytes) as u64;
    let (width, pixels) = (203, photograph(203, 130));
    let mut lines = vec!["chroma     q  bytes     dB  scan              pixels".to_owned()];
    for chroma in CHROMAS {
        for q in [1, 10, 25, 40, 60, 75, 85, 95, 100] {
            let kind = Kind::new(q, chroma);
            let (scan, shown) = (scan(&pixels, width, kind), shown(&pixels, width, kind));
            lines.push(format!(
                "{:<7} {q:>4} {:>6} {:>6.2}  {:016x}  {:016x}",
                format!("{chroma:?}"),
                scan.len(),
                db(&shown, &pixels),
                hash(&scan),
                hash(shown.as_flattened())
            ));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn pictures_of_all_sizes_are_shown() {
    let (mut writer, mut reader) = (ScanWriter::default(), ScanReader::default());
    for chroma in CHROMAS {
        for width in 1..=70 {
            for height in 1..=70 {
                let (pixels, kind) = (photograph(width, height), Kind::new(75, chroma));
                let scan = writer.write(&pixels, width, kind);
                let shown = reader.read(scan, (width, height), kind).expect("the writer wrote it");
                let db = db(shown, &pixels);
                assert!(db >= 36.0, "{chroma:?} {width} by {height}: {db} dB");
            }
        }
    }
}

/// No coefficient is farther away than half a step, so the mean square is known at the worst.
#[test]
fn no_picture_is_worse_than_its_quality() {
    arbtest::arbtest(|u| {
        let kind = Kind { chroma: Chroma::Full, ..any_kind(u)? };
        let (width, height) = (u.int_in_range(1..=10)? * BLOCK_SIDE, u.int_in_range(1..=5)? * BLOCK_SIDE);
        let pixels = any_pixels(u, width * height)?;
        let shown = shown(&pixels, width, kind);
        let half_step = |part| {
            let square =
                |place: usize| f64::from(quantise::step(part, kind.q, (place / 8, place % 8))).powi(2) / 4.0;
            (0..64).map(square).sum::<f64>() / 64.0
        };
        let [light, colours] = [Part::Brightness, Part::Colours].map(|part| half_step(part).sqrt());
        // Green has less of the colours than red and blue; the last is for what is lost by rounding.
        let worst = light + 1.78 * colours + 1.0;
        let apart = apart(&shown, &pixels).sqrt();
        assert!(apart <= worst, "{kind:?}: {apart} apart, expected {worst} at the most");
        Ok(())
    });
}

#[test]
fn grey_stays_grey() {
    for chroma in CHROMAS {
        let grey: Vec<Pixel> =
            photograph(80, 40).iter().map(|[red, _, _, alpha]| [*red, *red, *red, *alpha]).collect();
        for [red, green, blue, _] in shown(&grey, 80, Kind::new(50, chroma)) {
            assert!(red == green && green == blue, "{red} {green} {blue}");
        }
    }
}

/// A picture goes on as it ends.
#[test]
fn edges_are_drawn_out() {
    arbtest::arbtest(|u| {
        let kind = any_kind(u)?;
        let (width, height): (usize, usize) = (u.int_in_range(1..=150)?, u.int_in_range(1..=40)?);
        let pixels = any_pixels(u, width * height)?;
        let side = kind.chroma.unit_px();
        let (columns, rows) = (width.next_multiple_of(side), height.next_multiple_of(side));
        let places = (0..rows).flat_map(|y| (0..columns).map(move |x| (x.min(width - 1), y.min(height - 1))));
        let drawn_out: Vec<Pixel> = places.map(|(x, y)| pixels[y * width + x]).collect();
        assert_eq!(scan(&pixels, width, kind), scan(&drawn_out, columns, kind));
        Ok(())
    });
}

#[test]
fn a_scan_that_ends_too_soon_or_goes_on_is_an_error() {
    for chroma in CHROMAS {
        let (kind, size) = (Kind::new(75, chroma), (90, 50));
        let mut scan = scan(&photograph(size.0, size.1), size.0, kind);
        let mut reader = ScanReader::default();
        for length in 0..scan.len() {
            assert_eq!(
                reader.read(&scan[..length], size, kind),
                Err(DecodeError::Jpeg),
                "cut after {length}"
            );
        }
        assert!(reader.read(&scan, size, kind).is_ok());
        scan.push(u8::MAX);
        assert_eq!(reader.read(&scan, size, kind), Err(DecodeError::Jpeg));
    }
}

#[test]
fn no_scan_makes_it_panic() {
    let mut reader = ScanReader::default();
    let mut were_shown = 0;
    arbtest::arbtest(|u| {
        let kind = any_kind(u)?;
        let size = (u.int_in_range(1..=150)?, u.int_in_range(1..=40)?);
        let mut bytes = u.arbitrary::<Vec<u8>>()?;
        if u.ratio(7, 8)? {
            bytes = scan(&any_pixels(u, size.0 * size.1)?, size.0, kind);
            for _ in 0..u.int_in_range(0..=4)? {
                let last = bytes.len() - 1;
                bytes[u.int_in_range(0..=last)?] = u.arbitrary()?;
            }
        }
        if let Ok(pixels) = reader.read(&bytes, size, kind) {
            were_shown += 1;
            assert_eq!(pixels.len(), size.0 * size.1);
            assert!(pixels.iter().all(|[_, _, _, alpha]| *alpha == u8::MAX));
        }
        Ok(())
    });
    assert!(were_shown > 0, "some damage goes unnoticed");
}

/// Somebody else reads the same out of the same bits.
#[test]
fn scans_are_those_of_jpeg_files() {
    for (chroma, least_db) in [(Chroma::Full, 48.0), (Chroma::Quarter, 44.0)] {
        for q in [30, 75, 95] {
            let (kind, width, height) = (Kind::new(q, chroma), 150, 70);
            let pixels = photograph(width, height);
            let file = file(&scan(&pixels, width, kind), (width as u16, height as u16), kind);
            let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
            let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&file[..]), options);
            let theirs = decoder.decode().expect("it is a JPEG file");
            let db = db(theirs.as_chunks().0, &shown(&pixels, width, kind));
            assert!(db >= least_db, "{kind:?}: {db} dB apart");
        }
    }
}

/// A JPEG file with this scan in it.
fn file(scan: &[u8], (width, height): (u16, u16), kind: Kind) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    let mut segment = |marker: u8, content: &[u8]| {
        file.extend([0xff, marker]);
        file.extend((content.len() as u16 + 2).to_be_bytes());
        file.extend(content);
    };
    for (number, part) in [(0, Part::Brightness), (1, Part::Colours)] {
        let walk = huffman::WALK.map(|place| (usize::from(place % 8), usize::from(place / 8)));
        let mut content = vec![number];
        content.extend(walk.map(|place| quantise::step(part, kind.q, place) as u8));
        segment(0xdb, &content);
    }
    let [[height_0, height_1], [width_0, width_1]] = [height.to_be_bytes(), width.to_be_bytes()];
    let sampling = match kind.chroma {
        Chroma::Full => 0x11,
        Chroma::Quarter => 0x22,
    };
    let frame = [8, height_0, height_1, width_0, width_1, 3, 1, sampling, 0, 2, 0x11, 1, 3, 0x11, 1];
    segment(0xc0, &frame);
    for (number, content) in huffman::definitions() {
        segment(0xc4, &[vec![number], content].concat());
    }
    segment(0xda, &[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
    // There a byte of ones is followed by one of zeros.
    file.extend(scan.iter().flat_map(|byte| [*byte, 0].into_iter().take(1 + usize::from(*byte == 0xff))));
    file.extend([0xff, 0xd9]);
    file
}
