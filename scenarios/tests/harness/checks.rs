//! What is found before anything is played.

use insta::assert_snapshot;
use scenarios::harness::Stage;

use crate::mock::Mock;
use crate::muddle::{Ambiguous, Twice, Unexplained};
use crate::support::Folder;

fn run<W: Stage>(feature: &str) -> String {
    Folder::new(&[("features/f.feature", feature)]).call::<W>("run features").to_string()
}

#[test]
fn an_undefined_step_shows_the_nearest_phrases_and_a_snippet() {
    assert_snapshot!(
        run::<Mock>(
            "Feature: F\n  Scenario: S\n    Given a countre at 7\n    And 3 s pass\n    When 2 are added twice to \
             \"it\"\n\n  Scenario: T\n    Given a countre at 8\n"
        ),
        @r#"
    exit 1
    features/f.feature:3: undefined step `Given a countre at 7`
        also in features/f.feature:8
        the nearest phrases:
            Given a counter at {int}    (scenarios/tests/harness/mock.rs:101)
        to define it, paste and complete:
            /// What it is about.
            #[given(expr = "a countre at {int}")]
            fn a_countre_at(stage: &mut Mock, int_1: u64) {
                todo!()
            }

    features/f.feature:4: undefined step `And 3 s pass`
        it is read as Given, and its text fits only
            When {int} s pass(es)    (scenarios/tests/harness/mock.rs:114)
        begin it with that keyword, or give the function #[given] too

    features/f.feature:5: undefined step `When 2 are added twice to "it"`
        the nearest phrases:
            When {int} is added    (scenarios/tests/harness/mock.rs:108)
            When {int} s pass(es)    (scenarios/tests/harness/mock.rs:114)
        to define it, paste and complete:
            /// What it is about.
            #[when(expr = "{int} are added twice to {string}")]
            fn are_added_twice_to(stage: &mut Mock, int_1: u64, string_1: String) {
                todo!()
            }

    nothing was played: 3 problems to solve first
    "#
    );
}

