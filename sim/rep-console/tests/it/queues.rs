//! Queues at the console (QUE), and taking from them (ACC).

use std::time::Duration;

use device::{Closed, Sound};
use rep_console::{Column, ConsoleError, Flavour, SortBy};
use wire::rep::{ApplianceToRep, Permission, Refusal, RepAnswer};
use wire::session::{Priority, QueueEntry, QueueEntryKind, SessionKind};
use wire::{QueueEntryId, QueueId, SessionId, SimTime, TeamId};

use crate::desk::{
    ANN, Desk, TIER_1, anns_desk, answer, desk, entry, machine, profile, restarted, session, signed_in,
    with_sessions,
};

const PERSONAL: QueueId = QueueId::Personal(ANN);

fn show(desk: &mut Desk, entry: QueueEntry) {
    desk.say(ApplianceToRep::EntryShown(entry));
}

fn customers(desk: &Desk, queue: QueueId) -> Vec<&str> {
    let queue = desk.party.view().queue(queue).expect("shown");
    queue.rows.iter().map(|row| row.customer.as_str()).collect()
}

/// QUE-16.
#[test]
fn a_row_tells_how_long_it_has_waited_at_any_moment() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.wait(Duration::from_secs(100));
    show(&mut desk, QueueEntry { waited_ms: 20_000, age_ms: 70_000, ..entry(7, TIER_1, "Dana") });
    desk.wait(Duration::from_secs(10));
    // A change is told with numbers that are late by the network's delay: the earlier telling was nearer.
    show(&mut desk, QueueEntry { waited_ms: 29_900, age_ms: 80_100, ..entry(7, TIER_1, "Dana") });
    let row = desk.party.view().row(QueueEntryId(7)).expect("shown");
    assert_eq!(row.time_in_queue(desk.now), Duration::from_secs(30));
    assert_eq!(row.uptime(desk.now), Duration::from_millis(80_100));
    let later = desk.now + Duration::from_secs(60);
    assert_eq!(row.time_in_queue(later), Duration::from_secs(90));
    // Older than the clock itself: a console that has just started on a fresh clock.
    show(&mut desk, QueueEntry { waited_ms: u64::MAX, ..entry(8, TIER_1, "Eve") });
    assert_eq!(desk.party.view().row(QueueEntryId(8)).expect("shown").since, SimTime::ZERO);
}

/// QUE-01, QUE-07, QUE-20.
#[test]
fn each_line_stands_in_its_own_queue_until_it_is_gone() {
    let mut desk = anns_desk(Flavour::Desktop);
    show(&mut desk, entry(1, TIER_1, "Dana"));
    show(&mut desk, entry(2, PERSONAL, "Eve"));
    show(&mut desk, QueueEntry { what: QueueEntryKind::InSession, ..entry(3, PERSONAL, "Fay") });
    show(&mut desk, entry(4, QueueId::Team(TeamId(99)), "of a team that Ann is not in"));
    assert_eq!(customers(&desk, TIER_1), ["Dana"]);
    assert_eq!(customers(&desk, PERSONAL), ["Eve", "Fay"]);
    assert_eq!(desk.party.view().team_queue("Tier 1").map(|queue| queue.rows.len()), Some(1));
    assert_eq!(desk.party.view().personal_queue().map(|queue| queue.rows.len()), Some(2));
    desk.say(ApplianceToRep::EntryGone { entry: QueueEntryId(1) });
    assert_eq!(customers(&desk, TIER_1), Vec::<&str>::new());
    let revision = desk.party.view_revision();
    desk.say(ApplianceToRep::EntryGone { entry: QueueEntryId(1) });
    assert_eq!(desk.party.view_revision(), revision);
}

