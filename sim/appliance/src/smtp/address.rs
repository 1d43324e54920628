//! Addresses and host names, as far as mail needs them: what stands in a command must not be able to end it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name before the `@`, in bytes (RFC 5321, 4.5.3.1.1).
const LOCAL_PART_BYTES_MAX: usize = 64;
/// The longest address, in bytes (RFC 5321, 4.5.3.1.3, without the angle brackets).
const ADDRESS_BYTES_MAX: usize = 254;
/// The longest host name, in bytes (RFC 1035).
const HOST_NAME_BYTES_MAX: usize = 253;
/// The longest part of a host name between two dots, in bytes (RFC 1035).
const LABEL_BYTES_MAX: usize = 63;

/// A mail address in its plain form, `kim@example.org`: a name of letters, digits, dots and what RFC 5322 calls
/// `atext`, and a host name. Quoted names, addresses of hosts by number and letters beyond ASCII are refused, and so
/// is all that could end a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// A host's full name, `mail.example.com`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostName(String);

/// A text that is no address, or no host name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found:?}")]
pub struct AddressError {
    expected: &'static str,
    found: String,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let well_formed = text.split_once('@').is_some_and(|(local, host)| {
            (1..=LOCAL_PART_BYTES_MAX).contains(&local.len())
                && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
                && is_host_name(host)
        });
        if well_formed && text.len() <= ADDRESS_BYTES_MAX {
            Ok(Self(text.to_owned()))
        } else {
            Err(AddressError { expected: "a mail address such as kim@example.org", found: shortened(text) })
        }
    }
}

impl FromStr for HostName {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if is_host_name(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AddressError { expected: "a host name such as mail.example.com", found: shortened(text) })
        }
    }
}

/// RFC 5322, 3.2.3.
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_host_name(text: &str) -> bool {
    text.len() <= HOST_NAME_BYTES_MAX
        && text.split('.').all(|label| {
            (1..=LABEL_BYTES_MAX).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

/// What is wrong may be long.
fn shortened(text: &str) -> String {
    text.chars().take(ADDRESS_BYTES_MAX + 1).collect()
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl TryFrom<String> for HostName {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

impl From<HostName> for String {
    fn from(name: HostName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_taken_and_nothing_else() {
        let local = "l".repeat(LOCAL_PART_BYTES_MAX);
        let host = format!("{0}.{0}.{1}", "h".repeat(LABEL_BYTES_MAX), "i".repeat(61));
        let longest = format!("{local}@{host}");
        assert_eq!(longest.len(), ADDRESS_BYTES_MAX);
        for good in ["kim@example.org", "kim.o'hara+help@mail-1.example.org", "a@b", longest.as_str()] {
            assert_eq!(good.parse::<Address>().expect(good).to_string(), good);
        }
        let one_more = format!("{longest}i");
        for bad in [
            "",
            "kim",
            "@example.org",
            "kim@",
            "kim@@example.org",
            "kim lee@example.org",
            ".kim@example.org",
            "kim.@example.org",
            "\"kim\"@example.org",
            "kim@[192.0.2.1]",
            "kim@-example.org",
            "kim@example..org",
            "kim@example.org>",
            "<kim@example.org",
            "kim@exämple.org",
            "kïm@example.org",
            "kim@example.org\r\nRCPT TO:<eve@example.org>",
            "kim\0@example.org",
            "l@l@example.org",
            one_more.as_str(),
        ] {
            assert!(bad.parse::<Address>().is_err(), "{bad:?}");
        }
        assert_eq!(
            "kim\n@example.org".parse::<Address>().expect_err("a line ends").to_string(),
            "expected a mail address such as kim@example.org, found \"kim\\n@example.org\""
        );
        assert_eq!(
            "mail example".parse::<HostName>().expect_err("a space").to_string(),
            "expected a host name such as mail.example.com, found \"mail example\""
        );
    }
}
