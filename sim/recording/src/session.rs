//! What a support session's report says of it as a whole, beside the events in it.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use wire::SimTime;

/// The whole of a support session that is over (SUM-06). Its events are entries of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionReport {
    /// Which session, as [`EntryKind::SessionEvent`](crate::EntryKind::SessionEvent) names it.
    pub session: String,
    /// What the customer shared: `support`, `browser`.
    pub kind: String,
    /// When it was asked for.
    pub began: SimTime,
    /// When it was over.
    pub ended: SimTime,
    /// What the customer asked about, where they picked an issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// Who was helped.
    pub customer: ReportedCustomer,
    /// All representatives who ever were in it, by their numbers.
    pub representatives: Vec<ReportedRepresentative>,
}

/// The customer of a session. Their number in it is always 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedCustomer {
    /// What they called themselves.
    pub name: String,
    /// Their machine's name.
    pub computer: String,
    /// Its operating system: `Windows`.
    pub platform: String,
    /// Where the appliance saw them.
    pub public_ip: Ipv4Addr,
    /// The machine's address on its own network.
    pub private_ip: Ipv4Addr,
}

/// A representative of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedRepresentative {
    /// Their number in it.
    pub number: u32,
    /// What others called them.
    pub name: String,
    /// The account; nobody who came by an external invitation has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// Where the appliance saw their console.
    pub public_ip: Ipv4Addr,
    /// Whether they were its last owner.
    pub is_owner: bool,
    /// For how long they were in it, all stays together, in nanoseconds.
    pub involved_ns: u64,
}

/// What is kept of a command shell, with the report of its session (SHL-07, SHL-08).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShellRecord {
    /// Of which session, as [`EntryKind::SessionEvent`](crate::EntryKind::SessionEvent) names it.
    pub session: String,
    /// What the shell was called: `cmd.exe`.
    pub name: String,
    /// Who opened it.
    pub by: String,
    /// When it was opened.
    pub began: SimTime,
    /// When it was closed.
    pub ended: SimTime,
    /// An asciinema cast, version 2.
    pub video: String,
    /// What was said in it, as text.
    pub transcript: String,
}
