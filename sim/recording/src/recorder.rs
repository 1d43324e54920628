//! Writing.

use serde_json::Value;
use wire::SimTime;

use crate::digest::Digest;
use crate::entry::{Entry, EntryKind};
use crate::header::{FORMAT, Header, HeaderLine};
use crate::view::{Program, Views, change};

/// The fewest changes of views between two keyframes. They come further apart where views are large, so that
/// keyframes never take more room than the changes between them.
pub const CHANGES_PER_KEYFRAME_MIN: usize = 64;

/// Fixed, since the same entries must give the same bytes.
const ZSTD_LEVEL: i32 = 3;

/// Takes down what happens, in order, and makes the file of it.
///
/// An entry becomes its line at once; compression waits for [`Recorder::finish`].
#[derive(Debug)]
pub struct Recorder {
    header: Header,
    lines: Vec<u8>,
    entries: u64,
    now: SimTime,
    views: Views,
    changes_since_keyframe: usize,
    change_bytes_since_keyframe: usize,
    keyframe_bytes: usize,
}

impl Recorder {
    /// An empty recording of what `header` names.
    pub fn new(header: Header) -> Self {
        Self {
            header,
            lines: Vec::new(),
            entries: 0,
            now: SimTime::ZERO,
            views: Views::new(),
            changes_since_keyframe: 0,
            change_bytes_since_keyframe: 0,
            keyframe_bytes: 0,
        }
    }

    /// Adds an entry and returns its [`Entry::seq`], which [`EntryKind::MessageDelivered`] refers to.
    ///
    /// # Panics
    ///
    /// If `at` is before the last entry, and on views, which [`Recorder::record_view`] takes.
    pub fn record(&mut self, at: SimTime, kind: EntryKind) -> u64 {
        assert!(
            !matches!(kind, EntryKind::ViewChanged { .. } | EntryKind::Keyframe { .. } | EntryKind::Unknown),
            "views go through `record_view`, came {kind:?}"
        );
        self.append(at, kind)
    }

    /// Takes what `who` sees now; writes an entry if it differs from the last. Says whether it does.
    ///
    /// # Panics
    ///
    /// If `at` is before the last entry.
    pub fn record_view(&mut self, at: SimTime, who: &str, program: Program, shown: Value) -> bool {
        let Some(patch) = change(&mut self.views, who, program, shown) else { return false };
        let before = self.lines.len();
        self.append(at, EntryKind::ViewChanged { who: who.to_owned(), program, patch });
        self.changes_since_keyframe += 1;
        self.change_bytes_since_keyframe += self.lines.len() - before;
        if self.changes_since_keyframe >= CHANGES_PER_KEYFRAME_MIN
            && self.change_bytes_since_keyframe >= self.keyframe_bytes
        {
            let before = self.lines.len();
            self.append(at, EntryKind::Keyframe { views: self.views.clone() });
            self.keyframe_bytes = self.lines.len() - before;
            self.changes_since_keyframe = 0;
            self.change_bytes_since_keyframe = 0;
        }
        true
    }

    /// Says which site the appliance was set up with, once that is known.
    pub fn name_site(&mut self, site: &str) {
        self.header.site = site.to_owned();
    }

    /// What the recording is of.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How many entries there are.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// What everybody sees, as last recorded.
    pub fn views(&self) -> &Views {
        &self.views
    }

    /// The digest of the entries so far. Costs a pass over them.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.lines)
    }

    /// The file.
    pub fn finish(self) -> Vec<u8> {
        let mut compressor = zstd::bulk::Compressor::new(ZSTD_LEVEL).expect("the level is in range");
        compressor.include_checksum(true).expect("zstd knows checksums");
        compressor.compress(&self.finish_lines()).expect("the buffer is sized for the worst case")
    }

    /// The file before compression: what `zstdcat` shows.
    pub fn finish_lines(self) -> Vec<u8> {
        let digest = self.digest();
        let line = HeaderLine { format: FORMAT, header: self.header, entries: self.entries, digest };
        let mut lines = Vec::with_capacity(self.lines.len() + 1_024);
        write_line(&mut lines, &line);
        lines.extend_from_slice(&self.lines);
        lines
    }

    fn append(&mut self, at: SimTime, kind: EntryKind) -> u64 {
        assert!(at >= self.now, "entries come in the order of time: {at} after {}", self.now);
        self.now = at;
        let seq = self.entries;
        write_line(&mut self.lines, &Entry { seq, at, kind });
        self.entries += 1;
        seq
    }
}

fn write_line(lines: &mut Vec<u8>, value: &impl serde::Serialize) {
    serde_json::to_writer(&mut *lines, value).expect("our own types serialise, and a `Vec` takes them");
    lines.push(b'\n');
}
