//! A feature file, read: the document as written, and the scenarios that it comes to.

use std::collections::BTreeSet;
use std::mem;
use std::path::{Path, PathBuf};

use cucumber::feature::Ext as _;
use gherkin::{
    Background, Examples, Feature, GherkinEnv, LineCol, ParseError, Scenario, Step, StepType, Table,
};

use super::lines;
use super::problem::Problem;
use super::slug::slug;

/// A feature file.
#[derive(Debug, Clone)]
pub struct Script {
    /// The file's name in reports, see [`ScenarioInfo::path`](super::ScenarioInfo::path).
    pub path: String,
    /// The file's text.
    pub text: String,
    /// The document as written, with outlines as outlines.
    pub document: Feature,
    /// The same with each outline replaced by one scenario per row of its tables. A scenario's position is that
    /// of its row, and its name is the only one of its kind in the feature.
    pub feature: Feature,
}

impl Script {
    /// Reads the feature file that reports call `path`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it at once: it does not parse, a line that looks like a misspelt keyword, a
    /// name used twice, an outline without rows, a scenario without steps.
    pub fn parse(path: &str, text: &str) -> Result<Self, Vec<Problem>> {
        // Some editors of Windows begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let findings = lines::inspect(path, &text);
        let mut document = match Feature::parse(&text, GherkinEnv::default()) {
            Ok(document) => document,
            Err(_) if !findings.unparsable.is_empty() => {
                return Err([findings.swallowed, findings.unparsable].concat());
            }
            Err(error) => return Err(vec![unparsable(path, &text, &error)]),
        };
        let mut problems = findings.swallowed;
        document.path = Some(PathBuf::from(path));
        Source::new(&text).correct(&mut document);
        let mut feature = document.clone();
        expand(path, &Source::new(&text), &mut feature, &mut problems);
        problems.extend(empty_or_twice(path, &feature));
        if problems.is_empty() {
            Ok(Self { path: path.to_owned(), text, document, feature })
        } else {
            problems.sort();
            Err(problems)
        }
    }

    /// Reads the feature file `file`, which reports call `path`.
    ///
    /// # Errors
    ///
    /// As [`Script::parse`], and a file that cannot be read.
    pub fn read(path: &str, file: &Path) -> Result<Self, Vec<Problem>> {
        match std::fs::read_to_string(file) {
            Ok(text) => Self::parse(path, &text),
            Err(error) => Err(vec![Problem::new(path, 0, format!("cannot be read: {error}"), "")]),
        }
    }
}

/// All scenarios of a feature, those of its rules last, as they stand in the file.
pub(crate) fn scenarios(feature: &Feature) -> impl Iterator<Item = &Scenario> {
    feature.scenarios.iter().chain(feature.rules.iter().flat_map(|rule| &rule.scenarios))
}

/// A feature's lines, for positions: the parser's own are off where a comment stands before a step.
struct Source<'a> {
    text: &'a str,
    lines: Vec<&'a str>,
}

