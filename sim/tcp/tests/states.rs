//! The state machine as a table: each state, each event, where it leads and what is sent.

use std::fmt::Write as _;

use tcp::{Config, Endpoint, Flags, Segment, Shared, State, Timestamps};
use wire::SimTime;

const OUR_ISN: u32 = 1_000;
const PEER_ISN: u32 = 5_000;

/// One end, and a peer that the test plays by hand.
struct Bench {
    now: SimTime,
    shared: Shared,
    end: Endpoint,
}

impl Bench {
    /// An end that was led to `state`.
    fn in_state(state: State) -> Self {
        let now = SimTime::from_secs(1);
        let mut shared = Shared::default();
        let mut end = if state == State::SynReceived {
            Endpoint::accept(&Config::default(), now, OUR_ISN, &Self::syn())
        } else {
            Endpoint::connect(&Config::default(), now, OUR_ISN)
        };
        while end.poll_segment(now, &mut shared).is_some() {}
        let mut this = Self { now, shared, end };
        if matches!(state, State::SynSent | State::SynReceived) {
            return this;
        }
        if state == State::Closed {
            this.end.abort(now);
            this.drain();
            return this;
        }
        let mut answer = Self::syn();
        answer.flags = Flags::SYN.with(Flags::ACK);
        answer.ack = OUR_ISN + 1;
        this.hear(&answer);
        match state {
            State::CloseWait => this.hear(&this.segment(Flags::FIN)),
            State::LastAck => {
                this.hear(&this.segment(Flags::FIN));
                this.end.finish(this.now);
            }
            State::FinWait1 => this.end.finish(this.now),
            State::FinWait2 | State::TimeWait => {
                this.end.finish(this.now);
                this.drain();
                this.hear(&Segment { ack: OUR_ISN + 2, ..this.segment(Flags::ACK) });
                if state == State::TimeWait {
                    this.hear(&Segment { ack: OUR_ISN + 2, ..this.segment(Flags::FIN) });
                }
            }
            State::Closing => {
                this.end.finish(this.now);
                this.drain();
                this.hear(&this.segment(Flags::FIN));
            }
            _ => {}
        }
        this.drain();
        assert_eq!(this.end.state(), state);
        this
    }

    fn syn() -> Segment {
        Segment {
            seq: PEER_ISN,
            flags: Flags::SYN,
            window: 60_000,
            mss: Some(1_460),
            window_scale: Some(0),
            sack_permitted: true,
            timestamps: Some(Timestamps { value: 1, echo: 0 }),
            ..Segment::default()
        }
    }

    /// The next segment of the peer, which has heard our SYN and nothing else.
    fn segment(&self, flags: Flags) -> Segment {
        let finished = self.end.state().peer_finished();
        Segment {
            seq: PEER_ISN + 1 + u32::from(finished),
            ack: OUR_ISN + 1,
            flags: flags.with(Flags::ACK),
            window: 60_000,
            timestamps: Some(Timestamps { value: 2, echo: 1_000 }),
            ..Segment::default()
        }
    }

    fn hear(&mut self, segment: &Segment) {
        self.end.handle_segment(self.now, segment, &mut self.shared);
        self.drain();
    }

    fn drain(&mut self) -> Vec<String> {
        let mut sent = Vec::new();
        while let Some(segment) = self.end.poll_segment(self.now, &mut self.shared) {
            let seq = segment.seq.wrapping_sub(OUR_ISN);
            let mut text = format!("{}", segment.flags);
            if seq != 1 {
                write!(text, " seq {seq}").expect("a string takes it");
            }
            if segment.flags.ack() && segment.ack != PEER_ISN + 1 {
                write!(text, " ack {}", segment.ack.wrapping_sub(PEER_ISN)).expect("a string takes it");
            }
            sent.push(text);
            self.shared.payloads.take_back(segment.payload);
        }
        sent
    }
}

const STATES: [State; 10] = [
    State::SynSent,
    State::SynReceived,
    State::Established,
    State::FinWait1,
    State::FinWait2,
    State::CloseWait,
    State::Closing,
    State::LastAck,
    State::TimeWait,
    State::Closed,
];

