//! Queues as the console lists them.

use std::cmp::Ordering;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wire::session::{CustomerPresence, DeviceFacts, Priority, QueueEntry, QueueEntryKind};
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
    pub(crate) fn new(now: SimTime, entry: QueueEntry) -> Self {
        let QueueEntry { id, queue, session, what, customer, device, issue, priority, presence, .. } = entry;
        let (since, began) = (ago(now, entry.waited_ms), ago(now, entry.age_ms));
        Self { id, queue, session, what, customer, device, issue, priority, presence, since, began }
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
        [&self.customer, &self.device.computer, issue].into_iter().any(|field| contains(field, text))
    }
}

impl Queue {
    /// Puts a line where it belongs; one that stood here already is replaced.
    pub(crate) fn put(&mut self, mut row: Row, sort: SortBy) {
        if let Some(place) = self.rows.iter().position(|shown| shown.id == row.id) {
            let shown = self.rows.remove(place);
            // Each telling is late by the network's delay: the least late is nearest to the truth.
            row.since = row.since.min(shown.since);
            row.began = row.began.min(shown.began);
        }
        let place = self.rows.partition_point(|shown| sort.order(shown, &row) == Ordering::Less);
        self.rows.insert(place, row);
    }

    pub(crate) fn sort(&mut self, sort: SortBy) {
        self.rows.sort_by(|a, b| sort.order(a, b));
    }
}

impl SortBy {
    fn order(self, a: &Row, b: &Row) -> Ordering {
        let wanted = match self {
            Self::TimeInQueue => a.since.cmp(&b.since),
            Self::CustomerName => a.customer.cmp(&b.customer),
            Self::Issue => (a.issue.is_none(), &a.issue).cmp(&(b.issue.is_none(), &b.issue)),
            Self::Priority => a.priority.cmp(&b.priority),
        };
        wanted.then(a.id.cmp(&b.id))
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
