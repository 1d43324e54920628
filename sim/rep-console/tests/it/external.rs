//! External representatives at the console (EXT).

use std::time::Duration;

use device::{Closed, LinkState};
use rep_console::{Account, ConsoleError, Flavour};
use wire::rep::{ApplianceToRep, Goodbye, Refusal, RepAnswer, RepAsk, RepProfile, RepToAppliance};
use wire::{QueueId, RepId, SessionId, Token};

use crate::desk::{Desk, answer, desk, entry, profile, session, signed_in};

const FOUR: SessionId = SessionId(4);

fn vendor() -> RepProfile {
    RepProfile {
        id: RepId(900),
        display_name: "Vera".into(),
        teams: vec![],
        permissions: vec![],
        portals: vec![],
        other_teams: vec![],
        help_issues: vec![],
        idle_after_s: Some(60),
        auto_assignment: false,
        external: true,
        ..profile()
    }
}

fn join(desk: &mut Desk, key: &str) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.join_external(now, device, key))
}

/// The key and the secret that the console shows for being let in.
#[track_caller]
fn shown(desk: &mut Desk) -> (String, Token) {
    let heard = desk.heard();
    let asked = heard.iter().find_map(|message| match message {
        RepToAppliance::Ask { ask: RepAsk::SignInExternal { key, token }, .. } => Some((key.clone(), *token)),
        RepToAppliance::Ask { .. }
        | RepToAppliance::Chat { .. }
        | RepToAppliance::Attendance(_)
        | RepToAppliance::Tool { .. }
        | RepToAppliance::Heartbeat => None,
    });
    asked.expect("the console should ask to be let in")
}

/// Lets in the console that has asked for it first; its question is `request`.
fn let_in(desk: &mut Desk, request: u32) {
    let request = wire::RequestId(request);
    desk.say(ApplianceToRep::Answer { request, answer: Ok(RepAnswer::SignedIn(vendor())) });
    desk.say(ApplianceToRep::SessionShown(session(4)));
}

/// EXT-01: without a user name; the page of the session, an empty queue, and nothing that needs an account.
#[test]
fn a_key_lets_in_to_one_session() {
    let mut desk = desk(Flavour::Desktop);
    join(&mut desk, "7KEY").expect("signed out");
    assert_eq!(join(&mut desk, "7KEY"), Err(ConsoleError::AlreadySignedIn));
    desk.accept();
    let (key, _) = shown(&mut desk);
    assert_eq!(key, "7KEY");
    let_in(&mut desk, 1);
    let view = desk.party.view();
    assert_eq!((view.account, view.front), (Account::SignedIn, Some(FOUR)));
    let queues: Vec<_> = view.queues.iter().map(|queue| (queue.id, queue.rows.len())).collect();
    assert_eq!(queues, [(QueueId::Personal(RepId(900)), 0)]);
    assert_eq!((view.start_methods.len(), view.team_chat_targets().teams.len()), (0, 0));
    desk.say(ApplianceToRep::EntryShown(entry(1, crate::desk::TIER_1, "Eve")));
    assert_eq!(desk.party.view().queues[0].rows.len(), 0);
    desk.wait(Duration::from_secs(600));
    assert!(!desk.story().contains("Attendance"), "nobody is assigned to who comes from outside");
}

/// EXT-03: a break is no second use.
#[test]
fn after_a_break_it_shows_the_same_key_and_secret() {
    let mut desk = desk(Flavour::Mobile);
    join(&mut desk, "7KEY").expect("signed out");
    desk.accept();
    let first = shown(&mut desk);
    let_in(&mut desk, 1);
    desk.cut(Closed::TimedOut);
    assert_eq!(desk.party.view().connection, LinkState::Reconnecting);
    desk.wait(Duration::from_secs(2));
    desk.accept();
    assert_eq!(shown(&mut desk), first);
    let_in(&mut desk, 2);
    assert_eq!(desk.party.view().pages.len(), 1);
}

