//! Jump Clients: registering, coming back, and jumps that become sessions (JMC).

use std::collections::BTreeMap;
use std::time::Duration;

use device::ConnId;
use serde::{Deserialize, Serialize};
use wire::frame::FRAME_BYTES_MAX;
use wire::jump::{ApplianceToJump, JumpFailure, JumpToAppliance};
use wire::pin::PinObstacle;
use wire::rep::{ApplianceToRep, JumpItem, Permission, Refusal, RepAnswer};
use wire::session::{DeviceFacts, NAME_BYTES_MAX};
use wire::{JumpClientId, JumpId, RepId, RequestId, SessionId, SimTime, Token};

use crate::conns::{NAME_TOO_LONG, OUT_OF_TURN, Peer};
use crate::gate::{Gate, PLACE_KEPT};
use crate::pin::RecordedPin;
use crate::policy::JumpContext;
use crate::site::{JumpOwner, Site};
use crate::store::Record;
use crate::{Appliance, TimerKey};

/// The most Jump Clients that an appliance takes on. Whoever has an installer could register for ever.
const JUMP_CLIENTS_MAX: usize = 100_000;

/// The most that one answer tells of Jump Items, in bytes: it must fit a frame.
const JUMP_ITEMS_BYTES_MAX: usize = FRAME_BYTES_MAX - 64;

/// What a Jump Item takes beside its names, in bytes, at most.
const JUMP_ITEM_BYTES: usize = 16;

/// A Jump Client that has registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JumpClientRecord {
    pub(crate) id: JumpClientId,
    pub(crate) secret: Token,
    pub(crate) owner: JumpOwner,
    pub(crate) device: DeviceFacts,
    /// What it registered with, if that was a pin's: good for asking again who it is, until it has once come back.
    pub(crate) pinned_with: Option<String>,
}

/// The Jump Clients, connected or not.
#[derive(Debug, Default)]
pub(crate) struct JumpClients {
    pub(crate) known: BTreeMap<JumpClientId, JumpClientRecord>,
    /// Those that are connected, and whether somebody is logged on there.
    pub(crate) online: BTreeMap<JumpClientId, Online>,
    /// Those that were unpinned and have not removed themselves yet, and their proof (JPN-03).
    pub(crate) unpinned: BTreeMap<JumpClientId, Token>,
    pub(crate) gate: Gate,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Online {
    pub(crate) conn: ConnId,
    user_present: bool,
}

/// A jump that has not become a session yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PendingJump {
    pub(crate) rep: RepId,
    /// The console that asked, and what it asked with: another console of the same account knows nothing of it.
    pub(crate) asked_on: ConnId,
    pub(crate) request: RequestId,
    pub(crate) client: JumpClientId,
    pub(crate) token: Token,
}

impl JumpClients {
    /// What the store is told of one that has changed.
    pub(crate) fn record_of(&self, id: JumpClientId) -> Record {
        match (self.known.get(&id), self.unpinned.get(&id)) {
            (Some(known), _) => Record::JumpClient(known.clone()),
            (None, Some(secret)) => Record::JumpClientUnpinned(id, *secret),
            (None, None) => Record::JumpClientGone(id),
        }
    }

    /// What the store is told of all.
    pub(crate) fn records(&self) -> impl Iterator<Item = Record> {
        let known = self.known.values().cloned().map(Record::JumpClient);
        let unpinned = self.unpinned.iter().map(|(id, secret)| Record::JumpClientUnpinned(*id, *secret));
        known.chain(unpinned)
    }

    /// Who has registered with a pin's installer, and has never come back: the answer may have been lost.
    fn asked_before(&self, installer: &str) -> Option<&JumpClientRecord> {
        self.known.values().find(|known| known.pinned_with.as_deref() == Some(installer))
    }

    /// Whether there is room for no more.
    pub(crate) fn is_full(&self) -> bool {
        self.known.len() + self.unpinned.len() >= JUMP_CLIENTS_MAX
    }
}

