//! The public session report of a recording.

use arbitrary::Unstructured;
use quick_xml::Reader;
use quick_xml::events::Event;
use recording::{
    EntryKind, Header, Recorder, Recording, ReportedCustomer, ReportedRepresentative, SessionReport,
};
use reports::session_xml;
use wire::SimTime;

/// A recording under way, a line an event.
struct Tape(Recorder);

impl Tape {
    fn new() -> Self {
        let path = "features/queues/transfer.feature".to_owned();
        let scenario = "A colleague takes over".to_owned();
        Self(Recorder::new(Header { path, scenario, seed: 7, ..Header::default() }))
    }

    fn event(&mut self, secs: u64, session: &str, by: u32, who: &str, name: &str, detail: &str) {
        self.event_for(secs, session, by, who, name, detail, None);
    }

    #[expect(clippy::too_many_arguments, reason = "a row of a table")]
    fn event_for(
        &mut self,
        secs: u64,
        session: &str,
        by: u32,
        who: &str,
        name: &str,
        detail: &str,
        audience: Option<&str>,
    ) {
        let kind = EntryKind::SessionEvent {
            session: session.to_owned(),
            name: name.to_owned(),
            who: who.to_owned(),
            detail: detail.to_owned(),
            by: Some(by),
            audience: audience.map(str::to_owned),
        };
        self.0.record(SimTime::from_secs(secs), kind);
    }

    fn xml(self) -> String {
        session_xml(&Recording::read(&self.0.finish()).expect("it was just recorded"))
    }
}

fn representative(
    number: u32,
    name: &str,
    user_name: Option<&str>,
    is_owner: bool,
) -> ReportedRepresentative {
    ReportedRepresentative {
        number,
        name: name.to_owned(),
        user_name: user_name.map(str::to_owned),
        public_ip: [198, 51, 100, number as u8].into(),
        is_owner,
        involved_ns: u64::from(number) * 30_000_000_000,
    }
}

/// The customer is called like a representative, and so is somebody who has left.
#[test]
fn the_owner_is_the_representative_of_that_name_who_is_there() {
    let mut tape = Tape::new();
    let session = "session-1";
    tape.event(5, session, 0, "", "Session Start", "");
    tape.event(5, session, 1, "Sam Lee", "Conference Member Added", "");
    tape.event(20, session, 2, "Sam Lee", "Conference Member Added", "");
    tape.event(20, session, 0, "", "Conference Owner Changed", "Sam Lee");
    tape.event(30, session, 2, "Sam Lee", "Conference Member Departed", "on hold");
    tape.event(40, session, 3, "Sam Lee", "Conference Member Added", "");
    tape.event(40, session, 0, "", "Conference Owner Changed", "Sam Lee");
    let xml = tape.xml();
    let owners: Vec<&str> =
        xml.lines().map(str::trim).filter(|line| line.starts_with("<destination")).collect();
    assert_eq!(
        owners,
        [2, 3].map(|number| {
            format!("<destination type=\"representative\" gsnumber=\"{number}\">Sam Lee</destination>")
        })
    );
    assert!(xml.contains("<primary_rep gsnumber=\"3\">Sam Lee</primary_rep>"), "{xml}");
}

