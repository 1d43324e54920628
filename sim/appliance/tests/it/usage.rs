//! What goes through open tools: shells and files, what is kept of them, and what a break does to them.

use appliance::ApplianceEvent;
use device::CloseHow;
use wire::customer::{ApplianceToCustomer, CustomerToAppliance};
use wire::rep::{RepAnswer, RepAsk, RepToAppliance};
use wire::session::{LogItem, SessionEvent};
use wire::tool::{
    Access, FILE_PIECE_BYTES_MAX, FileChange, FileCommand, FileRefusal, FileUpdate, PromptAnswer, PromptId,
    SHELL_PIECE_BYTES_MAX, ShellCommand, ShellId, ShellUpdate, Tool, ToolCommand, ToolState, ToolUpdate,
    TransferDirection, TransferId, UpdateFor,
};
use wire::{MemberId, SessionId};

use crate::office::{Office, SITE, VPN};

const SHELL: ShellId = ShellId(1);
const TRANSFER: TransferId = TransferId(1);
const ALEX: MemberId = MemberId(2);

/// Alex helps Carla, with these tools open; shells are recorded.
fn helping(tools: &[Tool]) -> (Office, SessionId) {
    let mut office = Office::of(&format!("{SITE}[command_shell]\nrecord = true\n"));
    office.sign_in("alex");
    office.sign_in("blair");
    let session = office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("a member of the team");
    for (tool, prompt) in tools.iter().zip(1..) {
        let ask = RepAsk::OpenTool { session, tool: *tool, access: Access::Full };
        assert_eq!(office.ask("alex", ask), Ok(RepAnswer::Done));
        let (prompt, answer) = (PromptId(prompt), PromptAnswer::Allow(Access::Full));
        office.say("carla", &CustomerToAppliance::AnswerPrompt { prompt, answer });
        assert_eq!(office.sees("alex").tools[&(session, *tool)], ToolState::Open(Access::Full));
    }
    (office, session)
}

fn command(office: &mut Office, who: &str, session: SessionId, command: ToolCommand) {
    office.say(who, &RepToAppliance::Tool { session, command });
}

fn update(office: &mut Office, update: ToolUpdate) {
    office.say("carla", &CustomerToAppliance::Tool(UpdateFor { member: ALEX, update }));
}

fn said(bytes: &[u8]) -> ToolUpdate {
    ToolUpdate::Shell(ShellUpdate::Output { shell: SHELL, bytes: bytes.to_vec() })
}

fn opened(office: &mut Office, shell: ShellId) {
    update(office, ToolUpdate::Shell(ShellUpdate::Opened { shell, name: "cmd.exe".into() }));
}

/// The commands that have come to Carla's client.
fn came(office: &mut Office) -> usize {
    let says = office.line("carla").customer_says.iter();
    says.filter(|message| matches!(message, ApplianceToCustomer::Tool(_))).count()
}

#[test]
fn a_tool_that_is_not_open_or_not_ones_own_carries_nothing() {
    let (mut office, session) = helping(&[Tool::CommandShell]);
    let input = || ToolCommand::Shell(ShellCommand::Input { shell: SHELL, bytes: b"dir\n".to_vec() });
    let list = || ToolCommand::Files(FileCommand::List { path: String::new() });
    command(&mut office, "alex", session, list());
    command(&mut office, "blair", session, input());
    command(&mut office, "alex", SessionId(99), input());
    assert_eq!(came(&mut office), 0, "not open, not a member, no such session");
    command(&mut office, "alex", session, input());
    assert_eq!(came(&mut office), 1);
    update(&mut office, ToolUpdate::Files(FileUpdate::Received { transfer: TRANSFER, bytes: 1 }));
    assert!(office.sees("alex").tool_updates.is_empty());
    assert_eq!(
        office.ask("alex", RepAsk::CloseTool { session, tool: Tool::CommandShell }),
        Ok(RepAnswer::Done)
    );
    command(&mut office, "alex", session, input());
    assert_eq!(came(&mut office), 1, "closed");
    assert!(office.is_connected("alex") && office.is_connected("blair") && office.is_connected("carla"));
}

#[test]
fn who_says_more_in_one_message_than_it_may_hold_is_cut_off() {
    let long = |bytes: usize| vec![0; bytes];
    let shell = |bytes| ToolCommand::Shell(ShellCommand::Input { shell: SHELL, bytes: long(bytes) });
    let piece =
        |bytes| ToolCommand::Files(FileCommand::Piece { transfer: TRANSFER, offset: 0, bytes: long(bytes) });
    for (fits, does_not) in [
        (shell(SHELL_PIECE_BYTES_MAX), shell(SHELL_PIECE_BYTES_MAX + 1)),
        (piece(FILE_PIECE_BYTES_MAX), piece(FILE_PIECE_BYTES_MAX + 1)),
    ] {
        let (mut office, session) = helping(&[Tool::CommandShell, Tool::FileTransfer]);
        command(&mut office, "alex", session, fits);
        assert!(office.is_connected("alex"));
        command(&mut office, "alex", session, does_not);
        assert_eq!(office.line("alex").closed, Some(CloseHow::Finish));
        assert_eq!(came(&mut office), 1);
    }
    let piece =
        |bytes| ToolUpdate::Files(FileUpdate::Piece { transfer: TRANSFER, offset: 0, bytes: long(bytes) });
    for (fits, does_not) in [
        (said(&long(SHELL_PIECE_BYTES_MAX)), said(&long(SHELL_PIECE_BYTES_MAX + 1))),
        (piece(FILE_PIECE_BYTES_MAX), piece(FILE_PIECE_BYTES_MAX + 1)),
    ] {
        let (mut office, _) = helping(&[Tool::CommandShell, Tool::FileTransfer]);
        update(&mut office, fits);
        assert!(office.is_connected("carla"));
        update(&mut office, does_not);
        assert_eq!(office.line("carla").closed, Some(CloseHow::Finish));
        let interrupted = ToolUpdate::Files(FileUpdate::Interrupted);
        assert_eq!(office.sees("alex").tool_updates[1..], [interrupted]);
    }
}

