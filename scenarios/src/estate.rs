//! The estate that one scenario plays in: the world, its cast, and the site.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use appliance::{Flaw, Site};
use fabric::{AccessLink, GatewayConfig, ZoneConfig};
use fake_devices::DeviceKind;
use mail_host::MailHostConfig;
use recording::{EntryKind, Header, Outcome, Recorder};
use wire::SimTime;
use world::{MachineSpec, ProgramId, ProgramSpec, World, link_named};

use crate::act::Act;
use crate::capture::Capture;
use crate::cast::{Cast, Part};
use crate::eyes::{Eyes, Seen};
use crate::harness::{Finished, ScenarioInfo, Stage, StepInfo, Verdict};
use crate::invariants;
use crate::places::Places;
use crate::sweep::model::Broken;
use crate::sweep::watch::Watch;

/// How long a person waits for what should come, where the step says nothing.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long a check watches that something does not happen, where the step says nothing.
pub const WATCH: Duration = Duration::from_secs(5);

/// Where the appliance stands.
const APPLIANCE_ADDRESS: [u8; 4] = [203, 0, 113, 10];

/// Where the mail host stands, for sites that have one.
const MAIL_HOST_ADDRESS: [u8; 4] = [203, 0, 113, 25];

/// An estate: machines, programs, people, one clock.
#[derive(cucumber::World)]
#[world(init = Self::new)]
pub struct Estate {
    pub(crate) world: World,
    pub(crate) cast: Cast,
    pub(crate) places: Places,
    pub(crate) site: Option<SetUpSite>,
    scenario: Option<ScenarioInfo>,
    figures: BTreeMap<String, f64>,
    broken: Option<String>,
    /// Nothing has been broken on purpose so far.
    unharmed: bool,
    /// What an act that somebody only tried came to.
    pub(crate) tried: BTreeMap<String, String>,
    /// The last search: what was found, by customer or computer.
    pub(crate) found: Vec<String>,
    /// Of two who wanted the same, the one who did not get it.
    pub(crate) late: Option<String>,
    /// How often each program had dialled when something was last broken, or mended.
    pub(crate) dials_before: BTreeMap<ProgramId, u32>,
    /// Who writes how many lines in the next step.
    pub(crate) lines_to_write: (String, usize),
    /// When each further Jump Client came online, in the last count.
    pub(crate) online_times: Vec<SimTime>,
    /// Session keys that a representative has seen, in order.
    pub(crate) keys: BTreeMap<String, Vec<ShownKey>>,
    /// The invitations that people without an account were given, by their names.
    pub(crate) external_keys: BTreeMap<String, ShownKey>,
    /// What the browsers of customers show, by their names: address, title, text.
    pub(crate) pages_open: BTreeMap<String, [String; 3]>,
    /// Where packets go, if anybody wants them.
    capture: Option<Capture>,
    /// A reference model, if one watches.
    pub(crate) watch: Option<Watch>,
    /// The pictures that were kept last, by what they are of: the same twice is kept once.
    pub(crate) last_pictures: BTreeMap<String, String>,
    /// Somebody wanted something of a screen.
    pub(crate) is_about_screens: bool,
}

/// A site, and what its file says in clear that the appliance keeps hashed.
pub(crate) struct SetUpSite {
    pub(crate) site: Site,
    /// The file.
    pub(crate) text: String,
    /// By user name.
    pub(crate) passwords: BTreeMap<String, String>,
}

/// A session key, or an invitation's key, as it was read off a console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownKey {
    pub(crate) key: String,
    pub(crate) url: String,
}

/// A check that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// What the step asks for.
    pub expected: String,
    /// What was there.
    pub seen: String,
    /// When the check was given up.
    pub at: SimTime,
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected: {}\nseen:     {} (at {})", self.expected, self.seen, self.at)
    }
}

impl Estate {
    fn new() -> Self {
        Self {
            world: World::new(wire::Seed::from_number(0)),
            cast: Cast::default(),
            places: Places::default(),
            site: None,
            scenario: None,
            figures: BTreeMap::new(),
            broken: None,
            unharmed: true,
            tried: BTreeMap::new(),
            found: Vec::new(),
            late: None,
            dials_before: BTreeMap::new(),
            lines_to_write: (String::new(), 0),
            online_times: Vec::new(),
            keys: BTreeMap::new(),
            external_keys: BTreeMap::new(),
            pages_open: BTreeMap::new(),
            capture: None,
            watch: None,
            last_pictures: BTreeMap::new(),
            is_about_screens: false,
        }
    }

