//! The command `rehearse`.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write};
use std::num::{NonZeroU64, NonZeroUsize};
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use gherkin::tagexpr::TagOperation;
use regex::Regex;

use super::coverage;
use super::export;
use super::pool::Pool;
use super::run;
use super::select::{PlaceError, Root, Selection};
use super::stage::Stage;
use super::steps;
use super::sweep;
use super::verify;
use crate::sweep::Faults;

/// Everything is as it should be.
pub const PASSED: u8 = 0;
/// A scenario failed, or a check of features and steps.
pub const FAILED: u8 = 1;
/// The command was called wrongly, or could not do its work.
pub const TROUBLE: u8 = 2;

/// Rehearses remote support: plays scenarios in plain language on a simulated estate.
#[derive(Debug, Parser)]
#[command(name = "rehearse", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play scenarios, and leave recordings and reports behind
    Run(RunArgs),
    /// List what can be said in a scenario
    Steps(StepsArgs),
    /// Show which requirements have scenarios
    Coverage(CoverageArgs),
    /// Play each scenario twice and compare the recordings
    Verify(PlayArgs),
    /// Let random things happen, many times over, and find the shortest story of what goes wrong
    Sweep(SweepArgs),
    /// Bring a recording into a form that other tools open
    Export(ExportArgs),
}

/// Which scenarios, and how.
/// What `--hung-after` is by itself. With none at all, everything would hang.
const HUNG_AFTER_S: NonZeroU64 =
    NonZeroU64::new(Pool::HUNG_AFTER.as_secs()).expect("the default is some time");

#[derive(Debug, Args)]
pub(crate) struct PlayArgs {
    /// Feature files, with or without lines (`keys.feature:12`), and folders of them, in this repository or not
    /// [default: the nearest folder `features`, from here upwards]
    #[arg(value_name = "PATH")]
    places: Vec<String>,
    /// Only scenarios whose tags fit, such as `@KEY-04 and not @slow`
    #[arg(long, value_name = "EXPR", value_parser = tag_expression)]
    tags: Option<TagOperation>,
    /// Only scenarios whose name matches
    #[arg(long, value_name = "REGEX")]
    name: Option<Regex>,
    /// What all chance in the run comes from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// What the scenarios play on
    #[arg(long, value_enum, default_value_t = StageKind::Sim)]
    stage: StageKind,
    /// How many scenarios play at once [default: one per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Give a scenario up as failed after this much real time
    #[arg(long, value_name = "SECONDS", default_value_t = HUNG_AFTER_S)]
    hung_after: NonZeroU64,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) play: PlayArgs,
    /// Where to write recordings and reports [default: `target/rehearsals` beside the folder `features`]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Brief)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct StepsArgs {
    /// For whom to print
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, Args)]
pub(crate) struct CoverageArgs {
    /// Feature files and folders of them [default: the nearest folder `features`, from here upwards]
    #[arg(value_name = "PATH")]
    pub(crate) places: Vec<String>,
    /// Fail also on a requirement that no scenario carries
    #[arg(long)]
    pub(crate) complete: bool,
    /// For whom to print
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, Args)]
pub(crate) struct SweepArgs {
    /// Which seeds, the end not included
    #[arg(long, value_name = "A..B", value_parser = seeds, default_value = "0..100")]
    pub(crate) seeds: Range<u64>,
    /// How many acts in each
    #[arg(long, value_name = "N", default_value = "200")]
    pub(crate) acts: NonZeroUsize,
    /// What goes wrong on purpose
    #[arg(long, value_enum, default_value_t = Faults::All)]
    pub(crate) faults: Faults,
    /// Plant a bug in the appliance, which must be found then: its name, or `all` for one after the other
    #[arg(long, value_name = "BUG")]
    pub(crate) plant: Option<String>,
    /// How many play at once [default: one per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Give a seed up as failed after this much real time
    #[arg(long, value_name = "SECONDS", default_value_t = HUNG_AFTER_S)]
    hung_after: NonZeroU64,
    /// Where to write what fails, as features [default: `target/rehearsals/sweep` beside the folder `features`]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// A recording, such as `target/rehearsals/recordings/NAME.rehearsal`
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The form
    #[arg(long, value_enum)]
    pub(crate) to: ExportForm,
    /// The machine to capture packets on, such as `Carla's device` [default: every packet once, where it is sent]
    #[arg(long, value_name = "MACHINE")]
    pub(crate) at: Option<String>,
    /// Which of the recorded command shells, counted from 1 [default: the only one]
    #[arg(long, value_name = "N")]
    pub(crate) shell: Option<NonZeroUsize>,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

/// The forms of DESIGN section 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportForm {
    /// A page for people.
    Html,
    /// The packets, for Wireshark and tshark; plays the scenario again, from the folder that it was recorded in.
    Pcapng,
    /// The video of a command shell, for asciinema: the site must have recorded it.
    Cast,
    /// A moving picture (not built yet).
    Gif,
    /// A trace for Perfetto (not built yet).
    Perfetto,
    /// The public session report of each support session; time begins at 1970-01-01T00:00:00Z.
    SessionXml,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// For a person.
    Text,
    /// For a script.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StageKind {
    /// One process, one virtual clock, a packet-level network.
    Sim,
    /// The async shell on turmoil's sockets.
    Turmoil,
    /// The async shell on real TCP and TLS.
    Live,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A line per scenario.
    Brief,
    /// A line per step.
    Pretty,
}

