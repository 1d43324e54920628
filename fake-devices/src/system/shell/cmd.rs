//! The commands of `cmd`.

use wire::SimTime;

use super::ping::Ping;
use super::{Ran, Shell};
use crate::FakeDevice;
use crate::system::calendar::Reading;
use crate::system::processes::LeftAlone;
use crate::system::text::{grouped, plain_table};

const HELP: &str = "\
CD        changes the folder, or shows it      PING        sends to another machine
CLS       clears the screen                    RMDIR       removes an empty folder
COPY      copies a file                        SC          shows, starts and stops services
DATE      shows the date                       SET         shows and sets variables
DEL       removes files                        SYSTEMINFO  tells about this machine
DIR       lists a folder                       TASKKILL    ends a process
ECHO      says something                       TASKLIST    lists processes
EXIT      ends this shell                      TIME        shows the time
HOSTNAME  tells the name of this machine       TYPE        shows files
IPCONFIG  tells its addresses                  VER         tells the version
MKDIR     makes folders                        WHOAMI      tells who you are
MOVE      moves a file, or renames it
";

const BAD_SYNTAX: &str = "The syntax of the command is incorrect.\n";

impl FakeDevice {
    pub(super) fn run_cmd(
        &mut self,
        now: SimTime,
        shell: &mut Shell,
        command: &str,
        arguments: &[&str],
        rest: &str,
    ) -> Ran {
        let command = command.to_ascii_lowercase();
        let command = command.strip_suffix(".exe").unwrap_or(&command);
        // What is glued to a name: `cd..`, `echo.`.
        let (command, glued) = match command.find(['.', '\\', '/']) {
            Some(at) if matches!(&command[..at], "cd" | "chdir" | "dir" | "echo") => command.split_at(at),
            _ => (command, ""),
        };
        let paths: Vec<&str> = arguments.iter().copied().filter(|word| !is_switch(word)).collect();
        match (command, &paths[..]) {
            ("cd" | "chdir", []) if glued.is_empty() => Ran::ok(format!("{}\n", shell.folder)),
            ("cd" | "chdir", paths) => {
                let path = if glued.is_empty() { paths.join(" ") } else { glued.to_owned() };
                match self.change_folder(shell, &path) {
                    Ok(()) => Ran::ok(""),
                    Err(refusal) => Ran::failed(self.says_refused("", &path, refusal)),
                }
            }
            ("dir", paths) => self.dir(shell, paths.first().copied().unwrap_or(".")),
            ("type", [_, ..]) => self.show_files(shell, "", &paths),
            ("del" | "erase", [_, ..]) => self.delete_files(shell, "", &paths),
            ("mkdir" | "md", [_, ..]) => self.make_folders(shell, "", &paths),
            ("rmdir" | "rd", [_, ..]) => self.delete_folders(shell, "", &paths),
            ("copy", [from, to]) => match self.put_elsewhere(shell, "", from, to, false) {
                Ran::Said { code: 0, .. } => Ran::ok("        1 file(s) copied.\n"),
                ran => ran,
            },
            ("move" | "ren" | "rename", [from, to]) => match self.put_elsewhere(shell, "", from, to, true) {
                Ran::Said { code: 0, .. } if command == "move" => Ran::ok("        1 file(s) moved.\n"),
                ran => ran,
            },
            ("echo", _) if !glued.is_empty() => Ran::ok(format!("{}\n", &glued[1..])),
            ("echo", []) if rest.is_empty() => Ran::ok("ECHO is on.\n"),
            ("echo", _) => Ran::ok(format!("{rest}\n")),
            ("ipconfig", _) => Ran::ok(self.ipconfig(arguments.contains(&"/all"))),
            ("ping", [.., host]) => {
                let count = arguments.iter().position(|word| word.eq_ignore_ascii_case("-n"));
                let count = count.and_then(|at| arguments.get(at + 1)).map_or(Some(4), |n| n.parse().ok());
                match count.filter(|count| (1..=100).contains(count)) {
                    Some(count) => Ran::Pings(Box::new(Ping::new(now, host, count))),
                    None => Ran::failed("Bad value for option -n: expected 1 to 100.\n"),
                }
            }
            ("whoami", _) => Ran::ok(format!("{}\n", self.whoami(shell))),
            ("hostname", _) => Ran::ok(format!("{}\n", self.computer)),
            ("tasklist", _) => Ran::ok(self.tasklist(now)),
            ("taskkill", _) => self.taskkill(now, shell, arguments),
            ("sc", words) => self.sc(now, shell, words),
            ("systeminfo", _) => Ran::ok(self.overview_text(now)),
            ("date", _) => Ran::ok(format!("The current date is: {}\n", self.wall_reading(now).us_date())),
            ("time", _) => Ran::ok(format!("The current time is: {}\n", self.wall_reading(now).us_time())),
            ("ver", _) => Ran::ok(format!("\n{} [Version {}.0]\n", self.system_name(), self.version())),
            ("cls", _) => Ran::Cleared,
            ("rem", _) => Ran::ok(""),
            ("set", _) => self.set(shell, rest),
            ("help", _) => Ran::ok(HELP),
            ("exit", _) => {
                let code = arguments.iter().find_map(|word| word.parse().ok());
                Ran::Ended { code: code.unwrap_or(shell.code) }
            }
            (
                "type" | "del" | "erase" | "mkdir" | "md" | "rmdir" | "rd" | "copy" | "move" | "ren"
                | "rename" | "ping",
                _,
            ) => Ran::failed(BAD_SYNTAX),
            _ => Ran::Said {
                text: format!("'{command}' is not recognized as a command or a program.\n"),
                code: 9_009,
            },
        }
    }

