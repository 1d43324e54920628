//! What the representative sees.

mod page;

use device::LinkState;
use serde::Serialize;
use wire::rep::{Colleague, JumpItem, Permission, RepProfile, TeamChatLine, TeamChatTo};
use wire::{JumpClientId, PortalId, QueueEntryId, QueueId, SessionId, SimTime};

use crate::assignments::{ShownAssignment, Switch};
use crate::config::{Flavour, KeyGenerationWay};
use crate::gestures::GestureHelp;
use crate::options::OptionEntry;
use crate::pin::Unpinning;
use crate::report::ShownReport;
use crate::rows::{Column, Order, Queue, Row, SortBy, contains};
use crate::sharing::{Removal, ShownInvitation};
pub use page::{Page, PageClosed, PendingLine, Popup};

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
    /// Whether that order is turned round.
    pub sort_reversed: bool,
    /// The columns of a queue's list, from left to right (QUE-19).
    pub columns: Vec<Column>,
    /// One page for each session that the representative is in, in the order of the tabs (ACC-06, ACC-07).
    pub pages: Vec<Page>,
    /// The page in front; none while the queues are.
    pub front: Option<SessionId>,
    /// The pages that closed, the latest last. Notes can still be added to them (SUM-04), and reports opened (SUM-06).
    pub closed: Vec<PageClosed>,
    /// Who else can be reached: signed in, or with extended availability (SHR-04).
    pub colleagues: Vec<Colleague>,
    /// What was assigned and waits to be accepted or rejected, in the order in which it came (EQL-05).
    pub assignments: Vec<ShownAssignment>,
    /// Whether sessions may be assigned (SET-02).
    pub auto_assignment: Switch,
    /// Whether colleagues may invite while nobody is signed in here (SHR-09).
    pub extended_availability: Switch,
    /// Whether the console plays sounds (SET-01).
    pub sounds: bool,
    /// Whether the screen is kept from dimming while a session is in front (SET-03).
    pub keep_screen_awake: bool,
    /// Whether the pointer moves as far as the finger does (SET-04).
    pub scale_pointer: bool,
    /// Whether the gestures for scrolling and panning have traded places (SET-05).
    pub swap_scroll_and_pan: bool,
    /// The menu of options of the page in front, while it is open (SET-06).
    pub options: Vec<OptionEntry>,
    /// Whether the display of the page in front fills the device, and the console's own frame is hidden (SET-07).
    pub fullscreen: bool,
    /// The walk-through of gestures, while it is open (SET-08).
    pub gestures_help: Option<Vec<GestureHelp>>,
    /// Team chat of all teams and colleagues, the newest last (TMC-01, TMC-02).
    pub team_chat: Vec<TeamChatLine>,
    /// Whose team chat is in front.
    pub team_chat_open: Option<TeamChatTo>,
    /// The last invitation for somebody without an account (EXT-01).
    pub external_invitation: Option<ShownInvitation>,
    /// Who is about to be removed, if that is confirmed (RMV-04).
    pub removal_to_confirm: Option<Removal>,
    /// The machine that is about to be unpinned, if that is confirmed (JPN-03).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpin_to_confirm: Option<Unpinning>,
    /// The report that is open (SUM-06).
    pub report: Option<ShownReport>,
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

/// Something that the console told the representative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// When.
    pub at: SimTime,
    /// What.
    pub text: String,
}

impl RepConsoleView {
    pub(crate) fn order(&self) -> Order {
        Order { by: self.sort, reversed: self.sort_reversed }
    }

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
            sort_reversed: false,
            columns: Vec::new(),
            pages: Vec::new(),
            front: None,
            closed: Vec::new(),
            colleagues: Vec::new(),
            assignments: Vec::new(),
            auto_assignment: Switch::default(),
            extended_availability: Switch::default(),
            sounds: false,
            keep_screen_awake: false,
            scale_pointer: false,
            swap_scroll_and_pan: false,
            options: Vec::new(),
            fullscreen: false,
            gestures_help: None,
            team_chat: Vec::new(),
            team_chat_open: None,
            external_invitation: None,
            removal_to_confirm: None,
            unpin_to_confirm: None,
            report: None,
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

    /// The page that closed last, and why.
    pub fn last_closed(&self) -> Option<&PageClosed> {
        self.closed.last()
    }

    /// Whether the account that is signed in may do this.
    pub fn may(&self, permission: Permission) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.permissions.contains(&permission))
    }

    /// What a search for `text` finds among lines of queues and active sessions (QUE-18).
    pub fn search(&self, text: &str) -> Vec<SessionId> {
        let rows = self.queues.iter().flat_map(|queue| &queue.rows);
        let rows = rows.filter(|row| row.matches(text)).map(|row| row.session);
        let pages = self
            .pages
            .iter()
            .filter(|page| contains(&page.listed_as(), text) || contains(&page.device.computer, text))
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
