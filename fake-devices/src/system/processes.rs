//! What runs on the machine: processes and services. Their figures are pure functions of the time.

use std::time::Duration;

use device::{App, Rights, SystemRefused};
use wire::SimTime;
use wire::session::Platform;

use super::accounts::Actor;
use crate::FakeDevice;

/// How long a machine has been running when the run begins, in seconds: two days and some hours.
const RUNNING_BEFORE_SECS: u64 = 187_740;
/// How long it takes from the power button to a running system, in seconds.
const BOOT_SECS: u64 = 25;
/// The numbers of shells' processes begin here, and lie so far apart.
const SHELL_PIDS: (u32, u32) = (7_000, 4);
/// The same of the estate's own apps.
const APP_PIDS: (u32, u32) = (6_200, 16);

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) pid: u32,
    pub(super) name: String,
    /// As whom it runs.
    pub(super) user: String,
    pub(super) memory_kib: u64,
    /// What it has computed since it began.
    pub(super) computed: Duration,
    kind: ProcessKind,
}

/// What ending it would mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProcessKind {
    /// An ordinary program.
    Ordinary,
    /// The system needs it, or the estate's own app guards itself: nobody may end it.
    Vital,
    /// A shell of ours.
    Shell(device::ShellHandle),
}

/// Why a process or a service is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeftAlone {
    NoSuch,
    Denied,
    /// A service that is already as it should be.
    Already,
}

/// A process that is there from the start: number, name, whether it is a user's, memory in KiB, thousandths of a
/// processor that it uses, whether the system needs it.
type Base = (u32, &'static str, bool, u32, u32, bool);

/// A service that is there from the start.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Service {
    /// The name that commands use.
    pub(super) name: &'static str,
    /// The name that people read.
    pub(super) shown: &'static str,
    /// Its process.
    pid: Option<u32>,
    /// Whether the system needs it.
    vital: bool,
    /// Whether it runs after a start of the system.
    automatic: bool,
}

const fn service(name: &'static str, shown: &'static str, pid: u32) -> Service {
    Service { name, shown, pid: Some(pid), vital: false, automatic: true }
}

const fn vital(name: &'static str, shown: &'static str, pid: u32) -> Service {
    Service { name, shown, pid: Some(pid), vital: true, automatic: true }
}

const fn by_hand(name: &'static str, shown: &'static str) -> Service {
    Service { name, shown, pid: None, vital: false, automatic: false }
}

const WINDOWS_PROCESSES: &[Base] = &[
    (4, "System", false, 148, 3, true),
    (412, "smss.exe", false, 1_096, 0, true),
    (596, "csrss.exe", false, 5_420, 1, true),
    (704, "winlogon.exe", false, 11_208, 0, true),
    (768, "services.exe", false, 10_640, 1, true),
    (788, "lsass.exe", false, 19_332, 1, true),
    (1_012, "svchost.exe", false, 28_764, 2, true),
    (1_184, "svchost.exe", false, 14_920, 1, false),
    (1_620, "svchost.exe", false, 41_528, 4, false),
    (2_248, "spoolsv.exe", false, 15_372, 0, false),
    (3_104, "searchindexer.exe", false, 36_904, 3, false),
    (4_416, "explorer.exe", true, 118_340, 6, false),
    (5_032, "harbour.exe", true, 96_212, 5, false),
    (5_540, "ledger.exe", true, 164_880, 22, false),
];

const WINDOWS_SERVICES: &[Service] = &[
    vital("RpcSs", "Remote Procedure Call", 1_012),
    service("Dnscache", "DNS Client", 1_184),
    service("Schedule", "Task Scheduler", 1_620),
    service("Spooler", "Print Spooler", 2_248),
    service("WSearch", "Search Index", 3_104),
    by_hand("BITS", "Background Transfer"),
    by_hand("VSS", "Volume Snapshots"),
];

const LINUX_PROCESSES: &[Base] = &[
    (1, "systemd", false, 12_812, 1, true),
    (312, "systemd-journald", false, 24_576, 1, true),
    (348, "systemd-udevd", false, 9_216, 0, true),
    (611, "dbus-daemon", false, 6_144, 1, true),
    (624, "NetworkManager", false, 19_456, 1, false),
    (702, "cron", false, 2_816, 0, false),
    (715, "cupsd", false, 9_984, 0, false),
    (733, "sshd", false, 7_936, 0, false),
    (1_204, "desktop-shell", true, 214_016, 14, false),
    (1_611, "ledger", true, 142_336, 19, false),
];

