//! What RFC 4787 and RFC 5382 ask of a NAT, and what people ask of a firewall.

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::Arbitrary;

use super::*;

const ROUTER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
const SECOND: Duration = Duration::from_secs(1);
const NANO: Duration = Duration::from_nanos(1);

const BEHAVIOURS: [Behaviour; 3] =
    [Behaviour::EndpointIndependent, Behaviour::AddressDependent, Behaviour::AddressAndPortDependent];

fn inside(host: u8, port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::new(192, 168, 1, host), port)
}

fn remote(host: u8, port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::new(198, 51, 100, host), port)
}

fn router(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(ROUTER, port)
}

fn udp(source: SocketAddrV4, destination: SocketAddrV4) -> Glance {
    Glance { protocol: Protocol::Udp, source, destination, syn: false, ack: false, fin: false, rst: false }
}

/// A segment with these of the flags `S`, `A`, `F`, `R`.
fn tcp(flags: &str, source: SocketAddrV4, destination: SocketAddrV4) -> Glance {
    let [syn, ack, fin, rst] = ['S', 'A', 'F', 'R'].map(|flag| flags.contains(flag));
    Glance { protocol: Protocol::Tcp, syn, ack, fin, rst, ..udp(source, destination) }
}

fn tell(verdict: Verdict) -> String {
    match verdict {
        Verdict::Pass { source, destination } => format!("{source} > {destination}"),
        Verdict::Hairpin { source, destination } => format!("back inside, {source} > {destination}"),
        Verdict::Drop(why) => format!("dropped: {why}"),
        Verdict::Reject(why) => format!("rejected: {why}"),
    }
}

fn home() -> GatewayConfig {
    GatewayConfig::home_router(ROUTER)
}

fn with_nat(config: GatewayConfig, change: impl FnOnce(&mut NatConfig)) -> GatewayConfig {
    let mut config = config;
    change(config.nat.as_mut().expect("it has a NAT"));
    config
}

/// A gateway, its clock, and what it said so far, one line each.
struct Log {
    gateway: Gateway,
    now: SimTime,
    lines: String,
}

impl Log {
    fn new(config: GatewayConfig) -> Self {
        Self { gateway: Gateway::new(config), now: SimTime::from_secs(1), lines: String::new() }
    }

    fn out(&mut self, what: &str, glance: Glance) -> Verdict {
        let verdict = self.gateway.outbound(self.now, &glance);
        self.note(what, verdict)
    }

    fn come(&mut self, what: &str, glance: Glance) -> Verdict {
        let verdict = self.gateway.inbound(self.now, &glance);
        self.note(what, verdict)
    }

    fn note(&mut self, what: &str, verdict: Verdict) -> Verdict {
        self.lines += &format!("{what:<38} {}\n", tell(verdict));
        verdict
    }
}

/// The external end that a packet from inside was given.
fn external_of(verdict: Verdict) -> SocketAddrV4 {
    match verdict {
        Verdict::Pass { source, .. } => source,
        other => panic!("expected it to pass, {}", tell(other)),
    }
}

fn passes(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Pass { .. })
}

