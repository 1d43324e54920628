//! The far end of a connection, and what its screen shows.

use std::collections::BTreeMap;

use device::CloseHow;
use wire::customer::{ApplianceToCustomer, CustomerEnd, CustomerStatus, StartRefusal};
use wire::frame::Message as _;
use wire::jump::ApplianceToJump;
use wire::rep::{
    ApplianceToRep, Assignment, Goodbye, Refusal, RepAnswer, ReportHead, ShellRecord, TeamChatLine,
};
use wire::session::{
    AfterSession, CustomerPresence, LogEntry, LogItem, QueueEntry, QueueEntryKind, SessionState, WebPage,
};
use wire::tool::{Tool, ToolState, ToolUpdate};
use wire::{FrameReader, QueueEntryId, QueueId, RequestId, Role, SessionId};

/// The far end of a connection.
#[derive(Default)]
pub(crate) struct Line {
    pub(super) role: Option<Role>,
    reader: FrameReader,
    pub(super) next_request: u32,
    pub(super) next_line: u32,
    /// How the appliance closed it.
    pub(crate) closed: Option<CloseHow>,
    pub(crate) goodbye: Option<Goodbye>,
    /// Messages since the last look, by name.
    pub(crate) kinds: Vec<&'static str>,
    /// All that was sent on it, in bytes.
    pub(crate) bytes: usize,
    pub(super) answers: Vec<(RequestId, Result<RepAnswer, Refusal>)>,
    pub(crate) jump_says: Vec<ApplianceToJump>,
    pub(crate) customer_says: Vec<ApplianceToCustomer>,
    pub(crate) sees: Seen,
}

/// What somebody's screen shows.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) queue_lines: BTreeMap<QueueEntryId, QueueEntry>,
    pub(crate) pages: BTreeMap<SessionId, SessionState>,
    pub(crate) logs: BTreeMap<SessionId, Vec<LogEntry>>,
    pub(crate) colleagues: Vec<String>,
    pub(crate) status: Option<CustomerStatus>,
    pub(crate) ended: Option<CustomerEnd>,
    pub(crate) refused: Option<StartRefusal>,
    /// What the machine was told to do at the end.
    pub(crate) then: Option<AfterSession>,
    /// Hold messages and the like.
    pub(crate) told: Vec<String>,
    /// What a representative is prompted with.
    pub(crate) prompts: BTreeMap<QueueEntryId, Assignment>,
    pub(crate) team_chat: Vec<TeamChatLine>,
    pub(crate) web_pages: BTreeMap<SessionId, WebPage>,
    /// The report that was asked for last.
    pub(crate) report: Option<(ReportHead, Vec<LogEntry>)>,
    /// The videos of shells in it, by their places (SHL-07).
    pub(crate) shell_videos: BTreeMap<u32, String>,
    /// How the tools of sessions stand.
    pub(crate) tools: BTreeMap<(SessionId, Tool), ToolState>,
    /// What came of tools.
    pub(crate) tool_updates: Vec<ToolUpdate>,
}

impl Line {
    pub(super) fn hear(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len();
        self.reader.push(bytes);
        while let Some(body) =
            self.reader.next_frame().expect("the appliance sends frames").map(<[u8]>::to_vec)
        {
            match self.role.expect("the appliance says nothing before the greeting") {
                Role::RepConsole => self.hear_rep(ApplianceToRep::from_frame(&body).expect("a message")),
                Role::Customer => {
                    self.hear_customer(ApplianceToCustomer::from_frame(&body).expect("a message"))
                }
                Role::JumpClient => {
                    let message = ApplianceToJump::from_frame(&body).expect("a message");
                    self.kinds.push(message.kind());
                    if let ApplianceToJump::Goodbye(why) = message {
                        self.goodbye = Some(why);
                    }
                    self.jump_says.push(message);
                }
            }
        }
    }

    fn hear_rep(&mut self, message: ApplianceToRep) {
        self.kinds.push(message.kind());
        let sees = &mut self.sees;
        match message {
            ApplianceToRep::Answer { request, answer } => self.answers.push((request, answer)),
            ApplianceToRep::EntryShown(line) => {
                sees.queue_lines.insert(line.id, line);
            }
            ApplianceToRep::EntryGone { entry } => {
                assert!(sees.queue_lines.remove(&entry).is_some(), "only what was shown goes away");
            }
            ApplianceToRep::SessionShown(state) => {
                sees.pages.insert(state.id, state);
            }
            ApplianceToRep::SessionClosed { session, .. } => {
                assert!(sees.pages.remove(&session).is_some(), "only open pages close");
                sees.logs.remove(&session);
            }
            ApplianceToRep::Log { session, entries } => {
                assert!(sees.pages.contains_key(&session), "a log belongs to an open page");
                let log = sees.logs.entry(session).or_default();
                log.extend(entries);
                assert!(log.is_sorted_by(|a, b| a.seq < b.seq), "entries come in order and once");
            }
            ApplianceToRep::Colleagues(colleagues) => {
                sees.colleagues = colleagues.into_iter().map(|colleague| colleague.name).collect();
            }
            ApplianceToRep::Assigned(prompt) => {
                assert!(sees.prompts.insert(prompt.entry, prompt).is_none(), "a prompt comes once");
            }
            ApplianceToRep::AssignmentGone { entry } => {
                assert!(sees.prompts.remove(&entry).is_some(), "only what was shown goes away");
            }
            ApplianceToRep::TeamChat(line) => sees.team_chat.push(line),
            ApplianceToRep::WebPage { session, page } => {
                sees.web_pages.insert(session, page);
            }
            ApplianceToRep::Report(head) => {
                sees.report = Some((head, Vec::new()));
                sees.shell_videos.clear();
            }
            ApplianceToRep::ReportShell { shell, record: ShellRecord::Video, text, .. } => {
                sees.shell_videos.entry(shell).or_default().push_str(&text);
            }
            ApplianceToRep::ReportShell { record: ShellRecord::Transcript, .. } => {}
            ApplianceToRep::ReportEntries { entries, .. } => {
                sees.report.as_mut().expect("a report begins with its head").1.extend(entries);
            }
            ApplianceToRep::ToolState { session, tool, state } => {
                sees.tools.insert((session, tool), state);
            }
            ApplianceToRep::Tool { update, .. } => sees.tool_updates.push(update),
            ApplianceToRep::Goodbye(why) => self.goodbye = Some(why),
            ApplianceToRep::Heartbeat => {}
        }
    }

