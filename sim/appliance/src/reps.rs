//! Representatives: signing in, and what they ask for.

use argon2::{Argon2, PasswordVerifier as _};
use device::ConnId;
use wire::rep::{
    ApplianceToRep, Goodbye, HelpIssue, KeyGenerated, Permission, Portal, Refusal, RepAnswer, RepAsk,
    RepProfile, RepToAppliance, SessionClosed, Team,
};
use wire::session::{CHAT_LINE_BYTES_MAX, NOTE_BYTES_MAX};
use wire::{IssueId, PortalId, QueueEntryId, QueueId, RepId, RequestId, SessionId, SimTime, TeamId};

use crate::conns::{LINE_TOO_LONG, OUT_OF_TURN, Peer};
use crate::routing::Duty;
use crate::sharing::Invited;
use crate::shown::ShownToRep;
use crate::{Appliance, LimitedLogins, TimerKey};

type Answer = Result<RepAnswer, Refusal>;

impl Appliance {
    pub(crate) fn handle_rep(
        &mut self,
        now: SimTime,
        conn: ConnId,
        rep: Option<RepId>,
        message: RepToAppliance,
    ) {
        match (rep, message) {
            (_, RepToAppliance::Heartbeat) => self.conns.send(conn, &ApplianceToRep::Heartbeat),
            (None, RepToAppliance::Ask { request, ask: RepAsk::SignIn { user_name, password } }) => {
                let answer = self.sign_in(now, conn, &user_name, &password).map(RepAnswer::SignedIn);
                self.conns.send(conn, &ApplianceToRep::Answer { request, answer });
            }
            (None, RepToAppliance::Ask { request, ask: RepAsk::SignInExternal { key, token } }) => {
                let answer = self.sign_in_external(now, conn, &key, token).map(RepAnswer::SignedIn);
                self.conns.send(conn, &ApplianceToRep::Answer { request, answer });
            }
            (None, RepToAppliance::Ask { request, .. }) => {
                self.conns.send(conn, &ApplianceToRep::Answer { request, answer: Err(Refusal::NotSignedIn) });
            }
            (None, RepToAppliance::Chat { .. } | RepToAppliance::Tool { .. })
            | (
                Some(_),
                RepToAppliance::Ask { ask: RepAsk::SignIn { .. } | RepAsk::SignInExternal { .. }, .. },
            ) => {
                self.conns.protocol_error(conn, OUT_OF_TURN);
            }
            // A console that nobody sits at says so before it signs in: nothing may be assigned to it meanwhile.
            (None, RepToAppliance::Attendance(attendance)) => self.conns.set_attendance(conn, attendance),
            (Some(rep), RepToAppliance::Attendance(attendance)) => self.attendance(now, rep, attendance),
            (Some(_), RepToAppliance::Ask { ask: RepAsk::AddNote { text, .. }, .. })
                if text.len() > NOTE_BYTES_MAX =>
            {
                self.conns.protocol_error(conn, LINE_TOO_LONG);
            }
            (Some(_), RepToAppliance::Ask { ask: RepAsk::TeamChat { text, .. }, .. })
                if text.len() > CHAT_LINE_BYTES_MAX =>
            {
                self.conns.protocol_error(conn, LINE_TOO_LONG);
            }
            (Some(rep), RepToAppliance::Ask { request, ask }) => {
                if let Some(answer) = self.ask(now, conn, rep, request, ask) {
                    self.conns.send(conn, &ApplianceToRep::Answer { request, answer });
                }
            }
            (Some(rep), RepToAppliance::Chat { session, line, audience, text }) => {
                if text.len() > CHAT_LINE_BYTES_MAX {
                    return self.conns.protocol_error(conn, LINE_TOO_LONG);
                }
                self.rep_chats(now, rep, session, line, audience, text);
            }
            (Some(rep), RepToAppliance::Tool { session, command }) => {
                self.rep_uses_tool(now, conn, rep, session, command);
            }
        }
    }

