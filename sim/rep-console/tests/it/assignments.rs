//! Prompts for what is assigned (EQL), and turning that off (SET-02).

use std::fmt::Write as _;
use std::time::Duration;

use device::{Closed, Party as _, Sound};
use rep_console::{ConsoleError, Flavour, Switch};
use wire::rep::{ApplianceToRep, Assignment, Permission, Refusal, RepAnswer};
use wire::session::SessionKind;
use wire::{QueueEntryId, QueueId, SessionId, SimTime, TeamId};

use crate::desk::{
    Desk, admit, anns_desk, anns_desk_that_may, anns_desk_with, answer, assignment, last_request, session,
};

const SEVEN: QueueEntryId = QueueEntryId(7);

fn assign(desk: &mut Desk, assignment: Assignment) {
    desk.say(ApplianceToRep::Assigned(assignment));
}

fn respond(desk: &mut Desk, entry: QueueEntryId, accept: bool) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.answer_assignment(now, device, entry, accept)).map(|_| ())
}

fn prompts(desk: &Desk) -> Vec<(u64, bool)> {
    desk.party.view().assignments.iter().map(|shown| (shown.entry.0, shown.expiring)).collect()
}

/// EQL-05, EQL-06, EQL-08.
#[test]
fn a_prompt_says_what_it_is_about_and_is_accepted() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.wait(Duration::from_secs(5));
    let of_a_browser = Assignment { kind: SessionKind::Browser, from: Some("Bo".into()), ..assignment(7) };
    assign(&mut desk, of_a_browser);
    let view = desk.party.view();
    insta::assert_debug_snapshot!(view.assignments, @r#"
    [
        ShownAssignment {
            entry: QueueEntryId(
                7,
            ),
            session: SessionId(
                7,
            ),
            queue: Team(
                TeamId(
                    3,
                ),
            ),
            queue_name: "Tier 1",
            customer: "Dana",
            listed_as: "[Browser] Dana",
            device: DeviceFacts {
                computer: "FRONT-DESK-3",
                platform: Windows,
                private_ip: [
                    10,
                    0,
                    0,
                    7,
                ],
            },
            kind: Browser,
            issue: Some(
                "VPN does not connect",
            ),
            priority: High,
            from: Some(
                "Bo",
            ),
            expires: SimTime(
                65000000000,
            ),
            expiring: false,
        },
    ]
    "#);
    assert_eq!(view.assignments[0].expires, SimTime::from_secs(65));
    assert_eq!(desk.device.sounds(), [Sound::Assignment]);
    respond(&mut desk, SEVEN, true).expect("shown");
    desk.say(ApplianceToRep::AssignmentGone { entry: SEVEN });
    answer(&mut desk, Ok(RepAnswer::Accepted { session: SessionId(7) }));
    desk.say(ApplianceToRep::SessionShown(session(7)));
    assert_eq!((prompts(&desk), desk.party.view().front), (vec![], Some(SessionId(7))));
    insta::assert_snapshot!(desk.story(), @"
    says Ask { request: RequestId(2), ask: AnswerAssignment { entry: QueueEntryId(7), accept: true } }
    event Answered { request: RequestId(2), refusal: None }
    event PageOpened(SessionId(7))
    ");
}

/// EQL-09, EQL-10: the appliance takes a prompt away, and not the console.
#[test]
fn a_prompt_stays_until_the_appliance_takes_it_away() {
    let mut desk = anns_desk(Flavour::Desktop);
    assign(&mut desk, assignment(7));
    assign(&mut desk, assignment(8));
    respond(&mut desk, SEVEN, false).expect("shown");
    assert_eq!(prompts(&desk), [(7, false), (8, false)]);
    answer(&mut desk, Err(Refusal::AssignmentOver));
    assert_eq!(desk.party.view().last_notice(), Some("the assignment is over"));
    desk.say(ApplianceToRep::AssignmentGone { entry: SEVEN });
    assert_eq!(prompts(&desk), [(8, false)]);
    assert_eq!(respond(&mut desk, SEVEN, true), Err(ConsoleError::NoSuchAssignment(SEVEN)));
    let revision = desk.party.view_revision();
    desk.say(ApplianceToRep::AssignmentGone { entry: SEVEN });
    assert_eq!(desk.party.view_revision(), revision);
    desk.wait(Duration::from_secs(120));
    assert_eq!(prompts(&desk), [(8, true)], "its time is over by this clock, and not yet by the appliance's");
}

/// EQL-07: warned once, at the right moment, for the eye and the ear; on desktops only.
#[test]
fn a_desktop_warns_before_a_prompt_expires() {
    let (assigned, warned) = (Sound::Assignment, Sound::AssignmentExpiring);
    for (flavour, after_50_s) in
        [(Flavour::Desktop, (true, vec![assigned, warned])), (Flavour::Mobile, (false, vec![assigned]))]
    {
        let mut desk = anns_desk(flavour);
        assign(&mut desk, assignment(7));
        desk.wait(Duration::from_millis(49_999));
        assert_eq!((prompts(&desk), desk.device.sounds()), (vec![(7, false)], &[assigned][..]));
        desk.wait(Duration::from_millis(1));
        assert_eq!((prompts(&desk), desk.device.sounds()), (vec![(7, after_50_s.0)], &after_50_s.1[..]));
        desk.wait(Duration::from_secs(60));
        assert_eq!(desk.device.sounds(), after_50_s.1);
    }
}

#[test]
fn a_prompt_that_is_gone_warns_nobody() {
    let mut desk = anns_desk(Flavour::Desktop);
    assign(&mut desk, assignment(7));
    desk.say(ApplianceToRep::AssignmentGone { entry: SEVEN });
    desk.wait(Duration::from_secs(60));
    assert_eq!(desk.device.sounds(), [Sound::Assignment]);
}

/// A prompt may be so short that it warns at once, or want no warning.
#[test]
fn the_warning_is_as_early_as_the_appliance_says() {
    let mut desk = anns_desk(Flavour::Desktop);
    assign(&mut desk, Assignment { left_ms: 5_000, ..assignment(7) });
    assign(&mut desk, Assignment { left_ms: 5_000, warning_ms: 0, ..assignment(8) });
    assign(&mut desk, Assignment { left_ms: u64::MAX, ..assignment(9) });
    desk.wait(Duration::ZERO);
    assert_eq!(prompts(&desk), [(7, true), (8, false), (9, false)]);
    desk.wait(Duration::from_secs(600));
    assert_eq!(prompts(&desk), [(7, true), (8, false), (9, false)]);
}

/// A prompt that is told again is the same one, with another end.
#[test]
fn a_prompt_told_again_does_not_sound_again() {
    let mut desk = anns_desk(Flavour::Desktop);
    assign(&mut desk, assignment(7));
    desk.wait(Duration::from_secs(40));
    assign(&mut desk, assignment(7));
    desk.wait(Duration::from_secs(49));
    assert_eq!((prompts(&desk), desk.device.sounds()), (vec![(7, false)], &[Sound::Assignment][..]));
    desk.wait(Duration::from_secs(1));
    assert_eq!(prompts(&desk), [(7, true)]);
}

/// What was set for the first telling does not warn for the second.
#[test]
fn a_prompt_told_again_may_want_no_warning() {
    for gone_between in [true, false] {
        let mut desk = anns_desk(Flavour::Desktop);
        assign(&mut desk, assignment(7));
        if gone_between {
            desk.say(ApplianceToRep::AssignmentGone { entry: SEVEN });
            desk.wait(Duration::from_secs(49));
            let due = desk.party.poll_timeout().map(|deadline| deadline.why);
            assert_eq!(due, Some("heartbeat"), "nothing is left to wake up for");
        }
        assign(&mut desk, Assignment { warning_ms: 0, ..assignment(7) });
        desk.wait(Duration::from_secs(60));
        assert_eq!(prompts(&desk), [(7, false)]);
    }
}

/// EQL-06, SET-01.
#[test]
fn with_sounds_off_a_prompt_is_silent() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.act(|console, now, device| console.set_sounds(now, device, false));
    assign(&mut desk, assignment(7));
    desk.wait(Duration::from_secs(55));
    assert_eq!((prompts(&desk), desk.device.sounds()), (vec![(7, true)], &[][..]));
}

