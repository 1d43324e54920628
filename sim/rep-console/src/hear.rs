//! What the console does with what its connection brings.

use device::{Device, UplinkEvent};
use wire::rep::{
    ApplianceToRep, Goodbye, KeyGenerated, Refusal, RepAnswer, RepAsk, RepProfile, RepToAppliance,
};
use wire::session::{LogEntry, LogItem, QueueEntry, SessionState};
use wire::{QueueEntryId, QueueId, RequestId, SessionId, SimTime};

use crate::console::{Asked, Login, RepConsole, RepConsoleEvent};
use crate::kept::Credentials;
use crate::rows::{Queue, Row};
use crate::view::{Account, Page, PendingLine, Popup, ShownKey, StartMethod};

/// Why pages close that a break of the connection took away.
const CONNECTION_LOST: &str = "connection lost";

impl RepConsole {
    /// Takes all that the connection has brought.
    pub(crate) fn attend(&mut self, now: SimTime, device: &mut dyn Device) {
        while let Some(event) = self.uplink.poll(now, &mut self.outbox) {
            match event {
                UplinkEvent::Up => self.connected(),
                UplinkEvent::Received(message) => self.hear(now, device, message),
                UplinkEvent::Down(why) => {
                    self.disconnected(now, &why.to_string());
                    self.event(RepConsoleEvent::ConnectionLost(why));
                }
                UplinkEvent::NotReached(why) => {
                    self.disconnected(now, &why.to_string());
                    self.event(RepConsoleEvent::NotReached(why));
                }
            }
        }
        self.show_connection();
    }

    fn connected(&mut self) {
        if let Some(Login { credentials: Credentials { user_name, password }, .. }) = self.login.clone() {
            self.ask(RepAsk::SignIn { user_name, password }, Asked::SignIn);
        }
    }

    fn disconnected(&mut self, now: SimTime, why: &str) {
        self.admitted = false;
        let asked = std::mem::take(&mut self.asked);
        if self.view.account == Account::SigningIn {
            return self.signed_out(now, why);
        }
        if asked.values().any(|asked| *asked != Asked::SignIn) {
            self.notice(now, CONNECTION_LOST);
        }
        if !self.view.jumping.is_empty() {
            self.view.jumping.clear();
        }
    }

    fn hear(&mut self, now: SimTime, device: &mut dyn Device, message: ApplianceToRep) {
        match message {
            ApplianceToRep::Answer { request, answer } => self.hear_answer(now, device, request, answer),
            ApplianceToRep::Goodbye(why @ Goodbye::SignedInElsewhere) => {
                self.signed_out(now, &why.to_string());
            }
            // The connection's end follows by itself.
            ApplianceToRep::Goodbye(why) => self.notice(now, why.to_string()),
            ApplianceToRep::Heartbeat => {}
            // Not ours to see before we are let in.
            _ if !self.admitted => {}
            ApplianceToRep::EntryShown(entry) => self.hear_entry(now, entry),
            ApplianceToRep::EntryGone { entry } => self.hear_entry_gone(entry),
            ApplianceToRep::SessionShown(state) => self.hear_session(now, state),
            ApplianceToRep::SessionClosed { session, why } => self.close_page(session, why.to_string()),
            ApplianceToRep::Log { session, entries } => self.hear_log(session, entries),
            ApplianceToRep::Colleagues(colleagues) => {
                self.view.set(|view| &mut view.colleagues, colleagues);
                // They end what a console is told after signing in: pages that were not among it are gone.
                while let Some(session) = self.unconfirmed.pop_first() {
                    self.close_page(session, CONNECTION_LOST.to_owned());
                }
            }
        }
    }

    fn hear_answer(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        request: RequestId,
        answer: Result<RepAnswer, Refusal>,
    ) {
        let Some(asked) = self.asked.remove(&request) else { return };
        if let Asked::Jump(machine) = asked {
            self.view.jumping.retain(|jumping| *jumping != machine);
        }
        let refusal = answer.as_ref().err().copied();
        match (asked, answer) {
            (Asked::SignIn, Ok(RepAnswer::SignedIn(profile))) => self.hear_signed_in(device, profile),
            (Asked::SignIn, Err(refusal)) => self.signed_out(now, &refusal.to_string()),
            (_, Err(refusal)) => self.notice(now, refusal.to_string()),
            (_, Ok(RepAnswer::KeyGenerated(key))) => self.hear_key(now, device, key),
            (_, Ok(RepAnswer::JumpItems(items))) => self.view.set(|view| &mut view.jump_items, items),
            (_, Ok(RepAnswer::Accepted { session } | RepAnswer::Jumped { session, .. })) => {
                // A session that is under way already comes to the front (ACC-08); a new one opens its page itself.
                if self.view.page(session).is_some() {
                    self.view.set(|view| &mut view.front, Some(session));
                    self.read(session);
                }
            }
            (_, Ok(RepAnswer::Done | RepAnswer::SignedIn(_))) => {}
        }
        self.event(RepConsoleEvent::Answered { request, refusal });
    }

