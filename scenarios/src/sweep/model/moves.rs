//! How sessions move: into a queue, into somebody's hands, to their end.

use super::{ConsoleState, Exhausted, Guest, Invited, LineId, Member, Model, Moment, Place, Presence, Queue};

impl Model {
    /// A session waits from now on; one that nobody is left in does not.
    pub(super) fn put(&mut self, id: usize, queue: Queue, at: Moment) {
        let session = &mut self.sessions[id];
        session.place = Place::Queue;
        session.last_queue = queue;
        session.since = at;
        session.overdue = false;
        session.asking.prompt = None;
        session.asking.exhausted = Exhausted::No;
        session.asking.is_turned_down = false;
    }

    /// Somebody takes a session that waits.
    pub(super) fn take(&mut self, id: usize, who: &str, at: Moment) {
        self.sessions[id].asking.prompt = None;
        self.join(id, who, at);
        self.sessions[id].place = Place::Owned(who.to_owned());
    }

    /// Somebody takes what a line stands for.
    pub(super) fn take_line(&mut self, line: LineId, who: &str, at: Moment) {
        match line {
            LineId::Waiting(id) => self.take(id, who, at),
            LineId::Invitation(id, place) => {
                self.sessions[id].invitations.remove(place);
                self.join(id, who, at);
            }
        }
    }

    /// Somebody is in a session from now on; who is in is invited no longer.
    pub(super) fn join(&mut self, id: usize, who: &str, at: Moment) {
        let session = &mut self.sessions[id];
        if session.has(who) {
            return;
        }
        session.members.push(Member { who: who.to_owned(), said_before: session.said.len() });
        session.participants.insert(who.to_owned());
        session.invitations.retain(|invitation| invitation.to != Invited::Rep(who.to_owned()));
        for invitation in &mut session.invitations {
            drop(invitation.asking.prompt.take_if(|prompt| prompt.rep == who));
        }
        self.level_changes(who, at);
    }

    /// Somebody is in a session no longer, and what they sent out as invitations is void. Says whether they owned it.
    pub(super) fn leave(&mut self, id: usize, who: &str, at: Moment) -> bool {
        let session = &mut self.sessions[id];
        session.members.retain(|member| member.who != who);
        session.invitations.retain(|invitation| invitation.from != who);
        let owned = session.is_owned_by(who);
        self.level_changes(who, at);
        if let Some(guest) = self.guests.get_mut(who) {
            guest.gone = true;
        }
        owned
    }

    /// The owner is lost: whoever shares it longest has it, or else its last queue.
    pub(super) fn fall_back(&mut self, id: usize, at: Moment) {
        match self.heir(id) {
            Some(heir) => self.sessions[id].place = Place::Owned(heir),
            None => {
                let queue = self.sessions[id].last_queue.clone();
                self.put(id, queue, at);
            }
        }
    }

    /// Who of a session's members has been in it longest and may own it.
    pub(super) fn heir(&self, id: usize) -> Option<String> {
        let mut members = self.sessions[id].members.iter().map(|member| &member.who);
        members.find(|who| self.reps.contains_key(*who)).cloned()
    }

    /// The appliance has lost a representative.
    pub(super) fn lose(&mut self, who: &str, at: Moment) {
        for (line, _) in self.team_lines() {
            self.asking_mut(line).turn_down(who);
        }
        for id in 0..self.sessions.len() {
            if self.sessions[id].has(who) && self.leave(id, who, at) {
                self.fall_back(id, at);
            }
        }
        if let Some(rep) = self.reps.get_mut(who) {
            rep.console = ConsoleState::SignedOut;
        }
    }

    /// A session is over for everybody; its customer reads why, if they can.
    pub(super) fn end(&mut self, id: usize, why: &'static str, at: Moment) {
        for member in std::mem::take(&mut self.sessions[id].members) {
            self.level_changes(&member.who, at);
            if let Some(guest) = self.guests.get_mut(&member.who) {
                guest.gone = true;
            }
        }
        self.let_customer_go(id, why);
        let session = &mut self.sessions[id];
        session.place = Place::Over;
        session.invitations.clear();
        session.asking.prompt = None;
    }

    /// A customer's part in a session is over.
    pub(super) fn let_customer_go(&mut self, id: usize, why: &'static str) {
        let session = &mut self.sessions[id];
        let was = std::mem::replace(&mut session.presence, Presence::Gone);
        let customer = self.customers.get_mut(&session.customer).expect("a session has a customer");
        if was == Presence::Here {
            customer.over = Some(why);
        }
        customer.pending.clear();
    }

    /// What follows from all that: who came without an account leaves where nobody owns the session, and one that nobody
    /// is left in is over.
    pub(super) fn tidy(&mut self, at: Moment) {
        for id in 0..self.sessions.len() {
            if self.sessions[id].place == Place::Queue {
                let members = self.sessions[id].members.iter().map(|member| member.who.clone());
                let guests: Vec<String> = members.filter(|who| self.guests.contains_key(who)).collect();
                for who in guests {
                    self.leave(id, &who, at);
                }
            }
            let session = &mut self.sessions[id];
            if session.place != Place::Over
                && session.presence == Presence::Gone
                && session.members.is_empty()
            {
                session.place = Place::Over;
                session.invitations.clear();
                session.asking.prompt = None;
            }
        }
    }

    pub(super) fn guest(&mut self, name: &str) -> &mut Guest {
        self.guests.entry(name.to_owned()).or_default()
    }

    fn level_changes(&mut self, who: &str, at: Moment) {
        if let Some(rep) = self.reps.get_mut(who) {
            rep.level_since = at;
        }
    }
}
