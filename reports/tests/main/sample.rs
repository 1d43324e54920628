//! A run as the simulator would leave it: enough of everything that a report shows.

use std::collections::BTreeMap;
use std::time::Duration;

use recording::{EntryKind, Failure, Header, Outcome, Program, Recorder, StepStatus};
use reports::{Played, Run};
use serde_json::{Value, json};
use wire::SimTime;

const ALEX: &str = "Alex's console";
const BO: &str = "Bo's console";
const PRIYA: &str = "Priya's PC";
const SHOP: &str = "shop-pc-1";
const APPLIANCE: &str = "support.example.com";

/// Six scenarios of four features; two fail.
pub(crate) fn run() -> Run {
    let scenarios = vec![session_key(12), priority_queue(), lost_line(), jump(), busy_hour(), undefined()];
    Run::new(7, scenarios, Vec::new())
}

/// A run of `number` long scenarios.
pub(crate) fn large_run(number: u32) -> Run {
    let scenarios = (0..number).map(|index| busy(&format!("features/area-{:02}.feature", index / 12), index));
    Run::new(7, scenarios.collect(), Vec::new())
}

/// A short scenario that passes.
pub(crate) fn session_key(line: u32) -> Played {
    let mut stage = Stage::new(
        "Session keys",
        "features/session-keys.feature",
        line,
        "A key brings the customer to the rep",
    );
    stage.tag("KEY-01").tag("KEY-04");
    stage.step("Given", "Alex is signed in", |stage| {
        stage.act("Alex signs in");
        stage.messages(ALEX, APPLIANCE, 20, &[("hello", 38), ("sign_in", 61)]);
        stage.messages(APPLIANCE, ALEX, 20, &[("signed_in", 412)]);
        stage.view(
            ALEX,
            Program::RepConsole,
            json!({"signed_in_as": "Alex Moreau", "queues": [], "sessions": []}),
        );
        stage.view(
            APPLIANCE,
            Program::Appliance,
            json!({"site": "one-team", "signed_in": ["Alex Moreau"], "sessions": 0}),
        );
    });
    stage.step("When", "Alex generates a session key", |stage| {
        stage.act("Alex generates a session key");
        stage.messages(ALEX, APPLIANCE, 20, &[("generate_session_key", 24)]);
        stage.messages(APPLIANCE, ALEX, 20, &[("session_key_generated", 76)]);
    });
    stage.step("And", "Priya enters the key on hotel Wi-Fi 30 seconds later", |stage| {
        stage.wait(Duration::from_secs(30));
        stage.act("Priya enters the session key");
        stage.messages(PRIYA, APPLIANCE, 65, &[("hello", 38), ("start_by_session_key", 45)]);
        stage.session("Session Start", "Priya", "by session key");
        stage.messages(APPLIANCE, PRIYA, 71, &[("session_started", 240)]);
        stage.messages(APPLIANCE, ALEX, 20, &[("queue_changed", 133)]);
        stage.view(
            PRIYA,
            Program::CustomerClient,
            json!({"state": "waiting", "message": "A representative will be with you shortly.", "chat": []}),
        );
    });
    stage.step("And", "Alex accepts the session", |stage| {
        stage.act("Alex accepts the session of Priya");
        stage.messages(ALEX, APPLIANCE, 20, &[("accept_session", 29)]);
        stage.session("Conference Owner Changed", "Alex Moreau", "from the personal queue of Alex Moreau");
        stage.session("Conference Member Added", "Alex Moreau", "");
        stage.messages(APPLIANCE, ALEX, 20, &[("session_accepted", 186)]);
        stage.messages(APPLIANCE, PRIYA, 68, &[("member_added", 52)]);
    });
    stage.step("Then", "Priya reads \"Hello Priya, Alex here.\" within 2 seconds", |stage| {
        stage.messages(ALEX, APPLIANCE, 20, &[("chat_line", 64)]);
        stage.session("Chat Message", "Alex Moreau", "Hello Priya, Alex here.");
        stage.messages(APPLIANCE, PRIYA, 66, &[("chat_line", 71)]);
        stage.view(
            PRIYA,
            Program::CustomerClient,
            json!({
                "state": "in_session",
                "with": ["Alex Moreau"],
                "chat": [{"who": "Alex Moreau", "says": "Hello Priya, Alex here."}],
            }),
        );
        stage.view(
            ALEX,
            Program::RepConsole,
            json!({
                "signed_in_as": "Alex Moreau",
                "queues": [{"name": "Alex Moreau", "waiting": 0, "longest_wait_s": null}],
                "sessions": [{"customer": "Priya", "platform": "Windows 11", "owner": "Alex Moreau"}],
            }),
        );
    });
    stage.figure("time_to_accept_s", 30.21);
    stage.finish()
}