/// QUE-17, QUE-19.
#[test]
fn a_desktop_sorts_and_remembers_how() {
    let fill = |desk: &mut Desk| {
        let issue = |text: &str| Some(text.to_owned());
        let rows = [
            QueueEntry { waited_ms: 9_000, issue: None, ..entry(1, TIER_1, "Cyd") },
            QueueEntry {
                waited_ms: 5_000,
                issue: issue("Printer"),
                priority: Priority::High,
                age_ms: 50_000,
                ..entry(2, TIER_1, "Bob")
            },
            QueueEntry { waited_ms: 7_000, issue: issue("Mail"), ..entry(3, TIER_1, "Abe") },
            QueueEntry { waited_ms: 7_000, issue: issue("Mail"), ..entry(4, TIER_1, "Abe") },
        ];
        rows.into_iter().for_each(|row| show(desk, row));
    };
    let ids = |desk: &Desk| -> Vec<u64> {
        desk.party.view().queue(TIER_1).expect("shown").rows.iter().map(|row| row.id.0).collect()
    };
    let mut desk = anns_desk(Flavour::Desktop);
    desk.wait(Duration::from_secs(60));
    fill(&mut desk);
    assert_eq!(ids(&desk), [1, 3, 4, 2]);
    for (by, order) in [
        (SortBy::CustomerName, [3, 4, 2, 1]),
        (SortBy::Priority, [2, 1, 3, 4]),
        (SortBy::TimeInQueue, [1, 3, 4, 2]),
        (SortBy::Computer, [1, 2, 3, 4]),
        (SortBy::Uptime, [2, 1, 3, 4]),
        (SortBy::Issue, [3, 4, 2, 1]),
    ] {
        desk.act(|console, now, device| console.sort_queues(now, device, by)).expect("a desktop");
        assert_eq!(ids(&desk), order, "by {by}");
    }
    let columns = [Column::CustomerName, Column::TimeInQueue];
    desk.act(|console, now, device| console.arrange_columns(now, device, &columns)).expect("a desktop");

    let mut desk = signed_in(restarted(desk, Flavour::Desktop));
    desk.wait(Duration::from_secs(60));
    fill(&mut desk);
    assert_eq!((desk.party.view().sort, ids(&desk)), (SortBy::Issue, vec![3, 4, 2, 1]));
    assert_eq!(desk.party.view().columns, columns);

    let mut phone = anns_desk(Flavour::Mobile);
    let sorted = phone.act(|console, now, device| console.sort_queues(now, device, SortBy::Issue));
    assert!(matches!(sorted, Err(ConsoleError::NotOffered { .. })));
}

/// QUE-17: a second click on the same criterion turns the order round, and that is kept, too (QUE-19).
#[test]
fn a_second_click_turns_the_order_round() {
    let fill = |desk: &mut Desk| {
        let issue = |text: &str| Some(text.to_owned());
        show(desk, QueueEntry { issue: issue("Mail"), waited_ms: 3_000, ..entry(1, TIER_1, "Abe") });
        show(desk, QueueEntry { issue: None, waited_ms: 2_000, ..entry(2, TIER_1, "Bob") });
        show(desk, QueueEntry { issue: issue("Printer"), waited_ms: 1_000, ..entry(3, TIER_1, "Cyd") });
        show(desk, QueueEntry { issue: issue("Mail"), waited_ms: 0, ..entry(4, TIER_1, "Abe") });
    };
    let click = |desk: &mut Desk, by| {
        desk.act(|console, now, device| console.sort_queues(now, device, by)).expect("a desktop");
        customers(desk, TIER_1).concat()
    };
    let mut desk = anns_desk(Flavour::Desktop);
    desk.wait(Duration::from_secs(60));
    fill(&mut desk);
    assert_eq!(click(&mut desk, SortBy::CustomerName), "AbeAbeBobCyd");
    assert_eq!(click(&mut desk, SortBy::CustomerName), "CydBobAbeAbe");
    assert_eq!(
        desk.party.view().queue(TIER_1).expect("shown").rows[2].id,
        QueueEntryId(1),
        "equals by arrival"
    );
    assert_eq!(click(&mut desk, SortBy::CustomerName), "AbeAbeBobCyd");
    assert_eq!(click(&mut desk, SortBy::Issue), "AbeAbeCydBob", "another criterion begins forwards");
    assert_eq!(click(&mut desk, SortBy::Issue), "CydAbeAbeBob", "what has no issue stays last");
    show(&mut desk, QueueEntry { issue: Some("Optics".into()), ..entry(5, TIER_1, "Eve") });
    assert_eq!(customers(&desk, TIER_1).concat(), "CydEveAbeAbeBob");

    let mut desk = signed_in(restarted(desk, Flavour::Desktop));
    fill(&mut desk);
    assert_eq!((desk.party.view().sort, desk.party.view().sort_reversed), (SortBy::Issue, true));
    assert_eq!(customers(&desk, TIER_1).concat(), "CydAbeAbeBob");
}

