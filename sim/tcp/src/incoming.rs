//! What arrives (RFC 9293, 3.10.7).

use std::num::NonZeroU32;
use std::time::Duration;

use wire::SimTime;

use crate::endpoint::Endpoint;
use crate::outgoing::timestamp;
use crate::recovery::Answer;
use crate::ring::Shared;
use crate::segment::Segment;
use crate::state::{Error, State};

/// At most one challenge in this time (RFC 5961, 7; Linux's `tcp_invalid_ratelimit`).
const CHALLENGE_INTERVAL_MS: u32 = 500;
/// By so much a segment may have been overtaken (Linux's `TCP_PAWS_WINDOW`).
const TIMESTAMP_SLACK_MS: i32 = 1;
/// After so long without a segment, an old timestamp may have wrapped (RFC 7323, 5.5).
const TIMESTAMP_LIFETIME_MS: u32 = 24 * 24 * 3_600 * 1_000;

impl Endpoint {
    /// Takes a segment that is for this connection.
    pub fn handle_segment(&mut self, now: SimTime, segment: &Segment, shared: &mut Shared) {
        match self.state {
            State::Listen | State::Closed => {}
            State::SynSent => self.handle_in_syn_sent(now, segment),
            State::SynReceived
            | State::Established
            | State::FinWait1
            | State::FinWait2
            | State::CloseWait
            | State::Closing
            | State::LastAck
            | State::TimeWait => self.handle_synchronised(now, segment, shared),
        }
        self.watch(now);
    }

    /// Whether a new connection may take the place of this one: it is in TIME-WAIT, and `syn` can't be a segment of
    /// old (RFC 9293, 3.10.7.4; RFC 6191). The host then answers `syn` with a new endpoint.
    pub fn yields_to(&self, syn: &Segment) -> bool {
        let opens = syn.flags.syn() && !syn.flags.ack() && !syn.flags.rst();
        let is_later = match syn.timestamps.filter(|_| self.timestamps) {
            Some(stamps) => match stamps.value.wrapping_sub(self.ts_recent) as i32 {
                0 => self.rx.offset_of(syn.seq) > self.rx.nxt,
                later => later > 0,
            },
            None => self.rx.offset_of(syn.seq) > self.rx.nxt,
        };
        self.state == State::TimeWait && opens && is_later
    }

    /// RFC 9293, 3.10.7.3.
    fn handle_in_syn_sent(&mut self, now: SimTime, segment: &Segment) {
        let flags = segment.flags;
        let answers = flags.ack() && segment.ack == self.tx.wire(1) && self.tx.nxt == 1;
        if flags.ack() && !answers {
            if !flags.rst() {
                self.stray_reset = Some(segment.ack);
            }
            return;
        }
        if flags.rst() {
            if answers {
                self.close(Some(Error::Refused));
            }
            return;
        }
        if !flags.syn() {
            return;
        }
        self.take_syn(now, segment);
        if answers {
            self.syn_due = false;
            self.establish(now, segment);
            self.rx.ack_now = true;
        } else {
            // Both dialled at once (RFC 9293, 3.5).
            self.state = State::SynReceived;
            self.syn_due = true;
        }
    }

    /// What the peer's SYN says (RFC 9293, 3.7.1; RFC 7323, 2.2 and 3.2; RFC 2018, 2).
    pub(crate) fn take_syn(&mut self, now: SimTime, segment: &Segment) {
        self.heard_at = now;
        self.rx.synchronise(segment.seq);
        self.timestamps &= segment.timestamps.is_some();
        self.sack &= segment.sack_permitted;
        match segment.window_scale {
            // RFC 7323, 2.3: more than 14 counts as 14.
            Some(scale) if self.scaling => self.tx.scale = scale.min(14),
            _ => {
                self.scaling = false;
                self.rx.scale = 0;
            }
        }
        self.tx.agree(segment.mss, self.timestamps, self.sack);
        if let Some(timestamps) = segment.timestamps {
            self.ts_recent = timestamps.value;
            self.ts_recent_at = timestamp(now);
        }
        self.tx.take_first_window(segment.seq, segment.window);
    }

