//! Shells, system information and files on a session's page, with a test in the appliance's place.

use std::time::Duration;

use device::{Closed, Device as _};
use rep_console::{ConsoleError, Flavour, ShellKey, Swipe, TransferState};
use wire::rep::{ApplianceToRep, RepToAppliance};
use wire::tool::{
    Access, DisplayId, FILE_WINDOW_BYTES, FileCommand, FileRefusal, FileUpdate, ScreenCommand, ScreenUpdate,
    ShellId, ShellUpdate, TOOL_BYTES_MAX, Tool, ToolCommand, ToolOffer, ToolState, ToolUpdate, TransferId,
};
use wire::{SessionId, Size};

use crate::desk::{Desk, anns_desk, session};

const SESSION: SessionId = SessionId(4);
const TOOLS: [Tool; 3] = [Tool::FileTransfer, Tool::CommandShell, Tool::SystemInformation];

/// Ann in a session, with these tools open.
fn with_tools(flavour: Flavour) -> Desk {
    let mut desk = anns_desk(flavour);
    let offer = |tool| ToolOffer { tool, access: Access::Full, prompts: false };
    let mut state = session(SESSION.0);
    state.tools = TOOLS.map(offer).to_vec();
    desk.say(ApplianceToRep::SessionShown(state));
    for tool in TOOLS {
        open(&mut desk, tool);
    }
    desk.heard();
    desk
}

fn open(desk: &mut Desk, tool: Tool) {
    let state = ToolState::Open(Access::Full);
    desk.say(ApplianceToRep::ToolState { session: SESSION, tool, state });
}

fn say(desk: &mut Desk, update: ToolUpdate) {
    desk.say(ApplianceToRep::Tool { session: SESSION, update });
}

fn says_files(desk: &mut Desk, update: FileUpdate) -> Vec<FileCommand> {
    say(desk, ToolUpdate::Files(update));
    file_commands(desk)
}

fn file_commands(desk: &mut Desk) -> Vec<FileCommand> {
    let said = desk.heard().into_iter().filter_map(|message| match message {
        RepToAppliance::Tool { command: ToolCommand::Files(command), .. } => Some(command),
        _ => None,
    });
    said.collect()
}

fn upload(desk: &mut Desk, local: &str, remote: &str) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.upload_file(now, device, SESSION, local, remote, false))
}

fn states(desk: &Desk) -> Vec<TransferState> {
    let page = desk.party.view().page(SESSION).expect("its page is open");
    page.tools.files.transfers.iter().map(|transfer| transfer.state).collect()
}

/// No more of a file is on its way than the window, and files wait for one another.
#[test]
fn an_upload_keeps_to_its_window() {
    let mut desk = with_tools(Flavour::Desktop);
    desk.device.put_file("C:\\Temp\\big", &vec![7; 400_000]);
    upload(&mut desk, "C:\\Temp\\big", "C:\\big").expect("it is there");
    upload(&mut desk, "C:\\Temp\\big", "C:\\again").expect("it is there");
    assert!(matches!(
        &file_commands(&mut desk)[..],
        [FileCommand::Upload { bytes: 400_000, resume: false, .. }]
    ));
    let transfer = TransferId(1);
    let (mut sent, mut acknowledged) = (0, 0);
    let mut said = says_files(&mut desk, FileUpdate::Received { transfer, bytes: 0 });
    while acknowledged < 400_000 {
        for command in said {
            let FileCommand::Piece { offset, bytes, .. } = command else { panic!("unexpected {command:?}") };
            assert_eq!(offset, sent);
            sent += bytes.len() as u64;
        }
        assert!(sent - acknowledged <= FILE_WINDOW_BYTES);
        acknowledged = (acknowledged + 50_000).min(sent);
        said = says_files(&mut desk, FileUpdate::Received { transfer, bytes: acknowledged });
    }
    assert_eq!(states(&desk), [TransferState::Running, TransferState::Waiting]);
    let path = "C:\\big".to_owned();
    let direction = wire::tool::TransferDirection::Upload;
    let next = says_files(
        &mut desk,
        FileUpdate::Done { transfer, direction, path, bytes: 400_000, outcome: Ok(()) },
    );
    assert!(matches!(&next[..], [FileCommand::Upload { path, .. }] if path == "C:\\again"));
    assert_eq!(states(&desk), [TransferState::Done, TransferState::Running]);
}

