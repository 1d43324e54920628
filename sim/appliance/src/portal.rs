//! Customers: the portal, the request for a session, and the customer's side of it (POR, KEY).

use device::ConnId;
use wire::customer::{
    ApplianceToCustomer, CustomerEnd, CustomerToAppliance, Join, PortalIssue, PortalPage,
    PortalRepresentative, Start, StartChecked, StartRefusal,
};
use wire::session::{Audience, CHAT_LINE_BYTES_MAX, NAME_BYTES_MAX, Priority, SessionEvent};
use wire::{IssueId, JumpId, LineId, PortalId, QueueId, SessionId, SimTime, Token};

use crate::conns::{CustomerPeer, LINE_TOO_LONG, NAME_TOO_LONG, OUT_OF_TURN, Peer};
use crate::keys::KeyRecord;
use crate::session::{CUSTOMER, Origin, Presence, Session, SessionRecord};
use crate::{Appliance, TimerKey};

/// Where a start method leads.
struct Route {
    /// The portal whose prompts apply; none for a jump, where the representative's account decides.
    portal: Option<PortalId>,
    to: Destination,
    issue: Option<IssueId>,
    /// The key that is used up when the session is requested.
    key: Option<String>,
}

/// Who gets the session.
#[derive(Clone, Copy)]
enum Destination {
    /// Whoever takes it from this queue.
    Queue(QueueId),
    /// Whoever has jumped.
    Jumper(JumpId),
}

impl Appliance {
    pub(crate) fn handle_customer(
        &mut self,
        now: SimTime,
        conn: ConnId,
        peer: CustomerPeer,
        message: CustomerToAppliance,
    ) {
        match (peer.session, message) {
            (_, CustomerToAppliance::Heartbeat) => self.conns.send(conn, &ApplianceToCustomer::Heartbeat),
            (None, CustomerToAppliance::OpenPortal { portal, url }) => {
                let answer = match self.find_portal(portal.as_deref(), url.as_deref()) {
                    Ok(portal) => ApplianceToCustomer::PortalPage(self.portal_page(portal)),
                    Err(refusal) => ApplianceToCustomer::Refused(refusal),
                };
                self.conns.send(conn, &answer);
            }
            (None, CustomerToAppliance::ChooseStart { start, portal }) => {
                let checked = self.route(&start, portal).map(|route| {
                    let portal = route.portal.map(|portal| self.site.portal(portal));
                    StartChecked {
                        package_bytes: self.site.customers.package_bytes,
                        agreement: portal.and_then(|portal| portal.agreement.clone()),
                        recording_prompt: portal.is_some_and(|portal| portal.recording_prompt),
                    }
                });
                self.conns.send(conn, &ApplianceToCustomer::StartChecked(checked));
            }
            (None, CustomerToAppliance::FetchPackage) => self.fetch_package(conn, peer),
            (None, CustomerToAppliance::Join(join)) => self.join(now, conn, join),
            (None, CustomerToAppliance::Resume { session, token, have_seq }) => {
                self.resume(now, conn, session, token, have_seq);
            }
            (Some(session), CustomerToAppliance::Chat { line, text }) => {
                self.customer_chats(now, conn, session, line, text);
            }
            (Some(session), CustomerToAppliance::Leave) => {
                self.let_customer_go(session, CustomerEnd::Left);
                self.session_mut(session).set_presence(now, Presence::Gone, "left");
            }
            // What was said before the end reached the customer: too late, and no offence.
            (None, CustomerToAppliance::Chat { .. } | CustomerToAppliance::Leave) => {}
            (
                Some(_),
                CustomerToAppliance::OpenPortal { .. }
                | CustomerToAppliance::ChooseStart { .. }
                | CustomerToAppliance::FetchPackage
                | CustomerToAppliance::Join(_)
                | CustomerToAppliance::Resume { .. },
            ) => self.conns.protocol_error(conn, OUT_OF_TURN),
        }
    }

    fn find_portal(&self, name: Option<&str>, url: Option<&str>) -> Result<PortalId, StartRefusal> {
        match (name, url) {
            (_, Some(url)) => self.keys.by_url(self.wall, url).map(|key| key.portal),
            (Some(name), None) => {
                let place =
                    self.site.portals.iter().position(|portal| portal.name.eq_ignore_ascii_case(name));
                place.map(|place| PortalId(place as u32)).ok_or(StartRefusal::NotOffered)
            }
            (None, None) => Ok(PortalId(0)),
        }
    }

