//! Connections: strangers, silence, and whoever does not keep to the rules. One that breaks them loses its own
//! connection; everybody else goes on.

use std::time::Duration;

use appliance::ApplianceEvent;
use arbtest::arbitrary::{Result, Unstructured};
use device::{CloseHow, Closed, ConnId, Input, Party as _};
use wire::customer::{CustomerToAppliance, Join, Start};
use wire::frame::FRAME_BYTES_MAX;
use wire::jump::{JumpFailure, JumpToAppliance};
use wire::rep::{Goodbye, Invitee, RepAsk, RepToAppliance};
use wire::session::{CHAT_LINE_BYTES_MAX, NAME_BYTES_MAX};
use wire::{
    Hello, IssueId, JumpClientId, JumpId, LineId, MemberId, PortalId, QueueEntryId, QueueId, RepId,
    RequestId, Role, SessionId, TeamId, Token, encode_frame,
};

use crate::office::{Office, SITE, VPN, machine};

/// Connections that are lost when nothing is heard for thirty seconds, as they are by default.
fn strict() -> Office {
    Office::of(&SITE.replace("connections = { silent_after_s = 86_400 }", ""))
}

/// Somebody who breaks a rule is told so and cut off, and whoever runs the appliance is told what was wrong.
fn is_cut_off(office: &mut Office, who: &str, what: &str) {
    assert_eq!(office.line(who).closed, Some(CloseHow::Finish), "{who}: {what}");
    assert_eq!(office.line(who).goodbye, Some(Goodbye::ProtocolError), "{who}: {what}");
    let told: Vec<_> = std::mem::take(&mut office.events)
        .into_iter()
        .filter_map(|event| match event {
            ApplianceEvent::ProtocolError { from, what } => Some((from, what)),
            ApplianceEvent::Logged { .. }
            | ApplianceEvent::SessionEnded { .. }
            | ApplianceEvent::ShellRecorded { .. } => None,
        })
        .collect();
    assert!(matches!(&told[..], [([198, 51, 100, 7], told)] if told.contains(what)), "{who}: {told:?}");
}

#[test]
fn a_stranger_who_says_nothing_is_dropped_in_time() {
    let mut office = strict();
    office.connect("nobody");
    office.wait(Duration::from_secs(30) - Duration::from_nanos(1));
    assert!(office.is_connected("nobody"));
    office.wait(Duration::from_nanos(1));
    let line = office.line("nobody");
    assert_eq!(
        (line.closed, line.bytes),
        (Some(CloseHow::Finish), 0),
        "without a word: it may not speak our language"
    );
    assert_eq!(office.appliance.footprint().timers, 0);
}

#[test]
fn who_drips_in_bytes_is_as_silent_as_who_sends_none() {
    let mut office = strict();
    office.connect("slow");
    office.greet("console", Role::RepConsole);
    for byte in [0, 1, 0, 0] {
        office.wait_s(7);
        office.bytes("slow", &[byte]);
        office.bytes("console", &[byte]);
    }
    assert!(office.is_connected("slow") && office.is_connected("console"));
    office.wait_s(2);
    assert!(!office.is_connected("slow") && !office.is_connected("console"));
    assert_eq!(office.line("console").goodbye, Some(Goodbye::Silent));
}

#[test]
fn whoever_is_heard_stays_and_is_missed_when_silent() {
    let mut office = strict();
    office.sign_in("alex");
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("she waits");
    office.register("db-01", "installer-servers");
    for _ in 0..10 {
        office.wait_s(29);
        office.say("alex", &RepToAppliance::Heartbeat);
        office.say("carla", &CustomerToAppliance::Heartbeat);
        office.say("db-01", &JumpToAppliance::Heartbeat);
    }
    office.wait_s(29);
    office.say("alex", &RepToAppliance::Heartbeat);
    office.wait_s(1);
    for gone in ["carla", "db-01"] {
        assert_eq!(office.line(gone).goodbye, Some(Goodbye::Silent), "{gone}");
    }
    assert_eq!(office.sees("alex").of_customer("carla"), "owns (connection lost)");
    assert_eq!(office.appliance.view().jump_clients_online, 0);
}

