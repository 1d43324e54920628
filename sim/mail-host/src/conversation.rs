//! One conversation, seen from the mail host (RFC 5321).

use std::mem;

use smtp_proto::{Error, Request};

use crate::lines::{Line, Lines};
use crate::view::MailHostState;

/// The longest line of a command, in bytes without its end (RFC 5321, 4.5.3.1.4: 512 with it, and more for what
/// extensions add).
pub const COMMAND_LINE_BYTES_MAX: usize = 1_022;
/// The longest line of a message, in bytes without its end (RFC 5321, 4.5.3.1.6).
pub const TEXT_LINE_BYTES_MAX: usize = 998;
/// The longest message, in bytes; told to whoever asks (RFC 1870).
pub const MESSAGE_BYTES_MAX: usize = 1 << 20;
/// The most recipients of one mail (RFC 5321, 4.5.3.1.8).
pub const RECIPIENTS_MAX: usize = 100;
/// After so many commands on one connection it is somebody who wants no mail delivered.
const COMMANDS_MAX: u32 = 1_000;
/// After so many commands that are none, too.
const MISTAKES_MAX: u32 = 20;

/// One conversation. It is told what arrives, and asked what to do next.
#[derive(Debug)]
pub(crate) struct Conversation {
    host: String,
    lines: Lines,
    phase: Phase,
    /// What the client calls itself.
    client: Option<String>,
    sender: Option<String>,
    recipients: Vec<String>,
    commands: u32,
    mistakes: u32,
}

#[derive(Debug)]
enum Phase {
    Commands,
    Message(Message),
    /// It was said to be over, or says nothing any more: what still comes is not heard.
    Deaf,
}

/// A message that is being sent.
#[derive(Debug, Default)]
struct Message {
    bytes: Vec<u8>,
    /// Why it is not kept, once that is known; the rest of it must be heard all the same.
    refused: Option<&'static str>,
}

/// What the host is to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Keep a mail, and say so.
    Keep {
        /// Who sent it.
        from: String,
        /// To whom.
        to: Vec<String>,
        /// The message.
        message: Vec<u8>,
    },
    /// Answer.
    Answer(Answer),
}

/// What the client is to notice.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// These words, in one line or several.
    Say(String),
    /// These, and the end of the connection.
    Part(String),
    /// A connection that is cut off.
    CutOff,
}

/// How the host stands, as far as a conversation must know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances {
    pub(crate) state: MailHostState,
    pub(crate) has_room: bool,
}

impl Conversation {
    /// A conversation, and what to greet with.
    pub(crate) fn begin(host: &str) -> (Self, Answer) {
        let conversation = Self {
            host: host.to_owned(),
            lines: Lines::default(),
            phase: Phase::Commands,
            client: None,
            sender: None,
            recipients: Vec::new(),
            commands: 0,
            mistakes: 0,
        };
        (conversation, Answer::Say(format!("220 {host} ESMTP")))
    }

