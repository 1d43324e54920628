//! Session keys: who may make them, how long they live, what they open (KEY).

use std::time::Duration;

use wire::customer::{ApplianceToCustomer, CustomerToAppliance, Start, StartRefusal};
use wire::rep::{KeyGenerated, Refusal, RepAnswer, RepAsk};
use wire::{PortalId, Role};

use crate::office::{Office, SITE};

const DAY_S: u64 = 86_400;
const MAIN: PortalId = PortalId(0);
const FORMAL: PortalId = PortalId(1);
const KEYS_ONLY: PortalId = PortalId(2);

fn generate(
    office: &mut Office,
    who: &str,
    portal: Option<PortalId>,
    valid_s: Option<u32>,
) -> Result<KeyGenerated, Refusal> {
    match office.ask(who, RepAsk::GenerateKey { portal, valid_s })? {
        RepAnswer::KeyGenerated(key) => Ok(key),
        other => panic!("no key: {other:?}"),
    }
}

/// What the appliance says to somebody who types a key, without using it.
fn check(office: &mut Office, start: Start) -> Result<(), StartRefusal> {
    office.greet("somebody", Role::Customer);
    office.say("somebody", &CustomerToAppliance::ChooseStart { start, portal: None });
    match office.line("somebody").customer_says.pop() {
        Some(ApplianceToCustomer::StartChecked(answer)) => answer.map(|_| ()),
        other => panic!("no answer: {other:?}"),
    }
}

fn typed(key: &KeyGenerated) -> Start {
    Start::Key(key.key.clone())
}

fn followed(key: &KeyGenerated) -> Start {
    Start::Url(key.url.clone())
}

fn office_with(who: &str) -> Office {
    let mut office = Office::new();
    office.sign_in(who);
    office
}

/// KEY-02, KEY-09, KEY-11, KEY-12, QUE-03.
#[test]
fn a_key_starts_one_session_in_its_makers_queue_however_it_is_used() {
    for how in [typed, followed] {
        let mut office = office_with("alex");
        let key = generate(&mut office, "alex", None, None).expect("permitted");
        office.arrive("carla", how(&key));
        assert_eq!(office.sees("alex").of_customer("carla"), "waits in own queue");
        for again in [typed, followed] {
            assert_eq!(check(&mut office, again(&key)), Err(StartRefusal::KeyUsed));
        }
        office.greet("dana", Role::Customer);
        office.join("dana", how(&key));
        assert_eq!(office.sees("dana").refused, Some(StartRefusal::KeyUsed));
        assert_eq!(office.sees("alex").queue_lines.len(), 1);
    }
}

#[test]
fn checking_a_key_does_not_use_it() {
    let mut office = office_with("alex");
    let key = generate(&mut office, "alex", None, None).expect("permitted");
    for _ in 0..3 {
        check(&mut office, typed(&key)).expect("it is good");
    }
    office.arrive("carla", typed(&key));
}

/// KEY-03 to KEY-05.
#[test]
fn a_key_is_good_until_the_moment_at_which_its_validity_is_over() {
    let mut office = office_with("alex");
    let key = generate(&mut office, "alex", None, Some(60)).expect("permitted");
    let other = generate(&mut office, "alex", None, Some(60)).expect("permitted");
    assert_eq!(key.valid_s, 60);
    office.wait(Duration::from_secs(60) - Duration::from_nanos(1));
    office.arrive("carla", typed(&key));
    office.wait(Duration::from_nanos(1));
    assert_eq!(check(&mut office, typed(&other)), Err(StartRefusal::KeyExpired));
    assert_eq!(check(&mut office, followed(&other)), Err(StartRefusal::KeyExpired));
    assert_eq!(office.sees("carla").as_customer(), "number 1", "her session goes on");
}

/// KEY-06: a day where nobody chooses, a week at most.
#[test]
fn the_validity_is_the_representatives_choice_up_to_the_sites_maximum() {
    let mut office = office_with("alex");
    let week_s = 7 * DAY_S as u32;
    let valid_s =
        |office: &mut Office, valid_s| generate(office, "alex", None, valid_s).map(|key| key.valid_s);
    assert_eq!(valid_s(&mut office, None), Ok(DAY_S as u32));
    assert_eq!(valid_s(&mut office, Some(week_s)), Ok(week_s));
    assert_eq!(valid_s(&mut office, Some(week_s + 1)), Err(Refusal::ValidityTooLong));
    assert_eq!(valid_s(&mut office, Some(u32::MAX)), Err(Refusal::ValidityTooLong));
}

