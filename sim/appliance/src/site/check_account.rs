//! Checks what a site file says of accounts.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use strum::VariantNames as _;
use wire::customer::Avatar;
use wire::rep::Permission;
use wire::{PortalId, TeamId};

use super::check::{Check, LIST_MAX, seconds};
use super::file::{RawAvatar, RawNetworks, RawRepresentative};
use super::{LimitedLogins, Network, NetworkLimit, Representative, SignInRules};

/// The most memory that a sign-in may cost, in KiB.
pub(super) const HASH_MEMORY_KIB_MAX: u32 = 1 << 20;

/// The most passes over it that a sign-in may cost.
pub(super) const HASH_PASSES_MAX: u32 = 100;

/// The lists that an account's names lead into.
pub(super) struct Lists<'a> {
    pub(super) teams: &'a [String],
    pub(super) portals: &'a [String],
    pub(super) groups: &'a [String],
    pub(super) skills: &'a [String],
    pub(super) policies: &'a [String],
}

impl Check<'_> {
    pub(super) fn representative(
        &mut self,
        place: usize,
        raw: RawRepresentative,
        sign_in: SignInRules,
        lists: &Lists<'_>,
    ) -> Representative {
        let permissions: Vec<String> = Permission::VARIANTS.iter().map(|name| (*name).to_owned()).collect();
        let permissions =
            self.places(&raw.permissions, "representative.permissions", "permissions", &permissions);
        let portals = match &raw.portals {
            Some(names) => self.places(names, "representative.portals", "portals", lists.portals),
            None => (0..lists.portals.len()).collect(),
        };
        self.name("representative.display_name", &raw.display_name);
        Representative {
            password: Some(self.password(place, &raw, sign_in)),
            user_name: raw.user_name.into_inner(),
            display_name: raw.display_name.into_inner(),
            networks: raw.networks.map(|networks| self.networks(&networks)),
            teams: self
                .places(&raw.teams, "representative.teams", "teams", lists.teams)
                .into_iter()
                .map(|place| TeamId(place as u32))
                .collect(),
            permissions: permissions.into_iter().map(|place| PERMISSIONS[place]).collect(),
            portals: portals.into_iter().map(|place| PortalId(place as u32)).collect(),
            avatar: raw.avatar.map(|avatar| self.avatar(avatar)),
            skills: self.places(&raw.skills, "representative.skills", "skills", lists.skills),
            max_sessions: raw
                .max_sessions
                .map(|most| self.number(&most, "representative.max_sessions", 1..=1_000) as usize),
            idle_after: raw
                .idle_after_s
                .map(|idle_s| seconds(self.number(&idle_s, "representative.idle_after_s", 1..=86_400))),
            email: raw.email.and_then(|address| self.parsed("representative.email", &address)),
            policy: self.policy(raw.policy.as_ref(), "representative.policy", lists.policies),
            external: false,
            jump_groups: self.places(
                &raw.jump_groups,
                "representative.jump_groups",
                "Jump Groups",
                lists.groups,
            ),
            jump_prompt: raw.jump_prompt.map(|prompt| {
                let answers = ["deny".to_owned(), "allow".to_owned()];
                let field = "representative.jump_prompt.silence";
                let silence = self.place(&prompt.silence, field, "answers", &answers);
                let field = "representative.jump_prompt.timeout_s";
                let timeout_s = self.number(&prompt.timeout_s, field, 1..=u32::MAX);
                wire::jump::JumpPrompt { timeout_s, silence_allows: silence == Some(1) }
            }),
        }
    }

    fn password(&mut self, place: usize, raw: &RawRepresentative, sign_in: SignInRules) -> PasswordHash {
        match (&raw.password, &raw.password_hash) {
            (Some(password), None) => hash_password(password, place, sign_in),
            (None, Some(hash)) => argon2_hash(hash.get_ref()).unwrap_or_else(|why| {
                let expected = format!("expected an Argon2 hash in PHC form ({why})");
                self.wrong(hash, "representative.password_hash", &expected);
                hash_password("", place, sign_in)
            }),
            (None, None) | (Some(_), Some(_)) => {
                let expected = "expected either password or password_hash for the user";
                self.wrong(&raw.user_name, "representative.password", expected);
                hash_password("", place, sign_in)
            }
        }
    }

    fn networks(&mut self, raw: &RawNetworks) -> NetworkLimit {
        let field = "representative.networks.allow";
        let names = raw.allow.get_ref();
        if names.is_empty() || names.len() > LIST_MAX {
            let expected = format!("expected one to {LIST_MAX} networks, found {}", names.len());
            self.error(raw.allow.span().start, field, expected);
        }
        let mut allow: Vec<Network> = Vec::new();
        for name in names.iter().take(LIST_MAX) {
            match name.get_ref().parse() {
                Ok(network) if allow.contains(&network) => self.wrong(name, field, "expected each once"),
                Ok(network) => allow.push(network),
                Err(why) => self.wrong(name, field, &why.to_string()),
            }
        }
        let logins = ["every login".to_owned(), "first login".to_owned()];
        let when = self.place(&raw.when, "representative.networks.when", "moments", &logins);
        NetworkLimit {
            allow,
            when: if when == Some(1) { LimitedLogins::First } else { LimitedLogins::Every },
        }
    }

    fn avatar(&mut self, raw: RawAvatar) -> Avatar {
        if !(1..=3).contains(&raw.initials.get_ref().chars().count()) {
            self.wrong(&raw.initials, "representative.avatar.initials", "expected one to three letters");
        }
        let digits = raw.colour.get_ref().strip_prefix('#').filter(|digits| digits.len() == 6);
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        if number.is_none() {
            self.wrong(&raw.colour, "representative.avatar.colour", "expected a colour such as \"#336699\"");
        }
        let [_, red, green, blue] = number.unwrap_or_default().to_be_bytes();
        Avatar { initials: raw.initials.into_inner(), colour: [red, green, blue] }
    }
}

