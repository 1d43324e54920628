//! Steps, messages and results, as reports take them.

use std::collections::BTreeMap;

use recording::{Outcome, Recording, Results, ScenarioResult, StepStatus};
use wire::SimTime;

fn recording() -> Recording {
    Recording::read(&crate::sample().finish()).unwrap()
}

#[test]
fn a_step_reaches_from_its_beginning_to_its_end() {
    let recording = recording();
    let steps = recording.steps();
    let table: Vec<String> = steps
        .iter()
        .map(|step| {
            let status = step.status.map(|status| status.to_string()).unwrap_or_default();
            let failure = step.failure.and_then(|failure| failure.seen.as_deref()).unwrap_or_default();
            format!(
                "{} {} (line {}) {}..{} {status} {failure} {:?}",
                step.keyword, step.text, step.line, step.began, step.ended, step.entries
            )
        })
        .collect();
    insta::assert_snapshot!(table.join("\n"), @"
    When Priya enters the key 2 hours later (line 14) 0.000s..7200.131s passed  0..10
    Then Priya is asked for another key (line 15) 7200.131s..7205.131s failed refused 10..12
    ");
}

#[test]
fn a_step_under_way_when_the_run_broke_off_has_no_status() {
    let mut recorder = recording::Recorder::new(recording::Header::default());
    recorder.record(SimTime::from_secs(1), crate::step("When", "all goes dark", 1));
    recorder.record(SimTime::from_secs(3), recording::EntryKind::Trouble { text: "dark".to_owned() });
    let recording = Recording::read(&recorder.finish()).unwrap();
    let [step] = &recording.steps()[..] else { panic!("expected one step") };
    assert_eq!((step.status, step.ended, step.entries.clone()), (None, SimTime::from_secs(3), 0..2));
    assert_eq!(recording.outcome(), None);
}

#[test]
fn a_message_knows_when_it_came_out() {
    let recording = recording();
    let [message] = &recording.messages()[..] else { panic!("expected one message") };
    assert_eq!(message.sent, SimTime::from_millis(7_200_000));
    assert_eq!(message.received, Some(SimTime::from_millis(7_200_065)));
    assert_eq!((message.sent_entry, message.received_entry), (3, Some(4)));
}

#[test]
fn results_have_the_shape_that_scripts_rely_on() {
    let figures = BTreeMap::from([("time_to_refuse_s".to_owned(), 0.131)]);
    let result = ScenarioResult::of(&recording(), 4, figures);
    assert_eq!(result.status, Outcome::Failed);
    let results = Results::new(vec![result.clone(), ScenarioResult { line: 20, ..result }]);
    let json = results.to_json().unwrap();
    insta::assert_snapshot!(json, @r#"
    {"format":1,"scenarios":[
    {"feature":"features/session-keys.feature","scenario":"A key that has expired is refused","line":12,"tags":["KEY-03"],"seed":7,"digest":"b17705ca817060ef","status":"failed","virtual_ms":7205131,"wall_ms":4,"figures":{"time_to_refuse_s":0.131}},
    {"feature":"features/session-keys.feature","scenario":"A key that has expired is refused","line":20,"tags":["KEY-03"],"seed":7,"digest":"b17705ca817060ef","status":"failed","virtual_ms":7205131,"wall_ms":4,"figures":{"time_to_refuse_s":0.131}}
    ]}
    "#);
    assert_eq!(Results::from_json(&json).unwrap(), results);
}

#[test]
fn a_figure_that_is_no_number_is_refused() {
    let figures = BTreeMap::from([("rate".to_owned(), f64::NAN)]);
    let results = Results::new(vec![ScenarioResult::of(&recording(), 4, figures)]);
    insta::assert_snapshot!(results.to_json().unwrap_err(), @"figure `rate` of scenario `A key that has expired is refused`: expected a finite number, came NaN");
}

#[test]
fn results_of_another_format_are_refused() {
    let error = Results::from_json(r#"{"format":2,"scenarios":[]}"#).unwrap_err();
    insta::assert_snapshot!(error, @"expected results in format 1, came format 2");
    assert!(Results::from_json("{}").is_err());
    assert_eq!(StepStatus::Passed.to_string(), "passed");
}
