//! Where everything in the diagram goes. All lengths are in CSS pixels.

use std::collections::BTreeMap;
use std::time::Duration;

use recording::{EntryKind, Message, Program, Recording, Step, StepStatus};
use wire::SimTime;

use crate::human;

/// Room for the times at the left.
pub(super) const GUTTER_PX: u32 = 84;
/// The height of a row that goes right across: a step, idle time, a fault.
pub(super) const BAND_PX: u32 = 26;

/// The most lanes; the programs with the fewest messages are left out.
const LANES_MAX: usize = 12;
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
/// Labels are this high.
const LABEL_PX: u32 = 12;
/// Labels are shifted from the middle between two lanes by this much at most,
const LABEL_SHIFT_PX_MAX: f64 = 28.0;
/// and keep so much from the lane.
const LANE_CLEARANCE_PX: f64 = 8.0;
/// The width of a character of a label, at the least generous.
const CHAR_PX: f64 = 6.6;
/// A message that never arrived is drawn this part of its way.
const LOST_PART: f64 = 0.6;
/// So far down a message is drawn that never arrived, with its mark.
const LOST_SLOPE_PX: u32 = 20;

/// The whole diagram.
pub(super) struct Layout<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) lane_width: u32,
    pub(super) lanes: Vec<Lane<'a>>,
    pub(super) rows: Vec<Row<'a>>,
    pub(super) ticks: Vec<Tick>,
    pub(super) arrows: Vec<Arrow>,
    /// Messages of the recording, drawn or not, but no heartbeats.
    pub(super) messages: usize,
    pub(super) heartbeats: usize,
    pub(super) lanes_left_out: usize,
    pub(super) arrows_left_out: usize,
}

/// A program.
pub(super) struct Lane<'a> {
    pub(super) name: &'a str,
    pub(super) program: Option<Program>,
    pub(super) x: u32,
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

/// The text on an arrow, along its line.
pub(super) struct Label {
    pub(super) text: String,
    pub(super) bytes: u64,
    /// The middle of its base line.
    pub(super) x: u32,
    pub(super) y: u32,
    /// Clockwise.
    pub(super) degrees: i32,
}

impl<'a> Layout<'a> {
    /// `None` if no message was sent.
    pub(super) fn of(recording: &'a Recording, arrows_max: usize) -> Option<Self> {
        let (heartbeats, messages): (Vec<_>, Vec<_>) =
            recording.messages().into_iter().partition(|message| is_heartbeat(message.kind));
        let (lanes, lanes_left_out) = lanes(recording, &messages);
        let first = lanes.first()?;
        let lane_width = 2 * (first.x - GUTTER_PX);
        let width = GUTTER_PX + lane_width * lanes.len() as u32;

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
        let height = down.y.round() as u32 + BAND_PX / 2;
        let Downwards { rows, ticks, sent_y, received_y, .. } = down;

        let arrows = arrows(&bundles, &lanes, lane_width, &sent_y, &received_y);
        Some(Self {
            width,
            height,
            lane_width,
            lanes,
            rows,
            ticks,
            arrows,
            messages: messages.len(),
            heartbeats: heartbeats.len(),
            lanes_left_out,
            arrows_left_out,
        })
    }

    /// How many characters fit into a row that goes across, after `taken` others.
    pub(super) fn band_chars(&self, taken: usize) -> usize {
        let chars = f64::from(self.width - GUTTER_PX - 16) / CHAR_PX;
        (chars as usize).saturating_sub(taken)
    }
}

/// A message that only says that the sender is still there.
fn is_heartbeat(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    kind.contains("heartbeat") || ["ping", "pong", "keep_alive", "keepalive"].contains(&kind.as_str())
}

