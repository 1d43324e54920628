//! What was said in command shells, kept with the session where the site says so (SHL-07, SHL-08).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use device::{Lane, Terminal};
use serde::{Deserialize, Serialize};
use wire::rep::{ApplianceToRep, ReportedShell};
use wire::session::NAME_BYTES_MAX;
use wire::tool::{FileUpdate, ShellId, ShellUpdate, Tool, ToolUpdate};
use wire::{RepId, SessionId, SimTime};

use super::doings::shortened;
use crate::Appliance;

/// How much is kept of what is said in one shell, in bytes.
pub(crate) const SHELL_RECORDING_BYTES_MAX: usize = 256 * 1024;

/// How much is kept of what is said in all shells of a session, in bytes.
pub(crate) const SHELL_RECORDINGS_BYTES_MAX: usize = 1024 * 1024;

/// How many shells of a session the appliance knows at a time, and how many it keeps.
pub(crate) const SHELLS_MAX: usize = 64;

/// The size that a video says its screen has, in characters. Shells have none of their own.
const VIDEO_SIZE: (u32, u32) = (100, 30);

/// How many lines a transcript has at most.
const TRANSCRIPT_LINES_MAX: usize = 20_000;

/// A shell that is open.
#[derive(Debug)]
pub(crate) struct OpenShell {
    recording: Option<ShellRecording>,
}

/// The shells that are open in a session.
pub(crate) type OpenShells = BTreeMap<(RepId, ShellId), OpenShell>;

/// What was said in a shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShellRecording {
    name: String,
    by_name: String,
    began: SimTime,
    /// Set at the end of the mutation that ended it.
    pub(crate) ended: Option<SimTime>,
    said: Vec<(SimTime, Vec<u8>)>,
    /// How much that is: asked for with each piece, and not to be counted each time.
    said_bytes: usize,
    /// More was said than is kept.
    cut: bool,
}

/// A recorded shell, for whoever keeps reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedShell {
    /// What it was called: `cmd.exe`.
    pub name: String,
    /// Who opened it.
    pub by_name: String,
    /// When.
    pub began: SimTime,
    /// When it was closed.
    pub ended: SimTime,
    /// An asciinema cast, version 2 (SHL-07).
    pub video: String,
    /// What was said in it, as text (SHL-08).
    pub transcript: String,
}

impl Appliance {
    /// A shell is open from now on.
    pub(super) fn shell_opened(
        &mut self,
        now: SimTime,
        rep: RepId,
        id: SessionId,
        shell: ShellId,
        name: &str,
    ) {
        let record = self.site.command_shell.record;
        let by_name = self.site.rep(rep).display_name.clone();
        let kept = self.session(id).shells.len();
        let shells = &mut self.tools_mut(id).doings.shells;
        if shells.len() >= SHELLS_MAX || shells.contains_key(&(rep, shell)) {
            return;
        }
        let recording = (record && kept + shells.len() < SHELLS_MAX).then(|| ShellRecording {
            name: shortened(name, NAME_BYTES_MAX).to_owned(),
            by_name,
            began: now,
            ended: None,
            said: Vec::new(),
            said_bytes: 0,
            cut: false,
        });
        shells.insert((rep, shell), OpenShell { recording });
    }

    pub(super) fn shell_said(
        &mut self,
        now: SimTime,
        rep: RepId,
        id: SessionId,
        shell: ShellId,
        bytes: &[u8],
    ) {
        let kept: usize = self.session(id).shells.iter().map(ShellRecording::bytes).sum();
        let shells = &mut self.tools_mut(id).doings.shells;
        let running: usize =
            shells.values().filter_map(|open| open.recording.as_ref()).map(ShellRecording::bytes).sum();
        let Some(recording) = shells.get_mut(&(rep, shell)).and_then(|open| open.recording.as_mut()) else {
            return;
        };
        let fits = recording.bytes() + bytes.len() <= SHELL_RECORDING_BYTES_MAX
            && kept + running + bytes.len() <= SHELL_RECORDINGS_BYTES_MAX;
        if fits && !recording.cut {
            recording.said.push((now, bytes.to_vec()));
            recording.said_bytes += bytes.len();
        } else {
            recording.cut = true;
        }
    }

    /// A shell is closed; what was recorded of it belongs to the session from now on.
    pub(super) fn shell_closed(&mut self, rep: RepId, id: SessionId, shell: ShellId) {
        let open = self.tools_mut(id).doings.shells.remove(&(rep, shell));
        if let Some(recording) = open.and_then(|open| open.recording) {
            self.session_mut(id).shells.push(recording);
        }
    }

    /// A representative has no shells any more.
    pub(super) fn shells_closed(&mut self, rep: RepId, id: SessionId) {
        let shells = self.tools_mut(id).doings.shells.keys().filter(|(whose, _)| *whose == rep);
        for (rep, shell) in shells.copied().collect::<Vec<_>>() {
            self.shell_closed(rep, id, shell);
        }
    }

    /// The customer's connection is gone, and with it what was under way on their machine: consoles hear so.
    pub(crate) fn tools_interrupted(&mut self, id: SessionId) {
        let shells: Vec<(RepId, ShellId)> = self.tools_mut(id).doings.shells.keys().copied().collect();
        for (rep, shell) in shells {
            self.shell_closed(rep, id, shell);
            let why = "the customer's connection was lost".to_owned();
            self.tell_update(rep, id, ToolUpdate::Shell(ShellUpdate::Closed { shell, why }));
        }
        for rep in self.users_of(id, Some(Tool::FileTransfer)) {
            self.tell_update(rep, id, ToolUpdate::Files(FileUpdate::Interrupted));
        }
    }

