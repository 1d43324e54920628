//! Sharing a session: invitations in all their forms, and how they die (SHR, EXT).

use std::collections::BTreeSet;

use device::ConnId;
use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use wire::rep::{ExternalInvitation, Goodbye, Invitee, Permission, Refusal, RepAnswer, RepProfile};
use wire::session::{InvitationState, NAME_BYTES_MAX, Priority, SessionEvent};
use wire::{IssueId, QueueEntryId, RepId, SessionId, SimTime, TeamId, Token};

use crate::conns::Peer;
use crate::routing::Duty;
use crate::shown::ShownToRep;
use crate::site::{Representative, Site};
use crate::smtp::Address;
use crate::{Appliance, Flaw, TimerKey};

/// The most active invitations of one session.
const INVITATIONS_MAX: usize = 100;

/// The most external representatives that an appliance has ever let in.
const EXTERNALS_MAX: usize = 10_000;

/// The length of an external representative's key; as hard to guess as a session key's URL.
const EXTERNAL_KEY_LEN: usize = 32;

/// An active invitation; it has no time to run out of (SHR-12), unless it is for somebody without an account. One that
/// is no longer active is gone from the session (SHR-14 to SHR-20).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Invitation {
    /// The line of a queue that it is.
    pub(crate) entry: QueueEntryId,
    pub(crate) to: Invited,
    pub(crate) from: RepId,
    pub(crate) since: SimTime,
    /// What help is asked for with, and what that takes.
    pub(crate) issue: Option<String>,
    pub(crate) priority: Priority,
    pub(crate) skills: Vec<usize>,
    /// Who has turned an assignment of it down.
    pub(crate) turned_down: BTreeSet<RepId>,
    pub(crate) exhausted: bool,
}

/// Who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Invited {
    /// A colleague (SHR-05).
    Rep(RepId),
    /// Whoever of this team comes first (SHR-06, SHR-03).
    Team(TeamId),
    /// Whoever has the key, until then by the wall's clock (EXT-01).
    External { name: String, key: String, expires: SimTime },
}

/// Somebody without an account who was let in, and may come back after a break with the same secret (EXT-03).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct External {
    pub(crate) rep: RepId,
    pub(crate) key: String,
    pub(crate) token: Token,
}

impl Invitation {
    /// As the members of the session see it (SHR-10).
    pub(crate) fn told(&self, site: &Site) -> InvitationState {
        let to = match (&self.to, &self.issue) {
            (Invited::Rep(rep), _) => site.rep(*rep).display_name.clone(),
            (Invited::Team(_), Some(issue)) => issue.clone(),
            (Invited::Team(team), None) => format!("any representative of {}", site.team(*team).name),
            (Invited::External { name, .. }, _) => name.clone(),
        };
        InvitationState { id: self.entry, to, external: matches!(self.to, Invited::External { .. }) }
    }
}

/// Inviting.
impl Appliance {
    /// SHR-03, SHR-05 to SHR-08, SHR-11, SHR-13, EXT-01.
    pub(crate) fn invite(
        &mut self,
        now: SimTime,
        from: RepId,
        id: SessionId,
        whom: Invitee,
    ) -> Result<RepAnswer, Refusal> {
        self.owned(from, id)?;
        if self.session(id).record.invitations.len() >= INVITATIONS_MAX {
            return Err(Refusal::TooMany);
        }
        match whom {
            Invitee::Rep(rep) => self.invite_rep(now, from, id, rep),
            Invitee::Team(team) => self.invite_team(now, from, id, team, None),
            Invitee::Issue(issue) => {
                let team =
                    self.site.issue(issue).filter(|issue| issue.help).ok_or(Refusal::NotPossible)?.team;
                self.invite_team(now, from, id, team, Some(issue))
            }
            Invitee::External { name, email } => self.invite_external(now, from, id, name, email),
        }
    }

    fn invite_rep(
        &mut self,
        now: SimTime,
        from: RepId,
        id: SessionId,
        rep: RepId,
    ) -> Result<RepAnswer, Refusal> {
        let session = self.session(id);
        let invited = session.record.invitations.iter().any(|invitation| invitation.to == Invited::Rep(rep));
        if invited || session.member(rep).is_some() {
            return Err(Refusal::AlreadyInvited);
        }
        if !self.can_be_reached(rep) {
            return Err(Refusal::RepNotAvailable);
        }
        self.send_out(now, from, id, Invited::Rep(rep), None);
        self.mail_invitation(now, id, from, rep);
        Ok(RepAnswer::Done)
    }

