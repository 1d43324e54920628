//! A session's summary, its notes, its report, and what comes after it (SUM).

use device::Device;
use serde::Serialize;
use wire::rep::{Permission, RepAsk, RepProfile, ReportHead, ShellRecord};
use wire::session::{AfterSession, LogEntry, LogItem, NOTE_BYTES_MAX, Platform, SessionEvent, SessionKind};
use wire::{RequestId, SessionId, SimTime};

use crate::console::{Asked, RepConsole};
use crate::error::ConsoleError;
use crate::view::Page;

/// A report of a session (SUM-06).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownReport {
    /// What it says of the session as a whole.
    pub head: ReportHead,
    /// Its entries, in order.
    pub entries: Vec<LogEntry>,
    /// What was recorded of command shells, in the order of the head's (SHL-07, SHL-08).
    pub shells: Vec<ShownShellRecord>,
    /// Whether all of it has come.
    pub complete: bool,
}

/// What was recorded of a command shell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ShownShellRecord {
    /// Its video: an asciinema cast, version 2 (SHL-07).
    pub video: String,
    /// Its transcript (SHL-08).
    pub transcript: String,
}

/// Notes, reports, and the time after a session.
impl RepConsole {
    /// Adds a note to a session, while its page is open (SUM-03) or among those that closed (SUM-04).
    ///
    /// # Errors
    /// There is and was no such page, the note is empty or too long, or the connection is lost.
    pub fn add_note(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        text: &str,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.must_know(session)?;
        if text.is_empty() {
            return Err(ConsoleError::EmptyLine);
        }
        if text.len() > NOTE_BYTES_MAX {
            return Err(ConsoleError::NoteTooLong { bytes: text.len() });
        }
        self.touched(now);
        Ok(self.ask(RepAsk::AddNote { session, text: text.to_owned() }, Asked::Other))
    }

    /// Chooses what the customer's machine does when the session is over (SUM-02).
    ///
    /// # Errors
    /// There is no such page, this is not offered for it to this account, or the connection is lost.
    pub fn set_after_session(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        action: AfterSession,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        let profile = self.view.profile.as_ref().ok_or(ConsoleError::NotSignedIn)?;
        if !page.after_session_choices(profile).contains(&action) {
            return Err(ConsoleError::NotOffered { wanted: action.to_string() });
        }
        self.touched(now);
        Ok(self.ask(RepAsk::SetAfterSession { session, action }, Asked::Other))
    }

    /// Opens the report of a session (SUM-06). Who took part in it may read it, be it over or not.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn open_report(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.touched(now);
        Ok(self.ask(RepAsk::OpenReport { session }, Asked::Report(session)))
    }

    /// Closes the report, if one is open.
    pub fn close_report(&mut self, now: SimTime, _device: &mut dyn Device) {
        self.touched(now);
        self.view.set(|view| &mut view.report, None);
    }
}

impl RepConsole {
    /// A report begins, if one was asked for.
    pub(crate) fn hear_report(&mut self, head: ReportHead) {
        if self.asked.values().any(|asked| *asked == Asked::Report(head.session)) {
            let shells = vec![ShownShellRecord::default(); head.shells.len()];
            self.view.report = Some(ShownReport { head, entries: Vec::new(), shells, complete: false });
        }
    }

    pub(crate) fn hear_report_entries(&mut self, session: SessionId, entries: Vec<LogEntry>) {
        if !self.reads_report(session) {
            return;
        }
        let Some(report) = &mut self.view.report else { return };
        for entry in entries {
            if report.entries.last().is_none_or(|last| last.seq < entry.seq) {
                report.entries.push(entry);
            }
        }
    }

    pub(crate) fn hear_report_shell(
        &mut self,
        session: SessionId,
        shell: u32,
        record: ShellRecord,
        text: &str,
    ) {
        if !self.reads_report(session) {
            return;
        }
        let report = self.view.report.as_mut();
        let Some(shown) = report.and_then(|report| report.shells.get_mut(shell as usize)) else { return };
        match record {
            ShellRecord::Video => shown.video.push_str(text),
            ShellRecord::Transcript => shown.transcript.push_str(text),
        }
    }

    /// All of a report has come.
    pub(crate) fn hear_report_done(&mut self, session: SessionId) {
        if self.reads_report(session)
            && let Some(report) = &mut self.view.report
        {
            report.complete = true;
        }
    }

    /// The rest of a report will not come.
    pub(crate) fn drop_torn_report(&mut self) {
        if self.view.report.as_ref().is_some_and(|report| !report.complete) {
            self.view.report = None;
        }
    }

    fn reads_report(&self, session: SessionId) -> bool {
        let report = self.view.report.as_ref();
        report.is_some_and(|report| report.head.session == session && !report.complete)
    }

    fn must_know(&self, session: SessionId) -> Result<(), ConsoleError> {
        if self.view.closed.iter().any(|closed| closed.session == session) {
            return Ok(());
        }
        self.must_have_page(session)
    }
}

impl Page {
    /// The summary, from the top: what it is called, and what it is (SUM-01).
    pub fn summary(&self) -> Vec<(&'static str, String)> {
        let address = |[a, b, c, d]: [u8; 4]| format!("{a}.{b}.{c}.{d}");
        vec![
            ("public IP", address(self.public_ip)),
            ("private IP", address(self.device.private_ip)),
            ("customer name", self.customer.clone()),
            ("computer name", self.device.computer.clone()),
            ("platform", self.device.platform.to_string()),
        ]
    }

    /// The notes on the session: who made each and when, and what it says (SUM-03, SUM-05).
    pub fn notes(&self) -> impl Iterator<Item = (&LogEntry, &str)> {
        notes_in(&self.log)
    }

    /// Whether the representative is advised to have the machine locked at the end: they jumped to it, so that nobody
    /// may sit there, and nothing was chosen yet (SUM-07).
    pub fn advises_to_lock(&self) -> bool {
        self.jumped && self.after_session == AfterSession::Nothing
    }

    /// What this account can choose for the time after the session: nothing at all without the permission, or where the
    /// customer shares no machine. Logging out is Windows' (SUM-02).
    pub fn after_session_choices(&self, profile: &RepProfile) -> Vec<AfterSession> {
        let may = profile.permissions.contains(&Permission::AfterSessionAction);
        match (may, self.kind, self.device.platform) {
            (false, _, _) | (true, SessionKind::Browser, _) => vec![],
            (true, SessionKind::Support, Platform::Windows) => {
                vec![AfterSession::Nothing, AfterSession::LogOut, AfterSession::Lock]
            }
            (
                true,
                SessionKind::Support,
                Platform::Mac | Platform::Linux | Platform::Android | Platform::Ios,
            ) => vec![AfterSession::Nothing, AfterSession::Lock],
        }
    }
}

impl ShownReport {
    /// The notes on the session (SUM-06).
    pub fn notes(&self) -> impl Iterator<Item = (&LogEntry, &str)> {
        notes_in(&self.entries)
    }
}

fn notes_in(log: &[LogEntry]) -> impl Iterator<Item = (&LogEntry, &str)> {
    log.iter().filter_map(|entry| match &entry.what {
        LogItem::Happened { event: SessionEvent::SessionNoteAdded, detail } => Some((entry, detail.as_str())),
        LogItem::Happened { .. } | LogItem::Said { .. } => None,
    })
}
