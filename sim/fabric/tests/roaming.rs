//! Interfaces that come and go, laptops that are carried about, and sleep.

use std::net::{Ipv4Addr, SocketAddrV4};

use fabric::{
    AddressLoss, BufferUse, FabricStats, GatewayConfig, HostId, InterfaceId, InterfaceKind, ZoneId,
};

use crate::net::{Net, PLAIN_LINK, PORT, Pair, private, public};

/// A laptop with Wi-Fi in a hotel and mobile data, and a server.
struct Trip {
    net: Net,
    server: HostId,
    laptop: HostId,
    wifi: InterfaceId,
    mobile: InterfaceId,
    hotel: ZoneId,
}

const MOBILE: Ipv4Addr = Ipv4Addr::new(100, 64, 0, 7);

impl Trip {
    fn new() -> Self {
        let mut net = Net::new(1);
        let server = net.server(BufferUse::Control);
        let hotel = net.zone("hotel", GatewayConfig::home_router(public(1)));
        let carrier = net.zone("carrier", GatewayConfig::carrier_grade(vec![public(2)]));
        let laptop = net.fabric.add_host_in(hotel, "laptop", InterfaceKind::WiFi, private(10), PLAIN_LINK);
        let wifi = net.fabric.main_interface(laptop);
        let mobile = net.fabric.add_interface(laptop, carrier, InterfaceKind::MobileData, MOBILE, PLAIN_LINK);
        Self { net, server, laptop, wifi, mobile, hotel }
    }

    /// A new connection, and the address that the server sees.
    fn connect(&mut self) -> (Pair, Ipv4Addr) {
        let pair = self.net.connect(self.laptop, self.server, BufferUse::Control);
        let (_, seen) = self.net.fabric.addresses(pair.far).expect("it stands");
        (pair, *seen.ip())
    }
}

#[test]
fn a_laptop_goes_on_by_another_interface() {
    let mut trip = Trip::new();
    let (by_wifi, seen) = trip.connect();
    assert_eq!(seen, public(1));
    let lost = trip.net.now;
    trip.net.fabric.interface_down(lost, trip.wifi);
    trip.net.run_for_millis(0);
    assert_eq!(trip.net.heard_by(trip.laptop, lost), "after 0.00 s closed: address lost; ");
    assert_eq!(trip.net.fabric.interface_address(trip.wifi), None);
    let (by_mobile, seen) = trip.connect();
    assert_eq!((seen, trip.net.fabric.host_address(trip.laptop)), (public(2), MOBILE));
    trip.net.send(by_wifi.far, b"are you there?");
    trip.net.fabric.interface_up(trip.net.now, trip.wifi, None);
    let (_, seen) = trip.connect();
    assert_eq!(seen, public(1), "Wi-Fi is preferred again");
    trip.net.send(by_mobile.near, b"the connection by mobile data lives");
    trip.net.run_for_millis(100);
    assert_eq!(trip.net.read(by_mobile.far), b"the connection by mobile data lives");
    trip.net.run_for_secs(60);
    let told = trip.net.events.iter().find(|(_, event)| {
        event.socket == by_wifi.far && matches!(event.kind, fabric::EventKind::Closed { .. })
    });
    let (_, event) = told.expect("the laptop is back at its address, and does not know the connection");
    assert_eq!(event.kind.to_string(), "closed: connection reset");
}

