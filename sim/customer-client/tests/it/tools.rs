//! Shells, system information and files on the customer's side: what the machine is asked, and what it is spared.

use std::time::Duration;

use device::{Closed, Device as _, Rights, System as _};
use wire::MemberId;
use wire::customer::{ApplianceToCustomer, CustomerEnd, CustomerToAppliance};
use wire::tool::{
    Access, CommandFrom, FILE_PIECE_BYTES_MAX, FILE_WINDOW_BYTES, FileCommand, FileRefusal, FileUpdate,
    SHELL_WINDOW_BYTES, ScreenCommand, ScreenUpdate, ShellCommand, ShellId, ShellUpdate, SystemCommand, Tool,
    ToolCommand, ToolUpdate, TransferId, UpdateFor,
};

use crate::desk::{Desk, ended, in_session};

const ANN: MemberId = MemberId(2);
const TRANSFER: TransferId = TransferId(1);
const PATH: &str = "C:\\Temp\\a.bin";

/// A client with these tools open for Ann.
fn with(tools: &[Tool]) -> Desk {
    let mut desk = in_session();
    for tool in tools {
        desk.say(ApplianceToCustomer::ToolOpened { member: ANN, tool: *tool, access: Access::Full });
    }
    desk.heard();
    desk
}

fn files(desk: &mut Desk, command: FileCommand) -> Vec<FileUpdate> {
    let command = ToolCommand::Files(command);
    desk.say(ApplianceToCustomer::Tool(CommandFrom { member: ANN, command }));
    told(desk)
        .into_iter()
        .filter_map(|update| match update {
            ToolUpdate::Files(update) => Some(update),
            _ => None,
        })
        .collect()
}

fn told(desk: &mut Desk) -> Vec<ToolUpdate> {
    let said = desk.heard().into_iter().filter_map(|message| match message {
        CustomerToAppliance::Tool(UpdateFor { update, .. }) => Some(update),
        _ => None,
    });
    said.collect()
}

fn upload(bytes: u64, resume: bool) -> FileCommand {
    FileCommand::Upload { transfer: TRANSFER, path: PATH.into(), bytes, overwrite: false, resume }
}

fn piece(offset: u64, bytes: &[u8]) -> FileCommand {
    FileCommand::Piece { transfer: TRANSFER, offset, bytes: bytes.to_vec() }
}

fn received(bytes: u64) -> FileUpdate {
    FileUpdate::Received { transfer: TRANSFER, bytes }
}

/// However fast acknowledgements come, no more than the window is on its way, in pieces that fit.
#[test]
fn a_download_keeps_to_its_window() {
    let mut desk = with(&[Tool::FileTransfer]);
    desk.device.put_file(PATH, &vec![7; 1_000_000]);
    let download = FileCommand::Download { transfer: TRANSFER, path: PATH.into(), from: 0 };
    let mut told = files(&mut desk, download);
    assert_eq!(told.remove(0), FileUpdate::Begins { transfer: TRANSFER, bytes: 1_000_000 });
    let (mut sent, mut acknowledged, mut done) = (0, 0, false);
    while !done {
        for update in told {
            match update {
                FileUpdate::Piece { offset, bytes, .. } => {
                    assert_eq!(offset, sent);
                    assert!(bytes.len() <= FILE_PIECE_BYTES_MAX);
                    sent += bytes.len() as u64;
                }
                FileUpdate::Done { bytes, outcome, .. } => {
                    assert_eq!((bytes, outcome), (1_000_000, Ok(())));
                    done = true;
                }
                other => panic!("unexpected {other:?}"),
            }
        }
        assert!(sent - acknowledged <= FILE_WINDOW_BYTES, "{sent} of {acknowledged}");
        acknowledged = (acknowledged + 10_000).min(sent);
        // Nobody has received what was not sent.
        let said = if acknowledged < 500_000 { acknowledged } else { u64::MAX };
        acknowledged = said.min(sent);
        told = files(&mut desk, FileCommand::Received { transfer: TRANSFER, bytes: said });
    }
    assert_eq!(sent, 1_000_000);
}

