//! Shows what has changed to whoever may see it.
//!
//! Nothing else sends queue lines, session states or log entries. What somebody should see is worked out from the
//! tables and compared with what they were last told, so that a reconnect, a move and a restart are all the same
//! thing: a difference.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use device::ConnId;
use wire::customer::{ApplianceToCustomer, CustomerStatus, RepresentativeCard};
use wire::frame::FRAME_BYTES_MAX;
use wire::rep::{ApplianceToRep, Colleague};
use wire::session::{
    CHAT_LINE_BYTES_MAX, CustomerPresence, LogEntry, NAME_BYTES_MAX, QueueEntry, QueueEntryKind,
};
use wire::{QueueEntryId, QueueId, RepId, SessionId, SimTime};

use crate::Appliance;
use crate::conns::Conns;
use crate::session::{Session, customer_may_read, external_may_read};
use crate::sharing::Invited;
use crate::site::Site;
use crate::waiting::{position, waiting_status};

/// As many entries of a log as fit a frame, however long their lines are.
pub(crate) const ENTRIES_PER_FRAME_MAX: usize = FRAME_BYTES_MAX / (CHAT_LINE_BYTES_MAX + NAME_BYTES_MAX + 64);

/// What a signed-in console was last told.
#[derive(Debug)]
pub(crate) struct ShownToRep {
    pub(crate) conn: ConnId,
    sessions: BTreeMap<SessionId, ShownSession>,
    /// Which session each queue line on the screen stands for.
    entries: BTreeMap<QueueEntryId, SessionId>,
    /// What the representative is prompted with.
    pub(crate) prompts: BTreeSet<QueueEntryId>,
}

/// What a console was last told of one session.
#[derive(Debug, Default)]
struct ShownSession {
    /// The session's revision that it knows.
    revision: Option<u64>,
    lines: Vec<Line>,
    /// How much of the log its page has, if the page is open.
    page: Option<usize>,
    /// Which of the web pages that the customer shares it has.
    web_page: u32,
}

/// A line of a queue on one console. All else that such a line says follows from the session, and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    id: QueueEntryId,
    queue: QueueId,
    what: LineKind,
    since: SimTime,
    presence: CustomerPresence,
    overdue: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineKind {
    Waiting,
    InSession,
    Invitation { from: RepId },
}

impl ShownToRep {
    pub(crate) fn new(conn: ConnId) -> Self {
        Self { conn, sessions: BTreeMap::new(), entries: BTreeMap::new(), prompts: BTreeSet::new() }
    }

    /// The session that a queue line on the screen stands for.
    pub(crate) fn session_of(&self, entry: QueueEntryId) -> Option<SessionId> {
        self.entries.get(&entry).copied()
    }

    /// How many queue lines are on the screen.
    pub(crate) fn line_count(&self) -> usize {
        self.entries.len()
    }

    /// The console is told that a page closes.
    pub(crate) fn close_page(&mut self, id: SessionId) {
        if let Some(shown) = self.sessions.get_mut(&id) {
            shown.page = None;
            shown.web_page = 0;
        }
    }

    /// Shows the queue lines of a session that the screen should have, and takes away those that it should not.
    fn show_lines(
        &mut self,
        conns: &mut Conns,
        now: SimTime,
        site: &Site,
        session: &Session,
        wanted: Vec<Line>,
    ) {
        let id = session.record.id;
        let shown = self.sessions.entry(id).or_default();
        for line in &shown.lines {
            if !wanted.iter().any(|wanted| wanted.id == line.id) {
                self.entries.remove(&line.id);
                conns.send(self.conn, &ApplianceToRep::EntryGone { entry: line.id });
            }
        }
        for line in &wanted {
            if !shown.lines.contains(line) {
                self.entries.insert(line.id, id);
                conns.send(self.conn, &ApplianceToRep::EntryShown(line.told(now, site, session)));
            }
        }
        shown.lines = wanted;
    }

    /// Shows the page of a session that this representative is a member of.
    fn show_page(&mut self, conns: &mut Conns, now: SimTime, site: &Site, session: &Session, rep: RepId) {
        let id = session.record.id;
        let shown = self.sessions.entry(id).or_default();
        if shown.page.is_none() || shown.revision != Some(session.revision) {
            conns.send(self.conn, &ApplianceToRep::SessionShown(session.state_for(now, site, rep)));
        }
        // CHT-05: a member who has just joined has nothing yet, and gets all of it.
        let has = shown.page.replace(session.log.len()).unwrap_or_default();
        let mut news: Vec<LogEntry> = session.log[has..].to_vec();
        if site.rep(rep).external {
            let before = session.member(rep).map_or(0, |member| member.log_before);
            news.retain(|entry| external_may_read(entry, before, site.sharing.external_sees_history));
        }
        for entries in news.chunks(ENTRIES_PER_FRAME_MAX) {
            conns.send(self.conn, &ApplianceToRep::Log { session: id, entries: entries.to_vec() });
        }
        if let Some(page) = session.web_page.as_ref().filter(|_| shown.web_page != session.web_page_revision)
        {
            shown.web_page = session.web_page_revision;
            conns.send(self.conn, &ApplianceToRep::WebPage { session: id, page: page.clone() });
        }
    }
}

