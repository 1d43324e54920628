//! Fake machines with knobs and witnesses.
//!
//! A [`FakeDevice`] is what a program finds under itself in the simulator. Its *knobs* are what can befall a real
//! machine (somebody logs off, an app is installed by hand, the power fails); its *witnesses* are what a support
//! engineer would look at afterwards (installed apps, clipboard, files). A [`DeviceKind`] is a name and what follows
//! from it, and not a type of its own.
//!
//! A [`TestBench`] puts one client on one such machine, for the tests of that client alone.

mod bench;
mod disk;
mod kind;
mod screens;
mod system;

pub use bench::TestBench;
pub use disk::Disk;
pub use kind::DeviceKind;
pub use screens::{Navigation, Orientation, Program, UacAnswer, UacAsks, Workload};
pub use system::{DoneAction, PING_ANSWER_WITHIN, PingAnswer, PingId, PingRequest, PingWants, RanScript};

use std::collections::BTreeSet;
use std::time::Duration;

use device::{App, Device, Launch, PackagedApp, Sound};
use wire::SimTime;
use wire::session::DeviceFacts;

/// A machine.
#[derive(Debug)]
pub struct FakeDevice {
    kind: DeviceKind,
    computer: String,
    private_ip: [u8; 4],
    wall_clock_ahead_millis: i64,
    user_present: bool,
    installed: BTreeSet<App>,
    app_history: Vec<AppChange>,
    clipboard: Option<String>,
    disk: Disk,
    launches: Vec<Launch>,
    sounds: Vec<Sound>,
    locked: bool,
    kept_awake: bool,
    screens: screens::FakeScreens,
    system: system::FakeSystem,
}

/// An app came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum AppChange {
    /// Installed.
    Installed(App),
    /// Uninstalled.
    Uninstalled(App),
}

/// A machine fresh from its box, and its knobs.
impl FakeDevice {
    /// A machine of this kind, switched on, with its user logged on.
    pub fn new(kind: DeviceKind, computer: impl Into<String>, private_ip: [u8; 4]) -> Self {
        Self {
            kind,
            computer: computer.into(),
            private_ip,
            wall_clock_ahead_millis: 0,
            user_present: true,
            installed: BTreeSet::new(),
            app_history: Vec::new(),
            clipboard: None,
            disk: Disk::default(),
            launches: Vec::new(),
            sounds: Vec::new(),
            locked: false,
            kept_awake: false,
            screens: screens::FakeScreens::new(kind),
            system: system::FakeSystem::default(),
        }
    }

    /// The user locks the screen, or unlocks it. Programs hear of it from whoever drives them.
    pub fn set_locked(&mut self, locked: bool) {
        self.locked = locked;
    }

    /// The user logs on, or off (JMC-14).
    pub fn set_user_present(&mut self, present: bool) {
        self.user_present = present;
        if !present {
            self.user_is_gone();
        }
    }

    /// Somebody, or a time server, sets the clock on the machine's wall: ahead of the world's by so many milliseconds,
    /// or behind it. Programs are not told.
    pub fn set_wall_clock_ahead(&mut self, millis: i64) {
        self.wall_clock_ahead_millis = millis;
    }

    /// The machine gets another address, as when it moves to another network.
    pub fn set_private_ip(&mut self, private_ip: [u8; 4]) {
        self.private_ip = private_ip;
    }

    /// Somebody installs an app by hand: from a store, or by an administrator's roll-out.
    pub fn install_app(&mut self, app: App) {
        if self.installed.insert(app) {
            self.app_history.push(AppChange::Installed(app));
        }
    }

    /// Somebody uninstalls an app by hand.
    pub fn uninstall_app(&mut self, app: App) {
        if self.installed.remove(&app) {
            self.system.services.remove(&app);
            self.app_history.push(AppChange::Uninstalled(app));
        }
    }

    /// The power fails and comes back: files are as they were at the last sync, what was only in memory is gone
    /// (clipboard, programs about to be launched, what kept it awake), and nobody is logged on. Installed apps stay:
    /// installers sync.
    pub fn power_loss(&mut self) {
        self.kept_awake = false;
        self.disk.power_loss();
        self.system.stop();
        self.clipboard = None;
        self.launches.clear();
        self.user_present = false;
        self.screens.power_loss(&self.owner());
    }

    /// Takes the programs that were asked to be started; whoever drives the machine starts them.
    pub fn take_launches(&mut self) -> Vec<Launch> {
        std::mem::take(&mut self.launches)
    }
}

/// Witnesses.
impl FakeDevice {
    /// What kind of machine it is.
    pub fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// The apps that are installed now.
    pub fn installed_apps(&self) -> &BTreeSet<App> {
        &self.installed
    }

    /// All that was ever installed and uninstalled, in order.
    pub fn app_history(&self) -> &[AppChange] {
        &self.app_history
    }

