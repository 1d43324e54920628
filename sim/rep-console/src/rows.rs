//! Queues as the console lists them.

use std::cmp::Ordering;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;
use wire::session::{CustomerPresence, DeviceFacts, Priority, QueueEntry, QueueEntryKind, SessionKind};
use wire::{QueueEntryId, QueueId, SessionId, SimTime};

/// A queue that the representative sees (QUE-01, QUE-07).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Queue {
    /// Which.
    pub id: QueueId,
    /// The team's name; `Personal` for the representative's own.
    pub name: String,
    /// Whether it is marked with a star (QUE-13).
    pub favourite: bool,
    /// Lines of team chat to this team that came while it was not in front (QUE-14).
    pub unread_chat: u32,
    /// Its lines, in the chosen order.
    pub rows: Vec<Row>,
}

/// A line of a queue (QUE-16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Which.
    pub id: QueueEntryId,
    /// The queue that it stands in.
    pub queue: QueueId,
    /// The session that it is about.
    pub session: SessionId,
    /// What accepting it means.
    pub what: QueueEntryKind,
    /// The customer's name.
    pub customer: String,
    /// That name as the queue lists it (BRW-04).
    pub listed_as: String,
    /// What the customer shares.
    pub kind: SessionKind,
    /// The customer's machine.
    pub device: DeviceFacts,
    /// The issue that the customer picked, if that is how the session began.
    pub issue: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// Whether the customer can be reached.
    pub presence: CustomerPresence,
    /// Since when it stands in this queue, by this console's clock.
    pub since: SimTime,
    /// Since when the session is up, by this console's clock.
    pub began: SimTime,
    /// Whether it is marked as one that has waited too long (WSR-01). Phones sound, but do not mark.
    pub overdue: bool,
}

/// What stands beside a queue's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display)]
pub enum QueueMark {
    /// The orange bubble of unread team chat (QUE-14).
    #[strum(serialize = "orange bubble")]
    Bubble,
    /// The star of a favourite (QUE-13).
    #[strum(serialize = "star")]
    Star,
    /// Nothing.
    #[strum(serialize = "nothing")]
    None,
}

/// What a queue can be sorted by (QUE-17). Equals stand in the order of arrival.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::VariantArray,
)]
pub enum SortBy {
    /// The longest in the queue first.
    #[default]
    #[strum(serialize = "time in queue")]
    TimeInQueue,
    /// By the customer's name.
    #[strum(serialize = "customer name")]
    CustomerName,
    /// By issue; what has none last.
    #[strum(serialize = "issue")]
    Issue,
    /// The most urgent first.
    #[strum(serialize = "priority")]
    Priority,
    /// By the name of the customer's machine.
    #[strum(serialize = "computer")]
    Computer,
    /// The longest up first.
    #[strum(serialize = "uptime")]
    Uptime,
}

/// A column of a queue's list (QUE-16).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::VariantArray,
)]
pub enum Column {
    /// The queue's name.
    #[strum(serialize = "queue")]
    Queue,
    /// How long the session is up.
    #[strum(serialize = "uptime")]
    Uptime,
    /// How urgent it is.
    #[strum(serialize = "priority")]
    Priority,
    /// How long it has stood in this queue.
    #[strum(serialize = "time in queue")]
    TimeInQueue,
    /// The customer's name.
    #[strum(serialize = "customer name")]
    CustomerName,
    /// The name of the customer's machine.
    #[strum(serialize = "computer")]
    Computer,
}

impl Row {
    /// A line as it was told. Where lines are not `marked`, it does not show whether it is overdue.
    pub(crate) fn new(now: SimTime, entry: QueueEntry, marked: bool) -> Self {
        let QueueEntry {
            id, queue, session, what, customer, device, issue, priority, presence, kind, ..
        } = entry;
        Self {
            id,
            queue,
            session,
            what,
            listed_as: listed_as(kind, &customer),
            customer,
            kind,
            device,
            issue,
            priority,
            presence,
            since: ago(now, entry.waited_ms),
            began: ago(now, entry.age_ms),
            overdue: entry.overdue && marked,
        }
    }