fn priority_queue() -> Played {
    let mut stage =
        Stage::new("Queues", "features/queues.feature", 63, "The one who waits longest is taken first");
    stage.tag("QUE-02").tag("QUE-07").tag("gate").rule("A queue is first come, first served");
    stage.step("Given", "these customers wait in the queue of Hardware", |stage| {
        for (name, wait) in [("Dana", 240), ("Emil", 45), ("Femi", 3)] {
            stage.act(&format!("{name} starts a session for the issue \"Printer\""));
            stage.messages(&format!("{name}'s PC"), APPLIANCE, 40, &[("hello", 38), ("start_by_issue", 58)]);
            stage.session("Session Start", name, "by issue");
            stage.messages(APPLIANCE, BO, 18, &[("queue_changed", 160)]);
            stage.heartbeats(BO, wait);
        }
    });
    stage.argument("| customer | waited      |\n| Dana     | 4 min 48 s  |\n| Emil     | 48 seconds  |\n| Femi     | 3 seconds   |");
    stage.step("When", "Bo takes the next session", |stage| {
        stage.act("Bo takes the next session");
        stage.messages(BO, APPLIANCE, 18, &[("take_next", 22)]);
        stage.session("Conference Owner Changed", "Bo Larsen", "from the queue of Hardware");
        stage.messages(APPLIANCE, BO, 18, &[("session_accepted", 186), ("queue_changed", 121)]);
        stage.messages(APPLIANCE, "Dana's PC", 41, &[("member_added", 52)]);
    });
    stage.step("Then", "Bo is with Dana", |stage| {
        stage.view(
            BO,
            Program::RepConsole,
            json!({
                "signed_in_as": "Bo Larsen",
                "status": "available",
                "queues": [{"name": "Hardware", "waiting": 2, "longest_wait_s": 48}],
                "sessions": [{"customer": "Dana", "platform": "Windows 11", "owner": "Bo Larsen"}],
                "notices": [],
            }),
        );
        for (name, state) in [("Dana", "in_session"), ("Emil", "waiting"), ("Femi", "waiting")] {
            let view = json!({"state": state, "place_in_line": (state == "waiting").then_some(1)});
            stage.view(&format!("{name}'s PC"), Program::CustomerClient, view);
        }
    });
    stage.finish()
}