    fn invite_team(
        &mut self,
        now: SimTime,
        from: RepId,
        id: SessionId,
        team: TeamId,
        issue: Option<IssueId>,
    ) -> Result<RepAnswer, Refusal> {
        if team.0 as usize >= self.site.teams.len() {
            return Err(Refusal::NotPossible);
        }
        let account = self.site.rep(from);
        let own = account.teams.contains(&team);
        // An issue that allows help requests leads to its team, whoever asks (SHR-02).
        if !own && issue.is_none() && !account.may(Permission::ShareWithOtherTeams) {
            return Err(Refusal::NotPermitted);
        }
        let reachable = |rep: &RepId| self.can_be_reached(*rep) && self.session(id).member(*rep).is_none();
        let accounts = self.site.reps().filter(|(_, account)| account.teams.contains(&team));
        let members: Vec<RepId> = accounts.map(|(rep, _)| rep).filter(reachable).collect();
        if members.is_empty() {
            return Err(Refusal::NobodyAvailable);
        }
        let entry = self.send_out(now, from, id, Invited::Team(team), issue);
        self.help_lines.entry(team).or_default().insert((now, entry), id);
        self.changes.route.insert(team);
        for rep in members {
            self.mail_invitation(now, id, from, rep);
        }
        Ok(RepAnswer::Done)
    }

    fn invite_external(
        &mut self,
        now: SimTime,
        from: RepId,
        id: SessionId,
        name: String,
        email: Option<String>,
    ) -> Result<RepAnswer, Refusal> {
        if !self.site.rep(from).may(Permission::InviteExternalRep) {
            return Err(Refusal::NotPermitted);
        }
        let email: Option<Address> =
            email.map(|address| address.parse()).transpose().map_err(|_| Refusal::NotPossible)?;
        if name.trim().is_empty() || name.len() > NAME_BYTES_MAX {
            return Err(Refusal::NotPossible);
        }
        let digits: [u8; EXTERNAL_KEY_LEN / 2] = self.token_rng.random();
        let key: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
        let valid = self.site.sharing.external_valid;
        let invited = Invited::External { name: name.clone(), key: key.clone(), expires: self.wall + valid };
        let entry = self.send_out(now, from, id, invited, None);
        self.external_keys.insert(key.clone(), id);
        self.timers.insert((now + valid, TimerKey::ExternalInvitationOver(id, entry)));
        let url = format!("https://{}/external?key={key}", self.site.host);
        if let Some(address) = email {
            let inviter = &self.site.rep(from).display_name;
            let body = format!(
                "Dear {name},\n\n{inviter} invites you to join a support session. Open this address to join:\n\n{url}\n\n\
                 It works once, for {} minutes at most, and no longer than the session.\n",
                valid.as_secs() / 60
            );
            let subject = format!("{inviter} invites you to a support session");
            self.mail(now, address, subject, body);
        }
        let valid_s = valid.as_secs() as u32;
        Ok(RepAnswer::ExternalInvited(ExternalInvitation { invitation: entry, key, url, valid_s }))
    }

    /// The invitation stands from now on.
    fn send_out(
        &mut self,
        now: SimTime,
        from: RepId,
        id: SessionId,
        to: Invited,
        issue: Option<IssueId>,
    ) -> QueueEntryId {
        let entry = self.new_entry();
        let about = issue.and_then(|issue| self.site.issue(issue));
        let record = &self.session(id).record;
        let invitation = Invitation {
            entry,
            to,
            from,
            since: now,
            issue: about.map(|issue| issue.title.clone()),
            priority: about.map_or(record.priority, |issue| issue.priority),
            skills: about.map_or_else(Vec::new, |issue| sorted(&issue.skills)),
            turned_down: BTreeSet::new(),
            exhausted: false,
        };
        let to = invitation.told(&self.site).to;
        self.log_for(now, id, from, SessionEvent::SessionInvitationSent, to);
        self.session_mut(id).record.invitations.push(invitation);
        entry
    }

