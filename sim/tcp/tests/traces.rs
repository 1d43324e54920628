//! What goes over the line in small, known situations, as a capture would show it: time, end, flags, sequence number
//! and length, acknowledgement. Numbers count from each end's SYN.

use std::time::Duration;

use tcp::{Config, Endpoint, Error, Flags, Keepalive, Segment, Shared, State, Timestamps};
use wire::SimTime;

use crate::link::{ISNS, Link, Pair};

const SEGMENT: usize = 1_448;

/// Connected ends, 50 ms apart; and from now on all is noted.
fn connected(configs: [Config; 2]) -> Pair {
    let mut pair = Pair::new(configs, [Link::with_delay(25); 2], 1);
    pair.run_for(1.0);
    pair.log = Some(Vec::new());
    pair
}

fn send(pair: &mut Pair, end: usize, len: usize) {
    let sent = pair.with(end, |it, now, shared| it.send(now, &vec![1; len], shared));
    assert_eq!(sent, len);
}

/// Runs; what arrives is read at once.
fn run(pair: &mut Pair, millis: u64) {
    let until = pair.now + Duration::from_millis(millis);
    pair.run_until(until, |pair| {
        for end in 0..2 {
            if pair.ends[end].as_ref().is_some_and(|it| it.unread() > 0) {
                pair.read_all(end);
            }
        }
        false
    });
}

fn log(pair: &mut Pair) -> String {
    pair.log.replace(Vec::new()).unwrap_or_default().join("\n")
}

fn lose(pair: &mut Pair, from: usize) {
    pair.set_link(from, Link { loss: 1.0, ..Link::with_delay(25) });
}

fn mend(pair: &mut Pair, from: usize) {
    pair.set_link(from, Link::with_delay(25));
}

