//! What the appliance must not forget, on its disk.
//!
//! A journal of batches of records, each batch with its length and checksum; written and synced before anything is
//! transmitted that acknowledges it. Two files take turns: when one has grown well past what it holds, the other is
//! written anew, and the old one removed once the new one is safe. After a power loss a torn batch at the end is
//! dropped, all of it: nobody was told of it, and half of what happened at once is nothing that ever was (a session
//! that has lost its owner, and has no place in a queue yet). A file that counts is only ever appended to, so that there
//! is no moment at which a power loss could take what was safe.

use std::collections::{BTreeMap, BTreeSet};

use device::Device;
use serde::{Deserialize, Serialize};
use wire::session::LogEntry;
use wire::{JumpClientId, PinId, RepId, SessionId, Token};

use crate::NextIds;
use crate::jump::JumpClientRecord;
use crate::keys::KeyRecord;
use crate::mail::MailId;
use crate::pin::PinRecord;
use crate::session::SessionRecord;
use crate::smtp::Mail;
use crate::tools::ShellRecording;

/// A journal no longer than this is never rewritten, in bytes.
const JOURNAL_BYTES_MIN: usize = 1 << 20;

const FILES: [&str; 2] = ["store/journal-0", "store/journal-1"];

/// One fact to remember. A later one about the same thing replaces an earlier one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Record {
    /// The first record of a file; the file with the highest generation that is [`Record::Complete`] counts.
    Generation(u64),
    /// What was alive at the rewrite stands before this.
    Complete,
    /// Ids below these were given out.
    NextIds(NextIds),
    /// A session key.
    Key(KeyRecord),
    /// A key is too old to be remembered.
    KeyForgotten(String),
    /// A session, without its log.
    Session(Box<SessionRecord>),
    /// An entry of a session's log.
    Log(SessionId, LogEntry),
    /// What was recorded of a command shell of a session (SHL-07, SHL-08).
    Shell(SessionId, ShellRecording),
    /// A session is over; it is kept for reports.
    SessionOver(SessionId),
    /// A session is over for so long that nobody may ask for its report.
    SessionForgotten(SessionId),
    /// A Jump Client.
    JumpClient(JumpClientRecord),
    /// A Jump Client was unpinned: it is nobody's any more, and is to remove itself once it comes back with this.
    JumpClientUnpinned(JumpClientId, Token),
    /// A Jump Client that was unpinned has removed itself.
    JumpClientGone(JumpClientId),
    /// A Jump Client is on its way onto the machine of a session.
    Pin(PinRecord),
    /// It has arrived, or will not.
    PinOver(PinId),
    /// An account that is limited to networks on its first login has had that (LOG-08).
    FirstLogin(RepId),
    /// What a representative has chosen for good.
    Choices(Choices),
    /// An external representative was let in, under this name (EXT-01).
    External(RepId, String),
    /// A mail that waits to be sent.
    Mail(MailId, Mail),
    /// A mail was sent, or cannot be.
    MailOver(MailId),
}

/// What a representative has chosen for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choices {
    pub(crate) rep: RepId,
    /// Nothing is assigned to them (SET-02).
    pub(crate) opted_out: bool,
    /// They may be invited while they are not signed in (SHR-09).
    pub(crate) extended: bool,
}

/// All that is remembered.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    pub(crate) next: NextIds,
    pub(crate) keys: BTreeMap<String, KeyRecord>,
    pub(crate) sessions: BTreeMap<SessionId, (SessionRecord, Vec<LogEntry>)>,
    /// What was recorded of command shells, of sessions over or not.
    pub(crate) shells: BTreeMap<SessionId, Vec<ShellRecording>>,
    pub(crate) jump_clients: BTreeMap<JumpClientId, JumpClientRecord>,
    pub(crate) unpinned: BTreeMap<JumpClientId, Token>,
    pub(crate) pins: BTreeMap<PinId, PinRecord>,
    pub(crate) first_logins: BTreeSet<RepId>,
    /// Those sessions that are over, each in its place.
    pub(crate) archive: BTreeMap<SessionId, (SessionRecord, Vec<LogEntry>)>,
    pub(crate) choices: BTreeMap<RepId, Choices>,
    pub(crate) externals: BTreeMap<RepId, String>,
    pub(crate) mails: BTreeMap<MailId, Mail>,
}