    /// SHR-09: who has extended availability gets a notice by mail.
    fn mail_invitation(&mut self, now: SimTime, id: SessionId, from: RepId, rep: RepId) {
        if !self.extended.contains(&rep) {
            return;
        }
        let account = self.site.rep(rep);
        let Some(address) = account.email.clone() else { return };
        let (inviter, customer) = (&self.site.rep(from).display_name, &self.session(id).record.customer);
        let body = format!(
            "Dear {},\n\n{inviter} asks you to join the session with {customer}. Sign in to {} to accept.\n",
            account.display_name, self.site.host
        );
        let subject = format!("{inviter} invites you to a session with {customer}");
        self.mail(now, address, subject, body);
    }

    /// Whether somebody can be invited: signed in, or reached by mail (SHR-04, SHR-09).
    pub(crate) fn can_be_reached(&self, rep: RepId) -> bool {
        let account = self.site.representatives.get(rep.0 as usize);
        account.is_some_and(|account| !account.external)
            && (self.signed_in.contains_key(&rep) || self.extended.contains(&rep))
    }

    /// SHR-09: the account is mailed that it is reachable from now on (`anchors/domain.md` section 6).
    pub(crate) fn set_extended_availability(
        &mut self,
        now: SimTime,
        rep: RepId,
        on: bool,
    ) -> Result<RepAnswer, Refusal> {
        let account = self.site.rep(rep);
        if !account.may(Permission::ExtendedAvailability) {
            return Err(Refusal::NotPermitted);
        }
        let address = account.email.clone().ok_or(Refusal::NoMailAddress)?;
        let changed = if on { self.extended.insert(rep) } else { self.extended.remove(&rep) };
        if changed {
            self.changes.choices.insert(rep);
            self.changes.who_is_here = true;
        }
        if changed && on {
            let name = &self.site.rep(rep).display_name;
            let body = format!(
                "Dear {name},\n\nyour extended availability on {} is on: colleagues may invite you to their sessions \
                 while you are not signed in, and you are told by mail.\n",
                self.site.host
            );
            self.mail(now, address, "Extended availability is on".to_owned(), body);
        }
        Ok(RepAnswer::Done)
    }
}

/// How invitations die.
impl Appliance {
    /// SHR-10, SHR-11, SHR-14.
    pub(crate) fn cancel_invitation(
        &mut self,
        now: SimTime,
        rep: RepId,
        id: SessionId,
        entry: QueueEntryId,
    ) -> Result<RepAnswer, Refusal> {
        self.owned(rep, id)?;
        self.session(id).invitation(entry).ok_or(Refusal::InvitationOver)?;
        self.close_invitation(now, id, entry, "cancelled");
        Ok(RepAnswer::Done)
    }

    /// SHR-19: only who is named can decline.
    pub(crate) fn decline(
        &mut self,
        now: SimTime,
        rep: RepId,
        entry: QueueEntryId,
    ) -> Result<RepAnswer, Refusal> {
        let id = self.shown_entry(rep, entry)?;
        let to = self.session(id).invitation(entry).map(|invitation| invitation.to.clone());
        match to.ok_or(Refusal::Gone)? {
            Invited::Rep(whom) if whom == rep => self.close_invitation(now, id, entry, "declined"),
            Invited::Rep(_) | Invited::Team(_) | Invited::External { .. } => {
                return Err(Refusal::NotPossible);
            }
        }
        Ok(RepAnswer::Done)
    }

    /// An external invitation has come of age.
    pub(crate) fn external_invitation_over(&mut self, now: SimTime, id: SessionId, entry: QueueEntryId) {
        if self.running(id).is_some_and(|session| session.invitation(entry).is_some()) {
            self.close_invitation(now, id, entry, "expired");
        }
    }

