//! What representatives say and write down: session chat, team chat, notes, and the report of it all (CHT, TMC, SUM).

use std::collections::BTreeMap;

use device::ConnId;
use wire::rep::{ApplianceToRep, Refusal, RepAnswer, ReportHead, ShellRecord, TeamChatLine, TeamChatTo};
use wire::session::{Audience, LogEntry, LogItem, SessionEvent};
use wire::{LineId, MemberId, RepId, SessionId, SimTime};

use crate::Appliance;
use crate::session::{NOTES_MAX, SessionRecord};
use crate::shown::ENTRIES_PER_FRAME_MAX;
use crate::tools::{ShellRecording, pieces};

type Answer = Result<RepAnswer, Refusal>;

/// How many ended sessions are kept for reports; the oldest go first.
pub(crate) const ARCHIVED_MAX: usize = 1_000;

/// How much is said in ended sessions that are kept, in bytes; the oldest go first.
pub(crate) const ARCHIVED_BYTES_MAX: usize = 16 << 20;

/// How much of a recorded shell goes in one message, in bytes.
const SHELL_RECORD_PIECE_BYTES_MAX: usize = 64 * 1024;

/// A session that is over, for whoever wants to read what happened.
#[derive(Debug)]
pub(crate) struct Archived {
    pub(crate) record: SessionRecord,
    pub(crate) log: Vec<LogEntry>,
    pub(crate) shells: Vec<ShellRecording>,
}

/// The sessions that are over, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    sessions: BTreeMap<SessionId, Archived>,
    /// What is said in them.
    bytes: usize,
}

impl Archived {
    pub(crate) fn new(record: SessionRecord, log: Vec<LogEntry>, shells: Vec<ShellRecording>) -> Self {
        Self { record, log, shells }
    }

    fn bytes(&self) -> usize {
        let said = |entry: &LogEntry| match &entry.what {
            LogItem::Said { text, .. } => text.len(),
            LogItem::Happened { detail, .. } => detail.len(),
        };
        let shells: usize = self.shells.iter().map(ShellRecording::bytes).sum();
        self.log.iter().map(said).sum::<usize>() + shells
    }
}

impl Archive {
    pub(crate) fn len(&self) -> usize {
        self.sessions.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&SessionId, &Archived)> {
        self.sessions.iter()
    }

    pub(crate) fn get(&self, id: SessionId) -> Option<&Archived> {
        self.sessions.get(&id)
    }

    pub(crate) fn put(&mut self, id: SessionId, session: Archived) {
        self.bytes += session.bytes();
        self.sessions.insert(id, session);
    }

    /// The oldest, if it has to make room; it is forgotten.
    pub(crate) fn pop_surplus(&mut self) -> Option<SessionId> {
        if self.sessions.len() <= ARCHIVED_MAX && self.bytes <= ARCHIVED_BYTES_MAX {
            return None;
        }
        let (id, session) = self.sessions.pop_first()?;
        self.bytes -= session.bytes();
        Some(id)
    }

    fn add(&mut self, id: SessionId, entry: LogEntry) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if let LogItem::Happened { detail, .. } = &entry.what {
            self.bytes += detail.len();
        }
        session.log.push(entry);
    }
}

impl Appliance {
    /// CHT-01, CHT-03, CHT-04. A line from somebody who is no longer a member is dropped: they were told.
    pub(crate) fn rep_chats(
        &mut self,
        now: SimTime,
        rep: RepId,
        id: SessionId,
        line: LineId,
        audience: Audience,
        text: String,
    ) {
        let Some(session) = self.running(id).filter(|session| session.member(rep).is_some()) else { return };
        let member = session.member_id(rep);
        let name = self.site.rep(rep).display_name.clone();
        self.session_mut(id).say(now, member, &name, line, audience, text);
    }

    /// TMC-01, TMC-02: to who is signed in, and back to who said it. Nothing of it is kept.
    pub(crate) fn team_chat(&mut self, now: SimTime, rep: RepId, to: TeamChatTo, text: String) -> Answer {
        let account = self.site.rep(rep);
        let mut readers: Vec<RepId> = match to {
            TeamChatTo::Team(team) if account.teams.contains(&team) => self.members(team).collect(),
            TeamChatTo::Team(_) => return Err(Refusal::NotPermitted),
            TeamChatTo::Rep(_) if account.external => return Err(Refusal::NotPermitted),
            TeamChatTo::Rep(whom) if self.signed_in.contains_key(&whom) && !self.site.rep(whom).external => {
                vec![whom]
            }
            TeamChatTo::Rep(_) => return Err(Refusal::RepNotAvailable),
        };
        if !readers.contains(&rep) {
            readers.push(rep);
        }
        let line = TeamChatLine { at: now, from: rep, from_name: account.display_name.clone(), to, text };
        let message = ApplianceToRep::TeamChat(line);
        for reader in readers {
            self.conns.send(self.signed_in[&reader].conn, &message);
        }
        Ok(RepAnswer::Done)
    }

