//! Which programs are drawn, and where.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use recording::{Message, Program, Recording};

use super::layout::GUTTER_PX;

/// The most lanes; the programs with the fewest messages are left out.
const LANES_MAX: usize = 12;

/// A program.
pub(super) struct Lane<'a> {
    pub(super) name: &'a str,
    pub(super) program: Option<Program>,
    pub(super) x: u32,
}

/// The programs that are drawn.
pub(super) struct Lanes<'a> {
    pub(super) lanes: Vec<Lane<'a>>,
    /// Of one lane.
    pub(super) width: u32,
    pub(super) left_out: usize,
}

impl<'a> Lanes<'a> {
    /// Those that speak: representatives left, the appliance and other servers in the middle, customers right.
    pub(super) fn of(recording: &Recording, messages: &[Message<'a>]) -> Self {
        let mut spoke: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (first, name) in messages.iter().flat_map(|message| [message.from, message.to]).enumerate() {
            spoke.entry(name).or_insert((first, 0)).1 += 1;
        }
        let mut names: Vec<&str> = spoke.keys().copied().collect();
        names.sort_by_key(|name| (Reverse(spoke[name].1), spoke[name].0));
        let left_out = names.len().saturating_sub(LANES_MAX);
        names.truncate(LANES_MAX);

        let views = recording.final_views();
        let program = |name: &str| views.get(name).map(|view| view.program);
        names.sort_by_key(|name| (side(program(name)), spoke[name].0));
        let width = match names.len() {
            0..=3 => 264,
            4 => 208,
            _ => 168,
        };
        let lane =
            |(name, index)| Lane { name, program: program(name), x: GUTTER_PX + width * index + width / 2 };
        Self { lanes: names.into_iter().zip(0..).map(lane).collect(), width, left_out }
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.name == name)
    }
}

fn side(program: Option<Program>) -> u8 {
    match program {
        Some(Program::RepConsole) => 0,
        Some(Program::Appliance | Program::MailHost | Program::Other) | None => 1,
        Some(Program::CustomerClient) => 2,
        Some(Program::JumpClient) => 3,
    }
}
