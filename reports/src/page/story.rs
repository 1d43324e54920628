//! What happened, told in sentences: acts, chat, session events, faults.

use maud::{Markup, html};
use recording::{Entry, EntryKind, Recording};
use wire::SimTime;

use crate::human;

/// The most lines. A longer story is cut in the middle.
const LINES_MAX: usize = 160;

/// The story of a recording; `None` if there is nothing to tell.
pub(super) fn story(recording: &Recording) -> Option<Markup> {
    let told: Vec<&Entry> = recording.entries().iter().filter(|entry| is_told(&entry.kind)).collect();
    let left_out = told.len().saturating_sub(LINES_MAX);
    let (head, tail) = match left_out {
        0 => (&told[..], &told[..0]),
        _ => (&told[..LINES_MAX / 2], &told[told.len() - LINES_MAX / 2..]),
    };
    (!told.is_empty()).then(|| {
        html! {
            ol {
                (lines(head))
                @if left_out > 0 {
                    li.cut { span.at {} p { (human::count(left_out, "line")) " not shown here. The recording has all." } }
                    (lines(tail))
                }
            }
        }
    })
}

fn is_told(kind: &EntryKind) -> bool {
    match kind {
        EntryKind::ActPerformed { .. }
        | EntryKind::SessionEvent { .. }
        | EntryKind::DeviceWitness { .. }
        | EntryKind::Fault { .. }
        | EntryKind::Trouble { .. } => true,
        EntryKind::StepBegan { .. }
        | EntryKind::StepEnded { .. }
        | EntryKind::ViewChanged { .. }
        | EntryKind::Keyframe { .. }
        | EntryKind::MessageSent { .. }
        | EntryKind::MessageDelivered { .. }
        | EntryKind::Picture { .. }
        | EntryKind::LinkSample { .. }
        | EntryKind::ConnSample { .. }
        | EntryKind::SessionReport { .. }
        | EntryKind::ShellRecorded { .. }
        | EntryKind::Netstat { .. }
        | EntryKind::Ended { .. }
        | EntryKind::Unknown => false,
    }
}

fn lines(entries: &[&Entry]) -> Markup {
    let mut shown: Option<SimTime> = None;
    html! {
        @for entry in entries {
            @let is_new = shown != Some(entry.at);
            @let () = shown = Some(entry.at);
            (line(entry, is_new))
        }
    }
}

/// A line of the story, with its time unless the line above has the same.
fn line(entry: &Entry, with_time: bool) -> Markup {
    let (class, told) = match &entry.kind {
        EntryKind::ActPerformed { says, .. } => ("act", html! { (says) }),
        EntryKind::Fault { says, .. } => ("fault", html! { (says) }),
        EntryKind::Trouble { text } => ("trouble", html! { (text) }),
        EntryKind::DeviceWitness { device, what } => ("witness", html! { b { (device) } " " (what) }),
        EntryKind::SessionEvent { name, who, detail, .. } if name == "Chat Message" => {
            ("chat", html! { b { (who) } q { (detail) } })
        }
        EntryKind::SessionEvent { name, who, detail, .. } => (
            "event",
            html! {
                b { (name) }
                @if !who.is_empty() { " " (who) }
                @if !detail.is_empty() { " · " (detail) }
            },
        ),
        _ => return html! {},
    };
    html! {
        li.(class) {
            span.at { @if with_time { (human::moment(entry.at)) } }
            p { (told) }
        }
    }
}
