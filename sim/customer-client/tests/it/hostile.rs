//! Whatever arrives: the client goes on, and keeps what it knows.

use std::time::Duration;

use customer_client::HOLD_MESSAGES_MAX;
use device::Closed;
use fake_devices::DeviceKind;
use wire::customer::ApplianceToCustomer;

use crate::desk::{Desk, checked, idle, in_session, launched, package, said, sharing, web_page};

#[test]
fn bytes_that_are_no_message_end_the_connection_and_nothing_else() {
    let mut desk = in_session();
    desk.say(ApplianceToCustomer::Log(vec![said(1, 2, 1, "hi")]));
    desk.story();
    desk.say_bytes(&[0, 0, 0, 1, 200]);
    assert_eq!(desk.party.view().chat().count(), 1);
    desk.wait(Duration::from_secs(2));
    desk.accept();
    insta::assert_snapshot!(desk.story(), @r#"
    aborts
    event ConnectionLost(Malformed("expected a message, found 1 bytes that are none: Hit the end of buffer, expected more data"))
    dials support.example.com:443
    says Resume { session: SessionId(4), token: Token(…), have_seq: 1 }
    "#);
}

#[test]
fn a_package_that_does_not_add_up_ends_the_connection() {
    for piece in [
        package(1, 10),
        package(0, 16_385),
        ApplianceToCustomer::Package { offset: 0, total: 9, bytes: vec![0; 10] },
    ] {
        let mut desk = checked(DeviceKind::WindowsPc, false, false);
        desk.story();
        desk.say(piece);
        assert!(desk.story().starts_with("aborts\nevent ConnectionLost(Malformed("));
        assert!(desk.device.installed_apps().is_empty());
    }
}

#[test]
fn whatever_arrives_it_goes_on() {
    arbtest::arbtest(|u| {
        let starts: [fn() -> Desk; 5] = [
            || idle(DeviceKind::WindowsPc),
            || checked(DeviceKind::LinuxPc, true, true),
            in_session,
            launched,
            sharing,
        ];
        let mut desk = u.choose(&starts)?();
        while !u.is_empty() {
            match u.int_in_range(0..=14)? {
                0 if desk.is_connected() => desk.say_bytes(u.bytes(u.len().min(40))?),
                1..=5 if desk.is_connected() => desk.say(u.arbitrary()?),
                6 if desk.is_connected() => desk.cut(Closed::Reset),
                7 => drop(desk.act(|client, now, device| client.open_portal(now, device, None))),
                8 => drop(desk.act(|client, now, device| client.type_session_key(now, device, "1"))),
                9 => drop(desk.act(|client, now, device| client.send_chat(now, device, "x"))),
                10 => drop(desk.act(|client, now, device| client.answer_agreement(now, device, true))),
                11 => drop(desk.act(|client, now, device| client.answer_recording(now, device, true))),
                12 => drop(desk.act(|client, now, device| client.show_page(now, device, web_page("Cart")))),
                13 => drop(desk.act(|client, now, device| {
                    client.follow_help_link(now, device, "shop", web_page("Cart"))
                })),
                _ => desk.wait(Duration::from_secs(u.int_in_range(0..=100)?)),
            }
            if desk.is_dialling() {
                desk.accept();
            }
            let log = &desk.party.view().log;
            assert!(log.is_sorted_by(|a, b| a.seq < b.seq), "no entry twice");
            assert!(desk.party.view().hold_messages.len() <= HOLD_MESSAGES_MAX);
            assert!(!desk.party.is_finished() || !desk.is_connected());
        }
        Ok(())
    });
}

#[test]
#[should_panic(expected = "the customer client mutated before it was drained: 1 transmits and 0 events left")]
fn a_second_deed_before_draining_is_a_bug() {
    let mut desk = in_session();
    desk.act(|client, now, device| {
        client.send_chat(now, device, "one").and_then(|_| client.send_chat(now, device, "two"))
    })
    .expect("the second panics");
}
