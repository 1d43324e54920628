//! The commands of the Unix shells: of Linux, macOS and Android.

use std::time::Duration;

use device::Rights;
use wire::SimTime;
use wire::session::Platform;

use super::ping::Ping;
use super::{Ran, Shell};
use crate::FakeDevice;
use crate::system::processes::{LeftAlone, Process, Service};
use crate::system::text::plain_table;

const HELP: &str = "\
cat FILE...      cd [FOLDER]      clear            cp FROM TO       date
df               echo TEXT        env              exit [CODE]      export NAME=VALUE
help             hostname         id               ip addr          kill PID
ls [-l] [PATH]   mkdir FOLDER     mv FROM TO       ping [-c N] HOST ps
pwd              rm FILE...       rmdir FOLDER     touch FILE       uname [-a]
uptime           whoami
Linux: systemctl [status|start|stop] [SERVICE]    macOS: launchctl list|start|stop, sw_vers
";

/// How wide a list of names gets, in characters.
const COLUMNS: usize = 80;

impl FakeDevice {
    pub(super) fn run_sh(
        &mut self,
        now: SimTime,
        shell: &mut Shell,
        command: &str,
        arguments: &[&str],
    ) -> Ran {
        if let Some((name, value)) = command.split_once('=').filter(|(name, _)| is_variable(name)) {
            shell.set_variable(name, value);
            return Ran::ok("");
        }
        let platform = self.kind.platform();
        let (switches, plain): (Vec<&str>, Vec<&str>) =
            arguments.iter().partition(|word| word.starts_with('-') && word.len() > 1);
        let has =
            |letter: char| switches.iter().any(|switch| !switch.starts_with("--") && switch.contains(letter));
        match (command, &plain[..]) {
            ("cd", paths) => {
                let path = paths.first().copied().unwrap_or("~");
                match self.change_folder(shell, path) {
                    Ok(()) => Ran::ok(""),
                    Err(refusal) => Ran::failed(self.says_refused("cd", path, refusal)),
                }
            }
            ("pwd", _) => Ran::ok(format!("{}\n", shell.folder)),
            ("ls", paths) => self.ls(shell, paths.first().copied().unwrap_or("."), has('l'), has('a')),
            ("cat", [_, ..]) => self.show_files(shell, command, &plain),
            ("rm", [_, ..]) => self.delete_files(shell, command, &plain),
            ("rmdir", [_, ..]) => self.delete_folders(shell, command, &plain),
            ("mkdir", [_, ..]) => self.make_folders(shell, command, &plain),
            ("touch", [_, ..]) => self.touch_files(shell, command, &plain),
            ("cp", [from, to]) => self.put_elsewhere(shell, command, from, to, false),
            ("mv", [from, to]) => self.put_elsewhere(shell, command, from, to, true),
            ("echo", _) if arguments.first() == Some(&"-n") => Ran::ok(arguments[1..].join(" ")),
            ("echo", _) => Ran::ok(format!("{}\n", arguments.join(" "))),
            ("ip", ["a" | "addr" | "address", ..]) if platform != Platform::Mac => Ran::ok(self.addresses()),
            ("ifconfig", _) => Ran::ok(self.addresses()),
            ("ping", [.., host]) => {
                let count = arguments.iter().position(|&word| word == "-c");
                let count = count.and_then(|at| arguments.get(at + 1)).map_or(Some(4), |n| n.parse().ok());
                match count.filter(|count| (1..=100).contains(count)) {
                    Some(count) => Ran::Pings(Box::new(Ping::new(now, host, count))),
                    None => Ran::failed("ping: expected a count of 1 to 100\n"),
                }
            }
            ("whoami", _) => Ran::ok(format!("{}\n", shell.actor.name)),
            ("id", _) => Ran::ok(match shell.actor.rights {
                Rights::Administrator if shell.actor.is_system => "uid=0(root) gid=0(root)\n".to_owned(),
                Rights::Administrator => format!("uid=1000({0}) groups={0},sudo\n", shell.actor.name),
                Rights::User => format!("uid=1001({0}) groups={0}\n", shell.actor.name),
            }),
            ("hostname", _) => Ran::ok(format!("{}\n", self.computer)),
            ("ps", _) => Ran::ok(self.ps(now)),
            ("kill", [_, ..]) => self.kill(now, shell, &plain),
            ("systemctl", words) if platform == Platform::Linux => self.control(now, shell, command, words),
            ("launchctl", words) if platform == Platform::Mac => self.control(now, shell, command, words),
            ("sw_vers", _) if platform == Platform::Mac => {
                Ran::ok(format!("ProductName:     macOS\nProductVersion:  {}.0\n", self.version()))
            }
            ("getprop", ["ro.build.version.release"]) if platform == Platform::Android => {
                Ran::ok(format!("{}\n", self.version()))
            }
            ("systeminfo", _) | ("hostnamectl", _) => Ran::ok(self.overview_text(now)),
            ("uname", _) => {
                let kernel = if platform == Platform::Mac { "Darwin" } else { "Linux" };
                Ran::ok(if has('a') {
                    format!("{kernel} {} {}.0 {}\n", self.computer, self.version(), self.processor())
                } else {
                    format!("{kernel}\n")
                })
            }
            ("uptime", _) => Ran::ok(format!(
                "{} up {}\n",
                self.wall_reading(now).time(),
                crate::system::text::span(self.uptime(now))
            )),
            ("df", _) => Ran::ok(self.disks_text()),
            ("date", _) => Ran::ok(format!("{}\n", self.wall_reading(now).unix())),
            ("clear", _) => Ran::Cleared,
            ("env" | "export" | "set", []) => {
                let known = self.variables(shell).into_iter();
                Ran::ok(known.map(|(name, value)| format!("{name}={value}\n")).collect::<String>())
            }
            ("export", words) => {
                for (name, value) in words.iter().filter_map(|word| word.split_once('=')) {
                    shell.set_variable(name, value);
                }
                Ran::ok("")
            }
            ("true" | ":", _) => Ran::ok(""),
            ("false", _) => Ran::failed(""),
            ("help", _) => Ran::ok(HELP),
            ("exit", words) => {
                let code = words.first().and_then(|word| word.parse().ok());
                Ran::Ended { code: code.unwrap_or(shell.code) }
            }
            ("cat" | "rm" | "rmdir" | "mkdir" | "touch" | "cp" | "mv" | "ping" | "kill", _) => {
                Ran::failed(format!("{command}: missing operand\n"))
            }
            _ => Ran::Said { text: self.says_unknown(command), code: 127 },
        }
    }

