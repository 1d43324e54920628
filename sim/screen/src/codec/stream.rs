//! The one zstd stream of an encoder, and its other end.

use zstd::stream::raw::{CParameter, DParameter, Decoder, Encoder, InBuffer, Operation as _, OutBuffer};

use super::body::{Body, DecodeError, Reader, SEGMENT_RAW_BYTES_MAX, put_number};

/// Faster levels save little time and cost many bytes; higher ones cost time and save nothing.
const LEVEL: i32 = 1;
/// Bytes that matches reach back, as a power of two: what the level has by itself.
const WINDOW_LOG: u32 = 19;

/// Compresses segments.
pub(super) struct Compressor {
    zstd: Encoder<'static>,
    out: Vec<u8>,
}

impl Compressor {
    pub(super) fn new() -> Self {
        let mut zstd = Encoder::new(LEVEL).expect("zstd knows its first level");
        zstd.set_parameter(CParameter::WindowLog(WINDOW_LOG)).expect("zstd knows windows of this size");
        Self { zstd, out: Vec::new() }
    }

    /// Appends the segment to the frame, and empties it.
    pub(super) fn write(&mut self, body: &mut Body, frame: &mut Vec<u8>) {
        // What does not compress has a header of 3 bytes for each 128 KiB, and the stream's own before it.
        let room = body.raw_bytes() + body.raw_bytes() / 256 + 512;
        if self.out.len() < room {
            self.out.resize(room, 0);
        }
        let mut output = OutBuffer::around(&mut self.out[..]);
        for part in [&body.ops, &body.indices, &body.planes] {
            let mut input = InBuffer::around(part);
            while input.pos() < part.len() {
                self.zstd.run(&mut input, &mut output).expect("zstd compresses anything");
            }
        }
        while self.zstd.flush(&mut output).expect("zstd compresses anything") > 0 {}
        let compressed = output.as_slice();
        for length in
            [compressed.len(), body.ops.len(), body.indices.len(), body.planes.len(), body.scans.len()]
        {
            put_number(frame, length);
        }
        frame.extend_from_slice(compressed);
        frame.extend_from_slice(&body.scans);
        body.clear();
    }
}

/// Takes segments apart.
pub(super) struct Decompressor {
    zstd: Decoder<'static>,
    raw: Vec<u8>,
}

/// The parts of a segment.
pub(super) struct Parts<'a> {
    pub(super) ops: Reader<'a>,
    pub(super) indices: Reader<'a>,
    pub(super) planes: Reader<'a>,
    pub(super) scans: Reader<'a>,
}

impl Decompressor {
    pub(super) fn new() -> Self {
        let mut zstd = Decoder::new().expect("there is memory for zstd");
        zstd.set_parameter(DParameter::WindowLogMax(WINDOW_LOG)).expect("zstd knows windows of this size");
        Self { zstd, raw: Vec::new() }
    }

    /// The next segment of the frame.
    pub(super) fn read<'a, 'f: 'a>(&'a mut self, frame: &mut Reader<'f>) -> Result<Parts<'a>, DecodeError> {
        let compressed = frame.number()?;
        let limited = |most: usize, frame: &mut Reader<'_>| frame.number_up_to(most, "bytes in a segment");
        let ops = limited(SEGMENT_RAW_BYTES_MAX, frame)?;
        let indices = limited(SEGMENT_RAW_BYTES_MAX - ops, frame)?;
        let planes = limited(SEGMENT_RAW_BYTES_MAX - ops - indices, frame)?;
        let scans = frame.number()?;
        let compressed = frame.bytes(compressed)?;
        let scans = frame.bytes(scans)?;

        let length = ops + indices + planes;
        if self.raw.len() < length {
            self.raw.resize(length, 0);
        }
        let mut input = InBuffer::around(compressed);
        let mut output = OutBuffer::around(&mut self.raw[..length]);
        loop {
            let before = (input.pos(), output.pos());
            self.zstd.run(&mut input, &mut output).map_err(|_| DecodeError::Zstd)?;
            if (input.pos(), output.pos()) == before {
                break;
            }
        }
        if input.pos() < compressed.len() || output.pos() < length {
            return Err(DecodeError::Zstd);
        }
        let (ops, rest) = self.raw[..length].split_at(ops);
        let (indices, planes) = rest.split_at(indices);
        Ok(Parts {
            ops: Reader::new("operations", ops),
            indices: Reader::new("indices", indices),
            planes: Reader::new("planes", planes),
            scans: Reader::new("scans", scans),
        })
    }
}
