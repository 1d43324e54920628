//! What leaves.

use wire::SimTime;

use crate::endpoint::Endpoint;
use crate::ring::Shared;
use crate::segment::{Flags, Segment, Timestamps};
use crate::state::State;

/// The reset that a segment gets that belongs to no connection (RFC 9293, 3.10.7.1); `None` for a reset.
pub fn answer_to_stray(segment: &Segment) -> Option<Segment> {
    if segment.flags.rst() {
        return None;
    }
    Some(if segment.flags.ack() {
        Segment { seq: segment.ack, flags: Flags::RST, ..Segment::default() }
    } else {
        Segment {
            ack: segment.seq.wrapping_add(segment.sequence_space()),
            flags: Flags::RST.with(Flags::ACK),
            ..Segment::default()
        }
    })
}

impl Endpoint {
    /// The next segment that is to leave at `now`. To be asked until it gives none.
    pub fn poll_segment(&mut self, now: SimTime, shared: &mut Shared) -> Option<Segment> {
        if let Some(seq) = self.stray_reset.take() {
            return Some(Segment { seq, flags: Flags::RST, ..Segment::default() });
        }
        match self.state {
            State::Listen => None,
            State::Closed => {
                if std::mem::take(&mut self.reset_due) {
                    let flags = Flags::RST.with(Flags::ACK);
                    let seq = self.tx.wire(self.tx.nxt.max(1));
                    self.tx.release(shared);
                    self.rx.forget_gaps(shared);
                    return Some(Segment { seq, ack: self.rx.ack(), flags, ..Segment::default() });
                }
                self.tx.release(shared);
                self.rx.forget_gaps(shared);
                None
            }
            State::SynSent | State::SynReceived => {
                if std::mem::take(&mut self.syn_due) {
                    self.rx.ack_now = false;
                    return Some(self.syn(now));
                }
                (self.state == State::SynReceived && self.rx.ack_now).then(|| self.bare(now))
            }
            State::Established
            | State::FinWait1
            | State::FinWait2
            | State::CloseWait
            | State::Closing
            | State::LastAck
            | State::TimeWait => self.poll_synchronised(now, shared),
        }
    }

    fn poll_synchronised(&mut self, now: SimTime, shared: &mut Shared) -> Option<Segment> {
        if let Some(piece) = self.tx.next_piece(now, &self.settings, shared) {
            let mut flags = Flags::ACK;
            if piece.fin {
                flags = flags.with(Flags::FIN);
            }
            if piece.push {
                flags = flags.with(Flags::PSH);
            }
            if piece.len > 0 {
                self.rx.note_answer(now, self.settings.delayed_ack.duration());
            }
            let payload = self.tx.payload(piece, shared);
            let mut segment =
                Segment { seq: self.tx.wire(piece.start), flags, payload, ..Segment::default() };
            self.complete(now, &mut segment);
            return Some(segment);
        }
        if self.tx.take_probe(now) || std::mem::take(&mut self.keepalive_due) {
            // An old sequence number: whoever lives must answer (RFC 9293, 3.8.4 and 3.10.7.4).
            let seq = self.tx.wire(self.tx.una - 1);
            let mut segment = Segment { seq, flags: Flags::ACK, ..Segment::default() };
            self.complete(now, &mut segment);
            return Some(segment);
        }
        self.rx.ack_now.then(|| self.bare(now))
    }

    /// SYN or SYN-ACK, with the options (RFC 9293, 3.7.1; RFC 7323, 2.2 and 3.2; RFC 2018, 2).
    fn syn(&mut self, now: SimTime) -> Segment {
        let answers = self.state == State::SynReceived;
        self.tx.note_syn(now);
        let mut segment = Segment {
            seq: self.tx.wire(0),
            flags: Flags::SYN,
            window: self.rx.syn_window(),
            mss: Some(self.settings.mss),
            window_scale: self.scaling.then_some(self.rx.scale),
            sack_permitted: self.sack,
            timestamps: self.timestamps.then(|| self.stamp(now)),
            ..Segment::default()
        };
        if answers {
            segment.flags = segment.flags.with(Flags::ACK);
            segment.ack = self.rx.note_acknowledged();
        }
        segment
    }

    /// An acknowledgement without data.
    fn bare(&mut self, now: SimTime) -> Segment {
        let seq = self.tx.wire(self.tx.nxt);
        let mut segment = Segment { seq, flags: Flags::ACK, ..Segment::default() };
        self.complete(now, &mut segment);
        segment
    }

    /// What every segment of a synchronised connection carries.
    fn complete(&mut self, now: SimTime, segment: &mut Segment) {
        let room = if self.timestamps { 3 } else { 4 };
        self.rx.write_to(segment, self.sack, room);
        segment.timestamps = self.timestamps.then(|| self.stamp(now));
    }

    /// TSval ticks in milliseconds, as Linux's does (RFC 7323, 5.4).
    fn stamp(&self, now: SimTime) -> Timestamps {
        Timestamps { value: timestamp(now), echo: self.ts_recent }
    }
}

pub(crate) fn timestamp(now: SimTime) -> u32 {
    now.as_millis() as u32
}