    /// SYN has been acknowledged by `segment`.
    fn establish(&mut self, now: SimTime, segment: &Segment) {
        let elapsed = (self.tx.backoff == 0).then(|| now.since(self.tx.sent_at));
        self.tx.open(now, elapsed);
        self.state = if self.tx.finishing { State::FinWait1 } else { State::Established };
        let scale = if segment.flags.syn() { 0 } else { self.tx.scale };
        self.tx.update_window(segment.seq, 1, segment.window, scale);
        self.unanswered_since = SimTime::MAX;
    }

    /// RFC 9293, 3.10.7.4.
    fn handle_synchronised(&mut self, now: SimTime, segment: &Segment, shared: &mut Shared) {
        let flags = segment.flags;
        let begin = self.rx.offset_of(segment.seq);
        let end = begin + i64::from(segment.sequence_space());

        if self.is_old_by_timestamp(now, segment) {
            self.answer_unacceptable(now, segment, begin, end);
            return;
        }
        if !self.rx.acceptable(begin, end) {
            if self.state == State::SynReceived && flags.syn() && begin == 0 {
                self.syn_due = true;
            } else {
                self.answer_unacceptable(now, segment, begin, end);
            }
            return;
        }
        if flags.rst() {
            // RFC 5961, 3.2.
            if begin == self.rx.nxt {
                self.handle_reset(shared);
            } else {
                self.challenge(now);
            }
            return;
        }
        if flags.syn() {
            let repeats = begin == 0 && end == 1 && self.rx.nxt == 1;
            if self.state == State::SynReceived && repeats && !flags.ack() {
                // SYN again: SYN-ACK is lost or late.
                self.syn_due = true;
                return;
            }
            if self.state != State::SynReceived || !repeats || !self.dialled {
                // RFC 5961, 4.2.
                self.challenge(now);
                return;
            }
        }
        if !flags.ack() {
            return;
        }
        let ack = self.tx.offset_of(segment.ack);
        if self.state == State::SynReceived {
            if ack <= self.tx.una || ack > self.tx.nxt {
                self.stray_reset = Some(segment.ack);
                return;
            }
            self.syn_due = false;
            self.establish(now, segment);
        }
        // RFC 5961, 5.2.
        if ack > self.tx.nxt || ack < self.tx.una - self.tx.window_max() {
            self.challenge(now);
            return;
        }
        self.heard_at = now;
        self.keepalives_sent = 0;
        self.keep_timestamp(now, segment, begin);
        self.take_ack(now, segment, ack, shared);
        if self.state == State::Closed {
            return;
        }
        if segment.sequence_space() > 0 && !flags.syn() {
            self.take_data(now, segment, begin, shared);
        }
    }

    fn take_ack(&mut self, now: SimTime, segment: &Segment, ack: i64, shared: &mut Shared) {
        let scale = if segment.flags.syn() { 0 } else { self.tx.scale };
        let new_window = self.tx.update_window(segment.seq, ack, segment.window, scale);
        let echo = segment.timestamps.filter(|_| self.timestamps).map(|stamps| stamps.echo);
        if let Some(echo) = echo {
            let age = timestamp(now).wrapping_sub(echo);
            // An echo of what was never sent says nothing.
            if age < u32::MAX / 2 {
                self.rx.sample_rtt(segment.payload.len(), echo, Duration::from_millis(u64::from(age)));
            }
        }
        let answer = Answer { ack, new_window, echo };
        let progress = self.tx.acknowledge(now, segment, answer, self.settings.hystart, shared);
        // A peer that shuts its window answers, too; but nobody waits for that on behalf of an orphan.
        if (progress || segment.window == 0 && !self.orphan) && self.unanswered_since != SimTime::MAX {
            self.unanswered_since = now;
        }
        if segment.window == 0 && !self.orphan && self.tx.persists() {
            // The probe was answered. Nothing is owed until the next one leaves, which may take longer than patience
            // lasts (RFC 9293, 3.8.6.1: as long as probes are answered, the connection stays open).
            self.unanswered_since = SimTime::MAX;
        }
        if self.tx.fin_acknowledged() {
            match self.state {
                State::FinWait1 => self.state = State::FinWait2,
                State::Closing => self.enter_time_wait(now, shared),
                State::LastAck => self.end(None, shared),
                _ => {}
            }
        }
    }

