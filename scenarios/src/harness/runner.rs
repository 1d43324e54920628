//! The runner for the `cucumber` crate: its own polls every scenario on one thread, where a step that blocks stops
//! all others. This one gives each scenario a thread.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use cucumber::event::{
    Cucumber, HookType, Info, Scenario as ScenarioEvent, Source, Step as StepEvent, StepError,
};
use cucumber::step::AmbiguousMatchError;
use cucumber::{Event, Runner, cli, parser};
use futures::stream::{self, LocalBoxStream, Stream, StreamExt as _};
use gherkin::{Feature, Rule, Scenario, Step};
use regex::CaptureLocations;
use wire::{Seed, SimTime};

use super::definitions::{Definitions, NoMatch};
use super::play::{Failure, Performance, PlayedStep, Scene, StepStatus};
use super::pool::Pool;
use super::script::line_of;
use super::stage::{ScenarioInfo, Stage, StepInfo};

/// Plays features with a thread per scenario, and tells of it in the order of the features.
///
/// Any parser and any writer of the `cucumber` crate goes with it. Steps may block; a world lives and dies on one
/// thread. The time of an event is the virtual one, counted from the Unix epoch. No step is ever reported as
/// skipped: one that no definition fits fails its scenario.
pub struct ThreadRunner<W> {
    pool: Pool,
    definitions: Arc<Definitions<W>>,
    seed: u64,
    root: PathBuf,
    audience: Box<dyn FnMut(Performance)>,
}

impl<W: Stage> ThreadRunner<W> {
    /// A runner with the run's `seed`, for features whose paths are relative to `root`.
    pub fn new(pool: Pool, definitions: Arc<Definitions<W>>, seed: u64, root: PathBuf) -> Self {
        Self { pool, definitions, seed, root, audience: Box::new(drop) }
    }

    /// Has `audience` see each scenario as soon as it and all before it are played, ahead of its events.
    #[must_use]
    pub fn watched_by(self, audience: impl FnMut(Performance) + 'static) -> Self {
        Self { audience: Box::new(audience), ..self }
    }
}

impl<W: Stage> Runner<W> for ThreadRunner<W> {
    type Cli = cli::Empty;
    type EventStream = LocalBoxStream<'static, parser::Result<Event<Cucumber<W>>>>;

    fn run<S>(self, features: S, _: cli::Empty) -> Self::EventStream
    where
        S: Stream<Item = parser::Result<Feature>> + 'static,
    {
        let started = stream::once(async { Ok(event(SimTime::ZERO, Cucumber::Started)) });
        let played = stream::once(async move {
            let mut scenes = Vec::new();
            let mut errors = Vec::new();
            let (mut feature_count, mut rule_count) = (0, 0);
            for feature in features.collect::<Vec<_>>().await {
                match feature {
                    Ok(feature) => {
                        feature_count += 1;
                        rule_count += feature.rules.len();
                        scenes.extend(self::scenes(feature, self.seed, &self.root));
                    }
                    Err(error) => errors.push(Err(error)),
                }
            }
            let parsed = Cucumber::ParsingFinished {
                features: feature_count,
                rules: rule_count,
                scenarios: scenes.len(),
                steps: scenes.iter().map(|scene| scene.steps.len()).sum(),
                parser_errors: errors.len(),
            };
            let mut audience = self.audience;
            let bounds = bounds(&scenes);
            let performances = self.pool.play(scenes.clone(), self.definitions);
            let told = scenes.into_iter().zip(bounds).zip(performances).flat_map(
                move |((scene, bounds), performance)| {
                    let events = tell(&scene, bounds, &performance);
                    audience(performance);
                    events
                },
            );
            stream::iter(errors)
                .chain(stream::iter([Ok(event(SimTime::ZERO, parsed))]))
                .chain(stream::iter(told.map(Ok)))
        });
        let finished = stream::once(async { Ok(event(SimTime::ZERO, Cucumber::Finished)) });
        started.chain(played.flatten()).chain(finished).boxed_local()
    }
}

