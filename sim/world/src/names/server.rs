//! A name server, sans-IO: it knows names, and can fail in the ways in which name servers do.

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use wire::SimTime;

use super::message::{Answer, DomainName, Query, Says};

/// For how long an address may be kept: what records that may have to change soon are given.
pub const NAME_TTL: Duration = Duration::from_secs(300);

/// For how long "no such name" may be kept.
pub const NO_SUCH_NAME_TTL: Duration = Duration::from_secs(30);

/// How a name server is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NameServerMode {
    /// It answers at once.
    #[default]
    Healthy,
    /// It answers nothing.
    Silent,
    /// It answers that it has failed (SERVFAIL).
    Failing,
    /// It answers so much later.
    Slow(Duration),
}

/// A name server: records, and how it is.
#[derive(Debug, Default)]
pub struct NameServer {
    mode: NameServerMode,
    records: BTreeMap<DomainName, Record>,
    /// Answers by when they go out, in the order in which they were asked for.
    answers: BTreeMap<(SimTime, u64), Reply>,
    asked: u64,
    due: VecDeque<Reply>,
}

/// An answer, and to whom.
pub type Reply = (SocketAddrV4, Vec<u8>);

#[derive(Debug)]
struct Record {
    address: Ipv4Addr,
    /// Taken off, it is as if it were not there.
    listed: bool,
}

impl NameServer {
    /// Makes a name lead to an address, from now on. Who has asked before keeps what they were told until its time
    /// is over ([`NAME_TTL`]).
    pub fn set(&mut self, name: DomainName, address: Ipv4Addr) {
        self.records.insert(name, Record { address, listed: true });
    }

    /// Every name that it has ever known, with the address that it leads to.
    pub fn records(&self) -> impl Iterator<Item = (&DomainName, Ipv4Addr)> {
        self.records.iter().map(|(name, record)| (name, record.address))
    }

    /// Takes a name off, or puts it back; one that it has never known stays unknown.
    pub fn list(&mut self, name: &DomainName, listed: bool) {
        if let Some(record) = self.records.get_mut(name) {
            record.listed = listed;
        }
    }

    /// It is like this from now on. Silent, it does not even say what it was about to say.
    pub fn set_mode(&mut self, mode: NameServerMode) {
        self.mode = mode;
        if mode == NameServerMode::Silent {
            self.restart();
        }
    }

    /// It starts anew: what it was about to say is lost, and it is the same otherwise.
    pub fn restart(&mut self) {
        self.answers.clear();
        self.due.clear();
    }

    /// A datagram has come. What is no question is passed over.
    pub fn handle_datagram(&mut self, now: SimTime, from: SocketAddrV4, bytes: &[u8]) {
        let Some(Query { id, name }) = Query::parse(bytes) else { return };
        let (delay, says) = match self.mode {
            NameServerMode::Healthy => (Duration::ZERO, self.says(&name)),
            NameServerMode::Silent => return,
            NameServerMode::Failing => (Duration::ZERO, Says::Failure),
            NameServerMode::Slow(delay) => (delay, self.says(&name)),
        };
        let answer = Answer { id, name, says }.to_bytes();
        self.answers.insert((now + delay, self.asked), (from, answer));
        self.asked += 1;
        self.handle_timeout(now);
    }

    /// Time has gone on.
    pub fn handle_timeout(&mut self, now: SimTime) {
        while let Some(first) = self.answers.first_entry().filter(|first| first.key().0 <= now) {
            self.due.push_back(first.remove());
        }
    }

