//! How busy the network was: a plot for each link that carried something.
//!
//! [`figures`] gathers what a recording says of links and connections, [`scale`] chooses axes, [`plots`] draws. All
//! plots of a scenario have the same axis of time, from its beginning to its end.

mod figures;
mod scale;

use std::time::Duration;

use maud::{Markup, Render, html};
use recording::{Recording, Step};
use wire::SimTime;

use self::figures::{Figures, Link, Way};
use self::scale::{Scale, Unit, time_ticks};
use crate::human;

/// A scenario shows no more plots than this: the links that carried most.
const PLOTS_MAX: usize = 6;

const WIDTH_PX: u32 = 620;
/// What the labels of the vertical axes take.
const GUTTER_PX: u32 = 74;
const RIGHT_PX: u32 = 16;
const TOP_PX: u32 = 8;
const RATE_PX: u32 = 84;
const QUEUE_PX: u32 = 44;
const RTT_PX: u32 = 44;
/// Between two panels; holds the name of the lower one.
const GAP_PX: u32 = 22;
const TIME_AXIS_PX: u32 = 20;
/// Lines between steps stand no closer than this.
const STEPS_APART_PX: u32 = 3;

/// The plots of a recording; nothing if no link was looked at.
pub(super) fn plots(recording: &Recording) -> Option<Markup> {
    let figures = Figures::of(recording, usize::try_from(WIDTH_PX - GUTTER_PX - RIGHT_PX).unwrap_or(1) / 2);
    let steps = recording.steps();
    (!figures.links.is_empty()).then(|| {
        let left_out = figures.links.len().saturating_sub(PLOTS_MAX);
        html! {
            div.plots {
                @for link in figures.shown(PLOTS_MAX) { (Plot { link, figures: &figures, steps: &steps }) }
            }
            p.note {
                span.key.up {} "from the machine " span.key.down {} "to the machine "
                span.key.limit {} "what the link can carry "
                span.cross { "✕" } " packets lost or dropped. Thin lines: a step begins. "
                "Rates are means over at least " (human::duration(figures.bin)) "."
                @if left_out > 0 {
                    " " (human::count(left_out, "link")) " that carried less not drawn here. The recording has all."
                }
            }
        }
    })
}

struct Plot<'a> {
    link: &'a Link<'a>,
    figures: &'a Figures<'a>,
    steps: &'a [Step<'a>],
}

/// A panel of a plot: where it is, and what its height means.
struct Panel {
    top: u32,
    height: u32,
    scale: Scale,
}

impl Render for Plot<'_> {
    fn render(&self) -> Markup {
        let link = self.link;
        let rate =
            Panel { top: TOP_PX, height: RATE_PX, scale: Scale::new(self.rate_max(), Unit::BitsPerSecond) };
        let mut bottom = rate.bottom();
        let mut below = |height, max, unit| {
            let panel = Panel { top: bottom + GAP_PX, height, scale: Scale::new(max, unit) };
            bottom = panel.bottom();
            panel
        };
        let queue = link.has_queue().then(|| below(QUEUE_PX, link.queue_max(), Unit::Bytes));
        let rtt = (!link.rtts.is_empty()).then(|| below(RTT_PX, link.rtt_max(), Unit::Nanoseconds));
        let height = bottom + TIME_AXIS_PX;
        html! {
            figure {
                figcaption { b { (link.host) } " " span { (summary(link)) } }
                svg.plot role="img" aria-label={ "The link of " (link.host) ": " (summary(link)) }
                    viewBox={ "0 0 " (WIDTH_PX) " " (height) } {
                    (self.step_lines(bottom))
                    (axes(&rate, None))
                    @for way in [Way::Down, Way::Up] {
                        path.(way.class()) d=(self.curve(&rate, &link.rates(way), true)) {}
                        @if let Some(limit) = link.limit(way).filter(|limit| *limit <= rate.scale.max) {
                            @let y = rate.y(limit);
                            path.limit.(way.class()) d={ "M" (GUTTER_PX) " " (y) "H" (WIDTH_PX - RIGHT_PX) } {}
                        }
                    }
                    @if let Some(queue) = &queue {
                        (axes(queue, Some("queue")))
                        @for way in [Way::Down, Way::Up] {
                            path.(way.class()) d=(self.curve(queue, &link.queues(way), true)) {}
                        }
                    }
                    @if let Some(rtt) = &rtt {
                        (axes(rtt, Some("round-trip time")))
                        @for connection in &link.rtts {
                            path.rtt d=(self.dots(rtt, &connection.samples)) {
                                title { "to " (connection.with) }
                            }
                        }
                    }
                    @for (at, drops) in &link.drops {
                        text.cross x=(self.x(*at)) y=(queue.as_ref().unwrap_or(&rate).top + 9) {
                            "✕" title { (human::count(usize::try_from(*drops).unwrap_or(usize::MAX), "packet")) " lost or dropped" }
                        }
                    }
                    (self.time_axis(bottom))
                }
            }
        }
    }
}

