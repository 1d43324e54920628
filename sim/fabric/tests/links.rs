//! What a link carries, drops, loses and delays.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fabric::{
    AccessLink, BufferUse, CapacityTrace, Direction, Fate, Jitter, LinkConfig, LinkCounters, Loss, Queue,
    Rate,
};
use wire::SimTime;

use crate::net::{Net, PLAIN, PLAIN_LINK, PORT, Pair, Talkers, pattern};

/// [`PLAIN`] with a rate and a queue.
fn behind(bits_per_s: u64, queue_bytes: usize) -> LinkConfig {
    LinkConfig::rate(bits_per_s).queue(Queue::DropTail { bytes: queue_bytes }).propagation(PLAIN.propagation)
}

/// Sends `bytes` from a client behind `up` to a server that nothing limits.
fn transfer(seed: u64, up: LinkConfig, bytes: usize) -> (Net, Pair, f64) {
    let mut net = Net::new(seed);
    let server = net.host("server", PLAIN_LINK);
    let client = net.host("client", AccessLink { up, down: PLAIN });
    net.fabric.listen(server, PORT, BufferUse::Bulk).unwrap();
    let pair = net.connect(client, server, BufferUse::Bulk);
    let start = net.now;
    let mut talkers = Talkers::default();
    let said = pattern(bytes, 0);
    talkers.say(&mut net.fabric, net.now, pair.near, said.clone());
    let mut done = start;
    while talkers.heard.get(&pair.far).is_none_or(|heard| heard.len() < bytes) {
        let next = net.fabric.poll_timeout().expect("the transfer goes on");
        net.run_until(next, |fabric, now, event| talkers.react(fabric, now, event));
        done = net.now;
    }
    assert_eq!(talkers.heard[&pair.far], said);
    let goodput_bits_per_s = bytes as f64 * 8.0 / done.since(start).as_secs_f64();
    (net, pair, goodput_bits_per_s)
}

#[test]
fn a_transfer_fills_the_link_and_no_more() {
    let up = behind(10_000_000, 1 << 20);
    let (net, Pair { client, .. }, goodput) = transfer(1, up, 5_000_000);
    assert!((9.0e6..9.8e6).contains(&goodput), "got {goodput:.0} bit/s of payload on a link of 10 Mbit/s");
    let counters = net.fabric.link_counters(client, Direction::Up);
    assert_eq!((counters.queue_drops, counters.lost), (0, 0));
}

#[test]
fn a_full_queue_drops_and_the_counters_tell() {
    let up = behind(2_000_000, 20_000);
    let (net, Pair { client, .. }, _) = transfer(1, up, 1_000_000);
    let counters = net.fabric.link_counters(client, Direction::Up);
    insta::assert_debug_snapshot!(counters, @"
    LinkCounters {
        packets: 693,
        bytes: 1036044,
        queue_drops: 4,
        codel_drops: 0,
        codel_bytes: 0,
        sent: 693,
        lost: 0,
        duplicated: 0,
        reordered: 0,
        queue_bytes_high: 19500,
        queue_nanos_sum: 36486000000,
        queue_nanos_max: 68000000,
        busy_nanos: 4144176000,
    }
    ");
}

#[test]
fn losses_come_in_the_share_that_was_asked_for() {
    let up = PLAIN.loss(Loss::Independent(0.02));
    let (net, Pair { client, .. }, _) = transfer(1, up, 10_000_000);
    let LinkCounters { packets, lost, .. } = net.fabric.link_counters(client, Direction::Up);
    let share = lost as f64 / packets as f64;
    assert!((0.015..0.025).contains(&share), "{lost} of {packets} lost");
}

#[test]
fn jitter_delays_and_never_reorders() {
    let jitter = Duration::from_millis(30);
    let link = behind(50_000_000, 64 * 1024).jitter(Jitter::Uniform { max: jitter });
    let mut net = Net::new(1);
    let server = net.host("server", PLAIN_LINK);
    let client = net.host("client", AccessLink { up: link, down: PLAIN });
    net.fabric.listen(server, PORT, BufferUse::Bulk).unwrap();
    let delays = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&delays);
    let mut last = SimTime::ZERO;
    net.fabric.tap(move |packet| {
        if let (Some((_, Direction::Up)), true, Fate::Queued { leaves, arrives }) =
            (packet.on(), packet.from == client, packet.fate)
        {
            assert!(arrives >= last, "a packet overtakes another");
            last = arrives;
            seen.lock().unwrap().push(arrives.since(leaves));
        }
    });
    let Pair { near, .. } = net.connect(client, server, BufferUse::Bulk);
    // One small packet at a time, so that no delay is the work of the packet ahead.
    for _ in 0..500 {
        net.send(near, b"tick");
        net.run_for_millis(100);
    }
    let delays = delays.lock().unwrap();
    let (least, most) = (delays.iter().min().unwrap(), delays.iter().max().unwrap());
    assert!(*least >= PLAIN.propagation && *most <= PLAIN.propagation + jitter, "{least:?} to {most:?}");
    assert!(*most - *least > jitter * 9 / 10, "spread over the whole range: {least:?} to {most:?}");
}

