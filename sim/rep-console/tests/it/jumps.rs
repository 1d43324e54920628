//! Jump Items at the console (JMC).

use device::Closed;
use rep_console::{ConsoleError, Flavour};
use wire::rep::{ApplianceToRep, JumpItem, Refusal, RepAnswer};
use wire::session::Platform;
use wire::{JumpClientId, JumpId, SessionId};

use crate::desk::{Desk, anns_desk, answer, session};

const KIOSK: JumpClientId = JumpClientId(1);

/// A console with two machines on its list.
fn desk_with_items() -> Desk {
    let item = |id, computer: &str, group: Option<&str>| JumpItem {
        id: JumpClientId(id),
        computer: computer.into(),
        platform: Platform::Windows,
        group: group.map(str::to_owned),
        online: true,
        user_present: false,
    };
    let mut desk = anns_desk(Flavour::Mobile);
    desk.act(|console, now, device| console.refresh_jump_items(now, device)).expect("connected");
    let items = vec![item(1, "KIOSK-1", Some("Shops")), item(2, "SERVER-1", None)];
    answer(&mut desk, Ok(RepAnswer::JumpItems(items)));
    desk.story();
    desk
}

fn jump(desk: &mut Desk, machine: JumpClientId) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.jump(now, device, machine)).map(|_| ())
}

/// JMC-02, JMC-05, JMC-06.
#[test]
fn the_list_is_shown_and_a_search_narrows_it() {
    let desk = desk_with_items();
    for (text, found) in
        [("", vec![1, 2]), ("kiosk", vec![1]), ("shop", vec![1]), ("1", vec![1, 2]), ("x", vec![])]
    {
        let items: Vec<u32> =
            desk.party.view().search_jump_items(text).iter().map(|item| item.id.0).collect();
        assert_eq!(items, found, "{text}");
    }
}

/// JMC-07.
#[test]
fn a_jump_shows_until_it_is_answered() {
    let mut desk = desk_with_items();
    jump(&mut desk, KIOSK).expect("on the list");
    assert_eq!(desk.party.view().jumping, [KIOSK]);
    desk.say(ApplianceToRep::SessionShown(session(4)));
    answer(&mut desk, Ok(RepAnswer::Jumped { jump: JumpId(1), session: SessionId(4) }));
    let view = desk.party.view();
    assert_eq!((view.jumping.len(), view.front), (0, Some(SessionId(4))));
    assert_eq!(jump(&mut desk, JumpClientId(9)), Err(ConsoleError::NoSuchJumpItem(JumpClientId(9))));
    insta::assert_snapshot!(desk.story(), @"
    says Ask { request: RequestId(3), ask: Jump { jump_client: JumpClientId(1) } }
    event PageOpened(SessionId(4))
    event Answered { request: RequestId(3), refusal: None }
    ");
}

/// JMC-10, JMC-11, JMC-13.
#[test]
fn a_jump_that_fails_says_why() {
    for (refusal, words) in [
        (Refusal::Declined, "the user declined"),
        (Refusal::NoAnswer, "the user did not answer"),
        (Refusal::Offline, "the Jump Client is offline"),
    ] {
        let mut desk = desk_with_items();
        jump(&mut desk, KIOSK).expect("on the list");
        answer(&mut desk, Err(refusal));
        assert_eq!((desk.party.view().jumping.len(), desk.party.view().last_notice()), (0, Some(words)));
    }
}

#[test]
fn a_break_ends_the_waiting_for_jumps() {
    let mut desk = desk_with_items();
    jump(&mut desk, KIOSK).expect("on the list");
    desk.cut(Closed::Reset);
    assert_eq!(
        (desk.party.view().jumping.len(), desk.party.view().last_notice()),
        (0, Some("connection lost"))
    );
}
