//! Pinning: a Jump Client is left on the machine of a session, and taken off again (JPN).
//!
//! A pin is ordered from the customer's client, and lasts until the Jump Client that it starts has registered with the
//! installer of that pin. Breaks lose nothing of it: the client gets the order again when it is back, the Jump Client
//! goes on dialling, and the appliance remembers pins across a restart. What is over before the client has said that the
//! Jump Client is installed has failed, and a Jump Client that comes all the same finds its installer void, and removes
//! itself.

use std::collections::BTreeMap;
use std::time::Duration;

use device::ConnId;
use serde::{Deserialize, Serialize};
use wire::customer::ApplianceToCustomer;
use wire::jump::ApplianceToJump;
use wire::pin::{PinMode, PinObstacle, PinOrder, PinTo, SessionPin};
use wire::rep::{ApplianceToRep, JumpGroup, Permission, Refusal, RepAnswer};
use wire::session::SessionEvent;
use wire::{JumpClientId, JumpGroupId, MemberId, PinId, RepId, RequestId, SessionId, SimTime, Token};

use crate::jump::may_use;
use crate::session::Presence;
use crate::site::{JumpOwner, Site};
use crate::{Appliance, TimerKey};

/// How long a Jump Client that was installed may take to be heard of: a machine may be switched off meanwhile, or nobody
/// logged on to it. From a restart of the appliance on it has the whole time anew.
const HEARD_OF_WITHIN: Duration = Duration::from_secs(86_400);

/// The most pins that are under way at once; who asks beyond that is refused.
const PINS_MAX: usize = 10_000;

/// What of a pin survives a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PinRecord {
    pub(crate) id: PinId,
    pub(crate) session: SessionId,
    pub(crate) by: RepId,
    pub(crate) owner: JumpOwner,
    pub(crate) mode: PinMode,
    /// What the Jump Client will show.
    pub(crate) installer: String,
    /// The customer's client has said that the Jump Client is installed: it comes, session or not.
    pub(crate) installed: bool,
}

/// A pin that is under way.
#[derive(Clone, Debug)]
pub(crate) struct PendingPin {
    pub(crate) record: PinRecord,
    /// The console that asked, and what it asked with; none that has since gone, nor after a restart.
    asked_on: Option<(ConnId, RequestId)>,
    until: SimTime,
}

/// How it stands with the machine of a session, as it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RecordedPin {
    /// It was not pinned.
    No,
    /// This pin is under way.
    UnderWay(PinId),
    /// It has this Jump Client, of this owner.
    Pinned(JumpClientId, JumpOwner),
}

impl RecordedPin {
    /// As a member sees it: which Jump Client it is, only who may use that is told.
    pub(crate) fn shown_to(self, site: &Site, rep: RepId) -> SessionPin {
        match self {
            Self::No => SessionPin::No,
            Self::UnderWay(_) => SessionPin::UnderWay,
            Self::Pinned(client, owner) => SessionPin::Pinned(may_use(site, rep, owner).then_some(client)),
        }
    }
}

impl Appliance {
    /// JPN-01, JPN-02, JPN-04: a representative pins the machine of a session. The answer comes when the Jump Client has
    /// registered, or is known not to come.
    pub(crate) fn pin(
        &mut self,
        now: SimTime,
        asked_on: (ConnId, RequestId),
        rep: RepId,
        session: SessionId,
        to: PinTo,
        mode: PinMode,
    ) -> Result<(), Refusal> {
        let account = self.site.rep(rep);
        if !account.may(Permission::DeployJumpClients) {
            return Err(Refusal::NotPermitted);
        }
        let owner = match to {
            PinTo::Group(JumpGroupId(group)) => JumpOwner::Group(group as usize),
            PinTo::Personal => JumpOwner::Personal(rep),
        };
        if !may_use(&self.site, rep, owner) {
            return Err(Refusal::NotPermitted);
        }
        let member = self.running(session).filter(|session| session.member(rep).is_some());
        let record = &member.ok_or(Refusal::NotAMember)?.record;
        let obstacle = PinObstacle::of(record.kind, record.device.platform, record.client, mode);
        let obstacle = obstacle.or(match record.pin {
            RecordedPin::No if record.presence == Presence::Connected => None,
            RecordedPin::No => Some(PinObstacle::CustomerAway),
            RecordedPin::UnderWay(_) => Some(PinObstacle::UnderWay),
            RecordedPin::Pinned(..) => Some(PinObstacle::AlreadyThere),
        });
        if let Some(obstacle) = obstacle {
            return Err(Refusal::CanNotPin(obstacle));
        }
        if self.pins.len() == PINS_MAX || self.jump_clients.is_full() {
            return Err(Refusal::TooMany);
        }
        let id = self.next.pin;
        self.next.pin.0 += 1;
        let installer = installer_of(self.draw_token());
        let record = PinRecord { id, session, by: rep, owner, mode, installer, installed: false };
        self.add_pin(now, record, Some(asked_on));
        self.changes.pins.insert(id);
        self.session_mut(session).record.pin = RecordedPin::UnderWay(id);
        self.order_pin(session);
        Ok(())
    }

