//! What the file looks like.

use recording::{EntryKind, Header, Outcome, Recorder, Recording};
use wire::SimTime;

use crate::sample;

#[test]
fn a_recording_reads_as_lines_of_json() {
    let lines = String::from_utf8(sample().finish_lines()).unwrap();
    insta::assert_snapshot!(lines, @r#"
    {"format":"1.0","feature":"Session keys","path":"features/session-keys.feature","scenario":"A key that has expired is refused","line":12,"tags":["KEY-03"],"site":"one-team","seed":7,"commit":"3f9c2d1","entries":12,"digest":"fa458b1763c3a19f"}
    {"seq":0,"at":0,"entry":"step_began","keyword":"When","text":"Priya enters the key 2 hours later","line":14}
    {"seq":1,"at":7200000000000,"entry":"act_performed","act":{"CustomerEntersKey":{"who":"Priya"}},"says":"Priya enters the session key 123 4567"}
    {"seq":2,"at":7200000000000,"entry":"view_changed","who":"Priya's PC","program":"customer_client","patch":[{"op":"replace","path":"","value":{"state":"connecting","chat":[]}}]}
    {"seq":3,"at":7200000000000,"entry":"message_sent","from":"Priya's PC","to":"appliance","conn":3,"kind":"start_by_session_key","bytes":45}
    {"seq":4,"at":7200065000000,"entry":"message_delivered","sent":3}
    {"seq":5,"at":7200065000000,"entry":"session_event","session":"1","name":"Session End","who":"","detail":"the key has expired"}
    {"seq":6,"at":7200131000000,"entry":"view_changed","who":"Priya's PC","program":"customer_client","patch":[{"op":"replace","path":"/state","value":"refused"},{"op":"add","path":"/why","value":"expired"}]}
    {"seq":7,"at":7200131000000,"entry":"link_sample","host":"priya-pc","up":{"bytes":412,"drops":0,"queue_bytes_max":85},"down":{"bytes":390,"drops":1,"queue_bytes_max":60}}
    {"seq":8,"at":7200131000000,"entry":"step_ended","status":"passed"}
    {"seq":9,"at":7200131000000,"entry":"step_began","keyword":"Then","text":"Priya is asked for another key","line":15}
    {"seq":10,"at":7205131000000,"entry":"step_ended","status":"failed","failure":{"text":"Priya's PC asks for nothing","expected":"a field for the key","seen":"refused"}}
    {"seq":11,"at":7205131000000,"entry":"ended","outcome":"failed"}
    "#);
}

#[test]
fn the_digest_covers_the_entries_and_nothing_of_the_header() {
    let played = |header: Header, text: &str| {
        let mut recorder = Recorder::new(header);
        recorder.record(SimTime::from_secs(1), EntryKind::Trouble { text: text.to_owned() });
        recorder.record(SimTime::from_secs(2), EntryKind::Ended { outcome: Outcome::Passed });
        Recording::read(&recorder.finish()).unwrap().digest()
    };
    let elsewhere = Header { commit: Some("0000000".to_owned()), seed: 8, ..Header::default() };
    assert_eq!(played(Header::default(), "rain"), played(elsewhere, "rain"));
    assert_ne!(played(Header::default(), "rain"), played(Header::default(), "snow"));
}

#[test]
fn the_same_entries_give_the_same_bytes() {
    assert_eq!(sample().finish(), sample().finish());
    let recording = Recording::read(&sample().finish()).unwrap();
    assert_eq!(recording.digest(), sample().digest());
}

#[test]
fn a_view_that_stays_the_same_is_not_recorded() {
    let mut recorder = sample();
    let entries = recorder.entries();
    let shown = recorder.views()["Priya's PC"].shown.clone();
    let (at, program) = (SimTime::from_secs(9_000), recording::Program::CustomerClient);
    assert!(!recorder.record_view(at, "Priya's PC", program, shown));
    assert_eq!(recorder.entries(), entries);
}

#[test]
#[should_panic(expected = "entries come in the order of time: 1.000s after 2.000s")]
fn time_does_not_run_backwards() {
    let mut recorder = Recorder::new(Header::default());
    recorder.record(SimTime::from_secs(2), EntryKind::Ended { outcome: Outcome::Passed });
    recorder.record(SimTime::from_secs(1), EntryKind::Ended { outcome: Outcome::Passed });
}
