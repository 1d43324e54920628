//! One scenario, played on the thread that calls.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cucumber::event::Source;
use cucumber::step::Location;
use futures::executor::block_on;
use gherkin::{Feature, Rule, Scenario, Step};
use regex::CaptureLocations;
use wire::SimTime;

use crate::capture::Capture;

use super::definitions::{Definitions, NoMatch};
use super::panics::{Panic, catch};
use super::stage::{Finished, ScenarioInfo, Stage, StepInfo, Verdict};
use super::stand_in::stand_in;

/// A scenario to be played, backgrounds included.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) feature: Source<Feature>,
    pub(crate) rule: Option<Source<Rule>>,
    pub(crate) scenario: Source<Scenario>,
    pub(crate) info: ScenarioInfo,
    pub(crate) steps: Vec<(Source<Step>, StepInfo)>,
    /// Where to keep its packets, if anybody wants them.
    pub(crate) capture: Option<Capture>,
}

/// A scenario that was played.
#[derive(Debug, Clone)]
pub struct Performance {
    /// Which one.
    pub scenario: ScenarioInfo,
    /// Its steps, backgrounds included, and those that a failure kept from being played.
    pub steps: Vec<PlayedStep>,
    /// Why it failed; `None` if it passed.
    pub failure: Option<Failure>,
    /// What it left behind; where its stage left nothing, what is known from the outside.
    pub finished: Finished,
    /// How long it took in real time.
    pub wall: Duration,
}

/// A step that was played, or should have been.
#[derive(Debug, Clone)]
pub struct PlayedStep {
    /// Which one.
    pub step: StepInfo,
    /// How it went.
    pub status: StepStatus,
    /// The virtual clock when it began.
    pub began: SimTime,
    /// The virtual clock when it ended.
    pub ended: SimTime,
    /// Where its definition stands.
    pub definition: Option<Location>,
    pub(crate) captures: Option<CaptureLocations>,
    pub(crate) no_match: Option<NoMatch>,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepStatus {
    /// It did what it says.
    Passed,
    /// What it says is not so.
    Failed,
    /// It began and has not come to its end.
    Unfinished,
    /// Something before it failed.
    Skipped,
}

/// Why a scenario failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// The place of the step among the scenario's; `None` where no single step is to blame.
    pub step: Option<usize>,
    /// What was expected and what came.
    pub message: String,
    /// `file:line:column` of the code that said so.
    pub place: Option<String>,
    /// The call stack, where `RUST_BACKTRACE` asks for it.
    pub backtrace: Option<String>,
    /// What the stage looked like, see [`Stage::evidence`].
    pub evidence: String,
}

impl Performance {
    /// Whether it went as it should.
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }
}

/// What has been played of a scenario so far; its watchdog reads it from another thread.
#[derive(Debug)]
pub(crate) struct Progress(Mutex<Vec<PlayedStep>>);

impl Progress {
    pub(crate) fn new(scene: &Scene) -> Self {
        let unplayed = scene.steps.iter().map(|(_, step)| PlayedStep {
            step: step.clone(),
            status: StepStatus::Skipped,
            began: SimTime::ZERO,
            ended: SimTime::ZERO,
            definition: None,
            captures: None,
            no_match: None,
        });
        Self(Mutex::new(unplayed.collect()))
    }

