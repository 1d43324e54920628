//! What an act changes. An act that the appliance refuses changes nothing.

use wire::SimTime;

use crate::act::{Act, AfterSessionAction, ChatAudience, Target, Whose};

use super::{
    Asking, ConsoleState, Customer, Invitation, Invited, LineId, Model, Moment, Place, Presence, Queue, Said,
    Session, Way,
};

impl Model {
    /// An act was done, and all that followed at once has happened.
    pub(crate) fn apply(&mut self, act: &Act, began: SimTime, ended: SimTime) {
        self.before = self.duties();
        self.now = ended;
        let at = Moment { from: began, to: ended };
        self.blurred = false;
        self.do_act(act, at);
        self.tidy(at);
        if self.let_happen(ended) > 1 {
            self.blurred = true;
        }
    }

    fn do_act(&mut self, act: &Act, at: Moment) {
        match act {
            Act::RepSignsIn { rep, .. } | Act::RepSignsInAgain { rep, .. } => self.sign_in(rep, at),
            Act::RepSignsOut { rep } => self.lose(rep, at),
            Act::RepClosesConsole { rep } | Act::ConsoleIsKilled { rep } => {
                if self.is_signed_in(rep) {
                    self.lose(rep, at);
                }
                self.rep_mut(rep).console = ConsoleState::Dead;
                self.rep_mut(rep).team_chat.clear();
            }
            Act::RepStartsConsoleAnew { rep } => self.rep_mut(rep).console = ConsoleState::SignedOut,
            Act::RepAccepts { rep, customer } => {
                if let Some(line) = self.line_to_accept(rep, customer)
                    && self.may_take(rep, line)
                {
                    self.take_line(line, rep, at);
                }
            }
            Act::RepDeclines { rep, customer } => self.decline(rep, customer),
            Act::RepUsesGetNext { rep } => {
                if let Some(line) = self.next_line(rep) {
                    self.take_line(line, rep, at);
                }
            }
            Act::RepAnswersAssignment { rep, customer, accepts } => self.answer(rep, customer, *accepts, at),
            Act::RepHolds { rep, customer } => {
                if let Some(id) = self.owned(rep, customer) {
                    self.leave(id, rep, at);
                    self.put(id, Queue::Personal(rep.clone()), at);
                }
            }
            Act::RepEnds { rep, customer } => match (self.owned(rep, customer), self.joined(rep, customer)) {
                (Some(id), _) => self.end(id, "ended by the representative", at),
                (None, Some(id)) => drop(self.leave(id, rep, at)),
                (None, None) => {}
            },
            Act::RepLeaves { rep, customer } => self.leave_by_choice(rep, customer, at),
            Act::RepTransfers { rep, customer, to } => self.transfer(rep, customer, to, at),
            Act::RepInvites { .. }
            | Act::RepInvitesTeam { .. }
            | Act::RepAsksForHelp { .. }
            | Act::RepInvitesExternal { .. } => self.invite(act, at),
            Act::RepCancelsInvitation { rep, to, customer } => {
                if let Some(id) = self.owned(rep, customer) {
                    let told = self.sessions[id].invitations.iter().position(|it| self.told(it) == *to);
                    if let Some(place) = told {
                        self.sessions[id].invitations.remove(place);
                    }
                }
            }
            Act::ExternalJoins { external, .. } => self.join_from_outside(external, at),
            Act::RepRemoves { rep, member, customer, confirms: true } => {
                self.remove(rep, member, customer, at)
            }
            Act::RepSetsAutoAssignment { rep, on } => self.rep_mut(rep).opted_out = !on,
            Act::RepSetsExtendedAvailability { rep, on } => self.rep_mut(rep).extended = *on,
            Act::RepLocksComputer { rep, locked } => self.lock(rep, *locked),
            Act::RepTeamChats { rep, to, text } => self.team_chat(rep, to, text),
            Act::RepAddsNote { rep, customer, text } => {
                if let Some(id) = self.joined(rep, customer) {
                    self.sessions[id].notes.push(text.clone());
                }
            }
            Act::RepChoosesAfterSession { rep, customer, action } => {
                if let Some(id) = self.owned(rep, customer) {
                    self.sessions[id].after = *action;
                }
            }
            Act::RepWrites { rep, customer, audience, text } => {
                if let Some(id) = self.joined(rep, customer) {
                    let said = Said { by: rep.clone(), text: text.clone(), audience: *audience };
                    self.sessions[id].said.push(said);
                }
            }
            Act::CustomerOpensPortal { customer, .. } => {
                let here = self.reps.keys().filter(|rep| self.is_signed_in(rep)).cloned().collect();
                self.customer_mut(customer).portal = Some(here);
            }
            Act::CustomerPicksIssue { customer, issue } => {
                if let Some(issue) = self.site.issue(issue).cloned() {
                    let skills = self.site.ranked(&issue.skills);
                    self.request(customer, Queue::Team(issue.team), skills, at);
                }
            }
            Act::CustomerPicksRep { customer, display_name } => {
                let rep = self.reps.keys().find(|rep| self.display(rep) == *display_name).cloned();
                if let Some(rep) = rep {
                    self.request(customer, Queue::Personal(rep), Vec::new(), at);
                }
            }
            Act::CustomerWrites { customer, text } => self.customer_writes(customer, text),
            Act::CustomerLeaves { customer } => {
                if let Some(id) = self.live(customer) {
                    self.let_customer_go(id, "you left");
                }
            }
            Act::PowerFails { machine: Whose::Appliance } => self.power_fails(),
            Act::PowerReturns { machine: Whose::Appliance } => self.power_returns(at),
            Act::PowerFails { machine: Whose::Person(name) } => {
                let customer = self.customer_mut(name);
                customer.has_power = false;
                customer.way = Way::Cut { since: at.to, noticed: false };
            }
            Act::NetworkGoesDown { machine: Whose::Person(name) } => {
                *self.way_mut(name) = Way::Cut { since: at.to, noticed: false };
            }
            Act::NetworkComesBack { machine: Whose::Person(name) } => {
                let way = self.way_mut(name);
                if let Way::Cut { noticed, .. } = *way {
                    *way =
                        if noticed { Way::Returning { since: at.to } } else { Way::Mending { since: at.to } };
                }
            }
            // They change nothing that the model knows of, or are none of the acts that it knows.
            _ => {}
        }
    }

