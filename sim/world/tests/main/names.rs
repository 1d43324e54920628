//! Names: what becomes of a program that dials one, by way of real lookups over the network.

use std::net::Ipv4Addr;
use std::time::Duration;

use appliance::Site;
use customer_client::{CustomerClientConfig, CustomerView, Stage};
use wire::{Seed, SimTime};
use world::names::{ANSWER_TIMEOUT, NAME_TTL, NameServerMode};
use world::{MachineId, Program, ProgramId, ProgramSpec, World};

use crate::{SITE, add};

const NAME: &str = "support.example.com";
const APPLIANCE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);

/// An appliance, and a customer who wants to see its portal.
struct Net {
    world: World,
    pc: MachineId,
    client: ProgramId,
}

impl Net {
    fn new() -> Self {
        Self::dialling(NAME)
    }

    fn dialling(host: &str) -> Self {
        let mut world = World::new(Seed::from_number(1));
        let appliance = add(&mut world, "appliance", 1, "data centre");
        world.name_machine("Support.Example.com", appliance);
        let site = Site::parse("small.toml", SITE).expect("the site is right");
        world.start(appliance, "appliance", ProgramSpec::Appliance(Box::new(site), None));
        let pc = add(&mut world, "Carla's PC", 2, "DSL");
        let config = CustomerClientConfig::browser(host, "Carla");
        let client = world.start(pc, "Carla's client", ProgramSpec::CustomerClient(config));
        Self { world, pc, client }
    }

    fn with(change: impl FnOnce(&mut World)) -> Self {
        let mut net = Self::new();
        change(&mut net.world);
        net
    }

    fn name_server(&self) -> MachineId {
        self.world.name_server_machine().expect("something has a name")
    }

    fn dial(&mut self) {
        let opened = self.world.hands(self.client, |program, now, device| match program {
            Program::CustomerClient(client) => client.open_portal(now, device, None),
            _ => unreachable!("it is the customer's client"),
        });
        opened.expect("the client runs").expect("the portal can be asked for");
    }

    /// Begins anew, as a program that was just started.
    fn dial_anew(&mut self) {
        self.world.kill(self.client);
        self.world.restart(self.client);
        self.dial();
    }

    /// What the customer sees first, and how many seconds after this.
    fn outcome(&mut self) -> String {
        let begun = self.world.now();
        let client = self.client;
        self.world.run_until(begun + Duration::from_secs(60), |world| told(view(world, client)).is_some());
        let told = told(view(&self.world, client)).unwrap_or_else(|| "nothing".to_owned());
        format!("{told} after {} s", self.world.now().since(begun).as_secs())
    }

    fn dialled(mut self) -> String {
        self.dial();
        self.outcome()
    }

    fn udp_sockets(&self, machine: MachineId) -> usize {
        self.world.netstat(machine).matches("UDP").count()
    }
}

fn view(world: &World, client: ProgramId) -> &CustomerView {
    match world.program(client) {
        Some(Program::CustomerClient(client)) => client.view(),
        _ => panic!("the customer's client does not run"),
    }
}

fn told(view: &CustomerView) -> Option<String> {
    match (&view.stage, &view.trouble) {
        (Stage::Portal(_), None) => Some("portal".to_owned()),
        (_, trouble) => trouble.clone(),
    }
}

