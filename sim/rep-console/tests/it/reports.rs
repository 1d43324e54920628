//! Summary, notes, reports, and what comes after a session (SUM).

use device::Closed;
use rep_console::{ConsoleError, Flavour};
use wire::rep::{ApplianceToRep, JumpItem, Permission, Refusal, RepAnswer, ReportHead, SessionClosed};
use wire::session::{AfterSession, LogEntry, NOTE_BYTES_MAX, Platform, SessionKind, SessionState};
use wire::{JumpClientId, JumpId, SessionId};

use crate::desk::{
    Desk, anns_desk, anns_desk_that_may, answer, machine, noted, profile, said, session, with_sessions,
};

const FOUR: SessionId = SessionId(4);

fn note(desk: &mut Desk, session: SessionId, text: &str) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.add_note(now, device, session, text)).map(|_| ())
}

fn open_report(desk: &mut Desk, session: SessionId) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.open_report(now, device, session)).map(|_| ())
}

fn head(session: SessionId) -> ReportHead {
    ReportHead {
        session,
        customer: "Dana".into(),
        device: machine("FRONT-DESK-3"),
        public_ip: [203, 0, 113, 9],
        kind: SessionKind::Support,
        representatives: vec!["Ann".into(), "Bo".into()],
        ended: true,
        shells: vec![],
    }
}

fn entries(desk: &mut Desk, session: SessionId, entries: Vec<LogEntry>) {
    desk.say(ApplianceToRep::ReportEntries { session, entries });
}

/// SUM-01.
#[test]
fn the_summary_says_whose_machine_it_is() {
    let desk = with_sessions(anns_desk(Flavour::Mobile), &[4]);
    insta::assert_debug_snapshot!(desk.party.view().page(FOUR).expect("open").summary(), @r#"
    [
        (
            "public IP",
            "203.0.113.9",
        ),
        (
            "private IP",
            "10.0.0.7",
        ),
        (
            "customer name",
            "Dana",
        ),
        (
            "computer name",
            "FRONT-DESK-3",
        ),
        (
            "platform",
            "Windows",
        ),
    ]
    "#);
}

/// SUM-03, SUM-04: during the session, and after it.
#[test]
fn notes_are_added_to_open_and_to_closed_sessions() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    note(&mut desk, FOUR, "Third call this week").expect("open");
    desk.say(ApplianceToRep::Log {
        session: FOUR,
        entries: vec![said(1, 1, 1, "hi"), noted(2, "Third call this week")],
    });
    let page = desk.party.view().page(FOUR).expect("open");
    let notes: Vec<_> = page.notes().map(|(entry, note)| (entry.by_name.as_str(), note)).collect();
    assert_eq!(notes, [("Ann", "Third call this week")]);
    assert_eq!(page.unread, 0, "a note is no line of chat");
    desk.say(ApplianceToRep::SessionClosed { session: FOUR, why: SessionClosed::Ended });
    note(&mut desk, FOUR, "Call back on Monday").expect("closed a moment ago");
    assert_eq!(note(&mut desk, SessionId(5), "x"), Err(ConsoleError::NoSuchPage(SessionId(5))));
    assert_eq!(note(&mut desk, FOUR, ""), Err(ConsoleError::EmptyLine));
    let longest = "x".repeat(NOTE_BYTES_MAX);
    note(&mut desk, FOUR, &longest).expect("not too long");
    assert_eq!(
        note(&mut desk, FOUR, &format!("{longest}x")).expect_err("too long").to_string(),
        "expected a note of at most 4096 bytes, found one of 4097"
    );
    desk.cut(Closed::Reset);
    assert_eq!(note(&mut desk, FOUR, "x"), Err(ConsoleError::NotConnected));
}

/// SUM-06: head and entries first, and complete with the answer.
#[test]
fn a_report_comes_in_parts() {
    let mut desk = anns_desk(Flavour::Desktop);
    open_report(&mut desk, FOUR).expect("connected");
    desk.say(ApplianceToRep::Report(head(FOUR)));
    entries(&mut desk, FOUR, vec![said(1, 1, 1, "hi"), noted(2, "Driver replaced")]);
    entries(&mut desk, SessionId(5), vec![said(3, 1, 1, "of another report")]);
    entries(&mut desk, FOUR, vec![noted(2, "twice"), noted(4, "Call back on Monday")]);
    assert!(!desk.party.view().report.as_ref().expect("begun").complete);
    answer(&mut desk, Ok(RepAnswer::Done));
    entries(&mut desk, FOUR, vec![said(5, 1, 1, "too late")]);
    let report = desk.party.view().report.as_ref().expect("open");
    assert_eq!((report.complete, report.head.representatives.len()), (true, 2));
    assert_eq!(report.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2, 4]);
    let notes: Vec<_> = report.notes().map(|(_, note)| note).collect();
    assert_eq!(notes, ["Driver replaced", "Call back on Monday"]);
    desk.act(|console, now, device| console.close_report(now, device));
    assert_eq!(desk.party.view().report, None);
}

