//! Command shells (SHL): what is typed, what is said, and what runs meanwhile.
//!
//! Like a terminal without a history: what is typed is echoed, Backspace takes a character back, Ctrl+C the line or
//! what runs. What is typed while something runs waits for its end.

mod cmd;
mod files;
mod ping;
mod sh;
mod words;

use std::collections::{BTreeMap, VecDeque};

use device::{Rights, ShellHandle, ShellOutput, SystemRefused};
use wire::SimTime;
use wire::session::Platform;
use wire::tool::FileRefusal;

pub use ping::{PING_ANSWER_WITHIN, PingAnswer, PingId, PingRequest, PingWants};

use self::ping::Ping;
use super::accounts::Actor;
use crate::FakeDevice;

/// How many shells a machine has room for.
const SHELLS_MAX: usize = 16;
/// The longest line that can be typed, in bytes.
const LINE_BYTES_MAX: usize = 4_096;
/// How much can be typed ahead of what runs, in bytes.
const AHEAD_BYTES_MAX: usize = 64 * 1024;
/// How much can wait to be taken, in bytes. What is said beyond is lost, and the shell says so.
const SAID_BYTES_MAX: usize = 1 << 20;
/// How many variables can be set.
const VARIABLES_MAX: usize = 256;
/// What the shell says in its place.
const SAID_TOO_MUCH: &str = "\r\n(there was more, and nobody took it)\r\n";

const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const BACKSPACE: u8 = 8;
const ESCAPE: u8 = 27;
const DELETE: u8 = 127;

/// A shell that is open.
#[derive(Debug)]
pub(crate) struct Shell {
    actor: Actor,
    /// The folder that it is in: a whole path.
    folder: String,
    /// What was set in it.
    variables: BTreeMap<String, String>,
    /// What was typed of the line.
    line: Vec<u8>,
    /// What was typed and not yet looked at.
    ahead: VecDeque<u8>,
    key: KeySequence,
    said: Vec<u8>,
    /// What runs in it.
    ping: Option<Ping>,
    /// With which code the last command ended.
    code: i32,
    ended: Option<i32>,
}

/// How far into a key that is several bytes: an arrow is no text.
#[derive(Clone, Copy, Debug, Default)]
enum KeySequence {
    #[default]
    None,
    Begun,
    Parameters,
}

/// What became of a line.
#[derive(Debug)]
pub(super) enum Ran {
    /// It said this, lines ended by line feeds, and ended with this code.
    Said { text: String, code: i32 },
    /// It cleared the screen.
    Cleared,
    /// The shell is over.
    Ended { code: i32 },
    /// It runs on.
    Pings(Box<Ping>),
}

impl Ran {
    fn ok(text: impl Into<String>) -> Self {
        Self::Said { text: text.into(), code: 0 }
    }

    fn failed(text: impl Into<String>) -> Self {
        Self::Said { text: text.into(), code: 1 }
    }
}

impl Shell {
    pub(super) fn new(actor: Actor) -> Self {
        Self {
            folder: actor.home.clone(),
            actor,
            variables: BTreeMap::new(),
            line: Vec::new(),
            ahead: VecDeque::new(),
            key: KeySequence::None,
            said: Vec::new(),
            ping: None,
            code: 0,
            ended: None,
        }
    }

    pub(super) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// It is over, and so is what ran in it.
    pub(super) fn end(&mut self, code: i32) {
        self.ended.get_or_insert(code);
        self.ping = None;
    }

