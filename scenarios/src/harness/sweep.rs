//! `rehearse sweep`: many random walks, and of what fails the shortest story, as a feature.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use recording::{EntryKind, Recording};

use super::brief;
use super::cli::{Surroundings, SweepArgs, Trouble};
use super::definitions::Definitions;
use super::output;
use super::play::{Failure, Performance, Scene};
use super::pool::Pool;
use super::runner::scenes;
use super::script::Script;
use super::stage::Stage;
use crate::act::Act;
use crate::sweep::model::Broken;
use crate::sweep::phrase::phrase;
use crate::sweep::shrink::shrink;
use crate::sweep::{CUSTOMERS, FLAW_TAG, Faults, flaws};

/// How many seeds are played before the next look at how it goes.
const SEEDS_AT_ONCE: u64 = 16;

/// How many failures are shrunk: those of one run are mostly one.
const SHRUNK_MAX: usize = 3;

/// How long a planted flaw's story may be for it to count as found.
const PLANTED_ACTS_MAX: usize = 11;

/// Sweeps; whether no rule broke, or, where flaws were planted, whether each was found.
pub(crate) fn sweep<W: Stage>(
    args: &SweepArgs,
    surroundings: &mut Surroundings<'_>,
) -> Result<bool, Trouble> {
    let folder = match &args.out {
        Some(folder) => surroundings.folder.join(folder),
        None => output::folder(None, surroundings).join("sweep"),
    };
    let pool = args.pool(surroundings);
    let mut sweep = Sweep {
        definitions: Arc::new(Definitions::<W>::collect()),
        root: surroundings.root().folder().to_owned(),
        pool,
        faults: args.faults,
        acts: args.acts.get(),
        folder,
    };
    match args.plant.as_deref() {
        None => sweep.sound(args.seeds.clone(), surroundings),
        Some(wanted) => {
            let planted: Vec<String> = flaws().filter(|flaw| wanted == "all" || wanted == flaw).collect();
            if planted.is_empty() {
                let known: Vec<String> = flaws().collect();
                return Err(Trouble::Usage(format!(
                    "expected a flaw to plant (all, {}), found {wanted:?}",
                    known.join(", ")
                )));
            }
            sweep.planted(&planted, args.seeds.clone(), surroundings)
        }
    }
}

struct Sweep<W> {
    definitions: Arc<Definitions<W>>,
    root: PathBuf,
    pool: Pool,
    faults: Faults,
    acts: usize,
    folder: PathBuf,
}

/// A walk that ended badly.
struct Found {
    seed: u64,
    flaw: Option<String>,
    rule: String,
    failure: Failure,
    acts: Vec<Act>,
}

impl<W: Stage> Sweep<W> {
    /// Nothing is planted, and nothing is to be found.
    fn sound(&mut self, seeds: Range<u64>, surroundings: &mut Surroundings<'_>) -> Result<bool, Trouble> {
        let bar = progress_bar(&seeds, surroundings.watched);
        let (mut walks, mut acts, mut found) = (0_u64, 0.0, Vec::new());
        for batch in batches(seeds.clone()) {
            let scenes = batch.map(|seed| self.walk(seed, None)).collect::<Result<Vec<_>, _>>()?;
            for performance in self.pool.play(scenes, Arc::clone(&self.definitions)) {
                walks += 1;
                acts += performance.finished.figures.get(ACTS).copied().unwrap_or_default();
                bar.inc(1);
                if let Some(one) = found_in(&performance, None)? {
                    let line = format!(
                        "✗ seed {}: {} after {}\n",
                        one.seed,
                        one.rule,
                        brief::count(one.acts.len(), "act")
                    );
                    bar.suspend(|| surroundings.out.write_all(line.as_bytes()))?;
                    found.push(one);
                }
            }
        }
        bar.finish_and_clear();
        let failed = found.len();
        let mut told: Vec<String> = Vec::new();
        for one in found {
            // Of a walk that hung nothing is left to shrink.
            if told.len() < SHRUNK_MAX && !told.contains(&one.rule) && !one.acts.is_empty() {
                told.push(one.rule.clone());
                self.report(one, surroundings)?;
            }
        }
        writeln!(
            surroundings.out,
            "{}, {acts} acts, {} faults: {failed} failed",
            brief::count(walks as usize, "walk"),
            self.faults
        )?;
        Ok(failed == 0)
    }

