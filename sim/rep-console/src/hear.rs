//! What the console does with what its connection brings.

use device::{Device, Sound, UplinkEvent};
use wire::rep::{ApplianceToRep, Goodbye, RepAsk, RepToAppliance};
use wire::session::{LogEntry, LogItem, QueueEntry, SessionState, WebPage};
use wire::{QueueEntryId, SessionId, SimTime};

use crate::console::{Asked, Login, RepConsole, RepConsoleEvent};
use crate::kept::Credentials;
use crate::rows::Row;
use crate::view::{Account, Page, PendingLine, Popup};

/// Why pages close that a break of the connection took away.
pub(crate) const CONNECTION_LOST: &str = "connection lost";

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
        self.mind_the_screen(device);
        self.tidy_up(device);
    }

    fn connected(&mut self) {
        let ask = match self.login.clone() {
            Some(Login::Account { credentials: Credentials { user_name, password }, .. }) => {
                self.tell_absence();
                RepAsk::SignIn { user_name, password }
            }
            Some(Login::External { key, token }) => RepAsk::SignInExternal { key, token },
            None => return,
        };
        self.ask(ask, Asked::SignIn);
    }

    fn disconnected(&mut self, now: SimTime, why: &str) {
        self.admitted = false;
        self.told_attendance = None;
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
        self.forget_assignments();
        self.drop_torn_report();
        for session in self.view.pages.iter().map(|page| page.session).collect::<Vec<_>>() {
            self.drop_tools(session);
        }
    }

    fn hear(&mut self, now: SimTime, device: &mut dyn Device, message: ApplianceToRep) {
        match message {
            ApplianceToRep::Answer { request, answer } => self.hear_answer(now, device, request, answer),
            ApplianceToRep::Goodbye(why @ (Goodbye::SignedInElsewhere | Goodbye::InvitationOver)) => {
                self.signed_out(now, &why.to_string());
            }
            // The connection's end follows by itself.
            ApplianceToRep::Goodbye(why @ (Goodbye::ProtocolError | Goodbye::Silent)) => {
                self.notice(now, why.to_string());
            }
            ApplianceToRep::Heartbeat => {}
            // Not ours to see before we are let in.
            _ if !self.admitted => {}
            ApplianceToRep::EntryShown(entry) => self.hear_entry(now, device, entry),
            ApplianceToRep::EntryGone { entry } => self.hear_entry_gone(entry),
            ApplianceToRep::SessionShown(state) => self.hear_session(now, state),
            ApplianceToRep::SessionClosed { session, why } => self.close_page(session, why.to_string()),
            ApplianceToRep::Log { session, entries } => self.hear_log(session, entries),
            ApplianceToRep::Assigned(assignment) => self.hear_assigned(now, device, assignment),
            ApplianceToRep::AssignmentGone { entry } => self.hear_assignment_gone(entry),
            ApplianceToRep::TeamChat(line) => self.hear_team_chat(device, line),
            ApplianceToRep::WebPage { session, page } => self.hear_web_page(session, page),
            ApplianceToRep::ToolState { session, tool, state } => {
                self.hear_tool_state(now, session, tool, state);
            }
            ApplianceToRep::Tool { session, update } => self.hear_of_tool(now, device, session, update),
            ApplianceToRep::Report(head) => self.hear_report(head),
            ApplianceToRep::ReportEntries { session, entries } => self.hear_report_entries(session, entries),
            ApplianceToRep::ReportShell { session, shell, record, text } => {
                self.hear_report_shell(session, shell, record, &text);
            }
            ApplianceToRep::Colleagues(colleagues) => {
                self.view.set(|view| &mut view.colleagues, colleagues);
                let view = &self.view;
                self.overdue.retain(|entry| view.row(*entry).is_some());
                // They end what a console is told after signing in: pages that were not among it are gone.
                while let Some(session) = self.unconfirmed.pop_first() {
                    self.close_page(session, CONNECTION_LOST.to_owned());
                }
            }
        }
    }

    fn hear_entry(&mut self, now: SimTime, device: &mut dyn Device, entry: QueueEntry) {
        if self.view.queue(entry.queue).is_none() {
            return;
        }
        if !entry.overdue {
            self.overdue.remove(&entry.id);
        } else if self.overdue.insert(entry.id) {
            self.sound(device, Sound::Overdue);
        }
        let marked = self.config.flavour.marks_overdue();
        let view = &mut *self.view;
        let order = view.order();
        if let Some(queue) = view.queues.iter_mut().find(|queue| queue.id == entry.queue) {
            queue.put(Row::new(now, entry, marked), order);
        }
    }

    fn hear_entry_gone(&mut self, entry: QueueEntryId) {
        if self.view.row(entry).is_none() {
            return;
        }
        self.overdue.remove(&entry);
        let view = &mut *self.view;
        for queue in &mut view.queues {
            queue.rows.retain(|row| row.id != entry);
        }
        view.details = view.details.filter(|shown| *shown != entry);
    }

    fn hear_session(&mut self, now: SimTime, state: SessionState) {
        let session = state.id;
        let mut told = Page::new(now, state);
        told.jumped = self.jumped.contains(&session);
        let view = &mut *self.view;
        let Some(page) = view.pages.iter_mut().find(|page| page.session == session) else {
            view.pages.push(told);
            self.bring_to_front(Some(session));
            self.take_back_transfers(session);
            self.event(RepConsoleEvent::PageOpened(session));
            return;
        };
        told.began = told.began.min(page.began);
        page.tools.follow(&told);
        *page = Page {
            log: std::mem::take(&mut page.log),
            pending: std::mem::take(&mut page.pending),
            unread: page.unread,
            chat_minimised: page.chat_minimised,
            popup: page.popup.take(),
            detached: page.detached,
            web_page: page.web_page.take(),
            tools: std::mem::take(&mut page.tools),
            ..told
        };
        self.drop_void_removal();
        self.drop_void_unpinning();
        if self.unconfirmed.remove(&session) {
            for PendingLine { line, audience, text } in
                self.view.page(session).map_or(vec![], |page| page.pending.clone())
            {
                self.say(&RepToAppliance::Chat { session, line, audience, text });
            }
            self.take_up_transfers(session);
        }
    }

    fn hear_web_page(&mut self, session: SessionId, web_page: WebPage) {
        if let Some(page) = self.view.pages.iter_mut().find(|page| page.session == session) {
            page.web_page = Some(web_page);
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
