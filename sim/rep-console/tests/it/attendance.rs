//! Whether anybody sits at the console (EQL-15, EQL-16).

use std::time::Duration;

use device::{Closed, Party as _};
use rep_console::Flavour;
use wire::SessionId;
use wire::rep::{ApplianceToRep, RepProfile, RepToAppliance};
use wire::session::Audience;

use crate::desk::{Desk, TIER_1, admit_as, anns_desk_with, desk, entry, profile, session};

const LIMIT: Duration = Duration::from_secs(300);
const ALMOST: Duration = Duration::from_secs(299);
const SECOND: Duration = Duration::from_secs(1);

fn limited(profile: &mut RepProfile) {
    profile.idle_after_s = Some(300);
}

/// What the console has told of it since the last call.
fn told(desk: &mut Desk) -> Vec<String> {
    let told = desk.heard().into_iter().filter_map(|message| match message {
        RepToAppliance::Attendance(attendance) => Some(attendance.to_string()),
        RepToAppliance::Ask { .. }
        | RepToAppliance::Chat { .. }
        | RepToAppliance::Tool { .. }
        | RepToAppliance::Heartbeat => None,
    });
    told.collect()
}

fn lock(desk: &mut Desk, locked: bool) {
    desk.act(|console, now, device| console.computer_locked(now, device, locked));
}

/// EQL-15: idle at the limit and not before, once; attended with the next touch, before what it asks for.
#[test]
fn who_touches_nothing_is_idle_until_they_do() {
    let mut desk = anns_desk_with(Flavour::Mobile, limited);
    told(&mut desk);
    desk.wait(ALMOST);
    assert_eq!(told(&mut desk), Vec::<String>::new());
    desk.wait(SECOND);
    assert_eq!(told(&mut desk), ["idle"]);
    desk.wait(LIMIT * 3);
    assert_eq!(told(&mut desk), Vec::<String>::new());
    desk.story();
    desk.act(|console, now, device| console.get_next(now, device)).expect("offered");
    insta::assert_snapshot!(desk.story(), @"
    says Attendance(Attended)
    says Ask { request: RequestId(2), ask: GetNext }
    ");
    desk.heard();
    desk.wait(ALMOST);
    desk.act(|console, now, device| console.show_queues(now, device));
    desk.wait(ALMOST);
    assert_eq!(told(&mut desk), Vec::<String>::new(), "the limit counts from the last touch");
    desk.wait(SECOND);
    assert_eq!(told(&mut desk), ["idle"]);
}

/// What the appliance says is nobody's touch.
#[test]
fn only_people_touch() {
    let mut desk = anns_desk_with(Flavour::Desktop, limited);
    told(&mut desk);
    for seconds in 0..300 {
        desk.say(ApplianceToRep::EntryShown(entry(seconds, TIER_1, "Dana")));
        desk.wait(SECOND);
    }
    desk.say(ApplianceToRep::SessionShown(session(4)));
    assert_eq!(told(&mut desk), ["idle"]);
    let chat = desk.act(|console, now, device| {
        console.send_chat(now, device, SessionId(4), Audience::Everyone, "here I am")
    });
    chat.expect("open");
    assert_eq!(told(&mut desk), ["attended"]);
}

#[test]
fn without_a_limit_nobody_is_ever_idle() {
    let mut desk = anns_desk_with(Flavour::Mobile, |profile| profile.idle_after_s = None);
    told(&mut desk);
    desk.wait(LIMIT * 100);
    assert_eq!(told(&mut desk), Vec::<String>::new());
}

/// EQL-16: a desktop that is locked is unattended; a phone locks all the time.
#[test]
fn locking_a_desktop_counts_and_locking_a_phone_does_not() {
    for (flavour, on_lock, on_unlock) in
        [(Flavour::Desktop, vec!["locked"], vec!["attended"]), (Flavour::Mobile, vec![], vec![])]
    {
        let mut desk = anns_desk_with(flavour, limited);
        told(&mut desk);
        lock(&mut desk, true);
        assert_eq!(told(&mut desk), on_lock);
        lock(&mut desk, true);
        assert_eq!(told(&mut desk), Vec::<String>::new());
        lock(&mut desk, false);
        assert_eq!(told(&mut desk), on_unlock);
    }
}

/// Locked is more than idle: a locked computer that nobody touches is still locked.
#[test]
fn a_locked_computer_is_locked_however_long() {
    let mut desk = anns_desk_with(Flavour::Desktop, limited);
    told(&mut desk);
    lock(&mut desk, true);
    desk.wait(LIMIT * 2);
    assert_eq!(told(&mut desk), ["locked"]);
    lock(&mut desk, false);
    assert_eq!(told(&mut desk), ["attended"]);
    desk.wait(LIMIT);
    assert_eq!(told(&mut desk), ["idle"]);
}

/// After signing in it is told in any case, and after a break as it is by then.
#[test]
fn it_is_told_after_each_signing_in() {
    let mut limits = profile();
    limited(&mut limits);
    let mut desk = desk(Flavour::Desktop);
    lock(&mut desk, false);
    desk.act(|console, now, device| console.sign_in(now, device, "ann", "secret", false))
        .expect("signed out");
    desk.accept();
    admit_as(&mut desk, limits.clone());
    assert_eq!(told(&mut desk), ["attended"]);

    desk.cut(Closed::Reset);
    lock(&mut desk, true);
    assert_eq!(told(&mut desk), Vec::<String>::new(), "there is nobody to tell");
    desk.wait(Duration::from_secs(2));
    desk.accept();
    assert!(desk.story().contains("says Attendance(Locked)"), "nothing is to be assigned in between");
    admit_as(&mut desk, limits.clone());
    assert_eq!(told(&mut desk), ["locked"]);

    lock(&mut desk, false);
    desk.cut(Closed::Reset);
    desk.wait(Duration::from_secs(2));
    desk.accept();
    desk.wait(LIMIT);
    admit_as(&mut desk, limits);
    assert_eq!(told(&mut desk), ["idle"], "nobody has touched it meanwhile");
}

/// Who signs out is nobody to watch; who signs in has just touched the console.
#[test]
fn signing_out_ends_the_watch() {
    let mut desk = anns_desk_with(Flavour::Desktop, limited);
    desk.wait(LIMIT);
    desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
    told(&mut desk);
    desk.wait(LIMIT * 2);
    assert_eq!(desk.party.poll_timeout(), None);
    desk.act(|console, now, device| console.sign_in(now, device, "ann", "secret", false))
        .expect("signed out");
    desk.accept();
    let mut limits = profile();
    limited(&mut limits);
    admit_as(&mut desk, limits);
    assert_eq!(told(&mut desk), ["attended"]);
}
