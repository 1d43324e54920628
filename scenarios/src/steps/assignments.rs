//! Equilibrium: who is asked to take what, and what they say; and who is there to be asked.

use cucumber::{given, then, when};

use super::Step;
use crate::act::Act;
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::eyes::{Eyes, Seen};
use crate::params::{Name, Span};

crate::step_definitions!();

/// The prompt for a customer's session is on a console (EQL-05).
#[given(expr = "{name} is asked to take {name}'s session")]
#[then(expr = "{name} is asked to take {name}'s session")]
fn is_asked(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} is asked to take {customer}'s session"), |eyes| {
        eyes.assignment(&rep, &customer).map(drop)
    })
}

/// The prompt is on a console before that time is over (EQL-01, EQL-09, EQL-10).
#[then(expr = "within {duration} {name} is asked to take {name}'s session")]
fn is_asked_within(estate: &mut Estate, within: Span, rep: Name, customer: Name) -> Step {
    estate.eventually(within.0, format!("{rep} is asked to take {customer}'s session"), |eyes| {
        eyes.assignment(&rep, &customer).map(drop)
    })
}

/// The prompt is for a help invitation, and says who asks (SHR-03).
#[then(expr = "{name} is asked to help {name} in {name}'s session")]
fn is_asked_to_help(estate: &mut Estate, rep: Name, from: Name, customer: Name) -> Step {
    let from = estate.display_name(&from).unwrap_or_else(|error| panic!("{error}"));
    estate.eventually(PATIENCE, format!("{rep} is asked to help {from}"), |eyes| {
        let asks = &eyes.assignment(&rep, &customer)?.from;
        if asks.as_ref() == Some(&from) { Ok(()) } else { Err(format!("{asks:?} asks")) }
    })
}

/// There is no such prompt, a moment from now at the latest, and none comes.
#[then(expr = "{name} is not asked to take {name}'s session")]
fn is_not_asked(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    let expected = format!("{rep} is not asked to take {customer}'s session");
    estate.eventually(MOMENT, expected.as_str(), |eyes| asked(eyes, &rep, &customer)?.map_or(Ok(()), Err))?;
    estate.never(WATCH, expected, |eyes| asked(eyes, &rep, &customer))
}

/// There is no such prompt, and for that time none comes.
#[then(expr = "for {duration} {name} is not asked to take {name}'s session")]
fn is_not_asked_for(estate: &mut Estate, time: Span, rep: Name, customer: Name) -> Step {
    estate.never(time.0, format!("{rep} is not asked to take {customer}'s session"), |eyes| {
        asked(eyes, &rep, &customer)
    })
}

/// No console has such a prompt, a moment from now at the latest, and for that time none comes (EQL-12).
#[then(expr = "for {duration} nobody is asked to take {name}'s session")]
fn nobody_is_asked_for(estate: &mut Estate, time: Span, customer: Name) -> Step {
    let anybody = |eyes: Eyes<'_>| -> Seen<Option<String>> {
        for rep in eyes.cast.reps.keys() {
            if let Some(asked) = asked(eyes, rep, &customer)? {
                return Ok(Some(asked));
            }
        }
        Ok(None)
    };
    let expected = format!("nobody is asked to take {customer}'s session");
    estate.eventually(MOMENT, expected.as_str(), |eyes| anybody(eyes)?.map_or(Ok(()), Err))?;
    estate.never(time.0, expected, anybody)
}

/// A yes to the prompt, once it is there (EQL-08).
#[when(expr = "{name} accepts the assignment of {name}'s session")]
fn accepts(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepAnswersAssignment {
        rep: rep.to_string(),
        customer: customer.to_string(),
        accepts: true,
    })
}

