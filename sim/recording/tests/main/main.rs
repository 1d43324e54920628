//! What a file must do, whoever wrote it.

mod difference;
mod format;
mod hostile;
mod round_trip;
mod story;

use recording::{EntryKind, Failure, Header, LinkUse, Outcome, Program, Recorder, StepStatus};
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
        },
    );
    let (who, program, shown) = customer(json!({"state": "refused", "chat": [], "why": "expired"}));
    recorder.record_view(at(7_200_131), who, program, shown);
    recorder.record(
        at(7_200_131),
        EntryKind::LinkSample {
            host: "priya-pc".to_owned(),
            up: LinkUse { bytes: 412, drops: 0, queue_bytes_max: 85 },
            down: LinkUse { bytes: 390, drops: 1, queue_bytes_max: 60 },
        },
    );
    recorder.record(at(7_200_131), EntryKind::StepEnded { status: StepStatus::Passed, failure: None });
    recorder.record(at(7_200_131), step("Then", "Priya is asked for another key", 15));
    let failure = Failure {
        text: "Priya's PC asks for nothing".to_owned(),
        expected: Some("a field for the key".to_owned()),
        seen: Some("refused".to_owned()),
    };
    recorder
        .record(at(7_205_131), EntryKind::StepEnded { status: StepStatus::Failed, failure: Some(failure) });
    recorder.record(at(7_205_131), EntryKind::Ended { outcome: Outcome::Failed });
    recorder
}

fn step(keyword: &str, text: &str, line: u32) -> EntryKind {
    EntryKind::StepBegan { keyword: keyword.to_owned(), text: text.to_owned(), argument: None, line }
}
