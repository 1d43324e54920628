//! The report that CI systems read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};
use recording::{Outcome, Step, StepStatus};
use wire::SimTime;

use crate::human;
use crate::run::{Played, Run};

/// `junit.xml`: a suite per feature, a case per scenario with its seed, digest, tags and figures as properties.
///
/// Times are virtual and there are no timestamps, so that the same recordings give the same bytes.
pub fn junit_xml(run: &Run) -> String {
    let mut report = Report::new("rehearsal");
    for feature in run.features() {
        report.add_test_suite(suite(feature));
    }
    if !run.troubles().is_empty() {
        let mut suite = TestSuite::new("run");
        for trouble in run.troubles() {
            let first_line = trouble.lines().next().unwrap_or_default();
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(first_line).set_description(trouble.as_str());
            suite.add_test_case(TestCase::new(first_line, status));
        }
        report.add_test_suite(suite);
    }
    report.set_time(total(run.scenarios()));
    report.to_string().expect("writing to memory does not fail")
}

fn suite(scenarios: &[Played]) -> TestSuite {
    let feature = scenarios.first().map_or("", |played| &played.recording().header().feature);
    let mut suite = TestSuite::new(feature);
    suite.set_time(total(scenarios));
    let mut times_named: BTreeMap<&str, u32> = BTreeMap::new();
    for played in scenarios {
        *times_named.entry(&played.recording().header().scenario).or_default() += 1;
    }
    for played in scenarios {
        let header = played.recording().header();
        // CI systems know a case by its name: the rows of an outline must not share one.
        let name = match times_named[header.scenario.as_str()] {
            1 => header.scenario.clone(),
            _ => format!("{} (line {}, seed {})", header.scenario, header.line, header.seed),
        };
        suite.add_test_case(case(played, name));
    }
    suite
}

fn case(played: &Played, name: String) -> TestCase {
    let recording = played.recording();
    let header = recording.header();
    let steps = recording.steps();
    let mut case = TestCase::new(name, status(played, &steps));
    case.set_classname(header.path.as_str()).set_time(recording.end() - SimTime::ZERO);
    case.extra.insert("file".into(), header.path.as_str().into());
    case.extra.insert("line".into(), header.line.to_string().into());
    case.add_property(Property::new("seed", header.seed.to_string()));
    case.add_property(Property::new("digest", recording.digest().to_string()));
    case.add_property(Property::new("recording", played.file_path()));
    for tag in &header.tags {
        case.add_property(Property::new("tag", tag.as_str()));
    }
    for (figure, value) in played.figures() {
        case.add_property(Property::new(figure.as_str(), value.to_string()));
    }
    case.set_system_out(transcript(&steps));
    case
}

fn status(played: &Played, steps: &[Step<'_>]) -> TestCaseStatus {
    if played.outcome() == Outcome::Passed {
        return TestCaseStatus::success();
    }
    let culprit = steps.iter().find(|step| step.status != Some(StepStatus::Passed));
    let kind = match culprit.map(|step| step.status) {
        Some(Some(StepStatus::Failed)) => NonSuccessKind::Failure,
        _ => NonSuccessKind::Error,
    };
    let mut text = String::new();
    let message = match culprit {
        Some(step) => {
            if let Some(failure) = step.failure {
                let parts = [("", Some(&failure.text)), ("expected: ", failure.expected.as_ref())];
                for (label, part) in parts.into_iter().chain([("seen: ", failure.seen.as_ref())]) {
                    if let Some(part) = part {
                        let _ = writeln!(text, "{label}{part}");
                    }
                }
            }
            format!("{}: {} {}", human::status(step.status), step.keyword, step.text)
        }
        None => "the run broke off".to_owned(),
    };
    let _ = write!(text, "repeat: {}", played.repeat());
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_description(text);
    status
}

fn transcript(steps: &[Step<'_>]) -> String {
    let mut out = String::new();
    for step in steps {
        let status = human::status(step.status);
        let (at, took) = (human::moment(step.began), human::duration(step.took()));
        let _ = writeln!(out, "{at:>12}  {status:<9}  {} {} ({took})", step.keyword, step.text);
    }
    out
}

fn total(scenarios: &[Played]) -> Duration {
    scenarios.iter().map(|played| played.recording().end() - SimTime::ZERO).sum()
}
