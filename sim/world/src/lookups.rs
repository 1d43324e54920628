//! Names on the network: each machine's resolver on a socket of its own, and the name server that all of them ask.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};

use device::{CloseHow, Closed, ConnId, Transmit};
use fabric::{AccessLink, SocketId};
use fake_devices::{DeviceKind, PingId};
use wire::SimTime;

use crate::machine::{MachineId, MachineSpec};
use crate::names::{DomainName, NameServer, NameServerMode, Resolution, Resolver, Unresolved};
use crate::pings;
use crate::program::ProgramId;
use crate::{Notice, World};

/// Where the name server is. Machines know it from the start, as those do that were told by DHCP or by their owner.
pub const NAME_SERVER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, 53), 53);

/// What the name server's machine is called.
pub const NAME_SERVER_NAME: &str = "name server";

/// Everything about names.
#[derive(Default)]
pub(crate) struct Lookups {
    pub(crate) server: NameServer,
    /// Its machine, once there is a name to serve.
    machine: Option<MachineId>,
    /// Resolvers of machines that have asked for a name.
    clients: BTreeMap<MachineId, Client>,
    /// Whose each open socket for datagrams is; the name server's is its machine's.
    sockets: BTreeMap<SocketId, MachineId>,
    /// The name server's, while its machine runs.
    listens: Option<SocketId>,
    /// When resolvers want to be woken.
    agenda: BTreeSet<(SimTime, MachineId)>,
}

/// One machine's resolver, and what waits for it on the machine.
struct Client {
    resolver: Resolver,
    armed: Option<SimTime>,
    /// By port, one for each name that is being asked for.
    sockets: BTreeMap<u16, SocketId>,
    dials: Vec<Dial>,
    pings: Vec<(DomainName, PingId)>,
}

/// A connection that will be dialled once its peer's name has an address.
struct Dial {
    program: ProgramId,
    conn: ConnId,
    name: DomainName,
    port: u16,
    /// What its program wants done with it already.
    held: Vec<Transmit>,
}

impl Lookups {
    /// When a resolver or the name server wants to be woken.
    pub(crate) fn next_due(&self) -> Option<SimTime> {
        let client = self.agenda.first().map(|(at, _)| *at);
        match (client, self.server.poll_timeout()) {
            (Some(client), Some(server)) => Some(client.min(server)),
            (client, server) => client.or(server),
        }
    }

    /// Whose socket for datagrams that is.
    pub(crate) fn owner(&self, socket: SocketId) -> Option<MachineId> {
        self.sockets.get(&socket).copied()
    }

    fn dial_mut(&mut self, machine: MachineId, id: ProgramId, conn: ConnId) -> Option<&mut Dial> {
        let client = self.clients.get_mut(&machine)?;
        client.dials.iter_mut().find(|dial| (dial.program, dial.conn) == (id, conn))
    }
}

/// What may befall names.
impl World {
    /// Makes a name lead to a machine, for programs that dial. The first name brings the name server into the world, as
    /// a machine, so that everything that befalls machines can befall it.
    ///
    /// # Panics
    /// If no host can be called so.
    pub fn name_machine(&mut self, name: &str, machine: MachineId) {
        let address = self.fabric.host_address(self.host(machine));
        self.point_name(name, address);
    }

    /// Makes a name lead to an address, right or wrong. Machines that have asked for it go on with what they were told
    /// for up to [`NAME_TTL`](crate::names::NAME_TTL).
    ///
    /// # Panics
    /// If no host can be called so.
    pub fn point_name(&mut self, name: &str, address: Ipv4Addr) {
        let name = domain_name(name);
        self.add_name_server();
        self.lookups.server.set(name, address);
    }

    /// Takes a name off the name server, which then says that there is no such name. Machines that have asked for it
    /// before notice when what they were told is out of date.
    ///
    /// # Panics
    /// If no host can be called so.
    pub fn forget_name(&mut self, name: &str) {
        self.lookups.server.list(&domain_name(name), false);
    }

    /// Puts a forgotten name back.
    ///
    /// # Panics
    /// If no host can be called so.
    pub fn recall_name(&mut self, name: &str) {
        self.lookups.server.list(&domain_name(name), true);
    }

    /// The name server is like this from now on.
    pub fn name_server(&mut self, mode: NameServerMode) {
        self.lookups.server.set_mode(mode);
    }

    /// The machine of the name server; `None` while nothing has a name.
    pub fn name_server_machine(&self) -> Option<MachineId> {
        self.lookups.machine
    }

    fn add_name_server(&mut self) {
        if self.lookups.machine.is_none() {
            let link = AccessLink::preset("data centre").expect("it is a preset");
            let spec =
                MachineSpec::new(NAME_SERVER_NAME, DeviceKind::LinuxPc, "ns1", *NAME_SERVER.ip(), link);
            let machine = self.add_machine(spec);
            self.lookups.machine = Some(machine);
            self.start_names(machine);
        }
    }
}