impl Appliance {
    /// A representative has signed in: everything of theirs is to be shown.
    pub(crate) fn touch_all_for(&mut self, rep: RepId) {
        let mine = self.sessions.values().filter(|session| !lines_for(&self.site, session, rep).is_empty());
        let mine: Vec<SessionId> = mine.map(|session| session.record.id).collect();
        self.changes.sessions.extend(mine);
    }

    /// Shows a session that was touched. It is stored already: its revision counts the states that are safe.
    pub(crate) fn show_session(&mut self, now: SimTime, id: SessionId, ended: bool) {
        let Self { sessions, signed_in, conns, site, queues, recent_waits, .. } = self;
        let session = sessions.get_mut(&id).expect("ids in the appliance's tables lead to sessions");
        let audience = if ended { BTreeSet::new() } else { audience(site, signed_in, session) };
        // A revision is of the record, and what a ghost shows is not in it.
        let haunted = session.ghost.is_some();
        for rep in session.watchers.union(&audience) {
            let Some(shown) = signed_in.get_mut(rep) else { continue };
            let known = shown.sessions.get(&id).and_then(|shown| shown.revision);
            if ended || haunted || known != Some(session.revision) {
                let wanted = if ended { Vec::new() } else { lines_for(site, session, *rep) };
                shown.show_lines(conns, now, site, session, wanted);
            }
            if !ended && session.member(*rep).is_some() {
                shown.show_page(conns, now, site, session, *rep);
            }
            if audience.contains(rep) {
                shown.sessions.entry(id).or_default().revision = Some(session.revision);
            } else {
                shown.sessions.remove(&id);
            }
        }
        session.watchers = audience;
        let Some(conn) = session.conn else { return };
        if let Some(status) = status(site, queues, recent_waits, session) {
            show_status(conns, conn, session, status);
        }
        show_customer_log(conns, conn, session);
    }

    /// A customer's place in a queue changes with what stands before them.
    pub(crate) fn show_places(&mut self, queue: QueueId) {
        let Self { sessions, conns, queues, recent_waits, .. } = self;
        let waiting = queues.get(&queue).into_iter().flat_map(BTreeMap::values);
        for (position, id) in (1..).zip(waiting) {
            let session = sessions.get_mut(id).expect("ids in the appliance's tables lead to sessions");
            if let (Some(conn), Some(CustomerStatus::Waiting { .. })) =
                (session.conn, &session.customer_status)
            {
                show_status(conns, conn, session, waiting_status(position, recent_waits, queue));
            }
        }
    }

    /// Tells every console who else can be reached, to be invited (SHR-04, SHR-05), and the status page who is here.
    pub(crate) fn show_who_is_here(&mut self) {
        let Self { signed_in, conns, site, view, extended, .. } = self;
        let reachable: BTreeSet<RepId> = signed_in.keys().chain(extended.iter()).copied().collect();
        let colleague = |rep: &RepId| Colleague {
            id: *rep,
            name: site.rep(*rep).display_name.clone(),
            teams: site.rep(*rep).teams.clone(),
            signed_in: signed_in.contains_key(rep),
        };
        let everyone: Vec<Colleague> =
            reachable.iter().filter(|rep| !site.rep(**rep).external).map(colleague).collect();
        for (rep, shown) in &*signed_in {
            let may_see = |colleague: &&Colleague| colleague.id != *rep && !site.rep(*rep).external;
            let others = everyone.iter().filter(may_see).cloned().collect();
            conns.send(shown.conn, &ApplianceToRep::Colleagues(others));
        }
        let names = signed_in.keys().map(|rep| site.rep(*rep).display_name.clone()).collect();
        view.set(|view| &mut view.representatives, names);
    }
}

/// The signed-in representatives who may see anything of a session.
fn audience(site: &Site, signed_in: &BTreeMap<RepId, ShownToRep>, session: &Session) -> BTreeSet<RepId> {
    let record = &session.record;
    let members = record.reps.iter().map(|member| member.rep);
    let mut audience: BTreeSet<RepId> = members.collect();
    let of_team = |team| signed_in.keys().filter(move |rep| site.rep(**rep).teams.contains(&team));
    for invitation in &record.invitations {
        match invitation.to {
            Invited::Rep(rep) => drop(audience.insert(rep)),
            Invited::Team(team) => audience.extend(of_team(team)),
            Invited::External { .. } => {}
        }
    }
    if let Some(placement) = session.ghost {
        audience.extend(signed_in.keys().filter(|rep| site.sees_queue(**rep, placement.queue)));
    }
    match record.placement.map(|placement| placement.queue) {
        Some(QueueId::Personal(rep)) => {
            audience.insert(rep);
        }
        Some(QueueId::Team(team)) => audience.extend(of_team(team)),
        None => {}
    }
    audience.retain(|rep| signed_in.contains_key(rep));
    audience
}

