//! Equilibrium: who is asked, and what comes of it (EQL). Looks at prompts on consoles.

use std::fmt::Write as _;

use wire::customer::Start;
use wire::rep::{Attendance, Invitee, Refusal, RepAnswer, RepAsk, RepToAppliance};
use wire::{IssueId, QueueId, RepId, SessionId, TeamId};

use crate::office::Office;

/// Three teams: one that goes by skills, one by who is least busy, one that does not route.
const SITE: &str = r##"
name = "Acme support"
host = "support.example.com"
sign_in = { hash_memory_kib = 8, hash_passes = 1 }
connections = { silent_after_s = 86_400 }

[[portal]]
name = "Main"

[[skill]]
name = "Networking"
[[skill]]
name = "VPN"
parent = "Networking"
[[skill]]
name = "French"

[[team]]
name = "Skilled"
routing = "skills match"
[[team]]
name = "Busy"
routing = "least busy"
alert_timeout_s = 20
[[team]]
name = "Manual"

[[issue]]
title = "VPN in French"
team = "Skilled"
skills = ["French", "VPN"]
help = true
[[issue]]
title = "Anything"
team = "Busy"
[[issue]]
title = "By hand"
team = "Manual"

[[representative]]
user_name = "alex"
display_name = "Alex"
password = "alex's password"
teams = ["Skilled", "Busy", "Manual"]
permissions = ["accept team sessions", "next session", "disable auto assignment"]
skills = ["VPN", "French"]
max_sessions = 2
[[representative]]
user_name = "blair"
display_name = "Blair"
password = "blair's password"
teams = ["Skilled", "Busy"]
permissions = ["accept team sessions"]
skills = ["Networking"]
[[representative]]
user_name = "casey"
display_name = "Casey"
password = "casey's password"
teams = ["Skilled", "Busy"]
"##;

const SKILLED: Start = Start::Issue(IssueId(0));
const BUSY: Start = Start::Issue(IssueId(1));
const MANUAL: Start = Start::Issue(IssueId(2));
const REPS: [&str; 3] = ["alex", "blair", "casey"];

fn office() -> Office {
    office_with("")
}

fn office_with(more: &str) -> Office {
    let mut office = Office::of(&format!("{SITE}{more}"));
    for rep in REPS {
        office.sign_in(rep);
        office.wait_s(1);
    }
    office
}

/// Who is prompted for a customer.
fn prompted(office: &mut Office, customer: &str) -> String {
    let mut asked = Vec::new();
    for rep in REPS {
        if office.is_connected(rep)
            && office.sees(rep).prompts.values().any(|prompt| prompt.customer == customer)
        {
            asked.push(rep);
        }
    }
    assert!(asked.len() <= 1, "one at a time is asked: {asked:?}");
    asked.first().map_or("nobody", |rep| rep).to_owned()
}

fn answer(office: &mut Office, who: &str, accept: bool) -> Result<RepAnswer, Refusal> {
    let entry = *office.sees(who).prompts.keys().next().expect("somebody is prompted");
    office.ask(who, RepAsk::AnswerAssignment { entry, accept })
}

/// EQL-01, EQL-05, EQL-08: asked at once, and theirs when they accept.
#[test]
fn who_accepts_has_the_session() {
    let mut office = office();
    office.arrive("carla", BUSY);
    assert_eq!(prompted(&mut office, "carla"), "alex");
    assert!(answer(&mut office, "alex", true).is_ok());
    assert_eq!(prompted(&mut office, "carla"), "nobody");
    assert_eq!(office.sees("alex").of_customer("carla"), "owns");
    office.arrive("dana", MANUAL);
    assert_eq!(prompted(&mut office, "dana"), "nobody", "that queue does not route");
}

