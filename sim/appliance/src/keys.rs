//! Session keys: one-time, short-lived, and good for nothing but finding the right representative (KEY).

use std::collections::BTreeMap;
use std::time::Duration;

use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use wire::customer::StartRefusal;
use wire::rep::Refusal;
use wire::{PortalId, RepId, SimTime};

use crate::site::{KeyRules, Site};

/// How long a key that can no longer start anything is still known as used or expired.
const REMEMBERED_AFTER_EXPIRY: Duration = Duration::from_secs(7 * 86_400);

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

    /// Whether it can start a session now.
    pub(crate) fn check(&self, now: SimTime) -> Result<(), StartRefusal> {
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
}

impl Keys {
    /// Draws a new key (KEY-01). The caller has checked that the account may have one.
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
    ) -> Result<&KeyRecord, Refusal> {
        let valid = valid_s.map_or(rules.valid_default, |s| Duration::from_secs(s.into()));
        if valid > rules.valid_max {
            return Err(Refusal::ValidityTooLong);
        }
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
        self.insert(record);
        Ok(&self.by_key[&key])
    }

    /// Takes in a key that was generated before a restart.
    pub(crate) fn insert(&mut self, record: KeyRecord) {
        self.by_url_token.insert(record.url_token.clone(), record.key.clone());
        self.by_key.insert(record.key.clone(), record);
    }

    /// The key as somebody typed it: case and blanks do not matter.
    ///
    /// # Errors
    /// It is not known (KEY-13), used (KEY-02) or expired (KEY-04).
    pub(crate) fn typed(&self, now: SimTime, typed: &str) -> Result<&KeyRecord, StartRefusal> {
        let key: String = typed.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
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

    /// The key has started a session.
    pub(crate) fn mark_used(&mut self, key: &str) -> &KeyRecord {
        let record = self.by_key.get_mut(key).expect("the key was just looked up");
        record.used = true;
        record
    }

    /// Forgets a key whose time has come.
    pub(crate) fn forget(&mut self, now: SimTime, key: &str) -> bool {
        let due = self.by_key.get(key).is_some_and(|record| record.forgotten_at() <= now);
        if due {
            let record = self.by_key.remove(key).expect("it was there");
            self.by_url_token.remove(&record.url_token);
        }
        due
    }

    /// Every key that is known.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &KeyRecord> {
        self.by_key.values()
    }
}
