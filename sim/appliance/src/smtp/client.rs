//! One conversation with a mail host, seen from whoever has a mail to give away.

use std::collections::VecDeque;
use std::time::Duration;

use device::Closed;

use super::address::{Address, HostName};
use super::message::Mail;
use super::reply::{Reply, ReplyReader};

/// The port that mail hosts listen on.
pub const SMTP_PORT: u16 = 25;

/// One conversation with a mail host, for one mail. A new one is needed for every try.
///
/// It dials nothing and knows no time. What it has to say is fetched by [`SmtpClient::poll_send`] after every call.
/// [`SmtpClient::outcome`] is final once it is there, but the conversation goes on to its polite end: whoever drives
/// it closes the connection once [`SmtpClient::is_over`] says so.
#[derive(Debug)]
pub struct SmtpClient {
    own_host: HostName,
    from: Address,
    to: Address,
    message: Vec<u8>,
    replies: ReplyReader,
    awaiting: Awaiting,
    to_send: VecDeque<Vec<u8>>,
    outcome: Option<Outcome>,
}

/// What becomes of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The mail host has it now, and answers for it.
    Accepted {
        /// What the mail host says of it, often a name under which its log tells more: `2.0.0 queued as 4F1`.
        queued_as: String,
    },
    /// The mail host will never take it; trying again changes nothing.
    Rejected {
        /// The reply's code, 500 to 599.
        code: u16,
        /// What the mail host says.
        text: String,
    },
    /// It did not work this time.
    TryLater {
        /// Why, for a person.
        reason: String,
    },
}

/// What the mail host is to speak about next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaiting {
    Greeting,
    Ehlo,
    Helo,
    MailFrom,
    RcptTo,
    Data,
    /// The message was sent.
    Receipt,
    Quit,
    /// Nothing: it is over.
    Nothing,
}

impl SmtpClient {
    /// A conversation that is about to begin: the connection is being dialled or is open. `own_host` is what the
    /// client calls itself.
    pub fn new(own_host: HostName, mail: &Mail) -> Self {
        Self {
            own_host,
            from: mail.from.clone(),
            to: mail.to.clone(),
            message: mail.to_message(),
            replies: ReplyReader::default(),
            awaiting: Awaiting::Greeting,
            to_send: VecDeque::new(),
            outcome: None,
        }
    }

    /// Bytes have come from the mail host.
    pub fn receive(&mut self, mut bytes: &[u8]) {
        while self.awaiting != Awaiting::Nothing {
            match self.replies.next(&mut bytes) {
                Ok(Some(reply)) => self.hear(&reply),
                Ok(None) => return,
                Err(error) => self.break_off(error),
            }
        }
    }

    /// The connection is no more, or never came to be.
    pub fn lost(&mut self, how: Closed) {
        let what = match how {
            Closed::Finished => "the mail host closed the connection",
            Closed::Reset => "the mail host cut the connection off",
            Closed::Refused => "the mail host refused the connection",
            Closed::TimedOut => "the mail host did not answer",
            Closed::Unreachable => "there was no network",
            Closed::NameNotFound => "the mail host's name does not exist",
            Closed::NameUnresolved => "the mail host's name could not be resolved",
        };
        self.break_off(format!("{what}, where {} was awaited", self.awaiting.reply()));
    }

    /// The mail host has said nothing for [`SmtpClient::patience`]. The conversation is over; the connection should be
    /// aborted.
    pub fn give_up(&mut self) {
        let (reply, seconds) = (self.awaiting.reply(), self.patience().as_secs());
        self.break_off(format!("the mail host was silent for {seconds} s, where {reply} was awaited"));
    }

    /// How long to wait for the next bytes from now on, whenever something was sent or received (RFC 5321, 4.5.3.2).
    pub fn patience(&self) -> Duration {
        Duration::from_secs(match self.awaiting {
            Awaiting::Greeting | Awaiting::Ehlo | Awaiting::Helo | Awaiting::MailFrom | Awaiting::RcptTo => {
                300
            }
            Awaiting::Data => 120,
            // Who gives up here sends the mail twice.
            Awaiting::Receipt => 600,
            // Nothing hangs on the answer.
            Awaiting::Quit | Awaiting::Nothing => 30,
        })
    }

    /// The next thing to send.
    pub fn poll_send(&mut self) -> Option<Vec<u8>> {
        self.to_send.pop_front()
    }

    /// What has become of the mail, once that is known.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// Whether all is said: an outcome is there, and the connection may be closed.
    pub fn is_over(&self) -> bool {
        self.awaiting == Awaiting::Nothing
    }