    /// The text on the clipboard, if any (KEY-10).
    pub fn clipboard(&self) -> Option<&str> {
        self.clipboard.as_deref()
    }

    /// The sounds that were played, in order (SET-01).
    pub fn sounds(&self) -> &[Sound] {
        &self.sounds
    }

    /// Whether the screen is locked (SUM-02).
    pub fn is_locked(&self) -> bool {
        self.locked
    }

    /// Whether something keeps the screen from dimming (SET-03).
    pub fn is_kept_awake(&self) -> bool {
        self.kept_awake
    }

    /// The disk.
    pub fn disk(&self) -> &Disk {
        &self.disk
    }
}

impl Device for FakeDevice {
    fn facts(&self) -> DeviceFacts {
        DeviceFacts {
            computer: self.computer.clone(),
            platform: self.kind.platform(),
            private_ip: self.private_ip,
        }
    }

    fn wall_clock(&self, now: SimTime) -> SimTime {
        let by = Duration::from_millis(self.wall_clock_ahead_millis.unsigned_abs());
        if self.wall_clock_ahead_millis < 0 {
            SimTime::ZERO + now.since(SimTime::ZERO + by)
        } else {
            now + by
        }
    }

    fn user_present(&self) -> bool {
        self.user_present
    }

    fn read_file(&self, path: &str) -> Option<Vec<u8>> {
        self.read_for_program(path)
    }

    fn write_file(&mut self, path: &str, content: &[u8]) {
        let key = self.key_for_change(path);
        self.disk.write(&key, content);
    }

    fn append_file(&mut self, path: &str, content: &[u8]) {
        let key = self.key_for_change(path);
        self.disk.append(&key, content);
    }

    fn remove_file(&mut self, path: &str) {
        let key = self.key_for_change(path);
        self.disk.remove(&key);
    }

    fn sync(&mut self) {
        self.disk.sync();
    }

    fn is_installed(&self, app: App) -> bool {
        self.installed.contains(&app)
    }

    fn install(&mut self, package: PackagedApp) {
        self.install_app(package.app);
    }

    fn uninstall(&mut self, app: App) {
        self.uninstall_app(app);
    }

    fn set_clipboard(&mut self, text: &str) {
        self.clipboard = Some(text.to_owned());
    }

    fn play_sound(&mut self, sound: Sound) {
        self.sounds.push(sound);
    }

    fn lock_screen(&mut self) {
        self.locked = true;
    }

    fn log_out_user(&mut self) {
        self.set_user_present(false);
    }

    fn keep_awake(&mut self, awake: bool) {
        self.kept_awake = awake;
    }

    fn launch(&mut self, launch: Launch) {
        self.launches.push(launch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front_desk() -> FakeDevice {
        FakeDevice::new(DeviceKind::WindowsPc, "FRONT-DESK-3", [10, 0, 0, 7])
    }

    #[test]
    fn history_tells_only_what_changed() {
        let mut device = front_desk();
        device.install(PackagedApp { app: App::CustomerClient, bytes: 9 });
        device.install_app(App::CustomerClient);
        device.uninstall(App::CustomerClient);
        device.uninstall(App::JumpClient);
        assert_eq!(
            device.app_history(),
            [AppChange::Installed(App::CustomerClient), AppChange::Uninstalled(App::CustomerClient)]
        );
        assert!(!device.is_installed(App::CustomerClient));
    }

    /// ELV-02: a service goes with its app, and does not come back with it.
    #[test]
    fn what_is_uninstalled_is_no_service_any_more() {
        use device::{Rights, System as _};
        let mut device = front_desk();
        device.install_app(App::CustomerClient);
        device.run_as_service(Rights::Administrator, App::CustomerClient).expect("Windows has services");
        assert!(device.runs_as_service(App::CustomerClient));
        device.uninstall(App::CustomerClient);
        device.install_app(App::CustomerClient);
        assert!(!device.runs_as_service(App::CustomerClient));
    }

    #[test]
    fn power_loss_takes_what_was_only_in_memory() {
        let mut device = front_desk();
        device.install_app(App::JumpClient);
        device.set_clipboard("https://support.example.com/k/1");
        device.launch(Launch::CustomerClientForJump { jump: wire::JumpId(1), token: wire::Token([0; 16]) });
        device.power_loss();
        assert_eq!(device.clipboard(), None);
        assert_eq!(device.take_launches(), []);
        assert!(!device.user_present());
        assert!(device.is_installed(App::JumpClient));
    }

    #[test]
    fn facts_come_from_the_kind_and_the_box() {
        let mut phone = FakeDevice::new(DeviceKind::AndroidPhone, "Pixel", [100, 64, 0, 9]);
        phone.set_private_ip([192, 168, 1, 20]);
        assert_eq!(
            phone.facts(),
            DeviceFacts {
                computer: "Pixel".into(),
                platform: wire::session::Platform::Android,
                private_ip: [192, 168, 1, 20],
            }
        );
    }
}