/// The scenarios of `feature` in the order of the file, with the backgrounds that go before them.
pub(crate) fn scenes(feature: Feature, seed: u64, root: &std::path::Path) -> Vec<Scene> {
    let feature = Source::new(feature);
    let own = feature.scenarios.iter().map(|scenario| (None, scenario.clone()));
    let ruled = feature.rules.iter().flat_map(|rule| {
        let source = Source::new(rule.clone());
        rule.scenarios.iter().map(move |scenario| (Some(source.clone()), scenario.clone()))
    });
    own.chain(ruled)
        .map(|(rule, scenario)| Scene {
            info: scenario_info(&feature, rule.as_deref(), &scenario, seed, root),
            steps: steps(&feature, rule.as_deref(), &scenario),
            scenario: Source::new(scenario),
            feature: feature.clone(),
            rule,
            capture: None,
        })
        .collect()
}

fn scenario_info(
    feature: &Feature,
    rule: Option<&Rule>,
    scenario: &Scenario,
    seed_number: u64,
    root: &std::path::Path,
) -> ScenarioInfo {
    let path = feature.path.clone().unwrap_or_default();
    let mut tags: Vec<String> = Vec::new();
    for tag in all_tags(feature, rule, scenario) {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    ScenarioInfo {
        feature: feature.name.clone(),
        path: path.to_string_lossy().into_owned(),
        file: root.join(path),
        rule: rule.map(|rule| rule.name.clone()),
        name: scenario.name.clone(),
        line: line_of(scenario.position),
        tags,
        seed_number,
        seed: Seed::from_number(seed_number).child(&feature.name).child(&scenario.name),
    }
}

/// The tags that count for `scenario`, its own last.
pub(crate) fn all_tags<'a>(
    feature: &'a Feature,
    rule: Option<&'a Rule>,
    scenario: &'a Scenario,
) -> impl Iterator<Item = &'a String> + Clone {
    feature.tags.iter().chain(rule.into_iter().flat_map(|rule| &rule.tags)).chain(&scenario.tags)
}

fn steps(feature: &Feature, rule: Option<&Rule>, scenario: &Scenario) -> Vec<(Source<Step>, StepInfo)> {
    let backgrounds = feature.background.iter().chain(rule.and_then(|rule| rule.background.as_ref()));
    let before = backgrounds.flat_map(|background| &background.steps).map(|step| (true, step));
    let own = scenario.steps.iter().map(|step| (false, step));
    before
        .chain(own)
        .map(|(background, step)| {
            let info = StepInfo {
                keyword: step.keyword.trim().to_owned(),
                text: step.value.clone(),
                argument: argument(step),
                line: line_of(step.position),
                background,
            };
            (Source::new(step.clone()), info)
        })
        .collect()
}

/// The step's doc string or table as text.
fn argument(step: &Step) -> Option<String> {
    let table = step.table.as_ref().map(|table| {
        let rows = table.rows.iter().map(|row| format!("| {} |", row.join(" | ")));
        rows.collect::<Vec<_>>().join("\n")
    });
    step.docstring.clone().or(table)
}

/// For each scene, which blocks it stands at the edges of.
fn bounds(scenes: &[Scene]) -> Vec<Bounds> {
    let same_rule = |one: &Scene, other: &Scene| one.feature == other.feature && one.rule == other.rule;
    (0..scenes.len())
        .map(|at| {
            let scene = &scenes[at];
            let before = at.checked_sub(1).map(|before| &scenes[before]);
            let after = scenes.get(at + 1);
            Bounds {
                opens_feature: before.is_none_or(|before| before.feature != scene.feature),
                opens_rule: scene.rule.is_some() && before.is_none_or(|before| !same_rule(before, scene)),
                closes_rule: scene.rule.is_some() && after.is_none_or(|after| !same_rule(after, scene)),
                closes_feature: after.is_none_or(|after| after.feature != scene.feature),
            }
        })
        .collect()
}

/// Which blocks a scene stands at the edges of.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    opens_feature: bool,
    opens_rule: bool,
    closes_rule: bool,
    closes_feature: bool,
}