    pub(crate) fn steps(&self) -> MutexGuard<'_, Vec<PlayedStep>> {
        // No code of a step runs under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Plays `scene` in a world of its own, and notes in `progress` how far it is.
pub(crate) fn play<W: Stage>(
    scene: &Scene,
    definitions: &Definitions<W>,
    progress: &Progress,
) -> Performance {
    let (failure, finished) = match catch(|| block_on(W::new())) {
        Ok(Ok(world)) => play_in(world, scene, definitions, progress),
        Ok(Err(error)) => (Some(no_stage(error)), None),
        Err(panic) => (Some(panicked(None, panic)), None),
    };
    let steps = progress.steps().clone();
    Performance {
        scenario: scene.info.clone(),
        finished: finished.unwrap_or_else(|| stand_in(&scene.info, &steps, failure.as_ref())),
        steps,
        failure,
        wall: Duration::ZERO,
    }
}

fn play_in<W: Stage>(
    mut world: W,
    scene: &Scene,
    definitions: &Definitions<W>,
    progress: &Progress,
) -> (Option<Failure>, Option<Finished>) {
    let begin = |world: &mut W| {
        world.begin(&scene.info)?;
        scene.capture.as_ref().map_or(Ok(()), |capture| world.attach_capture(capture))
    };
    let mut failure = match catch(|| begin(&mut world)) {
        Ok(Ok(())) => play_steps(&mut world, scene, definitions, progress),
        Ok(Err(message)) => Some(no_stage(message)),
        Err(panic) => Some(panicked(None, panic)),
    };
    if failure.is_none() {
        failure = match catch(|| world.trouble()) {
            Ok(trouble) => trouble.map(|message| Failure { message, ..Failure::default() }),
            Err(panic) => Some(panicked(None, panic)),
        };
    }
    if let Some(failure) = &mut failure {
        failure.evidence = catch(|| world.evidence())
            .unwrap_or_else(|panic| format!("no evidence: looking for it panicked: {}\n", panic.message));
    }
    let message = failure.as_ref().map(|failure| failure.message.clone());
    match catch(|| world.finish(verdict(message.as_deref()))) {
        Ok(finished) => (failure, Some(finished)),
        Err(panic) => (failure.or_else(|| Some(panicked(None, panic))), None),
    }
}

/// Plays steps up to the first that fails.
fn play_steps<W: Stage>(
    world: &mut W,
    scene: &Scene,
    definitions: &Definitions<W>,
    progress: &Progress,
) -> Option<Failure> {
    for (place, (step, info)) in scene.steps.iter().enumerate() {
        let began = world.now();
        let found = definitions.find(step);
        {
            let played = &mut progress.steps()[place];
            (played.began, played.ended) = (began, began);
            played.status = StepStatus::Unfinished;
            played.definition = found.as_ref().ok().map(|found| found.definition.location);
        }
        let result = match found {
            Ok(found) => {
                progress.steps()[place].captures = Some(found.captures);
                let function = found.definition.function();
                if let Some(capture) = &scene.capture {
                    capture.step_begins(info);
                }
                catch(|| {
                    world.step_begins(info);
                    block_on(function(world, found.context));
                })
                .map_err(|panic| panicked(Some(place), panic))
            }
            Err(no_match) => {
                let message = match no_match {
                    NoMatch::Undefined => "no step definition fits",
                    NoMatch::Ambiguous(_) => "several step definitions fit",
                };
                progress.steps()[place].no_match = Some(no_match);
                Err(Failure { step: Some(place), message: message.to_owned(), ..Failure::default() })
            }
        };
        let message = result.as_ref().err().map(|failure| failure.message.clone());
        if let Some(capture) = &scene.capture {
            capture.step_ends(info, message.as_deref());
        }
        // The stage hears of the end in any case; if it trips over it, that is the failure.
        let told = catch(|| world.step_ends(info, verdict(message.as_deref())));
        let result = result.and(told.map_err(|panic| panicked(Some(place), panic)));
        let played = &mut progress.steps()[place];
        played.ended = world.now();
        played.status = if result.is_ok() { StepStatus::Passed } else { StepStatus::Failed };
        if let Err(failure) = result {
            return Some(failure);
        }
    }
    None
}

fn verdict(message: Option<&str>) -> Verdict<'_> {
    message.map_or(Verdict::Passed, Verdict::Failed)
}

fn no_stage(reason: impl std::fmt::Display) -> Failure {
    Failure { message: format!("the stage could not be set: {reason}"), ..Failure::default() }
}

fn panicked(step: Option<usize>, panic: Panic) -> Failure {
    Failure {
        step,
        message: panic.message,
        place: panic.place,
        backtrace: panic.backtrace,
        evidence: String::new(),
    }
}
