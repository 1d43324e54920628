//! A support centre around an appliance, with people who do nothing but what the queue needs. Bytes go in and come out;
//! the clock is the centre's own.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt::Write as _;
use std::time::Duration;

use appliance::{Appliance, Site};
use device::{Closed, ConnId, Input, Party as _, Transmit};
use fake_devices::{DeviceKind, FakeDevice};
use wire::customer::{ApplianceToCustomer, CustomerStatus, CustomerToAppliance, Join, Start};
use wire::frame::Message as _;
use wire::rep::{ApplianceToRep, RepAnswer, RepAsk, RepToAppliance};
use wire::session::{DeviceFacts, Platform};
use wire::{FrameReader, Hello, IssueId, RequestId, Role, Seed, SessionId, SimTime, Token, encode_frame};

use super::Caller;

/// One team, which hands out work; connections may be silent for ever, so that nobody has to keep them alive.
const SITE: &str = r#"
name = "One queue"
host = "support.example.com"
sign_in = { hash_memory_kib = 8, hash_passes = 1 }
connections = { silent_after_s = 4_294_967_295 }

[[portal]]
name = "Main"

[[team]]
name = "Line"
routing = "least busy"

[[issue]]
title = "Anything"
team = "Line"
"#;

/// The appliance, and everybody's end of its connections.
pub(crate) struct Centre {
    appliance: Appliance,
    device: FakeDevice,
    now: SimTime,
    /// Everybody's connection; representatives have the first.
    lines: BTreeMap<ConnId, Line>,
    next_conn: u32,
    /// Sessions that are being handled, by when they end.
    handled: BinaryHeap<Reverse<(SimTime, u32, SessionId)>>,
    /// By session: which caller.
    callers: BTreeMap<SessionId, usize>,
    waits: Vec<Option<Duration>>,
    seed: Seed,
}

enum Line {
    Rep { place: u32, reader: FrameReader, asked: u32 },
    Customer { caller: usize, reader: FrameReader },
}

/// What somebody has heard, and what follows.
enum Heard {
    Asked { rep: u32, entry: wire::QueueEntryId },
    Took { rep: u32, session: SessionId },
    Requested { caller: usize, session: SessionId },
    Helped { caller: usize },
    Over { conn: ConnId },
}

impl Centre {
    /// A centre with so many representatives, all signed in.
    pub(crate) fn new(reps: usize, seed: Seed) -> Self {
        let site = Site::parse("erlang.toml", &site(reps)).unwrap_or_else(|errors| panic!("{errors}"));
        let mut centre = Self {
            appliance: Appliance::new(site, seed.child("appliance"), SimTime::ZERO),
            device: FakeDevice::new(DeviceKind::LinuxPc, "appliance", [203, 0, 113, 1]),
            now: SimTime::ZERO,
            lines: BTreeMap::new(),
            next_conn: 0,

            handled: BinaryHeap::new(),
            callers: BTreeMap::new(),
            waits: Vec::new(),
            seed,
        };
        centre.appliance.start(centre.now, &mut centre.device);
        for place in 0..reps as u32 {
            let conn = centre.connect(Line::Rep { place, reader: FrameReader::default(), asked: 0 });
            centre.say(conn, &encode_frame(&Hello::new(Role::RepConsole)));
            let sign_in = RepAsk::SignIn { user_name: user_name(place), password: PASSWORD.to_owned() };
            centre.ask(place, sign_in, &[]);
        }
        centre
    }

    /// Lets all callers come, and gives how long each has waited.
    pub(crate) fn serve(mut self, callers: &[Caller]) -> Vec<Duration> {
        self.waits = vec![None; callers.len()];
        let mut coming = callers.iter().enumerate().peekable();
        loop {
            let comes = coming.peek().map(|(_, caller)| caller.comes);
            let ends = self.handled.peek().map(|Reverse((at, ..))| *at);
            let Some(next) = [comes, ends].into_iter().flatten().min() else { break };
            self.wait_until(next);
            // Who ends at the moment in which somebody comes is free for them.
            if ends == Some(next) {
                let Reverse((_, rep, session)) = self.handled.pop().expect("it was just seen");
                self.ask(rep, RepAsk::End { session }, callers);
            } else if let Some((place, _)) = coming.next() {
                self.comes(place, callers);
            }
        }
        self.waits.into_iter().map(|wait| wait.expect("everybody's turn comes")).collect()
    }

    fn comes(&mut self, caller: usize, callers: &[Caller]) {
        let conn = self.connect(Line::Customer { caller, reader: FrameReader::default() });
        self.say(conn, &encode_frame(&Hello::new(Role::Customer)));
        let join = Join {
            token: Token(self.seed.child("token").child(&caller.to_string()).as_bytes16()),
            start: Start::Issue(IssueId(0)),
            portal: None,
            name: "Carla".to_owned(),
            agreement: None,
            recording: None,
            device: DeviceFacts {
                computer: "PC".to_owned(),
                platform: Platform::Windows,
                private_ip: [10, 0, 0, 7],
            },
            client: wire::tool::ClientKind::UserMode,
        };
        let heard = self.say(conn, &encode_frame(&CustomerToAppliance::Join(join)));
        self.follow(heard, callers);
    }

    fn ask(&mut self, rep: u32, ask: RepAsk, callers: &[Caller]) {
        let conn = ConnId::Accepted(rep);
        let Some(Line::Rep { asked, .. }) = self.lines.get_mut(&conn) else {
            unreachable!("representatives have the first connections")
        };
        *asked += 1;
        let request = RequestId(*asked);
        let heard = self.say(conn, &encode_frame(&RepToAppliance::Ask { request, ask }));
        self.follow(heard, callers);
    }

