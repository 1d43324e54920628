//! Site files: what a small one means, and what is said of a wrong one.

use std::fmt::Write as _;
use std::time::Duration;

use appliance::{Fallback, Site};
use wire::PortalId;

use crate::office::SITE;

/// The least that a site must say.
const SMALL: &str = r#"
name = "Small"
host = "support.example.com"
[[portal]]
name = "Main"
"#;

fn errors(text: &str) -> String {
    match Site::parse("small.toml", text) {
        Ok(_) => "no error\n".to_owned(),
        Err(errors) => format!("{errors}\n"),
    }
}

#[test]
fn a_small_site_has_the_defaults_that_are_documented() {
    let site = Site::parse("small.toml", SMALL).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!((site.name.as_str(), site.host.as_str()), ("Small", "support.example.com"));
    let portal = site.portal(PortalId(0));
    assert!(portal.session_key && portal.issues && portal.representatives, "every start method");
    assert!(portal.agreement.is_none() && !portal.recording_prompt);
    assert!(site.teams.is_empty() && site.issues.is_empty() && site.representatives.is_empty());
    // `anchors/domain.md` sections 2, 7 and 13.
    let hours = |hours: u64| Duration::from_secs(hours * 3_600);
    assert_eq!((site.keys.length, site.keys.valid_default, site.keys.valid_max), (7, hours(24), hours(168)));
    assert_eq!(site.keys.alphabet.iter().collect::<String>(), "23456789ABCDEFGHJKLMNPQRSTUVWXYZ");
    assert_eq!(site.connections.silent_after, Duration::from_secs(30));
    assert_eq!(site.customers.reconnect_within, Duration::from_secs(300));
    assert_eq!((site.jumps.returns_per_s, site.jumps.start_within), (50, Duration::from_secs(60)));
    for fallback in [site.fallback_attended, site.fallback_jump] {
        assert!(matches!(fallback, Fallback { last_queue: true, first_queue: true, designated: None }));
    }
    // The cost that OWASP and the crate recommend.
    assert_eq!((site.sign_in.hash_memory_kib, site.sign_in.hash_passes), (19_456, 2));
}

#[test]
fn the_default_validity_is_never_above_the_maximum() {
    let site = Site::parse("small.toml", &format!("{SMALL}[session_keys]\nvalid_s_max = 60\n"));
    let keys = site.unwrap_or_else(|errors| panic!("{errors}")).keys;
    assert_eq!((keys.valid_default, keys.valid_max), (Duration::from_secs(60), Duration::from_secs(60)));
}