#[test]
fn an_ambiguous_step_shows_all_that_fit() {
    assert_snapshot!(run::<Ambiguous>("Feature: F\n  Scenario: S\n    When Rita waits\n    When Alex waits\n"), @"
    exit 1
    features/f.feature:3: ambiguous step `When Rita waits`
        these all fit:
            When {word} waits    (scenarios/tests/harness/muddle.rs:54)
            When Rita wait(s)    (scenarios/tests/harness/muddle.rs:58)
        change the phrases so that only one does

    nothing was played: 1 problem to solve first
    ");
}

#[test]
fn a_definition_may_not_stand_twice() {
    assert_snapshot!(run::<Twice>("Feature: F\n  Scenario: S\n    Given a site\n"), @"
    exit 1
    scenarios/tests/harness/muddle.rs:68: `Given a site` is defined twice
        it is also defined at scenarios/tests/harness/muddle.rs:64; remove one of the two

    nothing was played: 1 problem to solve first
    ");
}

#[test]
fn a_definition_that_nothing_uses_fails_the_default_run() {
    let everything = "Feature: F\n  Scenario: S\n    Given a counter at 1\n    And 1 is added\n    When 1 is added\n    \
                      And 1 s passes\n    And this is noted\n    And an invariant breaks\n    And the counter is read \
                      from \"1\"\n    And it meets its neighbour\n    Then the counter is in the list\n    And the \
                      counter shows 3\n";
    let folder = Folder::new(&[("features/f.feature", everything)]);
    assert_snapshot!(folder.call::<Mock>("run"), @"
    exit 1
    scenarios/tests/harness/mock.rs:165: no scenario uses the step `When nobody answers`
        use it in a feature, or remove it

    nothing was played: 1 problem to solve first
    ");
}

#[test]
fn a_definition_without_explanation_is_found() {
    let folder = Folder::new(&[("features/f.feature", "Feature: F\n  Scenario: S\n    Then it works\n")]);
    assert_snapshot!(folder.trial::<Unexplained>("checks::every_definition_is_explained"), @r#"
    scenarios/tests/harness/muddle.rs:73: `Then it works` has no description
        write above it, as a doc comment, what the step is about

    scenarios/tests/harness/muddle.rs:77: `Then nothing works` has no example
        use it in a feature, or add a line "Example: `…`" to its doc comment

    scenarios/tests/harness/muddle.rs:83: the example `Given a rainbow` is no use of `Then everything works`
        expected Given, When or Then, and a text that the phrase fits

    scenarios/tests/harness/muddle.rs:83: `Then everything works` has no example
        use it in a feature, or add a line "Example: `…`" to its doc comment
    "#);
}

#[test]
fn an_empty_selection_fails() {
    let folder = Folder::new(&[("features/f.feature", "Feature: F\n  Scenario: S\n    When 1 is added\n")]);
    assert_snapshot!(folder.call::<Mock>("run --tags @nosuch"), @"
    exit 1
    no scenario is selected
        there is one scenario, which `--tags` or `--name` leaves out

    nothing was played: 1 problem to solve first
    ");
    assert_snapshot!(folder.call::<Mock>("run features/f.feature:9"), @"
    exit 1
    features/f.feature:9: no scenario stands at this line
        scenarios of this feature begin at 2

    nothing was played: 1 problem to solve first
    ");
    let empty = Folder::new(&[("features/readme.txt", "")]);
    assert_snapshot!(empty.call::<Mock>("run"), @"
    exit 1
    no scenario is selected
        there is no feature file (*.feature) in the places asked for

    nothing was played: 1 problem to solve first
    ");
}

#[test]
fn lines_that_would_vanish_are_found() {
    assert_snapshot!(
        run::<Mock>(
            "Feature: F\n  Scenari: A\n    When 1 is added\n\n  Scenario: B\n    When 1 is added\n\n  Senario Outline: C\n    \
             When <n> is added\n    Exampels:\n      | n |\n      | 1 |\n"
        ),
        @"
    exit 1
    features/f.feature:2: `Scenari: A` would be read as a description, and what follows it would not be played
        write `Scenario:`; if it is meant as a description, let the line begin with another word

    features/f.feature:8: expected a step, its table or doc string, or the next heading, found `Senario Outline: C`
        write `Scenario Outline:`

    features/f.feature:10: expected a step, its table or doc string, or the next heading, found `Exampels:`
        write `Examples:`

    nothing was played: 3 problems to solve first
    "
    );
    assert_snapshot!(
        run::<Mock>("Feature: F\n  Scenario: A\n    Wen 1 is added\n    Then the counter shows 1\n"),
        @"
    exit 1
    features/f.feature:3: `Wen 1 is added` would be read as a description, and what follows it would not be played
        write `When`; if it is meant as a description, let the line begin with another word

    nothing was played: 1 problem to solve first
    "
    );
}

#[test]
fn a_file_that_does_not_parse_is_told_by_line() {
    assert_snapshot!(run::<Mock>("Feature: F\n  Scenario: A\n    When 1 is added\n    to it\n"), @"
    exit 1
    features/f.feature:4: expected a step, its table or doc string, or the next heading, found `to it`
        a step begins with Given, When, Then, And, But or *; a description stands only below a heading such as `Scenario:`, before its first step

    nothing was played: 1 problem to solve first
    ");
    assert_snapshot!(
        run::<Mock>(
            "Feature: F\n  Scenario: A\n    Then the counter is in the list\n      | 1 | 2 |\n      # remark\n      \
             | 1 |\n"
        ),
        @r"
    exit 1
    features/f.feature:6: expected 2 cells as in the table's first row, found 1
        write `\|` for a bar inside a cell

    nothing was played: 1 problem to solve first
    "
    );
    assert_snapshot!(run::<Mock>("Feature: F\n  Scenario: A\n    When this is noted\n    \"\"\"\n    open\n"), @r#"
    exit 1
    features/f.feature:4: expected another `"""` below this one, found the end of the file
        a doc string ends as it begins

    nothing was played: 1 problem to solve first
    "#);
    assert_snapshot!(run::<Mock>("# language: xx\nFeature: F\n  Scenario: A\n    When 1 is added\n"), @"
    exit 1
    features/f.feature:1: expected a language that Gherkin knows, found `xx`
        remove the line for English

    nothing was played: 1 problem to solve first
    ");
    assert_snapshot!(run::<Mock>(""), @"
    exit 1
    features/f.feature: expected `Feature:` and its name, found the end of the file
        write a feature, or remove the file

    nothing was played: 1 problem to solve first
    ");
}

#[test]
fn what_would_play_nothing_or_twice_is_found() {
    assert_snapshot!(
        run::<Mock>(
            "Feature: F\n  Scenario: A b\n    When 1 is added\n\n  Scenario Outline: B\n    When <n> is added\n    \
             Examples:\n      | n |\n\n  Scenario: A, b\n    When 1 is added\n\n  Scenario Outline: C\n    When <m> is \
             added\n    Examples:\n      | n |\n      | 1 |\n\n  Scenario Outline: D\n    When 1 is added\n\n  \
             Scenario: E\n"
        ),
        @"
    exit 1
    features/f.feature:7: expected a row below the head of this table, found none
        its outline would not be played: add a row, or remove the table

    features/f.feature:10: the name `A, b` is used twice in this feature
        it is first used in line 2; give each scenario a name that differs in more than punctuation

    features/f.feature:14: expected a column `m` in the outline's `Examples:`, found none
        add the column, or write another name between `<` and `>`

    features/f.feature:19: expected `Examples:` below a scenario outline, found none
        add `Examples:` with a table, or call it `Scenario:`

    features/f.feature:22: expected a step in this scenario, found none
        a scenario without steps passes whatever happens

    nothing was played: 5 problems to solve first
    "
    );
}