    fn says_unknown(&self, command: &str) -> String {
        match self.kind.platform() {
            Platform::Mac => format!("zsh: command not found: {command}\n"),
            Platform::Android => format!("sh: {command}: inaccessible or not found\n"),
            Platform::Linux | Platform::Windows | Platform::Ios => {
                format!("bash: {command}: command not found\n")
            }
        }
    }

    fn ls(&self, shell: &Shell, path: &str, long: bool, all: bool) -> Ran {
        let (folder, mut entries) = match self.look_into(shell, path) {
            Ok(found) => found,
            Err(refusal) => return Ran::failed(self.says_refused("ls", path, refusal)),
        };
        entries.retain(|entry| all || !entry.name.starts_with('.'));
        if long {
            let row = |entry: &wire::tool::DirEntry| {
                let mode = if entry.folder { "drwxr-xr-x" } else { "-rw-r--r--" };
                let owner = self.owner_of(&self.layout().join(&folder, &entry.name));
                vec![mode.to_owned(), owner, entry.bytes.to_string(), entry.name.clone()]
            };
            let rows: Vec<Vec<String>> = entries.iter().map(row).collect();
            return Ran::ok(plain_table(&["", "", ">", ""], &rows, false));
        }
        let mut lines = vec![String::new()];
        for entry in &entries {
            let quoted =
                if entry.name.contains(' ') { format!("'{}'", entry.name) } else { entry.name.clone() };
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(&quoted),
                Some(line) if line.len() + 2 + quoted.len() <= COLUMNS => {
                    line.push_str("  ");
                    line.push_str(&quoted);
                }
                _ => lines.push(quoted),
            }
        }
        lines.retain(|line| !line.is_empty());
        Ran::ok(lines.iter().map(|line| format!("{line}\n")).collect::<String>())
    }

    /// Whose a file is: of whose home it lies in.
    fn owner_of(&self, whole: &str) -> String {
        let mut people = self.people().into_iter().map(|person| person.account.name);
        if !self.has_accounts() && self.layout().is_within(whole, self.layout().homes) {
            return self.owner();
        }
        let owner = people.find(|name| self.layout().is_within(whole, &self.home_of(name)));
        owner.unwrap_or_else(|| "root".to_owned())
    }

    fn addresses(&self) -> String {
        let [a, b, c, d] = self.private_ip;
        let hardware = self.hardware_address(":");
        let name = self.interface_name();
        format!(
            "1: lo: UP\n    inet 127.0.0.1/8\n2: {name}: UP\n    link/ether {hardware}\n    inet {a}.{b}.{c}.{d}/24\n"
        )
    }

    fn ps(&self, now: SimTime) -> String {
        let row = |process: Process| {
            let computed = Duration::from_secs(process.computed.as_secs());
            let clock = format!("{}:{:02}", computed.as_secs() / 60, computed.as_secs() % 60);
            vec![process.pid.to_string(), process.user, process.memory_kib.to_string(), clock, process.name]
        };
        let rows: Vec<Vec<String>> = self.processes(now).into_iter().map(row).collect();
        plain_table(&[">PID", "USER", ">RSS", ">TIME", "COMMAND"], &rows, false)
    }

    fn kill(&mut self, now: SimTime, shell: &Shell, pids: &[&str]) -> Ran {
        let (mut text, mut code) = (String::new(), 0);
        for pid in pids {
            let ended = match pid.parse() {
                Ok(pid) => self.end_process(now, &shell.actor, pid),
                Err(_) => Err(LeftAlone::NoSuch),
            };
            let why = match ended {
                Ok(_) => continue,
                Err(LeftAlone::NoSuch) => "No such process",
                Err(LeftAlone::Denied | LeftAlone::Already) => "Operation not permitted",
            };
            text.push_str(&format!("kill: ({pid}): {why}\n"));
            code = 1;
        }
        Ran::Said { text, code }
    }

    /// Services, by `systemctl` or `launchctl`.
    fn control(&mut self, now: SimTime, shell: &Shell, command: &str, words: &[&str]) -> Ran {
        let (verb, name) = match words {
            [] | ["list" | "list-units" | "status"] => {
                let row = |service: &Service| {
                    let state = if self.service_runs(service) { "active" } else { "inactive" };
                    vec![service.name.to_owned(), state.to_owned(), service.shown.to_owned()]
                };
                let rows: Vec<Vec<String>> = self.services().iter().map(row).collect();
                return Ran::ok(plain_table(&["UNIT", "STATE", "DESCRIPTION"], &rows, false));
            }
            &[verb, name] => (verb, name),
            _ => return Ran::failed(format!("{command}: expected status, start or stop, and a service\n")),
        };
        let Some(service) = self.service_called(name) else {
            return Ran::Said { text: format!("Unit {name} could not be found.\n"), code: 4 };
        };
        let done = match verb {
            "status" => {
                let runs = self.service_runs(service);
                let state = if runs { "active (running)" } else { "inactive (dead)" };
                let text = format!("{} - {}\n     Active: {state}\n", service.name, service.shown);
                return Ran::Said { text, code: if runs { 0 } else { 3 } };
            }
            "start" => self.set_service(now, &shell.actor, service, true),
            "stop" => self.set_service(now, &shell.actor, service, false),
            "restart" => match self.set_service(now, &shell.actor, service, false) {
                Ok(()) | Err(LeftAlone::Already) => self.set_service(now, &shell.actor, service, true),
                Err(why) => Err(why),
            },
            _ => return Ran::failed(format!("{command}: expected status, start or stop, and a service\n")),
        };
        match done {
            Ok(()) | Err(LeftAlone::Already) => Ran::ok(""),
            Err(LeftAlone::Denied | LeftAlone::NoSuch) => {
                Ran::Said { text: format!("Failed to {verb} {}: Access denied\n", service.name), code: 4 }
            }
        }
    }
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
