//! Session policies: what may be done in a session, and what the customer is asked first.
//!
//! A policy says something of some tools and is silent about the others. Up to four apply to one representative in one
//! session, in a fixed order ([`PolicyLevel`]): the first one that speaks of a matter decides it, and no other can
//! overrule it (`anchors/domain.md` section 4). What none speaks of is decided by what is built in.
//! Nothing here changes a session: whoever holds one asks, and does what it says.
//!
//! ```
//! let site = r#"
//! name = "Acme support"
//! host = "support.example.com"
//!
//! [session_policies]
//! default = "House rules"          # where nothing else speaks of a matter
//!
//! [[session_policy]]
//! name = "House rules"
//! tools = { reboot = "deny" }      # or "allow", "view only" for the screen
//! prompts = { "command shell" = "always", "system information" = "never" }
//! ask = "each time"                # or "once" a session, which holds if nothing is said
//! timeout_s = 60                   # 30 if nothing is said
//! silence = "allow"                # or "deny", which holds if nothing is said
//! scripts = ["Flush DNS"]          # all if nothing is said
//!
//! [[session_policy]]
//! name = "Look only"
//! tools = { "screen sharing" = "view only" }
//!
//! [[script]]
//! name = "Flush DNS"
//! text = "ipconfig /flushdns"
//! platforms = ["Windows"]          # all if nothing is said
//!
//! [[portal]]
//! name = "Main"
//! policy = "Look only"             # on a [[representative]] too
//!
//! [[jump_group]]
//! name = "Servers"
//! unattended_policy = "House rules"    # and attended_policy
//!
//! [[representative]]
//! user_name = "alex"
//! display_name = "Alex"
//! password = "correct horse"
//! "#;
//! let site = appliance::Site::parse("acme.toml", site).unwrap();
//!
//! use appliance::policy::PolicyContext;
//! use wire::tool::{Access, Tool};
//! let who = PolicyContext { rep: wire::RepId(0), portal: Some(wire::PortalId(0)), jump: None };
//! let decided = site.decide(&who);
//! assert_eq!(decided.access(Tool::ScreenSharing), Some(Access::ViewOnly));
//! assert_eq!(decided.explain(Tool::ScreenSharing).access.to_string(), "portal: Look only");
//! assert_eq!(decided.access(Tool::Reboot), None);
//! assert_eq!(decided.explain(Tool::Reboot).access.to_string(), "site: House rules");
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;
use wire::session::Platform;
use wire::tool::{Access, Tool, ToolOffer};
use wire::{PortalId, RepId};

use crate::site::{JumpOwner, Script, Site};

/// A policy, as an administrator wrote it. What is not in it is not defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// Its name.
    pub name: String,
    /// Which tools may be used.
    pub tools: BTreeMap<Tool, ToolRule>,
    /// For which tools the customer is asked.
    pub prompts: BTreeMap<Tool, PromptRule>,
    /// How the customer is asked where this policy says that they are.
    pub asking: Asking,
    /// The canned scripts that are available (SPA-04), as places in [`Site::scripts`].
    pub scripts: Option<Vec<usize>>,
}

/// Whether a tool may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolRule {
    /// All of it.
    Allow,
    /// The screen may be seen and not touched. Screen sharing only.
    ViewOnly,
    /// Not at all.
    Deny,
}

impl ToolRule {
    /// How far the tool may be used, if at all.
    pub fn access(self) -> Option<Access> {
        match self {
            Self::Allow => Some(Access::Full),
            Self::ViewOnly => Some(Access::ViewOnly),
            Self::Deny => None,
        }
    }
}

/// Whether the customer is asked before a tool is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptRule {
    /// Yes.
    Always,
    /// No.
    Never,
}

/// How the customer is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// Whether they are asked each time that the tool is opened; if not, a yes holds for the whole session.
    pub each_time: bool,
    /// How long an answer is waited for.
    pub timeout: Duration,
    /// Whether silence means yes.
    pub silence_allows: bool,
}

