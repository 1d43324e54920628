//! The end of every mutation: nobody hears of anything before it is safe on the disk.

use std::collections::BTreeSet;

use device::Device;
use wire::{RepId, SessionId, SimTime};

use crate::report::report;
use crate::session::Counted;
use crate::store::{Choices, Record};
use crate::talk::Archived;
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
        self.dismiss_externals(now);
        self.clear_deserted(now);
        self.bury_the_over(now);
        self.route_waiting(now);
        self.end_recordings(now);
        self.report_log(now);
        self.remember(device);
        let Changes { sessions, ended, queues, who_is_here, prompts, .. } = std::mem::take(&mut self.changes);
        for id in &sessions {
            self.show_session(now, *id, ended.contains(id));
            self.count(*id, ended.contains(id));
        }
        for id in ended {
            let session = self.sessions.remove(&id).expect("a session ends once");
            self.by_token.remove(&session.record.token);
            self.archive.put(id, Archived::new(session.record, session.log, session.shells));
        }
        for rep in prompts {
            self.show_prompts(now, rep);
        }
        for queue in queues {
            self.show_places(queue);
        }
        if who_is_here {
            self.show_who_is_here();
        }
        let waiting = self.mails.len();
        self.view.set(|view| &mut view.mails_waiting, waiting);
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

    /// What was recorded of command shells ends with the mutation that closed them.
    fn end_recordings(&mut self, now: SimTime) {
        for id in &self.changes.sessions {
            let session = self.sessions.get_mut(id).expect("ids in the appliance's tables lead to sessions");
            for shell in &mut session.shells[session.shells_stored..] {
                shell.ended.get_or_insert(now);
            }
        }
    }

    fn report_log(&mut self, now: SimTime) {
        for (session, entry) in &self.changes.late_notes {
            self.conns.outbox.event(ApplianceEvent::Logged { session: *session, entry: entry.clone() });
        }
        for id in &self.changes.sessions {
            let session = &self.sessions[id];
            for entry in &session.log[session.log_stored..] {
                self.conns.outbox.event(ApplianceEvent::Logged { session: *id, entry: entry.clone() });
            }
            for shell in &session.shells[session.shells_stored..] {
                let shell = Box::new(shell.recorded());
                self.conns.outbox.event(ApplianceEvent::ShellRecorded { session: *id, shell });
            }
            if self.changes.ended.contains(id) {
                let report = Box::new(report(now, &self.site, &session.record, &session.log));
                self.conns.outbox.event(ApplianceEvent::SessionEnded { report });
            }
        }
    }

    fn remember(&mut self, device: &mut dyn Device) {
        let Self {
            store,
            changes,
            keys,
            jump_clients,
            pins,
            sessions,
            next,
            opted_out,
            extended,
            mails,
            site,
            archive,
            ..
        } = self;
        for key in &changes.keys {
            let record = keys.get(key);
            store.put(
                &record
                    .map_or_else(|| Record::KeyForgotten(key.clone()), |record| Record::Key(record.clone())),
            );
        }
        for client in &changes.jump_clients {
            store.put(&jump_clients.record_of(*client));
        }
        for pin in &changes.pins {
            let pending = pins.get(pin);
            store.put(&pending.map_or(Record::PinOver(*pin), |pending| Record::Pin(pending.record.clone())));
        }
        for rep in &changes.first_logins {
            store.put(&Record::FirstLogin(*rep));
        }
        for rep in &changes.choices {
            store.put(&Record::Choices(choices(*rep, opted_out, extended)));
        }
        for rep in &changes.externals {
            store.put(&Record::External(*rep, site.rep(*rep).display_name.clone()));
        }
        for id in &changes.mails {
            let mail = mails.get(id);
            store.put(&mail.map_or(Record::MailOver(*id), |mail| Record::Mail(*id, mail.clone())));
        }
        for (id, entry) in &changes.late_notes {
            store.put(&Record::Log(*id, entry.clone()));
        }
        store.put_next(*next);
        for id in &changes.sessions {
            let session = sessions.get_mut(id).expect("ids in the appliance's tables lead to sessions");
            let ends = changes.ended.contains(id);
            let stands = session.record.placement.is_some();
            assert!(
                ends || stands != session.record.owner.is_some(),
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
            for shell in &session.shells[session.shells_stored..] {
                store.put(&Record::Shell(*id, shell.clone()));
            }
            session.shells_stored = session.shells.len();
            if ends {
                store.put(&Record::SessionOver(*id));
            }
        }
        while let Some(id) = archive.pop_surplus() {
            store.put(&Record::SessionForgotten(id));
        }
        store.commit(device);
        if store.is_worth_rewriting() {
            self.rewrite_store(device);
        }
    }

    fn rewrite_store(&mut self, device: &mut dyn Device) {
        let Self {
            store,
            keys,
            sessions,
            jump_clients,
            pins,
            first_logins,
            next,
            changes,
            archive,
            mails,
            site,
            ..
        } = self;
        let chosen = self.opted_out.union(&self.extended).copied().collect::<BTreeSet<RepId>>();
        let chosen =
            chosen.into_iter().map(|rep| Record::Choices(choices(rep, &self.opted_out, &self.extended)));
        let externals = site.reps().filter(|(_, account)| account.external);
        let externals = externals.map(|(rep, account)| Record::External(rep, account.display_name.clone()));
        let mails = mails.iter().map(|(id, mail)| Record::Mail(*id, mail.clone()));
        let keys = keys.iter().cloned().map(Record::Key);
        let clients = jump_clients.records();
        let pins = pins.values().map(|pending| Record::Pin(pending.record.clone()));
        let first_logins = first_logins.iter().copied().map(Record::FirstLogin);
        let ended = archive
            .iter()
            .map(|(id, archived)| (id, &archived.record, &archived.log, &archived.shells, true));
        let running = sessions.iter().map(|(id, session)| {
            (id, &session.record, &session.log, &session.shells, changes.ended.contains(id))
        });
        let sessions = ended.chain(running).flat_map(|(id, record, log, shells, ended)| {
            let log = log.iter().map(|entry| Record::Log(*id, entry.clone()));
            let shells = shells.iter().map(|shell| Record::Shell(*id, shell.clone()));
            let over = ended.then_some(Record::SessionOver(*id));
            std::iter::once(Record::Session(Box::new(record.clone()))).chain(log).chain(shells).chain(over)
        });
        let next = std::iter::once(Record::NextIds(*next));
        let people = first_logins.chain(chosen).chain(externals);
        store.rewrite(
            device,
            next.chain(keys).chain(clients).chain(pins).chain(people).chain(mails).chain(sessions),
        );
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

/// What somebody has chosen, as it is remembered.
fn choices(rep: RepId, opted_out: &BTreeSet<RepId>, extended: &BTreeSet<RepId>) -> Choices {
    Choices { rep, opted_out: opted_out.contains(&rep), extended: extended.contains(&rep) }
}
