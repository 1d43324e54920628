//! The command line.

use std::process::Command;

use insta::assert_snapshot;

use crate::mock::Mock;
use crate::muddle::Leaky;
use crate::support::Folder;

const TWO: &str = "@KEY-04\nFeature: Two\n  @LOG-01\n  Scenario: One\n    Given a counter at 1\n    When 1 is added\n\n  \
                   @slow\n  Scenario: Other\n    When 1 is added\n";

#[test]
fn scenarios_are_selected_by_place_tags_and_name() {
    let folder = Folder::new(&[("features/two.feature", TWO), ("elsewhere/deep/two.feature", TWO)]);
    let names = |arguments: &str| {
        let called = folder.call::<Mock>(&format!("run {arguments}"));
        let names: Vec<_> = called
            .out
            .lines()
            .filter(|line| line.starts_with("  "))
            .map(|line| line.split_whitespace().nth(1).expect("a name").to_owned())
            .collect();
        names.join(" ")
    };
    assert_eq!(names("features"), "One Other");
    assert_eq!(names("features elsewhere/deep/two.feature:4"), "One One Other");
    assert_eq!(names("features/two.feature:4:10"), "One Other");
    assert_eq!(names("features/two.feature:10 features/two.feature:9"), "Other");
    assert_eq!(names("features --tags @KEY-04"), "One Other");
    assert_eq!(names("features --tags @LOG-01"), "One");
    assert_eq!(names("features --name ^O[nt]"), "One Other");
    assert_eq!(names("features --name er$ --tags @slow"), "Other");
}

#[test]
fn a_scenario_has_its_seed_from_the_run_whatever_else_is_played() {
    let folder = Folder::new(&[("features/two.feature", TWO)]);
    let line = |arguments: &str| {
        let called = folder.call::<Mock>(&format!("run {arguments}"));
        called.out.lines().find(|line| line.contains("Other")).expect("it is played").to_owned()
    };
    let all = line("features");
    assert_eq!(line("features/two.feature:9"), all);
    assert_ne!(line("features --seed 2"), all);
}

