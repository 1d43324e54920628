//! A support session: who is in it, where it waits, what was said.
//!
//! Two rules hold everything together: a session stands in exactly one queue or has an owner, unless it is on its
//! way out; and it lives while its customer or a representative is in it.

use std::collections::{BTreeMap, BTreeSet};

use device::ConnId;
use serde::{Deserialize, Serialize};
use wire::customer::CustomerStatus;
use wire::session::{
    AfterSession, Audience, CustomerPresence, DeviceFacts, LogEntry, LogItem, Member, Priority, SessionEvent,
    SessionKind, SessionState, WebPage,
};
use wire::tool::ClientKind;
use wire::{LineId, MemberId, PortalId, QueueEntryId, QueueId, RepId, SessionId, SimTime, Token};

use crate::pin::RecordedPin;
use crate::policy::{Decided, JumpContext, PolicyContext};
use crate::sharing::{External, Invitation};
use crate::site::Site;
use crate::tools::{ShellRecording, Tools};

/// The most lines of chat that a session holds. What is said beyond is not kept, and its sender, who gets no receipt,
/// sees so: nobody may fill the memory, nor the disk.
pub(crate) const CHAT_LINES_MAX: usize = 10_000;

/// The most notes that a session holds.
pub(crate) const NOTES_MAX: usize = 1_000;

/// The customer's number in every session.
pub(crate) const CUSTOMER: MemberId = MemberId(1);

/// What of a session survives a restart, beside its log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SessionRecord {
    pub(crate) id: SessionId,
    pub(crate) origin: Origin,
    pub(crate) kind: SessionKind,
    /// The portal that it began on; none for a jump.
    pub(crate) portal: Option<PortalId>,
    /// The machine that a jump led to, as session policies know it.
    pub(crate) jump: Option<JumpContext>,
    pub(crate) customer: String,
    pub(crate) device: DeviceFacts,
    /// What the customer's side can do.
    pub(crate) client: ClientKind,
    pub(crate) public_ip: [u8; 4],
    pub(crate) recording_allowed: bool,
    /// The customer client's proof that it may come back.
    pub(crate) token: Token,
    pub(crate) issue: Option<String>,
    pub(crate) priority: Priority,
    /// What it takes to help, as places in the site's list of skills.
    pub(crate) skills: Vec<usize>,
    pub(crate) began: SimTime,
    /// Where it waits.
    pub(crate) placement: Option<Placement>,
    pub(crate) first_queue: Option<QueueId>,
    pub(crate) last_queue: Option<QueueId>,
    pub(crate) owner: Option<RepId>,
    /// Who owned it last.
    pub(crate) last_owner: Option<RepId>,
    /// The representatives who are in it, in the order in which they came.
    pub(crate) reps: Vec<RepMember>,
    /// Every representative who ever was in it: their places give their member numbers.
    pub(crate) participants: Vec<RepId>,
    /// Where the appliance saw their consoles when they came.
    pub(crate) rep_addresses: BTreeMap<RepId, [u8; 4]>,
    pub(crate) presence: Presence,
    pub(crate) invitations: Vec<Invitation>,
    /// External representatives who have been let in, and may come back after a break.
    pub(crate) externals: Vec<External>,
    /// Who has turned an assignment of it down, or has let one time out, since it was last moved by hand (EQL-11).
    pub(crate) turned_down: BTreeSet<RepId>,
    /// What the customer's machine does at the end (SUM-02).
    pub(crate) after_session: AfterSession,
    /// Whether the machine has a Jump Client (JPN).
    pub(crate) pin: RecordedPin,
}

/// How a session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Origin {
    /// A customer asked for it.
    Attended,
    /// A representative jumped.
    Jump,
}

/// A session's place in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placement {
    pub(crate) entry: QueueEntryId,
    pub(crate) queue: QueueId,
    pub(crate) since: SimTime,
    /// It has waited longer than the queue's rule allows (WSR-01).
    pub(crate) overdue: bool,
    /// Everybody who could be asked has been: it waits for a hand (EQL-12).
    pub(crate) exhausted: bool,
}

