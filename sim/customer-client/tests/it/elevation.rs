//! Elevation on the customer's side: who is told what, and what becomes of the machine (C2C, ELV).

use std::time::Duration;

use customer_client::{CustomerError, ElevationStep, Stage};
use device::{App, Closed, Device as _, Rights, System as _};
use fake_devices::DeviceKind;
use wire::customer::{ApplianceToCustomer, CustomerEnd, CustomerToAppliance, StartChecked, StartRefusal};
use wire::tool::{
    Access, ClientKind, CommandFrom, ElevationCommand, ElevationRefusal, ElevationUpdate, SwitchRefusal,
    Tool, ToolCommand, ToolUpdate, UpdateFor,
};
use wire::{MemberId, SessionId};

use crate::desk::{Desk, PACKAGE_BYTES, checking, ended, in_session, package, with_ann};

const ANN: MemberId = MemberId(2);
const BO: MemberId = MemberId(3);

fn opened(desk: &mut Desk, member: MemberId) {
    desk.say(ApplianceToCustomer::ToolOpened { member, tool: Tool::Elevation, access: Access::Full });
}

fn command(desk: &mut Desk, member: MemberId, command: ElevationCommand) {
    let command = ToolCommand::Elevation(command);
    desk.say(ApplianceToCustomer::Tool(CommandFrom { member, command }));
}

/// What was said about elevation since the last look, and to whom.
fn told(desk: &mut Desk) -> Vec<(u32, ElevationUpdate)> {
    let said = desk.heard().into_iter().filter_map(|message| match message {
        CustomerToAppliance::Tool(UpdateFor { member, update: ToolUpdate::Elevation(update) }) => {
            Some((member.0, update))
        }
        _ => None,
    });
    said.collect()
}

fn credentials(user: &str, password: &str) -> ElevationCommand {
    ElevationCommand::ByCredentials { user: user.into(), password: password.into() }
}

/// A client in user mode, with elevation open for Ann and Bo.
fn user_mode() -> Desk {
    let mut desk = in_session();
    opened(&mut desk, ANN);
    opened(&mut desk, BO);
    desk.heard();
    desk
}

/// The browser asks for a name.
fn chat_offered(kind: DeviceKind) -> Desk {
    let mut desk = checking(kind);
    desk.say(ApplianceToCustomer::StartChecked(Ok(StartChecked {
        package_bytes: PACKAGE_BYTES,
        agreement: None,
        recording_prompt: false,
        click_to_chat: true,
    })));
    desk
}

/// A chat in the browser, with Ann, who has elevation open.
fn chatting(kind: DeviceKind) -> Desk {
    let mut desk = chat_offered(kind);
    desk.act(|client, now, device| client.give_name(now, device, "Dana")).expect("asked");
    desk.act(|client, now, device| client.answer_chat_prompt(now, device, true)).expect("asked");
    desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
    desk.say(with_ann());
    opened(&mut desk, ANN);
    desk.heard();
    desk
}

/// ELV-07, ELV-04.
#[test]
fn credentials_make_a_service_of_the_client_or_do_not() {
    let cases = [
        (credentials("admin", "wrong"), ElevationRefusal::WrongCredentials),
        (credentials("nobody", "correct horse"), ElevationRefusal::WrongCredentials),
        (credentials("carla", "sunflower"), ElevationRefusal::NotAdministrator),
        (ElevationCommand::ToFullClient { answer_within_ms: 9 }, ElevationRefusal::Already),
    ];
    let mut desk = user_mode();
    for (wanted, why) in cases {
        command(&mut desk, ANN, wanted.clone());
        assert_eq!(told(&mut desk), [(2, ElevationUpdate::Refused(why))], "{wanted:?}");
        assert_eq!((desk.party.rights(), desk.party.view().client), (Rights::User, ClientKind::UserMode));
        assert!(!desk.device.runs_as_service(App::CustomerClient));
    }
    let before = desk.device.active_user();
    command(&mut desk, ANN, ElevationCommand::SwitchUser { user: "admin".into() });
    assert_eq!(told(&mut desk), [(2, ElevationUpdate::NotSwitched(SwitchRefusal::NotElevated))]);
    assert_eq!(desk.device.active_user(), before);
    command(&mut desk, ANN, credentials("admin", "correct horse"));
    let said = desk.heard();
    assert!(said.contains(&CustomerToAppliance::Became(ClientKind::Elevated)), "{said:?}");
    assert_eq!(desk.party.rights(), Rights::Administrator);
    assert!(desk.device.runs_as_service(App::CustomerClient));
    assert_eq!((desk.device.active_user(), desk.device.user_present()), (before, true));
    command(&mut desk, ANN, credentials("admin", "correct horse"));
    assert_eq!(told(&mut desk), [(2, ElevationUpdate::Refused(ElevationRefusal::Already))]);
    desk.say(ended(CustomerEnd::EndedByRepresentative));
    assert!(!desk.device.runs_as_service(App::CustomerClient), "it goes with the session");
}

