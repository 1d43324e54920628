//! Waiting: rules for who waits too long (WSR), what customers are told meanwhile, and queues that keep nobody.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use wire::customer::{ApplianceToCustomer, CustomerEnd, CustomerStatus};
use wire::{PortalId, QueueEntryId, QueueId, SessionId, SimTime, TeamId};

use crate::session::Placement;
use crate::site::{WaitingClock, WaitingRuleKind};
use crate::{Appliance, TimerKey};

/// How many of the last who were taken from a queue its estimated wait is the mean of.
const ESTIMATE_OVER: usize = 10;

/// What is said where nobody is available and the portal says nothing of its own.
const NOBODY_AVAILABLE: &str = "Nobody is available at the moment. Please try again later.";

/// How long after a start consoles may take to come back before a queue counts as deserted.
const TEAMS_BACK_WITHIN: Duration = Duration::from_secs(120);

/// What a hold message has in the place of an estimate that there is none of.
const WAIT_NOT_KNOWN: &str = "some time";

/// Waiting rules.
impl Appliance {
    /// Sets the alarm for a session that has come to stand in a queue with a rule.
    pub(crate) fn watch_waiting(&mut self, placement: Placement, id: SessionId) {
        let QueueId::Team(team) = placement.queue else { return };
        let Some(rule) = self.site.team(team).waiting_rule else { return };
        let due = match rule.clock {
            WaitingClock::ThisQueue => placement.since + rule.after,
            WaitingClock::All => self.session(id).record.began + rule.after,
        };
        let due = due.max(placement.since + rule.least_stay);
        self.timers.insert((due, TimerKey::Overdue(id, placement.entry)));
    }

    /// A session has waited as long as the rule of its queue allows (WSR-01, WSR-02).
    pub(crate) fn overdue(&mut self, now: SimTime, id: SessionId, entry: QueueEntryId) {
        let placement = self.running(id).and_then(|session| session.record.placement);
        let Some(placement) = placement.filter(|placement| placement.entry == entry) else { return };
        let QueueId::Team(team) = placement.queue else { return };
        match self.site.team(team).waiting_rule.map(|rule| rule.kind) {
            Some(WaitingRuleKind::Alert) => {
                if let Some(placement) = &mut self.session_mut(id).record.placement {
                    placement.overdue = true;
                }
            }
            Some(WaitingRuleKind::Overflow(to)) => {
                if self.site.equilibrium.rule_moves_clear {
                    self.session_mut(id).record.turned_down.clear();
                }
                self.put_in_queue(now, id, QueueId::Team(to));
            }
            None => {}
        }
    }
}

/// What customers are told while they wait.
impl Appliance {
    /// A session was taken from a queue: others may expect to wait about as long.
    pub(crate) fn learn_wait(&mut self, now: SimTime, placement: Placement) {
        let waits = self.recent_waits.entry(placement.queue).or_default();
        if waits.len() == ESTIMATE_OVER {
            waits.pop_front();
        }
        waits.push_back(now.since(placement.since));
        self.changes.queues.insert(placement.queue);
    }

    /// The greeting, and the first hold message after its time.
    pub(crate) fn greet(&mut self, now: SimTime, id: SessionId) {
        let session = self.session(id);
        let (Some(conn), Some(portal)) = (session.conn, session.record.portal) else { return };
        let portal = self.site.portal(portal);
        let hold = portal.hold_message.as_ref().map(|message| message.every);
        if let Some(greeting) = &portal.greeting {
            let text = self.filled_in(id, greeting);
            self.conns.send(conn, &ApplianceToCustomer::HoldMessage(text));
        }
        if let Some(every) = hold {
            self.timers.insert((now + every, TimerKey::HoldMessage(id)));
        }
    }

    /// It is time for the hold message again, if the customer still waits.
    pub(crate) fn hold_message(&mut self, now: SimTime, id: SessionId) {
        let Some(session) = self.running(id).filter(|session| session.record.participants.is_empty()) else {
            return;
        };
        let Some(message) = session.record.portal.and_then(|it| self.site.portal(it).hold_message.clone())
        else {
            return;
        };
        if let Some(conn) = session.conn {
            let text = self.filled_in(id, &message.text);
            self.conns.send(conn, &ApplianceToCustomer::HoldMessage(text));
        }
        self.timers.insert((now + message.every, TimerKey::HoldMessage(id)));
    }