#[test]
fn an_upload_goes_on_after_a_break_and_leaves_nothing_when_the_session_ends() {
    let mut desk = with(&[Tool::FileTransfer]);
    assert_eq!(files(&mut desk, upload(6, false)), [received(0)]);
    assert_eq!(files(&mut desk, piece(0, b"abc")), [received(3)]);
    desk.say(ApplianceToCustomer::ToolClosed { member: ANN, tool: Tool::FileTransfer });
    assert_eq!(files(&mut desk, piece(3, b"def")), [], "it is closed");
    desk.say(ApplianceToCustomer::ToolOpened { member: ANN, tool: Tool::FileTransfer, access: Access::Full });
    assert_eq!(files(&mut desk, upload(6, true)), [received(3)]);
    let told = files(&mut desk, piece(3, b"def"));
    assert!(matches!(
        told[..],
        [FileUpdate::Received { bytes: 6, .. }, FileUpdate::Done { outcome: Ok(()), .. }]
    ));
    assert_eq!(desk.device.file_at(PATH).as_deref(), Some(b"abcdef".as_slice()));
    // What a session before this one has left is none of ours to go on with.
    desk.device.put_file("C:\\Temp\\b.bin.part", b"xyz");
    let other = FileCommand::Upload {
        transfer: TRANSFER,
        path: "C:\\Temp\\b.bin".into(),
        bytes: 6,
        overwrite: false,
        resume: true,
    };
    assert_eq!(files(&mut desk, other), [received(0)]);
    desk.say(ended(CustomerEnd::EndedByRepresentative));
    assert_eq!(desk.device.file_at("C:\\Temp\\b.bin.part"), None);
}

#[test]
fn pieces_that_do_not_fit_end_the_upload() {
    for (offset, bytes) in [(1, b"abc".as_slice()), (0, b"abcdefg"), (u64::MAX, b"abc")] {
        let mut desk = with(&[Tool::FileTransfer]);
        files(&mut desk, upload(6, false));
        let told = files(&mut desk, piece(offset, bytes));
        assert!(
            matches!(told[..], [FileUpdate::Done { outcome: Err(FileRefusal::Changed), .. }]),
            "{told:?}"
        );
        assert_eq!(desk.device.list_folder(Rights::User, "C:\\Temp").expect("a folder").1, []);
    }
}

/// Many transfers at a time are refused, and many files that nobody goes on with.
#[test]
fn transfers_are_bounded() {
    let mut desk = with(&[Tool::FileTransfer]);
    let begun = |desk: &mut Desk, number: u32| {
        let path = format!("C:\\Temp\\{number}");
        let transfer = TransferId(number);
        let told =
            files(desk, FileCommand::Upload { transfer, path, bytes: 9, overwrite: false, resume: false });
        matches!(told[..], [FileUpdate::Received { .. }])
    };
    assert_eq!((0..40).filter(|number| begun(&mut desk, *number)).count(), 16);
    for round in 1..20 {
        desk.say(ApplianceToCustomer::ToolClosed { member: ANN, tool: Tool::FileTransfer });
        let open =
            ApplianceToCustomer::ToolOpened { member: ANN, tool: Tool::FileTransfer, access: Access::Full };
        desk.say(open);
        for number in 0..16 {
            begun(&mut desk, round * 100 + number);
        }
    }
    assert_eq!(desk.device.list_folder(Rights::User, "C:\\Temp").expect("a folder").1.len(), 64);
}

#[test]
fn shells_end_with_the_tool_and_with_the_connection() {
    for ends in [
        |desk: &mut Desk| desk.say(ApplianceToCustomer::ToolClosed { member: ANN, tool: Tool::CommandShell }),
        |desk: &mut Desk| desk.cut(Closed::Reset),
    ] {
        let mut desk = with(&[Tool::CommandShell, Tool::SystemInformation]);
        let command = ToolCommand::Shell(ShellCommand::Open { shell: ShellId(1) });
        desk.say(ApplianceToCustomer::Tool(CommandFrom { member: ANN, command }));
        let told = told(&mut desk);
        assert!(matches!(&told[0], ToolUpdate::Shell(ShellUpdate::Opened { name, .. }) if name == "cmd.exe"));
        let shells = |desk: &Desk| {
            let table = desk.device.system_table(desk.now, "Processes").expect("it has processes");
            table.rows.iter().filter(|row| row[0] == "cmd.exe").count()
        };
        assert_eq!(shells(&desk), 1);
        ends(&mut desk);
        assert_eq!(shells(&desk), 0);
    }
}

