//! What was acknowledged is there after a power loss, whenever it comes.

use std::collections::{BTreeMap, BTreeSet};

use arbtest::arbitrary::{Result, Unstructured};
use wire::customer::{ApplianceToCustomer, CustomerToAppliance, Start, StartRefusal};
use wire::jump::{ApplianceToJump, JumpToAppliance};
use wire::rep::{Invitee, RepAnswer, RepAsk};
use wire::session::{Audience, LogEntry, QueueEntryKind};
use wire::{Role, SessionId};

use crate::office::{Office, PRINTER, VPN, machine};

pub(crate) const REPS: [&str; 2] = ["alex", "blair"];
pub(crate) const CUSTOMERS: [&str; 4] = ["carla", "dana", "eli", "fay"];
const MACHINES: [&str; 2] = ["db-01", "web-01"];

/// What people know because they were told.
#[derive(Default)]
pub(crate) struct Known {
    keys: BTreeMap<String, Key>,
    sessions: BTreeMap<&'static str, SessionId>,
    /// Every session that anybody ever heard of.
    session_ids: BTreeSet<SessionId>,
    /// Sessions that may be over without their customer knowing: the power failed meanwhile.
    in_doubt: BTreeSet<SessionId>,
    over: BTreeSet<SessionId>,
    logs: BTreeMap<SessionId, BTreeMap<u32, LogEntry>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    Unused,
    MayBeUsed,
    Used,
}

/// Somebody does something; the power may fail at any moment of it.
pub(crate) fn act(office: &mut Office, known: &mut Known, u: &mut Unstructured<'_>) -> Result<()> {
    let rep = *u.choose(&REPS)?;
    let customer = *u.choose(&CUSTOMERS)?;
    match u.int_in_range(0..=13)? {
        0 | 1 if !office.is_connected(rep) => {
            office.greet(rep, Role::RepConsole);
            let password = format!("{rep}'s password");
            office.ask_later(rep, RepAsk::SignIn { user_name: rep.to_owned(), password });
        }
        2 if office.is_connected(rep) => {
            let request = office.ask_later(rep, RepAsk::GenerateKey { portal: None, valid_s: None });
            if let Some(Ok(RepAnswer::KeyGenerated(key))) = office.answer(rep, request) {
                known.keys.insert(key.key, Key::Unused);
            }
        }
        3 | 4 if !known.sessions.contains_key(customer) => {
            let key = known.keys.iter().find(|(_, key)| **key == Key::Unused).map(|(key, _)| key.clone());
            let start = match (u.arbitrary()?, key) {
                (true, Some(key)) => Start::Key(key),
                (true, None) => PRINTER,
                (false, _) => VPN,
            };
            office.greet(customer, Role::Customer);
            office.join(customer, start.clone());
            let joined = office.joined(customer);
            if let Start::Key(key) = start {
                known.keys.insert(key, if joined.is_some() { Key::Used } else { Key::MayBeUsed });
            }
            if let Some(session) = joined {
                known.sessions.insert(customer, session);
            }
        }
        5 | 6 if office.is_connected(rep) => {
            let lines = office.sees(rep).queue_lines.values();
            let waiting = lines.filter(|line| line.what != QueueEntryKind::InSession).map(|line| line.id);
            if let Some(entry) = waiting.min() {
                office.ask_later(rep, RepAsk::Accept { entry });
            }
        }
        7..=9 if office.is_connected(rep) => {
            let Some(session) = office.sees(rep).pages.keys().next().copied() else { return Ok(()) };
            match u.int_in_range(0..=10)? {
                0 => {
                    office.ask_later(rep, RepAsk::Hold { session });
                }
                1 => {
                    known.in_doubt.insert(session);
                    office.ask_later(rep, RepAsk::End { session });
                }
                2 => {
                    let other = wire::RepId(u.int_in_range(0..=1)?);
                    office.ask_later(rep, RepAsk::Invite { session, whom: Invitee::Rep(other) });
                }
                3 => {
                    let to = wire::QueueId::Team(wire::TeamId(u.int_in_range(0..=1)?));
                    office.ask_later(rep, RepAsk::Transfer { session, to });
                }
                4 => {
                    let whom = Invitee::Team(wire::TeamId(u.int_in_range(0..=1)?));
                    office.ask_later(rep, RepAsk::Invite { session, whom });
                }
                5 => {
                    let member = wire::MemberId(u.int_in_range(2..=3)?);
                    office.ask_later(rep, RepAsk::RemoveMember { session, member });
                }
                6 => {
                    office.ask_later(rep, RepAsk::Leave { session });
                }
                7 => {
                    office.ask_later(rep, RepAsk::AddNote { session, text: "noted".into() });
                }
                8 => {
                    office.rep_says(rep, session, Audience::RepresentativesOnly, "between us");
                }
                _ => {
                    office.rep_says(rep, session, Audience::Everyone, "hello");
                }
            }
        }
        10 if office.is_connected(customer) && known.sessions.contains_key(customer) => {
            office.customer_says(customer, "please help");
        }
        11 if known.sessions.contains_key(customer) => match office.is_connected(customer) {
            true if u.ratio(1, 3)? => {
                known.in_doubt.insert(known.sessions[customer]);
                office.say(customer, &CustomerToAppliance::Leave);
            }
            true => office.cut(customer),
            false => office.resume(customer, 0),
        },
        12 => {
            let name = *u.choose(&MACHINES)?;
            if !office.is_registered(name) {
                office.greet(name, Role::JumpClient);
                let installer = "installer-servers".to_owned();
                let register =
                    JumpToAppliance::Register { installer, device: machine(name), user_present: false };
                office.say(name, &register);
                office.note_identity(name);
            }
        }
        13 if office.is_connected(rep) => office.cut(rep),
        _ => office.wait_s(1),
    }
    Ok(())
}

