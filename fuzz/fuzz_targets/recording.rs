//! A recording as anybody might hand it in, compressed and not.

#![no_main]

use libfuzzer_sys::fuzz_target;
use recording::{Digest, ReadError, Recording, first_difference};
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    look_at(Recording::read(data));
    look_at(Recording::read_lines(data));
    look_at(Recording::read_lines(&with_header(data)));
});

/// `entries` under a header that fits them: else the digest would let nothing through that was changed.
fn with_header(entries: &[u8]) -> Vec<u8> {
    let header = json!({
        "format": "1.0", "feature": "", "path": "", "scenario": "", "line": 1, "tags": [], "site": "", "seed": 1,
        "entries": entries.iter().filter(|byte| **byte == b'\n').count(),
        "digest": Digest::of(entries),
    });
    [header.to_string().as_bytes(), b"\n", entries].concat()
}

/// What the reader has let through can be looked at from every side.
fn look_at(read: Result<Recording, ReadError>) {
    let recording = match read {
        Ok(recording) => recording,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    for step in recording.steps() {
        assert!(step.entries.end <= recording.entries().len());
    }
    for message in recording.messages() {
        assert!(message.received.is_none_or(|received| received >= message.sent), "it came before it went");
    }
    for index in [0, recording.entries().len() / 2] {
        recording.views_at(index);
    }
    recording.final_views();
    recording.outcome();
    assert!(first_difference(&recording, &recording).is_none(), "it differs from itself");
}
