//! Where two recordings part.

use std::fmt;

use crate::entry::Entry;
use crate::recording::Recording;

/// The most bytes of an entry that are shown: enough for most of them in full.
const SHOWN_BYTES_MAX: usize = 400;
/// How much of what two long entries share is shown before they part.
const SHARED_BYTES_SHOWN: usize = 120;

/// The first place at which two recordings differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The number of the entry, from zero.
    pub seq: u64,
    /// The entry of the first recording; `None` if it has ended.
    pub first: Option<Entry>,
    /// The entry of the second recording; `None` if it has ended.
    pub second: Option<Entry>,
}

/// The first entry in which `first` and `second` differ; `None` if they have the same entries.
pub fn first_difference(first: &Recording, second: &Recording) -> Option<Difference> {
    let (a, b) = (first.entries(), second.entries());
    let index = a.iter().zip(b).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
    let (a, b) = (a.get(index), b.get(index));
    (a.is_some() || b.is_some()).then(|| Difference {
        seq: index as u64,
        first: a.cloned(),
        second: b.cloned(),
    })
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.first.iter().chain(&self.second).map(|entry| entry.at).min().unwrap_or_default();
        let [first, second] = [&self.first, &self.second].map(|entry| match entry {
            Some(entry) => serde_json::to_string(entry).expect("our own types serialise"),
            None => "the recording has ended".to_owned(),
        });
        let shared = first.bytes().zip(second.bytes()).take_while(|(a, b)| a == b).count();
        writeln!(
            f,
            "the recordings differ first at entry {}, virtual time {at} ({} ns)",
            self.seq,
            at.as_nanos()
        )?;
        writeln!(f, "  first:  {}", excerpt(&first, shared))?;
        write!(f, "  second: {}", excerpt(&second, shared))
    }
}

/// The part of a long `line` around byte `at`.
fn excerpt(line: &str, at: usize) -> String {
    if line.len() <= SHOWN_BYTES_MAX {
        return line.to_owned();
    }
    let start = line.floor_char_boundary(at.saturating_sub(SHARED_BYTES_SHOWN));
    let end = line.floor_char_boundary(start.saturating_add(SHOWN_BYTES_MAX));
    let before = if start > 0 { "…" } else { "" };
    let after = if end < line.len() { "…" } else { "" };
    format!("{before}{}{after}", &line[start..end])
}