/// All events of a scenario, and of the feature and rule that begin or end with it.
fn tell<W>(scene: &Scene, bounds: Bounds, performance: &Performance) -> Vec<Event<Cucumber<W>>> {
    let mut events = Vec::new();
    let (feature, rule) = (&scene.feature, &scene.rule);
    let end = performance.finished.virtual_time;
    if bounds.opens_feature {
        events.push(event(SimTime::ZERO, Cucumber::feature_started(feature.clone())));
    }
    if let (true, Some(rule)) = (bounds.opens_rule, rule) {
        events.push(event(SimTime::ZERO, Cucumber::rule_started(feature.clone(), rule.clone())));
    }
    let mut say = |at: SimTime, what: ScenarioEvent<W>| {
        let what = Cucumber::scenario(
            feature.clone(),
            rule.clone(),
            scene.scenario.clone(),
            what.with_retries(None),
        );
        events.push(event(at, what));
    };
    say(SimTime::ZERO, ScenarioEvent::Started);
    let whole = performance.failure.as_ref().filter(|failure| failure.step.is_none());
    let played = performance.steps.iter().any(|step| step.status != StepStatus::Skipped);
    if let (Some(failure), false) = (whole, played) {
        hook(HookType::Before, failure, SimTime::ZERO, &mut say);
    }
    for (place, ((step, info), played)) in scene.steps.iter().zip(&performance.steps).enumerate() {
        if played.status == StepStatus::Skipped {
            break;
        }
        let wrap = |what| match info.background {
            true => ScenarioEvent::Background(step.clone(), what),
            false => ScenarioEvent::Step(step.clone(), what),
        };
        say(played.began, wrap(StepEvent::Started));
        match performance.failure.as_ref().filter(|failure| failure.step == Some(place)) {
            Some(failure) => {
                say_evidence(failure, played.ended, &mut say);
                say(played.ended, wrap(failed(played, failure)));
            }
            None => say(played.ended, wrap(StepEvent::Passed(captures(played), played.definition))),
        }
    }
    if let (Some(failure), true) = (whole, played) {
        hook(HookType::After, failure, end, &mut say);
    }
    say(end, ScenarioEvent::Finished);
    if let (true, Some(rule)) = (bounds.closes_rule, rule) {
        events.push(event(end, Cucumber::rule_finished(feature.clone(), rule.clone())));
    }
    if bounds.closes_feature {
        events.push(event(end, Cucumber::feature_finished(feature.clone())));
    }
    events
}

/// Trouble that no step is to blame for, in the only form that writers know.
fn hook<W>(which: HookType, failure: &Failure, at: SimTime, say: &mut impl FnMut(SimTime, ScenarioEvent<W>)) {
    say(at, ScenarioEvent::hook_started(which));
    say_evidence(failure, at, say);
    say(at, ScenarioEvent::hook_failed(which, None, message(failure)));
}

fn say_evidence<W>(failure: &Failure, at: SimTime, say: &mut impl FnMut(SimTime, ScenarioEvent<W>)) {
    if !failure.evidence.is_empty() {
        say(at, ScenarioEvent::Log(failure.evidence.clone()));
    }
}

fn failed<W>(played: &PlayedStep, failure: &Failure) -> StepEvent<W> {
    let error = match &played.no_match {
        None => StepError::Panic(message(failure)),
        Some(NoMatch::Undefined) => StepError::NotFound,
        Some(NoMatch::Ambiguous(fitting)) => StepError::AmbiguousMatch(AmbiguousMatchError {
            possible_matches: fitting
                .iter()
                .map(|(regex, place)| (regex.clone().into(), Some(*place)))
                .collect(),
        }),
    };
    StepEvent::Failed(played.captures.clone(), played.definition, None, error)
}

/// The failure's message and place, as the writers of the `cucumber` crate expect a panic.
fn message(failure: &Failure) -> Info {
    Arc::new(match &failure.place {
        Some(place) => format!("{}\nat {place}", failure.message),
        None => failure.message.clone(),
    })
}

fn captures(played: &PlayedStep) -> CaptureLocations {
    let none = || regex::Regex::new("").expect("the empty expression is one").capture_locations();
    played.captures.clone().unwrap_or_else(none)
}

fn event<T>(at: SimTime, value: T) -> Event<T> {
    let mut event = Event::new(value);
    event.at = SystemTime::UNIX_EPOCH + Duration::from_nanos(at.as_nanos());
    event
}