/// EQL-02: skills first, the least important dropped until somebody matches; generalists after specialists.
#[test]
fn skills_are_dropped_from_the_least_important() {
    let mut office = office();
    // Ranked: Networking, VPN, French. Alex has both that are wanted; without Alex nobody has, so French is dropped,
    // and Blair, a generalist, matches what is left; without Blair whoever is there is asked.
    office.arrive("carla", SKILLED);
    let mut order = vec![prompted(&mut office, "carla")];
    while let Some(who) = REPS.iter().find(|rep| **rep == order[order.len() - 1]) {
        answer(&mut office, who, false).expect("is asked");
        order.push(prompted(&mut office, "carla"));
    }
    assert_eq!(order, ["alex", "blair", "casey", "nobody"]);
}

/// EQL-03, EQL-04: the fewest sessions, then who has had so few for longest.
#[test]
fn the_least_busy_for_longest_is_asked() {
    let mut office = office();
    let mut order = Vec::new();
    for customer in ["c1", "c2", "c3", "c4"] {
        office.arrive(customer, BUSY);
        let who = prompted(&mut office, customer);
        answer(&mut office, &who, true).expect("is asked");
        office.wait_s(1);
        order.push(who);
    }
    assert_eq!(order, ["alex", "blair", "casey", "alex"]);
    // Blair lets go of one: at no session for a shorter time than nobody, but less busy than all.
    let session = office.session_of("c2");
    office.ask("blair", RepAsk::End { session }).expect("owns it");
    office.arrive("c5", BUSY);
    assert_eq!(prompted(&mut office, "c5"), "blair");
}

/// EQL-09 to EQL-12: cycles, never twice to the same, then waits for a hand; a later arrival is not asked.
#[test]
fn a_session_cycles_once_and_then_waits() {
    for (more, after_exhaustion) in [("", "nobody"), ("[equilibrium]\nlate_arrivals = true\n", "casey")] {
        let mut office = office_with(more);
        office.cut("casey");
        office.arrive("carla", BUSY);
        answer(&mut office, "alex", false).expect("is asked");
        assert_eq!(prompted(&mut office, "carla"), "blair");
        office.wait_s(19);
        assert_eq!(prompted(&mut office, "carla"), "blair");
        office.wait_s(1);
        assert_eq!(prompted(&mut office, "carla"), "nobody");
        assert_eq!(office.sees("carla").as_customer(), "number 1");
        office.sign_in("casey");
        assert_eq!(prompted(&mut office, "carla"), after_exhaustion);
        assert!(office.accept("alex", "carla").is_ok(), "by hand, even who has rejected it");
    }
}

/// EQL-10, the other answer: who lets a prompt time out is asked again.
#[test]
fn a_time_out_may_be_no_rejection() {
    let mut office = office_with("[equilibrium]\ntimed_out_excluded = false\n");
    office.cut("blair");
    office.cut("casey");
    office.arrive("carla", BUSY);
    office.wait_s(20);
    assert_eq!(prompted(&mut office, "carla"), "alex");
    answer(&mut office, "alex", false).expect("is asked");
    assert_eq!(prompted(&mut office, "carla"), "nobody");
}

/// EQL-11, TRF-07: a transfer by hand lets rejecters be asked again; a lost prompt counts like one timed out.
#[test]
fn a_transfer_by_hand_clears_rejections() {
    let mut office = office();
    let session = office.arrive("carla", BUSY);
    answer(&mut office, "alex", false).expect("is asked");
    office.cut("blair");
    assert_eq!(prompted(&mut office, "carla"), "casey");
    answer(&mut office, "casey", false).expect("is asked");
    assert_eq!(prompted(&mut office, "carla"), "nobody");
    let to = QueueId::Team(TeamId(0));
    office.ask("alex", RepAsk::Transfer { session, to }).expect("Alex sees it");
    assert_eq!(prompted(&mut office, "carla"), "alex");
}

