//! The face that `cargo test` and `cargo nextest` know: each scenario is a test, and so is each check.

use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use super::brief;
use super::check;
use super::coverage::{Coverage, Requirements};
use super::pool::Pool;
use super::problem::Problem;
use super::programme::{Check, Programme};
use super::runner::scenes;
use super::select::{PlaceError, Root, Selection};
use super::stage::{ScenarioInfo, Stage};

/// The seed that tests play with: the one that `rehearse run` has unless told otherwise.
const SEED: u64 = 1;

/// The `main` of a test target without a harness of its own (`harness = false`).
pub fn main<W: Stage>() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // A part of a scenario's name is a part of its test's name, with spaces or without.
    arguments.filter = arguments.filter.as_deref().map(test_name);
    arguments.skip = arguments.skip.iter().map(|skip| test_name(skip)).collect();
    let trials = std::env::current_dir()
        .map_err(|error| error.to_string())
        .and_then(|folder| trials::<W>(&Root::above(&folder)).map_err(|error| error.to_string()));
    let trials = trials.unwrap_or_else(|error| {
        vec![Trial::test("checks::features_are_found", move || Err(Failed::from(error)))]
    });
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test for each check and each scenario of the default folder.
///
/// # Errors
///
/// There is no such folder.
pub fn trials<W: Stage>(root: &Root) -> Result<Vec<Trial>, PlaceError> {
    let programme = Programme::<W>::new(&Selection::default(), root)?;
    let documentation = Check {
        name: "every_definition_is_explained",
        problems: check::undocumented(&programme.scripts, &programme.definitions),
    };
    let tags = Check { name: "every_requirement_tag_is_known", problems: unknown_tags(&programme, root) };
    let mut trials: Vec<_> =
        programme.checks.iter().cloned().chain([documentation, tags]).map(check_trial).collect();
    let pool = Pool::new(NonZeroUsize::MIN);
    for script in &programme.scripts {
        for scene in scenes(script.feature.clone(), SEED, root.folder()) {
            let (pool, definitions) = (pool.clone(), Arc::clone(&programme.definitions));
            trials.push(Trial::test(scenario_test_name(&scene.info), move || {
                let played = pool.play(vec![scene], definitions).next().expect("one goes in, one comes out");
                match &played.failure {
                    None => Ok(()),
                    Some(failure) => Err(Failed::from(brief::failure_report(&played, failure))),
                }
            }));
        }
    }
    Ok(trials)
}

fn check_trial(check: Check) -> Trial {
    Trial::test(format!("checks::{}", check.name), move || match &check.problems[..] {
        [] => Ok(()),
        problems => Err(Failed::from(problems.iter().map(|p| format!("{p}\n\n")).collect::<String>())),
    })
}

fn unknown_tags<W>(programme: &Programme<W>, root: &Root) -> Vec<Problem> {
    match Requirements::read(root) {
        Ok(requirements) => Coverage::new(&requirements, &programme.scripts).unknown,
        Err(trouble) => vec![Problem::new("", 0, trouble.to_string(), "")],
    }
}

/// `features/queues/team.feature`, "A rep accepts" as `queues::team::A_rep_accepts`.
fn scenario_test_name(scenario: &ScenarioInfo) -> String {
    let path = scenario.path.strip_prefix("features/").unwrap_or(&scenario.path);
    let path = path.strip_suffix(".feature").unwrap_or(path).replace('/', "::");
    test_name(&format!("{path}::{}", scenario.name.trim_matches(|c: char| !c.is_alphanumeric())))
}

/// `name` with each run of anything but letters, digits and `::` as one `_`. Twice is as good as once.
fn test_name(name: &str) -> String {
    let words = |part: &str| {
        let mut words = String::new();
        for character in part.chars() {
            if character.is_alphanumeric() {
                words.push(character);
            } else if !words.ends_with('_') {
                words.push('_');
            }
        }
        words
    };
    name.split("::").map(words).collect::<Vec<_>>().join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tests_are_words() {
        let name = test_name("queues/team queue::“A rep”: accepts (row 2)");
        assert_eq!(name, "queues_team_queue::_A_rep_accepts_row_2_");
        assert_eq!(test_name(&name), name);
        assert!(name.contains(&test_name("rep\": accepts")));
    }
}
