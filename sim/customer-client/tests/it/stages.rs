//! Every stage against everything that can be heard and done there.

use std::fmt::Write as _;

use customer_client::Stage;
use device::Closed;
use fake_devices::DeviceKind;
use wire::SessionId;
use wire::customer::{ApplianceToCustomer, CustomerEnd, CustomerStatus, StartRefusal};
use wire::rep::Goodbye;

use crate::desk::{
    Desk, checked, checking, downloaded, ended, idle, in_session, link_followed, opening, package, page,
    portal, said, sharing, start_checked, waiting, web_page, with_ann,
};

type Setup = (&'static str, fn() -> Desk);
type Happening = (&'static str, fn(&mut Desk));

const STAGES: &[Setup] = &[
    ("idle", || idle(DeviceKind::WindowsPc)),
    ("opening", || opening(DeviceKind::WindowsPc)),
    ("portal", || portal(DeviceKind::WindowsPc)),
    ("checking", || checking(DeviceKind::WindowsPc)),
    ("downloading", || checked(DeviceKind::WindowsPc, true, true)),
    ("app needed", || checked(DeviceKind::AndroidPhone, true, true)),
    ("agreement", || downloaded(true, true)),
    ("recording", || downloaded(false, true)),
    ("joining", || downloaded(false, false)),
    ("waiting", waiting),
    ("in session", in_session),
    ("on hold", || after(in_session, |desk| desk.say(ApplianceToCustomer::Status(CustomerStatus::OnHold)))),
    ("back from a break", || {
        after(in_session, |desk| {
            desk.cut(Closed::Reset);
            desk.wait(std::time::Duration::from_secs(2));
            desk.accept();
        })
    }),
    ("refused", || {
        after(
            || checking(DeviceKind::WindowsPc),
            |desk| desk.say(ApplianceToCustomer::StartChecked(Err(StartRefusal::KeyUsed))),
        )
    }),
    ("ended", || after(in_session, |desk| desk.say(ended(CustomerEnd::EndedByRepresentative)))),
    ("link followed", || link_followed(DeviceKind::WindowsPc)),
    ("page shared", sharing),
    ("nobody available", || after(waiting, |desk| desk.say(nobody_available()))),
    ("closed", || after(in_session, |desk| desk.act(|client, now, device| client.close(now, device)))),
];

const HAPPENINGS: &[Happening] = &[
    ("hears PortalPage", |desk| hear(desk, ApplianceToCustomer::PortalPage(page()))),
    ("hears StartChecked", |desk| hear(desk, start_checked(true, false))),
    ("hears StartChecked: used", |desk| {
        hear(desk, ApplianceToCustomer::StartChecked(Err(StartRefusal::KeyUsed)));
    }),
    ("hears Package", |desk| hear(desk, package(0, 16_384))),
    ("hears Joined", |desk| {
        hear(desk, ApplianceToCustomer::Joined { session: SessionId(4) });
    }),
    ("hears Refused: over", |desk| hear(desk, ApplianceToCustomer::Refused(StartRefusal::SessionOver))),
    ("hears Status", |desk| hear(desk, with_ann())),
    ("hears Log", |desk| hear(desk, ApplianceToCustomer::Log(vec![said(1, 2, 1, "hi")]))),
    ("hears Ended", |desk| hear(desk, ended(CustomerEnd::RepresentativeLost))),
    ("hears HoldMessage", |desk| hear(desk, ApplianceToCustomer::HoldMessage("Soon.".into()))),
    ("hears NobodyAvailable", |desk| hear(desk, nobody_available())),
    ("hears Heartbeat", |desk| hear(desk, ApplianceToCustomer::Heartbeat)),
    ("hears Goodbye", |desk| hear(desk, ApplianceToCustomer::Goodbye(Goodbye::Silent))),
    ("loses the connection", |desk| {
        if desk.is_connected() {
            desk.cut(Closed::Reset);
        }
    }),
    ("opens the portal", |desk| drop(desk.act(|client, now, device| client.open_portal(now, device, None)))),
    ("follows a link", |desk| {
        drop(desk.act(|client, now, device| client.open_url(now, device, "https://x/1")))
    }),
    ("follows a help link", |desk| {
        drop(desk.act(|client, now, device| client.follow_help_link(now, device, "shop", web_page("Cart"))));
    }),
    ("goes to another page", |desk| {
        drop(desk.act(|client, now, device| client.show_page(now, device, web_page("Payment"))));
    }),
    ("types a key", |desk| drop(desk.act(|client, now, device| client.type_session_key(now, device, "7")))),
    ("picks an issue", |desk| {
        drop(desk.act(|client, now, device| client.choose_issue(now, device, "Printer")))
    }),
    ("clicks a representative", |desk| {
        drop(desk.act(|client, now, device| client.choose_representative(now, device, "Ann")));
    }),
    ("installs the app", |desk| drop(desk.act(|client, now, device| client.install_app(now, device)))),
    ("accepts the agreement", |desk| {
        drop(desk.act(|client, now, device| client.answer_agreement(now, device, true)));
    }),
    ("declines the agreement", |desk| {
        drop(desk.act(|client, now, device| client.answer_agreement(now, device, false)));
    }),
    ("refuses recording", |desk| {
        drop(desk.act(|client, now, device| client.answer_recording(now, device, false)));
    }),
    ("chats", |desk| drop(desk.act(|client, now, device| client.send_chat(now, device, "hello")))),
    ("leaves", |desk| drop(desk.act(|client, now, device| client.leave(now, device)))),
    ("closes the window", |desk| desk.act(|client, now, device| client.close(now, device))),
];

#[test]
fn every_stage_against_everything() {
    let mut table = String::new();
    for (stage, setup) in STAGES {
        writeln!(table, "{stage}").expect("a string");
        let mut nothing = Vec::new();
        for (happening, happens) in HAPPENINGS {
            let mut desk = setup();
            desk.story();
            let (revision, before) = (desk.party.view_revision(), name(&desk.party.view().stage));
            happens(&mut desk);
            let after = name(&desk.party.view().stage);
            let story = brief(&desk.story());
            if desk.party.view_revision() == revision && story.is_empty() {
                nothing.push(*happening);
                continue;
            }
            let stage = if after == before { "stays".to_owned() } else { after };
            writeln!(table, "  {happening}: {stage}{story}").expect("a string");
        }
        writeln!(table, "  no effect: {}", nothing.join(", ")).expect("a string");
    }
    insta::assert_snapshot!(table, @"
    idle
      opens the portal: OpeningPortal, dials support.example.com:443
      follows a link: OpeningPortal, dials support.example.com:443
      follows a help link: Checking, dials support.example.com:443
      closes the window: Closed, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, loses the connection, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    opening
      hears PortalPage: Portal
      hears Refused: over: Refused, closes, event Refused
      loses the connection: Reconnecting, event ConnectionLost
      opens the portal: stays, says OpenPortal
      follows a link: stays, says OpenPortal
      follows a help link: Checking, says ChooseStart
      closes the window: Closed, closes, event WindowClosed
      no effect: hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    portal
      loses the connection: Reconnecting, event ConnectionLost
      opens the portal: OpeningPortal, says OpenPortal
      follows a link: OpeningPortal, says OpenPortal
      follows a help link: Checking, says ChooseStart
      types a key: Checking, says ChooseStart
      picks an issue: Checking, says ChooseStart
      clicks a representative: Checking, says ChooseStart
      closes the window: Closed, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, goes to another page, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    checking
      hears StartChecked: Downloading, says FetchPackage
      hears StartChecked: used: Refused, event Refused
      hears NobodyAvailable: NobodyAvailable, closes, event NobodyAvailable
      loses the connection: Reconnecting, event ConnectionLost
      opens the portal: OpeningPortal, says OpenPortal
      follows a link: OpeningPortal, says OpenPortal
      follows a help link: stays, says ChooseStart
      closes the window: Closed, closes, event WindowClosed
      no effect: hears PortalPage, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears Heartbeat, hears Goodbye, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    downloading
      hears Package: stays
      loses the connection: Reconnecting, event ConnectionLost
      opens the portal: OpeningPortal, says OpenPortal
      follows a link: OpeningPortal, says OpenPortal
      follows a help link: Checking, says ChooseStart
      closes the window: Closed, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    app needed
      loses the connection: Reconnecting, event ConnectionLost
      opens the portal: OpeningPortal, says OpenPortal
      follows a link: OpeningPortal, says OpenPortal
      follows a help link: Checking, says ChooseStart
      installs the app: Agreement
      closes the window: Closed, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, goes to another page, types a key, picks an issue, clicks a representative, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    agreement
      loses the connection: Reconnecting, event ConnectionLost
      opens the portal: OpeningPortal, says OpenPortal
      follows a link: OpeningPortal, says OpenPortal
      follows a help link: Checking, says ChooseStart
      accepts the agreement: RecordingPrompt
      declines the agreement: Refused, event Refused
      closes the window: Closed, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, goes to another page, types a key, picks an issue, clicks a representative, installs the app, refuses recording, chats, leaves
    recording
      loses the connection: Reconnecting, event ConnectionLost
      opens the portal: OpeningPortal, says OpenPortal
      follows a link: OpeningPortal, says OpenPortal
      follows a help link: Checking, says ChooseStart
      refuses recording: Joining, says Join
      closes the window: Closed, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, chats, leaves
    joining
      hears Joined: stays, event Joined
      hears Refused: over: Refused, closes, event Refused
      hears NobodyAvailable: NobodyAvailable, closes, event NobodyAvailable
      loses the connection: Reconnecting, event ConnectionLost
      closes the window: Closed, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Status, hears Log, hears Ended, hears HoldMessage, hears Heartbeat, hears Goodbye, opens the portal, follows a link, follows a help link, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    waiting
      hears Status: InSession
      hears Log: stays
      hears Ended: Ended, closes, event Ended
      hears HoldMessage: stays
      hears NobodyAvailable: NobodyAvailable, closes, event NobodyAvailable
      loses the connection: Reconnecting, event ConnectionLost
      chats: stays, says Chat
      leaves: stays, says Leave
      closes the window: Closed, says Leave, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Heartbeat, hears Goodbye, opens the portal, follows a link, follows a help link, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording
    in session
      hears Log: stays
      hears Ended: Ended, closes, event Ended
      hears HoldMessage: stays
      hears NobodyAvailable: NobodyAvailable, closes, event NobodyAvailable
      loses the connection: Reconnecting, event ConnectionLost
      chats: stays, says Chat
      leaves: stays, says Leave
      closes the window: Closed, says Leave, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Heartbeat, hears Goodbye, opens the portal, follows a link, follows a help link, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording
    on hold
      hears Status: InSession
      hears Log: stays
      hears Ended: Ended, closes, event Ended
      hears HoldMessage: stays
      hears NobodyAvailable: NobodyAvailable, closes, event NobodyAvailable
      loses the connection: Reconnecting, event ConnectionLost
      chats: stays, says Chat
      leaves: stays, says Leave
      closes the window: Closed, says Leave, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Heartbeat, hears Goodbye, opens the portal, follows a link, follows a help link, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording
    back from a break
      hears Refused: over: Refused, closes, event Refused
      hears Status: InSession
      hears Log: stays
      hears Ended: Ended, closes, event Ended
      hears HoldMessage: stays
      hears NobodyAvailable: NobodyAvailable, closes, event NobodyAvailable
      loses the connection: stays, event ConnectionLost
      chats: stays
      leaves: stays, says Leave
      closes the window: Closed, says Leave, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Heartbeat, hears Goodbye, opens the portal, follows a link, follows a help link, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording
    refused
      loses the connection: Reconnecting, event ConnectionLost
      opens the portal: OpeningPortal, says OpenPortal
      follows a link: OpeningPortal, says OpenPortal
      follows a help link: Checking, says ChooseStart
      types a key: Checking, says ChooseStart
      picks an issue: Checking, says ChooseStart
      clicks a representative: Checking, says ChooseStart
      closes the window: Closed, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, goes to another page, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    ended
      closes the window: Closed, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, loses the connection, opens the portal, follows a link, follows a help link, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    link followed
      hears StartChecked: Agreement
      hears StartChecked: used: Refused, event Refused
      hears NobodyAvailable: NobodyAvailable, closes, event NobodyAvailable
      loses the connection: Reconnecting, event ConnectionLost
      opens the portal: OpeningPortal, says OpenPortal
      follows a link: OpeningPortal, says OpenPortal
      follows a help link: stays, says ChooseStart
      closes the window: Closed, closes, event WindowClosed
      no effect: hears PortalPage, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears Heartbeat, hears Goodbye, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    page shared
      hears Log: stays
      hears Ended: Ended, closes, event Ended
      hears HoldMessage: stays
      hears NobodyAvailable: NobodyAvailable, closes, event NobodyAvailable
      loses the connection: Reconnecting, event ConnectionLost
      goes to another page: stays, says ShowPage
      chats: stays, says Chat
      leaves: stays, says Leave
      closes the window: Closed, says Leave, closes, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Heartbeat, hears Goodbye, opens the portal, follows a link, follows a help link, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording
    nobody available
      closes the window: Closed, event WindowClosed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, loses the connection, opens the portal, follows a link, follows a help link, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves
    closed
      no effect: hears PortalPage, hears StartChecked, hears StartChecked: used, hears Package, hears Joined, hears Refused: over, hears Status, hears Log, hears Ended, hears HoldMessage, hears NobodyAvailable, hears Heartbeat, hears Goodbye, loses the connection, opens the portal, follows a link, follows a help link, goes to another page, types a key, picks an issue, clicks a representative, installs the app, accepts the agreement, declines the agreement, refuses recording, chats, leaves, closes the window
    ");
}

fn after(setup: fn() -> Desk, then: fn(&mut Desk)) -> Desk {
    let mut desk = setup();
    then(&mut desk);
    desk
}

fn hear(desk: &mut Desk, message: ApplianceToCustomer) {
    if desk.is_connected() {
        desk.say(message);
    }
}

fn nobody_available() -> ApplianceToCustomer {
    ApplianceToCustomer::NobodyAvailable { message: "We are closed.".into(), redirect: None }
}

/// A stage by its name alone.
fn name(stage: &Stage) -> String {
    let text = format!("{stage:?}");
    text.split([' ', '(']).next().unwrap_or_default().to_owned()
}

/// What happened, by names alone.
fn brief(story: &str) -> String {
    story.lines().fold(String::new(), |brief, line| {
        let end = line.match_indices([' ', '(']).map(|(at, _)| at).nth(1).unwrap_or(line.len());
        brief + ", " + &line[..end]
    })
}
