//! A test bench: an appliance on its machine, and the people around it.
//!
//! An [`Office`] owns the clock and the other end of every connection. What people do is put into frames and handed
//! to the appliance; what it sends is read back and kept as what each of them sees. Nothing here looks inside.

mod people;
mod screen;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use appliance::{Appliance, ApplianceEvent, Site};
use device::{Closed, ConnId, Input, Party as _, Transmit};
use fake_devices::{DeviceKind, FakeDevice};
use wire::customer::Start;
use wire::frame::Message;
use wire::session::LogEntry;
use wire::{Hello, IssueId, JumpClientId, Role, Seed, SessionId, SimTime, Token, encode_frame};

use crate::mortal::Mortal;
use screen::{Line, Seen};

pub(crate) use people::machine;

/// Two teams, three portals, four people with different rights. Connections may be silent for a day, so that a test
/// that waits need not keep them alive.
pub(crate) const SITE: &str = r##"
name = "Acme support"
host = "support.example.com"
sign_in = { hash_memory_kib = 8, hash_passes = 1 }
connections = { silent_after_s = 86_400 }

[[portal]]
name = "Main"

[[portal]]
name = "Formal"
agreement = "Acme may see your screen."
recording_prompt = true

[[portal]]
name = "Keys only"
starts = ["session key"]

[[team]]
name = "Network"

[[team]]
name = "Desktop"

[[issue]]
title = "VPN does not connect"
team = "Network"
priority = "high"

[[issue]]
title = "Printer prints nothing"
team = "Desktop"

[[representative]]
user_name = "alex"
display_name = "Alex"
password = "alex's password"
teams = ["Network", "Desktop"]
permissions = ["generate session key", "accept team sessions", "next session", "use Jump Clients"]
portals = ["Main", "Formal"]
avatar = { initials = "AK", colour = "#336699" }
jump_groups = ["Servers"]

[[representative]]
user_name = "blair"
display_name = "Blair"
password = "blair's password"
teams = ["Network"]
permissions = ["generate session key", "accept team sessions", "next session", "use Jump Clients"]
jump_groups = ["Servers"]
jump_prompt = { timeout_s = 30, silence = "deny" }

[[representative]]
user_name = "casey"
display_name = "Casey"
password = "casey's password"
teams = ["Network"]

[[representative]]
user_name = "drew"
display_name = "Drew"
password = "drew's password"
teams = ["Desktop"]
permissions = ["accept team sessions", "use Jump Clients"]

[[jump_group]]
name = "Servers"

[[jump_installer]]
token = "installer-servers"
group = "Servers"

[[jump_installer]]
token = "installer-alex"
representative = "alex"
"##;

/// Issues of [`SITE`].
pub(crate) const VPN: Start = Start::Issue(IssueId(0));
pub(crate) const PRINTER: Start = Start::Issue(IssueId(1));

/// The appliance, its machine, and whoever is connected, by name.
pub(crate) struct Office {
    pub(crate) appliance: Appliance,
    pub(crate) device: Mortal,
    pub(crate) now: SimTime,
    /// What it told whoever runs it.
    pub(crate) events: Vec<ApplianceEvent>,
    site: Site,
    seed: Seed,
    boots: u32,
    /// Whether the network takes what is sent to people.
    pub(crate) people_read: bool,
    /// Where people connect from.
    pub(crate) address: [u8; 4],
    /// Connections whose sending the appliance wants to know about.
    asked_about: BTreeSet<ConnId>,
    next_conn: u32,
    /// How many sessions were asked for: each has a secret of its own.
    asked: u32,
    lines: BTreeMap<ConnId, Line>,
    /// The connections on which the appliance waits to be told that it may go on.
    want_writable: BTreeSet<ConnId>,
    want_delivered: VecDeque<ConnId>,
    people: BTreeMap<String, ConnId>,
    /// Customers' secrets and sessions, which outlive their connections.
    memberships: BTreeMap<String, (Token, Option<SessionId>)>,
    identities: BTreeMap<String, (JumpClientId, Token)>,
    /// Connections to the mail host that the appliance has dialled, and what it has sent on them.
    pub(crate) dialled: BTreeMap<ConnId, Vec<u8>>,
}

impl Office {
    pub(crate) fn new() -> Self {
        Self::of(SITE)
    }

    pub(crate) fn of(site: &str) -> Self {
        Self::seeded(site, 1)
    }

