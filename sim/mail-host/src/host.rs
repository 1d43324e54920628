//! The program: who has connected, what they want, and what is in the mailboxes.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use device::{CloseHow, ConnId, Deadline, Device, Input, Outbox, Party, Shown, Transmit};
use wire::{Seed, SimTime};

use crate::conversation::{Answer, Circumstances, Conversation, Deed};
use crate::mailbox::{Mail, Store};
use crate::view::{MailHostState, MailHostView};

/// The port that mail hosts listen on.
pub const SMTP_PORT: u16 = 25;
/// The most connections at once.
pub const CONNECTIONS_MAX: usize = 100;
/// After so long without a word from its client a conversation ends (RFC 5321, 4.5.3.2.7).
pub const IDLE_MAX: Duration = Duration::from_secs(300);

/// How a mail host is set up.
#[derive(Clone, Debug)]
pub struct MailHostConfig {
    /// What it calls itself: `mail.example.com`. It takes mail for everybody, of whatever domain.
    pub host: String,
    /// How it does when it starts. What becomes of it later is forgotten when it starts again.
    pub state: MailHostState,
}

/// A mail host.
#[derive(Debug)]
pub struct MailHost {
    outbox: Outbox<Infallible>,
    view: Shown<MailHostView>,
    lines: BTreeMap<ConnId, Line>,
    store: Store,
}

/// A connection.
#[derive(Debug)]
struct Line {
    conversation: Conversation,
    /// When its client last said something.
    heard: SimTime,
}

impl MailHostConfig {
    /// A healthy mail host of this name.
    pub fn new(host: impl Into<String>) -> Self {
        Self { host: host.into(), state: MailHostState::Healthy }
    }
}

impl MailHost {
    /// A mail host that is not running yet.
    pub fn new(config: MailHostConfig, _seed: Seed, _now: SimTime) -> Self {
        let MailHostConfig { host, state } = config;
        Self {
            outbox: Outbox::default(),
            view: Shown::new(MailHostView { host, state, mailboxes: BTreeMap::new() }),
            lines: BTreeMap::new(),
            store: Store::default(),
        }
    }

    /// What is in the mailboxes.
    pub fn view(&self) -> &MailHostView {
        &self.view
    }

    /// Grows with every change of the view.
    pub fn view_revision(&self) -> u64 {
        self.view.revision()
    }

    /// From now on it does like this.
    pub fn set_state(&mut self, _now: SimTime, _device: &mut dyn Device, state: MailHostState) {
        self.outbox.begin("the mail host");
        self.view.set(|view| &mut view.state, state);
    }

    fn circumstances(&self) -> Circumstances {
        Circumstances { state: self.view.state, has_room: self.store.has_room() }
    }

    fn accept(&mut self, now: SimTime, conn: ConnId) {
        if self.lines.len() == CONNECTIONS_MAX {
            let busy = format!("421 {} is busy", self.view.host);
            return self.answer(conn, Answer::Part(busy));
        }
        let (conversation, greeting) = Conversation::begin(&self.view.host);
        self.lines.insert(conn, Line { conversation, heard: now });
        self.answer(conn, greeting);
    }

    fn hear(&mut self, now: SimTime, device: &mut dyn Device, conn: ConnId, bytes: &[u8]) {
        let Some(line) = self.lines.get_mut(&conn) else { return };
        line.heard = now;
        line.conversation.receive(bytes);
        loop {
            let circumstances = self.circumstances();
            let Some(line) = self.lines.get_mut(&conn) else { return };
            let Some(deed) = line.conversation.next(circumstances) else { return };
            let answer = match deed {
                Deed::Keep { from, to, message } => {
                    let mail = Mail { from, to, at: device.wall_clock(now), message };
                    Answer::Say(format!("250 kept as {}", self.keep(device, &mail)))
                }
                Deed::Answer(answer) => answer,
            };
            self.answer(conn, answer);
        }
    }

    /// Keeps a mail, and only then shows it.
    fn keep(&mut self, device: &mut dyn Device, mail: &Mail) -> u64 {
        let number = self.store.keep(device, mail);
        self.show(number, mail);
        number
    }

    fn show(&mut self, number: u64, mail: &Mail) {
        for delivered in mail.delivered(number) {
            self.view.mailboxes.entry(delivered.to.to_lowercase()).or_default().push(delivered);
        }
    }

    fn answer(&mut self, conn: ConnId, answer: Answer) {
        match answer {
            Answer::Say(words) => self.outbox.send(conn, format!("{words}\r\n").into_bytes()),
            Answer::Part(words) => {
                self.outbox.send(conn, format!("{words}\r\n").into_bytes());
                self.hang_up(conn, CloseHow::Finish);
            }
            Answer::CutOff => self.hang_up(conn, CloseHow::Abort),
        }
    }

    fn hang_up(&mut self, conn: ConnId, how: CloseHow) {
        self.lines.remove(&conn);
        self.outbox.close(conn, how);
    }

    /// Who is waited for, and until when. A line that hangs is not: it is its client who gives up.
    fn waits(&self) -> impl Iterator<Item = (SimTime, ConnId)> {
        let lines = self.lines.iter().filter(|(_, line)| !line.conversation.is_deaf());
        lines.map(|(conn, line)| (line.heard + IDLE_MAX, *conn))
    }
}

impl Party for MailHost {
    fn start(&mut self, _now: SimTime, device: &mut dyn Device) {
        self.outbox.begin("the mail host");
        let (store, mails) = Store::open(device);
        self.store = store;
        for (number, mail) in (1..).zip(mails) {
            self.show(number, &mail);
        }
    }

    fn handle_input(&mut self, now: SimTime, device: &mut dyn Device, input: Input<'_>) {
        self.outbox.begin("the mail host");
        match input {
            Input::Accepted { conn, from: _ } => self.accept(now, conn),
            Input::Received { conn, bytes } => self.hear(now, device, conn, bytes),
            Input::Closed { conn, how: _ } => drop(self.lines.remove(&conn)),
            // It dials nobody, and never asks to be told.
            Input::Connected { .. } | Input::Writable { .. } | Input::Delivered { .. } => {}
        }
    }

    fn handle_timeout(&mut self, now: SimTime, _device: &mut dyn Device) {
        self.outbox.begin("the mail host");
        let due: Vec<ConnId> = self.waits().filter(|(at, _)| *at <= now).map(|(_, conn)| conn).collect();
        for conn in due {
            let Some(line) = self.lines.get_mut(&conn) else { continue };
            let answer = line.conversation.time_out();
            self.answer(conn, answer);
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.poll_transmit()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let (at, _) = self.waits().min()?;
        Some(Deadline { at, why: "mail client is silent" })
    }
}
