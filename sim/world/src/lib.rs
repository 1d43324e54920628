//! The world: one clock, one seed, one loop.
//!
//! Machines stand in a [`fabric`], programs run on machines, people use programs. The [`World`] alone owns the
//! time. It delivers what is due, drains whoever was touched, and jumps to the earliest deadline; idle time is
//! skipped, never stepped through.
//!
//! - Hands: [`World::hands`] lends a program and its machine to a person for one verb.
//! - Eyes: [`World::program`] is what a program shows; [`World::device`] what a machine did.
//! - Faults: `power_off`, `kill`, `set_link`, `partition`, `name_server` and their like.
//! - Evidence: with a [`recording::Recorder`] attached, everything that happens is written down;
//!   [`World::netstat`] and [`World::last_messages`] serve failure reports.

mod clock;
mod driver;
mod faults;
mod lookups;
mod machine;
pub mod names;
mod pings;
mod places;
mod program;
mod record;
mod samples;
mod wiretap;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::time::Duration;

use device::{Closed, ConnId, Device};
use fabric::{AccessLink, AddressLoss, Fabric, HostId};
use fake_devices::FakeDevice;
use wire::session::Platform;
use wire::{Seed, SimTime};

use crate::clock::Clock;
use crate::driver::SocketTable;
use crate::lookups::Lookups;
use crate::machine::Machine;
use crate::pings::Pings;
use crate::program::Slot;
use crate::record::Scribe;

pub use clock::CLOCK_PPM_MAX;
pub use faults::{BOOT_TIME, SHUTDOWN_TIME};
pub use lookups::{NAME_SERVER, NAME_SERVER_NAME};
pub use machine::{MachineId, MachineSpec};
pub use program::{Program, ProgramId, ProgramSpec};
pub use wiretap::SeenMessage;

/// Everything there is in one run.
pub struct World {
    now: SimTime,
    seed: Seed,
    fabric: Fabric,
    machines: Vec<Machine>,
    /// By [`HostId::index`].
    machine_of_host: Vec<MachineId>,
    slots: Vec<Slot>,
    sockets: SocketTable,
    /// Names that programs dial, and who finds out whose they are.
    lookups: Lookups,
    pings: Pings,
    /// When programs want to be woken. An entry counts only while it is still the slot's deadline.
    deadlines: BinaryHeap<Reverse<(SimTime, ProgramId)>>,
    /// What programs are to be told before anything else happens, beside what the fabric has for them.
    notices: VecDeque<(ProgramId, Notice)>,
    scratch: Vec<u8>,
    /// Machines whose programs want them to restart.
    restarts_asked: Vec<MachineId>,
    /// Machines that restart: when they go off or are up again, and the programs that come back with them.
    restarting: BTreeMap<(SimTime, MachineId), Vec<ProgramId>>,
    /// Programs that run while a user is logged on to their machine.
    of_users: Vec<ProgramId>,
    /// Programs that have removed themselves from their machines, and are about to end.
    uninstalled: Vec<ProgramId>,
    scribe: Scribe,
}

/// What the driver itself has to tell a program.
#[derive(Clone, Copy, Debug)]
enum Notice {
    Closed(ConnId, Closed),
    Writable(ConnId),
    Delivered(ConnId, Duration),
}

impl World {
    /// An empty world.
    pub fn new(seed: Seed) -> Self {
        Self {
            now: SimTime::ZERO,
            seed,
            fabric: Fabric::new(seed.child("fabric")),
            machines: Vec::new(),
            machine_of_host: Vec::new(),
            slots: Vec::new(),
            sockets: SocketTable::default(),
            lookups: Lookups::default(),
            pings: Pings::default(),
            deadlines: BinaryHeap::new(),
            notices: VecDeque::new(),
            scratch: Vec::new(),
            restarts_asked: Vec::new(),
            restarting: BTreeMap::new(),
            of_users: Vec::new(),
            uninstalled: Vec::new(),
            scribe: Scribe::default(),
        }
    }