    /// LOG-01, LOG-07, LOG-08. An account that signs in elsewhere leaves its earlier console, and keeps its sessions.
    /// Only who has the password learns that the network is what is wrong.
    fn sign_in(
        &mut self,
        now: SimTime,
        conn: ConnId,
        user_name: &str,
        password: &str,
    ) -> Result<RepProfile, Refusal> {
        let rep = self.site.rep_named(user_name).ok_or(Refusal::WrongCredentials)?;
        let account = self.site.rep(rep);
        // The hash carries its own cost.
        let hash = account.password.as_ref().ok_or(Refusal::WrongCredentials)?;
        Argon2::default()
            .verify_password(password.as_bytes(), hash)
            .map_err(|_| Refusal::WrongCredentials)?;
        self.check_network(conn, rep)?;
        let profile = self.profile(rep);
        if let Some(earlier) = self.signed_in.insert(rep, ShownToRep::new(conn)) {
            self.conns.goodbye(earlier.conn, Goodbye::SignedInElsewhere);
            self.shut_all_tools_of(rep);
        }
        // The console is another one, but the sessions and prompts are the same.
        let duty = self.duties.entry(rep).or_insert_with(|| Duty::begin(now));
        duty.attendance = self.conns.attendance(conn);
        self.conns.set_peer(conn, Peer::RepConsole(Some(rep)));
        self.changes.who_is_here = true;
        self.changes.prompts.insert(rep);
        self.may_be_asked(rep);
        self.touch_all_for(rep);
        Ok(profile)
    }

    /// Whether the account may come from where this connection does; a first success is noted where one is asked for.
    fn check_network(&mut self, conn: ConnId, rep: RepId) -> Result<(), Refusal> {
        let Some(limit) = &self.site.rep(rep).networks else { return Ok(()) };
        if limit.when == LimitedLogins::First && self.first_logins.contains(&rep) {
            return Ok(());
        }
        let from = self.conns.address(conn).expect("the question came on it");
        if !limit.allows(from) {
            return Err(Refusal::NetworkRestricted);
        }
        if limit.when == LimitedLogins::First {
            self.first_logins.insert(rep);
            self.changes.first_logins.insert(rep);
        }
        Ok(())
    }

    pub(crate) fn profile(&self, rep: RepId) -> RepProfile {
        let account = self.site.rep(rep);
        let team = |id: &TeamId| Team { id: *id, name: self.site.teams[id.0 as usize].name.clone() };
        let portal = |id: &PortalId| Portal { id: *id, name: self.site.portal(*id).name.clone() };
        RepProfile {
            id: rep,
            display_name: account.display_name.clone(),
            teams: account.teams.iter().map(team).collect(),
            permissions: account.permissions.clone(),
            portals: account.portals.iter().map(portal).collect(),
            key_valid_s_default: self.site.keys.valid_default.as_secs() as u32,
            key_valid_s_max: self.site.keys.valid_max.as_secs() as u32,
            other_teams: (0..self.site.teams.len() as u32)
                .map(TeamId)
                .filter(|id| !account.teams.contains(id) && !account.external)
                .map(|id| team(&id))
                .collect(),
            help_issues: self
                .site
                .issues
                .iter()
                .enumerate()
                .filter(|(_, issue)| issue.help && !account.external)
                .map(|(place, issue)| HelpIssue { id: IssueId(place as u32), title: issue.title.clone() })
                .collect(),
            idle_after_s: account.idle_after.map(|idle| idle.as_secs() as u32),
            auto_assignment: !self.opted_out.contains(&rep),
            extended_availability: self.extended.contains(&rep),
            external: account.external,
            jump_groups: account.jump_groups.iter().map(|place| self.site.jump_group_told(*place)).collect(),
        }
    }