/// Nobody asked for it, it was refused, or the rest will not come: there is no report then.
#[test]
fn a_report_that_is_none() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.say(ApplianceToRep::Report(head(FOUR)));
    entries(&mut desk, FOUR, vec![said(1, 1, 1, "hi")]);
    assert_eq!(desk.party.view().report, None);
    open_report(&mut desk, SessionId(5)).expect("connected");
    desk.say(ApplianceToRep::Report(head(FOUR)));
    assert_eq!(desk.party.view().report, None, "of another session");
    answer(&mut desk, Err(Refusal::NotAMember));
    assert_eq!(desk.party.view().last_notice(), Some("not a member of this session"));

    open_report(&mut desk, FOUR).expect("connected");
    desk.say(ApplianceToRep::Report(head(FOUR)));
    desk.cut(Closed::Reset);
    assert_eq!(desk.party.view().report, None, "torn");
    assert_eq!(open_report(&mut desk, FOUR), Err(ConsoleError::NotConnected));
}

/// A report that has come stays, break or no break, until it is closed or its reader goes.
#[test]
fn a_complete_report_outlives_a_break() {
    let mut desk = anns_desk(Flavour::Desktop);
    open_report(&mut desk, FOUR).expect("connected");
    desk.say(ApplianceToRep::Report(head(FOUR)));
    answer(&mut desk, Ok(RepAnswer::Done));
    desk.cut(Closed::Reset);
    assert!(desk.party.view().report.as_ref().is_some_and(|report| report.complete));
    desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
    assert_eq!(desk.party.view().report, None);
}

/// SUM-02.
#[test]
fn what_comes_after_a_session_depends_on_permission_machine_and_kind() {
    use AfterSession::{Lock, LogOut, Nothing};
    let mut may = profile();
    may.permissions.push(Permission::AfterSessionAction);
    let mut desk = anns_desk(Flavour::Mobile);
    for (platform, kind, choices) in [
        (Platform::Windows, SessionKind::Support, vec![Nothing, LogOut, Lock]),
        (Platform::Mac, SessionKind::Support, vec![Nothing, Lock]),
        (Platform::Linux, SessionKind::Support, vec![Nothing, Lock]),
        (Platform::Windows, SessionKind::Browser, vec![]),
    ] {
        let mut state = SessionState { kind, ..session(4) };
        state.device.platform = platform;
        desk.say(ApplianceToRep::SessionShown(state));
        let page = desk.party.view().page(FOUR).expect("open");
        assert_eq!(page.after_session_choices(&may), choices, "{platform} {kind}");
        assert_eq!(page.after_session_choices(&profile()), []);
    }
}

/// SUM-02.
#[test]
fn only_what_is_offered_can_be_chosen() {
    let choose = |desk: &mut Desk, session, action| {
        desk.act(|console, now, device| console.set_after_session(now, device, session, action)).map(|_| ())
    };
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    assert!(matches!(choose(&mut desk, FOUR, AfterSession::Lock), Err(ConsoleError::NotOffered { .. })));

    let mut desk = anns_desk_that_may(Flavour::Desktop, Permission::AfterSessionAction);
    let mut on_a_mac = session(4);
    on_a_mac.device.platform = Platform::Mac;
    desk.say(ApplianceToRep::SessionShown(on_a_mac));
    assert_eq!(
        choose(&mut desk, FOUR, AfterSession::LogOut).expect_err("Windows only").to_string(),
        "expected something that this console offers, found log out the user"
    );
    choose(&mut desk, FOUR, AfterSession::Lock).expect("offered");
    assert_eq!(
        choose(&mut desk, SessionId(5), AfterSession::Lock),
        Err(ConsoleError::NoSuchPage(SessionId(5)))
    );
    insta::assert_snapshot!(desk.story(), @"
    event PageOpened(SessionId(4))
    says Ask { request: RequestId(2), ask: SetAfterSession { session: SessionId(4), action: Lock } }
    ");
    desk.say(ApplianceToRep::SessionShown(SessionState { after_session: AfterSession::Lock, ..session(4) }));
    assert_eq!(desk.party.view().page(FOUR).map(|page| page.after_session), Some(AfterSession::Lock));
}

/// SUM-07: on machines that one has jumped to, until something is chosen.
#[test]
fn who_has_jumped_is_advised_to_lock() {
    let advised = |desk: &Desk| desk.party.view().page(FOUR).map(|page| page.advises_to_lock());
    for page_first in [true, false] {
        let mut desk = anns_desk(Flavour::Desktop);
        desk.act(|console, now, device| console.refresh_jump_items(now, device)).expect("connected");
        let item = JumpItem {
            id: JumpClientId(1),
            computer: "DB-01".into(),
            platform: Platform::Windows,
            group: None,
            online: true,
            user_present: false,
        };
        answer(&mut desk, Ok(RepAnswer::JumpItems(vec![item])));
        desk.act(|console, now, device| console.jump(now, device, JumpClientId(1))).expect("listed");
        if page_first {
            desk.say(ApplianceToRep::SessionShown(session(4)));
            assert_eq!(advised(&desk), Some(false));
        }
        answer(&mut desk, Ok(RepAnswer::Jumped { jump: JumpId(1), session: FOUR }));
        desk.say(ApplianceToRep::SessionShown(session(4)));
        assert_eq!(advised(&desk), Some(true));
        desk.say(ApplianceToRep::SessionShown(SessionState {
            after_session: AfterSession::Lock,
            ..session(4)
        }));
        assert_eq!(advised(&desk), Some(false));
    }
}
