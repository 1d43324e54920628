//! What goes out on one connection, and how much of it at a time.

use std::collections::VecDeque;
use std::time::Duration;

use wire::SimTime;

use crate::window::{DelayWindow, Delivered};
use crate::{ConnId, Lane, Lanes, Outbox};

/// The shortest piece that something long is cut into, in bytes: half of a segment. What is urgent waits for the piece before
/// it, 15 ms at 384 kbit/s; shorter ones would be headers by more than a fourteenth.
const PIECE_BYTES_MIN: usize = 700;

/// So much of what shells say may be under way beside the window, in bytes: some echoes of keys, and at 384 kbit/s 11 ms.
const ECHO_BYTES_MAX: usize = 512;

/// What goes out on one connection: what is urgent at once, the rest by [`Lanes`] and by a window that keeps queues short.
/// The echo of a key does not wait for the window either.
///
/// What is handed to the network cannot be overtaken any more: it waits in the machine's send buffer and in the queue of
/// the narrowest link. TCP fills both, and so a picture or a file would stand for a second and more before what is
/// urgent. So no more is handed over than the line carries in a round trip, and a little; the network tells when a
/// message is with the peer's machine ([`Outbox::notify_delivered`]). Both ends of the way from a client to a console
/// have one of these, since either line may be the narrow one.
#[derive(Debug, Default)]
pub struct SendQueue {
    lanes: Lanes,
    window: DelayWindow,
    /// The messages that are on their way, in their order.
    under_way: VecDeque<Sent>,
    under_way_bytes: usize,
    /// How many of them did not wait for the window.
    echo_bytes: usize,
    delivered_bytes: usize,
    /// When the message was sent that was the last to be delivered.
    delivered_sent_at: SimTime,
}

/// A message that is on its way.
#[derive(Clone, Copy, Debug)]
struct Sent {
    bytes: usize,
    /// It did not wait for the window.
    is_echo: bool,
    /// What had been delivered when it was sent, and when the last of that had been sent.
    delivered_bytes: usize,
    delivered_sent_at: SimTime,
}

impl SendQueue {
    /// Sends a frame, at once or when its turn comes.
    pub fn send<E>(&mut self, conn: ConnId, lane: Lane, frame: Vec<u8>, outbox: &mut Outbox<E>) {
        if lane == Lane::Urgent {
            return outbox.send(conn, frame);
        }
        // The echo of a key does not wait until a picture has left the window. Whoever says more waits.
        let overtakes = lane == Lane::Shell && self.lanes.queued(lane) == 0;
        if overtakes && self.echo_bytes + frame.len() <= ECHO_BYTES_MAX {
            self.echo_bytes += frame.len();
            self.lanes.charge_shell(frame.len());
            return self.put_under_way(conn, frame, true, outbox);
        }
        self.lanes.push(lane, frame);
        self.hand_over(conn, outbox);
    }

    /// Takes note of an [`crate::Input::Delivered`], and sends what may follow.
    pub fn delivered<E>(&mut self, now: SimTime, conn: ConnId, took: Duration, outbox: &mut Outbox<E>) {
        let Some(sent) = self.under_way.pop_front() else { return };
        let bytes = sent.bytes;
        let sent_at = SimTime::ZERO + now.since(SimTime::ZERO).saturating_sub(took);
        self.under_way_bytes -= bytes;
        self.echo_bytes -= if sent.is_echo { bytes } else { 0 };
        self.delivered_bytes = self.delivered_bytes.wrapping_add(bytes);
        let meanwhile_bytes = self.delivered_bytes.wrapping_sub(sent.delivered_bytes);
        let meanwhile = took.max(sent_at.since(sent.delivered_sent_at));
        self.delivered_sent_at = sent_at;
        let more_waits = !self.lanes.is_empty();
        let message = Delivered { bytes, took, meanwhile_bytes, meanwhile };
        self.window.delivered(now, message, self.under_way_bytes, more_waits);
        self.hand_over(conn, outbox);
    }

    /// How long a piece of something long is best, in bytes, if it may be as long as `most`: a quarter of the window.
    pub fn piece_bytes(&self, most: usize) -> usize {
        (self.window.bytes() / 4).max(PIECE_BYTES_MIN).min(most)
    }

    /// How many bytes wait for their turn.
    pub fn waiting_bytes(&self) -> usize {
        self.lanes.bytes()
    }