/// QUE-17: by issue only where a session began with one.
#[test]
fn the_criteria_depend_on_how_the_sessions_began() {
    let mut desk = anns_desk(Flavour::Desktop);
    let criteria = |desk: &Desk| -> String {
        let criteria = desk.party.view().queue(TIER_1).expect("shown").sort_criteria();
        criteria.iter().map(SortBy::to_string).collect::<Vec<_>>().join(", ")
    };
    show(&mut desk, entry(1, TIER_1, "Dana"));
    assert_eq!(criteria(&desk), "time in queue, customer name, priority, computer, uptime");
    show(&mut desk, QueueEntry { issue: Some("Mail".into()), ..entry(2, TIER_1, "Eve") });
    assert_eq!(criteria(&desk), "time in queue, customer name, issue, priority, computer, uptime");
}

/// BRW-04.
#[test]
fn browser_sessions_are_listed_with_a_prefix() {
    let mut desk = anns_desk(Flavour::Mobile);
    show(&mut desk, QueueEntry { kind: SessionKind::Browser, ..entry(1, TIER_1, "Dana") });
    show(&mut desk, entry(2, TIER_1, "Eve"));
    let rows = &desk.party.view().queue(TIER_1).expect("shown").rows;
    let listed: Vec<_> =
        rows.iter().map(|row| (row.listed_as.as_str(), row.customer.as_str(), row.kind)).collect();
    assert_eq!(
        listed,
        [("[Browser] Dana", "Dana", SessionKind::Browser), ("Eve", "Eve", SessionKind::Support)]
    );
}

/// WSR-01: heard once for each line, and seen on a desktop.
#[test]
fn overdue_lines_sound_once_and_a_desktop_marks_them() {
    let overdue = |id| QueueEntry { overdue: true, ..entry(id, TIER_1, "Dana") };
    for (flavour, marked) in [(Flavour::Desktop, true), (Flavour::Mobile, false)] {
        let mut desk = anns_desk(flavour);
        let seen = |desk: &Desk, id| desk.party.view().row(QueueEntryId(id)).expect("shown").overdue;
        let heard = |desk: &Desk| desk.device.sounds().len();
        show(&mut desk, entry(1, TIER_1, "Dana"));
        assert_eq!((seen(&desk, 1), heard(&desk)), (false, 0));
        show(&mut desk, overdue(1));
        assert_eq!((seen(&desk, 1), desk.device.sounds()), (marked, &[Sound::Overdue][..]));
        show(&mut desk, overdue(1));
        assert_eq!(heard(&desk), 1);
        show(&mut desk, overdue(2));
        assert_eq!(heard(&desk), 2, "one that comes overdue");
        show(&mut desk, QueueEntry { overdue: true, ..entry(3, QueueId::Team(TeamId(99)), "not Ann's") });
        assert_eq!(heard(&desk), 2);

        desk.cut(Closed::Reset);
        desk.wait(Duration::from_secs(2));
        desk.accept();
        answer(&mut desk, Ok(RepAnswer::SignedIn(profile())));
        show(&mut desk, overdue(1));
        desk.say(ApplianceToRep::Colleagues(vec![]));
        assert_eq!((seen(&desk, 1), heard(&desk)), (marked, 2), "told again after a break, it is no news");
        show(&mut desk, overdue(2));
        assert_eq!(heard(&desk), 3, "it had gone");

        show(&mut desk, entry(1, TIER_1, "Dana"));
        assert!(!seen(&desk, 1));
        show(&mut desk, overdue(1));
        assert_eq!(heard(&desk), 4);
        desk.act(|console, now, device| console.set_sounds(now, device, false));
        show(&mut desk, overdue(4));
        assert_eq!((seen(&desk, 4), heard(&desk)), (marked, 4), "SET-01");
    }
}

