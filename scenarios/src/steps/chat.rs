//! Chat, and the running log.

use std::time::Duration;

use cucumber::gherkin;
use cucumber::{given, then, when};
use wire::session::{LogEntry, LogItem};

use super::Step;
use crate::act::{Act, ChatAudience, Whose};
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::eyes::{Eyes, Seen};
use crate::params::{Name, Span};

crate::step_definitions!();

/// The customer writes a line of chat (CHT-01).
#[given(expr = "{name} writes {string}")]
#[when(expr = "{name} writes {string}")]
fn customer_writes(estate: &mut Estate, customer: Name, text: String) -> Step {
    estate.perform(Act::CustomerWrites { customer: customer.to_string(), text })
}

/// A representative writes to everyone in a session (CHT-03).
#[given(expr = "{name} writes {string} to everyone in {name}'s session")]
#[when(expr = "{name} writes {string} to everyone in {name}'s session")]
fn rep_writes(estate: &mut Estate, rep: Name, text: String, customer: Name) -> Step {
    write(estate, &rep, &customer, ChatAudience::Everyone, text)
}

/// A representative writes what the customer must not read (CHT-04).
#[given(expr = "{name} writes {string} to representatives only in {name}'s session")]
#[when(expr = "{name} writes {string} to representatives only in {name}'s session")]
fn rep_writes_privately(estate: &mut Estate, rep: Name, text: String, customer: Name) -> Step {
    write(estate, &rep, &customer, ChatAudience::RepresentativesOnly, text)
}

/// A customer who has much to say.
#[when(expr = "{name} writes {int} lines, one every second")]
fn writes_many(estate: &mut Estate, customer: Name, count: usize) {
    estate.lines_to_write = (customer.to_string(), count);
}

/// The lines of the step before are written, and in the middle of it the network fails for a while.
#[when(expr = "{name}'s network is down for {duration} after the first {int} lines")]
fn network_fails_among_lines(estate: &mut Estate, customer: Name, down: Span, first: usize) -> Step {
    let (writer, count) = std::mem::take(&mut estate.lines_to_write);
    assert_eq!(writer, *customer, "the step before says who writes");
    let machine = || Whose::Person(customer.to_string());
    let back_at = first + down.0.as_secs() as usize;
    for number in 1..=count {
        if number == first + 1 {
            estate.perform(Act::NetworkGoesDown { machine: machine() })?;
        }
        if number == back_at + 1 {
            estate.perform(Act::NetworkComesBack { machine: machine() })?;
        }
        estate.perform(Act::CustomerWrites {
            customer: customer.to_string(),
            text: format!("line {number}"),
        })?;
        estate.perform(Act::TimePasses { millis: 1_000 })?;
    }
    Ok(())
}

/// A line of chat is on the reader's screen, once, under its writer's name.
#[given(expr = "{name} reads {string} from {name}")]
#[when(expr = "{name} reads {string} from {name}")]
#[then(expr = "{name} reads {string} from {name}")]
fn reads(estate: &mut Estate, reader: Name, text: String, writer: Name) -> Step {
    let name = estate.display_name(&writer).unwrap_or_else(|_| writer.to_string());
    estate.eventually(3 * PATIENCE, format!("{reader} reads {text:?} from {writer}, once"), |eyes| {
        let chat = chat_of(eyes, &reader, &writer)?;
        let count = chat.iter().filter(|(by, said)| *by == name && *said == text).count();
        if count == 1 { Ok(()) } else { Err(format!("{count} times; {reader} reads {chat:?}")) }
    })
}

/// A line never comes to the reader's screen (CHT-04).
#[then(expr = "{name} never reads {string}")]
fn never_reads(estate: &mut Estate, reader: Name, text: String) -> Step {
    estate.never(WATCH, format!("{reader} never reads {text:?}"), |eyes| {
        let chat = chat_of(eyes, &reader, "")?;
        Ok(chat.iter().find(|(_, said)| *said == text).map(|(by, _)| format!("{reader} reads it, from {by}")))
    })
}