/// What the driver needs.
impl World {
    /// Dials, at once or when the name has an address; what else becomes of it, the program hears.
    pub(crate) fn dial(&mut self, id: ProgramId, conn: ConnId, host: &str, port: u16) {
        if let Ok(address) = host.parse() {
            return self.connect(id, conn, SocketAddrV4::new(address, port));
        }
        let Some(name) = DomainName::parse(host) else {
            return self.notices.push_back((id, Notice::Closed(conn, Closed::NameNotFound)));
        };
        let machine = self.machine_of(id);
        match self.resolve(machine, &name) {
            Resolution::Known(address) => self.connect(id, conn, SocketAddrV4::new(address, port)),
            Resolution::Failed(why) => self.notices.push_back((id, Notice::Closed(conn, closed(why)))),
            Resolution::Asked => {
                let dial = Dial { program: id, conn, name, port, held: Vec::new() };
                self.client(machine).dials.push(dial);
                self.drain_resolver(machine);
            }
        }
    }

    /// Whose address a name is, as far as a machine knows; if it has to ask, whoever wants to know is to be put down as
    /// waiting.
    pub(crate) fn resolve(&mut self, machine: MachineId, name: &DomainName) -> Resolution {
        let now = self.now;
        self.client(machine).resolver.resolve(now, name)
    }

    /// A ping waits for a name that is asked for.
    pub(crate) fn await_name(&mut self, machine: MachineId, id: PingId, name: DomainName) {
        self.client(machine).pings.push((name, id));
        self.drain_resolver(machine);
    }

    fn client(&mut self, machine: MachineId) -> &mut Client {
        self.lookups.clients.entry(machine).or_insert_with(|| Client {
            resolver: Resolver::new(
                NAME_SERVER,
                self.seed.child("names").child(&self.machines[machine.index()].name),
            ),
            armed: None,
            sockets: BTreeMap::new(),
            dials: Vec::new(),
            pings: Vec::new(),
        })
    }

    /// What a program wants done with a connection that has no socket: it waits for its name, or is no more.
    pub(crate) fn defer(&mut self, id: ProgramId, conn: ConnId, transmit: Transmit) {
        let machine = self.machine_of(id);
        let Some(dial) = self.lookups.dial_mut(machine, id, conn) else { return };
        match transmit {
            Transmit::Close { how, .. } if how == CloseHow::Abort || dial.held.is_empty() => {
                self.drop_dials(machine, |dial| (dial.program, dial.conn) == (id, conn));
            }
            transmit => dial.held.push(transmit),
        }
    }

    /// Whoever waits for a name in a program that is no more does not wait any longer.
    pub(crate) fn drop_lookups(&mut self, id: ProgramId) {
        self.drop_dials(self.machine_of(id), |dial| dial.program == id);
    }

    /// A machine goes dark: its resolver forgets everything, and its sockets are gone.
    pub(crate) fn stop_names(&mut self, machine: MachineId) {
        self.lookups.sockets.retain(|_, owner| *owner != machine);
        if let Some(client) = self.lookups.clients.get_mut(&machine) {
            client.resolver.restart();
            client.sockets.clear();
            client.dials.clear();
            client.pings.clear();
            self.arm_resolver(machine);
        }
        if self.lookups.machine == Some(machine) {
            self.lookups.listens = None;
            self.lookups.server.restart();
        }
    }

    /// A machine starts: if it is the name server's, that listens again.
    pub(crate) fn start_names(&mut self, machine: MachineId) {
        if self.lookups.machine == Some(machine) && self.lookups.listens.is_none() {
            let bound = self.fabric.bind(self.now, self.host(machine), Some(NAME_SERVER.port()));
            let socket = bound.expect("nobody else on the name server's machine wants its port");
            self.lookups.listens = Some(socket);
            self.lookups.sockets.insert(socket, machine);
        }
    }

    /// Wakes whoever wants to be woken by now.
    pub(crate) fn wake_lookups(&mut self) {
        self.lookups.server.handle_timeout(self.now);
        self.drain_name_server();
        while let Some((_, machine)) = self.lookups.agenda.first().copied().filter(|(at, _)| *at <= self.now)
        {
            self.lookups.agenda.pop_first();
            if let Some(client) = self.lookups.clients.get_mut(&machine) {
                client.armed = None;
                client.resolver.handle_timeout(self.now);
            }
            self.drain_resolver(machine);
        }
    }