    fn tell_update(&mut self, rep: RepId, id: SessionId, update: ToolUpdate) {
        if let Some(shown) = self.signed_in.get(&rep) {
            // Behind what has come of the tool until then.
            let lane = Lane::of_update(&update);
            self.conns.send_in(shown.conn, lane, &ApplianceToRep::Tool { session: id, update });
        }
    }
}

impl ShellRecording {
    /// How much room it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.said_bytes
    }

    /// As the head of a report has it.
    pub(crate) fn told(&self) -> ReportedShell {
        ReportedShell {
            name: self.name.clone(),
            by_name: self.by_name.clone(),
            began: self.began,
            lasted_ms: self.lasted().as_millis() as u64,
            cut: self.cut,
        }
    }

    /// All of it.
    pub(crate) fn recorded(&self) -> RecordedShell {
        RecordedShell {
            name: self.name.clone(),
            by_name: self.by_name.clone(),
            began: self.began,
            ended: self.began + self.lasted(),
            video: self.video(),
            transcript: self.transcript(),
        }
    }

    /// SHL-07: an asciinema cast, version 2. Its times are virtual, and so is the time stamp: seconds since the run began.
    pub(crate) fn video(&self) -> String {
        let (width, height) = VIDEO_SIZE;
        let title = serde_json::Value::from(self.name.as_str());
        let began_s = self.began.as_millis() / 1_000;
        let mut cast = format!(
            "{{\"version\": 2, \"width\": {width}, \"height\": {height}, \"timestamp\": {began_s}, \"title\": {title}}}\n"
        );
        let mut torn = Vec::new();
        for (at, bytes) in &self.said {
            torn.extend_from_slice(bytes);
            let text = take_text(&mut torn);
            if !text.is_empty() {
                let micros = at.since(self.began).as_micros();
                let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
                let text = serde_json::Value::from(text);
                writeln!(cast, "[{seconds}.{micros:06}, \"o\", {text}]").expect("a `String` takes all");
            }
        }
        cast
    }

    /// SHL-08: what stood on the screen, with all that has scrolled off it.
    pub(crate) fn transcript(&self) -> String {
        let mut terminal = Terminal::new(TRANSCRIPT_LINES_MAX);
        for (_, bytes) in &self.said {
            terminal.feed(bytes);
        }
        terminal.lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
    }

    fn lasted(&self) -> Duration {
        self.ended.map_or(Duration::ZERO, |ended| ended.since(self.began))
    }
}

/// The text that bytes begin with; what may be the beginning of a character stays.
fn take_text(bytes: &mut Vec<u8>) -> String {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        Ok(_) | Err(_) => bytes.len(),
    };
    let later = bytes.split_off(whole);
    let text = String::from_utf8_lossy(bytes).into_owned();
    *bytes = later;
    text
}

/// A text in pieces of at most so many bytes, none of which cuts a character.
pub(crate) fn pieces(text: &str, bytes_max: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let piece = shortened(rest, bytes_max);
        rest = &rest[piece.len()..];
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(said: &[(u64, &[u8])]) -> ShellRecording {
        let at = |millis: &u64| SimTime::from_secs(60) + Duration::from_millis(*millis);
        ShellRecording {
            name: "cmd.exe".into(),
            by_name: "Alex Kim".into(),
            began: at(&0),
            ended: Some(at(&9_000)),
            said: said.iter().map(|(millis, bytes)| (at(millis), bytes.to_vec())).collect(),
            said_bytes: said.iter().map(|(_, bytes)| bytes.len()).sum(),
            cut: false,
        }
    }

    #[test]
    fn a_video_is_a_cast_and_a_transcript_is_its_text() {
        let recording = recording(&[
            (0, b"C:\\> "),
            (1_500, b"\"gr\xc3"),
            (1_501, b"\xbc\xc3\x9fe\"\r\n\x1b[2J\x1b[HC:\\> "),
        ]);
        insta::assert_snapshot!(recording.video(), @r#"
        {"version": 2, "width": 100, "height": 30, "timestamp": 60, "title": "cmd.exe"}
        [0.000000, "o", "C:\\> "]
        [1.500000, "o", "\"gr"]
        [1.501000, "o", "üße\"\r\n\u001b[2J\u001b[HC:\\> "]
        "#);
        insta::assert_snapshot!(recording.transcript(), @r#"
        C:\> "grüße"
        C:\>
        "#);
    }

    /// Whatever a customer's machine says, its video can be read as JSON, line by line.
    #[test]
    fn arbitrary_bytes_are_text_in_a_video() {
        arbtest::arbtest(|u| {
            let said: Vec<(u16, Vec<u8>)> = u.arbitrary()?;
            let said: Vec<(u64, &[u8])> =
                said.iter().map(|(millis, bytes)| (u64::from(*millis), bytes.as_slice())).collect();
            for line in recording(&said).video().lines() {
                serde_json::from_str::<serde_json::Value>(line).expect("a line of a cast is JSON");
            }
            Ok(())
        });
    }

    #[test]
    fn pieces_are_the_text_again() {
        arbtest::arbtest(|u| {
            let text: String = u.arbitrary()?;
            let max = u.int_in_range(4..=9)?;
            assert!(pieces(&text, max).all(|piece| piece.len() <= max));
            assert_eq!(pieces(&text, max).collect::<String>(), text);
            Ok(())
        });
    }
}
