//! `rehearse coverage`: which requirements have scenarios.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Map, Value};
use strsim::damerau_levenshtein;

use super::brief::count;
use super::cli::{CoverageArgs, Surroundings, TextOrJson, Trouble};
use super::problem::Problem;
use super::runner::all_tags;
use super::script::{Script, line_of};
use super::select::{Root, Selection};

/// Where the requirements are, from the root. Rows of an area: prefix and title. Rows of a requirement: id, class,
/// actor, behaviour. Tabs between them.
const REQUIREMENTS: &str = "features/requirements.tsv";

/// The list of requirements.
#[derive(Debug, Default)]
pub(crate) struct Requirements {
    areas: Vec<Area>,
}

/// Requirements that share a prefix.
#[derive(Debug)]
struct Area {
    title: String,
    /// Ids, in order.
    ids: Vec<String>,
}

/// Which scenarios carry which requirement.
pub(crate) struct Coverage<'a> {
    requirements: &'a Requirements,
    /// By id: the places of scenarios.
    places: BTreeMap<&'a str, Vec<String>>,
    /// Tags that look like the id of a requirement and are none.
    pub(crate) unknown: Vec<Problem>,
}

/// Prints the coverage; whether it is as it should be.
pub(crate) fn coverage(args: &CoverageArgs, surroundings: &mut Surroundings<'_>) -> Result<bool, Trouble> {
    let root = surroundings.root();
    let requirements = Requirements::read(&root)?;
    let selection = Selection { places: args.places.clone(), ..Selection::default() };
    let (scripts, mut problems) = selection.scripts(&root)?;
    let coverage = Coverage::new(&requirements, &scripts);
    problems.extend(coverage.unknown.iter().cloned());
    if args.complete {
        problems.extend(coverage.missing().map(|id| {
            let help = format!("write one and tag it @{id}; {REQUIREMENTS} says what it must show");
            Problem::new("", 0, format!("no scenario carries {id}"), help)
        }));
    }
    let shown = match args.format {
        TextOrJson::Json => coverage.json(),
        TextOrJson::Text => coverage.text(),
    };
    surroundings.out.write_all(shown.as_bytes())?;
    for problem in &problems {
        writeln!(surroundings.err, "{problem}\n")?;
    }
    if !problems.is_empty() {
        writeln!(surroundings.err, "{}", count(problems.len(), "problem"))?;
    }
    Ok(problems.is_empty())
}

impl Requirements {
    /// Reads the list that lies beside the features.
    pub(crate) fn read(root: &Root) -> Result<Self, Trouble> {
        let file = root.folder().join(REQUIREMENTS);
        let text = fs::read_to_string(&file).map_err(|error| {
            Trouble::Usage(format!("cannot read the list of requirements {}: {error}", file.display()))
        })?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, Trouble> {
        let mut areas: Vec<Area> = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let cells: Vec<_> = line.split('\t').collect();
            match (cells[..].len(), areas.last_mut()) {
                (2, _) => areas.push(Area { title: format!("{}  {}", cells[0], cells[1]), ids: Vec::new() }),
                (4, Some(area)) => area.ids.push(cells[0].to_owned()),
                (cells, _) => {
                    return Err(Trouble::Usage(format!(
                        "{REQUIREMENTS}:{number}: expected an area (2 cells) or a requirement (4 cells), came \
                         {cells}"
                    )));
                }
            }
        }
        Ok(Self { areas })
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        self.areas.iter().flat_map(|area| &area.ids).map(String::as_str)
    }
}

