//! The sweep finds what is wrong, tells it shortly, and finds nothing where nothing is.
//!
//! The whole claim (every planted flaw within 200 seeds) is held by `.ci/run`, in a release build; here each flaw's first
//! failing seed stands for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use scenarios::Estate;
use scenarios::harness::cli::{FAILED, PASSED, Surroundings, call};
use tempfile::TempDir;

/// The most acts that a planted flaw's story may have.
const STORY_ACTS_MAX: usize = 11;

struct Called {
    status: u8,
    out: String,
    err: String,
}

/// The command, called in the project's folder.
fn rehearse(arguments: &str, out: &Path) -> Called {
    rehearse_at(arguments, out, Arc::new(|| Duration::ZERO))
}

fn rehearse_at(arguments: &str, out: &Path, wall_clock: Arc<dyn Fn() -> Duration + Send + Sync>) -> Called {
    let (mut told, mut err) = (Vec::new(), Vec::new());
    let arguments = arguments.split_whitespace().map(Into::into);
    let all = std::iter::once("rehearse".into()).chain(arguments).chain(["--out".into(), out.into()]);
    let status = call::<Estate>(
        all,
        &mut Surroundings {
            folder: Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
            out: &mut told,
            err: &mut err,
            watched: false,
            wall_clock,
        },
    );
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Called { status, out: text(told), err: text(err) }
}

/// The features that a sweep has left, with the seed of each in its scenario's name.
fn stories(folder: &TempDir) -> Vec<(PathBuf, String)> {
    let files = fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.map(|file| (file.clone(), fs::read_to_string(&file).expect("a story"))).collect()
}

/// Sweeps one seed with a flaw planted: it must be found, be told shortly, and fail in the same way when the story is
/// played as a feature.
fn finds(flaw: &str, seed: u64, rule: &str) {
    let folder = TempDir::new().expect("a folder");
    let sweep = format!("sweep --plant {flaw} --seeds {seed}..{}", seed + 1);
    let Called { status, out, .. } = rehearse(&sweep, folder.path());
    assert_eq!(status, PASSED, "{out}");
    assert!(out.contains(rule), "expected the rule {rule:?}, found:\n{out}");
    let [(file, story)] = &stories(&folder)[..] else { panic!("one story") };
    let acts =
        story.lines().filter(|line| line.starts_with("    When ") || line.starts_with("    And ")).count();
    let given = story.lines().filter(|line| line.ends_with("is a customer with a Windows PC")).count() + 1;
    assert!(acts - given <= STORY_ACTS_MAX, "{story}");
    let again = TempDir::new().expect("a folder");
    let run = format!("run {} --seed {seed}", file.display());
    let Called { status, out, .. } = rehearse(&run, again.path());
    assert_eq!(status, FAILED, "{out}");
    assert!(out.contains(&format!("broken: {rule}")), "expected the rule {rule:?}, found:\n{out}");
}

#[test]
fn it_finds_who_is_asked_again() {
    finds("rejected-offered-again", 0, "who has turned a session down is not asked again");
}

#[test]
fn it_finds_an_invitation_that_outlives_its_sender() {
    finds("invitation-survives-transfer", 0, "who is asked is asked about what waits");
}

#[test]
fn it_finds_a_lost_line() {
    finds("chat-line-lost-on-reconnect", 5, "a line of chat is seen once by everybody who may see it");
}

#[test]
fn it_finds_a_session_in_two_queues() {
    finds("session-in-two-queues", 0, "queues hold what waits, and nothing else");
}

#[test]
fn it_finds_who_removes_without_owning() {
    finds("non-owner-removes", 3, "queues hold what waits, and nothing else");
}

#[test]
fn a_sound_estate_stands_thousands_of_acts() {
    let folder = TempDir::new().expect("a folder");
    for faults in ["none", "all"] {
        let sweep = format!("sweep --seeds 0..8 --acts 150 --faults {faults}");
        let Called { status, out, .. } = rehearse(&sweep, folder.path());
        assert_eq!(status, PASSED, "{out}");
        let acts = out.split(' ').nth(2).and_then(|acts| acts.parse::<u32>().ok());
        assert!(acts.is_some_and(|acts| acts >= 1_000), "expected at least 1000 acts: {out}");
    }
}

/// The same seed gives the same walk, whatever plays beside it.
#[test]
fn a_walk_is_the_same_each_time() {
    let folder = TempDir::new().expect("a folder");
    let found = |jobs: u32| {
        let sweep = format!("sweep --plant rejected-offered-again --seeds 0..2 --acts 120 --jobs {jobs}");
        let Called { out, .. } = rehearse(&sweep, folder.path());
        (out, stories(&folder))
    };
    assert_eq!(found(1), found(2));
}

#[test]
fn wrong_calls_are_told() {
    let folder = TempDir::new().expect("a folder");
    for (wrong, told) in [("--plant rain", "rain"), ("--seeds 5", "5"), ("--seeds 5..5", "5..5")] {
        let Called { status, err, .. } = rehearse(&format!("sweep {wrong}"), folder.path());
        assert_eq!(status, scenarios::harness::cli::TROUBLE, "{told}");
        assert!(err.contains(told), "{err}");
    }
}

/// Real time, as the test's clock tells it, flies by: each walk counts as hung. There is nothing to shrink, and the next
/// seeds are played all the same.
#[test]
fn a_walk_that_hangs_does_not_end_the_sweep() {
    let folder = TempDir::new().expect("a folder");
    let days = AtomicU64::new(0);
    let clock = Arc::new(move || Duration::from_secs(86_400 * days.fetch_add(1, Ordering::Relaxed)));
    let Called { status, out, err } = rehearse_at("sweep --seeds 0..2", folder.path(), clock);
    assert_eq!(status, FAILED, "{out}{err}");
    assert_eq!(out.matches("hung: ").count(), 2, "{out}");
    assert!(out.contains("2 walks") && out.contains("2 failed"), "{out}");
    assert_eq!(stories(&folder), []);
}

#[test]
fn to_be_given_up_at_once_is_no_time_to_play_in() {
    let folder = TempDir::new().expect("a folder");
    let Called { status, err, .. } = rehearse("sweep --seeds 0..2 --hung-after 0", folder.path());
    assert_ne!(status, FAILED, "nothing was played");
    assert_ne!(status, PASSED, "nothing was played");
    assert!(err.contains("--hung-after"), "{err}");
}
