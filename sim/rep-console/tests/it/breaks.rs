//! Connections that break, and what comes back.

use std::time::Duration;

use device::{Closed, LinkState};
use rep_console::{Account, ConsoleError, Flavour, KeyOptions};
use wire::rep::{ApplianceToRep, Refusal, RepAnswer};
use wire::session::Audience;
use wire::{LineId, SessionId};

use crate::desk::{Desk, TIER_1, admit, anns_desk, answer, entry, profile, said, session, with_sessions};

const FOUR: SessionId = SessionId(4);
const FIVE: SessionId = SessionId(5);

fn chat(desk: &mut Desk, text: &str) -> LineId {
    let say = Audience::Everyone;
    desk.act(|console, now, device| console.send_chat(now, device, FOUR, say, text)).expect("open")
}

fn come_back(desk: &mut Desk) {
    desk.wait(Duration::from_secs(2));
    desk.accept();
}

/// QUE-11, and no line lost or doubled.
#[test]
fn it_signs_in_again_by_itself_and_finds_its_sessions() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4, 5]);
    desk.say(ApplianceToRep::EntryShown(entry(1, TIER_1, "Eve")));
    chat(&mut desk, "one");
    chat(&mut desk, "two");
    desk.say(ApplianceToRep::Log { session: FOUR, entries: vec![said(1, 2, 1, "one")] });
    desk.story();
    desk.cut(Closed::TimedOut);
    assert_eq!(
        (desk.party.view().connection, desk.party.view().account),
        (LinkState::Reconnecting, Account::SignedIn)
    );
    chat(&mut desk, "three");
    let asked = desk.act(|console, now, device| console.generate_key(now, device, KeyOptions::default()));
    assert_eq!(asked, Err(ConsoleError::NotConnected));
    come_back(&mut desk);
    chat(&mut desk, "four, before it is let in");
    answer(&mut desk, Ok(RepAnswer::SignedIn(profile())));
    assert_eq!(
        desk.party.view().queue(TIER_1).map(|queue| queue.rows.len()),
        Some(0),
        "queues are told anew"
    );
    chat(&mut desk, "five, before the session is told");
    desk.say(ApplianceToRep::SessionShown(session(4)));
    let entries = vec![said(1, 2, 1, "one"), said(2, 2, 2, "two")];
    desk.say(ApplianceToRep::Log { session: FOUR, entries });
    // Session 5 went to a queue meanwhile: it is not among what the console is told.
    desk.say(ApplianceToRep::Colleagues(vec![]));
    let view = desk.party.view();
    assert_eq!(
        view.last_closed().map(|closed| (closed.session, closed.why.as_str())),
        Some((FIVE, "connection lost"))
    );
    let page = view.page(FOUR).expect("still open");
    assert_eq!(page.chat().map(|(_, text)| text).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(page.pending.iter().map(|pending| pending.line.0).collect::<Vec<_>>(), [3, 4, 5]);
    insta::assert_snapshot!(desk.story(), @r#"
    event ConnectionLost(Closed(TimedOut))
    dials support.example.com:443
    says Ask { request: RequestId(2), ask: SignIn { user_name: "ann", password: "secret" } }
    says Attendance(Attended)
    event SignedIn
    event Answered { request: RequestId(2), refusal: None }
    says Chat { session: SessionId(4), line: LineId(2), audience: Everyone, text: "two" }
    says Chat { session: SessionId(4), line: LineId(3), audience: Everyone, text: "three" }
    says Chat { session: SessionId(4), line: LineId(4), audience: Everyone, text: "four, before it is let in" }
    says Chat { session: SessionId(4), line: LineId(5), audience: Everyone, text: "five, before the session is told" }
    event PageClosed(SessionId(5))
    "#);
}

/// Were the colleagues told first, the pages would close and open again: late, but true.
#[test]
fn pages_come_back_in_whatever_order_they_are_told() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    desk.cut(Closed::Reset);
    come_back(&mut desk);
    admit(&mut desk);
    assert_eq!(desk.party.view().pages.len(), 0);
    desk.say(ApplianceToRep::SessionShown(session(4)));
    assert_eq!(desk.party.view().pages.len(), 1);
}

#[test]
fn questions_that_the_break_swallowed_are_told_of() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.act(|console, now, device| console.get_next(now, device)).expect("connected");
    desk.cut(Closed::Reset);
    assert_eq!(desk.party.view().last_notice(), Some("connection lost"));
    let notices = desk.party.view().notices.len();
    come_back(&mut desk);
    desk.cut(Closed::Reset);
    assert_eq!(desk.party.view().notices.len(), notices, "signing in again is nobody's question");
}

#[test]
fn a_password_that_no_longer_does_ends_the_coming_back() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    desk.cut(Closed::Reset);
    come_back(&mut desk);
    answer(&mut desk, Err(Refusal::WrongCredentials));
    assert_eq!((desk.party.view().account, desk.party.view().pages.len()), (Account::SignedOut, 0));
    desk.wait(Duration::from_secs(600));
    assert!(!desk.is_dialling());
}

#[test]
fn who_signs_out_during_a_break_stays_away() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.cut(Closed::Reset);
    desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
    desk.wait(Duration::from_secs(600));
    assert!(!desk.is_dialling());
    assert_eq!(desk.party.view().connection, LinkState::Off);
}

#[test]
fn silence_is_a_break_and_heartbeats_are_nothing_to_see() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    let before = desk.party.view_revision();
    desk.wait(Duration::from_secs(600));
    assert_eq!(desk.party.view_revision(), before);
    desk.heartbeat_answer = None;
    desk.wait(Duration::from_secs(30));
    assert_eq!(desk.party.view().connection, LinkState::Reconnecting);
    let lost = desk.party.view_revision();
    desk.wait(Duration::from_secs(600));
    assert_eq!(desk.party.view_revision(), lost, "further tries are nothing to see either");
}