/// What is appended to the small site, and what is said of it. The first line that is appended is line 6.
#[test]
fn every_mistake_is_told_with_its_place() {
    let hash = "password_hash = \"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA\"";
    let rep = |more: &str| {
        format!(
            "[sign_in]\nhash_memory_kib = 8\n[[representative]]\nuser_name = \"alex\"\ndisplay_name = \"Alex\"\n{more}"
        )
    };
    let networks = |allow: &str, when: &str| {
        rep(&format!("{hash}\nnetworks = {{ allow = [{allow}], when = \"{when}\" }}\n"))
    };
    let many_networks: String = (0..=1_000).map(|n| format!("\"10.0.{}.{}\", ", n / 256, n % 256)).collect();
    let many =
        |what: &str| -> String { (0..=1_000).map(|n| format!("[[{what}]]\nname = \"{n}\"\n")).collect() };
    let cases = [
        ("not TOML", "[[team]\n".to_owned()),
        ("half a line", "[[team]]\nname =".to_owned()),
        ("an unknown table", "[teams]\n".to_owned()),
        ("an unknown field", "[[team]]\nname = \"Network\"\ncolour = \"red\"\n".to_owned()),
        ("a missing field", "[[team]]\n".to_owned()),
        ("a number as text", "[connections]\nsilent_after_s = \"30\"\n".to_owned()),
        ("a number below zero", "[connections]\nsilent_after_s = -1\n".to_owned()),
        ("a field twice", "[connections]\nsilent_after_s = 1\nsilent_after_s = 2\n".to_owned()),
        ("a name twice", "[[team]]\nname = \"Network\"\n[[team]]\nname = \"Network\"\n".to_owned()),
        ("a name twice, but for the case", "[[portal]]\nname = \"MAIN\"\n".to_owned()),
        ("no name", "[[team]]\nname = \" \"\n".to_owned()),
        ("a name of 101 bytes", format!("[[team]]\nname = \"{}\"\n", "x".repeat(101))),
        ("1,001 teams", many("team")),
        (
            "an issue of no team",
            "[[issue]]\ntitle = \"VPN\"\nteam = \"Netwrok\"\n[[team]]\nname = \"Network\"\n".to_owned(),
        ),
        ("an issue where there are no teams", "[[issue]]\ntitle = \"VPN\"\nteam = \"Network\"\n".to_owned()),
        (
            "an unknown priority",
            "[[team]]\nname = \"A\"\n[[issue]]\ntitle = \"VPN\"\nteam = \"A\"\npriority = \"urgent\"\n"
                .to_owned(),
        ),
        (
            "a start method that there is not",
            "[[portal]]\nname = \"Other\"\nstarts = [\"session key\", \"isue\"]\n".to_owned(),
        ),
        (
            "a start method twice",
            "[[portal]]\nname = \"Other\"\nstarts = [\"issue\", \"issue\"]\n".to_owned(),
        ),
        (
            "an agreement of a book",
            format!("[[portal]]\nname = \"Other\"\nagreement = \"{}\"\n", "x".repeat(65_537)),
        ),
        ("short keys", "[session_keys]\nlength = 3\n".to_owned()),
        ("long keys", "[session_keys]\nlength = 33\n".to_owned()),
        ("ten letters that are one", "[session_keys]\nalphabet = \"AAAAAAAAAA\"\n".to_owned()),
        ("small letters", "[session_keys]\nalphabet = \"abcdefghij\"\n".to_owned()),
        (
            "a default above the maximum",
            "[session_keys]\nvalid_s_default = 61\nvalid_s_max = 60\n".to_owned(),
        ),
        ("keys that are never valid", "[session_keys]\nvalid_s_max = 0\n".to_owned()),
        (
            "no time at all",
            "[connections]\nsilent_after_s = 0\n[jump_clients]\nstart_within_s = 0\n".to_owned(),
        ),
        ("nobody returns", "[jump_clients]\nreturns_per_s = 0\n".to_owned()),
        ("a stampede", "[jump_clients]\nreturns_per_s = 301\n".to_owned()),
        ("no package", "[customers]\npackage_bytes = 0\n".to_owned()),
        ("cheap hashes", "[sign_in]\nhash_memory_kib = 7\nhash_passes = 0\n".to_owned()),
        ("dear hashes", "[sign_in]\nhash_memory_kib = 1_048_577\nhash_passes = 101\n".to_owned()),
        ("a designated queue of no team", "[fallback.jump]\ndesignated = \"Network\"\n".to_owned()),
        ("no password", rep("")),
        ("two passwords", rep(&format!("password = \"secret\"\n{hash}\n"))),
        ("a hash that is none", rep("password_hash = \"secret\"\n")),
        (
            "a hash of another kind",
            rep("password_hash = \"$scrypt$ln=1,r=8,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA\"\n"),
        ),
        ("a hash without its end", rep("password_hash = \"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ\"\n")),
        (
            "a hash that would take 4 TiB",
            rep(
                "password_hash = \"$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA\"\n",
            ),
        ),
        (
            "a team with a typo",
            rep(&format!("{hash}\nteams = [\"Netwrok\"]\n[[team]]\nname = \"Network\"\n")),
        ),
        (
            "a team twice",
            rep(&format!("{hash}\nteams = [\"Network\", \"Network\"]\n[[team]]\nname = \"Network\"\n")),
        ),
        (
            "networks that are none",
            networks("\"192.0.2.0/24\", \"the office\", \"2001:db8::/32\"", "every login"),
        ),
        ("a prefix of 33 bits", networks("\"192.0.2.0/33\"", "every login")),
        ("an address for a network", networks("\"192.0.2.10/24\"", "first login")),
        ("a network twice", networks("\"192.0.2.7\", \"192.0.2.7/32\"", "first login")),
        ("no networks", networks("", "first login")),
        ("1,001 networks", networks(&many_networks, "first login")),
        ("an unknown moment", networks("\"192.0.2.7\"", "always")),
        ("a limit to no moment", rep(&format!("{hash}\nnetworks = {{ allow = [] }}\n"))),
        (
            "a network that stands alone",
            rep(&format!("{hash}\nnetworks = {{ allow = \"192.0.2.7\", when = \"first login\" }}\n")),
        ),
        ("an unknown permission", rep(&format!("{hash}\npermissions = [\"everything\"]\n"))),
        ("a portal with a typo", rep(&format!("{hash}\nportals = [\"Mian\"]\n"))),
        ("a Jump Group with a typo", rep(&format!("{hash}\njump_groups = [\"Servers\"]\n"))),
        (
            "an avatar without initials",
            rep(&format!("{hash}\navatar = {{ initials = \"\", colour = \"#336699\" }}\n")),
        ),
        (
            "an avatar of any colour",
            rep(&format!("{hash}\navatar = {{ initials = \"AK\", colour = \"blue\" }}\n")),
        ),
        (
            "a prompt of no time",
            rep(&format!("{hash}\njump_prompt = {{ timeout_s = 0, silence = \"maybe\" }}\n")),
        ),
        ("a routing that there is not", "[[team]]\nname = \"A\"\nrouting = \"random\"\n".to_owned()),
        ("a prompt without time", "[[team]]\nname = \"A\"\nalert_timeout_s = 0\n".to_owned()),
        ("prompts without time", "[equilibrium]\nalert_timeout_s = 0\n[[team]]\nname = \"A\"\n".to_owned()),
        (
            "a warning before the prompt",
            "[equilibrium]\nalert_timeout_s = 20\nalert_warning_s = 21\n[[team]]\nname = \"A\"\n".to_owned(),
        ),
        (
            "a warning before one team's prompt",
            "[equilibrium]\nalert_warning_s = 6\n[[team]]\nname = \"A\"\nalert_timeout_s = 5\n".to_owned(),
        ),
        ("a warning too long for all", "[equilibrium]\nalert_warning_s = 90_000\n[[team]]\nname = \"A\"\n".to_owned()),
        (
            "an overflow to nowhere",
            "[[team]]\nname = \"A\"\nwaiting_rule = { kind = \"overflow\", after_s = 60 }\n".to_owned(),
        ),
        (
            "an overflow to itself",
            "[[team]]\nname = \"A\"\nwaiting_rule = { kind = \"overflow\", after_s = 60, to = \"A\" }\n".to_owned(),
        ),
        (
            "an alert with a team",
            "[[team]]\nname = \"A\"\nwaiting_rule = { kind = \"alert\", after_s = 0, to = \"A\", clock = \"wall\" }\n"
                .to_owned(),
        ),
        ("a skill that is part of nothing", "[[skill]]\nname = \"VPN\"\nparent = \"Networking\"\n".to_owned()),
        (
            "skills in a circle",
            "[[skill]]\nname = \"A\"\nparent = \"B\"\n[[skill]]\nname = \"B\"\nparent = \"A\"\n".to_owned(),
        ),
        ("an issue that takes what nobody knows", {
            let issue = "[[issue]]\ntitle = \"VPN\"\nteam = \"A\"\nskills = [\"VPN\"]\n";
            format!("[[team]]\nname = \"A\"\n{issue}")
        }),
        ("an address that is none", rep(&format!("{hash}\nemail = \"alex at example.com\"\n"))),
        (
            "a mail host with a port",
            "[mail]\nhost = \"mail.example.com:25\"\nfrom = \"support\"\n".to_owned(),
        ),
        ("a help link to nobody", "[[help_link]]\nname = \"shop\"\n".to_owned()),
        ("a tie broken by chance", "[equilibrium]\nlongest = \"random\"\n".to_owned()),
        (
            "a hold message all the time",
            "[[portal]]\nname = \"B\"\nhold_message = { text = \"Hold on\", every_s = 0 }\n".to_owned(),
        ),
        ("an installer for nobody", "[[jump_installer]]\ntoken = \"t\"\n".to_owned()),
        (
            "an installer for a stranger",
            "[[jump_installer]]\ntoken = \"t\"\nrepresentative = \"alex\"\n".to_owned(),
        ),
    ];
    let mut table = String::new();
    for (name, more) in &cases {
        let told = errors(&format!("{SMALL}{more}"));
        assert_ne!(told, "no error\n", "{name}");
        let short =
            |line: &str| if line.len() > 160 { format!("{}…", &line[..150]) } else { line.to_owned() };
        let told: Vec<String> = told.lines().map(short).collect();
        write!(table, "{name}\n  {}\n", told.join("\n  ")).expect("writing to memory");
    }
    insta::assert_snapshot!(table, @r##"
    not TOML
      small.toml:6: team: unclosed array table, expected `]`
    half a line
      small.toml:7: team.name: string values must be quoted, expected literal string
    an unknown table
      small.toml:6: teams: unknown field `teams`, expected one of `name`, `host`, `sign_in`, `session_keys`, `connections`, `customers`, `jump_clients`, `fa…
    an unknown field
      small.toml:8: team.colour: unknown field `colour`, expected one of `name`, `routing`, `alert_timeout_s`, `persistent`, `waiting_rule`
    a missing field
      small.toml:6: team.name: missing field `name`
    a number as text
      small.toml:7: connections.silent_after_s: invalid type: string "30", expected u32
    a number below zero
      small.toml:7: connections.silent_after_s: invalid value: integer `-1`, expected u32
    a field twice
      small.toml:8: connections.silent_after_s: duplicate key
    a name twice
      small.toml:9: team.name: expected a name that is not taken yet, found "Network"
    a name twice, but for the case
      small.toml:7: portal.name: expected a name that is not taken yet, found "MAIN"
    no name
      small.toml:7: team.name: expected a name, found " "
    a name of 101 bytes
      small.toml:7: team.name: expected a name of at most 100 bytes, found "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
    1,001 teams
      small.toml:2007: team.name: expected at most 1000, found "1000"
    an issue of no team
      small.toml:8: issue.team: expected one of the teams ("Network"), found "Netwrok"
    an issue where there are no teams
      small.toml:8: issue.team: expected one of the teams (there are none), found "Network"
    an unknown priority
      small.toml:11: issue.priority: expected one of the priorities ("high", "medium", "low"), found "urgent"
    a start method that there is not
      small.toml:8: portal.starts: expected one of the start methods ("session key", "issue", "representative"), found "isue"
    a start method twice
      small.toml:8: portal.starts: expected each once, found "issue"
    an agreement of a book
      small.toml:8: portal.agreement: expected at most 65536 bytes, found 65537
    short keys
      small.toml:7: session_keys.length: expected 4 to 32, found 3
    long keys
      small.toml:7: session_keys.length: expected 4 to 32, found 33
    ten letters that are one
      small.toml:7: session_keys.alphabet: expected at least ten different capital letters and digits, found "AAAAAAAAAA"
    small letters
      small.toml:7: session_keys.alphabet: expected at least ten different capital letters and digits, found "abcdefghij"
    a default above the maximum
      small.toml:7: session_keys.valid_s_default: expected 1 to 60, found 61
    keys that are never valid
      small.toml:7: session_keys.valid_s_max: expected 1 or more, found 0
    no time at all
      small.toml:7: connections.silent_after_s: expected 1 or more, found 0
      small.toml:9: jump_clients.start_within_s: expected 1 or more, found 0
    nobody returns
      small.toml:7: jump_clients.returns_per_s: expected 1 to 300, found 0
    a stampede
      small.toml:7: jump_clients.returns_per_s: expected 1 to 300, found 301
    no package
      small.toml:7: customers.package_bytes: expected 1 to 67108864, found 0
    cheap hashes
      small.toml:7: sign_in.hash_memory_kib: expected 8 to 1048576, found 7
      small.toml:8: sign_in.hash_passes: expected 1 to 100, found 0
    dear hashes
      small.toml:7: sign_in.hash_memory_kib: expected 8 to 1048576, found 1048577
      small.toml:8: sign_in.hash_passes: expected 1 to 100, found 101
    a designated queue of no team
      small.toml:7: fallback.jump.designated: expected one of the teams (there are none), found "Network"
    no password
      small.toml:9: representative.password: expected either password or password_hash for the user, found "alex"
    two passwords
      small.toml:9: representative.password: expected either password or password_hash for the user, found "alex"
    a hash that is none
      small.toml:11: representative.password_hash: expected an Argon2 hash in PHC form (password hash string missing field), found "secret"
    a hash of another kind
      small.toml:11: representative.password_hash: expected an Argon2 hash in PHC form (not scrypt), found "$scrypt$ln=1,r=8,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"
    a hash without its end
      small.toml:11: representative.password_hash: expected an Argon2 hash in PHC form (with salt and hash), found "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ"
    a hash that would take 4 TiB
      small.toml:11: representative.password_hash: expected an Argon2 hash in PHC form (at most 1048576 KiB and 100 passes), found "$argon2id$v=19$m=4294967…
    a team with a typo
      small.toml:12: representative.teams: expected one of the teams ("Network"), found "Netwrok"
    a team twice
      small.toml:12: representative.teams: expected each once, found "Network"
    networks that are none
      small.toml:12: representative.networks.allow: expected an IPv4 address or a network such as "192.0.2.0/24", found "the office"
      small.toml:12: representative.networks.allow: expected an IPv4 address or a network such as "192.0.2.0/24", found "2001:db8::/32"
    a prefix of 33 bits
      small.toml:12: representative.networks.allow: expected a prefix of 0 to 32 bits, found "192.0.2.0/33"
    an address for a network
      small.toml:12: representative.networks.allow: expected no bits beyond the prefix, as in "192.0.2.0/24", found "192.0.2.10/24"
    a network twice
      small.toml:12: representative.networks.allow: expected each once, found "192.0.2.7/32"
    no networks
      small.toml:12: representative.networks.allow: expected one to 1000 networks, found 0
    1,001 networks
      small.toml:12: representative.networks.allow: expected one to 1000 networks, found 1001
    an unknown moment
      small.toml:12: representative.networks.when: expected one of the moments ("every login", "first login"), found "always"
    a limit to no moment
      small.toml:12: representative.networks.when: missing field `when`
    a network that stands alone
      small.toml:12: representative.networks: invalid type: string "192.0.2.7", expected a sequence
    an unknown permission
      small.toml:12: representative.permissions: expected one of the permissions ("generate session key", "accept team sessions", "next session", "use Jump …
    a portal with a typo
      small.toml:12: representative.portals: expected one of the portals ("Main"), found "Mian"
    a Jump Group with a typo
      small.toml:12: representative.jump_groups: expected one of the Jump Groups (there are none), found "Servers"
    an avatar without initials
      small.toml:12: representative.avatar.initials: expected one to three letters
    an avatar of any colour
      small.toml:12: representative.avatar.colour: expected a colour such as "#336699", found "blue"
    a prompt of no time
      small.toml:12: representative.jump_prompt.silence: expected one of the answers ("deny", "allow"), found "maybe"
      small.toml:12: representative.jump_prompt.timeout_s: expected 1 or more, found 0
    a routing that there is not
      small.toml:8: team.routing: expected one of the ways of routing ("none", "least busy", "skills match"), found "random"
    a prompt without time
      small.toml:8: team.alert_timeout_s: expected 1 to 86400, found 0
    prompts without time
      small.toml:7: equilibrium.alert_timeout_s: expected 1 to 86400, found 0
    a warning before the prompt
      small.toml:8: equilibrium.alert_warning_s: expected at most the 20 s of equilibrium.alert_timeout_s, found 21
    a warning before one team's prompt
      small.toml:10: team.alert_timeout_s: expected at least the 6 s of equilibrium.alert_warning_s, found 5
    a warning too long for all
      small.toml:7: equilibrium.alert_warning_s: expected at most the 60 s of equilibrium.alert_timeout_s, found 90000
    an overflow to nowhere
      small.toml:8: team.waiting_rule.to: expected a team to overflow to, found "overflow"
    an overflow to itself
      small.toml:8: team.waiting_rule.to: expected another team, found "A"
    an alert with a team
      small.toml:8: team.waiting_rule.to: expected no team beside an alert, found "A"
      small.toml:8: team.waiting_rule.clock: expected one of the clocks ("this queue", "all"), found "wall"
      small.toml:8: team.waiting_rule.after_s: expected 1 to 604800, found 0
    a skill that is part of nothing
      small.toml:8: skill.parent: expected one of the skills ("VPN"), found "Networking"
    skills in a circle
      small.toml:7: skill.parent: expected no circle of parents, found "A"
    an issue that takes what nobody knows
      small.toml:11: issue.skills: expected one of the skills (there are none), found "VPN"
    an address that is none
      small.toml:12: representative.email: expected a mail address such as kim@example.org, found "alex at example.com"
    a mail host with a port
      small.toml:7: mail.host: expected a host name such as mail.example.com, found "mail.example.com:25"
      small.toml:8: mail.from: expected a mail address such as kim@example.org, found "support"
    a help link to nobody
      small.toml:7: help_link: expected either team or representative to lead to, found "shop"
    a tie broken by chance
      small.toml:7: equilibrium.longest: expected one of the ways ("at this level", "available"), found "random"
    a hold message all the time
      small.toml:8: portal.hold_message.every_s: expected 1 to 86400, found 0
    an installer for nobody
      small.toml:7: jump_installer: expected either group or representative for the installer, found "t"
    an installer for a stranger
      small.toml:8: jump_installer.representative: expected one of the representatives (there are none), found "alex"
    "##);
}

#[test]
fn what_is_missing_at_the_top_is_told_too() {
    let mut table = String::new();
    for text in [
        "",
        "name = \"Small\"\n",
        "name = \"\"\nhost = \"\"\n",
        "name = \"Small\"\nhost = \"https://support.example.com/\"\n",
    ] {
        write!(table, "{text:?}\n  {}\n", errors(text).trim_end().replace('\n', "\n  "))
            .expect("writing to memory");
    }
    insta::assert_snapshot!(table, @r#"
    ""
      small.toml:1: name: missing field `name`
    "name = \"Small\"\n"
      small.toml:1: host: missing field `host`
    "name = \"\"\nhost = \"\"\n"
      small.toml:1: name: expected a name
      small.toml:1: portal: expected at least one [[portal]]
      small.toml:2: host: expected a host name such as "support.example.com"
    "name = \"Small\"\nhost = \"https://support.example.com/\"\n"
      small.toml:1: portal: expected at least one [[portal]]
      small.toml:2: host: expected a host name such as "support.example.com", found "https://support.example.com/"
    "#);
}

/// All that is wrong is told at once, in the order of the file.
#[test]
fn every_mistake_is_told_at_once() {
    let text = SITE.replace("team = \"Network\"", "team = \"Netwrok\"");
    let text = text.replace("#336699", "336699").replace("teams = [\"Desktop\"]", "teams = [\"Desk\"]");
    insta::assert_snapshot!(errors(&text), @r##"
    small.toml:27: issue.team: expected one of the teams ("Network", "Desktop"), found "Netwrok"
    small.toml:41: representative.avatar.colour: expected a colour such as "#336699", found "336699"
    small.toml:63: representative.teams: expected one of the teams ("Network", "Desktop"), found "Desk"
    "##);
}

#[test]
fn as_many_keys_as_a_site_may_need_must_be_possible() {
    let people = |count: usize| -> String {
        let hash = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA";
        let one = |n| {
            format!(
                "[[representative]]\nuser_name = \"{n}\"\ndisplay_name = \"{n}\"\npassword_hash = \"{hash}\"\n"
            )
        };
        (0..count).map(one).collect()
    };
    let digits = "[session_keys]\nalphabet = \"0123456789\"\nlength";
    let enough = errors(&format!("{SMALL}{digits} = 6\n{}", people(100)));
    assert!(enough == "no error\n", "{}", enough.lines().next().unwrap_or_default());
    insta::assert_snapshot!(errors(&format!("{SMALL}{digits} = 6\n{}", people(101))), @"small.toml:8: session_keys.length: expected longer keys for 101 representatives, found 6");
}

/// A hash that was made elsewhere lets its owner in, whatever it cost.
#[test]
fn a_password_may_come_as_its_hash() {
    let site = Site::parse("test.toml", SITE).unwrap_or_else(|errors| panic!("{errors}"));
    let hash = site.representatives[0].password.as_ref().expect("an account").to_string();
    assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
    let text = SITE.replace("password = \"alex's password\"", &format!("password_hash = \"{hash}\""));
    let dear = text.replace("hash_memory_kib = 8, hash_passes = 1", "hash_memory_kib = 64, hash_passes = 2");
    crate::office::Office::of(&dear).sign_in("alex");
}

#[test]
fn accounts_with_one_password_have_different_hashes() {
    let text = SITE.replace("blair's password", "alex's password");
    let site = Site::parse("test.toml", &text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_ne!(site.representatives[0].password, site.representatives[1].password);
}

/// Whatever the file holds, there is an answer, and it names the file.
#[test]
fn arbitrary_text_never_panics() {
    let words = [
        "[[portal]]\n",
        "[[team]]\n",
        "[[representative]]\n",
        "name = ",
        "\"Main\"\n",
        "teams = [",
        "]\n",
        "[session_keys]\n",
        "length = ",
        "99999999999\n",
        "-1\n",
        "\u{feff}",
        "host = ",
        "\"",
        "\\u",
        "{",
        "}",
        "=",
        "#",
        "\n",
        "'''",
        "é",
    ];
    arbtest::arbtest(|u| {
        let mut text = if u.arbitrary()? { SMALL.to_owned() } else { String::new() };
        while !u.is_empty() {
            if u.ratio(9, 10)? {
                text.push_str(u.choose(&words)?);
            } else {
                text.push_str(u.arbitrary()?);
            }
        }
        if let Err(errors) = Site::parse("small.toml", &text) {
            assert!(!errors.0.is_empty());
            let lines = text.lines().count() + 1;
            for error in &errors.0 {
                assert!(
                    error.file == "small.toml" && (1..=lines).contains(&error.line),
                    "{error} in {text:?}"
                );
                assert!(!error.what.is_empty());
            }
        }
        Ok(())
    });
}

/// A whole site with a wound somewhere: it is told, or does no harm.
#[test]
fn a_site_with_a_wound_never_panics() {
    arbtest::arbtest(|u| {
        let mut text = SITE.as_bytes().to_vec();
        for _ in 0..u.int_in_range(1..=3)? {
            let place = u.choose_index(text.len())?;
            match u.int_in_range(0..=2)? {
                0 => text[place] = u.int_in_range(b' '..=b'~')?,
                1 => drop(text.remove(place)),
                _ => text.insert(place, *u.choose(b"\"[]=\n0#'")?),
            }
        }
        let _ = Site::parse("test.toml", &String::from_utf8_lossy(&text));
        Ok(())
    });
}
