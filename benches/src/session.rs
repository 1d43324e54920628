//! A whole session in which a screen is shared: a machine that draws, a client that encodes, an appliance, a console that
//! decodes, and the network between them.

use std::time::Duration;

use appliance::Site;
use customer_client::{CustomerClient, CustomerClientConfig, Stage};
use device::{Device, Screens as _};
use fake_devices::{DeviceKind, Workload};
use rep_console::{Account, Flavour, Page, RepConsole, RepConsoleConfig};
use wire::tool::{Access, Performance, PromptAnswer, Tool};
use wire::{Seed, SessionId, SimTime};
use world::{MachineId, MachineSpec, Program, ProgramId, ProgramSpec, World, link_named};

use crate::work::Stopwatch;

const HOST: &str = "support.example.com";
const SITE: &str = r#"
    name = "Bench"
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
"#;
/// How long people wait for one another at the most.
const PATIENCE: Duration = Duration::from_secs(60);
/// After which the picture is exact and the line is known.
const WARM_UP: Duration = Duration::from_secs(10);
/// Virtual time that is measured at once.
const STEP: Duration = Duration::from_secs(1);

/// A representative who looks at a customer's screen, over two office LANs and the internet.
pub struct SharedScreen {
    world: World,
    console: ProgramId,
    client: ProgramId,
    machine: MachineId,
    session: SessionId,
}

impl SharedScreen {
    /// A session in which the screen has been shared for a while, and this is done on it.
    ///
    /// # Panics
    /// If the session does not come about.
    pub fn busy_with(workload: Workload, performance: Performance) -> Self {
        let mut shared = Self::begun(performance);
        let now = shared.world.now();
        shared.world.device_mut(shared.machine).start_workload(now, workload);
        shared.world.run_for(WARM_UP);
        shared
    }

    /// Virtual seconds per wall second.
    pub fn speed(&mut self) -> f64 {
        let mut stopwatch = Stopwatch::start();
        loop {
            self.world.run_for(STEP);
            if !stopwatch.goes_on_after(STEP) {
                return stopwatch.best();
            }
        }
    }

    /// Frames that the console shows in a second of virtual time.
    pub fn frames_per_s(&mut self) -> f64 {
        const SECONDS: u16 = 4;
        let from = self.world.now();
        self.world.run_for(STEP * u32::from(SECONDS));
        let shown = self.console().shown_frames(self.session);
        let count = shown.filter(|frame| frame.shown.0 >= from.as_nanos()).count();
        count as f64 / f64::from(SECONDS)
    }

    /// Whether the console shows what the machine does, to the pixel, once the screen stands still.
    pub fn ends_exact(&mut self) -> bool {
        let now = self.world.now();
        self.world.device_mut(self.machine).stop_workload(now);
        self.world.run_for(Duration::from_secs(2));
        let now = self.world.now();
        let display = self.world.device(self.machine).displays()[0].id;
        let there = self.world.device(self.machine).picture(now, display);
        there.as_ref() == self.console().picture(self.session)
    }

    fn begun(performance: Performance) -> Self {
        let mut world = World::new(Seed::from_number(1));
        let site = Site::parse("bench.toml", SITE).expect("the site is right");
        let appliance = add(&mut world, "appliance", 1, "data centre");
        world.name_machine(HOST, appliance);
        world.start(appliance, "appliance", ProgramSpec::Appliance(Box::new(site), None));
        let desk = add(&mut world, "Alex's device", 2, "office LAN");
        let config = RepConsoleConfig::new(HOST, Flavour::Desktop);
        let console = world.start(desk, "Alex's console", ProgramSpec::RepConsole(config));
        let machine = add(&mut world, "Carla's device", 3, "office LAN");
        let config = CustomerClientConfig::browser(HOST, "Carla");
        let client = world.start(machine, "Carla's client", ProgramSpec::CustomerClient(config));
        let mut shared = Self { world, console, client, machine, session: SessionId(0) };
        shared.meet();
        shared.share(performance);
        shared
    }

    /// From two people to a session.
    fn meet(&mut self) {
        self.rep(|console, now, device| console.sign_in(now, device, "alex", "correct horse", false));
        self.wait(|shared| shared.console().view().account == Account::SignedIn);
        self.customer(|client, now, device| client.open_portal(now, device, None));
        self.wait(|shared| matches!(shared.client().view().stage, Stage::Portal(_)));
        self.customer(|client, now, device| client.choose_representative(now, device, "Alex Kim"));
        let waiting = |shared: &Self| {
            shared.console().view().queues.iter().find_map(|queue| Some(queue.rows.first()?.id))
        };
        self.wait(|shared| waiting(shared).is_some());
        let entry = waiting(self).expect("somebody waits");
        self.rep(|console, now, device| console.accept(now, device, entry));
        self.wait(|shared| shared.page().is_some());
        self.session = self.page().expect("it has just opened").session;
    }

    /// From a session to a picture.
    fn share(&mut self, performance: Performance) {
        let session = self.session;
        self.rep(|console, now, device| {
            console.open_tool(now, device, session, Tool::ScreenSharing, Access::Full)
        });
        self.wait(|shared| !shared.client().view().prompts.is_empty());
        let prompt = self.client().view().prompts[0].id;
        self.customer(|client, now, device| {
            client.answer_prompt(now, device, prompt, PromptAnswer::Allow(Access::Full))
        });
        self.wait(|shared| shared.console().picture(session).is_some());
        self.rep(|console, now, device| console.set_performance(now, device, session, performance));
    }

    fn page(&self) -> Option<&Page> {
        self.console().view().pages.first()
    }

    fn console(&self) -> &RepConsole {
        match self.world.program(self.console) {
            Some(Program::RepConsole(console)) => console,
            _ => panic!("Alex's console runs"),
        }
    }

    fn client(&self) -> &CustomerClient {
        match self.world.program(self.client) {
            Some(Program::CustomerClient(client)) => client,
            _ => panic!("Carla's client runs"),
        }
    }

    fn rep<R, E: std::fmt::Debug>(
        &mut self,
        verb: impl FnOnce(&mut RepConsole, SimTime, &mut dyn Device) -> Result<R, E>,
    ) {
        let done = self.world.hands(self.console, |program, now, device| match program {
            Program::RepConsole(console) => verb(console, now, device).map(drop),
            _ => unreachable!("it is the console"),
        });
        done.expect("the console runs").expect("the console takes it");
    }

    fn customer<R, E: std::fmt::Debug>(
        &mut self,
        verb: impl FnOnce(&mut CustomerClient, SimTime, &mut dyn Device) -> Result<R, E>,
    ) {
        let done = self.world.hands(self.client, |program, now, device| match program {
            Program::CustomerClient(client) => verb(client, now, device).map(drop),
            _ => unreachable!("it is the customer's client"),
        });
        done.expect("the client runs").expect("the client takes it");
    }

    fn wait(&mut self, done: impl Fn(&Self) -> bool) {
        let until = self.world.now() + PATIENCE;
        while !done(self) {
            assert!(self.world.now() < until, "it never came to that: {:#?}", self.console().view());
            self.world.run_for(Duration::from_millis(20));
        }
    }
}

fn add(world: &mut World, name: &str, host: u8, link: &str) -> MachineId {
    let link = link_named(link).expect("it is a preset");
    world.add_machine(MachineSpec::new(name, DeviceKind::WindowsPc, name, [10, 0, 0, host].into(), link))
}