    fn hear(&mut self, reply: &Reply) {
        let Reply { code, .. } = *reply;
        match (self.awaiting, code) {
            (Awaiting::Quit | Awaiting::Nothing, _) => self.awaiting = Awaiting::Nothing,
            // The host is about to hang up, whatever was asked.
            (_, 421) => self.break_off(format!("421 {}", reply.text())),
            (Awaiting::Data, 300..400) => self.say_message(),
            (Awaiting::Data, 200..300) | (_, 300..400) => {
                let expected = self.awaiting.reply();
                self.break_off(format!("expected {expected}, found {code} {}", reply.text()));
            }
            (Awaiting::Greeting, 200..300) => self.say(Awaiting::Ehlo, &format!("EHLO {}", self.own_host)),
            (Awaiting::Ehlo | Awaiting::Helo, 200..300) => self.say_mail_from(reply),
            (Awaiting::MailFrom, 200..300) => self.say(Awaiting::RcptTo, &format!("RCPT TO:<{}>", self.to)),
            (Awaiting::RcptTo, 200..300) => self.say(Awaiting::Data, "DATA"),
            (Awaiting::Receipt, 200..300) => self.conclude(Outcome::Accepted { queued_as: reply.text() }),
            // A host from before 1993 knows no EHLO (RFC 5321, 3.2).
            (Awaiting::Ehlo, 500..) => self.say(Awaiting::Helo, &format!("HELO {}", self.own_host)),
            // It wants no mail at all now, whoever it is for.
            (Awaiting::Greeting, 500..) => {
                self.conclude(Outcome::TryLater { reason: format!("{code} {}", reply.text()) });
            }
            (_, 500..) => self.conclude(Outcome::Rejected { code, text: reply.text() }),
            (_, ..500) => self.conclude(Outcome::TryLater { reason: format!("{code} {}", reply.text()) }),
        }
    }

    /// The host has introduced itself: the first line is its name, each other one an extension that it offers.
    fn say_mail_from(&mut self, reply: &Reply) {
        let mut extensions = reply.lines.iter().skip(1).filter_map(|line| line.split(' ').next());
        let takes_size =
            self.awaiting == Awaiting::Ehlo && extensions.any(|name| name.eq_ignore_ascii_case("SIZE"));
        // RFC 1870: who has no room says so before the message comes.
        let size = if takes_size { format!(" SIZE={}", self.message.len()) } else { String::new() };
        self.say(Awaiting::MailFrom, &format!("MAIL FROM:<{}>{size}", self.from));
    }

    /// RFC 5321, 4.5.2: a line of the message that begins with a dot gets another; a dot alone ends it.
    fn say_message(&mut self) {
        let message = std::mem::take(&mut self.message);
        let mut stuffed = Vec::with_capacity(message.len() + 3);
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                stuffed.push(b'.');
            }
            stuffed.extend_from_slice(line);
        }
        stuffed.extend_from_slice(b".\r\n");
        self.to_send.push_back(stuffed);
        self.awaiting = Awaiting::Receipt;
    }

    fn say(&mut self, awaiting: Awaiting, line: &str) {
        self.to_send.push_back(format!("{line}\r\n").into_bytes());
        self.awaiting = awaiting;
    }

    /// The outcome is known: good-bye.
    fn conclude(&mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
        self.say(Awaiting::Quit, "QUIT");
    }

    /// Nothing more can be said. Where the outcome is known already, it stays.
    fn break_off(&mut self, reason: String) {
        self.outcome.get_or_insert(Outcome::TryLater { reason });
        self.to_send.clear();
        self.awaiting = Awaiting::Nothing;
    }
}

impl Awaiting {
    /// What is awaited, for a person.
    fn reply(self) -> &'static str {
        match self {
            Self::Greeting => "a greeting",
            Self::Ehlo => "a reply to EHLO",
            Self::Helo => "a reply to HELO",
            Self::MailFrom => "a reply to MAIL FROM",
            Self::RcptTo => "a reply to RCPT TO",
            Self::Data => "a 354 to DATA",
            Self::Receipt => "a receipt for the message",
            Self::Quit => "a reply to QUIT",
            Self::Nothing => "nothing more",
        }
    }
}

#[cfg(test)]
mod tests {
    use wire::SimTime;

    use super::*;
    use crate::smtp::MessageId;

    const GREETING: &str = "220 mail.example.com ready\r\n";
    const EHLO: &str = "250-mail.example.com\r\n250-8BITMIME\r\n250 size 1000000\r\n";
    const OK: &str = "250 ok\r\n";
    const GO_ON: &str = "354 go on\r\n";

    fn client() -> SmtpClient {
        let own_host: HostName = "support.example.com".parse().expect("a host name");
        let mail = Mail {
            from: "support@support.example.com".parse().expect("an address"),
            to: "kim@example.org".parse().expect("an address"),
            subject: "Join me".to_owned(),
            body: ".\n.hidden\nhello\n..".to_owned(),
            date: SimTime::ZERO,
            id: MessageId::new(1, own_host.clone()),
        };
        SmtpClient::new(own_host, &mail)
    }

