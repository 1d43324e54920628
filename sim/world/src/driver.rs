//! The driver: the one loop that moves time, and what it does for programs on the way.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::net::SocketAddrV4;
use std::time::Duration;

use device::{CloseHow, Closed, ConnId, Input, Transmit};
use fabric::{CloseReason, EventKind, FabricEvent, SocketId};
use wire::SimTime;

use crate::program::{Program, ProgramId};
use crate::{Notice, World};

/// More rounds than this at one moment are a circle that never ends.
const ROUNDS_PER_MOMENT_MAX: u32 = 1_000_000;

impl World {
    /// Runs until `done` says so, or until the clock shows `until`; says which. Looks before the first and after
    /// every event.
    ///
    /// # Panics
    /// If programs keep one another busy without time going on.
    pub fn run_until(&mut self, until: SimTime, mut done: impl FnMut(&Self) -> bool) -> bool {
        let mut rounds = 0;
        loop {
            if done(self) {
                return true;
            }
            let Some(next) = self.next_event().filter(|next| *next <= until) else {
                self.sample_until(until);
                self.now = self.now.max(until);
                return done(self);
            };
            rounds = if next > self.now { 0 } else { rounds + 1 };
            assert!(
                rounds < ROUNDS_PER_MOMENT_MAX,
                "the world stands still at {}: {}",
                self.now,
                self.busiest()
            );
            self.sample_until(next);
            self.now = self.now.max(next);
            self.fabric.handle_timeout(self.now);
            self.wake_due();
            self.wake_lookups();
            self.go_on_restarting();
            self.deliver();
            self.restart_machines();
            self.mind_users();
        }
    }

    /// Runs for a while.
    pub fn run_for(&mut self, duration: Duration) {
        self.run_until(self.now + duration, |_| false);
    }

    /// When something will happen next.
    fn next_event(&mut self) -> Option<SimTime> {
        let woken = self.next_deadline().map(|(at, _)| at);
        let due = [self.fabric.poll_timeout(), woken, self.lookups.next_due(), self.next_restart()];
        due.into_iter().flatten().min()
    }

    /// The earliest deadline that still counts.
    fn next_deadline(&mut self) -> Option<(SimTime, ProgramId)> {
        while let Some(Reverse((at, id))) = self.deadlines.peek().copied() {
            if self.slots[id.index()].deadline == Some(at) {
                return Some((at, id));
            }
            self.deadlines.pop();
        }
        None
    }

    /// Wakes every program whose deadline has come, once: one that asks to be woken again at this very moment has
    /// its turn in the next round, where rounds are counted.
    fn wake_due(&mut self) {
        let mut due = Vec::new();
        while let Some((_, id)) = self.next_deadline().filter(|(at, _)| *at <= self.now) {
            self.deadlines.pop();
            self.slots[id.index()].deadline = None;
            due.push(id);
        }
        for id in due {
            self.wake_program(id);
        }
    }

    /// A program looks what is due. Calling it early does nothing.
    pub(crate) fn wake_program(&mut self, id: ProgramId) {
        let slot = &mut self.slots[id.index()];
        let machine = &mut self.machines[slot.machine.index()];
        let Some(program) = slot.program.as_mut().filter(|_| !machine.asleep) else { return };
        program.party().handle_timeout(machine.clock.shows(self.now), &mut machine.device);
        self.drain(id);
    }

    /// Brings everything that has happened by now to whom it concerns, and what follows from that, until all is
    /// quiet at this moment.
    pub(crate) fn deliver(&mut self) {
        loop {
            if let Some((id, notice)) = self.notices.pop_front() {
                self.hand_notice(id, notice);
            } else if let Some(event) = self.fabric.poll_event() {
                self.hand_event(event);
            } else if let Some(reply) = self.fabric.poll_echo() {
                self.hand_echo(reply);
            } else {
                return;
            }
        }
    }

    fn hand_notice(&mut self, id: ProgramId, notice: Notice) {
        match notice {
            Notice::Closed(conn, how) => self.input(id, Input::Closed { conn, how }),
            Notice::Writable(conn) => {
                // The connection may have ended since.
                if self.slots[id.index()].conns.contains_key(&conn) {
                    self.input(id, Input::Writable { conn });
                }
            }
            Notice::Delivered(conn, took) => {
                if self.slots[id.index()].conns.contains_key(&conn) {
                    self.input(id, Input::Delivered { conn, took });
                }
            }
        }
    }