/// QUE-13.
#[test]
fn a_phone_marks_queues_with_a_star() {
    let tap = |desk: &mut Desk, queue| desk.act(|console, now, device| console.tap_star(now, device, queue));
    let mut phone = anns_desk(Flavour::Mobile);
    tap(&mut phone, TIER_1).expect("a phone");
    let starred = |desk: &Desk| desk.party.view().team_queue("Tier 1").expect("shown").favourite;
    assert!(starred(&phone));
    let mut phone = signed_in(restarted(phone, Flavour::Mobile));
    assert!(starred(&phone));
    tap(&mut phone, TIER_1).expect("a phone");
    assert!(!starred(&phone));
    let nowhere = QueueId::Team(TeamId(99));
    assert_eq!(tap(&mut phone, nowhere), Err(ConsoleError::NoSuchQueue(nowhere)));
}

/// QUE-15.
#[test]
fn details_open_and_a_second_click_closes_them_on_a_desktop() {
    for (flavour, after_second) in [(Flavour::Desktop, None), (Flavour::Mobile, Some(QueueEntryId(1)))] {
        let mut desk = anns_desk(flavour);
        show(&mut desk, entry(1, TIER_1, "Dana"));
        let click = |desk: &mut Desk, id| {
            desk.act(|console, now, device| console.click_entry(now, device, QueueEntryId(id)))
        };
        click(&mut desk, 1).expect("shown");
        assert_eq!(desk.party.view().shown_details().map(|row| row.customer.as_str()), Some("Dana"));
        click(&mut desk, 1).expect("shown");
        assert_eq!(desk.party.view().details, after_second);
        click(&mut desk, 1).expect("shown");
        desk.act(|console, now, device| console.close_details(now, device));
        assert_eq!(desk.party.view().details, None);
        click(&mut desk, 1).expect("shown");
        desk.say(ApplianceToRep::EntryGone { entry: QueueEntryId(1) });
        assert_eq!(desk.party.view().details, None, "details go with their line");
        assert_eq!(click(&mut desk, 1), Err(ConsoleError::NoSuchEntry(QueueEntryId(1))));
    }
}

/// QUE-18.
#[test]
fn a_search_finds_sessions_by_customer_machine_and_issue() {
    let mut desk = with_sessions(anns_desk(Flavour::Mobile), &[4]);
    let issue = Some("Printer on fire".to_owned());
    show(&mut desk, QueueEntry { issue, ..entry(1, TIER_1, "Eve") });
    show(&mut desk, QueueEntry { device: machine("TILL-9"), ..entry(2, PERSONAL, "Fay") });
    show(&mut desk, QueueEntry { session: SessionId(4), ..entry(3, PERSONAL, "Dana") });
    show(
        &mut desk,
        QueueEntry { kind: SessionKind::Browser, device: machine("X"), ..entry(5, TIER_1, "Gus") },
    );
    let view = desk.party.view();
    for (text, found) in [
        ("dana", vec![4]),
        ("till", vec![2]),
        ("PRINTER", vec![1]),
        ("front", vec![1, 4]),
        ("[browser] gus", vec![5]),
        ("nobody", vec![]),
    ] {
        let sessions: Vec<u64> = view.search(text).into_iter().map(|session| session.0).collect();
        assert_eq!(sessions, found, "{text}");
    }
}

