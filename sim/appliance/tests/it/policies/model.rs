//! Session policies against a model that is too dull to be wrong.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use appliance::JumpOwner;
use appliance::policy::{
    Asking, DecidedBy, JumpContext, PolicyContext, PolicyLevel, PromptRule, Prompting, ToolRule,
};
use arbitrary::{Arbitrary, Unstructured};
use strum::VariantArray as _;
use wire::PortalId;
use wire::tool::{Access, Tool, ToolOffer};

use super::{ALEX, Attached, EXTERNAL, site, site_text};

/// A policy, as the model knows it.
#[derive(Clone, Debug, Default)]
struct Said {
    tools: BTreeMap<usize, ToolRule>,
    prompts: BTreeMap<usize, PromptRule>,
    each_time: Option<bool>,
    timeout_s: Option<u32>,
    silence_allows: Option<bool>,
    scripts: Option<Vec<usize>>,
}

/// How many scripts the model's site has.
const SCRIPTS: usize = 3;

impl<'a> Arbitrary<'a> for Said {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let mut said = Self::default();
        for place in 0..Tool::VARIANTS.len() {
            let half = Tool::VARIANTS[place] == Tool::ScreenSharing;
            match u.int_in_range(0..=if half { 5 } else { 4 })? {
                0 | 1 => {}
                2 | 3 => drop(said.tools.insert(place, ToolRule::Allow)),
                4 => drop(said.tools.insert(place, ToolRule::Deny)),
                _ => drop(said.tools.insert(place, ToolRule::ViewOnly)),
            }
            match u.int_in_range(0..=2)? {
                0 => {}
                1 => drop(said.prompts.insert(place, PromptRule::Always)),
                _ => drop(said.prompts.insert(place, PromptRule::Never)),
            }
        }
        if said.prompts.values().any(|rule| *rule == PromptRule::Always) {
            said.each_time = u.arbitrary()?;
            said.timeout_s = if u.arbitrary()? { Some(u.int_in_range(1..=86_400)?) } else { None };
            said.silence_allows = u.arbitrary()?;
        }
        if u.arbitrary()? {
            let mut scripts = Vec::new();
            for place in 0..SCRIPTS {
                if u.arbitrary()? {
                    scripts.push(place);
                }
            }
            said.scripts = Some(scripts);
        }
        Ok(said)
    }
}

impl Said {
    fn to_toml(&self, name: &str) -> String {
        let mut text = format!("[[session_policy]]\nname = \"{name}\"\n");
        let mut say = |line: String| text += &(line + "\n");
        if let Some(each_time) = self.each_time {
            say(format!("ask = \"{}\"", if each_time { "each time" } else { "once" }));
        }
        if let Some(timeout_s) = self.timeout_s {
            say(format!("timeout_s = {timeout_s}"));
        }
        if let Some(allows) = self.silence_allows {
            say(format!("silence = \"{}\"", if allows { "allow" } else { "deny" }));
        }
        if let Some(scripts) = &self.scripts {
            let names: Vec<String> = scripts.iter().map(|place| format!("\"script {place}\"")).collect();
            say(format!("scripts = [{}]", names.join(", ")));
        }
        say("[session_policy.tools]".to_owned());
        for (place, rule) in &self.tools {
            let word = match rule {
                ToolRule::Allow => "allow",
                ToolRule::ViewOnly => "view only",
                ToolRule::Deny => "deny",
            };
            say(format!("\"{}\" = \"{word}\"", Tool::VARIANTS[*place]));
        }
        say("[session_policy.prompts]".to_owned());
        for (place, rule) in &self.prompts {
            let word = if *rule == PromptRule::Always { "always" } else { "never" };
            say(format!("\"{}\" = \"{word}\"", Tool::VARIANTS[*place]));
        }
        text
    }
}