    fn hand_event(&mut self, event: FabricEvent) {
        if let Some(machine) = self.lookups.owner(event.socket) {
            return self.hand_datagrams(machine, event.socket);
        }
        if let EventKind::Accepted { listener, peer } = event.kind {
            return self.hand_accepted(event, listener, peer);
        }
        let Some((id, conn)) = self.sockets.owner(event.socket) else {
            // Its program is done with it, but not all that it sent has gone out yet.
            return match event.kind {
                EventKind::Writable => self.send_on(event.socket),
                EventKind::Closed { .. } => {
                    self.tap_closed(event.socket);
                    self.sockets.remove(event.socket);
                }
                EventKind::Readable
                | EventKind::Finished
                | EventKind::Connected
                | EventKind::Accepted { .. } => {}
            };
        };
        match event.kind {
            EventKind::Accepted { .. } => unreachable!("handled above"),
            EventKind::Connected => self.input(id, Input::Connected { conn }),
            EventKind::Readable => self.hand_bytes(id, conn, event.socket),
            EventKind::Writable => {
                self.send_on(event.socket);
                self.tell_delivered(event.socket);
            }
            EventKind::Finished => {
                self.release(id, conn);
                self.fabric.close(self.now, event.socket);
                self.input(id, Input::Closed { conn, how: Closed::Finished });
            }
            EventKind::Closed { reason } => {
                self.release(id, conn);
                self.input(id, Input::Closed { conn, how: closed(reason) });
            }
        }
    }

    fn hand_accepted(&mut self, event: FabricEvent, listener: u16, peer: SocketAddrV4) {
        let machine = self.machine_of_host[event.host.index()];
        let listens = self.slots.iter().position(|slot| {
            slot.machine == machine && slot.program.is_some() && slot.spec.port() == Some(listener)
        });
        let Some(index) = listens else { return self.fabric.abort(self.now, event.socket) };
        let id = ProgramId(index as u32);
        let slot = &mut self.slots[index];
        let conn = ConnId::Accepted(slot.next_accepted);
        slot.next_accepted += 1;
        slot.conns.insert(conn, event.socket);
        self.sockets.insert(event.socket, id, conn);
        self.tap_accepted(id, event.socket);
        self.input(id, Input::Accepted { conn, from: peer.ip().octets() });
    }

    fn hand_bytes(&mut self, id: ProgramId, conn: ConnId, socket: SocketId) {
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        self.fabric.read(self.now, socket, &mut bytes);
        if !bytes.is_empty() {
            self.tap_received(socket, bytes.len());
            self.input(id, Input::Received { conn, bytes: &bytes });
        }
        self.scratch = bytes;
    }

    /// One input to one program, and all that it does about it.
    fn input(&mut self, id: ProgramId, input: Input<'_>) {
        let slot = &mut self.slots[id.index()];
        let Some(program) = &mut slot.program else { return };
        let machine = &mut self.machines[slot.machine.index()];
        program.party().handle_input(machine.clock.shows(self.now), &mut machine.device, input);
        self.drain(id);
    }

    /// Does everything that a program wants done, and sets its alarm.
    pub(crate) fn drain(&mut self, id: ProgramId) {
        while let Some(transmit) =
            self.slots[id.index()].program.as_mut().and_then(|program| program.party().poll_transmit())
        {
            self.transmit(id, transmit);
        }
        self.take_events(id);
        self.set_alarm(id);
        self.record_view(id);
        self.take_launches(id);
        self.take_pings(self.machine_of(id));
        self.note_restart(id);
        self.note_uninstalled(id);
    }

    /// A Jump Client may have removed itself from its machine; it ends once all is quiet at this moment.
    fn note_uninstalled(&mut self, id: ProgramId) {
        let slot = &mut self.slots[id.index()];
        let gone = matches!(&slot.program, Some(Program::JumpClient(client)) if client.is_finished());
        if gone && !std::mem::replace(&mut slot.uninstalled, true) {
            self.uninstalled.push(id);
        }
    }

