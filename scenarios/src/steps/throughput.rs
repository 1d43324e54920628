//! How a shared screen does on a line: frames, delay, bytes, in simulated time and exact (DESIGN section 6).

use std::time::Duration;

use cucumber::{given, then, when};
use fabric::LinkCounters;
use image::RgbaImage;
use rep_console::ShownFrame;
use screen::{Pacing, psnr_db};
use wire::{Point, SimTime};
use world::MachineId;

use super::Step;
use crate::act::{Act, ScreenAct, ScreenDeed, ShellAct};
use crate::estate::{Estate, Unmet};
use crate::eyes::{Eyes, Seen};
use crate::params::{Name, Number, Span};

crate::step_definitions!();

/// How often the queue of the line is looked at, and a picture that is timed.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A customer's client sends pictures by another controller than ours, to whoever begins to look from now on: `ours`,
/// `fixed 3 Mbit/s`, `replies` (as RustDesk does), `Vegas window` (as TigerVNC does).
#[given(expr = "{name}'s client paces pictures by {string}")]
fn paces(estate: &mut Estate, customer: Name, pacing: String) -> Step {
    let Ok(pacing) = pacing.parse::<Pacing>() else {
        return Err(estate.unmet("ours, fixed 3 Mbit/s, replies or Vegas window", pacing));
    };
    estate.perform(Act::PicturesArePaced { customer: customer.to_string(), pacing })
}

/// The picture of a screen is measured for a while; its figures go into the results.
#[when(expr = "for {duration} the picture of {name}'s screen on {name}'s console is measured")]
fn is_measured(estate: &mut Estate, time: Span, customer: Name, rep: Name) -> Step {
    measure(estate, time.0, &customer, &[&rep], "")
}

/// Likewise, where a scenario measures more than once: the figures' names begin with this one.
#[when(expr = "for {duration} the picture of {name}'s screen on {name}'s console is measured as {string}")]
fn is_measured_as(estate: &mut Estate, time: Span, customer: Name, rep: Name, name: String) -> Step {
    measure(estate, time.0, &customer, &[&rep], &format!("{name}_"))
}

/// The pictures of one screen that two representatives see are measured, and how equally they share the line.
#[when(
    expr = "for {duration} the pictures of {name}'s screen on {name}'s and {name}'s consoles are measured"
)]
fn are_measured(estate: &mut Estate, time: Span, customer: Name, rep: Name, other: Name) -> Step {
    measure(estate, time.0, &customer, &[&rep, &other], "")
}

/// Each picture that a console shows is compared with what the screen was when it was looked at for it, though it has moved on
/// since: the least of all goes into the results, in dB.
#[when(
    expr = "for {duration} the likeness of the picture of {name}'s screen on {name}'s console is measured"
)]
fn likeness_is_measured(estate: &mut Estate, time: Span, customer: Name, rep: Name) -> Step {
    /// What is the same to the pixel counts as so like.
    const SAME_DB: f64 = 100.0;
    /// Pictures are large: one of several is compared. No multiple of the time between two pictures.
    const EVERY: Duration = Duration::from_millis(117);
    let until = estate.world.now() + time.0;
    let mut least = SAME_DB;
    while estate.world.now() < until {
        estate.world.run_for(EVERY);
        let like = like_when_captured(estate, &rep, &customer);
        least = like.map_err(|seen| estate.unmet("a picture to compare", seen))?.min(least);
    }
    estate.figure("likeness_db_min", least);
    Ok(())
}

fn like_when_captured(estate: &Estate, rep: &Name, customer: &Name) -> Seen<f64> {
    let eyes = estate.eyes();
    let page = eyes.page(rep, customer)?;
    let frames = eyes.console_program(rep)?.shown_frames(page.session);
    let captured = frames.last().ok_or("no picture was shown yet")?.captured;
    let showing = page.tools.screen.showing.unwrap_or_default();
    let screen = eyes.device(customer)?.picture(SimTime::from_nanos(captured.0), showing);
    let screen = screen.ok_or("the device has no such display")?;
    let picture = eyes.remote_picture(rep, customer)?;
    if picture.dimensions() != screen.dimensions() {
        return Err("a picture of another size than the screen".to_owned());
    }
    Ok(psnr_db(picture, &screen))
}

