//! Checks a site file against its own names and our bounds.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use argon2::Params;
use toml::Spanned;
use wire::session::Priority;
use wire::{RepId, TeamId};

use crate::keys::KEYS_PER_REP_MAX;

use super::check_account::{HASH_MEMORY_KIB_MAX, HASH_PASSES_MAX, Lists};
use super::file::{
    Raw, RawConnections, RawCustomers, RawFallback, RawInstaller, RawIssue, RawJumps, RawKeys, RawPortal,
    RawPrompts, RawSignIn, STARTS, unplaced,
};
use super::parse::{SiteError, line_of};
use super::{
    ConnectionRules, CustomerRules, ElevationRules, Fallback, Issue, JumpInstaller, JumpOwner, JumpRules,
    KeyRules, Portal, PromptRules, QueueRules, SessionRules, ShellRules, SignInRules, Site,
};

/// The longest name in a site file, in bytes.
const NAME_BYTES_MAX: usize = 100;

/// The longest list of a site: two of them, with the longest names, fit a frame.
pub(super) const LIST_MAX: usize = 1_000;

/// The longest agreement, in bytes.
const AGREEMENT_BYTES_MAX: usize = 64 << 10;

/// How many returning Jump Clients a site may let in per second (`anchors/domain.md` section 7).
const RETURNS_PER_S_MAX: u32 = 300;

