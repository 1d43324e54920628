//! Equilibrium: who is asked to take what waits (EQL).
//!
//! What can be assigned is a line of a team's queue: a session that waits there, or an invitation to any
//! representative of the team. A *prompt* asks one representative about one line. Whatever might let somebody be asked
//! marks the team; [`Appliance::route_waiting`] does the asking, once, at the end of the mutation.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use wire::rep::{ApplianceToRep, Assignment, Attendance, Permission, Refusal, RepAnswer};
use wire::session::{Priority, SessionEvent};
use wire::{MemberId, QueueEntryId, QueueId, RepId, SessionId, SimTime, TeamId};

use crate::site::{Longest, Preference, Routing, Site};
use crate::{Appliance, Flaw, TimerKey};

/// A representative at work, as far as Equilibrium looks at them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duty {
    pub(crate) attendance: Attendance,
    /// The sessions that they are in, and since when it is so many.
    pub(crate) sessions: usize,
    pub(crate) level_since: SimTime,
    /// Since when they could be asked at all.
    pub(crate) available_since: SimTime,
}

/// Somebody is being asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prompt {
    pub(crate) session: SessionId,
    pub(crate) team: TeamId,
    pub(crate) rep: RepId,
    pub(crate) until: SimTime,
}

/// What waits in a team's queue, and may be assigned.
struct Candidate {
    priority: Priority,
    since: SimTime,
    entry: QueueEntryId,
    session: SessionId,
}

impl Duty {
    pub(crate) fn begin(now: SimTime) -> Self {
        Self { attendance: Attendance::Attended, sessions: 0, level_since: now, available_since: now }
    }
}

/// What makes somebody available, or not.
impl Appliance {
    /// EQL-15, EQL-16: the console says whether anybody sits at it.
    pub(crate) fn attendance(&mut self, now: SimTime, rep: RepId, attendance: Attendance) {
        let Some(duty) = self.duties.get_mut(&rep) else { return };
        let was = std::mem::replace(&mut duty.attendance, attendance);
        if was != Attendance::Attended && attendance == Attendance::Attended {
            duty.available_since = now;
            self.may_be_asked(rep);
        } else if attendance != Attendance::Attended {
            self.ask_others(now, rep);
        }
    }

    /// Nobody sits where somebody was being asked: others are. A console that has connected again by itself says so
    /// only after it was let in, and may have been asked by then; that is no answer.
    ///
    /// Being no answer, it is no last word either: where nobody else is available, the line waits for whoever is next, and
    /// not for a hand (EQL-12).
    fn ask_others(&mut self, now: SimTime, rep: RepId) {
        let theirs = self.prompts.iter().filter(|(_, prompt)| prompt.rep == rep);
        for (entry, prompt) in theirs.map(|(entry, prompt)| (*entry, *prompt)).collect::<Vec<_>>() {
            self.responded(now, prompt, "not reached");
            self.withdraw_prompt(entry);
        }
    }

    /// SET-02, EQL-17.
    pub(crate) fn set_auto_assignment(
        &mut self,
        now: SimTime,
        rep: RepId,
        on: bool,
    ) -> Result<RepAnswer, Refusal> {
        if !self.site.rep(rep).may(Permission::DisableAutoAssignment) {
            return Err(Refusal::NotPermitted);
        }
        let changed = if on { self.opted_out.remove(&rep) } else { self.opted_out.insert(rep) };
        if changed {
            self.changes.choices.insert(rep);
        }
        if changed && on {
            if let Some(duty) = self.duties.get_mut(&rep) {
                duty.available_since = now;
            }
            self.may_be_asked(rep);
        }
        Ok(RepAnswer::Done)
    }

    /// The number of sessions that somebody is in has changed.
    pub(crate) fn load_changed(&mut self, now: SimTime, rep: RepId, more: bool) {
        let Some(duty) = self.duties.get_mut(&rep) else { return };
        duty.sessions = if more { duty.sessions + 1 } else { duty.sessions - 1 };
        duty.level_since = now;
        if !more {
            self.may_be_asked(rep);
        }
    }

    /// Somebody may have become available: their teams' queues are to be looked at.
    pub(crate) fn may_be_asked(&mut self, rep: RepId) {
        self.changes.route.extend(self.site.rep(rep).teams.iter().copied());
    }

    /// Whether sessions may be assigned to somebody now (EQL-13 to EQL-17).
    fn is_available(&self, rep: RepId) -> bool {
        let Some(duty) = self.duties.get(&rep) else { return false };
        let prompts = self.prompts_of(rep);
        let most = self.site.rep(rep).max_sessions.unwrap_or(usize::MAX);
        duty.attendance == Attendance::Attended
            && !self.opted_out.contains(&rep)
            && duty.sessions + prompts < most
            && (prompts == 0 || !self.site.equilibrium.one_prompt_at_a_time)
    }