/// Whatever policies a site has and wherever they are attached, what they come to is what a list and a loop say.
#[test]
fn policies_decide_as_a_dull_model_does() {
    arbtest::arbtest(|u| {
        let mut said = Vec::new();
        let mut more = String::new();
        for place in 0..SCRIPTS {
            write!(more, "[[script]]\nname = \"script {place}\"\ntext = \"x\"\n").expect("writing to memory");
        }
        for place in 0..u.int_in_range(0..=4)? {
            let policy: Said = u.arbitrary()?;
            more += &policy.to_toml(&place.to_string());
            said.push(policy);
        }
        // Jump Item when attended and when not, portal, account, external representatives, site.
        let mut at = [None; 6];
        for level in &mut at {
            if !said.is_empty() && u.ratio(2, 3)? {
                *level = Some(u.choose_index(said.len())?);
            }
        }
        let name = |level: usize| at[level].map(|place: usize| place.to_string());
        let attached = Attached {
            attended: name(0),
            unattended: name(1),
            portal: name(2),
            representative: name(3),
            external: name(4),
            site: name(5),
        };
        let site = site(&site_text(&attached, &more));
        let (external, by_portal): (bool, bool) = u.arbitrary()?;
        // A jump, to a machine of the group or not, with somebody there or not.
        let jump: Option<(bool, bool)> = u.arbitrary()?;
        let decided = site.decide(&PolicyContext {
            rep: if external { EXTERNAL } else { ALEX },
            portal: by_portal.then_some(PortalId(0)),
            jump: jump.map(|(of_group, user_present)| JumpContext {
                owner: if of_group { JumpOwner::Group(0) } else { JumpOwner::Personal(ALEX) },
                user_present,
            }),
        });

        let mut applying = Vec::new();
        if let Some((true, user_present)) = jump {
            applying.push((PolicyLevel::JumpItem, at[if user_present { 0 } else { 1 }]));
        }
        if by_portal {
            applying.push((PolicyLevel::Portal, at[2]));
        }
        applying.push((PolicyLevel::Representative, at[if external { 4 } else { 3 }]));
        applying.push((PolicyLevel::Site, at[5]));
        let by = |level: PolicyLevel, place: usize| DecidedBy::Policy { level, name: place.to_string() };

        let mut offers = Vec::new();
        let mut no_scripts = false;
        for (place, tool) in Tool::VARIANTS.iter().enumerate() {
            let mut access = (ToolRule::Allow, DecidedBy::BuiltIn);
            let asked_for = ["screen sharing", "file transfer", "command shell", "system information"];
            let there = jump.is_none_or(|(_, user_present)| user_present);
            let mut prompt = if there && asked_for.contains(&tool.to_string().as_str()) {
                (Some((false, 30, false)), DecidedBy::BuiltIn)
            } else {
                (None, DecidedBy::BuiltIn)
            };
            // The weakest first, so that the strongest has the last word.
            for (level, policy) in applying.iter().rev() {
                let Some(number) = *policy else { continue };
                let policy = &said[number];
                if let Some(rule) = policy.tools.get(&place) {
                    access = (*rule, by(*level, number));
                }
                match policy.prompts.get(&place) {
                    None => {}
                    Some(PromptRule::Never) => prompt = (None, by(*level, number)),
                    Some(PromptRule::Always) => {
                        let each_time = policy.each_time == Some(true);
                        let allows = policy.silence_allows == Some(true);
                        let how = (each_time, policy.timeout_s.unwrap_or(30), allows);
                        prompt = (Some(how), by(*level, number));
                    }
                }
            }
            let denied = access.0 == ToolRule::Deny;
            let expected = match access.0 {
                ToolRule::Deny => None,
                ToolRule::ViewOnly => Some(Access::ViewOnly),
                ToolRule::Allow => Some(Access::Full),
            };
            assert_eq!(decided.access(*tool), expected, "{tool}");
            let asks = match prompt.0.filter(|_| !denied) {
                None => Prompting::Never,
                Some((each_time, timeout_s, silence_allows)) => Prompting::Ask(Asking {
                    each_time,
                    timeout: Duration::from_secs(timeout_s.into()),
                    silence_allows,
                }),
            };
            assert_eq!(decided.prompt(*tool), asks, "{tool}");
            assert_eq!(decided.explain(*tool).access, access.1, "{tool}");
            assert_eq!(decided.explain(*tool).prompt, prompt.1, "{tool}");
            if let Some(access) = expected {
                offers.push(ToolOffer { tool: *tool, access, prompts: asks != Prompting::Never });
            }
            no_scripts |= denied && tool.to_string() == "canned scripts";
        }
        assert_eq!(decided.offers(), offers);
        let mut scripts: Vec<usize> = (0..SCRIPTS).collect();
        for (_, policy) in applying.iter().rev() {
            if let Some(named) = policy.and_then(|number| said[number].scripts.clone()) {
                scripts = named;
            }
        }
        if no_scripts {
            scripts.clear();
        }
        assert_eq!(decided.scripts(), scripts);
        Ok(())
    });
}
