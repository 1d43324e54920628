//! The B Series Appliance: everything in an estate meets here.
//!
//! It signs representatives in, hands out session keys, shows portals, keeps queues, brings customers and
//! representatives together in sessions, and knows the Jump Clients. It speaks only [`wire`], and it remembers
//! on its own disk whatever it has acknowledged.
//!
//! Inside, every mutation has the same three parts: a handler changes the tables (`reps`, `portal`, `jump`), all
//! moves of sessions go through `moves`, and `settle` at the end stores what changed before `shown` tells whoever may
//! see it.

mod conns;
mod gate;
mod handing;
mod jump;
mod keys;
mod line;
mod mail;
mod moves;
mod package;
mod pin;
pub mod policy;
mod portal;
mod report;
mod reps;
mod routing;
mod session;
mod settle;
mod sharing;
mod shown;
mod site;
pub mod smtp;
mod store;
mod talk;
mod tools;
mod waiting;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use device::{ConnId, Deadline, Device, Input, Party, Shown, Transmit};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use wire::pin::PinObstacle;
use wire::session::LogEntry;
use wire::tool::PromptId;
use wire::{
    JumpClientId, JumpId, PinId, QueueEntryId, QueueId, RepId, Seed, SessionId, SimTime, TeamId, Token,
};

use crate::conns::Conns;
use crate::jump::{JumpClients, PendingJump};
use crate::keys::Keys;
use crate::mail::{MailId, Post};
use crate::pin::PendingPin;
use crate::routing::{Duty, Prompt};
use crate::session::{Presence, Session, SessionRecord};
use crate::shown::ShownToRep;
use crate::smtp::Mail;
use crate::store::Store;
use crate::talk::{Archive, Archived};

pub use report::{ReportedRep, SessionReport};
pub use site::*;
pub use tools::RecordedShell;

/// The port that an appliance listens on.
pub const APPLIANCE_PORT: u16 = 443;

/// The appliance of one site.
#[derive(Debug)]
pub struct Appliance {
    site: Site,
    key_rng: ChaCha8Rng,
    token_rng: ChaCha8Rng,
    store: Store,
    conns: Conns,
    signed_in: BTreeMap<RepId, ShownToRep>,
    /// Accounts limited on their first login only that have had it (LOG-08).
    first_logins: BTreeSet<RepId>,
    keys: Keys,
    sessions: BTreeMap<SessionId, Session>,
    /// Which session a customer's secret belongs to.
    by_token: BTreeMap<Token, SessionId>,
    /// What the clock on the machine's wall shows now: what is written down for weeks goes by it, timers do not.
    wall: SimTime,
    /// Who waits where, the longest first.
    queues: BTreeMap<QueueId, BTreeMap<(SimTime, QueueEntryId), SessionId>>,
    /// The invitations to any representative of a team, likewise.
    help_lines: BTreeMap<TeamId, BTreeMap<(SimTime, QueueEntryId), SessionId>>,
    /// How long the last who were taken from a queue had waited there.
    recent_waits: BTreeMap<QueueId, VecDeque<Duration>>,
    /// Who is signed in, as Equilibrium sees them.
    duties: BTreeMap<RepId, Duty>,
    /// Who is being asked to take which line.
    prompts: BTreeMap<QueueEntryId, Prompt>,
    /// Who has turned automatic assignment off (SET-02).
    opted_out: BTreeSet<RepId>,
    /// Who may be invited while they are not signed in (SHR-09).
    extended: BTreeSet<RepId>,
    /// Where the key of an external representative leads, used or not.
    external_keys: BTreeMap<String, SessionId>,
    /// Sessions that are over.
    archive: Archive,
    /// Mail that waits to be sent, and who carries it.
    mails: BTreeMap<MailId, Mail>,
    post: Post,
    flaw: Option<Flaw>,
    /// Until then, after a start, teams may take to come back.
    teams_back_by: SimTime,
    jump_clients: JumpClients,
    jumps: BTreeMap<JumpId, PendingJump>,
    /// Jump Clients that are on their way onto machines of sessions (JPN).
    pins: BTreeMap<PinId, PendingPin>,
    /// The frames that carry the customer client's package, once somebody has wanted it.
    package: Vec<Vec<u8>>,
    next: NextIds,
    timers: BTreeSet<(SimTime, TimerKey)>,
    changes: Changes,
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
    /// Mail that waits to be sent.
    pub mails_waiting: usize,
    /// Mail that the mail host would not take for good, by recipient; the newest last.
    pub mails_refused: Vec<String>,
}

