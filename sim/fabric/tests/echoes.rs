//! Echoes: who answers a ping, whom nobody may ask, and what of it a gateway tells apart.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use fabric::{Denial, ECHO_BYTES_MAX, EchoError, EchoReply, GatewayConfig, HostId, Protocol};

use crate::net::{Net, PLAIN_LINK, private, public};

/// Asks once, and says after how many milliseconds an answer came, and how many gateways it could still have passed.
fn ask(net: &mut Net, host: HostId, to: Ipv4Addr) -> Option<(u128, u8)> {
    let asked = net.now;
    net.fabric.send_echo(asked, host, to, (7, 1), 56).expect("it has a network");
    while net.now < asked + Duration::from_secs(2) {
        net.run_for_millis(1);
        if let Some(reply) = net.fabric.poll_echo() {
            let EchoReply { time_to_live, .. } = reply;
            assert_eq!(reply, EchoReply { host, from: to, identifier: 7, sequence: 1, time_to_live });
            return Some((net.now.since(asked).as_millis(), time_to_live));
        }
    }
    None
}

#[test]
fn a_host_that_runs_answers_by_itself() {
    let mut net = Net::new(1);
    let [client, server] = ["client", "server"].map(|name| net.host(name, PLAIN_LINK));
    let [own, address] = [client, server].map(|host| net.fabric.host_address(host));
    // Four links of 10 ms each.
    assert_eq!(ask(&mut net, client, address), Some((40, 64)));
    assert_eq!(ask(&mut net, client, own), Some((1, 64)), "by its loopback");
    assert_eq!(ask(&mut net, client, private(99)), None, "nobody has the address");
    net.fabric.sleep(net.now, server);
    assert_eq!(ask(&mut net, client, address), None, "it sleeps");
    net.fabric.wake(net.now, server);
    net.fabric.power_off(net.now, server);
    assert_eq!(ask(&mut net, client, address), None, "it is off");
    net.fabric.power_on(net.now, server);
    net.fabric.partition(net.now, client, server);
    assert_eq!(ask(&mut net, client, address), None);
    net.fabric.heal(net.now, client, server);
    assert_eq!(ask(&mut net, client, address), Some((40, 64)));
    let too_long = net.fabric.send_echo(net.now, client, address, (7, 1), ECHO_BYTES_MAX + 1);
    assert_eq!(too_long, Err(EchoError::TooLong { bytes: ECHO_BYTES_MAX + 1 }));
    net.fabric.unplug(net.now, client);
    let unplugged = net.fabric.send_echo(net.now, client, address, (7, 1), 56);
    assert_eq!(unplugged, Err(EchoError::NetworkUnreachable));
    assert_eq!(net.fabric.stats(), fabric::FabricStats::default(), "nothing is left of them");
}

#[test]
fn gateways_let_answers_in_and_tell_askers_apart() {
    let mut net = Net::new(1);
    let server = net.host("server", PLAIN_LINK);
    let address = net.fabric.host_address(server);
    let home = net.zone("home", GatewayConfig::home_router(public(1)));
    let [laptop, tablet] = [10, 20].map(|number| net.host_in(home, &format!("host {number}"), number));
    // Both ask with the same identifier, and each hears its own answer.
    for host in [laptop, tablet] {
        net.fabric.send_echo(net.now, host, address, (7, 1), 32).expect("it has a network");
    }
    net.run_for_millis(100);
    let mut heard = BTreeMap::new();
    while let Some(EchoReply { host, identifier, time_to_live, .. }) = net.fabric.poll_echo() {
        *heard.entry((host, identifier, time_to_live)).or_insert(0) += 1;
    }
    assert_eq!(heard, BTreeMap::from([((laptop, 7, 63), 1), ((tablet, 7, 63), 1)]));
    let rows = net.fabric.gateway_mappings(home);
    assert!(rows.iter().all(|row| row.protocol == Protocol::Icmp), "{rows:?}");
    assert_eq!(rows.len(), 2);
    assert_ne!(rows[0].external, rows[1].external);

    assert_eq!(ask(&mut net, server, public(1)), None, "nobody behind a NAT was asked for");
    let dmz = net.zone("dmz", GatewayConfig::dmz([443]));
    let appliance = net.host_in(dmz, "appliance", 30);
    let appliance = net.fabric.host_address(appliance);
    assert_eq!(ask(&mut net, laptop, appliance), Some((40, 62)), "two gateways are between");
    let mut config = GatewayConfig::dmz([443]);
    config.firewall.echoes = false;
    config.firewall.denied = Denial::Reject;
    net.fabric.set_gateway(net.now, dmz, config);
    net.run_for_secs(120);
    assert_eq!(ask(&mut net, laptop, appliance), None, "its firewall lets no question in");
    let bank = net.zone("bank", GatewayConfig::strict_office(public(2)));
    let clerk = net.host_in(bank, "clerk", 40);
    assert_eq!(ask(&mut net, clerk, address), None, "the bank lets out the web only");
}
