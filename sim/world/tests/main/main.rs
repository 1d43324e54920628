//! The world's own promises: one clock that skips, chance that repeats, and machines that die as machines do.

mod mail;
mod names;

use std::time::Duration;

use appliance::Site;
use customer_client::{CustomerClientConfig, Stage};
use fake_devices::DeviceKind;
use jump_client::JumpClientConfig;
use recording::{EntryKind, Header, Recorder, Recording, first_difference};
use rep_console::{Account, Flavour, RepConsole, RepConsoleConfig};
use wire::{Seed, SimTime};
use world::{MachineId, MachineSpec, Program, ProgramId, ProgramSpec, World, link_named};

const SITE: &str = r#"
    name = "Small"
    host = "support.example.com"
    [sign_in]
    hash_memory_kib = 8
    hash_passes = 1
    [[portal]]
    name = "Main"
    [[representative]]
    user_name = "alex"
    display_name = "Alex Kim"
    password = "correct horse"
    permissions = ["generate session key"]
    [[jump_group]]
    name = "Servers"
    [[jump_installer]]
    token = "installer"
    group = "Servers"
"#;

/// An appliance, a console that signs in, a customer on a bad line who picks the representative, a Jump Client.
struct Estate {
    world: World,
    appliance: MachineId,
    console: ProgramId,
    customer: ProgramId,
    jump_client: ProgramId,
}

impl Estate {
    fn new(seed: u64) -> Self {
        Self::of_site(seed, SITE)
    }

    fn of_site(seed: u64, site: &str) -> Self {
        let mut world = World::new(Seed::from_number(seed));
        world.attach_recorder(Recorder::new(Header::default()));
        let site = Site::parse("small.toml", site).expect("the site is right");
        let appliance = add(&mut world, "appliance", 1, "data centre");
        world.name_machine("support.example.com", appliance);
        world.start(appliance, "appliance", ProgramSpec::Appliance(Box::new(site), None));
        let desk = add(&mut world, "Alex's device", 2, "office LAN");
        let config = RepConsoleConfig::new("support.example.com", Flavour::Desktop);
        let console = world.start(desk, "Alex's console", ProgramSpec::RepConsole(config));
        let hotel = add(&mut world, "Carla's device", 3, "hotel Wi-Fi");
        let config = CustomerClientConfig::browser("support.example.com", "Carla");
        let customer = world.start(hotel, "Carla's client", ProgramSpec::CustomerClient(config));
        let server = add(&mut world, "DB-01", 4, "office LAN");
        let config = JumpClientConfig::new("support.example.com", "installer");
        let jump_client = world.start(server, "Jump Client on DB-01", ProgramSpec::JumpClient(config));
        Self { world, appliance, console, customer, jump_client }
    }

    fn sign_in(&mut self) {
        let done = self.world.hands(self.console, |program, now, device| {
            console(program).sign_in(now, device, "alex", "correct horse", false)
        });
        done.expect("the console runs").expect("the console takes it");
        self.wait(|estate| match estate.world.program(estate.console) {
            Some(Program::RepConsole(console)) => console.view().account == Account::SignedIn,
            _ => false,
        });
    }

    fn start_session(&mut self) {
        let done = self.world.hands(self.customer, |program, now, device| match program {
            Program::CustomerClient(client) => client.open_portal(now, device, None),
            _ => unreachable!("it is the customer's client"),
        });
        done.expect("the client runs").expect("the portal can be opened");
        self.wait(|estate| matches!(estate.stage(), Stage::Portal(_)));
        let done = self.world.hands(self.customer, |program, now, device| match program {
            Program::CustomerClient(client) => client.choose_representative(now, device, "Alex Kim"),
            _ => unreachable!("it is the customer's client"),
        });
        done.expect("the client runs").expect("the portal lists Alex");
        self.wait(|estate| matches!(estate.stage(), Stage::Waiting { .. }));
    }

    fn stage(&self) -> &Stage {
        match self.world.program(self.customer) {
            Some(Program::CustomerClient(client)) => &client.view().stage,
            _ => panic!("the customer's client does not run"),
        }
    }

