//! The site: what an administrator has set up. Read from TOML, checked whole, never changed by a run.

mod check;
mod file;
mod network;
mod parse;

use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use wire::customer::Avatar;
use wire::rep::Permission;
use wire::session::Priority;
use wire::{IssueId, PortalId, QueueId, RepId, TeamId};

pub use network::{LimitedLogins, Network, NetworkError, NetworkLimit};
pub use parse::{SiteError, SiteErrors};

/// A checked site: every name in it leads somewhere. Ids are places in these lists.
#[derive(Clone, Debug)]
pub struct Site {
    /// What people call it.
    pub name: String,
    /// The host name that URLs carry.
    pub host: String,
    /// How passwords are hashed.
    pub sign_in: SignInRules,
    /// How session keys look and how long they live.
    pub keys: KeyRules,
    /// How connections are watched.
    pub connections: ConnectionRules,
    /// How customers get in and come back.
    pub customers: CustomerRules,
    /// How Jump Clients come back and jumps time out.
    pub jumps: JumpRules,
    /// Where a customer's session goes when its representative is lost.
    pub fallback_attended: Fallback,
    /// The same for sessions that began with a jump.
    pub fallback_jump: Fallback,
    /// The public portals, each with what it offers and asks (POR-05); the default one first.
    pub portals: Vec<Portal>,
    /// The support teams.
    pub teams: Vec<Team>,
    /// The issues that customers choose from.
    pub issues: Vec<Issue>,
    /// The accounts.
    pub representatives: Vec<Representative>,
    /// The Jump Groups, by name.
    pub jump_groups: Vec<String>,
    /// The Jump Client installers that were handed out.
    pub jump_installers: Vec<JumpInstaller>,
}

/// The cost of Argon2id for passwords that the file has in clear. Low in tests; the defaults are the crate's
/// recommendation. A hash carries its own cost.
#[derive(Clone, Copy, Debug)]
pub struct SignInRules {
    /// Memory, in KiB.
    pub hash_memory_kib: u32,
    /// Passes over it.
    pub hash_passes: u32,
}

/// Session keys (KEY).
#[derive(Clone, Debug)]
pub struct KeyRules {
    /// Characters in a key.
    pub length: usize,
    /// What they are drawn from.
    pub alphabet: Vec<char>,
    /// Validity where the representative chooses none.
    pub valid_default: Duration,
    /// The longest validity that may be chosen (KEY-06).
    pub valid_max: Duration,
}

/// Connections.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionRules {
    /// A peer that says nothing for this long is lost.
    pub silent_after: Duration,
}

/// Customers.
#[derive(Clone, Copy, Debug)]
pub struct CustomerRules {
    /// The size of the client's package, in bytes.
    pub package_bytes: u32,
    /// How long a customer whose connection broke may take to come back.
    pub reconnect_within: Duration,
}

/// Jump Clients.
#[derive(Clone, Copy, Debug)]
pub struct JumpRules {
    /// How many returning clients are let in per second.
    pub returns_per_s: u32,
    /// How long a machine may take from the jump to the session, beside what its prompt takes.
    pub start_within: Duration,
}

/// What happens to a session that has lost its last representative, in this order: the last queue that it was in,
/// the queue that it first entered, a designated queue, the end (`anchors/domain.md` section 2).
#[derive(Clone, Copy, Debug)]
pub struct Fallback {
    /// Whether it may go to the last queue that it was in.
    pub last_queue: bool,
    /// Whether it may go to the queue that it first entered.
    pub first_queue: bool,
    /// The designated queue, if there is one.
    pub designated: Option<TeamId>,
}

/// A public portal.
#[derive(Clone, Debug)]
pub struct Portal {
    /// Its name.
    pub name: String,
    /// Whether keys may be typed on it.
    pub session_key: bool,
    /// Whether it lists issues.
    pub issues: bool,
    /// Whether it lists signed-in representatives.
    pub representatives: bool,
    /// What customers must accept first, if anything (POR-06).
    pub agreement: Option<String>,
    /// Whether customers are asked for leave to record (POR-07).
    pub recording_prompt: bool,
}