    /// The answer; `None` where it comes later.
    fn ask(
        &mut self,
        now: SimTime,
        conn: ConnId,
        rep: RepId,
        request: RequestId,
        ask: RepAsk,
    ) -> Option<Answer> {
        let answer = match ask {
            RepAsk::SignIn { .. } | RepAsk::SignInExternal { .. } => unreachable!("told apart by the caller"),
            RepAsk::SignOut => {
                self.sign_out(now, conn, rep, request);
                return None;
            }
            RepAsk::GenerateKey { portal, valid_s } => self.generate_key(now, rep, portal, valid_s),
            RepAsk::Accept { entry } => self.accept_entry(now, rep, entry),
            RepAsk::Decline { entry } => self.decline(now, rep, entry),
            RepAsk::AnswerAssignment { entry, accept } => self.answer_assignment(now, rep, entry, accept),
            RepAsk::SetAutoAssignment { on } => self.set_auto_assignment(now, rep, on),
            RepAsk::SetExtendedAvailability { on } => self.set_extended_availability(now, rep, on),
            RepAsk::Transfer { session, to } => self.transfer(now, rep, session, to),
            RepAsk::Leave { session } => self.leave(now, rep, session),
            RepAsk::CancelInvitation { session, invitation } => {
                self.cancel_invitation(now, rep, session, invitation)
            }
            RepAsk::RemoveMember { session, member } => self.remove_member(now, rep, session, member),
            RepAsk::AddNote { session, text } => self.add_note(now, rep, session, text),
            RepAsk::SetAfterSession { session, action } => self.set_after_session(rep, session, action),
            RepAsk::OpenReport { session } => self.open_report(conn, rep, session),
            RepAsk::TeamChat { to, text } => self.team_chat(now, rep, to, text),
            RepAsk::GetNext => self.get_next(now, rep),
            RepAsk::Hold { session } => self.hold(now, rep, session),
            RepAsk::End { session } => self.end_or_leave(now, rep, session),
            RepAsk::Invite { session, whom } => self.invite(now, rep, session, whom),
            RepAsk::OpenTool { session, tool, access } => self.open_tool(now, rep, session, tool, access),
            RepAsk::CloseTool { session, tool } => self.close_tool(rep, session, tool),
            RepAsk::ListJumpItems => self.jump_items(rep),
            RepAsk::Jump { jump_client } => match self.jump(now, conn, rep, request, jump_client) {
                Ok(()) => return None,
                Err(refusal) => Err(refusal),
            },
            RepAsk::Pin { session, to, mode } => {
                match self.pin(now, (conn, request), rep, session, to, mode) {
                    Ok(()) => return None,
                    Err(refusal) => Err(refusal),
                }
            }
            RepAsk::Unpin { jump_client } => self.unpin(now, rep, jump_client),
        };
        Some(answer)
    }

    fn sign_out(&mut self, now: SimTime, conn: ConnId, rep: RepId, request: RequestId) {
        self.conns.send(conn, &ApplianceToRep::Answer { request, answer: Ok(RepAnswer::Done) });
        self.rep_lost(now, conn, rep, "signed out");
        self.conns.finish(conn);
    }

    /// KEY-01, KEY-06, KEY-07.
    fn generate_key(
        &mut self,
        now: SimTime,
        rep: RepId,
        portal: Option<PortalId>,
        valid_s: Option<u32>,
    ) -> Answer {
        let account = self.site.rep(rep);
        if !account.may(Permission::GenerateSessionKey) {
            return Err(Refusal::NotPermitted);
        }
        let portal = portal.or_else(|| account.portals.first().copied()).ok_or(Refusal::PortalNotAllowed)?;
        if !account.portals.contains(&portal) {
            return Err(Refusal::PortalNotAllowed);
        }
        let (key, forgotten) =
            self.keys.generate(self.wall, &self.site.keys, &mut self.key_rng, rep, portal, valid_s)?;
        if let Some(forgotten) = forgotten {
            // Its timer finds nothing when it fires, unless no clock was ever set.
            self.timers.remove(&(forgotten.forgotten_at(), TimerKey::KeyForgotten(forgotten.key.clone())));
            self.changes.keys.insert(forgotten.key);
        }
        self.changes.keys.insert(key.key.clone());
        let forgotten_after = key.forgotten_at().since(self.wall);
        self.timers.insert((now + forgotten_after, TimerKey::KeyForgotten(key.key.clone())));
        let valid_s = key.expires.since(self.wall).as_secs() as u32;
        Ok(RepAnswer::KeyGenerated(KeyGenerated {
            key: key.key.clone(),
            url: key.url(&self.site),
            valid_s,
            portal,
        }))
    }

