//! Who goes first on one connection.

use std::collections::VecDeque;

use wire::tool::{ScreenUpdate, Tool, ToolCommand, ToolUpdate};

/// How many bytes a lane of weight 1 may send in a turn. On a narrow line a turn is felt: at 384 kbit/s this is 21 ms.
pub const QUANTUM_BYTES: usize = 1024;

/// What kind of traffic a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::VariantArray)]
pub enum Lane {
    /// Input, chat, and whatever steers a session: before everything else.
    Urgent,
    /// What shells say, in the order in which they say it. The echo of a key waits for nobody's turn.
    Shell,
    /// Pieces of pictures.
    Screen,
    /// Pieces of files that somebody waits for.
    Files,
    /// What is there once all of it is: tables, clipboards, what actions and scripts said.
    Bulk,
}

impl Lane {
    /// How what a customer's client says of a tool travels. A pointer overtakes the picture, as hands expect; and so does
    /// it that another picture begins, to which it belongs: of what is still to come of the last one, nothing is shown.
    pub fn of_update(update: &ToolUpdate) -> Self {
        match update {
            ToolUpdate::Screen(ScreenUpdate::Piece(_)) => Self::Screen,
            ToolUpdate::Files(_) => Self::Files,
            ToolUpdate::Shell(_) => Self::Shell,
            ToolUpdate::System(_)
            | ToolUpdate::Screen(ScreenUpdate::Clipboard(_) | ScreenUpdate::ActionDone { .. }) => Self::Bulk,
            ToolUpdate::Screen(_) | ToolUpdate::Elevation(_) => Self::Urgent,
        }
    }

    /// How what a representative does with a tool travels. What is pasted goes with the keys that are pressed then.
    pub fn of_command(command: &ToolCommand) -> Self {
        match command {
            ToolCommand::Files(_) => Self::Files,
            ToolCommand::Screen(_)
            | ToolCommand::Shell(_)
            | ToolCommand::System(_)
            | ToolCommand::Elevation(_) => Self::Urgent,
        }
    }

    /// How it travels that a tool is open or closed: behind what has come of it until then. A transfer goes on where it
    /// stopped, and what a shell said last is read before it is closed.
    pub fn of_tool(tool: Tool) -> Self {
        match tool {
            Tool::FileTransfer => Self::Files,
            Tool::CommandShell => Self::Shell,
            Tool::SystemInformation => Self::Bulk,
            Tool::ScreenSharing
            | Tool::PrivacyScreen
            | Tool::Clipboard
            | Tool::SpecialActions
            | Tool::CannedScripts
            | Tool::Reboot
            | Tool::Elevation => Self::Urgent,
        }
    }
}

/// The lanes that take turns, with their weights.
const SHARED: [(Lane, usize); 3] = [(Lane::Screen, 4), (Lane::Files, 2), (Lane::Bulk, 1)];

/// The weight of [`Lane::Shell`].
const SHELL_WEIGHT: usize = 4;

/// Messages that wait for one connection, in lanes.
///
/// [`Lane::Urgent`] goes first, always. The others take turns by deficit round robin (Shreedhar and Varghese, 1995):
/// while all of them have work, they send bytes as 4 to 4 to 2 to 1, whatever the sizes of their messages; what one does
/// not use, the others get. Within a lane, order is kept.
///
/// [`Lane::Shell`] has the same in each round, and need not wait for its turn: a key's echo goes before all that shares,
/// and a shell that talks without end has no more than its share.
///
/// What is handed to the driver is beyond reach, so that [`crate::SendQueue`] hands over little at a time.
#[derive(Debug, Default)]
pub struct Lanes {
    urgent: Queue,
    shell: Queue,
    /// What shells have sent in this round, and what they have sent too much in those before, in bytes.
    shell_spent: usize,
    shared: [Turns; SHARED.len()],
    /// Whose turn it is, and whether it has been given its bytes for this turn.
    turn: usize,
    served: bool,
}

/// The messages of a lane.
#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Vec<u8>>,
    bytes: usize,
}

/// A lane that takes turns.
#[derive(Debug, Default)]
struct Turns {
    queue: Queue,
    deficit: usize,
}

impl Lanes {
    /// Puts a message at the end of its lane. One without bytes is not kept.
    pub fn push(&mut self, lane: Lane, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        self.queue_mut(lane).push(bytes);
    }

