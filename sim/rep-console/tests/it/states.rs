//! Every state of the account against every deed and every message.

use std::fmt::Write as _;

use device::Closed;
use rep_console::{ConsoleError, Flavour, KeyGenerationWay, KeyOptions};
use wire::rep::{
    ApplianceToRep, Goodbye, Invitee, Permission, Refusal, RepAnswer, RepProfile, ReportHead, SessionClosed,
    TeamChatTo,
};
use wire::session::{AfterSession, Audience, QueueEntry, SessionKind, WebPage};
use wire::{JumpClientId, MemberId, QueueEntryId, RequestId, SessionId};

use crate::desk::{
    BO, Desk, TEAM, TIER_1, anns_desk_with, assignment, desk, entry, machine, profile, said, session,
    team_line, with_sessions,
};

type Setup = (&'static str, fn() -> Desk);
type Deed = (&'static str, fn(&mut Desk) -> Result<(), ConsoleError>);

const FOUR: SessionId = SessionId(4);
const FIRST: QueueEntryId = QueueEntryId(1);

const STATES: &[Setup] = &[
    ("signed out", || desk(Flavour::Desktop)),
    ("dialling", dialling),
    ("signing in", || {
        let mut desk = dialling();
        desk.accept();
        desk
    }),
    ("signed in", in_session),
    ("reconnecting", || {
        let mut desk = in_session();
        desk.cut(Closed::Reset);
        desk
    }),
    ("signing in again", || {
        let mut desk = in_session();
        desk.cut(Closed::Reset);
        desk.wait(std::time::Duration::from_secs(2));
        desk.accept();
        desk
    }),
];

macro_rules! deed {
    ($verb:ident($($argument:expr),*)) => {
        |desk| desk.act(|console, now, device| console.$verb(now, device, $($argument),*)).map(|_| ())
    };
}

const DEEDS: &[Deed] = &[
    ("sign in", deed!(sign_in("ann", "secret", false))),
    ("sign out", deed!(sign_out())),
    ("open key generation", deed!(open_key_generation(KeyGenerationWay::StartButton))),
    ("generate a key", deed!(generate_key(KeyOptions::default()))),
    ("copy its URL", deed!(copy_key_url())),
    ("click a line", deed!(click_entry(FIRST))),
    ("accept", deed!(accept(FIRST))),
    ("decline", deed!(decline(FIRST))),
    ("get next", deed!(get_next())),
    ("chat", deed!(send_chat(FOUR, Audience::Everyone, "hello"))),
    ("hold", deed!(hold(FOUR))),
    ("end", deed!(end(FOUR))),
    ("leave", deed!(leave(FOUR))),
    ("invite", deed!(invite(FOUR, Invitee::Rep(BO)))),
    ("cancel an invitation", deed!(cancel_invitation(FOUR, QueueEntryId(11)))),
    ("ask to remove", deed!(ask_to_remove(FOUR, MemberId(1)))),
    ("confirm it", deed!(confirm_removal(true))),
    ("transfer", deed!(transfer(FOUR, TIER_1))),
    ("transfer a line", deed!(transfer_entry(FIRST, TIER_1))),
    ("accept an assignment", deed!(answer_assignment(FIRST, true))),
    ("turn assignment off", deed!(set_auto_assignment(false))),
    ("be available", deed!(set_extended_availability(true))),
    ("add a note", deed!(add_note(FOUR, "third call"))),
    ("choose what follows", deed!(set_after_session(FOUR, AfterSession::Lock))),
    ("open a report", deed!(open_report(FOUR))),
    ("chat to the team", deed!(team_chat(TeamChatTo::Team(TEAM), "lunch?"))),
    ("open team chat", deed!(open_team_chat(TeamChatTo::Team(TEAM)))),
    ("join by invitation", deed!(join_external("7KEY"))),
    ("show a page", deed!(show_session(FOUR))),
    ("list Jump Items", deed!(refresh_jump_items())),
    ("jump", deed!(jump(JumpClientId(1)))),
];

#[test]
fn every_state_against_every_deed() {
    let mut table = String::new();
    for (state, setup) in STATES {
        writeln!(table, "{state}").expect("a string");
        for (deed, does) in DEEDS {
            let mut desk = setup();
            desk.story();
            let outcome = match does(&mut desk) {
                Ok(()) => {
                    desk.story().lines().map(brief).fold("done".to_owned(), |told, line| told + "; " + line)
                }
                Err(error) => error.to_string(),
            };
            writeln!(table, "  {deed}: {outcome}").expect("a string");
        }
    }
    insta::assert_snapshot!(table, @r#"
    signed out
      sign in: done; dials support.example.com:443
      sign out: expected a signed-in representative, found none
      open key generation: expected a signed-in representative, found none
      generate a key: expected a signed-in representative, found none
      copy its URL: expected a session key on the screen, found none
      click a line: expected a line of a queue on the screen, found no entry-1
      accept: expected a signed-in representative, found none
      decline: expected a signed-in representative, found none
      get next: expected a signed-in representative, found none
      chat: expected the page of a session, found none of session-4
      hold: expected a signed-in representative, found none
      end: expected a signed-in representative, found none
      leave: expected a signed-in representative, found none
      invite: expected a signed-in representative, found none
      cancel an invitation: expected a signed-in representative, found none
      ask to remove: expected a signed-in representative, found none
      confirm it: expected a question to confirm, found none
      transfer: expected a signed-in representative, found none
      transfer a line: expected a signed-in representative, found none
      accept an assignment: expected a signed-in representative, found none
      turn assignment off: expected a signed-in representative, found none
      be available: expected a signed-in representative, found none
      add a note: expected a signed-in representative, found none
      choose what follows: expected a signed-in representative, found none
      open a report: expected a signed-in representative, found none
      chat to the team: expected a signed-in representative, found none
      open team chat: expected a signed-in representative, found none
      join by invitation: done; dials support.example.com:443
      show a page: expected the page of a session, found none of session-4
      list Jump Items: expected a signed-in representative, found none
      jump: expected a signed-in representative, found none
    dialling
      sign in: expected nobody to be signed in, found somebody
      sign out: done; closes; event SignedOut { why: "signed out" }
      open key generation: expected a signed-in representative, found none
      generate a key: expected a signed-in representative, found none
      copy its URL: expected a session key on the screen, found none
      click a line: expected a line of a queue on the screen, found no entry-1
      accept: expected a signed-in representative, found none
      decline: expected a signed-in representative, found none
      get next: expected a signed-in representative, found none
      chat: expected the page of a session, found none of session-4
      hold: expected a signed-in representative, found none
      end: expected a signed-in representative, found none
      leave: expected a signed-in representative, found none
      invite: expected a signed-in representative, found none
      cancel an invitation: expected a signed-in representative, found none
      ask to remove: expected a signed-in representative, found none
      confirm it: expected a question to confirm, found none
      transfer: expected a signed-in representative, found none
      transfer a line: expected a signed-in representative, found none
      accept an assignment: expected a signed-in representative, found none
      turn assignment off: expected a signed-in representative, found none
      be available: expected a signed-in representative, found none
      add a note: expected a signed-in representative, found none
      choose what follows: expected a signed-in representative, found none
      open a report: expected a signed-in representative, found none
      chat to the team: expected a signed-in representative, found none
      open team chat: expected a signed-in representative, found none
      join by invitation: expected nobody to be signed in, found somebody
      show a page: expected the page of a session, found none of session-4
      list Jump Items: expected a signed-in representative, found none
      jump: expected a signed-in representative, found none
    signing in
      sign in: expected nobody to be signed in, found somebody
      sign out: done; closes; event SignedOut { why: "signed out" }
      open key generation: expected a signed-in representative, found none
      generate a key: expected a signed-in representative, found none
      copy its URL: expected a session key on the screen, found none
      click a line: expected a line of a queue on the screen, found no entry-1
      accept: expected a signed-in representative, found none
      decline: expected a signed-in representative, found none
      get next: expected a signed-in representative, found none
      chat: expected the page of a session, found none of session-4
      hold: expected a signed-in representative, found none
      end: expected a signed-in representative, found none
      leave: expected a signed-in representative, found none
      invite: expected a signed-in representative, found none
      cancel an invitation: expected a signed-in representative, found none
      ask to remove: expected a signed-in representative, found none
      confirm it: expected a question to confirm, found none
      transfer: expected a signed-in representative, found none
      transfer a line: expected a signed-in representative, found none
      accept an assignment: expected a signed-in representative, found none
      turn assignment off: expected a signed-in representative, found none
      be available: expected a signed-in representative, found none
      add a note: expected a signed-in representative, found none
      choose what follows: expected a signed-in representative, found none
      open a report: expected a signed-in representative, found none
      chat to the team: expected a signed-in representative, found none
      open team chat: expected a signed-in representative, found none
      join by invitation: expected nobody to be signed in, found somebody
      show a page: expected the page of a session, found none of session-4
      list Jump Items: expected a signed-in representative, found none
      jump: expected a signed-in representative, found none
    signed in
      sign in: expected nobody to be signed in, found somebody
      sign out: done; SignOut; closes; event PageClosed(SessionId(4)); event SignedOut { why: "signed out" }
      open key generation: done
      generate a key: done; GenerateKey
      copy its URL: expected a session key on the screen, found none
      click a line: done
      accept: done; Accept
      decline: expected an invitation, found another kind of line at entry-1
      get next: done; GetNext
      chat: done; says Chat { session: SessionId(4), line: LineId(1), audience: Everyone, text: "hello" }
      hold: done; Hold
      end: done; End
      leave: done; Leave
      invite: done; Invite
      cancel an invitation: expected an active invitation, found no entry-11
      ask to remove: done
      confirm it: expected a question to confirm, found none
      transfer: done; Transfer
      transfer a line: done; Transfer
      accept an assignment: done; AnswerAssignment
      turn assignment off: done; SetAutoAssignment
      be available: done; SetExtendedAvailability
      add a note: done; AddNote
      choose what follows: done; SetAfterSession
      open a report: done; OpenReport
      chat to the team: done; TeamChat
      open team chat: done
      join by invitation: expected nobody to be signed in, found somebody
      show a page: done
      list Jump Items: done; ListJumpItems
      jump: expected a Jump Item on the screen, found no jump-client-1
    reconnecting
      sign in: expected nobody to be signed in, found somebody
      sign out: done; event PageClosed(SessionId(4)); event SignedOut { why: "signed out" }
      open key generation: done
      generate a key: expected a connection, found it lost
      copy its URL: expected a session key on the screen, found none
      click a line: done
      accept: expected a connection, found it lost
      decline: expected a connection, found it lost
      get next: expected a connection, found it lost
      chat: done
      hold: expected a connection, found it lost
      end: expected a connection, found it lost
      leave: expected a connection, found it lost
      invite: expected a connection, found it lost
      cancel an invitation: expected a connection, found it lost
      ask to remove: expected a connection, found it lost
      confirm it: expected a question to confirm, found none
      transfer: expected a connection, found it lost
      transfer a line: expected a connection, found it lost
      accept an assignment: expected a connection, found it lost
      turn assignment off: expected a connection, found it lost
      be available: expected a connection, found it lost
      add a note: expected a connection, found it lost
      choose what follows: expected a connection, found it lost
      open a report: expected a connection, found it lost
      chat to the team: expected a connection, found it lost
      open team chat: done
      join by invitation: expected nobody to be signed in, found somebody
      show a page: done
      list Jump Items: expected a connection, found it lost
      jump: expected a connection, found it lost
    signing in again
      sign in: expected nobody to be signed in, found somebody
      sign out: done; closes; event PageClosed(SessionId(4)); event SignedOut { why: "signed out" }
      open key generation: done
      generate a key: expected a connection, found it lost
      copy its URL: expected a session key on the screen, found none
      click a line: done
      accept: expected a connection, found it lost
      decline: expected a connection, found it lost
      get next: expected a connection, found it lost
      chat: done
      hold: expected a connection, found it lost
      end: expected a connection, found it lost
      leave: expected a connection, found it lost
      invite: expected a connection, found it lost
      cancel an invitation: expected a connection, found it lost
      ask to remove: expected a connection, found it lost
      confirm it: expected a question to confirm, found none
      transfer: expected a connection, found it lost
      transfer a line: expected a connection, found it lost
      accept an assignment: expected a connection, found it lost
      turn assignment off: expected a connection, found it lost
      be available: expected a connection, found it lost
      add a note: expected a connection, found it lost
      choose what follows: expected a connection, found it lost
      open a report: expected a connection, found it lost
      chat to the team: expected a connection, found it lost
      open team chat: done
      join by invitation: expected nobody to be signed in, found somebody
      show a page: done
      list Jump Items: expected a connection, found it lost
      jump: expected a connection, found it lost
    "#);
}

/// A message changes these parts of the view, and causes these events.
#[test]
fn every_state_against_every_message() {
    let mut table = String::new();
    for (state, setup) in STATES.iter().filter(|(_, setup)| setup().is_connected()) {
        writeln!(table, "{state}").expect("a string");
        // The question of signing in is the first that a console asks, and then again the second.
        let sign_in = if *state == "signing in" { 1 } else { 2 };
        for (name, message) in messages(sign_in) {
            let mut desk = setup();
            desk.story();
            let before = shown(&desk);
            desk.say(message);
            let after = shown(&desk);
            let changed = after.iter().filter(|(part, shown)| before[part.as_str()] != **shown);
            let parts = changed.fold(String::new(), |told, (part, _)| told + " " + part);
            let told = desk.story().lines().fold(parts, |told, line| told + "; " + line);
            let told = if told.is_empty() { " nothing" } else { &told };
            writeln!(table, "  {name}:{told}").expect("a string");
        }
    }
    insta::assert_snapshot!(table, @r#"
    signing in
      answer: signed in: account profile start_methods key_generation_ways queues auto_assignment extended_availability; says Attendance(Attended); event SignedIn; event Answered { request: RequestId(1), refusal: None }
      answer: refused: connection account notices; closes; event SignedOut { why: "wrong user name or password" }; event Answered { request: RequestId(1), refusal: Some(WrongCredentials) }
      answer to nothing: nothing
      a new line: nothing
      a line again: nothing
      a line overdue: nothing
      a line gone: nothing
      a new session: nothing
      a session again: nothing
      a session closed: nothing
      a line of chat: nothing
      log of no page: nothing
      colleagues: nothing
      an assignment: nothing
      another assignment: nothing
      an assignment gone: nothing
      team chat: nothing
      a web page: nothing
      a web page of no page: nothing
      a report: nothing
      entries of a report: nothing
      heartbeat: nothing
      goodbye: silent: notices
      goodbye: protocol error: notices
      goodbye: invitation over: connection account notices; closes; event SignedOut { why: "the invitation is over" }
      goodbye: elsewhere: connection account notices; closes; event SignedOut { why: "signed in elsewhere" }
    signed in
      answer: signed in: nothing
      answer: refused: nothing
      answer to nothing: nothing
      a new line: queues
      a line again: nothing
      a line overdue: queues
      a line gone: queues
      a new session: pages front; event PageOpened(SessionId(5))
      a session again: nothing
      a session closed: pages front closed; event PageClosed(SessionId(4))
      a line of chat: pages
      log of no page: nothing
      colleagues: colleagues
      an assignment: nothing
      another assignment: assignments
      an assignment gone: assignments
      team chat: queues team_chat
      a web page: pages
      a web page of no page: nothing
      a report: nothing
      entries of a report: nothing
      heartbeat: nothing
      goodbye: silent: notices
      goodbye: protocol error: notices
      goodbye: invitation over: connection account profile start_methods key_generation_ways queues pages front closed colleagues assignments auto_assignment extended_availability notices; closes; event PageClosed(SessionId(4)); event SignedOut { why: "the invitation is over" }
      goodbye: elsewhere: connection account profile start_methods key_generation_ways queues pages front closed colleagues assignments auto_assignment extended_availability notices; closes; event PageClosed(SessionId(4)); event SignedOut { why: "signed in elsewhere" }
    signing in again
      answer: signed in: queues; says Attendance(Attended); event SignedIn; event Answered { request: RequestId(2), refusal: None }
      answer: refused: connection account profile start_methods key_generation_ways queues pages front closed colleagues auto_assignment extended_availability notices; closes; event PageClosed(SessionId(4)); event SignedOut { why: "wrong user name or password" }; event Answered { request: RequestId(2), refusal: Some(WrongCredentials) }
      answer to nothing: nothing
      a new line: nothing
      a line again: nothing
      a line overdue: nothing
      a line gone: nothing
      a new session: nothing
      a session again: nothing
      a session closed: nothing
      a line of chat: nothing
      log of no page: nothing
      colleagues: nothing
      an assignment: nothing
      another assignment: nothing
      an assignment gone: nothing
      team chat: nothing
      a web page: nothing
      a web page of no page: nothing
      a report: nothing
      entries of a report: nothing
      heartbeat: nothing
      goodbye: silent: notices
      goodbye: protocol error: notices
      goodbye: invitation over: connection account profile start_methods key_generation_ways queues pages front closed colleagues auto_assignment extended_availability notices; closes; event PageClosed(SessionId(4)); event SignedOut { why: "the invitation is over" }
      goodbye: elsewhere: connection account profile start_methods key_generation_ways queues pages front closed colleagues auto_assignment extended_availability notices; closes; event PageClosed(SessionId(4)); event SignedOut { why: "signed in elsewhere" }
    "#);
}

fn messages(sign_in: u32) -> Vec<(&'static str, ApplianceToRep)> {
    let answer = |asked, answer| ApplianceToRep::Answer { request: RequestId(asked), answer };
    vec![
        ("answer: signed in", answer(sign_in, Ok(RepAnswer::SignedIn(ann())))),
        ("answer: refused", answer(sign_in, Err(Refusal::WrongCredentials))),
        ("answer to nothing", answer(99, Err(Refusal::Gone))),
        ("a new line", ApplianceToRep::EntryShown(entry(2, TIER_1, "Eve"))),
        ("a line again", ApplianceToRep::EntryShown(entry(1, TIER_1, "Dana"))),
        (
            "a line overdue",
            ApplianceToRep::EntryShown(QueueEntry { overdue: true, ..entry(1, TIER_1, "Dana") }),
        ),
        ("a line gone", ApplianceToRep::EntryGone { entry: FIRST }),
        ("a new session", ApplianceToRep::SessionShown(session(5))),
        ("a session again", ApplianceToRep::SessionShown(session(4))),
        ("a session closed", ApplianceToRep::SessionClosed { session: FOUR, why: SessionClosed::OnHold }),
        ("a line of chat", ApplianceToRep::Log { session: FOUR, entries: vec![said(1, 1, 1, "hi")] }),
        ("log of no page", ApplianceToRep::Log { session: SessionId(9), entries: vec![said(1, 1, 1, "hi")] }),
        ("colleagues", ApplianceToRep::Colleagues(vec![])),
        ("an assignment", ApplianceToRep::Assigned(assignment(1))),
        ("another assignment", ApplianceToRep::Assigned(assignment(2))),
        ("an assignment gone", ApplianceToRep::AssignmentGone { entry: FIRST }),
        ("team chat", ApplianceToRep::TeamChat(team_line(BO, TeamChatTo::Team(TEAM), "lunch?"))),
        ("a web page", ApplianceToRep::WebPage { session: FOUR, page: web_page() }),
        ("a web page of no page", ApplianceToRep::WebPage { session: SessionId(9), page: web_page() }),
        ("a report", ApplianceToRep::Report(report())),
        ("entries of a report", ApplianceToRep::ReportEntries { session: FOUR, entries: vec![] }),
        ("heartbeat", ApplianceToRep::Heartbeat),
        ("goodbye: silent", ApplianceToRep::Goodbye(Goodbye::Silent)),
        ("goodbye: protocol error", ApplianceToRep::Goodbye(Goodbye::ProtocolError)),
        ("goodbye: invitation over", ApplianceToRep::Goodbye(Goodbye::InvitationOver)),
        ("goodbye: elsewhere", ApplianceToRep::Goodbye(Goodbye::SignedInElsewhere)),
    ]
}

fn web_page() -> WebPage {
    WebPage { url: "https://shop.example.com".into(), title: "Checkout".into(), text: "declined".into() }
}

fn report() -> ReportHead {
    ReportHead {
        session: FOUR,
        customer: "Dana".into(),
        device: machine("FRONT-DESK-3"),
        public_ip: [203, 0, 113, 9],
        kind: SessionKind::Support,
        representatives: vec![],
        ended: false,
        shells: vec![],
    }
}

/// Ann, who may do all that deeds need.
fn ann() -> RepProfile {
    let mut profile = profile();
    let more =
        [Permission::DisableAutoAssignment, Permission::ExtendedAvailability, Permission::AfterSessionAction];
    profile.permissions.extend(more);
    profile
}

fn shown(desk: &Desk) -> serde_json::Map<String, serde_json::Value> {
    match serde_json::to_value(desk.party.view()) {
        Ok(serde_json::Value::Object(parts)) => parts,
        other => panic!("a view serialises to an object, not {other:?}"),
    }
}

/// A question by its name; anything else as it stands.
fn brief(line: &str) -> &str {
    match line.split_once("ask: ") {
        Some((_, ask)) => ask.split([' ', '}']).next().unwrap_or(ask),
        None => line,
    }
}

fn dialling() -> Desk {
    let mut desk = desk(Flavour::Desktop);
    desk.act(|console, now, device| console.sign_in(now, device, "ann", "secret", false))
        .expect("signed out");
    desk
}

fn in_session() -> Desk {
    let mut desk = with_sessions(anns_desk_with(Flavour::Desktop, |profile| *profile = ann()), &[4]);
    desk.say(ApplianceToRep::EntryShown(entry(1, TIER_1, "Dana")));
    desk.say(ApplianceToRep::Assigned(assignment(1)));
    desk
}
