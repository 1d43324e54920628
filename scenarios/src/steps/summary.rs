//! A session's summary, its notes, its report, and what the machine does when it is over.

use cucumber::gherkin;
use cucumber::{given, then, when};
use wire::session::{LogItem, SessionEvent};

use super::{Step, listed, same_names};
use crate::act::{Act, AfterSessionAction};
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::eyes::{Eyes, Seen};
use crate::params::{Name, Span};

crate::step_definitions!();

/// What the summary says of a machine: every line of the table is there (SUM-01).
#[then(expr = "the summary of {name}'s session on {name}'s console shows:")]
fn summary_shows(estate: &mut Estate, customer: Name, rep: Name, step: &gherkin::Step) -> Step {
    let table = step.table.as_ref().unwrap_or_else(|| panic!("expected a table: what, value"));
    estate.eventually(PATIENCE, format!("the summary {:?}", table.rows), |eyes| {
        let summary = eyes.page(&rep, &customer)?.summary();
        let shown =
            |row: &Vec<String>| summary.iter().any(|(what, value)| [*what, value] == [&row[0], &row[1]]);
        if table.rows.iter().all(shown) { Ok(()) } else { Err(format!("{summary:?}")) }
    })
}

/// What the customer's machine shall do at the end (SUM-02).
#[given(expr = "{name} chooses {string} for the end of {name}'s session")]
#[when(expr = "{name} chooses {string} for the end of {name}'s session")]
fn chooses(estate: &mut Estate, rep: Name, action: String, customer: Name) -> Step {
    choose(estate, &rep, &action, &customer)
}

/// What a machine that was jumped to shall do at the end (SUM-02, SUM-07).
#[when(expr = "{name} chooses {string} for the end of the session with {string}")]
fn chooses_for_machine(estate: &mut Estate, rep: Name, action: String, computer: String) -> Step {
    choose(estate, &rep, &action, &computer)
}

/// What the customer's machine shall do at the end, which may not be offered (SUM-02).
#[when(expr = "{name} tries to choose {string} for the end of {name}'s session")]
fn tries_to_choose(estate: &mut Estate, rep: Name, action: String, customer: Name) {
    estate.attempt(&rep, choice(&rep, &action, &customer));
}

/// Whether the page advises to have a machine locked that was jumped to (SUM-07).
#[then(regex = r#"^([A-Z][a-z]+) (is|is not) advised to lock "([^"]+)" at the end$"#)]
fn is_advised(estate: &mut Estate, rep: Name, is: String, computer: String) -> Step {
    let wanted = is == "is";
    estate.eventually(PATIENCE, format!("{rep} {is} advised to lock {computer}"), |eyes| {
        let advised = eyes.page(&rep, &computer)?.advises_to_lock();
        if advised == wanted { Ok(()) } else { Err(format!("advised: {advised}")) }
    })
}

/// What can be chosen for the end (SUM-02).
#[then(expr = "{name} is offered for the end of {name}'s session {string}")]
fn is_offered(estate: &mut Estate, rep: Name, customer: Name, actions: String) -> Step {
    let wanted = listed(&actions);
    estate.eventually(PATIENCE, format!("{rep} is offered {actions}"), |eyes| {
        let profile = eyes.console(&rep)?.profile.as_ref().ok_or("nobody is signed in")?;
        let choices = eyes.page(&rep, &customer)?.after_session_choices(profile);
        same_names(&wanted, choices.iter().map(ToString::to_string))
    })
}

/// Nothing can be chosen for the end (SUM-02).
#[then(expr = "{name} is offered nothing for the end of {name}'s session")]
fn is_offered_nothing(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    is_offered(estate, rep, customer, String::new())
}

/// What has become of the customer's machine (SUM-02).
#[then(regex = "^([A-Z][a-z]+)'s device is (locked|logged out)$")]
fn device_is(estate: &mut Estate, customer: Name, state: String) -> Step {
    estate.eventually(PATIENCE, format!("{customer}'s device is {state}"), |eyes| {
        let (locked, logged_out) = standing(eyes, &customer)?;
        // One and not the other.
        if (locked, logged_out) == (state == "locked", state != "locked") {
            Ok(())
        } else {
            Err(format!("locked: {locked}, logged out: {logged_out}"))
        }
    })
}

