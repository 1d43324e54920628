//! `junit.xml`.

use reports::{Run, junit_xml};

use crate::sample;

#[test]
fn a_suite_per_feature_and_a_case_per_scenario() {
    let run = sample::run();
    let chosen: Vec<_> = run
        .scenarios()
        .iter()
        .filter(|played| !played.recording().header().path.contains("queues"))
        .cloned()
        .collect();
    let troubles = vec!["features/keys.feature:3: expected `Scenario:`, came `Scenari:`".to_owned()];
    insta::assert_snapshot!(junit_xml(&Run::new(7, chosen, troubles)), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="rehearsal" tests="5" skipped="0" failures="1" errors="2" time="86531.146">
        <testsuite name="Chat" tests="2" skipped="0" errors="1" failures="1" time="100.580">
            <testcase name="A line written as the power fails arrives after all" classname="features/chat.feature" time="100.580" file="features/chat.feature" line="40">
                <properties>
                    <property name="seed" value="7"/>
                    <property name="digest" value="bb4257253b9380b6"/>
                    <property name="recording" value="recordings/features-chat-40-seed-7.rehearsal"/>
                    <property name="tag" value="CHT-03"/>
                    <property name="tag" value="CLS-02"/>
                </properties>
                <failure message="failed: Then Priya reads &quot;Are you still there?&quot; within 5 seconds">Priya&apos;s PC shows no such line within 5 s.

    What everybody saw:
      Alex&apos;s console   Are you still there? (delivered: no)
      Priya&apos;s PC       in_session, chat empty

    netstat of Priya&apos;s PC:
      10.0.2.15:49153 -&gt; 203.0.113.10:443  ESTABLISHED  rx 96 B  tx 82 B
    expected: a line from Alex: &quot;Are you still there?&quot;
    seen: no line at all
    repeat: rehearse run features/chat.feature:40 --seed 7</failure>
                <system-out>    0:00.000  passed     Given Alex is in a session with Priya (200 ms)
        0:00.200  passed     When Priya&apos;s PC loses power (0 s)
        0:00.200  passed     And Alex writes &quot;Are you still there?&quot; (1 min 35 s)
        1:35.220  passed     And Priya&apos;s PC comes back (360 ms)
        1:35.580  failed     Then Priya reads &quot;Are you still there?&quot; within 5 seconds (5 s)
        1:40.580  skipped    And Alex sees that the line was read (0 s)
    </system-out>
            </testcase>
            <testcase name="Somebody sings" classname="features/chat.feature" time="0.000" file="features/chat.feature" line="62">
                <properties>
                    <property name="seed" value="7"/>
                    <property name="digest" value="b75202a684bf8e79"/>
                    <property name="recording" value="recordings/features-chat-62-seed-7.rehearsal"/>
                </properties>
                <error message="undefined: When Alex sings">no step definition fits; the nearest are:
      Alex signs in
      Alex signs out
    repeat: rehearse run features/chat.feature:62 --seed 7</error>
                <system-out>    0:00.000  undefined  When Alex sings (0 s)
    </system-out>
            </testcase>
        </testsuite>
        <testsuite name="Jump Clients" tests="1" skipped="0" errors="0" failures="0" time="86400.176">
            <testcase name="An unattended PC is reached a day later" classname="features/jump-clients.feature" time="86400.176" file="features/jump-clients.feature" line="8">
                <properties>
                    <property name="seed" value="7"/>
                    <property name="digest" value="ac6d47d3c35389de"/>
                    <property name="recording" value="recordings/features-jump-clients-8-seed-7.rehearsal"/>
                    <property name="tag" value="JMC-01"/>
                    <property name="tag" value="JMC-05"/>
                </properties>
                <system-out>    0:00.000  passed     Given a Jump Client on shop-pc-1 in the Jump Group &quot;Shops&quot; (70 ms)
        0:00.070  passed     When 24 hours pass (1 d)
    24:00:00.070  passed     And Bo jumps to shop-pc-1 (106 ms)
    24:00:00.176  passed     Then Bo sees the desktop of shop-pc-1 (0 s)
    </system-out>
            </testcase>
        </testsuite>
        <testsuite name="Session keys" tests="1" skipped="0" errors="0" failures="0" time="30.390">
            <testcase name="A key brings the customer to the rep" classname="features/session-keys.feature" time="30.390" file="features/session-keys.feature" line="12">
                <properties>
                    <property name="seed" value="7"/>
                    <property name="digest" value="0ba9a7e1db65c502"/>
                    <property name="recording" value="recordings/features-session-keys-12-seed-7.rehearsal"/>
                    <property name="tag" value="KEY-01"/>
                    <property name="tag" value="KEY-04"/>
                    <property name="time_to_accept_s" value="30.21"/>
                </properties>
                <system-out>    0:00.000  passed     Given Alex is signed in (40 ms)
        0:00.040  passed     When Alex generates a session key (40 ms)
        0:00.080  passed     And Priya enters the key on hotel Wi-Fi 30 seconds later (30.1 s)
        0:30.216  passed     And Alex accepts the session (88 ms)
        0:30.304  passed     Then Priya reads &quot;Hello Priya, Alex here.&quot; within 2 seconds (86 ms)
    </system-out>
            </testcase>
        </testsuite>
        <testsuite name="run" tests="1" skipped="0" errors="1" failures="0">
            <testcase name="features/keys.feature:3: expected `Scenario:`, came `Scenari:`">
                <error message="features/keys.feature:3: expected `Scenario:`, came `Scenari:`">features/keys.feature:3: expected `Scenario:`, came `Scenari:`</error>
            </testcase>
        </testsuite>
    </testsuites>
    "#);
}

#[test]
fn the_rows_of_an_outline_have_names_of_their_own() {
    let rows = [12, 13].map(sample::session_key);
    let xml = junit_xml(&Run::new(7, rows.to_vec(), Vec::new()));
    for line in [12, 13] {
        let name = format!("name=\"A key brings the customer to the rep (line {line}, seed 7)\"");
        assert_eq!(xml.matches(&name).count(), 1, "{name}");
    }
}
