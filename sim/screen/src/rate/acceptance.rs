//! What a controller has to achieve, on simulated lines; and what others achieve on the same ones.

use std::time::Duration;

use wire::SimTime;
use wire::tool::{FrameAck, Performance, Stamp};

use super::rig::{Demand, Hop, Rig, Session, percentile};
use super::{
    Controller, FixedRate, FrameBudget, RateConfig, RateController, RepliesController, SentFrame,
    VegasController,
};

const MBIT: u64 = 1_000_000;

/// A line of a rate with a queue of so many milliseconds, and the office's after it.
fn line(bits_per_s: u64, round_trip_ms: u64, queue_ms: u64) -> Vec<Hop> {
    let queue = usize::try_from(bits_per_s / 8_000 * queue_ms).expect("a queue fits into memory");
    let first = Hop::new(bits_per_s, round_trip_ms / 2 - 1, queue.max(20_000));
    vec![first, Hop::new(100 * MBIT, 1, 2_000_000)]
}

/// A line that changes its rate: so much from such a second on.
fn changing(changes: &[(u64, u64)]) -> Vec<Hop> {
    let mut hops = line(10 * MBIT, 40, 250);
    for (at_s, bits_per_s) in changes {
        hops[0] = hops[0].clone().then(*at_s, *bits_per_s);
    }
    hops
}

fn ours(performance: Performance) -> RateController {
    RateController::new(SimTime::ZERO, RateConfig { performance, ..RateConfig::default() })
}

fn endless(_: SimTime) -> Demand {
    Demand::Endless
}

fn alone(hops: Vec<Hop>, loss_per_mille: u64, seconds: u64) -> Rig {
    let mut rig = Rig::new(hops, loss_per_mille);
    rig.session(ours(Performance::Balanced), endless, SimTime::ZERO);
    rig.run_to(seconds);
    rig
}

fn wait(session: &Session, from_s: u64, to_s: u64, per_cent: usize) -> Duration {
    percentile(&session.waits, SimTime::from_secs(from_s), SimTime::from_secs(to_s), per_cent)
}

/// The shortest time between two changes of the rung.
fn between_rungs(session: &Session) -> Option<Duration> {
    session.rungs.windows(2).skip(1).map(|pair| pair[1].0 - pair[0].0).min()
}

#[test]
fn a_line_is_used_and_nothing_waits() {
    let lines = [
        ("100 Mbit/s", line(100 * MBIT, 10, 250), 0),
        ("10 Mbit/s, 20 ms", line(10 * MBIT, 20, 250), 0),
        ("10 Mbit/s, 150 ms", line(10 * MBIT, 150, 250), 0),
        ("2 Mbit/s", line(2 * MBIT, 40, 250), 0),
        ("1 Mbit/s", line(MBIT, 50, 250), 0),
        ("384 kbit/s", line(384_000, 50, 250), 0),
        ("a queue of a second", line(4 * MBIT, 40, 1_000), 0),
        ("1 % loss", line(4 * MBIT, 40, 250), 10),
        ("5 % loss", line(4 * MBIT, 40, 250), 50),
        ("the second hop is the narrow one", line(4 * MBIT, 40, 250).into_iter().rev().collect(), 0),
    ];
    for (name, hops, loss_per_mille) in lines {
        let narrow = hops.iter().map(|hop| hop.rates[0].1).min().expect("there are hops");
        let limit = Duration::from_millis(if narrow <= MBIT { 100 } else { 60 });
        let rig = alone(hops, loss_per_mille, 40);
        let session = &rig.sessions[0];
        let used = session.bytes(50, 400) * 8 / 35 * 100 / narrow;
        assert!(used >= 90, "{name}: {used} % used");
        let waited = wait(session, 5, 40, 95);
        assert!(waited <= limit, "{name}: frames wait for {waited:?}");
        let between = between_rungs(session);
        assert!(between.is_none_or(|time| time >= Duration::from_secs(3)), "{name}: rungs after {between:?}");
    }
}

/// Where every frame has several lost segments, their repetition cannot be told from a queue, and some of the line is
/// left. (TCP by CUBIC or Reno could use an eighth of such a line: Mathis et al., 1997.)
#[test]
fn many_lost_segments_in_each_frame_leave_most_of_the_line() {
    let rig = alone(line(10 * MBIT, 40, 250), 50, 40);
    assert!(rig.use_percent(5, 40) >= 75, "{} % used", rig.use_percent(5, 40));
}

