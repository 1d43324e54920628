//! System information by category (SYS).

use std::fmt::Write as _;

use wire::SimTime;
use wire::session::Platform;
use wire::tool::SystemTable;

use super::calendar::Reading;
use super::processes::{Process, Service};
use super::text::{grouped, plain_table, size, span};
use crate::FakeDevice;

/// How many of the latest events are shown.
const EVENTS_SHOWN: usize = 20;
/// How many of the events that happened to this machine are kept.
const EVENTS_KEPT: usize = 200;
/// The system looks after itself so often, and says so among the events, in seconds.
const UPKEEP_EVERY_SECS: u64 = 900;
/// A phone's battery loses a hundredth in so many seconds.
const BATTERY_PERCENT_SECS: u64 = 420;

/// Something that happened, as the machine's log tells it.
#[derive(Debug)]
pub(super) struct LoggedEvent {
    at: SimTime,
    source: &'static str,
    text: String,
}

/// A category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
enum Category {
    Overview,
    Programs,
    Events,
    Processes,
    Services,
    Devices,
    Disks,
    Battery,
    Storage,
    Network,
    Apps,
}

impl FakeDevice {
    fn own_categories(&self) -> &'static [Category] {
        use Category as C;
        match self.kind.platform() {
            Platform::Windows | Platform::Linux | Platform::Mac => &[
                C::Overview,
                C::Programs,
                C::Events,
                C::Processes,
                C::Services,
                C::Devices,
                C::Disks,
                C::Network,
            ],
            Platform::Android | Platform::Ios => &[C::Overview, C::Battery, C::Storage, C::Network, C::Apps],
        }
    }

    pub(super) fn category_names(&self) -> Vec<String> {
        self.own_categories().iter().map(Category::to_string).collect()
    }

    pub(super) fn table(&self, now: SimTime, name: &str) -> Option<SystemTable> {
        let category = self.own_categories().iter().find(|category| category.to_string() == name)?;
        let (columns, rows): (&[&str], Vec<Vec<String>>) = match category {
            Category::Overview => (&["Property", "Value"], self.overview(now)),
            Category::Programs | Category::Apps => (&["Name", "Version", "Publisher"], self.programs()),
            Category::Events => (&["Time", "Source", "Event"], self.events(now)),
            Category::Processes => {
                let row = |process: Process| {
                    let (pid, memory) =
                        (process.pid.to_string(), format!("{} KiB", grouped(process.memory_kib)));
                    vec![process.name, pid, process.user, memory, span(process.computed)]
                };
                let rows = self.processes(now).into_iter().map(row).collect();
                (&["Name", "PID", "User", "Memory", "CPU time"], rows)
            }
            Category::Services => (&["Name", "Service", "State"], self.service_rows()),
            Category::Devices => (&["Class", "Device", "State"], self.devices()),
            Category::Disks | Category::Storage => (&["Disk", "Size", "Used", "Free"], self.disks()),
            Category::Battery => (&["Property", "Value"], self.battery(now)),
            Category::Network => (&["Property", "Value"], self.network()),
        };
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Some(SystemTable { category: name.to_owned(), columns, rows, cut: false })
    }

    /// The overview, for a shell.
    pub(super) fn overview_text(&self, now: SimTime) -> String {
        let mut text = String::new();
        for row in self.overview(now) {
            writeln!(text, "{:<16} {}", format!("{}:", row[0]), row[1]).expect("a string takes all");
        }
        text
    }

    /// The disks, for a shell.
    pub(super) fn disks_text(&self) -> String {
        plain_table(&["Disk", ">Size", ">Used", ">Free"], &self.disks(), false)
    }

    pub(super) fn note_event(&mut self, now: SimTime, source: &'static str, text: String) {
        if self.system.events.len() == EVENTS_KEPT {
            self.system.events.pop_front();
        }
        self.system.events.push_back(LoggedEvent { at: device::Device::wall_clock(self, now), source, text });
    }

    /// What the system is called.
    pub(super) fn system_name(&self) -> String {
        let name = match self.kind.platform() {
            Platform::Windows => "Windows",
            Platform::Linux => "Pebble Linux",
            Platform::Mac => "macOS",
            Platform::Android => "Android",
            Platform::Ios => "iOS",
        };
        format!("{name} {}", self.version())
    }

    pub(super) fn version(&self) -> u32 {
        self.system.version.unwrap_or(match self.kind.platform() {
            Platform::Windows => 11,
            Platform::Linux => 6,
            Platform::Mac => 15,
            Platform::Android => 13,
            Platform::Ios => 18,
        })
    }

    pub(super) fn processor(&self) -> &'static str {
        match self.kind.platform() {
            Platform::Windows | Platform::Linux => "x86_64",
            Platform::Mac | Platform::Android | Platform::Ios => "arm64",
        }
    }

    pub(super) fn interface_name(&self) -> &'static str {
        match self.kind.platform() {
            Platform::Windows => "Ethernet",
            Platform::Linux => "eth0",
            Platform::Mac => "en0",
            Platform::Android | Platform::Ios => "wlan0",
        }
    }

    /// The address of its network card, from that of its network.
    pub(super) fn hardware_address(&self, between: &str) -> String {
        let [a, b, c, d] = self.private_ip;
        [0x02, 0x52, a, b, c, d].map(|byte| format!("{byte:02X}")).join(between)
    }

    /// Processors, and memory in GiB.
    fn hardware(&self) -> (u32, u64) {
        match self.kind.platform() {
            Platform::Windows | Platform::Linux => (8, 16),
            Platform::Mac => (10, 24),
            Platform::Android => (8, 6),
            Platform::Ios => (6, 6),
        }
    }

    fn overview(&self, now: SimTime) -> Vec<Vec<String>> {
        let (processors, memory_gib) = self.hardware();
        let used_kib: u64 = self.processes(now).iter().map(|process| process.memory_kib).sum();
        let mut rows = vec![
            pair("Computer", &self.computer),
            pair("System", self.system_name()),
            pair("Processor", format!("{processors} x {}", self.processor())),
            match used_kib {
                // An app on such a phone sees no others.
                0 => pair("Memory", format!("{memory_gib}.0 GiB")),
                _ => pair("Memory", format!("{memory_gib}.0 GiB, {} in use", size(used_kib << 10))),
            },
        ];
        if self.has_accounts() {
            rows.push(pair("User", self.logged_on().as_deref().unwrap_or("nobody is logged on")));
        }
        rows.push(pair("Up for", span(self.uptime(now))));
        rows.push(pair("Clock", Reading::of(device::Device::wall_clock(self, now)).sortable()));
        rows
    }

    fn programs(&self) -> Vec<Vec<String>> {
        let known: &[(&str, &str, &str)] = match self.kind.platform() {
            Platform::Windows | Platform::Mac => {
                &[("Harbour Mail", "12.4", "Harbour Software"), ("Ledger 9", "9.2.1", "Ledger & Co")]
            }
            Platform::Linux => &[
                ("bash", "5.2", "Pebble Linux"),
                ("cups", "2.4", "Pebble Linux"),
                ("ledger", "9.2.1", "Ledger & Co"),
            ],
            Platform::Android | Platform::Ios => &[
                ("Camera", "4.1", "Pebble"),
                ("Mail", "8.0", "Harbour Software"),
                ("Maps", "22.3", "Pebble"),
            ],
        };
        let row = |&(name, version, publisher): &(&str, &str, &str)| {
            vec![name.to_owned(), version.to_owned(), publisher.to_owned()]
        };
        let mut rows: Vec<Vec<String>> = known.iter().map(row).collect();
        let phone = matches!(self.kind.platform(), Platform::Android | Platform::Ios);
        rows.extend(self.installed.iter().map(|app| {
            let name = match app {
                device::App::CustomerClient if phone => "Support".to_owned(),
                device::App::RepConsole
                | device::App::CustomerClient
                | device::App::SupportPlus
                | device::App::JumpClient => app.to_string(),
            };
            vec![name, "1.0".to_owned(), "Rehearsal".to_owned()]
        }));
        rows.sort();
        rows
    }

    /// The latest last: what happened to this machine, and what it does for itself again and again.
    fn events(&self, now: SimTime) -> Vec<Vec<String>> {
        let clock = device::Device::wall_clock(self, now);
        let turn = clock.as_millis() / 1_000 / UPKEEP_EVERY_SECS;
        let upkeep = (turn.saturating_sub(EVENTS_SHOWN as u64)..=turn).map(|turn| {
            let (source, text) = match turn % 4 {
                0 => ("Time", "the clock was compared with the time server"),
                1 => ("Disk", "the disk was checked: no errors"),
                2 => ("Update", "looked for updates: none"),
                _ => ("Print", "the printer on the second floor does not answer"),
            };
            (SimTime::from_secs(turn * UPKEEP_EVERY_SECS), source, text)
        });
        let noted = self.system.events.iter().map(|event| (event.at, event.source, event.text.as_str()));
        let mut all: Vec<(SimTime, &str, &str)> = upkeep.chain(noted).collect();
        all.sort_by_key(|&(at, _, _)| at);
        let shown = all.split_off(all.len().saturating_sub(EVENTS_SHOWN));
        let row = |(at, source, text): (SimTime, &str, &str)| {
            vec![Reading::of(at).sortable(), source.to_owned(), text.to_owned()]
        };
        shown.into_iter().map(row).collect()
    }

    fn service_rows(&self) -> Vec<Vec<String>> {
        let state = |runs| if runs { "running" } else { "stopped" }.to_owned();
        let row = |service: &Service| {
            vec![service.shown.to_owned(), service.name.to_owned(), state(self.service_runs(service))]
        };
        let mut rows: Vec<Vec<String>> = self.services().iter().map(row).collect();
        let apps = self.system.services.iter().filter(|app| self.installed.contains(app));
        rows.extend(apps.map(|&app| vec![app.to_string(), self.program_of(app), state(true)]));
        rows
    }

    fn devices(&self) -> Vec<Vec<String>> {
        let sound = if self.kind.platform() == Platform::Mac { "Speakers" } else { "High definition sound" };
        [
            ("Display", "Graphics adapter", "works"),
            ("Disk", "Solid state disk 256 GB", "works"),
            ("Input", "Keyboard", "works"),
            ("Input", "Mouse", "works"),
            ("Network", self.interface_name(), "works"),
            ("Printer", "Printer on the second floor", "does not answer"),
            ("Sound", sound, "works"),
        ]
        .iter()
        .map(|&(class, name, state)| vec![class.to_owned(), name.to_owned(), state.to_owned()])
        .collect()
    }

    fn disks(&self) -> Vec<Vec<String>> {
        let name = match self.kind.platform() {
            Platform::Windows => "C:",
            Platform::Linux | Platform::Mac => "/",
            Platform::Android | Platform::Ios => "Internal storage",
        };
        let (used, free) = self.disk_use();
        vec![vec![name.to_owned(), size(used + free), size(used), size(free)]]
    }

    fn battery(&self, now: SimTime) -> Vec<Vec<String>> {
        let gone = self.uptime(now).as_secs() / BATTERY_PERCENT_SECS % 80;
        vec![pair("Level", format!("{} %", 96 - gone)), pair("State", "not charging"), pair("Health", "good")]
    }

    fn network(&self) -> Vec<Vec<String>> {
        let [a, b, c, d] = self.private_ip;
        vec![
            pair("Interface", self.interface_name()),
            pair("State", "connected"),
            pair("IPv4 address", format!("{a}.{b}.{c}.{d}")),
            pair("Subnet mask", "255.255.255.0"),
            pair("Gateway", format!("{a}.{b}.{c}.1")),
            pair("Hardware address", self.hardware_address(":")),
        ]
    }
}

fn pair(name: &str, value: impl Into<String>) -> Vec<String> {
    vec![name.to_owned(), value.into()]
}
