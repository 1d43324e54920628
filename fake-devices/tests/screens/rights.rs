//! Who may see and touch what (ELV-03), and who sees what while privacy is on (PRV).

use device::{
    CaptureRefused, Device as _, InputRefused, ProtectedWindow, Rights, ScreenPermission, Screens as _,
    System as _,
};
use fake_devices::{DeviceKind, FakeDevice, Program, UacAnswer, UacAsks};
use strum::VariantArray as _;
use wire::tool::{DisplayId, InputEvent, Key};
use wire::{Rect, SimTime};

const NOW: SimTime = SimTime::from_secs(60);

fn machine(kind: DeviceKind) -> FakeDevice {
    FakeDevice::new(kind, "MACHINE", [10, 0, 0, 1])
}

/// A machine that has asked nobody yet, or whose user lets a program see the screen.
fn permitting(kind: DeviceKind) -> FakeDevice {
    let mut device = machine(kind);
    device.ask_for_screens("Support");
    device.person_clicks(NOW, "Start now");
    device
}

/// What a user's program may not see now, if anything; an administrator's sees all. Either may let go what is held.
fn protected(device: &mut FakeDevice) -> Option<String> {
    let [press, let_go] = [true, false].map(|down| InputEvent::Key { key: Key::Shift, down });
    device.inject(NOW, Rights::Administrator, press).expect("an administrator may");
    device.capture(NOW, DisplayId(0), Rights::Administrator).expect("an administrator may");
    device.inject(NOW, Rights::User, let_go).expect("what is held is let go");
    let touched = device.inject(NOW, Rights::User, press).err();
    device.inject(NOW, Rights::User, let_go).expect("what is held is let go");
    let seen = match device.capture(NOW, DisplayId(0), Rights::User) {
        Ok(_) => None,
        Err(CaptureRefused::Protected(window)) => Some(window),
        Err(refused @ (CaptureRefused::NoSuchDisplay | CaptureRefused::NotPermitted)) => panic!("{refused}"),
    };
    assert_eq!(touched, seen.clone().map(InputRefused::Protected), "what one may not see one may not touch");
    seen.map(|ProtectedWindow { window }| window)
}

#[test]
fn what_is_protected_on_which_machine() {
    let mut table = String::new();
    for kind in DeviceKind::VARIANTS {
        let mut told = |what: &str, window: Option<String>| {
            table += &format!("{kind} | {what} | {}\n", window.as_deref().unwrap_or("anybody's"));
        };
        let mut device = permitting(*kind);
        told("desktop", protected(&mut device));
        device.open_program(NOW, Program::TaskManager);
        told("task manager", protected(&mut device));
        if device.show_uac("Support", UacAsks::Consent) {
            told("prompt for rights", protected(&mut device));
            device.dismiss_prompt();
        }
        device.press_ctrl_alt_del(NOW);
        told("after Ctrl+Alt+Del", protected(&mut device));
        device.dismiss_prompt();
        device.open_elevated_program(NOW, Program::TaskManager);
        told("administrator's task manager", protected(&mut device));
        device.set_locked(true);
        told("locked", protected(&mut device));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_protected_window_that_is_behind_protects_nothing() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.open_elevated_program(NOW, Program::TaskManager);
    device.open_program(NOW, Program::Form);
    assert_eq!(protected(&mut device), None);
    device.close_front_window(NOW);
    assert_eq!(protected(&mut device).as_deref(), Some("Task Manager"));
}

#[test]
fn prompts_for_rights_are_answered_by_whoever_may() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.show_uac("Support", UacAsks::Credentials);
    device.person_types(NOW, "admin\tsecret\n");
    let credentials = UacAnswer::Credentials { user: "admin".into(), password: "secret".into() };
    assert_eq!(device.take_uac_answer(), Some(credentials));
    assert_eq!(device.take_uac_answer(), None, "told once");
    assert_eq!(protected(&mut device), None);

    device.show_uac("Support", UacAsks::Consent);
    assert!(device.person_clicks(NOW, "No"));
    assert_eq!(device.take_uac_answer(), Some(UacAnswer::Denied));
    assert!(!machine(DeviceKind::LinuxPc).show_uac("Support", UacAsks::Consent), "ELV-05");
}