/// In the order of [`Permission::VARIANTS`].
const PERMISSIONS: [Permission; Permission::VARIANTS.len()] = [
    Permission::GenerateSessionKey,
    Permission::AcceptTeamSessions,
    Permission::NextSession,
    Permission::UseJumpClients,
    Permission::DisableAutoAssignment,
    Permission::TransferToOtherTeams,
    Permission::ShareWithOtherTeams,
    Permission::InviteExternalRep,
    Permission::ExtendedAvailability,
    Permission::AfterSessionAction,
    Permission::DeployJumpClients,
];

/// Salted by the account's place: a run must repeat, and no real password belongs in a site file that is in clear.
fn hash_password(password: &str, place: usize, sign_in: SignInRules) -> PasswordHash {
    let salt = wire::Seed::from_number(place as u64).child("password-salt").as_bytes16();
    let params = Params::new(sign_in.hash_memory_kib, sign_in.hash_passes, 1, None);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.expect("the cost is in bounds"));
    argon2.hash_password_with_salt(password.as_bytes(), &salt).expect("the salt and the cost are in bounds")
}

/// A hash that a sign-in can be checked against, at a cost that the appliance can bear.
fn argon2_hash(text: &str) -> Result<PasswordHash, String> {
    let hash = PasswordHash::new(text).map_err(|error| error.to_string())?;
    Algorithm::try_from(hash.algorithm.as_str()).map_err(|_| format!("not {}", hash.algorithm))?;
    let params = Params::try_from(&hash).map_err(|error| error.to_string())?;
    if hash.salt.is_none() || hash.hash.is_none() {
        return Err("with salt and hash".to_owned());
    }
    if params.m_cost() > HASH_MEMORY_KIB_MAX || params.t_cost() > HASH_PASSES_MAX {
        return Err(format!("at most {HASH_MEMORY_KIB_MAX} KiB and {HASH_PASSES_MAX} passes"));
    }
    Ok(hash)
}
