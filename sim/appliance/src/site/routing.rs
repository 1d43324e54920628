//! How sessions find representatives: skills, Equilibrium, waiting rules, and what is said to those who wait.

use std::time::Duration;

use wire::{QueueId, TeamId};

use crate::smtp::{Address, HostName};

/// How a team's queue finds representatives (Equilibrium, EQL-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    /// Not at all: sessions wait for somebody to take them.
    None,
    /// To who has the fewest sessions, and among those to who has had so few for longest.
    LeastBusy,
    /// To the best skill match first, then as [`Routing::LeastBusy`].
    SkillsMatch,
}

/// Equilibrium, where it is the same for all teams (open points 1 to 4 of the requirements).
#[derive(Clone, Copy, Debug)]
pub struct EquilibriumRules {
    /// Whether who lets a prompt time out is not asked again, as if they had rejected.
    pub timed_out_excluded: bool,
    /// Whether a move by a waiting rule lets those be asked again who have turned a session down.
    pub rule_moves_clear: bool,
    /// Whether a session that everybody has turned down is offered to who becomes available later.
    pub late_arrivals: bool,
    /// What is compared between equally busy representatives.
    pub longest: Longest,
    /// Whether nobody is prompted for two things at once.
    pub one_prompt_at_a_time: bool,
}

/// What is compared between equally busy representatives (EQL-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Longest {
    /// How long they have had as many sessions as now.
    AtThisLevel,
    /// How long they have been available.
    Available,
}

/// Queues, where they are the same for all teams.
#[derive(Clone, Copy, Debug)]
pub struct QueueRules {
    /// Whether Get Next and Equilibrium take the most urgent first, and only then the oldest.
    pub priority_first: bool,
}

/// What owners of sessions may do where the requirements leave it open.
#[derive(Clone, Copy, Debug)]
pub struct SessionRules {
    /// Whether an owner may leave a shared session, which hands it over (open point 9).
    pub owner_may_leave: bool,
    /// Whether a session is over when its customer was removed (open point 12).
    pub removing_customer_ends: bool,
}

/// Sharing.
#[derive(Clone, Copy, Debug)]
pub struct SharingRules {
    /// How long an external representative's invitation is valid (open point 11).
    pub external_valid: Duration,
    /// Whether an external representative reads what representatives said to one another before (open point 26).
    pub external_sees_history: bool,
    /// The session policy of external representatives, as a place in the site's list.
    pub external_policy: Option<usize>,
}

/// Mail.
#[derive(Clone, Debug)]
pub struct MailRules {
    /// The mail host, which listens on port 25.
    pub host: HostName,
    /// What the appliance calls itself there: the site's host.
    pub own_host: HostName,
    /// The address that mail comes from.
    pub from: Address,
}

/// A skill. Skills stand in the order of their rank, the critical ones first.
#[derive(Clone, Debug)]
pub struct Skill {
    /// Its name.
    pub name: String,
    /// The skill that it is part of, as a place in the site's list.
    pub parent: Option<usize>,
}

/// What becomes of who waits too long in a team's queue (WSR).
#[derive(Clone, Copy, Debug)]
pub struct WaitingRule {
    /// What happens.
    pub kind: WaitingRuleKind,
    /// After how long.
    pub after: Duration,
    /// What is counted (open point 7).
    pub clock: WaitingClock,
    /// How long a session stays in any queue before a rule moves it on, so that bouncing is bounded.
    pub least_stay: Duration,
}

/// What a waiting rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingRuleKind {
    /// Whoever sees the queue is alerted (WSR-01).
    Alert,
    /// The session moves to this team's queue (WSR-02).
    Overflow(TeamId),
}

/// What a waiting rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingClock {
    /// Time in the present queue.
    ThisQueue,
    /// Time in all queues since the session began.
    All,
}

/// What is said again and again to who waits.
#[derive(Clone, Debug)]
pub struct HoldMessage {
    /// The text; `%position%` and `%wait%` stand for the place in the queue and the estimated wait.
    pub text: String,
    /// How often.
    pub every: Duration,
}

/// What is said where nobody is available.
#[derive(Clone, Debug)]
pub struct NobodyAvailable {
    /// The text.
    pub message: String,
    /// Where the browser goes then.
    pub redirect: Option<String>,
}

/// An entrance of its own into one queue: a link on a web page, which starts a browser session (BRW-03), or a Support
/// Button on a customer's machine (QUE-05, QUE-09).
#[derive(Clone, Debug)]
pub struct Entrance {
    /// What the link or button carries.
    pub name: String,
    /// Where it leads.
    pub to: QueueId,
    /// The portal whose prompts apply, as a place in the site's list.
    pub portal: usize,
}