#[test]
fn an_address_that_goes_away_and_comes_back() {
    // The client sends while it has no address; after a while it has it again, or another.
    let mut table = String::new();
    for policy in [AddressLoss::Abort, AddressLoss::Keep] {
        for (away_secs, back) in [(20, private(10)), (200, private(10)), (20, private(11))] {
            let mut trip = Trip::new();
            trip.net.fabric.interface_down(trip.net.now, trip.mobile);
            let (Pair { near, far, .. }, _) = trip.connect();
            trip.net.fabric.set_address_loss(trip.laptop, policy);
            let since = trip.net.now;
            trip.net.fabric.interface_down(since, trip.wifi);
            trip.net.fabric.send(since, near, b"hello?");
            trip.net.run_for_secs(away_secs);
            trip.net.fabric.interface_up(trip.net.now, trip.wifi, Some(back));
            trip.net.run_for_secs(200);
            let arrived = if trip.net.read(far).is_empty() { "nothing arrived" } else { "it arrived" };
            let heard = trip.net.heard_by(trip.laptop, since);
            table += &format!("{policy:?} {away_secs:>3} s, then {back}: {heard}{arrived}\n");
        }
    }
    insta::assert_snapshot!(table, @"
    Abort  20 s, then 192.168.1.10: after 0.00 s closed: address lost; nothing arrived
    Abort 200 s, then 192.168.1.10: after 0.00 s closed: address lost; nothing arrived
    Abort  20 s, then 192.168.1.11: after 0.00 s closed: address lost; nothing arrived
    Keep  20 s, then 192.168.1.10: it arrived
    Keep 200 s, then 192.168.1.10: after 100.00 s closed: connection timed out; nothing arrived
    Keep  20 s, then 192.168.1.11: after 100.00 s closed: connection timed out; nothing arrived
    ");
}

#[test]
fn a_laptop_is_carried_to_another_zone() {
    let mut trip = Trip::new();
    let cafe = trip.net.zone("café", GatewayConfig::home_router(public(3)));
    trip.net.fabric.move_interface(trip.net.now, trip.wifi, cafe, private(10));
    assert_eq!(trip.net.fabric.interface_zone(trip.wifi), cafe);
    assert_eq!(trip.net.fabric.host_in(trip.hotel, private(10)), None);
    let (_, seen) = trip.connect();
    assert_eq!(seen, public(3));
}

#[test]
fn a_neighbour_is_reached_by_the_lan_that_it_is_on() {
    let mut trip = Trip::new();
    let lan = trip.net.zone("bench", GatewayConfig::home_router(public(4)));
    let camera_address = Ipv4Addr::new(10, 5, 0, 2);
    let kind = InterfaceKind::Ethernet;
    let camera = trip.net.fabric.add_host_in(lan, "camera", kind, camera_address, PLAIN_LINK);
    trip.net.fabric.listen(camera, PORT, BufferUse::Control).unwrap();
    // Mobile data goes to the bench; the laptop's way out stays Wi-Fi.
    trip.net.fabric.move_interface(trip.net.now, trip.mobile, lan, Ipv4Addr::new(10, 5, 0, 3));
    let near = trip.net.connect(trip.laptop, camera, BufferUse::Control);
    assert_eq!(*trip.net.fabric.addresses(near.near).unwrap().0.ip(), Ipv4Addr::new(10, 5, 0, 3));
    let (far, seen) = trip.connect();
    assert_eq!((seen, *trip.net.fabric.addresses(far.near).unwrap().0.ip()), (public(1), private(10)));
    let socket = trip.net.fabric.bind(trip.net.now, trip.laptop, None).unwrap();
    let inbox = trip.net.fabric.bind(trip.net.now, camera, Some(5_000)).unwrap();
    let to = SocketAddrV4::new(camera_address, 5_000);
    trip.net.fabric.send_datagram(trip.net.now, socket, to, b"pan left").unwrap();
    trip.net.run_for_millis(100);
    let from = trip.net.fabric.receive_datagram(inbox, &mut Vec::new()).unwrap();
    assert_eq!(*from.ip(), Ipv4Addr::new(10, 5, 0, 3));
}

#[test]
fn what_was_held_for_an_address_that_is_gone() {
    for gone_for_good in [true, false] {
        let (mut net, Pair { server, client, near, far }) = Net::connected(1, BufferUse::Control);
        net.fabric.set_address_loss(server, AddressLoss::Keep);
        net.fabric.hold(net.now, client, server);
        net.send(near, b"held");
        net.run_for_millis(50);
        assert_eq!(net.fabric.stats().packets, 1);
        let interface = net.fabric.main_interface(server);
        let before = net.fabric.host_address(server);
        let other = Ipv4Addr::new(10, 0, 0, 77);
        net.fabric.interface_up(net.now, interface, Some(other));
        net.fabric.heal(net.now, client, server);
        net.run_for_millis(50);
        assert_eq!((net.read(far), net.fabric.stats().packets), (vec![], 0), "it finds nobody");
        if gone_for_good {
            net.run_dry();
            assert_eq!(net.events.last().unwrap().1.kind.to_string(), "closed: connection timed out");
        } else {
            net.fabric.interface_up(net.now, interface, Some(before));
            net.run_for_secs(5);
            assert_eq!(net.read(far), b"held");
        }
    }
}

#[test]
fn sleep_and_wake() {
    // The client sleeps for a while; before that it sends, or the server does while it sleeps, or it does after.
    let mut table = String::new();
    for sleeps_secs in [30, 300] {
        for case in ["client sent", "server sends", "client sends after"] {
            let (mut net, Pair { server, client, near, far }) = Net::connected(1, BufferUse::Control);
            net.fabric.set_address_loss(client, AddressLoss::Keep);
            let since = net.now;
            match case {
                "client sent" => net.send(near, b"hello?"),
                "server sends" => net.send(far, b"hello?"),
                _ => {}
            }
            net.fabric.sleep(net.now, client);
            assert!(net.fabric.is_asleep(client));
            net.run_for_secs(sleeps_secs);
            assert_eq!(net.heard_by(client, since), "", "who sleeps hears nothing");
            net.fabric.wake(net.now, client);
            assert!(!net.fabric.is_asleep(client));
            if case == "client sends after" {
                net.fabric.send(net.now, near, b"good morning");
            }
            net.run_for_secs(200);
            let arrived = net.read(near).len() + net.read(far).len() > 0;
            table += &format!(
                "{sleeps_secs:>3} s, {case}: client {}server {}{}\n",
                net.heard_by(client, since),
                net.heard_by(server, since),
                if arrived { "it arrived" } else { "nothing arrived" },
            );
        }
    }
    insta::assert_snapshot!(table, @"
     30 s, client sent: client server after 0.02 s readable; it arrived
     30 s, server sends: client after 30.74 s readable; server it arrived
     30 s, client sends after: client server after 30.02 s readable; it arrived
    300 s, client sent: client after 300.00 s closed: connection timed out; server after 0.02 s readable; it arrived
    300 s, server sends: client server after 100.00 s closed: connection timed out; nothing arrived
    300 s, client sends after: client server after 300.02 s readable; it arrived
    ");
}

#[test]
fn a_host_that_gave_up_on_a_sleeper_tells_it_so() {
    let (mut net, Pair { client, near, far, .. }) = Net::connected(1, BufferUse::Control);
    net.send(far, b"hello?");
    net.fabric.sleep(net.now, client);
    net.run_for_secs(200);
    net.fabric.wake(net.now, client);
    let woken = net.now;
    net.send(near, b"good morning");
    net.run_for_secs(1);
    assert_eq!(net.heard_by(client, woken), "after 0.04 s closed: connection reset; ");
    assert_eq!(net.fabric.stats(), FabricStats { listeners: 1, ..FabricStats::default() });
    net.fabric.sleep(net.now, client);
    net.fabric.power_off(net.now, client);
    net.fabric.power_on(net.now, client);
    assert!(!net.fabric.is_asleep(client), "who was switched off does not sleep on");
}
