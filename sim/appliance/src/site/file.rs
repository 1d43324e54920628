//! The shape of a site file, and what holds where it says nothing.

use std::collections::BTreeMap;

use argon2::Params;
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) name: Spanned<String>,
    pub(super) host: Spanned<String>,
    #[serde(default)]
    pub(super) sign_in: RawSignIn,
    #[serde(default)]
    pub(super) session_keys: RawKeys,
    #[serde(default)]
    pub(super) connections: RawConnections,
    #[serde(default)]
    pub(super) customers: RawCustomers,
    #[serde(default)]
    pub(super) jump_clients: RawJumps,
    #[serde(default)]
    pub(super) fallback: RawFallbacks,
    pub(super) mail: Option<RawMail>,
    #[serde(default)]
    pub(super) equilibrium: RawEquilibrium,
    #[serde(default)]
    pub(super) queues: RawQueues,
    #[serde(default)]
    pub(super) sessions: RawSessions,
    #[serde(default)]
    pub(super) sharing: RawSharing,
    #[serde(default)]
    pub(super) session_policies: RawPolicies,
    #[serde(default)]
    pub(super) command_shell: RawShell,
    #[serde(default)]
    pub(super) elevation: RawElevation,
    #[serde(default)]
    pub(super) prompts: RawPrompts,
    #[serde(default)]
    pub(super) session_policy: Vec<RawSessionPolicy>,
    #[serde(default)]
    pub(super) script: Vec<RawScript>,
    #[serde(default)]
    pub(super) skill: Vec<RawSkill>,
    #[serde(default)]
    pub(super) help_link: Vec<RawEntrance>,
    #[serde(default)]
    pub(super) support_button: Vec<RawEntrance>,
    #[serde(default)]
    pub(super) portal: Vec<RawPortal>,
    #[serde(default)]
    pub(super) team: Vec<RawTeam>,
    #[serde(default)]
    pub(super) issue: Vec<RawIssue>,
    #[serde(default)]
    pub(super) representative: Vec<RawRepresentative>,
    #[serde(default)]
    pub(super) jump_group: Vec<RawGroup>,
    #[serde(default)]
    pub(super) jump_installer: Vec<RawInstaller>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSignIn {
    pub(super) hash_memory_kib: Spanned<u32>,
    pub(super) hash_passes: Spanned<u32>,
}

