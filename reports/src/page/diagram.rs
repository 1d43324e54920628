//! Who said what to whom: a message sequence diagram.
//!
//! [`Layout`] places everything, [`diagram`] draws it. One lane a program, time downwards. A message is an arrow
//! from the moment it was sent to the moment it came out, so that a slow link shows as a steep slope. One scale
//! holds for the whole diagram, with two honest exceptions: idle time is cut out and marked, and what happens
//! almost at once is spread so far that its labels can be read.

mod bundles;
mod labels;
mod lanes;
mod layout;

use maud::{Markup, Render, html};
use recording::{Program, Recording};

use self::layout::{Arrow, BAND_PX, GUTTER_PX, Layout, Row, RowKind};
use crate::human;
use crate::page::status_class;

/// The diagram of a recording, with at most `arrows_max` arrows. Nothing if no message was sent.
pub(super) fn diagram(recording: &Recording, arrows_max: usize) -> Option<Markup> {
    let layout = Layout::of(recording, arrows_max)?;
    let names: Vec<&str> = layout.lanes.lanes.iter().map(|lane| lane.name).collect();
    let label =
        format!("{} between {}, time downwards", human::count(layout.messages, "message"), names.join(", "));
    Some(html! {
        div.diagram {
            div.lanes style=(format!("width:{}px", layout.width)) aria-hidden="true" {
                div.gutter style=(format!("width:{GUTTER_PX}px")) { "virtual time" }
                @for lane in &layout.lanes.lanes {
                    div.lane.(class(lane.program)) style=(format!("width:{}px", layout.lanes.width)) {
                        b { (lane.name) }
                        @if let Some(role) = lane.program.and_then(role) { small { (role) } }
                    }
                }
            }
            svg role="img" aria-label=(label) width=(layout.width) height=(layout.height) {
                @for lane in &layout.lanes.lanes {
                    path.line d={ "M" (lane.x) " 0V" (layout.height) } {}
                }
                @for row in &layout.rows { (Drawn(row, &layout)) }
                @for tick in &layout.ticks {
                    text.tick x=(GUTTER_PX - 8) y=(tick.y + 4) { (human::moment(tick.at)) }
                }
                @for arrow in &layout.arrows { (Drawn(arrow, &layout)) }
            }
        }
        @for note in notes(&layout) { p.note { (note) } }
    })
}

/// What a reader has to know that the drawing does not show.
fn notes(layout: &Layout<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if layout.arrows_left_out > 0 {
        let (drawn, left_out) = (layout.arrows.len(), layout.arrows_left_out);
        notes.push(format!(
            "This is a long scenario: {drawn} of {} arrows are drawn, the first and the last. The recording has all.",
            drawn + left_out
        ));
    }
    if layout.lanes.left_out > 0 {
        notes.push(format!(
            "{} with few messages are not drawn. The recording has all.",
            human::count(layout.lanes.left_out, "program")
        ));
    }
    if layout.heartbeats > 0 {
        let heartbeats = human::count(layout.heartbeats, "heartbeat");
        notes.push(format!("{heartbeats} left out."));
    }
    notes
}

struct Drawn<'a, T>(&'a T, &'a Layout<'a>);

impl Render for Drawn<'_, Row<'_>> {
    fn render(&self) -> Markup {
        let Self(row, layout) = self;
        let (width, middle) = (layout.width, row.y + BAND_PX / 2 + 4);
        let text_x = GUTTER_PX + 8;
        match &row.kind {
            RowKind::Chapter { keyword, text, status, at } => html! {
                g.chapter.(status_class(*status)) {
                    title { (keyword) " " (text) }
                    rect y=(row.y + 2) width=(width) height=(BAND_PX - 4) {}
                    text.tick x=(GUTTER_PX - 8) y=(middle) { (human::moment(*at)) }
                    text x=(text_x) y=(middle) {
                        tspan.keyword { (keyword) } " "
                        (shortened(text, layout.band_chars(keyword.chars().count() + 1)))
                    }
                }
            },
            RowKind::Idle { took, heartbeats } => html! {
                g.idle {
                    rect y=(row.y + 3) width=(width) height=(BAND_PX - 6) {}
                    text x=(text_x) y=(middle) {
                        (human::duration(*took)) " later"
                        @if *heartbeats > 0 { " · " (human::count(*heartbeats, "heartbeat")) }
                    }
                }
            },
            RowKind::Fault { says } => html! {
                g.fault {
                    title { (says) }
                    rect x=(GUTTER_PX) y=(row.y + 2) width=(width - GUTTER_PX) height=(BAND_PX - 4) {}
                    text x=(text_x) y=(middle) { "⚡ " (shortened(says, layout.band_chars(2))) }
                }
            },
            RowKind::Cut { arrows } => html! {
                g.cut {
                    rect y=(row.y + 2) width=(width) height=(BAND_PX - 4) {}
                    text x=(text_x) y=(middle) { (human::count(*arrows, "arrow")) " not drawn here" }
                }
            },
        }
    }
}

impl Render for Drawn<'_, Arrow> {
    fn render(&self) -> Markup {
        let Self(arrow, _) = self;
        let Arrow { from_x, from_y, to_x, to_y, label, .. } = arrow;
        let along = format!("translate({} {})rotate({})", label.x, label.y, label.degrees);
        html! {
            g.m.(class(arrow.program)).lost[arrow.lost] {
                title { (arrow.title) }
                path d={ "M" (from_x) " " (from_y) "L" (to_x) " " (to_y) } {}
                @if arrow.lost { text.cross x=(to_x) y=(to_y + 5) { "✕" } }
                text transform=(along) { (label.text) " " tspan { (human::size(label.bytes)) } }
            }
        }
    }
}

/// The colour of a program's lane and of what it says.
pub(super) fn class(program: Option<Program>) -> &'static str {
    match program {
        Some(Program::RepConsole) => "rep",
        Some(Program::Appliance) => "appliance",
        Some(Program::CustomerClient) => "customer",
        Some(Program::JumpClient) => "jump",
        Some(Program::MailHost | Program::Other) | None => "other",
    }
}

/// What kind of program it is, in a word or two.
pub(super) fn role(program: Program) -> Option<&'static str> {
    match program {
        Program::RepConsole => Some("representative console"),
        Program::Appliance => Some("appliance"),
        Program::CustomerClient => Some("customer client"),
        Program::JumpClient => Some("Jump Client"),
        Program::MailHost => Some("mail host"),
        Program::Other => None,
    }
}

/// The beginning of a text of more than `chars_max` characters, with an ellipsis.
pub(super) fn shortened(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        None => text.to_owned(),
        Some(_) => text.chars().take(chars_max.saturating_sub(1)).chain(['…']).collect(),
    }
}