    /// How long it has stood in this queue.
    pub fn time_in_queue(&self, now: SimTime) -> Duration {
        now.since(self.since)
    }

    /// How long the session is up.
    pub fn uptime(&self, now: SimTime) -> Duration {
        now.since(self.began)
    }

    /// Whether it shows this text: in the customer's name, the machine's, or the issue (QUE-18).
    pub(crate) fn matches(&self, text: &str) -> bool {
        let issue = self.issue.as_deref().unwrap_or_default();
        [&self.listed_as, &self.device.computer, issue].into_iter().any(|field| contains(field, text))
    }
}

impl Queue {
    /// What stands beside its name: the bubble of unread team chat takes the star's place (QUE-13, QUE-14).
    pub fn mark(&self) -> QueueMark {
        match (self.unread_chat > 0, self.favourite) {
            (true, _) => QueueMark::Bubble,
            (false, true) => QueueMark::Star,
            (false, false) => QueueMark::None,
        }
    }

    /// What it can be sorted by. How its sessions began decides: without an issue in any line, there is no order by
    /// issue (QUE-17).
    pub fn sort_criteria(&self) -> Vec<SortBy> {
        let issues = self.rows.iter().any(|row| row.issue.is_some());
        let all = SortBy::VARIANTS.iter().copied();
        all.filter(|by| issues || *by != SortBy::Issue).collect()
    }

    /// Puts a line where it belongs; one that stood here already is replaced.
    pub(crate) fn put(&mut self, mut row: Row, order: Order) {
        if let Some(place) = self.rows.iter().position(|shown| shown.id == row.id) {
            let shown = self.rows.remove(place);
            // Each telling is late by the network's delay: the least late is nearest to the truth.
            row.since = row.since.min(shown.since);
            row.began = row.began.min(shown.began);
        }
        let place = self.rows.partition_point(|shown| order.of(shown, &row) == Ordering::Less);
        self.rows.insert(place, row);
    }

    pub(crate) fn sort(&mut self, order: Order) {
        self.rows.sort_by(|a, b| order.of(a, b));
    }
}

/// The order of lines: a criterion, and whether it is turned round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) by: SortBy,
    pub(crate) reversed: bool,
}

impl Order {
    /// Equals stand in the order of arrival, whichever way round; so does what has no issue, after the others.
    fn of(self, a: &Row, b: &Row) -> Ordering {
        let issueless = match self.by {
            SortBy::Issue => a.issue.is_none().cmp(&b.issue.is_none()),
            SortBy::TimeInQueue
            | SortBy::CustomerName
            | SortBy::Priority
            | SortBy::Computer
            | SortBy::Uptime => Ordering::Equal,
        };
        let wanted = match self.by {
            SortBy::TimeInQueue => a.since.cmp(&b.since),
            SortBy::CustomerName => a.listed_as.cmp(&b.listed_as),
            SortBy::Issue => a.issue.cmp(&b.issue),
            SortBy::Priority => a.priority.cmp(&b.priority),
            SortBy::Computer => a.device.computer.cmp(&b.device.computer),
            SortBy::Uptime => a.began.cmp(&b.began),
        };
        let wanted = if self.reversed { wanted.reverse() } else { wanted };
        issueless.then(wanted).then(a.id.cmp(&b.id))
    }
}

/// A customer's name as queues list it: what is no machine has a prefix (BRW-04).
pub(crate) fn listed_as(kind: SessionKind, customer: &str) -> String {
    match kind {
        SessionKind::Support => customer.to_owned(),
        SessionKind::Browser => format!("[Browser] {customer}"),
    }
}

/// Whether `field` contains `text`, whatever the case of its letters.
pub(crate) fn contains(field: &str, text: &str) -> bool {
    field.to_lowercase().contains(&text.to_lowercase())
}

/// The moment so many milliseconds before `now`.
pub(crate) fn ago(now: SimTime, millis: u64) -> SimTime {
    SimTime::from_nanos(now.as_nanos().saturating_sub(millis.saturating_mul(1_000_000)))
}
