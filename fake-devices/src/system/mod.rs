//! The operating system of a fake machine: who may do what on it, its shell, its files, and what it knows of itself.
//!
//! A machine that nobody has used allocates nothing here: accounts, files, processes and services are what all
//! machines of its kind begin with, until something is changed.

mod accounts;
mod actions;
mod calendar;
mod files;
mod image;
mod layout;
mod processes;
mod shell;
mod tables;
mod text;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use device::{Account, App, CredentialCheck, Rights, ShellHandle, ShellOutput, System, SystemRefused};
use wire::SimTime;
use wire::session::Platform;
use wire::tool::{DirEntry, FileRefusal, RunAs, SpecialAction, SystemTable};

pub use actions::{DoneAction, RanScript};
pub use shell::{PING_ANSWER_WITHIN, PingAnswer, PingId, PingRequest, PingWants};

use self::accounts::{Actor, Person};
use self::shell::Shell;
use self::tables::LoggedEvent;
use crate::FakeDevice;

/// What differs from how machines of its kind begin.
#[derive(Debug, Default)]
pub(crate) struct FakeSystem {
    /// The accounts, the owner's first.
    people: Option<Vec<Person>>,
    /// Whose desktop is shown, if not the owner's.
    active: Option<String>,
    version: Option<u32>,
    /// How many bytes of files the disk has room for.
    room: Option<u64>,
    /// Files of the image that the disk answers for, and its folders that were removed.
    superseded: BTreeSet<String>,
    shells: BTreeMap<ShellHandle, Shell>,
    shells_opened: u32,
    pings: Vec<PingRequest>,
    pings_sent: u64,
    pings_begun: u16,
    /// Processes of the system that were ended since its start.
    ended_pids: BTreeSet<u32>,
    /// Services that were started or stopped since its start.
    service_wanted: BTreeMap<&'static str, bool>,
    /// The estate's apps that run as services.
    pub(crate) services: BTreeSet<App>,
    events: VecDeque<LoggedEvent>,
    actions: Vec<DoneAction>,
    scripts: Vec<RanScript>,
    booted_at: Option<SimTime>,
    reboot_asked: bool,
}

impl FakeSystem {
    /// All that ran is gone.
    pub(crate) fn stop(&mut self) {
        self.shells.clear();
        self.pings.clear();
        self.ended_pids.clear();
        self.service_wanted.clear();
        self.active = None;
        self.reboot_asked = false;
    }
}

/// The system: knobs and witnesses.
impl FakeDevice {
    /// The machine has another version of its operating system (AND-04).
    pub fn set_system_version(&mut self, major: u32) {
        self.system.version = Some(major);
    }

    /// Takes the wish for a restart, if a program had one (DSP-03); whoever drives the machine carries it out, and says
    /// so by [`FakeDevice::restart`].
    pub fn take_reboot(&mut self) -> bool {
        std::mem::take(&mut self.system.reboot_asked)
    }

    /// The machine shuts down in good order and starts again: nothing on the disk is lost, what was only in memory is
    /// gone, nobody is logged on.
    pub fn restart(&mut self, now: SimTime) {
        self.disk.sync();
        self.power_loss();
        self.system.booted_at = Some(now);
        self.note_event(now, "System", "the system was started".to_owned());
    }

    /// The special actions that were done, in order (SPA-01).
    pub fn actions_done(&self) -> &[DoneAction] {
        &self.system.actions
    }

    /// How many command shells run (SHL-02, SHL-03).
    pub fn shells_running(&self) -> usize {
        self.system.shells.len()
    }

    /// The scripts that ran, in order (SPA-04).
    pub fn scripts_run(&self) -> &[RanScript] {
        &self.system.scripts
    }
}

impl System for FakeDevice {
    fn system_version(&self) -> u32 {
        self.version()
    }

    fn accounts(&self) -> Vec<Account> {
        let mut accounts: Vec<Account> = self.people().into_iter().map(|person| person.account).collect();
        accounts.sort_by(|one, other| one.name.cmp(&other.name));
        accounts
    }

    fn active_user(&self) -> Option<String> {
        self.logged_on()
    }

    fn check_credentials(&self, user: &str, password: &str) -> CredentialCheck {
        self.credentials(user, password)
    }

    fn switch_user(&mut self, rights: Rights, user: &str) -> Result<(), SystemRefused> {
        if !self.has_accounts() {
            return Err(SystemRefused::NotPossible);
        }
        match rights {
            Rights::User => return Err(SystemRefused::NeedsAdministrator),
            Rights::Administrator => {}
        }
        let account = self.account_called(user).ok_or(SystemRefused::NoSuchUser)?;
        self.show_user(account.name);
        Ok(())
    }

    fn run_as_service(&mut self, rights: Rights, app: App) -> Result<(), SystemRefused> {
        self.add_service(rights, app)
    }

    fn runs_as_service(&self, app: App) -> bool {
        self.system.services.contains(&app) && self.installed.contains(&app)
    }

    fn categories(&self) -> Vec<String> {
        self.category_names()
    }

    fn system_table(&self, now: SimTime, category: &str) -> Option<SystemTable> {
        self.table(now, category)
    }

    fn open_shell(&mut self, now: SimTime, rights: Rights) -> Result<(ShellHandle, String), SystemRefused> {
        let handle = self.start_shell(now, rights)?;
        Ok((handle, self.shell_name().to_owned()))
    }

