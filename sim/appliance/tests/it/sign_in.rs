//! Representatives who sign in, out, and elsewhere (LOG-01), and what a console may ask.

use wire::rep::{Goodbye, Invitee, Permission, Refusal, RepAnswer, RepAsk, RepToAppliance};
use wire::session::Audience;
use wire::{
    LineId, PortalId, QueueEntryId, QueueId, RepId, RequestId, Role, SessionId, TeamId, encode_frame,
};

use crate::office::{Office, PRINTER, SITE, VPN};

fn try_sign_in(office: &mut Office, user_name: &str, password: &str) -> Result<RepId, Refusal> {
    office.greet("somebody", Role::RepConsole);
    let ask = RepAsk::SignIn { user_name: user_name.to_owned(), password: password.to_owned() };
    match office.ask("somebody", ask)? {
        RepAnswer::SignedIn(profile) => Ok(profile.id),
        other => panic!("no profile: {other:?}"),
    }
}

/// LOG-01: the case of the user name does not matter, that of the password does.
#[test]
fn only_the_right_password_opens_an_account() {
    let mut office = Office::new();
    assert_eq!(try_sign_in(&mut office, "alex", "alex's password"), Ok(RepId(0)));
    assert_eq!(try_sign_in(&mut office, "BLAIR", "blair's password"), Ok(RepId(1)));
    for (user_name, password) in [
        ("alex", "Alex's password"),
        ("alex", "blair's password"),
        ("alex", ""),
        ("", ""),
        ("nobody", "alex's password"),
        ("alex", &"x".repeat(200_000)),
    ] {
        assert_eq!(
            try_sign_in(&mut office, user_name, password),
            Err(Refusal::WrongCredentials),
            "{user_name}"
        );
    }
    // A wrong password does nothing to whoever is signed in, and may be followed by the right one.
    assert_eq!(office.appliance.view().representatives, ["Alex", "Blair"]);
    let again = RepAsk::SignIn { user_name: "casey".into(), password: "casey's password".into() };
    assert!(office.ask("somebody", again).is_ok());
}

/// KEY-07, QUE-07: the console learns what its account is and may do.
#[test]
fn the_profile_is_the_accounts() {
    let mut office = Office::new();
    office.greet("alex", Role::RepConsole);
    let ask = RepAsk::SignIn { user_name: "alex".into(), password: "alex's password".into() };
    let Ok(RepAnswer::SignedIn(profile)) = office.ask("alex", ask) else { panic!("signed in") };
    assert_eq!(profile.display_name, "Alex");
    assert_eq!(
        profile.teams.iter().map(|team| (team.id, team.name.as_str())).collect::<Vec<_>>(),
        [(TeamId(0), "Network"), (TeamId(1), "Desktop")]
    );
    assert_eq!(
        profile.portals.iter().map(|portal| portal.id).collect::<Vec<_>>(),
        [PortalId(0), PortalId(1)]
    );
    assert!(profile.permissions.contains(&Permission::NextSession));
    assert_eq!((profile.key_valid_s_default, profile.key_valid_s_max), (86_400, 604_800));
}

/// The earlier console hears why, and what was open there opens on the new one.
#[test]
fn who_signs_in_elsewhere_leaves_the_earlier_console_and_keeps_the_sessions() {
    let mut office = Office::new();
    office.sign_in("alex");
    office.sign_in("blair");
    let session = office.arrive("carla", VPN);
    office.arrive("dana", PRINTER);
    office.accept("alex", "carla").expect("she waits");
    office.customer_says("carla", "hello");
    let earlier = office.conn_of("alex");
    office.sign_in("alex");
    let line = office.line_on(earlier);
    assert_eq!(line.goodbye, Some(Goodbye::SignedInElsewhere));
    assert_eq!(line.closed, Some(device::CloseHow::Finish));
    assert_eq!(office.sees("alex").of_customer("carla"), "owns");
    assert_eq!(office.sees("alex").of_customer("dana"), "waits in team-1");
    assert_eq!(office.sees("alex").chat(session), ["carla: hello"]);
    assert_eq!(office.sees("carla").as_customer(), "with Alex");
    assert_eq!(office.sees("blair").colleagues, ["Alex"]);
    // What the earlier console still has to say is too late.
    office.say_on(earlier, &RepToAppliance::Heartbeat);
    assert_eq!(office.sees("alex").of_customer("carla"), "owns");
}