impl<'a> Coverage<'a> {
    pub(crate) fn new(requirements: &'a Requirements, scripts: &[Script]) -> Self {
        let mut places: BTreeMap<&str, Vec<String>> = requirements.ids().map(|id| (id, Vec::new())).collect();
        let mut unknown: Vec<Problem> = Vec::new();
        for script in scripts {
            let feature = &script.feature;
            let ruled =
                feature.rules.iter().flat_map(|rule| rule.scenarios.iter().map(move |s| (Some(rule), s)));
            for (rule, scenario) in feature.scenarios.iter().map(|s| (None, s)).chain(ruled) {
                let line = script.heading_line(scenario);
                let place = format!("{}:{line}", script.path);
                for tag in all_tags(feature, rule, scenario) {
                    if let Some(places) = places.get_mut(tag.as_str()) {
                        if !places.contains(&place) {
                            places.push(place.clone());
                        }
                    } else if looks_like_an_id(tag) {
                        let problem = unknown_id(requirements, &script.path, line, tag);
                        if !unknown.contains(&problem) {
                            unknown.push(problem);
                        }
                    }
                }
            }
        }
        Self { requirements, places, unknown }
    }

    /// Requirements that no scenario carries, in the order of the list.
    fn missing(&self) -> impl Iterator<Item = &str> {
        self.requirements.ids().filter(|id| !self.is_covered(id))
    }

    fn is_covered(&self, id: &str) -> bool {
        self.places.get(id).is_some_and(|places| !places.is_empty())
    }

    fn json(&self) -> String {
        let by_id: Map<String, Value> = self
            .requirements
            .ids()
            .map(|id| (id.to_owned(), self.places.get(id).cloned().unwrap_or_default().into()))
            .collect();
        let lines: Vec<_> =
            by_id.iter().map(|(id, places)| format!("{}:{places}", Value::from(id.as_str()))).collect();
        format!("{{\n{}\n}}\n", lines.join(",\n"))
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let (mut covered_in_all, mut all) = (0, 0);
        for area in &self.requirements.areas {
            let covered = area.ids.iter().filter(|id| self.is_covered(id)).count();
            let missing: Vec<_> =
                area.ids.iter().filter(|id| !self.is_covered(id)).map(String::as_str).collect();
            text += &format!("{:>4} of {:>3}  {}\n", covered, area.ids.len(), area.title);
            if !missing.is_empty() {
                text += &wrapped("             not covered:", &missing);
            }
            covered_in_all += covered;
            all += area.ids.len();
        }
        text + &format!("{covered_in_all:>4} of {all:>3}  in all\n")
    }
}

impl Script {
    /// The line of the scenario's heading, also where the scenario is a row of an outline.
    fn heading_line(&self, scenario: &gherkin::Scenario) -> u32 {
        let written = super::script::scenarios(&self.document).find(|written| written.span == scenario.span);
        line_of(written.unwrap_or(scenario).position)
    }
}

/// Three letters or digits, a dash, a number; in any case of letters.
fn looks_like_an_id(tag: &str) -> bool {
    let Some((prefix, number)) = tag.split_once(['-', '_']) else { return false };
    let prefix_fits = prefix.len() == 3
        && prefix.starts_with(|first: char| first.is_ascii_alphabetic())
        && prefix.chars().all(|c| c.is_ascii_alphanumeric());
    prefix_fits && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
}

fn unknown_id(requirements: &Requirements, path: &str, line: u32, tag: &str) -> Problem {
    let upper = tag.to_uppercase();
    let nearest = requirements.ids().min_by_key(|id| damerau_levenshtein(id, &upper));
    let help = match nearest {
        Some(nearest) => format!("the nearest id is @{nearest}; {REQUIREMENTS} lists all"),
        None => format!("{REQUIREMENTS} lists none"),
    };
    Problem::new(path, line, format!("there is no requirement @{tag}"), help)
}

/// `head` and then the words, in lines of bounded width.
fn wrapped(head: &str, words: &[&str]) -> String {
    const WIDTH: usize = 110;
    let mut text = head.to_owned();
    let mut width = head.len();
    for word in words {
        if width + 1 + word.len() > WIDTH {
            text += &format!("\n{:1$}", "", head.len());
            width = head.len();
        }
        text += &format!(" {word}");
        width += 1 + word.len();
    }
    text + "\n"
}