    /// A program may have asked for its machine to restart, which happens once all is quiet at this moment.
    fn note_restart(&mut self, id: ProgramId) {
        let machine = self.slots[id.index()].machine;
        if self.machines[machine.index()].device.take_reboot() {
            self.restarts_asked.push(machine);
        }
    }

    pub(crate) fn transmit(&mut self, id: ProgramId, transmit: Transmit) {
        let conn = match &transmit {
            Transmit::Connect { conn, host, port } => return self.dial(id, *conn, host, *port),
            Transmit::Send { conn, .. }
            | Transmit::NotifyWritable { conn }
            | Transmit::NotifyDelivered { conn }
            | Transmit::Close { conn, .. } => *conn,
        };
        let Some(socket) = self.slots[id.index()].conns.get(&conn).copied() else {
            return self.defer(id, conn, transmit);
        };
        match transmit {
            Transmit::Connect { .. } => unreachable!("handled above"),
            Transmit::Send { bytes, .. } => {
                self.tap_sent(socket, &bytes);
                self.sockets.queue(socket, bytes);
                self.send_on(socket);
            }
            Transmit::NotifyWritable { .. } => {
                self.sockets.want_notice(socket);
                self.send_on(socket);
            }
            Transmit::NotifyDelivered { .. } => {
                self.sockets.want_receipt(socket, self.now);
                self.tell_delivered(socket);
            }
            Transmit::Close { how: CloseHow::Finish, .. } => {
                self.slots[id.index()].conns.remove(&conn);
                self.sockets.let_go(socket);
                self.send_on(socket);
            }
            Transmit::Close { how: CloseHow::Abort, .. } => {
                self.release(id, conn);
                self.fabric.abort(self.now, socket);
            }
        }
    }

    /// Dials an address.
    pub(crate) fn connect(&mut self, id: ProgramId, conn: ConnId, remote: SocketAddrV4) {
        self.slots[id.index()].dials += 1;
        let slot = &mut self.slots[id.index()];
        let host = self.machines[slot.machine.index()].host;
        let sizes = slot.spec.buffers();
        let socket = self.fabric.connect(self.now, host, remote, sizes);
        slot.conns.insert(conn, socket);
        self.sockets.insert(socket, id, conn);
        self.tap_dialled(id, socket);
    }

    /// Gives the fabric what waits on a socket, as much as it takes.
    fn send_on(&mut self, socket: SocketId) {
        let Some(state) = self.sockets.get_mut(socket) else { return };
        while !state.unsent.is_empty() {
            let (bytes, _) = state.unsent.as_slices();
            let taken = self.fabric.send(self.now, socket, bytes);
            state.unsent.drain(..taken);
            if taken == 0 {
                return;
            }
        }
        match state.owner {
            Some((program, conn)) if std::mem::take(&mut state.wants_notice) => {
                self.notices.push_back((program, Notice::Writable(conn)));
            }
            Some(_) => {}
            None => {
                self.tap_closed(socket);
                self.sockets.remove(socket);
                self.fabric.close(self.now, socket);
            }
        }
    }

    /// Tells a program what is with the peer's machine of what it has asked about, and waits for the rest.
    fn tell_delivered(&mut self, socket: SocketId) {
        let Some(state) = self.sockets.get_mut(socket) else { return };
        let Some((program, conn)) = state.owner else { return };
        let acknowledged = self.fabric.acknowledged(socket);
        while let Some((at, since)) = state.receipts.front().copied() {
            if acknowledged < at {
                return self.fabric.tell_when_acknowledged(socket, at);
            }
            state.receipts.pop_front();
            self.notices.push_back((program, Notice::Delivered(conn, self.now - since)));
        }
    }

    pub(crate) fn set_alarm(&mut self, id: ProgramId) {
        let slot = &mut self.slots[id.index()];
        let machine = &self.machines[slot.machine.index()];
        let wanted = slot.program.as_mut().filter(|_| !machine.asleep);
        let wanted = wanted.and_then(|program| program.party().poll_timeout());
        let wanted = wanted.map(|deadline| machine.clock.when(deadline.at).max(self.now));
        if wanted != slot.deadline {
            slot.deadline = wanted;
            if let Some(at) = wanted {
                self.deadlines.push(Reverse((at, id)));
            }
        }
    }