    /// POR-01: what the administrator has set; POR-02: only representatives who are signed in.
    fn portal_page(&self, id: PortalId) -> PortalPage {
        let portal = self.site.portal(id);
        let issues = self.site.issues.iter().enumerate().filter(|_| portal.issues);
        let reps = self.signed_in.keys().filter(|_| portal.representatives);
        PortalPage {
            id,
            name: portal.name.clone(),
            offers_session_key: portal.session_key,
            issues: issues
                .map(|(place, issue)| PortalIssue { id: IssueId(place as u32), title: issue.title.clone() })
                .collect(),
            representatives: reps
                .map(|rep| PortalRepresentative { id: *rep, name: self.site.rep(*rep).display_name.clone() })
                .collect(),
        }
    }

    /// Where a start method leads, if it may be used (POR-02 to POR-04). `on` is the portal that it was chosen on.
    fn route(&self, start: &Start, on: Option<PortalId>) -> Result<Route, StartRefusal> {
        let portal = match on {
            Some(id) if id.0 as usize >= self.site.portals.len() => return Err(StartRefusal::NotOffered),
            Some(id) => id,
            None => PortalId(0),
        };
        let offers = self.site.portal(portal);
        match start {
            Start::Key(typed) => self.keys.typed(self.wall, typed).map(Route::by_key),
            Start::Url(url) => self.keys.by_url(self.wall, url).map(Route::by_key),
            Start::Issue(id) => {
                let issue = self.site.issue(*id).filter(|_| offers.issues).ok_or(StartRefusal::NotOffered)?;
                let to = Destination::Queue(QueueId::Team(issue.team));
                Ok(Route { portal: Some(portal), to, issue: Some(*id), key: None })
            }
            Start::Representative(rep) => {
                if !offers.representatives || rep.0 as usize >= self.site.representatives.len() {
                    return Err(StartRefusal::NotOffered);
                }
                if !self.signed_in.contains_key(rep) {
                    return Err(StartRefusal::RepNotAvailable);
                }
                let to = Destination::Queue(QueueId::Personal(*rep));
                Ok(Route { portal: Some(portal), to, issue: None, key: None })
            }
            Start::Jump { jump, token } => {
                let pending = self.jumps.get(jump).filter(|pending| pending.token == *token);
                pending.ok_or(StartRefusal::JumpOver)?;
                Ok(Route { portal: None, to: Destination::Jumper(*jump), issue: None, key: None })
            }
        }
    }

    /// POR-08: the session is requested; a key is used up by that (KEY-02).
    fn join(&mut self, now: SimTime, conn: ConnId, join: Join) {
        if join.name.len() > NAME_BYTES_MAX || join.device.computer.len() > NAME_BYTES_MAX {
            return self.conns.protocol_error(conn, NAME_TOO_LONG);
        }
        if let Some(session) = self.by_token.get(&join.token).copied() {
            // The client asked before, and did not hear the answer.
            if self.running(session).is_some_and(|session| session.record.presence != Presence::Gone) {
                self.conns.send(conn, &ApplianceToCustomer::Joined { session });
            }
            return self.resume(now, conn, session, join.token, 0);
        }
        match self.checked_route(&join) {
            Ok(route) => self.begin_session(now, conn, join, route),
            Err(refusal) => self.conns.send(conn, &ApplianceToCustomer::Refused(refusal)),
        }
    }

    /// POR-06: where the portal has an agreement, nobody gets in without it.
    fn checked_route(&self, join: &Join) -> Result<Route, StartRefusal> {
        let route = self.route(&join.start, join.portal)?;
        let agreement = route.portal.and_then(|portal| self.site.portal(portal).agreement.as_ref());
        if agreement.is_some() && join.agreement != Some(true) {
            return Err(StartRefusal::AgreementDeclined);
        }
        Ok(route)
    }

