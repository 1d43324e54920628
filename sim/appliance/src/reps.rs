//! Representatives: signing in, and what they ask for.

use argon2::{Argon2, PasswordVerifier as _};
use device::ConnId;
use wire::rep::{
    ApplianceToRep, Goodbye, KeyGenerated, Permission, Portal, Refusal, RepAnswer, RepAsk, RepProfile,
    RepToAppliance, SessionClosed, Team,
};
use wire::session::{Audience, CHAT_LINE_BYTES_MAX};
use wire::{LineId, PortalId, QueueEntryId, QueueId, RepId, RequestId, SessionId, SimTime, TeamId};

use crate::conns::{LINE_TOO_LONG, OUT_OF_TURN, Peer};
use crate::session::Invitation;
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
                let answer = self.sign_in(conn, &user_name, &password).map(RepAnswer::SignedIn);
                self.conns.send(conn, &ApplianceToRep::Answer { request, answer });
            }
            (None, RepToAppliance::Ask { request, .. }) => {
                self.conns.send(conn, &ApplianceToRep::Answer { request, answer: Err(Refusal::NotSignedIn) });
            }
            (None, RepToAppliance::Chat { .. })
            | (Some(_), RepToAppliance::Ask { ask: RepAsk::SignIn { .. }, .. }) => {
                self.conns.protocol_error(conn, OUT_OF_TURN);
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
        }
    }

    /// LOG-01, LOG-07, LOG-08. An account that signs in elsewhere leaves its earlier console, and keeps its sessions.
    /// Only who has the password learns that the network is what is wrong.
    fn sign_in(&mut self, conn: ConnId, user_name: &str, password: &str) -> Result<RepProfile, Refusal> {
        let rep = self.site.rep_named(user_name).ok_or(Refusal::WrongCredentials)?;
        let account = self.site.rep(rep);
        // The hash carries its own cost.
        Argon2::default()
            .verify_password(password.as_bytes(), &account.password)
            .map_err(|_| Refusal::WrongCredentials)?;
        self.check_network(conn, rep)?;
        let profile = self.profile(rep);
        if let Some(earlier) = self.signed_in.insert(rep, ShownToRep::new(conn)) {
            self.conns.goodbye(earlier.conn, Goodbye::SignedInElsewhere);
        }
        self.conns.set_peer(conn, Peer::RepConsole(Some(rep)));
        self.changes.who_is_here = true;
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

    fn profile(&self, rep: RepId) -> RepProfile {
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
            RepAsk::SignIn { .. } => unreachable!("told apart by the caller"),
            RepAsk::SignOut => {
                self.sign_out(now, conn, rep, request);
                return None;
            }
            RepAsk::GenerateKey { portal, valid_s } => self.generate_key(now, rep, portal, valid_s),
            RepAsk::Accept { entry } => self.accept_entry(now, rep, entry),
            RepAsk::Decline { entry } => self.decline(rep, entry),
            RepAsk::GetNext => self.get_next(now, rep),
            RepAsk::Hold { session } => self.hold(now, rep, session),
            RepAsk::End { session } => self.end_or_leave(now, rep, session),
            RepAsk::Invite { session, rep: whom } => self.invite(now, rep, session, whom),
            RepAsk::ListJumpItems => self.jump_items(rep),
            RepAsk::Jump { jump_client } => match self.jump(now, conn, rep, request, jump_client) {
                Ok(()) => return None,
                Err(refusal) => Err(refusal),
            },
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
        let record = &session.record;
        if let Some(placement) = record.placement.filter(|placement| placement.entry == entry) {
            let by_hand = self.site.rep(rep).may(Permission::AcceptTeamSessions);
            if matches!(placement.queue, QueueId::Team(_)) && !by_hand {
                return Err(Refusal::NotPermitted);
            }
            self.take(now, rep, id);
        } else if record.invitations.iter().any(|invitation| invitation.entry == entry) {
            self.join_session(now, rep, id);
        } else if session.member(rep).is_none_or(|member| member.entry != entry) {
            return Err(Refusal::Gone);
        }
        Ok(RepAnswer::Accepted { session: id })
    }

    /// SHR-19.
    fn decline(&mut self, rep: RepId, entry: QueueEntryId) -> Answer {
        let id = self.shown_entry(rep, entry)?;
        if !self.session(id).record.invitations.iter().any(|invitation| invitation.entry == entry) {
            return Err(Refusal::Gone);
        }
        self.session_mut(id).record.invitations.retain(|invitation| invitation.entry != entry);
        Ok(RepAnswer::Done)
    }

    /// The session that a line on this representative's screen stands for.
    fn shown_entry(&self, rep: RepId, entry: QueueEntryId) -> Result<SessionId, Refusal> {
        self.signed_in.get(&rep).and_then(|shown| shown.session_of(entry)).ok_or(Refusal::Gone)
    }

    /// ACC-05: the oldest that waits among the representative's team queues.
    fn get_next(&mut self, now: SimTime, rep: RepId) -> Answer {
        let account = self.site.rep(rep);
        if !account.may(Permission::NextSession) {
            return Err(Refusal::NotPermitted);
        }
        let oldest_of = |team: &TeamId| self.queues.get(&QueueId::Team(*team))?.first_key_value();
        let (_, id) = account.teams.iter().filter_map(oldest_of).min().ok_or(Refusal::NobodyWaiting)?;
        let id = *id;
        self.take(now, rep, id);
        Ok(RepAnswer::Accepted { session: id })
    }

    /// CLS-04, CLS-05.
    fn hold(&mut self, now: SimTime, rep: RepId, id: SessionId) -> Answer {
        self.owned(rep, id)?;
        self.remove_rep(now, rep, id, "on hold");
        self.close_page(rep, id, SessionClosed::OnHold);
        self.put_in_queue(now, id, QueueId::Personal(rep));
        Ok(RepAnswer::Done)
    }

    /// CLS-01 to CLS-03 for the owner, CLS-06 for others.
    fn end_or_leave(&mut self, now: SimTime, rep: RepId, id: SessionId) -> Answer {
        match self.owned(rep, id) {
            Ok(()) => self.end_session(now, id, wire::customer::CustomerEnd::EndedByRepresentative),
            Err(Refusal::OwnerOnly) => {
                self.remove_rep(now, rep, id, "left");
                self.close_page(rep, id, SessionClosed::Left);
            }
            Err(refusal) => return Err(refusal),
        }
        Ok(RepAnswer::Done)
    }

    /// SHR-05, SHR-11, SHR-13.
    fn invite(&mut self, now: SimTime, from: RepId, id: SessionId, rep: RepId) -> Answer {
        self.owned(from, id)?;
        if !self.signed_in.contains_key(&rep) {
            return Err(Refusal::RepNotAvailable);
        }
        let session = self.session(id);
        let invited = session.record.invitations.iter().any(|invitation| invitation.rep == rep);
        if invited || session.member(rep).is_some() {
            return Err(Refusal::AlreadyInvited);
        }
        let entry = self.new_entry();
        self.session_mut(id).record.invitations.push(Invitation { entry, rep, from, since: now });
        Ok(RepAnswer::Done)
    }

    fn owned(&self, rep: RepId, id: SessionId) -> Result<(), Refusal> {
        let session = self.running(id).filter(|session| session.member(rep).is_some());
        let session = session.ok_or(Refusal::NotAMember)?;
        if session.record.owner == Some(rep) { Ok(()) } else { Err(Refusal::OwnerOnly) }
    }

    /// CHT-01, CHT-03, CHT-04. A line from somebody who is no longer a member is dropped: they were told.
    fn rep_chats(
        &mut self,
        now: SimTime,
        rep: RepId,
        id: SessionId,
        line: LineId,
        audience: Audience,
        text: String,
    ) {
        let Some(session) = self.running(id).filter(|session| session.member(rep).is_some()) else { return };
        let member = session.member_id(rep);
        let name = self.site.rep(rep).display_name.clone();
        self.session_mut(id).say(now, member, &name, line, audience, text);
    }

    /// A representative's connection was lost, or they signed out: their sessions go on without them (QUE-11).
    pub(crate) fn rep_lost(&mut self, now: SimTime, conn: ConnId, rep: RepId, why: &str) {
        if self.signed_in.get(&rep).is_none_or(|shown| shown.conn != conn) {
            return;
        }
        self.signed_in.remove(&rep);
        self.changes.who_is_here = true;
        self.call_off_jumps(rep);
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
    }

    /// Tells a representative that a page of theirs closes.
    pub(crate) fn close_page(&mut self, rep: RepId, session: SessionId, why: SessionClosed) {
        if let Some(shown) = self.signed_in.get_mut(&rep) {
            shown.close_page(session);
            self.conns.send(shown.conn, &ApplianceToRep::SessionClosed { session, why });
        }
    }
}
