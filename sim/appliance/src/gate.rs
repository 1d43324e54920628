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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use arbtest::arbitrary::Unstructured;

    use super::*;

    /// Clients that come when they are told, each as late as `late` says; gives who came in when, in order.
    fn come_back(
        clients: u32,
        per_s: u32,
        mut late: impl FnMut(u32) -> arbtest::arbitrary::Result<Duration>,
    ) -> arbtest::arbitrary::Result<Vec<(SimTime, JumpClientId)>> {
        let mut gate = Gate::default();
        let mut coming: BTreeSet<(SimTime, JumpClientId)> = BTreeSet::new();
        for client in 0..clients {
            coming.insert((SimTime::from_secs(100) + late(0)?, JumpClientId(client)));
        }
        let mut came = Vec::new();
        let mut tries = 0;
        while let Some((now, client)) = coming.pop_first() {
            match gate.admit(now, per_s, client) {
                Ok(()) => came.push((now, client)),
                Err(turn) => {
                    assert!(turn > now, "whoever is turned away comes later");
                    tries += 1;
                    assert!(tries < 100 * clients, "everyone gets in at last");
                    coming.insert((turn + late(tries)?, client));
                }
            }
        }
        assert_eq!(gate.waiting(), 0, "nobody in the line is left");
        Ok(came)
    }

    fn most_in_a_second(came: &[(SimTime, JumpClientId)]) -> usize {
        let within = |from: SimTime| came.iter().filter(|(at, _)| (from..from + WINDOW).contains(at)).count();
        came.iter().map(|(from, _)| within(*from)).max().unwrap_or_default()
    }

    #[test]
    fn on_time_everyone_comes_in_at_the_rate_and_in_order() {
        for per_s in [1, 3, 7, 50, 300] {
            let came = come_back(120, per_s, |_| Ok(Duration::ZERO)).expect("no chance in it");
            assert!(came.iter().map(|(_, client)| client.0).eq(0..120));
            let took = came[119].0 - came[0].0;
            let apart = Duration::from_secs(1).div_f64(f64::from(per_s));
            let expected = apart * 119;
            assert!(
                took >= expected && took < expected + Duration::from_micros(1),
                "{took:?} at {per_s} per second"
            );
            assert_eq!(most_in_a_second(&came), per_s.min(120) as usize);
        }
    }

    #[test]
    fn whenever_they_come_no_second_sees_more_than_the_rate() {
        arbtest::arbtest(|u: &mut Unstructured<'_>| {
            let clients = u.int_in_range(0..=40)?;
            let per_s = u.int_in_range(1..=10)?;
            let late_ms_max = *u.choose(&[0, 250, 5_000, 90_000])?;
            let came = come_back(clients, per_s, |tries| {
                // In the end everybody is on time.
                let late_ms = if tries > 10 * clients { 0 } else { u.int_in_range(0..=late_ms_max)? };
                Ok(Duration::from_millis(late_ms))
            })?;
            assert_eq!(came.len(), clients as usize);
            assert_eq!(
                came.iter().map(|(_, client)| client).collect::<BTreeSet<_>>().len(),
                clients as usize
            );
            assert!(most_in_a_second(&came) <= per_s as usize, "{came:?}");
            Ok(())
        });
    }

    #[test]
    fn those_who_come_late_all_at_once_get_places_one_after_another() {
        let mut gate = Gate::default();
        let start = SimTime::from_secs(100);
        for client in 0..10 {
            let _ = gate.admit(start, 2, JumpClientId(client));
        }
        // Their network was down until long after their turns.
        let late = SimTime::from_secs(140);
        let turns: Vec<String> = (1..10)
            .map(|client| match gate.admit(late, 2, JumpClientId(client)) {
                Ok(()) => "in".to_owned(),
                Err(turn) => turn.to_string(),
            })
            .collect();
        let expected =
            ["in", "in", "141.000s", "141.500s", "142.000s", "142.500s", "143.000s", "143.500s", "144.000s"];
        assert_eq!(turns, expected);
    }

    #[test]
    fn a_place_that_nobody_comes_for_is_forgotten_after_a_minute() {
        let mut gate = Gate::default();
        let now = SimTime::from_secs(100);
        let nobody = JumpClientId(7);
        gate.admit(now, 1, JumpClientId(1)).expect("the first comes in");
        let turn = gate.admit(now, 1, nobody).expect_err("the second is too early");
        gate.lapse(turn + (PLACE_KEPT - Duration::from_nanos(1)), nobody);
        assert_eq!(gate.waiting(), 1);
        gate.lapse(turn + PLACE_KEPT, nobody);
        assert_eq!(gate.waiting(), 0);
    }
}
