//! Sharing a session: who is invited, who is asked to go (SHR, EXT, RMV).

use device::Device;
use serde::Serialize;
use wire::rep::{Colleague, HelpIssue, Invitee, Permission, RepAsk, Team};
use wire::{MemberId, QueueEntryId, RequestId, SessionId, SimTime};

use crate::console::{Asked, RepConsole};
use crate::error::ConsoleError;
use crate::view::RepConsoleView;

/// The ways to invite somebody into a session (SHR-01).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareOptions {
    /// The issues that help can be asked for (SHR-02).
    pub issues: Vec<HelpIssue>,
    /// The teams, with who of each can be invited by name. Any Representative of each can be, too (SHR-06).
    pub teams: Vec<TeamToInvite>,
    /// Whether somebody without an account can be invited (EXT-01).
    pub external: bool,
}

/// A way to invite somebody (SHR-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::Display, strum::EnumString)]
pub enum ShareWay {
    /// A colleague by name (SHR-05).
    #[strum(serialize = "representative")]
    Representative,
    /// Any representative of a team (SHR-06).
    #[strum(serialize = "team")]
    Team,
    /// Whoever can help with an issue (SHR-03).
    #[strum(serialize = "issue")]
    Issue,
    /// Somebody without an account (EXT-02).
    #[strum(serialize = "external representative")]
    External,
}

/// A team, as sharing lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamToInvite {
    /// Which.
    pub team: Team,
    /// Whether the representative is a member.
    pub own: bool,
    /// Its members who are signed in or have extended availability (SHR-04).
    pub members: Vec<Colleague>,
}

/// An invitation for somebody without an account, on the inviter's screen (EXT-01).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownInvitation {
    /// Into which session.
    pub session: SessionId,
    /// Which invitation.
    pub invitation: QueueEntryId,
    /// The one-time key.
    pub key: String,
    /// What to open with it.
    pub url: String,
    /// Until when it is valid, by this console's clock.
    pub expires: SimTime,
}

/// A question that only OK answers: is this member to be removed? (RMV-04)
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Removal {
    /// From which session.
    pub session: SessionId,
    /// Whom.
    pub member: MemberId,
    /// By which name.
    pub name: String,
}

/// Invitations.
impl RepConsole {
    /// Invites somebody into a session (SHR-03, SHR-05, SHR-06, EXT-02).
    ///
    /// # Errors
    /// There is no such page, external representatives are not offered to this account, or the connection is lost.
    pub fn invite(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        whom: Invitee,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.must_have_page(session)?;
        let asked = match whom {
            Invitee::External { .. } => {
                self.must_be_offered(Permission::InviteExternalRep, "an external representative")?;
                Asked::InviteExternal(session)
            }
            Invitee::Rep(_) | Invitee::Team(_) | Invitee::Issue(_) => Asked::Other,
        };
        self.touched(now);
        Ok(self.ask(RepAsk::Invite { session, whom }, asked))
    }

    /// Withdraws an invitation that is still active (SHR-10, SHR-14).
    ///
    /// # Errors
    /// There is no such page or no such invitation, or the connection is lost.
    pub fn cancel_invitation(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        invitation: QueueEntryId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        if !page.invitations.iter().any(|active| active.id == invitation) {
            return Err(ConsoleError::NoSuchInvitation(invitation));
        }
        self.touched(now);
        Ok(self.ask(RepAsk::CancelInvitation { session, invitation }, Asked::Other))
    }
}

/// Removing members.
impl RepConsole {
    /// Asks for somebody to be removed from a session. Nothing happens before [`RepConsole::confirm_removal`] (RMV-04).
    ///
    /// # Errors
    /// There is no such page, nobody else of that number is in the session, or the connection is lost.
    pub fn ask_to_remove(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        member: MemberId,
    ) -> Result<(), ConsoleError> {
        self.must_be_connected()?;
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        let found = page.members.iter().find(|present| present.id == member && member != page.me);
        let name = found.ok_or(ConsoleError::NoSuchMember(member))?.name.clone();
        self.touched(now);
        self.view.removal_to_confirm = Some(Removal { session, member, name });
        Ok(())
    }

    /// Says OK to the question who is to be removed, or drops it (RMV-01, RMV-02, RMV-04).
    ///
    /// # Errors
    /// There is no such question, or the connection is lost.
    pub fn confirm_removal(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        ok: bool,
    ) -> Result<Option<RequestId>, ConsoleError> {
        let removal = self.view.removal_to_confirm.clone().ok_or(ConsoleError::NothingToConfirm)?;
        if ok {
            self.must_be_connected()?;
        }
        self.touched(now);
        self.view.removal_to_confirm = None;
        let Removal { session, member, .. } = removal;
        Ok(ok.then(|| self.ask(RepAsk::RemoveMember { session, member }, Asked::Other)))
    }
}

impl RepConsole {
    /// Whoever has gone already need not be removed.
    pub(crate) fn drop_void_removal(&mut self) {
        let Some(Removal { session, member, .. }) = &self.view.removal_to_confirm else { return };
        let page = self.view.page(*session);
        if !page.is_some_and(|page| page.members.iter().any(|present| present.id == *member)) {
            self.view.removal_to_confirm = None;
        }
    }
}

impl ShareOptions {
    /// The ways that are listed (SHR-01).
    pub fn ways(&self) -> Vec<ShareWay> {
        let ways = [
            (ShareWay::Representative, !self.teams.is_empty()),
            (ShareWay::Team, !self.teams.is_empty()),
            (ShareWay::Issue, !self.issues.is_empty()),
            (ShareWay::External, self.external),
        ];
        ways.into_iter().filter(|(_, listed)| *listed).map(|(way, _)| way).collect()
    }
}

impl RepConsoleView {
    /// What Share Session offers on a page; nothing where there is no such page (SHR-01).
    pub fn share_options(&self, session: SessionId) -> Option<ShareOptions> {
        self.page(session)?;
        let profile = self.profile.as_ref()?;
        let listed = |team: &Team, own| TeamToInvite {
            team: team.clone(),
            own,
            members: self.colleagues.iter().filter(|other| other.teams.contains(&team.id)).cloned().collect(),
        };
        let own = profile.teams.iter().map(|team| listed(team, true));
        let others = profile.other_teams.iter().filter(|_| self.may(Permission::ShareWithOtherTeams));
        let others = others.map(|team| listed(team, false)).filter(|team| !team.members.is_empty());
        Some(ShareOptions {
            issues: profile.help_issues.clone(),
            teams: own.chain(others).collect(),
            external: self.may(Permission::InviteExternalRep),
        })
    }
}
