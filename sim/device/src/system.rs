//! The operating system of a machine: who may do what on it, its shell, its files, and what it knows of itself.

use std::time::Duration;

use wire::SimTime;
use wire::tool::{DirEntry, FileRefusal, RunAs, SpecialAction, SystemTable};

use crate::{App, Rights};

/// What a program may ask of the operating system under it.
///
/// Every call that reaches something says with which [`Rights`] the program runs; the system, and not the program,
/// decides what they are good for. Paths are written as on that machine; a relative one begins where its user is at
/// home, and the empty one is that folder.
pub trait System {
    /// The major version of the operating system: 11 of Windows 11, 13 of Android 13 (AND-04).
    fn system_version(&self) -> u32;

    /// The accounts of the machine, by name. None where it has no such thing, as on a phone.
    fn accounts(&self) -> Vec<Account>;

    /// Who is logged on; `None` while nobody is, and where there are no accounts.
    fn active_user(&self) -> Option<String>;

    /// What a user name and a password are good for (ELV-07, ELV-08).
    fn check_credentials(&self, user: &str, password: &str) -> CredentialCheck;

    /// Shows another user's desktop (ELV-03).
    ///
    /// # Errors
    /// Only administrators may, and only to an account that there is.
    fn switch_user(&mut self, rights: Rights, user: &str) -> Result<(), SystemRefused>;

    /// Has an app run as a service from now on, also while nobody is logged on (ELV-02, ELV-03).
    ///
    /// # Errors
    /// Only administrators may, on machines that have services.
    fn run_as_service(&mut self, rights: Rights, app: App) -> Result<(), SystemRefused>;

    /// Whether an app is installed and runs as a service.
    fn runs_as_service(&self, app: App) -> bool;

    /// The categories of system information (SYS-01), in the order in which they are shown.
    fn categories(&self) -> Vec<String>;

    /// What one of them says at this moment (SYS-02, SYS-03); `None` where there is no such category.
    fn system_table(&self, now: SimTime, category: &str) -> Option<SystemTable>;

    /// Opens one more command shell (SHL-01, SHL-02). Also says what it is called: `cmd.exe`, `bash`.
    ///
    /// # Errors
    /// The machine has no shell, too many are open, or nobody is logged on as whom a user's program could run it.
    fn open_shell(&mut self, now: SimTime, rights: Rights) -> Result<(ShellHandle, String), SystemRefused>;

    /// Types into a shell: Enter is a line feed, Ctrl+C byte 3. Nothing happens if it has ended.
    fn shell_input(&mut self, now: SimTime, shell: ShellHandle, bytes: &[u8]);

    /// Takes what a shell has said since it was last asked, and lets what runs in it go on up to `now`.
    fn shell_output(&mut self, now: SimTime, shell: ShellHandle) -> ShellOutput;

    /// Closes a shell, and what runs in it (SHL-03).
    fn close_shell(&mut self, shell: ShellHandle);

    /// The whole path of a folder and what is in it, by name.
    ///
    /// # Errors
    /// There is no such folder, or it is not for these rights to see.
    fn list_folder(&self, rights: Rights, path: &str) -> Result<(String, Vec<DirEntry>), FileRefusal>;

    /// What tells a file from all others, whether it is there or not: the same however its path is written.
    ///
    /// # Errors
    /// It can be no path of this machine.
    fn file_identity(&self, rights: Rights, path: &str) -> Result<String, FileRefusal>;

    /// How long a file is, in bytes.
    ///
    /// # Errors
    /// There is no such file, or it is not for these rights to read.
    fn file_size(&self, rights: Rights, path: &str) -> Result<u64, FileRefusal>;

