//! Capacity traces: when a link could deliver how much.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wire::SimTime;

/// Bytes that one delivery opportunity carries: what Ethernet carries, as in mahimahi.
pub const OPPORTUNITY_BYTES: u32 = 1500;

const NANOS_PER_MILLI: u64 = 1_000_000;

/// The capacity of a link over time, as mahimahi's `mm-link` takes it (Netravali and others, USENIX ATC 2015).
///
/// It is a list of delivery opportunities, each of [`OPPORTUNITY_BYTES`], by their milliseconds from the start; the
/// last one's time is the period after which the trace begins anew. An opportunity carries several small packets or
/// part of a large one. What is left of it when the queue is empty is lost.
///
/// Cloning is cheap: the clones share the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u32>", into = "Vec<u32>")]
pub struct CapacityTrace {
    /// Not empty, in order, the last one not zero.
    opportunities_millis: Arc<[u32]>,
}

/// Why a text is no trace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// A line is something else.
    #[error("line {line}: expected whole milliseconds up to {}, found {found:?}", u32::MAX)]
    NotMillis {
        /// Counted from 1.
        line: usize,
        /// What stands there, or its beginning.
        found: String,
    },
    /// Time runs backwards.
    #[error("line {line}: expected {before} ms or later, as in the line before, found {millis} ms")]
    Backwards {
        /// Counted from 1.
        line: usize,
        /// The time of the line before.
        before: u32,
        /// The time of this line.
        millis: u32,
    },
    /// There is no line.
    #[error("expected at least one delivery opportunity, found none")]
    Empty,
    /// The last opportunity is at 0 ms, so that the trace would begin anew at once and for ever.
    #[error("line {line}: expected a last opportunity after 0 ms, since its time is the period, found 0 ms")]
    NoPeriod {
        /// Counted from 1.
        line: usize,
    },
}

impl CapacityTrace {
    /// Reads a trace: in each line the time of a delivery opportunity in milliseconds, none before the one above.
    ///
    /// # Errors
    /// If a line is not such a number, time runs backwards, there is no line, or the last time is zero.
    pub fn parse(text: &str) -> Result<Self, TraceError> {
        const SHOWN_CHARS: usize = 40;
        let millis = |(number, line): (usize, &str)| {
            line.trim().parse().map_err(|_| TraceError::NotMillis {
                line: number + 1,
                found: line.chars().take(SHOWN_CHARS).collect(),
            })
        };
        Self::new(text.lines().enumerate().map(millis).collect::<Result<_, _>>()?)
    }

    /// A trace of opportunities at these milliseconds.
    ///
    /// # Errors
    /// If time runs backwards, there is no opportunity, or the last time is zero. A place in the list counts as a
    /// line.
    pub fn new(opportunities_millis: Vec<u32>) -> Result<Self, TraceError> {
        let backwards = opportunities_millis.windows(2).position(|pair| pair[1] < pair[0]);
        if let Some(place) = backwards {
            let (before, millis) = (opportunities_millis[place], opportunities_millis[place + 1]);
            return Err(TraceError::Backwards { line: place + 2, before, millis });
        }
        match opportunities_millis.last() {
            None => Err(TraceError::Empty),
            Some(0) => Err(TraceError::NoPeriod { line: opportunities_millis.len() }),
            Some(_) => Ok(Self { opportunities_millis: opportunities_millis.into() }),
        }
    }

    /// After how many milliseconds it begins anew.
    pub fn period_millis(&self) -> u32 {
        self.opportunities_millis[self.opportunities_millis.len() - 1]
    }

    /// The times of its opportunities in one period, in milliseconds from the start.
    pub fn opportunities_millis(&self) -> &[u32] {
        &self.opportunities_millis
    }

    /// The mean rate of the link that it stands for, rounded down.
    pub fn bits_per_s(&self) -> u64 {
        let bits = self.opportunities_millis.len() as u128 * u128::from(OPPORTUNITY_BYTES) * 8;
        (bits * 1_000 / u128::from(self.period_millis())) as u64
    }
}

impl TryFrom<Vec<u32>> for CapacityTrace {
    type Error = TraceError;

    fn try_from(opportunities_millis: Vec<u32>) -> Result<Self, TraceError> {
        Self::new(opportunities_millis)
    }
}

impl From<CapacityTrace> for Vec<u32> {
    fn from(trace: CapacityTrace) -> Self {
        trace.opportunities_millis.to_vec()
    }
}

/// A place in a trace that is being played.
#[derive(Debug)]
pub(super) struct Cursor {
    trace: CapacityTrace,
    /// When the trace began.
    began: SimTime,
    /// Periods gone by.
    lap: u64,
    /// The opportunity that is next in this lap.
    place: usize,
    /// What is left of it.
    bytes_left: u32,
}

