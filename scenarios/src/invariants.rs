//! What must be so after every act, in every run, whatever the scenario is about. The rules look at what people
//! see. Two consoles are held against each other only while nothing is under way between them, and only in a
//! scenario in which nothing has been broken: a console that is cut off may believe for a while what is no more.

use std::collections::{BTreeMap, BTreeSet};

use customer_client::{CustomerView, Stage};
use rep_console::RepConsoleView;
use wire::customer::CustomerEnd;
use wire::rep::Permission;
use wire::session::{Audience, LogEntry, LogItem, QueueEntryKind, SessionEvent};
use wire::{QueueEntryId, QueueId, SessionId};
use world::Program;

use crate::eyes::Eyes;
use crate::sweep::model::Broken;

/// A rule, under its name.
type Rule = (&'static str, fn(&Sight<'_>) -> Result<(), String>);

/// Rules that hold at any moment, whatever has been broken.
const ALWAYS: [Rule; 4] = [
    ("nobody sees an entry of a log twice", logs_have_no_doubles),
    ("customers do not see what is not for them", customers_see_what_is_theirs),
    ("nobody does what they may not", nobody_does_what_they_may_not),
    ("one sees the queues of one's own teams", one_sees_ones_own_queues),
];

/// Rules that hold while nothing is under way, and nothing has been broken.
const UNHARMED: [Rule; 5] = [
    ("a session stands in one queue or has an owner", a_session_stands_in_one_queue_or_has_an_owner),
    ("a session has one owner", a_session_has_one_owner),
    ("one is asked about a line, and not two", one_is_asked),
    ("an invitation that is not active is on no console", invitations_are_active),
    ("what has ended leaves nothing behind", what_has_ended_leaves_nothing),
];

/// Whether all of them hold; `unharmed` while nothing has been broken on purpose.
///
/// # Errors
/// The first that does not.
pub(crate) fn hold(eyes: Eyes<'_>, unharmed: bool) -> Result<(), Broken> {
    let sight = Sight::of(eyes);
    let pairwise: &[Rule] = if unharmed && eyes.world.is_quiet() { &UNHARMED } else { &[] };
    for (rule, holds) in ALWAYS.iter().chain(pairwise) {
        holds(&sight).map_err(|text| Broken { rule, text })?;
    }
    Ok(())
}

/// What everybody sees at one moment, with the names of their programs.
struct Sight<'a> {
    consoles: Vec<(&'a str, &'a RepConsoleView)>,
    customers: Vec<(&'a str, &'a CustomerView)>,
}

impl<'a> Sight<'a> {
    fn of(eyes: Eyes<'a>) -> Self {
        let mut sight = Self { consoles: Vec::new(), customers: Vec::new() };
        for (id, program) in eyes.world.programs() {
            let who = eyes.world.program_name(id);
            match program {
                Program::RepConsole(console) => sight.consoles.push((who, console.view())),
                Program::CustomerClient(client) => sight.customers.push((who, client.view())),
                Program::Appliance(_) | Program::JumpClient(_) | Program::MailHost(_) => {}
            }
        }
        sight
    }
}

/// A chat line or event that was accepted is seen once by every member who is entitled to it.
fn logs_have_no_doubles(sight: &Sight<'_>) -> Result<(), String> {
    for (who, view) in &sight.consoles {
        for page in &view.pages {
            in_order(who, &page.log)?;
        }
    }
    sight.customers.iter().try_for_each(|(who, view)| in_order(who, &view.log))
}

fn in_order(who: &str, log: &[LogEntry]) -> Result<(), String> {
    match log.windows(2).find(|pair| pair[0].seq >= pair[1].seq) {
        Some(pair) => Err(format!("{who} shows log entry {} after {}", pair[1].seq, pair[0].seq)),
        None => Ok(()),
    }
}

/// What representatives say among themselves, and their notes, no customer ever gets (CHT-04, SUM-05).
fn customers_see_what_is_theirs(sight: &Sight<'_>) -> Result<(), String> {
    for (who, view) in &sight.customers {
        for entry in &view.log {
            match &entry.what {
                LogItem::Said { text, audience: Audience::RepresentativesOnly, .. } => {
                    return Err(format!("{who} shows what representatives said among themselves: {text:?}"));
                }
                LogItem::Happened { event: SessionEvent::SessionNoteAdded, detail } => {
                    return Err(format!("{who} shows the note {detail:?}"));
                }
                LogItem::Said { .. } | LogItem::Happened { .. } => {}
            }
        }
    }
    Ok(())
}

/// Nobody has what only a permission gives: a key, an invitation for outsiders, a choice.
fn nobody_does_what_they_may_not(sight: &Sight<'_>) -> Result<(), String> {
    for (who, view) in &sight.consoles {
        let Some(profile) = &view.profile else { continue };
        let has = [
            (Permission::GenerateSessionKey, view.key.is_some(), "a session key"),
            (Permission::InviteExternalRep, view.external_invitation.is_some(), "an external invitation"),
            (Permission::ExtendedAvailability, view.extended_availability.on, "extended availability"),
            (
                Permission::DisableAutoAssignment,
                !view.auto_assignment.on && !profile.external,
                "automatic assignment turned off",
            ),
        ];
        for (permission, has, what) in has {
            if has && !profile.permissions.contains(&permission) {
                return Err(format!("{who} shows {what} without the permission to {permission}"));
            }
        }
    }
    Ok(())
}

