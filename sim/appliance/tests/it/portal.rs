//! Portals and requests for sessions (POR).

use wire::customer::{
    ApplianceToCustomer, CustomerToAppliance, PACKAGE_PIECE_BYTES_MAX, PortalPage, Start, StartRefusal,
};
use wire::rep::{RepAnswer, RepAsk};
use wire::session::{LogItem, SessionEvent};
use wire::{IssueId, JumpId, PortalId, RepId, Role, SessionId, Token};

use crate::office::{Office, PRINTER, SITE, VPN};

const FORMAL: PortalId = PortalId(1);
const KEYS_ONLY: PortalId = PortalId(2);

fn page(office: &mut Office, name: Option<&str>) -> Result<PortalPage, StartRefusal> {
    office.greet("carla", Role::Customer);
    office.say("carla", &CustomerToAppliance::OpenPortal { portal: name.map(str::to_owned), url: None });
    match office.line("carla").customer_says.pop() {
        Some(ApplianceToCustomer::PortalPage(page)) => Ok(page),
        Some(ApplianceToCustomer::Refused(why)) => Err(why),
        other => panic!("no answer: {other:?}"),
    }
}

fn titles(page: &PortalPage) -> Vec<&str> {
    page.issues.iter().map(|issue| issue.title.as_str()).collect()
}

fn names(page: &PortalPage) -> Vec<&str> {
    page.representatives.iter().map(|rep| rep.name.as_str()).collect()
}

/// POR-01, POR-05: each portal offers what the administrator has set; POR-02: and only who is signed in.
#[test]
fn a_portal_offers_what_is_set() {
    let mut office = Office::new();
    office.sign_in("blair");
    let main = page(&mut office, None).expect("the first is the default");
    assert_eq!((main.name.as_str(), main.offers_session_key), ("Main", true));
    assert_eq!(titles(&main), ["VPN does not connect", "Printer prints nothing"]);
    assert_eq!(names(&main), ["Blair"]);
    let keys_only = page(&mut office, Some("keys ONLY")).expect("case does not matter");
    assert!(keys_only.offers_session_key);
    assert_eq!((titles(&keys_only).len(), names(&keys_only).len()), (0, 0));
    assert_eq!(page(&mut office, Some("Nowhere")), Err(StartRefusal::NotOffered));
    office.ask("blair", RepAsk::SignOut).expect("signed in");
    let main = page(&mut office, Some("Main")).expect("it is there");
    assert!(names(&main).is_empty());
}

fn refusal(start: Start, portal: Option<PortalId>) -> Option<StartRefusal> {
    let mut office = Office::new();
    office.sign_in("blair");
    office.greet("carla", Role::Customer);
    office.say("carla", &CustomerToAppliance::ChooseStart { start: start.clone(), portal });
    let Some(ApplianceToCustomer::StartChecked(checked)) = office.line("carla").customer_says.pop() else {
        panic!("a start is checked")
    };
    // Whoever asks without having looked is told the same.
    office.greet("dana", Role::Customer);
    office.join("dana", VPN);
    let mut join = office.join_message("dana", start);
    join.token = Token([9; 16]);
    join.portal = portal;
    join.agreement = Some(true);
    office.greet("eli", Role::Customer);
    office.say("eli", &CustomerToAppliance::Join(join));
    assert_eq!(office.sees("eli").refused, checked.as_ref().err().copied());
    checked.err()
}

/// POR-01, POR-02, POR-04.
#[test]
fn only_what_a_portal_offers_starts_a_session_there() {
    assert_eq!(refusal(VPN, None), None);
    assert_eq!(refusal(PRINTER, Some(FORMAL)), None);
    assert_eq!(refusal(VPN, Some(KEYS_ONLY)), Some(StartRefusal::NotOffered));
    assert_eq!(refusal(VPN, Some(PortalId(3))), Some(StartRefusal::NotOffered));
    assert_eq!(refusal(VPN, Some(PortalId(u32::MAX))), Some(StartRefusal::NotOffered));
    assert_eq!(refusal(Start::Issue(IssueId(2)), None), Some(StartRefusal::NotOffered));
    assert_eq!(refusal(Start::Issue(IssueId(u32::MAX)), None), Some(StartRefusal::NotOffered));
    assert_eq!(refusal(Start::Representative(RepId(1)), None), None);
    assert_eq!(refusal(Start::Representative(RepId(0)), None), Some(StartRefusal::RepNotAvailable));
    assert_eq!(refusal(Start::Representative(RepId(1)), Some(KEYS_ONLY)), Some(StartRefusal::NotOffered));
    assert_eq!(refusal(Start::Representative(RepId(u32::MAX)), None), Some(StartRefusal::NotOffered));
    let jump = Start::Jump { jump: JumpId(1), token: Token([0; 16]) };
    assert_eq!(refusal(jump, None), Some(StartRefusal::JumpOver));
}

