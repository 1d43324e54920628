//! How much of a link a transfer gets, beside what a Linux kernel got on the same link.

use std::fmt::Write as _;
use std::time::Duration;

use tcp::{Config, State};

use crate::link::{Chance, Link, Pair};

/// One bottleneck: Mbit/s, round trip in ms, loss in percent, queue in products of rate and delay; and what Linux 6.18
/// with CUBIC got there, in Mbit/s of goodput, through a TUN device and an emulator of the link in real time: for 25 s
/// with iperf3, and for 40 s with nothing else on the link, whose losses are then those of seed 0 here.
struct Row {
    rate: f64,
    rtt_ms: u64,
    loss_percent: f64,
    queue: f64,
    linux: [f64; 2],
}

const fn row(rate: f64, rtt_ms: u64, loss_percent: f64, queue: f64, linux: [f64; 2]) -> Row {
    Row { rate, rtt_ms, loss_percent, queue, linux }
}

const ROWS: [Row; 13] = [
    row(10.0, 50, 0.0, 4.0, [9.58, 9.60]),
    row(10.0, 50, 0.0, 0.5, [9.59, 9.49]),
    row(10.0, 50, 0.1, 4.0, [8.50, 7.50]),
    row(10.0, 50, 0.5, 4.0, [3.97, 3.81]),
    row(10.0, 50, 1.0, 4.0, [2.73, 2.72]),
    row(10.0, 50, 2.0, 4.0, [1.54, 1.64]),
    row(100.0, 80, 0.0, 4.0, [94.7, 95.17]),
    row(100.0, 80, 0.0, 0.5, [94.6, 94.82]),
    row(100.0, 80, 0.01, 4.0, [52.6, 35.97]),
    row(100.0, 80, 0.5, 4.0, [2.62, 2.75]),
    row(2.0, 100, 0.0, 1.0, [1.92, 1.93]),
    row(2.0, 100, 2.0, 2.0, [0.86, 0.80]),
    row(1.0, 200, 5.0, 2.0, [0.24, 0.26]),
];

pub(crate) struct Outcome {
    pub(crate) mbit_per_s: f64,
    pub(crate) retransmits: u32,
    pub(crate) spurious: u32,
    pub(crate) timeouts: u32,
    pub(crate) dropped: u64,
}

/// Sends for `secs` as fast as it goes.
pub(crate) fn bulk(config: Config, links: [Link; 2], secs: u64, seed: u64) -> Outcome {
    let mut pair = Pair::new([config; 2], links, seed);
    let chunk = vec![0x5a; 65_536];
    let until = pair.now + Duration::from_secs(secs);
    let mut heard = 0_usize;
    pair.run_until(until, |pair| {
        if pair.near().state() == State::Established && pair.near().room() >= 16_384 {
            pair.with(0, |end, now, shared| end.send(now, &chunk, shared));
        }
        if pair.ends[1].as_ref().is_some_and(|end| end.unread() > 0) {
            heard += pair.with(1, |end, now, shared| end.read_with(now, shared, |slice| slice.len()));
        }
        false
    });
    let info = pair.near().info();
    let counters = pair.counters(0);
    Outcome {
        mbit_per_s: heard as f64 * 8.0 / secs as f64 / 1e6,
        retransmits: info.retransmits,
        spurious: info.spurious_retransmits,
        timeouts: info.timeouts,
        dropped: counters.lost + counters.queue_drops,
    }
}

fn bottleneck(row: &Row) -> [Link; 2] {
    let half = Duration::from_millis(row.rtt_ms) / 2;
    let queue_bytes = (row.rate * 1e6 / 8.0 * row.rtt_ms as f64 / 1e3 * row.queue) as usize;
    let there = Link {
        bits_per_s: Some((row.rate * 1e6) as u64),
        delay: half,
        loss: row.loss_percent / 100.0,
        queue_bytes: Some(queue_bytes.max(6_000)),
        ..Link::default()
    };
    [there, Link { delay: half, ..Link::default() }]
}