    /// Sets a variable, as far as there is room for it.
    fn set_variable(&mut self, name: &str, value: &str) {
        if self.variables.len() < VARIABLES_MAX || self.variables.contains_key(name) {
            self.variables.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Says a text whose lines end with line feeds.
    fn say(&mut self, text: &str) {
        if self.said.len() > SAID_BYTES_MAX {
            return;
        }
        let text = text.replace('\n', "\r\n");
        if self.said.len() + text.len() > SAID_BYTES_MAX {
            let room = SAID_BYTES_MAX - self.said.len();
            self.said.extend_from_slice(&text.as_bytes()[..text.floor_char_boundary(room)]);
            self.said.extend_from_slice(SAID_TOO_MUCH.as_bytes());
        } else {
            self.said.extend_from_slice(text.as_bytes());
        }
    }

    /// One byte is typed. Gives the line if it is complete.
    fn typed(&mut self, byte: u8, at_end: impl FnOnce(&mut Self)) -> Option<String> {
        match (self.key, byte) {
            (KeySequence::Begun, b'[' | b'O') => {
                self.key = KeySequence::Parameters;
                return None;
            }
            (KeySequence::Parameters, _) => {
                if (0x40..=0x7e).contains(&byte) {
                    self.key = KeySequence::None;
                }
                return None;
            }
            (KeySequence::Begun | KeySequence::None, _) => self.key = KeySequence::None,
        }
        match byte {
            b'\n' => {
                self.say("\n");
                return Some(String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned());
            }
            BACKSPACE | DELETE if !self.line.is_empty() => {
                while self.line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
                self.said.extend_from_slice(b"\x08 \x08");
            }
            CTRL_D if self.line.is_empty() => at_end(self),
            ESCAPE => self.key = KeySequence::Begun,
            0..32 | DELETE => {}
            _ if self.line.len() < LINE_BYTES_MAX => {
                self.line.push(byte);
                self.said.push(byte);
            }
            _ => {}
        }
        None
    }
}

impl FakeDevice {
    /// What a shell is called on this machine; empty where there is none.
    pub(super) fn shell_name(&self) -> &'static str {
        match self.kind.platform() {
            Platform::Windows => "cmd.exe",
            Platform::Linux => "bash",
            Platform::Mac => "zsh",
            Platform::Android => "sh",
            Platform::Ios => "",
        }
    }

    pub(super) fn start_shell(&mut self, now: SimTime, rights: Rights) -> Result<ShellHandle, SystemRefused> {
        if self.shell_name().is_empty() {
            return Err(SystemRefused::NotPossible);
        }
        if self.system.shells.len() >= SHELLS_MAX {
            return Err(SystemRefused::TooManyShells);
        }
        let mut shell = Shell::new(self.actor(rights)?);
        if self.kind.platform() == Platform::Windows {
            shell.say(&format!("{}, command prompt\n\n", self.system_name()));
        }
        let prompt = self.prompt(&shell);
        shell.say(&prompt);
        let handle = ShellHandle(self.system.shells_opened);
        self.system.shells_opened += 1;
        self.system.shells.insert(handle, shell);
        self.note_event(now, "Shell", "a command shell was opened".to_owned());
        Ok(handle)
    }

    pub(super) fn type_into(&mut self, now: SimTime, handle: ShellHandle, bytes: &[u8]) {
        self.with_shell(handle, |device, shell| {
            let room = AHEAD_BYTES_MAX.saturating_sub(shell.ahead.len());
            shell.ahead.extend(&bytes[..bytes.len().min(room)]);
            device.go_on(now, shell);
        });
    }

    pub(super) fn take_said(&mut self, now: SimTime, handle: ShellHandle) -> ShellOutput {
        let output = self.with_shell(handle, |device, shell| {
            device.go_on(now, shell);
            let next = shell.ping.as_ref().map(|ping| ping.look_again(now));
            ShellOutput { bytes: std::mem::take(&mut shell.said), ended: shell.ended, next }
        });
        // There is none: it was closed, or the machine was restarted.
        output.unwrap_or(ShellOutput { bytes: Vec::new(), ended: Some(1), next: None })
    }

    /// Takes a shell off the machine while something happens in it. Meanwhile another stands there for it, since what
    /// runs in a shell can list it, and end it.
    fn with_shell<R>(
        &mut self,
        handle: ShellHandle,
        happens: impl FnOnce(&mut Self, &mut Shell) -> R,
    ) -> Option<R> {
        let place = self.system.shells.get_mut(&handle)?;
        let stand_in = Shell::new(place.actor.clone());
        let mut shell = std::mem::replace(place, stand_in);
        let came_of_it = happens(self, &mut shell);
        let place = self.system.shells.get_mut(&handle)?;
        if let Some(code) = place.ended {
            shell.end(code);
        }
        *place = shell;
        Some(came_of_it)
    }

    /// What runs goes on, and what was typed is looked at, until one waits for the other.
    fn go_on(&mut self, now: SimTime, shell: &mut Shell) {
        while shell.ended.is_none() {
            if shell.ping.is_some() {
                self.ping_goes_on(now, shell);
            }
            if shell.ping.is_some() {
                let Some(at) = shell.ahead.iter().position(|&byte| byte == CTRL_C) else { break };
                shell.ahead.drain(..=at);
                shell.say("^C\n");
                self.end_ping(shell, true);
                continue;
            }
            let Some(byte) = shell.ahead.pop_front() else { break };
            if byte == CTRL_C {
                shell.line.clear();
                shell.say("^C\n");
                self.say_prompt(shell);
                continue;
            }
            let leaves = self.kind.platform() != Platform::Windows;
            let line = shell.typed(byte, |shell| {
                if leaves {
                    shell.end(shell.code);
                }
            });
            let Some(line) = line else { continue };
            match self.run_line(now, shell, &line) {
                Ran::Said { text, code } => {
                    shell.code = code;
                    shell.say(&text);
                    self.say_prompt(shell);
                }
                Ran::Cleared => {
                    shell.code = 0;
                    shell.say("\x1b[2J\x1b[H");
                    self.say_prompt(shell);
                }
                Ran::Ended { code } => shell.end(code),
                Ran::Pings(ping) => shell.ping = Some(*ping),
            }
        }
    }

    /// Runs a line as if it had been typed.
    pub(super) fn run_line(&mut self, now: SimTime, shell: &mut Shell, line: &str) -> Ran {
        let variable = |name: &str| self.variable(shell, name);
        let windows = self.kind.platform() == Platform::Windows;
        let parsed = if windows { words::parse_cmd(line, variable) } else { words::parse_sh(line, variable) };
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(sign) => return Ran::failed(self.says_not_understood(&sign)),
        };
        let Some((command, arguments)) = parsed.words.split_first() else {
            return Ran::Said { text: String::new(), code: shell.code };
        };
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = if windows {
            self.run_cmd(now, shell, command, &arguments, &parsed.rest)
        } else {
            self.run_sh(now, shell, command, &arguments)
        };
        match (ran, parsed.into_file) {
            (Ran::Said { text, code: 0 }, Some((path, append))) => self.redirect(shell, &path, append, &text),
            (ran, _) => ran,
        }
    }

