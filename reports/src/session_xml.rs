//! The public session report: the support sessions of a recording as an integration reads them.
//!
//! The tree is that of the public reporting API's report `SupportSession`, as responses to it were seen; elements for
//! what a recording knows nothing of are left out. Events go by their public names. Three things are ours, since a
//! rehearsal has no such thing: an `lsid` is drawn from the recording's header, a destination that is no person (a
//! queue, everyone) has the type `system`, and time begins at [`SESSION_XML_EPOCH`], so that the same recording gives
//! the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use recording::{EntryKind, Recording, ReportedRepresentative, SessionReport};
use wire::{MemberId, Seed, SimTime};

/// The moment at which every run begins, in seconds since the Unix epoch: that itself, as in captures and in mail.
pub const SESSION_XML_EPOCH: i64 = 0;

/// The namespace that parsers of the report expect.
const NAMESPACE: &str = "http://www.beyondtrust.com/sra/namespaces/API/reporting";
/// What the report says where it does not know.
const UNKNOWN: &str = "Unknown";
/// The customer's number in every session.
const CUSTOMER: MemberId = MemberId(1);

const CHAT_MESSAGE: &str = "Chat Message";
const NOTE_ADDED: &str = "Session Note Added";
const MEMBER_ADDED: &str = "Conference Member Added";
const MEMBER_DEPARTED: &str = "Conference Member Departed";
const OWNER_CHANGED: &str = "Conference Owner Changed";
const TO_QUEUE: &str = "Session Transferred to Queue";
const FROM_QUEUE: &str = "Session Transferred Away from Queue";

/// All support sessions of a recording, in the order in which they began. One that was not over when the recording
/// ended has no end, no duration and no addresses.
pub fn session_xml(recording: &Recording) -> String {
    let mut xml = Xml::new();
    xml.open("session_list", &[("xmlns", NAMESPACE)]);
    for (place, session) in sessions(recording).iter().enumerate() {
        xml.session(recording, session, place + 1);
    }
    xml.close("session_list");
    xml.finish()
}

/// A support session, as far as the recording tells of it.
struct Session<'a> {
    id: &'a str,
    happened: Vec<Happened<'a>>,
    /// The name that everybody first had, by number.
    names: BTreeMap<MemberId, &'a str>,
    report: Option<&'a SessionReport>,
}

/// Something that happened in it.
struct Happened<'a> {
    at: SimTime,
    name: &'a str,
    by: MemberId,
    who: &'a str,
    detail: &'a str,
    audience: Option<&'a str>,
}

fn sessions(recording: &Recording) -> Vec<Session<'_>> {
    let mut sessions: Vec<Session<'_>> = Vec::new();
    for entry in recording.entries() {
        match &entry.kind {
            EntryKind::SessionEvent { session, name, who, detail, by, audience } => {
                let session = with_id(&mut sessions, session);
                let by = by.map_or_else(|| session.number_by_arrival(who), MemberId);
                if !who.is_empty() {
                    session.names.entry(by).or_insert(who);
                }
                let audience = audience.as_deref();
                session.happened.push(Happened { at: entry.at, name, by, who, detail, audience });
            }
            EntryKind::SessionReport { report } => {
                let session = with_id(&mut sessions, &report.session);
                session.report = Some(report);
                session.names.insert(CUSTOMER, &report.customer.name);
                let names =
                    report.representatives.iter().map(|rep| (MemberId(rep.number), rep.name.as_str()));
                session.names.extend(names);
            }
            _ => {}
        }
    }
    sessions
}

fn with_id<'s, 'a>(sessions: &'s mut Vec<Session<'a>>, id: &'a str) -> &'s mut Session<'a> {
    let place = sessions.iter().position(|session| session.id == id).unwrap_or_else(|| {
        sessions.push(Session { id, happened: Vec::new(), names: BTreeMap::new(), report: None });
        sessions.len() - 1
    });
    &mut sessions[place]
}