    /// People do at once what there is to do.
    fn follow(&mut self, heard: Vec<Heard>, callers: &[Caller]) {
        for heard in heard {
            match heard {
                Heard::Asked { rep, entry } => {
                    self.ask(rep, RepAsk::AnswerAssignment { entry, accept: true }, callers);
                }
                Heard::Requested { caller, session } => drop(self.callers.insert(session, caller)),
                Heard::Took { rep, session } => {
                    let caller = self.callers.remove(&session).expect("a session is of a caller");
                    let ends = self.now + callers[caller].handling;
                    self.handled.push(Reverse((ends, rep, session)));
                }
                Heard::Helped { caller } => {
                    self.waits[caller].get_or_insert(self.now.since(callers[caller].comes));
                }
                Heard::Over { conn } => {
                    self.lines.remove(&conn);
                    let closed = Input::Closed { conn, how: Closed::Finished };
                    self.appliance.handle_input(self.now, &mut self.device, closed);
                    let heard = self.drain();
                    self.follow(heard, callers);
                }
            }
        }
    }

    /// Time passes; the appliance is woken whenever it wants to be.
    fn wait_until(&mut self, until: SimTime) {
        while let Some(deadline) = self.appliance.poll_timeout().filter(|deadline| deadline.at <= until) {
            self.now = self.now.max(deadline.at);
            self.appliance.handle_timeout(self.now, &mut self.device);
            let heard = self.drain();
            assert!(heard.is_empty(), "nothing that concerns a caller happens by itself");
        }
        self.now = until;
    }

    fn connect(&mut self, line: Line) -> ConnId {
        let conn = ConnId::Accepted(self.next_conn);
        self.next_conn += 1;
        self.lines.insert(conn, line);
        let accepted = Input::Accepted { conn, from: [198, 51, 100, 7] };
        self.appliance.handle_input(self.now, &mut self.device, accepted);
        self.drain();
        conn
    }

    fn say(&mut self, conn: ConnId, bytes: &[u8]) -> Vec<Heard> {
        self.appliance.handle_input(self.now, &mut self.device, Input::Received { conn, bytes });
        self.drain()
    }

    fn drain(&mut self) -> Vec<Heard> {
        let mut heard = Vec::new();
        let mut taken = Vec::new();
        loop {
            while let Some(transmit) = self.appliance.poll_transmit() {
                match transmit {
                    Transmit::Send { conn, bytes } => {
                        if let Some(line) = self.lines.get_mut(&conn) {
                            line.hear(conn, &bytes, &mut heard);
                        }
                    }
                    Transmit::NotifyWritable { conn } => taken.push(conn),
                    Transmit::NotifyDelivered { .. } => unreachable!("nobody shares a screen or a file"),
                    Transmit::Close { conn, .. } => panic!("{conn:?} was cut off"),
                    Transmit::Connect { .. } => unreachable!("this site has no mail host"),
                }
            }
            while self.appliance.poll_event().is_some() {}
            // The network takes all at once.
            let Some(conn) = taken.pop() else { return heard };
            self.appliance.handle_input(self.now, &mut self.device, Input::Writable { conn });
        }
    }
}

impl Line {
    fn hear(&mut self, conn: ConnId, bytes: &[u8], heard: &mut Vec<Heard>) {
        match self {
            Self::Rep { place, reader, .. } => {
                reader.push(bytes);
                while let Some(body) = reader.next_frame().expect("the appliance sends frames") {
                    match ApplianceToRep::from_frame(body).expect("a message") {
                        ApplianceToRep::Assigned(it) => {
                            heard.push(Heard::Asked { rep: *place, entry: it.entry });
                        }
                        ApplianceToRep::Answer { answer: Ok(RepAnswer::Accepted { session }), .. } => {
                            heard.push(Heard::Took { rep: *place, session });
                        }
                        ApplianceToRep::Answer { answer: Err(refusal), .. } => panic!("refused: {refusal}"),
                        _ => {}
                    }
                }
            }
            Self::Customer { caller, reader } => {
                reader.push(bytes);
                while let Some(body) = reader.next_frame().expect("the appliance sends frames") {
                    match ApplianceToCustomer::from_frame(body).expect("a message") {
                        ApplianceToCustomer::Joined { session } => {
                            heard.push(Heard::Requested { caller: *caller, session });
                        }
                        ApplianceToCustomer::Status(CustomerStatus::WithRepresentatives { .. }) => {
                            heard.push(Heard::Helped { caller: *caller });
                        }
                        ApplianceToCustomer::Ended { .. } => heard.push(Heard::Over { conn }),
                        ApplianceToCustomer::Refused(refusal) => panic!("refused: {refusal}"),
                        _ => {}
                    }
                }
            }
        }
    }
}

const PASSWORD: &str = "one at a time";

fn user_name(place: u32) -> String {
    format!("rep{place}")
}

fn site(reps: usize) -> String {
    let mut site = SITE.to_owned();
    for place in 0..reps as u32 {
        let _ = write!(
            site,
            "\n[[representative]]\nuser_name = \"{}\"\ndisplay_name = \"Rep {place}\"\npassword = \"{PASSWORD}\"\n\
             teams = [\"Line\"]\nmax_sessions = 1\n",
            user_name(place)
        );
    }
    site
}
