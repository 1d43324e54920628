//! Jump Clients, and jumps that become sessions or do not (JMC).

use wire::customer::{ApplianceToCustomer, Start, StartRefusal};
use wire::jump::{ApplianceToJump, JumpFailure, JumpPrompt, JumpToAppliance};
use wire::rep::{JumpItem, Refusal, RepAnswer, RepAsk};
use wire::session::NAME_BYTES_MAX;
use wire::{JumpClientId, JumpId, RequestId, Role, Token};

use crate::office::{Office, SITE, machine};

fn items(office: &mut Office, who: &str) -> Vec<JumpItem> {
    match office.ask(who, RepAsk::ListJumpItems) {
        Ok(RepAnswer::JumpItems(items)) => items,
        other => panic!("no list: {other:?}"),
    }
}

fn names(items: &[JumpItem]) -> Vec<&str> {
    items.iter().map(|item| item.computer.as_str()).collect()
}

/// JMC-02 to JMC-05.
#[test]
fn a_client_is_listed_for_its_group_or_its_representative() {
    let mut office = Office::new();
    for rep in ["alex", "blair", "drew"] {
        office.sign_in(rep);
    }
    office.register("db-01", "installer-servers");
    office.register("lab-1", "installer-alex");
    assert_eq!(names(&items(&mut office, "alex")), ["DB-01", "LAB-1"]);
    assert_eq!(names(&items(&mut office, "blair")), ["DB-01"]);
    assert!(items(&mut office, "drew").is_empty());
    let groups: Vec<Option<String>> = items(&mut office, "alex").into_iter().map(|item| item.group).collect();
    assert_eq!(groups, [Some("Servers".to_owned()), None]);
    // JMC-14.
    let state = |office: &mut Office| {
        items(office, "blair").iter().map(|item| (item.online, item.user_present)).collect::<Vec<_>>()
    };
    assert_eq!(state(&mut office), [(true, true)]);
    office.say("db-01", &JumpToAppliance::Presence { user_present: false });
    assert_eq!(state(&mut office), [(true, false)]);
    office.cut("db-01");
    assert_eq!(state(&mut office), [(false, false)]);
}

#[test]
fn without_an_installer_or_the_secret_nobody_is_known() {
    let mut office = Office::new();
    office.register("db-01", "installer-servers");
    let strangers = [
        JumpToAppliance::Register {
            installer: "installer".into(),
            device: machine("eve"),
            user_present: true,
        },
        JumpToAppliance::Register { installer: String::new(), device: machine("eve"), user_present: true },
        JumpToAppliance::Return {
            id: JumpClientId(0),
            secret: Token([0; 16]),
            device: machine("eve"),
            user_present: true,
        },
        JumpToAppliance::Return {
            id: JumpClientId(7),
            secret: Token([0; 16]),
            device: machine("eve"),
            user_present: true,
        },
    ];
    for stranger in strangers {
        office.greet("eve", Role::JumpClient);
        office.say("eve", &stranger);
        assert_eq!(office.line("eve").jump_says, [ApplianceToJump::Unknown], "{stranger:?}");
    }
    assert_eq!(office.appliance.footprint().jump_clients, 1);
    assert!(office.is_connected("db-01"));
}

/// JMC-16: it is the same one, whatever its machine is called now, and the connection that counts is the last.
#[test]
fn a_client_that_comes_back_is_the_same_one() {
    let mut office = Office::new();
    office.sign_in("alex");
    let id = office.register("db-01", "installer-servers");
    let earlier = office.conn_of("db-01");
    assert_eq!(office.come_back("db-01"), ApplianceToJump::Returned);
    assert_eq!(office.line_on(earlier).closed, Some(device::CloseHow::Abort));
    for restarted in [false, true] {
        if restarted {
            office.restart();
            office.sign_in("alex");
            assert_eq!(office.come_back("db-01"), ApplianceToJump::Returned);
        }
        let found = items(&mut office, "alex");
        assert_eq!((names(&found), found[0].id, found[0].online), (vec!["DB-01"], id, true));
    }
}

/// A name at the limit is kept; one byte more ends the connection.
#[test]
fn a_machine_has_a_name_of_bounded_length() {
    let mut office = Office::new();
    let id = office.register(&"x".repeat(NAME_BYTES_MAX), "installer-servers");
    assert_eq!(id, JumpClientId(0));
    office.greet("long", Role::JumpClient);
    let device = machine(&"x".repeat(NAME_BYTES_MAX + 1));
    office.say(
        "long",
        &JumpToAppliance::Register { installer: "installer-servers".into(), device, user_present: true },
    );
    assert!(!office.is_connected("long"));
    assert_eq!(office.appliance.footprint().jump_clients, 1);
}

/// However many machines there are, a list of them fits a frame.
#[test]
fn a_list_of_very_many_machines_is_cut_short() {
    let mut office = Office::new();
    office.sign_in("alex");
    let name = |n: u32| format!("{n:0width$}", width = NAME_BYTES_MAX);
    for n in 0..1_200 {
        office.register(&name(n), "installer-servers");
    }
    let listed = items(&mut office, "alex");
    assert!((900..1_200).contains(&listed.len()), "{}", listed.len());
    assert!(listed.iter().zip(0..).all(|(item, n)| item.computer == name(n)), "the first of them, in order");
}

