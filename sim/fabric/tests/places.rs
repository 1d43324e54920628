//! Zones and their gateways: who reaches whom, as whom, and what becomes of connections when a gateway forgets them.

use std::net::SocketAddrV4;
use std::time::Duration;

use fabric::{
    AccessLink, BufferUse, CloseReason, Denial, Direction, EventKind, FabricStats, GatewayConfig, LinkConfig,
    LinkId, Protocol, Queue, Rate, ZoneConfig,
};

use crate::net::{Net, PLAIN, PLAIN_LINK, PORT, Pair, Talkers, pattern, private, public};

fn at(address: std::net::Ipv4Addr) -> SocketAddrV4 {
    SocketAddrV4::new(address, PORT)
}

#[test]
fn private_hosts_dial_out_and_nobody_dials_in() {
    let mut net = Net::new(1);
    let server = net.server(BufferUse::Control);
    let home = net.zone("home", GatewayConfig::home_router(public(1)));
    let laptop = net.host_in(home, "laptop", 10);
    net.fabric.listen(laptop, PORT, BufferUse::Control).unwrap();
    let Pair { near, far, .. } = net.connect(laptop, server, BufferUse::Control);
    let (local, _) = net.fabric.addresses(near).unwrap();
    let (_, seen) = net.fabric.addresses(far).unwrap();
    assert_eq!((*local.ip(), *seen.ip()), (private(10), public(1)), "the server sees the gateway's address");
    assert_eq!((net.fabric.peer(far), net.fabric.peer(near)), (Some(near), Some(far)));
    net.send(near, b"ping");
    net.send(far, b"pong");
    net.run_for_millis(100);
    assert_eq!((net.read(far), net.read(near)), (b"ping".to_vec(), b"pong".to_vec()));
    let rows = net.fabric.gateway_mappings(home);
    assert_eq!(rows.iter().map(|row| (row.inside, row.external)).collect::<Vec<_>>(), [(local, seen)]);

    let dialled = net.now;
    net.events.clear();
    for address in [private(10), public(1)] {
        net.fabric.connect(net.now, server, at(address), BufferUse::Control);
    }
    net.run_for_secs(30);
    let outcome = net.heard_by(server, dialled);
    assert_eq!(outcome, "after 21.00 s closed: connect timed out; ".repeat(2));
}

#[test]
fn two_zones_may_use_the_same_addresses() {
    let mut net = Net::new(1);
    let server = net.server(BufferUse::Control);
    let pairs = [1, 2].map(|number| {
        let zone = net.zone(&format!("office {number}"), GatewayConfig::office(public(number)));
        let laptop = net.host_in(zone, &format!("laptop {number}"), 10);
        let printer = net.host_in(zone, &format!("printer {number}"), 20);
        net.fabric.listen(printer, PORT, BufferUse::Control).unwrap();
        let near = net.connect(laptop, printer, BufferUse::Control);
        net.send(near.near, &[number]);
        net.run_for_millis(100);
        assert_eq!(net.read(near.far), [number], "each has a printer of its own");
        net.connect(laptop, server, BufferUse::Control)
    });
    for (pair, number) in pairs.into_iter().zip(1..) {
        let (_, seen) = net.fabric.addresses(pair.far).unwrap();
        assert_eq!(*seen.ip(), public(number));
        net.send(pair.far, &[number]);
        net.run_for_millis(100);
        assert_eq!(net.read(pair.near), [number]);
    }
    assert_eq!(net.fabric.host_in(fabric::ZoneId::INTERNET, private(10)), None);
}

