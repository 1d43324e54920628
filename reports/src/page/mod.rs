//! The page that people read.
//!
//! One file, opened from disk as well as from a server: style and script are inside, and its content policy
//! forbids it to fetch anything. Without its script it is a list of scenarios that open and close; the script adds
//! the filters.

mod diagram;
mod network;
mod pictures;
mod scenario;
mod story;
mod views;

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use recording::{Outcome, StepStatus};
use wire::SimTime;

use crate::human;
use crate::run::{Played, Run};

const STYLE: &str = include_str!("../assets/report.css");
const SCRIPT: &str = include_str!("../assets/report.js");
const CONTENT_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// All diagrams of a page share so many arrows: about 350 bytes each, so that a page stays below a few megabytes.
const ARROWS_PER_PAGE: usize = 8_000;
/// A longer diagram than this is not read any more.
const ARROWS_PER_DIAGRAM_MAX: usize = 240;
/// A shorter one than this is not worth having.
const ARROWS_PER_DIAGRAM_MIN: usize = 24;

/// `index.html`: the whole run on one page that opens offline.
pub fn index_html(run: &Run) -> String {
    let share = ARROWS_PER_PAGE / run.scenarios().len().max(1);
    let arrows_max = share.clamp(ARROWS_PER_DIAGRAM_MIN, ARROWS_PER_DIAGRAM_MAX);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(CONTENT_POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (verdict(run)) " · Rehearsal" }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                (arrow_heads())
                (masthead(run))
                @if !run.troubles().is_empty() { (troubles(run.troubles())) }
                @if run.scenarios().is_empty() {
                    main.empty { p { "No scenario was played." } }
                } @else {
                    (filters(run))
                    div.columns {
                        (contents(run))
                        main {
                            @for (index, feature) in run.features().enumerate() { (section(index, feature, arrows_max)) }
                            p #nothing hidden { "No scenario fits the filter." }
                        }
                    }
                }
                footer {
                    p {
                        "Times are virtual: the clock of the simulated world, which skips what nobody waits for. "
                        "The same seed gives the same page, to the byte."
                    }
                    p {
                        "In a diagram an arrow leaves when its message was sent and lands when it arrived: the "
                        "steeper, the slower the way. Idle time is cut out and marked; what happens almost at once "
                        "is drawn apart so that it can be read."
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn verdict(run: &Run) -> String {
    let all = human::count(run.scenarios().len(), "scenario");
    match run.failed() {
        0 if run.troubles().is_empty() => format!("{all} passed"),
        0 => "The run failed".to_owned(),
        failed => format!("{failed} of {all} failed"),
    }
}

/// The tips of the arrows of all diagrams.
fn arrow_heads() -> Markup {
    html! {
        svg.heads aria-hidden="true" width="0" height="0" {
            @for program in ["rep", "appliance", "customer", "jump", "other"] {
                marker id={ "head-" (program) } viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"
                    markerUnits="userSpaceOnUse" orient="auto" {
                    path.(program) d="M0 0.5L8 4L0 7.5z" {}
                }
            }
        }
    }
}

fn masthead(run: &Run) -> Markup {
    let recordings = || run.scenarios().iter().map(Played::recording);
    let virtual_time = recordings().map(|recording| recording.end() - SimTime::ZERO).sum();
    let steps: usize = recordings().map(|recording| recording.steps().len()).sum();
    let commit = recordings().find_map(|recording| recording.header().commit.as_deref());
    let features = run.features().count();
    let good = run.failed() == 0 && run.troubles().is_empty();
    html! {
        header.masthead.(if good { "passed" } else { "failed" }) {
            p.brand { "Rehearsal" }
            h1 { (verdict(run)) }
            @if !run.scenarios().is_empty() {
                div.meter role="img" aria-label={ (run.passed()) " passed, " (run.failed()) " failed" } {
                    @if run.failed() > 0 { span.failed style={ "flex:" (run.failed()) } {} }
                    @if run.passed() > 0 { span.passed style={ "flex:" (run.passed()) } {} }
                }
            }
            dl.totals {
                div { dt { "Passed" } dd.passed { (run.passed()) } }
                div { dt { "Failed" } dd.failed[run.failed() > 0] { (run.failed()) } }
                div { dt { "Features" } dd { (features) } }
                div { dt { "Steps" } dd { (steps) } }
                div { dt { "Virtual time" } dd { (human::duration(virtual_time)) } }
                div { dt { "Seed" } dd { (run.seed()) } }
                @if let Some(commit) = commit { div { dt { "Commit" } dd.code { (commit) } } }
            }
        }
    }
}

fn troubles(troubles: &[String]) -> Markup {
    html! {
        section.troubles {
            h2 { "Not played" }
            @for trouble in troubles { pre { (trouble) } }
        }
    }
}

fn filters(run: &Run) -> Markup {
    let mut tags: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in run.scenarios().iter().flat_map(|played| &played.recording().header().tags) {
        *tags.entry(tag).or_default() += 1;
    }
    html! {
        form.filters role="search" aria-label="Filter scenarios" {
            input #text type="search" placeholder="Search names, steps and tags" aria-label="Search" autocomplete="off";
            fieldset {
                legend { "Status" }
                @for (value, label) in [("", "All"), ("failed", "Failed"), ("passed", "Passed")] {
                    label { input type="radio" name="status" value=(value) checked[value.is_empty()]; span { (label) } }
                }
            }
            @if !tags.is_empty() {
                select #tag aria-label="Tag" {
                    option value="" { "All tags" }
                    @for (tag, times) in &tags { option value=(tag) { (tag) " (" (times) ")" } }
                }
            }
            output #shown aria-live="polite" {}
            button #open type="button" { "Open all" }
            button #close type="button" { "Close all" }
        }
    }
}

fn contents(run: &Run) -> Markup {
    html! {
        nav.contents aria-label="Features" {
            h2 { "Features" }
            ul {
                @for (index, feature) in run.features().enumerate() {
                    @let failed = failures(feature);
                    li {
                        a href={ "#feature-" (index + 1) } { (name(feature)) }
                        @if failed > 0 { span.tally.failed title={ (failed) " failed" } { (failed) "/" (feature.len()) } }
                        @else { span.tally title={ (feature.len()) " passed" } { (feature.len()) } }
                    }
                }
            }
        }
    }
}

fn section(index: usize, feature: &[Played], arrows_max: usize) -> Markup {
    let path = feature.first().map_or("", |played| &played.recording().header().path);
    let mut rule = None;
    html! {
        section.feature id={ "feature-" (index + 1) } {
            header {
                h2 { (name(feature)) }
                span.code { (path) }
            }
            @for played in feature {
                @let its_rule = played.recording().header().rule.as_deref();
                @if its_rule != rule {
                    @if let Some(rule) = its_rule { h3.rule { span { "Rule" } " " (rule) } }
                }
                @let () = rule = its_rule;
                (scenario::scenario(played, arrows_max))
            }
        }
    }
}

fn name(feature: &[Played]) -> &str {
    feature.first().map_or("", |played| &played.recording().header().feature)
}

fn failures(feature: &[Played]) -> usize {
    feature.iter().filter(|played| played.outcome() == Outcome::Failed).count()
}

/// The class by which a step's status is coloured.
fn status_class(status: Option<StepStatus>) -> &'static str {
    match status {
        Some(StepStatus::Passed) => "passed",
        Some(StepStatus::Skipped) => "skipped",
        Some(StepStatus::Failed | StepStatus::Undefined | StepStatus::Ambiguous) | None => "failed",
    }
}
