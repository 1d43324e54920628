//! One client on one fake machine, with a test in the appliance's place.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::time::Duration;

use device::{CloseHow, Closed, ConnId, Device, Input, Party, Protocol, Transmit};
use wire::{FrameReader, Hello, Message as _, SimTime, encode_frame};

use crate::FakeDevice;

/// A client alone on a machine: the test speaks for the appliance, message by message, and owns the clock.
///
/// Every call drains the client afterwards. What it did (dialling, messages, events) is kept as a story that a
/// snapshot can hold; heartbeats are left out unless [`TestBench::tell_heartbeats`] is set.
#[derive(Debug)]
pub struct TestBench<A, P: Protocol, E> {
    /// The client.
    pub party: A,
    /// Its machine.
    pub device: FakeDevice,
    /// The time.
    pub now: SimTime,
    /// Whether the story tells of heartbeats.
    pub tell_heartbeats: bool,
    /// What the appliance answers to each heartbeat; while `None`, it stays silent.
    pub heartbeat_answer: Option<P::FromAppliance>,
    heartbeats_unanswered: u32,
    poll_event: fn(&mut A) -> Option<E>,
    line: Option<Line>,
    /// The connection of which the client wants to hear when it can send on.
    asked_writable: Option<ConnId>,
    asked_delivered: VecDeque<ConnId>,
    heard: Vec<P::ToAppliance>,
    story: Vec<String>,
}

/// The connection that the client dialled last.
#[derive(Debug)]
struct Line {
    conn: ConnId,
    open: bool,
    greeted: bool,
    reader: FrameReader,
}

impl<A: Party, P: Protocol, E: Debug> TestBench<A, P, E>
where
    P::ToAppliance: Debug,
{
    /// Starts the client on this machine. `poll_event` is the client's method of that name.
    pub fn new(party: A, device: FakeDevice, poll_event: fn(&mut A) -> Option<E>) -> Self {
        let mut bench = Self {
            party,
            device,
            now: SimTime::ZERO,
            tell_heartbeats: false,
            heartbeat_answer: None,
            heartbeats_unanswered: 0,
            poll_event,
            line: None,
            asked_writable: None,
            asked_delivered: VecDeque::new(),
            heard: Vec::new(),
            story: Vec::new(),
        };
        bench.act(|party, now, device| party.start(now, device));
        bench
    }

    /// Uses a verb of the client.
    pub fn act<R>(&mut self, verb: impl FnOnce(&mut A, SimTime, &mut dyn Device) -> R) -> R {
        let outcome = verb(&mut self.party, self.now, &mut self.device);
        self.drain();
        outcome
    }

    /// The connection that the client dials opens.
    ///
    /// # Panics
    /// If it dials none.
    #[track_caller]
    pub fn accept(&mut self) {
        let line = self.line.as_mut().filter(|line| !line.open).expect("the client should be dialling");
        line.open = true;
        let conn = line.conn;
        self.input(Input::Connected { conn });
    }

    /// The connection breaks, or does not come to be.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn cut(&mut self, how: Closed) {
        let line = self.line.take().expect("the client should have a connection or be dialling");
        self.input(Input::Closed { conn: line.conn, how });
    }

    /// The appliance says something.
    ///
    /// # Panics
    /// If there is no open connection.
    #[track_caller]
    pub fn say(&mut self, message: P::FromAppliance) {
        self.say_bytes(&encode_frame(&message));
    }

    /// The appliance, or somebody in its place, sends any bytes.
    ///
    /// # Panics
    /// If there is no open connection.
    #[track_caller]
    pub fn say_bytes(&mut self, bytes: &[u8]) {
        let line = self.line.as_ref().filter(|line| line.open).expect("a connection should be open");
        let conn = line.conn;
        self.input(Input::Received { conn, bytes });
    }

    /// Time passes; the client is woken whenever it wants to be.
    pub fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(deadline) = self.party.poll_timeout().filter(|deadline| deadline.at <= until) {
            self.now = self.now.max(deadline.at);
            self.act(|party, now, device| party.handle_timeout(now, device));
            self.answer_heartbeats();
        }
        self.now = until;
    }

    /// Whether a connection is open.
    pub fn is_connected(&self) -> bool {
        self.line.as_ref().is_some_and(|line| line.open)
    }

    /// Whether the client is dialling.
    pub fn is_dialling(&self) -> bool {
        self.line.as_ref().is_some_and(|line| !line.open)
    }

    /// What the client has said since the last call, without heartbeats.
    pub fn heard(&mut self) -> Vec<P::ToAppliance> {
        std::mem::take(&mut self.heard)
    }

    /// What the client has done since the last call, a line for each thing.
    pub fn story(&mut self) -> String {
        let mut story = std::mem::take(&mut self.story).join("\n");
        if !story.is_empty() {
            story.push('\n');
        }
        story
    }

    /// Something comes from the network.
    pub fn input(&mut self, input: Input<'_>) {
        self.act(|party, now, device| party.handle_input(now, device, input));
    }

    fn answer_heartbeats(&mut self) {
        let unanswered = std::mem::take(&mut self.heartbeats_unanswered);
        if let (1.., Some(answer), true) = (unanswered, &self.heartbeat_answer, self.is_connected()) {
            self.say_bytes(&encode_frame(answer));
        }
    }

    fn drain(&mut self) {
        loop {
            while let Some(transmit) = self.party.poll_transmit() {
                self.transmit(transmit);
            }
            while let Some(event) = (self.poll_event)(&mut self.party) {
                self.story.push(format!("event {event:?}"));
            }
            // This network takes everything at once.
            let input = if let Some(conn) = self.asked_delivered.pop_front() {
                Input::Delivered { conn, took: Duration::ZERO }
            } else if let Some(conn) = self.asked_writable.take() {
                Input::Writable { conn }
            } else {
                return;
            };
            self.party.handle_input(self.now, &mut self.device, input);
        }
    }

    fn transmit(&mut self, transmit: Transmit) {
        match transmit {
            Transmit::Connect { conn, host, port } => {
                self.story.push(format!("dials {host}:{port}"));
                assert!(self.line.is_none(), "a client has one connection at a time");
                let reader = FrameReader::default();
                self.line = Some(Line { conn, open: false, greeted: false, reader });
            }
            Transmit::Send { conn, bytes } => {
                let line = self.line.as_mut().filter(|line| line.open && line.conn == conn);
                let line = line.expect("clients send on their open connection");
                line.reader.push(&bytes);
                while let Some(body) = line.reader.next_frame().expect("clients send short frames") {
                    if !line.greeted {
                        assert_eq!(Hello::accept(body), Ok(P::ROLE), "a client greets first");
                        line.greeted = true;
                        continue;
                    }
                    let message = P::ToAppliance::from_frame(body).expect("clients send messages");
                    let heartbeat = message.kind() == P::HEARTBEAT.kind();
                    if !heartbeat || self.tell_heartbeats {
                        self.story.push(format!("says {message:?}"));
                    }
                    if heartbeat {
                        self.heartbeats_unanswered += 1;
                    } else {
                        self.heard.push(message);
                    }
                }
            }
            Transmit::NotifyWritable { conn } => self.asked_writable = Some(conn),
            Transmit::NotifyDelivered { conn } => self.asked_delivered.push_back(conn),
            Transmit::Close { conn, how } => {
                let line = self.line.take().expect("clients close connections that they have");
                assert_eq!(line.conn, conn, "clients close their own connection");
                self.story.push(
                    match how {
                        CloseHow::Finish => "closes",
                        CloseHow::Abort => "aborts",
                    }
                    .to_owned(),
                );
            }
        }
    }
}