/// A representative in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RepMember {
    pub(crate) rep: RepId,
    /// The line that stands for this session in the representative's personal queue (QUE-01).
    pub(crate) entry: QueueEntryId,
    pub(crate) since: SimTime,
    /// How long the log was when they came.
    pub(crate) log_before: u32,
}

/// Where the customer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Presence {
    Connected,
    /// The connection broke; until then the customer may come back.
    LostUntil(SimTime),
    /// Left, or stayed away too long. The session may go on without (`anchors/domain.md` section 8).
    Gone,
}

/// What a session is on the status page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// In a queue.
    pub(crate) waiting: bool,
    /// A representative's.
    pub(crate) owned: bool,
}

/// A session that runs.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) record: SessionRecord,
    pub(crate) log: Vec<LogEntry>,
    /// The record as it is on the disk, and how often it has changed there.
    pub(crate) stored: Option<SessionRecord>,
    pub(crate) revision: u64,
    /// How much of the log is on the disk.
    pub(crate) log_stored: usize,
    /// The customer's connection.
    pub(crate) conn: Option<ConnId>,
    /// What senders have numbered, so that a line sent twice is kept once.
    said: BTreeSet<(MemberId, LineId)>,
    /// Representatives who were shown anything of it and must be told what becomes of it.
    pub(crate) watchers: BTreeSet<RepId>,
    /// What the customer was last told.
    pub(crate) customer_status: Option<CustomerStatus>,
    /// How much of the log the customer has.
    pub(crate) customer_has: u32,
    /// What the status page counts it as.
    pub(crate) counted: Counted,
    /// The web page that a browser session is about (BRW-02), and how often it has changed.
    pub(crate) web_page: Option<WebPage>,
    pub(crate) web_page_revision: u32,
    /// A second place in a queue, which no sound appliance has ([`crate::Flaw::SessionInTwoQueues`]).
    pub(crate) ghost: Option<Placement>,
    pub(crate) tools: Tools,
    /// What was recorded of command shells, and how many of them are on the disk (SHL-07, SHL-08).
    pub(crate) shells: Vec<ShellRecording>,
    pub(crate) shells_stored: usize,
}

impl Session {
    /// A session that was just requested (POR-08), and stands nowhere yet.
    pub(crate) fn new(now: SimTime, record: SessionRecord, conn: ConnId) -> Self {
        let mut session = Self::with_log(record, Vec::new());
        session.conn = Some(conn);
        session.happened(now, MemberId::SYSTEM, "", SessionEvent::SessionStart, String::new());
        let owner = "Pre-start Conference".to_owned();
        session.happened(now, MemberId::SYSTEM, "", SessionEvent::ConferenceOwnerChanged, owner);
        let name = session.record.customer.clone();
        session.happened(now, CUSTOMER, &name, SessionEvent::ConferenceMemberAdded, String::new());
        session
    }

    /// A session that was running before a restart.
    pub(crate) fn restored(record: SessionRecord, log: Vec<LogEntry>, shells: Vec<ShellRecording>) -> Self {
        let shells_stored = shells.len();
        Self { stored: Some(record.clone()), shells, shells_stored, ..Self::with_log(record, log) }
    }

    fn with_log(record: SessionRecord, log: Vec<LogEntry>) -> Self {
        let said = log
            .iter()
            .filter_map(|entry| match entry.what {
                LogItem::Said { line, .. } => Some((entry.by, line)),
                LogItem::Happened { .. } => None,
            })
            .collect();
        Self {
            record,
            log_stored: log.len(),
            log,
            stored: None,
            revision: 0,
            conn: None,
            said,
            watchers: BTreeSet::new(),
            customer_status: None,
            customer_has: 0,
            counted: Counted::default(),
            web_page: None,
            web_page_revision: 0,
            ghost: None,
            tools: Tools::default(),
            shells: Vec::new(),
            shells_stored: 0,
        }
    }

    /// Whether nobody is left for whom it goes on.
    pub(crate) fn is_over(&self) -> bool {
        self.record.presence == Presence::Gone && self.record.reps.is_empty()
    }

    /// The place of this representative in it.
    pub(crate) fn member(&self, rep: RepId) -> Option<&RepMember> {
        self.record.reps.iter().find(|member| member.rep == rep)
    }