fn lost_line() -> Played {
    let mut stage = Stage::new(
        "Chat",
        "features/chat.feature",
        40,
        "A line written as the power fails arrives after all",
    );
    stage.tag("CHT-03").tag("CLS-02");
    stage.step("Given", "Alex is in a session with Priya", |stage| {
        stage.act("Alex accepts the session of Priya");
        stage.messages(ALEX, APPLIANCE, 20, &[("accept_session", 29)]);
        stage.session("Conference Owner Changed", "Alex Moreau", "");
        stage.messages(APPLIANCE, ALEX, 20, &[("session_accepted", 186)]);
        stage.messages(APPLIANCE, PRIYA, 180, &[("member_added", 52)]);
        stage.view(ALEX, Program::RepConsole, json!({"signed_in_as": "Alex Moreau", "sessions": ["Priya"]}));
        stage.view(PRIYA, Program::CustomerClient, json!({"state": "in_session", "chat": []}));
        stage.view(APPLIANCE, Program::Appliance, json!({"site": "one-team", "sessions": 1}));
    });
    stage.step("When", "Priya's PC loses power", |stage| stage.fault("Priya's PC loses power"));
    stage.step("And", "Alex writes \"Are you still there?\"", |stage| {
        stage.act("Alex writes \"Are you still there?\"");
        stage.messages(ALEX, APPLIANCE, 20, &[("chat_line", 60)]);
        stage.session("Chat Message", "Alex Moreau", "Are you still there?");
        stage.lose(APPLIANCE, PRIYA, "chat_line", 67);
        stage.heartbeats(ALEX, 95);
        stage.session("Conference Member State Changed", "Priya", "connection lost");
    });
    stage.step("And", "Priya's PC comes back", |stage| {
        stage.fault("Priya's PC has power again");
        stage.messages(PRIYA, APPLIANCE, 180, &[("hello", 38), ("resume_session", 44)]);
        stage.messages(APPLIANCE, PRIYA, 180, &[("session_resumed", 96)]);
        stage.witness(PRIYA, "the customer client started by itself");
    });
    stage.fail(
        "Then",
        "Priya reads \"Are you still there?\" within 5 seconds",
        StepStatus::Failed,
        Failure {
            text: "Priya's PC shows no such line within 5 s.\n\nWhat everybody saw:\n  Alex's console   Are you still there? (delivered: no)\n  Priya's PC       in_session, chat empty\n\nnetstat of Priya's PC:\n  10.0.2.15:49153 -> 203.0.113.10:443  ESTABLISHED  rx 96 B  tx 82 B".to_owned(),
            expected: Some("a line from Alex: \"Are you still there?\"".to_owned()),
            seen: Some("no line at all".to_owned()),
        },
    );
    stage.skip("And", "Alex sees that the line was read");
    stage.finish()
}

fn jump() -> Played {
    let mut stage = Stage::new(
        "Jump Clients",
        "features/jump-clients.feature",
        8,
        "An unattended PC is reached a day later",
    );
    stage.tag("JMC-01").tag("JMC-05");
    stage.step("Given", "a Jump Client on shop-pc-1 in the Jump Group \"Shops\"", |stage| {
        stage.act("an administrator installs a Jump Client on shop-pc-1");
        stage.messages(SHOP, APPLIANCE, 35, &[("hello", 38), ("register_jump_client", 190)]);
        stage.messages(APPLIANCE, SHOP, 35, &[("jump_client_registered", 64)]);
        stage.view(
            SHOP,
            Program::JumpClient,
            json!({"state": "connected", "group": "Shops", "attended": false}),
        );
    });
    stage.step("When", "24 hours pass", |stage| stage.heartbeats(SHOP, 86_400));
    stage.step("And", "Bo jumps to shop-pc-1", |stage| {
        stage.act("Bo jumps to shop-pc-1");
        stage.messages(BO, APPLIANCE, 18, &[("jump", 31)]);
        stage.session("Session Start", "Bo Larsen", "by Jump Client");
        stage.messages(APPLIANCE, SHOP, 35, &[("start_session", 88)]);
        stage.messages(SHOP, APPLIANCE, 35, &[("session_started", 40)]);
        stage.messages(APPLIANCE, BO, 18, &[("session_accepted", 186)]);
    });
    stage.step("Then", "Bo sees the desktop of shop-pc-1", |stage| {
        let session = json!({"device": {"name": "shop-pc-1", "platform": "Linux", "elevated": true}, "shares": ["screen"]});
        stage.view(BO, Program::RepConsole, json!({"signed_in_as": "Bo Larsen", "sessions": [session]}));
    });
    stage.finish()
}

fn busy_hour() -> Played {
    busy("features/queues.feature", 17)
}