fn measure(estate: &mut Estate, time: Duration, customer: &Name, reps: &[&Name], prefix: &str) -> Step {
    let began = estate.world.now();
    let until = began + time;
    let machine = machine_of(estate, customer)?;
    let before = up(estate, machine);
    let mut waits_ms: Vec<f64> = Vec::new();
    // How good the picture was for the first viewer.
    let mut levels: Vec<u8> = Vec::new();
    while estate.world.now() < until {
        let last = up(estate, machine);
        estate.world.run_for(LOOK_EVERY);
        let now = up(estate, machine);
        let rates =
            estate.eyes().rates(customer).map_err(|seen| estate.unmet("a client that shares", seen))?;
        levels.extend(rates.first().map(|rate| rate.rung.level));
        levels.dedup();
        let sent = now.sent - last.sent;
        if let Some(mean) = (now.queue_nanos_sum - last.queue_nanos_sum).checked_div(sent) {
            waits_ms.extend(std::iter::repeat_n(mean as f64 / 1e6, sent as usize));
        }
    }
    let carried = up(estate, machine).bytes - before.bytes;
    let mut frames = Vec::new();
    for rep in reps {
        let shown = shown_between(estate, rep, customer, began, until);
        frames.push(shown.map_err(|seen| estate.unmet("a picture to measure", seen))?);
    }
    let changes = estate.eyes().device(customer).map(|device| device.workload_changes(began, until));
    let changes = changes.map_err(|seen| estate.unmet("a customer with a machine", seen))?;
    let late_ms = sorted(frames.iter().flat_map(|frames| lateness_ms(&changes, frames, until)));
    let bytes: Vec<f64> =
        frames.iter().map(|frames| frames.iter().map(|frame| frame.bytes as f64).sum()).collect();
    let seconds = time.as_secs_f64();
    let mut keep = |name: &str, value: f64| estate.figure(&format!("{prefix}{name}"), value);
    let shown = frames.iter().map(Vec::len).min().unwrap_or_default();
    keep("frames_per_s", shown as f64 / seconds);
    keep("screen_kbit_per_s", bytes.iter().sum::<f64>() * 8.0 / 1e3 / seconds);
    keep("line_kbit_per_s", carried as f64 * 8.0 / 1e3 / seconds);
    keep("change_to_display_p50_ms", percentile(&late_ms, 50));
    keep("change_to_display_p95_ms", percentile(&late_ms, 95));
    keep("queue_delay_p95_ms", percentile(&sorted(waits_ms.into_iter()), 95));
    keep("level_changes", levels.len().saturating_sub(1) as f64);
    if let [one, other] = bytes[..] {
        // Jain's index of fairness: 1 where both get the same.
        keep("jain", (one + other).powi(2) / (2.0 * (one * one + other * other)).max(1.0));
    }
    Ok(())
}

/// How long after each change of the screen a console showed it, or something newer. What it had not shown by the end
/// counts as shown then.
fn lateness_ms(changes: &[SimTime], frames: &[ShownFrame], until: SimTime) -> Vec<f64> {
    let mut frames = frames.iter().peekable();
    let late = changes.iter().map(|change| {
        while frames.next_if(|frame| frame.captured.0 < change.as_nanos()).is_some() {}
        let shown = frames.peek().map_or(until.as_nanos(), |frame| frame.shown.0);
        (shown - change.as_nanos()) as f64 / 1e6
    });
    late.collect()
}

/// Hands move the pointer and type into a shell, whatever else goes on: how long it takes until the console shows it.
#[when(expr = "for {duration} the echoes of {name}'s hands and shell in {name}'s session are measured")]
fn echoes_are_measured(estate: &mut Estate, time: Span, rep: Name, customer: Name) -> Step {
    measure_echoes(estate, time.0, &rep, &customer, "")
}