    fn dir(&self, shell: &Shell, path: &str) -> Ran {
        let (folder, entries) = match self.look_into(shell, path) {
            Ok(found) => found,
            Err(refusal) => return Ran::failed(self.says_refused("", path, refusal)),
        };
        let mut text = format!(" Folder of {folder}\n\n");
        let (mut files, mut bytes) = (0_u64, 0);
        for entry in &entries {
            if entry.folder {
                text.push_str(&format!("    <DIR>           {}\n", entry.name));
            } else {
                text.push_str(&format!("{:>18}  {}\n", grouped(entry.bytes), entry.name));
                files += 1;
                bytes += entry.bytes;
            }
        }
        let (folders, free) = (entries.len() as u64 - files, grouped(self.disk_free()));
        text.push_str(&format!("{files:>8} file(s)   {} bytes\n", grouped(bytes)));
        text.push_str(&format!("{folders:>8} folder(s) {free} bytes free\n"));
        Ran::ok(text)
    }

    fn ipconfig(&self, all: bool) -> String {
        let [a, b, c, d] = self.private_ip;
        let mut text = "\nNetwork adapter Ethernet:\n\n".to_owned();
        let mut row = |name: &str, value: &str| text.push_str(&format!("   {name:.<24}: {value}\n"));
        if all {
            row("Host name ", &self.computer);
            row("Physical address ", &self.hardware_address("-"));
        }
        row("IPv4 address ", &format!("{a}.{b}.{c}.{d}"));
        row("Subnet mask ", "255.255.255.0");
        row("Default gateway ", &format!("{a}.{b}.{c}.1"));
        text
    }

    fn tasklist(&self, now: SimTime) -> String {
        let row = |process: crate::system::processes::Process| {
            vec![
                process.name,
                process.pid.to_string(),
                process.user,
                format!("{} K", grouped(process.memory_kib)),
            ]
        };
        let rows: Vec<Vec<String>> = self.processes(now).into_iter().map(row).collect();
        format!("\n{}", plain_table(&["Image name", ">PID", "User", ">Memory"], &rows, true))
    }

