//! What must hold before anything is played: every step has one definition, every definition a step.

use std::collections::BTreeMap;

use gherkin::{Feature, Step};

use super::definitions::{Definition, Definitions, Keyword};
use super::nearest::{nearest, snippet};
use super::problem::Problem;
use super::script::{Script, line_of};
use super::slug::feature_slug;
use super::stage::Stage;

/// Steps of `scripts` that no definition fits, or several.
pub(crate) fn steps<W: Stage>(scripts: &[Script], definitions: &Definitions<W>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for script in scripts {
        for step in all_steps(&script.feature) {
            let fitting = definitions.fitting(step);
            let problem = match fitting[..] {
                [] => undefined(&script.path, step, definitions),
                [_] => continue,
                _ => ambiguous(&script.path, step, &fitting),
            };
            // An outline's step comes once per row; the line tells all.
            if !problems
                .iter()
                .any(|known: &Problem| known.path == problem.path && known.line == problem.line)
            {
                problems.push(problem);
            }
        }
    }
    problems
}

/// Definitions with the same phrase, whatever is played.
pub(crate) fn duplicates<W>(definitions: &Definitions<W>) -> Vec<Problem> {
    let mut first: BTreeMap<(Keyword, &str), &Definition<W>> = BTreeMap::new();
    let mut problems = Vec::new();
    for definition in definitions.iter() {
        let key = (definition.keyword, definition.regex.as_str());
        match first.get(&key) {
            Some(other) => problems.push(of_definition(
                definition,
                format!("`{definition}` is defined twice"),
                format!("it is also defined at {}; remove one of the two", other.place()),
            )),
            None => {
                first.insert(key, definition);
            }
        }
    }
    problems
}

/// Definitions that no step of `scripts` uses, which must be all that there are.
pub(crate) fn unused<W>(scripts: &[Script], definitions: &Definitions<W>) -> Vec<Problem> {
    let used = |definition: &Definition<W>| {
        scripts
            .iter()
            .flat_map(|script| all_steps(&script.feature))
            .any(|step| Keyword::of(step.ty) == definition.keyword && definition.fits(&step.value))
    };
    definitions
        .iter()
        .filter(|definition| !used(definition))
        .map(|definition| {
            of_definition(
                definition,
                format!("no scenario uses the step `{definition}`"),
                "use it in a feature, or remove it",
            )
        })
        .collect()
}

/// Definitions that a person cannot read about: without a comment, or with no example that their phrase fits.
pub(crate) fn undocumented<W>(scripts: &[Script], definitions: &Definitions<W>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for definition in definitions.iter() {
        if !definition.source_known {
            let help =
                "write `crate::step_definitions!();` once in this file, so that `rehearse steps` can show it";
            problems.push(of_definition(
                definition,
                format!("the phrase of `{definition}` is not known"),
                help,
            ));
            continue;
        }
        if definition.about.is_empty() {
            let help = "write above it, as a doc comment, what the step is about";
            problems.push(of_definition(definition, format!("`{definition}` has no description"), help));
        }
        for example in &definition.examples {
            if !definitions.iter().any(|any| any.examples.contains(example) && any.fits_step(example)) {
                let help = "expected Given, When or Then, and a text that the phrase fits";
                let what = format!("the example `{example}` is no use of `{definition}`");
                problems.push(of_definition(definition, what, help));
            }
        }
        if example(scripts, definition).is_none() {
            let help = "use it in a feature, or add a line \"Example: `…`\" to its doc comment";
            problems.push(of_definition(definition, format!("`{definition}` has no example"), help));
        }
    }
    problems
}

/// A step that shows `definition` in use, keyword included: from its comment, or the first in `scripts`.
pub(crate) fn example<W>(scripts: &[Script], definition: &Definition<W>) -> Option<String> {
    let told = definition.examples.iter().find(|example| definition.fits_step(example));
    told.cloned().or_else(|| {
        let mut steps = scripts.iter().flat_map(|script| all_steps(&script.feature));
        let step =
            steps.find(|step| Keyword::of(step.ty) == definition.keyword && definition.fits(&step.value))?;
        Some(format!("{} {}", definition.keyword, step.value))
    })
}

/// Features whose recordings would land in one folder.
pub(crate) fn folders(scripts: &[Script]) -> Vec<Problem> {
    let mut first: BTreeMap<String, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for script in scripts {
        let slug = feature_slug(&script.path);
        match first.get(&slug) {
            Some(other) => problems.push(Problem::new(
                &script.path,
                0,
                format!("its name differs from that of {other} only by punctuation"),
                "rename one of the two, so that their recordings do not overwrite one another",
            )),
            None => {
                first.insert(slug, &script.path);
            }
        }
    }
    problems
}

/// Every step of a feature, those of backgrounds once.
fn all_steps(feature: &Feature) -> impl Iterator<Item = &Step> {
    let rules = feature.rules.iter().flat_map(|rule| {
        let background = rule.background.iter().flat_map(|background| &background.steps);
        background.chain(rule.scenarios.iter().flat_map(|scenario| &scenario.steps))
    });
    let background = feature.background.iter().flat_map(|background| &background.steps);
    background.chain(feature.scenarios.iter().flat_map(|scenario| &scenario.steps)).chain(rules)
}

fn undefined<W: Stage>(path: &str, step: &Step, definitions: &Definitions<W>) -> Problem {
    let keyword = Keyword::of(step.ty);
    let mut help = String::new();
    let other = definitions.iter().find(|definition| definition.fits(&step.value));
    if let Some(other) = other {
        help.push_str(&format!(
            "it stands where a {keyword} is expected; the phrase is defined as {}\n({})\n",
            other.keyword,
            other.place(),
        ));
    } else {
        let nearest = nearest(definitions, keyword, &step.value);
        if !nearest.is_empty() {
            help.push_str("the nearest phrases:\n");
        }
        for definition in nearest {
            help.push_str(&format!("    {definition}    ({})\n", definition.place()));
        }
    }
    let snippet = snippet(keyword, &step.value, stage_name::<W>());
    help.push_str("or define it:\n");
    help.extend(snippet.lines().map(|line| format!("    {line}\n")));
    Problem::new(path, line_of(step.position), format!("undefined step `{}`", shown(step)), help)
}

fn ambiguous<W>(path: &str, step: &Step, fitting: &[&Definition<W>]) -> Problem {
    let mut help = String::from("these all fit:\n");
    for definition in fitting {
        help.push_str(&format!("    {definition}    ({})\n", definition.place()));
    }
    help.push_str("make the phrases so different that only one fits");
    Problem::new(path, line_of(step.position), format!("ambiguous step `{}`", shown(step)), help)
}

/// The step as it stands in the file.
fn shown(step: &Step) -> String {
    format!("{} {}", step.keyword.trim(), step.value)
}

fn of_definition<W>(definition: &Definition<W>, what: String, help: impl Into<String>) -> Problem {
    Problem::new(definition.location.path, definition.location.line, what, help)
}

/// The name of the world type, without its path.
pub(crate) fn stage_name<W>() -> &'static str {
    let name = std::any::type_name::<W>();
    name.rsplit("::").next().unwrap_or(name)
}