    /// An invitation is no longer active, whatever the reason.
    pub(crate) fn close_invitation(&mut self, now: SimTime, id: SessionId, entry: QueueEntryId, why: &str) {
        let session = self.session_mut(id);
        let place = session.record.invitations.iter().position(|invitation| invitation.entry == entry);
        let invitation = session.record.invitations.remove(place.expect("the caller has seen it"));
        match &invitation.to {
            Invited::Rep(_) => {}
            Invited::Team(team) => {
                let lines =
                    self.help_lines.get_mut(team).expect("an invitation to a team stands in its queue");
                lines
                    .remove(&(invitation.since, entry))
                    .expect("an invitation to a team stands in its queue");
                if lines.is_empty() {
                    self.help_lines.remove(team);
                }
                self.withdraw_prompt(entry);
            }
            // Who was let in by it may come back after a break.
            Invited::External { .. } if why == ACCEPTED => {}
            Invited::External { key, .. } => drop(self.external_keys.remove(key)),
        }
        let detail = format!("{}: {why}", invitation.told(&self.site).to);
        self.log_for(now, id, invitation.from, SessionEvent::SessionInvitationClosed, detail);
    }

    /// SHR-15, SHR-16: what somebody sent out dies when they leave, or own the session no longer.
    pub(crate) fn close_invitations_of(&mut self, now: SimTime, id: SessionId, from: RepId, why: &str) {
        if self.flaw == Some(Flaw::InvitationSurvivesTransfer) && why == TRANSFERRED {
            return;
        }
        let theirs = self.session(id).record.invitations.iter().filter(|invitation| invitation.from == from);
        for entry in theirs.map(|invitation| invitation.entry).collect::<Vec<_>>() {
            self.close_invitation(now, id, entry, why);
        }
    }

    /// SHR-17: what is over has no invitations, and external representatives have nothing to come back to.
    pub(crate) fn close_all_invitations(&mut self, now: SimTime, id: SessionId) {
        let all = self.session(id).record.invitations.iter().map(|invitation| invitation.entry);
        for entry in all.collect::<Vec<_>>() {
            self.close_invitation(now, id, entry, "the session ended");
        }
        self.forget_externals(id);
    }

    /// SHR-18: whoever is in is invited no longer.
    pub(crate) fn spend_invitations(&mut self, now: SimTime, id: SessionId, rep: RepId) {
        let theirs = |invitation: &&Invitation| invitation.to == Invited::Rep(rep);
        let theirs = self.session(id).record.invitations.iter().filter(theirs);
        for entry in theirs.map(|invitation| invitation.entry).collect::<Vec<_>>() {
            self.close_invitation(now, id, entry, ACCEPTED);
        }
    }

    fn log_for(&mut self, now: SimTime, id: SessionId, rep: RepId, event: SessionEvent, detail: String) {
        let member = self.session(id).member_id(rep);
        let name = self.site.rep(rep).display_name.clone();
        self.session_mut(id).happened(now, member, &name, event, detail);
    }
}

/// Why an invitation closes that was followed.
pub(crate) const ACCEPTED: &str = "accepted";

/// Why somebody leaves who transfers their session.
pub(crate) const TRANSFERRED: &str = "transferred";

/// External representatives.
impl Appliance {
    /// EXT-01, EXT-03: lets somebody in by an invitation's key, once; and again with the same secret, since the answer
    /// was lost or the connection broke.
    pub(crate) fn sign_in_external(
        &mut self,
        now: SimTime,
        conn: ConnId,
        key: &str,
        token: Token,
    ) -> Result<RepProfile, Refusal> {
        let id = self.external_keys.get(key).copied().ok_or(Refusal::InvitationOver)?;
        let session = self.running(id).ok_or(Refusal::InvitationOver)?;
        let known = session.record.externals.iter().find(|external| external.key == key);
        let rep = match known {
            Some(external) if external.token == token && session.record.owner.is_some() => external.rep,
            Some(_) => return Err(Refusal::InvitationOver),
            None => self.admit_external(now, id, key, token)?,
        };
        if let Some(earlier) = self.signed_in.insert(rep, ShownToRep::new(conn)) {
            self.conns.abandon(earlier.conn);
        }
        self.duties.entry(rep).or_insert_with(|| Duty::begin(now));
        self.conns.set_peer(conn, Peer::RepConsole(Some(rep)));
        self.changes.who_is_here = true;
        if self.session(id).member(rep).is_none() {
            self.join_session(now, rep, id);
        }
        self.changes.sessions.insert(id);
        Ok(self.profile(rep))
    }

