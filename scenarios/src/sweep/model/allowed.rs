//! What somebody could do next, such that the model knows what comes of it.

use std::time::Duration;

use wire::SimTime;

use crate::act::{Act, Target, Whose};

use super::due::Due;
use super::{ConsoleState, Invited, LineId, Model, Moment, Place, Presence, Way};

/// How far an act stays away from anything that is due: acts and time-outs take a while, and must not meet.
pub(crate) const MARGIN: Duration = Duration::from_secs(5);

/// The longest break that nobody notices.
const SHORT_BREAK: Duration = Duration::from_secs(3);

/// What happens by itself may bring something that is due so much later, at the earliest.
const CONSEQUENCES_AFTER: Duration = Duration::from_secs(54);

/// How long nothing may be due when something is broken, or mended: what follows needs that long.
const CALM: Duration = Duration::from_secs(60);

impl Model {
    /// Whether this could be done now.
    pub(crate) fn allowed(&self, act: &Act) -> bool {
        if let Act::TimePasses { millis } = act {
            return self.may_pass(Duration::from_millis(*millis));
        }
        self.is_calm_for(MARGIN) && self.fits_what_is_broken(act) && self.can_be_done(act)
    }

    /// When something will happen by itself, the next first: for whoever lets time pass.
    pub(crate) fn due_times(&self) -> impl Iterator<Item = Moment> {
        self.dues().into_iter().map(|(moment, _)| moment)
    }

    /// The clock, after the last act.
    pub(crate) fn now(&self) -> SimTime {
        self.now
    }

    /// Whether nothing is due for a while.
    fn is_calm_for(&self, time: Duration) -> bool {
        self.dues().iter().all(|(moment, _)| moment.from > self.now + time)
    }

    /// Time may pass up to a moment at which nothing is due, and not so far that what happens meanwhile has
    /// consequences that the model does not see.
    fn may_pass(&self, time: Duration) -> bool {
        let end = self.now + time;
        let dues = self.dues();
        if self.down_since.is_some_and(|since| end > since + CALM) {
            return false;
        }
        let clear = dues.iter().all(|(moment, _)| moment.from > end + MARGIN || moment.to + MARGIN <= end);
        let first = dues
            .iter()
            .filter(|(moment, _)| moment.to <= end)
            .map(|(moment, _)| moment.from.max(self.now))
            .min();
        clear && first.is_none_or(|first| end <= first + CONSEQUENCES_AFTER)
    }

    /// While somebody is cut off and nobody knows, little may be done; while they come back, nothing.
    fn fits_what_is_broken(&self, act: &Act) -> bool {
        if self.down_since.is_some() {
            return matches!(act, Act::PowerReturns { machine: Whose::Appliance });
        }
        if self.dues().iter().any(|(_, due)| matches!(due, Due::RepBack(_) | Due::CustomerBack(_))) {
            return false;
        }
        let unnoticed = self.reps.values().any(|rep| match rep.way {
            Way::Cut { noticed, .. } => !noticed,
            Way::Mending { .. } => true,
            Way::Open | Way::Returning { .. } => false,
        });
        !unnoticed
            || matches!(
                act,
                Act::RepWrites { .. }
                    | Act::CustomerWrites { .. }
                    | Act::RepAddsNote { .. }
                    | Act::NetworkComesBack { .. }
            )
    }

