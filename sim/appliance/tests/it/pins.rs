//! Pins: who may, what becomes of them, and what is left of a machine that is unpinned (JPN).

use wire::customer::{ApplianceToCustomer, CustomerToAppliance};
use wire::jump::{ApplianceToJump, JumpToAppliance};
use wire::pin::{PinMode, PinObstacle, PinOrder, PinTo, SessionPin};
use wire::rep::{JumpItem, Permission, Refusal, RepAnswer, RepAsk, RepToAppliance};
use wire::session::{DeviceFacts, LogItem, Platform, SessionEvent};
use wire::tool::ClientKind;
use wire::{JumpClientId, JumpGroupId, PinId, RequestId, Role, SessionId, Token};

use crate::office::{Office, SITE, VPN, machine};

const SERVERS: PinTo = PinTo::Group(JumpGroupId(0));

/// The office where Alex may pin, and nobody else.
fn office() -> Office {
    let alex = r#""use Jump Clients"]
portals"#;
    assert!(SITE.contains(alex));
    Office::of(&SITE.replacen(alex, &alex.replace(']', r#", "deploy Jump Clients"]"#), 1))
}

/// Alex and Blair in a session with Carla.
fn helping() -> (Office, SessionId) {
    let mut office = office();
    for rep in ["alex", "blair", "drew"] {
        office.sign_in(rep);
    }
    let session = office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("she waits");
    (office, session)
}

fn pin_ask(session: SessionId, to: PinTo, mode: PinMode) -> RepAsk {
    RepAsk::Pin { session, to, mode }
}

/// Alex pins Carla's machine: the question, and what her client was told to do.
fn pinning(office: &mut Office, session: SessionId, to: PinTo) -> (RequestId, PinOrder) {
    let request = office.ask_later("alex", pin_ask(session, to, PinMode::User));
    (request, ordered(office).expect("her client is told"))
}

fn ordered(office: &mut Office) -> Option<PinOrder> {
    office.line("carla").customer_says.iter().rev().find_map(|message| match message {
        ApplianceToCustomer::InstallJumpClient(order) => Some(order.clone()),
        _ => None,
    })
}

fn done(office: &mut Office, pin: PinId, outcome: Result<(), PinObstacle>) {
    office.say("carla", &CustomerToAppliance::PinDone { pin, outcome });
}

fn register(office: &mut Office, who: &str, installer: &str) -> ApplianceToJump {
    office.greet(who, Role::JumpClient);
    let (installer, device) = (installer.to_owned(), machine(who));
    office.say(who, &JumpToAppliance::Register { installer, device, user_present: true });
    office.note_identity(who);
    office.line(who).jump_says.last().cloned().expect("whoever registers is answered")
}

fn items(office: &mut Office, who: &str) -> Vec<JumpItem> {
    match office.ask(who, RepAsk::ListJumpItems) {
        Ok(RepAnswer::JumpItems(items)) => items,
        other => panic!("no list: {other:?}"),
    }
}

fn shown(office: &mut Office, who: &str, session: SessionId) -> SessionPin {
    office.sees(who).pages[&session].pin
}

/// JPN-01, JPN-02: only when the Jump Client has registered is the machine pinned.
#[test]
fn a_pin_ends_with_a_jump_client_in_the_list() {
    for (to, blair_has_it) in [(SERVERS, true), (PinTo::Personal, false)] {
        let (mut office, session) = helping();
        let (request, order) = pinning(&mut office, session, to);
        assert_eq!(shown(&mut office, "alex", session), SessionPin::UnderWay);
        done(&mut office, order.pin, Ok(()));
        assert_eq!(office.answer("alex", request), None, "installed is not heard of");
        let id = office.register("carla-pc", &order.installer);
        assert_eq!(office.answer("alex", request), Some(Ok(RepAnswer::Pinned { jump_client: id })));
        assert_eq!(shown(&mut office, "alex", session), SessionPin::Pinned(Some(id)));
        let on_list = |office: &mut Office, who: &str| items(office, who).iter().any(|item| item.id == id);
        assert!(on_list(&mut office, "alex"));
        assert_eq!(on_list(&mut office, "blair"), blair_has_it);
        assert!(!on_list(&mut office, "drew"));
        let log = office.sees_log("alex", session);
        let noted = log.iter().any(|entry| {
            matches!(entry.what, LogItem::Happened { event: SessionEvent::SessionPinnedToQueue, .. })
        });
        assert!(noted);
        // The same installer brings nobody else in, once that one has come back.
        assert_eq!(office.come_back("carla-pc"), ApplianceToJump::Returned);
        assert_eq!(register(&mut office, "eve", &order.installer), ApplianceToJump::Unknown);
        assert_eq!(office.appliance.footprint().pins, 0);
    }
}

/// JPN-01, JPN-04: what a console would not offer is refused all the same, and orders nothing.
#[test]
fn what_may_not_be_is_refused() {
    let (mut office, session) = helping();
    let refused = |office: &mut Office, who: &str, ask: RepAsk| office.ask(who, ask).expect_err("refused");
    let may_not = Refusal::NotPermitted;
    let personal = pin_ask(session, PinTo::Personal, PinMode::User);
    assert_eq!(refused(&mut office, "blair", personal.clone()), may_not, "no permission");
    for group in [1, 7, u32::MAX] {
        let ask = pin_ask(session, PinTo::Group(JumpGroupId(group)), PinMode::User);
        assert_eq!(refused(&mut office, "alex", ask), may_not, "group {group}");
    }
    let elsewhere = pin_ask(SessionId(99), SERVERS, PinMode::User);
    assert_eq!(refused(&mut office, "alex", elsewhere), Refusal::NotAMember);
    let service = pin_ask(session, SERVERS, PinMode::Service);
    let not_elevated = Refusal::CanNotPin(PinObstacle::NotElevated);
    assert_eq!(refused(&mut office, "alex", service.clone()), not_elevated);
    for (kind, why) in
        [(ClientKind::WebChat, PinObstacle::ChatOnly), (ClientKind::SupportPlus, PinObstacle::NoSuchMachine)]
    {
        office.say("carla", &CustomerToAppliance::Became(kind));
        assert_eq!(refused(&mut office, "alex", personal.clone()), Refusal::CanNotPin(why));
    }
    office.say("carla", &CustomerToAppliance::Became(ClientKind::UserMode));
    assert_eq!(ordered(&mut office), None);
    office.cut("carla");
    assert_eq!(refused(&mut office, "alex", personal.clone()), Refusal::CanNotPin(PinObstacle::CustomerAway));
    office.resume("carla", 0);
    office.say("carla", &CustomerToAppliance::Became(ClientKind::Elevated));
    office.ask_later("alex", service);
    assert_eq!(ordered(&mut office).expect("elevated").mode, PinMode::Service);
    assert_eq!(refused(&mut office, "alex", personal), Refusal::CanNotPin(PinObstacle::UnderWay));
}

/// A phone is told from a PC by what it says of itself.
#[test]
fn a_phone_is_refused() {
    let mut office = office();
    office.sign_in("alex");
    office.greet("carla", Role::Customer);
    office.arrive("carla", VPN);
    office.greet("phone", Role::Customer);
    let device = DeviceFacts { platform: Platform::Android, ..machine("phone") };
    let join = wire::customer::Join { token: Token([8; 16]), device, ..office.join_message("carla", VPN) };
    office.say("phone", &CustomerToAppliance::Join(wire::customer::Join { name: "phone".into(), ..join }));
    let Ok(RepAnswer::Accepted { session }) = office.accept("alex", "phone") else { panic!("it waits") };
    let ask = pin_ask(session, PinTo::Personal, PinMode::User);
    assert_eq!(office.ask("alex", ask), Err(Refusal::CanNotPin(PinObstacle::NoSuchMachine)));
}

/// What the client says no to is told, and may be tried again; nobody answers for somebody else's machine.
#[test]
fn a_client_that_can_not_is_why() {
    let (mut office, session) = helping();
    let (request, order) = pinning(&mut office, session, SERVERS);
    office.arrive("dana", VPN);
    office.say(
        "dana",
        &CustomerToAppliance::PinDone { pin: order.pin, outcome: Err(PinObstacle::AlreadyThere) },
    );
    assert_eq!(office.answer("alex", request), None, "Dana speaks for Dana");
    done(&mut office, PinId(77), Err(PinObstacle::AlreadyThere));
    assert_eq!(office.answer("alex", request), None, "there is no such pin");
    done(&mut office, order.pin, Err(PinObstacle::AlreadyThere));
    let why = Refusal::CanNotPin(PinObstacle::AlreadyThere);
    assert_eq!(office.answer("alex", request), Some(Err(why)));
    assert_eq!(shown(&mut office, "alex", session), SessionPin::No);
    let (_, again) = pinning(&mut office, session, SERVERS);
    assert_ne!((again.pin, &again.installer), (order.pin, &order.installer));
    assert_eq!(register(&mut office, "carla-pc", &order.installer), ApplianceToJump::Unknown);
}

/// Breaks in the middle, on every line of it.
#[test]
fn breaks_lose_nothing() {
    let (mut office, session) = helping();
    let (request, order) = pinning(&mut office, session, SERVERS);
    // Her client: the order comes again with her.
    office.cut("carla");
    office.resume("carla", 0);
    assert_eq!(ordered(&mut office), Some(order.clone()));
    // The appliance: it comes again, too, and nobody is waiting for the answer any more.
    office.restart();
    office.sign_in("alex");
    office.resume("carla", 0);
    assert_eq!(ordered(&mut office), Some(order.clone()));
    assert_eq!(office.answer("alex", request), None);
    done(&mut office, order.pin, Ok(()));
    // The Jump Client: it has not heard that it was registered, and is the same one when it asks again.
    let first = register(&mut office, "carla-pc", &order.installer);
    office.cut("carla-pc");
    for restarted in [false, true] {
        if restarted {
            office.restart();
            office.sign_in("alex");
        }
        assert_eq!(register(&mut office, "carla-pc", &order.installer), first);
        assert_eq!(items(&mut office, "alex").len(), 1);
    }
    assert_eq!(office.come_back("carla-pc"), ApplianceToJump::Returned);
    assert_eq!(register(&mut office, "eve", &order.installer), ApplianceToJump::Unknown);
}

/// A customer who has gone before the Jump Client was installed is why; one that was comes all the same, for a day.
#[test]
fn a_session_that_ends_in_the_middle() {
    for installed in [false, true] {
        let (mut office, session) = helping();
        let (request, order) = pinning(&mut office, session, SERVERS);
        if installed {
            done(&mut office, order.pin, Ok(()));
        }
        office.ask("alex", RepAsk::End { session }).expect("it is Alex's");
        let gone = Refusal::CanNotPin(PinObstacle::CustomerAway);
        assert_eq!(office.answer("alex", request), (!installed).then_some(Err(gone)));
        office.wait_s(86_399);
        let told = register(&mut office, "carla-pc", &order.installer);
        assert_eq!(told != ApplianceToJump::Unknown, installed);
    }
    let (mut office, session) = helping();
    let (request, order) = pinning(&mut office, session, SERVERS);
    done(&mut office, order.pin, Ok(()));
    office.ask("alex", RepAsk::End { session }).expect("it is Alex's");
    office.wait_s(43_200);
    office.say("alex", &RepToAppliance::Heartbeat);
    office.wait_s(43_200);
    let why = Refusal::CanNotPin(PinObstacle::NotHeardOf);
    assert_eq!(office.answer("alex", request), Some(Err(why)));
    assert_eq!(office.appliance.footprint().pins, 0);
    assert_eq!(register(&mut office, "carla-pc", &order.installer), ApplianceToJump::Unknown);
}

/// JPN-03: it leaves every list at once and for good, and its machine as soon as it can be told.
#[test]
fn what_is_unpinned_is_nobodys_any_more() {
    for away in [false, true] {
        let mut office = office();
        office.sign_in("alex");
        office.sign_in("blair");
        let id = office.register("db-01", "installer-servers");
        office.register("db-02", "installer-servers");
        assert_eq!(office.ask("blair", RepAsk::Unpin { jump_client: id }), Err(Refusal::NotPermitted));
        if away {
            office.cut("db-01");
        }
        assert_eq!(office.ask("alex", RepAsk::Unpin { jump_client: id }), Ok(RepAnswer::Done));
        assert_eq!(office.ask("alex", RepAsk::Unpin { jump_client: id }), Err(Refusal::Gone));
        let left: Vec<JumpClientId> = items(&mut office, "blair").iter().map(|item| item.id).collect();
        assert_eq!(left, [JumpClientId(1)]);
        assert_eq!(office.ask("blair", RepAsk::Jump { jump_client: id }), Err(Refusal::NotPermitted));
        if !away {
            // What it says before it has heard of it is no offence.
            office.say("db-01", &JumpToAppliance::Presence { user_present: false });
            assert_eq!(office.line("db-01").jump_says.last(), Some(&ApplianceToJump::Uninstall));
            assert!(office.is_connected("db-01"));
        }
        office.restart();
        assert_eq!(office.come_back("db-01"), ApplianceToJump::Uninstall);
        let wrong = JumpToAppliance::Uninstalled { id, secret: Token([0; 16]) };
        office.say("db-01", &wrong);
        assert_eq!(office.appliance.footprint().jump_clients_unpinned, 1, "who has the secret says so");
        let Some((_, secret)) = office.identity_of("db-01") else { panic!("it is registered") };
        office.say("db-01", &JumpToAppliance::Uninstalled { id, secret });
        assert_eq!(office.appliance.footprint().jump_clients_unpinned, 0);
        office.restart();
        assert_eq!(office.come_back("db-01"), ApplianceToJump::Unknown);
        assert_eq!(office.register("db-03", "installer-servers"), JumpClientId(2), "no number is used twice");
    }
}

/// A jump that is under way when its machine is unpinned comes to nothing.
#[test]
fn a_jump_to_what_is_unpinned_fails() {
    let mut office = office();
    office.sign_in("alex");
    office.sign_in("blair");
    let id = office.register("db-01", "installer-servers");
    let request = office.ask_later("blair", RepAsk::Jump { jump_client: id });
    office.ask("alex", RepAsk::Unpin { jump_client: id }).expect("Alex may");
    assert_eq!(office.answer("blair", request), Some(Err(Refusal::Offline)));
}

#[test]
fn the_profile_tells_the_groups() {
    let mut office = office();
    office.greet("alex", Role::RepConsole);
    let (user_name, password) = ("alex".to_owned(), "alex's password".to_owned());
    let Ok(RepAnswer::SignedIn(profile)) = office.ask("alex", RepAsk::SignIn { user_name, password }) else {
        panic!("the password is right");
    };
    assert!(profile.permissions.contains(&Permission::DeployJumpClients));
    let groups: Vec<(u32, &str)> =
        profile.jump_groups.iter().map(|group| (group.id.0, group.name.as_str())).collect();
    assert_eq!(groups, [(0, "Servers")]);
}