/// A jump under way, and what the machine was told of it.
fn jumping(office: &mut Office, who: &str) -> (RequestId, JumpId, Token, Option<JumpPrompt>) {
    let request = office.ask_later(who, RepAsk::Jump { jump_client: JumpClientId(0) });
    match office.line("db-01").jump_says.pop() {
        Some(ApplianceToJump::StartSession { jump, token, prompt, .. }) => (request, jump, token, prompt),
        other => panic!("no jump: {other:?}"),
    }
}

fn office_with_db_01() -> Office {
    let mut office = Office::new();
    office.sign_in("alex");
    office.sign_in("blair");
    office.register("db-01", "installer-servers");
    office.line("db-01").jump_says.clear();
    office
}

fn join(office: &mut Office, jump: JumpId, token: Token) -> Option<StartRefusal> {
    office.greet("db-01's client", Role::Customer);
    office.join("db-01's client", Start::Jump { jump, token });
    office.sees("db-01's client").refused
}

/// JMC-07, JMC-08, JMC-12: how the user is asked is the account's to say.
#[test]
fn a_jump_becomes_the_jumpers_session() {
    let prompts = [("alex", None), ("blair", Some(JumpPrompt { timeout_s: 30, silence_allows: false }))];
    for (who, expected) in prompts {
        let mut office = office_with_db_01();
        let (request, jump, token, prompt) = jumping(&mut office, who);
        assert_eq!(prompt, expected);
        assert_eq!(office.answer(who, request), None, "the answer comes when the session runs");
        assert_eq!(join(&mut office, jump, token), None);
        let session = office.session_of("db-01's client");
        assert_eq!(office.answer(who, request), Some(Ok(RepAnswer::Jumped { jump, session })));
        assert_eq!(office.sees(who).of_customer("db-01's client"), "owns");
        assert_eq!(join(&mut office, jump, token), Some(StartRefusal::JumpOver), "it was for one session");
    }
}

#[test]
fn who_may_not_use_a_machine_does_not_jump_to_it() {
    let mut office = office_with_db_01();
    office.sign_in("casey");
    office.sign_in("drew");
    for (who, client) in [("casey", 0), ("drew", 0), ("alex", 1), ("alex", u32::MAX)] {
        let jump = RepAsk::Jump { jump_client: JumpClientId(client) };
        assert_eq!(office.ask(who, jump), Err(Refusal::NotPermitted), "{who} to {client}");
    }
    office.cut("db-01");
    assert_eq!(office.ask("alex", RepAsk::Jump { jump_client: JumpClientId(0) }), Err(Refusal::Offline));
}

/// JMC-10, JMC-11, JMC-13: the machine says why not.
#[test]
fn a_jump_that_the_machine_refuses_fails() {
    for (why, refusal) in
        [(JumpFailure::Declined, Refusal::Declined), (JumpFailure::NoAnswer, Refusal::NoAnswer)]
    {
        let mut office = office_with_db_01();
        let (request, jump, token, _) = jumping(&mut office, "blair");
        office.say("db-01", &JumpToAppliance::JumpFailed { jump, why });
        assert_eq!(office.answer("blair", request), Some(Err(refusal)));
        assert_eq!(join(&mut office, jump, token), Some(StartRefusal::JumpOver));
        assert_eq!(office.appliance.footprint().jumps, 0);
        // Said twice, or of a jump that never was, it means nothing.
        office.say("db-01", &JumpToAppliance::JumpFailed { jump, why });
        office.say("db-01", &JumpToAppliance::JumpFailed { jump: JumpId(99), why });
        assert!(office.is_connected("db-01"));
    }
}

#[test]
fn a_machine_speaks_for_itself_only() {
    let mut office = office_with_db_01();
    office.register("eve", "installer-servers");
    let (request, jump, token, _) = jumping(&mut office, "blair");
    office.say("eve", &JumpToAppliance::JumpFailed { jump, why: JumpFailure::Declined });
    assert_eq!(office.answer("blair", request), None);
    let wrong = Token([0; 16]);
    assert_eq!(join(&mut office, jump, wrong), Some(StartRefusal::JumpOver));
    assert_eq!(join(&mut office, jump, token), None);
}

/// A machine has a minute, and as long as its prompt takes.
#[test]
fn a_jump_that_nothing_comes_of_runs_out_of_time() {
    for (who, seconds) in [("alex", 60), ("blair", 90)] {
        let mut office = office_with_db_01();
        let (request, jump, token, _) = jumping(&mut office, who);
        office.wait_s(seconds - 1);
        assert_eq!(office.answer(who, request), None);
        office.wait_s(1);
        assert_eq!(office.answer(who, request), Some(Err(Refusal::NoResponse)));
        assert_eq!(office.line("db-01").jump_says, [ApplianceToJump::CancelSession { jump }]);
        assert_eq!(join(&mut office, jump, token), Some(StartRefusal::JumpOver));
    }
}

