//! Names on arrows.

use super::bundles::Bundle;
use super::lanes::Lanes;
use crate::human;

/// Labels are this high.
const LABEL_PX: u32 = 12;
/// Labels are shifted from the middle between two lanes by this much at most,
const LABEL_SHIFT_PX_MAX: f64 = 28.0;
/// and keep so much from the lane.
const LANE_CLEARANCE_PX: f64 = 8.0;
/// The width of a character of a label, at the least generous.
pub(super) const CHAR_PX: f64 = 6.6;

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

/// Where labels already stand.
#[derive(Default)]
pub(super) struct Labels {
    taken: Vec<(usize, u32)>,
}

impl Labels {
    /// Puts a bundle's label between two lanes and just above its arrow: next to the receiver if nothing stands
    /// there yet.
    pub(super) fn place(
        &mut self,
        lanes: &Lanes<'_>,
        bundle: &Bundle<'_, '_>,
        from: (u32, u32),
        to: (u32, u32),
    ) -> Label {
        let text = bundle.label(lanes.width);
        let bytes = bundle.bytes();
        let rightwards = bundle.from < bundle.to;
        let gaps: Vec<usize> = match rightwards {
            true => (bundle.from..bundle.to).rev().collect(),
            false => (bundle.to..bundle.from.max(bundle.to + 1)).collect(),
        };
        // Towards the receiver there is more room above an answer: its line leaves that of the question.
        let size_chars = human::size(bytes).chars().count() + 1;
        let label_px = (text.chars().count() + size_chars) as f64 * CHAR_PX;
        let shift =
            ((f64::from(lanes.width) - label_px) / 2.0 - LANE_CLEARANCE_PX).clamp(0.0, LABEL_SHIFT_PX_MAX);
        let in_gap = |gap: usize| {
            let middle = f64::from(lanes.lanes[gap].x + lanes.width / 2);
            let (x, part) = match f64::from(to.0.abs_diff(from.0)) {
                0.0 => (f64::from(from.0), 0.5),
                across => {
                    let x = if rightwards { middle + shift } else { middle - shift };
                    (x, ((x - f64::from(from.0)).abs() / across).min(1.0))
                }
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
        let steepness = libm::atan2(down, across).to_degrees().round() as i32;
        let degrees = match (bundle.from == bundle.to, rightwards) {
            (true, _) => 0,
            (false, true) => steepness,
            (false, false) => -steepness,
        };
        Label { text, bytes, x, y, degrees }
    }
}

/// The point that lies `part` of the way from `a` to `b`.
pub(super) fn towards(a: u32, b: u32, part: f64) -> u32 {
    let (a, b) = (f64::from(a), f64::from(b));
    (a + (b - a) * part).round() as u32
}
