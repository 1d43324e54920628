//! Time, power, clocks, and what becomes of networks.

use std::time::Duration;

use cucumber::{given, then, when};
use device::Device;
use wire::SimTime;

use super::Step;
use crate::act::{Act, ChatAudience, LinkChange, Whose};
use crate::estate::{Estate, PATIENCE};
use crate::params::{LinkName, Name, Number, Span};

crate::step_definitions!();

/// Nobody does anything for a while.
#[given(expr = "{duration} pass(es)")]
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

/// The bottleneck of somebody's link becomes narrower, or wider.
#[when(expr = "{name}'s link carries {number} kbit\\/s")]
fn link_carries(estate: &mut Estate, whose: Name, kbit_per_s: Number) -> Step {
    change_link(estate, &whose, LinkChange::Rate { bits_per_s: (kbit_per_s.0 * 1e3).round() as u64 })
}

/// Every packet of somebody's link takes this long, each way.
#[when(expr = "{name}'s link delays by {duration}")]
fn link_delays(estate: &mut Estate, whose: Name, by: Span) -> Step {
    change_link(estate, &whose, LinkChange::Delay { millis: by.0.as_millis() as u64 })
}

/// Packets of somebody's link take up to this much longer, each for itself, and never overtake.
#[when(expr = "{name}'s link has {duration} of jitter")]
fn link_jitters(estate: &mut Estate, whose: Name, by: Span) -> Step {
    change_link(estate, &whose, LinkChange::Jitter { millis: by.0.as_millis() as u64 })
}

/// Somebody's link loses this share of packets, each for itself.
#[when(expr = "{name}'s link loses {number} % of packets")]
fn link_loses(estate: &mut Estate, whose: Name, percent: Number) -> Step {
    change_link(estate, &whose, LinkChange::Loss { percent: percent.0 })
}

/// Somebody's link loses this share of packets, several at a time.
#[when(expr = "{name}'s link loses {number} % of packets in bursts of {number}")]
fn link_loses_in_bursts(estate: &mut Estate, whose: Name, percent: Number, packets: Number) -> Step {
    change_link(estate, &whose, LinkChange::BurstLoss { percent: percent.0, packets: packets.0 })
}

/// Somebody's link delivers this share of packets twice.
#[when(expr = "{name}'s link duplicates {number} % of packets")]
fn link_duplicates(estate: &mut Estate, whose: Name, percent: Number) -> Step {
    change_link(estate, &whose, LinkChange::Duplicates { percent: percent.0 })
}

/// Somebody's link holds this share of packets back, so that others overtake them.
#[when(expr = "{name}'s link reorders {number} % of packets")]
fn link_reorders(estate: &mut Estate, whose: Name, percent: Number) -> Step {
    change_link(estate, &whose, LinkChange::Reorders { percent: percent.0 })
}

/// The queue in front of somebody's link holds this much, and drops what finds no room.
#[when(expr = "{name}'s link queues up to {int} KiB")]
fn link_queues(estate: &mut Estate, whose: Name, kib: usize) -> Step {
    change_link(estate, &whose, LinkChange::DropTail { kib })
}

/// The queue in front of somebody's link is kept short by CoDel (RFC 8289).
#[when(expr = "{name}'s link queues by CoDel")]
fn link_queues_by_codel(estate: &mut Estate, whose: Name) -> Step {
    change_link(estate, &whose, LinkChange::CoDel)
}

/// What somebody's link carries goes up and down as a trace says: a file in mahimahi's format, in a folder `traces`
/// beside the feature or above it.
#[when(expr = "{name}'s link follows the trace {string}")]
fn link_follows(estate: &mut Estate, whose: Name, name: String) -> Step {
    let text = estate.find_trace(&name).unwrap_or_else(|error| panic!("{error}"));
    change_link(estate, &whose, LinkChange::Trace { name, text })
}

/// Somebody closes the lid: nothing on the device runs any more, and nobody is told.
#[when(expr = "{name}'s device falls asleep")]
fn device_falls_asleep(estate: &mut Estate, whose: Name) -> Step {
    estate.perform(Act::MachineSleeps { machine: Whose::Person(whose.to_string()) })
}

