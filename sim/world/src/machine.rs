//! Machines: a fake device, plugged into the fabric.

use std::net::Ipv4Addr;

use fabric::{AccessLink, HostId};
use fake_devices::{DeviceKind, FakeDevice};

/// A machine of one [`World`](crate::World).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MachineId(pub(crate) u32);

impl MachineId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a machine is.
#[derive(Clone, Debug)]
pub struct MachineSpec {
    /// What people call it: `Carla's PC`.
    pub name: String,
    /// Which kind.
    pub kind: DeviceKind,
    /// What it calls itself: `FRONT-DESK-3`.
    pub computer: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// How it is connected.
    pub link: AccessLink,
}

#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) host: HostId,
    pub(crate) device: FakeDevice,
    pub(crate) powered: bool,
    /// How many of the device's app changes are in the recording.
    pub(crate) app_changes_recorded: usize,
}
