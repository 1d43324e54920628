//! What there is to report on.

use std::collections::BTreeMap;

use recording::{Outcome, ReadError, Recording, Results, ScenarioResult};

/// A run: the scenarios that were played, in the order in which they are shown.
#[derive(Debug, Clone)]
pub struct Run {
    seed: u64,
    scenarios: Vec<Played>,
    troubles: Vec<String>,
}

/// A scenario that was played.
#[derive(Debug, Clone)]
pub struct Played {
    recording: Recording,
    file: Vec<u8>,
    file_name: String,
    wall_ms: u64,
    figures: BTreeMap<String, f64>,
    repeat: String,
    is_alone: bool,
}

impl Run {
    /// The run of `scenarios` under `seed`.
    ///
    /// They are put in the order of their paths, lines and seeds, whatever order they were played in. `troubles`
    /// are what kept scenarios from being played at all: a file that does not parse, a selection that is empty.
    /// One is enough to fail the run.
    pub fn new(seed: u64, mut scenarios: Vec<Played>, troubles: Vec<String>) -> Self {
        scenarios.sort_by(|a, b| a.place().cmp(&b.place()));
        let mut taken: BTreeMap<String, u32> = BTreeMap::new();
        for played in &mut scenarios {
            let times = taken.entry(played.file_name.clone()).or_default();
            *times += 1;
            if *times > 1 {
                played.file_name = format!("{}-again-{times}", played.file_name);
            }
        }
        Self { seed, scenarios, troubles }
    }

    /// What `--seed` named.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The scenarios, in order.
    pub fn scenarios(&self) -> &[Played] {
        &self.scenarios
    }

    /// What kept scenarios from being played.
    pub fn troubles(&self) -> &[String] {
        &self.troubles
    }

    /// How many scenarios passed.
    pub fn passed(&self) -> usize {
        self.scenarios.iter().filter(|played| played.outcome() == Outcome::Passed).count()
    }

    /// How many did not.
    pub fn failed(&self) -> usize {
        self.scenarios.len() - self.passed()
    }

    /// What `results.json` says.
    pub fn results(&self) -> Results {
        Results::new(self.scenarios.iter().map(Played::result).collect())
    }

    /// The features, each with its scenarios.
    pub(crate) fn features(&self) -> impl Iterator<Item = &[Played]> {
        self.scenarios.chunk_by(|a, b| a.recording.header().path == b.recording.header().path)
    }
}

impl Played {
    /// The scenario that `file`, a `.rehearsal`, tells of. `wall_ms` is how long the machine worked on it,
    /// `figures` is what it measured, `repeat` is the command that plays it again.
    pub fn new(
        file: Vec<u8>,
        wall_ms: u64,
        figures: BTreeMap<String, f64>,
        repeat: String,
    ) -> Result<Self, ReadError> {
        let recording = Recording::read(&file)?;
        let header = recording.header();
        let file_name = format!("{}-{}-seed-{}", slug(&header.path), header.line, header.seed);
        Ok(Self { recording, file, file_name, wall_ms, figures, repeat, is_alone: false })
    }

    /// The same for a page that is not written beside its recording, and so has no link to it.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { is_alone: true, ..self }
    }

    /// What happened.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Whether it passed. One that broke off did not.
    pub fn outcome(&self) -> Outcome {
        self.recording.outcome().unwrap_or(Outcome::Failed)
    }

    /// Its line in `results.json`.
    pub fn result(&self) -> ScenarioResult {
        ScenarioResult::of(&self.recording, self.wall_ms, self.figures.clone())
    }

    /// What it measured.
    pub fn figures(&self) -> &BTreeMap<String, f64> {
        &self.figures
    }

    /// The command that plays it again.
    pub fn repeat(&self) -> &str {
        &self.repeat
    }

    /// The `.rehearsal` file.
    pub(crate) fn file(&self) -> &[u8] {
        &self.file
    }

    /// Unique in the run; also its anchor in the page.
    pub(crate) fn id(&self) -> &str {
        &self.file_name
    }

    /// Where the recording lies, from the folder of the reports.
    pub(crate) fn file_path(&self) -> String {
        format!("recordings/{}.rehearsal", self.file_name)
    }

    /// What the page's link to the recording leads to.
    pub(crate) fn link(&self) -> Option<String> {
        (!self.is_alone).then(|| self.file_path())
    }

    fn place(&self) -> (&str, u32, u64) {
        let header = self.recording.header();
        (&header.path, header.line, header.seed)
    }
}

/// The most characters of a path that go into a file name.
const SLUG_CHARS_MAX: usize = 80;

/// A path as part of a file name and of a link: `features/queues/hold.feature` is `features-queues-hold`.
fn slug(path: &str) -> String {
    let path = path.strip_suffix(".feature").unwrap_or(path);
    let words = path.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    slug[slug.len().saturating_sub(SLUG_CHARS_MAX)..].trim_start_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_file_name() {
        assert_eq!(slug("features/queues/On hold.feature"), "features-queues-on-hold");
        assert_eq!(slug("../elsewhere/ä.feature"), "elsewhere");
        assert_eq!(slug(&"deep/".repeat(100)).len(), 79);
    }
}
