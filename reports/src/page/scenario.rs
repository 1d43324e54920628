//! One scenario: closed, a line; open, everything that is known of it.

use maud::{Markup, html};
use recording::{Failure, Outcome, Step};
use wire::SimTime;

use crate::human;
use crate::page::diagram::diagram;
use crate::page::network::plots;
use crate::page::pictures::pictures;
use crate::page::status_class;
use crate::page::story::story;
use crate::page::views::cards;
use crate::run::Played;

/// A scenario of the page: closed if it passed, open if it did not.
pub(super) fn scenario(played: &Played, arrows_max: usize) -> Markup {
    let recording = played.recording();
    let header = recording.header();
    let steps = recording.steps();
    let status = played.outcome();
    let class = match status {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
    };
    html! {
        details.scenario.(class) id=(played.id()) open[status == Outcome::Failed] data-status=(class) data-tags=(header.tags.join(" ")) {
            summary {
                span.status role="img" aria-label=(class) {}
                h3 { (header.scenario) }
                @if !header.tags.is_empty() {
                    span.tags { @for tag in &header.tags { span.tag { (tag) } " " } }
                }
                span.took { (human::duration(recording.end() - SimTime::ZERO)) }
            }
            div.body {
                @if status == Outcome::Failed { (failure(played, &steps)) }
                div.pair {
                    section.steps {
                        h4 { "Steps" }
                        ol { @for step in &steps { (line(step)) } }
                    }
                    @if let Some(story) = story(recording) {
                        section.story { h4 { "What happened" } (story) }
                    }
                }
                @if let Some(pictures) = pictures(recording) {
                    section.pictures { h4 { "Screens" } (pictures) }
                }
                @if let Some(diagram) = diagram(recording, arrows_max) {
                    section.messages { h4 { "Messages" } (diagram) }
                }
                @if let Some(plots) = plots(recording) {
                    section.network { h4 { "Network" } (plots) }
                }
                @let views = recording.final_views();
                @if !views.is_empty() {
                    section.views { h4 { "What everybody saw at the end" } (cards(&views)) }
                }
                (particulars(played))
            }
        }
    }
}

fn line(step: &Step<'_>) -> Markup {
    html! {
        li.(status_class(step.status)) {
            span.status role="img" aria-label=(human::status(step.status)) {}
            div {
                b { (step.keyword) } " " (step.text)
                @if let Some(argument) = step.argument { pre { (argument) } }
            }
            span.at title="when it began" { (human::moment(step.began)) }
            span.took title="how long it took" {
                @if step.took().is_zero() { "" } @else { (human::duration(step.took())) }
            }
        }
    }
}

/// Why it failed, before anything else.
fn failure(played: &Played, steps: &[Step<'_>]) -> Markup {
    let culprit = steps.iter().find(|step| status_class(step.status) == "failed");
    html! {
        section.failure {
            @match culprit {
                Some(step) => {
                    p {
                        strong { (human::words(human::status(step.status))) } " at "
                        span.at { (human::moment(step.ended)) } ": "
                        b { (step.keyword) } " " (step.text)
                        " " span.code { (played.recording().header().path) ":" (step.line) }
                    }
                    @if let Some(failure) = step.failure { (reason(failure)) }
                }
                None => p { strong { "Broke off" } " before its end." }
            }
            p.repeat { "Play it again: " code { (played.repeat()) } }
        }
    }
}

fn reason(failure: &Failure) -> Markup {
    html! {
        @if failure.expected.is_some() || failure.seen.is_some() {
            dl.expected {
                @for (label, text) in [("Expected", &failure.expected), ("Seen", &failure.seen)] {
                    @if let Some(text) = text { div { dt { (label) } dd { pre { (text) } } } }
                }
            }
        }
        @if !failure.text.is_empty() { pre { (failure.text) } }
    }
}

fn particulars(played: &Played) -> Markup {
    let recording = played.recording();
    let header = recording.header();
    html! {
        footer {
            dl {
                @if let Some(link) = played.link() {
                    div { dt { "Recording" } dd { a href=(link) download { (played.id()) ".rehearsal" } } }
                }
                div { dt { "Source" } dd.code { (header.path) ":" (header.line) } }
                div { dt { "Site" } dd { (header.site) } }
                div { dt { "Seed" } dd.code { (header.seed) } }
                div { dt { "Digest" } dd.code { (recording.digest()) } }
                @for (figure, value) in played.figures() {
                    div { dt { (human::words(figure)) } dd { (value) } }
                }
                @if !played.repeat().is_empty() {
                    div.repeat { dt { "Play it again" } dd { code { (played.repeat()) } } }
                }
            }
        }
    }
}