impl Known {
    /// Takes in what everybody's screen says.
    fn look(&mut self, office: &mut Office) {
        for rep in REPS {
            if !office.is_connected(rep) {
                continue;
            }
            let sees = office.sees(rep);
            self.session_ids.extend(sees.queue_lines.values().map(|line| line.session));
            for (session, log) in &sees.logs {
                let entries = log.iter().map(|entry| (entry.seq, entry.clone()));
                self.logs.entry(*session).or_default().extend(entries);
            }
        }
        for (customer, session) in &self.sessions {
            self.session_ids.insert(*session);
            if !office.is_connected(customer) {
                continue;
            }
            let sees = office.sees(customer);
            if sees.ended.is_some() || sees.refused == Some(StartRefusal::SessionOver) {
                self.over.insert(*session);
            }
            let log = sees.logs.get(&SessionId(0)).into_iter().flatten();
            self.logs.entry(*session).or_default().extend(log.map(|entry| (entry.seq, entry.clone())));
        }
    }

    /// After the power loss, everybody finds what they knew.
    fn check(&mut self, office: &mut Office) {
        for (key, state) in &self.keys {
            office.greet("somebody", Role::Customer);
            office.say(
                "somebody",
                &CustomerToAppliance::ChooseStart { start: Start::Key(key.clone()), portal: None },
            );
            let answer = office.line("somebody").customer_says.pop();
            let Some(ApplianceToCustomer::StartChecked(answer)) = answer else {
                panic!("no answer: {answer:?}")
            };
            match state {
                Key::Unused => assert!(answer.is_ok(), "{key}: {answer:?}"),
                Key::Used => assert_eq!(answer, Err(StartRefusal::KeyUsed), "{key}"),
                Key::MayBeUsed => {
                    assert!(matches!(answer, Ok(_) | Err(StartRefusal::KeyUsed)), "{key}: {answer:?}")
                }
            }
        }
        for (customer, session) in &self.sessions {
            office.resume(customer, 0);
            let sees = office.sees(customer);
            if self.over.contains(session) {
                assert_eq!(sees.refused, Some(StartRefusal::SessionOver), "{customer}'s {session} was over");
            } else if !self.in_doubt.contains(session) {
                assert_eq!(sees.refused, None, "{customer}'s {session} goes on");
                assert!(sees.status.is_some());
            }
        }
        for rep in REPS {
            office.sign_in(rep);
            let lines = office.sees(rep).queue_lines.clone();
            for line in lines.values().filter(|line| line.what == QueueEntryKind::Waiting) {
                office.ask(rep, RepAsk::Accept { entry: line.id }).expect("it waits");
            }
            for (session, log) in office.sees(rep).logs.clone() {
                assert!(
                    log.iter().map(|entry| entry.seq).eq(1..=log.len() as u32),
                    "{session}'s log has no gaps"
                );
                for known in self.logs.get(&session).into_iter().flat_map(BTreeMap::values) {
                    assert_eq!(log.get(known.seq as usize - 1), Some(known), "{session} remembers");
                }
            }
        }
        for (_, session) in self.sessions.iter().filter(|(_, session)| !self.over.contains(session)) {
            let found = REPS.iter().any(|rep| office.sees(rep).logs.contains_key(session));
            assert!(found || self.in_doubt.contains(session), "{session} is in a queue that somebody sees");
        }
        for name in MACHINES.into_iter().filter(|name| office.is_registered(name)).collect::<Vec<_>>() {
            assert_eq!(office.come_back(name), ApplianceToJump::Returned, "{name}");
            office.wait_s(1);
        }
        let new = office.arrive("gwen", VPN);
        assert!(
            self.session_ids.iter().all(|known| *known < new),
            "{new} is a number that nobody has heard of"
        );
        self.session_ids.insert(new);
    }
}

