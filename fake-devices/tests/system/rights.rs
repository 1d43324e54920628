//! Who may do what (ELV).

use std::fmt::Write as _;

use device::{App, CredentialCheck, Rights, System as _, SystemRefused};
use fake_devices::DeviceKind;
use wire::tool::FileRefusal;

use crate::screen::machine;

/// What comes of reading and of writing at places, with either rights.
fn table(kind: DeviceKind, folders: &[&str]) -> String {
    let mut text = format!("{kind}: list / write, as user | as administrator\n");
    for folder in folders {
        write!(text, "{folder:<32}").expect("a string takes all");
        for rights in [Rights::User, Rights::Administrator] {
            let mut device = machine(kind);
            let word = |refusal: Option<FileRefusal>| refusal.map_or("yes".to_owned(), |why| why.to_string());
            let listed = word(device.list_folder(rights, folder).err());
            let separator = if kind == DeviceKind::WindowsPc { '\\' } else { '/' };
            let file = format!("{}{separator}new.txt", folder.trim_end_matches(separator));
            let written = word(device.begin_file(rights, &file, 3, false).err());
            write!(text, " | {listed} / {written}").expect("a string takes all");
        }
        text.push('\n');
    }
    text
}

#[test]
fn rights_go_by_place() {
    let windows = [
        "C:\\",
        "C:\\Users",
        "C:\\Users\\carla\\Documents",
        "C:\\Users\\admin",
        "C:\\Users\\Public\\Documents",
        "C:\\Windows",
        "C:\\Windows\\System32\\config",
        "C:\\Program Files",
        "C:\\ProgramData",
        "C:\\Temp",
        "C:\\Nowhere",
    ];
    let linux = ["/", "/home", "/home/carla", "/home/admin", "/etc", "/root", "/tmp", "/var/log"];
    let mac = ["/Users", "/Users/carla", "/Users/admin", "/Users/Shared", "/Applications", "/var/root"];
    let android = ["/sdcard/Download", "/data/data", "/system"];
    let ios = ["/Files", "/Library", "/System"];
    insta::assert_snapshot!(
        [
            table(DeviceKind::WindowsPc, &windows),
            table(DeviceKind::LinuxPc, &linux),
            table(DeviceKind::Mac, &mac),
            table(DeviceKind::AndroidPhone, &android),
            table(DeviceKind::Iphone, &ios),
        ]
        .join("\n")
    );
}

#[test]
fn credentials_are_good_for_what_the_account_is() {
    let mut device = machine(DeviceKind::WindowsPc);
    assert_eq!(device.check_credentials("ADMIN", "correct horse"), CredentialCheck::Administrator);
    assert_eq!(device.check_credentials("admin", "Correct horse"), CredentialCheck::Wrong);
    assert_eq!(device.check_credentials("carla", "sunflower"), CredentialCheck::Ordinary);
    assert_eq!(device.check_credentials("nobody", ""), CredentialCheck::Wrong);
    device.set_account("Admin", "new", false);
    device.set_account("dana", "secret", true);
    device.set_owner("erin", "tulip");
    assert_eq!(device.check_credentials("admin", "new"), CredentialCheck::Ordinary);
    assert_eq!(device.check_credentials("dana", "secret"), CredentialCheck::Administrator);
    let names: Vec<String> = device.accounts().into_iter().map(|account| account.name).collect();
    assert_eq!(names, ["Admin", "dana", "erin"]);
    assert_eq!(device.active_user().as_deref(), Some("erin"));
    let (home, entries) = device.list_folder(Rights::User, "").expect("it is their home");
    assert_eq!(home, "C:\\Users\\erin");
    assert!(entries.iter().any(|entry| entry.name == "Documents"));
    let linux = machine(DeviceKind::LinuxPc);
    assert_eq!(linux.check_credentials("Carla", "sunflower"), CredentialCheck::Wrong, "letters count there");
    let phone = machine(DeviceKind::AndroidPhone);
    assert_eq!((phone.accounts(), phone.active_user()), (vec![], None));
}

#[test]
fn another_users_desktop_is_an_administrators_affair() {
    let mut device = machine(DeviceKind::WindowsPc);
    assert_eq!(device.switch_user(Rights::User, "admin"), Err(SystemRefused::NeedsAdministrator));
    assert_eq!(device.switch_user(Rights::Administrator, "nobody"), Err(SystemRefused::NoSuchUser));
    assert_eq!(device.active_user().as_deref(), Some("carla"));
    assert_eq!(device.switch_user(Rights::Administrator, "ADMIN"), Ok(()));
    assert_eq!(device.active_user().as_deref(), Some("admin"));
    assert_eq!(
        machine(DeviceKind::AndroidPhone).switch_user(Rights::Administrator, "admin"),
        Err(SystemRefused::NotPossible)
    );
}

#[test]
fn services_are_for_administrators() {
    let mut device = machine(DeviceKind::Mac);
    let app = App::JumpClient;
    assert_eq!(device.run_as_service(Rights::User, app), Err(SystemRefused::NeedsAdministrator));
    assert_eq!(device.run_as_service(Rights::Administrator, app), Ok(()));
    assert!(!device.runs_as_service(app), "it is not installed");
    device.install_app(app);
    assert!(device.runs_as_service(app));
    device.restart(wire::SimTime::from_secs(60));
    assert!(device.runs_as_service(app), "also after a restart");
    assert!(device.services_running().contains(&"Jump Client".to_owned()));
    device.uninstall_app(app);
    assert!(!device.runs_as_service(app));
}