/// Somebody opens the lid, after a while.
#[when(expr = "{name}'s device wakes after {duration}")]
fn device_wakes(estate: &mut Estate, whose: Name, time: Span) -> Step {
    pass(estate, time.0)?;
    estate.perform(Act::MachineWakes { machine: Whose::Person(whose.to_string()) })
}

/// A machine with a Jump Client sleeps.
#[when(expr = "{string} falls asleep")]
fn machine_falls_asleep(estate: &mut Estate, computer: String) -> Step {
    estate.perform(Act::MachineSleeps { machine: Whose::Computer(computer) })
}

/// A machine with a Jump Client wakes, after a while.
#[when(expr = "{string} wakes after {duration}")]
fn machine_wakes(estate: &mut Estate, computer: String, time: Span) -> Step {
    pass(estate, time.0)?;
    estate.perform(Act::MachineWakes { machine: Whose::Computer(computer) })
}

/// Two people talk fast: five lines each at once, every second.
#[when(expr = "{name} and {name} chat fast for {duration}")]
fn chat_fast(estate: &mut Estate, rep: Name, customer: Name, time: Span) -> Step {
    const LINES_AT_ONCE: usize = 5;
    for second in 0..time.0.as_secs() {
        for line in 0..LINES_AT_ONCE {
            let text = format!("line {}", second as usize * LINES_AT_ONCE + line + 1);
            estate.perform(Act::CustomerWrites { customer: customer.to_string(), text: text.clone() })?;
            let (rep, customer) = (rep.to_string(), customer.to_string());
            estate.perform(Act::RepWrites { rep, customer, audience: ChatAudience::Everyone, text })?;
        }
        pass(estate, Duration::from_secs(1))?;
    }
    Ok(())
}

/// What has become of packets on somebody's link, in either direction: `lost` on the way, `dropped` by a full queue,
/// `refused` by CoDel, `duplicated`, `reordered`.
#[then(expr = "{name}'s link has {word} packets")]
fn link_has(estate: &mut Estate, whose: Name, fate: String) -> Step {
    estate.at_once(format!("{whose}'s link has {fate} packets"), |eyes| {
        let (up, down) = eyes.world.link_counters(eyes.cast.person(&whose)?.machine);
        let both = up.and(down);
        let count = match fate.as_str() {
            "lost" => both.lost,
            "dropped" => both.queue_drops,
            "refused" => both.codel_drops,
            "duplicated" => both.duplicated,
            "reordered" => both.reordered,
            _ => return Err("expected lost, dropped, refused, duplicated or reordered".to_owned()),
        };
        if count > 0 { Ok(()) } else { Err(format!("none of {} packets", both.packets)) }
    })
}

/// How long it takes from somebody to the appliance and back, as their own TCP has measured it.
#[given(expr = "the round trip from {name} takes {duration} to {duration}")]
#[then(expr = "the round trip from {name} takes {duration} to {duration}")]
fn round_trip_takes(estate: &mut Estate, whose: Name, least: Span, most: Span) -> Step {
    let expected = format!("the round trip takes {:?} to {:?}", least.0, most.0);
    estate.at_once(expected, |eyes| {
        let seen = eyes.world.round_trip(eyes.cast.person(&whose)?.program);
        match seen {
            Some(seen) if (least.0..=most.0).contains(&seen) => Ok(()),
            Some(seen) => Err(format!("it takes {seen:?}")),
            None => Err(format!("{whose} has no connection")),
        }
    })
}

/// Since something was last broken or mended, a program of somebody's has dialled again and is connected.
#[then(expr = "{name} is connected anew")]
fn is_connected_anew(estate: &mut Estate, who: Name) -> Step {
    let before = estate.dials_before.clone();
    estate.eventually(4 * PATIENCE, format!("{who} is connected anew"), |eyes| {
        let program = eyes.cast.person(&who)?.program;
        let (before, now) = (before.get(&program).copied().unwrap_or(0), eyes.world.dials(program));
        match eyes.world.round_trip(program) {
            Some(_) if now > before => Ok(()),
            Some(_) => Err(format!("{who} is connected as before")),
            None => Err(format!("{who} has no connection")),
        }
    })
}

