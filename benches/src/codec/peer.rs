//! Programs of others, and what they compute.

use std::fs;
use std::io::{self, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};

use crate::calibration::Clock;

/// What stands in the column of a peer that this machine does not have.
pub const NOT_INSTALLED: &str = "not installed";

/// Why a peer has no figures.
#[derive(Debug, thiserror::Error)]
pub(super) enum PeerError {
    #[error("{NOT_INSTALLED}")]
    NotInstalled,
    #[error("expected {expected}, found {found}")]
    Unexpected { expected: &'static str, found: String },
    #[error(transparent)]
    System(#[from] io::Error),
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    X(#[from] ReplyOrIdError),
}

impl From<ConnectionError> for PeerError {
    fn from(error: ConnectionError) -> Self {
        Self::X(error.into())
    }
}

impl From<ReplyError> for PeerError {
    fn from(error: ReplyError) -> Self {
        Self::X(error.into())
    }
}

impl PeerError {
    pub(super) fn unexpected(expected: &'static str, found: impl ToString) -> Self {
        Self::Unexpected { expected, found: found.to_string() }
    }
}

/// A program that runs beside us, and ends by itself or with this.
pub(super) struct Process {
    child: Child,
}

impl Process {
    const LEAVES_WITHIN: Duration = Duration::from_secs(3);
    const LOOKS_APART: Duration = Duration::from_millis(20);

    pub(super) fn start(command: &mut Command) -> Result<Self, PeerError> {
        let child = command.stdin(Stdio::null()).spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => PeerError::NotInstalled,
            _ => error.into(),
        })?;
        Ok(Self { child })
    }

    pub(super) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// What it has computed in all, once it does nothing more.
    pub(super) fn computed_at_rest(&self) -> Result<Duration, PeerError> {
        const LOOKS: usize = 100;
        // Longer than a timer of its own waits for the next frame.
        const REST: Duration = Duration::from_millis(40);
        let clock = Clock::new();
        let mut before = self.computed()?;
        for _ in 0..LOOKS {
            clock.nap(REST);
            let now = self.computed()?;
            if now == before {
                return Ok(now);
            }
            before = now;
        }
        Err(PeerError::unexpected("a program that comes to rest", "one that goes on"))
    }

    /// What all its threads that are left have computed, as Linux' scheduler counts it.
    fn computed(&self) -> Result<Duration, PeerError> {
        let mut sum = Duration::ZERO;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let told = fs::read_to_string(thread?.path().join("schedstat"))?;
            let ns = told.split(' ').next().and_then(|ns| ns.parse().ok());
            sum += Duration::from_nanos(ns.ok_or_else(|| PeerError::unexpected("nanoseconds", told))?);
        }
        Ok(sum)
    }

    /// Whether it has ended, and nobody was told yet.
    fn has_ended(&self) -> Result<bool, PeerError> {
        let told = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        Ok(told.rsplit(") ").next().is_some_and(|state| state.starts_with('Z')))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let clock = Clock::new();
        let deadline = clock.now() + Self::LEAVES_WITHIN;
        while clock.now() < deadline {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            clock.nap(Self::LOOKS_APART);
        }
        // It may be gone by now, which is all that is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program of one thread to its end, and says what it has computed.
pub(super) fn computed_by(command: &mut Command) -> Result<Duration, PeerError> {
    let mut process = Process::start(command.stdout(Stdio::null()).stderr(Stdio::piped()))?;
    let mut said = String::new();
    if let Some(stderr) = &mut process.child.stderr {
        stderr.read_to_string(&mut said)?;
    }
    // What it said ends shortly before it does; and who is waited for has no figures any more.
    let clock = Clock::new();
    while !process.has_ended()? {
        clock.nap(Duration::from_millis(1));
    }
    let computed = process.computed()?;
    if process.child.wait()?.success() {
        Ok(computed)
    } else {
        let last = said.split(['\n', '\r']).rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        Err(PeerError::unexpected("a program that succeeds", last))
    }
}
