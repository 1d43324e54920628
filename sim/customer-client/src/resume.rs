//! What a client leaves on the machine's disk before a restart, to come back into its session by itself.

use device::Device;
use serde::{Deserialize, Serialize};
use wire::tool::ClientKind;
use wire::{LineId, SessionId, Token};

/// Where it lies.
const PATH: &str = "customer-client/resume";

/// The way back into a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Resume {
    pub(crate) session: SessionId,
    pub(crate) token: Token,
    /// The number of the customer's next line of chat: one that was used before would be taken for said already.
    pub(crate) next_line: LineId,
    pub(crate) client: ClientKind,
}

impl Resume {
    /// Writes it down, safe from the restart.
    pub(crate) fn keep(self, device: &mut dyn Device) {
        let text = serde_json::to_vec(&self).expect("it is plain data");
        device.write_file(PATH, &text);
        device.sync();
    }

    /// Takes it: a second start finds none.
    pub(crate) fn take(device: &mut dyn Device) -> Option<Self> {
        let resume = serde_json::from_slice(&device.read_file(PATH)?).ok();
        Self::forget(device);
        resume
    }

    /// Removes it.
    pub(crate) fn forget(device: &mut dyn Device) {
        device.remove_file(PATH);
        device.sync();
    }
}
