//! A test bench: an appliance on its machine, and the people around it.
//!
//! An [`Office`] owns the clock and the other end of every connection. What people do is put into frames and handed
//! to the appliance; what it sends is read back and kept as what each of them sees. Nothing here looks inside.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use appliance::{Appliance, ApplianceEvent, Site};
use device::{CloseHow, Closed, ConnId, Input, Party as _, Transmit};
use fake_devices::{DeviceKind, FakeDevice};
use wire::customer::{
    ApplianceToCustomer, CustomerEnd, CustomerStatus, CustomerToAppliance, Join, Start, StartRefusal,
};
use wire::frame::Message;
use wire::jump::{ApplianceToJump, JumpToAppliance};
use wire::rep::{ApplianceToRep, Goodbye, Refusal, RepAnswer, RepAsk, RepToAppliance};
use wire::session::{
    Audience, CustomerPresence, DeviceFacts, LogEntry, LogItem, Platform, QueueEntry, QueueEntryKind,
    SessionState,
};
use wire::{
    FrameReader, Hello, IssueId, JumpClientId, LineId, QueueEntryId, QueueId, RepId, RequestId, Role, Seed,
    SessionId, SimTime, Token, encode_frame,
};

use crate::mortal::Mortal;

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
    /// Connections whose sending the appliance wants to know about.
    asked_about: BTreeSet<ConnId>,
    next_conn: u32,
    /// How many sessions were asked for: each has a secret of its own.
    asked: u32,
    lines: BTreeMap<ConnId, Line>,
    /// The connections on which the appliance waits to be told that it may go on.
    want_writable: BTreeSet<ConnId>,
    people: BTreeMap<String, ConnId>,
    /// Customers' secrets and sessions, which outlive their connections.
    memberships: BTreeMap<String, (Token, Option<SessionId>)>,
    identities: BTreeMap<String, (JumpClientId, Token)>,
}

/// The far end of a connection.
#[derive(Default)]
pub(crate) struct Line {
    role: Option<Role>,
    reader: FrameReader,
    next_request: u32,
    next_line: u32,
    /// How the appliance closed it.
    pub(crate) closed: Option<CloseHow>,
    pub(crate) goodbye: Option<Goodbye>,
    /// Messages since the last look, by name.
    pub(crate) kinds: Vec<&'static str>,
    /// All that was sent on it, in bytes.
    pub(crate) bytes: usize,
    answers: Vec<(RequestId, Result<RepAnswer, Refusal>)>,
    pub(crate) jump_says: Vec<ApplianceToJump>,
    pub(crate) customer_says: Vec<ApplianceToCustomer>,
    pub(crate) sees: Seen,
}

/// What somebody's screen shows.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) queue_lines: BTreeMap<QueueEntryId, QueueEntry>,
    pub(crate) pages: BTreeMap<SessionId, SessionState>,
    pub(crate) logs: BTreeMap<SessionId, Vec<LogEntry>>,
    pub(crate) colleagues: Vec<String>,
    pub(crate) status: Option<CustomerStatus>,
    pub(crate) ended: Option<CustomerEnd>,
    pub(crate) refused: Option<StartRefusal>,
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
            asked_about: BTreeSet::new(),
            next_conn: 0,
            asked: 0,
            lines: BTreeMap::new(),
            want_writable: BTreeSet::new(),
            people: BTreeMap::new(),
            memberships: BTreeMap::new(),
            identities: BTreeMap::new(),
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
        self.people.clear();
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
        self.input(Input::Accepted { conn, from: [198, 51, 100, 7] });
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
            Transmit::Connect { .. } => panic!("the appliance dials nobody"),
        }
    }
}

/// Representatives.
impl Office {
    pub(crate) fn sign_in(&mut self, who: &str) {
        self.greet(who, Role::RepConsole);
        let user_name = who.trim_end_matches('\'').to_owned();
        let password = format!("{user_name}'s password");
        let answer = self.ask(who, RepAsk::SignIn { user_name, password });
        assert!(matches!(answer, Ok(RepAnswer::SignedIn(_))), "{answer:?}");
    }

