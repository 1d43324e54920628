//! `index.html`.

use std::collections::BTreeMap;

use recording::{Connection, EntryKind, Header, LinkUse, Outcome, Recorder};
use reports::{Played, Run, index_html};
use wire::SimTime;

use crate::outline::{drawing, outline};
use crate::sample;

fn small_run() -> Run {
    Run::new(7, vec![sample::session_key(12)], Vec::new())
}

#[test]
fn a_small_run_reads_from_verdict_to_particulars() {
    insta::assert_snapshot!(outline(&index_html(&small_run())), @"
    html
      head
        meta
        meta
        meta
        meta
        title: 1 scenario passed · Rehearsal
        link -> data:,
        style
      body
        svg.heads
        header.masthead.passed
          p.brand: Rehearsal
          h1: 1 scenario passed
          div.meter = 1 passed, 0 failed
            span.passed
          dl.totals
            div
              dt: Passed
              dd.passed: 1
            div
              dt: Failed
              dd: 0
            div
              dt: Features
              dd: 1
            div
              dt: Steps
              dd: 5
            div
              dt: Virtual time
              dd: 30.3 s
            div
              dt: Seed
              dd: 7
            div
              dt: Commit
              dd.code: 3f9c2d1
        form.filters = Filter scenarios
          input #text = Search
          fieldset
            legend: Status
            label
              input
              span: All
            label
              input
              span: Failed
            label
              input
              span: Passed
          select #tag = Tag
            option: All tags
            option: KEY-01 (1)
            option: KEY-04 (1)
          output #shown
          button #open: Open all
          button #close: Close all
        div.columns
          nav.contents = Features
            h2: Features
            ul
              li
                a -> #feature-1: Session keys
                span.tally: 1
          main
            section.feature #feature-1
              header
                h2: Session keys
                span.code: features/session-keys.feature
              details.scenario.passed #features-session-keys-12-seed-7
                summary
                  span.status = passed
                  h3: A key brings the customer to the rep
                  span.tags
                    span.tag: KEY-01
                    span.tag: KEY-04
                  span.took: 30.3 s
                div.body
                  div.pair
                    section.steps
                      h4: Steps
                      ol
                        li.passed
                          span.status = passed
                          div
                            b: Given
                            Alex is signed in
                          span.at: 0:00.000
                          span.took: 40 ms
                        li.passed
                          span.status = passed
                          div
                            b: When
                            Alex generates a session key
                          span.at: 0:00.040
                          span.took: 40 ms
                        li.passed
                          span.status = passed
                          div
                            b: And
                            Priya enters the key on hotel Wi-Fi 30 seconds later
                          span.at: 0:00.080
                          span.took: 30.1 s
                        li.passed
                          span.status = passed
                          div
                            b: And
                            Alex accepts the session
                          span.at: 0:30.216
                          span.took: 88 ms
                        li.passed
                          span.status = passed
                          div
                            b: Then
                            Priya reads &quot;Hello Priya, Alex here.&quot; within 2 seconds
                          span.at: 0:30.304
                          span.took: 86 ms
                    section.story
                      h4: What happened
                      ol
                        li.act
                          span.at: 0:00.000
                          p: Alex signs in
                        li.act
                          span.at: 0:00.040
                          p: Alex generates a session key
                        li.act
                          span.at: 0:30.080
                          p: Priya enters the session key
                        li.event
                          span.at: 0:30.145
                          p
                            b: Session Start
                            Priya · by session key
                        li.act
                          span.at: 0:30.216
                          p: Alex accepts the session of Priya
                        li.event
                          span.at: 0:30.236
                          p
                            b: Conference Owner Changed
                            Alex Moreau · from the personal queue of Alex Moreau
                        li.event
                          span.at
                          p
                            b: Conference Member Added
                            Alex Moreau
                        li.chat
                          span.at: 0:30.324
                          p
                            b: Alex Moreau
                            q: Hello Priya, Alex here.
                  section.messages
                    h4: Messages
                    div.diagram
                      div.lanes
                        div.gutter: virtual time
                        div.lane.rep
                          b: Alex's console
                          small: representative console
                        div.lane.appliance
                          b: support.example.com
                          small: appliance
                        div.lane.customer
                          b: Priya's PC
                          small: customer client
                      svg = 14 messages between Alex's console, support.example.com, Priya's PC, time downwards
                  section.views
                    h4: What everybody saw at the end
                    div.cards
                      article.card.rep
                        header
                          h5: Alex's console
                          small: representative console
                        dl
                          div
                            dt: Signed in as
                            dd: Alex Moreau
                          div.wide
                            dt: Queues
                            dd
                              table
                                thead
                                  tr
                                    th: Name
                                    th: Waiting
                                    th: Longest wait s
                                tbody
                                  tr
                                    td: Alex Moreau
                                    td: 0
                                    td
                                      span.none: –
                          div.wide
                            dt: Sessions
                            dd
                              table
                                thead
                                  tr
                                    th: Customer
                                    th: Platform
                                    th: Owner
                                tbody
                                  tr
                                    td: Priya
                                    td: Windows 11
                                    td: Alex Moreau
                      article.card.customer
                        header
                          h5: Priya's PC
                          small: customer client
                        dl
                          div
                            dt: State
                            dd: in_session
                          div
                            dt: With
                            dd
                              ul.plain
                                li: Alex Moreau
                          div.wide
                            dt: Chat
                            dd
                              table
                                thead
                                  tr
                                    th: Who
                                    th: Says
                                tbody
                                  tr
                                    td: Alex Moreau
                                    td: Hello Priya, Alex here.
                      article.card.appliance
                        header
                          h5: support.example.com
                          small: appliance
                        dl
                          div
                            dt: Site
                            dd: one-team
                          div
                            dt: Signed in
                            dd
                              ul.plain
                                li: Alex Moreau
                          div
                            dt: Sessions
                            dd: 0
                  footer
                    dl
                      div
                        dt: Recording
                        dd
                          a -> recordings/features-session-keys-12-seed-7.rehearsal: features-session-keys-12-seed-7.rehearsal
                      div
                        dt: Source
                        dd.code: features/session-keys.feature:12
                      div
                        dt: Site
                        dd: one-team
                      div
                        dt: Seed
                        dd.code: 7
                      div
                        dt: Digest
                        dd.code: 0ba9a7e1db65c502
                      div
                        dt: Time to accept s
                        dd: 30.21
                      div.repeat
                        dt: Play it again
                        dd
                          code: rehearse run features/session-keys.feature:12 --seed 7
            p #nothing: No scenario fits the filter.
        footer
          p: Times are virtual: the clock of the simulated world, which skips what nobody waits for. The same seed gives the same page, to the byte.
          p: In a diagram an arrow leaves when its message was sent and lands when it arrived: the steeper, the slower the way. Idle time is cut out and marked; what happens almost at once is drawn apart so that it can be read.
        script
    ");
}

#[test]
fn a_diagram_draws_every_message_between_its_steps() {
    insta::assert_snapshot!(drawing(&index_html(&small_run()), "14 messages"), @r#"
    <svg role="img" aria-label="14 messages between Alex's console, support.example.com, Priya's PC, time downwards" width="876" height="576">
    <path class="line" d="M216 0V576"></path>
    <path class="line" d="M480 0V576"></path>
    <path class="line" d="M744 0V576"></path>
    <g class="chapter passed"><title>Given Alex is signed in</title><rect y="2" width="876" height="22"></rect>
    <text class="tick" x="76" y="17">0:00.000</text><text x="92" y="17"><tspan class="keyword">Given</tspan> Alex is signed in</text></g>
    <g class="chapter passed"><title>When Alex generates a session key</title><rect y="96" width="876" height="22"></rect>
    <text class="tick" x="76" y="111">0:00.040</text><text x="92" y="111"><tspan class="keyword">When</tspan> Alex generates a session key</text></g>
    <g class="chapter passed"><title>And Priya enters the key on hotel Wi-Fi 30 seconds later</title><rect y="190" width="876" height="22"></rect>
    <text class="tick" x="76" y="205">0:00.080</text><text x="92" y="205"><tspan class="keyword">And</tspan> Priya enters the key on hotel Wi-Fi 30 seconds later</text></g>
    <g class="idle"><rect y="217" width="876" height="20"></rect><text x="92" y="231">30 s later</text></g>
    <g class="chapter passed"><title>And Alex accepts the session</title><rect y="346" width="876" height="22"></rect>
    <text class="tick" x="76" y="361">0:30.216</text><text x="92" y="361"><tspan class="keyword">And</tspan> Alex accepts the session</text></g>
    <g class="chapter passed"><title>Then Priya reads &quot;Hello Priya, Alex here.&quot; within 2 seconds</title><rect y="465" width="876" height="22"></rect>
    <text class="tick" x="76" y="480">0:30.304</text><text x="92" y="480"><tspan class="keyword">Then</tspan> Priya reads &quot;Hello Priya, Alex here.&quot; within 2 seconds</text></g>
    <text class="tick" x="76" y="70">0:00.020</text>
    <text class="tick" x="76" y="164">0:00.060</text>
    <text class="tick" x="76" y="260">0:30.080</text>
    <text class="tick" x="76" y="294">0:30.145</text>
    <text class="tick" x="76" y="414">0:30.236</text>
    <text class="tick" x="76" y="533">0:30.324</text>
    <g class="m rep"><title>hello, 38 B, sent 0:00.000, arrived 0:00.020, 20 ms later
    sign_in, 61 B, sent 0:00.000, arrived 0:00.020, 20 ms later</title><path d="M216 42L480 66"></path><text transform="translate(376 53)rotate(5)">hello, sign_in <tspan>99 B</tspan></text></g>
    <g class="m appliance"><title>signed_in, 412 B, sent 0:00.020, arrived 0:00.040, 20 ms later</title><path d="M480 66L216 90"></path><text transform="translate(320 77)rotate(-5)">signed_in <tspan>412 B</tspan></text></g>
    <g class="m rep"><title>generate_session_key, 24 B, sent 0:00.040, arrived 0:00.060, 20 ms later</title><path d="M216 136L480 160"></path><text transform="translate(376 147)rotate(5)">generate_session_key <tspan>24 B</tspan></text></g>
    <g class="m appliance"><title>session_key_generated, 76 B, sent 0:00.060, arrived 0:00.080, 20 ms later</title><path d="M480 160L216 184"></path><text transform="translate(320 171)rotate(-5)">session_key_generated <tspan>76 B</tspan></text></g>
    <g class="m customer"><title>hello, 38 B, sent 0:30.080, arrived 0:30.145, 65 ms later
    start_by_session_key, 45 B, sent 0:30.080, arrived 0:30.145, 65 ms later</title><path d="M744 256L480 290"></path><text transform="translate(594 271)rotate(-7)">hello, start_by_session_key <tspan>83 B</tspan></text></g>
    <g class="m appliance"><title>session_started, 240 B, sent 0:30.145, arrived 0:30.216, 71 ms later</title><path d="M480 290L744 340"></path><text transform="translate(640 316)rotate(11)">session_started <tspan>240 B</tspan></text></g>
    <g class="m appliance"><title>queue_changed, 133 B, sent 0:30.145, arrived 0:30.165, 20 ms later</title><path d="M480 290L216 314"></path><text transform="translate(320 301)rotate(-5)">queue_changed <tspan>133 B</tspan></text></g>
    <g class="m rep"><title>accept_session, 29 B, sent 0:30.216, arrived 0:30.236, 20 ms later</title><path d="M216 386L480 410"></path><text transform="translate(376 397)rotate(5)">accept_session <tspan>29 B</tspan></text></g>
    <g class="m appliance"><title>session_accepted, 186 B, sent 0:30.236, arrived 0:30.256, 20 ms later</title><path d="M480 410L216 434"></path><text transform="translate(320 421)rotate(-5)">session_accepted <tspan>186 B</tspan></text></g>
    <g class="m appliance"><title>member_added, 52 B, sent 0:30.236, arrived 0:30.304, 68 ms later</title><path d="M480 410L744 459"></path><text transform="translate(640 436)rotate(11)">member_added <tspan>52 B</tspan></text></g>
    <g class="m rep"><title>chat_line, 64 B, sent 0:30.304, arrived 0:30.324, 20 ms later</title><path d="M216 505L480 529"></path><text transform="translate(376 516)rotate(5)">chat_line <tspan>64 B</tspan></text></g>
    <g class="m appliance"><title>chat_line, 71 B, sent 0:30.324, arrived 0:30.390, 66 ms later</title><path d="M480 529L744 563"></path><text transform="translate(640 546)rotate(7)">chat_line <tspan>71 B</tspan></text></g>
    </svg>
    "#);
}

#[test]
fn the_page_is_whole_in_itself() {
    let page = index_html(&sample::run());
    for outside in ["http:", "https:", "src=", "url(", "@import", "//cdn"] {
        let allowed = page.matches("url(#head-").count();
        let found = page.matches(outside).count();
        assert_eq!(found, if outside == "url(" { allowed } else { 0 }, "{outside}");
    }
}

#[test]
fn what_people_write_stays_text() {
    let evil = "</script><script>alert(1)</script>\"'&";
    let header = Header {
        feature: evil.to_owned(),
        scenario: evil.to_owned(),
        path: format!("{evil}.feature"),
        tags: vec![evil.to_owned()],
        ..Header::default()
    };
    let mut recorder = Recorder::new(header);
    let message = |from: &str| EntryKind::MessageSent {
        from: from.to_owned(),
        to: evil.to_owned(),
        conn: 1,
        kind: evil.to_owned(),
        bytes: 1,
    };
    recorder.record(SimTime::ZERO, message("a"));
    recorder.record(SimTime::ZERO, EntryKind::Trouble { text: evil.to_owned() });
    recorder.record(SimTime::ZERO, EntryKind::Ended { outcome: Outcome::Passed });
    let played = Played::new(recorder.finish(), 0, BTreeMap::new(), evil.to_owned()).unwrap();
    let page = index_html(&Run::new(1, vec![played], vec![evil.to_owned()]));
    assert_eq!(page.matches("<script>").count(), 1);
    assert!(!page.contains("alert(1)</"));
}

#[test]
fn a_failure_says_what_was_expected_what_was_seen_and_how_to_see_it_again() {
    let page = outline(&index_html(&sample::run()));
    let start = page.find("section.failure").unwrap();
    let end = start + page[start..].find("div.pair").unwrap();
    insta::assert_snapshot!(page[start..end].trim_end(), @"
    section.failure
                    p
                      strong: Failed
                      at
                      span.at: 1:40.580
                      :
                      b: Then
                      Priya reads &quot;Are you still there?&quot; within 5 seconds
                      span.code: features/chat.feature:45
                    dl.expected
                      div
                        dt: Expected
                        dd
                          pre: a line from Alex: &quot;Are you still there?&quot;
                      div
                        dt: Seen
                        dd
                          pre: no line at all
                    pre: Priya's PC shows no such line within 5 s.

    What everybody saw:
      Alex's console   Are you still there? (delivered: no)
      Priya's PC       in_session, chat empty

    netstat of Priya's PC:
      10.0.2.15:49153 -&gt; 203.0.113.10:443  ESTABLISHED  rx 96 B  tx 82 B
                    p.repeat: Play it again:
                      code: rehearse run features/chat.feature:40 --seed 7
    ");
}

#[test]
fn what_was_not_played_is_on_top() {
    let trouble = "features/keys.feature:3: expected `Scenario:`, came `Scenari:`".to_owned();
    let page = outline(&index_html(&Run::new(7, Vec::new(), vec![trouble])));
    let start = page.find("header.masthead").unwrap();
    insta::assert_snapshot!(page[start..], @"
    header.masthead.failed
          p.brand: Rehearsal
          h1: The run failed
          dl.totals
            div
              dt: Passed
              dd.passed: 0
            div
              dt: Failed
              dd: 0
            div
              dt: Features
              dd: 0
            div
              dt: Steps
              dd: 0
            div
              dt: Virtual time
              dd: 0 s
            div
              dt: Seed
              dd: 7
        section.troubles
          h2: Not played
          pre: features/keys.feature:3: expected `Scenario:`, came `Scenari:`
        main.empty
          p: No scenario was played.
        footer
          p: Times are virtual: the clock of the simulated world, which skips what nobody waits for. The same seed gives the same page, to the byte.
          p: In a diagram an arrow leaves when its message was sent and lands when it arrived: the steeper, the slower the way. Idle time is cut out and marked; what happens almost at once is drawn apart so that it can be read.
        script
    ");
}

#[test]
fn long_scenarios_are_capped_and_say_so() {
    let page = index_html(&sample::run());
    assert!(page.contains("240 of 345 arrows are drawn, the first and the last."));
    assert!(page.contains("105 arrows not drawn here"));
    assert!(page.contains("5 programs with few messages are not drawn."));
}

#[test]
fn a_large_run_stays_a_small_page() {
    let page = index_html(&sample::large_run(120));
    let size_max = 5_000_000;
    assert!(page.len() < size_max, "expected less than {size_max} bytes, came {}", page.len());
}

#[test]
fn the_page_does_not_depend_on_the_order_of_play() {
    let run = sample::run();
    let mut backwards = run.scenarios().to_vec();
    backwards.reverse();
    assert_eq!(index_html(&Run::new(7, backwards, Vec::new())), index_html(&run));
}

#[test]
fn links_are_plotted_with_their_queues_and_round_trips() {
    let mut recorder = Recorder::new(Header { path: "f.feature".to_owned(), line: 2, ..Header::default() });
    let at = SimTime::from_millis;
    let step = |text: &str| EntryKind::StepBegan {
        keyword: "When".to_owned(),
        text: text.to_owned(),
        argument: None,
        line: 3,
    };
    recorder.record(at(0), step("a file is sent"));
    for tick in 1..=10 {
        let down = LinkUse {
            bytes: 50_000,
            drops: u64::from(tick == 5) * 3,
            lost: u64::from(tick == 5),
            queue_bytes_max: 6_000 * tick,
            wait_ns_max: 24_000_000 * tick,
            rate_bits_per_s: Some(2_000_000),
            ..LinkUse::default()
        };
        let (host, from) = ("Carla's PC".to_owned(), Some(at((tick - 1) * 200)));
        recorder.record(
            at(tick * 200),
            EntryKind::LinkSample { host, from, until: None, up: LinkUse::default(), down },
        );
        let connection = Connection {
            local: "10.20.0.1:49152".to_owned(),
            peer: Some("203.0.113.10:443".to_owned()),
            rtt_ns: Some(40_000_000 + 24_000_000 * tick),
            ..Connection::default()
        };
        let (host, with) = ("Carla's PC".to_owned(), Some("appliance".to_owned()));
        recorder.record(at(tick * 200), EntryKind::ConnSample { host, with, connection });
    }
    recorder.record(at(4_000), step("it is read"));
    recorder.record(at(4_000), EntryKind::Ended { outcome: Outcome::Passed });
    let played = Played::new(recorder.finish(), 1, BTreeMap::new(), String::new()).unwrap();
    let page = index_html(&Run::new(1, vec![played], Vec::new()));
    let (_, plots) = page.split_once("<section class=\"network\">").unwrap();
    let (plots, _) = plots.split_once("</section>").unwrap();
    insta::assert_snapshot!(plots.replace("><", ">\n<"), @r#"
    <h4>Network</h4>
    <div class="plots">
    <figure>
    <figcaption>
    <b>Carla's PC</b> <span>up 0 B · down 500 kB · 1 lost · 2 dropped by the queue · longest wait in the queue 240 ms</span>
    </figcaption>
    <svg class="plot" role="img" aria-label="The link of Carla's PC: up 0 B · down 500 kB · 1 lost · 2 dropped by the queue · longest wait in the queue 240 ms" viewBox="0 0 620 244">
    <path class="step" d="M74 8V224">
    <title>When a file is sent</title>
    </path>
    <path class="step" d="M604 8V224">
    <title>When it is read</title>
    </path>
    <path class="grid" d="M74 92H604">
    </path>
    <text class="value" x="68" y="96">0</text>
    <path class="grid" d="M74 50H604">
    </path>
    <text class="value" x="68" y="54">1 Mbit/s</text>
    <path class="grid" d="M74 8H604">
    </path>
    <text class="value" x="68" y="12">2 Mbit/s</text>
    <path class="down" d="M74 92H74V8H338V51H340V92H604V92">
    </path>
    <path class="limit down" d="M74 8H604">
    </path>
    <path class="up" d="M74 92H604V92">
    </path>
    <path class="grid" d="M74 158H604">
    </path>
    <text class="value" x="68" y="162">0</text>
    <path class="grid" d="M74 136H604">
    </path>
    <text class="value" x="68" y="140">50 kB</text>
    <path class="grid" d="M74 114H604">
    </path>
    <text class="value" x="68" y="118">100 kB</text>
    <text class="name" x="79" y="107">queue</text>
    <path class="down" d="M74 158H74V156H100V153H126V151H152V148H178V145H206V143H232V140H258V137H284V135H312V132H340V158H604V158">
    </path>
    <path class="up" d="M74 158H604V158">
    </path>
    <path class="grid" d="M74 224H604">
    </path>
    <text class="value" x="68" y="228">0</text>
    <path class="grid" d="M74 202H604">
    </path>
    <text class="value" x="68" y="206">200 ms</text>
    <path class="grid" d="M74 180H604">
    </path>
    <text class="value" x="68" y="184">400 ms</text>
    <text class="name" x="79" y="173">round-trip time</text>
    <path class="rtt" d="M100 217L127 215L153 212L180 210L206 207L233 204L259 202L286 199L312 196L339 194">
    <title>to appliance</title>
    </path>
    <text class="cross" x="206" y="123">✕<title>3 packets lost or dropped</title>
    </text>
    <path class="tick" d="M74 224v4">
    </path>
    <text class="time" x="74" y="240">0 s</text>
    <path class="tick" d="M206 224v4">
    </path>
    <text class="time" x="206" y="240">1 s</text>
    <path class="tick" d="M339 224v4">
    </path>
    <text class="time" x="339" y="240">2 s</text>
    <path class="tick" d="M471 224v4">
    </path>
    <text class="time" x="471" y="240">3 s</text>
    <path class="tick" d="M604 224v4">
    </path>
    <text class="time" x="604" y="240">4 s</text>
    </svg>
    </figure>
    </div>
    <p class="note">
    <span class="key up">
    </span>from the machine <span class="key down">
    </span>to the machine <span class="key limit">
    </span>what the link can carry <span class="cross">✕</span> packets lost or dropped. Thin lines: a step begins. Rates are means over at least 15 ms.</p>
    "#);
}
