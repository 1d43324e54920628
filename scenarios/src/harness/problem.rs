//! What is wrong with features or steps before anything is played.

use std::fmt;

/// Something that fails a run before its first step: where, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as reports name it; empty where the trouble is in no file.
    pub path: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// What is wrong, on one line.
    pub what: String,
    /// What to do about it; may span lines.
    pub help: String,
}

impl Problem {
    pub(crate) fn new(path: &str, line: u32, what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into(), help: help.into() }
    }
}

/// `features/keys.feature:12: what is wrong`, then the help, indented.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.path.as_str(), self.line) {
            ("", _) => {}
            (path, 0) => write!(f, "{path}: ")?,
            (path, line) => write!(f, "{path}:{line}: ")?,
        }
        f.write_str(&self.what)?;
        for line in self.help.lines() {
            match line {
                "" => f.write_str("\n")?,
                line => write!(f, "\n    {line}")?,
            }
        }
        Ok(())
    }
}
