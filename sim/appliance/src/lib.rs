//! The B Series Appliance: everything in an estate meets here.
//!
//! It signs representatives in, hands out session keys, shows portals, keeps queues, brings customers and
//! representatives together in sessions, and knows the Jump Clients. It speaks only [`wire`], and it remembers
//! on its own disk whatever it has acknowledged.
//!
//! Inside, every mutation has the same three parts: a handler changes the tables (`reps`, `portal`, `jump`), all
//! moves of sessions go through `moves`, and `shown` at the end stores what changed and then tells whoever may
//! see it.

mod conns;
mod jump;
mod keys;
mod moves;
mod portal;
mod reps;
mod session;
mod shown;
mod site;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use device::{ConnId, Deadline, Device, Input, Outbox, Party, Shown, Transmit};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use wire::session::LogEntry;
use wire::{JumpClientId, JumpId, QueueEntryId, QueueId, RepId, Seed, SessionId, SimTime, Token};

use crate::conns::{Conn, Peer};
use crate::jump::{JumpClients, PendingJump};
use crate::keys::Keys;
use crate::session::{Presence, Session};
use crate::shown::ShownToRep;
use crate::store::Store;

pub use site::*;

/// The port that an appliance listens on.
pub const APPLIANCE_PORT: u16 = 443;

/// The appliance of one site.
#[derive(Debug)]
pub struct Appliance {
    site: Site,
    key_rng: ChaCha8Rng,
    token_rng: ChaCha8Rng,
    store: Store,
    conns: BTreeMap<ConnId, Conn>,
    signed_in: BTreeMap<RepId, ShownToRep>,
    keys: Keys,
    sessions: BTreeMap<SessionId, Session>,
    /// Which session a customer's secret belongs to.
    by_token: BTreeMap<Token, SessionId>,
    /// Which session a queue's line is about.
    entries: BTreeMap<QueueEntryId, SessionId>,
    /// Who waits where, the longest first.
    queues: BTreeMap<QueueId, BTreeSet<(SimTime, QueueEntryId)>>,
    jump_clients: JumpClients,
    jumps: BTreeMap<JumpId, PendingJump>,
    next_session: SessionId,
    next_entry: QueueEntryId,
    next_jump: u64,
    timers: BTreeSet<(SimTime, TimerKey)>,
    // What this mutation has changed, for `settle`.
    touched: BTreeSet<SessionId>,
    ended: BTreeSet<SessionId>,
    queues_changed: BTreeSet<QueueId>,
    dirty_keys: BTreeSet<String>,
    dirty_jump_clients: BTreeSet<JumpClientId>,
    lost_later: Vec<(ConnId, Peer)>,
    colleagues_dirty: bool,
    status_dirty: bool,
    outbox: Outbox<ApplianceEvent>,
    view: Shown<SiteStatus>,
}

/// What an administrator sees on the status page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SiteStatus {
    /// The site's name.
    pub site: String,
    /// Who is signed in, by display name.
    pub representatives: Vec<String>,
    /// Sessions that wait in a queue.
    pub sessions_waiting: usize,
    /// Sessions that a representative owns.
    pub sessions_with_owner: usize,
    /// Jump Clients that are connected.
    pub jump_clients_online: usize,
}

/// What the appliance tells whoever runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplianceEvent {
    /// An entry was added to a session's running log.
    Logged {
        /// Which session.
        session: SessionId,
        /// The entry.
        entry: LogEntry,
    },
    /// A peer broke the rules of the wire and was cut off.
    ProtocolError {
        /// Its address.
        from: [u8; 4],
        /// What was wrong.
        what: String,
    },
}

/// What a timer is for. Timers are not taken back: each looks, when it fires, whether there is still a reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum TimerKey {
    Silent(ConnId),
    CustomerGone(SessionId),
    JumpOver(JumpId),
    KeyForgotten(String),
}

impl TimerKey {
    fn why(&self) -> &'static str {
        match self {
            Self::Silent(_) => "a connection may be dead",
            Self::CustomerGone(_) => "a lost customer is given up",
            Self::JumpOver(_) => "a jump runs out of time",
            Self::KeyForgotten(_) => "an old session key is forgotten",
        }
    }
}

