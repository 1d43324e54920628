//! Waiting: rules for who waits too long (WSR), what customers hear meanwhile, queues that keep nobody.

use wire::IssueId;
use wire::customer::{CustomerStatus, Start};
use wire::session::QueueEntryKind;

use crate::office::Office;

const SITE: &str = r##"
name = "Acme support"
host = "support.example.com"
sign_in = { hash_memory_kib = 8, hash_passes = 1 }
connections = { silent_after_s = 86_400 }

[[portal]]
name = "Main"
greeting = "Welcome, you are number %position%."
hold_message = { text = "Number %position%, %wait% to go.", every_s = 60 }
nobody_available = { message = "We are closed." }

[[team]]
name = "Alert"
waiting_rule = { kind = "alert", after_s = 100 }
[[team]]
name = "Ping"
waiting_rule = { kind = "overflow", after_s = 30, to = "Pong" }
[[team]]
name = "Pong"
waiting_rule = { kind = "overflow", after_s = 30, to = "Ping", clock = "all", least_stay_s = 7 }
[[team]]
name = "Fleeting"
persistent = false

[[issue]]
title = "alert"
team = "Alert"
[[issue]]
title = "ping"
team = "Ping"
[[issue]]
title = "fleeting"
team = "Fleeting"

[[representative]]
user_name = "alex"
display_name = "Alex"
password = "alex's password"
teams = ["Alert", "Ping", "Pong", "Fleeting"]
permissions = ["accept team sessions"]
"##;

fn office() -> Office {
    let mut office = Office::of(SITE);
    office.sign_in("alex");
    office
}

fn arrive(office: &mut Office, who: &str, issue: u32) {
    office.arrive(who, Start::Issue(IssueId(issue)));
}

fn line(office: &mut Office, who: &str) -> (String, bool) {
    let line = office.find_line("alex", who).expect("a line is on the screen");
    assert_eq!(line.what, QueueEntryKind::Waiting);
    (format!("{:?}", line.queue), line.overdue)
}

/// WSR-01, WSR-05: not before the limit, and not where there is no rule.
#[test]
fn an_alert_marks_who_is_overdue() {
    let mut office = office();
    arrive(&mut office, "carla", 0);
    arrive(&mut office, "fay", 2);
    office.wait_s(99);
    assert!(!line(&mut office, "carla").1);
    office.wait_s(1);
    assert!(line(&mut office, "carla").1);
    office.wait_s(100_000);
    assert!(!line(&mut office, "fay").1);
}

/// WSR-02 to WSR-04: there and back until accepted, each stay as long as its own clock says, and bounded.
#[test]
fn ping_pong_is_bounded_and_ends_with_a_hand() {
    let mut office = office();
    arrive(&mut office, "carla", 1);
    let mut moves = Vec::new();
    let mut before = line(&mut office, "carla").0;
    for second in 1..=120 {
        office.wait_s(1);
        let now = line(&mut office, "carla").0;
        if now != before {
            moves.push(second);
            before = now;
        }
    }
    // In Ping, thirty seconds each; in Pong, overdue by all clocks, and yet seven.
    assert_eq!(moves, [30, 37, 67, 74, 104, 111]);
    office.accept("alex", "carla").expect("waits");
    office.wait_s(1_000);
    assert_eq!(office.sees("alex").of_customer("carla"), "owns");
}

/// Greeting, place, estimate, hold message; and silence once somebody is there.
#[test]
fn who_waits_is_told_so() {
    let mut office = office();
    arrive(&mut office, "carla", 0);
    arrive(&mut office, "dana", 0);
    office.wait_s(60);
    office.accept("alex", "carla").expect("waits");
    let status = Some(CustomerStatus::Waiting { position: 1, estimate_s: Some(60) });
    assert_eq!(office.sees("dana").status, status);
    office.wait_s(60);
    let told = ["Welcome, you are number 2.", "Number 2, some time to go.", "Number 1, 1 minute to go."];
    assert_eq!(office.sees("dana").told, told);
    office.accept("alex", "dana").expect("waits");
    office.wait_s(600);
    assert_eq!(office.sees("dana").told, told);
}

/// A queue that keeps nobody turns away who comes while nobody is there, and lets go of who waits.
#[test]
fn a_queue_that_keeps_nobody() {
    let mut office = office();
    arrive(&mut office, "carla", 2);
    office.cut("alex");
    assert_eq!(office.sees("carla").as_customer(), "nobody is available");
    assert_eq!(office.sees("carla").told.last().map(String::as_str), Some("We are closed."));
    office.greet("dana", wire::Role::Customer);
    office.join("dana", Start::Issue(IssueId(2)));
    assert_eq!(office.joined("dana"), None);
    assert_eq!(office.sees("dana").told, ["We are closed."]);
    // However somebody came there: whoever sees the line may move it to where nobody is.
    office.sign_in("alex");
    arrive(&mut office, "gus", 2);
    office.restart();
    office.wait_s(119);
    office.resume("gus", 0);
    assert_eq!(office.sees("gus").as_customer(), "number 1", "consoles may take a while to come back");
    office.wait_s(1);
    assert_eq!(office.sees("gus").as_customer(), "nobody is available");
    // Others keep who waits.
    arrive(&mut office, "eli", 0);
    assert_eq!(office.sees("eli").as_customer(), "number 1");
}