#[test]
fn a_link_may_change_under_way() {
    let (mut net, Pair { client, near, far, .. }) = Net::connected(1, BufferUse::Control);
    // Slow, and yet faster than any timer that would send the first segment again.
    let slow = PLAIN.propagation(Duration::from_millis(100));
    net.fabric.set_link_direction(net.now, client, Direction::Up, slow.clone());
    assert_eq!(net.fabric.link(client), AccessLink { up: slow, down: PLAIN });
    net.send(near, b"slow ");
    net.run_for_millis(50);
    net.fabric.set_link(net.now, client, PLAIN_LINK);
    net.send(near, b"not so slow");
    net.run_for_millis(59);
    assert_eq!(net.read(far), b"", "nothing overtakes what is on the link already");
    net.run_for_millis(1);
    assert_eq!(net.read(far), b"slow not so slow");
}

#[test]
#[should_panic(expected = "expected a loss from 0 to 1, got 1.5")]
fn a_loss_above_all_is_an_error() {
    Net::new(1).host("host", AccessLink { up: PLAIN.loss(Loss::Independent(1.5)), down: PLAIN });
}

#[test]
fn a_bloated_queue_drains_at_the_new_rate() {
    let slow = behind(1_000_000, 1 << 20);
    let mut net = Net::new(1);
    let server = net.host("server", PLAIN_LINK);
    let client = net.host("client", AccessLink { up: slow.clone(), down: PLAIN });
    net.fabric.listen(server, PORT, BufferUse::Bulk).unwrap();
    let pair = net.connect(client, server, BufferUse::Bulk);
    let mut talkers = Talkers::default();
    talkers.say(&mut net.fabric, net.now, pair.near, pattern(2_000_000, 0));
    let full = net.now + Duration::from_secs(10);
    net.run_until(full, |fabric, now, event| talkers.react(fabric, now, event));
    let before = net.fabric.link_counters(client, Direction::Up);
    let queued = before.packets - before.sent;
    assert!(queued > 100, "{before:?}");
    let fast = LinkConfig { rate: Rate::BitsPerSecond(100_000_000), ..slow };
    net.fabric.set_link_direction(net.now, client, Direction::Up, fast);
    // 120 µs for each packet of 1500 bytes; what acknowledgements let go meanwhile comes behind.
    net.run_until(net.now + Duration::from_micros(120) * queued as u32, |_, _, _| {});
    let after = net.fabric.link_counters(client, Direction::Up);
    assert!(after.sent >= before.packets, "{before:?}, {after:?}");
}