/// Something that the appliance does wrong on purpose, so that whoever looks for such things can be seen to find it.
/// No sound estate has one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::Display, strum::EnumString, strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Flaw {
    /// Who rejects a session is asked again (EQL-11).
    RejectedOfferedAgain,
    /// Who transfers a session leaves active invitations behind (SHR-15, SHR-16).
    InvitationSurvivesTransfer,
    /// A customer who comes back misses what was said meanwhile (CHT-06).
    ChatLineLostOnReconnect,
    /// A session that moves from queue to queue is shown in both (QUE-10).
    SessionInTwoQueues,
    /// Any member of a session may remove another (RMV-03).
    NonOwnerRemoves,
}

/// How much of each kind the appliance holds in memory: once everybody has gone, only what is meant to last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Connections.
    pub connections: usize,
    /// Consoles that are signed in.
    pub consoles: usize,
    /// Sessions that are not over.
    pub sessions: usize,
    /// Secrets that lead back into sessions: one for each.
    pub secrets: usize,
    /// Sessions that stand in a queue.
    pub waiting: usize,
    /// Lines of queues that consoles show.
    pub queue_lines: usize,
    /// Session keys that are remembered. They last until a week after their validity.
    pub keys: usize,
    /// Jump Clients that have registered. They last.
    pub jump_clients: usize,
    /// Jump Clients that are connected.
    pub jump_clients_online: usize,
    /// Returning Jump Clients that have a place in the line.
    pub jump_clients_in_line: usize,
    /// Jumps that are under way.
    pub jumps: usize,
    /// Machines that are being pinned.
    pub pins: usize,
    /// Jump Clients that were unpinned, and have not been told so yet.
    pub jump_clients_unpinned: usize,
    /// Invitations to teams, and keys of external representatives.
    pub invitations: usize,
    /// Prompts that wait for an answer.
    pub prompts: usize,
    /// Mail that waits to be sent.
    pub mails: usize,
    /// Sessions that are over and kept for reports. There is a bound.
    pub archived: usize,
    /// Timers that are set. Those of what is over run out.
    pub timers: usize,
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
    /// A session is over; its report is complete but for notes that are added later.
    SessionEnded {
        /// What is left of it.
        report: Box<SessionReport>,
    },
    /// A command shell that is recorded was closed (SHL-07, SHL-08).
    ShellRecorded {
        /// Of which session.
        session: SessionId,
        /// What was said in it.
        shell: Box<RecordedShell>,
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
    PinOver(PinId),
    KeyForgotten(String),
    PlaceLapses(JumpClientId),
    PromptOver(QueueEntryId),
    Deserted,
    Overdue(SessionId, QueueEntryId),
    HoldMessage(SessionId),
    ExternalInvitationOver(SessionId, QueueEntryId),
    ToolPromptOver(SessionId, PromptId),
    Post,
}

impl TimerKey {
    fn why(&self) -> &'static str {
        match self {
            Self::Silent(_) => "a connection may be dead",
            Self::CustomerGone(_) => "a lost customer is given up",
            Self::JumpOver(_) => "a jump runs out of time",
            Self::PinOver(_) => "a Jump Client was not heard of in time",
            Self::KeyForgotten(_) => "an old session key is forgotten",
            Self::PlaceLapses(_) => "a place in the line is kept no longer",
            Self::PromptOver(_) => "an assignment times out",
            Self::Deserted => "nobody of a team has come back",
            Self::Overdue(..) => "a session has waited too long",
            Self::HoldMessage(_) => "a customer is told that they still wait",
            Self::ExternalInvitationOver(..) => "an external invitation expires",
            Self::ToolPromptOver(..) => "a customer has not answered",
            Self::Post => "mail is tried again, or takes too long",
        }
    }
}

/// The ids that are given out next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct NextIds {
    session: SessionId,
    entry: QueueEntryId,
    jump: JumpId,
    mail: MailId,
    pin: PinId,
    /// An id that was once a Jump Client's is never another's: consoles may still show it.
    jump_client: JumpClientId,
}

/// What one mutation has changed, for `settle`.
#[derive(Debug, Default)]
struct Changes {
    sessions: BTreeSet<SessionId>,
    /// Those of `sessions` that are over.
    ended: BTreeSet<SessionId>,
    queues: BTreeSet<QueueId>,
    keys: BTreeSet<String>,
    jump_clients: BTreeSet<JumpClientId>,
    pins: BTreeSet<PinId>,
    /// Accounts that have come from an allowed network for the first time.
    first_logins: BTreeSet<RepId>,
    /// Somebody signed in or out, or can be reached by mail now, or no longer.
    who_is_here: bool,
    /// Representatives whose prompts are others now.
    prompts: BTreeSet<RepId>,
    /// Teams in which somebody may have to be asked, or can be asked now.
    route: BTreeSet<TeamId>,
    /// Representatives who have chosen something for good.
    choices: BTreeSet<RepId>,
    /// External representatives who were let in.
    externals: BTreeSet<RepId>,
    /// Who has left, and goes for good if they are external.
    dismissed: BTreeSet<RepId>,
    mails: BTreeSet<MailId>,
    /// Notes on sessions that were over before.
    late_notes: Vec<(SessionId, LogEntry)>,
}

