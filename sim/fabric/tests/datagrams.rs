//! Datagrams: out by a NAT and back, and all the ways to get lost.

use std::net::{Ipv4Addr, SocketAddrV4};

use fabric::{
    BindError, BufferUse, DATAGRAM_BYTES_MAX, DatagramError, FabricStats, GatewayConfig, INBOX_BYTES_MAX,
};

use crate::net::{Net, PLAIN_LINK, Pair, private, public};

#[test]
fn through_a_nat_and_back() {
    let mut net = Net::new(1);
    let home = net.zone("home", GatewayConfig::home_router(public(1)));
    let laptop = net.host_in(home, "laptop", 10);
    let [server, stranger] = ["server", "stranger"].map(|name| net.host(name, PLAIN_LINK));
    let asks = net.fabric.bind(net.now, laptop, None).unwrap();
    let [answers, pushes] =
        [server, stranger].map(|host| net.fabric.bind(net.now, host, Some(3_478)).unwrap());
    let to = SocketAddrV4::new(net.fabric.host_address(server), 3_478);
    net.fabric.send_datagram(net.now, asks, to, b"who am I?").unwrap();
    net.fabric.send_datagram(net.now, asks, to, b"").unwrap();
    net.run_for_millis(100);
    let mut heard = Vec::new();
    let from = net.fabric.receive_datagram(answers, &mut heard).unwrap();
    assert_eq!((from, &heard[..]), (SocketAddrV4::new(public(1), 49_152), &b"who am I?"[..]));
    assert_eq!(net.fabric.receive_datagram(answers, &mut heard), Some(from), "an empty one is one, too");
    assert_eq!(net.fabric.receive_datagram(answers, &mut heard), None);
    net.fabric.send_datagram(net.now, pushes, from, b"you have won").unwrap();
    net.fabric.send_datagram(net.now, answers, from, from.to_string().as_bytes()).unwrap();
    net.run_for_millis(100);
    heard.clear();
    assert_eq!(net.fabric.receive_datagram(asks, &mut heard), Some(to));
    assert_eq!(heard, b"203.0.113.1:49152");
    assert_eq!(net.fabric.receive_datagram(asks, &mut heard), None, "the stranger's was filtered");
    insta::assert_snapshot!(net.table(), @"
    0.020s  server   readable
    0.120s  laptop   readable
    ");
    for socket in [asks, answers, pushes] {
        net.fabric.close(net.now, socket);
    }
    assert_eq!(net.fabric.stats(), FabricStats::default());
}

#[test]
fn what_cannot_be_sent_or_bound() {
    let (mut net, Pair { client, server, near, .. }) = Net::connected(1, BufferUse::Control);
    let socket = net.fabric.bind(net.now, client, Some(5_000)).unwrap();
    let to = SocketAddrV4::new(net.fabric.host_address(server), 5_000);
    let taken = net.fabric.bind(net.now, client, Some(5_000)).unwrap_err();
    let longest = vec![0; DATAGRAM_BYTES_MAX];
    assert_eq!(net.fabric.send_datagram(net.now, socket, to, &longest), Ok(()));
    let mut errors = vec![taken.to_string()];
    let mut send = |net: &mut Net, socket, bytes: &[u8]| {
        errors.push(net.fabric.send_datagram(net.now, socket, to, bytes).unwrap_err().to_string());
    };
    send(&mut net, socket, &[longest, vec![0]].concat());
    send(&mut net, near, b"");
    net.fabric.unplug(net.now, client);
    send(&mut net, socket, b"");
    net.fabric.plug_in(net.now, client);
    let interface = net.fabric.main_interface(client);
    net.fabric.interface_down(net.now, interface);
    send(&mut net, socket, b"");
    net.fabric.power_off(net.now, client);
    send(&mut net, socket, b"");
    errors.push(net.fabric.bind(net.now, client, None).unwrap_err().to_string());
    insta::assert_snapshot!(errors.join("\n"), @"
    expected a free port on host 1, port 5000 is taken
    expected a datagram of at most 1472 bytes, found one of 1473
    expected a socket for datagrams, found socket 0.0
    network unreachable
    network unreachable
    expected a socket for datagrams, found socket 2.0
    expected host 1 to have power
    ");
    assert_eq!(taken, BindError::PortTaken { host: client, port: 5_000 });
    net.fabric.power_on(net.now, client);
    net.fabric.interface_up(net.now, interface, None);
    let again = net.fabric.bind(net.now, client, Some(5_000)).unwrap();
    assert_eq!(
        net.fabric.send_datagram(net.now, socket, to, b""),
        Err(DatagramError::NotBound { found: socket })
    );
    assert_eq!(net.fabric.send_datagram(net.now, again, to, b""), Ok(()));
}

#[test]
fn ports_that_are_free_are_given_out_until_none_is() {
    let mut net = Net::new(1);
    let host = net.host("host", PLAIN_LINK);
    let sockets: Vec<_> = (0..16_384).map(|_| net.fabric.bind(net.now, host, None).unwrap()).collect();
    assert_eq!(net.fabric.bind(net.now, host, None), Err(BindError::NoFreePort { host }));
    net.fabric.close(net.now, sockets[99]);
    let again = net.fabric.bind(net.now, host, None).unwrap();
    let port = |socket| net.fabric.addresses(socket).map(|(local, _)| local.port());
    assert_eq!((port(again), port(sockets[99])), (Some(49_152 + 99), None));
}

#[test]
fn an_inbox_holds_so_much_and_no_more() {
    let mut net = Net::new(1);
    let [a, b] = ["a", "b"].map(|name| net.host(name, PLAIN_LINK));
    let from = net.fabric.bind(net.now, a, None).unwrap();
    let inbox = net.fabric.bind(net.now, b, Some(5_000)).unwrap();
    let to = SocketAddrV4::new(net.fabric.host_address(b), 5_000);
    for _ in 0..300 {
        net.fabric.send_datagram(net.now, from, to, &[7; 1_000]).unwrap();
    }
    net.fabric.send_datagram(net.now, from, SocketAddrV4::new(*to.ip(), 5_001), b"to nobody").unwrap();
    net.run_for_millis(100);
    assert_eq!(net.events.len(), 1, "one `Readable` for all: {}", net.table());
    let mut heard = Vec::new();
    while net.fabric.receive_datagram(inbox, &mut heard).is_some() {}
    assert_eq!(heard.len(), INBOX_BYTES_MAX / 1_000 * 1_000);
    net.fabric.send_datagram(net.now, from, to, b"room again").unwrap();
    net.run_for_millis(100);
    assert_eq!(net.events.len(), 2);
    assert_eq!(net.fabric.stats().packets, 0);
    net.fabric.power_off(net.now, b);
    net.fabric.send_datagram(net.now, from, to, b"in the dark").unwrap();
    net.run_for_millis(100);
    assert_eq!(net.fabric.stats(), FabricStats { sockets: 1, ..FabricStats::default() });
}

#[test]
fn a_datagram_follows_the_interface() {
    let mut net = Net::new(1);
    let server = net.host("server", PLAIN_LINK);
    let home = net.zone("home", GatewayConfig::home_router(public(1)));
    let laptop = net.host_in(home, "laptop", 10);
    let socket = net.fabric.bind(net.now, laptop, Some(5_000)).unwrap();
    let inbox = net.fabric.bind(net.now, server, Some(5_000)).unwrap();
    let to = SocketAddrV4::new(net.fabric.host_address(server), 5_000);
    let interface = net.fabric.main_interface(laptop);
    let cafe = net.zone("café", GatewayConfig::home_router(public(2)));
    net.fabric.send_datagram(net.now, socket, to, b"1").unwrap();
    net.run_for_millis(100);
    net.fabric
        .send_datagram(net.now, socket, to, b"lost on the way to where the laptop no longer is")
        .unwrap();
    net.fabric.move_interface(net.now, interface, cafe, private(33));
    net.fabric.send_datagram(net.now, socket, to, b"2").unwrap();
    net.fabric.send_datagram(net.now, socket, SocketAddrV4::new(private(33), 5_000), b"to myself").unwrap();
    net.run_for_millis(100);
    let mut heard = Vec::new();
    let from: Vec<Ipv4Addr> = std::iter::from_fn(|| net.fabric.receive_datagram(inbox, &mut heard))
        .map(|from| *from.ip())
        .collect();
    assert_eq!((from, heard), (vec![public(1), public(2)], b"12".to_vec()));
    let mut own = Vec::new();
    assert_eq!(net.fabric.receive_datagram(socket, &mut own).map(|from| *from.ip()), Some(private(33)));
    assert_eq!(own, b"to myself");
}