/// POR-02, QUE-04 and POR-04, QUE-08.
#[test]
fn a_start_leads_into_its_queue() {
    let mut office = Office::new();
    for rep in ["alex", "blair", "drew"] {
        office.sign_in(rep);
    }
    office.arrive("carla", Start::Representative(RepId(1)));
    office.arrive("dana", VPN);
    office.arrive("eli", PRINTER);
    let mut sees = |who| ["carla", "dana", "eli"].map(|customer| office.sees(who).of_customer(customer));
    assert_eq!(sees("alex"), ["-", "waits in team-0", "waits in team-1"]);
    assert_eq!(sees("blair"), ["waits in own queue", "waits in team-0", "-"]);
    assert_eq!(sees("drew"), ["-", "-", "waits in team-1"]);
}

fn join_formal(agreement: Option<bool>, recording: Option<bool>) -> Office {
    let mut office = Office::new();
    office.sign_in("alex");
    office.greet("carla", Role::Customer);
    office.join("carla", Start::Issue(IssueId(9)));
    let mut join = office.join_message("carla", VPN);
    (join.portal, join.agreement, join.recording) = (Some(FORMAL), agreement, recording);
    office.line("carla").sees.refused = None;
    office.say("carla", &CustomerToAppliance::Join(join));
    office.note_session("carla");
    office
}

/// POR-06.
#[test]
fn where_there_is_an_agreement_nobody_gets_in_without_it() {
    for (agreement, refused) in [
        (None, Some(StartRefusal::AgreementDeclined)),
        (Some(false), Some(StartRefusal::AgreementDeclined)),
        (Some(true), None),
    ] {
        let mut office = join_formal(agreement, None);
        assert_eq!(office.sees("carla").refused, refused, "{agreement:?}");
        assert_eq!(office.appliance.footprint().sessions, usize::from(refused.is_none()));
    }
}

/// What a customer says of prompts that the portal does not have is no entry in anybody's log.
#[test]
fn only_prompts_that_were_shown_are_logged() {
    let events = |office: &mut Office| -> Vec<(SessionEvent, String)> {
        let log = office.sees("carla").logs[&SessionId(0)].iter();
        let happened = log.filter_map(|entry| match &entry.what {
            LogItem::Happened { event, detail } if !detail.is_empty() => Some((*event, detail.clone())),
            LogItem::Happened { .. } | LogItem::Said { .. } => None,
        });
        happened.collect()
    };
    let mut formal = join_formal(Some(true), Some(false));
    let told = [
        (SessionEvent::LegalAgreementResponse, "accepted".to_owned()),
        (SessionEvent::ServiceAccessAllowed, "recording refused".to_owned()),
    ];
    assert_eq!(events(&mut formal), told);
    let mut office = Office::new();
    office.greet("carla", Role::Customer);
    office.join("carla", Start::Issue(IssueId(9)));
    let mut join = office.join_message("carla", VPN);
    (join.agreement, join.recording) = (Some(true), Some(false));
    office.say("carla", &CustomerToAppliance::Join(join));
    assert_eq!(events(&mut office), []);
}

/// POR-07: recording needs a yes where it is asked about, and no question where it is not.
#[test]
fn recording_is_allowed_by_who_was_asked() {
    for (recording, allowed) in [(None, false), (Some(false), false), (Some(true), true)] {
        let mut office = join_formal(Some(true), recording);
        office.accept("alex", "carla").expect("she waits");
        assert_eq!(office.sees("alex").pages.values().next().expect("a page").recording_allowed, allowed);
    }
    let mut office = Office::new();
    office.sign_in("alex");
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("she waits");
    assert!(office.sees("alex").pages.values().next().expect("a page").recording_allowed);
}