/// Every line is there, none twice, none out of its turn.
#[then(expr = "{name} reads all {int} lines from {name} once and in order")]
fn reads_all(estate: &mut Estate, reader: Name, count: usize, writer: Name) -> Step {
    let wanted: Vec<String> = (1..=count).map(|number| format!("line {number}")).collect();
    let expected = format!("{reader} reads line 1 to line {count} from {writer}, once and in order");
    let complete = |eyes: Eyes<'_>| -> Seen {
        let chat = chat_of(eyes, &reader, &writer)?;
        let said: Vec<&String> =
            chat.iter().filter(|(by, _)| **by == **writer).map(|(_, said)| said).collect();
        if said.iter().copied().eq(wanted.iter()) {
            Ok(())
        } else {
            Err(format!("{} lines: {said:?}", said.len()))
        }
    };
    estate.eventually(4 * PATIENCE, expected.as_str(), complete)?;
    estate.never(WATCH, expected, |eyes| Ok(complete(eyes).err()))
}

/// How far apart two lines were written, by the times that the console shows (CHT-06).
#[then(expr = "{name} sees {duration} between {string} and {string}")]
fn sees_between(estate: &mut Estate, rep: Name, between: Span, first: String, second: String) -> Step {
    /// Two lines travel the same way; what differs is how long each took on it.
    const TRAVEL: Duration = Duration::from_millis(500);
    estate.eventually(PATIENCE, format!("{:?} between {first:?} and {second:?}", between.0), |eyes| {
        let pages = &eyes.console(&rep)?.pages;
        let at = |text: &str| {
            let mut lines = pages.iter().flat_map(|page| page.chat());
            lines
                .find(|(_, said)| *said == text)
                .map(|(entry, _)| entry.at)
                .ok_or_else(|| format!("no line {text:?}"))
        };
        let apart = at(&second)?.since(at(&first)?);
        if apart.abs_diff(between.0) < TRAVEL { Ok(()) } else { Err(format!("{apart:?}")) }
    })
}

/// The running log as a representative reads it, without the lines of chat (CHT-07).
#[then(expr = "the log of {name}'s session on {name}'s console shows:")]
fn log_shows(estate: &mut Estate, customer: Name, rep: Name, step: &gherkin::Step) -> Step {
    let table = step.table.as_ref().unwrap_or_else(|| panic!("expected a table: who, what, detail"));
    let wanted: Vec<Vec<String>> = table.rows[1..].to_vec();
    estate.eventually(PATIENCE, format!("the log {wanted:?}"), |eyes| {
        let log = &eyes.page(&rep, &customer)?.log;
        let shown: Vec<Vec<String>> = log.iter().filter_map(happened).collect();
        if shown == wanted { Ok(()) } else { Err(format!("{shown:?}")) }
    })
}

/// The last entries of the running log, without the lines of chat (CHT-07).
#[then(expr = "the log of {name}'s session on {name}'s console ends with:")]
fn log_ends_with(estate: &mut Estate, customer: Name, rep: Name, step: &gherkin::Step) -> Step {
    let table = step.table.as_ref().unwrap_or_else(|| panic!("expected a table: who, what, detail"));
    let wanted = &table.rows[1..];
    estate.eventually(PATIENCE, format!("the log ends with {wanted:?}"), |eyes| {
        let log = &eyes.page(&rep, &customer)?.log;
        let shown: Vec<Vec<String>> = log.iter().filter_map(happened).collect();
        if shown.ends_with(wanted) { Ok(()) } else { Err(format!("{shown:?}")) }
    })
}

/// The chat of the session in front is minimised (CHT-08).
#[when(expr = "{name} minimises the chat")]
fn minimises(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::RepMinimisesChat { rep: rep.to_string(), minimised: true })
}