    /// A program starts to run.
    pub(crate) fn boot(&mut self, id: ProgramId) {
        let slot = &mut self.slots[id.index()];
        let machine = &mut self.machines[slot.machine.index()];
        let seed = self.seed.child(&slot.name).child(&format!("boot/{}", slot.boots));
        slot.boots += 1;
        slot.dials = 0;
        slot.recorded = None;
        if let Some(port) = slot.spec.port() {
            self.fabric
                .listen(machine.host, port, slot.spec.buffers())
                .expect("one program of a machine listens on a port");
        }
        let now = machine.clock.shows(self.now);
        let program = slot.program.insert(slot.spec.build(seed, now));
        program.party().start(now, &mut machine.device);
        self.drain(id);
        self.deliver();
    }

    /// A connection that is no more: whatever its program had not sent yet is lost with it.
    pub(crate) fn release(&mut self, id: ProgramId, conn: ConnId) {
        if let Some(socket) = self.slots[id.index()].conns.remove(&conn) {
            self.tap_closed(socket);
            self.sockets.remove(socket);
        }
    }

    fn busiest(&self) -> String {
        let waiting =
            self.slots.iter().filter_map(|slot| slot.deadline.map(|at| format!("{} at {at}", slot.name)));
        format!("deadlines: {}", waiting.collect::<Vec<_>>().join(", "))
    }
}

/// The world's side of each socket, in the fabric's own places.
#[derive(Debug, Default)]
pub(crate) struct SocketTable {
    places: Vec<Option<SocketState>>,
}

#[derive(Debug)]
pub(crate) struct SocketState {
    socket: SocketId,
    /// Who has it; nobody, once its program is done with it and only what was sent still has to go out.
    owner: Option<(ProgramId, ConnId)>,
    /// What the program has sent and the fabric has not taken.
    unsent: VecDeque<u8>,
    wants_notice: bool,
    /// How much the program has sent in all.
    sent: u64,
    /// What it wants to be told of, once so many bytes are with the peer's machine, and since when.
    receipts: VecDeque<(u64, SimTime)>,
}

impl SocketTable {
    fn insert(&mut self, socket: SocketId, program: ProgramId, conn: ConnId) {
        if self.places.len() <= socket.index() {
            self.places.resize_with(socket.index() + 1, || None);
        }
        self.places[socket.index()] = Some(SocketState {
            socket,
            owner: Some((program, conn)),
            unsent: VecDeque::new(),
            wants_notice: false,
            sent: 0,
            receipts: VecDeque::new(),
        });
    }

    fn remove(&mut self, socket: SocketId) {
        if self.get_mut(socket).is_some() {
            self.places[socket.index()] = None;
        }
    }

    fn get_mut(&mut self, socket: SocketId) -> Option<&mut SocketState> {
        self.places.get_mut(socket.index())?.as_mut().filter(|state| state.socket == socket)
    }

    pub(crate) fn owner(&self, socket: SocketId) -> Option<(ProgramId, ConnId)> {
        let state = self.places.get(socket.index())?.as_ref().filter(|state| state.socket == socket)?;
        state.owner
    }

    fn let_go(&mut self, socket: SocketId) {
        if let Some(state) = self.get_mut(socket) {
            state.owner = None;
        }
    }

    fn queue(&mut self, socket: SocketId, bytes: Vec<u8>) {
        if let Some(state) = self.get_mut(socket) {
            state.sent += bytes.len() as u64;
            state.unsent.extend(bytes);
        }
    }

    fn want_notice(&mut self, socket: SocketId) {
        if let Some(state) = self.get_mut(socket) {
            state.wants_notice = true;
        }
    }

    fn want_receipt(&mut self, socket: SocketId, now: SimTime) {
        if let Some(state) = self.get_mut(socket) {
            state.receipts.push_back((state.sent, now));
        }
    }
}

fn closed(reason: CloseReason) -> Closed {
    match reason {
        CloseReason::Finished => Closed::Finished,
        CloseReason::Refused => Closed::Refused,
        CloseReason::ConnectTimedOut | CloseReason::TimedOut => Closed::TimedOut,
        CloseReason::Reset => Closed::Reset,
        CloseReason::NetworkUnreachable | CloseReason::AddressLost | CloseReason::NoFreePort => {
            Closed::Unreachable
        }
    }
}