impl Appliance {
    pub(crate) fn handle_jump_client(
        &mut self,
        now: SimTime,
        conn: ConnId,
        client: Option<JumpClientId>,
        message: JumpToAppliance,
    ) {
        match (client, message) {
            (_, JumpToAppliance::Heartbeat) => self.conns.send(conn, &ApplianceToJump::Heartbeat),
            (None, JumpToAppliance::Register { installer, device, user_present }) => {
                self.register_jump_client(now, conn, &installer, device, user_present);
            }
            (None, JumpToAppliance::Return { id, secret, device, user_present }) => {
                self.return_jump_client(now, conn, id, secret, device, user_present);
            }
            (Some(client), JumpToAppliance::Presence { user_present }) => {
                if let Some(online) = self.jump_clients.online.get_mut(&client) {
                    online.user_present = user_present;
                }
            }
            (Some(client), JumpToAppliance::JumpFailed { jump, why }) => {
                // A client speaks for itself only, and may come too late.
                if self.jumps.get(&jump).is_some_and(|pending| pending.client == client) {
                    self.fail_jump(jump, refusal_of(why));
                }
            }
            (_, JumpToAppliance::Uninstalled { id, secret }) => self.jump_client_uninstalled(id, secret),
            (Some(_), JumpToAppliance::Register { .. } | JumpToAppliance::Return { .. })
            | (None, JumpToAppliance::Presence { .. } | JumpToAppliance::JumpFailed { .. }) => {
                self.conns.protocol_error(conn, OUT_OF_TURN);
            }
        }
    }

    /// JMC-03, JMC-04: the installer says whose the client becomes. A pin's is good for one client, which may ask again
    /// where the answer was lost (JPN-01).
    fn register_jump_client(
        &mut self,
        now: SimTime,
        conn: ConnId,
        installer: &str,
        device: DeviceFacts,
        user_present: bool,
    ) {
        if device.computer.len() > NAME_BYTES_MAX {
            return self.conns.protocol_error(conn, NAME_TOO_LONG);
        }
        let of_site = self.site.jump_installers.iter().find(|known| known.token == installer);
        let of_site = of_site.map(|known| (None, known.owner));
        if let (None, Some(known)) = (of_site, self.jump_clients.asked_before(installer)) {
            let record = JumpClientRecord { device, ..known.clone() };
            self.conns.send(conn, &ApplianceToJump::Registered { id: record.id, secret: record.secret });
            return self.jump_client_online(conn, record, user_present);
        }
        let for_whom = of_site.or_else(|| {
            self.pin_with(installer).map(|pending| (Some(pending.record.id), pending.record.owner))
        });
        if let (Some((Some(pin), _)), true) = (for_whom, self.jump_clients.is_full()) {
            self.fail_pin(pin, PinObstacle::NoRoom);
        }
        let Some((pin, owner)) = for_whom.filter(|_| !self.jump_clients.is_full()) else {
            return self.conns.send(conn, &ApplianceToJump::Unknown);
        };
        let id = self.next.jump_client;
        self.next.jump_client.0 += 1;
        let pinned_with = pin.map(|_| installer.to_owned());
        let record = JumpClientRecord { id, secret: self.draw_token(), owner, device, pinned_with };
        self.conns.send(conn, &ApplianceToJump::Registered { id, secret: record.secret });
        self.jump_client_online(conn, record, user_present);
        if let Some(pin) = pin {
            self.pinned(now, pin, id);
        }
    }