/// ELV-08: one question at a time; who has asked hears the answer, and the time is counted by the client.
#[test]
fn the_customer_is_asked_once_and_for_so_long() {
    let mut desk = user_mode();
    let prompt = ElevationCommand::PromptCustomer { answer_within_ms: 5_000 };
    command(&mut desk, ANN, prompt.clone());
    assert_eq!(told(&mut desk), [(2, ElevationUpdate::CustomerAsked)]);
    command(&mut desk, BO, prompt.clone());
    assert_eq!(told(&mut desk), [(3, ElevationUpdate::Refused(ElevationRefusal::UnderWay))]);
    desk.wait(Duration::from_millis(4_999));
    assert_eq!(told(&mut desk), []);
    desk.wait(Duration::from_millis(1));
    assert_eq!(told(&mut desk), [(2, ElevationUpdate::Refused(ElevationRefusal::NoAnswer))]);
    let late = desk.act(|client, now, device| client.give_credentials(now, device, "admin", "correct horse"));
    assert_eq!(late, Err(CustomerError::NothingAsked));
    command(&mut desk, BO, prompt);
    desk.act(|client, now, device| client.give_credentials(now, device, "admin", "correct horse"))
        .expect("asked");
    let told = told(&mut desk);
    assert_eq!(
        told[..2],
        [(3, ElevationUpdate::CustomerAsked), (3, ElevationUpdate::Done(ClientKind::Elevated))]
    );
    assert!(matches!(told[2], (3, ElevationUpdate::Users { .. })), "{told:?}");
}

/// A representative who has the credentials oneself ends the question that another one has put.
#[test]
fn whoever_asked_hears_that_somebody_else_has_done_it() {
    let mut desk = user_mode();
    command(&mut desk, ANN, ElevationCommand::PromptCustomer { answer_within_ms: 5_000 });
    desk.heard();
    command(&mut desk, BO, credentials("admin", "correct horse"));
    let done: Vec<u32> = told(&mut desk)
        .into_iter()
        .filter(|(_, update)| *update == ElevationUpdate::Done(ClientKind::Elevated))
        .map(|(member, _)| member)
        .collect();
    assert_eq!(done, [2, 3]);
    assert_eq!(desk.party.view().elevation, None);
}

/// C2C-04: nobody joins before the questions are answered, and who does not want to chat does not join.
#[test]
fn a_chat_begins_with_a_name_and_a_yes() {
    let mut desk = chat_offered(DeviceKind::WindowsPc);
    assert_eq!(desk.party.view().stage, Stage::ChatName);
    assert_eq!(
        desk.act(|client, now, device| client.give_name(now, device, "")),
        Err(CustomerError::EmptyLine)
    );
    let long = "x".repeat(wire::session::NAME_BYTES_MAX + 1);
    assert_eq!(
        desk.act(|client, now, device| client.give_name(now, device, &long)),
        Err(CustomerError::NameTooLong { bytes: long.len() })
    );
    desk.act(|client, now, device| client.give_name(now, device, "Dana")).expect("asked");
    assert_eq!(desk.party.view().stage, Stage::ChatPrompt);
    desk.act(|client, now, device| client.answer_chat_prompt(now, device, false)).expect("asked");
    assert_eq!(desk.party.view().stage, Stage::Refused { why: StartRefusal::ChatDeclined });
    assert!(!desk.heard().iter().any(|message| matches!(message, CustomerToAppliance::Join(_))));
    assert_eq!(desk.device.app_history(), []);
}