impl Asking {
    /// Once, for 30 s, and silence means no.
    pub const DEFAULT: Self =
        Self { each_time: false, timeout: Duration::from_secs(30), silence_allows: false };
}

/// Whether the customer is asked, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prompting {
    /// They are not.
    Never,
    /// They are.
    Ask(Asking),
}

/// Where a policy is attached. In the order of precedence: the first that speaks of a matter decides it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::VariantArray,
)]
pub enum PolicyLevel {
    /// The Jump Group of the machine; it has one for when somebody is there, and one for when nobody is.
    #[strum(to_string = "Jump Item")]
    JumpItem,
    /// The portal that the customer came by.
    #[strum(to_string = "portal")]
    Portal,
    /// The representative's account, or what the site has for external ones.
    #[strum(to_string = "representative")]
    Representative,
    /// The site's default.
    #[strum(to_string = "site")]
    Site,
}

/// Who works in what session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyContext {
    /// The representative; the site knows whether it is an external one.
    pub rep: RepId,
    /// The portal that the customer came by.
    pub portal: Option<PortalId>,
    /// The machine, if the session began with a jump.
    pub jump: Option<JumpContext>,
}

/// The machine of a session that began with a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JumpContext {
    /// Who has its Jump Client. One on a personal list has no policy of its own.
    pub owner: JumpOwner,
    /// Whether somebody was at it when the session began; what happens later changes nothing.
    pub user_present: bool,
}

/// What decided a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// This policy, which is attached there.
    Policy {
        /// Where.
        level: PolicyLevel,
        /// Its name.
        name: String,
    },
    /// No policy speaks of it: what is built in.
    BuiltIn,
}

impl fmt::Display for DecidedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Policy { level, name } => write!(f, "{level}: {name}"),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}

/// Which policies decided about a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it may be used.
    pub access: DecidedBy,
    /// Whether, and how, the customer is asked.
    pub prompt: DecidedBy,
}

/// What one representative may do in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    tools: BTreeMap<Tool, DecidedTool>,
    scripts: Vec<usize>,
    scripts_by: DecidedBy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct DecidedTool {
    access: Option<Access>,
    prompt: Prompting,
    why: Explanation,
}

impl Decided {
    /// How far a tool may be used, if at all.
    pub fn access(&self, tool: Tool) -> Option<Access> {
        self.tool(tool).access
    }

    /// What the customer is asked before a tool is used. Of a tool that may not be used, nothing is asked.
    pub fn prompt(&self, tool: Tool) -> Prompting {
        self.tool(tool).prompt
    }

    /// The canned scripts that are available, as places in [`Site::scripts`]; none where canned scripts may not be
    /// used at all (SPA-04).
    pub fn scripts(&self) -> &[usize] {
        if self.access(Tool::CannedScripts).is_some() { &self.scripts } else { &[] }
    }

    /// What the representative's console is told, in the order of [`Tool::VARIANTS`].
    pub fn offers(&self) -> Vec<ToolOffer> {
        let offer = |(tool, decided): (&Tool, &DecidedTool)| {
            let prompts = matches!(decided.prompt, Prompting::Ask(_));
            Some(ToolOffer { tool: *tool, access: decided.access?, prompts })
        };
        self.tools.iter().filter_map(offer).collect()
    }

    /// Which policies decided about a tool: what an administrator asks who wonders what would apply.
    pub fn explain(&self, tool: Tool) -> &Explanation {
        &self.tool(tool).why
    }

    /// Which policy decided which canned scripts are available, if any may be used at all.
    pub fn explain_scripts(&self) -> &DecidedBy {
        &self.scripts_by
    }

    fn tool(&self, tool: Tool) -> &DecidedTool {
        self.tools.get(&tool).expect("every tool is decided about")
    }
}

