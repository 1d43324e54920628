//! Transfers of sessions from queue to queue.

use cucumber::{then, when};

use super::{Step, listed, same_names};
use crate::act::{Act, Target};
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::eyes::Seen;
use crate::params::Name;

crate::step_definitions!();

/// A session goes to a team: from its page, or from its line in a queue (TRF-01, TRF-03).
#[when(expr = "{name} transfers {name}'s session to the {word} team")]
fn to_team(estate: &mut Estate, rep: Name, customer: Name, team: String) -> Step {
    estate.perform(transfer(&rep, &customer, Target::Team(team)))
}

/// A session goes to one representative (TRF-02, TRF-04).
#[when(expr = "{name} transfers {name}'s session to {name}")]
fn to_rep(estate: &mut Estate, rep: Name, customer: Name, to: Name) -> Step {
    estate.perform(transfer(&rep, &customer, Target::Rep(to.to_string())))
}

/// A session shall go to a team, which may be refused (TRF-03).
#[when(expr = "{name} tries to transfer {name}'s session to the {word} team")]
fn tries_to_team(estate: &mut Estate, rep: Name, customer: Name, team: String) {
    estate.attempt(&rep, transfer(&rep, &customer, Target::Team(team)));
}

/// A session shall go to one representative, which may be refused (TRF-02).
#[when(expr = "{name} tries to transfer {name}'s session to {name}")]
fn tries_to_rep(estate: &mut Estate, rep: Name, customer: Name, to: Name) {
    estate.attempt(&rep, transfer(&rep, &customer, Target::Rep(to.to_string())));
}

/// The teams on the transfer list (TRF-06).
#[then(expr = "{name} may transfer to the teams {string}")]
fn lists_teams(estate: &mut Estate, rep: Name, names: String) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("{rep}'s transfer list has the teams {names}"), |eyes| {
        let targets = eyes.console(&rep)?.transfer_targets();
        same_names(&wanted, targets.teams.into_iter().map(|team| team.name))
    })
}

/// The representatives on the transfer list (TRF-06).
#[then(expr = "{name} may transfer to the representatives {string}")]
fn lists_reps(estate: &mut Estate, rep: Name, names: String) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("{rep}'s transfer list has {names}"), |eyes| {
        let targets = eyes.console(&rep)?.transfer_targets();
        same_names(&wanted, targets.representatives.into_iter().map(|other| other.name))
    })
}

/// Somebody is not on the transfer list, and does not come there (EXT-01).
#[then(expr = "{name} may not transfer to {name}")]
fn does_not_list(estate: &mut Estate, rep: Name, other: Name) -> Step {
    estate.never(WATCH, format!("{rep}'s transfer list has no {other}"), |eyes| -> Seen<_> {
        let reps = eyes.console(&rep)?.transfer_targets().representatives;
        Ok(reps.iter().any(|listed| listed.name == *other).then(|| "it has".to_owned()))
    })
}

fn transfer(rep: &Name, customer: &Name, to: Target) -> Act {
    Act::RepTransfers { rep: rep.to_string(), customer: customer.to_string(), to }
}