    /// Runs in small portions until it is so.
    fn wait(&mut self, done: impl Fn(&Self) -> bool) {
        for _ in 0..6_000 {
            if done(self) {
                return;
            }
            self.world.run_for(Duration::from_millis(10));
        }
        panic!("it never came to that; last messages: {:#?}", self.world.last_messages().collect::<Vec<_>>());
    }

    fn recording(mut self) -> Vec<u8> {
        self.world.take_recorder().expect("it was attached").finish()
    }
}

fn add(world: &mut World, name: &str, host: u8, link: &str) -> MachineId {
    let link = link_named(link).expect("it is a preset");
    world.add_machine(MachineSpec::new(name, DeviceKind::WindowsPc, name, [10, 0, 0, host].into(), link))
}

fn console(program: &mut Program) -> &mut RepConsole {
    match program {
        Program::RepConsole(console) => console,
        _ => panic!("it is a console"),
    }
}

fn a_session_on_a_bad_line(seed: u64) -> Vec<u8> {
    let mut estate = Estate::new(seed);
    estate.sign_in();
    estate.start_session();
    estate.recording()
}

#[test]
fn one_seed_gives_one_recording_and_another_seed_another() {
    let first = a_session_on_a_bad_line(7);
    assert_eq!(first, a_session_on_a_bad_line(7));
    let read = |bytes: &[u8]| Recording::read(bytes).expect("we wrote it");
    let difference = first_difference(&read(&first), &read(&a_session_on_a_bad_line(8)));
    assert!(difference.is_some(), "a lossy line goes another way with another seed");
}

#[test]
fn a_year_in_which_nothing_runs_is_one_step() {
    let mut world = World::new(Seed::from_number(1));
    add(&mut world, "a PC", 1, "DSL");
    let mut looks = 0;
    world.run_until(SimTime::from_secs(365 * 86_400), |_| {
        looks += 1;
        false
    });
    assert_eq!((world.now(), looks), (SimTime::from_secs(365 * 86_400), 2));
}

#[test]
fn what_an_idle_estate_does_is_its_heartbeats() {
    let mut estate = Estate::new(1);
    estate.sign_in();
    let mut looks = 0;
    let hour = estate.world.now() + Duration::from_secs(3_600);
    estate.world.run_until(hour, |_| {
        looks += 1;
        false
    });
    // A console and a Jump Client beat every 12 s. A beat is two wake-ups and a few packets over four links.
    const BEATS: u32 = 2 * 3_600 / 12;
    const EVENTS_PER_BEAT_MAX: u32 = 24;
    assert!((BEATS..=BEATS * EVENTS_PER_BEAT_MAX).contains(&looks), "{looks} events in an idle hour");
}

#[test]
fn after_a_power_cut_services_come_back_and_people_do_not() {
    let mut estate = Estate::new(1);
    estate.sign_in();
    estate.world.power_off(estate.world.machine_of(estate.console));
    estate.world.power_off(estate.world.machine_of(estate.jump_client));
    assert!(
        estate.world.program(estate.console).is_none() && estate.world.program(estate.jump_client).is_none()
    );
    estate.world.power_on(estate.world.machine_of(estate.console));
    estate.world.power_on(estate.world.machine_of(estate.jump_client));
    assert!(estate.world.program(estate.console).is_none(), "nobody has opened the console again");
    assert!(estate.world.program(estate.jump_client).is_some(), "a service starts with its machine");
}

#[test]
fn a_kill_is_heard_at_once_and_a_power_loss_is_not() {
    let gone_after = |death: fn(&mut Estate)| {
        let mut estate = Estate::new(1);
        estate.sign_in();
        death(&mut estate);
        let died = estate.world.now();
        let signed_in = |world: &World| {
            let status = world.programs().find_map(|(_, program)| match program {
                Program::Appliance(appliance) => Some(appliance.view()),
                _ => None,
            });
            !status.expect("the appliance runs").representatives.is_empty()
        };
        estate.world.run_until(died + Duration::from_secs(60), |world| !signed_in(world));
        estate.world.now() - died
    };
    let kill = gone_after(|estate| estate.world.kill(estate.console));
    let power = gone_after(|estate| estate.world.power_off(estate.world.machine_of(estate.console)));
    assert!(kill < Duration::from_millis(50), "the reset took {kill:?}");
    assert!((Duration::from_secs(18)..=Duration::from_secs(31)).contains(&power), "silence took {power:?}");
}

