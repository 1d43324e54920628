//! Pings: what the shells of machines ask of the network, and what comes back.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use fabric::EchoReply;
use fake_devices::{PING_ANSWER_WITHIN, PingAnswer, PingId, PingRequest, PingWants};
use wire::SimTime;

use crate::World;
use crate::machine::MachineId;
use crate::names::{DomainName, Resolution, Unresolved};

/// Echoes that somebody waits for, by whose they are, identifier and sequence number; with when they were sent.
#[derive(Debug, Default)]
pub(crate) struct Pings(BTreeMap<(MachineId, u16, u16), (PingId, SimTime)>);

impl World {
    /// Sees to what a machine's pings want of the network.
    pub(crate) fn take_pings(&mut self, machine: MachineId) {
        for PingRequest { id, wants } in self.machines[machine.index()].device.take_pings() {
            let answer = match wants {
                PingWants::Find { host } => self.find_for_ping(machine, id, &host),
                PingWants::Echo { address, identifier, sequence, bytes } => {
                    self.send_ping(machine, id, address.into(), (identifier, sequence), bytes)
                }
            };
            if let Some(answer) = answer {
                self.answer_ping(machine, id, answer);
            }
        }
    }

    /// Tells a machine what came of a ping, and sees to what it wants next.
    pub(crate) fn answer_ping(&mut self, machine: MachineId, id: PingId, answer: PingAnswer) {
        let state = &mut self.machines[machine.index()];
        state.device.ping_answered(state.clock.shows(self.now), id, answer);
        self.take_pings(machine);
    }

    /// An echo has come back.
    pub(crate) fn hand_echo(&mut self, reply: EchoReply) {
        let EchoReply { host, from, identifier, sequence, time_to_live } = reply;
        let machine = self.machine_of_host[host.index()];
        if let Some((id, sent)) = self.pings.0.remove(&(machine, identifier, sequence)) {
            let rtt = self.now.since(sent);
            self.answer_ping(machine, id, PingAnswer::Reply { address: from.octets(), rtt, time_to_live });
        }
    }

    /// What is known of a name at once.
    fn find_for_ping(&mut self, machine: MachineId, id: PingId, host: &str) -> Option<PingAnswer> {
        let Some(name) = DomainName::parse(host) else { return Some(PingAnswer::NameNotFound) };
        match self.resolve(machine, &name) {
            Resolution::Known(address) => Some(found(Ok(address))),
            Resolution::Failed(why) => Some(found(Err(why))),
            Resolution::Asked => {
                self.await_name(machine, id, name);
                None
            }
        }
    }

    fn send_ping(
        &mut self,
        machine: MachineId,
        id: PingId,
        to: Ipv4Addr,
        number: (u16, u16),
        bytes: usize,
    ) -> Option<PingAnswer> {
        let now = self.now;
        self.pings.0.retain(|_, (_, sent)| now.since(*sent) <= PING_ANSWER_WITHIN);
        if self.fabric.send_echo(now, self.host(machine), to, number, bytes).is_err() {
            return Some(PingAnswer::Unreachable);
        }
        self.pings.0.insert((machine, number.0, number.1), (id, now));
        None
    }
}

/// What a ping is told of a name.
pub(crate) fn found(resolved: Result<Ipv4Addr, Unresolved>) -> PingAnswer {
    match resolved {
        Ok(address) => PingAnswer::Found { address: address.octets() },
        Err(Unresolved::NoSuchName) => PingAnswer::NameNotFound,
        Err(Unresolved::ServerFailure | Unresolved::NoAnswer | Unresolved::NoNetwork) => {
            PingAnswer::NameUnresolved
        }
    }
}
