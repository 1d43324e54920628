//! Files by path: the image that all machines of a kind share, under the machine's one disk.
//!
//! What programs keep under relative paths lies in the folder for program data. A folder that was made is a file of
//! the disk without content, whose name ends with a separator: so power loss treats it as it treats files.

use std::borrow::Cow;
use std::collections::BTreeMap;

use device::Rights;
use wire::tool::{DirEntry, FileRefusal};

use super::accounts::Actor;
use super::image::{self, BaseEntry, Content};
use crate::FakeDevice;

/// What a disk of nobody's choosing still has room for, in bytes.
const ROOM_BYTES: u64 = 120 << 30;

/// What the system takes that stands in no folder, in bytes.
const SYSTEM_BYTES: u64 = 41 << 30;

/// What lies behind the name of a file that is not whole yet.
const PART: &str = ".part";

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Folder,
    /// A file of so many bytes.
    File(u64),
}

/// Files: knobs and witnesses. They know no rights.
impl FakeDevice {
    /// From now on the disk has room for so many more bytes.
    pub fn set_disk_free(&mut self, bytes: u64) {
        self.system.room = Some(self.bytes_in_files() + bytes);
    }

    /// How many more bytes the disk has room for.
    pub fn disk_free(&self) -> u64 {
        self.system.room.unwrap_or(ROOM_BYTES).saturating_sub(self.bytes_in_files())
    }

    /// What of the disk is used, system and all, and what is free, in bytes.
    pub(super) fn disk_use(&self) -> (u64, u64) {
        (SYSTEM_BYTES + self.bytes_in_files(), self.disk_free())
    }

    /// Somebody puts a file there, by its whole path; what is missing of the folders above it is made.
    pub fn put_file(&mut self, path: &str, content: &[u8]) {
        let key = self.key_for_change(path);
        self.disk.write(&key, content);
        self.disk.sync();
    }

    /// The content of a file, by its whole path.
    pub fn file_at(&self, path: &str) -> Option<Vec<u8>> {
        let whole = self.canonical(self.layout().root, "", path)?;
        self.content(&whole, 0, usize::MAX)
    }
}

/// What a program with rights may do. Paths are as somebody wrote them.
impl FakeDevice {
    /// A path as somebody at home there wrote it, whole and in the letters of what is there.
    pub(super) fn path_for(&self, actor: &Actor, from: &str, path: &str) -> Result<String, FileRefusal> {
        self.canonical(from, &actor.home, path).ok_or(FileRefusal::NotFound)
    }

    pub(super) fn list(&self, actor: &Actor, whole: &str) -> Result<Vec<DirEntry>, FileRefusal> {
        if !self.may_read(actor, whole) {
            return Err(FileRefusal::AccessDenied);
        }
        match self.found(whole) {
            Some(Found::Folder) => Ok(self.children(whole)),
            Some(Found::File(_)) | None => Err(FileRefusal::NotFound),
        }
    }

    pub(super) fn size(&self, actor: &Actor, whole: &str) -> Result<u64, FileRefusal> {
        if !self.may_read(actor, whole) {
            return Err(FileRefusal::AccessDenied);
        }
        match self.found(whole) {
            Some(Found::File(bytes)) => Ok(bytes),
            Some(Found::Folder) | None => Err(FileRefusal::NotFound),
        }
    }

