//! Chat among colleagues (TMC).

use device::{Device, Sound};
use wire::rep::{Colleague, RepAsk, Team, TeamChatLine, TeamChatTo};
use wire::session::CHAT_LINE_BYTES_MAX;
use wire::{QueueId, RequestId, SimTime};

use crate::console::{Asked, RepConsole};
use crate::error::ConsoleError;
use crate::view::RepConsoleView;

/// How many lines of team chat the console keeps on the screen.
pub const TEAM_CHAT_LINES_MAX: usize = 200;

/// Whom team chat can be sent to (TMC-03).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamChatTargets {
    /// The representative's own teams.
    pub teams: Vec<Team>,
    /// Who is signed in.
    pub representatives: Vec<Colleague>,
}

impl RepConsole {
    /// Says something to a team (TMC-01) or to one colleague (TMC-02).
    ///
    /// # Errors
    /// The line is empty or too long, or the connection is lost.
    pub fn team_chat(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        to: TeamChatTo,
        text: &str,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        if text.is_empty() {
            return Err(ConsoleError::EmptyLine);
        }
        if text.len() > CHAT_LINE_BYTES_MAX {
            return Err(ConsoleError::LineTooLong { bytes: text.len() });
        }
        self.touched(now);
        Ok(self.ask(RepAsk::TeamChat { to, text: text.to_owned() }, Asked::Other))
    }

    /// Brings the team chat with a team or a colleague to the front, which clears the team's bubble (QUE-14).
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn open_team_chat(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        with: TeamChatTo,
    ) -> Result<(), ConsoleError> {
        if self.view.profile.is_none() {
            return Err(ConsoleError::NotSignedIn);
        }
        self.touched(now);
        self.view.set(|view| &mut view.team_chat_open, Some(with));
        if let TeamChatTo::Team(team) = with {
            self.count_unread_chat(QueueId::Team(team), |_| 0);
        }
        Ok(())
    }

    /// Puts team chat away, if it is in front.
    pub fn close_team_chat(&mut self, now: SimTime, _device: &mut dyn Device) {
        self.touched(now);
        self.view.set(|view| &mut view.team_chat_open, None);
    }
}

impl RepConsole {
    pub(crate) fn hear_team_chat(&mut self, device: &mut dyn Device, line: TeamChatLine) {
        let mine = self.view.profile.as_ref().is_some_and(|profile| profile.id == line.from);
        if !mine {
            self.sound(device, Sound::TeamChat);
        }
        if let (false, TeamChatTo::Team(team)) = (mine || self.view.team_chat_open == Some(line.to), line.to)
        {
            self.count_unread_chat(QueueId::Team(team), |unread| unread.saturating_add(1));
        }
        let lines = &mut self.view.team_chat;
        if lines.len() == TEAM_CHAT_LINES_MAX {
            lines.remove(0);
        }
        lines.push(line);
    }

    fn count_unread_chat(&mut self, queue: QueueId, count: impl Fn(u32) -> u32) {
        if let Some(place) = self.view.queues.iter().position(|shown| shown.id == queue) {
            let unread = count(self.view.queues[place].unread_chat);
            self.view.set(|view| &mut view.queues[place].unread_chat, unread);
        }
    }
}

impl RepConsoleView {
    /// Whom team chat lists: the own teams, and who is signed in (TMC-03).
    pub fn team_chat_targets(&self) -> TeamChatTargets {
        let Some(profile) = &self.profile else { return TeamChatTargets::default() };
        TeamChatTargets {
            teams: profile.teams.clone(),
            representatives: self.colleagues.iter().filter(|other| other.signed_in).cloned().collect(),
        }
    }

    /// The lines of one team's chat, or of the chat with one colleague, in order.
    pub fn team_chat_with(&self, with: TeamChatTo) -> impl Iterator<Item = &TeamChatLine> {
        let me = self.profile.as_ref().map(|profile| profile.id);
        self.team_chat.iter().filter(move |line| match (with, line.to) {
            (TeamChatTo::Team(_), to) => to == with,
            (TeamChatTo::Rep(other), TeamChatTo::Rep(to)) => {
                (line.from == other && Some(to) == me) || (Some(line.from) == me && to == other)
            }
            (TeamChatTo::Rep(_), TeamChatTo::Team(_)) => false,
        })
    }
}
