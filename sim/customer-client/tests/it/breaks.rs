//! Connections that break, and what comes back.

use std::time::Duration;

use customer_client::Stage;
use device::{Closed, LinkState};
use fake_devices::DeviceKind;
use wire::customer::{
    ApplianceToCustomer, CustomerEnd, CustomerStatus, CustomerToAppliance, Join, StartRefusal,
};
use wire::{LineId, SessionId};

use crate::desk::{
    Desk, checked, downloaded, idle, in_session, launched, package, page, portal, said, start_checked,
    with_ann,
};

/// Breaks the connection and lets it come back.
fn break_and_return(desk: &mut Desk) {
    desk.cut(Closed::TimedOut);
    desk.wait(Duration::from_secs(2));
    desk.accept();
}

#[test]
fn a_session_is_resumed_where_its_log_stood_and_lines_go_once_more() {
    let mut desk = in_session();
    let say = |desk: &mut Desk, text: &str| {
        desk.act(|client, now, device| client.send_chat(now, device, text)).expect("in session")
    };
    assert_eq!([say(&mut desk, "one"), say(&mut desk, "two")], [LineId(1), LineId(2)]);
    desk.say(ApplianceToCustomer::Log(vec![said(3, 1, 1, "one")]));
    desk.story();
    desk.cut(Closed::TimedOut);
    assert!(
        matches!(&desk.party.view().stage, Stage::Reconnecting { was } if matches!(**was, Stage::InSession { .. }))
    );
    assert_eq!(desk.party.view().connection, LinkState::Reconnecting);
    say(&mut desk, "three");
    desk.wait(Duration::from_secs(2));
    desk.accept();
    say(&mut desk, "four");
    desk.say(with_ann());
    // The appliance had "two" before the break, and tells of "one" again.
    desk.say(ApplianceToCustomer::Log(vec![
        said(3, 1, 1, "one"),
        said(4, 1, 2, "two"),
        said(5, 1, 3, "three"),
    ]));
    desk.say(ApplianceToCustomer::Log(vec![said(6, 1, 4, "four")]));
    let view = desk.party.view();
    assert_eq!(view.chat().map(|(_, text)| text).collect::<Vec<_>>(), ["one", "two", "three", "four"]);
    assert_eq!(view.pending, []);
    insta::assert_snapshot!(desk.story(), @r#"
    event ConnectionLost(Closed(TimedOut))
    dials support.example.com:443
    says Resume { session: SessionId(4), token: Token(…), have_seq: 3 }
    says Chat { line: LineId(2), text: "two" }
    says Chat { line: LineId(3), text: "three" }
    says Chat { line: LineId(4), text: "four" }
    "#);
}

#[test]
fn a_session_that_did_not_wait_is_over() {
    let mut desk = in_session();
    break_and_return(&mut desk);
    desk.say(ApplianceToCustomer::Refused(StartRefusal::SessionOver));
    assert!(desk.party.is_finished());
    assert!(desk.device.installed_apps().is_empty());
    assert!(!desk.is_connected());
}

#[test]
fn a_session_that_went_on_hold_meanwhile_is_found_on_hold() {
    let mut desk = in_session();
    break_and_return(&mut desk);
    desk.say(ApplianceToCustomer::Status(CustomerStatus::OnHold));
    assert_eq!(desk.party.view().stage, Stage::OnHold);
}

#[test]
fn who_leaves_without_a_connection_or_loses_it_on_the_way_out_has_left() {
    let mut desk = in_session();
    desk.cut(Closed::TimedOut);
    desk.act(|client, now, device| client.leave(now, device)).expect("in session");
    assert_eq!(desk.party.view().stage, Stage::Ended { why: CustomerEnd::Left });
    desk.wait(Duration::from_secs(600));
    assert!(!desk.is_dialling(), "it stays away");

    let mut desk = in_session();
    desk.act(|client, now, device| client.leave(now, device)).expect("in session");
    desk.cut(Closed::Reset);
    assert_eq!(desk.party.view().stage, Stage::Ended { why: CustomerEnd::Left });
}

/// The same way is gone again, up to the first thing that nobody has answered.
#[test]
fn before_the_session_the_way_is_gone_again() {
    let mut desk = portal(DeviceKind::WindowsPc);
    break_and_return(&mut desk);
    desk.say(ApplianceToCustomer::PortalPage(page()));
    assert_eq!(desk.party.view().stage, Stage::Portal(page()));

    let mut desk = checked(DeviceKind::WindowsPc, false, false);
    desk.say(package(0, 16_384));
    break_and_return(&mut desk);
    desk.say(ApplianceToCustomer::PortalPage(page()));
    desk.say(start_checked(false, false));
    assert!(matches!(desk.party.view().stage, Stage::Downloading { received: 0, .. }), "from the beginning");

    let mut desk = downloaded(true, true);
    desk.act(|client, now, device| client.answer_agreement(now, device, true)).expect("asked");
    desk.story();
    break_and_return(&mut desk);
    desk.say(ApplianceToCustomer::PortalPage(page()));
    desk.say(start_checked(true, true));
    assert_eq!(desk.party.view().stage, Stage::RecordingPrompt, "the agreement is accepted already");
    insta::assert_snapshot!(desk.story(), @r#"
    event ConnectionLost(Closed(TimedOut))
    dials support.example.com:443
    says OpenPortal { portal: None, url: None }
    says ChooseStart { start: Key("1234567"), portal: Some(PortalId(0)) }
    "#);
}

/// POR-08: the appliance may have the request, and a key of it is used up; only the same secret leads back there.
#[test]
fn a_request_without_an_answer_is_made_again_and_not_anew() {
    let joins = |desk: &mut Desk| -> Vec<Join> {
        let heard = desk.heard().into_iter();
        heard
            .filter_map(|said| if let CustomerToAppliance::Join(join) = said { Some(join) } else { None })
            .collect()
    };
    let mut desk = downloaded(true, false);
    desk.act(|client, now, device| client.answer_agreement(now, device, true)).expect("asked");
    let first = joins(&mut desk);
    desk.story();
    break_and_return(&mut desk);
    assert_eq!(desk.party.view().stage, Stage::Joining);
    insta::assert_snapshot!(desk.story(), @r#"
    event ConnectionLost(Closed(TimedOut))
    dials support.example.com:443
    says Join(Join { token: Token(…), start: Key("1234567"), portal: Some(PortalId(0)), name: "Dana", agreement: Some(true), recording: None, device: DeviceFacts { computer: "FRONT-DESK-3", platform: Windows, private_ip: [10, 0, 0, 7] }, client: UserMode })
    "#);
    assert_eq!(first.len(), 1);
    assert_eq!(joins(&mut desk), first, "the secret is the same too");
    desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
    desk.story();
    break_and_return(&mut desk);
    let back = desk.heard();
    assert!(
        matches!(back[..], [CustomerToAppliance::Resume { token, .. }] if token == first[0].token),
        "the way back into a session is with the secret that it was asked for with: {back:?}"
    );
}

/// A refused request is done with: what is chosen next goes the whole way, through whatever breaks.
#[test]
fn after_a_refusal_another_choice_is_checked_again() {
    let mut desk = downloaded(false, false);
    desk.say(ApplianceToCustomer::Refused(StartRefusal::KeyUsed));
    desk.act(|client, now, device| client.choose_issue(now, device, "Printer")).expect("the portal is open");
    desk.story();
    break_and_return(&mut desk);
    desk.say(ApplianceToCustomer::PortalPage(page()));
    insta::assert_snapshot!(desk.story(), @"
    event ConnectionLost(Closed(TimedOut))
    dials support.example.com:443
    says OpenPortal { portal: None, url: None }
    says ChooseStart { start: Issue(IssueId(2)), portal: Some(PortalId(0)) }
    ");
}

#[test]
fn a_launched_client_asks_again_until_it_has_joined() {
    let mut desk = launched();
    desk.cut(Closed::Refused);
    desk.wait(Duration::from_secs(2));
    desk.accept();
    desk.cut(Closed::Reset);
    desk.wait(Duration::from_secs(3));
    desk.accept();
    let joins =
        desk.heard().into_iter().filter(|message| matches!(message, CustomerToAppliance::Join(_))).count();
    assert_eq!((joins, &desk.party.view().stage), (2, &Stage::Joining));
}

#[test]
fn a_portal_that_cannot_be_reached_is_tried_again() {
    let mut desk = idle(DeviceKind::WindowsPc);
    desk.act(|client, now, device| client.open_portal(now, device, None)).expect("idle");
    desk.cut(Closed::Unreachable);
    assert_eq!(desk.party.view().trouble.as_deref(), Some("no network"));
    desk.wait(Duration::from_secs(60));
    assert_eq!(desk.party.view().trouble.as_deref(), Some("nothing was heard for too long"));
    let before = desk.party.view_revision();
    desk.wait(Duration::from_secs(600));
    assert_eq!(desk.party.view_revision(), before, "a person sees no more than that it goes on");
    assert_eq!(desk.party.view().stage, Stage::Reconnecting { was: Box::new(Stage::OpeningPortal) });
}

#[test]
fn silence_is_a_break_and_heartbeats_are_nothing_to_see() {
    let mut desk = in_session();
    let before = desk.party.view_revision();
    desk.wait(Duration::from_secs(600));
    assert_eq!(desk.party.view_revision(), before);
    desk.heartbeat_answer = None;
    desk.story();
    desk.wait(Duration::from_secs(31));
    insta::assert_snapshot!(desk.story(), @"
    aborts
    event ConnectionLost(Silent)
    dials support.example.com:443
    ");
}
