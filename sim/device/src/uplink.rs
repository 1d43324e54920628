//! A client's connection to its appliance: dialled, greeted, kept alive, given up when silent, dialled again.

use std::fmt;
use std::time::Duration;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use wire::{FrameReader, Hello, Message, Role, Seed, SimTime, encode_frame};

use crate::{CloseHow, Closed, ConnId, Deadline, Input, Lane, Outbox, SendQueue, Timers};

/// How often a connected client says that it is still here.
pub const HEARTBEAT_EVERY: Duration = Duration::from_secs(12);

/// How long a client hears nothing before it gives a connection up: two heartbeats and their answers lost.
pub const OFFLINE_AFTER: Duration = Duration::from_secs(30);

/// The first wait before dialling again; each further one is twice as long.
pub const REDIAL_AFTER_MIN: Duration = Duration::from_secs(1);

/// The longest wait before dialling again.
pub const REDIAL_AFTER_MAX: Duration = Duration::from_secs(30);

/// By how much a wait may be longer or shorter, so that clients that were lost together do not come back together.
const REDIAL_JITTER_PERCENT: u32 = 20;

const PORT: u16 = 443;

/// Which messages a connection speaks, after its greeting.
pub trait Protocol {
    /// What the client says.
    type ToAppliance: Message;
    /// What it is told.
    type FromAppliance: Message;
    /// Who it greets as.
    const ROLE: Role;
    /// What it says to show that it is there.
    const HEARTBEAT: Self::ToAppliance;

    /// How urgent a message is. Messages of one lane keep their order; those of different lanes may overtake one another.
    fn lane(_message: &Self::ToAppliance) -> Lane {
        Lane::Urgent
    }
}

/// Where the appliance is, and how patient the client is with it.
#[derive(Clone, Debug)]
pub struct UplinkConfig {
    /// The appliance's name: `support.example.com`.
    pub appliance_host: String,
    /// See [`HEARTBEAT_EVERY`].
    pub heartbeat_every: Duration,
    /// See [`OFFLINE_AFTER`].
    pub offline_after: Duration,
}

impl UplinkConfig {
    /// The usual patience.
    pub fn new(appliance_host: impl Into<String>) -> Self {
        Self {
            appliance_host: appliance_host.into(),
            heartbeat_every: HEARTBEAT_EVERY,
            offline_after: OFFLINE_AFTER,
        }
    }
}

/// A client's connection to its appliance.
///
/// Its party passes on inputs and timeouts, then polls until `None`. A connection that is lost is dialled again,
/// later each time, until the party hangs up; the waits begin anew once the appliance has said something. What is
/// sent while there is no connection is lost: the party says it again on [`UplinkEvent::Up`].
#[derive(Debug)]
pub struct Uplink<P: Protocol> {
    config: UplinkConfig,
    jitter: ChaCha8Rng,
    line: Line,
    /// How many connections were dialled so far.
    dialled: u32,
    /// Lost or failed connections since the appliance was last heard.
    failures: u32,
    timers: Timers<Timer>,
    news: Option<News>,
    /// What goes out on the open connection, in its order.
    queue: SendQueue,
    heartbeat: Vec<u8>,
    protocol: std::marker::PhantomData<P>,
}

/// What has become of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UplinkEvent<M> {
    /// It is open, and the greeting is on its way.
    Up,
    /// The appliance says something.
    Received(M),
    /// It was open, and is lost. It will be dialled again.
    Down(LostReason),
    /// It could not be opened. It will be dialled again.
    NotReached(LostReason),
}

/// Why a connection ended, or never came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LostReason {
    /// The network says so.
    Closed(Closed),
    /// Nothing was heard for [`UplinkConfig::offline_after`].
    Silent,
    /// What arrived is no message.
    Malformed(String),
}

/// The connection as a person sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, strum::Display)]
pub enum LinkState {
    /// None, and none is wanted.
    #[default]
    #[strum(to_string = "not connected")]
    Off,
    /// On its way, for the first time.
    #[strum(to_string = "connecting")]
    Connecting,
    /// Open.
    #[strum(to_string = "connected")]
    Connected,
    /// Lost or not reached, and on its way again.
    #[strum(to_string = "reconnecting")]
    Reconnecting,
}

#[derive(Debug)]
enum Line {
    Off,
    Dialling(ConnId),
    Open(ConnId, FrameReader),
    /// Until [`Timer::Redial`].
    Waiting,
}