    fn hear_customer(&mut self, message: ApplianceToCustomer) {
        self.kinds.push(message.kind());
        let sees = &mut self.sees;
        match &message {
            ApplianceToCustomer::Status(status) => {
                assert_ne!(sees.status.as_ref(), Some(status), "a status is told when it changes");
                sees.status = Some(status.clone());
            }
            ApplianceToCustomer::Log(entries) => {
                sees.logs.entry(SessionId(0)).or_default().extend(entries.iter().cloned());
            }
            ApplianceToCustomer::Ended { why, then } => {
                sees.ended = Some(*why);
                sees.then = Some(*then);
            }
            ApplianceToCustomer::HoldMessage(text) => sees.told.push(text.clone()),
            ApplianceToCustomer::NobodyAvailable { message, .. } => sees.told.push(message.clone()),
            ApplianceToCustomer::Refused(why) => sees.refused = Some(*why),
            ApplianceToCustomer::Goodbye(why) => self.goodbye = Some(*why),
            ApplianceToCustomer::Joined { .. } => *sees = Seen::default(),
            ApplianceToCustomer::PortalPage(_)
            | ApplianceToCustomer::StartChecked(_)
            | ApplianceToCustomer::Package { .. }
            | ApplianceToCustomer::Prompt(_)
            | ApplianceToCustomer::PromptOver(_)
            | ApplianceToCustomer::ToolOpened { .. }
            | ApplianceToCustomer::ToolClosed { .. }
            | ApplianceToCustomer::Tool(_)
            | ApplianceToCustomer::AskElevation { .. }
            | ApplianceToCustomer::InstallJumpClient(_)
            | ApplianceToCustomer::Heartbeat => {}
        }
        self.customer_says.push(message);
    }
}

impl Seen {
    /// What a customer's session looks like to a representative.
    pub(crate) fn of_customer(&self, customer: &str) -> String {
        let page = self.pages.values().find(|page| page.customer == customer);
        let mut words: Vec<String> = page.iter().map(|page| page_words(page)).collect();
        let lines = self.queue_lines.values().filter(|line| line.customer == customer);
        words.extend(
            lines.filter(|line| line.what != QueueEntryKind::InSession || page.is_none()).map(line_words),
        );
        words.extend(
            self.prompts.values().filter(|it| it.customer == customer).map(|_| "prompted".to_owned()),
        );
        if words.is_empty() { "-".to_owned() } else { words.join(" and ") }
    }

    /// What a customer sees of their session.
    pub(crate) fn as_customer(&self) -> String {
        if let Some(why) = self.ended {
            return why.to_string();
        }
        if let Some(why) = self.refused {
            return why.to_string();
        }
        match &self.status {
            None => "nothing".to_owned(),
            Some(CustomerStatus::Waiting { position, .. }) => format!("number {position}"),
            Some(CustomerStatus::OnHold) => "on hold".to_owned(),
            Some(CustomerStatus::WithRepresentatives { representatives }) => {
                let names: Vec<&str> = representatives.iter().map(|card| card.name.as_str()).collect();
                format!("with {}", names.join(", "))
            }
        }
    }

    /// The lines of chat that somebody has, of one session.
    pub(crate) fn chat(&self, session: SessionId) -> Vec<String> {
        let entries = self.logs.get(&session).into_iter().flatten();
        let said = entries.filter_map(|entry| match &entry.what {
            LogItem::Said { text, .. } => Some(format!("{}: {text}", entry.by_name)),
            LogItem::Happened { .. } => None,
        });
        said.collect()
    }
}

fn page_words(page: &SessionState) -> String {
    let role = match page.owner {
        Some(owner) if owner == page.me => "owns",
        Some(_) => "shares",
        None => "shares, no owner",
    };
    match page.presence {
        CustomerPresence::Connected => role.to_owned(),
        presence @ (CustomerPresence::Lost | CustomerPresence::Gone) => format!("{role} ({presence})"),
    }
}

fn line_words(line: &QueueEntry) -> String {
    let place = match line.queue {
        QueueId::Personal(_) => "own queue".to_owned(),
        QueueId::Team(team) => format!("{team}"),
    };
    let what = match &line.what {
        QueueEntryKind::Waiting => format!("waits in {place}"),
        QueueEntryKind::InSession => "in session without a page".to_owned(),
        QueueEntryKind::Invitation { from } => match line.queue {
            QueueId::Personal(_) => format!("invited by {from}"),
            QueueId::Team(team) => format!("{team} invited by {from}"),
        },
    };
    match line.presence {
        CustomerPresence::Connected => what,
        presence @ (CustomerPresence::Lost | CustomerPresence::Gone) => format!("{what} ({presence})"),
    }
}
