//! Hands for what people do with one another: inviting, removing, transferring, talking.

use rep_console::RepConsole;
use wire::QueueId;
use wire::rep::{Invitee, TeamChatTo};

use crate::act::Target;
use crate::estate::{Estate, ShownKey};
use crate::eyes::Seen;

impl Estate {
    /// Invites a colleague by name.
    pub(super) fn invite(&mut self, rep: &str, colleague: &str, customer: &str) -> Seen {
        let wanted = self.display_name(colleague)?;
        let id = self.see(|eyes| {
            let colleagues = &eyes.console(rep)?.colleagues;
            let found = colleagues.iter().find(|colleague| colleague.name == wanted);
            let names = || colleagues.iter().map(|colleague| colleague.name.as_str());
            found.map(|colleague| colleague.id).ok_or_else(|| lists(rep, "colleagues", names()))
        })?;
        self.invite_whom(rep, customer, Invitee::Rep(id))
    }

    /// Invites any representative of a team that Share Session lists.
    pub(super) fn invite_team(&mut self, rep: &str, team: &str, customer: &str) -> Seen {
        let id = self.see(|eyes| {
            let teams = eyes.share_options(rep, customer)?.teams;
            let found = teams.iter().find(|listed| listed.team.name == team);
            let names = || teams.iter().map(|listed| listed.team.name.as_str());
            found.map(|listed| listed.team.id).ok_or_else(|| lists(rep, "teams", names()))
        })?;
        self.invite_whom(rep, customer, Invitee::Team(id))
    }

    /// Asks whoever can help with an issue that Share Session lists.
    pub(super) fn ask_for_help(&mut self, rep: &str, issue: &str, customer: &str) -> Seen {
        let id = self.see(|eyes| {
            let issues = eyes.share_options(rep, customer)?.issues;
            let found = issues.iter().find(|listed| listed.title == issue);
            let titles = || issues.iter().map(|listed| listed.title.as_str());
            found.map(|listed| listed.id).ok_or_else(|| lists(rep, "issues", titles()))
        })?;
        self.invite_whom(rep, customer, Invitee::Issue(id))
    }

    /// Invites somebody without an account, and reads the key off the console.
    pub(super) fn invite_external(
        &mut self,
        rep: &str,
        name: &str,
        email: Option<String>,
        customer: &str,
    ) -> Seen {
        let before = self.eyes().console(rep)?.external_invitation.clone();
        let notices = self.eyes().console(rep)?.notices.len();
        self.invite_whom(rep, customer, Invitee::External { name: name.to_owned(), email })?;
        let shown = self.see(|eyes| {
            let view = eyes.console(rep)?;
            let told = view.notices.len() > notices;
            let new = view.external_invitation != before;
            if new || told { Ok(view.external_invitation.clone()) } else { Err("nothing yet".to_owned()) }
        })?;
        if let Some(shown) = shown.filter(|shown| Some(shown) != before.as_ref()) {
            self.external_keys.insert(name.to_owned(), ShownKey { key: shown.key, url: shown.url });
        }
        Ok(())
    }

    /// Withdraws the first invitation of that name on the session's page.
    pub(super) fn cancel_invitation(&mut self, rep: &str, to: &str, customer: &str) -> Seen {
        let id = self.see(|eyes| {
            let invitations = &eyes.page(rep, customer)?.invitations;
            let found = invitations.iter().find(|invitation| invitation.to == to);
            let names = || invitations.iter().map(|invitation| invitation.to.as_str());
            found.map(|invitation| invitation.id).ok_or_else(|| lists(rep, "invitations", names()))
        })?;
        self.on_page(rep, customer, |console, now, device, session| {
            console.cancel_invitation(now, device, session, id)
        })
    }

    /// Asks to remove a member of a session: its customer, or a representative.
    pub(super) fn ask_to_remove(&mut self, rep: &str, member: &str, customer: &str) -> Seen {
        let wanted = self.display_name(member).unwrap_or_else(|_| member.to_owned());
        let id = self.see(|eyes| {
            let members = &eyes.page(rep, customer)?.members;
            let found = members.iter().find(|member| member.name == wanted);
            let names = || members.iter().map(|member| member.name.as_str());
            found.map(|member| member.id).ok_or_else(|| lists(rep, "members", names()))
        })?;
        self.on_page(rep, customer, |console, now, device, session| {
            console.ask_to_remove(now, device, session, id)
        })
    }

    /// Moves a session: from its page where there is one, else from its line in a queue.
    pub(super) fn transfer(&mut self, rep: &str, customer: &str, to: &Target) -> Seen {
        let wanted = self.target_name(to)?;
        let to = self.see(|eyes| {
            let targets = eyes.console(rep)?.transfer_targets();
            let teams = targets.teams.iter().map(|team| (team.name.as_str(), QueueId::Team(team.id)));
            let reps = targets.representatives.iter();
            let reps = reps.map(|other| (other.name.as_str(), QueueId::Personal(other.id)));
            let (listed, what): (Vec<_>, _) = match to {
                Target::Team(_) => (teams.collect(), "teams"),
                Target::Rep(_) => (reps.collect(), "representatives"),
            };
            found_in(rep, what, &listed, &wanted)
        })?;
        let on_page = self.see(|eyes| {
            eyes.page(rep, customer).map(|_| true).or_else(|_| eyes.waiting_row(rep, customer).map(|_| false))
        })?;
        if on_page {
            self.on_page(rep, customer, |console, now, device, session| {
                console.transfer(now, device, session, to)
            })
        } else {
            self.on_row(rep, customer, |console, now, device, entry| {
                console.transfer_entry(now, device, entry, to)
            })
        }
    }

    /// Whom team chat lists under that name.
    pub(super) fn team_chat_target(&mut self, rep: &str, to: &Target) -> Seen<TeamChatTo> {
        let wanted = self.target_name(to)?;
        self.see(|eyes| {
            let targets = eyes.console(rep)?.team_chat_targets();
            let teams = targets.teams.iter().map(|team| (team.name.as_str(), TeamChatTo::Team(team.id)));
            let reps = targets.representatives.iter();
            let reps = reps.map(|other| (other.name.as_str(), TeamChatTo::Rep(other.id)));
            let (listed, what): (Vec<_>, _) = match to {
                Target::Team(_) => (teams.collect(), "teams"),
                Target::Rep(_) => (reps.collect(), "representatives"),
            };
            found_in(rep, what, &listed, &wanted)
        })
    }

    fn invite_whom(&mut self, rep: &str, customer: &str, whom: Invitee) -> Seen {
        self.on_page(rep, customer, |console: &mut RepConsole, now, device, session| {
            console.invite(now, device, session, whom)
        })
    }

    fn target_name(&self, target: &Target) -> Seen<String> {
        match target {
            Target::Team(team) => Ok(team.clone()),
            Target::Rep(rep) => self.display_name(rep),
        }
    }
}

fn found_in<T: Copy>(rep: &str, what: &str, listed: &[(&str, T)], wanted: &str) -> Seen<T> {
    let found = listed.iter().find(|(name, _)| *name == wanted);
    found.map(|(_, id)| *id).ok_or_else(|| lists(rep, what, listed.iter().map(|(name, _)| *name)))
}

fn lists<'n>(rep: &str, what: &str, names: impl Iterator<Item = &'n str>) -> String {
    format!("{rep}'s console lists the {what} [{}]", names.collect::<Vec<_>>().join(", "))
}
