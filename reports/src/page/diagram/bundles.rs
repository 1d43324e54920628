//! What is said at one moment is one arrow.

use recording::{Message, Step};
use wire::SimTime;

use super::labels::CHAR_PX;
use super::lanes::Lanes;
use super::shortened;
use crate::human;

/// How many characters of a label are kept for the size.
const LABEL_SIZE_CHARS: usize = 8;

/// A message that only says that the sender is still there.
pub(super) fn is_heartbeat(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    kind.contains("heartbeat") || ["ping", "pong", "keep_alive", "keepalive"].contains(&kind.as_str())
}

/// Messages that one arrow stands for.
pub(super) struct Bundle<'a, 'm> {
    /// The lanes.
    pub(super) from: usize,
    pub(super) to: usize,
    step: Option<usize>,
    /// At least one; sent at one moment.
    messages: Vec<&'m Message<'a>>,
}

impl Bundle<'_, '_> {
    pub(super) fn sent(&self) -> SimTime {
        self.messages[0].sent
    }

    pub(super) fn first_entry(&self) -> usize {
        self.messages[0].sent_entry
    }

    /// When the last of them came out.
    pub(super) fn received(&self) -> Option<(SimTime, usize)> {
        self.messages.iter().filter_map(|message| message.received.zip(message.received_entry)).max()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.messages.iter().map(|message| u64::from(message.bytes)).sum()
    }

    /// The messages' names if they fit, or the first and how many more.
    pub(super) fn label(&self, lane_width: u32) -> String {
        let chars_max = (f64::from(lane_width) / CHAR_PX) as usize - LABEL_SIZE_CHARS;
        let names = self.messages.iter().map(|message| message.kind).collect::<Vec<_>>().join(", ");
        match self.messages.len() {
            number if number > 1 && names.chars().count() > chars_max => {
                let more = format!(" +{}", number - 1);
                format!("{}{more}", shortened(self.messages[0].kind, chars_max - more.len()))
            }
            _ => shortened(&names, chars_max),
        }
    }

    pub(super) fn title(&self) -> String {
        let lines = self.messages.iter().map(|message| {
            let arrival = match message.received {
                Some(received) => format!(
                    "arrived {}, {} later",
                    human::moment(received),
                    human::duration(received - message.sent)
                ),
                None => "never arrived".to_owned(),
            };
            let (size, sent) = (human::size(message.bytes.into()), human::moment(message.sent));
            format!("{}, {size}, sent {sent}, {arrival}", message.kind)
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// What a program says to another at one moment and in one step, in the order in which it begins.
pub(super) fn bundles<'a, 'm>(
    messages: &'m [Message<'a>],
    steps: &[Step<'_>],
    lanes: &Lanes<'_>,
) -> Vec<Bundle<'a, 'm>> {
    let mut bundles: Vec<Bundle<'a, 'm>> = Vec::new();
    for message in messages {
        let (Some(from), Some(to)) = (lanes.position(message.from), lanes.position(message.to)) else {
            continue;
        };
        let step = steps.partition_point(|step| step.entries.start < message.sent_entry).checked_sub(1);
        let same = bundles
            .iter_mut()
            .rev()
            .take_while(|bundle| bundle.sent() == message.sent && bundle.step == step)
            .find(|bundle| {
                bundle.from == from
                    && bundle.to == to
                    && bundle.received().is_some() == message.received.is_some()
            });
        match same {
            Some(bundle) => bundle.messages.push(message),
            None => bundles.push(Bundle { from, to, step, messages: vec![message] }),
        }
    }
    bundles
}