    /// What is wrong with the appliance on purpose: a tag of the scenario says so, and no sound scenario has one.
    fn planted_flaw(&self) -> Result<Option<Flaw>, String> {
        let tags = self.scenario.iter().flat_map(|scenario| &scenario.tags);
        let planted = tags.filter_map(|tag| tag.strip_prefix(crate::sweep::FLAW_TAG)).next();
        planted
            .map(|name| name.parse().map_err(|_| format!("there is no flaw {name:?} to plant")))
            .transpose()
    }

    /// The source of all chance in this scenario.
    pub(crate) fn seed(&self) -> Option<wire::Seed> {
        self.scenario.as_ref().map(|scenario| scenario.seed)
    }

    /// Something to look with, now.
    pub fn eyes(&self) -> Eyes<'_> {
        Eyes { world: &self.world, cast: &self.cast }
    }

    /// Waits until a look finds what it looks for.
    ///
    /// # Errors
    /// It does not within that time; the error says what the last look saw.
    pub fn eventually<T>(
        &mut self,
        within: Duration,
        expected: impl Into<String>,
        mut look: impl FnMut(Eyes<'_>) -> Seen<T>,
    ) -> Result<T, Unmet> {
        let until = self.world.now() + within;
        let Self { world, cast, .. } = self;
        let mut last = Err(String::new());
        world.run_until(until, |world| {
            last = look(Eyes { world, cast });
            last.is_ok()
        });
        last.map_err(|seen| Unmet {
            expected: format!("{} within {}", expected.into(), Words(within)),
            seen,
            at: self.world.now(),
        })
    }

    /// Watches for a while that something never is.
    ///
    /// # Errors
    /// It is, or there is nothing to look at; the error says when, and what the look found.
    pub fn never(
        &mut self,
        watch: Duration,
        expected: impl Into<String>,
        mut look: impl FnMut(Eyes<'_>) -> Seen<Option<String>>,
    ) -> Result<(), Unmet> {
        let until = self.world.now() + watch;
        let Self { world, cast, .. } = self;
        let mut seen = None;
        world.run_until(until, |world| {
            seen = look(Eyes { world, cast })
                .unwrap_or_else(|nothing| Some(format!("nothing to look at: {nothing}")));
            seen.is_some()
        });
        match seen {
            None => Ok(()),
            Some(seen) => Err(Unmet { expected: expected.into(), seen, at: self.world.now() }),
        }
    }

    /// Looks once.
    ///
    /// # Errors
    /// It is not so.
    pub fn at_once<T>(
        &self,
        expected: impl Into<String>,
        look: impl FnOnce(Eyes<'_>) -> Seen<T>,
    ) -> Result<T, Unmet> {
        look(self.eyes()).map_err(|seen| Unmet { expected: expected.into(), seen, at: self.world.now() })
    }

    /// Does an act: writes it down, then lets it happen.
    ///
    /// # Errors
    /// It can't be done: a program refuses it on the spot, or what it acts upon does not appear.
    pub fn perform(&mut self, act: Act) -> Result<(), Unmet> {
        let entry = act.to_json();
        let says = act.to_string();
        self.before_act(&act).map_err(|seen| Unmet { expected: says.clone(), seen, at: self.world.now() })?;
        self.unharmed &= !act.is_fault();
        self.is_about_screens |= act.is_about_screens();
        if act.is_fault() {
            let programs = self.world.programs().map(|(id, _)| id);
            self.dials_before = programs.map(|id| (id, self.world.dials(id))).collect();
        }
        self.world.record(if act.is_fault() {
            EntryKind::Fault { act: entry, says: says.clone() }
        } else {
            EntryKind::ActPerformed { act: entry, says: says.clone() }
        });
        let began = self.world.now();
        let done = self.do_act(act.clone());
        if self.watch.is_some() {
            return self.judge(&act, began, &done).map_err(|seen| Unmet {
                expected: says,
                seen,
                at: self.world.now(),
            });
        }
        self.check_invariants(&says);
        done.map_err(|seen| Unmet { expected: says, seen, at: self.world.now() })
    }

    /// What the model that watches and the invariants say of an act that was done.
    fn judge(&mut self, act: &Act, began: SimTime, done: &Result<(), String>) -> Result<(), String> {
        let says = act.to_string();
        let judged = self.after_act(act, began, done);
        self.check_invariants(&says);
        if let (Err(broken), None) = (judged, &self.broken) {
            self.break_off(broken, &says);
        }
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// Does an act that may be refused on the spot; what the program says is kept for a later check.
    pub fn attempt(&mut self, who: &str, act: Act) {
        if let Err(unmet) = self.perform(act) {
            // What breaks a rule is no refusal.
            assert!(self.broken.is_none() || self.watch.is_none(), "{}", unmet.seen);
            self.tried.insert(who.to_owned(), unmet.seen);
        }
    }

    /// Keeps a figure for the results.
    pub fn figure(&mut self, name: &str, value: f64) {
        self.figures.insert(name.to_owned(), value);
    }

    /// A figure that was kept before.
    pub(crate) fn measured(&self, name: &str) -> Option<f64> {
        self.figures.get(name).copied()
    }

    /// Sets up a site: beside the feature file, above it, or one of ours.
    ///
    /// # Errors
    /// There is no such site, or it is wrong; the error says where.
    pub fn set_up_site(&mut self, name: &str) -> Result<(), String> {
        if self.cast.appliance.is_some() {
            return Err("expected one site in a scenario, this is the second".to_owned());
        }
        let from = self.scenario.as_ref().map(|scenario| scenario.file.clone());
        let (file, text) = find_site(name, from.as_deref())?;
        let site = Site::parse(&file, &text).map_err(|errors| errors.to_string())?;
        let passwords = read_passwords(&text);
        let flaw = self.planted_flaw()?;
        let link = link_named("data centre").map_err(|error| error.to_string())?;
        // A DMZ lets in what the appliance listens to, and nothing else.
        let dmz = ZoneConfig::new(GatewayConfig::dmz([appliance::APPLIANCE_PORT]));
        let dmz = self.world.add_zone("the DMZ", dmz);
        let spec = MachineSpec::new(
            "appliance",
            DeviceKind::LinuxPc,
            "appliance",
            APPLIANCE_ADDRESS.into(),
            link.clone(),
        )
        .in_zone(dmz);
        let machine = self.world.add_machine(spec);
        self.world.name_machine(&site.host, machine);
        let program =
            self.world.start(machine, "appliance", ProgramSpec::Appliance(Box::new(site.clone()), flaw));
        self.cast.appliance = Some(Part { machine, program });
        if let Some(mail) = &site.mail {
            self.add_mail_host(&mail.host.to_string(), link);
        }
        self.world.name_site(name);
        self.site = Some(SetUpSite { site, text, passwords });
        Ok(())
    }

    /// Somebody's mail host, right on the internet.
    fn add_mail_host(&mut self, host: &str, link: AccessLink) {
        let address = MAIL_HOST_ADDRESS.into();
        let spec = MachineSpec::new("mail host", DeviceKind::LinuxPc, "mail", address, link);
        let machine = self.world.add_machine(spec);
        self.world.name_machine(host, machine);
        let config = MailHostConfig::new(host);
        let program = self.world.start(machine, "mail host", ProgramSpec::MailHost(config));
        self.cast.mail_host = Some(Part { machine, program });
    }

    /// The text of a capacity trace, from a folder `traces` beside the feature file or above it.
    ///
    /// # Errors
    /// There is no such file.
    pub(crate) fn find_trace(&self, name: &str) -> Result<String, String> {
        let from = self.scenario.as_ref().map(|scenario| scenario.file.clone());
        let folders = from.iter().flat_map(|file| file.ancestors()).skip(1);
        let mut files = folders.map(|folder| folder.join("traces").join(format!("{name}.trace")));
        let found = files.find(|file| file.is_file());
        let found = found.ok_or_else(|| {
            format!(
                "expected a trace {name:?}: there is no {name}.trace in a folder `traces` beside the feature"
            )
        })?;
        std::fs::read_to_string(&found).map_err(|error| format!("{}: {error}", found.display()))
    }

    /// The site.
    ///
    /// # Errors
    /// None was set up.
    pub(crate) fn site(&self) -> Result<&SetUpSite, String> {
        self.site
            .as_ref()
            .ok_or_else(|| "there is no site yet: begin with `Given the site \"acme\"`".to_owned())
    }

    fn check_invariants(&mut self, after: &str) {
        if self.broken.is_none()
            && let Err(broken) = invariants::hold(self.eyes(), self.unharmed)
        {
            self.break_off(broken, after);
        }
    }

    /// A rule is broken: that is told, once.
    fn break_off(&mut self, broken: Broken, after: &str) {
        let text = broken.told(after);
        self.world.record(EntryKind::Trouble { text: text.clone() });
        self.broken = Some(text);
    }
}

impl fmt::Debug for Estate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Estate")
            .field("now", &self.world.now())
            .field("cast", &self.cast)
            .finish_non_exhaustive()
    }
}

impl Stage for Estate {
    fn begin(&mut self, scenario: &ScenarioInfo) -> Result<(), String> {
        self.world = World::new(scenario.seed);
        let header = Header {
            feature: scenario.feature.clone(),
            path: scenario.path.clone(),
            rule: scenario.rule.clone(),
            scenario: scenario.name.clone(),
            line: scenario.line,
            tags: scenario.tags.clone(),
            site: String::new(),
            seed: scenario.seed_number,
            commit: option_env!("REHEARSAL_COMMIT").map(str::to_owned),
        };
        self.world.attach_recorder(Recorder::new(header));
        self.scenario = Some(scenario.clone());
        Ok(())
    }

    fn attach_capture(&mut self, capture: &Capture) -> Result<(), String> {
        self.world.tap_packets(capture.tap());
        self.capture = Some(capture.clone());
        Ok(())
    }

    fn step_begins(&mut self, step: &StepInfo) {
        let StepInfo { keyword, text, argument, line, .. } = step.clone();
        self.world.record(EntryKind::StepBegan { keyword, text, argument, line });
    }

    fn step_ends(&mut self, step: &StepInfo, verdict: Verdict<'_>) {
        self.check_invariants(&step.text);
        self.world.sample_links();
        let (status, failure) = match verdict {
            Verdict::Passed => (recording::StepStatus::Passed, None),
            Verdict::Failed(text) => {
                let failure = recording::Failure { text: text.to_owned(), ..recording::Failure::default() };
                (recording::StepStatus::Failed, Some(failure))
            }
        };
        if status == recording::StepStatus::Failed {
            self.world.record_netstat();
        }
        self.world.record(EntryKind::StepEnded { status, failure });
    }

    fn now(&self) -> SimTime {
        self.world.now()
    }

    fn evidence(&mut self) -> String {
        crate::evidence::report(&self.world)
    }

    fn trouble(&mut self) -> Option<String> {
        self.broken.clone().or_else(|| self.world.troubles().first().cloned())
    }

    fn finish(mut self, verdict: Verdict<'_>) -> Finished {
        if let Some(capture) = &self.capture {
            capture.introduce_all(&self.world);
        }
        self.keep_all_pictures();
        let outcome = if verdict == Verdict::Passed { Outcome::Passed } else { Outcome::Failed };
        self.world.record(EntryKind::Ended { outcome });
        if let Some(watch) = &self.watch {
            self.figures.insert("acts".to_owned(), f64::from(watch.acts));
        }
        let Some(recorder) = self.world.take_recorder() else { return Finished::default() };
        Finished {
            digest: recorder.digest().to_string(),
            virtual_time: self.world.now(),
            figures: self.figures,
            recording: recorder.finish(),
        }
    }
}

/// A duration as people say it.
pub(crate) struct Words(pub(crate) Duration);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis() as u64;
        let units = [
            (86_400_000, "day"),
            (3_600_000, "hour"),
            (60_000, "minute"),
            (1_000, "second"),
            (1, "millisecond"),
        ];
        let (unit, name) =
            units.into_iter().find(|(unit, _)| millis.is_multiple_of(*unit)).expect("1 divides all");
        let count = millis / unit;
        write!(f, "{count} {name}{}", if count == 1 { "" } else { "s" })
    }
}