    pub(super) fn read(
        &self,
        actor: &Actor,
        whole: &str,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>, FileRefusal> {
        self.size(actor, whole)?;
        Ok(self.content(whole, offset, length).unwrap_or_default())
    }

    /// Writes a whole file.
    pub(super) fn write(&mut self, actor: &Actor, whole: &str, content: &[u8]) -> Result<(), FileRefusal> {
        self.check_place(actor, whole)?;
        let before = match self.found(whole) {
            Some(Found::File(bytes)) => bytes,
            Some(Found::Folder) => return Err(FileRefusal::Exists),
            None => 0,
        };
        if (content.len() as u64).saturating_sub(before) > self.disk_free() {
            return Err(FileRefusal::DiskFull);
        }
        let key = self.take_from_image(whole);
        self.disk.write(&key, content);
        self.disk.sync();
        Ok(())
    }

    pub(super) fn begin(
        &mut self,
        actor: &Actor,
        whole: &str,
        bytes: u64,
        replace: bool,
    ) -> Result<u64, FileRefusal> {
        self.check_free(actor, whole, replace)?;
        let part = format!("{whole}{PART}");
        let there = match self.found(&part) {
            Some(Found::Folder) => return Err(FileRefusal::Exists),
            // More than there will be: it was another file.
            Some(Found::File(there)) if there <= bytes => there,
            Some(Found::File(_)) | None => {
                self.write(actor, &part, &[])?;
                0
            }
        };
        if bytes - there > self.disk_free() { Err(FileRefusal::DiskFull) } else { Ok(there) }
    }

    pub(super) fn extend(
        &mut self,
        actor: &Actor,
        whole: &str,
        offset: u64,
        bytes: &[u8],
    ) -> Result<u64, FileRefusal> {
        let part = format!("{whole}{PART}");
        self.check_place(actor, &part)?;
        let Some(Found::File(there)) = self.found(&part) else { return Err(FileRefusal::NotFound) };
        if there != offset {
            return Err(FileRefusal::Changed);
        }
        if bytes.len() as u64 > self.disk_free() {
            return Err(FileRefusal::DiskFull);
        }
        let key = self.take_from_image(&part);
        self.disk.append(&key, bytes);
        Ok(there + bytes.len() as u64)
    }

    pub(super) fn finish(&mut self, actor: &Actor, whole: &str, replace: bool) -> Result<(), FileRefusal> {
        self.check_free(actor, whole, replace)?;
        let part = format!("{whole}{PART}");
        let Some(Found::File(_)) = self.found(&part) else { return Err(FileRefusal::NotFound) };
        self.rename(&part, whole);
        self.disk.sync();
        Ok(())
    }

    pub(super) fn abandon(&mut self, actor: &Actor, whole: &str) {
        // There may be nothing left to remove, and nobody to be told.
        let _ = self.delete(actor, &format!("{whole}{PART}"));
    }

    pub(super) fn delete(&mut self, actor: &Actor, whole: &str) -> Result<(), FileRefusal> {
        let found = self.found(whole).ok_or(FileRefusal::NotFound)?;
        self.check_going(actor, whole)?;
        match found {
            Found::File(_) => {
                let key = self.take_from_image(whole);
                self.disk.remove(&key);
            }
            Found::Folder if self.children(whole).is_empty() => self.remove_folder(whole),
            Found::Folder => return Err(FileRefusal::Exists),
        }
        self.disk.sync();
        Ok(())
    }

    pub(super) fn rename_to(&mut self, actor: &Actor, from: &str, to: &str) -> Result<(), FileRefusal> {
        let found = self.found(from).ok_or(FileRefusal::NotFound)?;
        self.check_going(actor, from)?;
        self.check_free(actor, to, false)?;
        match found {
            Found::File(_) => self.rename(from, to),
            Found::Folder if self.layout().is_within(to, from) => return Err(FileRefusal::Exists),
            Found::Folder => self.rename_folder(from, to),
        }
        self.disk.sync();
        Ok(())
    }

    pub(super) fn make(&mut self, actor: &Actor, whole: &str) -> Result<(), FileRefusal> {
        self.check_free(actor, whole, false)?;
        self.disk.write(&self.folder_key(whole), &[]);
        self.disk.sync();
        Ok(())
    }

    /// Whether something can lie there, as far as rights and the folder above go.
    fn check_place(&self, actor: &Actor, whole: &str) -> Result<(), FileRefusal> {
        let Some((folder, _)) = self.layout().split(whole) else { return Err(FileRefusal::AccessDenied) };
        if !self.may_write(actor, whole) {
            return Err(FileRefusal::AccessDenied);
        }
        match self.found(folder) {
            Some(Found::Folder) => Ok(()),
            Some(Found::File(_)) | None => Err(FileRefusal::NotFound),
        }
    }

    /// Whether something new can lie there.
    fn check_free(&self, actor: &Actor, whole: &str, replace: bool) -> Result<(), FileRefusal> {
        self.check_place(actor, whole)?;
        match self.found(whole) {
            None => Ok(()),
            Some(Found::File(_)) if replace => Ok(()),
            Some(Found::File(_) | Found::Folder) => Err(FileRefusal::Exists),
        }
    }

    /// Whether what is there may go away. Homes, and what all programs count on, may not.
    fn check_going(&self, actor: &Actor, whole: &str) -> Result<(), FileRefusal> {
        let layout = self.layout();
        let counted_on = [layout.root, layout.homes, layout.program_data, layout.system_home];
        let homes: Vec<String> =
            self.people().iter().map(|person| self.home_of(&person.account.name)).collect();
        let mut kept = counted_on.into_iter().chain(homes.iter().map(String::as_str));
        if kept.any(|kept| layout.is_within(kept, whole)) || !self.may_write(actor, whole) {
            return Err(FileRefusal::AccessDenied);
        }
        Ok(())
    }

    fn may_read(&self, actor: &Actor, whole: &str) -> bool {
        let layout = self.layout();
        let within = |folders: &[&str]| folders.iter().any(|folder| layout.is_within(whole, folder));
        match actor.rights {
            Rights::Administrator => true,
            Rights::User if within(layout.closed_folders) => false,
            Rights::User => {
                self.may_write(actor, whole)
                    || whole == layout.homes
                    || !layout.is_within(whole, layout.homes)
            }
        }
    }

    fn may_write(&self, actor: &Actor, whole: &str) -> bool {
        let layout = self.layout();
        match actor.rights {
            Rights::Administrator => true,
            Rights::User => {
                layout.is_within(whole, &actor.home)
                    || layout.open_folders.iter().any(|folder| layout.is_within(whole, folder))
            }
        }
    }
}

/// The disk over the image. Paths are whole and canonical, but where it says otherwise.
impl FakeDevice {
    /// The name on the disk of what a program is about to change: its own for a relative path.
    pub(crate) fn key_for_change<'a>(&mut self, path: &'a str) -> Cow<'a, str> {
        if !self.layout().is_absolute(path) {
            return Cow::Borrowed(path);
        }
        match self.canonical(self.layout().root, "", path) {
            Some(whole) => Cow::Owned(self.take_from_image(&whole)),
            None => Cow::Borrowed(path),
        }
    }

    /// What a program reads by that path.
    pub(crate) fn read_for_program(&self, path: &str) -> Option<Vec<u8>> {
        if self.layout().is_absolute(path) {
            self.file_at(path)
        } else {
            self.disk.file(path).map(<[u8]>::to_vec)
        }
    }

    /// Makes the disk answer for a file that the image had. Gives its name on the disk.
    fn take_from_image(&mut self, path: &str) -> String {
        let key = self.key(path);
        if let Some(entry) = self.image_entry(path)
            && entry.bytes().is_some()
        {
            self.disk.put_safe(&key, entry.slice(0, usize::MAX));
            self.system.superseded.insert(path.to_owned());
        }
        key
    }

    pub(super) fn found(&self, whole: &str) -> Option<Found> {
        let layout = self.layout();
        let key = self.key(whole);
        if let Some(content) = self.disk.file(&key).filter(|_| !key.is_empty()) {
            return Some(Found::File(content.len() as u64));
        }
        if let Some(bytes) = self.image_entry(whole).and_then(Content::bytes) {
            return Some(Found::File(bytes));
        }
        let is_folder = whole == layout.root
            || self.disk.file(&self.folder_key(whole)).is_some()
            || self.is_home(whole)
            || self.is_folder_of_image(whole) && !self.system.superseded.contains(&self.folder_key(whole))
            || self.disk.files().any(|(key, _)| layout.is_within(&self.whole_of(key), whole));
        is_folder.then_some(Found::Folder)
    }

    fn children(&self, whole: &str) -> Vec<DirEntry> {
        let layout = self.layout();
        let mut children: BTreeMap<String, Option<u64>> = BTreeMap::new();
        let mut note = |path: &str, bytes: Option<u64>| {
            if path.len() <= whole.len() || !layout.is_within(path, whole) {
                return;
            }
            let mut below = path[whole.len()..].split(layout.separator).filter(|part| !part.is_empty());
            if let Some(name) = below.next() {
                let bytes = if below.next().is_some() { None } else { bytes };
                children.insert(name.to_owned(), bytes);
            }
        };
        let home = self.owner_home();
        for entry in image::of(self.kind.platform()) {
            let path = image_path(entry, &home);
            let gone = match entry.content {
                Content::Folder => self.system.superseded.contains(&self.folder_key(&path)),
                Content::Text(_) | Content::Filler(_) => self.system.superseded.contains(&path),
            };
            if !gone {
                note(&path, entry.content.bytes());
            } else if let Some((folder, _)) = layout.split(&path) {
                // The folders that it lay in are still there.
                let mut folder = folder;
                while let Some((above, _)) = layout.split(folder) {
                    if !self.system.superseded.contains(&self.folder_key(folder)) {
                        note(folder, None);
                    }
                    folder = above;
                }
            }
        }
        for person in self.people() {
            note(&self.home_of(&person.account.name), None);
        }
        for (key, content) in self.disk.files() {
            let path = self.whole_of(key);
            let is_folder = path.ends_with(layout.separator);
            note(&path, (!is_folder).then_some(content.len() as u64));
        }
        let entry = |(name, bytes): (String, Option<u64>)| DirEntry {
            name,
            folder: bytes.is_none(),
            bytes: bytes.unwrap_or(0),
        };
        children.into_iter().map(entry).collect()
    }

    fn content(&self, whole: &str, offset: u64, length: usize) -> Option<Vec<u8>> {
        if let Some(content) = self.disk.file(&self.key(whole)) {
            let start = content.len().min(usize::try_from(offset).unwrap_or(usize::MAX));
            return Some(content[start..][..length.min(content.len() - start)].to_vec());
        }
        let entry = self.image_entry(whole)?;
        entry.bytes().map(|_| entry.slice(offset, length))
    }

    /// Gives a file another name; one that has it goes.
    fn rename(&mut self, from: &str, to: &str) {
        let content = self.content(from, 0, usize::MAX).unwrap_or_default();
        let (from, to) = (self.take_from_image(from), self.take_from_image(to));
        self.disk.write(&to, &content);
        self.disk.remove(&from);
    }

    fn rename_folder(&mut self, from: &str, to: &str) {
        self.disk.write(&self.folder_key(to), &[]);
        for child in self.children(from) {
            let (from, to) = (self.layout().join(from, &child.name), self.layout().join(to, &child.name));
            if child.folder { self.rename_folder(&from, &to) } else { self.rename(&from, &to) }
        }
        self.remove_folder(from);
    }

    fn remove_folder(&mut self, whole: &str) {
        let key = self.folder_key(whole);
        self.disk.remove(&key);
        self.system.superseded.insert(key);
    }

    /// The whole path that somebody wrote, in the letters of what is there; `None` if it can be none.
    fn canonical(&self, from: &str, home: &str, path: &str) -> Option<String> {
        let layout = self.layout();
        let whole = layout.whole(from, home, path)?;
        if !layout.folds_case() || self.disk.file(&self.key(&whole)).is_some() {
            return Some(whole);
        }
        let mut folder = layout.root.to_owned();
        for part in layout.parts(&whole) {
            let children = self.children(&folder);
            let known = children.iter().find(|child| child.name.eq_ignore_ascii_case(part));
            folder = layout.join(&folder, known.map_or(part, |child| child.name.as_str()));
        }
        Some(folder)
    }

    /// The name on the disk: relative of what programs keep, and otherwise the path.
    fn key(&self, whole: &str) -> String {
        let layout = self.layout();
        match whole.strip_prefix(layout.program_data).and_then(|rest| rest.strip_prefix(layout.separator)) {
            Some(below) => below.replace(layout.separator, "/"),
            None => whole.to_owned(),
        }
    }

    /// The whole path of a name on the disk; a folder's ends with a separator.
    fn whole_of(&self, key: &str) -> String {
        let layout = self.layout();
        if layout.is_absolute(key) {
            key.to_owned()
        } else {
            layout.join(layout.program_data, &key.replace('/', &layout.separator.to_string()))
        }
    }

    fn folder_key(&self, whole: &str) -> String {
        let mut key = self.key(whole);
        key.push(if self.layout().is_absolute(&key) { self.layout().separator } else { '/' });
        key
    }

    /// What the image has there, unless it was changed since.
    fn image_entry(&self, whole: &str) -> Option<Content> {
        if self.system.superseded.contains(whole) {
            return None;
        }
        let home = self.owner_home();
        let is_it = |entry: &&BaseEntry| match entry.path.strip_prefix('~') {
            Some(below) => whole.strip_prefix(home.as_str()) == Some(below),
            None => entry.path == whole,
        };
        image::of(self.kind.platform()).iter().find(is_it).map(|entry| entry.content)
    }

    /// Whether the image has a folder there, whatever became of what was in it.
    fn is_folder_of_image(&self, whole: &str) -> bool {
        let home = self.owner_home();
        image::of(self.kind.platform()).iter().any(|entry| {
            let path = image_path(entry, &home);
            let is_below = path.len() > whole.len() && self.layout().is_within(&path, whole);
            is_below || entry.content.bytes().is_none() && path == whole
        })
    }

    fn owner_home(&self) -> String {
        self.home_of(&self.owner())
    }

    fn is_home(&self, whole: &str) -> bool {
        self.people().iter().any(|person| self.home_of(&person.account.name) == whole)
    }

    fn bytes_in_files(&self) -> u64 {
        let home = self.owner_home();
        let image = image::of(self.kind.platform()).iter();
        let image = image.filter(|entry| !self.system.superseded.contains(&image_path(entry, &home)));
        let image: u64 = image.filter_map(|entry| entry.content.bytes()).sum();
        image + self.disk.files().map(|(_, content)| content.len() as u64).sum::<u64>()
    }
}

/// Where an entry of the image lies on a machine with this home.
fn image_path(entry: &BaseEntry, home: &str) -> String {
    entry.path.strip_prefix('~').map_or_else(|| entry.path.to_owned(), |below| format!("{home}{below}"))
}
