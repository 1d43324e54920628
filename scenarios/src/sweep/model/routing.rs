//! Judging Equilibrium: who was asked might have been asked, and where somebody can be asked somebody is.

use std::collections::{BTreeMap, BTreeSet};

use wire::SimTime;

use super::{Broken, ConsoleState, Exhausted, LineId, Model, Moment, Prompt};

/// A prompt as a console shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenPrompt {
    pub(crate) customer: String,
    /// Who asks for help, where it is an invitation.
    pub(crate) from: Option<String>,
    pub(crate) team: String,
    pub(crate) until: SimTime,
}

/// How a representative looks to Equilibrium.
#[derive(Clone, Copy, Debug)]
pub(super) struct Duty {
    available: bool,
    sessions: usize,
    prompts: usize,
    level_since: Moment,
}

impl Model {
    /// Takes over whom the appliance asks, as consoles show it.
    ///
    /// # Errors
    /// Somebody is asked who must not be, or was asked and is not any more, or somebody should be asked and nobody is.
    pub(crate) fn adopt(&mut self, seen: &BTreeMap<String, Vec<SeenPrompt>>) -> Result<(), Broken> {
        let mut new = Vec::new();
        let mut found: Vec<LineId> = Vec::new();
        for (rep, prompts) in seen {
            for prompt in prompts {
                let line = self.line_asked_about(rep, prompt, &found).ok_or_else(|| Broken {
                    rule: "who is asked is asked about what waits",
                    text: format!(
                        "{rep} is asked to take {}'s session from the {} queue, where none waits",
                        prompt.customer, prompt.team
                    ),
                })?;
                found.push(line);
                if self.asking(line).prompt.as_ref().is_none_or(|known| known.rep != *rep) {
                    new.push((rep.clone(), line, prompt.clone()));
                }
            }
        }
        for (line, _) in self.team_lines() {
            if let Some(prompt) = &self.asking(line).prompt
                && !found.contains(&line)
                && self.reps[&prompt.rep].is_up_to_date()
            {
                return Err(Broken {
                    rule: "who is asked stays asked until they answer",
                    text: format!("{} is no longer asked to take {}", prompt.rep, self.name_line(line)),
                });
            }
        }
        for (rep, line, prompt) in &new {
            self.asking_mut(*line).prompt = Some(Prompt { rep: rep.clone(), until: prompt.until });
        }
        for (rep, line, prompt) in &new {
            self.judge(rep, *line, &prompt.team, new.len())?;
        }
        let asked: BTreeSet<String> = new.into_iter().map(|(rep, ..)| rep).collect();
        self.judge_silence(&asked)
    }

    /// The line that a prompt is about.
    fn line_asked_about(&self, rep: &str, seen: &SeenPrompt, taken: &[LineId]) -> Option<LineId> {
        let fits = |line: LineId, team: &str| match line {
            LineId::Waiting(id) => {
                seen.from.is_none() && self.sessions[id].customer == seen.customer && team == seen.team
            }
            LineId::Invitation(id, place) => {
                let session = &self.sessions[id];
                let from = self.display(&session.invitations[place].from);
                seen.from.as_ref() == Some(&from) && session.customer == seen.customer && team == seen.team
            }
        };
        let lines = self.team_lines();
        let mut fitting: Vec<LineId> = lines
            .into_iter()
            .filter(|(line, team)| fits(*line, team) && !taken.contains(line))
            .map(|(line, _)| line)
            .collect();
        // Of several alike, the one that they were asked about before, then one that they could be.
        fitting.sort_by_key(|line| {
            let asking = self.asking(*line);
            match &asking.prompt {
                Some(prompt) if prompt.rep == rep => 0,
                None if !asking.tried.contains(rep) && asking.exhausted == Exhausted::No => 1,
                None => 2,
                Some(_) => 3,
            }
        });
        fitting.first().copied()
    }

    /// Whether somebody could be asked about a line.
    fn judge(&self, rep: &str, line: LineId, team: &str, new_prompts: usize) -> Result<(), Broken> {
        let asked = format!("{rep} is asked to take {}", self.name_line(line));
        let wrong =
            |rule: &'static str, why: String| Err(Broken { rule, text: format!("{asked}, but {why}") });
        let session = match line {
            LineId::Waiting(id) | LineId::Invitation(id, _) => &self.sessions[id],
        };
        if !self.is_in_team(rep, team) {
            return wrong("nobody is asked about another team's work", format!("is not in the {team} team"));
        }
        if self.asking(line).tried.contains(rep) {
            return wrong(
                "who has turned a session down is not asked again",
                "has turned it down".to_owned(),
            );
        }
        if session.has(rep) {
            return wrong("nobody is asked into a session that they are in", "is in it already".to_owned());
        }
        if self.asking(line).exhausted == Exhausted::Yes {
            return wrong(
                "what everybody has turned down waits for a hand",
                "all have turned it down".to_owned(),
            );
        }
        let state = &self.reps[rep];
        if state.console != ConsoleState::SignedIn || state.locked || state.opted_out {
            return wrong("who is not available is not asked", "is not available".to_owned());
        }
        let most = self.site.account(rep).and_then(|account| account.max_sessions);
        if let (Some(most), Some(duty), false) = (most, self.duty(rep), self.blurred)
            && duty.sessions + duty.prompts > most
        {
            return wrong("nobody is asked beyond the account's limit", format!("may have {most} at once"));
        }
        if self.blurred || new_prompts > 1 {
            return Ok(());
        }
        let better = self.reps.keys().find(|other| *other != rep && self.is_better(other, rep, line, team));
        match better {
            Some(other) => wrong("the best and least busy is asked", format!("{other} comes first")),
            None => Ok(()),
        }
    }