/// The programs that speak, representatives left, the appliance and other servers in the middle, customers right; and how many are
/// left out.
fn lanes<'a>(recording: &Recording, messages: &[Message<'a>]) -> (Vec<Lane<'a>>, usize) {
    let mut spoke: Vec<(&str, usize)> = Vec::new();
    for name in messages.iter().flat_map(|message| [message.from, message.to]) {
        match spoke.iter_mut().find(|(known, _)| *known == name) {
            Some((_, times)) => *times += 1,
            None => spoke.push((name, 1)),
        }
    }
    let left_out = spoke.len().saturating_sub(LANES_MAX);
    if left_out > 0 {
        let mut times: Vec<usize> = spoke.iter().map(|&(_, times)| times).collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let enough = times[LANES_MAX - 1];
        let mut room_at_enough = LANES_MAX - times.iter().filter(|&&times| times > enough).count();
        spoke.retain(|&(_, times)| {
            let keep = times > enough || (times == enough && room_at_enough > 0);
            room_at_enough -= usize::from(keep && times == enough);
            keep
        });
    }
    let views = recording.final_views();
    let mut lanes: Vec<Lane<'a>> = spoke
        .into_iter()
        .map(|(name, _)| Lane { name, program: views.get(name).map(|view| view.program), x: 0 })
        .collect();
    lanes.sort_by_key(|lane| match lane.program {
        Some(Program::RepConsole) => 0,
        Some(Program::Appliance | Program::Other) | None => 1,
        Some(Program::CustomerClient) => 2,
        Some(Program::JumpClient) => 3,
    });
    let width = match lanes.len() {
        0..=3 => 264,
        4 => 208,
        _ => 168,
    };
    for (lane, index) in lanes.iter_mut().zip(0..) {
        lane.x = GUTTER_PX + width * index + width / 2;
    }
    (lanes, left_out)
}

/// Messages that one arrow stands for.
struct Bundle<'a, 'm> {
    from: usize,
    to: usize,
    step: Option<usize>,
    messages: Vec<&'m Message<'a>>,
}