    /// When it wants [`NameServer::handle_timeout`] to be called.
    pub fn poll_timeout(&self) -> Option<SimTime> {
        self.answers.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next answer to send.
    pub fn poll_transmit(&mut self) -> Option<Reply> {
        self.due.pop_front()
    }

    fn says(&self, name: &DomainName) -> Says {
        match self.records.get(name).filter(|record| record.listed) {
            Some(record) => Says::Address { address: record.address, ttl_s: NAME_TTL.as_secs() as u32 },
            None => Says::NoSuchName { ttl_s: NO_SUCH_NAME_TTL.as_secs() as u32 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, 7), 50_000);

    fn name(text: &str) -> DomainName {
        DomainName::parse(text).expect("it is a name")
    }

    fn server() -> NameServer {
        let mut server = NameServer::default();
        server.set(name("support.example.com"), Ipv4Addr::new(203, 0, 113, 10));
        server
    }

    /// What a server in some state says to a question, and when, in words.
    fn asked(change: impl FnOnce(&mut NameServer), about: &str) -> String {
        let mut server = server();
        change(&mut server);
        server.handle_datagram(SimTime::from_secs(1), CLIENT, &Query { id: 5, name: name(about) }.to_bytes());
        let mut now = SimTime::from_secs(1);
        if let Some(at) = server.poll_timeout() {
            assert_eq!(server.poll_transmit(), None, "it is not time yet");
            now = at;
            server.handle_timeout(now);
        }
        let Some((to, bytes)) = server.poll_transmit() else { return "nothing".to_owned() };
        assert_eq!((to, server.poll_transmit()), (CLIENT, None));
        let answer = Answer::parse(&bytes).expect("it is an answer");
        assert_eq!((answer.id, answer.name), (5, name(about)));
        format!("{now} {:?}", answer.says)
    }

    #[test]
    fn what_it_says() {
        let it = "support.example.com";
        let other = Ipv4Addr::new(203, 0, 113, 99);
        let table = [
            ("healthy", asked(|_| {}, it)),
            ("another name", asked(|_| {}, "example.com")),
            ("silent", asked(|server| server.set_mode(NameServerMode::Silent), it)),
            ("failing", asked(|server| server.set_mode(NameServerMode::Failing), it)),
            ("slow", asked(|server| server.set_mode(NameServerMode::Slow(Duration::from_secs(3))), it)),
            ("taken off", asked(|server| server.list(&name(it), false), it)),
            (
                "put back",
                asked(
                    |server| {
                        server.list(&name(it), false);
                        server.list(&name(it), true);
                    },
                    it,
                ),
            ),
            ("points elsewhere", asked(|server| server.set(name(it), other), it)),
            ("put back, never known", asked(|server| server.list(&name("example.com"), true), "example.com")),
        ];
        let said: Vec<String> = table.into_iter().map(|(state, says)| format!("{state}: {says}")).collect();
        insta::assert_snapshot!(said.join("\n"), @"
        healthy: 1.000s Address { address: 203.0.113.10, ttl_s: 300 }
        another name: 1.000s NoSuchName { ttl_s: 30 }
        silent: nothing
        failing: 1.000s Failure
        slow: 4.000s Address { address: 203.0.113.10, ttl_s: 300 }
        taken off: 1.000s NoSuchName { ttl_s: 30 }
        put back: 1.000s Address { address: 203.0.113.10, ttl_s: 300 }
        points elsewhere: 1.000s Address { address: 203.0.113.99, ttl_s: 300 }
        put back, never known: 1.000s NoSuchName { ttl_s: 30 }
        ");
    }

    #[test]
    fn what_is_no_question_gets_no_answer() {
        let mut server = server();
        let answer = Answer { id: 1, name: name("support.example.com"), says: Says::Failure }.to_bytes();
        for bytes in [&b""[..], b"hello", &answer] {
            server.handle_datagram(SimTime::ZERO, CLIENT, bytes);
        }
        assert_eq!((server.poll_transmit(), server.poll_timeout()), (None, None));
    }

    #[test]
    fn answers_that_wait_are_lost_with_their_server() {
        for lose in [NameServer::restart, |server: &mut NameServer| server.set_mode(NameServerMode::Silent)] {
            let mut server = server();
            server.set_mode(NameServerMode::Slow(Duration::from_secs(3)));
            let query = Query { id: 5, name: name("support.example.com") };
            server.handle_datagram(SimTime::ZERO, CLIENT, &query.to_bytes());
            lose(&mut server);
            server.handle_timeout(SimTime::from_secs(3));
            assert_eq!((server.poll_transmit(), server.poll_timeout()), (None, None));
        }
    }
}