#[test]
fn goodput_is_that_of_a_kernel() {
    const SECS: u64 = 40;
    const SEEDS: u64 = 6;
    let mut table = String::from(
        "                             Linux  mean |  Linux  same losses\n\
         rate, RTT, loss, queue        25 s  ours |   40 s  ours   retr spur  RTO drops\n",
    );
    for row in &ROWS {
        let same = bulk(Config::default(), bottleneck(row), SECS, 0);
        let mut mean = same.mbit_per_s;
        if row.loss_percent > 0.0 {
            mean = (Chance::SKIPS..Chance::SKIPS + SEEDS)
                .map(|seed| bulk(Config::default(), bottleneck(row), SECS, seed).mbit_per_s)
                .sum::<f64>()
                / SEEDS as f64;
        }
        writeln!(
            table,
            "{:<4} {:>3} ms {:>5} % {:>4} BDP  {:>6.2} {:>5.2} | {:>6.2} {:>5.2} {:>6} {:>4} {:>4} {:>5}",
            row.rate,
            row.rtt_ms,
            row.loss_percent,
            row.queue,
            row.linux[0],
            mean,
            row.linux[1],
            same.mbit_per_s,
            same.retransmits,
            same.spurious,
            same.timeouts,
            same.dropped,
        )
        .expect("a string takes it");
    }
    insta::assert_snapshot!(table, @r"
                                 Linux  mean |  Linux  same losses
    rate, RTT, loss, queue        25 s  ours |   40 s  ours   retr spur  RTO drops
    10    50 ms     0 %    4 BDP    9.58  9.62 |   9.60  9.62     30    0    0    30
    10    50 ms     0 %  0.5 BDP    9.59  9.62 |   9.49  9.62     94    0    0    94
    10    50 ms   0.1 %    4 BDP    8.50  8.10 |   7.50  7.88     30    0    0    30
    10    50 ms   0.5 %    4 BDP    3.97  3.79 |   3.81  3.82     60    0    0    60
    10    50 ms     1 %    4 BDP    2.73  2.51 |   2.72  2.72     75    0    0    75
    10    50 ms     2 %    4 BDP    1.54  1.68 |   1.64  1.68    102    0    0   102
    100   80 ms     0 %    4 BDP   94.70 95.26 |  95.17 95.26      0    0    0     0
    100   80 ms     0 %  0.5 BDP   94.60 95.26 |  94.82 95.26     32    0    0    32
    100   80 ms  0.01 %    4 BDP   52.60 37.97 |  35.97 39.56     15    0    0    15
    100   80 ms   0.5 %    4 BDP    2.62  2.82 |   2.75  2.63     39    0    0    39
    2    100 ms     0 %    1 BDP    1.92  1.92 |   1.93  1.92     44    0    0    44
    2    100 ms     2 %    2 BDP    0.86  0.84 |   0.80  0.79     54    0    0    54
    1    200 ms     5 %    2 BDP    0.24  0.24 |   0.26  0.26     42    0    0    43
    ");
}

/// What no queue drops, nobody sends again.
#[test]
fn nothing_is_sent_twice_without_a_loss() {
    for (rate, delay_ms) in [(1_000_000, 10), (10_000_000, 25), (100_000_000, 40), (2_000_000, 150)] {
        let there = Link { bits_per_s: Some(rate), queue_bytes: None, ..Link::with_delay(delay_ms) };
        let links = [there, Link::with_delay(delay_ms)];
        for config in [
            Config::default(),
            Config { sack: false, ..Config::default() },
            Config { timestamps: false, ..Config::default() },
        ] {
            let outcome = bulk(config, links, 20, 1);
            assert_eq!((outcome.retransmits, outcome.timeouts), (0, 0), "{rate} bit/s, {delay_ms} ms");
            assert!(outcome.mbit_per_s > rate as f64 * 0.9 / 1e6, "{} Mbit/s", outcome.mbit_per_s);
        }
    }
}

/// Lines that do other things than to lose: 10 Mbit/s, 50 ms, a queue of 4 products of rate and delay.
#[test]
fn other_troubles_cost_little() {
    let plain = Link { bits_per_s: Some(10_000_000), queue_bytes: Some(250_000), ..Link::with_delay(25) };
    let back = Link::with_delay(25);
    let millis = Duration::from_millis;
    let troubles = [
        ("none", [plain, back]),
        ("jitter up to 30 ms", [Link { jitter: millis(30), ..plain }, back]),
        ("jitter up to 300 ms", [Link { jitter: millis(300), ..plain }, back]),
        ("disorder within 3 ms", [Link { scatter: millis(3), ..plain }, back]),
        ("disorder within 20 ms", [Link { scatter: millis(20), ..plain }, back]),
        ("disorder within 60 ms", [Link { scatter: millis(60), ..plain }, back]),
        ("5 % come twice", [Link { duplication: 0.05, ..plain }, back]),
        ("20 % of the answers lost", [plain, Link { loss: 0.2, ..back }]),
        ("disorder, 0.1 % lost", [Link { scatter: millis(20), loss: 0.001, ..plain }, back]),
    ];
    let mut table = String::from("trouble                    Mbit/s   retr spur  RTO drops\n");
    for (name, links) in troubles {
        let it = bulk(Config::default(), links, 30, Chance::SKIPS);
        writeln!(
            table,
            "{name:<26} {:>6.2} {:>6} {:>4} {:>4} {:>5}",
            it.mbit_per_s, it.retransmits, it.spurious, it.timeouts, it.dropped
        )
        .expect("a string takes it");
    }
    insta::assert_snapshot!(table, @r"
    trouble                    Mbit/s   retr spur  RTO drops
    none                         9.61     28    0    0    28
    jitter up to 30 ms           9.57     49   16    0    33
    jitter up to 300 ms          7.46    103   42    0    61
    disorder within 3 ms         9.60     39    0    0    33
    disorder within 20 ms        9.58     82    5    0    37
    disorder within 60 ms        6.90    389   40    0    42
    5 % come twice               9.61     28   28    0    28
    20 % of the answers lost     9.22     29    0    1    28
    disorder, 0.1 % lost         5.49     66    2    0    16
    ");
}