    /// A client that has heard all this.
    fn after(heard: &[&str]) -> SmtpClient {
        let mut client = client();
        for reply in heard {
            client.receive(reply.as_bytes());
            while client.poll_send().is_some() {}
        }
        client
    }

    fn said(client: &mut SmtpClient) -> String {
        let said: Vec<u8> = std::iter::from_fn(|| client.poll_send()).flatten().collect();
        String::from_utf8(said).expect("it speaks ASCII")
    }

    #[test]
    fn a_mail_is_handed_over() {
        let mut client = client();
        let mut story = String::new();
        for reply in [GREETING, EHLO, OK, OK, GO_ON, "250 2.0.0 queued as 17\r\n", "221 bye\r\n"] {
            assert!(!client.is_over());
            client.receive(reply.as_bytes());
            story += &format!("{reply}{}", said(&mut client));
        }
        assert_eq!(client.outcome(), Some(&Outcome::Accepted { queued_as: "2.0.0 queued as 17".to_owned() }));
        assert!(client.is_over());
        insta::assert_snapshot!(story.replace("\r\n", "\n"), @"
        220 mail.example.com ready
        EHLO support.example.com
        250-mail.example.com
        250-8BITMIME
        250 size 1000000
        MAIL FROM:<support@support.example.com> SIZE=299
        250 ok
        RCPT TO:<kim@example.org>
        250 ok
        DATA
        354 go on
        From: support@support.example.com
        To: kim@example.org
        Subject: Join me
        Date: Thu, 1 Jan 1970 00:00:00 +0000
        Message-ID: <1@support.example.com>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 7bit

        ..
        ..hidden
        hello
        ...
        .
        250 2.0.0 queued as 17
        QUIT
        221 bye
        ");
    }

    #[test]
    fn an_old_host_is_greeted_as_it_likes() {
        let mut client = after(&[GREETING]);
        client.receive(b"500 what?\r\n");
        assert_eq!(said(&mut client), "HELO support.example.com\r\n");
        client.receive(b"250 SIZE\r\n");
        assert_eq!(said(&mut client), "MAIL FROM:<support@support.example.com>\r\n");
    }

    /// Each reply that is awaited, against what may come instead.
    #[test]
    fn whatever_a_host_answers_is_an_outcome() {
        let ways: [&[&str]; 8] = [
            &[],
            &[GREETING],
            &[GREETING, "502 no\r\n"],
            &[GREETING, EHLO],
            &[GREETING, EHLO, OK],
            &[GREETING, EHLO, OK, OK],
            &[GREETING, EHLO, OK, OK, GO_ON],
            &[GREETING, EHLO, OK, OK, GO_ON, OK],
        ];
        type Happening = (&'static str, fn(&mut SmtpClient));
        let happenings: [Happening; 8] = [
            ("250", |client| client.receive(b"250 yes\r\n")),
            ("354", |client| client.receive(b"354 go on\r\n")),
            ("421", |client| client.receive(b"421 going down\r\n")),
            ("451", |client| client.receive(b"451-greylisted,\r\n451 come back\r\n")),
            ("552", |client| client.receive(b"552 full\r\n")),
            ("bytes", |client| client.receive(b"\0\xff\n")),
            ("closed", |client| client.lost(Closed::Reset)),
            ("silence", SmtpClient::give_up),
        ];
        let mut table = String::new();
        for way in ways {
            table += &format!("{}\n", after(way).awaiting.reply());
            for (name, happening) in happenings {
                let mut client = after(way);
                happening(&mut client);
                let said: Vec<String> = said(&mut client).lines().take(1).map(str::to_owned).collect();
                let over = if client.is_over() { "over" } else { "goes on" };
                let outcome = match client.outcome() {
                    None => String::new(),
                    Some(Outcome::Accepted { queued_as }) => format!(", accepted: {queued_as}"),
                    Some(Outcome::Rejected { code, text }) => format!(", rejected: {code} {text}"),
                    Some(Outcome::TryLater { reason }) => format!(", later: {reason}"),
                };
                table += &format!("  {name}: {over}{outcome} {said:?}\n");
            }
        }
        insta::assert_snapshot!(table, @r#"
        a greeting
          250: goes on ["EHLO support.example.com"]
          354: over, later: expected a greeting, found 354 go on []
          421: over, later: 421 going down []
          451: goes on, later: 451 greylisted, come back ["QUIT"]
          552: goes on, later: 552 full ["QUIT"]
          bytes: over, later: expected a reply of three digits, found the line "\0�" []
          closed: over, later: the mail host cut the connection off, where a greeting was awaited []
          silence: over, later: the mail host was silent for 300 s, where a greeting was awaited []
        a reply to EHLO
          250: goes on ["MAIL FROM:<support@support.example.com>"]
          354: over, later: expected a reply to EHLO, found 354 go on []
          421: over, later: 421 going down []
          451: goes on, later: 451 greylisted, come back ["QUIT"]
          552: goes on ["HELO support.example.com"]
          bytes: over, later: expected a reply of three digits, found the line "\0�" []
          closed: over, later: the mail host cut the connection off, where a reply to EHLO was awaited []
          silence: over, later: the mail host was silent for 300 s, where a reply to EHLO was awaited []
        a reply to HELO
          250: goes on ["MAIL FROM:<support@support.example.com>"]
          354: over, later: expected a reply to HELO, found 354 go on []
          421: over, later: 421 going down []
          451: goes on, later: 451 greylisted, come back ["QUIT"]
          552: goes on, rejected: 552 full ["QUIT"]
          bytes: over, later: expected a reply of three digits, found the line "\0�" []
          closed: over, later: the mail host cut the connection off, where a reply to HELO was awaited []
          silence: over, later: the mail host was silent for 300 s, where a reply to HELO was awaited []
        a reply to MAIL FROM
          250: goes on ["RCPT TO:<kim@example.org>"]
          354: over, later: expected a reply to MAIL FROM, found 354 go on []
          421: over, later: 421 going down []
          451: goes on, later: 451 greylisted, come back ["QUIT"]
          552: goes on, rejected: 552 full ["QUIT"]
          bytes: over, later: expected a reply of three digits, found the line "\0�" []
          closed: over, later: the mail host cut the connection off, where a reply to MAIL FROM was awaited []
          silence: over, later: the mail host was silent for 300 s, where a reply to MAIL FROM was awaited []
        a reply to RCPT TO
          250: goes on ["DATA"]
          354: over, later: expected a reply to RCPT TO, found 354 go on []
          421: over, later: 421 going down []
          451: goes on, later: 451 greylisted, come back ["QUIT"]
          552: goes on, rejected: 552 full ["QUIT"]
          bytes: over, later: expected a reply of three digits, found the line "\0�" []
          closed: over, later: the mail host cut the connection off, where a reply to RCPT TO was awaited []
          silence: over, later: the mail host was silent for 300 s, where a reply to RCPT TO was awaited []
        a 354 to DATA
          250: over, later: expected a 354 to DATA, found 250 yes []
          354: goes on ["From: support@support.example.com"]
          421: over, later: 421 going down []
          451: goes on, later: 451 greylisted, come back ["QUIT"]
          552: goes on, rejected: 552 full ["QUIT"]
          bytes: over, later: expected a reply of three digits, found the line "\0�" []
          closed: over, later: the mail host cut the connection off, where a 354 to DATA was awaited []
          silence: over, later: the mail host was silent for 120 s, where a 354 to DATA was awaited []
        a receipt for the message
          250: goes on, accepted: yes ["QUIT"]
          354: over, later: expected a receipt for the message, found 354 go on []
          421: over, later: 421 going down []
          451: goes on, later: 451 greylisted, come back ["QUIT"]
          552: goes on, rejected: 552 full ["QUIT"]
          bytes: over, later: expected a reply of three digits, found the line "\0�" []
          closed: over, later: the mail host cut the connection off, where a receipt for the message was awaited []
          silence: over, later: the mail host was silent for 600 s, where a receipt for the message was awaited []
        a reply to QUIT
          250: over, accepted: ok []
          354: over, accepted: ok []
          421: over, accepted: ok []
          451: over, accepted: ok []
          552: over, accepted: ok []
          bytes: over, accepted: ok []
          closed: over, accepted: ok []
          silence: over, accepted: ok []
        "#);
    }

    /// Whatever comes, in whatever pieces: no panic, no word after the end, and an outcome once the line is closed.
    #[test]
    fn whatever_arrives_there_is_an_outcome() {
        arbtest::arbtest(|u| {
            let mut client = client();
            let replies =
                [GREETING, EHLO, OK, GO_ON, "451 later\r\n", "550-no\r\n", "550 no\r\n", "221 bye\r\n"];
            while !u.is_empty() {
                if u.ratio(1, 4)? {
                    client.receive(u.bytes(u.len().min(9))?);
                } else {
                    client.receive(u.choose(&replies)?.as_bytes());
                }
                let over = client.is_over();
                assert!(!over || client.outcome().is_some());
                let said = said(&mut client);
                assert!(said.is_empty() || said.ends_with("\r\n"));
                assert_eq!(client.is_over(), over);
            }
            let before = client.outcome().cloned();
            client.lost(Closed::Finished);
            assert!(client.is_over() && said(&mut client).is_empty());
            assert!(before.is_none() || before.as_ref() == client.outcome(), "an outcome is final");
            assert!(client.outcome().is_some());
            Ok(())
        });
    }
}
