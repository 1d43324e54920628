//! A random walk: acts that nobody has thought of, each of which somebody could do.

use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use wire::Seed;

use crate::act::{Act, AfterSessionAction, ChatAudience, ConsoleKind, MailHostState, Target, Whose};

use super::model::{MARGIN, Model};

/// Customers of every walk. Each comes once: a client whose session is over starts no other.
pub(crate) const CUSTOMERS: [&str; 40] = [
    "Carla", "Dana", "Eli", "Mia", "Nora", "Otto", "Pia", "Quinn", "Rosa", "Sven", "Tara", "Udo", "Viola",
    "Wim", "Yara", "Zoe", "Ada", "Bruno", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jule",
    "Kira", "Lars", "Moritz", "Nils", "Olga", "Paul", "Ruth", "Sara", "Till", "Ute", "Vito", "Wanda", "Yves",
    "Zita",
];

/// As many sessions run at once as give everybody something to do.
const SESSIONS_MAX: usize = 6;

/// Who may be invited from outside.
const OUTSIDERS: [&str; 3] = ["Vera", "Walt", "Xena"];

/// What goes wrong on a walk.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    strum::Display,
    strum::EnumString,
    clap::ValueEnum,
)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Faults {
    /// Nothing.
    None,
    /// Consoles are killed and closed.
    Consoles,
    /// The same, and people are cut off for a while.
    Network,
    /// All of that, and machines lose power, the appliance too; and the mail host fails.
    #[default]
    All,
}

/// Somebody who makes up what happens next.
pub(crate) struct Walk {
    rng: ChaCha8Rng,
    faults: Faults,
    /// Lines, notes and mails are numbered, so that each is the only one of its kind.
    lines: u32,
}

/// A kind of act, and how often it is chosen beside others.
type Kind = (u32, fn(&mut Walk, &Model) -> Vec<Act>);

/// What people do.
const DEEDS: [Kind; 20] = [
    (30, Walk::signing_in),
    (3, Walk::signing_out),
    (40, Walk::starting),
    (40, Walk::accepting),
    (6, Walk::getting_next),
    (40, Walk::answering),
    (6, Walk::declining),
    (10, Walk::holding),
    (16, Walk::ending),
    (8, Walk::leaving),
    (16, Walk::transferring),
    (24, Walk::inviting),
    (5, Walk::cancelling),
    (12, Walk::joining_from_outside),
    (8, Walk::removing),
    (10, Walk::choosing),
    (20, Walk::writing),
    (16, Walk::customers_writing),
    (5, Walk::customers_leaving),
    (25, Walk::waiting),
];

impl Walk {
    pub(crate) fn new(seed: Seed, faults: Faults) -> Self {
        Self { rng: seed.child("random walk").rng(), faults, lines: 0 }
    }

    /// What somebody does next, or what befalls something; nothing, where nothing can be done.
    pub(crate) fn next(&mut self, model: &Model) -> Option<Act> {
        let mut kinds = DEEDS.to_vec();
        if self.faults >= Faults::Consoles {
            kinds.push((6, Self::losing_consoles));
        }
        if self.faults >= Faults::Network {
            kinds.push((9, Self::cutting));
        }
        if self.faults >= Faults::All {
            kinds.extend([
                (3, Self::failing_power as fn(&mut Self, &Model) -> Vec<Act>),
                (2, Self::failing_mail),
            ]);
        }
        // What was broken is mended, however little else there is to do.
        kinds.push((12, Self::mending));
        while !kinds.is_empty() {
            let all: u32 = kinds.iter().map(|(weight, _)| weight).sum();
            let mut drawn = self.rng.random_range(0..all);
            let place = kinds.iter().position(|(weight, _)| match drawn.checked_sub(*weight) {
                Some(rest) => {
                    drawn = rest;
                    false
                }
                None => true,
            });
            // A number below the sum of the weights meets one.
            let (_, kind) = kinds.swap_remove(place?);
            let mut acts = kind(self, model);
            acts.retain(|act| model.allowed(act));
            if let Some(act) = acts.choose(&mut self.rng) {
                return Some(act.clone());
            }
        }
        None
    }

    fn signing_in(&mut self, model: &Model) -> Vec<Act> {
        let accounts =
            names(model).filter_map(|rep| Some((rep.clone(), model.site().account(&rep)?.clone())));
        let acts = accounts.flat_map(|(rep, account)| {
            let (user_name, password) = (account.user_name, account.password);
            let first = Act::RepSignsIn {
                rep: rep.clone(),
                console: ConsoleKind::Desktop,
                user_name: user_name.clone(),
                password: password.clone(),
                remember: false,
            };
            let again = Act::RepSignsInAgain { rep: rep.clone(), user_name, password };
            [first, Act::RepStartsConsoleAnew { rep }, again]
        });
        acts.collect()
    }

    fn signing_out(&mut self, model: &Model) -> Vec<Act> {
        names(model).map(|rep| Act::RepSignsOut { rep }).collect()
    }

