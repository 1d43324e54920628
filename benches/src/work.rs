//! The work that all are compared on, and how it is timed. Peers outside the workspace include this file, so it uses
//! nothing but std.

use std::time::{Duration, Instant};

/// What a client sends, and what comes back.
pub const HEARTBEAT: [u8; 200] = [7; 200];
/// Where the server listens.
pub const PORT: u16 = 443;
/// Payload of a packet of 1,500 bytes under IPv4's and TCP's headers without options.
pub const SEGMENT_BYTES: usize = 1_460;
const CONNECTS_WITHIN: Duration = Duration::from_secs(5);
const IDLE_STEP: Duration = Duration::from_secs(3_600);

/// Clients of one server, each with a connection, or with what is nearest to one.
#[derive(Clone, Copy, Debug)]
pub struct Clients {
    /// How many.
    pub number: u32,
    /// How often each sends a heartbeat, which the server echoes; `None` for never.
    pub period: Option<Duration>,
}

impl Clients {
    /// When this client connects, counted from the start: all are spread evenly over a period.
    pub fn connects_at(self, client: u32) -> Duration {
        self.period.unwrap_or(CONNECTS_WITHIN) * client / self.number
    }

    /// After which time all have connected, and have sent twice if they send at all.
    pub fn warm_up(self) -> Duration {
        self.period.unwrap_or(CONNECTS_WITHIN) * 3
    }

    /// Virtual time to be measured at once: the same work each time, and an hour where there is none.
    pub fn step(self) -> Duration {
        self.period.unwrap_or(IDLE_STEP)
    }
}

/// Times steps in stretches until about a second is full, and keeps the best: whatever else the machine does can only
/// slow a stretch down.
#[derive(Debug)]
pub struct Stopwatch {
    steps_between_looks: u32,
    steps: u32,
    stretch_began: Duration,
    stretch: Duration,
    wall: Duration,
    total: Duration,
    best: f64,
}

impl Stopwatch {
    const WALL_TIME: Duration = Duration::from_secs(1);
    const STRETCH: Duration = Duration::from_millis(150);
    /// A look at the clock may cost more than a step.
    const LOOKS_APART: Duration = Duration::from_millis(10);
    /// Some engines' clocks end after 584 years.
    const VIRTUAL_TIME_MAX: Duration = Duration::from_secs(200 * 365 * 86_400);

    /// Starts.
    pub fn start() -> Self {
        Self {
            steps_between_looks: 1,
            steps: 0,
            stretch_began: busy_time(),
            stretch: Duration::ZERO,
            wall: Duration::ZERO,
            total: Duration::ZERO,
            best: 0.0,
        }
    }

    /// Counts a step that took this much virtual time, and says whether there is to be another.
    pub fn goes_on_after(&mut self, virtual_time: Duration) -> bool {
        self.stretch += virtual_time;
        self.total += virtual_time;
        self.steps += 1;
        let is_last = self.total >= Self::VIRTUAL_TIME_MAX;
        if self.steps < self.steps_between_looks && !is_last {
            return true;
        }
        self.steps = 0;
        let now = busy_time();
        let wall = now.saturating_sub(self.stretch_began);
        if wall < Self::LOOKS_APART {
            self.steps_between_looks = self.steps_between_looks.saturating_mul(2);
        }
        if wall >= Self::STRETCH || (is_last && self.best == 0.0) {
            self.best = self.best.max(self.stretch.as_secs_f64() / wall.as_secs_f64());
            self.wall += wall;
            (self.stretch_began, self.stretch) = (now, Duration::ZERO);
        }
        self.wall < Self::WALL_TIME && !is_last
    }

    /// Virtual seconds per wall second, in the best stretch.
    pub fn best(&self) -> f64 {
        self.best
    }
}

/// What this thread has computed so far: the wall time of a machine that has nothing else to do, since nothing that is
/// measured here ever waits. Where the system does not tell, it is wall time.
pub fn busy_time() -> Duration {
    // Linux brings its figure up to date when a thread yields.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let busy_ns = told.as_ref().and_then(|line| line.split(' ').next()?.parse().ok()).filter(|ns| *ns > 0);
    busy_ns.map_or_else(wall_time, Duration::from_nanos)
}

/// Since the first call.
#[expect(clippy::disallowed_methods, reason = "a bench reads the wall clock")]
fn wall_time() -> Duration {
    static FIRST: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed()
}
