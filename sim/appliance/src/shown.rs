//! After every change: store it, then show it to whoever may see it.
//!
//! Nothing else sends queue lines, session states or log entries. What somebody should see is worked out from the
//! tables and compared with what they were last told, so that a reconnect, a move and a restart are all the same
//! thing: a difference.

use std::collections::{BTreeMap, BTreeSet};

use device::{ConnId, Device};
use wire::customer::{ApplianceToCustomer, CustomerStatus, RepresentativeCard};
use wire::rep::{ApplianceToRep, Colleague};
use wire::session::{LogEntry, QueueEntry, QueueEntryKind, SessionState};
use wire::{QueueEntryId, QueueId, RepId, SessionId, SimTime};

use crate::session::{Session, customer_may_read};
use crate::store::Record;
use crate::{Appliance, ApplianceEvent};

/// What a signed-in console was last told.
#[derive(Debug)]
pub(crate) struct ShownToRep {
    pub(crate) conn: ConnId,
    entries: BTreeMap<QueueEntryId, QueueEntry>,
    pub(crate) sessions: BTreeMap<SessionId, ShownSession>,
}

#[derive(Debug)]
pub(crate) struct ShownSession {
    state: SessionState,
    log_entries: usize,
}

impl ShownToRep {
    pub(crate) fn new(conn: ConnId) -> Self {
        Self { conn, entries: BTreeMap::new(), sessions: BTreeMap::new() }
    }
}

impl Appliance {
    /// The end of every mutation.
    pub(crate) fn settle(&mut self, now: SimTime, device: &mut dyn Device) {
        // Closing one connection may cost others their session: go on until nothing more breaks.
        while let Some((conn, peer)) = self.lost_later.pop() {
            self.peer_lost(now, conn, peer, "the connection was closed after a protocol error");
        }
        let over: Vec<SessionId> = self
            .touched
            .iter()
            .filter(|id| self.sessions[*id].is_over() && !self.ended.contains(id))
            .copied()
            .collect();
        for id in over {
            self.bury(now, id);
        }
        self.touch_queue_mates();
        let touched = std::mem::take(&mut self.touched);
        self.report_log(&touched);
        self.remember(device, &touched);
        for id in &touched {
            self.show_session(now, *id);
        }
        for id in std::mem::take(&mut self.ended) {
            let session = self.sessions.remove(&id).expect("a session ends once");
            self.by_token.remove(&session.record.token);
            for line in session.lines {
                self.entries.remove(&line);
            }
        }
        if std::mem::take(&mut self.colleagues_dirty) {
            self.show_colleagues();
        }
        if !touched.is_empty() || std::mem::take(&mut self.status_dirty) {
            self.show_status();
        }
    }

    /// A representative has signed in: everything of theirs is to be shown.
    pub(crate) fn touch_all_for(&mut self, rep: RepId) {
        let concerns = |session: &&Session| {
            let record = &session.record;
            record.placement.is_some_and(|placement| self.site.sees_queue(rep, placement.queue))
                || session.member(rep).is_some()
                || record.invitations.iter().any(|invitation| invitation.rep == rep)
        };
        let mine: Vec<SessionId> = self.sessions.values().filter(concerns).map(|session| session.record.id).collect();
        self.touched.extend(mine);
    }

    /// A customer's place in a queue changes with what stands before them.
    fn touch_queue_mates(&mut self) {
        for queue in std::mem::take(&mut self.queues_changed) {
            for (_, entry) in self.queues.get(&queue).into_iter().flatten() {
                self.touched.insert(self.entries[entry]);
            }
        }
    }

    fn report_log(&mut self, touched: &BTreeSet<SessionId>) {
        for id in touched {
            let session = &self.sessions[id];
            for entry in &session.log[session.log_stored..] {
                self.outbox.event(ApplianceEvent::Logged { session: *id, entry: entry.clone() });
            }
        }
    }

    /// What must not be forgotten goes to the disk before anybody is told.
    fn remember(&mut self, device: &mut dyn Device, touched: &BTreeSet<SessionId>) {
        for key in std::mem::take(&mut self.dirty_keys) {
            let record = self.keys.iter().find(|record| record.key == key);
            let record = record.map_or(Record::KeyForgotten(key), |record| Record::Key(record.clone()));
            self.store.put(&record);
        }
        for client in std::mem::take(&mut self.dirty_jump_clients) {
            self.store.put(&Record::JumpClient(self.jump_clients.known[&client].clone()));
        }
        if !touched.is_empty() {
            self.store.put(&Record::NextIds { session: self.next_session, entry: self.next_entry });
        }
        for id in touched {
            if self.ended.contains(id) {
                self.store.put(&Record::SessionOver(*id));
                continue;
            }
            let session = self.sessions.get_mut(id).expect("touched sessions are there");
            self.store.put(&Record::Session(Box::new(session.record.clone())));
            for entry in &session.log[session.log_stored..] {
                self.store.put(&Record::Log(*id, entry.clone()));
            }
            session.log_stored = session.log.len();
        }
        self.store.commit(device);
        if self.store.is_long() {
            self.rewrite_store(device);
        }
    }