    /// Whether somebody who could certainly have been asked, too, should have been asked before `chosen`.
    fn is_better(&self, other: &str, chosen: &str, line: LineId, team: &str) -> bool {
        let (Some(theirs), Some(before)) = (self.duty(other), self.before.get(other)) else { return false };
        let asking = self.asking(line);
        let certain = theirs.available
            && before.available
            && self.is_in_team(other, team)
            && !asking.tried.contains(other)
            && !self.is_in_session_of(other, line);
        let Some(chosens) = self.duty(chosen) else { return false };
        if !certain {
            return false;
        }
        let skills = self.skills_of(line, team);
        let match_of = |who: &str| {
            let known = &self.site.account(who).expect("representatives have accounts").skills;
            skills.iter().take_while(|skill| known.contains(*skill)).count()
        };
        let (their_match, chosens_match) = (match_of(other), match_of(chosen));
        if their_match != chosens_match {
            return their_match > chosens_match;
        }
        // The prompt in question counts only from now on.
        let load = theirs.sessions + theirs.prompts;
        let chosens_load = chosens.sessions + chosens.prompts - 1;
        if load != chosens_load {
            return load < chosens_load;
        }
        theirs.level_since.is_before(chosens.level_since)
    }

    /// Whether what waits waits for a reason; `asked` are those who have been asked something new.
    fn judge_silence(&mut self, asked: &BTreeSet<String>) -> Result<(), Broken> {
        for (line, team) in self.team_lines() {
            let is_turned_down = std::mem::take(&mut self.asking_mut(line).is_turned_down);
            if !self.site.is_routed(&team) || self.asking(line).prompt.is_some() {
                continue;
            }
            let members: Vec<&String> = self.reps.keys().filter(|rep| self.is_in_team(rep, &team)).collect();
            let available = |rep: &&&String| self.duty(rep).is_some_and(|duty| duty.available);
            let free: Vec<&&String> = members.iter().filter(available).collect();
            let asking = self.asking(line);
            let candidate = free
                .iter()
                .find(|rep| !asking.tried.contains(**rep.to_owned()) && !self.is_in_session_of(rep, line));
            let turned_down = members.iter().any(|rep| asking.tried.contains(*rep));
            match candidate {
                Some(rep) if asking.exhausted == Exhausted::No => {
                    if self.blurred && turned_down {
                        self.asking_mut(line).exhausted = Exhausted::Maybe;
                        continue;
                    }
                    return Err(Broken {
                        rule: "where somebody can be asked somebody is",
                        text: format!(
                            "{rep} is available, and nobody is asked to take {}",
                            self.name_line(line)
                        ),
                    });
                }
                None if turned_down && (is_turned_down || !free.is_empty()) => {
                    self.asking_mut(line).exhausted = Exhausted::Yes;
                }
                // Somebody was available for a moment, until they were asked about something else.
                None if turned_down
                    && asking.exhausted == Exhausted::No
                    && members.iter().any(|rep| asked.contains(*rep)) =>
                {
                    self.asking_mut(line).exhausted = Exhausted::Maybe;
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    fn is_in_session_of(&self, rep: &str, line: LineId) -> bool {
        match line {
            LineId::Waiting(id) | LineId::Invitation(id, _) => self.sessions[id].has(rep),
        }
    }

    fn skills_of(&self, line: LineId, team: &str) -> Vec<String> {
        if !self.site.goes_by_skill(team) {
            return Vec::new();
        }
        match line {
            LineId::Waiting(id) => self.sessions[id].skills.clone(),
            LineId::Invitation(id, place) => match &self.sessions[id].invitations[place].to {
                super::Invited::Issue(issue, _) => {
                    self.site.issue(issue).map_or_else(Vec::new, |issue| self.site.ranked(&issue.skills))
                }
                super::Invited::Team(_) | super::Invited::Rep(_) | super::Invited::External(_) => Vec::new(),
            },
        }
    }

    /// Everybody's duty now, to be remembered over an act.
    pub(super) fn duties(&self) -> BTreeMap<String, Duty> {
        self.reps.keys().filter_map(|rep| Some((rep.clone(), self.duty(rep)?))).collect()
    }

    /// How somebody looks to Equilibrium, while they are signed in.
    fn duty(&self, name: &str) -> Option<Duty> {
        let rep = self.reps.get(name).filter(|rep| rep.console == ConsoleState::SignedIn)?;
        let sessions = self.sessions.iter().filter(|session| session.has(name)).count();
        let lines = self.team_lines();
        let prompted =
            |line: &LineId| self.asking(*line).prompt.as_ref().is_some_and(|prompt| prompt.rep == name);
        let prompts = lines.iter().filter(|(line, _)| prompted(line)).count();
        let most = self.site.account(name).and_then(|account| account.max_sessions).unwrap_or(usize::MAX);
        let available = !rep.locked && !rep.opted_out && sessions + prompts < most;
        Some(Duty { available, sessions, prompts, level_since: rep.level_since })
    }

    /// A line, for people.
    fn name_line(&self, line: LineId) -> String {
        match line {
            LineId::Waiting(id) => format!("{}'s session", self.sessions[id].customer),
            LineId::Invitation(id, place) => {
                let session = &self.sessions[id];
                let from = &session.invitations[place].from;
                format!("the invitation of {from} to {}'s session", session.customer)
            }
        }
    }
}
