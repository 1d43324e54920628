//! Each way for a network or a host to fail, and how a program hears of it.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use fabric::{BufferUse, FabricStats, SocketId};

use crate::net::{Net, PLAIN_LINK, PORT, Pair, Talkers, pattern};

#[test]
fn failed_dials_tell_why() {
    let mut net = Net::new(1);
    let client = net.host("client", PLAIN_LINK);
    let [up, dark, cut_off, deaf] = ["up", "dark", "cut off", "deaf"].map(|name| net.host(name, PLAIN_LINK));
    net.fabric.power_off(net.now, dark);
    net.fabric.partition(net.now, client, cut_off);
    net.fabric.partition_one_way(net.now, deaf, client);
    let mut dials: Vec<(&str, SocketId)> =
        [("nobody listens", up), ("no power", dark), ("partition", cut_off), ("one way", deaf)]
            .map(|(case, host)| (case, net.dial(client, host, BufferUse::Control)))
            .into();
    let nowhere = SocketAddrV4::new(Ipv4Addr::new(10, 9, 9, 9), PORT);
    dials.push(("no such host", net.fabric.connect(net.now, client, nowhere, BufferUse::Control)));
    net.run_for_secs(22);
    net.fabric.unplug(net.now, client);
    dials.push(("unplugged", net.dial(client, up, BufferUse::Control)));
    net.run_for_secs(1);
    let table: String = dials
        .iter()
        .map(|(case, socket)| {
            let (at, event) =
                net.events.iter().find(|(_, event)| event.socket == *socket).expect("an outcome");
            format!("{case:<15} {at:>8}  {}\n", event.kind)
        })
        .collect();
    insta::assert_snapshot!(table, @r"
    nobody listens    0.040s  closed: connection refused
    no power         21.000s  closed: connect timed out
    partition        21.000s  closed: connect timed out
    one way          21.000s  closed: connect timed out
    no such host     21.000s  closed: connect timed out
    unplugged        22.000s  closed: network unreachable
    ");
    assert_eq!(net.events.len(), dials.len());
    assert_eq!(net.fabric.stats(), FabricStats::default());
}

#[test]
fn the_deaths_of_a_host_sound_different() {
    // Four servers and four ways to go; the client sends a word to each, 30 s later and again 30 s after that.
    let mut net = Net::new(1);
    let client = net.host("client", PLAIN_LINK);
    let names = ["exits", "killed", "dark", "restarted"];
    let servers = names.map(|name| net.host(name, PLAIN_LINK));
    let pairs = servers.map(|server| {
        net.fabric.listen(server, PORT, BufferUse::Control).unwrap();
        net.connect(client, server, BufferUse::Control)
    });
    let death = net.now;
    net.events.clear();
    let [exits, killed, dark, restarted] = pairs;
    net.fabric.finish(net.now, exits.far);
    net.fabric.kill_process(net.now, killed.server, &[killed.far], &[PORT]);
    net.fabric.power_off(net.now, dark.server);
    net.fabric.power_off(net.now, restarted.server);
    net.run_for_secs(30);
    net.fabric.power_on(net.now, restarted.server);
    for pair in pairs {
        net.fabric.send(net.now, pair.near, b"are you there?");
    }
    net.run_for_secs(120);
    let table: String = net
        .events
        .iter()
        .filter(|(_, event)| event.host == client)
        .map(|(at, event)| {
            let whose = pairs.iter().position(|pair| pair.near == event.socket).expect("one of the four");
            format!("{:<10} {:>7.2} s after  {}\n", names[whose], at.since(death).as_secs_f64(), event.kind)
        })
        .collect();
    insta::assert_snapshot!(table, @r"
    exits         0.02 s after  peer finished
    killed        0.02 s after  closed: connection reset
    restarted    30.04 s after  closed: connection reset
    dark        130.00 s after  closed: connection timed out
    ");
}

#[test]
fn an_idle_connection_sleeps_through_a_partition() {
    let (mut net, Pair { server, client, near, far }) = Net::connected(1, BufferUse::Control);
    net.run_for_secs(1);
    assert_eq!(net.fabric.poll_timeout(), None, "nothing is due on an idle connection");
    net.fabric.partition(net.now, server, client);
    net.run_for_secs(3_600);
    net.fabric.heal(net.now, server, client);
    net.send(near, b"good morning");
    net.run_for_secs(1);
    assert_eq!(net.read(far), b"good morning");
}

#[test]
fn unanswered_bytes_end_a_connection() {
    let (mut net, Pair { server, client, near, .. }) = Net::connected(1, BufferUse::Control);
    net.fabric.partition(net.now, server, client);
    net.send(near, b"hello?");
    net.run_dry();
    insta::assert_snapshot!(net.table(), @" 100.100s  client   closed: connection timed out");
    assert_eq!(net.fabric.stats().sockets, 1, "the server's end waits for a client that is gone");
    net.fabric.heal(net.now, server, client);
    net.run_for_secs(1);
    assert_eq!(net.fabric.stats().timers, 0);
}

#[test]
fn a_partition_that_ends_in_time_loses_nothing() {
    let (mut net, Pair { server, client, near, far }) = Net::connected(1, BufferUse::Bulk);
    let bytes = pattern(500_000, 3);
    let mut talkers = Talkers::default();
    talkers.say(&mut net.fabric, net.now, near, bytes.clone());
    let mut run_for_millis = |net: &mut Net, millis| {
        let end = net.now + Duration::from_millis(millis);
        net.run_until(end, |fabric, now, event| talkers.react(fabric, now, event));
    };
    run_for_millis(&mut net, 100);
    net.fabric.partition_one_way(net.now, server, client);
    run_for_millis(&mut net, 40_000);
    net.fabric.heal(net.now, server, client);
    run_for_millis(&mut net, 60_000);
    assert!(talkers.heard[&far] == bytes);
}

#[test]
fn two_ends_that_start_over_at_once_hear_each_other() {
    // Each side's two segments arrive, and neither side's acknowledgement does: both send again the first of what
    // the other has. An acknowledgement that counts from there is outside the other's window.
    let (mut net, Pair { server, client, near, far }) = Net::connected(1, BufferUse::Control);
    let (ping, pong) = (pattern(2_000, 1), pattern(2_000, 2));
    net.send(near, &ping);
    net.send(far, &pong);
    net.run_for_millis(25);
    net.fabric.partition(net.now, server, client);
    net.run_for_secs(5);
    net.fabric.heal(net.now, server, client);
    net.run_for_secs(10);
    assert!((net.read(far), net.read(near)) == (ping, pong));
    assert_eq!(net.fabric.stats().timers, 0, "all is acknowledged");
}

#[test]
fn held_packets_go_on_when_healed_and_are_lost_when_cut() {
    let (mut net, Pair { server, client, near, far }) = Net::connected(1, BufferUse::Control);
    net.fabric.hold(net.now, client, server);
    net.send(near, b"held, ");
    net.run_for_millis(50);
    net.send(near, b"in order");
    net.run_for_millis(500);
    // Both segments; the second again by a tail loss probe, the first again by a timeout.
    assert_eq!((net.read(far), net.fabric.stats().packets), (b"".to_vec(), 4));
    net.fabric.hold(net.now, server, client);
    net.fabric.heal(net.now, server, client);
    net.run_for_millis(11);
    assert_eq!(net.read(far), b"held, in order");

    net.run_for_millis(500);
    net.fabric.hold(net.now, client, server);
    net.send(near, b"cut");
    net.run_for_millis(100);
    assert_eq!(net.fabric.stats().packets, 1);
    net.fabric.partition(net.now, client, server);
    assert_eq!(net.fabric.stats().packets, 0);
    net.fabric.heal(net.now, client, server);
    net.run_for_secs(2);
    assert_eq!(net.read(far), b"cut", "sent again by TCP");
}

#[test]
fn an_unplugged_host_is_back_where_it_was() {
    let (mut net, Pair { client, near, far, .. }) = Net::connected(1, BufferUse::Control);
    net.fabric.unplug(net.now, client);
    net.send(near, b"one ");
    net.send(far, b"two");
    net.run_for_secs(5);
    assert_eq!((net.read(near), net.read(far)), (vec![], vec![]));
    net.fabric.plug_in(net.now, client);
    net.run_for_secs(5);
    assert_eq!((net.read(near), net.read(far)), (b"two".to_vec(), b"one ".to_vec()));
}

#[test]
fn a_restarted_host_listens_again_and_the_old_connection_is_told() {
    let (mut net, Pair { server, client, near, far }) = Net::connected(1, BufferUse::Control);
    net.fabric.power_off(net.now, server);
    assert!(!net.fabric.is_powered(server));
    assert!(net.fabric.listen(server, PORT, BufferUse::Control).is_err(), "it is off");
    let from_the_dark = net.dial(server, client, BufferUse::Control);
    assert_eq!(net.fabric.send(net.now, from_the_dark, b"boo"), 0);
    assert_eq!(net.fabric.send(net.now, far, b"boo"), 0);
    net.run_for_secs(10);
    net.fabric.power_on(net.now, server);
    let refused = net.dial(client, server, BufferUse::Control);
    net.run_for_secs(1);
    net.fabric.listen(server, PORT, BufferUse::Control).unwrap();
    let again = net.connect(client, server, BufferUse::Control);
    net.send(near, b"remember me?");
    net.send(again.near, b"new here");
    net.run_for_secs(1);
    assert_eq!(net.read(again.far), b"new here");
    assert_ne!(refused, again.near);
    insta::assert_snapshot!(net.table(), @r"
    10.140s  client   closed: connection refused
    11.140s  client   connected
    11.160s  server   accepted 10.0.0.2:49154 on port 443
    11.220s  server   readable
    11.240s  client   closed: connection reset
    ");
}

#[test]
fn what_arrives_at_a_dark_host_is_gone() {
    let (mut net, Pair { server, near, .. }) = Net::connected(1, BufferUse::Control);
    net.send(near, b"on its way");
    net.run_for_millis(15);
    net.fabric.power_off(net.now, server);
    net.run_for_millis(10);
    assert_eq!(net.fabric.stats(), FabricStats { sockets: 1, timers: 1, packets: 0, listeners: 0 });
}

#[test]
fn a_killed_process_leaves_the_host_s_other_processes_alone() {
    let (mut net, first) = Net::connected(1, BufferUse::Control);
    let second = net.connect(first.client, first.server, BufferUse::Control);
    net.fabric.kill_process(net.now, first.server, &[first.near, second.far], &[]);
    net.send(first.near, b"unharmed");
    net.run_for_secs(1);
    assert_eq!(net.read(first.far), b"unharmed", "the near end is another host's");
    let dialled = net.dial(first.client, first.server, BufferUse::Control);
    net.run_for_secs(1);
    net.send(dialled, b"the port is still open");
}

#[test]
fn a_port_closed_while_somebody_dials_resets_the_dial() {
    let (mut net, Pair { server, client, .. }) = Net::connected(1, BufferUse::Control);
    net.dial(client, server, BufferUse::Control);
    net.run_for_millis(25);
    assert_eq!(net.fabric.stats().sockets, 4, "the server has answered, nobody knows yet");
    net.fabric.stop_listening(net.now, server, PORT);
    net.run_for_secs(1);
    insta::assert_snapshot!(net.table(), @r"
    0.140s  client   connected
    0.145s  client   closed: connection reset
    ");
}
