//! Pinning and unpinning, from the representative's side (JPN).

use device::Closed;
use rep_console::{ConsoleError, Flavour};
use wire::pin::{PinMode, PinObstacle, PinTo, SessionPin};
use wire::rep::{ApplianceToRep, JumpItem, Permission, Refusal, RepAnswer};
use wire::session::{CustomerPresence, DeviceFacts, Platform, SessionState};
use wire::tool::ClientKind;
use wire::{JumpClientId, JumpGroupId, RequestId, SessionId};

use crate::desk::{Desk, anns_desk, anns_desk_that_may, answer, machine, session};

const FOUR: SessionId = SessionId(4);
const KIOSK: JumpClientId = JumpClientId(9);
const SERVERS: PinTo = PinTo::Group(JumpGroupId(1));

/// Ann may pin, and has a session that is so.
fn in_session(state: SessionState) -> Desk {
    let mut desk = anns_desk_that_may(Flavour::Desktop, Permission::DeployJumpClients);
    desk.say(ApplianceToRep::SessionShown(state));
    desk.heard();
    desk.story();
    desk
}

fn pin(desk: &mut Desk, to: PinTo, mode: PinMode) -> Result<RequestId, ConsoleError> {
    desk.act(|console, now, device| console.pin(now, device, FOUR, to, mode))
}

fn offered(desk: &Desk) -> Option<Vec<PinMode>> {
    desk.party.view().pin_options(FOUR).map(|options| options.modes)
}

fn on_list() -> JumpItem {
    let group = Some("Servers".to_owned());
    let (computer, platform) = ("KIOSK-1".to_owned(), Platform::Windows);
    JumpItem { id: KIOSK, computer, platform, group, online: true, user_present: false }
}

fn confirm(desk: &mut Desk, yes: bool) -> Result<bool, ConsoleError> {
    desk.act(|console, now, device| console.confirm_unpin(now, device, yes)).map(|asked| asked.is_some())
}

/// JPN-01, JPN-04, and how each way of not being able to is said.
#[test]
fn what_is_offered_and_what_is_refused_on_the_spot() {
    let phone = DeviceFacts { platform: Platform::Android, ..machine("PIXEL") };
    let cases = [
        (session(4), Some(vec![PinMode::User]), Some(PinObstacle::NotElevated)),
        (
            SessionState { client: ClientKind::Elevated, ..session(4) },
            Some(vec![PinMode::User, PinMode::Service]),
            None,
        ),
        (SessionState { client: ClientKind::WebChat, ..session(4) }, None, Some(PinObstacle::ChatOnly)),
        (SessionState { device: phone, ..session(4) }, None, Some(PinObstacle::NoSuchMachine)),
        (SessionState { pin: SessionPin::UnderWay, ..session(4) }, None, Some(PinObstacle::NotElevated)),
        (
            SessionState { pin: SessionPin::UnderWay, client: ClientKind::Elevated, ..session(4) },
            None,
            Some(PinObstacle::UnderWay),
        ),
        (
            SessionState { pin: SessionPin::Pinned(None), client: ClientKind::Elevated, ..session(4) },
            None,
            Some(PinObstacle::AlreadyThere),
        ),
        (
            SessionState { presence: CustomerPresence::Lost, client: ClientKind::Elevated, ..session(4) },
            None,
            Some(PinObstacle::CustomerAway),
        ),
    ];
    for (state, modes, obstacle) in cases {
        let mut desk = in_session(state.clone());
        assert_eq!(offered(&desk), modes, "{state:?}");
        let done = pin(&mut desk, SERVERS, PinMode::Service);
        assert_eq!(done.err(), obstacle.map(ConsoleError::CanNotPin), "{state:?}");
        assert_eq!(desk.heard().len(), usize::from(obstacle.is_none()), "{state:?}");
    }
}

#[test]
fn without_the_permission_there_is_no_pinning() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.say(ApplianceToRep::SessionShown(session(4)));
    assert_eq!(offered(&desk), None);
    let wanted = "pinning".to_owned();
    assert_eq!(pin(&mut desk, PinTo::Personal, PinMode::User), Err(ConsoleError::NotOffered { wanted }));
    let unpin = desk.act(|console, now, device| console.ask_to_unpin(now, device, KIOSK));
    assert_eq!(unpin, Err(ConsoleError::NotOffered { wanted: "unpinning".to_owned() }));
}

