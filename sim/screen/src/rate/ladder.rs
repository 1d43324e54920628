//! The rungs between the finest and the coarsest picture, and when to climb.

use std::time::Duration;

use wire::SimTime;
use wire::tool::Performance;

/// The time over which a rung is judged, and so the shortest time between two changes.
const JUDGE_EVERY: Duration = Duration::from_secs(3);

/// The most clean stretches of [`JUDGE_EVERY`] that a rung which failed before is waited for.
const PATIENCE_MAX: u32 = 16;

/// How much of the rate may be in use, in per cent, for a finer rung to be tried.
const ROOM_PERCENT: u64 = 60;

/// How good a picture is: plain data, for the encoder to carry out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rung {
    /// Its place on the ladder; 0 is the finest.
    pub level: u8,
    /// The most frames in a second.
    pub frames_per_s: u32,
    /// Many-coloured tiles are exact, too.
    pub lossless: bool,
    /// The JPEG quality of many-coloured tiles, 1 to 100.
    pub jpeg_quality: u8,
    /// Colour has a sample at each pixel (4:4:4), and not one for four (4:2:0).
    pub full_chroma: bool,
    /// Many-coloured tiles go at half their width and height.
    pub half_size: bool,
    /// All of it in 256 colours; the only rung on which text is not exact.
    pub palette: bool,
}

impl Rung {
    const fn jpeg(level: u8, frames_per_s: u32, jpeg_quality: u8) -> Self {
        Self {
            level,
            frames_per_s,
            lossless: false,
            jpeg_quality,
            full_chroma: false,
            half_size: false,
            palette: false,
        }
    }

    /// The time from one frame to the next.
    pub const fn interval(&self) -> Duration {
        Duration::from_nanos(1_000_000_000 / self.frames_per_s as u64)
    }
}

/// The ladder, from the finest rung to the coarsest. Bytes are cut before frames: a picture that moves smoothly and is
/// coarse is better to work with than a fine one that jerks.
pub const RUNGS: [Rung; 8] = [
    Rung { lossless: true, full_chroma: true, ..Rung::jpeg(0, 30, 100) },
    Rung { full_chroma: true, ..Rung::jpeg(1, 30, 85) },
    Rung { full_chroma: true, ..Rung::jpeg(2, 30, 75) },
    Rung::jpeg(3, 30, 75),
    Rung::jpeg(4, 30, 60),
    Rung::jpeg(5, 20, 40),
    Rung { half_size: true, ..Rung::jpeg(6, 12, 40) },
    Rung { half_size: true, palette: true, ..Rung::jpeg(7, 6, 40) },
];

/// A viewer who sees nothing yet is to have all of the picture after so long.
const FIRST_PICTURE_WITHIN: Duration = Duration::from_secs(1);

/// The coarsest rung on which text is exact.
const COARSEST_COAT: u8 = 6;

/// What a screen comes to in bits for a hundred pixels, on each rung: a desktop of which most is a photograph.
const BITS_PER_100_PX: [u64; RUNGS.len()] = [900, 250, 170, 120, 80, 60, 20, 15];

/// How a picture is painted of which the viewer has seen nothing yet, of so many pixels: on the rung that holds, or on a
/// coarser one where that would take too long at this rate. What is still becomes exact from there.
pub fn first_coat(rung: Rung, bits_per_s: u64, pixels: u64) -> Rung {
    let bits = super::bytes_in(super::nanos(FIRST_PICTURE_WITHIN), bits_per_s).saturating_mul(8);
    let from = usize::from(rung.level);
    let fits = |level: &Rung| BITS_PER_100_PX[usize::from(level.level)] * pixels / 100 <= bits;
    let coats = RUNGS[from..].iter().take_while(|level| level.level <= COARSEST_COAT);
    let coat = coats.clone().find(|level| fits(level)).or(coats.last()).copied().unwrap_or(rung);
    // How often frames come is not a matter of the first one.
    Rung { frames_per_s: rung.frames_per_s, ..coat }
}

