//! Names of people's machines as names of hosts.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// The longest name (RFC 1035, 2.3.4), with room for a number behind it.
const NAME_BYTES_MAX: usize = 240;

/// A valid name for each address, none twice: `Carla's device` is `carlas-device`.
pub(super) fn host_names(names: &[(Ipv4Addr, String)]) -> BTreeMap<Ipv4Addr, String> {
    let mut by_address = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (address, name) in names {
        if by_address.contains_key(address) {
            continue;
        }
        let name = host_name(name);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
        by_address.insert(*address, free.expect("there is always another number"));
    }
    by_address
}

/// Letters, digits, hyphens and dots (RFC 1123, 2.1).
fn host_name(name: &str) -> String {
    let mut valid = String::new();
    for character in name.chars().filter(|character| !matches!(character, '\'' | '’')) {
        match character {
            _ if character.is_ascii_alphanumeric() => valid.push(character.to_ascii_lowercase()),
            '.' if !valid.is_empty() && !valid.ends_with(['.', '-']) => valid.push('.'),
            _ if !valid.is_empty() && !valid.ends_with(['.', '-']) => valid.push('-'),
            _ => {}
        }
    }
    valid.truncate(NAME_BYTES_MAX);
    let valid = valid.trim_end_matches(['.', '-']);
    if valid.is_empty() { "host".to_owned() } else { valid.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_say_it_one_way_and_host_names_another() {
        let names = [
            "Carla's device",
            "support.example.com",
            "Carlas device!",
            "Jump Client on DB-01",
            "Zoë",
            "…",
            "Support.Example.com",
        ];
        let addressed = |(place, name): (usize, &&str)| (Ipv4Addr::from(place as u32), (*name).to_owned());
        let mut named: Vec<_> = names.iter().enumerate().map(addressed).collect();
        named.push((Ipv4Addr::from(0), "another name of the first".to_owned()));
        let valid: Vec<_> = host_names(&named).into_values().collect();
        insta::assert_snapshot!(valid.join("\n"), @"
        carlas-device
        support.example.com
        carlas-device-2
        jump-client-on-db-01
        zo
        host
        support.example.com-2
        ");
    }
}
