//! What the Cucumber extension of VS Code needs to go from a step to its definition. It reads sources without
//! compiling them, and takes only plain string literals for parameters.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Sources that its setting `cucumber.glue` names, each a file or `folder/**/*.rs`.
fn glue() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let settings = fs::read_to_string(root.join(".vscode/settings.json")).expect("settings");
    let settings: Value = serde_json::from_str(&settings).expect("JSON");
    let mut files = Vec::new();
    for place in settings["cucumber.glue"].as_array().expect("a list") {
        let place = place.as_str().expect("a path");
        match place.strip_suffix("/**/*.rs") {
            None => files.push(root.join(place)),
            Some(folder) => {
                let entries = fs::read_dir(root.join(folder)).expect("a folder");
                files.extend(entries.map(|entry| entry.expect("an entry").path()));
            }
        }
    }
    files
}

#[test]
fn parameters_are_written_so_that_the_editor_can_read_them() {
    let mut parameters = 0;
    for file in glue() {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for line in text.lines().filter(|line| line.trim_start().starts_with("#[param(")) {
            parameters += 1;
            assert!(
                line.contains("name = \"") && line.contains("regex = \""),
                "{}: expected `#[param(name = \"…\", regex = \"…\")]` on one line, with no raw string, came {line}",
                file.display()
            );
        }
    }
    assert!(parameters > 0, "expected a `#[param(…)]` in the sources that the editor is shown");
}
