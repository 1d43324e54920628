//! A machine's stub resolver, sans-IO: asks a name server, asks again, gives up, and keeps what it was told.

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use wire::{Seed, SimTime};

use super::message::{Answer, DomainName, Query, Says};

/// How long it waits for an answer: `timeout` in resolv.conf(5), `RES_TIMEOUT` of glibc.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// How often it asks before it gives up: `attempts` in resolv.conf(5), `RES_DFLRETRY` of glibc.
pub const ATTEMPTS_MAX: u32 = 2;

/// The longest that it keeps an address, whatever the server says (RFC 8767, 4).
pub const KEPT_MAX: Duration = Duration::from_secs(7 * 86_400);

/// The longest that it keeps "no such name" (RFC 2308, 5).
pub const NO_SUCH_NAME_KEPT_MAX: Duration = Duration::from_secs(3 * 3_600);

/// Where it asks from (RFC 6335, 6).
const SOURCE_PORTS: std::ops::RangeInclusive<u16> = 49_152..=65_535;

/// A machine's way to find out whose address a name is.
///
/// Id and source port of each question are drawn, so that whoever does not see the question can hardly answer it
/// (RFC 5452); the same question asked again is the same datagram. After each call, poll until `None`.
#[derive(Debug)]
pub struct Resolver {
    server: SocketAddrV4,
    chance: ChaCha8Rng,
    lookups: BTreeMap<DomainName, Lookup>,
    cache: BTreeMap<DomainName, Cached>,
    transmits: VecDeque<Question>,
    resolved: VecDeque<(DomainName, Resolved)>,
}

/// What is known of a name at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Its address.
    Known(Ipv4Addr),
    /// Nothing yet: [`Resolver::poll_resolved`] will tell.
    Asked,
    /// There will be no address.
    Failed(Unresolved),
}

/// What became of a question.
pub type Resolved = Result<Ipv4Addr, Unresolved>;

/// Why a name has no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unresolved {
    /// The server says that there is no such name (NXDOMAIN), or nobody can be called so.
    NoSuchName,
    /// The server says that it has failed (SERVFAIL), or refuses to answer.
    ServerFailure,
    /// The server does not answer.
    NoAnswer,
    /// The machine itself has no network.
    NoNetwork,
}

/// A datagram to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// From which port of the machine. The answer comes there.
    pub port: u16,
    /// To whom.
    pub to: SocketAddrV4,
    /// What.
    pub bytes: Vec<u8>,
}

#[derive(Debug)]
struct Lookup {
    id: u16,
    port: u16,
    /// How often it was asked so far.
    attempts: u32,
    /// Until when an answer is waited for.
    until: SimTime,
}

#[derive(Clone, Copy, Debug)]
struct Cached {
    resolved: Resolved,
    until: SimTime,
}

impl Resolver {
    /// Knows nothing yet, and asks `server`.
    pub fn new(server: SocketAddrV4, seed: Seed) -> Self {
        Self {
            server,
            chance: seed.rng(),
            lookups: BTreeMap::new(),
            cache: BTreeMap::new(),
            transmits: VecDeque::new(),
            resolved: VecDeque::new(),
        }
    }

    /// Whose address is this? Who asks for what is being asked for already waits for the same answer.
    pub fn resolve(&mut self, now: SimTime, name: &DomainName) -> Resolution {
        if let Some(cached) = self.cache.get(name).filter(|cached| cached.until > now) {
            return match cached.resolved {
                Ok(address) => Resolution::Known(address),
                Err(why) => Resolution::Failed(why),
            };
        }
        if !self.lookups.contains_key(name) {
            let (id, port) = (self.chance.random(), self.free_port());
            self.lookups.insert(name.clone(), Lookup { id, port, attempts: 0, until: now });
            self.ask(now, name.clone());
        }
        Resolution::Asked
    }

    /// Nobody wants to know any more.
    pub fn cancel(&mut self, name: &DomainName) {
        if let Some(lookup) = self.lookups.remove(name) {
            self.transmits.retain(|question| question.port != lookup.port);
        }
    }

