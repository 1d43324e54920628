//! What the mail host answers, and what is in the mailboxes then.

use std::time::Duration;

use device::{Closed, ConnId, Input};
use mail_host::{
    COMMAND_LINE_BYTES_MAX, CONNECTIONS_MAX, IDLE_MAX, MESSAGE_BYTES_MAX, MailHostState, RECIPIENTS_MAX,
    TEXT_LINE_BYTES_MAX,
};
use strum::VariantNames as _;

use crate::desk::{Desk, LINE, OPENING};

#[test]
fn a_mail_comes_into_the_mailbox_of_each_recipient() {
    let mut desk = Desk::new();
    desk.connect(LINE);
    let mut story = desk.story();
    for line in [
        "EHLO support.example.com",
        "MAIL FROM:<support@example.com> SIZE=100 BODY=8BITMIME",
        "RCPT TO:<Kim@Example.org>",
        "rcpt to:<lee@example.org>",
        "DATA",
        "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <7@example.com>\r\n\r\nHi,\r\n..\r\n..a dot\r\nGrüße\r\n.",
        "QUIT",
    ] {
        story +=
            &line.lines().map(|line| format!("> {line}").trim_end().to_owned() + "\n").collect::<String>();
        story += &desk.say(format!("{line}\r\n"));
    }
    insta::assert_snapshot!(story, @"
    220 mail.example.com ESMTP
    > EHLO support.example.com
    250-mail.example.com
    250-8BITMIME
    250 SIZE 1048576
    > MAIL FROM:<support@example.com> SIZE=100 BODY=8BITMIME
    250 sender heard
    > RCPT TO:<Kim@Example.org>
    250 recipient heard
    > rcpt to:<lee@example.org>
    250 recipient heard
    > DATA
    354 go on, and end with a dot
    > Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
    > Message-ID: <7@example.com>
    >
    > Hi,
    > ..
    > ..a dot
    > Grüße
    > .
    250 kept as 1
    > QUIT
    221 mail.example.com says good-bye
    (closes)
    ");
    insta::assert_debug_snapshot!(desk.view(), @r#"
    MailHostView {
        host: "mail.example.com",
        state: Healthy,
        mailboxes: {
            "kim@example.org": [
                DeliveredMail {
                    number: 1,
                    from: "support@example.com",
                    to: "Kim@Example.org",
                    subject: "Grüße",
                    text: "Hi,\n.\n.a dot\nGrüße",
                    message_id: Some(
                        "7@example.com",
                    ),
                    at: SimTime(
                        1000000000,
                    ),
                },
            ],
            "lee@example.org": [
                DeliveredMail {
                    number: 1,
                    from: "support@example.com",
                    to: "lee@example.org",
                    subject: "Grüße",
                    text: "Hi,\n.\n.a dot\nGrüße",
                    message_id: Some(
                        "7@example.com",
                    ),
                    at: SimTime(
                        1000000000,
                    ),
                },
            ],
        },
    }
    "#);
    assert_eq!(desk.view().mailbox("KIM@example.org").len(), 1);
    assert_eq!(desk.view().delivered().len(), 2);
    assert_eq!(desk.view().mailbox("eve@example.org"), []);
}

/// A client may say all at once (RFC 2920), or a byte at a time.
#[test]
fn pieces_make_no_difference() {
    let all = format!("{OPENING}DATA\r\nSubject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n");
    let mut at_once = Desk::connected();
    let expected = at_once.say(&all);
    let mut slowly = Desk::connected();
    let story: String = all.bytes().map(|byte| slowly.say([byte])).collect();
    assert_eq!(story, expected);
    assert_eq!(slowly.view(), at_once.view());
    assert_eq!(at_once.view().delivered().len(), 1);
}

#[test]
fn several_mails_go_over_one_line() {
    let mut desk = Desk::connected();
    desk.say("HELO support.example.com\r\n");
    for text in ["one", "two"] {
        let told = desk.say(format!(
            "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n\r\n{text}\r\n.\r\n"
        ));
        assert!(told.contains("250 kept"), "{told}");
    }
    let texts: Vec<&str> =
        desk.view().mailbox("b@example.com").iter().map(|mail| mail.text.as_str()).collect();
    assert_eq!(texts, ["one", "two"]);
}

#[test]
fn each_command_has_its_time() {
    let mut desk = Desk::connected();
    let mut story = String::new();
    for line in [
        "MAIL FROM:<a@example.com>",
        "EHLO",
        "EHLO x",
        "RCPT TO:<b@example.com>",
        "DATA",
        "MAIL FROM:<a@example.com> SIZE=1048577",
        "MAIL FROM:<a@example.com> WHATEVER=1",
        "MAIL FROM:a@example.com",
        "MAIL FROM:<@>",
        "MAIL FROM:<>",
        "MAIL FROM:<a@example.com>",
        "RCPT TO:<>",
        "RCPT TO:<b@example.com>",
        "RSET",
        "DATA",
        "NOOP",
        "VRFY b",
        "HELP",
        "STARTTLS",
        "AUTH PLAIN AGEAYg==",
        "BDAT 10 LAST",
        "hello",
        "",
    ] {
        story += &format!("{}\n{}", format!("> {line}").trim_end(), desk.say(format!("{line}\r\n")));
    }
    insta::assert_snapshot!(story, @"
    > MAIL FROM:<a@example.com>
    503 who is it?
    > EHLO
    501 expected EHLO domain
    > EHLO x
    250-mail.example.com
    250-8BITMIME
    250 SIZE 1048576
    > RCPT TO:<b@example.com>
    503 a mail needs a sender
    > DATA
    503 a mail needs a recipient
    > MAIL FROM:<a@example.com> SIZE=1048577
    552 the message is too long
    > MAIL FROM:<a@example.com> WHATEVER=1
    555 that parameter is not offered here
    > MAIL FROM:a@example.com
    501 expected MAIL FROM:<reverse-path> [parameters]
    > MAIL FROM:<@>
    553 that is no address
    > MAIL FROM:<>
    250 sender heard
    > MAIL FROM:<a@example.com>
    503 one mail after the other
    > RCPT TO:<>
    553 that is no address
    > RCPT TO:<b@example.com>
    250 recipient heard
    > RSET
    250 forgotten
    > DATA
    503 a mail needs a recipient
    > NOOP
    250 done
    > VRFY b
    252 send it, and see
    > HELP
    214 RFC 5321 helps
    > STARTTLS
    502 that is not offered here
    > AUTH PLAIN AGEAYg==
    502 that is not offered here
    > BDAT 10 LAST
    502 that is not offered here
    > hello
    500 that is no command
    >
    500 that is no command
    ");
}

#[test]
fn every_state_shows_in_the_conversation() {
    let mut table = String::new();
    for name in MailHostState::VARIANTS {
        let mut desk = Desk::connected();
        desk.set(name.parse().expect("its own name"));
        assert_eq!(desk.view().state.to_string(), *name);
        table += &format!("{name}\n");
        for said in [OPENING, "DATA\r\n", "Subject: x\r\n\r\n", "body\r\n.\r\n", "QUIT\r\n"] {
            let told = desk.say(said);
            table += &format!("  {:?}: {:?}\n", said.trim_end(), told.lines().last().unwrap_or_default());
        }
        table += &format!("  mails: {}\n", desk.view().delivered().len());
    }
    insta::assert_snapshot!(table, @r#"
    healthy
      "EHLO support.example.com\r\nMAIL FROM:<support@example.com>\r\nRCPT TO:<Kim@example.org>": "250 recipient heard"
      "DATA": "354 go on, and end with a dot"
      "Subject: x": ""
      "body\r\n.": "250 kept as 1"
      "QUIT": "(closes)"
      mails: 1
    greylisting
      "EHLO support.example.com\r\nMAIL FROM:<support@example.com>\r\nRCPT TO:<Kim@example.org>": "451 greylisted, come back later"
      "DATA": "503 a mail needs a recipient"
      "Subject: x": "500 that is no command"
      "body\r\n.": "500 that is no command"
      "QUIT": "(closes)"
      mails: 0
    full
      "EHLO support.example.com\r\nMAIL FROM:<support@example.com>\r\nRCPT TO:<Kim@example.org>": "552 the mailbox of Kim@example.org is full"
      "DATA": "503 a mail needs a recipient"
      "Subject: x": "500 that is no command"
      "body\r\n.": "500 that is no command"
      "QUIT": "(closes)"
      mails: 0
    refuses recipients
      "EHLO support.example.com\r\nMAIL FROM:<support@example.com>\r\nRCPT TO:<Kim@example.org>": "550 Kim@example.org is not known here"
      "DATA": "503 a mail needs a recipient"
      "Subject: x": "500 that is no command"
      "body\r\n.": "500 that is no command"
      "QUIT": "(closes)"
      mails: 0
    hangs
      "EHLO support.example.com\r\nMAIL FROM:<support@example.com>\r\nRCPT TO:<Kim@example.org>": "250 recipient heard"
      "DATA": "354 go on, and end with a dot"
      "Subject: x": ""
      "body\r\n.": ""
      "QUIT": ""
      mails: 0
    breaks off
      "EHLO support.example.com\r\nMAIL FROM:<support@example.com>\r\nRCPT TO:<Kim@example.org>": "250 recipient heard"
      "DATA": "354 go on, and end with a dot"
      "Subject: x": "(cuts off)"
      "body\r\n.": ""
      "QUIT": ""
      mails: 0
    "#);
}

/// What hangs stays so: it is the client who gives up.
#[test]
fn a_host_that_hangs_waits_for_nobody() {
    let mut desk = Desk::connected();
    desk.set(MailHostState::Hangs);
    desk.say(format!("{OPENING}DATA\r\n\r\nbody\r\n.\r\n"));
    desk.set(MailHostState::Healthy);
    desk.wait(Duration::from_secs(3_600));
    assert_eq!(desk.say("QUIT\r\n"), "");
    desk.input(Input::Closed { conn: LINE, how: Closed::Reset });
    assert_eq!(desk.view().delivered().len(), 0);
}

#[test]
fn a_silent_client_is_sent_away() {
    let mut desk = Desk::connected();
    desk.wait(IDLE_MAX - Duration::from_secs(1));
    assert_eq!(desk.say("NOOP\r\n"), "250 done\n");
    desk.wait(IDLE_MAX - Duration::from_millis(1));
    assert_eq!(desk.story(), "");
    desk.wait(Duration::from_millis(1));
    assert_eq!(desk.story(), "421 mail.example.com hears nothing\n(closes)\n");
}

#[test]
fn lines_messages_recipients_and_connections_have_limits() {
    let mut desk = Desk::connected();
    let command = |bytes: usize| format!("NOOP {}\r\n", "x".repeat(bytes - 5));
    assert_eq!(desk.say(command(COMMAND_LINE_BYTES_MAX)), "250 done\n");
    assert_eq!(desk.say(command(COMMAND_LINE_BYTES_MAX + 1)), "500 the line is too long\n");

    let mut message = |text: &str| {
        desk.say(format!("{OPENING}DATA\r\n"));
        desk.say(format!("{text}\r\n.\r\n"))
    };
    assert_eq!(message(&"x".repeat(TEXT_LINE_BYTES_MAX)), "250 kept as 1\n");
    assert_eq!(message(&"x".repeat(TEXT_LINE_BYTES_MAX + 1)), "500 a line of the message is too long\n");
    let lines = |bytes: usize| {
        let line = format!("{}\r\n", "x".repeat(510));
        line.repeat(bytes / 512).trim_end().to_owned()
    };
    assert_eq!(message(&lines(MESSAGE_BYTES_MAX)), "250 kept as 2\n");
    assert_eq!(message(&lines(MESSAGE_BYTES_MAX + 512)), "552 the message is too long\n");
    assert_eq!(message("x\ny"), "554 a line of the message ends with half an end\n");

    desk.say(OPENING);
    for _ in 1..RECIPIENTS_MAX {
        assert_eq!(desk.say("RCPT TO:<kim@example.org>\r\n"), "250 recipient heard\n");
    }
    assert_eq!(desk.say("RCPT TO:<kim@example.org>\r\n"), "452 that are too many recipients\n");

    for number in 1..CONNECTIONS_MAX as u32 {
        desk.connect(ConnId::Accepted(number));
        assert_eq!(desk.story(), "220 mail.example.com ESMTP\n");
    }
    desk.connect(ConnId::Accepted(1_000));
    assert_eq!(desk.story(), "421 mail.example.com is busy\n(closes)\n");
}

#[test]
fn who_wants_no_mail_delivered_is_sent_away() {
    let mut desk = Desk::connected();
    let told: String = (0..30).map(|_| desk.say("what?\r\n")).collect();
    assert!(told.ends_with("500 that is no command\n421 mail.example.com has heard enough\n(closes)\n"));
    let mut desk = Desk::connected();
    let told: String = (0..1_100).map(|_| desk.say("NOOP\r\n")).collect();
    assert!(told.ends_with("250 done\n421 mail.example.com has heard enough\n(closes)\n"));
    assert_eq!(told.lines().count(), 1_002);
}

/// One mail must not be read as two (SMTP smuggling).
#[test]
fn only_a_whole_line_with_a_dot_ends_a_message() {
    for trick in ["\n.\n", "\n.\r\n", "\r.\r\n", "\r\n.\n", "\r\n.\r"] {
        let mut desk = Desk::connected();
        desk.say(format!("{OPENING}DATA\r\n"));
        let told = desk.say(format!("body{trick}MAIL FROM:<eve@example.com>\r\n"));
        assert_eq!(told, "", "{trick:?}");
        assert_eq!(desk.say(".\r\n"), "554 a line of the message ends with half an end\n");
        assert_eq!(desk.view().delivered().len(), 0);
    }
}