    /// Pins that were under way before a restart.
    pub(crate) fn take_up_pins(&mut self, now: SimTime, remembered: BTreeMap<PinId, PinRecord>) {
        for record in remembered.into_values() {
            self.add_pin(now, record, None);
        }
    }

    fn add_pin(&mut self, now: SimTime, record: PinRecord, asked_on: Option<(ConnId, RequestId)>) {
        let until = now + HEARD_OF_WITHIN;
        self.timers.insert((until, TimerKey::PinOver(record.id)));
        self.pins.insert(record.id, PendingPin { record, asked_on, until });
    }

    /// Orders the pin that is under way in a session, if there is one: again, when the customer's client is back after a
    /// break.
    pub(crate) fn order_pin(&mut self, session: SessionId) {
        let RecordedPin::UnderWay(pin) = self.session(session).record.pin else { return };
        let Some(PendingPin { record, .. }) = self.pins.get(&pin) else { return };
        let order = PinOrder { pin, installer: record.installer.clone(), mode: record.mode };
        if let Some(conn) = self.session(session).conn {
            self.conns.send(conn, &ApplianceToCustomer::InstallJumpClient(order));
        }
    }

    /// The customer's client says what has become of an order.
    pub(crate) fn pin_done(&mut self, session: SessionId, pin: PinId, outcome: Result<(), PinObstacle>) {
        // A client speaks for its own session only; and the Jump Client may have been faster.
        let Some(pending) = self.pins.get_mut(&pin).filter(|pending| pending.record.session == session)
        else {
            return;
        };
        match outcome {
            Ok(()) if pending.record.installed => {}
            Ok(()) => {
                pending.record.installed = true;
                self.changes.pins.insert(pin);
            }
            Err(why) => self.fail_pin(pin, why),
        }
    }

    /// The customer is in that session no longer: what is not installed by now will not be.
    pub(crate) fn drop_pin(&mut self, session: SessionId) {
        let RecordedPin::UnderWay(pin) = self.session(session).record.pin else { return };
        if self.pins.get(&pin).is_some_and(|pending| !pending.record.installed) {
            self.fail_pin(pin, PinObstacle::CustomerAway);
        }
    }

    /// There will be no Jump Client.
    pub(crate) fn fail_pin(&mut self, pin: PinId, why: PinObstacle) {
        if let Some(pending) = self.pin_over(pin, RecordedPin::No) {
            self.answer_pin(&pending, Err(Refusal::CanNotPin(why)));
        }
    }

    /// The pin that this installer belongs to.
    pub(crate) fn pin_with(&self, installer: &str) -> Option<&PendingPin> {
        self.pins.values().find(|pending| pending.record.installer == installer)
    }

    /// The Jump Client of a pin has registered.
    pub(crate) fn pinned(&mut self, now: SimTime, pin: PinId, client: JumpClientId) {
        let owner = self.pins[&pin].record.owner;
        let pending = self.pin_over(pin, RecordedPin::Pinned(client, owner)).expect("it was just there");
        let PinRecord { session, by, mode, .. } = pending.record;
        let detail = format!("{}, in {mode} mode", self.list_of(owner));
        self.note_pin(now, session, by, SessionEvent::SessionPinnedToQueue, detail);
        self.answer_pin(&pending, Ok(RepAnswer::Pinned { jump_client: client }));
    }