/// The queue's name is what Ann knows it by; of a queue that she does not see, she knows none.
#[test]
fn a_prompt_from_an_unknown_queue_has_no_name_for_it() {
    let mut desk = anns_desk(Flavour::Desktop);
    assign(&mut desk, Assignment { queue: QueueId::Team(TeamId(99)), ..assignment(7) });
    assert_eq!(desk.party.view().assignments[0].queue_name, "");
}

/// SET-02, EQL-17, SHR-09: offered with the permission; on or off as the appliance has it.
#[test]
fn switches_are_the_appliances_and_need_a_permission() {
    let set_auto = |desk: &mut Desk, on| {
        desk.act(|console, now, device| console.set_auto_assignment(now, device, on)).map(|_| ())
    };
    let mut desk = anns_desk_that_may(Flavour::Mobile, Permission::DisableAutoAssignment);
    assert_eq!(desk.party.view().auto_assignment, Switch { offered: true, on: true });
    assert_eq!(desk.party.view().extended_availability, Switch { offered: false, on: false });
    set_auto(&mut desk, false).expect("offered");
    assert!(desk.party.view().auto_assignment.on, "not before the appliance has said so");
    answer(&mut desk, Ok(RepAnswer::Done));
    assert!(!desk.party.view().auto_assignment.on);
    set_auto(&mut desk, true).expect("offered");
    answer(&mut desk, Err(Refusal::NotPermitted));
    assert!(!desk.party.view().auto_assignment.on, "it is still off");
    let extend = desk.act(|console, now, device| console.set_extended_availability(now, device, true));
    assert_eq!(
        extend.expect_err("not offered").to_string(),
        "expected something that this console offers, found extended availability"
    );

    let mut desk = anns_desk_with(Flavour::Desktop, |profile| {
        profile.permissions.push(Permission::ExtendedAvailability);
        profile.auto_assignment = false;
    });
    assert_eq!(desk.party.view().auto_assignment, Switch { offered: false, on: false });
    assert!(matches!(set_auto(&mut desk, true), Err(ConsoleError::NotOffered { .. })));
    desk.act(|console, now, device| console.set_extended_availability(now, device, true)).expect("offered");
    answer(&mut desk, Ok(RepAnswer::Done));
    assert_eq!(desk.party.view().extended_availability, Switch { offered: true, on: true });
    desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
    assert_eq!(desk.party.view().extended_availability, Switch::default());
}