    fn rewrite_store(&mut self, device: &mut dyn Device) {
        let Self { store, keys, sessions, jump_clients, next_session, next_entry, ended, .. } = self;
        let next = Record::NextIds { session: *next_session, entry: *next_entry };
        let keys = keys.iter().cloned().map(Record::Key);
        let clients = jump_clients.known.values().cloned().map(Record::JumpClient);
        let alive = sessions.values().filter(|session| !ended.contains(&session.record.id));
        let sessions = alive.flat_map(|session| {
            let id = session.record.id;
            let log = session.log.iter().map(move |entry| Record::Log(id, entry.clone()));
            std::iter::once(Record::Session(Box::new(session.record.clone()))).chain(log)
        });
        store.rewrite(device, std::iter::once(next).chain(keys).chain(clients).chain(sessions));
    }

    fn show_session(&mut self, now: SimTime, id: SessionId) {
        let Some(session) = self.sessions.get(&id) else { return };
        let ended = self.ended.contains(&id);
        let audience = if ended { BTreeSet::new() } else { self.audience(session) };
        for rep in session.watchers.union(&audience) {
            let Some(shown) = self.signed_in.get_mut(rep) else { continue };
            let wanted = if ended { Vec::new() } else { lines_for(now, &self.site, session, *rep) };
            let gone: Vec<QueueEntryId> = shown
                .entries
                .values()
                .filter(|line| line.session == id && !wanted.iter().any(|wanted| wanted.id == line.id))
                .map(|line| line.id)
                .collect();
            for entry in gone {
                shown.entries.remove(&entry);
                self.outbox.send(shown.conn, wire::encode_frame(&ApplianceToRep::EntryGone { entry }));
            }
            for line in wanted {
                if shown.entries.get(&line.id).is_none_or(|before| differs(before, &line)) {
                    self.outbox.send(shown.conn, wire::encode_frame(&ApplianceToRep::EntryShown(line.clone())));
                    shown.entries.insert(line.id, line);
                }
            }
            if !ended && session.member(*rep).is_some() {
                show_page(&mut self.outbox, shown, session, session.state_for(now, &self.site, *rep));
            }
        }
        let status = if ended { None } else { self.customer_status(session) };
        let session = self.sessions.get_mut(&id).expect("it was just read");
        session.watchers = audience;
        if let Some(conn) = session.conn {
            show_customer(&mut self.outbox, conn, session, status);
        }
    }

    /// The signed-in representatives who may see anything of a session.
    fn audience(&self, session: &Session) -> BTreeSet<RepId> {
        let record = &session.record;
        let members = record.reps.iter().map(|member| member.rep);
        let invited = record.invitations.iter().map(|invitation| invitation.rep);
        let queue = record.placement.map(|placement| placement.queue);
        let waiting = self
            .signed_in
            .keys()
            .copied()
            .filter(move |rep| queue.is_some_and(|queue| self.site.sees_queue(*rep, queue)));
        members.chain(invited).chain(waiting).collect()
    }

    fn customer_status(&self, session: &Session) -> Option<CustomerStatus> {
        let record = &session.record;
        if !record.reps.is_empty() {
            let owner = record.owner.into_iter();
            let others = record.reps.iter().map(|member| member.rep).filter(|rep| record.owner != Some(*rep));
            let card = |rep| {
                let account = self.site.rep(rep);
                RepresentativeCard { name: account.display_name.clone(), avatar: account.avatar.clone() }
            };
            return Some(CustomerStatus::WithRepresentatives { representatives: owner.chain(others).map(card).collect() });
        }
        if !record.participants.is_empty() {
            return Some(CustomerStatus::OnHold);
        }
        let placement = record.placement?;
        let before = self.queues[&placement.queue].range(..(placement.since, placement.entry)).count();
        Some(CustomerStatus::Waiting { position: before as u32 + 1 })
    }

    fn show_colleagues(&mut self) {
        let everyone: Vec<Colleague> = self
            .signed_in
            .keys()
            .map(|rep| Colleague { id: *rep, name: self.site.rep(*rep).display_name.clone() })
            .collect();
        for (rep, shown) in &self.signed_in {
            let others = everyone.iter().filter(|colleague| colleague.id != *rep).cloned().collect();
            self.outbox.send(shown.conn, wire::encode_frame(&ApplianceToRep::Colleagues(others)));
        }
    }