impl Session<'_> {
    /// The number of whoever has this name, in files older than format 1.2: those tell no numbers, but members have
    /// always been numbered in the order of arrival.
    fn number_by_arrival(&self, who: &str) -> MemberId {
        if who.is_empty() {
            return MemberId::SYSTEM;
        }
        self.numbered(who).unwrap_or(MemberId(self.names.len() as u32 + 1))
    }

    fn numbered(&self, name: &str) -> Option<MemberId> {
        self.names.iter().find(|(_, known)| **known == name).map(|(number, _)| *number)
    }

    /// The number of the representative whom an event makes the owner: the customer may have the same name, and so may
    /// a representative who has left.
    fn owner_by(&self, event: &Happened<'_>) -> Option<MemberId> {
        let place = self.happened.iter().position(|other| std::ptr::eq(other, event));
        let before = &self.happened[..place.unwrap_or_default()];
        let is_in = |number: MemberId| {
            let moves = before.iter().filter(|it| it.by == number);
            moves.rev().find(|it| [MEMBER_ADDED, MEMBER_DEPARTED].contains(&it.name)).map(|it| it.name)
                == Some(MEMBER_ADDED)
        };
        let named = self.names.iter().filter(|(number, name)| **number > CUSTOMER && **name == event.detail);
        let mut named = named.map(|(number, _)| *number);
        named.find(|number| is_in(*number))
    }

    fn began(&self) -> SimTime {
        let first = self.happened.first().map_or(SimTime::ZERO, |event| event.at);
        self.report.map_or(first, |report| report.began)
    }

    fn representatives(&self) -> Vec<Representative<'_>> {
        match self.report {
            Some(report) => report.representatives.iter().map(Representative::reported).collect(),
            None => self.representatives_so_far(),
        }
    }

    /// Who is in a session that was not over yet, by what happened until the recording's last word of it.
    fn representatives_so_far(&self) -> Vec<Representative<'_>> {
        let last = self.happened.last().map_or(SimTime::ZERO, |event| event.at);
        let owner = self.happened.iter().rev().find(|event| event.name == OWNER_CHANGED);
        let owner = owner.and_then(|event| self.owner_by(event));
        let representatives = self.names.iter().filter(|(number, _)| **number > CUSTOMER);
        representatives
            .map(|(number, name)| {
                let mut involved = Duration::ZERO;
                let mut since = None;
                for event in self.happened.iter().filter(|event| event.by == *number) {
                    match event.name {
                        MEMBER_ADDED => since = Some(event.at),
                        MEMBER_DEPARTED => {
                            involved += since.take().map_or(Duration::ZERO, |at| event.at - at)
                        }
                        _ => {}
                    }
                }
                involved += since.map_or(Duration::ZERO, |at| last - at);
                Representative {
                    number: *number,
                    name,
                    user_name: UNKNOWN,
                    public_ip: UNKNOWN.to_owned(),
                    is_owner: owner == Some(*number),
                    involved,
                }
            })
            .collect()
    }

    /// The representative that the session counts as: its last owner, or else whoever was there first.
    fn primary<'r, 'a>(representatives: &'r [Representative<'a>]) -> Option<&'r Representative<'a>> {
        representatives.iter().find(|rep| rep.is_owner).or(representatives.first())
    }
}

struct Representative<'a> {
    number: MemberId,
    name: &'a str,
    user_name: &'a str,
    public_ip: String,
    is_owner: bool,
    involved: Duration,
}

impl<'a> Representative<'a> {
    fn reported(rep: &'a ReportedRepresentative) -> Self {
        Self {
            number: MemberId(rep.number),
            name: &rep.name,
            // Nobody has given an external representative an account.
            user_name: rep.user_name.as_deref().unwrap_or(""),
            public_ip: rep.public_ip.to_string(),
            is_owner: rep.is_owner,
            involved: Duration::from_nanos(rep.involved_ns),
        }
    }
}

