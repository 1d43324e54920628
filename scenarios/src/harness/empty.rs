//! A stage with nothing on it, for the command until a world stands.

use cucumber::{World, when};
use wire::SimTime;

use super::stage::{Finished, ScenarioInfo, Stage, StepInfo, Verdict};

crate::step_definitions!();

/// A stage with nothing on it.
#[derive(Debug, Default, World)]
pub struct EmptyStage;

impl Stage for EmptyStage {
    fn begin(&mut self, _scenario: &ScenarioInfo) -> Result<(), String> {
        Ok(())
    }

    fn step_begins(&mut self, _step: &StepInfo) {}

    fn step_ends(&mut self, _step: &StepInfo, _verdict: Verdict<'_>) {}

    fn now(&self) -> SimTime {
        SimTime::ZERO
    }

    fn evidence(&mut self) -> String {
        String::new()
    }

    fn trouble(&mut self) -> Option<String> {
        None
    }

    fn finish(self, _verdict: Verdict<'_>) -> Finished {
        Finished::default()
    }
}

/// Nothing at all.
///
/// Example: `When nothing happens`
#[when(expr = "nothing happens")]
fn nothing(_stage: &mut EmptyStage) {}
