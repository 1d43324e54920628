//! What a page offers of elevation, and what it shows of it (ELV, C2C-08, SCR-06).

use std::fmt::Write as _;

use rep_console::{ConsoleError, ElevationState, Flavour};
use strum::VariantArray as _;
use wire::SessionId;
use wire::rep::{ApplianceToRep, RepToAppliance};
use wire::session::{DeviceFacts, Platform, SessionState};
use wire::tool::{
    Access, ClientKind, ElevationCommand, ElevationRefusal, ElevationUpdate, Tool, ToolCommand, ToolOffer,
    ToolState, ToolUpdate,
};

use crate::desk::{Desk, anns_desk, machine, session};

const FOUR: SessionId = SessionId(4);

/// Ann has a session with a client of this kind on such a machine.
fn with_client(client: ClientKind, platform: Platform, offered: &[Tool]) -> Desk {
    let mut desk = anns_desk(Flavour::Desktop);
    let offer = |tool: &Tool| ToolOffer { tool: *tool, access: Access::Full, prompts: false };
    desk.say(ApplianceToRep::SessionShown(SessionState {
        client,
        device: DeviceFacts { platform, ..machine("FRONT-DESK-3") },
        tools: offered.iter().map(offer).collect(),
        ..session(4)
    }));
    desk.heard();
    desk
}

fn hear(desk: &mut Desk, update: ElevationUpdate) {
    desk.say(ApplianceToRep::Tool { session: FOUR, update: ToolUpdate::Elevation(update) });
}

fn tool_is(desk: &mut Desk, tool: Tool, state: ToolState) {
    desk.say(ApplianceToRep::ToolState { session: FOUR, tool, state });
}

/// ELV-05: the table of what can be elevated, and how.
#[test]
fn a_page_offers_what_the_client_can_become() {
    let platforms = [Platform::Windows, Platform::Mac, Platform::Linux, Platform::Android, Platform::Ios];
    let kinds = [ClientKind::WebChat, ClientKind::UserMode, ClientKind::Elevated, ClientKind::SupportPlus];
    let mut table = String::new();
    for kind in kinds {
        for platform in platforms {
            let desk = with_client(kind, platform, Tool::VARIANTS);
            let ways = desk.party.view().page(FOUR).expect("open").elevation_ways();
            let ways: Vec<String> = ways.iter().map(ToString::to_string).collect();
            writeln!(
                table,
                "{kind}, {platform:?}: {}",
                if ways.is_empty() { "-".to_owned() } else { ways.join(", ") }
            )
            .expect("writing to memory");
        }
    }
    insta::assert_snapshot!(table, @r"
    click-to-chat, Windows: Elevate to Full Client
    click-to-chat, Mac: Elevate to Full Client
    click-to-chat, Linux: Elevate to Full Client
    click-to-chat, Android: Elevate to Full Client
    click-to-chat, Ios: Elevate to Full Client
    user mode, Windows: Prompt Customer, Provide Credentials
    user mode, Mac: Prompt Customer, Provide Credentials
    user mode, Linux: -
    user mode, Android: -
    user mode, Ios: -
    elevated, Windows: -
    elevated, Mac: -
    elevated, Linux: -
    elevated, Android: -
    elevated, Ios: -
    Support+, Windows: -
    Support+, Mac: -
    Support+, Linux: -
    Support+, Android: -
    Support+, Ios: -
    ");
    let denied = with_client(ClientKind::UserMode, Platform::Windows, &[Tool::ScreenSharing]);
    assert_eq!(denied.party.view().page(FOUR).expect("open").elevation_ways(), []);
}

/// The command waits until the tool is open, and what comes of it is on the page.
#[test]
fn what_comes_of_a_request_is_shown() {
    let mut desk = with_client(ClientKind::UserMode, Platform::Windows, Tool::VARIANTS);
    let wrong = desk.act(|console, now, device| console.elevate_to_full_client(now, device, FOUR));
    assert_eq!(wrong, Err(ConsoleError::NotOffered { wanted: "Elevate to Full Client".into() }));
    let wrong = desk.act(|console, now, device| console.switch_user(now, device, FOUR, "admin"));
    assert_eq!(wrong, Err(ConsoleError::NotOffered { wanted: "switching users".into() }));
    desk.act(|console, now, device| console.prompt_for_credentials(now, device, FOUR)).expect("offered");
    let sent = |desk: &mut Desk| {
        desk.heard().into_iter().any(|message| {
            let command = ToolCommand::Elevation(ElevationCommand::PromptCustomer { answer_within_ms: 0 });
            message == RepToAppliance::Tool { session: FOUR, command }
        })
    };
    assert!(!sent(&mut desk));
    tool_is(&mut desk, Tool::Elevation, ToolState::Open(Access::Full));
    assert!(sent(&mut desk));
    let state = |desk: &Desk| desk.party.view().page(FOUR).expect("open").tools.elevation.state;
    for (update, shown) in [
        (ElevationUpdate::CustomerAsked, ElevationState::CustomerAsked),
        (
            ElevationUpdate::Refused(ElevationRefusal::Declined),
            ElevationState::Refused(ElevationRefusal::Declined),
        ),
        (ElevationUpdate::Done(ClientKind::Elevated), ElevationState::Done(ClientKind::Elevated)),
        (ElevationUpdate::Fetching, ElevationState::Fetching),
    ] {
        hear(&mut desk, update);
        assert_eq!(state(&desk), shown);
    }
    tool_is(&mut desk, Tool::Elevation, ToolState::Closed);
    assert_eq!(state(&desk), ElevationState::None, "nothing is on its way any more");
}

/// SCR-06: only over a screen that is shown, and only while there is something to gain.
#[test]
fn a_banner_is_over_a_users_screen() {
    let mut desk = with_client(ClientKind::UserMode, Platform::Mac, Tool::VARIANTS);
    let banner = |desk: &Desk| desk.party.view().page(FOUR).expect("open").elevation_banner().is_some();
    assert!(!banner(&desk));
    tool_is(&mut desk, Tool::ScreenSharing, ToolState::Asking);
    assert!(!banner(&desk));
    tool_is(&mut desk, Tool::ScreenSharing, ToolState::Open(Access::ViewOnly));
    assert!(banner(&desk));
    let mut chat = with_client(ClientKind::WebChat, Platform::Mac, Tool::VARIANTS);
    tool_is(&mut chat, Tool::ScreenSharing, ToolState::Open(Access::Full));
    assert!(!banner(&chat));
}
