//! What everybody should see, as plain data, which the same looks at the product give too.

use std::collections::BTreeMap;

use crate::act::{AfterSessionAction, ChatAudience};

use super::{Invitation, Invited, Model, Place, Presence, Queue, Session, Way};

/// What everybody sees. Who is cut off or on the way back is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) consoles: BTreeMap<String, Console>,
    pub(crate) customers: BTreeMap<String, CustomerStage>,
    /// What customers have read, by customer.
    pub(crate) customers_read: BTreeMap<String, Vec<(String, String)>>,
}

/// What a console shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Console {
    /// By queue, in an order of their own. An external representative has none.
    pub(crate) queues: BTreeMap<String, Vec<Line>>,
    /// By customer.
    pub(crate) pages: BTreeMap<String, Page>,
    pub(crate) auto_assignment: bool,
    pub(crate) extended_availability: bool,
    /// Who else can be reached.
    pub(crate) colleagues: Vec<String>,
    pub(crate) team_chat: Vec<String>,
}

/// A line of a queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub(crate) customer: String,
    pub(crate) what: LineKind,
    pub(crate) overdue: bool,
    pub(crate) presence: String,
}

/// What a line stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LineKind {
    /// A customer who waits.
    Waiting,
    /// A session of one's own.
    InSession,
    /// An invitation, from somebody.
    Invitation(String),
}

/// The page of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) owner: Option<String>,
    /// In the order of arrival.
    pub(crate) members: Vec<String>,
    pub(crate) presence: String,
    pub(crate) invitations: Vec<String>,
    /// Nothing, while a line may or may not have got through.
    pub(crate) chat: Option<Vec<(String, String)>>,
    pub(crate) notes: Vec<String>,
    pub(crate) after: AfterSessionAction,
}

/// Where a customer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CustomerStage {
    /// In a queue, for the first time.
    Waiting,
    /// With these, the owner first.
    With(Vec<String>),
    /// In a queue again.
    OnHold,
    /// The session is over, for this reason.
    Over(String),
}

/// A line of chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) by: String,
    pub(crate) text: String,
    pub(crate) audience: ChatAudience,
}

impl Said {
    pub(super) fn by_customer(name: &str, text: String) -> Self {
        Self { by: name.to_owned(), text, audience: ChatAudience::Everyone }
    }
}

impl Model {
    /// What everybody should see now.
    pub(crate) fn picture(&self) -> Picture {
        let mut picture = Picture::default();
        if self.down_since.is_some() {
            return picture;
        }
        for (name, rep) in self.reps.iter().filter(|(_, rep)| rep.is_up_to_date()) {
            picture.consoles.insert(
                name.clone(),
                Console {
                    queues: self.queues_of(name),
                    pages: self.pages_of(name),
                    auto_assignment: !rep.opted_out,
                    extended_availability: rep.extended,
                    colleagues: self.colleagues_of(name),
                    team_chat: rep.team_chat.clone(),
                },
            );
        }
        for (name, _) in self.guests.iter().filter(|(_, guest)| guest.joined && !guest.gone) {
            let pages = self.pages_of(name);
            picture
                .consoles
                .insert(name.clone(), Console { pages, auto_assignment: true, ..Console::default() });
        }
        for (name, customer) in self.customers.iter().filter(|(_, customer)| customer.way == Way::Open) {
            if let Some(stage) = self.stage_of(name) {
                picture.customers.insert(name.clone(), stage);
            }
            if let Some(id) = customer.session
                && self.sessions[id].presence == Presence::Here
            {
                picture.customers_read.insert(
                    name.clone(),
                    read_by(
                        &self.sessions[id],
                        |said| said.audience == ChatAudience::Everyone,
                        |who| self.display(who),
                    ),
                );
            }
        }
        picture
    }

