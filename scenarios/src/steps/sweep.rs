//! Random walks, and the model that watches them.

use cucumber::gherkin;
use cucumber::{given, when};

use super::Step;
use crate::act::{Act, Whose};
use crate::estate::Estate;
use crate::params::Name;
use crate::sweep::Faults;

crate::step_definitions!();

/// From now on a reference model hears of every act, each of which ends when nothing is under way any more, and what
/// everybody sees is compared with what the model says that they should. It knows who is where, who is in which session,
/// who is invited, and what was said; it does not know session keys, Jump Clients, phones and other sites' settings.
#[given(expr = "the reference model watches")]
fn watches(estate: &mut Estate) {
    estate.watch().unwrap_or_else(|error| panic!("{error}"));
}

/// Somebody does something that they can do, again and again; nothing goes wrong by itself.
#[when(expr = "{int} random things happen")]
fn random_things(estate: &mut Estate, count: usize) {
    estate.walk(count, Faults::None).unwrap_or_else(|error| panic!("{error}"));
}

/// The same, and things go wrong: `console` (consoles are killed), `network` (people are cut off, too) or `all` (machines
/// lose power, too, and the mail host fails).
///
/// Example: `When 40 random things happen, with network faults`
#[when(expr = "{int} random things happen, with {word} faults")]
fn random_things_with(estate: &mut Estate, count: usize, faults: String) {
    let known = "expected `console`, `network` or `all`";
    let faults: Faults = faults.parse().unwrap_or_else(|_| panic!("{known}, found {faults:?}"));
    estate.walk(count, faults).unwrap_or_else(|error| panic!("{error}"));
}

/// Acts as recordings have them, one a line. What can not be done by then is left out.
#[when(expr = "what can happen of this happens:")]
fn what_can_happens(estate: &mut Estate, step: &gherkin::Step) {
    let lines = step.docstring.as_deref().unwrap_or_default().lines();
    let acts: Result<Vec<Act>, _> =
        lines.map(str::trim).filter(|line| !line.is_empty()).map(serde_json::from_str).collect();
    let acts = acts.unwrap_or_else(|error| panic!("expected an act as a recording has it: {error}"));
    estate.replay(acts).unwrap_or_else(|broken| panic!("{broken}"));
}

/// An issue, from the portal that is open.
#[when(expr = "{name} picks the issue {string} from the open page")]
fn picks_issue_from_page(estate: &mut Estate, customer: Name, issue: String) -> Step {
    estate.perform(Act::CustomerPicksIssue { customer: customer.to_string(), issue })
}

/// The appliance has its power back.
#[when(expr = "the appliance starts again")]
fn appliance_starts(estate: &mut Estate) -> Step {
    estate.perform(Act::PowerReturns { machine: Whose::Appliance })
}

/// Whether colleagues may invite them while they are not signed in (SHR-09).
#[when(regex = "^([A-Z][a-z]+) turns extended availability (on|off)$")]
fn turns_extended(estate: &mut Estate, rep: Name, state: String) -> Step {
    estate.perform(Act::RepSetsExtendedAvailability { rep: rep.to_string(), on: state == "on" })
}
