//! What a run leaves in its folder.

use std::fs;

use recording::{Recording, Results};
use reports::write_all;

use crate::sample;

#[test]
fn a_folder_holds_everything_and_nothing_of_earlier_runs() {
    let folder = tempfile::tempdir().unwrap();
    let recordings = folder.path().join("recordings");
    fs::create_dir(&recordings).unwrap();
    fs::write(recordings.join("earlier.rehearsal"), b"").unwrap();
    fs::write(recordings.join("notes.txt"), b"mine").unwrap();
    let run = sample::run();
    write_all(folder.path(), &run).unwrap();

    let mut names: Vec<String> = fs::read_dir(&recordings)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    insta::assert_snapshot!(names.join("\n"), @"
    features-chat-40-seed-7.rehearsal
    features-chat-62-seed-7.rehearsal
    features-jump-clients-8-seed-7.rehearsal
    features-queues-17-seed-7.rehearsal
    features-queues-63-seed-7.rehearsal
    features-session-keys-12-seed-7.rehearsal
    notes.txt
    ");
    let page = fs::read_to_string(folder.path().join("index.html")).unwrap();
    for name in names.iter().filter(|name| name.ends_with(".rehearsal")) {
        Recording::read(&fs::read(recordings.join(name)).unwrap()).unwrap();
        assert!(page.contains(&format!("href=\"recordings/{name}\"")), "{name}");
    }
    let results = fs::read_to_string(folder.path().join("results.json")).unwrap();
    assert_eq!(Results::from_json(&results).unwrap(), run.results());
    assert_eq!(fs::read_to_string(folder.path().join("junit.xml")).unwrap(), reports::junit_xml(&run));
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let [first, second] = [(); 2].map(|()| {
        let folder = tempfile::tempdir().unwrap();
        write_all(folder.path(), &sample::run()).unwrap();
        ["index.html", "junit.xml", "results.json"].map(|name| fs::read(folder.path().join(name)).unwrap())
    });
    assert_eq!(first, second);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("recordings"), b"a file stands here").unwrap();
    let error = write_all(folder.path(), &sample::run()).unwrap_err();
    assert!(error.to_string().starts_with("could not write "), "{error}");
    assert!(error.to_string().ends_with("recordings"), "{error}");
}
