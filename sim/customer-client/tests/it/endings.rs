//! What those who wait are told, how it ends, and what the machine does then.

use customer_client::{HOLD_MESSAGES_MAX, Stage};
use device::{App, Closed};
use fake_devices::DeviceKind;
use wire::SessionId;
use wire::customer::{ApplianceToCustomer, CustomerEnd};
use wire::session::AfterSession;

use crate::desk::{Desk, checking, downloaded, idle, in_session, start_checked, waiting};

fn nobody_available(redirect: Option<&str>) -> ApplianceToCustomer {
    let redirect = redirect.map(str::to_owned);
    ApplianceToCustomer::NobodyAvailable { message: "We are closed.".into(), redirect }
}

fn ends(desk: &mut Desk, why: CustomerEnd, then: AfterSession) {
    desk.say(ApplianceToCustomer::Ended { why, then });
    assert!(desk.party.is_finished());
    assert!(!desk.device.installed_apps().contains(&App::CustomerClient));
}

/// A session of a machine of this kind.
fn session_on(kind: DeviceKind) -> Desk {
    let mut desk = checking(kind);
    desk.device.install_app(App::CustomerClient);
    desk.say(start_checked(false, false));
    desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
    desk
}

/// SUM-02.
#[test]
fn the_machine_does_what_was_chosen_for_after_the_session() {
    for why in [CustomerEnd::EndedByRepresentative, CustomerEnd::Removed, CustomerEnd::RepresentativeLost] {
        for (then, locked, present) in [
            (AfterSession::Nothing, false, true),
            (AfterSession::Lock, true, true),
            (AfterSession::LogOut, false, false),
        ] {
            let mut desk = in_session();
            ends(&mut desk, why, then);
            let device = &desk.device;
            assert_eq!((device.is_locked(), device::Device::user_present(device)), (locked, present));
        }
    }
}

/// SUM-02.
#[test]
fn only_windows_logs_its_user_out() {
    for kind in [DeviceKind::LinuxPc, DeviceKind::Mac] {
        let mut desk = session_on(kind);
        ends(&mut desk, CustomerEnd::EndedByRepresentative, AfterSession::LogOut);
        assert!(device::Device::user_present(&desk.device));
        let mut desk = session_on(kind);
        ends(&mut desk, CustomerEnd::EndedByRepresentative, AfterSession::Lock);
        assert!(desk.device.is_locked());
    }
}

#[test]
fn who_leaves_by_themselves_keeps_their_screen() {
    let mut desk = in_session();
    desk.act(|client, now, device| client.leave(now, device)).expect("in session");
    ends(&mut desk, CustomerEnd::Left, AfterSession::Lock);
    assert!(!desk.device.is_locked());
}

#[test]
fn endings_are_told_in_words() {
    let mut told = Vec::new();
    for why in [
        CustomerEnd::EndedByRepresentative,
        CustomerEnd::Left,
        CustomerEnd::RepresentativeLost,
        CustomerEnd::Removed,
        CustomerEnd::NobodyAvailable,
    ] {
        let mut desk = in_session();
        ends(&mut desk, why, AfterSession::Nothing);
        assert_eq!(desk.party.view().stage, Stage::Ended { why });
        told.push(why.to_string());
    }
    insta::assert_debug_snapshot!(told, @r#"
    [
        "ended by the representative",
        "you left",
        "the representative was lost",
        "removed by the representative",
        "nobody is available",
    ]
    "#);
}

#[test]
fn who_waits_sees_their_place_and_how_long_and_the_last_messages() {
    let mut desk = waiting();
    assert_eq!(desk.party.view().stage, Stage::Waiting { position: 2, estimate_s: Some(90) });
    for number in 0..HOLD_MESSAGES_MAX {
        desk.say(ApplianceToCustomer::HoldMessage(number.to_string()));
    }
    let messages = desk.party.view().hold_messages.clone();
    assert_eq!((messages.len(), messages[0].as_str()), (HOLD_MESSAGES_MAX, "0"));
    desk.say(ApplianceToCustomer::HoldMessage("one more".into()));
    let messages = desk.party.view().hold_messages.clone();
    assert_eq!((messages.len(), messages[0].as_str()), (HOLD_MESSAGES_MAX, "1"));
    assert_eq!(messages.last().map(String::as_str), Some("one more"));
}

#[test]
fn where_nobody_is_available_there_is_no_session_and_no_client() {
    let starts: [fn() -> Desk; 4] =
        [|| checking(DeviceKind::WindowsPc), || downloaded(false, false), waiting, in_session];
    for start in starts {
        let mut desk = start();
        desk.story();
        desk.say(nobody_available(Some("https://example.com/later")));
        let (message, redirect) = ("We are closed.".into(), Some("https://example.com/later".into()));
        assert_eq!(desk.party.view().stage, Stage::NobodyAvailable { message, redirect });
        assert!(desk.party.is_finished());
        assert!(desk.device.installed_apps().is_empty());
        assert_eq!(desk.story(), "closes\nevent NobodyAvailable\n");
        let chat = desk.act(|client, now, device| client.send_chat(now, device, "hello?"));
        assert!(chat.is_err(), "there is no session");
    }
}

/// Who had the client before, and never joined, keeps it.
#[test]
fn where_nobody_is_available_the_client_of_before_stays() {
    let mut desk = checking(DeviceKind::WindowsPc);
    desk.device.install_app(App::CustomerClient);
    desk.say(nobody_available(None));
    assert!(desk.device.installed_apps().contains(&App::CustomerClient));
}

/// The queue emptied of representatives while the customer's line was broken.
#[test]
fn who_comes_back_may_find_nobody() {
    let mut desk = waiting();
    desk.cut(Closed::TimedOut);
    desk.wait(std::time::Duration::from_secs(2));
    desk.accept();
    desk.say(nobody_available(None));
    assert!(desk.party.is_finished());

    let mut desk = idle(DeviceKind::WindowsPc);
    desk.act(|client, now, device| client.open_portal(now, device, None)).expect("idle");
    desk.accept();
    desk.say(nobody_available(None));
    assert_eq!(desk.party.view().stage, Stage::OpeningPortal, "nothing was asked for that this could answer");
}