    /// SUM-03, SUM-04: by who is in the session, or was until it ended.
    pub(crate) fn add_note(&mut self, now: SimTime, rep: RepId, id: SessionId, text: String) -> Answer {
        let account = self.site.rep(rep);
        let name = account.display_name.clone();
        if account.external || text.trim().is_empty() {
            return Err(Refusal::NotPossible);
        }
        if let Some(session) = self.running(id) {
            session.member(rep).ok_or(Refusal::NotAMember)?;
            if notes(&session.log).count() >= NOTES_MAX {
                return Err(Refusal::TooMany);
            }
            let member = session.member_id(rep);
            self.session_mut(id).happened(now, member, &name, SessionEvent::SessionNoteAdded, text);
            return Ok(RepAnswer::Done);
        }
        let ended = self.archive.get(id).ok_or(Refusal::NotAMember)?;
        let member = ended.record.participants.iter().position(|participant| *participant == rep);
        let by = MemberId(member.ok_or(Refusal::NotAMember)? as u32 + 2);
        if notes(&ended.log).count() >= NOTES_MAX {
            return Err(Refusal::TooMany);
        }
        let what = LogItem::Happened { event: SessionEvent::SessionNoteAdded, detail: text };
        let entry = LogEntry { seq: ended.log.len() as u32 + 1, at: now, by, by_name: name, what };
        self.archive.add(id, entry.clone());
        self.changes.late_notes.push((id, entry));
        Ok(RepAnswer::Done)
    }

    /// SUM-06: the report of a session that somebody takes part in, or took part in. Its parts go first.
    pub(crate) fn open_report(&mut self, conn: ConnId, rep: RepId, id: SessionId) -> Answer {
        let running = self.running(id).map(|session| (&session.record, &session.log, &session.shells));
        let ended = running.is_none();
        let archived = self.archive.get(id);
        let (record, log, shells) = running
            .or_else(|| archived.map(|archived| (&archived.record, &archived.log, &archived.shells)))
            .filter(|(record, ..)| record.participants.contains(&rep) && !self.site.rep(rep).external)
            .ok_or(Refusal::NotAMember)?;
        let head = ReportHead {
            session: id,
            customer: record.customer.clone(),
            device: record.device.clone(),
            public_ip: record.public_ip,
            kind: record.kind,
            representatives: record
                .participants
                .iter()
                .map(|rep| self.site.rep(*rep).display_name.clone())
                .collect(),
            ended,
            shells: shells.iter().map(ShellRecording::told).collect(),
        };
        let entries = log
            .chunks(ENTRIES_PER_FRAME_MAX)
            .map(|entries| ApplianceToRep::ReportEntries { session: id, entries: entries.to_vec() });
        let parts: Vec<ApplianceToRep> = entries.chain(report_shells(id, shells)).collect();
        self.conns.send(conn, &ApplianceToRep::Report(head));
        for part in parts {
            self.conns.send(conn, &part);
        }
        Ok(RepAnswer::Done)
    }
}

fn notes(log: &[LogEntry]) -> impl Iterator<Item = &LogEntry> {
    let is_note = |entry: &&LogEntry| {
        matches!(entry.what, LogItem::Happened { event: SessionEvent::SessionNoteAdded, .. })
    };
    log.iter().filter(is_note)
}

/// What was recorded of shells, in pieces (SHL-07, SHL-08).
fn report_shells(session: SessionId, shells: &[ShellRecording]) -> impl Iterator<Item = ApplianceToRep> {
    shells.iter().zip(0..).flat_map(move |(recording, shell)| {
        let records =
            [(ShellRecord::Video, recording.video()), (ShellRecord::Transcript, recording.transcript())];
        records.into_iter().flat_map(move |(record, text)| {
            let pieces: Vec<String> =
                pieces(&text, SHELL_RECORD_PIECE_BYTES_MAX).map(str::to_owned).collect();
            let told = move |text| ApplianceToRep::ReportShell { session, shell, record, text };
            pieces.into_iter().map(told)
        })
    })
}
