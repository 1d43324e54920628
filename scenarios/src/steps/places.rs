//! Where people are, and what becomes of the networks there.

use std::net::Ipv4Addr;

use cucumber::{given, then, when};

use super::Step;
use crate::act::Act;
use crate::estate::{Estate, PATIENCE};
use crate::params::{InterfaceName, Name, PlaceName, Span};

crate::step_definitions!();

/// Where somebody is, and with them the device that they will use: at home, everybody has a router of their own; of
/// the office, the bank, the hotel and the road there is one each.
#[given(expr = "{name} is at {place}")]
fn is_at(estate: &mut Estate, who: Name, place: PlaceName) -> Step {
    estate.perform(Act::PersonIsAt { person: who.to_string(), place: place.0 })
}

/// Somebody's device has mobile data beside what it uses, and falls back on it.
#[given(expr = "{name}'s device has mobile data too")]
fn has_mobile_data(estate: &mut Estate, who: Name) -> Step {
    estate.perform(Act::DeviceHasMobileData { person: who.to_string() })
}

/// Somebody carries the device to another place: it leaves one network and gets an address in another.
#[when(expr = "{name} moves to {place}")]
fn moves_to(estate: &mut Estate, who: Name, place: PlaceName) -> Step {
    estate.perform(Act::PersonMovesTo { person: who.to_string(), place: place.0 })
}

/// An interface of somebody's device loses its network, and the device its address there.
#[when(expr = "{name} loses the {interface}")]
fn loses_interface(estate: &mut Estate, who: Name, interface: InterfaceName) -> Step {
    estate.perform(Act::InterfaceGoesDown { person: who.to_string(), interface: interface.0 })
}

/// An interface of somebody's device has its network again, at another address.
#[when(expr = "{name} has the {interface} back")]
fn has_interface_back(estate: &mut Estate, who: Name, interface: InterfaceName) -> Step {
    estate.perform(Act::InterfaceComesBack { person: who.to_string(), interface: interface.0 })
}

/// The router of somebody's place restarts: what was open through it is forgotten.
#[when(expr = "the router at {name}'s place restarts")]
fn router_restarts(estate: &mut Estate, who: Name) -> Step {
    estate.perform(Act::RouterRestarts { person: who.to_string() })
}

/// The provider gives the router of somebody's place another address.
#[when(expr = "the router at {name}'s place gets another address")]
fn router_is_renumbered(estate: &mut Estate, who: Name) -> Step {
    estate.perform(Act::RouterIsRenumbered { person: who.to_string() })
}

/// The firewall of somebody's place lets out one port only, from now on; what is open stays open.
#[when(expr = "the firewall at {name}'s place lets out port {int} only")]
fn firewall_lets_out(estate: &mut Estate, who: Name, port: u16) -> Step {
    estate.perform(Act::FirewallLetsOut { person: who.to_string(), port })
}

/// The firewall of somebody's place forgets connections that are idle for so long, and drops what is left of them.
#[when(expr = "the firewall at {name}'s place forgets what is idle for {duration}")]
fn firewall_forgets(estate: &mut Estate, who: Name, after: Span) -> Step {
    estate.perform(Act::FirewallForgets { person: who.to_string(), after_s: after.0.as_secs() })
}

/// By what somebody's device goes out now.
#[then(expr = "{name}'s device goes out by {interface}")]
fn goes_out_by(estate: &mut Estate, who: Name, interface: InterfaceName) -> Step {
    estate.at_once(format!("{who}'s device goes out by {}", interface.0), |eyes| {
        let machine = eyes.cast.person(&who)?.machine;
        match eyes.world.goes_out_by(machine) {
            Some(kind) if kind == interface.0.kind() => Ok(()),
            Some(kind) => Err(format!("it goes out by {kind}")),
            None => Err("it has no network".to_owned()),
        }
    })
}

/// From which address the appliance sees a connection of somebody's: behind a NAT, the NAT's.
#[then(expr = "the appliance sees {name} at {string}")]
fn appliance_sees(estate: &mut Estate, who: Name, address: String) -> Step {
    let wanted: Ipv4Addr =
        address.parse().unwrap_or_else(|_| panic!("expected an address, found {address:?}"));
    estate.eventually(PATIENCE, format!("the appliance sees {who} at {address}"), |eyes| {
        let program = eyes.cast.person(&who)?.program;
        let seen = eyes.world.seen_from(program);
        if seen.contains(&wanted) { Ok(()) } else { Err(format!("it sees {who} at {seen:?}")) }
    })
}