/// Nothing becomes of the customer's machine for that time (SUM-02).
#[then(expr = "for {duration} {name}'s device is neither locked nor logged out")]
fn device_is_left_alone(estate: &mut Estate, time: Span, customer: Name) -> Step {
    estate.never(time.0, format!("{customer}'s device is neither locked nor logged out"), |eyes| {
        let (locked, logged_out) = standing(eyes, &customer)?;
        Ok((locked || logged_out).then(|| format!("locked: {locked}, logged out: {logged_out}")))
    })
}

/// Whether a machine's screen is locked, now and in a while (SUM-07).
#[then(regex = r#"^the computer "([^"]+)" is (locked|not locked)$"#)]
fn computer_is(estate: &mut Estate, computer: String, state: String) -> Step {
    let wanted = state == "locked";
    let expected = format!("{computer} is {state}");
    let look = |eyes: Eyes<'_>| -> Seen {
        let locked = eyes.device(&computer)?.is_locked();
        if locked == wanted { Ok(()) } else { Err(format!("locked: {locked}")) }
    };
    estate.eventually(PATIENCE, expected.as_str(), look)?;
    estate.never(WATCH, expected, |eyes| Ok(look(eyes).err()))
}

/// A note is added, while the session goes on or afterwards (SUM-03, SUM-04).
#[given(expr = "{name} adds the note {string} to {name}'s session")]
#[when(expr = "{name} adds the note {string} to {name}'s session")]
fn adds_note(estate: &mut Estate, rep: Name, text: String, customer: Name) -> Step {
    estate.perform(Act::RepAddsNote { rep: rep.to_string(), customer: customer.to_string(), text })
}

/// The notes on a session's page, in order; semicolons between them (SUM-03, SUM-05).
#[given(expr = "{name} sees the notes {string} in {name}'s session")]
#[then(expr = "{name} sees the notes {string} in {name}'s session")]
fn sees_notes(estate: &mut Estate, rep: Name, notes: String, customer: Name) -> Step {
    let wanted: Vec<&str> = notes.split("; ").collect();
    estate.eventually(PATIENCE, format!("{rep} sees the notes {wanted:?}"), |eyes| {
        let shown: Vec<&str> = eyes.page(&rep, &customer)?.notes().map(|(_, note)| note).collect();
        if shown == wanted { Ok(()) } else { Err(format!("{shown:?}")) }
    })
}

/// A note is not on the customer's screen, and does not come there (SUM-05).
#[then(expr = "{name} never sees the note {string}")]
fn never_sees_note(estate: &mut Estate, customer: Name, note: String) -> Step {
    estate.never(WATCH, format!("{customer} never sees the note {note:?}"), |eyes| {
        let log = &eyes.customer(&customer)?.log;
        let found = log.iter().find(|entry| match &entry.what {
            LogItem::Said { text, .. } => *text == note,
            LogItem::Happened { event, detail } => {
                *event == SessionEvent::SessionNoteAdded || *detail == note
            }
        });
        Ok(found.map(|entry| format!("entry {} of the log", entry.seq)))
    })
}

/// No note is on a session's page, and none comes there (SUM-05).
#[then(expr = "{name} never sees a note in {name}'s session")]
fn never_sees_any(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} has {customer}'s session open"), |eyes| {
        eyes.page(&rep, &customer).map(drop)
    })?;
    estate.never(WATCH, format!("{rep} never sees a note"), |eyes| {
        Ok(eyes.page(&rep, &customer)?.notes().next().map(|(_, note)| format!("{note:?}")))
    })
}

/// A session's report is opened, and comes whole (SUM-06).
#[when(expr = "{name} opens the report of {name}'s session")]
fn opens_report(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepOpensReport { rep: rep.to_string(), customer: customer.to_string() })?;
    estate.eventually(PATIENCE, format!("{rep} has a report open"), |eyes| {
        let view = eyes.console(&rep)?;
        let complete = view.report.as_ref().is_some_and(|report| report.complete);
        if complete { Ok(()) } else { Err(format!("last told {:?}", view.last_notice())) }
    })
}

