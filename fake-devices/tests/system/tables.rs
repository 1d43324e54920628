//! System information (SYS).

use std::fmt::Write as _;
use std::time::Duration;

use device::{App, Rights, System as _};
use fake_devices::{DeviceKind, FakeDevice};
use wire::SimTime;

use crate::screen::{NINE, machine};

/// All categories of a machine, as tables.
fn all(device: &FakeDevice, now: SimTime) -> String {
    let mut text = String::new();
    for category in device.categories() {
        let table = device.system_table(now, &category).expect("it is one of its categories");
        assert_eq!(table.category, category);
        writeln!(text, "## {category}\n{}", table.columns.join(" | ")).expect("a string takes all");
        for row in &table.rows {
            assert_eq!(row.len(), table.columns.len(), "{category}");
            writeln!(text, "{}", row.join(" | ")).expect("a string takes all");
        }
        text.push('\n');
    }
    text
}

#[test]
fn every_machine_tells_of_itself() {
    for kind in [
        DeviceKind::WindowsPc,
        DeviceKind::LinuxPc,
        DeviceKind::Mac,
        DeviceKind::AndroidPhone,
        DeviceKind::Iphone,
    ] {
        let mut device = machine(kind);
        device.install_app(App::CustomerClient);
        insta::assert_snapshot!(kind.to_string(), all(&device, NINE));
        assert_eq!(device.system_table(NINE, "overview"), None, "names are as they are listed");
    }
}

#[test]
fn a_refresh_shows_what_has_changed() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.install_app(App::JumpClient);
    device.run_as_service(Rights::Administrator, App::JumpClient).expect("an administrator may");
    let later = NINE + Duration::from_secs(3_600);
    let table = |device: &FakeDevice, now, name| device.system_table(now, name).expect("there is one").rows;
    for changing in ["Overview", "Processes", "Events"] {
        assert_ne!(table(&device, NINE, changing), table(&device, later, changing), "{changing}");
        assert_eq!(table(&device, later, changing), table(&device, later, changing), "{changing}");
    }
    let has = |rows: &[Vec<String>], text: &str| rows.iter().flatten().any(|cell| cell.contains(text));
    assert!(has(&table(&device, NINE, "Services"), "Jump Client"));
    assert!(has(&table(&device, NINE, "Programs"), "Jump Client"));
    assert!(has(&table(&device, NINE, "Processes"), "spoolsv.exe"));
    let script = "sc stop Spooler";
    device.run_script(later, Rights::Administrator, script, &wire::tool::RunAs::System).expect("it may");
    assert!(!has(&table(&device, later, "Processes"), "spoolsv.exe"));
    assert!(has(&table(&device, later, "Events"), "Print Spooler was stopped by nt authority"));
    assert!(!device.services_running().contains(&"Spooler".to_owned()));
    device.restart(later);
    assert!(device.services_running().contains(&"Spooler".to_owned()));
    assert!(!has(&table(&device, later, "Processes"), "explorer.exe"), "nobody is logged on");
    assert!(has(&table(&device, later, "Overview"), "00:00:25"));
}