/// However much a shell says, no more of it is on its way than a window, and all of it comes. Whoever keeps what was said
/// hears that it was closed.
#[test]
fn a_shell_that_talks_waits_for_the_console() {
    const FILE_BYTES: u64 = 100_000;
    let shell = ShellId(1);
    let mut desk = with(&[Tool::CommandShell]);
    desk.device.put_file("C:\\Temp\\big.txt", &vec![b'x'; FILE_BYTES as usize]);
    let mut obey = |command| {
        let command = ToolCommand::Shell(command);
        desk.say(ApplianceToCustomer::Tool(CommandFrom { member: ANN, command }));
        told(&mut desk)
    };
    let bytes = |told: Vec<ToolUpdate>| {
        let said = told.iter().map(|update| match update {
            ToolUpdate::Shell(ShellUpdate::Output { bytes, .. }) => bytes.len() as u64,
            _ => 0,
        });
        said.sum::<u64>()
    };
    let mut came = bytes(obey(ShellCommand::Open { shell }));
    came += bytes(obey(ShellCommand::Input { shell, bytes: b"type C:\\Temp\\big.txt\n".to_vec() }));
    assert_eq!(came, SHELL_WINDOW_BYTES);
    assert_eq!(bytes(obey(ShellCommand::Input { shell, bytes: b"x".to_vec() })), 0);
    while came < FILE_BYTES {
        let more = bytes(obey(ShellCommand::Received { shell, bytes: came }));
        assert!(more > 0 && more <= SHELL_WINDOW_BYTES, "{more} after {came}");
        came += more;
    }
    let told = obey(ShellCommand::Close { shell });
    assert!(matches!(told[..], [ToolUpdate::Shell(ShellUpdate::Closed { .. })]), "{told:?}");
    assert_eq!(obey(ShellCommand::Close { shell }), []);
}

/// Whatever a representative says with tools that are open, the client goes on.
#[test]
fn whatever_comes_with_open_tools_it_goes_on() {
    arbtest::arbtest(|u| {
        let mut desk = with(&[Tool::FileTransfer, Tool::CommandShell, Tool::SystemInformation]);
        while !u.is_empty() {
            let path = || "C:\\Temp\\x".to_owned();
            let (transfer, shell) = (TransferId(u.int_in_range(0..=2)?), ShellId(u.int_in_range(0..=2)?));
            let command = match u.int_in_range(0..=11)? {
                0 => ToolCommand::Files(u.arbitrary()?),
                1 => ToolCommand::Files(FileCommand::Upload {
                    transfer,
                    path: path(),
                    bytes: u.int_in_range(0..=100)?,
                    overwrite: u.arbitrary()?,
                    resume: u.arbitrary()?,
                }),
                2 => ToolCommand::Files(FileCommand::Piece {
                    transfer,
                    offset: u.int_in_range(0..=100)?,
                    bytes: u.arbitrary()?,
                }),
                3 => ToolCommand::Files(FileCommand::Download {
                    transfer,
                    path: path(),
                    from: u.int_in_range(0..=100)?,
                }),
                4 => ToolCommand::Files(FileCommand::Received { transfer, bytes: u.arbitrary()? }),
                5 => ToolCommand::Files(FileCommand::Cancel { transfer }),
                6 => ToolCommand::Shell(ShellCommand::Open { shell }),
                7 => ToolCommand::Shell(ShellCommand::Input { shell, bytes: u.arbitrary()? }),
                8 => ToolCommand::Shell(ShellCommand::Close { shell }),
                9 => ToolCommand::System(SystemCommand::Categories),
                10 => ToolCommand::System(u.arbitrary()?),
                _ => {
                    desk.wait(Duration::from_millis(u.int_in_range(0..=5_000)?));
                    continue;
                }
            };
            if desk.is_connected() {
                desk.say(ApplianceToCustomer::Tool(CommandFrom { member: ANN, command }));
            }
        }
        assert!(desk.heard().iter().all(|message| match message {
            CustomerToAppliance::Tool(news) => news.update.fits(),
            _ => true,
        }));
        Ok(())
    });
}

/// A clipboard that does not fit into one message goes as far as it fits, in whole characters.
#[test]
fn a_clipboard_that_is_too_long_is_cut() {
    const TEXT_BYTES_MAX: usize = 64 * 1024;
    let mut desk = with(&[Tool::Clipboard]);
    let mut fetched = |text: &str| {
        desk.device.set_clipboard(text);
        let command = ToolCommand::Screen(ScreenCommand::FetchClipboard);
        desk.say(ApplianceToCustomer::Tool(CommandFrom { member: ANN, command }));
        let clipboards = told(&mut desk).into_iter().filter_map(|update| match update {
            ToolUpdate::Screen(ScreenUpdate::Clipboard(text)) => Some(text),
            _ => None,
        });
        clipboards.collect::<Vec<_>>()
    };
    let fits = "é".repeat(TEXT_BYTES_MAX / 2);
    assert!(fetched(&fits) == [Some(fits.clone())]);
    assert!(fetched(&format!("{fits}é")) == [Some(fits.clone())]);
    let odd = format!("a{fits}");
    assert!(fetched(&odd) == [Some(odd[..TEXT_BYTES_MAX - 1].to_owned())], "no half of a character is sent");
}
