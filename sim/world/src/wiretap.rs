//! Listens to every connection, to tell what was said: for recordings and failure reports, never for behaviour.

use std::collections::{BTreeMap, VecDeque};

use fabric::SocketId;
use wire::{Direction, FrameReader, Hello, Role, SimTime, kind_of_frame};

use crate::program::ProgramId;

/// How many of the last messages are kept for failure reports.
const LAST_MESSAGES_MAX: usize = 48;

/// The kind that is counted and not listed: it says nothing, and says it all day.
const HEARTBEAT: &str = "Heartbeat";

/// What mail hosts and their clients say (RFC 5321). Who speaks, says each in one piece.
const SMTP_COMMANDS: [&str; 7] =
    ["SMTP EHLO", "SMTP HELO", "SMTP MAIL", "SMTP RCPT", "SMTP DATA", "SMTP RSET", "SMTP QUIT"];
const SMTP_REPLIES: [&str; 11] = [
    "SMTP 220", "SMTP 221", "SMTP 250", "SMTP 354", "SMTP 421", "SMTP 451", "SMTP 452", "SMTP 503",
    "SMTP 550", "SMTP 552", "SMTP 554",
];

/// A message that went by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenMessage {
    /// When it went into the connection.
    pub sent: SimTime,
    /// When it came out; `None` if it has not.
    pub delivered: Option<SimTime>,
    /// Who said it.
    pub from: String,
    /// To whom.
    pub to: String,
    /// What kind of message.
    pub kind: &'static str,
    /// Its size, frame header included.
    pub bytes: u32,
    number: u64,
}

/// All connections, as they are heard.
#[derive(Debug, Default)]
pub(crate) struct Wiretap {
    /// By the dialler's end: addresses change on the way, where a NAT is in it.
    lines: BTreeMap<SocketId, Line>,
    /// By [`SocketId::index`].
    ends: Vec<Option<(SocketId, LineKey, Side)>>,
    last: VecDeque<SeenMessage>,
    next_line: u64,
    next_message: u64,
}

/// The dialler's end.
type LineKey = SocketId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Dialled,
    Accepted,
}

/// What is spoken on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    /// Our own messages, in frames.
    Frames,
    /// Mail.
    Smtp,
}

#[derive(Debug)]
struct Line {
    number: u64,
    speech: Speech,
    dialler: ProgramId,
    /// The peer, once it has accepted; until then, who listens there is meant.
    acceptor: ProgramId,
    role: Option<Role>,
    to_appliance: Lane,
    from_appliance: Lane,
}

#[derive(Debug, Default)]
struct Lane {
    reader: FrameReader,
    sent_bytes: u64,
    delivered_bytes: u64,
    /// Where in the stream each message ends that is under way, and what names it.
    under_way: VecDeque<(u64, UnderWay)>,
}

/// A message under way: its number here, and that of its entry in the recording.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnderWay {
    message: u64,
    pub(crate) entry: Option<u64>,
}

/// A message that has just gone into a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) line: u64,
    pub(crate) from: ProgramId,
    pub(crate) to: ProgramId,
    pub(crate) kind: &'static str,
    pub(crate) bytes: u32,
    ends_at: u64,
}

impl Wiretap {
    pub(crate) fn opened(
        &mut self,
        socket: SocketId,
        dialler: ProgramId,
        acceptor: ProgramId,
        speech: Speech,
    ) {
        let number = self.next_line;
        self.next_line += 1;
        let line = Line {
            number,
            speech,
            dialler,
            acceptor,
            role: None,
            to_appliance: Lane::default(),
            from_appliance: Lane::default(),
        };
        self.lines.insert(socket, line);
        self.set_end(socket, socket, Side::Dialled);
    }

    pub(crate) fn accepted(&mut self, socket: SocketId, key: LineKey, acceptor: ProgramId) {
        if let Some(line) = self.lines.get_mut(&key) {
            line.acceptor = acceptor;
            self.set_end(socket, key, Side::Accepted);
        }
    }

    /// The dialler's side is over: what is under way is not listened to any more.
    pub(crate) fn closed(&mut self, socket: SocketId) {
        let Some((key, side)) = self.end(socket) else { return };
        self.ends[socket.index()] = None;
        if side == Side::Dialled {
            self.lines.remove(&key);
        }
    }

