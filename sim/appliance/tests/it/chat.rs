//! Chat and the running log (CHT).

use std::collections::BTreeMap;

use wire::customer::CustomerToAppliance;
use wire::rep::{RepAsk, RepToAppliance};
use wire::session::{Audience, CHAT_LINE_BYTES_MAX, LogEntry, LogItem};
use wire::{LineId, RepId, SessionId};

use crate::office::{Office, VPN};

/// Carla with Alex, who owns the session, and Blair.
fn shared() -> (Office, SessionId) {
    let mut office = Office::new();
    office.sign_in("alex");
    office.sign_in("blair");
    let session = office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("she waits");
    office.invite("alex", "carla", RepId(1)).expect("Alex owns it");
    office.accept("blair", "carla").expect("Blair is invited");
    (office, session)
}

/// A customer's client does not know its session's number; what it has is kept under 0.
const OWN: SessionId = SessionId(0);

/// CHT-01, CHT-03, CHT-04.
#[test]
fn a_line_reaches_those_whom_it_is_for() {
    let (mut office, session) = shared();
    office.customer_says("carla", "hello");
    office.rep_says("alex", session, Audience::Everyone, "hi");
    office.rep_says("blair", session, Audience::RepresentativesOnly, "printer again");
    office.rep_says("alex", session, Audience::RepresentativesOnly, "indeed");
    let of_reps = ["carla: hello", "Alex: hi", "Blair: printer again", "Alex: indeed"];
    assert_eq!(office.sees("alex").chat(session), of_reps);
    assert_eq!(office.sees("blair").chat(session), of_reps);
    assert_eq!(office.sees("carla").chat(OWN), ["carla: hello", "Alex: hi"]);
}

/// CHT-05: who joins later has all of it, who leaves and comes back too.
#[test]
fn who_joins_reads_what_was_said_before() {
    let (mut office, session) = shared();
    office.customer_says("carla", "hello");
    office.rep_says("alex", session, Audience::RepresentativesOnly, "printer again");
    let before = office.sees("alex").logs[&session].clone();
    office.sign_in("casey");
    office.invite("alex", "carla", RepId(2)).expect("Alex owns it");
    office.accept("casey", "carla").expect("Casey is invited");
    assert!(office.sees("casey").logs[&session].starts_with(&before));
    office.ask("casey", RepAsk::End { session }).expect("who is a member may leave");
    office.invite("alex", "carla", RepId(2)).expect("Alex owns it");
    office.accept("casey", "carla").expect("Casey is invited");
    assert_eq!(office.sees_log("casey", session), office.sees_log("alex", session));
}

/// CLS-07: the page that opens again after a hold is a new one, and has all of it too.
#[test]
fn who_takes_up_a_held_session_reads_what_was_said_before() {
    let (mut office, session) = shared();
    office.customer_says("carla", "hello");
    office.ask_about("alex", |session| RepAsk::Hold { session }).expect("Alex owns it");
    office.customer_says("carla", "still there?");
    office.accept("alex", "carla").expect("she waits");
    assert_eq!(office.sees("alex").chat(session), ["carla: hello", "carla: still there?"]);
    assert_eq!(office.sees_log("alex", session), office.sees_log("blair", session));
}

/// CHT-06: whatever was kept has its time and a number without gaps.
#[test]
fn every_entry_has_its_time_and_number() {
    let (mut office, session) = shared();
    for _ in 0..5 {
        office.wait_s(7);
        office.customer_says("carla", "hello");
    }
    let log = office.sees_log("alex", session);
    assert!(log.iter().map(|entry| entry.seq).eq(1..=log.len() as u32));
    assert!(log.is_sorted_by_key(|entry| entry.at));
    assert_eq!(log.last().map(|entry| entry.at), Some(office.now));
}

/// A line that is sent again since its receipt was lost is kept once, through breaks and restarts.
#[test]
fn a_line_is_kept_once_per_number_of_its_sender() {
    let (mut office, session) = shared();
    let customer = |line, text: &str| CustomerToAppliance::Chat { line: LineId(line), text: text.to_owned() };
    let rep = |line, text: &str| RepToAppliance::Chat {
        session,
        line: LineId(line),
        audience: Audience::Everyone,
        text: text.to_owned(),
    };
    for _ in 0..2 {
        office.say("carla", &customer(1, "one"));
        office.say("carla", &customer(2, "two"));
        office.say("alex", &rep(1, "Alex's one"));
        office.say("blair", &rep(1, "Blair's one"));
    }
    let expected = ["carla: one", "carla: two", "Alex: Alex's one", "Blair: Blair's one"];
    assert_eq!(office.sees("alex").chat(session), expected);
    office.restart();
    office.resume("carla", 0);
    office.say("carla", &customer(2, "two"));
    office.sign_in("alex");
    office.accept("alex", "carla").expect("she waits again");
    office.say("alex", &rep(1, "Alex's one"));
    assert_eq!(office.sees("alex").chat(session), expected);
    assert_eq!(office.sees("carla").chat(OWN), expected);
}

