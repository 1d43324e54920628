//! DNS messages (RFC 1035, 4): questions for an address, and answers to them.

use std::fmt;
use std::net::Ipv4Addr;

use simple_dns::rdata::{A, RData, SOA};
use simple_dns::{
    CLASS, Name, OPCODE, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, ResourceRecord, TYPE,
};

/// The longest name in text: 255 bytes on the wire (RFC 1035, 2.3.4) are this many characters.
pub const NAME_BYTES_MAX: usize = 253;

/// The longest part of a name between two dots (RFC 1035, 2.3.4).
pub const LABEL_BYTES_MAX: usize = 63;

const HEADER_BYTES: usize = 12;
/// The root as a name, a type and a class.
const QUESTION_BYTES_MIN: usize = 5;
/// The root as a name, a type, a class, a time to live and no content.
const RECORD_BYTES_MIN: usize = 11;

/// A host's name as DNS knows it, in small letters, since case makes no difference (RFC 4343).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DomainName(String);

impl DomainName {
    /// Reads a name, with or without the dot at its end; `None` if no host can be called so (RFC 1123, 2.1; the
    /// underscore is let through, as everybody does).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('.').unwrap_or(text);
        let is_label = |label: &str| {
            (1..=LABEL_BYTES_MAX).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        (text.len() <= NAME_BYTES_MAX && text.split('.').all(is_label))
            .then(|| Self(text.to_ascii_lowercase()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of_wire(name: &Name<'_>) -> Option<Self> {
        let labels: Option<Vec<&str>> = name
            .as_bytes()
            .map(|label| str::from_utf8(label).ok().filter(|label| !label.contains('.')))
            .collect();
        Self::parse(&labels?.join("."))
    }

    fn to_wire(&self) -> Name<'_> {
        Name::new(&self.0).expect("a name that was parsed fits onto the wire")
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A question for the address of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) id: u16,
    pub(crate) name: DomainName,
}

/// An answer to a [`Query`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) id: u16,
    pub(crate) name: DomainName,
    pub(crate) says: Says,
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// The name leads here; may be kept for so long.
    Address { address: Ipv4Addr, ttl_s: u32 },
    /// There is no such name, or nothing with an address behind it; may be kept for so long.
    NoSuchName { ttl_s: u32 },
    /// The server can't tell.
    Failure,
}

impl Query {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut packet = Packet::new_query(self.id);
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
        packet.questions.push(question(&self.name));
        packet.build_bytes_vec().expect("a question fits into its message")
    }

    /// Reads a question; `None` for anything else.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let packet = read(bytes)?;
        (!packet.has_flags(PacketFlag::RESPONSE)).then_some(())?;
        Some(Self { id: packet.id(), name: asked(&packet)? })
    }
}

impl Answer {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut packet = Packet::new_reply(self.id);
        packet.set_flags(PacketFlag::RECURSION_DESIRED | PacketFlag::RECURSION_AVAILABLE);
        packet.questions.push(question(&self.name));
        match self.says {
            Says::Address { address, ttl_s } => {
                let data = RData::A(A { address: address.to_bits() });
                packet.answers.push(ResourceRecord::new(self.name.to_wire(), CLASS::IN, ttl_s, data));
            }
            Says::NoSuchName { ttl_s } => {
                *packet.rcode_mut() = RCODE::NameError;
                packet.name_servers.push(start_of_authority(&self.name, ttl_s));
            }
            Says::Failure => *packet.rcode_mut() = RCODE::ServerFailure,
        }
        packet.build_bytes_vec_compressed().expect("an answer fits into its message")
    }

    /// Reads an answer to a question for an address; `None` for anything else.
    ///
    /// Aliases are not followed: no server here gives any. An answer that was cut short counts as none that the
    /// server could give, since there is no TCP to ask again by.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let packet = read(bytes)?;
        packet.has_flags(PacketFlag::RESPONSE).then_some(())?;
        let (id, name) = (packet.id(), asked(&packet)?);
        let says = match packet.rcode() {
            _ if packet.has_flags(PacketFlag::TRUNCATION) => Says::Failure,
            RCODE::NoError => address(&packet, &name).unwrap_or_else(|| nothing(&packet)),
            RCODE::NameError => nothing(&packet),
            _ => Says::Failure,
        };
        Some(Self { id, name, says })
    }
}

