//! A feature file as messages: its text, its syntax tree, and the scenarios ("pickles") that it comes to.

use std::collections::BTreeMap;

use gherkin::{Background, Examples, LineCol, Scenario, Step, StepType, Table};
use serde_json::{Value, json};

use super::Ids;
use crate::harness::runner::all_tags;
use crate::harness::script::{Script, doc_string, row_positions};

/// What there is to say about a feature file before it is played.
pub(super) struct Described {
    pub(super) messages: Vec<Value>,
    pub(super) pickles: Vec<Pickle>,
}

/// A scenario to be played, by its id.
#[derive(Debug, Clone)]
pub(super) struct Pickle {
    pub(super) id: String,
    /// Backgrounds included.
    pub(super) steps: Vec<PickleStep>,
    path: String,
    line: usize,
}

#[derive(Debug, Clone)]
pub(super) struct PickleStep {
    pub(super) id: String,
    pub(super) step: Step,
}

impl Pickle {
    /// Whether it is this scenario of the feature file that reports call `path`.
    pub(super) fn is_of(&self, path: &str, scenario: &Scenario) -> bool {
        self.path == path && self.line == scenario.position.line
    }
}

/// Describes `script`: its document in full, and the scenarios that are selected.
pub(super) fn describe(script: &Script, ids: &mut Ids) -> Described {
    let mut tree = Tree { lines: script.text.lines().collect(), script, ids, node_ids: BTreeMap::new() };
    let document = tree.document();
    let mut messages = vec![
        json!({"source": {
            "uri": script.path,
            "data": script.text,
            "mediaType": "text/x.cucumber.gherkin+plain",
        }}),
        json!({"gherkinDocument": document}),
    ];
    let mut pickles = Vec::new();
    let feature = &script.feature;
    let own = feature.scenarios.iter().map(|scenario| (None, scenario));
    let ruled = feature
        .rules
        .iter()
        .flat_map(|rule| rule.scenarios.iter().map(move |scenario| (Some(rule), scenario)));
    for (rule, scenario) in own.chain(ruled) {
        let (message, pickle) = tree.pickle(rule, scenario);
        messages.push(json!({"pickle": message}));
        pickles.push(pickle);
    }
    Described { messages, pickles }
}

/// Hands out ids to the nodes of a document, and finds them again by where the nodes stand.
struct Tree<'a> {
    lines: Vec<&'a str>,
    script: &'a Script,
    ids: &'a mut Ids,
    /// By line and, since tags share lines, name.
    node_ids: BTreeMap<(usize, String), String>,
}