/// C2C-10: what is downloaded is the whole package, and a break begins it anew.
#[test]
fn a_chat_fetches_the_full_client_and_goes_on_in_it() {
    let mut desk = chatting(DeviceKind::WindowsPc);
    command(&mut desk, ANN, ElevationCommand::ToFullClient { answer_within_ms: 5_000 });
    desk.act(|client, now, device| client.answer_elevation(now, device, true)).expect("asked");
    assert_eq!(told(&mut desk), [(2, ElevationUpdate::CustomerAsked), (2, ElevationUpdate::Fetching)]);
    desk.say(package(0, 16_384));
    desk.cut(Closed::Reset);
    desk.wait(Duration::from_secs(2));
    desk.accept();
    opened(&mut desk, ANN);
    desk.say(with_ann());
    assert!(desk.heard().contains(&CustomerToAppliance::FetchPackage));
    assert_eq!(
        desk.party.view().elevation.as_ref().map(|shown| &shown.step),
        Some(&ElevationStep::Downloading { received: 0, total: PACKAGE_BYTES })
    );
    desk.say(package(0, 16_384));
    desk.say(package(16_384, 3_616));
    assert!(desk.device.is_installed(App::CustomerClient));
    let said = desk.heard();
    assert!(said.contains(&CustomerToAppliance::Became(ClientKind::UserMode)), "{said:?}");
    assert_eq!(desk.party.view().session, Some(SessionId(4)));
    desk.say(ended(CustomerEnd::EndedByRepresentative));
    assert!(!desk.device.is_installed(App::CustomerClient));
}

/// An answer that is given while the line is broken is told when it is back.
#[test]
fn an_answer_during_a_break_is_told_afterwards() {
    let mut desk = chatting(DeviceKind::AndroidPhone);
    desk.device.install_app(App::CustomerClient);
    command(&mut desk, ANN, ElevationCommand::ToFullClient { answer_within_ms: 60_000 });
    desk.heard();
    desk.cut(Closed::Reset);
    desk.act(|client, now, device| client.answer_elevation(now, device, true)).expect("still asked");
    desk.wait(Duration::from_secs(2));
    desk.accept();
    opened(&mut desk, ANN);
    desk.say(with_ann());
    let said = desk.heard();
    assert!(said.contains(&CustomerToAppliance::Became(ClientKind::Support)), "{said:?}");
    let done = ToolUpdate::Elevation(ElevationUpdate::Done(ClientKind::Support));
    assert!(said.contains(&CustomerToAppliance::Tool(UpdateFor { member: ANN, update: done })), "{said:?}");
}

/// Who asked is gone when the line is back: nobody is asked any more.
#[test]
fn a_question_goes_with_whoever_asked_it() {
    let mut desk = chatting(DeviceKind::WindowsPc);
    command(&mut desk, ANN, ElevationCommand::ToFullClient { answer_within_ms: 60_000 });
    desk.say(ApplianceToCustomer::ToolClosed { member: ANN, tool: Tool::Elevation });
    assert_eq!(desk.party.view().elevation, None);
    opened(&mut desk, ANN);
    command(&mut desk, ANN, ElevationCommand::ToFullClient { answer_within_ms: 60_000 });
    desk.cut(Closed::Reset);
    desk.wait(Duration::from_secs(2));
    assert!(desk.party.view().elevation.is_some(), "a break alone changes nothing");
    desk.accept();
    desk.say(with_ann());
    assert_eq!(desk.party.view().elevation, None);
}

/// A chat can not get administrative rights: it becomes the full client first (open point 17).
#[test]
fn a_chat_becomes_the_full_client_first() {
    let mut desk = chatting(DeviceKind::WindowsPc);
    for wanted in
        [credentials("admin", "correct horse"), ElevationCommand::PromptCustomer { answer_within_ms: 9 }]
    {
        command(&mut desk, ANN, wanted);
        assert_eq!(told(&mut desk), [(2, ElevationUpdate::Refused(ElevationRefusal::FullClientFirst))]);
    }
    assert_eq!(desk.party.rights(), Rights::User);
}
