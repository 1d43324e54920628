//! What members do with a session as a whole: transfer, hold, leave, end, remove (TRF, CLS, RMV).

use wire::customer::CustomerEnd;
use wire::rep::{Permission, Refusal, RepAnswer, SessionClosed};
use wire::session::{AfterSession, Platform, SessionKind};
use wire::{MemberId, QueueId, RepId, SessionId, SimTime};

use crate::session::{CUSTOMER, Presence};
use crate::sharing::TRANSFERRED;
use crate::{Appliance, Flaw};

type Answer = Result<RepAnswer, Refusal>;

impl Appliance {
    /// TRF-01 to TRF-05: a session that waits, or one in hand, moves to another queue.
    pub(crate) fn transfer(&mut self, now: SimTime, rep: RepId, id: SessionId, to: QueueId) -> Answer {
        self.may_transfer_to(rep, to)?;
        let session = self.running(id).ok_or(Refusal::Gone)?;
        if let Some(placement) = session.record.placement {
            // Only who sees it waiting can move it.
            if !self.site.sees_queue(rep, placement.queue) {
                return Err(Refusal::Gone);
            }
            if placement.queue == to {
                return Err(Refusal::AlreadyThere);
            }
            self.session_mut(id).record.turned_down.clear();
            self.put_in_queue(now, id, to);
            return Ok(RepAnswer::Done);
        }
        if session.member(rep).is_none() {
            // The line that they saw was taken meanwhile.
            return Err(Refusal::Gone);
        }
        self.owned(rep, id)?;
        if let QueueId::Personal(heir) = to
            && self.session(id).member(heir).is_some()
        {
            return self.hand_over(now, rep, id, heir);
        }
        if self.session(id).record.presence == Presence::Gone && self.session(id).record.reps.len() == 1 {
            // There would be nobody left in it.
            return Err(Refusal::NotPossible);
        }
        self.close_invitations_of(now, id, rep, TRANSFERRED);
        self.depart(now, rep, id, TRANSFERRED);
        self.close_page(rep, id, SessionClosed::Transferred);
        // Who has turned it down may be asked again (EQL-11, TRF-07).
        self.session_mut(id).record.turned_down.clear();
        self.put_in_queue(now, id, to);
        Ok(RepAnswer::Done)
    }

    /// TRF-06: teams of one's own, others by permission, and representatives who are here.
    fn may_transfer_to(&self, rep: RepId, to: QueueId) -> Result<(), Refusal> {
        let account = self.site.rep(rep);
        if account.external {
            return Err(Refusal::NotPermitted);
        }
        match to {
            QueueId::Team(team) if team.0 as usize >= self.site.teams.len() => Err(Refusal::NotPossible),
            QueueId::Team(team) => {
                let may = account.teams.contains(&team) || account.may(Permission::TransferToOtherTeams);
                if may { Ok(()) } else { Err(Refusal::NotPermitted) }
            }
            QueueId::Personal(whom)
                if self.signed_in.contains_key(&whom) && !self.site.rep(whom).external =>
            {
                Ok(())
            }
            QueueId::Personal(_) => Err(Refusal::RepNotAvailable),
        }
    }

    /// Ownership goes to somebody who is in the session already, and the former owner stays (SHR-16).
    fn hand_over(&mut self, now: SimTime, rep: RepId, id: SessionId, heir: RepId) -> Answer {
        if heir == rep {
            return Err(Refusal::AlreadyThere);
        }
        self.close_invitations_of(now, id, rep, TRANSFERRED);
        self.make_owner(now, heir, id);
        Ok(RepAnswer::Done)
    }

    /// CLS-04, CLS-05.
    pub(crate) fn hold(&mut self, now: SimTime, rep: RepId, id: SessionId) -> Answer {
        self.owned(rep, id)?;
        self.remove_rep(now, rep, id, "on hold");
        self.close_page(rep, id, SessionClosed::OnHold);
        self.put_in_queue(now, id, QueueId::Personal(rep));
        Ok(RepAnswer::Done)
    }

