//! Networks that an account may sign in from.

use std::fmt;
use std::net::{AddrParseError, Ipv4Addr};
use std::str::FromStr;

/// Where an account may sign in from, and when that counts (LOG-07, LOG-08). The address is the one that the appliance
/// sees: of people behind a NAT, the NAT's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkLimit {
    /// The networks that it may come from; at least one.
    pub allow: Vec<Network>,
    /// Which logins are held to that.
    pub when: LimitedLogins,
}

/// Which logins must come from an allowed network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitedLogins {
    /// All of them, also those of a console that comes back by itself (LOG-07).
    Every,
    /// All until one has succeeded; from then on, none (LOG-08).
    First,
}

impl NetworkLimit {
    /// Whether an address is in one of the networks.
    pub fn allows(&self, from: [u8; 4]) -> bool {
        self.allow.iter().any(|network| network.contains(from))
    }
}

/// An IPv4 network in CIDR notation (RFC 4632 section 3.1): `192.0.2.0/24`, or `192.0.2.7` for that one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    /// Its bits below the prefix are zero.
    base: u32,
    /// At most 32.
    prefix_bits: u32,
}

impl Network {
    /// Whether an address is in it.
    pub fn contains(self, address: [u8; 4]) -> bool {
        u32::from_be_bytes(address) & mask(self.prefix_bits) == self.base
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.base), self.prefix_bits)
    }
}

/// Why a text is no network; what came is for the caller to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// It has another shape.
    #[error("expected an IPv4 address or a network such as \"192.0.2.0/24\"")]
    Shape,
    /// An IPv4 address has 32 bits.
    #[error("expected a prefix of 0 to 32 bits")]
    Prefix,
    /// There are bits below the prefix, so that either of the two is a slip.
    #[error("expected no bits beyond the prefix, as in \"{0}\"")]
    HostBits(Network),
}

impl From<AddrParseError> for NetworkError {
    fn from(_: AddrParseError) -> Self {
        Self::Shape
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix_bits) = match text.split_once('/') {
            Some((address, digits)) => (address, prefix_bits(digits)?),
            None => (text, 32),
        };
        let address = u32::from(address.parse::<Ipv4Addr>()?);
        let network = Self { base: address & mask(prefix_bits), prefix_bits };
        if network.base == address { Ok(network) } else { Err(NetworkError::HostBits(network)) }
    }
}

fn prefix_bits(digits: &str) -> Result<u32, NetworkError> {
    // What `parse` would take besides: a sign, and zeros in front.
    let plain =
        digits.bytes().all(|digit| digit.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    if digits.is_empty() || !plain {
        return Err(NetworkError::Shape);
    }
    digits.parse().ok().filter(|bits| *bits <= u32::BITS).ok_or(NetworkError::Prefix)
}

fn mask(prefix_bits: u32) -> u32 {
    // All 32 bits may be shifted out.
    u32::MAX.checked_shl(u32::BITS - prefix_bits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn networks_as_people_write_them() {
        let mut table = String::new();
        for text in [
            "192.0.2.0/24",
            "192.0.2.7",
            "192.0.2.7/32",
            "0.0.0.0/0",
            "128.0.0.0/1",
            "",
            "/",
            "192.0.2.0/",
            "/24",
            "192.0.2/24",
            "192.0.2.0/24/8",
            "192.0.2.0 /24",
            "192.0.2.0/+24",
            "192.0.2.0/024",
            "192.0.2.0/-1",
            "192.0.002.0/24",
            "192.0.2.256",
            "2001:db8::/32",
            "the office",
            "192.0.2.0/33",
            "192.0.2.0/99999999999",
            "192.0.2.10/24",
            "192.0.2.1/0",
            "255.255.255.255/31",
        ] {
            let told = match text.parse::<Network>() {
                Ok(network) => network.to_string(),
                Err(error) => error.to_string(),
            };
            writeln!(table, "{text:?}: {told}").expect("writing to memory");
        }
        insta::assert_snapshot!(table, @r#"
        "192.0.2.0/24": 192.0.2.0/24
        "192.0.2.7": 192.0.2.7/32
        "192.0.2.7/32": 192.0.2.7/32
        "0.0.0.0/0": 0.0.0.0/0
        "128.0.0.0/1": 128.0.0.0/1
        "": expected an IPv4 address or a network such as "192.0.2.0/24"
        "/": expected an IPv4 address or a network such as "192.0.2.0/24"
        "192.0.2.0/": expected an IPv4 address or a network such as "192.0.2.0/24"
        "/24": expected an IPv4 address or a network such as "192.0.2.0/24"
        "192.0.2/24": expected an IPv4 address or a network such as "192.0.2.0/24"
        "192.0.2.0/24/8": expected an IPv4 address or a network such as "192.0.2.0/24"
        "192.0.2.0 /24": expected an IPv4 address or a network such as "192.0.2.0/24"
        "192.0.2.0/+24": expected an IPv4 address or a network such as "192.0.2.0/24"
        "192.0.2.0/024": expected an IPv4 address or a network such as "192.0.2.0/24"
        "192.0.2.0/-1": expected an IPv4 address or a network such as "192.0.2.0/24"
        "192.0.002.0/24": expected an IPv4 address or a network such as "192.0.2.0/24"
        "192.0.2.256": expected an IPv4 address or a network such as "192.0.2.0/24"
        "2001:db8::/32": expected an IPv4 address or a network such as "192.0.2.0/24"
        "the office": expected an IPv4 address or a network such as "192.0.2.0/24"
        "192.0.2.0/33": expected a prefix of 0 to 32 bits
        "192.0.2.0/99999999999": expected a prefix of 0 to 32 bits
        "192.0.2.10/24": expected no bits beyond the prefix, as in "192.0.2.0/24"
        "192.0.2.1/0": expected no bits beyond the prefix, as in "0.0.0.0/0"
        "255.255.255.255/31": expected no bits beyond the prefix, as in "255.255.255.254/31"
        "#);
    }

    /// Against a model too dull to be wrong: the first bits, as text.
    #[test]
    fn a_network_holds_the_addresses_that_begin_like_it() {
        arbtest::arbtest(|u| {
            let (near, prefix_bits): (u32, u32) = (u.arbitrary()?, u.int_in_range(0..=32)?);
            let bits = |address: u32| format!("{address:032b}")[..prefix_bits as usize].to_owned();
            let base = u32::from_str_radix(&format!("{:0<32}", bits(near)), 2).expect("binary digits");
            let written = format!("{}/{prefix_bits}", Ipv4Addr::from(base));
            let network: Network = written.parse().unwrap_or_else(|error| panic!("{written}: {error}"));
            assert_eq!(network.to_string(), written);
            // Neighbours in one bit, and anybody.
            for address in [near, near ^ (1 << u.int_in_range(0..=31)?), u.arbitrary()?] {
                assert_eq!(
                    network.contains(address.to_be_bytes()),
                    bits(address) == bits(near),
                    "{written}, {address:x}"
                );
            }
            Ok(())
        });
    }
}
