//! Naming where two recordings part.

use recording::{EntryKind, Header, Outcome, Recorder, Recording, first_difference};
use wire::SimTime;

fn read(recorder: Recorder) -> Recording {
    Recording::read(&recorder.finish()).unwrap()
}

fn troubles(texts: &[&str]) -> Recording {
    let mut recorder = Recorder::new(Header::default());
    for (text, at) in texts.iter().zip(1..) {
        recorder.record(SimTime::from_secs(at), EntryKind::Trouble { text: (*text).to_owned() });
    }
    read(recorder)
}

#[test]
fn equal_recordings_have_no_difference() {
    assert_eq!(first_difference(&read(crate::sample()), &read(crate::sample())), None);
}

#[test]
fn the_first_entry_that_differs_is_named() {
    let difference =
        first_difference(&troubles(&["rain", "snow", "a"]), &troubles(&["rain", "hail", "b"])).unwrap();
    assert_eq!(difference.seq, 1);
    insta::assert_snapshot!(difference, @r#"
    the recordings differ first at entry 1, virtual time 2.000s (2000000000 ns)
      first:  {"seq":1,"at":2000000000,"entry":"trouble","text":"snow"}
      second: {"seq":1,"at":2000000000,"entry":"trouble","text":"hail"}
    "#);
}

#[test]
fn the_end_of_the_shorter_one_is_a_difference() {
    let mut longer = crate::sample();
    longer.record(SimTime::from_secs(8_000), EntryKind::Ended { outcome: Outcome::Passed });
    let difference = first_difference(&read(crate::sample()), &read(longer)).unwrap();
    insta::assert_snapshot!(difference, @r#"
    the recordings differ first at entry 14, virtual time 8000.000s (8000000000000 ns)
      first:  the recording has ended
      second: {"seq":14,"at":8000000000000,"entry":"ended","outcome":"passed"}
    "#);
}

#[test]
fn of_long_entries_the_part_that_differs_is_shown() {
    let long = |end: &str| troubles(&[&format!("{}{end}{}", "é".repeat(1_000), "z".repeat(1_000))]);
    insta::assert_snapshot!(first_difference(&long("rain"), &long("snow")).unwrap(), @"
    the recordings differ first at entry 0, virtual time 1.000s (1000000000 ns)
      first:  …éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééérainzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz…
      second: …éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééésnowzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz…
    ");
}
