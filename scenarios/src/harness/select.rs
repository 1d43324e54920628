//! Which scenarios to play.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::{Component, Path, PathBuf};

use cucumber::tag::Ext as _;
use gherkin::tagexpr::TagOperation;
use gherkin::{Feature, Rule, Scenario};
use regex::Regex;

use super::problem::Problem;
use super::runner::all_tags;
use super::script::{Script, scenarios};

/// The folder of features that is played where no other is asked for.
const DEFAULT_FOLDER: &str = "features";

/// Which scenarios to play. All conditions must hold; without any, it is the default folder.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Feature files, with or without lines (`features/keys.feature:12`), and folders.
    pub places: Vec<String>,
    /// A condition on the tags of feature, rule, scenario and examples.
    pub tags: Option<TagOperation>,
    /// A condition on the scenario's name.
    pub name: Option<Regex>,
}

/// The folder that paths in reports are relative to: the nearest one, from where the command was called upwards, in
/// which there is a folder `features`.
#[derive(Debug, Clone)]
pub struct Root {
    folder: PathBuf,
    called_in: PathBuf,
}

/// A file or folder that was asked for and cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// There is no such thing.
    #[error("expected a feature file or a folder at {place}: {error}")]
    Missing {
        /// As it was asked for.
        place: String,
        /// The system's word.
        error: std::io::Error,
    },
    /// No place was named, and there is no default.
    #[error("no folder `features` in {folder} or above it; name a feature file or a folder")]
    NoDefault {
        /// Where the command was called.
        folder: String,
    },
}

/// Feature files by their paths in reports, with the lines asked for; none means all.
type Files = BTreeMap<String, (PathBuf, Vec<usize>)>;

impl Root {
    /// The root for a command that is called in `folder`.
    pub fn above(folder: &Path) -> Self {
        let called_in = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let found = called_in.ancestors().find(|above| above.join(DEFAULT_FOLDER).is_dir());
        Self { folder: found.unwrap_or(&called_in).to_owned(), called_in }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name of `file` in reports: relative to the root where it lies below, with `/` between its parts.
    fn name(&self, file: &Path) -> String {
        let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        match file.strip_prefix(&self.folder) {
            Ok(inside) => {
                let parts = inside.components().map(|part| match part {
                    Component::Normal(part) => part.to_string_lossy(),
                    other => other.as_os_str().to_string_lossy(),
                });
                parts.collect::<Vec<_>>().join("/")
            }
            Err(_) => file.to_string_lossy().into_owned(),
        }
    }
}

impl Selection {
    /// Whether this is everything in the default folder.
    pub fn is_everything(&self) -> bool {
        self.places.is_empty() && self.tags.is_none() && self.name.is_none()
    }

    /// Reads the files in which the selected scenarios are, and leaves out the others.
    ///
    /// # Errors
    ///
    /// A place that does not exist. What is wrong with the files themselves comes back beside the sound ones.
    pub fn scripts(&self, root: &Root) -> Result<(Vec<Script>, Vec<Problem>), PlaceError> {
        let mut scripts = Vec::new();
        let mut problems = Vec::new();
        let mut scenario_count = 0;
        for (name, (file, lines)) in self.files(root)? {
            match Script::read(&name, &file) {
                Err(found) => problems.extend(found),
                Ok(mut script) => {
                    scenario_count += scenarios(&script.feature).count();
                    problems.extend(lines_without_scenario(&script, &lines));
                    self.retain(&mut script, &lines);
                    if scenarios(&script.feature).next().is_some() {
                        scripts.push(script);
                    }
                }
            }
        }
        if scripts.is_empty() && problems.is_empty() {
            problems.push(self.nothing(scenario_count));
        }
        Ok((scripts, problems))
    }

    fn files(&self, root: &Root) -> Result<Files, PlaceError> {
        let mut files = Files::new();
        if self.places.is_empty() {
            let folder = root.folder.join(DEFAULT_FOLDER);
            if !folder.is_dir() {
                return Err(PlaceError::NoDefault { folder: root.called_in.display().to_string() });
            }
            let missing = |error| PlaceError::Missing { place: DEFAULT_FOLDER.to_owned(), error };
            walk(root, &folder, &mut files).map_err(missing)?;
        }
        for place in &self.places {
            let (path, lines) = split_lines(place);
            let missing = |error| PlaceError::Missing { place: place.clone(), error };
            let file = root.called_in.join(path);
            if fs::metadata(&file).map_err(missing)?.is_dir() {
                walk(root, &file, &mut files).map_err(missing)?;
            } else {
                insert(root, file, lines, &mut files);
            }
        }
        Ok(files)
    }

