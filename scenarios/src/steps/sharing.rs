//! Sharing a session: whom one can invite, and what becomes of invitations.

use cucumber::{given, then, when};
use wire::session::QueueEntryKind;

use super::{Step, listed, same_names};
use crate::act::{Act, ConsoleKind};
use crate::estate::{Estate, PATIENCE};
use crate::eyes::{Eyes, Seen};
use crate::params::{Console, Name};

crate::step_definitions!();

/// The ways to invite that Share Session lists (SHR-01).
#[then(expr = "{name} may share {name}'s session with {string}")]
fn lists_ways(estate: &mut Estate, rep: Name, customer: Name, ways: String) -> Step {
    let wanted = listed(&ways);
    estate.eventually(PATIENCE, format!("{rep} may share with: {ways}"), |eyes| {
        let options = eyes.share_options(&rep, &customer)?;
        let offered = [
            ("representative", options.teams.iter().any(|team| !team.members.is_empty())),
            ("team", !options.teams.is_empty()),
            ("issue", !options.issues.is_empty()),
            ("external representative", options.external),
        ];
        same_names(&wanted, offered.iter().filter(|(_, is)| *is).map(|(name, _)| (*name).to_owned()))
    })
}

/// The issues that help can be asked for (SHR-02).
#[then(expr = "{name} may ask for help with {string} in {name}'s session")]
fn issues(estate: &mut Estate, rep: Name, titles: String, customer: Name) -> Step {
    let wanted = listed(&titles);
    estate.eventually(PATIENCE, format!("{rep} may ask for help with {titles}"), |eyes| {
        let issues = eyes.share_options(&rep, &customer)?.issues;
        same_names(&wanted, issues.into_iter().map(|issue| issue.title))
    })
}

/// The teams that Share Session lists (SHR-08).
#[then(expr = "{name} may share {name}'s session with the teams {string}")]
fn teams(estate: &mut Estate, rep: Name, customer: Name, names: String) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("{rep} may share with the teams {names}"), |eyes| {
        let teams = eyes.share_options(&rep, &customer)?.teams;
        same_names(&wanted, teams.into_iter().map(|listed| listed.team.name))
    })
}

/// The members of a team who can be invited by name (SHR-04).
#[then(expr = "{name} may invite {string} of the {word} team to {name}'s session")]
fn members(estate: &mut Estate, rep: Name, names: String, team: String, customer: Name) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("{rep} may invite {names} of {team}"), |eyes| {
        same_names(&wanted, members_of(eyes, &rep, &customer, &team)?)
    })
}

/// Nobody of a team can be invited by name (SHR-04).
#[then(expr = "{name} may invite nobody of the {word} team to {name}'s session")]
fn no_members(estate: &mut Estate, rep: Name, team: String, customer: Name) -> Step {
    members(estate, rep, String::new(), team, customer)
}

/// Any representative of a team is invited (SHR-06).
#[given(expr = "{name} invites any representative of {word} to {name}'s session")]
#[when(expr = "{name} invites any representative of {word} to {name}'s session")]
fn invites_team(estate: &mut Estate, rep: Name, team: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::RepInvitesTeam { rep, team, customer })
}

/// Any representative of a team shall be invited, which may be refused (SHR-08).
#[when(expr = "{name} tries to invite any representative of {word} to {name}'s session")]
fn tries_to_invite_team(estate: &mut Estate, rep: Name, team: String, customer: Name) {
    let act = Act::RepInvitesTeam { rep: rep.to_string(), team, customer: customer.to_string() };
    estate.attempt(&rep, act);
}

/// A colleague shall be invited, which may be refused (SHR-11, SHR-13).
#[when(expr = "{name} tries to invite {name} to {name}'s session")]
fn tries_to_invite(estate: &mut Estate, rep: Name, colleague: Name, customer: Name) {
    let (colleague, customer) = (colleague.to_string(), customer.to_string());
    estate.attempt(&rep, Act::RepInvites { rep: rep.to_string(), colleague, customer });
}

/// Help is asked for with an issue (SHR-03).
#[when(expr = "{name} asks for help with {string} in {name}'s session")]
fn asks_for_help(estate: &mut Estate, rep: Name, issue: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::RepAsksForHelp { rep, issue, customer })
}

