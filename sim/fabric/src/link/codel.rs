//! CoDel: drops at the head of a queue while its delay stands.

use wire::SimTime;

use super::later;
use crate::packet::MTU_BYTES;

/// The delay that is put up with: 5 ms (RFC 8289, 4.4).
const TARGET_NANOS: u64 = 5_000_000;

/// For how long it must be exceeded before anything is dropped: 100 ms, a round trip and some (RFC 8289, 4.3).
const INTERVAL_NANOS: u64 = 100_000_000;

/// A bad time that begins this soon after the last one goes on at its pace (RFC 8289, 5.5).
const REMEMBERED_NANOS: u64 = 16 * INTERVAL_NANOS;

/// The state of RFC 8289, section 5, under its names.
///
/// Whenever a packet can be sent, [`CoDel::judge`] is asked of the one at the head, and again until it sends one; or
/// [`CoDel::ran_empty`] is told.
#[derive(Debug, Default)]
pub(super) struct CoDel {
    /// When the delay will have been above the target for an interval; `None` while it is not above.
    first_above_time: Option<SimTime>,
    drop_next: SimTime,
    /// Drops since the bad time began.
    count: u32,
    /// `count` as the last bad time began.
    last_count: u32,
    /// It is a bad time.
    dropping: bool,
    before: Before,
}

/// What the last verdict was, as far as the next one depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Sent,
    /// Dropped in a bad time.
    Dropped,
    /// The drop that began a bad time.
    BeganDropping,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Send,
    Drop,
}

impl CoDel {
    /// Judges the packet at the head, which has waited since `entered`, with so many bytes behind it.
    pub(super) fn judge(&mut self, now: SimTime, entered: SimTime, bytes_behind: usize) -> Verdict {
        let may_drop = self.delay_has_stood(now, entered, bytes_behind);
        match std::mem::take(&mut self.before) {
            // One drop begins a bad time, whatever the state of the next packet.
            Before::BeganDropping => return Verdict::Send,
            Before::Dropped if may_drop => self.drop_next = self.control_law(self.drop_next),
            Before::Dropped | Before::Sent => {}
        }
        match (self.dropping, may_drop) {
            (_, false) => self.dropping = false,
            (true, true) if now >= self.drop_next => {
                self.count += 1;
                self.before = Before::Dropped;
                return Verdict::Drop;
            }
            (true, true) => {}
            (false, true) => {
                self.begin_dropping(now);
                return Verdict::Drop;
            }
        }
        Verdict::Send
    }

    /// There is no packet to be sent.
    pub(super) fn ran_empty(&mut self) {
        self.first_above_time = None;
        if std::mem::take(&mut self.before) != Before::BeganDropping {
            self.dropping = false;
        }
    }

    /// Whether packets have waited longer than the target for an interval. A queue of one packet is none.
    fn delay_has_stood(&mut self, now: SimTime, entered: SimTime, bytes_behind: usize) -> bool {
        if now.as_nanos() - entered.as_nanos() < TARGET_NANOS || bytes_behind <= MTU_BYTES {
            self.first_above_time = None;
            return false;
        }
        now >= *self.first_above_time.get_or_insert(later(now, INTERVAL_NANOS))
    }

    fn begin_dropping(&mut self, now: SimTime) {
        let delta = self.count.saturating_sub(self.last_count);
        let remembers = now.as_nanos().saturating_sub(self.drop_next.as_nanos()) < REMEMBERED_NANOS;
        self.count = if delta > 1 && remembers { delta } else { 1 };
        self.last_count = self.count;
        self.drop_next = self.control_law(now);
        self.dropping = true;
        self.before = Before::BeganDropping;
    }

    /// Drops come the closer together the more of them there were.
    fn control_law(&self, at: SimTime) -> SimTime {
        later(at, (INTERVAL_NANOS as f64 / libm::sqrt(f64::from(self.count))) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEHIND: usize = 10 * MTU_BYTES;

    /// The milliseconds at which packets are dropped from a queue that sends one each 10 ms, after a wait of
    /// `waited(now)` ms.
    fn drops(codel: &mut CoDel, until_millis: u64, waited: impl Fn(u64) -> u64) -> Vec<u64> {
        let mut dropped = Vec::new();
        for millis in (1_000..until_millis).step_by(10) {
            let entered = SimTime::from_millis(millis - waited(millis));
            while codel.judge(SimTime::from_millis(millis), entered, BEHIND) == Verdict::Drop {
                dropped.push(millis);
            }
        }
        dropped
    }

    #[test]
    fn drops_begin_after_an_interval_and_come_ever_closer() {
        // After the first at 1100, in steps of 100 ms divided by the roots of 1, 2, 3…: 1200, 1270.7, 1328.4,
        // 1378.4, 1423.2, 1464, 1501.8, 1537.1, 1570.5.
        let dropped = drops(&mut CoDel::default(), 1_580, |_| 20);
        assert_eq!(dropped, [1_100, 1_200, 1_280, 1_330, 1_380, 1_430, 1_470, 1_510, 1_540, 1_580][..9]);
    }

    #[test]
    fn a_delay_below_the_target_or_a_single_packet_is_never_dropped() {
        assert_eq!(drops(&mut CoDel::default(), 3_000, |_| 4), []);
        // Every so often below is enough.
        assert_eq!(drops(&mut CoDel::default(), 3_000, |millis| if millis % 100 == 0 { 0 } else { 50 }), []);
        let mut codel = CoDel::default();
        for millis in 1_000..3_000 {
            let entered = SimTime::from_millis(millis - 500);
            assert_eq!(codel.judge(SimTime::from_millis(millis), entered, MTU_BYTES), Verdict::Send);
        }
    }

    #[test]
    fn a_bad_time_soon_after_another_goes_on_at_its_pace() {
        let bad = |millis: u64| !(1_600..1_700).contains(&millis);
        let dropped = drops(&mut CoDel::default(), 2_000, |millis| if bad(millis) { 20 } else { 0 });
        let again: Vec<_> = dropped.into_iter().skip_while(|millis| *millis < 1_700).collect();
        // 10 drops in the first bad time: the second starts with a count of 9.
        assert_eq!(again[0], 1_800);
        assert!(again[1] <= 1_840, "a third of an interval later, and not a whole one: {again:?}");
        let mut codel = CoDel::default();
        drops(&mut codel, 1_600, |_| 20);
        codel.ran_empty();
        let entered = |millis: u64| SimTime::from_millis(millis - 20);
        // Long after, it begins anew.
        assert_eq!(codel.judge(SimTime::from_millis(9_000), entered(9_000), BEHIND), Verdict::Send);
        assert_eq!(codel.judge(SimTime::from_millis(9_100), entered(9_100), BEHIND), Verdict::Drop);
        assert_eq!(codel.judge(SimTime::from_millis(9_100), entered(9_100), BEHIND), Verdict::Send);
        assert_eq!(codel.judge(SimTime::from_millis(9_190), entered(9_190), BEHIND), Verdict::Send);
        assert_eq!(codel.judge(SimTime::from_millis(9_200), entered(9_200), BEHIND), Verdict::Drop);
    }
}