    /// Leaves in `script` only the scenarios that are selected.
    fn retain(&self, script: &mut Script, lines: &[usize]) {
        let whole = script.feature.clone();
        let selected = |rule: Option<&Rule>, scenario: &Scenario| {
            (lines.is_empty() || lines.iter().any(|line| stands_at(&whole, &script.text, scenario, *line)))
                && self.tags.as_ref().is_none_or(|tags| tags.eval(all_tags(&whole, rule, scenario)))
                && self.name.as_ref().is_none_or(|name| name.is_match(&scenario.name))
        };
        script.feature.scenarios.retain(|scenario| selected(None, scenario));
        for (rule, original) in script.feature.rules.iter_mut().zip(&whole.rules) {
            rule.scenarios.retain(|scenario| selected(Some(original), scenario));
        }
        script.feature.rules.retain(|rule| !rule.scenarios.is_empty());
    }

    fn nothing(&self, scenario_count: usize) -> Problem {
        let help = match scenario_count {
            0 => "there is no feature file (*.feature) in the places asked for".to_owned(),
            1 => "there is one scenario, which `--tags` or `--name` leaves out".to_owned(),
            count => format!("there are {count} scenarios, all of which `--tags` or `--name` leaves out"),
        };
        Problem::new("", 0, "no scenario is selected", help)
    }
}

/// Adds the feature files in `folder` and below.
fn walk(root: &Root, folder: &Path, files: &mut Files) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        // Links to folders are not followed: they may lead back here.
        if entry.file_type()?.is_dir() {
            walk(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "feature") {
            insert(root, path, Vec::new(), files);
        }
    }
    Ok(())
}

fn insert(root: &Root, file: PathBuf, lines: Vec<usize>, files: &mut Files) {
    match files.entry(root.name(&file)) {
        Entry::Vacant(entry) => {
            entry.insert((file, lines));
        }
        // Asked for twice: the whole file wins over lines of it.
        Entry::Occupied(mut entry) => {
            let known = &mut entry.get_mut().1;
            if lines.is_empty() {
                known.clear();
            } else if !known.is_empty() {
                known.extend(lines);
            }
        }
    }
}

/// `keys.feature:12:30` as its path and lines.
fn split_lines(place: &str) -> (&str, Vec<usize>) {
    let mut path = place;
    let mut lines = Vec::new();
    while let Some((before, line)) = path.rsplit_once(':')
        && let Ok(line) = line.parse()
    {
        path = before;
        lines.insert(0, line);
    }
    (path, lines)
}

/// Whether `line` asks for `scenario`: it is the scenario's row, or stands between its heading and its end but in no
/// other row of the same outline.
fn stands_at(feature: &Feature, text: &str, scenario: &Scenario, line: usize) -> bool {
    if scenario.position.line == line {
        return true;
    }
    let row_of_other =
        || scenarios(feature).any(|other| other.span == scenario.span && other.position.line == line);
    let line_of = |offset: usize| text[..offset].matches('\n').count() + 1;
    let end = scenario.span.start + text[scenario.span.start..scenario.span.end].trim_end().len();
    (line_of(scenario.span.start)..=line_of(end)).contains(&line) && !row_of_other()
}

fn lines_without_scenario(script: &Script, lines: &[usize]) -> Vec<Problem> {
    let empty = |line: &&usize| {
        !scenarios(&script.feature).any(|scenario| stands_at(&script.feature, &script.text, scenario, **line))
    };
    lines
        .iter()
        .filter(empty)
        .map(|line| {
            let starts: Vec<_> =
                scenarios(&script.feature).map(|scenario| scenario.position.line.to_string()).collect();
            Problem::new(
                &script.path,
                u32::try_from(*line).unwrap_or(u32::MAX),
                "no scenario stands at this line",
                format!("scenarios of this feature begin at {}", starts.join(", ")),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_from_the_end() {
        assert_eq!(split_lines("a/b.feature"), ("a/b.feature", vec![]));
        assert_eq!(split_lines("C:/b.feature:12:30"), ("C:/b.feature", vec![12, 30]));
    }

    #[test]
    fn a_line_selects_what_it_stands_in() {
        let text = "Feature: F\n\n  Scenario: A\n    Given x\n\n  @t\n  Scenario Outline: B <n>\n    Given <n>\n\n    \
                    Examples:\n      | n |\n      | 1 |\n\n      | 2 |\n";
        let script = Script::parse("f.feature", text).expect("it parses");
        let selected = |line| {
            let mut script = script.clone();
            Selection::default().retain(&mut script, &[line]);
            scenarios(&script.feature).map(|scenario| scenario.name.clone()).collect::<Vec<_>>().join(",")
        };
        assert_eq!([1, 2, 3, 4, 5].map(selected), ["", "", "A", "A", ""]);
        assert_eq!([7, 8, 10, 11].map(selected), ["B 1,B 2"; 4]);
        assert_eq!([12, 14, 15].map(selected), ["B 1", "B 2", ""]);
    }
}
