//! Writing down what happens, and what a failure report asks for.

use std::net::Ipv4Addr;

use appliance::{APPLIANCE_PORT, ApplianceEvent, RecordedShell, ReportedRep, SessionReport};
use customer_client::CustomerClientEvent;
use device::{Launch, LostReason};
use fabric::{Direction, HostId, LinkCounters, LinkId, PacketRecord, SocketId};
use fake_devices::AppChange;
use jump_client::{JumpClientConfig, JumpClientEvent};
use recording::{EntryKind, Recorder, ReportedCustomer, ReportedRepresentative, ShellRecord};
use rep_console::RepConsoleEvent;
use serde_json::Value;
use wire::SimTime;
use wire::session::{Audience, LogItem, SessionEvent};

use crate::World;
use crate::machine::MachineId;
use crate::program::{Program, ProgramId, ProgramSpec};
use crate::samples::Sampler;
use crate::wiretap::{SeenMessage, Speech, Wiretap};

/// The world's secretary.
#[derive(Default)]
pub(crate) struct Scribe {
    recorder: Option<Recorder>,
    tap: Wiretap,
    pub(crate) sampler: Sampler,
    /// What should not happen, and did.
    troubles: Vec<String>,
}

impl Scribe {
    pub(crate) fn is_recording(&self) -> bool {
        self.recorder.is_some()
    }

    pub(crate) fn write_at(&mut self, at: SimTime, kind: EntryKind) -> Option<u64> {
        Some(self.recorder.as_mut()?.record(at, kind))
    }
}

impl World {
    /// From now on everything is written down.
    pub fn attach_recorder(&mut self, recorder: Recorder) {
        self.scribe.recorder = Some(recorder);
    }

    /// The recording so far; nothing is written down any more.
    pub fn take_recorder(&mut self) -> Option<Recorder> {
        self.scribe.recorder.take()
    }

    /// Says in the recording which site the appliance serves.
    pub fn name_site(&mut self, site: &str) {
        if let Some(recorder) = &mut self.scribe.recorder {
            recorder.name_site(site);
        }
    }

    /// Writes something down that is not the world's own doing: acts, steps.
    pub fn record(&mut self, kind: EntryKind) {
        self.write(kind);
    }

    /// What should not happen and did, in words: broken frames, mostly.
    pub fn troubles(&self) -> &[String] {
        &self.scribe.troubles
    }

    /// The last messages on the wire, the oldest first.
    pub fn last_messages(&self) -> impl Iterator<Item = &SeenMessage> {
        self.scribe.tap.last()
    }

    /// The connections of a machine, as `netstat` prints them.
    pub fn netstat(&self, machine: MachineId) -> String {
        self.fabric.netstat(self.host(machine)).to_string()
    }

    /// Every machine, with its name.
    pub fn machines(&self) -> impl Iterator<Item = (MachineId, &str)> {
        let places = self.machines.iter().enumerate();
        places.map(|(place, machine)| (MachineId(place as u32), machine.name.as_str()))
    }

    /// What both directions of a machine's link have done so far.
    pub fn link_counters(&self, machine: MachineId) -> (LinkCounters, LinkCounters) {
        let host = self.host(machine);
        (self.counters_of(host, Direction::Up), self.counters_of(host, Direction::Down))
    }