/// SHR-04: everybody knows who else is there, as it changes.
#[test]
fn colleagues_come_and_go() {
    let mut office = Office::new();
    office.sign_in("alex");
    assert!(office.sees("alex").colleagues.is_empty());
    office.sign_in("casey");
    office.sign_in("blair");
    assert_eq!(office.sees("alex").colleagues, ["Blair", "Casey"]);
    assert_eq!(office.sees("casey").colleagues, ["Alex", "Blair"]);
    office.ask("blair", RepAsk::SignOut).expect("signed in");
    assert_eq!(office.sees("alex").colleagues, ["Casey"]);
    assert!(!office.is_connected("blair"));
    office.cut("casey");
    assert!(office.sees("alex").colleagues.is_empty());
}

/// Before signing in there is nothing to be had, whatever is asked.
#[test]
fn who_has_not_signed_in_gets_nothing() {
    let mut office = Office::new();
    office.sign_in("alex");
    let session = office.arrive("carla", VPN);
    office.greet("eve", Role::RepConsole);
    let entry = office.find_line("alex", "carla").expect("she waits").id;
    for ask in [
        RepAsk::SignOut,
        RepAsk::GenerateKey { portal: None, valid_s: None },
        RepAsk::Accept { entry },
        RepAsk::Decline { entry },
        RepAsk::GetNext,
        RepAsk::Hold { session },
        RepAsk::End { session },
        RepAsk::Invite { session, whom: Invitee::Rep(RepId(0)) },
        RepAsk::ListJumpItems,
        RepAsk::Jump { jump_client: wire::JumpClientId(0) },
    ] {
        assert_eq!(office.ask("eve", ask.clone()), Err(Refusal::NotSignedIn), "{ask:?}");
    }
    assert_eq!(office.hears("eve").len(), 10, "the answers, and nothing else");
    let chat =
        RepToAppliance::Chat { session, line: LineId(1), audience: Audience::Everyone, text: "hi".into() };
    office.say("eve", &chat);
    assert_eq!(office.line("eve").goodbye, Some(Goodbye::ProtocolError));
}

/// ACC-02, ACC-03, ACC-05: what an account may not do is refused, however it asks.
#[test]
fn permissions_are_the_accounts() {
    let mut office = Office::new();
    office.sign_in("casey");
    office.arrive("carla", VPN);
    assert_eq!(office.accept("casey", "carla"), Err(Refusal::NotPermitted));
    assert_eq!(office.ask("casey", RepAsk::GetNext), Err(Refusal::NotPermitted));
    assert_eq!(office.ask("casey", RepAsk::ListJumpItems), Err(Refusal::NotPermitted));
    assert_eq!(
        office.ask("casey", RepAsk::Jump { jump_client: wire::JumpClientId(0) }),
        Err(Refusal::NotPermitted)
    );
    office.arrive("dana", wire::customer::Start::Representative(RepId(2)));
    assert!(office.accept("casey", "dana").is_ok(), "one's own queue needs no permission");
}

/// ACC-09, QUE-20, SHR-20: only what stands on one's own screen can be taken.
#[test]
fn what_is_not_on_the_screen_cannot_be_taken() {
    let mut office = Office::new();
    for rep in ["alex", "blair", "drew"] {
        office.sign_in(rep);
    }
    office.arrive("carla", VPN);
    let waiting = office.find_line("blair", "carla").expect("she waits");
    assert_eq!(waiting.queue, QueueId::Team(TeamId(0)));
    assert_eq!(
        office.ask("drew", RepAsk::Accept { entry: waiting.id }),
        Err(Refusal::Gone),
        "of another team"
    );
    office.accept("alex", "carla").expect("she waits");
    assert_eq!(
        office.ask("blair", RepAsk::Accept { entry: waiting.id }),
        Err(Refusal::Gone),
        "Alex was first"
    );
    assert_eq!(
        office.ask("alex", RepAsk::Accept { entry: waiting.id }),
        Err(Refusal::Gone),
        "the line is another now"
    );
    office.invite("alex", "carla", RepId(3)).expect("Alex owns it");
    let invitation = office.find_line("drew", "carla").expect("Drew is invited").id;
    for entry in [invitation, QueueEntryId(0), QueueEntryId(u64::MAX)] {
        assert_eq!(office.ask("blair", RepAsk::Accept { entry }), Err(Refusal::Gone));
        assert_eq!(office.ask("blair", RepAsk::Decline { entry }), Err(Refusal::Gone));
    }
    office.ask("drew", RepAsk::Decline { entry: invitation }).expect("Drew is invited");
    assert_eq!(office.ask("drew", RepAsk::Accept { entry: invitation }), Err(Refusal::Gone));
    assert_eq!(office.ask("drew", RepAsk::Decline { entry: invitation }), Err(Refusal::Gone));
    let mine = office.find_line("alex", "carla").expect("in session").id;
    assert_eq!(
        office.ask("alex", RepAsk::Accept { entry: mine }),
        Ok(RepAnswer::Accepted { session: office.session_of("carla") }),
        "the page is open already"
    );
    assert_eq!(
        office.ask("alex", RepAsk::Decline { entry: mine }),
        Err(Refusal::Gone),
        "that is no invitation"
    );
}