    /// The virtual clock.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// Puts a machine into the world, switched on, with a user at it.
    ///
    /// # Panics
    /// If another machine in its zone has the address.
    pub fn add_machine(&mut self, spec: MachineSpec) -> MachineId {
        let id = MachineId(self.machines.len() as u32);
        let host = self.fabric.add_host_in(spec.zone, &spec.name, spec.interface, spec.address, spec.link);
        debug_assert_eq!(host.index(), self.machine_of_host.len());
        self.machine_of_host.push(id);
        let device = FakeDevice::new(spec.kind, spec.computer, spec.address.octets());
        // Linux alone leaves connections alone whose address goes away.
        let address_loss = match spec.kind.platform() {
            Platform::Linux => AddressLoss::Keep,
            Platform::Windows | Platform::Mac | Platform::Android | Platform::Ios => AddressLoss::Abort,
        };
        self.fabric.set_address_loss(host, address_loss);
        self.machines.push(Machine {
            name: spec.name,
            host,
            device,
            clock: Clock::default(),
            powered: true,
            asleep: false,
            is_down: false,
            app_changes_recorded: 0,
        });
        id
    }

    /// Starts a program on a machine. Services ([`ProgramSpec::is_service`]) start again whenever their machine does; a
    /// Jump Client in user mode starts once a user is logged on.
    ///
    /// # Panics
    /// If the machine is switched off, or another program on it already listens on this one's port.
    pub fn start(&mut self, machine: MachineId, name: &str, spec: ProgramSpec) -> ProgramId {
        assert!(self.machines[machine.index()].powered, "{name} can't start: its machine is off");
        let id = ProgramId(self.slots.len() as u32);
        let of_user = spec.runs_with_user();
        self.slots.push(Slot::new(name, machine, spec));
        if of_user {
            self.of_users.push(id);
        }
        if !of_user || self.machines[machine.index()].device.user_present() {
            self.boot(id);
        }
        id
    }

    /// A program, to look at what it shows; `None` while it does not run.
    pub fn program(&self, id: ProgramId) -> Option<&Program> {
        self.slots[id.index()].program.as_ref()
    }

    /// The name that a program was started with: `Alex's console`.
    pub fn program_name(&self, id: ProgramId) -> &str {
        &self.slots[id.index()].name
    }

    /// Every program that runs.
    pub fn programs(&self) -> impl Iterator<Item = (ProgramId, &Program)> {
        let with_id = self.slots.iter().enumerate();
        with_id.filter_map(|(index, slot)| Some((ProgramId(index as u32), slot.program.as_ref()?)))
    }

    /// Whether nothing is under way on the network.
    pub fn is_quiet(&self) -> bool {
        self.fabric.stats().packets == 0
    }

    /// Which machine a program runs on.
    pub fn machine_of(&self, id: ProgramId) -> MachineId {
        self.slots[id.index()].machine
    }

    /// A machine's own side, for its witnesses.
    pub fn device(&self, machine: MachineId) -> &FakeDevice {
        &self.machines[machine.index()].device
    }

    /// A machine's own side, for its knobs.
    pub fn device_mut(&mut self, machine: MachineId) -> &mut FakeDevice {
        &mut self.machines[machine.index()].device
    }

    /// The fabric's name for a machine.
    pub fn host(&self, machine: MachineId) -> HostId {
        self.machines[machine.index()].host
    }

    /// A person uses a program: lends it, with its machine, for one verb; then everything that follows at once
    /// happens.
    ///
    /// `None` if the program does not run, or its machine sleeps.
    pub fn hands<R>(
        &mut self,
        id: ProgramId,
        verb: impl FnOnce(&mut Program, SimTime, &mut dyn Device) -> R,
    ) -> Option<R> {
        let slot = &mut self.slots[id.index()];
        let machine = &mut self.machines[slot.machine.index()];
        let program = slot.program.as_mut().filter(|_| !machine.asleep)?;
        let result = verb(program, machine.clock.shows(self.now), &mut machine.device);
        self.drain(id);
        self.deliver();
        self.mind_users();
        Some(result)
    }
}

/// A link by the name that people know, for specs.
///
/// # Errors
/// No preset has that name; the error lists those that there are.
pub fn link_named(name: &str) -> Result<AccessLink, UnknownLink> {
    AccessLink::preset(name).ok_or_else(|| UnknownLink {
        found: name.to_owned(),
        known: AccessLink::preset_names().map(str::to_owned).collect(),
    })
}

/// No link preset has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a kind of link ({}), found {found:?}", known.join(", "))]
pub struct UnknownLink {
    /// What was asked for.
    pub found: String,
    /// What there is.
    pub known: Vec<String>,
}
