//! What a packet meets on the way by chance.

use std::time::Duration;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use wire::SimTime;

use super::config::{Jitter, LinkConfig, Loss, Reordering};

/// The draws of one direction of a link. What cannot happen draws nothing.
#[derive(Debug)]
pub(super) struct Chance {
    loss: Loss,
    jitter: Jitter,
    duplicate: f64,
    reorder: Reordering,
    /// It is a bad time in the sense of [`Loss::GilbertElliott`], or was one of [`Loss::Fades`] at `seen_at`.
    bad: bool,
    /// When a packet left for which fades were last asked.
    seen_at: SimTime,
    rng: Xoshiro256PlusPlus,
}

/// What happens to one packet on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lot {
    pub(super) lost: bool,
    pub(super) twice: bool,
    /// It lets others pass, and takes so much longer.
    pub(super) held_back_nanos: Option<u64>,
    pub(super) jitter_nanos: u64,
}

impl Chance {
    /// Whether anything on such a link is by chance.
    pub(super) fn is_needed(config: &LinkConfig) -> bool {
        config.loss != Loss::None
            || config.jitter != Jitter::None
            || config.duplicate > 0.0
            || matches!(config.reorder, Reordering::HeldBack { .. })
    }

    pub(super) fn new(seed: u64) -> Self {
        Self {
            loss: Loss::None,
            jitter: Jitter::None,
            duplicate: 0.0,
            reorder: Reordering::Never,
            bad: false,
            seen_at: SimTime::ZERO,
            rng: Xoshiro256PlusPlus::seed_from_u64(seed),
        }
    }

    /// Changes what can happen from now on. Good and bad times go on where they are unless the loss is another one. What was
    /// drawn for packets that had not left yet did not happen: of fades, only what was the last time is known.
    pub(super) fn configure(&mut self, now: SimTime, config: &LinkConfig) {
        self.bad &= self.loss == config.loss;
        self.seen_at = self.seen_at.min(now);
        (self.loss, self.jitter) = (config.loss, config.jitter);
        (self.duplicate, self.reorder) = (config.duplicate, config.reorder);
    }

    /// Draws for the next packet, which leaves the queue then.
    pub(super) fn draw(&mut self, leaves: SimTime) -> Lot {
        let lost = self.is_lost(leaves);
        let jitter_nanos = self.jitter_nanos();
        let twice = self.happens(self.duplicate) && !lost;
        let held_back_nanos = match self.reorder {
            Reordering::HeldBack { share, by } => self.happens(share).then(|| nanos(by)),
            Reordering::Never | Reordering::ByJitter => None,
        };
        Lot { lost, twice, held_back_nanos, jitter_nanos }
    }

    fn is_lost(&mut self, leaves: SimTime) -> bool {
        match self.loss {
            Loss::None => false,
            Loss::Independent(share) => self.happens(share),
            Loss::GilbertElliott { p, r, loss_good, loss_bad } => {
                let (loss, change) = if self.bad { (loss_bad, r) } else { (loss_good, p) };
                let lost = self.happens(loss);
                self.bad ^= self.happens(change);
                lost
            }
            Loss::Fades { share, mean } => {
                // A Markov chain in continuous time: how it stood is forgotten exponentially.
                let elapsed = leaves.as_nanos().saturating_sub(self.seen_at.as_nanos());
                let forgets_in = nanos(mean) as f64 * (1.0 - share);
                let remembers =
                    if forgets_in > 0.0 { libm::exp(-(elapsed as f64) / forgets_in) } else { 0.0 };
                let was = f64::from(u8::from(self.bad));
                self.bad = self.happens(share + (was - share) * remembers);
                self.seen_at = self.seen_at.max(leaves);
                self.bad
            }
        }
    }

    fn jitter_nanos(&mut self) -> u64 {
        match self.jitter {
            Jitter::None => 0,
            Jitter::Uniform { max } if max.is_zero() => 0,
            Jitter::Uniform { max } => self.up_to(nanos(max)),
            Jitter::Normal { mean, deviation } => {
                const CUT_DEVIATIONS: f64 = 3.0;
                let (mean, deviation) = (nanos(mean) as f64, nanos(deviation) as f64);
                // At the least, half of all draws are within: the mean is not below nothing.
                loop {
                    let z = self.standard_normal();
                    let drawn = mean + z * deviation;
                    if (-CUT_DEVIATIONS..=CUT_DEVIATIONS).contains(&z) && drawn >= 0.0 {
                        return drawn as u64;
                    }
                }
            }
            Jitter::Pareto { mean, max } => {
                // P(X > x) = (s / (s + x))³, of which the mean is s / 2; solved for x.
                let scale = nanos(mean) as f64 * 2.0;
                let drawn = scale * (1.0 / libm::cbrt(1.0 - self.unit_interval()) - 1.0);
                (drawn as u64).min(nanos(max))
            }
        }
    }

