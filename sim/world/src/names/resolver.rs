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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    const SERVER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, 53), 53);
    const ADDRESS: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 10);

    fn name(text: &str) -> DomainName {
        DomainName::parse(text).expect("it is a name")
    }

    fn here() -> DomainName {
        name("support.example.com")
    }

    fn address(ttl_s: u32) -> Says {
        Says::Address { address: ADDRESS, ttl_s }
    }

    /// A resolver, and all that it has done, in words.
    struct Test {
        resolver: Resolver,
        now: SimTime,
        last: Option<Question>,
        story: String,
    }

    impl Test {
        fn new() -> Self {
            let resolver = Resolver::new(SERVER, Seed::from_number(7));
            Self { resolver, now: SimTime::ZERO, last: None, story: String::new() }
        }

        fn asking() -> Self {
            let mut test = Self::new();
            test.resolve();
            test
        }

        fn at(&mut self, secs: u64) -> &mut Self {
            self.now = SimTime::from_secs(secs);
            self
        }

        fn tell(&mut self, what: &str) {
            writeln!(self.story, "{} {what}", self.now).expect("a string takes everything");
        }

        fn resolve(&mut self) {
            let resolution = self.resolver.resolve(self.now, &here());
            self.tell(&format!("resolve: {resolution:?}"));
            self.poll();
        }

        fn timeout(&mut self) {
            self.now = self.resolver.poll_timeout().expect("it waits for something");
            self.resolver.handle_timeout(self.now);
            self.tell("timeout");
            self.poll();
        }

        fn answer(&mut self, says: Says) {
            let Question { port, bytes, .. } = self.last.clone().expect("it has asked");
            let Query { id, name } = Query::parse(&bytes).expect("it is a question");
            self.hear(port, SERVER, &Answer { id, name, says }.to_bytes());
        }

        fn hear(&mut self, port: u16, from: SocketAddrV4, bytes: &[u8]) {
            self.resolver.handle_datagram(self.now, port, from, bytes);
            self.tell("answer");
            self.poll();
        }

        fn poll(&mut self) {
            while let Some(question) = self.resolver.poll_transmit() {
                let same = self.last.as_ref() == Some(&question);
                assert_eq!(question.to, SERVER);
                self.tell(if same { "  asks the same" } else { "  asks" });
                self.last = Some(question);
            }
            while let Some((name, resolved)) = self.resolver.poll_resolved() {
                self.tell(&format!("  {name}: {resolved:?}"));
            }
        }
    }

    #[test]
    fn an_address_is_kept_for_its_time() {
        let mut test = Test::asking();
        test.resolve();
        test.at(1).answer(address(300));
        test.at(300).resolve();
        test.at(301).resolve();
        insta::assert_snapshot!(test.story, @"
        0.000s resolve: Asked
        0.000s   asks
        0.000s resolve: Asked
        1.000s answer
        1.000s   support.example.com: Ok(203.0.113.10)
        300.000s resolve: Known(203.0.113.10)
        301.000s resolve: Asked
        301.000s   asks
        ");
    }

    #[test]
    fn it_asks_twice_and_gives_up() {
        let mut test = Test::asking();
        test.timeout();
        test.timeout();
        assert_eq!(test.resolver.poll_timeout(), None);
        test.resolve();
        insta::assert_snapshot!(test.story, @"
        0.000s resolve: Asked
        0.000s   asks
        5.000s timeout
        5.000s   asks the same
        10.000s timeout
        10.000s   support.example.com: Err(NoAnswer)
        10.000s resolve: Asked
        10.000s   asks
        ");
    }

    #[test]
    fn the_second_answer_is_as_good_as_the_first() {
        let mut test = Test::asking();
        test.timeout();
        test.at(6).answer(address(300));
        assert_eq!(test.resolver.poll_timeout(), None);
        insta::assert_snapshot!(test.story, @"
        0.000s resolve: Asked
        0.000s   asks
        5.000s timeout
        5.000s   asks the same
        6.000s answer
        6.000s   support.example.com: Ok(203.0.113.10)
        ");
    }

    #[test]
    fn no_such_name_is_kept_for_its_time() {
        let mut test = Test::asking();
        test.answer(Says::NoSuchName { ttl_s: 30 });
        test.at(29).resolve();
        test.at(30).resolve();
        insta::assert_snapshot!(test.story, @"
        0.000s resolve: Asked
        0.000s   asks
        0.000s answer
        0.000s   support.example.com: Err(NoSuchName)
        29.000s resolve: Failed(NoSuchName)
        30.000s resolve: Asked
        30.000s   asks
        ");
    }

    #[test]
    fn a_failure_is_asked_about_once_more_and_not_kept() {
        let mut test = Test::asking();
        test.at(1).answer(Says::Failure);
        test.at(2).answer(Says::Failure);
        test.at(3).resolve();
        insta::assert_snapshot!(test.story, @"
        0.000s resolve: Asked
        0.000s   asks
        1.000s answer
        1.000s   asks the same
        2.000s answer
        2.000s   support.example.com: Err(ServerFailure)
        3.000s resolve: Asked
        3.000s   asks
        ");
    }

    #[test]
    fn nothing_is_kept_for_longer_than_the_standards_say() {
        for (says, kept) in [
            (address(i32::MAX as u32), KEPT_MAX),
            (Says::NoSuchName { ttl_s: i32::MAX as u32 }, NO_SUCH_NAME_KEPT_MAX),
        ] {
            let mut test = Test::asking();
            test.answer(says);
            let until = SimTime::ZERO + kept;
            let before = test.resolver.resolve(SimTime::from_nanos(until.as_nanos() - 1), &here());
            assert_ne!(before, Resolution::Asked, "{says:?}");
            assert_eq!(test.resolver.resolve(until, &here()), Resolution::Asked, "{says:?}");
        }
    }

    #[test]
    fn what_does_not_answer_its_question_is_passed_over() {
        let mut test = Test::asking();
        let Question { port, bytes, .. } = test.last.clone().expect("it has asked");
        let id = Query::parse(&bytes).expect("it is a question").id;
        let right = Answer { id, name: here(), says: address(300) };
        let elsewhere = SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, 66), 53);
        let other_port = SocketAddrV4::new(*SERVER.ip(), 5_353);
        let wrong_id = Answer { id: id.wrapping_add(1), ..right.clone() };
        let wrong_name = Answer { name: name("example.com"), ..right.clone() };
        let table: [(&str, u16, SocketAddrV4, Vec<u8>); 7] = [
            ("another server", port, elsewhere, right.to_bytes()),
            ("another port of the server", port, other_port, right.to_bytes()),
            ("to another port", port ^ 1, SERVER, right.to_bytes()),
            ("another id", port, SERVER, wrong_id.to_bytes()),
            ("another question", port, SERVER, wrong_name.to_bytes()),
            ("the question itself", port, SERVER, bytes),
            ("noise", port, SERVER, b"noise".to_vec()),
        ];
        for (what, port, from, bytes) in table {
            test.resolver.handle_datagram(test.now, port, from, &bytes);
            assert_eq!(test.resolver.poll_resolved(), None, "{what}");
            assert!(test.resolver.listens_on(test.last.as_ref().expect("it has asked").port), "{what}");
        }
        test.hear(port, SERVER, &right.to_bytes());
        assert!(test.story.ends_with("support.example.com: Ok(203.0.113.10)\n"), "{}", test.story);
    }

    #[test]
    fn without_a_network_it_fails_at_once() {
        let mut test = Test::asking();
        test.resolver.handle_unsent(test.last.clone().expect("it has asked").port);
        test.poll();
        assert_eq!(test.resolver.poll_timeout(), None);
        insta::assert_snapshot!(test.story, @"
        0.000s resolve: Asked
        0.000s   asks
        0.000s   support.example.com: Err(NoNetwork)
        ");
    }

    #[test]
    fn a_restart_forgets_everything_and_a_cancelled_question_is_no_more() {
        let mut test = Test::asking();
        test.answer(address(300));
        test.resolver.restart();
        test.resolve();
        test.resolver.cancel(&here());
        assert_eq!(test.resolver.poll_timeout(), None);
        test.answer(address(300));
        insta::assert_snapshot!(test.story, @"
        0.000s resolve: Asked
        0.000s   asks
        0.000s answer
        0.000s   support.example.com: Ok(203.0.113.10)
        0.000s resolve: Asked
        0.000s   asks
        0.000s answer
        ");
    }

    #[test]
    fn each_question_has_chance_of_its_own() {
        let mut resolver = Resolver::new(SERVER, Seed::from_number(7));
        let mut asked = |text: &str| {
            assert_eq!(resolver.resolve(SimTime::ZERO, &name(text)), Resolution::Asked);
            let question = resolver.poll_transmit().expect("it asks");
            (Query::parse(&question.bytes).expect("it is a question").id, question.port)
        };
        let (a, b) = (asked("a.example.com"), asked("b.example.com"));
        assert!(a.0 != b.0 && a.1 != b.1, "{a:?} {b:?}");
        assert!(SOURCE_PORTS.contains(&a.1) && SOURCE_PORTS.contains(&b.1));
    }
}
