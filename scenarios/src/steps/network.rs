//! Time, power, networks.

use std::time::Duration;

use cucumber::{given, when};

use super::Step;
use crate::act::{Act, Whose};
use crate::estate::Estate;
use crate::params::{LinkName, Name, Span};

crate::step_definitions!();

/// Nobody does anything for a while.
#[when(expr = "{duration} pass(es)")]
fn time_passes(estate: &mut Estate, time: Span) -> Step {
    pass(estate, time.0)
}

/// The appliance's machine is dark at once; what it had not written to its disk is lost.
#[when(expr = "the appliance loses power")]
fn appliance_loses_power(estate: &mut Estate) -> Step {
    estate.perform(Act::PowerFails { machine: Whose::Appliance })
}

/// The appliance is switched on again, after a while.
#[when(expr = "the appliance starts again after {duration}")]
fn appliance_starts(estate: &mut Estate, after: Span) -> Step {
    pass(estate, after.0)?;
    estate.perform(Act::PowerReturns { machine: Whose::Appliance })
}

/// Somebody's device is dark at once.
#[when(expr = "{name}'s device loses power")]
fn device_loses_power(estate: &mut Estate, whose: Name) -> Step {
    estate.perform(Act::PowerFails { machine: Whose::Person(whose.to_string()) })
}

/// A machine with a Jump Client is dark at once.
#[when(expr = "{string} loses power")]
fn machine_loses_power(estate: &mut Estate, computer: String) -> Step {
    estate.perform(Act::PowerFails { machine: Whose::Computer(computer) })
}

/// A machine with a Jump Client is switched on again, after a while.
#[when(expr = "{string} starts again after {duration}")]
fn machine_starts(estate: &mut Estate, computer: String, after: Span) -> Step {
    pass(estate, after.0)?;
    estate.perform(Act::PowerReturns { machine: Whose::Computer(computer) })
}

/// The console's process dies; its connections are reset.
#[when(expr = "{name}'s console is killed")]
fn console_is_killed(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::ConsoleIsKilled { rep: rep.to_string() })
}

/// Nothing gets from or to somebody's device any more.
#[given(expr = "{name}'s network goes down")]
#[when(expr = "{name}'s network goes down")]
fn network_goes_down(estate: &mut Estate, whose: Name) -> Step {
    estate.perform(Act::NetworkGoesDown { machine: Whose::Person(whose.to_string()) })
}

/// Somebody's device has its network back.
#[when(expr = "{name}'s network comes back")]
fn network_comes_back(estate: &mut Estate, whose: Name) -> Step {
    estate.perform(Act::NetworkComesBack { machine: Whose::Person(whose.to_string()) })
}

/// Somebody's device loses its network, and has it back after a while.
#[when(expr = "{name}'s network is down for {duration}")]
fn network_is_down_for(estate: &mut Estate, whose: Name, time: Span) -> Step {
    network_goes_down(estate, whose.clone())?;
    pass(estate, time.0)?;
    network_comes_back(estate, whose)
}

/// Nothing gets through between somebody and the appliance for a while, though both have their networks.
#[when(expr = "the way between {name} and the appliance is cut for {duration}")]
fn way_is_cut(estate: &mut Estate, whose: Name, time: Span) -> Step {
    let machine = || Whose::Person(whose.to_string());
    estate.perform(Act::WayIsCut { machine: machine() })?;
    pass(estate, time.0)?;
    estate.perform(Act::WayIsOpen { machine: machine() })
}

/// What is sent between somebody and the appliance waits on the way from now on.
#[when(expr = "packets between {name} and the appliance are held")]
fn way_is_held(estate: &mut Estate, whose: Name) -> Step {
    estate.perform(Act::WayIsHeld { machine: Whose::Person(whose.to_string()) })
}

/// What waited on the way goes on, after a while.
#[when(expr = "packets between {name} and the appliance go on after {duration}")]
fn way_is_open(estate: &mut Estate, whose: Name, time: Span) -> Step {
    pass(estate, time.0)?;
    estate.perform(Act::WayIsOpen { machine: Whose::Person(whose.to_string()) })
}

/// Somebody's device is on another kind of link from now on.
#[when(expr = "{name}'s link becomes {link}")]
fn link_becomes(estate: &mut Estate, whose: Name, link: LinkName) -> Step {
    estate.perform(Act::LinkBecomes { machine: Whose::Person(whose.to_string()), link: link.0 })
}

fn pass(estate: &mut Estate, time: Duration) -> Step {
    estate.perform(Act::TimePasses { millis: time.as_millis() as u64 })
}
