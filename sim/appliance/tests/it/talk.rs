//! Team chat, notes, reports, and pages that customers share (TMC, SUM, BRW).

use wire::customer::{CustomerToAppliance, Start};
use wire::rep::{Refusal, RepAnswer, RepAsk, TeamChatTo};
use wire::session::{LogItem, SessionEvent, SessionKind, WebPage};
use wire::{RepId, SessionId, TeamId};

use crate::office::{Office, VPN};

fn office() -> Office {
    let more = "[[help_link]]\nname = \"shop\"\nteam = \"Network\"\n";
    let mut office = Office::of(&format!("{}{more}", crate::office::SITE));
    for rep in ["alex", "blair", "casey"] {
        office.sign_in(rep);
    }
    office
}

fn heard(office: &mut Office, who: &str) -> Vec<String> {
    office.sees(who).team_chat.iter().map(|line| format!("{}: {}", line.from_name, line.text)).collect()
}

/// TMC-01, TMC-02: to the team, or to one; back to who said it; to nobody else.
#[test]
fn team_chat_reaches_whom_it_is_for() {
    let mut office = office();
    let team =
        |team: u32, text: &str| RepAsk::TeamChat { to: TeamChatTo::Team(TeamId(team)), text: text.into() };
    assert_eq!(office.ask("alex", team(1, "desks?")), Ok(RepAnswer::Done));
    assert_eq!(office.ask("blair", team(1, "me too")), Err(Refusal::NotPermitted));
    let to_casey = RepAsk::TeamChat { to: TeamChatTo::Rep(RepId(2)), text: "psst".into() };
    assert_eq!(office.ask("blair", to_casey.clone()), Ok(RepAnswer::Done));
    assert_eq!(heard(&mut office, "alex"), ["Alex: desks?"]);
    assert_eq!(heard(&mut office, "blair"), ["Blair: psst"]);
    assert_eq!(heard(&mut office, "casey"), ["Blair: psst"]);
    office.cut("casey");
    assert_eq!(office.ask("blair", to_casey), Err(Refusal::RepNotAvailable));
}

fn notes(office: &mut Office, who: &str) -> Vec<String> {
    let (_, log) = office.sees(who).report.as_ref().expect("a report is open");
    let notes = log.iter().filter_map(|entry| match &entry.what {
        LogItem::Happened { event: SessionEvent::SessionNoteAdded, detail } => {
            Some(format!("{}: {detail}", entry.by_name))
        }
        LogItem::Happened { .. } | LogItem::Said { .. } => None,
    });
    notes.collect()
}

/// SUM-03 to SUM-06: before and after the end, for who took part; across a restart.
#[test]
fn notes_are_in_the_report() {
    let mut office = office();
    let session = office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("waits");
    let note = |text: &str| RepAsk::AddNote { session, text: text.into() };
    assert_eq!(office.ask("blair", note("mine")), Err(Refusal::NotAMember));
    assert_eq!(office.ask("alex", note("router replaced")), Ok(RepAnswer::Done));
    assert_eq!(office.ask("alex", note(" ")), Err(Refusal::NotPossible));
    office.ask("alex", RepAsk::End { session }).expect("owns it");
    assert_eq!(office.ask("alex", note("call back on Monday")), Ok(RepAnswer::Done));
    assert_eq!(office.ask("blair", note("mine")), Err(Refusal::NotAMember));
    assert!(!format!("{:?}", office.sees("carla").logs).contains("router"), "the customer never sees them");
    for _ in 0..2 {
        assert_eq!(office.ask("alex", RepAsk::OpenReport { session }), Ok(RepAnswer::Done));
        assert_eq!(notes(&mut office, "alex"), ["Alex: router replaced", "Alex: call back on Monday"]);
        assert_eq!(office.ask("blair", RepAsk::OpenReport { session }), Err(Refusal::NotAMember));
        office.restart();
        office.sign_in("alex");
        office.sign_in("blair");
    }
}

/// The archive is bounded: the oldest report goes first.
#[test]
fn the_archive_is_bounded() {
    let mut office = office();
    for number in 0..=1_000 {
        let customer = format!("customer {number}");
        office.arrive(&customer, VPN);
        office.accept("alex", &customer).expect("waits");
        let session = office.session_of(&customer);
        office.ask("alex", RepAsk::End { session }).expect("owns it");
        office.cut(&customer);
    }
    assert_eq!(office.appliance.footprint().archived, 1_000);
    let report = |session| RepAsk::OpenReport { session: SessionId(session) };
    assert_eq!(office.ask("alex", report(1)), Err(Refusal::NotAMember));
    assert_eq!(office.ask("alex", report(2)), Ok(RepAnswer::Done));
    office.restart();
    assert_eq!(office.appliance.footprint().archived, 1_000);
}

/// BRW-01, BRW-02: a link leads to its queue, and whoever joins sees the page as it is.
#[test]
fn a_help_link_shares_a_page() {
    let mut office = office();
    let session = office.arrive("carla", Start::HelpLink("shop".into()));
    assert_eq!(office.find_line("blair", "carla").map(|line| line.kind), Some(SessionKind::Browser));
    let page = |text: &str| WebPage {
        url: "https://shop.example.com".into(),
        title: "Shop".into(),
        text: text.into(),
    };
    office.say("carla", &CustomerToAppliance::ShowPage(page("one")));
    office.say("carla", &CustomerToAppliance::ShowPage(page("two")));
    office.accept("blair", "carla").expect("waits");
    assert_eq!(office.sees("blair").web_pages[&session], page("two"));
    office.say("carla", &CustomerToAppliance::ShowPage(page("three")));
    assert_eq!(office.sees("blair").web_pages[&session], page("three"));
    // A support session shares no page, and a page has a bound.
    office.arrive("dana", VPN);
    office.say("dana", &CustomerToAppliance::ShowPage(page("one")));
    assert!(!office.is_connected("dana"));
    office.say("carla", &CustomerToAppliance::ShowPage(page(&"x".repeat(wire::session::WEB_PAGE_BYTES_MAX))));
    assert!(!office.is_connected("carla"));
    office.greet("eli", wire::Role::Customer);
    office.join("eli", Start::HelpLink("nowhere".into()));
    assert_eq!(office.joined("eli"), None);
}

/// QUE-05, QUE-09: a Support Button leads to its team or its representative, who must be there.
#[test]
fn a_support_button_leads_to_its_queue() {
    let more = "[[support_button]]\nname = \"network\"\nteam = \"Network\"\n\
                [[support_button]]\nname = \"blair\"\nrepresentative = \"blair\"\n";
    let mut office = Office::of(&format!("{}{more}", crate::office::SITE));
    for rep in ["alex", "blair", "casey"] {
        office.sign_in(rep);
    }
    office.arrive("carla", Start::SupportButton("network".into()));
    assert_eq!(office.sees("casey").of_customer("carla"), "waits in team-0");
    office.arrive("dana", Start::SupportButton("blair".into()));
    assert_eq!(office.sees("blair").of_customer("dana"), "waits in own queue");
    assert_eq!(office.sees("alex").of_customer("dana"), "-");
    office.cut("blair");
    for button in ["blair", "nowhere"] {
        office.greet("eli", wire::Role::Customer);
        office.join("eli", Start::SupportButton(button.into()));
        assert_eq!(office.joined("eli"), None, "{button}");
    }
}
