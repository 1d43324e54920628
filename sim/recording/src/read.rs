//! Reading bytes that nobody vouches for.

use std::io::{self, BufRead, BufReader, Read};

use serde::Deserialize;
use wire::SimTime;

use crate::digest::Digest;
use crate::entry::{Entry, EntryKind};
use crate::header::{FORMAT, FormatVersion, HeaderLine};
use crate::recording::Recording;
use crate::view::{Views, apply};

/// The most bytes of a recording, decompressed. A file that unpacks to more is refused.
pub const RECORDING_BYTES_MAX: u64 = 256 << 20;

/// The most bytes of one line, without its line feed.
pub const LINE_BYTES_MAX: usize = 8 << 20;

/// The most JSON values of a recording: in memory each takes up to 72 bytes, but as few as two in the file.
pub const VALUES_MAX: u64 = 1 << 24;

/// The largest window of a zstd frame, as a power of two of bytes: what our level asks for, with room.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// Why bytes are not a recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// They are not zstd, or damaged.
    #[error("expected zstd data, came damage after {entries} entries")]
    Compression {
        /// How many entries came before.
        entries: u64,
        /// What zstd says.
        source: io::Error,
    },
    /// The file stops too early.
    #[error("recording is cut short: {}", cut_short(*expected, *came, *last))]
    CutShort {
        /// How many entries the header promises, where it was read.
        expected: Option<u64>,
        /// How many came whole.
        came: u64,
        /// The virtual time of the last that did.
        last: SimTime,
    },
    /// There is something after the end.
    #[error("expected the recording to end after {expected} entries, came more")]
    Trailing {
        /// How many entries the header promises.
        expected: u64,
    },
    /// More than [`RECORDING_BYTES_MAX`].
    #[error("expected at most {RECORDING_BYTES_MAX} bytes decompressed, came more")]
    TooLarge,
    /// More than [`VALUES_MAX`].
    #[error("expected at most {VALUES_MAX} JSON values, came more")]
    TooManyValues,
    /// More than [`LINE_BYTES_MAX`].
    #[error("line {line}: expected at most {LINE_BYTES_MAX} bytes, came more")]
    LineTooLong {
        /// Which line, from 1.
        line: u64,
    },
    /// The first line is no header.
    #[error("line 1: expected a header")]
    Header {
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The file is of a format that this reader does not know.
    #[error("line 1: expected format {}.x, came {came}", FORMAT.major)]
    Version {
        /// The file's format.
        came: FormatVersion,
    },
    /// A line is no entry.
    #[error("line {line}: expected an entry")]
    Entry {
        /// Which line, from 1.
        line: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// An entry contradicts those before it.
    #[error("line {line}: {problem}")]
    Contradiction {
        /// Which line, from 1.
        line: u64,
        /// What was expected, and what came.
        problem: String,
    },
    /// The entries are not those that were written.
    #[error("expected entries with digest {expected}, came {came}")]
    Digest {
        /// The header's.
        expected: Digest,
        /// That of the entries.
        came: Digest,
    },
}

fn cut_short(expected: Option<u64>, came: u64, last: SimTime) -> String {
    match (expected, came) {
        (None, _) => "expected a header, came the end".to_owned(),
        (Some(expected), 0) => format!("expected {expected} entries, came none"),
        (Some(expected), _) => format!("expected {expected} entries, came {came}, the last at {last}"),
    }
}

impl Recording {
    /// Reads a `.rehearsal` file. Checks everything that the other methods rely on: order, pairs, that every patch
    /// applies, that every keyframe shows what the patches before it gave.
    pub fn read(file: &[u8]) -> Result<Self, ReadError> {
        let broken = |source| ReadError::Compression { entries: 0, source };
        let mut decoder = zstd::stream::read::Decoder::with_buffer(file).map_err(broken)?.single_frame();
        decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(broken)?;
        let mut lines = BufReader::new(decoder);
        let recording = Self::read_from(&mut lines)?;
        match lines.into_inner().finish() {
            [] => Ok(recording),
            _ => Err(ReadError::Trailing { expected: recording.entries().len() as u64 }),
        }
    }

    /// Reads what `zstdcat` shows of a `.rehearsal` file.
    pub fn read_lines(lines: &[u8]) -> Result<Self, ReadError> {
        Self::read_from(&mut &lines[..])
    }

    fn read_from(source: &mut impl BufRead) -> Result<Self, ReadError> {
        let mut lines = Lines { source, line: Vec::new(), lines: 0, bytes: 0, values: 0 };
        let HeaderLine { format, header, entries: expected, digest } = match lines.next() {
            Ok(Some(line)) => header_line(line)?,
            Ok(None) => return Err(ReadError::CutShort { expected: None, came: 0, last: SimTime::ZERO }),
            Err(stop) => return Err(stop.or_cut_short(None, 0, SimTime::ZERO)),
        };

        let mut hasher = blake3::Hasher::new();
        let mut entries: Vec<Entry> = Vec::new();
        let mut checks = Checks::default();
        loop {
            let came = entries.len() as u64;
            let last = entries.last().map_or(SimTime::ZERO, |entry| entry.at);
            let line = match lines.next() {
                Ok(Some(line)) => line,
                Ok(None) if came == expected => break,
                Ok(None) => return Err(ReadError::CutShort { expected: Some(expected), came, last }),
                Err(stop) => return Err(stop.or_cut_short(Some(expected), came, last)),
            };
            if came == expected {
                return Err(ReadError::Trailing { expected });
            }
            hasher.update(line);
            let line_number = came + 2;
            let entry = serde_json::from_slice(line)
                .map_err(|source| ReadError::Entry { line: line_number, source })?;
            checks
                .admit(&entries, &entry)
                .map_err(|problem| ReadError::Contradiction { line: line_number, problem })?;
            entries.push(entry);
        }
        let came = Digest::from(hasher.finalize());
        if came != digest {
            return Err(ReadError::Digest { expected: digest, came });
        }
        Ok(Self::checked(format, header, digest, entries, checks.keyframes))
    }
}

/// The version first, since the rest of a future header may read differently.
fn header_line(line: &[u8]) -> Result<HeaderLine, ReadError> {
    #[derive(Deserialize)]
    struct Probe {
        format: FormatVersion,
    }
    let Probe { format } = serde_json::from_slice(line).map_err(|source| ReadError::Header { source })?;
    if !format.is_readable() {
        return Err(ReadError::Version { came: format });
    }
    serde_json::from_slice(line).map_err(|source| ReadError::Header { source })
}

/// What has to hold between an entry and those before it.
#[derive(Default)]
struct Checks {
    views: Views,
    keyframes: Vec<usize>,
    /// Per entry, whether it is a message that is still on its way.
    under_way: Vec<bool>,
}

impl Checks {
    fn admit(&mut self, before: &[Entry], entry: &Entry) -> Result<(), String> {
        let seq = before.len() as u64;
        if entry.seq != seq {
            return Err(format!("expected entry {seq}, came entry {}", entry.seq));
        }
        if let Some(last) = before.last()
            && entry.at < last.at
        {
            let (last, at) = (last.at.as_nanos(), entry.at.as_nanos());
            return Err(format!("expected a time of at least {last} ns, came {at} ns"));
        }
        match &entry.kind {
            EntryKind::ViewChanged { who, program, patch } => apply(&mut self.views, who, *program, patch)?,
            EntryKind::Keyframe { views } => {
                if *views != self.views {
                    return Err("expected a keyframe of what the patches gave, came another".to_owned());
                }
                self.keyframes.push(before.len());
            }
            EntryKind::MessageDelivered { sent } => {
                let slot = usize::try_from(*sent).ok().and_then(|sent| self.under_way.get_mut(sent));
                match slot {
                    Some(under_way) if *under_way => *under_way = false,
                    _ => return Err(format!("expected a message under way, came entry {sent}")),
                }
            }
            _ => {}
        }
        self.under_way.push(matches!(entry.kind, EntryKind::MessageSent { .. }));
        Ok(())
    }
}

/// Lines of bounded length from a source of bounded length.
struct Lines<'a, R> {
    source: &'a mut R,
    line: Vec<u8>,
    lines: u64,
    bytes: u64,
    values: u64,
}