impl Cursor {
    pub(super) fn new(trace: CapacityTrace, began: SimTime) -> Self {
        Self { trace, began, lap: 0, place: 0, bytes_left: OPPORTUNITY_BYTES }
    }

    pub(super) fn trace(&self) -> &CapacityTrace {
        &self.trace
    }

    /// When the opportunity is that is next.
    pub(super) fn next(&self) -> SimTime {
        let millis = self.lap.saturating_mul(self.trace.period_millis().into());
        let millis = millis.saturating_add(self.trace.opportunities_millis[self.place].into());
        SimTime::from_nanos(self.began.as_nanos().saturating_add(millis.saturating_mul(NANOS_PER_MILLI)))
    }

    /// Lets all opportunities go by that are not after `now`: nobody had a use for them.
    pub(super) fn skip_past(&mut self, now: SimTime) {
        if self.next() > now {
            return;
        }
        let period = u64::from(self.trace.period_millis());
        // An opportunity is after `now` if its milliseconds are more than the whole ones that have gone by.
        let gone_millis = now.as_nanos().saturating_sub(self.began.as_nanos()) / NANOS_PER_MILLI;
        (self.lap, self.bytes_left) = (gone_millis / period, OPPORTUNITY_BYTES);
        let within = gone_millis % period;
        self.place = self.trace.opportunities_millis.partition_point(|millis| u64::from(*millis) <= within);
    }

    /// Uses up to so many bytes of the opportunity that is next, and says how many it had.
    pub(super) fn take(&mut self, bytes: u32) -> u32 {
        let taken = bytes.min(self.bytes_left);
        self.bytes_left -= taken;
        if self.bytes_left == 0 {
            self.waste();
        }
        taken
    }

    /// Goes on to the opportunity after the one that is next.
    pub(super) fn waste(&mut self) {
        self.bytes_left = OPPORTUNITY_BYTES;
        self.place += 1;
        if self.place == self.trace.opportunities_millis.len() {
            (self.lap, self.place) = (self.lap + 1, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_read_and_told_in_its_own_figures() {
        let trace = CapacityTrace::parse("0\n5\n5 \r\n20\n").unwrap();
        assert_eq!(trace.opportunities_millis(), [0, 5, 5, 20]);
        assert_eq!((trace.period_millis(), trace.bits_per_s()), (20, 2_400_000));
        assert_eq!(CapacityTrace::try_from(Vec::from(trace.clone())), Ok(trace));
    }

    #[test]
    fn what_is_no_trace_is_told_with_its_line() {
        let table: String = ["", "1\n2\n\n4\n", "1\n-3", "1\n2.5", "7\n9\n8\n", "0\n0\n", "4294967296"]
            .map(|text| format!("{:<12} {}\n", format!("{text:?}"), CapacityTrace::parse(text).unwrap_err()))
            .concat();
        insta::assert_snapshot!(table, @r#"
        ""           expected at least one delivery opportunity, found none
        "1\n2\n\n4\n" line 3: expected whole milliseconds up to 4294967295, found ""
        "1\n-3"      line 2: expected whole milliseconds up to 4294967295, found "-3"
        "1\n2.5"     line 2: expected whole milliseconds up to 4294967295, found "2.5"
        "7\n9\n8\n"  line 3: expected 9 ms or later, as in the line before, found 8 ms
        "0\n0\n"     line 2: expected a last opportunity after 0 ms, since its time is the period, found 0 ms
        "4294967296" line 1: expected whole milliseconds up to 4294967295, found "4294967296"
        "#);
    }

    #[test]
    fn any_text_is_a_trace_or_an_error() {
        arbtest::arbtest(|bytes| {
            let text: &str = bytes.arbitrary()?;
            if let Ok(trace) = CapacityTrace::parse(text) {
                assert!(trace.opportunities_millis().is_sorted() && trace.period_millis() > 0);
            }
            Ok(())
        });
    }

    #[test]
    fn skipping_comes_to_where_wasting_one_by_one_comes() {
        arbtest::arbtest(|bytes| {
            let mut millis: Vec<u32> = (0..bytes.int_in_range(1..=8)?)
                .map(|_| bytes.int_in_range(0..=20))
                .collect::<Result<_, _>>()?;
            millis.sort_unstable();
            let Ok(trace) = CapacityTrace::new(millis) else { return Ok(()) };
            let began = SimTime::from_nanos(bytes.int_in_range(0..=3_000_000)?);
            let (mut skips, mut wastes) = (Cursor::new(trace.clone(), began), Cursor::new(trace, began));
            for _ in 0..4 {
                let now = SimTime::from_nanos(bytes.int_in_range(0..=80_000_000)?);
                skips.skip_past(now);
                while wastes.next() <= now {
                    wastes.waste();
                }
                assert_eq!((skips.lap, skips.place, skips.next()), (wastes.lap, wastes.place, wastes.next()));
            }
            Ok(())
        });
    }
}