    /// Bytes went into a connection: the messages that they complete.
    pub(crate) fn sent(&mut self, socket: SocketId, bytes: &[u8]) -> Vec<Sent> {
        let Some((key, side)) = self.end(socket) else { return Vec::new() };
        let Some(line) = self.lines.get_mut(&key) else { return Vec::new() };
        let (direction, from, to) = match side {
            Side::Dialled => (Direction::ToAppliance, line.dialler, line.acceptor),
            Side::Accepted => (Direction::FromAppliance, line.acceptor, line.dialler),
        };
        let lane = match side {
            Side::Dialled => &mut line.to_appliance,
            Side::Accepted => &mut line.from_appliance,
        };
        if line.speech == Speech::Smtp {
            lane.sent_bytes += bytes.len() as u64;
            let (kind, ends_at) = (smtp_kind(side, bytes), lane.sent_bytes);
            return vec![Sent { line: line.number, from, to, kind, bytes: bytes.len() as u32, ends_at }];
        }
        lane.reader.push(bytes);
        let mut messages = Vec::new();
        while let Ok(Some(body)) = lane.reader.next_frame() {
            let length = body.len() as u32 + 4;
            lane.sent_bytes += u64::from(length);
            let kind = kind_of_frame(line.role, direction, body).unwrap_or("(not a message)");
            if line.role.is_none() && side == Side::Dialled {
                line.role = Hello::accept(body).ok();
            }
            if kind != HEARTBEAT {
                messages.push(Sent {
                    line: line.number,
                    from,
                    to,
                    kind,
                    bytes: length,
                    ends_at: lane.sent_bytes,
                });
            }
        }
        messages
    }

    /// Remembers a message that was just sent.
    pub(crate) fn note(
        &mut self,
        socket: SocketId,
        at: SimTime,
        sent: Sent,
        from: &str,
        to: &str,
        entry: Option<u64>,
    ) {
        let message = self.next_message;
        self.next_message += 1;
        if self.last.len() == LAST_MESSAGES_MAX {
            self.last.pop_front();
        }
        self.last.push_back(SeenMessage {
            sent: at,
            delivered: None,
            from: from.to_owned(),
            to: to.to_owned(),
            kind: sent.kind,
            bytes: sent.bytes,
            number: message,
        });
        if let Some(lane) = self.lane_of_sender(socket) {
            lane.under_way.push_back((sent.ends_at, UnderWay { message, entry }));
        }
    }

    /// Bytes came out of a connection: the messages that are whole now.
    pub(crate) fn received(&mut self, socket: SocketId, at: SimTime, bytes: usize) -> Vec<UnderWay> {
        let Some((key, side)) = self.end(socket) else { return Vec::new() };
        let Some(line) = self.lines.get_mut(&key) else { return Vec::new() };
        let lane = match side {
            Side::Dialled => &mut line.from_appliance,
            Side::Accepted => &mut line.to_appliance,
        };
        lane.delivered_bytes += bytes as u64;
        let delivered = lane.delivered_bytes;
        let count = lane.under_way.iter().take_while(|(ends_at, _)| *ends_at <= delivered).count();
        let whole: Vec<UnderWay> = lane.under_way.drain(..count).map(|(_, message)| message).collect();
        for message in &whole {
            if let Some(seen) = self.last.iter_mut().find(|seen| seen.number == message.message) {
                seen.delivered = Some(at);
            }
        }
        whole
    }

    pub(crate) fn last(&self) -> impl Iterator<Item = &SeenMessage> {
        self.last.iter()
    }

    fn lane_of_sender(&mut self, socket: SocketId) -> Option<&mut Lane> {
        let (key, side) = self.end(socket)?;
        let line = self.lines.get_mut(&key)?;
        Some(match side {
            Side::Dialled => &mut line.to_appliance,
            Side::Accepted => &mut line.from_appliance,
        })
    }

    fn end(&self, socket: SocketId) -> Option<(LineKey, Side)> {
        let (id, key, side) = (*self.ends.get(socket.index())?)?;
        (id == socket).then_some((key, side))
    }

    fn set_end(&mut self, socket: SocketId, key: LineKey, side: Side) {
        if self.ends.len() <= socket.index() {
            self.ends.resize(socket.index() + 1, None);
        }
        self.ends[socket.index()] = Some((socket, key, side));
    }
}

/// What a person would call these bytes of a conversation about mail.
fn smtp_kind(side: Side, bytes: &[u8]) -> &'static str {
    let (known, otherwise) = match side {
        Side::Dialled => (SMTP_COMMANDS.as_slice(), "SMTP message"),
        Side::Accepted => (SMTP_REPLIES.as_slice(), "SMTP reply"),
    };
    let is_it =
        |kind: &&str| kind.strip_prefix("SMTP ").is_some_and(|word| bytes.starts_with(word.as_bytes()));
    known.iter().copied().find(is_it).unwrap_or(otherwise)
}
