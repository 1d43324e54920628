//! Ways from the portal into a session and out of it.

use customer_client::{CustomerError, Stage};
use device::App;
use fake_devices::{AppChange, DeviceKind};
use wire::SessionId;
use wire::customer::{
    ApplianceToCustomer, Avatar, CustomerEnd, CustomerStatus, RepresentativeCard, StartRefusal,
};
use wire::session::CHAT_LINE_BYTES_MAX;

use crate::desk::{
    PACKAGE_BYTES, checked, checking, downloaded, ended, idle, in_session, launched, opening, package, page,
    portal, said, start_checked, with_ann,
};

/// POR-03, POR-06, POR-07, CLS-03.
#[test]
fn a_key_leads_into_a_session_and_the_client_goes_with_it() {
    let mut desk = checked(DeviceKind::WindowsPc, true, true);
    desk.say(package(0, 16_384));
    assert_eq!(desk.party.view().stage, Stage::Downloading { received: 16_384, total: PACKAGE_BYTES });
    desk.say(package(16_384, 3_616));
    assert_eq!(desk.party.view().stage, Stage::Agreement("Terms".into()));
    desk.act(|client, now, device| client.answer_agreement(now, device, true)).expect("asked");
    desk.act(|client, now, device| client.answer_recording(now, device, false)).expect("asked");
    desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
    desk.say(ApplianceToCustomer::Status(CustomerStatus::Waiting { position: 1, estimate_s: None }));
    desk.say(with_ann());
    desk.act(|client, now, device| client.send_chat(now, device, "hello")).expect("in session");
    desk.say(ApplianceToCustomer::Log(vec![said(1, 1, 1, "hello"), said(3, 2, 1, "hi")]));
    let chat: Vec<_> = desk.party.view().chat().map(|(entry, text)| (entry.by_name.as_str(), text)).collect();
    assert_eq!(chat, [("Dana", "hello"), ("Ann", "hi")]);
    desk.say(ended(CustomerEnd::EndedByRepresentative));
    assert!(desk.party.is_finished());
    let client = App::CustomerClient;
    assert_eq!(desk.device.app_history(), [AppChange::Installed(client), AppChange::Uninstalled(client)]);
    insta::assert_snapshot!(desk.story(), @r#"
    dials support.example.com:443
    says OpenPortal { portal: None, url: None }
    says ChooseStart { start: Key("1234567"), portal: Some(PortalId(0)) }
    says FetchPackage
    event ClientInstalled
    says Join(Join { token: Token(…), start: Key("1234567"), portal: Some(PortalId(0)), name: "Dana", agreement: Some(true), recording: Some(false), device: DeviceFacts { computer: "FRONT-DESK-3", platform: Windows, private_ip: [10, 0, 0, 7] }, client: UserMode })
    event Joined(SessionId(4))
    says Chat { line: LineId(1), text: "hello" }
    closes
    event Ended(EndedByRepresentative)
    "#);
}

/// KEY-09: the link does what opening the portal and typing the key would.
#[test]
fn a_link_goes_straight_to_the_check() {
    let mut desk = idle(DeviceKind::WindowsPc);
    let url = "https://support.example.com/?ak=1234567";
    desk.act(|client, now, device| client.open_url(now, device, url)).expect("idle");
    desk.accept();
    desk.say(ApplianceToCustomer::PortalPage(page()));
    assert_eq!(desk.party.view().stage, Stage::Checking);
    insta::assert_snapshot!(desk.story(), @r#"
    dials support.example.com:443
    says OpenPortal { portal: None, url: Some("https://support.example.com/?ak=1234567") }
    says ChooseStart { start: Url("https://support.example.com/?ak=1234567"), portal: Some(PortalId(0)) }
    "#);
}

/// POR-02, POR-04.
#[test]
fn lists_are_chosen_from_by_what_they_show() {
    let mut desk = portal(DeviceKind::WindowsPc);
    let nobody = desk.act(|client, now, device| client.choose_representative(now, device, "Bo"));
    assert_eq!(
        nobody.expect_err("not on the list").to_string(),
        "expected a start method that the portal offers, found representative \"Bo\""
    );
    desk.act(|client, now, device| client.choose_representative(now, device, "Ann")).expect("on the list");
    desk.say(ApplianceToCustomer::StartChecked(Err(StartRefusal::RepNotAvailable)));
    assert_eq!(desk.party.view().stage, Stage::Refused { why: StartRefusal::RepNotAvailable });
    assert!(!desk.party.is_finished(), "there are other ways");
    desk.act(|client, now, device| client.choose_issue(now, device, "Printer")).expect("on the list");
    insta::assert_snapshot!(desk.story(), @"
    dials support.example.com:443
    says OpenPortal { portal: None, url: None }
    says ChooseStart { start: Representative(RepId(1)), portal: Some(PortalId(0)) }
    event Refused(RepNotAvailable)
    says ChooseStart { start: Issue(IssueId(2)), portal: Some(PortalId(0)) }
    ");
}

/// POR-02: who signs out leaves the list before the customer's eyes.
#[test]
fn an_open_portal_follows_its_site() {
    let mut desk = portal(DeviceKind::WindowsPc);
    let mut later = page();
    later.representatives.clear();
    desk.say(ApplianceToCustomer::PortalPage(later.clone()));
    assert_eq!(desk.party.view().stage, Stage::Portal(later));
}

/// KEY-13: a wrong key is told, and another may be typed.
#[test]
fn a_refused_key_may_be_typed_again() {
    let mut desk = checking(DeviceKind::WindowsPc);
    desk.say(ApplianceToCustomer::StartChecked(Err(StartRefusal::UnknownKey)));
    assert_eq!(desk.party.view().stage, Stage::Refused { why: StartRefusal::UnknownKey });
    desk.act(|client, now, device| client.type_session_key(now, device, "7654321")).expect("still open");
    desk.say(start_checked(false, false));
    assert!(matches!(desk.party.view().stage, Stage::Downloading { received: 0, .. }));
}

/// POR-06: no join at all.
#[test]
fn a_declined_agreement_ends_the_way() {
    let mut desk = downloaded(true, true);
    desk.story();
    desk.act(|client, now, device| client.answer_agreement(now, device, false)).expect("asked");
    assert_eq!(desk.party.view().stage, Stage::Refused { why: StartRefusal::AgreementDeclined });
    assert_eq!(desk.story(), "event Refused(AgreementDeclined)\n");
}

/// INV-07: the way waits for the app, which stays when the session ends.
#[test]
fn a_phone_needs_the_app_and_keeps_it() {
    let mut desk = checked(DeviceKind::AndroidPhone, false, false);
    assert_eq!(desk.party.view().stage, Stage::AppNeeded);
    desk.act(|client, now, device| client.install_app(now, device)).expect("asked for");
    assert_eq!(desk.party.view().stage, Stage::Joining);
    desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
    desk.say(ended(CustomerEnd::EndedByRepresentative));
    assert!(desk.device.installed_apps().contains(&App::CustomerClient));
}

#[test]
fn who_has_the_client_downloads_nothing() {
    for kind in [DeviceKind::WindowsPc, DeviceKind::AndroidPhone] {
        let mut desk = checking(kind);
        desk.device.install_app(App::CustomerClient);
        desk.say(start_checked(false, false));
        assert_eq!(desk.party.view().stage, Stage::Joining);
    }
}

/// JMC-07: no portal, no download, no questions.
#[test]
fn a_launched_client_joins_at_once() {
    let mut desk = launched();
    desk.accept();
    desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
    desk.say(with_ann());
    desk.say(ended(CustomerEnd::EndedByRepresentative));
    assert!(desk.party.is_finished());
    insta::assert_snapshot!(desk.story(), @r#"
    dials support.example.com:443
    says Join(Join { token: Token(…), start: Jump { jump: JumpId(8), token: Token(…) }, portal: None, name: "Dana", agreement: None, recording: None, device: DeviceFacts { computer: "FRONT-DESK-3", platform: Windows, private_ip: [10, 0, 0, 7] }, client: UserMode })
    event Joined(SessionId(4))
    closes
    event Ended(EndedByRepresentative)
    "#);
}

#[test]
fn a_launched_client_that_comes_too_late_is_done() {
    let mut desk = launched();
    desk.accept();
    desk.say(ApplianceToCustomer::Refused(StartRefusal::JumpOver));
    assert!(desk.party.is_finished());
    assert!(!desk.is_connected());
}

/// CHT-02.
#[test]
fn the_representatives_portrait_shows() {
    let mut desk = in_session();
    let avatar = Some(Avatar { initials: "AL".into(), colour: [10, 20, 30] });
    let representatives = vec![RepresentativeCard { name: "Ann".into(), avatar }];
    desk.say(ApplianceToCustomer::Status(CustomerStatus::WithRepresentatives {
        representatives: representatives.clone(),
    }));
    assert_eq!(desk.party.view().stage, Stage::InSession { representatives });
}

#[test]
fn a_line_of_chat_has_text_and_a_limit() {
    let mut desk = in_session();
    let mut say = |text: &str| desk.act(|client, now, device| client.send_chat(now, device, text));
    assert_eq!(say(""), Err(CustomerError::EmptyLine));
    let longest = "x".repeat(CHAT_LINE_BYTES_MAX);
    assert!(say(&longest).is_ok());
    assert_eq!(
        say(&format!("{longest}x")).expect_err("too long").to_string(),
        "expected a line of at most 4096 bytes, found one of 4097"
    );
}

#[test]
fn leaving_is_over_when_the_appliance_says_so() {
    let mut desk = in_session();
    desk.act(|client, now, device| client.leave(now, device)).expect("in session");
    assert!(!desk.party.is_finished());
    desk.say(ended(CustomerEnd::Left));
    assert!(desk.party.is_finished());
    assert!(!desk.device.installed_apps().contains(&App::CustomerClient));
}

#[test]
fn a_closed_window_leaves_the_session_and_takes_the_client_along() {
    let mut desk = in_session();
    desk.story();
    desk.act(|client, now, device| client.close(now, device));
    assert!(desk.party.is_finished());
    assert!(!desk.device.installed_apps().contains(&App::CustomerClient));
    assert_eq!(desk.story(), "says Leave\ncloses\nevent WindowClosed\n");
}

#[test]
fn another_portal_may_be_opened_until_a_session_begins() {
    let mut desk = opening(DeviceKind::WindowsPc);
    desk.say(ApplianceToCustomer::Refused(StartRefusal::NotOffered));
    desk.act(|client, now, device| client.open_portal(now, device, Some("Partners"))).expect("nothing begun");
    assert_eq!(desk.party.view().stage, Stage::OpeningPortal);
    let mut desk = in_session();
    let again = desk.act(|client, now, device| client.open_portal(now, device, None));
    assert_eq!(again, Err(CustomerError::AlreadyStarted));
}
