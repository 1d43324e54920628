//! The format of a rehearsal: what one played scenario leaves behind, enough to play it again without the
//! programs.
//!
//! A `.rehearsal` file is JSON Lines, compressed with zstd: a header line ([`Header`], with the format version,
//! the number of entries and their digest), then one line per [`Entry`] in the order of time. `zstdcat` shows it
//! to a person, `jq` to a script.
//!
//! - [`Recorder`] takes entries as they happen, diffs views by itself, and hands out the file.
//! - [`Recording`] reads a file back from bytes that nobody vouches for, seeks in it, and pairs up what belongs
//!   together: [`Step`]s, [`Message`]s.
//! - [`first_difference`] says where two recordings part.
//! - [`Results`] is the summary of a run that scripts read, `results.json`.
//!
//! Every type here mirrors what it stores; nothing of the parties is imported, so that an old recording outlives
//! the programs that made it. A field or entry that is added raises the minor format version, and older readers
//! skip it; any other change raises the major one, and older readers refuse the file.

mod difference;
mod digest;
mod entry;
mod header;
mod network;
mod read;
mod recorder;
mod recording;
mod results;
mod session;
mod story;
mod view;

pub use difference::{Difference, first_difference};
pub use digest::{Digest, DigestError};
pub use entry::{Entry, EntryKind, Failure, Outcome, StepStatus};
pub use header::{FORMAT, FormatVersion, FormatVersionError, Header};
pub use network::{Connection, LinkUse};
pub use read::{LINE_BYTES_MAX, RECORDING_BYTES_MAX, ReadError, VALUES_MAX};
pub use recorder::{CHANGES_PER_KEYFRAME_MIN, Recorder};
pub use recording::Recording;
pub use results::{FigureNotFinite, RESULTS_FORMAT, Results, ResultsError, ScenarioResult};
pub use session::{ReportedCustomer, ReportedRepresentative, SessionReport, ShellRecord};
pub use story::{Message, Step};
pub use view::{Program, VIEW_DEPTH_MAX, View, Views};
