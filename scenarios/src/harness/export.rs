//! `rehearse export`: a recording in a form that other tools open.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use recording::{EntryKind, Header, Recording, ShellRecord};
use reports::{Played, Run, index_html, pcapng, session_xml};

use super::brief;
use super::cli::{ExportArgs, ExportForm, Surroundings, Trouble};
use super::definitions::Definitions;
use super::play::{Performance, Scene};
use super::pool::Pool;
use super::programme::Programme;
use super::runner::scenes;
use super::select::Selection;
use super::stage::Stage;
use crate::capture::{Capture, PORT_IN_CLEAR};

/// Exports; whether that could be done.
pub(crate) fn export<W: Stage>(
    args: &ExportArgs,
    surroundings: &mut Surroundings<'_>,
) -> Result<bool, Trouble> {
    // What cannot be made is said before a file is looked at.
    let form = match args.to {
        ExportForm::Html => Form::Html,
        ExportForm::Pcapng => Form::Pcapng,
        ExportForm::Cast => Form::Cast,
        ExportForm::Gif => return not_built("gif"),
        ExportForm::Perfetto => return not_built("perfetto"),
        ExportForm::SessionXml => Form::SessionXml,
    };
    let path = surroundings.folder.join(&args.file);
    let trouble = |what: String| Trouble::Usage(format!("{}: {what}", args.file.display()));
    let file = fs::read(&path).map_err(|error| trouble(format!("expected a recording: {error}")))?;
    let recording =
        Recording::read(&file).map_err(|error| trouble(format!("expected a recording: {error}")))?;
    let exported = match form {
        Form::Html => page(file, &recording).map_err(trouble)?.into_bytes(),
        Form::Pcapng => capture::<W>(&recording, args.at.as_deref(), surroundings)?,
        Form::SessionXml => session_xml(&recording).into_bytes(),
        Form::Cast => cast(&recording, args.shell).map_err(trouble)?.into_bytes(),
    };
    match &args.out {
        Some(out) => write(&surroundings.folder.join(out), &exported)?,
        None => surroundings.out.write_all(&exported)?,
    }
    Ok(true)
}

enum Form {
    Html,
    Pcapng,
    SessionXml,
    Cast,
}

fn not_built(form: &str) -> Result<bool, Trouble> {
    Err(Trouble::Usage(format!(
        "the form `{form}` is not built yet; there are `html`, `pcapng`, `cast` and `session-xml`"
    )))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    fs::write(path, bytes).map_err(|error| Trouble::Report(format!("{}: {error}", path.display())))
}

/// The page of one recording.
fn page(file: Vec<u8>, recording: &Recording) -> Result<String, String> {
    let header = recording.header();
    let played = Played::new(file, 0, BTreeMap::new(), repeat(header)).map_err(|error| error.to_string())?;
    Ok(index_html(&Run::new(header.seed, vec![played.alone()], Vec::new())))
}

/// The video of one of the command shells that were recorded, counted from 1; of the only one, where none is named.
fn cast(recording: &Recording, which: Option<NonZeroUsize>) -> Result<String, String> {
    let shells: Vec<&ShellRecord> = recording
        .entries()
        .iter()
        .filter_map(|entry| match &entry.kind {
            EntryKind::ShellRecorded { shell } => Some(&**shell),
            _ => None,
        })
        .collect();
    let place = match (which, shells.len()) {
        (_, 0) => {
            return Err(
                "expected a recorded command shell, found none: does the site record them?".to_owned()
            );
        }
        (None, 1) => 0,
        (Some(number), _) if number.get() <= shells.len() => number.get() - 1,
        (None | Some(_), _) => {
            let list = shells.iter().zip(1..).map(|(shell, number)| {
                let ShellRecord { session, name, by, began, .. } = shell;
                format!("\n  {number}  {name} in {session}, opened by {by} at {began}")
            });
            let last = shells.len();
            let why = format!("expected `--shell` with a number of 1 to {last}:{}", list.collect::<String>());
            return Err(why);
        }
    };
    Ok(shells[place].video.clone())
}

/// Plays the scenario of a recording again and captures its packets, since a recording has none.
fn capture<W: Stage>(
    recording: &Recording,
    at: Option<&str>,
    surroundings: &Surroundings<'_>,
) -> Result<Vec<u8>, Trouble> {
    let header = recording.header();
    let capture = Capture::default();
    let (scene, definitions) = find::<W>(header, surroundings)?;
    let scene = Scene { capture: Some(capture.clone()), ..scene };
    let pool = Pool { wall_clock: Arc::clone(&surroundings.wall_clock), ..Pool::new(NonZeroUsize::MIN) };
    let Performance { failure, finished, .. } =
        pool.play(vec![scene], definitions).next().expect("a performance of each scene");
    let recorded = recording.digest().to_string();
    if finished.digest != recorded {
        let failed = failure.map(|failure| format!("\nthis time it failed: {}", failure.message));
        return Err(Trouble::Usage(format!(
            "expected {} to play as it was recorded, with digest {recorded}, came digest {}: the programs, the feature \
             or the site have changed since{}\nmake a new recording: {}",
            place(header),
            finished.digest,
            failed.unwrap_or_default(),
            repeat(header)
        )));
    }
    let comment = format!(
        "{}: {}\n{}, seed {}, digest {recorded}\nTimes are virtual; the scenario begins at 1970-01-01T00:00:00Z.\n\
         Nothing is encrypted: port {PORT_IN_CLEAR} stands for 443, so that nobody looks for TLS.",
        header.feature,
        header.scenario,
        place(header),
        header.seed
    );
    Ok(pcapng(&capture.take(at, comment).map_err(Trouble::Usage)?))
}

/// The scenario that a recording is of, as the feature file has it now.
fn find<W: Stage>(
    header: &Header,
    surroundings: &Surroundings<'_>,
) -> Result<(Scene, Arc<Definitions<W>>), Trouble> {
    let root = surroundings.root();
    let changed = |found: &str| {
        Trouble::Usage(format!(
            "expected the scenario {:?} at {}, found {found}\nmake a new recording of it",
            header.scenario,
            place(header)
        ))
    };
    let file = root.folder().join(&header.path);
    let selection =
        Selection { places: vec![format!("{}:{}", file.display(), header.line)], ..Selection::default() };
    let programme = Programme::<W>::new(&selection, &root).map_err(|error| changed(&error.to_string()))?;
    let problems = programme.problems();
    if !problems.is_empty() {
        return Err(changed(brief::problems(&problems).trim_end()));
    }
    let features = programme.scripts.into_iter().map(|script| script.feature);
    let scene = features
        .flat_map(|feature| scenes(feature, header.seed, root.folder()))
        .find(|scene| scene.info.line == header.line)
        .ok_or_else(|| changed("none"))?;
    match scene.info.name == header.scenario && scene.info.feature == header.feature {
        true => Ok((scene, programme.definitions)),
        false => Err(changed(&format!("{:?}", scene.info.name))),
    }
}

fn place(header: &Header) -> String {
    format!("{}:{}", header.path, header.line)
}

fn repeat(header: &Header) -> String {
    brief::command(&place(header), header.seed)
}