#[test]
fn one_pins_to_ones_own_groups_or_to_the_personal_list() {
    let mut desk = in_session(session(4));
    assert!(pin(&mut desk, PinTo::Group(JumpGroupId(0)), PinMode::User).is_err());
    pin(&mut desk, SERVERS, PinMode::User).expect("Ann is a member");
    answer(&mut desk, Err(Refusal::CanNotPin(PinObstacle::AlreadyThere)));
    assert_eq!(desk.party.view().last_notice(), Some("the machine has a Jump Client already"));
    pin(&mut desk, PinTo::Personal, PinMode::User).expect("always there");
    answer(&mut desk, Ok(RepAnswer::Pinned { jump_client: KIOSK }));
    assert_eq!(desk.party.view().last_notice(), Some("the machine is pinned"));
    insta::assert_snapshot!(desk.story(), @r"
    says Ask { request: RequestId(2), ask: Pin { session: SessionId(4), to: Group(JumpGroupId(1)), mode: User } }
    event Answered { request: RequestId(2), refusal: Some(CanNotPin(AlreadyThere)) }
    says Ask { request: RequestId(3), ask: Pin { session: SessionId(4), to: Personal, mode: User } }
    event Answered { request: RequestId(3), refusal: None }
    ");
}

/// JPN-03.
#[test]
fn nothing_is_unpinned_without_a_yes() {
    let mut desk = in_session(SessionState { pin: SessionPin::Pinned(Some(KIOSK)), ..session(4) });
    assert_eq!(confirm(&mut desk, true), Err(ConsoleError::NothingToConfirm));
    for yes in [false, true] {
        desk.act(|console, now, device| console.ask_to_unpin(now, device, KIOSK)).expect("of the session");
        let asked = desk.party.view().unpin_to_confirm.clone().expect("asked");
        assert_eq!((asked.machine, asked.computer.as_str()), (KIOSK, "FRONT-DESK-3"));
        assert!(desk.heard().is_empty(), "not before the answer");
        assert_eq!(confirm(&mut desk, yes), Ok(yes));
        assert_eq!(desk.party.view().unpin_to_confirm, None);
    }
    answer(&mut desk, Ok(RepAnswer::Done));
    assert_eq!(desk.party.view().last_notice(), Some("the machine is unpinned"));
}

/// The list is without it at once; and the question goes with what it is about.
#[test]
fn what_is_unpinned_leaves_the_list() {
    type Change = fn(&mut Desk);
    let changes: [(&str, Change, bool); 4] = [
        ("it is on the list still", |_| {}, true),
        (
            "it is on no list any more",
            |desk| {
                desk.act(|console, now, device| console.refresh_jump_items(now, device)).expect("connected");
                answer(desk, Ok(RepAnswer::JumpItems(vec![])));
            },
            false,
        ),
        ("the connection is lost", |desk| desk.cut(Closed::Reset), true),
        (
            "Ann has signed out",
            |desk| desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in"),
            false,
        ),
    ];
    for (change, happen, stays) in changes {
        let mut desk = in_session(session(4));
        desk.act(|console, now, device| console.refresh_jump_items(now, device)).expect("connected");
        answer(&mut desk, Ok(RepAnswer::JumpItems(vec![on_list()])));
        desk.act(|console, now, device| console.ask_to_unpin(now, device, KIOSK)).expect("on the list");
        happen(&mut desk);
        assert_eq!(desk.party.view().unpin_to_confirm.is_some(), stays, "{change}");
    }
    for says in [Ok(RepAnswer::Done), Err(Refusal::Gone)] {
        let mut desk = in_session(session(4));
        desk.act(|console, now, device| console.refresh_jump_items(now, device)).expect("connected");
        answer(&mut desk, Ok(RepAnswer::JumpItems(vec![on_list()])));
        desk.act(|console, now, device| console.ask_to_unpin(now, device, KIOSK)).expect("on the list");
        assert_eq!(confirm(&mut desk, true), Ok(true));
        assert_eq!(desk.party.view().jump_items.len(), 1, "nothing goes before the appliance says so");
        answer(&mut desk, says);
        assert!(desk.party.view().jump_items.is_empty());
    }
}