#[test]
fn wrong_calls_are_told_from_failures() {
    let folder = Folder::new(&[("features/two.feature", TWO)]);
    assert_snapshot!(folder.call::<Mock>("run --stage turmoil"), @"
    exit 2
    error: the stage `turmoil` is not built yet; scenarios play on `--stage sim`
    ");
    assert_snapshot!(folder.call::<Mock>("run nowhere.feature"), @"
    exit 2
    error: expected a feature file or a folder at nowhere.feature: No such file or directory (os error 2)
    ");
    assert_snapshot!(folder.call::<Mock>("run --tags slow"), @"
    exit 2
    error: invalid value 'slow' for '--tags <EXPR>': expected tags with `@`, joined by `and`, `or`, `not` and brackets

    For more information, try '--help'.
    ");
    assert_snapshot!(folder.call::<Mock>("run --jobs 0"), @"
    exit 2
    error: invalid value '0' for '--jobs <N>': number would be zero for non-zero type

    For more information, try '--help'.
    ");
    assert_eq!(folder.call::<Mock>("").status, 2);
    assert_eq!(folder.call::<Mock>("--help").status, 0);
}

#[test]
fn a_folder_without_features_above_it_has_no_default() {
    let folder = Folder::new(&[("plain/two.feature", TWO)]);
    let called = folder.call::<Mock>("run");
    assert_eq!(called.status, 2);
    assert!(called.err.contains("no folder `features` in "), "{}", called.err);
    assert_eq!(folder.call::<Mock>("run plain").status, 0);
}

#[test]
fn the_process_exits_with_the_status() {
    let folder =
        Folder::new(&[("features/f.feature", "Feature: F\n  Scenario: S\n    When the moon is full\n")]);
    let rehearse = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rehearse"));
        command.current_dir(folder.path("")).args(arguments).output().expect("it runs")
    };
    let undefined = rehearse(&["run", "features"]);
    assert_eq!(undefined.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&undefined.stdout).starts_with("features/f.feature:3: undefined step"));
    assert_eq!(rehearse(&["run", "--stage", "live"]).status.code(), Some(2));
    assert_eq!(rehearse(&["steps"]).status.code(), Some(0));
}

#[test]
fn every_step_is_listed() {
    let folder = Folder::new(&[("features/two.feature", TWO)]);
    assert_snapshot!(folder.call::<Mock>("steps"), @"
    exit 0
    Given a counter at {int}
        The counter starts somewhere.
        Given a counter at 1

    Given {int} is added
        The counter goes up.

    When {int} is added
        The counter goes up.
        When 1 is added

    When {int} s pass(es)
        Virtual time passes.

    When this is noted
        A note is written down as it is.

    When an invariant breaks
        Something goes wrong that no step notices.

    When the counter is read from {string}
        A step that answers with an error rather than a panic.

    When it meets its neighbour
        Two scenarios wait for one another here: they can only pass side by side.

    When nobody answers
        A step that never ends. Real time, as the test's clock tells it, flies by.

    Then the counter shows {int}
        The counter is checked.

    Then the counter is in the list
        The counter is compared with a list.
    ");
    assert_snapshot!(folder.call::<Leaky>("steps --format json"), @r#"
    exit 0
    [
    {"keyword":"When","phrase":"{int} names are drawn in order","example":"","about":"Names come out as they were put in."},
    {"keyword":"When","phrase":"{int} names are drawn from the hat","example":"","about":"Names come out in the order of a hash map: by chance, and with 64 of them never twice the same."}
    ]
    "#);
}

#[test]
fn coverage_counts_requirements() {
    let requirements = "KEY\tKeys\nKEY-04\tC\tRep\tmakes one → it works\nKEY-05\tC\tRep\tmakes two → both work\n\
                        LOG\tSign-in\nLOG-01\tC\tRep\tsigns in → is in\n";
    let outline = "Feature: F\n  @LOG-1 @not-an-id @Log-01 @v-2\n  Scenario Outline: S\n    When <n> is added\n    \
                   @KEY-05\n    Examples:\n      | n |\n      | 1 |\n      | 2 |\n";
    let folder = Folder::new(&[
        ("features/requirements.tsv", requirements),
        ("features/two.feature", TWO),
        ("more/f.feature", outline),
    ]);
    assert_snapshot!(folder.call::<Mock>("coverage"), @"
    exit 0
       1 of   2  KEY  Keys
                 not covered: KEY-05
       1 of   1  LOG  Sign-in
       2 of   3  in all
    ");
    assert_snapshot!(folder.call::<Mock>("coverage --format json"), @r#"
    exit 0
    {
    "KEY-04":["features/two.feature:4","features/two.feature:9"],
    "KEY-05":[],
    "LOG-01":["features/two.feature:4"]
    }
    "#);
    let complete = folder.call::<Mock>("coverage --complete");
    assert_snapshot!(format!("exit {}\n{}", complete.status, complete.err), @"
    exit 1
    no scenario carries KEY-05
        write one and tag it @KEY-05; features/requirements.tsv says what it must show

    1 problem
    ");
    let unknown = folder.call::<Mock>("coverage more");
    assert_snapshot!(format!("{unknown}\n{}", unknown.err), @"
    exit 1
       1 of   2  KEY  Keys
                 not covered: KEY-04
       0 of   1  LOG  Sign-in
                 not covered: LOG-01
       1 of   3  in all

    more/f.feature:3: there is no requirement @LOG-1
        the nearest id is @LOG-01; features/requirements.tsv lists all

    more/f.feature:3: there is no requirement @Log-01
        the nearest id is @LOG-01; features/requirements.tsv lists all

    2 problems
    ");
    let broken = Folder::new(&[("features/requirements.tsv", "KEY-01\n"), ("features/two.feature", TWO)]);
    assert_snapshot!(broken.call::<Mock>("coverage"), @"
    exit 2
    error: features/requirements.tsv:1: expected an area (2 cells) or a requirement (4 cells), came 1
    ");
}

#[test]
fn verify_finds_every_scenario_the_same_twice() {
    let folder = Folder::new(&[("features/two.feature", TWO)]);
    assert_snapshot!(folder.call::<Mock>("verify features"), @"
    exit 0
    Two  features/two.feature
      ✓ One                                                                    0.000s  f91f3db79026d19b  2 steps
      ✓ Other                                                                  0.000s  ffbce266b341bd9f  1 step

    2 scenarios played twice: 2 the same, 0 not; seed 1
    ");
}

#[test]
fn verify_names_the_first_entry_that_differs() {
    let folder = Folder::new(&[(
        "features/hat.feature",
        "Feature: Hat\n  Scenario: In order\n    When 64 names are drawn in order\n\n  Scenario: By chance\n    When 2 \
         names are drawn in order\n    And 64 names are drawn from the hat\n",
    )]);
    let called = folder.call::<Leaky>("verify features --jobs 2");
    assert_eq!(called.status, 1, "{called}");
    let found: Vec<_> = called.out.lines().collect();
    assert!(found[1].starts_with("  ✓ In order"), "{called}");
    assert!(found[2].starts_with("  ✗ By chance") && found[3].starts_with("  ✗ By chance"), "{called}");
    // By chance, the first names drawn may be the same.
    assert!(found[4].starts_with("    the recordings differ first at entry "), "{called}");
    assert!(found[4].ends_with(", virtual time 3.000s (3000000000 ns)"), "{called}");
    assert!(found[5].contains("the hat") && found[6].contains("the hat") && found[5] != found[6], "{called}");
    assert_eq!(found[9], "2 scenarios played twice: 1 the same, 1 not; seed 1");
}