/// The rungs that a choice allows.
struct Span {
    finest: usize,
    first: usize,
    coarsest: usize,
}

fn span(performance: Performance) -> Span {
    match performance {
        Performance::BestQuality => Span { finest: 0, first: 1, coarsest: 3 },
        Performance::Balanced => Span { finest: 1, first: 2, coarsest: 6 },
        Performance::BestPerformance => Span { finest: 4, first: 4, coarsest: 7 },
    }
}

/// The rung that a choice begins on.
pub(super) fn first_rung(performance: Performance) -> Rung {
    RUNGS[span(performance).first]
}

/// Where on the ladder a picture is. Judges what was sent every [`JUDGE_EVERY`], and goes one rung at most.
///
/// Down if at least half the frames had to leave something out; up if none had to, the line was clean and there is
/// room. A rung that was climbed and at once found too fine is tried again only after twice the time, so that a
/// picture between two rungs does not pump.
#[derive(Debug)]
pub(super) struct Ladder {
    performance: Performance,
    place: usize,
    judged_at: SimTime,
    seen: Seen,
    clean_stretches: u32,
    /// Clean stretches to wait for before the next step up.
    patience: u32,
    /// The last change was a step up, and nothing has been heard against it.
    on_trial: bool,
    /// The rate at which a step up failed: at a clearly higher one, patience is not needed.
    failed_at_bits_per_s: u64,
}

/// What was sent since the last judgement.
#[derive(Debug, Default)]
struct Seen {
    frames: u32,
    cut: u32,
    bytes: u64,
    over_used: bool,
}

impl Ladder {
    pub(super) fn new(now: SimTime, performance: Performance) -> Self {
        Self {
            performance,
            place: span(performance).first,
            judged_at: now,
            seen: Seen::default(),
            clean_stretches: 0,
            patience: 1,
            on_trial: false,
            failed_at_bits_per_s: 0,
        }
    }

    pub(super) fn rung(&self) -> Rung {
        RUNGS[self.place]
    }

    /// Another choice: its first rung holds at once.
    pub(super) fn set_performance(&mut self, now: SimTime, performance: Performance) {
        if performance == self.performance {
            return;
        }
        let place = span(performance).first;
        *self = Self { place, ..Self::new(now, performance) };
    }

    pub(super) fn sent(&mut self, bytes: usize, had_more: bool) {
        self.seen.frames += 1;
        self.seen.cut += u32::from(had_more);
        self.seen.bytes += bytes as u64;
    }

    pub(super) fn over_used(&mut self) {
        self.seen.over_used = true;
    }

