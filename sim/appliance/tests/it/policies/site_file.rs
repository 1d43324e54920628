//! What a site file says of policies, scripts and tools, and what is said of it.

use std::fmt::Write as _;
use std::time::Duration;

use appliance::{Site, StartMethod};

use super::{Attached, site, site_text};

/// C2C-01: each portal says by which of its start methods a chat begins in the browser.
#[test]
fn click_to_chat_is_a_portals_matter() {
    let more = "[[portal]]\nname = \"Chat\"\nclick_to_chat = [\"representative\", \"session key\"]\n\
                [command_shell]\nrecord = true\n[elevation]\nautomatic = true\n[prompts]\nelevation_timeout_s = 90\n";
    let site = site(&site_text(&Attached::default(), more));
    assert_eq!(site.portals[1].click_to_chat, [StartMethod::Representative, StartMethod::SessionKey]);
    assert!(site.portals[0].click_to_chat.is_empty());
    assert!(site.command_shell.record && site.elevation.automatic);
    assert_eq!(site.prompts.elevation_timeout, Duration::from_secs(90));
}

/// What is appended to the small site, and what is said of it. The first line that is appended is line 14.
#[test]
fn every_mistake_about_policies_is_told_with_its_place() {
    let policy = |more: &str| format!("[[session_policy]]\nname = \"Careful\"\n{more}\n");
    let script = |more: &str| format!("[[script]]\nname = \"Flush\"\n{more}\n");
    let cases = [
        ("a policy without a name", "[[session_policy]]\n".to_owned()),
        ("a policy twice", policy("") + &policy("")),
        ("an unknown tool", policy("tools = { telepathy = \"allow\" }")),
        ("an unknown tool that asks", policy("prompts = { telepathy = \"always\" }")),
        ("an unknown tool, half of it", policy("tools = { telepathy = \"view only\" }")),
        ("an unknown rule", policy("tools = { reboot = \"perhaps\" }")),
        ("an unknown prompt", policy("prompts = { reboot = \"sometimes\" }")),
        ("allowed and denied", policy("tools = { reboot = \"allow\", reboot = \"deny\" }")),
        ("half a shell", policy("tools = { \"command shell\" = \"view only\" }")),
        ("how to ask, and for nothing", policy("ask = \"once\"\nprompts = { reboot = \"never\" }")),
        (
            "no time, no way, no answer",
            policy("ask = \"twice\"\ntimeout_s = 0\nsilence = \"shrug\"\nprompts = { reboot = \"always\" }"),
        ),
        ("a script that there is not", policy("scripts = [\"Flush\"]")),
        ("a script twice", policy("scripts = [\"Flush\", \"Flush\"]") + &script("text = \"x\"")),
        ("two scripts of one name", script("text = \"x\"") + &script("text = \"y\"")),
        ("a script of nothing, for nothing", script("text = \"\"\nplatforms = []")),
        ("a script of a book", script(&format!("text = \"{}\"", "x".repeat(16_385)))),
        ("a script for a toaster", script("text = \"x\"\nplatforms = [\"Toaster\", \"Linux\", \"Linux\"]")),
        ("a portal's policy", "[[portal]]\nname = \"B\"\npolicy = \"Carefree\"\n".to_owned()),
        (
            "an account's policy",
            format!(
                "[[representative]]\nuser_name = \"b\"\ndisplay_name = \"B\"\npassword = \"p\"\npolicy = \"Carefree\"\n{}",
                policy("")
            ),
        ),
        (
            "a Jump Group's policies",
            "[[jump_group]]\nname = \"B\"\nattended_policy = \"A\"\nunattended_policy = \"U\"\n".to_owned(),
        ),
        ("a chat by any means", "[[portal]]\nname = \"B\"\nclick_to_chat = [\"shouting\"]\n".to_owned()),
        (
            "a chat that cannot begin",
            "[[portal]]\nname = \"B\"\nstarts = [\"issue\"]\nclick_to_chat = [\"issue\", \"session key\"]\n"
                .to_owned(),
        ),
        ("a chat twice", "[[portal]]\nname = \"B\"\nclick_to_chat = [\"issue\", \"issue\"]\n".to_owned()),
        ("no time for elevation", "[prompts]\nelevation_timeout_s = 0\n".to_owned()),
        ("recording by a word", "[command_shell]\nrecord = \"yes\"\n".to_owned()),
        ("an unknown field of elevation", "[elevation]\nautomatically = true\n".to_owned()),
    ];
    let mut table = String::new();
    for (name, more) in &cases {
        let text = site_text(&Attached::default(), more);
        let errors = Site::parse("small.toml", &text).map(drop).expect_err(name).to_string();
        let short = |line: &str| match line.char_indices().nth(150) {
            Some((at, _)) => format!("{}…", &line[..at]),
            None => line.to_owned(),
        };
        let errors: Vec<String> = errors.lines().map(short).collect();
        write!(table, "{name}\n  {}\n", errors.join("\n  ")).expect("writing to memory");
    }
    insta::assert_snapshot!(table, @r#"
    a policy without a name
      small.toml:14: session_policy.name: missing field `name`
    a policy twice
      small.toml:18: session_policy.name: expected a name that is not taken yet, found "Careful"
    an unknown tool
      small.toml:16: session_policy.tools: expected one of the tools ("screen sharing", "privacy screen", "clipboard", "special actions", "canned scripts", …
    an unknown tool that asks
      small.toml:16: session_policy.prompts: expected one of the tools ("screen sharing", "privacy screen", "clipboard", "special actions", "canned scripts"…
    an unknown tool, half of it
      small.toml:16: session_policy.tools: expected one of the tools ("screen sharing", "privacy screen", "clipboard", "special actions", "canned scripts", …
    an unknown rule
      small.toml:16: session_policy.tools: expected one of the rules ("allow", "view only", "deny"), found "perhaps"
    an unknown prompt
      small.toml:16: session_policy.prompts: expected one of the rules ("always", "never"), found "sometimes"
    allowed and denied
      small.toml:16: session_policy.tools: duplicate key
    half a shell
      small.toml:16: session_policy.tools: expected only screen sharing to be view only, found "command shell"
    how to ask, and for nothing
      small.toml:15: session_policy.prompts: expected a tool that asks "always" beside how to ask in the policy, found "Careful"
    no time, no way, no answer
      small.toml:16: session_policy.ask: expected one of the ways to ask ("once", "each time"), found "twice"
      small.toml:17: session_policy.timeout_s: expected 1 to 86400, found 0
      small.toml:18: session_policy.silence: expected one of the answers ("deny", "allow"), found "shrug"
    a script that there is not
      small.toml:16: session_policy.scripts: expected one of the scripts (there are none), found "Flush"
    a script twice
      small.toml:16: session_policy.scripts: expected each once, found "Flush"
    two scripts of one name
      small.toml:18: script.name: expected a name that is not taken yet, found "Flush"
    a script of nothing, for nothing
      small.toml:15: script.platforms: expected a platform for the script, found "Flush"
      small.toml:16: script.text: expected 1 to 16384 bytes, found 0
    a script of a book
      small.toml:16: script.text: expected 1 to 16384 bytes, found 16385
    a script for a toaster
      small.toml:17: script.platforms: expected one of the platforms ("Windows", "macOS", "Linux", "Android", "iOS"), found "Toaster"
      small.toml:17: script.platforms: expected each once, found "Linux"
    a portal's policy
      small.toml:16: portal.policy: expected one of the session policies (there are none), found "Carefree"
    an account's policy
      small.toml:18: representative.policy: expected one of the session policies ("Careful"), found "Carefree"
    a Jump Group's policies
      small.toml:16: jump_group.attended_policy: expected one of the session policies (there are none), found "A"
      small.toml:17: jump_group.unattended_policy: expected one of the session policies (there are none), found "U"
    a chat by any means
      small.toml:16: portal.click_to_chat: expected one of the start methods ("session key", "issue", "representative"), found "shouting"
    a chat that cannot begin
      small.toml:17: portal.click_to_chat: expected a start method that the portal has, found "session key"
    a chat twice
      small.toml:16: portal.click_to_chat: expected each once, found "issue"
    no time for elevation
      small.toml:15: prompts.elevation_timeout_s: expected 1 to 86400, found 0
    recording by a word
      small.toml:15: command_shell.record: invalid type: string "yes", expected a boolean
    an unknown field of elevation
      small.toml:15: elevation.automatically: unknown field `automatically`, expected `automatic`
    "#);

    let attached =
        Attached { external: Some("Guests".into()), site: Some("House rules".into()), ..Attached::default() };
    let errors = Site::parse("small.toml", &site_text(&attached, "")).map(drop).expect_err("two names");
    insta::assert_snapshot!(errors, @r#"
    small.toml:5: session_policies.default: expected one of the session policies (there are none), found "House rules"
    small.toml:7: sharing.external_policy: expected one of the session policies (there are none), found "Guests"
    "#);
}

/// A site with policies and a wound somewhere: it is told, or does no harm.
#[test]
fn policies_with_a_wound_never_panic() {
    let name = |name: &str| Some(name.to_owned());
    let attached =
        Attached { attended: name("a"), portal: name("b"), site: name("a"), ..Attached::default() };
    let more = "[[script]]\nname = \"x\"\ntext = \"x\"\nplatforms = [\"Linux\"]\n\
                [[session_policy]]\nname = \"a\"\ntools = { clipboard = \"deny\", \"screen sharing\" = \"view only\" }\n\
                prompts = { reboot = \"always\" }\nask = \"once\"\ntimeout_s = 9\nsilence = \"deny\"\nscripts = [\"x\"]\n\
                [[session_policy]]\nname = \"b\"\n[[portal]]\nname = \"C\"\nclick_to_chat = [\"issue\"]\n";
    let whole = site_text(&attached, more);
    Site::parse("small.toml", &whole).unwrap_or_else(|errors| panic!("{errors}"));
    arbtest::arbtest(|u| {
        let mut text = whole.as_bytes().to_vec();
        for _ in 0..u.int_in_range(1..=3)? {
            let place = u.choose_index(text.len())?;
            match u.int_in_range(0..=2)? {
                0 => text[place] = u.int_in_range(b' '..=b'~')?,
                1 => drop(text.remove(place)),
                _ => text.insert(place, *u.choose(b"\"[]=\n0#'ab")?),
            }
        }
        if let Ok(site) = Site::parse("small.toml", &String::from_utf8_lossy(&text)) {
            let policies = site.session_policies.len();
            let attached =
                site.default_policy.into_iter().chain(site.portals.iter().filter_map(|it| it.policy));
            assert!(attached.into_iter().all(|place| place < policies), "every policy leads somewhere");
            let scripts = site.session_policies.iter().flat_map(|policy| policy.scripts.iter().flatten());
            assert!(scripts.into_iter().all(|place| *place < site.scripts.len()));
        }
        Ok(())
    });
}
