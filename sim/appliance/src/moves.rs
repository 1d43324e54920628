//! How sessions move: into a queue, out of it, to the next owner, to their end. Every change of a session's place
//! goes through here, so that queues and sessions never disagree.

use wire::customer::{ApplianceToCustomer, CustomerEnd};
use wire::rep::SessionClosed;
use wire::session::SessionEvent;
use wire::{MemberId, QueueEntryId, QueueId, RepId, SessionId, SimTime};

use crate::conns::{CustomerPeer, Peer};
use crate::session::{Origin, Placement, Session};
use crate::sharing::ACCEPTED;
use crate::site::{Fallback, Site};
use crate::{Appliance, Flaw};

impl Appliance {
    /// A session. Ids in the appliance's own tables lead to one.
    pub(crate) fn session(&self, id: SessionId) -> &Session {
        &self.sessions[&id]
    }

    /// A session that somebody else has named, if it is not over.
    pub(crate) fn running(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id).filter(|_| !self.changes.ended.contains(&id))
    }

    /// A session that is about to change: it will be stored and shown again.
    pub(crate) fn session_mut(&mut self, id: SessionId) -> &mut Session {
        self.session_and_site(id).0
    }

    /// Puts a session into a queue, from wherever it was; one that nobody is left in goes nowhere.
    pub(crate) fn put_in_queue(&mut self, now: SimTime, id: SessionId, queue: QueueId) {
        if self.session(id).is_over() {
            return;
        }
        let left = self.unqueue(id);
        if self.flaw == Some(Flaw::SessionInTwoQueues) {
            self.session_mut(id).ghost = left;
        }
        let entry = self.new_entry();
        let (session, site) = self.session_and_site(id);
        if let Some(left) = left {
            let event = SessionEvent::SessionTransferredAwayFromQueue;
            session.happened(now, MemberId::SYSTEM, "", event, site.queue_name(left.queue));
        }
        session.enter_queue(now, site, queue, entry);
        let placement = session.record.placement.expect("it has just entered");
        self.stand_in_line(placement, id);
    }

    /// Makes a queue say what its session does.
    pub(crate) fn stand_in_line(&mut self, placement: Placement, id: SessionId) {
        let Placement { entry, queue, since, .. } = placement;
        self.queues.entry(queue).or_default().insert((since, entry), id);
        self.changes.queues.insert(queue);
        if let QueueId::Team(team) = queue {
            self.changes.route.insert(team);
        }
        self.watch_waiting(placement, id);
    }

    /// A representative takes a waiting session and owns it, beside any others (ACC-01, ACC-06, CLS-07); it leaves
    /// everybody's list (QUE-20).
    pub(crate) fn take(&mut self, now: SimTime, rep: RepId, id: SessionId) {
        let left = self.unqueue(id);
        if let Some(left) = left {
            self.learn_wait(now, left);
        }
        if self.session(id).member(rep).is_none() {
            self.join_session(now, rep, id);
        }
        let (session, site) = self.session_and_site(id);
        session.set_owner(now, site, rep, left.map(|left| left.queue));
    }

    /// A representative takes what a line of a queue stands for: a session that waits, or an invitation (SHR-18).
    pub(crate) fn take_line(&mut self, now: SimTime, rep: RepId, id: SessionId, entry: QueueEntryId) {
        if self.session(id).invitation(entry).is_some() {
            self.close_invitation(now, id, entry, ACCEPTED);
            self.join_session(now, rep, id);
        } else {
            self.take(now, rep, id);
        }
    }

    /// A member of a session owns it from now on.
    pub(crate) fn make_owner(&mut self, now: SimTime, rep: RepId, id: SessionId) {
        let (session, site) = self.session_and_site(id);
        session.set_owner(now, site, rep, None);
    }

    /// A representative joins a session beside whoever is in it.
    pub(crate) fn join_session(&mut self, now: SimTime, rep: RepId, id: SessionId) {
        let entry = self.new_entry();
        let address = self.signed_in.get(&rep).and_then(|shown| self.conns.address(shown.conn));
        let (session, site) = self.session_and_site(id);
        session.record.rep_addresses.insert(rep, address.unwrap_or_default());
        session.add_rep(now, site, rep, entry);
        self.spend_invitations(now, id, rep);
        self.drop_prompts_into(id, rep);
        self.load_changed(now, rep, true);
    }

    /// A representative is no longer in a session, and what they sent out as invitations dies with that (SHR-15). Says
    /// whether they owned it.
    pub(crate) fn remove_rep(&mut self, now: SimTime, rep: RepId, id: SessionId, why: &str) -> bool {
        self.close_invitations_of(now, id, rep, "the inviter left");
        self.depart(now, rep, id, why)
    }

    /// A representative is no longer in a session. Says whether they owned it.
    pub(crate) fn depart(&mut self, now: SimTime, rep: RepId, id: SessionId, why: &str) -> bool {
        self.shut_tools_of(id, rep);
        let (session, site) = self.session_and_site(id);
        let owned = session.remove_rep(now, site, rep, why);
        self.load_changed(now, rep, false);
        owned
    }

    /// The owner is lost: who or what has the session now (`anchors/domain.md` section 2, QUE-11).
    pub(crate) fn fall_back(&mut self, now: SimTime, id: SessionId) {
        if let Some(heir) = self.session(id).longest_sharing(&self.site, None) {
            return self.make_owner(now, heir, id);
        }
        let record = &self.session(id).record;
        let rules = self.fallback_rules(record.origin);
        let last = record.last_queue.filter(|_| rules.last_queue);
        let first = record.first_queue.filter(|_| rules.first_queue);
        match last.or(first).or(rules.designated.map(QueueId::Team)) {
            Some(queue) => self.put_in_queue(now, id, queue),
            None => self.end_session(now, id, CustomerEnd::RepresentativeLost),
        }
    }

    /// What is done with sessions that have lost their representatives.
    pub(crate) fn fallback_rules(&self, origin: Origin) -> Fallback {
        match origin {
            Origin::Attended => self.site.fallback_attended,
            Origin::Jump => self.site.fallback_jump,
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
            let then = self.session(id).record.after_session;
            self.conns.send(conn, &ApplianceToCustomer::Ended { why, then });
            self.conns.set_peer(conn, Peer::Customer(CustomerPeer::default()));
        }
    }

    /// Nothing is left of a session but what was told of it, not even its invitations (SHR-17).
    pub(crate) fn bury(&mut self, now: SimTime, id: SessionId) {
        self.unqueue(id);
        self.close_all_invitations(now, id);
        self.drop_pin(id);
        let session = self.session_mut(id);
        session.record.owner = None;
        session.happened(now, MemberId::SYSTEM, "", SessionEvent::SessionEnd, String::new());
        self.changes.ended.insert(id);
    }

    /// A new number for a line of a queue.
    pub(crate) fn new_entry(&mut self) -> QueueEntryId {
        let entry = self.next.entry;
        self.next.entry.0 += 1;
        entry
    }

    fn session_and_site(&mut self, id: SessionId) -> (&mut Session, &Site) {
        self.changes.sessions.insert(id);
        let session = self.sessions.get_mut(&id).expect("ids in the appliance's tables lead to sessions");
        (session, &self.site)
    }

    /// Takes a session out of the queue that it waits in, if it does; says where it stood.
    fn unqueue(&mut self, id: SessionId) -> Option<Placement> {
        let session = self.session_mut(id);
        session.ghost = None;
        let placement = session.record.placement.take()?;
        self.leave_line(placement);
        self.withdraw_prompt(placement.entry);
        Some(placement)
    }

    fn leave_line(&mut self, Placement { entry, queue, since, .. }: Placement) {
        let waiting = self.queues.get_mut(&queue).expect("a placement stands in its queue");
        waiting.remove(&(since, entry)).expect("a session stands in the queue that it thinks it stands in");
        if waiting.is_empty() {
            self.queues.remove(&queue);
        }
        self.changes.queues.insert(queue);
    }
}