/// A document that is being written.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn new() -> Self {
        let mut xml = Self(Writer::new_with_indent(Vec::new(), b' ', 2));
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    fn finish(self) -> String {
        let mut text = String::from_utf8(self.0.into_inner()).expect("only text was written");
        text.push('\n');
        text
    }

    fn session(&mut self, recording: &Recording, session: &Session<'_>, number: usize) {
        let representatives = session.representatives();
        self.open("session", &[("lsid", &lsid(recording, session.id))]);
        self.text("session_type", session.report.map_or("support", |report| &report.kind));
        self.text("lseq", &number.to_string());
        self.time("start_time", session.began());
        if let Some(report) = session.report {
            self.time("end_time", report.ended);
            self.text("duration", &clock(report.ended - report.began));
        }
        if let Some(name) = session.names.get(&CUSTOMER) {
            self.with("primary_customer", &[("gsnumber", &CUSTOMER.0.to_string())], name);
        }
        if let Some(rep) = Session::primary(&representatives) {
            self.with("primary_rep", &[("gsnumber", &rep.number.0.to_string())], rep.name);
        }
        let count = |names: &[&str]| {
            let counted = session.happened.iter().filter(|event| names.contains(&event.name)).count();
            counted.to_string()
        };
        self.text("file_transfer_count", &count(&["File Upload", "File Download"]));
        self.text("file_move_count", &count(&["File Moved"]));
        self.text("file_delete_count", &count(&["File Deleted"]));
        self.customers(session);
        self.representatives(&representatives);
        self.open("session_details", &[]);
        for event in &session.happened {
            self.event(session, event);
        }
        self.close("session_details");
        self.close("session");
    }

    fn customers(&mut self, session: &Session<'_>) {
        self.open("customer_list", &[]);
        if let Some(name) = session.names.get(&CUSTOMER) {
            self.open("customer", &[("gsnumber", &CUSTOMER.0.to_string())]);
            self.text("username", name);
            let customer = session.report.map(|report| &report.customer);
            let known = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
            self.text("public_ip", &known(customer.map(|customer| customer.public_ip.to_string())));
            self.text("private_ip", &known(customer.map(|customer| customer.private_ip.to_string())));
            self.text("hostname", &known(customer.map(|customer| customer.computer.clone())));
            self.text("os", &known(customer.map(|customer| customer.platform.clone())));
            self.close("customer");
        }
        self.close("customer_list");
    }

    fn representatives(&mut self, representatives: &[Representative<'_>]) {
        self.open("rep_list", &[]);
        for rep in representatives {
            self.open("representative", &[("gsnumber", &rep.number.0.to_string())]);
            self.text("username", rep.user_name);
            self.text("display_name", rep.name);
            self.text("public_display_name", rep.name);
            self.text("private_display_name", rep.name);
            self.text("public_ip", &rep.public_ip);
            self.text("private_ip", UNKNOWN);
            self.text("os", UNKNOWN);
            self.text("session_owner", if rep.is_owner { "1" } else { "0" });
            self.text("seconds_involved", &rep.involved.as_secs().to_string());
            self.close("representative");
        }
        self.close("rep_list");
    }

    fn event(&mut self, session: &Session<'_>, event: &Happened<'_>) {
        let timestamp = unix(event.at).to_string();
        self.open("event", &[("timestamp", &timestamp), ("event_type", event.name)]);
        if event.by != MemberId::SYSTEM {
            self.person("performed_by", event.by, event.who);
        }
        match event.name {
            CHAT_MESSAGE => {
                self.person("destination", MemberId::SYSTEM, event.audience.unwrap_or("everyone"));
                self.text("body", event.detail);
            }
            NOTE_ADDED => self.text("body", event.detail),
            OWNER_CHANGED => {
                let owner = session.owner_by(event).unwrap_or(MemberId::SYSTEM);
                self.person("destination", owner, event.detail);
                self.value("owner", event.detail);
            }
            TO_QUEUE | FROM_QUEUE => {
                self.person("destination", MemberId::SYSTEM, event.detail);
                self.value("queue", event.detail);
            }
            MEMBER_DEPARTED => self.value("reason", event.detail),
            "Conference Member State Changed" => self.value("state", event.detail),
            "Session Assigned" => self.value("representative", event.detail),
            "Session Assignment Response" | "Legal Agreement Response" => {
                self.value("response", event.detail)
            }
            "Session Invitation Sent" | "Session Invitation Closed" => self.value("invitation", event.detail),
            "Service Access Allowed" => self.value("service", event.detail),
            _ => self.value("detail", event.detail),
        }
        self.close("event");
    }

    /// Somebody, or something, by its number in the session; 0 is the system, and all that is no person.
    fn person(&mut self, element: &str, number: MemberId, name: &str) {
        let kind = match number {
            MemberId::SYSTEM => "system",
            CUSTOMER => "customer",
            _ => "representative",
        };
        self.with(element, &[("type", kind), ("gsnumber", &number.0.to_string())], name);
    }

    /// The one value of an event's data, where there is any.
    fn value(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.open("data", &[]);
            let element = element("value", &[("name", name), ("value", value)]);
            self.write(Event::Empty(element));
            self.close("data");
        }
    }

    fn time(&mut self, name: &str, at: SimTime) {
        let at = unix(at);
        let words = DateTime::from_timestamp(at, 0).map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, false));
        let words = words.expect("a run of 584 years from the epoch ends long before the calendar does");
        self.with(name, &[("timestamp", &at.to_string())], &words);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.with(name, &[], text);
    }

    fn with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.write(Event::Start(element(name, attributes)));
        self.write(Event::Text(BytesText::new(&sayable(text))));
        self.close(name);
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.write(Event::Start(element(name, attributes)));
    }

    fn close(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    fn write(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("a `Vec` takes all that is written");
    }
}

fn element<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for (name, value) in attributes {
        // Whoever reads an attribute takes any white space in it for a blank.
        element.push_attribute((*name, sayable(value).replace(['\n', '\r', '\t'], " ").as_str()));
    }
    element
}

/// A text without what no XML document may hold: people can type control characters.
fn sayable(text: &str) -> String {
    let may_stand =
        |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars()
        .map(|character| if may_stand(character) { character } else { char::REPLACEMENT_CHARACTER })
        .collect()
}

fn unix(at: SimTime) -> i64 {
    SESSION_XML_EPOCH + (at.as_millis() / 1_000) as i64
}

/// Hours, minutes and seconds, as the report has durations: `00:15:02`.
fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Thirty-two hexadecimal digits that no other session of any recording has.
fn lsid(recording: &Recording, session: &str) -> String {
    let header = recording.header();
    let seed = Seed::from_number(header.seed).child(&header.path).child(&header.scenario).child(session);
    seed.as_bytes16().iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