    fn take_data(&mut self, now: SimTime, segment: &Segment, begin: i64, shared: &mut Shared) {
        if self.orphan
            && !segment.payload.is_empty()
            && begin + segment.payload.len() as i64 > self.rx.nxt
            && !self.state.peer_finished()
        {
            // Nobody will ever read it (RFC 9293, 3.6.1).
            self.abort(now);
            return;
        }
        let finished_before = self.rx.finished;
        let delayed_ack = self.settings.delayed_ack.duration();
        self.rx.receive(now, begin, segment, delayed_ack, shared);
        if finished_before {
            if self.state == State::TimeWait && segment.flags.fin() {
                self.unanswered_since = now;
            }
            return;
        }
        if !self.rx.finished {
            return;
        }
        self.rx.forget_gaps(shared);
        match self.state {
            State::Established => self.state = State::CloseWait,
            State::FinWait1 => self.state = State::Closing,
            State::FinWait2 => self.enter_time_wait(now, shared),
            _ => {}
        }
        if self.unanswered_since != SimTime::MAX {
            self.unanswered_since = now;
        }
    }

    fn enter_time_wait(&mut self, now: SimTime, shared: &mut Shared) {
        self.state = State::TimeWait;
        self.tx.release(shared);
        self.rx.forget_gaps(shared);
        self.unanswered_since = now;
    }

    fn handle_reset(&mut self, shared: &mut Shared) {
        match self.state {
            State::SynReceived => self.end(Some(Error::Refused), shared),
            State::TimeWait => self.end(None, shared),
            // Only FIN is not acknowledged, and the peer has gone: nothing is lost (RFC 9293, 3.10.7.4).
            State::Closing | State::LastAck if self.tx.unacknowledged() == 0 => self.end(None, shared),
            _ => self.end(Some(Error::Reset), shared),
        }
    }

    /// Outside the window: the peer is told where we are (RFC 9293, 3.10.7.4), and what it sent twice
    /// (RFC 2883, 4).
    fn answer_unacceptable(&mut self, now: SimTime, segment: &Segment, begin: i64, end: i64) {
        if segment.flags.rst() {
            return;
        }
        if !segment.payload.is_empty() || segment.flags.fin() {
            // Whoever sends data does not only echo our answers: no need to be sparing (as Linux).
            self.rx.ack_now = true;
            if end <= self.rx.nxt && !segment.payload.is_empty() {
                self.rx.note_duplicate(begin, begin + segment.payload.len() as i64);
            }
            if self.state == State::TimeWait && segment.flags.fin() {
                self.unanswered_since = now;
            }
        } else {
            self.challenge(now);
        }
    }

    /// An acknowledgement that asks the peer to prove itself, not too often (RFC 5961, 7).
    fn challenge(&mut self, now: SimTime) {
        let stamp = timestamp(now);
        if self.challenged_at.is_none_or(|last| stamp.wrapping_sub(last.get()) >= CHALLENGE_INTERVAL_MS) {
            self.challenged_at = NonZeroU32::new(stamp);
            self.rx.ack_now = true;
        }
    }

    /// PAWS (RFC 7323, 5.3).
    fn is_old_by_timestamp(&self, now: SimTime, segment: &Segment) -> bool {
        let Some(timestamps) = segment.timestamps.filter(|_| self.timestamps) else { return false };
        (timestamps.value.wrapping_sub(self.ts_recent) as i32) < -TIMESTAMP_SLACK_MS
            && timestamp(now).wrapping_sub(self.ts_recent_at) < TIMESTAMP_LIFETIME_MS
            && !segment.flags.rst()
    }

    /// TS.Recent follows what is acknowledged (RFC 7323, 4.3).
    fn keep_timestamp(&mut self, now: SimTime, segment: &Segment, begin: i64) {
        if let Some(timestamps) = segment.timestamps.filter(|_| self.timestamps)
            && begin <= self.rx.acked()
            && timestamps.value.wrapping_sub(self.ts_recent) as i32 >= 0
        {
            self.ts_recent = timestamps.value;
            self.ts_recent_at = timestamp(now);
        }
    }
}
