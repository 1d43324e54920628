//! The operating system of a machine that may die: the appliance asks nothing of it that a death could tear.

use device::{Account, App, CredentialCheck, Rights, ShellHandle, ShellOutput, System, SystemRefused};
use wire::SimTime;
use wire::tool::{DirEntry, FileRefusal, RunAs, SpecialAction, SystemTable};

use super::Mortal;

impl System for Mortal {
    fn system_version(&self) -> u32 {
        self.machine.system_version()
    }

    fn accounts(&self) -> Vec<Account> {
        self.machine.accounts()
    }

    fn active_user(&self) -> Option<String> {
        self.machine.active_user()
    }

    fn check_credentials(&self, user: &str, password: &str) -> CredentialCheck {
        self.machine.check_credentials(user, password)
    }

    fn switch_user(&mut self, rights: Rights, user: &str) -> Result<(), SystemRefused> {
        self.machine.switch_user(rights, user)
    }

    fn run_as_service(&mut self, rights: Rights, app: App) -> Result<(), SystemRefused> {
        self.machine.run_as_service(rights, app)
    }

    fn runs_as_service(&self, app: App) -> bool {
        self.machine.runs_as_service(app)
    }

    fn categories(&self) -> Vec<String> {
        self.machine.categories()
    }

    fn system_table(&self, now: SimTime, category: &str) -> Option<SystemTable> {
        self.machine.system_table(now, category)
    }

    fn open_shell(&mut self, now: SimTime, rights: Rights) -> Result<(ShellHandle, String), SystemRefused> {
        self.machine.open_shell(now, rights)
    }

    fn shell_input(&mut self, now: SimTime, shell: ShellHandle, bytes: &[u8]) {
        self.machine.shell_input(now, shell, bytes)
    }

    fn shell_output(&mut self, now: SimTime, shell: ShellHandle) -> ShellOutput {
        self.machine.shell_output(now, shell)
    }

    fn close_shell(&mut self, shell: ShellHandle) {
        self.machine.close_shell(shell)
    }

    fn list_folder(&self, rights: Rights, path: &str) -> Result<(String, Vec<DirEntry>), FileRefusal> {
        self.machine.list_folder(rights, path)
    }

    fn file_identity(&self, rights: Rights, path: &str) -> Result<String, FileRefusal> {
        self.machine.file_identity(rights, path)
    }

    fn file_size(&self, rights: Rights, path: &str) -> Result<u64, FileRefusal> {
        self.machine.file_size(rights, path)
    }

    fn read_file_at(
        &self,
        rights: Rights,
        path: &str,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>, FileRefusal> {
        self.machine.read_file_at(rights, path, offset, length)
    }

    fn begin_file(
        &mut self,
        rights: Rights,
        path: &str,
        bytes: u64,
        replace: bool,
    ) -> Result<u64, FileRefusal> {
        self.machine.begin_file(rights, path, bytes, replace)
    }

    fn extend_file(
        &mut self,
        rights: Rights,
        path: &str,
        offset: u64,
        bytes: &[u8],
    ) -> Result<u64, FileRefusal> {
        self.machine.extend_file(rights, path, offset, bytes)
    }

    fn finish_file(&mut self, rights: Rights, path: &str, replace: bool) -> Result<(), FileRefusal> {
        self.machine.finish_file(rights, path, replace)
    }

    fn abandon_file(&mut self, rights: Rights, path: &str) {
        self.machine.abandon_file(rights, path)
    }

    fn delete_file(&mut self, rights: Rights, path: &str) -> Result<(), FileRefusal> {
        self.machine.delete_file(rights, path)
    }

    fn move_file(&mut self, rights: Rights, from: &str, to: &str) -> Result<(), FileRefusal> {
        self.machine.move_file(rights, from, to)
    }

    fn make_folder(&mut self, rights: Rights, path: &str) -> Result<(), FileRefusal> {
        self.machine.make_folder(rights, path)
    }

    fn special_actions(&self, rights: Rights) -> Vec<SpecialAction> {
        self.machine.special_actions(rights)
    }

    fn run_special_action(
        &mut self,
        now: SimTime,
        rights: Rights,
        action: SpecialAction,
        run_as: &RunAs,
    ) -> Result<String, String> {
        self.machine.run_special_action(now, rights, action, run_as)
    }

    fn run_script(
        &mut self,
        now: SimTime,
        rights: Rights,
        script: &str,
        run_as: &RunAs,
    ) -> Result<String, String> {
        self.machine.run_script(now, rights, script, run_as)
    }

    fn reboot(&mut self) -> Result<(), SystemRefused> {
        self.machine.reboot()
    }
}
