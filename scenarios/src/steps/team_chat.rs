//! Team chat among colleagues.

use cucumber::{then, when};

use super::{Step, listed, same_names};
use crate::act::{Act, Target};
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::eyes::{Eyes, Seen};
use crate::params::Name;

crate::step_definitions!();

/// A line for all of a team who are there (TMC-01).
#[when(expr = "{name} writes {string} to the {word} team in team chat")]
fn writes_to_team(estate: &mut Estate, rep: Name, text: String, team: String) -> Step {
    estate.perform(Act::RepTeamChats { rep: rep.to_string(), to: Target::Team(team), text })
}

/// A line for one colleague (TMC-02).
#[when(expr = "{name} writes {string} to {name} in team chat")]
fn writes_to_rep(estate: &mut Estate, rep: Name, text: String, to: Name) -> Step {
    estate.perform(Act::RepTeamChats { rep: rep.to_string(), to: Target::Rep(to.to_string()), text })
}

/// A line for a team, which may be refused (TMC-03).
#[when(expr = "{name} tries to write {string} to the {word} team in team chat")]
fn tries_to_write(estate: &mut Estate, rep: Name, text: String, team: String) {
    estate.attempt(&rep, Act::RepTeamChats { rep: rep.to_string(), to: Target::Team(team), text });
}

/// The team chat with a team comes to the front (QUE-14).
#[when(expr = "{name} opens the team chat with the {word} team")]
fn opens(estate: &mut Estate, rep: Name, team: String) -> Step {
    estate.perform(Act::RepOpensTeamChat { rep: rep.to_string(), with: Target::Team(team) })
}

/// A line is in team chat on a console, once, under its writer's name.
#[then(expr = "{name} reads {string} from {name} in team chat")]
fn reads(estate: &mut Estate, reader: Name, text: String, writer: Name) -> Step {
    let name = estate.display_name(&writer).unwrap_or_else(|error| panic!("{error}"));
    estate.eventually(PATIENCE, format!("{reader} reads {text:?} from {writer}, once"), |eyes| {
        let lines = &eyes.console(&reader)?.team_chat;
        let count = lines.iter().filter(|line| line.from_name == name && line.text == text).count();
        if count == 1 { Ok(()) } else { Err(format!("{count} times; {:?}", said(eyes, &reader)?)) }
    })
}

/// The lines in team chat on a console, in order; semicolons between them.
#[then(expr = "{name} reads {string} in team chat")]
fn reads_all(estate: &mut Estate, reader: Name, lines: String) -> Step {
    let wanted: Vec<&str> = lines.split("; ").collect();
    estate.eventually(PATIENCE, format!("{reader} reads {wanted:?}"), |eyes| {
        let said = said(eyes, &reader)?;
        if said == wanted { Ok(()) } else { Err(format!("{said:?}")) }
    })
}

/// A line never comes to a console (TMC-01, TMC-02).
#[then(expr = "{name} never reads {string} in team chat")]
fn never_reads(estate: &mut Estate, reader: Name, text: String) -> Step {
    estate.never(WATCH, format!("{reader} never reads {text:?} in team chat"), |eyes| {
        Ok(said(eyes, &reader)?.contains(&text.as_str()).then(|| format!("{reader} reads it")))
    })
}

/// Whom Team Chat lists: teams and colleagues (TMC-03).
#[then(expr = "{name} may chat with {string}")]
fn may_chat_with(estate: &mut Estate, rep: Name, names: String) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("{rep} may chat with {names}"), |eyes| {
        let targets = eyes.console(&rep)?.team_chat_targets();
        let teams = targets.teams.into_iter().map(|team| team.name);
        same_names(&wanted, teams.chain(targets.representatives.into_iter().map(|other| other.name)))
    })
}

/// What stands beside a queue's name: `star`, `orange bubble` or `nothing` (QUE-13, QUE-14).
#[then(expr = "the {word} queue on {name}'s console is marked with {string}")]
fn marked_with(estate: &mut Estate, queue: String, rep: Name, mark: String) -> Step {
    estate.eventually(PATIENCE, format!("the {queue} queue is marked with {mark}"), |eyes| {
        let shown = eyes.queue(&rep, &queue)?.mark().to_string();
        if shown == mark { Ok(()) } else { Err(shown) }
    })
}

fn said<'a>(eyes: Eyes<'a>, reader: &str) -> Seen<Vec<&'a str>> {
    Ok(eyes.console(reader)?.team_chat.iter().map(|line| line.text.as_str()).collect())
}