/// What comes late of the time before a break is not taken for something new.
#[test]
fn a_break_gives_a_transfer_another_number() {
    let mut desk = with_tools(Flavour::Desktop);
    desk.device.put_file("C:\\Temp\\big", &vec![7; 400_000]);
    upload(&mut desk, "C:\\Temp\\big", "C:\\big").expect("it is there");
    says_files(&mut desk, FileUpdate::Received { transfer: TransferId(1), bytes: 0 });
    says_files(&mut desk, FileUpdate::Interrupted);
    assert_eq!(states(&desk), [TransferState::Paused]);
    open(&mut desk, Tool::FileTransfer);
    let [FileCommand::Upload { transfer, resume: true, .. }] = file_commands(&mut desk)[..] else {
        panic!("it should go on")
    };
    assert_ne!(transfer, TransferId(1));
    assert_eq!(says_files(&mut desk, FileUpdate::Received { transfer: TransferId(1), bytes: 16_384 }), []);
    let pieces = says_files(&mut desk, FileUpdate::Received { transfer, bytes: 32_768 });
    assert!(matches!(pieces[0], FileCommand::Piece { offset: 32_768, .. }));
}

#[test]
fn a_download_that_does_not_fit_together_is_dropped() {
    let mut desk = with_tools(Flavour::Desktop);
    desk.act(|console, now, device| {
        console.download_file(now, device, SESSION, "C:\\a", "C:\\Temp\\a", false)
    })
    .expect("offered");
    let transfer = TransferId(1);
    says_files(&mut desk, FileUpdate::Begins { transfer, bytes: 6 });
    let piece = |offset, bytes: &[u8]| FileUpdate::Piece { transfer, offset, bytes: bytes.to_vec() };
    let said = says_files(&mut desk, piece(0, b"abc"));
    assert_eq!(said, [FileCommand::Received { transfer, bytes: 3 }]);
    assert_eq!(desk.device.file_at("C:\\Temp\\a.part").as_deref(), Some(b"abc".as_slice()));
    assert_eq!(says_files(&mut desk, piece(3, b"defg")), [FileCommand::Cancel { transfer }]);
    assert_eq!(states(&desk), [TransferState::Failed(FileRefusal::Changed)]);
    assert_eq!(desk.device.file_at("C:\\Temp\\a.part"), None);
}

#[test]
fn shells_of_a_page_that_loses_its_connection_have_ended() {
    let mut desk = with_tools(Flavour::Desktop);
    desk.act(|console, now, device| console.open_shell(now, device, SESSION)).expect("offered");
    let shell = ShellId(1);
    say(&mut desk, ToolUpdate::Shell(ShellUpdate::Opened { shell, name: "bash".into() }));
    say(&mut desk, ToolUpdate::Shell(ShellUpdate::Output { shell, bytes: b"$ ".to_vec() }));
    desk.cut(Closed::Reset);
    let shells = &desk.party.view().page(SESSION).expect("it waits").tools.shells;
    assert!(shells.open.is_empty() && shells.current.is_none());
    let [ended] = &shells.ended[..] else { panic!("{:?}", shells.ended) };
    assert_eq!((ended.title.as_str(), ended.why.as_str()), ("bash", "the connection was lost"));
}

/// SHL-04 to SHL-06 are a phone's.
#[test]
fn a_desktop_swipes_nothing() {
    let mut desk = with_tools(Flavour::Desktop);
    desk.act(|console, now, device| console.open_shell(now, device, SESSION)).expect("offered");
    let refused = |result: Result<(), ConsoleError>| matches!(result, Err(ConsoleError::NotOffered { .. }));
    assert!(refused(desk.act(|console, now, device| console.swipe_shell(now, device, SESSION, Swipe::Left))));
    assert!(refused(desk.act(|console, now, device| console.swipe_shell_keys(
        now,
        device,
        SESSION,
        Swipe::Left
    ))));
    assert!(refused(desk.act(|console, now, device| console.open_shell_menu(now, device, SESSION))));
}