/// Likewise, where a scenario measures more than once: the figures' names begin with this one.
#[when(
    expr = "for {duration} the echoes of {name}'s hands and shell in {name}'s session are measured as {string}"
)]
fn echoes_are_measured_as(estate: &mut Estate, time: Span, rep: Name, customer: Name, name: String) -> Step {
    measure_echoes(estate, time.0, &rep, &customer, &format!("{name}_"))
}

fn measure_echoes(estate: &mut Estate, time: Duration, rep: &Name, customer: &Name, prefix: &str) -> Step {
    /// The longest that one waits for an echo.
    const WITHIN: Duration = Duration::from_secs(20);
    /// The time from one echo to the next move: no multiple of the time between two pictures.
    const PAUSE: Duration = Duration::from_millis(117);
    let until = estate.world.now() + time;
    let (mut hands_ms, mut shell_ms) = (Vec::new(), Vec::new());
    while estate.world.now() < until {
        let place = hands_ms.len() as i32 % 50;
        let at = Point { x: 50 + place * 7, y: 60 + place * 3 };
        let typed = typed_in_shell(estate.eyes(), rep, customer)
            .map_err(|seen| estate.unmet("an open shell", seen))?;
        let began = estate.world.now();
        let (named_rep, named_customer) = (rep.to_string(), customer.to_string());
        let what = ScreenDeed::MovePointer { x: at.x, y: at.y };
        estate.perform(Act::Screen(ScreenAct { rep: named_rep, customer: named_customer, what }))?;
        let (named_rep, named_customer) = (rep.to_string(), customer.to_string());
        let types = ShellAct::TypesOnly { rep: named_rep, customer: named_customer, text: "x".to_owned() };
        estate.perform(Act::Shell(types))?;
        let (mut moved, mut echoed) = (None, None);
        estate.eventually(WITHIN, "the echoes of a moved pointer and a typed letter", |eyes| {
            let session = eyes.page(rep, customer)?.session;
            if eyes.console_program(rep)?.remote_pointer(session) == Some(at) {
                moved.get_or_insert(eyes.now());
            }
            if typed_in_shell(eyes, rep, customer)? > typed {
                echoed.get_or_insert(eyes.now());
            }
            moved.zip(echoed).map(drop).ok_or_else(|| format!("pointer: {moved:?}, letter: {echoed:?}"))
        })?;
        let took_ms = |at: Option<SimTime>| at.map(|at| at.since(began).as_secs_f64() * 1e3);
        hands_ms.extend(took_ms(moved));
        shell_ms.extend(took_ms(echoed));
        estate.world.run_for(PAUSE);
    }
    for (what, took_ms) in [("hands", hands_ms), ("shell", shell_ms)] {
        let took_ms = sorted(took_ms.into_iter());
        estate.figure(&format!("{prefix}{what}_echo_p50_ms"), percentile(&took_ms, 50));
        estate.figure(&format!("{prefix}{what}_echo_p95_ms"), percentile(&took_ms, 95));
    }
    Ok(())
}

/// How long it takes from a customer's yes until there is something to work with: a picture within 30 dB.
#[when(expr = "the first picture of {name}'s screen on {name}'s console is timed")]
fn first_is_timed(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    time_picture(estate, &rep, &customer, 30.0, "usable_picture_ms")
}

