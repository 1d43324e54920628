//! How sessions move: into a queue, out of it, to the next owner, to their end. Every change of a session's place
//! goes through here, so that queues and sessions never disagree.

use wire::customer::{ApplianceToCustomer, CustomerEnd};
use wire::rep::SessionClosed;
use wire::session::SessionEvent;
use wire::{MemberId, QueueEntryId, QueueId, RepId, SessionId, SimTime};

use crate::Appliance;
use crate::conns::{CustomerPeer, Peer};
use crate::session::{Origin, Placement, Session};

impl Appliance {
    /// A session. Ids in the appliance's own tables lead to one.
    pub(crate) fn session(&self, id: SessionId) -> &Session {
        &self.sessions[&id]
    }

    /// A session that is about to change: it will be stored and shown again.
    pub(crate) fn session_mut(&mut self, id: SessionId) -> &mut Session {
        self.touched.insert(id);
        self.sessions.get_mut(&id).expect("ids in the appliance's tables lead to sessions")
    }

    /// Puts a session into a queue, from wherever it was.
    pub(crate) fn put_in_queue(&mut self, now: SimTime, id: SessionId, queue: QueueId) {
        self.unqueue(id);
        let entry = self.new_entry(id);
        let Self { sessions, site, .. } = self;
        let session = sessions.get_mut(&id).expect("the caller has it");
        session.enter_queue(now, site, queue, entry);
        self.touched.insert(id);
        self.queues.entry(queue).or_default().insert((now, entry));
        self.queues_changed.insert(queue);
    }

    /// A representative takes a waiting session and owns it (ACC-01).
    pub(crate) fn take(&mut self, now: SimTime, rep: RepId, id: SessionId) {
        self.unqueue(id);
        if self.session(id).member(rep).is_none() {
            self.join_session(now, rep, id);
        }
        let Self { sessions, site, .. } = self;
        sessions.get_mut(&id).expect("the caller has it").set_owner(now, site, rep);
        self.touched.insert(id);
    }

    /// A representative joins a session beside whoever is in it.
    pub(crate) fn join_session(&mut self, now: SimTime, rep: RepId, id: SessionId) {
        let entry = self.new_entry(id);
        let Self { sessions, site, .. } = self;
        sessions.get_mut(&id).expect("the caller has it").add_rep(now, site, rep, entry);
        self.touched.insert(id);
    }

    /// A representative is no longer in a session. Says whether they owned it.
    pub(crate) fn remove_rep(&mut self, now: SimTime, rep: RepId, id: SessionId, why: &str) -> bool {
        let Self { sessions, site, .. } = self;
        let owned = sessions.get_mut(&id).expect("the caller has it").remove_rep(now, site, rep, why);
        self.touched.insert(id);
        owned
    }

    /// The owner is lost: who or what has the session now (`anchors/domain.md` section 2, QUE-11).
    pub(crate) fn fall_back(&mut self, now: SimTime, id: SessionId) {
        if let Some(heir) = self.session(id).longest_sharing() {
            let Self { sessions, site, .. } = self;
            sessions.get_mut(&id).expect("it was just read").set_owner(now, site, heir);
            return;
        }
        let record = &self.session(id).record;
        let rules = match record.origin {
            Origin::Attended => self.site.fallback_attended,
            Origin::Jump => self.site.fallback_jump,
        };
        let last = record.last_queue.filter(|_| rules.last_queue);
        let first = record.first_queue.filter(|_| rules.first_queue);
        match last.or(first).or(rules.designated.map(QueueId::Team)) {
            Some(queue) => self.put_in_queue(now, id, queue),
            None => self.end_session(now, id, CustomerEnd::RepresentativeLost),
        }
    }

    /// The session is over for everyone (CLS-01 to CLS-03).
    pub(crate) fn end_session(&mut self, now: SimTime, id: SessionId, why: CustomerEnd) {
        let reps: Vec<RepId> = self.session(id).record.reps.iter().map(|member| member.rep).collect();
        for rep in reps {
            self.remove_rep(now, rep, id, "the session ended");
            self.close_page(rep, id, SessionClosed::Ended);
        }
        self.let_customer_go(id, why);
        self.bury(now, id);
    }

    /// Tells the customer that it is over; their connection stays, for whatever they do next.
    pub(crate) fn let_customer_go(&mut self, id: SessionId, why: CustomerEnd) {
        if let Some(conn) = self.session_mut(id).conn.take() {
            self.send(conn, &ApplianceToCustomer::Ended(why));
            self.set_peer(conn, Peer::Customer(CustomerPeer::default()));
        }
    }

    /// Nothing is left of a session but what was told of it.
    pub(crate) fn bury(&mut self, now: SimTime, id: SessionId) {
        self.unqueue(id);
        let session = self.session_mut(id);
        session.record.owner = None;
        session.record.placement = None;
        session.record.invitations.clear();
        session.happened(now, MemberId::SYSTEM, "", SessionEvent::SessionEnd, String::new());
        self.ended.insert(id);
    }

    /// A new line for a queue, which leads to this session.
    pub(crate) fn new_entry(&mut self, id: SessionId) -> QueueEntryId {
        let entry = self.next_entry;
        self.next_entry.0 += 1;
        self.index_entry(entry, id);
        entry
    }

    /// Makes a line of a queue lead to its session.
    pub(crate) fn index_entry(&mut self, entry: QueueEntryId, id: SessionId) {
        self.entries.insert(entry, id);
        self.session_mut(id).lines.push(entry);
    }

    /// Takes a session out of the queue that it waits in, if it does.
    fn unqueue(&mut self, id: SessionId) {
        let Some(Placement { entry, queue, since }) = self.session(id).record.placement else { return };
        let waiting = self.queues.get_mut(&queue).expect("a placement stands in its queue");
        assert!(waiting.remove(&(since, entry)), "a session stands in the queue that it thinks it stands in");
        if waiting.is_empty() {
            self.queues.remove(&queue);
        }
        self.queues_changed.insert(queue);
    }
}
