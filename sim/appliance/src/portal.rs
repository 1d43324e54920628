//! Customers: the portal, the request for a session, and the customer's side of it (POR, KEY).

use device::ConnId;
use wire::customer::{
    ApplianceToCustomer, CustomerEnd, CustomerToAppliance, Join, PACKAGE_PIECE_BYTES_MAX, PortalIssue,
    PortalPage, PortalRepresentative, Start, StartChecked, StartRefusal,
};
use wire::session::{Audience, CHAT_LINE_BYTES_MAX, NAME_BYTES_MAX, Priority, SessionEvent};
use wire::{IssueId, LineId, PortalId, QueueId, RepId, SessionId, SimTime, Token};

use crate::conns::{CustomerPeer, LINE_TOO_LONG, NAME_TOO_LONG, OUT_OF_TURN, Peer};
use crate::session::{CUSTOMER, Origin, Presence, Session, SessionRecord};
use crate::{Appliance, TimerKey};

/// Where a start method leads.
struct Route {
    /// The portal whose prompts apply; none for a jump, where the representative's account decides.
    portal: Option<PortalId>,
    queue: Option<QueueId>,
    issue: Option<IssueId>,
    /// The key that is used up when the session is requested.
    key: Option<String>,
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
                let answer = match self.find_portal(now, portal.as_deref(), url.as_deref()) {
                    Ok(portal) => ApplianceToCustomer::PortalPage(self.portal_page(portal)),
                    Err(refusal) => ApplianceToCustomer::Refused(refusal),
                };
                self.conns.send(conn, &answer);
            }
            (None, CustomerToAppliance::ChooseStart { start, portal }) => {
                let checked = self.route(now, &start, portal).map(|route| {
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

    fn find_portal(
        &self,
        now: SimTime,
        name: Option<&str>,
        url: Option<&str>,
    ) -> Result<PortalId, StartRefusal> {
        match (name, url) {
            (_, Some(url)) => self.keys.by_url(now, url).map(|key| key.portal),
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

    /// Where a start method leads, if it may be used. `on` is the portal that it was chosen on.
    fn route(&self, now: SimTime, start: &Start, on: Option<PortalId>) -> Result<Route, StartRefusal> {
        let portal = match on {
            Some(id) if id.0 as usize >= self.site.portals.len() => return Err(StartRefusal::NotOffered),
            Some(id) => id,
            None => PortalId(0),
        };
        let offers = self.site.portal(portal);
        match start {
            Start::Key(typed) => {
                let key = self.keys.typed(now, typed)?;
                Ok(Route::by_key(key.portal, key.rep, &key.key))
            }
            Start::Url(url) => {
                let key = self.keys.by_url(now, url)?;
                Ok(Route::by_key(key.portal, key.rep, &key.key))
            }
            Start::Issue(id) => {
                let issue = self.site.issue(*id).filter(|_| offers.issues).ok_or(StartRefusal::NotOffered)?;
                let queue = Some(QueueId::Team(issue.team));
                Ok(Route { portal: Some(portal), queue, issue: Some(*id), key: None })
            }
            Start::Representative(rep) => {
                if !offers.representatives || rep.0 as usize >= self.site.representatives.len() {
                    return Err(StartRefusal::NotOffered);
                }
                if !self.signed_in.contains_key(rep) {
                    return Err(StartRefusal::RepNotAvailable);
                }
                Ok(Route {
                    portal: Some(portal),
                    queue: Some(QueueId::Personal(*rep)),
                    issue: None,
                    key: None,
                })
            }
            Start::Jump { jump, token } => {
                let pending = self.jumps.get(jump).filter(|pending| pending.token == *token);
                pending.ok_or(StartRefusal::JumpOver)?;
                Ok(Route { portal: None, queue: None, issue: None, key: None })
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
        match self.checked_route(now, &join) {
            Ok(route) => self.begin_session(now, conn, join, route),
            Err(refusal) => self.conns.send(conn, &ApplianceToCustomer::Refused(refusal)),
        }
    }

    /// POR-06: where the portal has an agreement, nobody gets in without it.
    fn checked_route(&self, now: SimTime, join: &Join) -> Result<Route, StartRefusal> {
        let route = self.route(now, &join.start, join.portal)?;
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
            origin: if route.queue.is_some() { Origin::Attended } else { Origin::Jump },
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
        match (route.queue, join.start) {
            (Some(queue), _) => self.put_in_queue(now, id, queue),
            (None, Start::Jump { jump, .. }) => self.jumped(now, jump, id),
            (None, Start::Key(_) | Start::Url(_) | Start::Issue(_) | Start::Representative(_)) => {
                unreachable!("only a jump goes past the queues")
            }
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
        let session = self.session_mut(id);
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

    /// A second wish while the first is being met starts again from the beginning, but not before the network has taken
    /// what was sent: whoever asks and does not read gets no more than that.
    fn fetch_package(&mut self, conn: ConnId, peer: CustomerPeer) {
        if peer.package_sent.is_some() {
            self.conns.set_peer(conn, Peer::Customer(CustomerPeer { package_sent: Some(0), ..peer }));
        } else {
            self.send_package(conn, peer, 0);
        }
    }

    /// Sends the next pieces of the client's package; the rest follows when the network has taken them.
    pub(crate) fn send_package(&mut self, conn: ConnId, peer: CustomerPeer, from: u32) {
        const PIECES_AT_ONCE: usize = 4;
        let total = self.site.customers.package_bytes;
        let mut offset = from;
        for _ in 0..PIECES_AT_ONCE {
            let piece = (total - offset).min(PACKAGE_PIECE_BYTES_MAX as u32);
            if piece == 0 {
                break;
            }
            let bytes = package_bytes(offset, piece);
            self.conns.send(conn, &ApplianceToCustomer::Package { offset, total, bytes });
            offset += piece;
        }
        let package_sent = (from < total).then_some(offset);
        if package_sent.is_some() {
            self.conns.ask_writable(conn);
        }
        self.conns.set_peer(conn, Peer::Customer(CustomerPeer { package_sent, ..peer }));
    }
}

impl Route {
    fn by_key(portal: PortalId, rep: RepId, key: &str) -> Self {
        let queue = Some(QueueId::Personal(rep));
        Self { portal: Some(portal), queue, issue: None, key: Some(key.to_owned()) }
    }
}

/// The client's package: bytes that no link could compress, the same on every run.
fn package_bytes(offset: u32, length: u32) -> Vec<u8> {
    (offset..offset + length).map(|place| (place.wrapping_mul(0x9E37_79B1) >> 24) as u8).collect()
}