impl Appliance {
    /// The appliance of `site`, switched off.
    pub fn new(site: Site, seed: Seed, _now: SimTime) -> Self {
        let view = SiteStatus { site: site.name.clone(), ..SiteStatus::default() };
        Self {
            site,
            key_rng: seed.child("session-keys").rng(),
            token_rng: seed.child("tokens").rng(),
            store: Store::default(),
            conns: BTreeMap::new(),
            signed_in: BTreeMap::new(),
            keys: Keys::default(),
            sessions: BTreeMap::new(),
            by_token: BTreeMap::new(),
            entries: BTreeMap::new(),
            queues: BTreeMap::new(),
            jump_clients: JumpClients::default(),
            jumps: BTreeMap::new(),
            next_session: SessionId(1),
            next_entry: QueueEntryId(1),
            next_jump: 1,
            timers: BTreeSet::new(),
            touched: BTreeSet::new(),
            ended: BTreeSet::new(),
            queues_changed: BTreeSet::new(),
            dirty_keys: BTreeSet::new(),
            dirty_jump_clients: BTreeSet::new(),
            lost_later: Vec::new(),
            colleagues_dirty: false,
            status_dirty: false,
            outbox: Outbox::default(),
            view: Shown::new(view),
        }
    }

    /// The site that it serves.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The status page.
    pub fn view(&self) -> &SiteStatus {
        &self.view
    }

    /// How often the status page may have changed.
    pub fn view_revision(&self) -> u64 {
        self.view.revision()
    }

    /// What happened, until `None`.
    pub fn poll_event(&mut self) -> Option<ApplianceEvent> {
        self.outbox.poll_event()
    }

    /// Takes up what ran before a restart: customers may come back, representatives are gone.
    fn take_up(&mut self, now: SimTime, device: &mut dyn Device) {
        let (store, remembered) = Store::open(device);
        self.store = store;
        self.next_session = remembered.next_session.unwrap_or(self.next_session);
        self.next_entry = remembered.next_entry.unwrap_or(self.next_entry);
        for key in remembered.keys.into_values() {
            self.timers.insert((key.forgotten_at(), TimerKey::KeyForgotten(key.key.clone())));
            self.keys.insert(key);
        }
        self.jump_clients.known = remembered.jump_clients;
        for (id, (record, log)) in remembered.sessions {
            self.by_token.insert(record.token, id);
            self.sessions.insert(id, Session::restored(record, log));
            self.take_up_session(now, id);
        }
    }

    fn take_up_session(&mut self, now: SimTime, id: SessionId) {
        let until = now + self.site.customers.reconnect_within;
        let session = self.session_mut(id);
        if session.record.presence != Presence::Gone {
            session.set_presence(now, Presence::LostUntil(until), "the appliance was restarted");
        }
        let record = session.record.clone();
        self.timers.insert((until, TimerKey::CustomerGone(id)));
        if let Some(placement) = record.placement {
            self.index_entry(placement.entry, id);
            self.queues.entry(placement.queue).or_default().insert((placement.since, placement.entry));
        }
        for invitation in &record.invitations {
            self.index_entry(invitation.entry, id);
        }
        for member in &record.reps {
            self.remove_rep(now, member.rep, id, "the appliance was restarted");
        }
        if record.owner.is_some() {
            self.fall_back(now, id);
        }
    }

    fn timer_fired(&mut self, now: SimTime, key: TimerKey) {
        match key {
            TimerKey::Silent(conn) => self.check_silence(now, conn),
            TimerKey::CustomerGone(session) => self.give_customer_up(now, session),
            TimerKey::JumpOver(jump) => self.fail_jump(jump, wire::rep::Refusal::NoResponse),
            TimerKey::KeyForgotten(key) => {
                if self.keys.forget(now, &key) {
                    self.dirty_keys.insert(key);
                }
            }
        }
    }

    fn draw_token(&mut self) -> Token {
        Token(self.token_rng.random())
    }
}

impl Party for Appliance {
    fn start(&mut self, now: SimTime, device: &mut dyn Device) {
        self.outbox.begin("the appliance");
        self.take_up(now, device);
        self.settle(now, device);
    }

    fn handle_input(&mut self, now: SimTime, device: &mut dyn Device, input: Input<'_>) {
        self.outbox.begin("the appliance");
        match input {
            Input::Accepted { conn, from } => self.accept(now, conn, from),
            Input::Received { conn, bytes } => self.received(now, conn, bytes),
            Input::Writable { conn } => self.writable(conn),
            Input::Closed { conn, how } => self.closed(now, conn, how),
            Input::Connected { .. } => unreachable!("the appliance dials nobody"),
        }
        self.settle(now, device);
    }

    fn handle_timeout(&mut self, now: SimTime, device: &mut dyn Device) {
        self.outbox.begin("the appliance");
        while let Some((_, key)) = self.timers.first().filter(|(at, _)| *at <= now).cloned() {
            self.timers.pop_first();
            self.timer_fired(now, key);
        }
        self.settle(now, device);
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.poll_transmit()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        self.timers.first().map(|(at, key)| Deadline { at: *at, why: key.why() })
    }
}
