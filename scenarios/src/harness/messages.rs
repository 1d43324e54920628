//! `messages.ndjson`: a run as Cucumber Messages, which the report tools of the Cucumber family read.
//!
//! The protocol is the one at <https://github.com/cucumber/messages>. Ids are counted and times are virtual, the
//! scenarios one after the other as if on one clock, so that equal runs give equal bytes.

mod document;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use cucumber::event::{Cucumber, Feature, Hook, HookType, Info, Rule, Scenario, Step, StepError};
use cucumber::{Event, Writer, cli, parser};
use serde_json::{Value, json};

use self::document::{Pickle, describe};
use super::definitions::{Definition, Definitions, Keyword};
use super::nearest::snippet;
use super::problem::Problem;
use super::script::Script;
use super::stage::Stage;

/// The version of the protocol that is written.
const PROTOCOL_VERSION: &str = "34.2.1";
const RUN_ID: &str = "run";
const PANIC: &str = "panic";

/// Counts ids from 1.
#[derive(Debug, Default)]
struct Ids(u64);

impl Ids {
    fn next(&mut self) -> String {
        self.0 += 1;
        self.0.to_string()
    }
}

/// Writes a run as Cucumber Messages.
pub(crate) struct Messages<W> {
    lines: String,
    ids: Ids,
    definitions: Arc<Definitions<W>>,
    /// In the order of [`Definitions::iter`].
    definition_ids: Vec<String>,
    pickles: Vec<Pickle>,
    /// The scenario that is being told of.
    case: Option<Case>,
    /// What the scenarios before took.
    before: Duration,
    success: bool,
}

/// A scenario while its events come in.
struct Case {
    pickle: Pickle,
    case_id: String,
    started_id: String,
    /// The ids of its steps, in order.
    step_ids: Vec<String>,
    /// How many of its steps have ended.
    ended: usize,
    /// The hook in whose guise trouble outside of steps appears.
    hook: Option<(HookType, String)>,
    /// What happened to it, which comes after what it is.
    told: Vec<Value>,
    step_began: Duration,
}

impl<W: Stage> Messages<W> {
    /// Begins with the features that are to be played and the step definitions.
    pub(crate) fn new(scripts: &[Script], definitions: Arc<Definitions<W>>) -> Self {
        let mut messages = Self {
            lines: String::new(),
            ids: Ids::default(),
            definitions,
            definition_ids: Vec::new(),
            pickles: Vec::new(),
            case: None,
            before: Duration::ZERO,
            success: true,
        };
        messages.say(json!({"meta": {
            "protocolVersion": PROTOCOL_VERSION,
            "implementation": {"name": "rehearse", "version": env!("CARGO_PKG_VERSION")},
            "runtime": {"name": "rust"},
            "os": {"name": "any"},
            "cpu": {"name": "any"},
        }}));
        for script in scripts {
            let described = describe(script, &mut messages.ids);
            for message in described.messages {
                messages.say(message);
            }
            messages.pickles.extend(described.pickles);
        }
        let definitions = Arc::clone(&messages.definitions);
        for definition in definitions.iter() {
            let id = messages.ids.next();
            messages.say(step_definition(&id, definition));
            messages.definition_ids.push(id);
        }
        messages
    }

    /// The messages of a run that was not played because of `problems`.
    pub(crate) fn unplayed(mut self, scripts: &[Script], problems: &[Problem]) -> String {
        let parse_errors = problems
            .iter()
            .filter(|problem| problem.path.ends_with(".feature"))
            .filter(|problem| !scripts.iter().any(|script| script.path == problem.path));
        for problem in parse_errors {
            let mut source = json!({"uri": problem.path});
            if problem.line > 0 {
                source["location"] = json!({"line": problem.line});
            }
            let message = format!("{}\n{}", problem.what, problem.help);
            self.say(json!({"parseError": {"source": source, "message": message.trim_end()}}));
        }
        for pickle in std::mem::take(&mut self.pickles) {
            for step in pickle.steps {
                if self.definitions.fitting(&step.step).is_empty() {
                    let id = self.ids.next();
                    let stage = super::check::stage_name::<W>();
                    let code = snippet(Keyword::of(step.step.ty), &step.step.value, stage);
                    let snippets = [json!({"language": "rust", "code": code})];
                    self.say(
                        json!({"suggestion": {"id": id, "pickleStepId": step.id, "snippets": snippets}}),
                    );
                }
            }
        }
        self.run_started();
        let message: Vec<_> = problems.iter().map(ToString::to_string).collect();
        self.say(json!({"testRunFinished": {
            "message": message.join("\n"),
            "success": false,
            "timestamp": stamp(Duration::ZERO),
            "testRunStartedId": RUN_ID,
        }}));
        self.lines
    }

