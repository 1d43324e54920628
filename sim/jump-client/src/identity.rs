//! What a Jump Client keeps on its machine: who it is to the appliance.

use device::Device;
use serde::{Deserialize, Serialize};
use wire::{JumpClientId, Token};

const FILE: &str = "jump-client/identity.json";

/// Who a Jump Client is to the appliance, and its proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) id: JumpClientId,
    pub(crate) secret: Token,
}

impl Identity {
    /// What was kept. A file that somebody has spoilt is none: the client registers anew.
    pub(crate) fn load(device: &dyn Device) -> Option<Self> {
        serde_json::from_slice(&device.read_file(FILE)?).ok()
    }

    /// Keeps it, safe from power loss.
    pub(crate) fn save(&self, device: &mut dyn Device) {
        let text = serde_json::to_vec(self).expect("plain data always serialises");
        device.write_file(FILE, &text);
        device.sync();
    }

    /// Forgets it, safe from power loss.
    pub(crate) fn forget(device: &mut dyn Device) {
        device.remove_file(FILE);
        device.sync();
    }
}