/// EQL-13 to EQL-17: every reason for not being asked, and that its end is noticed.
#[test]
fn whoever_is_not_available_is_not_asked() {
    let mut table = String::new();
    type Change = fn(&mut Office);
    let reasons: [(&str, Change, Change); 5] = [
        (
            "locked",
            |office| office.say("alex", &RepToAppliance::Attendance(Attendance::Locked)),
            |office| office.say("alex", &RepToAppliance::Attendance(Attendance::Attended)),
        ),
        (
            "idle",
            |office| office.say("alex", &RepToAppliance::Attendance(Attendance::Idle)),
            |office| office.say("alex", &RepToAppliance::Attendance(Attendance::Attended)),
        ),
        (
            "opted out",
            |office| drop(office.ask("alex", RepAsk::SetAutoAssignment { on: false })),
            |office| drop(office.ask("alex", RepAsk::SetAutoAssignment { on: true })),
        ),
        ("signed out", |office| office.cut("alex"), |office| office.sign_in("alex")),
        (
            "two sessions",
            |office| {
                for customer in ["c1", "c2"] {
                    office.arrive(customer, MANUAL);
                    office.accept("alex", customer).expect("waits");
                }
            },
            |office| {
                let session = office.session_of("c1");
                office.ask("alex", RepAsk::End { session }).expect("owns it");
            },
        ),
    ];
    for (reason, become_so, be_so_no_more) in reasons {
        let mut office = office();
        office.cut("blair");
        office.cut("casey");
        become_so(&mut office);
        office.arrive("carla", BUSY);
        let meanwhile = prompted(&mut office, "carla");
        be_so_no_more(&mut office);
        let after = prompted(&mut office, "carla");
        writeln!(table, "{reason}: {meanwhile}, then {after}").expect("writing to memory");
    }
    insta::assert_snapshot!(table, @r"
    locked: nobody, then alex
    idle: nobody, then alex
    opted out: nobody, then alex
    signed out: nobody, then alex
    two sessions: nobody, then alex
    ");
}

/// EQL-16: who comes back to a locked computer is not asked in between.
#[test]
fn a_locked_console_may_say_so_before_it_signs_in() {
    let mut office = office();
    for rep in REPS {
        office.cut(rep);
    }
    office.arrive("carla", BUSY);
    office.greet("alex", wire::Role::RepConsole);
    office.say("alex", &RepToAppliance::Attendance(Attendance::Locked));
    let ask = RepAsk::SignIn { user_name: "alex".into(), password: "alex's password".into() };
    office.ask("alex", ask).expect("the password is right");
    assert!(!office.hears("alex").contains(&"Assigned"));
    office.say("alex", &RepToAppliance::Attendance(Attendance::Attended));
    assert_eq!(prompted(&mut office, "carla"), "alex");
}

/// EQL-17: without the permission nobody opts out; with it the choice lasts.
#[test]
fn opting_out_takes_a_permission_and_lasts() {
    let mut office = office();
    let off = RepAsk::SetAutoAssignment { on: false };
    assert_eq!(office.ask("blair", off.clone()), Err(Refusal::NotPermitted));
    assert!(office.ask("alex", off).is_ok());
    office.restart();
    for rep in REPS {
        office.sign_in(rep);
    }
    office.arrive("carla", BUSY);
    assert_eq!(prompted(&mut office, "carla"), "blair");
}

/// Help invitations are routed like sessions, by the skills of their issue; who is in the session is not asked.
#[test]
fn help_is_routed_like_sessions() {
    let mut office = office();
    let session = office.arrive("carla", MANUAL);
    office.accept("alex", "carla").expect("waits");
    let whom = Invitee::Issue(IssueId(0));
    office.ask("alex", RepAsk::Invite { session, whom }).expect("owns it");
    assert_eq!(prompted(&mut office, "carla"), "blair");
    answer(&mut office, "blair", true).expect("is asked");
    assert_eq!(office.sees("blair").of_customer("carla"), "shares");
    assert!(office.sees("alex").pages[&session].invitations.is_empty());
}

type Event = (&'static str, fn(&mut Office) -> String);

const EVENTS: &[Event] = &[
    ("Alex accepts the prompt", |office| says(answer(office, "alex", true))),
    ("Alex rejects it", |office| says(answer(office, "alex", false))),
    ("Blair answers Alex's prompt", |office| {
        let entry = *office.sees("alex").prompts.keys().next().expect("Alex is prompted");
        says(office.ask("blair", RepAsk::AnswerAssignment { entry, accept: true }))
    }),
    ("20 seconds pass", |office| silently(office, |office| office.wait_s(20))),
    ("Alex locks the computer", |office| {
        silently(office, |office| office.say("alex", &RepToAppliance::Attendance(Attendance::Locked)))
    }),
    ("Alex is lost", |office| silently(office, |office| office.cut("alex"))),
    ("Alex signs in elsewhere", |office| silently(office, |office| office.sign_in("alex"))),
    ("Blair takes it from the queue", |office| says(office.accept("blair", "carla"))),
    ("Blair transfers it to Manual", |office| {
        let session = SessionId(office.session_of("carla").0);
        says(office.ask("blair", RepAsk::Transfer { session, to: QueueId::Team(TeamId(2)) }))
    }),
    ("Blair transfers it to Alex", |office| {
        let session = office.session_of("carla");
        says(office.ask("blair", RepAsk::Transfer { session, to: QueueId::Personal(RepId(0)) }))
    }),
    ("Carla leaves", |office| {
        silently(office, |office| office.say("carla", &wire::customer::CustomerToAppliance::Leave))
    }),
    ("the appliance restarts", |office| {
        silently(office, |office| {
            office.restart();
            for rep in REPS {
                office.sign_in(rep);
            }
        })
    }),
];

fn says(answer: Result<RepAnswer, Refusal>) -> String {
    match answer {
        Ok(answer) => format!("{}; ", <&str>::from(&answer)),
        Err(refusal) => format!("{refusal}; "),
    }
}

fn silently(office: &mut Office, what: impl FnOnce(&mut Office)) -> String {
    what(office);
    String::new()
}

fn situation(office: &mut Office) -> String {
    let mut words = Vec::new();
    for rep in REPS {
        let sees = match office.is_connected(rep) {
            true => office.sees(rep).of_customer("carla"),
            false => "away".to_owned(),
        };
        words.push(format!("{} {sees}", rep[..1].to_uppercase()));
    }
    words.join(" | ")
}

/// An assignment, and everything that can befall it.
#[test]
fn an_assignment_against_everything() {
    let mut table = String::new();
    for (event, happen) in EVENTS {
        let mut office = office();
        office.arrive("carla", BUSY);
        if table.is_empty() {
            writeln!(table, "{}", situation(&mut office)).expect("writing to memory");
        }
        let answer = happen(&mut office);
        writeln!(table, "  {event}: {answer}{}", situation(&mut office)).expect("writing to memory");
    }
    insta::assert_snapshot!(table, @"
    A waits in team-1 and prompted | B waits in team-1 | C waits in team-1
      Alex accepts the prompt: Accepted; A owns | B - | C -
      Alex rejects it: Done; A waits in team-1 | B waits in team-1 and prompted | C waits in team-1
      Blair answers Alex's prompt: the assignment is over; A waits in team-1 and prompted | B waits in team-1 | C waits in team-1
      20 seconds pass: A waits in team-1 | B waits in team-1 and prompted | C waits in team-1
      Alex locks the computer: A waits in team-1 | B waits in team-1 and prompted | C waits in team-1
      Alex is lost: A away | B waits in team-1 and prompted | C waits in team-1
      Alex signs in elsewhere: A waits in team-1 and prompted | B waits in team-1 | C waits in team-1
      Blair takes it from the queue: Accepted; A - | B owns | C -
      Blair transfers it to Manual: not permitted; A waits in team-1 and prompted | B waits in team-1 | C waits in team-1
      Blair transfers it to Alex: Done; A waits in own queue | B - | C -
      Carla leaves: A - | B - | C -
      the appliance restarts: A waits in team-1 (connection lost) and prompted | B waits in team-1 (connection lost) | C waits in team-1 (connection lost)
    ");
}