#[test]
fn a_home_below_a_carrier() {
    let mut net = Net::new(1);
    let server = net.server(BufferUse::Control);
    let shared = std::net::Ipv4Addr::new(100, 64, 0, 9);
    let mut carrier = GatewayConfig::carrier_grade(vec![public(1)]);
    let nat = carrier.nat.as_mut().unwrap();
    nat.forwards.insert((Protocol::Tcp, PORT), at(shared));
    let carrier = net.zone("carrier", carrier);
    let mut router = GatewayConfig::home_router(shared);
    router.firewall.denied = Denial::Reject;
    let line = AccessLink::symmetric(PLAIN);
    let home = net.fabric.add_zone("home", ZoneConfig::new(router).with_line(line).below(carrier));
    let laptop = net.host_in(home, "laptop", 10);
    let near = net.dial(laptop, server, BufferUse::Control);
    net.run_for_millis(200);
    let (at_server, event) = net.events[1];
    let far = event.socket;
    assert_eq!((event.host, at_server.as_millis()), (server, 90), "three times up and down by three links");
    assert_eq!(*net.fabric.addresses(far).unwrap().1.ip(), public(1));
    let middle = net.fabric.gateway_mappings(carrier)[0].inside;
    assert_eq!(*middle.ip(), shared, "the carrier sees the router's address");
    net.send(near, b"up");
    net.send(far, b"down");
    net.run_for_millis(200);
    assert_eq!((net.read(far), net.read(near)), (b"up".to_vec(), b"down".to_vec()));

    // The carrier lets in what the router then rejects, and its answer finds the way back.
    let dialled = net.now;
    net.fabric.connect(net.now, server, at(public(1)), BufferUse::Control);
    net.run_for_secs(30);
    assert_eq!(net.heard_by(server, dialled), "after 0.04 s closed: connection refused; ");
}

#[test]
fn the_line_of_a_zone_is_shared_by_its_hosts() {
    const RATE: u64 = 10_000_000;
    /// From a half, of two flows that compete for a minute.
    const UNFAIRNESS: f64 = 0.15;
    let mut net = Net::new(1);
    let server = net.server(BufferUse::Bulk);
    let line =
        LinkConfig { rate: Rate::BitsPerSecond(RATE), queue: Queue::DropTail { bytes: 60_000 }, ..PLAIN };
    let office = GatewayConfig::office(public(1));
    let office =
        net.fabric.add_zone("office", ZoneConfig::new(office).with_line(AccessLink::symmetric(line)));
    let laptops = [("one", 10), ("two", 11)].map(|(name, number)| net.host_in(office, name, number));
    let mut talkers = Talkers::default();
    let pairs = laptops.map(|laptop| {
        let near = net.dial(laptop, server, BufferUse::Bulk);
        talkers.prepare(near, pattern(100_000_000, 0));
        near
    });
    let minute = net.now + Duration::from_secs(60);
    net.run_until(minute, |fabric, now, event| talkers.react(fabric, now, event));
    let heard = pairs.map(|near| {
        let far = net.fabric.peer(near).unwrap();
        talkers.heard[&far].len() as f64
    });
    let all = heard[0] + heard[1];
    assert!(all * 8.0 / 60.0 > 0.9 * RATE as f64, "the line is full: {heard:?}");
    assert!((heard[0] / all - 0.5).abs() < UNFAIRNESS, "{heard:?}");
    let counters = net.fabric.counters(LinkId::Line(office, Direction::Up));
    assert!(counters.queue_drops > 0 && counters.bytes as f64 > all);
}

