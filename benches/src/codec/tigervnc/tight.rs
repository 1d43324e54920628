//! Rectangles in the Tight encoding, as TigerVNC's server writes them.

use flate2::{Decompress, FlushDecompress};
use image::{Rgba, RgbaImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::super::peer::PeerError;
use super::viewer::Input;

const STREAMS: usize = 4;
/// The upper half of the first byte.
const FILL: u8 = 8;
const JPEG: u8 = 9;
const HAS_FILTER: u8 = 4;
const FILTER_COPY: u8 = 0;
const FILTER_PALETTE: u8 = 1;
/// What is shorter is not compressed.
const COMPRESSED_BYTES_MIN: usize = 12;

/// Where a rectangle lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) x: u16,
    pub(super) y: u16,
    pub(super) width: u16,
    pub(super) height: u16,
}

/// What one rectangle leaves for the next.
pub(super) struct Tight {
    streams: [Decompress; STREAMS],
}

impl Tight {
    pub(super) fn new() -> Self {
        Self { streams: [(); STREAMS].map(|()| Decompress::new(true)) }
    }

    /// Reads a rectangle, and draws it.
    pub(super) fn rectangle(
        &mut self,
        input: &mut Input,
        area: Area,
        picture: &mut RgbaImage,
    ) -> Result<(), PeerError> {
        let (width, height) = (usize::from(area.width), usize::from(area.height));
        let control = input.byte()?;
        for (place, stream) in self.streams.iter_mut().enumerate() {
            if control >> place & 1 == 1 {
                stream.reset(true);
            }
        }
        match control >> 4 {
            FILL => {
                let colour = input.array()?;
                draw(picture, area, std::iter::repeat_n(colour, width * height))
            }
            JPEG => {
                let length = compact(input)?;
                let file = input.bytes(length)?;
                draw(picture, area, colours(&rgb(&file, width * height * 3)?))
            }
            basic if basic < FILL => {
                let filter = if basic & HAS_FILTER == 0 { FILTER_COPY } else { input.byte()? };
                let stream = usize::from(basic) % STREAMS;
                match filter {
                    FILTER_COPY => {
                        let bytes = self.inflated(input, stream, width * height * 3)?;
                        draw(picture, area, colours(&bytes))
                    }
                    FILTER_PALETTE => {
                        let number = usize::from(input.byte()?) + 1;
                        let palette: Vec<[u8; 3]> = colours(&input.bytes(number * 3)?).collect();
                        let indices = self.indices(input, stream, area, palette.len())?;
                        if let Some(index) = indices.iter().find(|index| usize::from(**index) >= number) {
                            return Err(PeerError::unexpected("one of the palette's colours", index));
                        }
                        draw(picture, area, indices.into_iter().map(|index| palette[usize::from(index)]))
                    }
                    other => Err(PeerError::unexpected("copy or palette", format!("filter {other}"))),
                }
            }
            other => Err(PeerError::unexpected("a kind of rectangle", other)),
        }
    }

    /// Which of the palette's colours each pixel has.
    fn indices(
        &mut self,
        input: &mut Input,
        stream: usize,
        area: Area,
        colours: usize,
    ) -> Result<Vec<u8>, PeerError> {
        let (width, height) = (usize::from(area.width), usize::from(area.height));
        if colours > 2 {
            return self.inflated(input, stream, width * height);
        }
        let row_bytes = width.div_ceil(8);
        let rows = self.inflated(input, stream, row_bytes * height)?;
        let bits = |row: &[u8]| (0..width).map(|x| row[x / 8] >> (7 - x % 8) & 1).collect::<Vec<u8>>();
        Ok(rows.chunks(row_bytes).flat_map(bits).collect())
    }

    /// The next so many bytes of a stream that goes on from rectangle to rectangle.
    fn inflated(&mut self, input: &mut Input, stream: usize, number: usize) -> Result<Vec<u8>, PeerError> {
        if number < COMPRESSED_BYTES_MIN {
            return input.bytes(number);
        }
        let length = compact(input)?;
        let compressed = input.bytes(length)?;
        let stream = &mut self.streams[stream];
        let (read_before, written_before) = (stream.total_in(), stream.total_out());
        // With room to spare, the mark at the end of the block is read too.
        const ROOM: usize = 64;
        let mut bytes = vec![0; number + ROOM];
        loop {
            let (read, written) =
                ((stream.total_in() - read_before) as usize, (stream.total_out() - written_before) as usize);
            if read == compressed.len() && written == number {
                bytes.truncate(number);
                return Ok(bytes);
            }
            let told = stream.decompress(&compressed[read..], &mut bytes[written..], FlushDecompress::Sync);
            told.map_err(|error| PeerError::unexpected("a zlib stream", error))?;
            if stream.total_in() - read_before == read as u64
                && stream.total_out() - written_before == written as u64
            {
                return Err(PeerError::unexpected("all of a rectangle", format!("{written} bytes of it")));
            }
        }
    }
}

/// A length in one to three bytes, seven bits in each but the last.
fn compact(input: &mut Input) -> Result<usize, PeerError> {
    let mut length = 0;
    for place in 0..3 {
        let byte = usize::from(input.byte()?);
        let is_last = place == 2 || byte < 0x80;
        length |= (if is_last { byte } else { byte & 0x7f }) << (7 * place);
        if is_last {
            break;
        }
    }
    Ok(length)
}

fn rgb(file: &[u8], bytes: usize) -> Result<Vec<u8>, PeerError> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let decoded = JpegDecoder::new_with_options(ZCursor::new(file), options).decode();
    let decoded = decoded.map_err(|error| PeerError::unexpected("a JPEG file", format!("{error:?}")))?;
    if decoded.len() == bytes {
        Ok(decoded)
    } else {
        Err(PeerError::unexpected("a picture as large as its rectangle", format!("{} bytes", decoded.len())))
    }
}

fn colours(bytes: &[u8]) -> impl Iterator<Item = [u8; 3]> {
    bytes.chunks_exact(3).map(|colour| [colour[0], colour[1], colour[2]])
}

fn draw(
    picture: &mut RgbaImage,
    area: Area,
    mut colours: impl Iterator<Item = [u8; 3]>,
) -> Result<(), PeerError> {
    let [left, top] = [area.x, area.y].map(u32::from);
    for y in top..top + u32::from(area.height) {
        for x in left..left + u32::from(area.width) {
            match (picture.get_pixel_mut_checked(x, y), colours.next()) {
                (Some(pixel), Some([red, green, blue])) => *pixel = Rgba([red, green, blue, 255]),
                _ => return Err(PeerError::unexpected("a rectangle of the screen", format!("{area:?}"))),
            }
        }
    }
    Ok(())
}