/// ACC-09, for one who is quicker than the screen: a line that was taken a moment ago is gone.
#[test]
fn a_line_asked_for_twice_in_one_breath_is_taken_once() {
    let mut office = Office::new();
    office.sign_in("alex");
    let session = office.arrive("carla", VPN);
    let entry = office.find_line("alex", "carla").expect("she waits").id;
    let ask = |request| RepToAppliance::Ask { request: RequestId(request), ask: RepAsk::Accept { entry } };
    office.bytes("alex", &[encode_frame(&ask(100)), encode_frame(&ask(101))].concat());
    assert_eq!(office.answer("alex", RequestId(100)), Some(Ok(RepAnswer::Accepted { session })));
    assert_eq!(office.answer("alex", RequestId(101)), Some(Err(Refusal::Gone)));
}

/// ACC-05: the oldest of all team queues of the asker, whatever queue that is.
#[test]
fn get_next_takes_the_oldest_of_the_teams() {
    let mut office = Office::new();
    office.sign_in("alex");
    office.sign_in("blair");
    for (who, start) in [("carla", PRINTER), ("dana", VPN), ("eli", VPN), ("fay", PRINTER)] {
        office.arrive(who, start);
        office.wait_s(1);
    }
    let mut next = |who: &str| match office.ask(who, RepAsk::GetNext) {
        Ok(RepAnswer::Accepted { session }) => Ok(session.0),
        Ok(other) => panic!("no session: {other:?}"),
        Err(refusal) => Err(refusal),
    };
    assert_eq!(next("blair"), Ok(2), "Blair has one team");
    assert_eq!(next("blair"), Ok(3));
    assert_eq!(next("blair"), Err(Refusal::NobodyWaiting));
    assert_eq!(next("alex"), Ok(1), "Alex has two");
    assert_eq!(next("alex"), Ok(4));
    assert_eq!(next("alex"), Err(Refusal::NobodyWaiting));
}

/// SHR-05, SHR-11, SHR-13.
#[test]
fn invitations_are_the_owners_and_one_each() {
    let mut office = Office::new();
    for rep in ["alex", "blair"] {
        office.sign_in(rep);
    }
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("she waits");
    let nobody = [RepId(2), RepId(4), RepId(u32::MAX)];
    for rep in nobody {
        assert_eq!(office.invite("alex", "carla", rep), Err(Refusal::RepNotAvailable), "{rep} is not there");
    }
    assert_eq!(office.invite("alex", "carla", RepId(0)), Err(Refusal::AlreadyInvited), "oneself");
    assert_eq!(
        office.ask("alex", RepAsk::Invite { session: SessionId(99), whom: Invitee::Rep(RepId(1)) }),
        Err(Refusal::NotAMember)
    );
}

/// QUE-16: a line says how long, from whom, on what machine and about what.
#[test]
fn a_line_says_what_a_queue_shows() {
    let mut office = Office::of(SITE);
    office.arrive("carla", VPN);
    office.wait_s(61);
    office.sign_in("blair");
    let line = office.find_line("blair", "carla").expect("she waits");
    assert_eq!((line.waited_ms, line.age_ms), (61_000, 61_000));
    assert_eq!((line.customer.as_str(), line.device.computer.as_str()), ("carla", "CARLA"));
    assert_eq!(line.issue.as_deref(), Some("VPN does not connect"));
    assert_eq!(line.priority, wire::session::Priority::High);
}