    fn hand_over<E>(&mut self, conn: ConnId, outbox: &mut Outbox<E>) {
        // A message goes out if at least half of it is likely to have room.
        let room = self.piece_bytes(PIECE_BYTES_MIN * 2) / 2;
        while self.under_way.is_empty() || self.under_way_bytes + room <= self.window.bytes() {
            let Some(frame) = self.lanes.next() else { return };
            self.put_under_way(conn, frame, false, outbox);
        }
    }

    fn put_under_way<E>(&mut self, conn: ConnId, frame: Vec<u8>, is_echo: bool, outbox: &mut Outbox<E>) {
        self.under_way_bytes += frame.len();
        self.under_way.push_back(Sent {
            bytes: frame.len(),
            is_echo,
            delivered_bytes: self.delivered_bytes,
            delivered_sent_at: self.delivered_sent_at,
        });
        outbox.send(conn, frame);
        outbox.notify_delivered(conn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transmit;

    const CONN: ConnId = ConnId::Dialled(0);

    /// A line that carries one byte after the other at a rate, and the queue in front of it.
    struct Line {
        bits_per_s: u64,
        one_way: Duration,
        /// By how much a packet may come later, either way; none overtakes another.
        jitter: Duration,
        random: u64,
        free_at: SimTime,
        arrived_at: SimTime,
        /// When what was sent is acknowledged, and when it was handed over.
        coming: VecDeque<(SimTime, SimTime)>,
    }

    impl Line {
        fn take(&mut self, now: SimTime, bytes: usize) -> SimTime {
            let begins = self.free_at.max(now);
            self.free_at = begins + Duration::from_nanos(bytes as u64 * 8 * 1_000_000_000 / self.bits_per_s);
            let late = self.late();
            self.arrived_at = self.arrived_at.max(self.free_at + self.one_way + late);
            self.arrived_at
        }

        /// Knuth's generator (MMIX).
        fn late(&mut self) -> Duration {
            self.random =
                self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            self.jitter * (self.random >> 48) as u32 / (1 << 16)
        }
    }

    /// Keeps a lane full for some seconds; says how long each message was under way, and how many bytes came.
    fn fill(
        line: &mut Line,
        seconds: u64,
        step_at_s: Option<(u64, u64)>,
    ) -> (Vec<(SimTime, Duration)>, usize) {
        let (mut queue, mut outbox) = (SendQueue::default(), Outbox::<()>::default());
        let (mut now, mut waits, mut came) = (SimTime::ZERO, Vec::new(), 0);
        while now < SimTime::from_secs(seconds) {
            if let Some((at_s, bits_per_s)) = step_at_s.filter(|(at_s, _)| now >= SimTime::from_secs(*at_s)) {
                assert!(at_s < seconds);
                line.bits_per_s = bits_per_s;
            }
            while queue.waiting_bytes() < 64 * 1024 {
                queue.send(CONN, Lane::Files, vec![0; queue.piece_bytes(4 * 1024)], &mut outbox);
            }
            let mut last = None;
            while let Some(transmit) = outbox.poll_transmit() {
                match transmit {
                    Transmit::Send { bytes, .. } => {
                        came += bytes.len();
                        last = Some(line.take(now, bytes.len()));
                    }
                    Transmit::NotifyDelivered { .. } => {
                        let arrives = last.expect("it asks about what it has sent");
                        let acknowledged = arrives + line.one_way + line.late();
                        let before = line.coming.back().map_or(acknowledged, |(at, _)| *at);
                        line.coming.push_back((acknowledged.max(before), now));
                    }
                    other => panic!("{other:?}"),
                }
            }
            let (at, since) = line.coming.pop_front().expect("something is always under way");
            now = now.max(at);
            waits.push((now, now - since));
            queue.delivered(now, CONN, now - since, &mut outbox);
        }
        (waits, came)
    }

    fn line(bits_per_s: u64, round_trip_ms: u64) -> Line {
        let one_way = Duration::from_micros(round_trip_ms * 500);
        Line {
            bits_per_s,
            one_way,
            jitter: Duration::ZERO,
            random: 1,
            free_at: SimTime::ZERO,
            arrived_at: SimTime::ZERO,
            coming: VecDeque::new(),
        }
    }

    fn p95(waits: &[(SimTime, Duration)], from_s: u64) -> Duration {
        let from = SimTime::from_secs(from_s);
        let mut waits: Vec<Duration> =
            waits.iter().filter(|(at, _)| *at >= from).map(|(_, wait)| *wait).collect();
        waits.sort_unstable();
        waits[waits.len() * 95 / 100]
    }

    #[test]
    fn a_line_is_full_and_its_queue_is_short() {
        for (bits_per_s, round_trip_ms) in [
            (384_000, 50),
            (1_000_000, 28),
            (1_500_000, 50),
            (9_000_000, 170),
            (3_000_000, 558),
            (100_000_000, 4),
        ] {
            let mut line = line(bits_per_s, round_trip_ms);
            let (waits, came) = fill(&mut line, 60, None);
            let used = came as u64 * 8 / 60 * 100 / bits_per_s;
            // A line with a long round trip takes a while to become known.
            let waited = p95(&waits, 15) - Duration::from_millis(round_trip_ms);
            assert!(used >= 93, "{bits_per_s} bit/s, {round_trip_ms} ms: {used} % used");
            // With what a message itself takes.
            let limit = if bits_per_s < 1_000_000 { 90 } else { 80 };
            assert!(
                waited <= Duration::from_millis(limit),
                "{bits_per_s} bit/s, {round_trip_ms} ms: {waited:?} in queues"
            );
        }
    }

    /// A wireless line delays every packet by another time; that is no queue.
    #[test]
    fn a_line_with_jitter_is_full() {
        for (bits_per_s, round_trip_ms, jitter_ms) in
            [(768_000, 300, 20), (2_000_000, 170, 10), (4_000_000, 100, 30), (9_000_000, 170, 10)]
        {
            let jitter = Duration::from_millis(jitter_ms);
            let mut line = Line { jitter, ..line(bits_per_s, round_trip_ms) };
            let (waits, came) = fill(&mut line, 60, None);
            let used = came as u64 * 8 / 60 * 100 / bits_per_s;
            assert!(used >= 93, "{bits_per_s} bit/s, {jitter_ms} ms of jitter: {used} % used");
            // Beyond what the jitter of both ways can make of it.
            let waited = p95(&waits, 15) - Duration::from_millis(round_trip_ms) - jitter * 2;
            assert!(
                waited <= Duration::from_millis(110),
                "{bits_per_s} bit/s, {jitter_ms} ms of jitter: {waited:?} in queues"
            );
        }
    }

    #[test]
    fn a_line_that_becomes_narrow_has_a_short_queue_again() {
        let mut line = line(10_000_000, 40);
        let (waits, _) = fill(&mut line, 20, Some((8, 1_000_000)));
        let after = p95(&waits, 10) - Duration::from_millis(40);
        assert!(after <= Duration::from_millis(70), "{after:?}");
    }

    #[test]
    fn an_echo_waits_for_no_window_and_what_a_shell_says_does() {
        let (mut queue, mut outbox) = (SendQueue::default(), Outbox::<()>::default());
        for _ in 0..40 {
            queue.send(CONN, Lane::Screen, vec![0; 4_000], &mut outbox);
        }
        let said = |outbox: &mut Outbox<()>| {
            let mut said = Vec::new();
            while let Some(transmit) = outbox.poll_transmit() {
                if let Transmit::Send { bytes, .. } = transmit {
                    said.extend(bytes.first().copied().filter(|first| *first > 0));
                }
            }
            said
        };
        said(&mut outbox);
        let mut order = Vec::new();
        for line in 1..=10 {
            queue.send(CONN, Lane::Shell, vec![line; 100], &mut outbox);
            order.extend(said(&mut outbox));
        }
        assert_eq!(order, [1, 2, 3, 4, 5], "{ECHO_BYTES_MAX} bytes");
        let mut now = SimTime::ZERO;
        while order.len() < 10 {
            assert!(now < SimTime::from_secs(1), "only {order:?} went out");
            now += Duration::from_millis(10);
            queue.delivered(now, CONN, Duration::from_millis(50), &mut outbox);
            order.extend(said(&mut outbox));
        }
        assert_eq!(order, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        // Once they are there, the next one goes at once again.
        while !queue.under_way.is_empty() {
            now += Duration::from_millis(10);
            queue.delivered(now, CONN, Duration::from_millis(50), &mut outbox);
        }
        assert_eq!((queue.echo_bytes, queue.under_way_bytes), (0, 0));
    }

    /// Nobody else wanted anything while somebody typed: that is not held against what the shell says later.
    #[test]
    fn who_typed_alone_for_an_hour_has_a_share_as_before() {
        let (mut queue, mut outbox) = (SendQueue::default(), Outbox::<()>::default());
        let mut now = SimTime::ZERO;
        for _ in 0..10_000 {
            queue.send(CONN, Lane::Shell, vec![0; 100], &mut outbox);
            now += Duration::from_millis(100);
            queue.delivered(now, CONN, Duration::from_millis(50), &mut outbox);
        }
        while outbox.poll_transmit().is_some() {}
        for _ in 0..100 {
            queue.send(CONN, Lane::Screen, vec![1; 1_000], &mut outbox);
            queue.send(CONN, Lane::Shell, vec![2; 1_000], &mut outbox);
        }
        let mut sent = [0; 3];
        while sent[1] < 40 {
            now += Duration::from_millis(10);
            queue.delivered(now, CONN, Duration::from_millis(50), &mut outbox);
            while let Some(transmit) = outbox.poll_transmit() {
                if let Transmit::Send { bytes, .. } = transmit {
                    sent[usize::from(bytes[0])] += 1;
                }
            }
        }
        assert!((30..=50).contains(&sent[2]), "beside 40 pieces of a picture: {sent:?}");
    }

    /// What goes beside the window is a part of the shell's share.
    #[test]
    fn a_shell_that_talks_without_end_has_its_share_and_no_more() {
        for (bits_per_s, round_trip_ms) in [(384_000, 50), (768_000, 300)] {
            let mut line = line(bits_per_s, round_trip_ms);
            let (mut queue, mut outbox) = (SendQueue::default(), Outbox::<()>::default());
            let (mut now, mut sent) = (SimTime::ZERO, [0_usize; 3]);
            let lanes = [(Lane::Shell, 100), (Lane::Screen, 1_000), (Lane::Files, 1_000)];
            while sent.iter().sum::<usize>() < 1_000_000 {
                for (mark, (lane, bytes)) in lanes.into_iter().enumerate() {
                    // It says something as often as all of that has gone out; the others have more than enough to say.
                    let (wanted, most) = if lane == Lane::Shell { (1, 1_500) } else { (64_000, 1_000) };
                    while queue.lanes.queued(lane) < wanted {
                        for _ in 0..most / bytes {
                            queue.send(CONN, lane, vec![mark as u8; bytes], &mut outbox);
                        }
                    }
                }
                let mut last = None;
                while let Some(transmit) = outbox.poll_transmit() {
                    match transmit {
                        Transmit::Send { bytes, .. } => {
                            sent[usize::from(bytes[0])] += bytes.len();
                            last = Some(line.take(now, bytes.len()));
                        }
                        Transmit::NotifyDelivered { .. } => {
                            line.coming.push_back((last.expect("it was sent") + line.one_way, now));
                        }
                        other => panic!("{other:?}"),
                    }
                }
                let (at, since) = line.coming.pop_front().expect("something is always under way");
                now = now.max(at);
                queue.delivered(now, CONN, now - since, &mut outbox);
            }
            // 4 of 4 and 4 and 2.
            let percent = sent.map(|bytes| bytes * 100 / sent.iter().sum::<usize>());
            assert!(percent[0] <= 41, "{bits_per_s} bit/s: {percent:?}");
            assert!(percent[1] >= 39, "{bits_per_s} bit/s: {percent:?}");
            assert!(percent[2] >= 19, "{bits_per_s} bit/s: {percent:?}");
        }
    }

    #[test]
    fn what_is_urgent_goes_at_once_and_the_rest_in_turns() {
        let (mut queue, mut outbox) = (SendQueue::default(), Outbox::<()>::default());
        for _ in 0..40 {
            queue.send(CONN, Lane::Screen, vec![1; 4_000], &mut outbox);
            queue.send(CONN, Lane::Files, vec![2; 4_000], &mut outbox);
        }
        queue.send(CONN, Lane::Urgent, vec![0; 10], &mut outbox);
        let mut sent = [0_usize; 3];
        let mut asked = 0;
        let mut last = None;
        while let Some(transmit) = outbox.poll_transmit() {
            match transmit {
                Transmit::Send { bytes, .. } => {
                    sent[usize::from(bytes[0])] += 1;
                    last = Some(bytes[0]);
                }
                Transmit::NotifyDelivered { .. } => asked += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((sent[0], last), (1, Some(0)), "{sent:?}");
        assert_eq!(asked, sent[1] + sent[2], "it asks about each of them");
        assert!(sent[1] + sent[2] < 10, "{sent:?} at once");
        let mut now = SimTime::ZERO;
        while sent[1] + sent[2] < 45 {
            now += Duration::from_millis(10);
            queue.delivered(now, CONN, Duration::from_millis(50), &mut outbox);
            while let Some(transmit) = outbox.poll_transmit() {
                if let Transmit::Send { bytes, .. } = transmit {
                    sent[usize::from(bytes[0])] += 1;
                }
            }
        }
        assert!((17..=24).contains(&(sent[1] * 10 / sent[2])), "two to one: {sent:?}");
    }
}
