//! What happens by itself when time passes: time-outs, rules, and connections that are missed or come back.

use std::time::Duration;

use wire::SimTime;

use super::{ConsoleState, LineId, Model, Moment, Place, Presence, Queue, Way};

/// How long the appliance hears nothing before it gives a connection up, and how often programs speak: the moment in
/// which it notices lies between the difference and the whole.
const SILENT_AFTER: Duration = Duration::from_secs(30);
const HEARTBEAT_EVERY: Duration = Duration::from_secs(12);

/// How long a program may take to connect anew once it can: it tries every 36 s at least, and then signs in.
const RETURNS_WITHIN: Duration = Duration::from_secs(45);

/// How long TCP may take to send again what a short break has lost.
const MENDS_WITHIN: Duration = Duration::from_secs(12);

/// How long an invitation for somebody without an account is valid.
const EXTERNAL_VALID: Duration = Duration::from_secs(2 * 3_600);

/// For calculations with ends that are not sharp.
const SLACK: Duration = Duration::from_secs(1);

/// Something that will happen if nothing is done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Nobody has answered an assignment.
    PromptOver(LineId),
    /// A session has waited as long as its queue's rule allows.
    Overdue(usize),
    /// The appliance misses a representative.
    RepMissed(String),
    /// A representative's console has connected anew.
    RepBack(String),
    /// The appliance misses a customer.
    CustomerMissed(String),
    /// A customer has stayed away too long.
    CustomerGone(String),
    /// A customer's client has connected anew.
    CustomerBack(String),
    /// What a short break has lost was sent again.
    Mended(String),
    /// Nobody has followed an invitation for somebody without an account.
    InvitationOver(usize, usize),
}

impl Model {
    /// What is due when.
    pub(super) fn dues(&self) -> Vec<(Moment, Due)> {
        let mut dues = Vec::new();
        let missed =
            |since: SimTime| span(since, SILENT_AFTER - HEARTBEAT_EVERY - SLACK, SILENT_AFTER + SLACK);
        for (name, rep) in &self.reps {
            match rep.way {
                Way::Cut { since, noticed: false } if rep.console == ConsoleState::SignedIn => {
                    dues.push((missed(since), Due::RepMissed(name.clone())));
                }
                Way::Mending { since } => {
                    dues.push((Moment::at(since + MENDS_WITHIN), Due::Mended(name.clone())))
                }
                Way::Returning { since } => {
                    dues.push((span(since, Duration::ZERO, RETURNS_WITHIN), Due::RepBack(name.clone())));
                }
                Way::Open | Way::Cut { .. } => {}
            }
        }
        let patience = Duration::from_secs(self.site.customers.reconnect_within_s);
        for (name, customer) in &self.customers {
            let session = self.live(name).map(|id| &self.sessions[id]);
            let presence = session.map(|session| session.presence);
            match customer.way {
                Way::Cut { since, noticed: false } if presence == Some(Presence::Here) => {
                    dues.push((missed(since), Due::CustomerMissed(name.clone())));
                }
                Way::Cut { noticed: true, .. } => {
                    let lost = session.filter(|session| session.presence == Presence::Lost);
                    dues.extend(lost.map(|session| {
                        let Moment { from, to } = session.missed_since;
                        let gone = Moment { from: from + patience, to: to + patience };
                        (gone, Due::CustomerGone(name.clone()))
                    }));
                }
                Way::Mending { since } => {
                    dues.push((Moment::at(since + MENDS_WITHIN), Due::Mended(name.clone())))
                }
                Way::Returning { since } => {
                    dues.push((span(since, Duration::ZERO, RETURNS_WITHIN), Due::CustomerBack(name.clone())));
                }
                Way::Open | Way::Cut { .. } => {}
            }
        }
        if self.down_since.is_none() {
            self.appliance_dues(&mut dues);
        }
        dues.sort_by_key(|(moment, _)| (moment.from, moment.to));
        dues
    }

