//! Somebody at a shell.

use std::time::Duration;

use device::{Rights, ShellHandle, System as _};
use fake_devices::{DeviceKind, FakeDevice, PingAnswer, PingWants};
use wire::SimTime;

/// Nine in the morning.
pub(crate) const NINE: SimTime = SimTime::from_secs(9 * 3_600);

pub(crate) fn machine(kind: DeviceKind) -> FakeDevice {
    let name = match kind {
        DeviceKind::WindowsPc => "FRONT-DESK-3",
        DeviceKind::Mac => "studio",
        DeviceKind::AndroidPhone => "pebble5",
        _ => "reception",
    };
    FakeDevice::new(kind, name, [10, 0, 0, 7])
}

/// One shell, and what it showed.
#[derive(Debug)]
pub(crate) struct Terminal {
    pub(crate) device: FakeDevice,
    pub(crate) shell: ShellHandle,
    pub(crate) now: SimTime,
    pub(crate) ended: Option<i32>,
    shown: String,
}

impl Terminal {
    pub(crate) fn open(kind: DeviceKind, rights: Rights) -> Self {
        Self::on(machine(kind), rights)
    }

    pub(crate) fn on(mut device: FakeDevice, rights: Rights) -> Self {
        let (shell, _) = device.open_shell(NINE, rights).expect("there is a shell");
        let mut terminal = Self { device, shell, now: NINE, ended: None, shown: String::new() };
        terminal.look();
        terminal
    }

    /// Types, and looks.
    pub(crate) fn types(&mut self, text: &str) -> &mut Self {
        self.device.shell_input(self.now, self.shell, text.as_bytes());
        self.look();
        self
    }

    /// Types these lines.
    pub(crate) fn lines(&mut self, lines: &[&str]) -> &mut Self {
        for line in lines {
            self.types(&format!("{line}\n"));
        }
        self
    }

    /// Looks whenever the shell wants it until nothing runs any more; pings are answered by `answer` after 25 ms.
    pub(crate) fn wait(&mut self, answer: impl Fn(&PingWants) -> Option<PingAnswer>) -> &mut Self {
        while let Some(next) = self.look() {
            assert!(next > self.now, "time should pass while something runs");
            let (since, pings) = (self.now, self.device.take_pings());
            self.now = next;
            for ping in pings {
                let answered = since + Duration::from_millis(25);
                if let Some(answer) = answer(&ping.wants) {
                    self.device.ping_answered(answered, ping.id, answer);
                }
            }
        }
        self
    }

    /// Takes what was said; when to look again.
    pub(crate) fn look(&mut self) -> Option<SimTime> {
        let output = self.device.shell_output(self.now, self.shell);
        self.shown.push_str(std::str::from_utf8(&output.bytes).expect("shells speak UTF-8"));
        self.ended = self.ended.or(output.ended);
        output.next
    }

    /// All that was shown since the last call: lines as on a screen, Backspace carried out.
    pub(crate) fn shown(&mut self) -> String {
        let mut screen = String::new();
        for c in std::mem::take(&mut self.shown).chars() {
            match c {
                '\x08' => _ = screen.pop(),
                '\r' => {}
                '\x1b' => screen.push_str("<esc>"),
                c => screen.push(c),
            }
        }
        screen.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }
}