    /// JMC-16: the same client as before, whatever became of its machine meanwhile.
    fn return_jump_client(
        &mut self,
        now: SimTime,
        conn: ConnId,
        id: JumpClientId,
        secret: Token,
        device: DeviceFacts,
        user_present: bool,
    ) {
        if device.computer.len() > NAME_BYTES_MAX {
            return self.conns.protocol_error(conn, NAME_TOO_LONG);
        }
        if self.jump_clients.unpinned.get(&id) == Some(&secret) {
            return self.conns.send(conn, &ApplianceToJump::Uninstall);
        }
        let Some(record) = self.jump_clients.known.get(&id).filter(|record| record.secret == secret) else {
            return self.conns.send(conn, &ApplianceToJump::Unknown);
        };
        let record = JumpClientRecord { device, pinned_with: None, ..record.clone() };
        match self.jump_clients.gate.admit(now, self.site.jumps.returns_per_s, id) {
            Ok(()) => {
                self.conns.send(conn, &ApplianceToJump::Returned);
                self.jump_client_online(conn, record, user_present);
            }
            Err(turn) => {
                self.timers.insert((turn + PLACE_KEPT, TimerKey::PlaceLapses(id)));
                // Rounded up: a client that comes back exactly then must not be early.
                let retry_ms = turn.since(now).as_nanos().div_ceil(1_000_000);
                let retry_ms = u32::try_from(retry_ms).unwrap_or(u32::MAX);
                self.conns.send(conn, &ApplianceToJump::NotNow { retry_ms });
            }
        }
    }

    fn jump_client_online(&mut self, conn: ConnId, record: JumpClientRecord, user_present: bool) {
        self.conns.set_peer(conn, Peer::JumpClient(Some(record.id)));
        if let Some(earlier) = self.jump_clients.online.insert(record.id, Online { conn, user_present }) {
            // The machine came back before the break of its old connection was noticed.
            self.conns.abandon(earlier.conn);
        }
        if self.jump_clients.known.get(&record.id) != Some(&record) {
            self.changes.jump_clients.insert(record.id);
            self.jump_clients.known.insert(record.id, record);
        }
    }

    /// The connection of a Jump Client is no more.
    pub(crate) fn jump_client_lost(&mut self, conn: ConnId, client: JumpClientId) {
        if self.jump_clients.online.get(&client).is_some_and(|online| online.conn == conn) {
            self.jump_clients.online.remove(&client);
        }
    }

    /// The Jump Items that an account may use: its own, and those of its Jump Groups (JMC-02 to JMC-04).
    pub(crate) fn jump_items(&self, rep: RepId) -> Result<RepAnswer, Refusal> {
        if !self.site.rep(rep).may(Permission::UseJumpClients) {
            return Err(Refusal::NotPermitted);
        }
        let mine = self.jump_clients.known.values().filter(|client| may_use(&self.site, rep, client.owner));
        let mut bytes_left = JUMP_ITEMS_BYTES_MAX;
        let items = mine.map(|client| self.jump_item(client)).take_while(|item| {
            let bytes = item.computer.len() + item.group.as_ref().map_or(0, String::len) + JUMP_ITEM_BYTES;
            bytes_left = bytes_left.saturating_sub(bytes);
            bytes_left > 0
        });
        Ok(RepAnswer::JumpItems(items.collect()))
    }

    /// JMC-05, JMC-14.
    fn jump_item(&self, client: &JumpClientRecord) -> JumpItem {
        let online = self.jump_clients.online.get(&client.id);
        JumpItem {
            id: client.id,
            computer: client.device.computer.clone(),
            platform: client.device.platform,
            group: match client.owner {
                JumpOwner::Group(group) => Some(self.site.jump_groups[group].name.clone()),
                JumpOwner::Personal(_) => None,
            },
            online: online.is_some(),
            user_present: online.is_some_and(|online| online.user_present),
        }
    }

