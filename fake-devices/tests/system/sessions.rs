//! What a shell shows (SHL).

use std::time::Duration;

use device::{Rights, System as _, SystemRefused};
use fake_devices::{DeviceKind, PingAnswer, PingWants};

use crate::screen::{NINE, Terminal, machine};

#[test]
fn a_windows_shell_diagnoses_a_machine() {
    let mut terminal = Terminal::open(DeviceKind::WindowsPc, Rights::User);
    terminal.lines(&[
        "dir",
        "cd documents",
        "type invoices.csv",
        "echo It  is \"broken\" > note.txt",
        "echo since %USERNAME% came >> note.txt",
        "type note.txt",
        "copy note.txt C:\\Windows\\note.txt",
        "mkdir Old",
        "move note.txt Old",
        "dir Old",
        "del Old",
        "rmdir Old",
        "cd nowhere",
        "cd ..\\..\\admin",
        "ipconfig",
        "whoami",
        "hostname",
        "sc query spooler",
        "sc stop Spooler",
        "taskkill /im ledger.exe",
        "taskkill /pid 788",
        "frobnicate now",
        "dir | more",
        "set SITE=front",
        "set s",
        "date",
        "time",
        "ver",
        "echo %ErrorLevel%",
        "cd /",
        "exit 3",
    ]);
    insta::assert_snapshot!(terminal.shown());
    assert_eq!(terminal.ended, Some(3));
}

#[test]
fn an_elevated_windows_shell_may_more() {
    let mut terminal = Terminal::open(DeviceKind::WindowsPc, Rights::Administrator);
    terminal.lines(&[
        "whoami",
        "sc stop Spooler",
        "sc stop Spooler",
        "tasklist",
        "sc start Spooler",
        "sc stop RpcSs",
        "cd \\users\\ADMIN\\documents",
        "type \"machine notes.txt\"",
        "systeminfo",
    ]);
    insta::assert_snapshot!(terminal.shown());
}

#[test]
fn a_linux_shell_diagnoses_a_machine() {
    let mut terminal = Terminal::open(DeviceKind::LinuxPc, Rights::User);
    terminal.lines(&[
        "ls",
        "ls -l /",
        "cd Documents",
        "cat invoices.csv",
        "echo 'It  is' \"broken, $USER\" > note.txt",
        "echo more >> note.txt",
        "cat note.txt nothing.txt",
        "cp note.txt /etc/note.txt",
        "cat /etc/shadow",
        "mkdir old",
        "mv note.txt old",
        "ls old",
        "rm old",
        "rmdir old",
        "rm old/note.txt",
        "rmdir old",
        "pwd",
        "cd /tmp",
        "ip addr",
        "ps",
        "kill 1",
        "kill 1611",
        "systemctl status cups",
        "systemctl stop cups",
        "uname -a",
        "uptime",
        "df",
        "date",
        "frobnicate",
        "echo $?",
        "ls | wc",
        "exit",
    ]);
    insta::assert_snapshot!(terminal.shown());
    assert_eq!(terminal.ended, Some(1), "as the last command ended");
}

#[test]
fn macs_and_phones_have_shells_of_their_own() {
    let mut mac = Terminal::open(DeviceKind::Mac, Rights::Administrator);
    mac.lines(&[
        "cd /Users/carla/Documents",
        "ls",
        "whoami",
        "launchctl stop org.cups.cupsd",
        "launchctl list",
        "sw_vers",
        "nope",
    ]);
    let mut phone = Terminal::open(DeviceKind::AndroidPhone, Rights::User);
    phone.lines(&[
        "ls",
        "cd Download",
        "ls -l",
        "cat invoices.csv",
        "ls /data",
        "ip addr",
        "getprop ro.build.version.release",
        "nope",
    ]);
    insta::assert_snapshot!(format!("{}\n\n{}", mac.shown(), phone.shown()));
    assert_eq!(machine(DeviceKind::Iphone).open_shell(NINE, Rights::User), Err(SystemRefused::NotPossible));
}

#[test]
fn pings_go_out_a_second_apart_and_come_back() {
    let mut windows = Terminal::open(DeviceKind::WindowsPc, Rights::User);
    windows.types("ping files.example.com\n").wait(|wants| match wants {
        PingWants::Find { host } => {
            assert_eq!(host, "files.example.com");
            Some(PingAnswer::Found { address: [192, 0, 2, 9] })
        }
        PingWants::Echo { address, identifier, sequence, bytes } => {
            assert_eq!((*address, *identifier, *bytes), ([192, 0, 2, 9], 1, 32));
            let rtt = Duration::from_micros(25_400 - 25_000 * u64::from(sequence % 2));
            let reply = PingAnswer::Reply { address: *address, rtt, time_to_live: 62 };
            (*sequence != 3).then_some(reply)
        }
    });
    // Two that answered and one that waited for four seconds; the last one's answer is the end.
    assert_eq!(windows.now.since(NINE).as_secs(), 6);
    windows.types("ping nowhere.example\n").wait(|_| Some(PingAnswer::NameNotFound));
    windows.types("ping silent.example\n").wait(|_| None);
    let mut linux = Terminal::open(DeviceKind::LinuxPc, Rights::User);
    linux.types("ping -c 2 10.0.0.1\n").wait(|_| Some(PingAnswer::Unreachable));
    linux.types("ping -c 1 localhost\n").wait(|_| None);
    linux.types("ping nowhere.example\n").wait(|_| Some(PingAnswer::NameNotFound));
    linux.types("ping silent.example\n").wait(|_| None);
    linux.types("ping -c 2 10.0.0.9\n").wait(|wants| {
        let PingWants::Echo { address, identifier: 3, bytes: 56, .. } = *wants else { panic!("{wants:?}") };
        Some(PingAnswer::Reply { address, rtt: Duration::from_micros(812), time_to_live: 64 })
    });
    insta::assert_snapshot!(format!("{}\n\n{}", windows.shown(), linux.shown()));
}