impl Default for RawSignIn {
    fn default() -> Self {
        Self {
            hash_memory_kib: unplaced(Params::DEFAULT_M_COST),
            hash_passes: unplaced(Params::DEFAULT_T_COST),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawKeys {
    pub(super) length: Spanned<u32>,
    pub(super) alphabet: Spanned<String>,
    pub(super) valid_s_default: Option<Spanned<u32>>,
    pub(super) valid_s_max: Spanned<u32>,
}

impl Default for RawKeys {
    fn default() -> Self {
        Self {
            length: unplaced(7),
            // Letters and digits that nobody takes for one another when they are read out over the telephone.
            alphabet: unplaced("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".into()),
            valid_s_default: None,
            valid_s_max: unplaced(7 * 86_400),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawConnections {
    pub(super) silent_after_s: Spanned<u32>,
}

impl Default for RawConnections {
    fn default() -> Self {
        Self { silent_after_s: unplaced(30) }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawCustomers {
    pub(super) package_bytes: Spanned<u32>,
    pub(super) reconnect_within_s: u32,
}

impl Default for RawCustomers {
    fn default() -> Self {
        Self { package_bytes: unplaced(400_000), reconnect_within_s: 300 }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawJumps {
    pub(super) returns_per_s: Spanned<u32>,
    pub(super) start_within_s: Spanned<u32>,
}

impl Default for RawJumps {
    fn default() -> Self {
        Self { returns_per_s: unplaced(50), start_within_s: unplaced(60) }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawFallbacks {
    pub(super) attended: RawFallback,
    pub(super) jump: RawFallback,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawFallback {
    pub(super) last_queue: bool,
    pub(super) first_queue: bool,
    pub(super) designated: Option<Spanned<String>>,
}

impl Default for RawFallback {
    fn default() -> Self {
        Self { last_queue: true, first_queue: true, designated: None }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPortal {
    pub(super) name: Spanned<String>,
    #[serde(default = "every_start")]
    pub(super) starts: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) click_to_chat: Vec<Spanned<String>>,
    pub(super) policy: Option<Spanned<String>>,
    pub(super) agreement: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) recording_prompt: bool,
    pub(super) greeting: Option<Spanned<String>>,
    pub(super) hold_message: Option<RawHoldMessage>,
    pub(super) nobody_available: Option<RawNobodyAvailable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTeam {
    pub(super) name: Spanned<String>,
    pub(super) routing: Option<Spanned<String>>,
    pub(super) alert_timeout_s: Option<Spanned<u32>>,
    #[serde(default = "yes")]
    pub(super) persistent: bool,
    pub(super) waiting_rule: Option<RawWaitingRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWaitingRule {
    pub(super) kind: Spanned<String>,
    pub(super) after_s: Spanned<u32>,
    pub(super) to: Option<Spanned<String>>,
    pub(super) clock: Option<Spanned<String>>,
    #[serde(default = "least_stay_s")]
    pub(super) least_stay_s: Spanned<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMail {
    pub(super) host: Spanned<String>,
    pub(super) from: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawEquilibrium {
    pub(super) alert_timeout_s: Spanned<u32>,
    pub(super) alert_warning_s: Option<Spanned<u32>>,
    pub(super) timed_out_excluded: bool,
    pub(super) rule_moves_clear: bool,
    pub(super) late_arrivals: bool,
    pub(super) longest: Spanned<String>,
    pub(super) one_prompt_at_a_time: bool,
}

impl Default for RawEquilibrium {
    fn default() -> Self {
        Self {
            alert_timeout_s: unplaced(60),
            alert_warning_s: None,
            timed_out_excluded: true,
            rule_moves_clear: false,
            late_arrivals: false,
            longest: unplaced("at this level".into()),
            one_prompt_at_a_time: false,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawQueues {
    pub(super) priority_first: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSessions {
    pub(super) owner_may_leave: bool,
    pub(super) removing_customer_ends: bool,
}

impl Default for RawSessions {
    fn default() -> Self {
        Self { owner_may_leave: true, removing_customer_ends: false }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSharing {
    pub(super) external_valid_s: Spanned<u32>,
    pub(super) external_sees_history: bool,
    pub(super) external_policy: Option<Spanned<String>>,
}

impl Default for RawSharing {
    fn default() -> Self {
        Self { external_valid_s: unplaced(2 * 3_600), external_sees_history: false, external_policy: None }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPolicies {
    pub(super) default: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSessionPolicy {
    pub(super) name: Spanned<String>,
    /// By the tools' names.
    #[serde(default)]
    pub(super) tools: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    pub(super) prompts: BTreeMap<Spanned<String>, Spanned<String>>,
    pub(super) ask: Option<Spanned<String>>,
    pub(super) timeout_s: Option<Spanned<u32>>,
    pub(super) silence: Option<Spanned<String>>,
    pub(super) scripts: Option<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawScript {
    pub(super) name: Spanned<String>,
    pub(super) text: Spanned<String>,
    pub(super) platforms: Option<Vec<Spanned<String>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawShell {
    pub(super) record: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawElevation {
    pub(super) automatic: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPrompts {
    pub(super) elevation_timeout_s: Spanned<u32>,
}

impl Default for RawPrompts {
    fn default() -> Self {
        Self { elevation_timeout_s: unplaced(60) }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSkill {
    pub(super) name: Spanned<String>,
    pub(super) parent: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEntrance {
    pub(super) name: Spanned<String>,
    pub(super) team: Option<Spanned<String>>,
    pub(super) representative: Option<Spanned<String>>,
    pub(super) portal: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHoldMessage {
    pub(super) text: Spanned<String>,
    pub(super) every_s: Spanned<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNobodyAvailable {
    pub(super) message: Spanned<String>,
    pub(super) redirect: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIssue {
    pub(super) title: Spanned<String>,
    pub(super) team: Spanned<String>,
    pub(super) priority: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) skills: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) help: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRepresentative {
    pub(super) user_name: Spanned<String>,
    pub(super) display_name: Spanned<String>,
    pub(super) password: Option<String>,
    pub(super) password_hash: Option<Spanned<String>>,
    pub(super) networks: Option<RawNetworks>,
    #[serde(default)]
    pub(super) teams: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) permissions: Vec<Spanned<String>>,
    pub(super) portals: Option<Vec<Spanned<String>>>,
    pub(super) avatar: Option<RawAvatar>,
    #[serde(default)]
    pub(super) jump_groups: Vec<Spanned<String>>,
    pub(super) jump_prompt: Option<RawPrompt>,
    #[serde(default)]
    pub(super) skills: Vec<Spanned<String>>,
    pub(super) max_sessions: Option<Spanned<u32>>,
    pub(super) idle_after_s: Option<Spanned<u32>>,
    pub(super) email: Option<Spanned<String>>,
    pub(super) policy: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNetworks {
    pub(super) allow: Spanned<Vec<Spanned<String>>>,
    pub(super) when: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAvatar {
    pub(super) initials: Spanned<String>,
    pub(super) colour: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPrompt {
    pub(super) timeout_s: Spanned<u32>,
    pub(super) silence: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGroup {
    pub(super) name: Spanned<String>,
    pub(super) attended_policy: Option<Spanned<String>>,
    pub(super) unattended_policy: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInstaller {
    pub(super) token: Spanned<String>,
    pub(super) group: Option<Spanned<String>>,
    pub(super) representative: Option<Spanned<String>>,
}

pub(super) const STARTS: [&str; 3] = ["session key", "issue", "representative"];

fn every_start() -> Vec<Spanned<String>> {
    STARTS.map(|start| unplaced(start.to_owned())).to_vec()
}

fn yes() -> bool {
    true
}

fn least_stay_s() -> Spanned<u32> {
    unplaced(5)
}

/// A default, which stands nowhere in the file.
pub(super) fn unplaced<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}