    /// Looks whether it is time to change, given what the line is held to carry.
    pub(super) fn judge(&mut self, now: SimTime, rate_bits_per_s: u64) {
        let stretch = now - self.judged_at;
        if stretch < JUDGE_EVERY {
            return;
        }
        self.judged_at = now;
        let seen = std::mem::take(&mut self.seen);
        let span = span(self.performance);
        if seen.cut > 0 && seen.cut * 2 >= seen.frames {
            self.clean_stretches = 0;
            if std::mem::take(&mut self.on_trial) {
                self.patience = (self.patience * 2).min(PATIENCE_MAX);
                self.failed_at_bits_per_s = rate_bits_per_s;
            }
            self.place = (self.place + 1).min(span.coarsest);
            return;
        }
        let room = super::bytes_in(super::nanos(stretch), rate_bits_per_s) / 100 * ROOM_PERCENT;
        if seen.cut > 0 || seen.over_used || seen.bytes > room {
            self.clean_stretches = 0;
            return;
        }
        self.clean_stretches += 1;
        if rate_bits_per_s / 5 * 4 > self.failed_at_bits_per_s {
            self.patience = 1;
        }
        if self.clean_stretches >= self.patience && self.place > span.finest {
            self.place -= 1;
            self.clean_stretches = 0;
            self.on_trial = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a stretch of ninety frames looked like.
    #[derive(Clone, Copy)]
    enum Stretch {
        Quiet,
        Cut,
        Full,
    }

    fn play(ladder: &mut Ladder, now: &mut SimTime, stretch: Stretch) -> u8 {
        let (bytes, had_more) = match stretch {
            Stretch::Quiet => (1_000, false),
            Stretch::Cut => (8_000, true),
            Stretch::Full => (8_000, false),
        };
        for _ in 0..90 {
            ladder.sent(bytes, had_more);
        }
        *now += JUDGE_EVERY;
        ladder.judge(*now, 2_000_000);
        ladder.rung().level
    }

    #[test]
    fn the_ladder() {
        let mut table = String::from("rung  fps  pictures\n");
        for rung in RUNGS {
            let picture = match rung {
                Rung { lossless: true, .. } => "exact".to_owned(),
                Rung { jpeg_quality, full_chroma, half_size, palette, .. } => format!(
                    "JPEG {jpeg_quality} {}{}{}",
                    if full_chroma { "4:4:4" } else { "4:2:0" },
                    if half_size { ", half size" } else { "" },
                    if palette { ", 256 colours" } else { "" }
                ),
            };
            table += &format!("{:>4}  {:>3}  {picture}\n", rung.level, rung.frames_per_s);
        }
        for performance in [Performance::BestQuality, Performance::Balanced, Performance::BestPerformance] {
            let Span { finest, first, coarsest } = span(performance);
            table += &format!("{performance}: {finest} to {coarsest}, from {first}\n");
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn the_first_picture_is_as_coarse_as_the_line_is_narrow() {
        let coat = |bits_per_s| first_coat(RUNGS[2], bits_per_s, 1920 * 1080).level;
        let rates = [384_000, 800_000, 1_300_000, 1_700_000, 3_000_000, 10_000_000];
        assert_eq!(rates.map(coat), [6, 6, 5, 4, 3, 2]);
        assert_eq!(first_coat(RUNGS[7], 384_000, 1920 * 1080), RUNGS[7], "who chose the coarsest has it");
        assert_eq!(first_coat(RUNGS[2], 384_000, 640 * 480).level, 3, "a small screen needs less");
    }

    #[test]
    fn it_goes_one_rung_at_a_time_and_stops_at_the_ends() {
        let (mut now, mut ladder) = (SimTime::ZERO, Ladder::new(SimTime::ZERO, Performance::Balanced));
        let mut levels = Vec::new();
        for stretch in [[Stretch::Cut; 6], [Stretch::Quiet; 6], [Stretch::Full; 6]].concat() {
            levels.push(play(&mut ladder, &mut now, stretch));
        }
        assert_eq!(levels, [3, 4, 5, 6, 6, 6, 5, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn a_rung_that_fails_is_tried_again_ever_later() {
        let (mut now, mut ladder) = (SimTime::ZERO, Ladder::new(SimTime::ZERO, Performance::Balanced));
        let mut levels = Vec::new();
        for _ in 0..16 {
            let too_fine = ladder.rung().level < 3;
            let stretch = if too_fine { Stretch::Cut } else { Stretch::Quiet };
            levels.push(play(&mut ladder, &mut now, stretch));
        }
        assert_eq!(levels, [3, 2, 3, 3, 2, 3, 3, 3, 3, 2, 3, 3, 3, 3, 3, 3]);
    }

    #[test]
    fn a_choice_holds_at_once() {
        let mut ladder = Ladder::new(SimTime::ZERO, Performance::Balanced);
        ladder.set_performance(SimTime::ZERO, Performance::BestQuality);
        assert_eq!(ladder.rung(), RUNGS[1]);
        ladder.set_performance(SimTime::ZERO, Performance::BestPerformance);
        assert_eq!(ladder.rung(), RUNGS[4]);
    }
}
