//! Pages, chat, and what closes them (ACC, CHT, CLS).

use rep_console::{ConsoleError, Flavour, Page, Popup};
use wire::rep::{ApplianceToRep, RepAnswer, SessionClosed};
use wire::session::{
    Audience, CHAT_LINE_BYTES_MAX, CustomerPresence, LogEntry, LogItem, SessionEvent, SessionKind,
    SessionState, WebPage,
};
use wire::{LineId, MemberId, QueueEntryId, SessionId, SimTime};

use crate::desk::{Desk, TIER_1, anns_desk, answer, entry, said, session, with_sessions};

const FOUR: SessionId = SessionId(4);
const FIVE: SessionId = SessionId(5);

fn log(desk: &mut Desk, session: SessionId, entries: Vec<LogEntry>) {
    desk.say(ApplianceToRep::Log { session, entries });
}

fn chat(desk: &mut Desk, session: SessionId, text: &str) -> Result<LineId, ConsoleError> {
    desk.act(|console, now, device| console.send_chat(now, device, session, Audience::Everyone, text))
}

fn texts(desk: &Desk, session: SessionId) -> Vec<&str> {
    desk.party.view().page(session).expect("open").chat().map(|(_, text)| text).collect()
}

/// ACC-01, ACC-04, CHT-01, CLS-01.
#[test]
fn a_waiting_customer_is_accepted_talked_to_and_let_go() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.say(ApplianceToRep::EntryShown(entry(7, TIER_1, "Dana")));
    desk.act(|console, now, device| console.double_click_entry(now, device, QueueEntryId(7))).expect("shown");
    answer(&mut desk, Ok(RepAnswer::Accepted { session: FOUR }));
    desk.say(ApplianceToRep::EntryGone { entry: QueueEntryId(7) });
    desk.say(ApplianceToRep::SessionShown(session(4)));
    chat(&mut desk, FOUR, "hello").expect("open");
    log(&mut desk, FOUR, vec![said(1, 2, 1, "hello"), said(2, 1, 1, "hi")]);
    let page = desk.party.view().page(FOUR).expect("open");
    let lines: Vec<_> = page.chat().map(|(entry, text)| (entry.by_name.as_str(), text)).collect();
    assert_eq!(lines, [("Ann", "hello"), ("Dana", "hi")]);
    assert_eq!((page.pending.len(), page.unread, page.is_mine()), (0, 0, true));
    desk.act(|console, now, device| console.end(now, device, FOUR)).expect("open");
    desk.say(ApplianceToRep::SessionClosed { session: FOUR, why: SessionClosed::Ended });
    answer(&mut desk, Ok(RepAnswer::Done));
    assert_eq!(desk.party.view().pages, []);
    insta::assert_snapshot!(desk.story(), @r#"
    says Ask { request: RequestId(2), ask: Accept { entry: QueueEntryId(7) } }
    event Answered { request: RequestId(2), refusal: None }
    event PageOpened(SessionId(4))
    says Chat { session: SessionId(4), line: LineId(1), audience: Everyone, text: "hello" }
    says Ask { request: RequestId(3), ask: End { session: SessionId(4) } }
    event PageClosed(SessionId(4))
    event Answered { request: RequestId(3), refusal: None }
    "#);
}

/// CHT-05 to CHT-07: all that went before, with times, in one log.
#[test]
fn who_joins_sees_the_whole_log() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    let added = LogItem::Happened { event: SessionEvent::ConferenceMemberAdded, detail: String::new() };
    let joined =
        LogEntry { seq: 1, at: SimTime::from_secs(1), by: MemberId(1), by_name: "Dana".into(), what: added };
    log(&mut desk, FOUR, vec![joined.clone(), said(2, 1, 1, "anybody?"), said(5, 3, 1, "yes")]);
    let page = desk.party.view().page(FOUR).expect("open");
    assert_eq!(
        page.log.iter().map(|entry| (entry.seq, entry.at.as_millis())).collect::<Vec<_>>(),
        [(1, 1_000), (2, 2_000), (5, 5_000)]
    );
    assert_eq!(page.log[0], joined);
    assert_eq!(page.unread, 0, "the page is in front");
}