fn generate_key(office: &mut Office) -> String {
    match office.ask("alex", RepAsk::GenerateKey { portal: None, valid_s: None }) {
        Ok(RepAnswer::KeyGenerated(key)) => key.key,
        other => panic!("no key: {other:?}"),
    }
}

/// POR-08, KEY-02: the answer was lost; asked again, it leads to the same session, and the key is no obstacle.
#[test]
fn a_session_asked_for_twice_is_one_session() {
    for restarted in [false, true] {
        let mut office = Office::new();
        office.sign_in("alex");
        let key = Start::Key(generate_key(&mut office));
        let session = office.arrive("carla", key.clone());
        office.cut("carla");
        if restarted {
            office.restart();
            office.sign_in("alex");
        }
        office.greet("carla", Role::Customer);
        let join = office.join_message("carla", key);
        office.say("carla", &CustomerToAppliance::Join(join.clone()));
        assert_eq!(office.line("carla").customer_says[0], ApplianceToCustomer::Joined { session });
        assert_eq!(office.sees("carla").as_customer(), "number 1");
        assert_eq!(office.appliance.footprint().sessions, 1);
        assert_eq!(office.sees("alex").of_customer("carla"), "waits in own queue");
        // Once more, while the first connection is not known to be broken: the second one counts.
        let first = office.greet("carla again", Role::Customer);
        office.say("carla again", &CustomerToAppliance::Join(join));
        assert!(!office.is_connected("carla"));
        assert!(office.is_connected("carla again"), "{first:?}");
        assert_eq!(office.appliance.footprint().sessions, 1);
    }
}

/// Asked again, a session that went on without its customer is over for them, and says nothing else.
#[test]
fn a_session_that_was_left_is_not_joined_again() {
    let mut office = Office::new();
    office.sign_in("alex");
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("she waits");
    let join = office.join_message("carla", VPN);
    office.say("carla", &CustomerToAppliance::Leave);
    office.hears("carla");
    office.say("carla", &CustomerToAppliance::Join(join.clone()));
    assert_eq!(office.hears("carla"), ["Refused"]);
    // When it is over for everyone, the same words ask for a new one.
    let session = office.session_of("carla");
    office.ask("alex", RepAsk::End { session }).expect("Alex owns it");
    office.say("carla", &CustomerToAppliance::Join(join));
    office.note_session("carla");
    assert_ne!(office.session_of("carla"), session);
}

/// A customer whose machine moved to another network is seen where they are.
#[test]
fn who_comes_back_from_elsewhere_has_another_address() {
    let mut office = Office::new();
    office.sign_in("alex");
    let session = office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("she waits");
    assert_eq!(office.sees("alex").pages[&session].public_ip, [198, 51, 100, 7]);
    office.cut("carla");
    office.address = [203, 0, 113, 9];
    office.resume("carla", 0);
    assert_eq!(office.sees("alex").pages[&session].public_ip, [203, 0, 113, 9]);
}

/// Whoever does not know the secret does not get in.
#[test]
fn nobody_comes_back_into_somebody_elses_session() {
    let mut office = Office::new();
    office.sign_in("alex");
    let session = office.arrive("carla", VPN);
    office.arrive("dana", VPN);
    let secret = |office: &Office, who| office.join_message(who, VPN).token;
    let (of_carla, of_dana) = (secret(&office, "carla"), secret(&office, "dana"));
    let tries = [(session, of_dana), (SessionId(session.0 + 1), of_carla), (SessionId(0), Token([0; 16]))];
    for (session, token) in tries {
        office.greet("eve", Role::Customer);
        office.say("eve", &CustomerToAppliance::Resume { session, token, have_seq: 0 });
        assert_eq!(office.hears("eve"), ["Refused"]);
        assert_eq!(office.sees("eve").refused, Some(StartRefusal::SessionOver));
    }
    assert!(office.is_connected("carla") && office.is_connected("dana"));
}