/// Why there is no next line.
enum Stop {
    /// A limit is reached, or the source is damaged.
    Refused(ReadError),
    /// The source stops in the middle.
    CutShort,
    Damaged(io::Error),
}

impl Stop {
    fn or_cut_short(self, expected: Option<u64>, came: u64, last: SimTime) -> ReadError {
        match self {
            Self::Refused(error) => error,
            Self::CutShort => ReadError::CutShort { expected, came, last },
            Self::Damaged(source) => ReadError::Compression { entries: came, source },
        }
    }
}

impl<R: BufRead> Lines<'_, R> {
    /// The next line with its line feed; `None` at a proper end.
    fn next(&mut self) -> Result<Option<&[u8]>, Stop> {
        self.line.clear();
        self.lines += 1;
        let limit = LINE_BYTES_MAX as u64 + 1;
        match self.source.by_ref().take(limit).read_until(b'\n', &mut self.line) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(Stop::CutShort),
            Err(error) => return Err(Stop::Damaged(error)),
        }
        self.bytes += self.line.len() as u64;
        if self.bytes > RECORDING_BYTES_MAX {
            return Err(Stop::Refused(ReadError::TooLarge));
        }
        if self.line.last() != Some(&b'\n') {
            let cut = (self.line.len() as u64) < limit;
            let too_long = ReadError::LineTooLong { line: self.lines };
            return Err(if cut { Stop::CutShort } else { Stop::Refused(too_long) });
        }
        // Every value but the first of its array or object follows a comma; commas in strings only make it stricter.
        self.values += self.line.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count() as u64;
        if self.values > VALUES_MAX {
            return Err(Stop::Refused(ReadError::TooManyValues));
        }
        Ok(Some(&self.line))
    }
}