#[derive(Debug)]
enum News {
    Up,
    Down(LostReason),
    NotReached(LostReason),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
enum Timer {
    #[strum(serialize = "appliance silent")]
    Silence,
    #[strum(serialize = "heartbeat")]
    Heartbeat,
    #[strum(serialize = "dial again")]
    Redial,
}

impl<P: Protocol> Uplink<P> {
    /// Not connected yet.
    pub fn new(config: UplinkConfig, seed: Seed) -> Self {
        Self {
            config,
            jitter: seed.child("redial").rng(),
            line: Line::Off,
            dialled: 0,
            failures: 0,
            timers: Timers::default(),
            news: None,
            queue: SendQueue::default(),
            heartbeat: encode_frame(&P::HEARTBEAT),
            protocol: std::marker::PhantomData,
        }
    }

    /// The connection as a person sees it.
    pub fn state(&self) -> LinkState {
        match self.line {
            Line::Off => LinkState::Off,
            Line::Open(..) => LinkState::Connected,
            Line::Dialling(_) if self.failures == 0 => LinkState::Connecting,
            Line::Dialling(_) | Line::Waiting => LinkState::Reconnecting,
        }
    }

    /// Whether what is sent now has a connection to go by.
    pub fn is_up(&self) -> bool {
        matches!(self.line, Line::Open(..))
    }

    /// The name under which the appliance is looked for.
    pub fn looks_for(&self) -> &str {
        &self.config.appliance_host
    }

    /// Looks for the appliance under this name from the next time on that it is dialled.
    pub fn look_for(&mut self, appliance_host: impl Into<String>) {
        self.config.appliance_host = appliance_host.into();
    }

    /// Dials now, unless a connection is open or being dialled.
    pub fn dial<E>(&mut self, now: SimTime, outbox: &mut Outbox<E>) {
        if let Line::Off | Line::Waiting = self.line {
            let conn = ConnId::Dialled(self.dialled);
            self.dialled += 1;
            outbox.connect(conn, &self.config.appliance_host, PORT);
            self.line = Line::Dialling(conn);
            self.timers.cancel(Timer::Redial);
            self.timers.set(Timer::Silence, now + self.config.offline_after);
        }
    }

    /// Closes the connection, and dials none until told to.
    pub fn hang_up<E>(&mut self, outbox: &mut Outbox<E>) {
        self.close(CloseHow::Finish, outbox);
        self.timers.cancel(Timer::Redial);
        self.failures = 0;
    }

    /// Closes the connection, and dials again after `wait`.
    pub fn redial_after<E>(&mut self, now: SimTime, wait: Duration, outbox: &mut Outbox<E>) {
        self.close(CloseHow::Finish, outbox);
        self.line = Line::Waiting;
        self.timers.set(Timer::Redial, now + wait);
    }

    /// What arrived is a message, but one that makes no sense: the connection is given up as malformed. Poll afterwards.
    pub fn reject<E>(&mut self, now: SimTime, why: String, outbox: &mut Outbox<E>) {
        self.close(CloseHow::Abort, outbox);
        self.news = Some(News::Down(LostReason::Malformed(why)));
        self.wait_and_redial(now);
    }

    /// Says something, if the connection is open: what is urgent at once, the rest when its turn comes.
    pub fn send<E>(&mut self, message: &P::ToAppliance, outbox: &mut Outbox<E>) {
        let Line::Open(conn, _) = self.line else { return };
        self.queue.send(conn, P::lane(message), encode_frame(message), outbox);
    }

    /// How long a piece of something long is best, in bytes, if it may be as long as `most`: what is urgent waits for
    /// the piece before it, and on a narrow line that is felt.
    pub fn piece_bytes(&self, most: usize) -> usize {
        self.queue.piece_bytes(most)
    }

    /// Takes what came from the network. Poll afterwards.
    pub fn handle_input<E>(&mut self, now: SimTime, input: Input<'_>, outbox: &mut Outbox<E>) {
        match (input, &mut self.line) {
            (Input::Connected { conn }, Line::Dialling(ours)) if conn == *ours => {
                self.line = Line::Open(conn, FrameReader::default());
                self.queue = SendQueue::default();
                outbox.send(conn, encode_frame(&Hello::new(P::ROLE)));
                self.timers.set(Timer::Silence, now + self.config.offline_after);
                self.timers.set(Timer::Heartbeat, now + self.config.heartbeat_every);
                self.news = Some(News::Up);
            }
            (Input::Received { conn, bytes }, Line::Open(ours, reader)) if conn == *ours => {
                reader.push(bytes);
                self.timers.set(Timer::Silence, now + self.config.offline_after);
            }
            (Input::Closed { conn, how }, Line::Open(ours, _)) if conn == *ours => {
                self.news = Some(News::Down(LostReason::Closed(how)));
                self.wait_and_redial(now);
            }
            (Input::Closed { conn, how }, Line::Dialling(ours)) if conn == *ours => {
                self.news = Some(News::NotReached(LostReason::Closed(how)));
                self.wait_and_redial(now);
            }
            (Input::Delivered { conn, took }, Line::Open(ours, _)) if conn == *ours => {
                self.queue.delivered(now, conn, took, outbox);
            }
            // Of a connection that we have closed already, or nothing that concerns a client.
            (
                Input::Connected { .. }
                | Input::Received { .. }
                | Input::Closed { .. }
                | Input::Accepted { .. }
                | Input::Writable { .. }
                | Input::Delivered { .. },
                _,
            ) => {}
        }
    }