/// A customer who was lost has their time from that moment, whatever happened before.
#[test]
fn every_break_has_its_own_five_minutes() {
    let mut office = Office::new();
    office.sign_in("alex");
    office.arrive("carla", VPN);
    office.cut("carla");
    office.wait_s(200);
    office.resume("carla", 0);
    office.cut("carla");
    office.wait_s(299);
    assert_eq!(office.sees("alex").of_customer("carla"), "waits in team-0 (connection lost)");
    office.resume("carla", 0);
    office.wait_s(100);
    assert_eq!(office.sees("carla").as_customer(), "number 1");
    office.cut("carla");
    office.wait_s(300);
    assert_eq!(office.sees("alex").of_customer("carla"), "-");
    office.resume("carla", 0);
    assert_eq!(office.sees("carla").refused, Some(StartRefusal::SessionOver));
}

/// A customer's place follows what stands before them, and nobody is told twice.
#[test]
fn places_in_a_queue_move_up() {
    let mut office = Office::new();
    office.sign_in("alex");
    for who in ["carla", "dana", "eli"] {
        office.arrive(who, VPN);
        office.wait_s(1);
    }
    office.arrive("fay", PRINTER);
    let place = |office: &mut Office, who: &str| office.sees(who).as_customer();
    assert_eq!(
        ["carla", "dana", "eli", "fay"].map(|who| place(&mut office, who)),
        ["number 1", "number 2", "number 3", "number 1"]
    );
    for who in ["carla", "dana", "eli", "fay"] {
        office.hears(who);
    }
    office.accept("alex", "dana").expect("she waits");
    assert_eq!(
        ["carla", "eli", "fay"].map(|who| place(&mut office, who)),
        ["number 1", "number 2", "number 1"]
    );
    // Carla's place is the same, but what others have waited says how long she may have to.
    assert_eq!(
        ["carla", "eli", "fay"].map(|who| office.hears(who)),
        [vec!["Status"], vec!["Status"], vec![]]
    );
    // Who comes back is told their place once more; what moved up meanwhile is in it.
    office.cut("eli");
    office.say("carla", &CustomerToAppliance::Leave);
    office.resume("eli", 0);
    assert_eq!(place(&mut office, "eli"), "number 1");
}

/// KEY-03 and POR-02 say that a download begins: all of it, in order, in pieces, at the pace that the network takes.
#[test]
fn the_package_comes_whole_and_at_the_networks_pace() {
    let sizes =
        [1, PACKAGE_PIECE_BYTES_MAX, PACKAGE_PIECE_BYTES_MAX + 1, 4 * PACKAGE_PIECE_BYTES_MAX, 400_000];
    for size in sizes {
        let mut office = Office::of(&SITE.replace(
            "[[team]]\nname = \"Network\"",
            &format!("[customers]\npackage_bytes = {size}\n[[team]]\nname = \"Network\""),
        ));
        office.people_read = false;
        let conn = office.greet("carla", Role::Customer);
        office.say("carla", &CustomerToAppliance::FetchPackage);
        let at_once = office.hears("carla").len();
        assert!(at_once <= 4, "{at_once} pieces before the network has taken any");
        while office.is_asked_about(conn) {
            office.take_all(conn);
            assert!(office.hears("carla").len() <= 4);
        }
        let mut received = Vec::new();
        for message in std::mem::take(&mut office.line("carla").customer_says) {
            let ApplianceToCustomer::Package { offset, total, bytes } = message else {
                panic!("{message:?}")
            };
            assert_eq!((offset as usize, total as usize), (received.len(), size));
            received.extend(bytes);
        }
        assert_eq!(received.len(), size);
        assert_eq!(office.appliance.footprint().connections, 1);
    }
}

/// Whoever asks again and again without reading gets what was on its way, and no more.
#[test]
fn a_package_asked_for_a_thousand_times_is_on_its_way_once() {
    let mut office = Office::new();
    office.people_read = false;
    let conn = office.greet("carla", Role::Customer);
    for _ in 0..1_000 {
        office.say("carla", &CustomerToAppliance::FetchPackage);
    }
    assert_eq!(office.hears("carla").len(), 4);
    office.take_all(conn);
    let Some(ApplianceToCustomer::Package { offset, .. }) = office.line("carla").customer_says.get(4) else {
        panic!("a piece")
    };
    assert_eq!(*offset, 0, "the last wish begins anew");
}
