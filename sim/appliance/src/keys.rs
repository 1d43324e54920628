//! Session keys: one-time, short-lived, and good for nothing but finding the right representative (KEY).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use wire::customer::StartRefusal;
use wire::rep::Refusal;
use wire::{PortalId, RepId, SimTime};

use crate::site::{KeyRules, Site};

/// How long a key that can no longer start anything is still known as used or expired.
const REMEMBERED_AFTER_EXPIRY: Duration = Duration::from_secs(7 * 86_400);

/// The most keys of one representative that are known at a time. Above it, the one that expires first is forgotten:
/// a console that asks in a loop must not fill the memory, nor use up all keys that there can be.
pub(crate) const KEYS_PER_REP_MAX: usize = 1_000;

/// A session key that was given out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyRecord {
    pub(crate) key: String,
    /// What its URL carries: not the key, so that neither can be guessed from the other.
    pub(crate) url_token: String,
    /// Whose queue it leads to (KEY-11).
    pub(crate) rep: RepId,
    /// The portal that it leads through (KEY-07).
    pub(crate) portal: PortalId,
    pub(crate) expires: SimTime,
    /// Whether it has started a session (KEY-02).
    pub(crate) used: bool,
}

impl KeyRecord {
    /// What the customer may open instead of typing the key (KEY-09).
    pub(crate) fn url(&self, site: &Site) -> String {
        format!("https://{}/?ak={}", site.host, self.url_token)
    }

    /// When nothing is left to say about it.
    pub(crate) fn forgotten_at(&self) -> SimTime {
        self.expires + REMEMBERED_AFTER_EXPIRY
    }

    /// Whether it can start a session now: once (KEY-02), and before its validity is over (KEY-03, KEY-04).
    fn check(&self, now: SimTime) -> Result<(), StartRefusal> {
        if self.used {
            Err(StartRefusal::KeyUsed)
        } else if now >= self.expires {
            Err(StartRefusal::KeyExpired)
        } else {
            Ok(())
        }
    }
}

/// The keys that are known.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    by_key: BTreeMap<String, KeyRecord>,
    by_url_token: BTreeMap<String, String>,
    /// Each representative's keys, the one that expires first first.
    by_rep: BTreeMap<RepId, BTreeSet<(SimTime, String)>>,
}

impl Keys {
    /// Draws a new key (KEY-01). The caller has checked that the account may have one. Gives it, and the key that was
    /// forgotten to make room, if one was.
    ///
    /// # Errors
    /// The validity is above the site's maximum (KEY-06).
    pub(crate) fn generate(
        &mut self,
        now: SimTime,
        rules: &KeyRules,
        rng: &mut impl rand::Rng,
        rep: RepId,
        portal: PortalId,
        valid_s: Option<u32>,
    ) -> Result<(&KeyRecord, Option<KeyRecord>), Refusal> {
        let valid = valid_s.map_or(rules.valid_default, |s| Duration::from_secs(s.into()));
        if valid > rules.valid_max {
            return Err(Refusal::ValidityTooLong);
        }
        // It ends: the site's rules leave far more keys than may be known at a time.
        let key = loop {
            let draw = |_| rules.alphabet[rng.random_range(0..rules.alphabet.len())];
            let key: String = (0..rules.length).map(draw).collect();
            if !self.by_key.contains_key(&key) {
                break key;
            }
        };
        let url_token = format!("{:032x}", rng.random::<u128>());
        let record =
            KeyRecord { key: key.clone(), url_token, rep, portal, expires: now + valid, used: false };
        let forgotten = self.make_room(rep);
        self.insert(record);
        Ok((&self.by_key[&key], forgotten))
    }

    /// Takes in a key that was generated before a restart.
    pub(crate) fn insert(&mut self, record: KeyRecord) {
        self.by_rep.entry(record.rep).or_default().insert((record.expires, record.key.clone()));
        self.by_url_token.insert(record.url_token.clone(), record.key.clone());
        self.by_key.insert(record.key.clone(), record);
    }

    /// How many are known.
    pub(crate) fn len(&self) -> usize {
        self.by_key.len()
    }

    /// A key, in whatever state.
    pub(crate) fn get(&self, key: &str) -> Option<&KeyRecord> {
        self.by_key.get(key)
    }

    /// The key as somebody typed it: case and blanks do not matter.
    ///
    /// # Errors
    /// It is not known (KEY-13), used (KEY-02) or expired (KEY-04).
    pub(crate) fn typed(&self, now: SimTime, typed: &str) -> Result<&KeyRecord, StartRefusal> {
        let key: String =
            typed.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let record = self.by_key.get(&key).ok_or(StartRefusal::UnknownKey)?;
        record.check(now).map(|()| record)
    }

    /// The key behind a URL (KEY-09).
    ///
    /// # Errors
    /// As [`Keys::typed`].
    pub(crate) fn by_url(&self, now: SimTime, url: &str) -> Result<&KeyRecord, StartRefusal> {
        let token = url.rsplit_once("?ak=").map(|(_, token)| token).ok_or(StartRefusal::UnknownKey)?;
        let key = self.by_url_token.get(token).ok_or(StartRefusal::UnknownKey)?;
        let record = &self.by_key[key];
        record.check(now).map(|()| record)
    }

    /// The key has started a session (KEY-02), which does not look back at it (KEY-05).
    pub(crate) fn mark_used(&mut self, key: &str) {
        self.by_key.get_mut(key).expect("the key was just looked up").used = true;
    }

    /// When the key is to be forgotten; `None` if it is not known.
    pub(crate) fn forgotten_at(&self, key: &str) -> Option<SimTime> {
        self.by_key.get(key).map(KeyRecord::forgotten_at)
    }

    /// Forgets a key whose time has come.
    pub(crate) fn forget(&mut self, now: SimTime, key: &str) -> bool {
        let due = self.by_key.get(key).is_some_and(|record| record.forgotten_at() <= now);
        if due {
            self.remove(key);
        }
        due
    }

    /// Every key that is known.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &KeyRecord> {
        self.by_key.values()
    }

    fn make_room(&mut self, rep: RepId) -> Option<KeyRecord> {
        let mine = self.by_rep.get(&rep).filter(|mine| mine.len() >= KEYS_PER_REP_MAX)?;
        let (_, key) = mine.first().cloned()?;
        self.remove(&key)
    }

    fn remove(&mut self, key: &str) -> Option<KeyRecord> {
        let record = self.by_key.remove(key)?;
        self.by_url_token.remove(&record.url_token);
        let mine = self.by_rep.get_mut(&record.rep)?;
        mine.remove(&(record.expires, record.key.clone()));
        if mine.is_empty() {
            self.by_rep.remove(&record.rep);
        }
        Some(record)
    }
}
