//! What the file looks like.

use recording::{
    Digest, EntryKind, Header, LinkUse, Outcome, Recorder, Recording, ReportedCustomer,
    ReportedRepresentative, SessionReport,
};
use wire::SimTime;

use crate::sample;

#[test]
fn a_recording_reads_as_lines_of_json() {
    let lines = String::from_utf8(sample().finish_lines()).unwrap();
    insta::assert_snapshot!(lines, @r#"
    {"format":"1.3","feature":"Session keys","path":"features/session-keys.feature","scenario":"A key that has expired is refused","line":12,"tags":["KEY-03"],"site":"one-team","seed":7,"commit":"3f9c2d1","entries":14,"digest":"b17705ca817060ef"}
    {"seq":0,"at":0,"entry":"step_began","keyword":"When","text":"Priya enters the key 2 hours later","line":14}
    {"seq":1,"at":7200000000000,"entry":"act_performed","act":{"CustomerEntersKey":{"who":"Priya"}},"says":"Priya enters the session key 123 4567"}
    {"seq":2,"at":7200000000000,"entry":"view_changed","who":"Priya's PC","program":"customer_client","patch":[{"op":"replace","path":"","value":{"state":"connecting","chat":[]}}]}
    {"seq":3,"at":7200000000000,"entry":"message_sent","from":"Priya's PC","to":"appliance","conn":3,"kind":"start_by_session_key","bytes":45}
    {"seq":4,"at":7200065000000,"entry":"message_delivered","sent":3}
    {"seq":5,"at":7200065000000,"entry":"session_event","session":"1","name":"Session End","who":"","detail":"the key has expired"}
    {"seq":6,"at":7200131000000,"entry":"view_changed","who":"Priya's PC","program":"customer_client","patch":[{"op":"replace","path":"/state","value":"refused"},{"op":"add","path":"/why","value":"expired"}]}
    {"seq":7,"at":7200131000000,"entry":"link_sample","host":"priya-pc","from":7200000000000,"until":7200130000000,"up":{"bytes":412,"drops":0,"queue_bytes_max":85},"down":{"bytes":390,"drops":1,"queue_bytes_max":60,"lost":1,"packets":4,"queue_bytes":60,"wait_ns_max":1200,"wait_ns":1300,"rate_bits_per_s":10000000}}
    {"seq":8,"at":7200131000000,"entry":"conn_sample","host":"priya-pc","with":"appliance","connection":{"local":"10.20.0.1:49152","peer":"203.0.113.10:443","state":"ESTABLISHED","bytes_out":45,"rtt_ns":131000000}}
    {"seq":9,"at":7200131000000,"entry":"step_ended","status":"passed"}
    {"seq":10,"at":7200131000000,"entry":"step_began","keyword":"Then","text":"Priya is asked for another key","line":15}
    {"seq":11,"at":7205131000000,"entry":"step_ended","status":"failed","failure":{"text":"Priya's PC asks for nothing","expected":"a field for the key","seen":"refused"}}
    {"seq":12,"at":7205131000000,"entry":"netstat","host":"priya-pc","rows":[{"local":"10.20.0.1:49152","peer":"203.0.113.10:443","state":"ESTABLISHED","bytes_out":45,"rtt_ns":131000000}]}
    {"seq":13,"at":7205131000000,"entry":"ended","outcome":"failed"}
    "#);
}

/// As a program of that day wrote it.
const FORMAT_1_0: &str = r#"{"format":"1.0","feature":"F","path":"f.feature","scenario":"S","line":2,"tags":[],"site":"","seed":1,"entries":2,"digest":"DIGEST"}
{"seq":0,"at":5,"entry":"link_sample","host":"priya-pc","up":{"bytes":412,"drops":0,"queue_bytes_max":85},"down":{"bytes":390,"drops":1,"queue_bytes_max":60}}
{"seq":1,"at":5,"entry":"ended","outcome":"passed"}
"#;

/// As a program of that day wrote it.
const FORMAT_1_1: &str = r#"{"format":"1.1","feature":"F","path":"f.feature","scenario":"S","line":2,"tags":[],"site":"","seed":1,"entries":2,"digest":"DIGEST"}
{"seq":0,"at":5,"entry":"session_event","session":"session-1","name":"Chat Message","who":"Alex Kim","detail":"Hello"}
{"seq":1,"at":5,"entry":"ended","outcome":"passed"}
"#;

fn read_as_of_that_day(file: &str) -> Recording {
    let (_, entries) = file.split_once('\n').unwrap();
    let file = file.replace("DIGEST", &Digest::of(entries.as_bytes()).to_string());
    Recording::read_lines(file.as_bytes()).unwrap()
}

#[test]
fn a_file_of_format_1_1_is_still_read() {
    let recording = read_as_of_that_day(FORMAT_1_1);
    assert_eq!(recording.format().to_string(), "1.1");
    assert_eq!(
        recording.entries()[0].kind,
        EntryKind::SessionEvent {
            session: "session-1".to_owned(),
            name: "Chat Message".to_owned(),
            who: "Alex Kim".to_owned(),
            detail: "Hello".to_owned(),
            by: None,
            audience: None,
        }
    );
}

#[test]
fn a_file_of_format_1_0_is_still_read() {
    let recording = read_as_of_that_day(FORMAT_1_0);
    assert_eq!(recording.format().to_string(), "1.0");
    let up = LinkUse { bytes: 412, queue_bytes_max: 85, ..LinkUse::default() };
    let down = LinkUse { bytes: 390, drops: 1, queue_bytes_max: 60, ..LinkUse::default() };
    let host = "priya-pc".to_owned();
    assert_eq!(
        recording.entries()[0].kind,
        EntryKind::LinkSample { host, from: None, until: None, up, down }
    );
}

/// What a reader of format 1.0 asks of a link's use stands in every newer file.
#[test]
fn what_1_0_asks_for_is_always_written() {
    let zero = serde_json::to_string(&LinkUse::default()).unwrap();
    assert_eq!(zero, r#"{"bytes":0,"drops":0,"queue_bytes_max":0}"#);
}

#[test]
fn what_1_2_says_of_a_session_reads_as_lines_of_json() {
    let mut recorder = Recorder::new(Header::default());
    let at = SimTime::from_secs;
    let event = EntryKind::SessionEvent {
        session: "session-1".to_owned(),
        name: "Chat Message".to_owned(),
        who: "Alex Moreau".to_owned(),
        detail: "Is this the old printer?".to_owned(),
        by: Some(2),
        audience: Some("representatives only".to_owned()),
    };
    let report = SessionReport {
        session: "session-1".to_owned(),
        kind: "support".to_owned(),
        began: at(7),
        ended: at(72),
        issue: Some("Printer".to_owned()),
        customer: ReportedCustomer {
            name: "Priya".to_owned(),
            computer: "PRIYA-PC".to_owned(),
            platform: "Windows".to_owned(),
            public_ip: [198, 51, 100, 7].into(),
            private_ip: [10, 20, 0, 1].into(),
        },
        representatives: vec![ReportedRepresentative {
            number: 2,
            name: "Alex Moreau".to_owned(),
            user_name: Some("alex".to_owned()),
            public_ip: [198, 51, 100, 8].into(),
            is_owner: true,
            involved_ns: 60_000_000_000,
        }],
    };
    let report = EntryKind::SessionReport { report: Box::new(report) };
    recorder.record(at(30), event.clone());
    recorder.record(at(72), report.clone());
    let lines = String::from_utf8(recorder.finish_lines()).unwrap();
    let recording = Recording::read_lines(lines.as_bytes()).unwrap();
    assert_eq!(recording.entries().iter().map(|entry| &entry.kind).collect::<Vec<_>>(), [&event, &report]);
    insta::assert_snapshot!(lines.split_once('\n').unwrap().1, @r#"
    {"seq":0,"at":30000000000,"entry":"session_event","session":"session-1","name":"Chat Message","who":"Alex Moreau","detail":"Is this the old printer?","by":2,"audience":"representatives only"}
    {"seq":1,"at":72000000000,"entry":"session_report","report":{"session":"session-1","kind":"support","began":7000000000,"ended":72000000000,"issue":"Printer","customer":{"name":"Priya","computer":"PRIYA-PC","platform":"Windows","public_ip":"198.51.100.7","private_ip":"10.20.0.1"},"representatives":[{"number":2,"name":"Alex Moreau","user_name":"alex","public_ip":"198.51.100.8","is_owner":true,"involved_ns":60000000000}]}}
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
