//! The reference model: who is here, where each session stands, who is in it, who is invited, what was said.
//!
//! It is made of sets and counters, knows the acts and nothing else, and never calls the product. What takes a network or
//! a time-out it does not follow to the millisecond: it knows moments as spans ([`Moment`]), and whoever makes up acts
//! keeps away from where spans meet ([`Model::allowed`]).
//!
//! Equilibrium is not predicted but judged. Whom the appliance has asked is looked up ([`Model::adopt`]), and must be
//! somebody who might have been asked; where somebody could be asked, somebody must be.

mod allowed;
mod apply;
mod due;
mod moves;
mod picture;
mod routing;
mod site;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use wire::SimTime;

pub(crate) use self::allowed::MARGIN;
pub(crate) use self::picture::{Console, CustomerStage, Line, LineKind, Page, Picture, Said};
pub(crate) use self::routing::SeenPrompt;
pub(crate) use self::site::Site;
use crate::act::AfterSessionAction;

/// Something that should be and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Which rule, as a person would name it.
    pub(crate) rule: &'static str,
    /// What was expected, and what was seen.
    pub(crate) text: String,
}

/// A moment that is known to lie in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) from: SimTime,
    pub(crate) to: SimTime,
}

/// The estate, as the model knows it.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    site: Site,
    now: SimTime,
    reps: BTreeMap<String, Rep>,
    /// Who comes without an account.
    guests: BTreeMap<String, Guest>,
    customers: BTreeMap<String, Customer>,
    /// In the order of their requests; those that are over stay.
    sessions: Vec<Session>,
    /// Since when the appliance has no power.
    down_since: Option<SimTime>,
    /// Before the act that is being judged: who could be asked, and how busy everybody was.
    before: BTreeMap<String, routing::Duty>,
    /// Whether the act that is being judged left it open who was asked first.
    blurred: bool,
}

/// A representative.
#[derive(Clone, Debug)]
struct Rep {
    console: ConsoleState,
    way: Way,
    locked: bool,
    opted_out: bool,
    extended: bool,
    /// Since when they are in as many sessions as now.
    level_since: Moment,
    /// Lines of team chat since the console was opened.
    team_chat: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ConsoleState {
    NotOpened,
    SignedOut,
    SignedIn,
    /// Killed, closed, or without power.
    Dead,
}

/// Between a device and the appliance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Open,
    /// Nothing gets through; `noticed` once the appliance has heard nothing for too long.
    Cut {
        since: SimTime,
        noticed: bool,
    },
    /// Open again, before anybody has noticed; what was lost is sent again.
    Mending {
        since: SimTime,
    },
    /// Open again; the program finds out and connects anew.
    Returning {
        since: SimTime,
    },
}

/// Somebody without an account.
#[derive(Clone, Debug, Default)]
struct Guest {
    joined: bool,
    /// Their part is over.
    gone: bool,
}

/// A customer.
#[derive(Clone, Debug)]
struct Customer {
    way: Way,
    has_power: bool,
    /// The representatives that the open portal lists.
    portal: Option<BTreeSet<String>>,
    /// The latest session.
    session: Option<usize>,
    /// How it ended for them, if it did and they were told.
    over: Option<&'static str>,
    /// What they have written and the appliance has not got.
    pending: Vec<String>,
}

