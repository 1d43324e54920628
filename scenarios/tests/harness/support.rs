//! A folder with features, and the command called in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Arguments;
use scenarios::harness::cli::{Surroundings, call};
use scenarios::harness::libtest::trials;
use scenarios::harness::{Root, Stage};
use tempfile::TempDir;

type WallClock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// A folder that holds `features/` and is gone at the end of the test.
pub(crate) struct Folder {
    dir: TempDir,
}

/// What a call of the command came to.
pub(crate) struct Called {
    pub(crate) status: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self { dir: TempDir::new().expect("a folder") };
        for (name, text) in files {
            let file = folder.path(name);
            fs::create_dir_all(file.parent().expect("a file in a folder")).expect("a folder");
            fs::write(file, text).expect("a file");
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn call<W: Stage>(&self, arguments: &str) -> Called {
        self.call_at::<W>(arguments, Arc::new(|| Duration::ZERO))
    }

    /// All files below `folder`, by name, with their bytes.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = fs::read(&path).expect("a file");
                    files.insert(path, bytes);
                }
            }
        }
        files
    }

    /// What the test called `name` says when it fails.
    pub(crate) fn trial<W: Stage>(&self, name: &str) -> String {
        let trials = trials::<W>(&Root::above(self.dir.path())).expect("there are features");
        let log = self.path("log");
        let arguments = Arguments::from_iter([
            "features".as_ref(),
            "--quiet".as_ref(),
            "--exact".as_ref(),
            name.as_ref(),
            "--logfile".as_ref(),
            log.as_os_str(),
        ]);
        let conclusion = libtest_mimic::run(&arguments, trials);
        assert_eq!(conclusion.num_failed, 1, "{name}");
        let log = self.read("log");
        let (_, report) = log.split_once(" ----\n").expect("a report");
        report.split("\nfailures:").next().unwrap_or_default().to_owned()
    }

    /// Calls with arguments that may hold spaces.
    pub(crate) fn call_with<'a, W: Stage>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Called {
        self.call_in_full::<W>(arguments, Arc::new(|| Duration::ZERO))
    }

    pub(crate) fn call_at<W: Stage>(&self, arguments: &str, wall_clock: WallClock) -> Called {
        self.call_in_full::<W>(arguments.split_whitespace(), wall_clock)
    }

    fn call_in_full<'a, W: Stage>(
        &self,
        arguments: impl IntoIterator<Item = &'a str>,
        wall_clock: WallClock,
    ) -> Called {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = call::<W>(
            ["rehearse"].into_iter().chain(arguments).map(Into::into),
            &mut Surroundings {
                folder: self.dir.path().to_owned(),
                out: &mut out,
                err: &mut err,
                watched: false,
                wall_clock,
            },
        );
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Called { status, out: text(out), err: text(err) }
    }
}

/// The status and what is printed, for snapshots.
impl std::fmt::Display for Called {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {}\n{}", self.status, self.out)?;
        if self.status == 2 { write!(f, "{}", self.err) } else { Ok(()) }
    }
}
