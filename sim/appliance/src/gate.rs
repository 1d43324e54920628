//! The gate that returning Jump Clients come in by (`anchors/domain.md` section 7).

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use wire::{JumpClientId, SimTime};

/// How long a place in the line is kept for a client that is late.
pub(crate) const PLACE_KEPT: Duration = Duration::from_secs(60);

const WINDOW: Duration = Duration::from_secs(1);

/// Lets returning clients in at an even rate, so that an estate that comes back all at once does not drown the
/// appliance: whoever is too early gets a place in the line, and is let in when they come back for it. Whoever is late,
/// and finds that others fill the second, goes to the end of the line. So no second ever sees more than the rate.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// The next place in the line that nobody has.
    next_free: SimTime,
    /// Who may come when.
    promised: BTreeMap<JumpClientId, SimTime>,
    /// When those of the last second came in, the latest last.
    admitted: VecDeque<SimTime>,
}

impl Gate {
    /// Whether this client may come in now; otherwise when.
    pub(crate) fn admit(&mut self, now: SimTime, per_s: u32, client: JumpClientId) -> Result<(), SimTime> {
        while self.admitted.front().is_some_and(|at| now - *at >= WINDOW) {
            self.admitted.pop_front();
        }
        let full = self.admitted.len() >= per_s as usize;
        let room_at = self.admitted.front().filter(|_| full).map_or(now, |oldest| *oldest + WINDOW);
        let kept = self.promised.remove(&client).filter(|turn| *turn > now || room_at <= now);
        let turn = kept.unwrap_or_else(|| self.place(room_at, per_s));
        if turn <= now {
            self.admitted.push_back(now);
            return Ok(());
        }
        self.promised.insert(client, turn);
        Err(turn)
    }

    /// Forgets a place that nobody came for.
    pub(crate) fn lapse(&mut self, now: SimTime, client: JumpClientId) {
        if self.promised.get(&client).is_some_and(|turn| *turn + PLACE_KEPT <= now) {
            self.promised.remove(&client);
        }
    }

    /// How many have a place in the line.
    pub(crate) fn waiting(&self) -> usize {
        self.promised.len()
    }

    /// The first free place in the line that is not before `earliest`.
    fn place(&mut self, earliest: SimTime, per_s: u32) -> SimTime {
        let turn = self.next_free.max(earliest);
        // Rounded up, since places that are a nanosecond too close would make one too many in a second.
        let apart = 1_000_000_000_u64.div_ceil(per_s.into());
        self.next_free = turn + Duration::from_nanos(apart);
        turn
    }
}
