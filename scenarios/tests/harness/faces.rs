//! Other faces of the runner: libtest's, and the cucumber crate's own.

use std::path::PathBuf;
use std::sync::Arc;

use cucumber::writer::{Basic, Coloring, JUnit, Verbosity};
use cucumber::{Cucumber, StatsWriter as _, WriterExt as _, cli, parser};
use futures::executor::block_on;
use insta::assert_snapshot;
use libtest_mimic::Arguments;
use scenarios::harness::libtest::trials;
use scenarios::harness::{Definitions, Pool, Root, ThreadRunner};

use crate::mock::Mock;
use crate::support::Folder;

const MIXED: &str = "Feature: Mixed\n  Scenario: It's right\n    Given a counter at 1\n    Then the counter shows 1\n\n  \
                     Scenario Outline: It's wrong\n    Then the counter shows <n>\n    Examples:\n      | n | m |\n      \
                     | 1 | x |\n      | 1 | y |\n\n  Rule: R\n    Scenario: Undefined\n      When pigs fly\n";

#[test]
fn checks_and_scenarios_are_tests() {
    let folder = Folder::new(&[("features/some where/mixed.feature", MIXED)]);
    let trials = trials::<Mock>(&Root::above(&folder.path("features"))).expect("there are features");
    let names: Vec<_> = trials.iter().map(|trial| trial.name()).collect();
    assert_snapshot!(names.join("\n"), @"
    checks::every_feature_parses
    checks::every_step_is_defined_once
    checks::no_definition_stands_twice
    checks::every_definition_is_used
    checks::every_definition_is_explained
    checks::every_requirement_tag_is_known
    some_where::mixed::It_s_right
    some_where::mixed::It_s_wrong_x
    some_where::mixed::It_s_wrong_y
    some_where::mixed::Undefined
    ");
    let log = folder.path("log");
    let log = log.to_str().expect("text");
    let arguments = Arguments::from_iter(["features", "some_where", "--logfile", log]);
    let conclusion = libtest_mimic::run(&arguments, trials);
    assert_eq!((conclusion.num_passed, conclusion.num_failed, conclusion.num_filtered_out), (1, 3, 6));
}

#[test]
fn a_test_fails_with_the_same_report() {
    let folder = Folder::new(&[("features/mixed.feature", MIXED)]);
    assert_snapshot!(folder.trial::<Mock>("mixed::It_s_wrong_y"), @"
    ✗ Mixed: It's wrong (y)
    features/mixed.feature:11, step at features/mixed.feature:7

        Then the counter shows 1

        assertion `left == right` failed: the counter
          left: 0
         right: 1

        failed in code at scenarios/tests/harness/mock.rs:122:5
        step defined at   scenarios/tests/harness/mock.rs:120
        virtual time      0.000s
        repeat with       cargo rehearse run features/mixed.feature:11 --seed 1

        the counter shows 0
    ");
}

#[test]
fn cucumbers_own_parser_and_writers_go_with_the_runner() {
    let folder = Folder::new(&[("features/mixed.feature", MIXED)]);
    let junit = folder.path("junit.xml");
    let file = std::fs::File::create(&junit).expect("a file");
    let runner = ThreadRunner::new(Pool::default(), Arc::new(Definitions::collect()), 1, PathBuf::new());
    let writer = Basic::raw(Vec::new(), Coloring::Never, Verbosity::Default)
        .summarized()
        .tee::<Mock, _>(JUnit::for_tee(file, Verbosity::Default))
        .normalized();
    let cucumber =
        Cucumber::<Mock, _, PathBuf, _, _, cli::Empty>::custom(parser::Basic::new(), runner, writer);
    let options = cli::Opts {
        re_filter: None,
        tags_filter: None,
        parser: parser::basic::Cli::default(),
        runner: cli::Empty,
        writer: cli::Compose {
            left: cucumber::writer::basic::Cli { verbose: 0, color: Coloring::Never },
            right: cucumber::writer::junit::Cli { verbose: None },
        },
        custom: cli::Empty,
    };
    let done = block_on(cucumber.with_cli(options).run(folder.path("features")));
    // Undefined steps fail without `fail_on_skipped`.
    assert_eq!((done.passed_steps(), done.skipped_steps(), done.failed_steps()), (2, 0, 3));
    assert!(folder.read("junit.xml").contains("<testsuite"));
}