/// A support team.
#[derive(Clone, Debug)]
pub struct Team {
    /// Its name.
    pub name: String,
}

/// An issue.
#[derive(Clone, Debug)]
pub struct Issue {
    /// What the customer reads.
    pub title: String,
    /// The team that owns it (POR-04).
    pub team: TeamId,
    /// How urgent its sessions are.
    pub priority: Priority,
}

/// An account.
#[derive(Clone, Debug)]
pub struct Representative {
    /// What is typed to sign in.
    pub user_name: String,
    /// The name that others see.
    pub display_name: String,
    /// Argon2id hash of the password.
    pub password: PasswordHash,
    /// Where it may sign in from; `None`: anywhere (LOG-07, LOG-08).
    pub networks: Option<NetworkLimit>,
    /// The teams it is a member of.
    pub teams: Vec<TeamId>,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// The portals that it may make keys for (KEY-07).
    pub portals: Vec<PortalId>,
    /// The photo that customers see (CHT-02).
    pub avatar: Option<Avatar>,
    /// The Jump Groups it is a member of, as places in [`Site::jump_groups`].
    pub jump_groups: Vec<usize>,
    /// How users are asked when this account jumps; `None`: not at all (JMC-12).
    pub jump_prompt: Option<wire::jump::JumpPrompt>,
}

impl Representative {
    /// Whether the account may do this.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// A Jump Client installer that was handed out.
#[derive(Clone, Debug)]
pub struct JumpInstaller {
    /// What the client shows when it registers.
    pub token: String,
    /// Whose the client becomes.
    pub owner: JumpOwner,
}

/// Who has a Jump Client (JMC-03, JMC-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum JumpOwner {
    /// The members of a Jump Group: its place in [`Site::jump_groups`].
    Group(usize),
    /// One representative, on the personal list.
    Personal(RepId),
}

impl Site {
    /// Reads and checks a site. `file` is named in errors.
    ///
    /// # Errors
    /// All that is wrong with it, each with file, line and field.
    pub fn parse(file: &str, text: &str) -> Result<Self, SiteErrors> {
        parse::parse(file, text)
    }

    /// An account. Ids come from this site's lists, so it is there.
    pub fn rep(&self, id: RepId) -> &Representative {
        &self.representatives[id.0 as usize]
    }

    /// A portal. Ids come from this site's lists, so it is there.
    pub fn portal(&self, id: PortalId) -> &Portal {
        &self.portals[id.0 as usize]
    }

    /// An issue; `None` for a number that came over the wire and leads nowhere.
    pub fn issue(&self, id: IssueId) -> Option<&Issue> {
        self.issues.get(id.0 as usize)
    }

    /// The account with this user name; case does not matter.
    pub fn rep_named(&self, user_name: &str) -> Option<RepId> {
        let place =
            self.representatives.iter().position(|rep| rep.user_name.eq_ignore_ascii_case(user_name))?;
        Some(RepId(place as u32))
    }

    /// Every account, with its id.
    pub fn reps(&self) -> impl Iterator<Item = (RepId, &Representative)> {
        self.representatives.iter().enumerate().map(|(place, rep)| (RepId(place as u32), rep))
    }

    /// Whether this account sees that queue (QUE-01, QUE-07).
    pub fn sees_queue(&self, rep: RepId, queue: QueueId) -> bool {
        match queue {
            QueueId::Personal(owner) => owner == rep,
            QueueId::Team(team) => self.rep(rep).teams.contains(&team),
        }
    }

    /// What people call a queue.
    pub fn queue_name(&self, queue: QueueId) -> String {
        match queue {
            QueueId::Personal(rep) => format!("{}'s personal queue", self.rep(rep).display_name),
            QueueId::Team(team) => format!("{} queue", self.teams[team.0 as usize].name),
        }
    }
}