/// Our own sites, for features anywhere.
const SITES: [(&str, &str); 2] = [
    ("acme", include_str!("../../features/sites/acme.toml")),
    ("sweep", include_str!("../../features/sites/sweep.toml")),
];

/// The text of a site: from a folder `sites` beside the feature file or above it, else from ours.
fn find_site(name: &str, feature: Option<&Path>) -> Result<(String, String), String> {
    let folders = feature.into_iter().flat_map(Path::ancestors).skip(1);
    let candidates: Vec<PathBuf> =
        folders.map(|folder| folder.join("sites").join(format!("{name}.toml"))).collect();
    if let Some(found) = candidates.iter().find(|candidate| candidate.is_file()) {
        let text = std::fs::read_to_string(found).map_err(|error| format!("{}: {error}", found.display()))?;
        return Ok((found.display().to_string(), text));
    }
    if let Some((_, text)) = SITES.iter().find(|(known, _)| *known == name) {
        return Ok((format!("features/sites/{name}.toml"), (*text).to_owned()));
    }
    let first = candidates.first().map(|path| path.display().to_string()).unwrap_or_default();
    let ours: Vec<&str> = SITES.iter().map(|(name, _)| *name).collect();
    Err(format!(
        "expected a site {name:?}: there is none in {first} or in a `sites` folder above, and ours are: {}",
        ours.join(", ")
    ))
}

/// The passwords that a site file has in clear, for the people who sign in.
fn read_passwords(text: &str) -> BTreeMap<String, String> {
    #[derive(serde::Deserialize)]
    struct File {
        #[serde(default)]
        representative: Vec<Rep>,
    }
    #[derive(serde::Deserialize)]
    struct Rep {
        user_name: String,
        password: Option<String>,
    }
    let file: File = toml::from_str(text).expect("the site was parsed from the same text");
    file.representative.into_iter().filter_map(|rep| Some((rep.user_name, rep.password?))).collect()
}
