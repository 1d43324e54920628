//! Scenarios on threads: each plays on a thread that owns its world, and what comes out is in the order of the
//! features, whatever the timing.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::definitions::Definitions;
use super::play::{Failure, Performance, Progress, Scene, StepStatus, play};
use super::stage::Stage;
use super::stand_in::stand_in;

/// How often the watchdog looks.
const WATCH_INTERVAL: Duration = Duration::from_millis(50);

/// How scenarios are spread over threads.
#[derive(Clone)]
pub struct Pool {
    /// How many play at once.
    pub jobs: NonZeroUsize,
    /// A scenario that takes longer than this in real time is given up.
    pub hung_after: Duration,
    /// Real time since some moment in the past.
    pub wall_clock: Arc<dyn Fn() -> Duration + Send + Sync>,
}

impl Pool {
    /// How long a scenario may take in real time, unless told otherwise.
    pub const HUNG_AFTER: Duration = Duration::from_secs(60);

    /// `jobs` threads on the machine's own clock.
    pub fn new(jobs: NonZeroUsize) -> Self {
        Self { jobs, hung_after: Self::HUNG_AFTER, wall_clock: Arc::new(wall_clock) }
    }

    /// Starts to play. What is played comes out of the iterator in the order of `scenes`.
    pub(crate) fn play<W: Stage>(
        &self,
        scenes: Vec<Scene>,
        definitions: Arc<Definitions<W>>,
    ) -> Performances {
        let (sender, receiver) = channel();
        let state = State { waiting: (0..scenes.len()).collect(), running: BTreeMap::new() };
        let company = Company {
            scenes: Arc::new(scenes),
            definitions,
            state: Arc::new(Mutex::new(state)),
            wall_clock: Arc::clone(&self.wall_clock),
            sender,
        };
        for _ in 0..self.jobs.get().min(company.scenes.len()) {
            company.clone().work();
        }
        Performances {
            next: 0,
            early: BTreeMap::new(),
            hung_after: self.hung_after,
            scenes: Arc::clone(&company.scenes),
            state: Arc::clone(&company.state),
            receiver,
            wall_clock: Arc::clone(&self.wall_clock),
            hire: Box::new(move || company.clone().work()),
        }
    }
}

/// One per processor, on the machine's own clock.
impl Default for Pool {
    fn default() -> Self {
        Self::new(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "watches for steps that hang and measures cost; no result depends on it"
)]
fn wall_clock() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// What the threads and their watchdog share.
struct State {
    /// Scenes that nobody plays yet.
    waiting: VecDeque<usize>,
    /// Scenes that somebody plays. The watchdog takes out what it gives up.
    running: BTreeMap<usize, Running>,
}

struct Running {
    began: Duration,
    progress: Arc<Progress>,
}

/// What a thread needs to play.
struct Company<W> {
    scenes: Arc<Vec<Scene>>,
    definitions: Arc<Definitions<W>>,
    state: Arc<Mutex<State>>,
    wall_clock: Arc<dyn Fn() -> Duration + Send + Sync>,
    sender: Sender<(usize, Performance)>,
}

impl<W> Clone for Company<W> {
    fn clone(&self) -> Self {
        Self {
            scenes: Arc::clone(&self.scenes),
            definitions: Arc::clone(&self.definitions),
            state: Arc::clone(&self.state),
            wall_clock: Arc::clone(&self.wall_clock),
            sender: self.sender.clone(),
        }
    }
}

impl<W: Stage> Company<W> {
    /// Plays, on a thread of its own, one scene after the other until none waits.
    fn work(self) {
        let work = move || {
            while let Some((scene, progress, began)) = self.take() {
                let mut performance = play(&self.scenes[scene], &self.definitions, &progress);
                performance.wall = (self.wall_clock)().saturating_sub(began);
                // Given up as hung in the meantime: its failure is told, and another thread has taken this one's
                // place.
                if lock(&self.state).running.remove(&scene).is_none() {
                    return;
                }
                if self.sender.send((scene, performance)).is_err() {
                    return;
                }
            }
        };
        let thread = thread::Builder::new().name("scenario".to_owned()).spawn(work);
        thread.expect("the system gives out a thread for each job");
    }

    fn take(&self) -> Option<(usize, Arc<Progress>, Duration)> {
        let mut state = lock(&self.state);
        let scene = state.waiting.pop_front()?;
        let progress = Arc::new(Progress::new(&self.scenes[scene]));
        let began = (self.wall_clock)();
        state.running.insert(scene, Running { began, progress: Arc::clone(&progress) });
        Some((scene, progress, began))
    }
}

/// Scenarios as they come off the stage, in the order of the features.
pub(crate) struct Performances {
    next: usize,
    early: BTreeMap<usize, Performance>,
    hung_after: Duration,
    scenes: Arc<Vec<Scene>>,
    state: Arc<Mutex<State>>,
    receiver: Receiver<(usize, Performance)>,
    wall_clock: Arc<dyn Fn() -> Duration + Send + Sync>,
    /// Starts a thread in the place of one that hangs.
    hire: Box<dyn Fn()>,
}

impl Iterator for Performances {
    type Item = Performance;

    fn next(&mut self) -> Option<Performance> {
        if self.next == self.scenes.len() {
            return None;
        }
        loop {
            if let Some(performance) = self.early.remove(&self.next) {
                self.next += 1;
                return Some(performance);
            }
            match self.receiver.recv_timeout(WATCH_INTERVAL) {
                Ok((scene, performance)) => {
                    self.early.insert(scene, performance);
                }
                Err(RecvTimeoutError::Timeout) => self.give_up_hung(),
                Err(RecvTimeoutError::Disconnected) => unreachable!("`hire` keeps a sender"),
            }
        }
    }
}

impl Performances {
    /// Reports scenes that take too long as failed. Their threads cannot be stopped; they are left behind, and
    /// others take their places.
    fn give_up_hung(&mut self) {
        let now = (self.wall_clock)();
        let hung: Vec<_> = lock(&self.state)
            .running
            .extract_if(.., |_, running| now.saturating_sub(running.began) > self.hung_after)
            .collect();
        for (scene, running) in hung {
            let performance = self.hung(scene, &running, now);
            self.early.insert(scene, performance);
            (self.hire)();
        }
    }

    fn hung(&self, scene: usize, running: &Running, now: Duration) -> Performance {
        let steps = running.progress.steps().clone();
        let step = steps.iter().position(|step| step.status == StepStatus::Unfinished);
        let what = if step.is_some() { "this step" } else { "the stage, between steps," };
        let failure = Failure {
            step,
            message: format!(
                "hung: {what} did not end within {} s of real time",
                self.hung_after.as_secs_f64()
            ),
            ..Failure::default()
        };
        let scenario = self.scenes[scene].info.clone();
        Performance {
            finished: stand_in(&scenario, &steps, Some(&failure)),
            scenario,
            steps,
            failure: Some(failure),
            wall: now.saturating_sub(running.began),
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // No code of a step runs under the lock.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
