//! What the representative sees.

use std::time::Duration;

use device::LinkState;
use serde::Serialize;
use wire::rep::{Colleague, JumpItem, Permission, RepProfile};
use wire::session::{Audience, CustomerPresence, DeviceFacts, LogEntry, LogItem, Member, SessionState};
use wire::{JumpClientId, LineId, MemberId, PortalId, QueueEntryId, QueueId, SessionId, SimTime};

use crate::config::{Flavour, KeyGenerationWay};
use crate::rows::{Column, Queue, Row, SortBy, ago, contains};

/// What the representative sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RepConsoleView {
    /// What kind of console it is.
    pub flavour: Flavour,
    /// How the connection does.
    pub connection: LinkState,
    /// Whether somebody is signed in.
    pub account: Account,
    /// The user name that is offered for signing in, with its password (LOG-02).
    pub remembered_user: Option<String>,
    /// Who is signed in, and what they may do.
    pub profile: Option<RepProfile>,
    /// The ways to start a session that are offered (KEY-15).
    pub start_methods: Vec<StartMethod>,
    /// The ways to open key generation that are offered (KEY-14).
    pub key_generation_ways: Vec<KeyGenerationWay>,
    /// The key generation dialog, while it is open.
    pub key_dialog: Option<KeyDialog>,
    /// The key that was generated last.
    pub key: Option<ShownKey>,
    /// The representative's own queue, then one for each team (QUE-01, QUE-07).
    pub queues: Vec<Queue>,
    /// The line whose details are open (QUE-15).
    pub details: Option<QueueEntryId>,
    /// What queues are sorted by (QUE-17).
    pub sort: SortBy,
    /// The columns of a queue's list, from left to right (QUE-19).
    pub columns: Vec<Column>,
    /// One page for each session that the representative is in, in the order of the tabs (ACC-06, ACC-07).
    pub pages: Vec<Page>,
    /// The page in front; none while the queues are.
    pub front: Option<SessionId>,
    /// The page that closed last, and why.
    pub last_closed: Option<PageClosed>,
    /// Who else is signed in.
    pub colleagues: Vec<Colleague>,
    /// The Jump Items, once they were asked for (JMC-02, JMC-05).
    pub jump_items: Vec<JumpItem>,
    /// Machines that are being jumped to (JMC-07).
    pub jumping: Vec<JumpClientId>,
    /// What the console last told the representative; the newest last.
    pub notices: Vec<Notice>,
}

/// Whether somebody is signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Account {
    /// Nobody.
    #[default]
    SignedOut,
    /// The appliance checks who it is.
    SigningIn,
    /// Somebody, even while the connection is lost.
    SignedIn,
}

/// A way for a representative to start a session (KEY-15).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display, strum::EnumString,
)]
pub enum StartMethod {
    /// Make a session key for a customer.
    #[strum(serialize = "session key")]
    SessionKey,
    /// Take the oldest session that waits in the team queues (ACC-05).
    #[strum(serialize = "get next")]
    GetNext,
    /// Jump to an unattended machine.
    #[strum(serialize = "jump")]
    Jump,
}

/// The key generation dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KeyDialog {
    /// The portal that is selected at first (KEY-08).
    pub portal: Option<PortalId>,
    /// The validity that is set at first, in seconds (KEY-06).
    pub valid_s: u32,
    /// The longest validity that can be set, in seconds (KEY-06).
    pub valid_s_max: u32,
}

/// A session key on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownKey {
    /// What the customer types.
    pub key: String,
    /// What the customer may open instead (KEY-09).
    pub url: String,
    /// Until when it is valid, by this console's clock.
    pub expires: SimTime,
    /// The portal that the customer enters through.
    pub portal: PortalId,
}

/// The page of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Which session.
    pub session: SessionId,
    /// The customer's name.
    pub customer: String,
    /// The customer's machine.
    pub device: DeviceFacts,
    /// The address that the appliance sees the customer at.
    pub public_ip: [u8; 4],
    /// Whether the customer can be reached.
    pub presence: CustomerPresence,
    /// Whether the customer allowed the session to be recorded (POR-07).
    pub recording_allowed: bool,
    /// The representative's own number in this session.
    pub me: MemberId,
    /// Who owns the session.
    pub owner: Option<MemberId>,
    /// Who is in it.
    pub members: Vec<Member>,
    /// Since when the session is up, by this console's clock.
    pub began: SimTime,
    /// The running log: chat and what happened, with times (CHT-05 to CHT-07).
    pub log: Vec<LogEntry>,
    /// The representative's own lines that the appliance has not confirmed yet, in order.
    pub pending: Vec<PendingLine>,
    /// Lines of others that came while the chat was not before the representative's eyes.
    pub unread: u32,
    /// Whether the chat is minimised.
    pub chat_minimised: bool,
    /// The line that popped up over the minimised chat (CHT-08).
    pub popup: Option<Popup>,
    /// Whether the tab is detached from the main window (ACC-07).
    pub detached: bool,
}

