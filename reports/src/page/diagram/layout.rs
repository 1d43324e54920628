//! Where everything in the diagram goes. All lengths are in CSS pixels.

use std::collections::BTreeMap;
use std::time::Duration;

use recording::{EntryKind, Program, Recording, Step, StepStatus};
use wire::SimTime;

use super::bundles::{Bundle, bundles, is_heartbeat};
use super::labels::{CHAR_PX, Label, Labels, towards};
use super::lanes::Lanes;

/// Room for the times at the left.
pub(super) const GUTTER_PX: u32 = 84;
/// The height of a row that goes right across: a step, idle time, a fault.
pub(super) const BAND_PX: u32 = 26;

/// How far down an arrow of ordinary delay goes. It sets the scale.
const ORDINARY_SLOPE_PX: f64 = 34.0;
/// The least that any arrow goes down, so that an answer does not run into its question.
const SLOPE_PX_MIN: f64 = 24.0;
/// A longer quiet stretch than this is cut out.
const QUIET_PX_MAX: f64 = 84.0;
/// Messages that were not sent at one moment begin at least this far apart, so that labels stay legible.
const SENDS_APART_PX: f64 = 15.0;
/// Other moments are at least this far apart.
const MOMENTS_APART_PX: f64 = 4.0;
/// From a row that goes across to the next arrow: the arrow's label stands above it.
const BELOW_BAND_PX: f64 = 16.0;
/// The times at the left need this much room.
const TICKS_APART_PX: u32 = 14;
/// A message that never arrived is drawn this part of its way.
const LOST_PART: f64 = 0.6;
/// So far down a message is drawn that never arrived, with its mark.
const LOST_SLOPE_PX: u32 = 20;

/// The whole diagram.
pub(super) struct Layout<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) lanes: Lanes<'a>,
    pub(super) rows: Vec<Row<'a>>,
    pub(super) ticks: Vec<Tick>,
    pub(super) arrows: Vec<Arrow>,
    /// Messages of the recording, drawn or not, but no heartbeats.
    pub(super) messages: usize,
    pub(super) heartbeats: usize,
    pub(super) arrows_left_out: usize,
}

/// Something that goes right across.
pub(super) struct Row<'a> {
    pub(super) y: u32,
    pub(super) kind: RowKind<'a>,
}

pub(super) enum RowKind<'a> {
    Chapter { keyword: &'a str, text: &'a str, status: Option<StepStatus>, at: SimTime },
    Idle { took: Duration, heartbeats: usize },
    Fault { says: &'a str },
    Cut { arrows: usize },
}

/// A time at the left.
pub(super) struct Tick {
    pub(super) y: u32,
    pub(super) at: SimTime,
}

/// Messages from one program to another, sent at one moment.
pub(super) struct Arrow {
    pub(super) from_x: u32,
    pub(super) from_y: u32,
    pub(super) to_x: u32,
    pub(super) to_y: u32,
    /// The sender's.
    pub(super) program: Option<Program>,
    pub(super) lost: bool,
    pub(super) label: Label,
    pub(super) title: String,
}

impl<'a> Layout<'a> {
    /// `None` if no message was sent.
    pub(super) fn of(recording: &'a Recording, arrows_max: usize) -> Option<Self> {
        let (heartbeats, messages): (Vec<_>, Vec<_>) =
            recording.messages().into_iter().partition(|message| is_heartbeat(message.kind));
        if messages.is_empty() {
            return None;
        }
        let lanes = Lanes::of(recording, &messages);

        let steps = recording.steps();
        let mut bundles = bundles(&messages, &steps, &lanes);
        let arrows_left_out = bundles.len().saturating_sub(arrows_max);
        let cut = (arrows_left_out > 0).then(|| {
            let from = arrows_max.div_ceil(2);
            let at = bundles[from].first_entry();
            bundles.drain(from..from + arrows_left_out);
            at
        });
        let mut down =
            Downwards::new(scale(&bundles), heartbeats.iter().map(|message| message.sent).collect());
        for event in events(recording, &steps, &bundles, cut) {
            down.place(event, arrows_left_out);
        }
        let Downwards { rows, ticks, sent_y, received_y, y, .. } = down;
        let arrows = arrows(&bundles, &lanes, &sent_y, &received_y);
        let lowest =
            arrows.iter().map(|arrow| arrow.to_y.max(arrow.label.y)).fold(y.round() as u32, u32::max);
        Some(Self {
            width: GUTTER_PX + lanes.width * lanes.lanes.len() as u32,
            height: lowest + BAND_PX / 2,
            lanes,
            rows,
            ticks,
            arrows,
            messages: messages.len(),
            heartbeats: heartbeats.len(),
            arrows_left_out,
        })
    }

    /// How many characters fit into a row that goes across, after `taken` others.
    pub(super) fn band_chars(&self, taken: usize) -> usize {
        let chars = f64::from(self.width - GUTTER_PX - 16) / CHAR_PX;
        (chars as usize).saturating_sub(taken)
    }
}

