//! What must be so after every act, in every run, whatever the scenario is about. The rules look at what people
//! see. Two consoles are held against each other only while nothing is under way between them, and only in a
//! scenario in which nothing has been broken: a console that is cut off may believe for a while what is no more.

use std::collections::{BTreeMap, BTreeSet};

use wire::session::{LogEntry, QueueEntryKind};
use wire::{QueueId, SessionId};
use world::Program;

use crate::eyes::Eyes;

/// Whether all of them hold; `unharmed` while nothing has been broken on purpose.
///
/// # Errors
/// The first that does not, in words.
pub(crate) fn hold(eyes: Eyes<'_>, unharmed: bool) -> Result<(), String> {
    logs_have_no_doubles(eyes)?;
    nobody_does_what_they_may_not(eyes)?;
    if unharmed && eyes.world.is_quiet() {
        a_session_stands_in_one_queue_or_has_an_owner(eyes)?;
        a_session_has_one_owner(eyes)?;
    }
    Ok(())
}

/// A chat line or event that was accepted is seen once by every member who is entitled to it.
fn logs_have_no_doubles(eyes: Eyes<'_>) -> Result<(), String> {
    for (id, program) in eyes.world.programs() {
        let who = eyes.world.program_name(id);
        match program {
            Program::RepConsole(console) => {
                for page in &console.view().pages {
                    in_order(who, &page.log)?;
                }
            }
            Program::CustomerClient(client) => in_order(who, &client.view().log)?,
            Program::Appliance(_) | Program::JumpClient(_) => {}
        }
    }
    Ok(())
}

fn in_order(who: &str, log: &[LogEntry]) -> Result<(), String> {
    match log.windows(2).find(|pair| pair[0].seq >= pair[1].seq) {
        Some(pair) => Err(format!("{who} shows log entry {} after {}", pair[1].seq, pair[0].seq)),
        None => Ok(()),
    }
}

/// Every session that anybody sees waiting stands in one queue, and whoever waits is in nobody's hands.
fn a_session_stands_in_one_queue_or_has_an_owner(eyes: Eyes<'_>) -> Result<(), String> {
    let mut waiting: BTreeMap<SessionId, BTreeSet<QueueId>> = BTreeMap::new();
    let mut owned: BTreeMap<SessionId, String> = BTreeMap::new();
    for (id, program) in eyes.world.programs() {
        let Program::RepConsole(console) = program else { continue };
        let rows = console.view().queues.iter().flat_map(|queue| &queue.rows);
        for row in rows.filter(|row| row.what == QueueEntryKind::Waiting) {
            waiting.entry(row.session).or_default().insert(row.queue);
        }
        for page in console.view().pages.iter().filter(|page| page.is_mine()) {
            owned.insert(page.session, eyes.world.program_name(id).to_owned());
        }
    }
    for (session, queues) in waiting {
        if queues.len() > 1 {
            return Err(format!("{session} stands in {} queues: {queues:?}", queues.len()));
        }
        if let Some(owner) = owned.get(&session) {
            return Err(format!("{session} waits in {queues:?} and is owned on {owner}"));
        }
    }
    Ok(())
}

/// No two consoles of different people believe that they own a session, and all members name the same owner.
fn a_session_has_one_owner(eyes: Eyes<'_>) -> Result<(), String> {
    let mut owners: BTreeMap<SessionId, (wire::MemberId, String)> = BTreeMap::new();
    for (id, program) in eyes.world.programs() {
        let Program::RepConsole(console) = program else { continue };
        for page in &console.view().pages {
            let Some(owner) = page.owner else { continue };
            let who = eyes.world.program_name(id);
            let (first, by) = owners.entry(page.session).or_insert_with(|| (owner, who.to_owned()));
            if *first != owner {
                return Err(format!("{by} says that {first} owns {}, {who} says {owner}", page.session));
            }
        }
    }
    Ok(())
}

/// Nobody has a key without the permission to make one.
fn nobody_does_what_they_may_not(eyes: Eyes<'_>) -> Result<(), String> {
    for (id, program) in eyes.world.programs() {
        let Program::RepConsole(console) = program else { continue };
        let view = console.view();
        let may_make_keys = view
            .profile
            .as_ref()
            .is_none_or(|profile| profile.permissions.contains(&wire::rep::Permission::GenerateSessionKey));
        if view.key.is_some() && !may_make_keys {
            return Err(format!(
                "{} shows a session key without the permission",
                eyes.world.program_name(id)
            ));
        }
    }
    Ok(())
}