    fn appliance_dues(&self, dues: &mut Vec<(Moment, Due)>) {
        for (line, _) in self.team_lines() {
            if let Some(prompt) = &self.asking(line).prompt {
                dues.push((Moment::at(prompt.until), Due::PromptOver(line)));
            }
        }
        for (id, session) in self.sessions.iter().enumerate() {
            if let (Place::Queue, Queue::Team(team), false) =
                (&session.place, &session.last_queue, session.overdue)
                && let Some(rule) = self.site.team(team).and_then(|team| team.waiting_rule.as_ref())
            {
                let after = Duration::from_secs(rule.after_s);
                let Moment { from, to } = session.since;
                dues.push((Moment { from: from + after, to: to + after }, Due::Overdue(id)));
            }
            for (place, invitation) in session.invitations.iter().enumerate() {
                if let super::Invited::External(_) = invitation.to {
                    let Moment { from, to } = invitation.since;
                    let over = Moment { from: from + EXTERNAL_VALID, to: to + EXTERNAL_VALID };
                    dues.push((over, Due::InvitationOver(id, place)));
                }
            }
        }
    }

    /// Lets everything happen that was due. Says how much that was.
    pub(super) fn let_happen(&mut self, until: SimTime) -> usize {
        let mut count = 0;
        while let Some((at, due)) = self.dues().into_iter().find(|(moment, _)| moment.to <= until) {
            self.happen(at, due);
            count += 1;
        }
        count
    }

    fn happen(&mut self, at: Moment, due: Due) {
        match due {
            Due::PromptOver(line) => {
                let asking = self.asking_mut(line);
                if let Some(rep) = asking.prompt.as_ref().map(|prompt| prompt.rep.clone()) {
                    asking.turn_down(&rep);
                }
            }
            Due::Overdue(id) => self.overdue(id, at),
            Due::RepMissed(name) => {
                self.lose(&name, at);
                self.set_noticed(&name);
            }
            Due::RepBack(name) => {
                let rep = self.reps.get_mut(&name).expect("it was just seen");
                rep.way = Way::Open;
                rep.console = ConsoleState::SignedIn;
                rep.level_since = at;
            }
            Due::CustomerMissed(name) => {
                self.set_noticed(&name);
                if let Some(id) = self.live(&name) {
                    (self.sessions[id].presence, self.sessions[id].missed_since) = (Presence::Lost, at);
                }
            }
            Due::CustomerGone(name) => {
                if let Some(id) = self.live(&name) {
                    self.let_customer_go(id, "");
                }
            }
            Due::CustomerBack(name) => self.customer_back(&name),
            Due::Mended(name) => {
                if let Some(rep) = self.reps.get_mut(&name) {
                    rep.way = Way::Open;
                } else {
                    self.customer_back(&name);
                }
            }
            Due::InvitationOver(id, place) => drop(self.sessions[id].invitations.remove(place)),
        }
        self.tidy(at);
    }

    fn overdue(&mut self, id: usize, at: Moment) {
        let Queue::Team(team) = self.sessions[id].last_queue.clone() else { return };
        let rule = self.site.team(&team).and_then(|team| team.waiting_rule.clone());
        match rule.and_then(|rule| rule.to) {
            Some(to) => self.put(id, Queue::Team(to), at),
            None => self.sessions[id].overdue = true,
        }
    }

    /// A customer's client has the appliance again, and says what it could not say before.
    fn customer_back(&mut self, name: &str) {
        let live = self.live(name);
        let customer = self.customers.get_mut(name).expect("it was just seen");
        customer.way = Way::Open;
        let pending = std::mem::take(&mut customer.pending);
        let Some(session) = live.map(|id| &mut self.sessions[id]) else { return };
        if session.presence != Presence::Gone {
            session.presence = Presence::Here;
            let lines = pending.into_iter().map(|text| super::Said::by_customer(name, text));
            session.said.extend(lines);
        }
    }

    fn set_noticed(&mut self, name: &str) {
        let rep = self.reps.get_mut(name).map(|rep| &mut rep.way);
        let customer = self.customers.get_mut(name).map(|customer| &mut customer.way);
        if let Some(Way::Cut { noticed, .. }) = rep.or(customer) {
            *noticed = true;
        }
    }
}

fn span(since: SimTime, from: Duration, to: Duration) -> Moment {
    Moment { from: since + from, to: since + to }
}