    /// Begins a jump (JMC-07); its answer comes when the session runs or has failed. How the user is asked, and what
    /// silence means, is the account's to say (JMC-08, JMC-11 to JMC-13).
    pub(crate) fn jump(
        &mut self,
        now: SimTime,
        conn: ConnId,
        rep: RepId,
        request: RequestId,
        client: JumpClientId,
    ) -> Result<(), Refusal> {
        let account = self.site.rep(rep);
        let record = self.jump_clients.known.get(&client).ok_or(Refusal::NotPermitted)?;
        if !account.may(Permission::UseJumpClients) || !may_use(&self.site, rep, record.owner) {
            return Err(Refusal::NotPermitted);
        }
        let online = *self.jump_clients.online.get(&client).ok_or(Refusal::Offline)?;
        let representative = account.display_name.clone();
        let prompt = account.jump_prompt;
        let token = self.draw_token();
        let jump = self.next.jump;
        self.next.jump.0 += 1;
        self.jumps.insert(jump, PendingJump { rep, asked_on: conn, request, client, token });
        let asked_for = Duration::from_secs(prompt.map_or(0, |prompt| prompt.timeout_s).into());
        self.timers.insert((now + self.site.jumps.start_within + asked_for, TimerKey::JumpOver(jump)));
        self.conns.send(online.conn, &ApplianceToJump::StartSession { jump, token, representative, prompt });
        Ok(())
    }

    /// A jump will not become a session (JMC-10, JMC-11, JMC-13).
    pub(crate) fn fail_jump(&mut self, jump: JumpId, why: Refusal) {
        let Some(pending) = self.jumps.remove(&jump) else { return };
        if let Some(online) = self.jump_clients.online.get(&pending.client)
            && why == Refusal::NoResponse
        {
            let conn = online.conn;
            self.conns.send(conn, &ApplianceToJump::CancelSession { jump });
        }
        self.answer_jump(&pending, Err(why));
    }

    /// What session policies ask of the machine of a jump, as it is now.
    pub(crate) fn jump_context(&self, jump: JumpId) -> Option<JumpContext> {
        let client = self.jumps.get(&jump)?.client;
        let owner = self.jump_clients.known.get(&client)?.owner;
        let user_present = self.jump_clients.online.get(&client).is_some_and(|online| online.user_present);
        Some(JumpContext { owner, user_present })
    }

    /// The machine that a representative jumped to has joined: the session is theirs (JMC-07, JMC-09).
    pub(crate) fn jumped(&mut self, now: SimTime, jump: JumpId, session: SessionId) {
        let pending = self.jumps.remove(&jump).expect("the route was checked");
        if let Some(record) = self.jump_clients.known.get(&pending.client) {
            let pin = RecordedPin::Pinned(record.id, record.owner);
            self.session_mut(session).record.pin = pin;
        }
        self.take(now, pending.rep, session);
        self.answer_jump(&pending, Ok(RepAnswer::Jumped { jump, session }));
    }

    /// A Jump Client is nobody's any more: jumps to it come to nothing.
    pub(crate) fn fail_jumps_to(&mut self, client: JumpClientId) {
        let jumps = self.jumps.iter().filter(|(_, pending)| pending.client == client);
        for jump in jumps.map(|(jump, _)| *jump).collect::<Vec<_>>() {
            self.fail_jump(jump, Refusal::Offline);
        }
    }

    /// A representative is gone: nobody waits for their jumps any more.
    pub(crate) fn call_off_jumps(&mut self, rep: RepId) {
        let mine: Vec<JumpId> =
            self.jumps.iter().filter(|(_, pending)| pending.rep == rep).map(|(jump, _)| *jump).collect();
        for jump in mine {
            self.fail_jump(jump, Refusal::NoResponse);
        }
    }

    fn answer_jump(&mut self, pending: &PendingJump, answer: Result<RepAnswer, Refusal>) {
        self.conns.send(pending.asked_on, &ApplianceToRep::Answer { request: pending.request, answer });
    }
}

fn refusal_of(why: JumpFailure) -> Refusal {
    match why {
        JumpFailure::Declined => Refusal::Declined,
        JumpFailure::NoAnswer => Refusal::NoAnswer,
    }
}

/// Whether an account may use the Jump Client of such an owner (JMC-03, JMC-04).
pub(crate) fn may_use(site: &Site, rep: RepId, owner: JumpOwner) -> bool {
    match owner {
        JumpOwner::Group(group) => site.rep(rep).jump_groups.contains(&group),
        JumpOwner::Personal(owner) => owner == rep,
    }
}