    /// JPN-03: the machine leaves every list at once; its Jump Client removes itself now, or once it comes back.
    pub(crate) fn unpin(
        &mut self,
        now: SimTime,
        rep: RepId,
        client: JumpClientId,
    ) -> Result<RepAnswer, Refusal> {
        if !self.site.rep(rep).may(Permission::DeployJumpClients) {
            return Err(Refusal::NotPermitted);
        }
        let record = self.jump_clients.known.get(&client).ok_or(Refusal::Gone)?;
        if !may_use(&self.site, rep, record.owner) {
            return Err(Refusal::NotPermitted);
        }
        let (secret, owner) = (record.secret, record.owner);
        self.fail_jumps_to(client);
        self.jump_clients.known.remove(&client);
        self.jump_clients.unpinned.insert(client, secret);
        self.changes.jump_clients.insert(client);
        // It is its connection's peer still: what it says before it has heard of this is no offence.
        if let Some(online) = self.jump_clients.online.remove(&client) {
            self.conns.send(online.conn, &ApplianceToJump::Uninstall);
        }
        let pinned = RecordedPin::Pinned(client, owner);
        let sessions = self.sessions.values().filter(|session| session.record.pin == pinned);
        for session in sessions.map(|session| session.record.id).collect::<Vec<_>>() {
            if self.running(session).is_some() {
                self.session_mut(session).record.pin = RecordedPin::No;
                let event = SessionEvent::SessionUnpinnedFromQueue;
                self.note_pin(now, session, rep, event, self.list_of(owner));
            }
        }
        Ok(RepAnswer::Done)
    }

    /// A Jump Client that was unpinned has removed itself.
    pub(crate) fn jump_client_uninstalled(&mut self, client: JumpClientId, secret: Token) {
        if self.jump_clients.unpinned.get(&client) == Some(&secret) {
            self.jump_clients.unpinned.remove(&client);
            self.changes.jump_clients.insert(client);
        }
    }

    /// A pin is under way no longer; its session, if that still runs, is as `now_is`.
    fn pin_over(&mut self, pin: PinId, now_is: RecordedPin) -> Option<PendingPin> {
        let pending = self.pins.remove(&pin)?;
        self.timers.remove(&(pending.until, TimerKey::PinOver(pin)));
        self.changes.pins.insert(pin);
        let session = pending.record.session;
        if self.running(session).is_some_and(|session| session.record.pin == RecordedPin::UnderWay(pin)) {
            self.session_mut(session).record.pin = now_is;
        }
        Some(pending)
    }

    fn answer_pin(&mut self, pending: &PendingPin, answer: Result<RepAnswer, Refusal>) {
        if let Some((conn, request)) = pending.asked_on {
            self.conns.send(conn, &ApplianceToRep::Answer { request, answer });
        }
    }

    fn note_pin(&mut self, now: SimTime, session: SessionId, by: RepId, event: SessionEvent, detail: String) {
        let Some(running) = self.running(session) else { return };
        // Who unpins may never have been in it.
        let known = running.record.participants.contains(&by);
        let member = if known { running.member_id(by) } else { MemberId::SYSTEM };
        let name = self.site.rep(by).display_name.clone();
        self.session_mut(session).happened(now, member, &name, event, detail);
    }

    fn list_of(&self, owner: JumpOwner) -> String {
        match owner {
            JumpOwner::Group(group) => self.site.jump_groups[group].name.clone(),
            JumpOwner::Personal(rep) => format!("{}'s personal list", self.site.rep(rep).display_name),
        }
    }
}

impl Site {
    /// A Jump Group, as its members know it.
    pub(crate) fn jump_group_told(&self, place: usize) -> JumpGroup {
        JumpGroup { id: JumpGroupId(place as u32), name: self.jump_groups[place].name.clone() }
    }
}

fn installer_of(Token(secret): Token) -> String {
    secret.map(|byte| format!("{byte:02x}")).concat()
}