impl Tree<'_> {
    fn document(&mut self) -> Value {
        let feature = &self.script.document;
        let mut children = Vec::new();
        children.extend(feature.background.as_ref().map(|background| self.background(background)));
        children.extend(feature.scenarios.iter().map(|scenario| self.scenario(scenario)));
        for rule in &feature.rules {
            let mut ruled = Vec::new();
            ruled.extend(rule.background.as_ref().map(|background| self.background(background)));
            ruled.extend(rule.scenarios.iter().map(|scenario| self.scenario(scenario)));
            children.push(json!({"rule": {
                "location": location(rule.position),
                "tags": self.tags(rule.position),
                "keyword": rule.keyword,
                "name": rule.name,
                "description": description(rule.description.as_ref()),
                "children": ruled,
                "id": self.id(rule.position.line, ""),
            }}));
        }
        json!({
            "uri": self.script.path,
            "feature": {
                "location": location(feature.position),
                "tags": self.tags(feature.position),
                "language": self.language(),
                "keyword": feature.keyword,
                "name": feature.name,
                "description": description(feature.description.as_ref()),
                "children": children,
            },
            "comments": self.comments(),
        })
    }

    fn background(&mut self, background: &Background) -> Value {
        let steps: Vec<_> = background.steps.iter().map(|step| self.step(step)).collect();
        json!({"background": {
            "location": location(background.position),
            "keyword": background.keyword,
            "name": background.name,
            "description": description(background.description.as_ref()),
            "steps": steps,
            "id": self.id(background.position.line, ""),
        }})
    }

    fn scenario(&mut self, scenario: &Scenario) -> Value {
        let steps: Vec<_> = scenario.steps.iter().map(|step| self.step(step)).collect();
        let examples: Vec<_> = scenario.examples.iter().map(|examples| self.examples(examples)).collect();
        json!({"scenario": {
            "location": location(scenario.position),
            "tags": self.tags(scenario.position),
            "keyword": scenario.keyword,
            "name": scenario.name,
            "description": description(scenario.description.as_ref()),
            "steps": steps,
            "examples": examples,
            "id": self.id(scenario.position.line, ""),
        }})
    }

    fn step(&mut self, step: &Step) -> Value {
        let keyword_type = match (step.keyword.trim(), step.ty) {
            ("*", _) => "Unknown",
            ("Given", _) => "Context",
            ("When", _) => "Action",
            ("Then", _) => "Outcome",
            _ => "Conjunction",
        };
        let mut message = json!({
            "location": location(step.position),
            "keyword": step.keyword,
            "keywordType": keyword_type,
            "text": step.value,
        });
        if step.docstring.is_some()
            && let Some(found) = doc_string(&self.script.text, step)
        {
            message["docString"] = json!({
                "location": location(found.position),
                "content": found.content,
                "delimiter": found.fence,
            });
            if !found.media_type.is_empty() {
                message["docString"]["mediaType"] = found.media_type.into();
            }
        }
        if let Some(table) = &step.table {
            message["dataTable"] = json!({"location": location(table.position), "rows": self.rows(table)});
        }
        message["id"] = self.id(step.position.line, "").into();
        message
    }

    fn examples(&mut self, examples: &Examples) -> Value {
        let mut rows = examples.table.as_ref().map(|table| self.rows(table)).unwrap_or_default().into_iter();
        let mut message = json!({
            "location": location(examples.position),
            "tags": self.tags(examples.position),
            "keyword": examples.keyword,
            "name": examples.name.as_deref().unwrap_or_default(),
            "description": description(examples.description.as_ref()),
        });
        if let Some(head) = rows.next() {
            message["tableHeader"] = head;
        }
        message["tableBody"] = rows.collect();
        message["id"] = self.id(examples.position.line, "").into();
        message
    }

    fn rows(&mut self, table: &Table) -> Vec<Value> {
        let positions = row_positions(&self.lines, table);
        let rows = table.rows.iter().zip(positions).map(|(row, position)| {
            let cells: Vec<_> = row
                .iter()
                .zip(cell_columns(self.lines[position.line - 1]))
                .map(|(value, col)| json!({"location": {"line": position.line, "column": col}, "value": value}))
                .collect();
            json!({"location": location(position), "cells": cells, "id": self.id(position.line, "")})
        });
        rows.collect()
    }

    /// The tags above the heading at `position`.
    fn tags(&mut self, position: LineCol) -> Vec<Value> {
        let tags = tags_above(&self.lines, position.line).into_iter().map(|(place, name)| {
            json!({"location": location(place), "name": name, "id": self.id(place.line, name)})
        });
        tags.collect()
    }

    fn pickle(&mut self, rule: Option<&gherkin::Rule>, scenario: &Scenario) -> (Value, Pickle) {
        let feature = &self.script.feature;
        let backgrounds = feature.background.iter().chain(rule.and_then(|rule| rule.background.as_ref()));
        let all_steps = backgrounds.flat_map(|background| &background.steps).chain(&scenario.steps);
        // An outline's rows share its place in the text.
        let written = self.script.text[..scenario.span.start].matches('\n').count() + 1;
        let written = (written..).find(|line| self.known(*line, "").is_some()).unwrap_or(written);
        let row = (scenario.position.line != written).then_some(scenario.position.line);
        let nodes = |tree: &Self, line: usize| -> Vec<String> {
            [Some(line), row].into_iter().flatten().filter_map(|line| tree.known(line, "").cloned()).collect()
        };
        let steps: Vec<PickleStep> =
            all_steps.map(|step| PickleStep { id: self.ids.next(), step: step.clone() }).collect();
        let own_from = steps.len() - scenario.steps.len();
        let messages: Vec<_> = steps
            .iter()
            .enumerate()
            .map(|(place, PickleStep { id, step })| {
                let nodes = match place < own_from {
                    true => self.known(step.position.line, "").into_iter().cloned().collect(),
                    false => nodes(self, step.position.line),
                };
                pickle_step(id, step, nodes, &self.script.text)
            })
            .collect();
        let id = self.ids.next();
        let message = json!({
            "id": id,
            "uri": self.script.path,
            "location": location(scenario.position),
            "name": scenario.name,
            "language": self.language(),
            "steps": messages,
            "tags": self.pickle_tags(rule, scenario, written),
            "astNodeIds": nodes(self, written),
        });
        let (path, line) = (self.script.path.clone(), scenario.position.line);
        (message, Pickle { id, steps, path, line })
    }

    fn pickle_tags(&self, rule: Option<&gherkin::Rule>, scenario: &Scenario, written: usize) -> Vec<Value> {
        let headings =
            [Some(self.script.document.position.line), rule.map(|rule| rule.position.line), Some(written)]
                .into_iter()
                .flatten()
                .chain(scenario.examples.iter().map(|examples| examples.position.line));
        let above: Vec<_> = headings.flat_map(|line| tags_above(&self.lines, line)).collect();
        all_tags(&self.script.feature, rule, scenario)
            .filter_map(|tag| {
                let (place, name) = above.iter().find(|(_, name)| name[1..] == *tag)?;
                Some(json!({"name": name, "astNodeId": self.known(place.line, name)}))
            })
            .collect()
    }

    fn id(&mut self, line: usize, name: &str) -> String {
        let id = self.ids.next();
        self.node_ids.insert((line, name.to_owned()), id.clone());
        id
    }

    fn known(&self, line: usize, name: &str) -> Option<&String> {
        self.node_ids.get(&(line, name.to_owned()))
    }

    fn language(&self) -> &str {
        let first = self.lines.iter().find(|line| !line.trim().is_empty());
        let directive = first.and_then(|line| line.trim().strip_prefix('#')?.trim().strip_prefix("language"));
        directive.and_then(|rest| Some(rest.trim().strip_prefix(':')?.trim())).unwrap_or("en")
    }

    fn comments(&self) -> Vec<Value> {
        let mut fence = None;
        let mut comments = Vec::new();
        for (number, line) in (1..).zip(&self.lines) {
            let text = line.trim_start();
            match fence {
                Some(open) if text.starts_with(open) => fence = None,
                Some(_) => {}
                None => fence = ["\"\"\"", "```"].into_iter().find(|fence| text.starts_with(fence)),
            }
            if fence.is_none() && text.starts_with('#') {
                comments.push(json!({"location": {"line": number, "column": 1}, "text": line}));
            }
        }
        comments
    }
}