/// A no to the prompt, once it is there (EQL-09).
#[given(expr = "{name} rejects the assignment of {name}'s session")]
#[when(expr = "{name} rejects the assignment of {name}'s session")]
fn rejects(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    let answered = estate.eyes().assignment(&rep, &customer).ok().map(|shown| shown.entry);
    estate.perform(Act::RepAnswersAssignment {
        rep: rep.to_string(),
        customer: customer.to_string(),
        accepts: false,
    })?;
    // Whoever goes on at once would still see the prompt that was answered. Another one for the same session, to which help
    // is asked for twice, may have come by then.
    estate.eventually(MOMENT, format!("{rep}'s prompt is gone"), |eyes| {
        let left = eyes.console(&rep)?.assignments.iter().any(|shown| Some(shown.entry) == answered);
        if left { Err(format!("{rep} is asked")) } else { Ok(()) }
    })
}

/// The prompt is there, and shows no warning for that time (EQL-07).
#[then(expr = "for {duration} {name}'s prompt for {name}'s session does not warn")]
fn does_not_warn(estate: &mut Estate, time: Span, rep: Name, customer: Name) -> Step {
    estate.never(time.0, format!("{rep}'s prompt does not warn"), |eyes| {
        let shown = eyes.assignment(&rep, &customer)?;
        Ok(shown.expiring.then(|| "it warns".to_owned()))
    })
}

/// The prompt shows before that time is over that it is about to go (EQL-07).
#[then(expr = "within {duration} {name}'s prompt for {name}'s session warns that it is about to expire")]
fn warns(estate: &mut Estate, within: Span, rep: Name, customer: Name) -> Step {
    estate.eventually(within.0, format!("{rep}'s prompt warns"), |eyes| {
        let shown = eyes.assignment(&rep, &customer)?;
        if shown.expiring { Ok(()) } else { Err("it does not".to_owned()) }
    })
}

/// The representative opts out of assignments, or in again (SET-02, EQL-17).
#[given(regex = "^([A-Z][a-z]+) turns automatic assignment (on|off)$")]
#[when(regex = "^([A-Z][a-z]+) turns automatic assignment (on|off)$")]
fn turns_assignment(estate: &mut Estate, rep: Name, state: String) -> Step {
    let on = state == "on";
    estate.perform(Act::RepSetsAutoAssignment { rep: rep.to_string(), on })?;
    estate.eventually(PATIENCE, format!("{rep}'s automatic assignment is {state}"), |eyes| {
        let shown = eyes.console(&rep)?.auto_assignment;
        if shown.on == on { Ok(()) } else { Err(format!("{shown:?}")) }
    })
}

/// The representative tries to opt out, and may be refused (EQL-17).
#[when(expr = "{name} tries to turn automatic assignment off")]
fn tries_to_opt_out(estate: &mut Estate, rep: Name) {
    estate.attempt(&rep, Act::RepSetsAutoAssignment { rep: rep.to_string(), on: false });
}

/// The console has no switch for it (SET-02).
#[then(expr = "{name} is not offered to turn automatic assignment off")]
fn not_offered_to_opt_out(estate: &mut Estate, rep: Name) -> Step {
    estate.at_once(format!("{rep} has no switch for automatic assignment"), |eyes| {
        let shown = eyes.console(&rep)?.auto_assignment;
        if shown.offered { Err(format!("{shown:?}")) } else { Ok(()) }
    })
}

/// The computer that the console runs on is locked, or unlocked (EQL-16).
#[given(regex = "^([A-Z][a-z]+) (locks|unlocks) the computer$")]
#[when(regex = "^([A-Z][a-z]+) (locks|unlocks) the computer$")]
fn locks(estate: &mut Estate, rep: Name, verb: String) -> Step {
    estate.perform(Act::RepLocksComputer { rep: rep.to_string(), locked: verb == "locks" })
}

/// How long a prompt may take to go once it is settled.
const MOMENT: std::time::Duration = std::time::Duration::from_secs(2);

/// The prompt for a customer's session on a console, in words.
fn asked(eyes: Eyes<'_>, rep: &str, customer: &str) -> Seen<Option<String>> {
    let shown = &eyes.console(rep)?.assignments;
    Ok(shown.iter().any(|shown| shown.customer == customer).then(|| format!("{rep} is asked")))
}