impl Plot<'_> {
    /// What the panel of rates has to hold: what was carried, and the limits, where those are not far above.
    fn rate_max(&self) -> u64 {
        let carried = self.link.rate_max();
        let limits = [Way::Up, Way::Down].into_iter().filter_map(|way| self.link.limit(way));
        limits.filter(|limit| *limit <= carried.saturating_mul(2)).fold(carried, u64::max)
    }

    fn x(&self, at: SimTime) -> u32 {
        let across = u128::from(WIDTH_PX - GUTTER_PX - RIGHT_PX);
        let end = u128::from(self.figures.end.as_nanos().max(1));
        GUTTER_PX
            + u32::try_from(u128::from(at.as_nanos()) * across / end).unwrap_or(u32::MAX).min(across as u32)
    }

    /// A line of steps through a value for each bin; closed along the bottom, if it is to be filled.
    fn curve(&self, panel: &Panel, values: &[u64], filled: bool) -> String {
        let mut path = format!("M{GUTTER_PX} {}", panel.y(0));
        let mut last = panel.y(0);
        for (bin, value) in values.iter().enumerate() {
            let y = panel.y(*value);
            if y != last {
                let x = self.x(SimTime::ZERO + self.figures.bin * u32::try_from(bin).unwrap_or(u32::MAX));
                path += &format!("H{x}V{y}");
                last = y;
            }
        }
        path += &format!("H{}", WIDTH_PX - RIGHT_PX);
        if filled {
            path += &format!("V{}", panel.y(0));
        }
        path
    }

    /// A line through values at moments.
    fn dots(&self, panel: &Panel, samples: &[(SimTime, u64)]) -> String {
        let points = samples.iter().map(|(at, value)| format!("{} {}", self.x(*at), panel.y(*value)));
        let path = format!("M{}", points.collect::<Vec<_>>().join("L"));
        // A single point shows by its round ends.
        if samples.len() == 1 { path + "h.01" } else { path }
    }

    fn step_lines(&self, bottom: u32) -> Markup {
        let mut last = None;
        html! {
            @for step in self.steps {
                @let x = self.x(step.began);
                @let apart = last.is_none_or(|last: u32| x >= last + STEPS_APART_PX);
                @if apart {
                    @let () = last = Some(x);
                    path.step d={ "M" (x) " " (TOP_PX) "V" (bottom) } {
                        title { (step.keyword) " " (step.text) }
                    }
                }
            }
        }
    }

    fn time_axis(&self, bottom: u32) -> Markup {
        html! {
            @for at in time_ticks(self.figures.end) {
                @let x = self.x(at);
                path.tick d={ "M" (x) " " (bottom) "v4" } {}
                text.time x=(x) y=(bottom + 16) { (human::duration(at.since(SimTime::ZERO))) }
            }
        }
    }
}

impl Panel {
    fn bottom(&self) -> u32 {
        self.top + self.height
    }

    fn y(&self, value: u64) -> u32 {
        let up = u128::from(value) * u128::from(self.height) / u128::from(self.scale.max.max(1));
        self.bottom() - u32::try_from(up).unwrap_or(u32::MAX).min(self.height)
    }
}

/// The frame of a panel with the values at its top, middle and bottom, and its name, if it needs one.
fn axes(panel: &Panel, name: Option<&str>) -> Markup {
    html! {
        @for value in panel.scale.ticks() {
            @let y = panel.y(value);
            path.grid d={ "M" (GUTTER_PX) " " (y) "H" (WIDTH_PX - RIGHT_PX) } {}
            text.value x=(GUTTER_PX - 6) y=(y + 4) { (panel.scale.label(value)) }
        }
        @if let Some(name) = name { text.name x=(GUTTER_PX + 5) y=(panel.top - 7) { (name) } }
    }
}

/// A link in figures.
fn summary(link: &Link<'_>) -> String {
    let mut parts = vec![
        format!("up {}", human::size(link.total(Way::Up).bytes)),
        format!("down {}", human::size(link.total(Way::Down).bytes)),
    ];
    let totals = [link.total(Way::Up), link.total(Way::Down)];
    let (lost, drops): (u64, u64) =
        totals.iter().fold((0, 0), |(lost, drops), total| (lost + total.lost, drops + total.drops));
    if lost > 0 {
        parts.push(format!("{lost} lost"));
    }
    if drops > lost {
        parts.push(format!("{} dropped by the queue", drops - lost));
    }
    let wait = totals.iter().map(|total| total.wait_ns_max).max().unwrap_or_default();
    if wait > 0 {
        parts.push(format!("longest wait in the queue {}", human::duration(Duration::from_nanos(wait))));
    }
    parts.join(" · ")
}
