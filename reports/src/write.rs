//! Putting the files where they belong.

use std::path::{Path, PathBuf};
use std::{fs, io};

use recording::FigureNotFinite;

use crate::junit::junit_xml;
use crate::page::index_html;
use crate::run::Run;

/// Why the reports could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file system refused.
    #[error("could not write {}", path.display())]
    Io {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A scenario measured something that is no number.
    #[error(transparent)]
    Figure(#[from] FigureNotFinite),
}

/// Writes `index.html`, `junit.xml`, `results.json` and the recordings of `run` into `folder`, which is made if it
/// is not there. Recordings of an earlier run are removed, so that the folder is about this one only.
pub fn write_all(folder: &Path, run: &Run) -> Result<(), WriteError> {
    let recordings = folder.join("recordings");
    fs::create_dir_all(&recordings).map_err(failed_on(&recordings))?;
    remove_recordings(&recordings)?;
    for played in run.scenarios() {
        write(&folder.join(played.file_path()), played.file())?;
    }
    write(&folder.join("results.json"), run.results().to_json()?.as_bytes())?;
    write(&folder.join("junit.xml"), junit_xml(run).as_bytes())?;
    write(&folder.join("index.html"), index_html(run).as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    fs::write(path, bytes).map_err(failed_on(path))
}

fn remove_recordings(folder: &Path) -> Result<(), WriteError> {
    for entry in fs::read_dir(folder).map_err(failed_on(folder))? {
        let path = entry.map_err(failed_on(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "rehearsal") {
            fs::remove_file(&path).map_err(failed_on(&path))?;
        }
    }
    Ok(())
}

fn failed_on(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError::Io { path, source }
}