    /// Puts what a command said into a file.
    fn redirect(&mut self, shell: &Shell, path: &str, append: bool, text: &str) -> Ran {
        let done = self.path_for(&shell.actor, &shell.folder, path).and_then(|whole| {
            let mut content = match self.read(&shell.actor, &whole, 0, usize::MAX) {
                Ok(content) if append => content,
                Ok(_) | Err(FileRefusal::NotFound) => Vec::new(),
                Err(refusal) => return Err(refusal),
            };
            content.extend_from_slice(text.as_bytes());
            self.write(&shell.actor, &whole, &content)
        });
        match done {
            Ok(()) => Ran::ok(""),
            Err(refusal) => Ran::failed(self.says_refused("", path, refusal)),
        }
    }

    fn say_prompt(&self, shell: &mut Shell) {
        let prompt = self.prompt(shell);
        shell.say(&prompt);
    }

    fn prompt(&self, shell: &Shell) -> String {
        let (name, host) = (&shell.actor.name, &self.computer);
        let sign = if shell.actor.rights == Rights::Administrator { '#' } else { '$' };
        let folder = || match shell.folder.strip_prefix(&shell.actor.home) {
            Some(below) if below.is_empty() || below.starts_with('/') => format!("~{below}"),
            _ => shell.folder.clone(),
        };
        match self.kind.platform() {
            Platform::Windows => format!("{}>", shell.folder),
            Platform::Linux => format!("{name}@{host}:{}{sign} ", folder()),
            Platform::Mac => {
                let folder = folder();
                let last = folder.rsplit('/').next().filter(|last| !last.is_empty()).unwrap_or("/");
                format!("{name}@{host} {last} {} ", if sign == '#' { '#' } else { '%' })
            }
            Platform::Android | Platform::Ios => format!("{host}:{} {sign} ", shell.folder),
        }
    }