/// A customer who comes back says what they have, and gets the rest.
#[test]
fn a_break_costs_no_line_and_repeats_none() {
    let (mut office, session) = shared();
    office.customer_says("carla", "before");
    let have: Vec<LogEntry> = office.sees("carla").logs[&OWN].clone();
    office.cut("carla");
    office.rep_says("alex", session, Audience::Everyone, "meanwhile");
    office.rep_says("alex", session, Audience::RepresentativesOnly, "she is gone");
    office.resume("carla", have.last().expect("entries").seq);
    assert_eq!(office.sees("carla").chat(OWN), ["Alex: meanwhile"]);
    office.cut("carla");
    // What was sent last may not have arrived.
    office.resume("carla", have[0].seq);
    assert_eq!(office.sees("carla").chat(OWN), ["carla: before", "Alex: meanwhile"]);
    office.cut("carla");
    // Somebody may claim to have more than there is.
    office.resume("carla", u32::MAX);
    assert!(office.sees("carla").logs.is_empty());
    office.rep_says("alex", session, Audience::Everyone, "welcome");
    assert_eq!(office.sees("carla").chat(OWN), ["Alex: welcome"]);
}

/// A line at the limit is kept; one byte more ends the connection that sent it, and no other.
#[test]
fn a_line_has_a_limit() {
    let (mut office, session) = shared();
    let longest = "é".repeat(CHAT_LINE_BYTES_MAX / 2);
    office.customer_says("carla", &longest);
    office.rep_says("alex", session, Audience::Everyone, &longest);
    assert_eq!(office.sees("blair").chat(session).len(), 2);
    office.customer_says("carla", &format!("{longest}x"));
    office.rep_says("alex", session, Audience::Everyone, &format!("{longest}x"));
    assert!(!office.is_connected("carla") && !office.is_connected("alex"));
    assert_eq!(office.sees("blair").chat(session).len(), 2);
    assert_eq!(office.sees("blair").of_customer("carla"), "owns (connection lost)");
}

/// Ten thousand lines, and the receipts stop; whoever joins then gets them all.
#[test]
fn a_session_holds_so_many_lines_and_no_more() {
    let (mut office, session) = shared();
    for _ in 0..10_001 {
        office.customer_says("carla", "x");
    }
    assert_eq!(office.sees("alex").chat(session).len(), 10_000);
    assert!(office.is_connected("carla"), "nobody is cut off for talking");
    office.sign_in("casey");
    office.invite("alex", "carla", RepId(2)).expect("Alex owns it");
    office.accept("casey", "carla").expect("Casey is invited");
    assert_eq!(office.sees("casey").chat(session).len(), 10_000);
}

/// Nobody who is no member says or reads anything.
#[test]
fn who_is_no_member_has_no_part_in_it() {
    let (mut office, session) = shared();
    office.sign_in("casey");
    office.rep_says("casey", session, Audience::Everyone, "may I?");
    office.rep_says("casey", SessionId(99), Audience::Everyone, "hello?");
    office.ask("blair", RepAsk::End { session }).expect("a member may leave");
    office.rep_says("blair", session, Audience::Everyone, "one more thing");
    assert!(office.is_connected("casey") && office.is_connected("blair"), "it is too late, and no offence");
    assert!(office.sees("alex").chat(session).is_empty());
    assert!(office.sees("casey").logs.is_empty());
}

/// CHT-03, CHT-04, over random chats with breaks and restarts: the customer gets every line for everyone once, and
/// none that is for representatives only.
#[test]
fn the_customer_never_gets_what_representatives_keep_to_themselves() {
    arbtest::arbtest(|u| {
        let (mut office, session) = shared();
        let mut for_everyone = Vec::new();
        let mut received: BTreeMap<u32, String> = BTreeMap::new();
        let mut number = 0;
        for _ in 0..u.int_in_range(0..=40)? {
            number += 1;
            match u.int_in_range(0..=7)? {
                0 | 1 => {
                    let text = format!("secret {number}");
                    let rep = *u.choose(&["alex", "blair"])?;
                    if office.is_connected(rep) {
                        office.rep_says(rep, session, Audience::RepresentativesOnly, &text);
                    }
                }
                2 | 3 => {
                    let text = format!("open {number}");
                    let rep = *u.choose(&["alex", "blair"])?;
                    if office.is_connected(rep) && office.sees(rep).pages.contains_key(&session) {
                        office.rep_says(rep, session, Audience::Everyone, &text);
                        for_everyone.push(text);
                    }
                }
                4 if office.is_connected("carla") => {
                    let text = format!("open {number}");
                    office.next_line("carla", number);
                    office.customer_says("carla", &text);
                    for_everyone.push(text);
                }
                5 if office.is_connected("carla") => {
                    take_log(&mut office, &mut received);
                    office.cut("carla");
                }
                6 if !office.is_connected("carla") => {
                    let have = received.last_key_value().map_or(0, |(seq, _)| *seq);
                    office.resume("carla", have);
                }
                _ => {
                    let _ = office
                        .find_line("blair", "carla")
                        .map(|line| office.ask("blair", RepAsk::Accept { entry: line.id }));
                }
            }
        }
        if !office.is_connected("carla") {
            office.resume("carla", received.last_key_value().map_or(0, |(seq, _)| *seq));
        }
        take_log(&mut office, &mut received);
        assert_eq!(received.into_values().filter(|text| !text.is_empty()).collect::<Vec<_>>(), for_everyone);
        Ok(())
    });
}

/// What Carla has got on her present connection, beside what she had.
fn take_log(office: &mut Office, received: &mut BTreeMap<u32, String>) {
    for entry in std::mem::take(&mut office.line("carla").sees.logs).into_values().flatten() {
        let text = match entry.what {
            LogItem::Said { text, audience, .. } => {
                assert_eq!(audience, Audience::Everyone, "{text}");
                text
            }
            LogItem::Happened { .. } => String::new(),
        };
        assert_eq!(received.insert(entry.seq, text), None, "entry {} comes once", entry.seq);
    }
}
