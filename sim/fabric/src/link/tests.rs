//! A link alone, and packets of a given size: no TCP between the law and what is measured.

use std::time::Duration;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::*;
use tcp::PayloadPool;

use crate::ids::HostId;
use crate::packet::{Body, Route};

/// A link under test, with its clock and what came of each packet.
struct Line {
    link: Link,
    pool: Pool,
    payloads: PayloadPool,
    now: SimTime,
    sequence: u64,
    offered: u32,
    /// When which packet left the queue of a link that has a stepper.
    left: Vec<(SimTime, u32)>,
    /// When which packet arrived.
    arrived: Vec<(SimTime, u32)>,
    dropped: Vec<u32>,
}

impl Line {
    fn new(config: LinkConfig) -> Self {
        Self::seeded(config, 1)
    }

    fn seeded(config: LinkConfig, seed: u64) -> Self {
        Self {
            link: Link::new(SimTime::ZERO, config, Seed::from_number(seed)),
            pool: Pool::default(),
            payloads: PayloadPool::default(),
            now: SimTime::ZERO,
            sequence: 0,
            offered: 0,
            left: Vec::new(),
            arrived: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// Offers a packet at `at`; its number is the count of those before it.
    fn offer(&mut self, at: SimTime, bytes: usize) -> Offered {
        self.run_until(at);
        let address = std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 1);
        let body = Body::Foreign(self.payloads.lend(bytes, |_| ()));
        let index = self.pool.create(HostId(0), address, address, body, Route::default());
        self.pool.get_mut(index).from = HostId(self.offered);
        self.offered += 1;
        self.sequence += 1;
        let offered = self.link.offer(at, &mut self.pool, index, self.sequence);
        if offered == Offered::QueueFull {
            self.pool.release(index, &mut self.payloads);
        }
        self.depart();
        offered
    }

    /// Offers so many packets of 1500 bytes now.
    fn burst(&mut self, packets: u32) {
        for _ in 0..packets {
            self.offer(self.now, 1500);
        }
    }

    fn configure(&mut self, config: LinkConfig) {
        self.depart();
        self.link.configure(self.now, config, &mut self.pool);
        self.depart();
    }

    fn run_until(&mut self, end: SimTime) {
        loop {
            let arrival = self.link.next_arrival(&self.pool).map(|(at, _)| at);
            let departure = self.link.rest.stepper.as_ref().and_then(Stepper::next);
            let Some(next) = arrival.into_iter().chain(departure).min().filter(|next| *next <= end) else {
                break;
            };
            self.now = next;
            self.depart();
            if let Some(index) = self.link.take_arrived(next, &self.pool) {
                let packet = self.pool.get(index);
                if !packet.lost {
                    self.arrived.push((next, packet.from.0));
                }
                self.pool.release(index, &mut self.payloads);
            }
        }
        self.now = end;
    }

    /// Runs until nothing is on the link any more.
    fn run_dry(&mut self) {
        while self.pool.in_use() > 0 {
            self.run_until(self.now + Duration::from_millis(10));
        }
    }

    fn depart(&mut self) {
        loop {
            self.sequence += 1;
            match self.link.depart(self.now, &mut self.pool, self.sequence) {
                Some(Departed::Sent { index, .. }) => self.left.push((self.now, self.pool.get(index).from.0)),
                Some(Departed::Dropped(index)) => {
                    self.dropped.push(self.pool.get(index).from.0);
                    self.pool.release(index, &mut self.payloads);
                }
                None => return,
            }
        }
    }

    fn counters(&self) -> LinkCounters {
        self.link.counters(self.now, &self.pool)
    }

    fn arrived_micros(&self) -> Vec<u64> {
        self.arrived.iter().map(|(at, _)| at.as_nanos() / 1_000).collect()
    }

    fn arrived_numbers(&self) -> Vec<u32> {
        self.arrived.iter().map(|(_, number)| *number).collect()
    }
}

/// 1 ms for a packet of 1500 bytes.
const TWELVE: u64 = 12_000_000;

fn micros(micros: u64) -> SimTime {
    SimTime::from_nanos(micros * 1_000)
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The same link by the other path: it differs in nothing but that it has a stepper.
fn stepped(config: LinkConfig) -> LinkConfig {
    config.reorder(Reordering::ByJitter)
}

fn both_paths(config: LinkConfig) -> [LinkConfig; 2] {
    [config.clone(), stepped(config)]
}

#[test]
fn a_packet_takes_its_serialisation_and_the_propagation() {
    for config in both_paths(LinkConfig::rate(TWELVE).propagation(millis(7))) {
        let mut line = Line::new(config);
        line.offer(micros(500), 1500);
        line.offer(micros(20_000), 300);
        line.run_dry();
        assert_eq!(line.arrived_micros(), [8_500, 27_200]);
        let LinkCounters { sent, queue_nanos_sum, queue_nanos_max, busy_nanos, .. } = line.counters();
        assert_eq!((sent, queue_nanos_sum, queue_nanos_max, busy_nanos), (2, 0, 0, 1_200_000));
    }
}

#[test]
fn packets_in_a_row_wait_for_one_another_and_the_counters_are_exact() {
    for config in both_paths(LinkConfig::rate(TWELVE).queue(Queue::DropTail { bytes: 6_000 })) {
        let mut line = Line::new(config);
        line.burst(5);
        line.run_until(micros(2_500));
        // Waits of 0, 1, 2, 3 ms, of which two are over; the fifth found no room.
        let expected = LinkCounters {
            packets: 4,
            bytes: 6_000,
            queue_drops: 1,
            sent: 2,
            queue_bytes_high: 6_000,
            queue_nanos_sum: 1_000_000,
            queue_nanos_max: 1_000_000,
            busy_nanos: 2_500_000,
            ..LinkCounters::default()
        };
        assert_eq!(line.counters(), expected);
        line.run_dry();
        line.offer(line.now, 1_500);
        line.run_dry();
        let expected = LinkCounters {
            packets: 5,
            bytes: 7_500,
            sent: 5,
            queue_nanos_sum: 6_000_000,
            queue_nanos_max: 3_000_000,
            busy_nanos: 5_000_000,
            ..expected
        };
        assert_eq!(line.counters(), expected);
        assert_eq!(line.counters().mean_queue_delay(), Some(Duration::from_micros(1_200)));
    }
}

/// The mean wait in the queue of M/D/1: Poisson arrivals, one server, each service of length `s`: ρs / 2(1 - ρ)
/// (Pollaczek and Khinchine).
#[test]
fn poisson_arrivals_wait_as_long_as_the_formula_says() {
    /// Waits of successive packets are alike: a queue at load ρ forgets in some 1/(1 - ρ)² services, so that these
    /// many packets hold 5000 that are as good as independent at 95 % load. A wait deviates by about its mean, and
    /// 1/√5000 is 1.4 %: the bound is two standard errors there, and many at lower loads.
    const PACKETS: u32 = 2_000_000;
    const BOUND: f64 = 0.03;
    const SERVICE_NANOS: f64 = 1e6;
    for config in both_paths(LinkConfig::rate(TWELVE).queue(Queue::DropTail { bytes: usize::MAX })) {
        for load in [0.5, 0.8, 0.95] {
            let mut line = Line::new(config.clone());
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
            let mut at = 0.0;
            for _ in 0..PACKETS {
                let unit = (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
                at -= libm::log(1.0 - unit) * SERVICE_NANOS / load;
                line.offer(SimTime::from_nanos(at as u64), 1500);
                line.arrived.clear();
                line.left.clear();
            }
            let counters = line.counters();
            let waited = counters.queue_nanos_sum as f64 / counters.sent as f64;
            let expected = load * SERVICE_NANOS / (2.0 * (1.0 - load));
            let off = waited / expected - 1.0;
            assert!(off.abs() < BOUND, "at {load}: expected {expected:.0} ns, found {waited:.0}");
            let utilisation = counters.busy_nanos as f64 / at;
            assert!((utilisation / load - 1.0).abs() < 0.003, "at {load}: busy for {utilisation}");
        }
    }
}

#[test]
fn what_is_queued_leaves_at_the_new_rate() {
    for config in both_paths(LinkConfig::rate(TWELVE).propagation(millis(10))) {
        let mut line = Line::new(config.clone());
        line.burst(5);
        line.run_until(micros(1_250));
        // The first is on its way; three quarters of the second are unsent.
        line.configure(LinkConfig { rate: Rate::BitsPerSecond(TWELVE / 10), ..config.clone() });
        line.run_until(micros(20_000));
        // The second left at 8,750 and half of the fourth at 23,750.
        line.run_until(micros(23_750));
        line.configure(LinkConfig { rate: Rate::BitsPerSecond(TWELVE * 10), ..config.clone() });
        line.run_dry();
        assert_eq!(line.arrived_micros(), [11_000, 18_750, 28_750, 33_800, 33_900]);
        let LinkCounters { queue_nanos_sum, queue_nanos_max, busy_nanos, sent, .. } = line.counters();
        assert_eq!((queue_nanos_sum, sent), ((1_000 + 8_750 + 18_750 + 23_800) * 1_000, 5));
        assert_eq!((queue_nanos_max, busy_nanos), (23_800_000, 23_900_000));
    }
}

#[test]
fn a_rate_that_is_set_anew_changes_nothing_and_unlimited_lets_all_go() {
    for config in both_paths(LinkConfig::rate(7_777_777)) {
        let mut still = Line::new(config.clone());
        still.burst(4);
        still.run_dry();
        let mut line = Line::new(config.clone());
        line.burst(4);
        for at in (100..5_000).step_by(333) {
            line.run_until(micros(at));
            line.configure(config.clone());
        }
        line.run_dry();
        assert_eq!(
            (&line.arrived, line.counters().busy_nanos),
            (&still.arrived, still.counters().busy_nanos)
        );

        let mut line = Line::new(config.clone());
        line.burst(4);
        line.run_until(micros(100));
        line.configure(LinkConfig { rate: Rate::Unlimited, ..config });
        line.run_dry();
        assert_eq!(line.arrived_micros(), [100; 4]);
        let LinkCounters { queue_nanos_sum, busy_nanos, sent, .. } = line.counters();
        assert_eq!((queue_nanos_sum, busy_nanos, sent), (300_000, 100_000, 4));
    }
}

#[test]
fn both_paths_agree_whatever_comes_and_changes() {
    arbtest::arbtest(|bytes| {
        let rates = [None, Some(1_000_000), Some(7_777_777), Some(TWELVE)];
        let configs = (0..6)
            .map(|_| {
                let rate = match *bytes.choose(&rates)? {
                    Some(rate) => LinkConfig::rate(rate),
                    None => LinkConfig::unlimited(),
                };
                let queue = Queue::DropTail { bytes: bytes.int_in_range(2_000..=20_000)? };
                Ok(rate.queue(queue).propagation(millis(3)).loss(Loss::Independent(0.2)))
            })
            .collect::<Result<Vec<_>, arbitrary::Error>>()?;
        // To switch between the paths must not show either.
        let paths: [u8; 6] = bytes.arbitrary()?;
        let deeds: Vec<(u16, u16, Option<u8>)> = bytes.arbitrary()?;
        let play = |paths: [bool; 6]| {
            let pick = |number: usize| {
                if paths[number] {
                    // Nobody is held back; still, the link has to be ready for it.
                    configs[number].clone().reorder(Reordering::HeldBack { share: 0.0, by: Duration::ZERO })
                } else {
                    configs[number].clone()
                }
            };
            let mut line = Line::new(pick(0));
            for (after, bytes, change) in &deeds {
                let at = line.now + Duration::from_micros(u64::from(after % 2_000));
                let bytes = usize::from(bytes % 1_481) + 20;
                line.offer(at, bytes);
                if let Some(number) = change {
                    line.configure(pick(usize::from(number % 6)));
                }
                // A packet that a change finds in the queue draws anew, which the paths do in different order.
            }
            line.run_dry();
            let LinkCounters { packets, bytes, queue_drops, sent, queue_nanos_sum, queue_nanos_max, .. } =
                line.counters();
            let busy_nanos = line.counters().busy_nanos;
            (packets, bytes, queue_drops, sent, queue_nanos_sum, queue_nanos_max, busy_nanos)
        };
        assert_eq!(play([false; 6]), play([true; 6]));
        assert_eq!(play([false; 6]), play(paths.map(|path| path > 127)));
        Ok(())
    })
    .size_min(400);
}

#[test]
fn a_trace_says_when_bytes_leave() {
    let trace = |text| LinkConfig::trace(CapacityTrace::parse(text).unwrap());
    let mut line = Line::new(trace("2\n4\n4\n10\n"));
    // Five small ones in one opportunity; one that needs the rest of the second and part of the third.
    for bytes in [300, 300, 300, 300, 300, 1_000, 1_000, 1_000] {
        line.offer(micros(100), bytes);
    }
    line.run_until(micros(20_000));
    let left: Vec<_> = line.left.iter().map(|(at, _)| at.as_millis()).collect();
    assert_eq!(left, [2, 2, 2, 2, 2, 4, 4, 4]);
    // Opportunities without a packet are lost, and so is one of this very moment; the next is in the third lap.
    line.offer(micros(20_000), 1500);
    line.offer(micros(22_000), 1500);
    line.run_dry();
    assert_eq!(line.arrived_micros()[8..], [22_000, 24_000]);
    assert_eq!(line.counters().busy_nanos, (4_000 - 100 + 2_000 + 2_000) * 1_000);
}

#[test]
fn a_trace_under_load_carries_its_capacity_and_not_a_byte_more() {
    let config = AccessLink::preset("4G on a train").unwrap().down;
    let Rate::Trace(trace) = config.rate.clone() else { panic!("a train has a trace") };
    let mut line = Line::new(LinkConfig { jitter: Jitter::None, ..config });
    let per_period = trace.opportunities_millis().len() as u64;
    const PERIODS: u64 = 3;
    for tenth in 0..PERIODS * 600 {
        line.run_until(SimTime::from_millis(tenth * 100));
        line.burst(200);
    }
    line.run_until(SimTime::from_millis(PERIODS * 60_000));
    assert_eq!(line.left.len() as u64, PERIODS * per_period);
    assert!(line.counters().queue_drops > 0, "it never ran empty");
    // Up to each moment, no more than the trace had until then.
    let mut capacity = 0;
    let mut had = (0..PERIODS)
        .flat_map(|lap| {
            trace.opportunities_millis().iter().map(move |millis| lap * 60_000 + u64::from(*millis))
        })
        .peekable();
    for (sent, (at, _)) in line.left.iter().enumerate() {
        while had.next_if(|millis| *millis <= at.as_millis()).is_some() {
            capacity += 1;
        }
        assert!(sent < capacity, "{} packets by {at}, and {capacity} opportunities", sent + 1);
    }
}

#[test]
fn a_trace_that_changes_goes_on_with_what_is_unsent() {
    let slow = LinkConfig::trace(CapacityTrace::parse("10").unwrap());
    let mut line = Line::new(LinkConfig::rate(TWELVE));
    line.burst(3);
    line.run_until(micros(500));
    // 750 bytes of the first are unsent: half an opportunity, the other half of which is for the second.
    line.configure(slow.clone());
    line.run_until(micros(15_000));
    assert_eq!(line.arrived_micros(), [10_500]);
    // The same trace stays where it is, whatever else changes.
    line.configure(slow.propagation(millis(100)));
    line.run_until(micros(20_600));
    line.configure(LinkConfig::rate(TWELVE));
    line.run_dry();
    // Half of the third was unsent.
    assert_eq!(line.arrived_micros(), [10_500, 120_500, 120_500]);
    assert_eq!(line.left.len(), 2);
}

#[test]
fn codel_keeps_a_standing_queue_near_its_target() {
    fn delays(queue: Queue) -> (Duration, LinkCounters) {
        let mut line = Line::new(LinkConfig::rate(TWELVE).queue(queue));
        // Reno's window: one packet more for each window sent, and half of it after a loss.
        let (mut window, mut in_flight, mut seen, mut losses) = (40.0_f64, 0_u64, 0, 0);
        while line.now < SimTime::from_secs(30) {
            while (in_flight as f64) < window {
                line.offer(line.now, 1500);
                in_flight += 1;
            }
            line.run_until(line.now + millis(1));
            let counters = line.counters();
            let lost = counters.codel_drops + counters.queue_drops;
            if lost > losses {
                window = (window / 2.0).max(2.0);
            }
            let gone = counters.sent + lost - seen;
            (seen, losses) = (counters.sent + lost, lost);
            in_flight -= gone;
            window += gone as f64 / window;
        }
        (line.counters().mean_queue_delay().unwrap(), line.counters())
    }
    let bytes = 100 * 1500;
    let (with_codel, counters) = delays(Queue::CoDel { bytes });
    let (drop_tail, full) = delays(Queue::DropTail { bytes });
    assert!(with_codel < millis(25), "{with_codel:?}");
    assert!(counters.codel_drops > 50 && counters.queue_drops == 0, "{counters:?}");
    assert!(drop_tail > millis(50), "{drop_tail:?}");
    assert!(full.queue_drops > 0 && full.codel_drops == 0, "{full:?}");
    // Neither wants for anything to send.
    for counters in [counters, full] {
        assert!(counters.busy_nanos > 28_000_000_000, "{counters:?}");
    }
}

#[test]
fn a_share_of_packets_comes_twice_and_right_behind() {
    const PACKETS: u32 = 100_000;
    let mut line = Line::new(LinkConfig::rate(TWELVE).duplicate(0.1).loss(Loss::Independent(0.05)));
    for number in 0..PACKETS {
        line.offer(SimTime::from_millis(number.into()), 1000);
    }
    line.run_dry();
    let LinkCounters { packets, sent, lost, duplicated, .. } = line.counters();
    assert_eq!((packets, sent), (PACKETS.into(), PACKETS.into()));
    assert_eq!(line.arrived.len() as u64, sent - lost + duplicated);
    let twice = line.arrived.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
    assert_eq!(twice, duplicated);
    // Of those that are not lost; four standard errors of a binomial.
    let expected = 0.1 * 0.95 * f64::from(PACKETS);
    assert!((duplicated as f64 - expected).abs() < 4.0 * libm::sqrt(expected), "{duplicated}");
}

#[test]
fn packets_held_back_are_passed_by_as_many_as_fit() {
    const PACKETS: u32 = 20_000;
    let reorder = Reordering::HeldBack { share: 0.01, by: Duration::from_micros(5_500) };
    let mut line = Line::new(LinkConfig::rate(TWELVE).propagation(millis(20)).reorder(reorder));
    for number in 0..PACKETS {
        line.offer(SimTime::from_millis(number.into()), 1500);
    }
    line.run_dry();
    let numbers = line.arrived_numbers();
    let (mut passed, mut highest) = (0, 0);
    for (place, number) in numbers.iter().enumerate() {
        if *number < highest {
            passed += 1;
            // One each ms for 5.5 ms, less those that are held back themselves.
            let ahead = numbers[..place].iter().filter(|other| **other > *number).count();
            let held_too =
                (*number + 1..=*number + 5).filter(|other| !numbers[..place].contains(other)).count();
            assert_eq!(ahead + held_too, 5, "around {number}");
        }
        highest = highest.max(*number);
    }
    assert_eq!(line.counters().reordered, passed);
    let expected = f64::from(PACKETS) * 0.01;
    assert!((passed as f64 - expected).abs() < 4.0 * libm::sqrt(expected), "{passed}");
}

#[test]
fn packets_overtake_by_jitter_only_where_they_may() {
    let config = LinkConfig::rate(TWELVE).jitter(Jitter::Uniform { max: millis(10) });
    let reordered = |config: LinkConfig| {
        let mut line = Line::new(config);
        for number in 0..1_000 {
            line.offer(SimTime::from_millis(number), 1500);
        }
        line.run_dry();
        let mut highest = 0;
        let numbers = line.arrived_numbers();
        let behind = numbers.iter().filter(|number| {
            let is_behind = **number < highest;
            highest = highest.max(**number);
            is_behind
        });
        assert_eq!(behind.count() as u64, line.counters().reordered);
        line.counters().reordered
    };
    assert_eq!(reordered(config.clone()), 0);
    assert!(reordered(config.reorder(Reordering::ByJitter)) > 300);
}

#[test]
fn a_change_to_keeping_order_lets_nothing_be_passed() {
    let held = Reordering::HeldBack { share: 1.0, by: millis(50) };
    let config = LinkConfig::rate(TWELVE).propagation(millis(10));
    let mut line = Line::new(config.clone().reorder(held));
    line.burst(2);
    line.run_until(micros(2_500));
    line.configure(config.clone());
    line.burst(1);
    line.run_dry();
    assert_eq!(line.arrived_numbers(), [0, 1, 2]);
    assert_eq!(line.arrived_micros(), [61_000, 62_000, 62_000]);
    // While packets may be held back, what is on the way may still be passed.
    let mut line = Line::new(config.clone().reorder(held));
    line.burst(1);
    line.run_until(micros(1_500));
    line.configure(config.reorder(Reordering::HeldBack { share: 0.0, by: millis(50) }));
    line.burst(1);
    line.run_dry();
    assert_eq!(line.arrived_numbers(), [1, 0]);
}

#[test]
fn the_same_seed_has_the_same_fates() {
    let config = AccessLink::preset("crowded 4G").unwrap().down;
    let play = |seed| {
        let mut line = Line::seeded(config.clone().duplicate(0.05), seed);
        for number in 0..2_000 {
            line.offer(SimTime::from_millis(number * 3), 1500);
        }
        line.run_dry();
        (line.arrived.clone(), line.counters())
    };
    assert_eq!(play(1), play(1));
    assert_ne!(play(1), play(2));
}

#[test]
fn an_empty_link_keeps_two_cache_lines() {
    assert_eq!(size_of::<Link>(), 128);
}

/// What was drawn for packets that were still in the queue when the link changed did not happen.
#[test]
fn a_fade_is_over_by_the_clock_whatever_was_foreseen() {
    for seed in 0..8 {
        let loss = Loss::Fades { share: 0.3, mean: Duration::from_millis(5) };
        let queue = Queue::DropTail { bytes: 1 << 20 };
        let slow = LinkConfig::rate(1_000_000).queue(queue).loss(loss);
        let mut line = Line::seeded(slow.clone(), seed);
        line.burst(600);
        line.run_until(SimTime::from_secs(1));
        line.configure(LinkConfig { rate: Rate::BitsPerSecond(100_000_000), ..slow });
        line.run_dry();
        // 12 ms from packet to packet at first, and then some 500 in 62 ms: of those, all or none would be lost in one fade.
        let lost = 600 - line.arrived.len();
        assert!((60..450).contains(&lost), "seed {seed}: {lost} of 600 lost");
    }
}
