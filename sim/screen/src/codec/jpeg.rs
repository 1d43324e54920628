//! Pictures as JPEG, of which only the entropy-coded scan is sent: quality and size say all that a header would.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::body::DecodeError;
use super::quality::{Chroma, Scale};
use super::raster::{Area, Pixel};

const Q_MAX: u8 = 100;
const START_OF_FRAME: u8 = 0xc0;
const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: [u8; 2] = [0xff, 0xd9];

/// All that is known of a picture before its scan comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) q: u8,
    pub(super) chroma: Chroma,
}

impl Kind {
    pub(super) fn new(q: u8, chroma: Chroma) -> Self {
        Self { q: q.clamp(1, Q_MAX), chroma }
    }
}

/// Columns and rows that a picture of this size has at this scale.
pub(super) fn scaled(area: Area, scale: Scale) -> (usize, usize) {
    match scale {
        Scale::Full => (area.width, area.height),
        Scale::Half => (area.width.div_ceil(2), area.height.div_ceil(2)),
    }
}

/// Each pixel is the mean of the two by two that it stands for.
pub(super) fn halved(pixels: &[Pixel], width: usize) -> Vec<Pixel> {
    let mut halves = Vec::with_capacity(pixels.len().div_ceil(4) + width);
    for rows in pixels.chunks(width * 2) {
        let (upper, lower) = rows.split_at(width);
        // A last row or column that is odd stands twice.
        let lower = if lower.is_empty() { upper } else { lower };
        for (upper, lower) in upper.chunks(2).zip(lower.chunks(2)) {
            let [a, b, c, d] = [upper[0], upper[upper.len() - 1], lower[0], lower[lower.len() - 1]];
            let mean = |of: usize| {
                let sum = u16::from(a[of]) + u16::from(b[of]) + u16::from(c[of]) + u16::from(d[of]);
                ((sum + 2) / 4) as u8
            };
            halves.push([mean(0), mean(1), mean(2), 255]);
        }
    }
    halves
}

/// The scan of a picture with so many pixels in a row.
pub(super) fn scan(pixels: &[Pixel], width: usize, kind: Kind) -> Vec<u8> {
    let file = file(pixels, width, kind);
    let start = places(&file).scan;
    file[start..file.len() - END_OF_IMAGE.len()].to_vec()
}

fn file(pixels: &[Pixel], width: usize, kind: Kind) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, kind.q);
    encoder.set_sampling_factor(match kind.chroma {
        Chroma::Full => SamplingFactor::F_1_1,
        Chroma::Quarter => SamplingFactor::F_2_2,
    });
    let height = pixels.len() / width;
    encoder
        .encode(pixels.as_flattened(), width as u16, height as u16, ColorType::Rgba)
        .expect("the picture is no larger than a screen, and a vector takes all");
    file
}

/// What must be found in a file.
struct Places {
    /// The height in rows, followed by the width in columns, both in two bytes.
    size: usize,
    /// The first byte of the scan.
    scan: usize,
}

fn places(file: &[u8]) -> Places {
    let (mut at, mut size) = (2, 0);
    loop {
        let length = usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        match file[at + 1] {
            START_OF_FRAME => size = at + 5,
            START_OF_SCAN => return Places { size, scan: at + 2 + length },
            _ => {}
        }
        at += 2 + length;
    }
}

/// Reads scans.
#[derive(Debug, Default)]
pub(super) struct ScanReader {
    header: Option<(Kind, Vec<u8>, usize)>,
    file: Vec<u8>,
    pixels: Vec<u8>,
}

impl ScanReader {
    /// The pixels of the scan of a picture of this size, row after row.
    pub(super) fn read(
        &mut self,
        scan: &[u8],
        (width, height): (usize, usize),
        kind: Kind,
    ) -> Result<&[Pixel], DecodeError> {
        let (_, header, size) = match self.header.take() {
            Some(known) if known.0 == kind => self.header.insert(known),
            _ => {
                // The header is of the same writer, so that nothing of it comes from outside.
                let mut header = file(&[[0; 4]], 1, kind);
                let places = places(&header);
                header.truncate(places.scan);
                self.header.insert((kind, header, places.size))
            }
        };
        self.file.clear();
        self.file.extend_from_slice(header);
        self.file[*size..*size + 2].copy_from_slice(&(height as u16).to_be_bytes());
        self.file[*size + 2..*size + 4].copy_from_slice(&(width as u16).to_be_bytes());
        self.file.extend_from_slice(scan);
        self.file.extend_from_slice(&END_OF_IMAGE);

        self.pixels.clear();
        self.pixels.resize(width * height * 4, 0);
        // The same arithmetic on every machine.
        let options =
            DecoderOptions::default().set_use_unsafe(false).jpeg_set_out_colorspace(ColorSpace::RGBA);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&self.file[..]), options);
        decoder.decode_into(&mut self.pixels).map_err(|_| DecodeError::Jpeg)?;
        let pixels: &mut [Pixel] = self.pixels.as_chunks_mut().0;
        // A scan that ends too soon leaves the rest unwritten, and a screen is opaque.
        for [_, _, _, alpha] in pixels.iter_mut() {
            *alpha = u8::MAX;
        }
        Ok(pixels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_that_ends_too_soon_is_opaque_or_an_error() {
        let pixels: Vec<Pixel> =
            (0..64 * 64).map(|place| [place as u8, (place / 7) as u8, 90, 255]).collect();
        let kind = Kind::new(75, Chroma::Full);
        let whole = file(&pixels, 64, kind);
        let scan = &whole[places(&whole).scan..];
        for length in 0..scan.len() {
            if let Ok(pixels) = ScanReader::default().read(&scan[..length], (64, 64), kind) {
                assert!(pixels.iter().all(|[_, _, _, alpha]| *alpha == u8::MAX), "cut after {length}");
            }
        }
    }
}