impl Default for NextIds {
    fn default() -> Self {
        Self {
            session: SessionId(1),
            entry: QueueEntryId(1),
            jump: JumpId(1),
            mail: MailId(1),
            pin: PinId(1),
            jump_client: JumpClientId(0),
        }
    }
}

impl Appliance {
    /// The appliance of `site`, switched off. The seed must be another for each start: keys and secrets come from it.
    pub fn new(site: Site, seed: Seed, now: SimTime) -> Self {
        let view = SiteStatus { site: site.name.clone(), ..SiteStatus::default() };
        Self {
            site,
            key_rng: seed.child("session-keys").rng(),
            token_rng: seed.child("tokens").rng(),
            store: Store::default(),
            conns: Conns::default(),
            signed_in: BTreeMap::new(),
            first_logins: BTreeSet::new(),
            keys: Keys::default(),
            sessions: BTreeMap::new(),
            by_token: BTreeMap::new(),
            wall: now,
            queues: BTreeMap::new(),
            help_lines: BTreeMap::new(),
            recent_waits: BTreeMap::new(),
            duties: BTreeMap::new(),
            prompts: BTreeMap::new(),
            opted_out: BTreeSet::new(),
            extended: BTreeSet::new(),
            external_keys: BTreeMap::new(),
            archive: Archive::default(),
            mails: BTreeMap::new(),
            post: Post::default(),
            flaw: None,
            teams_back_by: now,
            jump_clients: JumpClients::default(),
            jumps: BTreeMap::new(),
            pins: BTreeMap::new(),
            package: Vec::new(),
            next: NextIds::default(),
            timers: BTreeSet::new(),
            changes: Changes::default(),
            view: Shown::new(view),
        }
    }

