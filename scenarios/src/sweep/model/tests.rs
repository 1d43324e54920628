//! The model by itself, on the sweep's own site: that it knows the rules, and sees when one is broken.

use std::collections::BTreeMap;
use std::time::Duration;

use wire::SimTime;

use crate::act::{Act, ChatAudience, ConsoleKind, Target, Whose};

use super::{Broken, CustomerStage, LineKind, Model, Picture, SeenPrompt, Site};

const SITE: &str = include_str!("../../../../features/sites/sweep.toml");

/// A model and a clock; acts take a tenth of a second each.
struct Desk {
    model: Model,
    now: SimTime,
}

impl Desk {
    fn new() -> Self {
        let site = Site::read(SITE).expect("the sweep's site is one");
        Self { model: Model::new(site, SimTime::ZERO), now: SimTime::ZERO }
    }

    /// The same with these signed in.
    fn with(names: &[&str]) -> Self {
        let mut desk = Self::new();
        for name in names {
            desk.signs_in(name);
        }
        desk
    }

    fn signs_in(&mut self, rep: &str) {
        let console = ConsoleKind::Desktop;
        let (user_name, password) = (rep.to_lowercase(), String::new());
        self.does(Act::RepSignsIn { rep: rep.to_owned(), console, user_name, password, remember: false });
    }

    #[track_caller]
    fn does(&mut self, act: Act) {
        assert!(self.model.allowed(&act), "expected that `{act}` can be done");
        let began = self.now;
        self.now += match act {
            Act::TimePasses { millis } => Duration::from_millis(millis),
            _ => Duration::from_millis(100),
        };
        self.model.apply(&act, began, self.now);
    }

    /// A customer waits for what an issue leads to.
    fn comes(&mut self, customer: &str, issue: &str) {
        self.does(Act::CustomerOpensPortal { customer: customer.to_owned(), portal: None });
        self.does(Act::CustomerPicksIssue { customer: customer.to_owned(), issue: issue.to_owned() });
    }

    fn accepts(&mut self, rep: &str, customer: &str) {
        self.does(Act::RepAccepts { rep: rep.to_owned(), customer: customer.to_owned() });
    }

    /// What consoles show: each prompt as a representative, a customer and a team.
    fn sees(&mut self, prompts: &[(&str, &str, &str)]) -> Result<(), Broken> {
        let mut seen: BTreeMap<String, Vec<SeenPrompt>> = BTreeMap::new();
        for (rep, customer, team) in prompts {
            let (customer, team) = ((*customer).to_owned(), (*team).to_owned());
            let until = self.now + Duration::from_secs(60);
            let prompt = SeenPrompt { customer, from: None, team, until };
            seen.entry((*rep).to_owned()).or_default().push(prompt);
        }
        self.model.adopt(&seen)
    }

    fn picture(&self) -> Picture {
        self.model.picture()
    }

    fn stage(&self, customer: &str) -> CustomerStage {
        self.picture().customers[customer].clone()
    }
}

fn broken(judged: Result<(), Broken>) -> &'static str {
    judged.expect_err("a rule is broken").rule
}

