//! Waiting: rules for who waits too long, and what customers are told meanwhile.

use cucumber::gherkin;
use cucumber::{given, then, when};
use customer_client::Stage;

use super::Step;
use crate::act::Act;
use crate::estate::{Estate, PATIENCE};
use crate::eyes::{Eyes, Seen};
use crate::hands::at_stage;
use crate::params::{Name, Span};

crate::step_definitions!();

/// A line is marked as one that has waited too long (WSR-01).
#[then(expr = "{name} sees {name} as overdue")]
fn sees_overdue(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    sees_overdue_within(estate, Span(PATIENCE), rep, customer)
}

/// A line is marked before that time is over (WSR-01).
#[then(expr = "within {duration} {name} sees {name} as overdue")]
fn sees_overdue_within(estate: &mut Estate, within: Span, rep: Name, customer: Name) -> Step {
    estate.eventually(within.0, format!("{rep} sees {customer} as overdue"), |eyes| {
        if eyes.waiting_row(&rep, &customer)?.overdue { Ok(()) } else { Err("not marked".to_owned()) }
    })
}

/// A line is there, and not marked for that time (WSR-01, WSR-05).
#[then(expr = "for {duration} {name} does not see {name} as overdue")]
fn not_overdue(estate: &mut Estate, time: Span, rep: Name, customer: Name) -> Step {
    // A line that moves is gone for a moment.
    estate.never(time.0, format!("{rep} does not see {customer} as overdue"), |eyes| {
        eyes.console(&rep)?;
        let marked = eyes.waiting_row(&rep, &customer).is_ok_and(|row| row.overdue);
        Ok(marked.then(|| "marked as overdue".to_owned()))
    })?;
    estate
        .at_once(format!("{rep} sees {customer} waiting"), |eyes| eyes.waiting_row(&rep, &customer).map(drop))
}

/// A customer's line is on none of a representative's queues for that time; it may take a moment to go.
#[then(expr = "for {duration} {name} does not see {name} in any queue")]
fn does_not_see_for(estate: &mut Estate, time: Span, rep: Name, customer: Name) -> Step {
    let shown = |eyes: Eyes<'_>| -> Seen<Option<String>> {
        Ok(eyes.sees_waiting(&rep, &customer)?.then(|| format!("{rep}'s console shows {customer} waiting")))
    };
    let expected = format!("{rep} does not see {customer} in any queue");
    estate.eventually(MOMENT, expected.as_str(), |eyes| shown(eyes)?.map_or(Ok(()), Err))?;
    estate.never(time.0, expected, shown)
}

/// A customer's line is on nobody's console for that time; it may take a moment to go.
#[then(expr = "for {duration} nobody sees {name} in a queue")]
fn nobody_sees_for(estate: &mut Estate, time: Span, customer: Name) -> Step {
    let shown = |eyes: Eyes<'_>| -> Seen<Option<String>> {
        for rep in eyes.cast.reps.keys() {
            if eyes.sees_waiting(rep, &customer)? {
                return Ok(Some(format!("{rep} does")));
            }
        }
        Ok(None)
    };
    let expected = format!("nobody sees {customer} in a queue");
    estate.eventually(MOMENT, expected.as_str(), |eyes| shown(eyes)?.map_or(Ok(()), Err))?;
    estate.never(time.0, expected, shown)
}

/// What was said to a customer while they waited, from the first to the last.
#[then(expr = "{name} reads while waiting:")]
fn reads_while_waiting(estate: &mut Estate, customer: Name, step: &gherkin::Step) -> Step {
    let table = step.table.as_ref().unwrap_or_else(|| panic!("expected a table of one column"));
    let wanted: Vec<&String> = table.rows.iter().map(|row| &row[0]).collect();
    estate.eventually(PATIENCE, format!("{customer} was told {wanted:?}"), |eyes| {
        let said = &eyes.customer(&customer)?.hold_messages;
        if said.iter().eq(wanted.iter().copied()) { Ok(()) } else { Err(format!("{said:?}")) }
    })
}

/// What was said last to a customer while they waited.
#[then(expr = "{name} reads while waiting {string}")]
fn reads_last_while_waiting(estate: &mut Estate, customer: Name, text: String) -> Step {
    estate.eventually(PATIENCE, format!("{customer} was told {text:?}"), |eyes| {
        let said = &eyes.customer(&customer)?.hold_messages;
        if said.last() == Some(&text) { Ok(()) } else { Err(format!("{said:?}")) }
    })
}