const LINUX_SERVICES: &[Service] = &[
    service("NetworkManager", "Network Manager", 624),
    service("cron", "Commands at set times", 702),
    service("cups", "Printing", 715),
    vital("dbus", "Message bus", 611),
    service("ssh", "Secure shell server", 733),
    by_hand("bluetooth", "Bluetooth"),
];

const MAC_PROCESSES: &[Base] = &[
    (1, "launchd", false, 18_432, 1, true),
    (88, "logd", false, 21_504, 1, true),
    (102, "configd", false, 9_216, 0, true),
    (131, "mds", false, 61_440, 4, false),
    (164, "cupsd", false, 7_680, 0, false),
    (170, "WindowServer", false, 196_608, 31, true),
    (402, "Dock", true, 72_704, 2, false),
    (405, "Finder", true, 118_784, 4, false),
    (611, "Ledger 9", true, 188_416, 20, false),
];

const MAC_SERVICES: &[Service] = &[
    vital("com.apple.configd", "Configuration", 102),
    service("com.apple.metadata.mds", "Search index", 131),
    service("org.cups.cupsd", "Printing", 164),
    by_hand("com.openssh.sshd", "Remote login"),
];

const ANDROID_PROCESSES: &[Base] = &[
    (1, "init", false, 9_216, 1, true),
    (612, "zygote64", false, 148_480, 0, true),
    (1_290, "system_server", false, 412_672, 21, true),
    (1_804, "com.example.launcher", true, 162_816, 6, false),
    (2_466, "com.example.mail", true, 141_312, 3, false),
];

impl FakeDevice {
    /// Since when the system runs.
    pub(super) fn uptime(&self, now: SimTime) -> Duration {
        match self.system.booted_at {
            Some(at) => now.since(at) + Duration::from_secs(BOOT_SECS),
            None => now.since(SimTime::ZERO) + Duration::from_secs(RUNNING_BEFORE_SECS),
        }
    }

    /// The processes, by number.
    pub(super) fn processes(&self, now: SimTime) -> Vec<Process> {
        let (base, system): (&[Base], &str) = match self.kind.platform() {
            Platform::Windows => (WINDOWS_PROCESSES, "SYSTEM"),
            Platform::Linux => (LINUX_PROCESSES, "root"),
            Platform::Mac => (MAC_PROCESSES, "root"),
            Platform::Android => (ANDROID_PROCESSES, "root"),
            Platform::Ios => return Vec::new(),
        };
        let user = if self.has_accounts() { self.logged_on() } else { Some(self.owner()) };
        let uptime = self.uptime(now);
        let asleep: Vec<u32> = self
            .services()
            .iter()
            .filter(|service| !self.service_runs(service))
            .filter_map(|service| service.pid)
            .collect();
        let mut all = Vec::new();
        for &(pid, name, is_users, memory_kib, permille, vital) in base {
            let whose = if is_users { user.as_deref() } else { Some(system) };
            let Some(whose) = whose else { continue };
            if self.system.ended_pids.contains(&pid) || asleep.contains(&pid) {
                continue;
            }
            let kind = if vital { ProcessKind::Vital } else { ProcessKind::Ordinary };
            let computed = uptime * permille / 1_000;
            let memory_kib = memory_now(memory_kib, pid, uptime);
            all.push(Process {
                pid,
                name: name.to_owned(),
                user: whose.to_owned(),
                memory_kib,
                computed,
                kind,
            });
        }
        for &app in &self.installed {
            let pid = APP_PIDS.0 + app as u32 * APP_PIDS.1;
            let is_service = self.system.services.contains(&app);
            let Some(user) = (if is_service { Some(system) } else { user.as_deref() }) else { continue };
            let memory_kib = memory_now(48_128, pid, uptime);
            let (name, user, computed) =
                (self.program_of(app), user.to_owned(), now.since(SimTime::ZERO) / 250);
            all.push(Process { pid, name, user, memory_kib, computed, kind: ProcessKind::Vital });
        }
        for (&handle, shell) in &self.system.shells {
            let pid = SHELL_PIDS.0 + handle.0 % 1_000 * SHELL_PIDS.1;
            let user = if shell.actor().is_system { system } else { &shell.actor().name };
            let (name, kind) = (self.shell_name().to_owned(), ProcessKind::Shell(handle));
            all.push(Process {
                pid,
                name,
                user: user.to_owned(),
                memory_kib: 4_612,
                computed: Duration::ZERO,
                kind,
            });
        }
        all.sort_by_key(|process| process.pid);
        all
    }

