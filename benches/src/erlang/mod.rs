//! The appliance's queue against Erlang C: customers come at random, each representative has one session at a time and
//! ends it after a random while. What is simulated is the appliance itself, over its bytes and without a network; what
//! it is held against is a formula of 1917.
//!
//! The draws of a run are chance, and at 80 % load 200,000 of them leave the mean wait several per cent off. So a
//! *twin*, the textbook's recursion for such a queue, gets the same draws. Its expectation is the closed form exactly,
//! which makes it a control variate: what the twin is off by is taken off the appliance's figure. What is left is what
//! the appliance itself does otherwise than a textbook queue.

mod centre;
mod figures;

pub use figures::{Case, Figures, Row, cases, closed_form};

use std::time::Duration;

use rand::RngExt as _;
use wire::{Seed, SimTime};

use self::centre::Centre;

/// How long a session takes, on average.
pub const HANDLING_MEAN: Duration = Duration::from_secs(60);

/// How far a figure may be from the closed form, in parts of it.
pub const ERROR_MAX: f64 = 0.03;

/// The same in `cargo test`, where fewer customers come: what the twin cannot take off is small, but so is the sample.
pub const ERROR_MAX_IN_TESTS: f64 = 0.05;

/// How many standard errors the figure without the twin's help may be off: more is not chance.
pub const CHANCE_MAX: f64 = 4.0;

/// One customer: when they come, and how long their session takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    pub(crate) comes: SimTime,
    pub(crate) handling: Duration,
}

/// Lets `arrivals` customers come to the appliance and to the twin, and counts how they wait.
pub fn simulate(case: Case, arrivals: usize, seed: Seed) -> Figures {
    let callers = callers(case, arrivals, seed);
    let waits = Centre::new(case.servers, seed).serve(&callers);
    let twin = textbook(case.servers, &callers);
    Figures::new(case, &waits, &twin)
}

/// A Poisson stream with exponential handling times.
fn callers(case: Case, arrivals: usize, seed: Seed) -> Vec<Caller> {
    let (mut between, mut handling) = (seed.child("arrivals").rng(), seed.child("handling").rng());
    let exponential = |rng: &mut rand_chacha::ChaCha8Rng, mean: f64| {
        // Never zero, which has no logarithm. libm's, since all machines are to draw the same.
        let uniform = 1.0 - rng.random::<f64>();
        Duration::from_secs_f64(-libm::log(uniform) * mean)
    };
    let handling_s = HANDLING_MEAN.as_secs_f64();
    let mut now = SimTime::ZERO;
    (0..arrivals)
        .map(|_| {
            now += exponential(&mut between, handling_s / case.load);
            Caller { comes: now, handling: exponential(&mut handling, handling_s) }
        })
        .collect()
}

/// First come, first served, by whoever is free first.
fn textbook(servers: usize, callers: &[Caller]) -> Vec<Duration> {
    let mut free = vec![SimTime::ZERO; servers];
    let serve = |caller: &Caller| {
        let first = (0..servers).min_by_key(|server| free[*server]).expect("somebody serves");
        let begins = caller.comes.max(free[first]);
        free[first] = begins + caller.handling;
        begins.since(caller.comes)
    };
    callers.iter().map(serve).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Enough to see a queue that hands out work too late or to the wrong one, in a second or two.
    const ARRIVALS: usize = 2_000;

    #[test]
    fn the_appliance_waits_as_erlang_says() {
        for case in cases() {
            let row = simulate(case, ARRIVALS, Seed::from_number(1)).row();
            assert!(row.error() <= ERROR_MAX_IN_TESTS, "{row}");
            assert!(row.chance() <= CHANCE_MAX, "{row}");
        }
    }

    /// Were the check blind, a centre with one representative fewer would pass.
    #[test]
    fn a_queue_of_another_kind_is_seen() {
        let case = Case { servers: 3, load: 2.0 };
        let callers = callers(case, ARRIVALS, Seed::from_number(1));
        let lazy: Vec<Duration> =
            textbook(3, &callers).into_iter().map(|wait| wait + Duration::from_secs(2)).collect();
        let row = Figures::new(case, &lazy, &textbook(3, &callers)).row();
        assert!(row.error() > ERROR_MAX, "{row}");
    }

    #[test]
    fn the_twin_alone_agrees_with_the_closed_form() {
        for case in cases() {
            let callers = callers(case, 400_000, Seed::from_number(7));
            let twin = textbook(case.servers, &callers);
            let row = Figures::new(case, &twin, &twin).row();
            assert!(row.chance() <= CHANCE_MAX, "{row}");
        }
    }
}
