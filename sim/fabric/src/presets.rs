//! Links that people know by name.
//!
//! A packet crosses the sender's up link and the receiver's down link, so each direction has half of the round
//! trip that its source names. Where a source says nothing of the queue, it holds what the link carries in 250 ms
//! (the rule that Appenzeller, Keslassy and McKeown, "Sizing Router Buffers", 2004, found in use), and at least
//! 64 KiB.

use std::time::Duration;

use crate::link::{AccessLink, LinkConfig};

/// Every preset by name, the fast ones first.
const PRESETS: [(&str, AccessLink); 8] = [
    ("data centre", DATA_CENTRE),
    ("office LAN", OFFICE_LAN),
    ("fibre", FIBRE),
    ("DSL", DSL),
    ("hotel Wi-Fi", HOTEL_WI_FI),
    ("4G", FOUR_G),
    ("3G", THREE_G),
    ("satellite", SATELLITE),
];

/// 10 Gbit/s (IEEE 802.3ae) and 0.25 ms; a 1 MiB share of a switch's buffer. Where an appliance stands.
const DATA_CENTRE: AccessLink = symmetric(LinkConfig {
    rate_bits_per_s: Some(10_000_000_000),
    propagation: Duration::from_micros(250),
    jitter: Duration::ZERO,
    loss: 0.0,
    queue_bytes: 1024 * 1024,
});

/// Gigabit Ethernet (IEEE 802.3ab) and 0.1 ms; a 1 MiB share of a switch's buffer.
const OFFICE_LAN: AccessLink = symmetric(LinkConfig {
    rate_bits_per_s: Some(1_000_000_000),
    propagation: Duration::from_micros(100),
    jitter: Duration::ZERO,
    loss: 0.0,
    queue_bytes: 1024 * 1024,
});

/// 100 Mbit/s down and 20 up, what the FCC calls broadband since 2024; 4 ms round trip, as WebPageTest's `FIOS`.
const FIBRE: AccessLink = from_round_trip(100_000_000, 20_000_000, 4);

/// 1.5 Mbit/s down, 384 kbit/s up, 50 ms round trip: WebPageTest's `DSL`.
const DSL: AccessLink = from_round_trip(1_500_000, 384_000, 50);

/// 4 Mbit/s, 50 ms each way, 300 ms of queue and up to 30 ms of jitter: the bottleneck of the bandwidth tests in
/// WebRTC. The loss of 1 % is ours: a radio that many guests share.
const HOTEL_WI_FI: AccessLink = symmetric(LinkConfig {
    rate_bits_per_s: Some(4_000_000),
    propagation: Duration::from_millis(50),
    jitter: Duration::from_millis(30),
    loss: 0.01,
    queue_bytes: queue_of_millis(4_000_000, 300),
});

/// 9 Mbit/s both ways, 170 ms round trip: WebPageTest's `4G`. The jitter of 10 ms is ours: turns at the radio.
const FOUR_G: AccessLink = with_jitter_millis(from_round_trip(9_000_000, 9_000_000, 170), 10);

/// 1.6 Mbit/s down, 768 kbit/s up, 300 ms round trip: WebPageTest's `3G`. The jitter of 20 ms is ours.
const THREE_G: AccessLink = with_jitter_millis(from_round_trip(1_600_000, 768_000, 300), 20);

/// 25 Mbit/s down and 3 up, a common tariff on geostationary satellites; 558 ms round trip, which is the speed of
/// light from the edge of such a satellite's view (RFC 2488, 2).
const SATELLITE: AccessLink = from_round_trip(25_000_000, 3_000_000, 558);

impl AccessLink {
    /// The preset called `name`, in capitals or not.
    pub fn preset(name: &str) -> Option<Self> {
        PRESETS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, link)| *link)
    }

    /// What [`AccessLink::preset`] knows, for a help text or an error.
    pub fn preset_names() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|(name, _)| *name)
    }
}

const fn symmetric(link: LinkConfig) -> AccessLink {
    AccessLink { up: link, down: link }
}

const fn from_round_trip(down_bits_per_s: u64, up_bits_per_s: u64, round_trip_millis: u64) -> AccessLink {
    const fn one_way(rate: u64, round_trip_millis: u64) -> LinkConfig {
        LinkConfig {
            rate_bits_per_s: Some(rate),
            propagation: Duration::from_micros(round_trip_millis * 1_000 / 2),
            jitter: Duration::ZERO,
            loss: 0.0,
            queue_bytes: queue_of_millis(rate, 250),
        }
    }
    AccessLink {
        up: one_way(up_bits_per_s, round_trip_millis),
        down: one_way(down_bits_per_s, round_trip_millis),
    }
}

const fn with_jitter_millis(mut link: AccessLink, millis: u64) -> AccessLink {
    link.up.jitter = Duration::from_millis(millis);
    link.down.jitter = Duration::from_millis(millis);
    link
}

/// What a link of this rate carries in so long, but at least 64 KiB.
const fn queue_of_millis(rate_bits_per_s: u64, millis: u64) -> usize {
    const QUEUE_BYTES_MIN: u64 = 64 * 1024;
    let bytes = rate_bits_per_s / 8 * millis / 1_000;
    if bytes > QUEUE_BYTES_MIN { bytes as usize } else { QUEUE_BYTES_MIN as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list() {
        let mut table = String::from(
            "             kbit/s up      down   one way ms   jitter ms   loss %   queue KiB up   down\n",
        );
        for (name, AccessLink { up, down }) in PRESETS {
            let kbit = |link: LinkConfig| link.rate_bits_per_s.map_or(0, |rate| rate / 1_000);
            assert_eq!((up.propagation, up.jitter, up.loss), (down.propagation, down.jitter, down.loss));
            table += &format!(
                "{name:<11}   {:>9} {:>9} {:>12} {:>11} {:>8} {:>14} {:>6}\n",
                kbit(up),
                kbit(down),
                down.propagation.as_secs_f64() * 1e3,
                down.jitter.as_millis(),
                down.loss * 100.0,
                up.queue_bytes / 1024,
                down.queue_bytes / 1024,
            );
        }
        insta::assert_snapshot!(table, @r"
                     kbit/s up      down   one way ms   jitter ms   loss %   queue KiB up   down
        data centre    10000000  10000000         0.25           0        0           1024   1024
        office LAN      1000000   1000000          0.1           0        0           1024   1024
        fibre             20000    100000            2           0        0            610   3051
        DSL                 384      1500           25           0        0             64     64
        hotel Wi-Fi        4000      4000           50          30        1            146    146
        4G                 9000      9000           85          10        0            274    274
        3G                  768      1600          150          20        0             64     64
        satellite          3000     25000          279           0        0             91    762
        ");
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(AccessLink::preset("HOTEL wi-fi"), Some(HOTEL_WI_FI));
        assert_eq!(AccessLink::preset("hotel wifi"), None);
        assert!(AccessLink::preset_names().all(|name| AccessLink::preset(name).is_some()));
    }
}