    /// Takes the message that is to go next.
    #[expect(
        clippy::should_implement_trait,
        reason = "lanes are no iterator: what is pushed later may come earlier"
    )]
    pub fn next(&mut self) -> Option<Vec<u8>> {
        if let Some(message) = self.urgent.pop() {
            return Some(message);
        }
        if self.shared_are_empty() {
            // What nobody else would have used is nobody's share.
            return self.shell.pop();
        }
        loop {
            if self.shell_spent < SHELL_WEIGHT * QUANTUM_BYTES
                && let Some(message) = self.shell.pop()
            {
                self.shell_spent += message.len();
                return Some(message);
            }
            let (_, weight) = SHARED[self.turn];
            let lane = &mut self.shared[self.turn];
            let Some(size) = lane.queue.messages.front().map(Vec::len) else {
                // Who has nothing to send saves nothing up.
                lane.deficit = 0;
                self.pass_on();
                continue;
            };
            if !std::mem::replace(&mut self.served, true) {
                lane.deficit += weight * QUANTUM_BYTES;
            }
            if size <= lane.deficit {
                lane.deficit -= size;
                return lane.queue.pop();
            }
            self.pass_on();
        }
    }

    /// A shell has sent so many bytes past the lanes: they are a part of its share, if anybody else wants one.
    pub(crate) fn charge_shell(&mut self, bytes: usize) {
        if !self.shared_are_empty() {
            self.shell_spent += bytes;
        }
    }

    /// How many bytes wait in a lane.
    pub fn queued(&self, lane: Lane) -> usize {
        self.queue(lane).bytes
    }

    /// How many bytes wait in all lanes.
    pub fn bytes(&self) -> usize {
        self.urgent.bytes + self.shell.bytes + self.shared.iter().map(|lane| lane.queue.bytes).sum::<usize>()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.bytes() == 0
    }

    /// Drops everything: the connection is gone.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn shared_are_empty(&self) -> bool {
        self.shared.iter().all(|lane| lane.queue.messages.is_empty())
    }

    fn pass_on(&mut self) {
        self.turn = (self.turn + 1) % SHARED.len();
        self.served = false;
        if self.turn == 0 {
            self.shell_spent = self.shell_spent.saturating_sub(SHELL_WEIGHT * QUANTUM_BYTES);
        }
    }

    fn queue(&self, lane: Lane) -> &Queue {
        match (lane, place(lane)) {
            (_, Some(place)) => &self.shared[place].queue,
            (Lane::Shell, None) => &self.shell,
            (_, None) => &self.urgent,
        }
    }

    fn queue_mut(&mut self, lane: Lane) -> &mut Queue {
        match (lane, place(lane)) {
            (_, Some(place)) => &mut self.shared[place].queue,
            (Lane::Shell, None) => &mut self.shell,
            (_, None) => &mut self.urgent,
        }
    }
}

impl Queue {
    fn push(&mut self, message: Vec<u8>) {
        self.bytes += message.len();
        self.messages.push_back(message);
    }

    fn pop(&mut self) -> Option<Vec<u8>> {
        let message = self.messages.pop_front()?;
        self.bytes -= message.len();
        Some(message)
    }
}

/// Where a lane is among those that take turns.
fn place(lane: Lane) -> Option<usize> {
    SHARED.iter().position(|(shared, _)| *shared == lane)
}

#[cfg(test)]
mod tests {
    use arbitrary::Unstructured;
    use strum::VariantArray;

    use super::*;

    /// The largest message of the tests, in bytes: a piece of a frame with what stands around it.
    const MESSAGE_BYTES_MAX: usize = 17 * 1024;

    /// A message that knows its lane and its number there.
    fn message(lane: Lane, number: usize, size: usize) -> Vec<u8> {
        let mut bytes = vec![lane as u8; size.max(5)];
        bytes[1..5].copy_from_slice(&u32::try_from(number).expect("few messages").to_le_bytes());
        bytes
    }

    fn read(message: &[u8]) -> (Lane, usize) {
        let number = u32::from_le_bytes(message[1..5].try_into().expect("four bytes"));
        (Lane::VARIANTS[usize::from(message[0])], number as usize)
    }

    fn any_lane(u: &mut Unstructured<'_>) -> arbitrary::Result<Lane> {
        u.choose(Lane::VARIANTS).copied()
    }