/// SHL-07, SHL-08: bounded, whatever is said; there after a restart.
#[test]
fn records_of_shells_are_bounded_and_last() {
    let (mut office, session) = helping(&[Tool::CommandShell]);
    opened(&mut office, SHELL);
    let piece = [b'x'; SHELL_PIECE_BYTES_MAX];
    for _ in 0..100 {
        update(&mut office, said(&piece));
    }
    update(&mut office, ToolUpdate::Shell(ShellUpdate::Closed { shell: SHELL, why: String::new() }));
    for number in 2..500 {
        opened(&mut office, ShellId(number));
    }
    assert_eq!(
        office.ask("alex", RepAsk::CloseTool { session, tool: Tool::CommandShell }),
        Ok(RepAnswer::Done)
    );
    assert_eq!(office.ask("alex", RepAsk::End { session }), Ok(RepAnswer::Done));
    let recorded = |event: &&ApplianceEvent| matches!(event, ApplianceEvent::ShellRecorded { .. });
    assert_eq!(office.events.iter().filter(recorded).count(), 64);
    office.restart();
    office.sign_in("alex");
    assert_eq!(office.ask("alex", RepAsk::OpenReport { session }), Ok(RepAnswer::Done));
    let (head, _) = office.sees("alex").report.as_ref().expect("it is open");
    assert_eq!(head.shells.len(), 64);
    assert!(head.shells[0].cut && !head.shells[1].cut);
    assert_eq!((head.shells[0].name.as_str(), head.shells[0].by_name.as_str()), ("cmd.exe", "Alex"));
    let video: usize = office.sees("alex").shell_videos.values().map(String::len).sum();
    assert!((256 * 1024..300 * 1024).contains(&video), "{video} bytes");
}

/// The console hears that shells are gone and transfers interrupted, and when it may go on; noticed or not.
#[test]
fn a_break_of_the_customers_connection_is_told() {
    for noticed in [true, false] {
        let (mut office, session) = helping(&[Tool::CommandShell, Tool::FileTransfer]);
        opened(&mut office, SHELL);
        office.line("alex").sees.tool_updates.clear();
        if noticed {
            office.cut("carla");
        }
        office.hears("alex");
        office.resume("carla", 0);
        let closed = ToolUpdate::Shell(ShellUpdate::Closed {
            shell: SHELL,
            why: "the customer's connection was lost".into(),
        });
        let interrupted = ToolUpdate::Files(FileUpdate::Interrupted);
        assert_eq!(office.sees("alex").tool_updates, [closed, interrupted]);
        assert_eq!(office.sees("alex").tools[&(session, Tool::FileTransfer)], ToolState::Open(Access::Full));
        assert!(office.hears("alex").contains(&"ToolState"), "the console may go on");
    }
}

#[test]
fn what_became_of_files_is_in_the_log() {
    let (mut office, session) = helping(&[Tool::FileTransfer]);
    let done = |direction, path: &str, outcome| FileUpdate::Done {
        transfer: TRANSFER,
        direction,
        path: path.into(),
        bytes: 7,
        outcome,
    };
    let changed = |change, outcome| FileUpdate::Changed { path: "C:\\a".into(), change, outcome };
    for update_of_files in [
        done(TransferDirection::Upload, "C:\\up", Ok(())),
        done(TransferDirection::Upload, "C:\\up", Err(FileRefusal::DiskFull)),
        done(TransferDirection::Download, "C:\\down", Ok(())),
        done(TransferDirection::Download, "C:\\down", Err(FileRefusal::Cancelled)),
        changed(FileChange::FolderMade, Ok(())),
        changed(FileChange::Moved { to: "C:\\b".into() }, Ok(())),
        changed(FileChange::Deleted, Ok(())),
        changed(FileChange::Deleted, Err(FileRefusal::NotFound)),
        done(TransferDirection::Upload, &"ü".repeat(100_000), Ok(())),
    ] {
        update(&mut office, ToolUpdate::Files(update_of_files));
    }
    let log = office.sees_log("alex", session);
    let told: Vec<String> = log
        .iter()
        .filter_map(|entry| match &entry.what {
            LogItem::Happened { event, detail } if event.to_string().starts_with(['F', 'D']) => {
                let detail =
                    if detail.len() > 100 { format!("{} bytes", detail.len()) } else { detail.clone() };
                Some(format!("{}: {event}: {detail}", entry.by_name))
            }
            LogItem::Happened { .. } | LogItem::Said { .. } => None,
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    Alex: File Upload: C:\up (7 bytes)
    Alex: File Upload Failed: C:\up: the disk is full
    Alex: File Download: C:\down (7 bytes)
    Alex: File Download Failed: C:\down: cancelled
    Alex: Directory Created: C:\a
    Alex: File Moved: C:\a to C:\b
    Alex: File Deleted: C:\a
    Alex: File Upload: 1024 bytes
    ");
    let uploads = log
        .iter()
        .filter(|entry| matches!(&entry.what, LogItem::Happened { event: SessionEvent::FileUpload, .. }));
    assert_eq!(uploads.count(), 2);
}