    /// The file.
    pub(crate) fn finish(self) -> String {
        self.lines
    }

    fn say(&mut self, message: Value) {
        self.lines.push_str(&message.to_string());
        self.lines.push('\n');
    }

    fn run_started(&mut self) {
        self.say(json!({"testRunStarted": {"id": RUN_ID, "timestamp": stamp(Duration::ZERO)}}));
    }

    fn scenario(&mut self, path: &str, scenario: &gherkin::Scenario, at: Duration, event: &Scenario<W>) {
        let now = self.before + at;
        match event {
            Scenario::Started => self.case_started(path, scenario, now),
            Scenario::Finished => {
                self.case_finished(now);
                self.before = now;
            }
            Scenario::Hook(which, event) => self.hook(*which, event, now),
            Scenario::Background(_, event) | Scenario::Step(_, event) => self.step(event, now),
            Scenario::Log(text) => self.log(text, now),
        }
    }

    fn case_started(&mut self, path: &str, scenario: &gherkin::Scenario, now: Duration) {
        let found = self.pickles.iter().find(|pickle| pickle.is_of(path, scenario));
        let Some(pickle) = found.cloned() else { return };
        let (case_id, started_id) = (self.ids.next(), self.ids.next());
        let step_ids = pickle.steps.iter().map(|_| self.ids.next()).collect();
        let started = json!({"testCaseStarted": {
            "attempt": 0,
            "id": started_id,
            "testCaseId": case_id,
            "timestamp": stamp(now),
        }});
        self.case = Some(Case {
            pickle,
            case_id,
            started_id,
            step_ids,
            ended: 0,
            hook: None,
            told: vec![started],
            step_began: now,
        });
    }

    fn case_finished(&mut self, now: Duration) {
        let Some(mut case) = self.case.take() else { return };
        while let Some(step) = case.step_ids.get(case.ended).cloned() {
            case.step_started(&step, now);
            case.step_finished(&step, now, "SKIPPED", None);
            case.ended += 1;
        }
        case.told.push(json!({"testCaseFinished": {
            "testCaseStartedId": case.started_id,
            "timestamp": stamp(now),
            "willBeRetried": false,
        }}));
        let mut steps: Vec<_> = case
            .pickle
            .steps
            .iter()
            .zip(&case.step_ids)
            .map(|(step, id)| self.test_step(id, &step.id, &step.step))
            .collect();
        if let Some((which, step)) = &case.hook {
            let hook_id = self.ids.next();
            let (name, kind, place) = match which {
                HookType::Before => ("setting the stage", "BEFORE_TEST_CASE", 0),
                HookType::After => ("what no step noticed", "AFTER_TEST_CASE", steps.len()),
            };
            self.say(json!({"hook": {"id": hook_id, "name": name, "sourceReference": {}, "type": kind}}));
            steps.insert(place, json!({"hookId": hook_id, "id": step}));
        }
        self.say(json!({"testCase": {
            "id": case.case_id,
            "pickleId": case.pickle.id,
            "testSteps": steps,
            "testRunStartedId": RUN_ID,
        }}));
        for message in case.told {
            self.say(message);
        }
    }

    /// A step of a scenario with the definitions that fit it.
    fn test_step(&self, id: &str, pickle_step_id: &str, step: &gherkin::Step) -> Value {
        let fitting: Vec<_> = self
            .definitions
            .iter()
            .zip(&self.definition_ids)
            .filter(|(definition, _)| definition.keyword == Keyword::of(step.ty))
            .filter_map(|(definition, id)| Some((id, arguments(definition, &step.value)?)))
            .collect();
        json!({
            "id": id,
            "pickleStepId": pickle_step_id,
            "stepDefinitionIds": fitting.iter().map(|(id, _)| id).collect::<Vec<_>>(),
            "stepMatchArgumentsLists": fitting.iter().map(|(_, arguments)| arguments).collect::<Vec<_>>(),
        })
    }

    fn step(&mut self, event: &Step<W>, now: Duration) {
        let Some(case) = &mut self.case else { return };
        let Some(id) = case.step_ids.get(case.ended).cloned() else { return };
        let (status, message) = match event {
            Step::Started => return case.step_started(&id, now),
            Step::Passed(..) => ("PASSED", None),
            Step::Skipped | Step::Failed(_, _, _, StepError::NotFound) => ("UNDEFINED", None),
            Step::Failed(_, _, _, StepError::AmbiguousMatch(_)) => ("AMBIGUOUS", None),
            Step::Failed(_, _, _, StepError::Panic(info)) => ("FAILED", Some(text(info))),
        };
        case.step_finished(&id, now, status, message);
        case.ended += 1;
        self.success &= status == "PASSED";
    }