    fn shell_input(&mut self, now: SimTime, shell: ShellHandle, bytes: &[u8]) {
        self.type_into(now, shell, bytes);
    }

    fn shell_output(&mut self, now: SimTime, shell: ShellHandle) -> ShellOutput {
        self.take_said(now, shell)
    }

    fn close_shell(&mut self, shell: ShellHandle) {
        self.system.shells.remove(&shell);
    }

    fn list_folder(&self, rights: Rights, path: &str) -> Result<(String, Vec<DirEntry>), FileRefusal> {
        let (actor, whole) = self.reach(rights, path)?;
        let entries = self.list(&actor, &whole)?;
        Ok((whole, entries))
    }

    fn file_identity(&self, rights: Rights, path: &str) -> Result<String, FileRefusal> {
        let (_, whole) = self.reach(rights, path)?;
        Ok(if self.layout().folds_case() { whole.to_ascii_lowercase() } else { whole })
    }

    fn file_size(&self, rights: Rights, path: &str) -> Result<u64, FileRefusal> {
        let (actor, whole) = self.reach(rights, path)?;
        self.size(&actor, &whole)
    }

    fn read_file_at(
        &self,
        rights: Rights,
        path: &str,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>, FileRefusal> {
        let (actor, whole) = self.reach(rights, path)?;
        self.read(&actor, &whole, offset, length)
    }

    fn begin_file(
        &mut self,
        rights: Rights,
        path: &str,
        bytes: u64,
        replace: bool,
    ) -> Result<u64, FileRefusal> {
        let (actor, whole) = self.reach(rights, path)?;
        self.begin(&actor, &whole, bytes, replace)
    }

    fn extend_file(
        &mut self,
        rights: Rights,
        path: &str,
        offset: u64,
        bytes: &[u8],
    ) -> Result<u64, FileRefusal> {
        let (actor, whole) = self.reach(rights, path)?;
        self.extend(&actor, &whole, offset, bytes)
    }

    fn finish_file(&mut self, rights: Rights, path: &str, replace: bool) -> Result<(), FileRefusal> {
        let (actor, whole) = self.reach(rights, path)?;
        self.finish(&actor, &whole, replace)
    }

    fn abandon_file(&mut self, rights: Rights, path: &str) {
        if let Ok((actor, whole)) = self.reach(rights, path) {
            self.abandon(&actor, &whole);
        }
    }

    fn delete_file(&mut self, rights: Rights, path: &str) -> Result<(), FileRefusal> {
        let (actor, whole) = self.reach(rights, path)?;
        self.delete(&actor, &whole)
    }

    fn move_file(&mut self, rights: Rights, from: &str, to: &str) -> Result<(), FileRefusal> {
        let (actor, from) = self.reach(rights, from)?;
        let (_, to) = self.reach(rights, to)?;
        self.rename_to(&actor, &from, &to)
    }

    fn make_folder(&mut self, rights: Rights, path: &str) -> Result<(), FileRefusal> {
        let (actor, whole) = self.reach(rights, path)?;
        self.make(&actor, &whole)
    }

    fn special_actions(&self, rights: Rights) -> Vec<SpecialAction> {
        self.actions(rights)
    }

    fn run_special_action(
        &mut self,
        now: SimTime,
        rights: Rights,
        action: SpecialAction,
        run_as: &RunAs,
    ) -> Result<String, String> {
        self.act(now, rights, action, run_as)
    }

    fn run_script(
        &mut self,
        now: SimTime,
        rights: Rights,
        script: &str,
        run_as: &RunAs,
    ) -> Result<String, String> {
        self.script(now, rights, script, run_as)
    }

    fn reboot(&mut self) -> Result<(), SystemRefused> {
        match self.kind.platform() {
            Platform::Windows | Platform::Linux | Platform::Mac => {
                self.system.reboot_asked = true;
                Ok(())
            }
            Platform::Android | Platform::Ios => Err(SystemRefused::NotPossible),
        }
    }
}

impl FakeDevice {
    /// As whom a program with these rights comes, and the whole path of what it speaks of. It begins at home: that of
    /// whoever is logged on, also for a service.
    fn reach(&self, rights: Rights, path: &str) -> Result<(Actor, String), FileRefusal> {
        let mut actor = self.actor(rights).map_err(|_| FileRefusal::AccessDenied)?;
        if let Ok(user) = self.actor(Rights::User) {
            actor.home = user.home;
        }
        let home = actor.home.clone();
        let whole = self.path_for(&actor, &home, path)?;
        Ok((actor, whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DeviceKind;

    /// Benches make ten thousand machines: what is the same on all of them is on none of them.
    #[test]
    fn a_machine_that_is_only_looked_at_holds_nothing_of_its_own() {
        let device = FakeDevice::new(DeviceKind::WindowsPc, "FRONT-DESK-3", [10, 0, 0, 7]);
        let unused = format!("{:?}", FakeSystem::default());
        for category in device.categories() {
            assert!(device.system_table(SimTime::ZERO, &category).is_some());
        }
        assert!(device.list_folder(Rights::User, "").is_ok());
        assert_eq!(format!("{:?}", device.system), unused);
        assert_eq!(device.disk.files().count(), 0);
        // Containers that are empty hold nothing outside of themselves.
        assert_eq!((device.system.pings.capacity(), device.system.actions.capacity()), (0, 0));
        assert_eq!(device.system.events.capacity(), 0);
        assert!(size_of::<FakeSystem>() <= 512, "{} bytes", size_of::<FakeSystem>());
    }
}