/// Pixels per nanosecond: what makes three of four arrows go down no more than [`ORDINARY_SLOPE_PX`].
fn scale(bundles: &[Bundle<'_, '_>]) -> f64 {
    let mut delays: Vec<u64> = bundles
        .iter()
        .filter_map(|bundle| bundle.received().map(|(at, _)| at.as_nanos() - bundle.sent().as_nanos()))
        .filter(|&delay| delay > 0)
        .collect();
    delays.sort_unstable();
    let ordinary = delays.get(delays.len() * 3 / 4).copied().unwrap_or(10_000_000);
    ORDINARY_SLOPE_PX / ordinary as f64
}

/// The bundles as arrows between lanes, each with its label.
fn arrows(
    bundles: &[Bundle<'_, '_>],
    lanes: &Lanes<'_>,
    sent_y: &BTreeMap<usize, u32>,
    received_y: &BTreeMap<usize, u32>,
) -> Vec<Arrow> {
    let mut labels = Labels::default();
    let arrow = |(index, bundle): (usize, &Bundle<'_, '_>)| {
        let (from_x, from_y) = (lanes.lanes[bundle.from].x, sent_y[&index]);
        let (to_x, to_y) = match received_y.get(&index) {
            Some(&to_y) => (lanes.lanes[bundle.to].x, to_y),
            None => (towards(from_x, lanes.lanes[bundle.to].x, LOST_PART), from_y + LOST_SLOPE_PX - 6),
        };
        Arrow {
            from_x,
            from_y,
            to_x,
            to_y,
            program: lanes.lanes[bundle.from].program,
            lost: bundle.received().is_none(),
            label: labels.place(lanes, bundle, (from_x, from_y), (to_x, to_y)),
            title: bundle.title(),
        }
    };
    bundles.iter().enumerate().map(arrow).collect()
}

/// Something that has a height.
struct Event<'a> {
    entry: usize,
    at: SimTime,
    kind: EventKind<'a>,
}

enum EventKind<'a> {
    Step(&'a str, &'a str, Option<StepStatus>),
    Sent(usize),
    Received(usize),
    Fault(&'a str),
    Cut,
}

/// Everything that has a height, in the order in which it happened.
fn events<'a>(
    recording: &'a Recording,
    steps: &[Step<'a>],
    bundles: &[Bundle<'_, '_>],
    cut: Option<usize>,
) -> Vec<Event<'a>> {
    let entries = recording.entries();
    let mut events: Vec<Event<'a>> = Vec::new();
    let mut add = |entry: usize, kind| events.push(Event { entry, at: entries[entry].at, kind });
    for step in steps {
        add(step.entries.start, EventKind::Step(step.keyword, step.text, step.status));
    }
    for (index, bundle) in bundles.iter().enumerate() {
        add(bundle.first_entry(), EventKind::Sent(index));
        if let Some((_, entry)) = bundle.received() {
            add(entry, EventKind::Received(index));
        }
    }
    for (index, entry) in entries.iter().enumerate() {
        if let EntryKind::Fault { says, .. } = &entry.kind {
            add(index, EventKind::Fault(says));
        }
    }
    if let Some(entry) = cut {
        add(entry, EventKind::Cut);
    }
    events.sort_by_key(|event| event.entry);
    events
}

/// The way down the page: how far the clock has brought us.
struct Downwards<'a> {
    px_per_nano: f64,
    /// When each heartbeat was sent, in order.
    heartbeats: Vec<SimTime>,
    y: f64,
    now: SimTime,
    /// The least that the next arrow keeps from here.
    clearance: f64,
    /// How far down arrows reach at least, arrived or not.
    tip: f64,
    /// The time that was last written at the left.
    time_shown: Option<SimTime>,
    rows: Vec<Row<'a>>,
    ticks: Vec<Tick>,
    sent_y: BTreeMap<usize, u32>,
    received_y: BTreeMap<usize, u32>,
}

impl<'a> Downwards<'a> {
    fn new(px_per_nano: f64, heartbeats: Vec<SimTime>) -> Self {
        Self {
            px_per_nano,
            heartbeats,
            y: 0.0,
            now: SimTime::ZERO,
            clearance: BELOW_BAND_PX,
            tip: 0.0,
            time_shown: None,
            rows: Vec::new(),
            ticks: Vec::new(),
            sent_y: BTreeMap::new(),
            received_y: BTreeMap::new(),
        }
    }