    fn hear_signed_in(&mut self, device: &mut dyn Device, profile: RepProfile) {
        self.admitted = true;
        if self.view.account == Account::SigningIn {
            self.keep_or_forget_login(device);
        }
        self.unconfirmed = self.view.pages.iter().map(|page| page.session).collect();
        let platform = device.facts().platform;
        let favourites = &self.settings.favourites;
        let queue = |id, name: &str| Queue {
            id,
            name: name.to_owned(),
            favourite: favourites.contains(&id),
            rows: Vec::new(),
        };
        let personal = queue(QueueId::Personal(profile.id), "Personal");
        let teams = profile.teams.iter().map(|team| queue(QueueId::Team(team.id), &team.name));
        let queues = std::iter::once(personal).chain(teams).collect();
        let view = &mut *self.view;
        view.account = Account::SignedIn;
        view.queues = queues;
        view.start_methods = StartMethod::offered_to(&profile);
        view.key_generation_ways = match view.start_methods.contains(&StartMethod::SessionKey) {
            true => self.config.flavour.key_generation_ways(platform).to_vec(),
            false => Vec::new(),
        };
        view.profile = Some(profile);
        self.event(RepConsoleEvent::SignedIn);
    }

    /// LOG-02: ticked, the credentials are kept; unticked, nothing is.
    fn keep_or_forget_login(&mut self, device: &mut dyn Device) {
        let kept = self.login.as_ref().filter(|login| login.remember).map(|login| login.credentials.clone());
        match &kept {
            Some(credentials) => credentials.remember(device),
            None if self.remembered.is_some() => Credentials::forget(device),
            None => {}
        }
        let user = kept.as_ref().map(|credentials| credentials.user_name.clone());
        self.view.set(|view| &mut view.remembered_user, user);
        self.remembered = kept;
    }

    fn hear_key(&mut self, now: SimTime, device: &mut dyn Device, generated: KeyGenerated) {
        let KeyGenerated { key, url, valid_s, portal } = generated;
        let expires = now + std::time::Duration::from_secs(valid_s.into());
        self.view.key = Some(ShownKey { key, url, expires, portal });
        if self.config.flavour.keeps_portal() && self.settings.portal != Some(portal) {
            self.settings.portal = Some(portal);
            self.settings.save(device);
        }
    }

    fn hear_entry(&mut self, now: SimTime, entry: QueueEntry) {
        let view = &mut *self.view;
        if let Some(queue) = view.queues.iter_mut().find(|queue| queue.id == entry.queue) {
            queue.put(Row::new(now, entry), view.sort);
        }
    }

    fn hear_entry_gone(&mut self, entry: QueueEntryId) {
        if self.view.row(entry).is_none() {
            return;
        }
        let view = &mut *self.view;
        for queue in &mut view.queues {
            queue.rows.retain(|row| row.id != entry);
        }
        view.details = view.details.filter(|shown| *shown != entry);
    }

    fn hear_session(&mut self, now: SimTime, state: SessionState) {
        let session = state.id;
        let mut told = Page::new(now, state);
        let view = &mut *self.view;
        let Some(page) = view.pages.iter_mut().find(|page| page.session == session) else {
            view.pages.push(told);
            view.front = Some(session);
            self.event(RepConsoleEvent::PageOpened(session));
            return;
        };
        told.began = told.began.min(page.began);
        *page = Page {
            log: std::mem::take(&mut page.log),
            pending: std::mem::take(&mut page.pending),
            unread: page.unread,
            chat_minimised: page.chat_minimised,
            popup: page.popup.take(),
            detached: page.detached,
            ..told
        };
        if self.unconfirmed.remove(&session) {
            for PendingLine { line, audience, text } in
                self.view.page(session).map_or(vec![], |page| page.pending.clone())
            {
                self.say(&RepToAppliance::Chat { session, line, audience, text });
            }
        }
    }

    fn hear_log(&mut self, session: SessionId, entries: Vec<LogEntry>) {
        let pops_up = self.config.flavour.pops_up_chat();
        let view = &mut *self.view;
        let front = view.front == Some(session);
        let Some(page) = view.pages.iter_mut().find(|page| page.session == session) else { return };
        let seen = (front || page.detached) && !page.chat_minimised;
        for entry in entries {
            if page.log.last().is_some_and(|last| last.seq >= entry.seq) {
                continue;
            }
            if let LogItem::Said { text, line, .. } = &entry.what {
                if entry.by == page.me {
                    page.pending.retain(|pending| pending.line != *line);
                } else if !seen {
                    page.unread += 1;
                    if pops_up && front {
                        page.popup = Some(Popup { from: entry.by_name.clone(), text: text.clone() });
                    }
                }
            }
            page.log.push(entry);
        }
    }
}
