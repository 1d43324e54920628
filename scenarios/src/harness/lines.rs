//! A second look at a feature file, line by line.
//!
//! The `gherkin` parser takes a misspelt `Scenario:` for a line of description, and the scenario vanishes without a
//! word; where it does give up, it says so in terms of its grammar. This pass knows only which kind of line may
//! follow which, and so can name the line and the likely intention.

use strsim::damerau_levenshtein;

use super::problem::Problem;

/// Words that end in a colon and open a block, the longer before those that they begin with.
const HEADINGS: [&str; 9] = [
    "Scenario Outline",
    "Scenario Template",
    "Scenarios",
    "Scenario",
    "Examples",
    "Example",
    "Background",
    "Feature",
    "Rule",
];
const STEP_KEYWORDS: [&str; 6] = ["Given ", "When ", "Then ", "And ", "But ", "* "];
/// English words one letter away from a step keyword, which may well begin a line of description.
const NOT_MISSPELT: [&str; 9] = ["The", "They", "Them", "Than", "Ten", "Hen", "Even", "Give", "Gives"];

/// What a pass over the lines found.
#[derive(Default)]
pub(crate) struct Findings {
    /// Lines that the parser swallows as description although they hardly are.
    pub(crate) swallowed: Vec<Problem>,
    /// Lines at which the parser gives up.
    pub(crate) unparsable: Vec<Problem>,
}

/// Looks at every line of the feature file `text`, which reports call `path`.
///
/// Finds nothing in a file whose `# language:` is not English.
pub(crate) fn inspect(path: &str, text: &str) -> Findings {
    let mut found = Findings::default();
    let mut zone = Zone::Start;
    let mut doc_string: Option<(u32, &str)> = None;
    let mut table: Option<usize> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some((_, fence)) = doc_string {
            if line.starts_with(fence) {
                doc_string = None;
            }
            continue;
        }
        match language_directive(line) {
            None | Some("en") => {}
            Some(language) if gherkin::is_language_supported(language) => return Findings::default(),
            Some(language) => {
                let what = format!("expected a language that Gherkin knows, found `{language}`");
                found.unparsable.push(Problem::new(path, number, what, "remove the line for English"));
                return found;
            }
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('|') && matches!(zone, Zone::Steps | Zone::Text("Examples" | "Scenarios")) {
            let cells = cells(line);
            let width = *table.get_or_insert(cells);
            if cells != width {
                found.unparsable.push(Problem::new(
                    path,
                    number,
                    format!("expected {width} cells as in the table's first row, found {cells}"),
                    "write `\\|` for a bar inside a cell",
                ));
            }
            continue;
        }
        table = None;
        if line.starts_with('@') {
            continue;
        }
        if let Some(heading) = heading(line) {
            zone = Zone::Text(heading);
        } else if zone.takes_steps() && STEP_KEYWORDS.iter().any(|keyword| line.starts_with(keyword)) {
            zone = Zone::Steps;
        } else if let (Zone::Steps, Some(fence)) =
            (zone, ["\"\"\"", "```"].into_iter().find(|fence| line.starts_with(fence)))
        {
            doc_string = Some((number, fence));
        } else if zone.takes_text() {
            found.swallowed.extend(swallowed(path, number, line, zone));
            found.unparsable.extend(colon_missing(path, number, line));
        } else {
            found.unparsable.push(unparsable(path, number, line, zone));
        }
    }
    if let Some((number, fence)) = doc_string {
        let what = format!("expected another `{fence}` below this one, found the end of the file");
        found.unparsable.push(Problem::new(path, number, what, "a doc string ends as it begins"));
    }
    if matches!(zone, Zone::Start) && found.unparsable.is_empty() {
        let what = format!("expected {}, found the end of the file", zone.expected());
        found.unparsable.push(Problem::new(path, 0, what, "write a feature, or remove the file"));
    }
    found
}

/// What came before a line.
#[derive(Clone, Copy)]
enum Zone {
    Start,
    /// A heading, after which a description may stand.
    Text(&'static str),
    Steps,
}

impl Zone {
    fn takes_steps(self) -> bool {
        !matches!(self, Self::Start | Self::Text("Feature" | "Rule" | "Examples" | "Scenarios"))
    }

    fn takes_text(self) -> bool {
        matches!(self, Self::Text(_))
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Start => "`Feature:` and its name",
            Self::Text(_) | Self::Steps => "a step, its table or doc string, or the next heading",
        }
    }
}

fn heading(line: &str) -> Option<&'static str> {
    HEADINGS.into_iter().find(|heading| line.strip_prefix(heading).is_some_and(|rest| rest.starts_with(':')))
}

fn language_directive(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('#')?.trim_start().strip_prefix("language")?;
    Some(rest.trim_start().strip_prefix(':')?.trim())
}

/// The heading that somebody probably meant to write.
fn meant_heading(line: &str) -> Option<&'static str> {
    let (head, _) = line.split_once(':')?;
    let head = head.trim().to_lowercase();
    HEADINGS
        .into_iter()
        .map(|heading| (damerau_levenshtein(&head, &heading.to_lowercase()), heading))
        .filter(|(distance, heading)| *distance <= if heading.len() < 6 { 1 } else { 2 })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, heading)| heading)
}

/// The step keyword that somebody probably meant to write, without its space.
fn meant_step(line: &str) -> Option<&'static str> {
    let word = line.split_whitespace().next()?;
    if NOT_MISSPELT.contains(&word) || !word.starts_with(|first: char| first.is_uppercase()) {
        return None;
    }
    ["Given", "When", "Then"].into_iter().find(|keyword| damerau_levenshtein(word, keyword) <= 1)
}