/// An invitation stands in a team's queue, as one of its members sees it (SHR-06, QUE-12).
#[then(expr = "the {word} queue shows {name} an invitation to {name}'s session from {name}")]
fn team_queue_shows(estate: &mut Estate, team: String, rep: Name, customer: Name, from: Name) -> Step {
    let from = estate.display_name(&from).unwrap_or_else(|error| panic!("{error}"));
    super::queues::line_in(estate, &rep, &team, &customer, &QueueEntryKind::Invitation { from })
}

/// The invitations that Cancel Invitation lists (SHR-10).
#[given(expr = "{name}'s session has the open invitations {string} on {name}'s console")]
#[then(expr = "{name}'s session has the open invitations {string} on {name}'s console")]
fn has_invitations(estate: &mut Estate, customer: Name, names: String, rep: Name) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("{rep} sees the invitations {names}"), |eyes| {
        let invitations = &eyes.page(&rep, &customer)?.invitations;
        same_names(&wanted, invitations.iter().map(|invitation| invitation.to.clone()))
    })
}

/// Cancel Invitation lists nothing (SHR-10, SHR-14 to SHR-19).
#[then(expr = "{name}'s session has no open invitations on {name}'s console")]
fn has_no_invitations(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    has_invitations(estate, customer, String::new(), rep)
}

/// The owner withdraws an invitation, named as the console lists it (SHR-10).
#[when(expr = "{name} cancels the invitation of {string} to {name}'s session")]
fn cancels(estate: &mut Estate, rep: Name, to: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::RepCancelsInvitation { rep, to, customer })
}

/// A representative has turned extended availability on, and is not signed in any more (SHR-04, SHR-09).
#[given(expr = "{name} was signed in with extended availability")]
fn was_signed_in(estate: &mut Estate, rep: Name) -> Step {
    super::people::sign_in(estate, &rep, Console(ConsoleKind::Desktop), false)?;
    turns_extended_on(estate, rep.clone())?;
    estate.perform(Act::RepSignsOut { rep: rep.to_string() })
}

/// A representative turns extended availability on, and stays signed in (SHR-09).
#[given(expr = "{name} turns extended availability on")]
fn turns_extended_on(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::RepSetsExtendedAvailability { rep: rep.to_string(), on: true })?;
    estate.eventually(PATIENCE, format!("{rep}'s extended availability is on"), |eyes| {
        let shown = eyes.console(&rep)?.extended_availability;
        if shown.on { Ok(()) } else { Err(format!("{shown:?}")) }
    })?;
    super::mail::waits_for_mail(estate, &rep, "Extended availability is on")
}

/// A representative wants to be available while not signed in, and may be refused (SHR-09).
#[when(expr = "{name} tries to turn extended availability on")]
fn tries_extended(estate: &mut Estate, rep: Name) {
    estate.attempt(&rep, Act::RepSetsExtendedAvailability { rep: rep.to_string(), on: true });
}

/// The console has no switch for it (SHR-09).
#[then(expr = "{name} is not offered to turn extended availability on")]
fn not_offered_extended(estate: &mut Estate, rep: Name) -> Step {
    estate.at_once(format!("{rep} has no switch for extended availability"), |eyes| {
        let shown = eyes.console(&rep)?.extended_availability;
        if shown.offered { Err(format!("{shown:?}")) } else { Ok(()) }
    })
}

/// A representative goes, and the session goes on (SHR-15).
#[when(expr = "{name} leaves {name}'s session")]
fn leaves(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepLeaves { rep: rep.to_string(), customer: customer.to_string() })
}

/// A representative wants to go, and may be refused (SHR-15).
#[when(expr = "{name} tries to leave {name}'s session")]
fn tries_to_leave(estate: &mut Estate, rep: Name, customer: Name) {
    estate.attempt(&rep, Act::RepLeaves { rep: rep.to_string(), customer: customer.to_string() });
}

fn members_of(eyes: Eyes<'_>, rep: &str, customer: &str, team: &str) -> Seen<Vec<String>> {
    let teams = eyes.share_options(rep, customer)?.teams;
    let found = teams.into_iter().find(|listed| listed.team.name == team);
    let found = found.ok_or_else(|| format!("{rep}'s console lists no team {team}"))?;
    Ok(found.members.into_iter().map(|member| member.name).collect())
}