    /// CLS-01 to CLS-03 for the owner, CLS-06 for others.
    pub(crate) fn end_or_leave(&mut self, now: SimTime, rep: RepId, id: SessionId) -> Answer {
        match self.owned(rep, id) {
            Ok(()) => self.end_session(now, id, CustomerEnd::EndedByRepresentative),
            Err(Refusal::OwnerOnly) => self.leave_as_member(now, rep, id),
            Err(refusal) => return Err(refusal),
        }
        Ok(RepAnswer::Done)
    }

    /// Open point 9: an owner who leaves hands the session to whoever shares it longest.
    pub(crate) fn leave(&mut self, now: SimTime, rep: RepId, id: SessionId) -> Answer {
        match self.owned(rep, id) {
            Ok(()) => {}
            Err(Refusal::OwnerOnly) => {
                self.leave_as_member(now, rep, id);
                return Ok(RepAnswer::Done);
            }
            Err(refusal) => return Err(refusal),
        }
        if !self.site.sessions.owner_may_leave {
            return Err(Refusal::NotPermitted);
        }
        let heir = self.session(id).longest_sharing(&self.site, Some(rep)).ok_or(Refusal::NobodyElse)?;
        self.remove_rep(now, rep, id, "left");
        self.close_page(rep, id, SessionClosed::Left);
        self.make_owner(now, heir, id);
        Ok(RepAnswer::Done)
    }

    fn leave_as_member(&mut self, now: SimTime, rep: RepId, id: SessionId) {
        self.remove_rep(now, rep, id, "left");
        self.close_page(rep, id, SessionClosed::Left);
        // After the answer.
        self.changes.dismissed.insert(rep);
    }

    /// RMV-01 to RMV-03.
    pub(crate) fn remove_member(
        &mut self,
        now: SimTime,
        rep: RepId,
        id: SessionId,
        member: MemberId,
    ) -> Answer {
        if let Err(refusal) = self.owned(rep, id)
            && (refusal != Refusal::OwnerOnly || self.flaw != Some(Flaw::NonOwnerRemoves))
        {
            return Err(refusal);
        }
        if member == CUSTOMER {
            return self.remove_customer(now, id);
        }
        let session = self.session(id);
        let whom = session.record.reps.iter().map(|it| it.rep).find(|it| session.member_id(*it) == member);
        let whom = whom.ok_or(Refusal::NotAMember)?;
        if session.record.owner == Some(whom) {
            return Err(Refusal::NotPossible);
        }
        self.remove_rep(now, whom, id, "removed by the owner");
        self.close_page(whom, id, SessionClosed::Removed);
        self.say_goodbye(whom);
        Ok(RepAnswer::Done)
    }

    /// Open point 12: the session goes on without its customer, unless the site says otherwise.
    fn remove_customer(&mut self, now: SimTime, id: SessionId) -> Answer {
        if self.session(id).record.presence == Presence::Gone {
            return Err(Refusal::NotAMember);
        }
        self.let_customer_go(id, CustomerEnd::Removed);
        self.customer_gone(now, id, "removed by the owner");
        if self.site.sessions.removing_customer_ends {
            self.end_session(now, id, CustomerEnd::Removed);
        }
        Ok(RepAnswer::Done)
    }

    /// SUM-02: only the owner says what the customer's machine does at the end, and only what it can do.
    pub(crate) fn set_after_session(&mut self, rep: RepId, id: SessionId, action: AfterSession) -> Answer {
        self.owned(rep, id)?;
        if !self.site.rep(rep).may(Permission::AfterSessionAction) {
            return Err(Refusal::NotPermitted);
        }
        let record = &self.session(id).record;
        let possible = match action {
            AfterSession::Nothing => true,
            AfterSession::Lock => record.kind == SessionKind::Support,
            AfterSession::LogOut => {
                record.kind == SessionKind::Support && record.device.platform == Platform::Windows
            }
        };
        if !possible {
            return Err(Refusal::NotPossible);
        }
        self.session_mut(id).record.after_session = action;
        Ok(RepAnswer::Done)
    }

    /// Whether somebody owns a session.
    pub(crate) fn owned(&self, rep: RepId, id: SessionId) -> Result<(), Refusal> {
        let session = self.running(id).filter(|session| session.member(rep).is_some());
        let session = session.ok_or(Refusal::NotAMember)?;
        if session.record.owner == Some(rep) { Ok(()) } else { Err(Refusal::OwnerOnly) }
    }
}