    /// Asks, and gives the answer.
    pub(crate) fn ask(&mut self, who: &str, ask: RepAsk) -> Result<RepAnswer, Refusal> {
        let request = self.ask_later(who, ask);
        self.answer(who, request).expect("a question is answered at once")
    }

    /// Asks what is answered later.
    pub(crate) fn ask_later(&mut self, who: &str, ask: RepAsk) -> RequestId {
        let line = self.line(who);
        let request = RequestId(line.next_request);
        line.next_request += 1;
        self.say(who, &RepToAppliance::Ask { request, ask });
        request
    }

    /// The answer to a question, if it came.
    pub(crate) fn answer(&mut self, who: &str, request: RequestId) -> Option<Result<RepAnswer, Refusal>> {
        let answers = &mut self.line(who).answers;
        let place = answers.iter().position(|(answered, _)| *answered == request)?;
        Some(answers.remove(place).1)
    }

    /// The line that stands for somebody's session on a console, if one does.
    pub(crate) fn find_line(&mut self, who: &str, customer: &str) -> Option<QueueEntry> {
        self.sees(who).queue_lines.values().find(|line| line.customer == customer).cloned()
    }

    pub(crate) fn accept(&mut self, who: &str, customer: &str) -> Result<RepAnswer, Refusal> {
        let line = self.find_line(who, customer).expect("a line is on the screen");
        self.ask(who, RepAsk::Accept { entry: line.id })
    }

    pub(crate) fn invite(&mut self, who: &str, customer: &str, whom: RepId) -> Result<RepAnswer, Refusal> {
        let session = self.session_of(customer);
        self.ask(who, RepAsk::Invite { session, rep: whom })
    }

    /// Asks something about Carla's session.
    pub(crate) fn ask_about(
        &mut self,
        who: &str,
        ask: impl FnOnce(SessionId) -> RepAsk,
    ) -> Result<RepAnswer, Refusal> {
        let session = self.session_of("carla");
        self.ask(who, ask(session))
    }

    pub(crate) fn rep_says(
        &mut self,
        who: &str,
        session: SessionId,
        audience: Audience,
        text: &str,
    ) -> LineId {
        let line = self.line(who);
        line.next_line += 1;
        let line = LineId(line.next_line);
        self.say(who, &RepToAppliance::Chat { session, line, audience, text: text.to_owned() });
        line
    }
}

/// Customers.
impl Office {
    /// A customer asks for a session and gets it.
    pub(crate) fn arrive(&mut self, who: &str, start: Start) -> SessionId {
        self.greet(who, Role::Customer);
        self.join(who, start);
        self.session_of(who)
    }

    /// A customer asks for a session, with a new secret.
    pub(crate) fn join(&mut self, who: &str, start: Start) {
        self.asked += 1;
        let token = Token(self.seed.child(&format!("secret {}", self.asked)).as_bytes16());
        self.memberships.insert(who.to_owned(), (token, None));
        let join = self.join_message(who, start);
        self.say(who, &CustomerToAppliance::Join(join));
        self.note_session(who);
    }

    /// What a customer asks with, on the main portal.
    pub(crate) fn join_message(&self, who: &str, start: Start) -> Join {
        Join {
            token: self.memberships[who].0,
            start,
            portal: None,
            name: who.to_owned(),
            agreement: None,
            recording: None,
            device: machine(who),
        }
    }

    pub(crate) fn note_session(&mut self, who: &str) {
        let says = self.line(who).customer_says.iter();
        let joined = says.rev().find_map(|message| match message {
            ApplianceToCustomer::Joined { session } => Some(*session),
            _ => None,
        });
        if let (Some(session), Some(membership)) = (joined, self.memberships.get_mut(who)) {
            membership.1 = Some(session);
        }
    }

    /// The session that a customer was told of, if they were.
    pub(crate) fn joined(&self, who: &str) -> Option<SessionId> {
        self.memberships[who].1
    }

    pub(crate) fn session_of(&self, who: &str) -> SessionId {
        self.memberships[who].1.unwrap_or_else(|| panic!("{who} has no session"))
    }

    pub(crate) fn token_of(&self, who: &str) -> Token {
        self.memberships[who].0
    }

