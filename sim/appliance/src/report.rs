//! What is left of a session when it is over: its report, for whoever keeps reports (SUM-06).

use std::collections::BTreeMap;
use std::time::Duration;

use wire::session::{DeviceFacts, LogEntry, LogItem, SessionEvent, SessionKind};
use wire::{MemberId, SessionId, SimTime};

use crate::session::SessionRecord;
use crate::site::Site;

/// A session that is over, as a whole. Its events were told one by one ([`crate::ApplianceEvent::Logged`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionReport {
    /// Which session.
    pub session: SessionId,
    /// What the customer shared.
    pub kind: SessionKind,
    /// When it was requested.
    pub began: SimTime,
    /// When it was over.
    pub ended: SimTime,
    /// The customer's name.
    pub customer: String,
    /// The customer's machine.
    pub device: DeviceFacts,
    /// The address that the appliance saw the customer at last.
    pub public_ip: [u8; 4],
    /// The issue that the customer picked.
    pub issue: Option<String>,
    /// Every representative who was in it, in the order of their numbers.
    pub representatives: Vec<ReportedRep>,
}

/// A representative's part in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedRep {
    /// Their number in the session.
    pub member: MemberId,
    /// The name that others saw.
    pub name: String,
    /// Their account's user name; external representatives have none.
    pub user_name: Option<String>,
    /// Where the appliance saw their console when they came.
    pub public_ip: [u8; 4],
    /// Whether they were the last who owned it.
    pub owner: bool,
    /// How long they were in it, all told.
    pub involved: Duration,
}

/// The report of a session that has just ended.
pub(crate) fn report(now: SimTime, site: &Site, record: &SessionRecord, log: &[LogEntry]) -> SessionReport {
    let involved = involved(now, log);
    let representatives = record.participants.iter().enumerate().map(|(place, rep)| {
        let account = site.rep(*rep);
        let member = MemberId(place as u32 + 2);
        ReportedRep {
            member,
            name: account.display_name.clone(),
            user_name: (!account.external).then(|| account.user_name.clone()),
            public_ip: record.rep_addresses.get(rep).copied().unwrap_or_default(),
            owner: record.last_owner == Some(*rep),
            involved: involved.get(&member).copied().unwrap_or_default(),
        }
    });
    SessionReport {
        session: record.id,
        kind: record.kind,
        began: record.began,
        ended: now,
        customer: record.customer.clone(),
        device: record.device.clone(),
        public_ip: record.public_ip,
        issue: record.issue.clone(),
        representatives: representatives.collect(),
    }
}

/// How long each member was there, by when they came and went.
fn involved(now: SimTime, log: &[LogEntry]) -> BTreeMap<MemberId, Duration> {
    let mut here: BTreeMap<MemberId, SimTime> = BTreeMap::new();
    let mut involved: BTreeMap<MemberId, Duration> = BTreeMap::new();
    for entry in log {
        match entry.what {
            LogItem::Happened { event: SessionEvent::ConferenceMemberAdded, .. } => {
                here.entry(entry.by).or_insert(entry.at);
            }
            LogItem::Happened { event: SessionEvent::ConferenceMemberDeparted, .. } => {
                if let Some(came) = here.remove(&entry.by) {
                    *involved.entry(entry.by).or_default() += entry.at.since(came);
                }
            }
            LogItem::Happened { .. } | LogItem::Said { .. } => {}
        }
    }
    for (member, came) in here {
        *involved.entry(member).or_default() += now.since(came);
    }
    involved
}
