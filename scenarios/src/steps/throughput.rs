//! How a shared screen does on a line: frames, delay, bytes, in simulated time and exact (DESIGN section 6).

use std::time::Duration;

use cucumber::{then, when};
use fabric::LinkCounters;
use rep_console::ShownFrame;
use wire::SimTime;
use world::MachineId;

use super::Step;
use crate::estate::{Estate, Unmet};
use crate::eyes::Seen;
use crate::params::{Name, Number, Span};

crate::step_definitions!();

/// How often the queue of the line is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The picture of a screen is measured for a while; its figures go into the results.
#[when(expr = "for {duration} the picture of {name}'s screen on {name}'s console is measured")]
fn is_measured(estate: &mut Estate, time: Span, customer: Name, rep: Name) -> Step {
    let began = estate.world.now();
    let machine = estate.cast.person(&customer).map(|part| part.machine);
    let machine = machine.map_err(|seen| estate.unmet("a customer with a machine", seen))?;
    let before = up(estate, machine);
    let mut waits_ms: Vec<f64> = Vec::new();
    while estate.world.now() < began + time.0 {
        let last = up(estate, machine);
        estate.world.run_for(LOOK_EVERY);
        let now = up(estate, machine);
        let sent = now.sent - last.sent;
        if let Some(mean) = (now.queue_nanos_sum - last.queue_nanos_sum).checked_div(sent) {
            waits_ms.push(mean as f64 / 1e6);
        }
    }
    let until = estate.world.now();
    let carried = up(estate, machine).bytes - before.bytes;
    let frames = shown_between(estate, &rep, &customer, began, until)
        .map_err(|seen| estate.unmet("a picture to measure", seen))?;
    let seconds = until.since(began).as_secs_f64();
    let bytes: usize = frames.iter().map(|frame| frame.bytes).sum();
    let late_ms = sorted(frames.iter().map(|frame| (frame.shown.0 - frame.captured.0) as f64 / 1e6));
    estate.figure("frames_per_s", frames.len() as f64 / seconds);
    estate.figure("screen_kbit_per_s", bytes as f64 * 8.0 / 1e3 / seconds);
    estate.figure("line_kbit_per_s", carried as f64 * 8.0 / 1e3 / seconds);
    estate.figure("capture_to_display_p50_ms", percentile(&late_ms, 50));
    estate.figure("capture_to_display_p95_ms", percentile(&late_ms, 95));
    estate.figure("queue_delay_p95_ms", percentile(&sorted(waits_ms.into_iter()), 95));
    Ok(())
}

/// How long it takes from a customer's yes until there is something to work with: a picture within 30 dB.
#[when(expr = "the first picture of {name}'s screen on {name}'s console is timed")]
fn first_is_timed(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    time_picture(estate, &rep, &customer, 30.0, "usable_picture_ms")
}

/// How long it takes a screen that stands still to be shown to the pixel.
#[when(expr = "the exact picture of {name}'s screen on {name}'s console is timed")]
fn exact_is_timed(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    time_picture(estate, &rep, &customer, f64::INFINITY, "exact_picture_ms")
}

/// A limit for a figure that was measured in this scenario.
#[then(expr = "the figure {string} is at most {number}")]
fn is_at_most(estate: &mut Estate, figure: String, limit: Number) -> Step {
    let seen = estate.measured(&figure);
    estate.at_once(format!("{figure} of at most {}", limit.0), |_| match seen {
        Some(value) if value <= limit.0 => Ok(()),
        Some(value) => Err(format!("{value:.3}")),
        None => Err("no such figure was measured".to_owned()),
    })
}

/// A limit for a figure that was measured in this scenario.
#[then(expr = "the figure {string} is at least {number}")]
fn is_at_least(estate: &mut Estate, figure: String, limit: Number) -> Step {
    let seen = estate.measured(&figure);
    estate.at_once(format!("{figure} of at least {}", limit.0), |_| match seen {
        Some(value) if value >= limit.0 => Ok(()),
        Some(value) => Err(format!("{value:.3}")),
        None => Err("no such figure was measured".to_owned()),
    })
}

fn time_picture(estate: &mut Estate, rep: &Name, customer: &Name, db: f64, figure: &str) -> Step {
    // How fine the time is told: an exact picture comes soon, a usable one takes its time on a narrow line.
    let every = Duration::from_millis(if db.is_finite() { 100 } else { 10 });
    const WITHIN: Duration = Duration::from_secs(60);
    let began = estate.world.now();
    let mut looked_at = None;
    loop {
        let shown = last_shown(estate, rep, customer);
        // Pictures are large, and only a new frame can change what a comparison says of a screen that stands still.
        if shown.is_none() || shown != looked_at {
            looked_at = shown;
            if estate.eyes().likeness(rep, customer).is_ok_and(|like| like >= db) {
                break;
            }
        }
        if estate.world.now() >= began + WITHIN {
            let like = estate.eyes().likeness(rep, customer);
            let seen = like.map_or_else(|why| why, |like| format!("a picture within {like:.1} dB"));
            return Err(estate.unmet("a picture that is good enough", seen));
        }
        estate.world.run_for(every);
    }
    let took = estate.world.now().since(began);
    estate.figure(figure, took.as_secs_f64() * 1e3);
    estate.keep_pictures(rep, customer);
    Ok(())
}

impl Estate {
    fn unmet(&self, expected: &str, seen: String) -> Unmet {
        Unmet { expected: expected.to_owned(), seen, at: self.world.now() }
    }
}

fn up(estate: &Estate, machine: MachineId) -> LinkCounters {
    estate.world.link_counters(machine).0
}

/// Which frame the console has shown last.
fn last_shown(estate: &Estate, rep: &Name, customer: &Name) -> Option<(u32, u32)> {
    let eyes = estate.eyes();
    let session = eyes.page(rep, customer).ok()?.session;
    let frame = eyes.console_program(rep).ok()?.shown_frames(session).next_back().copied()?;
    Some((frame.stream, frame.frame))
}

fn shown_between(
    estate: &Estate,
    rep: &Name,
    customer: &Name,
    from: SimTime,
    until: SimTime,
) -> Seen<Vec<ShownFrame>> {
    let eyes = estate.eyes();
    let session = eyes.page(rep, customer)?.session;
    let frames = eyes.console_program(rep)?.shown_frames(session);
    let within = |frame: &&ShownFrame| (from.as_nanos()..until.as_nanos()).contains(&frame.shown.0);
    Ok(frames.filter(within).copied().collect())
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The value that so many per cent of them do not exceed; 0 where there are none.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}
