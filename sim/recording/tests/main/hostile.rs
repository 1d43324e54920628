//! Bytes that nobody vouches for.

use recording::{Digest, EntryKind, LINE_BYTES_MAX, ReadError, Recording, VIEW_DEPTH_MAX};
use serde_json::json;

use crate::sample;

/// The lines of a file with these entries and a header that fits them.
fn file(format: &str, entries: &[String]) -> Vec<u8> {
    let lines: String = entries.iter().flat_map(|entry| [entry.as_str(), "\n"]).collect();
    let header = json!({
        "format": format, "feature": "", "path": "", "scenario": "", "line": 1, "tags": [], "site": "", "seed": 1,
        "entries": entries.len(), "digest": Digest::of(lines.as_bytes()),
    });
    format!("{header}\n{lines}").into_bytes()
}

fn view_changed(seq: usize, patch: &serde_json::Value) -> String {
    let entry = json!({
        "seq": seq, "at": 0, "entry": "view_changed", "who": "a", "program": "rep_console", "patch": patch,
    });
    entry.to_string()
}

fn refusal(lines: &[u8]) -> String {
    Recording::read_lines(lines).unwrap_err().to_string()
}

#[test]
fn arbitrary_bytes_are_refused_without_a_panic() {
    arbtest::arbtest(|u| {
        let bytes = u.bytes(u.len())?;
        assert!(Recording::read(bytes).is_err());
        assert!(Recording::read_lines(bytes).is_err());
        Ok(())
    });
}

#[test]
fn a_changed_byte_is_noticed() {
    let lines = sample().finish_lines();
    let original = Recording::read_lines(&lines).unwrap();
    arbtest::arbtest(|u| {
        let mut changed = lines.clone();
        let index = u.choose_index(changed.len())?;
        changed[index] = u.arbitrary()?;
        if let Ok(recording) = Recording::read_lines(&changed) {
            assert_eq!(recording.entries(), original.entries());
        }
        Ok(())
    });
}

#[test]
fn damage_to_a_file_is_noticed() {
    let file = sample().finish();
    let original = Recording::read(&file).unwrap();
    for index in 0..file.len() {
        let mut damaged = file.clone();
        damaged[index] ^= 0x10;
        // A few bits of zstd's own header mean nothing.
        if let Ok(recording) = Recording::read(&damaged) {
            assert_eq!(recording, original, "byte {index} of {}", file.len());
        }
    }
}

#[test]
fn every_shorter_file_is_called_cut_short() {
    let file = sample().finish();
    for length in 1..file.len() {
        let error = Recording::read(&file[..length]).unwrap_err();
        assert!(matches!(error, ReadError::CutShort { .. }), "{length} of {}: {error}", file.len());
    }
    let lines = sample().finish_lines();
    let half = lines.len() / 2;
    insta::assert_snapshot!(refusal(&lines[..half]), @"recording is cut short: expected 14 entries, came 6, the last at 7200.065s");
    insta::assert_snapshot!(refusal(b""), @"recording is cut short: expected a header, came the end");
}

#[test]
fn bytes_after_the_end_are_refused() {
    let mut file = sample().finish();
    file.push(0);
    insta::assert_snapshot!(Recording::read(&file).unwrap_err(), @"expected the recording to end after 14 entries, came more");
    let mut lines = sample().finish_lines();
    lines.extend_from_slice(b"{}\n");
    insta::assert_snapshot!(refusal(&lines), @"expected the recording to end after 14 entries, came more");
}

#[test]
fn a_newer_minor_version_is_read_and_a_newer_major_one_is_not() {
    let newer = json!({"seq": 0, "at": 5, "entry": "screen_tile", "pixels": [1, 2], "who": {"a": null}});
    let known = json!({"seq": 1, "at": 5, "entry": "trouble", "text": "rain", "severity": 3});
    let entries = [newer.to_string(), known.to_string()];
    let recording = Recording::read_lines(&file("1.9", &entries)).unwrap();
    let kinds: Vec<_> = recording.entries().iter().map(|entry| entry.kind.clone()).collect();
    assert_eq!(kinds, [EntryKind::Unknown, EntryKind::Trouble { text: "rain".to_owned() }]);
    insta::assert_snapshot!(refusal(&file("2.0", &entries)), @"line 1: expected format 1.x, came 2.0");
}

#[test]
fn entries_that_contradict_one_another_are_refused() {
    let trouble =
        |seq: u64, at: u64| json!({"seq": seq, "at": at, "entry": "trouble", "text": ""}).to_string();
    let delivered = |seq: u64, sent: u64| {
        json!({"seq": seq, "at": 0, "entry": "message_delivered", "sent": sent}).to_string()
    };
    let sent = json!({"seq": 0, "at": 0, "entry": "message_sent", "from": "", "to": "", "conn": 1, "kind": "", "bytes": 1})
        .to_string();
    let keyframe =
        json!({"seq": 0, "at": 0, "entry": "keyframe", "views": {"a": {"program": "appliance", "shown": 1}}})
            .to_string();
    let said: Vec<String> = [
        vec![trouble(1, 0)],
        vec![trouble(0, 2), trouble(1, 1)],
        vec![delivered(0, 0)],
        vec![delivered(0, u64::MAX)],
        vec![sent.clone(), delivered(1, 0), delivered(2, 0)],
        vec![keyframe],
        vec![view_changed(0, &json!([{"op": "remove", "path": "/none"}]))],
    ]
    .iter()
    .map(|entries| refusal(&file("1.0", entries)))
    .collect();
    insta::assert_snapshot!(said.join("\n"), @"
    line 2: expected entry 0, came entry 1
    line 3: expected a time of at least 2 ns, came 1 ns
    line 2: expected a message under way, came entry 0
    line 2: expected a message under way, came entry 18446744073709551615
    line 4: expected a message under way, came entry 0
    line 2: expected a keyframe of what the patches gave, came another
    line 2: operation '/0' failed at path '/none': path is invalid
    ");
}

#[test]
fn a_patch_cannot_ask_for_all_memory_or_all_stack() {
    let double = json!([{"op": "copy", "from": "", "path": "/a"}]);
    insta::assert_snapshot!(refusal(&file("1.0", &[view_changed(0, &double)])), @"line 2: expected a patch of `add`, `remove` and `replace`, came another operation");

    // Each line nests the view a hundred deeper, at the place where the last one ended.
    let deep = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!({ "a": inner }));
    let mut lines = vec![view_changed(0, &json!([{"op": "replace", "path": "", "value": deep(60)}]))];
    for seq in 1..1_000 {
        let path = "/a".repeat(60 * seq);
        lines.push(view_changed(seq, &json!([{"op": "replace", "path": path, "value": deep(60)}])));
    }
    let said = refusal(&file("1.0", &lines));
    assert!(said.contains(&format!("at most {VIEW_DEPTH_MAX} segments")), "{said}");
}

#[test]
fn limits_hold_before_memory_is_taken() {
    // A small file that unpacks to one line without an end.
    let bomb = zstd::bulk::compress(&vec![b'['; LINE_BYTES_MAX + 2], 3).unwrap();
    assert!(bomb.len() < 4_096);
    insta::assert_snapshot!(Recording::read(&bomb).unwrap_err(), @"line 1: expected at most 8388608 bytes, came more");

    let commas = ",".repeat(LINE_BYTES_MAX - 100);
    let many = |seq| json!({"seq": seq, "at": 0, "entry": "trouble", "text": commas}).to_string();
    insta::assert_snapshot!(refusal(&file("1.0", &[many(0), many(1), many(2)])), @"expected at most 16777216 JSON values, came more");
}