#[test]
fn a_jump_is_called_off_when_its_representative_goes() {
    let goodbyes: [fn(&mut Office); 2] = [
        |office| office.cut("alex"),
        |office| {
            office.ask("alex", RepAsk::SignOut).expect("signed in");
        },
    ];
    for goodbye in goodbyes {
        let mut office = office_with_db_01();
        let (_, jump, token, _) = jumping(&mut office, "alex");
        goodbye(&mut office);
        assert_eq!(office.line("db-01").jump_says, [ApplianceToJump::CancelSession { jump }]);
        assert_eq!(join(&mut office, jump, token), Some(StartRefusal::JumpOver));
    }
}

/// The console that asked is gone, and the new one did not ask: it sees the session, and no answer.
#[test]
fn a_jump_goes_on_when_its_representative_signs_in_elsewhere() {
    let mut office = office_with_db_01();
    let (request, jump, token, _) = jumping(&mut office, "alex");
    office.sign_in("alex");
    assert_eq!(join(&mut office, jump, token), None);
    assert_eq!(office.sees("alex").of_customer("db-01's client"), "owns");
    assert_eq!(office.answer("alex", request), None);
}

/// What is still on a user's screen from before a restart says nothing about a jump from after it.
#[test]
fn a_jumps_number_is_not_used_again_after_a_restart() {
    let mut office = office_with_db_01();
    let (_, before, old_token, _) = jumping(&mut office, "blair");
    office.restart();
    office.sign_in("blair");
    assert_eq!(office.come_back("db-01"), ApplianceToJump::Returned);
    let (request, after, _, _) = jumping(&mut office, "blair");
    assert_ne!(before, after);
    office.say("db-01", &JumpToAppliance::JumpFailed { jump: before, why: JumpFailure::Declined });
    assert_eq!(office.answer("blair", request), None);
    assert_eq!(join(&mut office, after, old_token), Some(StartRefusal::JumpOver));
}

/// B32: everyone is told when to come, and comes in then; the rate is the site's.
#[test]
fn an_estate_that_comes_back_at_once_is_let_in_one_after_another() {
    let mut office = Office::of(&SITE.replace(
        "[[team]]\nname = \"Network\"",
        "[jump_clients]\nreturns_per_s = 4\n[[team]]\nname = \"Network\"",
    ));
    let names: Vec<String> = (0..10).map(|n| format!("pc-{n}")).collect();
    for name in &names {
        office.register(name, "installer-servers");
    }
    office.restart();
    let told: Vec<String> = names
        .iter()
        .map(|name| match office.come_back(name) {
            ApplianceToJump::Returned => "in".to_owned(),
            ApplianceToJump::NotNow { retry_ms } => format!("in {retry_ms} ms"),
            other => panic!("no answer: {other:?}"),
        })
        .collect();
    assert_eq!(told[..4], ["in", "in 250 ms", "in 500 ms", "in 750 ms"]);
    assert_eq!(office.appliance.footprint().jump_clients_in_line, 9);
    for (place, name) in names.iter().enumerate().skip(1).take(8) {
        office.wait(std::time::Duration::from_millis(250));
        assert_eq!(office.come_back(name), ApplianceToJump::Returned, "{name}, number {place}");
    }
    assert_eq!(office.appliance.view().jump_clients_online, 9);
    // The last never comes: its place is kept a minute.
    office.wait_s(60);
    assert_eq!(office.appliance.footprint().jump_clients_in_line, 1);
    office.wait_s(1);
    assert_eq!(office.appliance.footprint().jump_clients_in_line, 0);
}

/// A client that comes back exactly when it was told to is not early, whatever the rate.
#[test]
fn who_is_told_to_wait_is_told_long_enough() {
    let rate = "[jump_clients]\nreturns_per_s = 3\n[[team]]\nname = \"Network\"";
    let mut office = Office::of(&SITE.replace("[[team]]\nname = \"Network\"", rate));
    office.register("db-01", "installer-servers");
    office.register("db-02", "installer-servers");
    office.restart();
    assert_eq!(office.come_back("db-01"), ApplianceToJump::Returned);
    assert_eq!(office.come_back("db-02"), ApplianceToJump::NotNow { retry_ms: 334 });
    office.wait(std::time::Duration::from_millis(334));
    assert_eq!(office.come_back("db-02"), ApplianceToJump::Returned);
}

/// POR-09: what a jump brings is no portal's business.
#[test]
fn a_jump_asks_for_no_agreement() {
    let formal_first = SITE.replacen("[[portal]]\nname = \"Main\"", "", 1);
    let mut office = Office::of(&formal_first.replace("portals = [\"Main\", \"Formal\"]", ""));
    office.sign_in("alex");
    office.register("db-01", "installer-servers");
    let (_, jump, token, _) = jumping(&mut office, "alex");
    assert_eq!(join(&mut office, jump, token), None);
    let says = &office.line("db-01's client").customer_says;
    assert!(matches!(says[0], ApplianceToCustomer::Joined { .. }), "{says:?}");
}