/// CHT-03, CHT-04.
#[test]
fn lines_go_to_whom_they_are_for() {
    let mut desk = with_sessions(anns_desk(Flavour::Mobile), &[4]);
    let reps = Audience::RepresentativesOnly;
    desk.act(|console, now, device| console.send_chat(now, device, FOUR, reps, "psst")).expect("open");
    chat(&mut desk, FOUR, "hello").expect("open");
    insta::assert_snapshot!(desk.story(), @r#"
    says Chat { session: SessionId(4), line: LineId(1), audience: RepresentativesOnly, text: "psst" }
    says Chat { session: SessionId(4), line: LineId(2), audience: Everyone, text: "hello" }
    "#);
}

#[test]
fn a_line_of_chat_has_text_a_limit_and_a_page() {
    let mut desk = with_sessions(anns_desk(Flavour::Mobile), &[4]);
    assert_eq!(chat(&mut desk, FOUR, ""), Err(ConsoleError::EmptyLine));
    let longest = "x".repeat(CHAT_LINE_BYTES_MAX);
    assert!(chat(&mut desk, FOUR, &longest).is_ok());
    let too_long = chat(&mut desk, FOUR, &format!("{longest}x"));
    assert_eq!(
        too_long.expect_err("too long").to_string(),
        "expected a line of at most 4096 bytes, found one of 4097"
    );
    assert_eq!(chat(&mut desk, FIVE, "x"), Err(ConsoleError::NoSuchPage(FIVE)));
}

/// A number that was used before a restart would make the appliance take a new line for an old one.
#[test]
fn numbers_of_lines_go_on_after_a_restart() {
    let mut desk = with_sessions(anns_desk(Flavour::Mobile), &[4]);
    log(
        &mut desk,
        FOUR,
        vec![said(1, 1, 9, "mine is 9"), said(2, 2, 6, "from the run before"), said(3, 3, 12, "Bo")],
    );
    assert_eq!(chat(&mut desk, FOUR, "x"), Ok(LineId(7)));
    assert_eq!(chat(&mut desk, FOUR, "y"), Ok(LineId(8)));
}

/// ACC-06, ACC-07.
#[test]
fn a_desktop_has_a_tab_for_each_session_to_move_and_to_detach() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4, 5, 6]);
    let order =
        |desk: &Desk| -> Vec<u64> { desk.party.view().pages.iter().map(|page| page.session.0).collect() };
    assert_eq!((order(&desk), desk.party.view().front), (vec![4, 5, 6], Some(SessionId(6))));
    desk.act(|console, now, device| console.move_tab(now, device, SessionId(6), 0)).expect("a tab");
    desk.act(|console, now, device| console.move_tab(now, device, FOUR, 99)).expect("a tab");
    assert_eq!(order(&desk), [6, 5, 4]);
    desk.act(|console, now, device| console.detach_tab(now, device, FIVE, true)).expect("a tab");
    log(&mut desk, FIVE, vec![said(1, 1, 1, "in its own window")]);
    log(&mut desk, FOUR, vec![said(1, 1, 1, "behind another tab")]);
    let unread = |desk: &Desk, session| desk.party.view().page(session).expect("open").unread;
    assert_eq!((unread(&desk, FIVE), unread(&desk, FOUR)), (0, 1));
    desk.act(|console, now, device| console.show_session(now, device, FOUR)).expect("a tab");
    assert_eq!(unread(&desk, FOUR), 0);

    let mut phone = with_sessions(anns_desk(Flavour::Mobile), &[4]);
    let moved = phone.act(|console, now, device| console.move_tab(now, device, FOUR, 0));
    assert!(matches!(moved, Err(ConsoleError::NotOffered { .. })));
}

/// CHT-08.
#[test]
fn a_line_pops_up_over_minimised_chat_on_a_phone() {
    let minimise = |desk: &mut Desk, yes| {
        desk.act(|console, now, device| console.minimise_chat(now, device, FOUR, yes)).expect("open");
    };
    for (flavour, pops_up) in [(Flavour::Mobile, true), (Flavour::Desktop, false)] {
        let mut desk = with_sessions(anns_desk(flavour), &[4]);
        minimise(&mut desk, true);
        log(&mut desk, FOUR, vec![said(1, 1, 1, "are you there?"), said(2, 2, 1, "my own line")]);
        let page = desk.party.view().page(FOUR).expect("open");
        let popup = Popup { from: "Dana".into(), text: "are you there?".into() };
        assert_eq!((page.unread, page.popup.clone()), (1, pops_up.then_some(popup)));
        minimise(&mut desk, false);
        let page = desk.party.view().page(FOUR).expect("open");
        assert_eq!((page.unread, &page.popup), (0, &None));
    }
}