fn with(names: &[&str]) -> CustomerStage {
    CustomerStage::With(names.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn a_session_goes_from_a_queue_through_hands_to_its_end() {
    let mut desk = Desk::with(&["Drew", "Erin"]);
    desk.comes("Carla", "Printer prints nothing");
    assert_eq!(desk.stage("Carla"), CustomerStage::Waiting);
    assert_eq!(desk.picture().consoles["Erin"].queues["Desktop"][0].what, LineKind::Waiting);
    desk.accepts("Drew", "Carla");
    assert_eq!(desk.stage("Carla"), with(&["Drew Patel"]));
    assert!(desk.picture().consoles["Erin"].queues["Desktop"].is_empty());
    desk.does(Act::RepHolds { rep: "Drew".into(), customer: "Carla".into() });
    assert_eq!(desk.stage("Carla"), CustomerStage::OnHold);
    desk.accepts("Drew", "Carla");
    desk.does(Act::RepEnds { rep: "Drew".into(), customer: "Carla".into() });
    assert_eq!(desk.stage("Carla"), CustomerStage::Over("ended by the representative".into()));
    assert!(desk.picture().consoles["Drew"].pages.is_empty());
}

#[test]
fn what_the_owner_sent_out_dies_when_they_hand_over() {
    let mut desk = Desk::with(&["Drew", "Erin", "Alex"]);
    desk.comes("Carla", "Printer prints nothing");
    desk.accepts("Drew", "Carla");
    let (rep, customer) = (String::from("Drew"), String::from("Carla"));
    desk.does(Act::RepInvites { rep: rep.clone(), colleague: "Erin".into(), customer: customer.clone() });
    desk.accepts("Erin", "Carla");
    desk.does(Act::RepInvites { rep: rep.clone(), colleague: "Alex".into(), customer: customer.clone() });
    assert_eq!(desk.picture().consoles["Alex"].queues["Personal"].len(), 1);
    desk.does(Act::RepTransfers { rep, customer, to: Target::Rep("Erin".into()) });
    assert!(desk.picture().consoles["Alex"].queues["Personal"].is_empty());
    assert_eq!(desk.stage("Carla"), with(&["Erin Novak", "Drew Patel"]));
}

#[test]
fn who_is_refused_changes_nothing() {
    let mut desk = Desk::with(&["Drew", "Erin", "Casey"]);
    desk.comes("Carla", "Printer prints nothing");
    let before = desk.picture();
    desk.accepts("Casey", "Carla");
    assert_eq!(desk.picture(), before, "Casey may not take from team queues");
    desk.accepts("Drew", "Carla");
    desk.does(Act::RepInvites { rep: "Drew".into(), colleague: "Erin".into(), customer: "Carla".into() });
    desk.accepts("Erin", "Carla");
    let before = desk.picture();
    let (rep, customer) = (String::from("Erin"), String::from("Carla"));
    desk.does(Act::RepRemoves { rep, member: "Drew".into(), customer, confirms: true });
    assert_eq!(desk.picture(), before, "Erin does not own the session");
}

#[test]
fn a_line_is_read_by_whom_it_is_for_once_they_are_there() {
    let mut desk = Desk::with(&["Drew"]);
    desk.comes("Carla", "Printer prints nothing");
    desk.accepts("Drew", "Carla");
    desk.does(Act::NetworkGoesDown { machine: Whose::Person("Carla".into()) });
    let write = |audience, text: &str| Act::RepWrites {
        rep: "Drew".into(),
        customer: "Carla".into(),
        audience,
        text: text.into(),
    };
    desk.does(write(ChatAudience::Everyone, "one"));
    desk.does(write(ChatAudience::RepresentativesOnly, "two"));
    desk.does(Act::CustomerWrites { customer: "Carla".into(), text: "three".into() });
    assert!(!desk.picture().customers_read.contains_key("Carla"), "Carla is cut off");
    desk.does(Act::TimePasses { millis: 40_000 });
    desk.does(Act::NetworkComesBack { machine: Whose::Person("Carla".into()) });
    desk.does(Act::TimePasses { millis: 51_000 });
    let texts =
        |lines: &[(String, String)]| lines.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!(texts(&desk.picture().customers_read["Carla"]), "one three");
    let page = &desk.picture().consoles["Drew"].pages["Carla"];
    assert_eq!(texts(page.chat.as_deref().expect("nothing is under way")), "one two three");
}

#[test]
fn a_rule_moves_who_waits_too_long() {
    let mut desk = Desk::with(&["Erin"]);
    desk.comes("Carla", "No network");
    assert!(desk.picture().consoles["Erin"].queues["Desktop"].is_empty());
    desk.does(Act::TimePasses { millis: 190_000 });
    assert!(desk.picture().consoles["Erin"].queues["Desktop"].is_empty());
    desk.does(Act::TimePasses { millis: 20_000 });
    assert_eq!(desk.picture().consoles["Erin"].queues["Desktop"].len(), 1);
}

#[test]
fn nothing_is_done_where_times_meet() {
    let mut desk = Desk::new();
    desk.comes("Carla", "No network");
    desk.does(Act::TimePasses { millis: 193_000 });
    let sign_in = Act::RepSignsIn {
        rep: "Erin".into(),
        console: ConsoleKind::Desktop,
        user_name: "erin".into(),
        password: String::new(),
        remember: false,
    };
    assert!(desk.model.allowed(&sign_in), "the rule is seven seconds away");
    desk.does(Act::TimePasses { millis: 1_000 });
    assert!(!desk.model.allowed(&Act::TimePasses { millis: 6_000 }), "that would end beside the rule");
    desk.now += Duration::from_secs(2);
    desk.model.apply(&Act::TimePasses { millis: 2_000 }, desk.now, desk.now);
    assert!(!desk.model.allowed(&sign_in), "the rule is four seconds away");
}

#[test]
fn who_is_asked_must_be_somebody_who_could_be() {
    let mut desk = Desk::with(&["Alex", "Blair", "Erin"]);
    desk.comes("Carla", "No network");
    for (who, rule) in
        [("Erin", "nobody is asked about another team's work"), ("Blair", "the best and least busy is asked")]
    {
        let mut other = Desk { model: desk.model.clone(), now: desk.now };
        assert_eq!(broken(other.sees(&[(who, "Carla", "Network")])), rule, "{who}");
    }
    assert_eq!(broken(desk.sees(&[])), "where somebody can be asked somebody is");
    assert_eq!(desk.sees(&[("Alex", "Carla", "Network")]), Ok(()));
}

#[test]
fn who_has_said_no_is_not_asked_again_until_somebody_moves_the_session() {
    let mut desk = Desk::with(&["Alex"]);
    desk.comes("Carla", "No network");
    assert_eq!(desk.sees(&[("Alex", "Carla", "Network")]), Ok(()));
    desk.does(Act::RepAnswersAssignment { rep: "Alex".into(), customer: "Carla".into(), accepts: false });
    let mut other = Desk { model: desk.model.clone(), now: desk.now };
    assert_eq!(
        broken(other.sees(&[("Alex", "Carla", "Network")])),
        "who has turned a session down is not asked again"
    );
    assert_eq!(desk.sees(&[]), Ok(()));
    // Who comes late is not asked, either: all who were there have said no.
    desk.signs_in("Blair");
    assert_eq!(
        broken(Desk { model: desk.model.clone(), now: desk.now }.sees(&[("Blair", "Carla", "Network")])),
        "what everybody has turned down waits for a hand"
    );
    assert_eq!(desk.sees(&[]), Ok(()));
    let to = Target::Team("Servers".into());
    desk.does(Act::RepTransfers { rep: "Alex".into(), customer: "Carla".into(), to });
    assert_eq!(desk.sees(&[("Alex", "Carla", "Servers")]), Ok(()));
}

#[test]
fn who_is_asked_stays_asked() {
    let mut desk = Desk::with(&["Alex"]);
    desk.comes("Carla", "No network");
    assert_eq!(desk.sees(&[("Alex", "Carla", "Network")]), Ok(()));
    desk.signs_in("Erin");
    assert_eq!(broken(desk.sees(&[])), "who is asked stays asked until they answer");
}

#[test]
fn a_restart_loses_no_session_and_everybody_comes_back() {
    let mut desk = Desk::with(&["Drew"]);
    desk.comes("Carla", "Printer prints nothing");
    desk.accepts("Drew", "Carla");
    desk.does(Act::PowerFails { machine: Whose::Appliance });
    assert_eq!(desk.picture(), Picture::default(), "nobody sees anything that counts");
    desk.does(Act::TimePasses { millis: 10_000 });
    desk.does(Act::PowerReturns { machine: Whose::Appliance });
    desk.does(Act::TimePasses { millis: 51_000 });
    assert_eq!(desk.stage("Carla"), CustomerStage::OnHold);
    assert_eq!(desk.picture().consoles["Drew"].queues["Desktop"][0].what, LineKind::Waiting);
}

/// The appliance was away: who had been missed before has the whole time to come back anew.
#[test]
fn a_restart_gives_lost_customers_their_whole_time_anew() {
    let mut desk = Desk::with(&["Erin"]);
    desk.comes("Carla", "Printer prints nothing");
    desk.does(Act::PowerFails { machine: Whose::Person("Carla".into()) });
    desk.does(Act::TimePasses { millis: 40_000 });
    let presence = |desk: &Desk| {
        let lines = &desk.picture().consoles["Erin"].queues["Desktop"];
        lines.first().map(|line| line.presence.clone())
    };
    assert_eq!(presence(&desk).as_deref(), Some("connection lost"));
    desk.does(Act::TimePasses { millis: 120_000 });
    desk.does(Act::PowerFails { machine: Whose::Appliance });
    desk.does(Act::PowerReturns { machine: Whose::Appliance });
    desk.does(Act::TimePasses { millis: 54_000 });
    desk.does(Act::TimePasses { millis: 236_000 });
    assert_eq!(presence(&desk).as_deref(), Some("connection lost"), "it is 290 seconds since the restart");
    desk.does(Act::TimePasses { millis: 20_000 });
    assert_eq!(presence(&desk), None, "310 seconds are too long");
}

/// What a customer wrote during a short break may be there by now or not; nobody ends their part meanwhile, since it
/// would not be known whether the line got in before.
#[test]
fn nobody_lets_a_customer_go_whose_lines_are_on_the_way() {
    let mut desk = Desk::with(&["Drew"]);
    desk.comes("Carla", "Printer prints nothing");
    desk.accepts("Drew", "Carla");
    let (drew, carla) = (String::from("Drew"), String::from("Carla"));
    let carlas = || Whose::Person("Carla".into());
    let removes =
        Act::RepRemoves { rep: drew.clone(), member: carla.clone(), customer: carla.clone(), confirms: true };
    let ends = Act::RepEnds { rep: drew, customer: carla.clone() };
    desk.does(Act::NetworkGoesDown { machine: carlas() });
    desk.does(Act::NetworkComesBack { machine: carlas() });
    assert!(desk.model.allowed(&removes) && desk.model.allowed(&ends), "nothing is on the way");
    desk.does(Act::TimePasses { millis: 20_000 });
    desk.does(Act::NetworkGoesDown { machine: carlas() });
    desk.does(Act::CustomerWrites { customer: carla, text: "one".into() });
    assert!(desk.model.allowed(&removes), "a line that is not on the way is lost for certain");
    desk.does(Act::NetworkComesBack { machine: carlas() });
    assert!(!desk.model.allowed(&removes) && !desk.model.allowed(&ends));
    desk.does(Act::TimePasses { millis: 20_000 });
    assert!(desk.model.allowed(&removes) && desk.model.allowed(&ends));
}
