//! Pinning this machine: a Jump Client is left on it (JPN).
//!
//! The appliance has looked already whether it may be; what runs on the customer's machine trusts nobody.

use device::{App, Device, Launch, PackagedApp};
use wire::customer::CustomerToAppliance;
use wire::pin::{PinMode, PinObstacle, PinOrder};
use wire::session::SessionKind;

use crate::client::CustomerClient;

impl CustomerClient {
    /// The appliance orders a Jump Client onto this machine (JPN-01). It may order the same again after a break, in which
    /// its answer was lost.
    pub(crate) fn hear_pin(&mut self, device: &mut dyn Device, order: PinOrder) {
        let PinOrder { pin, installer, mode } = order;
        let outcome = match self.tools.pinned {
            Some(done) if done == pin => Ok(()),
            Some(_) | None => self.install_jump_client(device, installer, mode),
        };
        if outcome.is_ok() {
            self.tools.pinned = Some(pin);
        }
        self.say(&CustomerToAppliance::PinDone { pin, outcome });
    }

    /// It comes with the client's own package, so that nothing is downloaded for it.
    fn install_jump_client(
        &mut self,
        device: &mut dyn Device,
        installer: String,
        mode: PinMode,
    ) -> Result<(), PinObstacle> {
        let kind = if self.is_browser_only() { SessionKind::Browser } else { SessionKind::Support };
        let obstacle = PinObstacle::of(kind, device.facts().platform, self.view.client, mode);
        obstacle.map_or(Ok(()), Err)?;
        if device.is_installed(App::JumpClient) {
            return Err(PinObstacle::AlreadyThere);
        }
        device.install(PackagedApp { app: App::JumpClient, bytes: self.package_bytes() });
        let as_service = match mode {
            PinMode::User => Ok(()),
            PinMode::Service => device.run_as_service(self.rights(), App::JumpClient),
        };
        if as_service.is_err() {
            // The system has the last word (JPN-04).
            device.uninstall(App::JumpClient);
            return Err(PinObstacle::NotElevated);
        }
        let appliance_host = self.uplink.looks_for().to_owned();
        device.launch(Launch::JumpClient { appliance_host, installer, mode });
        Ok(())
    }
}