    fn queues_of(&self, name: &str) -> BTreeMap<String, Vec<Line>> {
        let teams = self.site.account(name).into_iter().flat_map(|account| account.teams.iter().cloned());
        let names = std::iter::once("Personal".to_owned()).chain(teams);
        let mut queues: BTreeMap<String, Vec<Line>> = names.map(|name| (name, Vec::new())).collect();
        let mut add = |queue: &str, line: Line| {
            if let Some(lines) = queues.get_mut(queue) {
                lines.push(line);
            }
        };
        for session in self.sessions.iter().filter(|session| session.place != Place::Over) {
            let line = |what, overdue| Line {
                customer: session.customer.clone(),
                what,
                overdue,
                presence: session.presence.told(),
            };
            if session.place == Place::Queue && self.sees_queue(name, &session.last_queue) {
                let queue = match &session.last_queue {
                    Queue::Personal(_) => "Personal",
                    Queue::Team(team) => team,
                };
                add(queue, line(LineKind::Waiting, session.overdue));
            }
            if session.has(name) {
                add("Personal", line(LineKind::InSession, false));
            }
            for invitation in &session.invitations {
                let from = LineKind::Invitation(self.display(&invitation.from));
                match &invitation.to {
                    Invited::Rep(whom) if whom == name => add("Personal", line(from, false)),
                    Invited::Team(team) | Invited::Issue(_, team) if !session.has(name) => {
                        add(team, line(from, false))
                    }
                    Invited::Rep(_) | Invited::Team(_) | Invited::Issue(..) | Invited::External(_) => {}
                }
            }
        }
        for lines in queues.values_mut() {
            lines.sort();
        }
        queues
    }

    fn pages_of(&self, name: &str) -> BTreeMap<String, Page> {
        let own = self.sessions.iter().filter(|session| session.place != Place::Over && session.has(name));
        own.map(|session| (session.customer.clone(), self.page_of(name, session))).collect()
    }

    fn page_of(&self, name: &str, session: &Session) -> Page {
        let is_guest = self.guests.contains_key(name);
        let said_before =
            session.members.iter().find(|member| member.who == name).map_or(0, |it| it.said_before);
        // Who comes from outside does not read what representatives said among themselves before (open point 26).
        let chat = session.said.iter().enumerate().filter(|(place, said)| {
            said.audience == ChatAudience::Everyone || !is_guest || *place >= said_before
        });
        let is_mending = matches!(self.customers[&session.customer].way, Way::Mending { .. });
        let customer = (session.presence != Presence::Gone).then(|| session.customer.clone());
        let reps = session.members.iter().map(|member| self.display(&member.who));
        let mut invitations: Vec<String> = session.invitations.iter().map(|it| self.told(it)).collect();
        invitations.sort();
        Page {
            owner: session.owner().map(|owner| self.display(owner)),
            members: customer.into_iter().chain(reps).collect(),
            presence: session.presence.told(),
            invitations,
            chat: (!is_mending)
                .then(|| chat.map(|(_, said)| (self.display(&said.by), said.text.clone())).collect()),
            notes: if is_guest { Vec::new() } else { session.notes.clone() },
            after: session.after,
        }
    }

    /// An invitation as the pages of its session list it.
    pub(super) fn told(&self, invitation: &Invitation) -> String {
        match &invitation.to {
            Invited::Rep(rep) => self.display(rep),
            Invited::Team(team) => format!("any representative of {team}"),
            Invited::Issue(issue, _) => issue.clone(),
            Invited::External(name) => name.clone(),
        }
    }

    fn colleagues_of(&self, name: &str) -> Vec<String> {
        let others = self.reps.keys().filter(|other| *other != name && self.is_reachable(other));
        let mut names: Vec<String> = others.map(|other| self.display(other)).collect();
        names.sort();
        names
    }

    fn stage_of(&self, name: &str) -> Option<CustomerStage> {
        let customer = &self.customers[name];
        let session = &self.sessions[customer.session?];
        if session.presence == Presence::Gone {
            return customer.over.map(|why| CustomerStage::Over(why.to_owned()));
        }
        let owner = session.owner();
        let others =
            session.members.iter().map(|member| member.who.as_str()).filter(|who| Some(*who) != owner);
        let names: Vec<String> = owner.into_iter().chain(others).map(|who| self.display(who)).collect();
        Some(match (names.is_empty(), session.participants.is_empty()) {
            (false, _) => CustomerStage::With(names),
            (true, false) => CustomerStage::OnHold,
            (true, true) => CustomerStage::Waiting,
        })
    }
}

impl Presence {
    /// As consoles say it.
    fn told(self) -> String {
        match self {
            Self::Here => "connected",
            Self::Lost => "connection lost",
            Self::Gone => "gone",
        }
        .to_owned()
    }
}

fn read_by(
    session: &Session,
    may_read: impl Fn(&Said) -> bool,
    display: impl Fn(&str) -> String,
) -> Vec<(String, String)> {
    let read = session.said.iter().filter(|said| may_read(said));
    read.map(|said| (display(&said.by), said.text.clone())).collect()
}