#[test]
fn what_a_customer_hears_when_names_fail() {
    let mode = |mode| Net::with(|world| world.name_server(mode)).dialled();
    let table = [
        ("healthy", mode(NameServerMode::Healthy)),
        ("slow", mode(NameServerMode::Slow(Duration::from_secs(3)))),
        ("too slow once", mode(NameServerMode::Slow(Duration::from_secs(7)))),
        ("too slow", mode(NameServerMode::Slow(Duration::from_secs(12)))),
        ("silent", mode(NameServerMode::Silent)),
        ("failing", mode(NameServerMode::Failing)),
        ("taken off", Net::with(|world| world.forget_name(NAME)).dialled()),
        ("put back", {
            let again = |world: &mut World| {
                world.forget_name(NAME);
                world.recall_name(NAME);
            };
            Net::with(again).dialled()
        }),
        (
            "points to nobody",
            Net::with(|world| world.point_name(NAME, Ipv4Addr::new(10, 0, 0, 99))).dialled(),
        ),
        ("another name", Net::dialling("help.example.com").dialled()),
        ("no name that a host can have", Net::dialling("help desk").dialled()),
        ("an address", Net::dialling(&APPLIANCE.to_string()).dialled()),
        ("an address, and names fail", {
            let mut net = Net::dialling(&APPLIANCE.to_string());
            net.world.name_server(NameServerMode::Silent);
            net.dialled()
        }),
        ("the name server is dark", {
            let mut net = Net::new();
            net.world.power_off(net.name_server());
            net.dialled()
        }),
        ("the customer is unplugged", {
            let mut net = Net::new();
            net.world.unplug(net.pc);
            net.dialled()
        }),
    ];
    let heard: Vec<String> = table.into_iter().map(|(state, heard)| format!("{state}: {heard}")).collect();
    insta::assert_snapshot!(heard.join("\n"), @"
    healthy: portal after 0 s
    slow: portal after 3 s
    too slow once: portal after 7 s
    too slow: the appliance's name could not be resolved after 10 s
    silent: the appliance's name could not be resolved after 10 s
    failing: the appliance's name could not be resolved after 0 s
    taken off: no such name after 0 s
    put back: portal after 0 s
    points to nobody: the appliance does not answer after 21 s
    another name: no such name after 0 s
    no name that a host can have: no such name after 0 s
    an address: portal after 0 s
    an address, and names fail: portal after 0 s
    the name server is dark: the appliance's name could not be resolved after 10 s
    the customer is unplugged: no network after 0 s
    ");
}

#[test]
fn a_lookup_crosses_the_network_and_closes_its_socket() {
    let mut net = Net::new();
    assert_eq!(net.udp_sockets(net.name_server()), 1, "it listens");
    net.dial();
    assert_eq!(net.udp_sockets(net.pc), 1, "the question is on its way");
    net.outcome();
    assert_eq!(net.udp_sockets(net.pc), 0, "the answer is there");
    let server = net.world.netstat(net.name_server());
    let row = server.lines().find(|row| row.contains("UDP")).expect("it listens");
    let question = (12 + NAME.len() + 2 + 4).to_string();
    assert!(row.split_whitespace().any(|cell| cell == question), "a question came in: {server}");
}

#[test]
fn a_lost_question_is_asked_again() {
    let mut net = Net::new();
    let server = net.world.name_server_machine().expect("there are names");
    net.world.partition(net.pc, server);
    net.dial();
    net.world.run_for(Duration::from_secs(2));
    net.world.heal(net.pc, server);
    net.world.run_for(ANSWER_TIMEOUT - Duration::from_secs(2) - Duration::from_millis(1));
    assert_eq!(told(view(&net.world, net.client)), None);
    assert_eq!(net.outcome(), "portal after 0 s");
}

/// An address is good for its time, and no longer.
#[test]
fn what_was_told_is_kept() {
    let mut net = Net::new();
    net.dial();
    net.outcome();
    net.world.name_server(NameServerMode::Silent);
    let asked = net.world.now();
    net.world.run_until(asked + (NAME_TTL - Duration::from_secs(5)), |_| false);
    net.dial_anew();
    assert_eq!(net.outcome(), "portal after 0 s");
    net.world.run_until(asked + NAME_TTL, |_| false);
    net.dial_anew();
    assert_eq!(net.outcome(), "the appliance's name could not be resolved after 10 s");
}

/// "No such name" is kept as well, for a shorter time: the client, which dials again and again, gets there then.
#[test]
fn a_name_that_is_back_is_found_a_little_later() {
    let mut net = Net::with(|world| world.forget_name(NAME));
    net.dial();
    assert_eq!(net.outcome(), "no such name after 0 s");
    net.world.recall_name(NAME);
    let begun = net.world.now();
    let client = net.client;
    let portal = |world: &World| matches!(view(world, client).stage, Stage::Portal(_));
    assert!(
        !net.world.run_until(begun + Duration::from_secs(29), portal),
        "its own machine still knows better"
    );
    assert!(net.world.run_until(begun + Duration::from_secs(70), portal));
    assert_eq!(view(&net.world, client).trouble, None);
}

#[test]
fn a_power_loss_empties_the_cache() {
    let mut net = Net::new();
    net.dial();
    net.outcome();
    net.world.name_server(NameServerMode::Silent);
    net.world.power_off(net.pc);
    net.world.run_for(Duration::from_secs(1));
    net.world.power_on(net.pc);
    net.dial_anew();
    assert_eq!(net.outcome(), "the appliance's name could not be resolved after 10 s");
}

#[test]
fn who_dies_while_asking_leaves_nothing_behind() {
    let kill = |net: &mut Net| net.world.kill(net.client);
    let power_off = |net: &mut Net| net.world.power_off(net.pc);
    for death in [kill, power_off] as [fn(&mut Net); 2] {
        let mut net = Net::with(|world| world.name_server(NameServerMode::Silent));
        net.dial();
        net.world.run_for(Duration::from_secs(1));
        death(&mut net);
        assert_eq!(net.udp_sockets(net.pc), 0);
        let mut events = 0;
        net.world.run_until(SimTime::from_secs(60), |_| {
            events += 1;
            false
        });
        assert_eq!(events, 2, "looked before and after, and nothing happened between");
        net.world.name_server(NameServerMode::Healthy);
        net.world.power_on(net.pc);
        net.dial_anew();
        assert_eq!(net.outcome(), "portal after 0 s");
    }
}

#[test]
fn who_hangs_up_while_asking_hears_no_more_of_it() {
    let mut net = Net::with(|world| world.name_server(NameServerMode::Silent));
    net.dial();
    net.world.run_for(Duration::from_secs(1));
    net.world.hands(net.client, |program, now, device| match program {
        Program::CustomerClient(client) => client.close(now, device),
        _ => unreachable!("it is the customer's client"),
    });
    assert_eq!(net.udp_sockets(net.pc), 0);
    assert_eq!(net.outcome(), "nothing after 60 s");
}

/// Two programs of one machine that want the same name ask for it once, and one that dies takes nothing from the other.
#[test]
fn a_lookup_belongs_to_all_who_wait_for_it() {
    let mut net = Net::with(|world| world.name_server(NameServerMode::Slow(Duration::from_secs(2))));
    let config = CustomerClientConfig::browser(NAME, "Carl");
    let other = net.world.start(net.pc, "Carl's client", ProgramSpec::CustomerClient(config));
    net.dial();
    let first = std::mem::replace(&mut net.client, other);
    net.dial();
    assert_eq!(net.udp_sockets(net.pc), 1);
    net.world.kill(first);
    assert_eq!(net.outcome(), "portal after 2 s");
}

#[test]
fn a_connection_that_stands_needs_no_names() {
    let mut net = Net::new();
    net.dial();
    net.outcome();
    net.world.power_off(net.name_server());
    net.world.run_for(2 * NAME_TTL);
    let view = view(&net.world, net.client);
    assert_eq!((view.connection, &view.trouble), (device::LinkState::Connected, &None));
}

#[test]
fn a_name_server_that_had_no_power_answers_again() {
    let mut net = Net::new();
    net.world.power_off(net.name_server());
    net.dial();
    net.world.run_for(Duration::from_secs(2));
    net.world.power_on(net.name_server());
    assert_eq!(net.outcome(), "portal after 3 s");
}

#[test]
fn a_machine_that_sleeps_asks_nothing() {
    let mut net = Net::with(|world| world.name_server(NameServerMode::Silent));
    net.dial();
    net.world.run_for(Duration::from_secs(1));
    net.world.sleep(net.pc);
    net.world.run_for(Duration::from_secs(20));
    assert_eq!(told(view(&net.world, net.client)), None, "it would have given up");
    net.world.name_server(NameServerMode::Healthy);
    net.world.wake(net.pc);
    assert_eq!(net.outcome(), "portal after 0 s");
}
