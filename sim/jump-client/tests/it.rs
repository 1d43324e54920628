//! The Jump Client alone, with a test in the appliance's place.

use std::fmt::Write as _;
use std::time::Duration;

use device::{App, Closed, Device as _};
use fake_devices::{DeviceKind, FakeDevice, TestBench};
use jump_client::{Jump, JumpClient, JumpClientConfig, JumpClientError, JumpClientEvent, Standing};
use wire::jump::{ApplianceToJump, JumpPrompt, JumpToAppliance};
use wire::{JumpClientId, JumpId, Seed, SimTime, Token};

type Bench = TestBench<JumpClient, Jump, JumpClientEvent>;

fn bench_on(device: FakeDevice) -> Bench {
    let config = JumpClientConfig::new("support.example.com", "installer-1");
    let client = JumpClient::new(config, Seed::from_number(1), SimTime::ZERO);
    TestBench::new(client, device, JumpClient::poll_event)
}

fn bench() -> Bench {
    bench_on(FakeDevice::new(DeviceKind::WindowsPc, "KIOSK-1", [10, 0, 0, 9]))
}

fn registered() -> ApplianceToJump {
    ApplianceToJump::Registered { id: JumpClientId(4), secret: Token([9; 16]) }
}

/// A client that has just registered.
fn admitted() -> Bench {
    let mut bench = bench();
    bench.accept();
    bench.say(registered());
    bench.story();
    bench.heartbeat_answer = Some(ApplianceToJump::Heartbeat);
    bench
}

fn jump(number: u64, prompt: Option<JumpPrompt>) -> ApplianceToJump {
    let representative = "Ann".to_owned();
    ApplianceToJump::StartSession { jump: JumpId(number), token: Token([7; 16]), representative, prompt }
}

const ASK_THEN_DENY: Option<JumpPrompt> = Some(JumpPrompt { timeout_s: 30, silence_allows: false });
const ASK_THEN_ALLOW: Option<JumpPrompt> = Some(JumpPrompt { timeout_s: 30, silence_allows: true });