/// Nobody sees the queue of a team that they are not in (QUE-07).
fn one_sees_ones_own_queues(sight: &Sight<'_>) -> Result<(), String> {
    for (who, view) in &sight.consoles {
        let Some(profile) = &view.profile else { continue };
        for queue in &view.queues {
            let own = match queue.id {
                QueueId::Personal(rep) => rep == profile.id,
                QueueId::Team(team) => profile.teams.iter().any(|own| own.id == team),
            };
            if !own {
                return Err(format!("{who} shows the {} queue", queue.name));
            }
            if let Some(row) = queue.rows.iter().find(|row| row.queue != queue.id) {
                return Err(format!(
                    "{who} shows {}'s line of {:?} in the {} queue",
                    row.customer, row.queue, queue.name
                ));
            }
        }
    }
    Ok(())
}

/// Every session that anybody sees waiting stands in one queue, and whoever waits is in nobody's hands.
fn a_session_stands_in_one_queue_or_has_an_owner(sight: &Sight<'_>) -> Result<(), String> {
    let mut waiting: BTreeMap<SessionId, BTreeSet<QueueId>> = BTreeMap::new();
    let mut owned: BTreeMap<SessionId, &str> = BTreeMap::new();
    for (who, view) in &sight.consoles {
        let rows = view.queues.iter().flat_map(|queue| &queue.rows);
        for row in rows.filter(|row| row.what == QueueEntryKind::Waiting) {
            waiting.entry(row.session).or_default().insert(row.queue);
        }
        for page in view.pages.iter().filter(|page| page.is_mine()) {
            owned.insert(page.session, who);
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
fn a_session_has_one_owner(sight: &Sight<'_>) -> Result<(), String> {
    let mut owners: BTreeMap<SessionId, (wire::MemberId, &str)> = BTreeMap::new();
    for (who, view) in &sight.consoles {
        for page in &view.pages {
            let Some(owner) = page.owner else { continue };
            let (first, by) = owners.entry(page.session).or_insert((owner, who));
            if *first != owner {
                return Err(format!("{by} says that {first} owns {}, {who} says {owner}", page.session));
            }
        }
    }
    Ok(())
}

/// No two people are asked to take the same (EQL-01), and who is asked sees the line.
fn one_is_asked(sight: &Sight<'_>) -> Result<(), String> {
    let mut asked: BTreeMap<QueueEntryId, &str> = BTreeMap::new();
    for (who, view) in &sight.consoles {
        for prompt in &view.assignments {
            if let Some(other) = asked.insert(prompt.entry, who) {
                return Err(format!(
                    "{other} and {who} are both asked to take {}'s session",
                    prompt.customer
                ));
            }
            if view.row(prompt.entry).is_none() {
                return Err(format!(
                    "{who} asks about {}'s session, of which it shows no line",
                    prompt.customer
                ));
            }
        }
    }
    Ok(())
}

/// An invitation on anybody's console is one that the pages of its session list (SHR-14 to SHR-20).
fn invitations_are_active(sight: &Sight<'_>) -> Result<(), String> {
    let mut active: BTreeMap<SessionId, BTreeSet<QueueEntryId>> = BTreeMap::new();
    for (_, view) in &sight.consoles {
        for page in &view.pages {
            let ids = page.invitations.iter().map(|invitation| invitation.id);
            active.entry(page.session).or_default().extend(ids);
        }
    }
    for (who, view) in &sight.consoles {
        for row in view.queues.iter().flat_map(|queue| &queue.rows) {
            let QueueEntryKind::Invitation { from } = &row.what else { continue };
            if !active.get(&row.session).is_some_and(|ids| ids.contains(&row.id)) {
                return Err(format!(
                    "{who} shows an invitation of {from} to {}'s session, which is not active",
                    row.customer
                ));
            }
        }
    }
    Ok(())
}

/// Of a session that was ended for all, no console shows a line, a page or a prompt (CLS-02, SHR-17).
fn what_has_ended_leaves_nothing(sight: &Sight<'_>) -> Result<(), String> {
    let ended = sight.customers.iter().filter_map(|(_, view)| match view.stage {
        Stage::Ended { why: CustomerEnd::EndedByRepresentative | CustomerEnd::RepresentativeLost } => {
            view.session
        }
        _ => None,
    });
    let ended: BTreeSet<SessionId> = ended.collect();
    for (who, view) in &sight.consoles {
        let rows = view.queues.iter().flat_map(|queue| &queue.rows).map(|row| (row.session, "a line"));
        let pages = view.pages.iter().map(|page| (page.session, "the page"));
        let prompts = view.assignments.iter().map(|prompt| (prompt.session, "a prompt"));
        if let Some((session, what)) =
            rows.chain(pages).chain(prompts).find(|(session, _)| ended.contains(session))
        {
            return Err(format!("{who} shows {what} of {session}, which has ended"));
        }
    }
    Ok(())
}
