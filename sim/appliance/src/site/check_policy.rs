//! Checks what a site file says of session policies, scripts and tools.

use std::collections::BTreeMap;

use strum::{VariantArray, VariantNames};
use toml::Spanned;
use wire::session::Platform;
use wire::tool::Tool;

use crate::policy::{Asking, PromptRule, SessionPolicy, ToolRule};

use super::check::{Check, seconds};
use super::file::{RawGroup, RawPortal, RawScript, RawSessionPolicy, STARTS};
use super::{JumpGroup, Script, StartMethod};

/// The longest canned script, in bytes.
const SCRIPT_BYTES_MAX: usize = 16 << 10;

/// What a script may be for.
const PLATFORMS: [Platform; 5] =
    [Platform::Windows, Platform::Mac, Platform::Linux, Platform::Android, Platform::Ios];

/// In the order of [`STARTS`].
const START_METHODS: [StartMethod; STARTS.len()] =
    [StartMethod::SessionKey, StartMethod::Issue, StartMethod::Representative];

/// The words of a policy's `tools`.
const TOOL_RULES: [(&str, ToolRule); 3] =
    [("allow", ToolRule::Allow), ("view only", ToolRule::ViewOnly), ("deny", ToolRule::Deny)];

/// The words of a policy's `prompts`.
const PROMPT_RULES: [(&str, PromptRule); 2] = [("always", PromptRule::Always), ("never", PromptRule::Never)];

impl Check<'_> {
    pub(super) fn session_policy(
        &mut self,
        raw: RawSessionPolicy,
        known_scripts: &[String],
    ) -> SessionPolicy {
        let tools = self.by_tool("session_policy.tools", &raw.tools, &TOOL_RULES);
        for (tool, rule) in &raw.tools {
            let half = rule.get_ref() == "view only"
                && <Tool as VariantNames>::VARIANTS.contains(&tool.get_ref().as_str());
            if half && tool.get_ref() != "screen sharing" {
                self.wrong(tool, "session_policy.tools", "expected only screen sharing to be view only");
            }
        }
        let field = "session_policy.scripts";
        let scripts = raw.scripts.as_ref().map(|names| self.places(names, field, "scripts", known_scripts));
        SessionPolicy {
            tools,
            prompts: self.by_tool("session_policy.prompts", &raw.prompts, &PROMPT_RULES),
            asking: self.asking(&raw),
            scripts,
            name: raw.name.into_inner(),
        }
    }

    /// What is said of each tool.
    fn by_tool<R: Copy>(
        &mut self,
        field: &str,
        raw: &BTreeMap<Spanned<String>, Spanned<String>>,
        words: &[(&str, R)],
    ) -> BTreeMap<Tool, R> {
        let tools: Vec<String> =
            <Tool as VariantNames>::VARIANTS.iter().map(|name| (*name).to_owned()).collect();
        let known: Vec<String> = words.iter().map(|(word, _)| (*word).to_owned()).collect();
        let mut rules = BTreeMap::new();
        for (tool, word) in raw {
            let tool = self.place(tool, field, "tools", &tools);
            let rule = self.place(word, field, "rules", &known);
            if let (Some(tool), Some(rule)) = (tool, rule) {
                rules.insert(<Tool as VariantArray>::VARIANTS[tool], words[rule].1);
            }
        }
        rules
    }

    /// How a policy asks, which is a matter only where it does.
    fn asking(&mut self, raw: &RawSessionPolicy) -> Asking {
        let answers = ["deny", "allow"].map(str::to_owned);
        let times = ["once", "each time"].map(str::to_owned);
        let mut asking = Asking::DEFAULT;
        if let Some(times_name) = &raw.ask {
            let place = self.place(times_name, "session_policy.ask", "ways to ask", &times);
            asking.each_time = place == Some(1);
        }
        if let Some(timeout_s) = &raw.timeout_s {
            asking.timeout = seconds(self.number(timeout_s, "session_policy.timeout_s", 1..=86_400));
        }
        if let Some(silence) = &raw.silence {
            let place = self.place(silence, "session_policy.silence", "answers", &answers);
            asking.silence_allows = place == Some(1);
        }
        let says_how = raw.ask.is_some() || raw.timeout_s.is_some() || raw.silence.is_some();
        if says_how && !raw.prompts.values().any(|rule| rule.get_ref() == "always") {
            let expected = "expected a tool that asks \"always\" beside how to ask in the policy";
            self.wrong(&raw.name, "session_policy.prompts", expected);
        }
        asking
    }

    /// The policy that something names.
    pub(super) fn policy(
        &mut self,
        name: Option<&Spanned<String>>,
        field: &str,
        policies: &[String],
    ) -> Option<usize> {
        self.place(name?, field, "session policies", policies)
    }

    pub(super) fn script(&mut self, raw: RawScript) -> Script {
        let found = raw.text.get_ref().len();
        if found == 0 || found > SCRIPT_BYTES_MAX {
            let expected = format!("expected 1 to {SCRIPT_BYTES_MAX} bytes, found {found}");
            self.error(raw.text.span().start, "script.text", expected);
        }
        let known = PLATFORMS.map(|platform| platform.to_string());
        let platforms = match &raw.platforms {
            None => PLATFORMS.to_vec(),
            Some(names) => {
                if names.is_empty() {
                    self.wrong(&raw.name, "script.platforms", "expected a platform for the script");
                }
                let places = self.places(names, "script.platforms", "platforms", &known);
                places.into_iter().map(|place| PLATFORMS[place]).collect()
            }
        };
        Script { name: raw.name.into_inner(), text: raw.text.into_inner(), platforms }
    }

    pub(super) fn jump_group(&mut self, raw: RawGroup, policies: &[String]) -> JumpGroup {
        let attended = raw.attended_policy.as_ref();
        let unattended = raw.unattended_policy.as_ref();
        JumpGroup {
            attended_policy: self.policy(attended, "jump_group.attended_policy", policies),
            unattended_policy: self.policy(unattended, "jump_group.unattended_policy", policies),
            name: raw.name.into_inner(),
        }
    }

    /// C2C-01: by which of the portal's start methods a chat in the browser begins.
    pub(super) fn click_to_chat(&mut self, raw: &RawPortal, starts: &[usize]) -> Vec<StartMethod> {
        let field = "portal.click_to_chat";
        let places = self.places(&raw.click_to_chat, field, "start methods", &STARTS.map(str::to_owned));
        for name in &raw.click_to_chat {
            let place = STARTS.iter().position(|start| start == name.get_ref());
            if place.is_some_and(|place| !starts.contains(&place)) {
                self.wrong(name, field, "expected a start method that the portal has");
            }
        }
        places.into_iter().map(|place| START_METHODS[place]).collect()
    }
}