/// The journal's writing side.
#[derive(Debug, Default)]
pub(crate) struct Store {
    generation: u64,
    bytes: usize,
    /// How long the journal was when it held nothing but what was alive.
    bytes_alive: usize,
    pending: Vec<u8>,
    next: NextIds,
}

impl Store {
    /// Reads what a disk holds.
    pub(crate) fn open(device: &mut dyn Device) -> (Self, Remembered) {
        let contents = FILES.map(|file| device.read_file(file).unwrap_or_default());
        let journals = contents.iter().map(|content| (read_journal(content), content.as_slice())).zip(FILES);
        let counts = journals
            .filter(|((journal, _), file)| journal.is_complete() && file_of(journal.generation) == *file);
        let newest = counts.map(|(journal, _)| journal).max_by_key(|(journal, _)| journal.generation);
        let Some((journal, content)) = newest else {
            let mut store = Self::default();
            store.rewrite(device, std::iter::empty());
            return (store, Remembered::default());
        };
        let mut store = Self {
            generation: journal.generation,
            bytes: journal.good_bytes,
            bytes_alive: journal.bytes_alive,
            pending: Vec::new(),
            next: journal.remembered.next,
        };
        if journal.good_bytes < content.len() {
            // What would be appended behind a torn end could not be read again.
            store.begin_generation(device, &content[journal.first_bytes..journal.good_bytes]);
        }
        (store, journal.remembered)
    }

    /// Adds a record; it is safe after [`Store::commit`], with all that were added since the last one, or none of them is.
    pub(crate) fn put(&mut self, record: &Record) {
        append_record(&mut self.pending, record);
    }

    /// Adds the ids that are given out next, if they are others than before.
    pub(crate) fn put_next(&mut self, next: NextIds) {
        if self.next != next {
            self.next = next;
            self.put(&Record::NextIds(next));
        }
    }

    /// Makes what was put safe from power loss. Costs nothing where nothing was put.
    pub(crate) fn commit(&mut self, device: &mut dyn Device) {
        if self.pending.is_empty() {
            return;
        }
        let mut batch = Vec::new();
        append_batch(&mut batch, &self.pending);
        self.pending.clear();
        device.append_file(self.file(), &batch);
        device.sync();
        self.bytes += batch.len();
    }

    /// Whether the journal is long, and mostly out of date.
    pub(crate) fn is_worth_rewriting(&self) -> bool {
        self.bytes > JOURNAL_BYTES_MIN.max(2 * self.bytes_alive)
    }

    /// Writes everything that is alive to the other file, and goes on there.
    pub(crate) fn rewrite(&mut self, device: &mut dyn Device, alive: impl Iterator<Item = Record>) {
        let (mut records, mut batch) = (Vec::new(), Vec::new());
        for record in alive {
            append_record(&mut records, &record);
        }
        append_record(&mut records, &Record::Complete);
        append_batch(&mut batch, &records);
        self.begin_generation(device, &batch);
        self.bytes_alive = self.bytes;
    }

    /// Goes on in the other file, which holds these batches at first. The old file goes only when that is safe.
    fn begin_generation(&mut self, device: &mut dyn Device, batches: &[u8]) {
        let old = self.file();
        self.generation += 1;
        let (mut first, mut content) = (Vec::new(), Vec::new());
        append_record(&mut first, &Record::Generation(self.generation));
        append_batch(&mut content, &first);
        content.extend_from_slice(batches);
        device.write_file(self.file(), &content);
        device.sync();
        device.remove_file(old);
        device.sync();
        self.bytes = content.len();
    }

    fn file(&self) -> &'static str {
        file_of(self.generation)
    }
}

fn file_of(generation: u64) -> &'static str {
    FILES[(generation % 2) as usize]
}

/// What a file holds, up to its end or to whatever is torn or damaged.
#[derive(Default)]
struct Journal {
    generation: u64,
    remembered: Remembered,
    /// The length of the batch that says which generation it is.
    first_bytes: usize,
    /// The length of what was alive at the rewrite; 0 while that is not all there.
    bytes_alive: usize,
    good_bytes: usize,
}

