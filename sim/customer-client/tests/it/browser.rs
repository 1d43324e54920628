//! Sessions that share a web page and nothing else (BRW-01, BRW-02).

use std::time::Duration;

use customer_client::{CustomerError, Stage};
use device::{App, Closed};
use fake_devices::DeviceKind;
use wire::SessionId;
use wire::customer::{ApplianceToCustomer, CustomerEnd, StartRefusal};
use wire::session::{AfterSession, WEB_PAGE_BYTES_MAX, WebPage};

use crate::desk::{
    Desk, in_session, link_followed, page, portal, said, sharing, start_checked, waiting, web_page, with_ann,
};

fn go_to(desk: &mut Desk, page: WebPage) -> Result<(), CustomerError> {
    desk.act(|client, now, device| client.show_page(now, device, page))
}

#[test]
fn a_help_link_leads_into_a_session_and_nothing_is_ever_installed() {
    for kind in [DeviceKind::WindowsPc, DeviceKind::AndroidPhone] {
        let mut desk = link_followed(kind);
        assert_eq!(desk.party.view().stage, Stage::Checking);
        desk.say(start_checked(true, true));
        assert_eq!(desk.party.view().stage, Stage::Agreement("Terms".into()));
        desk.act(|client, now, device| client.answer_agreement(now, device, true)).expect("asked");
        desk.act(|client, now, device| client.answer_recording(now, device, true)).expect("asked");
        assert_eq!(desk.party.view().shared_page, None, "nobody sees it yet");
        desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
        assert_eq!(desk.party.view().shared_page, Some(web_page("Cart")));
        desk.say(with_ann());
        desk.act(|client, now, device| client.send_chat(now, device, "hello")).expect("in session");
        desk.say(ApplianceToCustomer::Log(vec![said(1, 1, 1, "hello"), said(2, 2, 1, "hi")]));
        assert_eq!(desk.party.view().chat().count(), 2);
        go_to(&mut desk, web_page("Payment")).expect("a page is shared");
        desk.say(ApplianceToCustomer::Ended {
            why: CustomerEnd::EndedByRepresentative,
            then: AfterSession::Lock,
        });
        assert_eq!(desk.party.view().shared_page, None);
        assert!(desk.party.is_finished());
        assert!(!desk.device.is_locked(), "a browser has no say over its machine");
        assert_eq!(desk.device.app_history(), []);
        let computer = format!("{:?}", device::Device::facts(&desk.device).platform);
        insta::allow_duplicates!(insta::assert_snapshot!(desk.story().replace(&computer, "…"), @r#"
        dials support.example.com:443
        says ChooseStart { start: HelpLink("shop"), portal: None }
        says Join(Join { token: Token(…), start: HelpLink("shop"), portal: None, name: "Dana", agreement: Some(true), recording: Some(true), device: DeviceFacts { computer: "FRONT-DESK-3", platform: …, private_ip: [10, 0, 0, 7] }, client: UserMode })
        says ShowPage(WebPage { url: "https://shop.example.com/cart", title: "Cart", text: "This is Cart." })
        event Joined(SessionId(4))
        says Chat { line: LineId(1), text: "hello" }
        says ShowPage(WebPage { url: "https://shop.example.com/payment", title: "Payment", text: "This is Payment." })
        closes
        event Ended(EndedByRepresentative)
        "#));
    }
}

/// Somebody else's client on the machine is none of the browser's business.
#[test]
fn a_client_that_was_there_before_stays() {
    let mut desk = link_followed(DeviceKind::WindowsPc);
    desk.device.install_app(App::CustomerClient);
    desk.say(start_checked(false, false));
    desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
    desk.act(|client, now, device| client.close(now, device));
    assert!(desk.device.installed_apps().contains(&App::CustomerClient));
}

#[test]
fn after_a_break_the_page_is_shown_as_it_is_now() {
    let mut desk = sharing();
    desk.story();
    desk.cut(Closed::TimedOut);
    go_to(&mut desk, web_page("Payment")).expect("a page is shared");
    assert_eq!(desk.party.view().shared_page, Some(web_page("Payment")));
    desk.act(|client, now, device| client.send_chat(now, device, "still here?")).expect("in session");
    desk.wait(Duration::from_secs(2));
    desk.accept();
    desk.say(with_ann());
    desk.say(with_ann());
    insta::assert_snapshot!(desk.story(), @r#"
    event ConnectionLost(Closed(TimedOut))
    dials support.example.com:443
    says Resume { session: SessionId(4), token: Token(…), have_seq: 0 }
    says ShowPage(WebPage { url: "https://shop.example.com/payment", title: "Payment", text: "This is Payment." })
    says Chat { line: LineId(1), text: "still here?" }
    "#);
}

/// Whoever goes on reading before the session begins shares what they read by then.
#[test]
fn before_the_session_the_page_waits_for_it() {
    let mut desk = link_followed(DeviceKind::WindowsPc);
    go_to(&mut desk, web_page("Payment")).expect("a page will be shared");
    desk.cut(Closed::Reset);
    desk.wait(Duration::from_secs(2));
    desk.accept();
    desk.say(start_checked(false, false));
    go_to(&mut desk, web_page("Thanks")).expect("a page will be shared");
    desk.story();
    desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
    insta::assert_snapshot!(desk.story(), @r#"
    says ShowPage(WebPage { url: "https://shop.example.com/thanks", title: "Thanks", text: "This is Thanks." })
    event Joined(SessionId(4))
    "#);
}

#[test]
fn a_refused_link_is_told_and_another_way_may_be_taken() {
    let mut desk = link_followed(DeviceKind::WindowsPc);
    desk.say(ApplianceToCustomer::StartChecked(Err(StartRefusal::NotOffered)));
    assert_eq!(desk.party.view().stage, Stage::Refused { why: StartRefusal::NotOffered });
    assert_eq!(go_to(&mut desk, web_page("Payment")), Err(CustomerError::NoSharedPage));
    desk.story();
    desk.act(|client, now, device| client.follow_help_link(now, device, "help", web_page("Help")))
        .expect("nothing has begun");
    desk.say(ApplianceToCustomer::StartChecked(Err(StartRefusal::NotOffered)));
    desk.act(|client, now, device| client.open_portal(now, device, None)).expect("nothing has begun");
    desk.say(ApplianceToCustomer::PortalPage(page()));
    desk.act(|client, now, device| client.type_session_key(now, device, "7")).expect("a portal");
    desk.say(start_checked(false, false));
    assert!(matches!(desk.party.view().stage, Stage::Downloading { .. }), "a key wants the client");
    insta::assert_snapshot!(desk.story(), @r#"
    says ChooseStart { start: HelpLink("help"), portal: None }
    event Refused(NotOffered)
    says OpenPortal { portal: None, url: None }
    says ChooseStart { start: Key("7"), portal: Some(PortalId(0)) }
    says FetchPackage
    "#);
}

#[test]
fn a_page_has_a_limit_and_only_a_shared_page_is_shown() {
    let of = |bytes: usize| WebPage { url: "u".into(), title: "t".into(), text: "x".repeat(bytes - 2) };
    let mut desk = sharing();
    desk.story();
    go_to(&mut desk, of(WEB_PAGE_BYTES_MAX)).expect("at the limit");
    let too_large = go_to(&mut desk, of(WEB_PAGE_BYTES_MAX + 1)).expect_err("above the limit");
    assert_eq!(too_large.to_string(), "expected a web page of at most 65536 bytes, found one of 65537");
    assert_eq!(desk.party.view().shared_page, Some(of(WEB_PAGE_BYTES_MAX)));

    let mut desk = portal(DeviceKind::WindowsPc);
    let link = desk
        .act(|client, now, device| client.follow_help_link(now, device, "shop", of(WEB_PAGE_BYTES_MAX + 1)));
    assert_eq!(link, Err(too_large));
    assert_eq!(desk.party.view().stage, Stage::Portal(page()));
    for mut desk in [desk, waiting(), in_session()] {
        assert_eq!(go_to(&mut desk, web_page("Payment")), Err(CustomerError::NoSharedPage));
    }
    let mut desk = in_session();
    let link = desk.act(|client, now, device| client.follow_help_link(now, device, "shop", web_page("Cart")));
    assert_eq!(link, Err(CustomerError::AlreadyStarted));
}