#[test]
fn ctrl_c_stops_what_runs_and_what_was_typed_ahead_follows() {
    let mut terminal = Terminal::open(DeviceKind::WindowsPc, Rights::User);
    terminal.types("ping 10.0.0.1\n").types("hostname\n");
    assert!(!terminal.shown().contains("FRONT-DESK-3"), "it waits");
    assert!(terminal.look().is_some());
    let late = terminal.device.take_pings().remove(0).id;
    terminal.device.shell_input(terminal.now, terminal.shell, b"\x03echo after\n");
    assert_eq!(terminal.look(), None);
    terminal.device.ping_answered(terminal.now, late, PingAnswer::TimedOut);
    terminal.look();
    let shown = terminal.shown();
    assert!(shown.starts_with("^C\n"), "{shown}");
    // What was typed before Ctrl+C went with it.
    assert!(shown.ends_with("after\nC:\\Users\\carla>"), "{shown}");
    assert!(!shown.contains("hostname"), "{shown}");
    assert!(!shown.contains("timed out"), "{shown}");
}

#[test]
fn a_line_can_be_mended_and_taken_back() {
    let mut terminal = Terminal::open(DeviceKind::LinuxPc, Rights::User);
    terminal.shown();
    terminal.types("echo grü\x7f\x7fey\x08\x1b[A!\n").types("rm -rf /\x03").types("\x7f\x7fecho ok\n");
    let prompt = "carla@reception:~$";
    assert_eq!(
        terminal.shown(),
        format!("echo ge!\nge!\n{prompt} rm -rf /^C\n{prompt} echo ok\nok\n{prompt}")
    );
}

#[test]
fn shells_are_apart_and_end_apart() {
    let mut device = machine(DeviceKind::LinuxPc);
    let (one, name) = device.open_shell(NINE, Rights::User).expect("there is a shell");
    let (other, _) = device.open_shell(NINE, Rights::User).expect("there is room for two");
    assert_eq!(name, "bash");
    device.shell_input(NINE, one, b"cd /tmp\nexport A=1\n");
    device.shell_input(NINE, other, b"echo $A-$PWD\n");
    let said = |output: device::ShellOutput| String::from_utf8(output.bytes).expect("it is text");
    assert!(said(device.shell_output(NINE, other)).contains("-/home/carla"));
    device.close_shell(one);
    assert_eq!(device.shell_output(NINE, one).ended, Some(1));
    device.shell_input(NINE, other, b"kill 7004\necho still\n");
    let output = device.shell_output(NINE, other);
    assert_eq!(output.ended, Some(1), "it has ended itself");
    for _ in 0..15 {
        device.open_shell(NINE, Rights::User).expect("there is room for sixteen");
    }
    assert_eq!(device.open_shell(NINE, Rights::User), Err(SystemRefused::TooManyShells));
    device.power_loss();
    assert_eq!(device.shell_output(NINE, other).ended, Some(1));
    assert_eq!(device.open_shell(NINE, Rights::User), Err(SystemRefused::NobodyLoggedOn));
    assert!(device.open_shell(NINE, Rights::Administrator).is_ok());
}

#[test]
fn anything_may_be_typed() {
    arbtest::arbtest(|u| {
        let kind = *u.choose(&[DeviceKind::WindowsPc, DeviceKind::LinuxPc, DeviceKind::Mac])?;
        let mut terminal = Terminal::open(kind, Rights::Administrator);
        let words = [
            "cd", "dir", "ls", "..", "\\", "/", "~", ">", ">>", "echo", "rm", "mv", "a", "copy", "\"", "%",
            "$", "ping", "é", "mkdir", "set", "=",
        ];
        while !u.is_empty() {
            let mut line = String::new();
            for _ in 0..u.int_in_range(0..=5)? {
                line.push_str(u.choose(&words)?);
                line.push_str(u.choose(&[" ", "", "\t"])?);
            }
            terminal.types(&line).types(u.choose(&["\n", "\x03", "\x08"])?);
            terminal.shown();
        }
        Ok(())
    });
}
