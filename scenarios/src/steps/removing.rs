//! Removing somebody from a session.

use std::time::Duration;

use cucumber::{then, when};
use customer_client::Stage;

use super::Step;
use crate::act::Act;
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::eyes::{Eyes, Seen};
use crate::params::{Name, Span};

crate::step_definitions!();

/// A member is removed, and OK confirms it (RMV-01, RMV-02).
#[when(expr = "{name} removes {name} from {name}'s session")]
fn removes(estate: &mut Estate, rep: Name, member: Name, customer: Name) -> Step {
    estate.perform(removal(&rep, &member, &customer, true))
}

/// A member shall be removed, which may be refused (RMV-03).
#[when(expr = "{name} tries to remove {name} from {name}'s session")]
fn tries_to_remove(estate: &mut Estate, rep: Name, member: Name, customer: Name) {
    estate.attempt(&rep, removal(&rep, &member, &customer, true));
}

/// A member shall be removed, and then the question is dropped (RMV-04).
#[when(expr = "{name} asks to remove {name} from {name}'s session, but does not confirm")]
fn thinks_better(estate: &mut Estate, rep: Name, member: Name, customer: Name) -> Step {
    estate.perform(removal(&rep, &member, &customer, false))
}

/// A member shall be removed; the question stands (RMV-04).
#[when(expr = "{name} asks to remove {name} from {name}'s session")]
fn asks_to_remove(estate: &mut Estate, rep: Name, member: Name, customer: Name) -> Step {
    let (member, customer) = (member.to_string(), customer.to_string());
    estate.perform(Act::RepAsksToRemove { rep: rep.to_string(), member, customer })
}

/// OK to the question (RMV-04).
#[when(expr = "{name} confirms the removal")]
fn confirms(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::RepConfirmsRemoval { rep: rep.to_string(), confirms: true })
}

/// The question is on the console (RMV-04).
#[then(expr = "{name} is asked to confirm the removal of {string}")]
fn is_asked(estate: &mut Estate, rep: Name, who: String) -> Step {
    estate.eventually(PATIENCE, format!("{rep} is asked to confirm the removal of {who}"), |eyes| {
        let asked = eyes.console(&rep)?.removal_to_confirm.as_ref().map(|removal| &removal.name);
        if asked == Some(&who) { Ok(()) } else { Err(format!("asked about {asked:?}")) }
    })
}

/// No such question is on the console (RMV-04).
#[then(expr = "{name} is asked to confirm no removal")]
fn is_not_asked(estate: &mut Estate, rep: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} is asked to confirm no removal"), |eyes| {
        let asked = &eyes.console(&rep)?.removal_to_confirm;
        asked.as_ref().map_or(Ok(()), |removal| Err(format!("asked about {}", removal.name)))
    })
}

/// A representative is not among those whom the customer sees, and does not come there.
#[then(expr = "{name} is not in session with {name}")]
fn not_in_session(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    let expected = format!("{customer} is not in session with {rep}");
    let name = estate.display_name(&rep).unwrap_or_else(|_| rep.to_string());
    let look = |eyes: Eyes<'_>| -> Seen<Option<String>> {
        Ok(sees_rep(eyes, &customer, &name)?.then(|| eyes.stage_words(&customer)))
    };
    estate.eventually(PATIENCE, expected.as_str(), |eyes| look(eyes)?.map_or(Ok(()), Err))?;
    estate.never(WATCH, expected, look)
}

/// A representative is and stays among those whom the customer sees, for that time.
#[then(expr = "for {duration} {name} is in session with {name}")]
fn stays_in_session(estate: &mut Estate, time: Span, customer: Name, rep: Name) -> Step {
    let name = estate.display_name(&rep).unwrap_or_else(|_| rep.to_string());
    let expected = format!("{customer} is in session with {rep} all the time");
    // Whoever has just come is seen a moment later.
    estate.eventually(PATIENCE, expected.as_str(), |eyes| match sees_rep(eyes, &customer, &name)? {
        true => Ok(()),
        false => Err(eyes.stage_words(&customer)),
    })?;
    estate.never(time.0, expected, |eyes| {
        Ok((!sees_rep(eyes, &customer, &name)?).then(|| eyes.stage_words(&customer)))
    })
}

/// Since the page closed, nothing of a session was put on the wire for that console (RMV-05).
#[then(expr = "{name}'s console was sent nothing of a session after it closed")]
fn sent_nothing_after(estate: &mut Estate, rep: Name) -> Step {
    // What is under way may still arrive.
    estate.world.run_for(Duration::from_secs(1));
    let expected = format!("nothing of a session goes to {rep}'s console after it closed");
    let console = format!("{rep}'s console");
    estate.at_once(expected, |eyes| {
        let messages: Vec<_> = eyes.world.last_messages().filter(|message| message.to == console).collect();
        let closed = messages.iter().rposition(|message| message.kind == "SessionClosed");
        let closed = closed.ok_or("no session was closed lately")?;
        const OF_A_SESSION: [&str; 5] = ["SessionShown", "Log", "WebPage", "Report", "ReportEntries"];
        let after = messages[closed + 1..].iter().find(|message| OF_A_SESSION.contains(&message.kind));
        after.map_or(Ok(()), |message| Err(format!("{} at {}", message.kind, message.sent)))
    })
}

fn removal(rep: &Name, member: &Name, customer: &Name, confirms: bool) -> Act {
    let (rep, member, customer) = (rep.to_string(), member.to_string(), customer.to_string());
    Act::RepRemoves { rep, member, customer, confirms }
}

fn sees_rep(eyes: Eyes<'_>, customer: &str, name: &str) -> Seen<bool> {
    Ok(match &eyes.customer(customer)?.stage {
        Stage::InSession { representatives } => representatives.iter().any(|card| card.name == name),
        _ => false,
    })
}