    fn starting(&mut self, model: &Model) -> Vec<Act> {
        let mut acts = Vec::new();
        let begun: Vec<String> = customers().filter(|customer| model.has_portal_open(customer)).collect();
        for customer in &begun {
            let picks =
                |issue: &str| Act::CustomerPicksIssue { customer: customer.clone(), issue: issue.to_owned() };
            acts.extend(model.site().issues.iter().map(|issue| picks(&issue.title)));
            acts.extend(model.site().reps.iter().map(|account| Act::CustomerPicksRep {
                customer: customer.clone(),
                display_name: account.display_name.clone(),
            }));
        }
        if model.live_customers().count() + begun.len() < SESSIONS_MAX {
            let next = customers().find(|customer| !model.has_come(customer));
            acts.extend(next.map(|customer| Act::CustomerOpensPortal { customer, portal: None }));
        }
        acts
    }

    fn accepting(&mut self, model: &Model) -> Vec<Act> {
        pairs(model).map(|(rep, customer)| Act::RepAccepts { rep, customer }).collect()
    }

    fn getting_next(&mut self, model: &Model) -> Vec<Act> {
        names(model).map(|rep| Act::RepUsesGetNext { rep }).collect()
    }

    fn answering(&mut self, model: &Model) -> Vec<Act> {
        let accepts = self.rng.random_bool(0.6);
        pairs(model).map(|(rep, customer)| Act::RepAnswersAssignment { rep, customer, accepts }).collect()
    }

    fn declining(&mut self, model: &Model) -> Vec<Act> {
        pairs(model).map(|(rep, customer)| Act::RepDeclines { rep, customer }).collect()
    }

    fn holding(&mut self, model: &Model) -> Vec<Act> {
        pairs(model).map(|(rep, customer)| Act::RepHolds { rep, customer }).collect()
    }

    fn ending(&mut self, model: &Model) -> Vec<Act> {
        with_outsiders(model).map(|(rep, customer)| Act::RepEnds { rep, customer }).collect()
    }

    fn leaving(&mut self, model: &Model) -> Vec<Act> {
        with_outsiders(model).map(|(rep, customer)| Act::RepLeaves { rep, customer }).collect()
    }

    fn transferring(&mut self, model: &Model) -> Vec<Act> {
        let teams = model.site().teams.iter().map(|team| Target::Team(team.name.clone()));
        let targets: Vec<Target> = teams.chain(names(model).map(Target::Rep)).collect();
        let transfer = |(rep, customer): (String, String)| {
            targets.iter().cloned().map(move |to| Act::RepTransfers {
                rep: rep.clone(),
                customer: customer.clone(),
                to,
            })
        };
        pairs(model).flat_map(transfer).collect()
    }

    fn inviting(&mut self, model: &Model) -> Vec<Act> {
        let mut acts = Vec::new();
        let drawn = self.rng.random_range(0..4);
        for (rep, customer) in pairs(model) {
            match drawn {
                0 => acts.extend(names(model).map(|colleague| Act::RepInvites {
                    rep: rep.clone(),
                    colleague,
                    customer: customer.clone(),
                })),
                1 => acts.extend(model.site().teams.iter().map(|team| Act::RepInvitesTeam {
                    rep: rep.clone(),
                    team: team.name.clone(),
                    customer: customer.clone(),
                })),
                2 => acts.extend(model.site().issues.iter().map(|issue| Act::RepAsksForHelp {
                    rep: rep.clone(),
                    issue: issue.title.clone(),
                    customer: customer.clone(),
                })),
                _ => acts.extend(OUTSIDERS.iter().map(|name| Act::RepInvitesExternal {
                    rep: rep.clone(),
                    name: (*name).to_owned(),
                    email: None,
                    customer: customer.clone(),
                })),
            }
        }
        acts
    }

    fn cancelling(&mut self, model: &Model) -> Vec<Act> {
        let invited = |(rep, customer): (String, String)| {
            let told = model.invitations_of(&customer);
            told.into_iter().map(move |to| Act::RepCancelsInvitation {
                rep: rep.clone(),
                to,
                customer: customer.clone(),
            })
        };
        pairs(model).flat_map(invited).collect()
    }

    fn joining_from_outside(&mut self, _: &Model) -> Vec<Act> {
        let join = |name: &&str| Act::ExternalJoins {
            external: (*name).to_owned(),
            console: ConsoleKind::Desktop,
            key: String::new(),
        };
        OUTSIDERS.iter().map(join).collect()
    }

    fn removing(&mut self, model: &Model) -> Vec<Act> {
        let members: Vec<String> =
            names(model).chain(OUTSIDERS.iter().map(|name| (*name).to_owned())).collect();
        let removal = |(rep, customer): (String, String)| {
            let members = members.clone().into_iter().chain([customer.clone()]);
            members.map(move |member| Act::RepRemoves {
                rep: rep.clone(),
                member,
                customer: customer.clone(),
                confirms: true,
            })
        };
        pairs(model).flat_map(removal).collect()
    }