#[test]
fn android_asks_before_an_app_sees_the_screen() {
    let mut tablet = machine(DeviceKind::AndroidTablet);
    let press = InputEvent::Key { key: Key::Shift, down: true };
    let refused = |tablet: &mut FakeDevice| {
        assert_eq!(
            tablet.capture(NOW, DisplayId(0), Rights::User).map(|_| ()),
            Err(CaptureRefused::NotPermitted)
        );
        assert_eq!(tablet.inject(NOW, Rights::User, press), Err(InputRefused::NotPermitted));
    };
    assert_eq!(tablet.screen_permission(), ScreenPermission::NotAsked);
    refused(&mut tablet);
    tablet.ask_for_screens("Support");
    assert_eq!(tablet.screen_permission(), ScreenPermission::Asked);
    refused(&mut tablet);
    assert!(!tablet.person_clicks(NOW, "Guide"), "it must be answered first");
    assert!(tablet.person_clicks(NOW, "Cancel"));
    assert_eq!(tablet.screen_permission(), ScreenPermission::Denied);
    refused(&mut tablet);
    tablet.ask_for_screens("Support");
    assert_eq!(tablet.front_window(NOW), None, "nobody is asked twice for one request");

    tablet.give_up_screens();
    tablet.ask_for_screens("Support");
    tablet.give_up_screens();
    assert_eq!(tablet.front_window(NOW), None, "what nobody wants any more is not asked");
    tablet.ask_for_screens("Support");
    assert!(tablet.person_clicks(NOW, "Start now"));
    assert!(tablet.capture(NOW, DisplayId(0), Rights::User).is_ok());
    assert_eq!(tablet.inject(NOW, Rights::User, press), Ok(()));
    tablet.give_up_screens();
    refused(&mut tablet);

    for kind in [DeviceKind::WindowsPc, DeviceKind::LinuxPc, DeviceKind::Mac, DeviceKind::Iphone] {
        let mut other = machine(kind);
        other.ask_for_screens("Support");
        assert_eq!(other.screen_permission(), ScreenPermission::Granted, "{kind}");
        assert_eq!(other.front_window(NOW), None, "{kind}");
    }
}

/// ELV-03: each user has a desktop, which waits for them as they left it.
#[test]
fn each_user_has_a_desktop_of_their_own() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.open_program(NOW, Program::Editor);
    device.person_types(NOW, "carla was here");
    let carla = device.picture(NOW, DisplayId(0));
    device.capture(NOW, DisplayId(0), Rights::Administrator).expect("an administrator may");

    device.switch_user(Rights::Administrator, "Admin").expect("there is such a user");
    assert_eq!(device.window_titles().len(), 0);
    let capture = device.capture(NOW, DisplayId(0), Rights::Administrator).expect("an administrator may");
    assert_eq!(capture.changed, [Rect { x: 0, y: 0, width: 1920, height: 1080 }]);
    let admin = device.picture(NOW, DisplayId(0));
    assert!(admin != carla);
    assert!(device.last_captured(DisplayId(0)) == admin.as_ref(), "all of it was painted anew");
    device.open_program(NOW, Program::Form);

    device.lock_screen();
    device.person_types(NOW, "sunflower\n");
    assert!(device.is_locked(), "that is another user's password");
    device.person_types(NOW, "correct horse\n");
    assert!(!device.is_locked());

    let control = |down| InputEvent::Key { key: Key::Ctrl, down };
    device.inject(NOW, Rights::Administrator, control(true)).expect("an administrator may");
    device.switch_user(Rights::Administrator, "carla").expect("there is such a user");
    assert!(device.picture(NOW, DisplayId(0)) == carla, "nothing was closed");
    device.inject(NOW, Rights::Administrator, control(false)).expect("an administrator may");
    device.switch_user(Rights::Administrator, "admin").expect("there is such a user");
    assert_eq!(device.window_titles().len(), 1);
    device.person_clicks(NOW, "Name");
    device.person_types(NOW, "x");
    let key = |down| InputEvent::Key { key: Key::Char('y'), down };
    device.inject(NOW, Rights::Administrator, key(true)).expect("an administrator may");
    assert_eq!(device.field_text(NOW, "Name").as_deref(), Some("xy"), "Ctrl is not held here any more");
    device.log_out_user();
    assert_eq!(device.front_window(NOW).as_deref(), Some("Sign-in screen"));
    device.person_types(NOW, "sunflower\n");
    assert_eq!(device.active_user().as_deref(), Some("carla"), "it is her machine");
    assert!(device.picture(NOW, DisplayId(0)) == carla);
    device.switch_user(Rights::Administrator, "admin").expect("there is such a user");
    assert_eq!(device.window_titles().len(), 0, "who has signed out has nothing open");
}

