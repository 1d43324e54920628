//! Checks a site file against its own names and our bounds.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use strum::VariantNames as _;
use toml::Spanned;
use wire::customer::Avatar;
use wire::rep::Permission;
use wire::session::Priority;
use wire::{PortalId, RepId, TeamId};

use crate::keys::KEYS_PER_REP_MAX;

use super::file::{
    Raw, RawAvatar, RawConnections, RawCustomers, RawFallback, RawInstaller, RawIssue, RawJumps, RawKeys,
    RawNetworks, RawPortal, RawRepresentative, RawSignIn, STARTS, unplaced,
};
use super::parse::{SiteError, line_of};
use super::{
    ConnectionRules, CustomerRules, Fallback, Issue, JumpInstaller, JumpOwner, JumpRules, KeyRules,
    LimitedLogins, Network, NetworkLimit, Portal, Representative, SignInRules, Site, Team,
};

/// The longest name in a site file, in bytes.
const NAME_BYTES_MAX: usize = 100;

/// The longest list of a site: two of them, with the longest names, fit a frame.
const LIST_MAX: usize = 1_000;

/// The longest agreement, in bytes.
const AGREEMENT_BYTES_MAX: usize = 64 << 10;

/// How many returning Jump Clients a site may let in per second (`anchors/domain.md` section 7).
const RETURNS_PER_S_MAX: u32 = 300;

/// The longest package of the customer client, in bytes.
const PACKAGE_BYTES_MAX: u32 = 64 << 20;

/// The most memory that a sign-in may cost, in KiB.
const HASH_MEMORY_KIB_MAX: u32 = 1 << 20;

/// The most passes over it that a sign-in may cost.
const HASH_PASSES_MAX: u32 = 100;

/// How long a key is valid where nobody says, in seconds (`anchors/domain.md` section 13).
const KEY_VALID_S_DEFAULT: u32 = 86_400;

/// The site that a file describes, or all that is wrong with it, in the order of its lines.
pub(super) fn check(file: &str, text: &str, raw: Raw) -> Result<Site, Vec<SiteError>> {
    let mut check = Check { file, text, errors: Vec::new() };
    let site = check.site(raw);
    check.errors.sort_by_key(|error| error.line);
    if check.errors.is_empty() { Ok(site) } else { Err(check.errors) }
}

/// Checks names and bounds, and remembers what is wrong.
struct Check<'a> {
    file: &'a str,
    text: &'a str,
    errors: Vec<SiteError>,
}

