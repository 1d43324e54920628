//! Customers: the portal, the request for a session, and the customer's side of it (POR, KEY).

use std::collections::{BTreeMap, BTreeSet};

use device::ConnId;
use wire::customer::{
    ApplianceToCustomer, CustomerEnd, CustomerToAppliance, Join, PortalIssue, PortalPage,
    PortalRepresentative, Start, StartChecked, StartRefusal,
};
use wire::session::{
    AfterSession, Audience, CHAT_LINE_BYTES_MAX, NAME_BYTES_MAX, Platform, Priority, SessionEvent,
    SessionKind, WEB_PAGE_BYTES_MAX, WebPage,
};
use wire::tool::ClientKind;
use wire::{IssueId, JumpId, LineId, PortalId, QueueId, SessionId, SimTime, Token};

use crate::conns::{CustomerPeer, LINE_TOO_LONG, NAME_TOO_LONG, OUT_OF_TURN, Peer};
use crate::keys::KeyRecord;
use crate::pin::RecordedPin;
use crate::session::{CUSTOMER, Origin, Presence, Session, SessionRecord};
use crate::sharing::sorted;
use crate::site::{Entrance, StartMethod};
use crate::{Appliance, Flaw, TimerKey};

/// Where a start method leads.
struct Route {
    /// The portal whose prompts apply; none for a jump, where the representative's account decides.
    portal: Option<PortalId>,
    to: Destination,
    issue: Option<IssueId>,
    /// What the customer shares.
    kind: SessionKind,
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
                        click_to_chat: self.has_click_to_chat(&start, route.portal),
                    }
                });
                match checked {
                    Err(refusal @ StartRefusal::NobodyAvailable) => self.refuse_start(conn, portal, refusal),
                    checked => self.conns.send(conn, &ApplianceToCustomer::StartChecked(checked)),
                }
            }
            (None, CustomerToAppliance::FetchPackage) => self.fetch_package(conn, peer),
            // C2C-10: a chat becomes a session with the full client.
            (Some(session), CustomerToAppliance::FetchPackage)
                if self.session(session).record.client == ClientKind::WebChat =>
            {
                self.fetch_package(conn, peer);
            }
            (None, CustomerToAppliance::Join(join)) => self.join(now, conn, join),
            (None, CustomerToAppliance::Resume { session, token, have_seq }) => {
                self.resume(now, conn, session, token, have_seq);
            }
            (Some(session), CustomerToAppliance::Chat { line, text }) => {
                self.customer_chats(now, conn, session, line, text);
            }
            (Some(session), CustomerToAppliance::ShowPage(page)) => self.page_shown(conn, session, page),
            (Some(session), CustomerToAppliance::AnswerPrompt { prompt, answer }) => {
                self.answer_tool_prompt(now, session, prompt, answer);
            }
            (Some(session), CustomerToAppliance::StopTool(tool)) => self.stop_tool(now, session, tool),
            (Some(session), CustomerToAppliance::Tool(news)) => self.tool_says(now, conn, session, news),
            (Some(session), CustomerToAppliance::Became(kind)) => self.client_became(now, session, kind),
            (Some(session), CustomerToAppliance::PinDone { pin, outcome }) => {
                self.pin_done(session, pin, outcome);
            }
            (Some(session), CustomerToAppliance::Leave) => {
                self.let_customer_go(session, CustomerEnd::Left);
                self.customer_gone(now, session, "left");
            }
            // What was said before the end reached the customer: too late, and no offence.
            (
                None,
                CustomerToAppliance::Chat { .. }
                | CustomerToAppliance::ShowPage(_)
                | CustomerToAppliance::AnswerPrompt { .. }
                | CustomerToAppliance::StopTool(_)
                | CustomerToAppliance::Tool(_)
                | CustomerToAppliance::Became(_)
                | CustomerToAppliance::PinDone { .. }
                | CustomerToAppliance::Leave,
            ) => {}
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
        let reps =
            self.signed_in.keys().filter(|rep| portal.representatives && !self.site.rep(**rep).external);
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
                let to = self.open_queue(QueueId::Team(issue.team))?;
                Ok(Route {
                    portal: Some(portal),
                    to,
                    issue: Some(*id),
                    kind: SessionKind::Support,
                    key: None,
                })
            }
            Start::Representative(rep) => {
                if !offers.representatives || rep.0 as usize >= self.site.representatives.len() {
                    return Err(StartRefusal::NotOffered);
                }
                let to = self.open_queue(QueueId::Personal(*rep))?;
                Ok(Route { portal: Some(portal), to, issue: None, kind: SessionKind::Support, key: None })
            }
            Start::HelpLink(name) => self.entrance(&self.site.help_links, name, SessionKind::Browser),
            Start::SupportButton(name) => {
                self.entrance(&self.site.support_buttons, name, SessionKind::Support)
            }
            Start::Jump { jump, token } => {
                let pending = self.jumps.get(jump).filter(|pending| pending.token == *token);
                pending.ok_or(StartRefusal::JumpOver)?;
                let to = Destination::Jumper(*jump);
                Ok(Route { portal: None, to, issue: None, kind: SessionKind::Support, key: None })
            }
        }
    }

    /// BRW-03, QUE-05, QUE-09: where a help link or a Support Button leads.
    fn entrance(&self, among: &[Entrance], name: &str, kind: SessionKind) -> Result<Route, StartRefusal> {
        let entrance = among.iter().find(|entrance| entrance.name == name).ok_or(StartRefusal::NotOffered)?;
        let to = self.open_queue(entrance.to)?;
        Ok(Route { portal: Some(PortalId(entrance.portal as u32)), to, issue: None, kind, key: None })
    }

    /// A queue that takes whoever comes now: its representative, or somebody of its team, is there.
    fn open_queue(&self, queue: QueueId) -> Result<Destination, StartRefusal> {
        match queue {
            QueueId::Personal(rep) if !self.signed_in.contains_key(&rep) || self.site.rep(rep).external => {
                Err(StartRefusal::RepNotAvailable)
            }
            QueueId::Team(_) if self.nobody_for(queue) => Err(StartRefusal::NobodyAvailable),
            QueueId::Personal(_) | QueueId::Team(_) => Ok(Destination::Queue(queue)),
        }
    }

    fn refuse_start(&mut self, conn: ConnId, portal: Option<PortalId>, refusal: StartRefusal) {
        let said = match refusal {
            StartRefusal::NobodyAvailable => self.nobody_available(Some(portal.unwrap_or(PortalId(0)))),
            refusal => ApplianceToCustomer::Refused(refusal),
        };
        self.conns.send(conn, &said);
    }

    /// BRW-02: the customer's browser shows another page, or the same one anew.
    fn page_shown(&mut self, conn: ConnId, id: SessionId, page: WebPage) {
        let session = self.session_mut(id);
        if session.record.kind != SessionKind::Browser {
            return self.conns.protocol_error(conn, OUT_OF_TURN);
        }
        if page.url.len() + page.title.len() + page.text.len() > WEB_PAGE_BYTES_MAX {
            return self.conns.protocol_error(conn, LINE_TOO_LONG);
        }
        session.web_page = Some(page);
        session.web_page_revision += 1;
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
            Err(refusal) => self.refuse_start(conn, join.portal, refusal),
        }
    }

    /// POR-06: where the portal has an agreement, nobody gets in without it.
    fn checked_route(&self, join: &Join) -> Result<Route, StartRefusal> {
        let route = self.route(&join.start, join.portal)?;
        let agreement = route.portal.and_then(|portal| self.site.portal(portal).agreement.as_ref());
        if agreement.is_some() && join.agreement != Some(true) {
            return Err(StartRefusal::AgreementDeclined);
        }
        if join.client == ClientKind::WebChat && !self.has_click_to_chat(&join.start, route.portal) {
            return Err(StartRefusal::NotOffered);
        }
        Ok(route)
    }

    /// C2C-01, C2C-02: whether a portal has click-to-chat for this way to begin. Help links, Support Buttons and jumps
    /// are no start methods of a portal.
    fn has_click_to_chat(&self, start: &Start, portal: Option<PortalId>) -> bool {
        let method = match start {
            Start::Key(_) | Start::Url(_) => StartMethod::SessionKey,
            Start::Issue(_) => StartMethod::Issue,
            Start::Representative(_) => StartMethod::Representative,
            Start::HelpLink(_) | Start::SupportButton(_) | Start::Jump { .. } => return false,
        };
        portal.is_some_and(|portal| self.site.portal(portal).click_to_chat.contains(&method))
    }

    /// ELV-06: Windows clients ask for elevation by themselves, where the site says so.
    fn ask_for_elevation(&mut self, id: SessionId, conn: ConnId) {
        let record = &self.session(id).record;
        let asks = record.kind == SessionKind::Support
            && record.client == ClientKind::UserMode
            && record.device.platform == Platform::Windows;
        if asks && self.site.elevation.automatic {
            let answer_within_ms = self.site.prompts.elevation_timeout.as_millis() as u32;
            self.conns.send(conn, &ApplianceToCustomer::AskElevation { answer_within_ms });
        }
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
            kind: route.kind,
            portal: route.portal,
            jump: match route.to {
                Destination::Queue(_) => None,
                Destination::Jumper(jump) => self.jump_context(jump),
            },
            customer: join.name,
            device: join.device,
            client: join.client,
            public_ip: self.conns.address(conn).unwrap_or_default(),
            recording_allowed: !asks_recording || join.recording == Some(true),
            token,
            issue: issue.map(|issue| issue.title.clone()),
            priority: issue.map_or(Priority::Medium, |issue| issue.priority),
            skills: issue.map_or_else(Vec::new, |issue| sorted(&issue.skills)),
            began: now,
            placement: None,
            first_queue: None,
            last_queue: None,
            owner: None,
            last_owner: None,
            reps: Vec::new(),
            participants: Vec::new(),
            rep_addresses: BTreeMap::new(),
            presence: Presence::Connected,
            invitations: Vec::new(),
            externals: Vec::new(),
            turned_down: BTreeSet::new(),
            after_session: AfterSession::default(),
            pin: RecordedPin::No,
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
        self.ask_for_elevation(id, conn);
        if let Some(key) = route.key {
            self.keys.mark_used(&key);
            self.changes.keys.insert(key);
        }
        match route.to {
            Destination::Queue(queue) => {
                self.put_in_queue(now, id, queue);
                self.greet(now, id);
            }
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
        let flawed = self.flaw == Some(Flaw::ChatLineLostOnReconnect);
        let session = self.session_mut(id);
        session.record.public_ip = public_ip;
        session.conn = Some(conn);
        session.customer_status = None;
        session.customer_has = have_seq;
        if flawed {
            session.customer_has = session.log.len() as u32;
        }
        if was_lost {
            session.set_presence(now, Presence::Connected, "connected again");
        } else {
            self.tools_interrupted(id);
        }
        self.conns.set_peer(conn, Peer::Customer(CustomerPeer { session: Some(id), package_sent: None }));
        self.take_up_tools(now, id);
        self.order_pin(id);
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
        self.tools_interrupted(id);
        let until = now + self.site.customers.reconnect_within;
        self.session_mut(id).set_presence(now, Presence::LostUntil(until), why);
        self.timers.insert((until, TimerKey::CustomerGone(id)));
    }

    /// The customer stayed away too long.
    pub(crate) fn give_customer_up(&mut self, now: SimTime, id: SessionId) {
        let lost = self.running(id).map(|session| session.record.presence);
        if matches!(lost, Some(Presence::LostUntil(until)) if until <= now) {
            self.customer_gone(now, id, "did not come back");
        }
    }

    /// The customer is not in the session any more, and will not come back.
    pub(crate) fn customer_gone(&mut self, now: SimTime, id: SessionId, why: &str) {
        self.session_mut(id).set_presence(now, Presence::Gone, why);
        self.shut_all_tools(id);
        self.drop_pin(id);
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
        let kind = SessionKind::Support;
        Self { portal: Some(key.portal), to, issue: None, kind, key: Some(key.key.clone()) }
    }
}