/// What goes out before anything is known of a narrow line is known by what came of it: the queue is gone in seconds.
#[test]
fn a_narrow_line_is_known_by_its_first_frames() {
    for bits_per_s in [300_000, 384_000] {
        let rig = alone(line(bits_per_s, 50, 5_000), 0, 20);
        let waited = wait(&rig.sessions[0], 4, 20, 95);
        assert!(waited <= Duration::from_millis(100), "{bits_per_s} bit/s: frames wait for {waited:?}");
    }
}

#[test]
fn a_line_that_changes_is_followed() {
    let rig = alone(changing(&[(20, 2 * MBIT), (40, 10 * MBIT)]), 0, 60);
    let calm = Duration::from_millis(60);
    let down = rig.settled_after(20, 40, calm).expect("it settles");
    assert!(down <= Duration::from_secs(2), "settled downwards after {down:?}");
    let up = rig.settled_after(40, 60, calm).expect("it settles");
    assert!(up <= Duration::from_secs(8), "settled upwards after {up:?}");
}

#[test]
fn a_line_that_falls_to_a_fiftieth_is_followed() {
    let rig = alone(changing(&[(20, 200_000)]), 0, 60);
    let session = &rig.sessions[0];
    assert!(wait(session, 35, 60, 95) <= Duration::from_millis(100), "{:?}", wait(session, 35, 60, 95));
    assert!(rig.use_percent(30, 60) >= 90, "{} % used", rig.use_percent(30, 60));
}

#[test]
fn after_an_outage_the_line_is_used_as_before() {
    let rig = alone(changing(&[(20, 0), (22, 10 * MBIT)]), 0, 40);
    let settled = rig.settled_after(22, 40, Duration::from_millis(60)).expect("it settles");
    assert!(settled <= Duration::from_secs(2), "settled after {settled:?}");
    // What was sent before and meanwhile came in less than a second: nothing had piled up.
    assert!(rig.sessions[0].in_flight_max < 10_000_000 / 8, "{} bytes", rig.sessions[0].in_flight_max);
}

#[test]
fn two_viewers_of_one_line_share_it() {
    for (bits_per_s, round_trip_ms, late_ms) in [
        (10 * MBIT, 40, 5_000),
        (10 * MBIT, 40, 7_300),
        (4 * MBIT, 20, 0),
        (4 * MBIT, 20, 6_500),
        (20 * MBIT, 80, 9_100),
        (2 * MBIT, 40, 3_300),
        (MBIT, 40, 4_000),
    ] {
        let mut rig = Rig::new(line(bits_per_s, round_trip_ms, 250), 0);
        for (dither, starts) in [(1, SimTime::ZERO), (2, SimTime::from_millis(late_ms))] {
            let controller = RateController::new(starts, RateConfig { dither, ..RateConfig::default() });
            rig.session(controller, endless, starts);
        }
        rig.run_to(60);
        let bytes: Vec<u128> = rig.sessions.iter().map(|session| session.bytes(200, 600).into()).collect();
        let (sum, squares) =
            (bytes.iter().sum::<u128>(), bytes.iter().map(|bytes| bytes * bytes).sum::<u128>());
        // Jain's index, in per cent.
        let jain = sum * sum * 100 / (2 * squares);
        assert!(jain >= 90, "{bits_per_s} bit/s, {late_ms} ms late: Jain {jain}, {bytes:?}");
        let used = rig.use_percent(20, 60);
        assert!(used >= 90, "{bits_per_s} bit/s, {late_ms} ms late: {used} % used");
        for session in &rig.sessions {
            let waited = wait(session, 20, 60, 95);
            assert!(
                waited <= Duration::from_millis(100),
                "{bits_per_s} bit/s, {late_ms} ms late: {waited:?}"
            );
        }
    }
}