#[test]
fn a_session_reads_as_the_public_report() {
    let mut tape = Tape::new();
    let session = "session-1";
    tape.event(5, session, 0, "", "Session Start", "");
    tape.event(5, session, 0, "", "Conference Owner Changed", "Pre-start Conference");
    tape.event(5, session, 1, "Carla", "Conference Member Added", "");
    tape.event(5, session, 0, "", "Session Transferred to Queue", "Network");
    tape.event(20, session, 2, "Alex Kim", "Conference Member Added", "");
    tape.event(20, session, 0, "", "Session Transferred Away from Queue", "Network");
    tape.event(20, session, 0, "", "Conference Owner Changed", "Alex Kim");
    tape.event(31, session, 1, "Carla", "Chat Message", "Is <b> & \"c\" right?");
    tape.event_for(40, session, 2, "Alex Kim", "Chat Message", "No idea.", Some("representatives only"));
    tape.event(45, session, 3, "Blair Osei", "Conference Member Added", "");
    tape.event(50, session, 2, "Alex Kim", "Conference Member Departed", "left");
    tape.event(50, session, 0, "", "Conference Owner Changed", "Blair Osei");
    tape.event(60, session, 4, "Erin", "Conference Member Added", "");
    tape.event(905, session, 0, "", "Session End", "");
    let report = SessionReport {
        session: session.to_owned(),
        kind: "support".to_owned(),
        began: SimTime::from_secs(5),
        ended: SimTime::from_secs(907),
        issue: None,
        customer: ReportedCustomer {
            name: "Carla".to_owned(),
            computer: "FRONT-DESK-3".to_owned(),
            platform: "Windows".to_owned(),
            public_ip: [203, 0, 113, 77].into(),
            private_ip: [10, 20, 0, 1].into(),
        },
        representatives: vec![
            representative(2, "Alex Kim", Some("alex"), false),
            representative(3, "Blair Osei", Some("blair"), true),
            representative(4, "Erin", None, false),
        ],
    };
    tape.0.record(SimTime::from_secs(907), EntryKind::SessionReport { report: Box::new(report) });
    tape.event(1_000, session, 2, "Alex Kim", "Session Note Added", "Told twice:\nuse the new cable.");
    insta::assert_snapshot!(tape.xml(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <session_list xmlns="http://www.beyondtrust.com/sra/namespaces/API/reporting">
      <session lsid="4b4e088a404954c9c75b72b1d07bb3e5">
        <session_type>support</session_type>
        <lseq>1</lseq>
        <start_time timestamp="5">1970-01-01T00:00:05+00:00</start_time>
        <end_time timestamp="907">1970-01-01T00:15:07+00:00</end_time>
        <duration>00:15:02</duration>
        <primary_customer gsnumber="1">Carla</primary_customer>
        <primary_rep gsnumber="3">Blair Osei</primary_rep>
        <file_transfer_count>0</file_transfer_count>
        <file_move_count>0</file_move_count>
        <file_delete_count>0</file_delete_count>
        <customer_list>
          <customer gsnumber="1">
            <username>Carla</username>
            <public_ip>203.0.113.77</public_ip>
            <private_ip>10.20.0.1</private_ip>
            <hostname>FRONT-DESK-3</hostname>
            <os>Windows</os>
          </customer>
        </customer_list>
        <rep_list>
          <representative gsnumber="2">
            <username>alex</username>
            <display_name>Alex Kim</display_name>
            <public_display_name>Alex Kim</public_display_name>
            <private_display_name>Alex Kim</private_display_name>
            <public_ip>198.51.100.2</public_ip>
            <private_ip>Unknown</private_ip>
            <os>Unknown</os>
            <session_owner>0</session_owner>
            <seconds_involved>60</seconds_involved>
          </representative>
          <representative gsnumber="3">
            <username>blair</username>
            <display_name>Blair Osei</display_name>
            <public_display_name>Blair Osei</public_display_name>
            <private_display_name>Blair Osei</private_display_name>
            <public_ip>198.51.100.3</public_ip>
            <private_ip>Unknown</private_ip>
            <os>Unknown</os>
            <session_owner>1</session_owner>
            <seconds_involved>90</seconds_involved>
          </representative>
          <representative gsnumber="4">
            <username></username>
            <display_name>Erin</display_name>
            <public_display_name>Erin</public_display_name>
            <private_display_name>Erin</private_display_name>
            <public_ip>198.51.100.4</public_ip>
            <private_ip>Unknown</private_ip>
            <os>Unknown</os>
            <session_owner>0</session_owner>
            <seconds_involved>120</seconds_involved>
          </representative>
        </rep_list>
        <session_details>
          <event timestamp="5" event_type="Session Start">
          </event>
          <event timestamp="5" event_type="Conference Owner Changed">
            <destination type="system" gsnumber="0">Pre-start Conference</destination>
            <data>
              <value name="owner" value="Pre-start Conference"/>
            </data>
          </event>
          <event timestamp="5" event_type="Conference Member Added">
            <performed_by type="customer" gsnumber="1">Carla</performed_by>
          </event>
          <event timestamp="5" event_type="Session Transferred to Queue">
            <destination type="system" gsnumber="0">Network</destination>
            <data>
              <value name="queue" value="Network"/>
            </data>
          </event>
          <event timestamp="20" event_type="Conference Member Added">
            <performed_by type="representative" gsnumber="2">Alex Kim</performed_by>
          </event>
          <event timestamp="20" event_type="Session Transferred Away from Queue">
            <destination type="system" gsnumber="0">Network</destination>
            <data>
              <value name="queue" value="Network"/>
            </data>
          </event>
          <event timestamp="20" event_type="Conference Owner Changed">
            <destination type="representative" gsnumber="2">Alex Kim</destination>
            <data>
              <value name="owner" value="Alex Kim"/>
            </data>
          </event>
          <event timestamp="31" event_type="Chat Message">
            <performed_by type="customer" gsnumber="1">Carla</performed_by>
            <destination type="system" gsnumber="0">everyone</destination>
            <body>Is &lt;b&gt; &amp; &quot;c&quot; right?</body>
          </event>
          <event timestamp="40" event_type="Chat Message">
            <performed_by type="representative" gsnumber="2">Alex Kim</performed_by>
            <destination type="system" gsnumber="0">representatives only</destination>
            <body>No idea.</body>
          </event>
          <event timestamp="45" event_type="Conference Member Added">
            <performed_by type="representative" gsnumber="3">Blair Osei</performed_by>
          </event>
          <event timestamp="50" event_type="Conference Member Departed">
            <performed_by type="representative" gsnumber="2">Alex Kim</performed_by>
            <data>
              <value name="reason" value="left"/>
            </data>
          </event>
          <event timestamp="50" event_type="Conference Owner Changed">
            <destination type="representative" gsnumber="3">Blair Osei</destination>
            <data>
              <value name="owner" value="Blair Osei"/>
            </data>
          </event>
          <event timestamp="60" event_type="Conference Member Added">
            <performed_by type="representative" gsnumber="4">Erin</performed_by>
          </event>
          <event timestamp="905" event_type="Session End">
          </event>
          <event timestamp="1000" event_type="Session Note Added">
            <performed_by type="representative" gsnumber="2">Alex Kim</performed_by>
            <body>Told twice:
    use the new cable.</body>
          </event>
        </session_details>
      </session>
    </session_list>
    "#);
}

#[test]
fn a_session_that_is_not_over_has_no_end() {
    let mut tape = Tape::new();
    for (session, began) in [("session-4", 5), ("session-9", 6)] {
        tape.event(began, session, 0, "", "Session Start", "");
        tape.event(began, session, 1, "Carla", "Conference Member Added", "");
    }
    tape.event(20, "session-9", 2, "Alex Kim", "Conference Member Added", "");
    tape.event(20, "session-9", 0, "", "Conference Owner Changed", "Alex Kim");
    tape.event(50, "session-9", 2, "Alex Kim", "Conference Member Departed", "on hold");
    tape.event(60, "session-9", 2, "Alex Kim", "Conference Member Added", "");
    tape.event(75, "session-9", 1, "Carla", "Chat Message", "Hello?");
    insta::assert_snapshot!(tape.xml(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <session_list xmlns="http://www.beyondtrust.com/sra/namespaces/API/reporting">
      <session lsid="4f90d8b90a412a7d73a8e6469619e3b7">
        <session_type>support</session_type>
        <lseq>1</lseq>
        <start_time timestamp="5">1970-01-01T00:00:05+00:00</start_time>
        <primary_customer gsnumber="1">Carla</primary_customer>
        <file_transfer_count>0</file_transfer_count>
        <file_move_count>0</file_move_count>
        <file_delete_count>0</file_delete_count>
        <customer_list>
          <customer gsnumber="1">
            <username>Carla</username>
            <public_ip>Unknown</public_ip>
            <private_ip>Unknown</private_ip>
            <hostname>Unknown</hostname>
            <os>Unknown</os>
          </customer>
        </customer_list>
        <rep_list>
        </rep_list>
        <session_details>
          <event timestamp="5" event_type="Session Start">
          </event>
          <event timestamp="5" event_type="Conference Member Added">
            <performed_by type="customer" gsnumber="1">Carla</performed_by>
          </event>
        </session_details>
      </session>
      <session lsid="579a689229474f510ef2dfc8976a6c15">
        <session_type>support</session_type>
        <lseq>2</lseq>
        <start_time timestamp="6">1970-01-01T00:00:06+00:00</start_time>
        <primary_customer gsnumber="1">Carla</primary_customer>
        <primary_rep gsnumber="2">Alex Kim</primary_rep>
        <file_transfer_count>0</file_transfer_count>
        <file_move_count>0</file_move_count>
        <file_delete_count>0</file_delete_count>
        <customer_list>
          <customer gsnumber="1">
            <username>Carla</username>
            <public_ip>Unknown</public_ip>
            <private_ip>Unknown</private_ip>
            <hostname>Unknown</hostname>
            <os>Unknown</os>
          </customer>
        </customer_list>
        <rep_list>
          <representative gsnumber="2">
            <username>Unknown</username>
            <display_name>Alex Kim</display_name>
            <public_display_name>Alex Kim</public_display_name>
            <private_display_name>Alex Kim</private_display_name>
            <public_ip>Unknown</public_ip>
            <private_ip>Unknown</private_ip>
            <os>Unknown</os>
            <session_owner>1</session_owner>
            <seconds_involved>45</seconds_involved>
          </representative>
        </rep_list>
        <session_details>
          <event timestamp="6" event_type="Session Start">
          </event>
          <event timestamp="6" event_type="Conference Member Added">
            <performed_by type="customer" gsnumber="1">Carla</performed_by>
          </event>
          <event timestamp="20" event_type="Conference Member Added">
            <performed_by type="representative" gsnumber="2">Alex Kim</performed_by>
          </event>
          <event timestamp="20" event_type="Conference Owner Changed">
            <destination type="representative" gsnumber="2">Alex Kim</destination>
            <data>
              <value name="owner" value="Alex Kim"/>
            </data>
          </event>
          <event timestamp="50" event_type="Conference Member Departed">
            <performed_by type="representative" gsnumber="2">Alex Kim</performed_by>
            <data>
              <value name="reason" value="on hold"/>
            </data>
          </event>
          <event timestamp="60" event_type="Conference Member Added">
            <performed_by type="representative" gsnumber="2">Alex Kim</performed_by>
          </event>
          <event timestamp="75" event_type="Chat Message">
            <performed_by type="customer" gsnumber="1">Carla</performed_by>
            <destination type="system" gsnumber="0">everyone</destination>
            <body>Hello?</body>
          </event>
        </session_details>
      </session>
    </session_list>
    "#);
}

/// Files of format 1.1 tell no numbers.
#[test]
fn an_older_recording_is_numbered_by_arrival() {
    let mut recorder = Tape::new().0;
    let rows = [
        ("", "Session Start"),
        ("Carla", "Conference Member Added"),
        ("Alex Kim", "Conference Member Added"),
    ];
    for (who, name) in [rows[0], rows[1], rows[2], ("Carla", "Chat Message")] {
        let kind = EntryKind::SessionEvent {
            session: "session-1".to_owned(),
            name: name.to_owned(),
            who: who.to_owned(),
            detail: String::new(),
            by: None,
            audience: None,
        };
        recorder.record(SimTime::ZERO, kind);
    }
    let xml = Tape(recorder).xml();
    let performers: Vec<&str> =
        xml.lines().map(str::trim).filter(|line| line.starts_with("<performed_by")).collect();
    assert_eq!(
        performers,
        [
            r#"<performed_by type="customer" gsnumber="1">Carla</performed_by>"#,
            r#"<performed_by type="representative" gsnumber="2">Alex Kim</performed_by>"#,
            r#"<performed_by type="customer" gsnumber="1">Carla</performed_by>"#,
        ]
    );
}

#[test]
fn what_people_type_never_breaks_the_document() {
    arbtest::arbtest(|u| {
        let mut tape = Tape::new();
        let mut said = Vec::new();
        while !u.is_empty() {
            let text = text(u)?;
            tape.event(1, "session-1", 1, &text, "Chat Message", &text);
            tape.event(1, "session-1", 2, &text, "Conference Member Departed", &text);
            said.push(text);
        }
        let xml = tape.xml();
        let bodies = bodies(&xml);
        let expected = said.iter().map(|text| {
            // What XML cannot say, and what its readers make of line ends.
            text.replace(['\u{0}', '\u{1b}', '\u{ffff}'], "\u{fffd}")
                .replace("\r\n", "\n")
                .replace('\r', "\n")
        });
        assert_eq!(bodies, expected.collect::<Vec<_>>(), "{xml}");
        Ok(())
    });
}

/// Short, with all that XML treats in a way of its own.
fn text(u: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    let alphabet =
        ['a', '<', '>', '&', '"', '\'', ' ', '\n', '\r', '\t', 'é', '\u{0}', '\u{1b}', '\u{ffff}', '𝄞'];
    (0..u.int_in_range(0..=6)?).map(|_| u.choose(&alphabet).copied()).collect()
}

/// The chat lines of a document, read as XML.
fn bodies(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut open, mut bodies) = (Vec::new(), Vec::new());
    loop {
        let in_body = open.last().is_some_and(|name| name == b"body");
        match reader.read_event().expect("it is well-formed") {
            Event::Start(element) => {
                for attribute in element.attributes() {
                    attribute.expect("attributes are well-formed");
                }
                open.push(element.name().as_ref().to_vec());
                if open.last().is_some_and(|name| name == b"body") {
                    bodies.push(String::new());
                }
            }
            Event::End(element) => assert_eq!(open.pop().as_deref(), Some(element.name().as_ref())),
            Event::Text(text) if in_body => {
                *bodies.last_mut().expect("it was just begun") += &text.xml10_content().expect("it is text");
            }
            Event::GeneralRef(reference) if in_body => {
                let name = reference.decode().expect("it is text");
                let character = match quick_xml::escape::resolve_predefined_entity(&name) {
                    Some(text) => text.to_owned(),
                    None => {
                        reference.resolve_char_ref().expect("a reference").expect("a character").to_string()
                    }
                };
                *bodies.last_mut().expect("it was just begun") += &character;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "what is opened is closed");
    bodies
}