/// A session.
#[derive(Clone, Debug)]
struct Session {
    customer: String,
    place: Place,
    last_queue: Queue,
    /// Since when it stands where it stands.
    since: Moment,
    overdue: bool,
    skills: Vec<String>,
    asking: Asking,
    members: Vec<Member>,
    participants: BTreeSet<String>,
    invitations: Vec<Invitation>,
    presence: Presence,
    /// Since when the appliance waits for its customer to come back.
    missed_since: Moment,
    said: Vec<Said>,
    notes: Vec<String>,
    after: AfterSessionAction,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Queue,
    Owned(String),
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Queue {
    Team(String),
    Personal(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Here,
    Lost,
    Gone,
}

/// What Equilibrium has done about one line.
#[derive(Clone, Debug, Default)]
struct Asking {
    prompt: Option<Prompt>,
    /// Who has turned it down.
    tried: BTreeSet<String>,
    /// Somebody has just now: whoever can be asked next is, at once.
    is_turned_down: bool,
    exhausted: Exhausted,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Exhausted {
    #[default]
    No,
    /// It depends on who came back first.
    Maybe,
    Yes,
}

#[derive(Clone, Debug)]
struct Prompt {
    rep: String,
    until: SimTime,
}

/// Somebody in a session.
#[derive(Clone, Debug)]
struct Member {
    who: String,
    /// How many lines had been said when they came.
    said_before: usize,
}

#[derive(Clone, Debug)]
struct Invitation {
    from: String,
    to: Invited,
    asking: Asking,
    since: Moment,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Invited {
    Rep(String),
    Team(String),
    /// The issue, and the team that it belongs to.
    Issue(String, String),
    External(String),
}

/// One line of a queue that somebody could be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineId {
    Waiting(usize),
    /// A session, and the place among its invitations.
    Invitation(usize, usize),
}

impl Moment {
    pub(crate) fn at(at: SimTime) -> Self {
        Self { from: at, to: at }
    }

    /// Whether it was certainly before the other. An act ends some time after all that it brings.
    fn is_before(self, other: Self) -> bool {
        self.to <= other.from
    }
}

impl Model {
    /// Nobody has come yet.
    pub(crate) fn new(site: Site, now: SimTime) -> Self {
        let names = site.reps.iter().map(|account| capitalised(&account.user_name));
        let rep = Rep {
            console: ConsoleState::NotOpened,
            way: Way::Open,
            locked: false,
            opted_out: false,
            extended: false,
            level_since: Moment::at(now),
            team_chat: Vec::new(),
        };
        Self {
            reps: names.map(|name| (name, rep.clone())).collect(),
            site,
            now,
            guests: BTreeMap::new(),
            customers: BTreeMap::new(),
            sessions: Vec::new(),
            down_since: None,
            before: BTreeMap::new(),
            blurred: false,
        }
    }

    /// The site.
    pub(crate) fn site(&self) -> &Site {
        &self.site
    }

    /// Representatives, by name.
    pub(crate) fn rep_names(&self) -> impl Iterator<Item = &String> {
        self.reps.keys()
    }

    /// Whether somebody is a representative with an account.
    pub(crate) fn has_account(&self, name: &str) -> bool {
        self.reps.contains_key(name)
    }

    /// Whether the appliance has no power.
    pub(crate) fn is_down(&self) -> bool {
        self.down_since.is_some()
    }

    /// Whether somebody is connecting anew, who may be back by now or not: then nobody's view says much.
    pub(crate) fn is_coming_back(&self) -> bool {
        let ways =
            self.reps.values().map(|rep| rep.way).chain(self.customers.values().map(|customer| customer.way));
        ways.into_iter().any(|way| matches!(way, Way::Returning { .. }))
    }

    /// The active invitations to a customer's session, as its pages list them.
    pub(crate) fn invitations_of(&self, customer: &str) -> Vec<String> {
        let invitations = self.live(customer).map(|id| &self.sessions[id].invitations);
        invitations.into_iter().flatten().map(|invitation| self.told(invitation)).collect()
    }

    /// Customers whose sessions are not over.
    pub(crate) fn live_customers(&self) -> impl Iterator<Item = String> {
        let live = self.sessions.iter().filter(|session| session.place != Place::Over);
        live.map(|session| session.customer.clone())
    }

    /// Whether a customer has opened a portal, and not chosen yet.
    pub(crate) fn has_portal_open(&self, customer: &str) -> bool {
        self.customers.get(customer).is_some_and(|customer| customer.portal.is_some())
    }

    /// Whether a customer has been seen at all.
    pub(crate) fn has_come(&self, customer: &str) -> bool {
        self.customers.contains_key(customer)
    }

    fn is_signed_in(&self, name: &str) -> bool {
        self.reps.get(name).is_some_and(|rep| rep.console == ConsoleState::SignedIn)
    }

    /// Signed in, or to be reached by mail.
    fn is_reachable(&self, name: &str) -> bool {
        self.is_signed_in(name) || self.reps.get(name).is_some_and(|rep| rep.extended)
    }

    fn may(&self, name: &str, permission: &str) -> bool {
        self.site.account(name).is_some_and(|account| account.may(permission))
    }

    fn is_in_team(&self, name: &str, team: &str) -> bool {
        self.site.account(name).is_some_and(|account| account.teams.contains(team))
    }

    /// The name that others see.
    fn display(&self, name: &str) -> String {
        self.site.account(name).map_or_else(|| name.to_owned(), |account| account.display_name.clone())
    }

    /// The session of a customer that is not over.
    fn live(&self, customer: &str) -> Option<usize> {
        let session = self.customers.get(customer)?.session?;
        (self.sessions[session].place != Place::Over).then_some(session)
    }

    fn sees_queue(&self, name: &str, queue: &Queue) -> bool {
        match queue {
            Queue::Personal(owner) => owner == name,
            Queue::Team(team) => self.is_in_team(name, team),
        }
    }

    fn asking(&self, line: LineId) -> &Asking {
        match line {
            LineId::Waiting(session) => &self.sessions[session].asking,
            LineId::Invitation(session, place) => &self.sessions[session].invitations[place].asking,
        }
    }

    fn asking_mut(&mut self, line: LineId) -> &mut Asking {
        match line {
            LineId::Waiting(session) => &mut self.sessions[session].asking,
            LineId::Invitation(session, place) => &mut self.sessions[session].invitations[place].asking,
        }
    }

    /// The lines of team queues, with their teams.
    fn team_lines(&self) -> Vec<(LineId, String)> {
        let mut lines = Vec::new();
        for (id, session) in self.sessions.iter().enumerate() {
            if let (Place::Queue, Queue::Team(team)) = (&session.place, &session.last_queue) {
                lines.push((LineId::Waiting(id), team.clone()));
            }
            for (place, invitation) in session.invitations.iter().enumerate() {
                if let Some(team) = invitation.to.team() {
                    lines.push((LineId::Invitation(id, place), team.to_owned()));
                }
            }
        }
        lines
    }
}

impl Asking {
    /// Who was asked, if it is them, has turned it down, or has not answered.
    fn turn_down(&mut self, rep: &str) {
        if self.prompt.take_if(|prompt| prompt.rep == rep).is_some() {
            self.tried.insert(rep.to_owned());
            self.is_turned_down = true;
        }
    }
}

impl Session {
    fn owner(&self) -> Option<&str> {
        match &self.place {
            Place::Owned(owner) => Some(owner),
            Place::Queue | Place::Over => None,
        }
    }

    fn is_owned_by(&self, name: &str) -> bool {
        self.owner() == Some(name)
    }

    fn has(&self, name: &str) -> bool {
        self.members.iter().any(|member| member.who == name)
    }
}

impl Invited {
    /// The team in whose queue it stands.
    fn team(&self) -> Option<&str> {
        match self {
            Self::Team(team) | Self::Issue(_, team) => Some(team),
            Self::Rep(_) | Self::External(_) => None,
        }
    }
}

impl Rep {
    /// Whether their console shows how things are.
    fn is_up_to_date(&self) -> bool {
        self.console == ConsoleState::SignedIn && self.way == Way::Open
    }
}

fn capitalised(user_name: &str) -> String {
    let mut letters = user_name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
