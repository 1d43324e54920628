//! Jump Clients: registering, coming back, and jumps that become sessions (JMC).

use std::collections::BTreeMap;
use std::time::Duration;

use device::ConnId;
use serde::{Deserialize, Serialize};
use wire::jump::{ApplianceToJump, JumpFailure, JumpToAppliance};
use wire::rep::{ApplianceToRep, JumpItem, Permission, Refusal, RepAnswer};
use wire::session::DeviceFacts;
use wire::{JumpClientId, JumpId, RepId, RequestId, SimTime, Token};

use crate::conns::Peer;
use crate::site::{JumpOwner, Site};
use crate::{Appliance, TimerKey};

/// A Jump Client that has registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JumpClientRecord {
    pub(crate) id: JumpClientId,
    pub(crate) secret: Token,
    pub(crate) owner: JumpOwner,
    pub(crate) device: DeviceFacts,
}

/// The Jump Clients, connected or not.
#[derive(Debug, Default)]
pub(crate) struct JumpClients {
    pub(crate) known: BTreeMap<JumpClientId, JumpClientRecord>,
    /// Those that are connected, and whether somebody is logged on there.
    pub(crate) online: BTreeMap<JumpClientId, Online>,
    gate: Gate,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Online {
    pub(crate) conn: ConnId,
    user_present: bool,
}

/// Lets returning clients in at an even rate, so that an estate that comes back all at once does not drown the
/// appliance: whoever is too early gets a place in the line, and is let in when they come back for it.
#[derive(Debug, Default)]
struct Gate {
    next_free: SimTime,
    promised: BTreeMap<JumpClientId, SimTime>,
}

/// A jump that has not become a session yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PendingJump {
    pub(crate) rep: RepId,
    pub(crate) request: RequestId,
    pub(crate) client: JumpClientId,
    pub(crate) token: Token,
}