    #[test]
    fn what_is_urgent_goes_first_and_the_others_take_turns() {
        let mut lanes = Lanes::default();
        for number in 0..8 {
            for lane in [Lane::Bulk, Lane::Files, Lane::Screen] {
                lanes.push(lane, message(lane, number, QUANTUM_BYTES));
            }
        }
        lanes.push(Lane::Urgent, message(Lane::Urgent, 0, 10));
        let mut order = Vec::new();
        while let Some(next) = lanes.next() {
            let (lane, number) = read(&next);
            order.push(format!("{lane:?} {number}"));
            if order.len() == 5 {
                lanes.push(Lane::Urgent, message(Lane::Urgent, 1, 10));
            }
        }
        let order: Vec<String> = order.chunks(7).map(|some| some.join(", ")).collect();
        insta::assert_snapshot!(order.join("\n"), @"
        Urgent 0, Screen 0, Screen 1, Screen 2, Screen 3, Urgent 1, Files 0
        Files 1, Bulk 0, Screen 4, Screen 5, Screen 6, Screen 7, Files 2
        Files 3, Bulk 1, Files 4, Files 5, Bulk 2, Files 6, Files 7
        Bulk 3, Bulk 4, Bulk 5, Bulk 6, Bulk 7
        ");
        assert!(lanes.is_empty());
    }

    #[test]
    fn nothing_is_lost_order_is_kept_and_bytes_are_counted() {
        arbtest::arbtest(|u| {
            let mut lanes = Lanes::default();
            let mut waiting: Vec<VecDeque<Vec<u8>>> = vec![VecDeque::new(); Lane::VARIANTS.len()];
            let mut number = 0;
            for _ in 0..u.int_in_range(0..=60)? {
                if u.ratio(2, 3)? {
                    let lane = any_lane(u)?;
                    let bytes = message(lane, number, u.int_in_range(5..=MESSAGE_BYTES_MAX)?);
                    number += 1;
                    waiting[lane as usize].push_back(bytes.clone());
                    lanes.push(lane, bytes);
                } else if u.ratio(1, 20)? {
                    lanes.clear();
                    waiting.iter_mut().for_each(VecDeque::clear);
                } else {
                    match lanes.next() {
                        Some(next) => {
                            let (lane, _) = read(&next);
                            assert!(lane == Lane::Urgent || waiting[Lane::Urgent as usize].is_empty());
                            assert_eq!(waiting[lane as usize].pop_front(), Some(next));
                        }
                        None => assert!(waiting.iter().all(VecDeque::is_empty)),
                    }
                }
                for lane in Lane::VARIANTS {
                    let bytes: usize = waiting[*lane as usize].iter().map(Vec::len).sum();
                    assert_eq!(lanes.queued(*lane), bytes);
                }
                assert_eq!(lanes.is_empty(), waiting.iter().all(VecDeque::is_empty));
            }
            Ok(())
        });
    }

    /// While they all have work, what each has sent is its weight's share, to within one turn and one message.
    #[test]
    fn lanes_with_work_share_by_weight() {
        arbtest::arbtest(|u| {
            let mut lanes = Lanes::default();
            let all = [(Lane::Shell, SHELL_WEIGHT)].into_iter().chain(SHARED);
            let busy: Vec<(Lane, usize)> = all.filter(|_| u.ratio(3, 4).unwrap_or(true)).collect();
            let mut sizes = Vec::new();
            for (lane, _) in &busy {
                let largest = u.int_in_range(5..=MESSAGE_BYTES_MAX)?;
                sizes.push(largest);
                lanes.push(*lane, message(*lane, 0, largest));
            }
            let mut sent = [0_usize; SHARED.len() + 1];
            for _ in 0..u.int_in_range(0..=300)? {
                let Some(next) = lanes.next() else { break };
                let (lane, _) = read(&next);
                let who = busy.iter().position(|(busy, _)| *busy == lane).expect("a busy lane");
                sent[who] += next.len();
                // It never lacks work, of any size up to its own largest.
                lanes.push(lane, message(lane, 0, u.int_in_range(5..=sizes[who])?));
                for (one, (_, weight)) in busy.iter().enumerate() {
                    for (other, (_, other_weight)) in busy.iter().enumerate() {
                        let turns = sent[one] / weight;
                        let slack = QUANTUM_BYTES + sizes[one] / weight + sizes[other] / other_weight;
                        assert!(
                            turns <= sent[other] / other_weight + slack + 1,
                            "{sent:?} by {busy:?}, messages of at most {sizes:?}"
                        );
                    }
                }
            }
            Ok(())
        });
    }

    #[test]
    fn an_echo_waits_for_nobodys_turn_and_what_a_shell_says_does() {
        let mut lanes = Lanes::default();
        let mut order = Vec::new();
        for number in 0..8 {
            for lane in [Lane::Files, Lane::Screen] {
                lanes.push(lane, message(lane, number, QUANTUM_BYTES));
            }
        }
        for _ in 0..14 {
            if order.len() == 2 {
                lanes.push(Lane::Shell, message(Lane::Shell, 0, 10));
            }
            if order.len() == 4 {
                for number in 1..8 {
                    lanes.push(Lane::Shell, message(Lane::Shell, number, QUANTUM_BYTES));
                }
            }
            let (lane, number) = read(&lanes.next().expect("much waits"));
            order.push(format!("{lane:?} {number}"));
        }
        let order: Vec<String> = order.chunks(7).map(|some| some.join(", ")).collect();
        insta::assert_snapshot!(order.join("\n"), @"
        Screen 0, Screen 1, Shell 0, Screen 2, Shell 1, Shell 2, Shell 3
        Shell 4, Screen 3, Files 0, Files 1, Shell 5, Shell 6, Shell 7
        ");
    }

    /// A lane that was empty has saved nothing up, and waits for one turn of the others at most.
    #[test]
    fn who_comes_back_neither_storms_nor_starves() {
        let mut lanes = Lanes::default();
        for number in 0..100 {
            lanes.push(Lane::Screen, message(Lane::Screen, number, 1_000));
        }
        for _ in 0..50 {
            lanes.next();
        }
        for number in 0..100 {
            lanes.push(Lane::Bulk, message(Lane::Bulk, number, 1_000));
        }
        let order: Vec<Lane> = std::iter::from_fn(|| lanes.next()).map(|next| read(&next).0).collect();
        let first = order.iter().position(|lane| *lane == Lane::Bulk).expect("it is sent");
        assert!(first <= 4 * QUANTUM_BYTES / 1_000, "{first} messages before it");
        let run = order[first..].iter().take_while(|lane| **lane == Lane::Bulk).count();
        assert_eq!(run, QUANTUM_BYTES / 1_000);
    }
}