    fn filled_in(&self, id: SessionId, text: &str) -> String {
        let placement = self.session(id).record.placement;
        let position = placement.map_or(1, |placement| position(&self.queues, placement));
        let wait = placement.and_then(|placement| estimate_s(&self.recent_waits, placement.queue));
        let wait = wait.map_or(WAIT_NOT_KNOWN.to_owned(), minutes);
        text.replace("%position%", &position.to_string()).replace("%wait%", &wait)
    }
}

/// What a team's queue holds.
impl Appliance {
    /// The lines of a team's queue: sessions that wait, and invitations.
    pub(crate) fn lines_of(
        &self,
        team: TeamId,
    ) -> impl Iterator<Item = ((SimTime, QueueEntryId), SessionId)> {
        let waiting = self.queues.get(&QueueId::Team(team)).into_iter().flatten();
        let help = self.help_lines.get(&team).into_iter().flatten();
        waiting.chain(help).map(|(place, id)| (*place, *id))
    }
}

/// Queues that keep nobody while nobody is there.
impl Appliance {
    /// Whether a queue turns away whoever comes now.
    pub(crate) fn nobody_for(&self, queue: QueueId) -> bool {
        let QueueId::Team(team) = queue else { return false };
        !self.site.team(team).persistent && self.members(team).next().is_none()
    }

    /// What a portal says where nobody is available.
    pub(crate) fn nobody_available(&self, portal: Option<PortalId>) -> ApplianceToCustomer {
        let said = portal.and_then(|portal| self.site.portal(portal).nobody_available.as_ref());
        ApplianceToCustomer::NobodyAvailable {
            message: said.map_or(NOBODY_AVAILABLE.to_owned(), |said| said.message.clone()),
            redirect: said.and_then(|said| said.redirect.clone()),
        }
    }

    /// After a start, consoles come back one by one: until then nobody is let go.
    pub(crate) fn wait_for_teams(&mut self, now: SimTime) {
        if self.sessions.is_empty() {
            return;
        }
        self.teams_back_by = now + TEAMS_BACK_WITHIN;
        self.timers.insert((self.teams_back_by, TimerKey::Deserted));
    }

    pub(crate) fn look_at_all_queues(&mut self) {
        self.changes.queues.extend(self.queues.keys().copied());
    }

    /// Queues that keep nobody while nobody of their team is there let go of who waits, however they came there or
    /// whoever went (`anchors/domain.md` section 2).
    pub(crate) fn clear_deserted(&mut self, now: SimTime) {
        if now < self.teams_back_by {
            return;
        }
        let touched = self.changes.queues.iter().copied();
        for queue in touched.filter(|queue| self.nobody_for(*queue)).collect::<Vec<_>>() {
            self.let_go_of_all(now, queue);
        }
    }

    fn let_go_of_all(&mut self, now: SimTime, queue: QueueId) {
        let waiting: Vec<SessionId> =
            self.queues.get(&queue).into_iter().flat_map(|it| it.values().copied()).collect();
        for id in waiting {
            let record = &self.session(id).record;
            let rules = self.fallback_rules(record.origin);
            let first = record.first_queue.filter(|_| rules.first_queue);
            let places = [first, rules.designated.map(QueueId::Team)];
            let next = places.into_iter().flatten().find(|place| *place != queue && !self.nobody_for(*place));
            if let Some(next) = next {
                self.put_in_queue(now, id, next);
                continue;
            }
            if let Some(conn) = self.session(id).conn {
                let told = self.nobody_available(self.session(id).record.portal);
                self.conns.send(conn, &told);
            }
            self.end_session(now, id, CustomerEnd::NobodyAvailable);
        }
    }
}

/// What who waits in a place sees.
pub(crate) fn waiting_status(
    position: u32,
    waits: &BTreeMap<QueueId, VecDeque<Duration>>,
    queue: QueueId,
) -> CustomerStatus {
    CustomerStatus::Waiting { position, estimate_s: estimate_s(waits, queue) }
}

/// The place in a queue, counted from 1.
pub(crate) fn position(
    queues: &BTreeMap<QueueId, BTreeMap<(SimTime, QueueEntryId), SessionId>>,
    placement: Placement,
) -> u32 {
    queues[&placement.queue].range(..(placement.since, placement.entry)).count() as u32 + 1
}

fn estimate_s(waits: &BTreeMap<QueueId, VecDeque<Duration>>, queue: QueueId) -> Option<u32> {
    let waits = waits.get(&queue)?;
    let sum: Duration = waits.iter().sum();
    Some((sum / waits.len() as u32).as_secs() as u32)
}

/// An estimate as people say it.
fn minutes(seconds: u32) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "1 minute".to_owned(),
        more => format!("{more} minutes"),
    }
}