/// Reads a message whose header promises no more than can be in it: what it promises is allocated.
fn read(bytes: &[u8]) -> Option<Packet<'_>> {
    let count = |at: usize| Some(usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])));
    let records = count(6)? + count(8)? + count(10)?;
    let least = HEADER_BYTES + count(4)? * QUESTION_BYTES_MIN + records * RECORD_BYTES_MIN;
    (least <= bytes.len()).then_some(())?;
    Packet::parse(bytes).ok()
}

/// The name in the one question that a message has.
fn asked(packet: &Packet<'_>) -> Option<DomainName> {
    let [Question { qname, qtype: QTYPE::TYPE(TYPE::A), qclass: QCLASS::CLASS(CLASS::IN), .. }] =
        &packet.questions[..]
    else {
        return None;
    };
    matches!(packet.opcode(), OPCODE::StandardQuery).then_some(())?;
    DomainName::of_wire(qname)
}

fn address(packet: &Packet<'_>, name: &DomainName) -> Option<Says> {
    packet.answers.iter().find_map(|record| match &record.rdata {
        RData::A(a)
            if record.class == CLASS::IN && DomainName::of_wire(&record.name).as_ref() == Some(name) =>
        {
            Some(Says::Address { address: Ipv4Addr::from_bits(a.address), ttl_s: ttl(record.ttl) })
        }
        _ => None,
    })
}

/// For how long "no" may be kept, the authority's record says (RFC 2308, 5); without one, it may not be.
fn nothing(packet: &Packet<'_>) -> Says {
    let ttl_s = packet.name_servers.iter().find_map(|record| match &record.rdata {
        RData::SOA(soa) => Some(ttl(record.ttl).min(ttl(soa.minimum))),
        _ => None,
    });
    Says::NoSuchName { ttl_s: ttl_s.unwrap_or(0) }
}

/// With its highest bit set, it is zero (RFC 2181, 8).
fn ttl(seconds: u32) -> u32 {
    if seconds > i32::MAX as u32 { 0 } else { seconds }
}

fn question(name: &DomainName) -> Question<'_> {
    Question::new(name.to_wire(), TYPE::A.into(), CLASS::IN.into(), false)
}

