//! The life of a connection on a network that works.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use fabric::{BufferUse, EventKind, FabricStats, ListenError, SocketId};
use wire::SimTime;

use crate::net::{Net, PLAIN_LINK, PORT, Pair, Talkers, pattern};

/// Linux's `TCP_TIMEWAIT_LEN`.
const TIME_WAIT: Duration = Duration::from_secs(60);

const LISTENING: FabricStats = FabricStats { sockets: 0, timers: 0, packets: 0, listeners: 1 };

#[test]
fn a_conversation_from_dialling_to_the_end() {
    let mut net = Net::new(1);
    let server = net.host("server", PLAIN_LINK);
    let client = net.host("client", PLAIN_LINK);
    net.fabric.listen(server, PORT, BufferUse::Control).unwrap();
    let socket = net.dial(client, server, BufferUse::Control);
    assert_eq!(net.fabric.send(net.now, socket, b"too early"), 0);
    net.run_until(SimTime::from_secs(61), |fabric, now, event| {
        let mut heard = Vec::new();
        match event.kind {
            EventKind::Connected => assert_eq!(fabric.send(now, event.socket, b"hello"), 5),
            EventKind::Readable => {
                fabric.read(now, event.socket, &mut heard);
                if event.host == server {
                    fabric.send(now, event.socket, &heard);
                } else {
                    fabric.finish(now, event.socket);
                }
            }
            EventKind::Finished if event.host == server => fabric.finish(now, event.socket),
            _ => {}
        }
    });
    insta::assert_snapshot!(net.table(), @r"
    0.040s  client   connected
    0.060s  server   accepted 10.0.0.2:49152 on port 443
    0.060s  server   readable
    0.080s  client   readable
    0.100s  server   peer finished
    0.120s  client   peer finished
    0.120s  client   closed: finished
    0.140s  server   closed: finished
    ");
    assert_eq!(net.fabric.stats(), LISTENING, "TIME_WAIT is over, and nothing is left");
    assert_eq!(net.fabric.poll_timeout(), None);
}

#[test]
fn one_side_may_finish_and_go_on_reading() {
    let (mut net, Pair { near, far, .. }) = Net::connected(1, BufferUse::Control);
    let question = pattern(3_000, 1);
    let answer = pattern(100_000, 2);
    net.send(near, &question);
    net.fabric.finish(net.now, near);
    let mut talkers = Talkers::default();
    let end = net.now + TIME_WAIT + Duration::from_secs(30);
    net.run_until(end, |fabric, now, event| {
        talkers.react(fabric, now, event);
        if event.socket == far && event.kind == EventKind::Finished {
            talkers.say(fabric, now, far, answer.clone());
        }
    });
    assert_eq!(talkers.heard[&far], question);
    assert_eq!(talkers.heard[&near], answer);
    assert_eq!(net.fabric.stats(), LISTENING);
}

#[test]
fn bytes_that_came_before_the_end_can_be_read_up_to_the_closed_event() {
    let (mut net, Pair { near, far, .. }) = Net::connected(1, BufferUse::Control);
    net.send(near, b"the last words");
    net.fabric.finish(net.now, near);
    net.fabric.finish(net.now, far);
    net.run_for_secs(30);
    insta::assert_snapshot!(net.table(), @"
    0.120s  server   readable
    0.120s  server   peer finished
    0.120s  client   peer finished
    0.140s  client   closed: finished
    ");
    assert_eq!(net.read(far), b"the last words");
    net.run_for_millis(1_000);
    net.run_until(net.now + TIME_WAIT, |_, _, _| {});
    assert_eq!(net.events.last().map(|(_, event)| (event.socket, event.kind)), Some((far, CLOSED)));
    assert_eq!(net.read(far), b"");
    assert_eq!(net.fabric.stats(), LISTENING);
}

const CLOSED: EventKind = EventKind::Closed { reason: fabric::CloseReason::Finished };

#[test]
fn a_full_buffer_says_when_there_is_room() {
    let (mut net, Pair { near, far, .. }) = Net::connected(1, BufferUse::Control);
    let offered = pattern(50_000, 0);
    let taken = net.fabric.send(net.now, near, &offered);
    assert_eq!(taken, fabric::CONTROL_BUFFER_BYTES);
    net.run_for_secs(5);
    assert_eq!(net.table().lines().filter(|line| line.contains("writable")).count(), 1);
    let room = net.fabric.send(net.now, near, &offered[taken..]);
    net.run_for_secs(5);
    assert_eq!(
        (net.table().lines().filter(|line| line.contains("writable")).count(), room),
        (1, fabric::CONTROL_BUFFER_BYTES),
        "the peer reads nothing: its buffer and ours are full"
    );
    let mut heard = net.read(far);
    net.run_for_millis(100);
    let more = net.read(far);
    assert!(!more.is_empty(), "the sender hears at once that there is room");
    heard.extend(more);
    let mut talkers = Talkers::default();
    talkers.say(&mut net.fabric, net.now, near, offered[taken + room..].to_vec());
    net.run_until(net.now + Duration::from_secs(30), |fabric, now, event| {
        talkers.react(fabric, now, event);
    });
    heard.extend(&talkers.heard[&far]);
    assert_eq!(heard, offered);
}

#[test]
fn a_peer_that_reads_nothing_is_waited_for() {
    let (mut net, Pair { near, far, .. }) = Net::connected(1, BufferUse::Control);
    let offered = pattern(2 * fabric::CONTROL_BUFFER_BYTES, 0);
    net.send(near, &offered[..fabric::CONTROL_BUFFER_BYTES]);
    net.run_for_secs(1);
    net.send(near, &offered[fabric::CONTROL_BUFFER_BYTES..]);
    net.run_for_secs(3_600);
    let mut heard = net.read(far);
    net.run_for_millis(100);
    heard.extend(net.read(far));
    assert!(heard == offered, "the sender hears at once that there is room");
}

#[test]
fn a_reader_may_take_part() {
    let (mut net, Pair { near, far, .. }) = Net::connected(1, BufferUse::Control);
    net.send(near, b"first;second");
    net.run_for_secs(1);
    let taken = net.fabric.read_with(net.now, far, |bytes| {
        assert_eq!(bytes, b"first;second");
        6
    });
    assert_eq!(taken, 6);
    assert_eq!(net.read(far), b"second");
}

#[test]
fn abort_is_a_reset_for_the_peer_and_silence_for_the_program() {
    let (mut net, Pair { near, far, .. }) = Net::connected(1, BufferUse::Control);
    net.send(far, b"never read");
    net.fabric.abort(net.now, near);
    net.run_for_secs(1);
    insta::assert_snapshot!(net.table(), @"   0.120s  server   closed: connection reset");
    assert_eq!(net.fabric.stats(), LISTENING);
}

#[test]
fn close_delivers_what_was_sent_and_leaves_the_rest_to_the_host() {
    let (mut net, Pair { near, far, .. }) = Net::connected(1, BufferUse::Control);
    net.send(near, b"goodbye");
    net.fabric.close(net.now, near);
    assert_eq!(net.fabric.addresses(near), None);
    net.fabric.abort(net.now, near);
    net.run_for_secs(1);
    assert_eq!(net.read(far), b"goodbye");
    net.fabric.finish(net.now, far);
    net.run_until(net.now + TIME_WAIT, |_, _, _| {});
    assert_eq!(net.fabric.stats().sockets, 1, "the client's host waits for strays a little longer");
    net.run_for_secs(1);
    insta::assert_snapshot!(net.table(), @r"
    0.120s  server   readable
    0.120s  server   peer finished
    1.140s  server   closed: finished
    ");
    assert_eq!(net.fabric.stats(), LISTENING);
}

#[test]
fn close_on_unread_or_late_bytes_is_a_reset() {
    let (mut net, Pair { server, client, near, far }) = Net::connected(1, BufferUse::Control);
    net.send(far, b"unread");
    net.run_for_secs(1);
    net.fabric.close(net.now, near);
    net.run_for_secs(1);
    let Pair { near, far, .. } = net.connect(client, server, BufferUse::Control);
    net.fabric.close(net.now, near);
    net.send(far, b"late");
    net.run_for_secs(1);
    insta::assert_snapshot!(net.table(), @r"
    0.120s  client   readable
    1.120s  server   closed: connection reset
    2.140s  client   connected
    2.160s  server   accepted 10.0.0.2:49153 on port 443
    2.220s  server   peer finished
    2.240s  server   closed: connection reset
    ");
    assert_eq!(net.fabric.stats(), LISTENING);
}

#[test]
fn an_orphan_whose_peer_never_finishes_does_not_live_for_ever() {
    let (mut net, Pair { near, far, .. }) = Net::connected(1, BufferUse::Control);
    net.fabric.close(net.now, near);
    net.run_for_secs(59);
    assert_eq!(net.fabric.stats().sockets, 2);
    net.run_for_secs(2);
    assert_eq!(net.fabric.stats().sockets, 1, "the host has given up");
    net.send(far, b"anybody there?");
    net.run_for_secs(1);
    insta::assert_snapshot!(net.table(), @r"
     0.120s  server   peer finished
    61.140s  server   closed: connection reset
    ");
    assert_eq!(net.fabric.stats(), LISTENING);
}

#[test]
fn a_connection_given_up_while_dialling_is_gone() {
    let (mut net, Pair { client, server, near, far }) = Net::connected(1, BufferUse::Control);
    net.fabric.abort(net.now, near);
    let dialling = net.dial(client, server, BufferUse::Control);
    net.fabric.finish(net.now, dialling);
    let dialling = net.dial(client, server, BufferUse::Control);
    net.fabric.close(net.now, dialling);
    net.run_for_secs(30);
    assert_eq!(net.table().lines().count(), 1, "only the reset of the first: {}", net.table());
    assert_eq!(net.events[0].1.socket, far);
    assert_eq!(net.fabric.stats(), LISTENING);
}

#[test]
fn a_stale_id_does_nothing_to_the_next_socket_in_its_place() {
    let (mut net, first) = Net::connected(1, BufferUse::Control);
    net.fabric.abort(net.now, first.near);
    net.run_for_secs(1);
    let second = net.connect(first.client, first.server, BufferUse::Control);
    let places = |pair: Pair| BTreeSet::from([pair.near.index(), pair.far.index()]);
    assert_eq!(places(second), places(first), "places are used again");
    net.send(second.far, b"for the second");
    net.run_for_secs(1);

    for stale in [first.near, first.far] {
        assert_eq!(net.fabric.send(net.now, stale, b"x"), 0);
        assert_eq!(net.read(stale), b"");
        net.fabric.finish(net.now, stale);
        net.fabric.close(net.now, stale);
        net.fabric.abort(net.now, stale);
        net.fabric.kill_process(net.now, first.client, &[stale], &[]);
        net.fabric.kill_process(net.now, first.server, &[stale], &[]);
    }
    net.run_for_secs(1);
    assert_eq!(net.read(second.near), b"for the second");
    net.send(second.near, b"still here");
    net.run_for_secs(1);
    assert_eq!(net.read(second.far), b"still here");
}

#[test]
fn a_host_may_talk_to_itself() {
    let mut net = Net::new(1);
    let host = net.host("host", PLAIN_LINK);
    net.fabric.listen(host, PORT, BufferUse::Control).unwrap();
    net.fabric.unplug(net.now, host);
    let Pair { near, far, .. } = net.connect(host, host, BufferUse::Control);
    net.send(near, b"me");
    net.run_for_millis(1);
    assert_eq!(net.read(far), b"me");
    assert_eq!(net.fabric.link_counters(host, fabric::Direction::Up).packets, 0);
}

#[test]
fn a_port_has_one_listener() {
    let mut net = Net::new(1);
    let host = net.host("host", PLAIN_LINK);
    net.fabric.listen(host, PORT, BufferUse::Control).unwrap();
    let taken = net.fabric.listen(host, PORT, BufferUse::Bulk).unwrap_err();
    assert_eq!(taken, ListenError::PortTaken { host, port: PORT });
    assert_eq!(taken.to_string(), "expected a free port on host 0, port 443 is being listened on");
    net.fabric.stop_listening(net.now, host, PORT);
    net.fabric.listen(host, PORT, BufferUse::Bulk).unwrap();
}

#[test]
fn ports_run_out_and_come_back() {
    let mut net = Net::new(1);
    let client = net.host("client", PLAIN_LINK);
    let nobody = SocketAddrV4::new(Ipv4Addr::new(10, 9, 9, 9), PORT);
    let sockets: Vec<SocketId> =
        (0..16_384).map(|_| net.fabric.connect(net.now, client, nobody, BufferUse::Control)).collect();
    assert_eq!(net.fabric.poll_event(), None);
    let one_too_many = net.fabric.connect(net.now, client, nobody, BufferUse::Control);
    let event = net.fabric.poll_event().unwrap();
    assert_eq!((event.socket, event.kind.to_string()), (one_too_many, "closed: no free port".to_owned()));
    net.fabric.abort(net.now, sockets[77]);
    net.fabric.connect(net.now, client, nobody, BufferUse::Control);
    assert_eq!(net.fabric.poll_event(), None);
    net.run_dry();
    assert_eq!(net.fabric.stats(), FabricStats::default());
}

#[test]
fn netstat_shows_what_is_stuck() {
    let (mut net, Pair { server, client, near, far }) = Net::connected(1, BufferUse::Control);
    net.send(near, &pattern(3_000, 0));
    net.run_for_secs(1);
    net.fabric.partition(net.now, server, client);
    net.send(far, &pattern(700, 0));
    net.run_for_secs(10);
    net.fabric.finish(net.now, near);
    net.run_for_secs(1);
    insta::assert_snapshot!(net.fabric.netstat(server), @"
    local                  peer                   state          unread  unacked         in        out retrans  rtt ms     cwnd
    10.0.0.1:443           *                      LISTEN              0        0          0          0       0       -        -
    10.0.0.1:443           10.0.0.2:49152         ESTABLISHED      3000      700       3000        700       6    40.0     1448
    ");
    insta::assert_snapshot!(net.fabric.netstat(client), @"
    local                  peer                   state          unread  unacked         in        out retrans  rtt ms     cwnd
    10.0.0.2:49152         10.0.0.1:443           FIN_WAIT_1          0        0          0       3000       3    40.0     1448
    ");
}