    fn place(&mut self, event: Event<'a>, arrows_left_out: usize) {
        self.pass(event.at, matches!(event.kind, EventKind::Sent(_)));
        match event.kind {
            EventKind::Step(keyword, text, status) => {
                self.band(RowKind::Chapter { keyword, text, status, at: event.at });
                self.time_shown = Some(event.at);
            }
            EventKind::Fault(says) => self.band(RowKind::Fault { says }),
            EventKind::Cut => self.band(RowKind::Cut { arrows: arrows_left_out }),
            EventKind::Sent(index) => {
                let y = self.y.round() as u32;
                self.sent_y.insert(index, y);
                self.tip = self.tip.max(self.y + f64::from(LOST_SLOPE_PX));
                let is_news = self.time_shown != Some(event.at);
                if is_news && self.ticks.last().is_none_or(|tick| y >= tick.y + TICKS_APART_PX) {
                    self.time_shown = Some(event.at);
                    self.ticks.push(Tick { y, at: event.at });
                }
            }
            EventKind::Received(index) => {
                self.y = self.y.max(f64::from(self.sent_y[&index]) + SLOPE_PX_MIN);
                self.received_y.insert(index, self.y.round() as u32);
            }
        }
    }

    /// Lets the clock go on to `at`.
    fn pass(&mut self, at: SimTime, to_a_send: bool) {
        let took = at - self.now;
        let apart = if to_a_send { SENDS_APART_PX } else { MOMENTS_APART_PX };
        let px = took.as_nanos() as f64 * self.px_per_nano;
        if px > QUIET_PX_MAX {
            let heartbeats = self.heartbeats.partition_point(|&sent| sent <= at)
                - self.heartbeats.partition_point(|&sent| sent <= self.now);
            self.band(RowKind::Idle { took, heartbeats });
        } else if !took.is_zero() {
            self.y += px.max(apart);
        }
        if to_a_send {
            self.y += std::mem::take(&mut self.clearance);
        }
        self.now = at;
    }

    fn band(&mut self, kind: RowKind<'a>) {
        // Room for the heads of arrows that end here.
        if self.rows.last().is_some_and(|row| f64::from(row.y + BAND_PX) < self.y) {
            self.y = (self.y + MOMENTS_APART_PX).max(self.tip);
        }
        self.rows.push(Row { y: self.y.round() as u32, kind });
        self.y += f64::from(BAND_PX);
        self.clearance = BELOW_BAND_PX;
    }
}

#[cfg(test)]
mod tests {
    use arbitrary::Unstructured;
    use recording::{Header, Recorder};

    use super::*;

    /// Some programs talk to one another, with delays from nothing to a minute; some messages are lost.
    fn random(u: &mut Unstructured<'_>) -> arbitrary::Result<Recorder> {
        let mut recorder = Recorder::new(Header::default());
        let mut under_way: Vec<u64> = Vec::new();
        let mut at = SimTime::ZERO;
        while !u.is_empty() {
            let unit = [0, 1, 1_000_000, 60_000_000_000][u.int_in_range(0..=3)?];
            at += Duration::from_nanos(unit * u.int_in_range(0..=3)?);
            let name = |u: &mut Unstructured<'_>| Ok(format!("program {}", u.int_in_range(0..=13)?));
            match u.int_in_range(0..=6)? {
                0 => {
                    let (keyword, text) = ("When".to_owned(), "something".to_owned());
                    recorder.record(at, EntryKind::StepBegan { keyword, text, argument: None, line: 1 });
                }
                1 => {
                    let says = "a fault".to_owned();
                    recorder.record(at, EntryKind::Fault { act: serde_json::Value::Null, says });
                }
                2 | 3 if !under_way.is_empty() => {
                    let sent = under_way.swap_remove(u.choose_index(under_way.len())?);
                    recorder.record(at, EntryKind::MessageDelivered { sent });
                }
                _ => {
                    let kind = u.choose(&["chat_line", "heartbeat", "a_message_with_quite_a_long_name"])?;
                    let (from, to, kind) = (name(u)?, name(u)?, (*kind).to_owned());
                    let sent = EntryKind::MessageSent { from, to, conn: 1, kind, bytes: u.arbitrary()? };
                    under_way.push(recorder.record(at, sent));
                }
            }
        }
        Ok(recorder)
    }

    #[test]
    fn time_runs_downwards_and_everything_has_its_place() {
        arbtest::arbtest(|u| {
            let recording = Recording::read(&random(u)?.finish()).unwrap();
            let Some(layout) = Layout::of(&recording, 30) else { return Ok(()) };
            assert!(layout.arrows.len() <= 30);
            for arrow in &layout.arrows {
                assert!(arrow.from_y < arrow.to_y, "an arrow goes up");
                assert!(arrow.to_y <= layout.height && arrow.label.y <= layout.height, "below the end");
                assert!(arrow.label.x > GUTTER_PX && arrow.label.x < layout.width, "beside the lanes");
            }
            let sent: Vec<u32> = layout.arrows.iter().map(|arrow| arrow.from_y).collect();
            assert!(sent.is_sorted(), "a later message begins higher");
            assert!(layout.rows.windows(2).all(|rows| rows[1].y >= rows[0].y + BAND_PX), "rows overlap");
            assert!(layout.ticks.windows(2).all(|ticks| ticks[1].y >= ticks[0].y + TICKS_APART_PX));
            Ok(())
        })
        .size_max(4_000);
    }
}