#[test]
fn what_was_acknowledged_survives_a_power_loss_at_any_point() {
    arbtest::arbtest(|u| {
        let mut office = Office::new();
        let mut known = Known::default();
        // The second life goes on from what the first has left on the disk.
        for _ in 0..2 {
            office.device.dies_after(u.int_in_range(0..=60)?, u.arbitrary()?);
            for _ in 0..40 {
                act(&mut office, &mut known, u)?;
                known.look(&mut office);
                if office.device.is_dead() {
                    break;
                }
            }
            office.restart();
            known.check(&mut office);
        }
        Ok(())
    });
}

/// A disk is slow: it is asked for nothing that nobody relies on, and for each thing once.
#[test]
fn only_what_changes_is_written() {
    let mut office = Office::new();
    office.sign_in("alex");
    office.greet("carla", Role::Customer);
    let deeds = office.device.deeds;
    office.say("carla", &CustomerToAppliance::Heartbeat);
    office.say("carla", &CustomerToAppliance::OpenPortal { portal: None, url: None });
    office.ask("alex", RepAsk::GetNext).expect_err("nobody waits");
    office.ask("alex", RepAsk::ListJumpItems).expect("permitted");
    office.wait_s(100);
    assert_eq!(office.device.deeds, deeds);
    office.join("carla", VPN);
    assert_eq!(office.device.deeds, deeds + 2, "an append and a sync, and she is told");
    let bytes = office.device.bytes_on_disk();
    office.customer_says("carla", "hello");
    assert_eq!(office.device.deeds, deeds + 4);
    let line = office.device.bytes_on_disk() - bytes;
    assert!(line < 50, "a line costs {line} bytes, not the whole session's");
}

/// A journal that is about to be rewritten, and a key in it.
fn before_a_rewrite() -> (Office, String) {
    let mut office = Office::new();
    office.sign_in("alex");
    let key = office.ask("alex", RepAsk::GenerateKey { portal: None, valid_s: None });
    let Ok(RepAnswer::KeyGenerated(key)) = key else { panic!("{key:?}") };
    office.arrive("carla", VPN);
    let line = "x".repeat(wire::session::CHAT_LINE_BYTES_MAX);
    while office.device.bytes_on_disk() + 2 * line.len() < 1 << 20 {
        office.customer_says("carla", &line);
    }
    (office, key.key)
}

/// A session that ends in the same moment in which the journal is rewritten is over.
#[test]
fn a_rewrite_brings_nothing_back_that_is_over() {
    let (mut office, _) = before_a_rewrite();
    let room = |office: &Office| (1 << 20) - office.device.bytes_on_disk();
    let before = room(&office);
    office.customer_says("carla", "x");
    let cost_of_a_line = before - room(&office);
    // Long lines until the last but one, and then one that leaves less than a farewell takes.
    while room(&office) > 6_000 {
        office.customer_says("carla", &"x".repeat(2_000));
    }
    let last = room(&office) - cost_of_a_line - 2;
    office.customer_says("carla", &"x".repeat(last / 2));
    let last = room(&office) - cost_of_a_line - 2;
    office.customer_says("carla", &"x".repeat(last));
    let before = office.device.deeds;
    office.say("carla", &CustomerToAppliance::Leave);
    assert_eq!(office.device.deeds - before, 6, "a rewrite");
    office.restart();
    let left = office.appliance.footprint();
    assert_eq!((left.sessions, left.archived), (0, 1), "it is over, and kept for reports");
}

#[test]
fn a_rewrite_loses_nothing_however_the_power_fails_in_it() {
    let (mut office, _) = before_a_rewrite();
    let line = "x".repeat(wire::session::CHAT_LINE_BYTES_MAX);
    let before = office.device.deeds;
    office.customer_says("carla", &line);
    assert_eq!(office.device.deeds - before, 2, "an append and a sync");
    let before = office.device.deeds;
    office.customer_says("carla", &line);
    let deeds = office.device.deeds - before;
    assert_eq!(deeds, 6, "a rewrite: besides, a file written, a sync, the old one removed, a sync");
    for deeds in 0..=deeds {
        for torn in [0, 1, 128, 254, 255] {
            let (mut office, key) = before_a_rewrite();
            office.customer_says("carla", &line);
            let said = office.sees("carla").logs[&SessionId(0)].clone();
            office.device.dies_after(deeds, torn);
            office.customer_says("carla", &line);
            assert_eq!(office.device.is_dead(), deeds < 6);
            office.restart();
            office.resume("carla", 0);
            let remembered = &office.sees("carla").logs[&SessionId(0)];
            assert!(remembered.starts_with(&said[..said.len() - 1]), "{deeds} deeds, {torn} of 255");
            office.greet("dana", Role::Customer);
            office.join("dana", Start::Key(key));
            assert!(office.joined("dana").is_some(), "{deeds} deeds, {torn} of 255");
        }
    }
}
