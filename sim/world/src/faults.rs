//! What can befall machines, programs and links. Four deaths, all different (DESIGN section 5): a clean exit is the
//! program's own verb, a kill is heard by peers, a power loss is not.

use fabric::AccessLink;

use crate::World;
use crate::machine::MachineId;
use crate::program::{Program, ProgramId};
use appliance::APPLIANCE_PORT;

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
            if slot.spec.is_service() && slot.program.is_none() {
                self.boot(id);
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
        let ports: &[u16] =
            if matches!(slot.program, Some(Program::Appliance(_))) { &[APPLIANCE_PORT] } else { &[] };
        let host = self.machines[slot.machine.index()].host;
        self.stop(id);
        self.fabric.kill_process(self.now, host, &sockets, ports);
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