    /// A customer comes back on a new connection.
    pub(crate) fn resume(&mut self, who: &str, have_seq: u32) {
        let (token, session) = self.memberships[who];
        self.greet(who, Role::Customer);
        let session = session.expect("there is a session to come back to");
        self.say(who, &CustomerToAppliance::Resume { session, token, have_seq });
    }

    pub(crate) fn customer_says(&mut self, who: &str, text: &str) -> LineId {
        let line = self.line(who);
        line.next_line += 1;
        let line = LineId(line.next_line);
        self.say(who, &CustomerToAppliance::Chat { line, text: text.to_owned() });
        line
    }
}

/// Jump Clients.
impl Office {
    /// A Jump Client is installed on a machine, and registers.
    pub(crate) fn register(&mut self, who: &str, installer: &str) -> JumpClientId {
        self.greet(who, Role::JumpClient);
        let register = JumpToAppliance::Register {
            installer: installer.into(),
            device: machine(who),
            user_present: true,
        };
        self.say(who, &register);
        self.note_identity(who);
        self.identities.get(who).unwrap_or_else(|| panic!("{who} is not registered")).0
    }

    /// A Jump Client keeps what it is told about itself.
    pub(crate) fn note_identity(&mut self, who: &str) {
        if let Some(ApplianceToJump::Registered { id, secret }) = self.line(who).jump_says.last() {
            let identity = (*id, *secret);
            self.identities.insert(who.to_owned(), identity);
        }
    }

    pub(crate) fn is_registered(&self, who: &str) -> bool {
        self.identities.contains_key(who)
    }

    /// A Jump Client comes back on a new connection; gives what it is told.
    pub(crate) fn come_back(&mut self, who: &str) -> ApplianceToJump {
        self.greet(who, Role::JumpClient);
        let (id, secret) = self.identities[who];
        self.say(who, &JumpToAppliance::Return { id, secret, device: machine(who), user_present: true });
        self.line(who).jump_says.pop().expect("whoever comes back is answered")
    }
}

pub(crate) fn machine(name: &str) -> DeviceFacts {
    DeviceFacts { computer: name.to_uppercase(), platform: Platform::Windows, private_ip: [10, 0, 0, 7] }
}

impl Line {
    fn hear(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len();
        self.reader.push(bytes);
        while let Some(body) =
            self.reader.next_frame().expect("the appliance sends frames").map(<[u8]>::to_vec)
        {
            match self.role.expect("the appliance says nothing before the greeting") {
                Role::RepConsole => self.hear_rep(ApplianceToRep::from_frame(&body).expect("a message")),
                Role::Customer => {
                    self.hear_customer(ApplianceToCustomer::from_frame(&body).expect("a message"))
                }
                Role::JumpClient => {
                    let message = ApplianceToJump::from_frame(&body).expect("a message");
                    self.kinds.push(message.kind());
                    if let ApplianceToJump::Goodbye(why) = message {
                        self.goodbye = Some(why);
                    }
                    self.jump_says.push(message);
                }
            }
        }
    }

    fn hear_rep(&mut self, message: ApplianceToRep) {
        self.kinds.push(message.kind());
        let sees = &mut self.sees;
        match message {
            ApplianceToRep::Answer { request, answer } => self.answers.push((request, answer)),
            ApplianceToRep::EntryShown(line) => {
                sees.queue_lines.insert(line.id, line);
            }
            ApplianceToRep::EntryGone { entry } => {
                assert!(sees.queue_lines.remove(&entry).is_some(), "only what was shown goes away");
            }
            ApplianceToRep::SessionShown(state) => {
                sees.pages.insert(state.id, state);
            }
            ApplianceToRep::SessionClosed { session, .. } => {
                assert!(sees.pages.remove(&session).is_some(), "only open pages close");
                sees.logs.remove(&session);
            }
            ApplianceToRep::Log { session, entries } => {
                assert!(sees.pages.contains_key(&session), "a log belongs to an open page");
                let log = sees.logs.entry(session).or_default();
                log.extend(entries);
                assert!(log.is_sorted_by(|a, b| a.seq < b.seq), "entries come in order and once");
            }
            ApplianceToRep::Colleagues(colleagues) => {
                sees.colleagues = colleagues.into_iter().map(|colleague| colleague.name).collect();
            }
            ApplianceToRep::Goodbye(why) => self.goodbye = Some(why),
            ApplianceToRep::Heartbeat => {}
        }
    }