/// A link without limits has no queue: what waited leaves at once, and whoever looks is told.
#[test]
fn what_waited_is_told_anew_when_the_link_changes() {
    let slow = behind(100_000, 1 << 20);
    let trace = LinkConfig {
        rate: Rate::Trace(CapacityTrace::new(vec![5_000]).expect("one time rises")),
        ..slow.clone()
    };
    for (name, narrow) in
        [("rate", slow.clone()), ("CoDel", slow.queue(Queue::CoDel { bytes: 1 << 20 })), ("trace", trace)]
    {
        let mut net = Net::new(1);
        let server = net.host("server", PLAIN_LINK);
        let client = net.host("client", AccessLink { up: PLAIN, down: PLAIN });
        net.fabric.listen(server, PORT, BufferUse::Bulk).unwrap();
        let pair = net.connect(client, server, BufferUse::Bulk);
        net.fabric.set_link_direction(net.now, client, Direction::Up, narrow);
        net.send(pair.near, &pattern(10_000, 0));
        net.run_for_millis(20);
        let counters = net.fabric.link_counters(client, Direction::Up);
        let waits = counters.packets - counters.sent;
        assert!(waits > 3, "{name}: {counters:?}");
        let told = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&told);
        net.fabric.tap(move |packet| {
            if packet.on() == Some((client, Direction::Up)) {
                seen.lock().unwrap().push(packet.fate);
            }
        });
        let now = net.now;
        net.fabric.set_link_direction(now, client, Direction::Up, PLAIN);
        let at_once = Fate::Retimed { leaves: now, arrives: now + PLAIN.propagation };
        assert_eq!(*told.lock().unwrap(), vec![at_once; waits as usize], "{name}");
    }
}

#[test]
fn codel_keeps_the_delay_of_a_transfer_short_where_drop_tail_fills_the_queue() {
    let bytes = 1 << 20;
    let delay = |queue| {
        let up = behind(5_000_000, bytes).queue(queue);
        let (net, Pair { client, .. }, goodput) = transfer(1, up, 8_000_000);
        let counters = net.fabric.link_counters(client, Direction::Up);
        assert_eq!(counters.codel_drops > 0, matches!(queue, Queue::CoDel { .. }), "{counters:?}");
        assert!(goodput > 3.0e6, "{goodput}");
        counters.mean_queue_delay().unwrap()
    };
    let (codel, drop_tail) = (delay(Queue::CoDel { bytes }), delay(Queue::DropTail { bytes }));
    assert!(
        codel < Duration::from_millis(40) && drop_tail > Duration::from_millis(400),
        "{codel:?}, {drop_tail:?}"
    );
}

#[test]
fn a_link_is_on_the_list_while_it_is_used_and_has_a_queue() {
    let mut net = Net::new(1);
    let server = net.host("server", PLAIN_LINK);
    let up = behind(80_000, 1 << 20);
    let client = net.host("client", AccessLink { up, down: PLAIN });
    net.host("bystander", PLAIN_LINK);
    net.fabric.listen(server, PORT, BufferUse::Bulk).unwrap();
    let pair = net.connect(client, server, BufferUse::Bulk);
    let mut used = Vec::new();
    net.fabric.take_used_links(net.now, &mut used);
    assert_eq!(used, [server, client]);
    net.run_for_secs(1);
    net.fabric.take_used_links(net.now, &mut used);
    net.fabric.take_used_links(net.now, &mut used);
    assert_eq!(used, [], "nobody has sent anything since");
    net.fabric.sample_link(net.now, client, Direction::Up);

    // 3,000 bytes take 300 ms: for so long the link is used, though nothing more is offered to it.
    assert!(!net.fabric.has_used_links());
    assert_eq!(net.fabric.send(net.now, pair.near, &pattern(3_000, 0)), 3_000);
    net.fabric.take_used_links(net.now, &mut used);
    assert_eq!(used, [client]);
    assert!(net.fabric.has_used_links());
    let sample = net.fabric.sample_link(net.now, client, Direction::Up);
    assert!(sample.queue_bytes > 1_000 && sample.queue_bytes == sample.queue_bytes_high, "{sample:?}");
    net.run_for_secs(1);
    let sample = net.fabric.sample_link(net.now, client, Direction::Up);
    assert_eq!(sample.queue_bytes, 0);
    assert!(sample.wait_nanos_high > 100_000_000, "the last packet waited for the others: {sample:?}");
    assert!(sample.queue_bytes_high > 1_000, "what was there at the look before counts: {sample:?}");
}
