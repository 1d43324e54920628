//! The first line of the file: which scenario this is, and how to read what follows.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::digest::Digest;

/// The version that this crate writes.
pub const FORMAT: FormatVersion = FormatVersion { major: 1, minor: 3 };

/// What a recording is of: everything that is needed to play the scenario again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The feature's name, as after `Feature:`.
    pub feature: String,
    /// The feature file's path, as it was given to the runner, with `/` between its parts.
    pub path: String,
    /// The name of the rule that the scenario stands under, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The scenario's name, with an outline's placeholders filled in.
    pub scenario: String,
    /// The line of the scenario in its file; of the row, where it comes from an outline's table.
    pub line: u32,
    /// The tags of scenario, rule and feature, without the `@`.
    pub tags: Vec<String>,
    /// The name of the site that the appliance was set up with.
    pub site: String,
    /// What `--seed` names.
    pub seed: u64,
    /// The commit of the programs, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// The header as it stands in the file, with what the recorder adds so that a reader can check the rest.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HeaderLine {
    pub(crate) format: FormatVersion,
    #[serde(flatten)]
    pub(crate) header: Header,
    pub(crate) entries: u64,
    pub(crate) digest: Digest,
}

/// The version of the file format, `major.minor`.
///
/// A reader takes its own major version with any minor one: fields and entries that it does not know are skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormatVersion {
    /// Raised by a change that an older reader would misunderstand.
    pub major: u16,
    /// Raised by an addition that an older reader may skip.
    pub minor: u16,
}

impl FormatVersion {
    /// Whether this crate understands a file of this version.
    pub const fn is_readable(self) -> bool {
        self.major == FORMAT.major
    }
}

impl fmt::Display for FormatVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for FormatVersion {
    type Err = FormatVersionError;

    fn from_str(text: &str) -> Result<Self, FormatVersionError> {
        let (major, minor) = text.split_once('.').ok_or(FormatVersionError)?;
        let number = |digits: &str| match digits.bytes().all(|byte| byte.is_ascii_digit()) {
            true => digits.parse().map_err(|_| FormatVersionError),
            false => Err(FormatVersionError),
        };
        Ok(Self { major: number(major)?, minor: number(minor)? })
    }
}

impl Serialize for FormatVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FormatVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The text is no format version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a format version such as `1.0`")]
pub struct FormatVersionError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_print_and_parse() {
        assert_eq!("1.12".parse(), Ok(FormatVersion { major: 1, minor: 12 }));
        assert_eq!(FormatVersion { major: 1, minor: 12 }.to_string(), "1.12");
        for wrong in ["", "1", "1.", ".1", "1.2.3", "+1.0", "1.99999"] {
            assert_eq!(wrong.parse::<FormatVersion>(), Err(FormatVersionError), "{wrong:?}");
        }
    }
}