/// The lines of queues that stand for a session on one representative's console (QUE-01, QUE-06, QUE-07).
fn lines_for(site: &Site, session: &Session, rep: RepId) -> Vec<Line> {
    let record = &session.record;
    let presence = record.presence.shown();
    let personal = QueueId::Personal(rep);
    let places = record.placement.into_iter().chain(session.ghost);
    let waiting = places
        .filter(|placement| site.sees_queue(rep, placement.queue))
        .map(|it| (it.entry, it.queue, LineKind::Waiting, it.since, it.overdue));
    let mine = session.member(rep).map(|it| (it.entry, personal, LineKind::InSession, it.since, false));
    let invited = record.invitations.iter().filter_map(|it| {
        let queue = match it.to {
            Invited::Rep(whom) => (whom == rep).then_some(personal),
            // Who is in the session already has nothing to follow (QUE-12).
            Invited::Team(team) => {
                let concerned = site.rep(rep).teams.contains(&team) && session.member(rep).is_none();
                concerned.then_some(QueueId::Team(team))
            }
            Invited::External { .. } => None,
        };
        Some((it.entry, queue?, LineKind::Invitation { from: it.from }, it.since, false))
    });
    let lines = waiting.chain(mine).chain(invited);
    lines
        .map(|(id, queue, what, since, overdue)| Line { id, queue, what, since, presence, overdue })
        .collect()
}

impl Line {
    /// The line as a console gets it (QUE-16).
    fn told(self, now: SimTime, site: &Site, session: &Session) -> QueueEntry {
        let record = &session.record;
        QueueEntry {
            id: self.id,
            queue: self.queue,
            session: record.id,
            what: match self.what {
                LineKind::Waiting => QueueEntryKind::Waiting,
                LineKind::InSession => QueueEntryKind::InSession,
                LineKind::Invitation { from } => {
                    QueueEntryKind::Invitation { from: site.rep(from).display_name.clone() }
                }
            },
            customer: record.customer.clone(),
            device: record.device.clone(),
            issue: session.invitation(self.id).map_or(&record.issue, |invitation| &invitation.issue).clone(),
            priority: session.priority_of(self.id),
            presence: self.presence,
            waited_ms: now.since(self.since).as_millis() as u64,
            age_ms: now.since(record.began).as_millis() as u64,
            kind: record.kind,
            overdue: self.overdue,
        }
    }
}

/// What the customer should see now; `None` where they see it already.
fn status(
    site: &Site,
    queues: &BTreeMap<QueueId, BTreeMap<(SimTime, QueueEntryId), SessionId>>,
    waits: &BTreeMap<QueueId, VecDeque<Duration>>,
    session: &Session,
) -> Option<CustomerStatus> {
    let record = &session.record;
    if !record.reps.is_empty() {
        let owner = record.owner.into_iter();
        let others = record.reps.iter().map(|member| member.rep).filter(|rep| record.owner != Some(*rep));
        let card = |rep| {
            let account = site.rep(rep);
            RepresentativeCard { name: account.display_name.clone(), avatar: account.avatar.clone() }
        };
        let representatives = owner.chain(others).map(card).collect();
        return Some(CustomerStatus::WithRepresentatives { representatives });
    }
    if !record.participants.is_empty() {
        return Some(CustomerStatus::OnHold);
    }
    // A place that has changed is told with the queue's others.
    if matches!(session.customer_status, Some(CustomerStatus::Waiting { .. })) {
        return None;
    }
    let placement = record.placement?;
    Some(waiting_status(position(queues, placement), waits, placement.queue))
}

fn show_status(conns: &mut Conns, conn: ConnId, session: &mut Session, status: CustomerStatus) {
    if session.customer_status.as_ref() != Some(&status) {
        conns.send(conn, &ApplianceToCustomer::Status(status.clone()));
        session.customer_status = Some(status);
    }
}

/// CHT-04: what representatives keep to themselves never leaves.
fn show_customer_log(conns: &mut Conns, conn: ConnId, session: &mut Session) {
    let has = (session.customer_has as usize).min(session.log.len());
    let news: Vec<LogEntry> =
        session.log[has..].iter().filter(|entry| customer_may_read(entry)).cloned().collect();
    session.customer_has = session.log.len() as u32;
    for entries in news.chunks(ENTRIES_PER_FRAME_MAX) {
        conns.send(conn, &ApplianceToCustomer::Log(entries.to_vec()));
    }
}
