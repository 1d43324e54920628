//! What belongs together: a step with its end, a message with its arrival.

use std::ops::Range;
use std::time::Duration;

use wire::SimTime;

use crate::entry::{Entry, EntryKind, Failure, StepStatus};
use crate::recording::Recording;

/// A step of the scenario, from its beginning to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<'a> {
    /// `Given`, `When`, `Then`, `And` or `But`, as written.
    pub keyword: &'a str,
    /// The step's text.
    pub text: &'a str,
    /// Its table or doc string, as written.
    pub argument: Option<&'a str>,
    /// Its line in the feature file.
    pub line: u32,
    /// When it began.
    pub began: SimTime,
    /// When it ended; the last moment of the recording if the run broke off.
    pub ended: SimTime,
    /// How it went; `None` if the run broke off.
    pub status: Option<StepStatus>,
    /// Why, where it did not pass.
    pub failure: Option<&'a Failure>,
    /// Its entries, with those that mark its beginning and end.
    pub entries: Range<usize>,
}

impl Step<'_> {
    /// How much virtual time it took.
    pub fn took(&self) -> Duration {
        self.ended - self.began
    }
}

/// A message, from the program that sent it to the one that got it.
#[derive(Debug, Clone, PartialEq)]
pub struct Message<'a> {
    /// The program that sent it.
    pub from: &'a str,
    /// The program that it is meant for.
    pub to: &'a str,
    /// The connection.
    pub conn: u64,
    /// The message's name.
    pub kind: &'a str,
    /// Its size on the wire, frame header included.
    pub bytes: u32,
    /// When it was sent.
    pub sent: SimTime,
    /// When it came out at the other end; `None` if it never did.
    pub received: Option<SimTime>,
    /// The entry that says that it was sent.
    pub sent_entry: usize,
    /// The entry that says that it came out, where one does.
    pub received_entry: Option<usize>,
}

impl Recording {
    /// The steps, in the order in which they were played.
    pub fn steps(&self) -> Vec<Step<'_>> {
        let entries = self.entries();
        let mut steps: Vec<Step<'_>> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            match &entry.kind {
                EntryKind::StepBegan { keyword, text, argument, line } => {
                    steps.push(Step {
                        keyword,
                        text,
                        argument: argument.as_deref(),
                        line: *line,
                        began: entry.at,
                        ended: self.end(),
                        status: None,
                        failure: None,
                        entries: index..entries.len(),
                    });
                }
                EntryKind::StepEnded { status, failure } => {
                    if let Some(step) = steps.last_mut().filter(|step| step.status.is_none()) {
                        step.ended = entry.at;
                        step.status = Some(*status);
                        step.failure = failure.as_ref();
                        step.entries.end = index + 1;
                    }
                }
                _ => {}
            }
        }
        steps
    }

    /// The messages, in the order in which they were sent.
    pub fn messages(&self) -> Vec<Message<'_>> {
        let mut messages: Vec<Message<'_>> = Vec::new();
        for (index, entry) in self.entries().iter().enumerate() {
            match &entry.kind {
                EntryKind::MessageSent { from, to, conn, kind, bytes } => messages.push(Message {
                    from,
                    to,
                    conn: *conn,
                    kind,
                    bytes: *bytes,
                    sent: entry.at,
                    received: None,
                    sent_entry: index,
                    received_entry: None,
                }),
                EntryKind::MessageDelivered { sent } => {
                    if let Ok(at) = messages.binary_search_by_key(sent, |message| message.sent_entry as u64) {
                        messages[at].received = Some(entry.at);
                        messages[at].received_entry = Some(index);
                    }
                }
                _ => {}
            }
        }
        messages
    }

    /// The virtual time of the last entry.
    pub fn end(&self) -> SimTime {
        self.entries().last().map_or(SimTime::ZERO, |entry: &Entry| entry.at)
    }
}