#[test]
fn without_a_name_server_nothing_hangs() {
    let mut world = World::new(Seed::from_number(1));
    let desk = add(&mut world, "a PC", 1, "DSL");
    let config = RepConsoleConfig::new("nowhere.example.com", Flavour::Desktop);
    let id = world.start(desk, "console", ProgramSpec::RepConsole(config));
    world.hands(id, |program, now, device| {
        console(program).sign_in(now, device, "alex", "x", false).expect("taken")
    });
    world.run_for(Duration::from_secs(600));
    let Some(Program::RepConsole(console)) = world.program(id) else { panic!("the console runs") };
    assert_ne!(console.view().account, Account::SignedIn);
}

#[test]
fn the_appliance_keeps_on_its_disk_what_it_has_said() {
    let mut estate = Estate::new(3);
    estate.sign_in();
    estate.start_session();
    estate.world.power_off(estate.appliance);
    estate.world.run_for(Duration::from_secs(1));
    estate.world.power_on(estate.appliance);
    let waits = |world: &World| {
        world
            .programs()
            .any(|(_, program)| matches!(program, Program::Appliance(it) if it.view().sessions_waiting == 1))
    };
    assert!(waits(&estate.world), "the session that was asked for before the power cut waits after it");
}

#[test]
fn whoever_looks_changes_nothing() {
    let play = |is_recorded: bool| {
        let mut estate = Estate::new(7);
        if !is_recorded {
            estate.world.take_recorder();
        }
        estate.sign_in();
        estate.start_session();
        estate.world.run_for(Duration::from_secs(60));
        format!(
            "{:?} {}",
            estate.world.last_messages().collect::<Vec<_>>(),
            estate.world.netstat(estate.appliance)
        )
    };
    // Entries have numbers only in a recording.
    let without_entries = |told: String| {
        told.split("entry: ")
            .map(|part| part.split_once(',').map_or("", |rest| rest.1).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(without_entries(play(true)), without_entries(play(false)));
}

#[test]
fn links_are_looked_at_while_they_are_used() {
    let mut estate = Estate::new(7);
    estate.sign_in();
    estate.start_session();
    estate.world.sample_links();
    let samples = |file: &[u8]| {
        let recording = Recording::read(file).expect("a recording");
        let entries = recording.entries().iter();
        entries
            .filter(|entry| matches!(entry.kind, EntryKind::LinkSample { .. }))
            .cloned()
            .collect::<Vec<_>>()
    };
    estate.world.run_for(Duration::from_secs(3_600));
    estate.world.sample_links();
    assert!(estate.world.is_quiet(), "all has arrived");
    let links: Vec<_> =
        estate.world.machines().map(|(machine, _)| estate.world.link_counters(machine)).collect();
    let carried: u64 = links.iter().map(|(up, _)| up.bytes).sum();
    let lost: u64 = links.iter().map(|(up, down)| up.lost + down.lost).sum();
    let seen = samples(&estate.recording());
    let mut ends = std::collections::BTreeMap::new();
    let mut bytes = 0;
    for entry in &seen {
        let EntryKind::LinkSample { host, from, until, up, .. } = &entry.kind else { continue };
        let (from, until) = (from.expect("it is known"), until.unwrap_or(entry.at));
        assert!(
            from < until && ends.insert(host.clone(), until).is_none_or(|before| before <= from),
            "{entry:?}"
        );
        bytes += up.bytes;
    }
    assert_eq!(bytes, carried, "every byte is in one window");
    let busy = seen.iter().filter(|entry| entry.at < SimTime::from_secs(60)).count();
    assert!(busy > 10, "a package of some size came over: {busy}");
    // A packet that is lost is worth a window of its own, and ends the one before.
    let idle = seen.len() - busy;
    let most = 2 * lost as usize + 8;
    assert!(idle <= most, "an hour of heartbeats takes a window or two of each machine: {idle} of {most}");
}