    pub(crate) fn seeded(site: &str, seed: u64) -> Self {
        let site = Site::parse("test.toml", site).unwrap_or_else(|errors| panic!("{errors}"));
        let seed = Seed::from_number(seed);
        let mut office = Self {
            appliance: Appliance::new(site.clone(), seed, SimTime::ZERO),
            device: Mortal::new(FakeDevice::new(DeviceKind::LinuxPc, "appliance", [203, 0, 113, 1])),
            now: SimTime::ZERO,
            events: Vec::new(),
            site,
            seed,
            boots: 0,
            people_read: true,
            address: [198, 51, 100, 7],
            asked_about: BTreeSet::new(),
            next_conn: 0,
            asked: 0,
            lines: BTreeMap::new(),
            want_writable: BTreeSet::new(),
            want_delivered: VecDeque::new(),
            people: BTreeMap::new(),
            memberships: BTreeMap::new(),
            identities: BTreeMap::new(),
            dialled: BTreeMap::new(),
        };
        office.appliance.start(office.now, &mut office.device);
        office.drain();
        office
    }

    /// The power fails and comes back: every connection is gone, and what was not synced.
    pub(crate) fn restart(&mut self) {
        self.device.power_comes_back();
        self.lines.clear();
        self.want_writable.clear();
        self.want_delivered.clear();
        self.people.clear();
        self.dialled.clear();
        self.boots += 1;
        let seed = self.seed.child(&self.boots.to_string());
        self.appliance = Appliance::new(self.site.clone(), seed, self.now);
        self.appliance.start(self.now, &mut self.device);
        self.drain();
    }

