//! The privacy screen, and restarts: what a representative does to the machine while its user cannot look or touch.

use std::time::Duration;

use device::Device;
use wire::tool::{PrivacyEnd, ScreenUpdate, Tool, ToolUpdate};
use wire::{MemberId, SimTime};

use crate::client::{CustomerClient, Membership};
use crate::resume::Resume;

/// How often the client looks whether the person has pressed Ctrl+Alt+Del (PRV-03).
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Who has turned the customer's view and input off, and when to look whether they still are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Privacy {
    by: MemberId,
    look_at: SimTime,
}

impl CustomerClient {
    /// PRV-01.
    pub(super) fn set_privacy(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId, on: bool) {
        if on && !device.set_privacy(true) {
            return self.tell_privacy(false, Some(PrivacyEnd::NotPossible));
        }
        if !on {
            device.set_privacy(false);
        }
        self.tools.privacy = on.then_some(Privacy { by: member, look_at: now + LOOK_EVERY });
        self.tell_privacy(on, None);
    }

    /// Nobody stands behind it any more: the customer has the machine back.
    pub(super) fn end_privacy_of(&mut self, device: &mut dyn Device, member: MemberId) {
        if self.tools.privacy.take_if(|privacy| privacy.by == member).is_some() {
            device.set_privacy(false);
            self.tell_privacy(false, Some(PrivacyEnd::Deserted));
        }
    }

    /// PRV-03: whether the person has taken the machine back.
    pub(crate) fn watch_privacy(&mut self, now: SimTime, device: &mut dyn Device) {
        let Some(privacy) = self.tools.privacy.as_mut().filter(|privacy| privacy.look_at <= now) else {
            return;
        };
        privacy.look_at = now + LOOK_EVERY;
        if !device.privacy() {
            self.tools.privacy = None;
            self.tell_privacy(false, Some(PrivacyEnd::CtrlAltDel));
        }
    }

    pub(crate) fn next_privacy_look(&self) -> Option<SimTime> {
        self.tools.privacy.map(|privacy| privacy.look_at)
    }

    /// DSP-03 and open point 16: the machine restarts, and the client comes back into the session by itself.
    pub(super) fn reboot(&mut self, device: &mut dyn Device, member: MemberId) {
        let Some(place) = self.member else { return };
        let Membership { session, token, next_line, .. } = place;
        Resume { session, token, next_line, client: self.view.client }.keep(device);
        if let Err(why) = device.reboot() {
            Resume::forget(device);
            let done = ScreenUpdate::ActionDone {
                tool: Tool::Reboot,
                name: "Reboot".to_owned(),
                outcome: Err(why.to_string()),
            };
            return self.tell(member, ToolUpdate::Screen(done));
        }
        self.tell(member, ToolUpdate::Screen(ScreenUpdate::Rebooting));
    }

    /// Everybody who has the privacy screen at hand hears how it stands, whoever has turned it.
    fn tell_privacy(&mut self, on: bool, ended: Option<PrivacyEnd>) {
        let open = self.tools.open.keys().filter(|(_, tool)| *tool == Tool::PrivacyScreen);
        for member in open.map(|(member, _)| *member).collect::<Vec<_>>() {
            self.tell(member, ToolUpdate::Screen(ScreenUpdate::Privacy { on, ended }));
        }
    }
}