/// The chat of the session in front is opened again.
#[when(expr = "{name} opens the chat")]
fn opens(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::RepMinimisesChat { rep: rep.to_string(), minimised: false })
}

/// A line floats over the page (CHT-08).
#[then(expr = "{name} sees the pop-up {string}")]
fn sees_popup(estate: &mut Estate, rep: Name, text: String) -> Step {
    estate.eventually(PATIENCE, format!("{rep} sees the pop-up {text:?}"), |eyes| {
        let pages = &eyes.console(&rep)?.pages;
        let shown = pages.iter().find_map(|page| page.popup.as_ref()).map(|popup| popup.text.as_str());
        if shown == Some(&text) { Ok(()) } else { Err(format!("{shown:?}")) }
    })
}

/// Nothing floats over the page.
#[then(expr = "{name} sees no pop-up")]
fn sees_no_popup(estate: &mut Estate, rep: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} sees no pop-up"), |eyes| {
        let pages = &eyes.console(&rep)?.pages;
        pages.iter().find_map(|page| page.popup.as_ref()).map_or(Ok(()), |popup| Err(popup.text.clone()))
    })
}

/// The representative's photo is in the customer's chat window (CHT-02).
#[then(expr = "{name} sees {name}'s picture {string}")]
fn sees_picture(estate: &mut Estate, customer: Name, rep: Name, initials: String) -> Step {
    let name = estate.display_name(&rep).unwrap_or_else(|error| panic!("{error}"));
    estate.eventually(PATIENCE, format!("{customer} sees {rep}'s picture {initials:?}"), |eyes| {
        let picture = picture_of(eyes, &customer, &name)?;
        if picture.as_ref() == Some(&initials) { Ok(()) } else { Err(format!("{picture:?}")) }
    })
}

/// The representative has no photo, and none is shown (CHT-02).
#[then(expr = "{name} sees no picture of {name}")]
fn sees_no_picture(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    let name = estate.display_name(&rep).unwrap_or_else(|error| panic!("{error}"));
    estate.eventually(PATIENCE, format!("{customer} sees no picture of {rep}"), |eyes| {
        picture_of(eyes, &customer, &name)?.map_or(Ok(()), Err)
    })
}

fn write(estate: &mut Estate, rep: &Name, customer: &Name, audience: ChatAudience, text: String) -> Step {
    estate.perform(Act::RepWrites { rep: rep.to_string(), customer: customer.to_string(), audience, text })
}

/// Who said what, as a reader sees it: a customer's only session, or the page of a representative on which the
/// writer is, or else all pages.
fn chat_of(eyes: Eyes<'_>, reader: &str, writer: &str) -> Seen<Vec<(String, String)>> {
    let line = |(entry, said): (&LogEntry, &str)| (entry.by_name.clone(), said.to_owned());
    if !eyes.cast.reps.contains_key(reader) {
        return Ok(eyes.customer(reader)?.chat().map(line).collect());
    }
    if let Ok(page) = eyes.page(reader, writer) {
        return Ok(page.chat().map(line).collect());
    }
    Ok(eyes.console(reader)?.pages.iter().flat_map(|page| page.chat()).map(line).collect())
}

fn happened(entry: &LogEntry) -> Option<Vec<String>> {
    match &entry.what {
        LogItem::Happened { event, detail } => {
            Some(vec![entry.by_name.clone(), event.to_string(), detail.clone()])
        }
        LogItem::Said { .. } => None,
    }
}

fn picture_of(eyes: Eyes<'_>, customer: &str, rep: &str) -> Seen<Option<String>> {
    match &eyes.customer(customer)?.stage {
        customer_client::Stage::InSession { representatives } => {
            let card = representatives.iter().find(|card| card.name == rep);
            let card = card.ok_or_else(|| format!("{customer} sees {representatives:?}"))?;
            Ok(card.avatar.as_ref().map(|avatar| avatar.initials.clone()))
        }
        _ => Err(eyes.stage_words(customer)),
    }
}