#[test]
fn it_registers_once_and_returns_ever_after() {
    let mut bench = bench();
    bench.accept();
    bench.say(registered());
    assert_eq!(bench.device.disk().syncs(), 1, "who it is survives a power cut");
    bench.device.power_loss();
    let mut again = bench_on(bench.device);
    again.accept();
    again.say(ApplianceToJump::Returned);
    assert_eq!(again.party.view().id, Some(JumpClientId(4)));
    insta::assert_snapshot!(again.story(), @r#"
    dials support.example.com:443
    says Return { id: JumpClientId(4), secret: Token(…), device: DeviceFacts { computer: "KIOSK-1", platform: Windows, private_ip: [10, 0, 0, 9] }, user_present: false }
    event Admitted
    "#);
}

#[test]
fn who_is_turned_away_comes_back_at_the_time_that_it_was_given() {
    let mut bench = admitted();
    bench.cut(Closed::Reset);
    bench.wait(Duration::from_secs(2));
    bench.accept();
    let asked_at = bench.now;
    bench.say(ApplianceToJump::NotNow { retry_ms: 5_000 });
    assert_eq!(bench.party.view().standing, Standing::ToldToWait);
    bench.wait(Duration::from_millis(4_999));
    assert!(!bench.is_dialling(), "not before its time");
    while !bench.is_dialling() {
        bench.wait(Duration::from_millis(1));
    }
    assert!(bench.now - asked_at <= Duration::from_millis(5_250), "and hardly after");
    bench.accept();
    bench.say(ApplianceToJump::Returned);
    assert_eq!(bench.party.view().standing, Standing::Admitted);
    insta::assert_snapshot!(bench.story(), @r#"
    event ConnectionLost(Closed(Reset))
    dials support.example.com:443
    says Return { id: JumpClientId(4), secret: Token(…), device: DeviceFacts { computer: "KIOSK-1", platform: Windows, private_ip: [10, 0, 0, 9] }, user_present: true }
    closes
    event ToldToWait
    dials support.example.com:443
    says Return { id: JumpClientId(4), secret: Token(…), device: DeviceFacts { computer: "KIOSK-1", platform: Windows, private_ip: [10, 0, 0, 9] }, user_present: true }
    event Admitted
    "#);
}

#[test]
fn whom_the_appliance_does_not_know_stops_for_good() {
    let mut bench = bench();
    bench.accept();
    bench.say(ApplianceToJump::Unknown);
    bench.wait(Duration::from_secs(86_400));
    assert_eq!(bench.party.view().standing, Standing::Unknown);
    insta::assert_snapshot!(bench.story(), @r#"
    dials support.example.com:443
    says Register { installer: "installer-1", device: DeviceFacts { computer: "KIOSK-1", platform: Windows, private_ip: [10, 0, 0, 9] }, user_present: true }
    closes
    event Unknown
    "#);
}

/// JPN-03: it tells the appliance, and leaves nothing behind.
#[test]
fn who_is_unpinned_removes_itself() {
    let mut bench = admitted();
    bench.device.install_app(App::JumpClient);
    bench.say(jump(1, ASK_THEN_DENY));
    bench.story();
    bench.say(ApplianceToJump::Uninstall);
    assert!(bench.party.is_finished());
    assert!(bench.party.view().prompts.is_empty(), "nobody is asked for it any more");
    assert!(!bench.device.is_installed(App::JumpClient));
    bench.wait(Duration::from_secs(86_400));
    assert!(!bench.is_dialling());
    insta::assert_snapshot!(bench.story(), @r"
    says Uninstalled { id: JumpClientId(4), secret: Token(…) }
    closes
    event Removed
    ");
    bench.device.power_loss();
    let mut again = bench_on(bench.device);
    again.accept();
    assert!(
        matches!(again.heard()[..], [JumpToAppliance::Register { .. }]),
        "who it was is forgotten for good"
    );
}

/// A pin that has failed meanwhile leaves nothing, either; whoever was there before stays, and says so.
#[test]
fn whom_a_void_pin_has_brought_removes_itself() {
    for (registered_before, removed) in [(false, true), (true, false)] {
        let config =
            JumpClientConfig { pinned: true, ..JumpClientConfig::new("support.example.com", "pin 1") };
        let mut device = FakeDevice::new(DeviceKind::WindowsPc, "KIOSK-1", [10, 0, 0, 9]);
        device.install_app(App::JumpClient);
        let client = JumpClient::new(config, Seed::from_number(1), SimTime::ZERO);
        let mut bench: Bench = TestBench::new(client, device, JumpClient::poll_event);
        bench.accept();
        if registered_before {
            bench.say(registered());
            bench.cut(Closed::Reset);
            bench.wait(Duration::from_secs(2));
            bench.accept();
        }
        bench.say(ApplianceToJump::Unknown);
        assert_eq!(bench.party.is_finished(), removed);
        assert_eq!(bench.device.is_installed(App::JumpClient), !removed);
    }
}

/// JMC-08 to JMC-13, by what the representative's account says, who is there, and what they do.
#[test]
fn what_becomes_of_a_jump() {
    type Act = fn(&mut Bench);
    let acts: [(&str, Act); 5] = [
        ("at once", |_| {}),
        ("accepts", |bench| bench.act(|client, now, device| client.accept_jump(now, device)).unwrap_or(())),
        ("denies", |bench| bench.act(|client, now, device| client.deny_jump(now, device)).unwrap_or(())),
        ("is silent", |bench| bench.wait(Duration::from_secs(30))),
        ("is called off", |bench| bench.say(ApplianceToJump::CancelSession { jump: JumpId(1) })),
    ];
    let mut table = String::new();
    for (account, prompt) in
        [("no prompt", None), ("silence denies", ASK_THEN_DENY), ("silence allows", ASK_THEN_ALLOW)]
    {
        for present in [true, false] {
            for (act_name, act) in acts {
                let mut bench = admitted();
                bench.device.set_user_present(present);
                bench.act(|client, now, device| client.user_presence_changed(now, device));
                bench.story();
                bench.say(jump(1, prompt));
                act(&mut bench);
                let user = if present { "user" } else { "nobody" };
                let launched = bench.device.take_launches().len();
                let events = bench
                    .story()
                    .lines()
                    .filter_map(|line| line.strip_prefix("event "))
                    .collect::<Vec<_>>()
                    .join(", ");
                writeln!(table, "{account:14} | {user:6} | {act_name:13} | launched {launched} | {events}")
                    .expect("a string");
                assert!(launched <= 1 && bench.party.view().prompts.len() <= 1);
            }
        }
    }
    insta::assert_snapshot!(table, @"
    no prompt      | user   | at once       | launched 1 | Launched(JumpId(1))
    no prompt      | user   | accepts       | launched 1 | Launched(JumpId(1))
    no prompt      | user   | denies        | launched 1 | Launched(JumpId(1))
    no prompt      | user   | is silent     | launched 1 | Launched(JumpId(1))
    no prompt      | user   | is called off | launched 1 | Launched(JumpId(1))
    no prompt      | nobody | at once       | launched 1 | Launched(JumpId(1))
    no prompt      | nobody | accepts       | launched 1 | Launched(JumpId(1))
    no prompt      | nobody | denies        | launched 1 | Launched(JumpId(1))
    no prompt      | nobody | is silent     | launched 1 | Launched(JumpId(1))
    no prompt      | nobody | is called off | launched 1 | Launched(JumpId(1))
    silence denies | user   | at once       | launched 0 | Asked(JumpId(1))
    silence denies | user   | accepts       | launched 1 | Asked(JumpId(1)), Launched(JumpId(1))
    silence denies | user   | denies        | launched 0 | Asked(JumpId(1)), Failed(JumpId(1), Declined)
    silence denies | user   | is silent     | launched 0 | Asked(JumpId(1)), Failed(JumpId(1), NoAnswer)
    silence denies | user   | is called off | launched 0 | Asked(JumpId(1)), CalledOff(JumpId(1))
    silence denies | nobody | at once       | launched 0 | Failed(JumpId(1), NoAnswer)
    silence denies | nobody | accepts       | launched 0 | Failed(JumpId(1), NoAnswer)
    silence denies | nobody | denies        | launched 0 | Failed(JumpId(1), NoAnswer)
    silence denies | nobody | is silent     | launched 0 | Failed(JumpId(1), NoAnswer)
    silence denies | nobody | is called off | launched 0 | Failed(JumpId(1), NoAnswer)
    silence allows | user   | at once       | launched 0 | Asked(JumpId(1))
    silence allows | user   | accepts       | launched 1 | Asked(JumpId(1)), Launched(JumpId(1))
    silence allows | user   | denies        | launched 0 | Asked(JumpId(1)), Failed(JumpId(1), Declined)
    silence allows | user   | is silent     | launched 1 | Asked(JumpId(1)), Launched(JumpId(1))
    silence allows | user   | is called off | launched 0 | Asked(JumpId(1)), CalledOff(JumpId(1))
    silence allows | nobody | at once       | launched 1 | Launched(JumpId(1))
    silence allows | nobody | accepts       | launched 1 | Launched(JumpId(1))
    silence allows | nobody | denies        | launched 1 | Launched(JumpId(1))
    silence allows | nobody | is silent     | launched 1 | Launched(JumpId(1))
    silence allows | nobody | is called off | launched 1 | Launched(JumpId(1))
    ");
}

#[test]
fn the_prompt_says_who_and_until_when() {
    let mut bench = admitted();
    bench.wait(Duration::from_secs(5));
    bench.say(jump(1, ASK_THEN_DENY));
    // The same question again is no second question.
    bench.say(jump(1, ASK_THEN_DENY));
    let prompts = &bench.party.view().prompts;
    assert_eq!(prompts.len(), 1);
    assert_eq!((prompts[0].representative.as_str(), prompts[0].until), ("Ann", SimTime::from_secs(35)));
    assert_eq!(bench.act(|client, now, device| client.deny_jump(now, device)), Ok(()));
    let nothing = bench.act(|client, now, device| client.accept_jump(now, device));
    assert_eq!(nothing, Err(JumpClientError::NothingAsked));
}

#[test]
fn a_user_is_asked_so_many_questions_at_once_and_no_more() {
    let mut bench = admitted();
    for number in 1..=9 {
        bench.say(jump(number, ASK_THEN_DENY));
    }
    assert_eq!(bench.party.view().prompts.len(), 8);
    assert!(bench.story().ends_with("event Failed(JumpId(9), NoAnswer)\n"));
}

#[test]
fn each_question_has_its_own_answer() {
    let mut bench = admitted();
    bench.say(jump(1, ASK_THEN_DENY));
    bench.wait(Duration::from_secs(10));
    bench.say(jump(2, ASK_THEN_ALLOW));
    bench.say(jump(3, ASK_THEN_DENY));
    bench.say(ApplianceToJump::CancelSession { jump: JumpId(3) });
    bench.act(|client, now, device| client.deny_jump(now, device)).expect("asked");
    assert_eq!(bench.party.view().prompts.iter().map(|prompt| prompt.jump.0).collect::<Vec<_>>(), [2]);
    bench.story();
    bench.wait(Duration::from_secs(30));
    assert_eq!(bench.story(), "event Launched(JumpId(2))\n");
}

#[test]
fn a_denial_without_a_connection_is_told_when_there_is_one() {
    let mut bench = admitted();
    bench.say(jump(1, ASK_THEN_DENY));
    bench.cut(Closed::TimedOut);
    bench.act(|client, now, device| client.deny_jump(now, device)).expect("still asked");
    bench.wait(Duration::from_secs(2));
    bench.accept();
    bench.say(ApplianceToJump::Returned);
    insta::assert_snapshot!(bench.story(), @r#"
    event Asked(JumpId(1))
    event ConnectionLost(Closed(TimedOut))
    event Failed(JumpId(1), Declined)
    dials support.example.com:443
    says Return { id: JumpClientId(4), secret: Token(…), device: DeviceFacts { computer: "KIOSK-1", platform: Windows, private_ip: [10, 0, 0, 9] }, user_present: true }
    says JumpFailed { jump: JumpId(1), why: Declined }
    event Admitted
    "#);
}

#[test]
fn presence_is_told_when_it_changes_and_seen_at_each_heartbeat() {
    let mut bench = admitted();
    bench.tell_heartbeats = true;
    bench.device.set_user_present(false);
    bench.wait(Duration::from_secs(24));
    bench.device.set_user_present(true);
    bench.act(|client, now, device| client.user_presence_changed(now, device));
    insta::assert_snapshot!(bench.story(), @"
    says Heartbeat
    says Presence { user_present: false }
    says Heartbeat
    says Presence { user_present: true }
    ");
}

#[test]
fn heartbeats_change_nothing_that_anybody_sees() {
    let mut bench = admitted();
    let before = bench.party.view_revision();
    bench.wait(Duration::from_secs(600));
    assert!(bench.is_connected());
    assert_eq!(bench.party.view_revision(), before);
}

#[test]
fn whatever_arrives_it_goes_on() {
    arbtest::arbtest(|u| {
        let mut bench = admitted();
        while !u.is_empty() {
            match u.int_in_range(0..=6)? {
                0 if bench.is_connected() => bench.say_bytes(u.bytes(u.len().min(40))?),
                1..=3 if bench.is_connected() => bench.say(u.arbitrary()?),
                4 if bench.is_connected() => bench.cut(Closed::Reset),
                5 => drop(bench.act(|client, now, device| client.accept_jump(now, device))),
                _ => bench.wait(Duration::from_secs(u.int_in_range(0..=100)?)),
            }
            if bench.is_dialling() {
                bench.accept();
            }
        }
        let stopped = matches!(bench.party.view().standing, Standing::Unknown | Standing::Removed);
        bench.wait(Duration::from_secs(60 * 60 * 24 * 60));
        assert!(
            stopped
                || bench.is_dialling()
                || bench.is_connected()
                || bench.party.view().connection == device::LinkState::Reconnecting
        );
        Ok(())
    });
}

#[test]
#[should_panic(expected = "the jump client mutated before it was drained: 1 transmits and 0 events left")]
fn a_second_deed_before_draining_is_a_bug() {
    let mut bench = admitted();
    bench.device.set_user_present(false);
    bench.act(|client, now, device| {
        client.user_presence_changed(now, device);
        client.user_presence_changed(now, device);
    });
}