impl Journal {
    fn is_complete(&self) -> bool {
        self.bytes_alive > 0
    }
}

fn read_journal(content: &[u8]) -> Journal {
    let mut journal = Journal::default();
    let mut rest = content;
    while let Some((batch, later)) = next_batch(rest) {
        rest = later;
        journal.good_bytes = content.len() - rest.len();
        for record in batch {
            match record {
                Record::Generation(generation) => {
                    journal.generation = generation;
                    journal.first_bytes = journal.good_bytes;
                }
                Record::Complete => journal.bytes_alive = journal.good_bytes,
                record => journal.remembered.apply(record),
            }
        }
    }
    journal
}

impl Remembered {
    fn apply(&mut self, record: Record) {
        match record {
            Record::Generation(_) | Record::Complete => {}
            Record::NextIds(next) => self.next = next,
            Record::Key(key) => {
                self.keys.insert(key.key.clone(), key);
            }
            Record::KeyForgotten(key) => {
                self.keys.remove(&key);
            }
            Record::Session(session) => match self.sessions.get_mut(&session.id) {
                Some((record, _)) => *record = *session,
                None => {
                    self.sessions.insert(session.id, (*session, Vec::new()));
                }
            },
            Record::Log(session, entry) => {
                let running = self.sessions.get_mut(&session);
                if let Some((_, log)) = running.or_else(|| self.archive.get_mut(&session)) {
                    log.push(entry);
                }
            }
            Record::SessionOver(session) => {
                if let Some(over) = self.sessions.remove(&session) {
                    self.archive.insert(session, over);
                }
            }
            Record::Shell(session, shell) => self.shells.entry(session).or_default().push(shell),
            Record::SessionForgotten(session) => {
                self.archive.remove(&session);
                self.shells.remove(&session);
            }
            Record::Choices(choices) => drop(self.choices.insert(choices.rep, choices)),
            Record::External(rep, name) => drop(self.externals.insert(rep, name)),
            Record::Mail(id, mail) => drop(self.mails.insert(id, mail)),
            Record::MailOver(id) => drop(self.mails.remove(&id)),
            Record::JumpClient(client) => {
                self.jump_clients.insert(client.id, client);
            }
            Record::JumpClientUnpinned(client, secret) => {
                self.jump_clients.remove(&client);
                self.unpinned.insert(client, secret);
            }
            Record::JumpClientGone(client) => drop(self.unpinned.remove(&client)),
            Record::Pin(pin) => drop(self.pins.insert(pin.id, pin)),
            Record::PinOver(pin) => drop(self.pins.remove(&pin)),
            Record::FirstLogin(rep) => {
                self.first_logins.insert(rep);
            }
        }
    }
}

fn append_record(out: &mut Vec<u8>, record: &Record) {
    out.extend_from_slice(&postcard::to_allocvec(record).expect("serialising to memory cannot fail"));
}

fn append_batch(out: &mut Vec<u8>, records: &[u8]) {
    let length = u32::try_from(records.len()).expect("a batch is shorter than 4 GiB");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&crc32fast::hash(records).to_be_bytes());
    out.extend_from_slice(records);
}