#[test]
fn a_dmz_lets_in_to_its_ports() {
    let mut net = Net::new(1);
    let client = net.host("client", PLAIN_LINK);
    let mut rejecting = GatewayConfig::dmz([PORT]);
    rejecting.firewall.denied = Denial::Reject;
    let mut table = String::new();
    for (name, config, number) in [("drops", GatewayConfig::dmz([PORT]), 1), ("rejects", rejecting, 2)] {
        let dmz = net.zone(name, config);
        let address = public(number);
        let kind = fabric::InterfaceKind::Ethernet;
        let appliance =
            net.fabric.add_host_in(dmz, &format!("appliance {number}"), kind, address, PLAIN_LINK);
        for port in [PORT, 22] {
            net.fabric.listen(appliance, port, BufferUse::Control).unwrap();
            net.events.clear();
            let since = net.now;
            let to = SocketAddrV4::new(address, port);
            let socket = net.fabric.connect(net.now, client, to, BufferUse::Control);
            net.run_for_secs(30);
            let heard = net.heard_by(client, since);
            table += &format!("{name:<8} port {port:<4} {}\n", heard.trim_end());
            net.fabric.abort(net.now, socket);
        }
        net.fabric.listen(client, PORT, BufferUse::Control).ok();
        let Pair { far, .. } = net.connect(appliance, client, BufferUse::Control);
        assert_eq!(*net.fabric.addresses(far).unwrap().1.ip(), address, "it goes out as itself");
    }
    insta::assert_snapshot!(table, @"
    drops    port 443  after 0.04 s connected;
    drops    port 22   after 21.00 s closed: connect timed out;
    rejects  port 443  after 0.04 s connected;
    rejects  port 22   after 0.02 s closed: connection refused;
    ");
}

/// A laptop in a zone and a server outside, an established connection between them.
fn through(config: GatewayConfig) -> (Net, fabric::ZoneId, Pair) {
    let mut net = Net::new(1);
    let server = net.server(BufferUse::Control);
    let zone = net.zone("zone", config);
    let laptop = net.host_in(zone, "laptop", 10);
    let pair = net.connect(laptop, server, BufferUse::Control);
    net.events.clear();
    (net, zone, pair)
}

/// Zones by what they do with a connection that their gateway no longer knows.
fn forgetful() -> [(&'static str, GatewayConfig); 3] {
    [
        ("home", GatewayConfig::home_router(public(1))),
        ("office", GatewayConfig::office(public(1))),
        ("carrier", GatewayConfig::carrier_grade(vec![public(1)])),
    ]
}

/// Who hears what of a forgotten connection, by who sends first.
fn aftermath(forget: impl Fn(&mut Net, fabric::ZoneId)) -> String {
    let mut table = String::new();
    for (name, config) in forgetful() {
        for client_first in [true, false] {
            let (mut net, zone, pair) = through(config.clone());
            forget(&mut net, zone);
            assert!(net.events.is_empty(), "nobody notices at first: {}", net.table());
            let since = net.now;
            net.send(if client_first { pair.near } else { pair.far }, b"still there?");
            net.run_for_secs(150);
            for (who, host) in [("client", pair.client), ("server", pair.server)] {
                let first = if client_first { "client" } else { "server" };
                let heard = net.heard_by(host, since);
                let heard = if heard.is_empty() { "nothing" } else { heard.trim_end() };
                table += &format!("{name:<8} {first} sends first, {who} hears: {heard}\n");
            }
        }
    }
    table
}

#[test]
fn a_gateway_forgets_an_idle_connection() {
    let table = aftermath(|net, zone| {
        let after = net.fabric.gateway_mappings(zone)[0].forgotten_after;
        net.run_until(net.now + after + Duration::from_secs(1), |_, _, _| {});
        net.fabric.handle_timeout(net.now);
        assert!(net.fabric.gateway_mappings(zone).is_empty());
    });
    insta::assert_snapshot!(table, @"
    home     client sends first, client hears: nothing
    home     client sends first, server hears: after 0.02 s readable;
    home     server sends first, client hears: nothing
    home     server sends first, server hears: after 100.00 s closed: connection timed out;
    office   client sends first, client hears: after 100.00 s closed: connection timed out;
    office   client sends first, server hears: nothing
    office   server sends first, client hears: nothing
    office   server sends first, server hears: after 100.00 s closed: connection timed out;
    carrier  client sends first, client hears: after 0.04 s closed: connection reset;
    carrier  client sends first, server hears: nothing
    carrier  server sends first, client hears: nothing
    carrier  server sends first, server hears: after 100.00 s closed: connection timed out;
    ");
}

#[test]
fn a_gateway_restarts() {
    let table = aftermath(|net, zone| net.fabric.restart_gateway(net.now, zone));
    insta::assert_snapshot!(table, @"
    home     client sends first, client hears: after 0.04 s closed: connection reset;
    home     client sends first, server hears: nothing
    home     server sends first, client hears: nothing
    home     server sends first, server hears: after 100.00 s closed: connection timed out;
    office   client sends first, client hears: after 100.00 s closed: connection timed out;
    office   client sends first, server hears: nothing
    office   server sends first, client hears: nothing
    office   server sends first, server hears: after 100.00 s closed: connection timed out;
    carrier  client sends first, client hears: after 0.04 s closed: connection reset;
    carrier  client sends first, server hears: nothing
    carrier  server sends first, client hears: nothing
    carrier  server sends first, server hears: after 100.00 s closed: connection timed out;
    ");
}

#[test]
fn a_gateway_is_given_another_address() {
    let table = aftermath(|net, zone| net.fabric.renumber_gateway(net.now, zone, public(99)));
    insta::assert_snapshot!(table, @"
    home     client sends first, client hears: after 0.04 s closed: connection reset;
    home     client sends first, server hears: nothing
    home     server sends first, client hears: nothing
    home     server sends first, server hears: after 100.00 s closed: connection timed out;
    office   client sends first, client hears: after 100.00 s closed: connection timed out;
    office   client sends first, server hears: nothing
    office   server sends first, client hears: nothing
    office   server sends first, server hears: after 100.00 s closed: connection timed out;
    carrier  client sends first, client hears: after 0.04 s closed: connection reset;
    carrier  client sends first, server hears: nothing
    carrier  server sends first, client hears: nothing
    carrier  server sends first, server hears: after 100.00 s closed: connection timed out;
    ");
    let (mut net, zone, Pair { client, server, .. }) = through(GatewayConfig::office(public(1)));
    net.fabric.renumber_gateway(net.now, zone, public(99));
    let Pair { far, .. } = net.connect(client, server, BufferUse::Control);
    assert_eq!(*net.fabric.addresses(far).unwrap().1.ip(), public(99));
}

#[test]
fn heartbeats_keep_a_connection_in_the_gateway() {
    for client_beats in [true, false] {
        let (mut net, zone, Pair { near, far, .. }) = through(GatewayConfig::carrier_grade(vec![public(1)]));
        let (beats, hears) = if client_beats { (near, far) } else { (far, near) };
        for _ in 0..12 {
            net.run_for_secs(9 * 60);
            net.send(beats, b"x");
        }
        net.run_for_secs(9 * 60);
        assert_eq!(net.fabric.gateway_mappings(zone).len(), 1);
        assert_eq!(net.read(hears), [b'x'; 12]);
    }
}

#[test]
fn a_rejecting_firewall_tells_those_inside_at_once() {
    let mut config = GatewayConfig::strict_office(public(1));
    config.firewall.denied = Denial::Reject;
    let (mut net, zone, Pair { client, server, .. }) = through(config.clone());
    let other = SocketAddrV4::new(net.fabric.host_address(server), 8_200);
    net.fabric.listen(server, 8_200, BufferUse::Control).unwrap();
    net.fabric.connect(net.now, client, other, BufferUse::Control);
    net.run_for_secs(1);
    config.firewall.denied = Denial::Drop;
    net.fabric.set_gateway(net.now, zone, config);
    net.fabric.connect(net.now, client, other, BufferUse::Control);
    net.run_for_secs(30);
    insta::assert_snapshot!(net.table(), @"
     0.120s  laptop   closed: connection refused
    22.100s  laptop   closed: connect timed out
    ");
}

#[test]
fn hosts_of_two_zones_may_be_cut_off_from_each_other() {
    let (mut net, _, Pair { client, server, near, far }) = through(GatewayConfig::home_router(public(1)));
    net.fabric.partition(net.now, client, server);
    net.send(near, b"one");
    net.send(far, b"two");
    net.run_for_secs(20);
    assert_eq!((net.read(near), net.read(far)), (vec![], vec![]));
    net.fabric.heal(net.now, client, server);
    net.run_for_secs(30);
    assert_eq!((net.read(near), net.read(far)), (b"two".to_vec(), b"one".to_vec()));
    for end in [near, far] {
        net.fabric.finish(net.now, end);
    }
    net.run_dry();
    let closed = EventKind::Closed { reason: CloseReason::Finished };
    assert_eq!(net.events.iter().filter(|(_, event)| event.kind == closed).count(), 2);
    assert_eq!(net.fabric.stats(), FabricStats { listeners: 1, ..FabricStats::default() });
}