fn pickle_step(id: &str, step: &Step, nodes: Vec<String>, text: &str) -> Value {
    let kind = match step.ty {
        StepType::Given => "Context",
        StepType::When => "Action",
        StepType::Then => "Outcome",
    };
    let mut message = json!({"astNodeIds": nodes, "id": id, "type": kind, "text": step.value});
    if let Some(content) = &step.docstring {
        message["argument"]["docString"] = json!({"content": content});
        if let Some(found) = doc_string(text, step)
            && !found.media_type.is_empty()
        {
            message["argument"]["docString"]["mediaType"] = found.media_type.into();
        }
    }
    if let Some(table) = &step.table {
        let rows = table.rows.iter().map(|row| {
            let cells: Vec<_> = row.iter().map(|value| json!({"value": value})).collect();
            json!({"cells": cells})
        });
        message["argument"]["dataTable"] = json!({"rows": rows.collect::<Vec<_>>()});
    }
    message
}

/// Tags in the lines above line `heading`, with their `@`, from the top.
fn tags_above<'a>(lines: &[&'a str], heading: usize) -> Vec<(LineCol, &'a str)> {
    let above = (1..heading).rev().map(|number| (number, lines[number - 1])).take_while(|(_, line)| {
        let text = line.trim_start();
        text.is_empty() || text.starts_with(['@', '#'])
    });
    let mut tag_lines: Vec<_> = above.filter(|(_, line)| line.trim_start().starts_with('@')).collect();
    tag_lines.reverse();
    let mut tags = Vec::new();
    for (number, line) in tag_lines {
        let line = line.split(" #").next().unwrap_or(line);
        let starts = line.match_indices('@').map(|(start, _)| start);
        for start in starts {
            let rest = &line[start..];
            let end =
                rest[1..].find(|c: char| c == '@' || c.is_whitespace()).map_or(rest.len(), |end| end + 1);
            tags.push((LineCol { line: number, col: line[..start].chars().count() + 1 }, &rest[..end]));
        }
    }
    tags
}

/// In which columns the texts of a row's cells begin.
fn cell_columns(row: &str) -> Vec<usize> {
    let mut columns = Vec::new();
    let mut characters = (1..).zip(row.chars()).peekable();
    while let Some((_, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '|' => {
                while characters.next_if(|(_, c)| *c == ' ' || *c == '\t').is_some() {}
                columns.extend(characters.peek().map(|(column, _)| *column));
            }
            _ => {}
        }
    }
    columns
}

fn location(position: LineCol) -> Value {
    json!({"line": position.line, "column": position.col})
}

fn description(text: Option<&String>) -> &str {
    text.map(String::as_str).unwrap_or_default()
}
