//! A support session: who is in it, where it waits, what was said.
//!
//! Two rules hold everything together: a session stands in exactly one queue or has an owner, unless it is on its
//! way out; and it lives while its customer or a representative is in it.

use std::collections::BTreeSet;

use device::ConnId;
use serde::{Deserialize, Serialize};
use wire::customer::CustomerStatus;
use wire::session::{
    Audience, CustomerPresence, DeviceFacts, LogEntry, LogItem, Member, Priority, SessionEvent, SessionState,
};
use wire::{LineId, MemberId, QueueEntryId, QueueId, RepId, SessionId, SimTime, Token};

use crate::site::Site;

/// The most lines of chat that a session holds. What is said beyond is not kept, and its sender, who gets no receipt,
/// sees so: nobody may fill the memory, nor the disk.
pub(crate) const CHAT_LINES_MAX: usize = 10_000;

/// The customer's number in every session.
pub(crate) const CUSTOMER: MemberId = MemberId(1);

/// What of a session survives a restart, beside its log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SessionRecord {
    pub(crate) id: SessionId,
    pub(crate) origin: Origin,
    pub(crate) customer: String,
    pub(crate) device: DeviceFacts,
    pub(crate) public_ip: [u8; 4],
    pub(crate) recording_allowed: bool,
    /// The customer client's proof that it may come back.
    pub(crate) token: Token,
    pub(crate) issue: Option<String>,
    pub(crate) priority: Priority,
    pub(crate) began: SimTime,
    /// Where it waits.
    pub(crate) placement: Option<Placement>,
    pub(crate) first_queue: Option<QueueId>,
    pub(crate) last_queue: Option<QueueId>,
    pub(crate) owner: Option<RepId>,
    /// The representatives who are in it, in the order in which they came.
    pub(crate) reps: Vec<RepMember>,
    /// Every representative who ever was in it: their places give their member numbers.
    pub(crate) participants: Vec<RepId>,
    pub(crate) presence: Presence,
    pub(crate) invitations: Vec<Invitation>,
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
}

/// A representative in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RepMember {
    pub(crate) rep: RepId,
    /// The line that stands for this session in the representative's personal queue (QUE-01).
    pub(crate) entry: QueueEntryId,
    pub(crate) since: SimTime,
}

/// An active invitation; it has no time to run out of (SHR-12). One that is no longer active is gone from the session
/// (SHR-15 to SHR-20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) entry: QueueEntryId,
    pub(crate) rep: RepId,
    pub(crate) from: RepId,
    pub(crate) since: SimTime,
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
    pub(crate) fn restored(record: SessionRecord, log: Vec<LogEntry>) -> Self {
        Self { stored: Some(record.clone()), ..Self::with_log(record, log) }
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
        self.record.placement = Some(Placement { entry, queue, since: now });
        self.record.first_queue.get_or_insert(queue);
        self.record.last_queue = Some(queue);
        let event = SessionEvent::SessionTransferredToQueue;
        self.happened(now, MemberId::SYSTEM, "", event, site.queue_name(queue));
    }

    /// A representative takes it from its queue, or joins it beside its owner. An invitation of theirs is spent (SHR-18).
    pub(crate) fn add_rep(&mut self, now: SimTime, site: &Site, rep: RepId, entry: QueueEntryId) {
        if !self.record.participants.contains(&rep) {
            self.record.participants.push(rep);
        }
        self.record.invitations.retain(|invitation| invitation.rep != rep);
        self.record.reps.push(RepMember { rep, entry, since: now });
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
        let name = site.rep(rep).display_name.clone();
        self.happened(now, MemberId::SYSTEM, "", SessionEvent::ConferenceOwnerChanged, name);
    }

    /// A representative is no longer in it; what they sent out as invitations dies with that (SHR-15, SHR-16).
    ///
    /// Says whether they owned it, in which case somebody must decide what becomes of it.
    pub(crate) fn remove_rep(&mut self, now: SimTime, site: &Site, rep: RepId, why: &str) -> bool {
        self.record.reps.retain(|member| member.rep != rep);
        self.record.invitations.retain(|invitation| invitation.from != rep);
        let name = site.rep(rep).display_name.clone();
        let event = SessionEvent::ConferenceMemberDeparted;
        self.happened(now, self.member_id(rep), &name, event, why.to_owned());
        let owned = self.record.owner == Some(rep);
        if owned {
            self.record.owner = None;
        }
        owned
    }

    /// The member who has shared it longest, after its owner was lost (`anchors/domain.md` section 2, step 1).
    pub(crate) fn longest_sharing(&self) -> Option<RepId> {
        self.record.reps.iter().min_by_key(|member| member.since).map(|member| member.rep)
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
        }
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
        ),
    }
}