    /// Bytes have come.
    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        if !matches!(self.phase, Phase::Deaf) {
            self.lines.push(bytes);
        }
    }

    /// What to do about what has come, until `None`.
    pub(crate) fn next(&mut self, host: Circumstances) -> Option<Deed> {
        loop {
            match &mut self.phase {
                Phase::Deaf => return None,
                Phase::Commands => {
                    let command = match self.lines.next(COMMAND_LINE_BYTES_MAX)? {
                        Line::Whole(line) => Some([line, b"\r\n"].concat()),
                        Line::TooLong => None,
                    };
                    return Some(Deed::Answer(self.obey(command.as_deref(), host)));
                }
                Phase::Message(message) => {
                    let line = self.lines.next(TEXT_LINE_BYTES_MAX)?;
                    if host.state == MailHostState::BreaksOff {
                        self.phase = Phase::Deaf;
                        return Some(Deed::Answer(Answer::CutOff));
                    }
                    if line != Line::Whole(b".") {
                        message.add(line);
                        continue;
                    }
                    let message = mem::take(message);
                    if host.state == MailHostState::Hangs {
                        self.phase = Phase::Deaf;
                        return None;
                    }
                    self.phase = Phase::Commands;
                    return Some(self.take_message(message));
                }
            }
        }
    }

    /// Whether it says nothing any more, and hears nothing either.
    pub(crate) fn is_deaf(&self) -> bool {
        matches!(self.phase, Phase::Deaf)
    }

    /// The client has been silent for too long.
    pub(crate) fn time_out(&mut self) -> Answer {
        self.part(format!("421 {} hears nothing", self.host))
    }

    fn obey(&mut self, command: Option<&[u8]>, host: Circumstances) -> Answer {
        self.commands += 1;
        let Some(command) = command else { return self.complain("500 the line is too long") };
        // A line break in the line: somebody tries to hide a command from somebody else.
        let bare = command[..command.len() - 2].iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
        let request = if bare { Err(Error::UnknownCommand) } else { Request::parse(&mut command.iter()) };
        if self.commands > COMMANDS_MAX {
            return self.part(format!("421 {} has heard enough", self.host));
        }
        match request {
            Ok(Request::Ehlo { host: client }) => {
                self.reset();
                self.client = Some(client.into_owned());
                let name = &self.host;
                Answer::Say(format!("250-{name}\r\n250-8BITMIME\r\n250 SIZE {MESSAGE_BYTES_MAX}"))
            }
            Ok(Request::Helo { host: client }) => {
                self.reset();
                self.client = Some(client.into_owned());
                Answer::Say(format!("250 {}", self.host))
            }
            Ok(Request::Mail { from }) => self.hear_sender(from.address.into_owned(), from.size),
            Ok(Request::Rcpt { to }) => self.hear_recipient(to.address.into_owned(), host),
            Ok(Request::Data) => {
                if self.recipients.is_empty() {
                    return Answer::Say("503 a mail needs a recipient".to_owned());
                }
                self.phase = Phase::Message(Message::default());
                Answer::Say("354 go on, and end with a dot".to_owned())
            }
            Ok(Request::Rset) => {
                self.reset();
                Answer::Say("250 forgotten".to_owned())
            }
            Ok(Request::Noop { .. }) => Answer::Say("250 done".to_owned()),
            Ok(Request::Vrfy { .. }) => Answer::Say("252 send it, and see".to_owned()),
            Ok(Request::Help { .. }) => Answer::Say("214 RFC 5321 helps".to_owned()),
            Ok(Request::Quit) => self.part(format!("221 {} says good-bye", self.host)),
            Ok(
                Request::Lhlo { .. }
                | Request::Bdat { .. }
                | Request::Auth { .. }
                | Request::Expn { .. }
                | Request::Etrn { .. }
                | Request::Atrn { .. }
                | Request::Burl { .. }
                | Request::StartTls,
            ) => self.complain("502 that is not offered here"),
            Err(Error::UnknownCommand | Error::NeedsMoreData { .. } | Error::ResponseTooLong) => {
                self.complain("500 that is no command")
            }
            Err(Error::InvalidSenderAddress | Error::InvalidRecipientAddress) => {
                self.complain("553 that is no address")
            }
            Err(Error::SyntaxError { syntax }) => self.complain(&format!("501 expected {syntax}")),
            Err(Error::InvalidParameter { param }) => self.complain(&format!("501 expected another {param}")),
            Err(Error::UnsupportedParameter { .. } | Error::InvalidResponse { .. }) => {
                self.complain("555 that parameter is not offered here")
            }
        }
    }

    fn hear_sender(&mut self, from: String, bytes: usize) -> Answer {
        Answer::Say(match (&self.client, &self.sender) {
            (None, _) => "503 who is it?".to_owned(),
            (_, Some(_)) => "503 one mail after the other".to_owned(),
            _ if bytes > MESSAGE_BYTES_MAX => "552 the message is too long".to_owned(),
            (Some(_), None) => {
                self.sender = Some(from);
                "250 sender heard".to_owned()
            }
        })
    }

    fn hear_recipient(&mut self, to: String, host: Circumstances) -> Answer {
        if self.sender.is_none() {
            return Answer::Say("503 a mail needs a sender".to_owned());
        }
        Answer::Say(match host.state {
            MailHostState::Greylisting => "451 greylisted, come back later".to_owned(),
            MailHostState::Full => format!("552 the mailbox of {to} is full"),
            MailHostState::RefusesRecipients => format!("550 {to} is not known here"),
            _ if to.is_empty() => "553 that is no address".to_owned(),
            _ if !host.has_room => "452 there is no room left".to_owned(),
            _ if self.recipients.len() == RECIPIENTS_MAX => "452 that are too many recipients".to_owned(),
            MailHostState::Healthy | MailHostState::Hangs | MailHostState::BreaksOff => {
                self.recipients.push(to);
                "250 recipient heard".to_owned()
            }
        })
    }

    /// The message is there: it is kept, or refused.
    fn take_message(&mut self, message: Message) -> Deed {
        let (from, to) = (self.sender.take(), mem::take(&mut self.recipients));
        match (message.refused, from) {
            (None, Some(from)) => Deed::Keep { from, to, message: message.bytes },
            (Some(why), _) => Deed::Answer(Answer::Say(why.to_owned())),
            (None, None) => Deed::Answer(Answer::Say("503 a mail needs a sender".to_owned())),
        }
    }

    fn reset(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    fn complain(&mut self, what: &str) -> Answer {
        self.mistakes += 1;
        if self.mistakes > MISTAKES_MAX {
            return self.part(format!("421 {} has heard enough", self.host));
        }
        Answer::Say(what.to_owned())
    }

    fn part(&mut self, words: String) -> Answer {
        self.phase = Phase::Deaf;
        Answer::Part(words)
    }
}

impl Message {
    /// Adds a line, unless it breaks a rule: then the message is refused at its end.
    fn add(&mut self, line: Line<'_>) {
        let Line::Whole(line) = line else {
            return self.refuse("500 a line of the message is too long");
        };
        // Hosts that take these for ends of lines can be led to see two mails in one.
        if line.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
            return self.refuse("554 a line of the message ends with half an end");
        }
        let line = line.strip_prefix(b".").unwrap_or(line);
        if self.bytes.len() + line.len() + 2 > MESSAGE_BYTES_MAX {
            return self.refuse("552 the message is too long");
        }
        if self.refused.is_none() {
            self.bytes.extend_from_slice(line);
            self.bytes.extend_from_slice(b"\r\n");
        }
    }

    fn refuse(&mut self, why: &'static str) {
        self.refused.get_or_insert(why);
        self.bytes = Vec::new();
    }
}
