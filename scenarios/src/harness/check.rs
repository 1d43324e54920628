//! What must hold before anything is played: every step has one definition, every definition a step.

use gherkin::{Feature, Step};
use indexmap::IndexMap;

use super::brief::count;
use super::definitions::{Definition, Definitions, Keyword};
use super::nearest::{expression, nearest, snippet};
use super::problem::Problem;
use super::script::{Script, line_of};
use super::stage::Stage;

/// Steps of `scripts` that no definition fits, or several. What one new definition would solve is one problem.
pub(crate) fn steps<W: Stage>(scripts: &[Script], definitions: &Definitions<W>) -> Vec<Problem> {
    let mut undefined_steps: IndexMap<(Keyword, String), Places<'_>> = IndexMap::new();
    let mut ambiguous_steps: IndexMap<(Keyword, String), Places<'_>> = IndexMap::new();
    for script in scripts {
        for step in all_steps(&script.feature) {
            let group = match definitions.fitting(step)[..] {
                [] => &mut undefined_steps,
                // Definitions of the same phrase are told of once, not at each step.
                [first, ref others @ ..] if others.iter().all(|other| other.is_same_as(first)) => continue,
                _ => &mut ambiguous_steps,
            };
            let key = (Keyword::of(step.ty), expression(&step.value));
            let places =
                group.entry(key).or_insert_with(|| Places { first: (script, step), others: Vec::new() });
            places.add(script, step);
        }
    }
    let undefined = undefined_steps.values().map(|places| undefined(places, definitions));
    undefined.chain(ambiguous_steps.values().map(|places| ambiguous(places, definitions))).collect()
}

/// Where one and the same trouble is.
struct Places<'a> {
    first: (&'a Script, &'a Step),
    others: Vec<String>,
}

impl<'a> Places<'a> {
    /// Rows of an outline share their steps' lines; they count once.
    fn add(&mut self, script: &'a Script, step: &'a Step) {
        let place = |script: &Script, step: &Step| format!("{}:{}", script.path, step.position.line);
        let new = place(script, step);
        if new != place(self.first.0, self.first.1) && !self.others.contains(&new) {
            self.others.push(new);
        }
    }

    fn problem(&self, what: &str, mut help: String) -> Problem {
        let (script, step) = self.first;
        if let Some((last, rest)) = self.others.split_first() {
            let more = if rest.is_empty() {
                String::new()
            } else {
                format!(" and {} more", count(rest.len(), "place"))
            };
            help = format!("also in {last}{more}\n{help}");
        }
        let step_as_written = format!("{} {}", step.keyword.trim(), step.value);
        Problem::new(&script.path, line_of(step.position), format!("{what} step `{step_as_written}`"), help)
    }
}

/// Definitions with the same phrase, whatever is played.
pub(crate) fn duplicates<W>(definitions: &Definitions<W>) -> Vec<Problem> {
    let all: Vec<_> = definitions.iter().collect();
    let duplicate = |(place, definition): (usize, &&Definition<W>)| {
        let first = all[..place].iter().find(|earlier| earlier.is_same_as(definition))?;
        Some(of_definition(
            definition,
            format!("`{definition}` is defined twice"),
            format!("it is also defined at {}; remove one of the two", first.place()),
        ))
    };
    all.iter().enumerate().filter_map(duplicate).collect()
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

/// Every step of a feature, those of backgrounds once.
fn all_steps(feature: &Feature) -> impl Iterator<Item = &Step> {
    let rules = feature.rules.iter().flat_map(|rule| {
        let background = rule.background.iter().flat_map(|background| &background.steps);
        background.chain(rule.scenarios.iter().flat_map(|scenario| &scenario.steps))
    });
    let background = feature.background.iter().flat_map(|background| &background.steps);
    background.chain(feature.scenarios.iter().flat_map(|scenario| &scenario.steps)).chain(rules)
}

fn undefined<W: Stage>(places: &Places<'_>, definitions: &Definitions<W>) -> Problem {
    let (_, step) = places.first;
    let keyword = Keyword::of(step.ty);
    let mut help = String::new();
    let elsewhere: Vec<_> = definitions.iter().filter(|definition| definition.fits(&step.value)).collect();
    if !elsewhere.is_empty() {
        help += &format!("it is read as {keyword}, and its text fits only\n");
        help += &listed(&elsewhere);
        help += &format!("begin it with that keyword, or give the function #[{}] too", keyword.attribute());
        return places.problem("undefined", help);
    }
    let nearest = nearest(definitions, keyword, &step.value);
    if !nearest.is_empty() {
        help += "the nearest phrases:\n";
        help += &listed(&nearest);
    }
    help += "to define it, paste and complete:\n";
    let snippet = snippet(keyword, &step.value, stage_name::<W>());
    help.extend(snippet.lines().map(|line| format!("    {line}\n")));
    places.problem("undefined", help)
}

fn ambiguous<W>(places: &Places<'_>, definitions: &Definitions<W>) -> Problem {
    let fitting = listed(&definitions.fitting(places.first.1));
    places.problem("ambiguous", format!("these all fit:\n{fitting}change the phrases so that only one does"))
}

/// Definitions with their places, one a line.
fn listed<W>(definitions: &[&Definition<W>]) -> String {
    definitions.iter().map(|definition| format!("    {definition}    ({})\n", definition.place())).collect()
}

fn of_definition<W>(definition: &Definition<W>, what: String, help: impl Into<String>) -> Problem {
    Problem::new(definition.location.path, definition.location.line, what, help)
}

/// The name of the world type, without its path.
pub(crate) fn stage_name<W>() -> &'static str {
    let name = std::any::type_name::<W>();
    name.rsplit("::").next().unwrap_or(name)
}