/// The longest package of the customer client, in bytes.
const PACKAGE_BYTES_MAX: u32 = 64 << 20;

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
pub(super) struct Check<'a> {
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
        let policies =
            self.distinct("session_policy.name", raw.session_policy.iter().map(|policy| &policy.name));
        let scripts = self.distinct("script.name", raw.script.iter().map(|script| &script.name));
        let skills = self.skills(&raw.skill);
        let skill_names: Vec<String> = skills.iter().map(|skill| skill.name.clone()).collect();
        self.distinct("help_link.name", raw.help_link.iter().map(|link| &link.name));
        self.distinct("support_button.name", raw.support_button.iter().map(|button| &button.name));
        self.distinct("issue.title", raw.issue.iter().map(|issue| &issue.title));
        let users =
            self.distinct("representative.user_name", raw.representative.iter().map(|rep| &rep.user_name));
        self.distinct("jump_installer.token", raw.jump_installer.iter().map(|installer| &installer.token));
        if portals.is_empty() {
            self.wrong(&unplaced(String::new()), "portal", "expected at least one [[portal]]");
        }
        let lists = Lists {
            teams: &teams,
            portals: &portals,
            groups: &groups,
            skills: &skill_names,
            policies: &policies,
        };
        let mail = raw.mail.as_ref().and_then(|mail| self.mail(mail, &raw.host));
        let alerts = self.alerts(&raw.equilibrium);
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
            mail,
            equilibrium: self.equilibrium(&raw.equilibrium),
            queues: QueueRules { priority_first: raw.queues.priority_first },
            sessions: SessionRules {
                owner_may_leave: raw.sessions.owner_may_leave,
                removing_customer_ends: raw.sessions.removing_customer_ends,
            },
            sharing: self.sharing(&raw.sharing, &policies),
            session_policies: raw
                .session_policy
                .into_iter()
                .map(|policy| self.session_policy(policy, &scripts))
                .collect(),
            default_policy: self.policy(
                raw.session_policies.default.as_ref(),
                "session_policies.default",
                &policies,
            ),
            scripts: raw.script.into_iter().map(|script| self.script(script)).collect(),
            command_shell: ShellRules { record: raw.command_shell.record },
            elevation: ElevationRules { automatic: raw.elevation.automatic },
            prompts: self.prompts(&raw.prompts),
            portals: raw.portal.into_iter().map(|portal| self.portal(portal, &policies)).collect(),
            teams: raw.team.iter().map(|team| self.team(team, alerts, &teams)).collect(),
            issues: raw.issue.into_iter().map(|issue| self.issue(issue, &teams, &skill_names)).collect(),
            help_links: raw
                .help_link
                .iter()
                .map(|link| self.entrance("help_link", link, &teams, &users, &portals))
                .collect(),
            support_buttons: raw
                .support_button
                .iter()
                .map(|button| self.entrance("support_button", button, &teams, &users, &portals))
                .collect(),
            representatives: raw
                .representative
                .into_iter()
                .enumerate()
                .map(|(place, rep)| self.representative(place, rep, sign_in, &lists))
                .collect(),
            jump_installers: raw
                .jump_installer
                .into_iter()
                .map(|installer| self.installer(installer, &groups, &users))
                .collect(),
            skills,
            jump_groups: raw.jump_group.into_iter().map(|group| self.jump_group(group, &policies)).collect(),
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

    fn prompts(&mut self, raw: &RawPrompts) -> PromptRules {
        let field = "prompts.elevation_timeout_s";
        PromptRules { elevation_timeout: seconds(self.number(&raw.elevation_timeout_s, field, 1..=86_400)) }
    }

    fn fallback(&mut self, field: &str, raw: &RawFallback, teams: &[String]) -> Fallback {
        let designated = raw.designated.as_ref().and_then(|name| self.place(name, field, "teams", teams));
        Fallback {
            last_queue: raw.last_queue,
            first_queue: raw.first_queue,
            designated: designated.map(|place| TeamId(place as u32)),
        }
    }

    fn portal(&mut self, raw: RawPortal, policies: &[String]) -> Portal {
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
            click_to_chat: self.click_to_chat(&raw, &starts),
            policy: self.policy(raw.policy.as_ref(), "portal.policy", policies),
            name: raw.name.into_inner(),
            session_key: starts.contains(&0),
            issues: starts.contains(&1),
            representatives: starts.contains(&2),
            agreement: raw.agreement.map(Spanned::into_inner),
            recording_prompt: raw.recording_prompt,
            greeting: raw.greeting.map(|text| self.message("portal.greeting", text)),
            hold_message: raw.hold_message.map(|message| self.hold_message(message)),
            nobody_available: raw.nobody_available.map(|it| self.nobody_available(it)),
        }
    }

    fn issue(&mut self, raw: RawIssue, teams: &[String], skills: &[String]) -> Issue {
        let priorities = [Priority::High, Priority::Medium, Priority::Low];
        let names = priorities.map(|priority| priority.to_string());
        let priority =
            raw.priority.as_ref().and_then(|name| self.place(name, "issue.priority", "priorities", &names));
        Issue {
            team: TeamId(self.place(&raw.team, "issue.team", "teams", teams).unwrap_or_default() as u32),
            title: raw.title.into_inner(),
            skills: self.places(&raw.skills, "issue.skills", "skills", skills),
            help: raw.help,
            priority: priority.map_or(Priority::Medium, |place| priorities[place]),
        }
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
    pub(super) fn distinct<'n>(
        &mut self,
        field: &str,
        names: impl Iterator<Item = &'n Spanned<String>>,
    ) -> Vec<String> {
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

    pub(super) fn name(&mut self, field: &str, name: &Spanned<String>) {
        if name.get_ref().trim().is_empty() {
            self.wrong(name, field, "expected a name");
        } else if name.get_ref().len() > NAME_BYTES_MAX {
            self.wrong(name, field, &format!("expected a name of at most {NAME_BYTES_MAX} bytes"));
        }
    }

    /// A number in its bounds; what stands for it if it is not is in them too.
    pub(super) fn number(&mut self, found: &Spanned<u32>, field: &str, bounds: RangeInclusive<u32>) -> u32 {
        let number = *found.get_ref();
        let (least, most) = bounds.clone().into_inner();
        if !bounds.contains(&number) {
            let most = if most == u32::MAX { "or more".to_owned() } else { format!("to {most}") };
            self.wrong_number(found, field, &format!("expected {least} {most}"));
        }
        number.clamp(least, most)
    }

    pub(super) fn places(
        &mut self,
        names: &[Spanned<String>],
        field: &str,
        what: &str,
        known: &[String],
    ) -> Vec<usize> {
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
    pub(super) fn place(
        &mut self,
        name: &Spanned<String>,
        field: &str,
        what: &str,
        known: &[String],
    ) -> Option<usize> {
        let place = known.iter().position(|known| known == name.get_ref());
        if place.is_none() {
            let known = known.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
            let known = if known.is_empty() { "there are none".to_owned() } else { known };
            self.wrong(name, field, &format!("expected one of the {what} ({known})"));
        }
        place
    }

    pub(super) fn wrong(&mut self, found: &Spanned<String>, field: &str, expected: &str) {
        let came =
            if found.get_ref().is_empty() { String::new() } else { format!(", found {:?}", found.get_ref()) };
        self.error(found.span().start, field, format!("{expected}{came}"));
    }

    pub(super) fn wrong_number(&mut self, found: &Spanned<u32>, field: &str, expected: &str) {
        self.error(found.span().start, field, format!("{expected}, found {}", found.get_ref()));
    }

    pub(super) fn error(&mut self, at: usize, field: &str, what: String) {
        let line = line_of(self.text, at);
        self.errors.push(SiteError { file: self.file.to_owned(), line, field: field.to_owned(), what });
    }
}

pub(super) fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}