/// Each state of a prompt against whatever can happen to it.
#[test]
fn every_state_of_a_prompt_against_every_event() {
    type Step = (&'static str, fn(&mut Desk));
    const STATES: &[Step] = &[
        ("none", |_| {}),
        ("shown", |desk| assign(desk, assignment(7))),
        ("expiring", |desk| {
            assign(desk, assignment(7));
            desk.wait(Duration::from_secs(50));
        }),
        ("accepted, not answered yet", |desk| {
            assign(desk, assignment(7));
            respond(desk, SEVEN, true).expect("shown");
        }),
        ("lost with the connection", |desk| {
            assign(desk, assignment(7));
            desk.cut(Closed::Reset);
        }),
    ];
    const EVENTS: &[Step] = &[
        ("assigned", |desk| assign(desk, assignment(7))),
        ("another assigned", |desk| assign(desk, assignment(8))),
        ("gone", |desk| desk.say(ApplianceToRep::AssignmentGone { entry: SEVEN })),
        ("another gone", |desk| desk.say(ApplianceToRep::AssignmentGone { entry: QueueEntryId(8) })),
        ("a refusal", |desk| {
            let request = last_request(desk);
            desk.say(ApplianceToRep::Answer { request, answer: Err(Refusal::AssignmentOver) });
        }),
        ("45 s pass", |desk| desk.wait(Duration::from_secs(45))),
        ("55 s pass", |desk| desk.wait(Duration::from_secs(55))),
        ("the connection breaks", |desk| desk.cut(Closed::Reset)),
        ("and comes back", |desk| {
            if desk.is_connected() {
                desk.cut(Closed::Reset);
            }
            desk.wait(Duration::from_secs(2));
            desk.accept();
            admit(desk);
        }),
        ("signing out", |desk| {
            desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
        }),
    ];
    let mut table = String::new();
    for (state, reach) in STATES {
        writeln!(table, "{state}").expect("a string");
        for (event, happens) in EVENTS {
            let mut desk = anns_desk(Flavour::Desktop);
            reach(&mut desk);
            let lost = !desk.is_connected();
            let needs_connection =
                !matches!(*event, "45 s pass" | "55 s pass" | "and comes back" | "signing out");
            if lost && needs_connection || *event == "a refusal" && !state.starts_with("accepted") {
                continue;
            }
            let sounds = desk.device.sounds().len();
            happens(&mut desk);
            let heard = &desk.device.sounds()[sounds..];
            let shown: Vec<String> = desk
                .party
                .view()
                .assignments
                .iter()
                .map(|shown| {
                    let expiring = if shown.expiring { " (expiring)" } else { "" };
                    format!("{}{expiring} until {}", shown.entry, shown.expires)
                })
                .collect();
            let shown = if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") };
            let heard: String = heard.iter().map(|sound| format!("; sounds {sound}")).collect();
            writeln!(table, "  {event}: shows {shown}{heard}").expect("a string");
        }
    }
    insta::assert_snapshot!(table, @"
    none
      assigned: shows entry-7 until 60.000s; sounds assignment
      another assigned: shows entry-8 until 60.000s; sounds assignment
      gone: shows nothing
      another gone: shows nothing
      45 s pass: shows nothing
      55 s pass: shows nothing
      the connection breaks: shows nothing
      and comes back: shows nothing
      signing out: shows nothing
    shown
      assigned: shows entry-7 until 60.000s
      another assigned: shows entry-7 until 60.000s, entry-8 until 60.000s; sounds assignment
      gone: shows nothing
      another gone: shows entry-7 until 60.000s
      45 s pass: shows entry-7 until 60.000s
      55 s pass: shows entry-7 (expiring) until 60.000s; sounds assignment expiring
      the connection breaks: shows nothing
      and comes back: shows nothing
      signing out: shows nothing
    expiring
      assigned: shows entry-7 until 110.000s
      another assigned: shows entry-7 (expiring) until 60.000s, entry-8 until 110.000s; sounds assignment
      gone: shows nothing
      another gone: shows entry-7 (expiring) until 60.000s
      45 s pass: shows entry-7 (expiring) until 60.000s
      55 s pass: shows entry-7 (expiring) until 60.000s
      the connection breaks: shows nothing
      and comes back: shows nothing
      signing out: shows nothing
    accepted, not answered yet
      assigned: shows entry-7 until 60.000s
      another assigned: shows entry-7 until 60.000s, entry-8 until 60.000s; sounds assignment
      gone: shows nothing
      another gone: shows entry-7 until 60.000s
      a refusal: shows entry-7 until 60.000s
      45 s pass: shows entry-7 until 60.000s
      55 s pass: shows entry-7 (expiring) until 60.000s; sounds assignment expiring
      the connection breaks: shows nothing
      and comes back: shows nothing
      signing out: shows nothing
    lost with the connection
      45 s pass: shows nothing
      55 s pass: shows nothing
      and comes back: shows nothing
      signing out: shows nothing
    ");
}