#[test]
fn a_screen_with_little_to_say_neither_raises_nor_ages_the_estimate() {
    fn half_a_minute_of_typing(now: SimTime) -> Demand {
        match now.as_nanos() / 1_000_000_000 {
            10..40 => Demand::Little(300),
            _ => Demand::Endless,
        }
    }
    fn half_a_minute_of_nothing(now: SimTime) -> Demand {
        match now.as_nanos() / 1_000_000_000 {
            10..40 => Demand::Still,
            _ => Demand::Endless,
        }
    }
    for demand in [half_a_minute_of_typing, half_a_minute_of_nothing] {
        let mut rig = Rig::new(line(10 * MBIT, 40, 250), 0);
        rig.session(ours(Performance::Balanced), demand, SimTime::ZERO);
        rig.run_to(50);
        let session = &rig.sessions[0];
        let before = session.rate_at(SimTime::from_millis(11_000));
        let after = session.rate_at(SimTime::from_millis(39_900));
        assert_eq!(before, after);
        assert!((9 * MBIT..11 * MBIT).contains(&before), "{before} bit/s");
        // And it is used at once, without piling up.
        let bytes = session.bytes(401, 411);
        assert!(bytes >= 10 * MBIT / 8 * 85 / 100, "{bytes} bytes in the first second");
        assert!(wait(session, 40, 50, 95) <= Duration::from_millis(60), "{:?}", wait(session, 40, 50, 95));
    }
}

#[test]
fn a_console_whose_clock_runs_fast_changes_nothing() {
    let mut rig = Rig::new(line(4 * MBIT, 40, 250), 0);
    rig.session(ours(Performance::Balanced), endless, SimTime::ZERO);
    rig.sessions[0].fast_ppm = 500;
    rig.run_to(60);
    assert!(rig.use_percent(5, 60) >= 90, "{} % used", rig.use_percent(5, 60));
    let waited = wait(&rig.sessions[0], 5, 60, 95);
    assert!(waited <= Duration::from_millis(60), "{waited:?}");
}

/// A longer way looks like a queue until the shorter one is forgotten.
#[test]
fn a_way_that_becomes_longer_is_used_after_a_while() {
    let mut rig = alone(line(10 * MBIT, 40, 250), 0, 20);
    rig.hops[0].propagation += Duration::from_millis(60);
    rig.run_to(50);
    assert!(rig.use_percent(24, 50) >= 90, "{} % used", rig.use_percent(24, 50));
    let waited = wait(&rig.sessions[0], 24, 50, 95);
    assert!(waited <= Duration::from_millis(60), "{waited:?}");
}

#[test]
fn a_cap_holds() {
    let mut rig = Rig::new(line(10 * MBIT, 40, 250), 0);
    let config = RateConfig { cap_bits_per_s: Some(2 * MBIT), ..RateConfig::default() };
    rig.session(RateController::new(SimTime::ZERO, config), endless, SimTime::ZERO);
    rig.run_to(30);
    let used = rig.use_percent(5, 30);
    assert!((18..=20).contains(&used), "{used} % used");
}

#[test]
fn a_choice_holds_from_the_next_frame_on() {
    let mut controller = ours(Performance::Balanced);
    let before = controller.next_frame(SimTime::ZERO).expect("the first frame").rung;
    controller.set_performance(SimTime::ZERO, Performance::BestQuality);
    let after = controller.next_frame(SimTime::ZERO).expect("the first frame").rung;
    assert_eq!((before.jpeg_quality, after.jpeg_quality), (75, 85));
}

#[test]
fn refinement_may_take_more_while_nothing_else_goes_out() {
    let mut controller = ours(Performance::Balanced);
    let mut quarters = Vec::new();
    for frame in 0..7 {
        let now = SimTime::from_secs(u64::from(frame));
        let budget = controller.next_frame(now).expect("the line is empty");
        quarters.push(budget.refine_bytes / (budget.bytes / 4));
        let (bytes, only_refined) = (budget.refine_bytes, frame != 4);
        controller.sent(now, SentFrame { stream: 1, frame, bytes, had_more: true, only_refined });
        controller.acked(now, FrameAck { stream: 1, frame, received: Stamp::of(now) });
    }
    assert_eq!(quarters, [1, 2, 3, 4, 4, 1, 2]);
}