/// A line of chat that the appliance has not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingLine {
    /// Its number.
    pub line: LineId,
    /// Who may read it.
    pub audience: Audience,
    /// The line.
    pub text: String,
}

/// A line that popped up over minimised chat (CHT-08).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Popup {
    /// Who said it.
    pub from: String,
    /// What they said.
    pub text: String,
}

/// A page that closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageClosed {
    /// Of which session.
    pub session: SessionId,
    /// Why, in words.
    pub why: String,
    /// The representative's own lines that were never confirmed.
    pub unsent: Vec<PendingLine>,
}

/// Something that the console told the representative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// When.
    pub at: SimTime,
    /// What.
    pub text: String,
}

impl RepConsoleView {
    pub(crate) fn new(flavour: Flavour) -> Self {
        Self {
            flavour,
            connection: LinkState::default(),
            account: Account::default(),
            remembered_user: None,
            profile: None,
            start_methods: Vec::new(),
            key_generation_ways: Vec::new(),
            key_dialog: None,
            key: None,
            queues: Vec::new(),
            details: None,
            sort: SortBy::default(),
            columns: Vec::new(),
            pages: Vec::new(),
            front: None,
            last_closed: None,
            colleagues: Vec::new(),
            jump_items: Vec::new(),
            jumping: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// A queue, if it is on the screen.
    pub fn queue(&self, id: QueueId) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.id == id)
    }

    /// The representative's own queue, if somebody is signed in (QUE-01).
    pub fn personal_queue(&self) -> Option<&Queue> {
        self.queues.first()
    }

    /// A team's queue by the team's name (QUE-07).
    pub fn team_queue(&self, team: &str) -> Option<&Queue> {
        self.queues.iter().skip(1).find(|queue| queue.name == team)
    }

    /// A line, whichever queue it stands in.
    pub fn row(&self, entry: QueueEntryId) -> Option<&Row> {
        self.queues.iter().flat_map(|queue| &queue.rows).find(|row| row.id == entry)
    }

    /// The page of a session.
    pub fn page(&self, session: SessionId) -> Option<&Page> {
        self.pages.iter().find(|page| page.session == session)
    }

    /// What a search for `text` finds among lines of queues and active sessions (QUE-18).
    pub fn search(&self, text: &str) -> Vec<SessionId> {
        let rows = self.queues.iter().flat_map(|queue| &queue.rows);
        let rows = rows.filter(|row| row.matches(text)).map(|row| row.session);
        let pages = self
            .pages
            .iter()
            .filter(|page| contains(&page.customer, text) || contains(&page.device.computer, text))
            .map(|page| page.session);
        let mut found: Vec<SessionId> = rows.chain(pages).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The Jump Items that a search for `text` leaves: by machine and Jump Group (JMC-06).
    pub fn search_jump_items(&self, text: &str) -> Vec<&JumpItem> {
        let group = |item: &JumpItem| item.group.as_deref().is_some_and(|group| contains(group, text));
        self.jump_items.iter().filter(|item| contains(&item.computer, text) || group(item)).collect()
    }

    /// What the console told the representative last.
    pub fn last_notice(&self) -> Option<&str> {
        self.notices.last().map(|notice| notice.text.as_str())
    }

    /// The details on the screen (QUE-15).
    pub fn shown_details(&self) -> Option<&Row> {
        self.row(self.details?)
    }
}

impl Page {
    pub(crate) fn new(now: SimTime, state: SessionState) -> Self {
        let SessionState { id, customer, device, public_ip, presence, recording_allowed, me, .. } = state;
        Self {
            session: id,
            customer,
            device,
            public_ip,
            presence,
            recording_allowed,
            me,
            owner: state.owner,
            members: state.members,
            began: ago(now, state.age_ms),
            log: Vec::new(),
            pending: Vec::new(),
            unread: 0,
            chat_minimised: false,
            popup: None,
            detached: false,
        }
    }

    /// How long the session is up.
    pub fn uptime(&self, now: SimTime) -> Duration {
        now.since(self.began)
    }

    /// Whether the representative owns the session.
    pub fn is_mine(&self) -> bool {
        self.owner == Some(self.me)
    }

    /// The chat: who said what, in order, without lines that are not confirmed yet.
    pub fn chat(&self) -> impl Iterator<Item = (&LogEntry, &str)> {
        self.log.iter().filter_map(|entry| match &entry.what {
            LogItem::Said { text, .. } => Some((entry, text.as_str())),
            LogItem::Happened { .. } => None,
        })
    }
}

impl StartMethod {
    /// What this account is offered on this site (KEY-15).
    pub(crate) fn offered_to(profile: &RepProfile) -> Vec<Self> {
        let may = |permission| profile.permissions.contains(&permission);
        let offered = [
            (Self::SessionKey, may(Permission::GenerateSessionKey) && !profile.portals.is_empty()),
            (Self::GetNext, may(Permission::NextSession) && !profile.teams.is_empty()),
            (Self::Jump, may(Permission::UseJumpClients)),
        ];
        offered.into_iter().filter(|(_, offered)| *offered).map(|(method, _)| method).collect()
    }
}
