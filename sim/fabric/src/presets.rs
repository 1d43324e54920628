//! Links that people know by name.
//!
//! A packet crosses the sender's up link and the receiver's down link, so each direction has half of the round
//! trip that its source names. Where a source says nothing of the queue, it holds what the link carries in 250 ms
//! (the rule that Appenzeller, Keslassy and McKeown, "Sizing Router Buffers", 2004, found in use), and at least
//! 64 KiB.

use std::time::Duration;

use crate::link::{AccessLink, CapacityTrace, Jitter, LinkConfig, Loss, OPPORTUNITY_BYTES, Queue};

type Preset = (&'static str, fn() -> AccessLink);

/// Every preset by name, the fast ones first.
const PRESETS: [Preset; 12] = [
    ("data centre", data_centre),
    ("office LAN", office_lan),
    ("fibre", fibre),
    ("cable", cable),
    ("DSL", dsl),
    ("hotel Wi-Fi", hotel_wi_fi),
    ("WebRTC test link", webrtc_test_link),
    ("4G", four_g),
    ("4G on a train", four_g_on_a_train),
    ("crowded 4G", crowded_four_g),
    ("3G", three_g),
    ("satellite", satellite),
];

/// 10 Gbit/s (IEEE 802.3ae) and 0.25 ms; a 1 MiB share of a switch's buffer. Where an appliance stands.
fn data_centre() -> AccessLink {
    AccessLink::symmetric(
        LinkConfig::rate(10_000_000_000).propagation(Duration::from_micros(250)).queue(SWITCH_QUEUE),
    )
}

/// Gigabit Ethernet (IEEE 802.3ab) and 0.1 ms; a 1 MiB share of a switch's buffer.
fn office_lan() -> AccessLink {
    AccessLink::symmetric(
        LinkConfig::rate(1_000_000_000).propagation(Duration::from_micros(100)).queue(SWITCH_QUEUE),
    )
}

/// 100 Mbit/s down and 20 up, what the FCC calls broadband since 2024; 4 ms round trip, as WebPageTest's `FIOS`.
fn fibre() -> AccessLink {
    from_round_trip(100_000_000, 20_000_000, 4)
}

/// 5 Mbit/s down, 1 up, 28 ms round trip: WebPageTest's `Cable`. Upstream, CoDel keeps the modem's queue short:
/// DOCSIS 3.1 asks for active queue management there (RFC 8034 has it be PIE, which aims at the same delay).
fn cable() -> AccessLink {
    let AccessLink { up, down } = from_round_trip(5_000_000, 1_000_000, 28);
    let bytes = up.queue.bytes();
    AccessLink { up: up.queue(Queue::CoDel { bytes }), down }
}

/// 1.5 Mbit/s down, 384 kbit/s up, 50 ms round trip: WebPageTest's `DSL`.
fn dsl() -> AccessLink {
    from_round_trip(1_500_000, 384_000, 50)
}

/// 4 Mbit/s, 50 ms each way, 300 ms of queue and up to 30 ms of jitter: the bottleneck of the bandwidth tests in
/// WebRTC. The loss of 1 % is ours, and so are its fades of 9 ms, 3 full packets: a radio that many guests share, where
/// a collision or a microwave oven takes all that is sent meanwhile.
fn hotel_wi_fi() -> AccessLink {
    AccessLink::symmetric(
        LinkConfig::rate(4_000_000)
            .queue(Queue::of_millis(4_000_000, 300))
            .propagation(Duration::from_millis(50))
            .jitter(up_to_millis(30))
            .loss(Loss::Fades { share: 0.01, mean: Duration::from_millis(9) }),
    )
}

/// The default path of WebRTC's tests of bandwidth estimation: 4 Mbit/s, 50 ms one way, 300 ms of drop-tail queue,
/// no loss, jitter by a truncated Gaussian of at most 30 ms. Three deviations of 5 ms lie on either side of the mean.
fn webrtc_test_link() -> AccessLink {
    AccessLink::symmetric(
        LinkConfig::rate(4_000_000)
            .queue(Queue::of_millis(4_000_000, 300))
            .propagation(Duration::from_millis(50))
            .jitter(Jitter::normal_within(Duration::from_millis(30))),
    )
}

/// 9 Mbit/s both ways, 170 ms round trip: WebPageTest's `4G`. The jitter of 10 ms is ours: turns at the radio.
fn four_g() -> AccessLink {
    let AccessLink { up, down } = from_round_trip(9_000_000, 9_000_000, 170);
    AccessLink { up: up.jitter(up_to_millis(10)), down: down.jitter(up_to_millis(10)) }
}

/// As `4G`, through hills: the capacity of [`train_trace`], and a queue as deep as a base station's, which keeps
/// what a tunnel holds up: 1 s at the mean rate.
fn four_g_on_a_train() -> AccessLink {
    let AccessLink { up, down } = four_g();
    let on_a_train = |link: LinkConfig, peak_bits_per_s| {
        let trace = train_trace(peak_bits_per_s);
        let queue = Queue::of_millis(trace.bits_per_s(), 1_000);
        LinkConfig { queue, ..LinkConfig::trace(trace).propagation(link.propagation).jitter(link.jitter) }
    };
    AccessLink { up: on_a_train(up, 5_000_000), down: on_a_train(down, 18_000_000) }
}

/// `4G` in a crowd, all figures but the round trip ours: the capacity of [`crowd_trace`], a delay with a long tail
/// (10 ms more on average, 500 ms at most) where the cell repeats what it did not hear, and 0.5 % of loss in fades of 10
/// ms where it gives up.
fn crowded_four_g() -> AccessLink {
    let AccessLink { up, down } = four_g();
    let in_a_crowd = |link: LinkConfig, peak_bits_per_s| {
        LinkConfig::trace(crowd_trace(peak_bits_per_s))
            .propagation(link.propagation)
            .jitter(Jitter::Pareto { mean: Duration::from_millis(10), max: Duration::from_millis(500) })
            .loss(Loss::Fades { share: 0.005, mean: Duration::from_millis(10) })
    };
    AccessLink { up: in_a_crowd(up, 2_000_000), down: in_a_crowd(down, 6_000_000) }
}

/// 1.6 Mbit/s down, 768 kbit/s up, 300 ms round trip: WebPageTest's `3G`. The jitter of 20 ms is ours.
fn three_g() -> AccessLink {
    let AccessLink { up, down } = from_round_trip(1_600_000, 768_000, 300);
    AccessLink { up: up.jitter(up_to_millis(20)), down: down.jitter(up_to_millis(20)) }
}

/// 25 Mbit/s down and 3 up, a common tariff on geostationary satellites; 558 ms round trip, which is the speed of
/// light from the edge of such a satellite's view (RFC 2488, 2).
fn satellite() -> AccessLink {
    from_round_trip(25_000_000, 3_000_000, 558)
}

const SWITCH_QUEUE: Queue = Queue::DropTail { bytes: 1024 * 1024 };

impl AccessLink {
    /// The preset called `name`, in capitals or not.
    pub fn preset(name: &str) -> Option<Self> {
        PRESETS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, link)| link())
    }

    /// What [`AccessLink::preset`] knows, for a help text or an error.
    pub fn preset_names() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|(name, _)| *name)
    }
}