    /// A variable of a shell: one that was set in it, or the system's.
    fn variable(&self, shell: &Shell, name: &str) -> Option<String> {
        let code = if self.kind.platform() == Platform::Windows { "errorlevel" } else { "?" };
        if name.eq_ignore_ascii_case(code) {
            return Some(shell.code.to_string());
        }
        let windows = self.kind.platform() == Platform::Windows;
        let is_it = |known: &str| known == name || windows && known.eq_ignore_ascii_case(name);
        self.variables(shell).into_iter().find(|(known, _)| is_it(known)).map(|(_, value)| value)
    }

    /// All variables of a shell, by name.
    fn variables(&self, shell: &Shell) -> BTreeMap<String, String> {
        let (actor, host) = (&shell.actor, &self.computer);
        let account = actor.name.rsplit('\\').next().unwrap_or_default();
        let known: &[(&str, &str)] = &match self.kind.platform() {
            Platform::Windows => [
                ("COMPUTERNAME", host.as_str()),
                ("SystemRoot", "C:\\Windows"),
                ("TEMP", "C:\\Temp"),
                ("USERNAME", account),
                ("USERPROFILE", actor.home.as_str()),
            ],
            Platform::Linux | Platform::Mac | Platform::Android | Platform::Ios => [
                ("HOME", actor.home.as_str()),
                ("HOSTNAME", host.as_str()),
                ("PWD", shell.folder.as_str()),
                ("SHELL", self.shell_name()),
                ("USER", account),
            ],
        };
        let known = known.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        known.chain(shell.variables.iter().map(|(name, value)| (name.clone(), value.clone()))).collect()
    }

    fn says_not_understood(&self, sign: &str) -> String {
        if self.kind.platform() == Platform::Windows {
            format!("{sign} was unexpected at this time.\n")
        } else {
            format!("{}: syntax error near unexpected token `{sign}'\n", self.shell_name())
        }
    }

    /// What a shell says of a path that is not for this command.
    fn says_wrong(&self, command: &str, path: &str, why: &str) -> String {
        if self.kind.platform() == Platform::Windows {
            format!("{path}: {}.\n", why.to_lowercase())
        } else {
            format!("{command}: {path}: {why}\n")
        }
    }

    /// What a shell says of a file that is refused to a command; the command's name may be empty.
    fn says_refused(&self, command: &str, path: &str, refusal: FileRefusal) -> String {
        if self.kind.platform() == Platform::Windows {
            let why = match refusal {
                FileRefusal::NotFound => return format!("{path} was not found.\n"),
                FileRefusal::AccessDenied => "Access is denied.",
                FileRefusal::Exists => return format!("{path} is there already.\n"),
                FileRefusal::DiskFull => "There is not enough space on the disk.",
                FileRefusal::NotPossible
                | FileRefusal::Cancelled
                | FileRefusal::Changed
                | FileRefusal::TooMany => {
                    return format!("{refusal}\n");
                }
            };
            return format!("{why}\n");
        }
        let why = match refusal {
            FileRefusal::NotFound => "No such file or directory".to_owned(),
            FileRefusal::AccessDenied => "Permission denied".to_owned(),
            FileRefusal::Exists => "File exists".to_owned(),
            FileRefusal::DiskFull => "No space left on device".to_owned(),
            FileRefusal::NotPossible
            | FileRefusal::Cancelled
            | FileRefusal::Changed
            | FileRefusal::TooMany => refusal.to_string(),
        };
        let command = if command.is_empty() { self.shell_name() } else { command };
        format!("{command}: {path}: {why}\n")
    }
}
