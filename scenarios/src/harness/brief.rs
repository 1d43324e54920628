//! What a run prints: a line per scenario, a report per failure, a summary. No real time in it, so that equal runs
//! print equal bytes.

use std::io::{self, Write};
use std::time::Duration;

use wire::SimTime;

use super::play::{Failure, Performance, StepStatus};
use super::problem::Problem;

/// How wide the names of scenarios are padded, in characters.
const NAME_WIDTH: usize = 64;
/// How much of a digest is shown, in characters.
const DIGEST_WIDTH: usize = 16;

/// Prints scenarios as they are played, below the names of their features.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    feature: Option<String>,
}

impl Lines {
    /// Prints the line of one scenario, with a mark that says whether it is `good`.
    pub(crate) fn print(
        &mut self,
        out: &mut dyn Write,
        performance: &Performance,
        good: bool,
    ) -> io::Result<()> {
        let scenario = &performance.scenario;
        if self.feature.as_ref() != Some(&scenario.path) {
            writeln!(out, "{}  {}", scenario.feature, scenario.path)?;
            self.feature = Some(scenario.path.clone());
        }
        let digest: String = performance.finished.digest.chars().take(DIGEST_WIDTH).collect();
        let line = format!(
            "  {} {:NAME_WIDTH$} {:>12}  {digest:DIGEST_WIDTH$}  {}",
            mark(good),
            scenario.name,
            performance.finished.virtual_time,
            count(performance.steps.len(), "step"),
        );
        writeln!(out, "{}", line.trim_end())
    }
}

/// What failed, why, what it looked like, and the command that repeats it.
pub(crate) fn failure_report(performance: &Performance, failure: &Failure) -> String {
    let scenario = &performance.scenario;
    let step = failure.step.map(|place| &performance.steps[place]);
    let mut report = format!("{} {}: {}\n", mark(performance.passed()), scenario.feature, scenario.name);
    match step {
        Some(step) => {
            report += &format!("{}, step at {}:{}\n\n", scenario.place(), scenario.path, step.step.line);
            report += &format!("    {} {}\n", step.step.keyword, step.step.text);
            if let Some(argument) = &step.step.argument {
                report += &indent(argument, 6);
            }
        }
        None => report += &format!("{}, in no single step\n", scenario.place()),
    }
    report += "\n";
    report += &indent(&failure.message, 4);
    report += "\n";
    let mut fact = |name: &str, value: String| report += &format!("    {name:<17} {value}\n");
    if let Some(place) = &failure.place {
        fact("failed in code at", place.clone());
    }
    if let Some(definition) = step.and_then(|step| step.definition) {
        fact("step defined at", format!("{}:{}", definition.path, definition.line));
    }
    fact("virtual time", step.map_or(performance.finished.virtual_time, |step| step.ended).to_string());
    let skipped = performance.steps.iter().filter(|step| step.status == StepStatus::Skipped).count();
    if skipped > 0 {
        fact("not played", count(skipped, "step"));
    }
    fact("repeat with", repeat(performance));
    if !failure.evidence.is_empty() {
        report += "\n";
        report += &indent(&failure.evidence, 4);
    }
    report
}

/// The command that plays this scenario again, byte for byte.
pub(crate) fn repeat(performance: &Performance) -> String {
    command(&performance.scenario.place(), performance.scenario.seed_number)
}

/// The command that plays the scenario at `place`.
pub(crate) fn command(place: &str, seed: u64) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-:".contains(character);
    let is_plain = place.chars().all(plain);
    let place = if is_plain { place.to_owned() } else { format!("'{}'", place.replace('\'', r"'\''")) };
    format!("cargo rehearse run {place} --seed {seed}")
}

/// How the run went as a whole.
pub(crate) fn summary(performances: &[Performance], seed: u64) -> String {
    let failed = performances.iter().filter(|performance| !performance.passed()).count();
    let steps = performances.iter().map(|performance| performance.steps.len()).sum();
    let time = performances.iter().fold(Duration::ZERO, |sum, performance| {
        sum.saturating_add(performance.finished.virtual_time.since(SimTime::ZERO))
    });
    format!(
        "{}: {} passed, {failed} failed; {}; {} of virtual time; seed {seed}\n",
        count(performances.len(), "scenario"),
        performances.len() - failed,
        count(steps, "step"),
        SimTime::ZERO + time,
    )
}

/// What keeps a run from being played.
pub(crate) fn problems(problems: &[Problem]) -> String {
    let mut text = String::new();
    for problem in problems {
        text += &format!("{problem}\n\n");
    }
    text += &format!("nothing was played: {} to solve first\n", count(problems.len(), "problem"));
    text
}

pub(crate) fn count(number: usize, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}

fn mark(good: bool) -> char {
    if good { '✓' } else { '✗' }
}

pub(crate) fn indent(text: &str, width: usize) -> String {
    text.lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{:width$}{line}\n", "") })
        .collect()
}