    /// Time passes; the appliance is woken whenever it wants to be.
    pub(crate) fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(deadline) = self.appliance.poll_timeout().filter(|deadline| deadline.at <= until) {
            self.now = self.now.max(deadline.at);
            self.appliance.handle_timeout(self.now, &mut self.device);
            self.drain();
        }
        self.now = until;
    }

    pub(crate) fn wait_s(&mut self, secs: u64) {
        self.wait(Duration::from_secs(secs));
    }

    /// Somebody connects, and says nothing yet.
    pub(crate) fn connect(&mut self, who: &str) -> ConnId {
        let conn = ConnId::Accepted(self.next_conn);
        self.next_conn += 1;
        self.lines.insert(conn, Line::default());
        self.people.insert(who.to_owned(), conn);
        self.input(Input::Accepted { conn, from: self.address });
        conn
    }

    /// Somebody connects, who will understand what is said to such a peer.
    pub(crate) fn connect_as(&mut self, who: &str, role: Role) -> ConnId {
        let conn = self.connect(who);
        self.lines.get_mut(&conn).expect("just connected").role = Some(role);
        conn
    }

    /// Somebody connects and greets.
    pub(crate) fn greet(&mut self, who: &str, role: Role) -> ConnId {
        let conn = self.connect_as(who, role);
        self.bytes(who, &encode_frame(&Hello::new(role)));
        conn
    }

    /// Any bytes, from whoever that is.
    pub(crate) fn bytes(&mut self, who: &str, bytes: &[u8]) {
        let conn = self.people[who];
        self.bytes_on(conn, bytes);
    }

    pub(crate) fn bytes_on(&mut self, conn: ConnId, bytes: &[u8]) {
        self.input(Input::Received { conn, bytes });
    }

    /// A message, from whoever that is.
    pub(crate) fn say(&mut self, who: &str, message: &impl Message) {
        self.bytes(who, &encode_frame(message));
    }

    pub(crate) fn say_on(&mut self, conn: ConnId, message: &impl Message) {
        self.bytes_on(conn, &encode_frame(message));
    }

    pub(crate) fn conn_of(&self, who: &str) -> ConnId {
        self.people[who]
    }

    /// Somebody's connection breaks.
    pub(crate) fn cut(&mut self, who: &str) {
        let conn = self.people[who];
        self.lines.remove(&conn);
        self.want_writable.remove(&conn);
        self.input(Input::Closed { conn, how: Closed::TimedOut });
    }

    /// Every connection breaks.
    pub(crate) fn cut_everybody(&mut self) {
        for conn in self.lines.keys().copied().collect::<Vec<_>>() {
            self.lines.remove(&conn);
            self.asked_about.remove(&conn);
            self.input(Input::Closed { conn, how: Closed::Reset });
        }
    }

    pub(crate) fn line(&mut self, who: &str) -> &mut Line {
        let conn = self.people.get(who).unwrap_or_else(|| panic!("{who} was never connected"));
        self.lines.get_mut(conn).unwrap_or_else(|| panic!("{who}'s connection is gone"))
    }

    pub(crate) fn line_on(&mut self, conn: ConnId) -> &mut Line {
        self.lines.get_mut(&conn).expect("the connection is gone")
    }

    /// Whether somebody has a connection that the appliance has not closed.
    pub(crate) fn is_connected(&self, who: &str) -> bool {
        let line = self.people.get(who).and_then(|conn| self.lines.get(conn));
        line.is_some_and(|line| line.closed.is_none())
    }

    /// What somebody sees.
    pub(crate) fn sees(&mut self, who: &str) -> &Seen {
        &self.line(who).sees
    }

    /// The log of a session, as a console has it.
    pub(crate) fn sees_log(&mut self, who: &str, session: SessionId) -> Vec<LogEntry> {
        self.sees(who).logs.get(&session).cloned().unwrap_or_default()
    }

    /// Somebody's next line of chat has a number above this: a client counts on across its connections.
    pub(crate) fn next_line(&mut self, who: &str, above: u32) {
        self.line(who).next_line = above;
    }

    /// The messages that somebody got since the last call, by name.
    pub(crate) fn hears(&mut self, who: &str) -> Vec<&'static str> {
        std::mem::take(&mut self.line(who).kinds)
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.appliance.handle_input(self.now, &mut self.device, input);
        self.drain();
        while self.people_read
            && let Some(conn) = self.want_delivered.pop_front()
        {
            let input = Input::Delivered { conn, took: Duration::ZERO };
            self.appliance.handle_input(self.now, &mut self.device, input);
            self.drain();
        }
        while let Some(conn) = self.want_writable.first().copied()
            && self.people_read
        {
            self.take_all(conn);
        }
    }

    /// Whether the appliance wants to know when all that was sent on a connection is taken.
    pub(crate) fn is_asked_about(&self, conn: ConnId) -> bool {
        self.asked_about.contains(&conn)
    }

    /// The network has taken all that was sent on a connection.
    pub(crate) fn take_all(&mut self, conn: ConnId) {
        self.want_writable.remove(&conn);
        self.asked_about.remove(&conn);
        if self.lines.get(&conn).is_some_and(|line| line.closed.is_none()) {
            self.appliance.handle_input(self.now, &mut self.device, Input::Writable { conn });
            self.drain();
        }
    }

    /// What is told in the moment of a power loss never leaves the machine.
    fn drain(&mut self) {
        let dead = self.device.is_dead();
        while let Some(transmit) = self.appliance.poll_transmit() {
            if !dead {
                self.transmit(transmit);
            }
        }
        while let Some(event) = self.appliance.poll_event() {
            self.events.push(event);
        }
    }

    fn transmit(&mut self, transmit: Transmit) {
        match transmit {
            Transmit::Send { conn, bytes } if self.dialled.contains_key(&conn) => {
                self.dialled.entry(conn).or_default().extend(bytes);
            }
            Transmit::Close { conn, .. } if self.dialled.contains_key(&conn) => {
                self.dialled.remove(&conn);
            }
            Transmit::Send { conn, bytes } => {
                let line = self.lines.get_mut(&conn).expect("the appliance sends to who is there");
                assert_eq!(line.closed, None, "nothing is sent on a closed connection");
                line.hear(&bytes);
            }
            Transmit::Close { conn, how } => {
                let line = self.lines.get_mut(&conn).expect("the appliance closes what is there");
                assert_eq!(line.closed.replace(how), None, "a connection is closed once");
            }
            Transmit::NotifyWritable { conn } => {
                assert!(self.lines.contains_key(&conn), "the appliance asks about who is there");
                assert!(self.asked_about.insert(conn), "once is enough");
                self.want_writable.insert(conn);
            }
            Transmit::NotifyDelivered { conn } => self.want_delivered.push_back(conn),
            Transmit::Connect { conn, host, port } => {
                assert_eq!(
                    (host.as_str(), port),
                    ("mail.example.com", 25),
                    "the appliance dials nobody else"
                );
                self.dialled.insert(conn, Vec::new());
            }
        }
    }
}
