//! What the harness asks of a world that scenarios play in.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use cucumber::World;
use cucumber::codegen::WorldInventory;
use wire::{Seed, SimTime};

use crate::capture::Capture;

/// A world that scenarios play in, as the harness sees it.
///
/// Each scenario gets a world of its own, which is made, used and dropped on one thread: steps may block, and the
/// world need not be `Send`. The order of calls is `new` (of [`World`]), [`begin`](Self::begin), then for each step
/// [`step_begins`](Self::step_begins), the step itself and [`step_ends`](Self::step_ends); after the last step
/// [`trouble`](Self::trouble), after a failed one [`evidence`](Self::evidence); at the very end
/// [`finish`](Self::finish).
pub trait Stage: World + WorldInventory + fmt::Debug {
    /// Sets the stage for one scenario.
    ///
    /// # Errors
    ///
    /// Why it cannot be played at all; it counts as failed.
    fn begin(&mut self, scenario: &ScenarioInfo) -> Result<(), String>;

    /// Shows all packets to `capture`, from the beginning of the scenario to its end, and then says whose they are.
    ///
    /// # Errors
    ///
    /// This stage has no packets.
    fn attach_capture(&mut self, _capture: &Capture) -> Result<(), String> {
        Err("expected a stage with packets to capture, this one has none".to_owned())
    }

    /// The next step is about to be played.
    fn step_begins(&mut self, step: &StepInfo);

    /// The step that began last is over.
    fn step_ends(&mut self, step: &StepInfo, verdict: Verdict<'_>);

    /// The virtual clock.
    fn now(&self) -> SimTime;

    /// What to print beside a failure: what each person sees, the last messages, the state of connections.
    fn evidence(&mut self) -> String;

    /// What fails the scenario although each of its steps passed: a broken invariant, an error logged.
    fn trouble(&mut self) -> Option<String>;

    /// Brings the curtain down and hands over what is left.
    fn finish(self, verdict: Verdict<'_>) -> Finished;
}

/// How a step or a scenario went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// As it should.
    Passed,
    /// Otherwise; the message says what was expected and what came.
    Failed(&'a str),
}

/// Which scenario is played.
#[derive(Debug, Clone)]
pub struct ScenarioInfo {
    /// The feature's name, as after `Feature:`.
    pub feature: String,
    /// The feature file's path in reports, with `/` between its parts: relative to the folder that the command
    /// works in where the file lies below it.
    pub path: String,
    /// Where the feature file is, for what lies beside it.
    pub file: PathBuf,
    /// The name of the rule that the scenario belongs to.
    pub rule: Option<String>,
    /// The scenario's name, with an outline's placeholders filled in.
    pub name: String,
    /// The scenario's line; of the row, where it comes from an outline's table.
    pub line: u32,
    /// The tags of feature, rule, scenario and examples, without the `@`.
    pub tags: Vec<String>,
    /// What `--seed` names.
    pub seed_number: u64,
    /// The source of all chance in this scenario: a child of the run's seed, by the names of feature and scenario,
    /// so that neither order nor selection changes it.
    pub seed: Seed,
}

impl ScenarioInfo {
    /// Where the scenario is, for a person, an editor and the command line: `features/keys.feature:12`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

/// Which step is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepInfo {
    /// `Given`, `When`, `Then`, `And`, `But` or `*`, as written.
    pub keyword: String,
    /// The step's text, with an outline's placeholders filled in.
    pub text: String,
    /// The step's table or doc string.
    pub argument: Option<String>,
    /// The step's line in the feature file.
    pub line: u32,
    /// Whether it stands in a background.
    pub background: bool,
}

/// `Given the site "acme"`.
impl fmt::Display for StepInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.keyword, self.text)
    }
}

/// What a scenario leaves behind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finished {
    /// The digest of all that happened: equal for equal behaviour, on any machine.
    pub digest: String,
    /// The virtual clock at the end.
    pub virtual_time: SimTime,
    /// Figures by name, for `results.json` and the gate.
    pub figures: BTreeMap<String, f64>,
    /// The recording, as the bytes of a `.rehearsal` file.
    pub recording: Vec<u8>,
}
