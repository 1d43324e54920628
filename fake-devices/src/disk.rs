//! A disk that remembers what a power cut would leave.

use std::collections::{BTreeMap, BTreeSet};

/// Files, each as programs see it and as it would be after a power cut.
///
/// Appending costs what is appended and [`Disk::sync`] costs what was touched, however long the files are: journals
/// are appended to and synced all day.
#[derive(Debug, Default)]
pub struct Disk {
    files: BTreeMap<String, File>,
    /// Files that differ from what a power cut would leave.
    unsynced: BTreeSet<String>,
    syncs: u64,
}

#[derive(Debug, Default)]
struct File {
    /// As programs see it; `None` if removed since the last sync.
    seen: Option<Vec<u8>>,
    safe: Safe,
}

/// What a power cut would leave of a file.
#[derive(Debug, Default)]
enum Safe {
    /// No file: it is new since the last sync.
    #[default]
    Nothing,
    /// The first so many bytes of what programs see: it was at most appended to.
    Prefix(usize),
    /// This, which was replaced or removed since.
    Content(Vec<u8>),
}

impl Disk {
    /// A file's content, without a copy.
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path)?.seen.as_deref()
    }

    /// Names and contents of all files, by name.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().filter_map(|(path, file)| Some((path.as_str(), file.seen.as_deref()?)))
    }

    /// How often programs asked for what they wrote to be made safe.
    pub fn syncs(&self) -> u64 {
        self.syncs
    }

    /// Puts a file there that was on the machine from the first: safe from power loss.
    pub(crate) fn put_safe(&mut self, path: &str, content: Vec<u8>) {
        let safe = Safe::Prefix(content.len());
        self.files.insert(path.to_owned(), File { seen: Some(content), safe });
    }

    /// Replaces a file's content.
    pub fn write(&mut self, path: &str, content: &[u8]) {
        let file = self.touch(path);
        file.set_aside();
        file.seen = Some(content.to_vec());
    }

    /// Adds to the end of a file.
    pub fn append(&mut self, path: &str, content: &[u8]) {
        self.touch(path).seen.get_or_insert_default().extend_from_slice(content);
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &str) {
        if self.files.contains_key(path) {
            self.touch(path).set_aside();
        }
    }

    /// Makes everything safe from power loss.
    pub fn sync(&mut self) {
        self.syncs += 1;
        for path in std::mem::take(&mut self.unsynced) {
            let Some(file) = self.files.get_mut(&path) else { continue };
            match &file.seen {
                Some(content) => file.safe = Safe::Prefix(content.len()),
                None => {
                    self.files.remove(&path);
                }
            }
        }
    }

    /// The power fails: every file is as it was at the last sync.
    pub fn power_loss(&mut self) {
        for path in std::mem::take(&mut self.unsynced) {
            let Some(mut file) = self.files.remove(&path) else { continue };
            let left = match file.safe {
                Safe::Nothing => continue,
                Safe::Content(content) => content,
                Safe::Prefix(length) => {
                    let mut content = file.seen.take().unwrap_or_default();
                    content.truncate(length);
                    content
                }
            };
            let safe = Safe::Prefix(left.len());
            self.files.insert(path, File { seen: Some(left), safe });
        }
    }

    /// The file that is about to change.
    fn touch(&mut self, path: &str) -> &mut File {
        if !self.unsynced.contains(path) {
            self.unsynced.insert(path.to_owned());
        }
        if !self.files.contains_key(path) {
            self.files.insert(path.to_owned(), File::default());
        }
        self.files.get_mut(path).expect("it was there or has just been put there")
    }
}

impl File {
    /// Takes away what programs see; what a power cut would leave of it is kept.
    fn set_aside(&mut self) {
        let seen = self.seen.take();
        if let Safe::Prefix(length) = self.safe {
            let mut content = seen.unwrap_or_default();
            content.truncate(length);
            self.safe = Safe::Content(content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Files = BTreeMap<String, Vec<u8>>;

    fn files(disk: &Disk) -> Files {
        disk.files().map(|(path, content)| (path.to_owned(), content.to_vec())).collect()
    }

    /// Against two plain maps: one that programs see, and its copy at the last sync.
    #[test]
    fn a_power_cut_leaves_what_was_there_at_the_last_sync() {
        arbtest::arbtest(|u| {
            let (mut disk, mut seen, mut safe) = (Disk::default(), Files::new(), Files::new());
            while !u.is_empty() {
                let path = *u.choose(&["a", "b"])?;
                match u.int_in_range(0..=4)? {
                    0 => {
                        let content: Vec<u8> = u.arbitrary()?;
                        disk.write(path, &content);
                        seen.insert(path.into(), content);
                    }
                    1 => {
                        let content: Vec<u8> = u.arbitrary()?;
                        disk.append(path, &content);
                        seen.entry(path.into()).or_default().extend(content);
                    }
                    2 => {
                        disk.remove(path);
                        seen.remove(path);
                    }
                    3 => {
                        disk.sync();
                        safe = seen.clone();
                    }
                    _ => {
                        disk.power_loss();
                        seen = safe.clone();
                    }
                }
                assert_eq!(files(&disk), seen);
            }
            Ok(())
        });
    }

    #[test]
    fn a_file_removed_and_written_again_still_has_its_old_safe_content() {
        let mut disk = Disk::default();
        disk.write("secret", b"old");
        disk.sync();
        disk.remove("secret");
        disk.append("secret", b"new");
        assert_eq!(disk.file("secret"), Some(b"new".as_slice()));
        disk.power_loss();
        assert_eq!(disk.file("secret"), Some(b"old".as_slice()));
    }
}