    /// Choices that hold until they are changed.
    fn choosing(&mut self, model: &Model) -> Vec<Act> {
        let mut acts = Vec::new();
        for rep in names(model) {
            for on in [true, false] {
                acts.push(Act::RepSetsAutoAssignment { rep: rep.clone(), on });
                acts.push(Act::RepSetsExtendedAvailability { rep: rep.clone(), on });
                acts.push(Act::RepLocksComputer { rep: rep.clone(), locked: on });
            }
        }
        let action = AfterSessionAction::Lock;
        let choices =
            pairs(model).map(|(rep, customer)| Act::RepChoosesAfterSession { rep, customer, action });
        acts.extend(choices);
        acts
    }

    fn writing(&mut self, model: &Model) -> Vec<Act> {
        let number = self.next_line();
        let audience = match self.rng.random_bool(0.5) {
            true => ChatAudience::Everyone,
            false => ChatAudience::RepresentativesOnly,
        };
        let mut acts = Vec::new();
        for (rep, customer) in with_outsiders(model) {
            let text = format!("line {number}");
            acts.push(Act::RepWrites { rep: rep.clone(), customer: customer.clone(), audience, text });
            acts.push(Act::RepAddsNote { rep, customer, text: format!("note {number}") });
        }
        for rep in names(model) {
            let teams = model.site().teams.iter().map(|team| Target::Team(team.name.clone()));
            let to = teams.chain(names(model).map(Target::Rep)).collect::<Vec<_>>();
            if let Some(to) = to.choose(&mut self.rng) {
                let text = format!("talk {number}");
                acts.push(Act::RepTeamChats { rep: rep.clone(), to: to.clone(), text });
            }
        }
        acts
    }

    fn customers_writing(&mut self, model: &Model) -> Vec<Act> {
        let number = self.next_line();
        model
            .live_customers()
            .map(|customer| Act::CustomerWrites { customer, text: format!("line {number}") })
            .collect()
    }

    fn customers_leaving(&mut self, model: &Model) -> Vec<Act> {
        model.live_customers().map(|customer| Act::CustomerLeaves { customer }).collect()
    }

    /// Up to shortly after something is due, or just a while.
    fn waiting(&mut self, model: &Model) -> Vec<Act> {
        let more = self.rng.random_range(0..=4);
        let dues = model.due_times().map(|moment| moment.to + MARGIN - model.now());
        // Whole seconds read better.
        let dues = dues.flat_map(|time| [0, more].map(|more| time.as_secs() + 1 + more));
        let short = [1, 5, 20].into_iter();
        dues.chain(short).map(|secs| Act::TimePasses { millis: secs * 1_000 }).collect()
    }

    fn losing_consoles(&mut self, model: &Model) -> Vec<Act> {
        let both = |rep: String| [Act::RepClosesConsole { rep: rep.clone() }, Act::ConsoleIsKilled { rep }];
        names(model).flat_map(both).collect()
    }

    fn cutting(&mut self, model: &Model) -> Vec<Act> {
        everybody(model).map(|name| Act::NetworkGoesDown { machine: Whose::Person(name) }).collect()
    }

    fn mending(&mut self, model: &Model) -> Vec<Act> {
        let mut acts: Vec<Act> =
            everybody(model).map(|name| Act::NetworkComesBack { machine: Whose::Person(name) }).collect();
        acts.push(Act::PowerReturns { machine: Whose::Appliance });
        acts
    }

    fn failing_power(&mut self, model: &Model) -> Vec<Act> {
        let machine = match self.rng.random_bool(0.2) {
            true => model.live_customers().map(Whose::Person).collect(),
            false => vec![Whose::Appliance],
        };
        machine.into_iter().map(|machine| Act::PowerFails { machine }).collect()
    }

    fn failing_mail(&mut self, _: &Model) -> Vec<Act> {
        let states = [
            MailHostState::Healthy,
            MailHostState::Greylisting,
            MailHostState::Hangs,
            MailHostState::BreaksOff,
        ];
        states.into_iter().map(|state| Act::MailHostIs { state }).collect()
    }

    fn next_line(&mut self) -> u32 {
        self.lines += 1;
        self.lines
    }
}

fn names(model: &Model) -> impl Iterator<Item = String> {
    model.rep_names().cloned()
}

fn customers() -> impl Iterator<Item = String> {
    CUSTOMERS.iter().map(|name| (*name).to_owned())
}

fn everybody(model: &Model) -> impl Iterator<Item = String> {
    names(model).chain(customers().filter(|customer| model.has_come(customer)))
}

/// Every representative with every customer who has a session.
fn pairs(model: &Model) -> impl Iterator<Item = (String, String)> {
    names(model).flat_map(|rep| model.live_customers().map(move |customer| (rep.clone(), customer)))
}

/// The same with those who come from outside.
fn with_outsiders(model: &Model) -> impl Iterator<Item = (String, String)> {
    let outsiders = OUTSIDERS.iter().map(|name| (*name).to_owned());
    let with = |rep: String| model.live_customers().map(move |customer| (rep.clone(), customer));
    outsiders.flat_map(with).chain(pairs(model))
}