    fn prompts_of(&self, rep: RepId) -> usize {
        self.prompts.values().filter(|prompt| prompt.rep == rep).count()
    }
}

/// Asking.
impl Appliance {
    /// Asks whoever can be asked, in the teams that were marked.
    pub(crate) fn route_waiting(&mut self, now: SimTime) {
        while let Some(team) = self.changes.route.pop_first() {
            if self.site.team(team).routing != Routing::None {
                self.route_team(now, team);
            }
        }
    }

    fn route_team(&mut self, now: SimTime, team: TeamId) {
        if !self.members(team).any(|rep| self.is_available(rep)) {
            return;
        }
        for candidate in self.candidates(team) {
            self.ask_somebody(now, team, candidate.session, candidate.entry);
            if !self.members(team).any(|rep| self.is_available(rep)) {
                return;
            }
        }
    }

    /// The members of a team who are signed in.
    pub(crate) fn members(&self, team: TeamId) -> impl Iterator<Item = RepId> {
        self.signed_in.keys().copied().filter(move |rep| self.site.rep(*rep).teams.contains(&team))
    }

    /// What waits in a team's queue and nobody is being asked about, in the order of asking.
    fn candidates(&self, team: TeamId) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = self
            .lines_of(team)
            .filter(|((_, entry), session)| {
                !self.prompts.contains_key(entry) && !self.session(*session).is_exhausted(*entry)
            })
            .map(|((since, entry), session)| Candidate {
                priority: self.session(session).priority_of(entry),
                since,
                entry,
                session,
            })
            .collect();
        let urgent = self.site.queues.priority_first;
        candidates.sort_by_key(|it| (urgent.then_some(it.priority), it.since, it.entry));
        candidates
    }

    /// EQL-01, EQL-09, EQL-10, EQL-12: prompts the best who can be asked about a line. Where everybody who could be has
    /// turned it down, it waits for a hand from then on.
    fn ask_somebody(&mut self, now: SimTime, team: TeamId, id: SessionId, entry: QueueEntryId) {
        let turned_down = self.session(id).turned_down(entry).clone();
        let Some(rep) = self.best(team, id, entry, &turned_down) else {
            // Those of another team, from before a waiting rule moved it, say nothing about this one.
            let tried = turned_down.iter().any(|rep| self.site.rep(*rep).teams.contains(&team));
            if tried && !self.site.equilibrium.late_arrivals {
                self.session_mut(id).exhaust(entry);
            }
            return;
        };
        let until = now + self.site.team(team).alert_timeout;
        self.prompts.insert(entry, Prompt { session: id, team, rep, until });
        self.timers.insert((until, TimerKey::PromptOver(entry)));
        self.changes.prompts.insert(rep);
        let name = self.site.rep(rep).display_name.clone();
        self.session_mut(id).happened(now, MemberId::SYSTEM, "", SessionEvent::SessionAssigned, name);
    }

    /// EQL-02 to EQL-04: the best skill match, then the fewest sessions, then whoever has had so few for longest.
    fn best(
        &self,
        team: TeamId,
        id: SessionId,
        entry: QueueEntryId,
        turned_down: &BTreeSet<RepId>,
    ) -> Option<RepId> {
        let session = self.session(id);
        let free: Vec<RepId> = self
            .members(team)
            .filter(|rep| {
                !turned_down.contains(rep) && session.member(*rep).is_none() && self.is_available(*rep)
            })
            .collect();
        let wanted = match self.site.team(team).routing {
            Routing::SkillsMatch => session.skills_of(entry),
            Routing::LeastBusy | Routing::None => &[],
        };
        let (matched, skilled) = matching(&self.site, wanted, free);
        skilled.into_iter().min_by_key(|rep| {
            let duty = &self.duties[rep];
            let specialist_in =
                matched.iter().filter(|skill| self.site.suits(*rep, **skill) == Preference::More).count();
            let since = match self.site.equilibrium.longest {
                Longest::AtThisLevel => duty.level_since,
                Longest::Available => duty.available_since,
            };
            (Reverse(specialist_in), duty.sessions + self.prompts_of(*rep), since, *rep)
        })
    }

    /// EQL-08, EQL-09.
    pub(crate) fn answer_assignment(
        &mut self,
        now: SimTime,
        rep: RepId,
        entry: QueueEntryId,
        accept: bool,
    ) -> Result<RepAnswer, Refusal> {
        let prompt = self.prompts.get(&entry).filter(|prompt| prompt.rep == rep).copied();
        let prompt = prompt.ok_or(Refusal::AssignmentOver)?;
        if !accept {
            self.turn_down(now, entry, "rejected", true);
            return Ok(RepAnswer::Done);
        }
        self.responded(now, prompt, "accepted");
        self.withdraw_prompt(entry);
        self.take_line(now, rep, prompt.session, entry);
        Ok(RepAnswer::Accepted { session: prompt.session })
    }

    /// EQL-10: a prompt has waited long enough.
    pub(crate) fn prompt_over(&mut self, now: SimTime, entry: QueueEntryId) {
        if self.prompts.get(&entry).is_some_and(|prompt| prompt.until <= now) {
            self.turn_down(now, entry, "timed out", self.site.equilibrium.timed_out_excluded);
        }
    }

    /// Who was being asked is gone: others are asked.
    pub(crate) fn turn_down_all_of(&mut self, now: SimTime, rep: RepId) {
        let theirs = self.prompts.iter().filter(|(_, prompt)| prompt.rep == rep).map(|(entry, _)| *entry);
        for entry in theirs.collect::<Vec<_>>() {
            self.turn_down(now, entry, "not reached", self.site.equilibrium.timed_out_excluded);
        }
    }

    fn turn_down(&mut self, now: SimTime, entry: QueueEntryId, how: &str, excludes: bool) {
        let prompt = self.prompts[&entry];
        self.responded(now, prompt, how);
        self.withdraw_prompt(entry);
        if excludes && self.flaw != Some(Flaw::RejectedOfferedAgain) {
            self.session_mut(prompt.session).turn_down(entry, prompt.rep);
        }
        self.ask_somebody(now, prompt.team, prompt.session, entry);
    }

    fn responded(&mut self, now: SimTime, prompt: Prompt, how: &str) {
        let detail = format!("{}: {how}", self.site.rep(prompt.rep).display_name);
        let event = SessionEvent::SessionAssignmentResponse;
        self.session_mut(prompt.session).happened(now, MemberId::SYSTEM, "", event, detail);
    }

    /// Nobody is asked about this line any more.
    pub(crate) fn withdraw_prompt(&mut self, entry: QueueEntryId) {
        if let Some(prompt) = self.prompts.remove(&entry) {
            self.changes.prompts.insert(prompt.rep);
            self.may_be_asked(prompt.rep);
        }
    }

    /// Whoever is in a session is not asked into it any more; others may be.
    pub(crate) fn drop_prompts_into(&mut self, id: SessionId, rep: RepId) {
        let void = self.prompts.iter().filter(|(_, prompt)| prompt.session == id && prompt.rep == rep);
        for entry in void.map(|(entry, _)| *entry).collect::<Vec<_>>() {
            self.withdraw_prompt(entry);
        }
    }

    /// What a representative is prompted with (EQL-05).
    pub(crate) fn show_prompts(&mut self, now: SimTime, rep: RepId) {
        let Self { signed_in, conns, prompts, sessions, site, .. } = self;
        let Some(shown) = signed_in.get_mut(&rep) else { return };
        let wanted: BTreeSet<QueueEntryId> =
            prompts.iter().filter(|(_, prompt)| prompt.rep == rep).map(|(entry, _)| *entry).collect();
        for entry in shown.prompts.difference(&wanted) {
            conns.send(shown.conn, &ApplianceToRep::AssignmentGone { entry: *entry });
        }
        for entry in wanted.difference(&shown.prompts) {
            let prompt = &prompts[entry];
            let session = &sessions[&prompt.session];
            let record = &session.record;
            let invitation = session.invitation(*entry);
            let team = site.team(prompt.team);
            let told = Assignment {
                entry: *entry,
                queue: QueueId::Team(prompt.team),
                session: prompt.session,
                from: invitation.map(|invitation| site.rep(invitation.from).display_name.clone()),
                customer: record.customer.clone(),
                device: record.device.clone(),
                kind: record.kind,
                issue: invitation.map_or(&record.issue, |invitation| &invitation.issue).clone(),
                priority: session.priority_of(*entry),
                left_ms: prompt.until.since(now).as_millis() as u64,
                warning_ms: team.alert_warning.as_millis() as u64,
            };
            conns.send(shown.conn, &ApplianceToRep::Assigned(told));
        }
        shown.prompts = wanted;
    }
}

/// Of those who are free, the ones who can do as many of the wanted skills as anybody can: the least important is
/// dropped until somebody matches. Gives the skills that they match, too.
fn matching<'s>(site: &Site, wanted: &'s [usize], free: Vec<RepId>) -> (&'s [usize], Vec<RepId>) {
    for count in (1..=wanted.len()).rev() {
        let kept = &wanted[..count];
        let can = |rep: &RepId| kept.iter().all(|skill| site.suits(*rep, *skill) != Preference::Ignored);
        let skilled: Vec<RepId> = free.iter().copied().filter(can).collect();
        if !skilled.is_empty() {
            return (kept, skilled);
        }
    }
    (&[], free)
}
