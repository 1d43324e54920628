//! A site as the model knows it: read from the same file as the appliance's, by nobody of the product.

use std::collections::BTreeSet;

use serde::Deserialize;

/// What the model must know of a site.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Site {
    pub(crate) equilibrium: Equilibrium,
    pub(crate) customers: Customers,
    #[serde(rename = "team")]
    pub(crate) teams: Vec<Team>,
    #[serde(rename = "issue")]
    pub(crate) issues: Vec<Issue>,
    #[serde(rename = "skill")]
    skills: Vec<Skill>,
    #[serde(rename = "representative")]
    pub(crate) reps: Vec<Account>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct Equilibrium {
    pub(crate) alert_timeout_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct Customers {
    pub(crate) reconnect_within_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Team {
    pub(crate) name: String,
    routing: Option<String>,
    pub(crate) waiting_rule: Option<WaitingRule>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct WaitingRule {
    pub(crate) after_s: u64,
    /// Where it moves who waits; an alert moves nobody.
    pub(crate) to: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Issue {
    pub(crate) title: String,
    pub(crate) team: String,
    #[serde(default)]
    pub(crate) skills: Vec<String>,
    #[serde(default)]
    pub(crate) help: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct Skill {
    name: String,
}

/// A representative's account.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Account {
    pub(crate) user_name: String,
    pub(crate) display_name: String,
    pub(crate) password: String,
    #[serde(default)]
    pub(crate) teams: BTreeSet<String>,
    #[serde(default)]
    permissions: BTreeSet<String>,
    #[serde(default)]
    pub(crate) skills: BTreeSet<String>,
    pub(crate) max_sessions: Option<usize>,
    pub(crate) email: Option<String>,
}

impl Default for Equilibrium {
    fn default() -> Self {
        Self { alert_timeout_s: 60 }
    }
}

impl Default for Customers {
    fn default() -> Self {
        Self { reconnect_within_s: 300 }
    }
}

impl Site {
    /// Reads a site file.
    ///
    /// # Errors
    /// It is none; the error says where.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The account of somebody in a feature, who goes by the user name.
    pub(crate) fn account(&self, name: &str) -> Option<&Account> {
        self.reps.iter().find(|account| account.user_name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn team(&self, name: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.name == name)
    }

    pub(crate) fn issue(&self, title: &str) -> Option<&Issue> {
        self.issues.iter().find(|issue| issue.title == title)
    }

    /// Whether a team's sessions are handed out.
    pub(crate) fn is_routed(&self, team: &str) -> bool {
        self.team(team).is_some_and(|team| team.routing.is_some())
    }

    pub(crate) fn goes_by_skill(&self, team: &str) -> bool {
        self.team(team).is_some_and(|team| team.routing.as_deref() == Some("skills match"))
    }

    /// These skills, the critical ones first.
    pub(crate) fn ranked(&self, skills: &[String]) -> Vec<String> {
        let ranked = self.skills.iter().filter(|skill| skills.contains(&skill.name));
        ranked.map(|skill| skill.name.clone()).collect()
    }
}

impl Account {
    pub(crate) fn may(&self, permission: &str) -> bool {
        self.permissions.contains(permission)
    }
}