/// A session's report shall be opened, which may be refused (SUM-06).
#[when(expr = "{name} tries to open the report of {name}'s session")]
fn tries_to_open_report(estate: &mut Estate, rep: Name, customer: Name) {
    let act = Act::RepOpensReport { rep: rep.to_string(), customer: customer.to_string() };
    estate.attempt(&rep, act);
}

/// No report is on the console, and none comes (SUM-06).
#[then(expr = "{name} has no report open")]
fn has_no_report(estate: &mut Estate, rep: Name) -> Step {
    estate.never(WATCH, format!("{rep} has no report open"), |eyes| {
        Ok(eyes.console(&rep)?.report.as_ref().map(|report| format!("one of {}", report.head.customer)))
    })
}

/// The notes in the report, in order; semicolons between them (SUM-06).
#[then(expr = "the report on {name}'s console has the notes {string}")]
fn report_has_notes(estate: &mut Estate, rep: Name, notes: String) -> Step {
    let wanted: Vec<&str> = notes.split("; ").collect();
    estate.at_once(format!("the report has the notes {wanted:?}"), |eyes| {
        let report = eyes.console(&rep)?.report.as_ref().ok_or("no report is open")?;
        let shown: Vec<&str> = report.notes().map(|(_, note)| note).collect();
        if shown == wanted { Ok(()) } else { Err(format!("{shown:?}")) }
    })
}

/// Who took part, by the report (SUM-06).
#[then(expr = "the report on {name}'s console names the representatives {string}")]
fn report_names(estate: &mut Estate, rep: Name, names: String) -> Step {
    let wanted = listed(&names);
    estate.at_once(format!("the report names {names}"), |eyes| {
        let report = eyes.console(&rep)?.report.as_ref().ok_or("no report is open")?;
        same_names(&wanted, report.head.representatives.clone())
    })
}

/// A line of chat in the report (SUM-06, CHT-06).
#[then(expr = "the report on {name}'s console has the line {string} from {name}")]
fn report_has_line(estate: &mut Estate, rep: Name, line: String, writer: Name) -> Step {
    let by = estate.display_name(&writer).unwrap_or_else(|_| writer.to_string());
    estate.at_once(format!("the report has {line:?} from {by}"), |eyes| {
        let report = eyes.console(&rep)?.report.as_ref().ok_or("no report is open")?;
        let has = report.entries.iter().any(|entry| match &entry.what {
            LogItem::Said { text, .. } => *text == line && entry.by_name == by,
            LogItem::Happened { .. } => false,
        });
        if has { Ok(()) } else { Err(format!("{} entries without it", report.entries.len())) }
    })
}

fn choose(estate: &mut Estate, rep: &Name, action: &str, customer: &str) -> Step {
    estate.perform(choice(rep, action, customer))?;
    estate.eventually(PATIENCE, format!("{action:?} is chosen"), |eyes| {
        let shown = eyes.page(rep, customer)?.after_session.to_string();
        if shown == action { Ok(()) } else { Err(shown) }
    })
}

fn choice(rep: &Name, action: &str, customer: &str) -> Act {
    let all = [AfterSessionAction::Nothing, AfterSessionAction::LogOut, AfterSessionAction::Lock];
    let found = all.into_iter().find(|known| known.to_string() == action);
    let action = found.unwrap_or_else(|| {
        panic!("expected one of {}, found {action:?}", all.map(|known| known.to_string()).join(", "))
    });
    Act::RepChoosesAfterSession { rep: rep.to_string(), customer: customer.to_owned(), action }
}

/// Whether the screen of somebody's machine is locked, and whether nobody is logged on.
fn standing(eyes: Eyes<'_>, whose: &str) -> Seen<(bool, bool)> {
    use device::Device as _;
    let device = eyes.device(whose)?;
    Ok((device.is_locked(), !device.user_present()))
}
