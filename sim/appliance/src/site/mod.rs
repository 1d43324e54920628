//! The site: what an administrator has set up. Read from TOML, checked whole, never changed by a run.

mod check;
mod check_account;
mod check_policy;
mod check_routing;
mod file;
mod network;
mod parse;
mod routing;
mod tools;

use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use wire::customer::Avatar;
use wire::rep::Permission;
use wire::session::Priority;
use wire::{IssueId, PortalId, QueueId, RepId, TeamId};

use crate::policy::SessionPolicy;
use crate::smtp::Address;

pub use network::{LimitedLogins, Network, NetworkError, NetworkLimit};
pub use parse::{SiteError, SiteErrors};
pub use routing::{
    Entrance, EquilibriumRules, HoldMessage, Longest, MailRules, NobodyAvailable, QueueRules, Routing,
    SessionRules, SharingRules, Skill, WaitingClock, WaitingRule, WaitingRuleKind,
};
pub use tools::{ElevationRules, JumpGroup, PromptRules, Script, ShellRules, StartMethod};

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
    /// How mail is sent; without it, none is.
    pub mail: Option<MailRules>,
    /// Equilibrium, where it is the same for all teams.
    pub equilibrium: EquilibriumRules,
    /// Queues, where they are the same for all teams.
    pub queues: QueueRules,
    /// What owners of sessions may do.
    pub sessions: SessionRules,
    /// Sharing.
    pub sharing: SharingRules,
    /// The session policies that others name.
    pub session_policies: Vec<SessionPolicy>,
    /// The policy where nothing else speaks of a matter, as a place in [`Site::session_policies`].
    pub default_policy: Option<usize>,
    /// The canned scripts (SPA-04).
    pub scripts: Vec<Script>,
    /// Command shells.
    pub command_shell: ShellRules,
    /// Elevation.
    pub elevation: ElevationRules,
    /// What customers are asked.
    pub prompts: PromptRules,
    /// The skills, the critical ones first.
    pub skills: Vec<Skill>,
    /// The links on web pages that start browser sessions (BRW-03).
    pub help_links: Vec<Entrance>,
    /// The Support Buttons that were deployed (QUE-05, QUE-09).
    pub support_buttons: Vec<Entrance>,
    /// The public portals, each with what it offers and asks (POR-05); the default one first.
    pub portals: Vec<Portal>,
    /// The support teams.
    pub teams: Vec<Team>,
    /// The issues that customers choose from.
    pub issues: Vec<Issue>,
    /// The accounts.
    pub representatives: Vec<Representative>,
    /// The Jump Groups.
    pub jump_groups: Vec<JumpGroup>,
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
    /// By which of these a chat in the browser begins, with nothing to download (C2C-01); by none, there is no
    /// click-to-chat here (C2C-02).
    pub click_to_chat: Vec<StartMethod>,
    /// The session policy of who comes by it, as a place in [`Site::session_policies`].
    pub policy: Option<usize>,
    /// What customers must accept first, if anything (POR-06).
    pub agreement: Option<String>,
    /// Whether customers are asked for leave to record (POR-07).
    pub recording_prompt: bool,
    /// What who begins to wait is told first.
    pub greeting: Option<String>,
    /// What who waits is told again and again.
    pub hold_message: Option<HoldMessage>,
    /// What is said where nobody is available.
    pub nobody_available: Option<NobodyAvailable>,
}

/// A support team.
#[derive(Clone, Debug)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// How its queue finds representatives.
    pub routing: Routing,
    /// How long a prompt waits for an answer.
    pub alert_timeout: Duration,
    /// How long before its end a prompt warns (EQL-07).
    pub alert_warning: Duration,
    /// Whether its queue keeps who waits even while nobody of the team is there.
    pub persistent: bool,
    /// What becomes of who waits too long (WSR).
    pub waiting_rule: Option<WaitingRule>,
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
    /// What it takes to help with it, as places in [`Site::skills`].
    pub skills: Vec<usize>,
    /// Whether representatives may ask for help with it (SHR-02).
    pub help: bool,
}

/// An account.
#[derive(Clone, Debug)]
pub struct Representative {
    /// What is typed to sign in.
    pub user_name: String,
    /// The name that others see.
    pub display_name: String,
    /// Argon2id hash of the password; external representatives have none.
    pub password: Option<PasswordHash>,
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
    /// What it is More Preferred for, as places in [`Site::skills`].
    pub skills: Vec<usize>,
    /// With so many sessions nothing more is assigned to it (EQL-14).
    pub max_sessions: Option<usize>,
    /// Untouched for so long it is idle (EQL-15).
    pub idle_after: Option<Duration>,
    /// Where it is mailed (SHR-09).
    pub email: Option<Address>,
    /// The account's session policy, as a place in [`Site::session_policies`].
    pub policy: Option<usize>,
    /// Whether it is no account, but an external representative (EXT-01).
    pub external: bool,
}

impl Representative {
    /// Somebody without an account, who was invited into one session (EXT-01).
    pub(crate) fn external(name: String) -> Self {
        Self {
            user_name: String::new(),
            display_name: name,
            password: None,
            networks: None,
            teams: Vec::new(),
            permissions: Vec::new(),
            portals: Vec::new(),
            avatar: None,
            jump_groups: Vec::new(),
            jump_prompt: None,
            skills: Vec::new(),
            max_sessions: None,
            idle_after: None,
            email: None,
            policy: None,
            external: true,
        }
    }

    /// Whether the account may do this.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// How well an account suits a skill (`anchors/domain.md` section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Preference {
    /// Not at all.
    Ignored,
    /// A generalist: the skill is part of one that the account is More Preferred for.
    Less,
    /// A specialist.
    More,
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

    /// A team. Ids come from this site's lists, so it is there.
    pub fn team(&self, id: TeamId) -> &Team {
        &self.teams[id.0 as usize]
    }

    /// How well an account suits a skill.
    pub fn suits(&self, rep: RepId, skill: usize) -> Preference {
        let own = &self.rep(rep).skills;
        if own.contains(&skill) {
            return Preference::More;
        }
        let mut above = self.skills[skill].parent;
        while let Some(parent) = above {
            if own.contains(&parent) {
                return Preference::Less;
            }
            above = self.skills[parent].parent;
        }
        Preference::Ignored
    }

    /// The account with this user name; case does not matter. External representatives have none.
    pub fn rep_named(&self, user_name: &str) -> Option<RepId> {
        let named = |rep: &Representative| !rep.external && rep.user_name.eq_ignore_ascii_case(user_name);
        let place = self.representatives.iter().position(named)?;
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