/// Where a call of the command comes from, and where its words go.
pub struct Surroundings<'a> {
    /// The folder it is called in.
    pub folder: PathBuf,
    /// Standard output.
    pub out: &'a mut dyn Write,
    /// Standard error.
    pub err: &'a mut dyn Write,
    /// Whether a person watches standard error: then it shows progress.
    pub watched: bool,
    /// Real time, see [`Pool::wall_clock`].
    pub wall_clock: Arc<dyn Fn() -> Duration + Send + Sync>,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error("cannot write the reports: {0}")]
    Report(String),
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
    #[error("{0}")]
    Usage(String),
}

/// The command, in the process's own surroundings.
pub fn main<W: Stage>() -> ExitCode {
    let folder = match std::env::current_dir() {
        Ok(folder) => folder,
        Err(error) => {
            // Without a folder there is no place to look in; what is left is to say so.
            let _ = writeln!(io::stderr(), "error: the folder of this call is gone: {error}");
            return ExitCode::from(TROUBLE);
        }
    };
    let mut surroundings = Surroundings {
        folder,
        out: &mut io::stdout(),
        err: &mut io::stderr(),
        watched: io::stderr().is_terminal(),
        wall_clock: Pool::default().wall_clock,
    };
    ExitCode::from(call::<W>(std::env::args_os(), &mut surroundings))
}

/// The command with these arguments, the first of which is its own name. Gives the exit status.
pub fn call<W: Stage>(
    arguments: impl IntoIterator<Item = OsString>,
    surroundings: &mut Surroundings<'_>,
) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render().to_string();
            let (to, status): (&mut dyn Write, _) =
                if error.use_stderr() { (surroundings.err, TROUBLE) } else { (surroundings.out, PASSED) };
            return if to.write_all(text.as_bytes()).is_ok() { status } else { TROUBLE };
        }
    };
    let done = match &cli.command {
        Command::Run(args) => run::run::<W>(args, surroundings),
        Command::Steps(args) => steps::steps::<W>(args, surroundings),
        Command::Coverage(args) => coverage::coverage(args, surroundings),
        Command::Verify(args) => verify::verify::<W>(args, surroundings),
        Command::Sweep(args) => sweep::sweep::<W>(args, surroundings),
        Command::Export(args) => export::export::<W>(args, surroundings),
    };
    match done {
        Ok(true) => PASSED,
        Ok(false) => FAILED,
        // Whoever reads has read enough: `rehearse steps | head`.
        Err(Trouble::Print(error)) if error.kind() == io::ErrorKind::BrokenPipe => TROUBLE,
        Err(trouble) => {
            // If standard error is gone too, the status still tells.
            let _ = writeln!(surroundings.err, "error: {trouble}");
            TROUBLE
        }
    }
}

impl PlayArgs {
    pub(crate) fn selection(&self) -> Selection {
        Selection { places: self.places.clone(), tags: self.tags.clone(), name: self.name.clone() }
    }

    /// The threads to play on, if the stage asked for exists.
    pub(crate) fn pool(&self, surroundings: &Surroundings<'_>) -> Result<Pool, Trouble> {
        let kind = match self.stage {
            StageKind::Sim => {
                let jobs = self.jobs.unwrap_or(Pool::default().jobs);
                let hung_after = Duration::from_secs(self.hung_after.get());
                return Ok(Pool { jobs, hung_after, wall_clock: Arc::clone(&surroundings.wall_clock) });
            }
            StageKind::Turmoil => "turmoil",
            StageKind::Live => "live",
        };
        Err(Trouble::Usage(format!("the stage `{kind}` is not built yet; scenarios play on `--stage sim`")))
    }
}

impl SweepArgs {
    /// The threads to play on.
    pub(crate) fn pool(&self, surroundings: &Surroundings<'_>) -> Pool {
        let jobs = self.jobs.unwrap_or(Pool::default().jobs);
        let hung_after = Duration::from_secs(self.hung_after.get());
        Pool { jobs, hung_after, wall_clock: Arc::clone(&surroundings.wall_clock) }
    }
}

impl Surroundings<'_> {
    pub(crate) fn root(&self) -> Root {
        Root::above(&self.folder)
    }
}

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let ends = text.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    let range = ends.filter(|range: &Range<u64>| !range.is_empty());
    range.ok_or_else(|| format!("expected seeds such as 0..200, found {text:?}"))
}

fn tag_expression(text: &str) -> Result<TagOperation, String> {
    text.parse().map_err(|_| "expected tags with `@`, joined by `and`, `or`, `not` and brackets".to_owned())
}
