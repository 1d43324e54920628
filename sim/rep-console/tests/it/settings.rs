//! Settings of the console, kept on its machine (SET-01, SET-03 to SET-05).

use rep_console::{ConsoleError, Flavour};
use wire::SessionId;
use wire::rep::{ApplianceToRep, SessionClosed};

use crate::desk::{Desk, anns_desk, desk, restarted, session, signed_in, with_sessions};

const FOUR: SessionId = SessionId(4);

fn keep_awake(desk: &mut Desk, on: bool) {
    desk.act(|console, now, device| console.set_keep_screen_awake(now, device, on)).expect("a phone");
}

/// All of them outlive the program, and a power loss.
#[test]
fn settings_are_kept_on_the_machine() {
    let settings = |desk: &Desk| {
        let view = desk.party.view();
        (view.sounds, view.keep_screen_awake, view.scale_pointer, view.swap_scroll_and_pan)
    };
    let mut desk = desk(Flavour::Mobile);
    assert_eq!(settings(&desk), (true, false, true, false));
    desk.act(|console, now, device| console.set_sounds(now, device, false));
    assert_eq!(settings(&desk), (false, false, true, false));
    keep_awake(&mut desk, true);
    assert_eq!(settings(&desk), (false, true, true, false));
    desk.act(|console, now, device| console.set_scale_pointer(now, device, false)).expect("a phone");
    assert_eq!(settings(&desk), (false, true, false, false));
    desk.act(|console, now, device| console.set_swap_scroll_and_pan(now, device, true)).expect("a phone");
    assert_eq!(settings(&desk), (false, true, false, true));
    desk.device.power_loss();
    let desk = restarted(desk, Flavour::Mobile);
    assert_eq!(settings(&desk), (false, true, false, true));
}

/// Settings of an older console lack the new ones.
#[test]
fn settings_of_an_older_console_are_read() {
    let mut desk = desk(Flavour::Desktop);
    let old = br#"{"portal":1,"sort":"Priority","columns":["Queue"],"favourites":[]}"#;
    device::Device::write_file(&mut desk.device, "rep-console/settings.json", old);
    let desk = restarted(desk, Flavour::Desktop);
    let view = desk.party.view();
    assert_eq!((view.sort, view.columns.len(), view.sounds), (rep_console::SortBy::Priority, 1, true));
}

/// SET-03: while a session is in front and the box is ticked, and not otherwise.
#[test]
fn the_screen_stays_awake_while_a_session_is_in_front() {
    let mut phone = with_sessions(anns_desk(Flavour::Mobile), &[4]);
    assert!(!phone.device.is_kept_awake(), "the box is not ticked");
    keep_awake(&mut phone, true);
    assert!(phone.device.is_kept_awake());
    phone.act(|console, now, device| console.show_queues(now, device));
    assert!(!phone.device.is_kept_awake(), "the queues are in front");
    phone.act(|console, now, device| console.show_session(now, device, FOUR)).expect("open");
    assert!(phone.device.is_kept_awake());
    keep_awake(&mut phone, false);
    assert!(!phone.device.is_kept_awake());
    keep_awake(&mut phone, true);
    phone.say(ApplianceToRep::SessionClosed { session: FOUR, why: SessionClosed::Ended });
    assert!(!phone.device.is_kept_awake());
    phone.say(ApplianceToRep::SessionShown(session(4)));
    assert!(phone.device.is_kept_awake());

    let phone = restarted(phone, Flavour::Mobile);
    assert!(!phone.device.is_kept_awake(), "a program that has ended holds nothing");
    let mut phone = with_sessions(signed_in(phone), &[4]);
    assert!(phone.device.is_kept_awake(), "the tick outlives the program");
    phone.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
    assert!(!phone.device.is_kept_awake());
}

#[test]
fn a_desktop_has_no_settings_for_fingers() {
    let mut desk = desk(Flavour::Desktop);
    let refused = [
        desk.act(|console, now, device| console.set_keep_screen_awake(now, device, true)),
        desk.act(|console, now, device| console.set_scale_pointer(now, device, true)),
        desk.act(|console, now, device| console.set_swap_scroll_and_pan(now, device, true)),
    ];
    assert!(refused.iter().all(|refused| matches!(refused, Err(ConsoleError::NotOffered { .. }))));
}
