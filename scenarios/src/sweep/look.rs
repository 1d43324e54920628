//! What everybody sees, as plain data: the other side of the model's picture. Views only.

use std::collections::BTreeMap;

use customer_client::{CustomerView, Stage};
use rep_console::{Page as ShownPage, RepConsoleView, Row};
use wire::session::{AfterSession, LogItem, QueueEntryKind};
use wire::{MemberId, QueueId};

use crate::act::AfterSessionAction;
use crate::eyes::Eyes;

use super::model::{Broken, Console, CustomerStage, Line, LineKind, Page, Picture, SeenPrompt};

/// The prompts that consoles show, of those whose consoles are named.
pub(crate) fn prompts<'n>(
    eyes: Eyes<'_>,
    names: impl Iterator<Item = &'n String>,
) -> BTreeMap<String, Vec<SeenPrompt>> {
    let seen = |name: &String| {
        let view = eyes.console(name).ok()?;
        let prompts = view.assignments.iter().map(|shown| SeenPrompt {
            customer: shown.customer.clone(),
            from: shown.from.clone(),
            team: queue_name(view, shown.queue),
            until: shown.expires,
        });
        Some((name.clone(), prompts.collect()))
    };
    names.filter_map(seen).collect()
}

/// Compares what everybody sees with what they should.
///
/// # Errors
/// The first difference, and the rule that it breaks.
pub(crate) fn compare(eyes: Eyes<'_>, expected: &Picture) -> Result<(), Broken> {
    for (name, wanted) in &expected.consoles {
        let shown = eyes
            .console(name)
            .map_err(|seen| Broken { rule: "a console shows what it should", text: seen })?;
        compare_console(name, wanted, &console(shown))?;
    }
    for (name, wanted) in &expected.customers {
        let view =
            eyes.customer(name).map_err(|seen| Broken { rule: "a customer sees how it goes", text: seen })?;
        let seen = stage(view);
        if seen.as_ref() != Ok(wanted) {
            let seen = seen.map_or_else(|other| other, |stage| format!("{stage:?}"));
            return Err(Broken {
                rule: "a customer sees how it goes",
                text: format!("expected {name}: {wanted:?}\nseen: {seen}"),
            });
        }
    }
    for (name, wanted) in &expected.customers_read {
        let view = eyes.customer(name).map_err(|seen| Broken { rule: CHAT, text: seen })?;
        let seen = chat(&view.log);
        same(CHAT, &format!("the chat that {name} reads"), wanted, &seen)?;
    }
    Ok(())
}

const CHAT: &str = "a line of chat is seen once by everybody who may see it";

fn compare_console(name: &str, wanted: &Console, seen: &Console) -> Result<(), Broken> {
    let queues = |console: &Console| -> Vec<String> { console.queues.keys().cloned().collect() };
    same(
        "one sees the queues of one's own teams",
        &format!("{name}'s queues"),
        &queues(wanted),
        &queues(seen),
    )?;
    for (queue, lines) in &wanted.queues {
        let what = format!("the {queue} queue on {name}'s console");
        same("queues hold what waits, and nothing else", &what, lines, &seen.queues[queue])?;
    }
    let pages = |console: &Console| -> Vec<String> { console.pages.keys().cloned().collect() };
    same(
        "one has a page for each session that one is in",
        &format!("{name}'s pages"),
        &pages(wanted),
        &pages(seen),
    )?;
    for (customer, page) in &wanted.pages {
        let shown = &seen.pages[customer];
        let of = |what: &str| format!("{what} of {customer}'s session on {name}'s console");
        same("a session has the owner that it should have", &of("the owner"), &page.owner, &shown.owner)?;
        same(
            "a session has the members that it should have",
            &of("the members"),
            &page.members,
            &shown.members,
        )?;
        same("a customer is here, or not", &of("the presence"), &page.presence, &shown.presence)?;
        let rule = "an invitation is active as long as it should be";
        same(rule, &of("the invitations"), &page.invitations, &shown.invitations)?;
        if page.chat.is_some() {
            same(CHAT, &of("the chat"), &page.chat, &shown.chat)?;
        }
        same(
            "notes are kept, and seen by representatives only",
            &of("the notes"),
            &page.notes,
            &shown.notes,
        )?;
        same("what the machine does at the end is as chosen", &of("the choice"), &page.after, &shown.after)?;
    }
    let rule = "a choice holds until it is changed";
    same(rule, &format!("{name}'s automatic assignment"), &wanted.auto_assignment, &seen.auto_assignment)?;
    let what = format!("{name}'s extended availability");
    same(rule, &what, &wanted.extended_availability, &seen.extended_availability)?;
    let rule = "everybody who can be reached is listed";
    same(rule, &format!("{name}'s colleagues"), &wanted.colleagues, &seen.colleagues)?;
    let rule = "team chat reaches whom it is for";
    same(rule, &format!("{name}'s team chat"), &wanted.team_chat, &seen.team_chat)
}