fn busy(path: &str, line: u32) -> Played {
    let mut stage = Stage::new("Queues", path, line, &format!("A busy hour at the shops, take {line}"));
    stage.tag("QUE-11");
    stage.step("When", "customers come and go for an hour", |stage| {
        for index in 0..130 {
            let customer = format!("customer {}", index % 14);
            stage.wait(Duration::from_secs(3 + index % 40));
            stage.messages(&customer, APPLIANCE, 30 + index % 17, &[("start_by_issue", 58)]);
            stage.messages(APPLIANCE, ALEX, 20, &[("queue_changed", 100 + index as u32)]);
            stage.messages(APPLIANCE, BO, 18, &[("queue_changed", 100 + index as u32)]);
            stage.session("Session Start", &customer, "by issue");
        }
    });
    stage.step("Then", "nobody waits", |stage| {
        stage.view(ALEX, Program::RepConsole, json!({"queues": [{"name": "Hardware", "waiting": 0}]}));
    });
    stage.finish()
}

fn undefined() -> Played {
    let mut stage = Stage::new("Chat", "features/chat.feature", 62, "Somebody sings");
    let text = "no step definition fits; the nearest are:\n  Alex signs in\n  Alex signs out".to_owned();
    stage.fail("When", "Alex sings", StepStatus::Undefined, Failure { text, ..Failure::default() });
    stage.finish()
}

/// Plays a scenario: everybody answers as soon as they have heard.
struct Stage {
    header: Header,
    now: SimTime,
    /// When each program last got a message.
    heard: BTreeMap<String, SimTime>,
    happened: Vec<(SimTime, Happening)>,
    failed: bool,
    figures: BTreeMap<String, f64>,
}

enum Happening {
    Entry(EntryKind),
    /// The message that stands at this index has arrived.
    Arrival(usize),
    View(String, Program, Value),
}

impl Stage {
    fn new(feature: &str, path: &str, line: u32, scenario: &str) -> Self {
        Self {
            header: Header {
                feature: feature.to_owned(),
                path: path.to_owned(),
                scenario: scenario.to_owned(),
                line,
                site: "one-team".to_owned(),
                seed: 7,
                commit: Some("3f9c2d1".to_owned()),
                ..Header::default()
            },
            now: SimTime::ZERO,
            heard: BTreeMap::new(),
            happened: Vec::new(),
            failed: false,
            figures: BTreeMap::new(),
        }
    }

    fn tag(&mut self, tag: &str) -> &mut Self {
        self.header.tags.push(tag.to_owned());
        self
    }

    fn rule(&mut self, rule: &str) {
        self.header.rule = Some(rule.to_owned());
    }

    fn step(&mut self, keyword: &str, text: &str, play: impl FnOnce(&mut Self)) {
        self.begin(keyword, text);
        play(self);
        self.now = self.heard.values().copied().fold(self.now, SimTime::max);
        self.entry(EntryKind::StepEnded { status: StepStatus::Passed, failure: None });
    }

    fn fail(&mut self, keyword: &str, text: &str, status: StepStatus, failure: Failure) {
        self.begin(keyword, text);
        if status == StepStatus::Failed {
            self.wait(Duration::from_secs(5));
        }
        self.entry(EntryKind::StepEnded { status, failure: Some(failure) });
        self.failed = true;
    }

    fn skip(&mut self, keyword: &str, text: &str) {
        self.begin(keyword, text);
        self.entry(EntryKind::StepEnded { status: StepStatus::Skipped, failure: None });
    }

    fn begin(&mut self, keyword: &str, text: &str) {
        let steps = self
            .happened
            .iter()
            .filter(|(_, what)| matches!(what, Happening::Entry(EntryKind::StepBegan { .. })));
        let line = self.header.line + 1 + steps.count() as u32;
        let (keyword, text) = (keyword.to_owned(), text.to_owned());
        self.entry(EntryKind::StepBegan { keyword, text, argument: None, line });
    }

    /// Gives the step that began last its table.
    fn argument(&mut self, table: &str) {
        for (_, what) in self.happened.iter_mut().rev() {
            if let Happening::Entry(EntryKind::StepBegan { argument, .. }) = what {
                *argument = Some(table.to_owned());
                return;
            }
        }
    }

