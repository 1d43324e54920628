//! Pinning on the customer's machine, where nobody is trusted (JPN).

use device::{App, Device as _, Launch, Rights, System as _};
use fake_devices::{AppChange, DeviceKind};
use wire::PinId;
use wire::customer::{ApplianceToCustomer, CustomerEnd, CustomerToAppliance};
use wire::pin::{PinMode, PinObstacle, PinOrder};
use wire::tool::{Access, CommandFrom, ElevationCommand, Tool, ToolCommand};

use crate::desk::{Desk, ended, in_session, sharing, waiting};

fn order(desk: &mut Desk, pin: u64, mode: PinMode) {
    let order = PinOrder { pin: PinId(pin), installer: format!("pin {pin}"), mode };
    desk.say(ApplianceToCustomer::InstallJumpClient(order));
}

/// What the client has said of its orders since the last look.
fn told(desk: &mut Desk) -> Vec<(u64, Result<(), PinObstacle>)> {
    let said = desk.heard().into_iter().filter_map(|message| match message {
        CustomerToAppliance::PinDone { pin, outcome } => Some((pin.0, outcome)),
        _ => None,
    });
    said.collect()
}

fn elevate(desk: &mut Desk) {
    let member = wire::MemberId(2);
    desk.say(ApplianceToCustomer::ToolOpened { member, tool: Tool::Elevation, access: Access::Full });
    let command = ElevationCommand::ByCredentials { user: "admin".into(), password: "correct horse".into() };
    let command = ToolCommand::Elevation(command);
    desk.say(ApplianceToCustomer::Tool(CommandFrom { member, command }));
    assert_eq!(desk.party.rights(), Rights::Administrator);
}

/// JPN-01: installed and started, once, however often the order comes; and it stays when the client goes.
#[test]
fn an_order_is_carried_out_once() {
    let mut desk = in_session();
    order(&mut desk, 1, PinMode::User);
    order(&mut desk, 1, PinMode::User);
    assert_eq!(told(&mut desk), [(1, Ok(())), (1, Ok(()))]);
    let launch = Launch::JumpClient {
        appliance_host: "support.example.com".into(),
        installer: "pin 1".into(),
        mode: PinMode::User,
    };
    assert_eq!(desk.device.take_launches(), [launch]);
    assert!(!desk.device.runs_as_service(App::JumpClient));
    order(&mut desk, 2, PinMode::User);
    assert_eq!(told(&mut desk), [(2, Err(PinObstacle::AlreadyThere))]);
    assert_eq!(desk.device.take_launches(), []);
    desk.say(ended(CustomerEnd::EndedByRepresentative));
    assert!(desk.device.is_installed(App::JumpClient));
    assert!(!desk.device.is_installed(App::CustomerClient));
}

/// JPN-04, ELV-03: whatever the appliance says, a client in user mode installs no service.
#[test]
fn a_service_takes_an_elevated_client() {
    let mut desk = in_session();
    order(&mut desk, 1, PinMode::Service);
    assert_eq!(told(&mut desk), [(1, Err(PinObstacle::NotElevated))]);
    assert!(!desk.device.app_history().contains(&AppChange::Installed(App::JumpClient)));
    assert_eq!(desk.device.take_launches(), []);
    elevate(&mut desk);
    order(&mut desk, 2, PinMode::Service);
    assert_eq!(told(&mut desk), [(2, Ok(()))]);
    assert!(desk.device.runs_as_service(App::JumpClient));
    assert_eq!(desk.device.take_launches().len(), 1);
}

/// Who shares a web page shares no machine, and before a session nobody orders anything.
#[test]
fn who_has_no_session_with_a_machine_installs_nothing() {
    let mut browser = sharing();
    order(&mut browser, 1, PinMode::User);
    assert_eq!(told(&mut browser), [(1, Err(PinObstacle::WebPage))]);
    let mut early = crate::desk::portal(DeviceKind::WindowsPc);
    order(&mut early, 1, PinMode::User);
    assert_eq!(told(&mut early), []);
    // Who waits is in a session already, and may be pinned by whoever is in it.
    let mut queued = waiting();
    order(&mut queued, 1, PinMode::User);
    assert_eq!(told(&mut queued), [(1, Ok(()))]);
    for desk in [browser, early] {
        assert!(!desk.device.is_installed(App::JumpClient));
    }
}