fn from_round_trip(down_bits_per_s: u64, up_bits_per_s: u64, round_trip_millis: u64) -> AccessLink {
    let one_way = Duration::from_micros(round_trip_millis * 1_000 / 2);
    AccessLink {
        up: LinkConfig::rate(up_bits_per_s).propagation(one_way),
        down: LinkConfig::rate(down_bits_per_s).propagation(one_way),
    }
}

const fn up_to_millis(millis: u64) -> Jitter {
    Jitter::Uniform { max: Duration::from_millis(millis) }
}

/// One minute past cells and through two tunnels, made by this rule: the capacity is at its peak beside a cell and a
/// fifth of that halfway to the next, in a straight line between, with a cell each 10 s; from 20 to 23 s and from
/// 47 to 49 s there is none.
fn train_trace(peak_bits_per_s: u64) -> CapacityTrace {
    const CELL_MILLIS: u64 = 10_000;
    let rate = |millis: u64| {
        let from_cell = (millis % CELL_MILLIS).min(CELL_MILLIS - millis % CELL_MILLIS);
        let in_tunnel = (20_000..23_000).contains(&millis) || (47_000..49_000).contains(&millis);
        let lost_to_distance = peak_bits_per_s * 4 / 5 * from_cell / (CELL_MILLIS / 2);
        if in_tunnel { 0 } else { peak_bits_per_s - lost_to_distance }
    };
    trace_of_rate(60_000, rate)
}

