//! What a run leaves behind on disk.

use std::fs;
use std::path::{Path, PathBuf};

use reports::{Played, Run, write_all};

use super::brief;
use super::cli::{Surroundings, Trouble};
use super::play::Performance;
use super::problem::Problem;

/// The folder for recordings and reports: the one asked for, or `target/rehearsals` beside the features.
pub(crate) fn folder(asked: Option<&Path>, surroundings: &Surroundings<'_>) -> PathBuf {
    match asked {
        Some(folder) => surroundings.folder.join(folder),
        None => surroundings.root().folder().join("target").join("rehearsals"),
    }
}

/// Writes recordings, `index.html`, `junit.xml`, `results.json` and `messages.ndjson` into `folder`.
pub(crate) fn write(
    folder: &Path,
    seed: u64,
    performances: &[Performance],
    problems: &[Problem],
    messages: &str,
) -> Result<(), Trouble> {
    let played = performances.iter().map(played).collect::<Result<_, _>>()?;
    let troubles = problems.iter().map(ToString::to_string).collect();
    let trouble = |what: &Path, error: &dyn std::error::Error| {
        let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
        Trouble::Report(format!("{}: {error}{cause}", what.display()))
    };
    write_all(folder, &Run::new(seed, played, troubles)).map_err(|error| trouble(folder, &error))?;
    let file = folder.join("messages.ndjson");
    fs::write(&file, messages).map_err(|error| trouble(&file, &error))
}

fn played(performance: &Performance) -> Result<Played, Trouble> {
    let finished = &performance.finished;
    let wall_ms = u64::try_from(performance.wall.as_millis()).unwrap_or(u64::MAX);
    let repeat = brief::repeat(performance);
    Played::new(finished.recording.clone(), wall_ms, finished.figures.clone(), repeat).map_err(|error| {
        Trouble::Report(format!("{}: its recording cannot be read: {error}", performance.scenario.place()))
    })
}