    /// The machine starts anew: everything is forgotten.
    pub fn restart(&mut self) {
        self.lookups.clear();
        self.cache.clear();
        self.transmits.clear();
        self.resolved.clear();
    }

    /// A datagram has come to one of the ports that it asks from. Whatever does not answer what was asked there is
    /// passed over (RFC 5452, 9.1).
    pub fn handle_datagram(&mut self, now: SimTime, port: u16, from: SocketAddrV4, bytes: &[u8]) {
        let Some(Answer { id, name, says }) = Answer::parse(bytes) else { return };
        let asked = self.lookups.get(&name);
        if from != self.server || !asked.is_some_and(|lookup| (lookup.id, lookup.port) == (id, port)) {
            return;
        }
        match says {
            Says::Address { address, ttl_s } => {
                let kept = Duration::from_secs(ttl_s.into()).min(KEPT_MAX);
                self.keep(now, &name, Ok(address), kept);
                self.finish(name, Ok(address));
            }
            Says::NoSuchName { ttl_s } => {
                let kept = Duration::from_secs(ttl_s.into()).min(NO_SUCH_NAME_KEPT_MAX);
                self.keep(now, &name, Err(Unresolved::NoSuchName), kept);
                self.finish(name, Err(Unresolved::NoSuchName));
            }
            // Another attempt may be luckier; nothing to remember.
            Says::Failure => self.ask_again(now, name, Unresolved::ServerFailure),
        }
    }

    /// A question could not even be sent: the machine has no network.
    pub fn handle_unsent(&mut self, port: u16) {
        let unsent = self.lookups.iter().find(|(_, lookup)| lookup.port == port);
        if let Some(name) = unsent.map(|(name, _)| name.clone()) {
            self.finish(name, Err(Unresolved::NoNetwork));
        }
    }

    /// Time has gone on.
    pub fn handle_timeout(&mut self, now: SimTime) {
        let due = self.lookups.iter().filter(|(_, lookup)| lookup.until <= now);
        let due: Vec<DomainName> = due.map(|(name, _)| name.clone()).collect();
        for name in due {
            self.ask_again(now, name, Unresolved::NoAnswer);
        }
    }

    /// When it wants [`Resolver::handle_timeout`] to be called.
    pub fn poll_timeout(&self) -> Option<SimTime> {
        self.lookups.values().map(|lookup| lookup.until).min()
    }

    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Question> {
        self.transmits.pop_front()
    }

    /// The next name that was asked for and is settled.
    pub fn poll_resolved(&mut self) -> Option<(DomainName, Resolved)> {
        self.resolved.pop_front()
    }

    /// Whether an answer is waited for on a port.
    pub fn listens_on(&self, port: u16) -> bool {
        self.lookups.values().any(|lookup| lookup.port == port)
    }

    fn ask_again(&mut self, now: SimTime, name: DomainName, or_else: Unresolved) {
        if self.lookups.get(&name).is_some_and(|lookup| lookup.attempts < ATTEMPTS_MAX) {
            self.ask(now, name);
        } else {
            self.finish(name, Err(or_else));
        }
    }

    fn ask(&mut self, now: SimTime, name: DomainName) {
        let Some(lookup) = self.lookups.get_mut(&name) else { return };
        lookup.attempts += 1;
        lookup.until = now + ANSWER_TIMEOUT;
        let (id, port) = (lookup.id, lookup.port);
        let bytes = Query { id, name }.to_bytes();
        self.transmits.push_back(Question { port, to: self.server, bytes });
    }

    fn keep(&mut self, now: SimTime, name: &DomainName, resolved: Resolved, kept: Duration) {
        self.cache.retain(|_, cached| cached.until > now);
        self.cache.insert(name.clone(), Cached { resolved, until: now + kept });
    }

    fn finish(&mut self, name: DomainName, resolved: Resolved) {
        self.lookups.remove(&name);
        self.resolved.push_back((name, resolved));
    }

    fn free_port(&mut self) -> u16 {
        loop {
            let port = self.chance.random_range(SOURCE_PORTS);
            if !self.listens_on(port) {
                return port;
            }
        }
    }
}
