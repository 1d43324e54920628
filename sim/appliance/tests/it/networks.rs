//! Accounts that may sign in from some networks only (LOG-07, LOG-08).

use wire::rep::{Refusal, RepAnswer, RepAsk, RepToAppliance};
use wire::{RepId, RequestId, Role};

use crate::office::{Office, PRINTER, SITE};

/// Two networks that the accounts below may come from.
const HEAD_OFFICE: [u8; 4] = [192, 0, 2, 10];
const BRANCH: [u8; 4] = [203, 0, 113, 77];
const HOTEL: [u8; 4] = [192, 0, 2, 11];

/// An office with four more accounts: two are limited on every login, two on the first.
fn office() -> Office {
    let account = |name: &str, when: &str| {
        format!(
            "[[representative]]\nuser_name = \"{name}\"\ndisplay_name = \"{name}\"\npassword = \"{name}'s password\"\n\
             teams = [\"Desktop\"]\npermissions = [\"accept team sessions\"]\n\
             networks = {{ allow = [\"192.0.2.10\", \"203.0.113.64/26\"], when = \"{when}\" }}\n"
        )
    };
    let limited = [
        account("erin", "every login"),
        account("gail", "every login"),
        account("finn", "first login"),
        account("hugo", "first login"),
    ];
    Office::of(&format!("{SITE}{}", limited.concat()))
}

fn sign_in_from(office: &mut Office, from: [u8; 4], who: &str) -> Result<RepId, Refusal> {
    sign_in_with(office, from, who, &format!("{who}'s password"))
}

fn sign_in_with(office: &mut Office, from: [u8; 4], who: &str, password: &str) -> Result<RepId, Refusal> {
    office.address = from;
    office.greet(who, Role::RepConsole);
    let ask = RepAsk::SignIn { user_name: who.to_owned(), password: password.to_owned() };
    match office.ask(who, ask)? {
        RepAnswer::SignedIn(profile) => Ok(profile.id),
        other => panic!("no profile: {other:?}"),
    }
}

const RESTRICTED: Result<RepId, Refusal> = Err(Refusal::NetworkRestricted);

/// LOG-07, and its exception.
#[test]
fn limited_on_every_login_is_limited_on_every_login() {
    let mut office = office();
    for _ in 0..2 {
        assert_eq!(sign_in_from(&mut office, HOTEL, "erin"), RESTRICTED);
        assert_eq!(sign_in_from(&mut office, HEAD_OFFICE, "erin"), Ok(RepId(4)));
        assert_eq!(sign_in_from(&mut office, BRANCH, "erin"), Ok(RepId(4)));
    }
    office.restart();
    assert_eq!(sign_in_from(&mut office, HOTEL, "erin"), RESTRICTED);
    assert_eq!(sign_in_from(&mut office, HOTEL, "alex"), Ok(RepId(0)), "who has no limit");
    assert_eq!(office.appliance.view().representatives, ["Alex"]);
}

/// Nobody finds out by guessing which accounts are limited, or whether they have had their first login.
#[test]
fn the_password_is_judged_before_the_network() {
    let mut office = office();
    for who in ["erin", "finn", "nobody"] {
        for from in [HOTEL, HEAD_OFFICE] {
            let guessed = sign_in_with(&mut office, from, who, "a guess");
            assert_eq!(guessed, Err(Refusal::WrongCredentials), "{who}");
        }
    }
    assert_eq!(sign_in_from(&mut office, HOTEL, "finn"), RESTRICTED, "a guess was no login");
}

/// A stranger with the password in a hotel does not throw out who works at the office.
#[test]
fn who_is_refused_disturbs_nobody() {
    let mut office = office();
    sign_in_from(&mut office, HEAD_OFFICE, "erin").expect("allowed");
    let earlier = office.conn_of("erin");
    office.arrive("carla", PRINTER);
    office.accept("erin", "carla").expect("she waits");
    assert_eq!(sign_in_from(&mut office, HOTEL, "erin"), RESTRICTED);
    assert_eq!(office.line_on(earlier).goodbye, None);
    assert_eq!(office.sees("carla").as_customer(), "with erin");
    // The refused connection is nobody's, and may still become one of somebody who is allowed.
    assert_eq!(office.ask("erin", RepAsk::GetNext), Err(Refusal::NotSignedIn));
    let other = RepAsk::SignIn { user_name: "alex".into(), password: "alex's password".into() };
    assert!(office.ask("erin", other).is_ok());
}