impl<'a> Bundle<'a, '_> {
    fn sent(&self) -> SimTime {
        self.messages[0].sent
    }

    fn first_entry(&self) -> usize {
        self.messages[0].sent_entry
    }

    /// When the last of them came out.
    fn received(&self) -> Option<(SimTime, usize)> {
        let last = self.messages.last()?;
        last.received.zip(last.received_entry)
    }

    /// The messages' names if they fit, or the first and how many more.
    fn label(&self, lane_width: u32) -> String {
        let size_chars = 8;
        let chars_max = (f64::from(lane_width) / CHAR_PX) as usize - size_chars;
        let names = self.messages.iter().map(|message| message.kind).collect::<Vec<_>>().join(", ");
        match self.messages.len() {
            number if number > 1 && names.chars().count() > chars_max => {
                let more = format!(" +{}", number - 1);
                format!("{}{more}", super::shortened(self.messages[0].kind, chars_max - more.len()))
            }
            _ => super::shortened(&names, chars_max),
        }
    }

    fn title(&self) -> String {
        let lines = self.messages.iter().map(|message| {
            let arrival = match message.received {
                Some(received) => format!(
                    "arrived {}, {} later",
                    human::moment(received),
                    human::duration(received - message.sent)
                ),
                None => "never arrived".to_owned(),
            };
            let (size, sent) = (human::size(message.bytes.into()), human::moment(message.sent));
            format!("{}, {size}, sent {sent}, {arrival}", message.kind)
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// What a program says to another at one moment and in one step, in the order in which it begins.
fn bundles<'a, 'm>(
    messages: &'m [Message<'a>],
    steps: &[Step<'_>],
    lanes: &[Lane<'_>],
) -> Vec<Bundle<'a, 'm>> {
    let lane = |name: &str| lanes.iter().position(|lane| lane.name == name);
    let mut bundles: Vec<Bundle<'a, 'm>> = Vec::new();
    for message in messages {
        let (Some(from), Some(to)) = (lane(message.from), lane(message.to)) else { continue };
        let step = steps.partition_point(|step| step.entries.start < message.sent_entry).checked_sub(1);
        let same = bundles
            .iter_mut()
            .rev()
            .take_while(|bundle| bundle.sent() == message.sent && bundle.step == step)
            .find(|bundle| {
                bundle.from == from
                    && bundle.to == to
                    && bundle.received().is_some() == message.received.is_some()
            });
        match same {
            Some(bundle) => bundle.messages.push(message),
            None => bundles.push(Bundle { from, to, step, messages: vec![message] }),
        }
    }
    bundles
}

/// The bundles as arrows between lanes, each with its label.
fn arrows(
    bundles: &[Bundle<'_, '_>],
    lanes: &[Lane<'_>],
    lane_width: u32,
    sent_y: &BTreeMap<usize, u32>,
    received_y: &BTreeMap<usize, u32>,
) -> Vec<Arrow> {
    let mut labels = Labels::default();
    let arrow = |(index, bundle): (usize, &Bundle<'_, '_>)| {
        let (from_x, from_y) = (lanes[bundle.from].x, sent_y[&index]);
        let (to_x, to_y) = match received_y.get(&index) {
            Some(&to_y) => (lanes[bundle.to].x, to_y),
            None => (towards(from_x, lanes[bundle.to].x, LOST_PART), from_y + LOST_SLOPE_PX - 6),
        };
        Arrow {
            from_x,
            from_y,
            to_x,
            to_y,
            program: lanes[bundle.from].program,
            lost: bundle.received().is_none(),
            label: labels.place(lanes, bundle, lane_width, (from_x, from_y), (to_x, to_y)),
            title: bundle.title(),
        }
    };
    bundles.iter().enumerate().map(arrow).collect()
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

/// Where labels already stand.
#[derive(Default)]
struct Labels {
    taken: Vec<(usize, u32)>,
}

impl Labels {
    /// Puts a bundle's label between two lanes and just above its arrow: next to the receiver if nothing stands
    /// there yet.
    fn place(
        &mut self,
        lanes: &[Lane<'_>],
        bundle: &Bundle<'_, '_>,
        lane_width: u32,
        from: (u32, u32),
        to: (u32, u32),
    ) -> Label {
        let text = bundle.label(lane_width);
        let bytes = bundle.messages.iter().map(|message| u64::from(message.bytes)).sum();
        let rightwards = bundle.from < bundle.to;
        let gaps: Vec<usize> = match rightwards {
            true => (bundle.from..bundle.to).rev().collect(),
            false => (bundle.to..bundle.from.max(bundle.to + 1)).collect(),
        };
        // Towards the receiver there is more room above an answer: its line leaves that of the question.
        let size_chars = human::size(bytes).chars().count() + 1;
        let label_px = (text.chars().count() + size_chars) as f64 * CHAR_PX;
        let shift =
            ((f64::from(lane_width) - label_px) / 2.0 - LANE_CLEARANCE_PX).clamp(0.0, LABEL_SHIFT_PX_MAX);
        let in_gap = |gap: usize| {
            let middle = f64::from(lanes[gap].x + lane_width / 2);
            let x = if rightwards { middle + shift } else { middle - shift };
            let part = match to.0.abs_diff(from.0) {
                0 => 0.5,
                whole => ((x - f64::from(from.0)).abs() / f64::from(whole)).min(1.0),
            };
            (x.round() as u32, towards(from.1, to.1, part).saturating_sub(4))
        };
        let is_free = |gap: usize, y: u32| {
            self.taken.iter().all(|&(other, there)| other != gap || there.abs_diff(y) >= LABEL_PX)
        };
        let free = gaps.iter().map(|&gap| (gap, in_gap(gap))).find(|&(gap, (_, y))| is_free(gap, y));
        let (gap, (x, y)) = free.unwrap_or_else(|| {
            let (x, y) = in_gap(gaps[0]);
            let lower = (1..=3).map(|rows| y + rows * LABEL_PX).find(|&y| is_free(gaps[0], y));
            (gaps[0], (x, lower.unwrap_or(y)))
        });
        self.taken.push((gap, y));
        let (across, down) = (f64::from(to.0.abs_diff(from.0)), f64::from(to.1) - f64::from(from.1));
        let degrees = libm::atan2(down, across).to_degrees().round() as i32;
        Label { text, bytes, x, y, degrees: if rightwards { degrees } else { -degrees } }
    }
}

/// The point that lies `part` of the way from `a` to `b`.
fn towards(a: u32, b: u32, part: f64) -> u32 {
    let (a, b) = (f64::from(a), f64::from(b));
    (a + (b - a) * part).round() as u32
}
