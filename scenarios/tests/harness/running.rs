//! `rehearse run`.

use insta::assert_snapshot;

use crate::mock::{Mock, clock_that_runs_out};
use crate::support::Folder;

const COUNTING: &str = "\
@counting
Feature: Counting
  How a counter counts.

  Background:
    Given a counter at 1

  @KEY-01
  Scenario: One step up
    When 1 is added
    And 90 s pass
    Then the counter shows 2

  Scenario Outline: Up by <more>
    # A remark.
    When <more> is added
    Then the counter shows <sum>

    @small
    Examples:
      | more | sum |
      | 1    | 2   |

    @big
    Examples:
      | more | sum |
      | 10   | 11  |
      | 20   | 21  |

  Rule: Lists and texts count
    Background:
      Given 2 is added

    Scenario: In a list
      Then the counter is in the list
        | 3 |
        | 4 |

    Scenario: A text
      When this is noted
        \"\"\"
          hello
        there
        \"\"\"
";

#[test]
fn a_line_per_scenario_and_a_summary() {
    let folder = Folder::new(&[("features/counting.feature", COUNTING)]);
    assert_snapshot!(folder.call::<Mock>("run features"), @"
    exit 0
    Counting  features/counting.feature
      ✓ One step up                                                           90.000s  08e84f19d8407e0c  4 steps
      ✓ Up by 1                                                                0.000s  9b5c981725f5da3f  3 steps
      ✓ Up by 10                                                               0.000s  22385abcb158234c  3 steps
      ✓ Up by 20                                                               0.000s  5a678636362116fb  3 steps
      ✓ In a list                                                              0.000s  a93afa6abf9bd741  3 steps
      ✓ A text                                                                 0.000s  fbef50c666a5093d  3 steps

    6 scenarios: 6 passed, 0 failed; 19 steps; 90.000s of virtual time; seed 1
    ");
}

#[test]
fn cucumbers_own_writer_shows_the_steps() {
    let folder = Folder::new(&[("features/counting.feature", COUNTING)]);
    assert_snapshot!(folder.call::<Mock>("run features --format pretty"), @"
    exit 0
    Feature: Counting
      Scenario: One step up
       ✔> Given a counter at 1
       ✔  When 1 is added
       ✔  And 90 s pass
       ✔  Then the counter shows 2
      Scenario Outline: Up by 1
       ✔> Given a counter at 1
       ✔  When 1 is added
       ✔  Then the counter shows 2
      Scenario Outline: Up by 10
       ✔> Given a counter at 1
       ✔  When 10 is added
       ✔  Then the counter shows 11
      Scenario Outline: Up by 20
       ✔> Given a counter at 1
       ✔  When 20 is added
       ✔  Then the counter shows 21
    Rule: Lists and texts count
        Scenario: In a list
         ✔> Given a counter at 1
         ✔> Given 2 is added
         ✔  Then the counter is in the list
             | 3 |
             | 4 |
        Scenario: A text
         ✔> Given a counter at 1
         ✔> Given 2 is added
         ✔  When this is noted


    6 scenarios: 6 passed, 0 failed; 19 steps; 90.000s of virtual time; seed 1
    ");
}

#[test]
fn failures_are_told_in_full() {
    let folder = Folder::new(&[(
        "features/failing.feature",
        "Feature: Failing\n  Scenario: Wrong sum\n    Given a counter at 1\n    When 1 is added\n    And 2 s pass\n    \
         Then the counter shows 3\n    And the counter shows 2\n\n  Scenario: An error\n    When the counter is read \
         from \"x\"\n\n  Scenario: Out of sight\n    When an invariant breaks\n\n  @unplayable\n  Scenario: No site\n    \
         When 1 is added\n",
    )]);
    assert_snapshot!(folder.call::<Mock>("run features --seed 7"), @r#"
    exit 1
    Failing  features/failing.feature
      ✗ Wrong sum                                                              2.000s  f19a0fa40b3583f8  5 steps
      ✗ An error                                                               0.000s  a08d030281f7a3e9  1 step
      ✗ Out of sight                                                           0.000s  86d60aa6271fb16f  1 step
      ✗ No site                                                                0.000s  55b389e2e90a6e13  1 step

    ✗ Failing: Wrong sum
    features/failing.feature:2, step at features/failing.feature:6

        Then the counter shows 3

        assertion `left == right` failed: the counter
          left: 2
         right: 3

        failed in code at scenarios/tests/harness/mock.rs:89:5
        step defined at  scenarios/tests/harness/mock.rs:87
        virtual time     2.000s
        not played       1 step
        repeat with      cargo rehearse run features/failing.feature:2 --seed 7

        the counter shows 2

    ✗ Failing: An error
    features/failing.feature:9, step at features/failing.feature:10

        When the counter is read from "x"

        expected a number, came "x": invalid digit found in string

        failed in code at scenarios/tests/harness/mock.rs:117:1
        step defined at  scenarios/tests/harness/mock.rs:117
        virtual time     0.000s
        repeat with      cargo rehearse run features/failing.feature:9 --seed 7

        the counter shows 0

    ✗ Failing: Out of sight
    features/failing.feature:12, in no single step

        invariant broken: the counter counts

        virtual time     0.000s
        repeat with      cargo rehearse run features/failing.feature:12 --seed 7

        the counter shows 0

    ✗ Failing: No site
    features/failing.feature:16, in no single step

        the stage could not be set: expected a site, found none

        virtual time     0.000s
        not played       1 step
        repeat with      cargo rehearse run features/failing.feature:16 --seed 7

        the counter shows 0

    4 scenarios: 0 passed, 4 failed; 8 steps; 2.000s of virtual time; seed 7
    "#);
}

#[test]
fn a_scenario_that_hangs_is_given_up_and_the_rest_go_on() {
    let folder = Folder::new(&[(
        "features/hanging.feature",
        "Feature: Hanging\n  Scenario: Before\n    When 1 s passes\n\n  Scenario: Forever\n    When 3 s pass\n    \
         And nobody answers\n    Then the counter shows 0\n\n  Scenario: After\n    When 2 s pass\n",
    )]);
    assert_snapshot!(folder.call_at::<Mock>("run features --jobs 1", clock_that_runs_out()), @"
    exit 1
    Hanging  features/hanging.feature
      ✓ Before                                                                 1.000s  c89a4392e2144bcc  1 step
      ✗ Forever                                                                3.000s                    3 steps
      ✓ After                                                                  2.000s  1495dc59c0bb0055  1 step

    ✗ Hanging: Forever
    features/hanging.feature:5, step at features/hanging.feature:7

        And nobody answers

        hung: this step did not end within 60 s of real time

        step defined at  scenarios/tests/harness/mock.rs:132
        virtual time     3.000s
        not played       1 step
        repeat with      cargo rehearse run features/hanging.feature:5 --seed 1

    3 scenarios: 2 passed, 1 failed; 5 steps; 6.000s of virtual time; seed 1
    ");
}

#[test]
fn two_jobs_play_side_by_side() {
    let folder = Folder::new(&[(
        "features/meeting.feature",
        "Feature: Meeting\n  Scenario: One\n    When it meets its neighbour\n\n  Scenario: Other\n    When it meets \
         its neighbour\n",
    )]);
    assert_eq!(folder.call::<Mock>("run features --jobs 2").status, 0);
}

#[test]
fn the_number_of_jobs_changes_no_byte() {
    let folder = Folder::new(&[("features/a.feature", COUNTING), ("features/b.feature", COUNTING)]);
    for format in ["brief", "pretty"] {
        let out = |jobs| folder.call::<Mock>(&format!("run features --format {format} --jobs {jobs}")).out;
        assert_eq!(out(1), out(2));
        assert_eq!(out(1), out(7));
    }
}