    fn sign_in(&mut self, rep: &str, at: Moment) {
        let rep = self.rep_mut(rep);
        rep.console = ConsoleState::SignedIn;
        rep.level_since = at;
        rep.team_chat.clear();
    }

    /// Who cannot be asked is not asked any more either, which is no answer.
    fn lock(&mut self, rep: &str, locked: bool) {
        self.rep_mut(rep).locked = locked;
        for (line, _) in self.team_lines() {
            drop(self.asking_mut(line).prompt.take_if(|prompt| locked && prompt.rep == rep));
        }
    }

    fn decline(&mut self, rep: &str, customer: &str) {
        if let Some(id) = self.live(customer) {
            self.sessions[id].invitations.retain(|invitation| invitation.to != Invited::Rep(rep.to_owned()));
        }
    }

    fn answer(&mut self, rep: &str, customer: &str, accepts: bool, at: Moment) {
        let Some(line) = self.prompts_about(rep, customer).first().copied() else { return };
        if accepts {
            self.asking_mut(line).prompt = None;
            self.take_line(line, rep, at);
        } else {
            self.asking_mut(line).turn_down(rep);
        }
    }

    fn leave_by_choice(&mut self, rep: &str, customer: &str, at: Moment) {
        let Some(id) = self.joined(rep, customer) else { return };
        if !self.sessions[id].is_owned_by(rep) {
            self.leave(id, rep, at);
            return;
        }
        let mut heirs = self.sessions[id].members.iter().map(|member| member.who.clone());
        let heir = heirs.find(|who| who != rep && self.reps.contains_key(who));
        if let Some(heir) = heir {
            self.leave(id, rep, at);
            self.sessions[id].place = Place::Owned(heir);
        }
    }

