//! What can befall machines, programs and links. Four deaths, all different (DESIGN section 5): a clean exit is the
//! program's own verb, a kill is heard by peers, a power loss is not.

use std::time::Duration;

use device::{Device as _, Screens as _};
use fabric::AccessLink;
use fake_devices::FakeDevice;
use wire::SimTime;

use crate::World;
use crate::machine::MachineId;
use crate::program::{ProgramId, ProgramSpec};

/// How long a machine that restarts takes to go down, once its programs have ended: what they said last goes out.
pub const SHUTDOWN_TIME: Duration = Duration::from_secs(5);

/// How long a machine takes from there until its programs run again: the middle of what office PCs take.
pub const BOOT_TIME: Duration = Duration::from_secs(40);

impl World {
    /// The power fails: programs stop without a word, nobody hears of it, and what was not synced to the disk is
    /// gone.
    pub fn power_off(&mut self, machine: MachineId) {
        for id in self.programs_on(machine) {
            self.stop(id);
        }
        let state = &mut self.machines[machine.index()];
        (state.powered, state.asleep) = (false, false);
        state.device.power_loss();
        self.fabric.power_off(self.now, state.host);
        self.stop_names(machine);
        self.deliver();
    }

    /// The machine starts, and its services with it.
    pub fn power_on(&mut self, machine: MachineId) {
        let state = &mut self.machines[machine.index()];
        state.powered = true;
        self.fabric.power_on(self.now, state.host);
        self.start_names(machine);
        for id in self.programs_on(machine) {
            let slot = &self.slots[id.index()];
            if slot.spec.is_service() && !slot.uninstalled && slot.program.is_none() {
                self.boot(id);
            }
        }
    }

    /// The person at a machine does something to it, or something befalls it; its programs look at once what has changed.
    pub fn at_machine<R>(
        &mut self,
        machine: MachineId,
        what: impl FnOnce(&mut FakeDevice, SimTime) -> R,
    ) -> R {
        let state = &mut self.machines[machine.index()];
        let now = state.clock.shows(self.now);
        let result = what(&mut state.device, now);
        for id in self.programs_on(machine) {
            self.wake_program(id);
        }
        self.deliver();
        self.mind_users();
        result
    }

    /// A user logs on to a machine, or off: the programs that run for users only start, or end.
    pub fn set_user_present(&mut self, machine: MachineId, present: bool) {
        self.machines[machine.index()].device.set_user_present(present);
        self.mind_users();
    }

    /// Programs that run while somebody is logged on are started and ended as users come and go, and those that have
    /// removed themselves end.
    pub(crate) fn mind_users(&mut self) {
        for id in std::mem::take(&mut self.uninstalled) {
            self.of_users.retain(|other| *other != id);
            self.quit(id);
        }
        for id in self.of_users.clone() {
            let slot = &self.slots[id.index()];
            let machine = &self.machines[slot.machine.index()];
            // Who restarts a machine is logged off by it, though not yet.
            let restarts = self.restarting.keys().any(|(_, restarting)| *restarting == slot.machine);
            let wanted = machine.powered && !restarts && machine.device.user_present();
            match (slot.program.is_some(), wanted) {
                (true, false) => self.quit(id),
                (false, true) => self.boot(id),
                (true, true) | (false, false) => {}
            }
        }
    }

    /// Machines that were asked to restart do so: their programs end in order, files are safe, and after
    /// [`BOOT_TIME`] the services run again, and whatever left itself a way back.
    pub(crate) fn restart_machines(&mut self) {
        while let Some(machine) = self.restarts_asked.pop() {
            let came_back: Vec<ProgramId> = self
                .programs_on(machine)
                .into_iter()
                .filter(|id| {
                    let slot = &self.slots[id.index()];
                    slot.program.is_some() && matches!(slot.spec, ProgramSpec::CustomerClient(_))
                })
                .collect();
            for id in self.programs_on(machine) {
                if self.slots[id.index()].program.is_some() {
                    self.quit(id);
                }
            }
            self.machines[machine.index()].device.sync();
            self.restarting.insert((self.now + SHUTDOWN_TIME, machine), came_back);
        }
    }

    /// When the next machine that restarts goes off, or is up again.
    pub(crate) fn next_restart(&self) -> Option<SimTime> {
        self.restarting.first_key_value().map(|((at, _), _)| *at)
    }

    /// Machines that restart go off, and come up again.
    pub(crate) fn go_on_restarting(&mut self) {
        while let Some(entry) = self.restarting.first_entry().filter(|entry| entry.key().0 <= self.now) {
            let ((at, machine), programs) = entry.remove_entry();
            if self.machines[machine.index()].powered && !self.machines[machine.index()].is_down {
                self.power_off(machine);
                self.machines[machine.index()].is_down = true;
                self.restarting.insert((at + BOOT_TIME, machine), programs);
                continue;
            }
            self.machines[machine.index()].is_down = false;
            if !self.machines[machine.index()].powered {
                self.power_on(machine);
            }
            self.machines[machine.index()].device.set_user_present(true);
            self.mind_users();
            for id in programs {
                if self.slots[id.index()].program.is_none() {
                    self.boot(id);
                }
            }
        }
    }