    /// Each flaw must be found, and its story be short.
    fn planted(
        &mut self,
        flaws: &[String],
        seeds: Range<u64>,
        surroundings: &mut Surroundings<'_>,
    ) -> Result<bool, Trouble> {
        let mut all_found = true;
        for flaw in flaws {
            let Some(found) = self.first(flaw, seeds.clone())? else {
                writeln!(
                    surroundings.out,
                    "✗ {flaw}: not found in the seeds {}..{}",
                    seeds.start, seeds.end
                )?;
                all_found = false;
                continue;
            };
            let (seed, long, rule) = (found.seed, found.acts.len(), found.rule.clone());
            let (short, file) = self.shrink_and_write(found)?;
            let good = short <= PLANTED_ACTS_MAX;
            all_found &= good;
            let mark = if good { '✓' } else { '✗' };
            writeln!(
                surroundings.out,
                "{mark} {flaw}: seed {seed}, {}, shrunk to {short}: {rule}\n    {}",
                brief::count(long, "act"),
                brief::command(&self.shown(&file, surroundings), seed)
            )?;
        }
        Ok(all_found)
    }

    fn first(&self, flaw: &str, seeds: Range<u64>) -> Result<Option<Found>, Trouble> {
        for batch in batches(seeds) {
            let scenes = batch.map(|seed| self.walk(seed, Some(flaw))).collect::<Result<Vec<_>, _>>()?;
            let mut first = None;
            for performance in self.pool.play(scenes, Arc::clone(&self.definitions)) {
                if first.is_none() {
                    first = found_in(&performance, Some(flaw))?;
                    // What fails without the flaw, too, is no find of it.
                    if let Some(found) = &first
                        && self.fails_soundly(found.seed)?
                    {
                        first = None;
                    }
                }
            }
            if first.is_some() {
                return Ok(first);
            }
        }
        Ok(None)
    }

    /// Whether a seed's walk fails with nothing planted.
    fn fails_soundly(&self, seed: u64) -> Result<bool, Trouble> {
        let walk = vec![self.walk(seed, None)?];
        let sound = self.pool.play(walk, Arc::clone(&self.definitions)).next();
        Ok(sound.is_none_or(|performance| performance.failure.is_some()))
    }

    fn report(&self, found: Found, surroundings: &mut Surroundings<'_>) -> Result<(), Trouble> {
        let (seed, message, long) = (found.seed, found.failure.message.clone(), found.acts.len());
        let (short, file) = self.shrink_and_write(found)?;
        writeln!(surroundings.out, "\n✗ seed {seed}\n{}", brief::indent(&message, 4).trim_end())?;
        writeln!(
            surroundings.out,
            "    {}, shrunk to {short}: {}",
            brief::count(long, "act"),
            self.shown(&file, surroundings)
        )?;
        writeln!(
            surroundings.out,
            "    repeat with: {}\n",
            brief::command(&self.shown(&file, surroundings), seed)
        )?;
        Ok(())
    }