    fn transfer(&mut self, rep: &str, customer: &str, to: &Target, at: Moment) {
        let Some(id) = self.live(customer) else { return };
        let to = match to {
            Target::Team(team) => Queue::Team(team.clone()),
            Target::Rep(rep) => Queue::Personal(rep.clone()),
        };
        let session = &self.sessions[id];
        if session.place == Place::Queue {
            if self.sees_queue(rep, &session.last_queue) && session.last_queue != to {
                self.sessions[id].asking.tried.clear();
                self.put(id, to, at);
            }
            return;
        }
        if !session.is_owned_by(rep) {
            return;
        }
        match &to {
            Queue::Personal(heir) if session.has(heir) => {
                let heir = heir.clone();
                let session = &mut self.sessions[id];
                session.invitations.retain(|invitation| invitation.from != rep);
                session.place = Place::Owned(heir);
            }
            Queue::Personal(_) | Queue::Team(_) => {
                if session.presence == Presence::Gone && session.members.len() == 1 {
                    return;
                }
                self.leave(id, rep, at);
                self.sessions[id].asking.tried.clear();
                self.put(id, to, at);
            }
        }
    }

    fn invite(&mut self, act: &Act, at: Moment) {
        let (rep, customer, to) = match act {
            Act::RepInvites { rep, colleague, customer } => (rep, customer, Invited::Rep(colleague.clone())),
            Act::RepInvitesTeam { rep, team, customer } => (rep, customer, Invited::Team(team.clone())),
            Act::RepAsksForHelp { rep, issue, customer } => {
                let team = self.site.issue(issue).map(|issue| issue.team.clone()).unwrap_or_default();
                (rep, customer, Invited::Issue(issue.clone(), team))
            }
            Act::RepInvitesExternal { rep, name, customer, .. } => {
                (rep, customer, Invited::External(name.clone()))
            }
            _ => return,
        };
        let Some(id) = self.owned(rep, customer) else { return };
        let session = &self.sessions[id];
        let refused = match &to {
            Invited::Rep(whom) => {
                session.has(whom) || session.invitations.iter().any(|invitation| invitation.to == to)
            }
            Invited::Team(team) | Invited::Issue(_, team) => {
                let members = self.reps.keys().filter(|other| self.is_in_team(other, team));
                !members.into_iter().any(|other| self.is_reachable(other) && !session.has(other))
            }
            Invited::External(name) => {
                self.guest(name);
                false
            }
        };
        if !refused {
            let invitation = Invitation { from: rep.clone(), to, asking: Asking::default(), since: at };
            self.sessions[id].invitations.push(invitation);
        }
    }

    fn join_from_outside(&mut self, name: &str, at: Moment) {
        let Some((id, place)) = self.invitation_from_outside(name) else { return };
        self.sessions[id].invitations.remove(place);
        self.guest(name).joined = true;
        self.join(id, name, at);
    }

    fn remove(&mut self, rep: &str, member: &str, customer: &str, at: Moment) {
        let Some(id) = self.owned(rep, customer) else { return };
        if member == customer {
            if self.sessions[id].presence != Presence::Gone {
                self.let_customer_go(id, "removed by the representative");
            }
        } else if member != rep && self.sessions[id].has(member) {
            self.leave(id, member, at);
        }
    }

