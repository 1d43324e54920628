//! The summary of a run that scripts read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entry::Outcome;
use crate::recording::Recording;

/// The version of `results.json`. Raised by a change that a script would trip over.
pub const RESULTS_FORMAT: u32 = 1;

/// `results.json`: one run, one line of figures per scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// [`RESULTS_FORMAT`].
    pub format: u32,
    /// In the order in which the report shows them, whatever order they were played in.
    pub scenarios: Vec<ScenarioResult>,
}

/// How one scenario went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioResult {
    /// The path of its feature file, so that `feature:line` names it.
    pub feature: String,
    /// Its name.
    pub scenario: String,
    /// Its line in the feature file; that of the row, where it comes from an outline's table.
    pub line: u32,
    /// The tags of scenario, rule and feature, without the `@`.
    pub tags: Vec<String>,
    /// The run's seed.
    pub seed: u64,
    /// The digest of its recording, 16 hex digits.
    pub digest: String,
    /// Whether it passed.
    pub status: Outcome,
    /// How much virtual time it took, in whole milliseconds.
    pub virtual_ms: u64,
    /// How long the machine worked on it, in milliseconds: the one figure here that chance has a hand in.
    pub wall_ms: u64,
    /// What the scenario measured, in virtual units: `time_to_accept_s`. Finite.
    pub figures: BTreeMap<String, f64>,
}

impl ScenarioResult {
    /// The result that `recording` tells of. A run that broke off has failed.
    pub fn of(recording: &Recording, wall_ms: u64, figures: BTreeMap<String, f64>) -> Self {
        let header = recording.header();
        Self {
            feature: header.path.clone(),
            scenario: header.scenario.clone(),
            line: header.line,
            tags: header.tags.clone(),
            seed: header.seed,
            digest: recording.digest().to_string(),
            status: recording.outcome().unwrap_or(Outcome::Failed),
            virtual_ms: recording.end().as_millis(),
            wall_ms,
            figures,
        }
    }
}

impl Results {
    /// The results of a run.
    pub fn new(scenarios: Vec<ScenarioResult>) -> Self {
        Self { format: RESULTS_FORMAT, scenarios }
    }

    /// The file, one scenario a line. A figure that is no number has no place in JSON and is refused.
    pub fn to_json(&self) -> Result<String, FigureNotFinite> {
        for scenario in &self.scenarios {
            if let Some((figure, &value)) = scenario.figures.iter().find(|(_, value)| !value.is_finite()) {
                let (scenario, figure) = (scenario.scenario.clone(), figure.clone());
                return Err(FigureNotFinite { scenario, figure, value });
            }
        }
        let lines: Vec<String> = self.scenarios.iter().map(line).collect();
        Ok(format!("{{\"format\":{},\"scenarios\":[\n{}\n]}}\n", self.format, lines.join(",\n")))
    }

    /// Reads the file.
    pub fn from_json(json: &str) -> Result<Self, ResultsError> {
        let results: Self = serde_json::from_str(json)?;
        match results.format {
            RESULTS_FORMAT => Ok(results),
            came => Err(ResultsError::Format { came }),
        }
    }
}

fn line(scenario: &ScenarioResult) -> String {
    serde_json::to_string(scenario).expect("our own types serialise")
}

/// A figure is infinite or no number at all.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("figure `{figure}` of scenario `{scenario}`: expected a finite number, came {value}")]
pub struct FigureNotFinite {
    /// Which scenario's.
    pub scenario: String,
    /// Which figure.
    pub figure: String,
    /// What it is.
    pub value: f64,
}

/// Why a text is no `results.json`.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// It does not have the shape.
    #[error("expected results of a run")]
    Shape(#[from] serde_json::Error),
    /// It has a shape that this reader does not know.
    #[error("expected results in format {RESULTS_FORMAT}, came format {came}")]
    Format {
        /// The file's format.
        came: u32,
    },
}