    /// Puts it into a queue (QUE-03, QUE-04, QUE-08). It has left any other, and nobody owns it.
    pub(crate) fn enter_queue(&mut self, now: SimTime, site: &Site, queue: QueueId, entry: QueueEntryId) {
        self.record.owner = None;
        self.record.placement =
            Some(Placement { entry, queue, since: now, overdue: false, exhausted: false });
        self.record.first_queue.get_or_insert(queue);
        self.record.last_queue = Some(queue);
        let event = SessionEvent::SessionTransferredToQueue;
        self.happened(now, MemberId::SYSTEM, "", event, site.queue_name(queue));
    }

    /// A representative takes it from its queue, or joins it beside its owner.
    pub(crate) fn add_rep(&mut self, now: SimTime, site: &Site, rep: RepId, entry: QueueEntryId) {
        if !self.record.participants.contains(&rep) {
            self.record.participants.push(rep);
        }
        let log_before = self.log.len() as u32;
        self.record.reps.push(RepMember { rep, entry, since: now, log_before });
        let name = site.rep(rep).display_name.clone();
        self.happened(now, self.member_id(rep), &name, SessionEvent::ConferenceMemberAdded, String::new());
    }

    /// Makes a member its owner. It has left the queue that it waited in, if any.
    pub(crate) fn set_owner(&mut self, now: SimTime, site: &Site, rep: RepId, left: Option<QueueId>) {
        if let Some(queue) = left {
            let event = SessionEvent::SessionTransferredAwayFromQueue;
            self.happened(now, MemberId::SYSTEM, "", event, site.queue_name(queue));
        }
        self.record.owner = Some(rep);
        self.record.last_owner = Some(rep);
        let name = site.rep(rep).display_name.clone();
        self.happened(now, MemberId::SYSTEM, "", SessionEvent::ConferenceOwnerChanged, name);
    }

    /// A representative is no longer in it.
    ///
    /// Says whether they owned it, in which case somebody must decide what becomes of it.
    pub(crate) fn remove_rep(&mut self, now: SimTime, site: &Site, rep: RepId, why: &str) -> bool {
        self.record.reps.retain(|member| member.rep != rep);
        let name = site.rep(rep).display_name.clone();
        let event = SessionEvent::ConferenceMemberDeparted;
        self.happened(now, self.member_id(rep), &name, event, why.to_owned());
        let owned = self.record.owner == Some(rep);
        if owned {
            self.record.owner = None;
        }
        owned
    }

    /// The member who has shared it longest beside `without`, to own it next (`anchors/domain.md` section 2, step 1).
    /// External representatives never own anything.
    pub(crate) fn longest_sharing(&self, site: &Site, without: Option<RepId>) -> Option<RepId> {
        let may_own = |rep: RepId| !site.rep(rep).external && Some(rep) != without;
        let heirs = self.record.reps.iter().filter(|member| may_own(member.rep));
        heirs.min_by_key(|member| member.since).map(|member| member.rep)
    }

    /// The customer's connection broke, came back, or is given up.
    pub(crate) fn set_presence(&mut self, now: SimTime, presence: Presence, detail: &str) {
        self.record.presence = presence;
        let name = self.record.customer.clone();
        let event = match presence {
            Presence::Connected | Presence::LostUntil(_) => SessionEvent::ConferenceMemberStateChanged,
            Presence::Gone => SessionEvent::ConferenceMemberDeparted,
        };
        self.happened(now, CUSTOMER, &name, event, detail.to_owned());
    }

    /// A line of chat (CHT-01, CHT-06). Kept once per sender's number, however often it comes.
    pub(crate) fn say(
        &mut self,
        now: SimTime,
        by: MemberId,
        name: &str,
        line: LineId,
        audience: Audience,
        text: String,
    ) {
        if self.said.len() < CHAT_LINES_MAX && self.said.insert((by, line)) {
            self.enter(now, by, name, LogItem::Said { text, audience, line });
        }
    }

    /// Something happened (CHT-07).
    pub(crate) fn happened(
        &mut self,
        now: SimTime,
        by: MemberId,
        name: &str,
        event: SessionEvent,
        detail: String,
    ) {
        self.enter(now, by, name, LogItem::Happened { event, detail });
    }