    fn team_chat(&mut self, rep: &str, to: &Target, text: &str) {
        let reads = |name: &str| match to {
            Target::Team(team) => self.is_in_team(name, team) || name == rep,
            Target::Rep(whom) => name == whom || name == rep,
        };
        let readers: Vec<String> =
            self.reps.keys().filter(|name| self.is_signed_in(name) && reads(name)).cloned().collect();
        for reader in readers {
            self.rep_mut(&reader).team_chat.push(text.to_owned());
        }
    }

    fn request(&mut self, customer: &str, queue: Queue, skills: Vec<String>, at: Moment) {
        let id = self.sessions.len();
        self.sessions.push(Session {
            customer: customer.to_owned(),
            place: Place::Queue,
            last_queue: queue.clone(),
            since: at,
            overdue: false,
            skills,
            asking: Asking::default(),
            members: Vec::new(),
            participants: std::collections::BTreeSet::new(),
            invitations: Vec::new(),
            presence: Presence::Here,
            missed_since: at,
            said: Vec::new(),
            notes: Vec::new(),
            after: AfterSessionAction::Nothing,
        });
        let customer = self.customer_mut(customer);
        customer.session = Some(id);
        customer.portal = None;
        customer.over = None;
    }

    fn customer_writes(&mut self, name: &str, text: &str) {
        if self.customer_mut(name).way != Way::Open {
            self.customer_mut(name).pending.push(text.to_owned());
        } else if let Some(id) = self.live(name) {
            self.sessions[id].said.push(Said {
                by: name.to_owned(),
                text: text.to_owned(),
                audience: ChatAudience::Everyone,
            });
        }
    }

    fn power_fails(&mut self) {
        self.down_since = Some(self.now);
        // Whom it had asked it does not remember.
        for (line, _) in self.team_lines() {
            self.asking_mut(line).prompt = None;
        }
    }

    /// Sessions are as they were on the disk; everybody has to come back.
    fn power_returns(&mut self, at: Moment) {
        self.down_since = None;
        self.blurred = true;
        for id in 0..self.sessions.len() {
            let owned = self.sessions[id].owner().is_some();
            for member in std::mem::take(&mut self.sessions[id].members) {
                if let Some(guest) = self.guests.get_mut(&member.who) {
                    guest.gone = true;
                }
            }
            self.sessions[id].invitations.clear();
            if owned {
                let queue = self.sessions[id].last_queue.clone();
                self.put(id, queue, at);
            }
            // Nobody could come back meanwhile, so that everybody has the whole time anew.
            if self.sessions[id].presence != Presence::Gone {
                (self.sessions[id].presence, self.sessions[id].missed_since) = (Presence::Lost, at);
            }
        }
        let since = at.to;
        for rep in self.reps.values_mut().filter(|rep| rep.console == ConsoleState::SignedIn) {
            (rep.console, rep.way) = (ConsoleState::SignedOut, Way::Returning { since });
        }
        for (name, customer) in &mut self.customers {
            let live = customer.session.is_some_and(|id| {
                let session = &self.sessions[id];
                session.customer == *name
                    && session.presence == Presence::Lost
                    && session.place != Place::Over
            });
            match &mut customer.way {
                way @ Way::Open if live => *way = Way::Returning { since },
                Way::Cut { noticed, .. } if live => *noticed = true,
                Way::Open | Way::Cut { .. } | Way::Mending { .. } | Way::Returning { .. } => {}
            }
        }
    }

    /// The session that a representative owns.
    fn owned(&self, rep: &str, customer: &str) -> Option<usize> {
        self.joined(rep, customer).filter(|id| self.sessions[*id].is_owned_by(rep))
    }

    /// The session that a representative is in.
    pub(super) fn joined(&self, rep: &str, customer: &str) -> Option<usize> {
        self.live(customer).filter(|id| self.sessions[*id].has(rep))
    }