/// The records of the first batch, and what follows it; `None` at the end, and at whatever is torn or damaged.
fn next_batch(bytes: &[u8]) -> Option<(Vec<Record>, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (checksum, rest) = rest.split_first_chunk()?;
    let (mut body, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    if crc32fast::hash(body) != u32::from_be_bytes(*checksum) {
        return None;
    }
    let mut records = Vec::new();
    while !body.is_empty() {
        let (record, later) = postcard::take_from_bytes(body).ok()?;
        records.push(record);
        body = later;
    }
    // Zeros, with which a disk fills what it had no time to write, are no batch.
    (!records.is_empty()).then_some((records, rest))
}

#[cfg(test)]
mod tests {
    use fake_devices::{DeviceKind, FakeDevice};
    use wire::{PortalId, SimTime};

    use super::*;

    fn machine() -> FakeDevice {
        FakeDevice::new(DeviceKind::LinuxPc, "appliance", [203, 0, 113, 1])
    }

    fn key(number: u64) -> KeyRecord {
        KeyRecord {
            key: format!("KEY{number:04}"),
            url_token: format!("{number:032x}"),
            rep: RepId(0),
            portal: PortalId(0),
            expires: SimTime::from_secs(number),
            used: false,
        }
    }

    fn key_names(remembered: &Remembered) -> Vec<&str> {
        remembered.keys.keys().map(String::as_str).collect()
    }

    /// A journal with these keys, each committed for itself, and its length after each.
    fn journal_of(keys: u64) -> (FakeDevice, Vec<usize>) {
        let mut device = machine();
        let (mut store, _) = Store::open(&mut device);
        let length = |device: &FakeDevice| device.disk().file(FILES[1]).map_or(0, <[u8]>::len);
        let mut lengths = vec![length(&device)];
        for number in 0..keys {
            store.put(&Record::Key(key(number)));
            store.commit(&mut device);
            lengths.push(length(&device));
        }
        (device, lengths)
    }

    #[test]
    fn a_torn_end_costs_only_the_batch_that_it_tore() {
        let (device, lengths) = journal_of(3);
        let whole = device.disk().file(FILES[1]).expect("the journal").to_vec();
        for cut in lengths[0]..whole.len() {
            let mut device = machine();
            device.write_file(FILES[1], &whole[..cut]);
            let (mut store, remembered) = Store::open(&mut device);
            let left = lengths.iter().filter(|length| **length <= cut).count() - 1;
            assert_eq!(key_names(&remembered).len(), left, "cut at {cut}");
            // What is put behind can be read again.
            store.put(&Record::Key(key(9)));
            store.commit(&mut device);
            device.power_loss();
            let (_, remembered) = Store::open(&mut device);
            assert_eq!(key_names(&remembered).len(), left + 1, "cut at {cut}");
            assert_eq!(key_names(&remembered).last(), Some(&"KEY0009"));
        }
    }

    /// What happened at once is remembered at once, or not at all.
    #[test]
    fn of_a_torn_batch_nothing_is_left() {
        let (mut device, lengths) = journal_of(1);
        let (mut store, _) = Store::open(&mut device);
        store.put(&Record::Key(KeyRecord { used: true, ..key(0) }));
        store.put(&Record::Key(key(1)));
        store.put(&Record::KeyForgotten(key(0).key));
        store.commit(&mut device);
        let whole = device.disk().file(FILES[1]).expect("the journal").to_vec();
        for cut in lengths[1]..=whole.len() {
            let mut device = machine();
            device.write_file(FILES[1], &whole[..cut]);
            let (_, remembered) = Store::open(&mut device);
            let expected = if cut == whole.len() { key(1) } else { key(0) };
            assert_eq!(remembered.keys.into_values().collect::<Vec<_>>(), [expected], "cut at {cut}");
        }
    }

    #[test]
    fn a_damaged_batch_and_what_follows_it_are_not_believed() {
        let (device, lengths) = journal_of(3);
        let whole = device.disk().file(FILES[1]).expect("the journal").to_vec();
        for place in lengths[1]..lengths[2] {
            for damage in [1, 0x80] {
                let mut device = machine();
                let mut content = whole.clone();
                content[place] ^= damage;
                device.write_file(FILES[1], &content);
                let (_, remembered) = Store::open(&mut device);
                assert_eq!(key_names(&remembered), ["KEY0000"], "damaged at {place}");
            }
        }
    }

    /// Some disks fill with zeros what they had no time to write.
    #[test]
    fn zeros_at_the_end_cost_nothing() {
        let (device, _) = journal_of(2);
        let whole = device.disk().file(FILES[1]).expect("the journal").to_vec();
        for zeros in 1..=64 {
            let mut device = machine();
            device.write_file(FILES[1], &[whole.as_slice(), &vec![0; zeros]].concat());
            let (mut store, remembered) = Store::open(&mut device);
            assert_eq!(key_names(&remembered), ["KEY0000", "KEY0001"], "{zeros} zeros");
            store.put(&Record::Key(key(9)));
            store.commit(&mut device);
            let (_, remembered) = Store::open(&mut device);
            assert_eq!(key_names(&remembered).len(), 3, "{zeros} zeros");
        }
    }

    /// A disk that holds anything at all is a disk without a journal, at worst.
    #[test]
    fn arbitrary_files_are_no_reason_to_panic() {
        arbtest::arbtest(|u| {
            let mut device = machine();
            let (of_journal, lengths) = journal_of(3);
            for file in FILES {
                let mut content: Vec<u8> = u.arbitrary()?;
                if u.arbitrary()? {
                    let journal = of_journal.disk().file(FILES[1]).expect("the journal");
                    content.splice(..0, journal[..u.int_in_range(0..=lengths[3])?].iter().copied());
                }
                device.write_file(file, &content);
            }
            let (mut store, before) = Store::open(&mut device);
            store.put(&Record::Key(key(9)));
            store.commit(&mut device);
            device.power_loss();
            let (_, after) = Store::open(&mut device);
            assert_eq!(after.keys.len(), before.keys.len() + 1);
            Ok(())
        });
    }

    #[test]
    fn the_newest_generation_that_is_whole_counts() {
        let (mut device, _) = journal_of(2);
        let old = device.disk().file(FILES[1]).expect("the journal").to_vec();
        let (mut store, _) = Store::open(&mut device);
        store.rewrite(&mut device, [key(7)].map(Record::Key).into_iter());
        assert_eq!(device.disk().file(FILES[1]), None, "the old one is gone");
        let new = device.disk().file(FILES[0]).expect("the journal").to_vec();
        // As if the power had failed before the old one was removed, and while the new one was written.
        for length in 0..=new.len() {
            let mut device = machine();
            device.write_file(FILES[1], &old);
            device.write_file(FILES[0], &new[..length]);
            let (_, remembered) = Store::open(&mut device);
            let expected: &[&str] = if length == new.len() { &["KEY0007"] } else { &["KEY0000", "KEY0001"] };
            assert_eq!(key_names(&remembered), expected, "{length} of {} bytes", new.len());
        }
    }

    /// LOG-08.
    #[test]
    fn first_logins_are_remembered_each_once() {
        let mut device = machine();
        let (mut store, _) = Store::open(&mut device);
        for rep in [7, 3, 7] {
            store.put(&Record::FirstLogin(RepId(rep)));
        }
        store.commit(&mut device);
        device.power_loss();
        let (mut store, remembered) = Store::open(&mut device);
        assert_eq!(remembered.first_logins, BTreeSet::from([RepId(3), RepId(7)]));
        store.rewrite(&mut device, remembered.first_logins.into_iter().map(Record::FirstLogin));
        device.power_loss();
        let (_, remembered) = Store::open(&mut device);
        assert_eq!(remembered.first_logins, BTreeSet::from([RepId(3), RepId(7)]));
    }

    #[test]
    fn it_is_rewritten_when_most_of_it_is_out_of_date() {
        let mut device = machine();
        let (mut store, _) = Store::open(&mut device);
        let (mut rewrites, mut longest) = (0, 0);
        // Many changes of few things, between more and more things that stay.
        let mut alive = BTreeSet::new();
        for number in 0..200_000 {
            let changed = if number % 4 == 0 { number / 4 } else { number % 10 };
            alive.insert(changed);
            store.put(&Record::Key(key(changed)));
            store.commit(&mut device);
            longest = longest.max(store.bytes);
            if store.is_worth_rewriting() {
                rewrites += 1;
                store.rewrite(&mut device, alive.iter().copied().map(key).map(Record::Key));
                assert!(!store.is_worth_rewriting());
            }
        }
        let bytes_of_all = store.bytes_alive;
        assert!(longest < 3 * bytes_of_all.max(JOURNAL_BYTES_MIN), "{longest} bytes for {bytes_of_all}");
        assert!((3..30).contains(&rewrites), "{rewrites} rewrites");
        let (reopened, remembered) = Store::open(&mut device);
        assert_eq!((reopened.bytes, reopened.bytes_alive), (store.bytes, store.bytes_alive));
        assert_eq!(remembered.keys.len(), alive.len());
    }
}