/// How long it takes a screen that stands still to be shown to the pixel, and how much goes onto the line meanwhile, with all
/// that TCP adds: where that is all that the line carries, nothing could have been quicker.
#[when(expr = "the exact picture of {name}'s screen on {name}'s console is timed")]
fn exact_is_timed(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    let machine = machine_of(estate, &customer)?;
    let (began, before) = (estate.world.now(), up(estate, machine).bytes);
    time_picture(estate, &rep, &customer, f64::INFINITY, "exact_picture_ms")?;
    let carried = up(estate, machine).bytes - before;
    let seconds = estate.world.now().since(began).as_secs_f64().max(LOOK_EVERY.as_secs_f64());
    estate.figure("exact_line_kbit_per_s", carried as f64 * 8.0 / 1e3 / seconds);
    Ok(())
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

/// A limit for a figure, by how much another one of this scenario is.
#[then(expr = "the figure {string} is at most {number} more than {string}")]
fn is_at_most_more(estate: &mut Estate, figure: String, limit: Number, other: String) -> Step {
    let seen = estate.measured(&figure).zip(estate.measured(&other));
    estate.at_once(format!("{figure} of at most {} more than {other}", limit.0), |_| match seen {
        Some((value, other)) if value <= other + limit.0 => Ok(()),
        Some((value, other)) => Err(format!("{value:.3}, which is {:.3} more", value - other)),
        None => Err("no such figures were measured".to_owned()),
    })
}

fn time_picture(estate: &mut Estate, rep: &Name, customer: &Name, db: f64, figure: &str) -> Step {
    const WITHIN: Duration = Duration::from_secs(120);
    let began = estate.world.now();
    let mut looked_at = None;
    loop {
        let shown = last_shown(estate, rep, customer);
        // Pictures are large: only a new frame can change what a comparison says of a screen that stands still, and a
        // glance says whether a closer look is worth it.
        if shown.is_none() || shown != looked_at {
            looked_at = shown;
            if glance(estate.eyes(), rep, customer, db).is_ok_and(|like| like)
                && estate.eyes().likeness(rep, customer).is_ok_and(|like| like >= db)
            {
                break;
            }
        }
        if estate.world.now() >= began + WITHIN {
            let like = estate.eyes().likeness(rep, customer);
            let seen = like.map_or_else(|why| why, |like| format!("a picture within {like:.1} dB"));
            return Err(estate.unmet("a picture that is good enough", seen));
        }
        estate.world.run_for(LOOK_EVERY);
    }
    let took = estate.world.now().since(began);
    estate.figure(figure, took.as_secs_f64() * 1e3);
    Ok(())
}

/// Whether a console's picture may be as like the screen as that: compares one row of many with what the machine's
/// programs last saw of it.
fn glance(eyes: Eyes<'_>, rep: &Name, customer: &Name, db: f64) -> Seen<bool> {
    let picture = eyes.remote_picture(rep, customer)?;
    let showing = eyes.page(rep, customer)?.tools.screen.showing.unwrap_or_default();
    let screen = eyes.device(customer)?.last_captured(showing).ok_or("nobody has looked")?;
    if picture.dimensions() != screen.dimensions() {
        return Ok(false);
    }
    if db.is_infinite() {
        return Ok(picture == screen);
    }
    Ok(psnr_db(&some_rows(picture), &some_rows(screen)) >= db)
}

/// One row of many.
fn some_rows(picture: &RgbaImage) -> RgbaImage {
    const ONE_OF: usize = 16;
    let (width, height) = picture.dimensions();
    let row_bytes = width as usize * 4;
    let mut bytes = Vec::new();
    picture.as_raw().chunks_exact(row_bytes).step_by(ONE_OF).for_each(|row| bytes.extend_from_slice(row));
    RgbaImage::from_raw(width, height.div_ceil(ONE_OF as u32), bytes).expect("so many rows were taken")
}

/// How much the line of the shell in front has on it.
fn typed_in_shell(eyes: Eyes<'_>, rep: &Name, customer: &Name) -> Seen<usize> {
    let shell = eyes.page(rep, customer)?.tools.shells.current().ok_or("no shell is open")?;
    Ok(shell.terminal.last_line().len())
}

impl Estate {
    fn unmet(&self, expected: &str, seen: String) -> Unmet {
        Unmet { expected: expected.to_owned(), seen, at: self.world.now() }
    }
}

fn machine_of(estate: &Estate, customer: &Name) -> Result<MachineId, Unmet> {
    let machine = estate.cast.person(customer).map(|part| part.machine);
    machine.map_err(|seen| estate.unmet("a customer with a machine", seen))
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