#[test]
fn the_first_frame_must_be_a_greeting() {
    for (bytes, what) in [
        (encode_frame(&RepToAppliance::Heartbeat), "expected a message"),
        (encode_frame(&0_u8), "expected a message"),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), "expected a frame of at most"),
        (vec![0xff; 8], "expected a frame of at most 262144 bytes, found one of 4294967295"),
    ] {
        let mut office = Office::new();
        let conn = office.connect("stranger");
        office.bytes_on(conn, &bytes);
        let line = office.line("stranger");
        assert_eq!((line.closed, line.bytes), (Some(CloseHow::Finish), 0));
        assert!(
            matches!(&office.events[..], [ApplianceEvent::ProtocolError { what: told, .. }] if told.contains(what))
        );
        assert_eq!(office.appliance.footprint().connections, 0);
    }
}

#[test]
fn a_greeting_may_come_in_any_pieces_with_what_follows_it() {
    let mut office = Office::new();
    let mut stream = encode_frame(&Hello::new(Role::RepConsole));
    stream.extend(encode_frame(&RepToAppliance::Heartbeat));
    office.connect_as("pieces", Role::RepConsole);
    for byte in &stream {
        office.bytes("pieces", &[*byte]);
    }
    office.connect_as("whole", Role::RepConsole);
    office.bytes("whole", &stream);
    assert_eq!(office.hears("pieces"), ["Heartbeat"]);
    assert_eq!(office.hears("whole"), ["Heartbeat"]);
}

/// What each role may not say at that moment.
#[test]
fn a_message_out_of_its_turn_ends_the_connection() {
    let sign_in = RepAsk::SignIn { user_name: "alex".into(), password: "alex's password".into() };
    let join = |office: &Office| Join { token: Token([9; 16]), ..office.join_message("carla", VPN) };
    let register = JumpToAppliance::Register {
        installer: "installer-servers".into(),
        device: machine("x"),
        user_present: true,
    };
    let back = JumpToAppliance::Return {
        id: JumpClientId(0),
        secret: Token([0; 16]),
        device: machine("x"),
        user_present: true,
    };
    let mut office = Office::new();
    office.sign_in("alex");
    office.say("alex", &RepToAppliance::Ask { request: RequestId(9), ask: sign_in });
    is_cut_off(&mut office, "alex", "out of its turn");
    let in_session = |office: &Office| {
        vec![
            CustomerToAppliance::OpenPortal { portal: None, url: None },
            CustomerToAppliance::ChooseStart { start: VPN, portal: None },
            CustomerToAppliance::FetchPackage,
            CustomerToAppliance::Join(join(office)),
            CustomerToAppliance::Resume { session: SessionId(1), token: Token([0; 16]), have_seq: 0 },
        ]
    };
    for message in 0..5 {
        office.arrive("carla", VPN);
        let message = in_session(&office).remove(message);
        office.say("carla", &message);
        is_cut_off(&mut office, "carla", "out of its turn");
    }
    for message in [register, back] {
        office.register("db-01", "installer-servers");
        office.say("db-01", &message);
        is_cut_off(&mut office, "db-01", "out of its turn");
    }
    let unregistered = [
        JumpToAppliance::Presence { user_present: true },
        JumpToAppliance::JumpFailed { jump: JumpId(1), why: JumpFailure::Declined },
    ];
    for message in unregistered {
        office.greet("db-02", Role::JumpClient);
        office.say("db-02", &message);
        is_cut_off(&mut office, "db-02", "out of its turn");
    }
    // What was said before the end was known is no offence.
    office.greet("dana", Role::Customer);
    office.say("dana", &CustomerToAppliance::Leave);
    office.say("dana", &CustomerToAppliance::Chat { line: LineId(1), text: "hello?".into() });
    assert!(office.is_connected("dana"));
}

#[test]
fn names_have_a_limit() {
    let mut office = Office::new();
    office.sign_in("alex");
    let join = |office: &Office, name: usize, computer: usize| {
        let mut join = office.join_message("carla", VPN);
        join.name = "n".repeat(name);
        join.device.computer = "c".repeat(computer);
        CustomerToAppliance::Join(join)
    };
    office.arrive("carla", VPN);
    for (name, computer) in [(NAME_BYTES_MAX + 1, 1), (1, NAME_BYTES_MAX + 1)] {
        office.greet("long", Role::Customer);
        let message = join(&office, name, computer);
        office.say("long", &message);
        is_cut_off(&mut office, "long", "a name above the limit");
    }
    office.say("carla", &CustomerToAppliance::Leave);
    office.greet("long", Role::Customer);
    let message = join(&office, NAME_BYTES_MAX, NAME_BYTES_MAX);
    office.say("long", &message);
    assert_eq!(office.hears("long"), ["Joined", "Status", "Log"]);
}

