//! A session page under fingers: options, full screen, gestures, the pointer (SET-04 to SET-08).

use rep_console::{ConsoleError, Flavour, Gesture, GestureEffect, OptionEntry, Touch};
use strum::VariantArray as _;
use wire::rep::{ApplianceToRep, RepToAppliance, SessionClosed};
use wire::session::{SessionKind, SessionState};
use wire::tool::{
    Access, DisplayId, InputEvent, ScreenCommand, ScreenUpdate, Tool, ToolCommand, ToolOffer, ToolState,
    ToolUpdate,
};
use wire::{Point, SessionId, Size};

use crate::desk::{Desk, anns_desk, session, with_sessions};

const FOUR: SessionId = SessionId(4);
const FIVE: SessionId = SessionId(5);

fn phone() -> Desk {
    with_sessions(anns_desk(Flavour::Mobile), &[5, 4])
}

fn open_options(desk: &mut Desk, session: SessionId) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.open_options(now, device, session))
}

fn fullscreen(desk: &mut Desk, on: bool) {
    desk.act(|console, now, device| console.fullscreen(now, device, FOUR, on)).expect("a phone");
}

fn help(desk: &mut Desk) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.gestures_help(now, device))
}

fn back(desk: &mut Desk) {
    desk.act(|console, now, device| console.back(now, device));
}

/// What lies over the page: options, the walk-through, the full screen.
fn overlays(desk: &Desk) -> (bool, bool, bool) {
    let view = desk.party.view();
    (!view.options.is_empty(), view.gestures_help.is_some(), view.fullscreen)
}

/// SET-06.
#[test]
fn options_offer_what_the_session_has() {
    let mut phone = phone();
    let all = Tool::VARIANTS.iter();
    let tools = all.map(|tool| ToolOffer { tool: *tool, access: Access::Full, prompts: false }).collect();
    phone.say(ApplianceToRep::SessionShown(SessionState { tools, ..session(4) }));
    open_options(&mut phone, FOUR).expect("open");
    let names: Vec<String> = phone.party.view().options.iter().map(OptionEntry::to_string).collect();
    assert_eq!(
        names,
        [
            "Fullscreen",
            "Special Actions",
            "Paste Clipboard",
            "Privacy Screen",
            "Performance",
            "Displays",
            "Reboot",
            "Gestures Help"
        ]
    );
    phone.say(ApplianceToRep::SessionShown(SessionState { kind: SessionKind::Browser, ..session(5) }));
    open_options(&mut phone, FIVE).expect("open");
    assert_eq!(phone.party.view().options, [OptionEntry::Fullscreen, OptionEntry::GesturesHelp]);
    assert_eq!(phone.party.view().front, Some(FIVE));
    assert_eq!("Gestures Help".parse(), Ok(OptionEntry::GesturesHelp));
    assert_eq!(open_options(&mut phone, SessionId(9)), Err(ConsoleError::NoSuchPage(SessionId(9))));
}

/// SET-07, SET-08: what is picked takes the menu's place, and Back takes what lies on top.
#[test]
fn back_leaves_what_was_opened_last() {
    let mut phone = phone();
    open_options(&mut phone, FOUR).expect("open");
    fullscreen(&mut phone, true);
    assert_eq!(overlays(&phone), (false, false, true));
    open_options(&mut phone, FOUR).expect("open");
    assert_eq!(overlays(&phone), (true, false, true));
    help(&mut phone).expect("in front");
    assert_eq!(overlays(&phone), (false, true, true));
    back(&mut phone);
    assert_eq!(overlays(&phone), (false, false, true));
    help(&mut phone).expect("in front");
    open_options(&mut phone, FOUR).expect("open");
    assert_eq!(overlays(&phone), (true, false, true));
    back(&mut phone);
    assert_eq!(overlays(&phone), (false, false, true));
    back(&mut phone);
    assert_eq!(overlays(&phone), (false, false, false));
    back(&mut phone);
    assert_eq!((overlays(&phone), phone.party.view().front), ((false, false, false), Some(FOUR)));
    fullscreen(&mut phone, true);
    fullscreen(&mut phone, false);
    assert_eq!(overlays(&phone), (false, false, false));
}

/// What lies over one page does not lie over the next.
#[test]
fn overlays_go_with_their_page() {
    type Change = fn(&mut Desk);
    let changes: &[(&str, Change, bool)] = &[
        ("the same page", |desk| desk.say(ApplianceToRep::SessionShown(session(4))), true),
        ("a new page", |desk| desk.say(ApplianceToRep::SessionShown(session(6))), false),
        (
            "another page",
            |desk| desk.act(|console, now, device| console.show_session(now, device, FIVE)).expect("open"),
            false,
        ),
        ("the queues", |desk| desk.act(|console, now, device| console.show_queues(now, device)), false),
        (
            "the page closes",
            |desk| desk.say(ApplianceToRep::SessionClosed { session: FOUR, why: SessionClosed::Ended }),
            false,
        ),
        (
            "another page closes",
            |desk| desk.say(ApplianceToRep::SessionClosed { session: FIVE, why: SessionClosed::Ended }),
            true,
        ),
    ];
    for (change, happens, stays) in changes {
        let mut phone = phone();
        fullscreen(&mut phone, true);
        help(&mut phone).expect("in front");
        happens(&mut phone);
        assert_eq!(overlays(&phone), (false, *stays, *stays), "{change}");
        let mut phone = self::phone();
        open_options(&mut phone, FOUR).expect("open");
        happens(&mut phone);
        assert_eq!(overlays(&phone), (*stays, false, false), "{change}");
    }
}