    /// Finds the acts that are needed, and leaves them as a feature. Gives their number and the file.
    fn shrink_and_write(&self, found: Found) -> Result<(usize, PathBuf), Trouble> {
        let Found { seed, flaw, rule, failure, acts } = found;
        let mut trouble = None;
        let mut tried: BTreeSet<String> = BTreeSet::new();
        let short = shrink(acts, concerned, |candidates: Vec<Vec<Act>>| {
            let first = self.first_that_fails(seed, flaw.as_deref(), &rule, candidates, &mut tried);
            first.unwrap_or_else(|error| {
                trouble = Some(error);
                None
            })
        });
        if let Some(trouble) = trouble {
            return Err(trouble);
        }
        let name = flaw.as_ref().map_or_else(|| format!("seed-{seed}"), |flaw| format!("{flaw}-seed-{seed}"));
        let file = self.folder.join(name).with_extension("feature");
        let text = story(seed, flaw.as_deref(), &short, &failure)?;
        let wrong = |error: std::io::Error| Trouble::Report(format!("{}: {error}", file.display()));
        fs::create_dir_all(&self.folder).map_err(wrong)?;
        fs::write(&file, &text).map_err(wrong)?;
        // A story that does not fail when it is played is worth nothing.
        let again = self.pool.play(vec![self.scene(&text, seed)?], Arc::clone(&self.definitions)).next();
        let again = again.as_ref().and_then(|performance| performance.failure.as_ref());
        match again.map(rule_of) {
            Some(again) if again == rule => Ok((short.len(), file)),
            again => Err(Trouble::Report(format!(
                "expected {} to fail as seed {seed} did ({rule}), came {}",
                file.display(),
                again.unwrap_or_else(|| "nothing".to_owned())
            ))),
        }
    }

    /// Of lists of acts, the first that fails by that rule: with what of it was done until then. Those that did not fail
    /// when they were `tried` never do.
    fn first_that_fails(
        &self,
        seed: u64,
        flaw: Option<&str>,
        rule: &str,
        candidates: Vec<Vec<Act>>,
        tried: &mut BTreeSet<String>,
    ) -> Result<Option<Vec<Act>>, Trouble> {
        let texts = candidates.iter().map(|acts| (acts.len(), replay(seed, flaw, acts)));
        let texts: Vec<(usize, String)> = texts.filter(|(_, text)| !tried.contains(text)).collect();
        for texts in texts.chunks(self.pool.jobs.get() * 2) {
            let scenes =
                texts.iter().map(|(_, text)| self.scene(text, seed)).collect::<Result<Vec<_>, _>>()?;
            let mut first = None;
            for (performance, (acts, text)) in
                self.pool.play(scenes, Arc::clone(&self.definitions)).zip(texts)
            {
                let found = found_in(&performance, flaw)?;
                // What is no shorter is no gain: an end may come later than it did.
                match found.filter(|found| found.rule == rule && found.acts.len() <= *acts) {
                    Some(found) => first = first.or(Some(found.acts)),
                    None => drop(tried.insert(text.clone())),
                }
            }
            if first.is_some() {
                return Ok(first);
            }
        }
        Ok(None)
    }

    /// A seed's walk.
    fn walk(&self, seed: u64, flaw: Option<&str>) -> Result<Scene, Trouble> {
        let mut text = opening(seed, flaw, "", &CUSTOMERS.map(str::to_owned));
        let faults = match self.faults {
            Faults::None => String::new(),
            faults => format!(", with {faults} faults"),
        };
        let _ = writeln!(text, "    When {} random things happen{faults}", self.acts);
        self.scene(&text, seed)
    }

    fn scene(&self, text: &str, seed: u64) -> Result<Scene, Trouble> {
        let script = Script::parse("sweep.feature", text).map_err(|problems| {
            Trouble::Report(format!("a story that does not parse:\n{}\n{text}", brief::problems(&problems)))
        })?;
        let scene = scenes(script.feature, seed, &self.root).into_iter().next();
        scene.ok_or_else(|| Trouble::Report("a story without a scenario".to_owned()))
    }

    fn shown(&self, file: &Path, surroundings: &Surroundings<'_>) -> String {
        file.strip_prefix(&surroundings.folder).unwrap_or(file).display().to_string()
    }
}

/// The figure that counts acts.
pub(crate) const ACTS: &str = "acts";

fn batches(seeds: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let end = seeds.end;
    seeds.step_by(SEEDS_AT_ONCE as usize).map(move |from| from..end.min(from.saturating_add(SEEDS_AT_ONCE)))
}