    /// The same with something wrong, for those who look for what is wrong.
    pub fn with_flaw(self, flaw: Option<Flaw>) -> Self {
        Self { flaw, ..self }
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

    /// How much it holds in memory.
    pub fn footprint(&self) -> Footprint {
        Footprint {
            connections: self.conns.len(),
            consoles: self.signed_in.len(),
            sessions: self.sessions.len(),
            secrets: self.by_token.len(),
            waiting: self.queues.values().map(BTreeMap::len).sum(),
            queue_lines: self.signed_in.values().map(ShownToRep::line_count).sum(),
            keys: self.keys.len(),
            jump_clients: self.jump_clients.known.len(),
            jump_clients_online: self.jump_clients.online.len(),
            jump_clients_in_line: self.jump_clients.gate.waiting(),
            jumps: self.jumps.len(),
            pins: self.pins.len(),
            jump_clients_unpinned: self.jump_clients.unpinned.len(),
            invitations: self.help_lines.values().map(BTreeMap::len).sum::<usize>()
                + self.external_keys.len(),
            prompts: self.prompts.len(),
            mails: self.mails.len(),
            archived: self.archive.len(),
            timers: self.timers.len(),
        }
    }

    /// What happened, until `None`.
    pub fn poll_event(&mut self) -> Option<ApplianceEvent> {
        self.conns.outbox.poll_event()
    }

    /// Takes up what ran before a restart: customers may come back, representatives are gone.
    fn take_up(&mut self, now: SimTime, device: &mut dyn Device) {
        let (store, remembered) = Store::open(device);
        self.store = store;
        self.next = remembered.next;
        self.first_logins = remembered.first_logins;
        for key in remembered.keys.into_values() {
            let after = key.forgotten_at().since(self.wall);
            self.timers.insert((now + after, TimerKey::KeyForgotten(key.key.clone())));
            self.keys.insert(key);
        }
        self.jump_clients.known = remembered.jump_clients;
        self.jump_clients.unpinned = remembered.unpinned;
        self.take_up_pins(now, remembered.pins);
        for (rep, choices) in remembered.choices {
            if choices.opted_out {
                self.opted_out.insert(rep);
            }
            if choices.extended {
                self.extended.insert(rep);
            }
        }
        for (rep, name) in remembered.externals {
            // One that is missing was never in a session that is remembered.
            while self.site.representatives.len() < rep.0 as usize {
                self.site.add_external("external representative".to_owned());
            }
            self.site.add_external(name);
        }
        let mut shells = remembered.shells;
        for (id, (record, log)) in remembered.archive {
            let shells = shells.remove(&id).unwrap_or_default();
            self.archive.put(id, Archived::new(record, log, shells));
        }
        self.mails = remembered.mails;
        self.post_again(now);
        for (id, (record, log)) in remembered.sessions {
            self.by_token.insert(record.token, id);
            let shells = shells.remove(&id).unwrap_or_default();
            self.sessions.insert(id, Session::restored(record, log, shells));
            self.take_up_session(now, id);
        }
    }

    fn take_up_session(&mut self, now: SimTime, id: SessionId) {
        let SessionRecord { placement, owner, presence, reps, .. } = &self.session(id).record;
        let (placement, owned, presence) = (*placement, owner.is_some(), *presence);
        let reps: Vec<RepId> = reps.iter().map(|member| member.rep).collect();
        self.take_up_invitations(now, id);
        if let Some(placement) = placement {
            self.stand_in_line(placement, id);
            self.hold_message(now, id);
        }
        if presence != Presence::Gone {
            self.customer_away(now, id, "the appliance was restarted");
        }
        for rep in reps {
            self.remove_rep(now, rep, id, "the appliance was restarted");
        }
        if owned {
            self.fall_back(now, id);
        }
    }

    fn timer_fired(&mut self, now: SimTime, key: TimerKey) {
        match key {
            TimerKey::Silent(conn) => self.check_silence(now, conn),
            TimerKey::CustomerGone(session) => self.give_customer_up(now, session),
            TimerKey::JumpOver(jump) => self.fail_jump(jump, wire::rep::Refusal::NoResponse),
            TimerKey::PinOver(pin) => self.fail_pin(pin, PinObstacle::NotHeardOf),
            TimerKey::KeyForgotten(key) => {
                if self.keys.forget(self.wall, &key) {
                    self.changes.keys.insert(key);
                } else if let Some(at) = self.keys.forgotten_at(&key) {
                    // The clock on the wall was set back since the timer was.
                    self.timers.insert((now + at.since(self.wall), TimerKey::KeyForgotten(key)));
                }
            }
            TimerKey::PlaceLapses(client) => self.jump_clients.gate.lapse(now, client),
            TimerKey::PromptOver(entry) => self.prompt_over(now, entry),
            TimerKey::Deserted => self.look_at_all_queues(),
            TimerKey::Overdue(session, entry) => self.overdue(now, session, entry),
            TimerKey::HoldMessage(session) => self.hold_message(now, session),
            TimerKey::ExternalInvitationOver(session, entry) => {
                self.external_invitation_over(now, session, entry);
            }
            TimerKey::ToolPromptOver(session, prompt) => self.tool_prompt_over(now, session, prompt),
            TimerKey::Post => self.post_again(now),
        }
    }

    fn draw_token(&mut self) -> Token {
        Token(self.token_rng.random())
    }
}

impl Party for Appliance {
    fn start(&mut self, now: SimTime, device: &mut dyn Device) {
        self.conns.outbox.begin("the appliance");
        self.wall = device.wall_clock(now);
        self.take_up(now, device);
        self.wait_for_teams(now);
        self.settle(now, device);
    }

    fn handle_input(&mut self, now: SimTime, device: &mut dyn Device, input: Input<'_>) {
        self.conns.outbox.begin("the appliance");
        self.wall = device.wall_clock(now);
        match input {
            Input::Accepted { conn, from } => self.accept(now, conn, from),
            Input::Received { conn: conn @ ConnId::Dialled(_), bytes } => {
                self.mail_host_says(now, conn, bytes)
            }
            Input::Closed { conn: conn @ ConnId::Dialled(_), how } => self.mail_host_gone(now, conn, how),
            Input::Received { conn, bytes } => self.received(now, conn, bytes),
            Input::Writable { conn } => self.writable(conn),
            Input::Delivered { conn, took } => self.conns.delivered(now, conn, took),
            Input::Closed { conn, how } => self.closed(now, conn, how),
            // The mail host speaks first.
            Input::Connected { .. } => {}
        }
        self.settle(now, device);
    }

    fn handle_timeout(&mut self, now: SimTime, device: &mut dyn Device) {
        self.conns.outbox.begin("the appliance");
        self.wall = device.wall_clock(now);
        while self.timers.first().is_some_and(|(at, _)| *at <= now) {
            let (_, key) = self.timers.pop_first().expect("it was just seen");
            self.timer_fired(now, key);
        }
        self.settle(now, device);
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.conns.outbox.poll_transmit()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        self.timers.first().map(|(at, key)| Deadline { at: *at, why: key.why() })
    }
}
