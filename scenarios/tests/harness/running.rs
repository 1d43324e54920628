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
      ✓ One step up                                                           90.000s  0d04be141d5a52d3  4 steps
      ✓ Up by 1                                                                0.000s  a3905559188a8f84  3 steps
      ✓ Up by 10                                                               0.000s  0964a3b75caa8cc0  3 steps
      ✓ Up by 20                                                               0.000s  02698d250cf1c0b4  3 steps
      ✓ In a list                                                              0.000s  3b3d502ca63192cd  3 steps
      ✓ A text                                                                 0.000s  0daef1d4d2967d1e  3 steps

    6 scenarios: 6 passed, 0 failed; 19 steps; 90.000s of virtual time; seed 1
    report: target/rehearsals/index.html
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
    report: target/rehearsals/index.html
    ");
}

const FAILING: &str = "Feature: Failing\n  Scenario: Wrong sum\n    Given a counter at 1\n    When 1 is added\n    And 2 s pass\n    \
         Then the counter shows 3\n    And the counter shows 2\n\n  Scenario: An error\n    When the counter is read \
         from \"x\"\n\n  Scenario: Out of sight\n    When an invariant breaks\n\n  @unplayable\n  Scenario: No site\n    \
         When 1 is added\n";

#[test]
fn failures_are_told_in_full() {
    let folder = Folder::new(&[("features/failing.feature", FAILING)]);
    assert_snapshot!(folder.call::<Mock>("run features --seed 7"), @r#"
    exit 1
    Failing  features/failing.feature
      ✗ Wrong sum                                                              2.000s  896370e978b5bd9d  5 steps
      ✗ An error                                                               0.000s  ebbb9c4de6a4e612  1 step
      ✗ Out of sight                                                           0.000s  4235a80f43123582  1 step
      ✗ No site                                                                0.000s  57986f55e0640157  1 step

    ✗ Failing: Wrong sum
    features/failing.feature:2, step at features/failing.feature:6

        Then the counter shows 3

        assertion `left == right` failed: the counter
          left: 2
         right: 3

        failed in code at scenarios/tests/harness/mock.rs:122:5
        step defined at   scenarios/tests/harness/mock.rs:120
        virtual time      2.000s
        not played        1 step
        repeat with       cargo rehearse run features/failing.feature:2 --seed 7

        the counter shows 2

    ✗ Failing: An error
    features/failing.feature:9, step at features/failing.feature:10

        When the counter is read from "x"

        expected a number, came "x": invalid digit found in string

        failed in code at scenarios/tests/harness/mock.rs:150:1
        step defined at   scenarios/tests/harness/mock.rs:150
        virtual time      0.000s
        repeat with       cargo rehearse run features/failing.feature:9 --seed 7

        the counter shows 0

    ✗ Failing: Out of sight
    features/failing.feature:12, in no single step

        invariant broken: the counter counts

        virtual time      0.000s
        repeat with       cargo rehearse run features/failing.feature:12 --seed 7

        the counter shows 0

    ✗ Failing: No site
    features/failing.feature:16, in no single step

        the stage could not be set: expected a site, found none

        virtual time      0.000s
        not played        1 step
        repeat with       cargo rehearse run features/failing.feature:16 --seed 7

        the counter shows 0

    4 scenarios: 0 passed, 4 failed; 8 steps; 2.000s of virtual time; seed 7
    report: target/rehearsals/index.html
    "#);
}

#[test]
fn cucumbers_own_writer_shows_failures_too() {
    let folder = Folder::new(&[("features/failing.feature", FAILING)]);
    let out = folder.call::<Mock>("run features --format pretty").out;
    assert_snapshot!(out.split("\n\n\n").next().unwrap_or_default(), @r#"
    Feature: Failing
      Scenario: Wrong sum
       ✔  Given a counter at 1
       ✔  When 1 is added
       ✔  And 2 s pass
    the counter shows 2
       ✘  Then the counter shows 3
          Step failed:
          Defined: features/failing.feature:6:5
          Matched: scenarios/tests/harness/mock.rs:120:1
          Step panicked. Captured output: assertion `left == right` failed: the counter
            left: 2
           right: 3
          at scenarios/tests/harness/mock.rs:122:5
      Scenario: An error
    the counter shows 0
       ✘  When the counter is read from "x"
          Step failed:
          Defined: features/failing.feature:10:5
          Matched: scenarios/tests/harness/mock.rs:150:1
          Step panicked. Captured output: expected a number, came "x": invalid digit found in string
          at scenarios/tests/harness/mock.rs:150:1
      Scenario: Out of sight
       ✔  When an invariant breaks
    the counter shows 0
       ✘  Scenario's After hook failed features/failing.feature:12:3
          Captured output: 
          invariant broken: the counter counts
      Scenario: No site
    the counter shows 0
       ✘  Scenario's Before hook failed features/failing.feature:16:3
          Captured output: 
          the stage could not be set: expected a site, found none
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
      ✓ Before                                                                 1.000s  14df25fd4a0dcaa5  1 step
      ✗ Forever                                                                3.000s  7917237624afa51c  3 steps
      ✓ After                                                                  2.000s  36997d45e699ab81  1 step

    ✗ Hanging: Forever
    features/hanging.feature:5, step at features/hanging.feature:7

        And nobody answers

        hung: this step did not end within 60 s of real time

        step defined at   scenarios/tests/harness/mock.rs:165
        virtual time      3.000s
        not played        1 step
        repeat with       cargo rehearse run features/hanging.feature:5 --seed 1

    3 scenarios: 2 passed, 1 failed; 5 steps; 6.000s of virtual time; seed 1
    report: target/rehearsals/index.html
    ");
}

#[test]
fn two_jobs_play_side_by_side_and_are_told_of_in_order() {
    let meeting = |name: &str| format!("  Scenario: {name}\n    When it meets its neighbour\n\n");
    let plain = |name: &str| format!("  Scenario: {name}\n    When 1 is added\n\n");
    let scenarios = [meeting("One"), plain("Two"), plain("Three"), plain("Four"), meeting("Five")];
    let folder = Folder::new(&[("features/f.feature", &format!("Feature: F\n{}", scenarios.concat()))]);
    // One job would wait in the first scenario for ever. With two, the three plain ones end before it.
    let called = folder.call::<Mock>("run features --jobs 2");
    assert_eq!(called.status, 0, "{called}");
    let names: Vec<_> =
        called.out.lines().filter_map(|line| line.strip_prefix("  ✓ ")?.split(' ').next()).collect();
    assert_eq!(names, ["One", "Two", "Three", "Four", "Five"]);
}

#[test]
fn the_number_of_jobs_changes_no_byte() {
    let folder = Folder::new(&[("features/a.feature", COUNTING), ("features/b/c.feature", FAILING)]);
    for format in ["brief", "pretty"] {
        let play = |jobs| {
            let called =
                folder.call::<Mock>(&format!("run features --format {format} --jobs {jobs} --out left"));
            (called.out, folder.files("left"))
        };
        let (out, files) = play(1);
        assert!(files.len() > 10, "recordings and reports: {}", files.len());
        for jobs in [2, 7] {
            assert_eq!(play(jobs).0, out);
            assert!(play(jobs).1 == files, "the files differ with {jobs} jobs");
        }
    }
}

#[test]
fn a_feature_may_lie_anywhere() {
    let house = Folder::new(&[("features/counting.feature", COUNTING)]);
    let elsewhere = Folder::new(&[(
        "my features/f.feature",
        "Feature: F\n  Scenario: S\n    Then the counter shows 1\n",
    )]);
    let file = elsewhere.path("my features/f.feature").canonicalize().expect("it is there");
    let file = file.to_str().expect("text");
    let called = house.call_with::<Mock>(["run", file]);
    assert_eq!(called.status, 1);
    assert!(called.out.starts_with(&format!("F  {file}\n  ✗ S")), "{called}");
    assert!(called.out.contains(&format!("cargo rehearse run '{file}:2' --seed 1\n")), "{called}");
}

#[test]
fn recordings_and_reports_are_left_behind() {
    let folder = Folder::new(&[("features/counting.feature", COUNTING)]);
    let called = folder.call::<Mock>("run features --out left");
    assert_eq!(called.status, 0, "{called}");
    assert_snapshot!(folder.read("left/results.json"), @r#"
    {"format":1,"scenarios":[
    {"feature":"features/counting.feature","scenario":"One step up","line":9,"tags":["counting","KEY-01"],"seed":1,"digest":"0d04be141d5a52d3","status":"passed","virtual_ms":90000,"wall_ms":0,"figures":{"count":2.0}},
    {"feature":"features/counting.feature","scenario":"Up by 1","line":22,"tags":["counting","small"],"seed":1,"digest":"a3905559188a8f84","status":"passed","virtual_ms":0,"wall_ms":0,"figures":{"count":2.0}},
    {"feature":"features/counting.feature","scenario":"Up by 10","line":27,"tags":["counting","big"],"seed":1,"digest":"0964a3b75caa8cc0","status":"passed","virtual_ms":0,"wall_ms":0,"figures":{"count":11.0}},
    {"feature":"features/counting.feature","scenario":"Up by 20","line":28,"tags":["counting","big"],"seed":1,"digest":"02698d250cf1c0b4","status":"passed","virtual_ms":0,"wall_ms":0,"figures":{"count":21.0}},
    {"feature":"features/counting.feature","scenario":"In a list","line":34,"tags":["counting"],"seed":1,"digest":"3b3d502ca63192cd","status":"passed","virtual_ms":0,"wall_ms":0,"figures":{"count":3.0}},
    {"feature":"features/counting.feature","scenario":"A text","line":39,"tags":["counting"],"seed":1,"digest":"0daef1d4d2967d1e","status":"passed","virtual_ms":0,"wall_ms":0,"figures":{"count":3.0}}
    ]}
    "#);
    for file in ["index.html", "junit.xml", "messages.ndjson"] {
        assert!(!folder.read(&format!("left/{file}")).is_empty(), "{file}");
    }
}
