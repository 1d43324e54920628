//! Step definitions: what a feature may say. Each is a line or two: an [`Act`](crate::Act) to perform, or a look.

mod assignments;
mod browser;
mod chat;
mod elevation;
mod external;
mod files;
mod jump;
mod keys;
mod machine;
mod mail;
mod names;
mod network;
mod people;
mod pin;
mod places;
mod portal;
mod queues;
mod removing;
mod screen;
mod sessions;
mod settings;
mod sharing;
mod shell;
mod starting;
mod summary;
mod sweep;
mod system;
mod team_chat;
mod throughput;
mod tools;
mod transfers;
mod waiting;

use crate::estate::Unmet;

/// What a step gives.
type Step = Result<(), Unmet>;

/// Names that stand in one string: `"Main, Formal"`.
fn listed(text: &str) -> Vec<String> {
    text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// What was found against what was wanted, in any order.
fn same_names(wanted: &[String], found: impl IntoIterator<Item = String>) -> Result<(), String> {
    let found: Vec<String> = found.into_iter().collect();
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    if sorted(wanted) == sorted(&found) { Ok(()) } else { Err(format!("[{}]", found.join(", "))) }
}