    fn admit_external(
        &mut self,
        now: SimTime,
        id: SessionId,
        key: &str,
        token: Token,
    ) -> Result<RepId, Refusal> {
        let wall = self.wall;
        let named = |invitation: &Invitation| match &invitation.to {
            Invited::External { name, key: theirs, expires } if theirs == key && *expires > wall => {
                Some((invitation.entry, name.clone()))
            }
            Invited::External { .. } | Invited::Rep(_) | Invited::Team(_) => None,
        };
        let found = self.session(id).record.invitations.iter().find_map(named);
        let (entry, name) = found.ok_or(Refusal::InvitationOver)?;
        let externals = self.site.representatives.iter().filter(|rep| rep.external).count();
        if externals >= EXTERNALS_MAX {
            return Err(Refusal::TooMany);
        }
        let rep = self.site.add_external(name);
        self.changes.externals.insert(rep);
        self.session_mut(id).record.externals.push(External { rep, key: key.to_owned(), token });
        self.close_invitation(now, id, entry, ACCEPTED);
        Ok(rep)
    }

    /// External representatives do not stay where nobody owns the session (`anchors/domain.md` section 6).
    pub(crate) fn dismiss_externals(&mut self, now: SimTime) {
        while let Some(rep) = self.changes.dismissed.pop_first() {
            self.say_goodbye(rep);
        }
        let unowned = |id: &&SessionId| self.session(**id).record.owner.is_none();
        for id in self.changes.sessions.iter().filter(unowned).copied().collect::<Vec<_>>() {
            let members = self.session(id).record.reps.iter().map(|member| member.rep);
            let theirs: Vec<RepId> = members.filter(|rep| self.site.rep(*rep).external).collect();
            for rep in theirs {
                self.remove_rep(now, rep, id, "the inviter left");
                self.say_goodbye(rep);
            }
            self.forget_externals(id);
        }
    }

    /// An external representative's part is over: their console has nothing else to show.
    pub(crate) fn say_goodbye(&mut self, rep: RepId) {
        if !self.site.rep(rep).external {
            return;
        }
        if let Some(shown) = self.signed_in.remove(&rep) {
            self.conns.goodbye(shown.conn, Goodbye::InvitationOver);
            self.changes.who_is_here = true;
        }
        self.duties.remove(&rep);
        let ids: Vec<SessionId> = self.external_keys.values().copied().collect();
        for id in ids {
            let externals = &self.session(id).record.externals;
            let Some(external) = externals.iter().find(|external| external.rep == rep) else { continue };
            self.external_keys.remove(&external.key.clone());
            self.session_mut(id).record.externals.retain(|external| external.rep != rep);
        }
    }

    fn forget_externals(&mut self, id: SessionId) {
        if self.session(id).record.externals.is_empty() {
            return;
        }
        for external in std::mem::take(&mut self.session_mut(id).record.externals) {
            self.external_keys.remove(&external.key);
            self.say_goodbye(external.rep);
        }
    }

    /// Takes up invitations that were active before a restart.
    pub(crate) fn take_up_invitations(&mut self, now: SimTime, id: SessionId) {
        for invitation in self.session(id).record.invitations.clone() {
            match invitation.to {
                Invited::Rep(_) => {}
                Invited::Team(team) => {
                    self.help_lines.entry(team).or_default().insert((invitation.since, invitation.entry), id);
                }
                Invited::External { key, expires, .. } => {
                    self.external_keys.insert(key, id);
                    let over = TimerKey::ExternalInvitationOver(id, invitation.entry);
                    self.timers.insert((now + expires.since(self.wall), over));
                }
            }
        }
        for external in self.session(id).record.externals.clone() {
            self.external_keys.insert(external.key, id);
        }
    }
}

/// Skills in the order of their rank.
pub(crate) fn sorted(skills: &[usize]) -> Vec<usize> {
    let mut sorted = skills.to_vec();
    sorted.sort_unstable();
    sorted
}

impl Site {
    /// An external representative: no account, but known by number like one.
    pub(crate) fn add_external(&mut self, name: String) -> RepId {
        self.representatives.push(Representative::external(name));
        RepId(self.representatives.len() as u32 - 1)
    }
}