    fn can_be_done(&self, act: &Act) -> bool {
        match act {
            Act::RepSignsIn { rep, .. } => self.console_is(rep, ConsoleState::NotOpened),
            Act::RepSignsInAgain { rep, .. } => self.console_is(rep, ConsoleState::SignedOut),
            Act::RepStartsConsoleAnew { rep } => self.console_is(rep, ConsoleState::Dead),
            Act::RepClosesConsole { rep } | Act::ConsoleIsKilled { rep } => {
                // A computer that is locked is left alone: it could not be unlocked from a console that does not run.
                self.sits_at_console(rep)
            }
            Act::RepSignsOut { rep } => self.sits_at_console(rep),
            Act::RepAccepts { rep, customer } => {
                let invitations = self.live(customer).map_or(0, |id| self.invitations_for(rep, id).len());
                self.sits_at_console(rep) && invitations <= 1 && self.line_to_accept(rep, customer).is_some()
            }
            Act::RepDeclines { rep, customer } => {
                self.sits_at_console(rep) && self.may_decline(rep, customer)
            }
            Act::RepUsesGetNext { rep } => {
                let lines = self.lines_for_next(rep);
                let clear = lines.windows(2).next().is_none_or(|pair| pair[0].1.is_before(pair[1].1));
                self.sits_at_console(rep) && self.may(rep, "next session") && clear && !lines.is_empty()
            }
            Act::RepAnswersAssignment { rep, customer, .. } => {
                self.sits_at_console(rep) && self.prompts_about(rep, customer).len() == 1
            }
            Act::RepHolds { rep, customer } => self.sits_at_console(rep) && self.owns(rep, customer),
            Act::RepEnds { rep, customer } => {
                let ends = self.owns(rep, customer) && self.has_lines_on_the_way(customer);
                self.is_at_work(rep) && self.joined(rep, customer).is_some() && !ends
            }
            Act::RepLeaves { rep, customer } => self.is_at_work(rep) && self.joined(rep, customer).is_some(),
            Act::RepWrites { rep, customer, .. } => {
                let is_before_or_after = self.has_lines_on_the_way(customer);
                self.is_at_work(rep) && self.joined(rep, customer).is_some() && !is_before_or_after
            }
            Act::RepAddsNote { rep, customer, .. } => {
                self.sits_at_console(rep) && self.joined(rep, customer).is_some()
            }
            Act::RepChoosesAfterSession { rep, customer, .. } => {
                self.sits_at_console(rep) && self.owns(rep, customer) && self.may(rep, "after-session action")
            }
            Act::RepTransfers { rep, customer, to } => self.may_try_transfer(rep, customer, to),
            Act::RepInvites { rep, colleague, customer } => {
                let lists =
                    colleague != rep && self.reps.contains_key(colleague) && self.is_reachable(colleague);
                self.sits_at_console(rep) && self.joined(rep, customer).is_some() && lists
            }
            Act::RepInvitesTeam { rep, team, customer } => {
                self.sits_at_console(rep)
                    && self.joined(rep, customer).is_some()
                    && self.lists_team(rep, team)
            }
            Act::RepAsksForHelp { rep, issue, customer } => {
                let helps = self.site.issue(issue).is_some_and(|issue| issue.help);
                self.sits_at_console(rep) && self.joined(rep, customer).is_some() && helps
            }
            Act::RepInvitesExternal { rep, name, customer, .. } => {
                let free = !self.guests.get(name).is_some_and(|guest| guest.joined)
                    && self.invitation_from_outside(name).is_none();
                self.sits_at_console(rep)
                    && self.owns(rep, customer)
                    && self.may(rep, "invite external rep")
                    && free
                    && !self.customers.contains_key(name)
            }
            Act::RepCancelsInvitation { rep, to, customer } => {
                let alike = self.live(customer).map_or(0, |id| {
                    self.sessions[id].invitations.iter().filter(|it| self.told(it) == *to).count()
                });
                self.sits_at_console(rep) && self.owns(rep, customer) && alike == 1
            }
            Act::ExternalJoins { external, .. } => {
                let fresh = !self.guests.get(external).is_some_and(|guest| guest.joined);
                fresh && self.invitation_from_outside(external).is_some()
            }
            Act::RepRemoves { rep, member, customer, .. } => {
                let present = self.joined(rep, customer).is_some_and(|id| {
                    let session = &self.sessions[id];
                    let is_here = session.presence != Presence::Gone && !self.has_lines_on_the_way(customer);
                    (member == customer && is_here) || session.has(member)
                });
                self.sits_at_console(rep) && present && member != rep
            }
            Act::RepSetsAutoAssignment { rep, on } => {
                let is_on = self.reps.get(rep).is_some_and(|rep| !rep.opted_out);
                self.sits_at_console(rep) && self.may(rep, "disable auto assignment") && is_on != *on
            }
            Act::RepSetsExtendedAvailability { rep, on } => {
                let is_on = self.reps.get(rep).is_some_and(|rep| rep.extended);
                let has_address = self.site.account(rep).is_some_and(|account| account.email.is_some());
                self.sits_at_console(rep)
                    && self.may(rep, "extended availability")
                    && has_address
                    && is_on != *on
            }
            Act::RepLocksComputer { rep, locked } => {
                let is_locked = self.reps.get(rep).is_some_and(|rep| rep.locked);
                self.console_is(rep, ConsoleState::SignedIn) && self.is_open(rep) && is_locked != *locked
            }
            Act::RepTeamChats { rep, to, .. } => {
                let listed = match to {
                    Target::Team(team) => self.is_in_team(rep, team),
                    Target::Rep(other) => other != rep && self.is_signed_in(other),
                };
                self.sits_at_console(rep) && listed
            }
            // A client whose session is over starts no other.
            Act::CustomerOpensPortal { customer, .. } => !self.customers.contains_key(customer),
            Act::CustomerPicksIssue { customer, issue } => {
                let open = self.customers.get(customer).is_some_and(|it| it.portal.is_some());
                self.can_use_device(customer) && open && self.site.issue(issue).is_some()
            }
            Act::CustomerPicksRep { customer, display_name } => {
                let listed =
                    self.customers.get(customer).and_then(|it| it.portal.as_ref()).is_some_and(|listed| {
                        listed.iter().any(|rep| self.display(rep) == *display_name && self.is_signed_in(rep))
                    });
                self.can_use_device(customer) && listed
            }
            Act::CustomerWrites { customer, .. } => self.may_write(customer),
            Act::CustomerLeaves { customer } => {
                self.can_use_device(customer) && self.presence_of(customer) == Some(Presence::Here)
            }
            Act::PowerFails { machine: Whose::Appliance } => {
                // A portal that is open would be another one afterwards.
                let mut portals = self.customers.values().filter_map(|customer| customer.portal.as_ref());
                self.is_whole() && self.is_calm_for(2 * CALM) && portals.next().is_none()
            }
            Act::PowerReturns { machine: Whose::Appliance } => {
                self.down_since.is_some() && self.is_calm_for(CALM)
            }
            Act::PowerFails { machine: Whose::Person(name) } => {
                let here = self.presence_of(name) == Some(Presence::Here);
                !self.reps.contains_key(name) && here && self.can_use_device(name)
            }
            Act::NetworkGoesDown { machine: Whose::Person(name) } => match self.reps.get(name) {
                Some(rep) => rep.is_up_to_date() && self.is_calm_for(CALM),
                None => self.can_use_device(name) && self.presence_of(name) == Some(Presence::Here),
            },
            Act::NetworkComesBack { machine: Whose::Person(name) } => self.may_mend(name),
            Act::MailHostIs { .. } => true,
            // All others are none that the model knows.
            _ => false,
        }
    }