fn same<T: PartialEq + std::fmt::Debug>(
    rule: &'static str,
    what: &str,
    wanted: &T,
    seen: &T,
) -> Result<(), Broken> {
    if wanted == seen {
        return Ok(());
    }
    Err(Broken { rule, text: format!("expected {what}: {wanted:?}\nseen: {seen:?}") })
}

fn console(view: &RepConsoleView) -> Console {
    let is_external = view.profile.as_ref().is_some_and(|profile| profile.external);
    let mut colleagues: Vec<String> =
        view.colleagues.iter().map(|colleague| colleague.name.clone()).collect();
    colleagues.sort();
    let queues = view.queues.iter().filter(|_| !is_external).map(|queue| {
        let mut lines: Vec<Line> = queue.rows.iter().map(line).collect();
        lines.sort();
        (queue.name.clone(), lines)
    });
    Console {
        queues: queues.collect(),
        pages: view.pages.iter().map(|shown| (shown.customer.clone(), page(shown))).collect(),
        auto_assignment: is_external || view.auto_assignment.on,
        extended_availability: view.extended_availability.on,
        colleagues,
        team_chat: view.team_chat.iter().map(|line| line.text.clone()).collect(),
    }
}

fn line(row: &Row) -> Line {
    Line {
        customer: row.customer.clone(),
        what: match &row.what {
            QueueEntryKind::Waiting => LineKind::Waiting,
            QueueEntryKind::InSession => LineKind::InSession,
            QueueEntryKind::Invitation { from } => LineKind::Invitation(from.clone()),
        },
        overdue: row.overdue,
        presence: row.presence.to_string(),
    }
}

fn page(shown: &ShownPage) -> Page {
    let name_of =
        |member: MemberId| shown.members.iter().find(|it| it.id == member).map(|it| it.name.clone());
    let mut invitations: Vec<String> =
        shown.invitations.iter().map(|invitation| invitation.to.clone()).collect();
    invitations.sort();
    Page {
        owner: shown.owner.and_then(name_of),
        members: shown.members.iter().map(|member| member.name.clone()).collect(),
        presence: shown.presence.to_string(),
        invitations,
        chat: Some(chat(&shown.log)),
        notes: shown.notes().map(|(_, note)| note.to_owned()).collect(),
        after: match shown.after_session {
            AfterSession::Nothing => AfterSessionAction::Nothing,
            AfterSession::LogOut => AfterSessionAction::LogOut,
            AfterSession::Lock => AfterSessionAction::Lock,
        },
    }
}

fn chat(log: &[wire::session::LogEntry]) -> Vec<(String, String)> {
    let said = log.iter().filter_map(|entry| match &entry.what {
        LogItem::Said { text, .. } => Some((entry.by_name.clone(), text.clone())),
        LogItem::Happened { .. } => None,
    });
    said.collect()
}

/// Where a customer is in a session; in words, where that is not one of the model's stages.
fn stage(view: &CustomerView) -> Result<CustomerStage, String> {
    match &view.stage {
        Stage::Waiting { .. } => Ok(CustomerStage::Waiting),
        Stage::InSession { representatives } => {
            Ok(CustomerStage::With(representatives.iter().map(|card| card.name.clone()).collect()))
        }
        Stage::OnHold => Ok(CustomerStage::OnHold),
        Stage::Ended { why } => Ok(CustomerStage::Over(why.to_string())),
        other => Err(crate::eyes::StageWords(other).to_string()),
    }
}

fn queue_name(view: &RepConsoleView, id: QueueId) -> String {
    view.queue(id).map_or_else(|| format!("{id:?}"), |queue| queue.name.clone())
}