/// ACC-01, ACC-04, ACC-09.
#[test]
fn accepting_asks_and_a_refusal_is_told() {
    let mut desk = anns_desk(Flavour::Desktop);
    show(&mut desk, entry(1, TIER_1, "Dana"));
    let accept =
        |desk: &mut Desk, id| desk.act(|console, now, device| console.accept(now, device, QueueEntryId(id)));
    accept(&mut desk, 1).expect("shown");
    answer(&mut desk, Err(Refusal::Gone));
    assert_eq!(desk.party.view().last_notice(), Some("no longer available"));
    assert_eq!(accept(&mut desk, 9), Err(ConsoleError::NoSuchEntry(QueueEntryId(9))));
    desk.act(|console, now, device| console.double_click_entry(now, device, QueueEntryId(1))).expect("shown");

    let mut phone = anns_desk(Flavour::Mobile);
    show(&mut phone, entry(1, TIER_1, "Dana"));
    let double = phone.act(|console, now, device| console.double_click_entry(now, device, QueueEntryId(1)));
    assert!(matches!(double, Err(ConsoleError::NotOffered { .. })));
}

/// ACC-05.
#[test]
fn get_next_is_offered_with_the_permission_only() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.act(|console, now, device| console.get_next(now, device)).expect("offered");
    answer(&mut desk, Err(Refusal::NobodyWaiting));
    assert_eq!(desk.party.view().last_notice(), Some("nobody is waiting"));

    let mut desk = self::desk(Flavour::Desktop);
    desk.act(|console, now, device| console.sign_in(now, device, "ann", "secret", false))
        .expect("signed out");
    desk.accept();
    let mut fewer = profile();
    fewer.permissions.retain(|permission| *permission != Permission::NextSession);
    answer(&mut desk, Ok(RepAnswer::SignedIn(fewer)));
    let next = desk.act(|console, now, device| console.get_next(now, device));
    assert_eq!(
        next.expect_err("not offered").to_string(),
        "expected something that this console offers, found get next"
    );
}

#[test]
fn only_invitations_can_be_declined() {
    let mut desk = anns_desk(Flavour::Desktop);
    show(&mut desk, entry(1, PERSONAL, "Dana"));
    show(
        &mut desk,
        QueueEntry { what: QueueEntryKind::Invitation { from: "Bo".into() }, ..entry(2, PERSONAL, "Eve") },
    );
    let decline =
        |desk: &mut Desk, id| desk.act(|console, now, device| console.decline(now, device, QueueEntryId(id)));
    assert_eq!(decline(&mut desk, 1), Err(ConsoleError::NoInvitation(QueueEntryId(1))));
    assert_eq!(decline(&mut desk, 3), Err(ConsoleError::NoSuchEntry(QueueEntryId(3))));
    decline(&mut desk, 2).expect("an invitation");
    insta::assert_snapshot!(desk.story(), @"says Ask { request: RequestId(2), ask: Decline { entry: QueueEntryId(2) } }");
}

/// ACC-08: the line of a session that is under way leads back to its page.
#[test]
fn a_phone_returns_to_a_session_by_its_line() {
    let mut phone = with_sessions(anns_desk(Flavour::Mobile), &[4, 5]);
    show(
        &mut phone,
        QueueEntry { what: QueueEntryKind::InSession, session: SessionId(4), ..entry(1, PERSONAL, "Dana") },
    );
    phone.act(|console, now, device| console.show_queues(now, device));
    assert_eq!(phone.party.view().front, None);
    phone.act(|console, now, device| console.accept(now, device, QueueEntryId(1))).expect("shown");
    answer(&mut phone, Ok(RepAnswer::Accepted { session: SessionId(4) }));
    assert_eq!(phone.party.view().front, Some(SessionId(4)));
    phone.say(ApplianceToRep::SessionShown(session(5)));
    assert_eq!(
        phone.party.view().front,
        Some(SessionId(4)),
        "a change of another session does not come to the front"
    );
}
