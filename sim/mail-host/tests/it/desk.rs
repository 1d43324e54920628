//! A mail host on a machine, and people who speak SMTP with it by hand.

use std::time::Duration;

use device::{CloseHow, ConnId, Input, Party as _, Transmit};
use fake_devices::{DeviceKind, FakeDevice};
use mail_host::{MailHost, MailHostConfig, MailHostState, MailHostView};
use wire::{Seed, SimTime};

pub(crate) struct Desk {
    pub(crate) host: MailHost,
    pub(crate) device: FakeDevice,
    pub(crate) now: SimTime,
    /// All that the host has said and done since it was last asked.
    story: String,
}

pub(crate) const LINE: ConnId = ConnId::Accepted(0);

/// How each mail begins.
pub(crate) const OPENING: &str =
    "EHLO support.example.com\r\nMAIL FROM:<support@example.com>\r\nRCPT TO:<Kim@example.org>\r\n";

impl Desk {
    pub(crate) fn new() -> Self {
        Self::on(FakeDevice::new(DeviceKind::LinuxPc, "mail", [192, 0, 2, 25]))
    }

    /// A host that starts on this machine.
    pub(crate) fn on(device: FakeDevice) -> Self {
        let config = MailHostConfig::new("mail.example.com");
        let host = MailHost::new(config, Seed::from_number(1), SimTime::ZERO);
        let mut desk = Self { host, device, now: SimTime::from_secs(1), story: String::new() };
        desk.host.start(desk.now, &mut desk.device);
        desk.drain();
        desk
    }

    /// The same with somebody on [`LINE`], who was greeted.
    pub(crate) fn connected() -> Self {
        let mut desk = Self::new();
        desk.connect(LINE);
        desk.story();
        desk
    }

    pub(crate) fn connect(&mut self, conn: ConnId) {
        self.input(Input::Accepted { conn, from: [198, 51, 100, 7] });
    }

    /// Says this on [`LINE`], and tells what the host does about it.
    pub(crate) fn say(&mut self, bytes: impl AsRef<[u8]>) -> String {
        self.input(Input::Received { conn: LINE, bytes: bytes.as_ref() });
        self.story()
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.host.handle_input(self.now, &mut self.device, input);
        self.drain();
    }

    pub(crate) fn set(&mut self, state: MailHostState) {
        self.host.set_state(self.now, &mut self.device, state);
        self.drain();
    }

    pub(crate) fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(deadline) = self.host.poll_timeout().filter(|deadline| deadline.at <= until) {
            self.now = deadline.at;
            self.host.handle_timeout(self.now, &mut self.device);
            self.drain();
        }
        self.now = until;
    }

    pub(crate) fn view(&self) -> &MailHostView {
        self.host.view()
    }

    pub(crate) fn story(&mut self) -> String {
        std::mem::take(&mut self.story)
    }

    fn drain(&mut self) {
        while let Some(transmit) = self.host.poll_transmit() {
            match transmit {
                Transmit::Send { bytes, .. } => {
                    let words = String::from_utf8(bytes).expect("it speaks UTF-8");
                    assert!(words.ends_with("\r\n"), "{words:?}");
                    self.story += &words.replace("\r\n", "\n");
                }
                Transmit::Close { how: CloseHow::Finish, .. } => self.story += "(closes)\n",
                Transmit::Close { how: CloseHow::Abort, .. } => self.story += "(cuts off)\n",
                other => panic!("a mail host does not do this: {other:?}"),
            }
        }
    }
}
