//! The recording of a scenario that left none: its stage hung, or could not be set.

use recording::{
    EntryKind, Failure as RecordedFailure, Header, Outcome, Recorder, StepStatus as RecordedStatus,
};
use wire::SimTime;

use super::play::{Failure, PlayedStep, StepStatus};
use super::stage::{Finished, ScenarioInfo};

/// What is known from the outside: the steps, their times, and how it ended.
pub(crate) fn stand_in(scenario: &ScenarioInfo, steps: &[PlayedStep], failure: Option<&Failure>) -> Finished {
    let mut recorder = Recorder::new(Header {
        feature: scenario.feature.clone(),
        path: scenario.path.clone(),
        scenario: scenario.name.clone(),
        rule: scenario.rule.clone(),
        line: scenario.line,
        tags: scenario.tags.clone(),
        site: String::new(),
        seed: scenario.seed_number,
        commit: None,
    });
    let text = failure.map(|failure| failure.message.clone());
    let mut now = SimTime::ZERO;
    for played in steps {
        now = now.max(played.began);
        let step = played.step.clone();
        let began = EntryKind::StepBegan {
            keyword: step.keyword,
            text: step.text,
            argument: step.argument,
            line: step.line,
        };
        recorder.record(now, began);
        now = now.max(played.ended);
        let status = match played.status {
            StepStatus::Passed => RecordedStatus::Passed,
            StepStatus::Failed | StepStatus::Unfinished => RecordedStatus::Failed,
            StepStatus::Skipped => RecordedStatus::Skipped,
        };
        let failure = (status == RecordedStatus::Failed).then(|| RecordedFailure {
            text: text.clone().unwrap_or_default(),
            ..RecordedFailure::default()
        });
        recorder.record(now, EntryKind::StepEnded { status, failure });
    }
    if let Some(text) = text {
        recorder.record(now, EntryKind::Trouble { text });
    }
    let outcome = if failure.is_some() { Outcome::Failed } else { Outcome::Passed };
    recorder.record(now, EntryKind::Ended { outcome });
    Finished {
        digest: recorder.digest().to_string(),
        virtual_time: now,
        recording: recorder.finish(),
        ..Finished::default()
    }
}
