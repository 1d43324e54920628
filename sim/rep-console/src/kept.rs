//! What a console keeps on its machine between runs.

use std::collections::BTreeSet;

use device::Device;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;
use wire::{PortalId, QueueId};

use crate::rows::{Column, SortBy};

const CREDENTIALS_FILE: &str = "rep-console/credentials.json";
const SETTINGS_FILE: &str = "rep-console/settings.json";

/// User name and password, as typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Credentials {
    pub(crate) user_name: String,
    pub(crate) password: String,
}

/// A console's settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// The portal of the last key (KEY-08).
    pub(crate) portal: Option<PortalId>,
    /// QUE-17, QUE-19.
    pub(crate) sort: SortBy,
    /// Whether that order is turned round.
    pub(crate) sort_reversed: bool,
    /// QUE-19.
    pub(crate) columns: Vec<Column>,
    /// QUE-13.
    pub(crate) favourites: BTreeSet<QueueId>,
    /// SET-01.
    pub(crate) sounds: bool,
    /// SET-03.
    pub(crate) keep_screen_awake: bool,
    /// SET-04.
    pub(crate) scale_pointer: bool,
    /// SET-05.
    pub(crate) swap_scroll_and_pan: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            portal: None,
            sort: SortBy::default(),
            sort_reversed: false,
            columns: Column::VARIANTS.to_vec(),
            favourites: BTreeSet::new(),
            sounds: true,
            keep_screen_awake: false,
            scale_pointer: true,
            swap_scroll_and_pan: false,
        }
    }
}

impl Credentials {
    /// What an earlier run was told to remember (LOG-02).
    pub(crate) fn remembered(device: &dyn Device) -> Option<Self> {
        read(device, CREDENTIALS_FILE)
    }

    pub(crate) fn remember(&self, device: &mut dyn Device) {
        write(device, CREDENTIALS_FILE, self);
    }

    pub(crate) fn forget(device: &mut dyn Device) {
        device.remove_file(CREDENTIALS_FILE);
        device.sync();
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({}, …)", self.user_name)
    }
}

impl Settings {
    pub(crate) fn load(device: &dyn Device) -> Self {
        read(device, SETTINGS_FILE).unwrap_or_default()
    }

    pub(crate) fn save(&self, device: &mut dyn Device) {
        write(device, SETTINGS_FILE, self);
    }
}

/// A file that is there and is ours; a console starts as if new over one that somebody has spoilt.
fn read<T: DeserializeOwned>(device: &dyn Device, path: &str) -> Option<T> {
    serde_json::from_slice(&device.read_file(path)?).ok()
}

fn write(device: &mut dyn Device, path: &str, content: &impl Serialize) {
    let text = serde_json::to_vec(content).expect("plain data always serialises");
    device.write_file(path, &text);
    device.sync();
}
