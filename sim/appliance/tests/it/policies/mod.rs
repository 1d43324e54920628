//! Session policies: who decides what.

mod model;
mod site_file;

use std::fmt::Write as _;
use std::time::Duration;

use appliance::policy::{Decided, JumpContext, PolicyContext, Prompting};
use appliance::{JumpOwner, Site};
use strum::VariantArray as _;
use wire::session::Platform;
use wire::tool::Tool;
use wire::{PortalId, RepId};

/// A site with one portal, one account and one Jump Group, and policies attached to them; `more` stands last.
fn site_text(levels: &Attached, more: &str) -> String {
    let policy = |field: &str, name: &Option<String>| match name {
        Some(name) => format!("{field} = \"{name}\"\n"),
        None => String::new(),
    };
    let portal = policy("policy", &levels.portal);
    let rep = policy("policy", &levels.representative);
    let attended = policy("attended_policy", &levels.attended);
    let unattended = policy("unattended_policy", &levels.unattended);
    let external = policy("external_policy", &levels.external);
    let site = policy("default", &levels.site);
    format!(
        "name = \"Small\"\nhost = \"support.example.com\"\nsign_in = {{ hash_memory_kib = 8, hash_passes = 1 }}\n\
         [session_policies]\n{site}[sharing]\n{external}[[portal]]\nname = \"Main\"\n{portal}\
         [[jump_group]]\nname = \"Servers\"\n{attended}{unattended}\
         [[representative]]\nuser_name = \"alex\"\ndisplay_name = \"Alex\"\npassword = \"p\"\n{rep}{more}"
    )
}

/// Which policy is attached where.
#[derive(Debug, Default)]
struct Attached {
    attended: Option<String>,
    unattended: Option<String>,
    portal: Option<String>,
    representative: Option<String>,
    external: Option<String>,
    site: Option<String>,
}

/// The site, with somebody external behind Alex.
fn site(text: &str) -> Site {
    let mut site = Site::parse("small.toml", text).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    let mut external = site.representatives[0].clone();
    external.external = true;
    site.representatives.push(external);
    site
}

const ALEX: RepId = RepId(0);
const EXTERNAL: RepId = RepId(1);

fn customer_session() -> PolicyContext {
    PolicyContext { rep: ALEX, portal: Some(PortalId(0)), jump: None }
}

fn jump_session(user_present: bool) -> PolicyContext {
    let jump = JumpContext { owner: JumpOwner::Group(0), user_present };
    PolicyContext { rep: ALEX, portal: None, jump: Some(jump) }
}

fn told(decided: &Decided, tool: Tool) -> String {
    let access = decided.access(tool).map_or("denied".to_owned(), |access| access.to_string());
    let prompt = match decided.prompt(tool) {
        Prompting::Never => "not asked".to_owned(),
        Prompting::Ask(asking) => format!(
            "asked {} for {} s, silence {}",
            if asking.each_time { "each time" } else { "once" },
            asking.timeout.as_secs(),
            if asking.silence_allows { "allows" } else { "denies" }
        ),
    };
    let why = decided.explain(tool);
    format!("{access} ({}), {prompt} ({})", why.access, why.prompt)
}