    fn enter(&mut self, at: SimTime, by: MemberId, name: &str, what: LogItem) {
        let seq = self.log.len() as u32 + 1;
        self.log.push(LogEntry { seq, at, by, by_name: name.to_owned(), what });
    }

    /// A representative's number in this session; the same however often they come and go.
    pub(crate) fn member_id(&self, rep: RepId) -> MemberId {
        let place = self.record.participants.iter().position(|participant| *participant == rep);
        MemberId(place.expect("asked only for participants") as u32 + 2)
    }

    /// What a member sees of it.
    pub(crate) fn state_for(&self, now: SimTime, site: &Site, rep: RepId) -> SessionState {
        let customer = Member { id: CUSTOMER, name: self.record.customer.clone(), rep: None };
        let reps = self.record.reps.iter().map(|member| Member {
            id: self.member_id(member.rep),
            name: site.rep(member.rep).display_name.clone(),
            rep: Some(member.rep),
        });
        SessionState {
            id: self.record.id,
            customer: self.record.customer.clone(),
            device: self.record.device.clone(),
            public_ip: self.record.public_ip,
            presence: self.record.presence.shown(),
            recording_allowed: self.record.recording_allowed,
            me: self.member_id(rep),
            owner: self.record.owner.map(|owner| self.member_id(owner)),
            members: (self.record.presence != Presence::Gone)
                .then_some(customer)
                .into_iter()
                .chain(reps)
                .collect(),
            age_ms: now.since(self.record.began).as_millis() as u64,
            kind: self.record.kind,
            invitations: self.record.invitations.iter().map(|invitation| invitation.told(site)).collect(),
            after_session: self.record.after_session,
            client: self.record.client,
            tools: self.offers_for(site, rep),
            scripts: self.record.scripts(site, rep),
            pin: self.record.pin.shown_to(site, rep),
        }
    }
}

impl SessionRecord {
    /// What a member may do in it, by the policies that apply.
    pub(crate) fn decided(&self, site: &Site, rep: RepId) -> Decided {
        site.decide(&PolicyContext { rep, portal: self.portal, jump: self.jump })
    }

    /// The canned scripts that a member may run, by name (SPA-04).
    fn scripts(&self, site: &Site, rep: RepId) -> Vec<String> {
        let decided = self.decided(site, rep);
        site.scripts_on(&decided, self.device.platform).map(|script| script.name.clone()).collect()
    }

    /// What a canned script says, if a member may run it.
    pub(crate) fn script(&self, site: &Site, rep: RepId, name: &str) -> Option<String> {
        let decided = self.decided(site, rep);
        let mut scripts = site.scripts_on(&decided, self.device.platform);
        scripts.find(|script| script.name == name).map(|script| script.text.clone())
    }
}

impl Presence {
    /// As others see it.
    pub(crate) fn shown(self) -> CustomerPresence {
        match self {
            Self::Connected => CustomerPresence::Connected,
            Self::LostUntil(_) => CustomerPresence::Lost,
            Self::Gone => CustomerPresence::Gone,
        }
    }
}

/// Whether an external representative who came after so many entries may read one: notes never, and what
/// representatives said to one another before only where the site says so (open point 26).
pub(crate) fn external_may_read(entry: &LogEntry, log_before: u32, sees_history: bool) -> bool {
    match &entry.what {
        LogItem::Said { audience: Audience::RepresentativesOnly, .. } => {
            sees_history || entry.seq > log_before
        }
        LogItem::Said { audience: Audience::Everyone, .. } => true,
        LogItem::Happened { event, .. } => *event != SessionEvent::SessionNoteAdded,
    }
}

/// Whether a customer may read an entry of the log (CHT-04): what everyone may, and who comes and goes.
pub(crate) fn customer_may_read(entry: &LogEntry) -> bool {
    match &entry.what {
        LogItem::Said { audience, .. } => *audience == Audience::Everyone,
        LogItem::Happened { event, .. } => matches!(
            event,
            SessionEvent::SessionStart
                | SessionEvent::SessionEnd
                | SessionEvent::ConferenceMemberAdded
                | SessionEvent::ConferenceMemberDeparted
                | SessionEvent::LegalAgreementResponse
                | SessionEvent::ServiceAccessAllowed
                | SessionEvent::ServiceAccessRefused
        ),
    }
}
