//! Places: zones of the network, and machines that move between them.

use std::net::Ipv4Addr;
use std::time::Duration;

use fabric::{
    AccessLink, Direction, FirewallConfig, InterfaceId, InterfaceKind, LinkCounters, LinkId, MappingRow,
    ZoneConfig, ZoneId,
};

use wire::SimTime;

use crate::World;
use crate::machine::MachineId;
use crate::program::ProgramId;

impl World {
    /// Adds a place with rules of its own: an office behind a NAT, a carrier's network, a DMZ.
    ///
    /// # Panics
    /// If an external address of its gateway is taken in the zone above.
    pub fn add_zone(&mut self, name: &str, config: ZoneConfig) -> ZoneId {
        self.fabric.add_zone(name, config)
    }

    /// Gives a machine one more interface, up.
    ///
    /// # Panics
    /// If it has one of this kind, or another machine in the zone has the address.
    pub fn add_interface(
        &mut self,
        machine: MachineId,
        zone: ZoneId,
        kind: InterfaceKind,
        address: Ipv4Addr,
        link: AccessLink,
    ) -> InterfaceId {
        self.fabric.add_interface(self.host(machine), zone, kind, address, link)
    }

    /// A machine's interface of a kind.
    pub fn interface(&self, machine: MachineId, kind: InterfaceKind) -> Option<InterfaceId> {
        self.fabric.interface(self.host(machine), kind)
    }

    /// The kind of interface that a machine goes out by; `None` while none is up.
    pub fn goes_out_by(&self, machine: MachineId) -> Option<InterfaceKind> {
        let main = self.fabric.main_interface(self.host(machine));
        self.fabric.interface_address(main).map(|_| self.fabric.interface_kind(main))
    }

    /// An interface loses its network, and its address with it. The machine's programs are told of connections that
    /// end by it; peers are not.
    pub fn interface_down(&mut self, interface: InterfaceId) {
        self.fabric.interface_down(self.now, interface);
        self.tell_addresses();
        self.deliver();
    }

    /// An interface has its network back, at the address that it had or at another.
    ///
    /// # Panics
    /// If another machine in its zone has the address.
    pub fn interface_up(&mut self, interface: InterfaceId, address: Option<Ipv4Addr>) {
        self.fabric.interface_up(self.now, interface, address);
        self.tell_addresses();
        self.deliver();
    }

    /// Every interface of a machine goes down: it is between two networks.
    pub fn take_off_line(&mut self, machine: MachineId) {
        for interface in self.fabric.interfaces_of(self.host(machine)).to_vec() {
            self.fabric.interface_down(self.now, interface);
        }
        self.tell_addresses();
        self.deliver();
    }

    /// A machine is in a network again, by an interface that it gets if it has none of this kind.
    ///
    /// # Panics
    /// If another machine in the zone has the address.
    pub fn put_on_line(
        &mut self,
        machine: MachineId,
        zone: ZoneId,
        kind: InterfaceKind,
        address: Ipv4Addr,
        link: AccessLink,
    ) {
        match self.interface(machine, kind) {
            Some(interface) => {
                self.fabric.move_interface(self.now, interface, zone, address);
                let [up, down] =
                    [Direction::Up, Direction::Down].map(|direction| LinkId::Interface(interface, direction));
                self.fabric.configure_link(self.now, up, link.up);
                self.fabric.configure_link(self.now, down, link.down);
            }
            None => {
                self.fabric.add_interface(self.host(machine), zone, kind, address, link);
            }
        }
        self.machines[machine.index()].device.set_private_ip(address.octets());
        self.deliver();
    }

    /// How the link that a machine goes out by is set.
    pub fn link(&self, machine: MachineId) -> AccessLink {
        self.fabric.link(self.host(machine))
    }

    /// Where a machine is, by the interface that it goes out by.
    pub fn zone_of(&self, machine: MachineId) -> ZoneId {
        self.fabric.interface_zone(self.fabric.main_interface(self.host(machine)))
    }

    /// From which addresses others see a program's connections, as their ends there know them.
    pub fn seen_from(&self, program: ProgramId) -> Vec<Ipv4Addr> {
        let sockets = self.slots[program.index()].conns.values();
        let peers = sockets.filter_map(|socket| self.fabric.peer(*socket));
        peers.filter_map(|peer| Some(*self.fabric.addresses(peer)?.1.ip())).collect()
    }

    /// The lines that the hosts of a zone share, by the zone's name, with what both directions have done.
    pub fn lines(&self) -> impl Iterator<Item = (&str, LinkCounters, LinkCounters)> {
        self.fabric.zones().filter_map(|zone| {
            let [up, down] = [Direction::Up, Direction::Down].map(|direction| LinkId::Line(zone, direction));
            self.fabric.link_config(up)?;
            Some((self.fabric.zone_name(zone), self.fabric.counters(up), self.fabric.counters(down)))
        })
    }

    /// What the NAT of each zone has open, by the zone's name.
    pub fn nat_tables(&self) -> impl Iterator<Item = (&str, Vec<MappingRow>)> {
        let with_nat = self
            .fabric
            .zones()
            .filter(|zone| self.fabric.gateway(*zone).is_some_and(|gateway| gateway.nat.is_some()));
        with_nat.map(|zone| (self.fabric.zone_name(zone), self.fabric.gateway_mappings(zone)))
    }

    /// A zone's gateway restarts and forgets every mapping.
    ///
    /// # Panics
    /// If the zone is the internet.
    pub fn restart_gateway(&mut self, zone: ZoneId) {
        self.fabric.restart_gateway(self.now, zone);
        self.deliver();
    }

    /// A zone's gateway gets another external address, and forgets every mapping.
    ///
    /// # Panics
    /// If the zone has no NAT, or the address is taken in the zone above.
    pub fn renumber_gateway(&mut self, zone: ZoneId, external: Ipv4Addr) {
        self.fabric.renumber_gateway(self.now, zone, external);
        self.deliver();
    }

    /// Changes the firewall of a zone's gateway, from now on; what it knows of flows stays.
    ///
    /// # Panics
    /// If the zone is the internet.
    pub fn change_firewall(&mut self, zone: ZoneId, change: impl FnOnce(&mut FirewallConfig)) {
        let mut config = self.fabric.gateway(zone).expect("the internet has no firewall").clone();
        change(&mut config.firewall);
        self.fabric.set_gateway(self.now, zone, config);
    }

    /// The round trip to the peer of a program's connection, as TCP has it (the slowest of several).
    pub fn round_trip(&self, program: ProgramId) -> Option<Duration> {
        let sockets = self.slots[program.index()].conns.values();
        let ends = sockets.filter_map(|socket| self.fabric.path(*socket)?.srtt);
        ends.max()
    }

    /// How often a program has dialled since it was started.
    pub fn dials(&self, program: ProgramId) -> u32 {
        self.slots[program.index()].dials
    }

    /// What a machine's monotonic clock shows.
    pub fn clock_of(&self, machine: MachineId) -> SimTime {
        self.machines[machine.index()].clock.shows(self.now)
    }

    /// Each device knows the address that it goes out by.
    fn tell_addresses(&mut self) {
        for machine in &mut self.machines {
            machine.device.set_private_ip(self.fabric.host_address(machine.host).octets());
        }
    }
}