#[test]
fn a_picture_that_is_made_exact_does_not_become_coarser() {
    for (only_refined, changes) in [(true, false), (false, true)] {
        let mut controller = ours(Performance::Balanced);
        let first = controller.next_frame(SimTime::ZERO).expect("the first frame").rung.level;
        let mut last = first;
        for frame in 0..200 {
            let now = SimTime::from_millis(u64::from(frame) * 100);
            let Some(budget) = controller.next_frame(now) else { continue };
            last = budget.rung.level;
            let sent = SentFrame { stream: 1, frame, bytes: budget.bytes, had_more: true, only_refined };
            controller.sent(now, sent);
            controller.acked(now, FrameAck { stream: 1, frame, received: Stamp::of(now) });
        }
        assert_eq!(first != last, changes, "from {first} to {last}, only refined: {only_refined}");
    }
}

#[test]
fn a_picture_that_begins_anew_waits_for_nothing_that_went_before() {
    let mut controller = ours(Performance::Balanced);
    let mut now = SimTime::ZERO;
    for frame in 0.. {
        let Some(FrameBudget { bytes, .. }) = controller.next_frame(now) else {
            match controller.poll_timeout() {
                Some(at) => now = at,
                None => break,
            }
            continue;
        };
        controller.sent(now, SentFrame { stream: 1, frame, bytes, had_more: true, only_refined: false });
    }
    assert!(controller.figures().in_flight_bytes > 0);
    controller.forget_in_flight(now);
    assert_eq!(controller.figures().in_flight_bytes, 0);
    now += Duration::from_secs(1);
    assert!(controller.next_frame(now).is_some());
}

/// A console that says that a frame came at the end of time, when the first one had come at its beginning.
#[test]
fn times_that_cannot_be_overflow_nothing() {
    let mut controller = ours(Performance::Balanced);
    let ms = SimTime::from_millis;
    let send = |controller: &mut RateController, frame, at| {
        controller
            .sent(at, SentFrame { stream: 1, frame, bytes: 20_000, had_more: true, only_refined: false });
    };
    for (frame, at) in [(0, ms(0)), (1, ms(10)), (2, ms(20))] {
        send(&mut controller, frame, at);
    }
    let acks = [(0, ms(500), 0), (1, ms(510), 400_000_000), (2, ms(1_100), u64::MAX)];
    // The first one is forgotten by then, and the last one is not.
    for (frame, at, received) in acks.into_iter().chain([(3, ms(10_700), u64::MAX)]) {
        if frame == 3 {
            send(&mut controller, frame, ms(10_650));
        }
        controller.acked(at, FrameAck { stream: 1, frame, received: Stamp(received) });
        assert!(controller.figures().rate_bits_per_s > 0);
    }
}

/// Whatever a console says, nothing panics, and there is always something that one can wait for.
#[test]
fn lies_do_no_harm() {
    arbtest::arbtest(|u| {
        let performance: Performance = u.arbitrary()?;
        let mut controllers: Vec<Box<dyn Controller>> = vec![
            Box::new(ours(performance)),
            Box::new(FixedRate::new(SimTime::ZERO, performance, 3 * MBIT)),
            Box::new(RepliesController::new(SimTime::ZERO, performance)),
            Box::new(VegasController::new(SimTime::ZERO, performance)),
        ];
        let (mut now, mut frame) = (SimTime::ZERO, 0);
        for _ in 0..u.int_in_range(0..=200)? {
            now += Duration::from_micros(u.int_in_range(0..=100_000)?);
            let ack = FrameAck {
                stream: u.int_in_range(0..=1)?,
                frame: frame.min(u.int_in_range(0..=200)?),
                received: Stamp(if u.ratio(1, 4)? { u.arbitrary()? } else { now.as_nanos() }),
            };
            let (had_more, more_bytes) = (u.arbitrary()?, u.int_in_range(0..=20_000)?);
            let begins_anew = u.ratio(1, 50)?;
            for controller in &mut controllers {
                if let Some(budget) = controller.next_frame(now) {
                    assert!(budget.bytes > 0 && budget.refine_bytes <= budget.bytes, "{budget:?}");
                    assert!(budget.bytes <= 20_000_000, "{budget:?}");
                    let bytes = budget.bytes + more_bytes;
                    controller
                        .sent(now, SentFrame { stream: 1, frame, bytes, had_more, only_refined: false });
                } else {
                    match controller.poll_timeout() {
                        Some(at) => assert!(at > now, "to wait until now is no waiting"),
                        None => assert!(controller.figures().in_flight_bytes > 0, "it waits for nothing"),
                    }
                }
                controller.acked(now, ack);
                if begins_anew {
                    controller.forget_in_flight(now);
                }
            }
            frame += 1;
        }
        Ok(())
    });
}