    /// Shows every packet to `look`, whatever happens to it: for captures.
    pub fn tap_packets(&mut self, look: impl FnMut(&PacketRecord<'_>) + Send + 'static) {
        self.fabric.tap(look);
    }

    /// Names that programs dial, with whose they are.
    pub fn dialled_names(&self) -> impl Iterator<Item = (String, Ipv4Addr)> {
        self.lookups.server.records().map(|(name, address)| (name.to_string(), address))
    }

    /// The address of a machine.
    pub fn address(&self, machine: MachineId) -> Ipv4Addr {
        self.fabric.host_address(self.host(machine))
    }

    /// What all interfaces of a host have done together: a machine that roams is one machine.
    fn counters_of(&self, host: HostId, direction: Direction) -> LinkCounters {
        let links = self.fabric.interfaces_of(host).iter();
        let counters = links.map(|interface| self.fabric.counters(LinkId::Interface(*interface, direction)));
        counters.fold(LinkCounters::default(), LinkCounters::and)
    }

    fn write(&mut self, kind: EntryKind) -> Option<u64> {
        self.scribe.write_at(self.now, kind)
    }

    fn trouble(&mut self, text: String) {
        self.write(EntryKind::Trouble { text: text.clone() });
        self.scribe.troubles.push(text);
    }

    /// What a program has to tell, beside what it shows.
    pub(crate) fn take_events(&mut self, id: ProgramId) {
        loop {
            let slot = &mut self.slots[id.index()];
            match &mut slot.program {
                None => return,
                Some(Program::Appliance(party)) => match party.poll_event() {
                    None => return,
                    Some(event) => self.appliance_event(event),
                },
                Some(Program::RepConsole(party)) => match party.poll_event() {
                    None => return,
                    Some(RepConsoleEvent::ConnectionLost(LostReason::Malformed(what))) => {
                        self.malformed(id, &what)
                    }
                    Some(_) => {}
                },
                Some(Program::CustomerClient(party)) => match party.poll_event() {
                    None => return,
                    Some(CustomerClientEvent::ConnectionLost(LostReason::Malformed(what))) => {
                        self.malformed(id, &what);
                    }
                    Some(_) => {}
                },
                Some(Program::JumpClient(party)) => match party.poll_event() {
                    None => return,
                    Some(JumpClientEvent::ConnectionLost(LostReason::Malformed(what))) => {
                        self.malformed(id, &what)
                    }
                    Some(_) => {}
                },
                // It has nothing to tell that its view does not show.
                Some(Program::MailHost(_)) => return,
            }
        }
    }

    fn malformed(&mut self, id: ProgramId, what: &str) {
        self.trouble(format!("{} got what is no message: {what}", self.program_name(id)));
    }

    fn appliance_event(&mut self, event: ApplianceEvent) {
        match event {
            ApplianceEvent::Logged { session, entry } => {
                let (name, detail, audience) = match entry.what {
                    LogItem::Said { text, audience: Audience::Everyone, .. } => {
                        (SessionEvent::ChatMessage.to_string(), text, None)
                    }
                    LogItem::Said { text, audience: audience @ Audience::RepresentativesOnly, .. } => {
                        (SessionEvent::ChatMessage.to_string(), text, Some(audience.to_string()))
                    }
                    LogItem::Happened { event, detail } => (event.to_string(), detail, None),
                };
                let (session, who, by) = (session.to_string(), entry.by_name, Some(entry.by.0));
                self.write(EntryKind::SessionEvent { session, name, who, detail, by, audience });
            }
            ApplianceEvent::SessionEnded { report } => {
                self.write(EntryKind::SessionReport { report: Box::new(reported(*report)) });
            }
            ApplianceEvent::ShellRecorded { session, shell } => {
                let RecordedShell { name, by_name, began, ended, video, transcript } = *shell;
                let session = session.to_string();
                let shell = ShellRecord { session, name, by: by_name, began, ended, video, transcript };
                self.write(EntryKind::ShellRecorded { shell: Box::new(shell) });
            }
            ApplianceEvent::ProtocolError { from, what } => {
                let from = std::net::Ipv4Addr::from(from);
                self.trouble(format!("the appliance cut {from} off: {what}"));
            }
        }
    }

    /// Writes down what a program shows, if that may have changed, and what its machine has noticed.
    pub(crate) fn record_view(&mut self, id: ProgramId) {
        if self.scribe.recorder.is_none() {
            return;
        }
        self.record_apps(self.slots[id.index()].machine);
        let slot = &mut self.slots[id.index()];
        let Some(program) = &slot.program else { return };
        let revision = Some(program.view_revision());
        if slot.recorded != revision {
            slot.recorded = revision;
            let (kind, view) = (program.kind(), program.view_json());
            let recorder = self.scribe.recorder.as_mut().expect("it was just there");
            recorder.record_view(self.now, &slot.name, kind, view);
        }
    }

    /// A program that does not run shows nothing.
    pub(crate) fn record_stopped(&mut self, id: ProgramId) {
        let slot = &mut self.slots[id.index()];
        if let (Some(program), Some(recorder)) = (&slot.program, &mut self.scribe.recorder) {
            recorder.record_view(self.now, &slot.name, program.kind(), Value::Null);
        }
        slot.recorded = None;
    }

    fn record_apps(&mut self, machine: MachineId) {
        let state = &mut self.machines[machine.index()];
        let news: Vec<AppChange> = state.device.app_history()[state.app_changes_recorded..].to_vec();
        state.app_changes_recorded += news.len();
        let device = state.name.clone();
        for change in news {
            let what = match change {
                AppChange::Installed(app) => format!("{app} installed"),
                AppChange::Uninstalled(app) => format!("{app} uninstalled"),
            };
            self.write(EntryKind::DeviceWitness { device: device.clone(), what });
        }
    }

    /// Starts what a program has asked its machine to start.
    pub(crate) fn take_launches(&mut self, id: ProgramId) {
        let machine = self.slots[id.index()].machine;
        for launch in self.machines[machine.index()].device.take_launches() {
            match launch {
                Launch::CustomerClientForJump { jump, token } => {
                    let ProgramSpec::JumpClient(config) = &self.slots[id.index()].spec else { continue };
                    let host = config.uplink.appliance_host.clone();
                    let computer = device::Device::facts(&self.machines[machine.index()].device).computer;
                    let config = customer_client::CustomerClientConfig::jump(host, computer, jump, token);
                    let name = format!("client on {}", self.machines[machine.index()].name);
                    self.start(machine, &name, ProgramSpec::CustomerClient(config));
                }
                Launch::JumpClient { appliance_host, installer, mode } => {
                    let config = JumpClientConfig::new(appliance_host, installer);
                    let config = JumpClientConfig { mode, pinned: true, ..config };
                    let name = format!("Jump Client on {}", self.machines[machine.index()].name);
                    self.start(machine, &name, ProgramSpec::JumpClient(config));
                }
            }
        }
    }

    /// A connection is being dialled.
    pub(crate) fn tap_dialled(&mut self, id: ProgramId, socket: SocketId) {
        let Some((_, remote)) = self.fabric.addresses(socket) else { return };
        let target = self.fabric.host_at(*remote.ip()).map(|host| self.machine_of_host[host.index()]);
        let port = remote.port();
        let listens =
            self.slots.iter().position(|slot| Some(slot.machine) == target && slot.spec.port() == Some(port));
        let acceptor = listens.map_or(id, |place| ProgramId(place as u32));
        let speech = if port == APPLIANCE_PORT { Speech::Frames } else { Speech::Smtp };
        self.scribe.tap.opened(socket, id, acceptor, speech);
    }

    /// A connection was accepted.
    pub(crate) fn tap_accepted(&mut self, id: ProgramId, socket: SocketId) {
        if let Some(dialler) = self.fabric.peer(socket) {
            self.scribe.tap.accepted(socket, dialler, id);
        }
    }

    pub(crate) fn tap_closed(&mut self, socket: SocketId) {
        self.scribe.tap.closed(socket);
    }

    pub(crate) fn tap_sent(&mut self, socket: SocketId, bytes: &[u8]) {
        for sent in self.scribe.tap.sent(socket, bytes) {
            let from = self.program_name(sent.from).to_owned();
            let to = self.program_name(sent.to).to_owned();
            let entry = self.write(EntryKind::MessageSent {
                from: from.clone(),
                to: to.clone(),
                conn: sent.line,
                kind: sent.kind.to_owned(),
                bytes: sent.bytes,
            });
            self.scribe.tap.note(socket, self.now, sent, &from, &to, entry);
        }
    }

    pub(crate) fn tap_received(&mut self, socket: SocketId, bytes: usize) {
        for message in self.scribe.tap.received(socket, self.now, bytes) {
            if let Some(sent) = message.entry {
                self.write(EntryKind::MessageDelivered { sent });
            }
        }
    }
}

/// A session's report as recordings have it.
fn reported(report: SessionReport) -> recording::SessionReport {
    let SessionReport { session, kind, began, ended, customer, device, public_ip, issue, representatives } =
        report;
    let representative = |rep: ReportedRep| ReportedRepresentative {
        number: rep.member.0,
        name: rep.name,
        user_name: rep.user_name,
        public_ip: rep.public_ip.into(),
        is_owner: rep.owner,
        involved_ns: rep.involved.as_nanos() as u64,
    };
    recording::SessionReport {
        session: session.to_string(),
        kind: kind.to_string(),
        began,
        ended,
        issue,
        customer: ReportedCustomer {
            name: customer,
            computer: device.computer,
            platform: device.platform.to_string(),
            public_ip: public_ip.into(),
            private_ip: device.private_ip.into(),
        },
        representatives: representatives.into_iter().map(representative).collect(),
    }
}