    fn begin_session(&mut self, now: SimTime, conn: ConnId, join: Join, route: Route) {
        let id = self.next.session;
        self.next.session.0 += 1;
        let token = join.token;
        self.by_token.insert(token, id);
        let issue = route.issue.and_then(|id| self.site.issue(id));
        let asks_recording = route.portal.is_some_and(|portal| self.site.portal(portal).recording_prompt);
        let record = SessionRecord {
            id,
            origin: match route.to {
                Destination::Queue(_) => Origin::Attended,
                Destination::Jumper(_) => Origin::Jump,
            },
            customer: join.name,
            device: join.device,
            public_ip: self.conns.address(conn).unwrap_or_default(),
            recording_allowed: !asks_recording || join.recording == Some(true),
            token,
            issue: issue.map(|issue| issue.title.clone()),
            priority: issue.map_or(Priority::Medium, |issue| issue.priority),
            began: now,
            placement: None,
            first_queue: None,
            last_queue: None,
            owner: None,
            reps: Vec::new(),
            participants: Vec::new(),
            presence: Presence::Connected,
            invitations: Vec::new(),
        };
        let name = record.customer.clone();
        let mut session = Session::new(now, record, conn);
        if route.portal.is_some_and(|portal| self.site.portal(portal).agreement.is_some()) {
            // Nobody gets this far who has declined.
            session.happened(now, CUSTOMER, &name, SessionEvent::LegalAgreementResponse, "accepted".into());
        }
        if asks_recording {
            let detail = if join.recording == Some(true) { "recording allowed" } else { "recording refused" };
            session.happened(now, CUSTOMER, &name, SessionEvent::ServiceAccessAllowed, detail.into());
        }
        self.sessions.insert(id, session);
        self.changes.sessions.insert(id);
        self.conns.set_peer(conn, Peer::Customer(CustomerPeer { session: Some(id), package_sent: None }));
        self.conns.send(conn, &ApplianceToCustomer::Joined { session: id });
        if let Some(key) = route.key {
            self.keys.mark_used(&key);
            self.changes.keys.insert(key);
        }
        match route.to {
            Destination::Queue(queue) => self.put_in_queue(now, id, queue),
            Destination::Jumper(jump) => self.jumped(now, jump, id),
        }
    }

    fn resume(&mut self, now: SimTime, conn: ConnId, id: SessionId, token: Token, have_seq: u32) {
        let known = self.running(id).filter(|session| session.record.token == token);
        let Some(session) = known.filter(|session| session.record.presence != Presence::Gone) else {
            return self.conns.send(conn, &ApplianceToCustomer::Refused(StartRefusal::SessionOver));
        };
        let earlier = session.conn;
        let was_lost = session.record.presence != Presence::Connected;
        if let Some(earlier) = earlier {
            // The client came back before the break of its old connection was noticed.
            self.conns.abandon(earlier);
        }
        let public_ip = self.conns.address(conn).unwrap_or_default();
        let session = self.session_mut(id);
        session.record.public_ip = public_ip;
        session.conn = Some(conn);
        session.customer_status = None;
        session.customer_has = have_seq;
        if was_lost {
            session.set_presence(now, Presence::Connected, "connected again");
        }
        self.conns.set_peer(conn, Peer::Customer(CustomerPeer { session: Some(id), package_sent: None }));
    }

    /// The customer's connection broke: the session waits for them for a while.
    pub(crate) fn customer_lost(&mut self, now: SimTime, conn: ConnId, id: SessionId, why: &str) {
        if self.running(id).is_none_or(|session| session.conn != Some(conn)) {
            return;
        }
        self.session_mut(id).conn = None;
        self.customer_away(now, id, why);
    }

    /// The customer is not connected, and may come back for a while.
    pub(crate) fn customer_away(&mut self, now: SimTime, id: SessionId, why: &str) {
        let until = now + self.site.customers.reconnect_within;
        self.session_mut(id).set_presence(now, Presence::LostUntil(until), why);
        self.timers.insert((until, TimerKey::CustomerGone(id)));
    }

    /// The customer stayed away too long.
    pub(crate) fn give_customer_up(&mut self, now: SimTime, id: SessionId) {
        let lost = self.running(id).map(|session| session.record.presence);
        if matches!(lost, Some(Presence::LostUntil(until)) if until <= now) {
            self.session_mut(id).set_presence(now, Presence::Gone, "did not come back");
        }
    }

    fn customer_chats(&mut self, now: SimTime, conn: ConnId, id: SessionId, line: LineId, text: String) {
        if text.len() > CHAT_LINE_BYTES_MAX {
            return self.conns.protocol_error(conn, LINE_TOO_LONG);
        }
        let name = self.session(id).record.customer.clone();
        self.session_mut(id).say(now, CUSTOMER, &name, line, Audience::Everyone, text);
    }
}

impl Route {
    /// KEY-07, KEY-11, KEY-12.
    fn by_key(key: &KeyRecord) -> Self {
        let to = Destination::Queue(QueueId::Personal(key.rep));
        Self { portal: Some(key.portal), to, issue: None, key: Some(key.key.clone()) }
    }
}