/// Ours and the others, side by side. Nine frames of ten wait no longer than the limit where a line counts as settled.
#[test]
fn side_by_side() {
    struct Line {
        name: &'static str,
        hops: Vec<Hop>,
        loss_per_mille: u64,
        /// When it becomes narrow, and when wide again, in seconds.
        down_s: Option<u64>,
        up_s: Option<u64>,
    }
    let steady = |name, hops, loss_per_mille| Line { name, hops, loss_per_mille, down_s: None, up_s: None };
    let lines = [
        steady("10 Mbit/s, 40 ms", line(10 * MBIT, 40, 250), 0),
        steady("10 Mbit/s, 150 ms", line(10 * MBIT, 150, 250), 0),
        steady("2 Mbit/s, 40 ms", line(2 * MBIT, 40, 250), 0),
        steady("1 Mbit/s, 50 ms", line(MBIT, 50, 250), 0),
        steady("4 Mbit/s, 1 s queue", line(4 * MBIT, 40, 1_000), 0),
        steady("4 Mbit/s, 1 % loss", line(4 * MBIT, 40, 250), 10),
        steady("4 Mbit/s, 5 % loss", line(4 * MBIT, 40, 250), 50),
        Line {
            name: "10, 2, 10 Mbit/s",
            hops: changing(&[(15, 2 * MBIT), (30, 10 * MBIT)]),
            loss_per_mille: 0,
            down_s: Some(15),
            up_s: Some(30),
        },
        Line {
            name: "10 Mbit/s, 2 s out",
            hops: changing(&[(15, 0), (17, 10 * MBIT)]),
            loss_per_mille: 0,
            down_s: None,
            up_s: Some(17),
        },
    ];
    let mut table = String::from(
        "From 5 s to 45 s: use of the line; how long 95 % of frames, and of packets, wait in queues at most, and how\n\
         much later than light 95 % of frames have come; how long after a step the line is used again, and frames wait\n\
         for 60 ms at most; changes of the rung.\n\n\
         line                 controller      use %  frames ms  packets ms  late ms  down s   up s  rungs\n",
    );
    for Line { name, hops, loss_per_mille, down_s, up_s } in lines {
        let start = SimTime::ZERO;
        let controllers: [(&str, Box<dyn Controller>); 4] = [
            ("ours", Box::new(ours(Performance::Balanced))),
            ("fixed 3 Mbit/s", Box::new(FixedRate::new(start, Performance::Balanced, 3 * MBIT))),
            ("replies", Box::new(RepliesController::new(start, Performance::Balanced))),
            ("Vegas window", Box::new(VegasController::new(start, Performance::Balanced))),
        ];
        for (who, controller) in controllers {
            let mut rig = Rig::new(hops.clone(), loss_per_mille);
            rig.boxed_session(controller, endless, start);
            rig.run_to(45);
            let session = &rig.sessions[0];
            let (from, to) = (SimTime::from_secs(5), SimTime::from_secs(45));
            let settled = |from_s| match rig.settled_after(from_s, from_s + 15, Duration::from_millis(60)) {
                Some(time) => format!("{}.{}", time.as_secs(), time.subsec_millis() / 100),
                None => "never".to_owned(),
            };
            let (down, up) =
                (down_s.map_or_else(String::new, settled), up_s.map_or_else(String::new, settled));
            let changes = session.rungs.iter().filter(|(at, _)| *at >= from).count();
            table += &format!(
                "{name:<20} {who:<14} {:>6} {:>10} {:>11} {:>8} {down:>7} {up:>6} {changes:>6}\n",
                rig.use_percent(5, 45),
                wait(session, 5, 45, 95).as_millis(),
                percentile(&session.packet_waits, from, to, 95).as_millis(),
                percentile(&rig.ages(), from, to, 95).as_millis(),
            );
        }
    }
    insta::assert_snapshot!(table);
}