    /// Ends a process; gives its name.
    pub(super) fn end_process(&mut self, now: SimTime, actor: &Actor, pid: u32) -> Result<String, LeftAlone> {
        let processes = self.processes(now);
        let process = processes.into_iter().find(|process| process.pid == pid).ok_or(LeftAlone::NoSuch)?;
        if actor.rights == Rights::User && process.user != actor.name {
            return Err(LeftAlone::Denied);
        }
        match process.kind {
            ProcessKind::Vital => return Err(LeftAlone::Denied),
            ProcessKind::Ordinary => {
                self.system.ended_pids.insert(pid);
            }
            ProcessKind::Shell(handle) => {
                if let Some(shell) = self.system.shells.get_mut(&handle) {
                    shell.end(1);
                }
            }
        }
        Ok(process.name)
    }

    /// The services that came with the system.
    pub(super) fn services(&self) -> &'static [Service] {
        match self.kind.platform() {
            Platform::Windows => WINDOWS_SERVICES,
            Platform::Linux => LINUX_SERVICES,
            Platform::Mac => MAC_SERVICES,
            Platform::Android | Platform::Ios => &[],
        }
    }

    pub(super) fn service_called(&self, name: &str) -> Option<&'static Service> {
        let name = name.strip_suffix(".service").unwrap_or(name);
        let folds = self.layout().folds_case();
        let is_it =
            |service: &&Service| service.name == name || folds && service.name.eq_ignore_ascii_case(name);
        self.services().iter().find(is_it)
    }

    pub(super) fn service_runs(&self, service: &Service) -> bool {
        let ended = service.pid.is_some_and(|pid| self.system.ended_pids.contains(&pid));
        let wanted = self.system.service_wanted.get(service.name).copied().unwrap_or(service.automatic);
        wanted && !ended
    }

    /// Starts or stops a service.
    pub(super) fn set_service(
        &mut self,
        now: SimTime,
        actor: &Actor,
        service: &'static Service,
        run: bool,
    ) -> Result<(), LeftAlone> {
        if actor.rights == Rights::User || service.vital {
            return Err(LeftAlone::Denied);
        }
        if self.service_runs(service) == run {
            return Err(LeftAlone::Already);
        }
        self.system.service_wanted.insert(service.name, run);
        if let (Some(pid), true) = (service.pid, run) {
            self.system.ended_pids.remove(&pid);
        }
        let done = if run { "started" } else { "stopped" };
        self.note_event(now, "Services", format!("{} was {done} by {}", service.shown, actor.name));
        Ok(())
    }

    /// The services that run, by name: the system's own, and the estate's apps that run as one (ELV-02).
    pub fn services_running(&self) -> Vec<String> {
        let own = self.services().iter().filter(|service| self.service_runs(service));
        let mut all: Vec<String> = own.map(|service| service.name.to_owned()).collect();
        all.extend(
            self.system.services.iter().filter(|app| self.installed.contains(app)).map(App::to_string),
        );
        all.sort();
        all
    }

    pub(super) fn add_service(&mut self, rights: Rights, app: App) -> Result<(), SystemRefused> {
        if !self.has_accounts() {
            return Err(SystemRefused::NotPossible);
        }
        match rights {
            Rights::User => Err(SystemRefused::NeedsAdministrator),
            Rights::Administrator => {
                self.system.services.insert(app);
                Ok(())
            }
        }
    }

    /// What the program of one of the estate's apps is called here.
    pub(super) fn program_of(&self, app: App) -> String {
        let name = match app {
            App::RepConsole => "rep-console",
            App::CustomerClient => "support-client",
            App::SupportPlus => "support-plus",
            App::JumpClient => "jump-client",
        };
        match self.kind.platform() {
            Platform::Windows => format!("{name}.exe"),
            Platform::Linux | Platform::Mac => name.to_owned(),
            Platform::Android | Platform::Ios => format!("com.example.{}", name.replace('-', "")),
        }
    }
}

/// What a process uses at this moment: a little more and a little less, every few seconds.
fn memory_now(memory_kib: u32, pid: u32, uptime: Duration) -> u64 {
    let mixed = (u64::from(pid) << 32) ^ (uptime.as_secs() / 3);
    let drawn = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    u64::from(memory_kib) + drawn % (u64::from(memory_kib) / 16 + 1)
}
