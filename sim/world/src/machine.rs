//! Machines: a fake device, plugged into the fabric.

use std::net::Ipv4Addr;

use fabric::{AccessLink, HostId, InterfaceKind, ZoneId};
use fake_devices::{DeviceKind, FakeDevice};

use crate::clock::Clock;

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
    /// Where it is.
    pub zone: ZoneId,
    /// By what it is connected.
    pub interface: InterfaceKind,
    /// Its address there.
    pub address: Ipv4Addr,
    /// The link from there to its zone.
    pub link: AccessLink,
}

impl MachineSpec {
    /// A machine called `name`, which calls itself `computer`, on the public internet at `address`, by Ethernet.
    pub fn new(name: &str, kind: DeviceKind, computer: &str, address: Ipv4Addr, link: AccessLink) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            computer: computer.to_owned(),
            zone: ZoneId::INTERNET,
            interface: InterfaceKind::Ethernet,
            address,
            link,
        }
    }

    /// The same in a zone.
    #[must_use]
    pub fn in_zone(self, zone: ZoneId) -> Self {
        Self { zone, ..self }
    }

    /// The same by another kind of interface.
    #[must_use]
    pub fn by(self, interface: InterfaceKind) -> Self {
        Self { interface, ..self }
    }
}

#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) host: HostId,
    pub(crate) device: FakeDevice,
    pub(crate) clock: Clock,
    pub(crate) powered: bool,
    pub(crate) asleep: bool,
    /// It restarts, and is off at the moment.
    pub(crate) is_down: bool,
    /// How many of the device's app changes are in the recording.
    pub(crate) app_changes_recorded: usize,
}