    /// At most `length` bytes of a file, from `offset` on; fewer at its end.
    ///
    /// # Errors
    /// There is no such file, or it is not for these rights to read.
    fn read_file_at(
        &self,
        rights: Rights,
        path: &str,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>, FileRefusal>;

    /// Begins to put a file of `bytes` bytes there, or goes on with one that was begun: says how many bytes of it are
    /// there already. Until [`System::finish_file`], they lie beside it under the file's name with `.part` behind it.
    ///
    /// # Errors
    /// These rights may not, there is no such folder, the disk has no room for so much, or there is a file already
    /// that is not to be replaced.
    fn begin_file(
        &mut self,
        rights: Rights,
        path: &str,
        bytes: u64,
        replace: bool,
    ) -> Result<u64, FileRefusal>;

    /// Adds to a file that was begun. Says how long it is then, in bytes.
    ///
    /// # Errors
    /// As for beginning; and what is there is not `offset` bytes long.
    fn extend_file(
        &mut self,
        rights: Rights,
        path: &str,
        offset: u64,
        bytes: &[u8],
    ) -> Result<u64, FileRefusal>;

    /// A file that was begun is whole: it gets its name, and is safe from power loss.
    ///
    /// # Errors
    /// As for beginning; and none was begun.
    fn finish_file(&mut self, rights: Rights, path: &str, replace: bool) -> Result<(), FileRefusal>;

    /// Removes what is there of a file that was begun, if anything is.
    fn abandon_file(&mut self, rights: Rights, path: &str);

    /// Removes a file, or an empty folder.
    ///
    /// # Errors
    /// There is none, these rights may not, or the folder is not empty.
    fn delete_file(&mut self, rights: Rights, path: &str) -> Result<(), FileRefusal>;

    /// Moves a file or a folder, or gives it another name.
    ///
    /// # Errors
    /// There is none, these rights may not, or there is one of that name already.
    fn move_file(&mut self, rights: Rights, from: &str, to: &str) -> Result<(), FileRefusal>;

    /// Makes a folder in one that is there.
    ///
    /// # Errors
    /// These rights may not, there is nothing to make it in, or there is one of that name already.
    fn make_folder(&mut self, rights: Rights, path: &str) -> Result<(), FileRefusal>;

    /// The special actions of this machine, for a program with these rights (SPA-01, SPA-02).
    fn special_actions(&self, rights: Rights) -> Vec<SpecialAction>;

    /// Does one of them; says in words what came of it, either way (SPA-02, SPA-03).
    ///
    /// # Errors
    /// It is not this machine's, not these rights', not to be run as that, or the password is wrong.
    fn run_special_action(
        &mut self,
        now: SimTime,
        rights: Rights,
        action: SpecialAction,
        run_as: &RunAs,
    ) -> Result<String, String>;

    /// Runs the lines of a script in a shell of its own, and hands out what they said (SPA-04).
    ///
    /// # Errors
    /// It may not be run as that, or one of its lines failed: what was said up to there.
    fn run_script(
        &mut self,
        now: SimTime,
        rights: Rights,
        script: &str,
        run_as: &RunAs,
    ) -> Result<String, String>;

    /// Asks for a restart (DSP-03). Whoever drives the machine carries it out.
    ///
    /// # Errors
    /// A program can't restart this kind of machine.
    fn reboot(&mut self) -> Result<(), SystemRefused>;
}

/// Somebody whom the machine knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name to log on with.
    pub name: String,
    /// Whether it has administrative rights.
    pub administrator: bool,
}

/// What a user name and a password are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialCheck {
    /// They are an administrator's.
    Administrator,
    /// They are right, and not an administrator's.
    Ordinary,
    /// There is no such user, or the password is not theirs.
    Wrong,
}

/// A shell that is open on a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShellHandle(pub u32);

/// What came out of a shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellOutput {
    /// What it said: UTF-8, lines end with carriage return and line feed.
    pub bytes: Vec<u8>,
    /// With which code it has ended, if it has.
    pub ended: Option<i32>,
    /// When to ask again though nobody types; `None` while nothing runs in it.
    pub next: Option<SimTime>,
}

/// How long whoever watches a shell waits before it asks again, while what runs in it waits for the network.
pub const SHELL_LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Why the system does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SystemRefused {
    /// Only an administrator may.
    #[error("needs administrative rights")]
    NeedsAdministrator,
    /// As nobody is logged on.
    #[error("nobody is logged on")]
    NobodyLoggedOn,
    /// There is no account of that name.
    #[error("there is no such user")]
    NoSuchUser,
    /// This kind of machine has no such thing.
    #[error("not possible on this machine")]
    NotPossible,
    /// As many shells are open as the machine has room for.
    #[error("too many shells are open")]
    TooManyShells,
}