/// KEY-01, KEY-07: Alex has two portals, Casey no permission.
#[test]
fn portals_and_permission_are_the_accounts() {
    let mut office = office_with("alex");
    office.sign_in("blair");
    office.sign_in("casey");
    let mut portal = |who, portal| generate(&mut office, who, portal, None).map(|key| key.portal);
    assert_eq!(portal("alex", None), Ok(MAIN));
    assert_eq!(portal("alex", Some(FORMAL)), Ok(FORMAL));
    assert_eq!(portal("alex", Some(KEYS_ONLY)), Err(Refusal::PortalNotAllowed));
    assert_eq!(portal("alex", Some(PortalId(3))), Err(Refusal::PortalNotAllowed));
    assert_eq!(portal("blair", Some(KEYS_ONLY)), Ok(KEYS_ONLY), "who has no list may use them all");
    assert_eq!(portal("casey", None), Err(Refusal::NotPermitted));
}

#[test]
fn without_a_portal_there_is_no_key() {
    let site = SITE.replace(r#"portals = ["Main", "Formal"]"#, "portals = []");
    let mut office = Office::of(&site);
    office.sign_in("alex");
    assert_eq!(generate(&mut office, "alex", None, None), Err(Refusal::PortalNotAllowed));
}

/// KEY-07: the agreement of the key's portal counts, on whatever portal it is typed.
#[test]
fn a_key_leads_through_its_portal() {
    let mut office = office_with("alex");
    let key = generate(&mut office, "alex", Some(FORMAL), None).expect("permitted");
    office.greet("carla", Role::Customer);
    for portal in [None, Some(MAIN), Some(FORMAL), Some(KEYS_ONLY)] {
        office.say("carla", &CustomerToAppliance::ChooseStart { start: typed(&key), portal });
        let Some(ApplianceToCustomer::StartChecked(Ok(checked))) = office.line("carla").customer_says.pop()
        else {
            panic!("the key is good")
        };
        assert_eq!(checked.agreement.as_deref(), Some("Acme may see your screen."));
        assert!(checked.recording_prompt);
    }
    office.say("carla", &CustomerToAppliance::OpenPortal { portal: None, url: Some(key.url.clone()) });
    let Some(ApplianceToCustomer::PortalPage(page)) = office.line("carla").customer_says.pop() else {
        panic!("the URL opens a portal")
    };
    assert_eq!(page.id, FORMAL);
}

/// KEY-13.
#[test]
fn what_is_no_key_is_unknown() {
    let mut office = office_with("alex");
    let key = generate(&mut office, "alex", None, None).expect("permitted");
    let token = key.url.rsplit('=').next().expect("a URL").to_owned();
    let typed = ["", " ", "1234567", "nonsense", &"A".repeat(100_000), &token, &key.url, &key.key[..6]];
    for typed in typed {
        assert_eq!(
            check(&mut office, Start::Key(typed.to_owned())),
            Err(StartRefusal::UnknownKey),
            "{typed}"
        );
    }
    let urls = [
        "",
        "?ak=",
        "https://support.example.com/",
        &key.key,
        &format!("https://support.example.com/?ak={}", key.key),
    ];
    for url in urls {
        assert_eq!(check(&mut office, Start::Url(url.to_owned())), Err(StartRefusal::UnknownKey), "{url}");
    }
    assert_eq!(office.appliance.footprint().sessions, 0);
}

#[test]
fn case_and_blanks_do_not_matter_in_a_typed_key() {
    let mut office = office_with("alex");
    let key = generate(&mut office, "alex", None, None).expect("permitted");
    let (head, tail) = key.key.split_at(3);
    let spoken = format!(" {} {}\n", head.to_lowercase(), tail.to_lowercase());
    assert_eq!(check(&mut office, Start::Key(spoken)), Ok(()));
}

/// KEY-01: what the URL carries is not the key, and says nothing of it.
#[test]
fn a_key_looks_as_the_site_says_and_its_url_does_not_contain_it() {
    let site = SITE.replace(
        "[[portal]]\nname = \"Main\"",
        "[session_keys]\nlength = 9\nalphabet = \"0123456789\"\n[[portal]]\nname = \"Main\"",
    );
    let mut office = Office::of(&site);
    office.sign_in("alex");
    for _ in 0..50 {
        let KeyGenerated { key, url, .. } = generate(&mut office, "alex", None, None).expect("permitted");
        assert!(key.len() == 9 && key.bytes().all(|c| c.is_ascii_digit()), "{key}");
        let token = url.strip_prefix("https://support.example.com/?ak=").expect("the site's URL");
        assert!(token.len() == 32 && token.bytes().all(|c| c.is_ascii_hexdigit()), "{token}");
        assert!(!url.contains(&key), "{url} contains {key}");
    }
}

#[test]
fn one_seed_draws_the_same_keys_and_another_others() {
    let keys = |seed| -> Vec<KeyGenerated> {
        let mut office = Office::seeded(SITE, seed);
        office.sign_in("alex");
        (0..5).map(|_| generate(&mut office, "alex", None, None).expect("permitted")).collect()
    };
    assert_eq!(keys(1), keys(1));
    assert!(keys(1).iter().zip(keys(2)).all(|(one, other)| one.key != other.key && one.url != other.url));
    insta::assert_debug_snapshot!(keys(1).into_iter().map(|key| key.key).collect::<Vec<_>>(), @r#"
    [
        "D3MQR99",
        "QQKBMBN",
        "JTTRMZG",
        "FEUXNQC",
        "2WLM6XY",
    ]
    "#);
}

/// A key that can start nothing is known for what it was for a week, and then unknown.
#[test]
fn a_week_after_its_validity_a_key_is_forgotten() {
    let mut office = office_with("alex");
    let used = generate(&mut office, "alex", None, Some(60)).expect("permitted");
    let unused = generate(&mut office, "alex", None, Some(60)).expect("permitted");
    office.arrive("carla", typed(&used));
    office.wait(Duration::from_secs(60 + 7 * DAY_S) - Duration::from_nanos(1));
    office.sign_in("alex");
    assert_eq!(check(&mut office, typed(&used)), Err(StartRefusal::KeyUsed));
    assert_eq!(check(&mut office, followed(&unused)), Err(StartRefusal::KeyExpired));
    office.wait(Duration::from_nanos(1));
    assert_eq!(office.appliance.footprint().keys, 0);
    for restarted in [false, true] {
        if restarted {
            office.restart();
        }
        assert_eq!(check(&mut office, typed(&used)), Err(StartRefusal::UnknownKey));
        assert_eq!(check(&mut office, followed(&unused)), Err(StartRefusal::UnknownKey));
    }
}

/// Who asks for keys in a loop has the latest thousand, and nobody else loses any.
#[test]
fn one_representative_holds_so_many_keys_and_no_more() {
    let mut office = office_with("alex");
    office.sign_in("blair");
    let blairs = generate(&mut office, "blair", None, None).expect("permitted");
    let mut alexs = Vec::new();
    for _ in 0..1_001 {
        alexs.push(generate(&mut office, "alex", None, None).expect("permitted"));
        office.wait(Duration::from_nanos(1));
    }
    assert_eq!(office.appliance.footprint().keys, 1_001);
    let timers = office.appliance.footprint().timers;
    for restarted in [false, true] {
        if restarted {
            office.restart();
        }
        assert_eq!(check(&mut office, typed(&alexs[0])), Err(StartRefusal::UnknownKey));
        assert_eq!(check(&mut office, followed(&alexs[0])), Err(StartRefusal::UnknownKey));
        for key in [&alexs[1], &alexs[1_000], &blairs] {
            assert_eq!(check(&mut office, typed(key)), Ok(()));
        }
    }
    office.sign_in("alex");
    let connections = office.appliance.footprint().connections;
    for _ in 0..100 {
        generate(&mut office, "alex", None, None).expect("permitted");
    }
    assert!(office.appliance.footprint().timers <= timers + connections, "forgotten keys leave no timers");
}

/// The appliance that starts again does not give a key out a second time.
#[test]
fn no_key_is_drawn_twice() {
    // So few keys are possible that chance alone would draw one again.
    let site = SITE.replace(
        "[[portal]]\nname = \"Main\"",
        "[session_keys]\nlength = 5\nalphabet = \"0123456789\"\n[[portal]]\nname = \"Main\"",
    );
    let mut office = Office::of(&site);
    let mut keys = std::collections::BTreeSet::new();
    for _ in 0..4 {
        office.sign_in("alex");
        for _ in 0..200 {
            let key = generate(&mut office, "alex", None, None).expect("permitted");
            assert!(keys.insert(key.key.clone()), "{} is drawn twice", key.key);
        }
        office.restart();
    }
}