/// Who breaks a rule in the middle of what it says has said what was before it, and nothing behind it.
#[test]
fn what_follows_an_offence_is_not_heard() {
    let mut office = Office::new();
    office.sign_in("alex");
    office.arrive("carla", VPN);
    let chat =
        |line, text: &str| encode_frame(&CustomerToAppliance::Chat { line: LineId(line), text: text.into() });
    office.bytes("carla", &[chat(1, "before"), vec![0, 0, 0, 1, 0xff], chat(2, "behind")].concat());
    assert!(!office.is_connected("carla"));
    office.accept("alex", "carla").expect("she may come back");
    let session = office.session_of("carla");
    assert_eq!(office.sees("alex").chat(session), ["carla: before"]);
}

/// The session of a customer who broke a rule waits for them; a console's goes back to its queue.
#[test]
fn who_is_cut_off_is_missed_like_who_is_lost() {
    let mut office = Office::new();
    office.sign_in("alex");
    office.sign_in("blair");
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("she waits");
    office.bytes("carla", &[0xff; 4]);
    assert_eq!(office.sees("alex").of_customer("carla"), "owns (connection lost)");
    office.bytes("alex", &[0xff; 4]);
    assert_eq!(office.sees("blair").of_customer("carla"), "waits in team-0 (connection lost)");
}

/// Whoever asks and does not read is cut off before it fills the memory.
#[test]
fn who_takes_nothing_is_cut_off() {
    let long = format!("agreement = \"{}\"", "x".repeat(60_000));
    let mut office = Office::of(&SITE.replace("agreement = \"Acme may see your screen.\"", &long));
    office.sign_in("alex");
    office.people_read = false;
    office.greet("greedy", Role::Customer);
    let mut asked = 0;
    while office.is_connected("greedy") {
        office.say("greedy", &CustomerToAppliance::ChooseStart { start: VPN, portal: Some(PortalId(1)) });
        asked += 1;
        assert!(asked < 2_000, "{} bytes are waiting", office.line("greedy").bytes);
    }
    let line = office.line("greedy");
    assert_eq!(line.closed, Some(CloseHow::Abort));
    assert!((63 << 20..=64 << 20).contains(&line.bytes), "{}", line.bytes);
    assert!(office.is_connected("alex"));
}

/// A console that reads may be told as much as there is; one that does not is cut off in the middle of being told, and
/// its sessions go on without it.
#[test]
fn a_console_that_takes_nothing_is_missed_at_once() {
    let mut office = Office::new();
    office.sign_in("alex");
    office.sign_in("blair");
    office.arrive("carla", VPN);
    let line = "x".repeat(CHAT_LINE_BYTES_MAX);
    // Half of what may wait for a console, each time that the page opens.
    for _ in 0..(32 << 20) / line.len() {
        office.customer_says("carla", &line);
    }
    let hold = |office: &mut Office| office.ask_about("alex", |session| RepAsk::Hold { session });
    for _ in 0..4 {
        office.accept("alex", "carla").expect("she waits");
        hold(&mut office).expect("Alex owns it");
    }
    office.people_read = false;
    office.accept("alex", "carla").expect("she waits");
    hold(&mut office).expect("Alex owns it");
    let entry = office.find_line("alex", "carla").expect("she waits").id;
    office.ask_later("alex", RepAsk::Accept { entry });
    assert_eq!(office.line("alex").closed, Some(CloseHow::Abort));
    assert_eq!(office.sees("blair").colleagues, [""; 0]);
    office.people_read = true;
    office.sign_in("alex");
    assert_eq!(office.sees("alex").of_customer("carla"), "waits in own queue");
}

#[test]
fn more_connections_than_it_can_hold_are_turned_away() {
    let mut office = Office::new();
    office.sign_in("alex");
    for _ in 1..100_000 {
        office.connect("crowd");
    }
    assert_eq!(office.appliance.footprint().connections, 100_000);
    let late = office.connect("late");
    assert_eq!(office.line_on(late).closed, Some(CloseHow::Abort));
    assert_eq!(office.appliance.footprint().connections, 100_000);
    assert!(office.is_connected("alex"));
}

