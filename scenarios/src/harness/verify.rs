//! `rehearse verify`: plays each scenario twice and compares what the two left behind.

use std::sync::Arc;

use recording::{Recording, first_difference};

use super::brief::{self, Lines, count};
use super::cli::{PlayArgs, Surroundings, Trouble};
use super::play::Performance;
use super::programme::Programme;
use super::runner::scenes;
use super::stage::Stage;

/// Plays and compares; whether all was the same twice.
pub(crate) fn verify<W: Stage>(
    args: &PlayArgs,
    surroundings: &mut Surroundings<'_>,
) -> Result<bool, Trouble> {
    let pool = args.pool(surroundings)?;
    let root = surroundings.root();
    let programme = Programme::<W>::new(&args.selection(), &root)?;
    let problems = programme.problems();
    if !problems.is_empty() {
        surroundings.out.write_all(brief::problems(&problems).as_bytes())?;
        return Ok(false);
    }
    let features = programme.scripts.iter().map(|script| script.feature.clone());
    let twice = features
        .flat_map(|feature| scenes(feature, args.seed, root.folder()))
        .flat_map(|scene| [scene.clone(), scene])
        .collect();
    let mut lines = Lines::default();
    let (mut same, mut differ) = (0, 0);
    let mut performances = pool.play(twice, Arc::clone(&programme.definitions));
    while let (Some(first), Some(second)) = (performances.next(), performances.next()) {
        match difference(&first, &second) {
            None => {
                same += 1;
                lines.print(surroundings.out, &first, true)?;
            }
            Some(difference) => {
                differ += 1;
                lines.print(surroundings.out, &first, false)?;
                lines.print(surroundings.out, &second, false)?;
                writeln!(surroundings.out, "{}", brief::indent(&difference, 4).trim_end())?;
                writeln!(surroundings.out, "    at {}", first.scenario.place())?;
            }
        }
    }
    let seed = args.seed;
    writeln!(
        surroundings.out,
        "\n{} played twice: {same} the same, {differ} not; seed {seed}",
        count(same + differ, "scenario")
    )?;
    Ok(differ == 0)
}

/// How two performances of one scenario differ.
fn difference(first: &Performance, second: &Performance) -> Option<String> {
    let (one, other) = (&first.finished.recording, &second.finished.recording);
    if one == other {
        return None;
    }
    let read = |bytes| Recording::read(bytes).map_err(|error| format!("a recording cannot be read: {error}"));
    Some(match (read(one), read(other)) {
        (Ok(one), Ok(other)) => match first_difference(&one, &other) {
            Some(difference) => difference.to_string(),
            None => format!(
                "the entries are the same, but not what the files say of the scenario:\nfirst:  {:?}\nsecond: {:?}",
                one.header(),
                other.header()
            ),
        },
        (Err(error), _) | (_, Err(error)) => error,
    })
}