    fn taskkill(&mut self, now: SimTime, shell: &Shell, arguments: &[&str]) -> Ran {
        let value_of = |switch: &str| {
            let at = arguments.iter().position(|word| word.eq_ignore_ascii_case(switch))?;
            arguments.get(at + 1).copied()
        };
        let pids: Vec<u32> = match (value_of("/pid"), value_of("/im")) {
            (Some(pid), _) => pid.parse().into_iter().collect(),
            (None, Some(name)) => {
                let processes = self.processes(now).into_iter();
                let named = processes.filter(|process| process.name.eq_ignore_ascii_case(name));
                named.map(|process| process.pid).collect()
            }
            (None, None) => return Ran::failed("ERROR: expected /PID with a number or /IM with a name.\n"),
        };
        if pids.is_empty() {
            return Ran::Said { text: "ERROR: there is no such process.\n".to_owned(), code: 128 };
        }
        let (mut text, mut code) = (String::new(), 0);
        for pid in pids {
            match self.end_process(now, &shell.actor, pid) {
                Ok(name) => text.push_str(&format!("SUCCESS: {name} with PID {pid} was ended.\n")),
                Err(LeftAlone::Denied | LeftAlone::Already) => {
                    text.push_str(&format!("ERROR: PID {pid} could not be ended: Access is denied.\n"));
                    code = 1;
                }
                Err(LeftAlone::NoSuch) => {
                    text.push_str(&format!("ERROR: there is no process {pid}.\n"));
                    code = 128;
                }
            }
        }
        Ran::Said { text, code }
    }

    fn sc(&mut self, now: SimTime, shell: &Shell, words: &[&str]) -> Ran {
        let state = |runs| if runs { "RUNNING" } else { "STOPPED" };
        let (verb, name) = match words {
            ["query"] => {
                let row = |service: &crate::system::processes::Service| {
                    let runs = self.service_runs(service);
                    vec![service.name.to_owned(), state(runs).to_owned(), service.shown.to_owned()]
                };
                let rows: Vec<Vec<String>> = self.services().iter().map(row).collect();
                return Ran::ok(plain_table(&["Service", "State", "Name"], &rows, true));
            }
            &[verb, name] => (verb.to_ascii_lowercase(), name),
            _ => return Ran::failed("SC query | query NAME | start NAME | stop NAME\n"),
        };
        let Some(service) = self.service_called(name) else {
            return Ran::Said { text: format!("{name} is not an installed service.\n"), code: 1_060 };
        };
        let done = match verb.as_str() {
            "query" => Ok(()),
            "start" => self.set_service(now, &shell.actor, service, true),
            "stop" => self.set_service(now, &shell.actor, service, false),
            _ => return Ran::failed("SC query | query NAME | start NAME | stop NAME\n"),
        };
        let state = state(self.service_runs(service));
        match done {
            Ok(()) => Ran::ok(format!(
                "SERVICE: {}\n   NAME  : {}\n   STATE : {state}\n",
                service.name, service.shown
            )),
            Err(LeftAlone::Already) => {
                Ran::Said { text: format!("{} is {state} already.\n", service.name), code: 1_056 }
            }
            Err(LeftAlone::Denied | LeftAlone::NoSuch) => {
                Ran::Said { text: "Access is denied.\n".to_owned(), code: 5 }
            }
        }
    }

    fn set(&self, shell: &mut Shell, rest: &str) -> Ran {
        if let Some((name, value)) = rest.split_once('=').filter(|(name, _)| !name.is_empty()) {
            shell.set_variable(name, value);
            return Ran::ok("");
        }
        let start = rest.to_ascii_uppercase();
        let known = self.variables(shell);
        let shown = known.iter().filter(|(name, _)| name.to_ascii_uppercase().starts_with(&start));
        let text: String = shown.map(|(name, value)| format!("{name}={value}\n")).collect();
        if text.is_empty() {
            Ran::failed(format!("Variable {rest} is not defined.\n"))
        } else {
            Ran::ok(text)
        }
    }

    /// Who runs this shell, as such systems say it.
    fn whoami(&self, shell: &Shell) -> String {
        let name = &shell.actor.name;
        if shell.actor.is_system { name.clone() } else { format!("{}\\{name}", self.computer.to_lowercase()) }
    }

    pub(super) fn wall_reading(&self, now: SimTime) -> Reading {
        Reading::of(device::Device::wall_clock(self, now))
    }
}

fn is_switch(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next() == Some('/') && (2..=4).contains(&word.len()) && letters.all(|c| c.is_ascii_alphanumeric())
}
