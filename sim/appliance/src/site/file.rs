//! The shape of a site file, and what holds where it says nothing.

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
    pub(super) agreement: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) recording_prompt: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTeam {
    pub(super) name: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIssue {
    pub(super) title: Spanned<String>,
    pub(super) team: Spanned<String>,
    pub(super) priority: Option<Spanned<String>>,
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

/// A default, which stands nowhere in the file.
pub(super) fn unplaced<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}