/// What the network still has for a connection that is closed concerns nobody.
#[test]
fn a_closed_connection_stays_closed() {
    let mut office = Office::new();
    office.sign_in("alex");
    let conn = office.greet("carla", Role::Customer);
    office.bytes_on(conn, &[0xff; 4]);
    office.hears("alex");
    for input in [
        Input::Received { conn, bytes: &encode_frame(&CustomerToAppliance::Heartbeat) },
        Input::Writable { conn },
        Input::Closed { conn, how: Closed::Reset },
        Input::Received { conn: ConnId::Accepted(9_999), bytes: b"?" },
        Input::Closed { conn: ConnId::Accepted(9_999), how: Closed::Finished },
    ] {
        office.input(input);
    }
    assert_eq!(office.hears("carla"), ["Goodbye"]);
    assert!(office.hears("alex").is_empty());
}

#[test]
#[should_panic(expected = "the appliance mutated before it was drained")]
fn a_second_input_before_draining_is_a_bug() {
    let mut office = Office::new();
    let Office { appliance, device, now, .. } = &mut office;
    let conn = ConnId::Accepted(0);
    let heartbeat =
        [encode_frame(&Hello::new(Role::RepConsole)), encode_frame(&RepToAppliance::Heartbeat)].concat();
    appliance.handle_input(*now, device, Input::Accepted { conn, from: [10, 0, 0, 1] });
    appliance.handle_input(*now, device, Input::Received { conn, bytes: &heartbeat });
    appliance.handle_input(*now, device, Input::Writable { conn });
}

/// Connections of each kind, before and after they are known, that say anything at all: noise, frames of noise, or
/// messages at any time. Alex and Carla, who keep to the rules, notice nothing.
#[test]
fn whatever_comes_others_go_on() {
    arbtest::arbtest(|u| {
        let mut office = Office::new();
        office.sign_in("alex");
        let session = office.arrive("carla", VPN);
        office.accept("alex", "carla").expect("she waits");
        office.register("db-01", "installer-servers");
        let villains = ["stranger", "console", "blair", "browser", "mallory", "client", "db-02"];
        let mut lines = 0;
        while !u.is_empty() {
            let who = *u.choose(&villains)?;
            if !office.is_connected(who) {
                arrive(&mut office, who);
            }
            match u.int_in_range(0..=9)? {
                0 => {
                    office.wait_s(u.int_in_range(0..=400)?);
                    office.say("alex", &RepToAppliance::Heartbeat);
                    office.say("carla", &CustomerToAppliance::Heartbeat);
                    office.say("db-01", &JumpToAppliance::Heartbeat);
                }
                1 => office.cut(who),
                2 => office.bytes(who, u.bytes(u.len().min(64))?),
                3 => {
                    let body: Vec<u8> = u.arbitrary()?;
                    let body = &body[..body.len().min(FRAME_BYTES_MAX)];
                    office.bytes(who, &[&(body.len() as u32).to_be_bytes(), body].concat());
                }
                _ => office.bytes(who, &message_of(who, u)?),
            }
            if u.ratio(1, 8)? {
                lines += 1;
                office.customer_says("carla", "still here");
                office.rep_says("alex", session, wire::session::Audience::Everyone, "so am I");
            }
        }
        assert!(office.is_connected("alex") && office.is_connected("carla") && office.is_connected("db-01"));
        assert_eq!(office.sees("alex").of_customer("carla"), "owns");
        assert_eq!(office.sees("alex").chat(session).len(), 2 * lines);
        assert_eq!(office.sees("carla").chat(SessionId(0)).len(), 2 * lines);
        let holds = office.appliance.footprint();
        assert!(holds.connections <= 3 + villains.len(), "{holds:?}");
        Ok(())
    });
}

fn arrive(office: &mut Office, who: &str) {
    match who {
        "stranger" => {
            office.connect_as(who, Role::RepConsole);
        }
        "console" => {
            office.greet(who, Role::RepConsole);
        }
        "blair" => office.sign_in(who),
        "browser" => {
            office.greet(who, Role::Customer);
        }
        "mallory" => {
            office.arrive(who, VPN);
        }
        "client" => {
            office.greet(who, Role::JumpClient);
        }
        _ => {
            office.register(who, "installer-servers");
        }
    }
}

/// A message of the kind that this connection speaks: any at all, or one with numbers that mean something. Blair can do
/// nothing to Carla's session that a colleague may not.
fn message_of(who: &str, u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let any = u.arbitrary()?;
    Ok(match who {
        "browser" | "mallory" if any => encode_frame(&u.arbitrary::<CustomerToAppliance>()?),
        "client" | "db-02" if any => encode_frame(&u.arbitrary::<JumpToAppliance>()?),
        _ if any => encode_frame(&u.arbitrary::<RepToAppliance>()?),
        "browser" | "mallory" => encode_frame(&customer_message(u)?),
        "client" | "db-02" => encode_frame(&jump_message(u)?),
        _ => encode_frame(&rep_message(u)?),
    })
}