/// CLS-01, CLS-04, CLS-06: the page closes, a neighbour comes to the front; a phone goes back to its queues.
#[test]
fn closing_pages() {
    for (flavour, then_front) in [(Flavour::Desktop, Some(FIVE)), (Flavour::Mobile, None)] {
        for (why, words) in [
            (SessionClosed::Ended, "the session was ended"),
            (SessionClosed::OnHold, "on hold"),
            (SessionClosed::Left, "left"),
            (SessionClosed::Transferred, "transferred"),
            (SessionClosed::Removed, "removed by the owner"),
        ] {
            let mut desk = with_sessions(anns_desk(flavour), &[5, 4]);
            chat(&mut desk, FOUR, "too late").expect("open");
            desk.say(ApplianceToRep::SessionClosed { session: FOUR, why });
            let view = desk.party.view();
            let closed = view.last_closed().expect("one has closed");
            assert_eq!((closed.session, closed.why.as_str(), closed.unsent.len()), (FOUR, words, 1));
            assert_eq!((view.pages.len(), view.front), (1, then_front));
        }
    }
}

/// CLS-04, CLS-06, and an owner who leaves: whether that goes, the appliance says.
#[test]
fn sessions_are_held_and_left() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.say(ApplianceToRep::SessionShown(session(4)));
    desk.say(ApplianceToRep::SessionShown(SessionState { owner: Some(MemberId(3)), ..session(5) }));
    for session in [FOUR, FIVE] {
        desk.act(|console, now, device| console.leave(now, device, session)).expect("open");
    }
    desk.act(|console, now, device| console.hold(now, device, FOUR)).expect("open");
    insta::assert_snapshot!(desk.story(), @"
    event PageOpened(SessionId(4))
    event PageOpened(SessionId(5))
    says Ask { request: RequestId(2), ask: Leave { session: SessionId(4) } }
    says Ask { request: RequestId(3), ask: Leave { session: SessionId(5) } }
    says Ask { request: RequestId(4), ask: Hold { session: SessionId(4) } }
    ");
}

#[test]
fn a_page_follows_its_session() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    log(&mut desk, FOUR, vec![said(1, 1, 1, "hi")]);
    let lost = SessionState { presence: CustomerPresence::Lost, owner: None, ..session(4) };
    desk.say(ApplianceToRep::SessionShown(lost));
    let page = desk.party.view().page(FOUR).expect("open");
    assert_eq!((page.presence, page.is_mine()), (CustomerPresence::Lost, false));
    assert_eq!(texts(&desk, FOUR), ["hi"]);
}

/// BRW-02: chat, and the web page as it is now.
#[test]
fn the_page_of_a_browser_session_shows_a_web_page() {
    let mut desk = anns_desk(Flavour::Desktop);
    let show = |desk: &mut Desk, session, text: &str| {
        let page =
            WebPage { url: "https://shop.example.com".into(), title: "Checkout".into(), text: text.into() };
        desk.say(ApplianceToRep::WebPage { session, page });
    };
    desk.say(ApplianceToRep::SessionShown(SessionState { kind: SessionKind::Browser, ..session(4) }));
    let seen =
        |desk: &Desk| desk.party.view().page(FOUR).expect("open").web_page.clone().map(|page| page.text);
    assert_eq!(desk.party.view().page(FOUR).map(Page::listed_as).as_deref(), Some("[Browser] Dana"));
    assert_eq!(seen(&desk), None);
    show(&mut desk, FIVE, "of a session that Ann is not in");
    show(&mut desk, FOUR, "Your card was declined");
    assert_eq!(seen(&desk).as_deref(), Some("Your card was declined"));
    desk.say(ApplianceToRep::SessionShown(SessionState { kind: SessionKind::Browser, ..session(4) }));
    assert_eq!(
        seen(&desk).as_deref(),
        Some("Your card was declined"),
        "the page outlives what changes beside it"
    );
    show(&mut desk, FOUR, "Thank you");
    assert_eq!(seen(&desk).as_deref(), Some("Thank you"));
}

/// SUM-04: notes go to sessions whose pages have closed; as many as one can remember.
#[test]
fn closed_pages_are_kept_up_to_a_number_and_each_once() {
    let mut desk = anns_desk(Flavour::Mobile);
    for id in (1..=12).chain([5]) {
        desk.say(ApplianceToRep::SessionShown(session(id)));
        desk.say(ApplianceToRep::SessionClosed { session: SessionId(id), why: SessionClosed::Ended });
    }
    let closed: Vec<u64> = desk.party.view().closed.iter().map(|closed| closed.session.0).collect();
    assert_eq!(closed, [3, 4, 6, 7, 8, 9, 10, 11, 12, 5]);
    assert_eq!(desk.party.view().last_closed().map(|closed| closed.customer.as_str()), Some("Dana"));
}