/// The record of the zone in which a name is not (RFC 2308, 3).
fn start_of_authority(name: &DomainName, ttl_s: u32) -> ResourceRecord<'_> {
    let zone = name.0.split_once('.').map_or(name.as_str(), |(_, zone)| zone);
    let zone = || Name::new(zone).expect("what follows a dot in a name is a name");
    let soa = SOA {
        mname: zone(),
        rname: zone(),
        serial: 1,
        refresh: 3_600,
        retry: 600,
        expire: 86_400,
        minimum: ttl_s,
    };
    ResourceRecord::new(zone(), CLASS::IN, ttl_s, RData::SOA(soa))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "support.example.com";

    fn name(text: &str) -> DomainName {
        DomainName::parse(text).expect("it is a name")
    }

    fn answer(says: Says) -> Answer {
        Answer { id: 0x1234, name: name(NAME), says }
    }

    fn address(last: u8) -> Says {
        Says::Address { address: Ipv4Addr::new(203, 0, 113, last), ttl_s: 300 }
    }

    #[test]
    fn names_that_a_host_can_have() {
        let good = |text: &str| DomainName::parse(text).map(|name| name.0);
        for (text, wanted) in [(NAME, NAME), ("Support.Example.COM.", NAME), ("a", "a"), ("_x.y-1", "_x.y-1")]
        {
            assert_eq!(good(text).as_deref(), Some(wanted));
        }
        let longest_label = "x".repeat(LABEL_BYTES_MAX);
        assert!(good(&longest_label).is_some());
        let longest = [longest_label.as_str(); 4].join(".")[..NAME_BYTES_MAX].to_owned();
        assert!(good(&longest).is_some());
        let too_long_label = "x".repeat(LABEL_BYTES_MAX + 1);
        for text in
            ["", ".", "a..b", ".a", "a b", "ä.example", r"a\.b", &too_long_label, &format!("{longest}x")]
        {
            assert_eq!(good(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let query = Query { id: 7, name: name(NAME) };
        assert_eq!(Query::parse(&query.to_bytes()), Some(query.clone()));
        assert_eq!(Answer::parse(&query.to_bytes()), None, "a question is no answer");
        for says in [address(10), Says::NoSuchName { ttl_s: 30 }, Says::Failure] {
            let bytes = answer(says).to_bytes();
            assert_eq!(Answer::parse(&bytes), Some(answer(says)));
            assert_eq!(Query::parse(&bytes), None, "an answer is no question");
        }
        let longest = name(&[&"x".repeat(LABEL_BYTES_MAX)[..]; 4].join(".")[..NAME_BYTES_MAX]);
        let query = Query { id: 8, name: longest };
        assert_eq!(Query::parse(&query.to_bytes()), Some(query));
    }

    /// A question as RFC 1035 has it, written by hand.
    #[test]
    fn a_question_as_the_standard_writes_it() {
        let mut wanted = vec![0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0];
        wanted.extend(b"\x07support\x07example\x03com\x00\x00\x01\x00\x01");
        assert_eq!(Query { id: 0x1234, name: name(NAME) }.to_bytes(), wanted);
    }

    /// An answer whose record points back to the name of its question, and what else may stand in that place.
    #[test]
    fn pointers_lead_backwards_or_the_answer_is_none() {
        let with_pointer = |to: [u8; 2]| {
            let mut bytes = vec![0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
            bytes.extend(b"\x07support\x07example\x03com\x00\x00\x01\x00\x01");
            bytes.extend(to);
            bytes.extend([0, 1, 0, 1, 0, 0, 0x01, 0x2c, 0, 4, 203, 0, 113, 10]);
            bytes
        };
        let record_at = (HEADER_BYTES + 21 + 4) as u8;
        assert_eq!(Answer::parse(&with_pointer([0xc0, 12])), Some(answer(address(10))));
        let another_name = answer(Says::NoSuchName { ttl_s: 0 });
        assert_eq!(
            Answer::parse(&with_pointer([0xc0, 20])),
            Some(another_name),
            "the address of another name"
        );
        for to in
            [[0xc0, record_at], [0xc0, record_at + 1], [0xc0, 200], [0xff, 0xff], [0x80, 12], [0x40, 12]]
        {
            assert_eq!(Answer::parse(&with_pointer(to)), None, "{to:02x?}");
        }
    }

    /// The same answer with one part of its header changed.
    #[test]
    fn a_header_is_taken_at_its_word() {
        let changed = |at: usize, to: u8| {
            let mut bytes = answer(address(10)).to_bytes();
            bytes[at] = to;
            Answer::parse(&bytes).map(|answer| answer.says)
        };
        let table = [
            ("as it was", 3, 0x80, Some(address(10))),
            ("format error", 3, 0x81, Some(Says::Failure)),
            ("refused", 3, 0x85, Some(Says::Failure)),
            ("cut short", 2, 0x83, Some(Says::Failure)),
            ("not a question", 2, 0x91, None),
            ("no question", 5, 0, None),
            ("two questions", 5, 2, None),
            ("no answer", 7, 0, Some(Says::NoSuchName { ttl_s: 0 })),
            ("more answers than there are", 7, 2, None),
            ("65 thousand answers", 6, 0xff, None),
            ("65 thousand of the rest", 10, 0xff, None),
        ];
        for (what, at, to, wanted) in table {
            assert_eq!(changed(at, to), wanted, "{what}");
        }
    }

    #[test]
    fn a_time_to_live_below_zero_is_none() {
        let says = Says::Address { address: Ipv4Addr::LOCALHOST, ttl_s: u32::MAX };
        let read = Answer::parse(&answer(says).to_bytes()).map(|answer| answer.says);
        assert_eq!(read, Some(Says::Address { address: Ipv4Addr::LOCALHOST, ttl_s: 0 }));
    }

    /// Whatever comes, and whatever becomes of a message on its way, is read or refused.
    #[test]
    fn hostile_bytes_are_refused() {
        arbtest::arbtest(|u| {
            let mut bytes = match u.int_in_range(0..=3)? {
                0 => answer(address(10)).to_bytes(),
                1 => answer(Says::NoSuchName { ttl_s: 30 }).to_bytes(),
                2 => Query { id: 9, name: name(NAME) }.to_bytes(),
                _ => u.arbitrary()?,
            };
            for _ in 0..u.int_in_range(0..=8)? {
                if !bytes.is_empty() {
                    let at = u.choose_index(bytes.len())?;
                    bytes[at] = u.arbitrary()?;
                }
            }
            bytes.truncate(
                u.int_in_range(0..=bytes.len())?.max(bytes.len().saturating_sub(u.int_in_range(0..=64)?)),
            );
            if let Some(query) = Query::parse(&bytes) {
                assert_eq!(Query::parse(&query.to_bytes()), Some(query));
            }
            if let Some(answer) = Answer::parse(&bytes) {
                assert_eq!(Answer::parse(&answer.to_bytes()), Some(answer));
            }
            Ok(())
        });
    }
}