type Event = (&'static str, fn(&mut Bench));

const EVENTS: [Event; 14] = [
    ("SYN", |bench| bench.end.handle_segment(bench.now, &Bench::syn(), &mut bench.shared)),
    ("SYN-ACK", |bench| {
        let answer = Segment { ack: OUR_ISN + 1, flags: Flags::SYN.with(Flags::ACK), ..Bench::syn() };
        bench.end.handle_segment(bench.now, &answer, &mut bench.shared);
    }),
    ("ACK", |bench| {
        let segment = bench.segment(Flags::ACK);
        bench.end.handle_segment(bench.now, &segment, &mut bench.shared);
    }),
    ("ACK of FIN", |bench| {
        let segment = Segment { ack: OUR_ISN + 2, ..bench.segment(Flags::ACK) };
        bench.end.handle_segment(bench.now, &segment, &mut bench.shared);
    }),
    ("data", |bench| {
        let payload = bench.shared.payloads.lend(5, |into| into.copy_from_slice(b"hello"));
        let segment = Segment { payload, ..bench.segment(Flags::PSH) };
        bench.end.handle_segment(bench.now, &segment, &mut bench.shared);
        bench.shared.payloads.take_back(segment.payload);
    }),
    ("FIN", |bench| {
        let segment = bench.segment(Flags::FIN);
        bench.end.handle_segment(bench.now, &segment, &mut bench.shared);
    }),
    ("RST", |bench| {
        let segment = bench.segment(Flags::RST);
        bench.end.handle_segment(bench.now, &segment, &mut bench.shared);
    }),
    ("RST off by one", |bench| {
        let mut segment = bench.segment(Flags::RST);
        (segment.seq, segment.ack) = (segment.seq + 1, segment.ack + 9);
        bench.end.handle_segment(bench.now, &segment, &mut bench.shared);
    }),
    ("data too far", |bench| {
        let payload = bench.shared.payloads.lend(5, |into| into.copy_from_slice(b"hello"));
        let mut segment = Segment { payload, ..bench.segment(Flags::PSH) };
        segment.seq += 1 << 30;
        bench.end.handle_segment(bench.now, &segment, &mut bench.shared);
        bench.shared.payloads.take_back(segment.payload);
    }),
    ("timeout", |bench| {
        if let Some(at) = bench.end.poll_timeout() {
            bench.now = at;
            bench.end.handle_timeout(at, &mut bench.shared);
        }
    }),
    ("send", |bench| {
        bench.end.send(bench.now, b"hello", &mut bench.shared);
    }),
    ("finish", |bench| bench.end.finish(bench.now)),
    ("abort", |bench| bench.end.abort(bench.now)),
    ("let go", |bench| bench.end.let_go(bench.now)),
];

#[test]
fn each_state_and_each_event() {
    let mut table = String::new();
    for state in STATES {
        writeln!(table, "{state}").expect("a string takes it");
        for (name, event) in EVENTS {
            let mut bench = Bench::in_state(state);
            event(&mut bench);
            let sent = bench.drain();
            let after = bench.end.state();
            if after == state && sent.is_empty() {
                continue;
            }
            write!(table, "  {name:<14}").expect("a string takes it");
            if after != state {
                write!(table, " {after}").expect("a string takes it");
            }
            if let Some(error) = bench.end.error() {
                write!(table, " ({error})").expect("a string takes it");
            }
            if !sent.is_empty() {
                write!(table, " > {}", sent.join(", ")).expect("a string takes it");
            }
            table.push('\n');
            bench.end.release(&mut bench.shared);
            assert_eq!(bench.shared.lent(), 0);
        }
    }
    insta::assert_snapshot!(table, @r"
    SYN_SENT
      SYN            SYN_RECEIVED > S. seq 0
      SYN-ACK        ESTABLISHED > .
      ACK of FIN     > R seq 2
      RST            CLOSED (connection refused)
      timeout        > S seq 0
      finish         CLOSED
      abort          CLOSED
    SYN_RECEIVED
      SYN            > S. seq 0
      SYN-ACK        > .
      ACK            ESTABLISHED
      ACK of FIN     > R seq 2
      data           ESTABLISHED > . ack 6
      FIN            CLOSE_WAIT > . ack 2
      RST            CLOSED (connection refused)
      RST off by one > .
      data too far   > .
      timeout        > S. seq 0
      abort          CLOSED > R.
    ESTABLISHED
      SYN            > .
      SYN-ACK        > .
      ACK of FIN     > .
      data           > . ack 6
      FIN            CLOSE_WAIT > . ack 2
      RST            CLOSED (connection reset)
      RST off by one > .
      data too far   > .
      send           > P.
      finish         FIN_WAIT_1 > F.
      abort          CLOSED > R.
    FIN_WAIT_1
      SYN            > . seq 2
      SYN-ACK        > . seq 2
      ACK of FIN     FIN_WAIT_2
      data           > . seq 2 ack 6
      FIN            CLOSING > . seq 2 ack 2
      RST            CLOSED (connection reset)
      RST off by one > . seq 2
      data too far   > . seq 2
      timeout        > F.
      abort          CLOSED > R. seq 2
    FIN_WAIT_2
      SYN            > . seq 2
      SYN-ACK        > . seq 2
      data           > . seq 2 ack 6
      FIN            TIME_WAIT > . seq 2 ack 2
      RST            CLOSED (connection reset)
      RST off by one > . seq 2
      data too far   > . seq 2
      abort          CLOSED > R. seq 2
    CLOSE_WAIT
      SYN            > . ack 2
      SYN-ACK        > . ack 2
      ACK of FIN     > . ack 2
      data           > . ack 2
      FIN            > . ack 2
      RST            CLOSED (connection reset)
      RST off by one > . ack 2
      data too far   > . ack 2
      send           > P. ack 2
      finish         LAST_ACK > F. ack 2
      abort          CLOSED > R. ack 2
    CLOSING
      SYN            > . seq 2 ack 2
      SYN-ACK        > . seq 2 ack 2
      ACK of FIN     TIME_WAIT
      data           > . seq 2 ack 2
      FIN            > . seq 2 ack 2
      RST            CLOSED
      RST off by one > . seq 2 ack 2
      data too far   > . seq 2 ack 2
      timeout        > F. ack 2
      abort          CLOSED
    LAST_ACK
      SYN            > . seq 2 ack 2
      SYN-ACK        > . seq 2 ack 2
      ACK of FIN     CLOSED
      data           > . seq 2 ack 2
      FIN            > . seq 2 ack 2
      RST            CLOSED
      RST off by one > . seq 2 ack 2
      data too far   > . seq 2 ack 2
      timeout        > F. ack 2
      abort          CLOSED
    TIME_WAIT
      SYN            > . seq 2 ack 2
      SYN-ACK        > . seq 2 ack 2
      data           > . seq 2 ack 2
      FIN            > . seq 2 ack 2
      RST            CLOSED
      RST off by one > . seq 2 ack 2
      data too far   > . seq 2 ack 2
      timeout        CLOSED
      abort          CLOSED
    CLOSED
    ");
}