impl<'a> Source<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, lines: text.lines().collect() }
    }

    fn correct(&self, feature: &mut Feature) {
        feature.position = self.position(feature.span.start);
        feature.background.iter_mut().for_each(|background| self.correct_background(background));
        feature.scenarios.iter_mut().for_each(|scenario| self.correct_scenario(scenario));
        for rule in &mut feature.rules {
            rule.position = self.position(rule.span.start);
            rule.background.iter_mut().for_each(|background| self.correct_background(background));
            rule.scenarios.iter_mut().for_each(|scenario| self.correct_scenario(scenario));
        }
    }

    fn correct_background(&self, background: &mut Background) {
        background.position = self.position(background.span.start);
        self.correct_steps(&mut background.steps);
    }

    fn correct_scenario(&self, scenario: &mut Scenario) {
        scenario.position = self.position(scenario.span.start);
        self.correct_steps(&mut scenario.steps);
        for examples in &mut scenario.examples {
            examples.position = self.position(examples.span.start);
            examples.table.iter_mut().for_each(|table| self.correct_table(table));
        }
    }

    fn correct_steps(&self, steps: &mut [Step]) {
        let mut last = StepType::Given;
        for step in steps {
            step.position = self.position(step.span.start);
            step.table.iter_mut().for_each(|table| self.correct_table(table));
            if step.docstring.is_some() {
                step.docstring = doc_string(self.text, step).map(|found| found.content);
            }
            // The parser takes every `*` for `Given`; it means what the step before means.
            if matches!(step.keyword.trim(), "*" | "And" | "But") {
                step.ty = last;
            }
            last = step.ty;
        }
    }

    fn correct_table(&self, table: &mut Table) {
        table.position = self.position(table.span.start);
    }

    /// The position of the first thing at or after byte `offset` that is neither blank nor a comment.
    fn position(&self, offset: usize) -> LineCol {
        let mut at = offset;
        loop {
            let rest = &self.text[at..];
            at += rest.len() - rest.trim_start().len();
            match self.text[at..].strip_prefix('#') {
                Some(comment) => at += 1 + comment.find('\n').unwrap_or(comment.len()),
                None => break,
            }
        }
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        LineCol { line: before.matches('\n').count() + 1, col: before[line_start..].chars().count() + 1 }
    }

    /// Where each row of `table` stands, the first one included.
    fn rows(&self, table: &Table) -> Vec<LineCol> {
        row_positions(&self.lines, table)
    }
}

/// Where each row of `table` stands in a file of these `lines`, the first one included.
pub(crate) fn row_positions(lines: &[&str], table: &Table) -> Vec<LineCol> {
    (table.position.line..)
        .zip(&lines[table.position.line - 1..])
        .filter(|(_, line)| line.trim_start().starts_with('|'))
        .map(|(number, line)| LineCol { line: number, col: line.len() - line.trim_start().len() + 1 })
        .take(table.rows.len())
        .collect()
}

/// A doc string as it stands in the file.
pub(crate) struct DocString {
    pub(crate) position: LineCol,
    pub(crate) fence: &'static str,
    pub(crate) media_type: String,
    pub(crate) content: String,
}

/// The doc string below `step`, without its indentation.
pub(crate) fn doc_string(text: &str, step: &Step) -> Option<DocString> {
    let mut lines = (1..).zip(text.lines()).skip(step.position.line);
    let (line, fence, opening) = lines.find_map(|(number, line)| {
        let fence = ["\"\"\"", "```"].into_iter().find(|fence| line.trim_start().starts_with(fence))?;
        Some((number, fence, line))
    })?;
    let indent = opening.len() - opening.trim_start().len();
    let content: Vec<&str> = lines
        .map(|(_, line)| line)
        .take_while(|line| !line.trim_start().starts_with(fence))
        .map(|line| &line[indent.min(line.len() - line.trim_start().len())..])
        .collect();
    Some(DocString {
        position: LineCol { line, col: indent + 1 },
        fence,
        media_type: opening.trim()[fence.len()..].trim().to_owned(),
        content: content.join("\n"),
    })
}

/// What to say of a file that only the parser finds fault with.
fn unparsable(path: &str, text: &str, error: &ParseError) -> Problem {
    // The error keeps its fields to itself; its text reads `Error at LINE:COLUMN: {"token", …}`, the tokens in an
    // order of chance.
    let error = error.to_string();
    let line = error.strip_prefix("Error at ").and_then(|rest| rest.split(':').next()?.parse::<u32>().ok());
    let line = line.unwrap_or(0);
    let found = text.lines().nth(line.saturating_sub(1) as usize).map_or("the end of the file", str::trim);
    Problem::new(
        path,
        line,
        format!("does not parse at `{found}`"),
        "expected a heading with its colon, a step, a table row or a doc string",
    )
}

/// Replaces each outline by the scenarios that its rows make.
fn expand(path: &str, source: &Source<'_>, feature: &mut Feature, problems: &mut Vec<Problem>) {
    let mut expand_all = |scenarios: &mut Vec<Scenario>| {
        *scenarios = mem::take(scenarios)
            .into_iter()
            .flat_map(|scenario| expand_one(path, source, scenario, problems))
            .collect();
    };
    expand_all(&mut feature.scenarios);
    feature.rules.iter_mut().for_each(|rule| expand_all(&mut rule.scenarios));
}

