//! What can be said about a moment.

use std::fmt;

use json_patch::Patch;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wire::SimTime;

use crate::network::{Connection, LinkUse};
use crate::session::{SessionReport, ShellRecord};
use crate::view::{Program, Views};

/// One line of a recording: something happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the recording, from zero. Among entries of one moment it tells which came first.
    pub seq: u64,
    /// When, in nanoseconds of virtual time.
    pub at: SimTime,
    /// What.
    #[serde(flatten)]
    pub kind: EntryKind,
}

/// What happened. `entry` names the kind in the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum EntryKind {
    /// A person or the test's author did something. The acts of a recording, in order, play it again.
    ActPerformed {
        /// The act, as the vocabulary of acts writes it.
        act: Value,
        /// The same in a plain sentence.
        says: String,
    },
    /// A step of the scenario began.
    StepBegan {
        /// `Given`, `When`, `Then`, `And` or `But`, as written.
        keyword: String,
        /// The step's text, with an outline's placeholders filled in.
        text: String,
        /// The step's table or doc string, as written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        argument: Option<String>,
        /// The step's line in the feature file.
        line: u32,
    },
    /// The step that began last came to its end.
    StepEnded {
        /// How.
        status: StepStatus,
        /// Why, where it did not pass.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<Failure>,
    },
    /// What somebody sees has changed.
    ViewChanged {
        /// Whose view: `Alex's console`.
        who: String,
        /// Which kind of program shows it.
        program: Program,
        /// From the last view to this one (RFC 6902: `add`, `remove` and `replace` only).
        patch: Patch,
    },
    /// All views in full, so that a player can start here.
    Keyframe {
        /// Everybody's.
        views: Views,
    },
    /// A message went into a connection.
    MessageSent {
        /// The program that sent it: `Alex's console`.
        from: String,
        /// The program that it is meant for.
        to: String,
        /// The connection.
        conn: u64,
        /// The message's name: `accept_session`.
        kind: String,
        /// Its size on the wire, frame header included.
        bytes: u32,
    },
    /// A message came out at the other end. One that never does was lost with its connection.
    MessageDelivered {
        /// The [`Entry::seq`] of its [`EntryKind::MessageSent`].
        sent: u64,
    },
    /// Something for the session's report.
    SessionEvent {
        /// Which session.
        session: String,
        /// The event's name in the public session report: `Conference Member Added`.
        name: String,
        /// Who caused it; empty where nobody did.
        who: String,
        /// The rest in words: the chat line, the new owner.
        detail: String,
        /// The number in the session of who caused it; 0 is the system (since 1.2).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<u32>,
        /// Who could read it, where that is not everyone in the session: `representatives only` (since 1.2).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audience: Option<String>,
    },
    /// A session is over; what its report says of the whole (since 1.2).
    SessionReport {
        /// All of it.
        report: Box<SessionReport>,
    },
    /// A command shell was closed that the site keeps a record of (since 1.3).
    ShellRecorded {
        /// All of it.
        shell: Box<ShellRecord>,
    },
    /// A fake machine's own record of what was done to it.
    DeviceWitness {
        /// Which machine.
        device: String,
        /// What it noticed.
        what: String,
    },
    /// A screen at this moment, as a PNG picture that may be smaller than the screen (since 1.3).
    Picture {
        /// Whose, and where it was seen: `Carla's screen on Alex's console`.
        of: String,
        /// The screen's own width in pixels.
        width: u32,
        /// The screen's own height in pixels.
        height: u32,
        /// The PNG file, in base64.
        png: String,
    },
    /// What a host's access link carried for a while. In format 1.0 that is since the sample before it.
    LinkSample {
        /// Which host.
        host: String,
        /// When that while began (since 1.1).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<SimTime>,
        /// When it ended, where that is earlier than this entry (since 1.1).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<SimTime>,
        /// From the host to the network.
        up: LinkUse,
        /// From the network to the host.
        down: LinkUse,
    },
    /// How one end of a connection stands, while it is busy (since 1.1).
    ConnSample {
        /// The host at that end.
        host: String,
        /// The host at the other end, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<String>,
        /// The connection.
        connection: Connection,
    },
    /// What `netstat` prints on a host, when a step has failed (since 1.1).
    Netstat {
        /// Which host.
        host: String,
        /// Its connections, and the ports it listens on.
        rows: Vec<Connection>,
    },
    /// Something was broken, or mended, on purpose. Played again like an act.
    Fault {
        /// The act, as the vocabulary of acts writes it.
        act: Value,
        /// The same in a plain sentence.
        says: String,
    },
    /// Something that should not happen did, and was survived: an invariant broken, a frame that did not parse.
    Trouble {
        /// What, with what was expected and what came.
        text: String,
    },
    /// The scenario is over.
    Ended {
        /// How it went.
        outcome: Outcome,
    },
    /// Written by a newer minor version; its content is not kept.
    #[serde(other)]
    Unknown,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// It did what it says.
    Passed,
    /// What it says is not so.
    Failed,
    /// An earlier step did not pass.
    Skipped,
    /// No step definition fits its text.
    Undefined,
    /// Several step definitions fit its text.
    Ambiguous,
}

/// Why a step did not pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The whole report, for a person; may span lines.
    pub text: String,
    /// What the step asked for, where it is a check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was seen instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

/// How a scenario went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every step passed.
    Passed,
    /// A step did not, or the run broke off.
    Failed,
}

impl fmt::Display for StepStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Undefined => "undefined",
            Self::Ambiguous => "ambiguous",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
        })
    }
}