/// What a performance ended with, if it ended badly.
fn found_in(performance: &Performance, flaw: Option<&str>) -> Result<Option<Found>, Trouble> {
    let Some(failure) = &performance.failure else { return Ok(None) };
    let recording = Recording::read(&performance.finished.recording)
        .map_err(|error| Trouble::Report(format!("a recording that cannot be read: {error}")))?;
    Ok(Some(Found {
        seed: performance.scenario.seed_number,
        flaw: flaw.map(str::to_owned),
        rule: rule_of(failure),
        acts: acts_of(&recording)?,
        failure: failure.clone(),
    }))
}

fn acts_of(recording: &Recording) -> Result<Vec<Act>, Trouble> {
    let acts = recording.entries().iter().filter_map(|entry| match &entry.kind {
        EntryKind::ActPerformed { act, .. } | EntryKind::Fault { act, .. } => Some(act.clone()),
        _ => None,
    });
    let acts = acts.map(serde_json::from_value).collect::<Result<_, _>>();
    acts.map_err(|error| Trouble::Report(format!("a recording has an act that there is not: {error}")))
}

/// What tells one kind of failure from another: the rule that broke, or where the code gave up.
fn rule_of(failure: &Failure) -> String {
    let first_line = || failure.message.lines().next().unwrap_or_default().to_owned();
    match Broken::rule_in(&failure.message) {
        Some(rule) => rule.to_owned(),
        None => failure.place.clone().unwrap_or_else(first_line),
    }
}

/// The acts of a candidate, as far as they can be done.
fn replay(seed: u64, flaw: Option<&str>, acts: &[Act]) -> String {
    let mut text = opening(seed, flaw, "", &customers_in(acts));
    text += "    When what can happen of this happens:\n      \"\"\"\n";
    for act in acts {
        let _ = writeln!(text, "      {}", act.to_json());
    }
    text += "      \"\"\"\n";
    text
}

/// The acts as a feature for people.
fn story(seed: u64, flaw: Option<&str>, acts: &[Act], failure: &Failure) -> Result<String, Trouble> {
    let mut told = String::new();
    for line in failure.message.lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(told, "# {line}");
    }
    let mut text = opening(seed, flaw, &told, &customers_in(acts));
    for (place, act) in acts.iter().enumerate() {
        let phrase = phrase(act).ok_or_else(|| Trouble::Report(format!("no step does `{act}`")))?;
        let _ = writeln!(text, "    {} {phrase}", if place == 0 { "When" } else { "And" });
    }
    Ok(text)
}

/// How each story begins. Its names are what the seed's chance is drawn for, so that it is the same in all of them.
fn opening(seed: u64, flaw: Option<&str>, told: &str, customers: &[String]) -> String {
    let tag = flaw.map(|flaw| format!("  @{FLAW_TAG}{flaw}\n")).unwrap_or_default();
    let mut text = format!(
        "{told}Feature: Sweep\n\n{tag}  Scenario: Seed {seed}\n    Given the site \"sweep\"\n    And the reference model watches\n"
    );
    for customer in customers {
        let _ = writeln!(text, "    And {customer} is a customer with a Windows PC");
    }
    text
}

/// Who and what an act concerns, as its sentence has it: all words with a capital letter.
fn concerned(act: &Act) -> BTreeSet<String> {
    let text = phrase(act).unwrap_or_default();
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| word.starts_with(char::is_uppercase)).map(str::to_owned).collect()
}

/// The customers whom somebody's acts need.
fn customers_in(acts: &[Act]) -> Vec<String> {
    let come = acts.iter().filter_map(|act| match act {
        Act::CustomerOpensPortal { customer, .. } => Some(customer.clone()),
        _ => None,
    });
    come.collect()
}

fn progress_bar(seeds: &Range<u64>, watched: bool) -> ProgressBar {
    if !watched {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} seeds {elapsed}");
    ProgressBar::new(seeds.end - seeds.start).with_style(style.expect("the template is sound"))
}
