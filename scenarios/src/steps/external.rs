//! External representatives: people without an account, in one session.

use cucumber::{given, then, when};

use super::Step;
use crate::act::Act;
use crate::estate::{Estate, PATIENCE, ShownKey, Unmet, WATCH};
use crate::params::{Console, Name};

crate::step_definitions!();

/// Somebody without an account is invited; the key is read off the console (EXT-01).
#[given(expr = "{name} invites {name}, who has no account, to {name}'s session")]
#[when(expr = "{name} invites {name}, who has no account, to {name}'s session")]
fn invites(estate: &mut Estate, rep: Name, name: Name, customer: Name) -> Step {
    estate.perform(invitation(&rep, &name, None, &customer))
}

/// The same, and the invitation is mailed (EXT-02).
#[when(expr = "{name} invites {name}, who has no account, to {name}'s session by mail to {string}")]
fn invites_by_mail(estate: &mut Estate, rep: Name, name: Name, customer: Name, email: String) -> Step {
    estate.perform(invitation(&rep, &name, Some(email), &customer))
}

/// Somebody without an account shall be invited, which may be refused (EXT-02).
#[when(expr = "{name} tries to invite {name}, who has no account, to {name}'s session")]
fn tries_to_invite(estate: &mut Estate, rep: Name, name: Name, customer: Name) {
    estate.attempt(&rep, invitation(&rep, &name, None, &customer));
}

/// The key and the URL are on the inviter's console (EXT-02).
#[then(expr = "{name} sees an invitation key and a URL for {name}")]
fn sees_key(estate: &mut Estate, rep: Name, name: Name) -> Step {
    let given = key_of(estate, &name)?;
    estate.at_once(format!("{rep} sees a key and a URL"), |eyes| {
        let shown = &eyes.console(&rep)?.external_invitation;
        let shown = shown.as_ref().ok_or_else(|| format!("{rep}'s console shows none"))?;
        let fits = shown.key == given.key && !shown.key.is_empty() && shown.url.starts_with("https://");
        if fits { Ok(()) } else { Err(format!("{} with {}", shown.key, shown.url)) }
    })
}

/// No invitation key is on the console (EXT-02).
#[then(expr = "{name} sees no invitation key")]
fn sees_no_key(estate: &mut Estate, rep: Name) -> Step {
    estate.never(WATCH, format!("{rep} sees no invitation key"), |eyes| {
        Ok(eyes.console(&rep)?.external_invitation.as_ref().map(|shown| format!("the key {}", shown.key)))
    })
}

/// Somebody joins with their own invitation (EXT-01).
#[when(expr = "{name} joins with the invitation on the {console} console")]
fn joins(estate: &mut Estate, external: Name, console: Console) -> Step {
    join(estate, &external, &external, console)
}

/// Somebody has joined with their own invitation, and has the session open.
#[given(expr = "{name} joins with the invitation on the {console} console")]
fn has_joined(estate: &mut Estate, external: Name, console: Console) -> Step {
    join(estate, &external, &external, console)?;
    estate.eventually(PATIENCE, format!("{external} has a session open"), |eyes| {
        let view = eyes.console(&external)?;
        if view.pages.is_empty() { Err(format!("last told {:?}", view.last_notice())) } else { Ok(()) }
    })
}

/// Somebody tries their own invitation, which may not work any more (EXT-03).
#[when(expr = "{name} tries to join with the invitation on the {console} console")]
fn tries_to_join(estate: &mut Estate, external: Name, console: Console) -> Step {
    join(estate, &external, &external, console)
}

/// Somebody tries what was meant for another (EXT-03).
#[when(expr = "{name} tries to join with {name}'s invitation on the {console} console")]
fn tries_to_join_as(estate: &mut Estate, external: Name, whose: Name, console: Console) -> Step {
    join(estate, &external, &whose, console)
}

/// The console shows queues to nobody who has no account, or no line in any (EXT-01).
#[then(expr = "{name} sees no queues")]
fn sees_no_queues(estate: &mut Estate, external: Name) -> Step {
    estate.never(WATCH, format!("{external} sees no queues"), |eyes| {
        let view = eyes.console(&external)?;
        let teams = view.queues.iter().skip(1).map(|queue| queue.name.as_str());
        let others = view.queues.iter().flat_map(|queue| &queue.rows);
        let own = view.pages.first().map(|page| page.session);
        let others = others.filter(|row| Some(row.session) != own).map(|row| row.customer.as_str());
        let seen: Vec<&str> = teams.chain(others).collect();
        Ok((!seen.is_empty()).then(|| seen.join(", ")))
    })
}

/// The invitation that somebody was given.
pub(super) fn key_of(estate: &Estate, name: &str) -> Result<ShownKey, Unmet> {
    estate.at_once(format!("{name} has an invitation"), |_| {
        estate.external_keys.get(name).cloned().ok_or_else(|| format!("nobody has invited {name}"))
    })
}

fn invitation(rep: &Name, name: &Name, email: Option<String>, customer: &Name) -> Act {
    let (rep, name, customer) = (rep.to_string(), name.to_string(), customer.to_string());
    Act::RepInvitesExternal { rep, name, email, customer }
}

fn join(estate: &mut Estate, external: &Name, whose: &Name, console: Console) -> Step {
    let key = key_of(estate, whose)?.key;
    estate.perform(Act::ExternalJoins { external: external.to_string(), console: console.0, key })
}
