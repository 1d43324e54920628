//! A stage small enough to test the harness with: a clock, a counter and a diary.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::time::Duration;

use cucumber::{World, given, then, when};
use gherkin::Step;
use recording::{EntryKind, Failure, Header, Outcome, Recorder, StepStatus};
use scenarios::harness::{Finished, ScenarioInfo, Stage, StepInfo, Verdict};
use wire::SimTime;

scenarios::step_definitions!();

#[derive(Debug, World)]
#[world(init = Self::new)]
pub(crate) struct Mock {
    now: SimTime,
    count: u64,
    recorder: Recorder,
    trouble: Option<String>,
}

impl Mock {
    fn new() -> Self {
        Self { now: SimTime::ZERO, count: 0, recorder: Recorder::new(Header::default()), trouble: None }
    }

    fn note(&mut self, what: String) {
        self.recorder.record(self.now, EntryKind::DeviceWitness { device: "the counter".to_owned(), what });
    }
}

impl Stage for Mock {
    fn begin(&mut self, scenario: &ScenarioInfo) -> Result<(), String> {
        self.recorder = Recorder::new(Header {
            feature: scenario.feature.clone(),
            path: scenario.path.clone(),
            scenario: scenario.name.clone(),
            rule: scenario.rule.clone(),
            line: scenario.line,
            tags: scenario.tags.clone(),
            site: "a shelf".to_owned(),
            seed: scenario.seed_number,
            commit: None,
        });
        self.note(format!("chance is {:?}", scenario.seed));
        match scenario.tags.iter().any(|tag| tag == "unplayable") {
            true => Err("expected a site, found none".to_owned()),
            false => Ok(()),
        }
    }

    fn step_begins(&mut self, step: &StepInfo) {
        let step = step.clone();
        let began = EntryKind::StepBegan {
            keyword: step.keyword,
            text: step.text,
            argument: step.argument,
            line: step.line,
        };
        self.recorder.record(self.now, began);
    }

    fn step_ends(&mut self, _step: &StepInfo, verdict: Verdict<'_>) {
        let (status, failure) = match verdict {
            Verdict::Passed => (StepStatus::Passed, None),
            Verdict::Failed(text) => {
                (StepStatus::Failed, Some(Failure { text: text.to_owned(), ..Failure::default() }))
            }
        };
        self.recorder.record(self.now, EntryKind::StepEnded { status, failure });
    }

    fn now(&self) -> SimTime {
        self.now
    }

    fn evidence(&mut self) -> String {
        format!("the counter shows {}\n", self.count)
    }

    fn trouble(&mut self) -> Option<String> {
        self.trouble.take()
    }

    fn finish(mut self, verdict: Verdict<'_>) -> Finished {
        let outcome = if verdict == Verdict::Passed { Outcome::Passed } else { Outcome::Failed };
        self.recorder.record(self.now, EntryKind::Ended { outcome });
        Finished {
            digest: self.recorder.digest().to_string(),
            virtual_time: self.now,
            figures: [("count".to_owned(), self.count as f64)].into(),
            recording: self.recorder.finish(),
        }
    }
}

/// The counter starts somewhere.
#[given(expr = "a counter at {int}")]
fn counter(mock: &mut Mock, start: u64) {
    mock.count = start;
}

/// The counter goes up.
#[given(expr = "{int} is added")]
#[when(expr = "{int} is added")]
fn add(mock: &mut Mock, more: u64) {
    mock.count += more;
}

/// Virtual time passes.
#[when(expr = "{int} s pass(es)")]
fn pass(mock: &mut Mock, seconds: u64) {
    mock.now += Duration::from_secs(seconds);
}

/// The counter is checked.
#[then(expr = "the counter shows {int}")]
fn shows(mock: &mut Mock, expected: u64) {
    assert_eq!(mock.count, expected, "the counter");
}

/// The counter is compared with a list.
#[then(expr = "the counter is in the list")]
fn in_list(mock: &mut Mock, step: &Step) {
    let table = step.table.as_ref().expect("a table");
    assert!(
        table.rows.iter().any(|row| row[0] == mock.count.to_string()),
        "{} is not in the list",
        mock.count
    );
}

/// A note is written down as it is.
#[when(expr = "this is noted")]
async fn note(mock: &mut Mock, step: &Step) {
    let text = step.docstring.as_deref().expect("a text");
    mock.note(format!("noted <{text}>"));
}

/// Something goes wrong that no step notices.
#[when(expr = "an invariant breaks")]
fn break_invariant(mock: &mut Mock) {
    mock.trouble = Some("invariant broken: the counter counts".to_owned());
}

/// A step that answers with an error rather than a panic.
#[when(expr = "the counter is read from {string}")]
fn read(_mock: &mut Mock, text: String) -> Result<(), String> {
    text.parse::<u64>().map(drop).map_err(|error| format!("expected a number, came {text:?}: {error}"))
}

/// Two scenarios wait for one another here: they can only pass side by side.
#[when(expr = "it meets its neighbour")]
fn meet(_mock: &mut Mock) {
    static MEETING: Barrier = Barrier::new(2);
    MEETING.wait();
}

static FOREVER: AtomicBool = AtomicBool::new(false);

/// A step that never ends. Real time, as the test's clock tells it, flies by.
#[when(expr = "nobody answers")]
fn hang(_mock: &mut Mock) {
    FOREVER.store(true, Ordering::SeqCst);
    let (_sender, receiver) = channel::<()>();
    // Its sender lives as long as this call.
    let _ = receiver.recv();
}

/// Real time for a test of what hangs: it stands still, but for a day that passes once a step hangs.
pub(crate) fn clock_that_runs_out() -> Arc<dyn Fn() -> Duration + Send + Sync> {
    Arc::new(|| if FOREVER.load(Ordering::SeqCst) { Duration::from_secs(86_400) } else { Duration::ZERO })
}