    fn hear_customer(&mut self, message: ApplianceToCustomer) {
        self.kinds.push(message.kind());
        let sees = &mut self.sees;
        match &message {
            ApplianceToCustomer::Status(status) => {
                assert_ne!(sees.status.as_ref(), Some(status), "a status is told when it changes");
                sees.status = Some(status.clone());
            }
            ApplianceToCustomer::Log(entries) => {
                sees.logs.entry(SessionId(0)).or_default().extend(entries.iter().cloned());
            }
            ApplianceToCustomer::Ended(why) => sees.ended = Some(*why),
            ApplianceToCustomer::Refused(why) => sees.refused = Some(*why),
            ApplianceToCustomer::Goodbye(why) => self.goodbye = Some(*why),
            ApplianceToCustomer::Joined { .. } => *sees = Seen::default(),
            ApplianceToCustomer::PortalPage(_)
            | ApplianceToCustomer::StartChecked(_)
            | ApplianceToCustomer::Package { .. }
            | ApplianceToCustomer::Heartbeat => {}
        }
        self.customer_says.push(message);
    }
}

impl Seen {
    /// What a customer's session looks like to a representative.
    pub(crate) fn of_customer(&self, customer: &str) -> String {
        let page = self.pages.values().find(|page| page.customer == customer);
        let mut words: Vec<String> = page.iter().map(|page| page_words(page)).collect();
        let lines = self.queue_lines.values().filter(|line| line.customer == customer);
        words.extend(
            lines.filter(|line| line.what != QueueEntryKind::InSession || page.is_none()).map(line_words),
        );
        if words.is_empty() { "-".to_owned() } else { words.join(" and ") }
    }

    /// What a customer sees of their session.
    pub(crate) fn as_customer(&self) -> String {
        if let Some(why) = self.ended {
            return why.to_string();
        }
        if let Some(why) = self.refused {
            return why.to_string();
        }
        match &self.status {
            None => "nothing".to_owned(),
            Some(CustomerStatus::Waiting { position }) => format!("number {position}"),
            Some(CustomerStatus::OnHold) => "on hold".to_owned(),
            Some(CustomerStatus::WithRepresentatives { representatives }) => {
                let names: Vec<&str> = representatives.iter().map(|card| card.name.as_str()).collect();
                format!("with {}", names.join(", "))
            }
        }
    }

    /// The lines of chat that somebody has, of one session.
    pub(crate) fn chat(&self, session: SessionId) -> Vec<String> {
        let entries = self.logs.get(&session).into_iter().flatten();
        let said = entries.filter_map(|entry| match &entry.what {
            LogItem::Said { text, .. } => Some(format!("{}: {text}", entry.by_name)),
            LogItem::Happened { .. } => None,
        });
        said.collect()
    }
}

fn page_words(page: &SessionState) -> String {
    let role = match page.owner {
        Some(owner) if owner == page.me => "owns",
        Some(_) => "shares",
        None => "shares, no owner",
    };
    match page.presence {
        CustomerPresence::Connected => role.to_owned(),
        presence @ (CustomerPresence::Lost | CustomerPresence::Gone) => format!("{role} ({presence})"),
    }
}

fn line_words(line: &QueueEntry) -> String {
    let place = match line.queue {
        QueueId::Personal(_) => "own queue".to_owned(),
        QueueId::Team(team) => format!("{team}"),
    };
    let what = match &line.what {
        QueueEntryKind::Waiting => format!("waits in {place}"),
        QueueEntryKind::InSession => "in session without a page".to_owned(),
        QueueEntryKind::Invitation { from } => format!("invited by {from}"),
    };
    match line.presence {
        CustomerPresence::Connected => what,
        presence @ (CustomerPresence::Lost | CustomerPresence::Gone) => format!("{what} ({presence})"),
    }
}
