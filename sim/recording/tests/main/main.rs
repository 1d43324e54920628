//! What a file must do, whoever wrote it.

mod difference;
mod format;
mod hostile;
mod round_trip;
mod story;

use recording::{Connection, EntryKind, Failure, Header, LinkUse, Outcome, Program, Recorder, StepStatus};
use serde_json::json;
use wire::SimTime;

/// A short scenario with an entry of nearly every kind.
fn sample() -> Recorder {
    let mut recorder = Recorder::new(Header {
        feature: "Session keys".to_owned(),
        path: "features/session-keys.feature".to_owned(),
        rule: None,
        scenario: "A key that has expired is refused".to_owned(),
        line: 12,
        tags: vec!["KEY-03".to_owned()],
        site: "one-team".to_owned(),
        seed: 7,
        commit: Some("3f9c2d1".to_owned()),
    });
    let at = SimTime::from_millis;
    let customer = |shown| ("Priya's PC", Program::CustomerClient, shown);

    recorder.record(at(0), step("When", "Priya enters the key 2 hours later", 14));
    let says = "Priya enters the session key 123 4567".to_owned();
    recorder.record(
        at(7_200_000),
        EntryKind::ActPerformed { act: json!({"CustomerEntersKey": {"who": "Priya"}}), says },
    );
    let (who, program, shown) = customer(json!({"state": "connecting", "chat": []}));
    recorder.record_view(at(7_200_000), who, program, shown);
    let sent = recorder.record(
        at(7_200_000),
        EntryKind::MessageSent {
            from: "Priya's PC".to_owned(),
            to: "appliance".to_owned(),
            conn: 3,
            kind: "start_by_session_key".to_owned(),
            bytes: 45,
        },
    );
    recorder.record(at(7_200_065), EntryKind::MessageDelivered { sent });
    recorder.record(
        at(7_200_065),
        EntryKind::SessionEvent {
            session: "1".to_owned(),
            name: "Session End".to_owned(),
            who: String::new(),
            detail: "the key has expired".to_owned(),
            by: None,
            audience: None,
        },
    );
    let (who, program, shown) = customer(json!({"state": "refused", "chat": [], "why": "expired"}));
    recorder.record_view(at(7_200_131), who, program, shown);
    recorder.record(
        at(7_200_131),
        EntryKind::LinkSample {
            host: "priya-pc".to_owned(),
            from: Some(at(7_200_000)),
            until: Some(at(7_200_130)),
            up: LinkUse { bytes: 412, queue_bytes_max: 85, ..LinkUse::default() },
            down: LinkUse {
                bytes: 390,
                drops: 1,
                queue_bytes_max: 60,
                lost: 1,
                packets: 4,
                queue_bytes: 60,
                wait_ns_max: 1_200,
                wait_ns: 1_300,
                rate_bits_per_s: Some(10_000_000),
            },
        },
    );
    let connection = Connection {
        local: "10.20.0.1:49152".to_owned(),
        peer: Some("203.0.113.10:443".to_owned()),
        state: "ESTABLISHED".to_owned(),
        bytes_out: 45,
        rtt_ns: Some(131_000_000),
        ..Connection::default()
    };
    let (host, with) = ("priya-pc".to_owned(), Some("appliance".to_owned()));
    recorder.record(at(7_200_131), EntryKind::ConnSample { host, with, connection: connection.clone() });
    recorder.record(at(7_200_131), EntryKind::StepEnded { status: StepStatus::Passed, failure: None });
    recorder.record(at(7_200_131), step("Then", "Priya is asked for another key", 15));
    let failure = Failure {
        text: "Priya's PC asks for nothing".to_owned(),
        expected: Some("a field for the key".to_owned()),
        seen: Some("refused".to_owned()),
    };
    recorder
        .record(at(7_205_131), EntryKind::StepEnded { status: StepStatus::Failed, failure: Some(failure) });
    let host = "priya-pc".to_owned();
    recorder.record(at(7_205_131), EntryKind::Netstat { host, rows: vec![connection] });
    recorder.record(at(7_205_131), EntryKind::Ended { outcome: Outcome::Failed });
    recorder
}

fn step(keyword: &str, text: &str, line: u32) -> EntryKind {
    EntryKind::StepBegan { keyword: keyword.to_owned(), text: text.to_owned(), argument: None, line }
}