/// LOG-08: the first login of each account, whatever others do.
#[test]
fn limited_on_the_first_login_is_free_afterwards() {
    let mut office = office();
    assert_eq!(sign_in_from(&mut office, HOTEL, "finn"), RESTRICTED);
    assert_eq!(sign_in_from(&mut office, HOTEL, "finn"), RESTRICTED, "a refusal is no success");
    assert_eq!(sign_in_from(&mut office, BRANCH, "finn"), Ok(RepId(6)));
    assert_eq!(sign_in_from(&mut office, HOTEL, "finn"), Ok(RepId(6)));
    assert_eq!(sign_in_from(&mut office, HOTEL, "hugo"), RESTRICTED, "another account");
    assert_eq!(sign_in_from(&mut office, HOTEL, "gail"), RESTRICTED, "another limit");
}

/// LOG-08: a disk is asked to remember it once, and only where it matters.
#[test]
fn the_first_login_outlives_the_appliance() {
    let mut office = office();
    let deeds = office.device.deeds;
    assert_eq!(sign_in_from(&mut office, HOTEL, "finn"), RESTRICTED);
    sign_in_from(&mut office, HEAD_OFFICE, "erin").expect("allowed");
    sign_in_from(&mut office, HOTEL, "alex").expect("not limited");
    assert_eq!(office.device.deeds, deeds, "nothing to remember");
    sign_in_from(&mut office, HEAD_OFFICE, "finn").expect("allowed");
    assert_eq!(office.device.deeds, deeds + 2, "an append and a sync");
    sign_in_from(&mut office, HEAD_OFFICE, "finn").expect("allowed");
    assert_eq!(office.device.deeds, deeds + 2, "once is enough");
    for _ in 0..2 {
        office.restart();
        assert_eq!(sign_in_from(&mut office, HOTEL, "finn"), Ok(RepId(6)));
        assert_eq!(sign_in_from(&mut office, HOTEL, "hugo"), RESTRICTED);
    }
}

/// LOG-08: whoever was let in stays trusted, however the power fails in that moment.
#[test]
fn nobody_is_let_in_for_the_first_time_before_that_is_safe() {
    for deeds in 0..=2 {
        for torn in [0, 1, 128, 254, 255] {
            let mut office = office();
            office.address = HEAD_OFFICE;
            office.greet("finn", Role::RepConsole);
            office.device.dies_after(deeds, torn);
            let credentials = RepAsk::SignIn { user_name: "finn".into(), password: "finn's password".into() };
            office.say("finn", &RepToAppliance::Ask { request: RequestId(100), ask: credentials });
            let told = office.answer("finn", RequestId(100));
            assert_eq!(told.is_some(), deeds == 2, "{deeds} deeds");
            office.restart();
            let later = sign_in_from(&mut office, HOTEL, "finn");
            if told.is_some() {
                assert_eq!(later, Ok(RepId(6)), "{deeds} deeds, {torn} of 255");
            } else if deeds == 0 && torn == 0 {
                assert_eq!(later, RESTRICTED, "nothing was on the disk");
            }
        }
    }
}

/// LOG-08: a journal that is written anew holds it too.
#[test]
fn the_first_login_outlives_a_rewrite_of_the_journal() {
    let mut office = office();
    sign_in_from(&mut office, HEAD_OFFICE, "finn").expect("allowed");
    office.arrive("carla", PRINTER);
    let line = "x".repeat(wire::session::CHAT_LINE_BYTES_MAX);
    let mut rewritten = false;
    for _ in 0..(3 << 20) / line.len() {
        let before = office.device.deeds;
        office.customer_says("carla", &line);
        rewritten |= office.device.deeds - before > 2;
    }
    assert!(rewritten);
    office.restart();
    assert_eq!(sign_in_from(&mut office, HOTEL, "finn"), Ok(RepId(6)));
}