    fn happens(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.unit_interval() < probability
    }

    /// By Box and Muller (1958); the other one of each pair is not used.
    fn standard_normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit_interval()));
        radius * libm::cos(2.0 * std::f64::consts::PI * self.unit_interval())
    }

    /// Evenly in `0.0..1.0`.
    fn unit_interval(&mut self) -> f64 {
        const STEPS: u64 = 1 << f64::MANTISSA_DIGITS;
        (self.rng.next_u64() % STEPS) as f64 / STEPS as f64
    }

    /// Evenly in `0..=max`, by the high half of a product (Lemire 2019, without the rejection of 1 in 2^64).
    fn up_to(&mut self, max: u64) -> u64 {
        ((u128::from(self.rng.next_u64()) * (u128::from(max) + 1)) >> u64::BITS) as u64
    }
}

/// As many nanoseconds as simulated time can count.
pub(super) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: u32 = 200_000;

    /// The time from one packet to the next.
    const EVERY: Duration = Duration::from_millis(1);

    /// How far a mean or a deviation of [`DRAWS`] draws may be off: four standard errors of a mean whose deviation is
    /// 1.7 times itself, which is the worst of those below.
    const STATISTICAL_SHARE: f64 = 4.0 * 1.74 / 447.0;

    fn drawn(config: &LinkConfig, seed: u64) -> Vec<Lot> {
        let mut chance = Chance::new(seed);
        chance.configure(SimTime::ZERO, config);
        (0..DRAWS).map(|number| chance.draw(SimTime::ZERO + EVERY * number)).collect()
    }

    /// Mean, deviation, least and most of a jitter, in milliseconds.
    fn jitter(jitter: Jitter) -> [f64; 4] {
        let lots = drawn(&LinkConfig::unlimited().jitter(jitter), 1);
        let millis: Vec<f64> = lots.iter().map(|lot| lot.jitter_nanos as f64 / 1e6).collect();
        let mean = millis.iter().sum::<f64>() / f64::from(DRAWS);
        let variance = millis.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(DRAWS);
        let (least, most) =
            millis.iter().fold((f64::MAX, 0.0_f64), |(least, most), x| (least.min(*x), most.max(*x)));
        [mean, libm::sqrt(variance), least, most]
    }

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[track_caller]
    fn near(found: f64, expected: f64) {
        let off = (found - expected).abs() / expected;
        assert!(off < STATISTICAL_SHARE, "expected {expected}, found {found}");
    }

    #[test]
    fn uniform_jitter_has_its_mean_and_deviation() {
        let [mean, deviation, least, most] = jitter(Jitter::Uniform { max: millis(30) });
        near(mean, 15.0);
        near(deviation, 30.0 / libm::sqrt(12.0));
        assert!(least < 0.01 && (29.99..=30.0).contains(&most), "{least} to {most}");
    }

    #[test]
    fn normal_jitter_has_its_mean_and_deviation_and_is_cut() {
        let [mean, deviation, least, most] = jitter(Jitter::normal_within(millis(30)));
        near(mean, 15.0);
        near(deviation, 5.0 * 0.9866);
        assert!((0.0..1.0).contains(&least) && (29.0..=30.0).contains(&most), "{least} to {most}");
        // Half of a bell: its mean is the root of 2/π deviations, less what is cut.
        let [mean, _, least, most] = jitter(Jitter::Normal { mean: Duration::ZERO, deviation: millis(10) });
        near(mean, 10.0 * libm::sqrt(2.0 / std::f64::consts::PI) * (1.0 - libm::exp(-4.5)) / 0.9973);
        assert!(least < 0.01 && (29.0..=30.0).contains(&most), "{least} to {most}");
    }

    #[test]
    fn pareto_jitter_has_its_mean_and_deviation_and_a_long_tail() {
        let [mean, deviation, least, most] = jitter(Jitter::Pareto { mean: millis(10), max: millis(200) });
        // With s = 20 and m = 200: E[min(X, m)] = s/2 (1 - (s/(s+m))²), and
        // E[min(X, m)²] = 2s³ (1/2s - 1/(s+m) + s/2(s+m)²).
        let (s, m) = (20.0_f64, 200.0_f64);
        let cut = s / (s + m);
        let second = 2.0 * s * s * s * (0.5 / s - 1.0 / (s + m) + s / (2.0 * (s + m) * (s + m)));
        let expected = s / 2.0 * (1.0 - cut * cut);
        near(mean, expected);
        near(deviation, libm::sqrt(second - expected * expected));
        assert!(least < 0.01 && most > 199.9, "{least} to {most}");
    }

    #[test]
    fn losses_come_in_bursts_of_the_share_and_the_length_asked_for() {
        let lost = |loss| -> Vec<bool> {
            drawn(&LinkConfig::unlimited().loss(loss), 3).into_iter().map(|lot| lot.lost).collect()
        };
        for (loss, share, mean_burst) in [
            (Loss::bursts(0.02, 5.0), 0.02, 5.0),
            (Loss::bursts(0.2, 12.0), 0.2, 12.0),
            // Each for itself: a burst ends with the probability that a packet is not lost.
            (Loss::Independent(0.2), 0.2, 1.25),
        ] {
            let lost = lost(loss);
            let count = lost.iter().filter(|lost| **lost).count() as f64;
            let bursts = lost.windows(2).filter(|pair| !pair[0] && pair[1]).count() as f64;
            // Lengths are geometric, which deviate by less than their mean; so does the sum of a burst and the gap
            // behind it.
            let four_errors = 4.0 * libm::sqrt(2.0 / bursts);
            assert!((count / bursts / mean_burst - 1.0).abs() < four_errors, "{loss:?}: {count} in {bursts}");
            assert!((count / f64::from(DRAWS) / share - 1.0).abs() < four_errors, "{loss:?}: {count} lost");
            assert!(four_errors < 0.22, "{loss:?}: the bounds mean something");
        }
    }

    /// However many packets there are meanwhile: a fade takes many that are close together, and hardly two that are far apart.
    #[test]
    fn fades_last_so_long_and_are_over_by_themselves() {
        let (share, mean) = (0.05, Duration::from_millis(20));
        for (every, mean_burst) in [
            // 1 / (1 - P(bad, and bad again)): with a gap of g and a memory of 19 ms, that is share + (1 - share) exp(-g / 19 ms).
            (Duration::from_millis(1), 1.0 / (0.95 * (1.0 - libm::exp(-1.0 / 19.0)))),
            (Duration::from_millis(10), 1.0 / (0.95 * (1.0 - libm::exp(-10.0 / 19.0)))),
            (Duration::from_secs(1), 1.0 / 0.95),
        ] {
            let mut chance = Chance::new(3);
            chance.configure(SimTime::ZERO, &LinkConfig::unlimited().loss(Loss::Fades { share, mean }));
            let lost: Vec<bool> =
                (0..DRAWS).map(|number| chance.draw(SimTime::ZERO + every * number).lost).collect();
            let count = lost.iter().filter(|lost| **lost).count() as f64;
            let bursts = lost.windows(2).filter(|pair| !pair[0] && pair[1]).count() as f64;
            let four_errors = 4.0 * libm::sqrt(2.0 / bursts);
            assert!(
                (count / bursts / mean_burst - 1.0).abs() < four_errors,
                "{every:?}: {count} in {bursts}"
            );
            assert!((count / f64::from(DRAWS) / share - 1.0).abs() < four_errors, "{every:?}: {count} lost");
            assert!(four_errors < 0.3, "{every:?}: the bounds mean something");
        }
    }

    #[test]
    fn both_states_of_gilbert_and_elliott_may_lose() {
        let loss = Loss::GilbertElliott { p: 0.01, r: 0.03, loss_good: 0.02, loss_bad: 0.5 };
        let count =
            drawn(&LinkConfig::unlimited().loss(loss), 5).iter().filter(|lot| lot.lost).count() as f64;
        // States last 33 and 100 packets: some 1500 turns of both, each as good as one draw.
        assert!((count / f64::from(DRAWS) / loss.share() - 1.0).abs() < 4.0 / libm::sqrt(1500.0));
        assert!((loss.share() - 0.14).abs() < 1e-12);
    }

    #[test]
    fn the_same_seed_has_the_same_lots() {
        let config = LinkConfig::unlimited()
            .loss(Loss::bursts(0.1, 3.0))
            .jitter(Jitter::normal_within(millis(5)))
            .duplicate(0.1)
            .reorder(Reordering::HeldBack { share: 0.1, by: millis(1) });
        assert_eq!(drawn(&config, 7), drawn(&config, 7));
        assert_ne!(drawn(&config, 7), drawn(&config, 8));
        let lots = drawn(&config, 7);
        assert!(lots.iter().all(|lot| !(lot.lost && lot.twice)), "what is lost does not come twice");
    }
}