/// SET-05, SET-08.
#[test]
fn the_walk_through_follows_the_setting() {
    let swap = |desk: &mut Desk, on| {
        desk.act(|console, now, device| console.set_swap_scroll_and_pan(now, device, on)).expect("a phone");
    };
    let text = |desk: &Desk| -> String {
        let steps = desk.party.view().gestures_help.as_ref().expect("open").iter();
        steps.map(|step| format!("{}: {}\n", step.gesture, step.effect)).collect()
    };
    let mut phone = phone();
    help(&mut phone).expect("in front");
    insta::assert_snapshot!(text(&phone), @"
    tap: left-click
    double-tap: double-click
    drag with one finger: move the pointer
    double-tap and drag: drag and drop
    pinch: zoom
    tap with two fingers: right-click
    drag with two fingers: pan the screen
    drag with three fingers: scroll the mouse wheel
    tap with three fingers: show or hide the keyboard
    tap and hold: locate the pointer
    ");
    swap(&mut phone, true);
    let swapped = text(&phone);
    assert!(swapped.contains("drag with two fingers: scroll the mouse wheel\n"), "{swapped}");
    assert!(swapped.contains("drag with three fingers: pan the screen\n"), "{swapped}");
    back(&mut phone);
    swap(&mut phone, false);
    assert_eq!(phone.party.view().gestures_help, None, "a setting opens no walk-through");
}

/// SET-05: these two trade places, and no other gesture does.
#[test]
fn swapping_swaps_two_gestures() {
    let gestures = Gesture::help(false).into_iter().zip(Gesture::help(true));
    let differ: Vec<_> = gestures.filter(|(plain, swapped)| plain.effect != swapped.effect).collect();
    let effects: Vec<_> = differ.iter().map(|(plain, swapped)| (plain.effect, swapped.effect)).collect();
    assert_eq!(
        effects,
        [(GestureEffect::Pan, GestureEffect::Scroll), (GestureEffect::Scroll, GestureEffect::Pan)]
    );
}

/// SET-04, GES-03: as far as the finger, or half as far, from where the pointer is; however small the steps are, none is
/// lost, and none leads off the display.
#[test]
fn the_pointer_follows_the_finger() {
    let tell = |desk: &mut Desk, update| {
        desk.say(ApplianceToRep::Tool { session: FOUR, update: ToolUpdate::Screen(update) });
    };
    let drag = |desk: &mut Desk, dx_px, dy_px| {
        let touch = Touch::Moved { gesture: Gesture::OneFingerDrag, dx_px, dy_px };
        desk.act(|console, now, device| console.touch(now, device, FOUR, touch)).expect("it is shared");
        let to = desk.heard().into_iter().rev().find_map(|message| match message {
            RepToAppliance::Tool { command: ToolCommand::Screen(ScreenCommand::Input(event)), .. } => {
                Some(event)
            }
            _ => None,
        });
        match to.expect("it is told") {
            InputEvent::PointerTo { at, .. } => (at.x, at.y),
            other => panic!("expected a pointer that moves, found {other:?}"),
        }
    };
    let scale = |desk: &mut Desk, on| {
        desk.act(|console, now, device| console.set_scale_pointer(now, device, on)).expect("a phone");
    };
    let mut phone = phone();
    let tool = Tool::ScreenSharing;
    let tools = vec![ToolOffer { tool, access: Access::Full, prompts: false }];
    phone.say(ApplianceToRep::SessionShown(SessionState { tools, ..session(4) }));
    phone.say(ApplianceToRep::ToolState { session: FOUR, tool, state: ToolState::Open(Access::Full) });
    let size = Size { width: 200, height: 100 };
    tell(&mut phone, ScreenUpdate::StreamBegins { stream: 1, display: DisplayId(0), size });
    tell(&mut phone, ScreenUpdate::PointerAt(Point { x: 50, y: 50 }));
    assert_eq!(drag(&mut phone, 30, -10), (80, 40));
    scale(&mut phone, false);
    assert_eq!(drag(&mut phone, 30, -10), (95, 35), "from where it was sent");
    for step in 1..30 {
        assert_eq!(drag(&mut phone, 1, 0), (95 + step / 2, 35));
    }
    tell(&mut phone, ScreenUpdate::PointerAt(Point { x: 80, y: 40 }));
    assert_eq!(drag(&mut phone, 1, 0), (110, 35), "what comes late of the way there changes nothing");
    tell(&mut phone, ScreenUpdate::PointerAt(Point { x: 7, y: 8 }));
    assert_eq!(drag(&mut phone, 4, 4), (9, 10), "somebody else has moved it");
    assert_eq!(drag(&mut phone, i32::MAX, i32::MIN), (199, 0));
    assert_eq!(drag(&mut phone, -2, 2), (198, 1));
}

#[test]
fn fingers_need_a_touch_screen_and_the_walk_through_a_page() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    let refused = [
        open_options(&mut desk, FOUR),
        help(&mut desk),
        desk.act(|console, now, device| console.fullscreen(now, device, FOUR, true)),
        desk.act(|console, now, device| console.touch(now, device, FOUR, Touch::Still(Gesture::Tap))),
    ];
    assert!(refused.iter().all(|refused| matches!(refused, Err(ConsoleError::NotOffered { .. }))));
    let mut phone = phone();
    phone.act(|console, now, device| console.show_queues(now, device));
    assert_eq!(help(&mut phone), Err(ConsoleError::NoPageInFront));
}