impl Check<'_> {
    fn site(&mut self, raw: Raw) -> Site {
        self.name("name", &raw.name);
        if raw.host.get_ref().is_empty() || raw.host.get_ref().contains(['/', ' ', ':']) {
            self.wrong(&raw.host, "host", "expected a host name such as \"support.example.com\"");
        }
        let sign_in = self.sign_in(&raw.sign_in);
        let keys = self.keys(&raw.session_keys, raw.representative.len());
        let teams = self.distinct("team.name", raw.team.iter().map(|team| &team.name));
        let portals = self.distinct("portal.name", raw.portal.iter().map(|portal| &portal.name));
        let groups = self.distinct("jump_group.name", raw.jump_group.iter().map(|group| &group.name));
        self.distinct("issue.title", raw.issue.iter().map(|issue| &issue.title));
        let users =
            self.distinct("representative.user_name", raw.representative.iter().map(|rep| &rep.user_name));
        self.distinct("jump_installer.token", raw.jump_installer.iter().map(|installer| &installer.token));
        if portals.is_empty() {
            self.wrong(&unplaced(String::new()), "portal", "expected at least one [[portal]]");
        }
        Site {
            name: raw.name.into_inner(),
            host: raw.host.into_inner(),
            sign_in,
            keys,
            connections: self.connections(&raw.connections),
            customers: self.customers(&raw.customers),
            jumps: self.jumps(&raw.jump_clients),
            fallback_attended: self.fallback("fallback.attended.designated", &raw.fallback.attended, &teams),
            fallback_jump: self.fallback("fallback.jump.designated", &raw.fallback.jump, &teams),
            portals: raw.portal.into_iter().map(|portal| self.portal(portal)).collect(),
            teams: teams.iter().map(|name| Team { name: name.clone() }).collect(),
            issues: raw.issue.into_iter().map(|issue| self.issue(issue, &teams)).collect(),
            representatives: raw
                .representative
                .into_iter()
                .enumerate()
                .map(|(place, rep)| self.representative(place, rep, sign_in, &teams, &portals, &groups))
                .collect(),
            jump_installers: raw
                .jump_installer
                .into_iter()
                .map(|installer| self.installer(installer, &groups, &users))
                .collect(),
            jump_groups: groups,
        }
    }

    fn sign_in(&mut self, raw: &RawSignIn) -> SignInRules {
        SignInRules {
            hash_memory_kib: self.number(
                &raw.hash_memory_kib,
                "sign_in.hash_memory_kib",
                Params::MIN_M_COST..=HASH_MEMORY_KIB_MAX,
            ),
            hash_passes: self.number(
                &raw.hash_passes,
                "sign_in.hash_passes",
                Params::MIN_T_COST..=HASH_PASSES_MAX,
            ),
        }
    }

    fn keys(&mut self, raw: &RawKeys, representatives: usize) -> KeyRules {
        let alphabet: BTreeSet<char> = raw.alphabet.get_ref().chars().collect();
        let plain = alphabet.iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if alphabet.len() < 10 || !plain {
            let expected = "expected at least ten different capital letters and digits";
            self.wrong(&raw.alphabet, "session_keys.alphabet", expected);
        }
        let length = self.number(&raw.length, "session_keys.length", 4..=32);
        // A new key is drawn until it is one that is not known: that must not take long.
        let possible = (alphabet.len() as u128).saturating_pow(length);
        if possible < 10 * (representatives * KEYS_PER_REP_MAX) as u128 {
            let expected = format!("expected longer keys for {representatives} representatives");
            self.wrong_number(&raw.length, "session_keys.length", &expected);
        }
        let valid_s_max = self.number(&raw.valid_s_max, "session_keys.valid_s_max", 1..=u32::MAX);
        let valid_s_default = match &raw.valid_s_default {
            Some(valid_s) => self.number(valid_s, "session_keys.valid_s_default", 1..=valid_s_max),
            None => KEY_VALID_S_DEFAULT.min(valid_s_max),
        };
        KeyRules {
            length: length as usize,
            alphabet: alphabet.into_iter().collect(),
            valid_default: seconds(valid_s_default),
            valid_max: seconds(valid_s_max),
        }
    }

    fn connections(&mut self, raw: &RawConnections) -> ConnectionRules {
        let silent_after_s = self.number(&raw.silent_after_s, "connections.silent_after_s", 1..=u32::MAX);
        ConnectionRules { silent_after: seconds(silent_after_s) }
    }

    fn customers(&mut self, raw: &RawCustomers) -> CustomerRules {
        CustomerRules {
            package_bytes: self.number(&raw.package_bytes, "customers.package_bytes", 1..=PACKAGE_BYTES_MAX),
            reconnect_within: seconds(raw.reconnect_within_s),
        }
    }

    fn jumps(&mut self, raw: &RawJumps) -> JumpRules {
        let start_within_s = self.number(&raw.start_within_s, "jump_clients.start_within_s", 1..=u32::MAX);
        JumpRules {
            returns_per_s: self.number(
                &raw.returns_per_s,
                "jump_clients.returns_per_s",
                1..=RETURNS_PER_S_MAX,
            ),
            start_within: seconds(start_within_s),
        }
    }

    fn fallback(&mut self, field: &str, raw: &RawFallback, teams: &[String]) -> Fallback {
        let designated = raw.designated.as_ref().and_then(|name| self.place(name, field, "teams", teams));
        Fallback {
            last_queue: raw.last_queue,
            first_queue: raw.first_queue,
            designated: designated.map(|place| TeamId(place as u32)),
        }
    }

    fn portal(&mut self, raw: RawPortal) -> Portal {
        let known = STARTS.map(str::to_owned);
        let starts = self.places(&raw.starts, "portal.starts", "start methods", &known);
        if let Some(agreement) =
            raw.agreement.as_ref().filter(|text| text.get_ref().len() > AGREEMENT_BYTES_MAX)
        {
            let expected = format!("expected at most {AGREEMENT_BYTES_MAX} bytes");
            self.error(
                agreement.span().start,
                "portal.agreement",
                format!("{expected}, found {}", agreement.get_ref().len()),
            );
        }
        Portal {
            name: raw.name.into_inner(),
            session_key: starts.contains(&0),
            issues: starts.contains(&1),
            representatives: starts.contains(&2),
            agreement: raw.agreement.map(Spanned::into_inner),
            recording_prompt: raw.recording_prompt,
        }
    }

    fn issue(&mut self, raw: RawIssue, teams: &[String]) -> Issue {
        let priorities = [Priority::High, Priority::Medium, Priority::Low];
        let names = priorities.map(|priority| priority.to_string());
        let priority =
            raw.priority.as_ref().and_then(|name| self.place(name, "issue.priority", "priorities", &names));
        Issue {
            team: TeamId(self.place(&raw.team, "issue.team", "teams", teams).unwrap_or_default() as u32),
            title: raw.title.into_inner(),
            priority: priority.map_or(Priority::Medium, |place| priorities[place]),
        }
    }

    fn representative(
        &mut self,
        place: usize,
        raw: RawRepresentative,
        sign_in: SignInRules,
        teams: &[String],
        portals: &[String],
        groups: &[String],
    ) -> Representative {
        let permissions: Vec<String> = Permission::VARIANTS.iter().map(|name| (*name).to_owned()).collect();
        let permissions =
            self.places(&raw.permissions, "representative.permissions", "permissions", &permissions);
        let portals = match &raw.portals {
            Some(names) => self.places(names, "representative.portals", "portals", portals),
            None => (0..portals.len()).collect(),
        };
        self.name("representative.display_name", &raw.display_name);
        Representative {
            password: self.password(place, &raw, sign_in),
            user_name: raw.user_name.into_inner(),
            display_name: raw.display_name.into_inner(),
            networks: raw.networks.map(|networks| self.networks(&networks)),
            teams: self
                .places(&raw.teams, "representative.teams", "teams", teams)
                .into_iter()
                .map(|place| TeamId(place as u32))
                .collect(),
            permissions: permissions.into_iter().map(|place| PERMISSIONS[place]).collect(),
            portals: portals.into_iter().map(|place| PortalId(place as u32)).collect(),
            avatar: raw.avatar.map(|avatar| self.avatar(avatar)),
            jump_groups: self.places(&raw.jump_groups, "representative.jump_groups", "Jump Groups", groups),
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

    fn installer(&mut self, raw: RawInstaller, groups: &[String], users: &[String]) -> JumpInstaller {
        let owner = match (&raw.group, &raw.representative) {
            (Some(group), None) => {
                self.place(group, "jump_installer.group", "Jump Groups", groups).map(JumpOwner::Group)
            }
            (None, Some(user)) => self
                .place(user, "jump_installer.representative", "representatives", users)
                .map(|place| JumpOwner::Personal(RepId(place as u32))),
            (None, None) | (Some(_), Some(_)) => {
                let expected = "expected either group or representative for the installer";
                self.wrong(&raw.token, "jump_installer", expected);
                None
            }
        };
        JumpInstaller { token: raw.token.into_inner(), owner: owner.unwrap_or(JumpOwner::Group(0)) }
    }

    /// The names, which must be there, differ, and be few enough to fit into one message. People type them, so that
    /// the case makes no difference.
    fn distinct<'n>(&mut self, field: &str, names: impl Iterator<Item = &'n Spanned<String>>) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut all = Vec::new();
        for name in names {
            self.name(field, name);
            if !seen.insert(name.get_ref().to_lowercase()) {
                self.wrong(name, field, "expected a name that is not taken yet");
            }
            if all.len() == LIST_MAX {
                self.wrong(name, field, &format!("expected at most {LIST_MAX}"));
            }
            all.push(name.get_ref().clone());
        }
        all
    }

    fn name(&mut self, field: &str, name: &Spanned<String>) {
        if name.get_ref().trim().is_empty() {
            self.wrong(name, field, "expected a name");
        } else if name.get_ref().len() > NAME_BYTES_MAX {
            self.wrong(name, field, &format!("expected a name of at most {NAME_BYTES_MAX} bytes"));
        }
    }

    /// A number in its bounds; what stands for it if it is not is in them too.
    fn number(&mut self, found: &Spanned<u32>, field: &str, bounds: RangeInclusive<u32>) -> u32 {
        let number = *found.get_ref();
        let (least, most) = bounds.clone().into_inner();
        if !bounds.contains(&number) {
            let most = if most == u32::MAX { "or more".to_owned() } else { format!("to {most}") };
            self.wrong_number(found, field, &format!("expected {least} {most}"));
        }
        number.clamp(least, most)
    }

    fn places(&mut self, names: &[Spanned<String>], field: &str, what: &str, known: &[String]) -> Vec<usize> {
        let mut places = Vec::new();
        for name in names {
            let Some(place) = self.place(name, field, what, known) else { continue };
            if places.contains(&place) {
                self.wrong(name, field, "expected each once");
            }
            places.push(place);
        }
        places
    }

    /// Where `name` stands in `known`.
    fn place(&mut self, name: &Spanned<String>, field: &str, what: &str, known: &[String]) -> Option<usize> {
        let place = known.iter().position(|known| known == name.get_ref());
        if place.is_none() {
            let known = known.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
            let known = if known.is_empty() { "there are none".to_owned() } else { known };
            self.wrong(name, field, &format!("expected one of the {what} ({known})"));
        }
        place
    }

    fn wrong(&mut self, found: &Spanned<String>, field: &str, expected: &str) {
        let came =
            if found.get_ref().is_empty() { String::new() } else { format!(", found {:?}", found.get_ref()) };
        self.error(found.span().start, field, format!("{expected}{came}"));
    }

    fn wrong_number(&mut self, found: &Spanned<u32>, field: &str, expected: &str) {
        self.error(found.span().start, field, format!("{expected}, found {}", found.get_ref()));
    }

    fn error(&mut self, at: usize, field: &str, what: String) {
        let line = line_of(self.text, at);
        self.errors.push(SiteError { file: self.file.to_owned(), line, field: field.to_owned(), what });
    }
}

/// In the order of [`Permission::VARIANTS`].
const PERMISSIONS: [Permission; Permission::VARIANTS.len()] = [
    Permission::GenerateSessionKey,
    Permission::AcceptTeamSessions,
    Permission::NextSession,
    Permission::UseJumpClients,
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

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}