/// Eight seconds in a cell with many others, made by this rule: in each stretch of 250 ms there are so many eighths
/// of the peak as a list says, which goes up and down as others come and go.
fn crowd_trace(peak_bits_per_s: u64) -> CapacityTrace {
    const EIGHTHS: [u64; 32] =
        [8, 7, 7, 5, 4, 4, 2, 1, 1, 2, 4, 3, 5, 6, 8, 8, 6, 3, 1, 0, 0, 1, 3, 4, 6, 5, 7, 8, 6, 4, 5, 7];
    trace_of_rate(8_000, |millis| peak_bits_per_s * EIGHTHS[millis as usize / 250] / 8)
}

/// The trace of a capacity that is told for each millisecond: an opportunity whenever one has come together.
fn trace_of_rate(period_millis: u32, bits_per_s: impl Fn(u64) -> u64) -> CapacityTrace {
    const MILLIBITS_PER_OPPORTUNITY: u64 = OPPORTUNITY_BYTES as u64 * 8 * 1_000;
    let mut saved = 0;
    let mut opportunities = Vec::new();
    for millis in 1..=period_millis {
        saved += bits_per_s(u64::from(millis) - 1);
        while saved >= MILLIBITS_PER_OPPORTUNITY {
            saved -= MILLIBITS_PER_OPPORTUNITY;
            opportunities.push(millis);
        }
    }
    // The last opportunity is the period.
    if let Some(last) = opportunities.last_mut() {
        *last = period_millis;
    }
    CapacityTrace::new(opportunities).expect("the rules give some opportunities, in order")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Rate, Reordering};

    /// One direction, in as few words as hold it all.
    fn row(link: &LinkConfig) -> String {
        let rate = match &link.rate {
            Rate::Unlimited => "unlimited".to_owned(),
            Rate::BitsPerSecond(rate) => (rate / 1_000).to_string(),
            Rate::Trace(trace) => {
                format!("~{} in {} s", trace.bits_per_s() / 1_000, trace.period_millis() / 1_000)
            }
        };
        let queue = match link.queue {
            Queue::DropTail { bytes } => format!("{} drop-tail", bytes / 1024),
            Queue::CoDel { bytes } => format!("{} CoDel", bytes / 1024),
        };
        let jitter = match link.jitter {
            Jitter::None => "-".to_owned(),
            Jitter::Uniform { max } => format!("uniform to {}", max.as_millis()),
            Jitter::Normal { mean, deviation } => {
                format!("normal {} ± {}", mean.as_millis(), deviation.as_millis())
            }
            Jitter::Pareto { mean, max } => format!("Pareto {} to {}", mean.as_millis(), max.as_millis()),
        };
        let loss = match link.loss {
            Loss::None => "-".to_owned(),
            Loss::Independent(share) => format!("{}", share * 100.0),
            Loss::Fades { share, mean } => format!("{} by {mean:?}", share * 100.0),
            Loss::GilbertElliott { r, .. } => format!("{:.1} by {:.0}", link.loss.share() * 100.0, 1.0 / r),
        };
        assert_eq!((link.duplicate, link.reorder), (0.0, Reordering::Never), "no column for them yet");
        assert_eq!(link.check(), Ok(()));
        let one_way = link.propagation.as_secs_f64() * 1e3;
        format!("{rate:<14} {queue:<15} {one_way:<11} {jitter:<16} {loss}")
    }

    #[test]
    fn the_list() {
        let mut table =
            format!("{:<22} kbit/s         queue KiB       one way ms  jitter ms        loss %\n", "preset");
        for (name, link) in PRESETS {
            let AccessLink { up, down } = link();
            for (direction, link) in [("up", up), ("down", down)] {
                table += &format!("{name:<17} {direction:<4} {}\n", row(&link));
            }
        }
        insta::assert_snapshot!(table, @r"
        preset                 kbit/s         queue KiB       one way ms  jitter ms        loss %
        data centre       up   10000000       1024 drop-tail  0.25        -                -
        data centre       down 10000000       1024 drop-tail  0.25        -                -
        office LAN        up   1000000        1024 drop-tail  0.1         -                -
        office LAN        down 1000000        1024 drop-tail  0.1         -                -
        fibre             up   20000          610 drop-tail   2           -                -
        fibre             down 100000         3051 drop-tail  2           -                -
        cable             up   1000           64 CoDel        14          -                -
        cable             down 5000           152 drop-tail   14          -                -
        DSL               up   384            64 drop-tail    25          -                -
        DSL               down 1500           64 drop-tail    25          -                -
        hotel Wi-Fi       up   4000           146 drop-tail   50          uniform to 30    1 by 9ms
        hotel Wi-Fi       down 4000           146 drop-tail   50          uniform to 30    1 by 9ms
        WebRTC test link  up   4000           146 drop-tail   50          normal 15 ± 5    -
        WebRTC test link  down 4000           146 drop-tail   50          normal 15 ± 5    -
        4G                up   9000           274 drop-tail   85          uniform to 10    -
        4G                down 9000           274 drop-tail   85          uniform to 10    -
        4G on a train     up   ~2696 in 60 s  329 drop-tail   85          uniform to 10    -
        4G on a train     down ~9707 in 60 s  1185 drop-tail  85          uniform to 10    -
        crowded 4G        up   ~1101 in 8 s   64 drop-tail    85          Pareto 10 to 500 0.5 by 10ms
        crowded 4G        down ~3304 in 8 s   100 drop-tail   85          Pareto 10 to 500 0.5 by 10ms
        3G                up   768            64 drop-tail    150         uniform to 20    -
        3G                down 1600           64 drop-tail    150         uniform to 20    -
        satellite         up   3000           91 drop-tail    279         -                -
        satellite         down 25000          762 drop-tail   279         -                -
        ");
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(AccessLink::preset("HOTEL wi-fi"), Some(hotel_wi_fi()));
        assert_eq!(AccessLink::preset("hotel wifi"), None);
        assert!(AccessLink::preset_names().all(|name| AccessLink::preset(name).is_some()));
    }

    #[test]
    fn a_train_has_nothing_in_its_tunnels_and_most_beside_a_cell() {
        let trace = train_trace(18_000_000);
        let bits_per_s = |from: u32, to: u32| {
            let all = trace.opportunities_millis().iter();
            all.filter(|millis| (from..to).contains(millis)).count() as u64 * 12_000 * 1_000
                / u64::from(to - from)
        };
        assert_eq!((bits_per_s(20_001, 23_000), bits_per_s(47_001, 49_000)), (0, 0));
        assert!((17_000_000..18_000_000).contains(&bits_per_s(29_800, 30_200)));
        assert!((3_600_000..4_400_000).contains(&bits_per_s(34_800, 35_200)));
        assert_eq!(trace.period_millis(), 60_000);
    }
}