#[test]
fn a_locked_machine_takes_its_password_and_no_other() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.open_program(NOW, Program::Editor);
    device.lock_screen();
    device.person_types(NOW, "guess\n");
    assert!(device.is_locked());
    device.person_types(NOW, "sunflower\n");
    assert!(!device.is_locked());
    assert_eq!(device.editor_text(NOW).as_deref(), Some(""), "what is typed there lands nowhere else");
    device.log_out_user();
    assert_eq!(device.window_titles().len(), 0);
    device.person_types(NOW, "sunflower\n");
    assert!(device.user_present());
}

#[test]
fn privacy_hides_the_screen_from_the_person_and_keeps_their_hands_off() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.open_program(NOW, Program::Editor);
    let open = device.picture(NOW, DisplayId(0));
    let seen = device.seen_by_person(NOW, DisplayId(0));
    assert!(device.set_privacy(true) && device.privacy());
    device.person_types(NOW, "let me in");
    assert_eq!(device.editor_text(NOW).as_deref(), Some(""));
    device
        .inject(NOW, Rights::User, InputEvent::Key { key: Key::Char('x'), down: true })
        .expect("not protected");
    assert_eq!(device.editor_text(NOW).as_deref(), Some("x"), "the representative's hands work on");
    device.inject(NOW, Rights::User, InputEvent::Key { key: Key::Home, down: true }).expect("not protected");
    device.person_input(NOW, InputEvent::Key { key: Key::Delete, down: true });
    assert_eq!(device.editor_text(NOW).as_deref(), Some("x"), "Delete alone is not Ctrl+Alt+Del");
    device
        .inject(NOW, Rights::User, InputEvent::Key { key: Key::Delete, down: true })
        .expect("not protected");
    assert!(device.picture(NOW, DisplayId(0)) == open, "and so do their eyes");
    let curtain = device.seen_by_person(NOW, DisplayId(0));
    assert!(curtain != seen && curtain != open);

    // In vain from afar; the person's own keyboard does it (PRV-03).
    let chord = [Key::Ctrl, Key::Alt, Key::Delete].map(|key| InputEvent::Key { key, down: true });
    for event in chord {
        device.inject(NOW, Rights::User, event).expect("not protected");
    }
    assert!(device.privacy());
    chord.into_iter().for_each(|event| device.person_input(NOW, event));
    assert!(!device.privacy());
    assert!(device.seen_by_person(NOW, DisplayId(0)) == seen);
    assert_eq!(device.front_window(NOW).as_deref(), Some("Notes"), "and nothing else came of it");
}

#[test]
fn phones_have_no_privacy_screen() {
    for kind in DeviceKind::VARIANTS {
        let mut device = machine(*kind);
        let pc = matches!(kind, DeviceKind::WindowsPc | DeviceKind::LinuxPc | DeviceKind::Mac);
        assert_eq!(device.set_privacy(true), pc, "{kind}");
        assert_eq!(device.privacy(), pc, "{kind}");
    }
}