fn swallowed(path: &str, number: u32, line: &str, zone: Zone) -> Option<Problem> {
    let meant = match (meant_heading(line), meant_step(line)) {
        (Some(heading), _) => format!("{heading}:"),
        (None, Some(step)) if zone.takes_steps() => step.to_owned(),
        _ => return None,
    };
    Some(Problem::new(
        path,
        number,
        format!("`{line}` would be read as a description, and what follows it would not be played"),
        format!("write `{meant}`; if it is meant as a description, let the line begin with another word"),
    ))
}

/// The parser ends a description at a heading's word and then misses the colon.
fn colon_missing(path: &str, number: u32, line: &str) -> Option<Problem> {
    let heading = HEADINGS.into_iter().find(|heading| line.starts_with(heading))?;
    Some(Problem::new(
        path,
        number,
        format!("expected `{heading}:`, found `{line}`"),
        "add the colon; if it is meant as a description, let the line begin with another word",
    ))
}

fn unparsable(path: &str, number: u32, line: &str, zone: Zone) -> Problem {
    let meant =
        meant_heading(line).map(|heading| format!("{heading}:")).or(meant_step(line).map(str::to_owned));
    let help = match meant {
        Some(meant) => format!("write `{meant}`"),
        None => "a step begins with Given, When, Then, And, But or *; a description stands only below a heading such \
                 as `Scenario:`, before its first step"
            .to_owned(),
    };
    Problem::new(path, number, format!("expected {}, found `{line}`", zone.expected()), help)
}

/// How many cells a table row has.
fn cells(row: &str) -> usize {
    let mut bars = 0;
    let mut escaped = false;
    for character in row.chars() {
        match character {
            '\\' => escaped = !escaped,
            '|' if !escaped => bars += 1,
            _ => escaped = false,
        }
    }
    bars.max(1) - 1
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn check(text: &str) -> String {
        let Findings { swallowed, unparsable } = inspect("x.feature", text);
        let list = |problems: Vec<Problem>| problems.iter().map(|p| format!("{p}\n")).collect::<String>();
        format!("swallowed:\n{}unparsable:\n{}", list(swallowed), list(unparsable))
    }

    #[test]
    fn a_sound_file_has_no_findings() {
        let text = "# language: en\n@a\nFeature: F\n  The rep: a person.\n  When it rains.\n\n  Background:\n    \
                    Given a\n      \"\"\"\n      Senario: in a doc string\n      \"\"\"\n\n  Rule: R\n    Scenario \
                    Outline: S\n      They say so.\n      * b <c>\n        | x | \\| |\n        | y |    |\n      \
                    # remark\n      Examples: many\n        text\n        | c |\n        | d |\n";
        assert_eq!(check(text), "swallowed:\nunparsable:\n");
    }

    #[test]
    fn misspelt_headings_are_named() {
        let text = "Feature: F\n  Scenari: a\n  scenario: b\n  Senario Outline: c\n  Backgroud: d\n  Rulle: e\n  \
                    Scenario: f\n    Given x\n    Exampels:\n      | a |\n";
        assert_snapshot!(check(text), @"
        swallowed:
        x.feature:2: `Scenari: a` would be read as a description, and what follows it would not be played
            write `Scenario:`; if it is meant as a description, let the line begin with another word
        x.feature:3: `scenario: b` would be read as a description, and what follows it would not be played
            write `Scenario:`; if it is meant as a description, let the line begin with another word
        x.feature:4: `Senario Outline: c` would be read as a description, and what follows it would not be played
            write `Scenario Outline:`; if it is meant as a description, let the line begin with another word
        x.feature:5: `Backgroud: d` would be read as a description, and what follows it would not be played
            write `Background:`; if it is meant as a description, let the line begin with another word
        x.feature:6: `Rulle: e` would be read as a description, and what follows it would not be played
            write `Rule:`; if it is meant as a description, let the line begin with another word
        unparsable:
        x.feature:9: expected a step, its table or doc string, or the next heading, found `Exampels:`
            write `Examples:`
        ");
    }

    #[test]
    fn misspelt_steps_are_named() {
        let text = "Feature: F\n  Scenario: a\n    Gievn x\n    The end\n    When y\n    Thne z\n";
        assert_snapshot!(check(text), @"
        swallowed:
        x.feature:3: `Gievn x` would be read as a description, and what follows it would not be played
            write `Given`; if it is meant as a description, let the line begin with another word
        unparsable:
        x.feature:6: expected a step, its table or doc string, or the next heading, found `Thne z`
            write `Then`
        ");
    }

    #[test]
    fn lines_out_of_place_are_named() {
        let text = "Hello\nFeature: F\n  Scenario a\n  Scenario: b\n    Given x\n    and more\n      | a | b |\n      \
                    | c |\n";
        assert_snapshot!(check(text), @r"
        swallowed:
        unparsable:
        x.feature:1: expected `Feature:` and its name, found `Hello`
            a step begins with Given, When, Then, And, But or *; a description stands only below a heading such as `Scenario:`, before its first step
        x.feature:3: expected `Scenario:`, found `Scenario a`
            add the colon; if it is meant as a description, let the line begin with another word
        x.feature:6: expected a step, its table or doc string, or the next heading, found `and more`
            a step begins with Given, When, Then, And, But or *; a description stands only below a heading such as `Scenario:`, before its first step
        x.feature:8: expected 2 cells as in the table's first row, found 1
            write `\|` for a bar inside a cell
        ");
    }
}