#[test]
fn without_policies_what_is_built_in_decides() {
    let site = site(&site_text(&Attached::default(), ""));
    let mut table = String::new();
    for tool in Tool::VARIANTS {
        writeln!(table, "{tool}").expect("writing to memory");
        for (name, who) in [
            ("customer", customer_session()),
            ("jump, somebody there", jump_session(true)),
            ("jump, nobody there", jump_session(false)),
        ] {
            writeln!(table, "  {name}: {}", told(&site.decide(&who), *tool)).expect("writing to memory");
        }
    }
    insta::assert_snapshot!(table, @r"
    screen sharing
      customer: full (built in), asked once for 30 s, silence denies (built in)
      jump, somebody there: full (built in), asked once for 30 s, silence denies (built in)
      jump, nobody there: full (built in), not asked (built in)
    privacy screen
      customer: full (built in), not asked (built in)
      jump, somebody there: full (built in), not asked (built in)
      jump, nobody there: full (built in), not asked (built in)
    clipboard
      customer: full (built in), not asked (built in)
      jump, somebody there: full (built in), not asked (built in)
      jump, nobody there: full (built in), not asked (built in)
    special actions
      customer: full (built in), not asked (built in)
      jump, somebody there: full (built in), not asked (built in)
      jump, nobody there: full (built in), not asked (built in)
    canned scripts
      customer: full (built in), not asked (built in)
      jump, somebody there: full (built in), not asked (built in)
      jump, nobody there: full (built in), not asked (built in)
    reboot
      customer: full (built in), not asked (built in)
      jump, somebody there: full (built in), not asked (built in)
      jump, nobody there: full (built in), not asked (built in)
    file transfer
      customer: full (built in), asked once for 30 s, silence denies (built in)
      jump, somebody there: full (built in), asked once for 30 s, silence denies (built in)
      jump, nobody there: full (built in), not asked (built in)
    command shell
      customer: full (built in), asked once for 30 s, silence denies (built in)
      jump, somebody there: full (built in), asked once for 30 s, silence denies (built in)
      jump, nobody there: full (built in), not asked (built in)
    system information
      customer: full (built in), asked once for 30 s, silence denies (built in)
      jump, somebody there: full (built in), asked once for 30 s, silence denies (built in)
      jump, nobody there: full (built in), not asked (built in)
    elevation
      customer: full (built in), not asked (built in)
      jump, somebody there: full (built in), not asked (built in)
      jump, nobody there: full (built in), not asked (built in)
    ");
    assert!(!site.command_shell.record && !site.elevation.automatic);
    assert_eq!(site.prompts.elevation_timeout, Duration::from_secs(60));
    assert!(site.portals[0].click_to_chat.is_empty(), "no click-to-chat (C2C-02)");
}

/// Each level says something else of the command shell, or nothing.
#[test]
fn the_first_level_that_speaks_decides() {
    let levels = [
        ("jump", "\"command shell\" = \"allow\"", "\"command shell\" = \"never\"", ""),
        ("portal", "\"command shell\" = \"deny\"", "\"command shell\" = \"always\"", "timeout_s = 20"),
        ("account", "\"command shell\" = \"allow\"", "\"command shell\" = \"always\"", "ask = \"each time\""),
        ("default", "\"command shell\" = \"deny\"", "\"command shell\" = \"always\"", "silence = \"allow\""),
    ];
    let mut table = String::new();
    for (title, tools_too, prompts_too) in
        [("both", true, true), ("tools only", true, false), ("prompts only", false, true)]
    {
        writeln!(table, "{title}").expect("writing to memory");
        for speaking in 0..16_u32 {
            let mut more = String::new();
            let mut who_speaks = Vec::new();
            for (place, (name, tools, prompts, how)) in levels.iter().enumerate() {
                write!(more, "[[session_policy]]\nname = \"{name}\"\n").expect("writing to memory");
                if speaking & (1 << place) == 0 {
                    continue;
                }
                who_speaks.push(*name);
                if tools_too {
                    writeln!(more, "tools = {{ {tools} }}").expect("writing to memory");
                }
                if prompts_too {
                    writeln!(more, "prompts = {{ {prompts} }}\n{how}").expect("writing to memory");
                }
            }
            let name = |name: &str| Some(name.to_owned());
            let attached = Attached {
                attended: name("jump"),
                portal: name("portal"),
                representative: name("account"),
                site: name("default"),
                ..Attached::default()
            };
            let site = site(&site_text(&attached, &more));
            let who = PolicyContext { portal: Some(PortalId(0)), ..jump_session(true) };
            let told = told(&site.decide(&who), Tool::CommandShell);
            writeln!(table, "  {:<30} {told}", who_speaks.join(" ")).expect("writing to memory");
        }
    }
    insta::assert_snapshot!(table, @r"
    both
                                     full (built in), asked once for 30 s, silence denies (built in)
      jump                           full (Jump Item: jump), not asked (Jump Item: jump)
      portal                         denied (portal: portal), not asked (portal: portal)
      jump portal                    full (Jump Item: jump), not asked (Jump Item: jump)
      account                        full (representative: account), asked each time for 30 s, silence denies (representative: account)
      jump account                   full (Jump Item: jump), not asked (Jump Item: jump)
      portal account                 denied (portal: portal), not asked (portal: portal)
      jump portal account            full (Jump Item: jump), not asked (Jump Item: jump)
      default                        denied (site: default), not asked (site: default)
      jump default                   full (Jump Item: jump), not asked (Jump Item: jump)
      portal default                 denied (portal: portal), not asked (portal: portal)
      jump portal default            full (Jump Item: jump), not asked (Jump Item: jump)
      account default                full (representative: account), asked each time for 30 s, silence denies (representative: account)
      jump account default           full (Jump Item: jump), not asked (Jump Item: jump)
      portal account default         denied (portal: portal), not asked (portal: portal)
      jump portal account default    full (Jump Item: jump), not asked (Jump Item: jump)
    tools only
                                     full (built in), asked once for 30 s, silence denies (built in)
      jump                           full (Jump Item: jump), asked once for 30 s, silence denies (built in)
      portal                         denied (portal: portal), not asked (built in)
      jump portal                    full (Jump Item: jump), asked once for 30 s, silence denies (built in)
      account                        full (representative: account), asked once for 30 s, silence denies (built in)
      jump account                   full (Jump Item: jump), asked once for 30 s, silence denies (built in)
      portal account                 denied (portal: portal), not asked (built in)
      jump portal account            full (Jump Item: jump), asked once for 30 s, silence denies (built in)
      default                        denied (site: default), not asked (built in)
      jump default                   full (Jump Item: jump), asked once for 30 s, silence denies (built in)
      portal default                 denied (portal: portal), not asked (built in)
      jump portal default            full (Jump Item: jump), asked once for 30 s, silence denies (built in)
      account default                full (representative: account), asked once for 30 s, silence denies (built in)
      jump account default           full (Jump Item: jump), asked once for 30 s, silence denies (built in)
      portal account default         denied (portal: portal), not asked (built in)
      jump portal account default    full (Jump Item: jump), asked once for 30 s, silence denies (built in)
    prompts only
                                     full (built in), asked once for 30 s, silence denies (built in)
      jump                           full (built in), not asked (Jump Item: jump)
      portal                         full (built in), asked once for 20 s, silence denies (portal: portal)
      jump portal                    full (built in), not asked (Jump Item: jump)
      account                        full (built in), asked each time for 30 s, silence denies (representative: account)
      jump account                   full (built in), not asked (Jump Item: jump)
      portal account                 full (built in), asked once for 20 s, silence denies (portal: portal)
      jump portal account            full (built in), not asked (Jump Item: jump)
      default                        full (built in), asked once for 30 s, silence allows (site: default)
      jump default                   full (built in), not asked (Jump Item: jump)
      portal default                 full (built in), asked once for 20 s, silence denies (portal: portal)
      jump portal default            full (built in), not asked (Jump Item: jump)
      account default                full (built in), asked each time for 30 s, silence denies (representative: account)
      jump account default           full (built in), not asked (Jump Item: jump)
      portal account default         full (built in), asked once for 20 s, silence denies (portal: portal)
      jump portal account default    full (built in), not asked (Jump Item: jump)
    ");
}

/// A policy at every place, each with a word on the same tool.
#[test]
fn each_place_has_its_own_sessions() {
    let name = |name: &str| Some(name.to_owned());
    let attached = Attached {
        attended: name("attended"),
        unattended: name("unattended"),
        portal: name("portal"),
        representative: name("account"),
        external: name("external"),
        site: name("default"),
    };
    let mut more = String::new();
    for name in ["attended", "unattended", "portal", "account", "external", "default"] {
        let tools = "tools = { clipboard = \"deny\" }\n";
        write!(more, "[[session_policy]]\nname = \"{name}\"\n{tools}").expect("writing to memory");
    }
    let site = site(&site_text(&attached, &more));
    let personal = JumpContext { owner: JumpOwner::Personal(ALEX), user_present: false };
    let portal_less = PolicyContext { portal: None, ..customer_session() };
    let mut table = String::new();
    for (name, who) in [
        ("a customer by the portal", customer_session()),
        ("an external representative there", PolicyContext { rep: EXTERNAL, ..customer_session() }),
        ("a jump, somebody there", jump_session(true)),
        ("a jump, nobody there", jump_session(false)),
        ("an external representative in a jump", PolicyContext { rep: EXTERNAL, ..jump_session(true) }),
        ("a jump to a personal Jump Client", PolicyContext { jump: Some(personal), ..portal_less }),
        ("a session of no portal", portal_less),
        ("an external representative in it", PolicyContext { rep: EXTERNAL, ..portal_less }),
    ] {
        let by = site.decide(&who).explain(Tool::Clipboard).access.clone();
        writeln!(table, "{name}: {by}").expect("writing to memory");
    }
    insta::assert_snapshot!(table, @r"
    a customer by the portal: portal: portal
    an external representative there: portal: portal
    a jump, somebody there: Jump Item: attended
    a jump, nobody there: Jump Item: unattended
    an external representative in a jump: Jump Item: attended
    a jump to a personal Jump Client: representative: account
    a session of no portal: representative: account
    an external representative in it: representative: external
    ");
}

#[test]
fn scripts_are_those_of_the_policy_and_of_the_machine() {
    let scripts = r#"
[[script]]
name = "Flush DNS"
text = "ipconfig /flushdns"
platforms = ["Windows"]
[[script]]
name = "Who am I"
text = "whoami"
[[script]]
name = "Disk"
text = "df -h"
platforms = ["Linux", "macOS"]
"#;
    let policy = |more: &str| format!("{scripts}[[session_policy]]\nname = \"p\"\n{more}\n");
    let attached = || Attached { representative: Some("p".into()), ..Attached::default() };
    let mut table = String::new();
    for (title, more) in [
        ("nothing is said", ""),
        ("two are", "scripts = [\"Disk\", \"Who am I\"]"),
        ("none is", "scripts = []"),
        ("the tool is denied", "tools = { \"canned scripts\" = \"deny\" }"),
    ] {
        let site = site(&site_text(&attached(), &policy(more)));
        let decided = site.decide(&customer_session());
        writeln!(table, "{title} ({})", decided.explain_scripts()).expect("writing to memory");
        for platform in [Platform::Windows, Platform::Mac, Platform::Android] {
            let names: Vec<&str> =
                site.scripts_on(&decided, platform).map(|script| script.name.as_str()).collect();
            writeln!(table, "  {platform}: {names:?}").expect("writing to memory");
        }
    }
    insta::assert_snapshot!(table, @r#"
    nothing is said (built in)
      Windows: ["Flush DNS", "Who am I"]
      macOS: ["Who am I", "Disk"]
      Android: ["Who am I"]
    two are (representative: p)
      Windows: ["Who am I"]
      macOS: ["Disk", "Who am I"]
      Android: ["Who am I"]
    none is (representative: p)
      Windows: []
      macOS: []
      Android: []
    the tool is denied (built in)
      Windows: []
      macOS: []
      Android: []
    "#);
}