    fn act(&mut self, says: &str) {
        self.entry(EntryKind::ActPerformed { act: json!({"says": says}), says: says.to_owned() });
    }

    fn fault(&mut self, says: &str) {
        self.entry(EntryKind::Fault { act: json!({"says": says}), says: says.to_owned() });
    }

    fn witness(&mut self, device: &str, what: &str) {
        self.entry(EntryKind::DeviceWitness { device: device.to_owned(), what: what.to_owned() });
    }

    fn session(&mut self, name: &str, who: &str, detail: &str) {
        self.catch_up(APPLIANCE);
        let [name, who, detail] = [name, who, detail].map(str::to_owned);
        self.entry(EntryKind::SessionEvent {
            session: "1".to_owned(),
            name,
            who,
            detail,
            by: None,
            audience: None,
        });
    }

    fn view(&mut self, who: &str, program: Program, shown: Value) {
        self.catch_up(who);
        self.happened.push((self.now, Happening::View(who.to_owned(), program, shown)));
    }

    fn messages(&mut self, from: &str, to: &str, delay_ms: u64, messages: &[(&str, u32)]) {
        self.catch_up(from);
        for (&(kind, bytes), order) in messages.iter().zip(0..) {
            let sent = self.send(from, to, kind, bytes);
            let at = self.now + Duration::from_micros(delay_ms * 1_000 + 40 * order);
            self.happened.push((at, Happening::Arrival(sent)));
            self.heard.insert(to.to_owned(), at);
        }
    }

    fn lose(&mut self, from: &str, to: &str, kind: &str, bytes: u32) {
        self.catch_up(from);
        self.send(from, to, kind, bytes);
    }

    fn heartbeats(&mut self, from: &str, secs: u64) {
        for _ in 0..secs / 12 {
            self.wait(Duration::from_secs(12));
            self.send(from, APPLIANCE, "heartbeat", 9);
        }
        self.wait(Duration::from_secs(secs % 12));
    }

    fn wait(&mut self, time: Duration) {
        self.now = self.heard.values().copied().fold(self.now, SimTime::max) + time;
    }

    fn figure(&mut self, name: &str, value: f64) {
        self.figures.insert(name.to_owned(), value);
    }

    fn finish(mut self) -> Played {
        let outcome = if self.failed { Outcome::Failed } else { Outcome::Passed };
        self.entry(EntryKind::Ended { outcome });
        let mut order: Vec<usize> = (0..self.happened.len()).collect();
        order.sort_by_key(|&index| self.happened[index].0);
        let repeat = format!("rehearse run {}:{} --seed 7", self.header.path, self.header.line);
        let mut recorder = Recorder::new(self.header);
        let mut numbers = BTreeMap::new();
        for index in order {
            let (at, what) = &self.happened[index];
            match what {
                Happening::Entry(kind) => {
                    numbers.insert(index, recorder.record(*at, kind.clone()));
                }
                Happening::Arrival(sent) => {
                    recorder.record(*at, EntryKind::MessageDelivered { sent: numbers[sent] });
                }
                Happening::View(who, program, shown) => {
                    recorder.record_view(*at, who, *program, shown.clone());
                }
            }
        }
        Played::new(recorder.finish(), 3, self.figures, repeat).expect("what was recorded reads back")
    }

    fn entry(&mut self, kind: EntryKind) {
        self.happened.push((self.now, Happening::Entry(kind)));
    }

    fn send(&mut self, from: &str, to: &str, kind: &str, bytes: u32) -> usize {
        let [from, to, kind] = [from, to, kind].map(str::to_owned);
        self.entry(EntryKind::MessageSent { from, to, conn: 1, kind, bytes });
        self.happened.len() - 1
    }

    /// Nobody answers before having heard.
    fn catch_up(&mut self, who: &str) {
        self.now = self.heard.get(who).copied().map_or(self.now, |heard| heard.max(self.now));
    }
}