    /// Takes what has come to a socket for datagrams.
    pub(crate) fn hand_datagrams(&mut self, machine: MachineId, socket: SocketId) {
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        while let Some(from) = self.fabric.receive_datagram(socket, &mut bytes) {
            if self.lookups.listens == Some(socket) {
                self.lookups.server.handle_datagram(self.now, from, &bytes);
            } else if let Some(client) = self.lookups.clients.get_mut(&machine) {
                let port =
                    client.sockets.iter().find(|(_, of_port)| **of_port == socket).map(|(port, _)| *port);
                client.resolver.handle_datagram(self.now, port.unwrap_or_default(), from, &bytes);
            }
            bytes.clear();
        }
        self.scratch = bytes;
        self.drain_name_server();
        self.drain_resolver(machine);
    }

    fn drain_name_server(&mut self) {
        while let Some((to, bytes)) = self.lookups.server.poll_transmit() {
            if let Some(socket) = self.lookups.listens {
                // A server without a network can't answer, and nobody hears of that.
                let _ = self.fabric.send_datagram(self.now, socket, to, &bytes);
            }
        }
    }

    /// Does everything that a machine's resolver wants done, and sets its alarm.
    fn drain_resolver(&mut self, machine: MachineId) {
        while let Some(client) = self.lookups.clients.get_mut(&machine) {
            if let Some(question) = client.resolver.poll_transmit() {
                let host = self.machines[machine.index()].host;
                let open = client.sockets.get(&question.port).copied();
                let socket = open.or_else(|| self.fabric.bind(self.now, host, Some(question.port)).ok());
                let sent = socket.is_some_and(|socket| {
                    client.sockets.insert(question.port, socket);
                    self.lookups.sockets.insert(socket, machine);
                    self.fabric.send_datagram(self.now, socket, question.to, &question.bytes).is_ok()
                });
                if !sent {
                    client.resolver.handle_unsent(question.port);
                }
            } else if let Some((name, resolved)) = client.resolver.poll_resolved() {
                let dials: Vec<Dial> = client.dials.extract_if(.., |dial| dial.name == name).collect();
                let waiting: Vec<_> =
                    client.pings.extract_if(.., |(waits_for, _)| *waits_for == name).collect();
                for dial in dials {
                    self.settle(dial, resolved);
                }
                for (_, id) in waiting {
                    self.answer_ping(machine, id, pings::found(resolved));
                }
            } else {
                break;
            }
        }
        self.close_idle_sockets(machine);
        self.arm_resolver(machine);
    }

    fn settle(&mut self, dial: Dial, resolved: Result<Ipv4Addr, Unresolved>) {
        let Dial { program, conn, port, held, .. } = dial;
        match resolved {
            Ok(address) => {
                self.connect(program, conn, SocketAddrV4::new(address, port));
                for transmit in held {
                    self.transmit(program, transmit);
                }
            }
            // A connection that its program is done with has nobody to hear of it.
            Err(_) if matches!(held.last(), Some(Transmit::Close { .. })) => {}
            Err(why) => self.notices.push_back((program, Notice::Closed(conn, closed(why)))),
        }
    }

    fn drop_dials(&mut self, machine: MachineId, dropped: impl Fn(&Dial) -> bool) {
        let Some(client) = self.lookups.clients.get_mut(&machine) else { return };
        for gone in client.dials.extract_if(.., |dial| dropped(dial)).collect::<Vec<_>>() {
            let mut wanted =
                client.dials.iter().map(|dial| &dial.name).chain(client.pings.iter().map(|(name, _)| name));
            if wanted.all(|name| *name != gone.name) {
                client.resolver.cancel(&gone.name);
            }
        }
        self.close_idle_sockets(machine);
        self.arm_resolver(machine);
    }

    fn close_idle_sockets(&mut self, machine: MachineId) {
        let Some(Client { resolver, sockets, .. }) = self.lookups.clients.get_mut(&machine) else { return };
        for (_, socket) in sockets.extract_if(.., |port, _| !resolver.listens_on(*port)).collect::<Vec<_>>() {
            self.lookups.sockets.remove(&socket);
            self.fabric.close(self.now, socket);
        }
    }

    /// Sets a resolver's alarm. On a machine that sleeps, nothing is woken.
    pub(crate) fn arm_resolver(&mut self, machine: MachineId) {
        let Some(client) = self.lookups.clients.get_mut(&machine) else { return };
        let wanted = client.resolver.poll_timeout().filter(|_| !self.machines[machine.index()].asleep);
        let before = std::mem::replace(&mut client.armed, wanted);
        if before != wanted {
            self.lookups.agenda.extend(wanted.map(|at| (at, machine)));
            before.map(|at| self.lookups.agenda.remove(&(at, machine)));
        }
    }
}

fn domain_name(name: &str) -> DomainName {
    DomainName::parse(name).unwrap_or_else(|| panic!("expected a name that a host can have, found {name:?}"))
}

fn closed(why: Unresolved) -> Closed {
    match why {
        Unresolved::NoSuchName => Closed::NameNotFound,
        Unresolved::ServerFailure | Unresolved::NoAnswer => Closed::NameUnresolved,
        Unresolved::NoNetwork => Closed::Unreachable,
    }
}
