//! `messages.ndjson`.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;

use crate::mock::Mock;
use crate::support::Folder;

const EVERYTHING: &str = "\
@all
Feature: Everything
  Of Gherkin.

  Background:
    Given a counter at 1

  @rows @KEY-01
  Scenario Outline: Up by <more>
    When <more> is added
    Then the counter is in the list
      | <sum> |
      | 99    |

    # Remark.
    @first
    Examples: small
      | more | sum |
      | 1    | 2   |

  Rule: Texts
    @text
    Scenario: Ümlaut
      When this is noted
        ```md
        # hello
        ```
      And 1500 s pass
      And the counter is read from \"ü\"
      Then the counter shows 1

    Scenario: Unnoticed
      When an invariant breaks
";

fn messages(arguments: &str, feature: &str) -> String {
    let folder = Folder::new(&[("features/everything.feature", feature)]);
    folder.call::<Mock>(arguments);
    folder.read("target/rehearsals/messages.ndjson")
}

/// One message a line, without the step definitions, which are the same in every run.
fn shown(messages: &str) -> String {
    messages
        .lines()
        .filter(|line| !line.starts_with("{\"stepDefinition"))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn a_run_is_told_in_messages() {
    assert_snapshot!(shown(&messages("run features", EVERYTHING)), @r##"
    {"meta":{"protocolVersion":"34.2.1","implementation":{"name":"rehearse","version":"0.0.0"},"runtime":{"name":"rust"},"os":{"name":"any"},"cpu":{"name":"any"}}}
    {"source":{"uri":"features/everything.feature","data":"@all\nFeature: Everything\n  Of Gherkin.\n\n  Background:\n    Given a counter at 1\n\n  @rows @KEY-01\n  Scenario Outline: Up by <more>\n    When <more> is added\n    Then the counter is in the list\n      | <sum> |\n      | 99    |\n\n    # Remark.\n    @first\n    Examples: small\n      | more | sum |\n      | 1    | 2   |\n\n  Rule: Texts\n    @text\n    Scenario: Ümlaut\n      When this is noted\n        ```md\n        # hello\n        ```\n      And 1500 s pass\n      And the counter is read from \"ü\"\n      Then the counter shows 1\n\n    Scenario: Unnoticed\n      When an invariant breaks\n","mediaType":"text/x.cucumber.gherkin+plain"}}
    {"gherkinDocument":{"uri":"features/everything.feature","feature":{"location":{"line":2,"column":1},"tags":[{"location":{"line":1,"column":1},"name":"@all","id":"23"}],"language":"en","keyword":"Feature","name":"Everything","description":"Of Gherkin.","children":[{"background":{"location":{"line":5,"column":3},"keyword":"Background","name":"","description":"","steps":[{"location":{"line":6,"column":5},"keyword":"Given ","keywordType":"Context","text":"a counter at 1","id":"1"}],"id":"2"}},{"scenario":{"location":{"line":9,"column":3},"tags":[{"location":{"line":8,"column":3},"name":"@rows","id":"11"},{"location":{"line":8,"column":9},"name":"@KEY-01","id":"12"}],"keyword":"Scenario Outline","name":"Up by <more>","description":"","steps":[{"location":{"line":10,"column":5},"keyword":"When ","keywordType":"Action","text":"<more> is added","id":"3"},{"location":{"line":11,"column":5},"keyword":"Then ","keywordType":"Outcome","text":"the counter is in the list","dataTable":{"location":{"line":12,"column":7},"rows":[{"location":{"line":12,"column":7},"cells":[{"location":{"line":12,"column":9},"value":"<sum>"}],"id":"4"},{"location":{"line":13,"column":7},"cells":[{"location":{"line":13,"column":9},"value":"99"}],"id":"5"}]},"id":"6"}],"examples":[{"location":{"line":17,"column":5},"tags":[{"location":{"line":16,"column":5},"name":"@first","id":"9"}],"keyword":"Examples","name":"small","description":"","tableHeader":{"location":{"line":18,"column":7},"cells":[{"location":{"line":18,"column":9},"value":"more"},{"location":{"line":18,"column":16},"value":"sum"}],"id":"7"},"tableBody":[{"location":{"line":19,"column":7},"cells":[{"location":{"line":19,"column":9},"value":"1"},{"location":{"line":19,"column":16},"value":"2"}],"id":"8"}],"id":"10"}],"id":"13"}},{"rule":{"location":{"line":21,"column":3},"tags":[],"keyword":"Rule","name":"Texts","description":"","children":[{"scenario":{"location":{"line":23,"column":5},"tags":[{"location":{"line":22,"column":5},"name":"@text","id":"18"}],"keyword":"Scenario","name":"Ümlaut","description":"","steps":[{"location":{"line":24,"column":7},"keyword":"When ","keywordType":"Action","text":"this is noted","docString":{"location":{"line":25,"column":9},"content":"# hello","delimiter":"```","mediaType":"md"},"id":"14"},{"location":{"line":28,"column":7},"keyword":"And ","keywordType":"Conjunction","text":"1500 s pass","id":"15"},{"location":{"line":29,"column":7},"keyword":"And ","keywordType":"Conjunction","text":"the counter is read from \"ü\"","id":"16"},{"location":{"line":30,"column":7},"keyword":"Then ","keywordType":"Outcome","text":"the counter shows 1","id":"17"}],"examples":[],"id":"19"}},{"scenario":{"location":{"line":32,"column":5},"tags":[],"keyword":"Scenario","name":"Unnoticed","description":"","steps":[{"location":{"line":33,"column":7},"keyword":"When ","keywordType":"Action","text":"an invariant breaks","id":"20"}],"examples":[],"id":"21"}}],"id":"22"}}]},"comments":[{"location":{"line":15,"column":1},"text":"    # Remark."}]}}
    {"pickle":{"id":"27","uri":"features/everything.feature","location":{"line":19,"column":7},"name":"Up by 1","language":"en","steps":[{"astNodeIds":["1"],"id":"24","type":"Context","text":"a counter at 1"},{"astNodeIds":["3","8"],"id":"25","type":"Action","text":"1 is added"},{"astNodeIds":["6","8"],"id":"26","type":"Outcome","text":"the counter is in the list","argument":{"dataTable":{"rows":[{"cells":[{"value":"2"}]},{"cells":[{"value":"99"}]}]}}}],"tags":[{"name":"@all","astNodeId":"23"},{"name":"@rows","astNodeId":"11"},{"name":"@KEY-01","astNodeId":"12"},{"name":"@first","astNodeId":"9"}],"astNodeIds":["13","8"]}}
    {"pickle":{"id":"33","uri":"features/everything.feature","location":{"line":23,"column":5},"name":"Ümlaut","language":"en","steps":[{"astNodeIds":["1"],"id":"28","type":"Context","text":"a counter at 1"},{"astNodeIds":["14"],"id":"29","type":"Action","text":"this is noted","argument":{"docString":{"content":"# hello","mediaType":"md"}}},{"astNodeIds":["15"],"id":"30","type":"Action","text":"1500 s pass"},{"astNodeIds":["16"],"id":"31","type":"Action","text":"the counter is read from \"ü\""},{"astNodeIds":["17"],"id":"32","type":"Outcome","text":"the counter shows 1"}],"tags":[{"name":"@all","astNodeId":"23"},{"name":"@text","astNodeId":"18"}],"astNodeIds":["19"]}}
    {"pickle":{"id":"36","uri":"features/everything.feature","location":{"line":32,"column":5},"name":"Unnoticed","language":"en","steps":[{"astNodeIds":["1"],"id":"34","type":"Context","text":"a counter at 1"},{"astNodeIds":["20"],"id":"35","type":"Action","text":"an invariant breaks"}],"tags":[{"name":"@all","astNodeId":"23"}],"astNodeIds":["21"]}}
    {"testRunStarted":{"id":"run","timestamp":{"seconds":0,"nanos":0}}}
    {"testCase":{"id":"48","pickleId":"27","testSteps":[{"id":"50","pickleStepId":"24","stepDefinitionIds":["37"],"stepMatchArgumentsLists":[{"stepMatchArguments":[{"group":{"children":[],"start":13,"value":"1"}}]}]},{"id":"51","pickleStepId":"25","stepDefinitionIds":["39"],"stepMatchArgumentsLists":[{"stepMatchArguments":[{"group":{"children":[],"start":0,"value":"1"}}]}]},{"id":"52","pickleStepId":"26","stepDefinitionIds":["42"],"stepMatchArgumentsLists":[{"stepMatchArguments":[]}]}],"testRunStartedId":"run"}}
    {"testCaseStarted":{"attempt":0,"id":"49","testCaseId":"48","timestamp":{"seconds":0,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"49","testStepId":"50","timestamp":{"seconds":0,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"49","testStepId":"50","testStepResult":{"duration":{"seconds":0,"nanos":0},"status":"PASSED"},"timestamp":{"seconds":0,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"49","testStepId":"51","timestamp":{"seconds":0,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"49","testStepId":"51","testStepResult":{"duration":{"seconds":0,"nanos":0},"status":"PASSED"},"timestamp":{"seconds":0,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"49","testStepId":"52","timestamp":{"seconds":0,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"49","testStepId":"52","testStepResult":{"duration":{"seconds":0,"nanos":0},"status":"PASSED"},"timestamp":{"seconds":0,"nanos":0}}}
    {"testCaseFinished":{"testCaseStartedId":"49","timestamp":{"seconds":0,"nanos":0},"willBeRetried":false}}
    {"testCase":{"id":"53","pickleId":"33","testSteps":[{"id":"55","pickleStepId":"28","stepDefinitionIds":["37"],"stepMatchArgumentsLists":[{"stepMatchArguments":[{"group":{"children":[],"start":13,"value":"1"}}]}]},{"id":"56","pickleStepId":"29","stepDefinitionIds":["43"],"stepMatchArgumentsLists":[{"stepMatchArguments":[]}]},{"id":"57","pickleStepId":"30","stepDefinitionIds":["40"],"stepMatchArgumentsLists":[{"stepMatchArguments":[{"group":{"children":[],"start":0,"value":"1500"}}]}]},{"id":"58","pickleStepId":"31","stepDefinitionIds":["45"],"stepMatchArgumentsLists":[{"stepMatchArguments":[{"group":{"children":[],"start":26,"value":"ü"}}]}]},{"id":"59","pickleStepId":"32","stepDefinitionIds":["41"],"stepMatchArgumentsLists":[{"stepMatchArguments":[{"group":{"children":[],"start":18,"value":"1"}}]}]}],"testRunStartedId":"run"}}
    {"testCaseStarted":{"attempt":0,"id":"54","testCaseId":"53","timestamp":{"seconds":0,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"54","testStepId":"55","timestamp":{"seconds":0,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"54","testStepId":"55","testStepResult":{"duration":{"seconds":0,"nanos":0},"status":"PASSED"},"timestamp":{"seconds":0,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"54","testStepId":"56","timestamp":{"seconds":0,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"54","testStepId":"56","testStepResult":{"duration":{"seconds":0,"nanos":0},"status":"PASSED"},"timestamp":{"seconds":0,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"54","testStepId":"57","timestamp":{"seconds":0,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"54","testStepId":"57","testStepResult":{"duration":{"seconds":1500,"nanos":0},"status":"PASSED"},"timestamp":{"seconds":1500,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"54","testStepId":"58","timestamp":{"seconds":1500,"nanos":0}}}
    {"attachment":{"body":"the counter shows 1\n","contentEncoding":"IDENTITY","mediaType":"text/plain","testCaseStartedId":"54","testStepId":"58","timestamp":{"seconds":1500,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"54","testStepId":"58","testStepResult":{"duration":{"seconds":0,"nanos":0},"status":"FAILED","exception":{"type":"panic","message":"expected a number, came \"ü\": invalid digit found in string\nat scenarios/tests/harness/mock.rs:150:1"},"message":"expected a number, came \"ü\": invalid digit found in string\nat scenarios/tests/harness/mock.rs:150:1"},"timestamp":{"seconds":1500,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"54","testStepId":"59","timestamp":{"seconds":1500,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"54","testStepId":"59","testStepResult":{"duration":{"seconds":0,"nanos":0},"status":"SKIPPED"},"timestamp":{"seconds":1500,"nanos":0}}}
    {"testCaseFinished":{"testCaseStartedId":"54","timestamp":{"seconds":1500,"nanos":0},"willBeRetried":false}}
    {"hook":{"id":"65","name":"what no step noticed","sourceReference":{},"type":"AFTER_TEST_CASE"}}
    {"testCase":{"id":"60","pickleId":"36","testSteps":[{"id":"62","pickleStepId":"34","stepDefinitionIds":["37"],"stepMatchArgumentsLists":[{"stepMatchArguments":[{"group":{"children":[],"start":13,"value":"1"}}]}]},{"id":"63","pickleStepId":"35","stepDefinitionIds":["44"],"stepMatchArgumentsLists":[{"stepMatchArguments":[]}]},{"hookId":"65","id":"64"}],"testRunStartedId":"run"}}
    {"testCaseStarted":{"attempt":0,"id":"61","testCaseId":"60","timestamp":{"seconds":1500,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"61","testStepId":"62","timestamp":{"seconds":1500,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"61","testStepId":"62","testStepResult":{"duration":{"seconds":0,"nanos":0},"status":"PASSED"},"timestamp":{"seconds":1500,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"61","testStepId":"63","timestamp":{"seconds":1500,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"61","testStepId":"63","testStepResult":{"duration":{"seconds":0,"nanos":0},"status":"PASSED"},"timestamp":{"seconds":1500,"nanos":0}}}
    {"testStepStarted":{"testCaseStartedId":"61","testStepId":"64","timestamp":{"seconds":1500,"nanos":0}}}
    {"attachment":{"body":"the counter shows 1\n","contentEncoding":"IDENTITY","mediaType":"text/plain","testCaseStartedId":"61","testStepId":"64","timestamp":{"seconds":1500,"nanos":0}}}
    {"testStepFinished":{"testCaseStartedId":"61","testStepId":"64","testStepResult":{"duration":{"seconds":0,"nanos":0},"status":"FAILED","exception":{"type":"panic","message":"invariant broken: the counter counts"},"message":"invariant broken: the counter counts"},"timestamp":{"seconds":1500,"nanos":0}}}
    {"testCaseFinished":{"testCaseStartedId":"61","timestamp":{"seconds":1500,"nanos":0},"willBeRetried":false}}
    {"testRunFinished":{"success":false,"timestamp":{"seconds":1500,"nanos":0},"testRunStartedId":"run"}}
    "##);
}

#[test]
fn what_keeps_a_run_from_being_played_is_told_too() {
    let undefined = "Feature: F\n  Scenario: S\n    When 2.5 cows are added to \"x\"\n";
    assert_snapshot!(shown(&messages("run features", undefined)), @r#"
    {"meta":{"protocolVersion":"34.2.1","implementation":{"name":"rehearse","version":"0.0.0"},"runtime":{"name":"rust"},"os":{"name":"any"},"cpu":{"name":"any"}}}
    {"source":{"uri":"features/everything.feature","data":"Feature: F\n  Scenario: S\n    When 2.5 cows are added to \"x\"\n","mediaType":"text/x.cucumber.gherkin+plain"}}
    {"gherkinDocument":{"uri":"features/everything.feature","feature":{"location":{"line":1,"column":1},"tags":[],"language":"en","keyword":"Feature","name":"F","description":"","children":[{"scenario":{"location":{"line":2,"column":3},"tags":[],"keyword":"Scenario","name":"S","description":"","steps":[{"location":{"line":3,"column":5},"keyword":"When ","keywordType":"Action","text":"2.5 cows are added to \"x\"","id":"1"}],"examples":[],"id":"2"}}]},"comments":[]}}
    {"pickle":{"id":"4","uri":"features/everything.feature","location":{"line":2,"column":3},"name":"S","language":"en","steps":[{"astNodeIds":["1"],"id":"3","type":"Action","text":"2.5 cows are added to \"x\""}],"tags":[],"astNodeIds":["2"]}}
    {"suggestion":{"id":"16","pickleStepId":"3","snippets":[{"language":"rust","code":"/// What it is about.\n#[when(expr = \"{float} cows are added to {string}\")]\nfn cows_are_added_to(stage: &mut Mock, float_1: f64, string_1: String) {\n    todo!()\n}"}]}}
    {"testRunStarted":{"id":"run","timestamp":{"seconds":0,"nanos":0}}}
    {"testRunFinished":{"message":"features/everything.feature:3: undefined step `When 2.5 cows are added to \"x\"`\n    the nearest phrases:\n        When {int} is added    (scenarios/tests/harness/mock.rs:108)\n        When {int} s pass(es)    (scenarios/tests/harness/mock.rs:114)\n    to define it, paste and complete:\n        /// What it is about.\n        #[when(expr = \"{float} cows are added to {string}\")]\n        fn cows_are_added_to(stage: &mut Mock, float_1: f64, string_1: String) {\n            todo!()\n        }","success":false,"timestamp":{"seconds":0,"nanos":0},"testRunStartedId":"run"}}
    "#);
    assert_snapshot!(shown(&messages("run features", "Feature: F\n  Scenario: S\n    Whn\n  x\n")), @r#"
    {"meta":{"protocolVersion":"34.2.1","implementation":{"name":"rehearse","version":"0.0.0"},"runtime":{"name":"rust"},"os":{"name":"any"},"cpu":{"name":"any"}}}
    {"parseError":{"source":{"uri":"features/everything.feature","location":{"line":2}},"message":"expected a step in this scenario, found none\na scenario without steps passes whatever happens"}}
    {"parseError":{"source":{"uri":"features/everything.feature","location":{"line":3}},"message":"`Whn` would be read as a description, and what follows it would not be played\nwrite `When`; if it is meant as a description, let the line begin with another word"}}
    {"testRunStarted":{"id":"run","timestamp":{"seconds":0,"nanos":0}}}
    {"testRunFinished":{"message":"features/everything.feature:2: expected a step in this scenario, found none\n    a scenario without steps passes whatever happens\nfeatures/everything.feature:3: `Whn` would be read as a description, and what follows it would not be played\n    write `When`; if it is meant as a description, let the line begin with another word","success":false,"timestamp":{"seconds":0,"nanos":0},"testRunStartedId":"run"}}
    "#);
}

#[test]
fn the_number_of_jobs_changes_no_byte() {
    assert_eq!(messages("run features --jobs 1", EVERYTHING), messages("run features --jobs 2", EVERYTHING));
}

#[test]
fn every_id_that_is_referred_to_is_given() {
    let text = messages("run features", EVERYTHING);
    let (mut given, mut used) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        collect_ids(&serde_json::from_str(line).expect("JSON"), &mut given, &mut used);
    }
    assert!(given.len() > 50 && used.len() > 50);
    assert_eq!(used.difference(&given).collect::<Vec<_>>(), Vec::<&String>::new());
}

fn collect_ids(value: &Value, given: &mut BTreeSet<String>, used: &mut BTreeSet<String>) {
    let strings = |value: &Value| -> Vec<String> {
        let list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        list.iter().map(|id| id.as_str().expect("an id is a string").to_owned()).collect()
    };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "id" => assert!(given.insert(strings(value).remove(0)), "{value} is given twice"),
                    name if name.ends_with("Id") || name.ends_with("Ids") => used.extend(strings(value)),
                    _ => collect_ids(value, given, used),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect_ids(value, given, used)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