#[test]
fn who_gets_in_by_mapping_and_filtering() {
    // An end inside talks to port 1 of host 7; then four remotes try the external port that it was given.
    let probes = [remote(7, 1), remote(7, 2), remote(8, 1), remote(8, 2)];
    let mut table =
        format!("{:<26}{:<26}{:<16}gets in: 7:1  7:2  8:1  8:2\n", "mapping", "filtering", "external ports");
    for mapping in BEHAVIOURS {
        for filtering in BEHAVIOURS {
            let config = with_nat(home(), |nat| (nat.mapping, nat.filtering) = (mapping, filtering));
            let mut gateway = Gateway::new(config.clone());
            let now = SimTime::ZERO;
            let external = external_of(gateway.outbound(now, &udp(inside(5, 5_000), probes[0])));
            let gets_in = probes
                .map(|probe| if passes(gateway.inbound(now, &udp(probe, external))) { "yes" } else { "-" });
            let mut talkative = Gateway::new(config);
            let ports: BTreeSet<u16> = probes
                .iter()
                .map(|probe| external_of(talkative.outbound(now, &udp(inside(5, 5_000), *probe))).port())
                .collect();
            let [a, b, c, d] = gets_in;
            table += &format!(
                "{:<26}{:<26}{:<16}         {a:<5}{b:<5}{c:<5}{d}\n",
                format!("{mapping:?}"),
                format!("{filtering:?}"),
                ports.len()
            );
        }
    }
    insta::assert_snapshot!(table, @"
    mapping                   filtering                 external ports  gets in: 7:1  7:2  8:1  8:2
    EndpointIndependent       EndpointIndependent       1                        yes  yes  yes  yes
    EndpointIndependent       AddressDependent          1                        yes  yes  -    -
    EndpointIndependent       AddressAndPortDependent   1                        yes  -    -    -
    AddressDependent          EndpointIndependent       2                        yes  yes  yes  yes
    AddressDependent          AddressDependent          2                        yes  yes  -    -
    AddressDependent          AddressAndPortDependent   2                        yes  -    -    -
    AddressAndPortDependent   EndpointIndependent       4                        yes  yes  yes  yes
    AddressAndPortDependent   AddressDependent          4                        yes  yes  -    -
    AddressAndPortDependent   AddressAndPortDependent   4                        yes  -    -    -
    ");
}

#[test]
fn flows_are_forgotten_when_they_have_been_idle() {
    let (here, there) = (inside(5, 5_000), remote(7, 443));
    let presets = [
        ("home router", home()),
        ("office", GatewayConfig::office(ROUTER)),
        ("strict office", GatewayConfig::strict_office(ROUTER)),
        ("carrier grade", GatewayConfig::carrier_grade(vec![ROUTER])),
    ];
    // What is seen of the flow before it falls silent: out, in, out, in, …
    let flows: [(&str, &[&str]); 5] = [
        ("UDP", &["-"]),
        ("TCP, half open", &["S"]),
        ("TCP", &["S", "SA", "A"]),
        ("TCP, finished", &["S", "SA", "A", "FA", "FA"]),
        ("TCP, reset", &["S", "SA", "A", "RA"]),
    ];
    let mut table = String::new();
    for (preset, config) in presets {
        for (flow, packets) in flows {
            let play = |silence: Duration| {
                let mut gateway = Gateway::new(config.clone());
                let now = SimTime::from_secs(1_000);
                let glance =
                    |flags: &str, from, to| if flags == "-" { udp(from, to) } else { tcp(flags, from, to) };
                let mut external = router(0);
                for (place, flags) in packets.iter().enumerate() {
                    if place % 2 == 0 {
                        external = external_of(gateway.outbound(now, &glance(flags, here, there)));
                    } else {
                        assert!(passes(gateway.inbound(now, &glance(flags, there, external))));
                    }
                }
                let row = gateway.mappings(now).next().expect("it is alive");
                assert_eq!((row.inside, row.external, row.remote), (here, external, there));
                let later = now + silence;
                let flags = if flow == "UDP" { "-" } else { "A" };
                let rows = gateway.mappings(later).count();
                (row.forgotten_after, rows, gateway.inbound(later, &glance(flags, there, external)))
            };
            let (after, ..) = play(Duration::ZERO);
            assert_eq!(play(after), (after, 1, Verdict::Pass { source: there, destination: here }));
            assert_eq!(play(after + NANO), (after, 0, Verdict::Drop(Refusal::NoMapping)));
            table += &format!("{preset:<14} {flow:<16} {:>5} s\n", after.as_secs());
        }
    }
    insta::assert_snapshot!(table, @"
    home router    UDP                300 s
    home router    TCP, half open     240 s
    home router    TCP               7440 s
    home router    TCP, finished      240 s
    home router    TCP, reset         240 s
    office         UDP                300 s
    office         TCP, half open     240 s
    office         TCP               3600 s
    office         TCP, finished      240 s
    office         TCP, reset         240 s
    strict office  UDP                300 s
    strict office  TCP, half open     240 s
    strict office  TCP               1800 s
    strict office  TCP, finished      240 s
    strict office  TCP, reset         240 s
    carrier grade  UDP                120 s
    carrier grade  TCP, half open     240 s
    carrier grade  TCP                600 s
    carrier grade  TCP, finished      240 s
    carrier grade  TCP, reset         240 s
    ");
}

#[test]
fn what_keeps_a_mapping_alive() {
    let (here, there, stranger) = (inside(5, 5_000), remote(7, 443), remote(8, 443));
    let open = |inbound_refreshes| {
        with_nat(home(), |nat| {
            nat.filtering = Behaviour::EndpointIndependent;
            nat.udp_inbound_refreshes = inbound_refreshes;
        })
    };
    // One second before it is forgotten, something is seen of it; is it still there two seconds later?
    let lives = |config: GatewayConfig, opening: &[Glance], refreshing: (bool, Glance)| {
        let mut gateway = Gateway::new(config);
        let now = SimTime::from_secs(1_000);
        for (place, glance) in opening.iter().enumerate() {
            let verdict =
                if place == 1 { gateway.inbound(now, glance) } else { gateway.outbound(now, glance) };
            assert!(passes(verdict));
        }
        let patience = gateway.mappings(now).next().expect("it is alive").forgotten_after;
        let (goes_out, glance) = refreshing;
        let before = now + (patience - SECOND);
        let verdict =
            if goes_out { gateway.outbound(before, &glance) } else { gateway.inbound(before, &glance) };
        assert!(passes(verdict));
        let after = now + patience + SECOND;
        gateway.mappings(after).any(|row| row.inside == here)
    };
    let datagram = [udp(here, there)];
    let external = router(5_000);
    let connection = [tcp("S", here, there), tcp("SA", there, external), tcp("A", here, there)];
    let table: String = [
        ("a datagram out", lives(open(false), &datagram, (true, udp(here, there)))),
        ("a datagram in", lives(open(false), &datagram, (false, udp(there, external)))),
        ("a datagram in, where that counts", lives(open(true), &datagram, (false, udp(there, external)))),
        ("a stranger's datagram in", lives(open(false), &datagram, (false, udp(stranger, external)))),
        ("a stranger's, where that counts", lives(open(true), &datagram, (false, udp(stranger, external)))),
        ("a segment out", lives(open(false), &connection, (true, tcp("A", here, there)))),
        ("a segment in", lives(open(false), &connection, (false, tcp("A", there, external)))),
    ]
    .map(|(what, lives)| format!("{what:<34} {}\n", if lives { "lives on" } else { "forgotten" }))
    .concat();
    insta::assert_snapshot!(table, @"
    a datagram out                     lives on
    a datagram in                      forgotten
    a datagram in, where that counts   lives on
    a stranger's datagram in           forgotten
    a stranger's, where that counts    lives on
    a segment out                      lives on
    a segment in                       lives on
    ");
}

#[test]
fn external_ports() {
    let there = remote(7, 443);
    let mut log = Log::new(home());
    log.out("its own port where it is free", udp(inside(5, 5_000), there));
    log.out("another host with the same", udp(inside(6, 5_000), there));
    log.out("and one more", udp(inside(7, 5_000), there));
    log.out("TCP has ports of its own", tcp("S", inside(7, 5_000), there));
    log.out("a well-known port is not given out", udp(inside(5, 53), there));
    log.gateway.rebind();
    log.out("after a restart", udp(inside(5, 5_000), there));
    log.out("a connection goes on from elsewhere", tcp("A", inside(7, 5_000), there));
    log.gateway.renumber(Ipv4Addr::new(203, 0, 113, 99));
    log.out("after another address was given", udp(inside(5, 5_000), there));
    log.come("to the address before", udp(there, router(5_000)));
    let mut log_in_turn = Log::new(with_nat(home(), |nat| nat.ports = PortAssignment::Sequential));
    log_in_turn.out("in turn", udp(inside(5, 5_000), there));
    log_in_turn.out("the next", udp(inside(5, 5_001), there));
    log_in_turn.out("the same end keeps its port", udp(inside(5, 5_000), remote(8, 80)));
    log_in_turn.gateway.rebind();
    log_in_turn.out("after a restart", udp(inside(5, 5_000), there));
    let second = Ipv4Addr::new(203, 0, 113, 2);
    let mut log_pool = Log::new(GatewayConfig::carrier_grade(vec![ROUTER, second]));
    log_pool.out("a host stays with one address", udp(inside(5, 5_000), there));
    log_pool.out("whoever it talks to", udp(inside(5, 5_000), remote(8, 80)));
    log_pool.out("another has another", udp(inside(6, 5_000), there));
    insta::assert_snapshot!(log.lines + &log_in_turn.lines + &log_pool.lines, @"
    its own port where it is free          203.0.113.1:5000 > 198.51.100.7:443
    another host with the same             203.0.113.1:5001 > 198.51.100.7:443
    and one more                           203.0.113.1:5002 > 198.51.100.7:443
    TCP has ports of its own               203.0.113.1:5000 > 198.51.100.7:443
    a well-known port is not given out     203.0.113.1:1024 > 198.51.100.7:443
    after a restart                        203.0.113.1:5001 > 198.51.100.7:443
    a connection goes on from elsewhere    203.0.113.1:5001 > 198.51.100.7:443
    after another address was given        203.0.113.99:5002 > 198.51.100.7:443
    to the address before                  dropped: no mapping in the NAT
    in turn                                203.0.113.1:1024 > 198.51.100.7:443
    the next                               203.0.113.1:1025 > 198.51.100.7:443
    the same end keeps its port            203.0.113.1:1024 > 198.51.100.8:80
    after a restart                        203.0.113.1:2026 > 198.51.100.7:443
    a host stays with one address          203.0.113.2:1024 > 198.51.100.7:443
    whoever it talks to                    203.0.113.2:1025 > 198.51.100.8:80
    another has another                    203.0.113.1:1026 > 198.51.100.7:443
    ");
}

#[test]
fn ports_run_out_and_come_back() {
    let there = remote(7, 443);
    let mut log = Log::new(with_nat(home(), |nat| nat.port_range = 2_000..=2_001));
    log.out("first", udp(inside(5, 5_000), there));
    log.out("second", udp(inside(6, 5_000), there));
    log.out("one too many", udp(inside(7, 5_000), there));
    log.out("who has one may go on", udp(inside(5, 5_000), remote(8, 1)));
    log.out("TCP has its own", tcp("S", inside(7, 5_000), there));
    log.now += Duration::from_secs(300);
    log.out("still in use", udp(inside(7, 5_000), there));
    log.now += NANO;
    log.out("both have been idle", udp(inside(7, 5_000), there));
    log.come("an answer to one that lost its port", udp(there, router(2_001)));
    insta::assert_snapshot!(log.lines, @"
    first                                  203.0.113.1:2000 > 198.51.100.7:443
    second                                 203.0.113.1:2001 > 198.51.100.7:443
    one too many                           dropped: the NAT has no port left
    who has one may go on                  203.0.113.1:2000 > 198.51.100.8:1
    TCP has its own                        203.0.113.1:2000 > 198.51.100.7:443
    still in use                           dropped: the NAT has no port left
    both have been idle                    203.0.113.1:2000 > 198.51.100.7:443
    an answer to one that lost its port    dropped: no mapping in the NAT
    ");
}

#[test]
fn hosts_inside_reach_each_other_by_the_external_address() {
    let (a, b) = (inside(5, 5_000), inside(6, 6_000));
    let open = |hairpinning| {
        with_nat(home(), |nat| {
            nat.filtering = Behaviour::EndpointIndependent;
            nat.hairpinning = hairpinning;
        })
    };
    let mut log = Log::new(open(true));
    log.out("one talks to the world", udp(b, remote(7, 1)));
    log.out("a neighbour sees its external end", udp(a, router(6_000)));
    log.out("the answer", udp(b, router(5_000)));
    log.out("nobody there", udp(a, router(9_999)));
    let mut log_without = Log::new(open(false));
    log_without.out("without hairpinning: the world", udp(b, remote(7, 1)));
    log_without.out("a neighbour", udp(a, router(6_000)));
    insta::assert_snapshot!(log.lines + &log_without.lines, @"
    one talks to the world                 203.0.113.1:6000 > 198.51.100.7:1
    a neighbour sees its external end      back inside, 203.0.113.1:5000 > 192.168.1.6:6000
    the answer                             back inside, 203.0.113.1:6000 > 192.168.1.5:5000
    nobody there                           dropped: no mapping in the NAT
    without hairpinning: the world         203.0.113.1:6000 > 198.51.100.7:1
    a neighbour                            dropped: no mapping in the NAT
    ");
}

#[test]
fn forwards_always_lead_inside() {
    let server = inside(9, 443);
    let config = |loose, mapping| {
        let mut config = with_nat(home(), |nat| {
            nat.mapping = mapping;
            nat.forwards = BTreeMap::from([
                ((Protocol::Tcp, 443), server),
                ((Protocol::Tcp, 8_443), server),
                ((Protocol::Udp, 443), server),
            ]);
        });
        config.firewall.loose = loose;
        config
    };
    let (a, b) = (remote(7, 5_000), remote(8, 5_000));
    let mut log = Log::new(config(false, Behaviour::AddressAndPortDependent));
    log.come("in by a forward", tcp("S", a, router(443)));
    log.out("the answer", tcp("SA", server, a));
    log.come("another remote", tcp("S", b, router(443)));
    log.out("its answer", tcp("SA", server, b));
    log.come("the first goes on", tcp("A", a, router(443)));
    log.come("in the middle of nothing", tcp("A", remote(9, 1), router(443)));
    log.come("not forwarded", tcp("S", a, router(80)));
    log.out("a port of a forward is not given out", tcp("S", inside(5, 8_443), a));
    log.now += Duration::from_secs(8_000);
    log.come("one that was forgotten", tcp("A", a, router(443)));
    log.come("may begin again", tcp("S", a, router(443)));
    log.out("and is answered", tcp("SA", server, a));
    let mut log_two = Log::new(config(true, Behaviour::EndpointIndependent));
    log_two.out("the server goes out by itself", tcp("S", server, remote(9, 1)));
    log_two.come("in by one port", tcp("S", a, router(443)));
    log_two.come("in by another", tcp("S", b, router(8_443)));
    log_two.out("answered from the one", tcp("SA", server, a));
    log_two.out("and from the other", tcp("SA", server, b));
    log_two.come("loose: in the middle of something", tcp("A", remote(9, 2), router(443)));
    insta::assert_snapshot!(log.lines + &log_two.lines, @"
    in by a forward                        198.51.100.7:5000 > 192.168.1.9:443
    the answer                             203.0.113.1:443 > 198.51.100.7:5000
    another remote                         198.51.100.8:5000 > 192.168.1.9:443
    its answer                             203.0.113.1:443 > 198.51.100.8:5000
    the first goes on                      198.51.100.7:5000 > 192.168.1.9:443
    in the middle of nothing               dropped: of no connection that the gateway knows
    not forwarded                          dropped: no mapping in the NAT
    a port of a forward is not given out   203.0.113.1:8444 > 198.51.100.7:5000
    one that was forgotten                 dropped: of no connection that the gateway knows
    may begin again                        198.51.100.7:5000 > 192.168.1.9:443
    and is answered                        203.0.113.1:443 > 198.51.100.7:5000
    the server goes out by itself          203.0.113.1:1024 > 198.51.100.9:1
    in by one port                         198.51.100.7:5000 > 192.168.1.9:443
    in by another                          198.51.100.8:5000 > 192.168.1.9:443
    answered from the one                  203.0.113.1:443 > 198.51.100.7:5000
    and from the other                     203.0.113.1:8443 > 198.51.100.8:5000
    loose: in the middle of something      198.51.100.9:2 > 192.168.1.9:443
    ");
}

#[test]
fn a_connection_that_the_gateway_forgot() {
    let (here, there) = (inside(5, 5_000), remote(7, 443));
    let mut lines = String::new();
    for (name, config) in [("loose", home()), ("strict", GatewayConfig::office(ROUTER))] {
        let mut log = Log::new(config);
        log.out(name, tcp("S", here, there));
        log.come("SYN-ACK", tcp("SA", there, router(5_000)));
        log.gateway.rebind();
        log.come("the server goes on", tcp("A", there, router(5_000)));
        log.out("the client goes on", tcp("A", here, there));
        log.out("the client resets", tcp("R", inside(5, 5_001), there));
        log.out("the client dials again", tcp("S", inside(5, 5_002), there));
        lines += &log.lines;
    }
    insta::assert_snapshot!(lines, @"
    loose                                  203.0.113.1:5000 > 198.51.100.7:443
    SYN-ACK                                198.51.100.7:443 > 192.168.1.5:5000
    the server goes on                     dropped: no mapping in the NAT
    the client goes on                     203.0.113.1:5001 > 198.51.100.7:443
    the client resets                      dropped: of no connection that the gateway knows
    the client dials again                 203.0.113.1:5003 > 198.51.100.7:443
    strict                                 203.0.113.1:5000 > 198.51.100.7:443
    SYN-ACK                                198.51.100.7:443 > 192.168.1.5:5000
    the server goes on                     dropped: no mapping in the NAT
    the client goes on                     dropped: of no connection that the gateway knows
    the client resets                      dropped: of no connection that the gateway knows
    the client dials again                 203.0.113.1:5003 > 198.51.100.7:443
    ");
}

#[test]
fn what_a_firewall_lets_through() {
    let (here, there) = (inside(5, 5_000), remote(7, 443));
    let rejecting = |mut config: GatewayConfig| {
        config.firewall.denied = Denial::Reject;
        config
    };
    let mut lines = String::new();
    let strict = GatewayConfig::strict_office(ROUTER);
    for (name, config) in [("strict office", strict.clone()), ("that rejects", rejecting(strict))] {
        let mut log = Log::new(config);
        log.out(name, tcp("S", here, there));
        log.out("to another port", tcp("S", here, remote(7, 8_200)));
        log.out("a datagram to another port", udp(here, remote(7, 3_478)));
        log.come("unasked", tcp("S", there, router(6_000)));
        log.come("filtered", tcp("S", remote(8, 443), router(5_000)));
        lines += &log.lines;
    }
    let appliance = SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 10), 443);
    let with_port = |port| SocketAddrV4::new(*appliance.ip(), port);
    let dmz = GatewayConfig::dmz([443, 8_200]);
    for (name, config) in [("DMZ", dmz.clone()), ("that rejects", rejecting(dmz))] {
        let mut log = Log::new(config);
        log.come(name, tcp("S", there, appliance));
        log.come("a port that is open too", tcp("S", there, with_port(8_200)));
        log.come("a port that is not", tcp("S", there, with_port(22)));
        log.come("a datagram to one that is not", udp(there, with_port(22)));
        log.out("the answer", tcp("SA", appliance, there));
        log.out("it dials out", tcp("S", with_port(50_000), there));
        log.come("and is answered", tcp("SA", there, with_port(50_000)));
        log.come("by nobody else", tcp("A", remote(8, 443), with_port(50_000)));
        lines += &log.lines;
    }
    insta::assert_snapshot!(lines, @"
    strict office                          203.0.113.1:5000 > 198.51.100.7:443
    to another port                        dropped: not let out by the firewall
    a datagram to another port             dropped: not let out by the firewall
    unasked                                dropped: no mapping in the NAT
    filtered                               dropped: filtered by the NAT
    that rejects                           203.0.113.1:5000 > 198.51.100.7:443
    to another port                        rejected: not let out by the firewall
    a datagram to another port             rejected: not let out by the firewall
    unasked                                rejected: no mapping in the NAT
    filtered                               rejected: filtered by the NAT
    DMZ                                    198.51.100.7:443 > 192.0.2.10:443
    a port that is open too                198.51.100.7:443 > 192.0.2.10:8200
    a port that is not                     dropped: not let in by the firewall
    a datagram to one that is not          dropped: not let in by the firewall
    the answer                             192.0.2.10:443 > 198.51.100.7:443
    it dials out                           192.0.2.10:50000 > 198.51.100.7:443
    and is answered                        198.51.100.7:443 > 192.0.2.10:50000
    by nobody else                         dropped: not let in by the firewall
    that rejects                           198.51.100.7:443 > 192.0.2.10:443
    a port that is open too                198.51.100.7:443 > 192.0.2.10:8200
    a port that is not                     rejected: not let in by the firewall
    a datagram to one that is not          rejected: not let in by the firewall
    the answer                             192.0.2.10:443 > 198.51.100.7:443
    it dials out                           192.0.2.10:50000 > 198.51.100.7:443
    and is answered                        198.51.100.7:443 > 192.0.2.10:50000
    by nobody else                         rejected: not let in by the firewall
    ");
}

/// What hosts inside and outside may do, sensible or not.
#[derive(Clone, Copy, Debug, Arbitrary)]
enum Deed {
    Out { protocol: bool, flags: u8, host: u8, port: u8, remote: u8, remote_port: u8 },
    In { protocol: bool, flags: u8, port: u8, remote: u8, remote_port: u8 },
    Wait { secs: u8 },
    WaitLong,
    Restart,
}

fn random_glance(is_tcp: bool, flags: u8, source: SocketAddrV4, destination: SocketAddrV4) -> Glance {
    let flags = ["S", "A", "SA", "FA", "RA"][usize::from(flags % 5)];
    if is_tcp { tcp(flags, source, destination) } else { udp(source, destination) }
}

#[test]
fn no_two_share_an_external_end_and_answers_come_back() {
    arbtest::arbtest(|bytes| {
        let mapping = *bytes.choose(&BEHAVIOURS)?;
        let filtering = *bytes.choose(&BEHAVIOURS)?;
        let mut config = with_nat(home(), |nat| {
            (nat.mapping, nat.filtering) = (mapping, filtering);
            nat.port_range = 5_000..=5_007;
        });
        config.firewall.loose = bytes.arbitrary()?;
        if bytes.arbitrary()? {
            config.nat.as_mut().expect("it has one").ports = PortAssignment::Sequential;
        }
        let mut gateway = Gateway::new(config.clone());
        let mut now = SimTime::from_secs(1);
        while !bytes.is_empty() {
            match bytes.arbitrary::<Deed>()? {
                Deed::Out { protocol, flags, host, port, remote: to, remote_port } => {
                    let source = inside(host % 4 + 1, 5_000 + u16::from(port % 3));
                    let destination = remote(to % 3, 1 + u16::from(remote_port % 2));
                    let glance = random_glance(protocol, flags, source, destination);
                    if let Verdict::Pass { source: external, destination: kept } =
                        gateway.outbound(now, &glance)
                    {
                        assert_eq!((*external.ip(), kept), (ROUTER, destination));
                        let answer = random_glance(protocol, 1, destination, external);
                        let back = gateway.inbound(now, &answer);
                        assert_eq!(
                            back,
                            Verdict::Pass { source: destination, destination: source },
                            "{glance:?}"
                        );
                    }
                }
                Deed::In { protocol, flags, port, remote: from, remote_port } => {
                    let source = remote(from % 3, 1 + u16::from(remote_port % 2));
                    let rows: Vec<MappingRow> = gateway.mappings(now).collect();
                    let external = router(5_000 + u16::from(port % 8));
                    let glance = random_glance(protocol, flags, source, external);
                    if let Verdict::Pass { destination, .. } = gateway.inbound(now, &glance) {
                        let known = rows.iter().any(|row| {
                            let own = row.protocol == glance.protocol && row.external == external;
                            own && row.inside == destination
                        });
                        assert!(known, "{glance:?} gets in to {destination}, who never asked: {rows:?}");
                    }
                }
                Deed::Wait { secs } => now += Duration::from_secs(secs.into()),
                Deed::WaitLong => now += Duration::from_secs(4_000),
                Deed::Restart => gateway.rebind(),
            }
            let mut owners = BTreeMap::new();
            for row in gateway.mappings(now) {
                let first = *owners.entry((row.protocol, row.external)).or_insert(row.inside);
                assert_eq!(first, row.inside, "two ends inside share {}", row.external);
            }
            let [mappings, external_ends, _] = gateway.flows.remembered();
            assert_eq!(mappings, external_ends, "two mappings share an external end");
        }
        Ok(())
    });
}

#[test]
fn a_guest_of_the_filter_is_answered_and_takes_nothing_away() {
    let (here, there, guest) = (inside(5, 5_000), remote(7, 1), remote(7, 2));
    let mut log = Log::new(with_nat(home(), |nat| {
        (nat.mapping, nat.filtering) = (Behaviour::AddressAndPortDependent, Behaviour::AddressDependent);
    }));
    log.now = SimTime::from_secs(1_000);
    log.out("a host talks to a port", udp(here, there));
    log.come("another port of the same remote", udp(guest, router(5_000)));
    log.out("is answered from where it came to", udp(here, guest));
    log.come("the first remote still gets in", udp(there, router(5_000)));
    log.out("who was no guest has another port", udp(here, remote(7, 3)));
    log.now += Duration::from_secs(200);
    log.out("the host goes on", udp(here, there));
    log.now += Duration::from_secs(200);
    log.come("and so does the first remote", udp(there, router(5_000)));
    insta::assert_snapshot!(log.lines, @"
    a host talks to a port                 203.0.113.1:5000 > 198.51.100.7:1
    another port of the same remote        198.51.100.7:2 > 192.168.1.5:5000
    is answered from where it came to      203.0.113.1:5000 > 198.51.100.7:2
    the first remote still gets in         198.51.100.7:1 > 192.168.1.5:5000
    who was no guest has another port      203.0.113.1:5001 > 198.51.100.7:3
    the host goes on                       203.0.113.1:5000 > 198.51.100.7:1
    and so does the first remote           198.51.100.7:1 > 192.168.1.5:5000
    ");
}

#[test]
fn memory_is_bounded_by_what_is_alive() {
    let mut gateway = Gateway::new(home());
    // A new flow each second from another port: 301 of them are alive at a time.
    let alive = 301;
    for second in 0..20_000_u64 {
        let source = inside((second % 200) as u8, 2_000 + (second % 50_000) as u16);
        let now = SimTime::from_secs(second);
        assert!(passes(gateway.outbound(now, &udp(source, remote(7, 53)))));
        let most = gateway.flows.remembered().into_iter().max().unwrap_or_default();
        assert!(most <= 2 * alive + 1, "{most} remembered at {now}");
    }
    assert_eq!(gateway.mappings(SimTime::from_secs(19_999)).count(), alive);
}

#[test]
fn a_port_scan_costs_no_memory() {
    let mut gateway = Gateway::new(home());
    for port in 0..=u16::MAX {
        for glance in [tcp("S", remote(7, 1), router(port)), udp(remote(7, 1), router(port))] {
            assert_eq!(gateway.inbound(SimTime::ZERO, &glance), Verdict::Drop(Refusal::NoMapping));
        }
    }
    assert_eq!(gateway.flows.remembered(), [0; 3]);
}