fn rep_message(u: &mut Unstructured<'_>) -> Result<RepToAppliance> {
    let number = u.int_in_range(0..=6)?;
    let (session, entry) = (SessionId(number), QueueEntryId(number));
    let ask = match u.int_in_range(0..=24)? {
        0 => RepAsk::SignIn { user_name: "blair".into(), password: "blair's password".into() },
        1 => RepAsk::SignOut,
        2 => RepAsk::GenerateKey { portal: Some(PortalId(number as u32)), valid_s: u.arbitrary()? },
        3 => RepAsk::Accept { entry },
        4 => RepAsk::Decline { entry },
        5 => RepAsk::GetNext,
        6 => RepAsk::Hold { session },
        7 => RepAsk::End { session },
        8 => RepAsk::Invite { session, whom: u.arbitrary()? },
        9 => RepAsk::ListJumpItems,
        10 => RepAsk::Jump { jump_client: JumpClientId(number as u32) },
        11 => RepAsk::Invite { session, whom: Invitee::Rep(RepId(u.int_in_range(0..=4)?)) },
        12 => RepAsk::Invite { session, whom: Invitee::Team(TeamId(u.int_in_range(0..=2)?)) },
        13 => RepAsk::CancelInvitation { session, invitation: entry },
        14 => RepAsk::AnswerAssignment { entry, accept: u.arbitrary()? },
        15 => RepAsk::Transfer { session, to: u.arbitrary()? },
        16 => RepAsk::Transfer { session, to: QueueId::Team(TeamId(u.int_in_range(0..=2)?)) },
        17 => RepAsk::Leave { session },
        18 => RepAsk::RemoveMember { session, member: MemberId(u.int_in_range(0..=4)?) },
        19 => RepAsk::AddNote { session, text: "boo".into() },
        20 => RepAsk::OpenReport { session },
        21 => RepAsk::SignInExternal { key: u.arbitrary()?, token: Token([0; 16]) },
        22 => RepAsk::TeamChat { to: u.arbitrary()?, text: "boo".into() },
        23 => u.arbitrary()?,
        _ => {
            let audience = u.arbitrary()?;
            return Ok(RepToAppliance::Chat {
                session,
                line: LineId(number as u32),
                audience,
                text: "boo".into(),
            });
        }
    };
    Ok(RepToAppliance::Ask { request: RequestId(u.arbitrary()?), ask })
}

fn customer_message(u: &mut Unstructured<'_>) -> Result<CustomerToAppliance> {
    let number: u8 = u.int_in_range(0..=4)?;
    let token = Token([number; 16]);
    let start = match u.int_in_range(0..=2)? {
        0 => Start::Issue(IssueId(number.into())),
        1 => Start::Representative(RepId(number.into())),
        _ => Start::Jump { jump: JumpId(number.into()), token },
    };
    let portal = u.arbitrary::<bool>()?.then_some(PortalId(number.into()));
    Ok(match u.int_in_range(0..=6)? {
        0 => CustomerToAppliance::ChooseStart { start, portal },
        1 => CustomerToAppliance::FetchPackage,
        2 | 3 => CustomerToAppliance::Join(Join {
            token,
            start,
            portal,
            name: "mallory".into(),
            agreement: u.arbitrary()?,
            recording: u.arbitrary()?,
            device: machine("mallory"),
            client: u.arbitrary()?,
        }),
        4 => {
            CustomerToAppliance::Resume { session: SessionId(number.into()), token, have_seq: u.arbitrary()? }
        }
        5 => CustomerToAppliance::Chat { line: LineId(number.into()), text: "boo".into() },
        _ => CustomerToAppliance::Leave,
    })
}

fn jump_message(u: &mut Unstructured<'_>) -> Result<JumpToAppliance> {
    let number: u8 = u.int_in_range(0..=4)?;
    let (device, user_present) = (machine("mallory"), u.arbitrary()?);
    Ok(match u.int_in_range(0..=3)? {
        0 => JumpToAppliance::Register { installer: "installer-servers".into(), device, user_present },
        1 => {
            let (id, secret) = (JumpClientId(number.into()), Token([number; 16]));
            JumpToAppliance::Return { id, secret, device, user_present }
        }
        2 => JumpToAppliance::Presence { user_present },
        _ => JumpToAppliance::JumpFailed { jump: JumpId(number.into()), why: u.arbitrary()? },
    })
}