/// Whatever comes of tools, and whatever a person does meanwhile: the console goes on.
#[test]
fn whatever_comes_of_tools_it_goes_on() {
    arbtest::arbtest(|u| {
        let mut desk = with_tools(*u.choose(&[Flavour::Desktop, Flavour::Mobile])?);
        let (here, there) = match desk.device.kind() {
            fake_devices::DeviceKind::WindowsPc => ("C:\\Temp\\here", "C:\\Temp\\there"),
            _ => ("/sdcard/here", "/sdcard/there"),
        };
        desk.device.put_file(here, &[7; 40_000]);
        while !u.is_empty() {
            let (transfer, shell) = (TransferId(u.int_in_range(0..=4)?), ShellId(u.int_in_range(0..=3)?));
            match u.int_in_range(0..=19)? {
                0 => drop(upload(&mut desk, here, "far")),
                1 => drop(desk.act(|console, now, device| {
                    console.download_file(now, device, SESSION, "far", there, true)
                })),
                2 => drop(desk.act(|console, now, device| console.cancel_transfer(now, device, SESSION, 1))),
                3 => drop(desk.act(|console, now, device| console.open_shell(now, device, SESSION))),
                4 => drop(desk.act(|console, now, device| console.close_shell(now, device, SESSION))),
                5 => drop(
                    desk.act(|console, now, device| console.type_in_shell(now, device, SESSION, "dir\n")),
                ),
                6 => drop(desk.act(|console, now, device| {
                    console.press_shell_key(now, device, SESSION, ShellKey::Ctrl)
                })),
                7 => drop(
                    desk.act(|console, now, device| console.swipe_shell(now, device, SESSION, Swipe::Left)),
                ),
                8 => drop(desk.act(|console, now, device| {
                    console.close_tool(now, device, SESSION, Tool::FileTransfer)
                })),
                9 => desk.wait(Duration::from_secs(u.int_in_range(0..=60)?)),
                10 if desk.is_connected() => desk.cut(Closed::Reset),
                _ if !desk.is_connected() => {}
                11 => say(&mut desk, ToolUpdate::Files(u.arbitrary()?)),
                12 => say(
                    &mut desk,
                    ToolUpdate::Files(FileUpdate::Received { transfer, bytes: u.arbitrary()? }),
                ),
                13 => {
                    let (offset, bytes) = (u.int_in_range(0..=9)?, u.arbitrary()?);
                    say(&mut desk, ToolUpdate::Files(FileUpdate::Piece { transfer, offset, bytes }));
                }
                14 => {
                    say(&mut desk, ToolUpdate::Files(FileUpdate::Begins { transfer, bytes: u.arbitrary()? }))
                }
                15 => say(&mut desk, ToolUpdate::Files(FileUpdate::Interrupted)),
                16 => say(&mut desk, ToolUpdate::Shell(ShellUpdate::Opened { shell, name: u.arbitrary()? })),
                17 => say(&mut desk, ToolUpdate::Shell(ShellUpdate::Output { shell, bytes: u.arbitrary()? })),
                18 => say(&mut desk, ToolUpdate::System(u.arbitrary()?)),
                _ => open(&mut desk, *u.choose(&TOOLS)?),
            }
            if desk.is_dialling() {
                desk.accept();
            }
        }
        Ok(())
    });
}

/// A display that is larger than a console can show is not shown, and that is said; the next one that is not is.
#[test]
fn a_display_that_is_too_large_is_said_to_be() {
    let mut desk = with_tools(Flavour::Desktop);
    open(&mut desk, Tool::ScreenSharing);
    let begins = |desk: &mut Desk, stream, width| {
        let size = Size { width, height: 4_320 };
        let update = ScreenUpdate::StreamBegins { stream, display: DisplayId(0), size };
        say(desk, ToolUpdate::Screen(update));
        let screen = &desk.party.view().page(SESSION).expect("its page is open").tools.screen;
        (screen.showing, screen.too_large)
    };
    let too_large = Some(Size { width: 7_681, height: 4_320 });
    assert_eq!(begins(&mut desk, 1, 7_680), (Some(DisplayId(0)), None));
    assert_eq!(begins(&mut desk, 2, 7_681), (None, too_large));
    assert_eq!(begins(&mut desk, 3, 7_680), (Some(DisplayId(0)), None));
}

/// A text that does not fit into one message stays here, and whoever typed or copied it is told so; one that just fits
/// goes.
#[test]
fn texts_that_are_too_long_are_not_sent_and_said_to_be() {
    let mut desk = anns_desk(Flavour::Desktop);
    let mut state = session(SESSION.0);
    let tools = [Tool::ScreenSharing, Tool::Clipboard];
    state.tools = tools.map(|tool| ToolOffer { tool, access: Access::Full, prompts: false }).to_vec();
    desk.say(ApplianceToRep::SessionShown(state));
    tools.iter().for_each(|tool| open(&mut desk, *tool));
    desk.heard();
    // Beside the text, a message says of which kind it is, in one byte each, and how long it is, in three.
    let fits = TOOL_BYTES_MAX - 5;
    for bytes in [fits, fits + 1] {
        let text = "a".repeat(bytes);
        desk.device.set_clipboard(&text);
        let typed = desk.act(|console, now, device| console.type_remotely(now, device, SESSION, &text));
        let pasted = desk.act(|console, now, device| console.paste_clipboard(now, device, SESSION));
        let outcome = |tool| if bytes == fits { Ok(()) } else { Err(ConsoleError::TooMuch { tool }) };
        assert_eq!([typed, pasted], tools.map(outcome), "{bytes}");
        let said = desk.heard().into_iter().filter_map(|message| match message {
            RepToAppliance::Tool { command: ToolCommand::Screen(command), .. } => Some(command),
            _ => None,
        });
        let sent = [ScreenCommand::TypeText(text.clone()), ScreenCommand::PasteClipboard(text)];
        assert!(said.eq(sent.into_iter().filter(|_| bytes == fits)), "{bytes}");
    }
}