impl Gate {
    /// Whether this client may come in now; otherwise after how long.
    fn admit(&mut self, now: SimTime, per_s: u32, client: JumpClientId) -> Result<(), Duration> {
        let turn = self.promised.remove(&client).unwrap_or_else(|| {
            let turn = self.next_free.max(now);
            self.next_free = turn + Duration::from_secs(1) / per_s;
            turn
        });
        if turn <= now {
            return Ok(());
        }
        self.promised.insert(client, turn);
        Err(turn - now)
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
            (_, JumpToAppliance::Heartbeat) => self.send(conn, &ApplianceToJump::Heartbeat),
            (None, JumpToAppliance::Register { installer, device, user_present }) => {
                self.register_jump_client(conn, &installer, device, user_present);
            }
            (None, JumpToAppliance::Return { id, secret, device, user_present }) => {
                self.return_jump_client(now, conn, id, secret, device, user_present);
            }
            (Some(client), JumpToAppliance::Presence { user_present }) => {
                if let Some(online) = self.jump_clients.online.get_mut(&client) {
                    online.user_present = user_present;
                }
            }
            (Some(_), JumpToAppliance::JumpFailed { jump, why }) => {
                let refusal = match why {
                    JumpFailure::Declined => Refusal::Declined,
                    JumpFailure::NoAnswer => Refusal::NoAnswer,
                };
                self.fail_jump(jump, refusal);
            }
            (Some(_), JumpToAppliance::Register { .. } | JumpToAppliance::Return { .. })
            | (None, JumpToAppliance::Presence { .. } | JumpToAppliance::JumpFailed { .. }) => {
                self.protocol_error(conn, "a message out of its turn");
            }
        }
    }

    fn register_jump_client(&mut self, conn: ConnId, installer: &str, device: DeviceFacts, user_present: bool) {
        let Some(installer) = self.site.jump_installers.iter().find(|known| known.token == installer) else {
            return self.send(conn, &ApplianceToJump::Unknown);
        };
        let owner = installer.owner;
        let next = self.jump_clients.known.last_key_value().map_or(0, |(id, _)| id.0 + 1);
        let record = JumpClientRecord { id: JumpClientId(next), secret: self.draw_token(), owner, device };
        self.send(conn, &ApplianceToJump::Registered { id: record.id, secret: record.secret });
        self.jump_client_online(conn, record, user_present);
    }

    fn return_jump_client(
        &mut self,
        now: SimTime,
        conn: ConnId,
        id: JumpClientId,
        secret: Token,
        device: DeviceFacts,
        user_present: bool,
    ) {
        let Some(record) = self.jump_clients.known.get(&id).filter(|record| record.secret == secret) else {
            return self.send(conn, &ApplianceToJump::Unknown);
        };
        let record = JumpClientRecord { device, ..record.clone() };
        match self.jump_clients.gate.admit(now, self.site.jumps.returns_per_s, id) {
            Ok(()) => {
                self.send(conn, &ApplianceToJump::Returned);
                self.jump_client_online(conn, record, user_present);
            }
            Err(wait) => {
                // Rounded up: a client that comes back exactly then must not be early.
                let retry_ms = wait.as_nanos().div_ceil(1_000_000) as u32;
                self.send(conn, &ApplianceToJump::NotNow { retry_ms });
            }
        }
    }

    fn jump_client_online(&mut self, conn: ConnId, record: JumpClientRecord, user_present: bool) {
        self.set_peer(conn, Peer::JumpClient(Some(record.id)));
        if let Some(earlier) = self.jump_clients.online.insert(record.id, Online { conn, user_present }) {
            // The machine came back before the break of its old connection was noticed.
            self.drop_conn(earlier.conn);
        }
        self.status_dirty = true;
        if self.jump_clients.known.get(&record.id) != Some(&record) {
            self.dirty_jump_clients.insert(record.id);
            self.jump_clients.known.insert(record.id, record);
        }
    }

    /// The connection of a Jump Client is no more.
    pub(crate) fn jump_client_lost(&mut self, conn: ConnId, client: JumpClientId) {
        if self.jump_clients.online.get(&client).is_some_and(|online| online.conn == conn) {
            self.jump_clients.online.remove(&client);
            self.status_dirty = true;
        }
    }

    /// The Jump Items that an account may use: its own, and those of its Jump Groups (JMC-02 to JMC-04).
    pub(crate) fn jump_items(&self, rep: RepId) -> Result<RepAnswer, Refusal> {
        if !self.site.rep(rep).may(Permission::UseJumpClients) {
            return Err(Refusal::NotPermitted);
        }
        let items = self.jump_clients.known.values().filter(|client| may_use(&self.site, rep, client.owner));
        let items = items.map(|client| {
            let online = self.jump_clients.online.get(&client.id);
            JumpItem {
                id: client.id,
                computer: client.device.computer.clone(),
                platform: client.device.platform,
                group: match client.owner {
                    JumpOwner::Group(group) => Some(self.site.jump_groups[group].clone()),
                    JumpOwner::Personal(_) => None,
                },
                online: online.is_some(),
                user_present: online.is_some_and(|online| online.user_present),
            }
        });
        Ok(RepAnswer::JumpItems(items.collect()))
    }

    /// Begins a jump (JMC-07); its answer comes when the session runs or has failed.
    pub(crate) fn jump(
        &mut self,
        now: SimTime,
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
        let jump = JumpId(self.next_jump);
        self.next_jump += 1;
        self.jumps.insert(jump, PendingJump { rep, request, client, token });
        let asked_for = Duration::from_secs(prompt.map_or(0, |prompt| prompt.timeout_s).into());
        self.timers.insert((now + self.site.jumps.start_within + asked_for, TimerKey::JumpOver(jump)));
        self.send(online.conn, &ApplianceToJump::StartSession { jump, token, representative, prompt });
        Ok(())
    }

    /// A jump will not become a session.
    pub(crate) fn fail_jump(&mut self, jump: JumpId, why: Refusal) {
        let Some(pending) = self.jumps.remove(&jump) else { return };
        if let Some(online) = self.jump_clients.online.get(&pending.client)
            && why == Refusal::NoResponse
        {
            let conn = online.conn;
            self.send(conn, &ApplianceToJump::CancelSession { jump });
        }
        if let Some(conn) = self.rep_conn(pending.rep) {
            self.send(conn, &ApplianceToRep::Answer { request: pending.request, answer: Err(why) });
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
}

fn may_use(site: &Site, rep: RepId, owner: JumpOwner) -> bool {
    match owner {
        JumpOwner::Group(group) => site.rep(rep).jump_groups.contains(&group),
        JumpOwner::Personal(owner) => owner == rep,
    }
}