    fn hook(&mut self, which: HookType, event: &Hook<W>, now: Duration) {
        let Some(case) = &mut self.case else { return };
        match event {
            Hook::Started => {
                let id = self.ids.next();
                case.step_started(&id, now);
                case.hook = Some((which, id));
            }
            Hook::Passed => {}
            Hook::Failed(_, info) => {
                if let Some((_, id)) = case.hook.clone() {
                    case.step_finished(&id, now, "FAILED", Some(text(info)));
                }
                self.success = false;
            }
        }
    }

    /// What the stage looked like at a failure.
    fn log(&mut self, text: &str, now: Duration) {
        let Some(case) = &mut self.case else { return };
        let hook = case.hook.as_ref().map(|(_, id)| id);
        let step = hook.or_else(|| case.step_ids.get(case.ended));
        case.told.push(json!({"attachment": {
            "body": text,
            "contentEncoding": "IDENTITY",
            "mediaType": "text/plain",
            "testCaseStartedId": case.started_id,
            "testStepId": step,
            "timestamp": stamp(now),
        }}));
    }
}

impl Case {
    fn step_started(&mut self, step: &str, now: Duration) {
        self.step_began = now;
        self.told.push(json!({"testStepStarted": {
            "testCaseStartedId": self.started_id,
            "testStepId": step,
            "timestamp": stamp(now),
        }}));
    }

    fn step_finished(&mut self, step: &str, now: Duration, status: &str, message: Option<String>) {
        let mut result = json!({"duration": stamp(now.saturating_sub(self.step_began)), "status": status});
        if let Some(message) = message {
            result["exception"] = json!({"type": PANIC, "message": message});
            result["message"] = message.into();
        }
        self.told.push(json!({"testStepFinished": {
            "testCaseStartedId": self.started_id,
            "testStepId": step,
            "testStepResult": result,
            "timestamp": stamp(now),
        }}));
    }
}

impl<W: Stage> Writer<W> for Messages<W> {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<Cucumber<W>>>, _: &cli::Empty) {
        let Ok(event) = event else {
            self.success = false;
            return;
        };
        let at = event.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        match event.into_inner() {
            Cucumber::Started => self.run_started(),
            Cucumber::Feature(feature, told) => {
                let path = feature.path.as_deref().unwrap_or("".as_ref()).to_string_lossy();
                match told {
                    Feature::Scenario(scenario, told) | Feature::Rule(_, Rule::Scenario(scenario, told)) => {
                        self.scenario(&path, &scenario, at, &told.event);
                    }
                    Feature::Started
                    | Feature::Finished
                    | Feature::Rule(_, Rule::Started | Rule::Finished) => {}
                }
            }
            Cucumber::ParsingFinished { .. } => {}
            Cucumber::Finished => {
                let (success, timestamp) = (self.success, stamp(self.before));
                self.say(json!({"testRunFinished": {
                    "success": success,
                    "timestamp": timestamp,
                    "testRunStartedId": RUN_ID,
                }}));
            }
        }
    }
}

fn step_definition<W>(id: &str, definition: &Definition<W>) -> Value {
    let regex = definition.phrase.starts_with('^') || definition.phrase.ends_with('$');
    json!({"stepDefinition": {
        "id": id,
        "pattern": {
            "source": definition.phrase,
            "type": if regex { "REGULAR_EXPRESSION" } else { "CUCUMBER_EXPRESSION" },
        },
        "sourceReference": {
            "uri": definition.location.path,
            "location": {"line": definition.location.line, "column": definition.location.column},
        },
    }})
}

/// What `definition` takes out of `step`, if it fits.
fn arguments<W>(definition: &Definition<W>, step: &str) -> Option<Value> {
    let captures = definition.regex.captures(step)?;
    let groups = captures.iter().skip(1).flatten().map(|group| {
        // Offsets count UTF-16 units, as in JavaScript.
        let start = step[..group.start()].encode_utf16().count();
        json!({"group": {"children": [], "start": start, "value": group.as_str()}})
    });
    Some(json!({"stepMatchArguments": groups.collect::<Vec<_>>()}))
}

fn text(info: &Info) -> String {
    let text = info.downcast_ref::<String>().cloned();
    text.or_else(|| info.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

fn stamp(time: Duration) -> Value {
    json!({"seconds": time.as_secs(), "nanos": time.subsec_nanos()})
}
