//! From TOML to a checked [`Site`]. Everything wrong is reported at once, with file, line and field.

use std::fmt;

use super::Site;
use super::check::check;

/// Everything that is wrong with a site file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteErrors(pub Vec<SiteError>);

impl std::error::Error for SiteErrors {}

impl fmt::Display for SiteErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.0.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong with a site file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {field}: {what}")]
pub struct SiteError {
    /// Which file.
    pub file: String,
    /// Which line, counted from 1.
    pub line: usize,
    /// Which field, as a path: `representative.teams`.
    pub field: String,
    /// What was expected and what came.
    pub what: String,
}

pub(super) fn parse(file: &str, text: &str) -> Result<Site, SiteErrors> {
    let raw = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = line_of(text, start);
        let what = error.message().trim_end().replace('\n', "; ");
        let missing = what.strip_prefix("missing field `").and_then(|field| field.strip_suffix('`'));
        let field = match missing {
            Some(field) if start == 0 => field.to_owned(),
            Some(field) => format!("{}.{field}", field_at(text, line)),
            None => field_at(text, line),
        };
        SiteErrors(vec![SiteError { file: file.into(), line, field, what }])
    })?;
    check(file, text, raw).map_err(SiteErrors)
}

pub(super) fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// The field that a line sets, with its table: `representative.teams`.
fn field_at(text: &str, line: usize) -> String {
    let mut table = String::new();
    let mut field = String::new();
    for line in text.lines().take(line) {
        let line = line.trim();
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']', ' ']).to_owned();
            field.clear();
        } else if let Some((name, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            field = name.trim().to_owned();
        }
    }
    match (table.is_empty(), field.is_empty()) {
        (true, _) => field,
        (false, true) => table,
        (false, false) => format!("{table}.{field}"),
    }
}