#[test]
fn a_life() {
    let mut pair = Pair::new([Config::default(); 2], [Link::with_delay(25); 2], 1);
    pair.log = Some(Vec::new());
    run(&mut pair, 100);
    send(&mut pair, 0, 100);
    run(&mut pair, 100);
    send(&mut pair, 1, 3_000);
    run(&mut pair, 200);
    pair.with(0, |end, now, _| end.finish(now));
    run(&mut pair, 100);
    pair.with(1, |end, now, _| end.finish(now));
    run(&mut pair, 100);
    insta::assert_snapshot!(log(&mut pair), @r"
    1.025s 1 S. 0 ack 1
    1.050s 0 . 1 ack 1
    1.100s 0 P. 1+100 ack 1
    1.125s 1 . 1 ack 101
    1.200s 1 . 1+1448 ack 101
    1.200s 1 . 1449+1448 ack 101
    1.200s 1 P. 2897+104 ack 101
    1.225s 0 . 101 ack 1449
    1.225s 0 . 101 ack 2897
    1.225s 0 . 101 ack 3001
    1.400s 0 F. 101 ack 3001
    1.425s 1 . 3001 ack 102
    1.500s 1 F. 3001 ack 102
    1.525s 0 . 102 ack 3002
    ");
    assert_eq!(pair.shared.lent(), 0);
}

/// RFC 9293, 3.8.6.3: every second full segment, or after 40 ms; an answer takes the acknowledgement with it.
#[test]
fn acknowledgements_wait_for_company() {
    let mut pair = connected([Config::default(); 2]);
    for _ in 0..9 {
        send(&mut pair, 0, 2 * SEGMENT);
        run(&mut pair, 100);
    }
    log(&mut pair);
    send(&mut pair, 0, 3 * SEGMENT);
    run(&mut pair, 200);
    send(&mut pair, 0, 10);
    run(&mut pair, 30);
    send(&mut pair, 1, 20);
    run(&mut pair, 200);
    insta::assert_snapshot!(log(&mut pair), @r"
    2.900s 0 . 26065+1448 ack 1
    2.900s 0 . 27513+1448 ack 1
    2.900s 0 P. 28961+1448 ack 1
    2.925s 1 . 1 ack 28961
    2.965s 1 . 1 ack 30409
    3.100s 0 P. 30409+10 ack 1
    3.130s 1 P. 1+20 ack 30419
    3.155s 0 . 30419 ack 21
    ");
}

/// RFC 8985, 7: the end of a flight is lost, and nothing behind it tells.
#[test]
fn a_lost_tail_is_probed() {
    let mut pair = connected([Config::default(); 2]);
    send(&mut pair, 0, 2 * SEGMENT);
    lose(&mut pair, 0);
    send(&mut pair, 0, SEGMENT);
    mend(&mut pair, 0);
    run(&mut pair, 1_000);
    insta::assert_snapshot!(log(&mut pair), @r"
    2.000s 0 . 1+1448 ack 1
    2.000s 0 P. 1449+1448 ack 1
    2.000s 0 P. 2897+1448 ack 1
    2.025s 1 . 1 ack 1449
    2.025s 1 . 1 ack 2897
    2.300s 0 P. 2897+1448 ack 1
    2.325s 1 . 1 ack 4345
    ");
    assert_eq!(pair.near().info().timeouts, 0);
}

/// RFC 8985, 6, and RFC 9937: a hole is found by three segments behind it, and filled at once.
#[test]
fn a_hole_is_filled() {
    let mut pair = connected([Config::default(); 2]);
    lose(&mut pair, 0);
    send(&mut pair, 0, SEGMENT);
    mend(&mut pair, 0);
    send(&mut pair, 0, 5 * SEGMENT);
    run(&mut pair, 300);
    insta::assert_snapshot!(log(&mut pair), @r"
    2.000s 0 P. 1+1448 ack 1
    2.000s 0 . 1449+1448 ack 1
    2.000s 0 . 2897+1448 ack 1
    2.000s 0 . 4345+1448 ack 1
    2.000s 0 . 5793+1448 ack 1
    2.000s 0 P. 7241+1448 ack 1
    2.025s 1 . 1 ack 1 sack 1449..2897
    2.025s 1 . 1 ack 1 sack 1449..4345
    2.025s 1 . 1 ack 1 sack 1449..5793
    2.025s 1 . 1 ack 1 sack 1449..7241
    2.025s 1 . 1 ack 1 sack 1449..8689
    2.050s 0 . 1+1448 ack 1
    2.075s 1 . 1 ack 8689
    ");
    let info = pair.near().info();
    assert_eq!((info.retransmits, info.recoveries, info.timeouts), (1, 1, 0));
}

/// RFC 6298, 5, and RFC 2883: everything is lost, then only acknowledgements are.
#[test]
fn timeouts_double() {
    let mut pair = connected([Config::default(); 2]);
    lose(&mut pair, 0);
    send(&mut pair, 0, 100);
    run(&mut pair, 2_500);
    mend(&mut pair, 0);
    lose(&mut pair, 1);
    run(&mut pair, 2_000);
    mend(&mut pair, 1);
    run(&mut pair, 10_000);
    insta::assert_snapshot!(log(&mut pair), @r"
    2.000s 0 P. 1+100 ack 1
    2.250s 0 P. 1+100 ack 1
    2.500s 0 P. 1+100 ack 1
    3.000s 0 P. 1+100 ack 1
    4.000s 0 P. 1+100 ack 1
    6.000s 0 P. 1+100 ack 1
    6.025s 1 . 1 ack 101
    10.000s 0 P. 1+100 ack 1
    10.025s 1 . 1 ack 101 sack 1..101
    ");
}

/// RFC 5682, RFC 3522: the line stands still for a second. What is then sent again was sent in vain, and the window is
/// as it was.
#[test]
fn a_line_that_pauses_costs_no_window() {
    for config in [
        Config::default(),
        Config { timestamps: false, ..Config::default() },
        Config { sack: false, ..Config::default() },
    ] {
        let mut pair = connected([config; 2]);
        for _ in 0..20 {
            send(&mut pair, 0, 10 * SEGMENT);
            run(&mut pair, 60);
        }
        let before = pair.near().info();
        // All that leaves within a second arrives at its end, in order.
        for left in (0..100).rev() {
            pair.set_link(0, Link::with_delay(25 + left * 10));
            if left == 99 {
                send(&mut pair, 0, 10 * SEGMENT);
            }
            run(&mut pair, 10);
        }
        run(&mut pair, 3_000);
        let after = pair.near().info();
        assert!(after.timeouts > 0, "{config:?}");
        assert_eq!(after.ssthresh_bytes, None, "{config:?}: {after:?}");
        assert!(after.cwnd_bytes >= before.cwnd_bytes, "{config:?}: {before:?} {after:?}");
    }
}

/// RFC 9293, 3.8.4.
#[test]
fn an_idle_peer_is_asked_whether_it_lives() {
    let keepalive = Keepalive { idle: Duration::from_secs(10), interval: Duration::from_secs(2), probes: 3 };
    let asking = Config { keepalive: Some(keepalive), ..Config::default() };
    let mut pair = connected([asking, Config::default()]);
    run(&mut pair, 25_000);
    insta::assert_snapshot!(log(&mut pair), @r"
    11.050s 0 . 0 ack 1
    11.075s 1 . 1 ack 1
    21.100s 0 . 0 ack 1
    21.125s 1 . 1 ack 1
    ");
    assert_eq!(pair.near().state(), State::Established);
    lose(&mut pair, 1);
    run(&mut pair, 20_000);
    insta::assert_snapshot!(log(&mut pair), @r"
    31.150s 0 . 0 ack 1
    31.175s 1 . 1 ack 1
    33.150s 0 . 0 ack 1
    33.175s 1 . 1 ack 1
    35.150s 0 . 0 ack 1
    35.175s 1 . 1 ack 1
    37.150s 0 R. 1 ack 1
    ");
    assert_eq!((pair.near().state(), pair.near().error()), (State::Closed, Some(Error::TimedOut)));
    assert_eq!((pair.far().state(), pair.far().error()), (State::Closed, Some(Error::Reset)));
}

/// RFC 9293, 3.7.4: with Nagle's algorithm, small segments wait for the acknowledgement of what is out.
#[test]
fn nagle_waits() {
    let mut pair = connected([Config { nagle: true, ..Config::default() }, Config::default()]);
    for _ in 0..3 {
        send(&mut pair, 0, 10);
    }
    run(&mut pair, 200);
    insta::assert_snapshot!(log(&mut pair), @r"
    2.000s 0 P. 1+10 ack 1
    2.025s 1 . 1 ack 11
    2.050s 0 P. 11+20 ack 1
    2.075s 1 . 1 ack 31
    ");
}

/// RFC 9293, 3.5: both dial, and it is one connection.
#[test]
fn both_may_dial() {
    let (mut now, mut shared) = (SimTime::from_secs(1), Shared::default());
    let config = Config::default();
    let mut ends = [Endpoint::connect(&config, now, 100), Endpoint::connect(&config, now, 200)];
    let mut wires: [Vec<Segment>; 2] = Default::default();
    for _ in 0..6 {
        for (end, wire) in ends.iter_mut().zip(&mut wires) {
            wire.extend(std::iter::from_fn(|| end.poll_segment(now, &mut shared)));
        }
        now += Duration::from_millis(10);
        wires.swap(0, 1);
        for (end, wire) in ends.iter_mut().zip(&mut wires) {
            for segment in wire.drain(..) {
                end.handle_segment(now, &segment, &mut shared);
            }
        }
    }
    for end in ends {
        assert_eq!((end.state(), end.info().retransmits), (State::Established, 0));
    }
}

/// RFC 7323, 5: what is older than what was last heard is not taken, though its number fits.
#[test]
fn old_timestamps_are_not_taken() {
    let mut pair = connected([Config::default(); 2]);
    send(&mut pair, 1, 10);
    run(&mut pair, 100);
    let mut forged = Segment {
        seq: ISNS[1] + 11,
        ack: ISNS[0].wrapping_add(1),
        flags: Flags::ACK,
        window: 1_000,
        timestamps: Some(Timestamps { value: 1, echo: 0 }),
        payload: pair.shared.payloads.lend(5, |into| into.fill(9)),
        ..Segment::default()
    };
    pair.with(0, |end, now, shared| end.handle_segment(now, &forged, shared));
    assert_eq!(pair.near().unread(), 0);
    forged.timestamps = Some(Timestamps { value: 100_000, echo: 0 });
    pair.with(0, |end, now, shared| end.handle_segment(now, &forged, shared));
    assert_eq!(pair.near().unread(), 5);
}

/// RFC 6191: TIME-WAIT yields to a SYN that is newer than all it has seen.
#[test]
fn time_wait_yields_to_a_later_syn() {
    let mut pair = connected([Config::default(); 2]);
    pair.with(0, |end, now, _| end.finish(now));
    run(&mut pair, 100);
    let mut syn = Segment { seq: 5, flags: Flags::SYN, ..Segment::default() };
    syn.timestamps = Some(Timestamps { value: 1_000_000, echo: 0 });
    assert!(!pair.near().yields_to(&syn));
    pair.with(1, |end, now, _| end.finish(now));
    run(&mut pair, 100);
    assert_eq!(pair.near().state(), State::TimeWait);
    assert!(pair.near().yields_to(&syn));
    syn.timestamps = Some(Timestamps { value: 0, echo: 0 });
    assert!(!pair.near().yields_to(&syn));
    syn.timestamps = None;
    assert!(!pair.near().yields_to(&syn));
    syn.seq = ISNS[1] + 1_000;
    assert!(pair.near().yields_to(&syn));
}

/// RFC 9293, 3.6.1: nobody is there any more who would read.
#[test]
fn data_for_nobody_is_answered_by_a_reset() {
    let mut pair = connected([Config::default(); 2]);
    send(&mut pair, 0, 100);
    pair.with(0, |end, now, _| end.finish(now));
    pair.with(0, |end, now, _| end.let_go(now));
    run(&mut pair, 100);
    assert_eq!(pair.near().state(), State::FinWait2);
    send(&mut pair, 1, 100);
    run(&mut pair, 100);
    insta::assert_snapshot!(log(&mut pair), @r"
    2.000s 0 P. 1+100 ack 1
    2.000s 0 F. 101 ack 1
    2.025s 1 . 1 ack 101
    2.025s 1 . 1 ack 102
    2.100s 1 P. 1+100 ack 102
    2.125s 0 R. 102 ack 1
    ");
    assert_eq!((pair.near().state(), pair.near().error()), (State::Closed, None));
    assert_eq!((pair.far().state(), pair.far().error()), (State::Closed, Some(Error::Reset)));
    assert_eq!(pair.shared.lent(), 0);
}

/// Linux's `tcp_fin_timeout`: a peer that never finishes.
#[test]
fn an_orphan_waits_for_a_minute() {
    let mut pair = connected([Config::default(); 2]);
    pair.with(0, |end, now, _| end.finish(now));
    pair.with(0, |end, now, _| end.let_go(now));
    run(&mut pair, 59_000);
    assert_eq!(pair.near().state(), State::FinWait2);
    run(&mut pair, 2_000);
    assert_eq!(pair.near().state(), State::Closed);
    assert_eq!(pair.far().state(), State::CloseWait);
}

/// RFC 5961, 3 to 5 and 7: one challenge in half a second, whoever guesses.
#[test]
fn guesses_are_challenged_and_not_too_often() {
    let mut pair = connected([Config::default(); 2]);
    for guess in 1..100 {
        let segment = tcp::Segment { seq: 7 + 1 + guess, flags: tcp::Flags::RST, ..tcp::Segment::default() };
        pair.with(0, |end, now, shared| end.handle_segment(now, &segment, shared));
        run(&mut pair, 10);
    }
    insta::assert_snapshot!(log(&mut pair), @r"
    2.000s 0 . 1 ack 1
    2.500s 0 . 1 ack 1
    ");
    assert_eq!(pair.near().state(), State::Established);
}

/// RFC 5681, 4.1: after silence, the window is the initial one again.
#[test]
fn silence_takes_the_window_back() {
    let mut pair = connected([Config::default(); 2]);
    for _ in 0..30 {
        let room = pair.near().room();
        send(&mut pair, 0, room);
        run(&mut pair, 60);
    }
    assert!(pair.near().info().cwnd_bytes > 100 * SEGMENT as u64);
    run(&mut pair, 60_000);
    send(&mut pair, 0, SEGMENT);
    assert_eq!(pair.near().info().cwnd_bytes, 10 * SEGMENT as u64);
}

/// 10,000 idle connections hold nothing.
#[test]
fn an_idle_connection_holds_no_buffer() {
    let mut pair = connected([Config::default(); 2]);
    send(&mut pair, 0, 20_000);
    assert_eq!(pair.shared.lent(), 2);
    run(&mut pair, 1_000);
    assert_eq!(pair.shared.lent(), 0);
    assert!(size_of::<tcp::Endpoint>() <= 384, "{} bytes", size_of::<tcp::Endpoint>());
}