    /// ACC-01 to ACC-03, ACC-09, SHR-18, SHR-20: only what stands on the screen can be taken.
    fn accept_entry(&mut self, now: SimTime, rep: RepId, entry: QueueEntryId) -> Answer {
        let id = self.shown_entry(rep, entry)?;
        let session = self.session(id);
        let invitation = session.invitation(entry);
        let waiting = session.record.placement.filter(|placement| placement.entry == entry);
        let of_team = matches!(waiting.map(|placement| placement.queue), Some(QueueId::Team(_)))
            || invitation.is_some_and(|invitation| matches!(invitation.to, Invited::Team(_)));
        if of_team && !self.site.rep(rep).may(Permission::AcceptTeamSessions) {
            return Err(Refusal::NotPermitted);
        }
        if waiting.is_some() || invitation.is_some() {
            self.take_line(now, rep, id, entry);
        } else if session.member(rep).is_none_or(|member| member.entry != entry) {
            return Err(Refusal::Gone);
        }
        Ok(RepAnswer::Accepted { session: id })
    }

    /// The session that a line on this representative's screen stands for.
    pub(crate) fn shown_entry(&self, rep: RepId, entry: QueueEntryId) -> Result<SessionId, Refusal> {
        self.signed_in.get(&rep).and_then(|shown| shown.session_of(entry)).ok_or(Refusal::Gone)
    }

    /// ACC-05: the oldest that waits among the representative's team queues, help invitations included.
    fn get_next(&mut self, now: SimTime, rep: RepId) -> Answer {
        let account = self.site.rep(rep);
        if !account.may(Permission::NextSession) {
            return Err(Refusal::NotPermitted);
        }
        let urgent = self.site.queues.priority_first;
        let waiting = account.teams.iter().flat_map(|team| self.lines_of(*team));
        // Nobody is helped by who is in the session already.
        let others = waiting.filter(|((_, entry), id)| {
            let session = self.session(*id);
            session.invitation(*entry).is_none() || session.member(rep).is_none()
        });
        let first = others.min_by_key(|((since, entry), id)| {
            (urgent.then(|| self.session(*id).priority_of(*entry)), *since, *entry)
        });
        let ((_, entry), id) = first.ok_or(Refusal::NobodyWaiting)?;
        self.take_line(now, rep, id, entry);
        Ok(RepAnswer::Accepted { session: id })
    }

    /// A representative's connection was lost, or they signed out: their sessions go on without them (QUE-11).
    pub(crate) fn rep_lost(&mut self, now: SimTime, conn: ConnId, rep: RepId, why: &str) {
        if self.signed_in.get(&rep).is_none_or(|shown| shown.conn != conn) {
            return;
        }
        self.signed_in.remove(&rep);
        self.changes.who_is_here = true;
        self.call_off_jumps(rep);
        self.duties.remove(&rep);
        let sessions = self.sessions.values();
        let mine: Vec<SessionId> = sessions
            .filter(|session| session.member(rep).is_some())
            .map(|session| session.record.id)
            .collect();
        for id in mine {
            if self.remove_rep(now, rep, id, why) {
                self.fall_back(now, id);
            }
        }
        // Only now: whom their own invitations kept busy is free again, and may be the next.
        self.turn_down_all_of(now, rep);
        // A queue that keeps nobody is looked at again (`clear_deserted`).
        self.changes.queues.extend(self.site.rep(rep).teams.iter().map(|team| QueueId::Team(*team)));
    }

    /// Tells a representative that a page of theirs closes.
    pub(crate) fn close_page(&mut self, rep: RepId, session: SessionId, why: SessionClosed) {
        if let Some(shown) = self.signed_in.get_mut(&rep) {
            shown.close_page(session);
            self.conns.send(shown.conn, &ApplianceToRep::SessionClosed { session, why });
        }
    }
}