    /// Whether a machine is switched on.
    pub fn is_powered(&self, machine: MachineId) -> bool {
        self.machines[machine.index()].powered
    }

    /// A program is killed: its machine's kernel resets its connections, and peers hear that.
    pub fn kill(&mut self, id: ProgramId) {
        let slot = &self.slots[id.index()];
        let sockets: Vec<_> = slot.conns.values().copied().collect();
        let port = slot.program.as_ref().and(slot.spec.port());
        let host = self.machines[slot.machine.index()].host;
        self.stop(id);
        self.fabric.kill_process(self.now, host, &sockets, port.as_slice());
        self.deliver();
    }

    /// A program ends in order: its connections are finished, and peers hear that.
    pub fn quit(&mut self, id: ProgramId) {
        let sockets: Vec<_> = self.slots[id.index()].conns.values().copied().collect();
        self.stop(id);
        for socket in sockets {
            self.fabric.close(self.now, socket);
        }
        self.deliver();
    }

    /// The machine sleeps: nothing on it runs, hears or says anything, and nobody is told.
    pub fn sleep(&mut self, machine: MachineId) {
        let state = &mut self.machines[machine.index()];
        state.asleep = state.powered;
        self.fabric.sleep(self.now, state.host);
        self.arm_resolver(machine);
        for id in self.programs_on(machine) {
            self.set_alarm(id);
        }
    }

    /// The machine is awake again. Its programs go on where they were; what should have woken them meanwhile wakes
    /// them now.
    pub fn wake(&mut self, machine: MachineId) {
        let state = &mut self.machines[machine.index()];
        state.asleep = false;
        self.fabric.wake(self.now, state.host);
        self.arm_resolver(machine);
        for id in self.programs_on(machine) {
            self.set_alarm(id);
        }
        self.deliver();
    }

    /// Whether a machine sleeps.
    pub fn is_asleep(&self, machine: MachineId) -> bool {
        self.machines[machine.index()].asleep
    }

    /// The machine's monotonic clock runs this much faster than time from now on, in parts per million; slower, where
    /// it is negative. No more than [`CLOCK_PPM_MAX`](crate::CLOCK_PPM_MAX) either way.
    pub fn run_clock_at(&mut self, machine: MachineId, ppm: i32) {
        self.machines[machine.index()].clock.run_at(self.now, ppm);
        for id in self.programs_on(machine) {
            self.set_alarm(id);
        }
    }

    /// Starts a program that does not run, as it was started the first time.
    ///
    /// # Panics
    /// If its machine is switched off.
    pub fn restart(&mut self, id: ProgramId) {
        assert!(
            self.machines[self.machine_of(id).index()].powered,
            "{}'s machine is off",
            self.program_name(id)
        );
        if self.slots[id.index()].program.is_none() {
            self.boot(id);
        }
    }

    /// Changes a machine's link, from now on.
    pub fn set_link(&mut self, machine: MachineId, link: AccessLink) {
        self.fabric.set_link(self.now, self.host(machine), link);
        self.deliver();
    }

    /// The machine loses its network; nobody is told.
    pub fn unplug(&mut self, machine: MachineId) {
        self.fabric.unplug(self.now, self.host(machine));
        self.deliver();
    }

    /// The machine has its network back.
    pub fn plug_in(&mut self, machine: MachineId) {
        self.fabric.plug_in(self.now, self.host(machine));
        self.deliver();
    }

    /// Nothing gets through between two machines, either way, and nobody is told.
    pub fn partition(&mut self, a: MachineId, b: MachineId) {
        self.fabric.partition(self.now, self.host(a), self.host(b));
        self.deliver();
    }

    /// Packets between two machines wait until [`World::heal`].
    pub fn hold(&mut self, a: MachineId, b: MachineId) {
        self.fabric.hold(self.now, self.host(a), self.host(b));
        self.deliver();
    }

    /// Packets between two machines get through again.
    pub fn heal(&mut self, a: MachineId, b: MachineId) {
        self.fabric.heal(self.now, self.host(a), self.host(b));
        self.deliver();
    }

    /// A program is no more; the fabric is not told.
    fn stop(&mut self, id: ProgramId) {
        self.record_stopped(id);
        self.drop_lookups(id);
        let slot = &mut self.slots[id.index()];
        slot.program = None;
        slot.deadline = None;
        if matches!(slot.spec, ProgramSpec::CustomerClient(_)) {
            // The system takes back what it has permitted a program that runs no longer (AND-08).
            self.machines[slot.machine.index()].device.give_up_screens();
        }
        let conns: Vec<_> = slot.conns.keys().copied().collect();
        for conn in conns {
            self.release(id, conn);
        }
    }

    fn programs_on(&self, machine: MachineId) -> Vec<ProgramId> {
        let slots = self.slots.iter().enumerate().filter(|(_, slot)| slot.machine == machine);
        slots.map(|(index, _)| ProgramId(index as u32)).collect()
    }
}
