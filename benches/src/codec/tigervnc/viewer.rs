//! A viewer: RFB 3.8 (RFC 6143) with the Tight encoding, as far as this server answers it.

use std::io::{BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use image::{Rgba, RgbaImage};

use super::super::peer::PeerError;
use super::tight::{Area, Tight};

const VERSION: &[u8; 12] = b"RFB 003.008\n";
/// Of security: none.
const NONE: u8 = 1;
const FRAMEBUFFER_UPDATE: u8 = 0;
const SET_PIXEL_FORMAT: u8 = 0;
const SET_ENCODINGS: u8 = 2;
const UPDATE_REQUEST: u8 = 3;
/// 32 bits, 24 of them colour, red highest: what the server holds.
const PIXEL_FORMAT: [u8; 16] = [32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0];
const TIGHT: i32 = 7;
const LAST_RECTANGLE: i32 = -224;
/// Levels from 0 to 9 are added to these.
const COMPRESSION: i32 = -256;
const QUALITY: i32 = -32;
const TRANSPARENT: Rgba<u8> = Rgba([0; 4]);
/// A server that is silent for so long will say no more.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the server sends, counted.
pub(super) struct Input {
    stream: BufReader<UnixStream>,
    bytes: u64,
}

/// One viewer, and what it shows.
pub(super) struct Viewer {
    input: Input,
    tight: Tight,
    picture: RgbaImage,
    /// Bytes before the first update.
    greeting: u64,
}

impl Viewer {
    /// Connects, and asks for Tight at these levels: no quality, no JPEG.
    pub(super) fn connect(socket: &Path, quality: Option<u8>, compression: u8) -> Result<Self, PeerError> {
        let stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut input = Input { stream: BufReader::with_capacity(1 << 20, stream), bytes: 0 };
        let version: [u8; 12] = input.array()?;
        if version != *VERSION {
            return Err(PeerError::unexpected("RFB 3.8", String::from_utf8_lossy(&version)));
        }
        input.answer(VERSION)?;
        let types = input.byte()?;
        let types = input.bytes(types.into())?;
        if !types.contains(&NONE) {
            return Err(PeerError::unexpected("no security", format!("{types:?}")));
        }
        input.answer(&[NONE])?;
        let refused = u32::from_be_bytes(input.array()?);
        if refused != 0 {
            return Err(PeerError::unexpected("a welcome", refused));
        }
        const SHARED: u8 = 1;
        input.answer(&[SHARED])?;
        let (width, height) = (input.number()?, input.number()?);
        input.bytes(PIXEL_FORMAT.len())?;
        let name_bytes = u32::from_be_bytes(input.array()?);
        input.bytes(name_bytes as usize)?;

        input.answer(&[SET_PIXEL_FORMAT, 0, 0, 0])?;
        input.answer(&PIXEL_FORMAT)?;
        let mut encodings = vec![TIGHT, LAST_RECTANGLE, COMPRESSION + i32::from(compression)];
        encodings.extend(quality.map(|quality| QUALITY + i32::from(quality)));
        input.answer(&[SET_ENCODINGS, 0, 0, encodings.len() as u8])?;
        for encoding in encodings {
            input.answer(&encoding.to_be_bytes())?;
        }
        let greeting = input.bytes;
        let picture = RgbaImage::new(width.into(), height.into());
        Ok(Self { input, tight: Tight::new(), picture, greeting })
    }

    /// What it shows.
    pub(super) fn picture(&self) -> &RgbaImage {
        &self.picture
    }

    /// Bytes of all updates.
    pub(super) fn bytes(&self) -> u64 {
        self.input.bytes - self.greeting
    }

    /// Waits for the pixels in which two frames differ: until they come, they are transparent.
    pub(super) fn expect(&mut self, before: &RgbaImage, after: &RgbaImage) {
        for (shown, (before, after)) in self.picture.pixels_mut().zip(before.pixels().zip(after.pixels())) {
            if before != after {
                *shown = TRANSPARENT;
            }
        }
    }

    /// Whether some of them have not come.
    pub(super) fn is_waiting(&self) -> bool {
        self.picture.pixels().any(|pixel| *pixel == TRANSPARENT)
    }

    /// Asks for what has changed, or for all, and shows the next update.
    pub(super) fn update(&mut self, is_incremental: bool) -> Result<(), PeerError> {
        let (width, height) = (self.picture.width() as u16, self.picture.height() as u16);
        let mut request = vec![UPDATE_REQUEST, u8::from(is_incremental), 0, 0, 0, 0];
        request.extend([width, height].map(u16::to_be_bytes).concat());
        self.input.answer(&request)?;
        let message = self.input.byte()?;
        if message != FRAMEBUFFER_UPDATE {
            return Err(PeerError::unexpected("an update", format!("message {message}")));
        }
        self.input.byte()?;
        // As many as can be counted where the last one says that it is the last.
        for _ in 0..self.input.number()? {
            let [x, y, width, height] =
                [self.input.number()?, self.input.number()?, self.input.number()?, self.input.number()?];
            match i32::from_be_bytes(self.input.array()?) {
                TIGHT => {
                    let area = Area { x, y, width, height };
                    self.tight.rectangle(&mut self.input, area, &mut self.picture)?;
                }
                LAST_RECTANGLE => break,
                other => return Err(PeerError::unexpected("Tight", format!("encoding {other}"))),
            }
        }
        Ok(())
    }
}

impl Input {
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], PeerError> {
        let mut array = [0; N];
        self.stream.read_exact(&mut array)?;
        self.bytes += N as u64;
        Ok(array)
    }

    pub(super) fn bytes(&mut self, number: usize) -> Result<Vec<u8>, PeerError> {
        let mut bytes = vec![0; number];
        self.stream.read_exact(&mut bytes)?;
        self.bytes += number as u64;
        Ok(bytes)
    }

    pub(super) fn byte(&mut self) -> Result<u8, PeerError> {
        self.array().map(|[byte]| byte)
    }

    fn number(&mut self) -> Result<u16, PeerError> {
        self.array().map(u16::from_be_bytes)
    }

    fn answer(&mut self, bytes: &[u8]) -> Result<(), PeerError> {
        Ok(self.stream.get_mut().write_all(bytes)?)
    }
}
