//! What the appliance must not forget, on its disk.
//!
//! A journal of records, each with its length and checksum; written and synced before anything is transmitted
//! that acknowledges it. Two files take turns: when one has grown well past what it holds, the other is written
//! anew, and the old one removed once the new one is safe. After a power loss a torn record at the end is
//! dropped: nobody was told of it.

use std::collections::BTreeMap;

use device::Device;
use serde::{Deserialize, Serialize};
use wire::session::LogEntry;
use wire::{JumpClientId, QueueEntryId, SessionId};

use crate::jump::JumpClientRecord;
use crate::keys::KeyRecord;
use crate::session::SessionRecord;

/// The journal is rewritten when it is longer than this, in bytes, and mostly out of date.
const JOURNAL_BYTES_BEFORE_REWRITE: usize = 1 << 20;

const FILES: [&str; 2] = ["store/journal-0", "store/journal-1"];

/// One fact to remember. A later one about the same thing replaces an earlier one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Record {
    /// The first record of a file; the file with the highest generation that is [`Record::Complete`] counts.
    Generation(u64),
    /// What was alive at the rewrite stands before this.
    Complete,
    /// Ids below these were given out.
    NextIds { session: SessionId, entry: QueueEntryId },
    /// A session key.
    Key(KeyRecord),
    /// A key is too old to be remembered.
    KeyForgotten(String),
    /// A session, without its log.
    Session(Box<SessionRecord>),
    /// An entry of a session's log.
    Log(SessionId, LogEntry),
    /// A session is over.
    SessionOver(SessionId),
    /// A Jump Client.
    JumpClient(JumpClientRecord),
}

/// All that is remembered.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    pub(crate) next_session: Option<SessionId>,
    pub(crate) next_entry: Option<QueueEntryId>,
    pub(crate) keys: BTreeMap<String, KeyRecord>,
    pub(crate) sessions: BTreeMap<SessionId, (SessionRecord, Vec<LogEntry>)>,
    pub(crate) jump_clients: BTreeMap<JumpClientId, JumpClientRecord>,
}

/// The journal's writing side.
#[derive(Debug, Default)]
pub(crate) struct Store {
    generation: u64,
    bytes: usize,
    pending: Vec<u8>,
}

impl Store {
    /// Reads what a disk holds.
    pub(crate) fn open(device: &mut dyn Device) -> (Self, Remembered) {
        let files = FILES.map(|file| read_journal(&device.read_file(file).unwrap_or_default()));
        let newest = files.into_iter().filter(|journal| journal.complete).max_by_key(|journal| journal.generation);
        match newest {
            Some(journal) => {
                let store =
                    Self { generation: journal.generation, bytes: journal.good_bytes, pending: Vec::new() };
                let file = store.file();
                // Cut the torn end off, so that what is appended next can be read again.
                if let Some(mut content) = device.read_file(file).filter(|content| content.len() > journal.good_bytes) {
                    content.truncate(journal.good_bytes);
                    device.write_file(file, &content);
                    device.sync();
                }
                (store, journal.remembered)
            }
            None => {
                let mut store = Self { generation: 0, bytes: 0, pending: Vec::new() };
                store.rewrite(device, [].into_iter());
                (store, Remembered::default())
            }
        }
    }

    /// Adds a record; it is safe after [`Store::commit`].
    pub(crate) fn put(&mut self, record: &Record) {
        append(&mut self.pending, record);
    }

    /// Makes what was put safe from power loss. Costs nothing where nothing was put.
    pub(crate) fn commit(&mut self, device: &mut dyn Device) {
        if self.pending.is_empty() {
            return;
        }
        device.append_file(self.file(), &self.pending);
        device.sync();
        self.bytes += self.pending.len();
        self.pending.clear();
    }

    /// Whether the journal has grown enough for [`Store::rewrite`] to be worth a look.
    pub(crate) fn is_long(&self) -> bool {
        self.bytes > JOURNAL_BYTES_BEFORE_REWRITE
    }

    /// Writes everything that is alive to the other file, and goes on there.
    pub(crate) fn rewrite(&mut self, device: &mut dyn Device, alive: impl Iterator<Item = Record>) {
        let old = self.file();
        self.generation += 1;
        let mut content = Vec::new();
        append(&mut content, &Record::Generation(self.generation));
        for record in alive {
            append(&mut content, &record);
        }
        append(&mut content, &Record::Complete);
        device.write_file(self.file(), &content);
        device.sync();
        device.remove_file(old);
        device.sync();
        self.bytes = content.len();
    }

    fn file(&self) -> &'static str {
        FILES[(self.generation % 2) as usize]
    }
}

struct Journal {
    generation: u64,
    complete: bool,
    good_bytes: usize,
    remembered: Remembered,
}

fn read_journal(content: &[u8]) -> Journal {
    let mut journal = Journal { generation: 0, complete: false, good_bytes: 0, remembered: Remembered::default() };
    let mut rest = content;
    while let Some((record, later)) = next_record(rest) {
        journal.good_bytes += rest.len() - later.len();
        rest = later;
        match record {
            Record::Generation(generation) => journal.generation = generation,
            Record::Complete => journal.complete = true,
            record => journal.remembered.apply(record),
        }
    }
    journal
}

impl Remembered {
    fn apply(&mut self, record: Record) {
        match record {
            Record::Generation(_) | Record::Complete => {}
            Record::NextIds { session, entry } => {
                self.next_session = Some(session);
                self.next_entry = Some(entry);
            }
            Record::Key(key) => {
                self.keys.insert(key.key.clone(), key);
            }
            Record::KeyForgotten(key) => {
                self.keys.remove(&key);
            }
            Record::Session(session) => {
                let slot = self.sessions.entry(session.id).or_insert_with(|| ((*session).clone(), Vec::new()));
                slot.0 = *session;
            }
            Record::Log(session, entry) => {
                if let Some((_, log)) = self.sessions.get_mut(&session) {
                    log.push(entry);
                }
            }
            Record::SessionOver(session) => {
                self.sessions.remove(&session);
            }
            Record::JumpClient(client) => {
                self.jump_clients.insert(client.id, client);
            }
        }
    }
}

fn append(out: &mut Vec<u8>, record: &Record) {
    let body = postcard::to_allocvec(record).expect("serialising to memory cannot fail");
    out.extend_from_slice(&(body.len() as u32).to_be_bytes());
    out.extend_from_slice(&crc32fast::hash(&body).to_be_bytes());
    out.extend_from_slice(&body);
}

/// The first record and what follows it; `None` at the end, and at whatever is torn or damaged.
fn next_record(bytes: &[u8]) -> Option<(Record, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (checksum, rest) = rest.split_first_chunk()?;
    let (body, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    if crc32fast::hash(body) != u32::from_be_bytes(*checksum) {
        return None;
    }
    Some((postcard::from_bytes(body).ok()?, rest))
}