    fn show_status(&mut self) {
        let waiting = self.queues.values().map(BTreeSet::len).sum();
        let with_owner = self.sessions.values().filter(|session| session.record.owner.is_some()).count();
        let reps: Vec<String> =
            self.signed_in.keys().map(|rep| self.site.rep(*rep).display_name.clone()).collect();
        self.view.set(|view| &mut view.representatives, reps);
        self.view.set(|view| &mut view.sessions_waiting, waiting);
        self.view.set(|view| &mut view.sessions_with_owner, with_owner);
        self.view.set(|view| &mut view.jump_clients_online, self.jump_clients.online.len());
    }
}

/// The lines of queues that stand for a session on one representative's console (QUE-01, QUE-06, QUE-07).
fn lines_for(now: SimTime, site: &crate::Site, session: &Session, rep: RepId) -> Vec<QueueEntry> {
    let record = &session.record;
    let line = |id, queue, what, since: SimTime| QueueEntry {
        id,
        queue,
        session: record.id,
        what,
        customer: record.customer.clone(),
        device: record.device.clone(),
        issue: record.issue.clone(),
        priority: record.priority,
        presence: record.presence.shown(),
        waited_ms: now.since(since).as_millis() as u64,
        age_ms: now.since(record.began).as_millis() as u64,
    };
    let personal = QueueId::Personal(rep);
    let waiting = record.placement.filter(|placement| site.sees_queue(rep, placement.queue));
    let waiting = waiting.map(|it| line(it.entry, it.queue, QueueEntryKind::Waiting, it.since));
    let mine = session.member(rep).map(|it| line(it.entry, personal, QueueEntryKind::InSession, it.since));
    let invited = record.invitations.iter().filter(|invitation| invitation.rep == rep).map(|invitation| {
        let from = site.rep(invitation.from).display_name.clone();
        line(invitation.entry, personal, QueueEntryKind::Invitation { from }, invitation.since)
    });
    waiting.into_iter().chain(mine).chain(invited).collect()
}

/// Whether two lines differ in more than the passing of time.
fn differs(before: &QueueEntry, after: &QueueEntry) -> bool {
    QueueEntry { waited_ms: 0, age_ms: 0, ..before.clone() } != QueueEntry { waited_ms: 0, age_ms: 0, ..after.clone() }
}

fn show_page(
    outbox: &mut device::Outbox<ApplianceEvent>,
    shown: &mut ShownToRep,
    session: &Session,
    state: SessionState,
) {
    let id = session.record.id;
    let page = shown.sessions.get(&id);
    let same = page.is_some_and(|page| SessionState { age_ms: state.age_ms, ..page.state.clone() } == state);
    if !same {
        outbox.send(shown.conn, wire::encode_frame(&ApplianceToRep::SessionShown(state.clone())));
    }
    // CHT-05: a member who has just joined has nothing yet, and gets all of it.
    let has = page.map_or(0, |page| page.log_entries);
    shown.sessions.insert(id, ShownSession { state, log_entries: session.log.len() });
    for entries in in_frames(&session.log[has..]) {
        outbox.send(shown.conn, wire::encode_frame(&ApplianceToRep::Log { session: id, entries }));
    }
}

fn show_customer(
    outbox: &mut device::Outbox<ApplianceEvent>,
    conn: ConnId,
    session: &mut Session,
    status: Option<CustomerStatus>,
) {
    if let Some(status) = status.filter(|status| session.customer_status.as_ref() != Some(status)) {
        outbox.send(conn, wire::encode_frame(&ApplianceToCustomer::Status(status.clone())));
        session.customer_status = Some(status);
    }
    let has = (session.customer_has as usize).min(session.log.len());
    let news: Vec<LogEntry> = session.log[has..].iter().filter(|entry| customer_may_read(entry)).cloned().collect();
    session.customer_has = session.log.len() as u32;
    for entries in in_frames(&news) {
        outbox.send(conn, wire::encode_frame(&ApplianceToCustomer::Log(entries)));
    }
}

/// Entries in portions that fit a frame however long the lines are.
fn in_frames(entries: &[LogEntry]) -> impl Iterator<Item = Vec<LogEntry>> {
    const ENTRIES_PER_FRAME_MAX: usize =
        wire::frame::FRAME_BYTES_MAX / (wire::session::CHAT_LINE_BYTES_MAX + wire::session::NAME_BYTES_MAX + 64);
    entries.chunks(ENTRIES_PER_FRAME_MAX).map(<[LogEntry]>::to_vec)
}