/// How far the clock that programs on somebody's device go by is ahead of the time.
#[then(expr = "the clock of {name}'s device is {duration} ahead")]
fn clock_is_ahead(estate: &mut Estate, whose: Name, by: Span) -> Step {
    clock_is_off(estate, &whose, by, |clock, now| clock.since(now))
}

/// How far the clock that programs on somebody's device go by is behind the time.
#[then(expr = "the clock of {name}'s device is {duration} behind")]
fn clock_is_behind(estate: &mut Estate, whose: Name, by: Span) -> Step {
    clock_is_off(estate, &whose, by, |clock, now| now.since(clock))
}

/// How far the clock on the wall of somebody's device is ahead of the time.
#[then(expr = "the wall clock of {name}'s device is {duration} ahead")]
fn wall_clock_is_ahead(estate: &mut Estate, whose: Name, by: Span) -> Step {
    estate.at_once(format!("the wall clock is {:?} ahead", by.0), |eyes| {
        let now = eyes.world.now();
        let ahead = eyes.world.device(eyes.cast.person(&whose)?.machine).wall_clock(now).since(now);
        if ahead == by.0 { Ok(()) } else { Err(format!("it is {ahead:?} ahead")) }
    })
}

/// The clock on the wall of the appliance's machine jumps ahead of the time.
#[when(expr = "the clock of the appliance jumps {duration} ahead")]
fn appliance_clock_ahead(estate: &mut Estate, by: Span) -> Step {
    set_clock(estate, Whose::Appliance, by.0.as_millis() as i64)
}

/// The clock on the wall of the appliance's machine falls behind the time.
#[when(expr = "the clock of the appliance jumps {duration} back")]
fn appliance_clock_back(estate: &mut Estate, by: Span) -> Step {
    set_clock(estate, Whose::Appliance, -(by.0.as_millis() as i64))
}

/// The clock on the wall of somebody's device is wrong by this much, and runs at the right rate.
#[when(expr = "the clock of {name}'s device jumps {duration} ahead")]
fn device_clock_ahead(estate: &mut Estate, whose: Name, by: Span) -> Step {
    set_clock(estate, Whose::Person(whose.to_string()), by.0.as_millis() as i64)
}

/// The clock that programs on somebody's device go by runs fast.
#[when(expr = "the clock of {name}'s device runs {number} % fast")]
fn clock_runs_fast(estate: &mut Estate, whose: Name, percent: Number) -> Step {
    let ppm = (percent.0 * 1e4) as i32;
    estate.perform(Act::ClockRuns { machine: Whose::Person(whose.to_string()), ppm })
}

/// The clock that programs on somebody's device go by runs slow.
#[when(expr = "the clock of {name}'s device runs {number} % slow")]
fn clock_runs_slow(estate: &mut Estate, whose: Name, percent: Number) -> Step {
    let ppm = -((percent.0 * 1e4) as i32);
    estate.perform(Act::ClockRuns { machine: Whose::Person(whose.to_string()), ppm })
}

/// The console ends in order; its connections are finished.
#[when(expr = "{name} closes the console")]
fn closes_console(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::RepClosesConsole { rep: rep.to_string() })
}

/// A clock's rate is seen to the second.
fn clock_is_off(
    estate: &mut Estate,
    whose: &Name,
    by: Span,
    off: impl Fn(SimTime, SimTime) -> Duration,
) -> Step {
    estate.at_once(format!("the clock is {:?} off", by.0), |eyes| {
        let off = off(eyes.world.clock_of(eyes.cast.person(whose)?.machine), eyes.world.now());
        if off.abs_diff(by.0) <= Duration::from_secs(1) { Ok(()) } else { Err(format!("it is {off:?} off")) }
    })
}

fn change_link(estate: &mut Estate, whose: &Name, change: LinkChange) -> Step {
    estate.perform(Act::LinkChanges { machine: Whose::Person(whose.to_string()), change })
}

fn set_clock(estate: &mut Estate, machine: Whose, ahead_millis: i64) -> Step {
    estate.perform(Act::WallClockIsSet { machine, ahead_millis })
}

fn pass(estate: &mut Estate, time: Duration) -> Step {
    estate.perform(Act::TimePasses { millis: time.as_millis() as u64 })
}