/// A first try that broke may have got through: the same key is shown with the same secret then. Any other invitation
/// has a secret of its own; so has the same key once it was used.
#[test]
fn each_invitation_has_its_own_secret() {
    let mut desk = desk(Flavour::Desktop);
    let mut try_once = |key: &str, then: fn(&mut Desk)| {
        join(&mut desk, key).expect("signed out");
        desk.accept();
        let (_, token) = shown(&mut desk);
        then(&mut desk);
        assert_eq!(desk.party.view().account, Account::SignedOut);
        token
    };
    let cut: fn(&mut Desk) = |desk| desk.cut(Closed::Reset);
    let first = try_once("7KEY", cut);
    assert_eq!(try_once("7KEY", cut), first);
    let other = try_once("8KEY", cut);
    assert_ne!(other, first);
    assert_ne!(try_once("7KEY", cut), other);
    let given_up = try_once("9KEY", |desk| {
        desk.act(|console, now, device| console.sign_out(now, device)).expect("signing in");
    });
    assert_eq!(try_once("9KEY", cut), given_up, "nobody knows whether it was used");
}

#[test]
fn a_used_invitation_is_used() {
    let mut desk = desk(Flavour::Desktop);
    join(&mut desk, "7KEY").expect("signed out");
    desk.accept();
    let (_, first) = shown(&mut desk);
    let_in(&mut desk, 1);
    desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
    join(&mut desk, "7KEY").expect("signed out");
    desk.accept();
    assert_ne!(shown(&mut desk).1, first);
}

/// EXT-03, and the words for it.
#[test]
fn a_void_invitation_signs_nobody_in() {
    let mut desk = desk(Flavour::Desktop);
    join(&mut desk, "7KEY").expect("signed out");
    desk.accept();
    answer(&mut desk, Err(Refusal::InvitationOver));
    let view = desk.party.view();
    assert_eq!(view.last_notice(), Some("the invitation is no longer active"));
    assert_eq!(view.account, Account::SignedOut);
    desk.wait(Duration::from_secs(600));
    assert!(!desk.is_dialling());
}

/// EXT-01: when their part is over, so is their visit.
#[test]
fn the_end_of_the_invitation_signs_out() {
    let mut desk = desk(Flavour::Desktop);
    join(&mut desk, "7KEY").expect("signed out");
    desk.accept();
    let_in(&mut desk, 1);
    desk.say(ApplianceToRep::Goodbye(Goodbye::InvitationOver));
    let view = desk.party.view();
    assert_eq!((view.account, view.pages.len()), (Account::SignedOut, 0));
    assert_eq!(view.last_notice(), Some("the invitation is over"));
    desk.wait(Duration::from_secs(600));
    assert!(!desk.is_dialling());
}

/// Nor does one visitor see what another had open.
#[test]
fn visitors_leave_no_traces() {
    let mut desk = desk(Flavour::Desktop);
    for request in [1, 2] {
        join(&mut desk, "7KEY").expect("signed out");
        desk.accept();
        let_in(&mut desk, request);
        assert_eq!(desk.party.view().closed.len(), 0);
        desk.say(ApplianceToRep::Goodbye(Goodbye::InvitationOver));
        assert_eq!(desk.party.view().closed.len(), 1);
    }
}

/// LOG-02: who comes from outside neither gets nor forgets what Ann has remembered; nor do they see what she had open.
#[test]
fn a_visitor_leaves_the_owners_traces_alone() {
    let mut desk = desk(Flavour::Desktop);
    desk.act(|console, now, device| console.sign_in(now, device, "ann", "secret", true)).expect("signed out");
    desk.accept();
    crate::desk::admit(&mut desk);
    desk.say(ApplianceToRep::SessionShown(session(5)));
    desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
    assert_eq!(desk.party.view().closed.len(), 1);
    desk.heard();
    join(&mut desk, "7KEY").expect("signed out");
    desk.accept();
    answer(&mut desk, Ok(RepAnswer::SignedIn(vendor())));
    let view = desk.party.view();
    assert_eq!((view.remembered_user.as_deref(), view.closed.len()), (Some("ann"), 0));
    desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
    let desk = signed_in(desk);
    assert_eq!(desk.party.view().account, Account::SignedIn);
}
