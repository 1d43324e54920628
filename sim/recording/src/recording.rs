//! A recording that has been read.

use crate::digest::Digest;
use crate::entry::{Entry, EntryKind, Outcome};
use crate::header::{FormatVersion, Header};
use crate::view::{Views, apply};

/// One played scenario, checked and ready to be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    format: FormatVersion,
    header: Header,
    digest: Digest,
    entries: Vec<Entry>,
    /// Where among the entries the keyframes are.
    keyframes: Vec<usize>,
}

impl Recording {
    /// From parts that the reader has checked against one another.
    pub(crate) fn checked(
        format: FormatVersion,
        header: Header,
        digest: Digest,
        entries: Vec<Entry>,
        keyframes: Vec<usize>,
    ) -> Self {
        Self { format, header, digest, entries, keyframes }
    }

    /// The version of the format that it was written in.
    pub fn format(&self) -> FormatVersion {
        self.format
    }

    /// What it is a recording of.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The digest of its entries.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Everything that happened, in order; an entry's index is its [`Entry::seq`].
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How it ended; `None` if the run broke off before it could say.
    pub fn outcome(&self) -> Option<Outcome> {
        self.entries.iter().rev().find_map(|entry| match entry.kind {
            EntryKind::Ended { outcome } => Some(outcome),
            _ => None,
        })
    }

    /// What everybody saw right after entry `index`; at the end, where there is no such entry.
    ///
    /// Starts from the last keyframe before it.
    pub fn views_at(&self, index: usize) -> Views {
        let end = self.entries.len().min(index.saturating_add(1));
        let keyframe = self.keyframes[..self.keyframes.partition_point(|&at| at < end)].last();
        let (mut views, start) = match keyframe.map(|&at| (&self.entries[at].kind, at)) {
            Some((EntryKind::Keyframe { views }, at)) => (views.clone(), at + 1),
            _ => (Views::new(), 0),
        };
        for entry in &self.entries[start..end] {
            if let EntryKind::ViewChanged { who, program, patch } = &entry.kind {
                apply(&mut views, who, *program, patch).expect("the reader has applied it once");
            }
        }
        views
    }

    /// What everybody saw at the end.
    pub fn final_views(&self) -> Views {
        self.views_at(usize::MAX)
    }
}