fn expand_one(
    path: &str,
    source: &Source<'_>,
    scenario: Scenario,
    problems: &mut Vec<Problem>,
) -> Vec<Scenario> {
    if scenario.examples.is_empty() {
        if matches!(scenario.keyword.as_str(), "Scenario Outline" | "Scenario Template") {
            problems.push(Problem::new(
                path,
                line_of(scenario.position),
                "expected `Examples:` below a scenario outline, found none",
                "add `Examples:` with a table, or call it `Scenario:`",
            ));
        }
        return vec![scenario];
    }
    let mut rows = Vec::new();
    for examples in &scenario.examples {
        rows.extend(example_rows(path, source, examples, problems));
    }
    let alone = Feature::builder()
        .keyword("Feature".to_owned())
        .name(String::new())
        .scenarios(vec![scenario])
        .build()
        .expand_examples();
    let mut expanded = match alone {
        Ok(feature) => feature.scenarios,
        Err(error) => {
            problems.push(Problem::new(
                path,
                line_of(error.pos),
                format!("expected a column `{}` in the outline's `Examples:`, found none", error.name),
                "add the column, or write another name between `<` and `>`",
            ));
            return Vec::new();
        }
    };
    for (scenario, position) in expanded.iter_mut().zip(rows) {
        scenario.position = position;
    }
    tell_rows_apart(&mut expanded);
    expanded
}

/// Where the rows below the table's head stand.
fn example_rows(
    path: &str,
    source: &Source<'_>,
    examples: &Examples,
    problems: &mut Vec<Problem>,
) -> Vec<LineCol> {
    let rows = examples.table.as_ref().map(|table| source.rows(table)).unwrap_or_default();
    if rows.len() < 2 {
        problems.push(Problem::new(
            path,
            line_of(examples.position),
            "expected a row below the head of this table, found none",
            "its outline would not be played: add a row, or remove the table",
        ));
    }
    rows.into_iter().skip(1).collect()
}

/// The longest text of a cell that tells rows apart, in characters.
const CELL_CHARS_MAX: usize = 40;

/// Rows whose names do not differ by a placeholder are told apart by the first column in which no two are equal, or
/// else by their number.
fn tell_rows_apart(scenarios: &mut [Scenario]) {
    let distinct = |names: &[String]| {
        let slugs: BTreeSet<_> =
            names.iter().map(|name| slug(name)).filter(|slug| !slug.is_empty()).collect();
        slugs.len() == names.len()
    };
    let names: Vec<_> = scenarios.iter().map(|scenario| scenario.name.clone()).collect();
    if distinct(&names) {
        return;
    }
    let cell = |scenario: &Scenario, column: usize| -> Option<String> {
        let row = scenario.examples.first()?.table.as_ref()?.rows.get(1)?;
        row.get(column).filter(|cell| cell.chars().count() <= CELL_CHARS_MAX).cloned()
    };
    let cells_of =
        |column| scenarios.iter().map(|scenario| cell(scenario, column)).collect::<Option<Vec<_>>>();
    let telling = (0..).map_while(cells_of).find(|cells| distinct(cells));
    let labels =
        telling.unwrap_or_else(|| (1..=scenarios.len()).map(|number| format!("row {number}")).collect());
    for (scenario, label) in scenarios.iter_mut().zip(labels) {
        scenario.name = format!("{} ({label})", scenario.name);
    }
}

