//! Special actions, canned scripts, restarts (SPA, DSP).

use device::{Device as _, Rights, System as _, SystemRefused};
use fake_devices::DeviceKind;
use wire::tool::{RunAs, SpecialAction};

use crate::screen::{NINE, machine};

fn as_user(name: &str, password: &str) -> RunAs {
    RunAs::User { name: name.to_owned(), password: password.to_owned() }
}

#[test]
fn each_machine_has_actions_of_its_own() {
    let mut text = String::new();
    for kind in [
        DeviceKind::WindowsPc,
        DeviceKind::Mac,
        DeviceKind::LinuxPc,
        DeviceKind::AndroidPhone,
        DeviceKind::Iphone,
    ] {
        for rights in [Rights::User, Rights::Administrator] {
            let actions = machine(kind).special_actions(rights);
            let names: Vec<String> = actions.iter().map(SpecialAction::to_string).collect();
            text.push_str(&format!("{kind} as {rights}: {}\n", names.join(", ")));
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn an_action_runs_as_whom_it_may() {
    let mut device = machine(DeviceKind::WindowsPc);
    let (user, admin) = (Rights::User, Rights::Administrator);
    let (tasks, lock) = (SpecialAction::TaskManager, SpecialAction::LockScreen);
    let outcomes: Vec<String> = [
        (user, tasks, RunAs::ActiveUser),
        (user, tasks, RunAs::System),
        (admin, tasks, RunAs::System),
        (user, tasks, as_user("Admin", "correct horse")),
        (user, tasks, as_user("admin", "guess")),
        (admin, lock, RunAs::System),
        (user, SpecialAction::CtrlAltDel, RunAs::ActiveUser),
        (admin, SpecialAction::CtrlAltDel, RunAs::ActiveUser),
        (admin, SpecialAction::Home, RunAs::ActiveUser),
        (user, lock, RunAs::ActiveUser),
    ]
    .into_iter()
    .map(|(rights, action, run_as)| {
        let outcome = device.run_special_action(NINE, rights, action, &run_as);
        format!("{rights}: {action} as {run_as:?}: {outcome:?}")
    })
    .collect();
    insta::assert_snapshot!(outcomes.join("\n"));
    assert!(device.is_locked());
    let done: Vec<&str> = device.actions_done().iter().map(|done| done.user.as_str()).collect();
    assert_eq!(done, ["carla", "nt authority\\system", "admin", "carla", "carla"]);
}

#[test]
fn a_script_is_lines_of_a_shell() {
    let mut device = machine(DeviceKind::WindowsPc);
    let script = "rem what it does\nwhoami\n\ncd C:\\Temp\necho done > out.txt\ntype out.txt\n";
    assert_eq!(
        device.run_script(NINE, Rights::User, script, &RunAs::ActiveUser),
        Ok("front-desk-3\\carla\ndone\n".to_owned())
    );
    assert_eq!(device.file_at("C:\\temp\\OUT.TXT").as_deref(), Some(&b"done\n"[..]));
    let stop = "hostname\nsc stop Spooler\necho never\n";
    assert_eq!(
        device.run_script(NINE, Rights::User, stop, &RunAs::ActiveUser),
        Err("FRONT-DESK-3\nAccess is denied.\n".to_owned())
    );
    assert!(device.run_script(NINE, Rights::User, stop, &RunAs::System).is_err());
    assert!(device.run_script(NINE, Rights::User, stop, &as_user("admin", "correct horse")).is_ok());
    assert!(!device.services_running().contains(&"Spooler".to_owned()));
    let waits = device.run_script(NINE, Rights::User, "ping 10.0.0.1", &RunAs::ActiveUser);
    assert!(waits.is_err_and(|why| why.contains("no place in a script")));
    assert_eq!(device.take_pings(), []);
    assert_eq!(
        device.run_script(NINE, Rights::User, "echo a\nexit\necho b", &RunAs::ActiveUser),
        Ok("a\n".to_owned())
    );
    assert!(device.run_script(NINE, Rights::User, &"x".repeat(65_537), &RunAs::ActiveUser).is_err());
    assert!(machine(DeviceKind::Iphone).run_script(NINE, Rights::User, "ls", &RunAs::ActiveUser).is_err());
}

#[test]
fn a_restart_is_asked_for_and_loses_no_file() {
    let mut device = machine(DeviceKind::LinuxPc);
    assert!(!device.take_reboot());
    assert_eq!(device.reboot(), Ok(()));
    assert!(device.take_reboot());
    assert!(!device.take_reboot(), "once");
    device.write_file("journal", b"not synced");
    device.set_clipboard("text");
    device.restart(NINE);
    assert_eq!(device.read_file("journal").as_deref(), Some(&b"not synced"[..]));
    assert_eq!((device.clipboard(), device.active_user()), (None, None));
    assert_eq!(machine(DeviceKind::AndroidPhone).reboot(), Err(SystemRefused::NotPossible));
}