/// The estimate that a customer reads, to a few seconds.
#[then(expr = "{name} is told to expect a wait of about {int} seconds")]
fn expects_a_wait(estate: &mut Estate, customer: Name, seconds: u32) -> Step {
    /// People do not press the button at once.
    const NEAR_S: u32 = 3;
    estate.eventually(PATIENCE, format!("{customer} is told of {seconds} seconds"), |eyes| {
        match eyes.customer(&customer)?.stage {
            Stage::Waiting { estimate_s: Some(told), .. } if told.abs_diff(seconds) <= NEAR_S => Ok(()),
            Stage::Waiting { estimate_s, .. } => Err(format!("told {estimate_s:?} seconds")),
            _ => Err(eyes.stage_words(&customer)),
        }
    })
}

/// There is no session, since nobody is there.
#[then(expr = "{name} is told that nobody is available: {string}")]
fn told_nobody_available(estate: &mut Estate, customer: Name, text: String) -> Step {
    estate.eventually(PATIENCE, format!("{customer} is told that nobody is available: {text:?}"), |eyes| {
        at_stage(
            eyes,
            &customer,
            |stage| matches!(stage, Stage::NobodyAvailable { message, .. } if *message == text),
        )
    })
}

/// Where the browser goes when nobody is there.
#[then(expr = "{name} is sent to {string}")]
fn is_sent_to(estate: &mut Estate, customer: Name, url: String) -> Step {
    estate.eventually(PATIENCE, format!("{customer} is sent to {url}"), |eyes| {
        match &eyes.customer(&customer)?.stage {
            Stage::NobodyAvailable { redirect: Some(to), .. } if *to == url => Ok(()),
            Stage::NobodyAvailable { redirect, .. } => Err(format!("sent to {redirect:?}")),
            _ => Err(eyes.stage_words(&customer)),
        }
    })
}

/// The console plays no sounds any more, or plays them again (SET-01).
#[given(regex = "^([A-Z][a-z]+) turns sounds (on|off)$")]
#[when(regex = "^([A-Z][a-z]+) turns sounds (on|off)$")]
fn turns_sounds(estate: &mut Estate, rep: Name, state: String) -> Step {
    estate.perform(Act::RepSetsSounds { rep: rep.to_string(), on: state == "on" })
}

/// Somebody's device has played a sound.
#[then(expr = "{name}'s device plays the sound {string}")]
fn plays(estate: &mut Estate, whose: Name, sound: String) -> Step {
    estate.eventually(PATIENCE, format!("{whose}'s device plays {sound:?}"), |eyes| {
        let played = played(eyes, &whose)?;
        if played.contains(&sound) { Ok(()) } else { Err(format!("{played:?}")) }
    })
}

/// Somebody's device has played a sound so often since the scenario began, and does not go on.
#[then(expr = "{name}'s device plays the sound {string} {int} time(s)")]
fn plays_times(estate: &mut Estate, whose: Name, sound: String, times: usize) -> Step {
    let expected = format!("{whose}'s device plays {sound:?} {times} times");
    let count = |eyes: Eyes<'_>| -> Seen<usize> {
        Ok(played(eyes, &whose)?.iter().filter(|played| **played == sound).count())
    };
    estate.eventually(PATIENCE, expected.as_str(), |eyes| match count(eyes)? {
        found if found == times => Ok(()),
        found => Err(format!("{found} times")),
    })?;
    estate.never(crate::WATCH, expected, |eyes| {
        let found = count(eyes)?;
        Ok((found != times).then(|| format!("{found} times")))
    })
}

/// Somebody's device has played nothing since the scenario began, and plays nothing now.
#[then(expr = "{name}'s device plays no sound")]
fn plays_nothing(estate: &mut Estate, whose: Name) -> Step {
    estate.never(crate::WATCH, format!("{whose}'s device plays no sound"), |eyes| {
        let played = played(eyes, &whose)?;
        Ok((!played.is_empty()).then(|| format!("{played:?}")))
    })
}

/// Somebody's device has not played this sound so far.
#[then(expr = "{name}'s device plays no sound {string}")]
fn plays_no(estate: &mut Estate, whose: Name, sound: String) -> Step {
    estate.at_once(format!("{whose}'s device plays no {sound:?}"), |eyes| {
        let played = played(eyes, &whose)?;
        if played.contains(&sound) { Err(format!("{played:?}")) } else { Ok(()) }
    })
}

/// How long a line may take to come or go once it has moved.
const MOMENT: std::time::Duration = std::time::Duration::from_secs(2);

fn played(eyes: Eyes<'_>, whose: &str) -> Seen<Vec<String>> {
    Ok(eyes.device(whose)?.sounds().iter().map(ToString::to_string).collect())
}
