//! Command shells of representatives on this machine (SHL).

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use device::{Device, ShellHandle, ShellOutput};
use wire::tool::{SHELL_PIECE_BYTES_MAX, SHELL_WINDOW_BYTES, ShellCommand, ShellId, ShellUpdate, ToolUpdate};
use wire::{MemberId, SimTime};

use crate::client::CustomerClient;

/// However busy a shell is, it is left alone for so long.
const LOOK_AGAIN_AFTER_MIN: Duration = Duration::from_millis(1);

/// The shells that are open, by whose they are.
pub(crate) type Shells = BTreeMap<(MemberId, ShellId), Shell>;

/// A shell that is open.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    handle: ShellHandle,
    /// When to look at it though nobody types: something runs in it.
    look_at: Option<SimTime>,
    /// What it has said that was not sent yet. Until it is, the machine is asked for no more.
    said: VecDeque<u8>,
    /// With which code it has ended.
    ended: Option<i32>,
    sent: u64,
    acknowledged: u64,
}

impl CustomerClient {
    pub(super) fn obey_shell(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        member: MemberId,
        command: ShellCommand,
    ) {
        match command {
            ShellCommand::Open { shell } => self.open_shell(now, device, member, shell),
            ShellCommand::Input { shell, bytes } => {
                if let Some(open) = self.tools.shells.get(&(member, shell)) {
                    device.shell_input(now, open.handle, &bytes);
                    self.look_at_shell(now, device, member, shell);
                }
            }
            ShellCommand::Received { shell, bytes } => {
                if let Some(open) = self.tools.shells.get_mut(&(member, shell)) {
                    open.acknowledged = bytes.clamp(open.acknowledged, open.sent);
                    self.look_at_shell(now, device, member, shell);
                }
            }
            ShellCommand::Close { shell } => {
                if self.close_shell(device, member, shell) {
                    // The representative knows; who keeps what was said in it does not.
                    self.tell_shell(member, closed(shell, "it was closed".to_owned()));
                }
            }
        }
    }

    /// The tool is closed: so are all shells of that representative.
    pub(super) fn close_shells(&mut self, device: &mut dyn Device, member: MemberId) {
        let theirs = self.tools.shells.keys().filter(|(whose, _)| *whose == member);
        for (member, shell) in theirs.copied().collect::<Vec<_>>() {
            self.close_shell(device, member, shell);
        }
    }

    /// Looks at the shells whose time has come.
    pub(super) fn look_at_shells(&mut self, now: SimTime, device: &mut dyn Device) {
        let due = self.tools.shells.iter().filter(|(_, open)| open.look_at.is_some_and(|at| at <= now));
        for (member, shell) in due.map(|(whose, _)| *whose).collect::<Vec<_>>() {
            self.look_at_shell(now, device, member, shell);
        }
    }

    /// When the next one's time comes.
    pub(super) fn next_shell_look(&self) -> Option<SimTime> {
        self.tools.shells.values().filter_map(|open| open.look_at).min()
    }

    /// Tells what a shell has said since the last look, and finds out when to look again.
    fn look_at_shell(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId, shell: ShellId) {
        // Hands wait behind one piece at most.
        let piece_bytes = self.piece_bytes(SHELL_PIECE_BYTES_MAX) as u64;
        let Some(open) = self.tools.shells.get_mut(&(member, shell)) else { return };
        open.look_at = None;
        if open.said.is_empty() && open.ended.is_none() {
            let ShellOutput { bytes, ended, next } = device.shell_output(now, open.handle);
            open.said = bytes.into();
            open.ended = ended;
            open.look_at = next.map(|at| at.max(now + LOOK_AGAIN_AFTER_MIN));
        }
        let mut pieces = Vec::new();
        while !open.said.is_empty() {
            let room = SHELL_WINDOW_BYTES - (open.sent - open.acknowledged);
            let length = room.min(piece_bytes).min(open.said.len() as u64);
            if length == 0 {
                // The representative's console tells when there is room again.
                open.look_at = None;
                break;
            }
            pieces.push(open.said.drain(..length as usize).collect::<Vec<u8>>());
            open.sent += length;
        }
        let ended = open.ended.filter(|_| open.said.is_empty());
        for bytes in pieces {
            self.tell_shell(member, ShellUpdate::Output { shell, bytes });
        }
        if let Some(code) = ended {
            self.close_shell(device, member, shell);
            self.tell_shell(member, closed(shell, format!("it ended with code {code}")));
        }
    }

    fn open_shell(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId, shell: ShellId) {
        if self.tools.shells.contains_key(&(member, shell)) {
            return;
        }
        match device.open_shell(now, self.rights()) {
            Ok((handle, name)) => {
                let (said, ended) = (VecDeque::new(), None);
                let open = Shell { handle, look_at: None, said, ended, sent: 0, acknowledged: 0 };
                self.tools.shells.insert((member, shell), open);
                self.tell_shell(member, ShellUpdate::Opened { shell, name });
                self.look_at_shell(now, device, member, shell);
            }
            Err(why) => self.tell_shell(member, closed(shell, why.to_string())),
        }
    }

    /// Closes a shell; `false` where none of that number is open.
    fn close_shell(&mut self, device: &mut dyn Device, member: MemberId, shell: ShellId) -> bool {
        let open = self.tools.shells.remove(&(member, shell));
        open.map(|open| device.close_shell(open.handle)).is_some()
    }

    fn tell_shell(&mut self, member: MemberId, update: ShellUpdate) {
        self.tell(member, ToolUpdate::Shell(update));
    }
}

fn closed(shell: ShellId, why: String) -> ShellUpdate {
    ShellUpdate::Closed { shell, why }
}
