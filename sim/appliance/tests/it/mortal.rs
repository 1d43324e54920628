//! A machine whose power may fail between any two things that a program does to its disk.

mod system;

use std::time::Duration;

use device::{
    App, Capture, CaptureRefused, Device, InputRefused, Launch, PackagedApp, Rights, ScreenPermission,
    ScreenWork, Screens, Sound,
};
use fake_devices::FakeDevice;
use wire::SimTime;
use wire::session::DeviceFacts;
use wire::tool::{DisplayId, DisplayInfo, InputEvent};

/// A fake machine that dies after a given number of deeds. What a program does afterwards happens to nothing.
#[derive(Debug)]
pub(crate) struct Mortal {
    machine: FakeDevice,
    deeds_left: Option<u32>,
    /// How much of what was being written in the moment of death is on the disk, of 255 parts.
    torn: u8,
    dead: bool,
    /// What was written last, until it is synced.
    writing: Option<(String, Vec<u8>)>,
    /// Deeds so far.
    pub(crate) deeds: u32,
}

impl Mortal {
    pub(crate) fn new(machine: FakeDevice) -> Self {
        Self { machine, deeds_left: None, torn: 0, dead: false, writing: None, deeds: 0 }
    }

    /// The power will fail at the deed that follows so many others.
    pub(crate) fn dies_after(&mut self, deeds: u32, torn: u8) {
        (self.deeds_left, self.torn) = (Some(deeds), torn);
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead
    }

    /// The power comes back, after failing now if it has not failed before.
    pub(crate) fn power_comes_back(&mut self) {
        if !self.dead {
            self.machine.power_loss();
        }
        (self.dead, self.deeds_left, self.writing) = (false, None, None);
    }

    pub(crate) fn bytes_on_disk(&self) -> usize {
        self.machine.disk().files().map(|(_, content)| content.len()).sum()
    }

    /// Whether the next deed still happens.
    fn lives(&mut self) -> bool {
        if self.dead {
            return false;
        }
        if self.deeds_left == Some(0) {
            self.die();
            return false;
        }
        self.deeds += 1;
        self.deeds_left = self.deeds_left.map(|left| left - 1);
        true
    }

    fn die(&mut self) {
        self.dead = true;
        self.machine.power_loss();
        if let Some((path, content)) = self.writing.take() {
            let part = content.len() * usize::from(self.torn) / 255;
            self.machine.append_file(&path, &content[..part]);
            self.machine.sync();
        }
    }
}

impl Device for Mortal {
    fn facts(&self) -> DeviceFacts {
        self.machine.facts()
    }

    fn user_present(&self) -> bool {
        self.machine.user_present()
    }

    fn read_file(&self, path: &str) -> Option<Vec<u8>> {
        self.machine.read_file(path)
    }

    fn write_file(&mut self, path: &str, content: &[u8]) {
        if self.lives() {
            // What replaces a file may have taken the old content already.
            self.machine.remove_file(path);
            self.machine.sync();
            self.machine.write_file(path, content);
            self.writing = Some((path.to_owned(), content.to_vec()));
        }
    }

    fn append_file(&mut self, path: &str, content: &[u8]) {
        if self.lives() {
            self.machine.append_file(path, content);
            self.writing = Some((path.to_owned(), content.to_vec()));
        }
    }

    fn remove_file(&mut self, path: &str) {
        if self.lives() {
            self.machine.remove_file(path);
        }
    }

    fn sync(&mut self) {
        if self.lives() {
            self.machine.sync();
            self.writing = None;
        }
    }

    fn play_sound(&mut self, sound: Sound) {
        self.machine.play_sound(sound);
    }

    fn lock_screen(&mut self) {
        self.machine.lock_screen();
    }

    fn log_out_user(&mut self) {
        self.machine.log_out_user();
    }

    fn keep_awake(&mut self, awake: bool) {
        self.machine.keep_awake(awake);
    }

    fn is_installed(&self, app: App) -> bool {
        self.machine.is_installed(app)
    }

    fn install(&mut self, package: PackagedApp) {
        self.machine.install(package);
    }

    fn uninstall(&mut self, app: App) {
        self.machine.uninstall(app);
    }

    fn set_clipboard(&mut self, text: &str) {
        self.machine.set_clipboard(text);
    }

    fn launch(&mut self, launch: Launch) {
        self.machine.launch(launch);
    }
}

/// Its screens are no deeds: nothing of them is on the disk.
impl Screens for Mortal {
    fn displays(&self) -> Vec<DisplayInfo> {
        self.machine.displays()
    }

    fn capture(
        &mut self,
        now: SimTime,
        display: DisplayId,
        rights: Rights,
    ) -> Result<Capture<'_>, CaptureRefused> {
        self.machine.capture(now, display, rights)
    }

    fn screen_permission(&self) -> ScreenPermission {
        self.machine.screen_permission()
    }

    fn ask_for_screens(&mut self, program: &str) {
        self.machine.ask_for_screens(program);
    }

    fn give_up_screens(&mut self) {
        self.machine.give_up_screens();
    }

    fn look_anew(&mut self, display: DisplayId) {
        self.machine.look_anew(display);
    }

    fn inject(&mut self, now: SimTime, rights: Rights, event: InputEvent) -> Result<(), InputRefused> {
        self.machine.inject(now, rights, event)
    }

    fn set_privacy(&mut self, on: bool) -> bool {
        self.machine.set_privacy(on)
    }

    fn privacy(&self) -> bool {
        self.machine.privacy()
    }

    fn clipboard_text(&self) -> Option<String> {
        self.machine.clipboard_text()
    }

    fn working_time(&self, work: ScreenWork) -> Duration {
        self.machine.working_time(work)
    }
}