impl Site {
    /// What a representative may do in a session.
    pub fn decide(&self, who: &PolicyContext) -> Decided {
        let policies = self.policies_for(who);
        let unattended = who.jump.is_some_and(|jump| !jump.user_present);
        let decide = |tool: &Tool| (*tool, decide_tool(&policies, *tool, unattended));
        let scripts = first(&policies, |policy| policy.scripts.clone());
        let (scripts, scripts_by) =
            scripts.unwrap_or_else(|| ((0..self.scripts.len()).collect(), DecidedBy::BuiltIn));
        Decided { tools: Tool::VARIANTS.iter().map(decide).collect(), scripts, scripts_by }
    }

    /// The canned scripts that are there for a representative on such a machine, in the site's order (SPA-04).
    pub fn scripts_on<'s>(
        &'s self,
        decided: &'s Decided,
        platform: Platform,
    ) -> impl Iterator<Item = &'s Script> {
        let scripts = decided.scripts().iter().map(|place| &self.scripts[*place]);
        scripts.filter(move |script| script.platforms.contains(&platform))
    }

    /// The policies that apply, in the order of precedence.
    fn policies_for(&self, who: &PolicyContext) -> Vec<(PolicyLevel, &SessionPolicy)> {
        let attached = |level| match level {
            PolicyLevel::JumpItem => {
                let jump = who.jump?;
                match (jump.owner, jump.user_present) {
                    (JumpOwner::Group(group), true) => self.jump_groups[group].attended_policy,
                    (JumpOwner::Group(group), false) => self.jump_groups[group].unattended_policy,
                    (JumpOwner::Personal(_), _) => None,
                }
            }
            PolicyLevel::Portal => self.portal(who.portal?).policy,
            PolicyLevel::Representative if self.rep(who.rep).external => self.sharing.external_policy,
            PolicyLevel::Representative => self.rep(who.rep).policy,
            PolicyLevel::Site => self.default_policy,
        };
        let levels = PolicyLevel::VARIANTS.iter();
        levels.filter_map(|level| Some((*level, &self.session_policies[attached(*level)?]))).collect()
    }
}

fn decide_tool(policies: &[(PolicyLevel, &SessionPolicy)], tool: Tool, unattended: bool) -> DecidedTool {
    let access = first(policies, |policy| policy.tools.get(&tool).map(|rule| rule.access()));
    let (access, access_by) = access.unwrap_or((Some(Access::Full), DecidedBy::BuiltIn));
    // How one asks goes with whether: one policy's patience is not for another one's question.
    let prompt = first(policies, |policy| {
        policy.prompts.get(&tool).map(|rule| match rule {
            PromptRule::Always => Prompting::Ask(policy.asking),
            PromptRule::Never => Prompting::Never,
        })
    });
    let (prompt, prompt_by) = prompt.unwrap_or_else(|| (built_in(tool, unattended), DecidedBy::BuiltIn));
    let prompt = if access.is_some() { prompt } else { Prompting::Never };
    DecidedTool { access, prompt, why: Explanation { access: access_by, prompt: prompt_by } }
}

/// The first that speaks of a matter decides it.
fn first<T>(
    policies: &[(PolicyLevel, &SessionPolicy)],
    say: impl Fn(&SessionPolicy) -> Option<T>,
) -> Option<(T, DecidedBy)> {
    policies.iter().find_map(|(level, policy)| {
        let by = || DecidedBy::Policy { level: *level, name: policy.name.clone() };
        Some((say(policy)?, by()))
    })
}

/// Where no policy says whether to ask: for what shows or takes something of the customer's, as long as somebody is
/// there to answer.
fn built_in(tool: Tool, unattended: bool) -> Prompting {
    let asks = match tool {
        Tool::ScreenSharing | Tool::FileTransfer | Tool::CommandShell | Tool::SystemInformation => {
            !unattended
        }
        Tool::PrivacyScreen
        | Tool::Clipboard
        | Tool::SpecialActions
        | Tool::CannedScripts
        | Tool::Reboot
        | Tool::Elevation => false,
    };
    if asks { Prompting::Ask(Asking::DEFAULT) } else { Prompting::Never }
}
