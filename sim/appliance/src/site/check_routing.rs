//! Checks what a site file says of routing, sharing and waiting.

use std::collections::BTreeSet;
use std::str::FromStr;

use toml::Spanned;
use wire::{QueueId, RepId, TeamId};

use crate::smtp::AddressError;

use super::check::{Check, seconds};
use super::file::{
    RawEntrance, RawEquilibrium, RawHoldMessage, RawMail, RawNobodyAvailable, RawSharing, RawSkill, RawTeam,
    RawWaitingRule,
};
use super::{
    Entrance, EquilibriumRules, HoldMessage, Longest, MailRules, NobodyAvailable, Routing, SharingRules,
    Skill, Team, WaitingClock, WaitingRule, WaitingRuleKind,
};

/// The longest text that is said to customers, in bytes.
const MESSAGE_BYTES_MAX: usize = 4 << 10;

/// The longest that a prompt may stay, in seconds.
const PROMPT_S_MAX: u32 = 86_400;

/// How long before its end a prompt warns, where the site says nothing, in seconds.
const ALERT_WARNING_S: u32 = 10;

/// What a site says of prompts, checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alerts {
    timeout_s: u32,
    /// Where it says so.
    warning_s: Option<u32>,
}

impl Check<'_> {
    pub(super) fn equilibrium(&mut self, raw: &RawEquilibrium) -> EquilibriumRules {
        let choices = ["at this level".to_owned(), "available".to_owned()];
        let longest = self.place(&raw.longest, "equilibrium.longest", "ways", &choices);
        EquilibriumRules {
            timed_out_excluded: raw.timed_out_excluded,
            rule_moves_clear: raw.rule_moves_clear,
            late_arrivals: raw.late_arrivals,
            longest: if longest == Some(1) { Longest::Available } else { Longest::AtThisLevel },
            one_prompt_at_a_time: raw.one_prompt_at_a_time,
        }
    }

    pub(super) fn sharing(&mut self, raw: &RawSharing, policies: &[String]) -> SharingRules {
        let valid_s = self.number(&raw.external_valid_s, "sharing.external_valid_s", 1..=u32::MAX);
        let policy = raw.external_policy.as_ref();
        SharingRules {
            external_valid: seconds(valid_s),
            external_sees_history: raw.external_sees_history,
            external_policy: self.policy(policy, "sharing.external_policy", policies),
        }
    }

    pub(super) fn mail(&mut self, raw: &RawMail, own_host: &Spanned<String>) -> Option<MailRules> {
        let host = self.parsed("mail.host", &raw.host);
        let own_host = self.parsed("host", own_host);
        let from = self.parsed("mail.from", &raw.from);
        Some(MailRules { host: host?, own_host: own_host?, from: from? })
    }

    /// What has a form of its own, such as a mail address.
    pub(super) fn parsed<T: FromStr<Err = AddressError>>(
        &mut self,
        field: &str,
        text: &Spanned<String>,
    ) -> Option<T> {
        let parsed = text.get_ref().parse();
        parsed.map_err(|why: AddressError| self.error(text.span().start, field, why.to_string())).ok()
    }

    /// The skills; a parent stands anywhere in the list, but nothing is its own ancestor.
    pub(super) fn skills(&mut self, raw: &[RawSkill]) -> Vec<Skill> {
        let names = self.distinct("skill.name", raw.iter().map(|skill| &skill.name));
        let mut skills = Vec::new();
        for skill in raw {
            let parent = skill.parent.as_ref();
            let parent = parent.and_then(|parent| self.place(parent, "skill.parent", "skills", &names));
            skills.push(Skill { name: skill.name.get_ref().clone(), parent });
        }
        for (place, skill) in raw.iter().enumerate() {
            let mut seen = BTreeSet::from([place]);
            let mut above = skills[place].parent;
            while let Some(parent) = above {
                if !seen.insert(parent) {
                    self.wrong(&skill.name, "skill.parent", "expected no circle of parents");
                    // Whoever follows parents later must come to an end.
                    skills[place].parent = None;
                    break;
                }
                above = skills[parent].parent;
            }
        }
        skills
    }

    /// How long prompts stay where a team says nothing else, and the warning before.
    pub(super) fn alerts(&mut self, raw: &RawEquilibrium) -> Alerts {
        let timeout_s = self.number(&raw.alert_timeout_s, "equilibrium.alert_timeout_s", 1..=PROMPT_S_MAX);
        let warning = raw.alert_warning_s.as_ref();
        let is_sound = *raw.alert_timeout_s.get_ref() == timeout_s;
        if let Some(warning) = warning.filter(|warning| is_sound && *warning.get_ref() > timeout_s) {
            let expected = format!("expected at most the {timeout_s} s of equilibrium.alert_timeout_s");
            self.wrong_number(warning, "equilibrium.alert_warning_s", &expected);
        }
        let warning_s = warning.map(|warning| *warning.get_ref());
        Alerts { timeout_s, warning_s }
    }

    pub(super) fn team(&mut self, raw: &RawTeam, alerts: Alerts, teams: &[String]) -> Team {
        let routings = ["none", "least busy", "skills match"].map(str::to_owned);
        let routing = raw.routing.as_ref();
        let routing = routing.and_then(|name| self.place(name, "team.routing", "ways of routing", &routings));
        let field = "team.alert_timeout_s";
        let own = raw.alert_timeout_s.as_ref();
        let own_s = own.map(|timeout| self.number(timeout, field, 1..=PROMPT_S_MAX));
        if let (Some(own), Some(own_s), Some(warning_s)) = (own, own_s, alerts.warning_s)
            && warning_s > own_s
            && warning_s <= alerts.timeout_s
        {
            let expected = format!("expected at least the {warning_s} s of equilibrium.alert_warning_s");
            self.wrong_number(own, field, &expected);
        }
        let timeout_s = own_s.unwrap_or(alerts.timeout_s);
        // A warning that nobody has asked for does not forbid short prompts.
        let warning_s = alerts.warning_s.unwrap_or(ALERT_WARNING_S).min(timeout_s);
        Team {
            name: raw.name.get_ref().clone(),
            routing: [Routing::None, Routing::LeastBusy, Routing::SkillsMatch][routing.unwrap_or_default()],
            alert_timeout: seconds(timeout_s),
            alert_warning: seconds(warning_s),
            persistent: raw.persistent,
            waiting_rule: raw.waiting_rule.as_ref().map(|rule| self.waiting_rule(raw, rule, teams)),
        }
    }

    fn waiting_rule(&mut self, team: &RawTeam, raw: &RawWaitingRule, teams: &[String]) -> WaitingRule {
        let kinds = ["alert", "overflow"].map(str::to_owned);
        let field = "team.waiting_rule.kind";
        let kind = self.place(&raw.kind, field, "kinds", &kinds);
        let field = "team.waiting_rule.to";
        let to = raw.to.as_ref().and_then(|to| self.place(to, field, "teams", teams));
        match (kind, &raw.to) {
            (Some(1), None) => self.wrong(&raw.kind, field, "expected a team to overflow to"),
            (Some(0), Some(to)) => self.wrong(to, field, "expected no team beside an alert"),
            (Some(1), Some(to)) if to.get_ref() == team.name.get_ref() => {
                self.wrong(to, field, "expected another team");
            }
            _ => {}
        }
        let clocks = ["this queue", "all"].map(str::to_owned);
        let clock = raw.clock.as_ref();
        let clock = clock.and_then(|name| self.place(name, "team.waiting_rule.clock", "clocks", &clocks));
        WaitingRule {
            kind: match (kind, to) {
                (Some(1), Some(to)) => WaitingRuleKind::Overflow(TeamId(to as u32)),
                _ => WaitingRuleKind::Alert,
            },
            after: seconds(self.number(&raw.after_s, "team.waiting_rule.after_s", 1..=604_800)),
            clock: if clock == Some(1) { WaitingClock::All } else { WaitingClock::ThisQueue },
            least_stay: seconds(self.number(
                &raw.least_stay_s,
                "team.waiting_rule.least_stay_s",
                1..=604_800,
            )),
        }
    }

    pub(super) fn message(&mut self, field: &str, text: Spanned<String>) -> String {
        if text.get_ref().len() > MESSAGE_BYTES_MAX {
            let expected =
                format!("expected at most {MESSAGE_BYTES_MAX} bytes, found {}", text.get_ref().len());
            self.error(text.span().start, field, expected);
        }
        text.into_inner()
    }

    pub(super) fn hold_message(&mut self, raw: RawHoldMessage) -> HoldMessage {
        HoldMessage {
            every: seconds(self.number(&raw.every_s, "portal.hold_message.every_s", 1..=86_400)),
            text: self.message("portal.hold_message.text", raw.text),
        }
    }

    pub(super) fn nobody_available(&mut self, raw: RawNobodyAvailable) -> NobodyAvailable {
        NobodyAvailable {
            message: self.message("portal.nobody_available.message", raw.message),
            redirect: raw.redirect.map(|url| self.message("portal.nobody_available.redirect", url)),
        }
    }

    /// `kind` is what the file calls it: `help_link`.
    pub(super) fn entrance(
        &mut self,
        kind: &str,
        raw: &RawEntrance,
        teams: &[String],
        users: &[String],
        portals: &[String],
    ) -> Entrance {
        let to = match (&raw.team, &raw.representative) {
            (Some(team), None) => self
                .place(team, &format!("{kind}.team"), "teams", teams)
                .map(|place| QueueId::Team(TeamId(place as u32))),
            (None, Some(user)) => self
                .place(user, &format!("{kind}.representative"), "representatives", users)
                .map(|place| QueueId::Personal(RepId(place as u32))),
            (None, None) | (Some(_), Some(_)) => {
                self.wrong(&raw.name, kind, "expected either team or representative to lead to");
                None
            }
        };
        let portal = raw.portal.as_ref();
        let portal = portal.and_then(|name| self.place(name, &format!("{kind}.portal"), "portals", portals));
        Entrance {
            name: raw.name.get_ref().clone(),
            to: to.unwrap_or(QueueId::Team(TeamId(0))),
            portal: portal.unwrap_or_default(),
        }
    }
}