    /// Does what is due. Poll afterwards.
    pub fn handle_timeout<E>(&mut self, now: SimTime, outbox: &mut Outbox<E>) {
        while let Some(timer) = self.timers.pop_due(now) {
            match timer {
                Timer::Heartbeat => {
                    if let Line::Open(conn, _) = self.line {
                        outbox.send(conn, self.heartbeat.clone());
                        self.timers.set(Timer::Heartbeat, now + self.config.heartbeat_every);
                    }
                }
                Timer::Silence => {
                    self.news = Some(if self.is_up() {
                        News::Down(LostReason::Silent)
                    } else {
                        News::NotReached(LostReason::Silent)
                    });
                    self.close(CloseHow::Abort, outbox);
                    self.wait_and_redial(now);
                }
                Timer::Redial => self.dial(now, outbox),
            }
        }
    }

    /// The next thing that the party must know.
    pub fn poll<E>(&mut self, now: SimTime, outbox: &mut Outbox<E>) -> Option<UplinkEvent<P::FromAppliance>> {
        match self.news.take() {
            Some(News::Up) => return Some(UplinkEvent::Up),
            Some(News::Down(why)) => return Some(UplinkEvent::Down(why)),
            Some(News::NotReached(why)) => return Some(UplinkEvent::NotReached(why)),
            None => {}
        }
        let Line::Open(_, reader) = &mut self.line else { return None };
        let read = match reader.next_frame() {
            Ok(None) => return None,
            Ok(Some(body)) => P::FromAppliance::from_frame(body).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match read {
            Ok(message) => {
                self.failures = 0;
                Some(UplinkEvent::Received(message))
            }
            Err(error) => {
                self.reject(now, error, outbox);
                self.poll(now, outbox)
            }
        }
    }

    /// When it wants [`Uplink::handle_timeout`] to be called.
    pub fn deadline(&self) -> Option<Deadline> {
        self.timers.deadline()
    }

    fn close<E>(&mut self, how: CloseHow, outbox: &mut Outbox<E>) {
        if let Line::Open(conn, _) | Line::Dialling(conn) = self.line {
            outbox.close(conn, how);
        }
        self.line = Line::Off;
        self.timers.cancel(Timer::Silence);
        self.timers.cancel(Timer::Heartbeat);
    }

    fn wait_and_redial(&mut self, now: SimTime) {
        let doubled = REDIAL_AFTER_MIN.saturating_mul(1 << self.failures.min(16)).min(REDIAL_AFTER_MAX);
        let jitter = doubled * REDIAL_JITTER_PERCENT / 100;
        let wait = self.jitter.random_range(doubled - jitter..=doubled + jitter);
        self.failures = self.failures.saturating_add(1);
        self.line = Line::Waiting;
        self.timers.cancel(Timer::Silence);
        self.timers.cancel(Timer::Heartbeat);
        self.timers.set(Timer::Redial, now + wait);
    }
}

impl fmt::Display for LostReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed(Closed::Finished) => "closed by the appliance",
            Self::Closed(Closed::Reset) => "cut off by the appliance",
            Self::Closed(Closed::Refused) => "refused by the appliance",
            Self::Closed(Closed::TimedOut) => "the appliance does not answer",
            Self::Closed(Closed::Unreachable) => "no network",
            Self::Closed(Closed::NameNotFound) => "no such name",
            Self::Closed(Closed::NameUnresolved) => "the appliance's name could not be resolved",
            Self::Silent => "nothing was heard for too long",
            Self::Malformed(error) => return write!(f, "malformed message: {error}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use wire::jump::{ApplianceToJump, JumpToAppliance};

    use super::*;
    use crate::Transmit;

    #[derive(Debug)]
    struct Jump;

    impl Protocol for Jump {
        type ToAppliance = JumpToAppliance;
        type FromAppliance = ApplianceToJump;
        const ROLE: Role = Role::JumpClient;
        const HEARTBEAT: JumpToAppliance = JumpToAppliance::Heartbeat;
    }

    /// An uplink, and all that it has done, in words.
    struct Test {
        uplink: Uplink<Jump>,
        outbox: Outbox<()>,
        now: SimTime,
        conn: ConnId,
        story: String,
    }

    impl Test {
        fn new(seed: u64) -> Self {
            let uplink = Uplink::new(UplinkConfig::new("support.example.com"), Seed::from_number(seed));
            let (outbox, conn) = (Outbox::default(), ConnId::Dialled(0));
            Self { uplink, outbox, now: SimTime::ZERO, conn, story: String::new() }
        }

        fn dialled(seed: u64) -> Self {
            let mut test = Self::new(seed);
            test.uplink.dial(test.now, &mut test.outbox);
            test.tell();
            test
        }

        fn open(seed: u64) -> Self {
            let mut test = Self::dialled(seed);
            test.input(Input::Connected { conn: test.conn });
            test.story.clear();
            test
        }

        fn input(&mut self, input: Input<'_>) {
            self.uplink.handle_input(self.now, input, &mut self.outbox);
            self.tell();
        }

        fn hear(&mut self, bytes: &[u8]) {
            self.input(Input::Received { conn: self.conn, bytes });
        }

        fn wait(&mut self, secs: u64) {
            let until = self.now + Duration::from_secs(secs);
            while let Some(deadline) = self.uplink.deadline().filter(|deadline| deadline.at <= until) {
                self.now = deadline.at;
                self.uplink.handle_timeout(self.now, &mut self.outbox);
                self.tell();
            }
            self.now = until;
        }

        fn tell(&mut self) {
            let mut told = Vec::new();
            while let Some(event) = self.uplink.poll(self.now, &mut self.outbox) {
                told.push(format!("{event:?}"));
            }
            while let Some(transmit) = self.outbox.poll_transmit() {
                told.push(match transmit {
                    Transmit::Connect { conn, host, port } => {
                        self.conn = conn;
                        format!("connect {conn:?} {host}:{port}")
                    }
                    Transmit::Send { bytes, .. } => format!("send {} bytes", bytes.len()),
                    Transmit::NotifyWritable { .. } => "notify writable".to_owned(),
                    Transmit::NotifyDelivered { .. } => "notify delivered".to_owned(),
                    Transmit::Close { conn, how } => format!("close {conn:?} {how:?}"),
                });
            }
            for line in told {
                self.story.push_str(&format!("{:>8} {line}\n", self.now.to_string()));
            }
        }
    }

    #[test]
    fn it_greets_keeps_itself_alive_and_gives_up_on_silence() {
        let mut test = Test::dialled(1);
        assert_eq!(test.uplink.state(), LinkState::Connecting);
        test.input(Input::Connected { conn: test.conn });
        test.wait(12);
        test.hear(&encode_frame(&ApplianceToJump::Heartbeat));
        assert_eq!(test.uplink.state(), LinkState::Connected);
        test.wait(35);
        assert_eq!(test.uplink.state(), LinkState::Reconnecting);
        insta::assert_snapshot!(test.story, @"
         0.000s connect Dialled(0) support.example.com:443
         0.000s Up
         0.000s send 10 bytes
        12.000s send 5 bytes
        12.000s Received(Heartbeat)
        24.000s send 5 bytes
        36.000s send 5 bytes
        42.000s Down(Silent)
        42.000s close Dialled(0) Abort
        43.106s connect Dialled(1) support.example.com:443
        ");
    }

    #[test]
    fn it_dials_later_each_time_until_the_appliance_has_spoken() {
        let mut test = Test::dialled(1);
        let mut waits = Vec::new();
        for _ in 0..8 {
            test.input(Input::Closed { conn: test.conn, how: Closed::Refused });
            let deadline = test.uplink.deadline().expect("it dials again");
            assert_eq!(deadline.why, "dial again");
            waits.push((deadline.at - test.now).as_millis());
            test.now = deadline.at;
            test.uplink.handle_timeout(test.now, &mut test.outbox);
            test.tell();
        }
        insta::assert_debug_snapshot!(waits, @"
        [
            1106,
            1899,
            3403,
            9520,
            15300,
            28344,
            25523,
            35931,
        ]
        ");
        // An open connection is no sign of life: something might accept and drop us all day.
        test.input(Input::Connected { conn: test.conn });
        test.input(Input::Closed { conn: test.conn, how: Closed::Reset });
        assert!(test.uplink.deadline().expect("it dials again").at - test.now >= Duration::from_secs(24));
        test.wait(36);
        test.input(Input::Connected { conn: test.conn });
        test.hear(&encode_frame(&ApplianceToJump::Heartbeat));
        test.input(Input::Closed { conn: test.conn, how: Closed::Reset });
        assert!(
            test.uplink.deadline().expect("it dials again").at - test.now <= Duration::from_millis(1_200)
        );
    }

    #[test]
    fn those_who_were_lost_together_do_not_come_back_together() {
        let first_wait = |seed| {
            let mut test = Test::dialled(seed);
            test.input(Input::Closed { conn: test.conn, how: Closed::Refused });
            test.uplink.deadline().expect("it dials again").at
        };
        let waits: std::collections::BTreeSet<SimTime> = (0..20).map(first_wait).collect();
        assert_eq!(waits.len(), 20, "{waits:?}");
        let (first, last) = (SimTime::from_millis(800), SimTime::from_millis(1_200));
        assert!(waits.iter().all(|wait| (first..=last).contains(wait)), "{waits:?}");
    }

    #[test]
    fn what_is_no_message_ends_the_connection_and_nothing_else() {
        for (bytes, why) in [
            (encode_frame(&u64::MAX), "Down(Malformed(\"expected a message, found 10 bytes that are none: "),
            (
                vec![0xff; 8],
                "Down(Malformed(\"expected a frame of at most 262144 bytes, found one of 4294967295",
            ),
        ] {
            let mut test = Test::open(1);
            test.hear(&bytes);
            assert!(test.story.contains("close Dialled(0) Abort"), "{}", test.story);
            assert!(test.story.contains(why), "{}", test.story);
            assert_eq!(test.uplink.state(), LinkState::Reconnecting);
        }
    }

    #[test]
    fn who_hung_up_stays_away_and_who_put_it_off_comes_back_then() {
        let mut test = Test::open(1);
        test.uplink.redial_after(test.now, Duration::from_secs(90), &mut test.outbox);
        test.tell();
        test.wait(100);
        test.uplink.hang_up(&mut test.outbox);
        test.tell();
        assert_eq!((test.uplink.state(), test.uplink.deadline()), (LinkState::Off, None));
        insta::assert_snapshot!(test.story, @"
          0.000s close Dialled(0) Finish
         90.000s connect Dialled(1) support.example.com:443
        100.000s close Dialled(1) Finish
        ");
    }

    #[test]
    fn what_comes_on_a_closed_connection_is_not_heard() {
        let mut test = Test::open(1);
        let old = test.conn;
        let hear_old = |test: &mut Test| {
            let before = (test.uplink.state(), test.uplink.deadline());
            test.story.clear();
            test.input(Input::Received { conn: old, bytes: &encode_frame(&ApplianceToJump::Unknown) });
            test.input(Input::Closed { conn: old, how: Closed::Reset });
            test.input(Input::Connected { conn: old });
            assert_eq!((test.uplink.state(), test.uplink.deadline()), before);
            assert_eq!(test.story, "");
        };
        test.wait(30);
        assert_eq!(test.uplink.state(), LinkState::Reconnecting);
        hear_old(&mut test);
        test.wait(2);
        test.input(Input::Connected { conn: test.conn });
        hear_old(&mut test);
    }

    /// Whatever comes, in whatever order: it wants to be woken unless it hung up, and never dials twice at once.
    #[test]
    fn whatever_comes_it_goes_on() {
        arbtest::arbtest(|u| {
            let mut test = Test::dialled(u.arbitrary()?);
            while !u.is_empty() {
                let conn = if u.ratio(9, 10)? { test.conn } else { ConnId::Dialled(u.arbitrary()?) };
                match u.int_in_range(0..=5)? {
                    0 => test.input(Input::Connected { conn }),
                    1 => test.input(Input::Received { conn, bytes: u.bytes(u.len().min(9))? }),
                    2 => {
                        let message: ApplianceToJump = u.arbitrary()?;
                        test.input(Input::Received { conn, bytes: &encode_frame(&message) });
                    }
                    3 => test.input(Input::Closed { conn, how: Closed::TimedOut }),
                    _ => test.wait(u.int_in_range(0..=60)?),
                }
                assert!(test.uplink.deadline().is_some());
                assert!(test.uplink.state() != LinkState::Off);
            }
            Ok(())
        });
    }
}
