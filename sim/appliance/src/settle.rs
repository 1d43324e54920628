//! The end of every mutation: nobody hears of anything before it is safe on the disk.

use device::Device;
use wire::{SessionId, SimTime};

use crate::session::Counted;
use crate::store::Record;
use crate::{Appliance, ApplianceEvent, Changes};

impl Appliance {
    /// Stores what has changed, then tells whoever may see it.
    pub(crate) fn settle(&mut self, now: SimTime, device: &mut dyn Device) {
        self.settle_once(now, device);
        // Telling somebody may show that they take nothing, and cutting them off may concern others.
        while !self.conns.cut_off.is_empty() {
            self.settle_once(now, device);
        }
    }

    fn settle_once(&mut self, now: SimTime, device: &mut dyn Device) {
        for (conn, peer) in std::mem::take(&mut self.conns.cut_off) {
            self.peer_lost(now, conn, peer, "the connection was closed after a protocol error");
        }
        self.bury_the_over(now);
        self.report_log();
        self.remember(device);
        let Changes { sessions, ended, queues, who_is_here, .. } = std::mem::take(&mut self.changes);
        for id in &sessions {
            self.show_session(now, *id, ended.contains(id));
            self.count(*id, ended.contains(id));
        }
        for id in ended {
            let session = self.sessions.remove(&id).expect("a session ends once");
            self.by_token.remove(&session.record.token);
        }
        for queue in queues {
            self.show_places(queue);
        }
        if who_is_here {
            self.show_who_is_here();
        }
        let online = self.jump_clients.online.len();
        self.view.set(|view| &mut view.jump_clients_online, online);
    }

    /// A session that nobody is left in is over.
    fn bury_the_over(&mut self, now: SimTime) {
        let over = |id: &&SessionId| self.sessions[*id].is_over() && !self.changes.ended.contains(*id);
        let over: Vec<SessionId> = self.changes.sessions.iter().filter(over).copied().collect();
        for id in over {
            self.bury(now, id);
        }
    }

    fn report_log(&mut self) {
        for id in &self.changes.sessions {
            let session = &self.sessions[id];
            for entry in &session.log[session.log_stored..] {
                self.conns.outbox.event(ApplianceEvent::Logged { session: *id, entry: entry.clone() });
            }
        }
    }

    fn remember(&mut self, device: &mut dyn Device) {
        let Self { store, changes, keys, jump_clients, sessions, next, .. } = self;
        for key in &changes.keys {
            let record = keys.get(key);
            store.put(
                &record
                    .map_or_else(|| Record::KeyForgotten(key.clone()), |record| Record::Key(record.clone())),
            );
        }
        for client in &changes.jump_clients {
            store.put(&Record::JumpClient(jump_clients.known[client].clone()));
        }
        for rep in &changes.first_logins {
            store.put(&Record::FirstLogin(*rep));
        }
        store.put_next(*next);
        for id in &changes.sessions {
            let session = sessions.get_mut(id).expect("ids in the appliance's tables lead to sessions");
            if changes.ended.contains(id) {
                store.put(&Record::SessionOver(*id));
                continue;
            }
            let stands = session.record.placement.is_some();
            assert_ne!(
                stands,
                session.record.owner.is_some(),
                "{id} stands in exactly one queue or has an owner"
            );
            if session.stored.as_ref() != Some(&session.record) {
                session.stored = Some(session.record.clone());
                session.revision += 1;
                store.put(&Record::Session(Box::new(session.record.clone())));
            }
            for entry in &session.log[session.log_stored..] {
                store.put(&Record::Log(*id, entry.clone()));
            }
            session.log_stored = session.log.len();
        }
        store.commit(device);
        if store.is_worth_rewriting() {
            self.rewrite_store(device);
        }
    }

    fn rewrite_store(&mut self, device: &mut dyn Device) {
        let Self { store, keys, sessions, jump_clients, first_logins, next, changes, .. } = self;
        let keys = keys.iter().cloned().map(Record::Key);
        let clients = jump_clients.known.values().cloned().map(Record::JumpClient);
        let first_logins = first_logins.iter().copied().map(Record::FirstLogin);
        let alive = sessions.iter().filter(|(id, _)| !changes.ended.contains(id));
        let sessions = alive.flat_map(|(id, session)| {
            let log = session.log.iter().map(|entry| Record::Log(*id, entry.clone()));
            std::iter::once(Record::Session(Box::new(session.record.clone()))).chain(log)
        });
        let next = std::iter::once(Record::NextIds(*next));
        store.rewrite(device, next.chain(keys).chain(clients).chain(first_logins).chain(sessions));
    }

    /// Keeps the status page's counts, a session at a time.
    fn count(&mut self, id: SessionId, ended: bool) {
        let session = self.sessions.get_mut(&id).expect("the caller has it");
        let alive = Some(&session.record).filter(|_| !ended);
        let now = Counted {
            waiting: alive.is_some_and(|record| record.placement.is_some()),
            owned: alive.is_some_and(|record| record.owner.is_some()),
        };
        let before = std::mem::replace(&mut session.counted, now);
        let waiting = self.view.sessions_waiting + usize::from(now.waiting) - usize::from(before.waiting);
        let owned = self.view.sessions_with_owner + usize::from(now.owned) - usize::from(before.owned);
        self.view.set(|view| &mut view.sessions_waiting, waiting);
        self.view.set(|view| &mut view.sessions_with_owner, owned);
    }
}