    /// What a customer's name stands for in somebody's queues: an invitation first, then the session that waits.
    pub(super) fn line_to_accept(&self, rep: &str, customer: &str) -> Option<LineId> {
        let id = self.live(customer)?;
        let invitation = self.invitations_for(rep, id).first().copied();
        let session = &self.sessions[id];
        let waits = session.place == Place::Queue && self.sees_queue(rep, &session.last_queue);
        invitation.or(waits.then_some(LineId::Waiting(id)))
    }

    /// The invitations to a session that somebody's queues list.
    pub(super) fn invitations_for(&self, rep: &str, id: usize) -> Vec<LineId> {
        let session = &self.sessions[id];
        let concerns = |invitation: &Invitation| match &invitation.to {
            Invited::Rep(whom) => whom == rep,
            Invited::Team(team) | Invited::Issue(_, team) => self.is_in_team(rep, team) && !session.has(rep),
            Invited::External(_) => false,
        };
        let places = session.invitations.iter().enumerate().filter(|(_, invitation)| concerns(invitation));
        places.map(|(place, _)| LineId::Invitation(id, place)).collect()
    }

    /// From a team's queue one takes only with the permission.
    fn may_take(&self, rep: &str, line: LineId) -> bool {
        let of_team = match line {
            LineId::Waiting(id) => matches!(self.sessions[id].last_queue, Queue::Team(_)),
            LineId::Invitation(id, place) => self.sessions[id].invitations[place].to.team().is_some(),
        };
        !of_team || self.may(rep, "accept team sessions")
    }

    /// The lines that somebody is asked about, of one customer.
    pub(super) fn prompts_about(&self, rep: &str, customer: &str) -> Vec<LineId> {
        let lines = self.team_lines().into_iter().map(|(line, _)| line);
        let of_customer = lines.filter(|line| match line {
            LineId::Waiting(id) | LineId::Invitation(id, _) => self.sessions[*id].customer == customer,
        });
        of_customer
            .filter(|line| self.asking(*line).prompt.as_ref().is_some_and(|it| it.rep == rep))
            .collect()
    }

    /// What Get Next takes: the oldest line of somebody's teams.
    pub(super) fn next_line(&self, rep: &str) -> Option<LineId> {
        self.lines_for_next(rep).first().map(|(line, _)| *line)
    }

    /// The lines that Get Next chooses among, the oldest first.
    pub(super) fn lines_for_next(&self, rep: &str) -> Vec<(LineId, Moment)> {
        let mut lines: Vec<(LineId, Moment)> = self
            .team_lines()
            .into_iter()
            .filter(|(_, team)| self.is_in_team(rep, team))
            .filter_map(|(line, _)| match line {
                LineId::Waiting(id) => Some((line, self.sessions[id].since)),
                LineId::Invitation(id, place) => {
                    let session = &self.sessions[id];
                    (!session.has(rep)).then_some((line, session.invitations[place].since))
                }
            })
            .collect();
        lines.sort_by_key(|(_, since)| (since.from, since.to));
        lines
    }

    /// The invitation by which somebody comes from outside.
    pub(super) fn invitation_from_outside(&self, name: &str) -> Option<(usize, usize)> {
        let to = Invited::External(name.to_owned());
        self.sessions.iter().enumerate().find_map(|(id, session)| {
            Some((id, session.invitations.iter().position(|invitation| invitation.to == to)?))
        })
    }

    fn rep_mut(&mut self, name: &str) -> &mut super::Rep {
        self.reps.get_mut(name).unwrap_or_else(|| panic!("the site has no {name}"))
    }

    pub(super) fn customer_mut(&mut self, name: &str) -> &mut Customer {
        self.customers.entry(name.to_owned()).or_insert_with(|| Customer {
            way: Way::Open,
            has_power: true,
            portal: None,
            session: None,
            over: None,
            pending: Vec::new(),
        })
    }

    fn way_mut(&mut self, name: &str) -> &mut Way {
        if self.reps.contains_key(name) {
            &mut self.rep_mut(name).way
        } else {
            &mut self.customer_mut(name).way
        }
    }
}