    fn may_decline(&self, rep: &str, customer: &str) -> bool {
        let Some(id) = self.live(customer) else { return false };
        let [LineId::Invitation(_, place)] = self.invitations_for(rep, id)[..] else { return false };
        matches!(self.sessions[id].invitations[place].to, Invited::Rep(_))
    }

    fn may_try_transfer(&self, rep: &str, customer: &str, to: &Target) -> bool {
        let listed = match to {
            Target::Team(team) => {
                self.site.team(team).is_some()
                    && (self.is_in_team(rep, team) || self.may(rep, "transfer to other teams"))
            }
            Target::Rep(other) => other != rep && self.is_signed_in(other),
        };
        // Of a line and an invitation, the hand would take the invitation.
        let on_screen = self.live(customer).is_some_and(|id| {
            let session = &self.sessions[id];
            let line = session.place == Place::Queue && self.sees_queue(rep, &session.last_queue);
            session.has(rep) || (line && self.invitations_for(rep, id).is_empty())
        });
        self.sits_at_console(rep) && listed && on_screen
    }

    /// Whether Share Session lists a team.
    fn lists_team(&self, rep: &str, team: &str) -> bool {
        let mut others = self.reps.keys().filter(|other| *other != rep && self.is_in_team(other, team));
        self.is_in_team(rep, team)
            || (self.may(rep, "share with other teams") && others.any(|other| self.is_reachable(other)))
    }

    fn may_write(&self, customer: &str) -> bool {
        let Some(it) = self.customers.get(customer) else { return false };
        let fits = match it.way {
            Way::Open => self.presence_of(customer) == Some(Presence::Here),
            Way::Cut { .. } => matches!(self.presence_of(customer), Some(Presence::Here | Presence::Lost)),
            // It would not be known what came first.
            Way::Mending { .. } | Way::Returning { .. } => false,
        };
        it.has_power && fits
    }

    fn may_mend(&self, name: &str) -> bool {
        let (way, has_power) = match (self.reps.get(name), self.customers.get(name)) {
            (Some(rep), _) => (rep.way, true),
            (None, Some(customer)) => (customer.way, customer.has_power),
            (None, None) => return false,
        };
        let Way::Cut { since, noticed } = way else { return false };
        has_power && if noticed { self.is_calm_for(CALM) } else { self.now <= since + SHORT_BREAK }
    }

    /// Whether nobody is cut off, nor on the way back.
    fn is_whole(&self) -> bool {
        let reps = self.reps.values().map(|rep| rep.way);
        let customers =
            self.customers.values().filter(|customer| customer.has_power).map(|customer| customer.way);
        reps.chain(customers).all(|way| way == Way::Open)
    }

    fn console_is(&self, rep: &str, state: ConsoleState) -> bool {
        self.reps.get(rep).is_some_and(|rep| rep.console == state && rep.way == Way::Open)
    }

    fn is_open(&self, rep: &str) -> bool {
        self.reps.get(rep).is_some_and(|rep| rep.way == Way::Open)
    }

    /// Whether somebody with an account can use their console.
    fn sits_at_console(&self, rep: &str) -> bool {
        self.reps.get(rep).is_some_and(|rep| rep.is_up_to_date() && !rep.locked)
    }

    /// The same, or a guest.
    fn is_at_work(&self, name: &str) -> bool {
        self.sits_at_console(name) || self.guests.get(name).is_some_and(|guest| guest.joined && !guest.gone)
    }

    fn can_use_device(&self, customer: &str) -> bool {
        self.customers.get(customer).is_none_or(|it| it.has_power && it.way == Way::Open)
    }

    /// Whether a break that nobody has noticed is over, and what the customer wrote meanwhile is sent again: it may have
    /// got through by now or not, before anything that is done now or after.
    fn has_lines_on_the_way(&self, customer: &str) -> bool {
        let customer = self.customers.get(customer);
        customer.is_some_and(|it| matches!(it.way, Way::Mending { .. }) && !it.pending.is_empty())
    }

    fn presence_of(&self, customer: &str) -> Option<Presence> {
        self.live(customer).map(|id| self.sessions[id].presence)
    }

    fn owns(&self, rep: &str, customer: &str) -> bool {
        self.joined(rep, customer).is_some_and(|id| self.sessions[id].is_owned_by(rep))
    }
}