/// Scenarios without name or steps, and names used twice.
fn empty_or_twice(path: &str, feature: &Feature) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen: Vec<(String, &Scenario)> = Vec::new();
    if feature.name.is_empty() {
        problems.push(Problem::new(
            path,
            line_of(feature.position),
            "expected a name after `Feature:`, found none",
            "",
        ));
    }
    if scenarios(feature).next().is_none() {
        problems.push(Problem::new(
            path,
            line_of(feature.position),
            "expected a scenario in this feature, found none",
            "add one that starts with `Scenario:`",
        ));
    }
    for scenario in scenarios(feature) {
        let line = line_of(scenario.position);
        let slug = slug(&scenario.name);
        if slug.is_empty() {
            problems.push(Problem::new(path, line, "expected a name after `Scenario:`, found none", ""));
            continue;
        }
        if scenario.steps.is_empty() {
            problems.push(Problem::new(
                path,
                line,
                "expected a step in this scenario, found none",
                "a scenario without steps passes whatever happens",
            ));
        }
        match seen.iter().find(|(other, _)| *other == slug) {
            Some((_, first)) => problems.push(Problem::new(
                path,
                line,
                format!("the name `{}` is used twice in this feature", scenario.name),
                format!(
                    "it is first used in line {}; give each scenario a name that differs in more than punctuation",
                    first.position.line
                ),
            )),
            None => seen.push((slug, scenario)),
        }
    }
    problems
}

/// A line as [`Problem`]s and recordings count it.
pub(crate) fn line_of(position: LineCol) -> u32 {
    u32::try_from(position.line).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    /// Scenarios and steps with their positions.
    fn outline(text: &str) -> String {
        let script = Script::parse("f.feature", text).unwrap_or_else(|problems| panic!("{problems:?}"));
        let mut shown = String::new();
        let place = |position: LineCol| format!("{}:{}", position.line, position.col);
        for scenario in scenarios(&script.feature) {
            shown += &format!("{} {} {:?}\n", place(scenario.position), scenario.name, scenario.tags);
            for step in &scenario.steps {
                shown +=
                    &format!("  {} {:?} {} {:?}", place(step.position), step.ty, step.value, step.docstring);
                if let Some(table) = &step.table {
                    shown += &format!(" {} {:?}", place(table.position), table.rows);
                }
                shown += "\n";
            }
        }
        shown
    }

    const TEXT: &str = "\
# A remark.

@a
Feature: F
  # Another.
  @b
  # And another.
  @c
  Scenario: S
    # Before a step.

    Given x
    # Before When.
    When y
      # Before a doc string.
      \"\"\"md
        indented
      # no remark
      \"\"\"
    # Before a table.
    * z
      | a |

      # Between rows.
      | b |
";

    #[test]
    fn positions_are_right_behind_comments() {
        assert_snapshot!(outline(TEXT), @r#"
        9:3 S ["b", "c"]
          12:5 Given x None
          14:5 When y Some("  indented\n# no remark")
          21:5 When z None 22:7 [["a"], ["b"]]
        "#);
    }

    #[test]
    fn line_ends_of_windows_and_a_byte_order_mark_change_nothing() {
        assert_eq!(outline(&format!("\u{feff}{}", TEXT.replace('\n', "\r\n"))), outline(TEXT));
    }

    #[test]
    fn other_languages_are_read() {
        let french =
            "# language: fr\nFonctionnalité: F\n  Scénario: S\n    Soit x\n    Quand y\n    Alors z\n";
        assert_snapshot!(outline(french), @"
        3:3 S []
          4:5 Given x None
          5:5 When y None
          6:5 Then z None
        ");
    }

    #[test]
    fn rows_are_told_apart_by_the_first_column_that_differs() {
        let rows = |name: &str, table: &str| {
            let text =
                format!("Feature: F\n  Scenario Outline: {name}\n    Given <b>\n    Examples:\n{table}");
            let script = Script::parse("f.feature", &text).expect("it parses");
            scenarios(&script.feature).map(|scenario| scenario.name.clone()).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(rows("S <b>", "| a | b |\n| 1 | x |\n| 1 | y |\n"), "S x, S y");
        assert_eq!(rows("S", "| a | b |\n| 1 | x |\n| 1 | y |\n"), "S (x), S (y)");
        assert_eq!(rows("S", "| a | b |\n| 1 | x |\n| 1 | x |\n"), "S (row 1), S (row 2)");
        assert_eq!(rows("S", "| b |\n| x |\n| |\n"), "S (row 1), S (row 2)");
        assert_eq!(rows("S", "| b |\n| x |\n"), "S");
    }
}
